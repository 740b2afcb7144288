"""Schedules compared as sets, against sets of runs, and what may be claimed without an end."""

# ruff: noqa: E501 (a row of a table is a line)

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    business_days,
    calendar_interval,
    cron,
    daily_grid,
    every,
    first_difference,
    min_gap,
    overlaps,
    reconcile,
    rrule,
    solar,
    window,
    zones_due,
)
from duetime.testing import strategies as some
from tests.support.dates import DAY, HOUR, MICROSECOND, MINUTE, utc
from tests.support.effort import few
from tests.support.sets import instants

NY, PARIS = "America/New_York", "Europe/Paris"


def in_utc(moment: datetime | None) -> datetime | None:
    # Across zones, Python calls two datetimes unequal when one is in an overlap.
    return None if moment is None else moment.astimezone(UTC)


START = utc(2026, 1, 1)
NINE = cron("0 9 * * *", tz=NY)
NIGHT = window(cron("0 22 * * *", tz=NY), until=cron("0 6 * * *", tz=NY))
WEEKDAYS = cron("0 9 * * mon-fri", tz=NY)
SUNSET = solar("sunset", 10, 10)
ENDLESS = rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY")
COUNTED = rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=300")

SUBSETS = [
    (WEEKDAYS, NINE),
    (cron("*/10 9-17 * * mon-fri", tz=NY), cron("*/5 * * * mon-fri", tz=NY)),
    (cron("0 0 30 2 *"), at()),
    (WEEKDAYS, cron("0 9 * * mon-wed", tz=NY) | cron("0 9 * * thu,fri", tz=NY)),
    (WEEKDAYS & cron("* * 13 * *", tz=NY), cron("0 9 13 * fri", tz=NY, dialect="celery") | WEEKDAYS),
    (NINE - WEEKDAYS, cron("0 9 * * sat,sun", tz=NY)),
    (NINE.within(START, START + 90 * DAY), NINE),
    (NINE.within(START), cron("0 9 * * *", tz="America/Detroit")),
    (NINE.shifted(-HOUR).shifted(2 * HOUR), NINE.shifted(HOUR)),
    (at(utc(2026, 1, 1, 14)), NINE),
    (at(utc(2026, 1, 1, 14, 0, 0, 5)), at(utc(2026, 1, 1, 14, 0, 0, 5), utc(2027, 1, 1))),
    (every(minutes=30, anchor="epoch"), every(minutes=15, anchor="epoch")),
    (every(minutes=30, anchor="epoch", tz=PARIS), every(minutes=15, anchor="epoch")),
    (every(milliseconds=1500, anchor="epoch"), every(milliseconds=500, anchor="epoch")),
    (every(seconds=86_399, anchor="epoch"), every(seconds=1, anchor="epoch")),
    (cron("0 9 * * *", year=2026), cron("0 9 * * *", year="2020-2030")),
    (calendar_interval(weeks=2, anchor=utc(2026, 1, 5, 9)), cron("0 9 * * mon")),
    (NINE.on(business_days()), WEEKDAYS),
    (WEEKDAYS, NINE.on(business_days())),
    (NINE.excluding(business_days()), NINE - WEEKDAYS),
    (cron("* * * * *", tz=NY).on([utc(2026, 3, 8).date()]), cron("* * 8 3 *", tz=NY)),
    (business_days().nth(1, at=time(9), tz=NY), WEEKDAYS),
    (business_days().nth(5, "week", at=time(9)), cron("0 9 * * fri")),
    (cron("0 9 * * fri"), business_days().nth(-1, "week", at=time(9))),
    (daily_grid(90 * MINUTE, time(20), time(2), tz=NY, dst="wall"), cron("0,30 * * * *", tz=NY, dst="wall")),
    (cron("0,30 20-23 * * *", tz=NY), daily_grid(15 * MINUTE, time(20), time(2), tz=NY)),
    (cron("0 9 L * *", tz=NY).rolled(business_days(), "preceding"), business_days().nth(-1, at=time(9), tz=NY)),
    (business_days().nth(-1, at=time(9), tz=NY), cron("0 9 L * *", tz=NY).rolled(business_days(), "preceding")),
    (NINE.rolled(business_days(), "modified_following"), WEEKDAYS),
    (cron("30 2 * * *", tz=NY), cron("30 2 * * *", tz=NY).during(NIGHT)),
    (cron("0 7-21 * * *", tz=NY), cron("0 * * * *", tz=NY, dst="wall").outside(NIGHT)),
    (cron("0 9 * * *").during(window(cron("0 8 * * *"), length=HOUR)), at()),
    (COUNTED, cron("0 9 * * *")),
    (SUNSET, SUNSET | NINE),
    (SUNSET.within(START, START + 30 * DAY), SUNSET),
    (ENDLESS, ENDLESS),
]  # fmt: skip

