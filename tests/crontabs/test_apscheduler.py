"""APScheduler: what release 3.11.3 answers, from its `CronTrigger` and `from_crontab`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from duetime import ConversionError, CronSyntaxError, DstPolicy, convert
from tests.support.crontabs import cron

START = datetime(2026, 1, 1, tzinfo=UTC)

# The first runs of 2026 in UTC, as the trigger gives them one after the other.
RUNS = [
    ("30 9 * * mon-fri", "01-01 09:30, 01-02 09:30, 01-05 09:30"),
    ("30 9 * * 0-4", "01-01 09:30, 01-02 09:30, 01-05 09:30"),
    ("0 0 * * 0", "01-05 00:00, 01-12 00:00"),
    ("0 0 * * 6", "01-04 00:00, 01-11 00:00"),
    ("0 0 * * */2", "01-02 00:00, 01-04 00:00, 01-05 00:00"),
    ("0 0 13 * fri", "02-13 00:00, 03-13 00:00, 11-13 00:00"),
    ("0 0 last * *", "01-31 00:00, 02-28 00:00, 03-31 00:00"),
    ("0 0 2nd mon * *", "01-12 00:00, 02-09 00:00, 03-09 00:00"),
    ("0 0 Last FRI * *", "01-30 00:00, 02-27 00:00, 03-27 00:00"),
    ("0 0 5th thu * *", "01-29 00:00, 04-30 00:00, 07-30 00:00"),
    ("0 0 1st mon,3rd mon * *", "01-05 00:00, 01-19 00:00, 02-02 00:00"),
    ("0 0 1,last fri * *", "01-01 00:00, 01-30 00:00, 02-01 00:00"),
    ("0 0 1,last fri * 0", "06-01 00:00"),
    ("0 0 last,2nd sun jan,feb *", "01-11 00:00, 01-31 00:00, 02-08 00:00"),
    ("0 0 2nd mon,1-31 * 4", "01-02 00:00, 01-09 00:00"),
    ("5/20 0 1 * *", "01-01 00:05, 01-01 00:25, 01-01 00:45, 02-01 00:05"),
    ("*,5 0 1 1 *", "01-01 00:00, 01-01 00:01, 01-01 00:02"),
]


@pytest.mark.parametrize(("text", "expected"), RUNS)
def test_the_runs_are_those_of_apscheduler(text: str, expected: str) -> None:
    wanted = expected.split(", ")
    runs = cron(text, dialect="apscheduler").runs(START, limit=len(wanted))
    assert [f"{run:%m-%d %H:%M}" for run in runs] == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("@daily", "0 0 * * 7", "0 0 L * *", "0 0 ? * *", "*/60 * * * *", "* */24 * * *"),
        *("0 0 */31 * *", "0 0 * */12 *", "0 0 * * */7", "50/20 * * * *", "5-5/1 * * * *"),
        *("20-10 * * * *", "0 0 * * fri-mon", "0 0 * * monday", "0 0 * january *", "0 0 15W * *"),
        *("0 0 * * 5L", "0 0 * * 5#2", "0 0 * * 1-fri", "0 0 32 * *", "0 0 0 * *", "60 * * * *"),
        *("* 24 * * *", "0 0 * 13 *", "* * * *", "* * * * * *", "H * * * *", "0 0 2nd * *"),
        *("5,,6 * * * *", "*/0 * * * *", "5/55 * * * *", ""),
        # It reads three letters of these and drops the rest without a word.
        *("0 0 * * mon#2", "0 0 * * mon-fri/2", "0 0 * * mon-5", "0 0 last-3 * *"),
    ],
)
def test_what_apscheduler_refuses_or_misreads_is_refused(text: str) -> None:
    with pytest.raises(CronSyntaxError):
        cron(text, dialect="apscheduler")


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("0 0 2nd mon * 7", 14, "7 is not a weekday in APScheduler: use 6 for Sunday"),
        ("0 0 L * *", 4, "the last day of the month is written last here"),
        ("0 0 * * mon-fri/2", 8, "drops what follows a name, as in mon-fri/2: write 0-4/2"),
        ("0 0 * * fri,mon#2", 12, "mon#2 is written as a day of the month here, such as 2nd mon"),
        ("0 0 * * mon-5", 8, "drops what follows a name, as in mon-5: write 0-5"),
        (
            "0 0 last fri *",
            0,
            "5 fields (minute hour day-of-month month-of-year day-of-week), not 4",
        ),
        ("@daily", 0, "apscheduler crontabs have no nicknames"),
        ("50/20 * * * *", 3, "the step leads past the end of the field at once"),
    ],
)
def test_a_refusal_says_what_and_where(text: str, position: int, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, dialect="apscheduler")
    assert reason in caught.value.reason
    assert caught.value.position == position


def test_a_weekday_of_the_month_is_a_keyword_as_in_apscheduler() -> None:
    trigger = cron(day_of_month="last fri", hour=9, dialect="apscheduler")
    assert trigger == cron("0 9 last fri * *", dialect="apscheduler")
    assert trigger == cron("0 9 * * 5L", dialect="vixie", dst=trigger.policy)
    assert trigger.expression == "0 9 last fri * *"
    assert eval(repr(trigger), {"cron": cron}) == trigger


# Of the runs in the gap and in the overlap of New York in 2026. Other jobs are lost in the gap,
# since it counts on from the run before; and a job at midnight is lost on the day after it.
@pytest.mark.parametrize(
    ("text", "march", "november"),
    [
        ("30 2 * * *", ["07:30"], ["07:30"]),
        ("0 2 * * *", ["07:00"], ["07:00"]),
        ("30 1 * * *", ["06:30"], ["05:30", "06:30"]),
        ("30 1-3 * * *", ["06:30", "07:30"], ["05:30", "06:30", "07:30", "08:30"]),
        (
            "0,30 1,2 * * *",
            ["06:00", "06:30"],
            ["05:00", "05:30", "06:00", "06:30", "07:00", "07:30"],
        ),
    ],
)
def test_clock_changes_are_those_of_apscheduler(
    text: str, march: list[str], november: list[str]
) -> None:
    schedule = cron(text, tz="America/New_York", dialect="apscheduler")
    for month, day, expected in ((3, 8, march), (11, 1, november)):
        start = datetime(2026, month, day, 5, tzinfo=UTC)
        runs = schedule.runs(start, start.replace(hour=12))
        assert [f"{run.astimezone(UTC):%H:%M}" for run in runs] == expected


def test_a_job_at_one_time_a_day_is_shifted() -> None:
    assert cron("30 2 * * *", dialect="apscheduler").policy == DstPolicy("shift", "both")
    assert cron("30 2,3 * * *", dialect="apscheduler").policy == DstPolicy("skip", "both")


@pytest.mark.filterwarnings("ignore::duetime.ClockChangeWarning")
def test_a_crontab_is_written_for_apscheduler() -> None:
    assert convert("0 9 * * 1-5", "vixie", "apscheduler") == "0 9 * * 0-4"
    assert convert("0 9 * * 0", "vixie", "apscheduler") == "0 9 * * 6"
    assert convert("0 9 L * *", "vixie", "apscheduler") == "0 9 last * *"
    assert convert("0 9 2nd mon * *", "apscheduler", "vixie") == "0 9 * * 1#2"
    with pytest.raises(ConversionError, match="mon#2 has no equivalent in apscheduler"):
        convert("0 9 * * 1#2", "vixie", "apscheduler")
    with pytest.raises(ConversionError, match="a rule of two conditions"):
        convert("0 0 1,last fri * 0", "apscheduler", "celery")
