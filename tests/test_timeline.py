"""Timelines against the runs of which they are the bits."""

# ruff: noqa: E501 (a row of a table is a line)

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duetime import DstPolicy, Schedule, at, calendar_interval, cron, every, rrule, solar
from duetime.civil import WallSchedule
from duetime.testing import strategies as some
from duetime.timeline import (
    CALENDAR,
    EVER,
    Timeline,
    every_nth,
    joined_all,
    least_distance,
    timeline_of,
    zone_days,
)
from duetime.zones import Zone, find_zone
from tests.support.sets import instants

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def days_of(start: datetime, length: int) -> range:
    first = (start - EPOCH) // DAY
    return range(first, first + length)


def runs_of(timeline: Timeline) -> list[datetime]:
    found = []
    for times, days in timeline.kinds:
        for day in places(days):
            midnight = EPOCH + (timeline.days.start + day) * DAY
            found += [midnight + timedelta(seconds=second) for second in places(times)]
    return sorted(found)


def places(bits: int) -> list[int]:
    return [place for place, flag in enumerate(reversed(f"{bits:b}")) if flag == "1"]


def assert_shows(schedule: Schedule, start: datetime, length: int) -> None:
    timeline = schedule.timeline(days_of(start, length))
    assert timeline is not None
    start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    expected = instants(schedule, start, start + length * DAY)
    assert runs_of(timeline) == expected
    assert timeline.count() == len(expected)


SPARSE = st.builds(
    cron,
    st.sampled_from(
        [
            "0 9 * * *",
            "30 2 * * *",
            "*/20 0-3 * * *",
            "30 0,1,2,3,23 * * sun",
            "0 0 L * *",
            "7 7 29 2 *",
        ]
    ),
    tz=some.time_zones(),
    dst=st.none() | some.policies(),
)
PARTS = st.one_of(
    SPARSE,
    some.calendar_intervals(),
    st.builds(every, st.sampled_from([5400, 25_200, 86_400 * 7, 3601]), anchor=st.just("epoch")),
)


@given(st.data())
@settings(max_examples=80)
def test_a_timeline_shows_the_runs_around_clock_changes(data: st.DataObject) -> None:
    schedule = data.draw(PARTS)
    start = data.draw(some.instants(schedule.tz))
    length = data.draw(st.integers(1, 9))
    if isinstance(schedule.timeline(days_of(start, length)), Timeline):
        assert_shows(schedule, start - 2 * DAY, length)


@given(st.data())
@settings(max_examples=80)
def test_a_timeline_shows_the_runs_of_compositions(data: st.DataObject) -> None:
    one, other = data.draw(SPARSE), data.draw(SPARSE)
    start = data.draw(some.instants(one.tz))
    seconds = timedelta(seconds=data.draw(st.integers(-200_000, 200_000)))
    low = start + timedelta(seconds=data.draw(st.integers(-200_000, 200_000)))
    high = low + timedelta(seconds=data.draw(st.integers(0, 400_000)))
    for schedule in (
        one | other,
        one - other,
        one.shifted(seconds) | other,
        one.shifted(seconds) - other,
        (one | other).within(low, high),
        one.within(low) | other.within(end=low),
    ):
        assert_shows(schedule, start - 2 * DAY, 5)
    assert_shows((one & other).within(start - 3 * DAY, start + 5 * DAY), start - 2 * DAY, 5)


@given(st.data())
@settings(max_examples=40)
def test_what_rules_say_of_far_years_is_what_the_zone_says(data: st.DataObject) -> None:
    schedule = data.draw(SPARSE)
    year = data.draw(st.integers(2, 1800) | st.integers(2090, 9990))
    start = datetime(year, data.draw(st.integers(1, 12)), data.draw(st.integers(1, 28)), tzinfo=UTC)
    assert_shows(schedule, start, 40)


