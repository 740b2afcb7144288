"""Names, offsets and shards: the same in every process and release."""

from __future__ import annotations

import datetime as datetime_module
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    at,
    cron,
    every,
    occurrence_id,
    shard_of,
    solar,
)
from duetime.hashing import MOST_SHARDS, NAMESPACE, _jump
from duetime.testing import ScheduleLaws, crons, instants, intervals, spreadings
from tests.support.algebra import jittered, runs_of, spread_by
from tests.support.dates import HOUR, MICROSECOND, MINUTE, SECOND
from tests.support.effort import drawn, few

RUN = datetime(2026, 3, 8, 5, tzinfo=UTC)

IDS = [
    # They are stored and compared, so none of these may ever change.
    ("daily-cleanup", RUN, "557da1df-f510-5884-b8d0-5a2402c54284"),
    (
        "daily-cleanup",
        RUN.astimezone(ZoneInfo("America/New_York")),
        "557da1df-f510-5884-b8d0-5a2402c54284",
    ),
    ("daily-cleanup", RUN.replace(microsecond=1), "98f64ed1-2c18-539d-affe-bc5068ac348e"),
    ("täglich \N{SNOWMAN}", RUN, "ea08b40c-bd2a-5e04-bb5d-7ea33b144df1"),
    ("", RUN, "eb8dff92-ae8e-5914-828a-70bee6fe23b7"),
    ("a\nb", datetime(1, 1, 1, tzinfo=UTC), "6dcb3cbe-b324-5548-b0f7-2f422cfdf298"),
    (
        "x",
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        "859f84cc-f9ea-50ff-8615-0b40ba103112",
    ),
    ("x", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "8e663e1a-8a72-57af-80f6-8b10edecebc3"),
]


@pytest.mark.parametrize(("name", "run", "expected"), IDS)
def test_the_id_of_an_occurrence_never_changes(name: str, run: datetime, expected: str) -> None:
    assert occurrence_id(name, run) == UUID(expected)


@pytest.mark.parametrize(("name", "run", "expected"), IDS)
def test_the_id_is_what_any_uuid_library_makes_of_it(
    name: str, run: datetime, expected: str
) -> None:
    utc = run.astimezone(UTC)
    text = f"{utc.year:04}-{utc:%m-%dT%H:%M:%S.%f}Z {name}"
    assert occurrence_id(name, run) == uuid5(NAMESPACE, text)
    assert uuid5(NAMESPACE_URL, "https://pypi.org/project/duetime/#occurrence") == NAMESPACE


def test_other_names_and_other_runs_have_other_ids() -> None:
    ids = {
        occurrence_id(name, RUN + timedelta(seconds=n)) for name in "abc" for n in range(-50, 50)
    }
    assert len(ids) == 300


def test_the_two_runs_of_a_wall_time_that_occurs_twice_differ() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    second = first.replace(fold=1)
    assert occurrence_id("a", first) != occurrence_id("a", second)
    assert occurrence_id("a", second) == occurrence_id(
        "a", datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5)))
    )


def test_what_has_no_id_is_refused() -> None:
    with pytest.raises(NaiveDatetimeError):
        occurrence_id("a", datetime(2026, 1, 1))
    with pytest.raises(ScheduleError, match="an entry has a name, not 7"):
        occurrence_id(7, RUN)  # type: ignore[arg-type]  # refused
    with pytest.raises(ScheduleError, match="cannot be written as UTF-8"):
        occurrence_id("\ud800", RUN)
    west = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(ScheduleError, match=r"UTC cannot show 9999-12-31T23:59:59\.999999-01:00"):
        occurrence_id("a", west)
    assert occurrence_id("a", datetime.max.replace(tzinfo=UTC)).version == 5
    with pytest.raises(ScheduleError, match="UTC cannot show 0001-01-01T00:00:00"):
        occurrence_id("a", datetime.min.replace(tzinfo=timezone(timedelta(hours=1))))


# Offsets by key.

HOURLY = cron("0 * * * *")
QUARTERS = cron("*/15 * * * *", tz="America/New_York")
START = datetime(2026, 1, 5, tzinfo=UTC)

SPREADS = [
    # Whole fleets are spread by them, so none of these may ever change.
    ("", HOUR, 2848),
    ("host-7", HOUR, 2193),
    ("host-7", timedelta(seconds=90.5), 55),
    ("host-8", HOUR, 607),
    ("täglich \N{SNOWMAN}", timedelta(days=1), 61210),
    ("a\nb", SECOND, 0),
    ("x", timedelta(days=30), 2243445),
]
JITTERS = [
    ("", START, 375),
    ("feed-42", START, 2933),
    ("feed-42", START.astimezone(ZoneInfo("Asia/Tokyo")), 2933),
    ("feed-42", START + HOUR, 492),
    ("feed-42", START + MICROSECOND, 1301),
    ("täglich \N{SNOWMAN}", START, 586),
    ("x", datetime(1, 1, 1, 1, tzinfo=timezone(HOUR)), 269),
    ("x", datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), 1749),
    ("x", datetime(9999, 12, 31, 22, tzinfo=UTC), 758),
]
SHARDS = [
    ("", 10, 1),
    ("host-7", 1, 0),
    ("host-7", 4, 3),
    ("host-7", 5, 4),
    ("host-8", 1000, 502),
    ("täglich \N{SNOWMAN}", 1000, 434),
    ("x", 2**31, 1437085777),
]


