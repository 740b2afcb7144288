"""What the log of beat can say, and the page that tells what to do about it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import duetime.adapters.celery

FOLDER = Path(duetime.adapters.celery.__file__).parent
PAGE = Path(__file__).parents[3] / "docs/reference/celery.md"
TOLD = {"warning", "error", "exception"}
SHOWN = 24
"""So many characters of a line are enough to find it again."""


def lines() -> Iterator[str]:
    """Each line that a call of a logger writes, as it stands in the source."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="logger"), attr=kind),
                    args=[ast.Constant(value=str(line)), *_],
                ) if kind in TOLD:
                    yield line


def test_lines_are_found() -> None:
    assert len(list(lines())) > 15


@pytest.mark.parametrize("line", sorted(set(lines())))
def test_each_line_of_the_log_is_on_the_page_of_what_to_do(line: str) -> None:
    log = PAGE.read_text().split("\n## Log\n")[1].split("\n## ")[0]
    shown = re.sub("%[rs]", "...", line.replace("entry %r %s:", "entry %r is left out:"))
    assert shown[:SHOWN] in log
