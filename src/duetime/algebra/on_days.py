"""`.on` and `.excluding`: runs kept or dropped by their local date."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from operator import and_
from typing import Any, Final

from duetime.algebra.sets import set_of_instants
from duetime.dates.days import MOST_DAYS, Calendar, Days, days_of
from duetime.dates.timeline import ALL_DAY, Kinds, Timeline, joined_all, joined_known
from duetime.dates.wall_timeline import label_timeline
from duetime.kinds.business import BusinessDays
from duetime.schedules import Schedule, nearer
from duetime.search import Restricted, Span, too_far
from duetime.zones import (
    DAY,
    EPOCH_ORDINAL,
    NAMED_POLICIES,
    SECOND,
    Step,
    Zone,
    find_zone,
)

_NEAR: Final = 5
"""Days that a search looks on without regard to clock changes, fewer than lie between two."""


def on(schedule: Schedule, calendar: Calendar) -> OnDays:
    """The runs whose local date is in a calendar."""
    return _on_days(schedule, calendar, keep=True)


def excluding(schedule: Schedule, calendar: Calendar) -> OnDays:
    """The runs whose local date is not in a calendar."""
    return _on_days(schedule, calendar, keep=False)


def _on_days(schedule: Schedule, calendar: Calendar, *, keep: bool) -> OnDays:
    set_of_instants(schedule)
    if isinstance(calendar, BusinessDays):
        return OnDays(schedule, calendar.off, not keep, schedule._zone)
    return OnDays(schedule, days_of(calendar), keep, schedule._zone)


@dataclass(frozen=True, slots=True, repr=False)
class OnDays(Restricted):
    """The runs of a schedule on some local dates; made by `.on` and `.excluding`."""

    schedule: Schedule
    days: Days
    inside: bool
    """Whether the runs on these days are kept, or those on all others."""
    _zone: Zone = field()  # overrides the property of the base

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
    def _repeats(self) -> bool:
        return self.schedule._repeats and self.days._repeats

    @property
    def _reach(self) -> int | None:
        return MOST_DAYS * DAY * SECOND if self.days.held else None

    def _span(self, instant: int, step: Step, bound: int | None) -> Span | None:
        second = instant // SECOND
        stop = None if bound is None else (bound - 1 if step == 1 else bound) // SECOND
        return self._quiet_span(second, step, stop) or self._any_span(second, step, stop)

    def _quiet_span(self, second: int, step: Step, stop: int | None) -> Span | None:
        """The span as far as it is out of reach of clock changes, and a few days away."""
        quiet_offset = self._zone.quiet_offset
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

    def _any_span(self, second: int, step: Step, stop: int | None) -> Span | None:
        zone, days, inside = self._zone, self.days, self.inside
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

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        schedule = self.schedule._timeline(days, exact=exact)
        # The days alone say nothing of runs that may lie between whole seconds.
        if exact or schedule is None:
            return joined_all((schedule, self._all_of_days(days)), and_)
        return joined_known((schedule, self._all_of_days(days)), and_)

    def _all_of_days(self, days: range) -> Timeline | None:
        """Every second of the local days on which runs are kept."""
        return label_timeline(self._labels_of, NAMED_POLICIES["wall"], self._zone, days)

    def _labels_of(self, days: range) -> Kinds | None:
        found = self.days.among(days)
        if found is None:
            return None
        return [(ALL_DAY, found if self.inside else found ^ (1 << len(days)) - 1)]

    def _holds_label(self, label: datetime) -> bool:
        return self.days.holds(label.toordinal() - EPOCH_ORDINAL) is self.inside

    def in_zone(self, tz: tzinfo | str) -> OnDays:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))
