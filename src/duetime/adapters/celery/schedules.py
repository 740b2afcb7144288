"""Celery's schedule types, with the times of duetime's.

Each is a subclass of the class it stands in for: what looks at a schedule from outside (its
fields, its `isinstance`) finds what it knows, and what asks for a time gets the core's answer.
A naive datetime means UTC, as everywhere in Celery.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, cast

from celery import schedules as stock
from celery.utils.time import LocalTimezone
from celery.utils.time import ffwd as Ffwd  # noqa: N812 (a class with the name of a function)
from dateutil.tz import tzlocal

import duetime
from duetime.crontabs.reader import resolve_policy
from duetime.crontabs.schedule import Cron
from duetime.errors import InvalidValueError, ScheduleError, SearchHorizonError
from duetime.schedules import Schedule
from duetime.zones import DstPolicy, Zone, find_zone, to_instant

NEVER: Final = timedelta(days=1)
"""After this time Celery asks again about a schedule that has no further run."""

FIELDS: Final = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")
"""In the order of `crontab`'s arguments."""

_expanded: Final = attrgetter(*FIELDS)
written: Final = attrgetter(*(f"_orig_{name}" for name in FIELDS))
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class Timed(stock.BaseSchedule):
    """What all the types share: the questions of Celery, answered by `core`.

    A mixin in front of the class it stands in for.
    """

    # A default of the class: subclasses of Celery's types need not call its `__init__`.
    _tz: tzinfo | None = None

    @property
    @abstractmethod
    def core(self) -> Schedule:
        """The schedule as duetime sees it, in the zone that holds for it now."""

    @property
    def tz(self) -> tzinfo:
        """The zone of its own, or else the app's `timezone`."""
        return self.app.timezone if self._tz is None else self._tz

    @tz.setter
    def tz(self, tz: tzinfo | str | None) -> None:
        # A tzinfo is given back as it was: its kind may have methods that a project calls.
        known = None if tz is None else _zone(tz).tzinfo
        self._tz = tz if isinstance(tz, tzinfo) else known

    @property
    def own_zone(self) -> Zone | None:
        """The zone of its own; None when it goes by the app's."""
        has_none = self._tz is None and type(self).tz is Timed.tz
        return None if has_none else _zone(self.tz)

    def _set_tz(self, tz: tzinfo | str | None) -> None:
        # A subclass may have set its zone by now, or have a property for it.
        if tz is not None:
            self.tz = tz

    def _core_tz(self) -> tzinfo | str:
        """The zone in which the runs of a schedule without wall times are shown."""
        zone = self.own_zone
        return "UTC" if zone is None else zone.tzinfo

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        """The time from now to the first run after `last_run_at`; below zero when it is past.

        A schedule without a further run answers with a day, to be asked again then.
        """
        run = None
        with suppress(SearchHorizonError):
            run = self.core.next_run(_aware(last_run_at))
        return NEVER if run is None else _elapsed(_aware(self.now()), run)

    def is_due(self, last_run_at: datetime) -> Any:
        """Celery's `schedstate`: whether a run is due, and the seconds until the next.

        Crontabs heed `beat_cron_starting_deadline`: they are due only for a run that is not
        older than that.
        """
        remaining = self.remaining_estimate(last_run_at)
        if remaining > timedelta(0):
            return stock.schedstate(False, remaining.total_seconds())
        now = _aware(self.now())
        wait = max(self.remaining_estimate(now), timedelta(0))
        return stock.schedstate(self._is_fresh(now), wait.total_seconds())

    def _is_fresh(self, now: datetime) -> bool:
        """Whether a run that is due at `now` is within the deadline."""
        seconds = self.app.conf.beat_cron_starting_deadline if isinstance(self.core, Cron) else None
        if seconds is None:
            return True
        # A run exactly at the deadline is within it.
        since = now.astimezone(UTC) - timedelta(seconds=seconds, microseconds=1)
        return self.remaining_estimate(since) <= timedelta(0)


