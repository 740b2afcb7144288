"""From one dialect to another: `convert` writes a crontab again, `detect` asks who would agree.

Both read an expression with the reader of a dialect and look at what it means, never at its text.
"""

from __future__ import annotations

from datetime import timedelta
from warnings import warn

from duetime.crontabs.dialects import REBOOT, Dialect, find_dialect
from duetime.crontabs.reader import check_text, own_zone, resolve_policy, split_fields
from duetime.crontabs.schedule import Cron, cron
from duetime.crontabs.writer import write_fields
from duetime.errors import (
    ClockChangeWarning,
    ConversionError,
)
from duetime.kinds.interval import Floating
from duetime.schedules import Schedule


def convert(expression: str, source: str, target: str, *, seed: str | int | None = None) -> str:
    """The text in the dialect `target` of what `expression` means in the dialect `source`.

    It has the same runs wherever the two dialects treat clock changes alike. Where they do not, the
    wall times are the same and a ClockChangeWarning says what differs. `seed` is for a source that
    draws values from it.

    Raises ScheduleError for what is no text, CronSyntaxError for what `source` does not allow, and
    ConversionError, naming the feature, for what `target` cannot say.

    >>> convert("0 9 ? * MON-FRI *", "aws", "ocps")
    '0 9 * * 1-5'
    """
    origin, goal = find_dialect(source), find_dialect(target)
    check_text(expression)
    schedule: Schedule = cron(expression, dialect=source, seed=seed)
    if isinstance(schedule, Cron):
        text = _crontab(expression, schedule, goal)
    else:
        text = _interval(expression, schedule, goal)
    return _zoned(text, own_zone(expression, origin), goal)


def _crontab(expression: str, schedule: Cron, goal: Dialect) -> str:
    if expression.strip() == REBOOT:
        if REBOOT not in goal.nicknames:
            raise ConversionError(f"{REBOOT} has no equivalent in {goal.name}")
        return REBOOT
    text = write_fields(schedule.fields, goal)
    policy = resolve_policy(goal.policy, split_fields(text, goal))
    if policy != schedule.policy:
        warn(
            f"{schedule.dialect} and {goal.name} treat clock changes differently:"
            f" of {expression!r}, {schedule.policy.words}; of {text!r}, {policy.words}",
            ClockChangeWarning,
            stacklevel=3,
        )
    return text


def _interval(expression: str, schedule: Schedule, goal: Dialect) -> str:
    if isinstance(schedule, Floating):
        for form in goal.forms.values():
            text = form.write(timedelta(microseconds=schedule.step))
            if text is not None:
                return text
    elif "at(" in goal.forms:
        return expression.strip()
    raise ConversionError(f"{expression.strip()} has no equivalent in {goal.name}")


def _zoned(text: str, zone: str | None, goal: Dialect) -> str:
    if zone is None:
        return text
    if goal.frame is None or goal.frame.zoned is None:
        raise ConversionError(
            f"the time zone {zone} has no equivalent in {goal.name} crontabs: {goal.zone_hint}"
        )
    return goal.frame.zoned.format(zone=zone, body=text)
