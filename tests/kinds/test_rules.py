"""RFC 5545 recurrences: the examples of the standard, dateutil as witness, and the odd inputs."""

from __future__ import annotations

import copy
import pickle
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

import dateutil.rrule as du
import dateutil.tz
import pytest
import pytz
from dateutil.easter import easter
from hypothesis import assume, example, given
from hypothesis import strategies as st

from duetime import DstPolicy, Schedule, min_gap, parse
from duetime.errors import ScheduleError, SearchHorizonError, UnknownTimeZoneError
from duetime.kinds.rules.rfc5545 import FREQUENCIES, LARGEST, MOST_RULES
from duetime.kinds.rules.rule import Rule, rrule
from duetime.testing import transitions
from duetime.testing.crontab_oracle import Policy
from duetime.testing.strategies import ODD_ZONES, transitions_of
from tests.support.dates import DAY, NEW_YORK, PARIS, SECOND
from tests.support.effort import few
from tests.support.recurrence import Recurrence, week_of
from tests.support.stored import NoKey

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def shown(runs: Iterable[datetime]) -> list[str]:
    return [f"{run:%Y-%m-%dT%H:%M%z}" for run in runs]


def rule(parts: str, start: str = "20260101T090000", zone: str = "Europe/Paris") -> Rule:
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
        (
            "1997 Sep 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30"
            " Oct 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 Nov 1,3,5,7"
        ),
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
        (
            "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10"
            " 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10"
        ),
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

    def oracle(self) -> list[datetime]:
        """The runs that RFC 5545 has, up to the first after the limit."""
        runs = Recurrence(self.start, self.parts).runs(self.limit)
        return [run.replace(tzinfo=UTC) for run in runs]

    @property
    def misread(self) -> bool:
        """Whether dateutil has another answer than RFC 5545.

        It begins the first week of a set at DTSTART, and it numbers weeks 52 and 53, from either
        end, wrongly near New Year.
        """
        parts = dict(part.split("=") for part in self.parts.split(";"))
        cuts_a_week = (
            parts["FREQ"] == "WEEKLY"
            and "BYSETPOS" in parts
            and WEEKDAYS[self.start.weekday()] != parts.get("WKST", "MO")
        )
        weeks = {abs(int(week)) for week in parts.get("BYWEEKNO", "1").split(",")}
        return cuts_a_week or bool(weeks & {52, 53})


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
    distance = (target.date() - easter(target.year)).days
    if not -80 <= distance <= 250:
        chosen.discard("EASTER")
    if not chosen & {"MONTHDAY", "YEARDAY", "EASTER"}:
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
        parts.append(f"BYEASTER={around(-80, 250, distance)}")
    if "WEEKNO" in chosen and frequency != "WEEKLY":
        _, week, weeks = week_of(target.date(), week_start)
        parts.append(f"BYWEEKNO={around(-53, 53, week, week - weeks - 1)}")
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


@few(10)
@given(case=cases(), data=st.data())
@example(case=Case(datetime(2020, 2, 29), "FREQ=YEARLY", datetime(2040, 1, 1)), data=None)
@example(case=Case(datetime(2026, 1, 31), "FREQ=MONTHLY", datetime(2030, 1, 1)), data=None)
def test_every_answer_is_dateutils_where_it_reads_the_standard(
    case: Case, data: st.DataObject | None
) -> None:
    assume(not case.misread)
    check(case, case.witness(), data)


@few(10)
@given(case=cases(), data=st.data())
@example(
    case=Case(
        datetime(2024, 11, 10),
        "FREQ=WEEKLY;WKST=WE;BYSETPOS=1;BYDAY=MO,TU,WE",
        datetime(2025, 1, 1),
    ),
    data=None,
)
def test_every_answer_is_the_standards(case: Case, data: st.DataObject | None) -> None:
    assume("BYEASTER" not in case.parts)
    check(case, case.oracle(), data)


def check(case: Case, expected: list[datetime], data: st.DataObject | None) -> None:
    """Every question to the rule of a case has the answer that its runs have."""
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
        if moment < end:
            assert schedule.matches(moment) == (moment in expected)


# Where RFC 5545 and dateutil disagree, the standard is right.


