"""One schedule in many zones: where is it due now?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Final

from duetime.algebra.sets import Clip, Difference, Intersection, Shift, Union, union
from duetime.crontabs.schedule import Cron
from duetime.errors import InvalidTypeError, InvalidValueError, shorten
from duetime.kinds.instants import Moments
from duetime.kinds.interval import CalendarInterval, Grid
from duetime.questions import one_question, refunding
from duetime.schedules import Schedule
from duetime.search import YEAR
from duetime.zones import MARGIN, SECOND, Zone, block_of, find_zone, to_instant, zone_keys

_UNITS_A_ZONE: Final = 100
"""What the search in one zone may cost, however many zones are asked."""


def zones_due(
    schedule: Schedule,
    last: datetime,
    now: datetime,
    zones: Iterable[tzinfo | str] | None = None,
) -> dict[str, datetime]:
    """The zones in which a schedule is due at `now`, each with its run in that zone.

    In each zone that is the latest run of `schedule.in_zone(zone)` in `(last, now]`; a zone
    without one is left out. `zones` are IANA keys, ZoneInfos or fixed offsets; without, every key
    of the tz database, as it was when first asked for. The result is by key, in the order given.
    Zones with the same offsets at that time are asked once for all of them.

    Raises NaiveDatetimeError, UnknownTimeZoneError, FloatingScheduleError, and ScheduleError for a
    schedule that cannot move to another zone.

    >>> from datetime import UTC, timedelta
    >>> from duetime import cron
    >>> now = datetime(2026, 7, 1, 7, tzinfo=UTC)
    >>> due = zones_due(cron("0 9 * * *"), now - timedelta(minutes=1), now,
    ...                 ["Asia/Tokyo", "Europe/Paris", "Europe/Madrid"])
    >>> [f"{key} {run:%H:%M}" for key, run in due.items()]
    ['Europe/Paris 09:00', 'Europe/Madrid 09:00']
    """
    if isinstance(zones, str):
        raise InvalidValueError(f"zones must be several keys, not one: give [{shorten(zones)}]")
    schedule = union(schedule)
    after, upto = to_instant(last, "last"), to_instant(now, "now")
    if after > upto:
        raise InvalidValueError(
            f"last={last} is after now={now}: the order is zones_due(schedule, last, now)"
        )
    if zones is not None and not isinstance(zones, Iterable):
        raise InvalidTypeError(f"zones must be keys or tzinfos, not {shorten(zones)}")
    # Of long ranges it takes more time to compare zones than to ask in each.
    reach = _reach(schedule) if upto - after < YEAR else None
    known: dict[object, int | None] = {}
    due: dict[str, datetime] = {}
    with one_question:
        found = map(find_zone, _all_keys() if zones is None else zones)
        for zone in refunding(found, _UNITS_A_ZONE):
            alike = zone if reach is None else _offsets(zone, after - reach, upto + reach)
            if alike not in known:
                known[alike] = _latest(schedule.in_zone(zone.tzinfo), after, upto)
            run = known[alike]
            if run is not None:
                due[zone.name] = zone.show(run)
    return due


@lru_cache(maxsize=1)
def _all_keys() -> list[str]:
    return zone_keys()


def _latest(schedule: Schedule, after: int, upto: int) -> int | None:
    """The latest run in `(after, upto]`."""
    run = schedule._nearest(upto + 1, -1, after + 1)
    return run if run is not None and run > after else None


def _offsets(zone: Zone, start: int, end: int) -> object:
    """All offsets of a zone near a range of instants: what is equal for two zones that agree."""
    first, last = block_of(start // SECOND - MARGIN), block_of(end // SECOND + MARGIN)
    return tuple(zone.stretches(block) for block in range(first, last + 1))


def _reach(schedule: Schedule) -> int | None:
    """How far from a run, in microseconds, offsets can matter, beside the days that label and
    instant may differ; None when not known."""
    match schedule:
        case Cron() | CalendarInterval() | Grid() | Moments():
            return 0
        case Union(parts=parts) | Intersection(parts=parts):
            return _farthest(parts)
        case Difference(schedule=one, without=other):
            return _farthest((one, other))
        case Clip(schedule=whole):
            return _reach(whole)
        case Shift(schedule=before, delta=delta):
            reach = _reach(before)
            return None if reach is None else reach + abs(delta)
    return None


def _farthest(parts: tuple[Schedule, ...]) -> int | None:
    reaches = [_reach(part) for part in parts]
    known = [reach for reach in reaches if reach is not None]
    return max(known) if len(known) == len(reaches) else None
