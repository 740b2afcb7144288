"""Timelines against the runs of which they are the bits."""

# ruff: noqa: E501 (a row of a table is a line)

import itertools
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzstr
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    DstPolicy,
    Schedule,
    at,
    business_days,
    calendar_interval,
    cron,
    daily_grid,
    every,
    rrule,
    solar,
    window,
)
from duetime.algebra.rolling import CONVENTIONS
from duetime.crontabs.dialects import WEEKDAY_NAMES
from duetime.dates.bits import every_nth_bit, least_distance
from duetime.dates.gregorian import EVER
from duetime.dates.timeline import (
    CALENDAR,
    Timeline,
    joined_all,
    kept_on,
    kept_until,
    timeline_of,
    zone_days,
)
from duetime.testing import strategies as some
from duetime.wall import WallSchedule
from duetime.zones import Step, Zone, find_zone
from tests.support.dates import DAY, EPOCH, HOUR, MICROSECOND, MINUTE
from tests.support.effort import few
from tests.support.sets import instants

START = datetime(2026, 1, 1, tzinfo=UTC)


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
    timeline = schedule._timeline(days_of(start, length))
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
    some.daily_grids(),
    some.nth_business_days(),
    st.builds(every, st.sampled_from([5400, 25_200, 86_400 * 7, 3601]), anchor=st.just("epoch")),
)


DAILY = some.daily_grids() | some.nth_business_days()


@given(st.data())
@few(26)
def test_a_timeline_shows_the_runs_around_clock_changes(data: st.DataObject) -> None:
    schedule = data.draw(PARTS)
    start = data.draw(some.instants(schedule.tz))
    length = data.draw(st.integers(1, 9))
    if isinstance(schedule._timeline(days_of(start, length)), Timeline):
        assert_shows(schedule, start - 2 * DAY, length)


@given(st.data())
@few(16)
def test_a_timeline_shows_the_runs_of_compositions(data: st.DataObject) -> None:
    one, other = data.draw(SPARSE), data.draw(SPARSE)
    start = data.draw(some.instants(one.tz))
    seconds = timedelta(seconds=data.draw(st.integers(-200_000, 200_000)))
    low = start + timedelta(seconds=data.draw(st.integers(-200_000, 200_000)))
    high = low + timedelta(seconds=data.draw(st.integers(0, 400_000)))
    length = data.draw(
        st.integers(1, 300_000).map(lambda n: timedelta(seconds=n))
        | st.integers(1, 80_000_000_000).map(lambda n: timedelta(microseconds=n))
    )
    near = st.integers(-4, 4).map(lambda n: (start + n * DAY).date())
    dates = data.draw(st.sets(near))
    business = business_days(data.draw(st.sets(st.sampled_from(WEEKDAY_NAMES), max_size=3)), dates)
    for schedule in (
        one | other,
        one - other,
        one.shifted(seconds) | other,
        one.shifted(seconds) - other,
        (one | other).within(low, high),
        one.within(low) | other.within(end=low),
        one.on(business) | other.excluding(dates),
        (one - other.on(dates)).excluding(business),
        one.in_zone(other.tz).on(business).in_zone(one.tz),
        one.rolled(business, "following") - other.rolled(business, "preceding"),
        (one | other).rolled(business, data.draw(st.sampled_from(list(CONVENTIONS)))),
        one.shifted_days(data.draw(st.sampled_from((1, 3, -1, -2))), business),
        one.during(window(other, until=one.shifted(seconds))),
        one.outside(window(other, until=(one | other).shifted(HOUR))),
        other.outside(window(one, length=length)) | one.during(window(other, length=length)),
    ):
        assert_shows(schedule, start - 2 * DAY, 5)
    assert_shows((one & other).within(start - 3 * DAY, start + 5 * DAY), start - 2 * DAY, 5)


@given(st.data())
@few(13)
def test_what_rules_say_of_far_years_is_what_the_zone_says(data: st.DataObject) -> None:
    schedule = data.draw(SPARSE | SPARSE.map(lambda one: one.on(business_days())) | DAILY)
    year = data.draw(st.integers(2, 1800) | st.integers(2090, 9990))
    start = datetime(year, data.draw(st.integers(1, 12)), data.draw(st.integers(1, 28)), tzinfo=UTC)
    assert_shows(schedule, start, 40)


