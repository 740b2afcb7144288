"""RFC 5545 recurrences: the examples of the standard, dateutil as witness, and the odd inputs."""

from __future__ import annotations

import copy
import pickle
import random
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import islice, product
from typing import Any
from zoneinfo import ZoneInfo

import dateutil.rrule as du
import dateutil.tz
import pytest
import pytz
from dateutil.easter import easter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duetime import DstPolicy, Schedule
from duetime.errors import ScheduleError, SearchHorizonError, UnknownTimeZoneError
from duetime.icalendar import FREQUENCIES, LARGEST, MOST_RULES
from duetime.recurrence import rrule
from tests.support.oracle import Policy
from tests.support.strategies import GAPS, ODD_ZONES, OVERLAPS, transitions

NEW_YORK = ZoneInfo("America/New_York")
PARIS = ZoneInfo("Europe/Paris")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def shown(runs: Iterable[datetime]) -> list[str]:
    return [f"{run:%Y-%m-%dT%H:%M%z}" for run in runs]


def rule(parts: str, start: str = "20260101T090000", zone: str = "Europe/Paris") -> Schedule:
    return rrule(f"DTSTART;TZID={zone}:{start}\nRRULE:{parts}")


# The examples of RFC 5545 section 3.8.5.3, all in America/New_York.


def at_nine(text: str) -> Iterator[datetime]:
    """The days that a text such as `1997 Sep 2-4,9 Oct 2` lists, at nine in New York."""
    year = month = 0
    for word in text.split():
        if word in MONTHS:
            month = MONTHS.index(word) + 1
        elif len(word) == 4 and word.isdigit():
            year = int(word)
        else:
            for days in word.split(","):
                first, _, last = days.partition("-")
                for day in range(int(first), int(last or first) + 1):
                    yield datetime(year, month, day, 9, tzinfo=NEW_YORK)


