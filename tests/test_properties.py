"""The core keeps the laws of schedules, and its crontabs answer as the oracle does.

Everything here is drawn and held to account by `duetime.testing`, as anybody's code would be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from duetime import DstPolicy, Schedule, cron, every
from duetime.testing import (
    CronCase,
    OracleLaws,
    ScheduleLaws,
    against_the_oracle,
    calendar_intervals,
    clock_change_cases,
    compositions,
    cron_cases,
    crons,
    instants,
    intervals,
    laws,
    oracle_windows,
    policies,
    schedules,
    sets_of_instants,
    time_zones,
)
from duetime.testing.crontab_oracle import Policy
from duetime.testing.strategies import DIALECTS, cron_fields
from tests.support.blocks import timelines_tell_of_their_runs
from tests.support.effort import drawn, few


@st.composite
def month_ends(draw: st.DrawFn) -> CronCase:
    """In short months the last day stands for the days after it."""
    minute, hour, day, month = (
        draw(st.sampled_from(texts))
        for texts in (
            ("0", "30", "*/20"),
            ("0", "2", "*"),
            ("29", "29", "29", "30", "31", "30,31", "15,31", "*/10", "28-30", "L,29", "31/1"),
            ("*", "2", "2,4", "*/2", "4-9"),
        )
    )
    expression = st.just(f"{minute} {hour} {day} {month} *")
    return draw(cron_cases(expressions=expression, short_months="last"))


@st.composite
def days_by_the_month(draw: st.DrawFn) -> CronCase:
    """Days that depend on where a month begins and ends."""
    dates = "1W 2W 15W 28W 29W 30W 31W LW L-1W L-2W L-27W L-30W L L-1 L-30 29 30 31".split()
    weekdays = [f"{day}{mark}" for day in (1, 2, 6, 7) for mark in ("L", "#1", "#4", "#5")]
    date, weekday = draw(
        st.sampled_from([(date, "?") for date in dates] + [("?", day) for day in weekdays])
    )
    month = draw(st.sampled_from(("*", "2", "*/2", "4-9", "1,12")))
    return draw(cron_cases("quartz", expressions=st.just(f"0 0 0 {date} {month} {weekday}")))


@st.composite
def of_listed_years(draw: st.DrawFn) -> CronCase:
    years = draw(st.lists(st.integers(1900, 2100), min_size=1, max_size=40, unique=True))
    case = draw(cron_cases())
    return CronCase(case.expression, case.tz, dst=case.dst, years=tuple(sorted(years)))


fixed_offsets: st.SearchStrategy[tzinfo] = st.integers(-1439, 1439).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
any_dialect = st.sampled_from(DIALECTS)


class TestAllDialectsAreTheOracles(OracleLaws):
    """Every kind of crontab, above all at the times of day that clock changes touch."""

    examples = drawn(80)
    deadline = None
    proves = True

    def cases(self) -> st.SearchStrategy[CronCase]:
        return st.one_of(
            cron_cases(),
            cron_cases(),
            cron_cases("celery"),
            any_dialect.flatmap(cron_cases),
            any_dialect.flatmap(cron_cases),
            clock_change_cases(),
            clock_change_cases(),
            month_ends(),
            days_by_the_month(),
            of_listed_years(),
            cron_cases(zones=fixed_offsets),
        )

    def subject(self, case: CronCase) -> Schedule:
        return case.schedule


class TestCrontabs(ScheduleLaws):
    """Of all dialects, and where a gap moves their runs or an overlap repeats them."""

    examples = drawn(35)
    deadline = None
    proves = True
    resolution = timedelta(seconds=1)

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return st.one_of(
            crons(), crons(), crons("celery"), any_dialect.flatmap(crons), clock_change_crons
        )


class TestCalendarDates(ScheduleLaws):
    """Steps of months and days, which count dates and not crontab fields."""

    examples = drawn(10)
    deadline = None
    whole_seconds = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return calendar_intervals()


class TestGrids(ScheduleLaws):
    examples = drawn(10)
    deadline = None
    whole_seconds = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return intervals(floating=False)


class TestSetsOfInstants(ScheduleLaws):
    examples = drawn(10)
    deadline = None
    whole_seconds = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return sets_of_instants()


class TestFloatingIntervals(ScheduleLaws):
    examples = drawn(15)
    deadline = None
    floating = True
    finite = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return intervals(floating=True)


class TestCompositions(ScheduleLaws):
    examples = drawn(12)
    deadline = None
    whole_seconds = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return compositions()


@st.composite
def celery_keywords(draw: st.DrawFn) -> dict[str, Any]:
    """Some of Celery's keywords, as text, as a number or as numbers."""
    keywords: dict[str, Any] = {}
    fields = cron_fields("celery")
    bounds = {"minute": (0, 59), "hour": (0, 23), "day_of_month": (1, 31), "day_of_week": (0, 6)}
    for name in draw(st.lists(st.sampled_from([*fields]), unique=True)):
        numbers = st.integers(*bounds.get(name, (1, 12)))
        lists = st.lists(numbers, min_size=1, max_size=5)
        keywords[name] = draw(fields[name] | numbers | lists)
    return keywords