def named(case: object) -> str:
    """What a test is called: the same in every process, and not as long as a book."""
    return re.sub(" at 0x[0-9a-f]+", "", str(case))[:150]


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
        (cron("*/15 * * * *", tz="Pacific/Apia").on([date(2011, 12, 30)]), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/15 * * * *", tz="Pacific/Apia").on(business_days()), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/15 * * * *", tz="America/Sao_Paulo").on([date(2018, 2, 17)]), datetime(2018, 2, 16, tzinfo=UTC)),
        (cron("*/15 * * * *", tz="America/Sao_Paulo").excluding([date(2018, 2, 17)]), datetime(2018, 2, 16, tzinfo=UTC)),
        (daily_grid(timedelta(minutes=25), time(22), time(3), tz="America/Sao_Paulo", dst="wall"), datetime(2018, 2, 16, tzinfo=UTC)),
        (daily_grid(timedelta(minutes=25), time(22), time(3), tz="America/Sao_Paulo"), datetime(2018, 11, 2, tzinfo=UTC)),
        (daily_grid(timedelta(seconds=10), time(0), time(23, 59, 50), tz="Africa/Monrovia"), datetime(1972, 1, 6, tzinfo=UTC)),
        (business_days().nth(-1, "week", at=time(23, 30), tz="Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="Pacific/Apia").rolled(business_days(), "following"), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="Pacific/Apia").rolled(business_days("thu,sat"), "preceding"), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="America/Sao_Paulo").rolled(business_days("sat"), "following"), datetime(2018, 2, 16, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="America/Sao_Paulo", dst="rfc5545").rolled(business_days("sat"), "following"), datetime(2018, 11, 2, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="Pacific/Apia").shifted_days(2, business_days()), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="Pacific/Apia").shifted_days(-2, business_days("thu,sat")), datetime(2011, 12, 28, tzinfo=UTC)),
        (cron("*/30 * * * *", tz="America/Sao_Paulo", dst="rfc5545").shifted_days(-1, business_days("sat")), datetime(2018, 11, 2, tzinfo=UTC)),
        (cron("30 9 * * *").rolled(business_days("mon-sat", [date(2026, 1, 4), date(2026, 1, 18)]), "following"), START - 9 * DAY),
        (cron("*/5 * * * *").during(window(at(START - DAY / 2), length=DAY / 2 + 3 * HOUR)), START),
        (cron("*/5 * * * *").during(window(at(START - 1000 * DAY), until=at(START + HOUR))), START),
        (cron("*/5 * * * *").during(window(at(START + HOUR), until=at(START + HOUR))), START),
        (cron("*/5 * * * *").outside(window(at(START + MICROSECOND, START - MICROSECOND), until=at())), START + DAY),
        (cron("* * * * *").during(window(cron("0 0 * * *"), length=MICROSECOND)), START),
        (cron("* * * * *").outside(window(cron("*/30 * * * *"), length=29 * MINUTE)), START),
        (cron("* * * * *").outside(window(cron("*/30 * * * *"), until=cron("*/15 * * * *"))), START),
        (at(datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 2, 4, tzinfo=UTC)), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
    ids=named,
)  # fmt: skip
def test_a_timeline_of_an_odd_change(schedule: Schedule, start: datetime) -> None:
    assert_shows(schedule, start, 5)


class Nothing:
    """A container of dates that is held as it is."""

    def __contains__(self, day: object) -> bool:
        raise AssertionError("not to be asked")


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
        solar("sunset", 10, 10).on(business_days()),
        solar("sunset", 10, 10).rolled(business_days(), "following"),
        cron("0 0 * * *").on(Nothing()),
        cron("0 0 * * *").rolled(business_days(holidays=Nothing()), "following"),
        cron("0 0 * * *").rolled(business_days("*"), "following"),
        at(START, tz=tzstr("EST5EDT")).rolled(business_days(), "following"),
        business_days(holidays=Nothing()).nth(1),
        cron("0 0 * * *").during(window(solar("sunset", 10, 10), length=HOUR)),
        cron("0 0 * * *").during(window(cron("0 0 * * *"), until=solar("sunset", 10, 10))),
        solar("sunset", 10, 10).shifted(DAY),
    ],
    ids=named,
)
def test_what_has_no_timeline_says_so(schedule: Schedule) -> None:
    assert schedule._timeline(days_of(START, 500)) is None


def test_days_beyond_the_calendar_are_not_known() -> None:
    assert cron("0 0 * * *")._timeline(range(CALENDAR.start - 400, CALENDAR.start)) is None
    assert cron("0 0 * * *")._timeline(range(CALENDAR.stop, CALENDAR.stop + 400)) is None
    assert business_days().nth(1)._timeline(range(CALENDAR.start - 400, CALENDAR.start)) is None
    assert business_days().nth(1)._timeline(range(CALENDAR.stop, CALENDAR.stop + 400)) is None
    rolled = cron("0 0 * * *").rolled(business_days(), "following")
    assert rolled._timeline(range(CALENDAR.start, CALENDAR.start + 400)) is None
    assert rolled._timeline(range(CALENDAR.stop - 400, CALENDAR.stop)) is None
    assert EVER.start > CALENDAR.start
    assert EVER.stop < CALENDAR.stop


def test_too_many_kinds_of_days_are_not_kept() -> None:
    days = range(500)
    many = timeline_of(days, ((1 << n, 1 << n) for n in range(500)))
    assert joined_all([many], int.__or__) is None
    assert kept_on(many, 2) is kept_until(many, many) is None


def test_a_zone_that_answers_as_it_likes_has_no_days() -> None:
    assert zone_days(find_zone(tzstr("EST5EDT")), days_of(START, 3)) is None
    assert cron("0 9 * * *", tz=tzstr("EST5EDT"))._timeline(days_of(START, 3)) is None


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

    _zone = find_zone("Europe/Paris")
    policy = DstPolicy("skip", "first")

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int:
        since_noon = label - 43_200
        days = -(-since_noon // 86_400) if step == 1 else since_noon // 86_400
        return days * 86_400 + 43_200


def test_labels_alone_make_no_timeline() -> None:
    noon = Noon()
    assert noon._timeline(days_of(START, 3)) is None
    assert noon.next_run(START) == START + timedelta(hours=11)
    assert noon.prev_run(START) == START - timedelta(hours=13)
    assert noon.issubset(cron("0 12 * * *", tz="Europe/Paris").within(START) | noon)


@given(st.sets(st.integers(0, 3000)))
def test_the_least_distance_of_bits(places: set[int]) -> None:
    ordered = sorted(places)
    expected = min((b - a for a, b in itertools.pairwise(ordered)), default=None)
    assert least_distance(sum(1 << place for place in places)) == expected


@given(st.integers(0, 50), st.integers(1, 60), st.integers(0, 300))
def test_every_nth_bit(first: int, step: int, size: int) -> None:
    assert every_nth_bit(first, step, size) == sum(
        1 << n for n in range(first, max(first, size), step)
    )
