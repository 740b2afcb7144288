"""A slow, plain crontab to hold a fast one against: sets of numbers, and a walk over days.

It shares no code with the rest of the package. An expression becomes Python sets; a wall label
becomes its instants by asking `zoneinfo` about both folds; the runs of a window are found by
writing out every label of every nearby day and keeping the instants that fall inside.

Labels are naive datetimes of wall time, instants are naive datetimes of UTC: Python compares and
subtracts both kinds rightly, which it does not do with two aware datetimes of one zone. The public
methods take and return aware datetimes, which pass through `utc_label` first.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Gap = Literal["skip", "end", "shift"]
Overlap = Literal["first", "last", "both"]
Dst = str | tuple[Gap, Overlap]
ShortMonths = Literal["skip", "last"]

GAPS = ("skip", "end", "shift")
OVERLAPS = ("first", "last", "both")
POLICIES = (
    *("vixie", "wall", "ocps", "quartz", "cronos", "rfc5545"),
    *("croniter", "airflow", "dagster", "apscheduler"),
)
SHORT_MONTHS = ("skip", "last")

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# A label and its instant differ by the offset, up to 16 hours in the 1900s. A missing day moves a
# run by another 24 hours. So the label of a run lies within two days of it.
REACH = 2 * DAY

HORIZON = 500 * DAY
"""A search looks this far by default."""

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

BOUNDS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "day_of_month": (1, 31),
    "month_of_year": (1, 12),
    "day_of_week": (0, 6),
    "year": (1, 9999),
}


POLICY_OF = {
    "vixie": "vixie",
    "cronsim": "vixie",
    "croniter": "croniter",
    "croniter6": "croniter",
    "croniter_and": "croniter",
    "celery": "vixie",
    "apscheduler": "apscheduler",
    "ocps": "ocps",
    "quartz": "quartz",
    "spring": "wall",
    "cronos": "cronos",
    "robfig": "wall",
    "kubernetes": "wall",
    "github": "vixie",
    "aws": "ocps",
    "jenkins": "wall",
    "systemd": "ocps",
}
"""By dialect, the name of its clock-change policy."""

WEEK = {
    "celery": (0, 6),
    "apscheduler": (0, 6),
    "github": (0, 6),
    "robfig": (0, 6),
    "kubernetes": (0, 6),
    "quartz": (1, 7),
    "aws": (1, 7),
    "systemd": (1, 7),
}
"""The numbers of the weekdays, 0 to 7 in all other dialects."""


FIELDS = {
    "cronsim": (5, 6),
    "croniter": (5, 6, 7),
    "croniter6": (5, 6, 7),
    "croniter_and": (5, 6, 7),
    "robfig": (5, 6),
    "ocps": (5, 6, 7),
    "quartz": (6, 7),
    "spring": (6,),
    "cronos": (5, 6),
    "aws": (6,),
}
"""How many fields an expression may have, five in all other dialects."""

DAYS_OF_MONTH = re.compile(r"L(-\d+)?W?|\d+W|~.+|last|\w+_\w+", re.IGNORECASE)
DAYS_OF_WEEK = re.compile(r"L\d?|(\w+)(L|#[1-5]|#L)", re.IGNORECASE)
"""Items of the two day fields beside numbers, names, ranges and steps."""


def number(text: str, name: str, dialect: str) -> int:
    """Return the number a word of a field stands for."""
    if text.isdecimal():
        if name == "year" and dialect == "systemd" and len(text) < 3:
            return 1970 + (int(text) - 70) % 100
        return int(text)
    word = text.lower()[:3] if dialect == "celery" else text.lower()
    if name == "month_of_year":
        return MONTHS.index(word) + 1
    assert name == "day_of_week", text
    if dialect in ("systemd", "spring"):
        return WEEKDAYS.index(word[:3]) or 7
    if dialect == "apscheduler":
        return (WEEKDAYS.index(word) + 6) % 7
    return WEEKDAYS.index(word) + WEEK.get(dialect, (0, 7))[0]


def weekday_of(count: int, dialect: str) -> int:
    """Return the weekday, 0 for Sunday, that a number of the field means."""
    shift = {"quartz": -1, "aws": -1, "apscheduler": 1}.get(dialect, 0)
    return (count + shift) % 7


def numbers(item: str, name: str, dialect: str) -> list[int]:
    """Return the numbers of one item of a field, in counting order; an item has no comma."""
    low, high = BOUNDS[name]
    if name == "day_of_week":
        # If Sunday is both 0 and 7, a step counts both.
        low, high = WEEK.get(dialect, (0, 7))
    if name == "year" and dialect in ("ocps", "quartz", "aws", "systemd"):
        low, high = 1970, 2199
    if name == "year" and is_croniter(dialect):
        low, high = 1970, 2099
    item = item.replace("..", "-")
    body, slash, step = item.partition("/")
    if is_croniter(dialect) and (slash or "-" in body):
        return croniter_numbers(body, int(step or 1), name, dialect)
    spring_week = name == "day_of_week" and dialect == "spring"
    if body in ("*", "?"):
        values = list(range(1 if spring_week else low, high + 1))
    elif "-" in body:
        left, right = (number(part, name, dialect) for part in body.split("-"))
        if spring_week:
            left %= 7
        if left <= right:
            values = list(range(left, right + 1))
        else:
            assert dialect in ("celery", "quartz", "aws", "cronos"), "no other ranges wrap"
            if name == "day_of_week" and dialect == "cronos":
                high = 6
            values = [*range(left, high + 1), *range(low, right + 1)]
    else:
        start = number(body, name, dialect)
        values = list(range(start, high + 1)) if slash else [start]
    if slash and int(step) < 1:
        raise ValueError(f"a step is 1 or more: {step}")
    return values[:: int(step)] if slash else values


def is_croniter(dialect: str) -> bool:
    """Say whether a dialect is croniter in any edition."""
    return dialect.startswith("croniter")


def croniter_numbers(body: str, step: int, name: str, dialect: str) -> list[int]:
    """Return the numbers of a range or a step of croniter, in counting order."""
    first, last = BOUNDS[name] if name != "year" else (1970, 2099)
    if body == "*":
        return list(range(first, last + 1, step))
    left, _, right = body.partition("-")
    low = number(left, name, dialect)
    high = number(right, name, dialect) if right else last
    if name == "day_of_week":
        assert max(low, high) <= 7
        low, high = low % 7, high % 7
    if low == high and not right and dialect != "croniter6":
        return [low]
    if low == high:
        return list(range(first, last + 1, step))
    if low < high:
        return list(range(low, high + 1, step))
    found = list(range(low, last + 1, step))
    beyond = found[-1] + step - last - 1
    # It counts one too far, unless the step leads exactly to the first value.
    return found + list(range(first + (beyond + 1 if beyond else 0), high + 1, step))


def nearest_weekday(year: int, month: int, day: int) -> int:
    """Return the weekday (Monday to Friday) of this month that is closest to a day of it."""
    last = calendar.monthrange(year, month)[1]
    working = [d for d in range(1, last + 1) if date(year, month, d).weekday() < 5]
    # From Saturday that is Friday, from Sunday Monday; at the edge of a month it is the other one.
    return min(working, key=lambda d: abs(d - day))


def day_of_month_matches(item: str, day: date, dialect: str, short_months: str) -> bool:
    """Say whether one item of a day-of-month field names this date."""
    last = calendar.monthrange(day.year, day.month)[1]

    def clamp(number_of_day: int) -> int:
        return min(number_of_day, last) if short_months == "last" else number_of_day

    if item.startswith("~"):
        return last - day.day + 1 in days_before_end(item[1:])
    word = item.upper()
    if dialect == "apscheduler" and "_" in item:
        nth, weekday = item.lower().split("_")
        places = ("1st", "2nd", "3rd", "4th", "5th").index(nth) if nth != "last" else None
        place = day.day + 7 > last if places is None else (day.day - 1) // 7 == places
        return place and WEEKDAYS[day.isoweekday() % 7] == weekday
    if word == "LAST":
        return day.day == last
    if word.endswith("W"):
        body = word[:-1]
        if is_croniter(dialect):
            short_months = "last"
        target = last - int(body[2:] or 0) if body.startswith("L") else clamp(int(body))
        if dialect == "spring" and target == last and word != "LW":
            # It looks for Monday in the month that follows, and finds none.
            working = date(day.year, day.month, target).weekday() != 6
            return working and day.day == nearest_weekday(day.year, day.month, target)
        return 1 <= target <= last and day.day == nearest_weekday(day.year, day.month, target)
    if word.startswith("L"):
        return day.day == last - int(word[2:] or 0)
    return day.day in {clamp(n) for n in numbers(item, "day_of_month", dialect)}


def days_before_end(item: str) -> list[int]:
    """Return the days that an item of systemd counts back from the last, which is 1."""
    if item == "*":
        return list(range(1, 32))
    body, slash, step = item.partition("/")
    near, _, far = body.partition("..")
    if far:
        return [n for n in range(int(near), int(far) + 1) if (n - int(near)) % int(step or 1) == 0]
    return list(range(int(near), 0, -int(step))) if slash else [int(near)]


def day_of_week_matches(item: str, day: date, dialect: str) -> bool:
    """Say whether one item of a day-of-week field names this date."""
    weekday = day.isoweekday() % 7
    last = calendar.monthrange(day.year, day.month)[1]
    if item == "L":
        return weekday == 6
    if is_croniter(dialect) and item[0] in "Ll":
        return weekday == int(item[1:]) % 7 and day.day + 7 > last
    if "#" in item:
        name, nth = item.split("#")
        same = weekday == weekday_of(number(name, "day_of_week", dialect), dialect)
        return same and (day.day + 7 > last if nth == "L" else (day.day + 6) // 7 == int(nth))
    if item.upper().endswith("L"):
        same = weekday == weekday_of(number(item[:-1], "day_of_week", dialect), dialect)
        return same and day.day + 7 > last
    return weekday in {weekday_of(n, dialect) for n in numbers(item, "day_of_week", dialect)}


class JavaRandom:
    """The numbers of ``java.util.Random``, seeded as Jenkins does it."""

    def __init__(self, seed: str) -> None:
        digest = hashlib.md5(seed.encode(), usedforsecurity=False).digest()
        mixed = bytes(digest[n] ^ digest[n + 8] for n in range(8))
        self.state = (int.from_bytes(mixed, "big") ^ 25214903917) % 2**48

    def next_int(self, bound: int) -> int:
        """Return the next number below a bound."""
        while True:
            self.state = (self.state * 25214903917 + 11) % 2**48
            bits = self.state // 2**17
            if bound & (bound - 1) == 0:
                return bound * bits // 2**31
            if bits - bits % bound + bound - 1 < 2**31:
                return bits % bound


def draw(item: str, name: str, random: JavaRandom) -> str:
    """Return an item of Jenkins with its ``H`` drawn."""
    if not item.startswith("H"):
        return item
    low, high = {"day_of_month": (1, 28), "day_of_week": (0, 6)}.get(name, BOUNDS[name])
    span, _, step = item[1:].partition("/")
    if span:
        low, high = map(int, span.strip("()").split("-"))
    if int(step or 1) == 1:
        return str(low + random.next_int(high - low + 1))
    first = low + random.next_int(int(step))
    return ",".join(map(str, range(first, high + 1, int(step))))


def calendar_event(expression: str) -> list[str]:
    """Return the seven fields of a calendar event of systemd, seconds first and year last."""
    second = minute = hour = "0"
    day_of_month = month = weekday = year = "*"
    for word in expression.split():
        if word[0].isalpha():
            weekday = word.rstrip(",")
        elif ":" in word:
            hour, minute, second = f"{word}:0".split(":")[:3]
        elif "~" in word:
            date, day_of_month = word.split("~")
            year, month = f"*-{date}".split("-")[-2:]
            day_of_month = ",".join(f"~{item}" for item in day_of_month.split(","))
        else:
            year, month, day_of_month = f"*-{word}".split("-")[-3:]
    return [second, minute, hour, day_of_month, month, weekday, year]


def seven_fields(expression: str, dialect: str, seed: str) -> list[str]:
    """Return the fields of an expression, seconds first and year last."""
    if dialect == "systemd":
        return calendar_event(expression)
    if dialect == "apscheduler":
        days = "|".join(WEEKDAYS)
        expression = re.sub(rf"(?i)(\dst|\dnd|\drd|\dth|last) +(?={days})", r"\1_", expression)
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    allowed = FIELDS.get(dialect, (5,))
    if len(fields) not in allowed:
        counts = " or ".join(map(str, allowed))
        raise ValueError(f"{expression!r} has {len(fields)} fields, and {dialect} wants {counts}")
    if dialect == "aws":
        return ["0", *fields]
    if dialect == "jenkins":
        random = JavaRandom(seed)
        names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
        fields = [
            ",".join(draw(item, name, random) for item in text.split(","))
            for name, text in zip(names, fields, strict=True)
        ]
    if is_croniter(dialect) and len(fields) > 5:
        fields = [fields[5], *fields[:5], *fields[6:]]
    if len(fields) == 5:
        fields = ["0", *fields]
    return fields if len(fields) == 7 else [*fields, "*"]


def _plain(item: str, name: str, dialect: str) -> list[int]:
    """Return the numbers of an item of croniter, none of a modified one."""
    if name == "day_of_month" and item.upper() == "L":
        return []
    return [n % 7 if name == "day_of_week" else n for n in numbers(item, name, dialect)]


def either_day_will_do(day_of_month: str, day_of_week: str, dialect: str) -> bool:
    """Say whether a day need be in only one of the two fields."""
    both = (day_of_month, day_of_week)
    if dialect in ("croniter", "croniter6"):
        # A star beside a modifier leaves the choice to it, and so does anything else.
        if day_of_month.upper().endswith("W") or re.search("#|[Ll][0-7]", day_of_week):
            return False
        free = ["*" in text.split(",") or text == "?" for text in both]
        every = [
            len({n for item in text.split(",") for n in _plain(item, name, dialect)}) == size
            for text, name, size in zip(both, ("day_of_month", "day_of_week"), (31, 7), strict=True)
        ]
        together = (every[0] and "*" in day_of_week) or (every[1] and "*" in day_of_month)
        return not (any(free) or together)
    if dialect in ("vixie", "cronsim"):
        # In Debian cron a star at the head of either day field joins them by AND, even in */2.
        return not any(text.startswith("*") for text in both)
    if dialect == "ocps":
        starred = any(text.split(",")[0] in ("*", "?") for text in both)
        return not starred and not day_of_week.startswith("+")
    if dialect in ("robfig", "kubernetes", "github"):
        stars = ("*", "?", "*/1", "?/1")
        return not any(item in stars for text in both for item in text.split(","))
    return False


def utc_label(moment: datetime) -> datetime:
    """Return the instant of an aware datetime, as a naive datetime of UTC."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone, so it names no instant")
    return moment.astimezone(UTC).replace(tzinfo=None)


