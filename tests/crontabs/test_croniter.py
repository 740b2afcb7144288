"""What croniter 7.0 and 6.2 answer, run by run, and the clock changes of those that use it.

Each row was asked of croniter itself, from 1 January 2026 on, with `job-1` as the `hash_id` of `H`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from duetime import ConversionError, CronSyntaxError, DstPolicy, ScheduleError, convert, parse
from duetime.errors import ClockChangeWarning
from duetime.schedules import Schedule
from duetime.testing.crontab_oracle import day_of_week_matches
from duetime.zones import find_policy
from tests.support.crontabs import cron

START = datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
END = datetime(2100, 1, 1, tzinfo=UTC)

FACTS = [
    ("30 9 * * 1 0", "26-01-05 09:30:00 / 26-01-12 09:30:00 / 26-01-19 09:30:00"),
    ("* * * * * */10", "26-01-01 00:00:10 / 26-01-01 00:00:20 / 26-01-01 00:00:30"),
    ("0 0 1 1 * 0 2030", "30-01-01 00:00:00"),
    ("0 0 13 * 5", "26-01-02 00:00:00 / 26-01-09 00:00:00 / 26-01-13 00:00:00"),
    ("0 0 */2 * 5", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-05 00:00:00"),
    ("0 0 */1 * 5", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-04 00:00:00"),
    ("0 0 */1 * */2", "26-01-03 00:00:00 / 26-01-04 00:00:00 / 26-01-06 00:00:00"),
    ("0 0 1 * */1", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-04 00:00:00"),
    ("0 0 15W * *", "26-01-15 00:00:00 / 26-02-16 00:00:00 / 26-03-16 00:00:00"),
    ("0 0 w31 2 *", "26-02-27 00:00:00 / 27-02-26 00:00:00 / 28-02-29 00:00:00"),
    ("0 0 15W * 5", "26-01-15 00:00:00 / 26-02-16 00:00:00 / 26-03-16 00:00:00"),
    ("0 0 13 * 5#2", "26-01-09 00:00:00 / 26-02-13 00:00:00 / 26-03-13 00:00:00"),
    ("0 0 15W * 5#2", "26-08-14 00:00:00 / 27-05-14 00:00:00 / 28-01-14 00:00:00"),
    ("0 0 * * L5", "26-01-30 00:00:00 / 26-02-27 00:00:00 / 26-03-27 00:00:00"),
    ("0 0 * * l7", "26-01-25 00:00:00 / 26-02-22 00:00:00 / 26-03-29 00:00:00"),
    ("0 0 L * *", "26-01-31 00:00:00 / 26-02-28 00:00:00 / 26-03-31 00:00:00"),
    ("0 0 28-L * *", "26-01-28 00:00:00 / 26-01-29 00:00:00 / 26-01-30 00:00:00"),
    ("0 0 * * mon-wed#2", "26-01-12 00:00:00 / 26-01-13 00:00:00 / 26-01-14 00:00:00"),
    ("0 22-5/5 * * *", "26-01-01 04:00:00 / 26-01-01 22:00:00 / 26-01-02 04:00:00"),
    ("5-5 0 1 * *", "26-01-01 00:01:00 / 26-01-01 00:02:00 / 26-01-01 00:03:00"),
    ("59/15 0 1 * *", "26-01-01 00:59:00 / 26-02-01 00:59:00 / 26-03-01 00:59:00"),
    ("0 0 * * 5-7", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-04 00:00:00"),
    ("0 0 * * 1-7", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-04 00:00:00"),
    ("0 0 ? * 1", "26-01-05 00:00:00 / 26-01-12 00:00:00 / 26-01-19 00:00:00"),
    ("0 0 * apr-jan/3 *", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-04 00:00:00"),
    ("0 0 * * 5,5#2", "26-01-09 00:00:00 / 26-02-13 00:00:00 / 26-03-13 00:00:00"),
    ("0 0 * * 1#1,5#2", "26-01-05 00:00:00 / 26-01-09 00:00:00 / 26-02-02 00:00:00"),
    ("H H * * *", "26-01-01 23:23:00 / 26-01-02 23:23:00 / 26-01-03 23:23:00"),
    ("H/15 * * * *", "26-01-01 00:08:00 / 26-01-01 00:23:00 / 26-01-01 00:38:00"),
    ("H(10-20) H(0-5) 1 * *", "26-01-01 05:11:00 / 26-02-01 05:11:00 / 26-03-01 05:11:00"),
    ("0 0 H * *", "26-01-04 00:00:00 / 26-02-04 00:00:00 / 26-03-04 00:00:00"),
    ("0 0 * H H", "26-12-05 00:00:00 / 26-12-12 00:00:00 / 26-12-19 00:00:00"),
    ("* * * * * H", "26-01-01 00:00:41 / 26-01-01 00:01:41 / 26-01-01 00:02:41"),
    ("@daily", "26-01-01 23:23:41 / 26-01-02 23:23:41 / 26-01-03 23:23:41"),
    ("0 0 1,l * *", "26-01-31 00:00:00 / 26-02-01 00:00:00 / 26-02-28 00:00:00"),
    ("0 9 * * mon-5", "26-01-01 09:00:00 / 26-01-02 09:00:00 / 26-01-05 09:00:00"),
    ("H/50 H/7 * * H", "26-01-03 06:03:00 / 26-01-03 06:53:00 / 26-01-03 13:03:00"),
    ("0 0 * * sat-mon", "26-01-03 00:00:00 / 26-01-04 00:00:00 / 26-01-05 00:00:00"),
]

FACTS_OF_6 = [
    ("59/15 0 1 * *", "26-01-01 00:15:00 / 26-01-01 00:30:00 / 26-01-01 00:45:00"),
    ("0 0 * * 5-7", "26-01-02 00:00:00 / 26-01-03 00:00:00 / 26-01-04 00:00:00"),
    ("0 0 * * 6 0", "26-01-03 00:00:00 / 26-01-10 00:00:00 / 26-01-17 00:00:00"),
]


def runs(schedule: Schedule, number: int) -> str:
    found = []
    for run in schedule.runs(START, END):
        found.append(f"{run:%y-%m-%d %H:%M:%S}")
        if len(found) == number:
            break
    return " / ".join(found)


def seed_of(expression: str) -> str | None:
    return "job-1" if set(expression) & set("HR@") else None


@pytest.mark.parametrize(("expression", "expected"), FACTS)
def test_croniter_7_runs_then(expression: str, expected: str) -> None:
    schedule = cron(expression, dialect="croniter", seed=seed_of(expression))
    assert runs(schedule, max(1, expected.count("/") + bool(expected))) == expected
    assert eval(repr(schedule), {"cron": cron}) == schedule


@pytest.mark.parametrize(("expression", "expected"), FACTS_OF_6)
def test_croniter_6_runs_then(expression: str, expected: str) -> None:
    assert runs(cron(expression, dialect="croniter6"), 3) == expected


REFUSED = [
    ("0 0 15W,16 * *", "15W stands alone in croniter"),
    ("0 0 ?,5 * *", "? stands alone in croniter"),
    ("H,30 0 * * *", "H stands alone in croniter"),
    ("0 0 * * 1,5#2", "no list of plain weekdays and weekdays of the month"),
    ("0 0 * * 5L", "croniter crontabs have no dL"),
    ("0 0 LW * *", "croniter crontabs have no LW"),
    ("0 0 L-3 * *", "croniter crontabs have no L-n"),
    ("0 0 * * mon-fri#6", "# takes 1-5"),
    ("0 0 * * mon-xyz", "'xyz' is not a day of the week"),
    ("0 0 32W * *", "day-of-month 32 is out of range"),
    ("0 0 W32 * *", "'32' is not a day of the month"),
    ("0 0 * * L8", "'8' is not a day of the week"),
    ("0- 0 * * *", "'' is not a minute"),
    ("?/2 0 * * *", "'?' is not a minute"),
    ("H(5 0 * * *", "write H or H"),
    ("H(9-3) 0 * * *", "is no range of minute"),
    ("H(0-99) 0 * * *", "is no range of minute"),
    ("H/0 0 * * *", "a step is a number from 1 on"),
    ("*/0 0 * * *", "a step is a number from 1 on"),
    ("0 0 0", "croniter crontabs have 5 fields"),
    ("0 0 1 1 * 0 2100", "year 2100 is out of range 1970-2099"),
]


@pytest.mark.parametrize(("expression", "reason"), REFUSED)
def test_croniter_refuses_too(expression: str, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(expression, dialect="croniter", seed="job-1")
    assert reason in caught.value.reason


def test_an_older_croniter_has_no_seven_beside_seconds() -> None:
    with pytest.raises(CronSyntaxError, match="7 is not a weekday beside seconds"):
        cron("0 0 * * 5-7 0", dialect="croniter6")
    assert runs(cron("0 0 * * */7 0", dialect="croniter6"), 1) == "26-01-04 00:00:00"
    # A step of H that is longer than its range may draw beyond it there.
    assert cron("H/15 * * * *", dialect="croniter6", seed="job-1") == cron(
        "H/15 * * * *", dialect="croniter", seed="job-1"
    )


def test_a_step_of_h_may_leave_one_value() -> None:
    # The draw of one of 24 hours ends at the last one for this seed.
    hours = {
        cron("0 H(0-1)/2 * * *", dialect="croniter", seed=str(n)).fields.hour for n in range(40)
    }
    assert hours == {0b01, 0b10}


def test_h_needs_a_seed_and_r_takes_one_too() -> None:
    with pytest.raises(CronSyntaxError, match="H is drawn from a seed: give seed="):
        cron("H 0 * * *", dialect="croniter")
    drawn = {cron("R 0 * * *", dialect="croniter", seed=str(n)).fields.minute for n in range(99)}
    assert len(drawn) > 30
    again = cron("R R(3-9) * * *", dialect="croniter", seed="job-1")
    assert again == cron("R R(3-9) * * *", dialect="croniter", seed="job-1")
    assert 1 << 3 <= again.fields.hour <= 1 << 9


def test_day_or_is_a_dialect() -> None:
    both = cron("0 0 13 * 5", dialect="croniter_and")
    assert runs(both, 2) == "26-02-13 00:00:00 / 26-03-13 00:00:00"
    assert both == cron("0 0 13 * 5", dialect="celery", dst="croniter")
    assert runs(cron("0 0 31W * *", dialect="croniter_and"), 2) == (
        "26-01-30 00:00:00 / 26-02-27 00:00:00"
    )


def test_what_croniter_cannot_say_is_named() -> None:
    with pytest.warns(ClockChangeWarning):
        assert convert("0 9 * * 5L", "vixie", "croniter6") == "0 9 * * L5"
    with pytest.warns(ClockChangeWarning):
        assert convert("* 9 * * 1 15", "croniter", "robfig") == "15 * 9 * * 1"
    with pytest.raises(ConversionError, match="a day of week with a modifier"):
        convert("0 0 13 * 5#2", "vixie", "croniter")


POLICIES = [
    ("croniter", DstPolicy("end", "both")),
    ("airflow", DstPolicy("shift", "last")),
    ("dagster", DstPolicy("end", "last")),
]


@pytest.mark.parametrize(("name", "policy"), POLICIES)
def test_jobs_of_every_hour_follow_the_clock(name: str, policy: DstPolicy) -> None:
    for hours in ("2", "*/2", "0-12", "1,2", "0-23/2"):
        assert cron(f"30 {hours} * * *", dst=name).policy == policy
    for hours in ("*", "*/1", "0-23", "5,*"):
        assert cron(f"30 {hours} * * *", dst=name).policy == DstPolicy("skip", "both")
    with pytest.raises(ScheduleError, match="reads cron fields"):
        find_policy(name)


def test_six_fields_are_refused_by_default_with_both_cures() -> None:
    with pytest.raises(CronSyntaxError) as caught:
        parse("30 9 * * 1 0")
    assert caught.value.reason.endswith(
        "not 6: the first of 6 is the second in cronsim, ocps, quartz, spring, cronos, robfig;"
        " the last of 6 is the second in croniter: name yours as dialect="
    )


def test_documents_with_six_fields_of_the_default_dialect_are_still_read() -> None:
    for dialect in ({}, {"dialect": "vixie"}):
        old = {"version": 1, "type": "cron", "expression": "30 0 9 * * *", "tz": "UTC"} | dialect
        assert Schedule.from_dict(old) == cron("30 0 9 * * *", dialect="cronsim")


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2026, 1, 30), True), (date(2026, 1, 23), False), (date(2026, 1, 29), False)],
)
def test_the_oracle_reads_the_last_friday_as_croniter_writes_it(day: date, last: bool) -> None:
    assert day_of_week_matches("L5", day, "croniter") is last


def test_a_seed_can_stand_for_bytes() -> None:
    # croniter("H H * * *", hash_id=b"\xff\xfe") is 42 3 * * *.
    drawn = cron("H H * * *", dialect="croniter", seed="\0fffe")
    assert (drawn.values("minute"), drawn.values("hour")) == ((42,), (3,))
    other = cron("H H * * *", dialect="croniter", seed="\0no digits")
    assert other != drawn
