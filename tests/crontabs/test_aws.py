"""EventBridge Scheduler: the examples and the restrictions of its documentation."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from duetime import CronSyntaxError, Schedule, at, cron, every, parse
from tests.support import crontabs

EXAMPLES = [
    ("cron(0 10 * * ? *)", ["2026-01-01 10:00", "2026-01-02 10:00"]),
    ("cron(15 12 * * ? *)", ["2026-01-01 12:15"]),
    ("cron(0 18 ? * MON-FRI *)", ["2026-01-01 18:00", "2026-01-02 18:00", "2026-01-05 18:00"]),
    ("cron(0 8 1 * ? *)", ["2026-01-01 08:00", "2026-02-01 08:00"]),
    ("cron(0/15 * * * ? *)", ["2026-01-01 00:00", "2026-01-01 00:15"]),
    ("cron(0/10 * ? * MON-FRI *)", ["2026-01-01 00:00", "2026-01-01 00:10"]),
    ("cron(0/5 8-17 ? * MON-FRI *)", ["2026-01-01 08:00", "2026-01-01 08:05"]),
    ("cron(0/30 20-2 ? * MON-FRI *)", ["2026-01-01 00:00", "2026-01-01 00:30"]),
    ("cron(0 20-2 ? * MON *)", ["2026-01-05 00:00", "2026-01-05 01:00", "2026-01-05 02:00"]),
    ("cron(0/30 0-2 ? * MON-FRI *)", ["2026-01-01 00:00", "2026-01-01 00:30"]),
    ("cron(15 10 ? * 6L 2026-2030)", ["2026-01-30 10:15", "2026-02-27 10:15"]),
    ("cron(0 0 ? * 3#2 *)", ["2026-01-13 00:00", "2026-02-10 00:00"]),
    ("cron(0 0 3W * ? *)", ["2026-01-02 00:00", "2026-02-03 00:00"]),
    ("cron(0 0 L * ? *)", ["2026-01-31 00:00", "2026-02-28 00:00"]),
    ("cron(1/10 0 1 1 ? *)", ["2026-01-01 00:01", "2026-01-01 00:11"]),
    ("0 10 * * ? *", ["2026-01-01 10:00"]),
    (" cron(0 10 * * ? *) ", ["2026-01-01 10:00"]),
]


@pytest.mark.parametrize(("expression", "expected"), EXAMPLES)
def test_an_example_runs_when_the_manual_says(expression: str, expected: list[str]) -> None:
    runs = cron(expression, dialect="aws").runs(datetime(2026, 1, 1, tzinfo=UTC))
    assert [f"{run:%Y-%m-%d %H:%M}" for run, _ in zip(runs, expected, strict=False)] == expected


@pytest.mark.parametrize(
    ("expression", "position", "reason"),
    [
        ("cron(0 10 * * * *)", 14, "? in either day-of-month or day-of-week"),
        ("cron(0 10 ? * ? *)", 14, "and only one"),
        ("cron(0 10 * * ?)", 0, "not 5: put * after them for the year"),
        ("cron(0 10 ? * 0 *)", 14, "0 is not a weekday in AWS crontabs: they count from 1"),
        ("cron(0 10 ? * 3#1,6#3 *)", 14, "3#1 stands alone"),
        ("cron(0 10 LW * ? *)", 10, "aws crontabs have no LW"),
        ("cron(0 10 * * ? 2200)", 16, "year 2200 is out of range 1970-2199"),
        ("cron(60 10 * * ? *)", 5, "minute 60 is out of range"),
        ("cron(0 10 ? * 2-6/2 *)", 17, "a day of the week takes no step in aws: list the values"),
        ("cron(0 10 ? * FRI-MON *)", 14, "the range FRI-MON runs backwards"),
        ("rate(5 fortnights)", 0, "write for example rate"),
        ("rate(0 minutes)", 0, "longer than zero"),
        ("rate(99999999999999999999 days)", 0, "longer than the calendar"),
        ("at(2026-02-30T10:00:00)", 3, "day"),
        ("at(tomorrow)", 0, "write for example at"),
    ],
)
def test_aws_says_what_is_wrong_and_where(expression: str, position: int, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as error:
        cron(expression, dialect="aws")
    assert reason in error.value.reason
    assert error.value.position == position


def test_a_rate_is_an_interval_from_the_last_run() -> None:
    by_cron: Schedule = cron("rate(5 minutes)", dialect="aws")
    assert by_cron == every(minutes=5)
    assert parse("rate(1 hour)", dialect="aws") == every(hours=1)
    assert parse("rate(7 days)", dialect="aws", tz="Asia/Tokyo") == every(
        hours=168, tz="Asia/Tokyo"
    )


def test_a_time_is_one_instant_of_the_zone() -> None:
    paris = ZoneInfo("Europe/Paris")
    once: Schedule = cron("at(2026-11-20T13:00:00)", tz=paris, dialect="aws")
    assert once == at(datetime(2026, 11, 20, 13, tzinfo=paris), tz=paris)
    assert (
        parse("at(2026-11-20T13:00:00)", dialect="aws").count(
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        )
        == 1
    )


def test_keywords_are_written_as_a_whole_expression() -> None:
    schedule = crontabs.cron(hour=7, minute=30, dialect="aws")
    assert schedule.expression == "cron(30 7 * * ? *)"
    assert eval(repr(schedule), {"cron": cron}) == schedule
    assert crontabs.cron(hour=7, year=2027, dialect="aws").expression == "cron(0 7 * * ? 2027)"
