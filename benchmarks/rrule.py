"""RFC 5545 rules, beside `dateutil.rrule.after`, which walks from DTSTART."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from dateutil import rrule as dateutil_rrule

from benchmarks.questions import KEY, ZONE
from benchmarks.table import Cell, Report
from benchmarks.timing import Effort, each, race
from duetime import rrule

RULES = {
    "second Tuesday of the month, since 2013": ("20130101T090000", "FREQ=MONTHLY;BYDAY=2TU"),
    "weekdays, since 2020": ("20200101T093000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    "last weekday of the year, since 1997": (
        "19970101T170000",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    "daily, 5000 times since 2020": ("20200101T060000", "FREQ=DAILY;COUNT=5000"),
    "every 5 minutes, since yesterday": ("20260105T000000", "FREQ=MINUTELY;INTERVAL=5"),
    "every 5 minutes, since 2020": ("20200101T000000", "FREQ=MINUTELY;INTERVAL=5"),
}
# The year that is asked about begins the day after "yesterday".
_FIRST = int(datetime(2026, 1, 6, tzinfo=UTC).timestamp())
_SECONDS = 365 * 86400


def measure(effort: Effort) -> list[Report]:
    rows: list[list[Cell]] = []
    for words, (start, rule) in RULES.items():
        ours = rrule(f"DTSTART;TZID={KEY}:{start}\nRRULE:{rule}")
        theirs = dateutil_rrule.rrulestr(f"DTSTART:{start}\nRRULE:{rule}")
        mine = race({"ours": each(ours.next_run)}, _moments(effort))
        # dateutil walks for seconds, so it gets few questions and practises on an easy one.
        _, *asked = _moments(replace(effort, rounds=1, calls=min(effort.calls // 4, 3)))
        walk = race({"dateutil": each(_after(theirs))}, [[theirs[0]], *asked])
        ours_micros, their_micros = mine.micros("ours"), walk.micros("dateutil")
        rows.append([words, their_micros / ours_micros, ours_micros, their_micros])
    return [
        Report(
            f"rrule next_run in {KEY}",
            ["rule", "dateutil/ours", "ours µs", "dateutil µs"],
            rows,
            ["dateutil: rrulestr once, rule.after(wall time), without regard to clock changes"],
        )
    ]


def _after(rule: dateutil_rrule.rrule | dateutil_rrule.rruleset) -> Callable[[datetime], object]:
    return lambda moment: rule.after(moment.replace(tzinfo=None))


def _moments(effort: Effort) -> list[list[datetime]]:
    random = Random(1)
    return [
        [
            datetime.fromtimestamp(_FIRST + random.randrange(_SECONDS), ZONE)
            for _ in range(effort.calls)
        ]
        for _ in range(effort.rounds + 1)
    ]
