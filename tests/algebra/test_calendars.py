"""Business days: facts of finance calendars in tables, and every operator against its oracle."""

# ruff: noqa: E501 (a row of a table is a line)

from __future__ import annotations

import datetime as datetime_module
import pickle
import zoneinfo
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

import duetime
from duetime import (
    DstPolicy,
    FloatingScheduleError,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    business_days,
    calendar_interval,
    cron,
    earliest_of_day,
    every,
    rrule,
)
from duetime.algebra.rolling import CONVENTIONS, Convention, policy_of
from duetime.kinds.business import BusinessDays, Period
from duetime.testing import (
    CronCase,
    ScheduleLaws,
    business_calendars,
    calendars,
    cron_cases,
    crons,
    nth_business_days,
    policies,
)
from duetime.testing.oracle import Policy
from tests.support import calendars as oracle
from tests.support.calendars import Growing, Listed, questions
from tests.support.dates import utc
from tests.support.effort import drawn, few

DAY = timedelta(days=1)
PARIS, TOKYO, APIA = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Apia")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = {name: getattr(duetime, name) for name in duetime.__all__} | {
    "datetime": datetime_module,
    "zoneinfo": zoneinfo,
}


def dates(schedule: Schedule, start: datetime, end: datetime) -> list[str]:
    """The local dates of the runs, and the same backwards."""
    runs = [run.date().isoformat() for run in schedule.runs(start, end)]
    assert [run.date().isoformat() for run in schedule.runs_back(end, start)] == runs[::-1]
    assert schedule.count(start, end) == len(runs)
    return runs


def in_utc(runs: Any) -> list[datetime]:
    return [run.astimezone(UTC) for run in runs]


START, END = utc(2026, 1, 1), utc(2027, 1, 1)
DAILY = cron("0 9 * * *", tz="Europe/Paris")
WEEK = utc(2026, 4, 27), utc(2026, 5, 11)
GOLDEN_WEEK = [date(2026, 4, 29), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)]


# What is a business day.


@pytest.mark.parametrize(
    ("weekend", "off"),
    [
        (("sat", "sun"), {5, 6}),
        ("sat-sun", {5, 6}),
        ("Saturday, SUN", {5, 6}),
        ({4, 5}, {4, 5}),
        ("fri-mon", {4, 5, 6, 0}),
        (6, {6}),
        (["thu-fri", 5], {3, 4, 5}),
        ((), set()),
        ("*", set(range(7))),
    ],
)
def test_a_weekend_is_named_or_counted_as_dates_count(weekend: Any, off: set[int]) -> None:
    calendar = business_days(weekend=weekend)
    week = [date(2026, 1, 5) + DAY * n for n in range(7)]
    assert {day.weekday() for day in week if day not in calendar} == off
    assert calendar == business_days(weekend=[WEEKDAYS[day] for day in off])


@pytest.mark.parametrize(
    "weekend", ["", "sa", "5", "sat-", "someday", 7, -1, True, None, [None], 1.5]
)
def test_what_is_no_weekend_is_refused(weekend: Any) -> None:
    with pytest.raises(ScheduleError, match="is no weekday for weekend: use names such as mon"):
        business_days(weekend=weekend)


def test_a_calendar_answers_for_dates_and_for_what_a_datetime_shows() -> None:
    calendar = business_days(holidays=[date(2026, 5, 1)])
    assert date(2026, 4, 30) in calendar
    assert date(2026, 5, 1) not in calendar
    assert datetime(2026, 5, 1, 9, tzinfo=PARIS) not in calendar
    with pytest.raises(ScheduleError, match="so ask it for one and not for '2026-05-01'"):
        assert "2026-05-01" in calendar