@pytest.mark.parametrize(("key", "window", "seconds"), SPREADS)
def test_the_offset_of_a_key_never_changes(key: str, window: timedelta, seconds: int) -> None:
    offset = timedelta(seconds=seconds)
    assert HOURLY.spread(window, key) == HOURLY.shifted(offset)
    assert spread_by(window, key) == offset < window


@pytest.mark.parametrize(("key", "run", "seconds"), JITTERS)
def test_the_jitter_of_a_run_never_changes(key: str, run: datetime, seconds: int) -> None:
    moved = at(run).jittered(HOUR, key).ceil(run)
    assert moved == run.astimezone(UTC) + timedelta(seconds=seconds)


@pytest.mark.parametrize(("key", "shards", "shard"), SHARDS)
def test_the_shard_of_a_key_never_changes(key: str, shards: int, shard: int) -> None:
    assert shard_of(key, shards) == shard


def test_the_jump_hash_is_the_published_one() -> None:
    # Values that implementations in other languages agree on.
    for number, buckets, bucket in (
        (1, 1, 0),
        (42, 57, 43),
        (0xDEAD10CC, 666, 361),
        (256, 1024, 520),
        (10863919174838991, 11, 6),
        (2016238256797177309, 11, 3),
        (2, 100001, 80343),
        (2202, 100001, 15018),
    ):
        assert _jump(number, buckets) == bucket


