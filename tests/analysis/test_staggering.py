"""Staggering against brute force on small fleets, its bound, and how fast a large one is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import duetime
from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    at,
    cron,
    every,
    stagger,
)
from duetime.analysis import Staggered
from tests.support.algebra import peak_of
from tests.support.dates import DAY, HOUR, MINUTE, SECOND
from tests.support.effort import few

START = datetime(2026, 1, 5, tzinfo=UTC)
HOURLY = cron("0 * * * *")


def assert_sound(
    plan: Staggered,
    tolerance: Mapping[str, timedelta],
    start: datetime,
    end: datetime,
    width: timedelta,
) -> None:
    """Offsets within their tolerances, and peaks that are those of the schedules."""
    assert list(plan.offsets) == list(plan.entries)
    for name, offset in plan.offsets.items():
        assert timedelta(0) <= offset <= tolerance[name]
        assert offset % width == timedelta(0)
    assert plan.peak_before == peak_of(plan.entries, start, end, width)
    assert plan.peak_after == peak_of(plan.schedules, start, end, width)
    assert plan.lower_bound <= plan.peak_after <= plan.peak_before


def best_peak(
    entries: Mapping[str, Schedule],
    tolerance: Mapping[str, timedelta],
    start: datetime,
    end: datetime,
    width: timedelta,
) -> int:
    """The least peak of all offsets there are."""
    choices = [range(tolerance[name] // width + 1) for name in entries]
    return min(
        peak_of(
            {
                name: entries[name].shifted(steps * width)
                for name, steps in zip(entries, offsets, strict=True)
            },
            start,
            end,
            width,
        )
        for offsets in product(*choices)
    )


@st.composite
def fleets(draw: st.DrawFn) -> dict[str, tuple[Schedule, timedelta]]:
    """Up to five entries that run in the same few seconds, with room for a second or two."""
    seconds = st.lists(st.integers(-3, 14), min_size=1, max_size=4)
    entries: dict[str, tuple[Schedule, timedelta]] = {}
    for name in "abcde"[: draw(st.integers(0, 5))]:
        runs = draw(seconds)
        schedule = at(*(START + second * SECOND for second in runs))
        entries[name] = schedule, draw(st.integers(0, 2)) * SECOND
    return entries


@few(100)
@given(fleets(), st.sampled_from([SECOND, 2 * SECOND]))
def test_a_plan_is_between_its_bound_and_what_was(
    fleet: dict[str, tuple[Schedule, timedelta]], width: timedelta
) -> None:
    entries = {name: schedule for name, (schedule, _) in fleet.items()}
    tolerance = {name: room for name, (_, room) in fleet.items()}
    end = START + 12 * SECOND
    plan = stagger(entries, START, end, tolerance, resolution=width)
    assert_sound(plan, tolerance, START, end, width)
    assert plan.lower_bound <= best_peak(entries, tolerance, START, end, width)
    again = stagger(dict(reversed(entries.items())), START, end, tolerance, resolution=width)
    assert again.offsets == plan.offsets


def test_a_herd_is_spread_evenly_over_its_tolerance() -> None:
    fleet: dict[str, Schedule] = {f"host-{n:03}": HOURLY for n in range(500)}
    plan = stagger(fleet, START, START + DAY, timedelta(seconds=99))
    assert (plan.peak_before, plan.peak_after, plan.lower_bound) == (500, 5, 5)
    assert plan.schedules["host-499"] == HOURLY.shifted(99 * SECOND)
    assert_sound(plan, dict.fromkeys(fleet, 99 * SECOND), START, START + DAY, SECOND)


def test_entries_with_less_room_are_placed_first() -> None:
    fleet = {"free": HOURLY, "bound": HOURLY, "tight": HOURLY}
    room = {"free": MINUTE, "bound": timedelta(0), "tight": SECOND}
    plan = stagger(fleet, START, START + DAY, room)
    assert plan.offsets == {"free": 2 * SECOND, "bound": timedelta(0), "tight": SECOND}
    assert plan.peak_after == plan.lower_bound == 1


def test_the_bound_knows_of_herds_that_share_their_room() -> None:
    # Ten at each of two seconds, with room for one second more: twenty in three seconds.
    fleet = {f"{n}": at(START + n % 2 * SECOND) for n in range(20)}
    plan = stagger(fleet, START, START + MINUTE, SECOND)
    assert plan.lower_bound == plan.peak_after == 7


def test_an_entry_counts_once_in_a_bucket() -> None:
    fleet = {"busy": every(milliseconds=100, anchor="epoch"), "calm": HOURLY}
    plan = stagger(fleet, START, START + MINUTE, 5 * SECOND)
    assert plan.peak_before == 2
    wide = stagger(fleet, START, START + HOUR, 10 * MINUTE, resolution=MINUTE)
    assert (wide.peak_before, wide.offsets["calm"]) == (2, timedelta(0))


def test_a_run_before_the_start_may_be_moved_into_the_range() -> None:
    fleet = {"a": at(START - SECOND, START + 5 * SECOND), "b": at(START + 5 * SECOND)}
    plan = stagger(fleet, START, START + 6 * SECOND, {"a": SECOND, "b": timedelta(0)})
    assert plan.peak_after == peak_of(plan.schedules, START, START + 6 * SECOND, SECOND) == 1


def test_a_run_that_may_be_moved_out_of_the_range_is_none_that_must_be_in_it() -> None:
    plan = stagger({"a": at(START + 10 * SECOND)}, START, START + 12 * SECOND, 2 * SECOND)
    assert (plan.peak_before, plan.peak_after, plan.lower_bound) == (1, 0, 0)
    assert plan.offsets == {"a": 2 * SECOND}


def test_nothing_to_stagger_is_no_peak() -> None:
    plan = stagger({}, START, START + DAY, HOUR)
    assert (plan.peak_before, plan.peak_after, plan.lower_bound) == (0, 0, 0)
    assert plan.schedules == {}
    idle = stagger({"a": at()}, START, START + DAY, HOUR)
    assert (idle.peak_after, idle.offsets) == (0, {"a": timedelta(0)})


def test_a_plan_does_not_change() -> None:
    entries: dict[str, Schedule] = {"a": HOURLY}
    plan = stagger(entries, START, START + DAY, HOUR)
    entries["b"] = HOURLY
    assert set(plan.entries) == set(plan.offsets) == {"a"}
    assert isinstance(plan.offsets, MappingProxyType)
    with pytest.raises(AttributeError):
        plan.peak_after = 0  # type: ignore[misc]  # frozen


def test_thousands_of_entries_are_staggered_evenly() -> None:
    texts = ("0 * * * *", "*/15 * * * *", "0 0 * * *", "30 3 * * *")
    fleet: dict[str, Schedule] = {f"{n}": cron(texts[n % 4]) for n in range(4_000)}
    plan = stagger(fleet, START, START + HOUR, 5 * MINUTE)
    assert plan.peak_before == 3_000
    # 3,000 in 301 seconds.
    assert plan.peak_after == plan.lower_bound == 10


def test_it_loads_from_the_top_on_demand() -> None:
    assert duetime.stagger is duetime.analysis.stagger


REFUSED: list[tuple[dict[str, Any], type[ScheduleError], str]] = [
    ({"entries": {"a": every(5)}}, FloatingScheduleError, "the entry 'a' counts from the last run"),
    ({"entries": [HOURLY]}, ScheduleError, r"entries map names to schedules, and \[cron"),
    ({"entries": {7: HOURLY}}, ScheduleError, "the name of an entry is text, not 7"),
    ({"entries": {"a": "0 * * * *"}}, ScheduleError, r"'a' is '0 \* \* \* \*' and no schedule"),
    ({"start": datetime(2026, 1, 1)}, NaiveDatetimeError, "has no time zone"),
    ({"end": START}, ScheduleError, "1 to 10,000,000 steps of 0:00:01 apart, not 0"),
    ({"end": START - HOUR}, ScheduleError, "is before start=2.*: swap them"),
    ({"end": START + 120 * DAY}, ScheduleError, "apart, not 10,368,000"),
    (
        {"tolerance": -SECOND},
        ScheduleError,
        "the tolerance of 'a' must be a timedelta of 0 or more",
    ),
    ({"tolerance": 60}, ScheduleError, "must be a timedelta of 0 or more, not 60"),
    ({"tolerance": {"b": HOUR}}, ScheduleError, "the entry 'a' has no tolerance"),
    ({"resolution": timedelta(0)}, ScheduleError, "resolution must be a timedelta longer than"),
    ({"resolution": 1}, ScheduleError, "resolution must be a timedelta longer than zero, not 1"),
]


@pytest.mark.parametrize(("given", "error", "message"), REFUSED)
def test_what_cannot_be_staggered_is_refused(
    given: dict[str, Any], error: type[ScheduleError], message: str
) -> None:
    usual: dict[str, Any] = {
        "entries": {"a": HOURLY},
        "start": START,
        "end": START + HOUR,
        "tolerance": HOUR,
    }
    with pytest.raises(error, match=message):
        stagger(**usual | given)