@pytest.mark.parametrize(
    ("start", "parts", "days"),
    [
        # The set of a week begins with the week, not with DTSTART.
        ("20241023", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,3;COUNT=3", "1023 1028 1030"),
        ("20241023", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", "1025 1101"),
        ("20241023", "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;WKST=WE;COUNT=2", "1023 1030"),
        # 1 and 2 January 2011 and 2022 are in week 52 of the years before.
        ("20110101", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SA,SU;COUNT=2", "0102 0103"),
        ("20110101", "FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA,SU;COUNT=4", "0101 0102 1231 0101"),
        ("20220101", "FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA,SU;COUNT=4", "0101 0102 1231 0101"),
        ("20220101", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SA,SU;COUNT=2", "0102 0103"),
        # 29 to 31 December 2008 are in week 1 of 2009, which has 53 weeks, and of 2013 in 1 of 52.
        ("20080601", "FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO,TU,WE;COUNT=3", "1229 1230 1231"),
        ("20130601", "FREQ=YEARLY;BYWEEKNO=-52;BYDAY=MO,TU,WE;COUNT=3", "1230 1231 0101"),
        ("20200101", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR,SA,SU;WKST=SU;COUNT=3", "1227 0101 0102"),
    ],
)
def test_a_rule_that_dateutil_misreads_runs_as_the_standard_has_it(
    start: str, parts: str, days: str
) -> None:
    found = list(rule(parts, f"{start}T090000").runs(utc(2000)))
    assert " ".join(f"{run:%m%d}" for run in found) == days
    limit = datetime(2045, 1, 1)
    oracle = Recurrence(datetime.fromisoformat(f"{start}T090000"), parts).runs(limit)
    assert [run.replace(tzinfo=None) for run in found] == list(oracle)


@pytest.mark.parametrize("week_start", range(7))
def test_weeks_are_numbered_from_both_ends_as_the_standard_numbers_them(week_start: int) -> None:
    first, last = date(2000, 1, 1), date(2028, 12, 31)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    weeks = {day: week_of(day, week_start) for day in days}
    if week_start == 0:
        assert all((year, week) == day.isocalendar()[:2] for day, (year, week, _) in weeks.items())
    names = ",".join(WEEKDAYS)
    for number in (1, 2, 26, 51, 52, 53, -53, -52, -51, -2, -1):
        schedule = rule(
            f"FREQ=YEARLY;WKST={WEEKDAYS[week_start]};BYWEEKNO={number};BYDAY={names}",
            "20000101T000000",
            "UTC",
        )
        found = [run.date() for run in schedule.runs(utc(2000), utc(2029))]
        assert found == [d for d, (_, n, of) in weeks.items() if number in (n, n - of - 1)]


@pytest.mark.parametrize(
    ("lines", "days", "canonical"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", "01 05 12", "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1", "01", None),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260112T080000Z", "01 05 12", None),
        ("RRULE:FREQ=WEEKLY;COUNT=3", "01 08 15", "RRULE:FREQ=WEEKLY;COUNT=3"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20251231T000000Z\nRDATE:20260105T090000", "01 05", None),
        ("RDATE:20260105T090000", "01 05", None),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3\nEXDATE:20260101T090000", "05 12", None),
    ],
)
def test_a_start_that_counts_is_the_first_of_all(
    lines: str, days: str, canonical: str | None
) -> None:
    text = f"DTSTART;TZID=Europe/Paris:20260101T090000\n{lines}"
    schedule = rrule(text, start_counts=True)
    assert " ".join(f"{run:%d}" for run in schedule.runs(utc(2025))) == days
    assert canonical is None or canonical in schedule.text.splitlines()
    assert rrule(schedule.text) == schedule


def test_the_start_of_a_dateutil_rule_may_count() -> None:
    source = du.rrule(du.WEEKLY, dtstart=datetime(2026, 1, 1, 9), byweekday=du.MO, count=2)
    assert [run.day for run in rrule(source, start_counts=True).runs(utc(2025))] == [1, 5]
    dates = du.rruleset()
    dates.rdate(datetime(2026, 1, 6, 9))
    dates.exrule(du.rrule(du.MONTHLY, dtstart=datetime(2026, 1, 1, 9), bymonthday=5))
    assert [run.day for run in rrule(dates, start_counts=True).runs(utc(2025))] == [1, 6]


@pytest.mark.parametrize(
    ("start", "parts", "days"),
    [
        ("20140131", "FREQ=MONTHLY;SKIP=OMIT", "0131 0331 0531 0731"),
        ("20140131", "FREQ=MONTHLY;SKIP=BACKWARD", "0131 0228 0331 0430"),
        ("20140131", "FREQ=MONTHLY;SKIP=FORWARD", "0131 0301 0331 0501"),
        ("20140131", "FREQ=MONTHLY;INTERVAL=3;SKIP=BACKWARD", "0131 0430 0731 1031"),
        ("20120229", "FREQ=YEARLY;SKIP=BACKWARD", "0229 0228 0228 0228"),
        ("20120229", "FREQ=YEARLY;SKIP=FORWARD", "0229 0301 0301 0301"),
        ("20140130", "FREQ=MONTHLY;BYMONTHDAY=29,30;SKIP=BACKWARD", "0130 0228 0329 0330"),
        ("20140101", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31;SKIP=FORWARD", "0501 0501 0501 0501"),
        ("20140101", "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=FR;SKIP=BACKWARD", "0131 0228 1031 0731"),
        ("20140131", "FREQ=DAILY;BYMONTHDAY=31;SKIP=BACKWARD", "0131 0331 0531 0731"),
        ("20140115", "FREQ=MONTHLY;SKIP=BACKWARD", "0115 0215 0315 0415"),
    ],
)
def test_a_day_that_a_month_has_not_goes_where_skip_says(start: str, parts: str, days: str) -> None:
    schedule = rule(f"{parts};RSCALE=GREGORIAN;COUNT=4", f"{start}T090000")
    assert " ".join(f"{run:%m%d}" for run in schedule.runs(utc(2000))) == days
    assert rrule(schedule.text) == schedule
    assert ("SKIP" in schedule.text) == ("or on the" in schedule.describe())


def test_an_ordinal_and_a_plain_weekday_are_both_picked() -> None:
    # RFC 5545 takes a list for either; dateutil takes it for days that are both, so for none.
    schedule = rule("FREQ=MONTHLY;BYDAY=MO,1TU")
    days = [run.day for run in schedule.runs(utc(2026, 2), utc(2026, 3))]
    assert days == [2, 3, 9, 16, 23]


def test_a_sixth_weekday_of_a_month_never_comes() -> None:
    # dateutil raises IndexError.
    assert rule("FREQ=MONTHLY;BYDAY=10MO").next_run(utc(2026)) is None
    assert rule("FREQ=MONTHLY;BYDAY=10MO,2MO").next_run(utc(2026)) is not None


@pytest.mark.parametrize(
    ("distance", "day"), [(-80, "2026-01-15"), (-2, "2026-04-03"), (250, "2026-12-11")]
)
def test_easter_is_counted_from_on_both_sides(distance: int, day: str) -> None:
    run = rule(f"FREQ=YEARLY;BYEASTER={distance}").next_run(utc(2026))
    assert run is not None
    assert run.date().isoformat() == day


# Clock changes. Each line of time shows what the wall shows; | is the change.
#
#   New York, 8 March 2026:      01:59 | 03:00      02:00 to 02:59 do not exist
#   New York, 1 November 2026:   01:59 | 01:00      01:00 to 01:59 exist twice

IN_GAP = "DTSTART;TZID=America/New_York:20260307T023000\nRRULE:FREQ=DAILY;COUNT=3"
IN_OVERLAP = "DTSTART;TZID=America/New_York:20261031T013000\nRRULE:FREQ=DAILY;COUNT=3"


@pytest.mark.parametrize(
    ("text", "dst", "expected"),
    [
        (IN_GAP, "rfc5545", ["07T02:30-0500", "08T03:30-0400", "09T02:30-0400"]),
        (IN_GAP, DstPolicy("skip", "first"), ["07T02:30-0500", "09T02:30-0400"]),
        (IN_GAP, DstPolicy("end", "first"), ["07T02:30-0500", "08T03:00-0400", "09T02:30-0400"]),
        (IN_GAP, "wall", ["07T02:30-0500", "09T02:30-0400"]),
        (IN_OVERLAP, "rfc5545", ["31T01:30-0400", "01T01:30-0400", "02T01:30-0500"]),
        (IN_OVERLAP, "quartz", ["31T01:30-0400", "01T01:30-0500", "02T01:30-0500"]),
        (
            IN_OVERLAP,
            "wall",
            ["31T01:30-0400", "01T01:30-0400", "01T01:30-0500", "02T01:30-0500"],
        ),
    ],
)
def test_a_label_that_a_change_touches_runs_by_the_policy(
    text: str, dst: str | DstPolicy, expected: list[str]
) -> None:
    schedule = rrule(text, dst=dst)
    assert [f"{run:%dT%H:%M%z}" for run in schedule.runs(utc(2026))] == expected
    assert list(schedule.runs_back(utc(2027))) == list(schedule.runs(utc(2026)))[::-1]


@pytest.mark.parametrize("dst", ["vixie", "cronos", "rfc", "", None, 5])
def test_a_policy_that_reads_crontabs_or_does_not_exist_is_refused(dst: Any) -> None:
    with pytest.raises(ScheduleError, match="dst="):
        rrule(IN_GAP, dst=dst)


DENSE = (
    "FREQ=HOURLY",
    "FREQ=MINUTELY;INTERVAL=15",
    "FREQ=MINUTELY;INTERVAL=7",
    "FREQ=DAILY;BYHOUR=0,1,2,3,23;BYMINUTE=0,30",
    "FREQ=HOURLY;INTERVAL=5",
    "FREQ=WEEKLY;BYDAY=SU;BYHOUR=0,2;BYMINUTE=0,59;BYSECOND=59",
)


@few(10)
@given(
    key=st.deferred(
        lambda: st.sampled_from([key for key in ODD_ZONES if transitions_of(ZoneInfo(key))])
    ),
    parts=st.sampled_from(DENSE),
    gap=st.sampled_from(("skip", "end", "shift")),
    overlap=st.sampled_from(("first", "last", "both")),
    data=st.data(),
)
def test_runs_are_dateutils_labels_under_the_policy(
    key: str, parts: str, gap: Any, overlap: Any, data: st.DataObject
) -> None:
    zone = ZoneInfo(key)
    change = data.draw(transitions(zone)).astimezone(zone).replace(tzinfo=None)
    start = change.replace(second=0) - timedelta(minutes=data.draw(st.integers(2 * 1440, 3 * 1440)))
    policy = Policy(gap, overlap)
    labels = du.rrulestr(f"DTSTART:{stamp(start)}\nRRULE:{parts}").between(
        start, change + 5 * DAY, inc=True
    )
    expected = sorted(
        {run.replace(tzinfo=UTC) for label in labels for run in policy.instants(label, zone)}
    )
    low, high = ((change + days * DAY).replace(tzinfo=UTC) for days in (-6, 3))
    expected = [run for run in expected if low <= run < high]
    schedule = rrule(
        f"DTSTART;TZID={key}:{stamp(start)}\nRRULE:{parts}", dst=DstPolicy(gap, overlap)
    )
    # Python finds no two times of different zones equal when a change doubles one of them.
    assert [run.astimezone(UTC) for run in schedule.runs(low, high)] == expected
    assert [run.astimezone(UTC) for run in schedule.runs_back(high, low)] == expected[::-1]
    assert schedule.count(low, high) == len(expected)


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        # 1 November 2026: 05:00Z is 01:00 for the first time, 06:00Z for the second.
        ("20261101T042959Z", []),
        ("20261101T043000Z", ["00:30-0400"]),
        ("20261101T053000Z", ["00:30-0400", "01:30-0400"]),
        ("20261101T062959Z", ["00:30-0400", "01:30-0400"]),
        ("20261101T063000Z", ["00:30-0400", "01:30-0400", "01:30-0500"]),
        ("20261101T073000Z", ["00:30-0400", "01:30-0400", "01:30-0500", "02:30-0500"]),
        ("20261101T013000", ["00:30-0400", "01:30-0400", "01:30-0500"]),
        ("20261101T012959", ["00:30-0400"]),
        ("20261101", []),
    ],
)
def test_until_includes_its_own_instant_or_its_own_wall_time(until: str, hours: list[str]) -> None:
    schedule = rrule(
        "DTSTART;TZID=America/New_York:20261031T003000\n"
        f"RRULE:FREQ=HOURLY;BYHOUR=0,1,2;BYMONTHDAY=1;UNTIL={until}",
        dst="wall",
    )
    begin, end = utc(2026, 10, 31, 12), utc(2030)
    found = list(schedule.runs(begin))
    assert [f"{run:%H:%M%z}" for run in found] == hours
    assert list(schedule.runs_back(end)) == found[::-1]
    assert schedule.count(begin, end) == len(hours)
    assert [run for change in schedule.clock_changes(begin, end) for run in change.instants] == [
        run for run in found if run.hour == 1
    ]


def test_until_in_utc_holds_for_a_label_that_a_gap_moves() -> None:
    # 02:30 runs at 03:30, which is 07:30Z; 03:10 runs at 07:10Z, before it.
    text = (
        "DTSTART;TZID=America/New_York:20260308T021000\n"
        "RRULE:FREQ=MINUTELY;INTERVAL=20;UNTIL=20260308T{}Z"
    )
    runs = list(rrule(text.format("072000")).runs(utc(2026)))
    assert shown(runs) == ["2026-03-08T03:10-0400"]
    runs = list(rrule(text.format("073000")).runs(utc(2026)))
    assert shown(runs) == ["2026-03-08T03:10-0400", "2026-03-08T03:30-0400"]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Honolulu"])
@pytest.mark.parametrize(
    ("until", "years"), [("00010101T000000Z", {1}), ("99991231T235959Z", {1, 9999})]
)
def test_until_may_be_the_first_or_the_last_moment_of_the_calendar(
    zone: str, until: str, years: set[int]
) -> None:
    schedule = rule(f"FREQ=YEARLY;INTERVAL=9998;UNTIL={until}", "00010101T000000", zone)
    begin, end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for same in (schedule, schedule.in_zone("UTC")):
        runs = [*same.runs_back(end), *same.runs(begin)]
        assert {run.year for run in runs} <= years
        assert list(same.clock_changes(begin, begin + 366 * DAY)) == []
        assert rrule(same.text) == same


def test_clock_changes_lists_what_still_runs() -> None:
    both = f"{IN_GAP}\nRRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=40\nEXDATE:20260308T024000"
    (change,) = rrule(both).clock_changes(utc(2026), utc(2026, 6))
    assert (change.kind, change.label) == ("moved", datetime(2026, 3, 8, 2, 30))
    (dropped, other) = rrule(both, dst="ocps").clock_changes(utc(2026), utc(2026, 6))
    assert (dropped.kind, other.kind) == ("dropped", "dropped")
    assert dropped.instants == ()


def test_a_label_of_two_rules_changes_once() -> None:
    twice = f"{IN_GAP}\nRRULE:FREQ=DAILY;COUNT=2"
    assert len(list(rrule(twice).clock_changes(utc(2026), utc(2027)))) == 1


# RDATE, EXDATE, EXRULE, several rules.

WEEK = "DTSTART;TZID=Europe/Paris:20260105T090000\nRRULE:FREQ=DAILY;COUNT=5\n"


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        ("", "05 06 07 08 09"),
        ("EXDATE:20260106T090000", "05 07 08 09"),
        ("EXDATE;TZID=Europe/Paris:20260106T090000,20260108T090000", "05 07 09"),
        ("EXDATE:20260106T090000\nEXDATE:20260108T090000", "05 07 09"),
        ("EXDATE:20260106T080000Z", "05 07 08 09"),
        ("EXDATE;TZID=America/New_York:20260106T030000", "05 07 08 09"),
        ("EXDATE:20260106T090001", "05 06 07 08 09"),
        ("EXDATE;VALUE=DATE:20260106,20260107", "05 08 09"),
        ("EXDATE;VALUE=DATE-TIME:20260106T090000", "05 07 08 09"),
        ("exdate;tzid=Europe/Paris;value=date-time:20260106t090000", "05 07 08 09"),
        ("RDATE:20260120T090000", "05 06 07 08 09 20"),
        ("RDATE;TZID=Asia/Tokyo:20260120T170000,20260101T170000", "01 05 06 07 08 09 20"),
        ("RDATE:20260120T080000Z\nRDATE:20260120T090000", "05 06 07 08 09 20"),
        (
            "RDATE;VALUE=PERIOD:20260120T090000/PT1H,20260121T090000/20260121T100000",
            "05 06 07 08 09 20 21",
        ),
        ("RDATE:20260120T090000\nEXDATE:20260120T090000", "05 06 07 08 09"),
        ("EXRULE:FREQ=DAILY;INTERVAL=2", "06 08"),
        ("EXRULE:FREQ=DAILY;UNTIL=20260107T075959Z", "07 08 09"),
        ("EXRULE:FREQ=DAILY;UNTIL=20260107T080000Z", "08 09"),
        ("EXRULE:FREQ=DAILY;COUNT=5", ""),
        ("RRULE:FREQ=WEEKLY;COUNT=3", "05 06 07 08 09 12 19"),
        ("EXDATE;VALUE=DATE:20260105,20260106,20260107,20260108,20260109", ""),
    ],
)
def test_dates_and_rules_add_and_take_away(lines: str, days: str) -> None:
    schedule = rrule(WEEK + lines)
    found = list(schedule.runs(utc(2025)))
    assert " ".join(f"{run:%d}" for run in found) == days
    assert {f"{run:%H:%M %Z}" for run in found} <= {"09:00 CET"}
    assert list(schedule.runs_back(utc(2030))) == found[::-1]
    assert schedule.count(utc(2025), utc(2030)) == len(found)
    assert rrule(schedule.text) == schedule


def test_a_date_alone_is_midnight() -> None:
    text = "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=2\nRDATE;VALUE=DATE:20260108"
    schedule = rrule(text + "\nEXDATE;VALUE=DATE:20260112", tz="Europe/Paris")
    assert shown(schedule.runs(utc(2025))) == ["2026-01-05T00:00+0100", "2026-01-08T00:00+0100"]


@pytest.mark.parametrize(
    ("lines", "runs"),
    [
        # RFC 5545 3.8.5.2: without a rule, DTSTART is the first of the dates.
        ("DTSTART:20240803T190000Z\nRDATE:20250705T190000Z", "0803T19 0705T19"),
        ("DTSTART:20240803T190000Z\nRDATE;VALUE=PERIOD:20250705T190000Z/PT1H", "0803T19 0705T19"),
        ("DTSTART:20240803T190000Z\nRDATE:20240803T190000Z", "0803T19"),
        ("DTSTART:20240803T190000Z\nRDATE;TZID=Asia/Tokyo:20250705T190000", "0803T19 0705T10"),
        ("DTSTART;TZID=Asia/Tokyo:20240803T190000\nRDATE:20250705T190000Z", "0803T10 0705T19"),
        ("DTSTART;VALUE=DATE:20240803\nRDATE;VALUE=DATE:20250705", "0803T00 0705T00"),
        (
            "DTSTART:20240803T190000Z\nRDATE:20250705T190000Z\nEXDATE:20240803T190000Z",
            "0705T19",
        ),
        # RFC 5545 3.3.10: a DATE as DTSTART makes BYHOUR, BYMINUTE and BYSECOND be ignored.
        (
            "DTSTART;VALUE=DATE:20241018\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3,4;INTERVAL=2;COUNT=3",
            "1018T00 1020T00 1022T00",
        ),
        (
            "DTSTART;VALUE=DATE:20241018\nRRULE:FREQ=DAILY;BYHOUR=9;BYSECOND=5;COUNT=2",
            "1018T00 1019T00",
        ),
        # Exchange writes the days that an all-day series leaves out as times in a zone.
        (
            (
                "DTSTART;VALUE=DATE:20241018\nRRULE:FREQ=DAILY;COUNT=3\n"
                "EXDATE;TZID=Europe/Berlin:20241019T000000"
            ),
            "1018T00 1020T00",
        ),
        (
            "DTSTART;VALUE=DATE:20241018\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20241019T090000Z",
            "1018T00 1020T00",
        ),
        ("DTSTART;VALUE=DATE:20241018\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20241019", "1018T00"),
    ],
)
def test_a_start_counts_as_the_standard_has_it(lines: str, runs: str) -> None:
    schedule = rrule(lines)
    found = [run.astimezone(UTC) for run in schedule.runs(utc(2000))]
    assert " ".join(f"{run:%m%dT%H}" for run in found) == runs
    assert rrule(schedule.text) == schedule


def test_a_moment_that_an_all_day_start_leaves_out_is_of_the_day_it_shows_in_its_zone() -> None:
    text = "DTSTART;VALUE=DATE:20241018\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20241018T220000Z"
    found = rrule(text, tz="Europe/Berlin").runs(utc(2024))
    assert [run.day for run in found] == [18, 20]


RECURRENCE = "DTSTART;TZID=Europe/Berlin:20260105T090000\nRRULE:FREQ=WEEKLY"


@pytest.mark.parametrize(
    "text",
    [
        # DTSTART and RRULE on one line.
        "DTSTART;TZID=Europe/Berlin:20260105T090000 RRULE:FREQ=WEEKLY",
        "DTSTART;TZID=Europe/Berlin:20260105T090000;RRULE:FREQ=WEEKLY;",
        "DTSTART;TZID=Europe/Berlin:20260105T090000RRULE:FREQ=WEEKLY",
        "RRULE:FREQ=WEEKLY;INTERVAL=1 DTSTART;TZID=Europe/Berlin:20260105T090000",
        # A byte order mark, lists of nothing, the zones of vendors.
        "\ufeff" + RECURRENCE,
        RECURRENCE + "\nEXDATE:\nRDATE;TZID=Europe/Berlin:\n",
        RECURRENCE.replace("=Europe", "=/citadel.org/20190914_1/Europe"),
        RECURRENCE.replace("=Europe", "=/freeassociation.sourceforge.net/Tzfile/Europe"),
        RECURRENCE.replace("=Europe", "=/softwarestudio.org/Olson_20011030_5/Europe"),
        # A whole component.
        f"BEGIN:VEVENT\nUID:1@example.org\nSUMMARY:DTSTART\n{RECURRENCE}\nEND:VEVENT",
        f"begin:vtodo\nDUE:20260106T090000\n{RECURRENCE}\nend:vtodo\n",
        (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
            "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY:Retreat\r\n"
            "DESCRIPTION:Lunch\r\n  RRULE:FREQ=DAILY\r\n"
            "DTSTART;TZID=Europe/Berlin:20260105T090000\r\nRRULE:FREQ=WEE\r\n KLY\r\n"
            "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nRRULE:FREQ=DAILY\r\nEND:VALARM\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
        f"""
            BEGIN:VEVENT
            {RECURRENCE.replace(chr(10), chr(10) + 12 * " ")}
            END:VEVENT
        """,
    ],
)
def test_a_block_is_read_as_programs_store_it(text: str) -> None:
    assert rrule(text) == rrule(RECURRENCE)


def test_parse_knows_a_component_and_a_byte_order_mark() -> None:
    component = f"\ufeffBEGIN:VEVENT\n{RECURRENCE}\nEND:VEVENT"
    assert parse(component) == parse(f"\ufeff{RECURRENCE}") == rrule(RECURRENCE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"BEGIN:VEVENT\n{RECURRENCE}", "has no END:'VEVENT'"),
        (f"BEGIN:VEVENT\n{RECURRENCE}\nEND:VTODO", "END:'VTODO' without its BEGIN"),
        (f"BEGIN:VEVENT\n{RECURRENCE}\nEND:VEVENT\n" * 2, r"2 components.* with \|"),
        ("BEGIN:VEVENT\nSUMMARY:Once\nEND:VEVENT", "no DTSTART"),
        (
            f"BEGIN:VEVENT\nRECURRENCE-ID:20260105T090000\n{RECURRENCE}\nEND:VEVENT",
            "has RECURRENCE-ID, which changes one run",
        ),
        (RECURRENCE.replace("=Europe", "=/vendor/1/Nowhere"), "Nowhere/Berlin"),
    ],
)
def test_a_component_that_is_no_recurrence_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=re.compile(message, re.DOTALL)):
        rrule(text)


