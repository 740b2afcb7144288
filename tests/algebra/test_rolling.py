"""Runs rolled onto business days: facts of finance calendars in a table, and the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, get_args

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    DstPolicy,
    Schedule,
    ScheduleError,
    at,
    business_days,
    cron,
    earliest_of_day,
    rrule,
)
from duetime.algebra.rolling import CONVENTIONS, Convention, policy_of
from duetime.testing import (
    CronCase,
    ScheduleLaws,
    business_calendars,
    cron_cases,
    crons,
)
from tests.support import calendars as oracle
from tests.support.business import (
    DAILY,
    END,
    GOLDEN_WEEK,
    JAPAN,
    MONTH_END,
    START,
    WEEK,
    World,
    assert_copies,
    assert_runs,
    dates,
    some,
    worlds,
)
from tests.support.dates import DAY, PARIS, utc
from tests.support.effort import drawn
from tests.support.tables import records

# The conventions.

ROLLED = """
date        calendar  following   preceding   modified_following  modified_preceding
2026-05-28  plain     2026-05-28  2026-05-28  2026-05-28          2026-05-28

# A Sunday at the end of a month, one at the beginning, and a Saturday in the middle.
2026-05-31  plain     2026-06-01  2026-05-29  2026-05-29          2026-05-29
2026-02-01  plain     2026-02-02  2026-01-30  2026-02-02          2026-02-02
2026-05-16  plain     2026-05-18  2026-05-15  2026-05-18          2026-05-15

# Across the end of a year: from Saturday, with the Friday and the Monday off.
2022-12-31  year end  2023-01-03  2022-12-29  2022-12-29          2022-12-29
2023-01-01  year end  2023-01-03  2022-12-29  2023-01-03          2023-01-03
2023-01-02  year end  2023-01-03  2022-12-29  2023-01-03          2023-01-03

# Golden Week.
2026-05-02  Japan     2026-05-07  2026-05-01  2026-05-07          2026-05-01
2026-05-06  Japan     2026-05-07  2026-05-01  2026-05-07          2026-05-01
2026-04-29  Japan     2026-04-30  2026-04-28  2026-04-30          2026-04-28

# Eid al-Adha from Wednesday to Saturday, the Sunday and the end of the month after it.
2026-05-27  Turkey    2026-06-01  2026-05-26  2026-05-26          2026-05-26
2026-03-20  Turkey    2026-03-23  2026-03-19  2026-03-23          2026-03-19

# A month without business days: the other way is as far as it goes.
2026-06-10  no June   2026-07-01  2026-05-29  2026-05-29          2026-07-01
"""

CALENDARS = {
    "plain": business_days(),
    "year end": business_days(holidays=[date(2022, 12, 30), date(2023, 1, 2)]),
    "Japan": JAPAN,
    "Turkey": business_days(holidays=holidays.country_holidays("TR")),
    "no June": business_days(holidays=[date(2026, 6, 1) + DAY * n for n in range(30)]),
}


@pytest.mark.parametrize("row", records(ROLLED), ids=lambda row: f"{row['date']} {row['calendar']}")
def test_conventions(row: dict[str, str]) -> None:
    once = at(datetime.fromisoformat(f"{row['date']}T09:00").replace(tzinfo=PARIS), tz=PARIS)
    assert set(get_args(Convention)) == set(CONVENTIONS) == row.keys() - {"date", "calendar"}
    for convention in get_args(Convention):
        schedule = once.rolled(CALENDARS[row["calendar"]], convention)
        run = datetime.fromisoformat(f"{row[convention]}T09:00").replace(tzinfo=PARIS)
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
        (
            [date(2026, 5, 1)],
            "following",
            r"runs are rolled onto business_days\(...\), not onto \[datetime.date",
        ),
        (
            business_days(),
            "modified",
            (
                "convention must be one of following, preceding, modified_following,"
                " modified_preceding, not 'modified'"
            ),
        ),
        (business_days(), None, "convention must be one of"),
    ],
)
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


@pytest.mark.parametrize(
    "schedule",
    [
        MONTH_END.rolled(JAPAN, "modified_following"),
    ],
    ids=repr,
)
def test_a_copy_is_equal(schedule: Schedule) -> None:
    assert_copies(schedule)


# Against the oracle.

SPARSE = (
    *("30 2 * * *", "0 0 * * *", "59 23 * * *", "15 1,2,3 * * *", "0 9 L * *", "30 0 1 * *"),
    *("0 */6 * * sun", "30 1 * * sat,sun", "0 9 29-31 * *", "45 23 31 12 *", "*/20 2 * * sat"),
)


@some
@given(worlds(), st.sampled_from(SPARSE), st.sampled_from(get_args(Convention)))
def test_rolled_runs_are_the_oracles(world: World, expression: str, convention: Convention) -> None:
    calendar, is_business, _, case, start, end = world
    # A crontab with few runs, so that the oracle can roll those of months.
    case, end = replace(case, expression=expression), max(end, start + 5 * DAY)
    wide = case.oracle.runs_between(start - 40 * DAY, end + 40 * DAY)
    runs = oracle.rolled(wide, case.tz, is_business, convention, case.oracle.policy)
    expected = [run for run in runs if start <= run < end]
    assert_runs(case.schedule.rolled(calendar, convention), expected, start, end)


@some
@given(cron_cases(), st.sampled_from(get_args(Convention)))
def test_rolling_twice_is_rolling_once(case: CronCase, convention: Convention) -> None:
    calendar = business_days(holidays=GOLDEN_WEEK)
    once = case.schedule.rolled(calendar, convention)
    twice = once.rolled(calendar, convention)
    assert twice.next_run(WEEK[0]) == once.next_run(WEEK[0])
    assert once.on(calendar).next_run(WEEK[0]) == once.next_run(WEEK[0])


class TestRolled(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        conventions = st.sampled_from(get_args(Convention))
        return st.builds(Schedule.rolled, crons(), business_calendars(), conventions)