@given(celery_keywords(), time_zones(), st.data())
def test_celery_keywords_mean_stars_where_nothing_is_said(
    keywords: dict[str, Any], zone: tzinfo, data: st.DataObject
) -> None:
    assume(keywords)
    expression = " ".join(as_text(keywords.get(name, "*")) for name in cron_fields("celery"))
    case = CronCase(expression, zone, "celery")
    assert cron(**keywords, tz=zone, dialect="celery") == case.schedule


def as_text(value: str | int | list[int]) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


@given(cron_cases(), time_zones(), st.data())
def test_in_another_zone_the_wall_times_stay(
    case: CronCase, zone: tzinfo, data: st.DataObject
) -> None:
    elsewhere = CronCase(case.expression, zone, dst=case.dst)
    start, end = data.draw(oracle_windows(elsewhere))
    schedule = case.schedule.in_zone(zone)
    against_the_oracle.the_runs_of_a_window_are_the_oracles(schedule, elsewhere.oracle, start, end)
    assert schedule == elsewhere.schedule


daily_crons: st.SearchStrategy[Schedule] = st.builds(
    cron,
    st.sampled_from(
        ("* * * * *", "*/15 * * * *", "0 * * * *", "30 1-3 * * *", "0 0 * 3-9 *", "*/30 * * 3-9 *")
    ),
    tz=time_zones(),
    dst=policies(),
)
"""Crontabs that run at some times on every day, or on every day of some months."""


@st.composite
def sets_of_crontabs(draw: st.DrawFn, some: st.SearchStrategy[Schedule]) -> Schedule:
    """A crontab and one of every day, most often of its zone, in one set; or a part of the one."""
    one, other = draw(some), draw(daily_crons)
    if draw(st.integers(0, 2)):
        other = other.in_zone(one.tz)
    kind = draw(st.sampled_from("|&-rcs"))
    if kind == "c":
        start = draw(instants(one.tz))
        return one.within(start, start + timedelta(days=draw(st.integers(0, 200))))
    if kind == "s":
        return one.shifted(timedelta(seconds=draw(st.integers(-100_000, 100_000))))
    if kind == "r":
        return other - one
    return one | other if kind == "|" else one & other if kind == "&" else one - other


clock_change_crons = clock_change_cases().map(lambda case: case.schedule)


class TestSetsAtClockChanges(ScheduleLaws):
    """Crontabs with labels in common, under policies of their own, as one set."""

    examples = drawn(15)
    deadline = None
    proves = True

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return sets_of_crontabs(clock_change_crons)


@given(sets_of_crontabs(clock_change_crons), st.data())
@few(80)
def test_what_a_set_tells_of_clock_changes_is_what_it_runs_at(
    schedule: Schedule, data: st.DataObject
) -> None:
    start: datetime = data.draw(instants(schedule.tz))
    laws.clock_changes_tell_of_runs(schedule, start - timedelta(days=5), start + timedelta(days=5))


daily_sets = sets_of_crontabs(daily_crons)
grids = intervals(floating=False)
known_by_the_day = st.sampled_from((schedules(), crons(), grids, daily_crons, daily_sets))


@given(known_by_the_day.flatmap(lambda strategy: strategy), st.data())
@few(80)
def test_what_is_known_of_a_block_of_days_is_what_runs_in_it(
    schedule: Schedule, data: st.DataObject
) -> None:
    moment: datetime = data.draw(instants(schedule.tz))
    # In years of which nobody has listed the clock changes, a whole calendar later.
    later = timedelta(days=data.draw(st.sampled_from((0, 0, 146_097))))
    timelines_tell_of_their_runs(schedule, moment + later)


