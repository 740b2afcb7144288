"""The pages of the admin, asked for as a browser does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import IntervalSchedule, PeriodicTask, SolarSchedule

from duetime.adapters.django_celery_beat.admin import ScheduleAdminMixin
from tests.support.django_project import Project, database, empty

START = datetime(2026, 10, 23, 12, tzinfo=UTC)


class Own(ScheduleAdminMixin, PeriodicTaskAdmin):  # type: ignore[misc]  # untyped
    list_display = ("name", "in_words", "next_runs", "last_run_at")


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        User.objects.create_superuser("boss", "boss@example.com", "secret")
        admin.autodiscover()
        admin.site.unregister(PeriodicTask)
        admin.site.register(PeriodicTask, Own)
        yield
        admin.site.unregister(PeriodicTask)
        admin.site.register(PeriodicTask, PeriodicTaskAdmin)
        User.objects.all().delete()


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    empty()
    return Project(monkeypatch, START)


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.get())
    return client


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"admin:django_celery_beat_periodictask_{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_of_a_task_says_when_it_runs(project: Project, client: Client) -> None:
    task = project.task("paris", "0 9 * * *", zone="Europe/Paris")
    shown = page(client, "change", task.pk)
    assert re.findall(r"<div>(\w{3} \d\d .*?)</div>", shown) == [
        "Sat 24 Oct 2026 09:00:00 CEST",
        "Sun 25 Oct 2026 09:00:00 CET (clocks have changed)",
        "Mon 26 Oct 2026 09:00:00 CET",
        "Tue 27 Oct 2026 09:00:00 CET",
        "Wed 28 Oct 2026 09:00:00 CET",
    ]
    assert "Europe/Paris" in shown
    assert "next_runs" not in page(client, "add") or "Runs" not in page(client, "add")


def test_the_list_of_tasks_asks_no_more_for_more_rows(project: Project, client: Client) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=10, period="minutes")
    project.task("first", every, start_time=START + timedelta(hours=1))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown = page(client, "changelist")
            assert "Fri 23 Oct 2026 13:00:00 UTC" in shown
        return len(asked)

    few = queries()
    for n in range(10):
        project.task(f"t{n}", f"{n} 9 * * *", zone="Asia/Tokyo")
    assert queries() == few


def test_a_task_that_cannot_run_says_why(project: Project, client: Client) -> None:
    place = SolarSchedule.objects.create(event="sunrise", latitude=95, longitude=0)
    project.task("place", place)
    project.task("off", enabled=False)
    project.task("over", expires=START - timedelta(hours=1))
    shown = page(client, "changelist")
    assert shown.count("latitude 95") == 2
    assert "<div>" not in "".join(re.findall(r'field-next_runs">(.*?)</td>', shown))
