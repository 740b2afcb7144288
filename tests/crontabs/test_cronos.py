"""Cronos: the facts of its own tests, and what it refuses.

A fact of the JSON is `from>next`, or one time that is its own answer. `!` says that the start is
excluded. A time without a date is on 9 December 2016, or on the date of its group.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from duetime import CronSyntaxError, DstPolicy, convert
from duetime.zones import find_zone
from tests.support.crontabs import cron

TABLE = json.loads((Path(__file__).parent / "cronos_next.json").read_text())
EASTERN = "America/New_York"
FIELDS = ("second", "minute", "hour", "day_of_month", "month_of_year", "day_of_week")


def time_of(text: str, date: str) -> datetime:
    return datetime.fromisoformat(text if text[2:3] != ":" else f"{date} {text}")


def facts(table: Mapping[str, str], date: str) -> Iterator[tuple[str, bool, datetime, datetime]]:
    """Each fact: the expression, whether the start is excluded, the start and the next run."""
    for expression, texts in table.items():
        for text in texts.split(";"):
            start, _, end = text.removeprefix("!").partition(">")
            yield expression, text[0] == "!", time_of(start, date), time_of(end or start, date)


def without_seconds(table: Mapping[str, str]) -> dict[str, str]:
    """The facts of six fields, as those of five: its tests have both."""
    return {
        expression[2:]: texts
        for expression, texts in table.items()
        if expression[:2] in ("* ", "0 ") and len(expression.split()) == 6
    }


@pytest.mark.parametrize("strip", [False, True], ids=["as they are", "without seconds"])
def test_the_next_run_is_that_of_cronos(strip: bool) -> None:
    table = without_seconds(TABLE["next"]) if strip else TABLE["next"]
    zone = find_zone(EASTERN).tzinfo
    checked = 0
    for expression, excluded, start, expected in facts(table, "2016-12-09"):
        schedule = cron(expression, tz=zone, dialect="cronos")
        ask = schedule.next_run if excluded else schedule.ceil
        found = ask(start.replace(tzinfo=zone))
        assert found == expected.replace(tzinfo=zone), (expression, start)
        checked += 1
    assert checked > 300


@pytest.mark.parametrize("group", TABLE["clock changes"])
def test_the_next_run_at_a_clock_change_is_that_of_cronos(group: str) -> None:
    zone, date = group.split()
    for expression, excluded, start, expected in facts(TABLE["clock changes"][group], date):
        schedule = cron(expression, tz=zone, dialect="cronos")
        found = (schedule.next_run if excluded else schedule.ceil)(start)
        assert found is not None, (expression, start)
        assert found.isoformat() == expected.isoformat(), (expression, start)


def test_what_cronos_never_reaches_never_runs() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    for expression in TABLE["never"]:
        assert cron(expression, dialect="cronos").next_run(start) is None, expression


@pytest.mark.parametrize("field", FIELDS)
def test_an_item_that_cronos_refuses_is_refused_in_its_field(field: str) -> None:
    for item in TABLE["refused items"][field].split():
        for first in FIELDS[:2]:
            names = FIELDS[FIELDS.index(first) :]
            if field in names:
                text = " ".join(item if name == field else "*" for name in names)
                with pytest.raises(CronSyntaxError) as caught:
                    cron(text, dialect="cronos")
                assert caught.value.field == field, text


@pytest.mark.parametrize("text", TABLE["refused"])
def test_a_text_that_cronos_refuses_is_refused(text: str) -> None:
    with pytest.raises(CronSyntaxError):
        cron(text, dialect="cronos")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("*,5 * * * *", "* stands alone, not in a list"),
        ("0 0 5,*/2 * *", "*/2 stands alone, not in a list"),
        ("*/60 * * * *", "a step is 59 at most here, not 60"),
        ("0 0 L,15 * *", "L stands alone in cronos, not in a list"),
        # Cronos runs it on Tuesdays alone.
        ("0 0 * * 7-2/2", "Cronos leaves out the Sunday of 7-2/2: write 0-2/2"),
        ("0 0 * * 7-2/x", "a step is a number from 1 on, not 'x'"),
        ("H * * * *", "only Cronos knows what it draws for H, so write the value"),
    ],
)
def test_a_refusal_names_the_cure(text: str, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, dialect="cronos")
    assert reason in caught.value.reason


def test_a_week_past_sunday_has_seven_days() -> None:
    assert cron("0 0 * * sat-tue/2", dialect="cronos") == cron("0 0 * * 6,1", dialect="cronos")
    assert cron("0 0 * * 7-2/1", dialect="cronos") == cron("0 0 * * 0-2", dialect="cronos")
    assert cron("0 0 * * 7-2", dialect="cronos") == cron("0 0 * * 0-2", dialect="cronos")


@pytest.mark.parametrize(
    ("text", "overlap"),
    [("30 1 * * *", "first"), ("? 1 * * *", "both"), ("0,30 1-2 * * *", "both")],
)
def test_an_interval_follows_the_clock(text: str, overlap: str) -> None:
    assert cron(text, dialect="cronos").policy == DstPolicy("end", overlap)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::duetime.ClockChangeWarning")
@pytest.mark.parametrize(
    ("text", "source", "written"),
    [
        ("0 0 13 * 5", "celery", "0 0 13 * 5"),
        ("30 0 9 ? * MON-FRI", "quartz", "30 0 9 * * 1-5"),
        ("0 0 0 L-3W * ?", "quartz", "0 0 L-3W * *"),
        ("*/5 9-17 * * *", "vixie", "*/5 9-17 * * *"),
    ],
)
def test_a_crontab_is_written_for_cronos(text: str, source: str, written: str) -> None:
    assert convert(text, source, "cronos") == written


def test_a_job_at_set_times_is_written_without_ranges() -> None:
    # A range would make it an interval, which runs in both of two hours.
    assert convert("0,30 9-11 * * 1-5", "vixie", "cronos") == "0,30 9,10,11 * * 1-5"
