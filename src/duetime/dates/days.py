"""Sets of days: weekdays, dates, and whatever a container of somebody else says it holds.

A day is a number, counted from 1970-01-01. Dates that are given as a plain collection are frozen;
any other container is held as it is and asked anew each time, because its answers may change.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache, reduce
from operator import or_
from typing import Final, TypeAlias, cast

from duetime.errors import InvalidValueError, ScheduleError, SearchHorizonError, shorten
from duetime.zones import (
    DAY,
    EPOCH,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    LAST_LABEL,
    LISTED_FROM,
    LISTED_UNTIL,
    Step,
)

Calendar: TypeAlias = Container[date] | Iterable[date | Container[date]]
"""Anything with `date in calendar`, or a collection of dates and of such."""

FIRST_DAY: Final = FIRST_LABEL // DAY
LAST_DAY: Final = LAST_LABEL // DAY
_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Final = tuple(name[:3] for name in _NAMES)
WHOLE_WEEK: Final = (1 << 7) - 1
MOST_DAYS: Final = 36_525
"""How many days, a century, a search asks a held container for before it gives up."""

_FIRST_WEEKDAY: Final = EPOCH.weekday()
_YEAR: Final = 366
# A date next to the listed years could move a run out of them.
_LISTED: Final = range(LISTED_FROM // DAY + _YEAR, LISTED_UNTIL // DAY - _YEAR)
_COLLECTIONS: Final = (list, tuple, set, frozenset, dict)


def day_of(value: object) -> int:
    """The number of a date; of a datetime, that of the date it shows."""
    if not isinstance(value, date):
        raise InvalidValueError(
            f"a calendar holds dates, so ask it for one and not for {shorten(value)}"
        )
    return value.toordinal() - EPOCH_ORDINAL


def weekday_of(day: int) -> int:
    """The weekday of a day counted from 1970-01-01, Monday 0."""
    return (day + _FIRST_WEEKDAY) % 7


def date_at(day: int) -> date:
    """The date of a day."""
    return date.fromordinal(day + EPOCH_ORDINAL)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A container of dates that is used as it is, and equal to itself alone."""

    container: Container[date]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and self.container is other.container

    def __hash__(self) -> int:
        return id(self.container)

    def __repr__(self) -> str:
        return object.__repr__(self.container)

    def holds(self, day: int) -> bool:
        """Whether it holds a day; raises SearchHorizonError where it cannot know."""
        asked = date_at(day)
        if asked in self.container:
            return True
        self._demand_known(asked)
        return False

    def _demand_known(self, asked: date) -> None:
        """Refuse to read silence as an answer.

        A calendar of the `holidays` package says of any date that it does not know that it is no
        holiday: outside of `start_year` to `end_year`, and with `expand=False` outside of `years`.
        """
        container = self.container
        years = getattr(container, "years", None)
        expand = getattr(container, "expand", None)
        if not isinstance(years, set) or not isinstance(expand, bool):
            return
        first = getattr(container, "start_year", asked.year)
        last = getattr(container, "end_year", asked.year)
        if not expand and asked.year not in years:
            cure = "make it with expand=True, or with all the years that are asked about"
        elif not first <= asked.year <= last:
            cure = f"it begins in {first} and ends in {last}"
        else:
            return
        raise SearchHorizonError(
            f"{self!r} does not know whether {asked} is a holiday: {cure}; or ask within a range,"
            " for example schedule.within(start, end)"
        )


@dataclass(frozen=True, slots=True)
class Days:
    """The days that are one of some weekdays, one of some dates, or in one of some containers."""

    weekdays: int = 0
    """Bit n is weekday n, Monday 0."""
    dates: frozenset[int] = frozenset()
    """Those that are on none of the weekdays."""
    held: tuple[Held, ...] = ()

    @property
    def _repeats(self) -> bool:
        """Whether nothing but the weekdays counts before and after the listed years."""
        ordered = _in_order(self.dates)
        return not self.held and all(day in _LISTED for day in (*ordered[:1], *ordered[-1:]))

    def holds(self, day: int) -> bool:
        """Whether a day belongs."""
        return (
            bool(self.weekdays >> (day + _FIRST_WEEKDAY) % 7 & 1)
            or day in self.dates
            or any(held.holds(day) for held in self.held)
        )

    def among(self, days: range) -> int | None:
        """Those of a range that belong; bit n is day n of it. None if only a container knows."""
        if self.held:
            return None
        found = days_at(self.weekdays, days)
        for day in self.dates:
            if day in days:
                found |= 1 << day - days.start
        return found

    def nearest(
        self, day: int, step: Step, *, inside: bool, limit: int | None = None
    ) -> int | None:
        """The nearest day at or beyond `day` that belongs, or that does not; None if none does.

        Beyond `limit` any day may be given for it. Without one, raises SearchHorizonError after
        a century of days in which only a held container could tell.
        """
        last = LAST_DAY if step == 1 else FIRST_DAY
        day = max(day, FIRST_DAY) if step == 1 else min(day, LAST_DAY)
        if inside and not self.weekdays and not self.held:
            return _beside(_in_order(self.dates), day, step)
        if not inside and self.weekdays == WHOLE_WEEK:
            return None
        first = day
        while (last - day) * step >= 0:
            if (limit is not None and (day - limit) * step > 0) or self.holds(day) is inside:
                return day
            day += step
            if self.held and limit is None and abs(day - first) > MOST_DAYS:
                raise SearchHorizonError(
                    f"no {'day' if inside else 'business day'} between {date_at(first)} and"
                    f" {date_at(day)}, and nothing proves that there is none beyond"
                )
        return None


