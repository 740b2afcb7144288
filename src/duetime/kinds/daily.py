"""`daily_grid`: wall times a fixed step apart, begun anew on each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import time, timedelta, tzinfo

from duetime.dates.bits import every_nth_bit
from duetime.dates.days import (
    WEEKDAYS,
    WHOLE_WEEK,
    days_at,
    read_weekdays,
    second_of,
    time_at,
    weekday_of,
)
from duetime.dates.timeline import ALL_DAY, Kinds
from duetime.errors import InvalidValueError, shorten
from duetime.wall import WallSchedule
from duetime.zones import (
    DAY,
    FIRST_LABEL,
    LAST_LABEL,
    NAMED_POLICIES,
    DstPolicy,
    Step,
    Zone,
    find_policy,
    find_zone,
)


@dataclass(frozen=True, slots=True, repr=False)
class DailyGrid(WallSchedule):
    """Wall times a step apart, from a time of each day; made by `daily_grid`."""

    step: int
    """Seconds."""
    start: int
    """The first time, in seconds of the day."""
    steps: int
    """How many times follow the first one; the last may be on the next day."""
    weekdays: int
    """The days on which it starts, bit n for weekday n, Monday 0."""
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()  # overrides the property of the base

    def __repr__(self) -> str:
        given = [repr(timedelta(seconds=self.step))]
        given += [repr(time_at(second)) for second in (self.start, self.end)]
        if self.weekdays != WHOLE_WEEK:
            given.append(f"days={self.days!r}")
        given.append(f"tz={self._zone.spelling}")
        if self.policy != NAMED_POLICIES["rfc5545"]:
            given.append(f"dst={self.policy!r}")
        return f"daily_grid({', '.join(given)})"

    @property
    def end(self) -> int:
        """The last time, in seconds of the day it falls on."""
        return (self.start + self.steps * self.step) % DAY

    @property
    def days(self) -> str:
        """The weekdays on which it starts, as text."""
        return ",".join(name for n, name in enumerate(WEEKDAYS) if self.weekdays >> n & 1)

    @property
    def _repeats(self) -> bool:
        return True

    def in_zone(self, tz: tzinfo | str) -> DailyGrid:
        return replace(self, _zone=find_zone(tz))

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        if step == 1:
            day, number = self._place(max(label, FIRST_LABEL) - 1)
            if self._has(day) and number < self.steps:
                found = self._label(day, number + 1)
            else:
                found = self._label(self._day(day + 1, 1), 0)
            return found if found <= LAST_LABEL else None
        day, number = self._place(min(label, LAST_LABEL))
        if not self._has(day):
            day, number = self._day(day, -1), self.steps
        found = self._label(day, min(number, self.steps))
        return found if found >= FIRST_LABEL else None

    def _labels_of(self, days: range) -> Kinds:
        seconds = every_nth_bit(self.start, self.step, self.start + self.steps * self.step + 1)
        # What a grid has of the day after the one on which it starts.
        later = seconds >> DAY
        starts = days_at(self.weekdays, days)
        begun = days_at(self.weekdays, range(days.start - 1, days.stop - 1)) if later else 0
        return [(seconds & ALL_DAY, starts), (later, begun)]

    def _label_count(self, start: int, end: int) -> int:
        start, end = max(start, FIRST_LABEL), min(end, LAST_LABEL + 1)
        return max(0, self._count_upto(end - 1) - self._count_upto(start - 1))

    def _count_upto(self, label: int) -> int:
        """The number of labels at or before one, from some day on that is the same for all."""
        day, number = self._place(label)
        weekday = weekday_of(day)
        days = (day - weekday) // 7 * self.weekdays.bit_count()
        days += (self.weekdays & ((1 << weekday) - 1)).bit_count()
        of_day = min(number, self.steps) + 1 if self._has(day) else 0
        return days * (self.steps + 1) + of_day

    def _place(self, label: int) -> tuple[int, int]:
        """The day whose grid began last at or before a label, and how many steps ago."""
        day, second = divmod(label - self.start, DAY)
        return day, second // self.step

    def _label(self, day: int, number: int) -> int:
        return day * DAY + self.start + number * self.step

    def _day(self, day: int, step: Step) -> int:
        """The nearest day at or beyond one on which the grid starts."""
        while not self._has(day):
            day += step
        return day

    def _has(self, day: int) -> bool:
        return bool(self.weekdays >> weekday_of(day) & 1)


def daily_grid(
    every: timedelta,
    start: time,
    end: time,
    *,
    days: str | Iterable[str] = "*",
    tz: tzinfo | str = "UTC",
    dst: DstPolicy | str = "rfc5545",
) -> DailyGrid:
    """A run at `start` and then every so often until `end`, begun anew on each local day.

    `every` is a timedelta of whole seconds. A run that falls on `end` happens. An `end` before
    `start` is on the next day. `days`: the weekdays on which it starts, by their names
    (`"mon-fri"`, `"sat,sun"`); numbers are refused, as they count from Sunday or from Monday. The
    steps are steps of the wall clock in `tz`; on days on which the clocks change, `dst` says what
    becomes of a wall time that is missing or comes twice: RFC 5545's policy unless given,
    `"wall"` for one that follows the clock.

    Raises ScheduleError and UnknownTimeZoneError.

    >>> from datetime import UTC, datetime
    >>> grid = daily_grid(timedelta(minutes=90), time(8, 15), time(20), days="mon-fri")
    >>> day = datetime(2026, 1, 5, tzinfo=UTC)
    >>> [run.strftime("%H:%M") for run in grid.runs(day, day + timedelta(days=1))]
    ['08:15', '09:45', '11:15', '12:45', '14:15', '15:45', '17:15', '18:45']
    """
    if not isinstance(every, timedelta) or every <= timedelta(0) or every.microseconds:
        raise InvalidValueError(
            f"every must be a timedelta of whole seconds, longer than zero, not {shorten(every)}"
        )
    first, last = second_of(start), second_of(end)
    weekdays = read_weekdays("days", days)
    if not weekdays:
        raise InvalidValueError(
            'days has no weekdays: leave it out for all, or give some, as "mon-fri"'
        )
    # A step that is never taken makes no difference.
    step = min(every // timedelta(seconds=1), DAY)
    steps = (last - first) % DAY // step
    step = step if steps else DAY
    return DailyGrid(step, first, steps, weekdays, find_zone(tz), find_policy(dst))
