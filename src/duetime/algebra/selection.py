"""Selections: every n-th run, the first few, the earliest or the latest of each day.

Whether a run is kept depends on its place among the others, counted from a fixed instant or within
a local date, and never on where a search began. Far from that instant the place is counted from
the nearest of a few checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import islice
from typing import ClassVar, Final

from duetime.algebra.sets import Clip, kept_changes, set_of_instants, union
from duetime.answers import ClockChange
from duetime.dates.timeline import Timeline
from duetime.errors import InvalidValueError, SearchHorizonError, shorten
from duetime.questions import each_one_question, spend
from duetime.schedules import Schedule, is_beyond
from duetime.search import WHOLE_CYCLE, YEAR, Searching, Span
from duetime.zones import DAY, SECOND, Step, Zone, block_of, edition, find_zone, to_instant

MOST_COUNTED: Final = 100_000
"""Runs that are counted one by one, at most, before a search raises SearchHorizonError."""
_DAY: Final = DAY * SECOND
_CHUNK: Final = 32 * _DAY
"""Microseconds between checkpoints of what is counted at once; of others it is a day."""
_FEW: Final = 256
"""So many runs are walked sooner than the last of them is found by counting."""
_VERY_FEW: Final = 6
_COST: Final = 8
"""As how many searches a count of runs counts."""
_FAST: Final = 2
"""Of runs that are walked along, so many halvings make as many searches."""


@dataclass(frozen=True, slots=True, repr=False)
class EveryNth(Searching):
    """Every n-th run of a schedule; made by `.every_nth`."""

    schedule: Schedule
    n: int
    anchor: int
    """The first run at or after this instant is one of those kept."""
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.every_nth({self.n}, {self._zone.show(self.anchor)!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        run = self.schedule._nearest(instant, step, bound)
        if run is None or is_beyond(run, step, bound):
            return None
        further = -step * self._index(run) % self.n
        return _further(self.schedule, run, further, step, bound) if further else run

    def _instants(self, start: int, end: int, step: Step = 1) -> Iterator[int]:
        # The runs in between need no look once one that is kept is known.
        bound = end if step == 1 else start
        run = self._nearest(start - 1 if step == 1 else end, step, bound)
        if run is None or is_beyond(run, step, bound):
            return iter(())
        if self.n > _FEW:
            return Searching._instants(self, start, end, step)
        start, end = (run, end) if step == 1 else (start, run + 1)
        walk = islice(self.schedule._instants(start, end, step), 0, None, self.n)
        if not isinstance(self.schedule, Searching):
            return walk
        return each_one_question(_charged(walk, -(-self.n >> _FAST)))

    def _index(self, instant: int) -> int:
        return _index(self.schedule, self.anchor, instant)

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        return None if exact else self.schedule._timeline(days, exact=False)

    @property
    def _counts_at_once(self) -> bool:
        return self.schedule._counts_at_once

    def _count(self, start: int, end: int) -> int:
        if start >= end:
            return 0
        return self._index(start) // -self.n - self._index(end) // -self.n

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return _every_nth(self.schedule.in_zone(tz), self.n, self.anchor)

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        return kept_changes(self, self.schedule._changes(start, end))


@dataclass(frozen=True, slots=True, repr=False)
class First(Searching):
    """The first runs of a schedule at or after a start; made by `.first`."""

    schedule: Schedule
    n: int
    start: int
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.first({self.n}, {self._zone.show(self.start)!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        if step == -1:
            return self._until(instant)._nearest(instant, step, bound)
        run = self.schedule._nearest(max(instant, self.start - 1), step, bound)
        if run is None:
            return None
        end = self._until(run).end
        return run if end is None or run < end else None

    def _until(self, instant: int) -> Clip:
        """What has the same runs up to an instant."""
        # Rounded up, so that all questions share a few answers.
        reach = _DAY << max(0, (instant - self.start) // _DAY).bit_length()
        return _first_within(self, reach, edition())

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        return None if exact else self.schedule._timeline(days, exact=False)

    @property
    def _counts_at_once(self) -> bool:
        return self.schedule._counts_at_once

    def _count(self, start: int, end: int) -> int:
        return self._until(end)._count(start, end)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return _first(self.schedule.in_zone(tz), self.n, self.start)

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        return self._until(end)._changes(start, end)


@dataclass(frozen=True, slots=True, repr=False)
class _OfDay(Searching):
    """One run of each local date, of those on which a schedule runs at all."""

    side: ClassVar[Step]
    """In which direction a run has no other of its date: backwards for the earliest."""
    name: ClassVar[str]

    schedule: Schedule
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.name}({self.schedule!r})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        while True:
            run = self.schedule._nearest(instant, step, bound)
            if run is None or is_beyond(run, step, bound):
                return None
            spans = _spans_of_date(self._zone, run)
            place = next(n for n, (_, high) in enumerate(spans) if run < high)
            low, high = spans[place]
            if step == self.side or low <= instant < high:
                run = self._outermost(low, high, run)
            if (run - instant) * step > 0 and not self._any_beyond(spans, place):
                return run
            # No other run of this part of the date is the outermost one.
            instant = high - 1 if step == 1 else low

    def _outermost(self, low: int, high: int, run: int) -> int:
        """The earliest or the latest run in a span of which `run` is one."""
        if self.side == 1:
            found = self.schedule._nearest(high, -1, run)
        else:
            found = self.schedule._nearest(low - 1, 1, run + 1)
        return run if found is None else found

    def _any_beyond(self, spans: tuple[Span, ...], place: int) -> bool:
        """Whether there is a run of the same date in an earlier or a later span."""
        beyond = spans[place + 1 :] if self.side == 1 else spans[:place]
        runs = ((self.schedule._nearest(low - 1, 1, high), high) for low, high in beyond)
        return any(run is not None and run < high for run, high in runs)

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        return None if exact else self.schedule._timeline(days, exact=False)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        return kept_changes(self, self.schedule._changes(start, end))


class EarliestOfDay(_OfDay):
    """The earliest run of each local date; made by `earliest_of_day`."""

    __slots__ = ()

    side = -1
    name = "earliest_of_day"


class LatestOfDay(_OfDay):
    """The latest run of each local date; made by `latest_of_day`."""

    __slots__ = ()

    side = 1
    name = "latest_of_day"


def every_nth(schedule: Schedule, n: int, anchor: datetime) -> Schedule:
    """Every n-th run, counted in both directions from the first at or after `anchor`."""
    set_of_instants(schedule)
    return _every_nth(schedule, _number_of_runs(n), to_instant(anchor, "anchor"))


def _every_nth(schedule: Schedule, n: int, anchor: int) -> Schedule:
    zone = schedule._zone
    anchor = min(max(anchor, zone.first), zone.last)
    return schedule if n == 1 else EveryNth(schedule, n, anchor, zone)


def first(schedule: Schedule, n: int, start: datetime) -> Schedule:
    """The first n runs at or after `start`."""
    set_of_instants(schedule)
    return _first(schedule, _number_of_runs(n), to_instant(start, "start"))


def _first(schedule: Schedule, n: int, start: int) -> Schedule:
    zone = schedule._zone
    return First(schedule, n, min(max(start, zone.first), zone.last), zone)


MOST_N: Final = 10**18
"""More than there are microseconds in the calendar."""


def _number_of_runs(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_N:
        raise InvalidValueError(f"n must be an int from 1 to {MOST_N:,}, not {shorten(n)}")
    return n


def earliest_of_day(*schedules: Schedule) -> EarliestOfDay:
    """Of all runs of the schedules on each local date, the earliest only.

    The date is that of the zone of the first schedule, which also expresses the results. A date
    on which only some of the schedules run has the earliest run of those; one on which none does
    has no run. A date that a clock change makes occur twice is one date.

    Raises ScheduleError without a schedule, FloatingScheduleError.

    >>> from datetime import UTC, datetime
    >>> from duetime import cron, earliest_of_day, solar
    >>> sunset = solar("sunset", 59.33, 18.07, tz="Europe/Stockholm")
    >>> lights_on = earliest_of_day(sunset, cron("0 20 * * *", tz="Europe/Stockholm"))
    >>> for month in (3, 6):
    ...     print(lights_on.next_run(datetime(2026, month, 10, 12, tzinfo=UTC)))
    2026-03-10 17:37:56+01:00
    2026-06-10 20:00:00+02:00
    """
    return EarliestOfDay(*_pooled(schedules))


def latest_of_day(*schedules: Schedule) -> LatestOfDay:
    """Of all runs of the schedules on each local date, the latest only.

    The rules are those of `earliest_of_day`.

    Raises ScheduleError without a schedule, FloatingScheduleError.

    >>> from datetime import UTC, datetime
    >>> from duetime import cron, latest_of_day, solar
    >>> sunrise = solar("sunrise", 59.33, 18.07, tz="Europe/Stockholm")
    >>> blinds_up = latest_of_day(sunrise, cron("0 7 * * *", tz="Europe/Stockholm"))
    >>> for month in (1, 6):
    ...     print(blinds_up.next_run(datetime(2026, month, 10, tzinfo=UTC)))
    2026-01-10 08:36:53+01:00
    2026-06-10 07:00:00+02:00
    """
    return LatestOfDay(*_pooled(schedules))


def _pooled(schedules: tuple[Schedule, ...]) -> tuple[Schedule, Zone]:
    if not schedules:
        raise InvalidValueError("give one schedule or more, whose runs a day can have")
    pool = union(*schedules)
    return pool, pool._zone


def _charged(walk: Iterator[int], units: int) -> Iterator[int]:
    """The same runs, each of which costs so many units of the question's budget."""
    for run in walk:
        spend(units)
        yield run


