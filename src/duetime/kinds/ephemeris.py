"""Where the Sun stands, to an arc second between 1900 and 2050.

`astral` gives the Earth's elliptic orbit, good to 34 arc seconds. What it leaves out is added
here: the pull of the planets and the Moon, nutation, aberration, and the slowing of the Earth.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from math import acos, asin, atan2, cos, floor, radians, remainder, sin, tan, tau
from typing import Final, NamedTuple, Self

from duetime.zones import DAY


class SunAt(NamedTuple):
    """The apparent Sun at one moment, in radians.

    `ahead` is the equation of time: by how much the Sun's hour angle exceeds the mean Sun's.
    `parallax` is how much lower it stands on the horizon than seen from the Earth's centre.
    """

    ahead: float
    declination: float
    parallax: float


@lru_cache(maxsize=1 << 12)
def sun_at(day: int) -> SunAt:
    """The Sun at noon of UTC, on a day counted from 1 January 1970.

    UTC stands for UT1, from which it is never kept a second away. Sources: Meeus, Astronomical
    Algorithms, chapters 12, 13, 22 and 25; Capitaine, Wallace and Chapront (2003) for sidereal
    time and the precession that goes with it.
    """
    # A schedule of another kind should not pay for loading it.
    from astral import sun as orbit

    days = day - J2000
    century = (days + delta_t(2000 + days / 365.25) / DAY) / 36525
    mean_longitude = radians(orbit.geom_mean_long_sun(century))
    anomaly = radians(orbit.geom_mean_anomaly_sun(century))
    distance = orbit.sun_rad_vector(century)
    node = radians(125.04452 - 1934.136261 * century)
    moon = radians(218.3165 + 481267.8813 * century)

    nutation = ARC_SECOND * (
        -17.1996 * sin(node)
        - 1.3187 * sin(2 * mean_longitude)
        - 0.2274 * sin(2 * moon)
        + 0.2062 * sin(2 * node)
        + 0.1426 * sin(anomaly)
    )
    obliquity = radians(orbit.mean_obliquity_of_ecliptic(century)) + ARC_SECOND * (
        9.2025 * cos(node)
        + 0.5736 * cos(2 * mean_longitude)
        + 0.0977 * cos(2 * moon)
        - 0.0895 * cos(2 * node)
    )
    latitude = _series(LATITUDE, century)
    longitude = (
        radians(orbit.sun_true_long(century))
        + _series(LONGITUDE, century)
        + nutation
        + (PRECESSION * century - ABERRATION / distance) * ARC_SECOND
    )

    sin_obliquity, cos_obliquity = sin(obliquity), cos(obliquity)
    sin_longitude = sin(longitude)
    ascension = atan2(sin_longitude * cos_obliquity - tan(latitude) * sin_obliquity, cos(longitude))
    declination = asin(
        sin(latitude) * cos_obliquity + cos(latitude) * sin_obliquity * sin_longitude
    )
    # Greenwich sidereal time less the mean Sun's hour angle, which turns 360 degrees a day.
    sidereal = (
        radians((280.46061837504 + 0.985612288087613 * days) % 360)
        + (0.014506 + (4612.156534 + 1.3915817 * century) * century) * ARC_SECOND
        + nutation * cos_obliquity
    )
    ahead = remainder(sidereal - ascension, tau)
    return SunAt(ahead, declination, PARALLAX / distance * ARC_SECOND)


def delta_t(year: float) -> float:
    """Seconds by which terrestrial time is ahead of the Earth's rotation.

    Interpolated in values of Stephenson, Morrison and Hohenkerk (2016; addendum of 2021); their
    parabola for years beyond.
    """
    place = bisect_right(DELTA_T_YEARS, year)
    if not 0 < place < len(DELTA_T):
        return -320 + 32.5 * ((year - 1825) / 100) ** 2
    (start, low), (end, high) = DELTA_T[place - 1 : place + 1]
    return low + (high - low) * (year - start) / (end - start)


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

    __slots__ = ("_centre", "_cos", "_declination", "_hour_angle", "_sin", "_tan", "parallax")

    def __init__(self, latitude: float, noon: float, middle: float) -> None:
        """`noon` is the mean noon of a solar day, `middle` a moment; both in seconds of UTC."""
        day = floor(middle / DAY)
        before, here, after = sun_at(day - 1), sun_at(day), sun_at(day + 1)
        self._centre = day * DAY + DAY // 2
        ahead = Parabola.through(before.ahead, here.ahead, after.ahead)
        mean = (self._centre - noon) / DAY * tau
        self._hour_angle = Parabola(mean + ahead.value, tau + ahead.rate, ahead.bend)
        self._declination = Parabola.through(
            before.declination, here.declination, after.declination
        )
        north = radians(latitude)
        self._sin, self._cos, self._tan = sin(north), cos(north), tan(north)
        self.parallax = here.parallax

    def second(self, moment: float) -> int:
        """The nearest second of UTC."""
        return self._centre + floor(moment * DAY + 0.5)

    def at_hour_angle(self, angle: float) -> float:
        """The moment at which the Sun has an hour angle."""
        value, rate, bend = self._hour_angle
        moment = (angle - value) / rate
        return moment - moment * moment * bend / rate

    def half_arc(self, height: float) -> float:
        """About the hour angle, 0 to pi, at which the Sun has a height: that of its middle path."""
        declination = self._declination.value
        cosine = (height - self._sin * sin(declination)) / (self._cos * cos(declination))
        return acos(max(-1.0, min(1.0, cosine)))

    def height(self, moment: float) -> float:
        """The sine of the Sun's altitude."""
        return self.height_and_climb(moment)[0]

    def height_and_climb(self, moment: float) -> tuple[float, float]:
        """The sine of the Sun's altitude and how much it grows in a day."""
        declination = self._declination.at(moment)
        hour_angle = self._hour_angle.at(moment)
        up, out = sin(declination), cos(declination)
        along = self._cos * cos(hour_angle)
        turning = self._cos * out * sin(hour_angle) * self._hour_angle.slope(moment)
        drifting = (self._sin * out - along * up) * self._declination.slope(moment)
        return self._sin * up + along * out, drifting - turning

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
            drift = self._declination.slope(moment) / self._hour_angle.slope(moment)
            lean = self._tan - tan(declination) * cos(self._hour_angle.at(moment))
            shift = asin(max(-1.0, min(1.0, lean * drift)))
            last, moment = moment, self.at_hour_angle(transit - shift if transit else shift)
            if abs(moment - last) < TURN_PRECISION:
                break
        return moment


