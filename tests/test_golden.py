"""What is stored or drawn and must never change: documents, pickles, ids, offsets and shards.

Somebody's database, queue and fleet have these values. A test that fails here is not mended by
writing down the new value: the change needs a new version of what is stored, which reads the old.
"""

# ruff: noqa: E501 (a row of a table is a line)

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Container
from datetime import UTC, date, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from duetime import (
    Cron,
    DstPolicy,
    Schedule,
    ScheduleError,
    Window,
    at,
    business_days,
    cron,
    every,
    occurrence_id,
    shard_of,
    window,
)
from duetime.wire import MOST_LEVELS, TABLE, restore
from duetime.zones import find_zone
from tests.support.pickles import globals_of
from tests.support.stored import SCHEDULES, START, A, B, Foreign, NoKey, OddDays, nested

DOCUMENTS = json.loads((Path(__file__).parent / "golden.json").read_text())
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
DAILY = cron("0 9 * * *")


# Documents.


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_document_of_a_schedule_never_changes(name: str) -> None:
    assert SCHEDULES[name].to_dict() == DOCUMENTS[name]
    assert Schedule.from_dict(DOCUMENTS[name]) == SCHEDULES[name]


def test_every_type_has_a_document_that_never_changes() -> None:
    assert DOCUMENTS.keys() == SCHEDULES.keys()
    assert {row.name for row in TABLE} == {document["type"] for document in DOCUMENTS.values()}


# Pickles.

# In protocol 0, which can be read. Those that pickle writes today may look different; these were
# written once, and are read for ever.
CRON_DOCUMENT = b"""(dp0
Vversion
p1
I1
sVtype
p2
Vcron
p3
sVexpression
p4
V0 9 * * *
p5
sVtz
p6
VEurope/Paris
p7
sVdialect
p8
Vvixie
p9
sVdst
p10
(dp11
Vgap
p12
Vend
p13
sVoverlap
p14
Vfirst
p15
ss"""
PICKLES: dict[str, tuple[bytes, Any]] = {
    "cron": (b"cduetime.wire\nrestore\n(" + CRON_DOCUMENT + b"tR.", A),
    "window": (
        b"cduetime.wire\nrestore\n((dVversion\nI1\nsVtype\nVwindow\nsVmicroseconds\nI60000000\nsVopens\n(dVtype\nVat\nsVinstants\n(lsVtz\nVUTC\nsstR.",
        window(at(), length=timedelta(minutes=1)),
    ),
    "business days": (
        b"cduetime.wire\nrestore\n((dVversion\nI1\nsVtype\nVbusiness_days\nsVweekend\n(lVfri\naVsat\nasVholidays\n(lV2026-05-01\nastR.",
        business_days("fri-sat", [date(2026, 5, 1)]),
    ),
    "in parts": (
        b"cduetime.wire\nrestore\n((dVversion\nI1\nsVtype\nVshifted\nsVmicroseconds\nI60000000\ns"
        b"(dVschedule\ncduetime.wire\nrestore\n(" + CRON_DOCUMENT + b"tRstR.",
        A.shifted(timedelta(minutes=1)),
    ),
}


@pytest.mark.parametrize(("pickled", "expected"), PICKLES.values(), ids=PICKLES)
def test_a_pickle_is_read_for_ever(pickled: bytes, expected: Any) -> None:
    same = pickle.loads(pickled)
    assert same == expected
    assert hash(same) == hash(expected)
    assert repr(same) == repr(expected)