def _tally(schedule: Schedule, start: int, end: int) -> int:
    """The number of runs in `[start, end)`, counted one by one only if need be."""
    walk = schedule._instants(start, end)
    spend(_COST)
    # Few runs are sooner walked than counted.
    few = list(islice(walk, _VERY_FEW))
    if len(few) < _VERY_FEW:
        return len(few)
    if schedule._counts_at_once:
        return len(few) + schedule._count(few[-1] + 1, end)
    number = len(few) + sum(1 for _ in islice(walk, MOST_COUNTED))
    spend(number >> _FAST)
    return _within_reach(schedule, number)


def _within_reach(schedule: Schedule, number: int) -> int:
    if abs(number) > MOST_COUNTED and not schedule._counts_at_once:
        raise SearchHorizonError(
            f"over {MOST_COUNTED:,} runs lie between the question and where counting starts,"
            " and they can only be counted one by one: choose an anchor or a start that is nearer"
        )
    return number


def _index(schedule: Schedule, anchor: int, instant: int) -> int:
    """The number of runs in `[anchor, instant)`; less than 0 the number in `[instant, anchor)`."""
    size = _CHUNK if schedule._counts_at_once else _DAY
    chunk = (instant - anchor) // size
    index = _index_of_chunk(schedule, anchor, chunk, size, edition())
    return _within_reach(schedule, index + _tally(schedule, anchor + chunk * size, instant))


