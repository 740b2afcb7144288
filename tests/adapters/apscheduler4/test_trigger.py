"""The trigger under a real scheduler of APScheduler 4, which is installed beside nothing else.

APScheduler 3 and 4 are one package, so these tests run in an environment of their own; see the
page on contributing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from time import sleep
from typing import Any

import pytest

if not version("apscheduler").startswith("4."):
    pytest.skip("APScheduler 4 is not installed here", allow_module_level=True)

from apscheduler import Scheduler
from apscheduler.datastores.sqlalchemy import SQLAlchemyDataStore
from apscheduler.serializers.json import JSONSerializer
from apscheduler.serializers.pickle import PickleSerializer
from sqlalchemy import create_engine

from duetime import ScheduleError, cron, every
from duetime.adapters.apscheduler4 import ScheduleTrigger
from tests.support.recorded import TIMES, record

START = datetime(2026, 3, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("serializer", [JSONSerializer(), PickleSerializer()])
def test_a_stored_trigger_goes_on_after_the_last_run(serializer: Any) -> None:
    schedule = cron("*/20 1-3 * * *", tz="Europe/Paris")
    trigger = ScheduleTrigger(schedule, start_time=START)
    expected = [run.astimezone(UTC) for run in schedule.runs(START, limit=8)]
    assert list(islice(trigger, 4)) == expected[:4]
    stored = serializer.serialize(trigger)
    assert b"duetime.crontabs" not in stored
    again = serializer.deserialize(stored)
    assert list(islice(again, 4)) == expected[4:]
    assert str(again) == "duetime[*/20 1-3 * * * Europe/Paris]"
    assert again.schedule == schedule


def test_a_floating_interval_starts_one_period_after_the_start() -> None:
    trigger = ScheduleTrigger(every(minutes=5), start_time=START)
    assert trigger.next() == START + timedelta(minutes=5)
    assert trigger.next() == START + timedelta(minutes=10)


def test_a_schedule_without_runs_ends() -> None:
    assert ScheduleTrigger(cron("0 0 30 2 *"), start_time=START).next() is None


def test_a_state_of_another_version_is_refused() -> None:
    state = ScheduleTrigger(cron("0 9 * * *")).__getstate__()
    with pytest.raises(ScheduleError, match="has version 2"):
        ScheduleTrigger.__new__(ScheduleTrigger).__setstate__({**state, "version": 2})
    with pytest.raises(ScheduleError, match="schedule must be one of duetime's"):
        ScheduleTrigger("0 9 * * *")  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match="start_time"):
        ScheduleTrigger(cron("0 9 * * *"), start_time=datetime(2026, 1, 1))


def test_a_schedule_outlives_a_restart_in_a_store(tmp_path: Path) -> None:
    TIMES.clear()
    for _ in range(2):
        engine = create_engine(f"sqlite:///{tmp_path / 'store.sqlite'}")
        with Scheduler(SQLAlchemyDataStore(engine, serializer=JSONSerializer())) as scheduler:
            scheduler.add_schedule(
                record, ScheduleTrigger(every(milliseconds=200, anchor="epoch")), id="often"
            )
            assert len(scheduler.get_schedules()) == 1
            wanted = len(TIMES) + 2
            scheduler.start_in_background()
            for _ in range(100):
                if len(TIMES) >= wanted:
                    break
                sleep(0.05)
            scheduler.stop()
        engine.dispose()
        assert len(TIMES) >= wanted
