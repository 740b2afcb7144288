"""Time zones: look-up, identity, offsets, and the policies for clock changes."""

import io
import pickle
import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import dateutil.tz
import pytest
import pytz

from duetime import (
    DstPolicy,
    NaiveDatetimeError,
    ScheduleError,
    UnknownTimeZoneError,
    at,
    calendar_interval,
    cron,
    zones,
)
from duetime.zones import (
    DAY,
    EPOCH,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    LAST_LABEL,
    NAMED_POLICIES,
    SECOND,
    Zone,
    block_of,
    block_start,
    find_policy,
    find_zone,
    policy_name,
    refresh_zones,
    to_instant,
    zone_keys,
)
from tests.support.dates import PARIS

SPRING = int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp())
AUTUMN = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp())


class Sundial(tzinfo):
    """A zone of nobody else's, with one gap and one overlap of an hour in 2026."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        if dt is None:
            return None
        naive = dt.replace(tzinfo=None)
        summer = datetime(2026, 3, 1, 3) <= naive < datetime(2026, 9, 1, 2 + (not dt.fold))
        return timedelta(hours=2 if summer else 1)

    def dst(self, dt: datetime | None) -> timedelta | None:
        offset = self.utcoffset(dt)
        return None if offset is None else offset - timedelta(hours=1)

    def tzname(self, dt: datetime | None) -> str:
        return "Sundial"


class OddOffset(tzinfo):
    """A zone whose offset is no whole number of seconds."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return timedelta(seconds=1.5)

    def dst(self, dt: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> None:
        return None


def dateutil_zone(key: str) -> tzinfo:
    zone = dateutil.tz.gettz(key)
    assert zone is not None
    return zone


# Look-up.


@pytest.mark.parametrize(
    "given",
    [
        "Europe/Paris",
        PARIS,
        ZoneInfo.no_cache("Europe/Paris"),
        pytz.timezone("Europe/Paris"),
        pytz.timezone("Europe/Paris").localize(datetime(2026, 7, 1)).tzinfo,
        dateutil_zone("Europe/Paris"),
        find_zone("Europe/Paris"),
    ],
    ids=["key", "zoneinfo", "other zoneinfo", "pytz", "localized pytz", "dateutil", "zone"],
)
def test_a_zone_is_known_by_its_key_in_whichever_library(given: tzinfo) -> None:
    zone = find_zone(given)
    assert zone.key == "Europe/Paris"
    assert zone.tzinfo is ZoneInfo("Europe/Paris")
    assert zone == find_zone("Europe/Paris")
    assert zone != find_zone("Europe/Berlin")
    assert repr(zone) == "find_zone('Europe/Paris')"


@pytest.mark.parametrize(
    "given",
    [
        "UTC",
        UTC,
        timezone(timedelta(0)),
        timezone(timedelta(0), "Z"),
        ZoneInfo("UTC"),
        pytz.utc,
        pytz.FixedOffset(0),
        dateutil.tz.UTC,
        dateutil.tz.tzoffset("Z", 0),
    ],
)
def test_utc_in_every_spelling_is_utc(given: tzinfo) -> None:
    assert find_zone(given) is find_zone("UTC")


@pytest.mark.parametrize(
    "given",
    [
        timezone(timedelta(hours=5, minutes=30)),
        timezone(timedelta(hours=5, minutes=30), "IST"),
        pytz.FixedOffset(330),
        dateutil.tz.tzoffset("IST", 19_800),
    ],
)
def test_a_fixed_offset_is_known_by_its_offset(given: tzinfo) -> None:
    zone = find_zone(given)
    assert zone.key is None
    assert zone.tzinfo == timezone(timedelta(hours=5, minutes=30))
    assert zone.name == "+05:30"
    assert zone == find_zone(timezone(timedelta(hours=5, minutes=30)))
    assert hash(zone) == hash(find_zone(timezone(timedelta(hours=5, minutes=30))))
    assert zone != find_zone(timezone(timedelta(hours=-5, minutes=-30)))


@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (timedelta(hours=-9, minutes=-30), "-09:30"),
        (timedelta(seconds=-2670), "-00:44:30"),
        (timedelta(hours=23, minutes=59), "+23:59"),
    ],
)
def test_a_fixed_offset_has_its_iso_8601_name(offset: timedelta, name: str) -> None:
    assert find_zone(timezone(offset)).name == name


