"""What Quartz alone reads and refuses: `/5`, `MONDAY`, a name with a step. Source: its parser."""

from __future__ import annotations

from typing import Final

from duetime.crontabs.fields import Field
from duetime.crontabs.items import Item, ItemError, check_step, step_of
from duetime.dates.bits import every_nth_bit
from duetime.errors import shorten

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_WEEKDAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_FULL_NAMES: Final = {
    "month_of_year": {name: number for number, name in enumerate(_MONTHS, 1)},
    "day_of_week": {name: number for number, name in enumerate(_WEEKDAYS, 1)},
}


def item_bits(item: str, field: Field, draws: object) -> int | None:
    """The bits of a full name, and of a step without a start; None for any other item.

    A full name stands alone: of `MONDAY-FRIDAY` Quartz reads three letters and drops the rest.
    """
    if item.isalpha():
        number = _FULL_NAMES.get(field.name, {}).get(item.lower())
        return None if number is None else field.folded(1 << number)
    if item[:1] != "/":
        return None
    step = step_of(item[1:], 1)
    _check_step(Item(item, "*", None, item[1:], field.first, field.last), field)
    return field.folded(every_nth_bit(field.first, step, field.last + 1))


def check_item(item: Item, field: Field) -> None:
    """Refuse a name with a step, a range of a name and a number, and a step beyond the field."""
    ends = [end for end in (item.start, item.end) if end is not None and end != "*"]
    named = [not end.isdigit() for end in ends]
    numbers = f"{item.low}-{item.high}"
    if any(named) and item.step is not None:
        reason = f"a name takes no step here: write {numbers}/{shorten(item.step)[1:-1]}"
        raise ItemError(reason, 0, len(item.text))
    if any(named) and not all(named):
        reason = f"a range is of two names or of two numbers here: write {numbers}"
        raise ItemError(reason, 0, len(item.text))
    _check_step(item, field)


def _check_step(item: Item, field: Field) -> None:
    given = shorten(item.step or "")[1:-1]
    check_step(item, field.last, f"a step is {field.last} at most here, not {given}")
