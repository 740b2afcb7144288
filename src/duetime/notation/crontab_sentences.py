"""A crontab in English, from its fields alone: crontabs with equal fields read alike.

A sentence has the times of day, then the dates. It names a rate ("every 15 minutes") only if all
runs really are at that distance; everything else is a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    EVERY_MONTH,
    CronFields,
    DayItem,
    DayRule,
)
from duetime.dates.bits import values_of
from duetime.notation.english import (
    ENGLISH_WEEKDAYS,
    counted,
    distance_of,
    each,
    listed,
    names_of_months,
    names_of_weekdays,
    numbered,
    on_weekdays,
    ordinal,
    spans_of,
    time_of_day,
)

MOST_TIMES: Final = 6
"""At most so many times of day are listed one by one."""
MOST_SPANS: Final = 3
"""At most so many parts of the day are listed: "from 09:00 to 11:59 and from 14:00 to 17:59"."""
_SIXTY: Final = 60
_HOURS: Final = 24
_EVERY_DAY: Final = "every day"
_CLAMPED: Final = "; days 29 to 31 fall on the last day of a month that is too short for them"
_WORKDAY: Final = "weekday (Monday to Friday)"
_NEAREST: Final = f"{_WORKDAY} in the same month nearest to"

Numbers = Sequence[int]


def when(fields: CronFields, *, ever: bool) -> str:
    """The times and dates of a crontab, without its zone; `ever` says whether it has any run."""
    if not ever and (0 in fields[:5] or 0 in fields.days[:2]):
        return "never"
    hours = values_of(fields.hour)
    times = times_of_day(values_of(fields.second), values_of(fields.minute), hours)
    dates = _dates(fields.days, values_of(fields.month))
    if len(hours) == _HOURS:
        dates = dates.removeprefix(_EVERY_DAY).lstrip()
    pause = "," if " from " in times or " of " in times else ""
    said = f"{times}{pause} {dates}" if dates else times
    if fields.year is not None:
        years = values_of(fields.year)
        said += f", in {years[0] if len(years) == 1 else numbered('the year', years)}"
    return said if ever else f"never: {said}, a date that does not exist"


def on_short_months(fields: CronFields) -> str:
    """What happens to days that a month is too short for; nothing if such days are skipped."""
    return _CLAMPED if fields.days.clamp else ""


# Times of day.


def times_of_day(seconds: Numbers, minutes: Numbers, hours: Numbers) -> str:
    """The times that hours, minutes and seconds make up."""
    if len(seconds) * len(minutes) * len(hours) <= MOST_TIMES:
        return f"at {listed(time_of_day(*time) for time in product(hours, minutes, seconds))}"
    return (
        _rate(seconds, minutes, hours)
        or _hourly(seconds, minutes, hours)
        or _times_of_hours(seconds, minutes, hours)
    )


def _rate(seconds: Numbers, minutes: Numbers, hours: Numbers) -> str | None:
    """`every 15 minutes`, with the parts of the day in which it is so; None if it never is."""
    if _goes_round(seconds) and len(minutes) == _SIXTY:
        rate = each(_SIXTY // len(seconds), "second")
    elif len(seconds) == 1 and _goes_round(minutes):
        rate = each(_SIXTY // len(minutes), "minute")
    else:
        return None
    if len(hours) == _HOURS:
        from_midnight = seconds[0] == minutes[0] == 0
        return rate if from_midnight else None
    spans = spans_of(hours)
    if len(spans) > MOST_SPANS:
        return None
    return f"{rate} {_parts_of_the_day(spans, seconds, minutes)}"


def _goes_round(numbers: Numbers) -> bool:
    """Whether several of sixty numbers are at one distance, also from the last to the first."""
    return len(numbers) > 1 and distance_of(numbers) == _SIXTY / len(numbers)


def _parts_of_the_day(spans: Sequence[tuple[int, int]], seconds: Numbers, minutes: Numbers) -> str:
    return listed(
        f"from {time_of_day(first, minutes[0], seconds[0])}"
        f" to {time_of_day(last, minutes[-1], seconds[-1])}"
        for first, last in spans
    )


def _hourly(seconds: Numbers, minutes: Numbers, hours: Numbers) -> str | None:
    """`every 2 hours from 01:30 to 23:30`: one time in each of several hours."""
    if len(seconds) > 1 or len(minutes) > 1 or len(hours) == _HOURS:
        return None
    distance = distance_of(hours)
    spans = spans_of(hours)
    if distance is not None:
        spans = [(hours[0], hours[-1])]
    elif len(spans) > MOST_SPANS or any(first == last for first, last in spans):
        return None
    return f"{each(distance or 1, 'hour')} {_parts_of_the_day(spans, seconds, minutes)}"


def _times_of_hours(seconds: Numbers, minutes: Numbers, hours: Numbers) -> str:
    """`at seconds 5 and 50 of minutes 0, 25 and 50 of hours 9 to 17`."""
    parts = [_in_field("minute", minutes, _SIXTY), _in_field("hour", hours, _HOURS)]
    if len(minutes) == _SIXTY and len(hours) == _HOURS:
        parts.pop()
    if list(seconds) != [0]:
        parts.insert(0, _in_field("second", seconds, _SIXTY))
    said = " of ".join(parts)
    return said if said.startswith("every") else f"at {said}"


def _in_field(noun: str, numbers: Numbers, size: int) -> str:
    return f"every {noun}" if len(numbers) == size else numbered(noun, numbers)


# Dates.


def _dates(rule: DayRule, months: Numbers) -> str:
    """The days of a rule in some months."""
    said = _own_dates(rule, months)
    if rule.also is None:
        return said
    return f"on dates that match both ({said}) and ({_dates(rule.also, months)})"


def _own_dates(rule: DayRule, months: Numbers) -> str:
    by_date = _by_date(rule, months)
    by_weekday = _by_weekday(rule, months)
    every_date = rule.day_of_month == EVERY_DAY_OF_MONTH
    every_weekday = rule.day_of_week == EVERY_DAY_OF_WEEK
    if every_date and every_weekday:
        return f"{_EVERY_DAY}{_in_months(months)}"
    if every_date or every_weekday:
        return " or ".join(by_weekday if every_date else by_date)
    if rule.join == "or":
        return " or ".join(by_date + by_weekday)
    if len(by_date) > 1 or len(by_weekday) > 1:
        return f"on dates that match both ({' or '.join(by_weekday)}) and ({' or '.join(by_date)})"
    weekdays = _plain_weekdays(rule)
    if weekdays:
        return f"on {names_of_weekdays(weekdays)} that fall {by_date[0]}"
    return f"{by_weekday[0]} when it falls {by_date[0]}"


def _in_months(months: Numbers) -> str:
    if len(months) == EVERY_MONTH.bit_count():
        return ""
    return f" in {'the months from ' if _in_a_row(months) else ''}{names_of_months(months)}"


def _of_months(months: Numbers) -> str:
    if len(months) == EVERY_MONTH.bit_count():
        return "of the month"
    return f"of {'each month from ' if _in_a_row(months) else ''}{names_of_months(months)}"


def _in_a_row(months: Numbers) -> bool:
    return len(months) > 2 and distance_of(months) == 1


def _from_monday(item: DayItem) -> int:
    """The weekday of an item, Monday 0; a rule counts from Sunday."""
    return (item.number - 1) % 7


def _plain_weekdays(rule: DayRule) -> list[int]:
    """The weekdays of a rule without a modifier, Monday 0."""
    return sorted(_from_monday(item) for item in rule.weekday_items() if item.kind == "weekday")


def _by_weekday(rule: DayRule, months: Numbers) -> list[str]:
    """One phrase for all plain weekdays of a rule, and one for each item with a modifier."""
    plain = _plain_weekdays(rule)
    phrases = [f"{on_weekdays(plain)}{_in_months(months)}"] if plain else []
    # The last ones of the month come first, their `nth` is 0; weeks begin on Monday.
    modified = sorted(
        (item.nth, _from_monday(item)) for item in rule.weekday_items() if item.kind != "weekday"
    )
    return phrases + [
        f"on the {ordinal(nth or -1)} {ENGLISH_WEEKDAYS[weekday]} {_of_months(months)}"
        for nth, weekday in modified
    ]


def _by_date(rule: DayRule, months: Numbers) -> list[str]:
    """One phrase for all plain days of the month of a rule, and one for each with a modifier."""
    plain = values_of(rule.day_of_month & EVERY_DAY_OF_MONTH)
    phrases = [f"on {numbered('day', plain)}"] if plain else []
    phrases += [f"on the {_date(item)}" for item in rule.date_items() if item.kind != "day"]
    return [f"{phrase} {_of_months(months)}" for phrase in phrases]


def _date(item: DayItem) -> str:
    """A day of the month with a modifier."""
    if item.kind == "near_day":
        return f"{_NEAREST} day {item.number}"
    if item.kind == "from_last":
        return _last_but(item.number)
    return f"{_NEAREST} the {_last_but(item.number)}" if item.number else f"last {_WORKDAY}"


def _last_but(days: int) -> str:
    """The day that is some days before the last one."""
    return f"day {counted(days, 'day')} before the last day" if days else "last day"
