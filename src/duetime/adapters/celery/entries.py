"""The entries of a beat: one has a catch-up policy of its own, all together tell of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final, SupportsIndex, cast

from celery import schedules as stock
from celery.beat import ScheduleEntry

import duetime
from duetime.adapters.celery.schedules import FIELDS, beat, crontab, schedule
from duetime.errors import InvalidTypeError, InvalidValueError, ScheduleError, shorten
from duetime.kinds.business import BusinessDays
from duetime.schedules import CatchUp, Schedule

CATCH_UP: Final = ("latest", "all", "none")
SETTINGS: Final = (
    "duetime_catch_up",
    "duetime_deadline",
    "duetime_catch_up_limit",
    "duetime_occurrence_ids",
    # Of the scheduler for django-celery-beat alone.
    "duetime_full_sync",
)
_OWN_FIELDS: Final = ("catch_up", "deadline")
_KEYS: Final = ("task", "schedule", "args", "kwargs", "options", "relative", *_OWN_FIELDS)
"""What an entry of `beat_schedule` may have."""
_TAKEN: Final = {*_KEYS, "app", "last_run_at", "name", "total_run_count"}
"""What an entry itself takes."""
_OPTIONS: Final = {
    "queue",
    "exchange",
    "routing_key",
    "priority",
    "expires",
    "headers",
    "countdown",
}
_WANTED: Final = "seconds, a timedelta or a schedule of Celery or duetime"


_COUNTS: Final = range(-(2**63), 2**63)


class Entry(ScheduleEntry):
    """An entry of `beat_schedule`, with a catch-up policy of its own.

    `catch_up` is `latest`, `all` or `none`, and `deadline` seconds or a timedelta; None for what
    the app's settings say; both are also found in `options`, where `add_periodic_task` puts them.
    `schedule` may be a schedule of duetime, which is put into a `beat`. `last_run_at` is nominal:
    the run that was sent, and not when; for an entry that never ran, when it was first seen.

    Raises ScheduleError for another policy or deadline, for what is no schedule, for an interval
    that is not longer than zero, and for an unknown key.
    """

    options: dict[str, Any]

    def __init__(
        self,
        name: str | None = None,
        task: str | None = None,
        last_run_at: datetime | None = None,
        total_run_count: int | None = None,
        schedule: Any = None,
        *args: Any,
        catch_up: CatchUp | None = None,
        deadline: timedelta | float | None = None,
        **kwargs: Any,
    ) -> None:
        schedule = read_schedule(schedule, name)
        if not kwargs.keys() <= _TAKEN:
            raise _unknown_key(next(iter(kwargs.keys() - _TAKEN)), name)
        super().__init__(name, task, last_run_at, total_run_count, schedule, *args, **kwargs)
        options = self.options
        if not isinstance(options, Mapping):
            raise InvalidValueError(f"options of {name} must be a dict, not {shorten(options)}")
        if not options.keys().isdisjoint(_OWN_FIELDS):
            self.options = {key: options[key] for key in options if key not in _OWN_FIELDS}
        own = options.get("catch_up") if catch_up is None else catch_up
        self.catch_up = read_catch_up(own, f"catch_up of {name}")
        own = options.get("deadline") if deadline is None else deadline
        self.deadline = read_duration(own, f"deadline of {name}")

    def update(self, other: Any) -> None:
        super().update(other)
        for name in _OWN_FIELDS:
            setattr(self, name, getattr(other, name, None))

    def editable_fields_equal(self, other: Any) -> bool:
        return bool(super().editable_fields_equal(other)) and all(
            getattr(self, name) == getattr(other, name, None) for name in _OWN_FIELDS
        )

    def __reduce__(self) -> tuple[Any, ...]:
        given = {name: value for name, value in self if name != "app"}
        return _entry, (type(self), given)

    __hash__ = None  # type: ignore[assignment]  # equal by fields that can be changed


def _entry(kind: type[Entry], given: dict[str, Any]) -> Entry:
    return kind(**given)


def copied(entry: Any, **changes: Any) -> Any:
    """A copy of an entry with some attributes changed.

    `copy.copy` would make it anew, without an app, and take the schedule's app away.
    """
    twin = object.__new__(type(entry))
    vars(twin).update(vars(entry), **changes)
    return twin


class Entries(dict[str, Any]):
    """Entries by name, that tell which of them were set or removed.

    Raises ScheduleError before anything is changed: for a name that is not text, or a count that
    is no whole number of 64 bits, since it could not be remembered; and for an entry without a
    task or a schedule.
    """

    def __init__(self, entries: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(_checked(dict(entries)))
        self.touched = dict.fromkeys(self)
        """The names, in the order of the changes."""

    def touch(self, names: Iterable[str]) -> None:
        """Tell of a change that was made to the entries themselves."""
        self.touched.update(dict.fromkeys(names))

    def __setitem__(self, name: str, entry: Any) -> None:
        check_entry(name, entry)
        super().__setitem__(name, entry)
        self.touched[name] = None

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.touched[name] = None

    def __ior__(self, other: Any) -> Entries:  # type: ignore[override, misc]  # dict's answers with itself
        self.update(other)
        return self

    def update(self, *args: Any, **kwargs: Any) -> None:
        self.join(_checked(dict(*args, **kwargs)))

    def join(self, checked: dict[str, Any]) -> None:
        """Set entries of which it is known that they are right."""
        super().update(checked)
        self.touch(checked)

    def setdefault(self, name: str, entry: Any = None) -> Any:
        if name not in self:
            self[name] = entry
        return self[name]

    def pop(self, name: str, *default: Any) -> Any:
        if name in self:
            self.touched[name] = None
        return super().pop(name, *default)

    def popitem(self) -> tuple[str, Any]:
        name, entry = super().popitem()
        self.touched[name] = None
        return name, entry

    def clear(self) -> None:
        self.touch(self)
        super().clear()

    def copy(self) -> dict[str, Any]:
        return dict(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return Entries, (dict(self),)


def _checked(entries: dict[str, Any]) -> dict[str, Any]:
    for name, entry in entries.items():
        check_entry(name, entry)
    return entries


def check_entry(name: Any, entry: Any) -> None:
    """Raise ScheduleError for an entry that could not be remembered, asked or sent."""
    try:
        str.encode(name)
    except (TypeError, UnicodeEncodeError):
        raise InvalidValueError(
            f"the name of an entry must be text that UTF-8 has, not {name!r}"
        ) from None
    count: Any = getattr(entry, "total_run_count", 0)
    if not isinstance(count, int) or count not in _COUNTS:
        raise InvalidValueError(
            f"total_run_count of {name} must be a whole number of 64 bits, not {count!r}"
        )
    if getattr(entry, "schedule", entry) is None:
        raise InvalidValueError(f"schedule of {name} is missing: it may be {_WANTED}")
    task = getattr(entry, "task", "")
    if not isinstance(task, str):
        raise InvalidValueError(f"task of {name} must be the name of a task, not {shorten(task)}")


def read_schedule(given: Any, name: Any) -> Any:
    """What Celery takes for a schedule. Raises ScheduleError for anything else."""
    kind: Any = type(given)
    if kind is crontab or given is None:
        return given
    if isinstance(given, Schedule):
        return beat(given)
    period = given.run_every if kind in (stock.schedule, schedule) else given
    if isinstance(period, timedelta | int | float) and kind is not bool:
        if not isinstance(period, timedelta) or period <= timedelta(0):
            read_duration(period, f"schedule of {name}")
    elif isinstance(given, type) or not hasattr(given, "is_due"):
        raise InvalidValueError(f"schedule of {name} {_fault_of(given)}")
    return given


def _fault_of(given: Any) -> str:
    """What is wrong with something that is no schedule, and the cure."""
    if isinstance(given, str | bytes):
        text = given if isinstance(given, str) else given.decode(errors="replace")
        return f"is text, {shorten(given)}: use {_cure_of(text)}"
    if isinstance(given, type):
        return f"is the class {given.__name__}: call it, as in {given.__name__}(...)"
    if isinstance(given, BusinessDays):
        days = "cron('0 9 * * *').on(business_days(...))"
        return f"is a calendar, a set of days without a time of day: use beat({days})"
    if isinstance(given, datetime):
        return f"is one moment: use beat(at({shorten(given)}))"
    return f"must be {_WANTED}, not {shorten(given)}"


def _cure_of(text: str) -> str:
    with suppress(ValueError):
        return f"the number {float(text):g}: leave out the quotes"
    meant, fields = "cron(...)", "minute=..., hour=..."
    with suppress(ScheduleError):
        meant = repr(duetime.parse(text))
        # In the order of a crontab, which is not that of Celery's arguments.
        order = (*FIELDS[:2], "day_of_month", "month_of_year", "day_of_week")
        parts = text.split()
        if len(parts) != len(order):
            return f"beat({meant})"
        fields = ", ".join(f"{n}={p!r}" for n, p in zip(order, parts, strict=True) if p != "*")
    return f"beat({meant}), or crontab({fields}) in the app's time zone, or seconds"


def _unknown_key(key: str, name: Any) -> InvalidTypeError:
    near = nearest(key, _KEYS)
    if key in _OPTIONS:
        cure = "it goes into options"
    else:
        cure = f"did you mean {near}?" if near else f"it has {', '.join(_KEYS)}"
    return InvalidTypeError(f"entry {name} has no key {key!r}: {cure}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`; None when none is."""
    from difflib import get_close_matches  # on demand: it takes its time to load

    return next(iter(get_close_matches(name, known, 1, 0.75)), None)