def test_a_fixed_offset_is_whole_seconds() -> None:
    with pytest.raises(
        ScheduleError, match=r"a fixed offset must be whole seconds, not 0:00:01\.5"
    ):
        find_zone(timezone(timedelta(seconds=1.5)))


@pytest.mark.parametrize(
    "given",
    [
        Sundial(),
        dateutil.tz.tzstr("CET-1CEST,M3.5.0,M10.5.0/3"),
        dateutil.tz.tzrange("EST", -18_000, "EDT"),
    ],
)
def test_any_other_zone_computes_and_is_only_equal_to_itself(given: tzinfo) -> None:
    zone = find_zone(given)
    assert zone.tzinfo is given
    assert zone == find_zone(given)
    assert hash(zone) == hash(find_zone(given))
    assert zone != find_zone(Sundial())
    assert zone != "zone"
    with pytest.raises(ScheduleError, match="has no IANA key, so it cannot be written"):
        _ = zone.name
    run = cron("0 9 * * *", tz=given).next_run(datetime(2026, 7, 1, tzinfo=UTC))
    assert run is not None
    assert (run.hour, run.tzinfo) == (9, given)


def test_a_zone_of_ones_own_changes_its_clocks() -> None:
    sundial = Sundial()
    daily = cron("30 2 * * *", tz=sundial, dst="vixie")
    start = datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert [run.astimezone(UTC).hour for run in daily.runs(start, start + timedelta(days=3))] == [
        # The gap from 2:00 to 3:00 ends at 1:00 UTC; summer time is two hours ahead.
        2 - 1,
        0,
        0,
    ]


def test_a_zone_file_with_an_unknown_key_is_used_as_it_is() -> None:
    mars = ZoneInfo.from_file(open_zone("Europe/Paris"), key="Mars/Olympus")
    zone = find_zone(mars)
    assert (zone.tzinfo, zone.key) == (mars, None)
    run = cron("0 9 * * *", tz=mars).next_run(datetime(2026, 7, 1, tzinfo=UTC))
    assert run == datetime(2026, 7, 1, 7, tzinfo=UTC)


def open_zone(key: str) -> io.BytesIO:
    from importlib.resources import files

    return io.BytesIO(files("tzdata.zoneinfo").joinpath(key).read_bytes())


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("Europe/Pari", "'Europe/Pari' is not a key of the tz database: did you mean Europe/Paris"),
        ("europe/paris", "did you mean Europe/Paris"),
        ("Paris", "did you mean Europe/Paris"),
        ("new york", "did you mean America/New_York"),
        ("America/NewYork", "did you mean America/New_York"),
        ("US/Estern", "did you mean US/Eastern"),
        ("Nowhere/Atall", "'Nowhere/Atall' is not a key of the tz database"),
        ("Europe", "'Europe' is not a key of the tz database"),
        ("../../etc/passwd", "'../../etc/passwd' is not a key of the tz database"),
        ("Europe/Paris\0", r"'Europe/Paris\\x00' is not a key"),
        ("\udcff", r"'\\udcff' is not a key of the tz database"),
        ("zone.tab", "'zone.tab' is not a key of the tz database"),
        ("x" * 100_000, "x…x+' is not a key of the tz database"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_names(key: str, message: str) -> None:
    with pytest.raises(UnknownTimeZoneError, match=message) as caught:
        cron("0 9 * * *", tz=key)
    assert len(str(caught.value)) < 300
    if "did you mean" not in message:
        assert str(caught.value).endswith("is not a key of the tz database") or "Paris" in key


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("Europe/Pariss", "Europe/Paris"),
        ("Europe/Londn", "Europe/London"),
        ("Asia/Tokio", "Asia/Tokyo"),
        ("America/Los Angeles", "America/Los_Angeles"),
    ],
)
def test_only_names_that_are_near_are_suggested(key: str, names: str) -> None:
    with pytest.raises(UnknownTimeZoneError) as caught:
        find_zone(key)
    assert str(caught.value).endswith(f": did you mean {names}?")


@pytest.mark.parametrize("given", [None, 5, b"UTC", ["UTC"]])
def test_a_zone_is_a_key_or_a_tzinfo(given: str) -> None:
    with pytest.raises(UnknownTimeZoneError, match="tz must be an IANA key such as"):
        cron("0 9 * * *", tz=given)