@given(cron_cases())
def test_schedules_that_say_the_same_in_other_words_are_equal(case: CronCase) -> None:
    texts = case.expression.upper().split()
    plain = case.oracle
    spelled_out = " ".join(
        (
            spelled(plain.minutes),
            spelled(plain.hours),
            texts[-3],
            spelled(plain.months),
            texts[-1],
        )
    )
    policy = DstPolicy(plain.policy.gap, plain.policy.overlap)
    same = cron(spelled_out, second=spelled(plain.seconds), tz=case.tz, dst=policy)
    assert same == case.schedule
    assert hash(same) == hash(case.schedule)


def spelled(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(numbers, reverse=True)))


@given(cron_cases(), cron_cases())
def test_schedules_with_other_times_policies_or_zones_are_unequal(
    one: CronCase, other: CronCase
) -> None:
    assume(described(one) != described(other))
    assert one.schedule != other.schedule


def described(case: CronCase) -> tuple[Any, ...]:
    plain = case.oracle
    return plain.seconds, plain.minutes, plain.hours, plain.months, plain.policy, case.tz


@given(cron_cases(), policies())
def test_a_schedule_under_another_policy_is_another_schedule(
    case: CronCase, dst: DstPolicy | str
) -> None:
    other = CronCase(case.expression, case.tz, dst=dst)
    same_policy: bool = case.oracle.policy == other.oracle.policy
    assert (case.schedule == other.schedule) is same_policy


kindred_crons: st.SearchStrategy[Schedule] = st.builds(
    cron,
    minute=st.just("0"),
    hour=st.sampled_from(("0", "*", "0,12", "*/6")),
    day_of_month=st.sampled_from(("*", "*", "1", "1-15", "*/2", "L", "31")),
    month_of_year=st.sampled_from(("*", "1-6", "*/2", "2,12", "3", "10-12")),
    day_of_week=st.sampled_from(("*", "*", "mon", "mon-fri", "sun")),
    year=st.sampled_from(("*", "*", "1900-2100/2", "1900-1999", "*/3")),
    dst=policies(),
)
"""Crontabs that have runs in common."""


@given(kindred_crons, kindred_crons, time_zones(), st.data())
def test_crontabs_of_one_zone_meet_in_the_dates_of_both(
    one: Schedule, other: Schedule, zone: tzinfo, data: st.DataObject
) -> None:
    one, other = one.in_zone(zone), other.in_zone(zone)
    start: datetime = data.draw(instants(zone))
    laws.operators_are_those_of_sets(one, other, start, start + timedelta(days=800))


@st.composite
def kindred_grids(draw: st.DrawFn) -> Schedule:
    """Grids of a few minutes, of which most meet another now and then."""
    anchor = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 12)))
    return every(minutes=draw(st.integers(2, 9)), anchor=anchor)


@given(kindred_grids(), kindred_grids(), instants())
def test_grids_meet_where_both_run(one: Schedule, other: Schedule, start: datetime) -> None:
    laws.operators_are_those_of_sets(one, other, start, start + timedelta(hours=1))


@given(crons(), crons(), st.data())
def test_of_two_in_one_zone_the_order_does_not_matter(
    one: Schedule, other: Schedule, data: st.DataObject
) -> None:
    other = other.in_zone(one.tz)
    moment: datetime = data.draw(instants(one.tz))
    assert one | other == other | one
    assert one & other == other & one
    assert (one | other).tz is one.tz
    assert (one | other).next_run(moment) == (other | one).next_run(moment)


def test_the_named_policies_of_the_oracle_are_those_of_the_design() -> None:
    """Keep the oracle's table honest where both are plain pairs."""
    for name, pair in (
        ("wall", Policy("skip", "both")),
        ("ocps", Policy("skip", "first")),
        ("quartz", Policy("skip", "last")),
        ("rfc5545", Policy("shift", "first")),
    ):
        named = cron("30 2 * * *", tz="Europe/Paris", dst=name)
        assert named == cron("30 2 * * *", tz="Europe/Paris", dst=DstPolicy(pair.gap, pair.overlap))
