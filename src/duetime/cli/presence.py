"""The answer of `--at`: whether a schedule runs at a time, and the runs on both sides of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from duetime import Schedule
from duetime.cli.forecast import Ending, Forecast, Line, changes_among
from duetime.cli.inputs import Span
from duetime.zones import to_instant


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a schedule runs in a day, a minute or a second, and what stands around it."""

    span: Span
    is_real: bool
    """Whether the clock of the zone ever shows it; it does not in a gap."""
    number: int
    """How many runs it has."""
    around: Forecast

    def lines(self) -> Iterator[Line]:
        """The answer for people."""
        at = f"{'on' if self.span.is_day else 'at'} {self.span.text}"
        if not self.is_real:
            answer = f"No run {at}: the clock skips it"
        elif not self.number:
            answer = f"No run {at}"
        else:
            answer = f"{self.number} run{'s' if self.number > 1 else ''} {at}"
        yield Line(answer, {"bold": True, "fg": "green" if self.number else "red"})
        yield from self.around.lines()

    def to_dict(self) -> dict[str, Any]:
        """The answer for programs."""
        return {"at": self.span.text, "runs_then": self.number, **self.around.to_dict()}


def presence(schedule: Schedule, span: Span, most: int) -> Presence:
    """The runs in a span, at most so many of them shown, and one before and one after."""
    zone = schedule._zone
    moments = span.moments(zone)
    bounds = [(to_instant(start), to_instant(end)) for start, end in moments]
    number = 0
    shown: list[int] = []
    for low, high in bounds:
        number += schedule._count(low, high)
        shown += islice(schedule._instants(low, high), most - len(shown))
    if bounds:
        low, high = bounds[0][0], bounds[-1][1]
    else:
        low = to_instant(span.start.replace(tzinfo=zone.tzinfo))
        high = low + 1
    before, after = schedule._nearest(low, -1), schedule._nearest(high - 1, 1)
    instants = [run for run in (before, *shown, after) if run is not None]
    runs = [zone.show(run) for run in instants]
    changes = changes_among(schedule, runs) if runs else ()
    ending: Ending | None = "no further runs" if after is None else None
    around = Forecast(zone, zone.show(low), tuple(runs), changes, ending)
    return Presence(span, bool(bounds), number, around)