def _series(terms: tuple[tuple[float, float, float], ...], century: float) -> float:
    millennium, total = century / 10, 0.0
    for size, phase, rate in terms:
        total += size * cos(phase + rate * millennium)
    return total * 1e-8


TURN_PRECISION: Final = 1e-3
"""Days. The next step would be a tenth of this one or less, and the altitude is all but level."""
MOST_TURNS: Final = 8
"""Where an extreme is still moving after these, the Sun's altitude hardly does."""

ARC_SECOND: Final = radians(1 / 3600)
J2000: Final = 10957
"""The day 1 January 2000, at whose noon the epoch of all formulas here lies."""
ABERRATION: Final = 20.4898
"""Arc seconds, at the mean distance."""
PARALLAX: Final = 8.794
"""Arc seconds, at the mean distance."""
PRECESSION: Final = -0.29965
"""Arc seconds a century that the IAU 2000 took off the precession that astral's orbit holds."""

DELTA_T: Final = (
    (-500, 16939),
    (0, 10441),
    (250, 7948),
    (500, 5586),
    (750, 3340),
    (1000, 1650),
    (1250, 791.2),
    (1500, 292.3),
    (1600, 109.1),
    (1700, 14.1),
    (1750, 16.9),
    (1800, 18.4),
    (1830, 10.8),
    (1850, 9.3),
    (1870, 2.4),
    (1885, -4.4),
    (1900, -2.0),
    (1910, 11.1),
    (1920, 21.6),
    (1930, 24.4),
    (1940, 24.4),
    (1950, 28.9),
    (1960, 33.1),
    (1970, 39.9),
    (1980, 50.5),
    (1990, 56.9),
    (1995, 60.8),
    (2000, 63.8),
    (2005, 64.7),
    (2010, 66.1),
    (2015, 67.6),
    (2020, 69.4),
    (2025, 69.1),
    (2035, 69.3),
    (2050, 71.4),
    (2075, 80.4),
    (2100, 95.9),
    (2150, 146.3),
    (2200, 221.6),
    (2300, 443.9),
    (2500, 1152),
)
"""Year and seconds."""
DELTA_T_YEARS: Final = [year for year, _ in DELTA_T]

# What the theory VSOP87 (Bretagnon and Francou 1988) adds to an ellipse: size in 1e-8 radians,
# phase in radians, rate in radians per millennium. Multiples of the year's own rate, 6283.08,
# are the ellipse, and astral has them.
LONGITUDE: Final = (
    (3497, 2.7441, 5753.3849),
    (3418, 2.8289, 3.5231),
    (3136, 3.6277, 77713.7715),
    (2676, 4.4181, 7860.4194),
    (2343, 6.1352, 3930.2097),
    (1324, 0.7425, 11506.7698),
    (1273, 2.0371, 529.6910),
    (1199, 1.1096, 1577.3435),
    (990, 5.233, 5884.927),
    (902, 2.045, 26.298),
    (857, 3.508, 398.149),
    (780, 1.179, 5223.694),
    (753, 2.533, 5507.553),
    (492, 4.205, 775.523),
    (357, 2.920, 0.067),
    (317, 5.849, 11790.629),
    (284, 1.899, 796.298),
    (271, 0.315, 10977.079),
    (243, 0.345, 5486.778),
    (206, 4.806, 2544.314),
    (205, 1.869, 5573.143),
    (202, 2.458, 6069.777),
    (156, 0.833, 213.299),
    (132, 3.411, 2942.463),
    (126, 1.083, 20.775),
    (115, 0.645, 0.980),
    (103, 0.636, 4694.003),
    (102, 0.976, 15720.839),
    (102, 4.267, 7.114),
    (99, 6.21, 2146.17),
    (98, 0.68, 155.42),
    (86, 5.98, 161000.69),
    (85, 1.30, 6275.96),
    (85, 3.67, 71430.70),
    (80, 1.81, 17260.15),
    (79, 3.04, 12036.46),
    (75, 1.76, 5088.63),
    (74, 3.50, 3154.69),
    (74, 4.68, 801.82),
    (70, 0.83, 9437.76),
    (62, 3.98, 8827.39),
    (61, 1.82, 7084.90),
    (57, 2.78, 6286.60),
    (56, 4.39, 14143.50),
    (56, 3.47, 6279.55),
    (52, 0.19, 12139.55),
    (52, 1.33, 1748.02),
    (51, 0.28, 5856.48),
)
"""Terms of 0.1 arc seconds and more. The third, of one month, is the Moon's."""
LATITUDE: Final = (
    (-280, 3.199, 84334.662),
    (-102, 5.422, 5507.553),
    (-80, 3.88, 5223.69),
)
