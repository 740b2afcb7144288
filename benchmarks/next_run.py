"""From an aware datetime to the next run, beside every peer and beside the floor.

The floor is what no library can save: reading the moment's timestamp and making a datetime of
the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.peers import PEERS, UNDOCUMENTED
from benchmarks.questions import EXPRESSIONS, KEY, YEARS, ZONE, moments
from benchmarks.table import Cell, Report
from benchmarks.timing import Batch, Effort, Outcome, each, geometric_mean, race
from duetime import cron

OURS = "duetime"
FLOOR = "floor"
NAMES = [peer.name for peer in PEERS]


def measure(effort: Effort) -> list[Report]:
    first = _first_questions(effort)
    learn_zone()
    return [
        _report(effort, ZONE, f"next_run in {KEY}, asked in {KEY}"),
        # No budget: here every peer, the floor and we pay for one conversion more.
        replace(_report(effort, ZoneInfo("UTC"), f"next_run in {KEY}, asked in UTC"), figures={}),
        first,
    ]


def learn_zone() -> None:
    """Ask about every day that a question or its answer falls on.

    What a zone's offsets are is learnt once in the life of a process, by peers as by us; what is
    asked of a schedule is new every time.
    """
    schedule = cron("0 * * * *", tz=KEY)
    for day in range(date(YEARS[0], 1, 1).toordinal(), date(YEARS[1] + 9, 1, 1).toordinal()):
        schedule.next_run(datetime.fromordinal(day).replace(tzinfo=ZONE))


def _first_questions(effort: Effort) -> Report:
    """The same where the zone is not known yet, in years that nothing else here asks about."""
    before = (YEARS[0] - 20, YEARS[0] - 8)
    rounds = moments(effort, years=before)
    outcome = race({OURS: each(cron(EXPRESSIONS[0], tz=KEY).next_run), FLOOR: floor}, rounds)
    row: list[Cell] = [
        EXPRESSIONS[0],
        outcome.ratio(OURS, FLOOR),
        outcome.micros(OURS),
        outcome.micros(FLOOR),
    ]
    return Report(
        f"next_run in {KEY} on days whose offsets were never asked for",
        ["expression", "ours/floor", "ours µs", "floor µs"],
        [row],
    )


def _report(effort: Effort, given: ZoneInfo, title: str) -> Report:
    rounds = moments(effort, given)
    rows: list[list[Cell]] = []
    advantages, floors = [], []
    differing: Counter[str] = Counter()
    for expression in EXPRESSIONS:
        ours = cron(expression, tz=KEY).next_run
        searches = peer_searches(expression, given)
        differing.update(_differing(ours, searches, rounds))
        outcome = race(
            {
                OURS: each(ours),
                FLOOR: floor,
                **{name: each(search) for name, search in searches.items()},
            },
            rounds,
        )
        fastest = outcome.fastest(NAMES, OURS)
        advantages.append(outcome.ratio(fastest, OURS))
        floors.append(outcome.ratio(OURS, FLOOR))
        rows.append([expression, advantages[-1], floors[-1], *_micros(outcome, fastest)])
    mean = geometric_mean(advantages)
    rows.append(
        ["geometric mean", mean, geometric_mean(floors), *[""] * (4 + len(NAMES))],
    )
    return Report(
        title,
        [
            "expression",
            "fastest/ours",
            "ours/floor",
            "fastest peer",
            "ours µs",
            "floor µs",
            *(f"{name} µs" for name in [*NAMES, UNDOCUMENTED.name]),
        ],
        rows,
        [
            *peer_notes(),
            "the zone's offsets are known before the race; every question is new",
            *_difference_notes(differing, rounds),
        ],
        {"next_run.row": min(advantages), "next_run.floor": geometric_mean(floors)},
    )


def floor(questions: Sequence[datetime]) -> None:
    """What stays when the search costs nothing, without even a call around it."""
    fromtimestamp = datetime.fromtimestamp
    for after in questions:
        fromtimestamp(after.timestamp(), ZONE)


def peer_searches(expression: str, given: ZoneInfo) -> dict[str, Callable[[datetime], datetime]]:
    """The peers that accept the expression, each as a function to the next run."""
    searches = {}
    for peer in (*PEERS, UNDOCUMENTED):
        try:
            searches[peer.name] = peer.next_run(expression, ZONE, given)
        except Exception:  # Each has an error type of its own; the table shows a dash.
            continue
    return searches


def peer_batches(expression: str, given: ZoneInfo) -> dict[str, Batch]:
    """The same as batches, the contestants only."""
    searches = peer_searches(expression, given)
    return {name: each(searches[name]) for name in NAMES if name in searches}


def peer_notes() -> list[str]:
    """How each peer was asked."""
    return [f"{peer.name}: {peer.how}" for peer in (*PEERS, UNDOCUMENTED)]


def _micros(outcome: Outcome, fastest: str) -> list[Cell]:
    names = [OURS, FLOOR, *NAMES, UNDOCUMENTED.name]
    times = [outcome.micros(name) if name in outcome.seconds else None for name in names]
    return [fastest, *times]


def _differing(
    ours: Callable[[datetime], datetime | None],
    searches: dict[str, Callable[[datetime], datetime]],
    rounds: Sequence[Sequence[datetime]],
) -> dict[str, int]:
    """How many answers of each peer on the practice round name another instant than ours."""
    expected = [ours(after) for after in rounds[0]]
    return {
        name: sum(
            not _same_instant(_answer(search, after), wanted)
            for after, wanted in zip(rounds[0], expected, strict=True)
        )
        for name, search in searches.items()
    }


def _answer(search: Callable[[datetime], datetime], after: datetime) -> datetime | None:
    try:
        return search(after)
    except Exception:  # A peer that gives up has no answer.
        return None


def _same_instant(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.timestamp() == other.timestamp()


def _difference_notes(differing: Counter[str], rounds: Sequence[Sequence[Any]]) -> list[str]:
    asked = len(rounds[0]) * len(EXPRESSIONS)
    found = [f"{name} {count}" for name, count in differing.items() if count]
    return [f"answers unlike ours, of {asked}: {', '.join(found) or 'none'}"]
