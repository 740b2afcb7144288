"""Real processes: beat, broker and worker, and the tasks that arrive."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kombu.connection import Connection
from redis import Redis

from duetime import Schedule, cron, occurrence_id
from tests.support.services import AMQP_URL, REDIS_URL, need

PATIENCE = 100.0
"""Seconds to wait for what must come; a run at the full minute may be that far off."""
LATE = timedelta(seconds=1.5)
"""A message is on its way, and a worker that polls looks ten times a second."""

PROJECT = """
import json
import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from celery import Celery
from kombu.transport import filesystem
from kombu.utils.json import dumps

import duetime
from duetime.adapters.celery import beat, crontab, schedule, scheduled_for, solar

app = Celery("project", broker=os.environ["BROKER"])
app.conf.update(
    broker_transport_options=json.loads(os.environ["OPTIONS"]),
    broker_connection_retry_on_startup=True,
    task_default_queue=os.environ["QUEUE"],
    worker_enable_remote_control=False,
    result_expires=None,
    beat_scheduler="duetime.adapters.celery:Scheduler",
    timezone="America/New_York",
    duetime_occurrence_ids=True,
    beat_schedule={
        "check-heartbeat": {"task": "project.note", "schedule": 1.0},
        "quick-check": {"task": "project.note", "schedule": timedelta(seconds=2)},
        "process-queue": {"task": "project.note", "schedule": crontab(), "args": (1,)},
        "every-other-second": {
            "task": "project.note",
            "schedule": beat(duetime.cron("*/2 * * * * *", dialect="cronsim", tz="Europe/Paris")),
            "args": ("daily", "pdf"),
            "kwargs": {"include_charts": True},
            "options": {"expires": 300, "priority": 9},
        },
        "leap-day": {"task": "project.note", "schedule": crontab(0, 0, "*", 29, 2)},
        "at-sunrise": {
            "task": "project.note",
            "schedule": solar("sunrise", -37.81753, 144.96715),
        },
    },
)


class Channel(filesystem.Channel):
    # kombu writes where the worker reads, which dies of a message that is not all there yet.
    def _put(self, queue, payload, **kwargs):
        name = f"{time.monotonic_ns():020}_{uuid4()}.{queue}.msg"
        aside = Path(self.control_folder, name)
        aside.write_text(dumps(payload))
        aside.rename(Path(self.data_folder_out, name))


filesystem.Transport.Channel = Channel


@app.task(bind=True)
def note(self, *args, **kwargs):
    line = {
        "entry": self.request.duetime_entry,
        "id": self.request.id,
        "scheduled_for": scheduled_for(self.request).isoformat(),
        "received": time.time(),
        "args": args,
        "kwargs": kwargs,
    }
    file = os.open("notes", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, (json.dumps(line) + "\\n").encode())
    os.close(file)
