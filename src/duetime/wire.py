"""Wire: schedules as JSON-safe dicts and back. Every type is one row of a table.

A document is `{"version": 1, "type": ..., ...}`; nested schedules are the same without a version.
The reader calls constructors with checked values and nothing else, and the JSON Schema is
made of the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final, TypeVar

from duetime.algebra.on_days import OnDays, excluding, on
from duetime.algebra.rolling import Rolled, ShiftedDays, rolled, shifted_days
from duetime.algebra.selection import (
    EarliestOfDay,
    EveryNth,
    First,
    LatestOfDay,
    earliest_of_day,
    every_nth,
    first,
    latest_of_day,
)
from duetime.algebra.sets import (
    Clip,
    Difference,
    Intersection,
    Shift,
    Union,
    clip,
    difference,
    intersection,
    shift,
    union,
    zone_first,
)
from duetime.algebra.spreading import Jitter, jitter
from duetime.algebra.windows import InWindow, Window, during, window
from duetime.algebra.windows import outside as outside_of
from duetime.crontabs.schedule import Cron, cron
from duetime.dates.days import WEEKDAYS, Held, time_at, weekday_names
from duetime.errors import InvalidValueError, ScheduleError, shorten
from duetime.kinds.business import BusinessDays, NthBusinessDay, business_days
from duetime.kinds.daily import DailyGrid, daily_grid
from duetime.kinds.instants import Moments, at
from duetime.kinds.interval import CalendarInterval, Floating, Grid, calendar_interval, every
from duetime.kinds.rules.rule import Rule, rrule
from duetime.kinds.sun import Solar, solar
from duetime.schedules import Pickled, Schedule
from duetime.zones import DstPolicy, Zone, find_zone, policy_name, to_instant

VERSION: Final = 1
MOST_LEVELS: Final = 100
"""Documents nested deeper are refused."""
MOST_CHARACTERS: Final = 4_000_000
"""Documents with more text, keys included, are refused; a value that is no text counts as 8."""

Document = dict[str, Any]
Values = dict[str, Any]
"""The parts of a value, by key: as they are in the program, not yet as JSON."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value on the wire: how it is written and read, and its JSON Schema."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    schema: Document


@dataclass(frozen=True, slots=True)
class Row:
    """A type on the wire.

    `values` takes a value of one of the `types` apart, `build` puts it together. Both know the
    parts by the keys of the document; each key has a kind.
    """

    name: str
    types: tuple[type, ...]
    keys: dict[str, Kind]
    optional: frozenset[str]
    """The keys that may be left out, and are when their value is None."""
    values: Callable[[Any], Values]
    build: Callable[..., Any]


# The kinds of values.


class _ValueError(Exception):
    """What a value should have been."""


