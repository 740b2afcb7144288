"""Compositions against the sets they stand for, and how a search for what never comes ends."""

# ruff: noqa: E501 (a row of a table is a line)

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import reduce
from itertools import product
from math import prod
from operator import and_
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    ClockChange,
    DstPolicy,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    business_days,
    calendar_interval,
    cron,
    every,
    rrule,
    window,
)
from tests.support.dates import DAY, HOUR, MINUTE, NEW_YORK, PARIS, utc
from tests.support.names import NAMES

START = utc(2026, 1, 1)


def instants(schedule: Schedule, start: datetime, end: datetime) -> set[datetime]:
    """The runs of a range as instants of UTC, which compare by what they are."""
    return {run.astimezone(UTC) for run in schedule.runs(start, end)}


def assert_runs(
    schedule: Schedule, expected: set[datetime], start: datetime, end: datetime
) -> None:
    ordered = sorted(expected)
    assert [run.astimezone(UTC) for run in schedule.runs(start, end)] == ordered
    assert [run.astimezone(UTC) for run in schedule.runs_back(end, start)] == ordered[::-1]
    assert schedule.count(start, end) == len(ordered)
    assert all(schedule.matches(run) for run in ordered)


# Against the sets, through a spring and an autumn with clock changes.

PARTS = [
    cron("*/20 * * * *", tz=NEW_YORK),
    cron("0,30 1-3 * * *", tz=NEW_YORK),
    cron("0,30 1-3 * * sun", tz=NEW_YORK, dst="rfc5545"),
    cron("30 1,2 * * *", tz=NEW_YORK, dst="quartz"),
    cron("*/30 */2 * * *", tz=PARIS),
    every(minutes=90, anchor="epoch"),
    at(utc(2026, 3, 8, 7), utc(2026, 11, 1, 6, 30), utc(2026, 3, 8, 7, 0, 0, 1)),
    calendar_interval(days=1, anchor=datetime(2026, 1, 1, 2, 30, tzinfo=NEW_YORK), tz=NEW_YORK),
]
WINDOWS = [(utc(2026, 3, 7), utc(2026, 3, 10)), (utc(2026, 10, 31), utc(2026, 11, 3))]


@pytest.mark.parametrize("window", WINDOWS, ids=["spring", "autumn"])
@pytest.mark.parametrize(("a", "b"), [*product(PARTS, PARTS)])
def test_compositions_are_the_operations_of_sets(
    a: Schedule, b: Schedule, window: tuple[datetime, datetime]
) -> None:
    left, right = instants(a, *window), instants(b, *window)
    assert_runs(a | b, left | right, *window)
    assert_runs((a & b).within(*window), left & right, *window)
    assert_runs((a - b).within(*window), left - right, *window)


@pytest.mark.parametrize("window", WINDOWS, ids=["spring", "autumn"])
def test_nested_compositions_are_operations_of_sets_too(window: tuple[datetime, datetime]) -> None:
    a, b, c, *_ = PARTS
    x, y, z = (instants(part, *window) for part in (a, b, c))
    assert_runs((a | b) & c, (x | y) & z, *window)
    assert_runs((a & b) - c, (x & y) - z, *window)
    assert_runs(a - b - c, x - y - z, *window)
    assert_runs((a - b) | (b - a), x ^ y, *window)
    assert_runs(a & b & c, x & y & z, *window)


def test_the_zone_of_a_composition_is_that_of_the_left_one() -> None:
    paris, tokyo = cron("0 9 * * *", tz="Europe/Paris"), cron("0 9 * * *", tz="Asia/Tokyo")
    for schedule in (paris | tokyo, paris & tokyo, paris - tokyo):
        assert schedule.tz is PARIS
    assert (tokyo | paris).tz is ZoneInfo("Asia/Tokyo")
    run = (paris | tokyo).next_run(START - MINUTE)
    assert run == datetime(2026, 1, 1, 1, tzinfo=PARIS)
    assert run is not None
    assert run.tzinfo is PARIS


# Values.

A, B, C = cron("5 9 * * *"), cron("1 1 * * *"), every(hours=1, anchor="epoch")


@pytest.mark.parametrize("operate", [lambda a, b: a | b, lambda a, b: a & b], ids=["or", "and"])
def test_the_order_and_the_nesting_do_not_matter(operate: Callable[[Any, Any], Schedule]) -> None:
    flat = operate(operate(A, B), C)
    for other in (
        operate(A, operate(B, C)),
        operate(operate(C, B), A),
        operate(flat, operate(A, C)),
    ):
        assert other == flat
        assert hash(other) == hash(flat)
    assert operate(A, A) == A
    assert operate(A, B) != operate(A, C)
    assert operate(A, B) != (A - B)
    assert (A | B) != (A & B)


