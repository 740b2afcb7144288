"""`duetime next`: what it shows, what it tells programs, and how it refuses."""

import json
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from duetime.cli.commands import cli

NEW_YORK = ["--tz", "America/New_York"]


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(
        cli, arguments, prog_name="duetime", env=environment, catch_exceptions=False
    )


def lines(*arguments: str) -> list[str]:
    result = run("next", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def notes(*arguments: str) -> list[str]:
    return [line[4:] for line in lines(*arguments) if line.startswith("  # ")]


def told(*arguments: str) -> dict[str, Any]:
    answer = json.loads("\n".join(lines(*arguments, "--json")))
    assert isinstance(answer, dict)
    return answer


def refused(*arguments: str) -> str:
    result = run("next", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr


# What it shows.


def test_a_run_is_shown_as_local_time_offset_and_utc() -> None:
    assert lines("30 9 * * mon-fri", *NEW_YORK, "--after", "2026-03-06", "-n", "2") == [
        "America/New_York         offset  UTC",
        "Fri 2026-03-06 09:30:00  -05:00  2026-03-06T14:30:00Z",
        "Mon 2026-03-09 09:30:00  -04:00  2026-03-09T13:30:00Z",
    ]


def test_ten_runs_from_now_in_utc_are_shown_unless_told_otherwise() -> None:
    before = datetime.now(UTC)
    answer = told("* * * * * *", "--dialect", "cronsim")
    first = datetime.fromisoformat(answer["runs"][0]["utc"])
    assert before < first < before + timedelta(minutes=1)
    assert (answer["tz"], len(answer["runs"])) == ("UTC", 10)


@pytest.mark.parametrize(
    ("after", "first"),
    [
        ("2026-03-06", "2026-03-06T00:30:00-05:00"),
        ("2026-03-06T10:30", "2026-03-06T11:30:00-05:00"),  # strictly after
        ("2026-03-06T10:30Z", "2026-03-06T06:30:00-05:00"),
        ("20260306T103000+0100", "2026-03-06T05:30:00-05:00"),
        ("2026-11-01T01:00", "2026-11-01T01:30:00-04:00"),  # twice on the wall: the first
        ("2026-03-08T02:00", "2026-03-08T03:30:00-04:00"),  # never on the wall
    ],
)
def test_a_naive_time_is_wall_time_in_the_zone(after: str, first: str) -> None:
    assert told("30 * * * *", *NEW_YORK, "--after", after)["runs"][0]["local"] == first


@pytest.mark.parametrize(
    ("expression", "second"),
    [
        ("@monthly", "2026-05-01T00:00:00Z"),
        ("PT90M", "2026-03-06T03:00:00Z"),
        ("DTSTART:20260101T090000Z\nRRULE:FREQ=WEEKLY", "2026-03-19T09:00:00Z"),
    ],
)
def test_an_expression_may_be_whatever_parse_takes(expression: str, second: str) -> None:
    assert told(expression, "--after", "2026-03-06")["runs"][1]["utc"] == second


def test_a_rule_brings_its_own_zone() -> None:
    rule = "DTSTART;TZID=Europe/Paris:20260101T090000\nRRULE:FREQ=DAILY"
    answer = told(rule, "--after", "2026-03-06T10:00", "-n", "1")
    assert (answer["tz"], answer["after"]) == ("Europe/Paris", "2026-03-06T10:00:00+01:00")


def test_a_dialect_reads_the_expression() -> None:
    friday_13th = told("0 0 13 * fri", "--dialect", "celery", "--after", "2026-03-14", "-n", "1")
    assert friday_13th["runs"][0]["local"] == "2026-11-13T00:00:00+00:00"


def test_a_policy_decides_at_clock_changes() -> None:
    arguments = ["30 2 * * *", *NEW_YORK, "--after", "2026-03-07T12:00", "-n", "1", "--dst"]
    assert told(*arguments, "rfc5545")["runs"][0]["local"] == "2026-03-08T03:30:00-04:00"
    assert told(*arguments, "ocps")["runs"][0]["local"] == "2026-03-09T02:30:00-04:00"


def test_a_schedule_that_ends_says_so() -> None:
    rule = "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=2"
    assert lines(rule, "--after", "2026-01-01T12:00")[1:] == [
        "Fri 2026-01-02 09:00:00  +00:00  2026-01-02T09:00:00Z",
        "no further runs",
    ]
    assert lines(rule, "--after", "2027-01-01") == ["no further runs"]


def test_a_schedule_that_has_exactly_the_runs_asked_for_is_finished_too() -> None:
    rule = "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=2"
    assert told(rule, "--after", "2025-01-01", "-n", "2")["finished"] is True
    assert told(rule, "--after", "2025-01-01", "-n", "1")["finished"] is False


def test_runs_at_the_ends_of_the_calendar_are_shown() -> None:
    assert lines("0 0 * * *", "--tz", "Asia/Tokyo", "--after", "0001-01-01", "-n", "1")[1:] == [
        "Tue 0001-01-02 00:00:00  +09:18:59  0001-01-01T14:41:01Z",
    ]
    hawaii = ["0 20 31 12 *", "--tz", "Pacific/Honolulu", "--after", "9999-12-01"]
    assert lines(*hawaii)[1:] == [
        "Fri 9999-12-31 20:00:00  -10:00  outside years 1 to 9999",
        "no further runs",
    ]
    assert told(*hawaii)["runs"][0]["utc"] is None


# Clock changes, each beside its time line.


def test_a_moved_run_is_explained_where_it_happens() -> None:
    #  01:30 -05   (02:30)   03:00 -04
    # ----o-----------]x[------o--------
    assert lines("30 2 * * *", *NEW_YORK, "--after", "2026-03-07", "-n", "3")[1:] == [
        "Sat 2026-03-07 02:30:00  -05:00  2026-03-07T07:30:00Z",
        "  # clock forward 1 h: 2026-03-08 02:30:00 does not exist, its run moves to 03:00:00",
        "Sun 2026-03-08 03:00:00  -04:00  2026-03-08T07:00:00Z",
        "Mon 2026-03-09 02:30:00  -04:00  2026-03-09T06:30:00Z",
    ]


def test_a_dropped_run_is_explained_where_it_is_missing() -> None:
    #  01:30 -05   (02:30)   03:30 -04
    # ----o-----------]x[--------o------
    assert lines("30 * * * *", *NEW_YORK, "--after", "2026-03-08T01:00", "-n", "2")[1:] == [
        "Sun 2026-03-08 01:30:00  -05:00  2026-03-08T06:30:00Z",
        "  # clock forward 1 h: 2026-03-08 02:30:00 does not exist, its run is dropped",
        "Sun 2026-03-08 03:30:00  -04:00  2026-03-08T07:30:00Z",
    ]


def test_a_doubled_run_is_explained_before_its_second_time() -> None:
    #  01:30 -04   01:30 -05   02:30 -05
    # ----o-----------o-----------o-----
    assert lines("30 * * * *", *NEW_YORK, "--after", "2026-11-01T01:00", "-n", "3")[1:] == [
        "Sun 2026-11-01 01:30:00  -04:00  2026-11-01T05:30:00Z",
        "  # clock back 1 h: 2026-11-01 01:30:00 occurs twice, so does its run",
        "Sun 2026-11-01 01:30:00  -05:00  2026-11-01T06:30:00Z",
        "Sun 2026-11-01 02:30:00  -05:00  2026-11-01T07:30:00Z",
    ]


@pytest.mark.parametrize(
    ("expression", "zone", "after", "dst", "note"),
    [
        (
            "* * * * *",
            "America/New_York",
            "2026-03-08T01:58",
            "vixie",
            "clock forward 1 h: 2026-03-08 02:00:00 to 02:59:00 do not exist, 60 runs are dropped",
        ),
        (
            "*/10 2 * * *",
            "America/New_York",
            "2026-03-07T12:00",
            "rfc5545",
            (
                "clock forward 1 h: 2026-03-08 02:00:00 to 02:50:00 do not exist, "
                "6 runs move to 03:00:00 to 03:50:00"
            ),
        ),
        (
            "0,10 2 * * *",
            "America/New_York",
            "2026-03-07T12:00",
            "vixie",
            (
                "clock forward 1 h: 2026-03-08 02:00:00 to 02:10:00 do not exist, "
                "2 runs move to 03:00:00"
            ),
        ),
        (
            "*/30 * * * *",
            "America/New_York",
            "2026-11-01T00:00",
            "vixie",
            "clock back 1 h: 2026-11-01 01:00:00 to 01:30:00 occur twice, so do 2 runs",
        ),
        (
            "0,30 1 * * *",
            "America/New_York",
            "2026-11-01T00:00",
            "vixie",
            "clock back 1 h: 2026-11-01 01:00:00 to 01:30:00 occur twice, 2 runs happen once",
        ),
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            "vixie",
            "clock forward 30 min: 2026-10-04 02:15:00 does not exist, its run moves to 02:30:00",
        ),
        (
            "0 9 * * *",
            "Pacific/Apia",
            "2011-12-28",
            "vixie",
            (
                "clock forward 24 h: 2011-12-30 09:00:00 does not exist, "
                "its run moves to 2011-12-31 00:00:00"
            ),
        ),
        (
            "0 */12 * * *",
            "Pacific/Kwajalein",
            "1993-08-20",
            "wall",
            (
                "clock forward 24 h: 1993-08-21 00:00:00 to 12:00:00 do not exist, "
                "2 runs are dropped"
            ),
        ),
        (
            "10 0 7 1 *",
            "Africa/Monrovia",
            "1972-01-01",
            "rfc5545",
            (
                "clock forward 44 min 30 s: 1972-01-07 00:10:00 does not exist, "
                "its run moves to 00:54:30"
            ),
        ),
    ],
)
def test_one_change_is_one_note(
    expression: str, zone: str, after: str, dst: str, note: str
) -> None:
    asked = [expression, "--tz", zone, "--after", after, "--dst", dst]
    assert notes(*asked) == [note]


def test_every_change_on_the_way_has_its_note() -> None:
    year = notes("30 1,2 * * *", *NEW_YORK, "--after", "2026-01-01", "-n", "730")
    assert [note.split(":")[0] for note in year] == ["clock forward 1 h", "clock back 1 h"]


def test_a_change_beyond_the_last_run_shown_is_not_told() -> None:
    assert not notes("30 2 * * *", *NEW_YORK, "--after", "2026-03-06T12:00", "-n", "1")
    assert not notes("30 * * * *", *NEW_YORK, "--after", "2026-11-01T01:00", "-n", "1")


def test_a_change_before_the_first_run_shown_is_not_told() -> None:
    assert not notes("30 2 * * *", *NEW_YORK, "--after", "2026-03-08T03:00", "-n", "9")
    assert not notes("30 * * * *", *NEW_YORK, "--after", "2026-03-08T03:10", "-n", "9")


def test_a_run_that_a_change_moved_beyond_the_time_asked_for_is_told() -> None:
    shifted = ["30 2 * * *", *NEW_YORK, "--dst", "rfc5545", "--after", "2026-03-08T03:10"]
    assert len(notes(*shifted, "-n", "1")) == 1


def test_the_only_run_dropped_is_told_at_the_end() -> None:
    rule = "DTSTART;TZID=America/New_York:20260307T023000\nRRULE:FREQ=DAILY;COUNT=2"
    assert len(notes(rule, "--after", "2026-03-07T12:00")) == 1
    years = "30 2 8 3 *"
    assert "is dropped" in notes(years, *NEW_YORK, "--dst", "ocps", "--after", "2026-03-01")[0]


# What it tells programs.


def test_json_says_the_same_as_the_lines() -> None:
    asked = ["30 2 * * *", *NEW_YORK, "--after", "2026-03-07T12:00", "-n", "1"]
    assert told(*asked) == {
        "tz": "America/New_York",
        "after": "2026-03-07T12:00:00-05:00",
        "runs": [
            {
                "local": "2026-03-08T03:00:00-04:00",
                "offset": "-04:00",
                "utc": "2026-03-08T07:00:00Z",
            }
        ],
        "clock_changes": [
            {
                "label": "2026-03-08T02:30:00",
                "kind": "moved",
                "instants": ["2026-03-08T03:00:00-04:00"],
            }
        ],
        "finished": False,
    }


def test_json_tells_every_label_of_a_change() -> None:
    asked = ["* * * * *", *NEW_YORK, "--after", "2026-03-08T01:58", "-n", "3"]
    changes = told(*asked)["clock_changes"]
    assert [change["label"][11:] for change in changes] == [f"02:{m:02}:00" for m in range(60)]
    assert {change["kind"] for change in changes} == {"dropped"}


# How it refuses.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["75 9 * * mon-fri"],
            "Error: minute 75 is out of range 0-59\n    75 9 * * mon-fri\n    ^^\n",
        ),
        (["* * * * *", "--tz", "New_York"], "did you mean America/New_York?"),
        (["* * * * *", "--tz", "../../etc/passwd"], "is not a key of the tz database"),
        (["* * * * *", "--dialect", "vixi"], "did you mean vixie?"),
        (["* * * * *", "--dst", "sometimes"], "is not a policy"),
        (["* * * * *", "--after", "yesterday"], "'yesterday' is not an ISO 8601 time"),
        (["* * * * *", "-n", "0"], "0 is not in the range x>=1"),
        ([""], "Error: "),
    ],
)
def test_what_cannot_be_understood_is_explained(arguments: list[str], message: str) -> None:
    assert message in refused(*arguments)


# As a command.

COMMANDS = {
    "installed": [str(Path(sysconfig.get_path("scripts")) / "duetime")],
    "module": [sys.executable, "-m", "duetime"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_real_command_prints_plain_lines_into_a_pipe(command: str) -> None:
    done = subprocess.run(
        [*COMMANDS[command], "next", "* * * * *", "--after", "2026-03-08T01:58", *NEW_YORK],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "20", "FORCE_COLOR": "", "PYTHONTZPATH": ""},
    )
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 12


@pytest.mark.parametrize("command", COMMANDS)
def test_the_real_command_refuses_with_exit_code_2(command: str) -> None:
    done = subprocess.run(
        [*COMMANDS[command], "next", "* * *"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")


def test_without_its_extra_the_command_says_what_to_install() -> None:
    code = "import sys; sys.modules['click'] = None; from duetime.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == 'The duetime command needs an extra: pip install "duetime[cli]"\n'
