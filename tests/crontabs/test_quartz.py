"""Quartz: the rules of the documentation of its CronExpression."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from duetime import CronSyntaxError, DstPolicy
from duetime.crontabs.fields import FROM_LAST, LAST_OF, NEAR_DAY, NEAR_LAST, NTH_OF
from tests.support.crontabs import cron

# The examples of Quartz' tutorial on CronTrigger: expression and first runs from 2026 on.
EXAMPLES = [
    ("0 0 12 * * ?", ["2026-01-01 12:00", "2026-01-02 12:00"]),
    ("0 15 10 ? * *", ["2026-01-01 10:15", "2026-01-02 10:15"]),
    ("0 15 10 * * ? *", ["2026-01-01 10:15", "2026-01-02 10:15"]),
    ("0 15 10 * * ? 2027", ["2027-01-01 10:15", "2027-01-02 10:15"]),
    ("0 * 14 * * ?", ["2026-01-01 14:00", "2026-01-01 14:01"]),
    ("0 0/5 14 * * ?", ["2026-01-01 14:00", "2026-01-01 14:05"]),
    ("0 0/5 14,18 * * ?", ["2026-01-01 14:00", "2026-01-01 14:05"]),
    ("0 0-5 14 * * ?", ["2026-01-01 14:00", "2026-01-01 14:01"]),
    ("0 10,44 14 ? 3 WED", ["2026-03-04 14:10", "2026-03-04 14:44"]),
    ("0 15 10 ? * MON-FRI", ["2026-01-01 10:15", "2026-01-02 10:15", "2026-01-05 10:15"]),
    ("0 15 10 15 * ?", ["2026-01-15 10:15", "2026-02-15 10:15"]),
    ("0 15 10 L * ?", ["2026-01-31 10:15", "2026-02-28 10:15"]),
    ("0 15 10 L-2 * ?", ["2026-01-29 10:15", "2026-02-26 10:15"]),
    ("0 15 10 ? * 6L", ["2026-01-30 10:15", "2026-02-27 10:15"]),
    ("0 15 10 ? * 6L 2027-2028", ["2027-01-29 10:15"]),
    ("0 15 10 ? * 6#3", ["2026-01-16 10:15", "2026-02-20 10:15"]),
    ("0 0 12 1/5 * ?", ["2026-01-01 12:00", "2026-01-06 12:00"]),
    ("0 11 11 11 11 ?", ["2026-11-11 11:11", "2027-11-11 11:11"]),
    ("0 0 0 15W * ?", ["2026-01-15 00:00", "2026-02-16 00:00", "2026-03-16 00:00"]),
    ("0 0 0 1W 8 ?", ["2026-08-03 00:00"]),
    ("0 0 0 LW 5 ?", ["2026-05-29 00:00"]),
    ("0 0 0 ? * L", ["2026-01-03 00:00", "2026-01-10 00:00"]),
    ("0 0 22-2 ? * FRI-MON", ["2026-01-02 00:00", "2026-01-02 01:00", "2026-01-02 02:00"]),
]


@pytest.mark.parametrize(("expression", "expected"), EXAMPLES)
def test_an_example_of_the_manual_runs_when_it_says(expression: str, expected: list[str]) -> None:
    runs = cron(expression, dialect="quartz").runs(datetime(2026, 1, 1, tzinfo=UTC))
    assert [f"{run:%Y-%m-%d %H:%M}" for run, _ in zip(runs, expected, strict=False)] == expected


@pytest.mark.parametrize(
    ("text", "bit"),
    [
        ("L", FROM_LAST),
        ("L-3", FROM_LAST + 3),
        ("L-3W", NEAR_LAST + 3),
        ("LW", NEAR_LAST),
        ("lw", NEAR_LAST),
        ("15W", NEAR_DAY + 15),
    ],
)
def test_a_modified_day_of_month(text: str, bit: int) -> None:
    assert cron(f"0 0 0 {text} * ?", dialect="quartz").fields.days.day_of_month == 1 << bit


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("1", 1),
        ("SUN", 1),
        ("7", 1 << 6),
        ("L", 1 << 6),
        ("1,7", 1 | 1 << 6),
        ("7-1", 1 | 1 << 6),
        ("2-6", 0b111110),
        ("6-2/2", 1 << 5 | 1),
        ("*/2", 1 | 1 << 2 | 1 << 4 | 1 << 6),
        ("6L", 1 << LAST_OF + 5),
        ("FRIL", 1 << LAST_OF + 5),
        ("6#3", 1 << NTH_OF + 24 + 5),
        ("sun#1", 1 << NTH_OF + 8),
        ("1#1", 1 << NTH_OF + 8),
    ],
)
def test_weekdays_count_from_1_for_sunday(text: str, bits: int) -> None:
    assert cron(f"0 0 0 ? * {text}", dialect="quartz").fields.days.day_of_week == bits


@pytest.mark.parametrize(
    ("expression", "field", "position", "reason"),
    [
        ("0 12 * * ?", None, 0, "not 5: put 0 before them for the second"),
        ("0 0 12 * * *", "day_of_week", 11, "? in either day-of-month or day-of-week"),
        ("0 0 12 ? * ?", "day_of_week", 11, "? in either day-of-month or day-of-week"),
        ("0 0 12 1 * 2", "day_of_week", 11, "and only one"),
        ("0 0 12 ? * 0", "day_of_week", 11, "they count from 1 for Sunday"),
        ("0 0 12 ? * 8", "day_of_week", 11, "day-of-week 8 is out of range 1-7"),
        ("0 0 12 ? * 2,6L", "day_of_week", 13, "6L stands alone in quartz, not in a list"),
        ("0 0 12 ? * 3#1,6#3", "day_of_week", 11, "3#1 stands alone"),
        # Quartz takes the first three letters and leaves out the rest.
        ("0 0 12 ? * MONDAY-FRIDAY", "day_of_week", 11, "'MONDAY' is not a day of the week"),
        ("0 0 12 ? * FRIDAYL", "day_of_week", 11, "'FRIDAYL' is not a day of the week"),
        ("0 0 12 ? * MONDAY#2", "day_of_week", 11, "'MONDAY' is not a day of the week"),
        ("0 /60 12 1 * ?", "minute", 3, "a step is 59 at most here, not 60"),
        ("0 / 12 1 * ?", "minute", 3, "a step is a number from 1 on, not nothing"),
        ("0 0 12 ?,3 * 2", "day_of_month", 7, "? stands alone, not in a list"),
        ("0 0 12 ?/3 * 2", "day_of_month", 8, "? takes no step"),
        ("? 0 12 1 * ?", "second", 0, "'?' is not a second"),
        ("0 0/60 12 1 * ?", "minute", 4, "a step is 59 at most here, not 60"),
        ("0 0 0/24 1 * ?", "hour", 6, "a step is 23 at most here"),
        (f"0 0/{'6' * 100} 0 1 * ?", "minute", 4, "not 66666666666666666666666666666…6666"),
        ("0 0 12 1 1-13 ?", "month_of_year", 11, "month-of-year 13 is out of range"),
        ("0 0 12 1 * ? 1969", "year", 13, "year 1969 is out of range 1970-2199"),
        ("0 0 12 1 * ? 2030-2020", "year", 13, "runs backwards"),
        ("0 0 12 L-31 * ?", "day_of_month", 9, "is before the month"),
        ("0 0 12 1LW * ?", "day_of_month", 7, "is not a day of the month"),
        # Quartz reads a name and leaves out what stands behind it.
        ("0 0 12 ? * MON-FRI/2", "day_of_week", 11, "a name takes no step here: write 2-6/2"),
        ("0 0 12 ? * 1,MON/2", "day_of_week", 13, "a name takes no step here: write 2-7/2"),
        ("0 0 12 ? JAN/3 MON", "month_of_year", 9, "a name takes no step here: write 1-12/3"),
        ("0 0 12 ? * MON-6", "day_of_week", 11, "of two names or of two numbers here: write 2-6"),
        ("0 0 12 ? 1-MAR MON", "month_of_year", 9, "of two numbers here: write 1-3"),
    ],
)
def test_quartz_says_what_is_wrong_and_where(
    expression: str, field: str | None, position: int, reason: str
) -> None:
    with pytest.raises(CronSyntaxError) as error:
        cron(expression, dialect="quartz")
    assert reason in error.value.reason
    assert (error.value.field, error.value.position) == (field, position)


# Source: Quartz 2.3.2, as it answers; lists with L and W: its pull request 1175, in release 2.5.
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("0 /20 * * * ?", "0 0/20 * * * ?"),
        ("0 5,/20 * * * ?", "0 0,5,20,40 * * * ?"),
        ("0 0 0 /10 * ?", "0 0 0 1,11,21,31 * ?"),
        ("0 0 0 1 /3 ?", "0 0 0 1 1,4,7,10 ?"),
        ("0 0 0 ? * /2", "0 0 0 ? * 1,3,5,7"),
        ("0 0 0 ? * MONDAY", "0 0 0 ? * 2"),
        ("0 0 0 ? * tuesday,FRIDAY", "0 0 0 ? * 3,6"),
        ("0 0 0 1 March,SEPTEMBER ?", "0 0 0 1 3,9 ?"),
        ("0 0 0 L,15 * ?", "0 0 0 15,L * ?"),
    ],
)
def test_what_quartz_alone_writes(text: str, same: str) -> None:
    assert cron(text, dialect="quartz") == cron(same, dialect="quartz")


def test_a_list_holds_last_days_and_near_ones() -> None:
    days = cron("0 0 12 15W,20,L-3,LW * ?", dialect="quartz").fields.days.day_of_month
    assert days == 1 << NEAR_DAY + 15 | 1 << 20 | 1 << FROM_LAST + 3 | 1 << NEAR_LAST


def test_keywords_leave_the_other_day_unset() -> None:
    assert cron(hour=7, dialect="quartz").expression == "0 0 7 * * ?"
    assert cron(day_of_week="2-6", dialect="quartz").expression == "0 0 0 ? * 2-6"
    assert cron(day_of_month=1, dialect="quartz").expression == "0 0 0 1 * ?"
    assert cron(second=5, dialect="quartz").expression == "5 * * * * ?"
    dated = cron(year=2027, dialect="quartz")
    assert dated.expression == "0 0 0 1 1 ?"
    assert eval(repr(dated), {"cron": cron}) == dated
    both = cron(day_of_month="?", day_of_week=2, dialect="quartz")
    assert both == cron(day_of_week=2, dialect="quartz")


def test_a_gap_skips_and_an_overlap_runs_last() -> None:
    new_york = ZoneInfo("America/New_York")
    schedule = cron("0 30 1 * * ?", tz=new_york, dialect="quartz")
    assert schedule.policy == DstPolicy("skip", "last")
    run = schedule.next_run(datetime(2026, 11, 1, tzinfo=new_york))
    assert run is not None
    assert run.isoformat() == "2026-11-01T01:30:00-05:00"
