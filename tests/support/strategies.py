"""Hypothesis strategies for crontabs, zones and the moments at which clocks change.

Instants are drawn around the transitions of a zone, because that is where schedules go wrong; a
``Case`` is one crontab in one zone under one policy, from which a test builds both the schedule
and its oracle.
"""

from __future__ import annotations

import random
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.support.oracle import (
    MONTHS,
    WEEKDAYS,
    CrontabOracle,
    Dst,
    Gap,
    Overlap,
    ShortMonths,
    change_between,
    oracle,
)

FIRST = datetime(1900, 1, 1, tzinfo=UTC)
LAST = datetime(2100, 1, 1, tzinfo=UTC)
SPAN = int((LAST - FIRST).total_seconds())

ALL_ZONES = sorted(zoneinfo.available_timezones())

# Each is here for something that its clocks once did.
ODD_ZONES = (
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
    "Europe/Amsterdam",  # offsets with seconds until 1940
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

POLICY_NAMES = ("vixie", "wall", "ocps", "quartz", "cronos", "rfc5545")
GAPS: tuple[Gap, ...] = ("skip", "end", "shift")
OVERLAPS: tuple[Overlap, ...] = ("first", "last", "both")


@cache
def transitions(key: str) -> tuple[datetime, ...]:
    """Return the instants at which the offset of a zone changes, from 1900 to 2100."""
    zone = ZoneInfo(key)
    found = []
    # Two changes that cancel each other within ten days go unseen; there is a handful of them.
    step = timedelta(days=10)
    before = FIRST
    offset = before.astimezone(zone).utcoffset()
    while before < LAST:
        after = before + step
        if (new_offset := after.astimezone(zone).utcoffset()) != offset:
            bounds = before.replace(tzinfo=None), after.replace(tzinfo=None)
            found.append(change_between(*bounds, zone).replace(tzinfo=UTC))
        before, offset = after, new_offset
    return tuple(found)


# --- zones, instants, policies ---------------------------------------------------------------

zone_keys = st.sampled_from(ODD_ZONES * (len(ALL_ZONES) // len(ODD_ZONES)) + tuple(ALL_ZONES))

fixed_zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))

policies: st.SearchStrategy[Dst] = st.sampled_from(
    [*POLICY_NAMES, *((gap, overlap) for gap in GAPS for overlap in OVERLAPS)]
)

_microseconds = st.just(0) | st.just(0) | st.integers(1, 999_999)

_distances = st.one_of(
    st.integers(-12, 12).map(lambda n: n * 900),
    st.integers(-2 * 3600, 2 * 3600),
    st.integers(-72, 72).map(lambda n: n * 3600),
    st.integers(-3 * 86_400, 3 * 86_400),
)

instants: st.SearchStrategy[datetime] = st.builds(
    lambda seconds, microseconds: FIRST + timedelta(seconds=seconds, microseconds=microseconds),
    st.integers(0, SPAN),
    _microseconds,
)


@st.composite
def instants_around_changes(draw: st.DrawFn, key: str) -> datetime:
    """Draw an instant, nine times of ten within three days of a clock change of the zone."""
    changes = transitions(key)
    if not changes or draw(st.integers(0, 9)) == 9:
        return draw(instants)
    change = draw(st.sampled_from(changes))
    distance = timedelta(seconds=draw(_distances), microseconds=draw(_microseconds))
    return min(max(change + distance, FIRST), LAST)


# --- fields ----------------------------------------------------------------------------------
#
# The texts of a field come from a fixed pool, simplest first. One draw takes one, which is quick,
# and shrinks to what a person would write.


@dataclass(frozen=True)
class FieldTexts:
    """The texts that a field of a dialect may hold."""

    low: int
    high: int
    names: Sequence[str] = ()
    specials: Sequence[str] = ()
    wraps: bool = False
    open_steps: bool = True

    def pool(self, size: int = 1_000) -> list[str]:
        """Return many texts, a third of them one item, a sixth a star, the rest lists."""
        chance = random.Random(f"{self.low}-{self.high}")
        texts = []
        for _ in range(size):
            count = chance.choice((0, 1, 1, 2, 3, 4))
            texts.append(",".join(self._item(chance) for _ in range(count)) or "*")
        return sorted(texts, key=lambda text: (len(text), text))

    def _item(self, chance: random.Random) -> str:
        step = chance.randint(1, self.high)
        kinds = [self._word(chance), self._word(chance), self._range(chance)]
        kinds += [f"{self._range(chance)}/{step}", f"*/{step}"]
        if self.open_steps:
            kinds.append(f"{chance.randint(self.low, self.high)}/{step}")
        if self.specials:
            kinds.append(chance.choice(self.specials))
        return chance.choice(kinds)

    def _range(self, chance: random.Random) -> str:
        numbers = [chance.randint(self.low, self.high) for _ in range(2)]
        first, last = numbers if self.wraps else sorted(numbers)
        return f"{self._word(chance, first)}-{self._word(chance, last)}"

    def _word(self, chance: random.Random, number: int | None = None) -> str:
        if number is None:
            number = chance.randint(self.low, self.high)
        index = number - self.low
        # Sunday has a name as 0 and none as 7.
        if index >= len(self.names) or chance.random() < 0.5:
            return str(number)
        return chance.choice((str.lower, str.upper, str.title))(self.names[index])


_nth_weekdays = [f"{day}#{n}" for day in (*range(8), *WEEKDAYS) for n in range(1, 6)]
_last_weekdays = [f"{day}L" for day in range(8)]

# Half of all crontabs say nothing of the date, and more nothing of the month.
_sixty = FieldTexts(0, 59).pool()
# Clocks change at night: half of the time the hours are those at which they do.
_hours = sorted(FieldTexts(0, 3).pool() + FieldTexts(0, 23).pool(), key=len)
_months = ["*"] * 1_000 + FieldTexts(1, 12, MONTHS).pool()
_dates = ["*"] * 1_000 + FieldTexts(1, 31, specials=["L", "LW"]).pool()
_weekdays = ["*"] * 1_000 + FieldTexts(
    0, 7, WEEKDAYS, specials=[*_nth_weekdays, *_last_weekdays]
).pool()
# No seconds, few, or some; the oracle writes out every one of them.
_seconds = (
    [""] * 400 + [str(n) for n in range(60)] * 4 + ["*/20", "5,50", "*/7"] * 40 + _sixty[200::20]
)

vixie_expressions: st.SearchStrategy[str] = st.builds(
    lambda *texts: " ".join(texts).strip(),
    *(st.sampled_from(pool) for pool in (_seconds, _sixty, _hours, _dates, _months, _weekdays)),
)

# Celery looks at the first three letters of a name and no further.
_long_weekdays = ("sunday", "mon", "tuesd", "wednesday", "thurs", "friday", "sat")
_long_months = ("january", "feb", "march", "apr", "may", "june", "jul", "aug", "sept", "octo")


def _celery_pool(low: int, high: int, names: Sequence[str] = ()) -> list[str]:
    return FieldTexts(low, high, names, wraps=True, open_steps=False).pool()


celery_fields: dict[str, st.SearchStrategy[str]] = {
    "minute": st.sampled_from(_celery_pool(0, 59)),
    "hour": st.sampled_from(sorted(_celery_pool(0, 3) + _celery_pool(0, 23), key=len)),
    "day_of_month": st.sampled_from(["*"] * 1_000 + _celery_pool(1, 31)),
    "month_of_year": st.sampled_from(["*"] * 1_000 + _celery_pool(1, 12, _long_months)),
    "day_of_week": st.sampled_from(["*"] * 1_000 + _celery_pool(0, 6, _long_weekdays)),
}

celery_expressions: st.SearchStrategy[str] = st.builds(
    lambda *texts: " ".join(texts), *celery_fields.values()
)


# --- cases -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One crontab in one zone under one policy; ``dst=None`` is the dialect's own policy."""

    expression: str
    tz: str | tzinfo
    dialect: str = "vixie"
    dst: Dst | None = None
    short_months: ShortMonths = "skip"

    @property
    def zone(self) -> tzinfo:
        """The zone as a tzinfo."""
        return ZoneInfo(self.tz) if isinstance(self.tz, str) else self.tz

    @property
    def oracle(self) -> CrontabOracle:
        """The oracle of this crontab."""
        return oracle(
            self.expression,
            self.zone,
            dialect=self.dialect,
            dst="vixie" if self.dst is None else self.dst,
            short_months=self.short_months,
        )


@st.composite
def cases(
    draw: st.DrawFn,
    expressions: st.SearchStrategy[str] = vixie_expressions,
    *,
    dialect: str = "vixie",
    key: str | None = None,
) -> Case:
    """Draw a crontab, its zone and its policy."""
    return Case(
        draw(expressions),
        draw(zone_keys) if key is None else key,
        dialect,
        draw(st.none() | policies),
    )


@st.composite
def moments(
    draw: st.DrawFn,
    expressions: st.SearchStrategy[str] = vixie_expressions,
    *,
    dialect: str = "vixie",
) -> tuple[Case, datetime]:
    """Draw a crontab and an instant to ask it about."""
    case = draw(cases(expressions, dialect=dialect))
    assert isinstance(case.tz, str)
    return case, draw(instants_around_changes(case.tz))


def widest_window(oracles: Sequence[CrontabOracle]) -> int:
    """Return how many seconds of these crontabs hold some hundreds of runs, at most 30 days."""
    runs_a_day = max(each.runs_a_day for each in oracles)
    return min(30 * 86_400, 400 * 86_400 // runs_a_day)


@st.composite
def windows(
    draw: st.DrawFn,
    expressions: st.SearchStrategy[str] = vixie_expressions,
    *,
    dialect: str = "vixie",
) -> tuple[Case, datetime, datetime]:
    """Draw a crontab and a window with no more runs than an oracle can bear.

    Half of the windows hold a clock change, if the zone has any.
    """
    case = draw(cases(expressions, dialect=dialect))
    assert isinstance(case.tz, str)
    start, end = draw(windows_around_changes(case.tz, widest_window([case.oracle])))
    return case, start, end


@st.composite
def windows_around_changes(draw: st.DrawFn, key: str, widest: int) -> tuple[datetime, datetime]:
    """Draw a window of at most ``widest`` seconds; half of them hold a change of the zone."""
    length = draw(st.just(widest) | st.integers(0, widest))
    changes = transitions(key)
    around_change = draw(st.booleans())
    if changes and around_change:
        change = draw(st.sampled_from(changes))
        start = change - timedelta(seconds=draw(st.integers(0, length)))
    else:
        start = draw(instants_around_changes(key))
    return start, start + timedelta(seconds=length)
