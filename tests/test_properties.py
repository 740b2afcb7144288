"""Laws of schedules, and the comparison of crontabs with a slow oracle, around clock changes."""

from __future__ import annotations

import datetime as datetime_module
import json
import pickle
import zoneinfo
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

import duetime
from duetime import DstPolicy, Schedule, cron
from tests.support.oracle import CrontabOracle, Dst, Policy, oracle, wall
from tests.support.strategies import (
    Case,
    cases,
    celery_expressions,
    celery_fields,
    fixed_zones,
    instants_around_changes,
    moments,
    policies,
    widest_window,
    windows,
    windows_around_changes,
    zone_keys,
)

TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# As far as the oracle looks. A sparse crontab may have nothing there: then the library's answer
# must lie further away, or be None.
HORIZON = timedelta(days=500)


# --- from cases to schedules, and the comparison of answers -----------------------------------


def schedule_of(case: Case) -> Schedule:
    return cron(
        case.expression,
        tz=case.tz,
        dialect=case.dialect,
        dst=dst_of(case.dst),
        short_months=case.short_months,
    )


def dst_of(dst: Dst | None) -> DstPolicy | str | None:
    return DstPolicy(*dst) if isinstance(dst, tuple) else dst


def assert_next(answer: datetime | None, expected: datetime | None, after: datetime) -> None:
    if expected is None:
        assert answer is None or in_utc(answer) > after + HORIZON
    else:
        assert answer is not None
        assert in_utc(answer) == expected


def assert_prev(answer: datetime | None, expected: datetime | None, before: datetime) -> None:
    if expected is None:
        assert answer is None or in_utc(answer) < before - HORIZON
    else:
        assert answer is not None
        assert in_utc(answer) == expected


def in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def all_in_utc(moments: Iterable[datetime]) -> list[datetime]:
    return [in_utc(moment) for moment in moments]


def assert_shown_in(zone: tzinfo, answer: datetime | None) -> None:
    if answer is not None:
        assert answer.tzinfo is zone
        shown = wall(in_utc(answer).replace(tzinfo=None), zone)
        assert answer.replace(tzinfo=None) == shown


# --- the oracle: each member of a schedule ----------------------------------------------------


@given(moments())
def test_the_next_run_is_the_oracles(question: tuple[Case, datetime]) -> None:
    case, moment = question
    schedule = schedule_of(case)
    answer = schedule.next_run(moment)
    assert_next(answer, case.oracle.next_run(moment, HORIZON), moment)
    assert_shown_in(schedule.tz, answer)


@given(moments())
def test_the_previous_run_is_the_oracles(question: tuple[Case, datetime]) -> None:
    case, moment = question
    schedule = schedule_of(case)
    answer = schedule.prev_run(moment)
    assert_prev(answer, case.oracle.prev_run(moment, HORIZON), moment)
    assert_shown_in(schedule.tz, answer)


@given(windows())
def test_the_runs_of_a_window_are_the_oracles(question: tuple[Case, datetime, datetime]) -> None:
    case, start, end = question
    expected = case.oracle.runs_between(start, end)
    assert all_in_utc(schedule_of(case).runs(start, end)) == expected


@given(windows())
def test_the_runs_backwards_are_the_oracles(question: tuple[Case, datetime, datetime]) -> None:
    case, start, end = question
    expected = case.oracle.runs_between(start, end)[::-1]
    assert all_in_utc(schedule_of(case).runs_back(end, start)) == expected


@given(moments())
def test_floor_and_ceil_are_the_oracles(question: tuple[Case, datetime]) -> None:
    case, moment = question
    schedule = schedule_of(case)
    expected = case.oracle.floor(moment, HORIZON)
    assert_prev(schedule.floor(moment), expected, moment)
    assert_next(schedule.ceil(moment), case.oracle.ceil(moment, HORIZON), moment)
    # A run is its own floor and ceiling.
    if expected is not None:
        assert_prev(schedule.floor(expected), expected, moment)
        assert_next(schedule.ceil(expected), expected, moment)