def test_how_a_part_is_written_does_not_matter() -> None:
    # Written this way it is sorted to the other side of its partner.
    same = cron("05 9 * * *")
    for one, other in ((A | B, same | B), (A & B, same & B), (A - B, same - B)):
        assert one == other
        assert hash(one) == hash(other)
        assert one.to_dict() != other.to_dict()


def test_differences_are_flat() -> None:
    assert A - B - C == A - (B | C)
    assert A - B != B - A


@pytest.mark.parametrize(
    "schedule",
    [
        A | B | C,
        A & B & C,
        A - B - C,
        (A | B) & (B | C),
        (A - (B & C)).within(START, START + DAY),
        A.within(START),
        A.within(end=START),
        C.shifted(-MINUTE),
        (A | B).shifted(timedelta(microseconds=5)).within(START),
        cron("0 9 * * *", tz="Asia/Tokyo") | A,
        A | cron("0 9 * * *", tz="Asia/Tokyo"),
    ],
)
def test_the_repr_evaluates_back(schedule: Schedule) -> None:
    same = eval(repr(schedule), NAMES)
    assert same == schedule
    assert same.tz is schedule.tz


def test_a_single_member_stands_for_itself() -> None:
    from duetime.algebra.sets import intersection, union

    assert union(A) is A
    assert intersection(A, A) is A
    paris = at(START, tz=PARIS)
    assert (paris | at(START)).tz is PARIS


# Clipping.


def test_a_clip_holds_its_start_and_not_its_end() -> None:
    clipped = C.within(START, START + 3 * HOUR)
    expected = [START, START + HOUR, START + 2 * HOUR]
    assert list(clipped.runs(START - DAY)) == expected
    assert list(clipped.runs_back(START + DAY)) == expected[::-1]
    assert clipped.next_run(START - DAY) == clipped.ceil(START) == START
    assert clipped.prev_run(START + DAY) == START + 2 * HOUR
    assert clipped.next_run(START + 2 * HOUR) is clipped.prev_run(START) is None
    assert clipped.count(START - DAY, START + DAY) == 3
    assert clipped.count(START + DAY, START + 2 * DAY) == 0
    assert clipped.count(START + HOUR, START + 2 * HOUR) == 1
    assert C.within(START).count(START - DAY, START + DAY) == 24
    assert C.within(end=START).count(START - DAY, START + DAY) == 24


def test_clips_of_clips_are_one() -> None:
    inner, outer = (START + HOUR, START + 2 * HOUR), (START, START + 3 * HOUR)
    assert C.within(*outer).within(*inner) == C.within(*inner).within(*outer) == C.within(*inner)
    assert C.within(START).within(end=START + DAY) == C.within(START, START + DAY)
    assert C.within() is C
    assert C.within(None, None) is C
    assert C.within(START) != C.within(START + HOUR)


def test_a_clip_may_leave_nothing() -> None:
    for empty in (C.within(START, START), C.within(START).within(end=START - DAY)):
        assert empty.next_run(START - DAY) is empty.prev_run(START + DAY) is None
        assert empty.count(START - DAY, START + 2 * DAY) == 0


EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


def test_bounds_beyond_the_calendar_of_the_zone() -> None:
    early, late = datetime(1, 1, 1, tzinfo=EAST), datetime(9999, 12, 31, 23, 30, tzinfo=WEST)
    assert A.within(early, late) is A
    for nothing in (A.within(start=late), A.within(end=early)):
        assert nothing.next_run(START) is nothing.prev_run(START) is None
        assert eval(repr(nothing), NAMES) == nothing
        assert Schedule.from_dict(nothing.to_dict()) == nothing


def test_a_clip_moves_to_a_zone_that_cannot_show_its_bounds() -> None:
    late = datetime(9999, 12, 31, 22, tzinfo=WEST)
    west = cron("0 0 * * *", tz=WEST)
    assert west.within(end=late).in_zone(EAST) == west.in_zone(EAST)
    nothing = west.within(start=late).in_zone(EAST)
    assert nothing.next_run(START) is None
    assert "within" in repr(nothing)


