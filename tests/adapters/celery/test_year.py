"""A year of beat, tick by tick: what is sent is what the schedule says, whatever the clocks do."""

from collections import Counter
from datetime import UTC
from typing import Any

import pytest
from celery import schedules as stock

from duetime.adapters.celery import crontab
from tests.support.virtual_beat import VirtualCelery, run, scheduler
from tests.support.year import TIMES, YEARS, bounds, differences, exact

KINDS: dict[str, tuple[str | None, type, bool]] = {
    # the app's zone (None: that of the year), the class, and whether it names the zone itself
    "stock, in the app's zone": (None, stock.crontab, False),
    "ours, in the app's zone": (None, crontab, False),
    "ours, in a zone of its own": ("Asia/Tokyo", crontab, True),
}


@pytest.mark.parametrize(("zone", "year"), YEARS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_year_of_beat_sends_exactly_the_runs_of_its_schedules(
    kind: str, zone: str, year: int
) -> None:
    app_zone, make, names_zone = KINDS[kind]
    own: dict[str, Any] = {"tz": zone} if names_zone else {}
    start, end = bounds(zone, year)
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
    rows = differences("America/New_York", 2026, {name: TIMES[name] for name in names})
    found = [
        [[f"{moment:%m-%dT%H:%M}" for moment in moments] for moments in (row.missing, row.extra)]
        for row in rows
    ]
    assert found == [
        [["11-01T06:00", "11-01T06:30"], []],
        [["03-08T07:00"], ["03-08T07:15"]],
        [[], []],
    ]
