"""Business days: runs kept by their local date, rolled off holidays, or counted within a period.

All of it comes down to one set of days (`duetime.days`): those off, or those that are meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from functools import lru_cache, partial
from operator import and_, or_
from re import finditer
from typing import Any, Final, Literal

from duetime.civil import WallSchedule
from duetime.combine import Intersection, Union, joined_changes, set_of_instants
from duetime.crontab.gregorian import LAST_YEAR, date_of, day_number, days_in_month
from duetime.days import (
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
)
from duetime.errors import ScheduleError, shorten
from duetime.labels import label_timeline, labels_shown, moved_days
from duetime.schedule import ClockChange, Schedule
from duetime.searching import (
    Restricted,
    Searching,
    Span,
    Step,
    is_beyond,
    nearer,
    neighbour,
    too_far,
)
from duetime.timeline import ALL_DAY, CALENDAR, Kinds, Timeline, joined_all, timeline_of
from duetime.zones import (
    DAY,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    LAST_LABEL,
    NAMED_POLICIES,
    SECOND,
    DstPolicy,
    Zone,
    block_start,
    find_policy,
    find_zone,
)

_NEAR: Final = 5
"""Days that a search looks on without regard to clock changes, fewer than lie between two."""

Convention = Literal["following", "preceding", "modified_following", "modified_preceding"]
Period = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True, repr=False)
class BusinessDays:
    """A business calendar: the days that are neither weekend nor holiday; made by `business_days`.

    `date in calendar` asks it; a datetime stands for the date it shows. Two are equal when they
    have the same days.
    """

    off: Days
    """The days that are no business days."""

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

        >>> payday = business_days().nth(-1, per="quarter", at=time(9), tz="Europe/Paris")
        >>> payday.next_run(datetime.fromisoformat("2026-02-01T00:00:00Z")).isoformat()
        '2026-03-31T09:00:00+02:00'
        """
        if not isinstance(per, str) or per not in _MOST_OF:
            raise ScheduleError(f"per must be one of {', '.join(_MOST_OF)}, not {shorten(per)}")
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= abs(n) <= _MOST_OF[per]:
            raise ScheduleError(
                f"n must be an int from 1 to {_MOST_OF[per]} for a {per}, or from -1 down to"
                f" count from its end, not {n!r}"
            )
        return NthBusinessDay(self.off, n, per, second_of(at), find_zone(tz), find_policy(dst))