@given(windows(), st.data())
def test_an_instant_matches_when_it_is_one_of_the_oracles(
    question: tuple[Case, datetime, datetime], data: st.DataObject
) -> None:
    case, start, end = question
    runs = case.oracle.runs_between(start, end)
    candidates = [start, start.replace(second=0, microsecond=0), *runs[:50]]
    moment = data.draw(st.sampled_from(candidates)) + timedelta(
        microseconds=data.draw(st.sampled_from((0, 0, 0, 1, 500_000, 1_000_000, 60_000_000)))
    )
    assert schedule_of(case).matches(moment) == case.oracle.matches(moment)


@given(windows())
def test_the_count_of_a_window_is_the_oracles(question: tuple[Case, datetime, datetime]) -> None:
    case, start, end = question
    assert schedule_of(case).count(start, end) == case.oracle.count(start, end)


@given(moments())
def test_the_search_on_epoch_seconds_is_the_oracles(question: tuple[Case, datetime]) -> None:
    case, moment = question
    moment = moment.replace(microsecond=0)
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    schedule = schedule_of(case)
    later, earlier = schedule.next_epoch(seconds), schedule.prev_epoch(seconds)
    assert_next(of_epoch(later), case.oracle.next_run(moment, HORIZON), moment)
    assert_prev(of_epoch(earlier), case.oracle.prev_run(moment, HORIZON), moment)


def of_epoch(seconds: int | None) -> datetime | None:
    return None if seconds is None else EPOCH + timedelta(seconds=seconds)


@given(windows())
def test_the_labels_that_clock_changes_touch_are_the_oracles(
    question: tuple[Case, datetime, datetime],
) -> None:
    case, start, end = question
    changes = [
        (change.label, change.kind, tuple(all_in_utc(change.instants)))
        for change in schedule_of(case).clock_changes(start, end)
    ]
    expected = case.oracle.clock_changes(start, end)
    assert changes == [(change.label, change.kind, change.instants) for change in expected]


# --- the oracle: dialects, years, short months, fixed offsets ---------------------------------


@given(moments(celery_expressions, dialect="celery"))
def test_celery_crontabs_run_when_the_oracles_do(question: tuple[Case, datetime]) -> None:
    case, moment = question
    schedule = schedule_of(case)
    assert_next(schedule.next_run(moment), case.oracle.next_run(moment, HORIZON), moment)
    assert_prev(schedule.prev_run(moment), case.oracle.prev_run(moment, HORIZON), moment)


@st.composite
def celery_keywords(draw: st.DrawFn) -> dict[str, Any]:
    """Draw some of Celery's keywords, as text, as a number or as numbers."""
    keywords: dict[str, Any] = {}
    bounds = {"minute": (0, 59), "hour": (0, 23), "day_of_month": (1, 31), "day_of_week": (0, 6)}
    for name in draw(st.lists(st.sampled_from([*celery_fields]), unique=True)):
        kind = draw(st.integers(0, 2))
        numbers = st.integers(*bounds.get(name, (1, 12)))
        if kind == 0:
            keywords[name] = draw(celery_fields[name])
        elif kind == 1:
            keywords[name] = draw(numbers)
        else:
            keywords[name] = draw(st.lists(numbers, min_size=1, max_size=5))
    return keywords


@given(celery_keywords(), zone_keys, st.data())
def test_celery_keywords_mean_stars_where_nothing_is_said(
    keywords: dict[str, Any], key: str, data: st.DataObject
) -> None:
    moment = data.draw(instants_around_changes(key))
    expression = " ".join(as_text(keywords.get(name, "*")) for name in celery_fields)
    expected = Case(expression, key, "celery").oracle
    schedule = cron(**keywords, tz=key, dialect="celery")
    assert_next(schedule.next_run(moment), expected.next_run(moment, HORIZON), moment)
    assert_prev(schedule.prev_run(moment), expected.prev_run(moment, HORIZON), moment)
    assert schedule == cron(expression, tz=key, dialect="celery")


