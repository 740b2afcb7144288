"""Every example in the README, the docs and the docstrings runs, and shows what really comes out.

A `python` block is code or an interpreter session; a `console` block is commands behind `$` with
their output; a `bash` block is a command to copy, and a `text` block after it is its output.
"""

import doctest
import importlib
import io
import re
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest
from celery import _state
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

import duetime
import tests.support.django_project  # noqa: F401  # modules of an adapter need a Django set up
from duetime.cli.commands import cli
from duetime.testing.__main__ import main as hunt

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "_build" not in path.parts
}
CI = (ROOT / ".ci" / "run").read_text()
ELSEWHERE = ("adapters.airflow", "adapters.apscheduler4")
"""Modules whose hosts cannot be installed beside all else. `.ci/run` tests them by themselves."""
RUNNABLE = {"python", "console", "bash", "text"}


def output_of(command: str) -> str:
    """What a `duetime` command prints, on both streams; a shell tells its words apart.

    The command runs in this process, as starting another one would take longer than all else.
    """
    assert re.match(r"(python -m )?duetime[.a-z]*( |$)", command), f"only duetime runs: {command}"
    words = subprocess.check_output(["bash", "-c", rf"printf '%s\0' {command}"], text=True)
    arguments = words.removesuffix("\0").split("\0")
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed), suppress(SystemExit):
        if arguments[:3] == ["python", "-m", "duetime.testing"]:
            hunt(arguments[3:])
        else:
            assert arguments[0] == "duetime", f"only these two run here: {command}"
            cli(arguments[1:], prog_name="duetime", terminal_width=78)
    return printed.getvalue().strip()


def run_console(example: Example) -> str | None:
    for session in re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)[1:]:
        command, _, expected = session.partition("\n")
        shown = output_of(command)
        if shown != expected.strip():
            return f"$ {command}\nprints\n{shown}\nand not\n{expected}"
    return None


def run_bash(example: Example) -> None:
    """Installation is for `.ci/run`, which holds the same command; the rest runs here."""
    command = str(example.parsed).strip()
    assert command in CI, f"not in .ci/run: {command}"
    _, _, shown = command.partition(" && .venv/bin/duetime ")
    example.namespace["output"] = output_of(f"duetime {shown}") if shown else None


def compare_text(example: Example) -> str | None:
    shown = example.namespace.pop("output")
    expected = str(example.parsed).strip()
    return None if shown == expected else f"the command prints\n{shown}\nand not\n{expected}"


PARSER = Sybil(
    [
        PythonCodeBlockParser(),
        CodeBlockParser("console", run_console),
        CodeBlockParser("bash", run_bash),
        CodeBlockParser("text", compare_text),
    ]
)


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for the files that examples write; the app they make is not left the current one."""
    monkeypatch.chdir(tmp_path)
    app = _state._tls.current_app
    yield
    _state._tls.current_app = app


@pytest.mark.usefixtures("aside")
@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_runs_as_shown(page: str) -> None:
    for example in PARSER.parse(PAGES[page]).examples():
        example.evaluate()


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_is_of_a_kind_that_runs(page: str) -> None:
    blocks = r"^ *(?:```|~~~)(.*)\n(?:.*\n)*? *(?:```|~~~)$"
    opened = re.findall(blocks, PAGES[page].read_text(), re.MULTILINE)
    kinds = {kind for kind in opened if not kind.startswith("{")}
    assert kinds <= RUNNABLE


def modules() -> list[str]:
    """Every module by its name, without an import of it."""
    source = Path(duetime.__file__).parent
    paths = [path.relative_to(source.parent) for path in sorted(source.rglob("*.py"))]
    names = [".".join(path.with_suffix("").parts) for path in paths]
    here = [name for name in names if not name.endswith(("__main__", *ELSEWHERE))]
    return [name.removesuffix(".__init__") for name in here]


@pytest.mark.parametrize("module", modules())
def test_the_examples_of_docstrings_run_as_shown(module: str) -> None:
    public = {name: getattr(duetime, name) for name in duetime.__all__}
    finder = doctest.DocTestFinder(exclude_empty=True)
    failures: list[str] = []
    for example in finder.find(importlib.import_module(module), extraglobs=public):
        doctest.DocTestRunner(verbose=False).run(example, out=failures.append)
    assert not failures, "".join(failures)
