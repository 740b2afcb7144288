"""The search: from a wall label to the nearest one that runs, by table look-ups.

General approach. Each field is a table that maps a value to the nearest allowed value at or
beyond it: forwards at or after, backwards at or before. A month is such a table too, the one of
its shape. The search asks from the coarsest field to the finest whether the given value is
allowed; where one is not, the nearest beyond it is taken and all finer fields start afresh from
their edge. When a field has nothing beyond, the next coarser one moves on. Nothing is stepped
through: a month without a run is not visited.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from duetime.crontab.fields import CronFields, DayRule
from duetime.crontab.gregorian import CYCLE_YEARS, FIRST_YEAR, LAST_YEAR, SHAPE, SHAPES
from duetime.crontab.shapes import month_masks

NONE: Final = 255
"""Nothing allowed at or beyond this value."""

Label: TypeAlias = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute, second."""


@lru_cache(maxsize=65536)
def _nearest(bits: int, size: int, step: Literal[1, -1]) -> bytes:
    """For each value below `size`, the nearest one in `bits` at or beyond it.

    The entry after the last is NONE. Forwards that is what stands beyond the last value;
    backwards, as index -1, what stands before the first.
    """
    table = bytearray(size + 1)
    nearest = NONE
    for value in range(size)[::-step]:
        if bits >> value & 1:
            nearest = value
        table[value] = nearest
    table[size] = NONE
    return bytes(table)


_NO_DAYS: Final = _nearest(0, 33, 1)


@lru_cache(maxsize=4096)
def _nearest_days(rule: DayRule, step: Literal[1, -1]) -> tuple[bytes, ...]:
    """By shape, the days of a month; after the shapes, those of a month that is left out."""
    return *(_nearest(mask, 33, step) for mask in month_masks(rule)), _NO_DAYS


_NO_MONTH: Final = (_NO_DAYS,) * (SHAPES + 1)
_NO_YEAR: Final = bytes([SHAPES]) * 13
_CYCLE_MONTHS: Final = CYCLE_YEARS * 12
_FAR: Final = (LAST_YEAR + 1) * 12
"""Months that lead out of the calendar."""


class _ListedYears(dict[int, bytes]):
    """The shapes of the months of some years; in any other year no month has days."""

    def __missing__(self, year: int) -> bytes:
        return _NO_YEAR


class Timetable:
    """The labels of a crontab, seen in one direction."""

    __slots__ = (
        "_busy",
        "_days",
        "_edge",
        "_edge_day",
        "_edge_minute",
        "_edge_second",
        "_hours",
        "_minutes",
        "_rule",
        "_seconds",
        "_shapes",
        "_step",
    )

    def __init__(self, fields: CronFields, step: Literal[1, -1]) -> None:
        self._rule = fields.days
        self._step: Literal[1, -1] = step
        self._seconds = _nearest(fields.second, 60, step)
        self._minutes = _nearest(fields.minute, 60, step)
        self._hours = _nearest(fields.hour, 24, step)
        # Joined crontabs may have no time of day in common.
        months = fields.month if fields.second and fields.minute and fields.hour else 0
        days = _nearest_days(fields.days, step)
        self._days = tuple(days if months >> month & 1 else _NO_MONTH for month in range(13))
        self._shapes: Sequence[bytes] | _ListedYears = SHAPE
        if fields.year is not None:
            listed = (year for year in range(10_000) if fields.year >> year & 1)
            self._shapes = _ListedYears((year, SHAPE[year]) for year in listed)
        first = 0 if step == 1 else -2
        self._edge_day = 1 if step == 1 else 31
        self._edge_second = self._seconds[first]
        self._edge_minute = self._minutes[first]
        self._edge = self._hours[first], self._edge_minute, self._edge_second
        self._busy: list[int] | None = None

    def search(
        self, year: int, month: int, day: int, hour: int, minute: int, second: int
    ) -> Label | None:
        """The nearest label at or beyond the given one; None when there is none.

        `second` may be one beyond its range, 60 or -1, to ask for what is strictly beyond.
        """
        step = self._step
        days = self._days[month][self._shapes[year][month]]
        if days[day] == day:
            if self._hours[hour] == hour:
                if self._minutes[minute] == minute:
                    found = self._seconds[second]
                    if found != NONE:
                        return year, month, day, hour, minute, found
                found = self._minutes[minute + step]
                if found != NONE:
                    return year, month, day, hour, found, self._edge_second
            found = self._hours[hour + step]
            if found != NONE:
                return year, month, day, found, self._edge_minute, self._edge_second
        found = days[day + step]
        if found == NONE:
            beyond = self._month_beyond(year, month)
            if beyond is None:
                return None
            year, month = beyond
            found = self._days[month][self._shapes[year][month]][self._edge_day]
        return year, month, found, *self._edge

    def days_mask(self, year: int, month: int) -> int:
        """The days of a month that run; bit n is day n."""
        shape = self._shapes[year][month]
        if shape == SHAPES or self._days[month] is _NO_MONTH:
            return 0
        return month_masks(self._rule)[shape]

    def _month_beyond(self, year: int, month: int) -> tuple[int, int] | None:
        """The nearest month strictly beyond that has a run, within years 1 to 9999."""
        month += self._step
        if not 1 <= month <= 12:
            year += self._step
            month -= 12 * self._step
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        if self._days[month][self._shapes[year][month]][self._edge_day] == NONE:
            if self._busy is None:
                self._busy = self._busy_months()
            if not self._busy:
                return None
            year, index = divmod(self._pick(self._busy, year * 12 + month - 1), 12)
            month = index + 1
        return (year, month) if FIRST_YEAR <= year <= LAST_YEAR else None

    def _pick(self, busy: list[int], month: int) -> int:
        """The nearest busy month at or beyond `month`, counted from January of year 0."""
        listed = isinstance(self._shapes, _ListedYears)
        turn = _FAR if listed else _CYCLE_MONTHS
        start = 0 if listed else month - month % _CYCLE_MONTHS
        if self._step == 1:
            index = bisect_left(busy, month - start)
            return start + (busy[index] if index < len(busy) else busy[0] + turn)
        index = bisect_right(busy, month - start)
        return start + (busy[index - 1] if index else busy[-1] - turn)

    def _busy_months(self) -> list[int]:
        """The months with a run: of one cycle of 400 years, or of the years that are listed."""
        listed = self._shapes
        years = sorted(listed) if isinstance(listed, _ListedYears) else range(CYCLE_YEARS)
        return [
            year * 12 + month - 1
            for year in years
            for month in range(1, 13)
            if self._days[month] is not _NO_MONTH
            and self._days[month][SHAPE[year][month]][self._edge_day] != NONE
        ]


@lru_cache(maxsize=65536)
def timetable(fields: CronFields, step: Literal[1, -1]) -> Timetable:
    """The timetable of `fields`, the same object for equal ones while it is remembered."""
    return Timetable(fields, step)
