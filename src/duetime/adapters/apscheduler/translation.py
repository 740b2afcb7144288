"""From a trigger of APScheduler 3 to a schedule that fires at the same times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.combining import AndTrigger, OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from duetime.adapters.apscheduler.trigger import ScheduleTrigger, jittered
from duetime.crontabs.schedule import cron
from duetime.errors import InvalidTypeError, InvalidValueError, ScheduleError
from duetime.kinds.instants import at
from duetime.kinds.interval import every
from duetime.kinds.rules.rule import rrule
from duetime.schedules import Schedule

_KEYWORDS: Final = {
    "year": "year",
    "month": "month_of_year",
    "day": "day_of_month",
    "day_of_week": "day_of_week",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
}
_ONE_TICK: Final = timedelta(microseconds=1)
_SKIPPING: Final = "ocps"
"""The policy of CalendarIntervalTrigger: nothing runs in a gap, and the first of two times does."""


def from_trigger(trigger: BaseTrigger, *, key: str | None = None) -> Schedule:
    """The schedule of a trigger of APScheduler: of any of its types, and of a ScheduleTrigger.

    `key` decides the offsets of a trigger that has a jitter; it is drawn at random if it is None.

    Raises ScheduleError, with the name of the option and a cure, for what would not be the same:
    `week`, a calendar interval of months and days together, and a type that is not known.

    >>> from apscheduler.triggers.cron import CronTrigger
    >>> from_trigger(CronTrigger(day="last fri", hour=9, timezone="Europe/Paris")).describe()
    'At 09:00 on the last Friday of the month, in Europe/Paris time'
    """
    if isinstance(trigger, ScheduleTrigger):
        return trigger.schedule
    for kind, translate in _TRANSLATIONS.items():
        if type(trigger) is kind:
            return jittered(translate(trigger, key), getattr(trigger, "jitter", None), key)
    known = ", ".join(kind.__name__ for kind in _TRANSLATIONS)
    raise InvalidTypeError(
        f"{type(trigger).__name__} is no trigger of APScheduler's own ({known}):"
        " make its schedule from what it was made from"
    )


def upgrade(scheduler: Any, *, jobstore: str | None = None) -> dict[str, str]:
    """Give each job of a scheduler, or of one of its stores, the trigger of duetime.

    The next run of a job stays as it is. Returns the jobs that keep their old trigger by id, each
    with the reason. The key of a jitter is the job's id.
    """
    refused = {}
    for job in scheduler.get_jobs(jobstore):
        try:
            trigger = ScheduleTrigger(from_trigger(job.trigger, key=job.id))
        except ScheduleError as error:
            refused[job.id] = str(error)
        else:
            job.modify(trigger=trigger)
    return refused


def _cron(trigger: Any, key: str | None) -> Schedule:
    texts = {field.name: str(field) for field in trigger.fields}
    if texts.pop("week") != "*":
        raise InvalidValueError(
            "week of a CronTrigger is no field of a crontab: use"
            ' rrule("...FREQ=YEARLY;BYWEEKNO=..."), which counts weeks as ISO 8601 does'
        )
    fields: dict[str, Any] = {_KEYWORDS[name]: text for name, text in texts.items()}
    if fields["year"] == "*":
        del fields["year"]
    schedule = cron(**fields, tz=trigger.timezone, dialect="apscheduler")
    return _clipped(schedule, trigger.start_date, trigger.end_date)


def _interval(trigger: Any, key: str | None) -> Schedule:
    grid = every(trigger.interval, anchor=trigger.start_date, tz=trigger.timezone)
    return _clipped(grid, trigger.start_date, trigger.end_date)


def _date(trigger: Any, key: str | None) -> Schedule:
    return at(trigger.run_date, tz=trigger.run_date.tzinfo)


def _calendar_interval(trigger: Any, key: str | None) -> Schedule:
    months = 12 * trigger.years + trigger.months
    days = 7 * trigger.weeks + trigger.days
    if months and days:
        raise InvalidValueError(
            "a CalendarIntervalTrigger of years or months together with weeks or days has no fixed"
            " dates: use one of the two"
        )
    date = trigger.start_date
    clock = trigger._time
    rule = f"FREQ=MONTHLY;INTERVAL={months};BYMONTHDAY={date.day}"
    if days:
        rule = f"FREQ=DAILY;INTERVAL={days}"
    schedule: Schedule = rrule(
        f"DTSTART:{date:%Y%m%d}T{clock:%H%M%S}\nRRULE:{rule}", tz=trigger.timezone, dst=_SKIPPING
    )
    if trigger.end_date is None:
        return schedule
    day_after = datetime.combine(trigger.end_date + timedelta(days=1), time(), trigger.timezone)
    return _clipped(schedule, None, day_after - _ONE_TICK)


def _combined(combine: Callable[[Schedule, Schedule], Schedule]) -> Callable[..., Schedule]:
    def translate(trigger: Any, key: str | None) -> Schedule:
        if not trigger.triggers:
            raise InvalidValueError(f"{type(trigger).__name__} has no triggers: give one or more")
        return reduce(combine, [from_trigger(one, key=key) for one in trigger.triggers])

    return translate


def _clipped(schedule: Schedule, start: datetime | None, end: datetime | None) -> Schedule:
    """The runs from `start` to `end`, both included."""
    if start is None and end is None:
        return schedule
    return schedule.within(start, None if end is None else end + _ONE_TICK)


_TRANSLATIONS: Final[Mapping[type, Callable[[Any, str | None], Schedule]]] = {
    CronTrigger: _cron,
    IntervalTrigger: _interval,
    DateTrigger: _date,
    CalendarIntervalTrigger: _calendar_interval,
    AndTrigger: _combined(and_),
    OrTrigger: _combined(or_),
}
