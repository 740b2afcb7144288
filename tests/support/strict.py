"""Datetimes that refuse the wall clock: an operator that ignores `fold` or the offset raises.

A `StrictTime` of a zone whose clocks may change has no order, no equality, no hash, no difference
and no sum within its zone. `strict` wraps a schedule, so that all of its answers are such times and
all schedules made of it are wrapped too. What computes with them goes through UTC or raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, cast

from duetime import Schedule


class WallClockUsedError(Exception):
    """An operator looked at the wall clock of two datetimes, and not at their instants."""


def _fixed(tz: tzinfo | None) -> bool:
    return tz is None or isinstance(tz, timezone)


class StrictTime(datetime):
    """A datetime with the operators that are right, and none of those that are not."""

    def _refuse_wall_clock(self, other: date, *, equality: bool = False) -> datetime:
        assert isinstance(other, datetime)
        # Equality between two zones is never true in the hour that comes twice.
        shared = self.tzinfo is other.tzinfo or equality
        if shared and not (_fixed(self.tzinfo) and _fixed(other.tzinfo)):
            raise WallClockUsedError(f"{self!r} and {other!r}")
        return plain(other)

    def __lt__(self, other: date) -> bool:
        return plain(self) < self._refuse_wall_clock(other)

    def __le__(self, other: date) -> bool:
        return plain(self) <= self._refuse_wall_clock(other)

    def __gt__(self, other: date) -> bool:
        return plain(self) > self._refuse_wall_clock(other)

    def __ge__(self, other: date) -> bool:
        return plain(self) >= self._refuse_wall_clock(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, datetime):
            return NotImplemented
        return plain(self) == self._refuse_wall_clock(other, equality=True)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        if not _fixed(self.tzinfo):
            raise WallClockUsedError(f"hash of {self!r}")
        return hash(plain(self))

    def __add__(self, delta: timedelta) -> StrictTime:
        if not _fixed(self.tzinfo):
            raise WallClockUsedError(f"{self!r} + {delta!r}")
        return strict_time(plain(self) + delta)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        return plain(self) - self._refuse_wall_clock(other)

    def __rsub__(self, other: datetime) -> timedelta:
        return self._refuse_wall_clock(other) - plain(self)

    def astimezone(self, tz: tzinfo | None = None) -> StrictTime:
        return strict_time(plain(self).astimezone(tz))


def _copied(moment: datetime, kind: type[datetime]) -> Any:
    fields_of = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    # `combine` of a subclass forgets the fold.
    return kind(*fields_of, moment.microsecond, moment.tzinfo, fold=moment.fold)


def strict_time(moment: datetime) -> StrictTime:
    return cast(StrictTime, _copied(moment, StrictTime))


def plain(moment: datetime) -> datetime:
    return cast(datetime, _copied(moment, datetime))


class _View:
    """An object behind a wrapper: arguments go in plain, answers come out strict."""

    __slots__ = ("_real",)

    def __init__(self, real: Any) -> None:
        object.__setattr__(self, "_real", real)

    def __getattribute__(self, name: str) -> Any:
        if name == "_real" or (name.startswith("__") and name != "__name__"):
            return object.__getattribute__(self, name)
        return wrapped(getattr(self._real, name))

    def __repr__(self) -> str:
        return repr(self._real)

    def __eq__(self, other: object) -> bool:
        return bool(self._real == unwrapped(other))

    def __hash__(self) -> int:
        return hash(self._real)


class _StrictSchedule(_View, Schedule):
    __slots__ = ()

    tz = next_run = prev_run = cast(Any, None)

    def __or__(self, other: Schedule) -> Schedule:
        return cast(Schedule, wrapped(self._real | unwrapped(other)))

    def __and__(self, other: Schedule) -> Schedule:
        return cast(Schedule, wrapped(self._real & unwrapped(other)))

    def __sub__(self, other: Schedule) -> Schedule:
        return cast(Schedule, wrapped(self._real - unwrapped(other)))

    def __reduce__(self) -> Any:
        return self._real.__reduce__()


def strict(real: Any) -> Any:
    """A schedule or a window, wrapped."""
    return _StrictSchedule(real) if isinstance(real, Schedule) else _View(real)


def unwrapped(given: Any) -> Any:
    """An argument as the package takes it: moments stay strict, so that it cannot cheat either."""
    return given._real if isinstance(given, _View) else given


def wrapped(answer: Any) -> Any:
    if isinstance(answer, Schedule):
        return strict(answer)
    if isinstance(answer, datetime):
        return answer if answer.tzinfo is None else strict_time(answer)
    if isinstance(answer, tuple):
        return tuple(map(wrapped, answer))
    if isinstance(answer, Iterator):
        return map(wrapped, answer)
    if is_dataclass(answer) and not isinstance(answer, type):
        return replace(answer, **{f.name: wrapped(getattr(answer, f.name)) for f in fields(answer)})
    if callable(answer) and not isinstance(answer, tzinfo):
        return _call(answer)
    return answer


def _call(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        given = {name: unwrapped(each) for name, each in kwargs.items()}
        return wrapped(function(*map(unwrapped, args), **given))

    call.__name__ = function.__name__
    return call