DISJOINT = [
    (NINE, cron("0 9 * * *", tz=PARIS)),
    (cron("0 9 * * *"), cron("30 * * * *")),
    (WEEKDAYS, cron("0 9 * * sun", tz=NY)),
    (NINE.on(business_days()), NINE.excluding(business_days())),
    (business_days().nth(1), business_days().nth(-1)),
    (cron("0 0 30 2 *"), cron("* * * * *")),
    (every(hours=2, anchor="epoch"), every(hours=2, anchor=utc(2026, 1, 1, 1))),
    (every(milliseconds=1500, anchor="epoch"), every(milliseconds=300, anchor=START + MICROSECOND)),
    (NINE.within(end=START), NINE.within(START)),
    (COUNTED, cron("30 * * * *")),
    (cron("30 * * * *"), COUNTED),
    (at(START + MICROSECOND), cron("* * * * *")),
    (SUNSET.within(START, START + 30 * DAY), solar("sunset", 10, 60)),
]


@pytest.mark.parametrize(("small", "large"), SUBSETS, ids=str)
def test_every_run_of_one_is_a_run_of_the_other(small: Schedule, large: Schedule) -> None:
    assert small.issubset(large)
    assert large.issuperset(small)


@pytest.mark.parametrize(
    ("small", "large"),
    [
        (NINE, WEEKDAYS),
        (NINE, cron("0 9 * * *", tz="America/Detroit")),
        (cron("30 1 * * *", tz=NY, dst="ocps"), cron("30 1 * * *", tz=NY, dst="quartz")),
        (cron("30 1 * * *", tz=NY, dst="wall"), cron("30 1 * * *", tz=NY, dst="ocps")),
        (NINE, NINE.within(START)),
        (NINE, at()),
        (every(minutes=15, anchor="epoch"), every(minutes=30, anchor="epoch")),
        (every(milliseconds=500, anchor="epoch"), every(milliseconds=1500, anchor="epoch")),
        (SUNSET, NINE),
        (COUNTED, COUNTED.within(START, START + 299 * DAY)),
    ],
    ids=str,
)
def test_one_run_that_the_other_has_not_is_enough(small: Schedule, large: Schedule) -> None:
    assert not small.issubset(large)
    assert not large.issuperset(small)


@pytest.mark.parametrize(("one", "other"), DISJOINT, ids=str)
def test_schedules_that_never_meet_are_disjoint(one: Schedule, other: Schedule) -> None:
    assert one.isdisjoint(other)
    assert other.isdisjoint(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NINE, WEEKDAYS),
        (NINE, NINE),
        (every(minutes=1, anchor="epoch"), every(seconds=61, anchor="epoch")),
        (every(milliseconds=1500, anchor="epoch"), every(milliseconds=700, anchor="epoch")),
        (SUNSET, SUNSET),
        (COUNTED, cron("0 9 * * *")),
    ],
    ids=str,
)
def test_one_instant_in_common_is_enough(one: Schedule, other: Schedule) -> None:
    assert not one.isdisjoint(other)


def test_a_schedule_has_all_of_its_own_runs() -> None:
    assert NINE.issubset(NINE)
    assert NINE.issuperset(NINE)


def test_the_same_runs_need_not_be_equal_schedules() -> None:
    spelled, joined = cron("0 9,10 * * *"), cron("0 9 * * *") | cron("0 10 * * *")
    assert spelled.issubset(joined)
    assert joined.issubset(spelled)
    assert spelled != joined


@pytest.mark.parametrize("other", [None, 5, "0 9 * * *", {NINE}, WEEKDAYS])
@pytest.mark.parametrize(
    "compare",
    [
        lambda a, b: a <= b,
        lambda a, b: a < b,
        lambda a, b: a >= b,
        lambda a, b: a > b,
    ],
)
def test_schedules_have_no_order(compare: Callable[[Any, Any], bool], other: Any) -> None:
    with pytest.raises(TypeError, match="not supported between instances"):
        compare(NINE, other)


@pytest.mark.parametrize(
    "ask",
    [
        lambda a, b: a.issubset(b),
        lambda a, b: b.issuperset(a),
        lambda a, b: a.isdisjoint(b),
        first_difference,
    ],
)
def test_floating_schedules_are_no_sets(ask: Callable[[Schedule, Schedule], object]) -> None:
    for pair in ((NINE, every(5)), (every(5), NINE)):
        with pytest.raises(FloatingScheduleError):
            ask(*pair)


@pytest.mark.parametrize("other", [None, 5, "0 9 * * *", {NINE}])
@pytest.mark.parametrize(
    "ask",
    [
        NINE.isdisjoint,
        NINE.issubset,
        NINE.issuperset,
        lambda other: first_difference(NINE, other),
        lambda other: first_difference(other, NINE),
        min_gap,
        lambda other: overlaps(other, HOUR, START, START + DAY),
        lambda other: reconcile(other, [START]),
        lambda other: zones_due(other, START, START, []),
    ],
)
def test_what_is_no_schedule_is_named(ask: Callable[[Any], object], other: Any) -> None:
    with pytest.raises(ScheduleError, match="is no schedule: make one of it"):
        ask(other)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetimeError):
        first_difference(NINE, WEEKDAYS, datetime(2026, 1, 1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: cron("* * * * *").issuperset(ENDLESS),
        lambda: ENDLESS.isdisjoint(cron("30 * * * *")),
        lambda: first_difference(ENDLESS, cron("0 9 * * *").within(START)),
    ],
)
def test_without_a_proof_nothing_is_claimed(ask: Callable[[], object]) -> None:
    with pytest.raises(
        SearchHorizonError, match=r"ask about a range, for example of schedule\.with"
    ):
        ask()


