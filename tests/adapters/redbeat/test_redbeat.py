"""Entries in a real Redis: what comes back is what was stored, and runs when it should."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import schedules as stock
from redbeat import RedBeatSchedulerEntry
from redbeat.schedulers import get_redis
from redbeat.schedules import rrule

import duetime
from duetime import DstPolicy, cron, every, occurrence_id
from duetime.adapters.celery import beat, crontab, from_celery, schedule, solar
from duetime.adapters.redbeat import Entry
from duetime.errors import InvalidValueError, ScheduleError
from tests.support.redbeats import VirtualRedBeat, redis_app
from tests.support.services import REDIS_URL, need
from tests.support.virtual_beat import TICK, VirtualCelery, run

pytestmark = pytest.mark.services

START = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def app() -> Iterator[VirtualCelery]:
    with redis_app(START) as it:
        yield it


def stored(app: Any, given: Any, **fields: Any) -> Any:
    """An entry as it comes back from Redis."""
    return Entry.from_key(Entry("it", "it", given, app=app, **fields).save().key, app=app)


def times(sent: list[Any]) -> list[str]:
    return [
        f"{message.task} {message.scheduled_for.astimezone(UTC):%d %H:%M:%S}" for message in sent
    ]


KEPT: dict[str, Any] = {
    "a crontab": crontab(0, 9),
    "with a zone": crontab(0, 9, tz="Europe/Paris"),
    "with an offset": crontab(0, 9, tz=datetime.strptime("+0530", "%z").tzinfo),
    "with a policy": crontab("*/5", "1-3", tz="Europe/Paris", dst="rfc5545"),
    "with a policy of parts": crontab(0, dst=DstPolicy("skip", "last")),
    "with lists": crontab([0, 30], {9, 17}, "mon-fri", "1,15", "jan"),
    "an interval": schedule(timedelta(milliseconds=1500)),
    "an interval with a zone": schedule(60, tz="Asia/Tokyo"),
    "a relative interval": schedule(60, relative=True),
    "a sun": solar("sunset", 48.85, 2.35),
    "a sun with a zone": solar("sunrise", -37.81753, 144.96715, tz="Australia/Melbourne"),
    "a union": beat(cron("0 9 * * *", tz="Europe/Paris") | cron("0 9 * * *", tz="Asia/Tokyo")),
    "business days": beat(cron("0 9 * * *").on(duetime.business_days())),
    "a grid": beat(every(minutes=5, anchor="epoch")),
    "a rule": beat(duetime.rrule("DTSTART;TZID=Europe/Paris:20260113T090000\nRRULE:FREQ=DAILY")),
    "stock": stock.crontab(30, 7, "mon"),
    "stock with lists": stock.crontab([0, 30], {9, 17}),
    "a stock interval": stock.schedule(30.0),
}


@pytest.mark.parametrize("name", KEPT)
def test_class_zone_and_policy_come_back_from_redis(app: VirtualCelery, name: str) -> None:
    given = KEPT[name]
    entry = stored(app, given, catch_up="all", deadline=60)
    back = entry.schedule
    assert type(back) is type(given) or name == "a relative interval"
    assert back == given
    assert (entry.catch_up, entry.deadline) == ("all", timedelta(minutes=1))
    if name == "a relative interval":
        assert back.relative
        return
    before, after = (from_celery(each) for each in (given, back))
    assert [*before.runs(START, limit=20)] == [*after.runs(START, limit=20)]
    assert before.tz == after.tz


def test_a_zone_that_was_set_on_celerys_crontab_is_kept(app: VirtualCelery) -> None:
    given = stock.crontab(0, 9)
    given.tz = ZoneInfo("Europe/Paris")
    back = stored(app, given).schedule
    assert isinstance(back, crontab)
    assert back.own_zone is not None
    assert back.own_zone.key == "Europe/Paris"


class Mine(stock.crontab):  # type: ignore[misc]  # Celery is untyped
    """A class that RedBeat writes down as Celery's own."""


