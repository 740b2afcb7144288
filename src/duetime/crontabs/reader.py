"""Text to fields: the one reader of all dialects.

A field is read into bits item by item, quickly and without keeping positions. If an item has a
fault, its place in the expression is looked up then, for the caret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from operator import index
from typing import TYPE_CHECKING, Final, Literal, TypedDict, cast

from duetime.crontabs.dialects import (
    DIALECTS,
    MONTH_NAMES,
    REBOOT,
    SECOND_FIELD,
    SPACES,
    WEEKDAY_NAMES,
    YEAR_FIELD,
    Dialect,
    Modifier,
)
from duetime.crontabs.fields import (
    FROM_LAST,
    LAST_OF,
    NEAR_DAY,
    NEAR_LAST,
    NTH_OF,
    CronFields,
    DayRule,
    Field,
)
from duetime.crontabs.items import (
    DIGITS,
    LAST_CERTAIN_DAY,
    TOO_FAR,
    FieldError,
    Item,
    ItemError,
    number_of,
    step_of,
)
from duetime.dates.bits import bits_of
from duetime.errors import CronSyntaxError, InvalidValueError, shorten
from duetime.zones import NAMED_POLICIES, DstPolicy, find_policy

if TYPE_CHECKING:
    from duetime.crontabs.forms import Form

FieldValue = str | int | Iterable[int | str]
"""What a keyword of `cron` takes."""

Texts = dict[str, str]
"""Field name to field text."""

_FINEST_FIRST: Final = ("second", "minute", "hour", "day_of_month", "month_of_year", "year")
_DAY_FIELDS: Final = ("day_of_month", "day_of_week")
_NAMED: Final = ("month_of_year", "day_of_week")
_SATURDAY: Final = 6
_LETTERS: Final = 3
"""The length of a name in crontabs."""
_ZONED: Final = r"\s*(?:CRON_)?TZ="
_ANY_STAR: Final = r"(?:^|,)[*?](?:/0*1)?(?:,|$)"
_EVERY_HOUR: Final = r"(?:^|,)(?:[*?]|0*0-23)(?:/0*1)?(?:,|$)"
_MODIFIED_DAY: Final = r"((?P<last>L)(-(?P<before>\d+))?|(?P<day>\d+))(?P<near>W)?"
_MARKS_OF_MODIFIERS: Final = frozenset("#LWlw")
_MARKS_OF_INTERVALS: Final = frozenset("*?-/")
SET_TIMES: Final = DstPolicy("end", "first")
"""The policy of jobs at set times: a clock change neither loses nor doubles them."""
_MOST_ITEMS: Final = 2_000
"""A list of more different items than this, beyond the values of its field, is refused."""
_MOST_VALUES: Final = 20_000
"""An iterable is read so far, as it may be endless. No field has as many values."""
_UNRESTRICTED: Final[Mapping[str, Callable[[str], bool]]] = {
    "and": lambda text: True,
    "star": lambda text: text[0] == "*",
    "first": lambda text: text.split(",", 1)[0] in ("*", "?"),
    "any": lambda text: re.search(_ANY_STAR, text) is not None,
    "one": lambda text: text == "?",
}
"""By the `join` of a dialect: whether a text of one day field means AND; see `Join`."""


class Extent(TypedDict):
    """A part of an expression."""

    position: int
    length: int


def split_fields(expression: str, dialect: Dialect) -> Texts:
    """The texts of the fields of an expression; a nickname is replaced by what it stands for.

    Raises CronSyntaxError for a character that the dialect does not have, an unknown nickname, and
    a wrong number of fields.
    """
    check_text(expression)
    _check_characters(expression, dialect.spaces)
    body = expression if dialect.frame is None else expression[slice(*_body(expression, dialect))]
    words = body.split()
    if "=" in body and re.match(_ZONED, body):
        raise CronSyntaxError(
            _zone_hint(dialect),
            expression,
            position=expression.index(words[0]),
            length=len(words[0]),
        )
    if dialect.notation and len(words) != 1:
        return {name: text for name, (text, _) in _spans(expression, dialect).items()}
    layout = dialect.layouts.get(len(words))
    if layout is None:
        if len(words) == 1 and (words[0][0] == "@" or dialect.notation):
            nickname = _nickname(expression, words[0], dialect)
            if nickname is not None:
                return split_fields(nickname, dialect)
            return {name: text for name, (text, _) in _spans(expression, dialect).items()}
        raise CronSyntaxError(_field_count(len(words), dialect), expression, **_extent(expression))
    return {field.name: word for field, word in zip(layout, words, strict=True)}


def check_text(expression: object) -> None:
    """Raise ScheduleError for an expression that is no text."""
    if not isinstance(expression, str):
        raise InvalidValueError(f"a crontab expression is text, not {shorten(expression)}")


def form_of(expression: str, dialect: Dialect) -> tuple[Form, str] | None:
    """The form of an expression that is not a crontab, and its text without the zone."""
    body = expression[slice(*_body(expression, dialect))].strip()
    for mark, form in dialect.forms.items():
        if body.startswith(mark):
            return form, body
    return None


def own_zone(expression: str, dialect: Dialect) -> str | None:
    """The zone that an expression names, None if it names none."""
    match = _framed(expression, dialect)
    return match.groupdict().get("zone") if match else None


def without_zone(expression: str, dialect: Dialect) -> str:
    """An expression without the zone that it names."""
    if own_zone(expression, dialect) is None:
        return expression
    return expression[slice(*_body(expression, dialect))]


def _body(expression: str, dialect: Dialect) -> tuple[int, int]:
    """The start and the stop of the fields in an expression."""
    match = _framed(expression, dialect)
    return match.span("body") if match else (0, len(expression))


def _framed(expression: str, dialect: Dialect) -> re.Match[str] | None:
    return re.fullmatch(dialect.frame.pattern, expression, re.DOTALL) if dialect.frame else None


def _spans(expression: str, dialect: Dialect) -> Mapping[str, tuple[str, int]]:
    """The text of each field of an expression and where it starts."""
    start, stop = _body(expression, dialect)
    if dialect.notation:
        parts = dialect.notation.split(expression[start:stop])
        return {name: (text, start + at) for name, (text, at) in parts.items()}
    words = list(re.finditer(r"\S+", expression[start:stop]))
    layout = dialect.layouts.get(len(words), ())
    return {
        field.name: (word[0], start + word.start())
        for field, word in zip(layout, words, strict=False)
    }


def keyword_text(name: str, value: FieldValue) -> str:
    """The field text of a keyword: text as it is, an int, or an iterable of them."""
    if isinstance(value, str):
        _check_characters(value, SPACES)
        return ",".join(item.strip() for item in value.split(","))
    if not isinstance(value, bool):
        try:
            return str(index(value))  # type: ignore[arg-type]  # any integer type, numpy's too
        except TypeError:
            pass
        except ValueError:
            raise InvalidValueError(f"{name} must be in its range, not {shorten(value)}") from None
        try:
            items = [
                keyword_text(name, item)
                for item in islice(cast(Iterable[int], value), _MOST_VALUES)
            ]
        except TypeError:
            pass
        else:
            if items:
                return ",".join(items)
            raise InvalidValueError(f"{name} has no values: leave it out for every value")
    raise InvalidValueError(
        f"{name} must be text, an int or an iterable of them, not {shorten(value)}"
    )


def complete(given: Texts, dialect: Dialect) -> Texts:
    """The texts of all fields: the given ones, and the others as the dialect means them."""
    texts = dict.fromkeys((field.name for field in dialect.five), "*")
    if dialect.omitted == "lowest":
        finest = min(
            (
                _FINEST_FIRST.index("day_of_month" if name == "day_of_week" else name)
                for name in given
            ),
            default=0,
        )
        for name in _FINEST_FIRST[:finest]:
            texts[name] = "1" if name in ("day_of_month", "month_of_year") else "0"
    texts |= given
    if dialect.join == "one" and not {"day_of_week", "day_of_month"} <= given.keys():
        texts["day_of_month" if "day_of_week" in given else "day_of_week"] = "?"
    return texts


def compose(texts: Texts, dialect: Dialect) -> str:
    """The expression of the texts of the fields; a field that has no place in it is left out."""
    if dialect.notation:
        return dialect.notation.compose(texts)
    layout = next(
        (each for each in dialect.layouts.values() if texts.keys() <= {f.name for f in each}),
        dialect.layouts[min(dialect.layouts)],
    )
    defaults = {"second": "0", "year": "*"}
    words = ((defaults | texts)[field.name] for field in layout)
    plain = dialect.frame.plain if dialect.frame else "{body}"
    return plain.format(body=" ".join(words))


def read_fields(
    texts: Texts,
    dialect: Dialect,
    dst: DstPolicy | str | None,
    *,
    clamp: bool,
    expression: str | None,
    draws: object = None,
) -> CronFields:
    """The meaning of the texts of the fields; `draws` has the numbers for values from a seed.

    Raises CronSyntaxError. Its caret is in `expression` if the field stands there, else in the text
    of the field.
    """
    bits = {}
    for field in dialect.fields:
        text = texts.get(field.name)
        if text is not None:
            plain = field.plain.get(text)
            bits[field.name] = plain or _field_bits(text, field, dialect, expression, draws)
    year = bits.get("year")
    if year is not None and year in (YEAR_FIELD.every, dialect.fields[-1].every):
        year = None
    dates, weekdays = bits["day_of_month"], bits["day_of_week"]
    if dialect.own_days is None:
        days = DayRule.of(dates, weekdays, _join(texts, dialect, expression), clamp=clamp)
    else:
        try:
            days = dialect.own_days(texts, dates, weekdays, clamp=clamp)
        except FieldError as fault:
            field = next(field for field in dialect.fields if field.name == fault.field)
            raise _located(fault, 0, texts[field.name], field, dialect, expression) from None
    return CronFields(
        second=bits.get("second", 1),
        minute=bits["minute"],
        hour=bits["hour"],
        month=bits["month_of_year"],
        year=year,
        days=days,
        policy=resolve_policy(dialect.policy if dst is None else dst, texts),
    )


def resolve_policy(dst: DstPolicy | str, texts: Texts) -> DstPolicy:
    """The policy of a name; some names look at how the time fields are written."""
    policy_of = _POLICIES_OF_TEXTS.get(dst) if isinstance(dst, str) else None
    return find_policy(dst) if policy_of is None else policy_of(texts)


def _vixie_policy(texts: Texts) -> DstPolicy:
    """With a star in front of a time field a job follows the clock. Source: Debian's cron(8)."""
    starred = (
        texts["minute"][0] == "*" or texts["hour"][0] == "*" or texts.get("second", "0")[0] == "*"
    )
    return NAMED_POLICIES["wall"] if starred else SET_TIMES


