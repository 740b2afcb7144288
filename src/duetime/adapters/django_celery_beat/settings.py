"""Entries of `beat_schedule` as rows: what the models can hold goes there, and nothing is dropped.

A zone, a clock-change policy or an option that has no column is a reason to keep an entry out of
the tables, and never one to change it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from celery import schedules as stock
from django_celery_beat.clockedschedule import clocked
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    SolarSchedule,
)
from kombu.utils.json import dumps, loads

from duetime.adapters.celery.entries import Entry
from duetime.adapters.celery.schedules import FIELDS, crontab, schedule, solar, written
from duetime.adapters.django_celery_beat.rows import CATCH_UP, DEADLINE, is_aware
from duetime.zones import find_zone

EXTRAS: Final = ("enabled", "one_off", "start_time", "expires", "expire_seconds", "description")
"""Columns of a periodic task that an entry may set by a key of its own."""
_COLUMNS: Final = ("queue", "exchange", "routing_key", "priority")
_OPTIONS: Final = (*_COLUMNS, "headers", "expires", "expire_seconds")
_LARGEST: Final = 2**31 - 1
_PLACES: Final = Decimal("0.000001")
_MICROSECOND: Final = timedelta(microseconds=1)
_KINDS: Final = ("interval", "crontab", "solar", "clocked")


class CannotStoreError(Exception):
    """An entry has something for which the models have no column."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as its columns: those of its schedule, and those of the task."""

    kind: str
    model: Any
    schedule: Mapping[str, Any]
    task: Mapping[str, Any]

    def write(self, row: Any) -> None:
        """Make a row say this, if it says something else.

        An unchanged row is not saved, so that its last change stays where it was.
        """
        current = getattr(row, self.kind)
        is_same = current is not None and all(
            getattr(current, name) == value for name, value in self.schedule.items()
        )
        changes = {name: value for name, value in self.task.items() if getattr(row, name) != value}
        changes |= {
            kind: None for kind in _KINDS if kind != self.kind and getattr(row, kind) is not None
        }
        if not is_same:
            objects = self.model._default_manager
            changes[self.kind] = objects.filter(**self.schedule).first() or objects.create(
                **self.schedule
            )
        if changes:
            for name, value in changes.items():
                setattr(row, name, value)
            row.save()


def stored(entry: Entry, extras: Mapping[str, Any], app: Any) -> Stored:
    """The columns of an entry. Raises CannotStoreError with the reason where there are none."""
    given: Any = entry.schedule
    kind = next((kind for kind, (types, _, _) in _STORES.items() if type(given) in types), None)
    if kind is None:
        raise CannotStoreError("its schedule is of another type than those of the tables")
    if given.nowfun is not None:
        raise CannotStoreError("its schedule has a nowfun")
    if kind == "clocked" and not extras.get("one_off"):
        raise CannotStoreError("it has a moment, and not one_off")
    _, model, columns = _STORES[kind]
    task = {
        "task": entry.task,
        "args": _text(list(entry.args or ())),
        "kwargs": _text(dict(entry.kwargs or {})),
        **_options(entry),
        **extras,
    }
    return Stored(kind, model, columns(given, app), task)


def _text(value: Any) -> str:
    try:
        text: str = dumps(value)  # type: ignore[no-untyped-call]  # of kombu
        if loads(text) == value:  # type: ignore[no-untyped-call]  # of kombu
            return text
    except Exception as error:
        raise CannotStoreError(f"its arguments cannot be written as JSON ({error})") from error
    raise CannotStoreError("its arguments are others when they are read back from JSON")


def _options(entry: Entry) -> dict[str, Any]:
    options = entry.options
    unknown = ", ".join(sorted(options.keys() - set(_OPTIONS)))
    if unknown:
        raise CannotStoreError(f"no column has its options {unknown}")
    headers = dict(options.get("headers") or {})
    if entry.catch_up is not None:
        headers[CATCH_UP] = entry.catch_up
    if entry.deadline is not None:
        headers[DEADLINE] = entry.deadline.total_seconds()
    return {
        **{name: options.get(name) for name in _COLUMNS},
        "headers": _text(headers),
        "expire_seconds": _expire_seconds(options.get("expires", options.get("expire_seconds"))),
    }


def _expire_seconds(given: Any) -> int | None:
    seconds = given.total_seconds() if isinstance(given, timedelta) else given
    if seconds is None:
        return None
    if isinstance(seconds, int | float) and seconds == int(seconds) and 0 < seconds <= _LARGEST:
        return int(seconds)
    raise CannotStoreError(f"no column has expires={given!r}: whole seconds have one")


def _crontab(given: Any, app: Any) -> dict[str, Any]:
    if getattr(given, "dst", None) is not None:
        raise CannotStoreError(f"no column has dst={given.dst!r}")
    key = getattr(given.tz, "key", None) or find_zone(given.tz).key
    if key is None:
        raise CannotStoreError(f"its zone {given.tz} has no name that the tables take")
    if not is_aware() and find_zone(key) != find_zone(app.timezone):
        raise CannotStoreError(f"DJANGO_CELERY_BEAT_TZ_AWARE is off, and its zone is {key}")
    fields: dict[str, Any] = {}
    for name, value in zip(FIELDS, written(given), strict=True):
        text = str(value) if isinstance(value, str | int) else _listed(getattr(given, name))
        if len(text) > CrontabSchedule._meta.get_field(name).max_length:
            raise CannotStoreError(f"its {name} is too long")
        fields[name] = text
    return fields | {"timezone": find_zone(key).tzinfo}


def _listed(values: Any) -> str:
    return ",".join(str(value) for value in sorted(values))


def _interval(given: Any, app: Any) -> dict[str, Any]:
    if given.relative:
        raise CannotStoreError("its interval is relative")
    _has_no_zone(given)
    microseconds = given.run_every // _MICROSECOND
    seconds, rest = divmod(microseconds, 1_000_000)
    every, period = (microseconds, "microseconds") if rest else (seconds, "seconds")
    if every > _LARGEST:
        raise CannotStoreError(f"no column has an interval of {given.run_every}")
    return {"every": every, "period": period}


def _solar(given: Any, app: Any) -> dict[str, Any]:
    _has_no_zone(given)
    latitude, longitude = (
        Decimal(str(degrees)).quantize(_PLACES) for degrees in (given.lat, given.lon)
    )
    return {"event": given.event, "latitude": latitude, "longitude": longitude}


def _has_no_zone(given: Any) -> None:
    if getattr(given, "own_zone", None) is not None:
        raise CannotStoreError(f"no column has its tz, {given.tz}")


def _clocked(given: Any, app: Any) -> dict[str, Any]:
    return {"clocked_time": given.clocked_time}


_STORES: Final[dict[str, tuple[tuple[type, ...], Any, Callable[[Any, Any], dict[str, Any]]]]] = {
    "crontab": ((stock.crontab, crontab), CrontabSchedule, _crontab),
    "interval": ((stock.schedule, schedule), IntervalSchedule, _interval),
    "solar": ((stock.solar, solar), SolarSchedule, _solar),
    "clocked": ((clocked,), ClockedSchedule, _clocked),
}
