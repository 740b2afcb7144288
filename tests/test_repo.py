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
from pathlib import Path

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

OUTER = {"adapters", "analysis", "cli", "testing"}
"""Packages that know the core and that the core does not know."""


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


@pytest.mark.parametrize("file", core_files())
def test_the_core_knows_none_of_its_users(file: str) -> None:
    unknown = {f"duetime.{package}" for package in OUTER} | {"celery", "hypothesis", "numpy"}
    loaded = imports(SOURCE / file)
    assert not {name for name in loaded if any(f"{name}.".startswith(f"{u}.") for u in unknown)}


@pytest.mark.parametrize("file", core_files())
def test_the_core_reads_no_clock_and_opens_nothing(file: str) -> None:
    assert not imports(SOURCE / file) & {"asyncio", "random", "socket", "subprocess", "time"}
    assert not calls(SOURCE / file) & {"now", "utcnow", "today", "open", "read_text", "read_bytes"}


def test_zones_know_nothing_of_cron() -> None:
    known = {name for name in imports(SOURCE / "zones.py") if name.startswith("duetime")}
    assert all(name.startswith(("duetime.errors", "duetime.immutable")) for name in known)


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


def test_every_public_name_stands_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "api.md").read_text()
    documented = set(re.findall(r"^\.\. auto\w+:: duetime\.(\w+)$", reference, re.MULTILINE))
    assert documented == set(duetime.__all__)


def test_names_that_load_on_demand_are_listed() -> None:
    assert set(duetime.__all__) <= set(dir(duetime))
