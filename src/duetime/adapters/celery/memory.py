"""What beat knows of an entry: what its schedule is, the runs it has, and what was sent of them."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, cast

from celery import schedules as stock

import duetime
from duetime.adapters.celery.schedules import beat, crontab, schedule, solar, written
from duetime.adapters.celery.state import Row
from duetime.adapters.celery.upgrading import from_celery
from duetime.crontabs.schedule import Cron
from duetime.errors import ScheduleError
from duetime.kinds.interval import Floating
from duetime.schedules import Schedule
from duetime.zones import DAY, EPOCH, SECOND, find_zone, to_instant

SETBACK: Final = SECOND
"""A clock that goes back further than this has been set; less is adjustment."""
_WRONG_CLOCK: Final = DAY * SECOND
"""A last run that is further ahead than this was noted by a clock that was wrong."""
_MINUTE: Final = 60 * SECOND
_MICROSECOND: Final = timedelta(microseconds=1)
_STOCK: Final = (stock.crontab, stock.schedule, stock.solar)
_OURS: Final = (crontab, schedule, solar, beat)
_ANSWERS: Final = ("core", "is_due", "remaining_estimate", "remaining_delta")
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
"""What a plain repr has that differs from one process to the next."""


class Known:
    """What the scheduler knows of an entry: its times, and what is remembered of it."""

    __slots__ = ("_contents", "_given", "core", "row", "runs")

    def __init__(self, given: Any, core: Schedule | None, row: Row) -> None:
        self._given = given
        self._contents = _contents(given)
        self.core = core
        self.row = row
        self.runs = cast(Schedule, core)
        """The set of runs: of a floating interval, the grid from its last run on, which does not
        drift."""
        if isinstance(core, Floating):
            period = timedelta(microseconds=core.step)
            self.runs = duetime.every(period, anchor=moment(row.last), tz=core.tz)

    def is_of(self, given: Any) -> bool:
        """Whether the schedule is still the one it was, or one of the same type and contents."""
        is_comparable = type(given) is type(self._given) and hasattr(given, "__dict__")
        return (given is self._given or is_comparable) and _contents(given) == self._contents


def _contents(given: Any) -> tuple[Any, ...]:
    """What it is made of, as it is now: sets can be changed in place."""
    values = getattr(given, "__dict__", {}).values()
    return tuple(frozenset(value) if isinstance(value, set) else value for value in values)


def core_of(given: Any) -> Schedule | None:
    """The times of a schedule; None for one that can only be asked whether it is due."""
    if getattr(given, "nowfun", None) is not None:
        return None
    kind: Any = type(given)
    if kind not in _STOCK and not _is_ours(kind):
        return None
    try:
        return from_celery(given)
    except ScheduleError:
        return None


def earliest(given: Any, last: int) -> int | None:
    """An instant that the first run after `last` is not before; None when that takes learning."""
    if getattr(given, "nowfun", None) is not None:
        return None
    if type(given) in (stock.crontab, crontab) and _has_whole_minutes(given.tz):
        return last // _MINUTE * _MINUTE + _MINUTE
    if type(given) in (stock.schedule, schedule) and not given.relative:
        period: int = given.run_every // _MICROSECOND
        return last + max(1, period)
    return None


def spelling(given: Any) -> str:
    """Text that is the same for schedules that are written alike, found without reading it.

    Empty for those of which their arguments do not say all.
    """
    kind = type(given)
    arguments: tuple[Any, ...]
    if getattr(given, "nowfun", None) is not None:
        return ""
    elif kind in (stock.crontab, crontab):
        # Zones of pytz and dateutil have one by another name.
        key = getattr(given.tz, "key", None) or find_zone(given.tz).key
        arguments = (*written(given), key, getattr(given, "dst", None))
        if key is None or not all(isinstance(each, str | int) for each in arguments[:5]):
            return ""
    elif kind in (stock.schedule, schedule) and not given.relative:
        arguments = (given.run_every,)
    elif kind in (stock.solar, solar):
        arguments = (given.event, given.lat, given.lon)
    else:
        return ""
    return f"{_name_of(kind)}{arguments}"


def _name_of(kind: type[object]) -> str:
    """The name of a type, which is stored; ours keep theirs when their module is moved."""
    module = "duetime.adapters.celery.schedules" if kind in _OURS else kind.__module__
    return f"{module}.{kind.__qualname__}"


@lru_cache(maxsize=1024)
def _has_whole_minutes(tz: Any) -> bool:
    """Whether its clock turns to a new minute when that of UTC does, in this age."""
    return datetime(2000, 1, 1, tzinfo=UTC).astimezone(tz).second == 0


@lru_cache(maxsize=1024)
def _is_ours(kind: type[object]) -> bool:
    """Whether a type, or a subclass of it, gives the answers that this package gave it."""
    base = next((base for base in kind.__mro__ if base in _OURS), None)
    return base is not None and all(
        getattr(kind, name, None) == getattr(base, name, None) for name in _ANSWERS
    )


def is_ahead(row: Row, core: Schedule | None, clock: int) -> bool:
    """Whether what is remembered lies so far ahead that beat would wait for it in vain."""
    return row.last - clock > (SETBACK if isinstance(core, Floating) else _WRONG_CLOCK)


def fingerprint(core: Schedule | None, given: Any) -> str:
    """Text that is the same for schedules with the same times, in every process and release."""
    if core is None:
        # What it is made of may change with every question.
        text = _name_of(type(given))
    elif isinstance(core, Cron):
        text = _cron_text(core)
    else:
        try:
            text = json.dumps(core.to_dict(), sort_keys=True)
        except ScheduleError:
            text = repr(core)
    return hashlib.sha256(_ADDRESS.sub("", text).encode()).hexdigest()[:32]


@lru_cache(maxsize=65536)
def _cron_text(core: Cron) -> str:
    return f"{core.fields!r} {core._zone.key or core._zone.tzinfo!r}"


def moment(instant: int) -> datetime:
    """An instant as a datetime in UTC."""
    return EPOCH + timedelta(microseconds=instant)


def instant_of(given: datetime) -> int:
    """A datetime as an instant; a naive one means UTC, as everywhere in Celery."""
    return to_instant(given.replace(tzinfo=UTC) if given.tzinfo is None else given)


def like(instant: int, other: datetime) -> datetime:
    """`instant` as a datetime in the zone of the entry's own clock, naive if that is."""
    shown = moment(instant)
    # Celery rounds `relative` intervals in the zone that this has.
    return shown.replace(tzinfo=None) if other.tzinfo is None else shown.astimezone(other.tzinfo)
