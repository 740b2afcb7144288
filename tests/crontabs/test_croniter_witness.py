"""croniter 7 itself beside its dialect: over clock changes, and row by row of the guide to move.

And what Airflow and Dagster, which use it, answered when they were asked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from croniter import CroniterBadDateError, croniter, croniter_range

from duetime import CronSyntaxError, NaiveDatetimeError
from tests.support.crontabs import cron
from tests.support.dates import DAY, utc
from tests.support.tables import records

# ruff: noqa: E501 (a row of a table is a line)

SECOND = timedelta(seconds=1)
MARCH = utc(2026, 3, 1)

# Over clock changes.

CHANGES = [
    ("Europe/Paris", utc(2026, 3, 29)),
    ("Europe/Paris", utc(2026, 10, 25)),
    ("America/New_York", utc(2026, 11, 1)),
    ("Australia/Lord_Howe", utc(2026, 10, 4)),
    ("Australia/Lord_Howe", utc(2026, 4, 5)),
    ("Africa/Cairo", utc(2026, 4, 24)),
    ("America/Sao_Paulo", utc(2018, 11, 4)),
    ("America/Havana", utc(2024, 11, 3)),
    ("Antarctica/Troll", utc(2026, 3, 29)),
]
CRONTABS = (
    *("30 2 * * *", "0 3 * * *", "30 1 * * *", "*/20 1-3 * * *", "0 * * * *", "*/30 * * * *"),
    *("15 */2 * * *", "0 0 * * *", "5,35 1,2 * * *", "0 0-23 * * *", "10 2 * * 0"),
)
ITS_FAULT = {("Australia/Lord_Howe", utc(2026, 4, 5)): {"*/20 1-3 * * *": {"01:40"}}}
"""Where the half hour from 1:30 comes twice, croniter leaves out one of the two of 1:40."""


@pytest.mark.parametrize(("key", "day"), CHANGES)
def test_croniter_has_the_same_runs_around_a_clock_change(key: str, day: datetime) -> None:
    zone, start, end = ZoneInfo(key), day - DAY, day + 1.5 * DAY
    differing: dict[str, set[str]] = {}
    for crontab in CRONTABS:
        schedule = cron(crontab, tz=key, dialect="croniter")
        ours = [run.astimezone(UTC) for run in schedule.runs(start, end)]
        forwards = croniter(crontab, (start - SECOND).astimezone(zone))
        backwards = croniter(crontab, end.astimezone(zone))
        for ask in (forwards.get_next, backwards.get_prev):
            asked = (ask(datetime).astimezone(UTC) for _ in count())
            theirs = list(takewhile(lambda run: start <= run < end, asked))
            for run in set(ours) ^ set(theirs):
                differing.setdefault(crontab, set()).add(f"{run.astimezone(zone):%H:%M}")
    assert differing == ITS_FAULT.get((key, day), {})


# The runs between midnight and four of a night on which the clocks change, and their offsets, as
# Airflow 3.3.2 (CronTriggerTimetable) and Dagster 1.13.29 (cron_string_iterator) gave them.
OF_USERS = """
zone               night       crontab        airflow                                    dagster
Europe/Paris       2026-03-29  30 2 * * *     03:30+2                                    03:00+2
Europe/Paris       2026-03-29  0 3 * * *      03:00+2                                    03:00+2
Europe/Paris       2026-03-29  15 */2 * * *   00:15+1 03:15+2                            00:15+1 03:00+2
Europe/Paris       2026-03-29  */30 * * * *   00:00+1 00:30+1 01:00+1 01:30+1 03:00+2 03:30+2  00:00+1 00:30+1 01:00+1 01:30+1 03:00+2 03:30+2
Europe/Paris       2026-03-29  */20 1-3 * * *  01:00+1 01:20+1 01:40+1 03:00+2 03:20+2 03:40+2  01:00+1 01:20+1 01:40+1 03:00+2 03:20+2 03:40+2
Europe/Paris       2026-10-25  30 2 * * *     02:30+1                                    02:30+1
Europe/Paris       2026-10-25  15 */2 * * *   00:15+2 02:15+1                            00:15+2 02:15+1
Europe/Paris       2026-10-25  40 1-3 * * *   01:40+2 02:40+1 03:40+1                    01:40+2 02:40+1 03:40+1
Europe/Paris       2026-10-25  30 * * * *     00:30+2 01:30+2 02:30+2 02:30+1 03:30+1    00:30+2 01:30+2 02:30+2 02:30+1 03:30+1
America/New_York   2026-03-08  30 2 * * *     03:30-4                                    03:00-4
America/New_York   2026-03-08  15 */2 * * *   00:15-5 03:15-4                            00:15-5 03:00-4
America/New_York   2026-11-01  30 1 * * *     01:30-5                                    01:30-5
America/New_York   2026-11-01  30 * * * *     00:30-4 01:30-4 01:30-5 02:30-5 03:30-5    00:30-4 01:30-4 01:30-5 02:30-5 03:30-5
America/Sao_Paulo  2018-11-04  0 0 * * *      01:00-2                                    01:00-2
America/Sao_Paulo  2018-11-04  15 */2 * * *   01:15-2 02:15-2                            01:15-2 02:15-2
"""
OTHERWISE = {
    ("dagster", "America/Sao_Paulo", "15 */2 * * *"): "01:00-2 02:15-2",
}
"""Where duetime differs: Dagster moves to the end of the gap at one to three o'clock alone."""


