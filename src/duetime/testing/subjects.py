"""Subjects: anybody's schedule code, as one function.

The laws and the simulation know a schedule as `next_after(t)`, the first run strictly after an
aware datetime. A `Subject` is that function, with promises about its runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeAlias

from duetime.schedules import Schedule
from duetime.zones import find_zone

P = ParamSpec("P")
NextAfter: TypeAlias = Callable[[datetime], datetime | None]


@dataclass(frozen=True)
class Subject:
    """A schedule under test.

    `next_after` takes an aware datetime and gives the first run strictly after it, aware too;
    None when there is none. The other fields declare promises about the runs: the laws guess
    nothing. Raises TypeError and UnknownTimeZoneError.
    """

    next_after: NextAfter
    name: str = "the subject"
    """Its name in messages."""
    tz: tzinfo = UTC
    """The zone that it computes in. Questions come in this zone, and messages show times in it.
    Zones of pytz and dateutil become the `ZoneInfo` of the same key."""
    resolution: timedelta = timedelta(minutes=1)
    """In wall time every run is a whole number of these steps: a minute for a crontab of five
    fields, a second for one of six, a microsecond for a schedule that runs between seconds."""
    floating: bool = False
    """True for an interval from the last run, whose answer moves with the question."""
    finite: bool = False
    """True if the runs may come to an end, so that None is an answer."""
    reference: Schedule | None = None
    """A right schedule, which has the same runs; None if there is none to compare with."""

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
    """A schedule of duetime as a subject; a `Subject` is returned as it is.

    By default the subject promises no resolution, and its runs may come to an end. Raises
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


def only_schedule(given: Any) -> Schedule:
    """The argument itself, if it is a schedule. Raises TypeError for anything else."""
    if not isinstance(given, Schedule):
        raise TypeError(
            f"this law asks more than the next run, and {given!r} is no Schedule: give it a"
            " schedule of duetime; a suite of subjects declares only_next_run = True"
        )
    return given


def of_schedules(law: Callable[P, None]) -> Callable[P, None]:
    """A law that refuses anything but a `Schedule` as its `schedule` and `other`."""
    parameters = signature(law)

    @wraps(law)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        given = parameters.bind(*args, **kwargs).arguments
        for name in ("schedule", "other"):
            if name in given:
                only_schedule(given[name])
        law(*args, **kwargs)

    return checked
