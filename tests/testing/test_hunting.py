"""The hunt finds what is wrong with an engine, and nothing where nothing is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import NaiveDatetimeError, ScheduleError, cron
from duetime.testing import Subject, hunting, plain_cron_expressions
from duetime.testing.__main__ import main
from duetime.testing.crontab_oracle import Gap, Overlap
from duetime.testing.hunting import CONVENTIONS, Question, faults, hunt, questions
from duetime.testing.peers import PEERS
from duetime.zones import DstPolicy

NIGHT = Question("30 1 * * *", "America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC))
"""Before the night in which the hour from one to two comes twice."""


def ours(expression: str, tz: tzinfo) -> Subject:
    return Subject(cron(expression, tz=tz).next_run, "ours", tz)


def changed(change: Callable[[datetime], datetime]) -> hunting.Engine:
    """An engine whose answers are changed."""

    def engine(expression: str, tz: tzinfo) -> Subject:
        schedule = cron(expression, tz=tz)

        def next_after(moment: datetime) -> datetime:
            run = schedule.next_run(moment)
            assert run is not None
            return change(run)

        return Subject(next_after, "changed", tz)

    return engine


def refusing(expression: str, tz: tzinfo) -> Subject:
    raise ValueError("no crontab")


def failing(expression: str, tz: tzinfo) -> Subject:
    def next_after(moment: datetime) -> datetime:
        raise ZeroDivisionError

    return Subject(next_after, tz=tz)


def by_wall_clock(expression: str, tz: tzinfo) -> Subject:
    """Computes with the wall clock alone, and takes the first of two instants that show a time."""
    schedule = cron(expression)

    def next_after(moment: datetime) -> datetime:
        wall = moment.astimezone(tz).replace(tzinfo=UTC, fold=0)
        run = schedule.next_run(wall)
        assert run is not None
        return run.replace(tzinfo=tz)

    return Subject(next_after, "by wall clock", tz)


def failing_later(expression: str, tz: tzinfo) -> Subject:
    """An engine that answers the question and none after it."""
    run = cron(expression, tz=tz).next_run

    def next_after(moment: datetime) -> datetime | None:
        if moment > NIGHT.moment:
            raise ZeroDivisionError("later")
        return run(moment)

    return Subject(next_after, tz=tz)


def counting() -> hunting.Engine:
    """An engine that answers otherwise each time."""
    hours = iter(range(1, 1_000))

    def engine(expression: str, tz: tzinfo) -> Subject:
        return Subject(lambda t: t.astimezone(UTC) + timedelta(hours=next(hours)), tz=tz)

    return engine


def by_the_hour_of_the_question(expression: str, tz: tzinfo) -> Subject:
    """An engine that finds full hours, on whatever clock it is asked by."""

    def next_after(moment: datetime) -> datetime:
        return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

    return Subject(next_after, tz=tz)


FAULTY = {
    "refuses": (refusing, ["every_question_is_answered"]),
    "fails": (failing, ["every_question_is_answered"]),
    "fails later": (
        failing_later,
        ["nothing_lies_between", "later_questions_get_later_answers", "asking_changes_nothing"],
    ),
    "answers otherwise each time": (
        counting(),
        [
            "nothing_lies_between",
            "the_zone_of_the_question_does_not_matter",
            "asking_changes_nothing",
            "runs_are_those_of_a_convention",
            "no_run_is_passed_over",
        ],
    ),
    "goes by the clock of the question": (
        by_the_hour_of_the_question,
        [
            "the_zone_of_the_question_does_not_matter",
            "runs_are_those_of_a_convention",
            "no_run_is_passed_over",
        ],
    ),
    "late by a minute": (
        changed(lambda run: run.astimezone(UTC) + timedelta(minutes=1)),
        [
            "nothing_lies_between",
            "runs_are_those_of_a_convention",
            "no_run_is_passed_over",
        ],
    ),
}


def test_each_law_of_the_hunt_but_two_is_broken_by_one_of_these() -> None:
    broken = {law for _, laws in FAULTY.values() for law in laws}
    # These have tests of their own.
    broken |= {"runs_come_after_the_question", "later_questions_get_later_answers"}
    assert broken == set(hunting.LAWS)


@pytest.mark.parametrize(("engine", "laws"), FAULTY.values(), ids=FAULTY)
def test_the_laws_that_an_engine_breaks_with_a_question(
    engine: hunting.Engine, laws: list[str]
) -> None:
    assert [fault.law for fault in faults(engine, NIGHT)] == laws


def test_a_schedule_is_an_engine_too() -> None:
    assert not [*faults(lambda expression, tz: cron(expression, tz=tz), NIGHT)]


def test_what_is_no_engine_is_no_fault_of_one() -> None:
    with pytest.raises(TypeError, match="is neither a schedule of duetime nor a Subject"):
        [*faults(lambda expression, tz: expression, NIGHT)]  # type: ignore[arg-type,return-value]  # a user's mistake


@pytest.mark.parametrize(
    ("expression", "zone", "message"),
    [
        ("@daily", "UTC", "'@daily' is not read alike by all engines"),
        ("0 0 * * 1", "UTC", "weekdays by name"),
        ("0 0 13 * fri", "UTC", "a star in one of the day fields"),
        ("0 0 0 * * *", "UTC", "have 5 fields .*, not 6"),
        ("0 0 30 2 *", "UTC", "'0 0 30 2 [*]' never runs"),
        ("75 0 * * *", "UTC", "minute 75 is out of range"),
        ("0 0 * * *", "Europe/Pari", "Europe/Paris"),
    ],
)
def test_a_question_that_has_not_one_answer_is_refused(
    expression: str, zone: str, message: str
) -> None:
    with pytest.raises(ScheduleError, match=message):
        Question(expression, zone, datetime(2026, 1, 1, tzinfo=UTC))


def test_a_question_has_a_moment() -> None:
    with pytest.raises(NaiveDatetimeError):
        Question("0 0 * * *", "UTC", datetime(2026, 1, 1))


@pytest.mark.parametrize("convention", CONVENTIONS, ids="-".join)
def test_a_convention_is_no_fault(convention: tuple[Gap, Overlap]) -> None:
    def engine(expression: str, tz: tzinfo) -> Subject:
        schedule = cron(expression, tz=tz, dst=DstPolicy(*convention))
        return Subject(schedule.next_run, tz=tz)

    for zone, start in (
        ("America/New_York", datetime(2026, 3, 7, 12, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 1, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 1, tzinfo=UTC)),
    ):
        for expression in ("30 1 * * *", "30 2 * * *", "*/20 * * * *"):
            for hours in range(0, 30, 6):
                moment = start + timedelta(hours=hours)
                assert not [*faults(engine, Question(expression, zone, moment))]


@given(questions())
def test_nothing_is_wrong_with_our_own(question: Question) -> None:
    assert not [*faults(ours, question)]


def test_a_hunt_finds_a_small_question() -> None:
    # In the hour that comes again, it answers with the hour that is over.
    fault = next(hunt(by_wall_clock, examples=100))
    assert fault.law == "runs_come_after_the_question"
    assert fault.question.expression == "* * * * *"
    assert fault.question.moment.fold == 1
    assert str(fault).startswith(
        f"'* * * * *' {fault.question.zone} {fault.question.moment:%Y-%m-%d}"
    )
    assert str(fault).endswith("that is not after the question")


def test_a_hunt_ends_when_its_time_is_over() -> None:
    assert not [*hunt(by_wall_clock, seconds=0, examples=20)]


@given(plain_cron_expressions(), st.sampled_from(["celery", "ocps", "robfig", "kubernetes"]))
def test_plain_crontabs_mean_the_same_in_all_dialects(expression: str, dialect: str) -> None:
    # Those of six fields begin with seconds.
    text = f"0 {expression}" if dialect == "ocps" else expression
    start = datetime(2026, 1, 1, tzinfo=UTC)
    expected = cron(expression).next_run(start)
    assert expected is not None
    assert cron(text, dialect=dialect).next_run(start) == expected


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_answers(name: str) -> None:
    question = Question("30 9 * * mon-fri", "Europe/Paris", datetime(2026, 7, 3, 12, tzinfo=UTC))
    assert not [*faults(PEERS[name], question)]
    subject = PEERS[name](question.expression, question.tz)
    run = subject.next_after(question.moment)
    assert run == datetime(2026, 7, 6, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))


def test_the_page_of_faults_speaks_of_the_releases_that_it_is_tested_with() -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "faults.md"
    headings = re.findall(r"^## (\w+) ([\d.]+)$", page.read_text(), re.MULTILINE)
    assert {name.lower() for name, _ in headings} == set(PEERS)
    for name, release in headings:
        assert version(name) == release


# The command.


def test_the_command_prints_what_it_finds(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [f"{__name__}:by_wall_clock", "* * * * *", "America/New_York"]
    assert main([*arguments, "2026-11-01T06:00:00+00:00"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(
        "runs come after the question: by wall clock\n"
        "  asked for the run after 2026-11-01 01:00:00-05:00 EST (2026-11-01 06:00:00Z)\n"
    )
    assert main([*arguments, "2026-07-01T06:00:00+00:00"]) == 0
    assert capsys.readouterr().out == "no law broken\n"
    assert main([f"{__name__}:ours", "--examples", "20"]) == 0
    assert main([f"{__name__}:refusing", "--examples", "5"]) == 1
    assert capsys.readouterr().out.endswith("1 law broken\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ours"], "ENGINE is one of apscheduler, celery, crondst, croniter, cronsim, or module"),
        (["no_such_module:engine"], "No module named 'no_such_module'"),
        (["duetime:engine"], "module 'duetime' has no attribute 'engine'"),
        (["cronsim", "0 9 * * *"], "a question is three arguments: EXPRESSION ZONE MOMENT"),
        (["cronsim", "0 9 * * *", "UTC", "tomorrow"], "Invalid isoformat string: 'tomorrow'"),
        (["cronsim", "0 9 * * *", "UTC", "2026-01-01"], "MOMENT needs a UTC offset"),
        (["cronsim", "0 9 * * *", "Europe/Pari", "2026-01-01"], "Europe/Paris"),
    ],
)
def test_what_the_command_refuses(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err
