"""Iteration: microseconds a run, forwards and backwards, beside the peers that iterate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from cron_converter import Cron
from crondst import CronDst
from croniter import croniter
from cronsim import CronSim

from benchmarks.next_run import learn_zone
from benchmarks.peers import apscheduler_trigger
from benchmarks.questions import EXPRESSIONS, KEY, ZONE, moments
from benchmarks.table import Cell, Report
from benchmarks.timing import Batch, Effort, race
from duetime import cron

Iterate = Callable[[datetime], Iterator[Any]]

# A yearly job runs at most this often before the calendar ends.
LENGTH = 400


def measure(effort: Effort) -> list[Report]:
    learn_zone()
    length = min(LENGTH, 4 * effort.calls)
    starts = [batch[:2] for batch in moments(effort)]
    # A round is asked for so many runs from each of its starts.
    rounds = [[start for start in batch for _ in range(length)] for batch in starts]
    rows: list[list[Cell]] = []
    for expression in EXPRESSIONS:
        schedule = cron(expression, tz=KEY)
        contestants: dict[str, Iterate] = {
            "ours": schedule.runs,
            "back": schedule.runs_back,
            **_peers(expression),
        }
        outcome = race(
            {"floor": _floor, **{n: _take(it, length) for n, it in contestants.items()}}, rounds
        )
        peers = [name for name in contestants if name not in ("ours", "back")]
        fastest = outcome.fastest(peers, "ours")
        rows.append(
            [
                expression,
                outcome.ratio(fastest, "ours"),
                outcome.micros("ours"),
                outcome.micros("back"),
                outcome.ratio("ours", "floor"),
                outcome.ratio("back", "floor"),
                outcome.micros("floor"),
                outcome.micros(fastest),
                fastest,
            ]
        )
    return [
        Report(
            f"runs in {KEY}, {length} from each start",
            [
                "expression",
                "fastest/ours",
                "ours µs a run",
                "runs_back µs a run",
                "ours/floor",
                "runs_back/floor",
                "floor µs",
                "fastest peer µs",
                "fastest peer",
            ],
            rows,
            ["floor: datetime.fromtimestamp(second, zone) for each run"],
            {
                "runs.floor": max(float(row[4] or 0) for row in rows),
                "runs.back": max(float(row[5] or 0) for row in rows),
            },
        )
    ]


def _take(iterate: Iterate, length: int) -> Batch:
    def batch(questions: Sequence[datetime]) -> None:
        for start in questions[::length]:
            for _ in islice(iterate(start), length):
                pass

    return batch


def _floor(questions: Sequence[datetime]) -> None:
    fromtimestamp = datetime.fromtimestamp
    second = int(questions[0].timestamp())
    for run in range(second, second + 900 * len(questions), 900):
        fromtimestamp(run, ZONE)


def _peers(expression: str) -> dict[str, Iterate]:
    crondst = CronDst(expression)
    converter = Cron(expression)
    trigger = apscheduler_trigger(expression, ZONE)
    return {
        "croniter": lambda start: croniter(expression, start, ret_type=datetime),
        "cronsim": lambda start: CronSim(expression, start),
        "crondst": crondst.iter,
        "cron-converter": converter.schedule,
        "APScheduler": lambda start: _fire_times(trigger, start),
    }


def _fire_times(trigger: CronTrigger, start: datetime) -> Iterator[datetime]:
    run = trigger.get_next_fire_time(None, start)
    while run is not None:
        yield run
        run = trigger.get_next_fire_time(run, run)