def test_calendars_are_equal_when_their_days_are() -> None:
    plain = business_days(holidays=[date(2026, 5, 1)])
    assert plain == business_days("sun,sat", {date(2026, 5, 1): "Labour Day"})
    # The second of May is a Saturday.
    assert plain == business_days(holidays={date(2026, 5, 1), date(2026, 5, 2)})
    assert plain == business_days(holidays=[[date(2026, 5, 1)], frozenset({date(2026, 5, 2)})])
    assert hash(plain) == hash(business_days(holidays=(date(2026, 5, 1),)))
    assert plain != business_days()
    assert eval(repr(plain), NAMES) == pickle.loads(pickle.dumps(plain)) == plain


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        ("2026-05-01", "a calendar is a collection of dates or anything with `date in calendar`, not '2026-05-01'"),
        (date(2026, 5, 1), "a calendar is a collection"),
        ((day for day in GOLDEN_WEEK), "a calendar is a collection"),
        (["2026-05-01"], "a calendar is a collection"),
        (None, "a calendar is a collection"),
        ([datetime(2026, 5, 1, tzinfo=UTC)], r"a calendar holds dates, not times: use datetime.datetime\(2026, 5, 1.*\).date\(\)"),
    ],
)  # fmt: skip
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


# Keeping runs by their date.


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


def test_a_held_container_cannot_be_written() -> None:
    for schedule in (
        DAILY.on(Growing()),
        DAILY.on(business_days(holidays=Growing())),
        DAILY.rolled(business_days(holidays=Growing()), "following"),
        business_days(holidays=Growing()).nth(1),
    ):
        with pytest.raises(ScheduleError, match="cannot be written: list its dates"):
            schedule.to_dict()


def test_months_with_too_few_business_days_have_no_run_in_a_range() -> None:
    # In 2026 July and December alone have 23 business days.
    last = business_days().nth(23)
    assert last.count(utc(2026, 1, 1), utc(2027, 1, 1)) == 2
    both = last | business_days().nth(-23)
    assert both.count(utc(2026, 1, 1), utc(2027, 1, 1)) == 4


# Containers that do not know every year.


@pytest.mark.parametrize(
    ("container", "message"),
    [
        (Listed([2025, 2026], expand=False), "make it with expand=True, or with all the years"),
        (Listed([2025], expand=True), "it begins in 1990 and ends in 2040"),
    ],
)
def test_silence_of_a_container_is_no_answer(container: Any, message: str) -> None:
    for schedule in (
        cron("0 9 4 7 *").on(business_days(holidays=container)),
        DAILY.on(container),
        DAILY.rolled(business_days(weekend=(), holidays=container), "following"),
        business_days(holidays=container).nth(1, "year"),
    ):
        with pytest.raises(SearchHorizonError, match=message):
            list(schedule.runs(START))
    inside = DAILY.on(business_days(holidays=container)).within(
        datetime(2025, 1, 1, tzinfo=PARIS), datetime(2027, 1, 1, tzinfo=PARIS)
    )
    assert len(dates(inside, utc(2000, 1, 1), utc(2060, 1, 1))) == 522 - 24


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


# Rolling: the tables.

MONTH_END = cron("0 9 L * *", tz="Europe/Paris")
JAPAN = business_days(holidays=GOLDEN_WEEK)
YEAR_END = business_days(holidays=[date(2022, 12, 30), date(2023, 1, 2)])
TURKEY = business_days(
    holidays=[date(2026, 3, day) for day in (20, 21, 22)]
    + [date(2026, 5, day) for day in (27, 28, 29, 30)]
)