VALUES: dict[str, Any] = {
    **SCHEDULES,
    "window": window(A, until=B),
    "business days": business_days("fri-sat", [date(2026, 5, 1)]),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", VALUES)
def test_a_pickle_holds_the_document_and_names_one_function(name: str, protocol: int) -> None:
    value = VALUES[name]
    pickled = pickle.dumps(value, protocol)
    assert globals_of(pickled) == {"duetime.wire.restore"}
    function, arguments = value.__reduce_ex__(protocol)
    assert function is restore
    if isinstance(value, Schedule | Window):
        assert arguments == (value.to_dict(),)
    assert json.loads(json.dumps(arguments)) == list(arguments)


@pytest.mark.parametrize(
    "copied", [lambda each: pickle.loads(pickle.dumps(each)), copy.copy, copy.deepcopy]
)
@pytest.mark.parametrize("name", VALUES)
def test_a_copy_is_equal_in_all_that_it_says(name: str, copied: Any) -> None:
    value = VALUES[name]
    same = copied(value)
    assert type(same) is type(value)
    assert same == value
    assert hash(same) == hash(value)
    assert repr(same) == repr(value)


def test_a_crontab_keeps_how_it_is_written() -> None:
    written = cron("@daily", seed="job", dialect="jenkins", tz="Europe/Paris")
    same = pickle.loads(pickle.dumps(written))
    assert isinstance(written, Cron)
    assert (same.expression, same.extra, same.dialect) == (
        written.expression,
        written.extra,
        written.dialect,
    )


NO_KEY = NoKey()
HELD = OddDays()
"""A container of dates that is held as it is."""
BOTH: list[Container[date] | date] = [HELD, date(2026, 5, 1)]
IN_PARTS: dict[str, tuple[Any, set[str]]] = {
    "a zone without a key": (cron("0 9 * * *", tz=NO_KEY), {"tests.support.stored.NoKey"}),
    "instants in such a zone": (at(START, tz=NO_KEY), {"tests.support.stored.NoKey"}),
    "an interval in such a zone": (every(hours=1, anchor="epoch", tz=NO_KEY), {"tests.support.stored.NoKey"}),
    "a held container": (A.on(HELD), {"tests.support.stored.OddDays"}),
    "one beside weekends": (A.on(business_days("sun", HELD)), {"tests.support.stored.OddDays"}),
    "one to roll from": (A.rolled(business_days("sun", HELD), "following"), {"tests.support.stored.OddDays"}),
    "one to shift by": (A.shifted_days(2, business_days("sun", HELD)), {"tests.support.stored.OddDays"}),
    "one to count on": (business_days("sun", BOTH).nth(3), {"datetime.date", "tests.support.stored.OddDays"}),
    "a calendar that holds one": (business_days("sun", HELD), {"tests.support.stored.OddDays"}),
    "a foreign type inside": (A | Foreign(), {"tests.support.stored.Foreign"}),
    "a window of a foreign type": (window(Foreign(), length=timedelta(1)), {"tests.support.stored.Foreign"}),
    "too deep": (nested(MOST_LEVELS + 50), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_PARTS)
def test_a_pickle_of_what_wire_refuses_names_no_class_of_duetime(name: str) -> None:
    value, foreign = IN_PARTS[name]
    if isinstance(value, Schedule | Window):
        with pytest.raises(ScheduleError):
            value.to_dict()
    pickled = pickle.dumps(value)
    assert globals_of(pickled) == {"duetime.wire.restore", *foreign}
    same = pickle.loads(pickled)
    assert type(same) is type(value)
    if isinstance(value, Schedule):
        assert same.next_run(START) == value.next_run(START)


def test_what_was_equal_before_it_was_pickled_in_parts_is_equal_after() -> None:
    pair = (A.on(HELD), A.on(HELD))
    one, other = pickle.loads(pickle.dumps(pair))
    assert one == other != pair[0]
    deep = nested(MOST_LEVELS + 50)
    assert pickle.loads(pickle.dumps(deep)) == deep


class Subclass(Cron):
    __slots__ = ()


@pytest.mark.parametrize("protocol", PROTOCOLS[2:])
def test_a_subclass_of_somebody_else_stays_one(protocol: int) -> None:
    assert isinstance(A, Cron)
    made = Subclass(A.fields, A._zone, A.expression, A.extra, A.dialect)
    same = pickle.loads(pickle.dumps(made, protocol))
    assert type(same) is Subclass
    assert same == made
    assert same.next_run(START) == A.next_run(START)
    assert isinstance(pickle.loads(pickle.dumps(Foreign(), protocol)), Foreign)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"version": 2, "type": "cron"}, "version 2 is not known: this duetime reads version 1"),
        ({"version": 1, "type": "moon"}, "type 'moon' is not known: use one of cron, every"),
        ({"version": 1, "type": "cron", "tz": "UTC"}, "needs the key 'expression'"),
    ],
)
def test_a_pickle_of_a_later_release_says_what_is_not_known(
    document: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScheduleError, match=message):
        restore(document)


