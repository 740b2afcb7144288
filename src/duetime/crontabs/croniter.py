"""What croniter alone reads: `5-5`, `W15`, `L5`, `H` and `R`, and its rule for two day fields.

Source: croniter 7.0 and 6.2, as they answer. The two differ in a value at the end of a field with
a step (`59/15`), in `7` for Sunday beside a field of seconds, and in a step of `H` that is longer
than its range.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    LAST_OF,
    NEAR_DAY,
    NTH_OF,
    DayRule,
    Field,
)
from duetime.crontabs.items import FieldError, ItemError, number_of, step_of
from duetime.dates.bits import bits_of
from duetime.errors import shorten

_ORDER: Final = (
    *("minute", "hour", "day_of_month", "month_of_year", "day_of_week"),
    *("second", "year"),
)
"""The place of a field decides which bits of a hash it takes."""
_DRAWN: Final = r"(?P<kind>[HRhr])(?:\((?P<low>\d+)-(?P<high>\d+)\))?(?:/(?P<step>\d+))?"
_NAMED_NTH: Final = r"(?P<low>[a-z]{3})-(?P<high>[a-z]{3})#(?P<nth>\d+)"
_LONE: Final = r"(?:(?<=,)|^)(?:[HRhr](?![a-z])[^,]*|[Ww]\d+|\d+[Ww]|\?)"
_SUNDAY: Final = 7


BYTES: Final = "\0"
"""croniter draws from bytes too. As a seed they are this and their hexadecimal digits."""
_BYTES: Final = rf"{BYTES}((?:[0-9a-f]{{2}})*)"


class Draws:
    """The numbers that a seed stands for: the CRC-32 for `H`, one of SHA-256 for each `R`."""

    __slots__ = ("_seed",)

    def __init__(self, seed: str) -> None:
        drawn_from = re.fullmatch(_BYTES, seed)
        self._seed = bytes.fromhex(drawn_from[1]) if drawn_from else seed.encode()

    def number(self, kind: str, place: int) -> int:
        """The number that a field at this place of the expression takes."""
        if kind in "Hh":
            from binascii import crc32  # on demand, as few crontabs draw

            return crc32(self._seed) >> place
        from hashlib import sha256

        return int.from_bytes(sha256(b"%d:%b" % (place, self._seed)).digest()[:8], "big")


def item_bits(item: str, field: Field, draws: Draws | None) -> int | None:
    """The bits of a range, a step, a drawn value or `W15`, `L5`; None for any other item."""
    return _bits(item, field, draws, edition=7)


def item_bits_of_6(item: str, field: Field, draws: Draws | None) -> int | None:
    """As `item_bits`, in releases of croniter before 7."""
    return _bits(item, field, draws, edition=6)


def _bits(item: str, field: Field, draws: Draws | None, *, edition: int) -> int | None:
    drawn = re.fullmatch(_DRAWN, item, re.ASCII)
    if drawn is not None:
        item = _drawn(drawn, field, draws, edition)
    elif item[:1] in "HhRr" and item[1:2] in ("", "(", "/"):
        raise ItemError(f"{shorten(item)} is not understood: write H or H(0-29)/10", 0, len(item))
    elif field.name == "day_of_month" and item[:1] in "Ww" and item[1:].isdigit():
        return 1 << NEAR_DAY + _number(item[1:], 1, field)
    elif field.name == "day_of_week" and item[:1] in "Ll" and item[1:].isdigit():
        return 1 << LAST_OF + _number(item[1:], 1, field) % _SUNDAY
    elif field.name == "day_of_week" and "#" in item:
        return _named_range(item, field)
    span, slash, step_text = item.partition("/")
    start, dash, end = span.partition("-")
    if start in ("L", "l") or not (slash or dash):
        return 1 << _number(start, 0, field) if drawn else None
    step = step_of(step_text, len(span) + 1) if slash else 1
    first, last = field.first, _last(field)
    if span == "*":
        return bits_of(range(first, last + 1, step))
    low = _number(start, 0, field)
    if not dash:
        high, open_end = last, True
    else:
        if field.name == "day_of_month" and end in ("L", "l"):
            end = str(last)
        high, open_end = _number(end, len(start) + 1, field), False
    return bits_of(_range(low, high, step, first, last, lone_end=open_end and edition > 6))


def _range(
    low: int, high: int, step: int, first: int, last: int, *, lone_end: bool
) -> list[int] | range:
    """The values of a range; one from a value to itself is the whole field."""
    if low == high:
        return [low] if lone_end else range(first, last + 1, step)
    if low < high:
        return range(low, high + 1, step)
    before = range(low, last + 1, step)
    # Past the end of the field it counts one value more than it should: 22-5/5 is 22 and 4.
    left = last - before[-1]
    skipped = step - left if before[-1] - first + step > last - first + 1 and left < step else 0
    return [*before, *range(first + skipped, high + 1, step)]


def _last(field: Field) -> int:
    return _SUNDAY - 1 if field.name == "day_of_week" else field.last


def _number(text: str, start: int, field: Field) -> int:
    """The number of a name or of digits; 7 is 0 for Sunday."""
    value = field.numbers.get(text.lower(), -1)
    if value < 0 and text.isdigit():
        value = number_of(text)
    if not field.first <= value <= field.last:
        known = f"{field.first}-{field.last}"
        reason = f"{shorten(text)} is not {field.noun}: use {known}"
        raise ItemError(reason, start, len(text) or 1)
    return value % _SUNDAY if field.name == "day_of_week" else value


def _named_range(item: str, field: Field) -> int | None:
    """The bits of `mon-fri#1`: the first of each of these weekdays."""
    match = re.fullmatch(_NAMED_NTH, item.lower(), re.ASCII)
    if match is None:
        return None
    low = _number(match["low"], 0, field)
    high = _number(match["high"], match.start("high"), field)
    if match["nth"] not in ("1", "2", "3", "4", "5"):
        reason = f"a month has five of a weekday at most: # takes 1-5, not {shorten(match['nth'])}"
        raise ItemError(reason, match.start("nth"), len(match["nth"]))
    days = _range(low, high, 1, field.first, _last(field), lone_end=False)
    return bits_of(NTH_OF + 8 * int(match["nth"]) + day for day in days)


def _drawn(match: re.Match[str], field: Field, draws: Draws | None, edition: int) -> str:
    """The item that a drawn one stands for, such as `7-59/15` for `H/15`."""
    whole = match[0]
    if draws is None:
        reason = f"{match['kind']} is drawn from a seed: give seed=, which croniter calls hash_id"
        raise ItemError(reason, 0, len(whole))
    low, high = field.first, _last(field)
    if match["low"]:
        low, high = number_of(match["low"]), number_of(match["high"])
        if not field.first <= low < high <= field.last:
            reason = f"{whole} is no range of {field.title} {field.first}-{field.last}"
            raise ItemError(reason, 0, len(whole))
    place = _ORDER.index(field.name)
    number = draws.number(match["kind"], place)
    if match["step"] is None:
        return str(low + number % (high - low + 1))
    step = step_of(match["step"], match.start("step"))
    end = low + step - 1 if edition < 7 else min(low + step - 1, high)
    value = low + number % (end - low + 1)
    if value == high and edition > 6:
        return str(value)
    return f"{value}-{high}/{match['step']}"


def days_of(texts: Mapping[str, str], dates: int, weekdays: int, *, clamp: bool) -> DayRule:
    """The rule of the two day fields.

    A day must be in either, unless one of the fields has a `*`. But `5#2` or `15W` is a condition
    on the other field too, so that beside the 13th only the second Friday runs, or only `15W`.
    """
    weekdays = _checked(texts, weekdays)
    clamp = clamp or bool(dates >> NEAR_DAY)  # W of a day that the month lacks is its last day's
    nth, near = weekdays >> LAST_OF, dates >> NEAR_DAY
    date, weekday = texts["day_of_month"], texts["day_of_week"]
    if _is_free(date, dates, EVERY_DAY_OF_MONTH, weekday) or _is_free(
        weekday, weekdays, EVERY_DAY_OF_WEEK, date
    ):
        return DayRule.of(dates, weekdays, "and", clamp=clamp)
    if nth:
        return DayRule.of(dates if near else EVERY_DAY_OF_MONTH, weekdays, "and", clamp=clamp)
    if near:
        return DayRule.of(dates, EVERY_DAY_OF_WEEK, "and", clamp=clamp)
    return DayRule.of(dates, weekdays, "or", clamp=clamp)


def days_in_both(texts: Mapping[str, str], dates: int, weekdays: int, *, clamp: bool) -> DayRule:
    """As `days_of`, if `day_or` is false: a day must be in both."""
    weekdays = _checked(texts, weekdays)
    clamp = clamp or bool(dates >> NEAR_DAY)  # W of a day that the month lacks is its last day's
    return DayRule.of(dates, weekdays, "and", clamp=clamp)


def days_of_6(texts: Mapping[str, str], dates: int, weekdays: int, *, clamp: bool) -> DayRule:
    """As `days_of`, in releases of croniter before 7."""
    if "second" in texts:
        seven = re.search(r"(?<![/#\d])7(?!\d)", texts["day_of_week"])
        if seven is not None:
            reason = "7 is not a weekday beside seconds in croniter 6: use 0 for Sunday"
            raise FieldError("day_of_week", reason, seven.start(), 1)
    return days_of(texts, dates, weekdays, clamp=clamp)


def _is_free(text: str, values: int, every: int, other: str) -> bool:
    """Whether a day field leaves the choice to the other: `*`, and all days beside a `*` there."""
    return "*" in text.split(",") or text == "?" or (values & every == every and "*" in other)


def _checked(texts: Mapping[str, str], weekdays: int) -> int:
    """Refuse lists of items that stand alone; of `5,5#2` only the second Friday counts."""
    for name, text in texts.items():
        lone = "," in text and re.search(_LONE, text)
        if lone:
            reason = f"{lone[0]} stands alone in croniter, not in a list"
            raise FieldError(name, reason, lone.start(), len(lone[0]))
    plain, modified = weekdays & EVERY_DAY_OF_WEEK, weekdays >> LAST_OF
    for shift in range(0, modified.bit_length(), LAST_OF):
        plain &= ~(modified >> shift)
    if modified and plain:
        reason = "croniter has no list of plain weekdays and weekdays of the month"
        raise FieldError("day_of_week", reason, 0, len(texts["day_of_week"]))
    return weekdays & ~EVERY_DAY_OF_WEEK if modified else weekdays
