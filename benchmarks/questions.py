"""What is asked: the expressions, the zone, and moments that no cache has seen."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.timing import Effort

KEY: Final = "America/New_York"
ZONE: Final = ZoneInfo(KEY)

EXPRESSIONS: Final = (
    "* * * * *",
    "*/15 * * * *",
    "30 9 * * 1-5",
    "0 0 1 * *",
    "0 12 * * 0",
    "0 0 29 2 *",
)

YEARS: Final = (2020, 2032)
"""First year asked about, and the one after the last."""


def epochs(effort: Effort, years: tuple[int, int] = YEARS) -> list[list[int]]:
    """Whole seconds of some years for each round and the practice round before, all different.

    None is on a whole minute: there the peers differ in whether "next" may be "now".
    """
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) // 60 for year in years)
    random = Random(first)
    minutes = random.sample(range(first, last), (effort.rounds + 1) * effort.calls)
    seconds = [60 * minute + random.randrange(1, 60) for minute in minutes]
    return [seconds[i : i + effort.calls] for i in range(0, len(seconds), effort.calls)]


def moments(
    effort: Effort, zone: ZoneInfo = ZONE, years: tuple[int, int] = YEARS
) -> list[list[datetime]]:
    """The same moments as aware datetimes in `zone`."""
    return [
        [datetime.fromtimestamp(second, zone) for second in batch]
        for batch in epochs(effort, years)
    ]
