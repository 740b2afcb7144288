"""What Celery's own beat remembers: the last runs in its shelf, for a switch that misses nothing.

A shelf is a file or several, by the kind of dbm that Python has, with pickles in it. Of these
nothing is ever called but what makes a datetime; all else becomes a stand-in.
"""

from __future__ import annotations

import dbm
import io
import pickle
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

_ENTRY: Final = ("name", "task", "last_run_at", "total_run_count")
"""What Celery's entries are pickled with, in this order, and what we leave out after it."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """When Celery's beat last sent an entry, and how often it did."""

    last_run_at: datetime
    count: int


def last_runs(path: Path) -> dict[str, LastRun] | None:
    """What the shelf at a path remembers, by name; None when there is none that can be read."""
    try:
        pickled = _entries(path)
        entries = None if pickled is None else _Reader(io.BytesIO(pickled)).load()
    except Exception:
        # Whatever is wrong with it, it is a file of another.
        return None
    if not isinstance(entries, Mapping):
        return None
    found = {name: _last_run(entry) for name, entry in entries.items() if isinstance(name, str)}
    return {name: run for name, run in found.items() if run is not None}


def _entries(path: Path) -> bytes | None:
    """The pickle of all entries."""
    if path.is_file():
        with path.open("rb") as file:
            is_database = file.read(16) == b"SQLite format 3\0"
    else:
        is_database = False
    if is_database:
        # The kind of Python 3.13, read as other releases can too; no file is made beside it.
        uri = f"{path.resolve().as_uri()}?immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as db:
            row = db.execute("SELECT value FROM Dict WHERE key = CAST('entries' AS BLOB)")
            return bytes(row.fetchone()[0])
    if not dbm.whichdb(path):
        return None
    with dbm.open(path, "r") as shelf:
        return bytes(shelf[b"entries"])


def _last_run(entry: Any) -> LastRun | None:
    given = dict(zip(_ENTRY, getattr(entry, "arguments", ()), strict=False))
    last, count = given.get("last_run_at"), given.get("total_run_count")
    if not isinstance(last, datetime) or not isinstance(count, int):
        return None
    return LastRun(last, count)


class _StandIn:
    """In the place of an object of any class: it keeps what it was made with."""

    def __new__(cls, *arguments: Any) -> _StandIn:
        made = super().__new__(cls)
        made.arguments = arguments
        return made

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __call__(self, *arguments: Any) -> _StandIn:
        return _StandIn(*arguments)

    def __setstate__(self, state: Any) -> None:
        pass

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def extend(self, values: Any) -> None:
        pass


def _attribute(owner: Any, name: str) -> Any:
    """What `getattr` gives for the one attribute that the pickle of a time zone asks for."""
    is_zone = owner is ZoneInfo and name == "_unpickle"
    return ZoneInfo._unpickle if is_zone else _StandIn  # type: ignore[attr-defined]  # as pickles have it


def _moment(*arguments: Any) -> Any:
    # In a zone that is none of ours, it cannot be told.
    is_known = not any(isinstance(each, _StandIn) for each in arguments)
    return datetime(*arguments) if is_known else _StandIn()  # noqa: DTZ001  # it is in a pickle


_CALLED: Final = {
    ("datetime", "datetime"): _moment,
    ("datetime", "timedelta"): timedelta,
    ("datetime", "timezone"): timezone,
    ("zoneinfo", "ZoneInfo"): ZoneInfo,
    ("zoneinfo", "ZoneInfo._unpickle"): _attribute(ZoneInfo, "_unpickle"),
    ("builtins", "getattr"): _attribute,
}


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return _CALLED.get((module, name), _StandIn)
