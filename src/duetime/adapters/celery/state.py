"""What beat remembers between its lives: a row an entry, and a heartbeat, in SQLite.

A row is written after its message has left, in batches; so a beat that is killed in between sends
again what it had sent, and loses nothing.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duetime.zones import EPOCH, to_instant

if TYPE_CHECKING:
    from duetime.adapters.celery.shelf import LastRun

# Celery's own, by name: who reads a heartbeat need not load Celery.
logger = logging.getLogger("celery.beat")

VERSION = 2
"""Of the tables; kept in the file as `user_version`."""
_APPLICATION = 0x64756574
"""`duet`: the `application_id` that tells our files from those of others."""
# Years 1 to 9999 of UTC.
_YEARS = "BETWEEN -62135596800000000 AND 253402300799999999"
# A column of SQLite takes values of any type, and a damaged file may have them.
_TABLES = (
    f"""CREATE TABLE entry (
    name TEXT PRIMARY KEY CHECK (typeof(name) = 'text'),
    schedule TEXT CHECK (typeof(schedule) = 'text'),
    since INTEGER CHECK (typeof(since) = 'integer' AND since {_YEARS}),
    last_run INTEGER CHECK (typeof(last_run) IN ('integer', 'null') AND last_run {_YEARS}),
    count INTEGER CHECK (typeof(count) = 'integer'),
    next_run INTEGER CHECK (typeof(next_run) IN ('integer', 'null') AND next_run {_YEARS}),
    spelling TEXT CHECK (typeof(spelling) = 'text')
) WITHOUT ROWID""",
    f"""CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_tick INTEGER CHECK (typeof(last_tick) = 'integer' AND last_tick {_YEARS}),
    lag INTEGER CHECK (typeof(lag) = 'integer'),
    next_run INTEGER CHECK (typeof(next_run) IN ('integer', 'null') AND next_run {_YEARS}),
    next_entry TEXT CHECK (typeof(next_entry) IN ('text', 'null')),
    entries INTEGER CHECK (typeof(entries) = 'integer'),
    max_interval INTEGER CHECK (typeof(max_interval) = 'integer')
)""",
)
_ENVIRONMENT = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
"""What SQLite says of the machine and not of the file, as primary result codes."""
_PATIENCE = 5.0
"""Seconds to wait for another process that has locked the file, at the start and at the end."""
_BRIEF = 0.015
"""The same in between, where what is due would wait as well."""
_SIDE_FILES = ("-wal", "-shm", "-journal")
_SHELF_FILES = ("", ".db", ".dat", ".dir", ".bak", ".pag")
"""Endings of the files that a shelf of Celery's own beat may have, by the kind of dbm."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Row:
    """What is remembered of an entry, in instants: microseconds of UTC since 1970."""

    name: str
    schedule: str
    """The fingerprint of its schedule."""
    since: int
    """When it was first seen with this schedule."""
    last_run: int | None
    """Its last nominal run, None if it never ran."""
    count: int
    """How often it ran, with whatever schedule."""
    next_run: int | None = None
    """The first run after the last one."""
    spelling: str = ""
    """How its schedule is written; empty for one of which `next_run` says nothing."""

    @property
    def last(self) -> int:
        """The instant after which a run counts as not sent."""
        return self.since if self.last_run is None else self.last_run


