"""The state file: what beat remembers, and what becomes of a file that is not one."""

import os
import random
import shelve
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import schedules as stock
from celery.beat import ScheduleEntry

from duetime.adapters.celery import Heartbeat, crontab, read_heartbeat, state
from duetime.adapters.celery.state import VERSION, Row, StateFile
from tests.support.virtual_beat import VirtualCelery, scheduler

ROWS = [
    Row("never-ran", "f00", 1_767_614_400_000_000, None, 0),
    Row("ran", "ba5", 1_767_614_400_000_000, 1_767_614_460_000_000, 17, 1_767_614_520_000_000, "x"),
    Row("täglich \N{SNOWMAN} 'x'", "", -62_135_596_800_000_000, 253_402_300_799_999_999, 2**40),
]
HEARTBEAT = Heartbeat(
    datetime(2026, 1, 5, 12, 0, 0, 250_001, tzinfo=UTC),
    timedelta(microseconds=1_017),
    datetime(2026, 1, 5, 12, 1, tzinfo=UTC),
    "ran",
    3,
    timedelta(minutes=5),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "celerybeat-schedule"


def written(path: Path) -> None:
    with closing(StateFile(path)) as file:
        file.write(ROWS, heartbeat=HEARTBEAT)


def rows(path: Path) -> list[Row]:
    with closing(StateFile(path)) as file:
        return sorted(file.rows(), key=lambda row: row.name)


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_what_was_written_is_read(path: Path) -> None:
    written(path)
    assert rows(path) == ROWS
    assert read_heartbeat(path) == HEARTBEAT


def test_a_new_file_knows_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.touch()
    assert rows(path) == []
    assert read_heartbeat(path) is None
    assert caplog.records == []


def test_a_row_takes_the_place_of_the_one_before(path: Path) -> None:
    written(path)
    changed = Row("ran", "dad", 5, 7, 18)
    with closing(StateFile(path)) as file:
        file.write([changed], removed=["never-ran", "unknown"])
    assert rows(path) == [changed, ROWS[2]]


def test_a_write_is_done_whole_or_not_at_all(path: Path) -> None:
    class Interruption(BaseException):
        pass

    def interrupted() -> Iterator[Row]:
        yield Row("ran", "dad", 5, 7, 18)
        raise Interruption

    with closing(StateFile(path)) as file:
        file.write(ROWS)
        with pytest.raises(Interruption):
            file.write(interrupted(), removed=["never-ran"])
        file.write(heartbeat=HEARTBEAT)
    assert rows(path) == ROWS


def test_two_beats_on_one_file_do_not_fall_over_each_other(path: Path) -> None:
    with closing(StateFile(path)) as one, closing(StateFile(path)) as other:
        one.write(ROWS[:1])
        other.write(ROWS[1:], heartbeat=HEARTBEAT)
        assert list(one.rows()) == ROWS
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]


def test_the_heartbeat_of_a_running_beat_is_read(path: Path) -> None:
    with closing(StateFile(path)) as file:
        file.write(heartbeat=HEARTBEAT)
        assert read_heartbeat(path) == HEARTBEAT


def test_a_heartbeat_with_nothing_to_come(path: Path) -> None:
    idle = Heartbeat(HEARTBEAT.last_tick, timedelta(0), None, None, 0, timedelta(minutes=5))
    with closing(StateFile(path)) as file:
        file.write(heartbeat=HEARTBEAT)
        file.write(heartbeat=idle)
    assert read_heartbeat(path) == idle


