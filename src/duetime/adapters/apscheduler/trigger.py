"""The trigger: it asks a schedule, and a job store keeps the schedule's wire document."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from apscheduler.triggers.base import BaseTrigger

from duetime.adapters.common import checked, document_of, run_from, title
from duetime.errors import InvalidValueError, shorten
from duetime.schedules import Schedule

VERSION: Final = 1
_LONGEST: Final = 366 * 86_400


class ScheduleTrigger(BaseTrigger):
    """Fires at the runs of a schedule.

    With `jitter`, a number of seconds, each run moves by an offset of its own below that and below
    the time to the next run, so that none is lost. `key` decides the offsets: jobs with other keys
    have others. It is drawn at random if it is None, and stored with the job.

    Times come out in UTC: a scheduler compares them with its own, and two times of one zone that
    changes its clock would be compared by wall clock.

    >>> from datetime import datetime, UTC
    >>> from duetime import cron
    >>> trigger = ScheduleTrigger(cron("30 9 * * mon-fri", tz="Europe/Paris"))
    >>> str(trigger), str(trigger.get_next_fire_time(None, datetime(2026, 1, 3, tzinfo=UTC)))
    ('duetime[30 9 * * mon-fri Europe/Paris]', '2026-01-05 08:30:00+00:00')
    """

    __slots__ = ("schedule",)

    schedule: Schedule

    def __init__(
        self, schedule: Schedule, *, jitter: float | None = None, key: str | None = None
    ) -> None:
        self.schedule = jittered(checked(schedule), jitter, key)
        self.schedule.to_dict()  # What no job store could keep is refused here.

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """The first run at or after `now`, or the one after `previous_fire_time`."""
        if previous_fire_time is None:
            run = run_from(self.schedule, now)
        else:
            run = self.schedule.next_run(previous_fire_time)
        return None if run is None else run.astimezone(UTC)

    def __getstate__(self) -> dict[str, Any]:
        return {"version": VERSION, "schedule": self.schedule.to_dict()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        document = document_of(state, VERSION, "a ScheduleTrigger")
        self.schedule = Schedule.from_dict(document["schedule"])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScheduleTrigger):
            return NotImplemented
        return self.schedule == other.schedule

    def __hash__(self) -> int:
        return hash(self.schedule)

    def __str__(self) -> str:
        return f"duetime[{title(self.schedule)}]"

    def __repr__(self) -> str:
        return f"ScheduleTrigger({self.schedule!r})"


ScheduleTrigger.__module__ = "duetime.adapters.apscheduler"
# Stores name the class by its module, and files may move.


def jittered(schedule: Schedule, jitter: float | None, key: str | None) -> Schedule:
    """The schedule with `jitter` seconds of jitter; as it is for None and 0."""
    if jitter is None or jitter == 0:
        return schedule
    number = isinstance(jitter, (int, float)) and not isinstance(jitter, bool)
    if not number or not 0 < jitter <= _LONGEST:
        raise InvalidValueError(
            f"jitter must be seconds from 0 to {_LONGEST:,}, not {shorten(jitter)}"
        )
    return schedule.jittered(timedelta(seconds=jitter), uuid4().hex if key is None else key)
