"""Expressions as croniter takes them become a `Cron`, and the lists of values that it shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from os import urandom
from typing import Final, Literal, NamedTuple, cast

from duetime.adapters.croniter.errors import (
    CroniterBadCronError,
    CroniterNotAlphaError,
    CroniterUnsupportedSyntaxError,
)
from duetime.crontabs.croniter import BYTES
from duetime.crontabs.dialects import find_dialect
from duetime.crontabs.fields import Field
from duetime.crontabs.items import number_of
from duetime.crontabs.schedule import Cron, PlainField, PureDialect, cron
from duetime.errors import CronSyntaxError, InvalidTypeError, checked_text, shorten

Values = list[int | Literal["*", "l"]]
Nth = dict[int, set[int | Literal["l"]]]

DIALECT: Final = find_dialect("croniter")
ORDER: Final = DIALECT.layouts[7]
"""The fields as croniter counts them: the minute first, then the second and the year."""
_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY, _SECOND, _YEAR = (field.name for field in ORDER)
_RANDOM: Final = re.compile(r"(?<![a-z])r(?![a-z])", re.IGNORECASE)
_HASHED: Final = re.compile(r"(?<![a-z])h(?![a-z])", re.IGNORECASE)
_STEPPED: Final = re.compile(
    r"(?:\*|[hr]|[hr]\((?P<from>\d+)-(?P<to>\d+)\)|(?P<low>[^-/]+)(?:-(?P<high>[^-/]+))?)"
    r"/(?P<step>\d+)",
    re.ASCII | re.IGNORECASE,
)
_ALPHA: Final = re.compile(r"[a-z]+", re.IGNORECASE)
_WEEKDAY_OF_MONTH: Final = re.compile(r"#|l\d", re.IGNORECASE)
_FIRST_YEAR: Final = datetime(1, 1, 2, tzinfo=UTC)


class Expression(NamedTuple):
    """A text with its fields in the order of `ORDER`, the second behind the weekday."""

    text: str
    given: str
    """The text as it was given, for messages."""
    hash_id: str | None
    """What its values are drawn from. It is drawn itself for an `R` that has none."""

    @property
    def parts(self) -> list[str]:
        """The texts of the fields; those that a nickname stands for."""
        nickname = self.text.strip().lower()
        nicknames = DIALECT.nicknames if self.hash_id is None else DIALECT.drawn_nicknames
        return nicknames.get(nickname, self.text).lower().split()

    def schedule(self, dialect: PureDialect, tz: tzinfo | str) -> Cron:
        """What the expression means in a dialect of croniter's."""
        try:
            return cron(self.text, tz=tz, dialect=dialect, seed=self.hash_id)
        except CronSyntaxError as fault:
            raise _kind_of(fault)(f"[{self.given}] is not acceptable: {fault}") from fault


def read(
    text: object,
    *,
    hash_id: bytes | str | None = None,
    second_at_beginning: bool = False,
    start: datetime | None = None,
) -> Expression:
    """The expression of a text.

    With `second_at_beginning`, the first of six or seven fields is the second. With `start`, each
    step counts from that moment: of `*/15` from a start at minute 7 come the minutes 7, 22, 37, 52.
    """
    if not isinstance(text, str):
        raise InvalidTypeError(f"expr_format must be text, not {shorten(text)}")
    parts = text.split()
    moved = second_at_beginning and len(parts) in (6, 7)
    if moved:
        parts.insert(ORDER.index(DIALECT.fields[0]), parts.pop(0))
    if start is not None and len(parts) in DIALECT.layouts:
        parts = [
            ",".join(_from_start(item, field, start) for item in part.split(","))
            for part, field in zip(parts, ORDER, strict=False)
        ]
    seed = _seed(hash_id)
    if seed is None and _RANDOM.search(text) and not _HASHED.search(text):
        seed = urandom(8).hex()
    rewritten = moved or start is not None
    return Expression(" ".join(parts) if rewritten else text, text, seed)


def _seed(hash_id: object) -> str | None:
    if hash_id is None or (isinstance(hash_id, str) and not hash_id.startswith(BYTES)):
        return hash_id
    if not isinstance(hash_id, (bytes, str)):
        raise InvalidTypeError(f"hash_id must be bytes or UTF-8 string, not {shorten(hash_id)}")
    raw = checked_text(hash_id, "hash_id").encode() if isinstance(hash_id, str) else hash_id
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = BYTES
    return BYTES + raw.hex() if text.startswith(BYTES) else text


def _kind_of(fault: CronSyntaxError) -> type[CroniterBadCronError]:
    """The class that croniter has for a fault."""
    at_fault = fault.expression[fault.position : fault.position + fault.length]
    if fault.field == _WEEKDAY and "," in at_fault and _WEEKDAY_OF_MONTH.search(at_fault):
        return CroniterUnsupportedSyntaxError
    if fault.field is not None and _ALPHA.search(at_fault):
        return CroniterNotAlphaError
    return CroniterBadCronError


