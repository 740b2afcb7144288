"""What adapters share: the first run from a moment on, and a short name for a schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from duetime.crontabs.schedule import Cron
from duetime.errors import InvalidTypeError, InvalidValueError, ScheduleError, shorten
from duetime.schedules import Schedule

_LONGEST: Final = 60


def checked(schedule: object) -> Schedule:
    """The schedule itself; raises InvalidTypeError for what is none."""
    if not isinstance(schedule, Schedule):
        raise InvalidTypeError(
            f"schedule must be one of duetime's, not {shorten(schedule)}: cron(...) makes one"
        )
    return schedule


def run_from(schedule: Schedule, moment: datetime) -> datetime | None:
    """The first run at or after `moment`; of a floating interval, one period after it."""
    return schedule.next_run(moment) if schedule.floating else schedule.ceil(moment)


def title(schedule: Schedule) -> str:
    """A short name for lists: the text of a crontab, or else the words of the schedule.

    >>> from duetime import cron, every
    >>> title(cron("30 9 * * mon-fri", tz="Europe/Paris")), title(every(minutes=5))
    ('30 9 * * mon-fri Europe/Paris', 'Every 5 minutes, counted from the last run')
    """
    if isinstance(schedule, Cron):
        text = f"{schedule.expression} {schedule.tz}"
    else:
        try:
            text = schedule.describe()
        except ScheduleError:
            text = type(schedule).__name__
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def document_of(state: Any, newest: int, name: str) -> dict[str, Any]:
    """The state of a stored value, of a version that is known.

    Raises ScheduleError for a newer one and for what is no such state.
    """
    if not isinstance(state, dict) or "schedule" not in state:
        raise InvalidValueError(f"{name} was not stored by duetime: it is {shorten(state)}")
    if state.get("version") not in range(1, newest + 1):
        raise InvalidValueError(
            f"{name} has version {shorten(state.get('version'))}, and this duetime reads versions"
            f" up to {newest}: install the release that wrote it"
        )
    return state
