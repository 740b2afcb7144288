"""Beat, tick by tick: what is sent is what the schedule says, whatever the clocks do.

A usual run lives the weeks around the clock changes of a year, a deep one the whole of it.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from celery import schedules as stock

from duetime.adapters.celery import crontab
from tests.support.effort import deep
from tests.support.virtual_beat import VirtualCelery, run, scheduler
from tests.support.year import TIMES, YEARS, differences, exact, weeks_of_changes, whole

KINDS: dict[str, tuple[str | None, type, bool]] = {
    # the app's zone (None: that of the year), the class, and whether it names the zone itself
    "stock, in the app's zone": (None, stock.crontab, False),
    "ours, in the app's zone": (None, crontab, False),
    "ours, in a zone of its own": ("Asia/Tokyo", crontab, True),
}


@pytest.mark.parametrize(("zone", "year"), YEARS)
@pytest.mark.parametrize("kind", KINDS)
def test_beat_sends_exactly_the_runs_of_its_schedules(kind: str, zone: str, year: int) -> None:
    spans = [whole(zone, year)] if deep() else weeks_of_changes(zone, year)
    assert spans
    for start, end in spans:
        sends_exactly_its_runs(kind, zone, start, end)


def sends_exactly_its_runs(kind: str, zone: str, start: datetime, end: datetime) -> None:
    app_zone, make, names_zone = KINDS[kind]
    own: dict[str, Any] = {"tz": zone} if names_zone else {}
    app = VirtualCelery(start, timezone=app_zone or zone, beat_max_loop_interval=6 * 3600)
    it = scheduler(app, **{name: make(**fields, **own) for name, fields in TIMES.items()})
    sent = run(it, end)
    expected = Counter(
        (name, moment.astimezone(UTC))
        for name in TIMES
        for moment in exact(name, zone).runs(start, end)
    )
    # Each run once, at its second, under its name.
    assert Counter((message.task, message.scheduled_for.astimezone(UTC)) for message in sent) == (
        expected
    )
    assert all(message.at == message.scheduled_for for message in sent)
    assert len({message.occurrence for message in sent}) == len(sent)


def test_stock_beat_loses_and_moves_runs_at_clock_changes() -> None:
    names = ("every half-hour of the night", "02:15 every day", "09:00 on weekdays")
    times = {name: TIMES[name] for name in names}
    spring, autumn = (
        [
            [f"{moment:%m-%dT%H:%M}" for moment in moments]
            for row in differences("America/New_York", span, times)
            for moments in (row.missing, row.extra)
        ]
        for span in weeks_of_changes("America/New_York", 2026)
    )
    assert spring == [[], [], ["03-08T07:00"], ["03-08T07:15"], [], []]
    assert autumn == [["11-01T06:00", "11-01T06:30"], [], [], [], [], []]
