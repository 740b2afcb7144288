"""What crontabs do when the clocks change: one night after another, each with its time line.

In a drawing the upper line is what the wall shows and the lower line is UTC, in hours; ``=`` joins
the two wall times of one instant. Runs are written as day of the month, wall time and UTC offset.
The rows follow from the drawings; the library and the oracle must both agree with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from duetime import DstPolicy, cron
from duetime.testing.crontab_oracle import Dst, oracle
from duetime.wall import WallSchedule
from duetime.zones import Step, Stretch
from tests.support.dates import read_utc


@dataclass(frozen=True)
class Row:
    """One crontab of a night: its runs, and what the change did to its labels."""

    expression: str
    dst: Dst | None
    runs: str
    touched: str = ""


@dataclass(frozen=True)
class Night:
    """A clock change, the UTC window around it, and what crontabs do in that window."""

    name: str
    zone: tzinfo
    start: str
    end: str
    rows: tuple[Row, ...]


# 8 March 2026: at 2:00 the clocks go forward to 3:00.
#
#   wall   00:00      01:00   02:00=03:00    04:00
#            |----------|----------|----------|--->
#   UTC     05         06         07         08
NEW_YORK_FORWARD = Night(
    "New York forward",
    ZoneInfo("America/New_York"),
    "2026-03-07T17:00",
    "2026-03-08T16:00",
    (
        # A fixed job in the gap runs once, when the gap ends.
        Row("30 2 * * *", None, "08T03:00-04:00", "02:30 moved 08T03:00-04:00"),
        Row("30 2 * * *", "vixie", "08T03:00-04:00", "02:30 moved 08T03:00-04:00"),
        Row("30 2 * * *", "cronos", "08T03:00-04:00", "02:30 moved 08T03:00-04:00"),
        Row("30 2 * * *", "rfc5545", "08T03:30-04:00", "02:30 moved 08T03:30-04:00"),
        Row("30 2 * * *", "wall", "", "02:30 dropped"),
        Row("30 2 * * *", "ocps", "", "02:30 dropped"),
        Row("30 2 * * *", "quartz", "", "02:30 dropped"),
        # The seconds around the gap's edges.
        Row("59 59 1 * * *", "wall", "08T01:59:59-05:00"),
        Row("0 0 2 * * *", "rfc5545", "08T03:00-04:00", "02:00 moved 08T03:00-04:00"),
        Row("59 59 2 * * *", "rfc5545", "08T03:59:59-04:00", "02:59:59 moved 08T03:59:59-04:00"),
        Row("0 0 3 * * *", "wall", "08T03:00-04:00"),
        # Many labels in a gap are one run, and that may be another label's run too.
        Row(
            "0,30 2,3 * * *",
            None,
            "08T03:00-04:00 08T03:30-04:00",
            "02:00 moved 08T03:00-04:00, 02:30 moved 08T03:00-04:00",
        ),
        Row(
            "0,30 2,3 * * *",
            "rfc5545",
            "08T03:00-04:00 08T03:30-04:00",
            "02:00 moved 08T03:00-04:00, 02:30 moved 08T03:30-04:00",
        ),
        # A job that follows the clock has nothing to make up for.
        Row(
            "*/30 1-3 * * *",
            None,
            "08T01:00-05:00 08T01:30-05:00 08T03:00-04:00 08T03:30-04:00",
            "02:00 dropped, 02:30 dropped",
        ),
        # A day that does not match has no labels to move.
        Row("30 2 7,9 * *", None, ""),
    ),
)

# 1 November 2026: at 2:00 the clocks go back to 1:00.
#
#   wall   00:00      01:00   02:00=01:00    02:00      03:00
#            |----------|----------|----------|----------|--->
#   UTC     04         05         06         07         08
NEW_YORK_BACK = Night(
    "New York back",
    ZoneInfo("America/New_York"),
    "2026-10-31T16:00",
    "2026-11-01T17:00",
    (
        Row("30 1 * * *", None, "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row("30 1 * * *", "ocps", "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row("30 1 * * *", "cronos", "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row("30 1 * * *", "rfc5545", "01T01:30-04:00", "01:30 doubled 01T01:30-04:00"),
        Row("30 1 * * *", "quartz", "01T01:30-05:00", "01:30 doubled 01T01:30-05:00"),
        Row(
            "30 1 * * *",
            "wall",
            "01T01:30-04:00 01T01:30-05:00",
            "01:30 doubled 01T01:30-04:00 01T01:30-05:00",
        ),
        # To Cronos a range is an interval, which follows the clock.
        Row(
            "30 1-1 * * *",
            "cronos",
            "01T01:30-04:00 01T01:30-05:00",
            "01:30 doubled 01T01:30-04:00 01T01:30-05:00",
        ),
        # The seconds around the overlap's edges.
        Row("59 59 0 * * *", "wall", "01T00:59:59-04:00"),
        Row("0 0 1 * * *", "quartz", "01T01:00-05:00", "01:00 doubled 01T01:00-05:00"),
        Row("59 59 1 * * *", "ocps", "01T01:59:59-04:00", "01:59:59 doubled 01T01:59:59-04:00"),
        Row("0 0 2 * * *", "wall", "01T02:00-05:00"),
        # With the last of two instants, the first pass of the hour is silent.
        Row(
            "30 0,1,2 * * *",
            "quartz",
            "01T00:30-04:00 01T01:30-05:00 01T02:30-05:00",
            "01:30 doubled 01T01:30-05:00",
        ),
        # A job that follows the clock runs in both passes.
        Row(
            "*/30 1 * * *",
            None,
            "01T01:00-04:00 01T01:30-04:00 01T01:00-05:00 01T01:30-05:00",
            "01:00 doubled 01T01:00-04:00 01T01:00-05:00,"
            " 01:30 doubled 01T01:30-04:00 01T01:30-05:00",
        ),
    ),
)

# 29 March 2026: at 1:00 the clocks go forward to 2:00.
#
#   wall   00:00   01:00=02:00    03:00
#            |----------|----------|--->
#   UTC     00         01         02
LONDON_FORWARD = Night(
    "London forward",
    ZoneInfo("Europe/London"),
    "2026-03-28T12:00",
    "2026-03-29T11:00",
    (
        Row("30 1 * * *", None, "29T02:00+01:00", "01:30 moved 29T02:00+01:00"),
        Row("30 1 * * 7L", None, "29T02:00+01:00", "01:30 moved 29T02:00+01:00"),
        Row("30 1 * * *", ("shift", "both"), "29T02:30+01:00", "01:30 moved 29T02:30+01:00"),
        Row("0 0-2 * * sun", "wall", "29T00:00+00:00 29T02:00+01:00", "01:00 dropped"),
        Row("0 0-2 * * sat", "wall", ""),
    ),
)

# 25 October 2026: at 2:00 the clocks go back to 1:00.
#
#   wall   01:00   02:00=01:00    02:00      03:00
#            |----------|----------|----------|--->
#   UTC     00         01         02         03
LONDON_BACK = Night(
    "London back",
    ZoneInfo("Europe/London"),
    "2026-10-24T11:00",
    "2026-10-25T12:00",
    (
        Row("30 1 * * *", None, "25T01:30+01:00", "01:30 doubled 25T01:30+01:00"),
        Row("30 1 25 10 *", ("skip", "last"), "25T01:30+00:00", "01:30 doubled 25T01:30+00:00"),
        Row(
            "30 0-2 * * *",
            ("end", "both"),
            "25T00:30+01:00 25T01:30+01:00 25T01:30+00:00 25T02:30+00:00",
            "01:30 doubled 25T01:30+01:00 25T01:30+00:00",
        ),
    ),
)

# 4 October 2026: at 2:00 the clocks go forward by half an hour, to 2:30.
#
#   wall   01:00   01:30   02:00=02:30   03:00   03:30
#            |-------|----------|----------|-------|--->
#   UTC    14:30   15:00      15:30      16:00   16:30
LORD_HOWE_FORWARD = Night(
    "Lord Howe forward",
    ZoneInfo("Australia/Lord_Howe"),
    "2026-10-03T01:30",
    "2026-10-04T01:00",
    (
        Row("15 2 * * *", None, "04T02:30+11:00", "02:15 moved 04T02:30+11:00"),
        Row("15 2 * * *", "rfc5545", "04T02:45+11:00", "02:15 moved 04T02:45+11:00"),
        Row("15 2 * * *", "wall", "", "02:15 dropped"),
        Row("30 2 * * *", None, "04T02:30+11:00"),
        Row("*/15 2 * * *", None, "04T02:30+11:00 04T02:45+11:00", "02:00 dropped, 02:15 dropped"),
        Row(
            "0-45/15 2 * * *",
            None,
            "04T02:30+11:00 04T02:45+11:00",
            "02:00 moved 04T02:30+11:00, 02:15 moved 04T02:30+11:00",
        ),
        Row(
            "0-45/15 2 * * *",
            "rfc5545",
            "04T02:30+11:00 04T02:45+11:00",
            "02:00 moved 04T02:30+11:00, 02:15 moved 04T02:45+11:00",
        ),
    ),
)

# 5 April 2026: at 2:00 the clocks go back by half an hour, to 1:30.
#
#   wall   01:00   01:30   02:00=01:30   02:00   02:30
#            |-------|----------|----------|-------|--->
#   UTC    14:00   14:30      15:00      15:30   16:00
LORD_HOWE_BACK = Night(
    "Lord Howe back",
    ZoneInfo("Australia/Lord_Howe"),
    "2026-04-04T01:00",
    "2026-04-05T01:30",
    (
        Row("45 1 * * *", None, "05T01:45+11:00", "01:45 doubled 05T01:45+11:00"),
        Row("45 1 * * *", "quartz", "05T01:45+10:30", "01:45 doubled 05T01:45+10:30"),
        Row("15 1 * * *", "wall", "05T01:15+11:00"),
        Row("0 2 * * *", "wall", "05T02:00+10:30"),
        Row(
            "*/15 1 * * *",
            None,
            "05T01:00+11:00 05T01:15+11:00 05T01:30+11:00 05T01:45+11:00"
            " 05T01:30+10:30 05T01:45+10:30",
            "01:30 doubled 05T01:30+11:00 05T01:30+10:30,"
            " 01:45 doubled 05T01:45+11:00 05T01:45+10:30",
        ),
    ),
)

# 30 December 2011: Samoa crosses the date line. Thursday the 29th is followed by Saturday the 31st.
#
#   wall   29th 00:00            30th 00:00=31st 00:00            1st 00:00
#              |-------------------------|-------------------------|--->
#   UTC     29th 10                   30th 10                   31st 10
APIA = Night(
    "Apia, a lost day",
    ZoneInfo("Pacific/Apia"),
    "2011-12-29T10:00",
    "2011-12-31T10:00",
    (
        Row(
            "0 9 * * *",
            None,
            "29T09:00-10:00 31T00:00+14:00 31T09:00+14:00",
            "09:00 moved 31T00:00+14:00",
        ),
        Row("0 9 * * *", "wall", "29T09:00-10:00 31T09:00+14:00", "09:00 dropped"),
        # As much later as the gap is long is the same time of the next day.
        Row("0 9 * * *", "rfc5545", "29T09:00-10:00 31T09:00+14:00", "09:00 moved 31T09:00+14:00"),
        Row("0 0 * * *", None, "29T00:00-10:00 31T00:00+14:00", "00:00 moved 31T00:00+14:00"),
        Row(
            "0 */12 * * *",
            None,
            "29T00:00-10:00 29T12:00-10:00 31T00:00+14:00 31T12:00+14:00",
            "00:00 dropped, 12:00 dropped",
        ),
        Row("0 12 30 12 *", None, "31T00:00+14:00", "12:00 moved 31T00:00+14:00"),
        Row("0 12 30 12 *", "ocps", "", "12:00 dropped"),
        Row("0 12 * * 5L", None, "31T00:00+14:00", "12:00 moved 31T00:00+14:00"),
        Row("0 12 31 12 *", "wall", "31T12:00+14:00"),
    ),
)

# 4 November 2018: at 0:00 the clocks go forward to 1:00. The day has no midnight.
#
#   wall   3rd 23:00   4th 00:00=01:00   02:00
#              |-------------|-------------|--->
#   UTC        02            03            04
SAO_PAULO_FORWARD = Night(
    "Sao Paulo forward",
    ZoneInfo("America/Sao_Paulo"),
    "2018-11-03T15:00",
    "2018-11-04T14:00",
    (
        Row("0 0 * * *", None, "04T01:00-02:00", "00:00 moved 04T01:00-02:00"),
        Row("0 0 4 11 *", None, "04T01:00-02:00", "00:00 moved 04T01:00-02:00"),
        Row("0 0 * * *", "wall", "", "00:00 dropped"),
        Row("30 0 * * *", None, "04T01:00-02:00", "00:30 moved 04T01:00-02:00"),
        Row("30 0 * * *", "rfc5545", "04T01:30-02:00", "00:30 moved 04T01:30-02:00"),
        Row("30 23 * * *", None, "03T23:30-03:00"),
        Row("0 0,1 * * *", None, "04T01:00-02:00", "00:00 moved 04T01:00-02:00"),
        Row("*/30 0 * * *", None, "", "00:00 dropped, 00:30 dropped"),
    ),
)

# 18 February 2018: at 0:00 the clocks go back to 23:00 of the 17th. The day has one midnight.
#
#   wall   17th 23:00   18th 00:00=17th 23:00   18th 00:00
#               |-----------------|-----------------|--->
#   UTC         01                02                03
SAO_PAULO_BACK = Night(
    "Sao Paulo back",
    ZoneInfo("America/Sao_Paulo"),
    "2018-02-17T14:00",
    "2018-02-18T15:00",
    (
        Row("30 23 * * *", None, "17T23:30-02:00", "23:30 doubled 17T23:30-02:00"),
        Row("30 23 17 2 *", "quartz", "17T23:30-03:00", "23:30 doubled 17T23:30-03:00"),
        Row(
            "30 23 * * sat",
            "wall",
            "17T23:30-02:00 17T23:30-03:00",
            "23:30 doubled 17T23:30-02:00 17T23:30-03:00",
        ),
        Row("0 0 * * *", "wall", "18T00:00-03:00"),
        Row(
            "15 0,23 * * *",
            None,
            "17T23:15-02:00 18T00:15-03:00",
            "23:15 doubled 17T23:15-02:00",
        ),
    ),
)

# 28 April 2023, the last Friday of the month: at 0:00 the clocks go forward to 1:00.
#
#   wall   27th 23:00   28th 00:00=01:00   02:00
#               |--------------|-------------|--->
#   UTC         21             22            23
CAIRO_FORWARD = Night(
    "Cairo forward",
    ZoneInfo("Africa/Cairo"),
    "2023-04-27T10:00",
    "2023-04-28T09:00",
    (
        Row("0 0 * * fri", None, "28T01:00+03:00", "00:00 moved 28T01:00+03:00"),
        Row("30 0 * * 5L", "rfc5545", "28T01:30+03:00", "00:30 moved 28T01:30+03:00"),
        Row("30 0 * * thu", None, ""),
        Row(
            "0 * 28 4 */5",
            "quartz",
            " ".join(f"28T{hour:02}:00+03:00" for hour in range(1, 12)),
            "00:00 dropped",
        ),
    ),
)

# 27 October 2023: at 0:00 of Friday the clocks go back to 23:00 of Thursday.
#
#   wall   26th 23:00   27th 00:00=26th 23:00   27th 00:00
#               |-----------------|-----------------|--->
#   UTC         20                21                22
CAIRO_BACK = Night(
    "Cairo back",
    ZoneInfo("Africa/Cairo"),
    "2023-10-26T09:00",
    "2023-10-27T10:00",
    (
        Row("30 23 * * thu", None, "26T23:30+03:00", "23:30 doubled 26T23:30+03:00"),
        Row("30 23 * * 4L", "quartz", "26T23:30+02:00", "23:30 doubled 26T23:30+02:00"),
        Row("0 0 * * fri", "wall", "27T00:00+02:00"),
    ),
)

# 29 March 2026: at 0:00 the clocks go forward to 1:00.
#
#   wall   28th 23:00   29th 00:00=01:00   02:00
#               |--------------|-------------|--->
#   UTC         21             22            23
BEIRUT_FORWARD = Night(
    "Beirut forward",
    ZoneInfo("Asia/Beirut"),
    "2026-03-28T10:00",
    "2026-03-29T09:00",
    (
        Row("45 0 29 3 *", None, "29T01:00+03:00", "00:45 moved 29T01:00+03:00"),
        Row("45 0 29 3 *", "rfc5545", "29T01:45+03:00", "00:45 moved 29T01:45+03:00"),
        Row("0 0 * * sat", None, ""),
    ),
)

# 25 October 2026: at 0:00 the clocks go back to 23:00 of the 24th.
#
#   wall   24th 23:00   25th 00:00=24th 23:00   25th 00:00
#               |-----------------|-----------------|--->
#   UTC         20                21                22
BEIRUT_BACK = Night(
    "Beirut back",
    ZoneInfo("Asia/Beirut"),
    "2026-10-24T09:00",
    "2026-10-25T10:00",
    (
        Row("0 0 * * *", "wall", "25T00:00+02:00"),
        Row(
            "0,30 23 * * *",
            "wall",
            "24T23:00+03:00 24T23:30+03:00 24T23:00+02:00 24T23:30+02:00",
            "23:00 doubled 24T23:00+03:00 24T23:00+02:00,"
            " 23:30 doubled 24T23:30+03:00 24T23:30+02:00",
        ),
    ),
)

# 29 March 2026: at 1:00 the clocks go forward to 2:00. Irish law calls summer time the standard,
# and winter time an hour of saving less.
#
#   wall   00:00   01:00=02:00    03:00
#            |----------|----------|--->
#   UTC     00         01         02
DUBLIN_FORWARD = Night(
    "Dublin forward",
    ZoneInfo("Europe/Dublin"),
    "2026-03-28T12:00",
    "2026-03-29T11:00",
    (
        Row("30 1 * * *", None, "29T02:00+01:00", "01:30 moved 29T02:00+01:00"),
        Row("30 1 * * *", "rfc5545", "29T02:30+01:00", "01:30 moved 29T02:30+01:00"),
        Row("30 1 * * *", "wall", "", "01:30 dropped"),
    ),
)

# 25 October 2026: at 2:00 the clocks go back to 1:00.
#
#   wall   01:00   02:00=01:00    02:00      03:00
#            |----------|----------|----------|--->
#   UTC     00         01         02         03
DUBLIN_BACK = Night(
    "Dublin back",
    ZoneInfo("Europe/Dublin"),
    "2026-10-24T11:00",
    "2026-10-25T12:00",
    (
        Row("30 1 * * *", None, "25T01:30+01:00", "01:30 doubled 25T01:30+01:00"),
        Row("30 1 * * *", "quartz", "25T01:30+00:00", "01:30 doubled 25T01:30+00:00"),
    ),
)

# 23 February 2025: Ramadan begins, and at 3:00 the clocks go back to 2:00.
#
#   wall   02:00   03:00=02:00    03:00      04:00
#            |----------|----------|----------|--->
#   UTC     01         02         03         04
CASABLANCA_BACK = Night(
    "Casablanca back, before Ramadan",
    ZoneInfo("Africa/Casablanca"),
    "2025-02-22T11:00",
    "2025-02-23T12:00",
    (
        Row("30 2 * * *", None, "23T02:30+01:00", "02:30 doubled 23T02:30+01:00"),
        Row("30 2 * * *", "quartz", "23T02:30+00:00", "02:30 doubled 23T02:30+00:00"),
        Row("30 1 * * *", "wall", "23T01:30+01:00"),
        Row("30 3 * * *", "wall", "23T03:30+00:00"),
    ),
)

# 6 April 2025: Ramadan is over, and at 2:00 the clocks go forward to 3:00.
#
#   wall   01:00   02:00=03:00    04:00
#            |----------|----------|--->
#   UTC     01         02         03
CASABLANCA_FORWARD = Night(
    "Casablanca forward, after Ramadan",
    ZoneInfo("Africa/Casablanca"),
    "2025-04-05T12:00",
    "2025-04-06T11:00",
    (
        Row("30 2 * * *", None, "06T03:00+01:00", "02:30 moved 06T03:00+01:00"),
        Row("30 2 * * *", "rfc5545", "06T03:30+01:00", "02:30 moved 06T03:30+01:00"),
        Row("30 2 * * *", "quartz", "", "02:30 dropped"),
    ),
)

# 21 August 1993: Kwajalein crosses the date line. Friday the 20th is followed by Sunday the 22nd.
#
#   wall   20th 00:00            21st 00:00=22nd 00:00            23rd 00:00
#              |-------------------------|-------------------------|--->
#   UTC     20th 12                   21st 12                   22nd 12
KWAJALEIN_FORWARD = Night(
    "Kwajalein, a lost day",
    ZoneInfo("Pacific/Kwajalein"),
    "1993-08-20T12:00",
    "1993-08-22T12:00",
    (
        Row(
            "0 9 * * *",
            None,
            "20T09:00-12:00 22T00:00+12:00 22T09:00+12:00",
            "09:00 moved 22T00:00+12:00",
        ),
        Row("0 9 21 8 *", "rfc5545", "22T09:00+12:00", "09:00 moved 22T09:00+12:00"),
        Row("0 9 21 8 *", "wall", "", "09:00 dropped"),
        Row("0 9 * * 6", None, "22T00:00+12:00", "09:00 moved 22T00:00+12:00"),
        Row("0 9 * * 0", None, "22T09:00+12:00"),
    ),
)

# 30 September 1969: at midnight the clocks go back by 23 hours, to 1:00 of the day that was over.
#
#   wall   30th 00:00  01:00      1st 00:00=30th 01:00            1st 00:00
#              |---------|--------------|---------------------------|--->
#   UTC     29th 13     14           30th 13                     1st 12
KWAJALEIN_BACK = Night(
    "Kwajalein, a day again",
    ZoneInfo("Pacific/Kwajalein"),
    "1969-09-29T13:00",
    "1969-10-01T12:00",
    (
        Row("0 9 * * *", None, "30T09:00+11:00", "09:00 doubled 30T09:00+11:00"),
        Row("0 9 30 9 *", "quartz", "30T09:00-12:00", "09:00 doubled 30T09:00-12:00"),
        Row("30 0 * * *", "wall", "30T00:30+11:00"),
        Row(
            "0 0,1,23 * * *",
            "wall",
            "30T00:00+11:00 30T01:00+11:00 30T23:00+11:00 30T01:00-12:00 30T23:00-12:00",
            "01:00 doubled 30T01:00+11:00 30T01:00-12:00,"
            " 23:00 doubled 30T23:00+11:00 30T23:00-12:00",
        ),
    ),
)

# 29 March 2026: at 1:00 the clocks go forward by two hours, to 3:00.
#
#   wall   00:00   01:00=03:00    04:00
#            |----------|----------|--->
#   UTC     00         01         02
TROLL_FORWARD = Night(
    "Troll forward",
    ZoneInfo("Antarctica/Troll"),
    "2026-03-28T12:00",
    "2026-03-29T10:00",
    (
        Row("30 2 * * *", None, "29T03:00+02:00", "02:30 moved 29T03:00+02:00"),
        Row("30 2 * * *", "rfc5545", "29T04:30+02:00", "02:30 moved 29T04:30+02:00"),
        Row(
            "30 1,2 * * *",
            None,
            "29T03:00+02:00",
            "01:30 moved 29T03:00+02:00, 02:30 moved 29T03:00+02:00",
        ),
        Row(
            "30 1,2,3 * * *",
            "rfc5545",
            "29T03:30+02:00 29T04:30+02:00",
            "01:30 moved 29T03:30+02:00, 02:30 moved 29T04:30+02:00",
        ),
        Row(
            "30 * 29 3 *",
            "ocps",
            " ".join(("29T00:30+00:00", *(f"29T{hour:02}:30+02:00" for hour in range(3, 12)))),
            "01:30 dropped, 02:30 dropped",
        ),
    ),
)

# 25 October 2026: at 3:00 the clocks go back by two hours, to 1:00.
#
#   wall   01:00      02:00   03:00=01:00    02:00      03:00
#            |----------|----------|----------|----------|--->
#   UTC     23         00         01         02         03
TROLL_BACK = Night(
    "Troll back",
    ZoneInfo("Antarctica/Troll"),
    "2026-10-24T10:00",
    "2026-10-25T12:00",
    (
        Row("30 2 * * *", None, "25T02:30+02:00", "02:30 doubled 25T02:30+02:00"),
        Row("30 2 * * *", "quartz", "25T02:30+00:00", "02:30 doubled 25T02:30+00:00"),
        Row(
            "30 1-3 * * *",
            "wall",
            "25T01:30+02:00 25T02:30+02:00 25T01:30+00:00 25T02:30+00:00 25T03:30+00:00",
            "01:30 doubled 25T01:30+02:00 25T01:30+00:00,"
            " 02:30 doubled 25T02:30+02:00 25T02:30+00:00",
        ),
    ),
)

# 7 January 1972: Liberia gives up 44 minutes and 30 seconds. Midnight is followed by 0:44:30.
#
#   wall   6th 23:00:00   7th 00:00:00=00:44:30   01:00:00
#               |-------------------|----------------|--->
#   UTC     23:44:30             00:44:30         01:00:00
MONROVIA = Night(
    "Monrovia, offsets with seconds",
    ZoneInfo("Africa/Monrovia"),
    "1972-01-06T12:44:30",
    "1972-01-07T12:00",
    (
        Row("59 23 * * *", None, "06T23:59-00:44:30"),
        Row("10 0 * * *", None, "07T00:44:30+00:00", "00:10 moved 07T00:44:30+00:00"),
        Row("1 0 * * *", "rfc5545", "07T00:45:30+00:00", "00:01 moved 07T00:45:30+00:00"),
        Row("29 44 0 * * *", "wall", "", "00:44:29 dropped"),
        Row("30 44 0 * * *", "wall", "07T00:44:30+00:00"),
        Row("45 0 * * *", "wall", "07T00:45+00:00"),
    ),
)

# Where the clocks never change, no policy has anything to say.
#
#   wall   02:00      03:00      04:00
#            |----------|----------|--->
#   UTC    20:30      21:30      22:30
FIXED_OFFSETS = tuple(
    Night(
        f"{zone}, a fixed offset",
        zone,
        "2026-03-28T12:00",
        "2026-03-29T12:00",
        tuple(Row("30 2 * * *", dst, run) for dst in (None, "wall", "rfc5545", "quartz")),
    )
    for zone, run in (
        (timezone(timedelta(hours=5, minutes=30)), "29T02:30+05:30"),
        (timezone(-timedelta(hours=9, minutes=30)), "28T02:30-09:30"),
        (ZoneInfo("Etc/GMT+12"), "28T02:30-12:00"),
        (UTC, "29T02:30+00:00"),
    )
)

NIGHTS = (
    NEW_YORK_FORWARD,
    NEW_YORK_BACK,
    LONDON_FORWARD,
    LONDON_BACK,
    LORD_HOWE_FORWARD,
    LORD_HOWE_BACK,
    APIA,
    SAO_PAULO_FORWARD,
    SAO_PAULO_BACK,
    CAIRO_FORWARD,
    CAIRO_BACK,
    BEIRUT_FORWARD,
    BEIRUT_BACK,
    DUBLIN_FORWARD,
    DUBLIN_BACK,
    CASABLANCA_BACK,
    CASABLANCA_FORWARD,
    KWAJALEIN_FORWARD,
    KWAJALEIN_BACK,
    TROLL_FORWARD,
    TROLL_BACK,
    MONROVIA,
    *FIXED_OFFSETS,
)

ROWS = [
    pytest.param(night, row, id=f"{night.name}: {row.expression} {row.dst}")
    for night in NIGHTS
    for row in night.rows
]


def shown(moment: datetime) -> str:
    seconds = f":{moment:%S}" if moment.second else ""
    return f"{moment:%dT%H:%M}{seconds}{moment.isoformat()[19:]}"


def touch(label: datetime, kind: str, instants: tuple[datetime, ...]) -> str:
    seconds = f":{label:%S}" if label.second else ""
    return " ".join((f"{label:%H:%M}{seconds}", kind, *map(shown, instants)))


@pytest.mark.parametrize(("night", "row"), ROWS)
def test_a_night_has_these_runs_in_both_directions(night: Night, row: Row) -> None:
    dst = DstPolicy(*row.dst) if isinstance(row.dst, tuple) else row.dst
    schedule = cron(row.expression, tz=night.zone, dialect="cronsim", dst=dst)
    start, end = read_utc(night.start), read_utc(night.end)
    forwards, backwards = schedule.runs(start, end), schedule.runs_back(end, start)
    assert " ".join(map(shown, forwards)) == row.runs
    assert " ".join(map(shown, reversed(list(backwards)))) == row.runs
    assert schedule.count(start, end) == len(row.runs.split())


@pytest.mark.parametrize(("night", "row"), ROWS)
def test_a_night_touches_these_labels(night: Night, row: Row) -> None:
    dst = DstPolicy(*row.dst) if isinstance(row.dst, tuple) else row.dst
    changes = cron(row.expression, tz=night.zone, dialect="cronsim", dst=dst).clock_changes(
        read_utc(night.start), read_utc(night.end)
    )
    touched = ", ".join(touch(each.label, each.kind, each.instants) for each in changes)
    assert touched == row.touched


@pytest.mark.parametrize(("night", "row"), ROWS)
def test_the_oracle_sees_the_same_night(night: Night, row: Row) -> None:
    crontab = oracle(row.expression, night.zone, dialect="cronsim", dst=row.dst or "vixie")
    start, end = read_utc(night.start), read_utc(night.end)
    runs = (run.astimezone(night.zone) for run in crontab.runs_between(start, end))
    assert " ".join(map(shown, runs)) == row.runs
    touched = ", ".join(
        touch(each.label, each.kind, tuple(i.astimezone(night.zone) for i in each.instants))
        for each in crontab.clock_changes(start, end)
    )
    assert touched == row.touched


def test_a_change_belongs_to_the_window_that_holds_its_instant() -> None:
    schedule = cron("30 2 * * *", tz="America/New_York")
    change = read_utc("2026-03-08T07:00")
    second = timedelta(seconds=1)
    assert len(list(schedule.clock_changes(change, change + second))) == 1
    assert list(schedule.clock_changes(change - second, change)) == []
    assert list(schedule.clock_changes(change + second, read_utc("2026-06-01T00:00"))) == []


def test_around_ramadan_a_fixed_job_runs_once_a_day() -> None:
    start, end = read_utc("2025-02-22T12:00"), read_utc("2025-04-06T12:00")
    fixed = cron("30 2 * * *", tz="Africa/Casablanca")
    days = [run.date() for run in fixed.runs(start, end)]
    assert len(days) == len(set(days)) == 6 + 31 + 6
    by_the_clock = cron("30 2 * * *", tz="Africa/Casablanca", dst="wall")
    days = [run.date() for run in by_the_clock.runs(start, end)]
    assert len(days) == 6 + 31 + 6
    assert len(set(days)) == len(days) - 1  # twice on 23 February, and not on 6 April


def test_in_dublin_winter_is_the_exception() -> None:
    zone = ZoneInfo("Europe/Dublin")
    assert datetime(2026, 1, 1, tzinfo=zone).dst() == -timedelta(hours=1)
    assert datetime(2026, 7, 1, tzinfo=zone).dst() == timedelta(0)


def test_the_runs_of_an_overlap_carry_their_fold() -> None:
    both = cron("30 1 * * *", tz="America/New_York", dst="wall")
    runs = list(both.runs(read_utc("2026-11-01T00:00"), read_utc("2026-11-02T00:00")))
    assert [(run.hour, run.fold) for run in runs] == [(1, 0), (1, 1)]


NEVER_AGAIN = [
    # Since these years, summer time begins at that hour of each of these Sundays.
    ("30 2 * 3 0L", "Europe/Berlin", "wall", "1980-03-30 02:30:00+01:00"),
    ("30 2 * 3 0#2", "America/New_York", "ocps", "2006-03-12 02:30:00-05:00"),
    ("30,45 2 * 10 0#1", "Australia/Sydney", "wall", "2007-10-07 02:45:00+10:00"),
    ("0 30 2 * 3 SUN#L 2001-2199", "Europe/Berlin", "ocps", "None"),
    ("0 30 2 * 3 SUN#L 1970-2199", "Europe/Berlin", "ocps", "1980-03-30 02:30:00+01:00"),
]


@pytest.mark.parametrize(("expression", "zone", "policy", "last"), NEVER_AGAIN)
def test_a_search_does_not_try_one_gap_after_another_for_ever(
    expression: str, zone: str, policy: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    run_in = WallSchedule._run_in

    def counted(
        self: WallSchedule, stretch: Stretch, second: int, step: Step, bound: int | None
    ) -> int | None:
        looks.append(second)
        return run_in(self, stretch, second, step, bound)

    monkeypatch.setattr(WallSchedule, "_run_in", counted)
    dialect = "ocps" if policy == "ocps" and len(expression.split()) > 5 else "vixie"
    schedule = cron(expression, tz=zone, dst=policy, dialect=dialect)
    assert str(schedule.prev_run(datetime(9999, 12, 1, tzinfo=UTC))) == last
    assert schedule.next_run(datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert len(looks) < 1000
    looks.clear()
    schedule.prev_run(datetime(9000, 12, 1, tzinfo=UTC))
    schedule.next_run(datetime(2026, 1, 1, tzinfo=UTC))
    assert len(looks) < 10


def test_a_question_with_an_end_looks_at_no_gap_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = cron("30 2 * 3 0L", tz="Europe/Berlin", dst="wall")
    monkeypatch.delattr(WallSchedule, "_last_run")
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert list(schedule.runs(start, start + timedelta(days=60))) == []
    assert schedule.count(start, start + timedelta(days=60)) == 0
    assert not schedule.matches(start)


def test_nothing_is_proven_of_a_zone_without_a_name() -> None:
    with (files("tzdata") / "zoneinfo/Europe/Berlin").open("rb") as data:
        nameless = ZoneInfo.from_file(data)
    schedule = cron("0 30 2 * 3 SUN#L 2024-2026", tz=nameless, dst="wall", dialect="ocps")
    assert schedule.next_run(datetime(2024, 1, 1, tzinfo=UTC)) is None