def test_reading_a_heartbeat_creates_nothing(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_heartbeat(path)
    assert list(path.parent.iterdir()) == []


def test_a_heartbeat_is_not_read_from_a_file_of_another_kind(path: Path) -> None:
    change(path, "CREATE TABLE entry (name)")
    with pytest.raises(sqlite3.DatabaseError, match="no state file of duetime's scheduler"):
        read_heartbeat(path)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        read_heartbeat(path)


# Files that are not state files. Each is made at the path it is given.


def nonsense(path: Path) -> None:
    path.write_bytes(b"\0\1\2 no database" * 1_000)


def foreign_database(path: Path) -> None:
    change(path, "CREATE TABLE customer (name)", "INSERT INTO customer VALUES ('precious')")


def foreign_application(path: Path) -> None:
    change(path, "PRAGMA application_id = 252006675")


def newer_version(path: Path) -> None:
    written(path)
    change(path, f"PRAGMA user_version = {VERSION + 1}")


def older_version(path: Path) -> None:
    written(path)
    change(path, f"PRAGMA user_version = {VERSION - 1}")


def other_tables(path: Path) -> None:
    written(path)
    change(path, "ALTER TABLE entry DROP COLUMN count")


def text_for_an_instant(path: Path) -> None:
    written(path)
    change(path, "PRAGMA ignore_check_constraints = 1", "UPDATE entry SET since = 'noon'")


def text_for_a_count(path: Path) -> None:
    written(path)
    change(path, "PRAGMA ignore_check_constraints = 1", "UPDATE entry SET count = 'many'")


def bytes_for_a_name(path: Path) -> None:
    written(path)
    change(path, "PRAGMA ignore_check_constraints = 1", "UPDATE entry SET schedule = x'00ff'")


def spoiled(path: Path, text: bytes) -> None:
    """One byte of the text is such as no UTF-8 has."""
    written(path)
    content = path.read_bytes()
    assert text in content
    path.write_bytes(content.replace(text, b"\xff" + text[1:]))


def no_text_in_a_name(path: Path) -> None:
    spoiled(path, b"never-ran")


def no_text_in_the_schema(path: Path) -> None:
    spoiled(path, b"typeof(since)")


def no_text_in_the_name_of_a_table(path: Path) -> None:
    spoiled(path, b"heartbeat")


def version_of_a_writer(path: Path) -> None:
    # SQLite takes it for a file of a later release, which it may read and not write.
    written(path)
    content = bytearray(path.read_bytes())
    content[18] = 9
    path.write_bytes(content)


def stock_shelf(path: Path) -> None:
    entry = ScheduleEntry("x", "x", schedule=stock.crontab(minute=0), app=VirtualCelery())
    with closing(shelve.open(str(path))) as shelf:
        shelf["entries"] = {"x": entry}
    if not path.exists():
        # Some kinds of dbm give the file an ending of their own.
        next(path.parent.glob(f"{path.name}.*")).rename(path)


def halved(path: Path) -> None:
    with closing(StateFile(path)) as file:
        file.write(Row(f"entry-{n}", "f00", n, None, 0) for n in range(1_000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


NOT_STATE_FILES = {
    nonsense: "file is not a database",
    foreign_database: "another program's database",
    foreign_application: "another program's database",
    newer_version: f"a later release of duetime wrote it, as version {VERSION + 1}",
    older_version: f"an earlier release of duetime wrote it, as version {VERSION - 1}",
    other_tables: "it is damaged",
    text_for_an_instant: "it is damaged",
    text_for_a_count: "it is damaged",
    bytes_for_a_name: "it is damaged",
    no_text_in_a_name: "UTF-8",
    no_text_in_the_schema: "",
    no_text_in_the_name_of_a_table: "",
    version_of_a_writer: "readonly database",
    stock_shelf: "",
    halved: "malformed",
}


@pytest.mark.parametrize("make", NOT_STATE_FILES, ids=lambda make: make.__name__)
def test_a_file_of_another_kind_is_set_aside_and_beat_starts_afresh(
    make: Any, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(path)
    content = path.read_bytes()
    app = VirtualCelery()
    beat = scheduler(app, path, hourly=crontab(minute=0))
    app.pass_time(hours=1)
    beat.tick()
    beat.close()
    aside = path.with_name(f"{path.name}.aside-1")
    assert aside.read_bytes() == content
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    message = caplog.records[0].getMessage()
    assert str(path) in message
    assert str(aside) in message
    assert NOT_STATE_FILES[make] in message
    assert len(beat.sent) == 1
    assert [row.name for row in rows(path)] == ["hourly"]


def test_what_was_set_aside_before_stays(path: Path) -> None:
    for number in range(3):
        path.write_text(f"not a database, number {number}: {'x' * 100}")
        assert rows(path) == []
    names = [f"{path.name}.aside-{number}" for number in (1, 2, 3)]
    texts = [path.with_name(name).read_text()[:25] for name in names]
    assert texts == [f"not a database, number {number}:"[:25] for number in range(3)]


def test_what_a_foreign_database_has_not_merged_yet_is_set_aside_with_it(path: Path) -> None:
    origin = path.with_name("origin")
    with closing(sqlite3.connect(origin)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE customer (name)")
        db.execute("INSERT INTO customer VALUES ('precious')")
        db.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{origin}{ending}", f"{path}{ending}")
    assert rows(path) == []
    with closing(sqlite3.connect(path.with_name(f"{path.name}.aside-1"))) as db:
        assert db.execute("SELECT name FROM customer").fetchall() == [("precious",)]


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.7, 0.999])
def test_a_truncated_file_never_stops_beat(path: Path, kept: float) -> None:
    with closing(StateFile(path)) as file:
        file.write(Row(f"entry-{n}", "f00", n, None, 0) for n in range(200))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert len(rows(path)) == 0
    assert path.with_name(f"{path.name}.aside-1").exists()


def test_a_damaged_file_never_stops_beat(path: Path) -> None:
    with closing(StateFile(path)) as file:
        file.write((Row(f"entry-{n}", "f00", n, None, 0) for n in range(200)), (), HEARTBEAT)
    whole = path.read_bytes()
    for place in range(0, len(whole), 397):
        path.write_bytes(
            whole[:place] + bytes(255 - b for b in whole[place : place + 40]) + whole[place + 40 :]
        )
        for row in rows(path):
            assert isinstance(row.last, int)


@pytest.mark.parametrize("seed", range(3))
def test_flipped_bytes_never_stop_beat_nor_who_asks_for_its_health(path: Path, seed: int) -> None:
    written(path)
    whole, chance = path.read_bytes(), random.Random(seed)
    for _ in range(120):
        content = bytearray(whole)
        for place in chance.choices(range(len(whole)), k=chance.choice((1, 1, 1, 3, 20))):
            content[place] = chance.randrange(256)
        path.write_bytes(content)
        with suppress(sqlite3.DatabaseError):
            read_heartbeat(path)
        for row in rows(path):
            assert isinstance(row.last, int)
            assert isinstance(row.count, int)
        for file in path.parent.iterdir():
            file.unlink()


# Files that cannot be used: they stay where they are.


def test_a_locked_file_is_left_alone_and_the_error_says_which(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_PATIENCE", 0.01)
    written(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match=r"celerybeat-schedule .*locked.*--sch"):
            StateFile(path)
    assert rows(path) == ROWS


@pytest.mark.parametrize("place", ["no/such/folder/state", "a-folder"])
def test_a_place_where_no_file_can_be_is_named_in_the_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-folder").mkdir()
    with pytest.raises(sqlite3.OperationalError, match=f"{place}.*--schedule"):
        StateFile(tmp_path / place)


def test_a_file_that_cannot_be_written_is_named_in_the_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of_a_writer(path)
    content = path.read_bytes()
    # For the superuser no file is read-only.
    monkeypatch.setattr(os, "access", lambda place, mode: place != path.parent)
    with pytest.raises(sqlite3.OperationalError, match="readonly database"):
        StateFile(path)
    assert path.read_bytes() == content


def test_a_full_disk_is_called_full(path: Path) -> None:
    with closing(StateFile(path)) as file:
        file._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            file.write(Row(f"entry-{n}", "f00", n, None, 0) for n in range(1_000))
        file._db.execute("PRAGMA max_page_count = 1000")
        file.write(ROWS)
    assert rows(path) == ROWS


def test_a_place_that_is_no_file_has_no_heartbeat(path: Path) -> None:
    os.mkfifo(path)
    for place in (path, path.parent):
        with pytest.raises(sqlite3.DatabaseError, match="is no file"):
            read_heartbeat(place)


@pytest.mark.parametrize("value", ["lag = 'noon'", f"last_tick = {2**62}"])
def test_a_damaged_heartbeat_is_told_of(path: Path, value: str) -> None:
    written(path)
    change(path, "PRAGMA ignore_check_constraints = 1", f"UPDATE heartbeat SET {value}")
    with pytest.raises(sqlite3.DatabaseError, match="is damaged"):
        read_heartbeat(path)


def test_a_file_whose_folder_is_gone_may_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state"
    path.parent.mkdir()
    file = StateFile(path)
    shutil.rmtree(path.parent)
    with pytest.raises(sqlite3.OperationalError, match="cannot be used"):
        file.renew()
    file.last_write_is_next()
    file.close()


def test_a_transaction_that_a_signal_broke_off_at_its_beginning_does_not_stop_the_next(
    path: Path,
) -> None:
    with closing(StateFile(path)) as file:
        file._db.execute("BEGIN IMMEDIATE")
        file.write(ROWS)
    with closing(StateFile(path)) as again:
        assert list(again.rows()) == ROWS
