"""Runs on the days of a calendar, and on all others, by the date that their zone shows."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    business_days,
    cron,
    every,
)
from duetime.testing import (
    ScheduleLaws,
    calendars,
    crons,
)
from tests.support import calendars as oracle
from tests.support.business import (
    DAILY,
    END,
    GOLDEN_WEEK,
    JAPAN,
    START,
    WEEK,
    Everything,
    World,
    assert_copies,
    assert_runs,
    dates,
    some,
    worlds,
)
from tests.support.calendars import Growing
from tests.support.dates import PARIS, TOKYO, utc
from tests.support.effort import drawn


def test_a_calendar_keeps_or_drops_local_dates() -> None:
    calendar = business_days(holidays=GOLDEN_WEEK)
    weekdays = ["2026-04-27", "2026-04-28", "2026-04-30", "2026-05-01", "2026-05-07", "2026-05-08"]
    assert dates(DAILY.on(calendar), *WEEK) == weekdays
    others = set(dates(DAILY, *WEEK)) - set(weekdays)
    assert set(dates(DAILY.excluding(calendar), *WEEK)) == others
    assert dates(DAILY.on(GOLDEN_WEEK), *WEEK) == [day.isoformat() for day in GOLDEN_WEEK]
    assert dates(DAILY.on([]), *WEEK) == []
    assert DAILY.on([]).next_run(START) is DAILY.on(business_days("*")).prev_run(START) is None
    assert DAILY.excluding([]).next_run(START) == DAILY.next_run(START)


def test_the_date_is_that_of_the_zone_of_the_schedule() -> None:
    late = cron("0 1 * * *", tz="Asia/Tokyo")
    # It is still Sunday in UTC.
    assert late.on(business_days()).matches(datetime(2026, 1, 5, 1, tzinfo=TOKYO))
    assert not late.on(business_days()).matches(datetime(2026, 1, 4, 1, tzinfo=TOKYO))
    assert late.on(business_days()).in_zone("Europe/Paris") == cron("0 1 * * *", tz=PARIS).on(
        business_days()
    )


def test_a_collection_is_copied_and_equal_by_its_dates() -> None:
    given = [date(2026, 5, 1)]
    schedule = DAILY.on(given)
    given.append(date(2026, 5, 4))
    assert schedule.prev_run(END) == datetime(2026, 5, 1, 9, tzinfo=PARIS)
    assert schedule == DAILY.on({date(2026, 5, 1)}) != DAILY.excluding({date(2026, 5, 1)})
    assert DAILY.excluding(given) == DAILY.on(business_days(weekend=(), holidays=given))
    assert DAILY.on(given) == DAILY.excluding(business_days(weekend=(), holidays=given))


def test_a_container_that_grows_is_held_as_it_is() -> None:
    growing = Growing()
    schedule, other = DAILY.on(growing), DAILY.on(Growing())
    assert schedule == DAILY.on(growing) != other
    assert hash(schedule) == hash(DAILY.on(growing))
    assert dates(schedule, START, utc(2026, 3, 1)) == ["2026-01-05", "2026-02-02"]
    assert dates(DAILY.excluding(growing), START, utc(2026, 1, 7)) == [
        f"2026-01-0{n}" for n in (1, 2, 3, 4, 6)
    ]
    assert "Growing object" in repr(schedule)
    growing.known[2026].add(date(2026, 1, 1))
    assert schedule.next_run(START) == datetime(2026, 1, 1, 9, tzinfo=PARIS)
    copy = pickle.loads(pickle.dumps(schedule))
    assert copy.next_run(START) == schedule.next_run(START)
    several: list[Any] = [growing, date(2026, 1, 7)]
    both = DAILY.on(several)
    assert dates(both, START, utc(2026, 1, 9)) == ["2026-01-01", "2026-01-05", "2026-01-07"]
    assert both == DAILY.on((date(2026, 1, 7), growing))
    assert "excluding(business_days(weekend=(), holidays=[datetime.date(2026, 1, 7)" in repr(both)


def test_the_holidays_package_works_as_it_is() -> None:
    us = holidays.country_holidays("US")
    closed = DAILY.in_zone("America/New_York").on(us)
    assert dates(closed, START, utc(2026, 3, 1)) == ["2026-01-01", "2026-01-19", "2026-02-16"]
    assert us.years == {2025, 2026}
    open_days = DAILY.in_zone("America/New_York").on(business_days(holidays=us))
    assert open_days.next_run(utc(2030, 7, 4)) == datetime(
        2030, 7, 5, 9, tzinfo=ZoneInfo("America/New_York")
    )
    with pytest.raises(SearchHorizonError, match="does not know whether 2101-01-01 is a holiday"):
        closed.next_run(utc(2100, 12, 31, 20))
    listed = holidays.country_holidays("US", years=[2026], expand=False)
    with pytest.raises(SearchHorizonError, match="make it with expand=True"):
        DAILY.on(business_days(holidays=listed)).next_run(utc(2026, 12, 31, 12))


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        (
            "2026-05-01",
            (
                "a calendar is a collection of dates or anything with `date in calendar`,"
                " not '2026-05-01'"
            ),
        ),
        (date(2026, 5, 1), "a calendar is a collection"),
        ((day for day in GOLDEN_WEEK), "a calendar is a collection"),
        (["2026-05-01"], "a calendar is a collection"),
        (None, "a calendar is a collection"),
        (
            [datetime(2026, 5, 1, tzinfo=UTC)],
            (
                "a calendar holds dates, not times:"
                r" use datetime.datetime\(2026, 5, 1.*\).date\(\)"
            ),
        ),
    ],
)
def test_what_is_no_calendar_is_refused(calendar: Any, message: str) -> None:
    holidays_of: Callable[[Any], object] = partial(business_days, ())
    for use in (DAILY.on, DAILY.excluding, holidays_of):
        with pytest.raises(ScheduleError, match=message):
            use(calendar)


def test_floating_intervals_have_no_dates() -> None:
    floating = every(minutes=5)
    uses: list[Callable[[], Schedule]] = [
        lambda: floating.on([]),
        lambda: floating.excluding([]),
        lambda: floating.rolled(business_days(), "following"),
    ]
    for use in uses:
        with pytest.raises(FloatingScheduleError, match="no set of instants"):
            use()


def test_what_never_meets_is_known_never_to_meet() -> None:
    assert cron("0 9 * * sat").on(business_days()).next_run(START) is None
    assert cron("0 9 * * sat", tz=PARIS).on(business_days()).next_run(START) is None
    nine, ten = cron("0 9 * * *", tz=PARIS), cron("0 10 * * *", tz=PARIS)
    assert (nine.on(business_days()) & ten).next_run(START) is None
    assert (
        business_days().nth(24).next_run(START) is business_days().nth(24).prev_run(START) is None
    )
    assert business_days(holidays=GOLDEN_WEEK).nth(6, "week").next_run(START) is None
    assert business_days(holidays=Everything()).nth(-24).prev_run(START) is None


@pytest.mark.parametrize(
    "schedule",
    [
        DAILY.on(JAPAN),
        DAILY.on(GOLDEN_WEEK),
        DAILY.excluding(JAPAN),
        DAILY.excluding(GOLDEN_WEEK),
        DAILY.on([]),
    ],
    ids=repr,
)
def test_a_copy_is_equal(schedule: Schedule) -> None:
    assert_copies(schedule)


# Clock changes of what is kept.


def test_clock_changes_are_those_of_the_days_that_are_kept() -> None:
    hourly = cron("0 * * * *", tz="Pacific/Apia")
    lost = utc(2011, 12, 29), utc(2012, 1, 1)
    # Apia has no 30 December 2011.
    assert len(list(hourly.clock_changes(*lost))) == 24
    assert len(list(hourly.on([date(2011, 12, 30)]).clock_changes(*lost))) == 24
    assert not list(hourly.on([date(2011, 12, 31)]).clock_changes(*lost))
    doubled = cron("30 2 * * *", tz=PARIS).on([date(2026, 10, 25)])
    assert [change.kind for change in doubled.clock_changes(START, END)] == ["doubled"]


def test_a_date_that_comes_twice_is_kept_twice() -> None:
    # Kwajalein went from 30 September 1969 back to the 30th.
    hourly = cron("0 * * * *", tz="Pacific/Kwajalein", dst="wall")
    window = utc(1969, 9, 28), utc(1969, 10, 3)
    plain = [run for run in hourly.runs(*window) if run.date() == date(1969, 9, 30)]
    assert len(plain) == 47
    schedule = hourly.on([date(1969, 9, 30)])
    assert list(schedule.runs(*window)) == plain
    assert list(schedule.runs_back(window[1], window[0])) == plain[::-1]
    assert schedule.count(*window) == 47


# Against the oracle.


@some
@given(worlds())
def test_kept_runs_are_the_oracles(world: World) -> None:
    calendar, is_business, off, case, start, end = world
    schedule, runs = case.schedule, case.oracle.runs_between(start, end)
    assert_runs(schedule.on(calendar), oracle.kept(runs, case.tz, is_business), start, end)
    dropped = oracle.kept(runs, case.tz, lambda day: not is_business(day))
    assert_runs(schedule.excluding(calendar), dropped, start, end)
    listed = oracle.kept(runs, case.tz, off.__contains__)
    assert_runs(schedule.on(off), listed, start, end)
    assert_runs(schedule.excluding(off), [run for run in runs if run not in listed], start, end)


class TestKept(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        kept = st.builds(Schedule.on, crons(), calendars())
        return kept | st.builds(Schedule.excluding, crons(), calendars())


# Long counts end soon.


def test_a_century_of_minutes_is_counted_by_days() -> None:
    schedule = cron("* * * * *", tz=PARIS).on(business_days())
    assert schedule.count(utc(2001, 1, 1), utc(2101, 1, 1)) > 37_000_000


def test_days_alone_say_nothing_of_runs_between_whole_seconds() -> None:
    halves = every(minutes=1, anchor=datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    kept = halves.on(business_days())
    assert kept._timeline(range(20_000, 20_010), exact=False) is None
    monday = datetime(2026, 1, 5, 0, 0, 0, 1, tzinfo=UTC)
    assert (kept - cron("* * * * *")).next_run(monday) == monday + timedelta(minutes=1)
