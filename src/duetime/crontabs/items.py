"""The parts of an item between two commas, and what can be wrong with one.

The reader is built on this, and so are the functions of single dialects: they read an item of
their own kind, or refuse one that all other dialects take.
"""

from typing import Final, NamedTuple

from duetime.errors import shorten

LAST_CERTAIN_DAY: Final = 28
"""Every month has it, counted from its first day or from its last."""
TOO_FAR: Final = "the step leads past the end of the field at once"
DIGITS: Final = 4
"""No field has values of more digits."""


class ItemError(Exception):
    """A fault of an item: the reason, and where in the item it stands."""

    def __init__(self, reason: str, start: int, length: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.length = length


class FieldError(ItemError):
    """A fault of a whole field; `start` counts from where the field starts."""

    def __init__(self, field: str, reason: str, start: int, length: int) -> None:
        super().__init__(reason, start, length)
        self.field = field


class Item(NamedTuple):
    """An item taken apart: `mon-fri/2` is `Item("mon-fri/2", "mon", "fri", "2", 1, 5)`."""

    text: str
    start: str
    """The text of the first value; `*` or `?` for all values."""
    end: str | None
    """The text behind the dash, None without a range."""
    step: str | None
    """The text behind the slash, None without a step. It may be no number yet."""
    low: int
    high: int
    """The first and the last value. Of `5/10`, the last one is the last of the field."""

    @property
    def step_start(self) -> int:
        """Where the step stands in the text."""
        return self.text.index("/") + 1


def number_of(digits: str) -> int:
    """The number of a text of digits; if it is too long for any field, another too large number."""
    return int(digits if len(digits) <= DIGITS else digits.lstrip("0")[: DIGITS + 1] or 0)


def step_of(text: str, start: int) -> int:
    """The number of a step that stands at `start` of its item; raises ItemError."""
    if text.isdigit():
        step = number_of(text)
        if step:
            return step
    what = shorten(text) if text else "nothing"
    raise ItemError(f"a step is a number from 1 on, not {what}", start, len(text) or 1)


def check_step(item: Item, most: int, reason: str) -> None:
    """Raise ItemError with a reason if the step of an item is greater than `most`."""
    if item.step is not None and item.step.isdigit() and number_of(item.step) > most:
        raise ItemError(reason, item.step_start, len(item.step))
