"""Runs moved by business days: facts of finance calendars in a table, and the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import DstPolicy, Schedule, ScheduleError, at, business_days, cron
from duetime.algebra.rolling import policy_of
from duetime.errors import SearchHorizonError
from duetime.testing import ScheduleLaws, business_calendars, crons
from tests.support import calendars as oracle
from tests.support.business import (
    DAILY,
    JAPAN,
    MONTH_END,
    WEEK,
    World,
    assert_copies,
    assert_runs,
    dates,
    some,
    worlds,
)
from tests.support.calendars import Growing
from tests.support.dates import DAY, PARIS, utc
from tests.support.effort import drawn
from tests.support.tables import records

# Dates of 2026. In May, 4 to 6 are Golden Week in Japan; 25 May is Memorial Day in the US.
SHIFTED = """
date        calendar  n    is
# From a Wednesday, from a Friday, and over a weekend.
2026-05-13  plain     1    2026-05-14
2026-05-13  plain     2    2026-05-15
2026-05-13  plain     3    2026-05-18
2026-05-13  plain     -3   2026-05-08
2026-05-15  plain     5    2026-05-22
2026-05-18  plain     -1   2026-05-15
# A Saturday and a Sunday count from themselves.
2026-05-16  plain     1    2026-05-18
2026-05-17  plain     1    2026-05-18
2026-05-17  plain     -1   2026-05-15
2026-05-16  plain     -2   2026-05-14
# Over holidays: settlement of a trade on T+2.
2026-05-01  Japan     2    2026-05-08
2026-05-04  Japan     1    2026-05-07
2026-05-07  Japan     -1   2026-05-01
2026-05-21  US        2    2026-05-26
# Over a year of 261 business days.
2026-01-01  plain     261  2027-01-01
2026-12-31  every     1    2027-01-01
2026-03-01  every     -1   2026-02-28
"""

CALENDARS = {
    "plain": business_days(),
    "Japan": JAPAN,
    "US": business_days(holidays=[date(2026, 5, 25)]),
    "every": business_days(weekend=()),
}


@pytest.mark.parametrize("row", records(SHIFTED), ids=lambda row: " ".join(row.values()))
def test_a_run_moves_by_business_days(row: dict[str, str]) -> None:
    once = at(datetime.fromisoformat(f"{row['date']}T09:00").replace(tzinfo=PARIS), tz=PARIS)
    schedule = once.shifted_days(int(row["n"]), CALENDARS[row["calendar"]])
    run = datetime.fromisoformat(f"{row['is']}T09:00").replace(tzinfo=PARIS)
    assert list(schedule.runs(utc(2025, 1, 1), utc(2028, 1, 1))) == [run]
    assert schedule.next_run(utc(2025, 1, 1)) == schedule.prev_run(utc(2028, 1, 1)) == run
    assert schedule.matches(run)
    assert schedule.count(utc(2025, 1, 1), utc(2028, 1, 1)) == 1
    assert schedule.next_run(run) is schedule.prev_run(run) is None


def test_runs_that_come_to_one_instant_are_one() -> None:
    # Of the daily runs, those from Friday to Sunday come to Monday.
    assert dates(DAILY.shifted_days(1, JAPAN), *WEEK) == [
        "2026-04-27",
        "2026-04-28",
        "2026-04-30",
        "2026-05-01",
        "2026-05-07",
        "2026-05-08",
    ]
    twice = (DAILY | cron("30 9 * * sun", tz=PARIS)).shifted_days(1, business_days())
    runs = list(twice.runs(utc(2026, 1, 5), utc(2026, 1, 6)))
    assert [(run.hour, run.minute) for run in runs] == [(9, 0), (9, 30)]


def test_two_days_before_payday_is_a_composition() -> None:
    payday = MONTH_END.rolled(business_days(), "preceding")
    reminder = payday.shifted_days(-2, business_days())
    assert dates(reminder, utc(2026, 1, 1), utc(2026, 5, 1)) == [
        "2026-01-28",
        "2026-02-25",
        "2026-03-27",
        "2026-04-28",
    ]
    assert reminder.isdisjoint(payday)


def test_a_shifted_run_follows_the_policy_of_its_schedule() -> None:
    # The clocks go forward on Sunday 29 March and back on Sunday 25 October.
    calendar = business_days(weekend=("sat",), holidays=[date(2026, 10, 24)])
    for dst, spring, autumn in (
        ("rfc5545", ["03:30+02:00"], ["02:30+02:00"]),
        (DstPolicy("end", "last"), ["03:00+02:00"], ["02:30+01:00"]),
        ("wall", [], ["02:30+02:00", "02:30+01:00"]),
    ):
        fridays = cron("30 2 * * fri", tz=PARIS, dst=dst).shifted_days(1, calendar)
        for day, expected in ((29, spring), (25, autumn)):
            month = 3 if day == 29 else 10
            start = utc(2026, month, day - 1, 22)
            runs = [
                run.isoformat(timespec="minutes")[11:] for run in fridays.runs(start, start + DAY)
            ]
            assert runs == expected
            assert fridays.count(start, start + DAY) == len(expected)
        (change,) = fridays.clock_changes(utc(2026, 3, 28), utc(2026, 3, 30))
        assert (change.label.day, len(change.instants)) == (29, len(spring))
        assert policy_of(fridays) == policy_of(cron("30 2 * * *", dst=dst))


def test_a_label_that_exists_twice_moves_to_one_that_exists_once() -> None:
    nights = cron("30 2 * * sun", tz=PARIS, dst="wall")
    sunday = utc(2026, 10, 24, 22)
    assert nights.count(sunday, sunday + DAY) == 2
    mondays = nights.shifted_days(1, business_days())
    assert mondays.count(sunday, sunday + 2 * DAY) == 1


def test_what_is_dropped_for_ever_is_proven_to_be() -> None:
    # In Berlin the clocks go forward on the last Sunday of March, at two.
    eves = cron("30 2 24-30 3 sat", tz="Europe/Berlin", dialect="celery", dst="wall")
    sundays = eves.shifted_days(1, business_days(weekend=()))
    assert sundays.next_run(utc(2026, 1, 1)) is None
    last = sundays.prev_run(utc(2026, 1, 1))
    assert last is not None
    assert last.isoformat() == "1980-03-30T02:30:00+01:00"
    never = cron("30 2 30 2 *").shifted_days(3, JAPAN)
    assert never.next_run(utc(2026, 1, 1)) is never.prev_run(utc(2026, 1, 1)) is None


@pytest.mark.parametrize("calendar", [business_days("*"), business_days("mon-sun", [])])
def test_without_business_days_there_are_no_runs(calendar: Any) -> None:
    for n in (2, -2):
        schedule = DAILY.shifted_days(n, calendar)
        assert schedule.next_run(utc(2026, 1, 1)) is schedule.prev_run(utc(2026, 1, 1)) is None
        assert schedule.count(utc(2026, 1, 1), utc(2027, 1, 1)) == 0


@pytest.mark.parametrize("n", [1, 3, -1, -3])
def test_at_the_ends_of_the_calendar(n: int) -> None:
    # Years 1 to 9999 begin on a Monday and end on a Friday.
    for weekend in ("sat-sun", "mon", "fri"):
        schedule = DAILY.shifted_days(n, business_days(weekend))
        plain = DAILY.on(business_days(weekend))
        first = list(plain.runs(datetime(1, 1, 1, 3, tzinfo=PARIS), limit=9))
        last = list(plain.runs_back(datetime(9999, 12, 31, 20, tzinfo=PARIS), limit=9))
        moved = schedule.next_run(datetime(1, 1, 1, tzinfo=PARIS))
        from_off = weekend == "mon" and n > 0
        assert moved == first[max(0, n - from_off)]
        moved = schedule.prev_run(datetime(9999, 12, 31, 23, tzinfo=PARIS))
        from_off = weekend == "fri" and n < 0
        assert moved == last[max(0, -n - from_off)]
        assert schedule.prev_run(first[max(0, n - (weekend == "mon" and n > 0))]) is None


def test_centuries_are_counted_at_once() -> None:
    schedule = DAILY.shifted_days(2, business_days())
    start, end = utc(1900, 1, 1), utc(2900, 1, 1)
    assert schedule.count(start, end) == DAILY.on(business_days()).count(start, end)


def test_a_held_container_is_asked_anew() -> None:
    calendar = business_days(holidays=Growing())
    schedule = DAILY.shifted_days(1, calendar)
    # The first Monday of a month is off.
    assert dates(schedule, utc(2026, 1, 2), utc(2026, 1, 8)) == [
        "2026-01-02",
        "2026-01-06",
        "2026-01-07",
    ]


class Everything:
    def __contains__(self, day: object) -> bool:
        return True


def test_nothing_proves_what_a_held_container_says() -> None:
    schedule = DAILY.shifted_days(1, business_days(weekend=(), holidays=Everything()))
    with pytest.raises(SearchHorizonError, match="nothing proves that there is none"):
        schedule.next_run(utc(2026, 1, 1))


@pytest.mark.parametrize(
    ("n", "calendar", "message"),
    [
        (2, [date(2026, 5, 1)], r"runs are shifted onto business_days\(...\), not onto \[dat"),
        (0, business_days(), r"not 0: with 0 days, \.rolled\(\) says where runs on days off go"),
        (367, business_days(), "n must be an int from 1 to 366 business days, or from -1 down"),
        (True, business_days(), "not True"),
        (1.0, business_days(), r"not 1\.0"),
        ("2", business_days(), "not '2'"),
    ],
)
def test_what_cannot_be_shifted_is_refused(n: Any, calendar: Any, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        DAILY.shifted_days(n, calendar)


def test_a_number_without_end_is_refused_too() -> None:
    with pytest.raises(ScheduleError, match="not an int of over"):
        DAILY.shifted_days(-(10**5_000), business_days())


def test_only_whole_seconds_are_shifted() -> None:
    between = at(utc(2026, 1, 6, 9).replace(microsecond=5))
    with pytest.raises(ScheduleError, match=r"09:00:00\.000005.* is not on a whole second"):
        between.shifted_days(1, business_days()).next_run(utc(2026, 1, 1))


def test_shifting_moves_with_the_zone() -> None:
    schedule = DAILY.shifted_days(2, JAPAN)
    assert schedule.in_zone("Asia/Tokyo") == DAILY.in_zone("Asia/Tokyo").shifted_days(2, JAPAN)


def test_a_copy_is_equal() -> None:
    assert_copies(MONTH_END.shifted_days(-2, JAPAN))
    assert DAILY.shifted_days(1, JAPAN) != DAILY.shifted_days(2, JAPAN)


SPARSE = (
    *("30 2 * * *", "0 0 * * *", "59 23 * * *", "15 1,2,3 * * *", "0 9 L * *", "30 0 1 * *"),
    *("0 */6 * * sun", "30 1 * * sat,sun", "0 9 29-31 * *", "*/20 2 * * sat"),
)


@some
@given(worlds(), st.sampled_from(SPARSE), st.sampled_from((1, 2, 7, -1, -2, -5)))
def test_shifted_runs_are_the_oracles(world: World, expression: str, n: int) -> None:
    calendar, is_business, _, case, start, end = world
    case, end = replace(case, expression=expression), max(end, start + 5 * DAY)
    wide = case.oracle.runs_between(start - 40 * DAY, end + 40 * DAY)
    runs = oracle.shifted_days(wide, case.tz, is_business, n, case.oracle.policy)
    expected = [run for run in runs if start <= run < end]
    assert_runs(case.schedule.shifted_days(n, calendar), expected, start, end)


class TestShiftedDays(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        numbers = st.sampled_from((1, 2, 10, -1, -3))
        return st.builds(Schedule.shifted_days, crons(), numbers, business_calendars())
