"""The search: from a wall label to the nearest one that runs, by table look-ups.

General approach. Each field is a table from a value to the nearest allowed value at or beyond it:
forwards at or after, backwards at or before. With minutes 0 and 30, forwards, 12 maps to 30. The
days of a month are such a table too, one for each shape. The search looks at the fields from the
coarsest to the finest. If a value is not allowed, it takes the nearest one beyond, and all finer
fields start from their edge: their first value forwards, their last one backwards. If a field has
nothing beyond, the next coarser field moves on. The search does not step, so it never visits a
month without a run.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, Final, TypeAlias

from duetime.crontabs.fields import CronFields, DayRule
from duetime.crontabs.shapes import month_masks
from duetime.dates.bits import bits_of, values_of
from duetime.dates.gregorian import (
    CYCLE_DAYS,
    CYCLE_YEARS,
    FIRST_YEAR,
    KINDS,
    LAST_YEAR,
    SHAPE,
    SHAPES,
    YEAR_SHAPES,
    cycle_of_months,
    date_of,
    day_number,
)
from duetime.zones import DAY, Step

NONE: Final = 255
"""Nothing allowed at or beyond this value."""

Date: TypeAlias = tuple[int, int, int]
"""Year, month, day."""


@lru_cache(maxsize=65536)
def _nearest(bits: int, size: int, step: Step) -> bytes:
    """For each value below `size`, the nearest one in `bits` at or beyond it.

    One more entry at the end is NONE: forwards it is beyond the last value, and backwards, as
    index -1, before the first one.
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
def _nearest_days(rule: DayRule, step: Step) -> tuple[bytes, ...]:
    """By shape, the days of a month; the entry after the shapes is for a month without days."""
    return *(_nearest(mask, 33, step) for mask in month_masks(rule)), _NO_DAYS


_NO_MONTH: Final = (_NO_DAYS,) * (SHAPES + 1)
_NO_YEAR: Final = bytes([KINDS] + [SHAPES] * 12)


@lru_cache(maxsize=4096)
def _nearest_months(rule: DayRule, months: int, step: Step) -> tuple[bytes, ...]:
    """By kind of year, the months that have a day; the last entry is for a year without runs."""
    masks = month_masks(rule)
    allowed = values_of(months)
    busy = [bits_of(month for month in allowed if masks[shapes[month]]) for shapes in YEAR_SHAPES]
    return *(_nearest(bits, 13, step) for bits in busy), _nearest(0, 13, step)


@lru_cache(maxsize=4096)
def _listed_days(rule: DayRule, step: Step) -> tuple[bytes, ...]:
    """By shape, the days of a month one after another; the last entry is for a month without."""
    return *(_listed(mask, step) for mask in month_masks(rule)), b""


@lru_cache(maxsize=4096)
def _listed_months(months: tuple[bytes, ...], step: Step) -> tuple[bytes, ...]:
    """By kind of year, the months that have a day one after another."""
    return tuple(bytes(sorted({*kind} - {NONE}))[::step] for kind in months)


def _listed(bits: int, step: Step) -> bytes:
    return bytes(values_of(bits))[::step]


def _is_busy(year: int, months: tuple[bytes, ...]) -> bool:
    return any(month != NONE for month in months[SHAPE[year][0]])


@lru_cache(maxsize=4096)
def _distances(months: tuple[bytes, ...], step: Step) -> bytes:
    """By year of the cycle, the distance to the nearest year beyond that has a run; 0 if none."""
    distances = bytearray(CYCLE_YEARS)
    distance = 0
    # Two turns: the first finds what follows the cycle. All kinds of years come within 40 years.
    for year in (*range(CYCLE_YEARS), *range(CYCLE_YEARS))[::-step]:
        distances[year] = distance
        distance = 1 if _is_busy(year, months) else distance + (distance > 0)
    return bytes(distances)


class _ListedYears(dict[int, bytes]):
    """By listed year, the shapes of its months; in any other year no month has days."""

    def __missing__(self, year: int) -> bytes:
        return _NO_YEAR

    def busy(self, months: tuple[bytes, ...]) -> list[int]:
        """The years that have a run in one of `months`, ascending."""
        return [year for year in self if _is_busy(year, months)]