def days_at(weekdays: int, days: range) -> int:
    """The days of a range that are one of some weekdays; bit n is day n of the range."""
    first = weekday_of(days.start)
    week = (weekdays >> first | weekdays << 7 - first) & WHOLE_WEEK
    digits = f"{week:07b}" * (len(days) // 7 + 1)
    return int(digits, 2) & ((1 << len(days)) - 1)


def days_of(value: object, weekdays: int = 0) -> Days:
    """The days of one container of dates, or of a collection of dates and containers.

    Raises ScheduleError for what is neither.
    """
    dates: set[int] = set()
    held: dict[Held, None] = {}
    _collect(value, dates, held)
    other = (day for day in dates if not weekdays >> weekday_of(day) & 1)
    return Days(weekdays, frozenset(other), tuple(sorted(held, key=hash)))


def _collect(value: object, dates: set[int], held: dict[Held, None]) -> None:
    # Of these types alone: a calendar of the `holidays` package is a dict by inheritance.
    if type(value) in _COLLECTIONS:
        for item in cast("Iterable[object]", value):
            if isinstance(item, datetime):
                raise InvalidValueError(
                    f"a calendar holds dates, not times: use {item!r}.date(), the date in the"
                    " zone of the schedule"
                )
            if isinstance(item, date):
                dates.add(day_of(item))
            else:
                _collect(item, dates, held)
    elif hasattr(value, "__contains__") and not isinstance(value, str | bytes | bytearray):
        held[Held(value)] = None
    else:
        raise InvalidValueError(
            f"a calendar is a collection of dates or anything with `date in calendar`,"
            f" not {shorten(value)}"
        )


def read_weekdays(name: str, value: str | Iterable[str]) -> int:
    """Weekdays as bits, Monday 0, from names and ranges of names that may wrap; `*` is all.

    A number is refused: 0 is Sunday in crontabs and Monday for `date.weekday`, and `isoweekday`
    has none. Raises ScheduleError.
    """
    if isinstance(value, str):
        bits = 0
        for item in value.split(","):
            first, dash, last = (part.strip() for part in item.partition("-"))
            if item.strip() == "*":
                first, dash, last = "mon", "-", "sun"
            day = _weekday(name, first)
            end = _weekday(name, last) if dash else day
            bits |= sum(1 << n % 7 for n in range(day, day + (end - day) % 7 + 1))
        return bits
    if isinstance(value, int):
        raise _no_weekday(name, value)
    try:
        items = [*value]
    except TypeError:
        raise _no_weekday(name, value) from None
    return reduce(or_, (read_weekdays(name, item) for item in items), 0)


def weekday_names(text: str) -> str:
    """A text of weekdays in which numbers of crontabs, 0 and 7 for Sunday, have become names."""
    return re.sub(r"\b[0-7]\b", lambda number: WEEKDAYS[(int(number[0]) - 1) % 7], text)


def _weekday(name: str, value: str) -> int:
    """The number of one weekday, Monday 0."""
    found = [n for n, long in enumerate(_NAMES) if long.startswith(value.lower())]
    if len(value) < 3 or not found:
        raise _no_weekday(name, value)
    return found[0]


def _no_weekday(name: str, value: object) -> ScheduleError:
    cure = "use names such as mon or mon-fri"
    if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
        cure += ", since 0 is Sunday in crontabs and Monday in Python"
    return InvalidValueError(f"{shorten(value)} is no weekday for {name}: {cure}")


@lru_cache(maxsize=256)
def _in_order(dates: frozenset[int]) -> tuple[int, ...]:
    return tuple(sorted(dates))


def _beside(ordered: tuple[int, ...], day: int, step: Step) -> int | None:
    """The nearest of some ordered days at or beyond `day`."""
    index = bisect_left(ordered, day) if step == 1 else bisect_right(ordered, day) - 1
    return ordered[index] if 0 <= index < len(ordered) else None


def second_of(value: object) -> int:
    """A wall time as a second of the day; raises ScheduleError for what is none."""
    if not isinstance(value, time) or value.tzinfo is not None or value.microsecond:
        raise InvalidValueError(
            "a time of day is a datetime.time of whole seconds without a zone (the zone is tz=),"
            f" not {shorten(value)}"
        )
    return (value.hour * 60 + value.minute) * 60 + value.second


def time_at(second: int) -> time:
    """A second of the day as a wall time."""
    minutes, seconds = divmod(second, 60)
    return time(*divmod(minutes, 60), seconds)