_COLUMNS = ", ".join(field.name for field in fields(Row))
_SAY_ON = (
    "UPDATE heartbeat SET last_tick = ?, lag = ?, next_run = ?, next_entry = ?, entries = ?,"
    " max_interval = ? WHERE last_tick = ?"
)
"""Changes the heartbeat if it is still the one that was written last."""
_fields = attrgetter(*(field.name for field in fields(Row)))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a beat last said of itself."""

    last_tick: datetime
    """When it last looked at what is due, in UTC."""
    lag: timedelta
    """By how much the latest run that it sent in that tick was late when it left; zero when it
    sent none."""
    next_run: datetime | None
    """When the next entry is due, in UTC; None when nothing is."""
    next_entry: str | None
    entries: int
    """How many entries it has."""
    max_interval: timedelta
    """The longest it sleeps between two looks."""

    def is_healthy(self, now: datetime, tolerance: timedelta = timedelta(seconds=60)) -> bool:
        """Whether it looked when it had to, or is late by no more than `tolerance`.

        It looks again when the next entry is due, and after `max_interval` at the latest. A look
        that is further ahead than `tolerance` was noted by a clock that is wrong.
        """
        age, longest = now - self.last_tick, self.max_interval
        if self.next_run is not None:
            longest = min(longest, max(timedelta(0), self.next_run - self.last_tick))
        return -tolerance <= age and age - longest <= tolerance


class StateFile:
    """The state of one beat. A file that is not of this kind is set aside, never destroyed.

    Raises sqlite3.OperationalError when the file cannot be opened or written, or is locked.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.taken_over: dict[str, LastRun] = {}
        """The last runs of the shelf of Celery's own beat that was at this path."""
        if not self.path.exists():
            # Some kinds of shelf have an ending of their own, and so are not in the way.
            self._take_over()
        self._db = self._usable()
        self._identity = _identity(self.path)
        self._last_tick: int | None = None
        """What the heartbeat said that was written last; None before the first."""

    def _usable(self) -> sqlite3.Connection:
        try:
            db = self._open()
        except (sqlite3.Error, UnicodeDecodeError, _ForeignFileError) as error:
            if self._is_of_environment(error):
                raise sqlite3.OperationalError(
                    f"the state file {self.path} cannot be used ({error}): give beat's --schedule"
                    " a file of its own, in a folder it may write to"
                ) from error
            if not self._take_over():
                logger.warning(
                    "beat: %s is no state file of this release of duetime's scheduler (%s): it is"
                    " now %s, and beat starts afresh. Nothing counts as missed from before now.",
                    self.path,
                    error,
                    self._set_aside(),
                )
            db = self._open()
        _wait_for_locks(db, _BRIEF)
        return db

    def _take_over(self) -> bool:
        """Read the shelf of Celery's own beat, if there is one, and set it aside."""
        from duetime.adapters.celery.shelf import last_runs  # who reads a heartbeat needs none

        found = last_runs(self.path)
        if found is None:
            return False
        self.taken_over = found
        logger.warning(
            "beat: %s is the file of Celery's own scheduler: the last runs of %s entries are taken"
            " over, and what was missed since is caught up; it is now %s",
            self.path,
            f"{len(found):,}",
            self._set_aside(("", *_SIDE_FILES) if self.path.exists() else _SHELF_FILES),
        )
        return True

    def _is_of_environment(self, error: Exception) -> bool:
        """Whether the error says nothing against the file."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_READONLY:
            # A damaged header says so too.
            return not all(os.access(place, os.W_OK) for place in (self.path, self.path.parent))
        return code in _ENVIRONMENT

    def _open(self) -> sqlite3.Connection:
        # The scheduler may be closed by another thread than the one that ticks.
        db = sqlite3.connect(
            self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            with _transaction(db):
                _prepare(db)
                # Text that is no UTF-8 is found by reading it.
                all(_rows(db))
            # A kill loses nothing that is committed; a power cut may lose the last runs, which
            # are then sent again.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            db.close()
            raise
        return db

    def _set_aside(self, endings: Iterable[str] = ("", *_SIDE_FILES)) -> Path:
        """Give the file, and those that belong to it, a name that is free."""
        places = (self.path.with_name(f"{self.path.name}.aside-{number}") for number in count(1))
        aside = next(place for place in places if not any(_exist(place, _SHELF_FILES)))
        for ending in endings:
            with suppress(FileNotFoundError):
                os.replace(f"{self.path}{ending}", f"{aside}{ending}")
        return aside

    def renew(self) -> bool:
        """Open a new file if this one is no longer at its path; whether it was not.

        Raises sqlite3.Error when there can be none, and may be tried again.
        """
        if _identity(self.path) == self._identity is not None:
            return False
        # In this order: what is left of the old one is no longer SQLite's to read.
        self._db.close()
        self._last_tick = None
        self._db = self._usable()
        self._identity = _identity(self.path)
        return True

    def last_write_is_next(self) -> None:
        """From now on wait for a lock: what cannot be written now is lost."""
        with suppress(sqlite3.Error):
            _wait_for_locks(self._db, _PATIENCE)

    def rows(self) -> Iterator[Row]:
        """Everything that is remembered of entries."""
        for row in _rows(self._db):
            yield Row(*row)

    def write(
        self,
        rows: Iterable[Row] = (),
        removed: Iterable[str] = (),
        heartbeat: Heartbeat | None = None,
    ) -> bool:
        """Remember `rows` in place of what was known of their names, and forget `removed`.

        With a heartbeat, the answer is whether another beat has written its own meanwhile.
        """
        is_shared = False
        with _transaction(self._db) as db:
            db.executemany(
                f"INSERT OR REPLACE INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                map(_fields, rows),
            )
            db.executemany("DELETE FROM entry WHERE name = ?", ((name,) for name in removed))
            if heartbeat is not None:
                values = (
                    to_instant(heartbeat.last_tick),
                    heartbeat.lag // _MICROSECOND,
                    heartbeat.next_run and to_instant(heartbeat.next_run),
                    heartbeat.next_entry,
                    heartbeat.entries,
                    heartbeat.max_interval // _MICROSECOND,
                )
                if not db.execute(_SAY_ON, (*values, self._last_tick)).rowcount:
                    found = db.execute("SELECT last_tick FROM heartbeat").fetchone()
                    is_shared = found is not None and self._last_tick is not None
                    db.execute(
                        "INSERT OR REPLACE INTO heartbeat VALUES (1, ?, ?, ?, ?, ?, ?)", values
                    )
        if heartbeat is not None:
            self._last_tick = to_instant(heartbeat.last_tick)
        return is_shared

    def close(self) -> None:
        self._db.close()


def read_heartbeat(path: str | os.PathLike[str]) -> Heartbeat | None:
    """The heartbeat in a state file, None when no beat has written one.

    Reads the file alone, without a broker, and creates nothing. Raises FileNotFoundError, and
    sqlite3.DatabaseError for a file of another kind or one that is damaged.
    """
    file = Path(path).resolve(strict=True)
    if not file.is_file():
        raise sqlite3.DatabaseError(f"{file} is no file")
    uri = f"{file.as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE)) as db:
            if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
                raise sqlite3.DatabaseError(f"{file} is no state file of duetime's scheduler")
            row = db.execute(
                "SELECT last_tick, lag, next_run, next_entry, entries, max_interval FROM heartbeat"
            ).fetchone()
        return None if row is None else _heartbeat(*row)
    except (TypeError, ValueError, OverflowError) as error:
        raise sqlite3.DatabaseError(f"{file} is damaged: {error}") from error


def _heartbeat(
    last_tick: int,
    lag: int,
    next_run: int | None,
    next_entry: str | None,
    entries: int,
    max_interval: int,
) -> Heartbeat:
    return Heartbeat(
        EPOCH + last_tick * _MICROSECOND,
        lag * _MICROSECOND,
        None if next_run is None else EPOCH + next_run * _MICROSECOND,
        next_entry,
        entries,
        max_interval * _MICROSECOND,
    )


def _wait_for_locks(db: sqlite3.Connection, seconds: float) -> None:
    db.execute(f"PRAGMA busy_timeout = {round(1_000 * seconds)}")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another at the same path; None when there is none."""
    try:
        # `Path.stat` takes twice as long.
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


