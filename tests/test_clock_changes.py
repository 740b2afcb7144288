"""What a crontab does when the clocks change: one night after another, with its time line.

Every line of a drawing is one clock: above what the wall shows, below UTC, in hours. Expected
runs are written as day of the month, wall time and UTC offset. The rows were worked out from the
drawings; the library and the oracle must both agree with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from duetime import DstPolicy, cron
from tests.support.oracle import oracle

Dst = str | tuple[str, str] | None


@dataclass(frozen=True)
class Row:
    """One crontab of a night: when it runs, and what the change did to its labels."""

    expression: str
    dst: Dst
    runs: str
    touched: str = ""


@dataclass(frozen=True)
class Night:
    """A clock change of a zone, and the UTC window around it that the rows are about."""

    name: str
    tz: str
    start: str
    end: str
    rows: tuple[Row, ...]


# America/New_York, 8 March 2026: at 2:00 the clocks go forward to 3:00.
#
#     wall   00:00      01:00      02:00=03:00      04:00
#              |----------|----------|----------|----->
#     UTC     05         06         07         08
#
NEW_YORK_IN_SPRING = Night(
    "New York, forward",
    "America/New_York",
    "2026-03-07T17:00",
    "2026-03-08T16:00",
    (
        # A fixed job in the gap runs when the gap ends.
        Row("30 2 * * *", None, "08T03:00-04:00", "02:30 moved 08T03:00-04:00"),
        Row("30 2 * * *", "wall", "", "02:30 dropped"),
        Row("30 2 * * *", "ocps", "", "02:30 dropped"),
        Row("30 2 * * *", "quartz", "", "02:30 dropped"),
        Row("30 2 * * *", "cronos", "08T03:00-04:00", "02:30 moved 08T03:00-04:00"),
        Row("30 2 * * *", "rfc5545", "08T03:30-04:00", "02:30 moved 08T03:30-04:00"),
        # Its first and last second, and the seconds around it.
        Row("59 59 1 * * *", None, "08T01:59:59-05:00"),
        Row("0 0 2 * * *", None, "08T03:00-04:00", "02:00 moved 08T03:00-04:00"),
        Row("59 59 2 * * *", "rfc5545", "08T03:59:59-04:00", "02:59:59 moved 08T03:59:59-04:00"),
        Row("0 0 3 * * *", "wall", "08T03:00-04:00"),
        # Many labels in one gap are one run, and it may be the run of another label.
        Row(
            "0,30 2-3 * * *",
            None,
            "08T03:00-04:00 08T03:30-04:00",
            "02:00 moved 08T03:00-04:00, 02:30 moved 08T03:00-04:00",
        ),
        Row(
            "0,30 2-3 * * *",
            "rfc5545",
            "08T03:00-04:00 08T03:30-04:00",
            "02:00 moved 08T03:00-04:00, 02:30 moved 08T03:30-04:00",
        ),
        # What follows the clock has nothing to make up for.
        Row(
            "*/30 1-3 * * *",
            None,
            "08T01:00-05:00 08T01:30-05:00 08T03:00-04:00 08T03:30-04:00",
            "02:00 dropped, 02:30 dropped",
        ),
        Row("15 * 8 3 *", ("end", "first"), "08T00:15-05:00 08T01:15-05:00 08T03:00-04:00"
            " 08T03:15-04:00 08T04:15-04:00 08T05:15-04:00 08T06:15-04:00 08T07:15-04:00"
            " 08T08:15-04:00 08T09:15-04:00 08T10:15-04:00 08T11:15-04:00",
            "02:15 moved 08T03:00-04:00"),
        Row("30 2 9 * *", None, ""),
    ),
)

# America/New_York, 1 November 2026: at 2:00 the clocks go back to 1:00.
#
#     wall   00:00      01:00      02:00
#              |----------|----------|
#                       01:00      02:00      03:00
#                         |----------|----------|----->
#     UTC     04         05         06         07
#
NEW_YORK_IN_AUTUMN = Night(
    "New York, back",
    "America/New_York",
    "2026-10-31T16:00",
    "2026-11-01T17:00",
    (
        Row("30 1 * * *", None, "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row(
            "30 1 * * *",
            "wall",
            "01T01:30-04:00 01T01:30-05:00",
            "01:30 doubled 01T01:30-04:00 01T01:30-05:00",
        ),
        Row("30 1 * * *", "ocps", "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row("30 1 * * *", "quartz", "01T01:30-05:00", "01:30 doubled 01T01:30-05:00"),
        Row("30 1 * * *", "cronos", "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row("30 1 * * *", "rfc5545", "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        # A range is enough for Cronos to call it an interval.
        Row(
            "30 1-1 * * *",
            "cronos",
            "01T01:30-04:00 01T01:30-05:00",
            "01:30 doubled 01T01:30-04:00 01T01:30-05:00",
        ),
        Row("0 0 1 * * *", None, "01T01:00-04:00", "01:00 doubled 01T01:00-04:00"),
        Row("59 59 1 * * *", "quartz", "01T01:59:59-05:00", "01:59:59 doubled 01T01:59:59-05:00"),
        Row("0 2 * * *", "wall", "01T02:00-05:00"),
        Row("59 0 * * *", "wall", "01T00:59-04:00"),
        # The last of two instants: the first hour is silent.
        Row(
            "0,30 0-2 * * *",
            "quartz",
            "01T00:00-04:00 01T00:30-04:00 01T01:00-05:00 01T01:30-05:00 01T02:00-05:00"
            " 01T02:30-05:00",
            "01:00 doubled 01T01:00-05:00, 01:30 doubled 01T01:30-05:00",
        ),
        Row(
            "*/30 1 * * *",
            None,
            "01T01:00-04:00 01T01:30-04:00 01T01:00-05:00 01T01:30-05:00",
            "01:00 doubled 01T01:00-04:00 01T01:00-05:00,"
            " 01:30 doubled 01T01:30-04:00 01T01:30-05:00",
        ),
    ),
)

# Europe/London, 29 March 2026: at 1:00 the clocks go forward to 2:00.
#
#     wall   00:00    01:00=02:00    03:00
#              |----------|----------|----->
#     UTC     00         01         02
#
LONDON_IN_SPRING = Night(
    "London, forward",
    "Europe/London",
    "2026-03-28T12:00",
    "2026-03-29T11:00",
    (
        Row("30 1 * * *", None, "29T02:00+01:00", "01:30 moved 29T02:00+01:00"),
        Row("30 1 * * *", ("shift", "both"), "29T02:30+01:00", "01:30 moved 29T02:30+01:00"),
        Row("* 1 * * *", ("end", "both"), "29T02:00+01:00", ", ".join(
            f"01:{minute:02} moved 29T02:00+01:00" for minute in range(60))),
        Row("0 0-2 * * sun", "wall", "29T00:00+00:00 29T02:00+01:00", "01:00 dropped"),
        Row("30 1 L-0 * *" if False else "30 1 * * 7L", None, "29T02:00+01:00",
            "01:30 moved 29T02:00+01:00"),
    ),
)
