"""Questions about whole schedules: milliseconds each, once the zones are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo, available_timezones

from benchmarks.questions import EXPRESSIONS, KEY
from benchmarks.table import Cell, Report
from benchmarks.timing import SMOKE, Effort, each, race
from duetime import (
    Schedule,
    at,
    cron,
    every,
    first_difference,
    min_gap,
    overlaps,
    reconcile,
    zones_due,
)

PARIS = "Europe/Paris"
START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR, CENTURY = timedelta(days=365), timedelta(days=36_525)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

Question = Callable[[int], object]
"""Each is asked with a number of its own, so that none is asked twice."""


def measure(effort: Effort) -> list[Report]:
    rows: list[list[Cell]] = []
    for words, question in _questions(effort).items():
        begin = process_time()
        question(-1)
        first = (process_time() - begin) * 1e3
        calls = max(1, effort.calls // 20)
        rounds = [range(n * calls, (n + 1) * calls) for n in range(min(effort.rounds, 4) + 1)]
        outcome = race({"ours": each(question)}, rounds)
        rows.append([words, outcome.micros("ours") / 1e3, first])
    return [
        Report(
            f"questions about whole schedules in {KEY} and {PARIS}",
            ["question", "ms", "first time ms"],
            rows,
            ["the first question about a zone finds the clock changes of all years"],
        )
    ]


def _questions(effort: Effort) -> dict[str, Question]:
    gaps = {f"min_gap of {text}": _gap_of(text) for text in EXPRESSIONS}
    ran = [
        START + n * HOUR + timedelta(seconds=n % 90)
        for n in range(0, 8760, 1 + (effort == SMOKE) * 99)
    ]
    zones = [ZoneInfo(key) for key in sorted(available_timezones())]
    one, other = cron("* * * * *", tz=KEY), cron("*/7 * * * *", tz=PARIS)
    compositions = {
        "crontab": one,
        "union": one | other,
        "intersection": one & other,
        "difference": one - other,
        "shift": one.shifted(HOUR),
        "clipped union": (one | other).within(START),
    }
    counts = {
        f"count of a century of minutes: {name}": _count_of(s) for name, s in compositions.items()
    }
    return {
        **gaps,
        "min_gap of a union of two zones": lambda n: min_gap(
            _at_minute(n, KEY) | _at_minute(n, PARIS)
        ),
        "min_gap of a difference": lambda n: min_gap(one - _at_minute(n, PARIS)),
        "min_gap of every 7 hours or a crontab": lambda n: min_gap(
            every(hours=7, anchor=START + n * MINUTE) | _at_minute(n, PARIS)
        ),
        "issubset, fields": lambda n: _at_minute(n, KEY).issubset(cron("* 9 * * *", tz=KEY)),
        "issubset, two zones": lambda n: _at_minute(n, KEY).within(START).issubset(other),
        "a.isdisjoint(b)": lambda n: _at_minute(n, KEY).isdisjoint(_at_minute(n, PARIS)),
        "first_difference in 2026": lambda n: first_difference(
            one, one - at(START + n * MINUTE), START
        ),
        "first_difference, proven none": lambda n: first_difference(
            _at_minute(n, KEY), _at_minute(n, "America/Detroit"), START
        ),
        "overlaps in a year, each found": lambda n: list(
            overlaps(cron(f"{n % 60} * * * *", tz=KEY), 2 * HOUR, START, START + YEAR)
        ),
        "overlaps in a century, proven none": lambda n: list(
            overlaps(cron(f"{n % 60} * * * *", tz=KEY), HOUR, START, START + CENTURY)
        ),
        "reconcile a year of hours": lambda n: reconcile(cron("0 * * * *"), ran),
        f"zones_due in {len(zones)} zones": lambda n: zones_due(
            cron("0 9 * * *"), START + (n - 1) * HOUR, START + n * HOUR, zones
        ),
        "the same, zone by zone": lambda n: [
            cron("0 9 * * *").in_zone(zone).is_due(START + (n - 1) * HOUR, START + n * HOUR)
            for zone in zones
        ],
        **counts,
    }


def _at_minute(number: int, key: str) -> Schedule:
    return cron(f"{number % 60} 9 * * *", tz=key)


def _gap_of(expression: str) -> Question:
    return lambda _: min_gap(cron(expression, tz=KEY))


def _count_of(schedule: Schedule) -> Question:
    return lambda n: schedule.count(START + n * MINUTE, START + CENTURY)