class crontab(Timed, stock.crontab):  # noqa: N801 (Celery's own name)
    """`celery.schedules.crontab`, right at clock changes, and with a zone of its own.

    The arguments are Celery's: `minute`, `hour`, `day_of_week`, `day_of_month`, `month_of_year`,
    each text, an int or an iterable of ints; then `nowfun` and `app`. `tz` is the zone of the
    wall times (an IANA key or tzinfo; None for the app's `timezone`), `dst` the policy for clock
    changes (a name or a `DstPolicy`; None for `vixie`).

    Raises what Celery raises (ValueError, ParseException, TypeError), UnknownTimeZoneError and
    ScheduleError.
    """

    dst: DstPolicy | str | None

    def __init__(
        self,
        minute: Any = "*",
        hour: Any = "*",
        day_of_week: Any = "*",
        day_of_month: Any = "*",
        month_of_year: Any = "*",
        *,
        tz: tzinfo | str | None = None,
        dst: DstPolicy | str | None = None,
        **kwargs: Any,
    ) -> None:
        values = (minute, hour, day_of_week, day_of_month, month_of_year)
        given = [_listed(value) for value in values]
        super().__init__(*given, **kwargs)
        for name, value in zip(FIELDS, given, strict=True):
            # What cannot be changed need not be read anew for every question.
            setattr(self, name, frozenset(getattr(self, name)))
            if isinstance(value, list):
                # Those who store schedules write these down as text.
                setattr(self, f"_orig_{name}", _joined(name, value))
        self._set_own(tz, dst)

    def _set_own(self, tz: tzinfo | str | None, dst: DstPolicy | str | None) -> None:
        self._set_tz(tz)
        self.dst = dst
        # A wrong policy is told of now and not when beat asks.
        cron_of(self, "UTC")

    @property
    def core(self) -> Cron:
        return cron_of(self, self.tz)

    # Celery's caller may hand in a class of its own for the result.
    def remaining_delta(
        self, last_run_at: datetime, tz: tzinfo | str | None = None, ffwd: Any = Ffwd
    ) -> tuple[datetime, Any, datetime]:
        """The last run, what to add to it for the next, and now; all in `tz` or the own zone.

        The sum is the wall time of the next run. At an overlap a wall time is not enough to tell
        its two instants apart: `remaining_estimate` and `is_due` do.
        """
        core = cron_of(self, tz or self.tz)
        last, now = (core._zone.local(_aware(moment)) for moment in (last_run_at, self.now()))
        run = self._next_run(last, core)
        return last, ffwd(**{part: getattr(run, part) for part in _PARTS}), now

    def remaining_estimate(self, last_run_at: datetime, ffwd: Any = Ffwd) -> timedelta:
        """The time from now to the first run after `last_run_at`; below zero when it is past.

        Raises RuntimeError, as Celery does, for fields that were set to a date that never comes.
        """
        return _elapsed(_aware(self.now()), self._next_run(_aware(last_run_at), self.core))

    def _next_run(self, last: datetime, core: Cron) -> datetime:
        run = core.next_run(last)
        if run is None:
            raise RuntimeError(f"{self!r} has no run after {last}")
        return run

    def __reduce__(self) -> tuple[Any, ...]:
        kind, arguments, state = super().__reduce__()
        own: dict[str, Any] = {"tz": self._tz, "dst": self.dst}
        if isinstance(self.dst, DstPolicy):
            # By its parts, so that no pickle names a module of the core.
            own["dst"] = asdict(self.dst)
        return kind, arguments, state | {k: v for k, v in own.items() if v is not None}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        given = dict(state)
        tz, dst = given.pop("tz", None), given.pop("dst", None)
        if isinstance(dst, dict):
            dst = DstPolicy(**dst)
        super().__setstate__(given)
        # Celery before 5.7 forgets it, so that a copy of a copy loses it.
        self._orig_kwargs = given
        self._set_own(tz, dst)

    def __repr__(self) -> str:
        text: str = super().__repr__()
        own = [] if self.own_zone is None else [self.own_zone.key or str(self.tz)]
        own += [] if self.dst is None else [f"dst={self.dst!r}"]
        return ", ".join([text[:-1], *own]) + ">"

    def __eq__(self, other: object) -> Any:
        """Equal to a crontab, Celery's too, of the same fields, zone and clock-change policy."""
        same = super().__eq__(other)
        if same is not True:
            return same
        zone = getattr(other, "own_zone", None)
        return self.own_zone == zone and cron_of(self, "UTC") == cron_of(other, "UTC")

    __hash__ = None  # type: ignore[assignment]  # equal by fields that can be changed


