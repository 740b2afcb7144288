"""What the tests of business days, of days kept and of rolling ask about together."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from duetime import Schedule, business_days, cron
from duetime.dates.days import WEEKDAYS
from duetime.kinds.business import BusinessDays
from duetime.testing import CronCase
from tests.support import calendars as oracle
from tests.support.calendars import Growing, questions
from tests.support.dates import DAY, utc
from tests.support.effort import few
from tests.support.names import NAMES

START, END = utc(2026, 1, 1), utc(2027, 1, 1)
WEEK = utc(2026, 4, 27), utc(2026, 5, 11)
GOLDEN_WEEK = [date(2026, 4, 29), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)]
"""The holidays of Japan that lie in that fortnight."""

JAPAN = business_days(holidays=GOLDEN_WEEK)
DAILY = cron("0 9 * * *", tz="Europe/Paris")
MONTH_END = cron("0 9 L * *", tz="Europe/Paris")

some = few(10)
"""For laws that are held against an oracle, which is slow."""


class Everything:
    """A container that has every date."""

    def __contains__(self, day: object) -> bool:
        return True


def dates(schedule: Schedule, start: datetime, end: datetime) -> list[str]:
    """The local dates of the runs, and the same backwards."""
    runs = [run.date().isoformat() for run in schedule.runs(start, end)]
    assert [run.date().isoformat() for run in schedule.runs_back(end, start)] == runs[::-1]
    assert schedule.count(start, end) == len(runs)
    return runs


def in_utc(runs: Iterable[datetime]) -> list[datetime]:
    """Runs in UTC, where datetimes compare by what they are."""
    return [run.astimezone(UTC) for run in runs]


def assert_copies(schedule: Schedule) -> None:
    """Its repr, its pickle and its document make schedules that are equal to it."""
    for copy in (
        eval(repr(schedule), NAMES),
        pickle.loads(pickle.dumps(schedule)),
        Schedule.from_dict(schedule.to_dict()),
    ):
        assert copy == schedule
        assert hash(copy) == hash(schedule)
        assert copy.next_run(START) == schedule.next_run(START)
        assert repr(copy) == repr(schedule)


def assert_runs(
    schedule: Schedule, expected: list[datetime], start: datetime, end: datetime
) -> None:
    """A schedule has these runs of a range, in UTC, and no others, whichever way it is asked."""
    assert in_utc(schedule.runs(start, end)) == expected
    assert in_utc(schedule.runs_back(end, start)) == expected[::-1]
    assert schedule.count(start, end) == len(expected)
    run = schedule.within(end=end).next_run(start - timedelta(microseconds=1))
    assert (run and run.astimezone(UTC)) == (expected[0] if expected else None)


weekends = st.sampled_from(((5, 6), (4, 5), (), (6,), (3, 4, 5), (0, 2, 4)))


class World(NamedTuple):
    """A business calendar with holidays near a window, the oracle's view of it, and a crontab."""

    calendar: BusinessDays
    is_business: Callable[[date], bool]
    off: list[date]
    case: CronCase
    start: datetime
    end: datetime


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds, half of them with more holidays in a container that is not listed."""
    case, start, end = draw(questions())
    weekend = draw(weekends)
    near = st.integers(-5, 6 + (end - start).days).map(lambda n: start.date() + DAY * n)
    off = draw(st.lists(near, max_size=8))
    more: Any = draw(st.sampled_from((None, Growing())))
    calendar = business_days([WEEKDAYS[day] for day in weekend], [off, more] if more else off)
    is_listed = oracle.business(weekend, off)

    def is_business(day: date) -> bool:
        return is_listed(day) and not (more and day in more)

    return World(calendar, is_business, off, case, start, end)
