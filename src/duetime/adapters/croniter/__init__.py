"""croniter's class, functions and errors, with the searches of duetime behind them.

Change `from croniter import croniter` to `from duetime.adapters.croniter import croniter` and keep
the rest. Nothing needs croniter itself, except `compare`.
"""

from duetime.adapters.croniter.comparison import Difference, compare
from duetime.adapters.croniter.errors import (
    CroniterBadCronError,
    CroniterBadDateError,
    CroniterBadTypeRangeError,
    CroniterError,
    CroniterNotAlphaError,
    CroniterUnsupportedSyntaxError,
)
from duetime.adapters.croniter.iterator import (
    croniter,
    croniter6,
    croniter_range,
    datetime_to_timestamp,
)

__all__ = [
    "CroniterBadCronError",
    "CroniterBadDateError",
    "CroniterBadTypeRangeError",
    "CroniterError",
    "CroniterNotAlphaError",
    "CroniterUnsupportedSyntaxError",
    "Difference",
    "compare",
    "croniter",
    "croniter6",
    "croniter_range",
    "datetime_to_timestamp",
]
