"""Schedules as RFC 5545 text, if a rule has the same runs; else an error that names what has not.

Crontabs and calendar intervals are wall times, so their rule is in their zone, and a policy for
clock changes must be the one that calendar programs have, or have nothing to do. Grids and lists
of instants are written in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Final, NoReturn

from duetime.algebra.sets import Clip
from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    EVERY_MONTH,
    DayItem,
    DayRule,
)
from duetime.crontabs.schedule import Cron
from duetime.dates.bits import values_of
from duetime.dates.gregorian import date_of
from duetime.errors import InvalidValueError
from duetime.kinds.instants import Moments
from duetime.kinds.interval import CalendarInterval, Grid
from duetime.kinds.rules.rfc5545 import WEEKDAYS, fold, write_line, write_time
from duetime.kinds.rules.rule import Rule, rrule
from duetime.schedules import Schedule
from duetime.wall import WallSchedule
from duetime.zones import DAY, LISTED_UNTIL, NAMED_POLICIES, SECOND, to_instant

_POLICY: Final = NAMED_POLICIES["rfc5545"]
_EVERY_HOUR: Final = (1 << 24) - 1
_EVERY_60: Final = (1 << 60) - 1
_FEBRUARYS_LAST: Final = 28
_LOOKED_AT: Final = 20
"""Runs that are compared: more than one clock change can put in another order."""
_UNITS: Final = {"WEEKLY": 7 * DAY, "DAILY": DAY, "HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}

Parts = dict[str, str]
"""The parts of an RRULE, such as `{"FREQ": "DAILY"}`."""


def to_ical(schedule: Schedule, start: datetime | None) -> str:
    """The lines of a schedule from `start` on; see `Schedule.to_ical`."""
    begin = None if start is None else to_instant(start, "start")
    end: int | None = None
    while isinstance(schedule, Clip):
        begin = max((i for i in (begin, schedule.start) if i is not None), default=None)
        end = min((i for i in (end, schedule.end) if i is not None), default=None)
        schedule = schedule.schedule
    if isinstance(schedule, Moments):
        return _dates(schedule, begin, end)
    if not isinstance(schedule, Cron | CalendarInterval | Grid):
        _refuse(
            f"what a {type(schedule).__name__} does: list runs of it, for example"
            " at(*schedule.runs(start, end)).to_ical()"
        )
    if begin is None:
        raise InvalidValueError(
            "start is missing: a rule of RFC 5545 has a first run, and this schedule has none, so"
            " give the moment from which on its runs count"
        )
    rule = (
        _grid(schedule, begin, end) if isinstance(schedule, Grid) else _wall(schedule, begin, end)
    )
    ours = islice(schedule._instants(begin, schedule._zone.last), _LOOKED_AT)
    theirs = islice(rule._instants(begin, rule._zone.last), _LOOKED_AT)
    if any(run != other for run, other in zip(ours, theirs, strict=False)):
        _refuse("runs that a clock change puts in another order at the start: begin a day later")
    return rule.to_ical()


def _refuse(what: str) -> NoReturn:
    raise InvalidValueError(f"RFC 5545 cannot say {what}")


def _dates(schedule: Moments, begin: int | None, end: int | None) -> str:
    runs = [
        run
        for run in schedule.instants
        if (begin is None or begin <= run) and (end is None or run < end)
    ]
    _check_runs(runs[0] if runs else None)
    if any(run % SECOND for run in runs):
        _refuse("fractions of a second")
    first, *others = (write_time(run // SECOND, "UTC") for run in runs)
    lines = [write_line("DTSTART", "UTC", [first])]
    lines += [write_line("RDATE", "UTC", others)] if others else []
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _check_runs(run: int | None) -> int:
    """A run, if there is one."""
    if run is None:
        _refuse("that a schedule never runs")
    return run


def _rule(zone: str, label: int, parts: Mapping[str, str], last: int | None) -> Rule:
    """The rule with these parts; `last` is the instant of its last run."""
    if last is not None:
        parts = {**parts, "UNTIL": write_time(last // SECOND, "UTC")}
    start = write_line("DTSTART", zone, [write_time(label, zone)])
    return rrule(f"{start}\nRRULE:{';'.join(f'{name}={text}' for name, text in parts.items())}")


def _last(schedule: Schedule, begin: int, end: int | None) -> int | None:
    """The last run before `end`, None without one."""
    if end is None:
        return None
    last = schedule._nearest(end, -1)
    return _check_runs(None if last is None or last < begin else last)


def _grid(schedule: Grid, begin: int, end: int | None) -> Rule:
    if schedule.step % SECOND or schedule.phase % SECOND:
        _refuse("fractions of a second")
    seconds = schedule.step // SECOND
    unit = next(name for name, length in _UNITS.items() if seconds % length == 0)
    first = _check_runs(schedule._nearest(begin - 1, 1)) // SECOND
    parts = {"FREQ": unit, "INTERVAL": str(seconds // _UNITS[unit])}
    return _rule("UTC", first, parts, _last(schedule, begin, end))


def _wall(schedule: Cron | CalendarInterval, begin: int, end: int | None) -> Rule:
    zone = schedule._zone
    if zone.key is None:
        _refuse("a zone without an IANA key: name one with .in_zone(...)")
    parts = _crontab(schedule) if isinstance(schedule, Cron) else _interval(schedule)
    first = _check_runs(schedule._nearest(begin - 1, 1))
    if isinstance(schedule, Cron) and schedule.fields.year is not None:
        end = _end_of_years(schedule, first, end)
    last = _last(schedule, begin, end)
    _check_policy(schedule, begin, end)
    second = first // SECOND
    stretch, _, _ = zone.stretch_at(second)
    label = second + stretch.offset
    if schedule._label_near(label, 1) != label:
        # A label in the gap before, which runs as much later as the gap is long.
        label = second + stretch.before
    return _rule(zone.key, label, parts, last)


def _end_of_years(schedule: Cron, first: int, end: int | None) -> int:
    """The bound after the last run of a crontab that has a choice of years."""
    assert schedule.fields.year is not None
    since = schedule._zone.show(first).year
    years = [year for year in values_of(schedule.fields.year) if year >= since]
    if years != [*range(years[0], years[-1] + 1)]:
        _refuse("years with others between them: make a schedule of each")
    last = _check_runs(schedule._nearest(schedule._zone.last + 1, -1))
    return last + 1 if end is None else min(end, last + 1)


def _check_policy(schedule: WallSchedule, begin: int, end: int | None) -> None:
    """Refuse a policy that does to some label what calendar programs do not do to it."""
    policy = schedule.policy
    if policy == _POLICY:
        return
    stop = (max(begin // SECOND, LISTED_UNTIL) + schedule._turn) * SECOND
    stop = min(stop, schedule._zone.last, stop if end is None else end)
    # A day more, since a label may run that far from a clock change.
    for change in schedule._changes(begin - DAY * SECOND, stop):
        alike = policy.overlap == _POLICY.overlap
        if change.kind != "doubled":
            alike = policy.gap == _POLICY.gap
        if not alike:
            _refuse(
                f"the policy for clock changes {policy!r}, by which the time {change.label} is"
                f' {change.kind}: give dst="rfc5545", as calendar programs have it'
            )


def _interval(schedule: CalendarInterval) -> Parts:
    if schedule.microsecond:
        _refuse("fractions of a second")
    months, days = schedule.months, schedule.days
    if months and days:
        _refuse("a step of months and days together")
    if days:
        weeks, rest = divmod(days, 7)
        unit, number = ("DAILY", days) if rest else ("WEEKLY", weeks)
        return {"FREQ": unit, "INTERVAL": str(number)}
    _, month, day = date_of(schedule.anchor // DAY)
    years, rest = divmod(months, 12)
    parts = {"FREQ": "MONTHLY", "INTERVAL": str(months)}
    if not rest:
        parts = {"FREQ": "YEARLY", "INTERVAL": str(years), "BYMONTH": str(month)}
    if day <= _FEBRUARYS_LAST:
        return parts | {"BYMONTHDAY": str(day)}
    # In a month that is too short, the last day of those that it has.
    days_of_month = range(_FEBRUARYS_LAST, day + 1)
    return parts | {"BYMONTHDAY": ",".join(map(str, days_of_month)), "BYSETPOS": "-1"}


def _crontab(schedule: Cron) -> Parts:
    fields = schedule.fields
    parts = _days(fields.days)
    times = {
        "BYHOUR": (fields.hour, _EVERY_HOUR, "HOURLY"),
        "BYMINUTE": (fields.minute, _EVERY_60, "MINUTELY"),
        "BYSECOND": (fields.second, _EVERY_60, "SECONDLY"),
    }
    single = all(bits.bit_count() == 1 for bits, _, _ in times.values())
    if "BYSETPOS" in parts and not single:
        _refuse("the last weekday of the month (LW) at several times of day")
    if fields.month != EVERY_MONTH:
        parts["BYMONTH"] = _numbers(fields.month)
        if parts["FREQ"] == "MONTHLY" and "BYSETPOS" not in parts:
            parts["FREQ"] = "YEARLY"
    coarse = "DAILY"
    for name, (bits, every, unit) in times.items():
        if parts["FREQ"] == coarse and bits == every:
            parts["FREQ"] = coarse = unit
        else:
            parts[name] = _numbers(bits)
    return parts


def _numbers(bits: int) -> str:
    return ",".join(map(str, values_of(bits)))


def _days(days: DayRule) -> Parts:
    """The frequency and the days of a day rule."""
    if days.clamp or days.also is not None:
        _refuse('the last day of short months (short_months="last")')
    any_date = days.day_of_month == EVERY_DAY_OF_MONTH
    any_weekday = days.day_of_week == EVERY_DAY_OF_WEEK
    if not any_date and not any_weekday and days.join == "or":
        _refuse("a day of the month or else a day of the week (OR): make a schedule of each")
    dates = [] if any_date else [*days.date_items()]
    weekdays = [] if any_weekday else [*days.weekday_items()]
    if dates == [DayItem("near_last", 0)] and not weekdays:
        return {"FREQ": "MONTHLY", "BYDAY": "MO,TU,WE,TH,FR", "BYSETPOS": "-1"}
    if any(item.kind in ("near_day", "near_last") for item in dates):
        _refuse("the weekday nearest to a day of the month (W)")
    numbered = any(item.kind != "weekday" for item in weekdays)
    if dates and numbered:
        _refuse("a day of the month that must be the n-th or last weekday too")
    parts = {"FREQ": "DAILY"}
    if dates or numbered:
        parts["FREQ"] = "MONTHLY"
    elif weekdays:
        parts["FREQ"] = "WEEKLY"
    if dates:
        parts["BYMONTHDAY"] = ",".join(map(_date, dates))
    if weekdays:
        parts["BYDAY"] = ",".join(map(_weekday, weekdays))
    return parts


def _date(item: DayItem) -> str:
    return str(item.number if item.kind == "day" else -1 - item.number)


def _weekday(item: DayItem) -> str:
    ordinals: dict[str, str] = {"weekday": "", "last_of": "-1", "nth_of": str(item.nth)}
    # WEEKDAYS begin with Monday.
    return f"{ordinals[item.kind]}{WEEKDAYS[item.number - 1]}"
