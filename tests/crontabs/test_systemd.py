"""Calendar events of systemd, by its manual and by `systemd-analyze` where that is at hand."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from duetime import CronSyntaxError, DstPolicy, UnknownTimeZoneError, convert
from duetime.testing.strategies import cron_pools, cron_text
from tests.support.crontabs import cron

# The table of systemd.time(7): what may be written and its normalized form.
NORMALIZED = [
    ("Sat,Thu,Mon..Wed,Sat..Sun", "Mon..Thu,Sat,Sun *-*-* 00:00:00"),
    ("Mon,Sun 12-*-* 2,1:23", "Mon,Sun 2012-*-* 01,02:23:00"),
    ("Wed *-1", "Wed *-*-01 00:00:00"),
    ("Wed..Wed,Wed *-1", "Wed *-*-01 00:00:00"),
    ("Wed, 17:48", "Wed *-*-* 17:48:00"),
    ("Wed..Sat,Tue 12-10-15 1:2:3", "Tue..Sat 2012-10-15 01:02:03"),
    ("*-*-7 0:0:0", "*-*-07 00:00:00"),
    ("10-15", "*-10-15 00:00:00"),
    ("monday *-12-* 17:00", "Mon *-12-* 17:00:00"),
    ("Mon,Fri *-*-3,1,2 *:30:45", "Mon,Fri *-*-01,02,03 *:30:45"),
    ("12,14,13,12:20,10,30", "*-*-* 12,13,14:10,20,30:00"),
    ("12..14:10,20,30", "*-*-* 12..14:10,20,30:00"),
    ("mon,fri *-1/2-1,3 *:30:45", "Mon,Fri *-01/2-01,03 *:30:45"),
    ("03-05 08:05:40", "*-03-05 08:05:40"),
    ("08:05:40", "*-*-* 08:05:40"),
    ("05:40", "*-*-* 05:40:00"),
    ("Sat,Sun 12-05 08:05:40", "Sat,Sun *-12-05 08:05:40"),
    ("Sat,Sun 08:05:40", "Sat,Sun *-*-* 08:05:40"),
    ("2003-03-05 05:40", "2003-03-05 05:40:00"),
    ("2003-02..04-05", "2003-02..04-05 00:00:00"),
    ("2003-03-05", "2003-03-05 00:00:00"),
    ("03-05", "*-03-05 00:00:00"),
    ("minutely", "*-*-* *:*:00"),
    ("hourly", "*-*-* *:00:00"),
    ("daily", "*-*-* 00:00:00"),
    ("Daily", "*-*-* 00:00:00"),
    ("monthly", "*-*-01 00:00:00"),
    ("weekly", "Mon *-*-* 00:00:00"),
    ("yearly", "*-01-01 00:00:00"),
    ("annually", "*-01-01 00:00:00"),
    ("quarterly", "*-01,04,07,10-01 00:00:00"),
    ("semiannually", "*-01,07-01 00:00:00"),
    ("*:2/3", "*-*-* *:02/3:00"),
    ("*-02~03", "*-02~03 00:00:00"),
    ("Mon *-05~07/1", "Mon *-05~01..07 00:00:00"),
    ("*-*~*", "*-*-* 00:00:00"),
    ("*-*~10..20/4", "*-*~10,14,18 00:00:00"),
    ("*-*~07/3", "*-*~01,04,07 00:00:00"),
    ("Mon", "Mon *-*-* 00:00:00"),
]


@pytest.mark.parametrize(("event", "normalized"), NORMALIZED)
def test_an_event_means_its_normalized_form(event: str, normalized: str) -> None:
    assert cron(event, dialect="systemd") == cron(normalized, dialect="systemd")
    assert cron(event, dialect="systemd").expression == event


@pytest.mark.parametrize(
    ("event", "crontab"),
    [
        ("Mon..Fri *-*-* 09:00:00", "0 9 * * mon-fri"),
        ("*-*-1..7/2 0:0", "0 0 1-7/2 * *"),
        ("Sun *:0/15", "*/15 * * * sun"),
        ("*-*~01", "0 0 L * *"),
        ("Sat,Sunday 6:30", "30 6 * * 6,7"),
        # Of old, a range of weekdays had a hyphen.
        ("Mon-Fri,sun 6:30", "30 6 * * 0-5"),
        ("17/6:00", "0 17,23 * * *"),
    ],
)
def test_an_event_is_a_crontab(event: str, crontab: str) -> None:
    policy = DstPolicy("skip", "first")
    assert cron(event, dialect="systemd") == cron(crontab, dst=policy)
    assert cron(event, dialect="systemd").policy == policy


def test_a_zone_may_come_last() -> None:
    event = cron("Mon..Fri *-*-* 09:00:00 Europe/Paris", dialect="systemd")
    assert event == cron("Mon..Fri 09:00", tz="Europe/Paris", dialect="systemd")
    assert eval(repr(event), {"cron": cron}) == event
    assert cron("weekly Pacific/Auckland", dialect="systemd")._zone.name == "Pacific/Auckland"
    assert cron("daily UTC", tz="Asia/Tokyo", dialect="systemd")._zone.name == "UTC"
    with pytest.raises(UnknownTimeZoneError):
        cron("Mon Tue", dialect="systemd")


@pytest.mark.parametrize(
    ("event", "field", "position", "reason"),
    [
        ("*:*:3.33", "second", 5, "a fraction of a second has no place here"),
        ("*-13-01", "month_of_year", 2, "month-of-year 13 is out of range 1-12"),
        ("24:00", "hour", 0, "hour 24 is out of range 0-23"),
        ("Mon 1969-01-01", "year", 4, "year 1969 is out of range 1970-2199"),
        ("*-*-0", "day_of_month", 4, "day-of-month 0 is out of range"),
        ("*-*~29", "day_of_month", 4, "days from the last are 1-28, not 29"),
        ("*-*~3..1", "day_of_month", 4, "the range 3..1 runs backwards"),
        ("*-*~1..29", "day_of_month", 7, "days from the last are 1-28, not 29"),
        ("*-*~2/0", "day_of_month", 6, "a step is a number from 1 on"),
        ("*-*-*/5", "day_of_month", 5, "* takes no step here"),
        ("Fri..Mon", "day_of_week", 0, "the range Fri..Mon runs backwards"),
        ("Fri-Mon", "day_of_week", 0, "the range Fri-Mon runs backwards"),
        ("17/9:00", "hour", 3, "the step leads past the end of the field at once"),
        ("2198/2-01-01", "year", 5, "the step leads past the end of the field at once"),
        ("*-*~5/5", "day_of_month", 6, "the step leads past the end of the field at once"),
        ("Mo", "day_of_week", 0, "'Mo' is not a day of the week"),
        ("hello world 1", None, 0, "systemd calendar events are weekdays, a date and a time"),
        ("", None, 0, "an empty text is not a crontab"),
        ("2012-10-15T10:00", None, 0, "systemd calendar events are"),
        ("@daily", None, 0, "systemd crontabs have no nicknames"),
        ("TZ=UTC daily", None, 0, "write for example '*-*-* 09:00:00 Europe/Paris'"),
        ("Mon 10:75 Europe/Paris", "minute", 7, "minute 75 is out of range"),
    ],
)
def test_systemd_says_what_is_wrong_and_where(
    event: str, field: str | None, position: int, reason: str
) -> None:
    with pytest.raises(CronSyntaxError) as error:
        cron(event, dialect="systemd")
    assert reason in error.value.reason
    assert (error.value.field, error.value.position) == (field, position)


def test_keywords_are_written_as_an_event() -> None:
    assert cron(hour=9, day_of_week="1..5", dialect="systemd").expression == (
        "Mon..Fri *-*-* 09:00:00"
    )
    assert cron(year=2027, dialect="systemd").expression == "2027-01-01 00:00:00"


ANALYZE = shutil.which("systemd-analyze")
BASE = datetime(2026, 1, 1, tzinfo=UTC)


def analyzed(events: list[str]) -> dict[str, list[str]]:
    """The first three runs of each event, as systemd has them."""
    assert ANALYZE is not None
    command = [ANALYZE, "calendar", "--iterations=3", "--base-time=2026-01-01 00:00:00 UTC"]
    answer = subprocess.run(
        [*command, *events],
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    runs = [
        re.findall(r"(?:Next elapse|Iter\. #\d): (?:\w+ )?(\d\S+ \S+) UTC", part)
        for part in answer.split("\n\n")
        if "Normalized form" in part
    ]
    return dict(zip(events, runs, strict=True))


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")
def test_events_run_when_systemd_says() -> None:
    chance = random.Random("systemd")
    pools = cron_pools("systemd")
    events = [event for event, _ in NORMALIZED]
    for _ in range(300):
        texts = {name: chance.choice(pool) for name, pool in pools.items()}
        # systemd looks no further than some years ahead for what is rare.
        events.append(cron_text(texts | {"year": "*"}, "systemd"))
        events.append(convert(events[-1], "systemd", "systemd"))
    for event, expected in analyzed(list(dict.fromkeys(events))).items():
        found = islice(cron(event, dialect="systemd").runs(BASE + timedelta(seconds=1)), 3)
        assert [f"{run:%Y-%m-%d %H:%M:%S}" for run in found][: len(expected)] == expected, event


@pytest.mark.parametrize(
    ("name", "noun"),
    [("minute", "a minute"), ("month_of_year", "a month"), ("day_of_week", "a day of the week")],
)
def test_only_days_of_the_month_count_from_the_end(name: str, noun: str) -> None:
    assert cron(day_of_month="~1", dialect="systemd") == cron("*-*~01", dialect="systemd")
    with pytest.raises(CronSyntaxError, match=f"'~5' is not {noun}: use"):
        cron(dialect="systemd", **{name: "~5"})
