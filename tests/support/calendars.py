"""Oracles of calendars, windows and daily grids: lists of dates and instants, walked one by one.

Runs and bounds are datetimes in UTC, as the oracle of crontabs gives them: there Python compares
them rightly. Dates come from `datetime.astimezone`, and a wall time becomes its instants by asking
for both folds.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hypothesis import strategies as st

from duetime.testing import CronCase, cron_cases, oracle_windows
from duetime.testing.crontab_oracle import Policy
from tests.support.dates import DAY


@st.composite
def questions(draw: st.DrawFn) -> tuple[CronCase, datetime, datetime]:
    """A crontab and a window in which the oracle lists its runs."""
    case = draw(cron_cases())
    return case, *draw(oracle_windows(case))


class Growing:
    """A container of dates that finds out about a year when it is first asked about it.

    So do those of the `holidays` package. Its holidays are the first Monday of each month.
    """

    __hash__ = None  # type: ignore[assignment]  # as for containers that change

    def __init__(self) -> None:
        self.known: dict[int, set[date]] = {}

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        if day.year not in self.known:
            firsts = (date(day.year, month, 1) for month in range(1, 13))
            self.known[day.year] = {first + DAY * (-first.weekday() % 7) for first in firsts}
        return day in self.known[day.year]


class Listed(Growing):
    """A container that says of the years it knows, as `holidays` objects do."""

    def __init__(self, years: Iterable[int], *, expand: bool) -> None:
        super().__init__()
        self.years = set(years)
        self.expand = expand
        self.start_year, self.end_year = 1990, 2040


def business(
    weekend: Container[int], holidays: Container[date] = frozenset()
) -> Callable[[date], bool]:
    """Whether a date is a business day; weekdays count from Monday 0."""
    return lambda day: day.weekday() not in weekend and day not in holidays


def kept(runs: Iterable[datetime], zone: tzinfo, keeps: Callable[[date], bool]) -> list[datetime]:
    """The runs whose local date is kept."""
    return [run for run in runs if keeps(run.astimezone(zone).date())]


def rolled(
    runs: Iterable[datetime],
    zone: tzinfo,
    is_business: Callable[[date], bool],
    convention: str,
    policy: Policy,
) -> list[datetime]:
    """Where the runs go, in order and each instant once."""
    found = set()
    for run in runs:
        local = run.astimezone(zone)
        day = target(local.date(), is_business, convention)
        if day == local.date():
            found.add(run)
        else:
            label = datetime.combine(day, local.time().replace(fold=0))
            found |= {instant.replace(tzinfo=UTC) for instant in policy.instants(label, zone)}
    return sorted(found)


def target(day: date, is_business: Callable[[date], bool], convention: str) -> date:
    """The business day that a date is adjusted to, as textbooks put it."""
    step = DAY if convention.endswith("following") else -DAY
    adjusted = _first_business(day, is_business, step)
    if convention.startswith("modified") and adjusted.month != day.month:
        return _first_business(day, is_business, -step)
    return adjusted


def _first_business(day: date, is_business: Callable[[date], bool], step: timedelta) -> date:
    while not is_business(day):
        day += step
    return day


def shifted_days(
    runs: Iterable[datetime],
    zone: tzinfo,
    is_business: Callable[[date], bool],
    n: int,
    policy: Policy,
) -> list[datetime]:
    """Where the runs go that move by n business days, in order and each instant once."""
    found = set()
    for run in runs:
        local = run.astimezone(zone)
        day, left = local.date(), abs(n)
        while left:
            day += DAY if n > 0 else -DAY
            left -= is_business(day)
        label = datetime.combine(day, local.time().replace(fold=0))
        found |= {instant.replace(tzinfo=UTC) for instant in policy.instants(label, zone)}
    return sorted(found)


def nth(
    n: int,
    per: str,
    at: time,
    zone: tzinfo,
    is_business: Callable[[date], bool],
    policy: Policy,
    start: datetime,
    end: datetime,
) -> list[datetime]:
    """The runs in `[start, end)` on the n-th business day of each period."""
    periods: dict[object, list[date]] = {}
    day = (start - 400 * DAY).date()
    while day <= (end + 400 * DAY).date():
        periods.setdefault(_period(day, per), []).append(day)
        day += DAY
    found = set()
    for days in [*periods.values()][1:-1]:
        open_days = [day for day in days if is_business(day)]
        if len(open_days) >= abs(n):
            label = datetime.combine(open_days[n - 1 if n > 0 else n], at)
            found |= {instant.replace(tzinfo=UTC) for instant in policy.instants(label, zone)}
    return sorted(run for run in found if start <= run < end)


def _period(day: date, per: str) -> object:
    year, week, _ = day.isocalendar()
    return {
        "week": (year, week),
        "month": (day.year, day.month),
        "quarter": (day.year, (day.month - 1) // 3),
        "year": day.year,
    }[per]


def grid(
    every: timedelta,
    start: time,
    end: time,
    weekdays: Container[int],
    zone: tzinfo,
    policy: Policy,
    low: datetime,
    high: datetime,
) -> list[datetime]:
    """The runs in `[low, high)` of a daily grid."""
    found = set()
    day = (low - 4 * DAY).date()
    while day <= (high + 4 * DAY).date():
        label, last = datetime.combine(day, start), datetime.combine(day, end)
        last += DAY if end < start else 0 * DAY
        while label <= last and day.weekday() in weekdays:
            found |= {instant.replace(tzinfo=UTC) for instant in policy.instants(label, zone)}
            label += every
        day += DAY
    return sorted(run for run in found if low <= run < high)


def spans(
    opens: Sequence[datetime], length: timedelta | None, until: Sequence[datetime]
) -> list[tuple[datetime, datetime | None]]:
    """The windows that openings make, joined where they touch; None for one that stays open."""
    joined: list[tuple[datetime, datetime | None]] = []
    for opening in opens:
        closing = (
            next((run for run in until if run > opening), None)
            if length is None
            else opening + length
        )
        if joined and (joined[-1][1] is None or opening <= joined[-1][1]):
            first, before = joined.pop()
            closing = None if before is None or closing is None else max(before, closing)
            joined.append((first, closing))
        else:
            joined.append((opening, closing))
    return joined


def inside(
    runs: Iterable[datetime], windows: Sequence[tuple[datetime, datetime | None]]
) -> Iterator[datetime]:
    """The runs inside of windows."""
    for run in runs:
        if any(low <= run and (high is None or run < high) for low, high in windows):
            yield run
