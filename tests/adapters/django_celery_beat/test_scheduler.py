"""django-celery-beat's tables under duetime's beat: what is sent, and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.django_project import (
    ClockedSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    Project,
    database,
    empty,
)
from tests.support.virtual_beat import run

START = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        yield


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    empty()
    yield Project(monkeypatch, START)


def times(sent: list[Any]) -> list[str]:
    return [f"{message.task} {message.scheduled_for.astimezone(UTC):%d %H:%M:%S}" for message in sent]


def test_a_crontab_runs_in_its_own_zone(project: Project) -> None:
    project.task("paris", "0 9 * * *", zone="Europe/Paris")
    sent = run(project.beat(), START + timedelta(days=2))
    assert times(sent) == ["paris 06 08:00:00", "paris 07 08:00:00"]
    assert sent[0].options["headers"]["periodic_task_name"] == "paris"


def test_last_runs_are_written(project: Project) -> None:
    project.task("hourly")
    before = PeriodicTask.objects.get().date_changed
    run(project.beat(), START + timedelta(hours=3))
    row = PeriodicTask.objects.get()
    assert row.last_run_at == datetime(2026, 1, 5, 15, tzinfo=UTC)
    assert row.total_run_count == 3
    assert row.date_changed == before
