"""Subjects: anybody's schedule code, asked by one function.

The laws and the simulation know a schedule as `next_after(t)`, the first run strictly after an
aware datetime. A `Subject` is that function and what it promises of its runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias

from duetime.schedules import Schedule
from duetime.zones import find_zone

NextAfter: TypeAlias = Callable[[datetime], datetime | None]


@dataclass(frozen=True)
class Subject:
    """A schedule under test.

    `next_after` takes an aware datetime and gives the first run strictly after it, aware too;
    None when there is none. What holds of the runs is declared here and not guessed. Raises
    TypeError and UnknownTimeZoneError.
    """

    next_after: NextAfter
    name: str = "the subject"
    """How messages call it."""
    tz: tzinfo = UTC
    """The zone it computes in; questions come in it, and messages show times in it. Zones of pytz
    and dateutil become the `ZoneInfo` of the same key."""
    resolution: timedelta = timedelta(minutes=1)
    """Every run is a whole number of these in wall time: a minute for a crontab of five fields,
    a second for one of six, a microsecond for a schedule that runs between seconds."""
    floating: bool = False
    """True for an interval from the last run, whose answer moves with the question."""
    finite: bool = False
    """True when the runs may come to an end, so that None is an answer."""
    reference: Schedule | None = None
    """What it is meant to be; None when there is nothing to compare with."""

    def __post_init__(self) -> None:
        if not callable(self.next_after):
            raise TypeError(f"next_after must be a function of a datetime: {self.next_after!r}")
        object.__setattr__(self, "tz", find_zone(self.tz).tzinfo)
        if not isinstance(self.resolution, timedelta) or self.resolution <= timedelta(0):
            raise TypeError(f"resolution must be a timedelta above 0: {self.resolution!r}")
        if not isinstance(self.reference, Schedule | None):
            raise TypeError(f"reference must be a schedule of duetime: {self.reference!r}")

    def __repr__(self) -> str:
        return f"Subject({self.name})"


def subject_of(
    schedule: Schedule | Subject,
    *,
    resolution: timedelta = timedelta(microseconds=1),
    finite: bool = True,
) -> Subject:
    """A schedule of duetime as a subject; what is one already stays as it is.

    Unless it is told, it promises nothing of `resolution`, and may come to an end. Raises
    TypeError.
    """
    if isinstance(schedule, Subject):
        return schedule
    if not isinstance(schedule, Schedule):
        raise TypeError(
            f"{schedule!r} is neither a schedule of duetime nor a Subject: wrap the function that"
            " gives its next run, as in Subject(next_after)"
        )
    return Subject(
        schedule.next_run,
        name=repr(schedule),
        tz=schedule.tz,
        resolution=resolution,
        floating=schedule.floating,
        finite=finite,
    )
