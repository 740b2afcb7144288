"""Compositions that stand deep in one another: each question ends, with an answer or an error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from duetime import (
    Schedule,
    business_days,
    cron,
    first_difference,
    min_gap,
    overlaps,
    reconcile,
    stagger,
    window,
    zones_due,
)
from duetime.errors import SearchHorizonError
from duetime.questions import QUESTION, Question, one_question, spend
from duetime.search import Searching

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
WEEKDAYS: Final = cron("0 9 * * mon-fri", tz="Europe/Berlin")
OFTEN: Final = cron("*/5 * * * *", tz="Europe/Berlin")

Wrap = Callable[[Schedule], Schedule]
WRAPS: Final[dict[str, Wrap]] = {
    "every_nth": lambda inner: inner.every_nth(3, anchor=START),
    "first": lambda inner: inner.first(10**6, START),
    "first and every_nth": lambda inner: inner.first(10**6, START).every_nth(2, anchor=START),
    "jittered": lambda inner: inner.jittered(50 * HOUR, "key"),
    "rolled": lambda inner: inner.rolled(business_days(), "following"),
    "shifted days": lambda inner: inner.shifted_days(366, business_days()),
    "windows opened by windows": lambda inner: OFTEN.during(window(inner, length=HOUR)),
    "windows closed by windows": lambda inner: OFTEN.outside(window(WEEKDAYS, until=inner)),
}

QUESTIONS: Final[dict[str, Callable[[Schedule], object]]] = {
    "next_run": lambda schedule: schedule.next_run(START),
    "prev_run": lambda schedule: schedule.prev_run(START),
    "matches": lambda schedule: schedule.matches(START),
    "count": lambda schedule: schedule.count(START, START + 700 * HOUR),
    "period": lambda schedule: schedule.period(START),
    "due_state": lambda schedule: schedule.due_state(START - HOUR, START),
    "runs": lambda schedule: list(schedule.runs(START, limit=2)),
    "clock_changes": lambda schedule: list(schedule.clock_changes(START, START + 9_000 * HOUR)),
    "min_gap": min_gap,
    "isdisjoint": lambda schedule: schedule.isdisjoint(OFTEN),
    "issubset": lambda schedule: schedule.issubset(OFTEN),
    "first_difference": lambda schedule: first_difference(schedule, OFTEN),
    "overlaps": lambda schedule: list(overlaps(schedule, HOUR, START, START + 700 * HOUR)),
    "reconcile": lambda schedule: reconcile(schedule, [START], end=START + 700 * HOUR),
    "stagger": lambda schedule: stagger({"job": schedule}, START, START + HOUR, HOUR),
    "zones_due": lambda schedule: zones_due(schedule, START - HOUR, START, ["UTC", "Asia/Tokyo"]),
    "next_change": lambda schedule: window(schedule, length=HOUR).next_change(START),
    "active": lambda schedule: window(schedule, length=HOUR).active(START),
}


def nested(wrap: Wrap, levels: int) -> Schedule:
    schedule: Schedule = WEEKDAYS
    for _ in range(levels):
        schedule = wrap(schedule)
    return schedule


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_of_many_levels_ends(
    wrap: Wrap, question: Callable[[Schedule], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    # With little of the budget it ends in little of the time.
    monkeypatch.setattr(Question, "most", 2_000)
    schedule = nested(wrap, 7)
    with suppress(SearchHorizonError):
        question(schedule)
    # The budget is the question's: the next one begins with all of it.
    assert QUESTION.depth == 0
    monkeypatch.undo()
    assert nested(wrap, 1).matches(START) in (True, False)


def test_the_error_tells_what_to_do() -> None:
    with pytest.raises(SearchHorizonError, match="nest fewer"):
        nested(WRAPS["jittered"], 40).next_run(START)


@pytest.mark.parametrize("name", ["every_nth", "jittered", "rolled", "windows opened by windows"])
def test_a_few_levels_stay_far_from_the_limit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Question, "most", Question.most // 4)
    schedule = nested(WRAPS[name], 3)
    assert isinstance(schedule, Searching)
    assert schedule.next_run(START) is not None
    assert schedule.prev_run(datetime(2026, 12, 1, tzinfo=UTC)) is not None


def test_a_question_inside_of_another_spends_the_same_budget() -> None:
    spend(10 * Question.most)  # no question is open, so that nobody pays
    with one_question:
        spend(Question.most)
        with one_question, pytest.raises(SearchHorizonError):
            spend(1)
    assert nested(WRAPS["jittered"], 1).next_run(START) is not None


MINUTES: Final = cron("* * * * *", tz="Europe/Berlin")
DENSE: Final[dict[str, Schedule]] = {
    "a union": MINUTES | cron("* * * * *", tz="Asia/Tokyo").shifted(HOUR / 7),
    "rolled": MINUTES.rolled(business_days(), "following"),
    "on days": MINUTES.on(business_days()),
    "in a window": MINUTES.during(window(cron("0 9 * * *"), length=11 * HOUR)),
    "jittered, which no table shows": MINUTES.jittered(HOUR, "key") & MINUTES,
}


@pytest.mark.parametrize("schedule", DENSE.values(), ids=DENSE)
def test_runs_that_are_many_in_a_few_days_are_counted_at_once(schedule: Schedule) -> None:
    start = START + timedelta(days=1, hours=5, minutes=30)
    for hours in (3, 70):
        end = start + hours * HOUR
        assert schedule.count(start, end) == sum(1 for _ in schedule.runs(start, end))


def test_a_second_of_two_months_is_counted_though_they_are_millions() -> None:
    seconds = [cron(text, dialect="cronsim") for text in ("* * * * * *", "*/7 * * * * *")]
    assert (seconds[0] | seconds[1]).count(START + HOUR, START + 59 * 24 * HOUR) == 5_094_000


@pytest.mark.parametrize("n", [3, 300])
def test_every_nth_run_is_listed_as_it_is_found(n: int) -> None:
    for schedule in (MINUTES.every_nth(n, START), MINUTES.every_nth(2, START).every_nth(n, START)):
        listed = list(schedule.runs(START + HOUR, limit=4))
        found = schedule.next_run(START + HOUR - timedelta(microseconds=1))
        for run in listed:
            assert run == found
            found = schedule.next_run(run)
        end = listed[-1] + timedelta(minutes=1)
        assert list(schedule.runs_back(end, limit=4)) == listed[::-1]


def test_a_list_of_many_cheap_runs_is_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Question, "most", 2_000)
    # Each run gives back what it costs, so that a budget for 2,000 is enough for 10,000.
    schedule = MINUTES | cron("30 9 * * *")
    end = START + 170 * HOUR
    assert len(reconcile(schedule, [], start=START, end=end).pairs) == 10_200


def test_a_union_of_many_crontabs_has_a_least_distance() -> None:
    fleet: Schedule = cron("0 0 * * *", tz="Europe/Paris")
    for n in range(12):
        fleet = fleet | cron(f"{n} {n} {n + 1} * *", tz="Europe/Paris")
    closest = min_gap(fleet)
    assert closest is not None
    assert closest.gap == timedelta(minutes=61)
