"""How close runs get, against every pair of them, and which runs overlap."""

# ruff: noqa: E501 (a row of a table is a line)

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    MinGap,
    NaiveDatetimeError,
    Overlap,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    business_days,
    calendar_interval,
    cron,
    daily_grid,
    every,
    min_gap,
    overlaps,
    rrule,
    solar,
    window,
)
from duetime.testing import strategies as some
from tests.support.dates import DAY, HOUR, MICROSECOND, MINUTE, SECOND, utc
from tests.support.effort import few
from tests.support.sets import closest, instants, overlapping

NY = "America/New_York"


START = utc(2026, 1, 1)

GAPS = [
    (cron("0 9 * * *"), DAY, utc(1970, 1, 1, 9)),
    (cron("0 9-17/4,18 * * *"), HOUR, utc(1970, 1, 1, 17)),
    (cron("0 1,23 * * *"), 2 * HOUR, utc(1970, 1, 1, 23)),
    (cron("0 9 * * *", tz=NY), DAY - HOUR, utc(1970, 4, 25, 14)),
    # The clocks of New York were put back by 3 minutes 58 seconds when railway time came.
    (cron("*/7 * * * *", tz=NY), timedelta(minutes=3, seconds=58), utc(1883, 11, 18, 16, 56, 2)),
    (cron("*/7 * * * *", tz=NY).within(utc(1900, 1, 1)), 4 * MINUTE, utc(1970, 1, 1, 0, 56)),
    (cron("0 0 29 2 *"), 1461 * DAY, utc(1972, 2, 29)),
    (cron("0 0 29 2 mon", dialect="celery"), 4382 * DAY, utc(2196, 2, 29)),
    (cron("0 0 31 1 *") | cron("59 23 28 2 *"), 28 * DAY + DAY - MINUTE, utc(1970, 1, 31)),
    (cron("0 9 * * *") | cron("1 9 * * *"), MINUTE, utc(1970, 1, 1, 9)),
    (cron("0 9 * * *") - cron("* * * * mon-fri"), DAY, utc(1970, 1, 3, 9)),
    (cron("0 9 * * *") & cron("* * 13 * *"), 28 * DAY, utc(1970, 2, 13, 9)),
    (cron("0 9 * * *", year="1950-1951"), DAY, utc(1951, 12, 30, 9)),
    (every(minutes=11, anchor="epoch"), 11 * MINUTE, utc(1970, 1, 1)),
    (every(minutes=11, anchor="epoch") | at(utc(1971, 1, 10, 0, 0, 30)), 30 * SECOND, utc(1971, 1, 10)),
    (every(timedelta(800 * 365), anchor=START), 800 * 365 * DAY, START),
    (every(timedelta(6000 * 365), anchor=utc(500, 1, 1)), 6000 * 365 * DAY, utc(500, 1, 1)),
    (every(milliseconds=1500, anchor="epoch"), 1.5 * SECOND, utc(1970, 1, 1)),
    (calendar_interval(weeks=2, anchor=START, tz="Europe/Paris"), 14 * DAY - HOUR, utc(1976, 3, 18)),
    (calendar_interval(months=1, anchor=utc(2026, 1, 31)), 28 * DAY, utc(1970, 1, 31)),
    (calendar_interval(years=100, anchor=START), 36_524 * DAY, START),
    (calendar_interval(years=400, anchor=START), 146_097 * DAY, utc(2026, 1, 1)),
    (calendar_interval(years=400, anchor=START).within(end=utc(1850, 1, 1)), 146_097 * DAY, utc(1226, 1, 1)),
    (cron("0 9 * * *").on(business_days("fri,sat", [date(2026, 1, 4)])), DAY, utc(1970, 1, 4, 9)),
    (cron("0 9 * * *").on([date(2026, 1, 4), date(2027, 1, 4)]), 365 * DAY, utc(2026, 1, 4, 9)),
    (business_days().nth(-1, "quarter"), 88 * DAY, utc(1973, 12, 31)),
    (business_days(holidays=[date(3000, 1, 1)]).nth(1, "year"), 364 * DAY, utc(1972, 1, 3)),
    (cron("0 * * * *").outside(window(cron("0 9 * * *"), length=8 * HOUR)), HOUR, utc(1970, 1, 1)),
    (cron("0 9,17 * * *").outside(window(cron("0 9 * * sat"), until=cron("0 8 * * mon"))), 8 * HOUR, utc(1970, 1, 1, 9)),
    (cron("0 9 L * *").rolled(business_days(), "modified_following"), 28 * DAY, utc(1970, 1, 30, 9)),
    (cron("0 9,21 * * *", tz=NY).rolled(business_days(), "following"), 12 * HOUR, utc(1970, 1, 1, 2)),
    (daily_grid(7 * MINUTE, time(0), time(23, 59)), 5 * MINUTE, utc(1970, 1, 1, 23, 55)),
    (at(START, START + MICROSECOND), MICROSECOND, START),
    (at(START, START + DAY, START + 1.5 * DAY), DAY / 2, START + DAY),
    (rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=30"), DAY, utc(2026, 1, 1, 9)),
    (cron("* * * * *").shifted(30 * SECOND), MINUTE, utc(1970, 1, 1, 0, 0, 30)),
    (cron("0 0 1 1 *").shifted(MICROSECOND), 365 * DAY, utc(1970, 1, 1, 0, 0, 0, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "gap", "first"), GAPS, ids=str)
def test_the_smallest_distance_of_all_time_and_the_pair_that_shows_it(
    schedule: Schedule, gap: timedelta, first: datetime
) -> None:
    closest = min_gap(schedule)
    assert closest is not None
    assert closest.gap == gap
    assert closest.first.astimezone(UTC) == first
    assert closest.second == schedule.next_run(closest.first)
    assert closest.second.astimezone(UTC) - first == gap
    assert closest.first.tzinfo is closest.second.tzinfo is schedule.tz


@pytest.mark.parametrize(
    "schedule",
    [
        at(),
        at(START),
        cron("0 0 30 2 *"),
        cron("0 9 * * *").within(START, START + DAY),
        every(timedelta(3_000_000), anchor=START),
        cron("0 0 1 1 *", year=2026),
        rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=1"),
    ],
    ids=str,
)
def test_fewer_than_two_runs_have_no_distance(schedule: Schedule) -> None:
    assert min_gap(schedule) is None


@pytest.mark.parametrize(
    "schedule",
    [
        solar("sunset", 10, 10),
        rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY"),
        cron("* * * * *").shifted(MICROSECOND),
    ],
    ids=str,
)
def test_without_a_proof_nothing_is_claimed(schedule: Schedule) -> None:
    with pytest.raises(SearchHorizonError, match="no proof is possible"):
        min_gap(schedule)
    assert min_gap(schedule.within(START, START + 3 * DAY)) is not None


def test_a_floating_interval_is_refused() -> None:
    with pytest.raises(FloatingScheduleError):
        min_gap(every(minutes=5))


SPARSE = st.builds(
    cron,
    st.sampled_from(["0 9 * * *", "30 1,2 * * *", "*/25 0-3 * * *", "1 23 * * sun", "0 0 L * *"]),
    tz=some.time_zones(),
    dst=some.policies(),
)


@given(st.data())
@few(26)
def test_the_smallest_distance_of_a_range_is_that_of_its_runs(data: st.DataObject) -> None:
    schedule = data.draw(SPARSE | st.builds(lambda a, b: a | b, SPARSE, SPARSE))
    start = data.draw(some.instants(schedule.tz)) - 3 * DAY
    end = start + timedelta(hours=data.draw(st.integers(0, 200)))
    runs = instants(schedule, start, end)
    found = min_gap(schedule.within(start, end))
    assert (None if found is None else found.gap) == closest(runs)
    if found is not None:
        pair = found.first.astimezone(UTC), found.second.astimezone(UTC)
        assert pair in itertools.pairwise(runs)


@given(st.data())
@few(13)
def test_no_two_runs_are_closer_than_the_smallest_distance(data: st.DataObject) -> None:
    zone = ZoneInfo(data.draw(st.sampled_from([*some.ODD_ZONES[:6], "Asia/Manila"])))
    schedule = data.draw(SPARSE).in_zone(zone)
    found = min_gap(schedule)
    assert isinstance(found, MinGap)
    start = data.draw(some.instants(zone)) - 3 * DAY
    near = closest(instants(schedule, start, start + 9 * DAY))
    assert near is None or near >= found.gap


# Overlaps.


def test_a_run_that_starts_before_the_last_has_ended_overlaps() -> None:
    schedule = cron("0,50 9 * * *", tz=NY)
    found = list(overlaps(schedule, HOUR, START, START + DAY))
    zone = ZoneInfo(NY)
    first, second = (datetime(2026, 1, 1, 9, minute, tzinfo=zone) for minute in (0, 50))
    assert found == [Overlap(first, second, 10 * MINUTE)]
    assert found[0].run.tzinfo is zone
    assert list(overlaps(schedule, 50 * MINUTE, START, START + DAY)) == []


def test_the_run_before_the_range_counts() -> None:
    hourly = cron("0 * * * *")
    (found,) = overlaps(hourly, HOUR + SECOND, START, START + MINUTE)
    assert (found.previous, found.run, found.by) == (START - HOUR, START, SECOND)


def test_it_is_the_elapsed_time_that_counts_around_a_clock_change() -> None:
    daily = cron("0 9 * * *", tz=NY)
    year = utc(2026, 1, 1), utc(2027, 1, 1)
    (found,) = overlaps(daily, DAY - MINUTE, *year)
    assert found.run.date().isoformat() == "2026-03-08"
    assert found.by == HOUR - MINUTE
    assert not list(overlaps(daily, DAY - HOUR, *year))


def test_overlaps_come_one_by_one_however_far_the_range() -> None:
    found = overlaps(cron("* * * * *"), 2 * MINUTE, START, utc(9000, 1, 1))
    assert next(found).run == START


def test_centuries_without_an_overlap_are_passed_at_once() -> None:
    always = cron("* * * * * *", dialect="cronsim")
    assert not list(overlaps(always, SECOND, START, utc(2500, 1, 1)))
    assert not list(overlaps(every(hours=1, anchor="epoch"), HOUR, START, utc(2500, 1, 1)))


def test_ranges_without_a_timeline_are_looked_through() -> None:
    sunsets = solar("sunset", 10, 10)
    assert not list(overlaps(sunsets, 23 * HOUR, START, START + 70 * DAY))
    assert len(list(overlaps(sunsets, 25 * HOUR, START, START + 70 * DAY))) == 70
    first = utc(1, 2, 1)
    assert not list(overlaps(cron("0 0 1 * *"), DAY, first, utc(3, 1, 1)))


@pytest.mark.parametrize("duration", [timedelta(0), -HOUR, 5, None, "1h"])
def test_a_duration_is_longer_than_nothing(duration: Any) -> None:
    with pytest.raises(ScheduleError, match="duration must be a timedelta of more than zero, not"):
        overlaps(cron("* * * * *"), duration, START, START + DAY)


def test_what_cannot_be_asked_is_refused_at_once() -> None:
    with pytest.raises(FloatingScheduleError):
        overlaps(every(5), HOUR, START, START + DAY)
    with pytest.raises(NaiveDatetimeError):
        overlaps(cron("* * * * *"), HOUR, datetime(2026, 1, 1), START)


@given(st.data())
@few(26)
def test_overlaps_are_those_of_neighbouring_runs(data: st.DataObject) -> None:
    schedule = data.draw(SPARSE | st.builds(lambda a, b: a | b, SPARSE, SPARSE))
    start = data.draw(some.instants(schedule.tz)) - 3 * DAY
    end = start + timedelta(days=data.draw(st.integers(0, 80)))
    duration = timedelta(seconds=data.draw(st.integers(1, 100_000)))
    runs = instants(schedule, start - 3 * DAY, end)
    found = list(overlaps(schedule, duration, start, end))
    assert [(o.previous.astimezone(UTC), o.run.astimezone(UTC)) for o in found] == overlapping(
        runs, duration, start
    )
    assert all(o.previous.astimezone(UTC) + duration - o.by == o.run.astimezone(UTC) for o in found)
