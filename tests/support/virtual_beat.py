"""Celery's beat on a clock that stands still unless it is moved, with a list for a broker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery, beat

from duetime.adapters.celery import Scheduler

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
"""What a tick takes that has nothing to send, and no time to sleep."""


class VirtualCelery(Celery):  # type: ignore[misc]  # Celery is untyped
    """An app whose `now()` is what `clock` says."""

    def __init__(self, start: datetime = START, **settings: Any) -> None:
        super().__init__("virtual", broker="memory://", set_as_current=False)
        self.clock = start
        # Without results nothing has to be cleaned up, so that there is no entry for it.
        self.conf.update({"result_expires": None, **settings})

    def now(self) -> datetime:
        return self.clock.astimezone(self.timezone)

    def pass_time(self, **lengths: float) -> None:
        self.clock += timedelta(**lengths)


@dataclass(frozen=True)
class Sent:
    """A message, and what the clock showed when it left."""

    task: str
    at: datetime
    options: Mapping[str, Any]

    @property
    def scheduled_for(self) -> datetime:
        return datetime.fromisoformat(self.options["headers"]["duetime_scheduled_for"])

    @property
    def occurrence(self) -> str:
        return str(self.options["headers"]["duetime_occurrence"])


class Recorder:
    """A scheduler that sends into a list; it fails as often as `failures` says."""

    app: VirtualCelery
    producer = None
    failures = 0

    def send_task(
        self, task: str, args: Any, kwargs: Any, producer: Any = None, **options: Any
    ) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no broker")
        self.sent.append(Sent(task, self.app.clock, options))

    @property
    def sent(self) -> list[Sent]:
        found: list[Sent] = self.__dict__.setdefault("_sent", [])
        return found


class VirtualScheduler(Recorder, Scheduler):
    """Ours."""


class VirtualStock(Recorder, beat.Scheduler):  # type: ignore[misc]  # Celery is untyped
    """Celery's."""


def entries(**schedules: Any) -> dict[str, dict[str, Any]]:
    """A `beat_schedule` whose tasks bear the names of the entries."""
    return {name: {"task": name, "schedule": schedule} for name, schedule in schedules.items()}


def scheduler(app: VirtualCelery, file: Any = None, **schedules: Any) -> VirtualScheduler:
    """A scheduler of these schedules; as in beat, they come from the settings of the app."""
    app.conf.beat_schedule = entries(**schedules)
    return VirtualScheduler(app, schedule_filename=None if file is None else str(file))


def run(scheduler: Any, until: datetime) -> list[Sent]:
    """Tick as beat does, and sleep as long as it says; what was sent."""
    app, known = scheduler.app, len(scheduler.sent)
    while app.clock < until:
        before = len(scheduler.sent)
        wait = scheduler.tick()
        if len(scheduler.sent) == before:
            app.clock = min(until, app.clock + max(TICK, timedelta(seconds=wait)))
    sent: list[Sent] = scheduler.sent[known:]
    return sent


def flush(scheduler: Any) -> None:
    """Tick until nothing is due: a tick that takes long ends, and the next follows at once."""
    while scheduler.tick() == 0:
        pass
