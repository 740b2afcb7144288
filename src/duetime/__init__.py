"""When does this schedule run? Crontabs, intervals, suns and rules as immutable schedules."""

from typing import TYPE_CHECKING, Any

from duetime.crontabs.schedule import Cron, cron
from duetime.errors import (
    ClockChangeWarning,
    ConversionError,
    CronSyntaxError,
    FloatingScheduleError,
    InvalidTypeError,
    InvalidValueError,
    NaiveDatetimeError,
    ScheduleError,
    SearchHorizonError,
    UnknownTimeZoneError,
)
from duetime.schedules import Schedule
from duetime.zones import DstPolicy

if TYPE_CHECKING:
    from duetime.algebra.selection import earliest_of_day, latest_of_day
    from duetime.algebra.windows import Window, window
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
    from duetime.answers import ClockChange, DueState
    from duetime.crontabs.conversion import convert
    from duetime.crontabs.files import (
        CrontabEntry,
        CrontabFault,
        CrontabFile,
        parse_crontab,
    )
    from duetime.hashing import occurrence_id, shard_of
    from duetime.kinds.business import BusinessDays, business_days
    from duetime.kinds.daily import daily_grid
    from duetime.kinds.instants import at
    from duetime.kinds.interval import calendar_interval, every
    from duetime.kinds.rules.rule import rrule
    from duetime.kinds.sun import solar
    from duetime.notation.parsing import parse

__version__ = "0.1.0"

__all__ = [
    "BusinessDays",
    "ClockChange",
    "ClockChangeWarning",
    "ConversionError",
    "Cron",
    "CronSyntaxError",
    "CrontabEntry",
    "CrontabFault",
    "CrontabFile",
    "Detection",
    "DstPolicy",
    "DueState",
    "FloatingScheduleError",
    "InvalidTypeError",
    "InvalidValueError",
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
    "Window",
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
    "parse_crontab",
    "reconcile",
    "rrule",
    "shard_of",
    "solar",
    "stagger",
    "window",
    "zones_due",
]

_LOADED_ON_DEMAND = {
    "BusinessDays": "duetime.kinds.business",
    "ClockChange": "duetime.answers",
    "CrontabEntry": "duetime.crontabs.files",
    "CrontabFault": "duetime.crontabs.files",
    "CrontabFile": "duetime.crontabs.files",
    "Detection": "duetime.analysis",
    "DueState": "duetime.answers",
    "MinGap": "duetime.analysis",
    "Overlap": "duetime.analysis",
    "Pair": "duetime.analysis",
    "Reconciliation": "duetime.analysis",
    "Staggered": "duetime.analysis",
    "Window": "duetime.algebra.windows",
    "at": "duetime.kinds.instants",
    "business_days": "duetime.kinds.business",
    "calendar_interval": "duetime.kinds.interval",
    "convert": "duetime.crontabs.conversion",
    "daily_grid": "duetime.kinds.daily",
    "detect": "duetime.analysis",
    "earliest_of_day": "duetime.algebra.selection",
    "every": "duetime.kinds.interval",
    "first_difference": "duetime.analysis",
    "latest_of_day": "duetime.algebra.selection",
    "min_gap": "duetime.analysis",
    "occurrence_id": "duetime.hashing",
    "overlaps": "duetime.analysis",
    "parse": "duetime.notation.parsing",
    "parse_crontab": "duetime.crontabs.files",
    "reconcile": "duetime.analysis",
    "rrule": "duetime.kinds.rules.rule",
    "shard_of": "duetime.hashing",
    "solar": "duetime.kinds.sun",
    "stagger": "duetime.analysis",
    "window": "duetime.algebra.windows",
    "zones_due": "duetime.analysis",
}

_CELERYS = {"crontab", "schedule"}
"""What users of Celery reach for first, and what another module has."""


def __getattr__(name: str) -> Any:
    if name in _LOADED_ON_DEMAND:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_LOADED_ON_DEMAND[name]), name)
        return value
    if name in _CELERYS:
        # Of an AttributeError, `from duetime import crontab` would show the type and not the text.
        raise ImportError(
            f"cannot import name {name!r} from {__name__!r}: duetime.adapters.celery has crontab,"
            " schedule and solar; duetime has cron, every and solar",
            name=__name__,
            path=__file__,
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LOADED_ON_DEMAND})
