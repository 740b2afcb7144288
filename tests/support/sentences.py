"""A reader of the sentences about crontabs: from the words alone to the times and dates they mean.

It knows no fields and no bits, only English and the calendar. Where it finds the runs of the
schedule again, the sentence is true, and no other schedule has it.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = ("first", "second", "third", "fourth", "fifth", "last")
UNITS = {"second": 1, "minute": 60, "hour": 3600}
CLAMPED = "days 29 to 31 fall on the last day of a month that is too short for them"

OnDate = Callable[[date], bool]


@dataclass(frozen=True)
class Meaning:
    """What a sentence says of a crontab."""

    times: frozenset[time]
    on_date: OnDate
    zone: str
    never: bool
    rules: tuple[str, ...]


def read_sentence(sentence: str) -> Meaning:
    """The meaning of the sentence of a crontab."""
    said, *rules = sentence.split("; ")
    said, _, zone = said.rpartition(", in ")
    never = said.startswith("Never: ") and said.endswith(", a date that does not exist")
    if never:
        said = said.removeprefix("Never: ").removesuffix(", a date that does not exist")
    said, years = _cut(said, r", in (?:the years )?(\d[\d ,andtos]*)$")
    times, dates = _split_dates(said[0].lower() + said[1:])
    on_date = _dates(dates, clamped=CLAMPED in rules) if dates else _always
    if years is not None:
        listed = set(_numbers(years))
        return Meaning(
            frozenset(_times(times)),
            lambda day: day.year in listed and on_date(day),
            zone,
            never,
            tuple(rules),
        )
    return Meaning(frozenset(_times(times)), on_date, zone, never, tuple(rules))


def _always(_: date) -> bool:
    return True


def _cut(text: str, pattern: str) -> tuple[str, str | None]:
    match = re.search(pattern, text)
    return (text, None) if match is None else (text[: match.start()], match[1])


def _split_dates(said: str) -> tuple[str, str]:
    """Where the times end and the dates begin."""
    begins = rf",? (?=every day\b|on (?!to )|from (?:{'|'.join(WEEKDAYS)})|in (?:the months|[A-Z]))"
    parts = re.split(begins, said, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _items(text: str) -> list[str]:
    return re.split(r", | and ", text)


def _numbers(text: str) -> Iterator[int]:
    if " and so on to " in text:
        first, last = text.split(" and so on to ")
        start, second, _ = map(int, first.split(", "))
        yield from range(start, int(last) + 1, second - start)
        return
    for item in _items(text):
        low, _, high = item.partition(" to ")
        yield from range(int(low), int(high or low) + 1)


# Times of day, in seconds.


def _clock(text: str) -> int:
    hour, minute, second = (*map(int, text.split(":")), 0)[:3]
    return (hour * 60 + minute) * 60 + second


def _times(said: str) -> Iterator[time]:
    for second in _seconds(said):
        yield time(second // 3600, second // 60 % 60, second % 60)


def _seconds(said: str) -> Iterator[int]:
    rate = re.fullmatch(r"every (?:(\d+) )?(second|minute|hour)s?(?: (from .*))?", said)
    if rate:
        step = int(rate[1] or 1) * UNITS[rate[2]]
        for span in _items(rate[3] or "from 00:00 to 23:59:59"):
            first, last = span.removeprefix("from ").split(" to ")
            yield from range(_clock(first), _clock(last) + 1, step)
    elif ":" in said:
        yield from map(_clock, _items(said.removeprefix("at ")))
    else:
        given = {unit: [0] if unit == "second" else list(range(60)) for unit in UNITS}
        given["hour"] = list(range(24))
        for part in said.removeprefix("at ").split(" of "):
            if not part.startswith("every "):
                noun, _, numbers = part.partition(" ")
                given[noun.removesuffix("s")] = list(_numbers(numbers))
            elif part == "every second":
                given["second"] = list(range(60))
        for hour in given["hour"]:
            for minute in given["minute"]:
                yield from ((hour * 60 + minute) * 60 + second for second in given["second"])


# Dates.


def _dates(said: str, *, clamped: bool) -> OnDate:
    both = re.fullmatch(r"on dates that match both \((.*)\) and \((on (?:day|the).*)\)", said)
    if both:
        return _both(_any_of(both[1], clamped), _any_of(both[2], clamped))
    return _any_of(said, clamped)


def _both(one: OnDate, other: OnDate) -> OnDate:
    return lambda day: one(day) and other(day)


def _any_of(said: str, clamped: bool) -> OnDate:
    picks = [_pick(item, clamped) for item in re.split(r" or (?=on |from )", said)]
    return lambda day: any(pick(day) for pick in picks)


def _pick(said: str, clamped: bool) -> OnDate:
    falls = re.fullmatch(r"(.*) (?:that fall|when it falls) (on .*)", said)
    if falls:
        return _both(_pick(falls[1], clamped), _pick(falls[2], clamped))
    said, months = _cut(said, r" (?:in|of) ((?:the month|each month)[^)]*|[A-Z][^)]*)$")
    in_months = _months(months) if months else set(range(1, 13))
    if not months:
        said, months = _cut(said, r"^in (.*)$")
        in_months = _months(months) if months else in_months
    picked = _day_of_month(said, clamped)
    return lambda day: day.month in in_months and picked(day)


def _months(said: str) -> set[int]:
    if said == "the month":
        return set(range(1, 13))
    names = said.removeprefix("the months from ").removeprefix("each month from ")
    if " to " in names:
        first, last = (MONTHS.index(name) + 1 for name in names.split(" to "))
        return set(range(first, last + 1))
    return {MONTHS.index(name) + 1 for name in _items(names)}


def _day_of_month(said: str, clamped: bool) -> OnDate:
    if said in ("every day", ""):
        return _always
    if match := re.fullmatch(
        r"from (\w+) to (\w+)|on (\w+s(?:, \w+s)*(?: (?:and|to) \w+s)?)", said
    ):
        names = match[3] or f"{match[1]}s to {match[2]}s"
        weekdays = set(_weekdays(names))
        return lambda day: day.weekday() in weekdays
    if match := re.fullmatch(r"on days? (\d[\d ,andtos]*)", said):
        days = set(_numbers(match[1]))
        return lambda day: day.day in _clamped(days, day, clamped)
    if match := re.fullmatch(rf"on the ({'|'.join(NTH)}) ({'|'.join(WEEKDAYS)})", said):
        which, weekday = NTH.index(match[1]), WEEKDAYS.index(match[2])
        return lambda day: day.weekday() == weekday and _is_nth(day, which)
    if match := re.fullmatch(
        r"on the weekday \(Monday to Friday\) in the same month nearest to (.*)", said
    ):
        near = match[1]
        return lambda day: day.day in _nearest(_target(near, day, clamped), day)
    if said == "on the last weekday (Monday to Friday)":
        return lambda day: day.day in _nearest(_length(day), day)
    target = said.removeprefix("on the ")
    return lambda day: day.day == _target(target, day, clamped)


def _weekdays(names: str) -> Iterable[int]:
    if " to " in names:
        first, last = (WEEKDAYS.index(name[:-1]) for name in names.split(" to "))
        return range(first, last + 1)
    return [WEEKDAYS.index(name[:-1]) for name in _items(names)]


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _clamped(days: set[int], day: date, clamped: bool) -> set[int]:
    return {min(number, _length(day)) for number in days} if clamped else days


def _is_nth(day: date, which: int) -> bool:
    return day.day + 7 > _length(day) if NTH[which] == "last" else (day.day - 1) // 7 == which


def _target(said: str, day: date, clamped: bool) -> int:
    """The day of the month that `day 15`, `last day` or `day 3 days before the last day` is."""
    if match := re.fullmatch(r"day (\d+)", said):
        number = int(match[1])
        return min(number, _length(day)) if clamped else number
    match = re.fullmatch(r"(?:the )?(?:day (\d+) days? before the )?last day", said)
    assert match is not None, said
    return _length(day) - int(match[1] or 0)


def _nearest(target: int, day: date) -> list[int]:
    """The days from Monday to Friday of the month of `day`, the nearest to the target first."""
    length = _length(day)
    if not 1 <= target <= length:
        return []
    days = [n for n in range(1, length + 1) if day.replace(day=n).weekday() < 5]
    return [min(days, key=lambda n: abs(n - target))]