def as_text(value: str | int | list[int]) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


@given(moments(), st.lists(st.integers(-2, 2), min_size=1, max_size=3))
def test_a_year_field_keeps_the_runs_of_its_years(
    question: tuple[Case, datetime], distances: list[int]
) -> None:
    case, moment = question
    years = sorted({moment.year + distance for distance in distances})
    names = ("second", "minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    texts = case.expression.split()
    keywords: dict[str, Any] = dict(zip(names, ["0"] * (6 - len(texts)) + texts, strict=True))
    dst = "vixie" if case.dst is None else case.dst
    expected = oracle(case.expression, case.zone, dst=dst, years=years)
    schedule = cron(**keywords, year=years, tz=case.tz, dst=dst_of(case.dst))
    assert_next(schedule.next_run(moment), expected.next_run(moment, HORIZON), moment)
    assert_prev(schedule.prev_run(moment), expected.prev_run(moment, HORIZON), moment)


month_ends = st.builds(
    "{} {} {} {} *".format,
    st.sampled_from(("0", "30", "*/20")),
    st.sampled_from(("0", "2", "*")),
    st.sampled_from(("29", "30", "31", "30,31", "15,31", "*/10", "28-30", "L,29", "31/1")),
    st.sampled_from(("*", "2", "2,4", "*/2", "4-9")),
)


@given(moments(month_ends))
def test_in_short_months_the_last_day_stands_for_the_days_after_it(
    question: tuple[Case, datetime],
) -> None:
    case, moment = question
    case = Case(case.expression, case.tz, dst=case.dst, short_months="last")
    schedule = schedule_of(case)
    assert_next(schedule.next_run(moment), case.oracle.next_run(moment, HORIZON), moment)
    assert_prev(schedule.prev_run(moment), case.oracle.prev_run(moment, HORIZON), moment)


@given(windows(), fixed_zones)
def test_fixed_offsets_have_no_clock_changes(
    question: tuple[Case, datetime, datetime], zone: timezone
) -> None:
    case, start, end = question
    case = Case(case.expression, zone, dst=case.dst)
    schedule = schedule_of(case)
    expected = case.oracle.runs_between(start, end)
    assert all_in_utc(schedule.runs(start, end)) == expected
    assert list(schedule.clock_changes(start, end)) == []


# --- laws of one schedule ---------------------------------------------------------------------


@given(moments())
def test_nothing_lies_between_a_moment_and_its_next_run(question: tuple[Case, datetime]) -> None:
    case, moment = question
    schedule = schedule_of(case)
    run = schedule.next_run(moment)
    if run is not None:
        assert in_utc(run) > moment
        assert schedule.matches(run)
        assert schedule.ceil(run) == run
        earlier = schedule.prev_run(run)
        assert earlier is None or in_utc(earlier) <= moment
        between = moment + (in_utc(run) - moment) / 2
        if between > moment:
            assert schedule.next_run(between - TICK) == run
            assert schedule.next_run(in_utc(run) - TICK) == run
        assert list(schedule.runs(moment + TICK, run)) == []


@given(moments())
def test_nothing_lies_between_a_moment_and_its_previous_run(
    question: tuple[Case, datetime],
) -> None:
    case, moment = question
    schedule = schedule_of(case)
    run = schedule.prev_run(moment)
    if run is not None:
        assert in_utc(run) < moment
        assert schedule.matches(run)
        assert schedule.floor(run) == run
        later = schedule.next_run(run)
        assert later is None or in_utc(later) >= moment
        assert list(schedule.runs_back(moment, in_utc(run) + TICK)) == []


@given(moments(), zone_keys | fixed_zones)
def test_the_zone_of_the_argument_does_not_matter(
    question: tuple[Case, datetime], other: str | timezone
) -> None:
    case, moment = question
    schedule = schedule_of(case)
    elsewhere = moment.astimezone(ZoneInfo(other) if isinstance(other, str) else other)
    at_home = moment.astimezone(case.zone)
    for ask in (schedule.next_run, schedule.prev_run, schedule.floor, schedule.ceil):
        answers = [ask(asked) for asked in (moment, elsewhere, at_home)]
        assert len({None if a is None else in_utc(a) for a in answers}) == 1
        assert len({None if a is None else (a.replace(tzinfo=None), a.fold) for a in answers}) == 1
    assert schedule.matches(moment) == schedule.matches(elsewhere) == schedule.matches(at_home)


@given(moments(), st.integers(0, 3 * 86_400 * 1_000_000))
def test_a_later_question_never_gets_an_earlier_answer(
    question: tuple[Case, datetime], distance: int
) -> None:
    case, moment = question
    later = moment + timedelta(microseconds=distance)
    schedule = schedule_of(case)
    for ask in (schedule.next_run, schedule.ceil):
        first, second = ask(moment), ask(later)
        assert second is None or (first is not None and in_utc(first) <= in_utc(second))
    for ask_back in (schedule.prev_run, schedule.floor):
        first, second = ask_back(moment), ask_back(later)
        assert first is None or (second is not None and in_utc(first) <= in_utc(second))


@given(moments())
def test_a_period_is_bounded_by_neighbouring_runs(question: tuple[Case, datetime]) -> None:
    case, moment = question
    schedule = schedule_of(case)
    assert schedule.period(moment) == (schedule.floor(moment), schedule.next_run(moment))


# --- laws of due-ness -------------------------------------------------------------------------


@given(windows(), st.integers(0, 400), st.integers(0, 7200))
def test_due_states_are_what_the_runs_since_the_last_one_say(
    question: tuple[Case, datetime, datetime], since_minutes: int, deadline_seconds: int
) -> None:
    case, last_run, now = question
    schedule = schedule_of(case)
    since = now - timedelta(minutes=since_minutes)
    deadline = timedelta(seconds=deadline_seconds)
    runs = case.oracle.runs_between(last_run + TICK, now + TICK)
    recent = [run for run in runs if run > since]
    in_time = [run for run in runs if run >= now - deadline]
    prompt = [run for run in runs if run >= now - timedelta(seconds=60)]

    assert schedule.is_due(last_run, now) == bool(runs)
    assert_missed(schedule, last_run, now, runs)
    assert_missed(schedule, last_run, now, recent, since=since)
    assert_missed(
        schedule, None, now, case.oracle.runs_between(since + TICK, now + TICK), since=since
    )
    assert_missed(schedule, None, now, [])
    assert_missed(schedule, last_run, now, in_time, deadline=deadline)
    for options, expected in (
        ({"catch_up": "none"}, prompt[-1:]),
        ({"catch_up": "none", "deadline": deadline}, in_time[-1:]),
        (
            {"catch_up": "none", "deadline": deadline, "since": since},
            [r for r in in_time if r > since][-1:],
        ),
    ):
        state = schedule.due_state(last_run, now, **options)
        assert all_in_utc([state.scheduled_for] if state.scheduled_for else []) == expected


def assert_missed(
    schedule: Schedule,
    last_run: datetime | None,
    now: datetime,
    missed: Sequence[datetime],
    **options: Any,
) -> None:
    """Check every way to ask for the runs that were missed against the runs themselves."""
    assert all_in_utc(schedule.missed_runs(last_run, now, **options)) == list(missed)
    newest_or_oldest: dict[Literal["latest", "all"], int] = {"latest": -1, "all": 0}
    for catch_up, index in newest_or_oldest.items():
        state = schedule.due_state(last_run, now, catch_up=catch_up, **options)
        assert bool(state) is state.is_due is bool(missed)
        if missed:
            assert state.scheduled_for is not None
            assert in_utc(state.scheduled_for) == missed[index]
        else:
            assert state.scheduled_for is None
        assert state.next_run == schedule.next_run(now)
        if state.next_run is None:
            assert state.wait is None
        else:
            assert state.wait == in_utc(state.next_run) - now


# --- laws of sets -----------------------------------------------------------------------------


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Case, Case, datetime, datetime]:
    """Draw two crontabs, usually of one zone, and a window that both can bear."""
    one = draw(cases())
    assert isinstance(one.tz, str)
    other = draw(cases(key=one.tz) if draw(st.integers(0, 3)) else cases())
    start, end = draw(windows_around_changes(one.tz, widest_window([one.oracle, other.oracle])))
    return one, other, start, end