@pytest.mark.parametrize(
    ("zone", "spelling"),
    [
        (find_zone("Asia/Tokyo"), "'Asia/Tokyo'"),
        (
            find_zone(timezone(timedelta(hours=1))),
            "datetime.timezone(datetime.timedelta(seconds=3600))",
        ),
    ],
)
def test_a_zone_pickles_as_itself(zone: Zone, spelling: str) -> None:
    assert pickle.loads(pickle.dumps(zone)) is zone
    assert zone.spelling == spelling


# Offsets.


@pytest.mark.parametrize(
    ("second", "offset"),
    [
        (SPRING - 1, 3600),
        (SPRING, 7200),
        (AUTUMN - 1, 7200),
        (AUTUMN, 3600),
        (int(datetime(1800, 1, 1, tzinfo=UTC).timestamp()), 561),
        (int(datetime(4000, 7, 1, tzinfo=UTC).timestamp()), 7200),
        (-(10**18), 561),
        (10**18, 3600),
    ],
)
def test_the_offset_at_a_second_of_utc(second: int, offset: int) -> None:
    assert find_zone("Europe/Paris").offset_at(second) == offset


def test_an_offset_that_is_not_whole_seconds_is_refused() -> None:
    with pytest.raises(ScheduleError, match=r"gives the offset 0:00:01\.500000, not whole seconds"):
        cron("0 9 * * *", tz=OddOffset())


def test_blocks_tile_the_line() -> None:
    for second in (SPRING, -1, 0, FIRST_LABEL, LAST_LABEL):
        block = block_of(second)
        assert block_start(block) <= second < block_start(block + 1)
    assert block_start(5) - block_start(4) == 32 * DAY
    assert block_start(block_of(0)) % DAY == 0


def test_a_stretch_knows_the_offsets_on_both_of_its_sides() -> None:
    zone = Zone(PARIS)
    before, after = (zone.stretch_at(second)[0] for second in (SPRING - 1, SPRING))
    assert (before.end, before.offset, before.after) == (SPRING, 3600, 7200)
    assert (after.start, after.before, after.offset) == (SPRING, 3600, 7200)
    # Labels and instants within an offset and a change of the clock change are not calm.
    assert before.clear_to == SPRING - 3600
    assert after.clear_from == SPRING + 3600 + 7200


def quiet_offset(zone: Zone, day: int) -> int | None:
    return zone.quiet_offset((day - EPOCH_ORDINAL) * DAY)


def test_quiet_days_are_those_that_no_clock_change_reaches() -> None:
    zone = Zone(PARIS)
    change = datetime(2026, 3, 29).toordinal()
    quiet = {day - change: quiet_offset(zone, day) for day in range(change - 3, change + 4)}
    assert quiet == {-3: 3600, -2: 3600, -1: 3600, 0: None, 1: 7200, 2: 7200, 3: 7200}


@pytest.mark.parametrize("key", ["Pacific/Apia", "America/New_York", "Asia/Tokyo"])
def test_a_quiet_day_has_one_offset_as_a_day_of_wall_time_and_of_utc(key: str) -> None:
    zone = find_zone(key)
    for day in range(EPOCH_ORDINAL + 15_000, EPOCH_ORDINAL + 15_400):
        midnight = (day - EPOCH_ORDINAL) * DAY
        known = quiet_offset(zone, day)
        if known is None:
            assert list(zone.changes(midnight - 2 * DAY, midnight + 3 * DAY))
        else:
            hours = range(midnight + min(0, -known), midnight + DAY + max(0, -known), 3600)
            assert {zone.offset_at(second) for second in hours} == {known}


def test_the_ends_of_the_calendar_are_never_quiet() -> None:
    zone = Zone(ZoneInfo("UTC"))
    last = date.max.toordinal()
    # Not even when their neighbours have been looked at before.
    assert quiet_offset(zone, 4) == quiet_offset(zone, last - 3) == 0
    assert [quiet_offset(zone, day) for day in (0, 1, 2, 3)] == [None] * 4
    assert [quiet_offset(zone, last + n) for n in (-2, -1, 0, 1)] == [None] * 4


def test_the_days_that_are_remembered_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duetime.zones._REMEMBERED", 100)
    zone = Zone(PARIS)
    for day in range(EPOCH_ORDINAL, EPOCH_ORDINAL + 10_000, 7):
        assert quiet_offset(zone, day) in (None, 3600, 7200)
        assert len(zone.quiet) <= 100
    for block in range(300):
        assert zone.stretches(block) == Zone(PARIS).stretches(block)
        assert len(zone._stretches) <= 100


