"""The memory that a million schedules take, after each has answered a question.

Each kind is held in a process of its own, whose resident memory is read before and after.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.questions import KEY
from benchmarks.table import Cell, Report
from benchmarks.timing import Effort
from duetime import cron

ROOT = Path(__file__).parents[1]
STATM = Path("/proc/self/statm")
LIMIT = 3 * 2**30
"""Bytes of memory beyond which no more schedules are made: the budget is long gone by then."""


def _fleet(i: int) -> str:
    return f"{i % 60} {i // 60 % 24} * * *"


def _dates(i: int) -> str:
    minute, hour, day, month = i % 60, i // 60 % 24, i // 1440 % 28, i // 40320 % 12
    weekday = i // 483_840 % 7
    return f"{minute} {hour} {day + 1} {month + 1} {weekday}"


def _day_rules(i: int) -> str:
    random = Random(i)
    days = ",".join(map(str, sorted(random.sample(range(1, 32), 6))))
    return f"{random.randrange(60)} {random.randrange(24)} {days} * *"


KINDS: dict[str, tuple[str, Callable[[int], str], float]] = {
    "fleet": ("1,440 texts, each many times", _fleet, 1.0),
    "dates": ("all texts differ, few day rules", _dates, 0.2),
    "day_rules": ("nearly all day rules differ", _day_rules, 0.05),
}
"""What the kind is, the text of schedule number i, and its share of the full count."""


def measure(effort: Effort) -> list[Report]:
    if not STATM.exists():
        return [Report("memory", ["kind"], [], ["read from /proc, which this system has not"])]
    rows: list[list[Cell]] = []
    for kind, (words, _, share) in KINDS.items():
        rows.append([words, *_apart(kind, int(effort.schedules * share))])
    return [
        Report(
            f"memory of crontabs in {KEY}",
            ["what is held", "bytes a schedule", "schedules"],
            rows,
            ["resident memory, after one next_epoch of each, without the list that holds them"],
            {"memory.bytes": max(float(row[1] or 0) for row in rows)},
        )
    ]


def _apart(kind: str, count: int) -> tuple[float, int]:
    """`weigh` in an interpreter of its own, which holds nothing else."""
    code = f"from benchmarks.memory import weigh; print(*weigh({kind!r}, {count}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    size, held = done.stdout.split()
    return float(size), int(held)


def weigh(kind: str, count: int) -> tuple[float, int]:
    """Bytes that a schedule of this kind takes, and how many were held to know it.

    That is `count`, or fewer when they outgrow `LIMIT`.
    """
    _, text, _ = KINDS[kind]
    cron("* * * * *", tz=KEY).next_epoch(0)
    schedules: list[object] = [None] * count
    gc.collect()
    gc.freeze()
    before = resident()
    for i in range(count):
        schedule = schedules[i] = cron(text(i), tz=KEY)
        schedule.next_epoch(1_750_000_000 + i)
        if i % 10_000 == 9_999 and resident() > LIMIT:
            count = i + 1
            break
    return (resident() - before) / count, count


def resident() -> int:
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