def test_another_process_draws_the_same() -> None:
    code = (
        "from datetime import *; from duetime import *;"
        "print(shard_of('é', 1000), cron('0 * * * *').jittered(timedelta(hours=1), 'é')"
        ".next_run(datetime(2026, 1, 5, tzinfo=UTC)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = HOURLY.jittered(HOUR, "é").next_run(START)
    assert done.stdout == f"{shard_of('é', 1000)} {expected}\n"


def assert_uniform(drawn: Iterable[int], size: int) -> None:
    """Pearson's chi-square test, at five standard deviations of its statistic."""
    counts = Counter(drawn)
    expected = counts.total() / size
    statistic = sum((counts[value] - expected) ** 2 for value in range(size)) / expected
    assert set(counts) <= set(range(size))
    assert abs(statistic - (size - 1)) < 5 * math.sqrt(2 * (size - 1))


def test_all_offsets_of_a_spread_are_as_likely() -> None:
    offsets = (spread_by(MINUTE, f"host-{n}") for n in range(12_000))
    assert_uniform((offset // SECOND for offset in offsets), 60)


def test_all_offsets_of_a_jitter_are_as_likely() -> None:
    schedule = every(minutes=1, anchor="epoch").jittered(MINUTE, "a")
    assert_uniform((run.second for run in schedule.runs(START, START + 12_000 * MINUTE)), 60)


def test_all_shards_are_as_likely_and_say_nothing_of_the_offset() -> None:
    keys = [f"host-{n}" for n in range(24_000)]
    assert_uniform((shard_of(key, 24) for key in keys), 24)
    offsets = (spread_by(MINUTE, key) // SECOND for key in keys if shard_of(key, 2) == 1)
    assert_uniform(offsets, 60)


def test_with_a_shard_more_a_fair_share_moves_and_only_there() -> None:
    keys = [f"host-{n}" for n in range(10_000)]
    for shards in (1, 2, 7, 99):
        moved = [key for key in keys if shard_of(key, shards) != shard_of(key, shards + 1)]
        assert all(shard_of(key, shards + 1) == shards for key in moved)
        fair = len(keys) / (shards + 1)
        assert abs(len(moved) - fair) < 5 * math.sqrt(fair)


# Jitter against lists of runs.

PARTS: dict[str, Schedule] = {
    "quarters of an hour": QUARTERS,
    "at a gap and an overlap": cron("30 1,2 * * *", tz="America/New_York", dst="wall"),
    "between seconds": every(milliseconds=2500, anchor=START + timedelta(microseconds=7)),
    "milliseconds": every(milliseconds=300, anchor=START).within(START, START + 5 * MINUTE),
    "instants": at(START, START + SECOND, START + MINUTE, START + HOUR),
    "the Sun": solar("sunset", 40.7, -74),
    "jittered": HOURLY.jittered(HOUR, "b"),
}


@pytest.mark.parametrize("window", [SECOND / 2, 10 * SECOND, 14 * MINUTE, HOUR, 30 * HOUR])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_jitter_is_that_of_a_list_of_runs(part: Schedule, window: timedelta) -> None:
    assert_jittered(part, window, START - 10 * MINUTE, START + 2 * HOUR)


def assert_jittered(part: Schedule, window: timedelta, start: datetime, end: datetime) -> None:
    runs = runs_of(part, start - window, end)
    moved = jittered(runs, window, "key", part.next_run(end - MICROSECOND))
    expected = [run for run in moved if start <= run < end]
    schedule = part.jittered(window, "key")
    assert [run.astimezone(UTC) for run in schedule.runs(start, end)] == expected
    assert [run.astimezone(UTC) for run in schedule.runs_back(end, start)] == expected[::-1]
    assert schedule.count(start, end) == len(expected)
    assert all(schedule.matches(run) for run in expected[:50])
    assert all(run <= late < run + window for run, late in zip(runs, moved, strict=True))
    assert all(one < other for one, other in pairwise(moved))


@few(33)
@given(st.data())
def test_jitter_is_that_of_a_list_in_any_zone(data: st.DataObject) -> None:
    part = data.draw(crons() | intervals(floating=False))
    moment = data.draw(instants(part.tz))
    window = timedelta(seconds=data.draw(st.integers(1, 100) | st.integers(1, 90_000)))
    end = moment + timedelta(seconds=data.draw(st.integers(0, 20_000)))
    assume(part.count(moment - window, end) < 1000)
    assert_jittered(part, window, moment, end)


def test_a_clock_change_keeps_its_label_and_its_runs_are_moved() -> None:
    nightly = cron("30 1 * * *", tz="America/New_York", dst="wall")
    overlap = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    (plain,) = nightly.clock_changes(*overlap)
    schedule = nightly.jittered(MINUTE, "a")
    (moved,) = schedule.clock_changes(*overlap)
    assert (moved.label, moved.kind) == (plain.label, plain.kind)
    assert moved.instants == tuple(schedule.runs(*overlap))
    assert moved.instants != plain.instants


def test_a_run_that_is_moved_out_of_the_calendar_does_not_exist() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    keys = [
        key for key in "abcdef" if at(last).jittered(HOUR, key).prev_run(last + MICROSECOND) is None
    ]
    assert keys
    minutes = cron("59 23 * * *")
    for key in keys:
        schedule = (minutes | at(last)).jittered(HOUR, key)
        before = schedule.prev_run(last + MICROSECOND)
        assert before is not None
        assert before.replace(second=0) == last.replace(second=0)
        assert at(last).jittered(HOUR, key).count(START, last + MICROSECOND) == 0


def test_a_spread_schedule_is_a_shifted_one() -> None:
    spread = QUARTERS.spread(HOUR, "host-7")
    assert spread.to_dict()["type"] == "shifted"
    assert spread.in_zone("Asia/Tokyo") == QUARTERS.in_zone("Asia/Tokyo").spread(HOUR, "host-7")
    assert QUARTERS.spread(SECOND, "host-7") is QUARTERS


def test_a_jittered_schedule_is_a_value() -> None:
    schedule = QUARTERS.jittered(HOUR, "it's")
    names = {"cron": cron, "datetime": datetime_module}
    assert eval(repr(schedule), names) == schedule
    assert schedule != QUARTERS.jittered(HOUR, "its")
    assert schedule != QUARTERS.jittered(MINUTE, "it's")
    tokyo = schedule.in_zone("Asia/Tokyo")
    assert tokyo.tz is ZoneInfo("Asia/Tokyo")
    assert tokyo.in_zone("America/New_York") == schedule


@pytest.mark.parametrize("window", [timedelta(0), -SECOND, 60, None, "1h"])
def test_a_window_is_longer_than_nothing(window: Any) -> None:
    for move in (HOURLY.spread, HOURLY.jittered):
        with pytest.raises(ScheduleError, match="window must be a timedelta longer than zero"):
            move(window, "a")


def test_a_key_is_text() -> None:
    for move in (HOURLY.spread, HOURLY.jittered):
        with pytest.raises(ScheduleError, match="a key is text, not 7"):
            move(HOUR, 7)  # type: ignore[arg-type]  # refused
        with pytest.raises(ScheduleError, match="cannot be written as UTF-8"):
            move(HOUR, "\ud800")
        with pytest.raises(FloatingScheduleError):
            getattr(every(minutes=5), move.__name__)(HOUR, "a")
    with pytest.raises(ScheduleError, match="a key is text, not None"):
        shard_of(None, 4)  # type: ignore[arg-type]  # refused


@pytest.mark.parametrize("shards", [0, -1, True, 2.0, None, MOST_SHARDS + 1, 10**100])
def test_there_is_a_shard_and_not_too_many(shards: Any) -> None:
    with pytest.raises(ScheduleError, match="shards must be an int from 1 to 2,147,483,648, not"):
        shard_of("a", shards)


def test_there_may_be_one_shard_or_very_many() -> None:
    assert shard_of("a", 1) == 0
    assert 0 <= shard_of("a", MOST_SHARDS) < MOST_SHARDS


class TestSpreadingsAreSchedules(ScheduleLaws):
    whole_seconds = False
    examples = drawn(10)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return spreadings()
