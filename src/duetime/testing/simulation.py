"""Virtual time: a scheduler's loop through months in milliseconds, and what it got wrong.

`simulate` sleeps from run to run as a scheduler does, on a clock that costs nothing; `diff` holds
what ran against a schedule that is right, run by run, with the clock change that is behind it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Literal

from duetime.schedules import Schedule
from duetime.testing.subjects import Subject, subject_of
from duetime.testing.verdicts import LawBroken, clock_changes_between, in_utc, next_after
from duetime.zones import to_instant

MOST_RUNS: Final = 1_000_000
"""Runs of one simulation, at most."""
_TICK: Final = timedelta(microseconds=1)
_REACH: Final = timedelta(hours=25)
"""A run this close to a clock change is put down to it."""
_SHIFT: Final = timedelta(hours=3)
"""A run is taken for a shifted one when it is off by this much at most; near a clock change, by
as much as the clock changed."""


@dataclass(frozen=True)
class Difference:
    """One run that is not as it should be."""

    kind: Literal["missing", "extra", "shifted"]
    expected: datetime | None
    """The run of the reference, in its zone; None for an extra one."""
    actual: datetime | None
    """The run that happened; None for a missing one."""
    clock_change: datetime | None
    """The clock change within 25 hours, in UTC; None when there is none."""


@dataclass(frozen=True)
class Diff:
    """All that differs, in order; empty, and so false, when nothing does. `str` is a table."""

    differences: tuple[Difference, ...]
    tz: tzinfo

    def __bool__(self) -> bool:
        return bool(self.differences)

    def __len__(self) -> int:
        return len(self.differences)

    def __str__(self) -> str:
        if not self.differences:
            return "no difference"
        rows = [("", "expected", "actual", "clock change")]
        for each in self.differences:
            expected, actual = (_local(run, self.tz) for run in (each.expected, each.actual))
            rows.append((each.kind, expected, actual, _change(each.clock_change, self.tz)))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )


@dataclass(frozen=True)
class Simulation:
    """What a scheduler would have run in `[start, end)`."""

    runs: tuple[datetime, ...]
    start: datetime
    end: datetime
    tz: tzinfo

    def diff(self, reference: Schedule) -> Diff:
        """What differs from the runs of `reference` in the same window. Raises TypeError."""
        if not isinstance(reference, Schedule):
            raise TypeError(f"reference must be a schedule of duetime: {reference!r}")
        expected = [run.astimezone(UTC) for run in reference.runs(self.start, self.end)]
        actual = [run.astimezone(UTC) for run in self.runs]
        missing = sorted(set(expected) - set(actual))
        extra = sorted(set(actual) - set(expected))
        reach = in_utc(self.start) - _REACH, in_utc(self.end) + _REACH
        changes = [*clock_changes_between(reference.tz, *reach)]
        found = [*_paired(missing, extra, changes, reference.tz)]
        return Diff(tuple(found), reference.tz)


def simulate(subject: Subject | Schedule, start: datetime, end: datetime) -> Simulation:
    """Run a scheduler's loop over `[start, end)` on a virtual clock.

    The loop asks for the first run after now, sleeps until then, and runs. The clock starts just
    before `start`; for a floating interval, which counts from there, at `start` itself. Both are
    times that UTC can show. Raises NaiveDatetimeError, and `LawBroken` when the subject answers
    with a run that is not later, which a real loop would run for ever, or with more than a million
    runs.
    """
    subject = subject_of(subject)
    to_instant(start), to_instant(end)
    now, last = in_utc(start), in_utc(end)
    if not subject.floating:
        now -= _TICK
    runs: list[datetime] = []
    while True:
        run = next_after(subject, now.astimezone(subject.tz))
        if run is None or in_utc(run) >= last:
            return Simulation(tuple(runs), start, end, subject.tz)
        if in_utc(run) <= now:
            raise LawBroken(f"{subject.name} answers {run} when it is {now} already")
        if len(runs) == MOST_RUNS:
            raise LawBroken(f"{subject.name} has more than {MOST_RUNS:,} runs before {end}")
        runs.append(run)
        now = in_utc(run)


def _paired(
    missing: list[datetime], extra: list[datetime], changes: Sequence[datetime], tz: tzinfo
) -> Iterable[Difference]:
    """Missing and extra runs as they are, but for those that are one run at another time."""
    partners = _partners(missing, extra, changes, tz)
    found: list[tuple[datetime, Difference]] = []
    for run in missing:
        other = partners.get(run)
        kind: Literal["missing", "shifted"] = "missing" if other is None else "shifted"
        shown = None if other is None else other.astimezone(tz)
        difference = Difference(kind, run.astimezone(tz), shown, _near(run, changes))
        found.append((run, difference))
    taken = set(partners.values())
    found += (
        (run, Difference("extra", None, run.astimezone(tz), _near(run, changes)))
        for run in extra
        if run not in taken
    )
    return (difference for _, difference in sorted(found, key=lambda pair: pair[0]))


def _partners(
    missing: list[datetime], extra: list[datetime], changes: Sequence[datetime], tz: tzinfo
) -> dict[datetime, datetime]:
    """By missing run, the extra one that it became: the nearest that no other is nearer to."""
    partners: dict[datetime, datetime] = {}
    runs, others = list(missing), list(extra)
    while True:
        found = {}
        for run in runs:
            place = _nearest(run, others)
            change = _near(run, changes)
            size = _SHIFT if change is None else max(_SHIFT, _size(change, tz))
            if place is None or abs(others[place] - run) > size:
                continue
            back = _nearest(others[place], runs)
            if back is not None and runs[back] == run:
                found[run] = others[place]
        if not found:
            return partners
        partners |= found
        taken = set(found.values())
        runs = [run for run in runs if run not in found]
        others = [other for other in others if other not in taken]


def _nearest(run: datetime, others: Sequence[datetime]) -> int | None:
    """Where in others, which are in order, the one nearest to a run stands; None if there is none.

    Of two that are as near, the earlier.
    """
    place = bisect_left(others, run)
    beside = range(max(place - 1, 0), min(place + 1, len(others)))
    return min(beside, key=lambda each: abs(others[each] - run), default=None)


def _near(run: datetime, changes: Sequence[datetime]) -> datetime | None:
    place = _nearest(run, changes)
    return None if place is None or abs(changes[place] - run) > _REACH else changes[place]


def _size(change: datetime, tz: tzinfo) -> timedelta:
    return abs(_offset(change, tz) - _offset(change - timedelta(seconds=1), tz))


def _offset(moment: datetime, tz: tzinfo) -> timedelta:
    offset = moment.astimezone(tz).utcoffset()
    assert offset is not None
    return offset


def _local(run: datetime | None, tz: tzinfo) -> str:
    return "-" if run is None else run.astimezone(tz).isoformat(sep=" ")


def _change(change: datetime | None, tz: tzinfo) -> str:
    if change is None:
        return "-"
    moved = _offset(change, tz) - _offset(change - timedelta(seconds=1), tz)
    sign = "+" if moved > timedelta(0) else "-"
    return f"{sign}{abs(moved)} at {change:%Y-%m-%d %H:%M:%SZ}"
