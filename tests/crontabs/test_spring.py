"""Spring's CronExpression: the facts of its own tests, and what its parser refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from duetime import ConversionError, CronSyntaxError, convert
from tests.support.crontabs import cron

# Of CronExpressionTests: the expression, a start and the runs after it.
NEXT = [
    ("0 0 0 29 2 *", "2007-02-10", "2008-02-29, 2012-02-29"),
    (
        "0 0 7 ? * MON-FRI",
        "2009-09-26 12:00",
        "2009-09-28 07:00, 2009-09-29 07:00, 2009-09-30 07:00",
    ),
    (
        "0 30 23 30 1/3 ?",
        "2010-12-30 12:00",
        "2011-01-30 23:30, 2011-04-30 23:30, 2011-07-30 23:30",
    ),
    ("0 0 0 29 2 WED", "2012-02-29 01:00", "2040-02-29"),
    ("0 0 0 13 * FRI", "2018-07-31 11:47:14", "2019-09-13, 2019-12-13"),
    (
        "0 15 12 */10 1-8 5",
        "2021-04-30 12:14:59",
        "2021-05-21 12:15, 2021-06-11 12:15, 2022-01-21 12:15",
    ),
    ("0 0 0 L * *", "2008-01-04", "2008-01-31, 2008-02-29, 2008-03-31, 2008-04-30"),
    ("0 0 0 L-3 * *", "2008-01-04", "2008-01-28, 2008-02-26, 2008-03-28, 2008-04-27"),
    (
        "0 0 0 LW * *",
        "2008-01-04",
        (
            "2008-01-31, 2008-02-29, 2008-03-31, 2008-04-30, 2008-05-30, 2008-06-30, 2008-07-31,"
            " 2008-08-29, 2008-09-30, 2008-10-31, 2008-11-28, 2008-12-31"
        ),
    ),
    (
        "0 0 0 * * 5L",
        "2008-01-04",
        (
            "2008-01-25, 2008-02-29, 2008-03-28, 2008-04-25, 2008-05-30, 2008-06-27, 2008-07-25,"
            " 2008-08-29, 2008-09-26, 2008-10-31, 2008-11-28, 2008-12-26"
        ),
    ),
    ("0 0 0 15W * ?", "2020-01-01", "2020-01-15, 2020-02-14, 2020-03-16, 2020-04-15"),
    ("0 0 0 1W * ?", "2019-12-31", "2020-01-01, 2020-02-03, 2020-03-02, 2020-04-01"),
    ("0 0 0 1W * ?", "2022-01-01", "2022-01-03"),
    ("0 0 0 1W * ?", "2021-08-01", "2021-08-02"),
    # 31 May 2020 is a Sunday, and has no run.
    (
        "0 0 0 31W * ?",
        "2020-01-01",
        "2020-01-31, 2020-03-31, 2020-07-31, 2020-08-31, 2020-10-30, 2020-12-31",
    ),
    ("0 0 0 ? * 5#2", "2020-01-01", "2020-01-10, 2020-02-14, 2020-03-13, 2020-04-10"),
    ("0 0 0 ? * FRI#2", "2020-01-01", "2020-01-10, 2020-02-14, 2020-03-13, 2020-04-10"),
    ("0 0 0 ? * 3#5", "2020-01-01", "2020-01-29, 2020-04-29, 2020-07-29, 2020-09-30, 2020-12-30"),
    ("0 0 0 1W,15,LW * ?", "2019-12-30", "2019-12-31, 2020-01-01, 2020-01-15, 2020-01-31"),
    ("0 0 0 ? * THU#1,THU#3,THU#5", "2019-12-31", "2020-01-02, 2020-01-16, 2020-01-30"),
    ("0 0 * L * *", "2021-01-30 00:01", "2021-01-31, 2021-01-31 01:00, 2021-01-31 02:00"),
    ("0 0 * L-1 * *", "2021-01-29 00:01", "2021-01-30, 2021-01-30 01:00, 2021-01-30 02:00"),
    ("0 0 * 1W * *", "2021-01-31 00:01", "2021-02-01, 2021-02-01 01:00, 2021-02-01 02:00"),
    ("0 0 * LW * *", "2021-01-28 00:01", "2021-01-29, 2021-01-29 01:00, 2021-01-29 02:00"),
    ("0 0 * ? * FRI#5", "2021-01-28 00:01", "2021-01-29, 2021-01-29 01:00, 2021-01-29 02:00"),
    ("0 0 * ? * FRIL", "2021-01-28 00:01", "2021-01-29, 2021-01-29 01:00, 2021-01-29 02:00"),
    ("0 0 0 ? * SUN-FRI", "2021-02-25 15:00", "2021-02-26, 2021-02-28"),
    ("3-57 13-28 17,18 1,15 3-12 6#1", "2022-09-15 17:44:11", "2022-10-01 17:13:03"),
    ("*/28 56 22 */6 * *", "2022-02-27 08:00:42", "2022-03-01 22:56"),
]


@pytest.mark.parametrize(("text", "start", "expected"), NEXT)
def test_the_next_runs_are_those_of_spring(text: str, start: str, expected: str) -> None:
    wanted = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in expected.split(", ")]
    run: datetime | None = datetime.fromisoformat(start).replace(tzinfo=UTC)
    for each in wanted:
        assert run is not None
        run = cron(text, dialect="spring").next_run(run)
        assert run == each


# Of its test of daylight saving.
@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("0 0 9 * * *", "2021-03-27T09:00:00+01:00", "2021-03-28T09:00:00+02:00"),
        ("0 0 9 * * *", "2021-10-30T09:00:00+02:00", "2021-10-31T09:00:00+01:00"),
        ("0 10 2 * * *", "2013-03-31T01:09:00+01:00", "2013-04-01T02:10:00+02:00"),
        ("0 5 0 * * *", "2021-03-28T01:00:00+01:00", "2021-03-29T00:05:00+02:00"),
    ],
)
def test_a_clock_change_is_that_of_spring(text: str, start: str, expected: str) -> None:
    schedule = cron(text, tz="Europe/Amsterdam", dialect="spring")
    run = schedule.next_run(datetime.fromisoformat(start))
    assert run is not None
    assert run.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("@yearly", "0 0 0 1 1 *"),
        ("@annually", "0 0 0 1 1 *"),
        ("@Monthly", "0 0 0 1 * *"),
        ("@weekly", "0 0 0 * * 0"),
        (" @daily ", "0 0 0 * * *"),
        ("@midnight", "0 0 0 * * *"),
        ("@HOURLY", "0 0 * * * *"),
        ("57/2 0 0 * * *", "57,59 0 0 * * *"),
        ("0 0 0 * * 0", "0 0 0 * * 7"),
        # A range from Sunday starts at 0, a star at Monday.
        ("0 0 0 * * 7-5", "0 0 0 * * 1,2,3,4,5,7"),
        ("0 0 0 * * sun-tue/2", "0 0 0 * * 2,7"),
        ("0 0 0 * * 7-7", "0 0 0 * * *"),
        ("0 0 0 * * 0-0", "0 0 0 * * 7"),
        ("0 0 0 * * 00-7", "0 0 0 * * *"),
        ("0 0 0 * * 0/2", "0 0 0 * * 2,4,6,7"),
        ("0 0 0 * * */2", "0 0 0 * * 1,3,5,7"),
        ("0 0 0 * * sat-sun", "0 0 0 * * 6,7"),
        ("0 0 0 * * fril", "0 0 0 * * 5L"),
    ],
)
def test_two_spellings_of_one_expression(text: str, same: str) -> None:
    assert cron(text, dialect="spring") == cron(same, dialect="spring")


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("*", None, "spring crontabs have 6 fields"),
        ("* * * * *", None, "not 5: put 0 before them for the second"),
        ("* * * * * * *", None, "not 7"),
        ("0-12/0 * * * * *", "second", "a step is a number from 1 on"),
        ("60 * * * * *", "second", "out of range 0-59"),
        ("20-10 * * * * *", "second", "runs backwards"),
        ("* 60 * * * *", "minute", "out of range 0-59"),
        ("* * ? * * *", "hour", "is not an hour"),
        ("* * * 0 * *", "day_of_month", "out of range 1-31"),
        ("* * * 32 * *", "day_of_month", "out of range 1-31"),
        ("* * * 1,? * *", "day_of_month", "? stands alone"),
        ("* * * ?/2 * *", "day_of_month", "? takes no step"),
        ("* * * l * *", "day_of_month", "l is written L here"),
        ("* * * L-3W * *", "day_of_month", "spring crontabs have no L-nW"),
        ("* * * L-0 * *", "day_of_month", "Spring has L-1 to L-27"),
        # In a February it leads into the month before, and then comes to no end.
        ("* * * L-28 * *", "day_of_month", "Spring has L-1 to L-27"),
        ("* * * 30W,LW * *", "day_of_month", "W from 28 on stands alone in spring"),
        ("* * * * 13 *", "month_of_year", "out of range 1-12"),
        ("* * * * * 8", "day_of_week", "out of range 1-7"),
        ("* * * * * L", "day_of_week", "is not a day of the week"),
        ("* * * * * fri-mon", "day_of_week", "runs backwards"),
        ("* * * * * 0-8", "day_of_week", "'8' is not a day of the week: use 0-7 or mon-sun"),
        ("* * * * * 7-xyz", "day_of_week", "'xyz' is not a day of the week"),
        ("* * * * * 0/0", "day_of_week", "a step is a number from 1 on"),
        ("*\t* * * * *", None, "U+0009 has no place in a crontab expression"),
    ],
)
def test_spring_says_what_is_wrong(text: str, field: str | None, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, dialect="spring")
    assert reason in caught.value.reason
    assert caught.value.field == field


@pytest.mark.filterwarnings("ignore::duetime.ClockChangeWarning")
def test_a_crontab_is_written_for_spring() -> None:
    assert convert("@weekly", "vixie", "spring") == "0 0 0 * * 7"
    assert convert("0 9 * * mon-fri", "vixie", "spring") == "0 0 9 * * 1-5"
    with pytest.raises(ConversionError, match="would run on other days in spring"):
        convert("0 0 31W * *", "vixie", "spring")
    with pytest.raises(
        ConversionError, match="spring refuses '0 0 0 L-30 \\* \\*': Spring has L-1"
    ):
        convert("0 0 L-30 * *", "vixie", "spring")
    with pytest.raises(ConversionError, match="a rule of two conditions"):
        convert("0 0 0 31W * ?", "spring", "quartz")
