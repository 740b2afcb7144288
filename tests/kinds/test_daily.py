"""Daily grids: wall times a step apart, begun anew each day."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import DstPolicy, Schedule, ScheduleError, daily_grid
from duetime.dates.days import WEEKDAYS
from duetime.testing import ScheduleLaws, daily_grids, instants, time_zones
from duetime.testing.crontab_oracle import Policy
from tests.support import calendars as oracle
from tests.support.dates import DAY, HOUR, MINUTE, PARIS
from tests.support.effort import drawn, few
from tests.support.names import NAMES

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def times(schedule: Schedule, start: datetime, end: datetime) -> list[str]:
    runs = [f"{run:%a %H:%M}" for run in schedule.runs(start, end)]
    assert [f"{run:%a %H:%M}" for run in schedule.runs_back(end, start)] == runs[::-1]
    assert schedule.count(start, end) == len(runs)
    return runs


def test_a_grid_begins_anew_each_day_and_may_run_on_its_end() -> None:
    grid = daily_grid(90 * MINUTE, time(8, 15), time(12, 45), tz="UTC")
    day = ["08:15", "09:45", "11:15", "12:45"]
    expected = [f"{name} {moment}" for name in ("Mon", "Tue") for moment in day]
    assert times(grid, MONDAY, MONDAY + 2 * DAY) == expected


def test_a_grid_may_cross_midnight() -> None:
    grid = daily_grid(90 * MINUTE, time(22), time(2), days="fri")
    assert times(grid, MONDAY, MONDAY + 7 * DAY) == ["Fri 22:00", "Fri 23:30", "Sat 01:00"]


def test_a_grid_from_a_time_to_itself_runs_once_a_day() -> None:
    for every in (HOUR, DAY, timedelta.max - timedelta.resolution * 999_999):
        once = daily_grid(every, time(9), time(9))
        assert times(once, MONDAY, MONDAY + 2 * DAY) == ["Mon 09:00", "Tue 09:00"]
        assert once == daily_grid(DAY, time(9), time(9))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("mon-fri", "Mon Tue Wed Thu Fri"),
        ("sat-sun", "Sat Sun"),
        (["sun", "sat"], "Sat Sun"),
        ("sun", "Sun"),
        ("Wednesday, fri-sun", "Wed Fri Sat Sun"),
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_days_have_names(days: Any, expected: str) -> None:
    grid = daily_grid(HOUR, time(9), time(9), days=days)
    assert times(grid, MONDAY, MONDAY + 7 * DAY) == [f"{day} 09:00" for day in expected.split()]


def test_the_steps_are_of_the_wall_clock() -> None:
    def grid(dst: str) -> list[str]:
        schedule = daily_grid(30 * MINUTE, time(1, 30), time(3), tz=PARIS, dst=dst)
        day = datetime(2026, month, date, tzinfo=PARIS)
        return [f"{run:%H:%M%z}"[:-2] for run in schedule.runs(day, day + 20 * HOUR)]

    month, date = 3, 29
    assert grid("wall") == ["01:30+01", "03:00+02"]
    assert grid("rfc5545") == ["01:30+01", "03:00+02", "03:30+02"]
    month, date = 10, 25
    assert grid("rfc5545") == ["01:30+02", "02:00+02", "02:30+02", "03:00+01"]
    assert grid("wall") == ["01:30+02", "02:00+02", "02:30+02", "02:00+01", "02:30+01", "03:00+01"]


def test_grids_are_equal_when_their_runs_are() -> None:
    grid = daily_grid(
        90 * MINUTE, time(8, 15), time(12, 45), days="mon,fri-sun", tz=PARIS, dst="wall"
    )
    assert grid == daily_grid(
        90 * MINUTE, time(8, 15), time(14), days="fri-mon", tz="Europe/Paris", dst="wall"
    )
    assert grid != daily_grid(
        90 * MINUTE, time(8, 15), time(14, 15), days="fri-mon", tz=PARIS, dst="wall"
    )
    assert grid.in_zone("UTC") != grid
    for one in (
        grid,
        daily_grid(DAY, time(23, 59, 59), time(0)),
        daily_grid(HOUR, time(22), time(3)),
    ):
        for copy in (
            eval(repr(one), NAMES),
            pickle.loads(pickle.dumps(one)),
            Schedule.from_dict(one.to_dict()),
        ):
            assert copy == one
            assert hash(copy) == hash(one)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"every": 90}, "every must be a timedelta of whole seconds, longer than zero, not 90"),
        ({"every": timedelta(0)}, "every must be a timedelta"),
        ({"every": timedelta(milliseconds=1500)}, "every must be a timedelta"),
        ({"start": "08:15"}, "a time of day is a datetime.time of whole seconds without a zone"),
        ({"end": time(9, tzinfo=UTC)}, "a time of day is"),
        ({"days": "8"}, "'8' is no weekday for days: use names such as mon or mon-fri, since 0 is"),
        ({"days": [0]}, "0 is no weekday for days: use names such as mon or mon-fri, since 0 is"),
        ({"days": 1}, "1 is no weekday for days"),
        ({"days": "1-5"}, "'1' is no weekday for days"),
        ({"days": None}, "None is no weekday for days: use names"),
        ({"days": ()}, "days has no weekdays: leave it out for all"),
        ({"dst": "vixie"}, "only cron"),
    ],
)  # fmt: skip
def test_what_is_no_grid_is_refused(given: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"every": HOUR, "start": time(8), "end": time(20)}
    with pytest.raises(ScheduleError, match=message):
        daily_grid(**usual | given)


def test_at_the_ends_of_the_calendar() -> None:
    # Years 1 to 9999 begin on a Monday and end on a Friday.
    grid = daily_grid(HOUR, time(22), time(2), days="tue,wed")
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert grid.prev_run(first) is grid.next_run(last) is None
    assert grid.next_run(first) == datetime(1, 1, 2, 22, tzinfo=UTC)
    assert grid.prev_run(last) == datetime(9999, 12, 30, 2, tzinfo=UTC)
    daily = daily_grid(HOUR, time(22), time(2))
    assert daily.prev_run(last) == datetime(9999, 12, 31, 23, tzinfo=UTC)
    # The first night began before the calendar, and the last one ends after it.
    assert daily.count(first, last) == 3_652_059 * 5


class TestDailyGrids(ScheduleLaws):
    examples = drawn(6)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return daily_grids()


@few(20)
@given(
    time_zones().flatmap(lambda zone: st.tuples(st.just(zone.key), instants(zone))),
    st.integers(600, 100_000),
    st.times(),
    st.times(),
    st.sets(st.integers(0, 6), min_size=1),
    st.sampled_from(("skip", "end", "shift")),
    st.sampled_from(("first", "last", "both")),
)
def test_runs_are_the_oracles(
    question: Any, step: int, first: time, last: time, days: set[int], gap: Any, overlap: Any
) -> None:
    key, start = question
    end = start + timedelta(days=10)
    first, last = first.replace(microsecond=0), last.replace(microsecond=0)
    every = timedelta(seconds=step)
    schedule = daily_grid(
        every,
        first,
        last,
        days=[WEEKDAYS[day] for day in days],
        tz=key,
        dst=DstPolicy(gap, overlap),
    )
    expected = oracle.grid(
        every, first, last, days, ZoneInfo(key), Policy(gap, overlap), start, end
    )
    assert [run.astimezone(UTC) for run in schedule.runs(start, end)] == expected
    assert [run.astimezone(UTC) for run in schedule.runs_back(end, start)] == expected[::-1]
    assert schedule.count(start, end) == len(expected)
