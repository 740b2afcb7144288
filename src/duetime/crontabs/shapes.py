"""Day rules become 28 masks, one for each shape that a month can have.

All of a day rule (day of month, day of week, `L`, `W`, `#`, AND or OR) is settled here, so that
the search meets nothing but a set of days.
"""

from __future__ import annotations

from functools import lru_cache
from operator import and_
from typing import Final

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    FROM_LAST,
    LAST_OF,
    NEAR_DAY,
    NEAR_LAST,
    NTH_OF,
    DayRule,
)
from duetime.dates.gregorian import SHAPES

_SATURDAY: Final = 6


@lru_cache(maxsize=4096)
def month_masks(rule: DayRule) -> tuple[int, ...]:
    """The days that run in a month of each shape; bit n is day n."""
    masks = [_mask(rule, shape // 4, 28 + shape % 4) for shape in range(SHAPES)]
    if rule.also is None:
        return tuple(masks)
    return tuple(map(and_, masks, month_masks(rule.also)))


def _mask(rule: DayRule, first_weekday: int, length: int) -> int:
    by_date = _dates(rule.day_of_month, first_weekday, length, clamp=rule.clamp)
    by_weekday = _weekdays(rule.day_of_week, first_weekday, length)
    return by_date & by_weekday if rule.join == "and" else by_date | by_weekday


def _dates(bits: int, first_weekday: int, length: int, *, clamp: bool) -> int:
    mask = bits & EVERY_DAY_OF_MONTH
    if clamp and mask >> length > 1:
        mask |= 1 << length
    for n in range(31 if bits >> FROM_LAST else 0):
        if bits >> (FROM_LAST + n) & 1 and length > n:
            mask |= 1 << (length - n)
        if bits >> (NEAR_LAST + n) & 1 and length > n:
            mask |= 1 << _nearest_weekday(length - n, first_weekday, length)
        day = n + 1
        if bits >> (NEAR_DAY + day) & 1 and (day <= length or clamp):
            mask |= 1 << _nearest_weekday(min(day, length), first_weekday, length)
    return mask & ((2 << length) - 2)


def _nearest_weekday(day: int, first_weekday: int, length: int) -> int:
    """The nearest day from Monday to Friday that does not leave the month."""
    weekday = (first_weekday + day) % 7
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == 0:
        return day + 1 if day < length else day - 2
    return day


def _weekdays(bits: int, first_weekday: int, length: int) -> int:
    mask = 0
    for day in range(1, length + 1):
        # The tables count weekdays from Monday, cron from Sunday.
        weekday = (first_weekday + day) % 7
        nth = (day - 1) // 7 + 1
        if (
            bits >> weekday & 1
            or bits >> (NTH_OF + 8 * nth + weekday) & 1
            or (day + 7 > length and bits >> (LAST_OF + weekday) & 1)
        ):
            mask |= 1 << day
    return mask
