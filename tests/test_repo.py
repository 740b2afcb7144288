"""What the repository promises about itself: its layout, its package, and who imports whom."""

import ast
import importlib
import importlib.metadata
import importlib.resources
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import duetime

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "duetime"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
README = (ROOT / "README.md").read_text()
CI = ROOT / ".ci" / "run"

PACKAGES = sorted(
    ".".join(("duetime", *init.parent.relative_to(SOURCE).parts))
    for init in SOURCE.rglob("__init__.py")
)

FLOORS = {
    1: ["errors", "immutable"],
    2: ["zone_names", "zones"],
    3: ["answers", "dates", "dates.*", "hashing", "questions"],
    4: ["schedules"],
    5: ["wall", "search"],
    6: ["kinds", "kinds.*"],
    7: ["crontabs", "crontabs.*"],
    8: ["algebra", "algebra.*"],
    9: ["wire", "notation", "notation.*", "analysis", "analysis.*", "the front door"],
    10: ["adapters", "adapters.*", "cli", "cli.*", "__main__"],
    11: ["testing", "testing.*"],
}
"""The modules of each floor of the house: each imports from its own floor and from those below."""

UPWARD = {"Pickled", "Stored", "Schedule"}
"""Classes of `schedules` whose methods import from above when called: `a | b` lives there."""

OUTER = {"adapters", "analysis", "cli", "testing"}
"""Packages that know the core and that the core does not know."""


