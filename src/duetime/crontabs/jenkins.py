"""`H`: values drawn from a seed. A job's full name as the seed gives what Jenkins draws for it.

Source: Jenkins' `hudson.scheduler.Hash` and the documentation of `java.util.Random`. The halves of
the MD5 digest of the seed, one XORed on the other, start a linear congruential generator.
"""

from __future__ import annotations

import re
from typing import Final

from duetime.crontabs.fields import Field
from duetime.crontabs.items import LAST_CERTAIN_DAY, ItemError, number_of, step_of
from duetime.dates.bits import every_nth_bit
from duetime.errors import shorten

_HASHED: Final = r"H(?:\((?P<low>\d+)-(?P<high>\d+)\))?(?P<step>/.*)?"
_MULTIPLIER: Final = 0x5DEECE66D
_BITS: Final = (1 << 48) - 1
_HALF: Final = 8
_LARGEST: Final = 1 << 31


class Draws:
    """The sequence of numbers that a seed gives. One expression takes them in its own order."""

    __slots__ = ("_state",)

    def __init__(self, seed: str) -> None:
        from hashlib import md5  # on demand: it takes its time to load, and few crontabs have H

        digest = md5(seed.encode(), usedforsecurity=False).digest()
        halves = digest[:_HALF], digest[_HALF:]
        high, low = (int.from_bytes(half, "big") for half in halves)
        self._state = ((high ^ low) ^ _MULTIPLIER) & _BITS

    def below(self, limit: int) -> int:
        """The next number of the sequence, in `[0, limit)`."""
        if limit & (limit - 1) == 0:
            return limit * self._next() >> 31
        while True:
            drawn = self._next()
            number = drawn % limit
            # The last stretch of the range is too short to be fair.
            if drawn - number + limit <= _LARGEST:
                return number

    def _next(self) -> int:
        self._state = (self._state * _MULTIPLIER + 0xB) & _BITS
        return self._state >> 17


def hashed_bits(item: str, field: Field, draws: Draws | None) -> int | None:
    """The bits of `H`, `H(low-high)` and either with a step; None for any other item.

    Raises ItemError.
    """
    if item[:1] != "H":
        return None
    match = re.fullmatch(_HASHED, item, re.ASCII)
    if match is None:
        raise ItemError(f"{shorten(item)} is not understood: write H or H(0-29)/10", 0, len(item))
    if draws is None:
        raise ItemError("H is drawn from a seed: give seed=, as a name of the job", 0, len(item))
    low, high = _bounds(match, field)
    if match["step"] is None:
        return field.folded(1 << (low + draws.below(high - low + 1)))
    start: int = match.start("step") + 1
    text = match["step"][1:]
    step = step_of(text, start)
    most = high - low + 1
    if step > most:
        given = shorten(text)[1:-1]
        raise ItemError(f"a step is {most} at most here, not {given}", start, len(text))
    if step == 1:
        # Jenkins takes this for one value, and not for every value.
        return field.folded(1 << (low + draws.below(most)))
    return field.folded(every_nth_bit(low + draws.below(step), step, high + 1))


def _bounds(match: re.Match[str], field: Field) -> tuple[int, int]:
    """The smallest and the largest value that may be drawn."""
    if match["low"] is None:
        if field.name == "day_of_month":
            return field.first, LAST_CERTAIN_DAY
        # 7 is Sunday again.
        return field.first, 6 if field.name == "day_of_week" else field.last
    low, high = (min(number_of(match[name]), field.last + 1) for name in ("low", "high"))
    for name, bound in (("low", low), ("high", high)):
        if not field.first <= bound <= field.last:
            given = shorten(match[name])[1:-1]
            reason = f"{field.title} {given} is out of range {field.first}-{field.last}"
            raise ItemError(reason, match.start(name), len(match[name]))
    if low > high:
        raise ItemError(f"the range {low}-{high} runs backwards", 2, match.end("high") - 2)
    return low, high
