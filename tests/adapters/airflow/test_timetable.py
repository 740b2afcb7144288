"""The timetable under the installed core of Airflow 3.

Airflow pins what it needs, so these tests run in an environment of their own; see the page on
contributing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import pytest

if find_spec("airflow") is None:
    pytest.skip("Airflow is not installed here", allow_module_level=True)

import pendulum
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable

from duetime import FloatingScheduleError, Schedule, ScheduleError, at, cron, every
from duetime.adapters.airflow import ScheduleTimetable

PARIS = "Europe/Paris"


def utc(*fields: int) -> Any:
    return pendulum.datetime(*fields, tz="UTC")


def infos(timetable: Any, earliest: Any, count: int, **limits: Any) -> list[DagRunInfo]:
    """The first automatic runs of a DAG with catch-up."""
    restriction = TimeRestriction(earliest, limits.get("latest"), limits.get("catchup", True))
    found: list[DagRunInfo] = []
    last = None
    for _ in range(count):
        info = timetable.next_dagrun_info(
            last_automated_data_interval=last, restriction=restriction
        )
        if info is None:
            break
        found.append(info)
        last = info.data_interval
    return found


@pytest.mark.parametrize("crontab", ["0 9 * * *", "*/30 * * * *", "15 6 1 * *", "0 0 * * mon-fri"])
def test_catch_up_has_the_intervals_of_airflows_own_timetable(crontab: str) -> None:
    ours = ScheduleTimetable(cron(crontab, tz=PARIS, dst="airflow"))
    theirs = CronDataIntervalTimetable(crontab, PARIS)
    for start in (utc(2026, 1, 5, 3, 20), utc(2026, 3, 28, 8), utc(2026, 10, 20, 8)):
        assert infos(ours, start, 12) == infos(theirs, start, 12)


def test_the_intervals_are_the_periods_of_the_schedule_at_a_clock_change() -> None:
    schedule = cron("30 2 * * *", tz=PARIS)
    found = infos(ScheduleTimetable(schedule), utc(2026, 3, 27), 4)
    assert [str(info.run_after) for info in found] == [
        "2026-03-28 01:30:00+00:00",
        "2026-03-29 01:00:00+00:00",
        "2026-03-30 00:30:00+00:00",
        "2026-03-31 00:30:00+00:00",
    ]
    for info in found:
        assert info.data_interval == schedule.period(info.data_interval.start)
    for one, following in pairwise(found):
        assert one.data_interval.end == following.data_interval.start


class AtNoon(ScheduleTimetable):
    @staticmethod
    def _now() -> datetime:
        return datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("crontab", "start"),
    [
        ("0 9 * * *", utc(2026, 1, 4, 9)),
        ("0 12 * * *", utc(2026, 1, 4, 12)),
        ("0 15 * * *", utc(2026, 1, 3, 15)),
    ],
)
def test_without_catch_up_the_latest_interval_that_has_ended_comes_first(
    crontab: str, start: Any
) -> None:
    timetable = AtNoon(cron(crontab))
    first, second = infos(timetable, utc(2020, 1, 1), 2, catchup=False)
    assert first.data_interval == DataInterval(start, start.add(days=1))
    assert second.data_interval.start == start.add(days=1)
    (later, *_) = infos(timetable, utc(2026, 2, 1), 2, catchup=False)
    assert later.data_interval.start.date() == utc(2026, 2, 1).date()


def test_a_run_by_hand_has_the_latest_interval_that_had_ended() -> None:
    timetable = ScheduleTimetable(cron("0 9 * * *"))
    theirs = CronDataIntervalTimetable("0 9 * * *", "UTC")
    for moment in (utc(2026, 1, 5, 8, 59), utc(2026, 1, 5, 9), utc(2026, 1, 5, 10)):
        assert timetable.infer_manual_data_interval(
            run_after=moment
        ) == theirs.infer_manual_data_interval(run_after=moment)
    once = ScheduleTimetable(at(datetime(2026, 1, 5, tzinfo=UTC)))
    moment = utc(2026, 1, 6)
    assert once.infer_manual_data_interval(run_after=moment) == DataInterval.exact(moment)


def test_a_dag_ends_with_its_schedule_and_with_its_end_date() -> None:
    three = cron("0 9 * * *").first(3, datetime(2026, 1, 5, tzinfo=UTC))
    assert len(infos(ScheduleTimetable(three), utc(2026, 1, 1), 9)) == 2
    assert infos(ScheduleTimetable(three), utc(2027, 1, 1), 9) == []
    daily = ScheduleTimetable(cron("0 9 * * *"))
    assert len(infos(daily, utc(2026, 1, 5), 9, latest=utc(2026, 1, 7, 9))) == 3
    assert infos(daily, None, 9) == []


def test_a_schedule_that_changed_goes_on_after_the_last_interval() -> None:
    last = DataInterval(utc(2026, 1, 5, 9), utc(2026, 1, 6, 9))
    weekly = ScheduleTimetable(cron("0 0 * * mon"))
    info = weekly.next_dagrun_info(
        last_automated_data_interval=last,
        restriction=TimeRestriction(utc(2026, 1, 1), None, True),
    )
    assert info is not None
    assert info.data_interval == DataInterval(utc(2026, 1, 12), utc(2026, 1, 19))


@pytest.mark.parametrize(
    "schedule",
    [
        cron("30 9 * * mon-fri", tz=PARIS),
        cron("0 9 * * *").jittered(timedelta(minutes=10), key="dag"),
        every(hours=36, anchor="epoch") | cron("0 0 1 * *"),
    ],
)
def test_a_dag_comes_back_from_the_database_with_its_timetable(schedule: Schedule) -> None:
    timetable = ScheduleTimetable(schedule)
    with DAG("one", schedule=timetable, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
        pass
    stored = json.dumps(DagSerialization.to_dict(dag))
    again = DagSerialization.from_dict(json.loads(stored)).timetable
    assert again == timetable
    assert hash(again) == hash(timetable)
    assert again.summary == timetable.summary
    assert again.description == schedule.describe()
    assert infos(again, utc(2026, 1, 1), 5) == infos(timetable, utc(2026, 1, 1), 5)


def test_what_has_no_data_intervals_is_refused() -> None:
    with pytest.raises(FloatingScheduleError, match='anchor="epoch"'):
        ScheduleTimetable(every(hours=1))
    with pytest.raises(ScheduleError, match="schedule must be one of duetime's"):
        ScheduleTimetable("0 9 * * *")  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match="has version 2"):
        ScheduleTimetable.deserialize({"version": 2, "schedule": {}})
