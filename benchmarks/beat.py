"""Celery's beat, stock and ours, at rest, at its start and in the minute when all is due.

Each scheduler of each size works in a process of its own, on a clock that stands still unless it
is moved. Ours keeps its state file; stock has the scheduler that keeps none, but where the table
is about state.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any, Final
from uuid import uuid4

from celery import Celery, beat
from celery import schedules as stock
from kombu.messaging import Producer

from benchmarks.memory import ROOT, STATM, resident
from benchmarks.table import Cell, Report
from benchmarks.timing import Effort
from duetime.adapters import celery as ours
from duetime.adapters.celery.state import Row, StateFile

SIZES: Final = (100, 1_000, 10_000, 100_000)
START: Final = datetime(2026, 3, 6, 12, 5, 30, tzinfo=UTC)
BUSY: Final = datetime(2026, 3, 6, 13, 0, 0, 250_000, tzinfo=UTC)
"""Just after the minute in which everything is due."""
PATIENCE: Final = 3.0
"""Seconds after which a scheduler that sends one entry a tick is asked for no more."""
REDIS: Final = os.environ.get("DUETIME_REDIS_URL", "redis://127.0.0.1:6379/0")
REDIS_MOST: Final = 10_000
"""The most entries that are sent to Redis."""
BATCH: Final = 500
"""Rows of a write of ours, as its scheduler batches them."""

Found = dict[str, float]
"""What one process measured, by name; what could not be measured is missing."""


class Clocked(Celery):  # type: ignore[misc]  # Celery is untyped
    """An app with a clock of its own."""

    moment = START

    def now(self) -> datetime:
        return self.moment


class NullProducer(Producer):
    """It takes every message, and that is all."""

    def publish(self, *args: Any, **kwargs: Any) -> None:
        pass


def measure(effort: Effort) -> list[Report]:
    sizes = [size for size in SIZES if size * 10 <= effort.schedules]
    found = {
        (kind, size): _apart(kind, size, effort.calls) for size in sizes for kind in SCHEDULERS
    }
    both = [(size, found["stock", size], found["ours", size]) for size in sizes]
    return [_rest(both), _start(both), _sends(both), _state(both), _health(effort.imports)]


Both = list[tuple[int, Found, Found]]


def _rest(both: Both) -> Report:
    rows: list[list[Cell]] = [
        [f"{size:,}", stocks["idle"] / mine["idle"], 1e3 * mine["idle"], 1e3 * stocks["idle"]]
        for size, stocks, mine in both
    ]
    return Report(
        "beat: a tick with nothing due",
        ["entries", "stock/ours", "ours ms", "stock ms"],
        rows,
        ["median; a second of the clock passes between two ticks, so each writes our heartbeat"],
        {"beat.idle": float(rows[-1][2] or 0)},
    )


def _start(both: Both) -> Report:
    rows: list[list[Cell]] = []
    for size, stocks, mine in both:
        rows.append([f"{size:,}", stocks["first"] / mine["first"]])
        for what in ("first", "rest", "load", "restart"):
            rows[-1] += [1e3 * each[what] for each in (mine, stocks)]
        rows[-1] += [mine.get("bytes"), stocks.get("bytes")]
    measures = ("ms", "to rest ms", "load ms", "restart ms", "bytes")
    columns = [f"{who} {what}" for what in measures for who in ("ours", "stock")]
    return Report(
        "beat: the first tick",
        ["entries", "stock/ours", *columns],
        rows,
        [
            "half crontabs, all different, half intervals; none is due",
            "to rest: the first tick and those that follow it at once, until beat may sleep",
            "load: beat_schedule made into entries, before the tick",
            "restart: load and first tick of a beat that remembers all; stock's with its file",
            "bytes an entry, its schedule and its dict in beat_schedule among them",
        ],
        {"beat.first": float(rows[-1][1] or 0)},
    )


def _sends(both: Both) -> Report:
    rows: list[list[Cell]] = []
    for where in ("null", "redis"):
        for size, stocks, mine in both:
            if where not in mine:
                continue
            rows.append(
                [
                    f"{size:,}, {where}",
                    mine[where] / stocks[where],
                    mine[where] / mine[f"{where} alone"],
                    mine[where],
                    stocks[where],
                    mine[f"{where} alone"],
                    f"{stocks[f'{where} sent']:,.0f}",
                ]
            )
    busiest = max(row for row in rows if str(row[0]).endswith("null"))
    notes = [
        "null: a producer that drops the message; send_task: what a loop of nothing else reaches",
        f"stock sends one entry a tick: it was stopped after {PATIENCE:g} s; last, what it sent",
    ]
    if not any(str(row[0]).endswith("redis") for row in rows):
        notes.append(f"no Redis at {REDIS}: start one, or name one in DUETIME_REDIS_URL")
    return Report(
        "beat: messages a second when all entries are due in one minute",
        ["entries", "ours/stock", "ours/send_task", "ours", "stock", "send_task", "stock sent"],
        rows,
        notes,
        {"beat.sends": float(busiest[2] or 0)},
    )


def _state(both: Both) -> Report:
    rows: list[list[Cell]] = [
        [
            f"{size:,}",
            stocks["one"] / mine["one"],
            1e3 * mine["one"],
            1e3 * stocks["one"],
            size / mine["all"],
            size / stocks["all"],
        ]
        for size, stocks, mine in both
    ]
    return Report(
        "beat: state written after one entry ran, and after all did",
        ["entries", "one: stock/ours", "ours ms", "stock ms", "all: ours rows/s", "stock rows/s"],
        rows,
        [
            "stock: a sync of PersistentScheduler, which writes every entry whatever has changed",
            f"ours: rows of the state file, {BATCH} a transaction, as its scheduler writes them",
        ],
    )


def _health(times: int) -> Report:
    """What a liveness probe costs, from the start of its process to its end."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "state")
        scheduler = ours.Scheduler(app=_app({}), schedule_filename=file)
        scheduler.tick()
        scheduler.close()
        command = [sys.executable, "-m", "duetime.adapters.celery", "health", "--schedule", file]
        # It says that the clock of the benchmark stands still, and takes as long to say so.
        probe = partial(subprocess.run, command, cwd=ROOT, capture_output=True)
        nothing = partial(subprocess.run, [sys.executable, "-c", "pass"])
        seconds = [min(_seconds(call) for _ in range(times)) for call in (probe, nothing)]
    return Report(
        "beat: the health command",
        ["what", "ms"],
        [["health", 1e3 * seconds[0]], ["an interpreter that does nothing", 1e3 * seconds[1]]],
        [f"a process, from its start to its end; best of {times}"],
        {"beat.health": 1e3 * seconds[0]},
    )


