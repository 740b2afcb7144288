"""Small pieces of English: numbers, days, times, zones. Every sentence is made of them.

Two different values never read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from duetime.errors import ScheduleError
from duetime.zones import DAY, EPOCH, SECOND, Zone

ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MOST_LISTED: Final = 12
"""At most so many numbers at equal distances are listed one by one."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")
_ELEVENTH_TO_THIRTEENTH: Final = (11, 12, 13)
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_UNITS: Final = {
    "hour": 3600 * SECOND,
    "minute": 60 * SECOND,
    "second": SECOND,
    "millisecond": SECOND // 1000,
    "microsecond": 1,
}


def listed(items: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, or `a, b and c`."""
    *head, tail = items
    return f"{', '.join(head)} {last} {tail}" if head else tail


def spans_of(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last number of each run of neighbours: 1, 2, 3, 7 is (1, 3), (7, 7)."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = spans[-1][0], number
        else:
            spans.append((number, number))
    return spans


def distance_of(numbers: Sequence[int]) -> int | None:
    """The distance between neighbours if it is the same for all, else None."""
    distances = {after - before for before, after in pairwise(numbers)}
    return distances.pop() if len(distances) == 1 else None


def numbers_of(numbers: Sequence[int]) -> str:
    """Ascending numbers: `1, 5 and 9`, `0 to 10 and 40`, or `1, 3, 5 and so on to 31`."""
    distance = distance_of(numbers)
    if distance is not None and distance > 1 and len(numbers) > MOST_LISTED:
        return f"{', '.join(map(str, numbers[:3]))} and so on to {numbers[-1]}"
    items: list[str] = []
    for first, last in spans_of(numbers):
        if last - first > 1:
            items.append(f"{first} to {last}")
        else:
            items += map(str, range(first, last + 1))
    return listed(items)


def numbered(noun: str, numbers: Sequence[int]) -> str:
    """A noun with its numbers: `minute 5`, `minutes 0, 25 and 50`."""
    return f"{noun}{'s' if len(numbers) > 1 else ''} {numbers_of(numbers)}"


def counted(number: int, noun: str) -> str:
    """`1 minute` or `5 minutes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def each(number: int, noun: str) -> str:
    """`every minute` or `every 5 minutes`."""
    return f"every {noun if number == 1 else counted(number, noun)}"


def ordinal(number: int) -> str:
    """`first` to `fifth`, `6th`; from the end `last`, `second last`."""
    if number < 0:
        return "last" if number == -1 else f"{ordinal(-number)} last"
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    teen = number % 100 in _ELEVENTH_TO_THIRTEENTH
    return f"{number}{'th' if teen else _ENDINGS.get(number % 10, 'th')}"


def names_of_months(months: Sequence[int]) -> str:
    """The months by name; three or more in a row as the first and the last."""
    if len(months) > 2 and distance_of(months) == 1:
        return f"{ENGLISH_MONTHS[months[0] - 1]} to {ENGLISH_MONTHS[months[-1] - 1]}"
    return listed(ENGLISH_MONTHS[month - 1] for month in months)


def names_of_weekdays(weekdays: Sequence[int]) -> str:
    """Weekdays, Monday 0, that come every week: `Mondays and Fridays`, `Mondays to Fridays`."""
    if len(weekdays) > 2 and distance_of(weekdays) == 1:
        return f"{ENGLISH_WEEKDAYS[weekdays[0]]}s to {ENGLISH_WEEKDAYS[weekdays[-1]]}s"
    return listed(f"{ENGLISH_WEEKDAYS[weekday]}s" for weekday in weekdays)


def on_weekdays(weekdays: Sequence[int]) -> str:
    """`on Mondays and Fridays` or `from Monday to Friday`; weekdays are counted from Monday 0."""
    if len(weekdays) > 2 and distance_of(weekdays) == 1:
        return f"from {ENGLISH_WEEKDAYS[weekdays[0]]} to {ENGLISH_WEEKDAYS[weekdays[-1]]}"
    return f"on {names_of_weekdays(weekdays)}"


def elapsed(microseconds: int) -> str:
    """A length of elapsed time. From two days on it says "of 24 hours": not every day has them."""
    days, rest = divmod(microseconds, DAY * SECOND)
    if days > 1 and not rest:
        return f"{counted(days, 'day')} of 24 hours"
    parts = []
    for noun, unit in _UNITS.items():
        number, microseconds = divmod(microseconds, unit)
        if number:
            parts.append(counted(number, noun))
    return listed(parts)


def each_elapsed(microseconds: int) -> str:
    """`every hour`, `every 90 seconds`: a rate of elapsed time."""
    length = elapsed(microseconds)
    return f"every {length if ' and ' in length else length.removeprefix('1 ')}"


def time_of_day(hour: int, minute: int, second: int = 0) -> str:
    """`09:30`, or `09:30:15` with seconds."""
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


def calendar_date(day: int) -> str:
    """A day counted from 1970-01-01."""
    return (EPOCH + timedelta(day)).date().isoformat()


def wall_time(label: int, microsecond: int = 0) -> str:
    """A label, in seconds since 1970, as `2026-01-31 09:30`; with seconds if there are any."""
    return date_and_time(EPOCH + timedelta(0, label, microsecond))


def date_and_time(moment: datetime) -> str:
    """The wall time of a datetime, without seconds if they are 0."""
    fine = moment.second or moment.microsecond
    return moment.replace(tzinfo=None).isoformat(" ", "auto" if fine else "minutes")


def with_offset(moment: datetime) -> str:
    """An aware datetime with its offset, so that it names one instant."""
    written = moment.isoformat(timespec="microseconds")
    offset = written[len("2026-01-31T09:30:00.000000") :]
    return f"{date_and_time(moment)} {'UTC' if offset == '+00:00' else offset}"


def in_zone(zone: Zone) -> str:
    """The zone of wall times: `in UTC`, `in UTC+05:30`, `in Europe/Paris time`."""
    if zone.key is not None:
        return "in UTC" if zone.key == "UTC" else f"in {zone.key} time"
    try:
        return f"in UTC{zone.name}"
    except ScheduleError:
        return f"in the time of {zone.tzinfo!r}"


def shown_in(zone: Zone) -> str:
    """The zone in which instants are shown; nothing for UTC."""
    return "" if zone.key == "UTC" else f", shown {in_zone(zone)}"