@given(pairs())
def test_a_union_is_the_union_of_the_sets(
    question: tuple[Case, Case, datetime, datetime],
) -> None:
    one, other, start, end = question
    runs = {*one.oracle.runs_between(start, end), *other.oracle.runs_between(start, end)}
    union = schedule_of(one) | schedule_of(other)
    assert all_in_utc(union.runs(start, end)) == sorted(runs)
    assert all_in_utc(union.runs_back(end, start)) == sorted(runs)[::-1]
    assert union.count(start, end) == len(runs)
    assert union.tz is schedule_of(one).tz


@given(pairs())
def test_the_next_run_of_a_union_is_the_least_of_the_next_runs(
    question: tuple[Case, Case, datetime, datetime],
) -> None:
    one, other, moment, _ = question
    schedules = schedule_of(one), schedule_of(other)
    union = schedules[0] | schedules[1]
    nexts = [in_utc(run) for s in schedules if (run := s.next_run(moment)) is not None]
    prevs = [in_utc(run) for s in schedules if (run := s.prev_run(moment)) is not None]
    next_run, prev_run = union.next_run(moment), union.prev_run(moment)
    assert (next_run and in_utc(next_run)) == min(nexts, default=None)
    assert (prev_run and in_utc(prev_run)) == max(prevs, default=None)
    # Results are shown in the zone of the left one: in one zone the order does not matter.
    if one.tz == other.tz:
        assert union == schedules[1] | schedules[0]


