"""Schedules compared as sets: is every run of one a run of the other, do they ever meet.

Where the runs of both are known as timelines, a comparison is exact over all time. Elsewhere it
goes from run to run, and what it has not settled by a horizon it does not claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Final

from duetime.algebra.sets import difference, intersection
from duetime.dates.gregorian import EVER
from duetime.dates.timeline import CYCLES, Timeline
from duetime.errors import SearchHorizonError
from duetime.kinds.interval import Grid
from duetime.questions import one_question
from duetime.schedules import Schedule
from duetime.zones import DAY, SECOND, find_zone

MOST_RUNS: Final = 20_000
"""Runs that are looked at one by one, at most, before SearchHorizonError is raised."""
FIRST: Final = EVER.start * DAY * SECOND
STOP: Final = EVER.stop * DAY * SECOND
"""The instants of all time are those from FIRST to before STOP."""
_SPAN: Final = 1_000
"""Days that are looked at first; each time that nothing is found, four times as many."""


def is_subset(schedule: Schedule, other: Schedule) -> bool:
    """Whether every run of one schedule is a run of the other, over all time."""
    with one_question:
        return _is_subset(schedule, other)


def _is_subset(schedule: Schedule, other: Schedule) -> bool:
    timeline = whole_timeline(difference(schedule, other))
    if timeline is not None:
        return not timeline.kinds
    if isinstance(schedule, Grid) and isinstance(other, Grid):
        return not schedule.step % other.step and not (schedule.phase - other.phase) % other.step
    return all(other._runs_at(run) for run in walk(schedule))


def are_disjoint(schedule: Schedule, other: Schedule) -> bool:
    """Whether no instant is a run of both, over all time."""
    with one_question:
        return _are_disjoint(schedule, other)


def _are_disjoint(schedule: Schedule, other: Schedule) -> bool:
    timeline = whole_timeline(intersection(schedule, other))
    if timeline is not None:
        return not timeline.kinds
    if isinstance(schedule, Grid) and isinstance(other, Grid):
        return (schedule.phase - other.phase) % gcd(schedule.step, other.step) != 0
    return _never_meet(schedule, other)


def whole_timeline(schedule: Schedule) -> Timeline | None:
    """The timeline of days on which a schedule does all that it ever does."""
    return schedule._timeline(CYCLES if schedule._repeats else EVER)


def first_of(schedule: Schedule, first: int, stop: int) -> int | None:
    """The first run at or after an instant and before day `stop`, of a schedule with a timeline."""
    second, span = -(-first // SECOND), _SPAN
    day = second // DAY
    while day < stop:
        days = range(day, min(day + span, stop))
        timeline = schedule._timeline(days)
        if timeline is None:
            # A shift reaches beyond the calendar.
            return next(walk(schedule, first), None)
        found = timeline.within(second, days.stop * DAY).first
        if found is not None:
            return found * SECOND
        day, span = days.stop, span * 4
    return None


def walk(schedule: Schedule, start: int = FIRST) -> Iterator[int]:
    """The runs of all time from an instant on, one by one.

    Raises SearchHorizonError after `MOST_RUNS`.
    """
    for number, run in enumerate(schedule._instants(start, STOP)):
        if number == MOST_RUNS:
            raise _horizon(run)
        yield run


def _never_meet(schedule: Schedule, other: Schedule) -> bool:
    run = FIRST
    for _ in range(MOST_RUNS):
        found = schedule._nearest(run - 1, 1, STOP)
        met = None if found is None else other._nearest(found - 1, 1, STOP)
        if met is None or met >= STOP:
            return True
        if met == found:
            return False
        run = met
    raise _horizon(run)


def _horizon(run: int | None) -> SearchHorizonError:
    upto = "the end of time" if run is None else find_zone("UTC").show(run).isoformat()
    return SearchHorizonError(
        f"no proof is possible for these schedules, and {MOST_RUNS:,} runs up to {upto} do not"
        " settle it: ask about a range, for example of schedule.within(start, end)"
    )
