"""The class `croniter`: a schedule of duetime with a position, as croniter 7 has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from time import time
from typing import Any, ClassVar, TypeVar, overload

from duetime.adapters.croniter.errors import (
    CroniterBadDateError,
    CroniterBadTypeRangeError,
    CroniterError,
)
from duetime.adapters.croniter.reading import (
    ORDER,
    Nth,
    Values,
    check_dates,
    expanded,
    read,
)
from duetime.crontabs.schedule import Cron, PureDialect
from duetime.errors import InvalidTypeError, InvalidValueError, shorten

Moment = datetime | float
Kind = type[float] | type[datetime]
_Moment = TypeVar("_Moment", datetime, float)

DEFAULT_YEARS = 50
"""How many years ahead croniter looks if it is not told."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class croniter:  # noqa: N801  # the name that programs import
    """The runs of a crontab, one after the other from a moment, under croniter's names.

    `start_time` is a datetime or a number of seconds since 1970, now if it is None. A naive
    datetime and a number are read in UTC, and datetimes that come out are then naive too. An aware
    one gives its zone. `ret_type` is `float` or `datetime`. With `day_or=False` a day must be in
    both day fields. `max_years_between_matches` is how many years ahead to look, 50 if it is None.
    `hash_id` is what `H` is drawn from, and `R` too; without it `R` is drawn at random.
    `implement_cron_bug` joins the day fields as Vixie cron does. `second_at_beginning` reads the
    second as the first of six or seven fields. With `expand_from_start_time` steps count from the
    start: `*/15` from minute 7 is 7, 22, 37, 52.

    Raises CroniterBadCronError for an expression that croniter does not allow.

    >>> from datetime import datetime
    >>> from duetime.adapters.croniter import croniter
    >>> mornings = croniter("30 9 * * mon-fri", datetime(2026, 1, 2, 10))
    >>> print(mornings.get_next(datetime), mornings.get_next(datetime), sep=", ")
    2026-01-05 09:30:00, 2026-01-06 09:30:00
    """

    RANGES: ClassVar = (
        *((field.first, 6 if field.name == "day_of_week" else field.last) for field in ORDER[:-1]),
        (1970, ORDER[-1].last),
    )
    """The first and the last value of each field, the second behind the weekday."""

    _dialect: ClassVar[PureDialect] = "croniter"
    _dialect_and: ClassVar[PureDialect | None] = "croniter_and"

    def __init__(
        self,
        expr_format: str,
        start_time: Moment | None = None,
        ret_type: Kind = float,
        day_or: bool = True,
        max_years_between_matches: int | None = None,
        is_prev: bool = False,
        hash_id: bytes | str | None = None,
        implement_cron_bug: bool = False,
        second_at_beginning: bool = False,
        expand_from_start_time: bool = False,
    ) -> None:
        self._ret_type = ret_type
        self._is_prev = is_prev
        self._limited = max_years_between_matches is not None
        self._max_years_between_matches = _years(max_years_between_matches)
        self._from_start = expand_from_start_time
        self.second_at_beginning = bool(second_at_beginning)
        self.tzinfo: tzinfo | None = None
        self.cur = self.start_time = 0.0
        self.set_current(time() if start_time is None else start_time)
        self._expression = read(
            expr_format,
            hash_id=hash_id,
            second_at_beginning=second_at_beginning,
            start=self._now if expand_from_start_time else None,
        )
        self._asked = self._dialect_for(day_or=day_or, implement_cron_bug=implement_cron_bug)
        self._schedule = self._expression.schedule(self._asked, self.tzinfo or UTC)

    def _dialect_for(self, *, day_or: bool, implement_cron_bug: bool) -> PureDialect:
        parts = self._expression.parts
        starred = len(parts) > 4 and "*" in (parts[2][:1], parts[4][:1])
        if day_or and not (implement_cron_bug and starred):
            return self._dialect
        if self._dialect_and is None:
            raise InvalidValueError(
                "day_or=False and implement_cron_bug need the edition 7: use croniter"
            )
        return self._dialect_and

    @property
    def schedule(self) -> Cron:
        """The schedule of duetime, in the zone of the start and with no position."""
        return self._schedule

    @property
    def expressions(self) -> list[str]:
        """The texts of the fields, in lower case, the second behind the weekday."""
        return self._expression.parts

    @property
    def expanded(self) -> list[Values]:
        """The values of each field, as `expand` gives them."""
        return expanded(self._expression, self._dialect)[0]

    @property
    def nth_weekday_of_month(self) -> Nth:
        """Of `5#2`: `{5: {2}}`."""
        return expanded(self._expression, self._dialect)[1]

    @property
    def nearest_weekday(self) -> set[int]:
        """Of `15W`: `{15}`."""
        return expanded(self._expression, self._dialect)[2]

    @property
    def _now(self) -> datetime:
        """The position as an aware datetime."""
        moment = _at(self.cur)
        return moment if self.tzinfo is None else moment.astimezone(self.tzinfo)

    def set_current(self, start_time: Moment | None, force: bool = True) -> float:
        """Go to a moment, and to its zone if it is a datetime; returns it in seconds."""
        if start_time is not None and force:
            seconds = self.datetime_to_timestamp(start_time)
            _at(seconds)  # What is no moment is refused before anything changes.
            if isinstance(start_time, datetime):
                self._change_zone(start_time.tzinfo)
            self.cur = self.start_time = seconds
        return self.cur

    def _change_zone(self, zone: tzinfo | None) -> None:
        if zone is not self.tzinfo:
            self.tzinfo = zone
            if hasattr(self, "_schedule"):
                self._schedule = self._schedule.in_zone(zone or UTC)

    @staticmethod
    def datetime_to_timestamp(d: Moment) -> float:
        """Seconds since 1970; a naive datetime is read in UTC."""
        if isinstance(d, datetime):
            aware = d if d.tzinfo is not None else d.replace(tzinfo=UTC)
            return (aware.astimezone(UTC) - _EPOCH).total_seconds()
        if isinstance(d, bool) or not isinstance(d, (int, float)):
            raise InvalidTypeError(
                f"start_time must be a datetime or seconds since 1970, not {shorten(d)}"
            )
        return d

    _datetime_to_timestamp = datetime_to_timestamp  # an old name that programs use

    def timestamp_to_datetime(self, timestamp: float) -> datetime:
        """The datetime of seconds since 1970: naive in UTC if the start was, else in its zone."""
        return self._shown(_at(timestamp))

    def _shown(self, run: datetime) -> datetime:
        if self.tzinfo is None:
            return run.astimezone(UTC).replace(tzinfo=None)
        return run if run.tzinfo is self.tzinfo else run.astimezone(self.tzinfo)

    @overload
    def get_current(self, ret_type: type[_Moment]) -> _Moment: ...

    @overload
    def get_current(self, ret_type: None = None) -> Any: ...

    def get_current(self, ret_type: type[Any] | None = None) -> Any:
        """The position, as `ret_type`."""
        if issubclass(ret_type or self._ret_type, datetime):
            return self.timestamp_to_datetime(self.cur)
        return self.cur

    @overload
    def get_next(
        self,
        ret_type: type[_Moment],
        start_time: Moment | None = None,
        update_current: bool = True,
    ) -> _Moment: ...

    @overload
    def get_next(
        self,
        ret_type: None = None,
        start_time: Moment | None = None,
        update_current: bool = True,
    ) -> Any: ...

    def get_next(
        self,
        ret_type: type[Any] | None = None,
        start_time: Moment | None = None,
        update_current: bool = True,
    ) -> Any:
        """The first run after the position or after `start_time`, which becomes the position.

        With `update_current=False` the position stays. Raises CroniterBadDateError where there is
        none within `max_years_between_matches`.
        """
        if start_time and self._from_start:
            raise InvalidValueError(
                "start_time is not supported when using expand_from_start_time = True."
            )
        return self._get_next(ret_type, start_time, False, update_current)

    @overload
    def get_prev(
        self,
        ret_type: type[_Moment],
        start_time: Moment | None = None,
        update_current: bool = True,
    ) -> _Moment: ...

    @overload
    def get_prev(
        self,
        ret_type: None = None,
        start_time: Moment | None = None,
        update_current: bool = True,
    ) -> Any: ...

    def get_prev(
        self,
        ret_type: type[Any] | None = None,
        start_time: Moment | None = None,
        update_current: bool = True,
    ) -> Any:
        """The last run before the position or before `start_time`, as `get_next`."""
        return self._get_next(ret_type, start_time, True, update_current)

    def _get_next(
        self,
        ret_type: Kind | None = None,
        start_time: Moment | None = None,
        is_prev: bool | None = None,
        update_current: bool | None = None,
    ) -> Any:
        self.set_current(start_time)
        if is_prev is not None:
            self._is_prev = is_prev
        kind = ret_type or self._ret_type
        if not (isinstance(kind, type) and issubclass(kind, (float, datetime))):
            raise InvalidTypeError("Invalid ret_type, only 'float' or 'datetime' is acceptable.")
        run = self._run_beyond(self._now)
        timestamp = self.datetime_to_timestamp(run)
        if update_current is not False:
            self.cur = timestamp
        return self._shown(run) if issubclass(kind, datetime) else timestamp

    __next__ = next = _get_next

    def _run_beyond(self, now: datetime) -> datetime:
        run = self._schedule.prev_run(now) if self._is_prev else self._schedule.next_run(now)
        if run is None or abs(run.year - now.year) > self._max_years_between_matches:
            which = "prev" if self._is_prev else "next"
            raise CroniterBadDateError(f"failed to find {which} date")
        return run

    def all_next(
        self,
        ret_type: Kind | None = None,
        start_time: Moment | None = None,
        update_current: bool | None = None,
    ) -> Iterator[Any]:
        """All runs after the position.

        They end where `max_years_between_matches` was given and there is no other within it.
        """
        return self._all(ret_type, start_time, False, update_current)

    def all_prev(
        self,
        ret_type: Kind | None = None,
        start_time: Moment | None = None,
        update_current: bool | None = None,
    ) -> Iterator[Any]:
        """All runs before the position, backwards."""
        return self._all(ret_type, start_time, True, update_current)

    def _all(
        self,
        ret_type: Kind | None,
        start_time: Moment | None,
        is_prev: bool,
        update_current: bool | None,
    ) -> Iterator[Any]:
        try:
            while True:
                yield self._get_next(ret_type, start_time, is_prev, update_current)
                start_time = None
        except CroniterBadDateError:
            if not self._limited:
                raise

    def iter(self, *args: object, **kwargs: object) -> Callable[..., Iterator[Any]]:
        """The method `all_next`, or `all_prev` after `get_prev`."""
        return self.all_prev if self._is_prev else self.all_next

    def __iter__(self) -> croniter:
        return self

    @classmethod
    def expand(
        cls,
        expr_format: str,
        hash_id: bytes | str | None = None,
        second_at_beginning: bool = False,
        from_timestamp: float | None = None,
        from_timestamp_tz: tzinfo | None = None,
        strict: bool = False,
        strict_year: int | list[int] | None = None,
    ) -> tuple[list[Values], Nth]:
        """The values of each field, and by weekday which ones of a month.

        `*` stands for all values, `l` for the last day. With `strict`, a day that none of the
        months has is refused, of `strict_year` if that is given.

        >>> croniter.expand("0-2 0 L * 5#2")
        ([[0, 1, 2], [0], ['l'], ['*'], [5]], {5: {2}})
        """
        start = None
        if from_timestamp is not None:
            start = _at(from_timestamp).astimezone(from_timestamp_tz or UTC)
        expression = read(
            expr_format, hash_id=hash_id, second_at_beginning=second_at_beginning, start=start
        )
        lists, nth, _ = expanded(expression, cls._dialect)
        if strict:
            check_dates(expression, cls._dialect, strict_year)
        return lists, nth

    @classmethod
    def is_valid(
        cls,
        expression: str,
        hash_id: bytes | str | None = None,
        encoding: str = "UTF-8",
        second_at_beginning: bool = False,
        strict: bool = False,
        strict_year: int | list[int] | None = None,
    ) -> bool:
        """Whether `expand` takes the expression."""
        if isinstance(hash_id, bytes):
            hash_id = hash_id.decode(encoding)
        try:
            cls.expand(
                expression,
                hash_id=hash_id or None,
                second_at_beginning=second_at_beginning,
                strict=strict,
                strict_year=strict_year,
            )
        except CroniterError:
            return False
        return True

    @classmethod
    def match(
        cls,
        cron_expression: str,
        testdate: datetime,
        day_or: bool = True,
        second_at_beginning: bool = False,
        precision_in_seconds: float | None = None,
    ) -> bool:
        """Whether `testdate` is in the minute of a run; in its second, if there is a second.

        `precision_in_seconds` is how long a run counts.
        """
        return cls.match_range(
            cron_expression, testdate, testdate, day_or, second_at_beginning, precision_in_seconds
        )

    @classmethod
    def match_range(
        cls,
        cron_expression: str,
        from_datetime: datetime,
        to_datetime: datetime,
        day_or: bool = True,
        second_at_beginning: bool = False,
        precision_in_seconds: float | None = None,
    ) -> bool:
        """Whether there is a run from the one time to the other, both included.

        `precision_in_seconds` is how long a run counts, as in `match`.
        """
        ends = cls(
            cron_expression,
            to_datetime,
            day_or=day_or,
            second_at_beginning=second_at_beginning,
        )
        if precision_in_seconds is None:
            precision_in_seconds = 1 if len(ends.expressions) > 5 else 60
        until = ends._now
        ends.set_current(from_datetime)
        since = ends._now.astimezone(UTC) - timedelta(seconds=precision_in_seconds)
        return since < until and ends.schedule.is_due(since, until)


