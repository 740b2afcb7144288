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
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from duetime.crontab.fields import EVERY_MONTH, CronFields, DayRule
from duetime.crontab.gregorian import FIRST_MONTH, LAST_MONTH, MONTHS_OF_CYCLE, SHAPE
from duetime.crontab.shapes import month_masks

NONE: Final = 255
"""Nothing allowed at or beyond this value."""

Label: TypeAlias = tuple[int, int, int, int, int]
"""Month (`year * 12 + month_of_year - 1`), day, hour, minute, second."""


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


@lru_cache(maxsize=1024)
def _nearest_days(rule: DayRule, step: Literal[1, -1]) -> tuple[bytes, ...]:
    return tuple(_nearest(mask, 33, step) for mask in month_masks(rule))


_NO_DAYS: Final = _nearest(0, 33, 1)


class Timetable:
    """The labels of a crontab, seen in one direction."""

    __slots__ = (
        "_busy",
        "_days",
        "_edge",
        "_edge_day",
        "_edge_minute",
        "_edge_second",
        "_every_month",
        "_hours",
        "_masks",
        "_minutes",
        "_months",
        "_seconds",
        "_step",
        "_years",
    )

    def __init__(self, fields: CronFields, step: Literal[1, -1]) -> None:
        self._step: Literal[1, -1] = step
        self._seconds = _nearest(fields.second, 60, step)
        self._minutes = _nearest(fields.minute, 60, step)
        self._hours = _nearest(fields.hour, 24, step)
        self._days = _nearest_days(fields.days, step)
        self._masks = month_masks(fields.days)
        self._months = fields.month
        self._years = fields.year
        self._every_month = fields.month == EVERY_MONTH and fields.year is None
        first = 0 if step == 1 else -2
        self._edge_day = 1 if step == 1 else 31
        self._edge_second = self._seconds[first]
        self._edge_minute = self._minutes[first]
        self._edge = self._hours[first], self._edge_minute, self._edge_second
        self._busy: list[int] | None = None

    def search(self, month: int, day: int, hour: int, minute: int, second: int) -> Label | None:
        """The nearest label at or beyond the given one; None when there is none.

        `second` may be one beyond its range, 60 or -1, to ask for what is strictly beyond.
        """
        step = self._step
        days = self._days[SHAPE[month]] if self._every_month else self._days_of(month)
        if days[day] == day:
            if self._hours[hour] == hour:
                if self._minutes[minute] == minute:
                    found = self._seconds[second]
                    if found != NONE:
                        return month, day, hour, minute, found
                found = self._minutes[minute + step]
                if found != NONE:
                    return month, day, hour, found, self._edge_second
            found = self._hours[hour + step]
            if found != NONE:
                return month, day, found, self._edge_minute, self._edge_second
        found = days[day + step]
        if found == NONE:
            beyond = self._month_beyond(month)
            if beyond is None:
                return None
            month = beyond
            found = self._days_of(month)[self._edge_day]
        return month, found, *self._edge

    def days_mask(self, month: int) -> int:
        """The days of a month that run; bit n is day n."""
        return self._masks[SHAPE[month]] if self._days_of(month) is not _NO_DAYS else 0

    def _days_of(self, month: int) -> bytes:
        year, index = divmod(month, 12)
        if self._months >> (index + 1) & 1 and (self._years is None or self._years >> year & 1):
            return self._days[SHAPE[month]]
        return _NO_DAYS

    def _month_beyond(self, month: int) -> int | None:
        """The nearest month strictly beyond that has a run, within years 1 to 9999."""
        month += self._step
        if not FIRST_MONTH <= month <= LAST_MONTH:
            return None
        if self._days_of(month)[self._edge_day] != NONE:
            return month
        if self._busy is None:
            self._busy = self._busy_months()
        busy = self._busy
        if not busy:
            return None
        if self._years is None:
            start = month - month % MONTHS_OF_CYCLE
            beyond = start + self._pick(busy, month - start, MONTHS_OF_CYCLE)
        else:
            beyond = self._pick(busy, month, LAST_MONTH + MONTHS_OF_CYCLE)
        return beyond if FIRST_MONTH <= beyond <= LAST_MONTH else None

    def _pick(self, busy: list[int], month: int, turn: int) -> int:
        """The first entry beyond `month`; the far end of the list, moved by `turn`, if none is."""
        if self._step == 1:
            index = bisect_right(busy, month)
            return busy[index] if index < len(busy) else busy[0] + turn
        index = bisect_left(busy, month)
        return busy[index - 1] if index else busy[-1] - turn

    def _busy_months(self) -> list[int]:
        """The months with a run: of one cycle of 400 years, or of the years that are listed."""
        listed = self._years
        years = (
            range(MONTHS_OF_CYCLE // 12)
            if listed is None
            else [year for year in range(listed.bit_length()) if listed >> year & 1]
        )
        months = [index for index in range(12) if self._months >> (index + 1) & 1]
        return [
            year * 12 + index
            for year in years
            for index in months
            if self._days[SHAPE[year * 12 + index]][self._edge_day] != NONE
        ]


@lru_cache(maxsize=65536)
def timetable(fields: CronFields, step: Literal[1, -1]) -> Timetable:
    """The timetable of `fields`, the same object for equal ones while it is remembered."""
    return Timetable(fields, step)
