"""When does this schedule run? Crontabs, intervals, suns and rules as immutable schedules."""

from typing import TYPE_CHECKING, Any

from duetime.crontab.runs import cron
from duetime.errors import (
    CronSyntaxError,
    FloatingScheduleError,
    NaiveDatetimeError,
    ScheduleError,
    SearchHorizonError,
    UnknownTimeZoneError,
)
from duetime.interval import calendar_interval, every
from duetime.moments import at
from duetime.schedule import ClockChange, DueState, Schedule
from duetime.zones import DstPolicy

if TYPE_CHECKING:
    from duetime.notation import parse
    from duetime.recurrence import rrule
    from duetime.sun import solar

__version__ = "0.1.0"

__all__ = [
    "ClockChange",
    "CronSyntaxError",
    "DstPolicy",
    "DueState",
    "FloatingScheduleError",
    "NaiveDatetimeError",
    "Schedule",
    "ScheduleError",
    "SearchHorizonError",
    "UnknownTimeZoneError",
    "at",
    "calendar_interval",
    "cron",
    "every",
    "parse",
    "rrule",
    "solar",
]

_LOADED_ON_DEMAND = {
    "parse": "duetime.notation",
    "rrule": "duetime.recurrence",
    "solar": "duetime.sun",
}


def __getattr__(name: str) -> Any:
    if name in _LOADED_ON_DEMAND:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_LOADED_ON_DEMAND[name]), name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
