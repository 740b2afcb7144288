"""Day rules become 28 masks, one for each shape that a month can have.

A day rule (day of month, day of week, `L`, `W`, `#`, AND or OR) picks the same days in every month
of one shape. So it is worked out once per shape, and the search sees plain sets of days.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import and_
from typing import Final

from duetime.crontabs.fields import EVERY_DAY_OF_MONTH, DayItem, DayRule
from duetime.dates.gregorian import SHAPES

_SATURDAY: Final = 6
_SAME_WEEKDAY: Final = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28
"""A day and those of the same weekday after it in a month."""


@lru_cache(maxsize=4096)
def month_masks(rule: DayRule) -> tuple[int, ...]:
    """The days that run in a month of each shape; bit n is day n."""
    plain = rule.day_of_month & EVERY_DAY_OF_MONTH  # a set already: no need of its items
    modified = [*rule._replace(day_of_month=rule.day_of_month & ~plain).date_items()]
    weekdays = [*rule.weekday_items()]
    masks = []
    for shape in range(SHAPES):
        first_weekday, length = shape // 4, 28 + shape % 4
        by_date = _dates(plain, modified, first_weekday, length, clamp=rule.clamp)
        by_weekday = _weekdays(weekdays, first_weekday, length)
        masks.append(by_date & by_weekday if rule.join == "and" else by_date | by_weekday)
    if rule.also is None:
        return tuple(masks)
    return tuple(map(and_, masks, month_masks(rule.also)))


def _dates(
    plain: int, modified: Sequence[DayItem], first_weekday: int, length: int, *, clamp: bool
) -> int:
    mask = plain
    if clamp and mask >> length > 1:
        mask |= 1 << length
    for kind, number, _ in modified:
        day = number if kind == "near_day" else length - number
        if clamp and kind == "near_day":
            day = min(day, length)
        if 1 <= day <= length:
            if kind != "from_last":
                day = _nearest_weekday(day, first_weekday, length)
            mask |= 1 << day
    return mask & _days_of(length)


def _days_of(length: int) -> int:
    """All days of a month."""
    return (2 << length) - 2


def _nearest_weekday(day: int, first_weekday: int, length: int) -> int:
    """The nearest day from Monday to Friday that does not leave the month."""
    weekday = _weekday(day, first_weekday)
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == 0:
        return day + 1 if day < length else day - 2
    return day


def _weekday(day: int, first_weekday: int) -> int:
    """The weekday of a day, Sunday 0 as in crontabs; shapes count `first_weekday` from Monday."""
    return (first_weekday + day) % 7


def _weekdays(items: Sequence[DayItem], first_weekday: int, length: int) -> int:
    mask = 0
    for kind, weekday, nth in items:
        first = (weekday - _weekday(1, first_weekday)) % 7 + 1
        if kind == "weekday":
            mask |= _SAME_WEEKDAY << first
        elif kind == "last_of":
            mask |= 1 << first + (length - first) // 7 * 7
        else:
            mask |= 1 << first + (nth - 1) * 7
    return mask & _days_of(length)
