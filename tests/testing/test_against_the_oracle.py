"""The laws that hold a crontab against the oracle: each fault breaks one, and what is right none."""

# ruff: noqa: E501 (a row of a table is a line)

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import find

from duetime import ClockChange, DstPolicy, Schedule, cron
from duetime.testing import (
    CronCase,
    LawBroken,
    OracleLaws,
    Subject,
    against_the_oracle,
    oracle_windows,
    subject_of,
)
from tests.support.dates import NEW_YORK

CASE = CronCase("*/20 0-5 * * *", NEW_YORK)
RIGHT = CASE.schedule
MOMENT = datetime(2026, 11, 1, 1, 40, tzinfo=NEW_YORK)
"""Twenty minutes before the hour from one to two comes again."""
END = MOMENT + timedelta(hours=3)
TEN_MINUTES = timedelta(minutes=10)


class Wrong(Schedule):
    """The schedule of the case, but for some of its answers."""

    __slots__ = ("answers",)

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    @property
    def tz(self) -> ZoneInfo:
        return NEW_YORK

    def _ask(self, name: str, *question: Any) -> Any:
        return self.answers.get(name, getattr(RIGHT, name))(*question)

    def next_run(self, after: datetime) -> datetime | None:
        return self._ask("next_run", after)  # type: ignore[no-any-return]  # a table's answer

    def prev_run(self, before: datetime) -> datetime | None:
        return self._ask("prev_run", before)  # type: ignore[no-any-return]  # a table's answer

    def floor(self, t: datetime) -> datetime | None:
        return self._ask("floor", t)  # type: ignore[no-any-return]  # a table's answer

    def ceil(self, t: datetime) -> datetime | None:
        return self._ask("ceil", t)  # type: ignore[no-any-return]  # a table's answer

    def matches(self, instant: datetime) -> bool:
        return bool(self._ask("matches", instant))

    def count(self, start: datetime, end: datetime) -> int:
        return int(self._ask("count", start, end))

    def next_epoch(self, after: int) -> int | None:
        return self._ask("next_epoch", after)  # type: ignore[no-any-return]  # a table's answer

    def prev_epoch(self, before: int) -> int | None:
        return self._ask("prev_epoch", before)  # type: ignore[no-any-return]  # a table's answer

    def clock_changes(self, start: datetime, end: datetime) -> Iterator[ClockChange]:
        return self._ask("clock_changes", start, end)  # type: ignore[no-any-return]  # a table's answer


def late(name: str) -> dict[str, Any]:
    return {name: lambda t: getattr(RIGHT, name)(t) + TEN_MINUTES}


ONCE = cron("*/20 0-5 * * *", tz=NEW_YORK, dst=DstPolicy("skip", "first"))


class Fault(NamedTuple):
    """Wrong answers, the law that they break, what it is asked, and what it then says."""

    law: Callable[..., None]
    answers: dict[str, Any]
    question: tuple[datetime, ...]
    message: str


BEFORE = "the run before is .*, to the oracle"
MATCHES = against_the_oracle.an_instant_matches_when_it_is_one_of_the_oracles

