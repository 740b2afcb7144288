"""`python -m tests.support.mutants`: which faults do the laws and strategies find?

A fault is put into a process of its own, which runs the properties: they find it if one of them
fails. First come those nearest to the fault, then all others. At the end stands the table of
`docs/explanation/mutants.md`. The exit code is 1 when a fault came through that says of itself
that it must not, when too many changes of the tool did, and when a run went wrong.
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
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tests.support import faults
from tests.support.faults import FAULTS, Fault
from tests.support.toolmade import Change, changes
from tests.support.trial import CANNOT_BE_IMPORTED

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "src" / "duetime"
PROPERTIES: Final = "tests/test_properties.py"
TRIAL: Final = ROOT / "tests" / "support" / "trial.py"
AS_IT_IS: Final = "the package as it is"
PATIENCE: Final = 90.0
"""Seconds of the processor after which a test counts as one without an end."""
LEAST_OF_TOOL: Final = 0.85
"""The part of the tool's changes that must be found: some of them change nothing."""
TOOLMADE: Final = "made by a tool"
_OPTIONS: Final = (
    *("-x", "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider"),
    "--hypothesis-profile=mutants",
)
_OURS: Final = ("PYTEST_", "COV_CORE_", "COVERAGE_")

_ORACLE: Final = "TheOracles"
_LAWS: Final = "TheOracles or TestCrontabs"
_TYPES: Final = "TestGrids or TestCalendarDates or TestFloating or TestSetsOfInstants"
_SETS: Final = "operators or meet or a_set_tells or TestSetsAtClockChanges"
_MOVES: Final = "clips or divide or TestCompositions"
_BITS: Final = "counts or block_of_days or the_count"
NEAREST: Final = {
    faults.CHANGES: f"{_ORACLE} or a_set_tells",
    faults.ZONES: f"{_ORACLE} or calendar_has_ends",
    faults.CALENDAR: _ORACLE,
    faults.FIELDS: f"{_ORACLE} or celery_keywords",
    faults.SEARCH: _LAWS,
    faults.MEMBERS: _LAWS,
    faults.COUNTS: _BITS,
    faults.TIMELINES: _BITS,
    faults.SETS: _SETS,
    faults.MOVES: _MOVES,
    faults.INTERVALS: f"{_TYPES} or meet or TestCompositions",
    faults.LOOPS: "due",
    faults.COPIES: "copies or that_say or with_other or another or order_does_not",
    **dict.fromkeys(("zones.py", "wall.py", "schedules.py"), f"{_ORACLE} or due or {_SETS}"),
    **dict.fromkeys(("search.py", "algebra/sets.py"), f"{_SETS} or {_MOVES} or {_BITS}"),
    "algebra/windows.py": f"divide or {_BITS}",
    **dict.fromkeys(("kinds/interval.py", "kinds/instants.py"), f"{_TYPES} or meet or {_BITS}"),
    **dict.fromkeys(("dates/timeline.py", "dates/wall_timeline.py"), f"{_BITS} or {_SETS}"),
    "crontabs/schedule.py": f"{_ORACLE} or {_BITS}",
}
"""By kind of a fault and file of a change, the properties that run first, as pytest's `-k` reads
it; all others run if these find nothing."""

Outcome = Literal["killed", "survived", "void", "error"]
Mutant: TypeAlias = Fault | Change


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    name: str
    outcome: Outcome
    by: str
    """The test that failed, or what went wrong."""
    seconds: float
    """Of the processor."""


def run(
    mutant: Mutant | None, *, patience: float = PATIENCE, passes: Sequence[str] | None = None
) -> Result:
    """Run the properties in a process with a mutant in it; None for none.

    `passes` are expressions for `-k`: what the first does not find is left to the next.
    """
    name = AS_IT_IS if mutant is None else mutant.name
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        package = PACKAGE
        if isinstance(mutant, Change):
            package = Path(folder) / "duetime"
            shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
            path = package / mutant.file
            path.write_text(mutant.applied(path.read_text("utf-8")), "utf-8")
        outcome: Outcome = "survived"
        by, seconds = "", 0.0
        for chosen in _passes(mutant) if passes is None else passes:
            outcome, by, spent = _outcome(mutant, package, patience, chosen)
            seconds += spent
            if outcome != "survived":
                break
    return Result(name, outcome, by, round(seconds, 1))


