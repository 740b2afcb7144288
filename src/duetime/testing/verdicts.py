"""Verdicts: how a law asks a subject, and how it says that it is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from duetime.errors import ScheduleError
from duetime.testing.subjects import Subject
from duetime.testing.utc import in_utc, same
from duetime.zones import SECOND, find_zone, to_instant

_FIRST: Final = to_instant(datetime.min.replace(tzinfo=UTC)) // SECOND
_LAST: Final = to_instant(datetime.max.replace(tzinfo=UTC)) // SECOND + 1
"""The seconds of UTC that the calendar has."""


class LawBroken(AssertionError):  # noqa: N818 (it is a finding, not a failure of the program)
    """A schedule does what no schedule may."""


def next_after(subject: Subject, moment: datetime) -> datetime | None:
    """What a subject answers; raises `LawBroken` unless that is None or an aware datetime.

    Raises NaiveDatetimeError for a moment that is not aware.
    """
    to_instant(moment)
    run: Any = subject.next_after(moment)
    if run is None:
        return None
    if not isinstance(run, datetime):
        raise LawBroken(_message(subject, moment, repr(run), "the answer is no datetime"))
    if run.utcoffset() is None:
        naive = run.isoformat()
        raise LawBroken(_message(subject, moment, naive, "the answer has no time zone"))
    return run


def demand(
    holds: bool, subject: Subject, moment: datetime, run: datetime | None, fault: str
) -> None:
    """Raise `LawBroken`, with the question, the answer and the fault, unless it holds."""
    if not holds:
        raise LawBroken(_message(subject, moment, shown(run, subject.tz), fault))


def _message(subject: Subject, moment: datetime, answer: str, fault: str) -> str:
    asked = shown(moment, subject.tz)
    return f"{subject.name}\n  asked for the run after {asked}\n  answers {answer}:\n  {fault}"


def demand_that(holds: bool, subject: Subject, moment: datetime, fault: str) -> None:
    """Raise `LawBroken`, with a moment and the fault, unless it holds: for all but the next run."""
    if not holds:
        raise LawBroken(f"{subject.name}\n  at {shown(moment, subject.tz)}:\n  {fault}")


def demand_runs(
    subject: Subject,
    name: str,
    start: datetime,
    found: Iterable[datetime],
    expected: Iterable[datetime],
) -> None:
    """Raise `LawBroken` for the first run that is not as expected."""
    for number, (one, other) in enumerate(_padded([*found], [*expected])):
        one_shown, other_shown = shown(one, subject.tz), shown(other, subject.tz)
        fault = f"{name} has {one_shown} as run {number + 1}, not {other_shown}"
        demand_that(same(one, other), subject, start, fault)


def _padded(
    one: list[datetime], other: list[datetime]
) -> Iterable[tuple[datetime | None, datetime | None]]:
    length = max(len(one), len(other))
    none: list[datetime | None] = [None] * length
    return zip((*one, *none[len(one) :]), (*other, *none[len(other) :]), strict=True)


def shown(moment: datetime | None, tz: tzinfo) -> str:
    """A moment as a message shows it: wall time, offset and name of the zone, and UTC."""
    if moment is None:
        return "nothing"
    try:
        utc = in_utc(moment)
        local = utc.astimezone(tz)
    except (ScheduleError, OverflowError):
        return moment.isoformat()
    return f"{local.isoformat(sep=' ')} {local.tzname()} ({utc:%Y-%m-%d %H:%M:%SZ})"


def clock_changes_between(tz: tzinfo, start: int, end: int) -> Iterator[int]:
    """The instants in `[start, end)` at which the clocks of a zone change."""
    first, last = -(-start // SECOND), -(-end // SECOND)
    if first < last:
        for stretch in find_zone(tz).changes(max(first, _FIRST), min(last, _LAST)):
            yield stretch.start * SECOND