def test_changes_come_in_both_directions_each_once() -> None:
    zone = find_zone("Europe/Paris")
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2028))
    changes = [stretch.start for stretch in zone.changes(start, end)]
    assert changes[:2] == [SPRING, AUTUMN]
    assert len(changes) == 4
    assert [stretch.start for stretch in zone.changes(start, end, -1)] == changes[::-1]
    assert [s.start for s in zone.changes(SPRING, SPRING + 1)] == [SPRING]
    assert not list(zone.changes(SPRING + 1, AUTUMN))
    assert not list(zone.changes(SPRING - 86_400, SPRING))


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "Pacific/Honolulu", "Europe/Amsterdam"])
def test_a_zone_shows_all_that_it_can_show(tz: str) -> None:
    zone = find_zone(tz)
    first, last = zone.show(zone.first), zone.show(zone.last)
    assert first.replace(tzinfo=None) == datetime(1, 1, 1)
    assert last.replace(tzinfo=None) == datetime(9999, 12, 31, 23, 59, 59, 999_999)
    assert first.tzinfo is last.tzinfo is ZoneInfo(tz)
    assert to_instant(first) == zone.first
    assert to_instant(last) == zone.last


@pytest.mark.parametrize("fold", [0, 1])
def test_a_shown_instant_has_its_fold(fold: int) -> None:
    instant = (AUTUMN + (fold - 1) * 3600 + 1800) * SECOND
    for microsecond in (0, 5):
        shown = find_zone("Europe/Paris").show(instant + microsecond)
        assert (shown.hour, shown.minute, shown.microsecond, shown.fold) == (
            2,
            30,
            microsecond,
            fold,
        )


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_an_instant_is_microseconds_of_utc_since_1970(moment: datetime) -> None:
    offset = moment.utcoffset()
    assert offset is not None
    naive = moment.replace(tzinfo=None, fold=0) - EPOCH.replace(tzinfo=None) - offset
    assert to_instant(moment) == naive // timedelta(microseconds=1)


class Unsure(OddOffset):
    """A zone that does not know its offset, which makes its datetimes naive."""

    def utcoffset(self, dt: datetime | None) -> None:  # type: ignore[override]  # as a broken zone would
        return None


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=Unsure())])
def test_a_naive_datetime_is_refused_with_its_cure(moment: datetime) -> None:
    daily = cron("0 9 * * *")
    for question, name in ((daily.next_run, "after="), (daily.prev_run, "before=")):
        with pytest.raises(NaiveDatetimeError) as caught:
            question(moment)
        assert str(caught.value) == (
            f"{name}2026-01-01T00:00:00 has no time zone, so it names no instant: add one, for"
            " example moment.replace(tzinfo=ZoneInfo('Europe/Paris')) or datetime.now(UTC)"
        )


@pytest.mark.parametrize("moment", ["2026-01-01", 5, None])
def test_what_is_no_datetime_is_refused(moment: datetime) -> None:
    with pytest.raises(ScheduleError, match="an aware datetime, not"):
        to_instant(moment)


# Policies.


@pytest.mark.parametrize(
    ("name", "gap", "overlap"),
    [
        ("wall", "skip", "both"),
        ("ocps", "skip", "first"),
        ("quartz", "skip", "last"),
        ("rfc5545", "shift", "first"),
    ],
)
def test_a_policy_has_a_name(name: str, gap: str, overlap: str) -> None:
    policy = find_policy(name)
    assert policy == DstPolicy(gap, overlap)  # type: ignore[arg-type]  # any text
    assert policy_name(policy) == name
    assert find_policy(policy) is policy


def test_a_policy_may_have_no_name() -> None:
    assert policy_name(DstPolicy("end", "first")) is None
    assert len({*NAMED_POLICIES.values()}) == len(NAMED_POLICIES)


