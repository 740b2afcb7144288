"""Slow second opinions on selections, spreads and staggers: lists of runs and plain loops.

They start from the runs of the schedule itself, and select or move them in another way: as
datetimes in UTC, where Python compares and subtracts rightly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction
from hashlib import sha256

from duetime import Schedule
from tests.support.dates import EPOCH, SECOND


def runs_of(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    """The runs of a window in UTC, asked for one by one."""
    found = []
    run = schedule.next_run(start.astimezone(UTC) - timedelta(microseconds=1))
    while run is not None and run.astimezone(UTC) < end.astimezone(UTC):
        found.append(run.astimezone(UTC))
        run = schedule.next_run(run)
    return found


def every_nth_of(runs: Sequence[datetime], n: int, anchor: datetime) -> list[datetime]:
    """Every n-th of some runs, counted from the first at or after an anchor among them."""
    origin = sum(run.astimezone(UTC) < anchor.astimezone(UTC) for run in runs)
    return [run for place, run in enumerate(runs) if (place - origin) % n == 0]


def one_a_day(runs: Iterable[datetime], zone: tzinfo, *, latest: bool) -> list[datetime]:
    """The earliest or latest of the runs of each date that the wall clock of a zone shows."""
    by_date: dict[date, list[datetime]] = {}
    for run in runs:
        by_date.setdefault(run.astimezone(zone).date(), []).append(run.astimezone(UTC))
    return sorted((max if latest else min)(day) for day in by_date.values())


def drawn(text: str) -> Fraction:
    """What a text stands for, from 0 to less than 1."""
    return Fraction(int(sha256(text.encode()).hexdigest()[:16], 16), 1 << 64)


def spread_by(window: timedelta, key: str) -> timedelta:
    """The offset of a spread."""
    return int(drawn(f"spread:{key}") * whole_seconds(window)) * SECOND


def jittered(
    runs: Sequence[datetime], window: timedelta, key: str, beyond: datetime | None
) -> list[datetime]:
    """Some runs, each with its jitter; `beyond` is the run after the last of them."""
    moved = []
    for place, run in enumerate(runs):
        following = runs[place + 1] if place + 1 < len(runs) else beyond
        room = window
        if following is not None:
            room = min(window, following.astimezone(UTC) - run.astimezone(UTC))
        microseconds = (run - EPOCH) // timedelta(microseconds=1)
        share = drawn(f"jitter:{microseconds}:{key}")
        moved.append(run.astimezone(UTC) + int(share * whole_seconds(room)) * SECOND)
    return moved


def whole_seconds(room: timedelta) -> int:
    """How many whole seconds, from 0 on, are less than a length of time."""
    whole, rest = divmod(room, SECOND)
    return whole + bool(rest)


def peak_of(
    schedules: Mapping[str, Schedule], start: datetime, end: datetime, width: timedelta
) -> int:
    """The most entries that run within one bucket of a range."""
    loads: Counter[int] = Counter()
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    size = -((start - end) // width)
    for schedule in schedules.values():
        runs = runs_of(schedule, start, start + size * width)
        loads.update({(run - start) // width for run in runs})
    return max(loads.values(), default=0)
