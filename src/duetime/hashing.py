"""What every process works out alike without asking another: names, offsets and shards.

All of it is drawn from a hash of a text that is documented where it is used, so that another
program can draw the same, and none of it may ever change.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from duetime.errors import InvalidValueError, checked_text, shorten
from duetime.zones import SECOND, find_zone, to_instant

NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://pypi.org/project/duetime/#occurrence")
"""The UUID namespace of occurrences. It never changes: ids are stored and compared."""
MOST_SHARDS: Final = 1 << 31
"""More shards than this are refused: up to it the arithmetic of floats is exact enough."""
_WORD: Final = 64
"""Bits of a number that is drawn."""


def offset_drawn(text: str, room: int) -> int:
    """Whole seconds below `room`, as likely as each other; both in microseconds."""
    return (_drawn(text) * -(-room // SECOND) >> _WORD) * SECOND


def _drawn(text: str) -> int:
    """The number of 64 bits that a text stands for."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[: _WORD // 8], "big")


def shard_of(key: str, shards: int) -> int:
    """The shard, from 0 to `shards - 1`, that a key falls in: the same in every process.

    With one shard more, one key in so many moves, and to the new shard only. The jump consistent
    hash of Lamping and Veach (2014, arXiv:1406.2294), of the first 8 bytes, as a big-endian
    number, of the SHA-256 of `shard:` and the key in UTF-8. `shards` is at most 2**31.

    Raises ScheduleError for a key that is no text or has no UTF-8 form, and for a number of
    shards that is out of range.

    >>> [shard_of(f"host-{n}", 4) for n in range(8)]
    [3, 3, 1, 3, 1, 3, 1, 3]
    """
    if isinstance(shards, bool) or not isinstance(shards, int) or not 1 <= shards <= MOST_SHARDS:
        raise InvalidValueError(
            f"shards must be an int from 1 to {MOST_SHARDS:,}, not {shorten(shards)}"
        )
    return _jump(_drawn(f"shard:{checked_text(key, 'a key is text')}"), shards)


def _jump(number: int, buckets: int) -> int:
    """The jump consistent hash of a number of 64 bits."""
    bucket = following = 0
    while following < buckets:
        bucket = following
        number = (number * 2_862_933_555_777_941_757 + 1) % (1 << _WORD)
        following = int((bucket + 1) * ((1 << 31) / ((number >> 33) + 1)))
    return bucket


def occurrence_id(name: str, run: datetime) -> UUID:
    """The id of one run of the schedule entry `name`: the same in every process and release.

    A version 5 UUID (RFC 9562) in `NAMESPACE`, over the run in UTC to the microsecond, a space
    and the name, in UTF-8. `run` is the nominal run as an aware datetime of any zone.

    Raises NaiveDatetimeError for a `run` without a zone, ScheduleError for one that UTC cannot
    show within years 1 to 9999 and for a name that is no text or has no UTF-8 form.

    >>> from datetime import UTC, datetime
    >>> occurrence_id("daily-cleanup", datetime(2026, 3, 8, 5, tzinfo=UTC))
    UUID('557da1df-f510-5884-b8d0-5a2402c54284')
    """
    text = checked_text(name, "an entry has a name")
    instant, utc = to_instant(run), find_zone("UTC")
    if not utc.first <= instant <= utc.last:
        raise InvalidValueError(f"UTC cannot show {run.isoformat()} within years 1 to 9999")
    moment = utc.show(instant).replace(tzinfo=None)
    return uuid5(NAMESPACE, f"{moment.isoformat(timespec='microseconds')}Z {text}")
