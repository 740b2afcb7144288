"""Cases: a crontab, its zone and its policy, with duetime's schedule and the oracle of them.

To test another crontab engine, draw cases, build its schedule from the parts of a case, and compare
its answers with the oracle's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import duetime
from duetime.schedules import Schedule
from duetime.testing.crontab_oracle import WEEKDAYS, CrontabOracle, ShortMonths, oracle
from duetime.testing.strategies import (
    CHANGING_ZONES,
    SEED,
    cron_expressions,
    instants,
    policies,
    time_zones,
    transitions_of,
)
from duetime.zones import DstPolicy

_FIELDS: Final = ("second", "minute", "hour", "day_of_month", "month_of_year", "day_of_week")
_DAY: Final = 86_400
_TICK: Final = timedelta(microseconds=1)
_MOST_RUNS: Final = 400
"""A drawn window has this many runs at most: more take the oracle too long."""


@dataclass(frozen=True)
class CronCase:
    """A crontab in its parts; `schedule` is duetime's, `oracle` the slow reference.

    >>> from zoneinfo import ZoneInfo
    >>> from duetime.testing import CronCase
    >>> CronCase("30 2 * * *", ZoneInfo("Europe/Paris")).schedule
    cron('30 2 * * *', tz='Europe/Paris')
    """

    expression: str
    tz: tzinfo = UTC
    dialect: str = "vixie"
    dst: DstPolicy | str | None = None
    """None for the policy of the dialect."""
    short_months: ShortMonths = "skip"
    years: tuple[int, ...] | None = None
    """The years in which it runs; None for every year, and if the expression has years itself."""
    seed: str | None = None
    """The seed of Jenkins's `H`; None in other dialects."""

    @cached_property
    def schedule(self) -> Schedule:
        options: dict[str, Any] = {
            "tz": self.tz,
            "dialect": self.dialect,
            "dst": self.dst,
            "short_months": self.short_months,
            "seed": self.seed,
        }
        if self.years is None:
            plain: Schedule = duetime.cron(self.expression, **options)
            return plain
        texts = self.expression.split()
        if len(texts) > 6 or self.dialect in ("aws", "systemd"):
            raise ValueError(f"{self.expression!r} has years already, so leave years out")
        fields: dict[str, Any] = dict(zip(_FIELDS, ["0"] * (6 - len(texts)) + texts, strict=True))
        with_years: Schedule = duetime.cron(**fields, year=self.years, **options)
        return with_years

    @cached_property
    def oracle(self) -> CrontabOracle:
        dst = self.dst
        return oracle(
            self.expression,
            self.tz,
            dialect=self.dialect,
            dst=(dst.gap, dst.overlap) if isinstance(dst, DstPolicy) else dst,
            years=self.years,
            short_months=self.short_months,
            seed=self.seed or SEED,
        )


@st.composite
def cron_cases(
    draw: st.DrawFn,
    dialect: str = "vixie",
    *,
    expressions: st.SearchStrategy[str] | None = None,
    zones: st.SearchStrategy[tzinfo] | None = None,
    short_months: ShortMonths = "skip",
) -> CronCase:
    """Crontabs of a dialect, in any zone and under any policy.

    By default the strategies are `cron_expressions(dialect)` and `time_zones()`.
    """
    return CronCase(
        draw(cron_expressions(dialect) if expressions is None else expressions),
        draw(time_zones() if zones is None else zones),
        dialect,
        draw(st.none() | policies()),
        short_months,
        seed=SEED if dialect == "jenkins" else None,
    )


@st.composite
def clock_change_cases(draw: st.DrawFn) -> CronCase:
    """Crontabs with a few times of day, all of them close to the time of a clock change.

    A third run every day, the others on the weekday or the day of the month of the change. The
    zones are those with a history; the policies are all.
    """
    tz = ZoneInfo(draw(st.sampled_from(CHANGING_ZONES)))
    change = draw(st.sampled_from(transitions_of(tz)))
    # The wall times of the change, by the clock before it and by the clock after it.
    offsets = [(change + aside).astimezone(tz).utcoffset() for aside in (-_TICK, timedelta(0))]
    times = st.sampled_from([change + offset for offset in offsets if offset is not None])
    asides = st.integers(-4, 4).map(lambda n: n * 15) | st.integers(-90, 90)
    drawn = draw(st.lists(st.tuples(times, asides), min_size=1, max_size=3))
    labels = [time + timedelta(minutes=aside) for time, aside in drawn]
    hours, minutes = ({getattr(label, name) for label in labels} for name in ("hour", "minute"))
    hour, minute = (",".join(map(str, sorted(numbers))) for numbers in (hours, minutes))
    if draw(st.integers(0, 2)) == 2:
        hour = "*"
    weekday = WEEKDAYS[labels[0].isoweekday() % 7]
    # Most changes of a zone fall on one weekday.
    days = st.sampled_from(("* * *", f"* * {weekday}", f"{labels[0].day} * *"))
    return CronCase(f"{minute} {hour} {draw(days)}", tz, dst=draw(policies()))


@st.composite
def oracle_windows(draw: st.DrawFn, *cases: CronCase) -> tuple[datetime, datetime]:
    """Windows `[start, end)` in UTC, of thirty days and about 400 runs of each case at most.

    Half of them hold a clock change of the first case's zone, if it has any. Raises TypeError
    without a case.
    """
    if not cases:
        raise TypeError("oracle_windows needs a case, whose runs say how long a window may be")
    busiest = max(case.oracle.runs_a_day for case in cases)
    widest = min(30 * _DAY, _MOST_RUNS * _DAY // busiest)
    length = draw(st.just(widest) | st.integers(0, widest))
    changes = transitions_of(cases[0].tz)
    around_change = draw(st.booleans())
    if changes and around_change:
        start = draw(st.sampled_from(changes)) - timedelta(seconds=draw(st.integers(0, length)))
    else:
        start = draw(instants(cases[0].tz))
    return start, start + timedelta(seconds=length)