def _from_start(item: str, field: Field, start: datetime) -> str:
    """An item with a step, its first value moved to the phase of `start`."""
    match = _STEPPED.fullmatch(item)
    if match is None or not number_of(match["step"]):
        return item
    of_week = field.name == _WEEKDAY
    first, last = field.first, 6 if of_week else field.last
    step = number_of(match["step"])
    low = _number(match["from"] or match["low"], field, first)
    high = _number(match["to"] or match["high"], field, last)
    if low is None or high is None:
        return item
    if low == high:
        if match["high"] is None:
            return item
        low, high = first, last
    value = {
        _MINUTE: start.minute,
        _HOUR: start.hour,
        _DAY: start.day,
        _MONTH: start.month,
        _WEEKDAY: start.isoweekday() % 7,
        _SECOND: start.second,
        _YEAR: start.year,
    }[field.name]
    phase = low + (value - low) % step
    if low > high or phase > high:
        return item if match["low"] else f"{low}-{high}/{step}"
    return str(phase) if phase == high else f"{phase}-{high}/{step}"


def _number(text: str | None, field: Field, default: int) -> int | None:
    """The number of a text, `default` for none; None if it is not one of the field."""
    if text is None:
        return default
    if text.isdigit():
        number = number_of(text)
    elif field.name == _DAY and text.lower() == "l":
        number = field.last
    else:
        number = field.numbers.get(text.lower(), -1)
    if not field.first <= number <= field.last:
        return None
    return number % 7 if field.name == _WEEKDAY else number


def expanded(expression: Expression, dialect: PureDialect) -> tuple[list[Values], Nth, set[int]]:
    """The values of each field, the weekdays of the month, and the days of `W`.

    `*` stands for all values, `l` for the last day of the month.
    """
    whole = expression.schedule(dialect, "UTC")
    parts = expression.parts
    weekday = parts[ORDER.index(_field(_WEEKDAY))]
    date = parts[ORDER.index(_field(_DAY))]
    nth: Nth = {}
    near: set[int] = set()
    lists: list[Values] = []
    for part, field in zip(parts, ORDER, strict=False):
        values: Values = []
        match field.name:
            case "day_of_month":
                # Alone, lest the other day field should change what it means.
                for day in _alone(expression, field, part, dialect).values("day_of_month"):
                    if isinstance(day, int):
                        values.append(day)
                    elif day == "L":
                        values.append("l")
                    else:
                        number = int(day.rstrip("W"))
                        near.add(number)
                        values.append(number)
            case "day_of_week":
                for day in _alone(expression, field, part, dialect).values("day_of_week"):
                    number = day if isinstance(day, int) else int(day[0])
                    if isinstance(day, str):
                        which = nth.setdefault(number, set())
                        which.add("l" if day.endswith("L") else int(day[2:]))
                    if number not in values:
                        values.append(number)
                values.sort(key=str)
            case "year":
                values = [*(whole.values("year") or ())]
            case _:
                values = [*whole.values(cast(PlainField, field.name))]
        every = not values or len(values) == _size(field)
        other = {_DAY: weekday, _WEEKDAY: date}.get(field.name)
        if every and (other is None or part in ("*", "?") or "*" in other):
            values = ["*"]
        lists.append(values)
    return lists, nth, near


def _field(name: str) -> Field:
    return next(field for field in ORDER if field.name == name)


def _size(field: Field) -> int:
    return 7 if field.name == _WEEKDAY else field.size


def _alone(expression: Expression, field: Field, part: str, dialect: PureDialect) -> Cron:
    """The schedule of one field, all others `*`."""
    texts = ["*"] * len(expression.parts)
    texts[ORDER.index(field)] = part
    return Expression(" ".join(texts), expression.given, expression.hash_id).schedule(
        dialect, "UTC"
    )


def check_dates(expression: Expression, dialect: PureDialect, years: object) -> None:
    """Refuse a day that none of the months has, such as `0 0 31 2 *`.

    `years`, a number or a list of them, stands for those of the expression.
    """
    parts = expression.parts
    date, month = (parts[ORDER.index(_field(name))] for name in (_DAY, _MONTH))
    if years is None:
        year = parts[-1] if len(parts) == len(ORDER) else "*"
    else:
        year = ",".join(map(str, [years] if isinstance(years, int) else _listed(years)))
    text = f"0 0 {date} {month} * 0 {year}"
    alone = Expression(text, expression.given, expression.hash_id).schedule(dialect, "UTC")
    if alone.next_run(_FIRST_YEAR) is None:
        raise CroniterBadCronError(
            f"[{expression.given}] is not acceptable: day {date} never comes in month {month}"
        )


def _listed(years: object) -> list[object]:
    if not isinstance(years, (list, tuple, set, frozenset, range)):
        raise InvalidTypeError(
            f"strict_year must be a year or a list of them, not {shorten(years)}"
        )
    return [*years]
