"""robfig/cron and Kubernetes: the facts of its own tests, and what its parser says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from duetime import CronSyntaxError, cron, every, parse
from duetime.zones import find_zone
from tests.support import crontabs

FACTS = json.loads((Path(__file__).parent / "robfig_next.json").read_text())


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['expr']} {fact['after']}")
def test_the_next_run_is_that_of_go(fact: dict[str, Any]) -> None:
    schedule = cron(fact["expr"], tz=fact["tz"], dialect="robfig")
    run = schedule.next_run(datetime.fromisoformat(fact["after"]))
    expected = fact["next"] and datetime.fromisoformat(fact["next"]).astimezone(UTC)
    assert (run and run.astimezone(UTC)) == expected


# Go's tests on zones in the text: the prefix, the after-time and the next run.
@pytest.mark.parametrize("prefix", ["TZ=", "CRON_TZ="])
def test_a_zone_before_the_fields_is_the_zone_of_the_schedule(prefix: str) -> None:
    schedule = crontabs.cron(f"{prefix}Asia/Tokyo 30 4 * * *", tz="Europe/Paris", dialect="robfig")
    assert schedule == cron("30 4 * * *", tz="Asia/Tokyo", dialect="robfig")
    assert schedule.expression == "30 4 * * *"
    assert eval(repr(schedule), {"cron": cron}) == schedule
    with pytest.raises(CronSyntaxError) as error:
        cron(f"{prefix}Asia/Tokyo 30 24 * * *", dialect="robfig")
    assert error.value.position == len(f"{prefix}Asia/Tokyo 30 ")


def test_an_interval_counts_whole_seconds_from_the_last_run() -> None:
    assert parse("@every 1h30m", dialect="robfig") == every(minutes=90)
    assert parse("@every 1.5h", dialect="kubernetes") == every(minutes=90)
    assert parse("@every 2s900ms", dialect="robfig") == every(seconds=2)
    assert parse("@every 5µs", dialect="robfig") == every(seconds=1)
    assert parse("TZ=Asia/Tokyo @every 1m", dialect="robfig") == every(minutes=1, tz="Asia/Tokyo")
    assert cron("@every 1h", dialect="robfig") == every(hours=1)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("@every 5 fortnights", 7, "not a duration: write for example @every 1h30m"),
        ("@every", 0, "'' is not a duration"),
        ("@every 1h-5m", 7, "'1h-5m' is not a duration"),
        ("@every1h", 6, "'1h' is not a duration"),
        ("@every \N{ARABIC-INDIC DIGIT ONE}h", 7, "is not a duration"),
        ("TZ=Asia/Tokyo", 0, "robfig names a zone in another way: write for example 'CRON_TZ=Eur"),
        ("TZ= 30 4 * * *", 0, "write for example 'CRON_TZ=Europe/Paris 0 9 "),
        ("TZ=Asia/Tokyo\n30 4 * * *", 0, "robfig names a zone in another way"),
        ("@every 99999999999h", 0, "longer than the calendar"),
    ],
)
def test_what_is_no_duration_or_zone_is_refused(text: str, position: int, reason: str) -> None:
    with pytest.raises(CronSyntaxError, match=reason) as error:
        cron(text, dialect="robfig")
    assert error.value.position == position


def test_an_interval_takes_no_keywords() -> None:
    with pytest.raises(ValueError, match="year has no meaning for '@every 1h'"):
        cron("@every 1h", year=2026, dialect="robfig")
    with pytest.raises(ValueError, match="dst has no meaning"):
        cron("@every 1h", dst="wall", dialect="robfig")


# A star, wherever it stands in the list, leaves the days to the other field; with a step over 1
# it is a restriction. Source: `starBit` in robfig's parser.
@pytest.mark.parametrize(
    ("dates", "join"),
    [
        ("13 * fri", "or"),
        ("*/2 * fri", "or"),
        ("?/2 * fri", "or"),
        ("1-31 * fri", "or"),
        ("* * fri", "and"),
        ("? * fri", "and"),
        ("*/1 * fri", "and"),
        ("5,* * fri", "and"),
        ("13 * ?", "and"),
    ],
)
@pytest.mark.parametrize("dialect", ["robfig", "kubernetes"])
def test_a_step_restricts_and_a_star_does_not(dates: str, join: str, dialect: str) -> None:
    friday, thirteenth = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 13, tzinfo=UTC)
    schedule = cron(f"0 0 {dates}", dialect=dialect)
    either = schedule.matches(friday) and schedule.matches(thirteenth)
    assert either is (join == "or")


def test_names_have_any_case_and_nicknames_have_one() -> None:
    assert cron("0 0 * JAN Mon", dialect="robfig") == cron("0 0 * 1 1", dialect="robfig")
    with pytest.raises(CronSyntaxError, match="@Daily is written @daily here"):
        cron("@Daily", dialect="robfig")


def test_kubernetes_sends_zones_and_seconds_elsewhere() -> None:
    with pytest.raises(CronSyntaxError, match="set timeZone in the spec of the CronJob"):
        cron("TZ=Asia/Tokyo 30 4 * * *", dialect="kubernetes")
    with pytest.raises(CronSyntaxError, match="the first of 6 is the second in cronsim, ocps,"):
        cron("0 30 4 * * *", dialect="kubernetes")


@pytest.mark.parametrize(
    ("text", "owner"),
    [("@every 1h", "robfig"), ("rate(5 minutes)", "aws"), ("at(2026-11-20)", "aws")],
)
def test_other_dialects_tell_whose_an_interval_is(text: str, owner: str) -> None:
    with pytest.raises(CronSyntaxError, match=f'dialect="{owner}" reads it'):
        cron(text)


def test_a_run_of_an_interval_is_one_period_after_the_last() -> None:
    start = datetime(2026, 1, 1, tzinfo=find_zone("UTC").tzinfo)
    assert cron("@every 90s", dialect="robfig").next_run(start) == start + timedelta(seconds=90)