# Counting.


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (cron("* * * * *", tz=NEW_YORK) | cron("*/7 * * * *", tz=PARIS), 52_596_000),
        (cron("* * * * *", tz=NEW_YORK) & cron("*/5 * * * *", tz=PARIS), 10_519_200),
        (cron("* * * * *", tz=NEW_YORK) - cron("*/5 * * * *", tz=PARIS), 42_076_800),
        ((cron("* * * * *") | C).within(utc(2050, 1, 1)), 26_297_280),
        ((cron("* * * * *") | C).shifted(MINUTE / 2), 52_596_000),
        (cron("* * * * *").shifted(-DAY * 200), 52_596_000),
    ],
    ids=str,
)
def test_a_century_of_minutes_is_counted(schedule: Schedule, expected: int) -> None:
    assert schedule.count(utc(2000, 1, 1), utc(2100, 1, 1)) == expected


def test_the_ends_of_a_count_and_of_the_calendar_are_counted_too() -> None:
    both = cron("0 6 * * *") | cron("0 18 * * *")
    assert both.count(utc(2026, 1, 1, 7), utc(2027, 1, 1, 7)) == 730
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert both.count(first, last) == 2 * 3_652_059
    assert both.shifted(DAY).count(first, last) == 2 * 3_652_058


# Moving.


def test_a_shift_is_elapsed_time() -> None:
    nine = cron("0 9 * * *", tz=NEW_YORK)
    shifted = nine.shifted(-8 * HOUR)
    # Eight hours before nine on the day the clocks go forward at two.
    runs = list(shifted.runs(utc(2026, 3, 7), utc(2026, 3, 10)))
    assert [(run.day, run.hour) for run in runs] == [(7, 1), (8, 0), (9, 1)]
    assert list(shifted.runs_back(utc(2026, 3, 10), utc(2026, 3, 7))) == runs[::-1]


def test_shifts_of_shifts_are_one() -> None:
    assert A.shifted(HOUR).shifted(MINUTE) == A.shifted(HOUR + MINUTE)
    assert A.shifted(HOUR).shifted(-HOUR) == A
    assert A.shifted(timedelta(0)) is A
    assert A.shifted(HOUR) != A.shifted(MINUTE)


@pytest.mark.parametrize("delta", [60, "60", None])
def test_a_shift_is_a_length_of_time(delta: Any) -> None:
    with pytest.raises(ScheduleError, match="a schedule is shifted by a timedelta, not"):
        A.shifted(delta)


@pytest.mark.parametrize("delta", [timedelta.max, timedelta.min])
def test_a_shift_out_of_the_calendar_leaves_nothing(delta: timedelta) -> None:
    gone = A.shifted(delta)
    assert gone.next_run(START) is gone.prev_run(START) is None
    assert eval(repr(gone), NAMES) == gone


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        (lambda a, b: a | b, [9, 12]),
        (lambda a, b: a & b, []),
        (lambda a, b: a - b, [9]),
        (lambda a, b: a.within(START), [9]),
        (lambda a, b: a.shifted(HOUR), [10]),
    ],
)
def test_the_same_wall_times_in_another_zone(
    combine: Callable[[Schedule, Schedule], Schedule], expected: list[int]
) -> None:
    schedule = combine(cron("0 9 * * *"), cron("0 12 * * *"))
    moved = schedule.in_zone("Asia/Tokyo")
    tokyo = ZoneInfo("Asia/Tokyo")
    day = datetime(2026, 5, 5, tzinfo=tokyo)
    runs = list(moved.runs(day, day + DAY))
    assert [run.hour for run in runs] == expected
    assert moved.tz is tokyo
    assert moved == combine(cron("0 9 * * *", tz=tokyo), cron("0 12 * * *", tz=tokyo))


# Clock changes.

YEAR = (utc(2026, 1, 1), utc(2027, 1, 1))
GAP, OVERLAP = datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30)


def new_york(expression: str, dst: str) -> Schedule:
    return cron(expression, tz=NEW_YORK, dst=dst)


def ny(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK, fold=fold)  # type: ignore[misc,arg-type]  # as many as there are


def folds(changes: list[ClockChange]) -> list[tuple[datetime, str, list[int]]]:
    return [(c.label, c.kind, [i.fold for i in c.instants]) for c in changes]


def test_a_union_has_the_clock_changes_of_its_parts_in_order() -> None:
    schedule = new_york("30 1 * * *", "quartz") | new_york("30 2 * * *", "ocps")
    assert list(schedule.clock_changes(*YEAR)) == [
        ClockChange(GAP, "dropped", ()),
        ClockChange(OVERLAP, "doubled", (ny(2026, 11, 1, 1, 30, fold=1),)),
    ]