class Arrow(NamedTuple):
    """That one module imports another, in a class or a function or under TYPE_CHECKING or not."""

    source: str
    target: str
    line: int
    inside: tuple[str, ...]

    def __str__(self) -> str:
        file = f"{self.source.replace('.', '/')}.py:{self.line}"
        return (
            f"{self.source} (floor {floor_of(self.source)}) imports"
            f" {self.target} (floor {floor_of(self.target)}): {file}"
        )


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in requirements}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def module_of(path: Path) -> str:
    """The name of a file's module, without the name of the package."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "the front door"


MODULES = {module_of(path): path for path in sorted(SOURCE.rglob("*.py"))}


def floor_of(module: str) -> int:
    floors = [
        floor
        for floor, patterns in FLOORS.items()
        if any(fnmatchcase(module, pattern) for pattern in patterns)
    ]
    assert len(floors) == 1, f"{module} has to stand on one floor of FLOORS: it is on {floors}"
    return floors[0]


def arrows_of(source: str) -> Iterator[Arrow]:
    """Every import of a module of this package by another, wherever it stands."""

    def arrow(name: str, line: int, inside: tuple[str, ...]) -> Arrow:
        return Arrow(source, name.removeprefix("duetime").lstrip(".") or door, line, inside)

    def below(node: ast.AST, inside: tuple[str, ...]) -> Iterator[Arrow]:
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.Import():
                    for alias in child.names:
                        if alias.name.partition(".")[0] == "duetime":
                            yield arrow(alias.name, child.lineno, inside)
                case ast.ImportFrom(module=str(package)) if package.partition(".")[0] == "duetime":
                    for alias in child.names:
                        whole = f"{package}.{alias.name}"
                        is_module = whole.removeprefix("duetime.") in MODULES
                        yield arrow(whole if is_module else package, child.lineno, inside)
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    yield from below(child, (*inside, name))
                case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                    yield from below(child, (*inside, "TYPE_CHECKING"))
                case _:
                    yield from below(child, inside)

    door = "the front door"
    yield from below(ast.parse(MODULES[source].read_text()), ())


def may_go_up(arrow: Arrow) -> bool:
    """Whether an arrow is of the one kind that may: from methods of `Schedule`, and its types."""
    if arrow.source != "schedules":
        return False
    in_a_method = len(arrow.inside) > 1 and arrow.inside[0] in UPWARD
    return in_a_method or arrow.inside == ("TYPE_CHECKING",)


def calls(path: Path) -> set[str]:
    """The names of all functions and methods that a file calls."""
    functions = (n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call))
    return {
        function.attr if isinstance(function, ast.Attribute) else function.id
        for function in functions
        if isinstance(function, ast.Attribute | ast.Name)
    }


def core_files() -> list[str]:
    files = (path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
    # The front door names what it loads on demand, wherever that lives.
    front = {"__init__.py", "__main__.py"}
    return sorted(str(file) for file in files if file.parts[0] not in OUTER | front)


def test_the_top_level_holds_the_house_and_nothing_else() -> None:
    entries = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert entries == {"pyproject.toml", "src", "tests", "benchmarks", "docs", "README.md"}


def test_the_runtime_needs_three_packages() -> None:
    assert names(PROJECT["dependencies"]) == {"python-dateutil", "tzdata", "astral"}


def test_no_extra_installs_two_packages_into_one_module() -> None:
    wanted = set().union(*map(names, PROJECT["optional-dependencies"].values()))
    assert not {"crontab", "python-crontab"} <= wanted


def test_the_version_has_one_home() -> None:
    assert importlib.metadata.version("duetime") == duetime.__version__
    assert "version" in PROJECT["dynamic"]


def test_the_changelog_knows_this_version() -> None:
    assert f"## {duetime.__version__}" in (ROOT / "docs" / "changelog.md").read_text()


def test_the_licence_is_named_and_included() -> None:
    assert PROJECT["license"] == "MIT"
    assert "Permission is hereby granted" in (ROOT / "docs" / "LICENSE").read_text()
    assert PROJECT["license-files"] == ["docs/LICENSE"]


def test_the_package_says_that_it_is_typed() -> None:
    assert importlib.resources.files("duetime").joinpath("py.typed").is_file()


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = re.findall(r"```bash\n(.*?)\n```", README, re.DOTALL)
    assert len(commands) == 3
    for command in commands:
        assert command in CI.read_text()


def test_ci_is_executable() -> None:
    assert os.access(CI, os.X_OK)


@pytest.mark.parametrize("module", MODULES)
def test_arrows_point_down(module: str) -> None:
    upward = [
        str(arrow)
        for arrow in arrows_of(module)
        if floor_of(arrow.target) > floor_of(arrow.source) and not may_go_up(arrow)
    ]
    assert not upward, "\n".join(upward)


@pytest.mark.parametrize("module", MODULES)
def test_only_what_stands_outside_comes_in_by_the_front_door(module: str) -> None:
    through = [str(arrow) for arrow in arrows_of(module) if arrow.target == "the front door"]
    assert floor_of(module) >= 10 or not through, "\n".join(through)


def test_without_the_operators_of_schedules_there_is_no_circle() -> None:
    graph = {
        module: {arrow.target for arrow in arrows_of(module)} - {module}
        for module in MODULES
        if module != "schedules"
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


def test_below_floor_10_only_the_front_door_imports_by_name() -> None:
    by_name = {"import_module", "__import__", "exec", "eval"}
    below = {module: path for module, path in MODULES.items() if floor_of(module) < 10}
    assert [module for module in below if calls(below[module]) & by_name] == ["the front door"]


@pytest.mark.parametrize("file", core_files())
def test_the_core_knows_no_framework(file: str) -> None:
    loaded = {name.partition(".")[0] for name in imports(SOURCE / file)}
    assert not loaded & {"celery", "click", "django", "hypothesis", "numpy"}


@pytest.mark.parametrize("file", core_files())
def test_the_core_reads_no_clock_and_opens_nothing(file: str) -> None:
    assert not imports(SOURCE / file) & {"asyncio", "random", "socket", "subprocess", "time"}
    assert not calls(SOURCE / file) & {"now", "utcnow", "today", "open", "read_text", "read_bytes"}


def test_zones_know_nothing_of_cron() -> None:
    known = {name for name in imports(SOURCE / "zones.py") if name.startswith("duetime")}
    assert all(
        name.startswith(("duetime.errors", "duetime.immutable", "duetime.zone_names"))
        for name in known
    )


PUBLIC = {
    # Constructors
    *("at", "business_days", "calendar_interval", "cron", "daily_grid", "every", "rrule", "solar"),
    *("earliest_of_day", "latest_of_day", "parse", "window"),
    # Crontab files
    *("parse_crontab", "CrontabEntry", "CrontabFault", "CrontabFile"),
    # Types
    *("BusinessDays", "ClockChange", "Cron", "DstPolicy", "DueState", "Schedule", "Window"),
    # Questions about whole schedules, and their answers
    *("convert", "detect", "first_difference", "min_gap", "overlaps", "reconcile", "stagger"),
    *("zones_due", "Detection", "MinGap", "Overlap", "Pair", "Reconciliation", "Staggered"),
    # Hashing
    *("occurrence_id", "shard_of"),
    # Errors
    *("ClockChangeWarning", "ConversionError", "CronSyntaxError", "FloatingScheduleError"),
    *(
        "InvalidTypeError",
        "InvalidValueError",
        "NaiveDatetimeError",
        "ScheduleError",
        "SearchHorizonError",
        "UnknownTimeZoneError",
    ),
}

MEMBERS = {
    *("tz", "floating"),
    *("next_run", "prev_run", "runs", "runs_back", "matches", "count", "floor", "ceil", "period"),
    *("is_due", "due_state", "missed_runs"),
    *("next_epoch", "prev_epoch", "clock_changes", "isdisjoint", "issubset", "issuperset"),
    *("within", "shifted", "on", "excluding", "rolled", "shifted_days"),
    *("during", "outside", "in_zone"),
    *("every_nth", "first", "spread", "jittered"),
    *("describe", "to_dict", "from_dict", "to_ical"),
}
"""What is on a schedule's page. A hook for searches begins with an underscore."""

