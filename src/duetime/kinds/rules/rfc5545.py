"""The text that RFC 5545 writes recurrences in: content lines, dates, and the parts of a pattern.

Reading turns text into numbers. What a rule leaves to its DTSTART is filled in, so that two rules
that mean the same are equal; writing leaves it out again, so that they have one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from duetime.dates.days import weekday_of
from duetime.dates.gregorian import date_of
from duetime.errors import InvalidValueError, UnknownTimeZoneError, shorten
from duetime.zones import DAY, EPOCH_ORDINAL, find_zone

FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY = range(7)
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LARGEST: Final = 999_999_999
"""The largest INTERVAL and COUNT. As many seconds are 31 years."""
MOST_RULES: Final = 100
"""RRULE and EXRULE lines in one block. RFC 5545 advises one."""


PROPERTIES: Final = ("DTSTART", "RRULE", "RDATE", "EXDATE", "EXRULE")
COMPONENTS: Final = ("VEVENT", "VTODO", "VJOURNAL")


class Numbers(NamedTuple):
    """A part of a rule that is a list of numbers."""

    field: str
    low: int
    high: int
    from_end: bool = False
    """Whether the same numbers with a minus count from the end."""

    @property
    def allowed(self) -> str:
        span = f"{self.low} to {self.high}"
        return f"{span} or -{self.high} to -{self.low}" if self.from_end else span

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and (
            self.low <= number <= self.high or (self.from_end and self.low <= -number <= self.high)
        )


LISTS: Final = {
    "BYMONTH": Numbers("months", 1, 12),
    "BYWEEKNO": Numbers("week_numbers", 1, 53, from_end=True),
    "BYYEARDAY": Numbers("year_days", 1, 366, from_end=True),
    "BYMONTHDAY": Numbers("month_days", 1, 31, from_end=True),
    # dateutil's own: days from Easter Sunday, as far as every year has them on both sides.
    "BYEASTER": Numbers("easter_days", -80, 250),
    "BYHOUR": Numbers("hours", 0, 23),
    "BYMINUTE": Numbers("minutes", 0, 59),
    "BYSECOND": Numbers("seconds", 0, 60),
    "BYSETPOS": Numbers("positions", 1, 366, from_end=True),
}
PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *LISTS, "RSCALE", "SKIP")
SKIPS: Final = ("OMIT", "BACKWARD", "FORWARD")
"""RFC 7529: where a day goes that a month has not, by place: nowhere, to the last, to the next."""
OMIT, BACKWARD, FORWARD = range(3)
_SHORTEST_MONTH: Final = 28


class Stamp(NamedTuple):
    """A date or a time as written: its label, and the zone that says where the label is read."""

    label: int
    zone: str | None
    """`"UTC"` for a time that ends in Z, the TZID of its line, or None: the zone of the block."""
    is_date: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """One RRULE, with all that it leaves to its DTSTART filled in; () where anything goes."""

    frequency: int
    interval: int
    start: int
    """The label of DTSTART."""
    until: int | None
    """The last label, where UNTIL is wall time."""
    count: int | None
    week_start: int
    """Monday 0; 0 too where it makes no difference."""
    months: tuple[int, ...]
    week_numbers: tuple[int, ...]
    year_days: tuple[int, ...]
    month_days: tuple[int, ...]
    weekdays: tuple[tuple[int, int], ...]
    """Each as weekday and ordinal: (1, -2) is the last Tuesday but one, (1, 0) any Tuesday."""
    easter_days: tuple[int, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    seconds: tuple[int, ...]
    positions: tuple[int, ...]
    skip: int = OMIT
    """OMIT too where it makes no difference."""


class Block(NamedTuple):
    """The lines of a recurrence. The rules stand with their UNTIL, as it is written."""

    start: Stamp
    rules: list[tuple[Pattern, Stamp | None]]
    dates: list[Stamp]
    excluded_rules: list[tuple[Pattern, Stamp | None]]
    excluded_dates: list[Stamp]


class Line(NamedTuple):
    """A content line: `NAME;PARAMETER=VALUE:value`."""

    name: str
    parameters: dict[str, str]
    value: str


# Reading.


def read_block(text: str) -> Block:
    """The recurrence that the lines of `text` describe.

    Lines may be folded as RFC 5545 folds them, and indented as a whole. A rule may stand without
    its `RRULE:`, and DTSTART and RRULE may stand on one line. The block may be a whole VEVENT,
    VTODO or VJOURNAL, alone or the only one of a VCALENDAR: its other lines are passed over.
    """
    lines = [_read_line(line) for line in _recurrence_lines(text)]
    starts = [line for line in lines if line.name == "DTSTART"]
    if not starts:
        raise InvalidValueError(
            f"{shorten(text)} has no DTSTART, so nothing says when it begins:"
            " put a line such as DTSTART;TZID=Europe/Paris:20260113T090000 before the rule"
        )
    stamps = [stamp for line in starts for stamp in _read_stamps(line)]
    if len(stamps) > 1:
        raise InvalidValueError(f"{shorten(text)} has {len(stamps)} times in DTSTART: keep one")
    number = sum(line.name in ("RRULE", "EXRULE") for line in lines)
    if number > MOST_RULES:
        raise InvalidValueError(
            f"{shorten(text)} has {number} rules: at most {MOST_RULES} are allowed in one block"
        )
    block = Block(stamps[0], [], [], [], [])
    rules = {"RRULE": block.rules, "EXRULE": block.excluded_rules}
    dates = {"RDATE": block.dates, "EXDATE": block.excluded_dates}
    for line in lines:
        if line.name in rules:
            rules[line.name].append(read_pattern(line.value, block.start))
        elif line.name in dates:
            dates[line.name] += _read_stamps(line)
    if block.dates and not block.rules:
        # RFC 5545 3.8.5.2: DTSTART is the first of the dates. With a rule it is for the rule to
        # pick it.
        block.dates.append(block.start._replace(zone=None))
    if not block.rules and not block.dates:
        raise InvalidValueError(
            f"{shorten(text)} has neither RRULE nor RDATE, so it never runs:"
            " add one, such as RRULE:FREQ=DAILY, or use at(...) for single times"
        )
    return block


def _recurrence_lines(text: str) -> list[str]:
    """The content lines of the recurrence: all, or those of the one component that `text` holds."""
    lines = [part for line in _unfold(text.removeprefix("\ufeff")) for part in _split(line)]
    if not any(_COMPONENT.fullmatch(line) for line in lines):
        return lines
    found: list[str] = []
    number = 0
    inside: list[str] = []
    for line in lines:
        edge = _EDGE.fullmatch(line)
        if edge is None:
            if len(inside) == 1 and _PROPERTY.match(line):
                found.append(line)
            elif len(inside) == 1 and (name := _UNSUPPORTED.match(line)):
                raise InvalidValueError(
                    f"{shorten(text)} has {name[1].upper()}, which changes one run or more of"
                    " another component: leave this component out, and give its new time as RDATE"
                    " and its old one as EXDATE"
                )
            continue
        kind = edge[2].upper()
        if edge[1].upper() == "BEGIN" and (inside or kind in COMPONENTS):
            number += not inside
            inside.append(kind)
        elif inside and edge[1].upper() == "END" and inside.pop() != kind:
            raise InvalidValueError(f"{shorten(text)} has END:{shorten(kind)} without its BEGIN")
    if inside:
        raise InvalidValueError(f"{shorten(text)} has no END:{shorten(inside[-1])}")
    if number > 1:
        raise InvalidValueError(
            f"{shorten(text)} has {number} components: give one of"
            f" {', '.join(COMPONENTS)} at a time, and join their schedules with |"
        )
    return found


_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")
_NAMED: Final = re.compile(rf"\s*(?:(?:{'|'.join(PROPERTIES)})[;:]|(?:BEGIN|END):)", re.IGNORECASE)
_BEGIN: Final = re.compile(r"^BEGIN:", re.IGNORECASE | re.MULTILINE)
_NO_NAME: Final = re.compile(r"(?!)")
_PROPERTY: Final = re.compile(rf"(?:{'|'.join(PROPERTIES)})[;:]", re.IGNORECASE)
_UNSUPPORTED: Final = re.compile(r"(RECURRENCE-ID)[;:]", re.IGNORECASE)
_COMPONENT: Final = re.compile(rf"BEGIN:\s*(?:{'|'.join(COMPONENTS)})", re.IGNORECASE)
_EDGE: Final = re.compile(r"(BEGIN|END):\s*([A-Z0-9-]+)", re.IGNORECASE)
_NEXT_ON_LINE: Final = re.compile(
    rf"(?:(?<=[0-9Z])[ \t;]*|(?<![ \t;])[ \t;]+)(?=(?:{'|'.join(PROPERTIES)})[;:])",
    re.IGNORECASE,
)


def _split(line: str) -> list[str]:
    """The content lines of a line that has several, as some programs store them."""
    return _NEXT_ON_LINE.split(line) if _PROPERTY.match(line) else [line]


def _unfold(text: str) -> Iterator[str]:
    """The content lines: a line that begins with a blank carries on the one before it."""
    pieces: list[str] = []
    # A whole block may be indented: no value of it holds the name of a property, but that of a
    # DESCRIPTION may.
    names = _NAMED if _BEGIN.search(text) is None else _NO_NAME
    for line in _LINE_BREAK.split(text):
        if pieces and line[:1] in (" ", "\t") and not names.match(line):
            pieces.append(line[1:])
            continue
        if whole := "".join(pieces).strip():
            yield whole
        pieces = [line]
    if whole := "".join(pieces).strip():
        yield whole


_QUOTED_OR_NOT: Final = r"""(?:"[^"]*"|[^";:]*)"""
_LINE: Final = re.compile(rf"([A-Za-z-]+)((?:;[A-Za-z-]+={_QUOTED_OR_NOT})*):(.*)", re.DOTALL)
_PARAMETER: Final = re.compile(rf";([A-Za-z-]+)=({_QUOTED_OR_NOT})")


def _read_line(text: str) -> Line:
    match = _LINE.fullmatch(text)
    if match is None:
        if text.upper().startswith("FREQ="):
            return Line("RRULE", {}, text)
        raise InvalidValueError(
            f"{shorten(text)} is not a line of a recurrence:"
            " each is NAME:value or NAME;PARAMETER=value:value,"
            f" and NAME is one of {', '.join(PROPERTIES)}"
        )
    name, parameters, value = match.groups()
    name = name.upper()
    if name not in PROPERTIES:
        raise InvalidValueError(
            f"{shorten(name)} has no place in a recurrence: allowed are {', '.join(PROPERTIES)}"
        )
    found = {key.upper(): given.strip('"') for key, given in _PARAMETER.findall(parameters)}
    allowed = () if name in ("RRULE", "EXRULE") else ("TZID", "VALUE")
    for key in found:
        if key not in allowed and not key.startswith("X-"):
            raise InvalidValueError(
                f"{name} takes no parameter {shorten(key)}:"
                f" allowed are {', '.join(allowed) or 'none'}"
            )
    return Line(name, found, value.strip())


_MOST_PIECES: Final = 3
"""The key of a zone has as many at most: `America/Argentina/Salta`."""


def _zone_name(tzid: str) -> str:
    """The zone that a TZID names; `/` marks one that is known everywhere.

    A vendor and a version may be in front of it: `/citadel.org/20190914_1/Europe/Berlin`.
    """
    bare = tzid.removeprefix("/")
    if bare == tzid:
        return tzid
    pieces = bare.split("/")[-_MOST_PIECES:]
    for first in range(len(pieces)):
        try:
            find_zone(name := "/".join(pieces[first:]))
        except UnknownTimeZoneError:
            continue
        return name
    return bare


_STAMP: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)


def _read_stamps(line: Line) -> list[Stamp]:
    kind = line.parameters.get("VALUE", "").upper()
    if kind not in ("", "DATE", "DATE-TIME", "PERIOD"):
        raise InvalidValueError(
            f"{line.name} has VALUE={shorten(kind)}: allowed are DATE-TIME, DATE and PERIOD"
        )
    zone = line.parameters.get("TZID")
    if zone is not None:
        zone = _zone_name(zone)
    if not line.value and line.name in ("RDATE", "EXDATE"):
        return []  # some programs write the line when there is nothing to list
    texts = line.value.upper().split(",")
    if kind == "PERIOD":
        # A recurrence is about when something starts.
        texts = [text.partition("/")[0] for text in texts]
    stamps = [_read_stamp(line.name, text.strip()) for text in texts]
    for text, stamp in zip(texts, stamps, strict=True):
        if kind and stamp.is_date != (kind == "DATE"):
            raise InvalidValueError(f"{line.name} says VALUE={kind} and has {shorten(text)}")
        if zone is not None and stamp.zone is not None:
            raise InvalidValueError(
                f"{line.name} has TZID={zone} and {text}, which ends in Z for UTC: keep one"
            )
    return stamps if zone is None else [stamp._replace(zone=zone) for stamp in stamps]


def _read_stamp(name: str, text: str) -> Stamp:
    match = _STAMP.fullmatch(text)
    if match is None:
        raise InvalidValueError(
            f"{name} has {shorten(text)}, which is no time: write it as 20260113T090000,"
            " with a Z behind it for UTC, or as the date 20260113"
        )
    year, month, day, hour, minute, second, utc = match.groups("")
    try:
        ordinal = date(int(year), int(month), int(day)).toordinal()
    except ValueError:
        raise InvalidValueError(f"{name} has {text}, which is no date of years 1 to 9999") from None
    label = (ordinal - EPOCH_ORDINAL) * DAY
    if not hour:
        return Stamp(label, None, is_date=True)
    if int(hour) > 23 or int(minute) > 59 or int(second) > 60:
        raise InvalidValueError(
            f"{name} has {text}, which is no time of day: allowed are 000000-235959"
        )
    label += (int(hour) * 60 + int(minute)) * 60 + _no_leap(int(second))
    return Stamp(label, "UTC" if utc else None, is_date=False)


def _no_leap(second: int) -> int:
    """RFC 5545 3.3.12: without leap seconds, second 60 is read as second 59."""
    return min(second, 59)


_NUMBER: Final = re.compile(r"([+-]?)0*(\d{1,9})", re.ASCII)
_WEEKDAY: Final = re.compile(rf"([+-]?\d{{0,2}})({'|'.join(WEEKDAYS)})", re.ASCII)


def read_pattern(text: str, start: Stamp) -> tuple[Pattern, Stamp | None]:
    """The rule that `text` describes, and its UNTIL as it is written."""
    parts = _read_parts(text)
    frequency = _one_of("FREQ", parts.get("FREQ"), FREQUENCIES, text)
    interval = _whole("INTERVAL", parts.get("INTERVAL", "1"))
    count = _whole("COUNT", parts["COUNT"]) if "COUNT" in parts else None
    until = _read_stamp("UNTIL", parts["UNTIL"]) if "UNTIL" in parts else None
    if until is not None and count is not None:
        raise InvalidValueError(
            f"{shorten(text)} has both COUNT and UNTIL: keep one, as RFC 5545 3.3.10 asks"
        )
    week_start = _one_of("WKST", parts.get("WKST", "MO"), WEEKDAYS, text)
    weekdays = _read_weekdays(parts["BYDAY"], frequency) if "BYDAY" in parts else ()
    lists = {
        numbers.field: _read_list(name, parts[name], numbers) if name in parts else ()
        for name, numbers in LISTS.items()
    }
    if start.is_date:
        # RFC 5545 3.3.10: these "MUST be ignored" beside a DTSTART that is a date.
        lists |= {"hours": (), "minutes": (), "seconds": ()}
    lists["seconds"] = tuple(sorted({_no_leap(second) for second in lists["seconds"]}))
    if not _week_start_matters(frequency, interval, lists):
        week_start = 0
    pattern = Pattern(
        frequency,
        interval,
        start.label,
        None,
        count,
        week_start,
        weekdays=weekdays,
        skip=OMIT,
        **lists,
    )
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise InvalidValueError(f"RSCALE is {shorten(parts['RSCALE'])}: only GREGORIAN is known")
    skip = _one_of("SKIP", parts.get("SKIP", "OMIT"), SKIPS, text)
    return _skipping(_completed(pattern), skip), until


def _skipping(pattern: Pattern, skip: int) -> Pattern:
    """`pattern` with its SKIP, where a day of its months may be missing."""
    if skip == OMIT or pattern.frequency > MONTHLY:
        # Under finer frequencies BYMONTHDAY takes days away and makes none.
        return pattern
    if any(day < -_SHORTEST_MONTH for day in pattern.month_days) or {366, -366} & {
        *pattern.year_days
    }:
        raise InvalidValueError(
            f"SKIP={SKIPS[skip]} has BYMONTHDAY from -31 to -29 or BYYEARDAY of 366, and RFC 7529"
            " does not say where these go: count days of the month from its beginning"
        )
    if not any(day > _SHORTEST_MONTH for day in pattern.month_days):
        return pattern
    if (
        skip == FORWARD
        and pattern.frequency == MONTHLY
        and (pattern.interval > 1 or pattern.positions)
    ):
        raise InvalidValueError(
            "SKIP=FORWARD under FREQ=MONTHLY works without INTERVAL and BYSETPOS only, since the"
            " day it goes to is in another month: use SKIP=BACKWARD, or FREQ=YEARLY with BYMONTH"
        )
    return replace(pattern, skip=skip)


def _read_parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().rstrip(";").split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if name not in PARTS:
            raise InvalidValueError(
                f"{shorten(part)} is no part of a rule: allowed are {', '.join(PARTS)}"
            )
        if not equals or not value:
            raise InvalidValueError(f"{name} in {shorten(text)} has no value")
        if name in parts:
            raise InvalidValueError(f"{shorten(text)} has {name} twice: keep one")
        parts[name] = value
    return parts


def _one_of(name: str, given: str | None, allowed: tuple[str, ...], text: str) -> int:
    if given in allowed:
        return allowed.index(given)
    fault = f"{shorten(text)} has no {name}" if given is None else f"{name} is {shorten(given)}"
    raise InvalidValueError(f"{fault}: it must be one of {', '.join(allowed)}")


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    return int(match[1] + match[2]) if match else None


def _whole(name: str, text: str) -> int:
    number = _number(text)
    if number is None or number < 1:
        raise InvalidValueError(f"{name} is {shorten(text)}: it must be 1 to {LARGEST}")
    return number


def _read_list(name: str, text: str, allowed: Numbers) -> tuple[int, ...]:
    found = set()
    for item in text.split(","):
        number = _number(item.strip())
        if number is None or number not in allowed:
            raise InvalidValueError(f"{name} has {shorten(item)}: allowed are {allowed.allowed}")
        found.add(number)
    return tuple(sorted(found))


def _read_weekdays(text: str, frequency: int) -> tuple[tuple[int, int], ...]:
    found = set()
    for item in text.split(","):
        match = _WEEKDAY.fullmatch(item.strip())
        ordinal = _number(match[1]) if match and match[1] else 0
        if match is None or ordinal is None or abs(ordinal) > 53 or (match[1] and not ordinal):
            raise InvalidValueError(
                f"BYDAY has {shorten(item)}: allowed are {', '.join(WEEKDAYS)},"
                " each with 1 to 53 or -53 to -1 before it or nothing"
            )
        if ordinal and frequency > MONTHLY:
            raise InvalidValueError(
                f"BYDAY has {item.strip()}, but FREQ={FREQUENCIES[frequency]} knows no number of"
                " a weekday: only YEARLY and MONTHLY do"
            )
        found.add((WEEKDAYS.index(match[2]), ordinal))
    return tuple(sorted(found))


def _week_start_matters(frequency: int, interval: int, lists: dict[str, tuple[int, ...]]) -> bool:
    weekly = frequency == WEEKLY and (interval > 1 or bool(lists["positions"]))
    return weekly or bool(lists["week_numbers"])


# What a rule leaves to its DTSTART: its days if it names none, and times finer than its frequency.


def _completed(pattern: Pattern) -> Pattern:
    """`pattern` with what it leaves to DTSTART filled in."""
    day, second = divmod(pattern.start, DAY)
    _, month, day_of_month = date_of(day)
    found: dict[str, Any] = {}
    if not (
        pattern.week_numbers
        or pattern.year_days
        or pattern.month_days
        or pattern.weekdays
        or pattern.easter_days
    ):
        if pattern.frequency == YEARLY and not pattern.months:
            found["months"] = (month,)
        if pattern.frequency in (YEARLY, MONTHLY):
            found["month_days"] = (day_of_month,)
        if pattern.frequency == WEEKLY:
            found["weekdays"] = ((weekday_of(day), 0),)
    times = {"hours": (HOURLY, second // 3600), "minutes": (MINUTELY, second // 60 % 60)}
    times["seconds"] = (SECONDLY, second % 60)
    for field, (frequency, value) in times.items():
        if pattern.frequency < frequency and not getattr(pattern, field):
            found[field] = (value,)
    return replace(pattern, **found)


_LEFT_OUT: Final = (
    ("months", "month_days"),
    ("month_days",),
    ("weekdays",),
    ("hours",),
    ("minutes",),
    ("seconds",),
)


def _bare(pattern: Pattern) -> Pattern:
    """`pattern` without what it may leave to DTSTART."""
    bare = pattern
    for fields in _LEFT_OUT:
        nothing: dict[str, Any] = dict.fromkeys(fields, ())
        candidate = replace(bare, **nothing)
        if _completed(candidate) == pattern:
            bare = candidate
    return bare


# Writing.


def write_pattern(pattern: Pattern, until: str | None) -> str:
    """The text of a rule, with the text of its UNTIL."""
    bare = _bare(pattern)
    parts = [f"FREQ={FREQUENCIES[bare.frequency]}"]
    if bare.interval > 1:
        parts.append(f"INTERVAL={bare.interval}")
    if bare.count is not None:
        parts.append(f"COUNT={bare.count}")
    if until is not None:
        parts.append(f"UNTIL={until}")
    if bare.week_start:
        parts.append(f"WKST={WEEKDAYS[bare.week_start]}")
    if bare.weekdays:
        days = (f"{ordinal or ''}{WEEKDAYS[weekday]}" for weekday, ordinal in bare.weekdays)
        parts.append(f"BYDAY={','.join(days)}")
    for name, numbers in LISTS.items():
        if values := getattr(bare, numbers.field):
            parts.append(f"{name}={','.join(map(str, values))}")
    if bare.skip:
        parts.append(f"RSCALE=GREGORIAN;SKIP={SKIPS[bare.skip]}")
    return ";".join(parts)


def write_line(name: str, zone: str | None, values: Iterable[str]) -> str:
    """A line of dates and times; those in UTC have their Z, and those without a zone no TZID."""
    parameter = "" if zone in (None, "UTC") else f";TZID={zone}"
    return f"{name}{parameter}:{','.join(values)}"


_LINE_LENGTH: Final = 75


def fold(line: str) -> str:
    """A content line in pieces of at most 75 octets; all but the first begin with a blank."""
    pieces = [line[:_LINE_LENGTH]]
    pieces += [
        line[at : at + _LINE_LENGTH - 1] for at in range(_LINE_LENGTH, len(line), _LINE_LENGTH - 1)
    ]
    return "\r\n ".join(pieces)


def write_time(label: int, zone: str | None) -> str:
    """A wall label, with a Z behind it in UTC."""
    minute, second = divmod(label % DAY, 60)
    time = f"{minute // 60:02}{minute % 60:02}{second:02}"
    return f"{write_date(label // DAY)}T{time}{'Z' if zone == 'UTC' else ''}"


def write_date(day: int) -> str:
    """A day counted from 1970-01-01."""
    year, month, day = date_of(day)
    return f"{year:04}{month:02}{day:02}"