class schedule(Timed, stock.schedule):  # noqa: N801 (Celery's own name)
    """`celery.schedules.schedule`: an interval from the last run, in elapsed time.

    `run_every` is a timedelta or seconds. With `relative`, which rounds to the resolution of the
    interval in the zone `tz`, the times are Celery's own.
    """

    def __init__(
        self,
        run_every: float | timedelta | None = None,
        relative: bool = False,
        nowfun: Callable[[], datetime] | None = None,
        app: Any = None,
        tz: tzinfo | str | None = None,
    ) -> None:
        super().__init__(run_every, relative, nowfun, app)
        self._set_tz(tz)

    @property
    def core(self) -> Schedule:
        """The interval as duetime counts it.

        Raises ScheduleError for one that is relative or not longer than zero.
        """
        if self.relative:
            raise InvalidValueError(
                f"{self!r} is relative, so its runs are rounded to the clock: use a crontab,"
                ' or every(..., anchor="epoch")'
            )
        return duetime.every(self.run_every, tz=self._core_tz())

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        if self.relative or self.run_every <= timedelta(0):
            # Celery rounds in the zone of the last run, whatever that is.
            last = _zone(self.tz).local(_aware(last_run_at))
            found: timedelta = super(Timed, self).remaining_estimate(last)
            return found
        return super().remaining_estimate(last_run_at)

    is_due = stock.schedule.is_due

    def __reduce__(self) -> tuple[Any, ...]:
        kind, arguments = super().__reduce__()
        # Subclasses may have a constructor of fewer arguments.
        return kind, arguments if self._tz is None else (*arguments, None, self._tz)

    __hash__ = None  # type: ignore[assignment]  # equal by fields that can be changed


class solar(Timed, stock.solar):  # noqa: N801 (Celery's own name)
    """`celery.schedules.solar`, without ephem: `event` at latitude `lat` and longitude `lon`.

    Degrees, north and east positive. `tz` is the zone that its runs are shown in.

    Raises ValueError for an unknown event or place.
    """

    def __init__(
        self,
        event: str,
        lat: float | Decimal,
        lon: float | Decimal,
        tz: tzinfo | str | None = None,
        **kwargs: Any,
    ) -> None:
        # Celery's constructor asks for ephem.
        stock.BaseSchedule.__init__(self, **kwargs)
        if event not in self._all_events:
            events = ", ".join(sorted(self._all_events))
            raise ValueError(stock.SOLAR_INVALID_EVENT.format(event=event, all_events=events))
        if not -90 <= lat <= 90:
            raise ValueError(stock.SOLAR_INVALID_LATITUDE.format(lat=lat))
        if not -180 <= lon <= 180:
            raise ValueError(stock.SOLAR_INVALID_LONGITUDE.format(lon=lon))
        self.event, self.lat, self.lon = event, lat, lon
        self.method, self.use_center = self._methods[event], self._use_center_l[event]
        self._set_tz(tz)

    @property
    def core(self) -> Schedule:
        return duetime.solar(self.event, self.lat, self.lon, tz=self._core_tz())

    def __reduce__(self) -> tuple[Any, ...]:
        kind, arguments = super().__reduce__()
        return kind, arguments if self._tz is None else (*arguments, self._tz)

    __hash__ = None  # type: ignore[assignment]  # equal by fields that can be changed