REFUSED: dict[str, Any] = {
    "it has a nowfun": stock.crontab(0, nowfun=lambda: START),
    "Mine is no schedule of Celery": Mine(0),
    "a relative interval has no zone": schedule(60, relative=True, tz="Asia/Tokyo"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_redis_cannot_hold_is_refused_by_name(app: VirtualCelery, reason: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^entry it: RedBeat cannot hold .*{reason}"):
        Entry("it", "it", REFUSED[reason], app=app).save()
    with pytest.raises(ScheduleError, match="catch_up of it"):
        Entry("it", "it", 60.0, app=app, catch_up="some")  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match="schedule of it is text"):
        Entry("it", "it", "0 9 * * *", app=app)


def test_what_redbeat_wrote_is_read(app: VirtualCelery) -> None:
    rule = rrule("DAILY", dtstart=START)
    for name, given in {"a": stock.crontab(5), "b": stock.schedule(60.0), "c": rule}.items():
        RedBeatSchedulerEntry(name, name, given, app=app).save()
    for name, kind in {"a": stock.crontab, "b": stock.schedule, "c": rrule}.items():
        key = RedBeatSchedulerEntry.generate_key(app, name)
        assert type(Entry.from_key(key, app=app).schedule) is kind
    assert Entry.load_definition(key, app=app)["name"] == "c"
    with pytest.raises(KeyError):
        Entry.load_definition("missing", app=app)
    sent = run(VirtualRedBeat(app), START + timedelta(minutes=5))
    assert "a 05 12:05:00" in times([each for each in sent if each.task == "a"])


def test_what_both_can_say_redbeat_reads_too(app: VirtualCelery) -> None:
    for given in (stock.crontab(5), stock.crontab([5, 6]), stock.schedule(60.0)):
        key = Entry("it", "it", given, app=app).save().key
        back = RedBeatSchedulerEntry.from_key(key, app=app).schedule
        assert back == given


def test_the_runs_of_a_zone_are_sent_under_their_names(app: VirtualCelery) -> None:
    app.conf.beat_schedule = {
        "paris": {"task": "paris", "schedule": crontab(0, 9, tz="Europe/Paris")},
        "half": {"task": "half", "schedule": 6 * 3600, "options": {"queue": "q"}},
        "once": {"task": "once", "schedule": beat(duetime.at(START + HOUR))},
    }
    app.conf.duetime_occurrence_ids = True
    sent = run(VirtualRedBeat(app), START + timedelta(days=1))
    assert (
        times(sent)
        == [
            "once 05 13:00:30",
            "half 05 18:00:30",
            "half 06 00:00:30",
            "half 06 06:00:30",
            "paris 06 08:00:00",
            "half 06 12:00:30",
        ][: len(sent)]
    )
    assert len(sent) >= 5
    for message in sent:
        expected = str(occurrence_id(message.task, message.scheduled_for))
        assert message.occurrence == message.options["task_id"] == expected
    assert sent[1].options["queue"] == "q"


@pytest.mark.parametrize(
    ("policy", "expected"), [("all", [13, 14, 15]), ("latest", [15]), ("none", [])]
)
def test_missed_runs_follow_the_policy(
    app: VirtualCelery, policy: str, expected: list[int]
) -> None:
    app.conf.duetime_catch_up = "none"
    app.conf.beat_schedule = {
        "it": {"task": "it", "schedule": crontab(0), "catch_up": policy},
        "interval": {"task": "interval", "schedule": 3600.0, "catch_up": policy},
    }
    VirtualRedBeat(app)
    app.pass_time(hours=3.25)
    sent = run(VirtualRedBeat(app), app.clock + timedelta(seconds=1))
    assert [each.scheduled_for.hour for each in sent if each.task == "it"] == expected
    assert times([each for each in sent if each.task == "interval"]) == ["interval 05 15:00:30"]


def test_an_entry_whose_schedule_is_changed_counts_from_then(app: VirtualCelery) -> None:
    app.conf.beat_schedule = {"it": {"task": "it", "schedule": crontab(0)}}
    VirtualRedBeat(app)
    app.pass_time(hours=3)
    app.conf.beat_schedule = {"it": {"task": "it", "schedule": crontab(15)}}
    assert times(run(VirtualRedBeat(app), START + 4 * HOUR)) == ["it 05 15:15:00"]


def test_one_bad_entry_stops_no_other(app: VirtualCelery, caplog: pytest.LogCaptureFixture) -> None:
    app.conf.beat_schedule = {
        "bad": {"task": "bad", "schedule": "0 9 * * *"},
        "mine": {"task": "mine", "schedule": Mine(0)},
        "good": {"task": "good", "schedule": crontab(0)},
    }
    beat = VirtualRedBeat(app)
    wire = {"__type__": "duetime", "class": "crontab", "own": [], "schedule": {"version": 9}}
    broken = {"name": "broken", "task": "broken", "schedule": wire}
    other = broken | {"name": "other", "schedule": {"__type__": "duetime", "class": "beat"}}
    redis, conf = get_redis(app), app.redbeat_conf
    for definition in (broken, other):
        key = conf.key_prefix + str(definition["name"])
        redis.hset(key, "definition", json.dumps(definition))
        redis.zadd(conf.schedule_key, {key: 0})
    assert times(run(beat, START + HOUR)) == ["good 05 13:00:00"]
    # Storing it once more mends it.
    assert Entry("broken", "broken", crontab(0), app=app).save().last_run_at == app.now()
    told = [each.getMessage() for each in caplog.records]
    for name in ("bad is left out", "mine is left out", "broken cannot be read", "other cannot be"):
        assert any(name in line for line in told), name


def test_a_message_that_cannot_be_sent_is_tried_again(app: VirtualCelery) -> None:
    app.conf.beat_schedule = {"it": {"task": "it", "schedule": crontab(0)}}
    beat = VirtualRedBeat(app)
    beat.failures = 2
    sent = run(beat, START + HOUR)
    assert times(sent) == ["it 05 13:00:00"]
    assert sent[0].at > sent[0].scheduled_for + TICK


def test_an_entry_without_a_last_run_starts_when_it_is_first_seen(app: VirtualCelery) -> None:
    key = Entry("it", "it", crontab(0), app=app).save().key
    get_redis(app).hdel(key, "meta")
    assert times(run(VirtualRedBeat(app), START + HOUR)) == ["it 05 13:00:00"]
    entry = Entry.from_key(key, app=app)
    entry.enabled = False
    entry.save()
    assert run(VirtualRedBeat(app), START + 3 * HOUR) == []
    assert tuple(Entry.from_key(key, app=app).is_due()) == (False, 5.0)


PROJECT = """
import os
from celery import Celery
import duetime
from duetime.adapters.celery import beat

app = Celery("project", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"
    },
    result_expires=None,
    beat_scheduler="duetime.adapters.redbeat:Scheduler",
    beat_max_loop_interval=0.5,
    redbeat_redis_url=os.environ["REDIS"],
    redbeat_redis_options={},
    redbeat_key_prefix=os.environ["PREFIX"],
    redbeat_lock_timeout=3,
    duetime_catch_up="all",
    beat_schedule={
        "it": {
            "task": "it",
            "schedule": beat(duetime.cron("* * * * * *", dialect="cronsim", tz="Europe/Paris")),
        }
    },
)
"""


def test_of_two_beats_one_sends_and_when_it_is_killed_the_other_goes_on(tmp_path: Path) -> None:
    (tmp_path / "project.py").write_text(PROJECT)
    (tmp_path / "queue").mkdir()
    prefix = f"duetime-{uuid.uuid4().hex}:"
    environment = {
        **os.environ,
        "REDIS": need(REDIS_URL),
        "PREFIX": prefix,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
    }

    def start(name: str) -> subprocess.Popen[bytes]:
        own = ("--pidfile", f"{name}.pid")
        with (tmp_path / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "project", "beat", "-l", "info", *own],
                cwd=tmp_path,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def wait_for(name: str, words: str) -> None:
        end = time.monotonic() + 60
        while words not in (tmp_path / f"{name}.log").read_text():
            assert time.monotonic() < end, (tmp_path / f"{name}.log").read_text()
            time.sleep(0.05)

    beats = [start("one")]
    try:
        wait_for("one", "Sending due task it")
        beats.append(start("two"))
        wait_for("two", "beat: Starting")
        time.sleep(1)
        assert "Sending" not in (tmp_path / "two.log").read_text()
        beats[0].kill()
        wait_for("two", "Sending due task it")
        time.sleep(1)
    finally:
        for each in beats:
            each.send_signal(signal.SIGTERM)
            each.wait(30)
        with redis_app(START) as app:
            redis = get_redis(app)
            redis.delete(*redis.scan_iter(f"{prefix}*"))
    messages = [json.loads(path.read_text()) for path in (tmp_path / "queue").iterdir()]
    headers = [message["headers"] for message in messages]
    runs = {datetime.fromisoformat(each["duetime_scheduled_for"]) for each in headers}
    # Each second has its run, also those in which nobody had the lock; a kill may repeat one.
    assert all(after - before == timedelta(seconds=1) for before, after in pairwise(sorted(runs)))
    assert {each["duetime_occurrence"] for each in headers} == {
        str(occurrence_id("it", each)) for each in runs
    }
    assert len(headers) - len(runs) <= 1
