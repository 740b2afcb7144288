"""Hypothesis strategies for zones, instants, crontabs and every other schedule.

Instants are drawn around the clock changes of a zone, because that is where schedules go wrong.
They are in UTC, where Python's operators on datetimes are right. Texts come from pools, simplest
first: one draw takes one text, and a failing text shrinks to one that a person would write.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import duetime
from duetime.algebra.rolling import CONVENTIONS, Convention
from duetime.algebra.windows import Window
from duetime.errors import InvalidValueError
from duetime.kinds.business import BusinessDays, Period
from duetime.kinds.sun import EVENTS
from duetime.schedules import Schedule
from duetime.testing.crontab_oracle import MONTHS, POLICY_OF, WEEKDAYS, change_between
from duetime.testing.utc import in_utc
from duetime.zones import DstPolicy, find_zone, to_instant, zone_keys

FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)

ODD_ZONES: Final = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",  # changes by 30 minutes
    "Pacific/Apia",  # lost 30 December 2011
    "America/Sao_Paulo",  # changed at midnight
    "Africa/Cairo",  # changes at midnight
    "Asia/Beirut",  # changes at midnight
    "Europe/Dublin",  # winter time is the exception
    "Africa/Casablanca",  # changes twice around Ramadan
    "Pacific/Kwajalein",  # repeated a day in 1969, lost one in 1993
    "Antarctica/Troll",  # changes by two hours
    "Africa/Monrovia",  # offsets with seconds until 1972
    "Europe/Amsterdam",  # offsets with seconds until 1937, unless it is a link to Brussels
    "Antarctica/Casey",  # changed by 11 hours in all, once at 00:01
    "Antarctica/Vostok",  # changed by seven hours
    "America/Danmarkshavn",  # changed by three hours
    "America/St_Johns",  # used to change at 00:01
    "Asia/Gaza",  # changes a week apart
    "Asia/Kathmandu",  # moved by 15 minutes
    "Pacific/Kiritimati",  # lost the last day of 1994
    "Asia/Manila",
    "Europe/Moscow",
    "UTC",
    "Etc/GMT+12",
)
"""Zones whose clocks once did something odd, and a few without clock changes."""

CHANGING_ZONES: Final = tuple(key for key in ODD_ZONES if key not in ("UTC", "Etc/GMT+12"))
"""The odd zones whose clocks change or once changed."""

POLICY_NAMES: Final = (
    *("vixie", "wall", "ocps", "quartz", "cronos", "rfc5545"),
    *("croniter", "airflow", "dagster", "apscheduler"),
)
DIALECTS: Final = tuple(POLICY_OF)
SEED: Final = "job"
"""The seed of Jenkins's `H`, here and in the oracle."""


@cache
def transitions_of(tz: tzinfo) -> tuple[datetime, ...]:
    """The instants from 1900 to 2100 at which the offset of a zone changes, in UTC.

    Asks the zone for its offset every ten days. Two changes within ten days that cancel each other
    are not seen; there are a handful.
    """
    found = []
    step = timedelta(days=10)
    before = FIRST
    offset = before.astimezone(tz).utcoffset()
    while before < LAST:
        after = before + step
        if (new_offset := after.astimezone(tz).utcoffset()) != offset:
            bounds = before.replace(tzinfo=None), after.replace(tzinfo=None)
            found.append(change_between(*bounds, tz).replace(tzinfo=UTC))
        before, offset = after, new_offset
    return tuple(found)


