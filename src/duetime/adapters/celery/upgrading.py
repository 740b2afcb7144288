"""From Celery's schedules to duetime's: one at a time, and a whole `beat_schedule`."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from typing import Any, Final

from celery import schedules as stock
from celery.beat import ScheduleEntry

import duetime
from duetime.adapters.celery.entries import copied
from duetime.adapters.celery.schedules import (
    FIELDS,
    Timed,
    beat,
    cron_of,
    crontab,
    schedule,
    solar,
)
from duetime.errors import InvalidValueError
from duetime.schedules import Schedule


def from_celery(given: Any, tz: tzinfo | str | None = None) -> Schedule:
    """The schedule of duetime that runs when Celery's is meant to.

    `given` is a `crontab`, `schedule` or `solar` of Celery or of this package, a `beat`, a
    timedelta, or a number of seconds. With `tz` the answer is in that zone, as `in_zone` means
    it; None keeps a crontab in the zone it has (its own, or the app's). An interval
    is floating, as Celery counts it: from the last run.

    Raises ScheduleError for a `relative` interval, which rounds to the clock and is neither
    floating nor a grid, and for any other type.
    """
    known = _interval(given)
    if not isinstance(known, Timed):
        kind = next((kind for kind in _TWINS if isinstance(known, kind)), None)
        if kind is None:
            raise InvalidValueError(f"{given!r} is not one of Celery's schedules")
        if kind is stock.crontab:
            return cron_of(known, known.tz if tz is None else tz)
        known = _TWINS[kind](known)
    core: Schedule = known.core
    return core if tz is None else core.in_zone(tz)


def upgrade(beat_schedule: Mapping[str, Any], anchor_intervals: bool = False) -> dict[str, Any]:
    """A `beat_schedule` with every stock schedule replaced by the one of the same meaning.

    Everything else is untouched: numbers, timedeltas and schedules of other types, arguments,
    options; so is `beat_schedule` itself. `anchor_intervals` turns intervals into grids on the
    UTC line (`every(..., anchor="epoch")`), so that a restart does not move them; not those that
    are relative, or not longer than zero.

    >>> from celery.schedules import crontab
    >>> upgrade({"report": {"task": "tasks.report", "schedule": crontab(hour=7, minute=30)}})
    {'report': {'task': 'tasks.report', 'schedule': <crontab: 30 7 * * * (m/h/dM/MY/d)>}}
    """
    upgraded: dict[str, Any] = {}
    for name, entry in beat_schedule.items():
        if isinstance(entry, ScheduleEntry):
            upgraded[name] = copied(entry, schedule=_upgraded(entry.schedule, anchor_intervals))
        else:
            upgraded[name] = copy.copy(entry)
            if "schedule" in entry:
                anchors = anchor_intervals and not entry.get("relative")
                upgraded[name]["schedule"] = _upgraded(entry["schedule"], anchors)
    return upgraded


def _upgraded(given: Any, anchor_intervals: bool) -> Any:
    """A stock schedule as its twin; anything else, a subclass too, as it is."""
    twin = _TWINS[type(given)](given) if type(given) in _TWINS else given
    interval = _interval(twin) if anchor_intervals else None
    if type(interval) is not schedule or interval.relative or interval.run_every <= timedelta(0):
        return twin
    core = duetime.every(interval.run_every, anchor="epoch", tz=interval.core.tz)
    return beat(core, nowfun=interval.nowfun, app=interval._app)


def _interval(given: Any) -> Any:
    """What Celery makes of a timedelta or a number; anything else as it is."""
    if isinstance(given, timedelta | int | float) and not isinstance(given, bool):
        return schedule(given)
    return given


def _crontab(given: Any) -> crontab:
    fields = (_field(given, name) for name in FIELDS)
    return crontab(*fields, tz=_own_tz(given), nowfun=given.nowfun, app=given._app)


def _field(given: Any, name: str) -> Any:
    """A field as it was written, or its values if that is no longer, or never was, what it says."""
    written, values = getattr(given, f"_orig_{name}"), getattr(given, name)
    if isinstance(written, str | int):
        alone: dict[str, Any] = {name: written}
        if getattr(stock.crontab(**alone), name) == values:
            return written
    return sorted(values)


def _schedule(given: Any) -> schedule:
    return schedule(given.run_every, given.relative, given.nowfun, given._app, _own_tz(given))


def _solar(given: Any) -> solar:
    return solar(
        given.event, given.lat, given.lon, _own_tz(given), nowfun=given.nowfun, app=given._app
    )


def _own_tz(given: Any) -> tzinfo | None:
    """The zone that was set on a stock schedule, which forgets the app's once it has seen it."""
    tz: tzinfo | None = vars(given).get("tz")
    return None if tz is None or tz == given.app.timezone else tz


_TWINS: Final = {
    stock.crontab: _crontab,
    stock.schedule: _schedule,
    stock.solar: _solar,
}
