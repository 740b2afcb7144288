"""Names of zones that are no keys: read where they are exact, and told what to write where not."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest

from duetime import Schedule, UnknownTimeZoneError, cron, rrule
from duetime.zone_names import ABBREVIATIONS, WINDOWS
from duetime.zones import find_zone

LOCAL = (
    "the zone of a machine is another one on another machine, so a schedule does not take it:"
    " give its key, for example 'Europe/Paris'"
)
SHORT = "a short name has no rules, and is not the same all year or everywhere: write "


def offset(written: str) -> str:
    return f"an offset is written '{written}'; a zone such as 'Europe/Paris' knows summer time too"


REFUSED = {
    "": "the name is empty: give a key such as 'Europe/Paris', or 'UTC'",
    "local": LOCAL,
    "localtime": LOCAL,
    "/etc/localtime": LOCAL,
    "Z": "write 'UTC'",
    "UTC+1": offset("+01:00"),
    "GMT-0330": offset("-03:30"),
    "+5": offset("+05:00"),
    "PST": f"{SHORT}'America/Los_Angeles' or 'Asia/Manila'",
    "CEST": f"{SHORT}'Europe/Paris' or 'Europe/Berlin'",
    "ist": f"{SHORT}'Asia/Kolkata' or 'Europe/Dublin' or 'Asia/Jerusalem'",
    "posix/Europe/Paris": "write 'Europe/Paris', which every machine has",
    "right/Europe/Paris": "write 'Europe/Paris', which every machine has",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_is_not_exact_has_a_cure(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError) as caught:
        cron("0 9 * * *", tz=name)
    assert str(caught.value) == f"{name!r} is not a key of the tz database: {REFUSED[name]}"


@pytest.mark.parametrize("name", ["Factory", "posixrules", "UTC+99", "+25:00", "+05:99"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError, match="is not a key of the tz database"):
        find_zone(name)


@pytest.mark.parametrize("name", ["localtime", "right/Europe/Paris"])
def test_a_document_reads_alike_on_every_machine(name: str) -> None:
    document = cron("0 9 * * *", tz="Europe/Paris").to_dict() | {"tz": name}
    with pytest.raises(UnknownTimeZoneError):
        Schedule.from_dict(document)


@pytest.mark.parametrize("written", ["+05:30", "-03:30", "+00:30", "+05:30:15"])
def test_an_offset_is_read_as_to_dict_writes_it(written: str) -> None:
    schedule = cron("0 9 * * *", tz=written)
    assert schedule.to_dict()["tz"] == written
    assert Schedule.from_dict(schedule.to_dict()) == schedule


def test_no_offset_is_utc() -> None:
    assert find_zone("+00:00") == find_zone("UTC")
    assert find_zone("+01:00") == find_zone(timezone(timedelta(hours=1)))


@pytest.mark.parametrize("name", WINDOWS)
def test_a_zone_of_windows_is_its_key(name: str) -> None:
    assert WINDOWS[name] in available_timezones()
    assert find_zone(name) == find_zone(WINDOWS[name])


def test_a_tzid_of_windows_is_its_key_too() -> None:
    # As Outlook and Exchange write it.
    text = "DTSTART;TZID={}:20260113T090000\nRRULE:FREQ=DAILY"
    windows = rrule(text.format("W. Europe Standard Time"))
    assert windows.tz == ZoneInfo("Europe/Berlin")
    asked = datetime(2026, 7, 1, tzinfo=UTC)
    assert windows.next_run(asked) == rrule(text.format("Europe/Berlin")).next_run(asked)


@pytest.mark.parametrize("name", ABBREVIATIONS)
def test_the_zones_of_a_short_name_have_it(name: str) -> None:
    assert name not in available_timezones()
    for key in ABBREVIATIONS[name]:
        assert key in available_timezones()
