"""The code of the how-to page runs, in a Django project and with a real Redis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.contrib import admin
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from duetime.adapters.redbeat import Entry
from tests.support.django_project import database, empty
from tests.support.redbeats import redis_app

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "django.md"
DJANGO, _, REDBEAT = PAGE.read_text().partition("## Use RedBeat")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        yield


def run_blocks(text: str, **names: Any) -> dict[str, Any]:
    """Run all blocks of a part of the page, one after the other."""
    app = Celery("page", broker="memory://", set_as_current=False)
    names |= {"__name__": "page", "shared_task": partial(app.task, shared=False)}
    for block in re.findall(r"```\{code-block\} python\n(.*?)```", text, re.DOTALL):
        exec(block.replace("from celery import shared_task\n", ""), names)
    return names


def test_the_page_works_in_a_project() -> None:
    empty()
    admin.autodiscover()
    before = type(admin.site._registry[PeriodicTask])
    names = run_blocks(DJANGO)
    assert isinstance(admin.site._registry[PeriodicTask], names["TaskAdmin"])
    admin.site.unregister(PeriodicTask)
    admin.site.register(PeriodicTask, before)
    row = PeriodicTask.objects.get()
    assert row.headers == '{"duetime_catch_up": "all", "duetime_deadline": 3600}'
    assert {str(each.timezone) for each in CrontabSchedule.objects.all()} == {
        "Europe/Paris",
        "America/New_York",
    }
    names["beat_health_check"]()
    assert names["is_beat_healthy"]()


@pytest.mark.services
def test_the_page_works_with_redis() -> None:
    with redis_app(NOON) as app:
        mine = "redbeat_redis_url = "
        assert REDBEAT.count(mine) == 1
        run_blocks(REDBEAT.replace(f"app.conf.{mine}", "other = "), app=app)
        entries = [
            Entry.from_key(f"{app.redbeat_conf.key_prefix}{n}", app) for n in ("paris", "both")
        ]
        assert [entry.due_at for entry in entries] == [
            datetime(2026, 1, 6, 8, tzinfo=UTC),
            datetime(2026, 1, 6, 0, tzinfo=UTC),
        ]
