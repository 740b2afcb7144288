"""Solar events: dawn, sunrise, noon, sunset, dusk, and any other altitude of the Sun.

Between two neighbouring extremes of its altitude the Sun passes a given altitude once or not at
all. So an event belongs to one *solar day* of its place, is looked for between the real extremes
around that day's noon, and is the same whichever question leads to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Self, SupportsFloat, SupportsIndex

from duetime.ephemeris import sun_at
from duetime.errors import ScheduleError, SearchHorizonError, shorten
from duetime.schedule import InstantSchedule
from duetime.zones import DAY, FIRST_LABEL, LAST_LABEL, SECOND, Zone, find_zone


class Crossing(NamedTuple):
    """The Sun's centre passes an altitude, in degrees, on its way up or down."""

    degrees: float
    rising: bool


EVENTS: Final[dict[str, Crossing | None]] = {
    "dawn_astronomical": Crossing(-18.0, rising=True),
    "dawn_nautical": Crossing(-12.0, rising=True),
    "dawn_civil": Crossing(-6.0, rising=True),
    "sunrise": Crossing(-0.8333, rising=True),
    "solar_noon": None,
    "sunset": Crossing(-0.8333, rising=False),
    "dusk_civil": Crossing(-6.0, rising=False),
    "dusk_nautical": Crossing(-12.0, rising=False),
    "dusk_astronomical": Crossing(-18.0, rising=False),
}
"""The named events in the order of the day; None is the transit, which crosses no altitude."""

HORIZON: Final = 20 * 366
"""Days that a search goes on without an event. Nutation, the slowest swing of the Sun's path that
can decide whether an event happens, comes round in 18.6 years."""
LONGEST_OFFSET: Final = timedelta(days=366)


def solar(
    event: str | None,
    latitude: SupportsFloat,
    longitude: SupportsFloat,
    *,
    offset: timedelta = timedelta(0),
    degrees: SupportsFloat | None = None,
    rising: bool | None = None,
    tz: tzinfo | str = "UTC",
) -> Solar:
    """A schedule that runs at an event of the Sun at a place, on every day on which it happens.

    `event` is `dawn_astronomical`, `dawn_nautical`, `dawn_civil`, `sunrise`, `solar_noon`,
    `sunset`, `dusk_civil`, `dusk_nautical` or `dusk_astronomical`. For any other altitude it is
    None, and `degrees` (above the horizon, -90 to 90) and `rising` (up or down) say which.
    `latitude` is -90 to 90 degrees, north positive; `longitude` -180 to 180, east positive.
    `offset` moves every run by whole seconds; a negative one is before the event.

    The altitude is that of the Sun's centre as seen from sea level without air. Dawn and dusk are
    at -18, -12 and -6 degrees, sunrise and sunset at -0.8333, which makes up for the air and the
    Sun's size; noon is the transit. Runs are whole seconds, right to 6 s up to 65 degrees of
    latitude and to 60 s beyond. A search that meets no event in 20 years raises
    SearchHorizonError.

    Raises ScheduleError for an unknown event and for values out of range.

    >>> from datetime import UTC, datetime, timedelta
    >>> from duetime import solar
    >>> lights = solar("sunset", -37.81753, 144.96715, offset=-timedelta(minutes=30),
    ...                tz="Australia/Melbourne")
    >>> print(lights.next_run(datetime(2026, 1, 5, tzinfo=UTC)))
    2026-01-05 20:15:40+11:00
    >>> golden_hour = solar(None, 51.48, 0, degrees=6, rising=False)
    >>> print(golden_hour.next_run(datetime(2026, 6, 21, tzinfo=UTC)))
    2026-06-21 19:26:41+00:00
    """
    if event is None:
        degrees, rising = _altitude(degrees, rising)
    else:
        event = _event(event, degrees, rising)
        degrees = rising = None
    return Solar(
        event,
        _angle("latitude", latitude, 90),
        _angle("longitude", longitude, 180),
        _offset(offset),
        degrees,
        rising,
        find_zone(tz),
    )


