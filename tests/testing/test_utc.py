"""The kit compares instants and never wall clocks, around every overlap and gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from inspect import signature
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from duetime import NaiveDatetimeError, Schedule, ScheduleError, at, cron, every, window
from duetime.testing import (
    CronCase,
    LawBroken,
    ScheduleLaws,
    Simulation,
    Subject,
    against_the_oracle,
    instants,
    laws,
    oracle_windows,
    simulate,
    subject_of,
    windows,
)
from duetime.testing import suite as suites
from duetime.testing.hunting import LAWS, Question, faults
from duetime.testing.simulation import Difference
from duetime.testing.utc import (
    at_instant,
    check_order,
    elapsed,
    in_order,
    in_utc,
    in_zone,
    plus,
    same,
)
from duetime.testing.verdicts import demand_runs
from duetime.zones import to_instant
from tests.support import algebra
from tests.support.dates import utc
from tests.support.strict import WallClockUsedError, strict, strict_time

TICK, MINUTE, HOUR, DAY = (
    timedelta(**{n: 1}) for n in ("microseconds", "minutes", "hours", "days")
)
AMSTERDAM, NEW_YORK, LORD_HOWE, APIA = map(
    ZoneInfo, ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
)
CHANGES = {
    "Amsterdam's hour that comes twice, at midnight": (AMSTERDAM, utc(1916, 9, 30, 23)),
    "New York's hour that comes twice": (NEW_YORK, utc(2026, 11, 1, 6)),
    "New York's missing hour": (NEW_YORK, utc(2026, 3, 8, 7)),
    "Lord Howe's half hour that comes twice": (LORD_HOWE, utc(2026, 4, 4, 15)),
    "Lord Howe's missing half hour": (LORD_HOWE, utc(2026, 10, 3, 15, 30)),
    "Apia's missing day": (APIA, utc(2011, 12, 30, 10)),
}
ZONE_AND_CHANGE = pytest.mark.parametrize(("zone", "change"), CHANGES.values(), ids=CHANGES)


def around(zone: ZoneInfo, change: datetime) -> list[datetime]:
    """Moments of a zone around a clock change, in order, a quarter of an hour apart."""
    return [(change + n * 15 * MINUTE).astimezone(zone) for n in range(-5, 6)]


# The functions themselves.


@ZONE_AND_CHANGE
def test_moments_are_ordered_and_moved_along_the_utc_line(zone: ZoneInfo, change: datetime) -> None:
    moments = around(zone, change)
    assert in_order(*reversed(moments)) == moments
    check_order(*moments)
    for one, other in pairwise(moments):
        assert elapsed(one, other) == 15 * MINUTE
        assert plus(one, 15 * MINUTE) == in_utc(other) == other.astimezone(UTC)
        assert same(one, in_utc(one))
        assert not same(one, other)
        with pytest.raises(ValueError, match="must not be after"):
            check_order(other, one)


def test_two_moments_that_show_the_same_wall_time_are_not_the_same() -> None:
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1))
    assert first == second, "by Python's wall clock"
    assert not same(first, second)
    assert elapsed(first, second) == HOUR
    assert in_order(second, first)[0] is first
    with pytest.raises(ValueError, match="must not be after"):
        check_order(second, first)


def test_an_answer_that_is_missing_is_the_same_as_none_only() -> None:
    moment = utc(2026, 1, 1)
    assert same(None, None)
    assert not same(None, moment)
    assert not same(moment, None)


def test_the_label_of_a_gap_becomes_one_that_the_clock_shows() -> None:
    missing = datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK)
    assert in_zone(missing, NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"


def test_moments_beyond_the_calendar_are_refused_by_name() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert at_instant(to_instant(last)) == last
    with pytest.raises(ScheduleError, match="its calendar is the years 1 to 9999"):
        plus(last, TICK)
    with pytest.raises(ScheduleError, match="its calendar is the years 1 to 9999"):
        in_utc(datetime.max.replace(tzinfo=NEW_YORK))
    with pytest.raises(NaiveDatetimeError):
        in_utc(datetime(2026, 1, 1))
    # Tokyo's year 10000 has come.
    assert in_zone(last, ZoneInfo("Asia/Tokyo")) is last


# Every law, on datetimes that refuse the wall clock.


def test_strict_times_refuse_the_wall_clock() -> None:
    one, other = (
        strict_time(datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold)) for fold in (0, 1)
    )
    wrong: list[Callable[[], Any]] = [
        lambda: one < other,
        lambda: one <= other,
        lambda: one > other,
        lambda: one >= other,
        lambda: one == other,
        lambda: one != in_utc(one),
        lambda: one - other,
        lambda: one + HOUR,
        lambda: one - HOUR,
        lambda: {one},
        lambda: sorted([one, other]),
        lambda: max(one, other),
        lambda: [one].index(other),
    ]
    for compute in wrong:
        with pytest.raises(WallClockUsedError):
            compute()
    assert in_utc(one) + HOUR == in_utc(other)
    assert other.astimezone(UTC) - one.astimezone(UTC) == HOUR
    assert one.replace(tzinfo=None) == other.replace(tzinfo=None)


def arguments(zone: ZoneInfo, change: datetime) -> dict[str, list[Any]]:
    """By name of a parameter, what a law is given around a clock change."""
    early, *_, late = around(zone, change)
    quarter = around(zone, change)[3:7]
    schedule = strict(cron("*/30 0-2,23 * * *", tz=zone, dst="wall"))
    oracle = CronCase("*/30 0-2,23 * * *", zone, dst="wall").oracle
    moments = [strict_time(quarter[1]), strict_time(early)]
    return {
        "subject": [schedule],
        "schedule": [schedule],
        "other": [strict(cron("30 1,23 * * *", tz=zone))],
        "reference": [oracle],
        "references": [[oracle]],
        "window": [
            strict(window(cron("15 1,23 * * *", tz=zone), length=20 * MINUTE)),
            strict(window(cron("0 1,23 * * *", tz=zone), until=cron("30 1,23 * * *", tz=zone))),
        ],
        "calendar": [frozenset({early.date()})],
        "moment": moments,
        "last_run": moments,
        "since": [strict_time(early)],
        "start": [strict_time(early), strict_time(quarter[0])],
        "middle": [strict_time(quarter[2])],
        "now": [strict_time(late)],
        "end": [strict_time(late), strict_time(quarter[3])],
        "tz": [ZoneInfo("Asia/Kathmandu"), zone],
        "part": [0.5],
        "steps": [2.5],
        "distance": [HOUR],
        "delta": [15 * MINUTE],
        "deadline": [40 * MINUTE],
        "ways": [],
    }


ALL_LAWS = {
    law.__name__: law
    for law in (
        *suites.ScheduleLaws._of_subjects,
        *suites.ScheduleLaws._of_schedules,
        *suites.OracleLaws._of_subjects,
        *suites.OracleLaws._of_schedules,
        against_the_oracle.runs_are_those_of_a_convention,
        against_the_oracle.no_run_is_passed_over,
    )
}


@ZONE_AND_CHANGE
@pytest.mark.parametrize("name", ALL_LAWS)
def test_a_law_never_looks_at_the_wall_clock(name: str, zone: ZoneInfo, change: datetime) -> None:
    law = ALL_LAWS[name]
    given = arguments(zone, change)
    if name == "the_calendar_has_ends":
        given["distance"] = [timedelta(days=1, hours=5)]
    if name == "floating_is_due_once":
        given["schedule"] = [strict(every(minutes=20, tz=zone))]
    if name == "what_never_runs_is_proven_to":
        # To prove it of an endless schedule takes a second.
        finite = strict(at(*around(zone, change)))
        given |= {"schedule": [finite], "other": [finite]}
    choices = [given[each] for each in signature(law).parameters if given[each]]
    for n in range(max(map(len, choices))):
        law(*(values[n % len(values)] for values in choices))


# The same, seen from outside: pairs of moments whose wall clock tells the wrong order.

DOUBLED = {
    "Amsterdam": (AMSTERDAM, datetime(1916, 10, 1, 0, 30), timedelta(hours=1)),
    "New York": (NEW_YORK, datetime(2026, 11, 1, 1, 30), timedelta(hours=1)),
    "Lord Howe": (LORD_HOWE, datetime(2026, 4, 5, 1, 45), timedelta(minutes=30)),
}
DOUBLED_LABEL = pytest.mark.parametrize(("zone", "label", "hour"), DOUBLED.values(), ids=DOUBLED)


def both(zone: ZoneInfo, label: datetime) -> tuple[datetime, datetime]:
    """The two moments that show a label; the second one by a wall clock that is a minute behind."""
    first = label.replace(tzinfo=zone)
    second = (label - MINUTE).replace(tzinfo=zone, fold=1)
    return first, second


@DOUBLED_LABEL
def test_a_range_within_the_hour_that_comes_twice_is_in_order(
    zone: ZoneInfo, label: datetime, hour: timedelta
) -> None:
    start, end = both(zone, label)
    assert start > end, "by Python's wall clock"
    assert elapsed(start, end) == hour - MINUTE
    schedule = cron("*/10 0,1 * * *", tz=zone, dst="wall")
    laws.windows_divide_the_runs(
        schedule, window(cron("0 1 * * *", tz=zone), length=15 * MINUTE), start, end
    )
    laws.calendars_divide_the_runs(schedule, frozenset({label.date()}), start, end)
    laws.operators_are_those_of_sets(schedule, schedule.shifted(MINUTE), start, end)
    laws.runs_are_the_neighbours_in_order(schedule, start, end)
    laws.counts_add_up(schedule, start, plus(start, MINUTE), end)
    laws.due_states_follow_from_the_runs(schedule, start, end, start, HOUR)
    with pytest.raises(ValueError, match="must not be after"):
        laws.runs_are_the_neighbours_in_order(schedule, end, start)


@DOUBLED_LABEL
def test_a_schedule_that_confuses_the_two_hours_breaks_the_laws(
    zone: ZoneInfo, label: datetime, hour: timedelta
) -> None:
    """It answers with the wall time of a run, and always with the first instant of the two."""
    right = cron("*/10 * * * *", tz=zone, dst="wall")

    def first_of_two(moment: datetime) -> datetime | None:
        run = right.next_run(moment)
        return None if run is None else run.replace(fold=0)

    start, end = both(zone, label)
    confused = Subject(first_of_two, tz=zone, reference=right)
    for law in (laws.runs_come_after_the_question, laws.it_runs_when_its_reference_does):
        law(confused, start - hour)
        with pytest.raises(LawBroken):
            law(confused, end)
    with pytest.raises(LawBroken):
        laws.later_questions_get_later_answers(confused, start, hour - 20 * MINUTE)
    with pytest.raises(LawBroken):
        simulate(confused, start, plus(end, 3 * HOUR))
    with pytest.raises(LawBroken, match="as run 1, not"):
        demand_runs(subject_of(right), "runs", start, [start], [start.replace(fold=1)])


@DOUBLED_LABEL
def test_the_loop_runs_through_both_hours(zone: ZoneInfo, label: datetime, hour: timedelta) -> None:
    start, end = both(zone, label)
    schedule = cron("*/10 * * * *", tz=zone, dst="wall")
    simulation = simulate(schedule, start, end)
    assert len(simulation.runs) == schedule.count(start, end) == hour / (10 * MINUTE)
    assert not simulation.diff(schedule)
    assert simulate(schedule, end, start).runs == ()
    once = cron("*/10 * * * *", tz=zone, dst="ocps")
    missing = simulate(once, start, end).diff(schedule)
    assert {each.kind for each in missing.differences} == {"missing"}
    changes = {change for where, change in CHANGES.values() if where is zone}
    assert {each.clock_change for each in missing.differences} <= changes


def test_results_are_equal_by_instant() -> None:
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1))
    pairs: list[Callable[[datetime], Any]] = [
        lambda moment: Question("30 1 * * *", "America/New_York", moment),
        lambda moment: Difference("missing", moment, None, None),
        lambda moment: Simulation((moment,), utc(2026, 1, 1), utc(2027, 1, 1), NEW_YORK),
    ]
    for make in pairs:
        assert make(first) != make(second)
        assert make(first) == make(in_utc(first))
        assert len({make(first), make(second), make(in_utc(second))}) == 2
        assert make(first) != "something else"


def test_a_question_in_the_second_hour_is_not_taken_for_one_in_the_first() -> None:
    def late(expression: str, tz: Any) -> Subject:
        """Right, but in the second of the two hours it waits for the next day."""
        right = cron(expression, tz=tz, dst="wall").next_run

        def next_after(moment: datetime) -> datetime | None:
            return right(plus(moment, DAY) if in_zone(moment, tz).fold else moment)

        return Subject(next_after, tz=tz)

    first, second = (
        Question(
            "*/30 * * * *",
            "America/New_York",
            datetime(2026, 11, 1, 1, 15, tzinfo=NEW_YORK, fold=fold),
        )
        for fold in (0, 1)
    )
    assert "no_run_is_passed_over" not in {fault.law for fault in faults(late, first)}
    assert "no_run_is_passed_over" in {fault.law for fault in faults(late, second)}
    assert len({first, second}) == 2


@ZONE_AND_CHANGE
def test_the_hunts_laws_take_a_question_around_a_clock_change(
    zone: ZoneInfo, change: datetime
) -> None:
    schedule = strict(cron("*/30 * * * *", tz=zone, dst="wall"))
    for moment in around(zone, change)[4:6]:
        question = Question("*/30 * * * *", zone.key, strict_time(moment))
        for law in LAWS.values():
            law(subject_of(schedule), question)


# What is drawn.

DRAWING = settings(max_examples=30, database=None, derandomize=True, phases=[Phase.generate])


@pytest.mark.parametrize(
    "draw",
    [
        instants(NEW_YORK).map(lambda moment: [moment]),
        oracle_windows(CronCase("0 * * * *", NEW_YORK)).map(list),
        instants(
            NEW_YORK,
            min_value=datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK),
            max_value=datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1),
        ).map(lambda moment: [moment]),
    ],
    ids=["instants", "oracle_windows", "instants of the hour that comes twice"],
)
def test_moments_are_drawn_in_utc(draw: st.SearchStrategy[list[datetime]]) -> None:
    """There the operators of Python are right, and a window has no second meaning."""

    def holds(moments: list[datetime]) -> bool:
        assert all(moment.tzinfo is UTC for moment in moments)
        check_order(*moments)
        return False

    with pytest.raises(NoSuchExample):
        find(draw, holds, settings=DRAWING)


def test_a_range_of_instants_is_ordered_by_instant() -> None:
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1))
    with pytest.raises(ScheduleError, match="is after max_value"):
        instants(min_value=second, max_value=first)


class Strictly(ScheduleLaws):
    """Every question of a suite, drawn for schedules that refuse the wall clock."""

    examples = 8
    proves = True
    _costs = dict.fromkeys((laws.what_never_runs_is_proven_to, laws.counts_add_up), 8)

    def subjects(self) -> st.SearchStrategy[Schedule]:
        texts = st.sampled_from(("30 1 * * *", "0 2 * * *", "*/30 0-3 * * *"))
        zones = st.sampled_from((AMSTERDAM, NEW_YORK, LORD_HOWE, APIA))
        return st.builds(cron, texts, tz=zones).map(strict)


@pytest.mark.parametrize(
    "name", [each for each in vars(Strictly) if each.startswith("test_") and vars(Strictly)[each]]
)
def test_the_questions_of_a_suite_never_look_at_the_wall_clock(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "windows", lambda: windows().map(strict))
    getattr(Strictly(), name)()


@DOUBLED_LABEL
def test_the_slow_second_opinions_of_the_tests_take_moments_of_any_zone(
    zone: ZoneInfo, label: datetime, hour: timedelta
) -> None:
    schedule = cron("*/10 * * * *", tz=zone, dst="wall")
    start, end = map(strict_time, both(zone, label))
    runs = algebra.runs_of(schedule, start, end)
    assert runs == [in_utc(run) for run in schedule.runs(start, end)]
    assert algebra.every_nth_of(runs, 2, end) == runs[len(runs) % 2 :: 2]
    assert algebra.jittered(runs[-1:], HOUR, "key", end)[0] < in_utc(end)
    assert algebra.peak_of({"one": schedule, "two": schedule}, start, end, 10 * MINUTE) == 2
