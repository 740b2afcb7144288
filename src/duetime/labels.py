"""Timelines of wall labels: which seconds of which days of UTC they name.

Far from clock changes a day of UTC is the end of one local day and the beginning of the next.
Near one, the labels of the days around it are laid on the stretches of constant offset.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import chain
from typing import Final

from duetime.civil import WallSchedule, times_of_day
from duetime.timeline import ALL_DAY, Kinds, Timeline, ZoneDays, timeline_of, zone_days
from duetime.zones import DAY, Stretch

_NEAR: Final = 3
"""Days between a day of UTC and the farthest local day with a label that can run on it."""


def label_timeline(schedule: WallSchedule, days: range) -> Timeline | None:
    """The timeline of a schedule that knows its times of day and its local days; else None."""
    clock = schedule.clock
    busy = schedule.busy_days(range(days.start - _NEAR, days.stop + _NEAR))
    seen = zone_days(schedule.zone, days)
    if clock is None or busy is None or seen is None:
        return None
    times = times_of_day(clock, 0)
    return timeline_of(
        days,
        chain(_quiet_kinds(times, busy, seen), _changing_kinds(schedule, times, busy, seen, days)),
    )


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


def _changing_kinds(
    schedule: WallSchedule, times: int, busy: int, seen: ZoneDays, days: range
) -> Kinds:
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
            yield _seconds_of(schedule, labels, stretches), int.from_bytes(on, "little")


def _seconds_of(schedule: WallSchedule, labels: int, stretches: tuple[Stretch, ...]) -> int:
    """The seconds of a day of UTC that labels of the days near it name.

    The stretches are those that meet the day, in seconds from its start.
    """
    gap = schedule.policy.gap
    seconds = 0
    for stretch in stretches:
        seconds |= _named(labels, *schedule.own_labels(stretch), stretch.offset)
        if stretch.before < stretch.offset and gap != "skip":
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
