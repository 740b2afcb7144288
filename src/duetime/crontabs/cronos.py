"""What Cronos alone refuses. Source: its parser, and the facts of its own tests."""

from __future__ import annotations

from duetime.crontabs.fields import Field
from duetime.crontabs.items import Item, ItemError, check_step, step_of
from duetime.errors import shorten


def check_item(item: Item, field: Field) -> None:
    """Refuse a step beyond the field, and a week from 7 with a step."""
    given = shorten(item.step or "")[1:-1]
    check_step(item, field.last, f"a step is {field.last} at most here, not {given}")
    if field.turn < field.size and item.step is not None and item.high < item.low == field.last:
        step = step_of(item.step, item.step_start)
        if step > 1:
            reason = f"Cronos leaves out the Sunday of {shorten(item.text)[1:-1]}"
            raise ItemError(f"{reason}: write 0-{item.high}/{step}", 0, len(item.text))