def test_an_intersection_has_the_clock_changes_of_shared_labels_once() -> None:
    both = new_york("30 1 * * *", "wall") & new_york("30 1 * * sun", "wall")
    assert folds(list(both.clock_changes(*YEAR))) == [(OVERLAP, "doubled", [0, 1])]
    first = new_york("30 1 * * *", "wall") & new_york("30 1 * * sun", "ocps")
    assert folds(list(first.clock_changes(*YEAR))) == [(OVERLAP, "doubled", [0])]
    neither = new_york("30 1,2 * * *", "ocps") & new_york("0 9 * * *", "ocps")
    assert not list(neither.clock_changes(*YEAR))


def test_a_difference_has_the_clock_changes_of_what_is_left() -> None:
    left = new_york("30 1 * * *", "wall") - at(ny(2026, 11, 1, 1, 30))
    assert folds(list(left.clock_changes(*YEAR))) == [(OVERLAP, "doubled", [1])]
    gone = new_york("30 1 * * *", "ocps") - at(ny(2026, 11, 1, 1, 30))
    assert not list(gone.clock_changes(*YEAR))


def test_a_clip_has_the_clock_changes_within_it() -> None:
    dropped, doubled = new_york("30 2 * * *", "ocps"), new_york("30 1 * * *", "wall")
    for schedule in (dropped.within(utc(2026, 6, 1)), dropped.within(end=utc(2020, 1, 1))):
        assert not list(schedule.clock_changes(*YEAR))
    march = dropped.within(utc(2026, 3, 8), utc(2026, 3, 9))
    assert list(march.clock_changes(*YEAR)) == [ClockChange(GAP, "dropped", ())]
    assert not list(doubled.within(utc(2027, 1, 1)).clock_changes(*YEAR))
    # The clocks go back at six: the label comes half an hour before and half an hour after.
    before, after = doubled.within(end=utc(2026, 11, 1, 6)), doubled.within(utc(2026, 11, 1, 6))
    assert folds(list(before.clock_changes(*YEAR))) == [(OVERLAP, "doubled", [0])]
    assert folds(list(after.clock_changes(*YEAR))) == [(OVERLAP, "doubled", [1])]


def test_a_shift_moves_the_instants_of_a_clock_change_and_not_its_label() -> None:
    shifted = new_york("30 1 * * *", "wall").shifted(DAY)
    assert list(shifted.clock_changes(*YEAR)) == [
        ClockChange(OVERLAP, "doubled", (ny(2026, 11, 2, 0, 30), ny(2026, 11, 2, 1, 30)))
    ]
    assert not list(shifted.clock_changes(utc(2026, 10, 1), utc(2026, 11, 2)))


# What never comes. A search ends with a proof, or says that it has none.