def business_days(
    weekend: str | int | Iterable[str | int] = ("sat", "sun"), holidays: Calendar = ()
) -> BusinessDays:
    """A business calendar, for `.on`, `.excluding`, `.rolled` and `.nth`.

    `weekend`: the weekdays off, as names (`"fri-sat"`, `("saturday", "sunday")`) or as ints as
    `date.weekday` counts them, Monday 0; `()` for none. `holidays`: dates, or anything with
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
    return BusinessDays(days_of(holidays, read_weekdays("weekend", weekend, as_in_cron=False)))


def second_of(value: object) -> int:
    """A wall time as a second of the day; raises ScheduleError for what is none."""
    if not isinstance(value, time) or value.tzinfo is not None or value.microsecond:
        raise ScheduleError(
            "a time of day is a datetime.time of whole seconds without a zone (the zone is tz=),"
            f" not {value!r}"
        )
    return (value.hour * 60 + value.minute) * 60 + value.second


def time_at(second: int) -> time:
    """A second of the day as a wall time."""
    minutes, seconds = divmod(second, 60)
    return time(*divmod(minutes, 60), seconds)


def on(schedule: Schedule, calendar: Calendar) -> OnDays:
    """The runs whose local date is in a calendar."""
    return _on_days(schedule, calendar, keep=True)


def excluding(schedule: Schedule, calendar: Calendar) -> OnDays:
    """The runs whose local date is not in a calendar."""
    return _on_days(schedule, calendar, keep=False)


def _on_days(schedule: Schedule, calendar: Calendar, *, keep: bool) -> OnDays:
    set_of_instants(schedule)
    if isinstance(calendar, BusinessDays):
        return OnDays(schedule, calendar.off, not keep, schedule.zone)
    return OnDays(schedule, days_of(calendar), keep, schedule.zone)


@dataclass(frozen=True, slots=True, repr=False)
class OnDays(Restricted):
    """The runs of a schedule on some local dates; made by `.on` and `.excluding`."""

    schedule: Schedule
    days: Days
    inside: bool
    """Whether the runs on these days are kept, or those on all others."""
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        method = "on" if self.keeps else "excluding"
        return f"{self.schedule!r}.{method}({self.calendar!r})"

    @property
    def calendar(self) -> BusinessDays | list[date] | Any:
        """The calendar as an argument: dates, a held container, or business days."""
        calendar = BusinessDays(self.days)
        if self._is_of_business_days:
            return calendar
        return self.days.held[0] if self.days.held else calendar.holidays

    @property
    def keeps(self) -> bool:
        """Whether it keeps the runs on the days of its calendar, and does not drop them."""
        return self.inside is not self._is_of_business_days

    @property
    def _is_of_business_days(self) -> bool:
        days = self.days
        return bool(days.weekdays) or len(days.held) + bool(days.dates) > 1

    @property
    def repeats(self) -> bool:
        return self.schedule.repeats and self.days.repeats

    @property
    def reach(self) -> int | None:
        return MOST_DAYS * DAY * SECOND if self.days.held else None

    def may_run(self, block: int) -> int | None:
        times = self.schedule.may_run(block)
        # A refreshed zone has a tzinfo of its own.
        return times if times == 0 or _may_keep(self, block, self.zone.tzinfo) else 0

    def span(self, instant: int, step: Step, bound: int | None) -> Span | None:
        second = instant // SECOND
        stop = None if bound is None else (bound - 1 if step == 1 else bound) // SECOND
        return self._quiet_span(second, step, stop) or self._span(second, step, stop)

    def _quiet_span(self, second: int, step: Step, stop: int | None) -> Span | None:
        """The span as far as it is out of reach of clock changes, and a few days away."""
        quiet_offset = self.zone.quiet_offset
        offset = quiet_offset(second)
        if offset is None:
            return None
        day = (second + offset) // DAY
        limit = day + step * _NEAR
        if stop is not None:
            limit = (
                min(limit, (stop + offset) // DAY)
                if step == 1
                else max(limit, (stop + offset) // DAY)
            )
        found = self.days.nearest(day, step, inside=self.inside, limit=limit)
        if found is None or (found - limit) * step > 0:
            return None
        offset = quiet_offset(found * DAY)
        if offset is None:
            return None
        end = found + 1
        if step == 1 and not self.days.held:
            # Days that follow each other are one span, if the last one is quiet too.
            after = self.days.nearest(end, 1, inside=not self.inside, limit=found + _NEAR)
            if after is not None and quiet_offset((after - 1) * DAY) == offset:
                end = after
        return (found * DAY - offset) * SECOND, (end * DAY - offset) * SECOND

    def _span(self, second: int, step: Step, stop: int | None) -> Span | None:
        zone, days, inside = self.zone, self.days, self.inside
        first = second
        while stop is None or (stop - second) * step >= 0:
            stretch, start, end = zone.stretch_at(second)
            offset = stretch.offset
            edge = nearer(step, end - 1 if step == 1 else start, stop)
            limit = ((edge or 0) + offset) // DAY
            found = days.nearest((second + offset) // DAY, step, inside=inside, limit=limit)
            if found is not None:
                low = max(start, found * DAY - offset)
                high = min(end, (found + 1) * DAY - offset)
                if low < high:
                    return low * SECOND, high * SECOND
            second = end if step == 1 else start - 1
            if not days.held:
                # No wall time is a day from its instant; a clock set back may repeat a date.
                found = days.nearest((second - step * DAY) // DAY, step, inside=inside)
            elif abs(second - first) > MOST_DAYS * DAY:
                raise too_far(zone, second * SECOND)
            if found is None:
                return None
            if step == 1:
                second = max(second, (found - 1) * DAY)
            else:
                second = min(second, (found + 2) * DAY - 1)
        return None

    def timeline(self, days: range) -> Timeline | None:
        parts = (part(days) for part in (self.schedule.timeline, self._all_of_days))
        return joined_all(parts, and_)

    def _all_of_days(self, days: range) -> Timeline | None:
        """Every second of the local days on which runs are kept."""
        return label_timeline(self._labels_of, NAMED_POLICIES["wall"], self.zone, days)

    def _labels_of(self, days: range) -> Kinds | None:
        found = self.days.among(days)
        if found is None:
            return None
        return [(ALL_DAY, found if self.inside else found ^ (1 << len(days)) - 1)]

    def holds_label(self, label: datetime) -> bool:
        return self.days.holds(label.toordinal() - EPOCH_ORDINAL) is self.inside

    def in_zone(self, tz: tzinfo | str) -> OnDays:
        return replace(self, schedule=self.schedule.in_zone(tz), zone=find_zone(tz))


@lru_cache(maxsize=8192)
def _may_keep(kept: OnDays, block: int, _: object) -> bool:
    """Whether a run of a block may be kept; False proves that none is."""
    schedule, zone = kept.schedule, kept.zone
    # No wall time is two days from its instant.
    days = range(block_start(block) // DAY - 2, block_start(block + 1) // DAY + 2)
    busy = schedule.busy_days(days) if isinstance(schedule, WallSchedule) else None
    if busy is None or kept.days.held or schedule.zone != zone:
        return True
    if any(busy >> n & 1 and kept.days.holds(day) is kept.inside for n, day in enumerate(days)):
        return True
    # A clock change may move a run to another date.
    touched = [day for day in days if zone.quiet_offset(day * DAY) is None]
    return bool(touched) and _any_between(kept, touched[0] - 2, touched[-1] + 3)


def _any_between(kept: OnDays, first: int, stop: int) -> bool:
    """Whether a run is kept in a few days of UTC."""
    low, high = first * DAY * SECOND, stop * DAY * SECOND
    run = kept.following_until(low - 1, high)
    return run is not None and run < high


# Rolling. The days off between two business days are split in two: the first ones roll back to
# the business day before, the others on to the one after.


def _all_following(before: int, after: int) -> int:
    return before + 1


def _all_preceding(before: int, after: int) -> int:
    return after


def _following_within_month(before: int, after: int) -> int:
    _, _, day = date_of(after)
    return max(before + 1, after - day + 1)


def _preceding_within_month(before: int, after: int) -> int:
    year, month, day = date_of(before)
    return min(after, before - day + 1 + days_in_month(year, month))


CONVENTIONS: Final[dict[str, Callable[[int, int], int]]] = {
    "following": _all_following,
    "preceding": _all_preceding,
    "modified_following": _following_within_month,
    "modified_preceding": _preceding_within_month,
}
"""By convention: the first of the days off between two business days that rolls forward."""


def rolled(schedule: Schedule, calendar: BusinessDays, convention: Convention) -> Rolled:
    """The runs on business days, and all others moved to one as a convention says."""
    set_of_instants(schedule)
    if not isinstance(calendar, BusinessDays):
        raise ScheduleError(
            f"runs are rolled onto business_days(...), not onto {shorten(calendar)}: for holidays"
            " alone, business_days(weekend=(), holidays=...)"
        )
    if not isinstance(convention, str) or convention not in CONVENTIONS:
        raise ScheduleError(
            f"convention must be one of {', '.join(CONVENTIONS)}, not {shorten(convention)}"
        )
    return Rolled(schedule, calendar.off, convention, schedule.zone)


@dataclass(frozen=True, slots=True, repr=False)
class Rolled(Searching):
    """The runs of a schedule, those on days off moved to a business day; made by `.rolled`."""

    schedule: Schedule
    off: Days
    convention: Convention
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.rolled({BusinessDays(self.off)!r}, {self.convention!r})"

    @property
    def repeats(self) -> bool:
        return self.schedule.repeats and self.off.repeats

    @property
    def _kept(self) -> OnDays:
        return OnDays(self.schedule, self.off, False, self.zone)

    def _moved(self, bound: int | None = None) -> _Moved:
        """The runs that are moved, from up to `bound`."""
        policy = policy_of(self.schedule)
        return _Moved(self.schedule, self.off, self.convention, self.zone, policy, bound)

    def _origin(self, bound: int | None, step: Step) -> int | None:
        """Where runs come from that are moved to what is up to `bound`: from not beyond this."""
        if bound is None:
            return None
        beside = self.off.nearest(bound // (DAY * SECOND) + 2 * step, step, inside=False)
        return None if beside is None else (beside + 2 * step) * DAY * SECOND

    def _nearest(self, instant: int, step: Step, bound: int | None = None) -> int | None:
        origin = self._origin(bound, step)
        run: int | None = instant
        while True:
            # A run tells how far to look: the searches for what is kept and for what is moved
            # would each go on to the end of the calendar where there is nothing.
            run = None if run is None else neighbour(self.schedule, run, step, origin)
            limit = nearer(step, bound, None if run is None else self._target_end(run, step))
            kept = neighbour(self._kept, instant, step, limit)
            moved = neighbour(self._moved(self._origin(limit, step)), instant, step, None)
            found = nearer(step, kept, moved)
            if found is not None and not is_beyond(found, step, limit):
                return found
            if limit is None or limit == bound:
                return None
            # A clock change dropped what was moved, which does not happen many times in a row.
            run = instant = limit - step

    def _target_end(self, run: int, step: Step) -> int | None:
        """An instant beyond a run and beyond what it is moved to."""
        day = run // (DAY * SECOND)
        beside = self.off.nearest(day + step, step, inside=False)
        return None if beside is None else (beside + 3 * step) * DAY * SECOND

    def timeline(self, days: range) -> Timeline | None:
        if self.off.held:
            return None
        before = self.off.nearest(days.start - _NEAR, -1, inside=False)
        after = self.off.nearest(days.stop + _NEAR, 1, inside=False)
        if before is None or after is None:
            return None
        near = range(before - _NEAR, after + _NEAR)
        if near.start < CALENDAR.start or near.stop > CALENDAR.stop:
            return None
        labels = self._labels_moved(near)
        if labels is None:
            return None
        kinds = labels.kinds

        def labels_of(local: range) -> Kinds:
            return [(times, on >> local.start - near.start) for times, on in kinds]

        moved = label_timeline(labels_of, policy_of(self.schedule), self.zone, days)
        return joined_all((self._kept.timeline(days), moved), or_)

    def _labels_moved(self, days: range) -> Timeline | None:
        """What runs are moved to between the first and the last business day of a range."""
        runs = self.schedule.timeline(days)
        labels = None if runs is None else labels_shown(runs, self.zone)
        if labels is None:
            return None
        moves = _moves(self.off, self.convention, days)
        parts = (
            timeline_of(days, [(times, moved_days(on & sources, by))])
            for times, on in labels.kinds
            for by, sources in moves
        )
        return joined_all((Timeline(days, ()), *parts), or_)

    def _count(self, start: int, end: int) -> int:
        number = self._kept.count_between(start, end)
        moved, kept = self._moved(self._origin(end, 1)), self._kept
        run = moved.following(start - 1)
        while run is not None and run < end:
            number += kept.following_until(run - 1, run + 1) != run
            run = moved.following(run)
        return number

    def in_zone(self, tz: tzinfo | str) -> Rolled:
        return replace(self, schedule=self.schedule.in_zone(tz), zone=find_zone(tz))

    def changes_between(self, start: int, end: int) -> Iterator[ClockChange]:
        moved = self._moved(self._origin(end, 1))
        parts = (self._kept, moved)
        return joined_changes([part.changes_between(start, end) for part in parts])


@lru_cache(maxsize=32)
def _moves(off: Days, convention: Convention, days: range) -> list[tuple[int, int]]:
    """By how many days runs are moved, and from which days off that lie between business days."""
    flags = f"{off.among(days) or 0:0{len(days)}b}"[::-1]
    sources: dict[int, bytearray] = defaultdict(partial(bytearray, len(days) // 8 + 1))
    for match in finditer("(?<=0)1+(?=0)", flags):
        first, after = match.span()
        split = CONVENTIONS[convention](days[first - 1], days[after]) - days.start
        for place in range(first, after):
            by = (first - 1 if place < split else after) - place
            sources[by][place >> 3] |= 1 << (place & 7)
    return [(by, int.from_bytes(on, "little")) for by, on in sources.items()]


def policy_of(schedule: Schedule) -> DstPolicy:
    """The policy for clock changes of a schedule, or of what it is made of; else RFC 5545's."""
    policy = getattr(schedule, "policy", None)
    if isinstance(policy, DstPolicy):
        return policy
    if isinstance(schedule, Union | Intersection):
        policies = {policy_of(part) for part in schedule.parts}
        return policies.pop() if len(policies) == 1 else NAMED_POLICIES["rfc5545"]
    made_from = getattr(schedule, "schedule", None)
    if isinstance(made_from, Schedule):
        return policy_of(made_from)
    return NAMED_POLICIES["rfc5545"]


