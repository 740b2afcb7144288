"""A beat that is killed at any moment, again and again, loses nothing.

`DUETIME_KILLS` says how often; hundreds are for a machine that has the time.
"""

import os
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duetime
from duetime import occurrence_id
from duetime.adapters.celery.state import StateFile
from tests.support.killed_beat import MILLISECONDS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KILLS = int(os.environ.get("DUETIME_KILLS", "8"))


def test_nothing_is_lost_and_repeats_have_the_same_id_however_often_beat_is_killed(
    tmp_path: Path,
) -> None:
    state, sent = tmp_path / "state", tmp_path / "sent"
    module = "tests.support.killed_beat"
    command = [sys.executable, "-m", module, str(state), str(sent), str(KILLS)]
    assert subprocess.run(command, check=False, timeout=60 + 2 * KILLS).returncode == 0

    lines = [line.split(" ") for line in sent.read_text().splitlines()]
    ids: dict[tuple[str, datetime], set[str]] = defaultdict(set)
    for name, scheduled_for, occurrence, task_id in lines:
        ids[name, datetime.fromisoformat(scheduled_for)] |= {occurrence, task_id}
    assert all(found == {str(occurrence_id(*key))} for key, found in ids.items())

    file = StateFile(state)
    rows = {row.name: row for row in file.rows()}
    file.close()
    for name, period in MILLISECONDS.items():
        since = rows[name].since
        # A life that ends before it has written that it saw the entry is no life of it.
        runs = {run for entry, run in ids if entry == name and _instant(run) > since}
        grid = duetime.every(milliseconds=period, anchor="epoch")
        # From the first that follows the moment it was first seen, without a hole.
        assert grid.next_run(EPOCH + timedelta(microseconds=since)) == min(runs)
        assert runs == set(grid.runs(min(runs), max(runs) + timedelta(microseconds=1)))
        assert rows[name].last <= _instant(max(runs))
    # It was killed in the midst of things: otherwise this has shown nothing.
    assert len(ids) > 3 * KILLS


def _instant(run: datetime) -> int:
    """Microseconds since 1970, as state has them."""
    return (run - EPOCH) // timedelta(microseconds=1)