def _passes(mutant: Mutant | None) -> list[str]:
    """Each property is in one of them."""
    if mutant is None:
        return [""]
    first = NEAREST.get(mutant.file if isinstance(mutant, Change) else mutant.kind, _ORACLE)
    return [first, f"not ({first})"]


def _outcome(
    mutant: Mutant | None, package: Path, patience: float, chosen: str
) -> tuple[Outcome, str, float]:
    fault = mutant.name if isinstance(mutant, Fault) else ""
    given = [fault, str(package), str(patience), PROPERTIES, "-k", chosen, *_OPTIONS]
    code, out, err, seconds = _python(["-P", str(TRIAL), *given], package.parent)
    if code in (0, 5):  # 5: none was chosen
        return "survived", "", seconds
    if code == -signal.SIGPROF:
        return "killed", f"no end after {patience:.0f} s: {err.split()[-1]}", seconds
    if code == CANNOT_BE_IMPORTED:
        return "void", "it cannot be imported", seconds
    failed = re.search(r"^(?:FAILED|ERROR) \S*?\.py(?:::)?(.*)", out, re.MULTILINE)
    if code in (1, 2) and failed is not None:
        return "killed", failed[1][:150], seconds
    return "error", f"pytest: {code}, {(out + err)[-300:]}", seconds


