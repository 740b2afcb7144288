"""A year of beat on a virtual clock: what Celery's scheduler sends, beside what it should.

`python -m tests.support.year` prints the table.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from celery import schedules as stock

from duetime import Schedule
from duetime.adapters.celery import from_celery
from duetime.testing.strategies import transitions_of
from tests.support.dates import MINUTE
from tests.support.virtual_beat import VirtualCelery, VirtualStock, entries, run

YEARS = [
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2026),
    ("Africa/Cairo", 2026),
    ("Pacific/Apia", 2011),
]
"""Clocks that go an hour, half an hour, an hour at midnight, and a whole day ahead or back."""

Times = Mapping[str, Mapping[str, str | int]]

TIMES: Times = {
    "every half-hour of the night": {"minute": "*/30", "hour": "0-3"},
    "every hour": {"minute": 0},
    "00:00 every day": {"minute": 0, "hour": 0},
    "00:30 every day": {"minute": 30, "hour": 0},
    "01:45 every day": {"minute": 45, "hour": 1},
    "02:15 every day": {"minute": 15, "hour": 2},
    "09:00 on weekdays": {"minute": 0, "hour": 9, "day_of_week": "mon-fri"},
    "00:00 on the last of some months": {"minute": 0, "hour": 0, "day_of_month": "30,31"},
}


Span = tuple[datetime, datetime]


def whole(zone: str, year: int) -> Span:
    """The year of the zone, from a moment at which nothing runs."""
    start, end = (datetime(y, 1, 1, tzinfo=ZoneInfo(zone)) for y in (year, year + 1))
    return start.astimezone(UTC) - MINUTE / 2, end.astimezone(UTC) - MINUTE / 2


def weeks_of_changes(zone: str, year: int) -> list[Span]:
    """The week around each clock change of a year, from a moment at which nothing runs."""
    half = timedelta(days=3, hours=12, seconds=30)
    changes = [each for each in transitions_of(ZoneInfo(zone)) if each.year == year]
    return [(change - half, change + half) for change in changes]


@dataclass(frozen=True)
class Difference:
    """What stock beat does with one crontab in one span of time."""

    times: str
    runs: int
    """What it should send."""
    missing: list[datetime]
    """Runs that were not sent in their minute."""
    extra: list[datetime]
    """Minutes in which something was sent that was no run, or once more."""


def stock_sends(zone: str, span: Span, times: Times = TIMES) -> dict[str, list[datetime]]:
    """The minutes at which Celery's scheduler sends, by entry, with the zone as app's."""
    start, end = span
    app = VirtualCelery(start, timezone=zone, beat_max_loop_interval=6 * 3600)
    app.conf.beat_schedule = entries(
        **{name: stock.crontab(app=app, **fields) for name, fields in times.items()}
    )
    sent: dict[str, list[datetime]] = {name: [] for name in times}
    for message in run(VirtualStock(app), end):
        # It may wake a hundredth of a second early.
        near = message.at + timedelta(seconds=1)
        sent[message.task].append(near.replace(second=0, microsecond=0))
    return sent


def exact(name: str, zone: str) -> Schedule:
    """The schedule that a row of `TIMES` means."""
    return from_celery(stock.crontab(**TIMES[name]), tz=zone)


def differences(zone: str, span: Span, times: Times = TIMES) -> list[Difference]:
    """What stock beat does otherwise, a row an entry."""
    sent = stock_sends(zone, span, times)
    rows = []
    for name in times:
        expected = [run.astimezone(UTC) for run in exact(name, zone).runs(*span)]
        missing, extra = Counter(expected), Counter(sent[name])
        missing, extra = missing - extra, extra - missing
        rows.append(
            Difference(
                name,
                len(expected),
                sorted(missing.elements()),
                sorted(extra.elements()),
            )
        )
    return rows


def table() -> str:
    """The differences as a table in Markdown, in wall time."""
    lines = [
        "| zone, year | crontab | runs | stock beat does not send | stock beat sends instead |",
        "| --- | --- | --- | --- | --- |",
    ]
    for zone, year in YEARS:
        for row in differences(zone, whole(zone, year)):
            cells = [f"{zone} {year}", row.times, f"{row.runs:,}"]
            cells += [_shown(moments, zone) for moments in (row.missing, row.extra)]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(moments: list[datetime], zone: str) -> str:
    local = [f"{moment.astimezone(ZoneInfo(zone)):%d %b %H:%M %Z}" for moment in moments]
    shown = ", ".join(local[:4])
    return f"{shown} and {len(local) - 4} more" if len(local) > 4 else shown or "-"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
