"""`parse`: which notation a value is in, and what it means."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duetime import CronSyntaxError, ScheduleError, at, cron, every, parse, rrule
from tests.support.dates import PARIS

LOCAL_RULE = "DTSTART:20260113T090000\nRRULE:FREQ=MONTHLY;BYDAY=2TU"
ZONED_RULE = "DTSTART;TZID=Asia/Tokyo:20260113T090000\nRRULE:FREQ=MONTHLY;BYDAY=2TU"
UTC_RULE = "DTSTART:20260113T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=2TU"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (timedelta(minutes=5), every(minutes=5)),
        (300, every(minutes=5)),
        (0.5, every(milliseconds=500)),
        ("PT5M", every(minutes=5)),
        ("pt5m", every(minutes=5)),
        ("  PT5M\n", every(minutes=5)),
        ("PT1H30M", every(minutes=90)),
        ("P1D", every(timedelta(1))),
        ("P2W", every(timedelta(14))),
        ("P1W1DT1H1M1.5S", every(hours=193, minutes=1, seconds=1.5)),
        ("PT0,25S", every(milliseconds=250)),
        ("PT90S", every(seconds=90)),
        ("0 9 * * mon-fri", cron("0 9 * * mon-fri")),
        ("@daily", cron("@daily")),
        (" @daily ", cron("@daily")),
        (ZONED_RULE, rrule(ZONED_RULE)),
        (UTC_RULE, rrule(UTC_RULE)),
    ],
)
def test_a_value_is_a_schedule_in_its_own_notation(value: Any, expected: object) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PT5M", every(minutes=5, tz=PARIS)),
        (300, every(minutes=5, tz=PARIS)),
        ("0 9 * * *", cron("0 9 * * *", tz=PARIS)),
        (LOCAL_RULE, rrule(LOCAL_RULE, tz=PARIS)),
        (ZONED_RULE, rrule(ZONED_RULE)),
        (UTC_RULE, rrule(UTC_RULE)),
        (cron("0 9 * * *").to_dict(), cron("0 9 * * *")),
    ],
)
def test_the_zone_is_that_of_what_names_none(value: Any, expected: object) -> None:
    assert parse(value, tz="Europe/Paris") == expected


def test_text_is_read_in_the_dialect() -> None:
    assert parse("0 22-2 * * *", dialect="celery") == cron("0 22-2 * * *", dialect="celery")
    with pytest.raises(CronSyntaxError, match="the range 22-2 runs backwards"):
        parse("0 22-2 * * *")


def test_a_schedule_is_returned_as_it_is() -> None:
    schedule = at(datetime(2026, 1, 1, tzinfo=UTC))
    assert parse(schedule, tz=PARIS) is schedule


def test_a_wire_document_is_read() -> None:
    schedule = cron("0 9 * * *", tz=PARIS) | every(hours=1, anchor="epoch")
    assert parse(schedule.to_dict()) == schedule
    with pytest.raises(ScheduleError, match="version None is not known"):
        parse({})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("P", "'P' is not an ISO 8601 duration: write for example PT5M, PT1H30M or P7D"),
        ("PT", "'PT' is not an ISO 8601 duration"),
        ("P1DT", "'P1DT' is not an ISO 8601 duration"),
        ("P5", "'P5' is not an ISO 8601 duration"),
        ("PT5", "'PT5' is not an ISO 8601 duration"),
        ("P5M5", "'P5M5' is not an ISO 8601 duration"),
        ("P1H", "'P1H' is not an ISO 8601 duration"),
        ("PT1.5H", "'PT1.5H' is not an ISO 8601 duration"),
        ("P-1D", "'P-1D' is not an ISO 8601 duration"),
        ("PT5M PT5M", "'PT5M PT5M' is not an ISO 8601 duration"),
        ("PT\N{ARABIC-INDIC DIGIT FIVE}M", "is not an ISO 8601 duration"),
        ("P1Y", "'P1Y' has years or months, which have no fixed length: use calendar_interval"),
        ("P1M", "'P1M' has years or months, which have no fixed length"),
        ("P9999999999D", "'P9999999999D' is longer than the calendar"),
        ("PT9999999999999S", "'PT9999999999999S' is longer than the calendar"),
        ("P" + "9" * 100_000 + "D", "is longer than the calendar"),
        ("PT0S", "a period must be longer than zero, not 0:00:00"),
        (timedelta(0), "a period must be longer than zero"),
        (-5, "a period must be longer than zero"),
        (float("nan"), "a period must be a timedelta or a number of seconds, not nan"),
        (True, "a schedule is text, a timedelta, a number of seconds or a wire dict, not True"),
        (None, "a schedule is text, a timedelta, a number of seconds or a wire dict, not None"),
        (b"* * * * *", "a schedule is text, a timedelta, a number of seconds or a wire dict"),
        (datetime(2026, 1, 1, tzinfo=UTC), "a schedule is text, a timedelta"),
        ("", "an empty text is not a crontab: every minute is written"),
        ("RRULE:FREQ=DAILY", "DTSTART"),
    ],
)
def test_what_is_no_schedule_is_refused(value: Any, message: str) -> None:
    with pytest.raises(ScheduleError, match=re.escape(message)) as caught:
        parse(value)
    assert len(str(caught.value)) < 500


def test_the_caret_is_where_the_fault_stands_in_the_text_as_given() -> None:
    with pytest.raises(CronSyntaxError) as caught:
        parse("  75 9 * * *")
    assert caught.value.position == 2


@pytest.mark.parametrize("unit", ["D", "M", "T", "S", "1", "P"])
def test_long_text_is_refused_in_a_short_message(unit: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse("P" + unit * 1_000_000)
    assert len(str(caught.value)) < 500