class croniter6(croniter):  # noqa: N801  # beside the other
    """As `croniter`, with the meanings of releases before 7.

    They read `59/15`, `7` beside seconds and steps of `H` longer than their range in another way.
    `day_or=False` and `implement_cron_bug` are refused: they have the meanings of 7 alone.
    """

    _dialect = "croniter6"
    _dialect_and = None


def croniter_range(
    start: Moment,
    stop: Moment,
    expr_format: str,
    ret_type: Kind | None = None,
    day_or: bool = True,
    exclude_ends: bool = False,
    _croniter: type[croniter] | None = None,
    second_at_beginning: bool = False,
    expand_from_start_time: bool = False,
) -> Iterator[Any]:
    """Every run from `start` to `stop`, both included; backwards if `stop` is the earlier one.

    With `exclude_ends` neither is. Both are datetimes, or both are seconds since 1970, and so is
    what comes out unless `ret_type` says otherwise.

    Raises CroniterBadTypeRangeError for two times of different types.
    """
    if isinstance(start, datetime) is not isinstance(stop, datetime):
        raise CroniterBadTypeRangeError(
            f"The start and stop must be same type.  {type(start)} != {type(stop)}"
        )
    if (getattr(start, "tzinfo", None) is None) is not (getattr(stop, "tzinfo", None) is None):
        raise CroniterBadTypeRangeError(
            f"start={start} and stop={stop} must both have a zone, or neither"
        )
    kind = ret_type or (datetime if isinstance(start, datetime) else float)
    position = (_croniter or croniter)(
        expr_format,
        start,
        day_or=day_or,
        second_at_beginning=second_at_beginning,
        expand_from_start_time=expand_from_start_time,
    )
    first = position._now
    last = _at(position.datetime_to_timestamp(stop))
    inside = _MICROSECOND if exclude_ends else timedelta(0)
    outside = timedelta(0) if exclude_ends else _MICROSECOND
    if first.astimezone(UTC) <= last:
        runs = position.schedule.runs(first + inside, max(last + outside, first + inside))
    else:
        runs = position.schedule.runs_back(first + outside, last + inside)
    for run in runs:
        shown = position._shown(run)
        yield shown if issubclass(kind, datetime) else position.datetime_to_timestamp(run)


def datetime_to_timestamp(d: datetime) -> float:
    """Seconds since 1970; a naive datetime is read in UTC."""
    return croniter.datetime_to_timestamp(d)


def _at(seconds: float) -> datetime:
    """The moment of seconds since 1970."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except (TypeError, ValueError, OverflowError):
        raise InvalidValueError(
            f"{shorten(seconds)} are no seconds since 1970 within years 1 to 9999"
        ) from None


def _years(years: object) -> int:
    if years is None:
        return DEFAULT_YEARS
    if isinstance(years, bool) or not isinstance(years, int):
        raise InvalidTypeError(
            "max_years_between_matches must be an int >= 1 or None,"
            f" not {type(years).__name__} (got {shorten(years)})"
        )
    if years < 1:
        raise InvalidValueError(
            f"max_years_between_matches must be an int >= 1 or None (got {years!r})"
        )
    return years