def test_a_date_that_is_left_out_may_name_the_zone_of_the_block() -> None:
    text = RECURRENCE + "\nEXDATE;TZID=Europe/Berlin;VALUE=DATE:20260105"
    assert rrule(text) == rrule(RECURRENCE + "\nEXDATE;VALUE=DATE:20260105")


def test_an_excluded_time_goes_the_way_of_the_label_it_excludes() -> None:
    gone = rrule(f"{IN_GAP}\nEXDATE:20260308T023000")
    assert [run.day for run in gone.runs(utc(2026))] == [7, 9]
    both = rrule(f"{IN_OVERLAP}\nEXDATE:20261101T013000", dst="wall")
    assert [run.day for run in both.runs(utc(2026))] == [31, 2]
    one = rrule(f"{IN_OVERLAP}\nEXDATE:20261101T063000Z", dst="wall")
    assert [f"{run:%d%z}" for run in one.runs(utc(2026))] == ["31-0400", "01-0400", "02-0500"]


@pytest.mark.parametrize("day", ["20260308", "20261101"])
def test_an_excluded_day_lasts_from_midnight_to_midnight(day: str) -> None:
    schedule = rrule(
        "DTSTART;TZID=America/New_York:20260101T000000\nRRULE:FREQ=MINUTELY;INTERVAL=30\n"
        f"EXDATE;VALUE=DATE:{day}"
    )
    midnight = datetime.strptime(day, "%Y%m%d").replace(tzinfo=NEW_YORK)
    assert schedule.floor(midnight + 12 * timedelta(hours=1)) == midnight - timedelta(minutes=30)
    assert schedule.ceil(midnight) == midnight + DAY


def test_a_rule_that_excludes_itself_is_proven_empty() -> None:
    schedule = rrule(
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY;INTERVAL=1"
    )
    assert schedule.next_run(utc(2026)) is None
    assert schedule.prev_run(utc(2026)) is None


def test_a_search_goes_through_a_summer_of_excluded_runs() -> None:
    schedule = rrule(
        "DTSTART:20260101T000000Z\nRRULE:FREQ=MINUTELY;INTERVAL=5\nEXRULE:FREQ=MINUTELY;BYMONTH=7,8"
    )
    assert schedule.next_run(utc(2026, 7)) == utc(2026, 9)
    assert schedule.prev_run(utc(2026, 9)) == utc(2026, 6, 30, 23, 55)


def test_a_search_through_excluded_runs_ends_at_its_horizon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("duetime.kinds.rules.rule.MOST_EXCLUDED", 100)
    # 02:30 is in the gap each year, and runs at 03:30: not the label is excluded, but its run.
    march = "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;BYHOUR={}"
    schedule = rrule(
        "DTSTART;TZID=America/New_York:20260101T003000\n"
        f"RRULE:{march.format(2)}\nEXRULE:{march.format(3)}"
    )
    with pytest.raises(
        SearchHorizonError, match="next after 2026-06-30 20:00:00-04:00 are all excluded"
    ):
        schedule.next_run(utc(2026, 7))
    with pytest.raises(
        SearchHorizonError, match="next before 2999-12-31 19:00:00-05:00 are all excluded"
    ):
        schedule.prev_run(utc(3000))