@pytest.mark.parametrize(
    "row", records(OF_USERS), ids=lambda row: f"{row['night']} {row['crontab']}"
)
@pytest.mark.parametrize("user", ["airflow", "dagster"])
def test_a_night_in_those_that_use_croniter(user: str, row: dict[str, str]) -> None:
    zone = ZoneInfo(row["zone"])
    night = datetime.fromisoformat(row["night"]).replace(tzinfo=zone)
    schedule = cron(row["crontab"], tz=zone, dialect="croniter", dst=user)
    runs = [
        f"{run:%H:%M}{(run.utcoffset() or DAY) // timedelta(hours=1):+}"
        for run in schedule.runs(night, night.replace(hour=4))
    ]
    assert " ".join(runs) == OTHERWISE.get((user, row["zone"], row["crontab"]), row[user])


def test_of_several_times_in_a_gap_airflow_runs_the_first_and_its_policy_all() -> None:
    # Airflow 3.3.2 goes on from 3:05, and so misses what was 2:35.
    schedule = cron("5,35 1,2 * * *", tz="Europe/Paris", dialect="croniter", dst="airflow")
    runs = [f"{run:%H:%M}" for run in schedule.runs(utc(2026, 3, 29), utc(2026, 3, 29, 4))]
    assert runs == ["01:05", "01:35", "03:05", "03:35"]


# The rows of the guide, in its order.


def test_get_next_and_get_prev() -> None:
    schedule = cron("30 9 * * 1", dialect="croniter")
    assert schedule.next_run(MARCH) == croniter("30 9 * * 1", MARCH).get_next(datetime)
    assert schedule.prev_run(MARCH) == croniter("30 9 * * 1", MARCH).get_prev(datetime)


def test_all_next_leaves_out_the_start_and_a_range_has_both_ends() -> None:
    schedule = cron("0 0 * * *", dialect="croniter")
    end = MARCH + 3 * DAY
    runs = list(schedule.runs(MARCH, end))
    after = croniter("0 0 * * *", MARCH).all_next(datetime)
    assert [next(after), next(after)] == runs[1:]
    assert list(croniter_range(MARCH, end, "0 0 * * *")) == [*runs, end]
    assert list(schedule.runs(MARCH, end + SECOND)) == [*runs, end]


def test_match_looks_at_the_minute_and_in_at_the_second() -> None:
    schedule = cron("30 9 * * *", dialect="croniter")
    for second, is_run in ((0, True), (20, False)):
        moment = utc(2026, 3, 1, 9, 30, second)
        assert croniter.match("30 9 * * *", moment)
        assert (moment in schedule) is is_run


@pytest.mark.parametrize(
    "crontab", ["75 * * * *", "* * * * * 60", "0 0 * * 5L", "0 9 * *", "0 0 32 * *"]
)
def test_what_is_not_valid_is_refused(crontab: str) -> None:
    assert not croniter.is_valid(crontab)
    with pytest.raises(CronSyntaxError):
        cron(crontab, dialect="croniter")


# What croniter is given, and what duetime is.
SETTINGS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("30 9 * * 1 15", {}, {"dialect": "croniter"}),
    ("H H * * *", {"hash_id": "job-1"}, {"dialect": "croniter", "seed": "job-1"}),
    ("0 0 13 * 5", {"day_or": False}, {"dialect": "croniter_and"}),
    ("0 0 */2 * 5", {"implement_cron_bug": True}, {"dialect": "vixie"}),
    ("0 0 13 * 5", {"implement_cron_bug": True}, {"dialect": "vixie"}),
    ("0 0 1,*/5 * 5", {"implement_cron_bug": True}, {"dialect": "vixie"}),
    ("15 30 9 * * 1", {"second_at_beginning": True}, {"dialect": "cronsim"}),
    ("*/20 0 0 13 * 5", {"second_at_beginning": True}, {"dialect": "cronsim"}),
]


@pytest.mark.parametrize(("crontab", "theirs", "ours"), SETTINGS)
def test_a_setting_of_croniter_has_its_counterpart(
    crontab: str, theirs: dict[str, Any], ours: dict[str, Any]
) -> None:
    position = croniter(crontab, MARCH, **theirs)
    runs = [position.get_next(datetime) for _ in range(40)]
    assert list(cron(crontab, **ours).runs(MARCH + SECOND, limit=40)) == runs


# What differs.


def test_with_the_second_first_the_day_rule_is_that_of_vixie() -> None:
    position = croniter("0 0 0 */2 * 5", MARCH, second_at_beginning=True)
    schedule = cron("0 0 0 */2 * 5", dialect="cronsim")
    assert position.get_next(datetime) == utc(2026, 3, 3)
    assert schedule.next_run(MARCH) == utc(2026, 3, 13)


def test_a_naive_start_is_refused() -> None:
    assert croniter("0 9 * * *", datetime(2026, 3, 1)).get_next(datetime) == datetime(2026, 3, 1, 9)
    with pytest.raises(NaiveDatetimeError):
        cron("0 9 * * *", dialect="croniter").next_run(datetime(2026, 3, 1))


def test_a_date_that_never_comes_is_none() -> None:
    with pytest.raises(CroniterBadDateError):
        croniter("0 0 30 2 *", MARCH).get_next(datetime)
    assert cron("0 0 30 2 *", dialect="croniter").next_run(MARCH) is None


def test_all_weekdays_beside_a_numbered_one_are_refused() -> None:
    crontab = "0 0 * * 0,1,2,3,4,5,6,5#2"
    assert croniter(crontab, MARCH).get_next(datetime) == utc(2026, 3, 13)
    with pytest.raises(CronSyntaxError):
        cron(crontab, dialect="croniter")


def test_a_last_sunday_beside_a_date_is_found() -> None:
    with pytest.raises(CroniterBadDateError):
        croniter("0 0 6 2 L0", MARCH).get_next(datetime)
    assert cron("0 0 6 2 L0", dialect="croniter").next_run(MARCH) == utc(2027, 2, 28)