def check_settings(conf: Any) -> None:
    """Raise ScheduleError for a setting that begins with `duetime_` and is none."""
    prefix = (conf.prefix or "").lower()
    for given, value in [pair for each in conf.maps for pair in each.items()]:
        plain = given.lower().removeprefix(prefix)
        if not plain.startswith("duetime_") or isinstance(value, ModuleType) or callable(value):
            continue
        if plain in SETTINGS and given in conf._to_keys(plain):
            continue
        near = nearest(plain, SETTINGS)
        cure = (
            f"did you mean {conf._to_keys(near)[0]}?" if near else f"it has {', '.join(SETTINGS)}"
        )
        raise InvalidValueError(f"duetime's scheduler has no setting {given}: {cure}")


def read_catch_up(given: Any, where: str) -> CatchUp | None:
    """A catch-up policy, or None. Raises ScheduleError that names `where` it was given."""
    if given is not None and given not in CATCH_UP:
        raise InvalidValueError(f"{where} must be one of {', '.join(CATCH_UP)}, not {given!r}")
    return cast("CatchUp | None", given)


def read_duration(given: Any, where: str) -> timedelta | None:
    """A timedelta or seconds as a timedelta, or None. Raises ScheduleError as above.

    One of zero would never send anything.
    """
    duration: Any = given
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            duration = timedelta(seconds=given)
        except (ValueError, OverflowError):
            duration = None
    if given is None or (isinstance(duration, timedelta) and duration > timedelta(0)):
        return cast("timedelta | None", duration)
    raise InvalidValueError(
        f"{where} must be a timedelta or seconds, more than zero, not {shorten(given)}"
    )


def read_seconds(given: Any, where: str) -> None:
    """Raise ScheduleError, as above, for what is no number of seconds."""
    if given is None or isinstance(given, timedelta):
        raise InvalidValueError(f"{where} must be seconds, more than zero, not {given!r}")
    read_duration(given, where)


def read_limit(given: Any, where: str) -> int | None:
    """A number of 1 or more, or None. Raises ScheduleError as above."""
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or given < 1):
        raise InvalidValueError(f"{where} must be a whole number, 1 or more, not {given!r}")
    return given
