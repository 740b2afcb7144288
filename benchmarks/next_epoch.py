"""The same search on whole seconds, beside a derived yardstick for compiled code.

robfig/cron, compiled Go, took 1.7 microseconds where the fastest Python peers took 30 on the
same machine. That ratio, applied to the peers of this run, says what it would take here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from benchmarks.next_run import NAMES, OURS, learn_zone, peer_batches
from benchmarks.questions import EXPRESSIONS, KEY, ZONE, epochs, moments
from benchmarks.table import Cell, Report
from benchmarks.timing import Batch, Effort, each, geometric_mean, race
from duetime import cron

GO_TO_PYTHON = 1.7 / 30


@dataclass(frozen=True, slots=True)
class Round:
    """The same moments, for those that take seconds and for those that take datetimes."""

    seconds: list[int]
    moments: list[datetime]

    def __len__(self) -> int:
        return len(self.seconds)


def measure(effort: Effort) -> list[Report]:
    learn_zone()
    rounds = [Round(*both) for both in zip(epochs(effort), moments(effort), strict=True)]
    rows: list[list[Cell]] = []
    ratios, ours_micros, peer_micros = [], [], []
    for expression in EXPRESSIONS:
        next_epoch = cron(expression, tz=KEY).next_epoch
        peers = peer_batches(expression, ZONE)
        outcome = race(
            {
                OURS: _in_seconds(each(next_epoch)),
                **{name: _in_moments(batch) for name, batch in peers.items()},
            },
            rounds,
        )
        fastest = outcome.fastest(NAMES, OURS)
        ratio = outcome.ratio(OURS, fastest) / GO_TO_PYTHON
        ratios.append(ratio)
        ours_micros.append(outcome.micros(OURS))
        peer_micros.append(outcome.micros(fastest))
        rows.append(_row(expression, ratio, ours_micros[-1], peer_micros[-1], fastest))
    mean = geometric_mean(ratios)
    rows.append(
        _row("geometric mean", mean, geometric_mean(ours_micros), geometric_mean(peer_micros), "")
    )
    return [
        Report(
            f"next_epoch in {KEY}",
            [
                "expression",
                "ours/yardstick",
                "ours µs",
                "yardstick µs (derived)",
                "fastest peer µs",
                "fastest peer",
            ],
            rows,
            [
                "yardstick: the fastest peer's time x 1.7 / 30, as compiled robfig/cron stood",
                "beside Python peers when both were measured; derived, not measured here",
            ],
            {"next_epoch.go": mean},
        )
    ]


def _in_seconds(batch: Batch) -> Batch:
    return lambda questions: batch(questions.seconds)


def _in_moments(batch: Batch) -> Batch:
    return lambda questions: batch(questions.moments)


def _row(name: str, ratio: float, ours: float, peer: float, fastest: str) -> list[Cell]:
    return [name, ratio, ours, peer * GO_TO_PYTHON, peer, fastest]
