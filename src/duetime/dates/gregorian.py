"""The calendar as tables: which shape a month has, and which month a day is in.

The *shape* of a month is the weekday of its first day and its length: there are 7 x 4 = 28. The
calendar repeats every 400 years, so one cycle is enough to know them all.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Final

SHAPES: Final = 28
CYCLE_YEARS: Final = 400
CYCLE_DAYS: Final = 146_097
SHAPED_YEARS: Final = 41
"""More than it takes, in any century, until each of the 14 years a calendar can show was."""
FIRST_YEAR: Final = 1
LAST_YEAR: Final = 9_999

_LENGTHS: Final = {
    leap: (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31) for leap in (False, True)
}
_CYCLES: Final = LAST_YEAR // CYCLE_YEARS + 1
_LEAPS: Final = [
    year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) for year in range(CYCLE_YEARS)
]
_EPOCH: Final = date(1970, 1, 1)

# These are made at import, so the long ones come from `itertools` and repetition.

YEAR_START: Final = list(
    # Year 0 of the proleptic calendar is a leap year.
    accumulate([365 + leap for leap in _LEAPS] * _CYCLES, initial=-_EPOCH.toordinal() - 366)
)
"""By year: the day before January 1, in days from 1970-01-01."""

_BEFORE: Final = {
    # One more zero in front, as months count from 1.
    leap: (0, *accumulate(lengths[:-1], initial=0))
    for leap, lengths in _LENGTHS.items()
}
DAYS_BEFORE: Final = [_BEFORE[leap] for leap in _LEAPS] * _CYCLES
"""By year, by month from 1: the days of the year before the month."""

YEAR_SHAPES: Final = tuple(
    bytes(
        [weekday * 2 + leap]
        + [
            (weekday + before) % 7 * 4 + length - 28
            for before, length in zip(_BEFORE[leap][1:], _LENGTHS[leap], strict=True)
        ]
    )
    for weekday in range(7)
    for leap in (False, True)
)
"""The 14 kinds of years. By month from 1: the shape, `first_weekday * 4 + length - 28`, Monday 0.

Where month 0 would be stands the number of the kind.
"""
KINDS: Final = len(YEAR_SHAPES)

SHAPE: Final = [
    YEAR_SHAPES[(YEAR_START[year] + 1 + _EPOCH.weekday()) % 7 * 2 + leap]
    for year, leap in enumerate(_LEAPS)
] * _CYCLES
"""By year: the shapes of its months."""


@cache
def cycle_of_months() -> tuple[Sequence[tuple[int, int, int]], Sequence[int]]:
    """One cycle from January 1970, made with the first search.

    Its months, each as the year, the month and the day before it from 1970-01-01; and by day from
    1970-01-01, the place of its month among these.
    """
    years = range(_EPOCH.year, _EPOCH.year + CYCLE_YEARS)
    lengths = [length for year in years for length in _LENGTHS[_LEAPS[year % CYCLE_YEARS]]]
    months = zip(
        [year for year in years for _ in range(12)],
        [*range(1, 13)] * CYCLE_YEARS,
        accumulate(lengths[:-1], initial=-1),
        strict=True,
    )
    places = b"".join(
        [place.to_bytes(2, sys.byteorder) * length for place, length in enumerate(lengths)]
    )
    return list(months), memoryview(places).cast("H")


def days_in_month(year: int, month: int) -> int:
    """The length of a month."""
    return 28 + SHAPE[year][month] % 4


def date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970-01-01."""
    cycle, of_cycle = divmod(day, CYCLE_DAYS)
    months, month_of_day = cycle_of_months()
    year, month, start = months[month_of_day[of_cycle]]
    return year + cycle * CYCLE_YEARS, month, of_cycle - start


def day_number(year: int, month: int, day: int) -> int:
    """The day of a date, counted from 1970-01-01."""
    return YEAR_START[year] + DAYS_BEFORE[year][month] + day


EVER: Final = range(day_number(2, 1, 1), day_number(9999, 1, 1))
"""The days of all time, from 1970-01-01. What a zone can show of the years 1 and 9999 depends on
its offset, so they are left out."""