EVEN, ODD = cron("*/2 * * * *", tz=NEW_YORK), cron("1-59/2 * * * *", tz=PARIS)
NEVER = {
    "nine in New York and in Paris": cron("0 9 * * *", tz=NEW_YORK) & cron("0 9 * * *", tz=PARIS),
    "two hours of one zone": cron("0 9 * * *", tz=PARIS) & cron("0 10 * * *", tz=PARIS),
    "30 February": cron("0 0 30 2 *") & cron("* * * * *"),
    "30 February or 31 April": cron("0 0 30 2 *") | cron("0 0 31 4 *"),
    "30 February of two zones": cron("0 0 30 2 *", tz=PARIS) & cron("0 0 30 2 *", tz=NEW_YORK),
    "even and odd minutes": cron("*/2 * * * *", tz=NEW_YORK) & cron("1-59/2 * * * *", tz=PARIS),
    "even minutes and an odd grid": cron("*/2 * * * *", tz=PARIS)
    & every(minutes=2, anchor=utc(2026, 1, 1, 0, 1)),
    "every minute, less a grid": cron("* * * * *") - every(minutes=1, anchor="epoch", tz=PARIS),
    "a grid, less itself": every(minutes=1, anchor="epoch") - every(minutes=1, anchor="epoch"),
    "nine, less nine": cron("0 9 1 1 *", tz=PARIS) - cron("0 9 1 1 *", tz=PARIS),
    "the first Monday, less Mondays": cron("0 9 * * mon#1", tz=PARIS)
    - cron("0 9 * * mon", tz=PARIS),
    "the first and the second": cron("0 9 1 1 *") & calendar_interval(years=1, anchor=utc(2026, 1, 2, 9)),
    "the past and the future": cron("0 9 * * *").within(end=START) & cron("0 9 * * *").within(START),
    "a shifted self": cron("0 9 1 1 *") & cron("0 9 1 1 *").shifted(HOUR),
    "a union with nothing": (cron("0 9 1 1 *") | cron("0 9 2 1 *")) & cron("0 9 3 1 *"),
    "a second of every minute": cron("36 * * * * *", dialect="cronsim", tz=NEW_YORK) & cron("* * * * *", tz=NEW_YORK),
    "labels of one gap on two days": cron("15 2 1 * *", tz=NEW_YORK) & cron("45 2 2 * *", tz=NEW_YORK),
    "a union of even minutes": (EVEN | cron("*/4 9 * * *", tz=PARIS)) & ODD,
    "even minutes moved by half a minute": EVEN.shifted(timedelta(seconds=-30)) & cron("* * * * *"),
    "odd minutes moved by three months": ODD.shifted(91 * DAY + MINUTE) & ODD,
    "a clip of even minutes": EVEN.within(START - DAY) & ODD,
    "even minutes less some": (EVEN - cron("0 9 * * *")) & ODD,
    "even minutes, less and more": cron("*/2 * * * *") - (every(minutes=2, anchor="epoch") - cron("1-59/2 * * * *")),
    "shared minutes, less every minute": (EVEN & every(minutes=6, anchor="epoch")) - cron("* * * * *"),
    "odd instants": ODD & (EVEN | at(utc(2027, 3, 1, 9), utc(2027, 3, 1, 9, 2))),
    "every second day and odd minutes": ODD & calendar_interval(days=2, anchor=START, tz=NEW_YORK),
    "every 36 hours and odd minutes": ODD & every(hours=36, anchor="epoch"),
    "grids of one step": every(seconds=7, anchor="epoch") & every(seconds=7, anchor=utc(1970, 1, 1, 0, 0, 1)),
    "grids a fraction apart": every(timedelta(3), anchor="epoch", tz=PARIS)
    & every(minutes=1, anchor="epoch", tz=NEW_YORK) & every(minutes=1, anchor=utc(1970, 1, 1, 0, 0, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("schedule", NEVER.values(), ids=NEVER)
def test_what_never_comes_is_proven_never_to_come(schedule: Schedule) -> None:
    assert schedule.next_run(START) is None
    assert schedule.prev_run(START) is None
    assert not schedule.matches(START)


@pytest.mark.parametrize("start", [utc(1500, 1, 1), utc(2050, 1, 1), utc(3000, 1, 1)])
def test_a_proof_starts_anywhere_and_does_not_miss_the_listed_years(start: datetime) -> None:
    # Until 11 March 1911 the clocks of Paris were not whole minutes from UTC, but 9 min 21 s.
    early = cron("21 9 * * * *", dialect="cronsim") & cron("0 * * * *", tz=PARIS)
    local = cron("39 50 * * * *", dialect="cronsim") & cron("0 * * * *", tz=PARIS)
    assert early.next_run(start) is early.prev_run(start) is None
    assert (local.next_run(start) is None) == (start.year > 1911)
    latest = local.prev_run(start)
    before = utc(1911, 3, 10, 22, 50, 39) if start.year > 1911 else utc(1499, 12, 31, 23, 50, 39)
    assert latest == before


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 11)), min_size=2, max_size=3),
    st.integers(-100, 100),
)
def test_grids_meet_where_counting_says(grids: list[tuple[int, int]], start: int) -> None:
    epoch, microsecond = utc(1970, 1, 1), timedelta(microseconds=1)
    parts = [every(step * microsecond, anchor=epoch + phase * microsecond) for step, phase in grids]
    shared = reduce(and_, parts)
    # Whatever repeats does so within the product of its steps.
    cycle = prod(step for step, _ in grids)

    def is_shared(instant: int) -> bool:
        return all((instant - phase) % step == 0 for step, phase in grids)

    later = next((n for n in range(start + 1, start + cycle + 1) if is_shared(n)), None)
    earlier = next((n for n in range(start - 1, start - cycle - 1, -1) if is_shared(n)), None)
    moment = epoch + start * microsecond
    assert shared.next_run(moment) == (None if later is None else epoch + later * microsecond)
    assert shared.prev_run(moment) == (None if earlier is None else epoch + earlier * microsecond)
    assert shared.matches(moment) == is_shared(start)


def test_grids_meet_where_the_zones_of_all_can_show_it() -> None:
    east, west = (
        every(timedelta(1), anchor="epoch", tz=tz) for tz in ("Asia/Tokyo", "America/New_York")
    )
    shared = east & west
    first = utc(1, 1, 2)
    assert west.prev_run(utc(1, 1, 3)) == first
    assert shared.prev_run(utc(1, 1, 3)) == first
    assert shared.prev_run(first) is None


