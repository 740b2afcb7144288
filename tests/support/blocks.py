"""What a schedule knows of ranges of days, held against its runs.

A `_timeline` lets a search pass over days and prove that there is nothing.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from duetime import Schedule
from duetime.errors import SearchHorizonError
from duetime.zones import DAY, SECOND, to_instant

MOST = 40
"""Runs that are looked at, at most."""


def timelines_tell_of_their_runs(schedule: Schedule, moment: datetime) -> None:
    """Near a moment, every run is possible, and an exact timeline has the runs and no others."""
    if schedule.floating:
        return
    instant = to_instant(moment)
    day = instant // SECOND // DAY
    try:
        runs = [to_instant(run) for run in islice(schedule.runs(moment), MOST)]
        earlier = [to_instant(run) for run in islice(schedule.runs_back(moment), MOST)]
    except SearchHorizonError:
        return
    near = range(day - 70, day + 70)
    possible = schedule._timeline(near, exact=False)
    for run in (*earlier, *runs):
        second, rest = divmod(run, SECOND)
        if possible is not None and second // DAY in near:
            assert not rest, run
            assert possible.within(second, second + 1).count() == 1, run
    last = runs[-1] if len(runs) == MOST else (day + 70) * DAY * SECOND
    stop = min(last // SECOND, (day + 70) * DAY)
    timeline = schedule._timeline(range(day, day + 70))
    if timeline is not None and instant < stop * SECOND:
        seen = timeline.within(-(-instant // SECOND), stop)
        inside = [run for run in runs if run < stop * SECOND]
        assert seen.count() == len(inside)
        assert seen.first == (inside[0] // SECOND if inside else None)
        assert seen.last == (inside[-1] // SECOND if inside else None)
        for run in inside:
            assert seen.within(run // SECOND, run // SECOND + 1).count() == 1, run