ENDLESS, FINITE = True, False
THURSDAYS = (
    "1997 Jun 5,12,19,26 Jul 3,10,17,24,31 Aug 7,14,21,28"
    " 1998 Jun 4,11,18,25 Jul 2,9,16,23,30 Aug 6,13,20,27"
    " 1999 Jun 3,10,17,24 Jul 1,8,15,22,29 Aug 5,12,19,26"
)
JANUARIES = "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31"
UNTIL_CHRISTMAS = "UNTIL=19971224T000000Z"
EXAMPLES = [
    ("19970902", "FREQ=DAILY;COUNT=10", "1997 Sep 2-11", FINITE),
    (
        "19970902",
        f"FREQ=DAILY;{UNTIL_CHRISTMAS}",
        "1997 Sep 2-30 Oct 1-31 Nov 1-30 Dec 1-23",
        FINITE,
    ),
    (
        "19970902",
        "FREQ=DAILY;INTERVAL=2",
        "1997 Sep 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30"
        " Oct 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 Nov 1,3,5,7",
        ENDLESS,
    ),
    ("19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 Sep 2,12,22 Oct 2,12", FINITE),
    (
        "19980101",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        JANUARIES,
        FINITE,
    ),
    ("19980101", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", JANUARIES, FINITE),
    ("19970902", "FREQ=WEEKLY;COUNT=10", "1997 Sep 2,9,16,23,30 Oct 7,14,21,28 Nov 4", FINITE),
    (
        "19970902",
        f"FREQ=WEEKLY;{UNTIL_CHRISTMAS}",
        "1997 Sep 2,9,16,23,30 Oct 7,14,21,28 Nov 4,11,18,25 Dec 2,9,16,23",
        FINITE,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997 Sep 2,16,30 Oct 14,28 Nov 11,25 Dec 9,23 1998 Jan 6,20 Feb 3,17",
        ENDLESS,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997 Sep 2,4,9,11,16,18,23,25,30 Oct 2",
        FINITE,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997 Sep 2,4,9,11,16,18,23,25,30 Oct 2",
        FINITE,
    ),
    (
        "19970901",
        f"FREQ=WEEKLY;INTERVAL=2;{UNTIL_CHRISTMAS};WKST=SU;BYDAY=MO,WE,FR",
        "1997 Sep 1,3,5,15,17,19,29 Oct 1,3,13,15,17,27,29,31 Nov 10,12,14,24,26,28 Dec 8,10,12,22",
        FINITE,
    ),
    (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "1997 Sep 2,4,16,18,30 Oct 2,14,16",
        FINITE,
    ),
    (
        "19970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5",
        FINITE,
    ),
    (
        "19970905",
        f"FREQ=MONTHLY;{UNTIL_CHRISTMAS};BYDAY=1FR",
        "1997 Sep 5 Oct 3 Nov 7 Dec 5",
        FINITE,
    ),
    (
        "19970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997 Sep 7,28 Nov 2,30 1998 Jan 4,25 Mar 1,29 May 3,31",
        FINITE,
    ),
    (
        "19970922",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16",
        FINITE,
    ),
    (
        "19970928",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26",
        ENDLESS,
    ),
    (
        "19970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997 Sep 2,15 Oct 2,15 Nov 2,15 Dec 2,15 1998 Jan 2,15",
        FINITE,
    ),
    (
        "19970930",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997 Sep 30 Oct 1,31 Nov 1,30 Dec 1,31 1998 Jan 1,31 Feb 1",
        FINITE,
    ),
    (
        "19970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997 Sep 10-15 1999 Mar 10-13",
        FINITE,
    ),
    (
        "19970902",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997 Sep 2,9,16,23,30 Nov 4,11,18,25 1998 Jan 6,13,20,27 Mar 3,10,17,24,31",
        ENDLESS,
    ),
    (
        "19970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10"
        " 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10",
        FINITE,
    ),
    (
        "19970310",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10",
        FINITE,
    ),
    (
        "19970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1",
        FINITE,
    ),
    ("19970519", "FREQ=YEARLY;BYDAY=20MO", "1997 May 19 1998 May 18 1999 May 17", ENDLESS),
    (
        "19970512",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997 May 12 1998 May 11 1999 May 17",
        ENDLESS,
    ),
    (
        "19970313",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997 Mar 13,20,27 1998 Mar 5,12,19,26 1999 Mar 4,11,18,25",
        ENDLESS,
    ),
    ("19970605", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", THURSDAYS, ENDLESS),
    (
        "19970902",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\nEXDATE;TZID=America/New_York:19970902T090000",
        "1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13",
        ENDLESS,
    ),
    (
        "19970913",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13",
        ENDLESS,
    ),
    (
        "19961105",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996 Nov 5 2000 Nov 7 2004 Nov 2",
        ENDLESS,
    ),
    (
        "19970904",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997 Sep 4 Oct 7 Nov 6",
        FINITE,
    ),
    (
        "19970929",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30",
        ENDLESS,
    ),
    (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997 Aug 5,10,19,24",
        FINITE,
    ),
    (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997 Aug 5,17,19,31",
        FINITE,
    ),
    (
        "20070115",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007 Jan 15,30 Feb 15 Mar 15,30",
        FINITE,
    ),
]


@pytest.mark.parametrize(
    ("start", "parts", "days", "endless"), EXAMPLES, ids=[parts for _, parts, _, _ in EXAMPLES]
)
def test_the_standards_examples_run_on_the_days_it_lists(
    start: str, parts: str, days: str, endless: bool
) -> None:
    schedule = rule(parts, f"{start}T090000", "America/New_York")
    expected = list(at_nine(days))
    begin = utc(1990)
    assert list(islice(schedule.runs(begin), len(expected) + (not endless))) == expected
    end = expected[-1] + DAY
    assert list(schedule.runs_back(end)) == expected[::-1]
    assert schedule.count(begin, end) == len(expected)


TWENTY_MINUTES = [f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40)]


@pytest.mark.parametrize(
    ("parts", "times"),
    [
        # As printed it ends at 17:00Z, which is 13:00 in New York; 17:00 there is what it means.
        ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", ["09:00", "12:00", "15:00"]),
        ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", ["09:00", "12:00"]),
        (
            "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
            ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"],
        ),
        ("FREQ=MINUTELY;INTERVAL=90;COUNT=4", ["09:00", "10:30", "12:00", "13:30"]),
        ("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", TWENTY_MINUTES),
        ("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", TWENTY_MINUTES),
    ],
)
def test_the_standards_examples_of_times_run_at_the_times_it_lists(
    parts: str, times: list[str]
) -> None:
    schedule = rule(parts, "19970902T090000", "America/New_York")
    day = datetime(1997, 9, 2, tzinfo=NEW_YORK)
    assert [f"{run:%H:%M}" for run in schedule.runs(day, day + DAY)] == times


# dateutil as witness.


@dataclass(frozen=True)
class Case:
    """A rule, and a moment by which dateutil has come to a run after `limit`."""

    start: datetime
    parts: str
    limit: datetime

    @property
    def text(self) -> str:
        return f"DTSTART:{stamp(self.start)}Z\nRRULE:{self.parts}"

    def witness(self) -> list[datetime]:
        """dateutil's runs, up to the first after the limit."""
        found = []
        for run in du.rrulestr(f"DTSTART:{stamp(self.start)}\nRRULE:{self.parts}"):
            found.append(run.replace(tzinfo=UTC))
            if run > self.limit:
                break
        return found


STEPS = {
    "WEEKLY": timedelta(weeks=1),
    "DAILY": DAY,
    "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1),
    "SECONDLY": SECOND,
}
REACH = {"YEARLY": 366 * DAY, "MONTHLY": 31 * DAY} | STEPS
INTERVALS = (1, 1, 2, 3, 4, 5, 7, 12, 18, 25, 36, 60, 90, 100, 168, 1440)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a rule that picks a target some steps after its start, so that dateutil gets there."""
    frequency = draw(st.sampled_from(FREQUENCIES))
    level = FREQUENCIES.index(frequency)
    interval = draw(st.sampled_from(INTERVALS))
    start = datetime(2019, 1, 1) + draw(st.integers(0, 4 * 365 * 24 * 60)) * timedelta(minutes=1)
    week_start = draw(st.integers(0, 6))
    target = draw(targets(frequency, interval, start, week_start))

    def around(low: int, high: int, *own: int) -> str:
        """Some numbers, of which at least one is the target's."""
        others = draw(st.lists(st.integers(low, high).filter(bool), max_size=3))
        return ",".join(map(str, [draw(st.sampled_from(own)), *others]))

    parts = [f"FREQ={frequency}", f"INTERVAL={interval}", f"WKST={WEEKDAYS[week_start]}"]
    chosen = draw(st.sets(st.sampled_from(["MONTH", "MONTHDAY", "YEARDAY", "DAY", "nDAY"])))
    chosen |= draw(st.sets(st.sampled_from(["WEEKNO", "EASTER", "SETPOS", "COUNT"]), max_size=1))
    if not chosen & {"MONTHDAY", "YEARDAY", "DAY", "WEEKNO", "EASTER"}:
        chosen.add("DAY")
    day = target.timetuple().tm_yday
    length = date(target.year, 12, 31).timetuple().tm_yday
    if "MONTH" in chosen:
        parts.append(f"BYMONTH={around(1, 12, target.month)}")
    if "MONTHDAY" in chosen:
        last = (target.replace(day=28) + 4 * DAY).replace(day=1) - DAY
        parts.append(f"BYMONTHDAY={around(-31, 31, target.day, target.day - last.day - 1)}")
    if "YEARDAY" in chosen:
        parts.append(f"BYYEARDAY={around(-366, 366, day, day - length - 1)}")
    if "EASTER" in chosen:
        distance = (target.date() - easter(target.year)).days
        parts.append(f"BYEASTER={around(-80, 250, distance)}")
    if "WEEKNO" in chosen and frequency != "WEEKLY":
        parts[2] = "WKST=MO"
        # Near New Year, dateutil's own numbers of weeks are not to be relied upon.
        weeks = [target.isocalendar().week] if 20 < day < 340 else list(range(1, 54))
        parts.append(f"BYWEEKNO={','.join(map(str, weeks))}")
    if "nDAY" in chosen and level < 2:
        monthly = frequency == "MONTHLY" or "MONTH" in chosen
        ordinal = ((target.day if monthly else day) + 6) // 7
        others = draw(st.lists(st.integers(-5, 5).filter(bool), max_size=2))
        parts.append(
            "BYDAY=" + ",".join(f"{n}{WEEKDAYS[target.weekday()]}" for n in [ordinal, *others])
        )
    elif chosen & {"DAY", "nDAY"}:
        weekdays = draw(st.sets(st.sampled_from(WEEKDAYS))) | {WEEKDAYS[target.weekday()]}
        parts.append(f"BYDAY={','.join(sorted(weekdays))}")
    for name, own, high in (
        ("HOUR", target.hour, 23),
        ("MINUTE", target.minute, 59),
        ("SECOND", target.second, 59),
    ):
        if draw(st.booleans()):
            others = draw(st.lists(st.integers(0, high), max_size=3))
            parts.append(f"BY{name}={','.join(map(str, [own, *others]))}")
    if "SETPOS" in chosen:
        # The first and the last of a set always exist.
        positions = draw(st.lists(st.integers(-9, 9).filter(bool), max_size=3))
        parts.append(f"BYSETPOS={','.join(map(str, [*positions, draw(st.sampled_from([1, -1]))]))}")
    if "COUNT" in chosen:
        parts.append(f"COUNT={draw(st.integers(1, 60))}")
    return Case(start, ";".join(parts), target - REACH[frequency])


@st.composite
def targets(
    draw: st.DrawFn, frequency: str, interval: int, start: datetime, week_start: int
) -> datetime:
    """Draw a time in a period that INTERVAL reaches, as late in the day as the start."""
    if frequency == "YEARLY":
        year = start.year + interval * draw(st.integers(1, 4))
        return start.replace(year=year, month=1, day=1) + draw(st.integers(0, 364)) * DAY
    if frequency == "MONTHLY":
        month = start.year * 12 + start.month - 1 + interval * draw(st.integers(1, 30))
        first = start.replace(year=month // 12, month=month % 12 + 1, day=1)
        return first + draw(st.integers(0, 27)) * DAY
    steps = draw(st.integers(1, 60)) * interval
    if frequency == "WEEKLY":
        first = start - (start.weekday() - week_start) % 7 * DAY
        return first + steps * 7 * DAY + draw(st.integers(0, 6)) * DAY
    return start + steps * STEPS[frequency]


@settings(max_examples=400)
@given(case=cases(), data=st.data())
@example(case=Case(datetime(2020, 2, 29), "FREQ=YEARLY", datetime(2040, 1, 1)), data=None)
@example(case=Case(datetime(2026, 1, 31), "FREQ=MONTHLY", datetime(2030, 1, 1)), data=None)
@example(
    case=Case(
        datetime(2024, 11, 10),
        "FREQ=WEEKLY;WKST=WE;BYSETPOS=1;BYDAY=MO,TU,WE",
        datetime(2025, 1, 1),
    ),
    data=None,
)
def test_every_answer_is_dateutils(case: Case, data: st.DataObject | None) -> None:
    expected = case.witness()
    schedule = rrule(case.text)
    before = case.start.replace(tzinfo=UTC) - DAY
    end = expected[-1] + SECOND if expected else before + 366 * DAY
    assert list(schedule.runs(before, end)) == expected
    assert list(schedule.runs_back(end)) == expected[::-1]
    seconds = int((end - before).total_seconds())
    for _ in range(5):
        moment = before + timedelta(seconds=random.Random(case.parts).randrange(seconds))
        if data is not None and expected:
            moment = data.draw(st.sampled_from(expected)) + data.draw(st.integers(-1, 1)) * SECOND
        later = [run for run in expected if run > moment]
        earlier = [run for run in expected if run < moment]
        if later:
            assert schedule.next_run(moment) == later[0]
        assert schedule.prev_run(moment) == (earlier[-1] if earlier else None)
        assert schedule.count(moment, end) == sum(run >= moment for run in expected)
        assert schedule.matches(moment) == (moment in expected)