class beat(Timed):  # noqa: N801 (named as Celery names its schedules)
    """Any schedule of duetime as one of Celery: a union, a rule, a one-off.

    It is a `BaseSchedule`, not an interval, so that nobody stores it as one. It is equal to one
    with an equal `core`.

    >>> from duetime import cron, every
    >>> beat(cron("0 9 * * *", tz="Europe/Paris") | cron("0 9 * * *", tz="Asia/Tokyo"))
    <beat: (cron('0 9 * * *', tz='Europe/Paris') | cron('0 9 * * *', tz='Asia/Tokyo'))>
    """

    def __init__(
        self, core: Schedule, nowfun: Callable[[], datetime] | None = None, app: Any = None
    ) -> None:
        if not isinstance(core, Schedule):
            raise InvalidValueError(f"beat() takes a schedule of duetime, not {core!r}")
        super().__init__(nowfun=nowfun, app=app)
        self._core = core
        self._tz = core.tz

    @property
    def core(self) -> Schedule:
        return self._core

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._core, self.nowfun)

    def __repr__(self) -> str:
        return f"<beat: {self._core!r}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, beat):
            return self._core == other._core and self.nowfun == other.nowfun
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._core)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _elapsed(start: datetime, end: datetime) -> timedelta:
    return timedelta(microseconds=to_instant(end) - to_instant(start))


def _zone(tz: tzinfo | str) -> Zone:
    return _system_zone(tz) if isinstance(tz, LocalTimezone) else find_zone(tz)


@lru_cache(maxsize=16)
def _system_zone(tz: LocalTimezone) -> Zone:
    """The system's zone; Celery's own class for it is hours off about when its clocks change."""
    return find_zone(tzlocal())


def _listed(value: Any) -> Any:
    """An iterable as a list: it may be one that can be read only once."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    return sorted(value) if isinstance(value, Set) else list(value)


def _joined(name: str, values: list[int]) -> str:
    if not values:
        raise InvalidValueError(f"{name} has no values: leave it out for every value")
    return _listing(values)


def _listing(values: Iterable[int]) -> str:
    # True is a number to Celery.
    return ",".join(str(value + 0) for value in values)


def cron_of(given: Any, tz: tzinfo | str) -> Cron:
    """The wall times of a crontab, Celery's too, in a zone."""
    texts, values = tuple(map(str, written(given))), tuple(map(frozenset, _expanded(given)))
    return _cron(texts, values, _zone(tz), getattr(given, "dst", None))


@lru_cache(maxsize=65536)
def _cron(
    texts: tuple[str, ...],
    values: tuple[frozenset[Any], ...],
    zone: Zone,
    dst: DstPolicy | str | None,
) -> Cron:
    """The crontab of Celery's fields: their meaning as Celery read them, the policy as written."""
    with suppress(ScheduleError):
        found = _compiled(texts, zone, dst)
        if _bits(found) == tuple(sum(1 << value for value in field) for field in values):
            return found
    # Celery reads some texts that no other cron does: `jan` in the minutes, `1-5-7`.
    policy = resolve_policy(dst or "vixie", dict(zip(FIELDS, texts, strict=True)))
    lists = tuple(_listing(sorted(field)) for field in values)
    return _compiled(lists, zone, policy)


def _compiled(texts: tuple[str, ...], zone: Zone, dst: DstPolicy | str | None) -> Cron:
    fields: Any = dict(zip(FIELDS, texts, strict=True))
    # No text of this dialect is anything but a crontab.
    return cast(Cron, duetime.cron(**fields, tz=zone.tzinfo, dialect="celery", dst=dst))


def _bits(core: Cron) -> tuple[int, ...]:
    """The values of its fields, a bit each, in the order of `FIELDS`."""
    fields, days = core.fields, core.fields.days
    return fields.minute, fields.hour, days.day_of_week, days.day_of_month, fields.month