def test_several_rules_with_very_many_kinds_of_days_are_counted_too() -> None:
    # On each day the first has another time, so no table of many days holds it.
    schedule = rrule(
        "DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=86413\nRRULE:FREQ=DAILY"
    )
    start, end = utc(2026), utc(2028)
    assert schedule.count(start, end) == sum(1 for _ in schedule.runs(start, end))
    with pytest.raises(SearchHorizonError, match="ask about a shorter range"):
        schedule.count(start, utc(2069))


def test_dates_are_counted_beside_several_rules() -> None:
    schedule = rrule(
        "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY;BYHOUR=6\n"
        "RDATE:20270101T030000Z,20270101T060000Z"
    )
    start, end = utc(2026), utc(2030)
    assert schedule.count(start, end) == 2 * (end - start).days + 1


EVERY_DAY = "FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,30"


@pytest.mark.parametrize(
    ("rules", "excluded", "zone"),
    [
        (["FREQ=DAILY;BYDAY=MO"], ["FREQ=WEEKLY;BYDAY=MO"], "Europe/Berlin"),
        (["FREQ=DAILY;BYDAY=MO"], ["FREQ=WEEKLY;BYDAY=MO"], "UTC"),
        (["FREQ=DAILY;INTERVAL=2;BYDAY=MO"], ["FREQ=WEEKLY;BYDAY=MO"], "Europe/Berlin"),
        (["FREQ=MINUTELY"], ["FREQ=MINUTELY;BYSECOND=0,1"], "UTC"),
        (["FREQ=MINUTELY;INTERVAL=4"], ["FREQ=MINUTELY;INTERVAL=2"], "UTC"),
        (["FREQ=HOURLY;INTERVAL=5"], ["FREQ=HOURLY;INTERVAL=10", "FREQ=HOURLY"], "UTC"),
        (["FREQ=HOURLY;INTERVAL=96"], ["FREQ=DAILY;INTERVAL=2", "FREQ=MINUTELY"], "UTC"),
        ([EVERY_DAY], ["FREQ=HOURLY;INTERVAL=6", "FREQ=HOURLY;BYMINUTE=30"], "UTC"),
        (
            ["FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=1,-1"],
            ["FREQ=DAILY;BYDAY=MO", "FREQ=DAILY;BYDAY=TU,WE"],
            "Europe/Berlin",
        ),
        (["FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2"], ["FREQ=MONTHLY;BYDAY=1MO,1TU"], "UTC"),
        (["FREQ=MONTHLY;BYDAY=1MO"], ["FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"], "UTC"),
        (["FREQ=YEARLY;BYEASTER=1"], ["FREQ=WEEKLY;BYDAY=MO"], "UTC"),
        (
            ["FREQ=SECONDLY;BYHOUR=5"],
            ["FREQ=SECONDLY;INTERVAL=2", "FREQ=SECONDLY;BYSECOND=" + ",".join(map(str, range(60)))],
            "UTC",
        ),
    ],
)
def test_that_every_run_is_excluded_is_proven(
    rules: list[str], excluded: list[str], zone: str
) -> None:
    lines = [f"DTSTART;TZID={zone}:20260105T000000"]
    lines += [f"RRULE:{parts}" for parts in rules] + [f"EXRULE:{parts}" for parts in excluded]
    schedule = rrule("\n".join(lines))
    after = utc(2027)
    assert schedule.next_run(after) is None
    assert schedule.next_run(after) is None
    assert schedule.prev_run(after) is None
    assert list(schedule.runs(after, after + 400 * DAY)) == []
    assert schedule.count(after, after + 10 * DAY) == 0
    assert not schedule.matches(utc(2026, 1, 5, 5))


@pytest.mark.parametrize(
    ("excluded", "following"),
    [
        ("EXRULE:FREQ=DAILY;BYDAY=MO;BYMONTH=1,2,3,4,5,6,7,8,9,10,11", "2026-12-07T09:00"),
        ("EXRULE:FREQ=DAILY;UNTIL=20290101T000000Z", "2029-01-01T09:00"),
        ("EXRULE:FREQ=DAILY;UNTIL=20290101T000000", "2029-01-01T09:00"),
        ("EXRULE:FREQ=DAILY;COUNT=1000", "2028-10-02T09:00"),
        ("EXRULE:FREQ=YEARLY;INTERVAL=2;BYDAY=MO", "2027-01-04T09:00"),
        ("EXRULE:FREQ=DAILY\nRDATE:20310301T120000", "2031-03-01T12:00"),
        ("EXRULE:FREQ=HOURLY;INTERVAL=5;BYHOUR=9", "2026-01-12T09:00"),
    ],
)
def test_a_search_goes_to_the_first_run_that_is_not_excluded(excluded: str, following: str) -> None:
    schedule = rule(f"FREQ=WEEKLY\n{excluded}", "20260105T090000")
    found = schedule.next_run(utc(2026))
    assert found is not None
    assert found.isoformat()[:16] == following
    assert schedule.prev_run(found) is None
    assert schedule.floor(found + DAY) == found


HALF_DAYS = [",".join(map(str, hours)) for hours in (range(12), range(12, 24))]
ODD = "FREQ=SECONDLY;INTERVAL=7919;BYHOUR={}"
"""Its times of day come again after 7,919 days."""


def test_a_proof_that_takes_too_long_is_given_up() -> None:
    schedule = rule(
        "\nEXRULE:".join(["FREQ=SECONDLY;INTERVAL=15838", *map(ODD.format, HALF_DAYS)]),
        "20260105T090000",
    )
    for _ in range(2):
        for days in (0, 1, 3_000):
            with pytest.raises(SearchHorizonError, match="runs next after"):
                schedule.next_run(utc(2026, 7) + days * DAY)
            with pytest.raises(SearchHorizonError, match="runs next before"):
                schedule.prev_run(utc(2126, 7) - days * DAY)
    # Up to a bound there is no run all the same.
    assert schedule.count(utc(2026, 7), utc(2026, 9)) == 0


def test_a_proof_of_too_many_kinds_of_days_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duetime.kinds.rules.labels._MOST_LOOKS", 3)
    first = "FREQ=MONTHLY;BYDAY=1MO\nEXRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"
    schedule = rule(first, "20260105T090000")
    with pytest.raises(SearchHorizonError, match="runs next after"):
        schedule.next_run(utc(2026, 7))
    with pytest.raises(SearchHorizonError, match="runs next before"):
        schedule.prev_run(utc(2126, 7))


@pytest.mark.parametrize(
    ("rules", "excluded"),
    [
        (["FREQ=SECONDLY;INTERVAL=15838"], ["FREQ=SECONDLY;INTERVAL=7919"]),
        (["FREQ=MINUTELY;INTERVAL=77"], ["FREQ=MINUTELY;INTERVAL=7", "FREQ=MINUTELY;INTERVAL=11"]),
        (
            ["FREQ=MINUTELY;INTERVAL=14"],
            [f"FREQ=MINUTELY;INTERVAL=7;BYHOUR={hours}" for hours in HALF_DAYS],
        ),
        (["FREQ=HOURLY;INTERVAL=25;BYDAY=MO"], ["FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;BYHOUR=0,5"]),
        (["FREQ=DAILY;INTERVAL=2"], ["FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=WE,TH,FR,SA,SU"]),
        (["FREQ=WEEKLY;INTERVAL=6"], ["FREQ=WEEKLY;INTERVAL=3"]),
    ],
)
@pytest.mark.parametrize("policy", ["rfc5545", "wall"])
def test_uneven_intervals_that_cover_each_other_are_proven(
    rules: list[str], excluded: list[str], policy: str
) -> None:
    lines = ["DTSTART;TZID=Europe/Berlin:20260105T003000"]
    lines += [f"RRULE:{parts}" for parts in rules] + [f"EXRULE:{parts}" for parts in excluded]
    schedule = rrule("\n".join(lines), dst=policy)
    runs = list(schedule.runs(utc(2026), limit=3))
    if "BYHOUR=0,5" in excluded[0]:
        # Of the hours of a Monday, two are taken away.
        assert {run.hour for run in runs} & {0, 5} == set()
        assert schedule.prev_run(runs[1]) == runs[0]
    else:
        assert runs == []
        assert schedule.prev_run(utc(2200)) is None
        assert schedule.next_run(utc(2200)) is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_a_search_goes_to_the_second_that_is_not_excluded(zone: str) -> None:
    # All but the last hour of some days, two of which have a clock change near it.
    hours = ",".join(map(str, range(23)))
    schedule = rrule(
        f"DTSTART;TZID={zone}:20260101T000000\nRRULE:FREQ=SECONDLY\n"
        f"EXRULE:FREQ=SECONDLY;BYHOUR={hours}\nEXRULE:FREQ=DAILY;BYHOUR=23"
    )
    for month, day in ((1, 5), (3, 28), (3, 29), (10, 24), (10, 25)):
        tz = ZoneInfo(zone)
        first = datetime(2026, month, day, 23, 0, 1, tzinfo=tz)
        assert schedule.next_run(datetime(2026, month, day, tzinfo=tz)) == first
        before = datetime(2026, month, day, 23, 59, 59, tzinfo=tz) - DAY
        assert schedule.prev_run(datetime(2026, month, day, 22, tzinfo=tz)) == before


def test_a_date_beside_a_rule_that_is_wholly_excluded_is_found() -> None:
    schedule = rule(
        "FREQ=SECONDLY;BYMONTH=2\nEXRULE:FREQ=MINUTELY;BYMONTH=2;BYSECOND="
        + ",".join(map(str, range(60)))
        + "\nRDATE;TZID=Asia/Tokyo:20300101T120000\nRDATE:20310101T120000",
        "20260105T090000",
    )
    assert [run.year for run in schedule.runs(utc(2026))] == [2030, 2031]
    assert [run.year for run in schedule.runs_back(utc(2100))] == [2031, 2030]