REACHED_FOR = {
    *("crontab", "cron", "schedule", "interval", "clocked", "solar", "rrule", "at", "every"),
    *("business_days", "calendar", "calendar_interval", "convert", "daily_grid", "describe"),
    *("detect", "due", "is_due", "jitter", "lookup", "next_run", "parse", "period", "prev_run"),
    *("rrulestr", "spread", "stagger", "timezone", "tz", "utils", "window"),
}
"""Names that a user tries at the top of the package. A module there would be handed out for them,
and fail only when it is called."""


def test_no_module_at_the_top_is_handed_out_for_something_else() -> None:
    assert not REACHED_FOR & {module.name for module in pkgutil.iter_modules(duetime.__path__)}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_bears_the_name_of_a_function_of_its_package(package: str) -> None:
    # Both would be the same attribute of the package, and which one it is would depend on what
    # was imported last.
    loaded = importlib.import_module(package)
    public = getattr(loaded, "__all__", vars(loaded))
    functions = {name for name in public if inspect.isfunction(getattr(loaded, name))}
    assert not functions & {module.name for module in pkgutil.iter_modules(loaded.__path__)}


@pytest.mark.parametrize("name", ["crontab", "schedule"])
def test_names_of_celery_say_where_they_are(name: str) -> None:
    cure = (
        f"^cannot import name '{name}' from 'duetime': duetime.adapters.celery has crontab,"
        " schedule and solar; duetime has cron, every and solar$"
    )
    with pytest.raises(ImportError, match=cure):
        exec(f"from duetime import {name}")
    with pytest.raises(ImportError, match=cure):
        getattr(duetime, name)
    assert name not in dir(duetime)


def test_other_names_are_missing_as_usual() -> None:
    assert not hasattr(duetime, "interval")
    with pytest.raises(ImportError, match=r"'interval' from 'duetime' \(.*\)$"):
        exec("from duetime import interval")


def test_importing_prints_nothing_and_loads_nothing_heavy() -> None:
    heavy = {"astral", "dateutil", "importlib.metadata", "celery", "numpy", "click", "hypothesis"}
    heavy |= {f"duetime.{package}" for package in OUTER}
    code = f"import sys, duetime; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_these_are_the_public_names() -> None:
    assert sorted(duetime.__all__) == sorted(PUBLIC)


def test_these_are_the_public_members_of_a_schedule() -> None:
    members = {name for name in dir(duetime.Schedule) if not name.startswith("_")}
    assert members == MEMBERS


def test_every_public_name_stands_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "api.md").read_text()
    documented = set(re.findall(r"^\.\. auto\w+:: duetime\.(\w+)$", reference, re.MULTILINE))
    assert documented == set(duetime.__all__)


def test_names_that_load_on_demand_are_listed() -> None:
    assert set(duetime.__all__) <= set(dir(duetime))
