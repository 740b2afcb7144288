"""What `import duetime` costs a fresh interpreter, and what it loads."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.table import Cell, Report
from benchmarks.timing import Effort

# Timed inside the child: how long an interpreter takes to start is not ours to answer for.
TIMED = "import time; t = time.perf_counter(); import {names}; print(time.perf_counter() - t)"
BASIS = "dataclasses, datetime, re, typing, zoneinfo"
"""What of the standard library any typed package that knows time zones starts with."""
LOADED = "import sys, duetime; print(*sys.modules)"
LATER = ("astral", "dateutil", "celery", "click", "hashlib", "hypothesis", "numpy", "uuid")
"""What only some schedules, or only other parts of the package, need."""
SHOWN = 8


def measure(effort: Effort) -> list[Report]:
    modules = set(_child("-c", LOADED).stdout.split())
    both = [(_millis("duetime"), _millis(BASIS)) for _ in range(effort.imports)]
    millis, basis = (min(times) for times in zip(*both, strict=True))
    loaded = [name for name in LATER if name in modules]
    costs: list[list[Cell]] = [[name, cost] for name, cost in _slowest()]
    return [
        Report(
            "import duetime",
            ["what", "value"],
            [
                [f"ms, best of {effort.imports} interpreters", millis],
                [f"ms of {BASIS} alone", basis],
                ["ms beyond these", millis - basis],
                ["modules loaded", len(modules)],
                ["loaded too early", ", ".join(loaded) or "none"],
            ],
            figures={"import_time.beyond": millis - basis, "import_time.extra": len(loaded)},
        ),
        Report("import duetime: the slowest modules by themselves", ["module", "ms"], costs),
    ]


def _millis(names: str) -> float:
    return 1e3 * float(_child("-c", TIMED.format(names=names)).stdout)


def _child(*arguments: str) -> subprocess.CompletedProcess[str]:
    # A user's second import finds the bytecode of the first.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )


def _slowest() -> list[tuple[str, float]]:
    done = _child("-X", "importtime", "-c", "import duetime")
    costs = []
    for line in done.stderr.splitlines()[1:]:
        own, _, module = line.removeprefix("import time:").split("|")
        costs.append((module.strip(), int(own) / 1e3))
    return sorted(costs, key=lambda cost: -cost[1])[:SHOWN]