# Counts of several rules.


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=2,9"],
        ["RRULE:FREQ=HOURLY", "EXRULE:FREQ=WEEKLY;BYDAY=SU,MO"],
        ["RRULE:FREQ=MINUTELY;INTERVAL=35", "EXRULE:FREQ=MINUTELY;INTERVAL=25"],
        ["RRULE:FREQ=HOURLY;UNTIL=20261025T003000Z", "RRULE:FREQ=MINUTELY;INTERVAL=45;COUNT=3000"],
        ["RRULE:FREQ=HOURLY", "RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261025,20260329"],
        ["RRULE:FREQ=HOURLY", "EXRULE:FREQ=DAILY", "RDATE;TZID=Asia/Tokyo:20260701T000100"],
        ["RRULE:FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1;BYHOUR=1,2,3", "RRULE:FREQ=DAILY;BYHOUR=2,4"],
    ],
    ids="; ".join,
)
@pytest.mark.parametrize("policy", ["rfc5545", "wall", "quartz", DstPolicy("end", "both")])
def test_several_rules_are_counted_as_they_run(lines: list[str], policy: str | DstPolicy) -> None:
    schedule = rrule("\n".join(["DTSTART;TZID=Europe/Berlin:20260101T023000", *lines]), dst=policy)
    for start, end in (
        (utc(2025), utc(2026, 4, 2, 5)),
        (utc(2026, 3, 28, 0, 31), utc(2026, 3, 30)),
        (utc(2026, 10, 20), utc(2026, 10, 27, 0, 30)),
    ):
        assert schedule.count(start, end) == sum(1 for _ in schedule.runs(start, end))


def test_several_rules_are_counted_at_once_to_the_end_of_the_calendar() -> None:
    schedule = rule("FREQ=DAILY\nRRULE:FREQ=WEEKLY;BYHOUR=12", "20260101T090000")
    end = utc(9999, 12, 31)
    assert schedule.count(utc(9990), end) == sum(1 for _ in schedule.runs(utc(9990), end))
    early = rule("FREQ=HOURLY\nRRULE:FREQ=WEEKLY;BYMINUTE=30", "00010103T000000")
    start = datetime(1, 1, 2, tzinfo=UTC)
    for end in (start + 25 * DAY, start + 380 * DAY):
        assert early.count(start, end) == sum(1 for _ in early.runs(start, end))
    own = early.in_zone(NoKey())
    assert own.count(start, start + 25 * DAY) == sum(1 for _ in own.runs(start, start + 25 * DAY))
    tallied = schedule.every_nth(3, utc(2026)).next_run(utc(2300))
    assert tallied is not None


# Dates that lie in a gap each year.


@pytest.mark.parametrize(
    ("parts", "ends"),
    [
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", ""),
        ("FREQ=MONTHLY;INTERVAL=12;BYDAY=-1SU", ""),
        ("FREQ=DAILY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=25,26,27,28,29,30,31", ""),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", ";COUNT=5000"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", ";UNTIL=90000101T000000Z"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU", ""),
    ],
)
def test_a_rule_whose_every_date_is_in_a_gap_has_had_its_last_run(parts: str, ends: str) -> None:
    # Until 1980 Germany had no summer time.
    schedule = rrule(f"DTSTART;TZID=Europe/Berlin:19700301T023000\nRRULE:{parts}{ends}", dst="wall")
    assert schedule.next_run(utc(2026)) is None
    assert schedule.next_run(utc(2500)) is None
    last = schedule.prev_run(utc(2500))
    assert last is not None
    assert last.year in (1979, 1980)
    assert schedule.next_run(last) is None
    assert schedule.count(utc(1981), utc(2400)) == 0
    assert min_gap(schedule) is not None


def test_a_rule_that_begins_beyond_the_listed_years_is_searched_to_its_end() -> None:
    schedule = rrule(
        "DTSTART;TZID=Europe/Berlin:95000101T023000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        dst="wall",
    )
    assert schedule.next_run(utc(2026)) is None
    easter = rrule(
        "DTSTART;TZID=Europe/Berlin:99000101T023000\nRRULE:FREQ=YEARLY;BYEASTER=0;BYMONTH=3;BYDAY=SU",
        dst="wall",
    )
    assert easter.next_run(utc(9990)) is not None


# Counts of many years.


@pytest.mark.parametrize(
    ("parts", "zone", "dst"),
    [
        ("FREQ=DAILY", "Europe/Berlin", "rfc5545"),
        ("FREQ=HOURLY", "Europe/Berlin", "rfc5545"),
        ("FREQ=DAILY;INTERVAL=3;BYHOUR=1,2,3;BYMINUTE=0,30", "America/New_York", "wall"),
        ("FREQ=MINUTELY;INTERVAL=97;BYMONTH=3,10", "America/New_York", DstPolicy("end", "both")),
        ("FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=1,2,3;BYMINUTE=0,15", "Europe/Berlin", "quartz"),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1,2;BYHOUR=2", "Australia/Lord_Howe", "rfc5545"),
        ("FREQ=DAILY;COUNT=10", "Europe/Berlin", "rfc5545"),
        ("FREQ=DAILY;UNTIL=20280101T000000Z", "Europe/Berlin", "rfc5545"),
        ("FREQ=HOURLY;INTERVAL=5", "Asia/Tokyo", "rfc5545"),
    ],
)
def test_a_count_of_centuries_is_the_sum_of_its_parts(
    parts: str, zone: str, dst: str | DstPolicy
) -> None:
    schedule = rrule(f"DTSTART;TZID={zone}:20260101T020000\nRRULE:{parts}", dst=dst)
    begin, end = utc(2026, 6, 5, 3, 7), utc(3050, 10, 27, 0, 30)
    years = [begin, *(utc(year) for year in range(2126, 3050, 200)), end]
    assert schedule.count(begin, end) == sum(map(schedule.count, years, years[1:]))
    autumn = utc(2126, 10, 27, 0, 30)
    assert schedule.count(autumn, end) == schedule.count(begin, end) - schedule.count(begin, autumn)


@pytest.mark.parametrize(
    "lines",
    [
        "EXDATE:20260308T023000,20260309T023000,20260310T023100",
        "EXDATE;VALUE=DATE:20260308,20261101,20260108\nEXDATE:20260308T023000",
        "RDATE:20260308T033000,20260308T040000\nEXDATE:20260308T040000",
        "RDATE;TZID=Asia/Tokyo:20260310T120000,20260311T120000\nEXDATE;VALUE=DATE:20260310",
        "EXRULE:FREQ=WEEKLY",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
    ],
)
def test_a_count_with_dates_added_and_taken_away_is_that_of_the_runs(lines: str) -> None:
    text = f"DTSTART;TZID=America/New_York:20260301T023000\nRRULE:FREQ=DAILY\n{lines}"
    for dst in ("rfc5545", "wall"):
        schedule = rrule(text, dst=dst)
        for start in (utc(2026), utc(2026, 3, 8, 5), utc(2026, 3, 8, 7, 30)):
            assert schedule.count(start, utc(2027)) == len(list(schedule.runs(start, utc(2027))))


# Searches.


@pytest.mark.parametrize(
    "parts",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;INTERVAL=7;BYHOUR=9;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=HOURLY;INTERVAL=168;BYDAY=MO",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=8",
        "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=10",
        "FREQ=SECONDLY;INTERVAL=86400;BYSECOND=7",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=YEARLY;INTERVAL=4;BYYEARDAY=366",
        "FREQ=DAILY;UNTIL=20250101T000000Z",
        "FREQ=YEARLY;BYEASTER=0;BYMONTH=6",
        "FREQ=YEARLY;BYEASTER=0;BYMONTH=6;BYSETPOS=1",
        "FREQ=WEEKLY;BYEASTER=0;BYDAY=MO,TU,WE;BYSETPOS=1",
        "FREQ=MONTHLY;BYEASTER=0,1,2,3,4,5;BYSETPOS=300",
        "FREQ=MONTHLY;BYEASTER=0,1;BYSETPOS=4",
    ],
)
def test_that_nothing_follows_is_proven(parts: str) -> None:
    schedule = rule(parts, "20260106T090000")
    after = utc(2027)
    assert schedule.next_run(after) is None
    assert schedule.prev_run(after) is None
    # The second time the proof is at hand.
    assert schedule.next_run(after) is None


@pytest.mark.parametrize("count", [1, 2, 1000, 123_457])
@pytest.mark.parametrize(
    "frequency",
    [
        "SECONDLY;INTERVAL=7",
        "MINUTELY;BYHOUR=9",
        "HOURLY;INTERVAL=5",
        "DAILY",
        "WEEKLY;BYDAY=MO,TU",
    ],
)
def test_a_count_ends_where_counting_from_the_start_would(frequency: str, count: int) -> None:
    endless, counted = rule(f"FREQ={frequency}"), rule(f"FREQ={frequency};COUNT={count}")
    last = counted.prev_run(datetime.max.replace(tzinfo=UTC))
    assert last is not None
    assert counted.next_run(last) is None
    assert endless.count(utc(2026), last + SECOND) == count


@pytest.mark.parametrize("frequency", ["HOURLY;INTERVAL=5", "WEEKLY;BYDAY=MO,TU"])
def test_a_count_that_the_calendar_has_no_room_for_is_no_end(frequency: str) -> None:
    last = rule(f"FREQ={frequency};COUNT={LARGEST}").prev_run(datetime.max.replace(tzinfo=UTC))
    assert last is not None
    assert last.year == 9999


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "Pacific/Honolulu"])
def test_rules_run_from_the_first_year_to_the_last(zone: str) -> None:
    for parts in (
        "FREQ=YEARLY;BYWEEKNO=1,52,53,-1",
        "FREQ=WEEKLY;WKST=SU;BYDAY=MO,SU;BYSETPOS=-1",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1",
    ):
        schedule = rule(parts, "00010101T000000", zone)
        begin = datetime(1, 1, 1, tzinfo=ZoneInfo(zone))
        end = datetime.max.replace(tzinfo=ZoneInfo(zone))
        first, last = schedule.ceil(begin), schedule.prev_run(end)
        assert first is not None
        assert last is not None
        assert (first.year, last.year) == (1, 9999)
        assert schedule.next_run(end) is None
        assert schedule.prev_run(begin) is None


@few(10)
@given(case=cases(), zone=st.sampled_from(["UTC", "America/New_York"]), data=st.data())
def test_next_and_previous_are_each_others_inverse(
    case: Case, zone: str, data: st.DataObject
) -> None:
    schedule = rule(case.parts, stamp(case.start), zone)
    moment = utc(2020) + data.draw(st.integers(0, 10**8)) * SECOND
    later = schedule.next_run(moment)
    if later is not None:
        assert moment < later
        assert schedule.next_run(later.astimezone(UTC) - SECOND) == later
        assert schedule.floor(later) == later
        earlier = schedule.prev_run(later)
        assert earlier is None or earlier <= moment
        if later.year < 2100:
            assert schedule.count(moment + SECOND, later + SECOND) == 1