@pytest.mark.parametrize(
    ("day", "calendar", "following", "preceding", "modified_following", "modified_preceding"),
    [
        ("2026-05-28", business_days(), "2026-05-28", "2026-05-28", "2026-05-28", "2026-05-28"),
        # A Sunday at the end of a month, and one at the beginning.
        ("2026-05-31", business_days(), "2026-06-01", "2026-05-29", "2026-05-29", "2026-05-29"),
        ("2026-02-01", business_days(), "2026-02-02", "2026-01-30", "2026-02-02", "2026-02-02"),
        ("2026-05-16", business_days(), "2026-05-18", "2026-05-15", "2026-05-18", "2026-05-15"),
        # Across the end of a year: from Saturday, with the Friday and the Monday off.
        ("2022-12-31", YEAR_END, "2023-01-03", "2022-12-29", "2022-12-29", "2022-12-29"),
        ("2023-01-01", YEAR_END, "2023-01-03", "2022-12-29", "2023-01-03", "2023-01-03"),
        ("2023-01-02", YEAR_END, "2023-01-03", "2022-12-29", "2023-01-03", "2023-01-03"),
        # Golden Week.
        ("2026-05-02", JAPAN, "2026-05-07", "2026-05-01", "2026-05-07", "2026-05-01"),
        ("2026-05-06", JAPAN, "2026-05-07", "2026-05-01", "2026-05-07", "2026-05-01"),
        ("2026-04-29", JAPAN, "2026-04-30", "2026-04-28", "2026-04-30", "2026-04-28"),
        # Both Eids. Al-Adha is from Wednesday to Saturday, the last but one of the month.
        ("2026-05-27", TURKEY, "2026-06-01", "2026-05-26", "2026-05-26", "2026-05-26"),
        ("2026-03-20", TURKEY, "2026-03-23", "2026-03-19", "2026-03-23", "2026-03-19"),
        # A month without business days: the other way is as far as it goes.
        ("2026-06-10", business_days(holidays=[date(2026, 6, 1) + DAY * n for n in range(30)]), "2026-07-01", "2026-05-29", "2026-05-29", "2026-07-01"),
    ],
)  # fmt: skip
def test_conventions(
    day: str,
    calendar: BusinessDays,
    following: str,
    preceding: str,
    modified_following: str,
    modified_preceding: str,
) -> None:
    once = at(datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=PARIS), tz=PARIS)
    expected = {
        "following": following,
        "preceding": preceding,
        "modified_following": modified_following,
        "modified_preceding": modified_preceding,
    }
    assert set(expected) == set(get_args(Convention)) == set(CONVENTIONS)
    for convention in get_args(Convention):
        schedule = once.rolled(calendar, convention)
        run = datetime.fromisoformat(f"{expected[convention]}T09:00").replace(tzinfo=PARIS)
        assert list(schedule.runs(utc(2022, 1, 1), utc(2027, 1, 1))) == [run]
        assert schedule.next_run(utc(2022, 1, 1)) == schedule.prev_run(utc(2027, 1, 1)) == run
        assert schedule.matches(run)
        assert schedule.next_run(run) is schedule.prev_run(run) is None


def test_a_month_end_rolls_out_of_its_year_or_back_into_it() -> None:
    calendar = business_days(holidays=[date(2027, 1, 1)])
    window = utc(2022, 11, 1), utc(2023, 2, 1)
    assert dates(MONTH_END.rolled(calendar, "following"), *window) == [
        "2022-11-30",
        "2023-01-02",
        "2023-01-31",
    ]
    assert dates(MONTH_END.rolled(calendar, "modified_following"), *window) == [
        "2022-11-30",
        "2022-12-30",
        "2023-01-31",
    ]


def test_runs_that_roll_to_one_instant_are_one() -> None:
    schedule = DAILY.rolled(JAPAN, "following")
    assert dates(schedule, *WEEK) == [
        "2026-04-27",
        "2026-04-28",
        "2026-04-30",
        "2026-05-01",
        "2026-05-07",
        "2026-05-08",
    ]
    twice = (DAILY | cron("30 9 * * sun", tz=PARIS)).rolled(business_days(), "following")
    runs = list(twice.runs(utc(2026, 1, 5), utc(2026, 1, 6)))
    assert [(run.hour, run.minute) for run in runs] == [(9, 0), (9, 30)]


def test_a_rolled_run_follows_the_policy_of_its_schedule() -> None:
    # The clocks go forward on Sunday 29 March and back on Sunday 25 October.
    calendar = business_days(weekend=("sat",), holidays=[date(2026, 10, 24)])
    for dst, spring, autumn in (
        ("rfc5545", ["03:30+02:00"], ["02:30+02:00"]),
        (DstPolicy("end", "last"), ["03:00+02:00"], ["02:30+01:00"]),
        ("wall", [], ["02:30+02:00", "02:30+01:00"]),
    ):
        saturdays = cron("30 2 * * sat", tz=PARIS, dst=dst).rolled(calendar, "following")
        for day, expected in ((29, spring), (25, autumn)):
            month = 3 if day == 29 else 10
            start = utc(2026, month, day - 1, 22)
            runs = [
                run.isoformat(timespec="minutes")[11:] for run in saturdays.runs(start, start + DAY)
            ]
            assert runs == expected
            assert saturdays.count(start, start + DAY) == len(expected)
        changes = list(saturdays.clock_changes(utc(2026, 3, 28), utc(2026, 3, 30)))
        assert [change.label.day for change in changes] == [29]