# The first difference.


@pytest.mark.parametrize(
    ("a", "b", "start", "expected"),
    [
        (WEEKDAYS, NINE, START, utc(2026, 1, 3, 14)),
        (NINE, WEEKDAYS, START, utc(2026, 1, 3, 14)),
        (NINE, WEEKDAYS, utc(2026, 1, 3, 14), utc(2026, 1, 3, 14)),
        (NINE, WEEKDAYS, utc(2026, 1, 3, 14, 0, 1), utc(2026, 1, 4, 14)),
        (NINE, cron("0 9 * * *", tz="America/Detroit"), START, None),
        (NINE, cron("0 9 * * *", tz="America/Toronto"), START, None),
        (NINE, NINE.within(utc(2090, 1, 1)), START, utc(2026, 1, 1, 14)),
        (NINE, NINE.within(end=utc(2090, 1, 1)), START, utc(2090, 1, 1, 14)),
        (NINE, NINE.within(end=utc(2500, 1, 1)), START, utc(2500, 1, 1, 14)),
        (NINE, NINE, None, None),
        (cron("0 9 * * *"), cron("0 9 * * *").within(utc(2020, 1, 1)), None, utc(2, 1, 1, 9)),
        (cron("0 9 * * *"), cron("0 9 * * *").within(end=utc(2020, 1, 1)), None, utc(2020, 1, 1, 9)),
        (cron("0 9 * * *"), cron("0 9 * * *").within(utc(2020, 1, 1)), utc(2020, 1, 1), None),
        (cron("0 9 29 2 *"), cron("0 9 L 2 *"), utc(2027, 6, 1), utc(2029, 2, 28, 9)),
        (ENDLESS, cron("0 9 * * *"), START - DAY, utc(2025, 12, 31, 9)),
        (COUNTED, ENDLESS, None, utc(2026, 10, 28, 9)),
        (COUNTED, COUNTED | at(START), None, START),
        (SUNSET, SUNSET, None, None),
        (COUNTED, COUNTED.shifted(HOUR).shifted(-HOUR), None, None),
        (COUNTED, rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=300;INTERVAL=1") | at(), None, None),
    ],
    ids=str,
)  # fmt: skip
def test_the_first_difference(
    a: Schedule, b: Schedule, start: datetime | None, expected: datetime | None
) -> None:
    found = first_difference(a, b, start)
    assert found == expected
    assert found is None or found.tzinfo is a.tz


def test_a_difference_by_a_shift_beyond_the_calendar_is_found() -> None:
    far = (NINE.shifted(300 * DAY) | at(START)).shifted(300 * DAY)
    found = first_difference(far, at(START))
    assert found == far.next_run(utc(2, 1, 1) - MICROSECOND)


TIMES = st.sampled_from(["0 9 * * *", "30 1,2 * * *", "30 1-3 * * sun", "*/30 */2 * * *", "0 0 L * *"])  # fmt: skip
CRONS = st.builds(cron, TIMES, tz=st.sampled_from([NY, PARIS, "Pacific/Apia"]), dst=some.policies())


@given(st.data())
@few(33)
def test_comparisons_are_those_of_the_sets_of_runs(data: st.DataObject) -> None:
    one, other = data.draw(CRONS), data.draw(CRONS)
    start = data.draw(some.instants(one.tz)).replace(microsecond=0)
    assume(start.year > 1800)
    end = start + timedelta(days=data.draw(st.integers(0, 9)))
    a, b = (
        one.within(start, end),
        (other | one if data.draw(st.booleans()) else other).within(start, end),
    )
    left, right = set(instants(a, start, end)), set(instants(b, start, end))
    assert a.issubset(b) is (left <= right)
    assert a.isdisjoint(b) is left.isdisjoint(right)
    assert in_utc(first_difference(a, b)) == min(left ^ right, default=None)
    assert in_utc(first_difference(a, b, start + DAY)) == min(
        (run for run in left ^ right if run >= start + DAY), default=None
    )


@given(one=CRONS, other=CRONS)
@few(13)
def test_over_all_time_the_difference_is_one(one: Schedule, other: Schedule) -> None:
    found = first_difference(one, other)
    if found is None:
        assert one.issubset(other)
        assert one.issuperset(other)
    else:
        assert one.matches(found) is not other.matches(found)
        assert not (one.issubset(other) and one.issuperset(other))