@lru_cache(maxsize=4096)
def _index_of_chunk(schedule: Schedule, anchor: int, chunk: int, size: int, data: object) -> int:
    """`_index` of the start of a chunk, counted from the anchor."""
    index = 0
    while chunk:
        # Without its lowest bit it is a checkpoint that many chunks share.
        sign = 1 if chunk > 0 else -1
        nearer = sign * (abs(chunk) & (abs(chunk) - 1))
        low, high = sorted((anchor + nearer * size, anchor + chunk * size))
        index += sign * _tally_of_chunks(schedule, low, high, data)
        chunk = nearer
    return index


@lru_cache(maxsize=4096)
def _tally_of_chunks(schedule: Schedule, low: int, high: int, data: object) -> int:
    return _tally(schedule, low, high)


@lru_cache(maxsize=1024)
def _first_within(first: First, reach: int, data: object) -> Clip:
    """What has the runs of a `First` as far as `reach` from its start."""
    last = _further(first.schedule, first.start - 1, first.n, 1, first.start + reach)
    return Clip(first.schedule, first.start, None if last is None else last + 1, first._zone)


def _further(
    schedule: Schedule, instant: int, number: int, step: Step, bound: int | None
) -> int | None:
    """The run that is so many after or before an instant; None if there is none up to a bound."""
    if schedule._counts_at_once:
        instant, number = _leap(schedule, instant, number, step)
    zone = schedule._zone
    spend(_COST + (min(number, MOST_COUNTED) >> _FAST))
    if step == 1:
        walk = schedule._instants(instant + 1, zone.last + 1 if bound is None else bound)
    else:
        walk = schedule._instants(zone.first if bound is None else bound, instant, -1)
    run = next(islice(walk, min(number, MOST_COUNTED + 1) - 1, None), None)
    if run is not None:
        _within_reach(schedule, number)
    return run


def _leap(schedule: Schedule, instant: int, number: int, step: Step) -> tuple[int, int]:
    """An instant from which the run that is so many after or before another is few further, and
    how many."""
    zone = schedule._zone
    width = _DAY
    while number > _FEW and zone.first <= instant <= zone.last:
        # A count goes from one clock change to the next, but of 400 years only once.
        spend(_COST + 8 * min(width, WHOLE_CYCLE) // YEAR)
        landing = instant + step * width
        low, high = sorted((instant, landing))
        # Without the instant itself, and with the landing.
        passed = schedule._count(low + (step == 1), high + (step == 1))
        if passed < number:
            instant = landing
            number -= passed
            width = min(2 * width, width * number // passed + 1) if passed else 2 * width
        else:
            width //= 2
    return instant, number


def _spans_of_date(zone: Zone, instant: int) -> tuple[Span, ...]:
    """All instants that share their local date with one.

    They are one span, unless the clock was put back over midnight.
    """
    second = instant // SECOND
    offset = zone.quiet_offset(second)
    if offset is not None:
        midnight = (second + offset) // DAY * DAY
        if zone.quiet_offset(midnight) == offset:
            return (((midnight - offset) * SECOND, (midnight - offset + DAY) * SECOND),)
    stretches = zone.stretches(block_of(second))
    offset = next(stretch.offset for stretch in stretches if second < stretch.end)
    midnight = (second + offset) // DAY * DAY
    spans: list[Span] = []
    for stretch in stretches:
        low = max(stretch.start, midnight - stretch.offset) * SECOND
        high = min(stretch.end, midnight - stretch.offset + DAY) * SECOND
        if low < high:
            if spans and spans[-1][1] == low:
                low = spans.pop()[0]
            spans.append((low, high))
    return tuple(spans)