def _of_type(*types: type, name: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if isinstance(value, bool) is not (bool in types) or not isinstance(value, types):
            raise _ValueError(name)
        return value

    return check


def _same(value: Any) -> Any:
    return value


def _read_whole(value: Any) -> Any:
    # To JSON and its schema, 5.0 is a whole number.
    is_whole = isinstance(value, float) and value.is_integer()
    return _of_type(int, name="a whole number")(int(value) if is_whole else value)


def _read_elapsed(unit: str) -> Callable[[Any], timedelta]:
    def read_elapsed(value: Any) -> timedelta:
        number = WHOLE.read(value)
        try:
            return timedelta(**{unit: number})
        except OverflowError:
            raise InvalidValueError(
                f"{shorten(number)} {unit} are longer than the calendar"
            ) from None

    return read_elapsed


def _read_instant(value: Any) -> datetime:
    moment = _read_time(value)
    if moment.utcoffset() is None:
        raise _ValueError("an ISO 8601 time with its offset from UTC")
    return moment


def _write_wall_time(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()


def _read_wall_time(value: Any) -> datetime:
    moment = _read_time(value)
    if moment.tzinfo is not None:
        raise _ValueError("an ISO 8601 wall time without an offset")
    return moment


def _read_time(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(TEXT.read(value))
    except ValueError:
        raise _ValueError("an ISO 8601 time") from None


def _read_zone(value: Any) -> tzinfo:
    text = TEXT.read(value)
    if text[:1] in ("+", "-"):
        try:
            offset = datetime.fromisoformat(f"2000-01-01T00:00{text}").tzinfo
        except ValueError:
            offset = None
        if offset is None:
            raise _ValueError("an IANA key or an offset such as +05:30")
        return find_zone(offset).tzinfo
    return find_zone(text).tzinfo


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(TEXT.read(value))
    except ValueError:
        raise _ValueError("an ISO 8601 date") from None


def _write_dates(days: list[Any]) -> list[str]:
    if not all(isinstance(day, date) for day in days):
        raise InvalidValueError(
            "a calendar that holds a container of another type cannot be written: list its dates,"
            " for example [day for day in days if day in container], and make the calendar of them"
        )
    return [day.isoformat() for day in days]


def _write_business_days(calendar: BusinessDays) -> Document:
    parts = _business_days_values(calendar)
    return {"weekend": WEEKEND.write(parts["weekend"]), "holidays": DATES.write(parts["holidays"])}


def _write_calendar(calendar: BusinessDays | list[Any]) -> Document:
    is_list = isinstance(calendar, list)
    return {"dates": DATES.write(calendar)} if is_list else BUSINESS_DAYS.write(calendar)


def _read_calendar(value: Any) -> BusinessDays | list[date]:
    if isinstance(value, dict) and value.keys() == {"dates"}:
        dates: list[date] = DATES.read(value["dates"])
        return dates
    calendar: BusinessDays = BUSINESS_DAYS.read(value)
    return calendar


def _read_business_days(value: Any) -> BusinessDays:
    if not isinstance(value, dict) or value.keys() != {"weekend", "holidays"}:
        raise _ValueError("a weekend and holidays")
    return business_days(WEEKEND.read(value["weekend"]), DATES.read(value["holidays"]))


def _read_time_of_day(value: Any) -> time:
    try:
        return time.fromisoformat(TEXT.read(value))
    except ValueError:
        raise _ValueError("an ISO 8601 time of day") from None


def _write_policy(policy: DstPolicy) -> Any:
    return policy_name(policy) or {"gap": policy.gap, "overlap": policy.overlap}


def _read_policy(value: Any) -> DstPolicy | str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or value.keys() != {"gap", "overlap"}:
        raise _ValueError("the name of a policy or its gap and overlap")
    return DstPolicy(value["gap"], value["overlap"])


def _read_list(read_item: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def read_list(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _ValueError("a list")
        return [read_item(item) for item in value]

    return read_list


def _read_node(node: Any) -> Schedule:
    if not isinstance(node, dict):
        raise InvalidValueError(f"a schedule is a dict, not {shorten(node)}")
    schedule: Schedule = _read_row(node, _row_of(node, _BY_NAME))
    return schedule


def _row_of(node: Document, rows: dict[str, Row]) -> Row:
    name = node.get("type")
    row = rows.get(name) if isinstance(name, str) else None
    if row is None:
        raise InvalidValueError(f"type {shorten(name)} is not known: use one of {', '.join(rows)}")
    return row


def _read_schedules(value: Any) -> list[Schedule]:
    if not value:
        raise _ValueError("a list of one schedule or more")
    return _read_list(_read_node)(value)


TEXT: Final = Kind(_same, _of_type(str, name="text"), {"type": "string"})
WHOLE: Final = Kind(_same, _read_whole, {"type": "integer"})
NUMBER: Final = Kind(_same, _of_type(int, float, name="a number"), {"type": "number"})
FLAG: Final = Kind(_same, _of_type(bool, name="true or false"), {"type": "boolean"})
SECONDS: Final = Kind(_same, _read_elapsed("seconds"), WHOLE.schema)
MICROSECONDS: Final = Kind(_same, _read_elapsed("microseconds"), WHOLE.schema)
ZONE: Final = Kind(lambda zone: zone.name, _read_zone, {"type": "string"})
INSTANT: Final = Kind(datetime.isoformat, _read_instant, {"type": "string", "format": "date-time"})
INSTANTS: Final = Kind(
    lambda times: [time.isoformat() for time in times],
    _read_list(_read_instant),
    {"type": "array", "items": INSTANT.schema},
)
WALL_TIME: Final = Kind(_write_wall_time, _read_wall_time, {"type": "string"})
POLICY: Final = Kind(
    _write_policy,
    _read_policy,
    {
        "oneOf": [
            {"type": "string"},
            {
                "type": "object",
                "required": ["gap", "overlap"],
                "properties": {
                    "gap": {"enum": ["skip", "end", "shift"]},
                    "overlap": {"enum": ["first", "last", "both"]},
                },
                "additionalProperties": False,
            },
        ]
    },
)
TIME: Final = Kind(time.isoformat, _read_time_of_day, {"type": "string"})
WEEKEND: Final = Kind(
    list, _read_list(TEXT.read), {"type": "array", "items": {"enum": [*WEEKDAYS]}}
)
DATES: Final = Kind(
    _write_dates,
    _read_list(_read_date),
    {"type": "array", "items": {"type": "string", "format": "date"}},
)
BUSINESS_DAYS: Final = Kind(
    _write_business_days,
    _read_business_days,
    {
        "type": "object",
        "required": ["weekend", "holidays"],
        "properties": {"weekend": WEEKEND.schema, "holidays": DATES.schema},
        "additionalProperties": False,
    },
)
CALENDAR: Final = Kind(
    _write_calendar,
    _read_calendar,
    {
        "oneOf": [
            {
                "type": "object",
                "required": ["dates"],
                "properties": {"dates": DATES.schema},
                "additionalProperties": False,
            },
            BUSINESS_DAYS.schema,
        ]
    },
)
SCHEDULE: Final = Kind(_same, _read_node, {"$ref": "#/$defs/schedule"})
SCHEDULES: Final = Kind(
    _same, _read_schedules, {"type": "array", "minItems": 1, "items": SCHEDULE.schema}
)


# The rows: how each type is taken apart and put together, and then the table of all.


def _attributes(*names: str, **renamed: str) -> Callable[[Any], Values]:
    """Takes a value apart into attributes: those named as their key is, and then those renamed."""
    by_key = {name: name for name in names} | renamed
    return lambda value: {key: getattr(value, name) for key, name in by_key.items()}


def _renaming(build: Callable[..., Any], **names: str) -> Callable[..., Any]:
    """Calls `build` with the values of some keys under other names."""
    return lambda **values: build(**{names.get(key, key): each for key, each in values.items()})


def _cron_values(schedule: Cron) -> Values:
    return {
        "expression": schedule.expression,
        **dict(schedule.extra),
        "tz": schedule._zone,
        "dialect": schedule.dialect,
        "dst": schedule.policy,
        "short_months": "last" if schedule.fields.days.clamp else None,
    }


def _build_cron(*, expression: str, dialect: str = "vixie", **values: Any) -> Schedule:
    if dialect == "vixie" and len(expression.split()) == _FIELDS_WITH_SECONDS:
        # Written before that dialect refused six fields: the second came first.
        dialect = "cronsim"
    return cron(expression, dialect=dialect, **values)


def _every_values(schedule: Grid | Floating) -> Values:
    phase = to_instant(schedule.anchor) if isinstance(schedule, Grid) else None
    return {"microseconds": schedule.step, "phase": phase, "tz": schedule._zone}


def _build_every(*, microseconds: timedelta, tz: tzinfo, phase: int | None = None) -> Schedule:
    if phase is None:
        return every(microseconds, tz=tz)
    # The phase may lie where no datetime does.
    grid = every(microseconds, anchor="epoch", tz=tz)
    return Grid(grid.step, phase % grid.step, grid._zone)


def _build_calendar_interval(*, anchor: datetime, tz: tzinfo, **values: Any) -> Schedule:
    return calendar_interval(anchor=anchor.replace(tzinfo=tz), tz=tz, **values)


def _at_values(schedule: Moments) -> Values:
    shown = [schedule._zone.show(instant) for instant in schedule.instants]
    return {"instants": shown, "tz": schedule._zone}


def _solar_values(schedule: Solar) -> Values:
    return {
        "event": schedule.event,
        "latitude": schedule.latitude,
        "longitude": schedule.longitude,
        "seconds": schedule.offset // timedelta(seconds=1),
        "degrees": schedule.degrees,
        "rising": schedule.rising,
        "tz": schedule._zone,
    }


def _build_solar(*, seconds: timedelta, event: str | None = None, **values: Any) -> Schedule:
    return solar(event, offset=seconds, **values)


def _members_values(schedule: Union | Intersection) -> Values:
    return {"schedules": zone_first(schedule.parts, schedule._zone)}


def _clip_values(schedule: Clip) -> Values:
    return {
        "schedule": schedule.schedule,
        "start": _shown(schedule, schedule.start),
        "end": _shown(schedule, schedule.end),
    }


def _every_nth_values(schedule: EveryNth) -> Values:
    anchor = _shown(schedule, schedule.anchor)
    return {"schedule": schedule.schedule, "n": schedule.n, "anchor": anchor}


def _first_values(schedule: First) -> Values:
    start = _shown(schedule, schedule.start)
    return {"schedule": schedule.schedule, "n": schedule.n, "start": start}


def _shown(schedule: Schedule, instant: int | None) -> datetime | None:
    return None if instant is None else schedule._zone.show(instant)


def _of_day_values(schedule: EarliestOfDay | LatestOfDay) -> Values:
    pool = schedule.schedule
    return _members_values(pool) if isinstance(pool, Union) else {"schedules": [pool]}


def _on_values(schedule: OnDays) -> Values:
    calendar = schedule.calendar
    return {
        "schedule": schedule.schedule,
        "calendar": [calendar] if isinstance(calendar, Held) else calendar,
        "excluded": None if schedule.keeps else True,
    }


def _build_on(*, schedule: Schedule, calendar: Any, excluded: bool = False) -> Schedule:
    return excluding(schedule, calendar) if excluded else on(schedule, calendar)


def _business_days_values(calendar: BusinessDays) -> Values:
    return {"weekend": calendar.weekend, "holidays": [*calendar.holidays, *calendar.off.held]}


def _rolled_values(schedule: Rolled) -> Values:
    calendar = BusinessDays(schedule.off)
    return {
        "schedule": schedule.schedule,
        "calendar": calendar,
        "convention": schedule.convention,
    }


def _shifted_days_values(schedule: ShiftedDays) -> Values:
    return {
        "schedule": schedule.schedule,
        "calendar": BusinessDays(schedule.off),
        "n": schedule.n,
    }


def _nth_values(schedule: NthBusinessDay) -> Values:
    return {
        "calendar": BusinessDays(schedule.off),
        "n": schedule.n,
        "per": schedule.per,
        "at": time_at(schedule.second),
        "tz": schedule._zone,
        "dst": schedule.policy,
    }


def _daily_grid_values(schedule: DailyGrid) -> Values:
    return {
        "seconds": schedule.step,
        "start": time_at(schedule.start),
        "end": time_at(schedule.end),
        "days": schedule.days,
        "tz": schedule._zone,
        "dst": schedule.policy,
    }


def _during_values(schedule: InWindow) -> Values:
    return {
        "schedule": schedule.schedule,
        **_window_values(schedule.window),
        "outside": None if schedule.inside else True,
    }


def _build_during(*, schedule: Schedule, outside: bool = False, **values: Any) -> Schedule:
    kept = outside_of if outside else during
    return kept(schedule, _build_window(**values))


_window_values: Final = _attributes("opens", microseconds="length", until="until")


_build_window: Final = _renaming(window, microseconds="length")


def _row(
    name: str,
    types: tuple[type, ...],
    keys: dict[str, Kind],
    values: Callable[[Any], Values],
    build: Callable[..., Any],
) -> Row:
    """A row of the table, in which a key that may be left out ends in `?`."""
    optional = frozenset(key[:-1] for key in keys if key.endswith("?"))
    return Row(
        name, types, {key.rstrip("?"): kind for key, kind in keys.items()}, optional, values, build
    )


_OPENS: Final = {"opens": SCHEDULE, "microseconds?": MICROSECONDS, "until?": SCHEDULE}
_FIELDS_WITH_SECONDS: Final = 6

TABLE: Final = (
    _row(
        "cron",
        (Cron,),
        {
            "expression": TEXT,
            "second?": TEXT,
            "year?": TEXT,
            "tz": ZONE,
            "dialect?": TEXT,
            "dst?": POLICY,
            "seed?": TEXT,
            "short_months?": TEXT,
        },
        _cron_values,
        _build_cron,
    ),
    _row(
        "every",
        (Grid, Floating),
        {"microseconds": MICROSECONDS, "phase?": WHOLE, "tz": ZONE},
        _every_values,
        _build_every,
    ),
    _row(
        "calendar_interval",
        (CalendarInterval,),
        {"months": WHOLE, "days": WHOLE, "anchor": WALL_TIME, "tz": ZONE, "dst": POLICY},
        _attributes("months", "days", anchor="anchor_time", tz="_zone", dst="policy"),
        _build_calendar_interval,
    ),
    _row(
        "at",
        (Moments,),
        {"instants": INSTANTS, "tz": ZONE},
        _at_values,
        lambda instants, tz: at(*instants, tz=tz),
    ),
    _row(
        "solar",
        (Solar,),
        {
            "event?": TEXT,
            "latitude": NUMBER,
            "longitude": NUMBER,
            "seconds": SECONDS,
            "degrees?": NUMBER,
            "rising?": FLAG,
            "tz": ZONE,
        },
        _solar_values,
        _build_solar,
    ),
    _row(
        "rrule",
        (Rule,),
        {"text": TEXT, "tz": ZONE, "dst": POLICY},
        _attributes("text", tz="_zone", dst="policy"),
        _renaming(rrule, text="text_or_dateutil_rule"),
    ),
    _row(
        "union",
        (Union,),
        {"schedules": SCHEDULES},
        _members_values,
        lambda schedules: union(*schedules),
    ),
    _row(
        "intersection",
        (Intersection,),
        {"schedules": SCHEDULES},
        _members_values,
        lambda schedules: intersection(*schedules),
    ),
    _row(
        "difference",
        (Difference,),
        {"schedule": SCHEDULE, "without": SCHEDULE},
        _attributes("schedule", "without"),
        difference,
    ),
    _row(
        "within",
        (Clip,),
        {"schedule": SCHEDULE, "start?": INSTANT, "end?": INSTANT},
        _clip_values,
        lambda schedule, start=None, end=None: clip(schedule, start, end),
    ),
    _row(
        "shifted",
        (Shift,),
        {"schedule": SCHEDULE, "microseconds": MICROSECONDS},
        _attributes("schedule", microseconds="delta"),
        _renaming(shift, microseconds="delta"),
    ),
    _row(
        "jittered",
        (Jitter,),
        {"schedule": SCHEDULE, "microseconds": MICROSECONDS, "key": TEXT},
        _attributes("schedule", microseconds="window", key="key"),
        _renaming(jitter, microseconds="window"),
    ),
    _row(
        "every_nth",
        (EveryNth,),
        {"schedule": SCHEDULE, "n": WHOLE, "anchor": INSTANT},
        _every_nth_values,
        every_nth,
    ),
    _row(
        "first",
        (First,),
        {"schedule": SCHEDULE, "n": WHOLE, "start": INSTANT},
        _first_values,
        first,
    ),
    _row(
        "earliest_of_day",
        (EarliestOfDay,),
        {"schedules": SCHEDULES},
        _of_day_values,
        lambda schedules: earliest_of_day(*schedules),
    ),
    _row(
        "latest_of_day",
        (LatestOfDay,),
        {"schedules": SCHEDULES},
        _of_day_values,
        lambda schedules: latest_of_day(*schedules),
    ),
    _row(
        "on",
        (OnDays,),
        {"schedule": SCHEDULE, "calendar": CALENDAR, "excluded?": FLAG},
        _on_values,
        _build_on,
    ),
    _row(
        "rolled",
        (Rolled,),
        {"schedule": SCHEDULE, "calendar": BUSINESS_DAYS, "convention": TEXT},
        _rolled_values,
        rolled,
    ),
    _row(
        "shifted_days",
        (ShiftedDays,),
        {"schedule": SCHEDULE, "calendar": BUSINESS_DAYS, "n": WHOLE},
        _shifted_days_values,
        shifted_days,
    ),
    _row(
        "nth_business_day",
        (NthBusinessDay,),
        {
            "calendar": BUSINESS_DAYS,
            "n": WHOLE,
            "per": TEXT,
            "at": TIME,
            "tz": ZONE,
            "dst": POLICY,
        },
        _nth_values,
        lambda calendar, **values: calendar.nth(**values),
    ),
    _row(
        "daily_grid",
        (DailyGrid,),
        {"seconds": SECONDS, "start": TIME, "end": TIME, "days": TEXT, "tz": ZONE, "dst": POLICY},
        _daily_grid_values,
        lambda seconds, days, **values: daily_grid(seconds, days=weekday_names(days), **values),
    ),
    _row(
        "during",
        (InWindow,),
        {"schedule": SCHEDULE, **_OPENS, "outside?": FLAG},
        _during_values,
        _build_during,
    ),
)
"""Every type of schedule that has a document."""
_WINDOW: Final = _row("window", (Window,), _OPENS, _window_values, _build_window)
_BUSINESS_DAYS: Final = _row(
    "business_days",
    (BusinessDays,),
    {"weekend": WEEKEND, "holidays": DATES},
    _business_days_values,
    business_days,
)

_BY_NAME: Final = {row.name: row for row in TABLE}
_PICKLED: Final = {row.name: row for row in (*TABLE, _WINDOW, _BUSINESS_DAYS)}
_BY_TYPE: Final = {kind: row for row in _PICKLED.values() for kind in row.types}


# Writing and reading.


def write(value: Pickled) -> Document:
    """The document of a schedule or a window, or what stands for a business calendar in a pickle.

    Raises ScheduleError for a foreign type, a zone without a key, and compositions too deep.
    """
    document = {"version": VERSION, **_write_node(value, 0)}
    _check_size(document)
    return document


def read(document: Document, kind: type[_T]) -> _T:
    """The value of a document: a window if `kind` is `Window`, and else a schedule.

    Raises ScheduleError that says which version, type, key or value it cannot take.
    """
    if not isinstance(document, dict):
        raise InvalidValueError(f"a wire document is a dict, not {type(document).__name__}")
    _check_size(document)
    node = _without_version(document)
    if issubclass(kind, Window) and node.get("type") != _WINDOW.name:
        raise InvalidValueError(
            f"type {shorten(node.get('type'))} is not that of a window: 'window'"
        )
    row = _WINDOW if issubclass(kind, Window) else _row_of(node, _BY_NAME)
    value: _T = _read_row(node, row)
    return value


def _without_version(document: Document) -> Document:
    """The rest of a document whose version is known."""
    version = document.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise InvalidValueError(
            f"version {shorten(version)} is not known: this duetime reads version {VERSION}"
        )
    return {key: value for key, value in document.items() if key != "version"}


def reduced(value: Pickled) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    """What pickle is to call for a value, and the arguments; None for somebody else's type."""
    row = _BY_TYPE.get(type(value))
    if row is None:
        return None
    try:
        return restore, (write(value),)
    except ScheduleError:
        return restore, _in_parts(value, row)


def restore(document: Document, objects: Values | None = None) -> Any:
    """The value of a pickle. Every pickle names this function, so it keeps its name and its place.

    `document` is that of the value. Where wire refuses a part of it, `objects` has that part by its
    key: a tzinfo without a key, a container of dates, a schedule of somebody else's type.
    """
    node = _without_version(document)
    return _read_row(node, _row_of(node, _PICKLED), objects)


def _in_parts(value: Pickled, row: Row) -> tuple[Document, Values]:
    """The arguments of `restore` for a value that wire refuses as a whole."""
    document: Document = {"version": VERSION, "type": row.name}
    objects: Values = {}
    for key, part in row.values(value).items():
        kind = row.keys[key]
        if part is None:
            continue
        if kind is SCHEDULE or kind is SCHEDULES:
            objects[key] = part
            continue
        try:
            document[key] = kind.write(part)
        except ScheduleError:
            objects[key] = _argument(part)
    return document, objects


def _argument(part: Any) -> Any:
    """A part as the constructors of the library take it."""
    if isinstance(part, Zone):
        return part.tzinfo
    if isinstance(part, Held):
        return part.container
    return [_argument(each) for each in part] if isinstance(part, list) else part


def json_schema() -> Document:
    """The JSON Schema (draft 2020-12) of documents, as a new dict."""
    nodes = {row.name: _row_schema(row) for row in TABLE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "duetime schedule or window",
        "type": "object",
        "required": ["version", "type"],
        "properties": {"version": {"const": VERSION}},
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in (*nodes, _WINDOW.name)],
        "unevaluatedProperties": False,
        "$defs": {
            **nodes,
            _WINDOW.name: _row_schema(_WINDOW),
            "schedule": {
                "type": "object",
                "required": ["type"],
                "oneOf": [{"$ref": f"#/$defs/{name}"} for name in nodes],
                "unevaluatedProperties": False,
            },
        },
    }


def _row_schema(row: Row) -> Document:
    return {
        "type": "object",
        "required": ["type", *(key for key in row.keys if key not in row.optional)],
        "properties": {
            "type": {"const": row.name},
            **{key: kind.schema for key, kind in row.keys.items()},
        },
    }


def _write_node(value: Pickled, level: int) -> Document:
    row = _BY_TYPE.get(type(value))
    if row is None:
        raise InvalidValueError(f"{type(value).__name__} is not a type that duetime can write")
    if level > MOST_LEVELS:
        raise InvalidValueError(f"schedules nested over {MOST_LEVELS} deep cannot be written")
    node: Document = {"type": row.name}
    for key, part in row.values(value).items():
        kind = row.keys[key]
        if part is None:
            continue
        if kind is SCHEDULE:
            node[key] = _write_node(part, level + 1)
        elif kind is SCHEDULES:
            node[key] = [_write_node(each, level + 1) for each in part]
        else:
            node[key] = kind.write(part)
    return node


def _read_row(node: Document, row: Row, objects: Values | None = None) -> Any:
    """The value of a row; `objects` has by key what need not be read."""
    values = dict(objects or {})
    given = node.keys() - {"type"}
    unknown = [key for key in given if key not in row.keys]
    if unknown:
        raise InvalidValueError(
            f"a schedule of type {row.name} has no key {shorten(unknown[0])}:"
            f" it has {', '.join(row.keys)}"
        )
    there = given | row.optional | values.keys()
    missing = [key for key in row.keys if key not in there]
    if missing:
        raise InvalidValueError(f"a schedule of type {row.name} needs the key {missing[0]!r}")
    for key in given:
        try:
            values[key] = row.keys[key].read(node[key])
        except _ValueError as error:
            raise InvalidValueError(
                f"{key!r} of a schedule of type {row.name} must be {error},"
                f" not {shorten(node[key])}"
            ) from None
    return row.build(**values)


def _check_size(document: Document) -> None:
    """Refuse what is nested too deep or too long, level by level, so that depth costs no stack."""
    size = 0
    level: list[Any] = [document]
    for _ in range(MOST_LEVELS + 3):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                size += sum(len(key) if isinstance(key, str) else 8 for key in value)
                below += value.values()
            elif isinstance(value, list):
                below += value
            else:
                size += len(value) if isinstance(value, str) else 8
            if size > MOST_CHARACTERS or len(below) > MOST_CHARACTERS:
                raise InvalidValueError(
                    f"a wire document of over {MOST_CHARACTERS:,} characters is refused"
                )
        if not below:
            return
        level = below
    raise InvalidValueError(f"a wire document nested over {MOST_LEVELS} deep is refused")
