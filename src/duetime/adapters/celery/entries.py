"""The entries of a beat: one has a catch-up policy of its own, all together tell of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, SupportsIndex, cast

from celery.beat import ScheduleEntry

from duetime.adapters.celery.schedules import beat
from duetime.errors import InvalidValueError
from duetime.schedules import CatchUp, Schedule

CATCH_UP: Final = ("latest", "all", "none")
_OWN_FIELDS: Final = ("catch_up", "deadline")


_COUNTS: Final = range(-(2**63), 2**63)


class Entry(ScheduleEntry):
    """An entry of `beat_schedule`, with a catch-up policy of its own.

    `catch_up` is `latest`, `all` or `none`, and `deadline` seconds or a timedelta; None for what
    the app's settings say; both are also found in `options`, where `add_periodic_task` puts them.
    `schedule` may be a schedule of duetime, which is put into a `beat`. `last_run_at` is nominal:
    the run that was sent, and not when; for an entry that never ran, when it was first seen.

    Raises ScheduleError for another policy or deadline.
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
        if isinstance(schedule, Schedule):
            schedule = beat(schedule)
        super().__init__(name, task, last_run_at, total_run_count, schedule, *args, **kwargs)
        options = self.options
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

    Raises ScheduleError for a name that is not text, or a count that is no whole number of 64
    bits, before anything is changed: it could not be remembered.
    """

    def __init__(self, entries: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(_checked(dict(entries)))
        self.touched = dict.fromkeys(self)
        """The names, in the order of the changes."""

    def touch(self, names: Iterable[str]) -> None:
        """Tell of a change that was made to the entries themselves."""
        self.touched.update(dict.fromkeys(names))

    def __setitem__(self, name: str, entry: Any) -> None:
        super().__setitem__(name, _checked({name: entry})[name])
        self.touched[name] = None

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.touched[name] = None

    def __ior__(self, other: Any) -> Entries:  # type: ignore[override, misc]  # dict's answers with itself
        self.update(other)
        return self

    def update(self, *args: Any, **kwargs: Any) -> None:
        given = _checked(dict(*args, **kwargs))
        super().update(given)
        self.touch(given)

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
        if not _is_text(name):
            raise InvalidValueError(
                f"the name of an entry must be text that UTF-8 has, not {name!r}"
            )
        count: Any = getattr(entry, "total_run_count", 0)
        if not isinstance(count, int) or count not in _COUNTS:
            raise InvalidValueError(
                f"total_run_count of {name} must be a whole number of 64 bits, not {count!r}"
            )
    return entries


def _is_text(name: Any) -> bool:
    try:
        str.encode(name)
    except (TypeError, UnicodeEncodeError):
        return False
    return True


def read_catch_up(given: Any, where: str) -> CatchUp | None:
    """A catch-up policy, or None. Raises ScheduleError that names `where` it was given."""
    if given is not None and given not in CATCH_UP:
        raise InvalidValueError(f"{where} must be one of {', '.join(CATCH_UP)}, not {given!r}")
    return cast("CatchUp | None", given)


def read_duration(given: Any, where: str) -> timedelta | None:
    """A timedelta or seconds as a timedelta, or None. Raises ScheduleError as above."""
    duration: Any = given
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            duration = timedelta(seconds=given)
        except (ValueError, OverflowError):
            duration = None
    if given is None or (isinstance(duration, timedelta) and duration >= timedelta(0)):
        return cast("timedelta | None", duration)
    raise InvalidValueError(f"{where} must be a timedelta or seconds, zero or more, not {given!r}")


def read_seconds(given: Any, where: str) -> None:
    """Raise ScheduleError, as above, for what is no number of seconds."""
    if given is None or isinstance(given, timedelta):
        raise InvalidValueError(f"{where} must be seconds, zero or more, not {given!r}")
    read_duration(given, where)


def read_limit(given: Any, where: str) -> int | None:
    """A number of 1 or more, or None. Raises ScheduleError as above."""
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or given < 1):
        raise InvalidValueError(f"{where} must be a whole number, 1 or more, not {given!r}")
    return given