"""

KINDS: dict[str, tuple[Schedule | None, list[Any], dict[str, Any]]] = {
    # entry: what its runs lie on, its arguments
    "check-heartbeat": (None, [], {}),
    "quick-check": (None, [], {}),
    "every-other-second": (
        cron("*/2 * * * * *", dialect="cronsim"),
        ["daily", "pdf"],
        {"include_charts": True},
    ),
}


class Project:
    """A project in a folder, with a broker."""

    def __init__(self, folder: Path, broker: str, options: dict[str, Any], queue: str) -> None:
        self.folder = folder
        self.queue = queue
        (folder / "project.py").write_text(PROJECT)
        self.environment = {
            **os.environ,
            "BROKER": broker,
            "OPTIONS": json.dumps(options),
            "QUEUE": queue,
            "PYTHONPATH": str(folder),
        }

    @contextmanager
    def celery(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command of Celery, ended by SIGTERM as a supervisor does; it must end well."""
        log = self.folder / f"{arguments[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "project", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()

    def worker(self, *more: str) -> Any:
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self.celery("worker", "--pool=solo", "--loglevel=info", *quiet, *more)

    def notes(self) -> list[dict[str, Any]]:
        file = self.folder / "notes"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    def wait_for(self, **numbers: int) -> None:
        """Wait until so many tasks of each of these entries have run."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            entries = [note["entry"] for note in self.notes()]
            if all(entries.count(name.replace("_", "-")) >= n for name, n in numbers.items()):
                return
            time.sleep(0.05)
        logs = "\n".join(log.read_text() for log in self.folder.glob("*.log"))
        pytest.fail(f"only {entries} have run\n{logs}")


def check(notes: list[dict[str, Any]]) -> None:
    """Every task arrived once, in time, as what it was sent."""
    assert len({note["id"] for note in notes}) == len(notes)
    assert not {"leap-day", "at-sunrise"} & {note["entry"] for note in notes}
    for note in notes:
        run = datetime.fromisoformat(note["scheduled_for"])
        late = datetime.fromtimestamp(note["received"], run.tzinfo) - run
        assert timedelta(0) <= late < LATE, note
        assert note["id"] == str(occurrence_id(note["entry"], run))
    for name, (grid, args, kwargs) in KINDS.items():
        mine = [note for note in notes if note["entry"] == name]
        runs = sorted(datetime.fromisoformat(note["scheduled_for"]) for note in mine)
        steps = {later - run for run, later in pairwise(runs)}
        assert steps == {timedelta(seconds=1 if name == "check-heartbeat" else 2)}
        assert all(note["args"] == args and note["kwargs"] == kwargs for note in mine)
        assert grid is None or all(grid.matches(run) for run in runs)


def files(folder: Path) -> tuple[str, dict[str, Any]]:
    """A broker that is a folder."""
    messages, control = folder / "messages", folder / "control"
    messages.mkdir()
    control.mkdir()
    places = {"data_folder_in": str(messages), "data_folder_out": str(messages)}
    return "filesystem://", {**places, "control_folder": str(control), "polling_interval": 0.1}


def test_a_worker_with_a_beat_in_it_runs_everything_with_nothing_else_installed(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, *files(tmp_path), queue="celery")
    with project.worker("--beat"):
        project.wait_for(check_heartbeat=3, quick_check=2, every_other_second=2, process_queue=1)
    notes = project.notes()
    check(notes)
    minutely = [note for note in notes if note["entry"] == "process-queue"]
    runs = [datetime.fromisoformat(note["scheduled_for"]) for note in minutely]
    assert all(run.second == run.microsecond == 0 for run in runs)
    assert all(note["args"] == [1] for note in minutely)


def run_apart(project: Project) -> None:
    """A worker and a beat, as in production."""
    pidfile, state = project.folder / "beat.pid", project.folder / "state"
    beat = ("beat", "--loglevel=info", f"--pidfile={pidfile}", f"--schedule={state}")
    with ExitStack() as running:
        running.enter_context(project.worker())
        process = running.enter_context(project.celery(*beat))
        project.wait_for(check_heartbeat=4, quick_check=2, every_other_second=2)
        assert int(pidfile.read_text()) == process.pid
    check(project.notes())
    log = (project.folder / "beat.log").read_text()
    assert "Scheduler: Sending due task check-heartbeat (project.note)" in log
    assert f"db -> {state}" in log
    assert "Traceback" not in log
    # It was left as a beat that stops leaves it: no process file, and all state in one file.
    assert not pidfile.exists()
    assert sorted(path.name for path in project.folder.glob("state*")) == ["state"]


def test_a_worker_and_a_beat_of_their_own_on_files(tmp_path: Path) -> None:
    run_apart(Project(tmp_path, *files(tmp_path), queue="celery"))


@pytest.mark.services
def test_a_worker_and_a_beat_of_their_own_on_redis(tmp_path: Path) -> None:
    url, name = need(REDIS_URL), f"duetime-test-{uuid4()}"
    options = {"global_keyprefix": name}
    try:
        run_apart(Project(tmp_path, url, options, queue="celery"))
    finally:
        with Redis.from_url(url) as client:
            for key in client.scan_iter(f"{name}*"):
                client.delete(key)


@pytest.mark.services
def test_a_worker_and_a_beat_of_their_own_on_rabbitmq(tmp_path: Path) -> None:
    url, name = need(AMQP_URL), f"duetime-test-{uuid4()}"
    try:
        run_apart(Project(tmp_path, url, {}, queue=name))
    finally:
        with Connection(url) as connection:  # type: ignore[no-untyped-call]  # kombu is untyped
            connection.default_channel.queue_delete(name)
            connection.default_channel.exchange_delete(name)
