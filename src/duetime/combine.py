"""Schedules made of schedules: union, intersection, difference, clip, shift.

Each is the set operation its name says, on instants, in both directions. A search for a run that
two schedules share, or that one has and another has not, may have to pass many that do not
count; it ends with a proof or at a horizon, and never guesses.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache, partial
from heapq import merge
from itertools import groupby
from typing import Literal

from duetime.crontab.runs import Cron, all_of
from duetime.errors import FloatingScheduleError, ScheduleError, SearchHorizonError
from duetime.schedule import ClockChange, InstantSchedule, Schedule
from duetime.zones import DAY, EPOCH, SECOND, Zone, block_of, block_start, find_zone, to_instant

CYCLE = 146_097 * DAY * SECOND
"""The Gregorian calendar repeats after 400 years, in microseconds."""
YEAR = 366 * DAY * SECOND
LISTED_UNTIL = to_instant(EPOCH.replace(year=2100))
"""By then the changes that the tz database lists one by one are past, and rules repeat yearly."""
LISTED_FROM = to_instant(EPOCH.replace(year=1800))
"""Before then no zone had changed its clocks."""
_SHORTCUT_AFTER = 64
_FIRST = LISTED_FROM - CYCLE
_LAST = LISTED_UNTIL + CYCLE
MOST_STEPS = 500_000
"""Candidates a search looks at, at most, before it raises SearchHorizonError."""


Parts = tuple[Schedule, ...]


def union(*schedules: Schedule) -> Schedule:
    """The runs of any of the schedules, shown in the zone of the first."""
    zone = _set_of_instants(*schedules)[0].zone
    parts = _flat(schedules, Union)
    return parts[0] if len(parts) == 1 and parts[0].zone == zone else Union(parts, zone)


def intersection(*schedules: Schedule) -> Schedule:
    """The instants at which all of the schedules run, shown in the zone of the first."""
    zone = _set_of_instants(*schedules)[0].zone
    parts = _flat(schedules, Intersection)
    return parts[0] if len(parts) == 1 and parts[0].zone == zone else Intersection(parts, zone)


def difference(schedule: Schedule, without: Schedule) -> Schedule:
    """The runs of one schedule at which the other does not run."""
    _set_of_instants(schedule, without)
    if isinstance(schedule, Difference):
        return Difference(schedule.schedule, union(schedule.without, without), schedule.zone)
    return Difference(schedule, without, schedule.zone)


def clip(schedule: Schedule, start: datetime | None, end: datetime | None) -> Schedule:
    """The runs in `[start, end)`; None leaves that side open."""
    _set_of_instants(schedule)
    low = None if start is None else to_instant(start)
    high = None if end is None else to_instant(end)
    if isinstance(schedule, Clip):
        low = max((i for i in (low, schedule.start) if i is not None), default=None)
        high = min((i for i in (high, schedule.end) if i is not None), default=None)
        schedule = schedule.schedule
    return _clipped(schedule, low, high)


def _clipped(schedule: Schedule, low: int | None, high: int | None) -> Schedule:
    zone = schedule.zone
    # A bound beyond what the zone can show bounds nothing, or leaves nothing.
    if (low is not None and low > zone.last) or (high is not None and high < zone.first):
        low = high = zone.last
    low = None if low is not None and low <= zone.first else low
    high = None if high is not None and high > zone.last else high
    return schedule if low is None and high is None else Clip(schedule, low, high, zone)


def shift(schedule: Schedule, delta: timedelta) -> Schedule:
    """Every run moved by `delta` of elapsed time."""
    _set_of_instants(schedule)
    if not isinstance(delta, timedelta):
        raise ScheduleError(f"a schedule is shifted by a timedelta, not {delta!r}")
    length = delta // timedelta(microseconds=1)
    if isinstance(schedule, Shift):
        length += schedule.delta
        schedule = schedule.schedule
    return Shift(schedule, length, schedule.zone) if length else schedule


def _set_of_instants(*schedules: Schedule) -> tuple[Schedule, ...]:
    for schedule in schedules:
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


class _Searching(InstantSchedule):
    """A schedule whose searches may be long, and stop where a question ends."""

    __slots__ = ()

    @abstractmethod
    def _after(self, instant: int, end: int | None = None) -> int | None: ...

    @abstractmethod
    def _before(self, instant: int, start: int | None = None) -> int | None: ...

    def following_until(self, instant: int, end: int) -> int | None:
        zone = self.zone
        run = self._after(max(instant, zone.first - 1), end)
        return run if run is not None and run <= zone.last else None

    def preceding_until(self, instant: int, start: int) -> int | None:
        zone = self.zone
        run = self._before(min(instant, zone.last + 1), start)
        return run if run is not None and run >= zone.first else None


def _following(schedule: Schedule, instant: int, end: int | None) -> int | None:
    if end is None:
        return schedule.following(instant)
    return schedule.following_until(instant, end)


def _preceding(schedule: Schedule, instant: int, start: int | None) -> int | None:
    if start is None:
        return schedule.preceding(instant)
    return schedule.preceding_until(instant, start)


class _Members(_Searching):
    """Schedules of which the order does not matter, nor how they are written."""

    __slots__ = ()

    parts: Parts

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Members)
            and type(other) is type(self)
            and self.zone == other.zone
            and frozenset(self.parts) == frozenset(other.parts)
        )

    def __hash__(self) -> int:
        return hash((type(self), frozenset(self.parts), self.zone))

    @property
    def repeats(self) -> bool:
        return all(part.repeats for part in self.parts)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Union(_Members):
    """The runs of any of its parts; made by `a | b`."""

    parts: Parts
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return _joined(self.parts, self.zone, "|")

    def _after(self, instant: int, end: int | None = None) -> int | None:
        runs = (_following(part, instant, end) for part in self.parts)
        return min((run for run in runs if run is not None), default=None)

    def _before(self, instant: int, start: int | None = None) -> int | None:
        runs = (_preceding(part, instant, start) for part in self.parts)
        return max((run for run in runs if run is not None), default=None)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return union(*(part.in_zone(tz) for part in self.parts))

    def changes_between(self, start: int, end: int) -> Iterator[ClockChange]:
        parts = (part.changes_between(start, end) for part in self.parts)
        return merge(*parts, key=_label)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Intersection(_Members):
    """The instants at which all its parts run; made by `a & b`."""

    parts: Parts
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return _joined(self.parts, self.zone, "&")

    def _after(self, instant: int, end: int | None = None) -> int | None:
        return _meet(_merged(self.parts), instant, repeats=self.repeats, end=end)

    def _before(self, instant: int, start: int | None = None) -> int | None:
        return _meet_back(_merged(self.parts), instant, repeats=self.repeats, start=start)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return intersection(*(part.in_zone(tz) for part in self.parts))

    def changes_between(self, start: int, end: int) -> Iterator[ClockChange]:
        parts = (part.changes_between(start, end) for part in self.parts)
        for _, group in groupby(merge(*parts, key=_label), _label):
            changes = list(group)
            # A label is one of the intersection if it is one of every part.
            if len(changes) == len(self.parts):
                runs = {to_instant(run): run for change in changes for run in change.instants}
                shared = (runs[instant] for instant in sorted(runs) if self.matches(runs[instant]))
                yield replace(changes[0], instants=tuple(shared))


@dataclass(frozen=True, slots=True, repr=False)
class Difference(_Searching):
    """The runs of one schedule at which another does not run; made by `a - b`."""

    schedule: Schedule
    without: Schedule
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"({self.schedule!r} - {self.without!r})"

    def _after(self, instant: int, end: int | None = None) -> int | None:
        horizon = _Horizon(self.repeats, instant)
        run = _following(self.schedule, instant, end)
        while run is not None and self.without.following(run - 1) == run:
            if (end is not None and run >= end) or horizon.passed(run):
                return None
            if horizon.is_far:
                run = _beyond(run, 1, self._barren, end)
            run = _following(self.schedule, run, end)
        return run

    def _before(self, instant: int, start: int | None = None) -> int | None:
        horizon = _Horizon(self.repeats, instant)
        run = _preceding(self.schedule, instant, start)
        while run is not None and self.without.preceding(run + 1) == run:
            if (start is not None and run < start) or horizon.passed(run):
                return None
            if horizon.is_far:
                run = _beyond(run, -1, self._barren, start)
            run = _preceding(self.schedule, run, start)
        return run

    def _barren(self, block: int) -> bool:
        """Whether the other schedule takes away all runs of a block."""
        possible = self.schedule.may_run(block)
        return possible is not None and not possible & ~self.without.must_run(block)

    @property
    def repeats(self) -> bool:
        return self.schedule.repeats and self.without.repeats

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return difference(self.schedule.in_zone(tz), self.without.in_zone(tz))

    def changes_between(self, start: int, end: int) -> Iterator[ClockChange]:
        return _kept(self, self.schedule.changes_between(start, end))


@dataclass(frozen=True, slots=True, repr=False)
class Clip(_Searching):
    """The runs of a schedule in `[start, end)`; made by `.within`."""

    schedule: Schedule
    start: int | None
    end: int | None
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        start, end = (
            None if instant is None else self.zone.show(instant)
            for instant in (self.start, self.end)
        )
        return f"{self.schedule!r}.within({start!r}, {end!r})"

    def _after(self, instant: int, end: int | None = None) -> int | None:
        if self.start is not None:
            instant = max(instant, self.start - 1)
        if self.end is not None:
            if instant >= self.end - 1:
                return None
            end = self.end if end is None else min(end, self.end)
        run = _following(self.schedule, instant, end)
        return run if run is not None and (self.end is None or run < self.end) else None

    def _before(self, instant: int, start: int | None = None) -> int | None:
        if self.end is not None:
            instant = min(instant, self.end)
        if self.start is not None:
            if instant <= self.start:
                return None
            start = self.start if start is None else max(start, self.start)
        run = _preceding(self.schedule, instant, start)
        return run if run is not None and (self.start is None or run >= self.start) else None

    @property
    def repeats(self) -> bool:
        bounds = [bound for bound in (self.start, self.end) if bound is not None]
        return self.schedule.repeats and all(
            LISTED_FROM <= bound <= LISTED_UNTIL for bound in bounds
        )

    def count_between(self, start: int, end: int) -> int:
        if self.start is not None:
            start = max(start, self.start)
        if self.end is not None:
            end = min(end, self.end)
        return self.schedule.count_between(start, end) if start < end else 0

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return _clipped(self.schedule.in_zone(tz), self.start, self.end)

    def changes_between(self, start: int, end: int) -> Iterator[ClockChange]:
        low = start if self.start is None else max(start, self.start)
        high = end if self.end is None else min(end, self.end)
        inside = self.schedule.changes_between(low, high)
        dropped = (change for change in inside if not change.instants)
        # The instants of a label may lie on the other side of a bound than its clock change.
        changes = self.schedule.changes_between(start, end)
        others = _kept(self, (change for change in changes if change.instants))
        return merge(dropped, others, key=_label)


@dataclass(frozen=True, slots=True, repr=False)
class Shift(_Searching):
    """Every run of a schedule moved by the same elapsed time; made by `.shifted`."""

    schedule: Schedule
    delta: int
    """Microseconds."""
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.shifted({timedelta(microseconds=self.delta)!r})"

    def _after(self, instant: int, end: int | None = None) -> int | None:
        until = None if end is None else end - self.delta
        run = _following(self.schedule, instant - self.delta, until)
        return None if run is None else run + self.delta

    def _before(self, instant: int, start: int | None = None) -> int | None:
        since = None if start is None else start - self.delta
        run = _preceding(self.schedule, instant - self.delta, since)
        return None if run is None else run + self.delta

    @property
    def repeats(self) -> bool:
        return self.schedule.repeats and abs(self.delta) < YEAR

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return replace(self, schedule=self.schedule.in_zone(tz), zone=find_zone(tz))

    def changes_between(self, start: int, end: int) -> Iterator[ClockChange]:
        for change in self.schedule.changes_between(start - self.delta, end - self.delta):
            runs = (to_instant(instant) + self.delta for instant in change.instants)
            yield replace(change, instants=tuple(self.zone.show(run) for run in runs))


def _joined(parts: Parts, zone: Zone, sign: str) -> str:
    """The parts with a sign between them; first one that has the zone of the whole."""
    return f"({f' {sign} '.join(map(repr, zone_first(parts, zone)))})"


def zone_first(parts: Parts, zone: Zone) -> list[Schedule]:
    """The parts in an order that gives their union or intersection the zone."""
    return sorted(parts, key=lambda part: part.zone != zone)


def _label(change: ClockChange) -> datetime:
    return change.label


def _kept(schedule: Schedule, changes: Iterator[ClockChange]) -> Iterator[ClockChange]:
    """The changes with those of their instants at which the schedule runs."""
    for change in changes:
        instants = tuple(instant for instant in change.instants if schedule.matches(instant))
        if instants or not change.instants:
            yield replace(change, instants=instants)


class _Horizon:
    """Where a search from `start` may stop, forwards or backwards."""

    __slots__ = ("_first", "_last", "_repeats", "_steps")

    def __init__(self, repeats: bool, start: int) -> None:
        self._repeats = repeats
        self._first = min(start, LISTED_FROM) - CYCLE
        self._last = max(start, LISTED_UNTIL) + CYCLE
        self._steps = 0

    @property
    def is_far(self) -> bool:
        """Whether it has taken long enough to look for a shortcut."""
        return self._steps > _SHORTCUT_AFTER

    def passed(self, instant: int) -> bool:
        """Count a candidate; true when a whole cycle without a run proves that there is none.

        Raises SearchHorizonError after `MOST_STEPS` candidates.
        """
        if self._repeats and not self._first <= instant <= self._last:
            return True
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise SearchHorizonError(
                f"no run among {MOST_STEPS:,} candidates up to"
                f" {find_zone('UTC').show(instant).isoformat()}: it may have none,"
                " so ask within a range, for example schedule.within(start, end)"
            )
        return False


def _meet(parts: Parts, instant: int, *, repeats: bool, end: int | None = None) -> int | None:
    """The first instant after `instant` and before `end` that is a run of all parts."""
    horizon = _Horizon(repeats, instant)
    run, agreed = instant + 1, 0
    while True:
        for part in parts:
            found = _following(part, run - 1, end)
            if found is None or (end is not None and found >= end):
                return None
            agreed = agreed + 1 if found == run else 1
            run = found
            if agreed >= len(parts):
                return run
            if horizon.passed(run):
                return None
        if horizon.is_far:
            run, agreed = _beyond(run - 1, 1, partial(_never_meet, parts), end) + 1, 0


def _meet_back(
    parts: Parts, instant: int, *, repeats: bool, start: int | None = None
) -> int | None:
    """The last instant before `instant`, not before `start`, that is a run of all parts."""
    horizon = _Horizon(repeats, instant)
    run, agreed = instant - 1, 0
    while True:
        for part in parts:
            found = _preceding(part, run + 1, start)
            if found is None or (start is not None and found < start):
                return None
            agreed = agreed + 1 if found == run else 1
            run = found
            if agreed >= len(parts):
                return run
            if horizon.passed(run):
                return None
        if horizon.is_far:
            run, agreed = _beyond(run + 1, -1, partial(_never_meet, parts), start) - 1, 0


def _never_meet(parts: Parts, block: int) -> bool:
    """Whether the parts have no second of the UTC day in common in a block."""
    common = -1
    for part in parts:
        possible = part.may_run(block)
        if possible is not None:
            common &= possible
    return not common


def _beyond(
    instant: int, step: Literal[1, -1], barren: Callable[[int], bool], bound: int | None
) -> int:
    """The end of the barren blocks that begin at `instant`, looking forwards or backwards.

    Forwards, what is strictly after the result is still to be searched; backwards, what is
    strictly before it. Blocks beyond `bound` are of no interest.
    """
    block = block_of(instant // SECOND)
    if not barren(block):
        return instant
    first = _FIRST if bound is None or step == 1 else max(_FIRST, bound)
    last = _LAST if bound is None or step == -1 else min(_LAST, bound)
    while first < instant < last and barren(block):
        block += step
        instant = block_start(block if step == 1 else block + 1) * SECOND
    return instant - 1 if step == 1 else instant


@lru_cache(maxsize=1024)
def _merged(parts: Parts) -> Parts:
    """The parts, those that are crontabs of one zone as one: they intersect as fields."""
    by_zone: dict[Zone, list[Cron]] = {}
    merged: list[Schedule] = []
    for part in parts:
        if isinstance(part, Cron):
            by_zone.setdefault(part.zone, []).append(part)
        else:
            merged.append(part)
    for crons in by_zone.values():
        shared = _SharedRuns(tuple(crons), all_of(crons), crons[0].zone)
        merged.append(shared if len(crons) > 1 else crons[0])
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class _SharedRuns(_Searching):
    """The intersection of crontabs of one zone.

    Where no clock change is near, wall labels are all there is to it, and the fields of all
    crontabs joined find the next one at once. Around a change, where a policy can bring two
    labels to one instant, the runs themselves are compared.
    """

    crons: tuple[Cron, ...]
    labels: Cron
    zone: Zone = field()  # overrides the property of the base

    def _after(self, instant: int, end: int | None = None) -> int | None:
        while True:
            run = self.labels.following(instant)
            until = _LAST if run is None else run + 1
            until = until if end is None else min(until, end)
            window = next(self._windows(instant + 1, until), None)
            if window is None or (run is not None and run < window[0]):
                return run
            met = _meet(self.crons, max(instant, window[0] - 1), repeats=True, end=window[1])
            if met is not None:
                return met
            instant = window[1] - 1

    def _before(self, instant: int, start: int | None = None) -> int | None:
        while True:
            run = self.labels.preceding(instant)
            since = _FIRST if run is None else run
            since = since if start is None else max(since, start)
            window = next(self._windows(since, instant, -1), None)
            if window is None or (run is not None and run >= window[1]):
                return run
            met = _meet_back(self.crons, min(instant, window[1]), repeats=True, start=window[0])
            if met is not None:
                return met
            instant = window[0]

    def _windows(self, start: int, end: int, step: Literal[1, -1] = 1) -> Iterator[tuple[int, int]]:
        """The instants `[low, high)` in reach of each clock change, where they meet the range."""
        reach = 2 * DAY
        first, last = max(start, _FIRST) // SECOND, min(end, _LAST) // SECOND
        for stretch in self.zone.changes(first - reach, last + reach, step):
            size = abs(stretch.offset - stretch.before)
            low, high = (stretch.start - size) * SECOND, (stretch.start + size) * SECOND
            if low < end and start < high:
                yield low, high
