"""Airflow 3: a timetable whose data intervals lie between the runs of a schedule.

Needs the extra `airflow`. The entry point of the package registers the timetable with Airflow.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from duetime.adapters.common import checked, document_of, title
from duetime.errors import FloatingScheduleError, ScheduleError, missing_extra
from duetime.schedules import Schedule

try:
    from airflow.plugins_manager import AirflowPlugin
    from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable
    from pendulum import DateTime, instance
except ModuleNotFoundError as error:
    raise missing_extra("duetime.adapters.airflow", "airflow", error) from None

VERSION: Final = 1


class ScheduleTimetable(Timetable):
    """A DAG run for each data interval between two runs of a schedule, when the interval ends.

    With `catchup`, the first interval starts at the first run at or after the DAG's start date;
    without it, the latest interval that has ended comes first. A DAG run that is started by hand
    has the latest interval that had ended by then. The DAG ends with the schedule.

    For deterministic jitter give `schedule.jittered(...)`. Raises FloatingScheduleError for an
    interval without an anchor, which has no fixed runs.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = checked(schedule)
        if schedule.floating:
            raise FloatingScheduleError(
                'data intervals need fixed runs: give every(..., anchor="epoch")'
            )
        self._document = schedule.to_dict()

    def infer_manual_data_interval(self, *, run_after: DateTime) -> DataInterval:
        """The latest interval that ended by `run_after`; that instant itself before the first."""
        end = self.schedule.floor(run_after)
        start = None if end is None else self.schedule.prev_run(end)
        if start is None or end is None:
            return DataInterval.exact(run_after)
        return DataInterval(_shown(start), _shown(end))

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The interval after the last one, or the first one that the DAG may have."""
        starts: list[datetime | None] = []
        if restriction.earliest is not None:
            first = self.schedule.ceil(restriction.earliest)
            if first is None:
                return None
            starts.append(first)
        if not restriction.catchup:
            starts.append(self._latest_start())
        last = last_automated_data_interval
        if last is not None:
            # Where the schedule has changed since, the last interval may end between two runs.
            starts.append(self.schedule.floor(last.end))
            starts.append(self.schedule.next_run(last.start))
        known = [start.astimezone(UTC) for start in starts if start is not None]
        if not known:
            return None
        start = max(known)
        if restriction.latest is not None and start > restriction.latest:
            return None
        end = self.schedule.next_run(start)
        return None if end is None else DagRunInfo.interval(_shown(start), _shown(end))

    def _latest_start(self) -> datetime | None:
        """Where the latest interval starts that has ended by now."""
        end = self.schedule.floor(self._now())
        return None if end is None else self.schedule.prev_run(end)

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)

    @property
    def summary(self) -> str:
        """A short name for lists."""
        return title(self.schedule)

    @property
    def description(self) -> str:  # type: ignore[override, unused-ignore]  # an attribute there
        """The schedule in words."""
        try:
            return self.schedule.describe()
        except ScheduleError:
            return ""

    def serialize(self) -> dict[str, Any]:
        """The wire document, with a version."""
        return {"version": VERSION, "schedule": self._document}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> ScheduleTimetable:
        """The timetable that `serialize` wrote; raises ScheduleError for a newer version."""
        return cls(
            Schedule.from_dict(document_of(data, VERSION, "a ScheduleTimetable")["schedule"])
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScheduleTimetable):
            return NotImplemented
        return self.schedule == other.schedule

    def __hash__(self) -> int:
        return hash(self.schedule)


class DuetimePlugin(AirflowPlugin):
    """What the entry point names, so that Airflow reads timetables of stored DAGs."""

    name = "duetime"
    timetables: Final = [ScheduleTimetable]


def _shown(run: datetime) -> DateTime:
    """A run as Airflow has it: of pendulum's class, in UTC."""
    return instance(run.astimezone(UTC))
