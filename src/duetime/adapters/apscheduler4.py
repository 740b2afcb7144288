"""APScheduler 4: a trigger for any schedule of duetime. Its state is a document and a cursor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from duetime.adapters.common import checked, document_of, run_from, title
from duetime.errors import missing_extra
from duetime.schedules import Schedule
from duetime.zones import to_instant

try:
    from apscheduler.abc import Trigger
except ModuleNotFoundError as error:
    raise missing_extra("duetime.adapters.apscheduler4", "apscheduler4", error) from None

VERSION: Final = 1


class ScheduleTrigger(Trigger):
    """Fires at the runs of a schedule, the first one at or after `start_time`.

    `start_time` is an aware datetime, the time of the call if it is None. Times come out in UTC.
    For jitter give `schedule.jittered(...)`, or `max_jitter` to the scheduler.
    """

    __slots__ = ("_last", "_start", "schedule")

    def __init__(self, schedule: Schedule, *, start_time: datetime | None = None) -> None:
        self.schedule = checked(schedule)
        self.schedule.to_dict()  # What no data store could keep is refused here.
        self._start = datetime.now(UTC) if start_time is None else start_time
        to_instant(self._start, "start_time")
        self._last: datetime | None = None

    def next(self) -> datetime | None:
        """The run after the one that came last."""
        if self._last is None:
            run = run_from(self.schedule, self._start)
        else:
            run = self.schedule.next_run(self._last)
        if run is None:
            return None
        self._last = run.astimezone(UTC)
        return self._last

    def __getstate__(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "schedule": self.schedule.to_dict(),
            "start_time": self._start.isoformat(),
            "last_run": None if self._last is None else self._last.isoformat(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = document_of(state, VERSION, "a ScheduleTrigger")
        self.schedule = Schedule.from_dict(state["schedule"])
        self._start = datetime.fromisoformat(state["start_time"])
        last = state["last_run"]
        self._last = None if last is None else datetime.fromisoformat(last)

    def __str__(self) -> str:
        return f"duetime[{title(self.schedule)}]"

    def __repr__(self) -> str:
        return f"ScheduleTrigger({self.schedule!r})"
