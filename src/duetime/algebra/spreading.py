"""Runs moved by an offset that a key decides: all by the same one, or each by its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo

from duetime.algebra.sets import set_of_instants, shift
from duetime.answers import ClockChange
from duetime.errors import InvalidValueError, checked_text, shorten
from duetime.hashing import offset_drawn
from duetime.schedules import Schedule
from duetime.search import Searching
from duetime.zones import Step, Zone, find_zone, to_instant


@dataclass(frozen=True, slots=True, repr=False)
class Jitter(Searching):
    """Each run of a schedule moved by an offset of its own; made by `.jittered`."""

    schedule: Schedule
    window: int
    """Microseconds."""
    key: str
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        window = timedelta(microseconds=self.window)
        return f"{self.schedule!r}.jittered({window!r}, {self.key!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        # Of the runs on one side of an instant, only the last before it can be moved past it.
        if step == 1:
            pending = self._pending(instant + 1)
            if pending is not None:
                return pending
            run = self.schedule._nearest(instant, 1, bound)
        else:
            since = None if bound is None else bound - self.window
            run = self.schedule._nearest(instant, -1, since)
            if run is not None and self._moved(run) >= instant:
                run = self.schedule._nearest(run, -1, since)
        return None if run is None else self._moved(run)

    def _pending(self, instant: int) -> int | None:
        """Where the last run before an instant is moved to, if not to before it."""
        since = instant - self.window
        run = self.schedule._nearest(instant, -1, since)
        if run is None or run < since:
            return None
        moved = self._moved(run)
        return moved if moved >= instant else None

    def _moved(self, run: int) -> int:
        """Where a run is moved to: before the next run, and by less than the window."""
        until = run + self.window
        following = self.schedule._nearest(run, 1, until)
        room = self.window if following is None else min(following, until) - run
        return run + offset_drawn(f"jitter:{run}:{self.key}", room)

    @property
    def _counts_at_once(self) -> bool:
        return self.schedule._counts_at_once

    def _count(self, start: int, end: int) -> int:
        start, end = max(start, self._zone.first), min(end, self._zone.last + 1)
        if start >= end:
            return 0
        number = self.schedule._count(start, end)
        pending = [self._pending(instant) is not None for instant in (start, end)]
        return number + pending[0] - pending[1]

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        for change in self.schedule._changes(start, end):
            runs = (self._moved(to_instant(instant)) for instant in change.instants)
            yield replace(change, instants=tuple(self._zone.show(run) for run in runs))


def spread(schedule: Schedule, window: timedelta, key: str) -> Schedule:
    """Every run moved by one offset that `key` decides."""
    offset = offset_drawn(f"spread:{checked_text(key, 'a key is text')}", _length(window))
    return shift(schedule, timedelta(microseconds=offset))


def jitter(schedule: Schedule, window: timedelta, key: str) -> Schedule:
    """Each run moved by an offset that `key` and the run decide."""
    set_of_instants(schedule)
    return Jitter(schedule, _length(window), checked_text(key, "a key is text"), schedule._zone)


def _length(window: timedelta) -> int:
    if not isinstance(window, timedelta) or window <= timedelta(0):
        raise InvalidValueError(
            f"window must be a timedelta longer than zero, not {shorten(window)}"
        )
    return window // timedelta(microseconds=1)
