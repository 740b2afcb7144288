"""Where a schedule is due, against asking in every zone by itself."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    UnknownTimeZoneError,
    at,
    calendar_interval,
    cron,
    every,
    rrule,
    zones_due,
)
from duetime.testing import strategies as some
from duetime.zones import zone_keys
from tests.support.dates import DAY, HOUR, MINUTE
from tests.support.effort import few

NOW = datetime(2026, 7, 1, 7, tzinfo=UTC)
NINE = cron("0 9 * * *")


def one_by_one(
    schedule: Schedule, last: datetime, now: datetime, keys: list[str]
) -> dict[str, datetime]:
    due = {}
    for key in keys:
        run = schedule.in_zone(key).floor(now)
        if run is not None and run.astimezone(UTC) > last:
            due[key] = run
    return due


def test_the_zones_where_it_is_nine_in_the_order_given() -> None:
    keys = ["Europe/Paris", "Asia/Tokyo", "Africa/Johannesburg", "Europe/London"]
    due = zones_due(NINE, NOW - MINUTE, NOW, keys)
    assert list(due) == ["Europe/Paris", "Africa/Johannesburg"]
    assert due["Europe/Paris"] == NOW
    assert due["Europe/Paris"].tzinfo is ZoneInfo("Europe/Paris")
    assert list(zones_due(NINE, NOW - MINUTE, NOW, reversed(keys))) == list(due)[::-1]


def test_zones_are_keys_zoneinfos_and_offsets() -> None:
    zones: list[tzinfo | str] = [
        ZoneInfo("Europe/Paris"),
        "Europe/Madrid",
        timezone(timedelta(hours=2)),
    ]
    assert list(zones_due(NINE, NOW - MINUTE, NOW, zones)) == [
        "Europe/Paris",
        "Europe/Madrid",
        "+02:00",
    ]


def test_without_zones_all_are_asked() -> None:
    due = zones_due(NINE, NOW - MINUTE, NOW)
    assert due == one_by_one(NINE, NOW - MINUTE, NOW, zone_keys())
    assert "Europe/Paris" in due


def test_of_several_runs_it_is_the_latest() -> None:
    assert zones_due(NINE, NOW - 9 * DAY, NOW, ["Europe/Paris"]) == {"Europe/Paris": NOW}
    assert zones_due(NINE, NOW, NOW, ["Europe/Paris"]) == {}


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(
        ScheduleError, match=r"zones must be several keys, not one: give \['Asia/To"
    ):
        zones_due(NINE, NOW, NOW, "Asia/Tokyo")
    with pytest.raises(UnknownTimeZoneError):
        zones_due(NINE, NOW, NOW, ["Europe/Pariss"])
    with pytest.raises(FloatingScheduleError):
        zones_due(every(5), NOW, NOW, ["Europe/Paris"])
    with pytest.raises(NaiveDatetimeError):
        zones_due(NINE, datetime(2026, 1, 1), NOW, ["Europe/Paris"])


KEYS = zone_keys()
RULE = rrule("DTSTART;TZID=Europe/Paris:20200101T090000\nRRULE:FREQ=DAILY")
SCHEDULES = [
    NINE,
    cron("30 1,2 * * *", dst="wall"),
    cron("30 2 * * *", dst="rfc5545"),
    NINE | cron("0 10 * * sun"),
    NINE & cron("* * * * mon-fri"),
    NINE - cron("* * 1 * *"),
    NINE.shifted(-40 * DAY),
    NINE.within(NOW - 30_000 * DAY, NOW),
    NINE | RULE,
    RULE.shifted(HOUR),
    every(hours=7, anchor="epoch"),
    at(NOW),
    calendar_interval(days=1, anchor=NOW),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_where_an_odd_zone_changed_its_clocks_each_is_asked_for_itself(schedule: Schedule) -> None:
    """On the day that Apia left out, in the summer and in the year in which Monrovia changed."""
    for now in (datetime(2011, 12, 30, 22, tzinfo=UTC), NOW, datetime(1972, 1, 7, 9, tzinfo=UTC)):
        keys = [*some.ODD_ZONES, "UTC"]
        due = zones_due(schedule, now - DAY, now, keys)
        assert due == one_by_one(schedule, now - DAY, now, keys)


@given(
    schedule=st.sampled_from(SCHEDULES),
    keys=st.lists(st.sampled_from([*some.ODD_ZONES, *KEYS]), max_size=12, unique=True),
    data=st.data(),
)
@few(66)
def test_asking_for_all_zones_is_asking_for_each(
    schedule: Schedule, keys: list[str], data: st.DataObject
) -> None:
    near = data.draw(st.sampled_from(keys)) if keys else "UTC"
    now = data.draw(some.instants(near))
    last = now - timedelta(seconds=data.draw(st.integers(0, 200_000)))
    assert zones_due(schedule, last, now, keys) == one_by_one(schedule, last, now, keys)


def test_the_arguments_are_called_by_their_names() -> None:
    with pytest.raises(ScheduleError, match=r"last=.* is after now="):
        zones_due(NINE, NOW, NOW - DAY, ["Europe/Paris"])
    wrong: Any = 5
    with pytest.raises(ScheduleError, match="zones must be keys or tzinfos, not 5"):
        zones_due(NINE, NOW, NOW, wrong)
    for times, name in (((wrong, NOW), "last"), ((NOW, wrong), "now")):
        with pytest.raises(ScheduleError, match=f"{name} must be an aware datetime, not 5"):
            zones_due(NINE, *times)


def test_of_all_time_the_zones_are_asked_one_by_one() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    assert zones_due(NINE, first, NOW, ["Europe/Paris"]) == {"Europe/Paris": NOW}
