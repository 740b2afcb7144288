"""What a server does to a connection: `test_databases.py` runs this with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django_celery_beat.models import PeriodicTask

from duetime import occurrence_id
from tests.support.django_project import ENGINE, SCHEMA, Project, _server, database, empty
from tests.support.virtual_beat import run

START = datetime(2026, 1, 5, 12, 59, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        yield


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    empty()
    return Project(monkeypatch, START)


def cut(run_on_server: Any) -> None:
    """Kill the connection that beat has, as an administrator does."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        if ENGINE == "mysql":
            cursor.execute("SELECT CONNECTION_ID()")
            run_on_server(f"KILL {cursor.fetchone()[0]}")
        else:
            cursor.execute("SELECT pg_backend_pid()")
            run_on_server(f"SELECT pg_terminate_backend({cursor.fetchone()[0]})")


def read_only(is_on: bool) -> str:
    if ENGINE == "mysql":
        return f"SET GLOBAL read_only = {int(is_on)}"
    return f"ALTER DATABASE {SCHEMA} SET default_transaction_read_only = {'on' if is_on else 'off'}"


def all_are_sent(project: Project, sent: list[Any], minutes: int) -> None:
    runs = [message.scheduled_for for message in sent]
    first = START + timedelta(seconds=30)
    assert runs == [first + n * MINUTE for n in range(minutes)]
    assert all(each.occurrence == str(occurrence_id("it", each.scheduled_for)) for each in sent)
    row = PeriodicTask.objects.get()
    assert (row.last_run_at, row.total_run_count) == (runs[-1], minutes)


def test_a_connection_that_is_killed_costs_nothing(project: Project) -> None:
    project.task("it", "* * * * *")
    beat = project.beat(max_interval=5)
    sent = []
    with _server() as run_on_server:
        for minute in range(1, 5):
            sent += run(beat, START + minute * MINUTE)
            cut(run_on_server)
    sent += run(beat, START + 5 * MINUTE)
    all_are_sent(project, sent, 5)


@pytest.mark.skipif(ENGINE == "mysql", reason="MariaDB lets its root write all the same")
def test_a_database_that_takes_no_writes_costs_nothing(project: Project) -> None:
    project.task("it", "* * * * *")
    beat = project.beat(max_interval=5)
    sent = run(beat, START + MINUTE)
    with _server() as run_on_server:
        run_on_server(read_only(True))
        cut(run_on_server)
        sent += run(beat, START + 3 * MINUTE)
        connection.close()
        assert PeriodicTask.objects.get().total_run_count == 1
        run_on_server(read_only(False))
        cut(run_on_server)
    sent += run(beat, START + 5 * MINUTE)
    all_are_sent(project, sent, 5)
