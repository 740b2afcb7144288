"""Intervals: `every` counts elapsed time, `calendar_interval` steps the wall clock.

An interval with an anchor is a grid. One without is *floating*: it is counted from the last run,
so it is not a set of instants until it is told where to start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from math import gcd, lcm
from typing import ClassVar, Literal, Never, NoReturn, cast

from duetime.answers import ClockChange, DueState
from duetime.dates.bits import bits_of, every_nth_bit
from duetime.dates.gregorian import CYCLE_DAYS, CYCLE_YEARS, date_of, day_number, days_in_month
from duetime.dates.timeline import MOST_KINDS, Kinds, Timeline, timeline_of
from duetime.errors import (
    FloatingScheduleError,
    InvalidTypeError,
    InvalidValueError,
    no_such_keyword,
    shorten,
)
from duetime.schedules import CatchUp, InstantSchedule, missed_after
from duetime.wall import WallSchedule
from duetime.zones import (
    DAY,
    EPOCH,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    LAST_LABEL,
    NAMED_POLICIES,
    SECOND,
    DstPolicy,
    Step,
    Zone,
    find_policy,
    find_zone,
    to_instant,
)

_UNITS = {
    "hours": 3600 * SECOND,
    "minutes": 60 * SECOND,
    "seconds": SECOND,
    "milliseconds": SECOND // 1000,
}
MICROSECOND = timedelta(microseconds=1)
_CYCLE_MONTHS = CYCLE_YEARS * 12
_MOST = 100_000
"""More years, months, weeks or days than this lead out of the calendar or are a mistake."""
_WIDEST = timedelta(hours=23, minutes=59, seconds=59)
_ANCHOR_ZONES = [Zone(timezone(offset)) for offset in (timedelta(0), _WIDEST, -_WIDEST)]
_KEYWORDS = ("hours", "minutes", "seconds", "milliseconds", "anchor", "tz")
_CALENDAR = "of the calendar are calendar_interval({0}=1, anchor=...)"
_MISTAKEN = {
    "days": f"24 hours are hours=24, and days {_CALENDAR.format('days')} or a crontab",
    "weeks": f"7 times 24 hours are hours=168, and weeks {_CALENDAR.format('weeks')} or a crontab",
    "months": f"months {_CALENDAR.format('months')}",
    "years": f"years {_CALENDAR.format('years')}",
    "microseconds": "give a timedelta as the period",
    **{name: f"write {name}s=" for name in ("hour", "minute", "second", "millisecond")},
    **dict.fromkeys(("start", "start_date", "phase"), "write anchor="),
    **dict.fromkeys(("timezone", "tzinfo", "zone", "time_zone"), "write tz="),
}
"""Keywords of other functions and libraries, and the cure."""
_CURE = 'give it an anchor, for example every(..., anchor="epoch")'


@dataclass(frozen=True, slots=True, repr=False)
class Grid(InstantSchedule):
    """Instants a fixed elapsed time apart, in both directions; made by `every` with an anchor."""

    step: int
    """Microseconds."""
    phase: int
    """The first instant of the grid from 1970 on, in microseconds."""
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        anchor = self.anchor if self.phase else "epoch"
        return f"every({_length(self.step)}, anchor={anchor!r}, tz={self._zone.spelling})"

    @property
    def anchor(self) -> datetime:
        """An instant of the grid: one that UTC can show, or else one that some zone can."""
        # A step may be wider than the calendar.
        return next(
            zone.show(instant)
            for zone in _ANCHOR_ZONES
            for instant in (self.phase, self.phase - self.step)
            if zone.first <= instant <= zone.last
        )

    def _search(self, instant: int, step: Step, bound: int | None) -> int:
        if step == 1:
            return instant + self.step - (instant - self.phase) % self.step
        return instant - 1 - (instant - 1 - self.phase) % self.step

    def _count(self, start: int, end: int) -> int:
        start, end = max(start, self._zone.first), min(end, self._zone.last + 1)
        steps = (end - 1 - self.phase) // self.step
        return max(0, steps - (start - 1 - self.phase) // self.step)

    def _instants(self, start: int, end: int, step: Step = 1) -> Iterator[int]:
        start, end = max(start, self._zone.first), min(end, self._zone.last + 1)
        runs = range(start + (self.phase - start) % self.step, end, self.step)
        return iter(runs[::step])

    @property
    def _counts_at_once(self) -> bool:
        return True

    @property
    def _repeats(self) -> bool:
        return CYCLE_DAYS * DAY * SECOND % self.step == 0

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        step, fraction = divmod(self.step, SECOND)
        period = lcm(step, DAY) // DAY
        if fraction or self.phase % SECOND:
            return None
        if period > MOST_KINDS:
            return None if exact else self._times_of_any_day(days)
        kinds = []
        # The same days for each place, but for where they begin: of all time, these are large ints.
        one_a_period, every_day = every_nth_bit(0, period, len(days)), (1 << len(days)) - 1
        for place, day in enumerate(days[:period]):
            first = (self.phase // SECOND - day * DAY) % step
            kinds.append((every_nth_bit(first, step, DAY), one_a_period << place & every_day))
        return timeline_of(days, kinds)

    def _times_of_any_day(self, days: range) -> Timeline:
        """The seconds of the day that it comes to on some day, as if it did on every day."""
        step = gcd(self.step // SECOND, DAY)
        times = every_nth_bit(self.phase // SECOND % step, step, DAY)
        return timeline_of(days, [(times, (1 << len(days)) - 1)])

    def in_zone(self, tz: tzinfo | str) -> Grid:
        return Grid(self.step, self.phase, find_zone(tz))

    def shared_with(self, other: Grid) -> Grid | None:
        """The instants that two grids share: a grid again, or None if they never meet."""
        common = gcd(self.step, other.step)
        apart, rest = divmod(other.phase - self.phase, common)
        if rest:
            return None
        # The Chinese remainder theorem.
        steps = apart * pow(self.step // common, -1, other.step // common)
        step = lcm(self.step, other.step)
        return Grid(step, (self.phase + steps * self.step) % step, self._zone)


@dataclass(frozen=True, slots=True, repr=False)
class Floating(InstantSchedule):
    """A fixed elapsed time after the last run; made by `every` without an anchor.

    It is no set of instants, so what asks for one raises FloatingScheduleError.
    """

    floating: ClassVar[bool] = True

    step: int
    """Microseconds."""
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"every({_length(self.step)}, tz={self._zone.spelling})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int:
        if step == 1:
            return instant + self.step
        raise self._no_set()

    def _instants(self, start: int, end: int, step: Step = 1) -> Iterator[int]:
        # The first run is one period after the start, so the start itself is not one.
        return InstantSchedule._instants(self, start + 1, end, step)

    def runs_back(
        self, end: datetime, start: datetime | None = None, *, limit: int | None = None
    ) -> Iterator[datetime]:
        return self._refuse(end, "end")

    def matches(self, instant: datetime) -> bool:
        return self._refuse(instant, "instant")

    def count(self, start: datetime, end: datetime) -> int:
        return self._refuse(start, "start")

    def ceil(self, t: datetime) -> datetime | None:
        return self._refuse(t, "t")

    def _refuse(self, moment: datetime, name: str) -> NoReturn:
        """Refuse a question that only a set of instants answers; a naive moment comes first."""
        to_instant(moment, name)
        raise self._no_set()

    def _no_set(self) -> FloatingScheduleError:
        return FloatingScheduleError(
            f"{self!r} counts from the last run, so it has no runs of its own to look back on:"
            f" {_CURE}"
        )

    def due_state(
        self,
        last_run: datetime | None,
        now: datetime,
        *,
        since: datetime | None = None,
        catch_up: CatchUp = "latest",
        deadline: timedelta | None = None,
    ) -> DueState:
        """As for any schedule; `scheduled_for` is one period after the last run.

        If `deadline` drops that one, the steps after it count, so that an outage longer than
        the deadline does not stop the schedule for ever.
        """
        moment = to_instant(now, "now")
        lower, oldest = missed_after(last_run, moment, since, deadline, catch_up)
        due = self._missed(lower, oldest, moment)
        if due is None:
            steps = max(0, moment - lower) // self.step
            following = lower + (steps + 1) * self.step
        else:
            following = moment + self.step
        return self._due_state(moment, due, following if following <= self._zone.last else None)

    def missed_runs(
        self,
        last_run: datetime | None,
        now: datetime,
        *,
        since: datetime | None = None,
        deadline: timedelta | None = None,
    ) -> Iterator[datetime]:
        """The one run that is due at `now`, if any, as `due_state` finds it."""
        moment = to_instant(now, "now")
        lower, oldest = missed_after(last_run, moment, since, deadline)
        due = self._missed(lower, oldest, moment)
        return iter(() if due is None else (self._zone.show(due),))

    def _missed(self, lower: int, oldest: int, moment: int) -> int | None:
        first = lower + self.step
        if first > moment:
            return None
        if first >= oldest:
            return first
        newest = lower + (moment - lower) // self.step * self.step
        return newest if newest >= oldest else None

    def in_zone(self, tz: tzinfo | str) -> Floating:
        return Floating(self.step, find_zone(tz))


def every(
    period: timedelta | float | None = None,
    *rest: Never,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
    milliseconds: float = 0,
    anchor: datetime | Literal["epoch"] | None = None,
    tz: tzinfo | str = "UTC",
    **other: Never,
) -> Grid | Floating:
    """A run every so much elapsed time, untouched by clock changes.

    The period is a timedelta, a number of seconds, or the sum of the keywords; it must be at
    least a microsecond. With `anchor`, an aware datetime or `"epoch"` for 1970-01-01T00:00Z, the
    runs are a grid through it, in both directions. Without, the schedule is floating: the next
    run is one period after the last, and questions about a set of runs raise
    FloatingScheduleError. `tz` is the zone that results are expressed in. A day is not always 24
    hours long, so days, weeks, months and years are `calendar_interval`'s.

    Raises ScheduleError, NaiveDatetimeError for an anchor without a zone, UnknownTimeZoneError.

    >>> from datetime import UTC
    >>> every(minutes=5, anchor="epoch").next_run(datetime(2026, 1, 5, 8, 2, tzinfo=UTC)).minute
    5
    """
    if other:
        raise no_such_keyword("every", next(iter(other)), _MISTAKEN, _KEYWORDS)
    if rest:
        raise InvalidTypeError(
            'every() takes one period, and all else by name, for example every(5, anchor="epoch")'
        )
    zone = find_zone(tz)
    named = {
        "hours": hours,
        "minutes": minutes,
        "seconds": seconds,
        "milliseconds": milliseconds,
    }
    step = _step(period, named)
    if anchor is None:
        return Floating(step, zone)
    return Grid(step, (0 if anchor == "epoch" else to_instant(anchor, "anchor")) % step, zone)


def _step(period: timedelta | float | None, named: dict[str, float]) -> int:
    """The period in microseconds."""
    if period is not None and any(part != 0 for part in named.values()):
        raise InvalidValueError("give the period or its parts as keywords, not both")
    if isinstance(period, timedelta):
        length = period
    elif period is not None:
        length = _elapsed("seconds", period, "a period", "a timedelta or a number of seconds")
    else:
        parts = (_elapsed(name, part, name, "a number") for name, part in named.items())
        try:
            length = sum(parts, timedelta(0))
        except OverflowError:
            raise InvalidValueError("the period is longer than the calendar") from None
    if length <= timedelta(0):
        raise InvalidValueError(f"a period must be longer than zero, not {_signed(length)}")
    return length // MICROSECOND


def _signed(length: timedelta) -> str:
    return f"-{-length}" if length < timedelta(0) else f"{length}"


def _elapsed(unit: str, number: object, what: str, allowed: str) -> timedelta:
    """So many units of time; raises ScheduleError, which calls it `what`."""
    if not isinstance(number, bool):
        try:
            return timedelta(**{unit: cast(float, number)})
        except OverflowError:
            raise InvalidValueError(
                f"{what} is longer than the calendar: {shorten(number)}"
            ) from None
        except (TypeError, ValueError):
            pass
    cure = ': parse() reads texts such as "PT5M"' if isinstance(number, str) else ""
    raise InvalidValueError(f"{what} must be {allowed}, not {shorten(number)}{cure}")


def _length(step: int) -> str:
    """The period as arguments of `every`, in the coarsest unit that holds it."""
    for name, unit in _UNITS.items():
        if step % unit == 0:
            return f"{name}={step // unit}"
    return repr(timedelta(microseconds=step))


@dataclass(frozen=True, slots=True, repr=False)
class CalendarInterval(WallSchedule):
    """Wall times a number of months and days apart; made by `calendar_interval`.

    Step number n is n months after the anchor, on the last day of a month that is too short,
    and then n times the days later. So the steps never drift, and lie in both directions.
    """

    months: int
    days: int
    anchor: int
    """The wall label of step 0."""
    microsecond: int
    """What every run has beyond the whole second."""
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()  # overrides the property of the base

    def __repr__(self) -> str:
        given = [f"months={self.months}"] if self.months else []
        given += [f"days={self.days}"] if self.days else []
        given += [f"anchor={self.anchor_time!r}", f"tz={self._zone.spelling}"]
        if self.policy != NAMED_POLICIES["rfc5545"]:
            given.append(f"dst={self.policy!r}")
        return f"calendar_interval({', '.join(given)})"

    @property
    def anchor_time(self) -> datetime:
        """The wall time of step 0 in the zone; it may be one that a clock change removes."""
        wall = EPOCH + timedelta(0, self.anchor, self.microsecond)
        return wall.replace(tzinfo=self._zone.tzinfo)

    @property
    def _repeats(self) -> bool:
        if self.days:
            return not self.months and CYCLE_DAYS % self.days == 0
        return CYCLE_YEARS * 12 % self.months == 0

    def in_zone(self, tz: tzinfo | str) -> CalendarInterval:
        return CalendarInterval(
            self.months, self.days, self.anchor, self.microsecond, find_zone(tz), self.policy
        )

    def _labels_of(self, days: range) -> Kinds | None:
        if self.microsecond:
            return None
        return [(1 << self.anchor % DAY, self._days_among(days))]

    def _days_among(self, days: range) -> int:
        """The days of a range that have a step; bit n is day n of it."""
        if self.days and not self.months:
            first = (self.anchor // DAY - days.start) % self.days
            return every_nth_bit(first, self.days, len(days))
        labels = self._labels_in(days.start * DAY, days.stop * DAY)
        return bits_of(label // DAY - days.start for label in labels)

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        # The last step up to a label is the one before the first step after it.
        number = self._number_from(label) if step == 1 else self._number_from(label + 1) - 1
        found = self._label(number)
        return found if FIRST_LABEL <= found <= LAST_LABEL else None

    def _label_count(self, start: int, end: int) -> int:
        start, end = max(start, FIRST_LABEL), min(end, LAST_LABEL + 1)
        return self._number_from(end) - self._number_from(start) if start < end else 0

    def _number_from(self, label: int) -> int:
        """The number of the first step at or after `label`."""
        number = self._number_near(label)
        while self._label(number) >= label:
            number -= 1
        while self._label(number) < label:
            number += 1
        return number

    def _number_near(self, label: int) -> int:
        """The number of a step at most a few away from `label`."""
        # 400 years are 4800 months and 146097 days.
        cycle = self.months * CYCLE_DAYS + self.days * _CYCLE_MONTHS
        return (label - self.anchor) * _CYCLE_MONTHS // (cycle * DAY)

    def _label(self, number: int) -> int:
        day, second = divmod(self.anchor, DAY)
        year, month, day_of_month = date_of(day)
        cycles, index = divmod(year * 12 + month - 1 + number * self.months, _CYCLE_MONTHS)
        year, month = index // 12, index % 12 + 1
        day = day_number(year, month, min(day_of_month, days_in_month(year, month)))
        day += cycles * CYCLE_DAYS
        return (day + number * self.days) * DAY + second

    # The fraction of a second is the same for all runs, so the search does without it.

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        whole = None if bound is None else bound - self.microsecond
        run = WallSchedule._search(self, instant - self.microsecond, step, whole)
        return None if run is None else run + self.microsecond

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        fraction = timedelta(microseconds=self.microsecond)
        for change in WallSchedule._changes(self, start, end):
            runs = (to_instant(run) + self.microsecond for run in change.instants)
            shown = tuple(self._zone.show(run) for run in runs)
            yield ClockChange(change.label + fraction, change.kind, shown)

    def _count(self, start: int, end: int) -> int:
        return WallSchedule._count(self, start - self.microsecond, end - self.microsecond)


def calendar_interval(
    *,
    years: int = 0,
    months: int = 0,
    weeks: int = 0,
    days: int = 0,
    anchor: datetime,
    tz: tzinfo | str = "UTC",
    dst: DstPolicy | str = "rfc5545",
) -> CalendarInterval:
    """A run every so many years, months, weeks and days of wall time.

    `anchor` is an aware datetime; its wall time in `tz` is one of the runs and sets the phase of
    all, in both directions: clip with `.within` to start there. Months count from the anchor,
    so that 31 January is followed by 28 February and 31 March. `dst` is the policy for clock
    changes, RFC 5545's unless given.

    Raises ScheduleError, NaiveDatetimeError and UnknownTimeZoneError.

    >>> from datetime import UTC
    >>> monthly = calendar_interval(months=1, anchor=datetime(2026, 1, 31, 9, tzinfo=UTC))
    >>> [run.day for run in monthly.runs(datetime(2026, 1, 1, tzinfo=UTC),
    ...                                  datetime(2026, 5, 1, tzinfo=UTC))]
    [31, 28, 31, 30]
    """
    zone = find_zone(tz)
    parts = {"years": years, "months": months, "weeks": weeks, "days": days}
    for name, number in parts.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MOST:
            raise InvalidValueError(
                f"{name} must be an int from 0 to {_MOST:,}, not {shorten(number)}"
            )
    if not any(parts.values()):
        raise InvalidValueError(
            "an interval must be longer than zero: give years, months, weeks or days"
        )
    instant = to_instant(anchor, "anchor")
    local = anchor if find_zone(anchor.tzinfo or zone) == zone else zone.show(instant)
    label = (local.toordinal() - EPOCH_ORDINAL) * DAY
    label += (local.hour * 60 + local.minute) * 60 + local.second
    return CalendarInterval(
        years * 12 + months, weeks * 7 + days, label, local.microsecond, zone, find_policy(dst)
    )
