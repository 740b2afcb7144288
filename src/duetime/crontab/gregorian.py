"""The calendar as tables: which shape a month has, and which month a day is in.

The *shape* of a month is the weekday of its first day and its length: there are 7 x 4 = 28. The
calendar repeats every 400 years, so one cycle is enough to know them all.
"""

from __future__ import annotations

import sys
from array import array
from datetime import date
from itertools import accumulate
from typing import Final

SHAPES: Final = 28
CYCLE_YEARS: Final = 400
CYCLE_DAYS: Final = 146_097
FIRST_YEAR: Final = 1
LAST_YEAR: Final = 9_999

_LENGTHS: Final = {
    leap: (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31) for leap in (False, True)
}
_CYCLES: Final = LAST_YEAR // CYCLE_YEARS + 1
_LEAPS: Final = [
    year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) for year in range(CYCLE_YEARS)
]
_STARTS: Final = list(
    # Year 0 of the proleptic calendar is a leap year.
    accumulate((365 + leap for leap in _LEAPS), initial=-date(1970, 1, 1).toordinal() - 366)
)[:-1]
_THURSDAY: Final = date(1970, 1, 1).weekday()

YEAR_START: Final = [start + cycle * CYCLE_DAYS for cycle in range(_CYCLES) for start in _STARTS]
"""By year: the day before January 1, in days from 1970-01-01."""

_BEFORE: Final = {
    # One more zero in front, as months count from 1.
    leap: (0, *accumulate(lengths[:-1], initial=0))
    for leap, lengths in _LENGTHS.items()
}
DAYS_BEFORE: Final = [_BEFORE[leap] for leap in _LEAPS] * _CYCLES
"""By year, by month from 1: the days of the year before the month."""

_MONTHS: Final = {
    # One more month in front, as days count from 1.
    leap: bytes([0]) + b"".join(bytes([month]) * days for month, days in enumerate(lengths, 1))
    for leap, lengths in _LENGTHS.items()
}
MONTH_OF_DAY: Final = [_MONTHS[leap] for leap in _LEAPS] * _CYCLES
"""By year, by day of the year from 1: the month."""

_YEAR_SHAPES: Final = {
    (leap, weekday): bytes(
        [SHAPES]
        + [
            (weekday + before) % 7 * 4 + length - 28
            for before, length in zip(_BEFORE[leap][1:], lengths, strict=True)
        ]
    )
    for leap, lengths in _LENGTHS.items()
    for weekday in range(7)
}
SHAPE: Final = [
    _YEAR_SHAPES[leap, (start + 1 + _THURSDAY) % 7]
    for leap, start in zip(_LEAPS, _STARTS, strict=True)
] * _CYCLES
"""By year, by month from 1: the shape, `first_weekday * 4 + length - 28`, Monday 0."""

YEAR_OF_DAY: Final = array(
    "H",
    b"".join(
        year.to_bytes(2, sys.byteorder) * (365 + _LEAPS[year % CYCLE_YEARS])
        for year in range(1970, 1970 + CYCLE_YEARS)
    ),
)
"""By day from 1970-01-01 on, for one cycle: the year."""


def days_in_month(year: int, month: int) -> int:
    """The length of a month."""
    return 28 + SHAPE[year][month] % 4


def date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970-01-01."""
    cycle, of_cycle = divmod(day, CYCLE_DAYS)
    year = YEAR_OF_DAY[of_cycle] + cycle * CYCLE_YEARS
    of_year = day - YEAR_START[year]
    month = MONTH_OF_DAY[year][of_year]
    return year, month, of_year - DAYS_BEFORE[year][month]


def day_number(year: int, month: int, day: int) -> int:
    """The day of a date, counted from 1970-01-01."""
    return YEAR_START[year] + DAYS_BEFORE[year][month] + day
