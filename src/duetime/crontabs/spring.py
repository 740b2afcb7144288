"""What Spring's CronExpression reads in its own way: weeks from Sunday, `31W` and `L-28`.

Source: Spring Framework 6, its own parser and the facts of its tests. Its weeks go from Monday, 1,
to Sunday, 7; a range from Sunday counts it as 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from duetime.crontabs.fields import EVERY_DAY_OF_WEEK, NEAR_DAY, DayRule, Field
from duetime.crontabs.items import (
    LAST_CERTAIN_DAY,
    FieldError,
    ItemError,
    number_of,
    step_of,
)
from duetime.dates.bits import bits_of
from duetime.errors import shorten

_FROM_SUNDAY: Final = r"(?:0+|7|sun)-(?P<last>\w+)(?:/(?P<step>.*))?|0+/(?P<open>.*)"
_BEFORE_LAST: Final = r"L-(?P<days>\d+)"
_SUNDAY: Final = 7
_LATE_DAYS: Final = 0b1111
"""The 28th to the 31st, of which one is the last of a month."""


def item_bits(item: str, field: Field, draws: object) -> int | None:
    """The bits of weekdays that are counted from Sunday; None for any other item."""
    if field.name == "day_of_week":
        return _days_from_sunday(item, field)
    before = re.fullmatch(_BEFORE_LAST, item, re.ASCII) if field.name == "day_of_month" else None
    if before is not None and not 0 < number_of(before["days"]) < LAST_CERTAIN_DAY:
        reason = f"Spring has L-1 to L-{LAST_CERTAIN_DAY - 1}, as every month has these days"
        raise ItemError(reason, 0, len(item))
    return None


def _days_from_sunday(item: str, field: Field) -> int | None:
    match = re.fullmatch(_FROM_SUNDAY, item, re.ASCII | re.IGNORECASE)
    if match is None:
        return None
    last, name = _SUNDAY, "open"
    if match["open"] is None:
        last, name = field.numbers.get(match["last"].lower(), -1), "step"
        if last < 0:
            known = number_of(match["last"]) if match["last"].isdigit() else _SUNDAY + 1
            if known > _SUNDAY:
                raise ItemError(
                    f"{shorten(match['last'])} is not a day of the week: use 0-7 or mon-sun",
                    match.start("last"),
                    len(match["last"]),
                )
            last = known
        last = 0 if match["last"].strip("0") == "" else last
    step = 1 if match[name] is None else step_of(match[name], match.start(name))
    return bits_of(day % _SUNDAY for day in range(0, last + 1, step))


def days_of(texts: Mapping[str, str], dates: int, weekdays: int, *, clamp: bool) -> DayRule:
    """The rule of the two day fields: a day must be in both.

    Spring does not turn back from a Sunday that is the last of its month: there `31W` is no day.
    """
    rule = DayRule.of(dates, weekdays, "and", clamp=clamp)
    late = (dates >> NEAR_DAY + LAST_CERTAIN_DAY) & _LATE_DAYS
    if not late:
        return rule
    text = texts["day_of_month"]
    if "," in text:
        reason = f"W from {LAST_CERTAIN_DAY} on stands alone in spring, not in a list"
        raise FieldError("day_of_month", reason, 0, len(text))
    day = LAST_CERTAIN_DAY + late.bit_length() - 1
    near = bits_of(range(day - 1, min(day + 1, 31) + 1))
    return rule._replace(also=DayRule(near, EVERY_DAY_OF_WEEK, "and"))