def _cronos_policy(texts: Texts) -> DstPolicy:
    """An interval (`*`, `?`, `-`, `/`) runs in both of two hours. Source: the notes of Cronos."""
    times = f"{texts.get('second', '0')} {texts['minute']} {texts['hour']}"
    return DstPolicy("end", "first" if _MARKS_OF_INTERVALS.isdisjoint(times) else "both")


def _apscheduler_policy(texts: Texts) -> DstPolicy:
    """A job at one time a day is found at its set time, others by counting on from the last run.

    Source: APScheduler 3.11, as it answers.
    """
    once = texts["minute"].isdigit() and texts["hour"].isdigit()
    return DstPolicy("shift" if once else "skip", "both")


def _unless_hourly(policy: DstPolicy) -> Callable[[Texts], DstPolicy]:
    """A policy for jobs at set hours; those of every hour follow the clock."""

    def of_texts(texts: Texts) -> DstPolicy:
        return NAMED_POLICIES["wall"] if re.search(_EVERY_HOUR, texts["hour"]) else policy

    return of_texts


_POLICIES_OF_TEXTS: Final[Mapping[str, Callable[[Texts], DstPolicy]]] = {
    "vixie": _vixie_policy,
    "cronos": _cronos_policy,
    "apscheduler": _apscheduler_policy,
    # For jobs of set hours; those of every hour follow the clock.
    "croniter": _unless_hourly(DstPolicy("end", "both")),
    "airflow": _unless_hourly(DstPolicy("shift", "last")),
    "dagster": _unless_hourly(DstPolicy("end", "last")),
}
"""By name, the policies that depend on how the fields of a crontab are written."""


