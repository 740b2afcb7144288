"""Texts in the place of a crontab: `@every 1h30m`, `rate(5 minutes)` and `at(...)`.

They mean an interval from the last run, or one instant, so they become `every` and `at`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from duetime.errors import CronSyntaxError, ScheduleError, shorten
from duetime.zones import find_zone

if TYPE_CHECKING:
    from duetime.schedules import Schedule

# The types they become are imported when they are needed: most programs need neither.

_SECOND: Final = timedelta(seconds=1)
_RATE: Final = r"rate\(\s*(?P<number>\d+)\s+(?P<unit>minute|hour|day)s?\s*\)"
_RATE_UNITS: Final = {unit: timedelta(**{f"{unit}s": 1}) for unit in ("day", "hour", "minute")}
_AT: Final = r"at\((?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)"
_PART: Final = r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)"
_DURATION_UNITS: Final = {
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": _SECOND,
    "ms": _SECOND / 1_000,
    "us": _SECOND / 1_000_000,
    "ns": timedelta(0),
}


class Form(NamedTuple):
    """A form of text that is not a crontab: reads it, and writes an interval in it."""

    read: Callable[[str, tzinfo | str], Schedule]
    write: Callable[[timedelta], str | None]
    """None for an interval that the form cannot say."""


def _read_rate(text: str, tz: tzinfo | str) -> Schedule:
    match = _matched(_RATE, text, "write for example rate(5 minutes), rate(1 hour) or rate(7 days)")
    return _every(text, [(match["number"], _RATE_UNITS[match["unit"]])], tz)


def _write_rate(period: timedelta) -> str | None:
    for name, unit in _RATE_UNITS.items():
        if period % unit == timedelta(0):
            number = period // unit
            return f"rate({number} {name}{'s' * (number > 1)})"
    return None


def _read_at(text: str, tz: tzinfo | str) -> Schedule:
    from duetime.kinds.instants import at

    match = _matched(_AT, text, "write for example at(2026-11-20T13:00:00)")
    try:
        label = datetime.fromisoformat(match["time"])
    except ValueError as error:
        raise CronSyntaxError(f"{error}", text, position=match.start("time"), length=19) from None
    zone = find_zone(tz)
    return at(label.replace(tzinfo=zone.tzinfo), tz=zone.tzinfo)


def _read_every(text: str, tz: tzinfo | str) -> Schedule:
    after = text[len("@every") :]
    duration = after.strip()
    parts = re.findall(_PART, duration, re.ASCII)
    whole = "".join(number + unit for number, unit in parts) == duration
    if not parts or not whole or not after[0].isspace():
        raise CronSyntaxError(
            f"{shorten(duration)} is not a duration: write for example @every 1h30m",
            text,
            position=len(text) - len(duration) if duration else 0,
            length=len(duration) or len(text),
        )
    units = [(number, _DURATION_UNITS[unit.replace("µ", "u")]) for number, unit in parts]
    return _every(text, units, tz, whole_seconds=True)


def _write_every(period: timedelta) -> str | None:
    minutes, seconds = divmod(period // _SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "@every " + "".join(f"{number}{unit}" for number, unit in parts if number)


def _every(
    text: str, parts: list[tuple[str, timedelta]], tz: tzinfo | str, *, whole_seconds: bool = False
) -> Schedule:
    """The interval of numbers of units, for robfig/cron in whole seconds and at least one."""
    from duetime.kinds.interval import every

    try:
        period = sum((float(number) * unit for number, unit in parts), timedelta(0))
        if whole_seconds:
            period = max(period // _SECOND * _SECOND, _SECOND)
        return every(period, tz=tz)
    except OverflowError:
        reason = "the interval is longer than the calendar"
    except ScheduleError as error:
        reason = str(error)
    raise CronSyntaxError(reason, text, length=len(text))


def _matched(pattern: str, text: str, examples: str) -> re.Match[str]:
    match = re.fullmatch(pattern, text.strip(), re.ASCII)
    if match is None:
        reason = f"{shorten(text.strip())} is not understood: {examples}"
        raise CronSyntaxError(reason, text, length=len(text))
    return match


rate: Final = Form(_read_rate, _write_rate)
at_time: Final = Form(_read_at, lambda period: None)
every_duration: Final = Form(_read_every, _write_every)