@pytest.mark.parametrize(
    ("schedule", "policy"),
    [
        (DAILY, DstPolicy("end", "first")),
        (DAILY.within(START, END).shifted(DAY), DstPolicy("end", "first")),
        ((DAILY - MONTH_END).on([]), DstPolicy("end", "first")),
        (DAILY.every_nth(2, START).first(9, START).jittered(DAY, "a"), DstPolicy("end", "first")),
        (earliest_of_day(DAILY), DstPolicy("end", "first")),
        (DAILY | MONTH_END, DstPolicy("end", "first")),
        (DAILY & cron("* 9 * * *", tz=PARIS), DstPolicy("shift", "first")),
        (at(START), DstPolicy("shift", "first")),
        (
            business_days().nth(1, dst="quartz").rolled(JAPAN, "following"),
            DstPolicy("skip", "last"),
        ),
    ],
)
def test_the_policy_of_what_has_none_is_that_of_its_parts(
    schedule: Schedule, policy: DstPolicy
) -> None:
    assert policy_of(schedule) == policy


@pytest.mark.parametrize(
    ("calendar", "convention", "message"),
    [
        ([date(2026, 5, 1)], "following", r"runs are rolled onto business_days\(...\), not onto \[datetime.date"),
        (business_days(), "modified", "convention must be one of following, preceding, modified_following, modified_preceding, not 'modified'"),
        (business_days(), None, "convention must be one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_rolled_is_refused(calendar: Any, convention: Any, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        DAILY.rolled(calendar, convention)


def test_only_whole_seconds_are_rolled() -> None:
    between = at(
        utc(2026, 1, 3, 9).replace(microsecond=5), utc(2026, 1, 6, 9).replace(microsecond=5)
    )
    schedule = between.rolled(business_days(), "preceding")
    assert schedule.next_run(utc(2026, 1, 5)) == utc(2026, 1, 6, 9).replace(microsecond=5)
    with pytest.raises(
        ScheduleError, match=r"09:00:00\.000005.* is not on a whole second: only runs on whole"
    ):
        schedule.next_run(utc(2026, 1, 1))


def test_rolling_moves_with_the_zone() -> None:
    schedule = DAILY.rolled(JAPAN, "following")
    assert schedule.in_zone("Asia/Tokyo") == DAILY.in_zone("Asia/Tokyo").rolled(JAPAN, "following")


# Calendars without business days.


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_without_business_days_nothing_runs(convention: Convention) -> None:
    never = business_days(weekend="*")
    for schedule in (DAILY.on(never), DAILY.rolled(never, convention), never.nth(1)):
        assert schedule.next_run(START) is schedule.prev_run(START) is None
        assert schedule.count(START, END) == 0


class Everything:
    """A container that has every date."""

    def __contains__(self, day: object) -> bool:
        return True


def test_without_a_proof_a_search_ends_at_its_horizon() -> None:
    never = business_days(holidays=Everything())
    schedules = [
        DAILY.on(never),
        DAILY.excluding(Everything()),
        cron("0 9 * * sat").on(business_days(holidays=Growing())),
        DAILY.rolled(never, "following"),
        DAILY.rolled(never, "preceding"),
        never.nth(1),
    ]
    for schedule in schedules:
        for ask in (schedule.next_run, schedule.prev_run):
            with pytest.raises(SearchHorizonError, match="nothing proves that there is none"):
                ask(START)
    assert never.nth(1).count(START, END) == 0
    assert not list(never.nth(1).runs_back(END, START))
    assert not list(DAILY.on(never).runs(START, END))
    assert not list(DAILY.on(never).runs_back(END, START))


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


@pytest.mark.parametrize("weekend", [(), (5, 6), (4, 5), (0, 2, 4), range(6), range(7)], ids=str)
@pytest.mark.parametrize("per", ["week", "month", "quarter", "year"])
def test_a_number_no_period_has_days_for_is_known_at_once(weekend: Any, per: Period) -> None:
    calendar = business_days(weekend)
    periods: Counter[object] = Counter()
    for n in range(30 * 366):
        day = date(2000, 1, 3) + n * DAY
        if day.weekday() not in weekend:
            year, week, _ = day.isocalendar()
            month = day.month - 1
            periods[{"week": (year, week), "month": (day.year, month), "year": day.year,
                     "quarter": (day.year, month // 3)}[per]] += 1  # fmt: skip
    most = max(periods.values(), default=0)
    if most:
        assert calendar.nth(most, per).next_run(START) is not None
    asked: list[date] = []

    class Asked:
        def __contains__(self, day: object) -> bool:
            asked.append(cast(date, day))
            return False

    if most < {"week": 7, "month": 31, "quarter": 92, "year": 366}[per]:
        beyond = business_days(weekend, holidays=Asked()).nth(most + 1, per)
        assert beyond.next_run(START) is beyond.prev_run(START) is None
    assert not asked


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_at_the_ends_of_the_calendar(convention: Convention) -> None:
    # Years 1 to 9999 begin on a Monday and end on a Friday.
    for weekend in ("mon", "fri", "mon,fri"):
        calendar = business_days(weekend)
        for schedule in (DAILY.rolled(calendar, convention), DAILY.on(calendar)):
            first = schedule.next_run(datetime(1, 1, 1, tzinfo=PARIS))
            last = schedule.prev_run(datetime(9999, 12, 31, 23, tzinfo=PARIS))
            assert first is not None
            assert last is not None
            assert first.date() == date(1, 1, 2 if "mon" in weekend else 1)
            assert last.date() == date(9999, 12, 30 if "fri" in weekend else 31)
            assert schedule.prev_run(first) is schedule.next_run(last) is None


# The n-th business day.


@pytest.mark.parametrize(
    ("n", "per", "expected"),
    [
        (3, "month", ["2026-04-03", "2026-05-08"]),
        (-1, "month", ["2026-04-30", "2026-05-29"]),
        (1, "quarter", ["2026-04-01"]),
        (-1, "quarter", []),
        (-28, "quarter", ["2026-05-22"]),
        (80, "year", ["2026-04-22"]),
        (5, "week", ["2026-04-03", "2026-04-10", "2026-04-17", "2026-04-24", "2026-05-15", "2026-05-22", "2026-05-29"]),
        (-5, "week", ["2026-04-06", "2026-04-13", "2026-04-20", "2026-05-11", "2026-05-18", "2026-05-25"]),
    ],
)  # fmt: skip
def test_the_nth_business_day_of_a_period(n: int, per: Period, expected: list[str]) -> None:
    schedule = JAPAN.nth(n, per=per, at=time(9), tz="Asia/Tokyo")
    assert dates(schedule, utc(2026, 4, 1), utc(2026, 6, 1)) == expected
    assert schedule.tz is TOKYO


def test_nth_business_days_have_a_time_a_zone_and_an_end() -> None:
    first = business_days().nth(1, at=time(9))
    assert (first & cron("0 10 * * *")).next_run(START) is None
    assert first.in_zone(TOKYO) == business_days().nth(1, at=time(9), tz="Asia/Tokyo")
    assert first.prev_run(utc(1, 1, 1, 9)) is first.next_run(utc(9999, 12, 31)) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n": 0}, "n must be an int from 1 to 31 for a month, or from -1 down"),
        ({"n": 32}, "n must be an int"),
        ({"n": -8, "per": "week"}, "n must be an int from 1 to 7 for a week"),
        ({"n": True}, "n must be an int"),
        ({"n": 1.0}, "n must be an int"),
        ({"n": 1, "per": "day"}, "per must be one of week, month, quarter, year, not 'day'"),
        ({"n": 1, "per": ["day"]}, "per must be one of"),
        ({"n": 1, "at": "09:00"}, "a time of day is a datetime.time of whole seconds without a zone"),
        ({"n": 1, "at": time(9, tzinfo=UTC)}, "a time of day is"),
        ({"n": 1, "at": time(9, 0, 0, 1)}, "a time of day is"),
        ({"n": 1, "dst": "vixie"}, "only cron"),
    ],
)  # fmt: skip
def test_what_is_no_nth_business_day_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        business_days().nth(**given)


# Copies.

SCHEDULES = [
    DAILY.on(JAPAN),
    DAILY.on(GOLDEN_WEEK),
    DAILY.excluding(JAPAN),
    DAILY.excluding(GOLDEN_WEEK),
    DAILY.on([]),
    MONTH_END.rolled(JAPAN, "modified_following"),
    JAPAN.nth(-2, per="quarter", at=time(9, 30, 5), tz="Asia/Tokyo"),
    JAPAN.nth(1, dst="wall"),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_a_copy_is_equal(schedule: Schedule) -> None:
    for copy in (
        eval(repr(schedule), NAMES),
        pickle.loads(pickle.dumps(schedule)),
        Schedule.from_dict(schedule.to_dict()),
    ):
        assert copy == schedule
        assert hash(copy) == hash(schedule)
        assert copy.next_run(START) == schedule.next_run(START)
        assert repr(copy) == repr(schedule)


# Clock changes of what is kept.


def test_clock_changes_are_those_of_the_days_that_are_kept() -> None:
    hourly = cron("0 * * * *", tz=APIA)
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

weekends = st.sampled_from(((5, 6), (4, 5), (), (6,), (3, 4, 5), (0, 2, 4)))
some = few(10)


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[BusinessDays, Callable[[date], bool], list[date], CronCase, datetime, datetime]:
    """A business calendar with holidays near a window, the oracle's view of it, and a crontab."""
    case, start, end = draw(questions())
    weekend = draw(weekends)
    near = st.integers(-5, 6 + (end - start).days).map(lambda n: start.date() + DAY * n)
    off = draw(st.lists(near, max_size=8))
    more: Any = draw(st.sampled_from((None, Growing())))
    calendar = business_days(weekend, [off, more] if more else off)
    is_business = oracle.business(weekend, off)
    if more is None:
        return calendar, is_business, off, case, start, end
    return calendar, lambda day: is_business(day) and day not in more, off, case, start, end


def schedule_of(case: CronCase) -> Schedule:
    return case.schedule


def assert_runs(
    schedule: Schedule, expected: list[datetime], start: datetime, end: datetime
) -> None:
    assert in_utc(schedule.runs(start, end)) == expected
    assert in_utc(schedule.runs_back(end, start)) == expected[::-1]
    assert schedule.count(start, end) == len(expected)
    run = schedule.within(end=end).next_run(start - timedelta(microseconds=1))
    assert (run and run.astimezone(UTC)) == (expected[0] if expected else None)


@some
@given(worlds())
def test_kept_runs_are_the_oracles(world: Any) -> None:
    calendar, is_business, off, case, start, end = world
    schedule, runs = schedule_of(case), case.oracle.runs_between(start, end)
    assert_runs(schedule.on(calendar), oracle.kept(runs, case.tz, is_business), start, end)
    dropped = oracle.kept(runs, case.tz, lambda day: not is_business(day))
    assert_runs(schedule.excluding(calendar), dropped, start, end)
    listed = oracle.kept(runs, case.tz, off.__contains__)
    assert_runs(schedule.on(off), listed, start, end)
    assert_runs(schedule.excluding(off), [run for run in runs if run not in listed], start, end)


SPARSE = (
    *("30 2 * * *", "0 0 * * *", "59 23 * * *", "15 1,2,3 * * *", "0 9 L * *", "30 0 1 * *"),
    *("0 */6 * * sun", "30 1 * * sat,sun", "0 9 29-31 * *", "45 23 31 12 *", "*/20 2 * * sat"),
)


@some
@given(worlds(), st.sampled_from(SPARSE), st.sampled_from(get_args(Convention)))
def test_rolled_runs_are_the_oracles(world: Any, expression: str, convention: Convention) -> None:
    calendar, is_business, _, case, start, end = world
    # A crontab with few runs, so that the oracle can roll those of months.
    case, end = replace(case, expression=expression), max(end, start + 5 * DAY)
    wide = case.oracle.runs_between(start - 40 * DAY, end + 40 * DAY)
    runs = oracle.rolled(wide, case.tz, is_business, convention, case.oracle.policy)
    expected = [run for run in runs if start <= run < end]
    assert_runs(schedule_of(case).rolled(calendar, convention), expected, start, end)


@some
@given(
    questions(),
    st.sampled_from(get_args(Period)),
    st.integers(-23, 23).filter(bool),
    weekends,
    policies().filter(lambda dst: dst not in ("vixie", "cronos")),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
    st.booleans(),
)
def test_nth_business_days_are_the_oracles(
    question: Any, per: Period, n: int, weekend: Any, dst: Any, moment: time, grows: bool
) -> None:
    case, start, _ = question
    end = start + 200 * DAY
    n = max(-7, min(7, n)) if per == "week" else n
    named = dst if isinstance(dst, DstPolicy) else DstPolicy(**_pair(dst))
    more = Growing()
    calendar = business_days(weekend, more if grows else ())
    is_business = oracle.business(weekend, more if grows else ())
    policy = Policy(named.gap, named.overlap)
    expected = oracle.nth(n, per, moment, case.tz, is_business, policy, start, end)
    schedule = calendar.nth(n, per, at=moment, tz=case.tz, dst=named)
    assert in_utc(schedule.runs(start, end)) == expected
    assert in_utc(schedule.runs_back(end, start)) == expected[::-1]
    assert schedule.count(start, end) == len(expected)


def _pair(name: str) -> dict[str, Any]:
    policy = calendar_interval(days=1, anchor=START, dst=name).policy
    return {"gap": policy.gap, "overlap": policy.overlap}


@some
@given(cron_cases(), st.sampled_from(get_args(Convention)))
def test_rolling_twice_is_rolling_once(case: CronCase, convention: Convention) -> None:
    calendar = business_days(holidays=GOLDEN_WEEK)
    once = schedule_of(case).rolled(calendar, convention)
    twice = once.rolled(calendar, convention)
    assert twice.next_run(WEEK[0]) == once.next_run(WEEK[0])
    assert once.on(calendar).next_run(WEEK[0]) == once.next_run(WEEK[0])


def test_rolls_join_other_operations() -> None:
    schedule = (MONTH_END.rolled(JAPAN, "following") | DAILY.on(JAPAN)) - JAPAN.nth(
        1, at=time(9), tz=PARIS
    )
    assert dates(schedule, utc(2026, 4, 29), utc(2026, 5, 9)) == [
        "2026-04-30",
        "2026-05-07",
        "2026-05-08",
    ]
    rule = rrule("DTSTART;TZID=Europe/Paris:20260131T090000\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1")
    both = rule.rolled(JAPAN, "following") & MONTH_END.rolled(JAPAN, "following")
    assert both.next_run(START) == datetime(2026, 2, 2, 9, tzinfo=PARIS)


class TestKept(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        kept = st.builds(Schedule.on, crons(), calendars())
        return kept | st.builds(Schedule.excluding, crons(), calendars())


class TestRolled(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        conventions = st.sampled_from(get_args(Convention))
        return st.builds(Schedule.rolled, crons(), business_calendars(), conventions)


class TestNthBusinessDays(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return nth_business_days()


# Long counts and long searches end soon.


def test_a_century_of_minutes_is_counted_by_days() -> None:
    schedule = cron("* * * * *", tz=PARIS).on(business_days())
    assert schedule.count(utc(2001, 1, 1), utc(2101, 1, 1)) > 37_000_000