def wall(instant: datetime, zone: tzinfo) -> datetime:
    """Return the label that the clock shows at an instant."""
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def offset_of(label: datetime, zone: tzinfo, fold: int = 0) -> timedelta:
    """Return the offset of a label in one of its folds."""
    offset = label.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None
    return offset


def offset_at(instant: datetime, zone: tzinfo) -> timedelta:
    """Return the offset in force at an instant."""
    return wall(instant, zone) - instant


def instants_of(label: datetime, zone: tzinfo) -> list[datetime]:
    """Return the instants at which the clock shows a label: none in a gap, two in an overlap."""
    candidates = {label - offset_of(label, zone, fold) for fold in (0, 1)}
    return sorted(instant for instant in candidates if wall(instant, zone) == label)


def change_between(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the instant of the one clock change in ``(before, after]``."""
    old = offset_at(before, zone)
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if offset_at(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def end_of_gap(by_new_clock: datetime, by_old_clock: datetime, zone: tzinfo) -> datetime:
    """Return the clock change of a gap: it lies between a missing label by either clock."""
    # Round outwards to the hour, so that the labels of one gap share a cache entry.
    return _change_in(
        by_new_clock.replace(minute=0, second=0),
        by_old_clock.replace(minute=0, second=0) + HOUR,
        zone,
    )


_change_in = lru_cache(maxsize=10_000)(change_between)


def changes(start: datetime, end: datetime, zone: tzinfo) -> list[datetime]:
    """Return the instants in ``[start, end)`` at which the zone's offset changes."""
    found = []
    before = start.replace(microsecond=0) - SECOND
    while before < end:
        after = before + DAY / 2  # no zone has two changes within days of each other
        if offset_at(before, zone) != offset_at(after, zone):
            change = change_between(before, after, zone)
            if start <= change < end:
                found.append(change)
        before = after
    return found


@dataclass(frozen=True)
class Policy:
    """The rule for labels that a clock change skips or repeats."""

    gap: Gap
    overlap: Overlap

    def instants(self, label: datetime, zone: tzinfo) -> list[datetime]:
        """Return the instants at which a label runs."""
        real = instants_of(label, zone)
        if not real:
            return self.in_gap(label, zone)
        if len(real) == 2:
            return {"first": real[:1], "last": real[1:], "both": real}[self.overlap]
        return real

    def in_gap(self, label: datetime, zone: tzinfo) -> list[datetime]:
        """Return the instants at which a missing label runs."""
        if self.gap == "skip":
            return []
        by_old_clock = label - offset_of(label, zone, fold=0)
        by_new_clock = label - offset_of(label, zone, fold=1)
        assert by_new_clock < by_old_clock
        if self.gap == "end":
            return [end_of_gap(by_new_clock, by_old_clock, zone)]
        assert self.gap == "shift"
        gap = by_old_clock - by_new_clock
        by_shifted_label = label + gap
        return instants_of(by_shifted_label, zone)[:1]


def named_policy(name: str, second: str, minute: str, hour: str) -> Policy:
    """Return a named policy, as it reads the time fields of an expression."""
    fields = (second, minute, hour)
    if name == "vixie":
        starry = any(text.startswith("*") for text in fields)
        return Policy("skip", "both") if starry else Policy("end", "first")
    if name == "cronos":
        many = any(sign in text for text in fields for sign in "*?-/")
        return Policy("end", "both" if many else "first")
    if name == "apscheduler":
        return Policy("shift" if minute.isdecimal() and hour.isdecimal() else "skip", "both")
    hourly = re.search(r"(^|,)([*?]|0?0-23)(/0*1)?(,|$)", hour) is not None
    if name in ("croniter", "airflow", "dagster") and hourly:
        return Policy("skip", "both")
    return {
        "croniter": Policy("end", "both"),
        "airflow": Policy("shift", "last"),
        "dagster": Policy("end", "last"),
        "wall": Policy("skip", "both"),
        "ocps": Policy("skip", "first"),
        "quartz": Policy("skip", "last"),
        "rfc5545": Policy("shift", "first"),
    }[name]


def policy_of(dst: Dst, second: str, minute: str, hour: str) -> Policy:
    """Return a policy by name or as a pair, as it reads the time fields of an expression."""
    if isinstance(dst, tuple):
        policy = Policy(*dst)
        if policy.gap not in GAPS or policy.overlap not in OVERLAPS:
            raise ValueError(f"dst must be one of {GAPS} and one of {OVERLAPS}, not {dst!r}")
        return policy
    if dst not in POLICIES:
        raise ValueError(f"dst must be one of {', '.join(POLICIES)}, or a pair, not {dst!r}")
    return named_policy(dst, second, minute, hour)


@lru_cache(maxsize=100_000)
def offsets_within(start: datetime, span: timedelta, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """Return the least and the greatest offset of the labels in a span of wall time.

    This only saves time. If the two are equal, no clock change touches the span. If not, every
    instant of a label, moved or not, lies between the label less the one and less the other. A span
    is a day at most and no zone has two changes within days of each other, so a change shows at one
    of its ends, in one of the folds.
    """
    ends = (start, start + span - SECOND)
    offsets = [offset_of(label, zone, fold) for label in ends for fold in (0, 1)]
    return min(offsets), max(offsets)


@dataclass(frozen=True, order=True)
class Change:
    """A label that a clock change moved, dropped or doubled."""

    transition: datetime
    label: datetime
    kind: str
    instants: tuple[datetime, ...]


@dataclass(frozen=True)
class CrontabOracle:
    """A crontab in a zone under a policy, as sets and plain walks."""

    zone: tzinfo
    policy: Policy
    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int] | None
    either_day: bool
    dialect: str
    short_months: ShortMonths
    _known_days: dict[date, bool] = field(default_factory=dict, compare=False, repr=False)
    _known_hours: dict[datetime, list[datetime]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def runs_on(self, day: date) -> bool:
        """Say whether a local date is one of the schedule's."""
        if day not in self._known_days:
            self._known_days[day] = self._runs_on(day)
        return self._known_days[day]

    def _runs_on(self, day: date) -> bool:
        if day.month not in self.months or (self.years is not None and day.year not in self.years):
            return False
        by_date = any(
            day_of_month_matches(item, day, self.dialect, self.short_months)
            for item in self.day_of_month.split(",")
        )
        by_weekday = any(
            day_of_week_matches(item, day, self.dialect) for item in self.day_of_week.split(",")
        )
        return by_date or by_weekday if self.either_day else by_date and by_weekday

    @property
    def runs_a_day(self) -> int:
        """The number of labels on a day that matches."""
        return len(self.hours) * len(self.minutes) * len(self.seconds)

    def runs_between(self, start: datetime, end: datetime) -> list[datetime]:
        """Return every run in ``[start, end)``, in order, in UTC."""
        low, high = utc_label(start), utc_label(end)
        return [instant.replace(tzinfo=UTC) for instant in self._runs_between(low, high)]

    def _runs_between(self, low: datetime, high: datetime) -> list[datetime]:
        found: set[datetime] = set()
        for day in _days(low - REACH, high + REACH):
            midnight = datetime.combine(day, time.min)
            if self.runs_on(day) and self._may_reach(midnight, DAY, low, high):
                for number_of_hour in self.hours:
                    hour = midnight + number_of_hour * HOUR
                    if self._may_reach(hour, HOUR, low, high):
                        found.update(self._runs_of_hour(hour))
        return sorted(instant for instant in found if low <= instant < high)

    def _may_reach(self, start: datetime, span: timedelta, low: datetime, high: datetime) -> bool:
        least, greatest = offsets_within(start, span, self.zone)
        return start - greatest < high and start + span - least > low

    def _runs_of_hour(self, hour: datetime) -> list[datetime]:
        labels = [
            hour.replace(minute=minute, second=second)
            for minute in self.minutes
            for second in self.seconds
        ]
        least, greatest = offsets_within(hour, HOUR, self.zone)
        if least == greatest:
            return [label - least for label in labels]
        if hour not in self._known_hours:
            self._known_hours[hour] = sorted(
                {i for label in labels for i in self.policy.instants(label, self.zone)}
            )
        return self._known_hours[hour]

    def next_run(self, after: datetime, horizon: timedelta = HORIZON) -> datetime | None:
        """Return the earliest run after an instant, or ``None`` if none is within the horizon."""
        start = utc_label(after) + timedelta(microseconds=1)
        for low, high in self._windows(start, start + horizon):
            if runs := self._runs_between(low, high):
                return runs[0].replace(tzinfo=UTC)
        return None

    def prev_run(self, before: datetime, horizon: timedelta = HORIZON) -> datetime | None:
        """Return the latest run before an instant, or ``None`` if none is within the horizon."""
        end = utc_label(before)
        for low, high in self._windows(end, end - horizon):
            if runs := self._runs_between(low, high):
                return runs[-1].replace(tzinfo=UTC)
        return None

    def _windows(self, start: datetime, limit: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Cut the time from ``start`` towards ``limit`` into windows worth a look."""
        sign = 1 if start < limit else -1
        width = DAY if self.runs_a_day <= 96 else HOUR
        while (limit - start) * sign > timedelta(0):
            low, high = sorted((start, start + sign * DAY))
            if any(self.runs_on(day) for day in _days(low - REACH, high + REACH)):
                for n in range(DAY // width):
                    low, high = sorted((start + sign * n * width, start + sign * (n + 1) * width))
                    yield low, high
            start += sign * DAY

    def floor(self, instant: datetime, horizon: timedelta = HORIZON) -> datetime | None:
        """Return the latest run at or before an instant."""
        just_after = utc_label(instant) + timedelta(microseconds=1)
        return self.prev_run(just_after.replace(tzinfo=UTC), horizon)

    def ceil(self, instant: datetime, horizon: timedelta = HORIZON) -> datetime | None:
        """Return the earliest run at or after an instant."""
        just_before = utc_label(instant) - timedelta(microseconds=1)
        return self.next_run(just_before.replace(tzinfo=UTC), horizon)

    def matches(self, instant: datetime) -> bool:
        """Say whether an instant is a run."""
        low = utc_label(instant)
        return bool(self._runs_between(low, low + timedelta(microseconds=1)))

    def count(self, start: datetime, end: datetime) -> int:
        """Return the number of runs in ``[start, end)``."""
        return len(self.runs_between(start, end))

    def clock_changes(self, start: datetime, end: datetime) -> list[Change]:
        """Return every label that a clock change in ``[start, end)`` touched."""
        low, high = utc_label(start), utc_label(end)
        found = []
        for transition in changes(low, high, self.zone):
            old_label = transition + offset_at(transition - SECOND, self.zone)
            new_label = transition + offset_at(transition, self.zone)
            label, stop = sorted((old_label, new_label))
            doubled = new_label < old_label
            while label < stop:
                if not self.runs_on(label.date()) or label.hour not in self.hours:
                    label = label.replace(minute=0, second=0) + HOUR
                    continue
                if label.minute not in self.minutes:
                    label = label.replace(second=0) + timedelta(minutes=1)
                    continue
                if label.second in self.seconds:
                    found.append(self._change(transition, label, doubled))
                label += SECOND
        return found

    def _change(self, transition: datetime, label: datetime, doubled: bool) -> Change:
        instants = [i.replace(tzinfo=UTC) for i in self.policy.instants(label, self.zone)]
        kind = "doubled" if doubled else "moved" if instants else "dropped"
        return Change(transition.replace(tzinfo=UTC), label, kind, tuple(instants))


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start.date()
    while day <= end.date():
        yield day
        day += DAY


def counted_part(item: str, name: str) -> str | None:
    """Return the part of an item that has a range: ``MON`` of ``MON#2``, ``None`` of ``L``."""
    if name == "day_of_month" and DAYS_OF_MONTH.fullmatch(item):
        return None
    special = DAYS_OF_WEEK.fullmatch(item) if name == "day_of_week" else None
    return special[1] if special else item


def values_of(text: str, name: str, dialect: str) -> frozenset[int]:
    """Return the numbers of a field; raise ``ValueError`` if one is out of range."""
    low, high = WEEK.get(dialect, (0, 7)) if name == "day_of_week" else BOUNDS[name]
    parts = [counted_part(item, name) for item in text.split(",")]
    try:
        found = {n for part in parts if part is not None for n in numbers(part, name, dialect)}
    except (ValueError, AssertionError):
        found = {low - 1}
    if not all(low <= n <= high for n in found):
        raise ValueError(f"{name} {text!r} is not what {dialect} has there, from {low} to {high}")
    return frozenset(found)


def oracle(
    expression: str,
    tz: tzinfo | str = UTC,
    *,
    dialect: str = "vixie",
    dst: Dst | None = None,
    years: Iterable[int] | None = None,
    short_months: ShortMonths = "skip",
    seed: str = "job",
) -> CrontabOracle:
    """Build the oracle of a crontab, as its dialect writes it.

    ``dst`` is the name of a policy, or a pair of one of ``GAPS`` and one of ``OVERLAPS``; ``None``
    takes the policy of the dialect. ``years`` are the years in which it runs; ``None`` for every
    year. ``seed`` is the seed of Jenkins's ``H``. The oracle does not read nicknames such as
    ``@daily``. Raises ``ValueError`` for text that is clearly no crontab; it does not notice every
    fault.
    """
    allowed_names = (("dialect", dialect, POLICY_OF), ("short_months", short_months, SHORT_MONTHS))
    for name, value, allowed in allowed_names:
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    if not isinstance(zone, ZoneInfo | timezone):
        raise ValueError(f"tz must be a ZoneInfo, the key of one, or a fixed offset, not {tz!r}")
    fields = seven_fields(expression, dialect, seed)
    second, minute, hour, day_of_month, month_of_year, day_of_week, year = fields

    def values(text: str, name: str) -> frozenset[int]:
        return values_of(text, name, dialect)

    for text, name in ((day_of_month, "day_of_month"), (day_of_week, "day_of_week")):
        values(text.removeprefix("+"), name)
    if years is None and year != "*":
        years = values(year, "year")
    if dialect in ("croniter", "croniter6"):
        free = "*" in (day_of_month, day_of_week) or "?" in (day_of_month, day_of_week)
        near = day_of_month.upper().endswith("W")
        nth = re.search("#|[Ll][0-7]", day_of_week)
        if not free and nth and not near:
            day_of_month = "*"
        elif not free and near and not nth:
            day_of_week = "*"
    return CrontabOracle(
        zone=zone,
        policy=policy_of(dst or POLICY_OF[dialect], second, minute, hour),
        seconds=values(second, "second"),
        minutes=values(minute, "minute"),
        hours=values(hour, "hour"),
        day_of_month=day_of_month,
        months=values(month_of_year, "month_of_year"),
        day_of_week=day_of_week.removeprefix("+"),
        years=None if years is None else frozenset(years),
        either_day=either_day_will_do(day_of_month, day_of_week, dialect),
        dialect=dialect,
        short_months=short_months,
    )
