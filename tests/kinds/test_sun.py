"""Solar events: right to the second or nearly so, on exactly the days when they happen."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime.errors import (
    NaiveDatetimeError,
    ScheduleError,
    SearchHorizonError,
    UnknownTimeZoneError,
)
from duetime.kinds.ephemeris import delta_t
from duetime.kinds.sun import EVENTS, HORIZON, Solar, Transit, solar
from tests.support.effort import deep, few
from tests.support.ephemeris import Floats, JplSun, jpl_sun, skyfield


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def seconds(year: int, month: int, day: int) -> float:
    return utc(year, month, day).timestamp()


# Against the JPL ephemeris.

PLACES = (
    (90, 0),
    (89.99, -20),
    (89.95, 100),  # the drift of the declination outdoes the turning sky around the equinoxes
    (89.9, -170),
    (89.5, 33),
    (88, -60),
    (85, 12),
    (82.5, -62.3),  # Alert
    (78.22, 15.65),  # Longyearbyen
    (74, 180),
    (71.29, -156.79),  # Utqiagvik
    (69.65, 18.96),  # Tromsø
    (67.5, 25),
    (66.56, -18),  # the polar circle, in Iceland
    (65.01, -147.7),
    (65, 40),
    (62, 129.7),  # Yakutsk
    (60, 10),
    (54.6, -1.6),  # nautical twilight lasts all night around midsummer
    (51.48, 0),  # Greenwich
    (48.57, -60),  # astronomical twilight does
    (40.71, -74),  # New York
    (35.7, 139.7),  # Tokyo
    (23.44, 113),  # the tropic
    (10, 179.99),
    (0, -78),
    (0.001, 6.7),
    (-8, -179.99),
    (-23, -43),
    (-33.87, 151.2),  # Sydney
    (-37.82, 144.97),  # Melbourne
    (-45.03, 170),
    (-54.8, -68.3),  # Ushuaia
    (-60.7, -45.6),
    (-64.77, -64.05),
    (-66.6, 140),
    (-77.85, 166.67),  # McMurdo
    (-82, -180),
    (-89.97, -120),
    (-90, -90),
)
FIRST, LAST = seconds(2023, 1, 1), seconds(2025, 1, 1)
DAY = 86_400


def budget(latitude: float) -> float:
    """Seconds that an event may be off."""
    return 6 if abs(latitude) <= 65 else 60


def runs_of(schedule: Solar, first: float, last: float) -> Floats:
    start, end = (datetime.fromtimestamp(second, UTC) for second in (first, last))
    return np.array([run.timestamp() for run in schedule.runs(start, end)])


def counted(events: Floats, first: float, last: float) -> Floats:
    """Those in `[first, last)` but the first and the last of each season."""
    breaks = np.diff(events) > 1.5 * DAY
    inner = ~(np.r_[True, breaks] | np.r_[breaks, True])
    return events[np.flatnonzero(inner & (events >= first) & (events < last))]


def strays(events: Floats, others: Floats, tolerance: float) -> list[datetime]:
    """The events that none of the others is as near to as the tolerance."""
    gaps = np.abs(events[:, None] - others[None, :]).min(axis=1, initial=np.inf)
    return [datetime.fromtimestamp(event, UTC) for event in events[gaps > tolerance]]


def compare(schedule: Solar, truth: Floats, first: float, last: float) -> None:
    """No event of `[first, last)` is missed, invented or off by more than the budget."""
    found = runs_of(schedule, first - 2 * DAY, last + 2 * DAY)
    tolerance = budget(schedule.latitude)
    assert strays(counted(truth, first, last), found, tolerance) == [], "missed"
    assert strays(counted(found, first, last), truth, tolerance) == [], "invented"


@pytest.mark.parametrize(("latitude", "longitude"), PLACES)
def test_every_event_is_where_the_jpl_ephemeris_has_it(latitude: float, longitude: float) -> None:
    # Half a year has all there is to see: an equinox, a solstice, a polar night and its end.
    last = LAST if deep() else seconds(2023, 7, 15)
    sun = jpl_sun(FIRST - 4 * DAY, last + 4 * DAY)
    crossings = sun.crossings([-18.0, -12.0, -6.0, -0.8333], latitude, longitude)
    for name, crossing in EVENTS.items():
        if isinstance(crossing, Transit):
            truth = sun.transits(longitude, lower=name == "solar_midnight")
        else:
            truth = crossings[crossing]
        compare(solar(name, latitude, longitude), truth, FIRST, last)


@pytest.mark.parametrize("year", [1905, 1990, 2050])
def test_the_budget_holds_in_other_decades_where_the_sun_only_grazes_the_altitude(
    year: int,
) -> None:
    first, last = seconds(year, 5, 1), seconds(year, 8, 15)
    sun = JplSun(first - 4 * DAY, last + 4 * DAY, ut1=True)
    for latitude in (48.5, 54.6, 60.6, 65.7, -66.5):
        for (degrees, rising), truth in sun.crossings([-18, -12, -6, -0.8333], latitude, 9).items():
            compare(solar(None, latitude, 9, degrees=degrees, rising=rising), truth, first, last)


@pytest.mark.parametrize("degrees", [-50, -4, 23.4, 70])
def test_any_altitude_is_met_as_well_as_the_named_ones(degrees: float) -> None:
    sun = jpl_sun(FIRST - 4 * DAY, LAST + 4 * DAY)
    for latitude, longitude in ((90, 0), (66.56, -18), (43, 5), (-20, 57)):
        for rising in (True, False):
            truth = sun.crossings([degrees], latitude, longitude)[degrees, rising]
            schedule = solar(None, latitude, longitude, degrees=degrees, rising=rising)
            if len(truth):
                compare(schedule, truth, FIRST, FIRST + 366 * DAY)
            else:
                with pytest.raises(SearchHorizonError):
                    schedule.next_run(utc(2023, 1, 1))


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 0), (65, 40), (0, -78), (-37.82, 145)])
def test_the_oracle_agrees_with_skyfield_itself(latitude: float, longitude: float) -> None:
    from skyfield.api import wgs84

    timescale, bodies = skyfield()
    sun = jpl_sun(FIRST - 4 * DAY, LAST + 4 * DAY)
    days = np.arange(5.0, 720.0, 17.3)
    place = bodies["earth"] + wgs84.latlon(latitude, longitude)
    moments = timescale.utc(2023, 1, 1 + np.floor(days), 0, 0, days % 1 * DAY)
    seen = place.at(moments).observe(bodies["sun"]).apparent().altaz()[0].degrees
    own = sun.altitude(sun.position(FIRST + days * DAY), latitude, longitude)
    assert np.abs(own - seen).max() < 0.5 / 3600  # skyfield adds the Earth's spin to aberration


# Against Celery, which asks ephem.


@pytest.mark.parametrize("event", [event for event in EVENTS if event != "solar_midnight"])
def test_celery_runs_within_seconds_of_the_same_time(event: str) -> None:
    celery = pytest.importorskip("celery")
    schedules = pytest.importorskip("celery.schedules")
    pytest.importorskip("ephem")
    app = celery.Celery(set_as_current=False)
    for latitude, longitude in ((-37.81753, 144.96715), (45, -93), (1, 104)):
        ours = solar(event, latitude, longitude)
        for day in range(0, 366, 5):
            now = utc(2024, 1, 1) + timedelta(days=day)
            theirs = schedules.solar(
                event, latitude, longitude, app=app, nowfun=lambda now=now: now
            )
            run = ours.next_run(now)
            assert run is not None
            assert abs(run - now - theirs.remaining_estimate(now)) < timedelta(seconds=5)


# Near the poles.


def test_tromso_has_no_sunrise_from_late_november_to_mid_january() -> None:
    sunrise = solar("sunrise", 69.6492, 18.9553, tz="Europe/Oslo")
    runs = sunrise.runs(utc(2023, 11, 25), utc(2024, 1, 18))
    assert [format(run, "%d %b %H:%M") for run in runs] == [
        "25 Nov 10:40",
        "26 Nov 10:53",
        "27 Nov 11:11",
        "15 Jan 11:46",
        "16 Jan 11:20",
        "17 Jan 11:07",
    ]


def test_the_polar_night_still_has_its_noons() -> None:
    noons = solar("solar_noon", 69.6492, 18.9553).runs(utc(2023, 12, 1), utc(2024, 1, 1))
    assert [noon.day for noon in noons] == list(range(1, 32))


def test_the_midnight_sun_has_its_midnights() -> None:
    midnights = solar("solar_midnight", 69.6492, 18.9553, tz="Europe/Oslo")
    runs = list(midnights.runs(utc(2024, 6, 1), utc(2024, 7, 1)))
    assert [run.day for run in runs] == [*range(2, 31), 1]
    assert {format(run, "%H") for run in runs} == {"00"}


@pytest.mark.parametrize("longitude", [-180, -77.7, 0, 123, 180])
def test_midnight_is_half_way_between_two_noons(longitude: float) -> None:
    noon, midnight = solar("solar_noon", 10, longitude), solar("midnight", 10, longitude)
    # By how much two noons are unevenly far from each other grows and shrinks with the year.
    for month in range(1, 13):
        before, after = noon.period(utc(2026, month, 15))
        assert before is not None
        assert after is not None
        (night,) = midnight.runs(before, after)
        assert abs(night - (before + (after - before) / 2)) <= timedelta(seconds=1)


def test_midnight_is_short_for_solar_midnight() -> None:
    short, long = solar("midnight", 48.86, 2.35), solar("solar_midnight", 48.86, 2.35)
    assert short == long != solar("solar_noon", 48.86, 2.35)
    assert (short.event, repr(short)) == ("solar_midnight", repr(long))


def test_between_april_and_august_the_sun_does_not_set_on_longyearbyen() -> None:
    sunset = solar("sunset", 78.22, 15.65, tz="Arctic/Longyearbyen")
    last, following = sunset.period(utc(2024, 6, 21))
    assert last is not None
    assert following is not None
    assert (format(last, "%d %b"), format(following, "%d %b")) == ("18 Apr", "25 Aug")


@pytest.mark.parametrize(
    ("event", "latitude", "month"),
    [("sunrise", 90, 3), ("sunset", 90, 9), ("sunrise", -90, 9), ("sunset", -90, 3)],
)
def test_at_a_pole_the_sun_rises_and_sets_once_a_year(
    event: str, latitude: int, month: int
) -> None:
    runs = list(solar(event, latitude, 0).runs(utc(2000, 1, 1), utc(2030, 1, 1)))
    assert [(run.year, run.month) for run in runs] == [(year, month) for year in range(2000, 2030)]
    for longitude in (-180, -77.7, 123, 180):
        elsewhere = solar(event, latitude, longitude).next_run(utc(2000, 1, 1))
        assert elsewhere is not None
        assert abs(elsewhere - runs[0]) < timedelta(seconds=6)


def test_beside_a_pole_the_sun_comes_up_for_a_while_before_it_stays_up() -> None:
    start, end = utc(2024, 3, 1), utc(2024, 4, 1)
    rises = list(solar("sunrise", 89.5, 33).runs(start, end))
    sets = list(solar("sunset", 89.5, 33).runs(start, end))
    assert [run.day for run in rises] == [17, 18, 19]
    assert [run.day for run in sets] == [17, 18]
    assert sorted(rises + sets)[::2] == rises


@pytest.mark.parametrize(
    ("event", "longitude", "day"),
    [("sunrise", 90, utc(2024, 3, 19)), ("sunset", -90, utc(2024, 9, 22))],
)
def test_the_sun_can_rise_or_set_twice_in_a_day_of_utc(
    event: str, longitude: float, day: datetime
) -> None:
    assert solar(event, 65.6, longitude).count(day, day + timedelta(days=1)) == 2


# A search.

events = st.sampled_from(sorted(EVENTS))
latitudes = st.floats(-90, 90) | st.sampled_from([90, -90, 89.95, 66.56, -66.56, 0])
longitudes = st.floats(-180, 180) | st.sampled_from([180, -180, 0])
moments = st.integers(int(seconds(1900, 1, 1)), int(seconds(2100, 1, 1)))
offsets = st.sampled_from([0, -1800, 3600, -DAY, 20 * DAY]).map(lambda s: timedelta(seconds=s))


@few(66)
@given(events, latitudes, longitudes, moments, offsets)
def test_neighbours_do_not_depend_on_where_the_search_began(
    event: str, latitude: float, longitude: float, moment: int, offset: timedelta
) -> None:
    schedule = solar(event, latitude, longitude, offset=offset)
    try:
        following, preceding = schedule.next_epoch(moment), schedule.prev_epoch(moment + 1)
    except SearchHorizonError:
        return
    assert following is not None
    assert preceding is not None
    assert preceding <= moment < following
    assert schedule.next_epoch(preceding) == following
    assert schedule.prev_epoch(following) == preceding
    middle = (preceding + following) // 2
    assert schedule.next_epoch(middle) == following
    assert schedule.prev_epoch(middle + 1) == preceding
    assert schedule.next_epoch(following - 1) == following
    assert schedule.prev_epoch(preceding + 1) == preceding


def test_runs_are_whole_seconds_in_the_zone_of_the_schedule() -> None:
    run = solar("dusk_civil", 40.71, -74, tz="America/New_York").next_run(utc(2024, 7, 1))
    assert run == utc(2024, 7, 1, 1, 4, 18)
    assert run.tzinfo == ZoneInfo("America/New_York")
    assert (run.hour, run.microsecond) == (21, 0)


@pytest.mark.parametrize("minutes", [-30, 45, -3 * 24 * 60])
def test_an_offset_moves_every_run_by_elapsed_time(minutes: int) -> None:
    offset = timedelta(minutes=minutes)
    start, end = utc(2024, 3, 1), utc(2024, 5, 1)
    plain = solar("sunset", 51.48, 0, tz="Europe/London")
    moved = solar("sunset", 51.48, 0, offset=offset, tz="Europe/London")
    shifted = [run.astimezone(UTC) + offset for run in plain.runs(start, end)]
    assert [run.astimezone(UTC) for run in moved.runs(start + offset, end + offset)] == shifted


def test_another_zone_shows_the_same_runs() -> None:
    here = solar("sunrise", 35.7, 139.7, tz="Asia/Tokyo")
    there = here.in_zone("America/New_York")
    assert there == solar("sunrise", 35.7, 139.7, tz="America/New_York")
    assert there.next_run(utc(2024, 1, 1)) == here.next_run(utc(2024, 1, 1))
    assert here != there


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(NaiveDatetimeError):
        solar("sunrise", 0, 0).next_run(datetime(2024, 1, 1))


@pytest.mark.parametrize("event", ["solar_noon", "solar_midnight", "sunrise", "dusk_astronomical"])
@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "Pacific/Honolulu"])
@pytest.mark.parametrize("longitude", [-180, 0, 180])
@pytest.mark.parametrize("offset", [timedelta(0), timedelta(days=366), timedelta(days=-366)])
def test_the_calendar_ends_without_an_overflow(
    event: str, tz: str, longitude: float, offset: timedelta
) -> None:
    schedule = solar(event, 45, longitude, offset=offset, tz=tz)
    zone = ZoneInfo(tz)
    start, end = datetime(1, 1, 1, tzinfo=zone), datetime.max.replace(tzinfo=zone)
    assert schedule.prev_run(start) is None
    assert schedule.next_run(end) is None
    first, last = schedule.next_run(start), schedule.prev_run(end)
    assert first is not None
    assert last is not None
    assert (first.year, first.month, first.day) in {(1, 1, 1), (1, 1, 2)}
    assert (last.year, last.month, last.day) in {(9999, 12, 30), (9999, 12, 31)}
    assert schedule.prev_run(first) is None
    assert schedule.next_run(last) is None


def test_after_the_last_polar_sunrise_of_the_calendar_there_is_none() -> None:
    assert solar("sunrise", 90, 0).next_run(utc(9999, 12, 1)) is None
    assert solar("sunrise", 90, 0).prev_run(utc(1, 2, 1)) is None


@pytest.mark.parametrize(
    ("latitude", "degrees"),
    [(60, 80), (90, 23.5), (0, -90), (12, 90), (70, -43.6), (45, 68.45)],
)
def test_an_event_that_never_comes_ends_the_search_at_its_horizon(
    latitude: float, degrees: float
) -> None:
    for rising in (True, False):
        never = solar(None, latitude, 0, degrees=degrees, rising=rising)
        with pytest.raises(SearchHorizonError, match=str(HORIZON)):
            never.next_run(utc(2024, 1, 1))
        with pytest.raises(SearchHorizonError, match="does not happen"):
            never.prev_run(utc(2024, 1, 1))


@pytest.mark.parametrize("year", [-500, 0, 1, 1000, 1900, 2024, 2499, 2500, 9999])
def test_the_earth_loses_time_smoothly(year: int) -> None:
    assert abs(delta_t(year + 0.01) - delta_t(year - 0.01)) < 400 * 0.02 + 320


# Values.


@pytest.mark.parametrize(
    "schedule",
    [
        solar("sunset", -37.81753, 144.96715, tz="Australia/Melbourne"),
        solar("sunrise", 1, 2, offset=-timedelta(minutes=30)),
        solar("solar_noon", 90, -180, tz=timezone(timedelta(hours=5, minutes=30))),
        solar(None, 51.48, 0, degrees=-4, rising=True),
        solar(None, 51.48, 0, degrees=6, rising=False, offset=timedelta(seconds=1)),
    ],
    ids=repr,
)
def test_a_schedule_survives_its_repr_a_pickle_and_a_copy(schedule: Solar) -> None:
    assert eval(repr(schedule), {"solar": solar, "datetime": dt}) == schedule
    for again in (pickle.loads(pickle.dumps(schedule)), copy.deepcopy(schedule)):
        assert again == schedule
        assert hash(again) == hash(schedule)
        assert again.next_run(utc(2024, 1, 1)) == schedule.next_run(utc(2024, 1, 1))


def test_a_schedule_cannot_be_changed() -> None:
    schedule = solar("sunrise", 1, 2)
    with pytest.raises(AttributeError):
        schedule.latitude = 3.0  # type: ignore[misc]  # frozen
    with pytest.raises((AttributeError, TypeError)):
        schedule.other = 3.0  # type: ignore[attr-defined]  # refused


def test_equal_means_the_same_events() -> None:
    sunrise = solar("sunrise", 51.48, 180)
    assert sunrise == solar(None, 51.48, 180, degrees=-0.8333, rising=True)
    assert sunrise == solar("sunrise", 51.48, -180)
    assert len({sunrise, solar("sunrise", Decimal("51.48"), -180)}) == 1
    others = [
        solar("sunset", 51.48, 180),
        solar("dawn_civil", 51.48, 180),
        solar("solar_noon", 51.48, 180),
        solar("sunrise", 51.49, 180),
        solar("sunrise", 51.48, 179),
        solar("sunrise", 51.48, 180, offset=timedelta(seconds=1)),
        solar("sunrise", 51.48, 180, tz="Asia/Tokyo"),
    ]
    assert sunrise not in others
    assert sunrise != "sunrise"


def test_a_schedule_shows_what_it_was_made_of() -> None:
    schedule = solar("sunrise", 1, Fraction(5, 2), offset=timedelta(minutes=-5))
    assert (schedule.event, schedule.latitude, schedule.longitude) == ("sunrise", 1.0, 2.5)
    assert (schedule.offset, schedule.degrees, schedule.rising) == (
        timedelta(minutes=-5),
        None,
        None,
    )
    custom = solar(None, 1, 2, degrees=-4, rising=False)
    assert (custom.event, custom.degrees, custom.rising) == (None, -4.0, False)


# Errors.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"event": "sunrize"}, "'sunrize' is not a solar event: did you mean sunrise"),
        ({"event": "noon"}, "did you mean solar_noon"),
        ({"event": "Midnight"}, "did you mean solar_midnight"),
        ({"event": "x" * 100_000}, "use one of dawn_astronomical, dawn_nautical"),
        ({"event": ""}, "use one of dawn_astronomical, dawn_nautical"),
        ({"event": "Dawn"}, "did you mean dawn_astronomical or dawn_nautical or dawn_civil?"),
        ({"event": 7}, "event must be a name or None, not int"),
        ({"event": None}, "needs both degrees= and rising="),
        ({"event": None, "degrees": 3}, "needs both degrees= and rising="),
        ({"event": None, "rising": True}, "or name an event: dawn_astronomical"),
        ({"event": None, "degrees": 91, "rising": True}, "degrees must be from -90 to 90"),
        ({"event": None, "degrees": "3", "rising": True}, "degrees must be a number of degrees"),
        ({"event": None, "degrees": 3, "rising": 1}, "rising must be True or False, not int"),
        ({"degrees": 3, "rising": True}, "sunrise has its own altitude"),
        ({"rising": True}, "sunrise has its own altitude"),
        ({"latitude": 90.1}, "latitude must be from -90 to 90 degrees, not 90.1"),
        ({"latitude": float("nan")}, "latitude must be from -90 to 90 degrees, not nan"),
        ({"latitude": 10**5000}, "latitude must be from -90 to 90 degrees"),
        ({"latitude": Decimal("sNaN")}, "latitude must be from -90 to 90 degrees"),
        ({"latitude": "51.48"}, "latitude must be a number of degrees, not str"),
        ({"latitude": True}, "latitude must be a number of degrees, not bool"),
        ({"longitude": 180.01}, "longitude must be from -180 to 180 degrees, not 180.01"),
        ({"longitude": float("-inf")}, "longitude must be from -180 to 180 degrees, not -inf"),
        ({"longitude": None}, "longitude must be a number of degrees, not NoneType"),
        ({"offset": 30}, "offset must be a timedelta, not int"),
        ({"offset": timedelta(milliseconds=1)}, "offset must be whole seconds"),
        ({"offset": timedelta(days=367)}, "at most 366 days, not 367 days"),
    ],
)
def test_a_value_that_makes_no_sense_is_explained(arguments: dict[str, Any], message: str) -> None:
    values: dict[str, Any] = {"event": "sunrise", "latitude": 51.48, "longitude": 0} | arguments
    with pytest.raises(ScheduleError) as caught:
        solar(**values)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownTimeZoneError):
        solar("sunrise", 0, 0, tz="Europe/Pari")


def test_astral_is_loaded_by_the_first_question_and_not_before() -> None:
    code = (
        "import sys, datetime, duetime.kinds.sun as sun\n"
        "schedule = sun.solar('sunrise', 51.48, 0)\n"
        "assert 'astral' not in sys.modules\n"
        "schedule.next_run(datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))\n"
        "assert 'astral' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_question_with_an_end_has_an_answer_for_a_sun_that_never_stands_so_high() -> None:
    never = solar(None, 45, 0, degrees=80, rising=True)
    start, end = utc(2026, 6, 1), utc(2026, 6, 4)
    assert not never.matches(start)
    assert list(never.runs(start, end)) == []
    assert list(never.runs_back(end, start)) == []
    assert never.count(start, end) == 0
    assert never.within(start, end).next_run(start) is None
    assert never.within(start, end).prev_run(end) is None
    with pytest.raises(SearchHorizonError):
        never.next_run(start)


@pytest.mark.parametrize("event", ["sunrise", "solar_noon", "solar_midnight", "dusk_astronomical"])
@pytest.mark.parametrize("longitude", [-180.0, -71.3, 0.0, 179.9])
@pytest.mark.parametrize("offset", [timedelta(0), timedelta(hours=-50), timedelta(days=3)])
def test_an_event_at_the_very_end_of_a_question_is_found(
    event: str, longitude: float, offset: timedelta
) -> None:
    schedule = solar(event, 52.5, longitude, offset=offset)
    run = schedule.next_run(utc(2026, 3, 1))
    assert run is not None
    second = timedelta(seconds=1)
    assert list(schedule.runs(run - timedelta(days=9), run + second))[-1] == run
    assert list(schedule.runs_back(run + timedelta(days=9), run))[-1] == run
    assert schedule.matches(run)
