"""Timelines of wall labels: which seconds of which days of UTC they name.

Far from clock changes a day of UTC is the end of one local day and the beginning of the next.
Near one, the labels of the days around it are laid on the stretches of constant offset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial, reduce
from itertools import chain
from operator import or_
from typing import Final

from duetime.dates.bits import bits_of, moved
from duetime.dates.timeline import (
    ALL_DAY,
    Kinds,
    Timeline,
    ZoneDays,
    charge,
    joined,
    joined_all,
    timeline_of,
    zone_days,
)
from duetime.questions import spend
from duetime.zones import DAY, DstPolicy, Stretch, Zone

_NEAR: Final = 3
"""Days between a day of UTC and the farthest local day with a label that can run on it."""
_DAYS_A_SEARCH: Final = 2_000
"""So many days cost as much as one search of a composition."""
_CHANGES_A_SEARCH: Final = 20
"""So many days in reach of a clock change do, for each kind of days."""


def label_timeline(
    labels_of: Callable[[range], Kinds | None], policy: DstPolicy, zone: Zone, days: range
) -> Timeline | None:
    """The timeline of the labels that local days have, as `WallSchedule.labels_of` tells them.

    None when they are not known, or the zone may change as it likes.
    """
    kinds = labels_of(range(days.start - _NEAR, days.stop + _NEAR))
    seen = zone_days(zone, days)
    if kinds is None or seen is None:
        return None
    changing = sum(len(on) for _, on in seen.changing)
    spend(len(days) // _DAYS_A_SEARCH)
    lines = [
        timeline_of(
            days,
            chain(
                _quiet_kinds(times, busy, seen), _changing_kinds(policy, times, busy, seen, days)
            ),
        )
        for times, busy in _charged(kinds, changing // _CHANGES_A_SEARCH)
    ]
    return reduce(partial(joined, operate=or_), lines, Timeline(days, ()))


def _charged(kinds: Kinds, units: int) -> Kinds:
    """The kinds, each of which costs so many units of the question's budget."""
    for kind in kinds:
        spend(1 + units)
        yield kind


def labels_shown(timeline: Timeline, zone: Zone) -> Timeline | None:
    """The wall labels of some runs, by local day; of the first and last day not all are there.

    None when kinds get too many, or the zone may change as it likes.
    """
    seen = zone_days(zone, timeline.days)
    if seen is None:
        return None
    first = timeline.days.start
    changing = [(near, bits_of(day - first for day in on)) for near, on in seen.changing]
    charge(len(timeline.kinds) * (len(seen.quiet) + len(changing)), timeline.days)
    by_label: dict[int, int] = {}
    for times, busy in timeline.kinds:
        for labels, on in _labels_shown(times, busy, seen.quiet, changing):
            by_label[labels] = by_label.get(labels, 0) | on
    parts = (timeline_of(timeline.days, [kind]) for kind in by_label.items())
    return joined_all((Timeline(timeline.days, ()), *parts), or_)


def _labels_shown(
    times: int, busy: int, quiet: Kinds, changing: list[tuple[tuple[Stretch, ...], int]]
) -> Kinds:
    for offset, days in quiet:
        yield from _shown_at(offset, times, busy & days)
    for stretches, days in changing:
        on = days & busy
        for stretch in stretches if on else ():
            low, high = max(0, stretch.start), min(DAY, stretch.end)
            yield from _shown_at(stretch.offset, times & (1 << high) - (1 << low), on)


def _shown_at(offset: int, times: int, busy: int) -> Kinds:
    """The labels of seconds of UTC under an offset, by local day."""
    shift, begin = divmod(offset, DAY)
    yield times << begin & ALL_DAY, moved(busy, shift)
    yield times >> (DAY - begin), moved(busy, shift + 1)


def _quiet_kinds(times: int, busy: int, seen: ZoneDays) -> Kinds:
    """The seconds and the days on which labels and instants differ by one number."""
    for offset, quiet in seen.quiet:
        # A day of UTC begins on one local day, so many seconds into it, and ends on the next.
        shift, begin = divmod(offset, DAY)
        one, other = busy >> _NEAR + shift, busy >> _NEAR + shift + 1
        before, after = times >> begin, times << (DAY - begin) & ALL_DAY
        yield before | after, quiet & one & other
        yield before, quiet & one & ~other
        yield after, quiet & other & ~one


def _changing_kinds(policy: DstPolicy, times: int, busy: int, seen: ZoneDays, days: range) -> Kinds:
    """The seconds and the days on which a clock change is in reach."""
    size = len(days)
    flags = bin(busy)[:1:-1].ljust(size + 2 * _NEAR, "0")
    for stretches, changing in seen.changing:
        by_flags: dict[str, bytearray] = defaultdict(partial(bytearray, size // 8 + 1))
        for day in changing:
            place = day - days.start
            near = flags[place : place + 2 * _NEAR + 1]
            by_flags[near][place >> 3] |= 1 << (place & 7)
        for near, on in by_flags.items():
            labels = sum(times << n * DAY for n, flag in enumerate(near) if flag == "1")
            yield _seconds_of(policy, labels, stretches), int.from_bytes(on, "little")


def _seconds_of(policy: DstPolicy, labels: int, stretches: tuple[Stretch, ...]) -> int:
    """The seconds of a day of UTC that labels of the days near it name.

    The stretches are those that meet the day, in seconds from its start.
    """
    gap = policy.gap
    seconds = 0
    for stretch in stretches:
        seconds |= _named(labels, *policy.own_labels(stretch), stretch.offset)
        if stretch.is_gap and gap != "skip":
            lost = stretch.start + stretch.before, stretch.start + stretch.offset
            if gap == "shift":
                seconds |= _named(labels, *lost, stretch.before)
            elif 0 <= stretch.start < DAY and _between(labels, *lost):
                seconds |= 1 << stretch.start
    return seconds


def _between(labels: int, low: int, high: int) -> int:
    """The labels of `[low, high)`, the first as bit 0."""
    return labels >> (low + _NEAR * DAY) & ((1 << max(0, high - low)) - 1)


def _named(labels: int, low: int, high: int, offset: int) -> int:
    """The seconds of a day of UTC that the labels of `[low, high)` name under an offset."""
    low, high = max(low, offset), min(high, DAY + offset)
    return _between(labels, low, high) << max(0, low - offset)
