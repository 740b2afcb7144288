"""The suites ask their laws: a few examples of each, in one test, are facts about the suites."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duetime import Schedule, at, cron, every
from duetime.testing import (
    CronCase,
    OracleLaws,
    ScheduleLaws,
    clock_change_cases,
    cron_cases,
    crons,
    intervals,
)
from duetime.testing.strategies import beat_entries


def laws_of(suite: type) -> list[str]:
    """The names of the tests that a suite has."""
    return [name for name in dir(suite) if name.startswith("test_") and getattr(suite, name)]


def ask(suite: type) -> None:
    """Every test of a suite, as pytest would run it."""
    for name in laws_of(suite):
        getattr(suite(), name)()


class Some(ScheduleLaws):
    """Crontabs and grids, and what has no runs."""

    examples = 12
    deadline = None
    whole_seconds = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        nights = cron("30 1 * * *", tz="America/New_York")
        some = st.sampled_from([at(), nights, nights | cron("0 0 * * mon"), cron("0 0 30 2 *")])
        return st.one_of(some, crons(), intervals(floating=False))


class Epochs(Some):
    whole_seconds = True
    proves = True

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return st.sampled_from([cron("0 0 30 2 *"), cron("*/20 1,2 * * *", tz="Europe/Paris")])


class Floating(Some):
    floating = True
    finite = False

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return st.builds(every, st.integers(1, 10**6).map(lambda n: timedelta(seconds=n)))


class Cases(OracleLaws):
    examples = 12
    deadline = None
    proves = True

    def cases(self) -> st.SearchStrategy[CronCase]:
        never = st.builds(CronCase, st.just("0 0 30 2 *"), st.just(UTC))
        return st.one_of(never, cron_cases(), cron_cases("jenkins"), clock_change_cases())

    def subject(self, case: CronCase) -> Schedule:
        return case.schedule


class OfQuartz(OracleLaws):
    """A suite that names a dialect draws the crontabs of it."""

    dialect = "quartz"
    examples = 12
    deadline = None

    def subject(self, case: CronCase) -> Schedule:
        assert case.dialect == "quartz"
        return case.schedule


@pytest.mark.parametrize("suite", [Some, Epochs, Floating, Cases, OfQuartz])
def test_a_suite_asks_each_of_its_laws_and_our_schedules_keep_them(suite: type) -> None:
    assert len(laws_of(suite)) > 5
    ask(suite)


def test_entries_of_beat_have_tasks_and_schedules() -> None:
    drawn: list[dict[str, dict[str, Any]]] = []

    @given(beat_entries())
    @settings(max_examples=30)
    def draw(entries: dict[str, dict[str, Any]]) -> None:
        drawn.append(entries)

    draw()
    keys = {key for entries in drawn for entry in entries.values() for key in entry}
    assert keys == {"task", "schedule", "args", "options"}
