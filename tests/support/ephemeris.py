"""The Sun according to the JPL ephemeris DE421, read by skyfield: the oracle of solar events.

It knows nothing of solar days, transits or Newton's method. It tabulates where the Sun is over
the rotating Earth, samples its altitude at a place every ten minutes and at every extreme between
the samples, and bisects wherever the altitude passes the one that was asked for.
"""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAY = 86_400
STEP = 7_200.0
"""Seconds between tabulated positions; between them cubics err by under 0.001 arc seconds."""
SAMPLE = 600.0
"""Seconds between the samples in which crossings are looked for."""
BISECTIONS = 14
"""From ten minutes to 0.04 s."""
JULIAN_1970 = 2_440_587.5


@cache
def skyfield() -> tuple[Any, Any]:
    """Skyfield's time scale and the bodies of DE421."""
    from skyfield.api import Loader

    with warnings.catch_warnings():
        # The package says that its Earth orientation file is old; it is not read here.
        warnings.simplefilter("ignore")
        from skyfield_data import get_skyfield_data_path

        load = Loader(get_skyfield_data_path(), verbose=False)
    return load.timescale(builtin=True), load("de421.bsp")


class JplSun:
    """The Sun from `start` to `end`, in seconds of UTC since 1970."""

    def __init__(self, start: float, end: float, *, ut1: bool = False) -> None:
        """`ut1` reads the seconds as UT1, for years that have no UTC."""
        timescale, bodies = skyfield()
        self._origin = start - 2 * STEP
        seconds = np.arange(self._origin, end + 3 * STEP, STEP)
        if ut1:
            moments = timescale.ut1_jd(JULIAN_1970 + seconds / DAY)
        else:
            # Day by day: skyfield counts leap seconds only between the days it is given.
            moments = timescale.utc(1970, 1, 1 + seconds // DAY, 0, 0, seconds % DAY)
        sun = bodies["earth"].at(moments).observe(bodies["sun"]).apparent()
        ascension, declination, distance = sun.radec("date")
        hour_angle = np.radians(15 * moments.gast) - ascension.radians
        self._table = np.stack(
            [np.unwrap(hour_angle - np.pi * 2 * seconds / DAY), declination.radians, distance.au]
        )
        self.samples = np.arange(start, end, SAMPLE)
        self._sampled = self.position(self.samples)

    def position(self, seconds: Floats) -> Floats:
        """Hour angle at Greenwich, declination and distance, by cubics through four neighbours."""
        index, part = np.divmod((seconds - self._origin) / STEP, 1)
        first = index.astype(np.int64) - 1
        x = part + 1
        weights = (
            -(x - 1) * (x - 2) * (x - 3) / 6,
            x * (x - 2) * (x - 3) / 2,
            -x * (x - 1) * (x - 3) / 2,
            x * (x - 1) * (x - 2) / 6,
        )
        position = sum(weight * self._table[:, first + n] for n, weight in enumerate(weights))
        position[0] += np.pi * 2 * ((seconds / DAY) % 1)
        return np.asarray(position)

    def altitude(self, position: Floats, latitude: float, longitude: float) -> Floats:
        """The altitude in degrees of the Sun's centre over a place, without air."""
        from skyfield.api import wgs84

        hour_angle, declination, distance = position
        observer = wgs84.latlon(latitude, longitude).itrs_xyz.au
        sun = np.stack(
            [
                distance * np.cos(declination) * np.cos(hour_angle),
                -distance * np.cos(declination) * np.sin(hour_angle),
                distance * np.sin(declination),
            ]
        )
        line = sun - observer[:, None]
        north, east = np.radians([latitude, longitude])
        zenith = np.array(
            [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
        )
        return np.asarray(np.degrees(np.arcsin(zenith @ line / np.linalg.norm(line, axis=0))))

    def crossings(
        self, degrees: list[float], latitude: float, longitude: float
    ) -> dict[tuple[float, bool], Floats]:
        """The seconds at which the Sun passes each altitude, by altitude and whether it rises."""

        def altitude(seconds: Floats) -> Floats:
            return self.altitude(self.position(seconds), latitude, longitude)

        seconds, heights = self.samples, self.altitude(self._sampled, latitude, longitude)
        before, here, after = heights[:-2], heights[1:-1], heights[2:]
        turning = np.flatnonzero((here - before) * (after - here) <= 0)
        bend = (before + after - 2 * here)[turning]
        turns = seconds[1:-1][turning] - SAMPLE / 2 * (after - before)[turning] / bend
        order = np.argsort(np.concatenate([seconds, turns]))
        heights = np.concatenate([heights, altitude(turns)])[order]
        seconds = np.concatenate([seconds, turns])[order]
        found = {}
        for wanted in degrees:
            above = heights >= wanted
            for rising in (True, False):
                at = np.flatnonzero((above[1:] != above[:-1]) & (above[1:] == rising))
                left, right = seconds[at], seconds[at + 1]
                for _ in range(BISECTIONS):
                    middle = (left + right) / 2
                    passed = (altitude(middle) >= wanted) == rising
                    left, right = np.where(passed, left, middle), np.where(passed, middle, right)
                found[wanted, rising] = right
        return found

    def transits(self, longitude: float, *, lower: bool = False) -> Floats:
        """The seconds at which the Sun crosses the meridian of a longitude, or the one opposite."""

        def hour_angle(seconds: Floats) -> Floats:
            angle = self.position(seconds)[0] + np.radians(longitude + 180 * lower)
            return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)

        angles = hour_angle(self.samples)
        at = np.flatnonzero((angles[:-1] < 0) & (angles[1:] >= 0))
        left, right = self.samples[at], self.samples[at + 1]
        for _ in range(BISECTIONS):
            middle = (left + right) / 2
            passed = hour_angle(middle) >= 0
            left, right = np.where(passed, left, middle), np.where(passed, middle, right)
        return right


@cache
def jpl_sun(start: float, end: float) -> JplSun:
    return JplSun(start, end)
