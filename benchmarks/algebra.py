"""The algebra beside its parts: selections, spread and jitter, and a fleet that is staggered."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.questions import KEY, moments
from benchmarks.table import Cell, Report
from benchmarks.timing import Effort, each, race
from duetime import Schedule, cron, earliest_of_day, stagger

ANCHOR: Final = datetime(2006, 1, 3, tzinfo=UTC)
MOST_ENTRIES: Final = 100_000
HOUR: Final = timedelta(hours=1)
TEXTS: Final = (
    "0 * * * *",
    "*/5 * * * *",
    "*/15 * * * *",
    "0 0 * * *",
    "30 3 * * *",
    "0 9 * * 1-5",
)


def measure(effort: Effort) -> list[Report]:
    return [_compositions(effort), _fleets(effort)]


def _compositions(effort: Effort) -> Report:
    tuesdays, evening = cron("0 9 * * tue", tz=KEY), cron("0 20 * * *", tz=KEY)
    rows: dict[str, tuple[Schedule, tuple[Schedule, ...]]] = {
        "every other Tuesday": (tuesdays.every_nth(2, ANCHOR), (tuesdays,)),
        "the first 1000 Tuesdays": (tuesdays.first(1000, ANCHOR), (tuesdays,)),
        "the earliest of two a day": (earliest_of_day(evening, tuesdays), (evening, tuesdays)),
        "spread": (evening.spread(HOUR, "a"), (evening,)),
        "jittered": (evening.jittered(HOUR, "a"), (evening,)),
    }
    return Report(
        f"the algebra in {KEY}, next_run",
        ["what", "whole/parts", "whole µs", "parts µs"],
        [[words, *_beside_parts(whole, parts, effort)] for words, (whole, parts) in rows.items()],
        ["parts: next_run of a shift by nothing much of each part, one after another"],
    )


def _beside_parts(whole: Schedule, parts: tuple[Schedule, ...], effort: Effort) -> list[Cell]:
    # A crontab answers by a way of its own; what is composed asks it as any other schedule.
    plain = [part.shifted(timedelta(seconds=1)) for part in parts]
    outcome = race(
        {
            "whole": each(whole.next_run),
            "parts": each(lambda moment: [part.next_run(moment) for part in plain]),
        },
        moments(effort),
    )
    return [outcome.ratio("whole", "parts"), outcome.micros("whole"), outcome.micros("parts")]


def _fleets(effort: Effort) -> Report:
    size = min(MOST_ENTRIES, effort.schedules)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    rows: list[list[Cell]] = []
    for minutes in (5, 59):
        fleet = {f"entry-{n}": cron(TEXTS[n % len(TEXTS)], tz=KEY) for n in range(size)}
        begin = time.process_time()
        plan = stagger(fleet, start, start + timedelta(days=1), timedelta(minutes=minutes))
        seconds = time.process_time() - begin
        peaks = plan.peak_before, plan.peak_after, plan.lower_bound
        rows.append([f"{size:,} entries, {minutes} minutes", seconds, *peaks])
    return Report("stagger, one day", ["fleet", "seconds", "before", "after", "bound"], rows)
