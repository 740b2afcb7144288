"""The budgets of the design, in one table, and which of them a run has missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.table import Report


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit on one figure."""

    figure: str
    relation: Literal["at least", "at most"]
    limit: float
    words: str

    def met_by(self, value: float) -> bool:
        """Whether `value` is within the limit."""
        return value >= self.limit if self.relation == "at least" else value <= self.limit


BUDGETS: Final = (
    Budget("next_run.row", "at least", 9, "fastest peer / ours, in every row"),
    Budget("next_run.floor", "at most", 1, "ours / floor, geometric mean"),
    Budget("next_epoch.go", "at most", 1, "ours / yardstick of robfig/cron, geometric mean"),
    Budget("growth.row", "at most", 1.5, "sparse or impossible / every minute, in every row"),
    Budget("runs.floor", "at most", 1.5, "ours / floor, forwards, in every row"),
    Budget("runs.back", "at most", 1.5, "ours / floor, backwards, in every row"),
    Budget("parse.mean", "at least", 1, "fastest peer / ours, geometric mean"),
    Budget("parse.row", "at least", 1, "fastest peer / ours, in every row"),
    Budget("memory.bytes", "at most", 2_000, "bytes a schedule, in every row"),
    Budget("import_time.beyond", "at most", 10, "milliseconds beyond what any typed package loads"),
    Budget("import_time.extra", "at most", 0, "dependencies loaded before a schedule needs them"),
    Budget("solar.row", "at least", 1, "Celery / ours, in every row"),
    Budget("calendars.run", "at most", 1, "milliseconds a run, in every row"),
    Budget("calendars.count", "at most", 1, "seconds to count a century of minutes"),
    Budget("limits.row", "at most", 1, "seconds / limit of what must end soon, in every row"),
    Budget("beat.idle", "at most", 0.2, "milliseconds a tick, nothing due, most entries"),
    Budget("beat.first", "at least", 10, "stock / ours, first tick, most entries"),
    Budget("beat.health", "at most", 150, "milliseconds of the health command"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A budget beside what was measured."""

    budget: Budget
    value: float

    @property
    def is_met(self) -> bool:
        """Whether the value is within the budget."""
        return self.budget.met_by(self.value)

    def __str__(self) -> str:
        budget = self.budget
        mark = "met   " if self.is_met else "MISSED"
        wanted = f"{budget.relation} {budget.limit:g}"
        return f"{mark}  {budget.figure:<20}{self.value:>10.3g}  {wanted:<14}  {budget.words}"


def judge(reports: Iterable[Report]) -> list[Verdict]:
    """One verdict for each budgeted figure of each report."""
    found = [(name, value) for report in reports for name, value in report.figures.items()]
    return [
        Verdict(budget, value)
        for budget in BUDGETS
        for name, value in found
        if name == budget.figure
    ]
