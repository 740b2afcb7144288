"""What Quartz alone refuses, where other dialects have no such rule. Source: its own parser."""

from __future__ import annotations

from duetime.crontabs.fields import Field
from duetime.crontabs.items import Item, ItemError, check_step
from duetime.errors import shorten


def check_item(item: Item, field: Field) -> None:
    """Refuse a name with a step, a range of a name and a number, and a step beyond the field."""
    ends = [end for end in (item.start, item.end) if end is not None and end != "*"]
    named = [not end.isdigit() for end in ends]
    numbers = f"{item.low}-{item.high}"
    if any(named) and item.step is not None:
        reason = f"a name takes no step here: write {numbers}/{item.step}"
        raise ItemError(reason, 0, len(item.text))
    if any(named) and not all(named):
        reason = f"a range is of two names or of two numbers here: write {numbers}"
        raise ItemError(reason, 0, len(item.text))
    given = shorten(item.step or "")[1:-1]
    check_step(item, field.last, f"a step is {field.last} at most here, not {given}")
