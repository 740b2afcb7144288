"""Faults of django-celery-beat's scheduler by the number of the issue, and what ours does.

Looked at on django-celery-beat 2.9.0. #134, #194 and #537 are among the faults of Celery's.

| issue | what it is | here |
| --- | --- | --- |
| #875, #885 | a task is filtered out by its hour, with the offsets of one January | no row is |
| #283 | of two clocked tasks of one moment, one is sent | both are |
| #299 | a clocked task that is past blocks all others | none is blocked |
| #95 | intervals are off by the zone of the clock | they are elapsed time |
| #454, #675, #786 | with many rows and frequent edits nothing is sent | it sends meanwhile |
| #909 | the database is asked at every tick | at most once a second |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
)
from django_celery_beat.schedulers import DatabaseScheduler as StockScheduler

from tests.support.django_project import Project, database, empty
from tests.support.virtual_beat import TICK, run

JULY = datetime(2026, 7, 6, 9, 58, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        yield


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    empty()
    return Project(monkeypatch, JULY)


def test_875_no_task_is_left_out_by_its_hour(project: Project) -> None:
    # In July it is two hours further from UTC than in January.
    project.task("it", "0 12 * * *", zone="Antarctica/Troll")
    # Two minutes before, and it looks again every five.
    assert not StockScheduler(project.app, lazy=True).enabled_models_qs().exists()
    (sent,) = run(project.beat(), JULY + 10 * MINUTE)
    assert sent.at == sent.scheduled_for == datetime(2026, 7, 6, 10, tzinfo=UTC)


def test_283_all_clocked_tasks_of_one_moment_are_sent(project: Project) -> None:
    moment = ClockedSchedule.objects.create(clocked_time=JULY + MINUTE)
    for name in "ab":
        project.task(name, moment, one_off=True)
    assert {each.task for each in run(project.beat(), JULY + 2 * MINUTE)} == {"a", "b"}


def test_299_a_clocked_task_that_is_past_blocks_nothing(project: Project) -> None:
    moment = ClockedSchedule.objects.create(clocked_time=JULY - timedelta(days=1))
    project.task("past", moment, one_off=True, enabled=False)
    project.task("done", moment, one_off=True, total_run_count=1)
    every, _ = IntervalSchedule.objects.get_or_create(every=20, period="seconds")
    project.task("it", every)
    sent = run(project.beat(max_interval=5), JULY + MINUTE + TICK)
    assert [each.task for each in sent] == ["it"] * 3


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/New_York"])
def test_95_an_interval_is_elapsed_time_in_every_zone(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    empty()
    project = Project(monkeypatch, JULY, timezone=zone)
    every, _ = IntervalSchedule.objects.get_or_create(every=2, period="minutes")
    project.task("it", every)
    sent = run(project.beat(max_interval=5), JULY + 5 * MINUTE)
    assert [each.scheduled_for for each in sent] == [JULY + 2 * MINUTE, JULY + 4 * MINUTE]


def test_675_frequent_edits_hold_nothing_up(project: Project) -> None:
    row = project.task("t0", "* * * * *")
    PeriodicTask.objects.bulk_create(
        PeriodicTask(name=f"t{n}", task="t", crontab_id=row.crontab_id) for n in range(1, 200)
    )
    beat = project.beat(max_interval=1)
    for n in range(130):
        row.description = row.args = f"[{n}]"
        row.save()
        run(beat, project.app.clock + timedelta(seconds=1))
    minutes = Counter(each.scheduled_for for each in beat.sent)
    assert minutes == {JULY + MINUTE: 200, JULY + 2 * MINUTE: 200}
    assert max(each.at - each.scheduled_for for each in beat.sent) <= timedelta(seconds=1)
    assert beat.schedule["t0"].args == [129]


def test_909_a_tick_that_follows_at_once_asks_nothing(project: Project) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=100_000, period="microseconds")
    project.task("it", every)
    beat = project.beat(max_interval=5)
    run(beat, JULY + timedelta(seconds=2))
    with CaptureQueriesContext(connection) as queries:
        assert len(run(beat, JULY + timedelta(seconds=7))) == 50
    asked = [each for each in queries if each["sql"].startswith("SELECT")]
    assert len(asked) <= 6
    assert not CrontabSchedule.objects.exists()
