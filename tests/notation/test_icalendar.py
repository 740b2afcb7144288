"""Schedules as RFC 5545 text: a rule with the same runs, or an error that names what has none."""

# ruff: noqa: E501 (a row of a table is a line)

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    at,
    calendar_interval,
    cron,
    every,
    rrule,
    solar,
)
from duetime.testing import calendar_intervals, crons, intervals, moments
from tests.support.dates import DAY, utc
from tests.support.effort import few

START = utc(2026, 1, 1)
HOUR = timedelta(hours=1)
PARIS = "Europe/Paris"
ANCHOR = datetime(2026, 1, 31, 9, tzinfo=UTC)


def monthly(day: int, **steps: Any) -> Schedule:
    return calendar_interval(anchor=ANCHOR.replace(day=day), **(steps or {"months": 1}))


# A schedule, its DTSTART, and its RRULE from the start of 2026 on.
RULES: list[tuple[Schedule, str, str]] = [
    (cron("30 9 * * *"), ":20260101T093000Z", "FREQ=DAILY"),
    (cron("0 9,17 * * *"), ":20260101T090000Z", "FREQ=DAILY;BYHOUR=9,17"),
    (cron("*/30 9 * * *"), ":20260101T090000Z", "FREQ=DAILY;BYMINUTE=0,30"),
    (cron("15 * * * *"), ":20260101T001500Z", "FREQ=HOURLY"),
    (cron("* * * * *"), ":20260101T000000Z", "FREQ=MINUTELY"),
    (cron("* * * * * *", dialect="cronsim"), ":20260101T000000Z", "FREQ=SECONDLY"),
    (cron("* 9 * * *"), ":20260101T090000Z", "FREQ=MINUTELY;BYHOUR=9"),
    (cron("30 0 9 * * *", dialect="cronsim"), ":20260101T090030Z", "FREQ=DAILY"),
    (cron("0 * * 6 *"), ":20260601T000000Z", "FREQ=HOURLY;BYMONTH=6"),
    (cron("0 9 * * mon-fri"), ":20260101T090000Z", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    (cron("0 9 * * 0"), ":20260104T090000Z", "FREQ=WEEKLY"),
    (cron("0 9 * 3 sat,sun"), ":20260301T090000Z", "FREQ=WEEKLY;BYDAY=SA,SU;BYMONTH=3"),
    (cron("0 9 1,15 * *"), ":20260101T090000Z", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
    (cron("0 9 31 * *"), ":20260131T090000Z", "FREQ=MONTHLY"),
    (cron("0 9 L * *"), ":20260131T090000Z", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    (cron("0 9 1,L-2 * *"), ":20260101T090000Z", "FREQ=MONTHLY;BYMONTHDAY=-3,1"),
    (cron("0 9 29 2 *"), ":20280229T090000Z", "FREQ=YEARLY"),
    (cron("0 9 * * 5L"), ":20260130T090000Z", "FREQ=MONTHLY;BYDAY=-1FR"),
    (cron("0 9 * * mon#2"), ":20260112T090000Z", "FREQ=MONTHLY;BYDAY=2MO"),
    (cron("0 9 * * 0L,wed#5,mon"), ":20260105T090000Z", "FREQ=MONTHLY;BYDAY=MO,5WE,-1SU"),
    (cron("0 9 * 5 mon#2"), ":20260511T090000Z", "FREQ=YEARLY;BYDAY=2MO;BYMONTH=5"),
    (cron("0 9 LW 6 *"), ":20260630T090000Z", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYMONTH=6"),
    (cron("0 9 LW * *"), ":20260130T090000Z", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    (
        cron("0 9 13 * fri", dialect="celery"),
        ":20260213T090000Z",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    ),
    (cron("0 9 */2 * fri"), ":20260109T090000Z", f"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY={','.join(map(str, range(1, 32, 2)))}"),
    (cron("0 9 1 1 *", year="2024-2030"), ":20260101T090000Z", "FREQ=YEARLY;UNTIL=20300101T090000Z"),
    (cron("0 9 * * *").within(end=utc(2026, 1, 3, 9)), ":20260101T090000Z", "FREQ=DAILY;UNTIL=20260102T090000Z"),
    (cron("0 9 1 1 *", year="2020-2030").within(utc(2027, 1, 1), utc(2029, 1, 1)), ":20270101T090000Z", "FREQ=YEARLY;UNTIL=20280101T090000Z"),
    # The clocks of Paris change between two and three, those of New York between one and three.
    (cron("30 9 * * *", tz=PARIS), f";TZID={PARIS}:20260101T093000", "FREQ=DAILY"),
    (cron("30 2 * * *", tz=PARIS, dst="rfc5545"), f";TZID={PARIS}:20260101T023000", "FREQ=DAILY"),
    (cron("0 * * * *", tz=PARIS, dst="rfc5545"), f";TZID={PARIS}:20260101T010000", "FREQ=HOURLY"),
    (cron("30 1 * * *", tz="America/New_York"), ";TZID=America/New_York:20260101T013000", "FREQ=DAILY"),
    (cron("30 2 * 7 *", tz=PARIS), f";TZID={PARIS}:20260701T023000", "FREQ=DAILY;BYMONTH=7"),
    (cron("30 1,2 * * *", tz="Asia/Tokyo"), ";TZID=Asia/Tokyo:20260102T013000", "FREQ=DAILY;BYHOUR=1,2"),
    (monthly(31), ":20260131T090000Z", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
    (monthly(28, months=5), ":20260128T090000Z", "FREQ=MONTHLY;INTERVAL=5"),
    (monthly(29, years=1), ":20260129T090000Z", "FREQ=YEARLY;BYMONTHDAY=28,29;BYSETPOS=-1;BYMONTH=1"),
    (monthly(5, years=2), ":20260105T090000Z", "FREQ=YEARLY;INTERVAL=2"),
    (monthly(5, weeks=2), ":20260105T090000Z", "FREQ=WEEKLY;INTERVAL=2"),
    (monthly(5, days=10), ":20260105T090000Z", "FREQ=DAILY;INTERVAL=10"),
    (every(hours=24, anchor=ANCHOR), ":20260101T090000Z", "FREQ=DAILY"),
    (every(hours=36, anchor=ANCHOR), ":20260101T090000Z", "FREQ=HOURLY;INTERVAL=36"),
    (every(minutes=5, anchor="epoch"), ":20260101T000000Z", "FREQ=MINUTELY;INTERVAL=5"),
    (every(90, anchor="epoch", tz=PARIS), ":20260101T000000Z", "FREQ=SECONDLY;INTERVAL=90"),
    (every(hours=336, anchor=ANCHOR).within(end=utc(2026, 3, 1)), ":20260103T090000Z", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20260228T090000Z"),
]  # fmt: skip


def assert_same(schedule: Schedule, written: str, start: datetime, end: datetime) -> None:
    read = rrule(f"BEGIN:VEVENT\r\n{written}END:VEVENT\r\n")
    assert [run.astimezone(UTC) for run in read.runs(start, end, limit=400)] == [
        run.astimezone(UTC) for run in schedule.runs(start, end, limit=400)
    ]
    assert list(read.runs_back(start)) == []


@pytest.mark.parametrize(("schedule", "start", "rule"), RULES, ids=lambda value: repr(value)[:70])
def test_a_schedule_is_written_as_a_rule_with_the_same_runs(
    schedule: Schedule, start: str, rule: str
) -> None:
    written = schedule.to_ical(START)
    first, *others = written.replace("\r\n ", "").splitlines()
    assert first == f"DTSTART{start}"
    assert [sorted(line.removeprefix("RRULE:").split(";")) for line in others] == [
        sorted(rule.split(";"))
    ]
    assert_same(schedule, written, START, utc(2034, 1, 1))


def test_the_first_run_at_or_after_the_start_is_dtstart() -> None:
    fridays = cron("0 9 * * fri", tz=PARIS)
    for start, day in ((utc(2026, 1, 2, 8), 2), (utc(2026, 1, 2, 8, 1), 9)):
        assert fridays.to_ical(start).startswith(f"DTSTART;TZID={PARIS}:2026010{day}T090000\r\n")
    assert fridays.within(utc(2026, 1, 3)).to_ical() == fridays.to_ical(utc(2026, 1, 3))
    assert fridays.within(utc(2026, 1, 3)).to_ical(START) == fridays.to_ical(utc(2026, 1, 3))
    with pytest.raises(ScheduleError, match="start is missing: a rule of RFC 5545 has a first run"):
        fridays.to_ical()
    with pytest.raises(NaiveDatetimeError):
        fridays.to_ical(datetime(2026, 1, 1))


def test_a_rule_has_a_start_of_its_own() -> None:
    rule = rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY")
    with pytest.raises(ScheduleError, match="a rule begins at its DTSTART: leave start out"):
        rule.to_ical(START)


def test_a_dtstart_in_a_gap_is_the_label_that_moves() -> None:
    nights = cron("30 2 * * *", tz=PARIS, dst="rfc5545")
    start = utc(2026, 3, 29)
    written = nights.to_ical(start)
    assert written == f"DTSTART;TZID={PARIS}:20260329T023000\r\nRRULE:FREQ=DAILY\r\n"
    assert_same(nights, written, start, utc(2027, 1, 1))


def test_instants_are_written_in_utc() -> None:
    runs = [datetime(2026, 10, 25, 2, 30, fold=1), datetime(2026, 1, 5, 9), datetime(2027, 1, 1)]
    schedule = at(*(run.replace(tzinfo=at(tz=PARIS).tz) for run in runs), tz=PARIS)
    written = schedule.to_ical()
    assert written == "DTSTART:20260105T080000Z\r\nRDATE:20261025T013000Z,20261231T230000Z\r\n"
    assert_same(schedule, written, START, utc(2030, 1, 1))
    one = schedule.to_ical(utc(2026, 12, 1))
    assert one == "DTSTART:20261231T230000Z\r\n"
    assert schedule.within(end=utc(2026, 2, 1)).to_ical() == "DTSTART:20260105T080000Z\r\n"


BERLIN: dict[str, Any] = {"tz": "Europe/Berlin"}
NO_RULE: list[tuple[Schedule, str]] = [
    (cron("0 9 13 * fri"), r"a day of the month or else a day of the week \(OR\)"),
    (cron("0 9 15W * *"), r"the weekday nearest to a day of the month \(W\)"),
    (cron("0 9 1,LW * *", dialect="vixie"), r"the weekday nearest to a day of the month \(W\)"),
    (cron("0 9 */2 * mon#2"), "a day of the month that must be the n-th or last weekday too"),
    (cron("0 9,17 LW * *"), r"the last weekday of the month \(LW\) at several times of day"),
    (cron("0 9 31 * *", short_months="last"), r"the last day of short months \(short_months"),
    (cron("0 9 15W * 5#2", dialect="croniter"), "the last day of short months|nearest"),
    (cron("0 9 1 1 *", year="2027,2029"), "years with others between them"),
    (cron("0 9 30 2 *"), "that a schedule never runs"),
    (cron("0 9 1 1 *", year="2020-2025"), "that a schedule never runs"),
    (cron("0 9 1 1 *").within(end=utc(2026, 1, 1)), "that a schedule never runs"),
    (at(), "that a schedule never runs"),
    (at(utc(2025, 1, 1)), "that a schedule never runs"),
    (cron("30 2 * * *", **BERLIN), r"'end', overlap='first'\), by which the time 2026-03-29 02:30:00 is moved: give dst"),
    (cron("0 * * * *", **BERLIN), "by which the time 2026-03-29 02:00:00 is dropped"),
    (cron("30 1 * * *", tz="America/New_York", dst="wall"), "2026-11-01 01:30:00 is doubled"),
    (cron("0 9 * * *", tz=timezone(HOUR)), "a zone without an IANA key"),
    (monthly(5, months=1, days=2), "a step of months and days together"),
    (calendar_interval(days=1, anchor=ANCHOR.replace(microsecond=5)), "fractions of a second"),
    (every(milliseconds=500, anchor="epoch"), "fractions of a second"),
    (every(2, anchor=ANCHOR.replace(microsecond=5)), "fractions of a second"),
    (at(ANCHOR.replace(microsecond=5)), "fractions of a second"),
    (solar("sunset", 48.9, 2.4), r"what a Solar does: list runs of it, for example at\("),
    (cron("0 9 * * *") | cron("0 17 * * fri"), "what a Union does: list runs"),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "reason"), NO_RULE, ids=lambda value: repr(value)[:70])
def test_what_no_rule_says_is_named(schedule: Schedule, reason: str) -> None:
    with pytest.raises(ScheduleError, match=f"RFC 5545 cannot say .*(?:{reason})"):
        schedule.to_ical(START)


def test_a_policy_counts_from_the_start_on_only() -> None:
    # Summer time ended for good in Sao Paulo in February 2019.
    midnight = cron("0 0 * * *", tz="America/Sao_Paulo")
    assert midnight.to_ical(START).endswith("RRULE:FREQ=DAILY\r\n")
    with pytest.raises(ScheduleError, match="the time 2018-11-04 00:00:00 is moved"):
        midnight.to_ical(utc(2018, 6, 1))
    assert "UNTIL" in midnight.within(end=utc(2018, 11, 1)).to_ical(utc(2018, 6, 1))


def test_runs_in_another_order_at_the_start_are_refused() -> None:
    # Two is half past two there on 4 October 2026: 2:15 runs at 2:45, after 2:40.
    schedule = cron("15,40 2 * * *", tz="Australia/Lord_Howe", dst="rfc5545")
    start = utc(2026, 10, 3, 15, 35)
    assert [run.minute for run in schedule.runs(start, start + HOUR)] == [40, 45]
    with pytest.raises(ScheduleError, match="another order at the start: begin a day later"):
        schedule.to_ical(start)
    assert_same(schedule, schedule.to_ical(start + DAY), start + DAY, start + 9 * DAY)


@few(10)
@given(
    st.one_of(crons(), crons().map(lambda one: one.in_zone("UTC")), calendar_intervals(),
              intervals(floating=False), moments()),
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)  # fmt: skip
def test_what_is_written_has_the_same_runs(schedule: Schedule, start: datetime) -> None:
    try:
        written = schedule.to_ical(start)
    except ScheduleError:
        return
    assert_same(schedule, written, start, start + 800 * DAY)