def _join(texts: Texts, dialect: Dialect, expression: str | None) -> Literal["and", "or"]:
    """How the two day fields of an expression combine."""
    free = _UNRESTRICTED[dialect.join]
    day, weekday = texts["day_of_month"], texts["day_of_week"]
    if dialect.join == "one" and free(day) == free(weekday):
        fault = ItemError(
            f"{dialect.name} crontabs have ? in either day-of-month or day-of-week, and only one",
            0,
            len(weekday),
        )
        raise _located(fault, 0, weekday, dialect.five[-1], dialect, expression)
    if free(day) or free(weekday) or (weekday[0] == "+" and dialect.join == "first"):
        return "and"
    return "or"


def _field_bits(
    text: str, field: Field, dialect: Dialect, expression: str | None, draws: object
) -> int:
    read, plain = _item_bits, field.plain
    skipped = 0
    mark = text[:1]
    if mark == "+" and dialect.join == "first" and field.name == "day_of_week":
        skipped = 1
    elif mark == "~" and "~n" in dialect.modifiers and field.name == "day_of_month":
        skipped = 1
        read, plain = _bits_from_last, {}
    items = text[skipped:].split(",")
    # A list of many thousand items repeats itself, so each spelling is read once. Not with a seed:
    # two items `H` are two numbers.
    distinct = dict.fromkeys(items) if len(items) > field.size and draws is None else items
    if len(distinct) > _MOST_ITEMS + field.size:
        excess = ItemError(f"{len(items):,} items are more than a field can mean", 0, len(text))
        raise _located(excess, 0, text, field, dialect, expression)
    bits = 0
    for item in distinct:
        known = plain.get(item)
        if known and item != "*":
            bits |= known
            continue
        try:
            bits |= known or read(item, field, dialect, draws)
            if len(items) > 1 and dialect.lone:
                _check_lone(item, field, dialect)
        except ItemError as fault:
            number = items.index(item)
            before = skipped + len(",".join(items[:number])) + (number > 0)
            raise _located(fault, before, text, field, dialect, expression) from None
    return bits