class Timetable:
    """The labels of a crontab, seen in one direction.

    Its tables are public because `Cron.next_run` searches them as well: the same search on
    datetimes, with its calls inlined.
    """

    __slots__ = (
        "_busy_years",
        "_edge_day",
        "_edge_month",
        "_edge_of_day",
        "_fields",
        "_months",
        "_step",
        "days",
        "edge",
        "edge_minute",
        "edge_second",
        "hours",
        "minutes",
        "seconds",
        "shapes",
        "within_minutes",
    )

    # One cycle of the calendar, which all timetables share and the first one makes.
    _cycle: ClassVar[Sequence[tuple[int, int, int]]]
    _month_of_day: ClassVar[Sequence[int]]

    def __init__(self, fields: CronFields, step: Step) -> None:
        self._fields = fields
        self._step: Step = step
        self.seconds = _nearest(fields.second, 60, step)
        self.within_minutes = fields.second != 1
        """Whether it runs at any other second than the first of a minute."""
        self.minutes = _nearest(fields.minute, 60, step)
        self.hours = _nearest(fields.hour, 24, step)
        # The fields of several crontabs joined (`shared`) may have no time of day in common.
        months = fields.month if fields.second and fields.minute and fields.hour else 0
        self._months = _nearest_months(fields.days, months, step)
        days = _nearest_days(fields.days, step)
        self.days = tuple(days if months >> month & 1 else _NO_MONTH for month in range(13))
        """By month, by shape, by day."""
        _share_cycle()
        self.shapes: Sequence[bytes] | _ListedYears = SHAPE
        if fields.year is not None:
            self.shapes = _ListedYears((year, SHAPE[year]) for year in values_of(fields.year))
        # The edges, from which finer fields start.
        first = 0 if step == 1 else -2
        self._edge_month, self._edge_day = (1, 1) if step == 1 else (12, 31)
        self.edge_second = self.seconds[first]
        self.edge_minute = self.minutes[first]
        self.edge = self.hours[first], self.edge_minute, self.edge_second
        hour, minute, second = self.edge
        self._edge_of_day = (hour * 60 + minute) * 60 + second
        # The listed years with a run, or by year of the cycle the distance to the nearest.
        self._busy_years: list[int] | bytes | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle of somebody else's subclass of Cron holds its timetables.
        return timetable, (self._fields, self._step)

    def nearest(self, day: int, second: int) -> int | None:
        """The nearest label at or beyond a second of a day, counted from 1970-01-01.

        None when there is none within years 1 to 9999.
        """
        if 0 <= day < CYCLE_DAYS:
            # `date_of`, without the call and for the one cycle that nearly every question is in.
            year, month, start = self._cycle[self._month_of_day[day]]
            of_month = day - start
        else:
            year, month, of_month = date_of(day)
        days = self.days[month][self.shapes[year][month]]
        if days[of_month] == of_month:
            hour = second // 3600
            if self.hours[hour] == hour:
                second -= hour * 3600
                minute = second // 60
                if self.minutes[minute] == minute:
                    found = self.seconds[second - minute * 60]
                    if found != NONE:
                        return day * DAY + hour * 3600 + minute * 60 + found
                found = self.minutes[minute + self._step]
                if found != NONE:
                    return day * DAY + hour * 3600 + found * 60 + self.edge_second
            found = self.hours[hour + self._step]
            if found != NONE:
                return day * DAY + found * 3600 + self.edge_minute * 60 + self.edge_second
        found = days[of_month + self._step]
        if found != NONE:
            return (day + found - of_month) * DAY + self._edge_of_day
        date = self.date_beyond(year, month)
        return None if date is None else day_number(*date) * DAY + self._edge_of_day

    def date_beyond(self, year: int, month: int) -> Date | None:
        """The nearest day that runs in a month beyond, within years 1 to 9999."""
        shapes = self.shapes[year]
        month = self._months[shapes[0]][month + self._step]
        if month == NONE:
            beyond = self.year_beyond(year)
            if beyond is None:
                return None
            year = beyond
            shapes = SHAPE[year]
            month = self._months[shapes[0]][self._edge_month]
        return year, month, self.days[month][shapes[month]][self._edge_day]

    def year_beyond(self, year: int) -> int | None:
        """The nearest year strictly beyond that has a run, within years 1 to 9999."""
        busy = self._busy_years
        if busy is None:
            shapes = self.shapes
            busy = self._busy_years = (
                shapes.busy(self._months)
                if isinstance(shapes, _ListedYears)
                else _distances(self._months, self._step)
            )
        if isinstance(busy, list):
            place = bisect_right(busy, year) if self._step == 1 else bisect_left(busy, year) - 1
            return busy[place] if 0 <= place < len(busy) else None
        distance = busy[year % CYCLE_YEARS]
        year += self._step * distance
        return year if distance and FIRST_YEAR <= year <= LAST_YEAR else None

    def listed(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """The months that have a day by kind of year, and the days by shape, one after another."""
        return _listed_months(self._months, self._step), _listed_days(self._fields.days, self._step)

    def days_mask(self, year: int, month: int) -> int:
        """The days of a month that run; bit n is day n."""
        shape = self.shapes[year][month]
        if shape == SHAPES or self.days[month] is _NO_MONTH:
            return 0
        return month_masks(self._fields.days)[shape]


@cache
def _share_cycle() -> None:
    """Set what all timetables share: once, since Python looks all attributes up anew after it."""
    Timetable._cycle, Timetable._month_of_day = cycle_of_months()


@lru_cache(maxsize=65536)
def timetable(fields: CronFields, step: Step) -> Timetable:
    """The timetable of `fields`, the same object for equal ones while it is remembered."""
    return Timetable(fields, step)