def _apart(kind: str, size: int, calls: int) -> Found:
    """`trial` in an interpreter of its own."""
    code = f"from benchmarks.beat import trial; trial({kind!r}, {size}, {calls})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: Found = json.loads(done.stdout)
    return found


def trial(kind: str, size: int, calls: int) -> None:
    """Print all that is measured of one scheduler with so many entries, as JSON."""
    folder = tempfile.mkdtemp()
    try:
        make = partial(SCHEDULERS[kind], folder)
        _rehearse(make)
        found = _life(make, kind, size, calls)
        found |= _busy_minute(make, kind, size, "null", NullProducer, "memory://")
        if size <= REDIS_MOST:
            with _redis() as options:
                if options is not None:
                    found |= _busy_minute(make, kind, size, "redis", None, REDIS, options)
        found |= _restart(folder, kind, size)
        found |= WRITES[kind](folder, size)
    finally:
        shutil.rmtree(folder)
    sys.stdout.write(json.dumps(found))


def _make_stock(folder: str, app: Clocked, **kwargs: Any) -> Any:
    return beat.Scheduler(app=app, **kwargs)


def _make_ours(folder: str, app: Clocked, **kwargs: Any) -> Any:
    file = os.path.join(folder, f"{uuid4()}.db")
    return ours.Scheduler(app=app, schedule_filename=file, **kwargs)


SCHEDULERS: Final[dict[str, Callable[..., Any]]] = {"stock": _make_stock, "ours": _make_ours}
REMEMBERING: Final[dict[str, Any]] = {"stock": beat.PersistentScheduler, "ours": ours.Scheduler}
CRONTABS: Final[dict[str, Any]] = {"stock": stock.crontab, "ours": ours.crontab}


def _app(schedule: dict[str, dict[str, Any]], broker: str = "memory://", **options: Any) -> Clocked:
    app = Clocked("benchmark", broker=broker, set_as_current=False)
    app.conf.update(
        beat_schedule=schedule,
        timezone="America/New_York",
        result_expires=None,
        broker_transport_options=options,
    )
    return app


