"""What a schedule knows of blocks and ranges of days, held against its runs.

`may_run`, `must_run` and `timeline` let a search pass over days and prove that there is nothing.
"""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice

from duetime import Schedule
from duetime.errors import SearchHorizonError
from duetime.zones import DAY, SECOND, block_of, block_start, to_instant

MOST = 40
"""Runs that are looked at, at most."""


def blocks_tell_of_their_runs(schedule: Schedule, moment: datetime) -> None:
    """From a moment on, runs are where they may be, and there where they must be."""
    if schedule.floating:
        return
    instant = to_instant(moment)
    second = instant // SECOND
    try:
        runs = [to_instant(run) for run in islice(schedule.runs(moment), MOST)]
        earlier = [to_instant(run) for run in islice(schedule.runs_back(moment), MOST)]
    except SearchHorizonError:
        return
    for run in (*earlier, *runs):
        may_run = schedule._may_run(block_of(run // SECOND))
        assert may_run is None or may_run >> run // SECOND % DAY & 1, run
        assert may_run is None or run % SECOND == 0, run
    block = block_of(second)
    must_run = schedule._must_run(block)
    day = second // DAY
    times = [place.start() for place in re.finditer("1", f"{must_run:b}"[::-1])]
    asked = {day * DAY + time for time in (*times[:: len(times) // MOST + 1], *times[-1:])}
    if must_run:
        # Around the clock changes of the block, too.
        changes = schedule._zone.changes(block_start(block), block_start(block + 1))
        asked |= {change.start + n * 900 for change in changes for n in range(-8, 9)}
    for time in asked:
        run = time * SECOND
        runs_then = schedule._nearest(run - 1, 1, run + 1) == run
        certain = block_of(time) == block and must_run >> time % DAY & 1
        assert runs_then or not certain, run
    last = runs[-1] if len(runs) == MOST else (day + 70) * DAY * SECOND
    stop = min(last // SECOND, (day + 70) * DAY)
    timeline = schedule._timeline(range(day, day + 70))
    if timeline is not None and second < stop:
        seen = timeline.within(-(-instant // SECOND), stop)
        inside = [run for run in runs if run < stop * SECOND]
        assert seen.count() == len(inside)
        assert seen.first == (inside[0] // SECOND if inside else None)
        assert seen.last == (inside[-1] // SECOND if inside else None)
        for run in inside:
            assert seen.within(run // SECOND, run // SECOND + 1).count() == 1, run
