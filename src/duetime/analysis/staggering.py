"""Stagger: a fleet of schedules, each with an offset of its own, so that few run at one time.

Time is cut into buckets, and a set of buckets is one int, a bit a bucket. The load of all buckets
is held as the digits of a binary number, one set for each, so that an entry is added everywhere at
once, however often it runs.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from types import MappingProxyType
from typing import Final, NamedTuple

from duetime.dates.bits import bits_of
from duetime.errors import FloatingScheduleError, InvalidValueError, shorten
from duetime.immutable import Immutable
from duetime.questions import one_question, refunding
from duetime.schedules import Schedule, end_after
from duetime.zones import to_instant

MOST_BUCKETS: Final = 10_000_000
"""More buckets than this are refused."""
_MICROSECOND: Final = timedelta(microseconds=1)

Releases = list[tuple[int, list[tuple[int, int]]]]
"""In order, buckets with the runs that are due in them: the last bucket for each, and how many."""


@dataclass(frozen=True, slots=True)
class Staggered(Immutable):
    """What `stagger` found.

    A peak is the number of entries that run within one bucket, where they are most.
    """

    entries: Mapping[str, Schedule]
    """The schedules as given, by name."""
    offsets: Mapping[str, timedelta]
    """By name, how much later each is to run: from 0 to its tolerance."""
    peak_before: int
    """The peak of the schedules as given."""
    peak_after: int
    """The peak of the schedules with their offsets."""
    lower_bound: int
    """A peak below which no offsets within the tolerances can come."""

    @property
    def schedules(self) -> dict[str, Schedule]:
        """The schedules with their offsets, by name."""
        return {name: self.entries[name].shifted(by) for name, by in self.offsets.items()}


class _Herd(NamedTuple):
    """Entries that cannot be told apart: the same runs and the same tolerance."""

    tolerance: int
    """Buckets."""
    runs: array[int]
    """The buckets of its runs, ascending; below 0 before the start."""
    names: list[str]


def stagger(
    entries: Mapping[str, Schedule],
    start: datetime,
    end: datetime,
    tolerance: timedelta | Mapping[str, timedelta],
    *,
    resolution: timedelta = timedelta(seconds=1),
) -> Staggered:
    """Offsets for a fleet, each within its tolerance, that keep the peak in `[start, end)` low.

    `entries` maps names to schedules. `start` and `end` are aware datetimes. `tolerance` is how
    much later an entry may run, for all of them or by name; 0 keeps it where it is. Time is cut
    into buckets of `resolution` from `start` on, offsets are whole numbers of them, and an entry
    counts once in a bucket.

    Entries are placed one after another, those with the least room first, each at the smallest
    offset that keeps the peak; the same question always has the same answer. The peak is as low as
    this finds, and not always as low as can be: `lower_bound` says how far it may be from that. It
    is the peak of the best plan that may move every single run by itself.

    Raises ScheduleError for entries that are no schedules by name, an empty or too long range, a
    tolerance below 0 or missing, and a resolution that is not longer than zero;
    NaiveDatetimeError, FloatingScheduleError.

    >>> from datetime import UTC, datetime, timedelta
    >>> from duetime import cron
    >>> fleet = {f"host-{n}": cron("0 * * * *") for n in range(100)}
    >>> day = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)
    >>> plan = stagger(fleet, *day, timedelta(seconds=49))
    >>> plan.peak_before, plan.peak_after, plan.lower_bound
    (100, 2, 2)
    >>> plan.offsets["host-99"]
    datetime.timedelta(seconds=49)
    """
    _demand_schedules(entries)
    width = _positive("resolution", resolution)
    first = to_instant(start, "start")
    size = -(-(end_after(first, start, end) - first) // width)
    if not 0 < size <= MOST_BUCKETS:
        raise InvalidValueError(
            f"start and end must be 1 to {MOST_BUCKETS:,} steps of {resolution} apart, not {size:,}"
        )
    herds = _herds(entries, _tolerances(entries, tolerance, width), first, size, width)
    before = _peak_before(herds, size)
    bound = _lower_bound(herds, size, before)
    # One entry after another is not always better than none moved at all.
    plans = _place(herds, size, bound), (dict.fromkeys(entries, 0), before)
    placed, after = min(plans, key=lambda plan: plan[1])
    offsets = {name: placed[name] * resolution for name in entries}
    return Staggered(
        MappingProxyType(dict(entries)), MappingProxyType(offsets), before, after, bound
    )


def _demand_schedules(entries: Mapping[str, Schedule]) -> None:
    if not isinstance(entries, Mapping):
        raise InvalidValueError(f"entries map names to schedules, and {shorten(entries)} does not")
    for name, schedule in entries.items():
        if not isinstance(name, str):
            raise InvalidValueError(f"the name of an entry is text, not {shorten(name)}")
        if not isinstance(schedule, Schedule):
            raise InvalidValueError(
                f"the entry {name!r} is {shorten(schedule)} and no schedule: make one of it,"
                " for example with duetime.parse"
            )
        if schedule.floating:
            raise FloatingScheduleError(
                f"the entry {name!r} counts from the last run, so nobody knows when it runs:"
                ' give it an anchor, for example every(..., anchor="epoch")'
            )


def _positive(name: str, length: timedelta) -> int:
    if not isinstance(length, timedelta) or length <= timedelta(0):
        raise InvalidValueError(
            f"{name} must be a timedelta longer than zero, not {shorten(length)}"
        )
    return length // _MICROSECOND


def _tolerances(
    entries: Mapping[str, Schedule], tolerance: timedelta | Mapping[str, timedelta], width: int
) -> dict[str, int]:
    """The tolerance of each entry, in whole buckets."""
    if not isinstance(tolerance, Mapping):
        tolerance = dict.fromkeys(entries, tolerance)
    missing = [name for name in entries if name not in tolerance]
    if missing:
        raise InvalidValueError(
            f"the entry {missing[0]!r} has no tolerance: give one to each, or one for all"
        )
    for name in entries:
        given = tolerance[name]
        if not isinstance(given, timedelta) or given < timedelta(0):
            raise InvalidValueError(
                f"the tolerance of {name!r} must be a timedelta of 0 or more, not {shorten(given)}"
            )
    return {name: tolerance[name] // _MICROSECOND // width for name in entries}


def _herds(
    entries: Mapping[str, Schedule],
    tolerances: Mapping[str, int],
    first: int,
    size: int,
    width: int,
) -> list[_Herd]:
    """The entries, those with the least room first, and of these those that run most."""
    names: dict[tuple[Schedule, int], list[str]] = {}
    for name, schedule in entries.items():
        # Beyond the end of the range there is nothing to choose.
        names.setdefault((schedule, min(tolerances[name], size)), []).append(name)
    herds = []
    for (schedule, room), members in names.items():
        runs = _buckets(schedule, first, -room, size, width)
        herds.append(_Herd(room, runs, sorted(members)))
    return sorted(herds, key=lambda herd: (herd.tolerance, -len(herd.runs), herd.names))


def _buckets(schedule: Schedule, first: int, low: int, high: int, width: int) -> array[int]:
    """The buckets in `[low, high)` in which a schedule runs."""
    found = array("q")
    stop = first + high * width
    instant = first + low * width - 1
    with one_question:
        for bucket in refunding(_buckets_after(schedule, instant, first, stop, width)):
            found.append(bucket)
    return found


def _buckets_after(
    schedule: Schedule, instant: int, first: int, stop: int, width: int
) -> Iterator[int]:
    run = schedule._nearest(instant, 1, stop)
    while run is not None and run < stop:
        bucket = (run - first) // width
        yield bucket
        # An entry counts once in a bucket.
        run = schedule._nearest(first + (bucket + 1) * width - 1, 1, stop)


def _peak_before(herds: Iterable[_Herd], size: int) -> int:
    load = array("q", bytes(8 * size))
    for herd in herds:
        for bucket in herd.runs:
            if bucket >= 0:
                load[bucket] += len(herd.names)
    return max(load)


# The lower bound: what every plan must put into a stretch of time, spread evenly.


def _lower_bound(herds: Iterable[_Herd], size: int, before: int) -> int:
    """The least load at which every run, moved by itself, finds room within its tolerance."""
    jobs: dict[int, Counter[int]] = defaultdict(Counter)
    for herd in herds:
        for bucket in herd.runs:
            # What can be moved out of the range, or into it, is not certain to be in it.
            if bucket >= 0 and bucket + herd.tolerance < size:
                jobs[bucket][bucket + herd.tolerance] += len(herd.names)
    releases = [(bucket, sorted(jobs[bucket].items())) for bucket in sorted(jobs)]
    low, high = 0, before if releases else 0
    while low < high:
        # Most often the bound is near the first guess, so the steps are small at first.
        load = min((low + high) // 2, 2 * low)
        if _is_room(releases, size, load):
            high = load
        else:
            low = load + 1
    return low


def _is_room(releases: Releases, size: int, load: int) -> bool:
    """Whether runs find room before their deadlines at a load: always the next deadline first."""
    waiting: list[tuple[int, int]] = []
    # Every bucket has as many places as the load, and they are counted through.
    place = 0
    followings = [bucket * load for bucket, _ in releases[1:]]
    for (bucket, jobs), following in zip(releases, [*followings, size * load], strict=True):
        place = max(place, bucket * load)
        for job in jobs:
            heappush(waiting, job)
        while waiting and place < following:
            deadline, number = heappop(waiting)
            taken = min(number, following - place)
            place += taken
            if place > (deadline + 1) * load:
                return False
            if taken < number:
                heappush(waiting, (deadline, number - taken))
    return not waiting


# The plan.


class _Loads:
    """How many entries run in each bucket."""

    __slots__ = ("_digits", "_every")

    def __init__(self, size: int) -> None:
        self._every = (1 << size) - 1
        self._digits: list[int] = []

    def inside(self, buckets: int) -> int:
        """Those of some buckets that are in the range."""
        return buckets & self._every

    def add(self, buckets: int) -> None:
        """One more in each of some buckets."""
        for place, digit in enumerate(self._digits):
            self._digits[place] = digit ^ buckets
            buckets &= digit
            if not buckets:
                return
        self._digits.append(buckets)

    def full(self, level: int) -> int:
        """The buckets with just this load."""
        found = self._every
        for place in range(max(len(self._digits), level.bit_length())):
            digit = self._digits[place] if place < len(self._digits) else 0
            shared = found & digit
            found = shared if level >> place & 1 else found ^ shared
        return found


def _place(herds: Iterable[_Herd], size: int, level: int) -> tuple[dict[str, int], int]:
    """The offset of every entry in buckets, and the peak they lead to."""
    loads = _Loads(size)
    offsets: dict[str, int] = {}
    for herd in herds:
        # Bit n is bucket n less the tolerance.
        runs = bits_of(bucket + herd.tolerance for bucket in herd.runs)
        full = loads.full(level)
        free = _free(herd, full)
        for name in herd.names:
            while True:
                if not free:
                    level += 1
                    full = loads.full(level)
                    free = _free(herd, full)
                offset = (free & -free).bit_length() - 1
                moved = loads.inside(runs >> herd.tolerance - offset)
                if not moved & full:
                    break
                free &= free - 1
            offsets[name] = offset
            loads.add(moved)
            full = loads.full(level)
    return offsets, level


def _free(herd: _Herd, full: int) -> int:
    """The offsets that move no run into a full bucket; bit n is n buckets."""
    taken = 0
    for bucket in herd.runs:
        taken |= full >> bucket if bucket >= 0 else full << -bucket
    return ~taken & ((1 << herd.tolerance + 1) - 1)
