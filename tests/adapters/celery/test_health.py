"""The health of beat, read from its state file without a broker."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import duetime.adapters.celery as package
from duetime.adapters.celery import Heartbeat, crontab, read_heartbeat
from duetime.adapters.celery.__main__ import main
from duetime.adapters.celery.state import StateFile
from tests.support.dates import MINUTE, SECOND
from tests.support.virtual_beat import (
    START,
    VirtualCelery,
    VirtualScheduler,
    flush,
    run,
    scheduler,
)


def heartbeat(next_run: datetime | None, last_tick: datetime = START) -> Heartbeat:
    name = None if next_run is None else "report"
    return Heartbeat(last_tick, timedelta(0), next_run, name, 1_234, 5 * MINUTE)


HEALTH = [
    # next run, how long after it has to look it was last seen, within 60 seconds
    (None, 5 * MINUTE),
    (START + 2 * MINUTE, 2 * MINUTE),
    (START + 10 * MINUTE, 5 * MINUTE),
    # It has not caught up yet, and sends.
    (START - 10 * MINUTE, timedelta(0)),
]


@pytest.mark.parametrize(("next_run", "must_look"), HEALTH)
def test_a_beat_is_healthy_while_it_looks_when_it_must(
    next_run: datetime | None, must_look: timedelta
) -> None:
    beat = heartbeat(next_run)
    look = START + must_look
    assert beat.is_healthy(START)
    assert beat.is_healthy(look + MINUTE)
    assert not beat.is_healthy(look + MINUTE + SECOND)
    assert beat.is_healthy(look + 3 * SECOND, tolerance=3 * SECOND)
    assert not beat.is_healthy(look + 4 * SECOND, tolerance=3 * SECOND)


def test_a_look_in_the_future_is_not_healthy() -> None:
    beat = heartbeat(START + 365 * 24 * 60 * MINUTE)
    assert beat.is_healthy(START - MINUTE)
    assert not beat.is_healthy(START - MINUTE - SECOND)
    assert not beat.is_healthy(START - 5 * SECOND, tolerance=4 * SECOND)


def test_the_longest_sleep_there_can_be_is_healthy() -> None:
    beat = Heartbeat(START, timedelta(0), None, None, 0, timedelta.max)
    assert beat.is_healthy(datetime.max.replace(tzinfo=UTC))


def test_every_tick_leaves_a_heartbeat(tmp_path: Path) -> None:
    app = VirtualCelery()
    path = tmp_path / "state"
    it = scheduler(app, path, minutely=crontab(), yearly=crontab(0, 0, month_of_year=1))
    it.tick()
    assert read_heartbeat(path) == Heartbeat(
        START, timedelta(0), START + MINUTE, "minutely", 2, timedelta(minutes=5)
    )
    app.pass_time(minutes=1, microseconds=1_500)
    it.tick()
    assert read_heartbeat(path) == Heartbeat(
        START + MINUTE + timedelta(microseconds=1_500),
        timedelta(microseconds=1_500),
        START + 2 * MINUTE,
        "minutely",
        2,
        timedelta(minutes=5),
    )
    it.close()


def test_an_idle_beat_does_not_write_on_each_of_many_ticks(tmp_path: Path) -> None:
    app = VirtualCelery()
    path = tmp_path / "state"
    it = scheduler(app, path, soon=timedelta(seconds=1.5))
    app.pass_time(seconds=1)
    it.tick()
    for milliseconds, seen in ((100, 1_000), (300, 1_000), (499, 1_000)):
        app.clock = START + timedelta(seconds=1, milliseconds=milliseconds)
        it.tick()
        found = read_heartbeat(path)
        assert found is not None
        assert found.last_tick == START + timedelta(milliseconds=seen)
    it.close()


def test_a_beat_on_its_way_is_healthy_at_every_moment(tmp_path: Path) -> None:
    app = VirtualCelery()
    path = tmp_path / "state"
    it = scheduler(app, path, a=crontab(minute="*/7"), b=timedelta(seconds=100), c=0.75)
    for _ in range(300):
        before = app.clock
        app.pass_time(seconds=it.tick())
        found = read_heartbeat(path)
        assert found is not None
        assert found.is_healthy(before, tolerance=SECOND)
        assert found.is_healthy(app.clock, tolerance=SECOND)
    run(it, app.clock + SECOND)
    it.close()


def slowly(it: VirtualScheduler, seconds: float, look: Callable[[], object]) -> None:
    """Let each message take so long, and look after each."""
    send = it.send_task

    def slow(*args: Any, **options: Any) -> None:
        send(*args, **options)
        it.app.pass_time(seconds=seconds)
        look()

    it.send_task = slow  # type: ignore[method-assign]  # of this one beat


def test_a_long_tick_reads_as_late_as_it_is_and_is_healthy_until_its_end(tmp_path: Path) -> None:
    app = VirtualCelery()
    path = tmp_path / "state"
    it = scheduler(app, path, **{f"entry-{n:02}": crontab(minute=0) for n in range(20)})
    lags, healthy = [], []

    def look() -> None:
        found = read_heartbeat(path)
        assert found is not None
        lags.append(found.lag)
        healthy.append(found.is_healthy(app.clock, tolerance=10 * SECOND))

    app.clock = START + 60 * MINUTE - SECOND
    it.tick()
    app.pass_time(seconds=1)
    slowly(it, 10, look)
    flush(it)
    # What is found after a message tells of those before it.
    assert lags == [10 * n * SECOND for n in range(20)]
    assert all(healthy)
    found = read_heartbeat(path)
    assert found is not None
    assert (found.last_tick, found.lag) == (app.clock, 200 * SECOND)
    app.pass_time(seconds=2)
    it.tick()
    found = read_heartbeat(path)
    assert found is not None
    assert found.lag == timedelta(0)
    it.close()


# The command.


def health(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["health", *arguments], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_command_tells_a_healthy_beat_from_a_late_one(tmp_path: Path) -> None:
    path = tmp_path / "state"
    now = datetime.now(UTC)
    with closing(StateFile(path)) as file:
        file.write(heartbeat=heartbeat(now + 4 * MINUTE, now))
    code, text = health("--schedule", str(path))
    assert code == 0
    assert text.startswith("healthy: last tick ")
    assert "entries     1,234\n" in text
    assert f"next run    {(now + 4 * MINUTE).isoformat()}  report\n" in text
    with closing(StateFile(path)) as file:
        file.write(heartbeat=heartbeat(None, now - 10 * MINUTE))
    code, text = health("-s", str(path))
    assert code == 1
    assert text.startswith("LATE: last tick 6")
    assert "next run    none\n" in text
    assert health("-s", str(path), "--tolerance", "600")[0] == 0
    with closing(StateFile(path)) as file:
        file.write(heartbeat=heartbeat(None, now + 10 * MINUTE))
    code, text = health("-s", str(path))
    assert (code, text[:6]) == (1, "AHEAD:")


def test_the_command_says_why_it_knows_nothing(tmp_path: Path) -> None:
    missing, empty, foreign = (tmp_path / name for name in ("missing", "empty", "foreign"))
    folder, fifo = tmp_path, tmp_path / "fifo"
    os.mkfifo(fifo)
    StateFile(empty).close()
    foreign.write_text("no database" * 100)
    for path, reason in (
        (missing, "No such file or directory"),
        (empty, "no beat has written to"),
        (foreign, "file is not a database"),
        (folder, "is no file"),
        (fifo, "is no file"),
    ):
        code, text = health("-s", str(path))
        assert code == 1
        assert text.startswith("unknown: ")
        assert reason in text


def test_the_command_refuses_a_tolerance_below_zero() -> None:
    command = [sys.executable, "-m", "duetime.adapters.celery", "health", "--tolerance", "-1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--tolerance" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_loads_no_celery(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with closing(StateFile(path)) as file:
        file.write(heartbeat=heartbeat(None, datetime.now(UTC)))
    code = (
        "import sys\n"
        "from duetime.adapters.celery.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n    print({'celery', 'kombu', 'billiard', 'redis'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", code, "health", "--schedule", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("healthy")
    assert done.stdout.endswith("set()\n")


def test_the_names_of_the_package_are_there_when_they_are_asked_for() -> None:
    assert set(package.__all__) <= set(dir(package))
    assert {getattr(package, name).__name__ for name in package.__all__} == set(package.__all__)
    with pytest.raises(AttributeError, match=r"'duetime\.adapters\.celery' has no .* 'crontabs'"):
        package.crontabs  # noqa: B018
