"""Specs of Jenkins: several lines are one schedule, and draw from one generator."""

from datetime import UTC, datetime
from typing import Any

import pytest

from duetime import CronSyntaxError, Schedule, ScheduleError, UnknownTimeZoneError, cron, parse
from tests.support.jenkins import runs

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 1, 11, tzinfo=UTC)

SPECS = [
    "H H * * *\nH H * * *",
    "# nightly\nH H(0-7) * * *\n\n  # and each workday\n\tH/15 9-17 * * 1-5  \r\n@weekly\n",
    "@hourly\n@daily\n@midnight",
    "0 9 * * *\nH,H H/6 * * *\nH H H(1-9) * *",
    "*/20 22-23 * * 7\nH(0-29)/10 3 * * 6\nH(5-9) 4 1-10/3 1 *",
]


@pytest.mark.parametrize("seed", ["stuff", "team/nightly", ""])
@pytest.mark.parametrize("spec", SPECS)
def test_a_job_runs_when_jenkins_runs_it(spec: str, seed: str) -> None:
    schedule = parse(spec, dialect="jenkins", seed=seed)
    assert list(schedule.runs(START, END)) == runs(spec, seed, START, END)
    assert Schedule.from_dict(schedule.to_dict()) == schedule


# What two lines draw for the job `stuff`, worked out from the source of Jenkins. The first line
# alone has `56 15`, as in Jenkins' own tests. These must never change.
def test_the_second_line_goes_on_where_the_first_has_stopped() -> None:
    spec = parse("H H * * *\nH H * * *", dialect="jenkins", seed="stuff")
    first, second = (cron(text, dialect="jenkins") for text in ("56 15 * * *", "25 6 * * *"))
    assert spec == first | second
    assert spec != cron("H H * * *", dialect="jenkins", seed="stuff")


@pytest.mark.parametrize("spec", ["\nH H * * *\n", "# nightly\r\n  H H * * *", "H H * * *\n#"])
def test_a_spec_of_one_line_is_a_crontab(spec: str) -> None:
    alone = parse(spec, dialect="jenkins", seed="stuff")
    assert alone == cron("H H * * *", dialect="jenkins", seed="stuff")
    assert "seed='stuff'" in repr(alone)


def test_the_first_line_may_name_the_zone() -> None:
    lines = "0 9 * * *\nH 18 * * *"
    zoned = parse(f" TZ=Europe/London \r\n{lines}", dialect="jenkins", seed=1, tz="UTC", dst="ocps")
    assert zoned == parse(lines, dialect="jenkins", seed=1, tz="Europe/London", dst="ocps")
    assert parse("TZ=Asia/Tokyo\n\n0 9 * * *", dialect="jenkins") == cron(
        "0 9 * * *", dialect="jenkins", tz="Asia/Tokyo"
    )
    with pytest.raises(UnknownTimeZoneError, match="did you mean Europe/London"):
        parse("TZ=Europe/Londn\n0 9 * * *", dialect="jenkins")


@pytest.mark.parametrize(
    ("spec", "seed", "reason", "marked"),
    [
        ("# a\nH H * * *\n75 H * * *", "job", "line 3: minute 75 is out of range 0-59", "75"),
        ("0 9 * * *\nH 9 * * *\n", None, "line 2: H is drawn from a seed", "H"),
        ("0 9 * *\n0 9 * * *", None, "line 1: jenkins crontabs have 5 fields", "0 9 * *"),
        ("0 9 * * *\n daily", None, "line 2: 'daily' is not a crontab: write @daily", "daily"),
        ("\nTZ=Asia/Tokyo\n0 9 * * *", None, "line 2: jenkins names a zone in another", "TZ=Asia/"),
    ],
)
def test_a_fault_names_its_line(spec: str, seed: str | None, reason: str, marked: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        parse(spec, dialect="jenkins", seed=seed)
    fault = caught.value
    assert fault.reason.startswith(reason)
    assert fault.expression[fault.position :][: fault.length].startswith(marked)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("\n", "without a crontab never runs"),
        ("# one\n# two", "without a crontab never runs"),
        ("TZ=UTC\n", "without a crontab never runs"),
        ("0 9 * * *\n" * 1_001, "at most 1,000 crontabs"),
    ],
)
def test_a_spec_has_one_to_a_thousand_crontabs(spec: str, reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason):
        parse(spec, dialect="jenkins")


@pytest.mark.parametrize("dialect", ["vixie", "jenkins", "ocps"])
def test_several_lines_are_not_one_crontab(dialect: Any) -> None:
    with pytest.raises(
        CronSyntaxError, match=r"several lines are not a crontab: parse_crontab\(\)"
    ):
        cron("0 9 * * *\n# and\n0 18 * * *", dialect=dialect)
    with pytest.raises(CronSyntaxError, match="minute 75 is out of range"):
        cron("TZ=UTC\n75 9 * * *", dialect="jenkins")
