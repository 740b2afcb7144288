"""What people type: several expressions, times to ask about, zones, and words to complete."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tzlocal
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from duetime.cli.commands import cli
from duetime.cli.forecast import rough
from duetime.cli.inputs import span

NEW_YORK = ["--tz", "America/New_York"]


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, given, prog_name="duetime", catch_exceptions=False)


# Many expressions.


def test_each_of_several_expressions_is_answered_under_its_name() -> None:
    result = run("next", "0 9 * * *", "@daily", "--after", "2026-01-01", "-n", "1")
    assert result.stdout.splitlines() == [
        "0 9 * * *",
        "UTC                      offset  UTC",
        "Thu 2026-01-01 09:00:00  +00:00  2026-01-01T09:00:00Z",
        "",
        "@daily",
        "UTC                      offset  UTC",
        "Fri 2026-01-02 00:00:00  +00:00  2026-01-02T00:00:00Z",
        "",
    ]


def test_one_that_is_refused_does_not_hide_the_others() -> None:
    result = run("next", "61 * * * *", "@daily", "-n", "1")
    assert result.exit_code == 2
    assert "minute 61 is out of range" in result.stderr
    assert "@daily" in result.stdout


@pytest.mark.parametrize("from_file", [True, False])
def test_expressions_come_from_a_file_or_from_standard_input(
    tmp_path: Path, *, from_file: bool
) -> None:
    text = "# at night\n0 3 * * *\n\n  @hourly  \n"
    path = tmp_path / "expressions"
    path.write_text(text)
    result = (
        run("next", "-f", str(path), "-n", "1", "--json")
        if from_file
        else run("next", "-", "-n", "1", "--json", given=text)
    )
    assert [len(each["runs"]) for each in json.loads(result.stdout)] == [1, 1]


@pytest.mark.parametrize(
    ("arguments", "given", "reason"),
    [
        ([], None, "Missing argument 'EXPRESSION': name one, or -f FILE."),
        (["-"], "# nothing\n", "there is none in the input"),
        (["-"], b"\xff", "no text in UTF-8"),
        (["-f", "/no/such/file"], None, "No such file or directory"),
        (["30", "9", "*", "*", "mon-fri"], None, "The expression came as 5 arguments"),
        (["30", "9", "README.md", "src", "1-5"], None, "quote it"),
        (["@daily", "--at", "tomorrow"], None, "is not an ISO 8601 time"),
        (["@daily", "--at", "2026-01-01", "--prev"], None, "--at stands alone"),
        (["PT5M", "--prev"], None, 'give it an anchor, for example every(..., anchor="epoch")'),
        (["PT5M", "--at", "2026-01-01"], None, "counts from the last run"),
        (["@daily", "--after", "2026-02-01", "--until", "2026-01-01"], None, "must be later"),
        (["@daily", "--until", "2126-01-01", "--prev"], None, "must be earlier"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(
    arguments: list[str], given: str | bytes | None, reason: str
) -> None:
    result = run("next", *arguments, given=given)
    assert reason in result.stderr
    assert result.exit_code == 2


def test_several_expressions_without_spaces_are_not_taken_for_one() -> None:
    assert run("next", "@daily", "PT5M", "-n", "1").exit_code == 0


# Which runs.


def test_runs_from_now_say_how_far_they_are() -> None:
    [line] = run("next", "* * * * *", "-n", "1").stdout.splitlines()[1:]
    assert "Z  in " in line
    assert line.endswith(" s")
    [line] = run("next", "* * * * *", "-n", "1", "--prev").stdout.splitlines()[1:]
    assert line.endswith(" ago")
    assert "in " not in run("next", "@daily", "--after", "2026-01-01").stdout


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (36_240, "10 h 4 min"), (90_061, "1 d 1 h")],
)
def test_a_distance_has_two_units(seconds: int, words: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert rough(datetime.fromtimestamp(start.timestamp() + seconds, UTC) - start) == words


def test_the_last_runs_are_shown_in_the_order_of_time() -> None:
    result = run("next", "30 2 * * *", *NEW_YORK, "--after", "2026-03-09", "-n", "2", "--prev")
    assert result.stdout.splitlines() == [
        "America/New_York         offset  UTC",
        "Sat 2026-03-07 02:30:00  -05:00  2026-03-07T07:30:00Z",
        "  # clock forward 1 h: 2026-03-08 02:30:00 does not exist, its run moves to 03:00:00",
        "Sun 2026-03-08 03:00:00  -04:00  2026-03-08T07:00:00Z",
    ]


def test_that_there_are_no_earlier_runs_is_said() -> None:
    rule = "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY"
    result = run("next", rule, "--prev", "--after", "2026-01-02")
    assert result.stdout.splitlines()[0] == "no earlier runs"
    assert len(result.stdout.splitlines()) == 3
    assert run("next", rule, "--prev", "--after", "2026-01-01").stdout == "no earlier runs\n"


def test_runs_end_where_they_are_told_to() -> None:
    shown = run("next", "0 9 * * *", "--after", "2026-01-01", "--until", "2026-01-03T09:00")
    assert len(shown.stdout.splitlines()) == 3
    since = run("next", "0 9 * * *", "--prev", "--after", "2026-01-03", "--until", "2026-01-02")
    assert len(since.stdout.splitlines()) == 2


# Whether it runs at a time.


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2026-03-07", "1 run on 2026-03-07"),
        ("2026-03-08", "1 run on 2026-03-08"),
        ("2026-03-08T02:30", "No run at 2026-03-08T02:30: the clock skips it"),
        ("2026-03-08T03:00", "1 run at 2026-03-08T03:00"),
        ("2026-03-08T07:00Z", "1 run at 2026-03-08T07:00Z"),
        ("2026-03-07T02:30:00", "1 run at 2026-03-07T02:30:00"),
        ("2026-03-07T02:30:01", "No run at 2026-03-07T02:30:01"),
        ("2026-03-07T02:30:00.5", "No run at 2026-03-07T02:30:00.5"),
        ("20260307T0230", "1 run at 20260307T0230"),
    ],
)
def test_a_day_a_minute_or_a_second_has_runs_or_none(text: str, answer: str) -> None:
    result = run("next", "30 2 * * *", *NEW_YORK, "--at", text)
    assert result.stdout.splitlines()[0] == answer
    assert result.exit_code == answer.startswith("No")


def test_both_times_of_a_wall_time_that_occurs_twice_are_asked() -> None:
    result = run("next", "*/30 * * * *", *NEW_YORK, "--at", "2026-11-01T01:30")
    assert result.stdout.splitlines() == [
        "2 runs at 2026-11-01T01:30",
        "America/New_York         offset  UTC",
        "Sun 2026-11-01 01:00:00  -04:00  2026-11-01T05:00:00Z",
        "Sun 2026-11-01 01:30:00  -04:00  2026-11-01T05:30:00Z",
        "  # clock back 1 h: 2026-11-01 01:00:00 to 01:30:00 occur twice, so do 2 runs",
        "Sun 2026-11-01 01:30:00  -05:00  2026-11-01T06:30:00Z",
        "Sun 2026-11-01 02:00:00  -05:00  2026-11-01T07:00:00Z",
    ]


def test_programs_are_told_the_number_of_runs() -> None:
    told = json.loads(run("next", "*/5 * * * *", "--at", "2026-01-01", "--json", "-n", "2").stdout)
    assert told["at"] == "2026-01-01"
    assert told["runs_then"] == 288
    assert len(told["runs"]) == 4


def test_a_schedule_that_never_runs_has_no_run_then() -> None:
    result = run("next", "0 0 30 2 *", "--at", "2026-02-28")
    assert result.stdout.splitlines() == ["No run on 2026-02-28", "no further runs"]


def test_a_time_is_as_long_as_it_is_written() -> None:
    lengths = [
        span(text).length.total_seconds()
        for text in ("2026-W10-7", "2026-03-08 02:30+01:00", "2026-03-08T02:30:15-05:00")
    ]
    assert lengths == [86_400, 60, 1]


# Zones, and words that a shell completes.


def test_local_is_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    shown = run("next", "0 9 * * *", "--tz", "local", "--after", "2026-01-01", "-n", "1").stdout
    assert shown.splitlines()[1] == "Thu 2026-01-01 09:00:00  +09:00  2026-01-01T00:00:00Z"


@pytest.mark.parametrize("fault", ["none", "error"])
def test_a_machine_whose_zone_has_no_name_is_told_so(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def name() -> None:
        if fault == "error":
            raise LookupError("no idea")

    monkeypatch.setattr(tzlocal, "get_localzone_name", name)
    result = run("next", "@daily", "--tz", "local")
    assert result.exit_code == 2
    assert "of this machine" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "incomplete", "completed"),
    [
        (["next", "@daily", "--tz"], "america/new", ["America/New_York"]),
        (["next", "@daily", "--tz"], "loc", ["local"]),
        (["next", "@daily", "--dialect"], "qu", ["quartz"]),
        (["next", "@daily", "--dst"], "vi", ["vixie"]),
        (["convert", "@daily", "--to"], "kub", ["kubernetes"]),
    ],
)
def test_a_shell_completes_zones_dialects_and_policies(
    arguments: list[str], incomplete: str, completed: list[str]
) -> None:
    complete = ShellComplete(cli, {}, "duetime", "_DUETIME_COMPLETE")
    assert [item.value for item in complete.get_completions(arguments, incomplete)] == completed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_full_disk_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "duetime", "next", "@daily"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: No space left on device")
    assert "Traceback" not in done.stderr
