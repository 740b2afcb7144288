"""`at`: a finite set of instants."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from duetime.dates.timeline import MOST_KINDS, Timeline, timeline_of
from duetime.schedules import InstantSchedule
from duetime.zones import (
    DAY,
    LISTED_FROM,
    LISTED_UNTIL,
    SECOND,
    Step,
    Zone,
    find_zone,
    to_instant,
)


@dataclass(frozen=True, slots=True, repr=False)
class Moments(InstantSchedule):
    """A finite set of instants; made by `at`."""

    instants: tuple[int, ...]
    """Microseconds of UTC since 1970, ascending, each once."""
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        times = [repr(self._zone.show(instant)) for instant in self.instants]
        return f"at({', '.join([*times, f'tz={self._zone.spelling}'])})"

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        if step == 1:
            index = bisect_right(self.instants, instant)
            return self.instants[index] if index < len(self.instants) else None
        index = bisect_left(self.instants, instant)
        return self.instants[index - 1] if index else None

    def _count(self, start: int, end: int) -> int:
        return max(0, bisect_left(self.instants, end) - bisect_left(self.instants, start))

    @property
    def _counts_at_once(self) -> bool:
        return True

    @property
    def _repeats(self) -> bool:
        # Outside of the years in which no schedule is said to repeat, it has nothing to repeat.
        return not self.instants or (
            self.instants[0] >= LISTED_FROM * SECOND and self.instants[-1] < LISTED_UNTIL * SECOND
        )

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        start, end = (
            bisect_left(self.instants, day * DAY * SECOND) for day in (days.start, days.stop)
        )
        by_day: dict[int, int] = {}
        for run in self.instants[start:end]:
            if run % SECOND:
                return None
            day, second = divmod(run // SECOND, DAY)
            by_day[day] = by_day.get(day, 0) | 1 << second
        kinds = ((times, 1 << day - days.start) for day, times in by_day.items())
        return timeline_of(days, kinds) if len(by_day) <= MOST_KINDS else None

    def in_zone(self, tz: tzinfo | str) -> Moments:
        return _moments(self.instants, find_zone(tz))


def at(*instants: datetime, tz: tzinfo | str = "UTC") -> Moments:
    """A schedule that runs once at each of the given aware datetimes, in any order.

    `tz` is the zone that results are expressed in. `at()` never runs.

    Raises NaiveDatetimeError and UnknownTimeZoneError.

    >>> from datetime import UTC
    >>> launch = at(datetime(2027, 1, 1, tzinfo=UTC), tz="Asia/Tokyo")
    >>> launch.next_run(datetime(2026, 6, 1, tzinfo=UTC)).isoformat()
    '2027-01-01T09:00:00+09:00'
    """
    return _moments(tuple(sorted({to_instant(instant) for instant in instants})), find_zone(tz))


def _moments(instants: tuple[int, ...], zone: Zone) -> Moments:
    # A run that the zone cannot show does not exist, so it makes no difference between two sets.
    return Moments(tuple(i for i in instants if zone.first <= i <= zone.last), zone)