@given(pairs())
def test_an_intersection_is_the_intersection_of_the_sets(
    question: tuple[Case, Case, datetime, datetime],
) -> None:
    one, other, start, end = question
    runs = {*one.oracle.runs_between(start, end)} & {*other.oracle.runs_between(start, end)}
    both = schedule_of(one) & schedule_of(other)
    assert all_in_utc(both.within(start, end).runs(start)) == sorted(runs)
    assert all_in_utc(both.within(start, end).runs_back(end)) == sorted(runs)[::-1]
    for run in runs:
        assert both.matches(run)


@given(pairs())
def test_a_difference_is_the_difference_of_the_sets(
    question: tuple[Case, Case, datetime, datetime],
) -> None:
    one, other, start, end = question
    runs = {*one.oracle.runs_between(start, end)} - {*other.oracle.runs_between(start, end)}
    rest = schedule_of(one) - schedule_of(other)
    assert all_in_utc(rest.within(start, end).runs(start)) == sorted(runs)
    assert all_in_utc(rest.within(start, end).runs_back(end)) == sorted(runs)[::-1]


@given(windows(), st.data())
def test_clipping_and_shifting_do_to_the_runs_what_they_say(
    question: tuple[Case, datetime, datetime], data: st.DataObject
) -> None:
    case, start, end = question
    schedule = schedule_of(case)
    runs = case.oracle.runs_between(start, end)
    bounds = st.integers(0, (end - start) // timedelta(seconds=1)).map(
        lambda seconds: start + timedelta(seconds=seconds)
    )
    low, high = sorted((data.draw(bounds), data.draw(bounds)))
    inside = [run for run in runs if low <= run < high]
    clipped = schedule.within(low, high)
    assert all_in_utc(clipped.runs(start)) == inside
    assert all_in_utc(clipped.runs_back(end)) == inside[::-1]
    assert clipped.count(start, end) == len(inside)

    delta = timedelta(seconds=data.draw(st.integers(-86_400, 86_400)))
    moved = schedule.shifted(delta)
    assert all_in_utc(moved.runs(start + delta, end + delta)) == [run + delta for run in runs]
    assert all_in_utc(moved.runs_back(end + delta, start + delta)) == [
        run + delta for run in reversed(runs)
    ]


