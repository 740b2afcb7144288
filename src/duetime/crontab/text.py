"""Text to fields: the one reader of all dialects.

A field is read into bits item by item, quickly and without keeping positions; only when an item
is at fault is its place in the expression looked up, for the caret.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from operator import index
from typing import Final, TypedDict

from duetime.crontab.dialects import DAY_OF_MONTH, YEAR, Dialect, Modifier
from duetime.crontab.fields import (
    FROM_LAST,
    LAST_OF,
    NEAR_DAY,
    NEAR_LAST,
    NTH_OF,
    CronFields,
    DayRule,
    Field,
)
from duetime.errors import CronSyntaxError, ScheduleError, shorten
from duetime.zones import NAMED_POLICIES, DstPolicy, find_policy

FieldValue = str | int | Iterable[int | str]
"""What a keyword of `cron` takes."""

Texts = dict[str, str]
"""Field name to field text."""

_FINEST_FIRST: Final = ("second", "minute", "hour", "day_of_month", "month_of_year", "year")
_DAY_FIELDS: Final = ("day_of_month", "day_of_week")
_MODIFIED_DAY: Final = r"((?P<last>L)(-(?P<before>\d+))?|(?P<day>\d+))(?P<near>W)?"
_MARKS_OF_MODIFIERS: Final = frozenset("#LWlw")
_MARKS_OF_INTERVALS: Final = frozenset("*-/")
_SET_TIMES: Final = DstPolicy("end", "first")
"""For jobs at set times: neither lost nor doubled."""
_MOST_ITEMS: Final = 2_000
"""Different items of a list, beyond the values of its field: more are no crontab."""
_MOST_VALUES: Final = 20_000
"""More values than any field has: where an endless iterable is cut off."""
_DIGITS: Final = 4
"""No field has values of more digits."""


class Extent(TypedDict):
    """A part of an expression."""

    position: int
    length: int


class _ItemError(Exception):
    """What is wrong with an item, and where in it."""

    def __init__(self, reason: str, start: int, length: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.length = length


def split_fields(expression: str, dialect: Dialect) -> Texts:
    """The texts of the fields of an expression, a nickname spelled out.

    Raises CronSyntaxError for characters that no dialect has, an unknown nickname, and a number
    of fields that the dialect does not have.
    """
    if not isinstance(expression, str):
        raise ScheduleError(f"a crontab expression is text, not {expression!r}")
    _check_characters(expression)
    words = expression.split()
    layout = dialect.layouts.get(len(words))
    if layout is None:
        if len(words) == 1 and words[0][0] == "@":
            return split_fields(_nickname(expression, words[0], dialect), dialect)
        raise CronSyntaxError(_field_count(len(words), dialect), expression, **_extent(expression))
    return {field.name: word for field, word in zip(layout, words, strict=True)}


def keyword_text(name: str, value: FieldValue) -> str:
    """The field text of a keyword: text as it is, an int, or an iterable of them."""
    if isinstance(value, str):
        _check_characters(value)
        return ",".join(item.strip() for item in value.split(","))
    if not isinstance(value, bool):
        try:
            return str(index(value))  # type: ignore[arg-type]  # any integer type, numpy's too
        except TypeError:
            pass
        try:
            items = [keyword_text(name, item) for item in islice(value, _MOST_VALUES)]  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if items:
                return ",".join(items)
            raise ScheduleError(f"{name} has no values: leave it out for every value")
    raise ScheduleError(f"{name} must be text, an int or an iterable of them, not {value!r}")


def complete(given: Texts, dialect: Dialect) -> Texts:
    """The texts of all fields, those that were left out filled in as the dialect means it."""
    texts = dict.fromkeys((field.name for field in dialect.layouts[5]), "*")
    if dialect.omitted is None:
        finest = min(
            (
                _FINEST_FIRST.index("day_of_month" if name == "day_of_week" else name)
                for name in given
            ),
            default=0,
        )
        for name in _FINEST_FIRST[:finest]:
            texts[name] = "1" if name in ("day_of_month", "month_of_year") else "0"
    return texts | given


def read_fields(
    texts: Texts,
    dialect: Dialect,
    dst: DstPolicy | str | None,
    *,
    clamp: bool,
    expression: str | None,
) -> CronFields:
    """The meaning of the texts of the fields.

    Raises CronSyntaxError; its caret is in `expression` where the field stands there, else in the
    text of the field.
    """
    bits = {}
    for field in dialect.fields:
        text = texts.get(field.name)
        if text is not None:
            star = text == "*"
            bits[field.name] = (
                field.every if star else _field_bits(text, field, dialect, expression)
            )
    year = bits.get("year", YEAR.every)
    day_of_month, day_of_week = texts["day_of_month"], texts["day_of_week"]
    join = dialect.join
    if join == "star":
        join = "and" if day_of_month[0] == "*" or day_of_week[0] == "*" else "or"
    return CronFields(
        second=bits.get("second", 1),
        minute=bits["minute"],
        hour=bits["hour"],
        month=bits["month_of_year"],
        year=None if year == YEAR.every else year,
        days=DayRule(bits["day_of_month"], bits["day_of_week"], join, clamp),
        policy=resolve_policy(dialect.policy if dst is None else dst, texts),
    )


def resolve_policy(dst: DstPolicy | str, texts: Texts) -> DstPolicy:
    """The policy of a name; `vixie` and `cronos` look at how the time fields are written.

    Sources: Debian's cron(8) on jobs that run at set times and on wild-card jobs; Cronos'
    notes on interval-based expressions.
    """
    if dst == "vixie":
        starred = (
            texts["minute"][0] == "*"
            or texts["hour"][0] == "*"
            or texts.get("second", "0")[0] == "*"
        )
        return NAMED_POLICIES["wall"] if starred else _SET_TIMES
    if dst == "cronos":
        times = f"{texts.get('second', '0')} {texts['minute']} {texts['hour']}"
        return DstPolicy("end", "first" if _MARKS_OF_INTERVALS.isdisjoint(times) else "both")
    return find_policy(dst)


def _field_bits(text: str, field: Field, dialect: Dialect, expression: str | None) -> int:
    try:
        if "," not in text:
            return field.folded(_item_bits(text, field, dialect))
    except _ItemError as fault:
        raise _located(fault, 0, text, field, dialect, expression) from None
    items = text.split(",")
    bits = 0
    # A list of many thousand items repeats itself, so each spelling is read once.
    distinct = dict.fromkeys(items)
    if len(distinct) > _MOST_ITEMS + field.size:
        excess = _ItemError(f"{len(items):,} items are more than a field can mean", 0, len(text))
        raise _located(excess, 0, text, field, dialect, expression)
    for item in distinct:
        try:
            bits |= _item_bits(item, field, dialect)
        except _ItemError as fault:
            number = items.index(item)
            before = len(",".join(items[:number])) + (number > 0)
            raise _located(fault, before, text, field, dialect, expression) from None
    return field.folded(bits)


def _item_bits(item: str, field: Field, dialect: Dialect) -> int:
    """The bits of one item between commas; day modifiers in their own bits."""
    if item.isdigit():
        return 1 << _value(item, 0, field, dialect)
    span, slash, step_text = item.partition("/")
    if span == "*":
        low, high = field.first, field.last
    else:
        if field.name in _DAY_FIELDS and not _MARKS_OF_MODIFIERS.isdisjoint(span):
            modified = _modified_bits(span, field, dialect)
            if modified:
                if slash:
                    raise _ItemError(f"{span} takes no step", len(span), len(step_text) + 1)
                return modified
        start, dash, end = span.partition("-")
        low = _value(start, 0, field, dialect)
        if dash:
            high = _value(end, len(start) + 1, field, dialect)
        elif not slash:
            return 1 << low
        elif dialect.open_step:
            high = field.last
        else:
            raise _ItemError(
                f"{dialect.name} has no {item}: write {low}-{field.last}/{step_text}", 0, len(item)
            )
    step = _step(step_text, len(span) + 1) if slash else 1
    if low > high:
        if not dialect.wraps:
            raise _ItemError(f"the range {span} runs backwards", 0, len(span))
        high += field.size
    # A run of n ones that are `step` apart is a geometric series.
    number = (high - low) // step + 1
    bits = ((1 << number * step) - 1) // ((1 << step) - 1) << low
    return (bits | bits >> field.size) & field.every if high > field.last else bits


def _value(text: str, start: int, field: Field, dialect: Dialect) -> int:
    if text.isdigit():
        digits = text if len(text) <= _DIGITS else text.lstrip("0") or "0"
        value = int(digits[: _DIGITS + 1])
        if field.first <= value <= field.last:
            return value
        reason = dialect.hints.get(
            (field.name, value),
            f"{field.title} {shorten(text)[1:-1]} is out of range {field.first}-{field.last}",
        )
    else:
        name = text.lower()
        if dialect.long_names:
            name = name[:3]
        if name in field.names:
            return field.first + field.names.index(name)
        allowed = f"{field.first}-{field.last}"
        if field.names:
            allowed += f" or {field.names[0]}-{field.names[-1]}"
        what = (
            f"{shorten(text)} is no {field.title}" if text else f"a {field.title} is missing here"
        )
        reason = f"{what}: use {allowed}"
    raise _ItemError(reason, start, len(text) or 1)


def _step(text: str, start: int) -> int:
    digits = text.lstrip("0")
    if not text.isdigit() or not digits:
        what = shorten(text) if text else "nothing"
        raise _ItemError(f"a step is a number from 1 on, not {what}", start, len(text) or 1)
    return int(digits[:_DIGITS])


def _modified_bits(span: str, field: Field, dialect: Dialect) -> int:
    """The bits of `L`, `LW`, `L-n`, `nW` and `L-nW` days, of `dL` and `d#n` weekdays; 0 if none."""
    if field.name == DAY_OF_MONTH.name:
        return _modified_date(span, field, dialect)
    weekday, sharp, nth = span.partition("#")
    if sharp:
        _require("d#n", span, dialect)
        day = _value(weekday, 0, field, dialect) % 7
        if nth not in ("1", "2", "3", "4", "5"):
            raise _ItemError(
                f"a month has five of a weekday at most: # takes 1-5, not {shorten(nth)}",
                len(weekday) + 1,
                len(nth) or 1,
            )
        return 1 << (NTH_OF + 8 * int(nth) + day)
    if span[-1:] in ("L", "l") and (span[:-1].isdigit() or span[:-1].lower() in field.names):
        _require("dL", span, dialect)
        return 1 << (LAST_OF + _value(span[:-1], 0, field, dialect) % 7)
    return 0


def _modified_date(span: str, field: Field, dialect: Dialect) -> int:
    match = re.fullmatch(_MODIFIED_DAY, span, re.IGNORECASE)
    if match is None or not (match["last"] or match["near"]):
        return 0
    near, day, before = match["near"], match["day"], match["before"]
    if day is not None:
        _require("nW", span, dialect)
        return 1 << (NEAR_DAY + _value(day, 0, field, dialect))
    if before is None:
        _require("LW" if near else "L", span, dialect)
        return 1 << (NEAR_LAST if near else FROM_LAST)
    _require("L-nW" if near else "L-n", span, dialect)
    days = int(before.lstrip("0")[:_DIGITS] or 0)
    if days > 30:
        raise _ItemError(
            f"L-{shorten(before)[1:-1]} is before the month: use L-0 to L-30", 2, len(before)
        )
    return 1 << ((NEAR_LAST if near else FROM_LAST) + days)


def _require(modifier: Modifier, span: str, dialect: Dialect) -> None:
    if modifier not in dialect.modifiers:
        raise _ItemError(f"{dialect.name} crontabs have no {modifier}", 0, len(span))


def _located(
    fault: _ItemError,
    before: int,
    text: str,
    field: Field,
    dialect: Dialect,
    expression: str | None,
) -> CronSyntaxError:
    """The error of a fault `before` characters into the text of a field."""
    position = before + fault.start
    if expression is not None:
        words = list(re.finditer(r"\S+", expression))
        layout = dialect.layouts.get(len(words), ())
        place = next((word for f, word in zip(layout, words, strict=False) if f is field), None)
        if place is not None:
            text, position = expression, place.start() + position
    return CronSyntaxError(
        fault.reason, text, field=field.name, position=position, length=fault.length
    )


def _check_characters(expression: str) -> None:
    if expression.isascii() and expression.isprintable():
        return
    for position, character in enumerate(expression):
        if character not in "\t\r\n" and not (character.isascii() and character.isprintable()):
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise CronSyntaxError(
                f"{name} has no place in a crontab expression", expression, position=position
            )


def _nickname(expression: str, word: str, dialect: Dialect) -> str:
    try:
        return dialect.nicknames[word.lower()]
    except KeyError:
        pass
    if word.lower() == "@reboot":
        reason = "@reboot has no timed runs"
    elif dialect.nicknames:
        reason = f"{shorten(word)} is not a nickname: use one of {', '.join(dialect.nicknames)}"
    else:
        reason = f"{dialect.name} crontabs have no nicknames"
    raise CronSyntaxError(reason, expression, position=expression.index("@"), length=len(word))


def _field_count(number: int, dialect: Dialect) -> str:
    layouts = " or ".join(
        f"{count} fields ({' '.join(field.title for field in layout)})"
        for count, layout in dialect.layouts.items()
    )
    return f"{dialect.name} crontabs have {layouts}, not {number}"


def _extent(expression: str) -> Extent:
    text = expression.strip()
    return {"position": expression.find(text), "length": len(text)}