def _event(name: object, degrees: object, rising: object) -> str:
    if not isinstance(name, str):
        raise ScheduleError(f"event must be a name or None, not {type(name).__name__}")
    if name not in EVENTS:
        near = get_close_matches(name[:64].casefold(), EVENTS, 2)
        advice = f"did you mean {' or '.join(near)}?" if near else f"use one of {', '.join(EVENTS)}"
        raise ScheduleError(f"{shorten(name)} is not a solar event: {advice}")
    if degrees is not None or rising is not None:
        raise ScheduleError(
            f"{name} has its own altitude: leave out degrees= and rising=,"
            " or give None as the event"
        )
    return name


def _altitude(degrees: object, rising: object) -> tuple[float, bool]:
    if degrees is None or rising is None:
        raise ScheduleError(
            "an altitude needs both degrees= and rising=, such as degrees=-4, rising=True;"
            f" or name an event: {', '.join(EVENTS)}"
        )
    if not isinstance(rising, bool):
        raise ScheduleError(f"rising must be True or False, not {type(rising).__name__}")
    return _angle("degrees", degrees, 90), rising


def _angle(name: str, value: object, bound: int) -> float:
    if not isinstance(value, SupportsFloat | SupportsIndex) or isinstance(value, bool):
        raise ScheduleError(f"{name} must be a number of degrees, not {type(value).__name__}")
    try:
        angle = float(value)
    except (ArithmeticError, ValueError):  # an int or a Decimal that no float can hold
        angle = math.inf
    if -bound <= angle <= bound:
        return angle
    raise ScheduleError(f"{name} must be from -{bound} to {bound} degrees, not {angle:g}")


