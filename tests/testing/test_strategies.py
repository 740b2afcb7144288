"""Strategies draw what they say, all of it valid, and shrink to what a person would write."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from duetime import (
    CronSyntaxError,
    DstPolicy,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    UnknownTimeZoneError,
)
from duetime.algebra.windows import Window
from duetime.kinds.business import BusinessDays
from duetime.testing import (
    CronCase,
    beat_entries,
    calendar_intervals,
    calendars,
    clock_change_cases,
    compositions,
    cron_expressions,
    crons,
    daily_grids,
    instants,
    intervals,
    invalid_cron_expressions,
    moments,
    nth_business_days,
    policies,
    rrules,
    schedules,
    selections,
    solar_events,
    spreadings,
    time_zones,
    transitions,
    windows,
)
from duetime.testing.strategies import CHANGING_ZONES, DIALECTS, SEED, evenly, transitions_of
from tests.support.crontabs import cron
from tests.support.dates import NEW_YORK


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
def test_an_expression_is_one_of_its_dialect(dialect: str, data: st.DataObject) -> None:
    expression = data.draw(cron_expressions(dialect))
    seed = SEED if dialect == "jenkins" else None
    assert cron(expression, dialect=dialect, seed=seed).expression == expression


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
def test_an_invalid_expression_is_refused(dialect: str, data: st.DataObject) -> None:
    expression = data.draw(invalid_cron_expressions(dialect))
    with pytest.raises(CronSyntaxError) as error:
        cron(expression, dialect=dialect)
    assert error.value.expression


def test_an_unknown_dialect_has_no_expressions() -> None:
    with pytest.raises(ValueError, match=r"dialect must be one of vixie, cronsim, .*, not 'fcron'"):
        cron_expressions("fcron")


SMALLEST: list[tuple[st.SearchStrategy[Any], Any, str]] = [
    (cron_expressions(), lambda text: True, "* * * * *"),
    (cron_expressions("celery"), lambda text: True, "* * * * *"),
    (time_zones(), lambda zone: True, "America/New_York"),
    (policies(), lambda policy: policy != "vixie", "wall"),
    (crons(), lambda schedule: True, "cron('* * * * *', tz='America/New_York')"),
    (moments(), lambda schedule: True, "at(tz='America/New_York')"),
]


@pytest.mark.parametrize(("strategy", "holds", "smallest"), SMALLEST)
def test_examples_shrink_to_what_a_person_would_write(
    strategy: st.SearchStrategy[Any], holds: Any, smallest: str
) -> None:
    assert str(find(strategy, holds, settings=settings(database=None))) == smallest


@given(st.lists(evenly(-50, 10**9), min_size=40, max_size=40))
@settings(max_examples=50, phases=[Phase.generate], database=None)
def test_numbers_are_drawn_from_all_of_a_range(drawn: list[int]) -> None:
    assert all(-50 <= number <= 10**9 for number in drawn)
    SEEN.update(number * 10 // 10**9 for number in drawn)


def test_each_tenth_of_a_range_comes_up() -> None:
    test_numbers_are_drawn_from_all_of_a_range()
    assert set(range(10)) <= SEEN


SEEN: set[int] = set()


FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("strategy", "zones"),
    [(instants(NEW_YORK), [NEW_YORK]), (instants(), [ZoneInfo(key) for key in CHANGING_ZONES])],
)
def test_most_instants_are_near_a_clock_change(
    strategy: st.SearchStrategy[datetime], zones: list[ZoneInfo]
) -> None:
    changes = sorted(change for zone in zones for change in transitions_of(zone))
    drawn: list[datetime] = []

    @given(strategy)
    @settings(max_examples=300, phases=[Phase.generate], database=None)
    def draw(moment: datetime) -> None:
        drawn.append(moment)

    draw()
    assert all(moment.tzinfo is UTC and FIRST <= moment <= LAST for moment in drawn)
    near = [
        moment
        for moment in drawn
        if any(abs(change - moment) <= timedelta(days=3, seconds=1) for change in changes)
    ]
    assert len(near) > 0.7 * len(drawn)


def test_a_range_or_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ScheduleError, match=r"min_value=2150-.* is after max_value=2100-"):
        instants(NEW_YORK, min_value=datetime(2150, 1, 1, tzinfo=UTC))
    with pytest.raises(NaiveDatetimeError):
        instants(NEW_YORK, max_value=datetime(2026, 1, 1))
    for strategy in (instants, transitions):
        with pytest.raises(UnknownTimeZoneError, match="Europe/Paris"):
            strategy("Europe/Pariss")


@given(st.data())
def test_instants_keep_their_bounds(data: st.DataObject) -> None:
    low, high = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
    near = data.draw(st.booleans())
    moment = data.draw(instants(NEW_YORK, near_transitions=near, min_value=low, max_value=high))
    assert low <= moment <= high


@given(transitions("America/New_York"))
def test_a_transition_is_where_the_offset_changes(change: datetime) -> None:
    before, after = (
        moment.astimezone(NEW_YORK).utcoffset()
        for moment in (change - timedelta(seconds=1), change)
    )
    assert before != after


def test_a_zone_without_changes_has_no_transitions() -> None:
    assert transitions(UTC).is_empty
    assert transitions_of(ZoneInfo("Etc/GMT+12")) == ()
    assert datetime(2026, 3, 8, 7, tzinfo=UTC) in transitions_of(NEW_YORK)


def kinds_of(strategy: st.SearchStrategy[Any], examples: int) -> set[str]:
    """The names of the types that a strategy draws."""
    kinds: set[str] = set()

    @given(strategy)
    @settings(max_examples=examples, phases=[Phase.generate], database=None)
    def draw(one: Any) -> None:
        kinds.add(type(one).__name__)

    draw()
    return kinds


TYPES: list[tuple[st.SearchStrategy[Any], set[str]]] = [
    (intervals(), {"Floating", "Grid"}),
    (calendar_intervals(), {"CalendarInterval"}),
    (rrules(), {"Rule"}),
    (solar_events(), {"Solar"}),
    (moments(), {"Moments"}),
    (nth_business_days(), {"NthBusinessDay"}),
    (daily_grids(), {"DailyGrid"}),
]


@pytest.mark.parametrize(("strategy", "kinds"), TYPES)
def test_a_type_has_a_strategy_of_its_own(
    strategy: st.SearchStrategy[Schedule], kinds: set[str]
) -> None:
    assert kinds_of(strategy, 40) == kinds


def assert_draws(strategy: st.SearchStrategy[Any], kinds: set[str]) -> None:
    """The strategy draws every one of some types; it draws until they are there."""
    found: set[str] = set()

    def is_complete(one: Any) -> bool:
        found.add(type(one).__name__)
        return kinds <= found

    drawing = settings(max_examples=2_000, phases=[Phase.generate], database=None)
    with suppress(NoSuchExample):
        find(strategy, is_complete, settings=drawing, random=Random(1))
    assert kinds - found == set()


def test_compositions_are_of_every_kind() -> None:
    assert_draws(selections(), {"EveryNth", "First", "EarliestOfDay", "LatestOfDay"})
    assert_draws(spreadings(), {"Shift", "Jitter"})
    sets = {"Union", "Intersection", "Difference", "Clip", "Shift"}
    assert_draws(compositions(), sets | {"OnDays", "Rolled", "ShiftedDays", "InWindow"})


def test_schedules_are_of_every_kind() -> None:
    alone = {"Cron", "Solar", "Rule", "Moments", "Grid", "Floating", "CalendarInterval"}
    assert_draws(schedules(), alone | {"DailyGrid", "NthBusinessDay", "Union"})


@given(schedules())
def test_schedules_go_over_the_wire(schedule: Schedule) -> None:
    assert Schedule.from_dict(schedule.to_dict()) == schedule


def test_rules_have_every_part_and_every_frequency() -> None:
    texts: list[str] = []

    @given(rrules())
    @settings(max_examples=600, phases=[Phase.generate], database=None)
    def draw(rule: Any) -> None:
        texts.append(rule.text)

    draw()
    text = "\n".join(texts)
    names = "MONTH WEEKNO YEARDAY MONTHDAY DAY HOUR MINUTE SECOND SETPOS".split()
    wanted = [f"BY{name}=" for name in names]
    wanted += [f"FREQ={name}LY" for name in "YEAR MONTH WEEK DAI HOUR MINUTE SECOND".split()]
    wanted += ["INTERVAL=", "COUNT=", "UNTIL=", "WKST=", "RDATE", "EXDATE"]
    assert [name for name in wanted if name not in text] == []


@cache
def times_of_changes(zone: tzinfo) -> set[tuple[int, int]]:
    """The hours and minutes that clocks show within an hour and a half of a change."""
    shown = set()
    for change in transitions_of(zone):
        for moment in (change - timedelta(seconds=1), change):
            offset = moment.astimezone(zone).utcoffset()
            assert offset is not None
            shown.add(change + offset)
    times = {shown_at + timedelta(minutes=n) for shown_at in shown for n in range(-90, 91)}
    return {(at.hour, at.minute) for at in times}


@given(clock_change_cases(), st.data())
@settings(max_examples=50)
def test_most_times_of_day_of_these_cases_are_those_of_a_change(
    case: CronCase, data: st.DataObject
) -> None:
    minute, hour, *_ = case.expression.split()
    times = times_of_changes(case.tz)
    hours = range(24) if hour == "*" else [int(number) for number in hour.split(",")]
    minutes = [int(number) for number in minute.split(",")]
    assert any((one, other) in times for one in hours for other in minutes)


@given(intervals(floating=True), intervals(floating=False))
def test_intervals_float_or_have_an_anchor(floating: Schedule, anchored: Schedule) -> None:
    assert floating.floating
    assert not anchored.floating


@given(calendars(), policies())
def test_calendars_are_sets_of_dates_or_of_business_days(
    calendar: frozenset[date] | BusinessDays, policy: DstPolicy | str
) -> None:
    holidays = calendar.holidays if isinstance(calendar, BusinessDays) else calendar
    assert all(date(1990, 1, 1) <= day <= date(2030, 12, 31) for day in holidays)
    schedule = cron("0 0 * * *", dst=policy)
    assert schedule.policy.gap in ("skip", "end", "shift")
    assert Schedule.from_dict(schedule.on(calendar).to_dict()) == schedule.on(calendar)


@given(windows())
@settings(max_examples=50)
def test_windows_are_values(window: Window) -> None:
    assert Window.from_dict(window.to_dict()) == window


@given(beat_entries())
@settings(max_examples=50)
def test_beat_entries_are_what_celery_takes(entries: dict[str, dict[str, Any]]) -> None:
    from celery.schedules import BaseSchedule, maybe_schedule

    for name, entry in entries.items():
        assert isinstance(name, str)
        assert entry["task"].startswith("app.tasks.")
        assert isinstance(maybe_schedule(entry["schedule"]), BaseSchedule)


@pytest.mark.parametrize("dialect", ["vixie", "aws"])
def test_a_faulty_expression_can_be_drawn_by_itself(dialect: str) -> None:
    expression = find(invalid_cron_expressions(dialect), lambda _: True)
    with pytest.raises(CronSyntaxError):
        cron(expression, dialect=dialect)
