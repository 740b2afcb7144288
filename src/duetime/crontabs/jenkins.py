"""`H`: values drawn from a seed, the very ones that Jenkins draws for a job of that name.

Source: Jenkins' `hudson.scheduler.Hash` and the documentation of `java.util.Random`. The halves of
the MD5 digest of the seed, one XORed on the other, start a linear congruential generator.
"""

from __future__ import annotations

from hashlib import md5
from typing import Final

_MULTIPLIER: Final = 0x5DEECE66D
_BITS: Final = (1 << 48) - 1
_HALF: Final = 8
_LARGEST: Final = 1 << 31


class Draws:
    """The sequence of numbers that a seed gives. One expression takes them in its own order."""

    __slots__ = ("_state",)

    def __init__(self, seed: str) -> None:
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