def _offset(value: object) -> timedelta:
    if not isinstance(value, timedelta):
        raise ScheduleError(f"offset must be a timedelta, not {type(value).__name__}")
    if value.microseconds or abs(value) > LONGEST_OFFSET:
        raise ScheduleError(
            f"offset must be whole seconds, at most {LONGEST_OFFSET.days} days, not {value}"
        )
    return value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Solar(InstantSchedule):
    """The runs of one solar event at one place; made by `solar`.

    Two are equal when they follow the same altitude in the same direction at the same place, with
    the same offset and zone: `sunrise` equals `degrees=-0.8333, rising=True`.
    """

    event: str | None
    latitude: float
    longitude: float
    offset: timedelta
    degrees: float | None
    rising: bool | None
    zone: Zone

    @property
    def crossing(self) -> Crossing | None:
        """What makes the event; None for the transit."""
        if self.event is not None:
            return EVENTS[self.event]
        assert self.degrees is not None
        assert self.rising is not None
        return Crossing(self.degrees, self.rising)

    def in_zone(self, tz: tzinfo | str) -> Solar:
        """The same runs shown in another zone: the Sun does not look at clocks."""
        return replace(self, zone=find_zone(tz))

    def _after(self, instant: int) -> int | None:
        return self._search(instant // SECOND, 1)

    def _before(self, instant: int) -> int | None:
        return self._search(-(-instant // SECOND), -1)

    def _search(self, second: int, step: Literal[1, -1]) -> int | None:
        """The nearest run after (step 1) or before (-1) a second of UTC, as an instant."""
        offset = self.offset.days * DAY + self.offset.seconds
        sought = second - offset
        # No zone and no longitude is three days away from UTC.
        first = (FIRST_LABEL - offset) // DAY - 3
        last = (LAST_LABEL - offset) // DAY + 3
        crossing = self.crossing
        start = day = first_day(crossing, self.longitude, sought, step)
        while first <= day <= last:
            if abs(day - start) > HORIZON:
                raise SearchHorizonError(f"{self!r} does not happen within {HORIZON} days")
            idle = idle_days(crossing, self.latitude, day)
            if not idle:
                event = event_of_day(crossing, self.latitude, self.longitude, day)
                if event is not None and (event - sought) * step > 0:
                    return (event + offset) * SECOND
            day += step * max(idle, 1)
        return None

    @property
    def _behaviour(self) -> tuple[object, ...]:
        # Both sides of the date line are one place.
        longitude = -180.0 if self.longitude == 180 else self.longitude
        return self.crossing, self.latitude, longitude, self.offset, self.zone

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Solar):
            return NotImplemented
        return self._behaviour == other._behaviour

    def __hash__(self) -> int:
        return hash(self._behaviour)

    def __repr__(self) -> str:
        given = [repr(self.event), repr(self.latitude), repr(self.longitude)]
        if self.offset:
            given.append(f"offset={self.offset!r}")
        if self.event is None:
            given += [f"degrees={self.degrees!r}", f"rising={self.rising!r}"]
        return f"solar({', '.join(given)}, tz={self.zone.spelling})"


# Solar days: of local mean solar time, numbered from the one in which 1970 begins at Greenwich.

SECONDS_PER_DEGREE: Final = 240
"""Seconds that the mean Sun takes for a degree of longitude."""
FASTEST: Final = math.radians(0.45)
"""More than the Sun's declination ever changes in a day."""
SLACK: Final = math.radians(1)
"""More than declination and parallax move the extremes of altitude within a solar day."""
REACH: Final = 13 * 3600
"""Seconds from the middle of an event's half of the day, where at a pole it can last a whole one,
to the latest it can happen; with room for the equation of time."""


def mean_noon(longitude: float, day: int) -> float:
    """The middle of a solar day, in seconds of UTC."""
    return (day + 0.5) * DAY - longitude * SECONDS_PER_DEGREE


def first_day(
    crossing: Crossing | None, longitude: float, second: int, step: Literal[1, -1]
) -> int:
    """The first solar day, looking forwards (step 1) or back (-1), with an event past `second`."""
    middle = _middle(crossing)
    days = (second - step * REACH - middle + longitude * SECONDS_PER_DEGREE) / DAY - 0.5
    return math.floor(days) + 1 if step > 0 else math.ceil(days) - 1


def idle_days(crossing: Crossing | None, latitude: float, day: int) -> int:
    """For how many days from this one on, either way, the event certainly does not happen."""
    if crossing is None:
        return 0
    north = math.radians(latitude)
    declination = sun_at(day).declination
    highest = math.pi / 2 - abs(north - declination)
    lowest = abs(north + declination) - math.pi / 2
    altitude = math.radians(crossing.degrees)
    missed_by = max(altitude - highest, lowest - altitude) - SLACK
    return 0 if missed_by < 0 else 1 + int(missed_by / FASTEST)


@lru_cache(maxsize=1 << 12)
def event_of_day(
    crossing: Crossing | None, latitude: float, longitude: float, day: int
) -> int | None:
    """The second of UTC at which an event happens on a solar day, None if it does not.

    General approach: from its lowest point before noon the Sun climbs without a turn to its
    highest, and then sinks without a turn to its lowest. If the altitude sought lies between the
    ends of its half of the day, Newton's method finds the moment, and bisection keeps it between
    the ends.
    """
    noon = mean_noon(longitude, day)
    path = Path(latitude, noon, noon + _middle(crossing))
    if crossing is None:
        return path.second(path.at_hour_angle(0))
    up = 1 if crossing.rising else -1
    altitude = math.radians(crossing.degrees)
    # Parallax lowers the Sun by as much as it must stand higher for the Earth's centre.
    sought = math.sin(altitude + path.parallax * math.cos(altitude))
    low, high = path.extreme(-up * math.pi), path.extreme(0)
    if not path.height(low) < sought <= path.height(high):
        return None
    moment = path.at_hour_angle(-up * path.half_arc(sought))
    correction = math.inf
    while min(abs(correction), abs(high - low)) > PRECISION:
        if not min(low, high) < moment < max(low, high):
            moment = (low + high) / 2
        excess = path.height(moment) - sought
        low, high = (moment, high) if excess < 0 else (low, moment)
        correction = excess / (path.climb(moment) or up)
        moment -= correction
    return path.second(moment)


def _middle(crossing: Crossing | None) -> int:
    """Seconds from mean noon to the middle of the half of the day an event is looked for in."""
    if crossing is None:
        return 0
    return -DAY // 4 if crossing.rising else DAY // 4


# The path of the Sun over a place.

PRECISION: Final = 1e-8
"""Days: about a millisecond."""
TURN_PRECISION: Final = 1e-5
"""Days: about a second, in which the altitude near an extreme changes by 0.0006 arc seconds."""
MOST_TURNS: Final = 8
"""Where an extreme is still moving after these, the Sun's altitude hardly does."""


class Parabola(NamedTuple):
    """`value + rate x + bend x²`."""

    value: float
    rate: float
    bend: float

    @classmethod
    def through(cls, before: float, here: float, after: float) -> Self:
        """The parabola with these values at -1, 0 and 1."""
        return cls(here, (after - before) / 2, (after + before) / 2 - here)

    def at(self, x: float) -> float:
        return self.value + x * (self.rate + x * self.bend)

    def slope(self, x: float) -> float:
        return self.rate + 2 * x * self.bend


class Path:
    """The Sun over a place, by its positions at three noons of UTC around a moment.

    Moments are counted in days from the middle one. Interpolating with parabolas costs less than
    0.03 arc seconds.
    """

    __slots__ = ("_centre", "_cos", "_declination", "_hour_angle", "_sin", "parallax")

    def __init__(self, latitude: float, noon: float, middle: float) -> None:
        """`noon` is the mean noon of a solar day, `middle` a moment; both in seconds of UTC."""
        day = math.floor(middle / DAY)
        before, here, after = sun_at(day - 1), sun_at(day), sun_at(day + 1)
        self._centre = day * DAY + DAY // 2
        ahead = Parabola.through(before.ahead, here.ahead, after.ahead)
        mean = (self._centre - noon) / DAY * math.tau
        self._hour_angle = Parabola(mean + ahead.value, math.tau + ahead.rate, ahead.bend)
        self._declination = Parabola.through(
            before.declination, here.declination, after.declination
        )
        self._sin = math.sin(math.radians(latitude))
        self._cos = math.cos(math.radians(latitude))
        self.parallax = here.parallax

    def second(self, moment: float) -> int:
        """The nearest second of UTC."""
        return self._centre + math.floor(moment * DAY + 0.5)

    def at_hour_angle(self, angle: float) -> float:
        """The moment at which the Sun has an hour angle."""
        moment = (angle - self._hour_angle.value) / self._hour_angle.rate
        return moment - (self._hour_angle.at(moment) - angle) / self._hour_angle.rate

    def half_arc(self, height: float) -> float:
        """About the hour angle, 0 to pi, at which the Sun has a height: that of its middle path."""
        declination = self._declination.value
        cosine = (height - self._sin * math.sin(declination)) / (self._cos * math.cos(declination))
        return math.acos(max(-1.0, min(1.0, cosine)))

    def height(self, moment: float) -> float:
        """The sine of the Sun's altitude."""
        declination = self._declination.at(moment)
        return self._sin * math.sin(declination) + self._cos * math.cos(declination) * math.cos(
            self._hour_angle.at(moment)
        )

    def climb(self, moment: float) -> float:
        """How fast the height grows."""
        declination, hour_angle = self._declination.at(moment), self._hour_angle.at(moment)
        drift = self._sin * math.cos(declination) - self._cos * math.sin(declination) * math.cos(
            hour_angle
        )
        return drift * self._declination.slope(moment) - self._cos * math.cos(
            declination
        ) * math.sin(hour_angle) * self._hour_angle.slope(moment)

    def extreme(self, transit: float) -> float:
        """The moment near the hour angle 0 or -pi or pi at which the Sun turns.

        Its declination drifts, so it is highest not at the transit, but where the loss by turning
        makes up for the drift: a minute later or earlier in middle latitudes, hours near a pole.
        Within 8 km of one the drift can prevail; then the Sun does not turn that day and the
        extremes meet, a quarter of a day from the transit.
        """
        moment = self.at_hour_angle(transit)
        for _ in range(MOST_TURNS):
            declination = self._declination.at(moment)
            across = self._cos * math.cos(declination)
            along = self._sin * math.cos(declination) - self._cos * math.sin(
                declination
            ) * math.cos(self._hour_angle.at(moment))
            drift = self._declination.slope(moment) / self._hour_angle.slope(moment)
            shift = math.asin(max(-1.0, min(1.0, along / across * drift)))
            last, moment = moment, self.at_hour_angle(transit - shift if transit else shift)
            if abs(moment - last) < TURN_PRECISION:
                break
        return moment