def _item_bits(item: str, field: Field, dialect: Dialect, draws: object) -> int:
    """The bits of one item between commas that is not plain; day modifiers in their own bits."""
    if dialect.own_item is not None and dialect.own_mark in item:
        own = dialect.own_item(item, field, draws)
        if own is not None:
            return own
    span, slash, step_text = item.partition("/")
    if slash and field.name in dialect.stepless:
        reason = f"{field.noun} takes no step in {dialect.name}: list the values"
        raise ItemError(reason, len(span), len(step_text) + 1)
    if span == "*" or (span == "?" and field.name in dialect.question_marks):
        if slash and span in dialect.stepless:
            raise ItemError(f"{span} takes no step here", len(span), len(step_text) + 1)
        start, dash, end = span, "", ""
        low, high = field.first, field.last
    else:
        if field.name in _DAY_FIELDS and not _MARKS_OF_MODIFIERS.isdisjoint(span):
            modified = _modified_bits(span, field, dialect)
            if modified:
                if slash:
                    raise ItemError(f"{span} takes no step", len(span), len(step_text) + 1)
                return modified
        hyphened = dialect.hyphened and field.name in dialect.hyphened and "-" in span
        start, dash, end = span.partition("-" if hyphened else dialect.dash)
        low = _value(start, 0, field, dialect)
        if dash:
            high = _value(end, len(start) + len(dash), field, dialect)
        elif not slash:
            return field.folded(1 << low)
        elif dialect.open_step:
            high = field.last
        else:
            raise ItemError(
                f"{dialect.name} has no {item}: write {low}-{field.last}/{step_text}", 0, len(item)
            )
    if dialect.check_item is not None:
        ends = start, end if dash else None
        dialect.check_item(Item(item, *ends, step_text if slash else None, low, high), field)
    step = step_of(step_text, len(span) + 1) if slash else 1
    if low > high:
        if field.name not in dialect.wraps:
            raise ItemError(_backwards(span, high, field), 0, len(span))
        high += field.turn
    # Ones at equal distances are a geometric series: four times as fast as `every_nth_bit`, which
    # is made for the seconds of a day.
    number = (high - low) // step + 1
    bits = ((1 << number * step) - 1) // ((1 << step) - 1) << low
    return field.folded((bits | bits >> field.turn) & field.span if high > field.last else bits)


