"""`~`: values drawn from a seed, where cron draws other ones each time that it loads a crontab.

Source: crontab(5) of OpenBSD, and of cronie but for the step. The page on dialects publishes the
draw, so that another program can draw the same.
"""

from __future__ import annotations

import re
from typing import Final

from duetime.crontabs.fields import Field
from duetime.crontabs.items import ItemError, number_of, step_of
from duetime.dates.bits import every_nth_bit
from duetime.errors import shorten

_RANDOM: Final = r"(?P<low>\w*)~(?P<high>\w*)(?P<step>/.*)?"


class Draws:
    """The sequence of numbers that a seed gives. One expression takes them in its own order."""

    __slots__ = ("_drawn", "_seed")

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._drawn = 0

    def below(self, limit: int) -> int:
        """The next number of the sequence, in `[0, limit)`."""
        from hashlib import sha256  # on demand: it takes its time to load, and few crontabs draw

        digest = sha256(b"%d:%b" % (self._drawn, self._seed)).digest()
        self._drawn += 1
        return int.from_bytes(digest[:8], "big") * limit >> 64


def random_bits(item: str, field: Field, draws: Draws | None) -> int:
    """The bits of `~`, `low~`, `~high`, `low~high` and each of them with a step.

    Raises ItemError.
    """
    match = re.fullmatch(_RANDOM, item, re.ASCII)
    if match is None:
        raise ItemError(f"{shorten(item)} is not understood: write ~ or 0~29/10", 0, len(item))
    if draws is None:
        reason = f"{shorten(item)[1:-1]} is drawn from a seed: give seed=, as a name of the job"
        raise ItemError(reason, 0, len(item))
    low = _bound(match, "low", field.first, field)
    high = _bound(match, "high", field.first + field.turn - 1, field)
    if low > high:
        raise ItemError(f"the range {low}~{high} runs backwards", 0, match.end("high"))
    size = high - low + 1
    if match["step"] is None:
        return field.folded(1 << low + draws.below(size))
    step = step_of(match["step"][1:], match.start("step") + 1)
    return field.folded(every_nth_bit(low + draws.below(min(step, size)), step, high + 1))


def _bound(match: re.Match[str], name: str, omitted: int, field: Field) -> int:
    text = match[name]
    if not text:
        return omitted
    value = field.numbers.get(text.lower(), -1)
    if text.isdigit():
        value = number_of(text)
    if not field.first <= value <= field.last:
        reason = f"{shorten(text)} is not {field.noun}: use {field.first}-{field.last}"
        raise ItemError(reason, match.start(name), len(text))
    return value
