"""`python -m tests.support.mutants`: which faults do the laws and strategies find?

Each fault is put into a copy of the package, and the properties run on the copy. They find it if
one of them fails. The exit code is 1 when under 95 % of the faults are found, when one came through
that nobody has explained, and when a run went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from tests.support.faults import EQUIVALENT, EXPLAINED, FAULTS
from tests.support.toolmade import changes

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "src" / "duetime"
PROPERTIES: Final = "tests/test_properties.py"
UNMUTATED: Final = "unmutated"
LEAST: Final = 0.95
"""The part of the faults that must be found."""
PATIENCE: Final = 3.0
"""How many times as long as the unmutated run one may take before it counts as hanging: seconds of
the processor against seconds by the clock."""
_FIRST_PATIENCE: Final = 1_800
_PYTEST: Final = """\
import resource, sys, pytest
seconds = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 9))
sys.exit(pytest.main(sys.argv[2:]))
"""
"""Runs pytest for so many seconds of the processor: of others, however busy, nothing is known."""
_OPTIONS: Final = (
    *("-x", "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider"),
    "--hypothesis-profile=mutants",
)

_OURS: Final = ("PYTEST_", "COV_CORE_", "COVERAGE_")

_BLOCKS: Final = "test_what_is_known_of_a_block_of_days_is_what_runs_in_it"
_MEETINGS: Final = "test_crontabs_of_one_zone_meet_in_the_dates_of_both"
_FIELDS: Final = (
    *("TestAllDialectsAreTheOracles", "TestClockChangesAreTheOracles"),
    *("TestDayModifiersAreTheOracles", "TestShortMonthsAreTheOracles", _BLOCKS, _MEETINGS),
    *("TestVixieCrontabsAreTheOracles", "TestCrontabs::test_counts_add_up"),
    *(f"{name}::test_the_calendar_has_ends" for name in ("TestGrids", "TestCrontabs")),
)
_SETS: Final = (
    *("TestGrids", "TestCompositions", "TestCrontabs::test_operators_are_those_of_sets"),
    *("TestCrontabs::test_counts_of_years_are_those_of_sets", _BLOCKS, _MEETINGS),
    *(
        "TestSetsAtClockChanges",
        "test_what_a_set_tells_of_clock_changes_is_what_it_runs_at",
        "TestCrontabsAtClockChanges::test_operators_are_those_of_sets",
        "TestCrontabs::test_windows_divide_the_runs",
    ),
)
NEAREST: Final = {
    "zones.py": _FIELDS,
    "wall.py": _FIELDS,
    "kinds/interval.py": (
        *("TestGrids", "TestCalendarDates", "TestFloatingIntervals", _BLOCKS),
        "test_grids_meet_where_both_run",
    ),
    **dict.fromkeys(
        ("algebra/sets.py", "search.py", "dates/timeline.py", "algebra/windows.py"), _SETS
    ),
    **dict.fromkeys(("kinds/instants.py", "dates/wall_timeline.py", "schedules.py"), _SETS),
}
"""By file, the properties that run first; the others run if these find nothing."""

Outcome = Literal["killed", "survived", "error"]


class Mutant(Protocol):
    """A change of one file of the package."""

    @property
    def name(self) -> str: ...

    @property
    def file(self) -> str: ...

    def applied(self, source: str) -> str: ...


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    name: str
    outcome: Outcome
    by: str
    """The test that failed, or what went wrong."""
    seconds: float


@dataclass(frozen=True)
class Tally:
    """What became of all mutants."""

    results: Sequence[Result]
    equivalent: Mapping[str, str]
    explained: Mapping[str, str]

    @property
    def real(self) -> list[Result]:
        """Those that change something."""
        return [result for result in self.results if result.name not in self.equivalent]

    @property
    def killed(self) -> int:
        return sum(result.outcome == "killed" for result in self.real)

    @property
    def ratio(self) -> float:
        return self.killed / len(self.real) if self.real else 1.0

    @property
    def faults(self) -> list[str]:
        """What is wrong with the run, in words."""
        found = [
            f"{result.name}: {result.by}" for result in self.results if result.outcome == "error"
        ]
        found += [
            f"{result.name} came through, and nothing explains it"
            for result in self.real
            if result.outcome == "survived" and result.name not in self.explained
        ]
        found += [
            f"{result.name} is said to change nothing, and {result.by} found it"
            for result in self.results
            if result.outcome == "killed" and result.name in self.equivalent
        ]
        if self.ratio < LEAST:
            found.append(f"under {LEAST:.0%} were found")
        return found

    def __str__(self) -> str:
        equivalent = len(self.results) - len(self.real)
        return (
            f"{self.killed} of {len(self.real)} faults found ({self.ratio:.1%}),"
            f" {equivalent} changes that change nothing"
        )


def run(
    mutant: Mutant | None,
    *,
    patience: float = _FIRST_PATIENCE,
    passes: Sequence[Sequence[str]] | None = None,
) -> Result:
    """Run the properties on a copy of the package with a mutant in it; None for none.

    `passes` are arguments of pytest: what the first does not find is left to the next.
    """
    name = UNMUTATED if mutant is None else mutant.name
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "duetime"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if mutant is not None:
            path = copy / mutant.file
            path.write_text(mutant.applied(path.read_text("utf-8")), "utf-8")
        outcome: Outcome = "survived"
        by = ""
        for tests in passes or _passes(mutant):
            outcome, by = _outcome(copy, patience, tests)
            if outcome != "survived":
                break
    return Result(name, outcome, by, round(time.monotonic() - begin, 1))


def _passes(mutant: Mutant | None) -> list[list[str]]:
    """Each property is in one of them."""
    if mutant is None:
        return [[PROPERTIES]]
    first = [f"{PROPERTIES}::{name}" for name in NEAREST.get(mutant.file, _FIELDS)]
    return [first, [PROPERTIES, *(f"--deselect={name}" for name in first)]]


def _outcome(copy: Path, patience: float, tests: Sequence[str]) -> tuple[Outcome, str]:
    environment = {
        # What this run was told of its tests, of coverage for one, is not for those.
        **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
        "COLUMNS": "200",  # so that messages are whole
        "PYTHONPATH": str(copy.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    where = _python(["-c", "import duetime; print(duetime.__file__)"], environment, 60)
    if Path(where.stdout.strip()).parent.resolve() != copy.resolve():
        return "error", f"not the copy was imported: {(where.stdout + where.stderr)[-300:]}"
    done = _python(["-c", _PYTEST, str(int(patience)), *tests, *_OPTIONS], environment, None)
    if done.returncode == -signal.SIGXCPU:
        return "killed", f"no end after {patience:.0f} s"
    if done.returncode == 0:
        return "survived", ""
    failed = re.search(r"^FAILED \S*?::(.*)", done.stdout, re.MULTILINE)
    if done.returncode != 1 or failed is None:
        return "error", f"pytest: {done.returncode}, {(done.stdout + done.stderr)[-300:]}"
    return "killed", failed[1][:150]


def _python(
    arguments: Sequence[str], environment: Mapping[str, str], patience: float | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


def all_mutants() -> dict[str, Mutant]:
    """Every mutant by name."""
    mutants: tuple[Mutant, ...] = (*FAULTS, *changes())
    return {mutant.name: mutant for mutant in mutants}


def _known(log: Path | None) -> dict[str, Result]:
    """The results that a log has."""
    if log is None or not log.exists():
        return {}
    results = (Result(**json.loads(line)) for line in log.read_text("utf-8").splitlines())
    return {result.name: result for result in results}


def _note(result: Result, log: Path | None) -> None:
    verdict = {"killed": result.by, "survived": "SURVIVED", "error": f"ERROR {result.by}"}
    print(f"{result.name:<58} {result.seconds:6.1f} s  {verdict[result.outcome]}", flush=True)
    if log is not None:
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(result)) + "\n")


def judge(
    mutants: Iterable[Mutant], *, jobs: int, log: Path | None, patience: float = PATIENCE
) -> Tally:
    """Run every mutant that the log does not know, and tell of each as soon as it is done."""
    known = _known(log)
    if UNMUTATED not in known:
        known[UNMUTATED] = run(None)
        _note(known[UNMUTATED], log)
    whole = known.pop(UNMUTATED)
    if whole.outcome != "survived":
        return Tally([Result(UNMUTATED, "error", whole.by, whole.seconds)], {}, {})
    chosen = {mutant.name: mutant for mutant in mutants}
    results = {name: result for name, result in known.items() if name in chosen}
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [
            pool.submit(run, mutant, patience=patience * whole.seconds)
            for name, mutant in chosen.items()
            if name not in results
        ]
        for future in as_completed(waiting):
            result = future.result()
            _note(result, log)
            results[result.name] = result
    return Tally([results[name] for name in chosen], EQUIVALENT, EXPLAINED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; the number returned is the exit code."""
    options = _parser().parse_args(arguments)
    mutants = all_mutants()
    unknown = sorted(set(options.only) - mutants.keys())
    if unknown:
        print(f"no such mutant: {', '.join(unknown)}")
        return 2
    chosen = [mutants[name] for name in options.only or mutants]
    if options.list:
        for mutant in chosen:
            print(f"{mutant.file:<24} {mutant.name}")
        return 0
    tally = judge(chosen, jobs=options.jobs, log=options.log, patience=options.patience)
    print(tally)
    for result in tally.real:
        if result.outcome == "survived":
            print(f"{result.name}: {EXPLAINED.get(result.name, 'not explained')}")
    for fault in tally.faults:
        print(f"FAULT: {fault}")
    return 1 if tally.faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.support.mutants", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="how many run at a time")
    parser.add_argument(
        "--patience", type=float, default=PATIENCE, help="in times of the unmutated run"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="which; else all")
    parser.add_argument("--list", action="store_true", help="name them and run none")
    parser.add_argument(
        "--log", type=Path, help="a file of results, one a line: what is there is not run again"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
