"""Virtual time: a scheduler's loop through months in milliseconds, and the runs that it got wrong.

`simulate` sleeps from run to run as a scheduler does, on a virtual clock. `diff` compares its runs
with those of a right schedule, and names the clock change near each difference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

from duetime.errors import InvalidValueError, ScheduleError
from duetime.schedules import Schedule
from duetime.testing.subjects import Subject, subject_of
from duetime.testing.utc import TICK, ByInstant, at_instant, in_zone, plus
from duetime.testing.verdicts import LawBroken, clock_changes_between, next_after
from duetime.zones import SECOND, to_instant

MOST_RUNS: Final = 1_000_000
"""A simulation has this many runs at most."""
_REACH: Final = 25 * 3600 * SECOND
"""Microseconds: a run is put down to a clock change that is no further away."""
_SHIFT: Final = 3 * 3600 * SECOND
"""Microseconds: a run and an expected one are paired if they are no further apart. Near a clock
change that is larger, its size counts."""


@dataclass(frozen=True, eq=False)
class Difference(ByInstant):
    """One run that is missing, extra or shifted. Equal differences have the same instants."""

    kind: Literal["missing", "extra", "shifted"]
    expected: datetime | None
    """The run of the reference, in its zone; None for an extra one."""
    actual: datetime | None
    """The run that happened; None for a missing one."""
    clock_change: datetime | None
    """The clock change within 25 hours, in UTC; None when there is none."""


@dataclass(frozen=True)
class Diff:
    """All differences, in order; false if there is none. `str` is a table."""

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


@dataclass(frozen=True, eq=False)
class Simulation(ByInstant):
    """The runs of a scheduler in `[start, end)`. Equal simulations have the same instants."""

    runs: tuple[datetime, ...]
    start: datetime
    end: datetime
    tz: tzinfo

    def diff(self, reference: Schedule) -> Diff:
        """The differences from the runs of `reference` in the same window. Raises TypeError."""
        if not isinstance(reference, Schedule):
            raise TypeError(f"reference must be a schedule of duetime: {reference!r}")
        expected = {to_instant(run): run for run in reference.runs(self.start, self.end)}
        # A run that the zone of the reference cannot show, at the calendar's end, stays as it is.
        actual = {to_instant(run): in_zone(run, reference.tz) for run in self.runs}
        reach = to_instant(self.start) - _REACH, to_instant(self.end) + _REACH
        changes = [*clock_changes_between(reference.tz, *reach)]
        found = [*_paired(expected, actual, changes, reference.tz)]
        return Diff(tuple(found), reference.tz)


def simulate(subject: Subject | Schedule, start: datetime, end: datetime) -> Simulation:
    """Run a scheduler's loop over `[start, end)` on a virtual clock.

    The loop asks for the first run after now, sleeps until then, and runs. The clock starts a
    microsecond before `start`; for a floating interval, which counts from there, at `start` itself.
    Raises NaiveDatetimeError; ScheduleError for a start without a moment before it, at the very
    beginning of the calendar, and at once for a range in which it counts more than a million runs;
    `LawBroken` when the subject answers with a run that is not later,
    which a real loop would run for ever, or with more than a million runs.
    """
    schedule = subject
    subject = subject_of(subject)
    now, end_instant = to_instant(start), to_instant(end)
    asked = start
    if not subject.floating:
        now -= 1
        asked = _just_before(start)
        if isinstance(schedule, Schedule):
            _demand_few(schedule, start, end)
    runs: list[datetime] = []
    while True:
        run = next_after(subject, in_zone(asked, subject.tz))
        if run is None or to_instant(run) >= end_instant:
            return Simulation(tuple(runs), start, end, subject.tz)
        if to_instant(run) <= now:
            raise LawBroken(f"{subject.name} answers {run} when it is {asked} already")
        if len(runs) == MOST_RUNS:
            raise LawBroken(f"{subject.name} has more than {MOST_RUNS:,} runs before {end}")
        runs.append(run)
        now, asked = to_instant(run), run


def _demand_few(schedule: Schedule, start: datetime, end: datetime) -> None:
    """Refuse at once what would take minutes; what cannot be counted is seen on the way."""
    first, stop = to_instant(start), to_instant(end)
    if not schedule._counts_at_once or first >= stop:
        return
    number = schedule._count(first, stop)
    if number > MOST_RUNS:
        raise InvalidValueError(
            f"a simulation would have {number:,} runs, and {MOST_RUNS:,} are the most:"
            f" {start.isoformat()} and {end.isoformat()} must be nearer to each other"
        )


def _just_before(start: datetime) -> datetime:
    try:
        return plus(start, -TICK)
    except ScheduleError:
        pass
    try:
        # UTC cannot show it, but its own zone can. No clock changes there so close to the edge.
        return start - TICK
    except OverflowError:
        raise InvalidValueError(
            f"the loop asks from a microsecond before start={start.isoformat()}, which is the first"
            " moment of the calendar: start later"
        ) from None


def _paired(
    expected: Mapping[int, datetime],
    actual: Mapping[int, datetime],
    changes: Sequence[int],
    tz: tzinfo,
) -> Iterator[Difference]:
    """Missing and extra runs in order; a missing and an extra one that are close are one shift."""
    missing = sorted(expected.keys() - actual.keys())
    extra = sorted(actual.keys() - expected.keys())
    partners = _partners(missing, extra, changes, tz)
    for run in sorted({*missing, *extra} - {*partners.values()}):
        near = _near(run, changes)
        change = None if near is None else at_instant(near)
        if run in actual:
            yield Difference("extra", None, actual[run], change)
        elif run in partners:
            yield Difference("shifted", expected[run], actual[partners[run]], change)
        else:
            yield Difference("missing", expected[run], None, change)


def _partners(
    missing: Sequence[int], extra: Sequence[int], changes: Sequence[int], tz: tzinfo
) -> dict[int, int]:
    """By missing run, the extra run that it became: each is the nearest to the other."""
    partners: dict[int, int] = {}
    runs, others = list(missing), list(extra)
    while True:
        found = {}
        for run in runs:
            place = _nearest(run, others)
            change = _near(run, changes)
            size = _SHIFT if change is None else max(_SHIFT, abs(_moved(change, tz)) // TICK)
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


def _nearest(run: int, others: Sequence[int]) -> int | None:
    """The index of the nearest among others, which are in order; of two as near, the earlier's."""
    place = bisect_left(others, run)
    beside = range(max(place - 1, 0), min(place + 1, len(others)))
    return min(beside, key=lambda each: abs(others[each] - run), default=None)


def _near(run: int, changes: Sequence[int]) -> int | None:
    place = _nearest(run, changes)
    return None if place is None or abs(changes[place] - run) > _REACH else changes[place]


def _moved(change: int, tz: tzinfo) -> timedelta:
    """How far a clock change moves the clock; a negative length when it moves back."""
    before, after = (at_instant(moment).astimezone(tz) for moment in (change - SECOND, change))
    offsets = before.utcoffset(), after.utcoffset()
    return (offsets[1] or timedelta(0)) - (offsets[0] or timedelta(0))


def _local(run: datetime | None, tz: tzinfo) -> str:
    return "-" if run is None else in_zone(run, tz).isoformat(sep=" ")


def _change(change: datetime | None, tz: tzinfo) -> str:
    if change is None:
        return "-"
    moved = _moved(to_instant(change), tz)
    sign = "+" if moved > timedelta(0) else "-"
    return f"{sign}{abs(moved)} at {change:%Y-%m-%d %H:%M:%SZ}"
