"""Solar events: dawn, sunrise, noon, sunset, dusk, midnight, and any other altitude of the Sun.

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
from typing import Final, NamedTuple, SupportsFloat, SupportsIndex, cast

from duetime.errors import InvalidValueError, SearchHorizonError, shorten
from duetime.kinds.ephemeris import Path, sun_at
from duetime.schedules import InstantSchedule, is_beyond
from duetime.zones import DAY, FIRST_LABEL, LAST_LABEL, SECOND, Step, Zone, find_zone


class Crossing(NamedTuple):
    """The Sun's centre passes an altitude, in degrees, on its way up or down."""

    degrees: float
    rising: bool


class Transit(NamedTuple):
    """The Sun's centre crosses the meridian."""

    hour_angle: float
    """In radians: 0 is where the Sun stands at noon, -pi where it stands at midnight before."""


EVENTS: Final[dict[str, Crossing | Transit]] = {
    "dawn_astronomical": Crossing(-18.0, rising=True),
    "dawn_nautical": Crossing(-12.0, rising=True),
    "dawn_civil": Crossing(-6.0, rising=True),
    "sunrise": Crossing(-0.8333, rising=True),
    "solar_noon": Transit(0.0),
    "sunset": Crossing(-0.8333, rising=False),
    "dusk_civil": Crossing(-6.0, rising=False),
    "dusk_nautical": Crossing(-12.0, rising=False),
    "dusk_astronomical": Crossing(-18.0, rising=False),
    "solar_midnight": Transit(-math.pi),
}
"""The named events in the order of the day."""

_SHORT: Final = {"midnight": "solar_midnight"}
"""What `solar` takes for a name too."""

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
    `sunset`, `dusk_civil`, `dusk_nautical`, `dusk_astronomical` or `solar_midnight` (`midnight` for
    short; that of the clock is `cron(hour=0)`). For any other altitude it is None, and `degrees`
    (above the horizon, -90 to 90) and `rising` (up or down) say which. `latitude` is -90 to 90
    degrees, north positive; `longitude` -180 to 180, east positive. `offset` moves every run by
    whole seconds; a negative one is before the event.

    The altitude is that of the Sun's centre as seen from sea level without air. Dawn and dusk are
    at -18, -12 and -6 degrees, sunrise and sunset at -0.8333, which makes up for the air and the
    Sun's size; noon is the transit of the meridian, and midnight the one below the pole. Runs are
    whole seconds, right to 6 s up to 65 degrees of latitude and to 60 s beyond. A search that meets
    no event in 20 years raises SearchHorizonError.

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
    altitude = None
    if event is None:
        altitude = _altitude(degrees, rising)
    else:
        event = _event(event, degrees, rising)
    return Solar(
        event,
        _angle("latitude", latitude, 90),
        _angle("longitude", longitude, 180),
        _offset(offset),
        altitude,
        find_zone(tz),
    )


def _event(name: object, degrees: object, rising: object) -> str:
    if not isinstance(name, str):
        raise InvalidValueError(f"event must be a name or None, not {type(name).__name__}")
    name = _SHORT.get(name, name)
    if name not in EVENTS:
        wanted = name[:64].casefold()
        part_of = [known for known in EVENTS if wanted and wanted in known]
        near = part_of or get_close_matches(wanted, EVENTS, 2)
        advice = f"did you mean {' or '.join(near)}?" if near else f"use one of {', '.join(EVENTS)}"
        raise InvalidValueError(f"{shorten(name)} is not a solar event: {advice}")
    if degrees is not None or rising is not None:
        raise InvalidValueError(
            f"{name} has its own altitude: leave out degrees= and rising=,"
            " or give None as the event"
        )
    return name


def _altitude(degrees: object, rising: object) -> Crossing:
    if degrees is None or rising is None:
        raise InvalidValueError(
            "an altitude needs both degrees= and rising=, such as degrees=-4, rising=True;"
            f" or name an event: {', '.join(EVENTS)}"
        )
    if not isinstance(rising, bool):
        raise InvalidValueError(f"rising must be True or False, not {type(rising).__name__}")
    return Crossing(_angle("degrees", degrees, 90), rising)


def _angle(name: str, value: object, bound: int) -> float:
    if not isinstance(value, SupportsFloat | SupportsIndex) or isinstance(value, bool):
        raise InvalidValueError(f"{name} must be a number of degrees, not {type(value).__name__}")
    try:
        angle = float(value)
    except (ArithmeticError, ValueError):  # an int or a Decimal that no float can hold
        angle = math.inf
    except TypeError:  # a type, which has the method of its values
        raise InvalidValueError(f"{name} must be a number of degrees, not {value!r}") from None
    if -bound <= angle <= bound:
        return angle
    raise InvalidValueError(f"{name} must be from -{bound} to {bound} degrees, not {angle:g}")