@given(windows(), zone_keys)
def test_in_another_zone_the_wall_times_stay(
    question: tuple[Case, datetime, datetime], key: str
) -> None:
    case, start, end = question
    elsewhere = Case(case.expression, key, dst=case.dst)
    schedule = schedule_of(case).in_zone(key)
    assert all_in_utc(schedule.runs(start, end)) == elsewhere.oracle.runs_between(start, end)
    assert schedule == schedule_of(elsewhere)


# --- laws of values ---------------------------------------------------------------------------


@given(moments(), st.sampled_from(("pickle", "wire", "repr")))
def test_a_copy_is_equal_and_behaves_the_same(question: tuple[Case, datetime], way: str) -> None:
    case, moment = question
    schedule = schedule_of(case)
    copy = copy_of(schedule, way)
    assert copy == schedule
    assert hash(copy) == hash(schedule)
    assert repr(copy) == repr(schedule)
    assert copy.next_run(moment) == schedule.next_run(moment)
    assert copy.prev_run(moment) == schedule.prev_run(moment)


def copy_of(schedule: Schedule, way: str) -> Schedule:
    if way == "pickle":
        copy = pickle.loads(pickle.dumps(schedule))
    elif way == "wire":
        copy = Schedule.from_dict(json.loads(json.dumps(schedule.to_dict())))
    else:
        names = {name: getattr(duetime, name) for name in duetime.__all__}
        copy = eval(repr(schedule), {**names, "datetime": datetime_module, "zoneinfo": zoneinfo})
    assert isinstance(copy, Schedule)
    return copy


@given(pairs(), st.sampled_from(("pickle", "wire", "repr")), st.integers(0, 2))
def test_a_copy_of_a_composition_is_equal(
    question: tuple[Case, Case, datetime, datetime], way: str, operator: int
) -> None:
    one, other, start, end = question
    left, right = schedule_of(one), schedule_of(other)
    composed = (left | right, left & right, left - right)[operator].within(start, end)
    copy = copy_of(composed, way)
    assert copy == composed
    assert hash(copy) == hash(composed)
    assert list(copy.runs(start, end)) == list(composed.runs(start, end))


@given(cases())
def test_schedules_that_say_the_same_in_other_words_are_equal(case: Case) -> None:
    texts = case.expression.upper().split()
    dates, weekdays = texts[-3], texts[-1]
    plain = case.oracle
    spelled_out = " ".join(
        (
            spelled(plain.seconds),
            spelled(plain.minutes),
            spelled(plain.hours),
            dates,
            spelled(plain.months),
            weekdays,
        )
    )
    schedule = schedule_of(case)
    same = cron(spelled_out, tz=case.tz, dst=DstPolicy(plain.policy.gap, plain.policy.overlap))
    assert same == schedule
    assert hash(same) == hash(schedule)


def spelled(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(numbers, reverse=True)))


@given(cases(), cases())
def test_schedules_with_other_times_policies_or_zones_are_unequal(one: Case, other: Case) -> None:
    assume(described(one) != described(other))
    assert schedule_of(one) != schedule_of(other)


def described(case: Case) -> tuple[Any, ...]:
    plain: CrontabOracle = case.oracle
    return plain.seconds, plain.minutes, plain.hours, plain.months, plain.policy, case.tz


@given(cases(), policies)
def test_a_schedule_under_another_policy_is_another_schedule(case: Case, dst: Dst) -> None:
    other = Case(case.expression, case.tz, dst=dst)
    same_policy: bool = case.oracle.policy == other.oracle.policy
    assert (schedule_of(case) == schedule_of(other)) is same_policy


@given(windows())
def test_runs_are_distinct_and_in_order(question: tuple[Case, datetime, datetime]) -> None:
    case, start, end = question
    runs = all_in_utc(schedule_of(case).runs(start, end))
    assert all(one < other for one, other in pairwise(runs))
    assert all(start <= run < end for run in runs)


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
