"""Rows of django-celery-beat's tables, read by one query, as entries with duetime's schedules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from celery.schedules import BaseSchedule
from django.conf import settings
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from kombu.utils.json import loads

import duetime
from duetime.adapters.celery.entries import Entry
from duetime.adapters.celery.memory import instant_of, moment
from duetime.adapters.celery.schedules import beat, crontab, schedule, solar
from duetime.errors import InvalidValueError, shorten

CATCH_UP: Final = "duetime_catch_up"
DEADLINE: Final = "duetime_deadline"
"""Headers of a row that choose its policy for missed runs; they do not travel with the message."""
_MICROSECOND: Final = timedelta(microseconds=1)
_ZONE: Final = Cast("crontab__timezone", CharField(max_length=63))
"""A key as text: read as a zone, one that no longer exists would spoil the whole query."""


class TaskRow(NamedTuple):
    """A periodic task with its schedule, in the names of its columns."""

    pk: Any
    name: str
    task: str
    args: str
    kwargs: str
    queue: str | None
    exchange: str | None
    routing_key: str | None
    priority: int | None
    headers: str | None
    expires: datetime | None
    expire_seconds: int | None
    one_off: bool
    start_time: datetime | None
    interval_id: Any
    crontab_id: Any
    solar_id: Any
    clocked_id: Any
    interval__every: int | None
    interval__period: str | None
    crontab__minute: str | None
    crontab__hour: str | None
    crontab__day_of_week: str | None
    crontab__day_of_month: str | None
    crontab__month_of_year: str | None
    solar__event: str | None
    solar__latitude: Any
    solar__longitude: Any
    clocked__clocked_time: datetime | None
    date_changed: datetime
    last_run_at: datetime | None
    total_run_count: int
    zone: str | None

    @property
    def mark(self) -> int:
        """A number that changes when a person edits the row or its schedule."""
        return hash((self[: self._fields.index("date_changed")], self.zone))


def query(tasks: QuerySet[Any], after: Any, limit: int) -> list[TaskRow]:
    """The first tasks after a primary key, in its order, with their schedules."""
    plain = tasks.select_related(None).prefetch_related(None).order_by("pk")
    if after is not None:
        plain = plain.filter(pk__gt=after)
    found = plain.values_list(*TaskRow._fields[:-1], _ZONE)[:limit]
    return [TaskRow(*values) for values in found]


class ModelEntry(Entry):
    """A row of `PeriodicTask` as an entry: `pk` is the row's, `schedule` one of duetime's.

    Raises ScheduleError or ValueError for a row that cannot be read: its schedule is gone or makes
    no sense, or its JSON is broken.
    """

    def __init__(self, row: TaskRow, app: Any = None) -> None:
        headers = _read(row.headers, {}, "headers", row.name)
        policy: dict[str, Any] = {
            "catch_up": headers.pop(CATCH_UP, None),
            "deadline": headers.pop(DEADLINE, None),
        }
        options = {
            name: value
            for name in ("queue", "exchange", "routing_key", "priority")
            if (value := getattr(row, name)) is not None
        }
        expires = None if row.expires is None else _aware(row.expires)
        if expires or row.expire_seconds:
            options["expires"] = expires or row.expire_seconds
        options["headers"] = headers | {"periodic_task_name": row.name}
        super().__init__(
            row.name,
            row.task,
            moment(read_last_run(row.last_run_at) or instant(row.date_changed)),
            row.total_run_count,
            schedule_of(row, app),
            _read(row.args, [], "args", row.name),
            _read(row.kwargs, {}, "kwargs", row.name),
            options,
            app=app,
            **policy,
        )
        self.pk = row.pk
        self.one_off = row.one_off
        self.expires = None if expires is None else instant_of(expires)


def _read(text: str | None, empty: Any, column: str, name: str) -> Any:
    """The JSON of a column: of the type of `empty`, which an empty column means."""
    try:
        value = loads(text) if text else empty  # type: ignore[no-untyped-call]  # of kombu
    except ValueError as error:
        raise InvalidValueError(f"{column} of {name} is no JSON: {error}") from error
    if not isinstance(value, type(empty)):
        kind = "a list" if isinstance(empty, list) else "an object"
        raise InvalidValueError(f"{column} of {name} must be {kind} of JSON, not {shorten(value)}")
    return type(empty)(value)


def schedule_of(row: TaskRow, app: Any) -> BaseSchedule:
    """The schedule of a row; of several that are set, the one that django-celery-beat takes."""
    kind = next((kind for kind in _KINDS if getattr(row, f"{kind}_id") is not None), None)
    if kind is None:
        raise InvalidValueError(f"{row.name} has no schedule")
    columns = [getattr(row, name) for name in _KINDS[kind]]
    if None in columns:
        raise InvalidValueError(f"the {kind} schedule of {row.name} is gone")
    if kind == "crontab":
        zone = row.zone if is_aware() else None
        return _crontab(tuple(columns), zone, app)
    if kind == "interval":
        every, period = columns
        return schedule(timedelta(**{period: every}), app=app)
    if kind == "solar":
        return solar(*columns, app=app)
    return beat(duetime.at(_aware(columns[0])), app=app)


_KINDS: Final = {
    kind: tuple(name for name in TaskRow._fields if name.startswith(f"{kind}__"))
    for kind in ("interval", "crontab", "solar", "clocked")
}


# Rows that share a schedule share what is made of it.
@lru_cache(maxsize=4096)
def _crontab(fields: tuple[str, ...], zone: str | None, app: Any) -> crontab:
    return crontab(*fields, tz=zone, app=app)


def is_aware() -> bool:
    """Whether crontabs have zones: django-celery-beat's own setting."""
    return bool(getattr(settings, "DJANGO_CELERY_BEAT_TZ_AWARE", True))


def _aware(given: datetime) -> datetime:
    """A datetime of the database; a naive one is in Django's `TIME_ZONE`."""
    if given.tzinfo is not None:
        return given
    return given.replace(tzinfo=timezone.get_default_timezone())


def instant(given: datetime) -> int:
    """As an instant: microseconds of UTC since 1970."""
    return instant_of(_aware(given))


def read_last_run(given: datetime | None) -> int | None:
    """`last_run_at` as an instant; a naive one is in UTC where django-celery-beat writes it so."""
    if given is None:
        return None
    return instant(given) if is_aware() else instant_of(given)


def written_last_run(run: int) -> datetime:
    """`last_run_at` as the database takes it."""
    aware = moment(run)
    if settings.USE_TZ:
        return aware
    zone = timezone.get_default_timezone() if is_aware() else UTC
    return aware.astimezone(zone).replace(tzinfo=None)


def period_of(row: TaskRow) -> int | None:
    """The period of an interval in microseconds; None for other schedules."""
    if row.interval__every is None or row.interval__period is None:
        return None
    return timedelta(**{row.interval__period: row.interval__every}) // _MICROSECOND
