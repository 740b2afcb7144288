"""Events of the Sun, beside Celery's solar schedule with ephem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from celery import Celery
from celery import schedules as celery_schedules

from benchmarks.questions import moments
from benchmarks.table import Cell, Report
from benchmarks.timing import Effort, each, geometric_mean, race
from duetime import solar
from duetime.kinds.sun import EVENTS

PLACES = {
    "Quito": (-0.18, -78.47),
    "Melbourne": (-37.81753, 144.96715),
    "Oslo": (59.91, 10.75),
    "Tromso": (69.65, 18.96),
}


def measure(effort: Effort) -> list[Report]:
    rows: list[list[Cell]] = []
    advantages = []
    for place, (latitude, longitude) in PLACES.items():
        # Celery has all events but midnight.
        for event in [event for event in EVENTS if event != "solar_midnight"]:
            outcome = race(
                {
                    "ours": each(solar(event, latitude, longitude).next_run),
                    "Celery": each(_celery(event, latitude, longitude)),
                },
                _moments(effort, len(rows)),
            )
            advantages.append(outcome.ratio("Celery", "ours"))
            rows.append(
                [
                    f"{place}, {event}",
                    advantages[-1],
                    outcome.micros("ours"),
                    outcome.micros("Celery"),
                ]
            )
    mean = geometric_mean(advantages)
    rows.append(["geometric mean", mean, "", ""])
    return [
        Report(
            "solar next_run",
            ["place and event", "Celery/ours", "ours µs", "Celery µs"],
            rows,
            [
                "Celery: solar once, now + remaining_estimate(now)",
                "Tromso has seasons without most of these events",
            ],
            {"solar.row": min(advantages), "solar.mean": mean},
        )
    ]


def _moments(effort: Effort, row: int) -> list[list[datetime]]:
    """Years of its own for each row, so that none finds what another computed of a day."""
    first = 1950 + 3 * row
    # Celery searches a polar summer day by day, so it gets fewer questions than a crontab.
    shorter = replace(effort, calls=max(2, effort.calls // 10))
    return moments(shorter, years=(first, first + 3))


def _celery(event: str, latitude: float, longitude: float) -> Callable[[datetime], datetime]:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    app = Celery(set_as_current=False, timezone="UTC")
    schedule = celery_schedules.solar(event, latitude, longitude, nowfun=lambda: now, app=app)

    def next_run(after: datetime) -> datetime:
        remaining: timedelta = schedule.remaining_estimate(after)
        return now + remaining

    return next_run
