"""When does this schedule run? Crontabs, intervals, suns and rules as immutable schedules."""

from typing import TYPE_CHECKING, Any

from duetime.crontab.runs import cron
from duetime.errors import (
    ClockChangeWarning,
    ConversionError,
    CronSyntaxError,
    FloatingScheduleError,
    NaiveDatetimeError,
    ScheduleError,
    SearchHorizonError,
    UnknownTimeZoneError,
)
from duetime.schedule import ClockChange, DueState, Schedule
from duetime.zones import DstPolicy

if TYPE_CHECKING:
    from duetime.analysis import (
        MinGap,
        Overlap,
        Pair,
        Reconciliation,
        Staggered,
        first_difference,
        min_gap,
        overlaps,
        reconcile,
        stagger,
        zones_due,
    )
    from duetime.analysis.detection import Detection, detect
    from duetime.business import business_days
    from duetime.crontab.conversion import convert
    from duetime.daily import daily_grid
    from duetime.hashing import occurrence_id, shard_of
    from duetime.interval import calendar_interval, every
    from duetime.moments import at
    from duetime.notation import parse
    from duetime.recurrence import rrule
    from duetime.selection import earliest_of_day, latest_of_day
    from duetime.sun import solar
    from duetime.windows import window

__version__ = "0.1.0"

__all__ = [
    "ClockChange",
    "ClockChangeWarning",
    "ConversionError",
    "CronSyntaxError",
    "Detection",
    "DstPolicy",
    "DueState",
    "FloatingScheduleError",
    "MinGap",
    "NaiveDatetimeError",
    "Overlap",
    "Pair",
    "Reconciliation",
    "Schedule",
    "ScheduleError",
    "SearchHorizonError",
    "Staggered",
    "UnknownTimeZoneError",
    "at",
    "business_days",
    "calendar_interval",
    "convert",
    "cron",
    "daily_grid",
    "detect",
    "earliest_of_day",
    "every",
    "first_difference",
    "latest_of_day",
    "min_gap",
    "occurrence_id",
    "overlaps",
    "parse",
    "reconcile",
    "rrule",
    "shard_of",
    "solar",
    "stagger",
    "window",
    "zones_due",
]

_LOADED_ON_DEMAND = {
    "Detection": "duetime.analysis",
    "MinGap": "duetime.analysis",
    "Overlap": "duetime.analysis",
    "Pair": "duetime.analysis",
    "Reconciliation": "duetime.analysis",
    "Staggered": "duetime.analysis",
    "at": "duetime.moments",
    "business_days": "duetime.business",
    "calendar_interval": "duetime.interval",
    "convert": "duetime.crontab.conversion",
    "daily_grid": "duetime.daily",
    "detect": "duetime.analysis",
    "earliest_of_day": "duetime.selection",
    "every": "duetime.interval",
    "first_difference": "duetime.analysis",
    "latest_of_day": "duetime.selection",
    "min_gap": "duetime.analysis",
    "occurrence_id": "duetime.hashing",
    "overlaps": "duetime.analysis",
    "parse": "duetime.notation",
    "reconcile": "duetime.analysis",
    "rrule": "duetime.recurrence",
    "shard_of": "duetime.hashing",
    "solar": "duetime.sun",
    "stagger": "duetime.analysis",
    "window": "duetime.windows",
    "zones_due": "duetime.analysis",
}


def __getattr__(name: str) -> Any:
    if name in _LOADED_ON_DEMAND:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_LOADED_ON_DEMAND[name]), name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LOADED_ON_DEMAND})
