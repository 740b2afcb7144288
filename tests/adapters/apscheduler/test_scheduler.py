"""The trigger under real schedulers of APScheduler 3: a store, a restart, and clock changes."""

from __future__ import annotations

import pickle
import sqlite3
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from time import sleep
from typing import Any, ClassVar

import pytest
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.combining import OrTrigger

from duetime import Schedule, ScheduleError, cron, every
from duetime.adapters.apscheduler import ScheduleTrigger
from tests.support.recorded import TIMES, record

PARIS = "Europe/Paris"


def scheduler_of(path: Path) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_jobstore("sqlalchemy", url=f"sqlite:///{path}")
    return scheduler


def wait_for(count: int) -> None:
    for _ in range(100):
        if len(TIMES) >= count:
            return
        sleep(0.05)
    pytest.fail(f"{len(TIMES)} runs in five seconds")


def test_jobs_outlive_a_restart_in_a_store(tmp_path: Path) -> None:
    TIMES.clear()
    path = tmp_path / "jobs.sqlite"
    grid = every(milliseconds=200, anchor="epoch")
    first = scheduler_of(path)
    first.add_job(record, ScheduleTrigger(grid), id="often")
    first.add_job(record, ScheduleTrigger(cron("30 9 * * mon-fri", tz=PARIS)), id="mornings")
    first.start()
    wait_for(2)
    first.shutdown()

    with sqlite3.connect(path) as database:
        states = [state for (state,) in database.execute("select job_state from apscheduler_jobs")]
    assert len(states) == 2
    for state in states:
        assert b"duetime.adapters.apscheduler" in state
        assert b"duetime.kinds" not in state
        assert b"duetime.crontabs" not in state

    again = scheduler_of(path)
    again.start()
    try:
        before = len(TIMES)
        wait_for(before + 2)
        job = again.get_job("mornings")
        assert job.trigger.schedule == cron("30 9 * * mon-fri", tz=PARIS)
        assert "(trigger: duetime[30 9 * * mon-fri Europe/Paris], next run at:" in str(job)
    finally:
        again.shutdown()
    offsets = [time.timestamp() % 0.2 for time in TIMES]
    assert max(offsets) < 0.19, "each run is soon after its time"


class Clock(datetime):
    """A clock that stands still until it is set."""

    moment: ClassVar[datetime]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return cls.moment.astimezone(tz)


class Virtual(BaseScheduler):
    """A scheduler whose clock goes to the time of the next job at once."""

    def wakeup(self) -> None:
        pass

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def run_until(self, end: datetime) -> None:
        for _ in range(1_000):
            seconds = self._process_jobs()
            Clock.moment += timedelta(seconds=end.timestamp() if seconds is None else seconds)
            if Clock.moment >= end:
                return
        pytest.fail("it does not come to the end")


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)]
)
@pytest.mark.parametrize(
    "schedule",
    [cron("30 2 * * *", tz=PARIS), cron("*/20 1-3 * * *", tz=PARIS), every(minutes=50)],
)
def test_a_clock_change_neither_loses_nor_delays_a_run(
    schedule: Schedule, night: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Clock)
    times: list[datetime] = []
    end = night + timedelta(days=1)
    Clock.moment = night
    scheduler = Virtual(timezone=PARIS)
    scheduler.add_executor(DebugExecutor())
    scheduler.add_job(
        lambda: times.append(Clock.moment), ScheduleTrigger(schedule), misfire_grace_time=None
    )
    scheduler.start()
    scheduler.run_until(end)
    scheduler.shutdown()
    assert times == [run.astimezone(UTC) for run in schedule.runs(night, end)]


def test_the_state_is_a_document_with_a_version() -> None:
    trigger = ScheduleTrigger(cron("0 9 * * *", tz=PARIS), jitter=30, key="job")
    state = trigger.__getstate__()
    assert state["version"] == 1
    assert Schedule.from_dict(state["schedule"]) == trigger.schedule
    again = pickle.loads(pickle.dumps(trigger))
    assert again == trigger
    assert hash(again) == hash(trigger)
    assert again != cron("0 9 * * *")
    assert repr(again).startswith("ScheduleTrigger(")
    both = pickle.loads(pickle.dumps(OrTrigger([trigger, trigger])))
    assert both.triggers == [trigger, trigger]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"version": 2, "schedule": {}}, "has version 2, and this duetime reads versions up to 1"),
        ({"version": 1}, "was not stored by duetime"),
        (None, "was not stored by duetime"),
    ],
)
def test_a_state_of_another_version_is_refused(state: Any, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        ScheduleTrigger.__new__(ScheduleTrigger).__setstate__(state)


def test_what_no_trigger_could_use_is_refused_at_once() -> None:
    with pytest.raises(ScheduleError, match="schedule must be one of duetime's"):
        ScheduleTrigger("0 9 * * *")  # type: ignore[arg-type]
    for jitter in (-1, float("nan"), float("inf"), True, "30"):
        with pytest.raises(ScheduleError, match="jitter must be seconds from 0 to 31,622,400"):
            ScheduleTrigger(cron("0 9 * * *"), jitter=jitter)  # type: ignore[arg-type]

    class Mine(Schedule):
        tz = UTC

        def next_run(self, after: datetime) -> datetime | None:
            return None

        def prev_run(self, before: datetime) -> datetime | None:
            return None

    with pytest.raises(ScheduleError):
        ScheduleTrigger(Mine())


def test_a_trigger_without_another_run_ends_its_job() -> None:
    trigger = ScheduleTrigger(cron("0 0 30 2 *"))
    assert trigger.get_next_fire_time(None, datetime(2026, 1, 1, tzinfo=UTC)) is None
    long = ScheduleTrigger(cron("0 0 1 1 *") | cron("1 1 2 2 *") | cron("2 2 3 3 *", tz=PARIS))
    assert str(long).endswith("…]")
    assert len(str(long)) < 75