# Text.


def test_a_block_may_be_folded_indented_and_in_any_case() -> None:
    plain = rule("FREQ=MONTHLY;BYDAY=2TU,3WE")
    folded = (
        "DTSTART;TZID=Europe\r\n /Paris:20260101T090000\r\n"
        "RRULE:FREQ=MONTHLY;BYD\r\n\tAY=2TU,3WE\r\n"
    )
    indented = """
        DTSTART;TZID=Europe/Paris:20260101T090000
        RRULE:FREQ=MONTHLY;BYDAY=2TU,3WE
    """
    lower = 'rrule:freq=monthly;byday=3we,2tu,+2tu;\ndtstart;tzid="Europe/Paris":20260101t090000'
    bare = "DTSTART;TZID=/Europe/Paris;X-SEEN=TRUE:20260101T090000\nFREQ=MONTHLY;BYDAY=2TU,3WE"
    for text in (folded, indented, lower, bare):
        assert rrule(text) == plain


@pytest.mark.parametrize(
    ("start", "parts", "canonical"),
    [
        ("20260101T090000", "FREQ=DAILY;INTERVAL=1;WKST=SU", "FREQ=DAILY"),
        ("20260101T090000", "BYHOUR=9;BYMINUTE=0;FREQ=DAILY;BYSECOND=00", "FREQ=DAILY"),
        ("20260101T090000", "FREQ=DAILY;BYHOUR=17,9,9", "FREQ=DAILY;BYHOUR=9,17"),
        ("20260101T090000", "FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY"),
        ("20260101T090000", "FREQ=WEEKLY;BYDAY=FR,TH", "FREQ=WEEKLY;BYDAY=TH,FR"),
        ("20260101T090000", "FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY"),
        ("20260101T090000", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=+01", "FREQ=YEARLY"),
        ("20260101T090000", "FREQ=YEARLY;BYMONTHDAY=1", "FREQ=YEARLY;BYMONTHDAY=1"),
        ("20260101T090000", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", "FREQ=YEARLY;BYMONTH=3"),
        ("20260101T090000", "FREQ=YEARLY;BYDAY=MO;BYMONTH=1", "FREQ=YEARLY;BYDAY=MO;BYMONTH=1"),
        ("20260101T090000", "FREQ=HOURLY;BYMINUTE=0", "FREQ=HOURLY"),
        ("20260101T090000", "FREQ=SECONDLY;BYSECOND=60", "FREQ=SECONDLY;BYSECOND=59"),
        ("20260101T090060", "FREQ=MINUTELY;BYSECOND=59", "FREQ=MINUTELY"),
        (
            "20260101T090000",
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=5",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=5;WKST=SU",
        ),
        (
            "20260101T090000",
            "FREQ=YEARLY;BYWEEKNO=-1,1;BYSETPOS=-1,2;BYEASTER=1;BYYEARDAY=7",
            "FREQ=YEARLY;BYWEEKNO=-1,1;BYYEARDAY=7;BYEASTER=1;BYSETPOS=-1,2",
        ),
        (
            "20260101T090000",
            "UNTIL=20270101T000000Z;FREQ=DAILY",
            "FREQ=DAILY;UNTIL=20270101T000000Z",
        ),
        ("20260101T090000", "FREQ=DAILY;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270101T000000"),
    ],
)
def test_what_means_the_same_has_one_text(start: str, parts: str, canonical: str) -> None:
    schedule = rrule(f"DTSTART;TZID=Europe/Paris:{start}\nRRULE:{parts}")
    first, *rest = schedule.text.splitlines()
    assert first == f"DTSTART;TZID=Europe/Paris:{start[:-2]}{'59' if start[-2:] == '60' else '00'}"
    assert rest == [f"RRULE:{canonical}"]


def test_the_text_holds_every_line_in_one_order() -> None:
    lines = [
        "DTSTART;TZID=Europe/Paris:20260105T090000",
        "RRULE:FREQ=WEEKLY",
        "RRULE:FREQ=DAILY;COUNT=5",
        "RDATE;TZID=Europe/Paris:20260120T090000,20260121T090000",
        "RDATE;TZID=Asia/Tokyo:20260122T090000",
        "RDATE:20260123T090000Z",
        "EXRULE:FREQ=DAILY;INTERVAL=3",
        "EXDATE;TZID=Europe/Paris:20260106T090000",
        "EXDATE;VALUE=DATE:20260107,20260108",
    ]
    shuffled = [
        *lines[:3:-1],
        lines[1],
        lines[2],
        "RDATE:20260121T090000",
        "RDATE:20260120T090000,20260120T090000",
        lines[0],
    ]
    schedule = rrule("\n".join(shuffled))
    assert schedule.text.splitlines() == lines
    assert rrule(schedule.text) == schedule


def test_floating_labels_are_in_tz_and_then_in_utc() -> None:
    text = "DTSTART:20260105T090000\nRRULE:FREQ=DAILY"
    assert rrule(text).tz == ZoneInfo("UTC")
    assert rrule(text).text.startswith("DTSTART:20260105T090000Z\n")
    assert rrule(text, tz=PARIS) == rrule(text, tz="Europe/Paris")
    assert rrule(text, tz=PARIS).text.startswith("DTSTART;TZID=Europe/Paris:20260105T090000\n")
    offset = timezone(timedelta(hours=5, minutes=30))
    run = rrule(text, tz=offset).next_run(utc(2026))
    assert run is not None
    assert run.isoformat() == "2026-01-05T09:00:00+05:30"


def test_tz_must_not_contradict_the_block() -> None:
    text = "DTSTART;TZID=Europe/Paris:20260105T090000\nRRULE:FREQ=DAILY"
    assert rrule(text, tz="Europe/Paris") == rrule(text)
    with pytest.raises(
        ScheduleError, match=r"tz='Asia/Tokyo' contradicts DTSTART, .*'Europe/Paris'"
    ):
        rrule(text, tz="Asia/Tokyo")
    with pytest.raises(ScheduleError, match="contradicts"):
        rrule("DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY", tz="Asia/Tokyo")


def test_the_same_wall_times_in_another_zone() -> None:
    schedule = rrule(
        "DTSTART;TZID=Europe/Paris:20260105T090000\nRRULE:FREQ=DAILY;UNTIL=20260108T080000Z\n"
        "RDATE:20260120T090000\nRDATE:20260121T090000Z\nEXDATE:20260106T090000\n"
        "RDATE;TZID=Asia/Tokyo:20260122T090000"
    )
    moved = schedule.in_zone("Asia/Tokyo")
    assert [f"{run:%dT%H}" for run in schedule.runs(utc(2026))] == (
        ["05T09", "07T09", "08T09", "20T09", "21T10", "22T01"]
    )
    assert [f"{run:%dT%H}" for run in moved.runs(utc(2026))] == (
        ["05T09", "07T09", "08T09", "20T09", "21T18", "22T09"]
    )
    assert moved.tz == ZoneInfo("Asia/Tokyo")
    assert rrule(moved.text) == moved
    assert schedule.in_zone(PARIS).in_zone("Europe/Paris").text.count("UNTIL=20260108T090000") == 1


ROUND_TRIPS = [
    rule("FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1"),
    rrule(IN_GAP, dst="wall"),
    rrule(IN_GAP, dst=DstPolicy("skip", "first")),
    rrule("DTSTART:20260105T090000\nRRULE:FREQ=DAILY", tz=timezone(timedelta(hours=-3))),
    rrule(WEEK + "RDATE:20260120T080000Z\nEXDATE;VALUE=DATE:20260106\nEXRULE:FREQ=WEEKLY"),
    rule("FREQ=DAILY;UNTIL=20270101T000000Z").in_zone("Asia/Tokyo"),
    rrule("DTSTART:00010101T000000\nRDATE:99991231T235959"),
]


@pytest.mark.parametrize("schedule", ROUND_TRIPS, ids=[repr(schedule) for schedule in ROUND_TRIPS])
def test_a_recurrence_survives_pickle_copy_and_its_repr(schedule: Schedule) -> None:
    import datetime as dt

    names = {"rrule": rrule, "DstPolicy": DstPolicy, "datetime": dt}
    schedule.next_run(utc(2026))
    for twin in (
        pickle.loads(pickle.dumps(schedule)),
        copy.deepcopy(schedule),
        eval(repr(schedule), names),
    ):
        assert twin == schedule
        assert hash(twin) == hash(schedule)
        assert list(twin.runs(utc(2026), utc(2027))) == list(schedule.runs(utc(2026), utc(2027)))


def test_recurrences_are_equal_when_text_zone_and_policy_are() -> None:
    assert rrule(IN_GAP) == rrule(IN_GAP, dst=DstPolicy("shift", "first"))
    assert rrule(IN_GAP) != rrule(IN_GAP, dst="wall")
    assert rrule(IN_GAP) != rrule(IN_OVERLAP)
    assert rrule(IN_GAP) != rrule(IN_GAP).in_zone("Europe/Paris")
    assert rrule(IN_GAP) != cast(object, IN_GAP)
    assert (
        len({rrule(IN_GAP), rrule(IN_GAP.lower().replace("america/new_york", "America/New_York"))})
        == 1
    )


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    (strand,) = rrule(IN_GAP).included
    with pytest.raises(AttributeError, match="nonsense"):
        _ = strand.nonsense


def test_the_dates_of_a_zone_count_as_a_schedule_of_their_own() -> None:
    (strand,) = rrule("DTSTART:20260105T090000Z\nRDATE:20260106T090000Z").included
    assert strand.count(utc(2026), utc(2027)) == strand.count(utc(1), utc(9999)) == 2


# iCalendar.


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (RECURRENCE, RECURRENCE),
        # DTSTART is the first run, and UNTIL is in UTC.
        (
            "DTSTART:20260101T090000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=8,9;COUNT=3",
            "DTSTART:20260112T080000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYHOUR=8,9",
        ),
        (
            f"{RECURRENCE};UNTIL=20260201T235959",
            f"{RECURRENCE};UNTIL=20260126T080000Z",
        ),
        (
            f"{RECURRENCE};UNTIL=20260201T235959Z\nEXDATE:20260112T090000",
            (f"{RECURRENCE};UNTIL=20260126T080000Z\nEXDATE;TZID=Europe/Berlin:20260112T090000"),
        ),
        (
            "DTSTART:20260101T090000Z\nRDATE;TZID=Asia/Tokyo:20260301T090000",
            (
                "DTSTART:20260101T090000Z\nRDATE;TZID=Asia/Tokyo:20260301T090000\n"
                "RDATE:20260101T090000Z"
            ),
        ),
        (
            "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))),
            (
                "DTSTART:20260101T090000Z\n"
                "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,2\n"
                " 0,21,22,23"
            ),
        ),
    ],
)
def test_a_recurrence_is_written_for_calendar_programs(text: str, written: str) -> None:
    schedule = rrule(text)
    found = schedule.to_ical()
    assert found == written.replace("\n", "\r\n") + "\r\n"
    assert all(len(line) <= 75 for line in found.split("\r\n"))
    again = rrule(f"BEGIN:VEVENT\r\n{found}END:VEVENT\r\n")
    assert list(again.runs(utc(2025), utc(2028))) == list(schedule.runs(utc(2025), utc(2028)))
    assert again.to_ical() == found


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (rrule(IN_GAP, dst="wall"), "a policy for clock changes but rfc5545"),
        (rrule("DTSTART:20260105T090000\nFREQ=DAILY", tz=timezone(DAY / 12)), "an IANA key"),
        (rrule(f"{IN_GAP}\nRRULE:FREQ=WEEKLY"), "several rules"),
        (rrule(f"{IN_GAP}\nEXRULE:FREQ=WEEKLY"), "EXRULE: list"),
        (rrule(f"{IN_GAP}\nEXDATE;VALUE=DATE:20260307"), "EXDATE of a whole day"),
        (rrule(f"{IN_GAP}\nRDATE:20260101T000000Z"), "an RDATE before DTSTART"),
        (rule("FREQ=YEARLY;BYEASTER=1"), "BYEASTER: list"),
        (rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "never runs"),
        (rule("FREQ=DAILY;UNTIL=20250101T000000Z"), "never runs"),
    ],
)
def test_what_calendar_programs_cannot_read_is_named(schedule: Rule, message: str) -> None:
    with pytest.raises(ScheduleError, match=f"RFC 5545 cannot say .*{message}"):
        schedule.to_ical()