def test_two_crontabs_that_rarely_meet_do_meet() -> None:
    # Paris is six hours ahead, but for some weeks of the year five.
    rare = cron("0 9 * * *", tz=NEW_YORK) & cron("0 14 * * *", tz=PARIS)
    run = rare.next_run(START)
    assert run == utc(2026, 3, 8, 13)
    assert rare.prev_run(START) == utc(2025, 11, 1, 13)
    # Leap days on a Monday, in years that one of the two lists.
    leap = cron("0 0 29 2 *", tz=PARIS) & cron("0 0 * * mon", tz=PARIS)
    assert leap.next_run(START) == datetime(2044, 2, 29, tzinfo=PARIS)
    listed = (
        cron("0 0 * * *", year="2030-2040")
        & cron("0 0 29 2 *", year="2036,2044")
        & cron("0 0 * * *")
    )
    assert list(listed.runs(START)) == [utc(2036, 2, 29)]


@pytest.mark.parametrize(("policy", "hour"), [("end", 7), ("shift", None), ("skip", None)])
def test_crontabs_that_share_no_label_meet_where_a_gap_ends(policy: Any, hour: int | None) -> None:
    dst = DstPolicy(policy, "first")
    quarter, later = (cron(f"{m} 2 * * *", tz=NEW_YORK, dst=dst) for m in (15, 45))
    met = quarter & later
    expected = None if hour is None else utc(2026, 3, 8, hour)
    assert met.next_run(START) == expected
    assert met.prev_run(utc(2026, 12, 1)) == expected
    assert list(met.runs(START, utc(2027, 1, 1))) == ([] if hour is None else [expected])
    # What one of them has at three, the other may be moved to.
    three = cron("30 3 * * *", tz=NEW_YORK, dst=dst) & cron("30 2 * * *", tz=NEW_YORK, dst=dst)
    shifted = utc(2026, 3, 8, 7, 30) if policy == "shift" else None
    assert three.next_run(START) == three.prev_run(utc(2026, 12, 1)) == shifted


def test_crontabs_meet_where_gaps_end_far_beyond_the_listed_years() -> None:
    # The gap falls on the eighth at the earliest, and in the year 2200 on the ninth.
    ninth = cron("15 2 9 3 *", tz=NEW_YORK) & cron("45 2 9 3 *", tz=NEW_YORK)
    after = datetime(2198, 1, 1, tzinfo=UTC)
    assert ninth.next_run(after) == datetime(2200, 3, 9, 3, tzinfo=NEW_YORK)
    assert ninth.within(after, utc(2199, 1, 1)).next_run(after) is None
    assert ninth.prev_run(utc(2200, 1, 1)) == datetime(2194, 3, 9, 3, tzinfo=NEW_YORK)


def test_a_run_behind_many_that_do_not_count_is_found() -> None:
    rare = cron("0 * * * *", tz=PARIS) - cron("0 * * * 1-11 *", dialect="cronsim", tz=PARIS)
    assert rare.next_run(START) == datetime(2026, 12, 1, tzinfo=PARIS)
    assert rare.prev_run(utc(2026, 11, 1)) == datetime(2025, 12, 31, 23, tzinfo=PARIS)
    # Until 11 March 1911 the minutes of Paris were not those of UTC.
    apart = cron("* * * * *") - cron("* * * * *", tz=PARIS)
    assert apart.prev_run(utc(1912, 1, 1)) == utc(1911, 3, 10, 23, 50)


# A Monday.
FAR = utc(2051, 6, 5, 7)
NINE = cron("0 9 * * *", tz=PARIS)
WEEKENDS = window(cron("0 0 * * sat", tz=PARIS) | at(FAR), length=timedelta(hours=47))


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        (NINE.on(business_days()).during(WEEKENDS), [FAR, FAR + DAY]),
        (NINE.excluding(business_days("mon-fri")).excluding(business_days()), []),
        (NINE.rolled(business_days(), "following").excluding(business_days()), []),
        ((NINE.on(business_days()) | at(FAR - DAY)).excluding(business_days()), [FAR - DAY]),
        (NINE.rolled(business_days(), "following") & cron("0 9 * * sun", tz=PARIS), []),
        (every(minutes=14, anchor="epoch") - every(minutes=7, anchor="epoch"), []),
    ],
    ids=str,
)
def test_a_run_behind_very_many_that_do_not_count_is_found_or_proven_not_to_be(
    schedule: Schedule, runs: list[datetime]
) -> None:
    assert list(schedule.runs(START)) == runs
    assert list(schedule.runs_back(utc(2100, 1, 1))) == runs[::-1]
    for moment in (utc(2, 1, 2), utc(2600, 1, 1)):
        assert schedule.next_run(moment) == (runs[0] if runs and moment < START else None)
        assert schedule.prev_run(moment) == (runs[-1] if runs and moment > START else None)
    # In year 1 the days of all time have not begun.
    for start, end in ((START, utc(2040, 1, 1)), (utc(1, 3, 1), utc(1, 3, 2))):
        assert not list(schedule.runs(start, end))
        assert not list(schedule.runs_back(end, start))