def _offset(value: object) -> timedelta:
    if not isinstance(value, timedelta):
        raise InvalidValueError(f"offset must be a timedelta, not {type(value).__name__}")
    if value.microseconds or abs(value) > LONGEST_OFFSET:
        raise InvalidValueError(
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
    altitude: Crossing | None
    """What makes an event without a name."""
    _zone: Zone

    @property
    def crossing(self) -> Crossing | Transit:
        """What makes the event."""
        return EVENTS[self.event] if self.event is not None else cast(Crossing, self.altitude)

    @property
    def degrees(self) -> float | None:
        """The altitude of an event without a name."""
        return None if self.altitude is None else self.altitude.degrees

    @property
    def rising(self) -> bool | None:
        """The direction of an event without a name."""
        return None if self.altitude is None else self.altitude.rising

    def in_zone(self, tz: tzinfo | str) -> Solar:
        """The same runs shown in another zone: the Sun does not look at clocks."""
        return replace(self, _zone=find_zone(tz))

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        second = instant // SECOND if step == 1 else -(-instant // SECOND)
        crossing = self.crossing
        offset = self.offset.days * DAY + self.offset.seconds
        sought = second - offset
        # No zone and no longitude is three days away from UTC.
        first = (FIRST_LABEL - offset) // DAY - 3
        last = (LAST_LABEL - offset) // DAY + 3
        if not first <= sought // DAY <= last:
            return None
        earliest, latest = span(crossing, self.latitude)
        # The first day that can have an event on the far side of the second.
        noon = sought - (latest if step > 0 else earliest)
        start = day = day_of_noon(self.longitude, noon, step)
        while first <= day <= last:
            # The side of its day from which an event is nearest to where the search began.
            near = math.floor(mean_noon(self.longitude, day)) + offset
            near += earliest - 1 if step == 1 else latest + 1
            if is_beyond(near * SECOND, step, bound):
                return None
            if abs(day - start) > HORIZON:
                raise SearchHorizonError(f"{self!r} does not happen within {HORIZON} days")
            event = event_of_day(crossing, self.latitude, self.longitude, day)
            if event is not None and (event - sought) * step > 0:
                return (event + offset) * SECOND
            if event is None and isinstance(crossing, Crossing):
                day += step * idle_days(crossing, self.latitude, day)
            else:
                day += step
        return None

    @property
    def _behaviour(self) -> tuple[object, ...]:
        # Both sides of the date line are one place.
        longitude = -180.0 if self.longitude == 180 else self.longitude
        return self.crossing, self.latitude, longitude, self.offset, self._zone

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
        return f"solar({', '.join(given)}, tz={self._zone.spelling})"


# Solar days: of local mean solar time, numbered from the one in which 1970 begins at Greenwich.

SECONDS_PER_DEGREE: Final = 240
"""Seconds that the mean Sun takes for a degree of longitude."""
FASTEST: Final = math.radians(0.45)
"""More than the Sun's declination ever changes in a day."""
SLACK: Final = math.radians(1)
"""More than declination and parallax move the extremes of altitude within a solar day."""
HOUR: Final = 3600
"""More than the equation of time and the drift of the extremes move an event, but near a pole."""
NEAR_POLE: Final = 89.0
PRECISION: Final = 1e-6
"""Days: a tenth of a second. The step of Newton's method after one so small is no step at all."""


def mean_noon(longitude: float, day: int) -> float:
    """The middle of a solar day, in seconds of UTC."""
    return (day + 0.5) * DAY - longitude * SECONDS_PER_DEGREE


def day_of_noon(longitude: float, second: int, step: Step) -> int:
    """The solar day of the first mean noon after (step 1) or the last before (-1) a second."""
    days = (second + longitude * SECONDS_PER_DEGREE) / DAY - 0.5
    return math.floor(days) + 1 if step > 0 else math.ceil(days) - 1


def span(crossing: Crossing | Transit, latitude: float) -> tuple[int, int]:
    """Between how many seconds from its mean noon the event of a solar day can happen."""
    if isinstance(crossing, Transit):
        middle = round(crossing.hour_angle / math.tau * DAY)
        return middle - HOUR, middle + HOUR
    # Around a pole the Sun can climb or sink all day long.
    spare = 7 * HOUR if abs(latitude) > NEAR_POLE else HOUR
    return (-DAY // 2 - spare, spare) if crossing.rising else (-spare, DAY // 2 + spare)


def idle_days(crossing: Crossing, latitude: float, day: int) -> int:
    """How many days, either way, are the fewest from one without the event to one with it."""
    north = math.radians(latitude)
    declination = sun_at(day).declination
    highest = math.pi / 2 - abs(north - declination)
    lowest = abs(north + declination) - math.pi / 2
    altitude = math.radians(crossing.degrees)
    missed_by = max(altitude - highest, lowest - altitude) - SLACK
    return 1 + max(0, int(missed_by / FASTEST))


@lru_cache(maxsize=1 << 12)
def event_of_day(
    crossing: Crossing | Transit, latitude: float, longitude: float, day: int
) -> int | None:
    """The second of UTC at which an event happens on a solar day, None if it does not.

    General approach: from its lowest point before noon the Sun climbs without a turn to its
    highest, and then sinks without a turn to its lowest. If the altitude sought lies between the
    ends of its half of the day, Newton's method finds the moment, and bisection keeps it between
    the ends.
    """
    noon = mean_noon(longitude, day)
    path = Path(latitude, noon, noon + sum(span(crossing, latitude)) / 2)
    if isinstance(crossing, Transit):
        return path.second(path.at_hour_angle(crossing.hour_angle))
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
        height, climb = path.height_and_climb(moment)
        low, high = (moment, high) if height < sought else (low, moment)
        correction = (height - sought) / (climb or up)
        moment -= correction
    return path.second(moment)
