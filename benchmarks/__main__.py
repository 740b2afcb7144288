"""`python -m benchmarks [NAME ...] [--smoke] [--check]`: run benchmarks and print their tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from benchmarks.budgets import BUDGETS, judge
from benchmarks.table import Report, render
from benchmarks.timing import FULL, SMOKE, Effort

NAMES = (
    "next_run",
    "next_epoch",
    "runs",
    "parse",
    "growth",
    "memory",
    "import_time",
    "solar",
    "rrule",
    "calendars",
    "beat",
    "django_tables",
    "analysis",
    "algebra",
    "strategies",
    "limits",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; the number returned is the exit code."""
    options = _parser().parse_args(arguments)
    reports = []
    for name in options.names or NAMES:
        for report in measure(name, SMOKE if options.smoke else FULL):
            print(render(report), flush=True)
            reports.append(report)
    verdicts = judge(reports)
    for verdict in verdicts:
        print(verdict)
    unmeasured = set(BUDGETS) - {verdict.budget for verdict in verdicts}
    if unmeasured and not options.names:
        print(f"no benchmark measures {', '.join(sorted(each.figure for each in unmeasured))}")
        return 1
    missed = [verdict for verdict in verdicts if not verdict.is_met]
    return 1 if options.check and missed else 0


def measure(name: str, effort: Effort) -> list[Report]:
    """The reports of one benchmark."""
    reports: list[Report] = import_module(f"benchmarks.{name}").measure(effort)
    return reports


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[[], *NAMES],
        metavar="NAME",
        help=f"which: {', '.join(NAMES)}; all when none is given",
    )
    parser.add_argument(
        "--smoke", action="store_true", help="a few calls each: whether it runs, not how fast"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a budget is missed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
