"""Answers about sets of runs, by looking at every one: what the questions are held against.

Everything here takes plain lists of datetimes in UTC and shares no code with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from duetime import Schedule


def instants(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    """The runs of a range in UTC, where datetimes compare and subtract by what they are."""
    return [run.astimezone(UTC) for run in schedule.runs(start, end)]


def closest(runs: Sequence[datetime]) -> timedelta | None:
    """The smallest distance between any two of some instants."""
    return min((abs(one - other) for one, other in combinations(runs, 2)), default=None)


def overlapping(
    runs: Sequence[datetime], duration: timedelta, start: datetime
) -> list[tuple[datetime, datetime]]:
    """The runs from `start` on that begin while the one before still lasts, with that one."""
    found = []
    for number in range(1, len(runs)):
        before, run = runs[number - 1], runs[number]
        if run >= start and before + duration > run:
            found.append((before, run))
    return found


def matchings(
    runs: Sequence[int], ran: Sequence[int], early: int, late: int
) -> list[tuple[tuple[int, int], ...]]:
    """Every way to pair runs with observations in order, each within its window."""
    found: list[tuple[tuple[int, int], ...]] = []
    for size in range(min(len(runs), len(ran)) + 1):
        for some_runs in combinations(runs, size):
            for some_ran in combinations(ran, size):
                pairs = tuple(zip(some_runs, some_ran, strict=True))
                if all(-early <= seen - run <= late for run, seen in pairs):
                    found.append(pairs)
    return found


def best_matching(
    runs: Sequence[int], ran: Sequence[int], early: int, late: int
) -> tuple[int, int]:
    """How many pairs can be made at most, and the smallest sum of delays of so many."""
    every = matchings(runs, ran, early, late)
    most = max(len(pairs) for pairs in every)
    delays = [sum(seen - run for run, seen in pairs) for pairs in every if len(pairs) == most]
    return most, min(delays)
