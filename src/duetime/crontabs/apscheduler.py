"""What APScheduler 3 alone reads: `last`, `2nd mon` and `last fri` as days of the month.

Source: APScheduler 3.11, as its CronTrigger answers. Its `from_crontab` splits a text at each
space, so there `2nd mon` is only a keyword; here it is one field in a text too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    FROM_LAST,
    LAST_OF,
    NTH_OF,
    DayRule,
    Field,
)
from duetime.crontabs.items import TOO_FAR, Item, ItemError, check_step
from duetime.errors import CronSyntaxError, shorten

_FIELDS: Final = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
_POSITIONS: Final = ("1st", "2nd", "3rd", "4th", "5th", "last")
_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_POSITION: Final = rf"(?P<nth>{'|'.join(_POSITIONS)})\s+(?P<day>{'|'.join(_WEEKDAYS)})"
_UNGROUPED: Final = re.sub(r"\?P<\w+>", "?:", _POSITION)
_WORD: Final = rf"(?:(?<![^\s,]){_UNGROUPED}(?![^\s,])|\S)+"
_WEEKDAYS_OF_MONTH: Final = 128
"""In the set of the day of the month, bits from here on are those of a day of the week."""


def split(expression: str) -> Mapping[str, tuple[str, int]]:
    """The text of each field and where it starts."""
    words = list(re.finditer(_WORD, expression, re.IGNORECASE))
    if len(words) != len(_FIELDS):
        text = expression.strip()
        raise CronSyntaxError(
            "apscheduler crontabs have 5 fields (minute hour day-of-month month-of-year"
            f" day-of-week), not {len(words)}",
            expression,
            position=expression.find(text),
            length=len(text),
        )
    return {name: (word[0], word.start()) for name, word in zip(_FIELDS, words, strict=True)}


def compose(texts: Mapping[str, str]) -> str:
    """An expression of the texts of the fields."""
    return " ".join(texts[name] for name in _FIELDS)


def item_bits(item: str, field: Field, draws: object) -> int | None:
    """The bits of `last` and `2nd mon`; None for any other item."""
    if field.name == "day_of_week" and "#" in item:
        reason = f"{shorten(item)[1:-1]} is written as a day of the month here, such as 2nd mon"
        raise ItemError(reason, 0, len(item))
    if field.name != "day_of_month":
        return None
    word = item.lower()
    if word == "last":
        return 1 << FROM_LAST
    if word == "l":
        raise ItemError("the last day of the month is written last here", 0, 1)
    match = re.fullmatch(_POSITION, word)
    if match is None:
        return None
    day, nth = _WEEKDAYS.index(match["day"]), _POSITIONS.index(match["nth"]) + 1
    bit = LAST_OF + day if nth == len(_POSITIONS) else NTH_OF + 8 * nth + day
    return 1 << _WEEKDAYS_OF_MONTH + bit


def check_item(item: Item, field: Field) -> None:
    """Refuse a step past the range, and what APScheduler drops behind a name without a word."""
    check_step(item, item.high - item.low, TOO_FAR)
    ends = [end for end in (item.start, item.end) if end is not None and end != "*"]
    named = [not end.isdigit() for end in ends]
    if any(named) and (item.step is not None or not all(named)):
        step = f"/{shorten(item.step)[1:-1]}" if item.step else ""
        text, numbers = shorten(item.text)[1:-1], f"{item.low}-{item.high}{step}"
        raise ItemError(
            f"APScheduler drops what follows a name, as in {text}: write {numbers}",
            0,
            len(item.text),
        )


def days_of(texts: Mapping[str, str], dates: int, weekdays: int, *, clamp: bool) -> DayRule:
    """The rule of the two day fields: a day must be in both."""
    of_month = dates >> _WEEKDAYS_OF_MONTH
    dates &= (1 << _WEEKDAYS_OF_MONTH) - 1
    if not of_month or dates & EVERY_DAY_OF_MONTH == EVERY_DAY_OF_MONTH:
        return DayRule.of(dates, weekdays, "and", clamp=clamp)
    if dates:
        rule = DayRule.of(dates, of_month, "or", clamp=clamp)
    else:
        rule = DayRule.of(EVERY_DAY_OF_MONTH, of_month, "and", clamp=clamp)
    if weekdays & EVERY_DAY_OF_WEEK == EVERY_DAY_OF_WEEK:
        return rule
    return rule._replace(also=DayRule(EVERY_DAY_OF_MONTH, weekdays, "and"))