def test_another_process_reads_a_pickle_and_answers_alike() -> None:
    with get_context("spawn").Pool(1) as pool:
        answers = pool.map(_next_run, SCHEDULES.values())
    assert answers == [(schedule, schedule.next_run(START)) for schedule in SCHEDULES.values()]


def _next_run(schedule: Schedule) -> tuple[Schedule, datetime | None]:
    return schedule, schedule.next_run(START)


def test_reading_a_crontab_loads_neither_astral_nor_dateutil() -> None:
    code = (
        "import pickle, sys;"
        f"pickle.loads({pickle.dumps(A)!r});"
        "print(sorted({'astral', 'dateutil'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_importing_duetime_does_not_load_the_wire() -> None:
    code = "import sys, duetime; print('duetime.wire' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_zones_and_policies_come_back_as_they_are() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    for zone in (find_zone("Europe/Paris"), find_zone(india)):
        assert pickle.loads(pickle.dumps(zone)) is zone
    policy = DstPolicy("end", "both")
    assert (
        pickle.loads(pickle.dumps(policy)) == copy.copy(policy) == copy.deepcopy(policy) == policy
    )


# What is drawn from a hash. More of it, value by value, is in tests/algebra/test_spreading.py.


@pytest.mark.parametrize(
    ("name", "run", "expected"),
    [
        ("daily-cleanup", datetime(2026, 3, 8, 5, tzinfo=UTC), "557da1df-f510-5884-b8d0-5a2402c54284"),
        ("report \N{SNOWMAN}", datetime(2026, 10, 25, 1, 30, 0, 5, tzinfo=UTC), "ceb29b48-15c3-5e0d-9b84-6a998da61412"),
        ("x", datetime(1, 1, 1, tzinfo=UTC), "cd0e71b0-ce5c-52d0-855e-0462513493aa"),
    ],
)  # fmt: skip
def test_the_id_of_a_run_never_changes(name: str, run: datetime, expected: str) -> None:
    assert str(occurrence_id(name, run)) == expected


@pytest.mark.parametrize(("key", "shard"), [("host-7", 4), ("host-8", 0), ("\N{SNOWMAN}", 1)])
def test_the_shard_of_a_host_never_changes(key: str, shard: int) -> None:
    assert shard_of(key, 10) == shard


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        (DAILY.spread(timedelta(hours=1), "host-7"), "01T09:36:33+0000 02T09:36:33+0000 03T09:36:33+0000"),
        (DAILY.spread(timedelta(days=1), "\N{SNOWMAN}"), "01T17:57:49+0000 02T17:57:49+0000 03T17:57:49+0000"),
        (DAILY.jittered(timedelta(hours=1), "host-7"), "01T09:09:48+0000 02T09:07:25+0000 03T09:34:41+0000"),
        (A.jittered(timedelta(minutes=5), "\N{SNOWMAN}"), "01T09:02:11+0100 02T09:02:35+0100 03T09:02:23+0100"),
        (B.jittered(timedelta(days=1), "host-7"), "01T00:28:32+0000 01T01:03:29+0000 01T02:29:01+0000"),
    ],
)  # fmt: skip
def test_the_runs_that_a_key_moves_never_change(schedule: Schedule, runs: str) -> None:
    found = [schedule.ceil(START)]
    for _ in range(2):
        assert found[-1] is not None
        found.append(schedule.next_run(found[-1]))
    assert [f"{run:%dT%H:%M:%S%z}" for run in found if run is not None] == runs.split()


@pytest.mark.parametrize(
    ("expression", "seed", "runs"),
    [
        ("H H * * *", "folder/job", "01T15:16"),
        ("H/15 * * * *", "job", "01T00:01"),
        ("@midnight", "job", "01T01:31"),
    ],
)
def test_what_a_jenkins_job_draws_never_changes(expression: str, seed: str, runs: str) -> None:
    run = cron(expression, dialect="jenkins", seed=seed).next_run(START)
    assert run is not None
    assert f"{run:%dT%H:%M}" == runs
