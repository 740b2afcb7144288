"""`duetime explain`: the sentence, the fields as they are read, and refusals."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from duetime import Schedule
from duetime.cli.commands import cli
from duetime.cli.explanation import Explanation
from duetime.crontabs.fields import FROM_LAST, LAST_OF, NEAR_DAY, NEAR_LAST, NTH_OF
from duetime.crontabs.schedule import Cron
from tests.support.crontabs import cron


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["explain", *arguments], catch_exceptions=False)


def lines(*arguments: str) -> list[str]:
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    words, _, runs = result.stdout.partition("\n\n")
    assert runs
    return words.splitlines()


def told(*arguments: str) -> dict[str, Any]:
    answer = json.loads(run(*arguments, "--json").stdout)
    assert isinstance(answer, dict)
    return answer


def test_a_crontab_is_said_and_its_fields_are_listed() -> None:
    assert lines("*/20 9-12 1,LW * fri#2", "--tz", "Asia/Tokyo") == [
        (
            "Every 20 minutes from 09:00 to 12:40, on day 1 of the month or on the last weekday"
            " (Monday to Friday) of the month or on the second Friday of the month,"
            " in Asia/Tokyo time"
        ),
        "  second         0",
        "  minute         0 20 40",
        "  hour           9 10 11 12",
        "  day of month   1 LW",
        "  month of year  every",
        "  day of week    fri#2",
    ]


def test_a_field_that_leaves_nothing_out_is_every() -> None:
    assert lines("* * * * * *", "--dialect", "cronsim")[1:] == [
        f"  {name:13}  every"
        for name in ("second", "minute", "hour", "day of month", "month of year", "day of week")
    ]


def test_the_dialect_and_the_policy_are_those_asked_for() -> None:
    asked = ["30 2 13 * fri", "--tz", "America/New_York", "--dialect", "celery", "--dst", "ocps"]
    assert lines(*asked)[0] == (
        "At 02:30 on Fridays that fall on day 13 of the month, in America/New_York time;"
        " times that the clock skips do not run"
    )


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("PT90S", "Every 1 minute and 30 seconds, counted from the last run"),
        (
            "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=3",
            "Every day at 09:00, from 2026-01-01 09:00 on, only the first 3 times, in UTC",
        ),
    ],
)
def test_what_is_not_a_crontab_is_said_without_fields(expression: str, sentence: str) -> None:
    assert lines(expression) == [sentence]
    assert told(expression).keys() == {"description", "schedule", "next"}


def test_another_language_can_be_asked_for() -> None:
    assert lines("30 9 * * *", "--locale", "fr")[0] == "À 09:30 (UTC)"


def test_json_tells_the_sentence_the_fields_and_the_document() -> None:
    answer = told("30 9 13 * fri", "--locale", "en")
    assert answer["description"] == "At 09:30 on day 13 of the month or on Fridays, in UTC"
    assert answer["fields"] == {
        "second": [0],
        "minute": [30],
        "hour": [9],
        "day_of_month": [13],
        "month_of_year": None,
        "day_of_week": ["fri"],
    }
    assert Schedule.from_dict(answer["schedule"]) == cron("30 9 13 * fri")


def test_days_of_every_modifier_and_years_are_written() -> None:
    base = cron("0 0 1 * mon", year="2026-2028")
    days = base.fields.days._replace(
        day_of_month=1 << 31 | 1 << FROM_LAST | 1 << FROM_LAST + 3 | 1 << NEAR_DAY + 15
        | 1 << NEAR_LAST | 1 << NEAR_LAST + 30,
        day_of_week=1 | 1 << LAST_OF + 6 | 1 << NTH_OF + 8 * 5,
    )  # fmt: skip
    schedule = Cron(base.fields._replace(days=days), base._zone, "", (), "vixie")
    fields = Explanation(schedule, "").fields
    assert fields["day_of_month"] == [31, "L", "L-3", "15W", "LW", "L-30W"]
    assert fields["day_of_week"] == ["sun", "satL", "sun#5"]
    assert fields["year"] == [2026, 2027, 2028]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["75 9 * * mon-fri"],
            "Error: minute 75 is out of range 0-59\n    75 9 * * mon-fri\n    ^^\n",
        ),
        (["* * * * *", "--tz", "New_York"], "did you mean America/New_York?"),
        (["* * * * *", "--dialect", "vixi"], "did you mean vixie?"),
        (["* * * * *", "--locale", "tlh"], "'tlh' is not a language"),
        (["0 9 * * mon", "--locale", "de"], 'use locale="en"'),
    ],
)
def test_what_cannot_be_said_is_explained(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_words_are_followed_by_the_next_runs() -> None:
    result = run("30 2 * * *", "--tz", "America/New_York", "--after", "2026-03-07", "-n", "2")
    assert result.stdout.partition("\n\n")[2].splitlines() == [
        "America/New_York         offset  UTC",
        "Sat 2026-03-07 02:30:00  -05:00  2026-03-07T07:30:00Z",
        "  # clock forward 1 h: 2026-03-08 02:30:00 does not exist, its run moves to 03:00:00",
        "Sun 2026-03-08 03:00:00  -04:00  2026-03-08T07:00:00Z",
    ]
    assert len(told("@daily")["next"]["runs"]) == 5