def _backwards(span: str, high: int, field: Field) -> str:
    reason = f"the range {span} runs backwards"
    if high == 0 and field.name == "day_of_week" and field.last == 7:
        return f"{reason}: at the end of a range Sunday is 7"
    return reason


def _bits_from_last(item: str, field: Field, dialect: Dialect, draws: object) -> int:
    """The bits of days that count from the end of the month: the last one is 1."""
    span, slash, step_text = item.partition("/")
    if item == "*":
        return field.every
    start, dash, end = span.partition(dialect.dash)
    low = _value(start, 0, field, dialect)
    high = _value(end, len(start) + len(dash), field, dialect) if dash else low
    for place, day in ((0, low), (len(start) + len(dash), high)):
        if day > LAST_CERTAIN_DAY:
            reason = f"days from the last are 1-{LAST_CERTAIN_DAY}, not {day}"
            raise ItemError(reason, place, len(str(day)))
    if low > high:
        raise ItemError(f"the range {span} runs backwards", 0, len(span))
    step = step_of(step_text, len(span) + 1) if slash else 1
    if slash and not dash and step >= low:
        raise ItemError(TOO_FAR, len(span) + 1, len(step_text))
    # `~7/2` steps forwards to the end of the month: 7, 5, 3 and 1 days from it. `~1..7/2` steps
    # from its first number, the last day of the month, backwards.
    days = range(low, 0, -step) if slash and not dash else range(low, high + 1, step)
    return bits_of(FROM_LAST + day - 1 for day in days)


def _check_lone(item: str, field: Field, dialect: Dialect) -> None:
    """Refuse an item that must stand alone."""
    mark = item[:1]
    if mark in ("?", "*") and mark in dialect.lone:
        raise ItemError(f"{item} stands alone, not in a list", 0, len(item))
    if field.name in _DAY_FIELDS:
        modifier = modifier_of(item, field)
        if modifier in dialect.lone:
            raise ItemError(f"{item} stands alone in {dialect.name}, not in a list", 0, len(item))


def _value(text: str, start: int, field: Field, dialect: Dialect) -> int:
    """The number of a name or of digits that stand at `start` of an item; raises ItemError."""
    if text in field.numbers:
        return field.numbers[text]
    if text.isdigit():
        value = number_of(text)
        if field.first <= value <= field.last:
            return value
        reason = dialect.hints.get(
            f"{field.name} {value}",
            f"{field.title} {shorten(text)[1:-1]} is out of range {field.first}-{field.last}",
        )
    else:
        name = text.lower()[: _LETTERS if field.longer_names else None]
        if name in field.numbers:
            return field.numbers[name]
        allowed = f"{field.first}-{field.last}"
        if field.names:
            allowed += f" or {field.names[0]}-{field.names[-1]}"
        what = f"{shorten(text)} is not {field.noun}" if text else f"{field.noun} is missing here"
        reason = f"{what}: use {allowed}{_of_another_dialect(text, field, dialect)}"
    raise ItemError(reason, start, len(text) or 1)


