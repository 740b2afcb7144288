"""`duetime convert` and `duetime detect`: answers, warnings and refusals."""

import json

import pytest
from click.testing import CliRunner, Result

from duetime.cli.commands import cli


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="duetime", catch_exceptions=False)


def test_the_converted_text_stands_alone() -> None:
    result = run("convert", "0 9 ? * MON-FRI *", "--from", "aws", "--to", "ocps")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "0 9 * * 1-5\n", "")


def test_a_difference_at_clock_changes_is_a_warning() -> None:
    options = ["--from", "kubernetes", "--to", "celery"]
    result = run("convert", "30 2 * * *", *options)
    assert (result.exit_code, result.stdout) == (0, "30 2 * * *\n")
    assert result.stderr.startswith("Warning: kubernetes and celery treat clock changes")
    told = json.loads(run("convert", "30 2 * * *", *options, "--json").stdout)
    assert told["expression"] == "30 2 * * *"
    assert len(told["warnings"]) == 1


def test_with_a_zone_only_a_difference_that_it_will_see_is_a_warning() -> None:
    options = ["30 2 * * *", "--from", "kubernetes", "--to", "celery", "--tz"]
    assert run("convert", *options, "Asia/Tokyo").stderr == ""
    assert (
        "in Europe/Paris they first differ at " in run("convert", *options, "Europe/Paris").stderr
    )


def test_a_seed_is_what_h_is_drawn_from() -> None:
    options = ["--from", "jenkins", "--to", "robfig", "--seed", "stuff"]
    assert run("convert", "H H(0-7) * * *", *options).stdout == "56 4 * * *\n"
    shown = run("next", "H H(0-7) * * *", "--dialect", "jenkins", "--seed", "stuff", "-n", "1")
    assert "04:56:00" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["convert", "15W", "--from", "quartz", "--to", "vixie"], "quartz crontabs have 6 fields"),
        (["convert", "* * * * *", "--from", "vixy", "--to", "aws"], "did you mean vixie?"),
        (["convert", "0 0 L * *", "--from", "vixie", "--to", "celery"], "L has no equivalent"),
        (["convert", "* * * * *", "--from", "vixie"], "Missing option '--to'"),
        (["detect", "* * * * *", "--tz", "Europe/Pariss"], "not a key of the tz database"),
        (["detect", "* * * * *", "--start", "soon"], "not an ISO 8601 time"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments: list[str], reason: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_an_answer_tells_who_agrees() -> None:
    shown = run("detect", "0 0 13 * fri", "--start", "2026-06-01", "--tz", "Asia/Tokyo")
    assert shown.stdout.partition("Refused")[0] == (
        "0 0 13 * fri\n"
        "  vixie, cronsim, croniter, ocps, robfig, kubernetes, github:"
        " first at 2026-06-05 00:00:00+09:00\n"
        "  celery, apscheduler, cronos: first at 2026-11-13 00:00:00+09:00\n"
        "  refused by quartz, spring, aws, jenkins, systemd\n"
        "First difference at 2026-06-05 00:00:00+09:00, a Friday:"
        " a run of vixie and the 6 that agree with it, none of celery, apscheduler, cronos.\n"
    )


def test_each_refusal_has_its_reason() -> None:
    refusals = run("detect", "0 0 13 * fri").stdout.partition("Refused, and why:\n")[2].splitlines()
    assert "  jenkins: 'fri' is not a day of the week: use 0-7: jenkins crontabs have no names" in (
        refusals
    )


def test_what_nobody_accepts_is_a_failure() -> None:
    result = run("detect", "0 0 30 2")
    assert result.exit_code == 1
    assert "No dialect accepts it." in result.stdout
    assert run("detect", "0 0 30 2", "--json").exit_code == 1


def test_an_answer_for_programs_is_one_object() -> None:
    told = json.loads(run("detect", "0 4 * * *", "--json").stdout)
    assert told["disagreement"] is None
    assert [*told] == ["expression", "start", "groups", "refusals", "disagreement"]
    assert "start" in json.loads(run("detect", "x", "--start", "2026-01-01T00Z", "--json").stdout)
