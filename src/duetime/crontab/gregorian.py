"""The calendar as tables: which shape a month has, and which month a day is in.

A *month* is an int, `year * 12 + month_of_year - 1`. Its *shape* is the weekday of its first day
and its length: there are 7 x 4 = 28. The calendar repeats every 400 years, so one cycle is
enough to know them all.
"""

from __future__ import annotations

import sys
from array import array
from datetime import date
from itertools import accumulate
from typing import Final

SHAPES: Final = 28
MONTHS_OF_CYCLE: Final = 4_800
DAYS_OF_CYCLE: Final = 146_097
FIRST_MONTH: Final = 12
"""January of year 1."""
LAST_MONTH: Final = 9_999 * 12 + 11

CYCLE: Final = 1_970 * 12
"""The month that the day tables start with, January 1970. A day is counted from its first."""


def _length(month: int) -> int:
    year, index = divmod(month, 12)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[index]


_LENGTHS: Final = [_length(month) for month in range(CYCLE, CYCLE + MONTHS_OF_CYCLE)]

FIRST_DAY: Final = list(accumulate(_LENGTHS, initial=0))
"""The first day of each month of the cycle; one more entry for the day after it ends."""

MONTH_OF_DAY: Final = array(
    "H",
    b"".join(
        index.to_bytes(2, sys.byteorder) * length for index, length in enumerate(_LENGTHS)
    ),
)
"""The month, counted from `CYCLE`, that each day of the cycle is in."""

_FIRST_WEEKDAY: Final = date(1970, 1, 1).weekday()
_CYCLE_SHAPES: Final = bytes(
    (day + _FIRST_WEEKDAY) % 7 * 4 + length - 28
    for day, length in zip(FIRST_DAY, _LENGTHS, strict=False)
)
_TURN: Final = MONTHS_OF_CYCLE - CYCLE % MONTHS_OF_CYCLE

SHAPE: Final = (_CYCLE_SHAPES[_TURN:] + _CYCLE_SHAPES[:_TURN]) * (10_000 * 12 // MONTHS_OF_CYCLE)
"""The shape of every month from year 0 to 9999: `first_weekday * 4 + length - 28`, Monday 0."""


def month_of_day(day: int) -> tuple[int, int]:
    """The month and the day of the month of a day counted from 1970-01-01."""
    cycle, day = divmod(day, DAYS_OF_CYCLE)
    index = MONTH_OF_DAY[day]
    return CYCLE + cycle * MONTHS_OF_CYCLE + index, day - FIRST_DAY[index] + 1


def day_of_month(month: int, day: int) -> int:
    """The day, counted from 1970-01-01, of a day of a month."""
    cycle, index = divmod(month - CYCLE, MONTHS_OF_CYCLE)
    return cycle * DAYS_OF_CYCLE + FIRST_DAY[index] + day - 1
