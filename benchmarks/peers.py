"""The other crontabs of Python, each asked for the next run in the fastest way its docs show.

What an expression can be parsed into is parsed once and kept; what its API makes anew for every
start is made anew for every start, since that is what its users do. Peers that take the zone
from the start need one in that zone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from celery import Celery
from celery.schedules import crontab
from cron_converter import Cron
from crondst import CronDst
from croniter import croniter
from cronsim import CronSim

NextRun = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, and how one uses it."""

    name: str
    how: str
    parse: Callable[[str, datetime], object]
    """The expression made into whatever the library keeps; the moment gives start and zone."""
    searcher: Callable[[str, ZoneInfo], NextRun]
    """The expression made into a function from a moment in the zone to the next run."""
    converts: bool = False
    """Whether it takes moments of any zone by itself."""

    def next_run(self, expression: str, zone: ZoneInfo, given: ZoneInfo) -> NextRun:
        """A function from a moment in the zone `given` to the next run in `zone`."""
        search = self.searcher(expression, zone)
        if self.converts or given is zone:
            return search
        return lambda after: search(after.astimezone(zone))


def _any_moment(zone: ZoneInfo) -> datetime:
    """For libraries that must have a start before they parse."""
    return datetime(2020, 1, 1, tzinfo=zone)


def _croniter(expression: str, zone: ZoneInfo) -> NextRun:
    cron = croniter(expression, _any_moment(zone), ret_type=datetime)
    get_next = cron.get_next
    return lambda after: get_next(start_time=after)


def _cronsim(expression: str, zone: ZoneInfo) -> NextRun:
    return lambda after: next(CronSim(expression, after))


def _cronsim_copied(expression: str, zone: ZoneInfo) -> NextRun:
    parsed = CronSim(expression, _any_moment(zone))
    naive = parsed.fixup_tz is not None

    def next_run(after: datetime) -> datetime:
        cron = copy.copy(parsed)
        start = after.replace(microsecond=0)
        cron.dt = start.replace(tzinfo=None) if naive else start
        return next(cron)

    return next_run


def _crondst(expression: str, zone: ZoneInfo) -> NextRun:
    runs = CronDst(expression).iter
    return lambda after: next(runs(after))


def _cron_converter(expression: str, zone: ZoneInfo) -> NextRun:
    schedule = Cron(expression).schedule
    return lambda after: schedule(after).next()


def _apscheduler(expression: str, zone: ZoneInfo) -> NextRun:
    next_fire = apscheduler_trigger(expression, zone).get_next_fire_time
    return lambda after: next_fire(None, after)


def apscheduler_trigger(expression: str, zone: ZoneInfo) -> CronTrigger:
    """The expression as the trigger means it."""
    # Its weekday 0 is Monday, so the days go by name.
    *others, weekdays = expression.split()
    for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat")):
        weekdays = weekdays.replace(str(number), name)
    return CronTrigger.from_crontab(" ".join((*others, weekdays)), timezone=zone)


def _celery(expression: str, zone: ZoneInfo) -> NextRun:
    # It computes from the last run; the present, which it also asks for, changes nothing here.
    now = _any_moment(zone)
    app = Celery(set_as_current=False, timezone=zone.key)
    schedule = _celery_crontab(expression, nowfun=lambda: now, app=app)
    remaining_delta = schedule.remaining_delta

    def next_run(after: datetime) -> datetime:
        start, delta, _ = remaining_delta(after)
        return start + delta  # type: ignore[no-any-return]  # Celery tells no types

    return next_run


def _celery_crontab(expression: str, **context: object) -> crontab:
    minute, hour, day, month, weekday = expression.split()
    return crontab(minute, hour, weekday, day, month, **context)


PEERS: Final = (
    Peer(
        "croniter",
        "parsed once, get_next(start_time=after)",
        croniter,
        _croniter,
    ),
    Peer(
        "cronsim",
        "next(CronSim(expression, after)): its constructor takes the start",
        CronSim,
        _cronsim,
    ),
    Peer(
        "crondst",
        "parsed once, next(cron.iter(after))",
        lambda expression, start: CronDst(expression),
        _crondst,
    ),
    Peer(
        "cron-converter",
        "parsed once, cron.schedule(after).next()",
        lambda expression, start: Cron(expression),
        _cron_converter,
    ),
    Peer(
        "APScheduler",
        "CronTrigger once, get_next_fire_time(None, after)",
        lambda expression, start: apscheduler_trigger(expression, start.tzinfo),  # type: ignore[arg-type]  # given in a zone
        _apscheduler,
        converts=True,
    ),
    Peer(
        "Celery",
        "crontab once, last run + remaining_delta(last run)",
        lambda expression, start: _celery_crontab(expression),
        _celery,
        converts=True,
    ),
)

UNDOCUMENTED: Final = Peer(
    "(cronsim copied)",
    "copy of one CronSim with its start overwritten: no documented use, so no contestant",
    CronSim,
    _cronsim_copied,
)
