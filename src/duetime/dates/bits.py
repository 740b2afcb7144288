"""A set of small numbers as one int: bit n says that n is in the set.

Every helper for such sets is here. The numbers are values of a cron field, days of a range, or
seconds of a day; `{0, 2}` is `0b101`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from duetime.zones import DAY


def values_of(bits: int) -> list[int]:
    """The numbers in the set, ascending."""
    return [number for number in range(bits.bit_length()) if bits >> number & 1]


def each_of(bits: int) -> Iterator[int]:
    """The numbers in the set, ascending, one by one; for a few numbers that may be large."""
    while bits:
        yield lowest(bits)
        bits &= bits - 1


def bits_of(numbers: Iterable[int]) -> int:
    """The set of some numbers, in any order; the same number may come twice."""
    held = bytearray()
    for number in numbers:
        held.extend(bytes(max(0, (number >> 3) + 1 - len(held))))
        held[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(held, "little")


def every_nth_bit(first: int, step: int, size: int) -> int:
    """The bits `first`, `first + step` and so on, below `size`."""
    number = max(0, -(-(size - first) // step))
    return int("0" + ("0" * (step - 1) + "1") * number, 2) << first


def least_distance(bits: int) -> int | None:
    """The smallest distance between two bits; None if there are not two.

    `smeared[n]` has each bit moved on by 1, 2 and so on to 2**n places. If it shares a bit with
    `bits`, two bits are at most so far apart. The answer is found by halving.
    """
    if bits & (bits - 1) == 0:
        return None
    smeared = [bits << 1]
    while not smeared[-1] & bits:
        smeared.append(smeared[-1] | smeared[-1] << (1 << len(smeared) - 1))
    distance = 0
    reached = 0
    for power in reversed(range(len(smeared))):
        further = reached | smeared[power] << distance
        if not further & bits:
            distance += 1 << power
            reached = further
    return distance + 1


def lowest(bits: int) -> int:
    """The number of the lowest bit."""
    return (bits & -bits).bit_length() - 1


def and_not(bits: int, taken: int) -> int:
    """The numbers of one set that are not in another."""
    return bits & ~taken


def moved(bits: int, by: int) -> int:
    """The set with `by` added to every number; numbers below 0 are dropped."""
    return bits << by if by > 0 else bits >> -by


def turned(times: int, by: int) -> int:
    """A set of seconds of the day, each moved on by so many seconds, round the clock."""
    by %= DAY
    return (times << by | times >> (DAY - by)) & ((1 << DAY) - 1)


@lru_cache(maxsize=128)
def seconds_of_clock(clock: tuple[int, int, int], by: int) -> int:
    """The seconds of the day that hours, minutes and seconds make up, moved on by so many."""
    hours, minutes, seconds = clock
    hour = sum(seconds << 60 * minute for minute in values_of(minutes))
    return turned(sum(hour << 3600 * number for number in values_of(hours)), by)
