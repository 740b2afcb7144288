"""Mutants that a tool makes: cosmic-ray's operators on the modules that search and combine.

They are made of the sources as they are. Which of the thousands are taken is decided by a hash of
what they change, so that the choice is the same from run to run, and nearly so when lines are
added elsewhere. Nothing is noted here of any one of them.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Final, TypeAlias

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

import duetime

FILES: Final = (
    *(
        "zones.py",
        "wall.py",
        "algebra/sets.py",
        "search.py",
        "kinds/interval.py",
        "dates/timeline.py",
    ),
    *("kinds/instants.py", "schedules.py", "dates/wall_timeline.py", "algebra/windows.py"),
    *(f"crontabs/{name}.py" for name in ("timetable", "schedule", "fields", "shapes")),
)
SIZE: Final = 64
"""How many are taken."""
Place: TypeAlias = tuple[int, int]
"""A line and a column."""
_LEFT_OUT: Final = (
    "least_distance",
    "__repr__",
    "__reduce__",
    "_unknown",
    "_length",
    "_step",
    "cron",
    "calendar",
)
"""What reads what a user gives, writes what one reads, or serves the analysis alone."""
_PACKAGE: Final = Path(duetime.__file__).parent
_ALIKE: Final = {
    "ReplaceBinaryOperator": (
        "Add Sub",
        "Mul FloorDiv Mod",
        "LShift RShift",
        "BitOr BitAnd BitXor",
    ),
    "ReplaceComparisonOperator": ("Eq NotEq Lt LtE Gt GtE", "Is IsNot"),
}
"""Which signs take the place of which: nobody writes a power for a sum."""
_OTHERS: Final = (
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not", "AddNot"),
    *("ReplaceBreakWithContinue", "NumberReplacer", "ZeroIterationForLoop"),
)


@dataclass(frozen=True)
class Change:
    """One occurrence of what an operator changes."""

    name: str
    file: str
    line: str
    """The line that is changed, for a reader."""
    operator: str
    occurrence: int

    @property
    def becomes(self) -> str:
        """What the line is changed to, for a reader."""
        source = (_PACKAGE / self.file).read_text("utf-8")
        lines = zip(source.splitlines(), self.applied(source).splitlines(), strict=False)
        return next(after.strip() for before, after in lines if before != after)

    def applied(self, source: str) -> str:
        """The source with the change in it; raises ValueError if there is nothing to change."""
        changed = mutate_code(source, get_operator(self.operator)(), self.occurrence)
        if changed is None:
            raise ValueError(f"{self.name}: nothing to change in {self.file}")
        return str(changed)


def operators() -> list[str]:
    """The names of the operators that are in use."""
    known = {name.partition("/")[2]: name for name in operator_names()}
    pairs = (
        f"{kind}_{one}_{other}"
        for kind, groups in _ALIKE.items()
        for group in groups
        for one, other in permutations(group.split(), 2)
    )
    return [known[short] for short in (*pairs, *_OTHERS)]


@cache
def changes(size: int = SIZE) -> tuple[Change, ...]:
    """So many changes, no two at one place."""
    found = sorted(
        (found for file in FILES for found in _changes_of(file)), key=lambda each: each[0]
    )
    taken: dict[tuple[str, Place], Change] = {}
    for _, place, change in found:
        if len(taken) < size:
            taken.setdefault((change.file, place), change)
    return tuple(taken.values())


def _changes_of(file: str) -> Iterator[tuple[str, Place, Change]]:
    """The digest and the place of each change of a file."""
    source = (_PACKAGE / file).read_text("utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    searched, annotations = _searched(tree), _annotations(tree)
    nodes = list(ast_nodes(get_ast(source)))
    for operator_name in operators():
        _, _, short = operator_name.partition("/")
        operator = get_operator(operator_name)()
        positions = (begin for node in nodes for begin, _ in operator.mutation_positions(node))
        alike: Counter[str] = Counter()
        for occurrence, place in enumerate(positions):
            line = lines[place[0] - 1].strip()
            alike[line] += 1
            if place[0] in searched and not any(a <= place < b for a, b in annotations):
                digest = sha256(f"{file} {short} {line} {alike[line]}".encode()).hexdigest()
                name = f"{file.removesuffix('.py').replace('/', '-')}-{short}-{digest[:6]}"
                yield digest, place, Change(name, file, line, operator_name, occurrence)


def _searched(tree: ast.Module) -> set[int]:
    """The lines of functions and tables that compute: not of what is refused, shown or read."""
    taken: set[int] = set()
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node, ast.FunctionDef):
            taken.update(range(node.body[0].lineno, span.stop))
            if node.name in _LEFT_OUT:
                left_out.update(span)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node in tree.body:
            taken.update(span)
        elif isinstance(node, ast.Raise):
            left_out.update(span)
    return taken - left_out


def _annotations(tree: ast.Module) -> list[tuple[Place, Place]]:
    found: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg):
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            found.append(node.returns)
    return [
        ((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0))
        for each in found
        if each is not None
    ]
