"""Schedules made of schedules: union, intersection, difference, clip, shift.

Each is the set operation its name says, on instants, in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import and_, or_
from typing import Final

from duetime.answers import ClockChange
from duetime.crontabs.schedule import Cron
from duetime.crontabs.shared import shared_runs
from duetime.dates.bits import and_not
from duetime.dates.timeline import CALENDAR, Timeline, joined_all, joined_known
from duetime.errors import FloatingScheduleError, InvalidValueError, shorten
from duetime.kinds.instants import Moments
from duetime.kinds.interval import Grid
from duetime.schedules import Schedule, is_beyond, nearer
from duetime.search import (
    FIRST_LISTED,
    LAST_LISTED,
    YEAR,
    Budget,
    Parts,
    Searching,
    meet,
)
from duetime.zones import (
    DAY,
    SECOND,
    Step,
    Zone,
    find_zone,
    to_instant,
)

_LONGEST: Final = timedelta.max // timedelta(microseconds=1)
"""Microseconds, forwards or backwards, that a timedelta can say."""


def union(*schedules: Schedule) -> Schedule:
    """The runs of any of the schedules, shown in the zone of the first."""
    zone = set_of_instants(*schedules)[0]._zone
    parts = _flat(schedules, Union)
    return parts[0] if len(parts) == 1 and parts[0]._zone == zone else Union(parts, zone)


def intersection(*schedules: Schedule) -> Schedule:
    """The instants at which all of the schedules run, shown in the zone of the first."""
    zone = set_of_instants(*schedules)[0]._zone
    parts = _flat(schedules, Intersection)
    return parts[0] if len(parts) == 1 and parts[0]._zone == zone else Intersection(parts, zone)


def difference(schedule: Schedule, without: Schedule) -> Schedule:
    """The runs of one schedule at which the other does not run."""
    set_of_instants(schedule, without)
    if schedule == without or (isinstance(without, Union) and schedule in without.parts):
        return Moments((), schedule._zone)
    if isinstance(schedule, Difference):
        return Difference(schedule.schedule, union(schedule.without, without), schedule._zone)
    return Difference(schedule, without, schedule._zone)


def clip(schedule: Schedule, start: datetime | None, end: datetime | None) -> Schedule:
    """The runs in `[start, end)`; None leaves that side open."""
    set_of_instants(schedule)
    low = None if start is None else to_instant(start, "start")
    high = None if end is None else to_instant(end, "end")
    if isinstance(schedule, Clip):
        low = max((i for i in (low, schedule.start) if i is not None), default=None)
        high = min((i for i in (high, schedule.end) if i is not None), default=None)
        schedule = schedule.schedule
    return _clipped(schedule, low, high)


def _clipped(schedule: Schedule, low: int | None, high: int | None) -> Schedule:
    zone = schedule._zone
    # A bound beyond what the zone can show bounds nothing, or leaves nothing.
    if (low is not None and low > zone.last) or (high is not None and high < zone.first):
        low = high = zone.last
    low = None if low is not None and low <= zone.first else low
    high = None if high is not None and high > zone.last else high
    return schedule if low is None and high is None else Clip(schedule, low, high, zone)


def shift(schedule: Schedule, delta: timedelta) -> Schedule:
    """Every run moved by `delta` of elapsed time."""
    set_of_instants(schedule)
    if not isinstance(delta, timedelta):
        raise InvalidValueError(f"a schedule is shifted by a timedelta, not {shorten(delta)}")
    length = delta // timedelta(microseconds=1)
    if isinstance(schedule, Shift):
        length += schedule.delta
        schedule = schedule.schedule
        if abs(length) > _LONGEST:
            raise InvalidValueError(
                "delta and the shift before it add up to more than a timedelta can say:"
                f" {length // (DAY * SECOND):,} days"
            )
    return Shift(schedule, length, schedule._zone) if length else schedule


def set_of_instants(*schedules: Schedule) -> tuple[Schedule, ...]:
    """The schedules as they are; raises FloatingScheduleError for an interval without anchor."""
    for schedule in schedules:
        if not isinstance(schedule, Schedule):
            raise InvalidValueError(
                f"{shorten(schedule)} is no schedule: make one of it, for example with"
                " duetime.parse"
            )
        if schedule.floating:
            raise FloatingScheduleError(
                f"{schedule!r} counts from the last run, so it is no set of instants to combine:"
                ' give it an anchor, for example every(..., anchor="epoch")'
            )
    return schedules


def _flat(schedules: tuple[Schedule, ...], kind: type[Union | Intersection]) -> Parts:
    """The members of nested unions or intersections, each once, in an order of their own."""
    members: list[Schedule] = []
    for schedule in schedules:
        members += schedule.parts if isinstance(schedule, kind) else (schedule,)
    return tuple(sorted(set(members), key=repr))


class _Members(Searching):
    """Schedules of which the order does not matter, nor how they are written."""

    __slots__ = ()

    parts: Parts

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Members)
            and type(other) is type(self)
            and self._zone == other._zone
            and frozenset(self.parts) == frozenset(other.parts)
        )

    def __hash__(self) -> int:
        return hash((type(self), frozenset(self.parts), self._zone))

    @property
    def _repeats(self) -> bool:
        return all(part._repeats for part in self.parts)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Union(_Members):
    """The runs of any of its parts; made by `a | b`."""

    parts: Parts
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return _joined(self.parts, self._zone, "|")

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        return nearer(step, *(part._nearest(instant, step, bound) for part in self.parts))

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        return joined_all((part._timeline(days, exact=exact) for part in self.parts), or_)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return union(*(part.in_zone(tz) for part in self.parts))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        by_zone: dict[Zone, list[Iterator[ClockChange]]] = {}
        for part in self.parts:
            by_zone.setdefault(part._zone, []).append(part._changes(start, end))
        return merge(*(joined_changes(parts) for parts in by_zone.values()), key=_label)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Intersection(_Members):
    """The instants at which all its parts run; made by `a & b`."""

    parts: Parts
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return _joined(self.parts, self._zone, "&")

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        budget = Budget(instant, step, bound, self._possible, repeats=self._repeats)
        return meet(_merged(self.parts), instant, step, bound, budget)

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        timelines = (part._timeline(days, exact=exact) for part in self.parts)
        return joined_all(timelines, and_) if exact else joined_known(timelines, and_)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return intersection(*(part.in_zone(tz) for part in self.parts))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        parts = (part._changes(start, end) for part in self.parts)
        for _, group in groupby(merge(*parts, key=_label), _label):
            changes = list(group)
            # A label is one of the intersection if it is one of every part.
            if len(changes) == len(self.parts):
                runs = {to_instant(run): run for change in changes for run in change.instants}
                shared = (runs[instant] for instant in sorted(runs) if self.matches(runs[instant]))
                yield replace(changes[0], instants=tuple(shared))


@dataclass(frozen=True, slots=True, repr=False)
class Difference(Searching):
    """The runs of one schedule at which another does not run; made by `a - b`."""

    schedule: Schedule
    without: Schedule
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"({self.schedule!r} - {self.without!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        budget = Budget(instant, step, bound, self._possible, repeats=self._repeats)
        run = self.schedule._nearest(instant, step, bound)
        while run is not None and self.without._runs_at(run):
            beyond = budget.beyond(run + step)
            if beyond is None:
                return None
            run = self.schedule._nearest(beyond - step, step, bound)
        return run

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self.without._repeats

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        schedule = self.schedule._timeline(days, exact=exact)
        # What may be taken away says nothing: only what certainly is counts.
        timelines = schedule, self.without._timeline(days)
        if exact or schedule is None:
            return joined_all(timelines, and_not)
        return joined_known(timelines, and_not)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return difference(self.schedule.in_zone(tz), self.without.in_zone(tz))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        return kept_changes(self, self.schedule._changes(start, end))


@dataclass(frozen=True, slots=True, repr=False)
class Clip(Searching):
    """The runs of a schedule in `[start, end)`; made by `.within`."""

    schedule: Schedule
    start: int | None
    end: int | None
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        start, end = (
            None if instant is None else self._zone.show(instant)
            for instant in (self.start, self.end)
        )
        return f"{self.schedule!r}.within({start!r}, {end!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        start, end = self.start, self.end
        if step == 1:
            instant = instant if start is None else max(instant, start - 1)
        else:
            instant = instant if end is None else min(instant, end)
        bound = nearer(step, bound, end if step == 1 else start)
        if is_beyond(instant + step, step, bound):
            return None
        run = self.schedule._nearest(instant, step, bound)
        return None if run is None or is_beyond(run, step, bound) else run

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self._is_listed

    @property
    def _is_listed(self) -> bool:
        """Whether its bounds are within the years of which nothing is said to repeat."""
        bounds = [bound for bound in (self.start, self.end) if bound is not None]
        return all(FIRST_LISTED <= bound <= LAST_LISTED for bound in bounds)

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        start = days.start * DAY if self.start is None else -(-self.start // SECOND)
        end = days.stop * DAY if self.end is None else -(-self.end // SECOND)
        inside = range(max(days.start, start // DAY), min(days.stop, -(-end // DAY)))
        timeline = self.schedule._timeline(inside, exact=exact) if inside else Timeline(inside, ())
        return None if timeline is None else timeline.within(start, end).among(days)

    @property
    def _counts_at_once(self) -> bool:
        return self.schedule._counts_at_once

    def _count(self, start: int, end: int) -> int:
        if self.start is not None:
            start = max(start, self.start)
        if self.end is not None:
            end = min(end, self.end)
        return self.schedule._count(start, end) if start < end else 0

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return _clipped(self.schedule.in_zone(tz), self.start, self.end)

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        low = start if self.start is None else max(start, self.start)
        high = end if self.end is None else min(end, self.end)
        inside = self.schedule._changes(low, high)
        dropped = (change for change in inside if not change.instants)
        # The instants of a label may lie on the other side of a bound than its clock change.
        changes = self.schedule._changes(start, end)
        others = kept_changes(self, (change for change in changes if change.instants))
        return merge(dropped, others, key=_label)


@dataclass(frozen=True, slots=True, repr=False)
class Shift(Searching):
    """Every run of a schedule moved by the same elapsed time; made by `.shifted`."""

    schedule: Schedule
    delta: int
    """Microseconds."""
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.shifted({timedelta(microseconds=self.delta)!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        before = None if bound is None else bound - self.delta
        run = self.schedule._nearest(instant - self.delta, step, before)
        return None if run is None else run + self.delta

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        shift, seconds = divmod(self.delta // SECOND, DAY)
        before = range(days.start - shift - 1, days.stop - shift)
        if self.delta % SECOND or before.start < CALENDAR.start or before.stop > CALENDAR.stop:
            return None
        timeline = self.schedule._timeline(before, exact=exact)
        return None if timeline is None else timeline.moved(seconds, days)

    @property
    def _counts_at_once(self) -> bool:
        return self.schedule._counts_at_once

    def _count(self, start: int, end: int) -> int:
        # A run moved to where the zone cannot show it does not exist.
        start, end = max(start, self._zone.first), min(end, self._zone.last + 1)
        return self.schedule._count(start - self.delta, end - self.delta)

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self._is_short

    @property
    def _is_short(self) -> bool:
        """Whether the years in which clock changes are listed are still the same."""
        return abs(self.delta) < YEAR

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        for change in self.schedule._changes(start - self.delta, end - self.delta):
            runs = (to_instant(instant) + self.delta for instant in change.instants)
            yield replace(change, instants=tuple(self._zone.show(run) for run in runs))


def _joined(parts: Parts, zone: Zone, sign: str) -> str:
    """The parts with a sign between them; first one that has the zone of the whole."""
    return f"({f' {sign} '.join(map(repr, zone_first(parts, zone)))})"


def zone_first(parts: Parts, zone: Zone) -> list[Schedule]:
    """The parts in an order that gives their union or intersection the zone."""
    return sorted(parts, key=lambda part: part._zone != zone)


def _label(change: ClockChange) -> datetime:
    return change.label


def joined_changes(parts: list[Iterator[ClockChange]]) -> Iterator[ClockChange]:
    """The clock changes of several schedules of one zone, each label once."""
    for _, group in groupby(merge(*parts, key=_label), _label):
        changes = list(group)
        runs = {to_instant(run): run for change in changes for run in change.instants}
        # A label that one of them drops and another moves is moved.
        change = next((change for change in changes if change.instants), changes[0])
        yield replace(change, instants=tuple(runs[instant] for instant in sorted(runs)))


def kept_changes(schedule: Schedule, changes: Iterator[ClockChange]) -> Iterator[ClockChange]:
    """The changes with those of their instants at which the schedule runs."""
    for change in changes:
        instants = tuple(instant for instant in change.instants if schedule.matches(instant))
        if instants or not change.instants:
            yield replace(change, instants=instants)


@lru_cache(maxsize=1024)
def _merged(parts: Parts) -> Parts:
    """The parts, with the grids as one, and the crontabs of each zone as one."""
    by_zone: dict[Zone, list[Cron]] = {}
    grids: list[Grid] = []
    merged: list[Schedule] = []
    for part in parts:
        if isinstance(part, Cron):
            by_zone.setdefault(part._zone, []).append(part)
        elif isinstance(part, Grid):
            grids.append(part)
        else:
            merged.append(part)
    if grids:
        merged.append(_shared_grid(grids))
    return *merged, *map(shared_runs, by_zone.values())


def _shared_grid(grids: list[Grid]) -> Schedule:
    """The instants that grids share and that the zones of all of them can show."""
    shared = grids[0]
    for grid in grids[1:]:
        both = shared.shared_with(grid)
        if both is None:
            return Moments((), grid._zone)
        shared = both
    first = max(grid._zone.first for grid in grids)
    return _clipped(shared, first, min(grid._zone.last for grid in grids) + 1)