class _ForeignFileError(Exception):
    """The file is a database, but not one of ours."""


def _prepare(db: sqlite3.Connection) -> None:
    """See that the database is one of ours, or make a new one so."""

    def pragma(name: str) -> Any:
        return db.execute(f"PRAGMA {name}").fetchone()[0]

    tables = db.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    application, version = pragma("application_id"), pragma("user_version")
    if not (tables or application or version):
        for table in _TABLES:
            db.execute(table)
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        db.execute(f"PRAGMA user_version = {VERSION}")
    elif application != _APPLICATION:
        raise _ForeignFileError("another program's database")
    elif version != VERSION:
        age = "an earlier" if version < VERSION else "a later"
        raise _ForeignFileError(
            f"{age} release of duetime wrote it, as version {version}: that release still reads it"
        )
    elif tables != [(table,) for table in _TABLES] or pragma("quick_check") != "ok":
        raise _ForeignFileError("it is damaged")


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    if db.in_transaction:
        # A signal came between its beginning and what follows here.
        db.execute("ROLLBACK")
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        # A full disk, among others, makes SQLite do it by itself.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _rows(db: sqlite3.Connection) -> sqlite3.Cursor:
    return db.execute(f"SELECT {_COLUMNS} FROM entry")


def _exist(path: Path, endings: Iterable[str]) -> Iterator[bool]:
    return (os.path.lexists(f"{path}{ending}") for ending in endings)