def _of_another_dialect(text: str, field: Field, dialect: Dialect) -> str:
    """The end of the message for a text that means something in another dialect."""
    if text == "?":
        return ", or * for every value: ? is Quartz's"
    if "~" in text:
        return ': dialect="vixie" draws ~ from a seed'
    last_day = field.name == "day_of_month" and "L" in dialect.modifiers
    if text.lower() == "last" and last_day:
        return ": the last day of the month is written L"
    if re.fullmatch(r"H(\(.*)?", text):
        return dialect.hints.get("H", ": H is Jenkins'")
    if (
        not field.names
        and field.name in _NAMED
        and text.lower()[:3] in (*MONTH_NAMES, *WEEKDAY_NAMES)
    ):
        return f": {dialect.name} crontabs have no names"
    return ""


def modifier_of(span: str, field: Field) -> Modifier | None:
    """The modifier that an item of a day field has, in capitals or not; None without one."""
    text = span.upper()
    if field.name == "day_of_month":
        match = re.fullmatch(_MODIFIED_DAY, text)
        if match is None or not (match["last"] or match["near"]):
            return None
        if match["day"] is not None:
            return "nW"
        if match["before"] is None:
            return "LW" if match["near"] else "L"
        return "L-nW" if match["near"] else "L-n"
    if text == "L":
        return "L for Saturday"
    if "#" in text:
        return "d#L" if text.endswith("#L") else "d#n"
    weekday = text[:-1].lower()
    return "dL" if text[-1] == "L" and (weekday.isdigit() or weekday in field.numbers) else None


def _modified_bits(span: str, field: Field, dialect: Dialect) -> int:
    """The bit of an item with a modifier, such as `L-3W` or `5#2`; 0 for any other item."""
    modifier = modifier_of(span, field)
    if modifier is None or (modifier == "L for Saturday" and modifier not in dialect.modifiers):
        return 0
    if modifier not in dialect.modifiers:
        raise ItemError(f"{dialect.name} crontabs have no {modifier}", 0, len(span))
    if field.name in dialect.exact_case:
        _check_case(span, field)
    if field.name == "day_of_month":
        return _modified_date(span, modifier, field, dialect)
    if modifier == "L for Saturday":
        return 1 << _SATURDAY
    weekday, sharp, nth = span.partition("#")
    number = _value(weekday if sharp else span[:-1], 0, field, dialect)
    if modifier != "d#n":
        return 1 << (LAST_OF + field.weekday(number))
    if nth not in ("1", "2", "3", "4", "5"):
        raise ItemError(
            f"a month has five of a weekday at most: # takes 1-5, not {shorten(nth)}",
            len(weekday) + 1,
            len(nth) or 1,
        )
    return 1 << (NTH_OF + 8 * int(nth) + field.weekday(number))


def _modified_date(span: str, modifier: Modifier, field: Field, dialect: Dialect) -> int:
    base = NEAR_LAST if modifier[-1] == "W" else FROM_LAST
    if modifier == "nW":
        return 1 << (NEAR_DAY + _value(span[:-1], 0, field, dialect))
    if "-" not in span:
        return 1 << base
    before = span[2:].rstrip("Ww")
    days = int(before.lstrip("0")[:DIGITS] or 0)
    if days > 30:
        raise ItemError(
            f"L-{shorten(before)[1:-1]} is before the month: use L-0 to L-30", 2, len(before)
        )
    return 1 << (base + days)


