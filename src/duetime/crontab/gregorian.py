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
_DAYS_BEFORE: Final = {
    # One more zero in front, as months count from 1.
    leap: (0, *accumulate(lengths, initial=0))
    for leap, lengths in _LENGTHS.items()
}


_LEAPS: Final = [
    year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) for year in range(CYCLE_YEARS)
] * (LAST_YEAR // CYCLE_YEARS + 1)

YEAR_START: Final = list(
    # Year 0 of the proleptic calendar is a leap year.
    accumulate((365 + leap for leap in _LEAPS), initial=-date(1970, 1, 1).toordinal() - 366)
)
"""By year: the day before January 1, in days from 1970-01-01."""

DAYS_BEFORE: Final = [_DAYS_BEFORE[leap] for leap in _LEAPS]
"""By year, by month from 1: the days of the year before the month."""


def _shapes(leap: bool, weekday: int) -> bytes:
    firsts = [(weekday + before) % 7 for before in _DAYS_BEFORE[leap][1:]]
    return bytes(
        [SHAPES]
        + [
            first * 4 + length - 28
            for first, length in zip(firsts, _LENGTHS[leap], strict=False)
        ]
    )


_YEAR_SHAPES: Final = {
    (leap, weekday): _shapes(leap, weekday) for leap in (False, True) for weekday in range(7)
}
_THURSDAY: Final = date(1970, 1, 1).weekday()

SHAPE: Final = [
    _YEAR_SHAPES[leap, (start + 1 + _THURSDAY) % 7]
    for leap, start in zip(_LEAPS, YEAR_START, strict=False)
]
"""By year, by month from 1: the shape, `first_weekday * 4 + length - 28`, Monday 0."""

MONTHS: Final = [
    (year, month, YEAR_START[year] + DAYS_BEFORE[year][month])
    for year in range(1970, 1970 + CYCLE_YEARS)
    for month in range(1, 13)
]
"""The months of the cycle from 1970 on: year, month, and the day before the first of the month."""

MONTH_OF_DAY: Final = array(
    "H",
    b"".join(
        index.to_bytes(2, sys.byteorder) * length
        for index, length in enumerate(
            length for year in range(1970, 1970 + CYCLE_YEARS) for length in _LENGTHS[_LEAPS[year]]
        )
    ),
)
"""For each day from 1970-01-01 on, the index of its month in `MONTHS`."""


def days_in_month(year: int, month: int) -> int:
    return 28 + SHAPE[year][month] % 4


def date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970-01-01."""
    cycle, day = divmod(day, CYCLE_DAYS)
    year, month, before = MONTHS[MONTH_OF_DAY[day]]
    return year + cycle * CYCLE_YEARS, month, day - before


def day_number(year: int, month: int, day: int) -> int:
    """The day of a date, counted from 1970-01-01."""
    return YEAR_START[year] + DAYS_BEFORE[year][month] + day