# Rules of dateutil.


@pytest.mark.parametrize(
    ("source", "tz", "canonical"),
    [
        (
            du.rrule(du.MONTHLY, byweekday=du.TU(2), dtstart=datetime(2026, 1, 13, 9)),
            "Europe/Paris",
            "DTSTART;TZID=Europe/Paris:20260113T090000\nRRULE:FREQ=MONTHLY;BYDAY=2TU",
        ),
        (
            du.rrule(du.DAILY, dtstart=datetime(2026, 1, 13, 9, 0, 0, 5), interval=2, count=3),
            None,
            "DTSTART:20260113T090000Z\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=3",
        ),
        (
            du.rrule(
                du.WEEKLY,
                dtstart=datetime(2026, 1, 13, 9, tzinfo=PARIS),
                until=datetime(2026, 6, 1, 9, tzinfo=PARIS),
                wkst=du.SU,
                interval=2,
            ),
            "Europe/Paris",
            (
                "DTSTART;TZID=Europe/Paris:20260113T090000\n"
                "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260601T070000Z;WKST=SU"
            ),
        ),
        (
            du.rrule(
                du.YEARLY,
                dtstart=datetime(2026, 1, 13, 9),
                until=datetime(2030, 1, 1),
                byeaster=-2,
                bysetpos=1,
            ),
            None,
            (
                "DTSTART:20260113T090000Z\n"
                "RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z;BYEASTER=-2;BYSETPOS=1"
            ),
        ),
        (
            du.rrule(
                du.HOURLY, dtstart=datetime(926, 1, 1, 9, tzinfo=dateutil.tz.UTC), byhour=(1, 2)
            ),
            None,
            "DTSTART:09260101T090000Z\nRRULE:FREQ=HOURLY;BYHOUR=1,2",
        ),
        (
            du.rrule(du.DAILY, dtstart=datetime(2026, 1, 1, 9, tzinfo=pytz.timezone("Asia/Tokyo"))),
            None,
            "DTSTART;TZID=Asia/Tokyo:20260101T090000\nRRULE:FREQ=DAILY",
        ),
        (
            du.rrule(du.DAILY, dtstart=date(2026, 1, 1)),
            None,
            "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY",
        ),
    ],
)
def test_a_rule_of_dateutil_is_taken_as_it_is(
    source: du.rrule, tz: str | None, canonical: str
) -> None:
    assert rrule(source, tz=tz).text == canonical


def a_set(*, naive: bool = True) -> du.rruleset:
    zone = None if naive else PARIS
    start = datetime(2026, 1, 5, 9, tzinfo=zone)
    rules = du.rruleset()
    rules.rrule(du.rrule(du.DAILY, dtstart=start, count=5))
    rules.exrule(du.rrule(du.DAILY, dtstart=start, interval=3))
    rules.rdate(datetime(2026, 1, 21, 9, tzinfo=zone))
    rules.exdate(datetime(2026, 1, 6, 9, tzinfo=zone))
    return rules


def test_a_rule_set_of_dateutil_is_taken_as_it_is() -> None:
    expected = [run.replace(tzinfo=PARIS) for run in a_set()]
    assert [run.day for run in expected] == [7, 9, 21]
    assert list(rrule(a_set(), tz=PARIS).runs(utc(2025))) == expected
    aware = a_set(naive=False)
    aware.rdate(datetime(2026, 1, 22, 9, tzinfo=UTC))
    assert list(rrule(aware).runs(utc(2025))) == list(aware)


def test_a_set_of_dates_alone_begins_with_the_first() -> None:
    dates = du.rruleset()
    dates.rdate(datetime(2026, 2, 1, 9))
    dates.rdate(datetime(2026, 1, 1, 9))
    assert rrule(dates).count(utc(2026), utc(2026, 1, 2)) == 1
    assert rrule(dates).text == "DTSTART:20260101T090000Z\nRDATE:20260101T090000Z,20260201T090000Z"


def test_a_set_of_dates_does_not_run_when_its_exclusions_begin() -> None:
    dates = du.rruleset()
    dates.rdate(datetime(2026, 2, 3, 9))
    dates.exrule(du.rrule(du.MONTHLY, dtstart=datetime(2026, 1, 1, 9), bymonthday=5))
    assert [run.replace(tzinfo=None) for run in rrule(dates).runs(utc(2025))] == list(dates)


def test_sets_that_no_block_can_say_are_refused() -> None:
    apart = du.rruleset()
    apart.rrule(du.rrule(du.DAILY, dtstart=datetime(2026, 1, 1)))
    apart.rrule(du.rrule(du.DAILY, dtstart=datetime(2026, 1, 2)))
    with pytest.raises(ScheduleError, match=r"different times.* join them with \|"):
        rrule(apart)
    nested = du.rruleset()
    nested.rrule(cast(du.rrule, apart))
    with pytest.raises(ScheduleError, match="holds rules, not"):
        rrule(nested)
    with pytest.raises(ScheduleError, match="never runs"):
        rrule(du.rruleset())
    fine = a_set()
    fine.rdate(datetime(2026, 1, 1, 9, 0, 0, 1))
    with pytest.raises(ScheduleError, match="whole seconds"):
        rrule(fine)


def test_the_zone_of_a_dateutil_rule_must_not_contradict_tz() -> None:
    source = du.rrule(du.DAILY, dtstart=datetime(2026, 1, 5, 9, tzinfo=PARIS))
    with pytest.raises(ScheduleError, match="contradicts"):
        rrule(source, tz="Asia/Tokyo")


@pytest.mark.parametrize("source", [None, 5, b"FREQ=DAILY", ["RRULE"], du.rrulebase()])
def test_anything_else_is_no_recurrence(source: Any) -> None:
    with pytest.raises(ScheduleError, match="a recurrence is the text of"):
        rrule(source)


# Errors.

