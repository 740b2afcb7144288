"""`business_days`: a calendar of business days, and the n-th of each period as a schedule.

A calendar is one set of days (`duetime.dates.days`): those that are off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time, tzinfo
from functools import lru_cache
from typing import ClassVar, Final, Literal

from duetime.dates.days import (
    FIRST_DAY,
    LAST_DAY,
    MOST_DAYS,
    WEEKDAYS,
    Calendar,
    Days,
    date_at,
    day_of,
    days_of,
    read_weekdays,
    second_of,
    time_at,
)
from duetime.dates.gregorian import LAST_YEAR, date_of, day_number
from duetime.dates.timeline import Kinds
from duetime.errors import InvalidValueError, shorten
from duetime.schedules import Pickled
from duetime.search import too_far
from duetime.wall import WallSchedule
from duetime.zones import (
    DAY,
    FIRST_LABEL,
    LAST_LABEL,
    NAMED_POLICIES,
    SECOND,
    DstPolicy,
    Step,
    Zone,
    find_policy,
    find_zone,
)

Period = Literal["week", "month", "quarter", "year"]
_MOST_OF: Final[dict[str, int]] = {"week": 7, "month": 31, "quarter": 92, "year": 366}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, repr=False)
class BusinessDays(Pickled):
    """A business calendar: the days that are neither weekend nor holiday; made by `business_days`.

    `date in calendar` asks it; a datetime stands for the date it shows. Two are equal when they
    have the same days.
    """

    off: Days
    """The days that are no business days."""

    _cure: ClassVar[str] = "a business calendar is immutable: make a new one with business_days"

    def __contains__(self, day: object) -> bool:
        return not self.off.holds(day_of(day))

    def __repr__(self) -> str:
        holidays: list[object] = [*self.holidays, *self.off.held]
        return f"business_days(weekend={self.weekend!r}, holidays={holidays!r})"

    @property
    def weekend(self) -> tuple[str, ...]:
        """The weekdays off, as names of three letters."""
        return tuple(name for n, name in enumerate(WEEKDAYS) if self.off.weekdays >> n & 1)

    @property
    def holidays(self) -> list[date]:
        """The dates off that are on no weekend, without those of containers that are held."""
        return [date_at(day) for day in sorted(self.off.dates)]

    def nth(
        self,
        n: int,
        per: Period = "month",
        *,
        at: time = time(0),
        tz: tzinfo | str = "UTC",
        dst: DstPolicy | str = "rfc5545",
    ) -> NthBusinessDay:
        """A run on the n-th business day of every week, month, quarter or year.

        A negative `n` counts from the end: -1 is the last. A period with fewer business days has
        no run. Weeks begin on Monday. `at` is the wall time in `tz`, midnight unless given; `dst`
        the policy for clock changes, RFC 5545's unless given.

        Raises ScheduleError, also for an `n` that no such period has days for, and
        UnknownTimeZoneError.

        >>> from datetime import datetime, time
        >>> payday = business_days().nth(-1, per="quarter", at=time(9), tz="Europe/Paris")
        >>> payday.next_run(datetime.fromisoformat("2026-02-01T00:00:00Z")).isoformat()
        '2026-03-31T09:00:00+02:00'
        """
        if not isinstance(per, str) or per not in _MOST_OF:
            raise InvalidValueError(f"per must be one of {', '.join(_MOST_OF)}, not {shorten(per)}")
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= abs(n) <= _MOST_OF[per]:
            raise InvalidValueError(
                f"n must be an int from 1 to {_MOST_OF[per]} for a {per}, or from -1 down to"
                f" count from its end, not {shorten(n)}"
            )
        return NthBusinessDay(self.off, n, per, second_of(at), find_zone(tz), find_policy(dst))


def business_days(
    weekend: str | Iterable[str] = ("sat", "sun"), holidays: Calendar = ()
) -> BusinessDays:
    """A business calendar, for `.on`, `.excluding`, `.rolled`, `.shifted_days` and `.nth`.

    `weekend`: the weekdays off, by their names (`"fri-sat"`, `("saturday", "sunday")`), as numbers
    count from Sunday or from Monday; `()` for none. `holidays`: dates, or anything with
    `date in holidays`, or a list of such. A list, tuple, set or dict is copied; a container of
    another type is held as it is and asked anew each time, so that what it learns later counts,
    and the calendar equals only calendars that hold the same object.

    A calendar of the `holidays` package works as it is and grows by the years that are asked
    about. Where it does not know (years beyond its data, or years not listed with
    `expand=False`) a search that comes there raises SearchHorizonError.

    Raises ScheduleError for what is no weekday and no container of dates.

    >>> london = business_days(holidays=[date(2026, 12, 25), date(2026, 12, 28)])
    >>> date(2026, 12, 28) in london, date(2026, 12, 29) in london
    (False, True)
    """
    return BusinessDays(days_of(holidays, read_weekdays("weekend", weekend)))


@lru_cache(maxsize=256)
def _most_business_days(weekend: int, per: Period) -> int:
    """How many days of the longest period are on no weekend, where they are most.

    The longest weeks, months, quarters and years begin on every weekday that they can.
    """
    starts = range(1 if per == "week" else 7)
    return max(
        sum(not weekend >> day % 7 & 1 for day in range(start, start + _MOST_OF[per]))
        for start in starts
    )


_DAYS_OF_ALL_SHAPES: Final = 41 * 366
"""Longer than it takes, in any century, until each kind of month and year was."""


@dataclass(frozen=True, slots=True, repr=False)
class NthBusinessDay(WallSchedule):
    """A run on the n-th business day of each period; made by `business_days(...).nth`."""

    off: Days
    n: int
    per: Period
    second: int
    """Of the day of wall time."""
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()  # overrides the property of the base

    def __repr__(self) -> str:
        given = [repr(self.n), f"per={self.per!r}", f"at={time_at(self.second)!r}"]
        given.append(f"tz={self._zone.spelling}")
        if self.policy != NAMED_POLICIES["rfc5545"]:
            given.append(f"dst={self.policy!r}")
        return f"{BusinessDays(self.off)!r}.nth({', '.join(given)})"

    @property
    def _repeats(self) -> bool:
        return self.off._repeats

    def in_zone(self, tz: tzinfo | str) -> NthBusinessDay:
        return replace(self, _zone=find_zone(tz))

    def _labels_of(self, days: range) -> Kinds | None:
        if self.off.held or not FIRST_DAY <= days.start < days.stop <= LAST_DAY + 1:
            return None
        return [(1 << self.second, _days_of_nth(self, days))]

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        label = max(label, FIRST_LABEL) if step == 1 else min(label, LAST_LABEL)
        asked = label // DAY
        number = self.period_of(asked)
        if abs(self.n) > _most_business_days(self.off.weekdays, self.per):
            return None
        while True:
            first, last = self.days_of(number)
            if self._is_hopeless(asked, first, last, step, bound):
                return None
            day = self._day(first, last)
            if day is not None and (day * DAY + self.second - label) * step >= 0:
                return day * DAY + self.second
            number += step

    def _is_hopeless(
        self, asked: int, first: int, last: int, step: Step, bound: int | None
    ) -> bool:
        """Whether a search ends before a period: past its bound, or past every kind of period."""
        if not FIRST_DAY <= first <= last <= LAST_DAY:
            return True
        if bound is not None and (first * DAY >= bound if step == 1 else (last + 1) * DAY <= bound):
            return True
        if not self.off.held:
            last_date = (max if step == 1 else min)((asked, *self.off.dates))
            return (first - last_date) * step > _DAYS_OF_ALL_SHAPES
        if abs(first - asked) > MOST_DAYS:
            raise too_far(self._zone, first * DAY * SECOND)
        return False

    def _day(self, first: int, last: int) -> int | None:
        """The n-th business day among some days, None if they are fewer."""
        step: Step = 1 if self.n > 0 else -1
        day, limit = (first, last) if step == 1 else (last, first)
        for _ in range(abs(self.n)):
            found = self.off.nearest(day, step, inside=False, limit=limit)
            if found is None or (found - limit) * step > 0:
                return None
            day = found + step
        return day - step

    def period_of(self, day: int) -> int:
        """The number of the period of a day."""
        if self.per == "week":
            # 1970-01-01 was a Thursday.
            return (day + 3) // 7
        year, month, _ = date_of(day)
        return (year * 12 + month - 1) // _MONTHS[self.per]

    def days_of(self, number: int) -> tuple[int, int]:
        """The first and the last day of a period, as far as they are in the calendar."""
        first, end = self._start_of(number), self._start_of(number + 1)
        return max(first, FIRST_DAY), min(end - 1, LAST_DAY)

    def _start_of(self, number: int) -> int:
        if self.per == "week":
            return number * 7 - 3
        year, month = divmod(number * _MONTHS[self.per], 12)
        return day_number(year, month + 1, 1) if year <= LAST_YEAR else LAST_DAY + 1


@lru_cache(maxsize=64)
def _days_of_nth(schedule: NthBusinessDay, days: range) -> int:
    """The days of a range on which it runs; bit n is day n of the range."""
    numbers = range(schedule.period_of(days.start), schedule.period_of(days[-1]) + 1)
    periods = [schedule.days_of(number) for number in numbers]
    start, stop = periods[0][0], periods[-1][1] + 1
    off = schedule.off.among(range(start, stop)) or 0
    flags = f"{off:0{stop - start}b}"[::-1]
    found = bytearray(len(days) // 8 + 1)
    for first, last in periods:
        place = _nth_zero(flags, schedule.n, first - start, last + 1 - start)
        if place is not None and start + place in days:
            bit = start + place - days.start
            found[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(found, "little")


def _nth_zero(flags: str, n: int, low: int, high: int) -> int | None:
    """The place of the n-th zero in a part of a text, counted from its end if n is negative."""
    place = low - 1 if n > 0 else high
    for _ in range(abs(n)):
        place = flags.find("0", place + 1, high) if n > 0 else flags.rfind("0", low, place)
        if place < 0:
            return None
    return place
