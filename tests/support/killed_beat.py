"""A beat that writes each message to a file, in one go, and is killed again and again.

`python -m tests.support.killed_beat STATE SENT KILLS` has so many lives, each in a process that is
forked, so that most of its time goes into ticks. Before the first, a beat that is not killed writes
that it has seen the entries: it prints since when, by name, as JSON. It fails when a beat dies by
itself.
"""

import json
import os
import random
import signal
import sys
import time
from typing import Any

from celery import Celery

import duetime
from duetime.adapters.celery import Scheduler, beat
from duetime.adapters.celery.state import StateFile

MILLISECONDS = {"a": 50, "b": 70, "c": 100}
"""The periods of the entries, whose runs are on a grid."""
PATIENCE = 30.0
"""Seconds within which a beat must have sent something."""


class Appending(Scheduler):
    """A scheduler whose broker is a file: what is in it when beat dies has been sent."""

    producer = None
    sent = -1

    def send_task(self, name: str, args: Any, kwargs: Any, **options: Any) -> None:
        headers = options["headers"]
        line = (
            f"{name} {headers['duetime_scheduled_for']} {headers['duetime_occurrence']}"
            f" {options['task_id']}\n"
        )
        os.write(self.sent, line.encode())


def made(state: str) -> Appending:
    """A beat with the state file of those before it."""
    app = Celery("killed", broker="memory://")
    app.conf.update(
        result_expires=None,
        duetime_catch_up="all",
        duetime_occurrence_ids=True,
        beat_schedule={
            name: {
                "task": name,
                "schedule": beat(duetime.every(milliseconds=period, anchor="epoch")),
            }
            for name, period in MILLISECONDS.items()
        },
    )
    return Appending(app, schedule_filename=state)


def first_seen(state: str) -> dict[str, int]:
    """Let a beat see the entries, send nothing and end in peace."""
    made(state).close()
    file = StateFile(state)
    since = {row.name: row.since for row in file.rows()}
    file.close()
    return since


def live(state: str, sent: str) -> None:
    """Tick until killed."""
    scheduler = made(state)
    scheduler.sent = os.open(sent, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        time.sleep(scheduler.tick())


def main(state: str, sent: str, kills: str) -> None:
    """Have so many lives."""
    sys.stdout.write(json.dumps(first_seen(state)))
    moments = random.Random(kills)
    for _ in range(int(kills)):
        before, patience = _size(sent), time.monotonic() + PATIENCE
        process = os.fork()
        if not process:
            live(state, sent)
        while _size(sent) == before:
            if time.monotonic() > patience or os.waitpid(process, os.WNOHANG)[0]:
                sys.exit("beat has died by itself, or sends nothing")
            time.sleep(0.001)
        time.sleep(moments.uniform(0, 0.15))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _size(path: str) -> int:
    return os.stat(path).st_size if os.path.exists(path) else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
