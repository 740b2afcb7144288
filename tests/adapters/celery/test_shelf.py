"""A switch from Celery's own scheduler: its last runs are taken over, whatever its shelf is."""

import os
import pickle
import shelve
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytz
from celery import beat as stock_beat
from celery import current_app as current
from celery import schedules as stock

from duetime.adapters.celery.shelf import LastRun, last_runs
from duetime.adapters.celery.state import StateFile
from tests.support.virtual_beat import START, VirtualCelery, VirtualScheduler, entries


class Recording(stock_beat.PersistentScheduler):  # type: ignore[misc]  # Celery is untyped
    """Celery's own scheduler, which keeps a shelf; the time stands for its broker."""

    producer = None

    def send_task(self, *args: Any, **options: Any) -> None: ...


SCHEDULES = {
    "hourly": stock.crontab(minute=0),
    "daily": stock.crontab(30, 4),
    "often": stock.schedule(600),
    "other": stock.crontab(minute=0),
}


def stock_life(path: Path, zone: str = "Europe/Paris") -> VirtualCelery:
    """Four hours of Celery's own beat, with a file at a path or beside it."""
    app = VirtualCelery(beat_schedule=entries(**SCHEDULES), timezone=zone)
    # Its entries ask the current app for the time once they have been in the shelf.
    before = current._get_current_object()
    app.set_current()
    try:
        it = Recording(app, schedule_filename=str(path))
        while app.clock < START + timedelta(hours=4):
            app.clock += max(timedelta(milliseconds=1), timedelta(seconds=it.tick()))
        it.close()
    finally:
        before.set_current()
    return app


def as_sqlite(path: Path) -> None:
    """The same shelf as Python 3.13 keeps it."""
    with shelve.open(str(path), "r") as shelf, closing(sqlite3.connect(f"{path}-new")) as db:
        db.execute("CREATE TABLE Dict (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)")
        for key in shelf:
            row = (key.encode(), pickle.dumps(shelf[key]))
            db.execute("INSERT INTO Dict VALUES (CAST(? AS BLOB), CAST(? AS BLOB))", row)
        db.commit()
    for file in path.parent.glob(f"{path.name}*"):
        if file.name != f"{path.name}-new":
            file.unlink()
    Path(f"{path}-new").rename(path)


@pytest.mark.parametrize("kind", ["of this Python", "of Python 3.13"])
@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC"])
def test_a_switch_from_celerys_own_scheduler_misses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str, zone: str
) -> None:
    path = tmp_path / "celerybeat-schedule"
    app = stock_life(path, zone)
    if kind == "of Python 3.13":
        as_sqlite(path)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    app.clock = START + timedelta(hours=6, minutes=5)
    app.conf.duetime_catch_up = "all"
    schedules = {name: SCHEDULES[name] for name in ("hourly", "daily", "often")}
    app.conf.beat_schedule = entries(**schedules, new=stock.crontab())
    it = VirtualScheduler(app, schedule_filename=str(path))
    assert it.schedule["hourly"].total_run_count == 3
    it.tick()
    hours = [m.scheduled_for for m in it.sent if m.task == "hourly"]
    assert hours == [START + timedelta(hours=n) for n in (4, 5, 6)]
    assert [m.task for m in it.sent if m.task != "hourly"] == ["often"]
    told = caplog.messages[0]
    assert "is the file of Celery's own scheduler: the last runs of 4 entries are taken" in told
    it.close()
    # The shelf is whole, under another name.
    aside = {n.replace("schedule", "schedule.aside-1", 1): c for n, c in files.items()}
    for name, content in aside.items():
        assert (tmp_path / name).read_bytes() == content
    assert {file.name for file in tmp_path.iterdir()} == {*aside, path.name}
    # From now on the state file tells.
    caplog.clear()
    again = VirtualScheduler(app, schedule_filename=str(path))
    again.tick()
    assert again.sent == []
    assert again.schedule["hourly"].total_run_count == 6
    again.close()
    assert caplog.records == []


def test_a_state_file_goes_before_a_shelf_that_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "celerybeat-schedule"
    StateFile(path).close()
    other = tmp_path / "other"
    stock_life(other)
    for file in tmp_path.glob("other.*"):
        file.rename(tmp_path / file.name.replace("other", path.name))
    names = {file.name for file in tmp_path.iterdir()}
    with closing(StateFile(path)) as state:
        assert state.taken_over == {}
    assert {file.name for file in tmp_path.iterdir()} == names


# What a shelf can hold.


class Trap:
    """It would leave a mark if it were made anew."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (self.mark,)


def kept(path: Path, value: Any, key: str = "entries") -> dict[str, LastRun] | None:
    with shelve.open(str(path)) as shelf:
        shelf[key] = value
    return last_runs(path)


def entry(name: str, **changes: Any) -> Any:
    given = {"schedule": stock.crontab(), "app": VirtualCelery(), "last_run_at": START}
    return stock_beat.ScheduleEntry(name, name, **(given | changes))


def test_nothing_of_a_shelf_is_called(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    found = kept(tmp_path / "shelf", {"a": entry("a", args=[Trap(str(mark))])})
    assert found == {"a": LastRun(START, 0)}
    assert not mark.exists()


class Odd(list[int]):
    """A list of its own kind, a dict and a set of theirs: pickles fill them in their own ways."""


class OddDict(dict[str, int]): ...


class OddSet(set[int]): ...


class OddPair:
    """It is made by a callable that is made itself, and filled with one item."""

    def append(self, value: int) -> None: ...

    def __reduce__(self) -> Any:
        return partial(OddPair), (), None, iter([1])


def test_what_a_shelf_does_not_tell_is_left_out(tmp_path: Path) -> None:
    odd = {"list": Odd([1, 2]), "dict": OddDict(a=1, b=2), "set": OddSet({1}), "one": OddPair()}
    naive = datetime(2026, 1, 5)  # in UTC, as everywhere in Celery
    zones = [pytz.timezone("Europe/Paris"), UTC, timezone(timedelta(hours=2))]
    value: dict[Any, Any] = {
        "odd": entry("odd", kwargs=odd, last_run_at=naive, total_run_count=7),
        **{f"zone {n}": entry("x", last_run_at=START.astimezone(z)) for n, z in enumerate(zones)},
        "text": entry("text", last_run_at="noon"),
        "no entry": 5,
        8: entry("eight"),
    }
    known = {f"zone {n}": LastRun(START, 0) for n in (1, 2)}
    assert kept(tmp_path / "shelf", value) == {"odd": LastRun(naive, 7), **known}


@pytest.mark.parametrize(("key", "value"), [("tz", "UTC"), ("entries", None), ("entries", [1])])
def test_a_shelf_of_something_else_is_none(tmp_path: Path, key: str, value: Any) -> None:
    assert kept(tmp_path / "shelf", value, key) is None


def test_no_shelf_and_a_damaged_one_are_none(tmp_path: Path) -> None:
    path = tmp_path / "shelf"
    assert last_runs(path) is None
    kept(path, {"a": entry("a")})
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    assert last_runs(path) is None
