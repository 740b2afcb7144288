"""Reports as plain text: a title, columns that line up, notes beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark found."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    """The numbers that a budget speaks of, by the name it has in `budgets`."""


def render(report: Report) -> str:
    """The report as text: the first column to the left, numbers to the right."""
    lines = [list(report.columns), *([_text(cell) for cell in row] for row in report.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
    rule = "-" * max(map(len, table))
    notes = [f"  {note}" for note in report.notes]
    return "\n".join([f"== {report.title}", table[0], rule, *table[1:], *notes, ""])


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = widths
    rest = zip(line[1:], others, strict=True)
    return [line[0].ljust(first), *(cell.rjust(width) for cell, width in rest)]


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case float():
            return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}"
        case _:
            return str(cell)
