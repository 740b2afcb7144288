"""`at`: a finite set of instants."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from duetime.schedule import InstantSchedule
from duetime.zones import Zone, find_zone, to_instant


@dataclass(frozen=True, slots=True, repr=False)
class Moments(InstantSchedule):
    """A finite set of instants; made by `at`."""

    instants: tuple[int, ...]
    """Microseconds of UTC since 1970, ascending, each once."""
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        times = [repr(self.zone.show(instant)) for instant in self.instants]
        return f"at({', '.join([*times, f'tz={self.zone.spelling}'])})"

    def _after(self, instant: int) -> int | None:
        index = bisect_right(self.instants, instant)
        return self.instants[index] if index < len(self.instants) else None

    def _before(self, instant: int) -> int | None:
        index = bisect_left(self.instants, instant)
        return self.instants[index - 1] if index else None

    def count_between(self, start: int, end: int) -> int:
        return max(0, bisect_left(self.instants, end) - bisect_left(self.instants, start))

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
