"""The benchmarks run, and `--check` says no when a budget is missed. How fast is not asked here."""

from __future__ import annotations

import pytest

pytest.importorskip("apscheduler", reason="the bench extra is not installed")

from benchmarks import __main__ as command
from benchmarks.budgets import BUDGETS, Budget
from benchmarks.questions import EXPRESSIONS, epochs
from benchmarks.table import Report, render
from benchmarks.timing import SMOKE, each, geometric_mean, race


def test_a_budget_that_no_benchmark_measures_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Report("slow", ["what"], [], figures={"next_run.row": 0.5})
    monkeypatch.setattr(command, "measure", lambda name, effort: [slow])
    assert command.main(["--smoke"]) == 1
    assert "no benchmark measures " in capsys.readouterr().out
    figures = {budget.figure: 1.0 for budget in BUDGETS}
    whole = Report("whole", ["what"], [], figures=figures)
    monkeypatch.setattr(command, "measure", lambda name, effort: [whole])
    assert command.main(["--smoke"]) == 0


def test_the_command_prints_the_tables_and_then_the_verdicts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["import_time", "--smoke"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "== import duetime"
    assert "import_time.beyond" in lines[-2]


def test_a_missed_budget_fails_the_check_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Report("slow", ["what"], [], figures={"next_run.row": 0.5})
    monkeypatch.setattr(command, "measure", lambda name, effort: [slow])
    assert command.main(["next_run", "--check"]) == 1
    assert command.main(["next_run"]) == 0
    assert "MISSED  next_run.row" in capsys.readouterr().out


def test_a_budget_is_met_at_its_limit() -> None:
    assert Budget("ratio", "at least", 6, "").met_by(6)
    assert Budget("micros", "at most", 1, "").met_by(1)
    assert not Budget("micros", "at most", 1, "").met_by(1.01)


def test_a_contestant_that_raises_is_out_of_the_race_and_the_others_finish() -> None:
    def refuse(question: int) -> None:
        raise ValueError(f"no {question}")

    outcome = race({"steady": each(abs), "broken": each(refuse)}, [[1, 2], [3, 4], [5, 6]])
    assert outcome.failures == {"broken": "ValueError: no 1"}
    assert len(outcome.seconds["steady"]) == 2
    assert outcome.fastest(["broken", "steady"], beside="steady") == "steady"


def test_questions_are_never_repeated_and_never_on_a_whole_minute() -> None:
    asked = [second for batch in epochs(SMOKE) for second in batch]
    assert len(set(asked)) == len(asked) == (SMOKE.rounds + 1) * SMOKE.calls
    assert all(second % 60 for second in asked)


def test_twice_as_fast_and_half_as_fast_cancel_out() -> None:
    assert geometric_mean([2, 0.5]) == pytest.approx(1)


def test_the_table_lines_up_and_shows_what_is_missing_as_a_dash() -> None:
    report = Report("times", ["what", "µs"], [[EXPRESSIONS[0], 12.3456], ["x", None]], ["a note"])
    assert render(report).splitlines() == [
        "== times",
        "what         µs",
        "---------------",
        "* * * * *  12.3",
        "x             -",
        "  a note",
    ]