class Foreign(Schedule):
    """Somebody else's odd minutes, of which nothing more is known."""

    @property
    def tz(self) -> tzinfo:
        return UTC

    def next_run(self, after: datetime) -> datetime | None:
        return cron("1-59/2 * * * *").next_run(after)

    def prev_run(self, before: datetime) -> datetime | None:
        return cron("1-59/2 * * * *").prev_run(before)


UNKNOWN = {
    "and": Foreign() & cron("*/2 * * * *"),
    "less": Foreign() - cron("* * * * *"),
    "a grid less another": every(milliseconds=1400, anchor="epoch")
    - every(milliseconds=700, anchor="epoch"),
}


@pytest.mark.parametrize("schedule", UNKNOWN.values(), ids=UNKNOWN)
def test_without_a_proof_the_search_says_so(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duetime.search.MOST_STEPS", 2_000)
    for ask in (schedule.next_run, schedule.prev_run):
        with pytest.raises(SearchHorizonError) as caught:
            ask(START)
        message = str(caught.value)
        assert message.startswith("no run among 2,000 candidates up to 202")
        assert message.endswith("so ask within a range, for example schedule.within(start, end)")


@pytest.mark.parametrize("schedule", UNKNOWN.values(), ids=UNKNOWN)
def test_asked_within_a_range_the_search_ends_there(schedule: Schedule) -> None:
    day = schedule.within(START, START + HOUR)
    assert day.next_run(START - DAY) is day.prev_run(START + DAY) is None
    assert list(day.runs(START)) == list(day.runs_back(START + DAY)) == []
    assert day.count(START - DAY, START + DAY) == 0
    assert not schedule.matches(START)


@pytest.mark.parametrize("overlap", ["first", "both"])
@pytest.mark.parametrize("gap", ["skip", "end", "shift"])
@pytest.mark.parametrize("month", [1, 3, 11])
def test_a_timeline_of_a_month_has_the_runs_of_the_month(
    month: int, gap: Any, overlap: Any
) -> None:
    start = utc(2026, month, 1)
    end = start + 32 * DAY
    policy = DstPolicy(gap, overlap)
    daily = calendar_interval(days=1, anchor=ny(2026, 1, 1, 2, 30), tz=NEW_YORK, dst=policy)
    odd_hours = cron("15 1-23/2 * * *", tz=NEW_YORK, dst=policy)
    for schedule in (
        cron("15,45 1-3 * * *", tz=NEW_YORK, dst=policy),
        cron("0 */6 * * *", tz=NEW_YORK, dst=policy),
        cron("*/30 * * * *", tz=NEW_YORK, dst=policy),
        cron("0 9 * * mon", tz=NEW_YORK, dst=policy),
        every(hours=6, anchor=utc(1970, 1, 1, 0, 7)),
        daily,
        odd_hours,
        daily | odd_hours,
        daily & odd_hours,
        odd_hours & daily.shifted(HOUR),
        odd_hours - daily,
        odd_hours
        - calendar_interval(days=1, anchor=ny(2026, 1, 1, 3, 15), tz=NEW_YORK, dst=policy),
        daily.shifted(HOUR),
        odd_hours.shifted(-5 * DAY + MINUTE),
        odd_hours.within(start, end),
        odd_hours.within(start + 3 * DAY),
        odd_hours.within(end=start - DAY),
        odd_hours.within(utc(2300, 1, 1)),
        at(start + 36 * HOUR, start + 60 * HOUR, end),
        at(end),
    ):
        days = range(*(int(moment.timestamp()) // 86_400 for moment in (start, end)))
        expected = [int(run.timestamp()) for run in schedule.runs(start, end)]
        for exact in (True, False):
            timeline = schedule._timeline(days, exact=exact)
            assert timeline is not None
            assert timeline.count() == len(expected)
            for second in expected:
                assert timeline.within(second, second + 1).count() == 1


def test_a_shift_by_years_is_no_part_of_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duetime.search.MOST_STEPS", 2_000)
    far = cron("0 9 * * *").shifted(timedelta(days=366) + HOUR)
    assert not far._repeats
    monkeypatch.setattr("duetime.search._LOOK_AFTER", 0)
    with pytest.raises(SearchHorizonError):
        (far & cron("0 9 * * *")).next_run(START)


def test_a_clip_outside_of_the_listed_years_is_no_part_of_a_proof() -> None:
    assert cron("0 9 * * *").within(START)._repeats
    assert not cron("0 9 * * *").within(utc(2500, 1, 1))._repeats
    assert not cron("0 9 * * *", year=2030).within(START)._repeats
    assert (A | B)._repeats
    assert not (A | cron("0 9 * * *", year=2030))._repeats


@pytest.mark.parametrize(
    "schedule",
    [
        Foreign(),
        every(milliseconds=1500, anchor="epoch"),
        at(START, START + timedelta(microseconds=1)),
        calendar_interval(days=1, anchor=START + timedelta(microseconds=1)),
        EVEN.shifted(timedelta(microseconds=1)),
        Foreign().shifted(MINUTE),
        Foreign() | cron("7 * * * *"),
        Foreign() - EVEN,
        Foreign() & Foreign(),
        rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY").included[0],
    ],
)
def test_of_what_is_not_known_nothing_is_said(schedule: Schedule) -> None:
    day = int(START.timestamp()) // 86_400
    days = range(day, day + 32)
    assert schedule._timeline(days) is None
    assert schedule._timeline(days, exact=False) is None
    assert (EVEN - schedule)._timeline(days) is None
    assert (EVEN - schedule)._timeline(days, exact=False) == EVEN._timeline(days)
    assert (EVEN & schedule)._timeline(days, exact=False) == EVEN._timeline(days)


def test_a_union_has_a_clock_change_of_two_crontabs_once() -> None:
    both = new_york("30 1,2 * * *", "wall") | new_york("30 1,2 * * sun", "rfc5545")
    assert list(both.clock_changes(*YEAR)) == [
        ClockChange(GAP, "moved", (ny(2026, 3, 8, 3, 30),)),
        ClockChange(OVERLAP, "doubled", (ny(2026, 11, 1, 1, 30), ny(2026, 11, 1, 1, 30, fold=1))),
    ]
    folds_apart = new_york("30 1 * * *", "ocps") | new_york("30 1 * * sun", "quartz")
    assert folds(list(folds_apart.clock_changes(*YEAR))) == [(OVERLAP, "doubled", [0, 1])]
    # The clocks of Chicago show the same labels, an hour later.
    chicago = cron("30 2 * * *", tz="America/Chicago") | cron("30 2 * * *", tz=NEW_YORK)
    assert [change.label for change in chicago.clock_changes(*YEAR)] == [GAP, GAP]


@pytest.mark.parametrize(
    "runs", [cron("*/7 * * * * *", dialect="cronsim", tz=PARIS), every(minutes=1, anchor="epoch")]
)
def test_what_is_taken_away_whole_leaves_nothing(runs: Schedule) -> None:
    assert runs - runs == at(tz=runs.tz)
    assert runs - (runs | cron("0 12 * * *")) == at(tz=runs.tz)


@pytest.mark.parametrize("minutes", [-10, 10, 50, 70])
def test_a_search_ends_at_a_bound_amid_a_clock_change(minutes: int) -> None:
    # The gap opens at 07:00 UTC; labels in it are moved by an hour, and these two never meet.
    one, other = (cron(f"30 2 {day} 3 *", tz="America/New_York", dst="rfc5545") for day in (8, 9))
    change = datetime(2026, 3, 8, 7, tzinfo=UTC)
    bound = change + timedelta(minutes=minutes)
    assert list((one & other).within(end=bound).runs(change - timedelta(days=2))) == []
    assert list((one & other).within(start=bound).runs_back(change + timedelta(days=2))) == []


def test_shifts_that_add_up_to_more_than_a_timedelta_are_refused() -> None:
    far = cron("0 9 * * *").shifted(timedelta.max)
    for longer in (timedelta(microseconds=1), timedelta.max):
        with pytest.raises(ScheduleError, match=r"more than a timedelta can say: 1,?[09]"):
            far.shifted(longer)
    back = far.shifted(-timedelta(1))
    assert Schedule.from_dict(back.to_dict()) == back
