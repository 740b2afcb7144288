"""The tests of the scheduler on servers, and a server that goes away in the midst of things."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.services import need

HERE = Path(__file__).parent
SERVERS = {"postgresql": "postgresql://127.0.0.1:5432", "mysql": "mysql://127.0.0.1:3306"}
CHOSEN = (
    *("columns", "clocked", "cannot_be_read", "connection", "no_writes", "disables_or_resets"),
    *(
        "killed",
        "outage",
        "idle_tick",
        "in_pages",
        "can_hold",
        "reset",
        "expires",
        "in_its_own_zone",
    ),
)
"""What may differ from one database to the next."""


@pytest.mark.services
@pytest.mark.parametrize("engine", SERVERS)
def test_a_server_gives_the_same_answers(engine: str) -> None:
    need(SERVERS[engine])
    # Django's settings are those of a process.
    tests = [str(HERE / "test_scheduler.py"), str(HERE / "cut_connections.py")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k"]
    chosen = " or ".join(CHOSEN)
    done = subprocess.run(
        [*command, chosen, *tests],
        cwd=HERE.parents[2],
        env={**os.environ, "DUETIME_DATABASE": engine},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-6000:]
