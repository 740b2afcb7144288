"""The strategies of `duetime.testing`: how many examples of each Hypothesis draws in a second."""

from __future__ import annotations

import time
from datetime import UTC
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.table import Cell, Report
from benchmarks.timing import Effort
from duetime import testing

SIMPLE: Final[dict[str, st.SearchStrategy[Any]]] = {
    "time_zones()": testing.time_zones(),
    "instants('Europe/Paris')": testing.instants("Europe/Paris"),
    "instants(UTC)": testing.instants(UTC),
    "cron_expressions()": testing.cron_expressions(),
    "crons()": testing.crons(),
    "crons('quartz')": testing.crons("quartz"),
    "intervals()": testing.intervals(),
    "moments()": testing.moments(),
    "calendar_intervals()": testing.calendar_intervals(),
    "rrules()": testing.rrules(),
    "solar_events()": testing.solar_events(),
}
COMPOSED: Final[dict[str, st.SearchStrategy[Any]]] = {
    "cron_cases()": testing.cron_cases(),
    "sets_of_instants()": testing.sets_of_instants(),
    "compositions()": testing.compositions(),
    "schedules()": testing.schedules(),
}


def measure(effort: Effort) -> list[Report]:
    # The first question about a zone finds its clock changes, once in a process.
    return [
        Report(
            f"{kind} strategies, examples a second",
            ["strategy", "examples/s"],
            [[name, _a_second(strategy, effort)] for name, strategy in strategies.items()],
        )
        for kind, strategies in (("simple", SIMPLE), ("composed", COMPOSED))
    ]


def _a_second(strategy: st.SearchStrategy[Any], effort: Effort) -> Cell:
    examples = effort.calls * 10
    seen = 0

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(_: Any) -> None:
        nonlocal seen
        seen += 1

    begin = time.process_time()
    draw()
    return seen / max(time.process_time() - begin, 1e-9)
