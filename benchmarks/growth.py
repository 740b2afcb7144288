"""Rare and impossible dates beside every minute: what a modifier or a long wait costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter

from benchmarks.next_run import learn_zone
from benchmarks.peers import PEERS
from benchmarks.questions import KEY, ZONE, moments
from benchmarks.table import Cell, Report
from benchmarks.timing import Batch, Effort, each, race
from duetime import Schedule, cron

Search = Callable[[datetime], object]

EVERY_MINUTE = "* * * * *"
COMPOSED = "0 0 L * * & 0 0 * * 5#5, composed"
"""Shown for comparison: the budget speaks of expressions."""


def _sparse() -> dict[str, Schedule]:
    last = cron("0 0 L * *", tz=KEY)
    fifth_friday = cron("0 0 * * fri#5", tz=KEY)
    return {
        "0 0 29 2 1, celery (AND)": cron("0 0 29 2 1", tz=KEY, dialect="celery"),
        "0 0 29 2 *": cron("0 0 29 2 *", tz=KEY),
        "0 0 L * *": last,
        "0 0 * * 5#5": fifth_friday,
        "0 0 */28 * 5#5 (AND)": cron("0 0 */28 * 5#5", tz=KEY),
        "0 0 1 1 *, years 1970-2199": cron("0 0 1 1 *", year="1970-2199", tz=KEY),
        COMPOSED: last & fifth_friday,
        "0 0 30 2 *, impossible": cron("0 0 30 2 *", tz=KEY),
        "0 0 31 4,6,9,11 *, impossible": cron("0 0 31 4,6,9,11 *", tz=KEY),
        "0 0 30 2 1, celery, impossible": cron("0 0 30 2 1", tz=KEY, dialect="celery"),
    }


def measure(effort: Effort) -> list[Report]:
    learn_zone()
    return [_ours(effort), _peers(Effort(1, min(effort.calls, 3), 0, 0))]


def _ours(effort: Effort) -> Report:
    schedules = {EVERY_MINUTE: cron(EVERY_MINUTE, tz=KEY), **_sparse()}
    outcome = race({name: each(s.next_run) for name, s in schedules.items()}, moments(effort))
    rows: list[list[Cell]] = [
        [name, outcome.ratio(name, EVERY_MINUTE), outcome.micros(name)] for name in schedules
    ]
    return Report(
        f"growth: next_run in {KEY}",
        ["expression", "ratio to every minute", "ours µs"],
        rows,
        figures={"growth.row": max(float(row[1] or 0) for row in rows if row[0] != COMPOSED)},
    )


def _peers(effort: Effort) -> Report:
    """The AND rule of 29 February on a Monday, and a date that never comes."""
    rounds = moments(effort)
    rows: list[list[Cell]] = []
    for expression in ("0 0 29 2 1", "0 0 30 2 1"):
        for name, prepare in _and_rule_peers().items():
            outcome = race({name: _prepared(prepare, expression)}, rounds)
            found = outcome.micros(name) if name in outcome.seconds else None
            rows.append([f"{expression}, {name}", found, outcome.failures.get(name, "")[:60]])
    return Report(
        "growth: peers that can read day and weekday as AND",
        ["expression", "µs", "or what it says"],
        rows,
        ["0 0 30 2 1 never runs"],
    )


def _and_rule_peers() -> dict[str, Callable[[str, ZoneInfo], Search]]:
    peers = {peer.name: peer.searcher for peer in PEERS}
    return {
        "croniter": _croniter_and,
        "APScheduler": peers["APScheduler"],
        "Celery": peers["Celery"],
    }


def _croniter_and(expression: str, zone: ZoneInfo) -> Search:
    cron = croniter(expression, datetime(2020, 1, 1, tzinfo=zone), datetime, day_or=False)
    return lambda after: cron.get_next(start_time=after)


def _prepared(prepare: Callable[[str, ZoneInfo], Search], expression: str) -> Batch:
    """A batch that also makes the schedule, since that is where some refuse."""

    def batch(questions: Sequence[datetime]) -> None:
        search = prepare(expression, ZONE)
        for after in questions:
            search(after)

    return batch
