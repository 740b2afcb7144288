"""Where the Sun stands in the sky of Greenwich, to half an arc second between 1900 and 2050.

`astral` gives the Earth's elliptic orbit, good to 34 arc seconds. What it leaves out is added
here: the pull of the planets and the Moon, nutation, aberration, and the slowing of the Earth.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from typing import Final, NamedTuple

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
    mean_longitude = math.radians(orbit.geom_mean_long_sun(century))
    anomaly = math.radians(orbit.geom_mean_anomaly_sun(century))
    distance = orbit.sun_rad_vector(century)
    node = math.radians(125.04452 - 1934.136261 * century)
    moon = math.radians(218.3165 + 481267.8813 * century)

    nutation = ARC_SECOND * (
        -17.1996 * math.sin(node)
        - 1.3187 * math.sin(2 * mean_longitude)
        - 0.2274 * math.sin(2 * moon)
        + 0.2062 * math.sin(2 * node)
        + 0.1426 * math.sin(anomaly)
    )
    obliquity = math.radians(orbit.mean_obliquity_of_ecliptic(century)) + ARC_SECOND * (
        9.2025 * math.cos(node)
        + 0.5736 * math.cos(2 * mean_longitude)
        + 0.0977 * math.cos(2 * moon)
        - 0.0895 * math.cos(2 * node)
    )
    latitude = _series(LATITUDE, century)
    longitude = (
        math.radians(orbit.sun_true_long(century))
        + _series(LONGITUDE, century)
        + nutation
        + (PRECESSION * century - ABERRATION / distance) * ARC_SECOND
    )

    sin_obliquity, cos_obliquity = math.sin(obliquity), math.cos(obliquity)
    sin_longitude = math.sin(longitude)
    ascension = math.atan2(
        sin_longitude * cos_obliquity - math.tan(latitude) * sin_obliquity, math.cos(longitude)
    )
    declination = math.asin(
        math.sin(latitude) * cos_obliquity + math.cos(latitude) * sin_obliquity * sin_longitude
    )
    # Greenwich sidereal time less the mean Sun's hour angle, which turns 360 degrees a day.
    sidereal = (
        math.radians((280.46061837504 + 0.985612288087613 * days) % 360)
        + (0.014506 + (4612.156534 + 1.3915817 * century) * century) * ARC_SECOND
        + nutation * cos_obliquity
    )
    ahead = math.remainder(sidereal - ascension, math.tau)
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


def _series(terms: tuple[tuple[float, float, float], ...], century: float) -> float:
    millennium = century / 10
    return 1e-8 * sum([size * math.cos(phase + rate * millennium) for size, phase, rate in terms])


ARC_SECOND: Final = math.radians(1 / 3600)
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
    (49, 0.49, 1194.45),
    (41, 5.37, 8429.24),
    (41, 2.40, 19651.05),
    (39, 6.17, 10447.39),
    (37, 6.04, 10213.29),
    (37, 2.57, 1059.38),
    (36, 1.71, 2352.87),
    (36, 1.78, 6812.77),
    (33, 0.59, 17789.85),
    (30, 0.44, 83996.85),
    (30, 2.74, 1349.87),
    (25, 3.16, 4690.48),
)
"""Terms of over 0.05 arc seconds. The third, of one month, is the Moon's."""
LATITUDE: Final = (
    (-280, 3.199, 84334.662),
    (-102, 5.422, 5507.553),
    (-80, 3.88, 5223.69),
    (-44, 3.70, 2352.87),
    (-32, 4.00, 1577.34),
)
