"""Compositions that stand deep in one another: each question ends, with an answer or an error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from duetime import Schedule, business_days, cron, window
from duetime.errors import SearchHorizonError
from duetime.search import MOST_ASKED, Searching, _question, one_question, spend

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
    # With a twentieth of the budget it ends in a twentieth of the time.
    monkeypatch.setattr("duetime.search.MOST_ASKED", MOST_ASKED // 20)
    schedule = nested(wrap, 7)
    with suppress(SearchHorizonError):
        question(schedule)
    # The budget is the question's: the next one begins with all of it.
    assert _question.depth == 0
    monkeypatch.undo()
    assert nested(wrap, 1).matches(START) in (True, False)


def test_the_error_tells_what_to_do() -> None:
    with pytest.raises(SearchHorizonError, match="so nest them less"):
        nested(WRAPS["jittered"], 40).next_run(START)


@pytest.mark.parametrize("name", ["every_nth", "jittered", "rolled", "windows opened by windows"])
def test_a_few_levels_stay_far_from_the_limit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duetime.search.MOST_ASKED", MOST_ASKED // 4)
    schedule = nested(WRAPS[name], 3)
    assert isinstance(schedule, Searching)
    assert schedule.next_run(START) is not None
    assert schedule.prev_run(datetime(2026, 12, 1, tzinfo=UTC)) is not None


def test_a_question_inside_of_another_spends_the_same_budget() -> None:
    spend(10 * MOST_ASKED)  # no question is open, so that nobody pays
    with one_question():
        spend(MOST_ASKED)
        with one_question(), pytest.raises(SearchHorizonError):
            spend(1)
    assert nested(WRAPS["jittered"], 1).next_run(START) is not None