START = "DTSTART:20260101T090000Z\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' has no DTSTART"),
        ("RRULE:FREQ=DAILY", "no DTSTART, .*put a line such as DTSTART;TZID=Europe/Paris:2026"),
        ("FREQ=DAILY", "no DTSTART"),
        (START, "neither RRULE nor RDATE.*at\\(...\\)"),
        (START + START + "RRULE:FREQ=DAILY", "2 times in DTSTART"),
        ("DTSTART:20260101T090000Z,20260102T090000Z\nRRULE:FREQ=DAILY", "2 times in DTSTART"),
        ("DTSTART:2026-01-01\nRRULE:FREQ=DAILY", "DTSTART has '2026-01-01'.*20260113T090000"),
        ("DTSTART:100000101T090000\nRRULE:FREQ=DAILY", "DTSTART has '100000101T090000'"),
        ("DTSTART:00000101T090000\nRRULE:FREQ=DAILY", "no date of years 1 to 9999"),
        ("DTSTART:20260230T090000\nRRULE:FREQ=DAILY", "DTSTART has 20260230T090000, .*no date"),
        ("DTSTART:20260101T240000\nRRULE:FREQ=DAILY", "no time of day"),
        ("DTSTART:20260101T096000\nRRULE:FREQ=DAILY", "no time of day"),
        ("DTSTART:20260101T090061\nRRULE:FREQ=DAILY", "no time of day"),
        ("DTSTART:２０２６0101T090000\nRRULE:FREQ=DAILY", "which is no time"),
        ("DTSTART;TZID=Europe/Paris:20260101T090000Z\nRRULE:FREQ=DAILY", "Z for UTC: keep one"),
        ("DTSTART;VALUE=DATE:20260101T090000\nRRULE:FREQ=DAILY", "VALUE=DATE and has"),
        ("DTSTART;VALUE=DATE-TIME:20260101\nRRULE:FREQ=DAILY", "VALUE=DATE-TIME and has"),
        ("DTSTART;VALUE=TEXT:20260101\nRRULE:FREQ=DAILY", "allowed are DATE-TIME, DATE and PERIOD"),
        ("DTSTART;LANGUAGE=fr:20260101\nRRULE:FREQ=DAILY", "takes no parameter 'LANGUAGE'"),
        (START + "RRULE;X=1:FREQ=DAILY", "RRULE takes no parameter 'X': allowed are none"),
        (
            START + "RRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Paris;VALUE=DATE:20260102",
            "leave the TZID",
        ),
        (START + "BEGIN:VALARM", "'BEGIN' has no place.*DTSTART, RRULE, RDATE, EXDATE, EXRULE"),
        (START + "every day", "'every day' is not a line of a recurrence"),
        (START + "RRULE:INTERVAL=2", "has no FREQ: it must be one of YEARLY"),
        (START + "RRULE:FREQ=FORTNIGHTLY", "FREQ is 'FORTNIGHTLY': it must be one of YEARLY"),
        (START + "RRULE:", "'' is no part of a rule"),
        (START + "RRULE:FREQ=DAILY;;COUNT=2", "'' is no part of a rule"),
        (START + "RRULE:FREQ=DAILY;BYFOO=1", "'BYFOO=1' is no part.*BYSETPOS"),
        (START + "RRULE:FREQ=DAILY;RSCALE=HEBREW", "RSCALE is 'HEBREW': only GREG"),
        (START + "RRULE:FREQ=MONTHLY;SKIP=BOTH", "SKIP is 'BOTH': .*one of OMIT, BACKWARD, FORW"),
        (START + "RRULE:FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", "does not say where"),
        (START + "RRULE:FREQ=YEARLY;BYYEARDAY=366;SKIP=FORWARD", "does not say where"),
        (START + "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=2;SKIP=FORWARD", "another month"),
        (START + "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=1;SKIP=FORWARD", "another month"),
        (START + "RRULE:FREQ=DAILY;COUNT", "COUNT in .* has no value"),
        (START + "RRULE:FREQ=DAILY;COUNT=", "COUNT in .* has no value"),
        (START + "RRULE:FREQ=DAILY;COUNT=1;COUNT=2", "has COUNT twice"),
        (START + "RRULE:FREQ=DAILY;COUNT=1;UNTIL=20270101", "both COUNT and UNTIL"),
        (START + "RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL is '0': it must be 1 to 999999999"),
        (START + "RRULE:FREQ=DAILY;INTERVAL=-1", "INTERVAL is '-1'"),
        (START + "RRULE:FREQ=DAILY;INTERVAL=1.5", "INTERVAL is '1.5'"),
        (START + "RRULE:FREQ=DAILY;INTERVAL=1000000000", "INTERVAL is '1000000000'"),
        (START + "RRULE:FREQ=DAILY;COUNT=0", "COUNT is '0': it must be 1 to 999999999"),
        (START + f"RRULE:FREQ=DAILY;COUNT={'9' * 5000}", "COUNT is '9999.*…9999"),
        (START + "RRULE:FREQ=DAILY;COUNT=٣", "COUNT is '٣'"),
        (START + "RRULE:FREQ=DAILY;UNTIL=tomorrow", "UNTIL has 'TOMORROW'"),
        (START + "RRULE:FREQ=DAILY;UNTIL=100000101T000000Z", "UNTIL has '100000101T000000Z'"),
        (START + "RRULE:FREQ=DAILY;WKST=1", "WKST is '1': it must be one of MO, TU"),
        (START + "RRULE:FREQ=DAILY;BYDAY=XX", "BYDAY has 'XX': allowed are MO, TU"),
        (START + "RRULE:FREQ=MONTHLY;BYDAY=0MO", "BYDAY has '0MO'"),
        (START + "RRULE:FREQ=MONTHLY;BYDAY=+0MO", "BYDAY has '\\+0MO'.*1 to 53 or -53 to -1"),
        (START + "RRULE:FREQ=MONTHLY;BYDAY=+MO", "BYDAY has '\\+MO'"),
        (START + "RRULE:FREQ=MONTHLY;BYDAY=54MO", "BYDAY has '54MO'"),
        (START + "RRULE:FREQ=MONTHLY;BYDAY=MO,", "BYDAY has ''"),
        (START + "RRULE:FREQ=WEEKLY;BYDAY=2MO", "2MO, but FREQ=WEEKLY .*only YEARLY and MONTHLY"),
        (START + "RRULE:FREQ=YEARLY;BYMONTH=13", "BYMONTH has '13': allowed are 1 to 12"),
        (START + "RRULE:FREQ=YEARLY;BYMONTH=-1", "BYMONTH has '-1'"),
        (START + "RRULE:FREQ=YEARLY;BYMONTHDAY=0", "'0': allowed are 1 to 31 or -31 to -1"),
        (START + "RRULE:FREQ=YEARLY;BYYEARDAY=-367", "'-367': allowed are 1 to 366 or -366 to -1"),
        (START + "RRULE:FREQ=YEARLY;BYWEEKNO=54", "'54': allowed are 1 to 53 or -53 to -1"),
        (START + "RRULE:FREQ=YEARLY;BYSETPOS=367", "'367': allowed are 1 to 366 or -366 to -1"),
        (START + "RRULE:FREQ=YEARLY;BYEASTER=251", "'251': allowed are -80 to 250"),
        (START + "RRULE:FREQ=DAILY;BYHOUR=24", "'24': allowed are 0 to 23"),
        (START + "RRULE:FREQ=DAILY;BYMINUTE=60", "'60': allowed are 0 to 59"),
        (START + "RRULE:FREQ=DAILY;BYSECOND=61", "'61': allowed are 0 to 60"),
        (START + "RRULE:FREQ=DAILY;BYHOUR=1;BYHOUR=1", "has BYHOUR twice"),
        (START + "RRULE:FREQ=DAILY\n" * (MOST_RULES + 1), f"101 rules: at most {MOST_RULES}"),
    ],
)
def test_an_error_says_what_was_given_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=re.compile(message, re.DOTALL)) as caught:
        rrule(text)
    assert len(str(caught.value)) < 500


def test_an_unknown_zone_has_suggestions() -> None:
    for line in ("DTSTART;TZID=Europe/Pariss:20260101T090000", "DTSTART;TZID=:20260101T090000"):
        with pytest.raises(UnknownTimeZoneError):
            rrule(f"{line}\nRRULE:FREQ=DAILY")
    with pytest.raises(UnknownTimeZoneError, match="Europe/Paris"):
        rrule(f"{START}RDATE;TZID=Europe/Pariss:20260101T090000")


MANY = 5_000
"""Ten times as many are timed in the benchmarks."""
LONG: dict[str, Callable[[], str]] = {
    "letters": lambda: "x" * MANY,
    "digits": lambda: START + "RRULE:FREQ=DAILY;COUNT=" + "9" * MANY,
    "commas": lambda: START + "RRULE:FREQ=DAILY;BYHOUR=" + "," * MANY,
    "semicolons": lambda: START + "RRULE:FREQ=DAILY" + ";" * MANY + "x",
    "quotes": lambda: 'DTSTART;TZID="' * MANY,
    "folds": lambda: "DTSTART:2026\n " * MANY,
    "lines": lambda: START + "RRULE:FREQ=DAILY\n" * MANY,
    "colons": lambda: START + "EXDATE" + ":" * MANY,
    "parameters": lambda: "DTSTART" + ";X-A=1" * MANY + "\n",
    "blanks": lambda: " \t\n" * MANY,
    "nul": lambda: "\0" * MANY,
}
FINE: dict[str, Callable[[], str]] = {
    "hours": lambda: START + "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(["9"] * MANY),
    "weekdays": lambda: START + "RRULE:FREQ=MONTHLY;BYDAY=" + ",".join(["-1MO", "2TU"] * MANY),
    "excluded": lambda: (
        START
        + "RRULE:FREQ=DAILY\nEXDATE:"
        + ",".join(stamp(datetime(2026, 1, 1, 9) + 2 * n * DAY) for n in range(MANY))
    ),
    "dates": lambda: (
        START
        + "RDATE;TZID=America/New_York:"
        + ",".join(stamp(datetime(2026, 1, 1, 9) + n * DAY) for n in range(MANY))
    ),
    "times": lambda: (
        START
        + "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1,1,366"
        + "".join(
            f";BY{name}={','.join(map(str, range(number)))}"
            for name, number in (("HOUR", 24), ("MINUTE", 60), ("SECOND", 60))
        )
    ),
    "count": lambda: START + f"RRULE:FREQ=SECONDLY;INTERVAL=7;BYHOUR=9;COUNT={LARGEST}",
    "interval": lambda: START + f"RRULE:FREQ=SECONDLY;INTERVAL={LARGEST};BYMONTH=2;BYMONTHDAY=29",
    "rules": lambda: (
        START
        + "".join(f"RRULE:FREQ=WEEKLY;INTERVAL={n};BYDAY=MO,TU\n" for n in range(1, MOST_RULES))
    ),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_nonsense_is_refused_in_a_short_message(text: Callable[[], str]) -> None:
    with pytest.raises(ScheduleError) as caught:
        rrule(text())
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_long_sense_is_read_and_asked(text: Callable[[], str]) -> None:
    schedule = rrule(text())
    following = schedule.next_run(utc(2026, 3))
    before = schedule.prev_run(utc(2027, 3))
    assert following is None or following > utc(2026, 3)
    assert before is None or before < utc(2027, 3)


WORDS = (
    "DTSTART RRULE EXDATE RDATE EXRULE FREQ DAILY MONTHLY SECONDLY INTERVAL COUNT UNTIL BYDAY"
    " BYSETPOS BYHOUR BYWEEKNO WKST TZID VALUE DATE 20260101T090000Z 20260101 Europe/Paris MO"
    " -1FR 0 7 1e9 : ; = , + - ٣ ９"
)


@few(25)
@given(
    words=st.lists(st.sampled_from([*WORDS.split(), '"', "\n", "\r\n ", "\0"]), max_size=30),
    head=st.sampled_from(["", START, START + "RRULE:FREQ=DAILY;", START + "RRULE:FREQ=MONTHLY;"]),
)
def test_any_text_is_a_recurrence_or_a_schedule_error(words: list[str], head: str) -> None:
    try:
        schedule = rrule(head + "".join(words))
    except ScheduleError:
        return
    schedule.next_run(utc(2026, 3))
    assert rrule(schedule.text) == schedule


@few(10)
@given(text=st.text(max_size=200))
def test_any_characters_at_all_are_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        rrule(text)


def test_questions_from_threads_at_once_get_the_same_answers() -> None:
    from concurrent.futures import ThreadPoolExecutor

    text = "DTSTART:20000101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=7;COUNT=100000000"
    moments = [utc(2026) + n * timedelta(minutes=37) for n in range(300)]
    alone = rrule(text)
    expected = [alone.next_run(moment) for moment in moments]
    shared = rrule(text)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(shared.next_run, moments)) == expected


def test_a_date_in_a_gap_is_told_of() -> None:
    text = (
        "DTSTART;TZID=America/New_York:20260308T023000\nRDATE;TZID=America/New_York:20260308T023000"
    )
    (change,) = rrule(text).clock_changes(utc(2026, 3, 1), utc(2026, 4, 1))
    assert change.kind == "moved"
    assert change.label == datetime(2026, 3, 8, 2, 30)