def _python(arguments: Sequence[str], path: Path) -> tuple[int, str, str, float]:
    """The exit code, both outputs and the processor's seconds of a process."""
    environment = {
        # What this run was told of its tests, of coverage for one, is not for those.
        **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
        "COLUMNS": "200",  # so that messages are whole
        "PYTHONPATH": str(path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return process.returncode, *texts, usage.ru_utime + usage.ru_stime  # type: ignore[return-value]  # two texts


def all_mutants(only: Iterable[str] = ()) -> list[Mutant]:
    """Every mutant, or those that have one of some texts in their name, kind or file."""
    every: tuple[Mutant, ...] = (*FAULTS, *changes())
    texts = list(only)
    return [each for each in every if not texts or any(text in _told(each) for text in texts)]


def _told(mutant: Mutant) -> str:
    home = mutant.file if isinstance(mutant, Change) else mutant.kind
    return f"{mutant.name:<58} {home}"


# The log.


def edition() -> str:
    """What stands for the package and its properties: other text, another edition."""
    digest = sha256()
    for path in (ROOT / PROPERTIES, *sorted(PACKAGE.rglob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def known(log: Path | None) -> dict[str, Result]:
    """The results that a log has; raises ValueError if it is of another edition."""
    if log is None or not log.exists():
        return {}
    first, *lines = log.read_text("utf-8").splitlines()
    if json.loads(first) != {"edition": edition()}:
        raise ValueError(f"{log} is of another edition of the package: begin a new one")
    results = (Result(**json.loads(line)) for line in lines)
    return {result.name: result for result in results}


def _note(result: Result, log: Path | None) -> None:
    verdict = {"killed": result.by, "survived": "CAME THROUGH"}
    words = verdict.get(result.outcome, f"{result.outcome.upper()}: {result.by}")
    print(f"{result.name:<58} {result.seconds:6.1f} s  {words}", flush=True)
    if log is not None:
        begun = log.exists()
        with log.open("a", encoding="utf-8") as lines:
            if not begun:
                lines.write(json.dumps({"edition": edition()}) + "\n")
            lines.write(json.dumps(asdict(result)) + "\n")


def judge(
    mutants: Sequence[Mutant], *, jobs: int, log: Path | None, patience: float = PATIENCE
) -> dict[str, Result]:
    """Run every mutant that the log does not know, and tell of each as soon as it is done."""
    results = known(log)
    waiting = [mutant for mutant in (None, *mutants) if _name(mutant) not in results]
    with ThreadPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(run, each, patience=patience) for each in waiting]):
            result = done.result()
            _note(result, log)
            results[result.name] = result
    return {name: results[name] for name in map(_name, (None, *mutants))}


def _name(mutant: Mutant | None) -> str:
    return AS_IT_IS if mutant is None else mutant.name


# What it comes to.


def report(mutants: Sequence[Mutant], results: Mapping[str, Result]) -> str:
    """The tables of the page, in Markdown."""
    rows = ["| kind | faults | found |", "| --- | --: | --: |"]
    kinds = dict.fromkeys(_kind(mutant) for mutant in mutants)
    for kind in (*kinds, "all"):
        real = [m for m in mutants if kind in ("all", _kind(m)) and not _is_void(m, results)]
        found = sum(results[mutant.name].outcome == "killed" for mutant in real)
        rows.append(f"| {kind} | {len(real)} | {found} |")
    through = [m for m in mutants if results[m.name].outcome == "survived"]
    by_hand = [m for m in through if isinstance(m, Fault)]
    if by_hand:
        rows += ["", "| fault that came through | why |", "| --- | --- |"]
        rows += [f"| `{m.name}` | {m.missed or 'not explained'} |" for m in by_hand]
    by_tool = [m for m in through if isinstance(m, Change)]
    if by_tool:
        rows += ["", "| change that came through | line | becomes |", "| --- | --- | --- |"]
        rows += [f"| {m.file} | {_code(m.line)} | {_code(m.becomes)} |" for m in by_tool]
    minutes = sum(result.seconds for result in results.values()) / 60
    return "\n".join([*rows, "", f"The run took {minutes:.0f} minutes of one processor."])


def _kind(mutant: Mutant) -> str:
    return TOOLMADE if isinstance(mutant, Change) else mutant.kind


def _is_void(mutant: Mutant, results: Mapping[str, Result]) -> bool:
    return results[mutant.name].outcome == "void"


def _code(line: str) -> str:
    return f"`{line}`".replace("|", r"\|")


def complaints(mutants: Sequence[Mutant], results: Mapping[str, Result]) -> list[str]:
    """What is wrong with a run, in words."""
    plain = results[AS_IT_IS]
    said = [] if plain.outcome == "survived" else [f"{AS_IT_IS} fails: {plain.by}"]
    said += [f"{r.name}: {r.by}" for r in results.values() if r.outcome == "error"]
    said += [
        f"{fault.name} came through"
        for fault in mutants
        if isinstance(fault, Fault)
        and not fault.missed
        and results[fault.name].outcome in ("survived", "void")
    ]
    tool = [results[m.name].outcome for m in mutants if isinstance(m, Change)]
    counted = [outcome for outcome in tool if outcome != "void"]
    if counted.count("killed") < LEAST_OF_TOOL * len(counted):
        said.append(f"under {LEAST_OF_TOOL:.0%} of the tool's changes were found")
    return said


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; the number returned is the exit code."""
    options = _parser().parse_args(arguments)
    mutants = all_mutants(options.only)
    if options.list:
        for mutant in mutants:
            for seam in mutant.at if isinstance(mutant, Fault) else ():
                seam.found()
            print(_told(mutant))
        return 0
    results = judge(mutants, jobs=options.jobs, log=options.log, patience=options.patience)
    print(f"\n{report(mutants, results)}")
    said = complaints(mutants, results)
    for complaint in said:
        print(f"FAULT: {complaint}")
    return 1 if said else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.support.mutants", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="how many run at a time")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="SECONDS",
        help="of the processor that one test may take: what takes longer counts as found",
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="TEXT", help="in name, kind or file; else all"
    )
    parser.add_argument(
        "--list", action="store_true", help="name them, see that each has its place, run none"
    )
    parser.add_argument(
        "--log", type=Path, help="a file of results, one a line: what is there is not run again"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
