"""Moments as points on the UTC line: the one place where the kit compares and moves datetimes.

Python compares, sorts, hashes and subtracts two datetimes of one zone by wall clock, and ignores
`fold`; `moment + delta` moves the wall clock. So the rest of the kit never applies an operator to
datetimes from outside. It asks `to_instant` for an int, or one of these functions.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Final, cast

from duetime.errors import InvalidValueError
from duetime.zones import EPOCH, to_instant

TICK: Final = timedelta(microseconds=1)


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveDatetimeError, and ScheduleError if UTC has none."""
    return at_instant(to_instant(moment))


def at_instant(instant: int) -> datetime:
    """The datetime in UTC of an instant. Raises ScheduleError outside of the years 1 to 9999."""
    try:
        return EPOCH + instant * TICK
    except OverflowError:
        seconds = instant // 1_000_000
        raise InvalidValueError(
            f"UTC cannot show the moment {seconds} seconds from 1970:"
            " its calendar is the years 1 to 9999"
        ) from None


def in_zone(moment: datetime, tz: tzinfo) -> datetime:
    """The same instant in a zone; the label of a gap becomes one that the clock shows.

    A moment of the first or last day of the calendar that the zone cannot show stays as it is.
    Raises NaiveDatetimeError.
    """
    instant = to_instant(moment)
    try:
        return (EPOCH + instant * TICK).astimezone(tz)
    except OverflowError:
        return moment


def plus(moment: datetime, delta: timedelta) -> datetime:
    """The moment `delta` of elapsed time after another, in UTC; before it if `delta` is negative.

    Raises NaiveDatetimeError, and ScheduleError if UTC cannot show it.
    """
    return at_instant(to_instant(moment) + delta // TICK)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """The time that passes from one moment to another. Raises NaiveDatetimeError."""
    return (to_instant(end) - to_instant(start)) * TICK


def in_order(*moments: datetime) -> list[datetime]:
    """The moments, earliest first. Raises NaiveDatetimeError."""
    return sorted(moments, key=to_instant)


def check_order(*moments: datetime) -> None:
    """Raise ValueError for a moment that is before the one in front of it."""
    for one, other in pairwise(moments):
        if to_instant(one) > to_instant(other):
            raise ValueError(f"{one.isoformat()} must not be after {other.isoformat()}")


def same(one: datetime | None, other: datetime | None) -> bool:
    """Whether two answers are the same instant, or both None."""
    if one is None or other is None:
        return one is other
    return to_instant(one) == to_instant(other)


class ByInstant:
    """For a dataclass with `eq=False`: equal are those whose fields are, datetimes by instant."""

    def _content(self) -> tuple[Any, ...]:
        return tuple(_comparable(getattr(self, each.name)) for each in fields(cast(Any, self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())


def _comparable(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_instant(value)
    return tuple(map(_comparable, value)) if isinstance(value, tuple) else value
