"""How close two runs get, and whether a job can still be running when the next one starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice, pairwise
from typing import Final

from duetime.algebra.comparison import walk, whole_timeline
from duetime.algebra.sets import union
from duetime.dates.bits import least_distance, lowest
from duetime.dates.gregorian import EVER
from duetime.dates.timeline import SEEN_TOGETHER, Timeline, charge
from duetime.errors import InvalidValueError, shorten
from duetime.immutable import Immutable
from duetime.kinds.interval import MICROSECOND, Grid
from duetime.questions import each_one_question, one_question, refunding
from duetime.schedules import Schedule, end_after
from duetime.zones import DAY, SECOND, to_instant

_WORTH_A_LOOK: Final = 60
"""Days from which on one look at all of them takes less time than one at each run."""

Near = tuple[int, int, int]
"""A distance in seconds, the second of the day of the first of two runs, and the days that have
them as bits."""


@dataclass(frozen=True, slots=True)
class MinGap(Immutable):
    """The smallest distance between two neighbouring runs, and two runs that are so close.

    `gap` is elapsed time; the difference of two datetimes of one zone is not, around a clock
    change.
    """

    gap: timedelta
    first: datetime
    second: datetime


@dataclass(frozen=True, slots=True)
class Overlap(Immutable):
    """A run that starts before the one before it has ended; `by` is how long before."""

    previous: datetime
    run: datetime
    by: timedelta


def min_gap(schedule: Schedule) -> MinGap | None:
    """The smallest distance between two neighbouring runs over all time; None for fewer than two.

    All time is from year 2 to year 9998. The answer is exact, from tables and clock changes:
    nothing is sampled. The pair is the first so close since 1970, or if there is none, the last
    before. It counts what was and what will be: `schedule.within(start)` asks from a time on.

    Raises FloatingScheduleError, and SearchHorizonError where no proof is possible: of suns,
    rules without an end, calendars that are held, `every_nth` and `jittered`, and of types that
    are not duetime's, unless clipped to a range.

    >>> from duetime import cron
    >>> closest = min_gap(cron("0 9-17/4,18 * * *"))
    >>> print(closest.gap, closest.first.time(), closest.second.time())
    1:00:00 17:00:00 18:00:00
    """
    with one_question:
        return _min_gap(schedule)


def _min_gap(schedule: Schedule) -> MinGap | None:
    closest = _closest_of_tables(union(schedule))
    if closest is not None:
        return _shown(schedule, *closest)
    timeline = whole_timeline(schedule)
    if timeline is not None and not timeline.kinds:
        return None
    pairs = list(pairwise(walk(schedule)))
    return _shown(schedule, *min(pairs, key=_rank)) if pairs else None


def _shown(schedule: Schedule, first: int, second: int) -> MinGap:
    zone = schedule._zone
    return MinGap((second - first) * MICROSECOND, zone.show(first), zone.show(second))


def _rank(pair: tuple[int, int]) -> tuple[int, bool, int]:
    first, second = pair
    return second - first, first < 0, abs(first)


def _closest_of_tables(schedule: Schedule) -> tuple[int, int] | None:
    """The closest neighbours of a grid or a timeline; None if they do not show them."""
    if isinstance(schedule, Grid):
        runs = list(islice(walk(schedule, 0), 2))
        return (runs[0], runs[1]) if len(runs) == 2 else None
    timeline = whole_timeline(schedule)
    if timeline is None:
        return None
    pairs = [_pair_of(near, timeline.days) for near in _nearest(timeline)]
    closest = min(pairs, key=_rank, default=None)
    if closest is None or not schedule._repeats:
        return closest
    return closest if closest[1] - closest[0] < SEEN_TOGETHER * DAY * SECOND else None


def _pair_of(near: Near, days: range) -> tuple[int, int]:
    """The first such pair since 1970, or else the last before."""
    distance, second, on = near
    past = max(0, -days.start)
    recent = on >> past
    day = lowest(recent) + past if recent else on.bit_length() - 1
    first = (days.start + day) * DAY + second
    return first * SECOND, (first + distance) * SECOND


def _nearest(timeline: Timeline) -> Iterator[Near]:
    """Pairs of runs of a day, and of different days if these may be nearer."""
    least: int | None = None
    for times, days in timeline.kinds:
        distance = least_distance(times)
        if distance is not None:
            least = distance if least is None else min(least, distance)
            yield distance, lowest(times & times >> distance), days
    apart = least_distance(timeline.busy)
    if apart is None:
        return
    # Two runs of days that are two days further apart are never nearer.
    for number in (apart, apart + 1):
        for near in _across(timeline, number):
            if least is not None and near[0] > least:
                break
            least = near[0]
            yield near


def _across(timeline: Timeline, number: int) -> Iterator[Near]:
    """Last runs of a day and first runs of the day so many days on, the nearest first."""
    lasts: dict[int, int] = {}
    firsts: dict[int, int] = {}
    for times, days in timeline.kinds:
        last, first = times.bit_length() - 1, lowest(times)
        lasts[last] = lasts.get(last, 0) | days
        firsts[first] = firsts.get(first, 0) | days >> number
    charge(len(lasts) * len(firsts), timeline.days)
    distances = [(number * DAY + first - last, last, first) for last in lasts for first in firsts]
    for distance, last, first in sorted(distances):
        days = lasts[last] & firsts[first]
        if days:
            yield distance, last, days


def overlaps(
    schedule: Schedule, duration: timedelta, start: datetime, end: datetime
) -> Iterator[Overlap]:
    """The runs in `[start, end)` that start before the run before them has ended, lazily.

    Every run is taken to start at its nominal time and to last `duration`; the one before may be
    from before `start`. A run that starts as the one before ends does not overlap.

    Raises ScheduleError for a duration that is no timedelta or not longer than zero,
    NaiveDatetimeError and FloatingScheduleError.

    >>> from datetime import UTC
    >>> from duetime import cron
    >>> twice = cron("0,50 9 * * *")
    >>> day = datetime(2026, 1, 5, tzinfo=UTC)
    >>> [overlap.by for overlap in overlaps(twice, timedelta(hours=1), day, day.replace(day=6))]
    [datetime.timedelta(seconds=600)]
    """
    if not isinstance(duration, timedelta) or duration <= timedelta(0):
        raise InvalidValueError(
            f"duration must be a timedelta of more than zero, not {shorten(duration)}"
        )
    first = to_instant(start, "start")
    stop = end_after(first, start, end)
    length = duration // MICROSECOND
    schedule = union(schedule)
    days = range((first - length) // (DAY * SECOND), stop // (DAY * SECOND) + 1)
    if len(days) > _WORTH_A_LOOK and EVER.start <= days.start and days.stop <= EVER.stop:
        with one_question:
            timeline = schedule._timeline(days)
            if timeline is not None and all(
                distance * SECOND >= length for distance, _, _ in _nearest(timeline)
            ):
                return iter(())
    return each_one_question(_overlaps(schedule, length, start, end))


def _overlaps(schedule: Schedule, length: int, start: datetime, end: datetime) -> Iterator[Overlap]:
    show = schedule._zone.show
    first = to_instant(start)
    before = schedule._nearest(first, -1, first - length)
    runs = refunding(to_instant(run) for run in schedule.runs(start, end))
    for previous, run in pairwise(chain(() if before is None else (before,), runs)):
        if run < previous + length:
            yield Overlap(show(previous), show(run), (previous + length - run) * MICROSECOND)