def _check_case(span: str, field: Field) -> None:
    place = re.search("[lw](?!.*[a-z])" if field.name == "day_of_month" else "l$", span)
    if place is not None:
        letter = place[0]
        raise ItemError(f"{letter} is written {letter.upper()} here", place.start(), 1)


def _located(
    fault: ItemError,
    before: int,
    text: str,
    field: Field,
    dialect: Dialect,
    expression: str | None,
) -> CronSyntaxError:
    """The error of an item's fault; `before` is where the item starts in the text of its field."""
    position = before + fault.start
    if expression is not None:
        place = _spans(expression, dialect).get(field.name)
        if place is not None and place[0] == text:
            text, position = expression, place[1] + position
    return CronSyntaxError(
        fault.reason, text, field=field.name, position=position, length=fault.length
    )


def _check_characters(expression: str, spaces: str) -> None:
    if expression.isascii() and expression.isprintable():
        return
    for position, character in enumerate(expression):
        if character not in spaces and not (character.isascii() and character.isprintable()):
            from unicodedata import name  # on demand: it takes its time to load

            found = name(character, f"U+{ord(character):04X}")
            raise CronSyntaxError(
                f"{found} has no place in a crontab expression", expression, position=position
            )


def _nickname(expression: str, word: str, dialect: Dialect) -> str | None:
    """The expression that a nickname stands for; None for a word that is not a nickname."""
    spelled = word if "nickname" in dialect.exact_case else word.lower()
    if spelled in dialect.nicknames:
        return dialect.nicknames[spelled]
    if word[0] != "@":
        return None
    if word.lower() == REBOOT:
        reason = f"{REBOOT} has no timed runs"
    elif not dialect.nicknames or dialect.notation:
        reason = f"{dialect.name} crontabs have no nicknames"
    elif word.lower() in dialect.nicknames:
        reason = f"{word} is written {word.lower()} here"
    else:
        reason = f"{shorten(word)} is not a nickname: use one of {', '.join(dialect.nicknames)}"
    raise CronSyntaxError(reason, expression, position=expression.index("@"), length=len(word))


def _field_count(number: int, dialect: Dialect) -> str:
    layouts = " or ".join(
        f"{count} fields ({' '.join(field.title for field in layout)})"
        for count, layout in dialect.layouts.items()
    )
    return f"{dialect.name} crontabs have {layouts}, not {number}{_layout_hint(number, dialect)}"


def _zone_hint(dialect: Dialect) -> str:
    """The message for a zone in the text that this dialect does not read."""
    if dialect.frame is None or dialect.frame.zoned is None:
        return f"{dialect.name} crontabs cannot name a zone: {dialect.zone_hint}"
    texts = dict.fromkeys((field.name for field in dialect.five), "*") | {"minute": "0"}
    body = compose(texts | {"hour": "9"}, dialect)
    example = dialect.frame.zoned.format(zone="Europe/Paris", body=body)
    return f"{dialect.name} names a zone in another way: write for example {example!r}"


def _layout_hint(number: int, dialect: Dialect) -> str:
    """How to add the field that is missing, or what the first one may be in another dialect."""
    longer = dialect.layouts.get(number + 1, ())
    if longer[:1] == (SECOND_FIELD,):
        return ": put 0 before them for the second"
    if longer and longer[-1].name == YEAR_FIELD.name:
        return ": put * after them for the year"
    places = {"first": 0, "last": -1}
    readings = []
    for place, at in places.items():
        others = [
            other.name
            for other in DIALECTS.values()
            if number in other.layouts
            and other.layouts[number][at] == SECOND_FIELD
            and not (other.notation or other.variant_of)
        ]
        if others:
            readings.append(f"the {place} of {number} is the second in {', '.join(others)}")
    return f": {'; '.join(readings)}: name yours as dialect=" if readings else ""


def _extent(expression: str) -> Extent:
    text = expression.strip()
    return {"position": expression.find(text), "length": len(text)}
