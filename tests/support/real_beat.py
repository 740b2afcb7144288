"""A real beat on a real broker, in a process that is forked: to be stopped, killed and cut off.

It runs as `celery beat` does, with that command's handler of signals, so that a stop may come at
any point of the broker's client.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from celery import Celery
from celery.apps.beat import Beat
from celery.beat import Service
from celery.signals import after_task_publish
from kombu.connection import Connection
from redis import Redis

import duetime
from duetime import occurrence_id
from duetime.adapters.celery import beat
from duetime.adapters.celery.state import Row, StateFile

ENTRIES = ("a", "b", "c", "d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Run = tuple[str, datetime]
"""A run: the name of its entry, and the nominal moment."""


class Life:
    """A process that beats."""

    def __init__(self, process: int) -> None:
        self.process = process
        self._status: int | None = None

    def end(self, how: signal.Signals, seconds: float = 0) -> int | None:
        """Send a signal; the exit status if the process ends within so many seconds, else None."""
        os.kill(self.process, how)
        return self.status(seconds)

    def status(self, seconds: float = 0) -> int | None:
        end = time.monotonic() + seconds
        while self._status is None:
            found, status = os.waitpid(self.process, os.WNOHANG)
            if found:
                self._status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= end:
                break
            else:
                time.sleep(0.002)
        return self._status


class RealBeat:
    """A beat that sends each run of entries that are due all the time, life after life."""

    def __init__(self, folder: Path, broker: str, milliseconds: int = 20, **settings: Any) -> None:
        self.folder, self.broker = folder, broker
        self.queue = f"duetime-test-{uuid4()}"
        self.grid = duetime.every(milliseconds=milliseconds, anchor="epoch")
        self.settings = settings
        self.state, self.log, self.sent = (folder / name for name in ("state", "log", "sent"))
        self.log.touch()

    def app(self) -> Celery:
        app = Celery("real", broker=self.broker, set_as_current=False)
        schedule = {name: {"task": name, "schedule": beat(self.grid)} for name in ENTRIES}
        app.conf.update(
            task_default_queue=self.queue,
            result_expires=None,
            # State is written often, so that an end comes upon that too.
            beat_sync_every=5,
            duetime_catch_up="all",
            duetime_catch_up_limit=1_000_000,
            beat_schedule=schedule,
        )
        app.conf.update(self.settings)
        return app

    @contextmanager
    def life(self) -> Iterator[Life]:
        """A process that beats. It is killed with the end of the block."""
        sys.stdout.flush()
        process = os.fork()
        if not process:
            self._live()
        made = Life(process)
        try:
            yield made
        finally:
            if made.status() is None:
                made.end(signal.SIGKILL, 5)

    def _live(self) -> None:
        """Run until stopped; the exit status is 0 if beat ended well."""
        status = 1
        try:
            output = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.dup2(output, 1)
            os.dup2(output, 2)
            logging.basicConfig(level=logging.WARNING, force=True)
            sent = os.open(self.sent, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

            def note(headers: Any, **others: Any) -> None:
                os.write(sent, b".")

            after_task_publish.connect(note, weak=False)
            service = Service(
                self.app(),
                schedule_filename=str(self.state),
                scheduler_cls="duetime.adapters.celery:Scheduler",
            )
            Beat.install_sync_handler(None, service)
            service.start()
            status = 0
        except BaseException:
            logging.exception("beat died")
        finally:
            os._exit(status)

    def count(self) -> int:
        """How many messages beat has sent, as it believes."""
        return self.sent.stat().st_size if self.sent.exists() else 0

    def wait_for(self, more: int, seconds: float = 20) -> None:
        """Wait until so many more messages have left."""
        goal = self.count() + more
        self.wait_until(lambda: self.count() >= goal, seconds)

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError(f"it did not come to pass:\n{self.log.read_text()}")
            time.sleep(0.002)

    def received(self) -> list[Run]:
        """Take all messages from the queue."""
        found = []
        # kombu is untyped.
        with Connection(self.broker) as connection:  # type: ignore[no-untyped-call]
            queue = connection.SimpleQueue(self.queue, no_ack=True)
            while True:
                try:
                    message = queue.get(block=False)
                except queue.Empty:
                    break
                headers = message.headers
                run = datetime.fromisoformat(headers["duetime_scheduled_for"])
                found.append((headers["duetime_entry"], run))
                assert headers["duetime_occurrence"] == str(occurrence_id(*found[-1]))
            queue.close()
        return found

    def remove(self) -> None:
        """Leave nothing in the broker."""
        if self.broker.startswith("redis"):
            with Redis.from_url(self.broker) as client:
                for key in client.scan_iter(f"*{self.queue}"):
                    client.delete(key)
        else:
            with Connection(self.broker) as connection:  # type: ignore[no-untyped-call]
                connection.default_channel.queue_delete(self.queue)
                connection.default_channel.exchange_delete(self.queue)

    def rows(self) -> list[Row]:
        """What the state has."""
        file = StateFile(self.state)
        found = list(file.rows())
        file.close()
        return found

    def noted(self, row: Row) -> set[datetime]:
        """The runs of an entry from when it was first seen to the last that is noted as sent."""
        since, last = (_EPOCH + (t + 1) * _MICROSECOND for t in (row.since, row.last))
        return set(self.grid.runs(since, last))

    def nominal(self) -> int:
        """How many runs there were."""
        return sum(len(self.noted(row)) for row in self.rows())

    def check(self, received: list[Run]) -> int:
        """See that each run that the state has as sent has arrived; how many more have."""
        more = 0
        rows = self.rows()
        assert any(row.count for row in rows), "nothing was noted"
        for row in rows:
            noted = self.noted(row)
            arrived = {run for entry, run in received if entry == row.name}
            lost = sorted(noted - arrived)
            assert not lost, f"{row.name} lost {len(lost)} runs: {lost[0]} to {lost[-1]}"
            # A life that ends before it has written that it saw the entry is no life of it.
            more += sum(run > _EPOCH + row.last * _MICROSECOND for run in arrived)
        return more
