"""django-celery-beat's tables under duetime's beat: what is sent, and what is written.

The whole file runs on another database where `DUETIME_DATABASE` says so: see `test_databases.py`.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import schedules as stock
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext, override_settings
from django_celery_beat.clockedschedule import clocked
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)
from django_celery_beat.schedulers import DatabaseScheduler as StockScheduler

import duetime
from duetime import occurrence_id
from duetime.adapters import django_celery_beat as package
from duetime.adapters.celery import Scheduler, beat, crontab, schedule, solar
from duetime.adapters.django_celery_beat import DatabaseScheduler
from duetime.adapters.django_celery_beat import scheduler as module
from duetime.adapters.django_celery_beat.settings import Stored
from duetime.errors import ScheduleError
from tests.support.django_project import (
    ENGINE,
    Project,
    VirtualDatabaseScheduler,
    database,
    empty,
)
from tests.support.virtual_beat import TICK, run
from tests.support.year import TIMES, YEARS, exact, weeks_of_changes

START = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        yield


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    empty()
    return Project(monkeypatch, START)


def times(sent: list[Any]) -> list[str]:
    return [
        f"{message.task} {message.scheduled_for.astimezone(UTC):%d %H:%M:%S}" for message in sent
    ]


def errors(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= level]


# Schedules


def test_a_crontab_runs_in_its_own_zone(project: Project) -> None:
    project.task("paris", "0 9 * * *", zone="Europe/Paris")
    sent = run(project.beat(max_interval=3600), START + timedelta(days=2))
    assert times(sent) == ["paris 06 08:00:00", "paris 07 08:00:00"]
    assert sent[0].scheduled_for.isoformat() == "2026-01-06T09:00:00+01:00"


def test_an_interval_counts_from_the_last_run(project: Project) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=10, period="minutes")
    project.task("sync", every)
    sent = run(project.beat(), START + timedelta(minutes=25))
    assert times(sent) == ["sync 05 12:10:30", "sync 05 12:20:30"]


def test_a_sun_rises_where_the_row_says(project: Project) -> None:
    place = SolarSchedule.objects.create(event="sunrise", latitude=-37.81753, longitude=144.96715)
    project.task("sun", place)
    sent = run(project.beat(), START + timedelta(days=1))
    expected = duetime.solar("sunrise", -37.81753, 144.96715).next_run(START)
    assert [message.scheduled_for for message in sent] == [expected]


@pytest.mark.parametrize("minutes", [-90, 0, 90], ids=["past", "now", "ahead"])
def test_a_clocked_task_runs_once_at_its_moment_or_at_once_if_that_is_past(
    project: Project, minutes: int
) -> None:
    moment = ClockedSchedule.objects.create(clocked_time=START + timedelta(minutes=minutes))
    project.task("once", moment, one_off=True)
    sent = run(project.beat(), START + timedelta(days=1))
    assert [message.scheduled_for for message in sent] == [moment.clocked_time]
    assert sent[0].at == max(START, moment.clocked_time)
    row = PeriodicTask.objects.get()
    assert (row.enabled, row.total_run_count, row.last_run_at) == (False, 0, None)


@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_around_clock_changes_exactly_the_runs_of_the_crontabs_are_sent(
    project: Project, zone: str, year: int
) -> None:
    for week_start, week_end in weeks_of_changes(zone, year):
        start, end = week_start + 2.5 * DAY, week_end - 2.5 * DAY
        empty()
        project.app.clock = start
        for name, fields in TIMES.items():
            row, _ = CrontabSchedule.objects.get_or_create(**_text(fields), timezone=zone)
            project.task(name, row)
        sent = run(project.beat(max_interval=6 * 3600), end)
        assert Counter((each.task, each.scheduled_for.astimezone(UTC)) for each in sent) == Counter(
            (name, moment.astimezone(UTC))
            for name in TIMES
            for moment in exact(name, zone).runs(start, end)
        )


def _text(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


def test_without_aware_crontabs_the_zone_is_the_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    empty()
    project = Project(monkeypatch, START, timezone="Asia/Tokyo")
    project.task("nine", "0 9 * * *", zone="Europe/Paris")
    with override_settings(DJANGO_CELERY_BEAT_TZ_AWARE=False):
        sent = run(project.beat(), START + timedelta(days=1))
    assert times(sent) == ["nine 06 00:00:00"]


@pytest.mark.skipif(ENGINE != "sqlite", reason="a server keeps the zone it was connected with")
@pytest.mark.parametrize("is_aware", [True, False])
def test_naive_datetimes_are_in_djangos_zone(project: Project, is_aware: bool) -> None:
    names = ["start_time", "expires"]
    local = datetime(2026, 1, 5, 10)
    with override_settings(
        USE_TZ=False, TIME_ZONE="America/New_York", DJANGO_CELERY_BEAT_TZ_AWARE=is_aware
    ):
        project.task("it", **dict(zip(names, [local, local + 2.5 * HOUR], strict=True)))
        PeriodicTask.objects.update(date_changed=datetime(2026, 1, 5, 7))
        beat = project.beat()
        assert times(run(beat, START + timedelta(hours=3, minutes=30))) == ["it 05 15:00:00"]
        noted = PeriodicTask.objects.get().last_run_at
        assert noted == datetime(2026, 1, 5, 10 if is_aware else 15)
        again = project.beat()
        assert times(run(again, START + timedelta(hours=9))) == ["it 05 16:00:00", "it 05 17:00:00"]
    assert not PeriodicTask.objects.get().enabled


# Columns


def test_the_columns_of_a_row_reach_the_message(project: Project) -> None:
    project.task(
        "it",
        queue="quick",
        exchange="x",
        routing_key="y",
        priority=3,
        headers='{"a": 1}',
        expire_seconds=60,
        args='["pdf"]',
        kwargs='{"b": [2]}',
    )
    (entry,) = project.beat().schedule.values()
    assert (entry.args, entry.kwargs) == (["pdf"], {"b": [2]})
    assert entry.options == {
        "queue": "quick",
        "exchange": "x",
        "routing_key": "y",
        "priority": 3,
        "expires": 60,
        "headers": {"a": 1, "periodic_task_name": "it"},
    }


def test_a_row_chooses_its_policy_by_headers_that_do_not_travel(project: Project) -> None:
    project.task("all", headers='{"duetime_catch_up": "all"}')
    project.task("none", headers='{"duetime_catch_up": "none", "duetime_deadline": 600}')
    project.task("latest")
    beat = project.beat()
    run(beat, START + timedelta(minutes=1))
    project.app.pass_time(hours=3)
    sent = run(beat, project.app.clock + TICK)
    assert sorted(times(sent)) == [
        "all 05 13:00:00",
        "all 05 14:00:00",
        "all 05 15:00:00",
        "latest 05 15:00:00",
        "none 05 15:00:00",
    ]
    assert set(sent[0].options["headers"]) & {"duetime_catch_up", "duetime_deadline"} == set()


def test_a_task_expires(project: Project) -> None:
    project.task("it", expires=START + timedelta(hours=2))
    sent = run(project.beat(), START + timedelta(hours=5))
    assert times(sent) == ["it 05 13:00:00", "it 05 14:00:00"]
    assert sent[0].options["expires"] == START + timedelta(hours=2)
    row = PeriodicTask.objects.get()
    assert (row.enabled, row.last_run_at, row.total_run_count) == (False, None, 2)


def test_nothing_is_sent_from_before_the_start(project: Project) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=2, period="hours")
    start = START.replace(second=0) + timedelta(hours=25)
    project.task("crontab", "0 */6 * * *", start_time=start)
    project.task("on the dot", "0 13 * * *", start_time=start)
    project.task("interval", every, start_time=start)
    sent = run(project.beat(max_interval=3600), start + timedelta(hours=5.5))
    assert times(sent) == [
        "interval 06 13:00:00",
        "on the dot 06 13:00:00",
        "interval 06 15:00:00",
        "interval 06 17:00:00",
        "crontab 06 18:00:00",
    ]


def test_an_interval_keeps_step_with_a_start_that_is_past(project: Project) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    project.task("it", every, start_time=START - timedelta(days=1, minutes=20))
    assert times(run(project.beat(), START + 2 * HOUR)) == ["it 05 12:40:30", "it 05 13:40:30"]


def test_a_start_that_is_put_off_holds_for_a_task_that_has_run(project: Project) -> None:
    task = project.task("it")
    beat = project.beat(max_interval=60)
    run(beat, START + HOUR)
    task.refresh_from_db()
    task.start_time = START + 3 * HOUR
    task.save()
    assert times(run(beat, START + 5 * HOUR)) == ["it 05 16:00:00", "it 05 17:00:00"]


def test_a_task_that_runs_once_is_disabled_and_runs_once_more_when_it_is_enabled(
    project: Project,
) -> None:
    task = project.task("it", one_off=True)
    beat = project.beat()
    assert times(run(beat, START + 4 * HOUR)) == ["it 05 13:00:00"]
    assert not beat.schedule
    task.save()
    assert times(run(beat, START + 8 * HOUR)) == ["it 05 17:00:00"]


def test_a_task_that_has_run_and_is_to_run_once_is_disabled(project: Project) -> None:
    project.task("it", one_off=True, total_run_count=1)
    assert run(project.beat(), START + 4 * HOUR) == []
    assert not PeriodicTask.objects.get().enabled


def test_a_run_that_is_not_wanted_is_no_run_of_a_task_that_runs_once(project: Project) -> None:
    class Picky(VirtualDatabaseScheduler):
        def should_send(self, entry: Any, scheduled_for: datetime) -> bool:
            return scheduled_for.hour == 15

    project.task("it", one_off=True)
    sent = run(project.beat(kind=Picky), START + 5 * HOUR)
    assert times(sent) == ["it 05 15:00:00"]


# Changes


def change_by_save(task: PeriodicTask) -> None:
    task.task = "changed"
    task.save()


def change_by_bulk(task: PeriodicTask) -> None:
    task.task = "changed"
    PeriodicTask.objects.bulk_update([task], ["task"])
    PeriodicTasks.update_changed()


def change_by_update(task: PeriodicTask) -> None:
    PeriodicTask.objects.filter(pk=task.pk).update(task="changed")


@pytest.mark.parametrize(
    ("change", "seconds"), [(change_by_save, 5), (change_by_bulk, 5), (change_by_update, 300)]
)
def test_a_change_takes_effect_when_beat_looks(
    project: Project, change: Callable[[Any], None], seconds: int
) -> None:
    task = project.task("it")
    beat = project.beat(max_interval=5)
    run(beat, START + timedelta(seconds=10))
    change(task)
    run(beat, START + timedelta(seconds=10 + seconds))
    assert beat.schedule["it"].task == "changed"


def test_full_sync_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    empty()
    project = Project(monkeypatch, START, duetime_full_sync=20)
    task, beat = project.task("it"), project.beat(max_interval=5)
    run(beat, START + timedelta(seconds=10))
    change_by_update(task)
    run(beat, START + timedelta(seconds=30))
    assert beat.schedule["it"].task == "changed"
    project.app.conf.duetime_full_sync = "often"
    with pytest.raises(ScheduleError, match="duetime_full_sync must be a timedelta or seconds"):
        project.beat()


def test_only_what_has_changed_is_built_anew(project: Project) -> None:
    project.task("a")
    task = project.task("b")
    beat = project.beat(max_interval=5)
    run(beat, START + timedelta(seconds=10))
    before = dict(beat.schedule)
    change_by_save(task)
    run(beat, START + timedelta(seconds=20))
    assert beat.schedule["a"] is before["a"]
    assert beat.schedule["b"] is not before["b"]


def test_rows_come_and_go_and_change_their_names(project: Project) -> None:
    task = project.task("old")
    beat = project.beat(max_interval=60)
    run(beat, START + HOUR)
    project.task("new")
    task.refresh_from_db()
    task.name = "renamed"
    task.save()
    run(beat, START + HOUR + timedelta(seconds=61))
    assert set(beat.schedule) == {"renamed", "new"}
    assert beat.schedule["renamed"].last_run_at == datetime(2026, 1, 5, 13, tzinfo=UTC)
    PeriodicTask.objects.filter(name="new").delete()
    assert [message.task for message in run(beat, START + 2 * HOUR)] == ["old"]
    assert PeriodicTask.objects.get().total_run_count == 2


@pytest.mark.parametrize("seconds", range(2, 20, 5))
def test_a_task_made_just_before_a_run_is_sent_for_it_and_one_made_after_is_not(
    project: Project, seconds: int
) -> None:
    full = START.replace(minute=59, second=50)
    project.app.clock = full - timedelta(seconds=20)
    beat = project.beat(max_interval=5)
    run(beat, full + timedelta(seconds=seconds))
    project.task("it")
    sent = run(beat, full + timedelta(seconds=30))
    assert times(sent) == (["it 05 13:00:00"] if seconds < 10 else [])


def enable_by_save(task: PeriodicTask) -> None:
    task.enabled = True
    task.save()


def enable_by_update(task: PeriodicTask) -> None:
    PeriodicTask.objects.update(enabled=True)
    PeriodicTasks.update_changed()


@pytest.mark.parametrize("enable", [enable_by_save, enable_by_update])
@pytest.mark.parametrize("seconds", range(2, 20, 5))
def test_nothing_is_missed_from_before_a_task_was_enabled(
    project: Project, enable: Callable[[Any], None], seconds: int
) -> None:
    task, beat = project.task("it"), project.beat(max_interval=5)
    project.app.clock += HOUR
    assert len(run(beat, project.app.clock + TICK)) == 1
    task.enabled = False
    task.save()
    full = START.replace(minute=59, second=50) + HOUR
    project.app.clock = full - timedelta(seconds=20)
    assert run(beat, full + timedelta(seconds=seconds)) == []
    enable(task)
    sent = run(beat, full + timedelta(seconds=30))
    assert times(sent) == (["it 05 14:00:00"] if seconds < 10 else [])


@pytest.mark.parametrize("seconds", range(2, 20, 5))
def test_nothing_is_missed_from_before_a_crontab_was_changed(
    project: Project, seconds: int
) -> None:
    project.task("it", "30 1 * * *")
    full = START.replace(minute=59, second=50)
    project.app.clock = full - timedelta(seconds=20)
    beat = project.beat(max_interval=5)
    run(beat, full + timedelta(seconds=seconds))
    row = CrontabSchedule.objects.get()
    row.minute, row.hour = "0", "*"
    row.save()
    project.app.pass_time(seconds=1)
    sent = run(beat, full + timedelta(seconds=30))
    assert times(sent) == (["it 05 13:00:00"] if seconds < 10 else [])


def test_a_last_run_that_is_reset_lets_the_task_start_anew(project: Project) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    project.task("it", every)
    beat = project.beat(max_interval=60)
    run(beat, START + 1.5 * HOUR)
    PeriodicTask.objects.update(last_run_at=None)
    PeriodicTasks.update_changed()
    sent = run(beat, START + 3 * HOUR)
    assert [message.scheduled_for for message in sent] == [START + 2.5 * HOUR]


# Restarts


def restarted(project: Project, file: Path | None, until: datetime) -> list[str]:
    return times(run(project.beat(file), until))


@pytest.mark.parametrize("has_file", [False, True])
def test_what_was_missed_while_beat_was_down_follows_the_policy(
    project: Project, tmp_path: Path, has_file: bool
) -> None:
    file = tmp_path / "state" if has_file else None
    project.task("it")
    beat = project.beat(file)
    run(beat, START + HOUR)
    beat.close()
    project.app.pass_time(hours=3)
    assert restarted(project, file, START + 4 * HOUR + TICK) == ["it 05 16:00:00"]


def test_what_was_made_while_beat_was_down_counts_from_then(project: Project) -> None:
    project.beat().close()
    project.app.pass_time(hours=2)
    project.task("it")
    project.app.pass_time(minutes=59, seconds=45)
    assert restarted(project, None, project.app.clock + TICK) == ["it 05 15:00:00"]


@pytest.mark.parametrize("has_file", [False, True])
def test_a_schedule_that_changed_while_beat_was_down_counts_from_then(
    project: Project, tmp_path: Path, has_file: bool
) -> None:
    file = tmp_path / "state" if has_file else None
    task = project.task("it")
    beat = project.beat(file)
    run(beat, START + HOUR)
    beat.close()
    project.app.pass_time(hours=3)
    task.refresh_from_db()
    task.crontab = project.crontab("30 * * * *")
    task.save()
    project.app.pass_time(minutes=20)
    assert restarted(project, file, START + 5 * HOUR) == ["it 05 16:30:00"]


def test_a_row_that_was_saved_without_a_change_of_its_schedule_loses_nothing(
    project: Project, tmp_path: Path
) -> None:
    task = project.task("it")
    beat = project.beat(tmp_path / "state")
    run(beat, START + HOUR)
    beat.close()
    project.app.pass_time(hours=1)
    task.refresh_from_db()
    task.description = "by a deployment"
    task.save()
    assert restarted(project, tmp_path / "state", START + 2 * HOUR + TICK) == ["it 05 14:00:00"]


def test_a_state_file_that_cannot_be_used_is_done_without(
    project: Project, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project.task("it")
    beat = project.beat(tmp_path / "no folder" / "state")
    assert "goes on with what the database remembers" in errors(caplog)[0]
    assert times(run(beat, START + HOUR)) == ["it 05 13:00:00"]
    beat.close()


@pytest.mark.parametrize("one_off", [False, True])
def test_a_beat_that_is_killed_before_the_database_knows_sends_nothing_twice(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_off: bool
) -> None:
    project.task("it", one_off=one_off)
    beat = project.beat(tmp_path / "state")
    with monkeypatch.context() as broken:
        broken.setattr(beat, "_connect", _fail)
        run(beat, START + HOUR)
    # Killed: nothing is closed.
    beat._state.close()
    assert PeriodicTask.objects.get().total_run_count == 0
    again = project.beat(tmp_path / "state")
    assert times(run(again, START + 2 * HOUR)) == ([] if one_off else ["it 05 14:00:00"])
    row = PeriodicTask.objects.get()
    assert (row.enabled, row.total_run_count) == ((False, 0) if one_off else (True, 2))


def _fail(*args: Any) -> None:
    raise OperationalError("server closed the connection unexpectedly")


def test_of_state_file_and_database_the_newer_counts(project: Project, tmp_path: Path) -> None:
    project.task("it")
    for hours, file in [(1, tmp_path / "state"), (2, None)]:
        beat = project.beat(file)
        run(beat, START + hours * HOUR)
        beat.close()
    assert restarted(project, tmp_path / "state", START + 3 * HOUR) == ["it 05 15:00:00"]
    assert PeriodicTask.objects.get().total_run_count == 3


def test_a_last_run_that_is_reset_while_beat_is_down_repeats_nothing(
    project: Project, tmp_path: Path
) -> None:
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    project.task("it", every)
    beat = project.beat(tmp_path / "state")
    run(beat, START + 1.5 * HOUR)
    beat.close()
    PeriodicTask.objects.update(last_run_at=None)
    PeriodicTasks.update_changed()
    assert restarted(project, tmp_path / "state", START + 3 * HOUR) == ["it 05 14:30:30"]


def sent_and_not_written(beat: Any) -> None:
    """A tick in which messages leave, and the database is left alone."""
    beat._save, save = lambda is_urgent: None, beat._save
    beat.tick()
    beat._save = save
    assert beat._unsaved


def test_a_new_name_takes_along_what_is_not_written_yet(project: Project) -> None:
    task, bad = project.task("it"), project.task("bad", args="[1")
    beat = project.beat()
    project.app.clock = START + HOUR
    sent_and_not_written(beat)
    for row in (task, bad):
        row.name += " renamed"
        row.save()
    project.app.pass_time(seconds=2)
    beat.tick()
    assert {row.name: row.total_run_count for row in PeriodicTask.objects.all()} == {
        "it renamed": 1,
        "bad renamed": 0,
    }


# What goes wrong


def test_a_row_that_cannot_be_read_is_named_and_disables_nothing_else(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.task("good")
    project.task("json", args="[1")
    project.task("list", kwargs="[1]")
    project.task("field", CrontabSchedule.objects.create(minute="75"))
    project.task("zone", "5 * * * *")
    CrontabSchedule.objects.filter(minute="5").update(timezone="Europe/Paris")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_celery_beat_crontabschedule SET timezone = 'Mars/Crater'"
            " WHERE minute = '5'"
        )
    place = SolarSchedule.objects.create(event="sunrise", latitude=95, longitude=0)
    project.task("place", place)
    every = IntervalSchedule.objects.create(every=0, period="hours")
    project.task("period", every)
    PeriodicTask.objects.filter(pk=project.task("nothing").pk).update(crontab=None)
    sent = run(project.beat(), START + HOUR)
    assert times(sent) == ["good 05 13:00:00"]
    told = errors(caplog)
    assert len(told) == 7
    for name in ("json", "list", "field", "zone", "place", "period", "nothing"):
        assert any(f"periodic task {name} cannot be read" in line for line in told), (name, told)
    assert PeriodicTask.objects.filter(enabled=True).count() == 8


def test_a_row_that_is_mended_is_sent_again(project: Project) -> None:
    task = project.task("it", args="[1")
    beat = project.beat(max_interval=60)
    run(beat, START + 2 * HOUR)
    task.args = "[1]"
    task.save()
    assert times(run(beat, START + 3 * HOUR)) == ["it 05 15:00:00"]
    task.refresh_from_db()
    task.args = "[1"
    task.save()
    assert times(run(beat, START + 4 * HOUR)) == []


def test_an_outage_of_the_database_costs_no_run_and_no_id(
    project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    project.task("it")
    beat = project.beat(max_interval=60)
    run(beat, START + HOUR)
    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", _fail)
        broken.setattr(connection, "chunked_cursor", _fail)
        sent = run(beat, START + 3 * HOUR)
    project.task("new")
    sent += run(beat, START + 4 * HOUR)
    assert times(sent) == [
        f"{name} 05 {hour}:00:00"
        for hour, name in [(14, "it"), (15, "it"), (16, "it"), (16, "new")]
    ]
    assert all(
        message.occurrence == str(occurrence_id(message.task, message.scheduled_for))
        for message in sent
    )
    # Told of once, however long it lasts.
    assert len([line for line in errors(caplog) if "the database cannot be used" in line]) == 1
    row = PeriodicTask.objects.get(name="it")
    assert (row.last_run_at, row.total_run_count) == (datetime(2026, 1, 5, 16, tzinfo=UTC), 4)


def test_a_beat_that_starts_without_its_database_waits_for_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.task("it")
    project.app.conf.beat_schedule = {"kept": {"task": "kept", "schedule": stock.crontab(5)}}
    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", _fail)
        broken.setattr(connection, "chunked_cursor", _fail)
        beat = project.beat(max_interval=60)
        assert run(beat, START + timedelta(minutes=1)) == []
    sent = run(beat, START + 1.5 * HOUR)
    assert times(sent) == ["kept 05 12:05:00", "it 05 13:00:00", "kept 05 13:05:00"]


def test_a_store_that_fails_in_the_midst_is_gone_on_with(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.app.conf.beat_schedule = {"it": {"task": "it", "schedule": stock.crontab(0)}}
    with monkeypatch.context() as broken:
        broken.setattr(Stored, "write", _fail)
        beat = project.beat(max_interval=5)
        assert not beat.schedule
    assert times(run(beat, START + HOUR)) == ["it 05 13:00:00"]


def test_changes_are_seen_where_autocommit_is_off(project: Project) -> None:
    task = project.task("it")
    beat = project.beat(max_interval=5)
    connection.set_autocommit(False)
    try:
        run(beat, START + timedelta(seconds=10))
        change_by_save(task)
        run(beat, START + timedelta(seconds=20))
        assert beat.schedule["it"].task == "changed"
        connection.commit()
    finally:
        connection.set_autocommit(True)


@pytest.mark.skipif(ENGINE != "sqlite", reason="a server does not let it happen")
def test_a_schedule_that_is_gone_is_told_of(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    task = project.task("it")
    with connection.constraint_checks_disabled():
        PeriodicTask.objects.filter(pk=task.pk).update(crontab_id=10**6)
        project.beat()
        PeriodicTask.objects.all()._raw_delete(connection.alias)
    assert "the crontab schedule of it is gone" in errors(caplog)[0]


def test_a_person_who_disables_or_resets_at_the_same_moment_wins(project: Project) -> None:
    off, reset = project.task("off"), project.task("reset")
    beat = project.beat()
    run(beat, START + HOUR)
    project.app.clock = START + 2 * HOUR
    sent_and_not_written(beat)
    PeriodicTask.objects.filter(pk=off.pk).update(enabled=False, last_run_at=None)
    PeriodicTask.objects.filter(pk=reset.pk).update(last_run_at=None)
    beat.sync()
    assert {row.last_run_at for row in PeriodicTask.objects.all()} == {None}


# Cost


def test_an_idle_tick_asks_once_and_nothing_is_read_row_by_row(project: Project) -> None:
    project.task("a")
    beat = project.beat(max_interval=5)
    run(beat, START + timedelta(seconds=10))
    with CaptureQueriesContext(connection) as queries:
        project.app.pass_time(seconds=5)
        beat.tick()
        beat.tick()
    assert len(queries) == 1
    rows = PeriodicTask.objects.get()
    PeriodicTask.objects.bulk_create(
        PeriodicTask(name=f"t{n}", task="t", crontab_id=rows.crontab_id) for n in range(300)
    )
    with CaptureQueriesContext(connection) as queries:
        again = project.beat()
    assert len(again.schedule) == 301
    assert len(queries) == 2
    project.app.clock = START + HOUR
    with CaptureQueriesContext(connection) as queries:
        again.tick()
    writes = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert len(again.sent) == 301
    assert len(writes) <= 4
    columns = ("last_run_at", "total_run_count")
    assert all(all(column in sql for column in columns) for sql in writes)
    assert not any("SET " in sql and "date_changed" in sql.split("WHERE")[0] for sql in writes)


def test_many_rows_are_read_in_pages_while_others_are_sent(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 10)
    monkeypatch.setattr(module, "_PATIENCE", 0)
    monkeypatch.setattr(module, "_SLICE", 0)
    project.task("t000")
    pk = CrontabSchedule.objects.get().pk
    PeriodicTask.objects.bulk_create(
        PeriodicTask(name=f"t{n:03}", task="t", crontab_id=pk) for n in range(1, 25)
    )
    beat = project.beat()
    assert not beat.schedule
    project.app.clock = START + HOUR
    seen = []
    while len(beat.schedule) < 25:
        assert beat.tick() == 0
        seen.append(len(beat.sent))
    assert 0 < seen[len(seen) // 2] < 25
    while beat._reading is not None:
        beat.tick()
    assert len(beat.sent) == 25


# Entries of the settings


def settings(project: Project, **schedules: Any) -> Any:
    project.app.conf.beat_schedule = {
        name: given if isinstance(given, dict) else {"task": name, "schedule": given}
        for name, given in schedules.items()
    }
    return project.beat()


KEPT_BESIDE: dict[str, Any] = {
    "its schedule is of another type": beat(duetime.cron("0 9 * * *") | duetime.cron("5 9 * * *")),
    "no column has dst='wall'": crontab(0, 9, dst="wall"),
    "its zone UTC+05:30 has no name": crontab(0, 9, tz=datetime.strptime("+0530", "%z").tzinfo),
    "its interval is relative": stock.schedule(60.0, relative=True),
    "no column has an interval of": timedelta(days=1, microseconds=1),
    "no column has its tz, Europe/Paris": schedule(60.0, tz="Europe/Paris"),
    "its schedule has a nowfun": stock.crontab(0, nowfun=lambda: START),
    "its minute is too long": stock.crontab(minute=",".join(map(str, [*range(60)] * 3))),
    "it has a moment, and not one_off": clocked(START),
    "no column has its options countdown": {
        "task": "it", "schedule": 60.0, "options": {"countdown": 5}
    },
    "no column has expires=1.5": {"task": "it", "schedule": 60.0, "options": {"expires": 1.5}},
    "its arguments cannot be written as JSON": {
        "task": "it", "schedule": 60.0, "args": (object(),)
    },
    "its arguments are others": {"task": "it", "schedule": 60.0, "kwargs": {"a": (1,)}},
}  # fmt: skip


@pytest.mark.parametrize("reason", KEPT_BESIDE)
def test_what_no_row_can_hold_is_kept_beside_the_tables_and_told(
    project: Project, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    caplog.set_level(logging.INFO, "celery.beat")
    beat = settings(project, it=KEPT_BESIDE[reason])
    assert set(beat.schedule) == {"it"}
    assert not PeriodicTask.objects.exists()
    (line,) = [line for line in errors(caplog, logging.INFO) if "is kept beside" in line]
    assert reason in line


def test_a_zone_is_not_dropped_where_rows_have_none(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "celery.beat")
    with override_settings(DJANGO_CELERY_BEAT_TZ_AWARE=False):
        beat = settings(project, a=crontab(0), b=crontab(0, 9, tz="Asia/Tokyo"))
    assert beat._beside == {"b"}
    assert any(
        "TZ_AWARE is off, and its zone is Asia/Tokyo" in line
        for line in errors(caplog, logging.INFO)
    )


def test_an_entry_that_is_kept_beside_the_tables_has_its_times_and_its_memory(
    project: Project, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    days = duetime.cron("0 13 * * *", tz="UTC").on(duetime.business_days())
    project.app.conf.beat_schedule = {"it": {"task": "it", "schedule": beat(days)}}
    project.task("it", "30 * * * *")
    first = project.beat(tmp_path / "state")
    assert times(run(first, START + HOUR)) == ["it 05 13:00:00"]
    assert "beat_schedule has an entry of that name" in errors(caplog)[0]
    first.close()
    project.app.pass_time(days=5)
    assert times(run(project.beat(tmp_path / "state"), project.app.clock + TICK)) == [
        "it 09 13:00:00"
    ]


def test_a_row_that_gives_way_to_an_entry_is_sent_under_another_name(project: Project) -> None:
    grid = duetime.every(hours=1, anchor="epoch")
    project.app.conf.beat_schedule = {"it": {"task": "it", "schedule": beat(grid)}}
    row = project.task("it", "30 * * * *")
    scheduler = project.beat(max_interval=60)
    assert times(run(scheduler, START + HOUR)) == ["it 05 13:00:00"]
    row.name = "other"
    row.save()
    assert times(run(scheduler, START + 1.5 * HOUR)) == ["it 05 13:30:00"]
    assert set(scheduler.schedule) == {"it", "other"}


def test_what_the_models_can_hold_goes_there_and_says_the_same(project: Project) -> None:
    beat = settings(
        project,
        stock=stock.crontab(minute="*/15", hour=[9, 17]),
        zoned=crontab(0, 9, tz="Asia/Tokyo"),
        seconds=30.0,
        parts=timedelta(milliseconds=1500),
        sun=stock_solar(),
        ours=solar("sunset", 48.85, 2.35),
        moment={"task": "moment", "schedule": clocked(START + HOUR), "one_off": True},
        options={
            "task": "it",
            "schedule": 60.0,
            "args": ("daily",),
            "kwargs": {"a": [1]},
            "options": {"queue": "q", "priority": 9, "expires": timedelta(minutes=5)},
            "catch_up": "all",
            "deadline": 60,
        },
    )
    assert {row.name: str(row.scheduler) for row in PeriodicTask.objects.all()} == {
        "stock": "*/15 9,17 * * * (m/h/dM/MY/d) UTC",
        "zoned": "0 9 * * * (m/h/dM/MY/d) Asia/Tokyo",
        "seconds": "every 30 seconds",
        "parts": "every 1500000 microseconds",
        "sun": "Sunrise (-37.817530, 144.967150)",
        "ours": "Sunset (48.850000, 2.350000)",
        "moment": str(ClockedSchedule.objects.get()),
        "options": "every 60 seconds",
    }
    row = PeriodicTask.objects.get(name="options")
    assert (row.queue, row.priority, row.expire_seconds) == ("q", 9, 300)
    assert (json.loads(row.args), json.loads(row.kwargs)) == (["daily"], {"a": [1]})
    entry = beat.schedule["options"]
    assert (entry.catch_up, entry.deadline) == ("all", timedelta(minutes=1))


def stock_solar() -> Any:
    return solar("sunrise", -37.81753, 144.96715)


def test_entries_that_are_stored_already_are_left_alone(project: Project) -> None:
    schedules: dict[str, Any] = {"a": stock.crontab(0), "b": 30.0, "c": stock_solar()}
    settings(project, **schedules)
    before = {row.name: row.date_changed for row in PeriodicTask.objects.all()}
    PeriodicTask.objects.filter(name="b").update(enabled=False)
    project.app.pass_time(hours=1)
    settings(project, **schedules | {"a": stock.crontab(5)})
    after = {row.name: row.date_changed for row in PeriodicTask.objects.all()}
    assert {name for name in before if before[name] != after[name]} == {"a"}
    assert not PeriodicTask.objects.get(name="b").enabled
    settings(project, a=30.0)
    assert str(PeriodicTask.objects.get(name="a")) == "a: every 30 seconds"


def test_an_entry_that_is_bad_stops_no_other(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.app.conf.beat_schedule = {
        "worse": 5,
        "bad": {"task": "x", "schedule": "0 9 * * *"},
        "long": {"task": "x", "schedule": 60.0, "expires": START, "options": {"expires": 5}},
        "good": {"task": "x", "schedule": 60.0},
    }
    project.beat()
    assert [row.name for row in PeriodicTask.objects.all()] == ["good"]
    assert len(errors(caplog)) >= 3


def test_results_are_cleaned_up(monkeypatch: pytest.MonkeyPatch) -> None:
    empty()
    project = Project(monkeypatch, START, result_expires=3600)
    project.beat()
    row = PeriodicTask.objects.get()
    assert (row.name, row.crontab.hour, row.expire_seconds) == (
        "celery.backend_cleanup", "4", 12 * 3600
    )  # fmt: skip


# What others expect


def test_it_is_a_scheduler_of_both_packages() -> None:
    assert issubclass(DatabaseScheduler, Scheduler)
    assert issubclass(DatabaseScheduler, StockScheduler)
    assert DatabaseScheduler.max_interval == 5
    assert DatabaseScheduler.Entry is package.ModelEntry
    with pytest.raises(AttributeError, match="no attribute 'Missing'"):
        _ = package.Missing


def test_a_project_leaves_tasks_out_and_counts_messages(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    class Own(VirtualDatabaseScheduler):
        reserved: list[str] = []  # noqa: RUF012

        def enabled_models_qs(self) -> Any:
            return super().enabled_models_qs().exclude(name="other").prefetch_related("crontab")

        def reserve(self, entry: Any) -> Any:
            self.reserved.append(entry.name)
            return super().reserve(entry)

    project.task("it")
    project.task("other")
    beat = project.beat(kind=Own)
    assert times(run(beat, START + HOUR)) == ["it 05 13:00:00"]
    assert beat.reserved == ["it"]
    assert errors(caplog) == []
