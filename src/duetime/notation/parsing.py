"""`parse`: one value or one line of text, in whichever notation, becomes a schedule."""

from __future__ import annotations

import re
from datetime import timedelta, tzinfo
from typing import Any, Final

from duetime.crontabs.schedule import DialectName, cron
from duetime.errors import InvalidValueError, shorten
from duetime.kinds.interval import every
from duetime.kinds.rules.rule import rrule
from duetime.notation.jenkins_specs import read_spec
from duetime.schedules import Schedule
from duetime.zones import DstPolicy, PolicyName

_DURATION: Final = (
    r"P(?=[\dT])(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d{1,6})?)S)?)?"
)
_RULE: Final = r"(?mi)^[ \t]*(DTSTART|RRULE|RDATE)\b"
_ZONED: Final = r"(?mi)^[ \t]*DTSTART[^:\n]*(;TZID=|:\d{8}T\d{6}Z)"
_DIGITS: Final = 12


def parse(
    value: timedelta | float | str | dict[str, Any] | Schedule,
    *,
    tz: tzinfo | str = "UTC",
    dialect: DialectName | str = "vixie",
    dst: DstPolicy | PolicyName | str | None = None,
    seed: str | int | None = None,
) -> Schedule:
    """The schedule that a value means.

    A timedelta or a number of seconds is a floating interval. A dict is what `to_dict` wrote.
    Text is a crontab expression or nickname of `dialect`, or what else that dialect writes
    (`@every 1h30m`, `rate(5 minutes)`, `at(...)`), an ISO 8601 duration such as `PT5M`
    (a floating interval of elapsed time, so a day is 24 hours), or an RFC 5545 block with DTSTART.
    Several lines with `dialect="jenkins"` are the spec of a job of Jenkins: a union, in which every
    `H` is drawn from one generator; comments and a `TZ=` in the first line may stand in it.
    `tz` is the zone of what does not name its own. `dst` is the policy for clock changes of a
    crontab or a rule, `seed` what a dialect draws values from; both mean nothing to the rest. A
    schedule is returned as it is.

    Raises ScheduleError, or its subclass CronSyntaxError with a caret under the fault.

    >>> parse("PT1H30M")
    every(minutes=90, tz='UTC')
    """
    if isinstance(value, Schedule):
        return value
    if isinstance(value, dict):
        return Schedule.from_dict(value)
    if isinstance(value, bool) or not isinstance(value, str | timedelta | int | float):
        raise InvalidValueError(
            f"a schedule is text, a timedelta, a number of seconds or a wire dict,"
            f" not {shorten(value)}"
        )
    if not isinstance(value, str):
        return every(value, tz=tz)
    text = value.removeprefix("\ufeff").strip()
    if text[:1] in ("P", "p"):
        return every(_duration(text), tz=tz)
    if re.search(_RULE, text):
        policy = "rfc5545" if dst is None else dst
        return rrule(text, tz=None if re.search(_ZONED, text) else tz, dst=policy)
    if dialect == "jenkins" and "\n" in value:
        return read_spec(value, tz=tz, dst=dst, seed=seed)
    return cron(value, tz=tz, dialect=dialect, dst=dst, seed=seed)


def _duration(text: str) -> timedelta:
    match = re.fullmatch(_DURATION, text.upper(), re.ASCII)
    if match is None:
        raise InvalidValueError(
            f"{shorten(text)} is not an ISO 8601 duration: write for example PT5M, PT1H30M or P7D"
        )
    parts = {name: number for name, number in match.groupdict().items() if number}
    if "years" in parts or "months" in parts:
        raise InvalidValueError(
            f"{shorten(text)} has years or months, which have no fixed length:"
            " use calendar_interval with an anchor"
        )
    if any(len(number) > _DIGITS for number in parts.values()):
        raise InvalidValueError(f"{shorten(text)} is longer than the calendar")
    try:
        return timedelta(**{name: float(n.replace(",", ".")) for name, n in parts.items()})
    except OverflowError:
        raise InvalidValueError(f"{shorten(text)} is longer than the calendar") from None
