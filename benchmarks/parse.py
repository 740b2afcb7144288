"""From text to schedule, with texts that no cache has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from benchmarks.peers import PEERS, Peer
from benchmarks.questions import KEY, ZONE
from benchmarks.table import Cell, Report
from benchmarks.timing import Batch, Effort, each, geometric_mean, race
from duetime import cron

START = datetime(2026, 1, 5, tzinfo=ZONE)
NAMES = [peer.name for peer in PEERS]


def _weekly(random: Random) -> str:
    return f"{random.randrange(60)} {random.randrange(24)} * * {random.randrange(7)}"


def _stepped(random: Random) -> str:
    first = random.randrange(30)
    hour = random.randrange(12)
    return f"{first}-59/{random.randrange(2, 30)} {hour}-{random.randrange(12, 24)} * * mon-fri"


def _listed(random: Random) -> str:
    minutes = ",".join(map(str, sorted(random.sample(range(60), 5))))
    hours = ",".join(map(str, sorted(random.sample(range(24), 3))))
    return f"{minutes} {hours} * * *"


def _dated(random: Random) -> str:
    days = f"{random.randrange(1, 14)},{random.randrange(14, 29)}"
    return f"{random.randrange(60)} {random.randrange(24)} {days} {random.randrange(1, 13)} *"


SHAPES: dict[str, Callable[[Random], str]] = {
    "m h * * d": _weekly,
    "m-59/s h-h * * mon-fri": _stepped,
    "m,m,m,m,m h,h,h * * *": _listed,
    "m h d,d mon *": _dated,
}


def measure(effort: Effort) -> list[Report]:
    contestants: dict[str, Batch] = {
        "ours": each(lambda text: cron(text, tz=KEY)),
        **{peer.name: each(_parser(peer)) for peer in PEERS},
    }
    rows: list[list[Cell]] = []
    advantages = []
    for shape, make in SHAPES.items():
        outcome = race(contestants, _texts(make, effort))
        fastest = outcome.fastest(NAMES, "ours")
        advantages.append(outcome.ratio(fastest, "ours"))
        times = [outcome.micros(name) if name in outcome.seconds else None for name in NAMES]
        rows.append([shape, advantages[-1], outcome.micros("ours"), fastest, *times])
    mean = geometric_mean(advantages)
    rows.append(["geometric mean", mean, *[""] * (2 + len(NAMES))])
    return [
        Report(
            "parse, uncached",
            [
                "shape of the text",
                "fastest/ours",
                "ours µs",
                "fastest peer",
                *(f"{name} µs" for name in NAMES),
            ],
            rows,
            ["random texts of one shape, none of which comes twice within a contestant's rounds"],
            {"parse.mean": mean, "parse.row": min(advantages)},
        )
    ]


def _parser(peer: Peer) -> Callable[[str], object]:
    parse = peer.parse
    return lambda text: parse(text, START)


def _texts(make: Callable[[Random], str], effort: Effort) -> list[Sequence[str]]:
    random = Random(1)
    wanted = (effort.rounds + 1) * min(effort.calls, 60)
    texts: dict[str, None] = {}
    while len(texts) < wanted:
        texts[make(random)] = None
    found = list(texts)
    size = wanted // (effort.rounds + 1)
    return [found[i : i + size] for i in range(0, wanted, size)]