@pytest.mark.parametrize(
    ("schedule", "start"),
    [
        (cron("30 * * * *", tz="Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("30 * * * *", tz="Pacific/Apia", dst="rfc5545"), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("30 9 * * *", tz="Pacific/Apia", dst="vixie"), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/5 * * * *", tz="Pacific/Kwajalein"), datetime(1993, 8, 18, tzinfo=UTC)),
        (cron("*/5 * * * *", tz="Asia/Manila", dst="quartz"), datetime(1844, 12, 28, tzinfo=UTC)),
        (cron("*/10 1-2 * * *", tz="Australia/Lord_Howe"), datetime(2026, 4, 2, tzinfo=UTC)),
        (cron("15 0 * * *", tz="America/Sao_Paulo"), datetime(2017, 10, 13, tzinfo=UTC)),
        (cron("0 1 * * *", tz="Africa/Monrovia"), datetime(1972, 1, 5, tzinfo=UTC)),
        (cron("30 2 * * *", tz="Antarctica/Troll", dst="ocps"), datetime(2026, 3, 27, tzinfo=UTC)),
        (cron("0 0 * * *", year="2026-2027"), datetime(2027, 12, 30, tzinfo=UTC)),
        (at(datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 2, 4, tzinfo=UTC)), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
    ids=str,
)  # fmt: skip
def test_a_timeline_of_an_odd_change(schedule: Schedule, start: datetime) -> None:
    assert_shows(schedule, start, 5)


START = datetime(2026, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "schedule",
    [
        solar("sunset", 10, 10),
        rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY"),
        at(START + MICROSECOND),
        at(*(START + n * DAY + timedelta(seconds=n) for n in range(500))),
        every(milliseconds=1500, anchor="epoch"),
        every(seconds=86_399, anchor="epoch"),
        every(seconds=3, anchor=START + MICROSECOND),
        calendar_interval(days=1, anchor=START + MICROSECOND),
        cron("0 0 * * *").shifted(MICROSECOND),
        cron("0 0 * * *").shifted(timedelta(days=366 * 2030)),
        cron("0 0 * * *") | solar("sunset", 10, 10),
        solar("sunset", 10, 10).within(START),
        solar("sunset", 10, 10).shifted(DAY),
    ],
    ids=str,
)
def test_what_has_no_timeline_says_so(schedule: Schedule) -> None:
    assert schedule.timeline(days_of(START, 500)) is None


def test_days_beyond_the_calendar_are_not_known() -> None:
    assert cron("0 0 * * *").timeline(range(CALENDAR.start - 400, CALENDAR.start)) is None
    assert cron("0 0 * * *").timeline(range(CALENDAR.stop, CALENDAR.stop + 400)) is None
    assert EVER.start > CALENDAR.start
    assert EVER.stop < CALENDAR.stop


def test_too_many_kinds_of_days_are_not_kept() -> None:
    days = range(500)
    many = timeline_of(days, ((1 << n, 1 << n) for n in range(500)))
    assert joined_all([many], int.__or__) is None


def test_a_zone_that_answers_as_it_likes_has_no_days() -> None:
    from dateutil.tz import tzstr

    assert zone_days(find_zone(tzstr("EST5EDT")), days_of(START, 3)) is None
    assert cron("0 9 * * *", tz=tzstr("EST5EDT")).timeline(days_of(START, 3)) is None


def test_a_zone_that_is_refreshed_is_looked_at_again() -> None:
    # A zone of this test alone: those of others stay as they are.
    zone = Zone(ZoneInfo.no_cache("Europe/Paris"), "Europe/Paris")
    before = zone_days(zone, days_of(START, 400))
    assert zone_days(zone, days_of(START, 400)) is before
    zone.refresh()
    after = zone_days(zone, days_of(START, 400))
    assert after is not before
    assert after == before


class Noon(WallSchedule):
    """Somebody's schedule on the wall clock, which tells no more than its labels."""

    zone = find_zone("Europe/Paris")
    policy = DstPolicy("skip", "first")

    def label_from(self, label: int) -> int:
        return -(-(label - 43_200) // 86_400) * 86_400 + 43_200

    def label_upto(self, label: int) -> int:
        return (label - 43_200) // 86_400 * 86_400 + 43_200


def test_labels_alone_make_no_timeline() -> None:
    noon = Noon()
    assert noon.timeline(days_of(START, 3)) is None
    assert noon.next_run(START) == START + timedelta(hours=11)
    assert noon.prev_run(START) == START - timedelta(hours=13)
    assert noon <= cron("0 12 * * *", tz="Europe/Paris").within(START) | noon


@given(st.sets(st.integers(0, 3000)))
def test_the_least_distance_of_bits(places: set[int]) -> None:
    ordered = sorted(places)
    expected = min((b - a for a, b in itertools.pairwise(ordered)), default=None)
    assert least_distance(sum(1 << place for place in places)) == expected


@given(st.integers(0, 50), st.integers(1, 60), st.integers(0, 300))
def test_every_nth_bit(first: int, step: int, size: int) -> None:
    assert every_nth(first, step, size) == sum(1 << n for n in range(first, max(first, size), step))
