"""When does this schedule run? Crontabs, intervals, suns and rules as immutable schedules."""

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
from duetime.notation import parse
from duetime.recurrence import rrule
from duetime.schedule import ClockChange, DueState, Schedule
from duetime.sun import solar
from duetime.zones import DstPolicy

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
