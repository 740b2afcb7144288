"""The Open Cron Pattern Specification, 1.0 to 1.4, clause by clause.

1.0 and 1.1 are final, the others drafts. Every row names its clause.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from duetime import CronSyntaxError, DstPolicy
from tests.support.crontabs import cron

ACCEPTED = [
    ("1.0 4.1 surrounding white space is ignored", "  0 0 * * *\t", "0 0 * * *"),
    ("1.0 4.1 white space is one delimiter", "0 \t 0  * *\t*", "0 0 * * *"),
    ("1.0 4.2 names have any case", "0 0 * jAn MON", "0 0 * 1 1"),
    ("1.0 4.2 Sunday is 0 and 7", "0 0 * * 7", "0 0 * * 0"),
    ("1.0 5 a wildcard is every value", "* * * * *", "0-59 0-23 * 1-12 *"),
    ("1.0 5 a list", "0,15,30,45 * * * *", "*/15 * * * *"),
    ("1.0 5 a range is inclusive", "0 9-11 * * *", "0 9,10,11 * * *"),
    ("1.0 5 a step operates on its range", "5-59/15 * * * *", "5,20,35,50 * * * *"),
    ("1.0 5.1 lists hold ranges and steps", "0-4,50-59/5 * * * *", "0,1,2,3,4,50,55 * * * *"),
    ("1.1 5.1 a wildcard may be in a list", "*,1-30 * * * *", "* * * * *"),
    ("1.1 7.1 @yearly", "@yearly", "0 0 1 1 *"),
    ("1.1 7.1 @annually", "@annually", "0 0 1 1 *"),
    ("1.1 7.1 @monthly", "@monthly", "0 0 1 * *"),
    ("1.1 7.1 @weekly", "@weekly", "0 0 * * 0"),
    ("1.1 7.1 @daily", "@daily", "0 0 * * *"),
    ("1.1 7.1 @midnight", "@midnight", "0 0 * * *"),
    ("1.1 7.1 @hourly", "@hourly", "0 * * * *"),
    ("1.1 7.1 white space around a nickname", " @daily\t", "0 0 * * *"),
    ("1.2 4.1 seconds come first", "0 15 10 * * *", "15 10 * * *"),
    ("1.2 4.1 nicknames are at second 0", "@daily", "0 0 0 * * *"),
    ("1.2 4.2 without a year it is every year", "0 15 10 * * * *", "15 10 * * *"),
    ("1.2 4.2 a step of years begins in 1970", "0 0 0 1 1 * */2", "0 0 0 1 1 * 1970-2199/2"),
    ("1.2 4.2 a list of years", "0 0 0 1 1 * 2025,2026", "0 0 0 1 1 * 2025-2026"),
    ("1.3 4.1 5L and 5#L are one", "0 0 * * 5L", "0 0 * * 5#L"),
    ("1.3 4.1 FRI#L", "0 0 * * FRI#L", "0 0 * * 5#L"),
    ("1.3 4.2 MON#1", "0 0 * * MON#1", "0 0 * * 1#1"),
    ("1.3 4.2 Sunday is 7 too", "0 0 * * 7#2", "0 0 * * 0#2"),
    ("1.4 4.1.2 + and a wildcard", "0 12 1 * +*", "0 12 1 * *"),
    ("1.4 4.2 ? is another wildcard in day-of-month", "0 0 ? * MON", "0 0 * * MON"),
    ("1.4 4.2 ? is another wildcard in day-of-week", "0 0 5 * ?", "0 0 5 * *"),
]


@pytest.mark.parametrize(
    ("pattern", "same"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED]
)
def test_a_clause_says_what_a_pattern_means(pattern: str, same: str) -> None:
    assert cron(pattern, dialect="ocps") == cron(same, dialect="ocps")


REFUSED = [
    ("1.0 4.1 four fields", "0 0 * *", 0),
    ("1.0 4.3 a character not in the set", "0 0 * * $", 8),
    ("1.0 4.3 a new line is no white space", "0 0 *\n* *", 5),
    ("1.0 6.2 minute 60", "60 0 * * *", 0),
    ("1.0 6.2 hour 24", "0 24 * * *", 2),
    ("1.0 6.2 day 0", "0 0 0 * *", 4),
    ("1.0 6.2 day 32", "0 0 32 * *", 4),
    ("1.0 6.2 month 13", "0 0 * 13 *", 6),
    ("1.0 6.2 weekday 8", "0 0 * * 8", 8),
    ("1.1 6.2 each of a list is looked at", "*,*,61 * * * *", 4),
    ("1.0 6.2 a range that runs backwards", "0 0 10-5 * *", 4),
    ("1.0 6.2 so do names", "0 0 * * FRI-MON", 8),
    ("1.0 6.2 a step of 0", "*/0 * * * *", 2),
    ("1.1 6.2 a step of nothing", "0 0 /30 * *", 4),
    ("1.1 6.2 a step of one value", "0/15 * * * *", 0),
    ("1.1 6.2 a step of one value, again", "0 0 10/10 * *", 4),
    ("1.1 7.1 nicknames have one case", "@Daily", 0),
    ("1.1 7.1 nicknames stand alone", "@daily 0 0 * * *", 0),
    ("1.1 7.1 there are no others", "@fortnightly", 0),
    ("1.2 4.1 second 60", "60 * * * * *", 0),
    ("1.2 4.2 the year 1969", "0 0 0 1 1 * 1969", 12),
    ("1.2 4.2 the year 2200", "0 0 0 1 1 * 2200", 12),
    ("1.2 4.2 eight fields", "0 0 0 1 1 * 2026 *", 0),
    ("1.3 4.1 L has one case", "0 0 l * *", 4),
    ("1.3 4.1 so has that of a weekday", "0 0 * * 5l", 9),
    ("1.3 4.1 there is no day before the last", "0 0 L-3 * *", 4),
    ("1.3 4.1 L is for days", "L 0 * * *", 0),
    ("1.3 4.2 a sixth Friday", "0 0 * * 5#6", 10),
    ("1.3 4.2 weekday 8", "0 0 * * 8#1", 8),
    ("1.3 4.3 W has one case", "0 0 15w * *", 6),
    ("1.3 4.3 W of a range", "0 0 1-15W * *", 6),
    ("1.3 4.3 W in a list", "0 0 1,15W * *", 6),
    ("1.3 4.3 W is for days of the month", "0 0 * * 1W", 8),
    ("1.3 4.3 W has a day", "0 0 LW * *", 4),
    ("1.4 4.1.2 + in day-of-month", "0 12 +1 * MON", 5),
    ("1.4 4.1.2 + after the first item", "0 12 1 * MON,+TUE", 13),
    ("1.4 4.1.2 + twice", "0 12 1 * ++MON", 10),
    ("1.4 4.2 ? in the minute", "? 12 * * *", 0),
    ("1.4 4.2 ? in the month", "0 12 * ? *", 7),
]


@pytest.mark.parametrize(
    ("pattern", "position"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_clause_refuses_a_pattern(pattern: str, position: int) -> None:
    with pytest.raises(CronSyntaxError) as error:
        cron(pattern, dialect="ocps")
    assert error.value.position == position


# Patterns, times that match and times that do not, all in UTC.
MATCHES = [
    ("1.0 6.1 either day", "0 12 1 * MON", ["2025-10-01T12", "2025-10-06T12"], ["2025-10-07T12"]),
    ("1.1 6.1 a leading * is free", "0 12 * * MON", ["2025-10-06T12"], ["2025-10-07T12"]),
    ("1.1 6.1 *,1 is free", "0 12 *,1 * MON", ["2025-10-06T12"], ["2025-10-01T12"]),
    ("1.1 6.1 1-31 is not", "0 12 1-31 * MON", ["2025-10-06T12", "2025-10-07T12"], []),
    ("1.1 6.1 */2 is not", "0 12 */2 * MON", ["2025-10-03T12", "2025-10-06T12"], ["2025-10-08T12"]),
    ("1.2 4.1 a second", "30 15 10 * * *", ["2025-03-10T10:15:30"], ["2025-03-10T10:15:29"]),
    ("1.2 4.2 a year", "0 0 0 1 1 * 2025", ["2025-01-01T00"], ["2026-01-01T00"]),
    ("1.2 4.2 even years", "0 0 0 1 1 * */2", ["2026-01-01T00"], ["2025-01-01T00"]),
    ("1.2 4.2 odd years", "0 0 0 1 1 * 1971-2199/2", ["2025-01-01T00"], ["2026-01-01T00"]),
    ("1.3 4.1 the last day", "0 0 L * *", ["2025-02-28T00", "2024-02-29T00"], ["2024-02-28T00"]),
    ("1.3 4.1 the last Friday", "0 0 * * FRI#L", ["2025-02-28T00"], ["2025-02-21T00"]),
    ("1.3 4.2 the third Tuesday", "0 0 * * TUE#3", ["2025-06-17T00"], ["2025-06-10T00"]),
    ("1.3 4.3 a Sunday goes to Monday", "0 12 15W * *", ["2025-06-16T12"], ["2025-06-15T12"]),
    ("1.3 4.3 a Saturday to Friday", "0 12 15W * *", ["2025-11-14T12"], ["2025-11-15T12"]),
    ("1.3 4.3 a weekday stays", "0 12 15W * *", ["2025-10-15T12"], ["2025-10-16T12"]),
    ("1.3 4.3 not out of the month", "0 12 1W * *", ["2025-02-03T12"], ["2025-01-31T12"]),
    ("1.4 4.1.2 both days", "0 12 1 * +MON", ["2025-09-01T12"], ["2025-09-08T12", "2025-10-01T12"]),
]


@pytest.mark.parametrize(
    ("pattern", "runs", "others"), [row[1:] for row in MATCHES], ids=[row[0] for row in MATCHES]
)
def test_a_clause_says_when_a_pattern_runs(
    pattern: str, runs: list[str], others: list[str]
) -> None:
    schedule = cron(pattern, dialect="ocps")
    for text in runs:
        assert schedule.matches(datetime.fromisoformat(text).replace(tzinfo=UTC)), text
    for text in others:
        assert not schedule.matches(datetime.fromisoformat(text).replace(tzinfo=UTC)), text


def test_1_0_6_2_an_impossible_date_is_accepted_and_never_runs() -> None:
    assert cron("* * 31 2 *", dialect="ocps").next_run(datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_1_1_7_2_reboot_is_accepted_and_has_no_timed_runs() -> None:
    reboot = cron("@reboot", dialect="ocps")
    assert reboot.next_run(datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert reboot.prev_run(datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert repr(reboot) == "cron('@reboot', tz='UTC', dialect='ocps')"


def test_1_4_4_3_1_a_gap_skips_and_an_overlap_runs_first() -> None:
    new_york = ZoneInfo("America/New_York")
    schedule = cron("30 1,2 * * *", tz=new_york, dialect="ocps")
    assert schedule.policy == DstPolicy("skip", "first")
    spring = schedule.runs(
        datetime(2026, 3, 8, tzinfo=new_york), datetime(2026, 3, 9, tzinfo=new_york)
    )
    assert [f"{run:%H:%M%z}" for run in spring] == ["01:30-0500"]
    autumn = schedule.runs(
        datetime(2026, 11, 1, tzinfo=new_york), datetime(2026, 11, 2, tzinfo=new_york)
    )
    assert [f"{run:%H:%M%z}" for run in autumn] == ["01:30-0400", "02:30-0500"]


def test_1_4_4_3_2_the_range_is_that_of_the_calendar() -> None:
    assert cron("0 0 1 1 *", dialect="ocps").next_run(datetime(9999, 6, 1, tzinfo=UTC)) is None