FAULTS = [
    Fault(
        law=against_the_oracle.the_previous_run_is_the_oracles,
        answers=late("prev_run"),
        question=(MOMENT,),
        message=BEFORE,
    ),
    Fault(
        law=against_the_oracle.floor_and_ceil_are_the_oracles,
        answers=late("floor"),
        question=(MOMENT,),
        message=BEFORE,
    ),
    Fault(
        law=against_the_oracle.floor_and_ceil_are_the_oracles,
        answers=late("ceil"),
        question=(MOMENT,),
        message="the oracle says",
    ),
    Fault(
        law=MATCHES,
        answers={"matches": lambda t: False},
        question=(MOMENT,),
        message="matches says False, the oracle True",
    ),
    Fault(
        law=MATCHES,
        answers={"matches": lambda t: True},
        question=(MOMENT + TEN_MINUTES,),
        message="matches says True, the oracle False",
    ),
    Fault(
        law=against_the_oracle.the_runs_of_a_window_are_the_oracles,
        answers={"next_run": ONCE.next_run},
        question=(MOMENT, END),
        message="runs has .* as run",
    ),
    Fault(
        law=against_the_oracle.the_runs_backwards_are_the_oracles,
        answers={"prev_run": ONCE.prev_run},
        question=(MOMENT, END),
        message="runs_back has .* as run",
    ),
    Fault(
        law=against_the_oracle.the_count_of_a_window_is_the_oracles,
        answers={"count": lambda a, b: 3},
        question=(MOMENT, END),
        message="is 3, not 12",
    ),
    Fault(
        law=against_the_oracle.the_epochs_are_the_oracles,
        answers={"next_epoch": lambda t: t + 1},
        question=(MOMENT,),
        message="the oracle says",
    ),
    Fault(
        law=against_the_oracle.the_epochs_are_the_oracles,
        answers={"prev_epoch": lambda t: None},
        question=(MOMENT,),
        message=BEFORE,
    ),
    Fault(
        law=against_the_oracle.the_labels_that_clock_changes_touch_are_the_oracles,
        answers={"clock_changes": lambda a, b: iter(())},
        question=(MOMENT, END),
        message="doubled",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(fault.answers))
def test_a_member_that_is_wrong_breaks_its_law(fault: Fault) -> None:
    with pytest.raises(LawBroken, match=fault.message):
        fault.law(Wrong(**fault.answers), CASE.oracle, *fault.question)
    fault.law(RIGHT, CASE.oracle, *fault.question)


def test_anybodys_next_run_is_held_against_the_oracle() -> None:
    law = against_the_oracle.the_next_run_is_the_oracles
    law(subject_of(RIGHT), CASE.oracle, MOMENT)
    with pytest.raises(LawBroken, match="the oracle says 2026-11-01 01:00:00-05:00 EST"):
        law(subject_of(ONCE), CASE.oracle, MOMENT)


def test_a_run_must_be_shown_with_the_fold_that_it_has() -> None:
    def without_fold(moment: datetime) -> datetime | None:
        run = RIGHT.next_run(moment)
        return None if run is None else run.replace(fold=0)

    unfolded = Subject(without_fold, tz=NEW_YORK)
    against_the_oracle.the_next_run_is_the_oracles(unfolded, CASE.oracle, MOMENT - 2 * TEN_MINUTES)
    with pytest.raises(LawBroken):
        against_the_oracle.the_next_run_is_the_oracles(unfolded, CASE.oracle, MOMENT)


def test_beyond_the_oracles_horizon_an_answer_lies_further_away() -> None:
    leap = CronCase("0 0 29 2 *", NEW_YORK)
    never = CronCase("0 0 30 2 *", NEW_YORK)
    for case in (leap, never):
        against_the_oracle.the_next_run_is_the_oracles(
            subject_of(case.schedule), case.oracle, MOMENT
        )
        against_the_oracle.the_previous_run_is_the_oracles(case.schedule, case.oracle, MOMENT)
    with pytest.raises(LawBroken, match="the oracle says nothing"):
        against_the_oracle.the_next_run_is_the_oracles(subject_of(RIGHT), never.oracle, MOMENT)


def test_a_case_says_what_a_crontab_of_ones_own_is_made_of() -> None:
    case = CronCase("0 9 * * *", NEW_YORK, dst=DstPolicy("skip", "last"), years=(2026, 2028))
    assert case.schedule == cron(
        minute=0, hour=9, year=[2026, 2028], tz=NEW_YORK, dst=DstPolicy("skip", "last")
    )
    start, end = datetime(2025, 12, 31, tzinfo=NEW_YORK), datetime(2026, 1, 3, tzinfo=NEW_YORK)
    assert case.oracle.runs_between(start, end) == list(case.schedule.runs(start, end))


class TestAnybodys(OracleLaws):
    """Code of one's own is held to the law of `next_after`; the others want a `Schedule`."""

    examples = 50
    only_next_run = True

    def subject(self, case: CronCase) -> Subject:
        return Subject(case.schedule.next_run, tz=case.tz)


def test_a_suite_without_a_subject_says_so() -> None:
    with pytest.raises(NotImplementedError, match="OracleLaws makes no subject"):
        OracleLaws().subject(CASE)


def test_an_engine_may_answer_in_another_zone() -> None:
    elsewhere = Subject(lambda t: RIGHT.next_run(t).astimezone(UTC), tz=NEW_YORK)  # type: ignore[union-attr]  # it has one
    against_the_oracle.the_next_run_is_the_oracles(elsewhere, CASE.oracle, MOMENT)
    against_the_oracle.the_next_run_is_the_oracles(RIGHT, CASE.oracle, MOMENT)


def test_where_no_convention_is_let_pass_nothing_is_passed_over() -> None:
    against_the_oracle.no_run_is_passed_over(RIGHT, [], MOMENT)


def test_years_go_where_there_are_none() -> None:
    case = CronCase("0 0 0 31 * ? *", NEW_YORK, "quartz", years=(2026,))
    with pytest.raises(ValueError, match="has years already, so leave years out"):
        _ = case.schedule


def test_a_window_needs_a_case() -> None:
    with pytest.raises(TypeError, match="needs a case"):
        find(oracle_windows(), lambda window: True)
