"""Cases: a crontab, its zone and its policy, from which come the schedule and its oracle.

Whoever tests a crontab engine of their own draws cases, builds theirs from the parts, and holds
its answers against the oracle's.
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
"""In a window that is drawn; more take the oracle too long."""


@dataclass(frozen=True)
class CronCase:
    """A crontab: `schedule` is duetime's, `oracle` the slow reference; your own is made of these.

    >>> from zoneinfo import ZoneInfo
    >>> from duetime.testing import CronCase
    >>> CronCase("30 2 * * *", ZoneInfo("Europe/Paris")).schedule
    cron('30 2 * * *', tz='Europe/Paris')
    """

    expression: str
    tz: tzinfo = UTC
    dialect: str = "vixie"
    dst: DstPolicy | str | None = None
    """None for the policy that is the dialect's own."""
    short_months: ShortMonths = "skip"
    years: tuple[int, ...] | None = None
    """The only years that it runs in; None for every year, or where the expression has years."""
    seed: str | None = None
    """What Jenkins draws its `H` from; None in other dialects."""

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
            return duetime.cron(self.expression, **options)
        texts = self.expression.split()
        if len(texts) > 6 or self.dialect in ("aws", "systemd"):
            raise ValueError(f"{self.expression!r} has years already, so leave years out")
        fields: dict[str, Any] = dict(zip(_FIELDS, ["0"] * (6 - len(texts)) + texts, strict=True))
        return duetime.cron(**fields, year=self.years, **options)

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

    `expressions` and `zones` say which; None for `cron_expressions(dialect)` and `time_zones()`.
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
    """Crontabs with few times of day, all of them close to a time at which the clocks change.

    A third are of every day, the others of the weekday or the day of the month of a change; in
    zones with a history, under any policy.
    """
    tz = ZoneInfo(draw(st.sampled_from(CHANGING_ZONES)))
    change = draw(st.sampled_from(transitions_of(tz)))
    # What the clocks show as the offset changes, and what they would show without the change.
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
    # The weekday of a change is that of most others, and its date is in its month.
    days = st.sampled_from(("* * *", f"* * {weekday}", f"{labels[0].day} * *"))
    return CronCase(f"{minute} {hour} {draw(days)}", tz, dst=draw(policies()))


@st.composite
def oracle_windows(draw: st.DrawFn, *cases: CronCase) -> tuple[datetime, datetime]:
    """Windows `[start, end)` of thirty days at most, with no more runs than an oracle can bear.

    Half of them hold a clock change of the first case's zone, if there is any.
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
