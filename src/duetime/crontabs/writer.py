"""Fields to text: a crontab written in any dialect that can say it, the way back of the reader.

The text is the shortest plain one: `*`, `*/n`, ranges, then single values. If the dialect cannot
say something, a ConversionError names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from duetime.crontabs.dialects import DIALECTS, WEEKDAY_NAMES, Dialect, Modifier
from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    CronFields,
    DayItem,
    DayRule,
    Field,
)
from duetime.crontabs.items import LAST_CERTAIN_DAY
from duetime.crontabs.reader import SET_TIMES, Texts, compose, read_fields, split_fields
from duetime.dates.bits import bits_of, each_of, values_of
from duetime.errors import ConversionError, CronSyntaxError, InvalidValueError, shorten

_SHORTEST_RANGE: Final = 3
"""So many neighbours are a range: `1-3`. Fewer are a list: `1,2`."""
_TIMES: Final = ("second", "minute", "hour")
_CONDITIONS: Final = ("near_day", "last_of", "nth_of")
"""In croniter these hold for both day fields."""
_FEWEST_STEPS: Final = 3
"""So many values at equal distances are a step; two are one if they fill a time: hours `*/12`."""


def write_fields(fields: CronFields, dialect: Dialect) -> str:
    """The text of `fields` in a dialect.

    A crontab cannot name its clock-change policy, but in some dialects it depends on the spelling.
    Then the text has the spelling with the policy of `fields`, if there is one. Raises
    ConversionError.
    """
    second, minute, hour, _, month, _, year = dialect.fields
    days = fields.days
    if days.clamp:
        raise ConversionError("the last day of short months has no equivalent in a crontab")
    if days.also is not None:
        raise ConversionError("a rule of two conditions on the day of the month has no equivalent")
    texts = {
        "minute": _plain(fields.minute, minute, dialect),
        "hour": _plain(fields.hour, hour, dialect),
        "month_of_year": _plain(fields.month, month, dialect),
    } | _days(days, dialect)
    if fields.second != 1:
        texts["second"] = _plain(fields.second, second, dialect)
    if dialect.policy in _SPELLED and fields.policy == SET_TIMES:
        # With a star in a time field, or in Cronos with a range, the job would follow the clock.
        for field, bits in ((second, fields.second), (minute, fields.minute), (hour, fields.hour)):
            if field.name in texts:
                texts[field.name] = _SPELLED[dialect.policy](texts[field.name], bits, field)
    if fields.year is not None:
        texts["year"] = _years(fields.year, year, dialect)
    for name in ("second", "year"):
        if name in texts and not any(
            name == field.name for layout in dialect.layouts.values() for field in layout
        ):
            raise _lacking(f"the {name} {texts[name]}", dialect)
    text = compose(texts, dialect)
    _check_same(text, fields, dialect)
    return text


def _check_same(text: str, fields: CronFields, dialect: Dialect) -> None:
    """Raise ConversionError if the dialect reads a text as anything but the fields."""
    try:
        texts = split_fields(text, dialect)
        read = read_fields(texts, dialect, fields.policy, clamp=False, expression=text)
    except CronSyntaxError as fault:
        raise ConversionError(f"{dialect.name} refuses {text!r}: {fault.reason}") from None
    if read != fields:
        raise ConversionError(f"{text!r} would run on other days in {dialect.name}")


def _with_span(text: str, bits: int, field: Field) -> str:
    return text.replace("*", f"{field.first}-{field.last}")


def _as_list(text: str, bits: int, field: Field) -> str:
    return ",".join(map(str, values_of(bits)))


_SPELLED: Final[Mapping[str, Callable[[str, int, Field], str]]] = {
    "vixie": _with_span,
    "cronos": _as_list,
}
"""By policy, the text of a time field for a job at set times."""


def field_values(fields: CronFields, name: str) -> tuple[int | str, ...] | None:
    """The values of one field, ascending; what is no plain day follows as text."""
    dialect = DIALECTS["vixie"]
    plain = {
        "second": fields.second,
        "minute": fields.minute,
        "hour": fields.hour,
        "month_of_year": fields.month,
    }
    if name in plain:
        return tuple(each_of(plain[name]))
    if name == "year":
        return None if fields.year is None else tuple(each_of(fields.year))
    if name not in ("day_of_month", "day_of_week"):
        known = ", ".join(field.name for field in dialect.fields)
        raise InvalidValueError(f"field must be one of {known}, not {shorten(name)}")
    if fields.days.also is not None:
        raise InvalidValueError(
            f"no plain {name} says which days run: one rule holds beside another"
        )
    values: list[int | str] = []
    of_month = name == "day_of_month"
    for item in fields.days.date_items() if of_month else fields.days.weekday_items():
        if item.kind in ("day", "weekday"):
            values.append(item.number)
        else:
            shown = _modified_date(item) if of_month else _modified_weekday(item, dialect)
            values.append(shown[0])
    return tuple(values)


def _lacking(what: str, dialect: Dialect) -> ConversionError:
    return ConversionError(f"{what} has no equivalent in {dialect.name}")


def _years(bits: int, field: Field, dialect: Dialect) -> str:
    inside = bits & field.every
    if inside != bits:
        outside = next(each_of(bits & ~field.every))
        raise _lacking(f"the year {outside}", dialect)
    return _plain(bits, field, dialect)


def _plain(bits: int, field: Field, dialect: Dialect) -> str:
    """The text of a set of numbers."""
    if bits == field.span:
        return "*"
    values = values_of(bits)
    steps = _steps(values, field, dialect)
    return steps or ",".join(_ranges(values, dialect))


def _steps(values: list[int], field: Field, dialect: Dialect) -> str | None:
    """The values as one step, such as `*/5`; None if they are not one."""
    if len(values) < 2 or field.name in dialect.stepless:
        return None
    step = values[1] - values[0]
    if step == 1 or any(later - value != step for value, later in pairwise(values)):
        return None
    first, last = values[0], values[-1]
    few = len(values) < _FEWEST_STEPS
    if few and (field.name not in _TIMES or first != field.first or last + step <= field.last):
        return None
    if last + step > field.last:
        if "*" in dialect.stepless:
            return f"{first}/{step}"
        if first == field.first:
            return f"*/{step}"
    return f"{first}{dialect.dash}{last}/{step}"


def _ranges(values: list[int], dialect: Dialect) -> Iterator[str]:
    """The texts of ascending values; neighbours become ranges."""
    run: list[int] = []
    for value in values:
        if run and value != run[-1] + 1:
            yield from _run(run, dialect)
            run = []
        run.append(value)
    yield from _run(run, dialect)


def _run(run: list[int], dialect: Dialect) -> Iterator[str]:
    if len(run) < _SHORTEST_RANGE:
        yield from map(str, run)
    else:
        yield f"{run[0]}{dialect.dash}{run[-1]}"


def _days(days: DayRule, dialect: Dialect) -> Texts:
    """The texts of the two day fields, such that the dialect combines them as the rule does."""
    dates, weekdays = _dates(days, dialect), _weekdays(days, dialect)
    texts = {"day_of_month": dates, "day_of_week": weekdays}
    if "*" in (dates, weekdays):
        if dialect.join == "one":
            texts["day_of_week" if weekdays == "*" else "day_of_month"] = "?"
        return texts
    if dialect.join == "one":
        raise _lacking("a day of month beside a day of week", dialect)
    if days.join == "or":
        if dialect.own_days is not None and any(item.kind in _CONDITIONS for item in days.items()):
            raise _lacking("a day of month or else a day of week with a modifier", dialect)
        if dialect.join == "and":
            raise _lacking("a day of month or else a day of week (OR)", dialect)
        return _unstarred(texts, dialect) if dialect.join == "star" else texts
    if dialect.join == "and":
        return texts
    if dialect.join == "first":
        return texts | {"day_of_week": f"+{weekdays}"}
    return texts | _starred(days, texts, dialect)


def _unstarred(texts: Texts, dialect: Dialect) -> Texts:
    """Two texts without stars: with a star, they would combine by AND."""
    fields = dialect.five[2], dialect.five[4]
    return {
        field.name: texts[field.name].replace("*", f"{field.first}-{field.last}")
        for field in fields
    }


def _starred(days: DayRule, texts: Texts, dialect: Dialect) -> Texts:
    """A text with a star in front, for AND, that has the same values as without: `*/7,0`."""
    if dialect.join == "star":
        for field, bits in (
            (dialect.five[2], days.day_of_month),
            (dialect.five[4], days.day_of_week),
        ):
            if texts[field.name][0] == "*":
                return {}
            if bits >> field.first & 1:
                # The step leads from the first value out of the month or to Sunday again.
                return {field.name: f"*/{field.last},{texts[field.name]}"}
    raise _lacking("a day of month that must be a day of week too (AND)", dialect)


def _dates(days: DayRule, dialect: Dialect) -> str:
    field = dialect.five[2]
    items = [*days.date_items()]
    if "~n" in dialect.modifiers and all(map(_is_certain_from_last, items)):
        # Counted from 1: `~1` is the last day.
        return "~" + ",".join(_ranges([item.number + 1 for item in items], dialect))
    modified = [_modified_date(item) for item in items if item.kind != "day"]
    return _joined(days.day_of_month & EVERY_DAY_OF_MONTH, modified, field, dialect)


def _is_certain_from_last(item: DayItem) -> bool:
    return item.kind == "from_last" and item.number < LAST_CERTAIN_DAY


def _modified_date(item: DayItem) -> tuple[str, Modifier]:
    """The text of a day of the month with a modifier, and which modifier it is."""
    kind, number, _ = item
    if kind == "near_day":
        return f"{number}W", "nW"
    if kind == "near_last":
        return (f"L-{number}W", "L-nW") if number else ("LW", "LW")
    return (f"L-{number}", "L-n") if number else ("L", "L")


def _weekdays(days: DayRule, dialect: Dialect) -> str:
    field = dialect.five[4]
    items = [*days.weekday_items()]
    plain = bits_of(field.number(item.number) for item in items if item.kind == "weekday")
    if plain.bit_count() == EVERY_DAY_OF_WEEK.bit_count():
        plain = field.span
    modified = [_modified_weekday(item, dialect) for item in items if item.kind != "weekday"]
    return _joined(plain, modified, field, dialect)


def _modified_weekday(item: DayItem, dialect: Dialect) -> tuple[str, Modifier]:
    """The text of a weekday with a modifier, and which modifier it is."""
    kind, weekday, nth = item
    # A dialect without `#` refuses the text below. The message then has the name of the weekday,
    # because the numbers of weekdays differ between dialects.
    name = dialect.five[4].number(weekday) if "d#n" in dialect.modifiers else WEEKDAY_NAMES[weekday]
    if kind == "nth_of":
        return f"{name}#{nth}", "d#n"
    if "Ld" in dialect.modifiers:
        return f"L{name}", "Ld"
    return (f"{name}#L", "d#L") if "d#L" in dialect.modifiers else (f"{name}L", "dL")


def _joined(
    plain: int, modified: list[tuple[str, Modifier]], field: Field, dialect: Dialect
) -> str:
    """The text of plain values and of modified ones."""
    if plain == field.span:
        return "*"
    items = [_plain(plain, field, dialect)] if plain else []
    for text, modifier in modified:
        if modifier not in dialect.modifiers:
            raise _lacking(text, dialect)
        if modifier in dialect.lone and (plain or len(modified) > 1):
            raise _lacking(f"{text} in a list", dialect)
        items.append(dialect.spelled.get(modifier, text))
    return ",".join(items)