def _entries(kind: str, size: int) -> dict[str, dict[str, Any]]:
    """Half crontabs, of which no two are equal, and half intervals; none is due for an hour."""
    return {
        f"entry-{i:06}": {
            "task": f"tasks.number_{i % 100}",
            "schedule": _dates(CRONTABS[kind], i // 2) if i % 2 else timedelta(seconds=3600 + i),
            "args": (i,),
        }
        for i in range(size)
    }


def _dates(crontab: Any, i: int) -> Any:
    """A minute, an hour, a day and a month of its own, none of them in March."""
    month = (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12)[i // 40_320 % 11]
    return crontab(
        minute=i % 60,
        hour=i // 60 % 24,
        day_of_month=i // 1440 % 28 + 1,
        month_of_year=month,
    )


def _rehearse(make: Callable[..., Any]) -> None:
    """What a process does once, whatever the number of entries."""
    schedule = {"once": {"task": "tasks.once", "schedule": timedelta(days=9)}}
    app = _app(schedule)
    make(app).tick()
    app.send_task("tasks.once")


def _life(make: Callable[..., Any], kind: str, size: int, calls: int) -> Found:
    """The start of a scheduler, its first tick, and ticks with nothing due."""
    gc.collect()
    before = resident() if STATM.exists() else None
    app, entries = _app({}), _entries(kind, size)
    scheduler = make(app)
    begin = time.process_time()
    scheduler.merge_inplace(entries)
    loaded = time.process_time()
    wait = scheduler.tick()
    first = time.process_time()
    while not wait > 0:
        wait = scheduler.tick()
    rest = time.process_time()
    found = {"load": loaded - begin, "first": first - loaded, "rest": rest - loaded}
    if before is not None:
        gc.collect()
        found["bytes"] = (resident() - before) / size
    idle: list[float] = []
    while len(idle) < calls and sum(idle) < PATIENCE:
        app.moment += timedelta(seconds=1)
        begin = time.process_time()
        scheduler.tick()
        idle.append(time.process_time() - begin)
    found["idle"] = median(idle)
    scheduler.close()
    return found


def _restart(folder: str, kind: str, size: int) -> Found:
    """The start of a scheduler and its first tick, when its state is there."""
    file = os.path.join(folder, "restart")
    for _ in range(2):
        app = _app(_entries(kind, size))
        begin = time.process_time()
        scheduler = REMEMBERING[kind](app=app, schedule_filename=file)
        wait = scheduler.tick()
        seconds = time.process_time() - begin
        while kind == "ours" and not wait > 0:
            # It remembers what it has learned, some entries a tick.
            wait = scheduler.tick()
        scheduler.close()
    return {"restart": seconds}


def _busy_minute(
    make: Callable[..., Any],
    kind: str,
    size: int,
    where: str,
    producer: Any,
    broker: str,
    options: dict[str, Any] | None = None,
) -> Found:
    """Messages a second when everything is due, and of a loop that only sends."""
    crontab = CRONTABS[kind]
    schedule = {
        f"entry-{i:06}": {"task": "tasks.report", "schedule": crontab(minute=0), "args": (i,)}
        for i in range(size)
    }
    app = _app(schedule, broker, **(options or {}))
    scheduler = make(app, Producer=producer)
    scheduler.tick()
    # A connection is made and a queue declared with the first message.
    app.send_task("tasks.report", (0,), producer=scheduler.producer)
    # Waiting for the broker counts.
    clock = time.process_time if producer else time.perf_counter
    begin = clock()
    for i in range(min(size, 2_000)):
        app.send_task("tasks.report", (i,), producer=scheduler.producer)
    alone = min(size, 2_000) / (clock() - begin)
    sent = 0

    def count(*args: Any, **kwargs: Any) -> Any:
        nonlocal sent
        sent += 1
        return send(*args, **kwargs)

    send, scheduler.send_task = scheduler.send_task, count
    app.moment = BUSY
    begin = now = clock()
    while sent < size and now - begin < PATIENCE:
        scheduler.tick()
        now = clock()
    found = {where: sent / (now - begin), f"{where} sent": sent, f"{where} alone": alone}
    scheduler.close()
    return found


@contextmanager
def _redis() -> Iterator[dict[str, Any] | None]:
    """Options for a corner of Redis that is swept afterwards, None when there is no Redis."""
    try:
        from redis import Redis
        from redis.exceptions import RedisError
    except ImportError:
        yield None
        return
    client = Redis.from_url(REDIS, socket_connect_timeout=1)
    try:
        client.ping()
    except RedisError:
        yield None
        return
    prefix = f"duetime-benchmark-{uuid4()}:"
    try:
        yield {"global_keyprefix": prefix}
    finally:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)
        client.close()


def _write_stock(folder: str, size: int) -> Found:
    app = _app(_entries("stock", size))
    file = os.path.join(folder, "stock")
    scheduler = beat.PersistentScheduler(app=app, schedule_filename=file)
    entry = scheduler.schedule["entry-000000"]

    def run_one() -> None:
        scheduler.reserve(entry)
        scheduler.sync()

    seconds = median(_seconds(run_one) for _ in range(1 if size > 10_000 else 5))
    scheduler.close()
    return {"one": seconds, "all": seconds}


def _write_ours(folder: str, size: int) -> Found:
    state = StateFile(os.path.join(folder, "ours.db"))
    rows = [Row(f"entry-{i:06}", f"{i:032x}", i, None, 0) for i in range(size)]
    state.write(rows)
    ran = [Row(row.name, row.schedule, row.since, 2 * row.since, 1) for row in rows]
    one = median(_seconds(partial(state.write, [row])) for row in ran[:50])
    batches = [ran[i : i + BATCH] for i in range(0, size, BATCH)]
    found = {"one": one, "all": sum(_seconds(partial(state.write, batch)) for batch in batches)}
    state.close()
    return found


WRITES: Final = {"stock": _write_stock, "ours": _write_ours}


def _seconds(call: Callable[[], object]) -> float:
    """How long it takes, waiting for the disk included."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
