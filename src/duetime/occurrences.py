"""The wall labels of one RFC 5545 rule, as tables of days and of times of day.

The BYxxx parts say which days of a year a rule may pick. `dateutil.rrule` answers that once for
each shape a year can have, and the answer is a bit set; which of those days INTERVAL reaches is
arithmetic from DTSTART, and so are the times on a day. A search looks for the next bit, so it
costs the same however long ago DTSTART is, and the end of the calendar proves that there is none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from itertools import product
from math import gcd
from typing import Final, NamedTuple

from duetime.crontab.gregorian import (
    DAYS_BEFORE,
    FIRST_YEAR,
    LAST_YEAR,
    YEAR_START,
    date_of,
    is_leap,
)
from duetime.icalendar import (
    DAILY,
    HOURLY,
    MINUTELY,
    MONTHLY,
    SECONDLY,
    WEEKLY,
    YEARLY,
    Rule,
    weekday_of,
)
from duetime.zones import DAY, FIRST_LABEL, LAST_LABEL

_SLOT: Final = {HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1}
_YEAR_BITS: Final = 366
_WHOLE_YEAR: Final = {leap: (1 << 365 + leap) - 1 for leap in (False, True)}
_REMEMBERED_YEARS: Final = 1_024
_REMEMBERED_GRIDS: Final = 8
_LAST_DAY: Final = LAST_LABEL // DAY


class Page(NamedTuple):
    """The days of a year that the BYxxx parts pick, as bits from January 1."""

    days: int
    times: dict[int, tuple[int, ...]] | None
    """By day of the year: its seconds of day, where BYSETPOS makes them differ."""


class Cycle:
    """Days that come round: those whose number leaves one of some remainders after division."""

    __slots__ = ("_length", "_pattern", "_remainders")

    def __init__(self, length: int, remainders: set[int]) -> None:
        self._length = length
        self._remainders = sorted(remainders)
        self._pattern: int | None = None
        if length <= _YEAR_BITS:
            once = sum(1 << remainder for remainder in remainders)
            self._pattern = sum(once << start for start in range(0, 2 * _YEAR_BITS, length))

    def bits(self, first: int) -> int:
        """The days from `first` on that belong, as bits: those of at least a year."""
        shift = first % self._length
        if self._pattern is not None:
            return self._pattern >> shift
        remainders = self._remainders
        bits = 0
        for low, base in ((shift, shift), (0, shift - self._length)):
            for index in range(bisect_left(remainders, low), len(remainders)):
                distance = remainders[index] - base
                if distance >= _YEAR_BITS:
                    break
                bits |= 1 << distance
        return bits


class Occurrences:
    """The wall labels of a rule, from its DTSTART to `last` at most."""

    def __init__(self, rule: Rule, last: int | None = None) -> None:
        self._rule = rule
        self._start = rule.start
        self._first_day = rule.start // DAY
        self._first_year = date_of(self._first_day)[0]
        self._bases: dict[tuple[bool, int, bool], int] = {}
        self._pages: dict[int, Page] = {}
        self._years: dict[int, int] = {}
        self._grids: dict[int, int] = {}
        # From this day on nothing is picked; every search that found nothing brings it nearer.
        self._barren = _LAST_DAY + 1

        # A day has slots (hours, minutes or seconds; in the coarser frequencies itself) and a
        # slot has times, which are the same in every slot.
        times = product(rule.hours or (0,), rule.minutes or (0,), rule.seconds or (0,))
        self._width = _SLOT.get(rule.frequency, DAY)
        self._slots = DAY // self._width
        inner = sorted({((h * 60 + m) * 60 + s) % self._width for h, m, s in times})
        if rule.positions and rule.frequency >= DAILY:
            inner = [inner[index] for index in _positions(rule.positions, len(inner))]
        self._times = tuple(inner)
        self._open = _open_slots(rule)
        self._open_bits = _bits(self._open)

        # INTERVAL counts slots from the one that DTSTART is in, and in the coarser frequencies
        # weeks, months or years.
        self._anchor = rule.start // self._width
        self._steady = rule.frequency <= DAILY or rule.interval == 1
        self._cycle = self._day_cycle()

        self._last = min(last if last is not None else LAST_LABEL, LAST_LABEL)
        if rule.until is not None:
            self._last = min(self._last, rule.until)
        if rule.count is not None:
            self._last = min(self._last, self._label_number(rule.count))

    # Labels.

    def label_from(self, label: int) -> int | None:
        """The first label at or after `label`, None when there is none."""
        label = max(label, self._start)
        if label > self._last:
            return None
        day, second = divmod(label, DAY)
        picked = self._day_from(day)
        if picked is None:
            return None
        found = self._time_from(day, second) if picked == day else self._time_from(picked, 0)
        if found is None:
            picked = self._day_from(day + 1)
            if picked is None:
                return None
            found = self._time_from(picked, 0)
        label = picked * DAY + found
        return label if label <= self._last else None

    def label_upto(self, label: int) -> int | None:
        """The last label at or before `label`, None when there is none."""
        label = min(label, self._last)
        if label < self._start:
            return None
        day, second = divmod(label, DAY)
        picked = self._day_upto(day)
        if picked is None:
            return None
        found = self._time_upto(day, second) if picked == day else self._time_upto(picked, DAY - 1)
        if found is None:
            picked = self._day_upto(day - 1)
            if picked is None:
                return None
            found = self._time_upto(picked, DAY - 1)
        label = picked * DAY + found
        return label if label >= self._start else None
