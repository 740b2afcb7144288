"""Verdicts: how a law says that it is broken, and how it compares instants.

Every comparison is made in UTC: Python compares two datetimes of one zone by wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from duetime.testing.subjects import Subject
from duetime.zones import SECOND, find_zone, to_instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


def same(one: datetime | None, other: datetime | None) -> bool:
    """Whether two answers are the same instant, or both None."""
    return (None if one is None else in_utc(one)) == (None if other is None else in_utc(other))


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveDatetimeError."""
    if moment.tzinfo is None:
        to_instant(moment)
    return moment.astimezone(UTC)


def in_zone(moment: datetime, tz: tzinfo) -> datetime:
    """The same instant in a zone; by way of UTC, so that a gap's label becomes a real one."""
    return in_utc(moment).astimezone(tz)


def shown(moment: datetime | None, tz: tzinfo) -> str:
    """A moment as a message shows it: wall time, offset and name of the zone, and UTC."""
    if moment is None:
        return "nothing"
    try:
        local = in_zone(moment, tz)
    except OverflowError:
        return moment.isoformat()
    return f"{local.isoformat(sep=' ')} {local.tzname()} ({in_utc(moment):%Y-%m-%d %H:%M:%SZ})"


def clock_changes_between(tz: tzinfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants in `[start, end)` at which the clocks of a zone change, in UTC."""
    first, last = to_instant(start) // SECOND, -(-to_instant(end) // SECOND)
    if first < last:
        for stretch in find_zone(tz).changes(first, last):
            yield _EPOCH + timedelta(seconds=stretch.start)