@cache
def _zone_keys() -> st.SearchStrategy[str]:
    keys = zone_keys()
    return st.sampled_from(ODD_ZONES * (len(keys) // len(ODD_ZONES)) + tuple(keys))


def time_zones() -> st.SearchStrategy[ZoneInfo]:
    """Every zone of the tz database, half of the time one whose clocks did something odd."""
    return _zone_keys().map(ZoneInfo)


def transitions(tz: tzinfo | str) -> st.SearchStrategy[datetime]:
    """The instants at which the clocks of a zone change, from 1900 to 2100, in UTC.

    Nothing can be drawn for a zone whose clocks never changed. Raises UnknownTimeZoneError.
    """
    found = transitions_of(_zone(tz))
    return st.sampled_from(found) if found else st.nothing()


_PARTS: Final = 100


def evenly(low: int, high: int) -> st.SearchStrategy[int]:
    """Ints spread evenly over a range: Hypothesis by itself draws mostly small ones."""
    width = high - low
    few = st.integers(0, _PARTS - 1)
    return st.tuples(few, few, st.integers(0, width // _PARTS**2)).map(
        lambda drawn: (
            low
            + drawn[0] * width // _PARTS
            + drawn[1] * width // _PARTS**2
            + min(drawn[2], width // _PARTS**2)
        )
    )


_microseconds = st.just(0) | st.just(0) | st.integers(1, 999_999)
_distances = st.one_of(
    st.integers(-12, 12).map(lambda n: n * 900),
    st.integers(-2 * 3600, 2 * 3600),
    st.integers(-72, 72).map(lambda n: n * 3600),
    st.integers(-3 * 86_400, 3 * 86_400),
)


def instants(
    tz: tzinfo | str | None = None,
    *,
    near_transitions: bool = True,
    min_value: datetime = FIRST,
    max_value: datetime = LAST,
) -> st.SearchStrategy[datetime]:
    """Aware datetimes in UTC, nine of ten within three days of a clock change of `tz`.

    With `tz=None` each draw takes another zone whose clocks change. With `near_transitions=False`,
    or for a zone without changes in `[min_value, max_value]`, the draws are even over that range.
    Raises NaiveDatetimeError, UnknownTimeZoneError, and ScheduleError for an empty range or one
    that UTC cannot show.
    """
    if to_instant(min_value) > to_instant(max_value):
        raise InvalidValueError(
            f"min_value={min_value.isoformat()} is after max_value={max_value.isoformat()}"
        )
    low, high = in_utc(min_value), in_utc(max_value)
    zones = CHANGING_ZONES if tz is None else (tz,)
    return _instants(tuple(map(_zone, zones)) if near_transitions else (), low, high)


@st.composite
def _instants(draw: st.DrawFn, zones: Sequence[tzinfo], low: datetime, high: datetime) -> datetime:
    changes: Sequence[datetime] = ()
    if zones:
        changes = transitions_of(zones[0] if len(zones) == 1 else draw(st.sampled_from(zones)))
    if (low, high) != (FIRST, LAST):
        changes = [change for change in changes if low <= change <= high]
    if changes and draw(st.integers(0, 9)) < 9:
        moment = draw(st.sampled_from(changes)) + timedelta(seconds=draw(_distances))
    else:
        moment = low + timedelta(seconds=draw(evenly(0, (high - low) // timedelta(seconds=1))))
    return min(max(moment + timedelta(microseconds=draw(_microseconds)), low), high)


def policies() -> st.SearchStrategy[DstPolicy | str]:
    """Values for `dst` of crontabs: the named policies, and every `DstPolicy`."""
    named: list[DstPolicy | str] = [*POLICY_NAMES]
    for gap in ("skip", "end", "shift"):
        named += [DstPolicy(gap, overlap) for overlap in ("first", "last", "both")]
    return st.sampled_from(named)


def _zone(tz: tzinfo | str) -> tzinfo:
    return find_zone(tz).tzinfo


@dataclass(frozen=True)
class FieldTexts:
    """The texts that a field of a dialect may hold."""

    low: int
    high: int
    names: Sequence[str] = ()
    specials: Sequence[str] = ()
    wraps: bool = False
    open_steps: bool = True
    plain_star: bool = False
    dash: str = "-"
    mixed: bool = True
    """Whether `mon/2` and `mon-5` are allowed: a name with a step, or in a range with a number."""
    lone_star: bool = False
    """Whether no list holds a star."""
    short_steps: bool = False
    """Whether a step is shorter than its range."""

    def pool(self, size: int = 1_000) -> list[str]:
        """Many texts, a third of them one item, a sixth a star, the rest lists."""
        chance = random.Random(f"{self.low}-{self.high}")
        texts = []
        for _ in range(size):
            count = chance.choice((0, 1, 1, 2, 3, 4))
            texts.append(",".join(self._item(chance) for _ in range(count)) or "*")
        if self.lone_star:
            texts = [text for text in texts if "*" not in text or "," not in text]
        if self.short_steps:
            texts = [text for text in texts if all(map(self._is_short, text.split(",")))]
        if not self.mixed:
            texts = [text for text in texts if not re.search(_MIXED, text)]
        return sorted(texts, key=lambda text: (len(text), text))

    def _is_short(self, item: str) -> bool:
        """Whether the step of an item, if it has one, is shorter than the range before it."""
        span, _, step = item.partition("/")
        first, _, last = f"{self.low}-{self.high}".partition("-")
        if "-" in span:
            first, _, last = span.partition("-")
        numbers = first.isdecimal() and last.isdecimal()
        return not step or (numbers and int(step) <= int(last) - int(first))

    def _item(self, chance: random.Random) -> str:
        step = chance.randint(1, self.high)
        kinds = [self._word(chance), self._word(chance), self._range(chance)]
        kinds.append(f"{self._range(chance)}/{step}")
        if not self.plain_star:
            kinds.append(f"*/{step}")
        if self.open_steps:
            kinds.append(f"{chance.randint(self.low, self.high)}/{step}")
        if self.specials:
            kinds.append(chance.choice(self.specials))
        return chance.choice(kinds)

    def _range(self, chance: random.Random) -> str:
        numbers = [chance.randint(self.low, self.high) for _ in range(2)]
        first, last = numbers if self.wraps else sorted(numbers)
        return f"{self._word(chance, first)}{self.dash}{self._word(chance, last)}"

    def _word(self, chance: random.Random, number: int | None = None) -> str:
        if number is None:
            number = chance.randint(self.low, self.high)
        index = number - self.low
        # Sunday has a name as 0, but not as 7.
        if index >= len(self.names) or chance.random() < 0.5:
            return str(number)
        return chance.choice((str.lower, str.upper, str.title))(self.names[index])


_MIXED = r"(?i:[a-z]/|[a-z]-\d|\d-[a-z])"
_STARS = ["*"] * 1_000
"""As many stars as other texts: half of all crontabs run on every date, or in every month."""
_nth_weekdays = [f"{day}#{n}" for day in (*range(8), *WEEKDAYS) for n in range(1, 6)]
_last_weekdays = [f"{day}L" for day in range(8)]
# Celery looks at the first three letters of a name and no further.
_LONG_WEEKDAYS = ("sunday", "mon", "tuesd", "wednesday", "thurs", "friday", "sat")
_LONG_MONTHS = ("january", "feb", "march", "apr", "may", "june", "jul", "aug", "sept", "octo")
_WORKDAYS_NEAR = [f"{day}W" for day in range(1, 32)]
_BEFORE_LAST = [f"L-{n}" for n in range(1, 31)]
_YEARS = ["*"] * 4 + ["2026", "2020-2040", "*/2", "2024,2028", "1970-2199/3"]
_NO_FIELD = [""]

Pools = dict[str, list[str]]
"""By name of a field, in the order of an expression, the texts that it may hold."""


def _seconds(*, optional: bool, **options: Any) -> list[str]:
    # Few seconds at most: the oracle writes out every one, which takes long.
    few = [str(n) for n in range(60)] * 4 + ["*/20", "5,50", "*/7"] * 40
    return ["" if optional else "0"] * 400 + few + FieldTexts(0, 59, **options).pool()[200::20]


def _pools(
    *,
    second: list[str] = _NO_FIELD,
    day_of_month: list[str] | None = None,
    month_of_year: FieldTexts,
    day_of_week: list[str],
    year: list[str] = _NO_FIELD,
    **options: Any,
) -> Pools:
    """The pools of a dialect; `options` go to every field of time and date."""
    sixty = FieldTexts(0, 59, **options).pool()
    # Clocks change at night: half of all hours are from 0 to 3.
    hours = FieldTexts(0, 3, **options).pool() + FieldTexts(0, 23, **options).pool()
    return {
        "second": second,
        "minute": sixty,
        "hour": sorted(hours, key=len),
        "day_of_month": _STARS + (day_of_month or FieldTexts(1, 31, **options).pool()),
        "month_of_year": _STARS + month_of_year.pool(),
        "day_of_week": day_of_week,
        "year": year,
    }


def _vixie_pools(specials: Sequence[str] = (), second: list[str] = _NO_FIELD) -> Pools:
    return _pools(
        second=second,
        day_of_month=FieldTexts(1, 31, specials=["L", "LW", *specials]).pool(),
        month_of_year=FieldTexts(1, 12, MONTHS),
        day_of_week=_STARS
        + FieldTexts(0, 7, WEEKDAYS, specials=[*_nth_weekdays, *_last_weekdays]).pool(),
    )


def _croniter_pools() -> Pools:
    options: dict[str, Any] = {"wraps": True}
    last = [f"L{day}" for day in range(7)]
    weekdays = FieldTexts(0, 6, WEEKDAYS, **options).pool()
    pools = _pools(
        day_of_month=[
            *FieldTexts(1, 31, specials=["L"], **options).pool(),
            *_WORKDAYS_NEAR,
            *["W15", "1-L", "?"] * 5,
        ],
        month_of_year=FieldTexts(1, 12, MONTHS, **options),
        day_of_week=_STARS + weekdays + [*_nth_weekdays, "?", "5#1,mon#2"] + last,
        **options,
    )
    years = ["", *_YEARS[:-1]]
    # Written after the others: the second, and then the year.
    return {name: pool for name, pool in pools.items() if pool != _NO_FIELD} | {
        "second": _seconds(optional=False, **options),
        "year": years,
    }


def _celery_pools() -> Pools:
    options: dict[str, Any] = {"wraps": True, "open_steps": False}
    return _pools(
        month_of_year=FieldTexts(1, 12, _LONG_MONTHS, **options),
        day_of_week=_STARS + FieldTexts(0, 6, _LONG_WEEKDAYS, **options).pool(),
        **options,
    )


def _ocps_pools() -> Pools:
    options: dict[str, Any] = {"open_steps": False}
    last = [f"{day}#L" for day in (*range(8), *WEEKDAYS)]
    specials = [*_nth_weekdays, *_last_weekdays, *last]
    weekdays = FieldTexts(0, 7, WEEKDAYS, specials=specials, **options).pool()
    return _pools(
        second=_seconds(optional=False, **options),
        day_of_month=FieldTexts(1, 31, specials=["L"], **options).pool() + _WORKDAYS_NEAR + ["?"],
        month_of_year=FieldTexts(1, 12, MONTHS, **options),
        day_of_week=_STARS + weekdays + [f"+{text}" for text in weekdays] + ["?"],
        year=["", *_YEARS],
        **options,
    )


def _quartz_pools() -> Pools:
    options: dict[str, Any] = {"wraps": True}
    near = [*_WORKDAYS_NEAR, "LW", *(f"{text}W" for text in _BEFORE_LAST)]
    days = [f"{day}{mark}" for day in (*range(1, 8), *WEEKDAYS) for mark in ("L", "#1", "#5")]
    return _pools(
        second=_seconds(optional=False),
        day_of_month=[*FieldTexts(1, 31, **options).pool(), "L", *_BEFORE_LAST, *near],
        month_of_year=FieldTexts(1, 12, MONTHS, mixed=False, **options),
        # Half of the texts are `?`: then the date decides, else the weekday.
        day_of_week=["?"] * 1_100
        + FieldTexts(1, 7, WEEKDAYS, mixed=False, **options).pool()
        + days
        + ["L"] * 20,
        year=["", *_YEARS],
        **options,
    )


def _spring_pools() -> Pools:
    names = (*WEEKDAYS[1:], "sun")
    days = [f"{day}{mark}" for day in (*range(8), *names) for mark in ("L", "#1", "#5")]
    near = [f"{day}W" for day in range(1, 28)]
    specials = ["L", "LW", *(f"L-{n}" for n in range(1, 28)), *near]
    weeks = ["0", "0-5", "7-3/2", "sun-tue", "SUN-5", "0/2", "7-7", "sat-SUN"]
    return _pools(
        second=_seconds(optional=False),
        day_of_month=[*FieldTexts(1, 31, specials=specials).pool(), "28W", "30W", "31W", "?"],
        month_of_year=FieldTexts(1, 12, MONTHS),
        day_of_week=_STARS + FieldTexts(1, 7, names, specials=[*days, *weeks]).pool() + ["?"] * 20,
    )


def _cronos_pools() -> Pools:
    options: dict[str, Any] = {"wraps": True, "lone_star": True}
    last = ["L", "LW", *_BEFORE_LAST, *(f"{text}W" for text in _BEFORE_LAST)]
    weekdays = FieldTexts(0, 7, WEEKDAYS, **options).pool()
    return _pools(
        second=[text for text in _seconds(optional=True) if "," not in text],
        day_of_month=[*FieldTexts(1, 31, **options).pool(), *_WORKDAYS_NEAR, *last, "?", "?/5"],
        month_of_year=FieldTexts(1, 12, MONTHS, **options),
        day_of_week=_STARS
        # Of a week from 7 with a step it loses the Sunday, so it is refused.
        + [text for text in weekdays if not re.search(r"7-\w+/", text)]
        + [*_nth_weekdays, *_last_weekdays, "?"],
        **options,
    )


def _apscheduler_pools() -> Pools:
    # A step must reach a second value.
    options: dict[str, Any] = {"open_steps": False, "short_steps": True, "mixed": False}
    days = [f"{nth} {day}" for nth in ("1st", "2nd", "5th", "Last") for day in WEEKDAYS]
    return _pools(
        day_of_month=FieldTexts(1, 31, specials=["last", "5/20", *days], **options).pool(),
        month_of_year=FieldTexts(1, 12, MONTHS, **options),
        day_of_week=_STARS + FieldTexts(0, 6, (*WEEKDAYS[1:], "sun"), **options).pool(),
        **options,
    )


def _github_pools() -> Pools:
    return _pools(
        month_of_year=FieldTexts(1, 12, MONTHS),
        day_of_week=_STARS + FieldTexts(0, 6, WEEKDAYS).pool(),
    )


def _robfig_pools() -> Pools:
    days = ["?", "?/2", "*/1", "?/7"]
    return _pools(
        second=_seconds(optional=True),
        day_of_month=FieldTexts(1, 31, specials=days).pool(),
        month_of_year=FieldTexts(1, 12, MONTHS),
        day_of_week=_STARS + FieldTexts(0, 6, WEEKDAYS, specials=days).pool(),
        specials=["?/20"],
    )


def _aws_pools() -> Pools:
    last = [f"{day}{mark}" for day in (*range(1, 8), *WEEKDAYS) for mark in ("L", "#2", "#5")]
    return _pools(
        day_of_month=FieldTexts(1, 31, specials=["L", *_WORKDAYS_NEAR]).pool(),
        month_of_year=FieldTexts(1, 12, MONTHS),
        day_of_week=["?"] * 1_100
        + [text for text in FieldTexts(1, 7, WEEKDAYS).pool() if "/" not in text]
        + last
        + ["L"] * 20,
        year=_YEARS,
    )


def _jenkins_pools() -> Pools:
    def hashed(low: int, high: int) -> dict[str, Any]:
        middle = (low + high) // 2
        specials = ["H", "H/2", "H/3", f"H({low}-{middle})", f"H({low}-{high})/2"]
        return {"open_steps": False, "specials": specials}

    return {
        "second": _NO_FIELD,
        "minute": FieldTexts(0, 59, **hashed(0, 59)).pool(),
        "hour": FieldTexts(0, 23, **hashed(0, 23)).pool(),
        "day_of_month": _STARS + FieldTexts(1, 31, **hashed(1, 31)).pool(),
        "month_of_year": _STARS + FieldTexts(1, 12, **hashed(1, 12)).pool(),
        "day_of_week": _STARS + FieldTexts(0, 7, **hashed(0, 7)).pool(),
        "year": _NO_FIELD,
    }


def _systemd_pools() -> Pools:
    options: dict[str, Any] = {"plain_star": True, "open_steps": False, "dash": ".."}
    # The step after a single value must reach another value, so these are listed by hand.
    days = FieldTexts(1, 31, specials=["1/2", "5/7"], **options).pool()
    last = [f"~{n}" for n in range(1, 29)] + ["~*", "~7/1", "~03/2", "~1..3", "~1,5", "~10..20/4"]
    names = ["Mon", "tue", "Wednesday", "thu", "FRI", "Sat", "sun"]
    ranges = [f"{a}..{b}" for n, a in enumerate(names) for b in names[n:]]
    return _pools(
        second=_seconds_of_systemd(),
        day_of_month=days + last * 10,
        month_of_year=FieldTexts(1, 12, specials=["1/3", "2/5"], **options),
        day_of_week=["*"] * 60 + names + ranges + [f"{a},{b}" for a in names for b in ranges],
        year=["*"] * 6 + ["2026", "2020..2040", "2024,28", "1970..2199/3", "2000/2"],
        **options,
    )


def _seconds_of_systemd() -> list[str]:
    return ["0"] * 300 + [str(n) for n in range(60)] + ["0/20", "5,50", "0..30/7"] * 20


_POOLS: Final[dict[str, Callable[[], Pools]]] = {
    "vixie": lambda: _vixie_pools([*_WORKDAYS_NEAR, *_BEFORE_LAST]),
    "cronsim": lambda: _vixie_pools(second=_seconds(optional=True)),
    "croniter": _croniter_pools,
    # Beside seconds it has no 7.
    "croniter6": lambda: {
        name: [text for text in pool if name != "day_of_week" or "7" not in text]
        for name, pool in _croniter_pools().items()
    },
    "croniter_and": _croniter_pools,
    "celery": _celery_pools,
    "apscheduler": _apscheduler_pools,
    "ocps": _ocps_pools,
    "quartz": _quartz_pools,
    "spring": _spring_pools,
    "cronos": _cronos_pools,
    "robfig": _robfig_pools,
    "kubernetes": lambda: _robfig_pools() | {"second": _NO_FIELD},
    "github": _github_pools,
    "aws": _aws_pools,
    "jenkins": _jenkins_pools,
    "systemd": _systemd_pools,
}


@cache
def cron_pools(dialect: str = "vixie") -> Pools:
    """By name, in the order of an expression, the texts of each field that a dialect has."""
    if dialect not in _POOLS:
        raise ValueError(f"dialect must be one of {', '.join(_POOLS)}, not {dialect!r}")
    return {name: pool for name, pool in _POOLS[dialect]().items() if pool != _NO_FIELD}


@cache
def cron_fields(dialect: str = "vixie") -> dict[str, st.SearchStrategy[str]]:
    """By name, the texts of each field of a dialect."""
    return {name: st.sampled_from(pool) for name, pool in cron_pools(dialect).items()}


def cron_text(texts: Mapping[str, str], dialect: str) -> str:
    """The expression in a dialect with the texts of its fields."""
    if texts["day_of_week"] != "?" and dialect in ("quartz", "aws"):
        texts = {**texts, "day_of_month": "?"}
    if dialect == "systemd":
        weekday = "" if texts["day_of_week"] == "*" else texts["day_of_week"]
        dash = "" if texts["day_of_month"][:1] == "~" else "-"
        date = f"{texts['year']}-{texts['month_of_year']}{dash}{texts['day_of_month']}"
        return f"{weekday} {date} {texts['hour']}:{texts['minute']}:{texts['second']}".strip()
    text = " ".join(texts.values()).strip()
    return f"cron({text})" if dialect == "aws" else text


@cache
def cron_expressions(dialect: str = "vixie") -> st.SearchStrategy[str]:
    """Valid crontab expressions with every feature of a dialect, by its name."""
    return _texts(dialect).map(lambda texts: cron_text(texts, dialect))


def plain_cron_expressions() -> st.SearchStrategy[str]:
    """Crontabs of five fields that all engines read alike, and that run in every year.

    Numbers, ranges, steps and pairs; weekdays by name, as their numbers differ, and never beside a
    day of the month, as engines join the two in different ways.
    """
    hours = _plain_field(0, 3) | _plain_field(0, 23)
    months = st.just("*") | _plain_field(1, 12)
    weekdays = st.sampled_from(("*", *WEEKDAYS, "mon-fri", "tue-thu", "sat,sun", "mon,wed,fri"))
    dates = st.tuples(_plain_field(1, 28), months, st.just("*"))
    days = dates | st.tuples(st.just("*"), months, weekdays)
    return st.tuples(_plain_field(0, 59), hours, days).map(
        lambda drawn: " ".join((drawn[0], drawn[1], *drawn[2]))
    )


def _plain_field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    pairs = st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted)
    steps = st.integers(2, max(2, (high - low) // 2))
    return st.one_of(
        st.just("*"),
        numbers.map(str),
        steps.map("*/{}".format),
        pairs.map(lambda pair: f"{pair[0]}-{pair[1]}"),
        pairs.map(lambda pair: f"{pair[0]},{pair[1]}"),
    )


def _texts(dialect: str) -> st.SearchStrategy[dict[str, str]]:
    """The texts of all fields by name, in the order of an expression."""
    fields = cron_fields(dialect)
    names = tuple(fields)
    return st.tuples(*fields.values()).map(lambda texts: dict(zip(names, texts, strict=True)))


_FAULTS: Final[tuple[tuple[str, Callable[[str, int, int], str]], ...]] = (
    ("a value above the range", lambda text, low, high: f"{high + 1}"),
    ("a value below the range", lambda text, low, high: f"{low - 1}" if low else "-1"),
    ("a range that leaves it", lambda text, low, high: f"{low}-{high + 1}"),
    ("a step of nothing", lambda text, low, high: f"{text}/0" if text == "*" else "*/0"),
    ("a step that is no number", lambda text, low, high: "*/x"),
    ("a missing step", lambda text, low, high: "*/"),
    ("an empty item", lambda text, low, high: f"{text},,"),
    ("an unknown name", lambda text, low, high: "xyz"),
    ("an open range", lambda text, low, high: f"{low}-"),
    ("a stray sign", lambda text, low, high: f"!{text}"),
)
_BOUNDS: Final = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day_of_month": (1, 31),
    "month_of_year": (1, 12),
    "day_of_week": (0, 7),
}


def _needed(pools: Mapping[str, Any], dialect: str) -> list[str]:
    """The names of the fields that every expression of a dialect has."""
    extra = {
        "quartz": ["second"],
        "spring": ["second"],
        "systemd": ["second", "year"],
        "aws": ["year"],
    }.get(dialect, [])
    return [name for name in pools if name in _BOUNDS or name in extra]


def faulty_text(
    texts: Mapping[str, str], dialect: str, choose: Callable[[Sequence[Any]], Any]
) -> tuple[str, str | None]:
    """An expression with one fault, and its field; None for a wrong number of fields."""
    texts = {name: texts[name] for name in _needed(texts, dialect)}
    if dialect in ("quartz", "aws"):
        # First make the expression valid, with `?` in one of the two day fields.
        texts["day_of_month" if texts["day_of_week"] != "?" else "day_of_week"] = "?"
    number = choose(range(len(_FAULTS) + 2))
    if number < len(_FAULTS):
        name = choose(sorted(_BOUNDS))
        low, high = _BOUNDS[name]
        if name == "day_of_week" and dialect in ("quartz", "aws"):
            low = 1
        texts[name] = _FAULTS[number][1](texts[name], low, high)
        return _put_together(texts, dialect), name
    if number == len(_FAULTS) and dialect != "systemd":
        del texts[choose(sorted(texts))]
        return _put_together(texts, dialect), None
    return f"{_put_together(texts, dialect)} * * *", None


def _put_together(texts: Mapping[str, str], dialect: str) -> str:
    if dialect == "systemd":
        return cron_text(texts, dialect)
    text = " ".join(texts.values())
    return f"cron({text})" if dialect == "aws" else text


@st.composite
def invalid_cron_expressions(draw: st.DrawFn, dialect: str = "vixie") -> str:
    """Crontab expressions with one fault each: a wrong field, one too few or too many."""
    texts = draw(_texts(dialect))
    return faulty_text(texts, dialect, lambda choices: draw(st.sampled_from(choices)))[0]


def crons(dialect: str = "vixie") -> st.SearchStrategy[Schedule]:
    """Crontab schedules: any expression of the dialect, zone and policy."""
    return st.builds(
        duetime.cron,
        cron_expressions(dialect),
        tz=time_zones(),
        dialect=st.just(dialect),
        dst=st.none() | policies(),
        seed=st.just(SEED if dialect == "jenkins" else None),
    )


_periods = st.one_of(
    st.sampled_from((1, 5, 10, 15, 20, 30, 60, 90, 120)).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 14).map(timedelta),
    st.integers(1, 100_000).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 10**7).map(lambda n: timedelta(milliseconds=n)),
)


@st.composite
def intervals(draw: st.DrawFn, *, floating: bool | None = None) -> Schedule:
    """`every(...)`: floating, a grid with an anchor, or (None) either."""
    if floating is None:
        floating = draw(st.booleans())
    anchors: st.SearchStrategy[Any] = st.just("epoch") | instants(near_transitions=False)
    anchor = None if floating else draw(anchors)
    return duetime.every(draw(_periods), anchor=anchor, tz=draw(time_zones()))


@st.composite
def calendar_intervals(draw: st.DrawFn) -> Schedule:
    """`calendar_interval(...)`: months and days of wall time from an anchor."""
    zone = draw(time_zones())
    unit = draw(st.sampled_from(("days", "weeks", "months", "years")))
    step: dict[str, Any] = {unit: draw(st.integers(1, 40))}
    anchor = draw(instants(zone))
    return duetime.calendar_interval(**step, anchor=anchor, tz=zone, dst=draw(_wall_policies))


SOLAR_EVENTS: Final = tuple(EVENTS)
_CELERYS_EVENTS: Final = tuple(event for event in SOLAR_EVENTS if event != "solar_midnight")


@st.composite
def solar_events(draw: st.DrawFn) -> Schedule:
    """`solar(...)`: any event at any place, polar ones among them, sometimes with an offset."""
    event: Any = draw(st.sampled_from(SOLAR_EVENTS))
    latitude = draw(st.floats(-65, 65) | st.floats(-90, 90))
    offset = draw(st.just(0) | st.integers(-7200, 7200))
    return duetime.solar(
        event,
        round(latitude, 4),
        round(draw(st.floats(-180, 180)), 4),
        offset=timedelta(seconds=offset),
        tz=draw(time_zones()),
    )


_wall_policies = st.sampled_from(("rfc5545", "wall", "ocps", "quartz"))
_TIMES: Final = ("HOUR", "MINUTE", "SECOND")
_EXPANDING: Final = {
    "YEARLY": ("MONTH", "WEEKNO", "YEARDAY", "MONTHDAY", "DAY", *_TIMES),
    "MONTHLY": ("MONTHDAY", "DAY", *_TIMES),
    "WEEKLY": ("DAY", *_TIMES),
    "DAILY": _TIMES,
    "HOURLY": _TIMES[1:],
    "MINUTELY": _TIMES[2:],
    "SECONDLY": (),
}
"""By frequency, the parts that add runs to a period (RFC 5545, section 3.3.10)."""
_LIMITING: Final = {
    "YEARLY": (),
    "MONTHLY": ("MONTH",),
    "WEEKLY": ("MONTH",),
    "DAILY": ("MONTH", "MONTHDAY", "DAY"),
    "HOURLY": ("MONTH", "YEARDAY", "MONTHDAY", "DAY", "HOUR"),
    "MINUTELY": ("MONTH", "YEARDAY", "MONTHDAY", "DAY", "HOUR", "MINUTE"),
    "SECONDLY": ("MONTH", "YEARDAY", "MONTHDAY", "DAY", *_TIMES),
}
"""By frequency, the parts that leave periods out. With an INTERVAL they may leave no period."""
_DATE_PARTS: Final = (
    *((), (), ("MONTH",), ("MONTHDAY",), ("DAY",), ("YEARDAY",), ("WEEKNO",)),
    *(("MONTH", "MONTHDAY"), ("MONTH", "DAY"), ("MONTHDAY", "DAY"), ("WEEKNO", "DAY")),
)
"""Combinations of parts that share some dates whatever their numbers, so that a rule has runs."""
_RULE_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RULE_NUMBERS: Final[dict[str, Sequence[int]]] = {
    "MONTH": range(1, 13),
    "WEEKNO": (*range(1, 54), *range(-5, 0)),
    "YEARDAY": (*range(1, 367), -1, -100, -366),
    "MONTHDAY": (*range(1, 29), *range(-28, 0)),
    # Clocks change at night.
    "HOUR": (0, 1, 2, 3, *range(24)),
    "MINUTE": (0, 30, *range(60)),
    "SECOND": (0, *range(60)),
}


def _rule(chance: random.Random) -> str:
    """An RRULE without an end that has runs, wherever it starts."""
    frequency = chance.choice(tuple(_EXPANDING))
    interval = chance.choice((1, 1, 1, 2, 3, 5, 6, 12, 18, 90))
    allowed = _EXPANDING[frequency] + (_LIMITING[frequency] if interval == 1 else ())
    dates = chance.choice([names for names in _DATE_PARTS if {*names} <= {*allowed}])
    times = [name for name in _TIMES if name in allowed and chance.random() < 0.2]
    names = [*dates, *times]
    parts = [f"FREQ={frequency}", *([f"INTERVAL={interval}"] if interval > 1 else [])]
    for name in names:
        count = chance.choice((1, 1, 2, 4))
        if name == "DAY":
            weekdays = chance.sample(_RULE_WEEKDAYS, count)
            numbered = frequency in ("YEARLY", "MONTHLY") and not {"WEEKNO", "MONTHDAY"} & {*names}
            ordinal = chance.choice(("", 1, 2, 4, 5, -1, -2)) if numbered else ""
            parts.append("BYDAY=" + ",".join(f"{ordinal}{day}" for day in weekdays))
        else:
            numbers = {chance.choice(_RULE_NUMBERS[name]) for _ in range(count)}
            parts.append(f"BY{name}=" + ",".join(map(str, sorted(numbers))))
    if names and chance.random() < 0.2:
        # Every period has a first and a last run.
        parts.append(f"BYSETPOS={chance.choice(('1', '-1', '1,-1', '2,-1'))}")
    if chance.random() < 0.2:
        parts.append(f"WKST={chance.choice(_RULE_WEEKDAYS)}")
    return ";".join(parts)


@cache
def _rules() -> st.SearchStrategy[str]:
    chance = random.Random("rules")
    texts = {_rule(chance) for _ in range(3_000)}
    # The order of a set is another in each process.
    return st.sampled_from(sorted(texts, key=lambda text: (len(text), text)))


@st.composite
def rrules(draw: st.DrawFn) -> Schedule:
    """`rrule(...)`: RFC 5545 rules of every frequency and part, in any zone and under any policy.

    Endless, counted, or until a day; some with dates added and taken away.
    """
    zone = draw(time_zones())
    start = draw(instants(zone, min_value=datetime(1950, 1, 1, tzinfo=UTC))).astimezone(zone)
    rule = draw(_rules())
    end = draw(st.sampled_from(("", "COUNT", "UNTIL")))
    if end == "COUNT":
        rule += f";COUNT={draw(st.integers(1, 50))}"
    elif end == "UNTIL":
        until = start.astimezone(UTC) + timedelta(days=draw(st.integers(1, 3000)))
        rule += f";UNTIL={until:%Y%m%dT%H%M%SZ}"
    lines = [f"DTSTART;TZID={zone.key}:{start:%Y%m%dT%H%M%S}", f"RRULE:{rule}"]
    for name in draw(st.sampled_from(((), (), ("RDATE",), ("EXDATE",), ("RDATE", "EXDATE")))):
        # Dates near the start, at its time of day: some of them are runs, so EXDATE takes one away.
        days = draw(st.lists(st.integers(0, 40), min_size=1, max_size=3))
        labels = [start.replace(tzinfo=None) + timedelta(day) for day in days]
        lines.append(f"{name};TZID={zone.key}:{','.join(f'{at:%Y%m%dT%H%M%S}' for at in labels)}")
    return duetime.rrule("\n".join(lines), dst=draw(_wall_policies))


@st.composite
def moments(draw: st.DrawFn) -> Schedule:
    """`at(...)`: none to five instants."""
    zone = draw(time_zones())
    return duetime.at(*draw(st.lists(instants(zone), max_size=5)), tz=zone)


_WEEKENDS: Final = ("sat-sun", "fri-sat", "sun", "", "mon,wed,fri", "tue-sun")


def _holidays() -> st.SearchStrategy[frozenset[date]]:
    days = st.dates(date(1990, 1, 1), date(2030, 12, 31))
    return st.frozensets(days, max_size=20)


def business_calendars() -> st.SearchStrategy[BusinessDays]:
    """`business_days(...)`: any weekend but the whole week, and some holidays."""
    weekends = st.sampled_from(_WEEKENDS).map(lambda text: text or ())
    return st.builds(duetime.business_days, weekends, _holidays())


def calendars() -> st.SearchStrategy[frozenset[date] | BusinessDays]:
    """Calendars for `.on` and `.excluding`: sets of dates such as holidays, business calendars."""
    return _holidays() | business_calendars()


_times_of_day = st.times().map(lambda moment: moment.replace(microsecond=0))


@st.composite
def nth_business_days(draw: st.DrawFn) -> Schedule:
    """`business_days(...).nth(...)`: from the start or the end of any period."""
    per: Period = draw(st.sampled_from(("month", "quarter", "week", "year")))
    n = draw(st.integers(1, 7 if per == "week" else 24)) * draw(st.sampled_from((1, -1)))
    return draw(business_calendars()).nth(
        n, per, at=draw(_times_of_day), tz=draw(time_zones()), dst=draw(_wall_policies)
    )


@st.composite
def daily_grids(draw: st.DrawFn) -> Schedule:
    """`daily_grid(...)`: steps of a minute to a day, some across midnight, on some weekdays."""
    every = st.integers(1, 1500).map(lambda n: timedelta(minutes=n)) | st.integers(60, 100_000).map(
        lambda n: timedelta(seconds=n)
    )
    return duetime.daily_grid(
        draw(every),
        draw(_times_of_day),
        draw(_times_of_day),
        days=draw(st.just("*") | st.sets(st.sampled_from(sorted(WEEKDAYS)), min_size=1)),
        tz=draw(time_zones()),
        dst=draw(_wall_policies),
    )


_CHANGES: Final = (
    *("0 22 * * *", "0 6 * * *", "30 1 * * *", "0 0 * * mon-fri", "15 2,12 * * *"),
    *("*/30 * * * *", "0 0 1 * *", "30 2 * * sun", "0 0 L 2 *"),
)
"""Crontabs that open and close windows."""


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """`window(...)`: opened by a crontab, closed by another or after minutes or days."""
    changes = st.builds(duetime.cron, st.sampled_from(_CHANGES), tz=time_zones(), dst=policies())
    opens = draw(changes)
    if draw(st.booleans()):
        return duetime.window(opens, until=draw(changes))
    return duetime.window(opens, length=draw(_periods))


def sets_of_instants() -> st.SearchStrategy[Schedule]:
    """Every type of schedule that is not floating, by itself."""
    return st.one_of(
        crons(),
        st.sampled_from(DIALECTS).flatmap(crons),
        intervals(floating=False),
        moments(),
        calendar_intervals(),
        rrules(),
        solar_events(),
        nth_business_days(),
        daily_grids(),
    )


def _rolled(draw: st.DrawFn, _: Schedule) -> Schedule:
    # Only schedules of whole seconds roll, and of the parts only crontabs always are.
    convention: Convention = draw(st.sampled_from(tuple(CONVENTIONS)))
    return draw(crons()).rolled(draw(business_calendars()), convention)


def _shifted_days(draw: st.DrawFn, _: Schedule) -> Schedule:
    n = draw(st.integers(1, 5) | st.integers(-5, -1))
    return draw(crons()).shifted_days(n, draw(business_calendars()))


_RESTRICTIONS: Final[dict[str, Callable[[st.DrawFn, Schedule], Schedule]]] = {
    "o": lambda draw, one: one.on(draw(calendars())),
    "e": lambda draw, one: one.excluding(draw(calendars())),
    "r": _rolled,
    "b": _shifted_days,
    "d": lambda draw, one: one.during(draw(windows())),
    "w": lambda draw, one: one.outside(draw(windows())),
}


@st.composite
def _compositions(draw: st.DrawFn, parts: st.SearchStrategy[Schedule], kinds: str) -> Schedule:
    one = draw(parts)
    kind = draw(st.sampled_from(kinds))
    if kind in _RESTRICTIONS:
        return _RESTRICTIONS[kind](draw, one)
    if kind == "c":
        start = draw(instants(one.tz))
        return one.within(start, start + timedelta(days=draw(st.integers(0, 4000))))
    if kind == "s":
        return one.shifted(timedelta(seconds=draw(st.integers(-100_000, 100_000))))
    other = draw(parts)
    return one | other if kind == "|" else one & other if kind == "&" else one - other


def _parts() -> st.SearchStrategy[Schedule]:
    """Schedules whose compositions can be proven empty; with others a search may give up."""
    return crons() | intervals(floating=False) | moments()


@st.composite
def selections(draw: st.DrawFn) -> Schedule:
    """Every n-th run, the first few, the earliest or the latest of each day."""
    parts = _parts()
    kind = draw(st.sampled_from(("nth", "first", "earliest", "latest")))
    if kind == "nth":
        # Other types are counted run by run from the anchor, which may be far away.
        one = draw(parts | calendar_intervals())
        return one.every_nth(draw(st.integers(1, 5) | st.integers(1, 300)), draw(instants(one.tz)))
    some = draw(st.lists(parts | solar_events(), min_size=1, max_size=3))
    if kind == "first":
        return some[0].first(draw(st.integers(1, 40)), draw(instants(some[0].tz)))
    return (duetime.earliest_of_day if kind == "earliest" else duetime.latest_of_day)(*some)


_windows = st.one_of(
    st.integers(1, 100).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 48).map(lambda n: timedelta(hours=n)),
    st.integers(1, 10**9).map(lambda n: timedelta(microseconds=n)),
)


@st.composite
def spreadings(draw: st.DrawFn) -> Schedule:
    """Schedules that are spread or jittered."""
    parts = _parts()
    one = draw(parts | solar_events())
    move = one.jittered if draw(st.booleans()) else one.spread
    return move(draw(_windows), draw(st.text(max_size=3)))


def compositions() -> st.SearchStrategy[Schedule]:
    """Crontabs, grids and instants, composed in every way: as sets, by calendars, by windows.

    Selections and spreadings of them too. Only types whose compositions can be proven empty are
    parts: with others a search may give up.
    """
    parts = _parts()
    sets = "|&-cs"
    # Calendars and windows come last: an intersection of two restricted schedules searches long.
    composed = _compositions(parts | _compositions(parts, sets), sets + "".join(_RESTRICTIONS))
    return composed | selections() | spreadings()


def schedules() -> st.SearchStrategy[Schedule]:
    """Every schedule there is: each type, floating intervals, and compositions."""
    return sets_of_instants() | intervals(floating=True) | compositions()


@st.composite
def beat_entries(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Whole `CELERY_BEAT_SCHEDULE` dicts, of seconds, timedeltas, crontabs and suns.

    The schedules are those of `duetime.adapters.celery`; needs the extra `celery`.
    """
    from duetime.adapters.celery import beat, crontab, solar

    fields = cron_fields("celery")
    # Celery refuses a date that none of the months has, so dates and months stay `*`.
    times_and_weekdays = ("minute", "hour", "day_of_week")
    crontabs = st.builds(crontab, **{name: fields[name] for name in times_and_weekdays})
    suns = st.builds(
        solar,
        st.sampled_from(_CELERYS_EVENTS),
        st.integers(-65, 65),
        st.integers(-180, 180),
    )
    times: st.SearchStrategy[Any] = st.one_of(
        st.sampled_from((1.0, 30.0, 60.0, 3600.0)),
        st.integers(1, 100_000).map(lambda n: timedelta(seconds=n)),
        crontabs,
        suns,
        st.builds(beat, crons()),
    )
    names = draw(st.lists(st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True), unique=True))
    entries: dict[str, dict[str, Any]] = {}
    for name in names:
        entry: dict[str, Any] = {"task": f"app.tasks.{name.replace('-', '_')}"}
        entry["schedule"] = draw(times)
        if draw(st.booleans()):
            entry["args"] = draw(st.lists(st.integers(0, 9) | st.sampled_from("abc"), max_size=3))
        if draw(st.booleans()):
            entry["options"] = {"expires": draw(st.integers(1, 3600))}
        entries[name] = entry
    return entries