@pytest.mark.parametrize("name", ["vixie", "cronos"])
def test_policies_that_read_cron_fields_are_refused_elsewhere(name: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        calendar_interval(days=1, anchor=EPOCH, dst=name)
    assert str(caught.value) == (
        f"dst={name!r} reads cron fields, so only cron() takes it:"
        " use one of wall, ocps, quartz, rfc5545 or a DstPolicy"
    )


@pytest.mark.parametrize(
    ("gap", "overlap", "message"),
    [
        ("skp", "both", "gap must be one of skip, end, shift, not 'skp'"),
        ("skip", "none", "overlap must be one of first, last, both, not 'none'"),
        (None, "both", "gap must be one of skip, end, shift, not None"),
        ("skip", ["both"], r"overlap must be one of first, last, both, not \['both'\]"),
    ],
)
def test_a_policy_is_made_of_what_there_is(gap: str, overlap: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        DstPolicy(gap, overlap)  # type: ignore[arg-type]  # refused


# Refreshing.


class Edition:
    """An edition of the tz database, in the place of `ZoneInfo`."""

    def __init__(self, file_of_troll: str) -> None:
        self.file_of_troll = file_of_troll
        self.known: dict[str, ZoneInfo] = {}

    def __call__(self, key: str) -> ZoneInfo:
        assert key == "Antarctica/Troll"
        if key not in self.known:
            self.known[key] = ZoneInfo.from_file(open_zone(self.file_of_troll), key=key)
        return self.known[key]

    def clear_cache(self) -> None:
        self.known.clear()


def test_refreshed_zones_answer_by_the_new_data(monkeypatch: pytest.MonkeyPatch) -> None:
    # The zones of other tests stay as they are.
    edition = Edition("Antarctica/Troll")
    monkeypatch.setattr("duetime.zones._keyed", {})
    monkeypatch.setattr("duetime.zones.zoneinfo.ZoneInfo", edition)
    schedule = cron("0 9 * * *", tz="Antarctica/Troll")
    winter = datetime(2026, 1, 1, tzinfo=UTC)
    assert schedule.next_run(winter) == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert schedule._zone.first == to_instant(datetime(1, 1, 1, tzinfo=UTC))
    # As if an update had moved Troll to the time of Tokyo.
    edition.file_of_troll = "Asia/Tokyo"
    assert schedule.next_run(winter) == datetime(2026, 1, 1, 9, tzinfo=UTC)
    refresh_zones()
    run = schedule.next_run(winter)
    assert run == datetime(2026, 1, 2, tzinfo=UTC)
    assert run is not None
    assert run.tzinfo is edition("Antarctica/Troll")
    assert schedule._zone.first < to_instant(datetime(1, 1, 1, tzinfo=UTC))


def test_a_zone_without_a_key_only_forgets() -> None:
    zone = Zone(Sundial())
    before = zone.tzinfo
    assert zone.stretch_at(0)[0].offset == 3600
    zone.refresh()
    assert zone.tzinfo is before
    assert zone.stretch_at(0)[0].offset == 3600


def test_the_zone_of_results_is_the_one_that_everybody_holds() -> None:
    run = at(datetime(2026, 1, 1, tzinfo=UTC), tz="Europe/Paris").next_run(EPOCH)
    assert run is not None
    assert run.tzinfo is ZoneInfo("Europe/Paris")


class _Unusable(tzinfo):
    """A zone that does not say how much of its offset is daylight saving time."""

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        return timedelta(hours=1)

    def dst(self, moment: datetime | None, /) -> None:
        return None

    def tzname(self, moment: datetime | None, /) -> str:
        return "unusable"


def test_a_tzinfo_that_cannot_convert_from_utc_is_refused() -> None:
    with pytest.raises(ScheduleError, match="is no zone to compute in"):
        find_zone(_Unusable())


def test_a_key_is_spelled_as_in_the_list_on_every_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    spelled = {key.casefold(): key for key in zone_keys()}

    class OnADiskThatIgnoresCase(zoneinfo.ZoneInfo):
        @classmethod
        def no_cache(cls, key: str) -> Any:
            return zoneinfo.ZoneInfo.no_cache(spelled[key.casefold()])

        def __new__(cls, key: str) -> Any:
            return zoneinfo.ZoneInfo(spelled[key.casefold()])

    original = zoneinfo.ZoneInfo
    monkeypatch.setattr(
        "duetime.zones.zoneinfo",
        SimpleNamespace(
            ZoneInfo=OnADiskThatIgnoresCase, available_timezones=zoneinfo.available_timezones
        ),
    )
    zones._disk_ignores_case.cache_clear()
    try:
        with pytest.raises(UnknownTimeZoneError, match="did you mean Europe/Vaduz"):
            find_zone("europe/vaduz")
        assert find_zone("Europe/Vaduz").key == "Europe/Vaduz"
    finally:
        zones._disk_ignores_case.cache_clear()
    assert zoneinfo.ZoneInfo is original
