"""A beat that is killed at any moment, again and again, loses nothing.

`DUETIME_KILLS` says how often; hundreds are for a machine that has the time.
"""

import json
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
MICROSECOND = timedelta(microseconds=1)
KILLS = int(os.environ.get("DUETIME_KILLS", "8"))


def test_nothing_is_lost_and_repeats_have_the_same_id_however_often_beat_is_killed(
    tmp_path: Path,
) -> None:
    state, sent = tmp_path / "state", tmp_path / "sent"
    module = "tests.support.killed_beat"
    command = [sys.executable, "-m", module, str(state), str(sent), str(KILLS)]
    patience = 60 + 2 * KILLS
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience)
    assert done.returncode == 0, done.stderr
    since: dict[str, int] = json.loads(done.stdout)

    lines = [line.split(" ") for line in sent.read_text().splitlines()]
    ids: dict[tuple[str, datetime], set[str]] = defaultdict(set)
    for name, scheduled_for, occurrence, task_id in lines:
        ids[name, datetime.fromisoformat(scheduled_for)] |= {occurrence, task_id}
    assert all(found == {str(occurrence_id(*key))} for key, found in ids.items())

    file = StateFile(state)
    rows = {row.name: row for row in file.rows()}
    file.close()
    assert rows.keys() == since.keys() == MILLISECONDS.keys()
    for name, period in MILLISECONDS.items():
        # No life forgets since when there is an entry: what it missed before would be lost.
        assert rows[name].since == since[name]
        seen = EPOCH + timedelta(microseconds=since[name])
        runs = {run for entry, run in ids if entry == name}
        grid = duetime.every(milliseconds=period, anchor="epoch")
        # Every run from then on, without a hole, and none from before.
        assert runs == set(grid.runs(seen + MICROSECOND, max(runs) + MICROSECOND))
        assert rows[name].last <= _instant(max(runs))
    # It was killed in the midst of things: otherwise this has shown nothing.
    assert len(ids) > 3 * KILLS


def _instant(run: datetime) -> int:
    """Microseconds since 1970, as state has them."""
    return (run - EPOCH) // MICROSECOND