@dataclass(frozen=True, slots=True)
class _Moved(WallSchedule):
    """The runs that a convention moves, as wall labels on the business days they are moved to."""

    schedule: Schedule
    off: Days
    convention: Convention
    zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()
    bound: int | None
    """Where the runs to move end to be of interest, in the direction of the search."""

    def label_from(self, label: int) -> int | None:
        return self._label(max(label, FIRST_LABEL), 1)

    def label_upto(self, label: int) -> int | None:
        return self._label(min(label, LAST_LABEL), -1)

    def _label(self, label: int, step: Step) -> int | None:
        day, second = divmod(label, DAY)
        target = self.off.nearest(day, step, inside=False)
        while target is not None:
            edge = 0 if step == 1 else DAY - 1
            found = self._time(target, second if target == day else edge, step)
            if found is not None:
                return target * DAY + found
            target = self._target_beyond(target, step)
        return None

    def _around(self, day: int) -> tuple[int, int, int]:
        """The business days before and after a day, and the day off from which runs roll on."""
        before = self.off.nearest(day - 1, -1, inside=False)
        after = self.off.nearest(day + 1, 1, inside=False)
        before = FIRST_DAY - 1 if before is None else before
        after = LAST_DAY + 1 if after is None else after
        return before, after, CONVENTIONS[self.convention](before, after)

    def _time(self, target: int, second: int, step: Step) -> int | None:
        """The nearest time of day at or beyond `second` that is moved to a business day."""
        split_before = self._split(target - 1, target)
        split_after = self._split(target + 1, target)
        sources = (*range(split_before, target), *range(target + 1, split_after))
        return nearer(step, *(self._time_on(day, second, step) for day in sources))

    def _split(self, day: int, target: int) -> int:
        """The first day that rolls on, of the days off around `day`, which is beside `target`."""
        return self._around(day)[2] if self._is_off(day) else target

    def _is_off(self, day: int) -> bool:
        return FIRST_DAY <= day <= LAST_DAY and self.off.holds(day)

    def _time_on(self, day: int, second: int, step: Step) -> int | None:
        """The nearest time of day at or beyond `second` at which the schedule runs on a day."""
        times = []
        for low, high, offset in _pieces(self.zone, day):
            moment = day * DAY + second - offset
            if step == 1:
                start = max(low, moment)
                run = self.schedule.following_until(start * SECOND - 1, high * SECOND)
            else:
                start = min(high - 1, moment)
                run = self.schedule.preceding_until((start + 1) * SECOND, low * SECOND)
            if run is not None and start < high and low * SECOND <= run < high * SECOND:
                times.append(self._whole(run) + offset - day * DAY)
        return nearer(step, *times)

    def _whole(self, run: int) -> int:
        second, rest = divmod(run, SECOND)
        if rest:
            raise ScheduleError(
                f"the run at {self.zone.show(run).isoformat()} is not on a whole second: only"
                " runs on whole seconds can be rolled"
            )
        return second

    def _target_beyond(self, target: int, step: Step) -> int | None:
        """The nearest business day beyond `target` that a run is moved to."""
        beside = target + step
        if self._is_off(beside):
            # Past the days off that roll to this one.
            split = self._around(beside)[2]
            beside = max(beside, split) if step == 1 else min(beside, split - 1)
        source = self._source(beside, step)
        if source is None:
            return None
        before, after, split = self._around(source)
        found = before if source < split else after
        return found if FIRST_DAY <= found <= LAST_DAY else None

    def _source(self, day: int, step: Step) -> int | None:
        """The nearest day off at or beyond `day` on which the schedule runs."""
        off = OnDays(self.schedule, self.off, True, self.zone)
        moment = (day - 1) * DAY if step == 1 else (day + 2) * DAY
        run = neighbour(off, moment * SECOND - step, step, self.bound)
        while run is not None:
            second = run // SECOND
            stretch, start, end = self.zone.stretch_at(second)
            found = (second + stretch.offset) // DAY
            if (found - day) * step >= 0:
                return found
            midnight = (found + (step == 1)) * DAY - stretch.offset
            moment = min(end, midnight) if step == 1 else max(start, midnight)
            run = neighbour(off, moment * SECOND - (step == 1), step, self.bound)
        return None


