"""The error classes of croniter, which are also those of duetime."""

from __future__ import annotations

from duetime.errors import InvalidTypeError, InvalidValueError


class CroniterError(InvalidValueError):
    """Base of the errors about expressions and dates."""


class CroniterBadTypeRangeError(InvalidTypeError):
    """`croniter_range` between two times of different types."""


class CroniterBadCronError(CroniterError):
    """An expression that croniter does not allow."""


class CroniterUnsupportedSyntaxError(CroniterBadCronError):
    """A list of plain weekdays and weekdays of the month, such as `1,5#2`."""


class CroniterBadDateError(CroniterError):
    """No run within the years that were asked for."""


class CroniterNotAlphaError(CroniterBadCronError):
    """A name that is no month or weekday."""
