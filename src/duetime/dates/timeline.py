"""Timelines: all runs of a range of days at once, as bits.

A set of days is one int and the seconds of a day are another, so what a schedule does in centuries
is a short list of pairs: on these days it runs at these seconds. Set operations on such lists are
set operations on ints, and the gaps in them are found by shifting. Days are those of UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import pairwise
from operator import and_, or_
from typing import Final, NamedTuple

from duetime.dates.bits import lowest
from duetime.dates.gregorian import CYCLE_DAYS, SHAPE, SHAPED_YEARS, date_of, day_number
from duetime.questions import spend
from duetime.zones import DAY, LISTED_FROM, LISTED_UNTIL, MARGIN, Stretch, Zone

ALL_DAY: Final = (1 << DAY) - 1
"""Every second of a day."""
CALENDAR: Final = range(day_number(1, 1, 8), day_number(9999, 12, 24))
"""The days on which every zone can show what runs near them."""
CYCLES: Final = range(day_number(1340, 1, 1), day_number(2560, 1, 1))
"""A whole cycle of the calendar and sixty years more, before and after the years in which the
changes of zones are listed one by one. What repeats shows here all that it ever does."""
SEEN_TOGETHER: Final = CYCLES.stop - LISTED_UNTIL // DAY - CYCLE_DAYS
"""Days: neighbours no further apart are seen together in `CYCLES`, if they are anywhere."""
MOST_KINDS: Final = 400
"""Kinds of days, at most, that a timeline has."""
_CHARGED_AT_ONCE: Final = 100
"""Pairs of kinds of days that are charged together."""
_YEARS_OF_ALL_SHAPES: Final = SHAPED_YEARS * 366 * DAY

Kinds = Iterable[tuple[int, int]]
"""Seconds of the day and the days that run at them; bit n is second n, and day n of a range."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The runs of a range of days.

    `kinds` are pairs: seconds of the day, and the days that run at just these. No second and no
    day is in two pairs; a day that does not run is in none.
    """

    days: range
    kinds: tuple[tuple[int, int], ...]

    @property
    def busy(self) -> int:
        """The days that run."""
        return reduce(or_, (days for _, days in self.kinds), 0)

    def seconds_of(self, day: int) -> int:
        """The seconds of a day at which it runs."""
        place = day - self.days.start
        return next((times for times, days in self.kinds if days >> place & 1), 0)

    @property
    def first(self) -> int | None:
        """The second of UTC of the first run; None if there is none."""
        if not self.kinds:
            return None
        day = lowest(self.busy) + self.days.start
        return day * DAY + lowest(self.seconds_of(day))

    @property
    def last(self) -> int | None:
        """The second of UTC of the last run; None if there is none."""
        if not self.kinds:
            return None
        day = self.busy.bit_length() - 1 + self.days.start
        return day * DAY + self.seconds_of(day).bit_length() - 1

    def count(self) -> int:
        """The number of runs."""
        return sum(times.bit_count() * days.bit_count() for times, days in self.kinds)

    def within(self, start: int, end: int) -> Timeline:
        """The runs at the seconds `[start, end)` of UTC."""
        return joined(self, whole_span(self.days, start, end), and_)

    def among(self, days: range) -> Timeline:
        """The same runs in a range that holds these days and more."""
        places = self.days.start - days.start
        return Timeline(days, tuple((times, on << places) for times, on in self.kinds))

    def later(self, seconds: int) -> Timeline:
        """Every run moved on, as far as that is in the same days."""
        whole, rest = divmod(seconds, DAY)
        one = (((times << rest) & ALL_DAY, days << whole) for times, days in self.kinds)
        over = ((times >> (DAY - rest), days << whole + 1) for times, days in self.kinds)
        return joined(timeline_of(self.days, one), timeline_of(self.days, over), or_)

    def moved(self, seconds: int, days: range) -> Timeline:
        """Every run moved on by less than a day, as the timeline of other days.

        Their number is one less, as before the first day there is none from which to move.
        """
        later = [((times << seconds) & ALL_DAY, days >> 1) for times, days in self.kinds]
        over = ((times >> (DAY - seconds), days) for times, days in self.kinds)
        return joined(timeline_of(days, later), timeline_of(days, over), or_)


def timeline_of(days: range, kinds: Kinds) -> Timeline:
    """The timeline of pairs of which no day is in two; days outside of the range are dropped."""
    inside = (1 << len(days)) - 1
    merged: dict[int, int] = {}
    for times, on in kinds:
        if times and on & inside:
            merged[times] = merged.get(times, 0) | on & inside
    return Timeline(days, tuple(merged.items()))


def joined(one: Timeline, other: Timeline, operate: Callable[[int, int], int]) -> Timeline:
    """The timeline of a set operation on the seconds of each day."""
    return timeline_of(one.days, _meetings(one, other, operate))


def charge(pairs: int, days: range) -> None:
    """Take off the budget of the question what it costs to compare pairs of kinds of days.

    One pair costs a third of a search for its seconds, and as much again for 80,000 days.
    """
    spend(pairs * (len(days) + 80_000) >> 18)


def _meetings(
    one: Timeline, other: Timeline, operate: Callable[[int, int], int]
) -> Iterator[tuple[int, int]]:
    # Most days that one has and few others do are none of the other's: so these come first.
    others = [(0, ((1 << len(one.days)) - 1) ^ other.busy), *other.kinds]
    pairs = 0
    for times, days in (*one.kinds, (0, ((1 << len(one.days)) - 1) ^ one.busy)):
        left = days
        if pairs > _CHARGED_AT_ONCE:
            charge(pairs, one.days)
            pairs = 0
        for other_times, other_days in others:
            pairs += 1
            shared = left & other_days
            if shared:
                yield operate(times, other_times), shared
                left ^= shared
                if not left:
                    break
    charge(pairs, one.days)


def joined_all(
    timelines: Iterable[Timeline | None], operate: Callable[[int, int], int]
) -> Timeline | None:
    """The timeline of a set operation on many; None if one is not known, or kinds get too many."""
    whole: Timeline | None = None
    for timeline in timelines:
        if timeline is None:
            return None
        whole = timeline if whole is None else joined(whole, timeline, operate)
        if len(whole.kinds) > MOST_KINDS:
            return None
    return whole


def joined_known(
    timelines: Iterable[Timeline | None], operate: Callable[[int, int], int]
) -> Timeline | None:
    """As `joined_all`, but one that is not known, or would make kinds too many, is left out.

    The result of an intersection has more, then, and never less. None when none is known.
    """
    whole: Timeline | None = None
    for timeline in timelines:
        if timeline is not None:
            narrower = timeline if whole is None else joined(whole, timeline, operate)
            whole = narrower if len(narrower.kinds) <= MOST_KINDS else whole
    return whole


def kept_on(timeline: Timeline, length: int) -> Timeline | None:
    """Every second that is less than so many after a run; None if kinds get too many."""
    reached = 1
    while reached < length and timeline.kinds:
        if len(timeline.kinds) > MOST_KINDS:
            return None
        further = min(reached, length - reached)
        timeline = joined(timeline, timeline.later(further), or_)
        reached += further
    return timeline


def kept_until(timeline: Timeline, ends: Timeline) -> Timeline | None:
    """Every second from a run to the next end, which is not included; None as with `kept_on`."""
    passing, reached = joined(ends, Timeline(ends.days, ()), _neither), 1
    while passing.kinds:
        if len(timeline.kinds) + len(passing.kinds) > MOST_KINDS:
            return None
        # A second has what the one before has, unless it is an end; then two, four, and so on.
        timeline = joined(timeline, joined(passing, timeline.later(reached), and_), or_)
        passing = joined(passing, passing.later(reached), and_)
        reached *= 2
    return timeline


def _neither(times: int, other: int) -> int:
    return ALL_DAY & ~(times | other)


def whole_span(days: range, start: int, end: int) -> Timeline:
    """Every second of `[start, end)`."""
    start, end = max(start, days.start * DAY), min(end, days.stop * DAY)
    if start >= end:
        return Timeline(days, ())
    (first, begin), (last, stop) = divmod(start, DAY), divmod(end, DAY)
    first, last = first - days.start, last - days.start
    before, upto = ALL_DAY >> begin << begin, (1 << stop) - 1
    if first == last:
        return timeline_of(days, [(before & upto, 1 << first)])
    whole = (1 << last) - (2 << first)
    return timeline_of(days, [(before, 1 << first), (ALL_DAY, whole), (upto, 1 << last)])


class ZoneDays(NamedTuple):
    """A range of days as a zone sees them."""

    quiet: tuple[tuple[int, int], ...]
    """An offset, and the UTC days on which it is in force and no clock change is in reach."""
    changing: tuple[tuple[tuple[Stretch, ...], tuple[int, ...]], ...]
    """The stretches that meet a day, in seconds from its start, and the days that they fit."""


def zone_days(zone: Zone, days: range) -> ZoneDays | None:
    """The days of a range as a zone sees them; None for a zone that may change as it likes."""
    if zone.key is None and not zone.is_fixed:
        return None
    # A zone that is refreshed has a tzinfo of its own from then on.
    return _zone_days(zone, zone.tzinfo, days)


@lru_cache(maxsize=32)
def _zone_days(zone: Zone, _: object, days: range) -> ZoneDays:
    size = len(days)
    quiet: dict[int, bytearray] = defaultdict(lambda: bytearray(b"0" * size))
    changing: dict[tuple[Stretch, ...], list[int]] = {}
    stretches = list(_stretches(zone, days.start * DAY, days.stop * DAY))
    done, nearby = days.start, 0
    for stretch in stretches:
        first = max(done, -(-stretch.clear_from // DAY))
        stop = min(stretch.clear_to // DAY, days.stop)
        if first >= stop:
            continue
        quiet[stretch.offset][first - days.start : stop - days.start] = b"1" * (stop - first)
        for day in range(done, first):
            nearby = _note(changing, stretches, nearby, day)
        done = stop
    for day in range(done, days.stop):
        nearby = _note(changing, stretches, nearby, day)
    return ZoneDays(
        tuple((offset, int(flags[::-1], 2)) for offset, flags in quiet.items()),
        tuple((near, tuple(on)) for near, on in changing.items()),
    )


def _note(
    changing: dict[tuple[Stretch, ...], list[int]], stretches: list[Stretch], place: int, day: int
) -> int:
    """Enter a day in reach of a clock change; the search for its stretches starts at `place`."""
    start = day * DAY
    while stretches[place].end <= start:
        place += 1
    last = place
    while stretches[last].end < start + DAY:
        last += 1
    near = tuple(_from_day(stretch, start) for stretch in stretches[place : last + 1])
    changing.setdefault(near, []).append(day)
    return place


def _from_day(stretch: Stretch, midnight: int) -> Stretch:
    """A stretch in seconds from a midnight, the same for all of which the ends are far off."""
    start, end, offset, before, after = stretch
    start, end = start - midnight, end - midnight
    if start < -MARGIN:
        start, before = -MARGIN, offset
    if end > MARGIN:
        end, after = MARGIN, offset
    return Stretch(start, end, offset, before, after)


def _stretches(zone: Zone, start: int, end: int) -> Iterator[Stretch]:
    """The stretches that meet the seconds `[start, end)`, whole, the first and last open."""
    low, high = start - 2 * MARGIN, end + 2 * MARGIN
    offset = zone.offset_at(low)
    changes = [(low, offset), *_changes(zone, low, high), (high, offset)]
    for (begin, own), (stop, following) in pairwise(changes):
        before, offset = offset, own
        yield Stretch(begin, stop, own, before, own if stop == high else following)


def _changes(zone: Zone, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clock changes of `[start, end)`: when they are, and the offset from then on."""
    if zone.is_fixed:
        return
    low, high = max(start, LISTED_FROM), min(end, LISTED_UNTIL)
    for stretch in zone.changes(low, high) if low < high else ():
        yield stretch.start, stretch.offset
    if end <= LISTED_UNTIL:
        return
    # From then on, the changes of a year are those of any other of its shape.
    by_shape = _yearly_changes(zone, zone.tzinfo)
    first, _, _ = date_of(max(start, LISTED_UNTIL) // DAY)
    last, _, _ = date_of(end // DAY)
    for year in range(first, last + 1):
        midnight = day_number(year, 1, 1) * DAY
        for second, offset in by_shape[SHAPE[year]]:
            if max(start, LISTED_UNTIL) <= midnight + second < end:
                yield midnight + second, offset


@lru_cache(maxsize=1024)
def _yearly_changes(zone: Zone, _: object) -> dict[bytes, list[tuple[int, int]]]:
    """By shape of the year: the seconds from its start at which clocks change, and to what."""
    first, _, _ = date_of(LISTED_UNTIL // DAY)
    last, _, _ = date_of((LISTED_UNTIL + _YEARS_OF_ALL_SHAPES) // DAY)
    found: dict[bytes, list[tuple[int, int]]] = {}
    for year in range(first, last):
        if SHAPE[year] not in found:
            start, end = (day_number(y, 1, 1) * DAY for y in (year, year + 1))
            found[SHAPE[year]] = [(s.start - start, s.offset) for s in zone.changes(start, end)]
    return found