def _pieces(zone: Zone, day: int) -> Iterator[tuple[int, int, int]]:
    """The seconds of UTC `[low, high)` that are a day of wall time, each with its offset."""
    second, until = (day - 1) * DAY, (day + 2) * DAY
    while second < until:
        stretch, _, end = zone.stretch_at(second)
        low = max(second, day * DAY - stretch.offset)
        high = min(end, (day + 1) * DAY - stretch.offset)
        if low < high:
            yield low, high, stretch.offset
        second = end


_MOST_OF: Final[dict[str, int]] = {"week": 7, "month": 31, "quarter": 92, "year": 366}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


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
    zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()  # overrides the property of the base
    bound: int | None = field(default=None, compare=False)
    """The instant at which a search ends; only one in a held container needs such an end."""

    def __repr__(self) -> str:
        given = [repr(self.n), f"per={self.per!r}", f"at={time_at(self.second)!r}"]
        given.append(f"tz={self.zone.spelling}")
        if self.policy != NAMED_POLICIES["rfc5545"]:
            given.append(f"dst={self.policy!r}")
        return f"{BusinessDays(self.off)!r}.nth({', '.join(given)})"

    @property
    def repeats(self) -> bool:
        return self.off.repeats

    @property
    def clock(self) -> tuple[int, int, int]:
        at = time_at(self.second)
        return 1 << at.hour, 1 << at.minute, 1 << at.second

    def in_zone(self, tz: tzinfo | str) -> NthBusinessDay:
        return replace(self, zone=find_zone(tz))

    def busy_days(self, days: range) -> int | None:
        if self.off.held or not FIRST_DAY <= days.start < days.stop <= LAST_DAY + 1:
            return None
        return _days_of_nth(self, days)

    def following_until(self, instant: int, end: int) -> int | None:
        return self._bounded(end).following(instant)

    def preceding_until(self, instant: int, start: int) -> int | None:
        return self._bounded(start).preceding(instant)

    def count_between(self, start: int, end: int) -> int:
        return WallSchedule.count_between(self._bounded(end), start, end)

    def _bounded(self, bound: int) -> NthBusinessDay:
        return replace(self, bound=bound) if self.off.held else self

    def label_from(self, label: int) -> int | None:
        return self._label(max(label, FIRST_LABEL), 1)

    def label_upto(self, label: int) -> int | None:
        return self._label(min(label, LAST_LABEL), -1)

    def _label(self, label: int, step: Step) -> int | None:
        asked = label // DAY
        number = self.period_of(asked)
        if abs(self.n) > _most_business_days(self.off.weekdays, self.per):
            return None
        while True:
            first, last = self.days_of(number)
            if self._is_hopeless(asked, first, last, step):
                return None
            day = self._day(first, last)
            if day is not None and (day * DAY + self.second - label) * step >= 0:
                return day * DAY + self.second
            number += step

    def _is_hopeless(self, asked: int, first: int, last: int, step: Step) -> bool:
        """Whether a search ends before a period: past its bound, or past every kind of period."""
        if not FIRST_DAY <= first <= last <= LAST_DAY:
            return True
        if not self.off.held:
            settled = (max if step == 1 else min)((asked, *self.off.dates))
            return (first - settled) * step > _DAYS_OF_ALL_SHAPES
        if self.bound is not None:
            bound = self.bound // SECOND
            offset = self.zone.quiet_offset(bound)
            shown = bound + (step * DAY if offset is None else offset)
            return first * DAY >= shown if step == 1 else (last + 1) * DAY <= shown
        if abs(first - asked) > MOST_DAYS:
            raise too_far(self.zone, first * DAY * SECOND)
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
