"""The table of faults fits the source, and the runner tells a fault that is found from none."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.support import mutants
from tests.support.faults import EQUIVALENT, EXPLAINED, FAULTS, Fault
from tests.support.mutants import PACKAGE, UNMUTATED, Result, Tally, all_mutants, judge, main, run
from tests.support.toolmade import changes

NEXT_RUN = "TestFixedOffsetsAreTheOracles::test_the_next_run_is_the_oracles"
TINY = [[f"{mutants.PROPERTIES}::{NEXT_RUN}", "--hypothesis-seed=1"]]


def source_of(file: str) -> str:
    return (PACKAGE / file).read_text("utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_place_and_compiles(fault: Fault) -> None:
    source = source_of(fault.file)
    changed = ast.parse(fault.applied(source))
    assert ast.dump(changed) != ast.dump(ast.parse(source))


def test_a_fault_that_has_lost_its_place_says_so() -> None:
    with pytest.raises(ValueError, match=r"lost: its text is in zones\.py 0x"):
        Fault("lost", "zones.py", "no such text", "").applied("")


def test_names_are_unique_and_those_that_are_spoken_of_exist() -> None:
    names = [*(fault.name for fault in FAULTS), *(change.name for change in changes())]
    assert len(set(names)) == len(names) == len(all_mutants())
    assert {*EQUIVALENT, *EXPLAINED} <= {*names}
    assert not EQUIVALENT.keys() & EXPLAINED.keys()
    assert len(FAULTS) >= 75


@pytest.mark.parametrize("number", range(0, len(changes()), 16))
def test_a_change_of_the_tool_compiles_and_is_one(number: int) -> None:
    change = changes()[number]
    source = source_of(change.file)
    changed = ast.parse(change.applied(source))
    assert change.line in source
    assert ast.dump(changed) != ast.dump(ast.parse(source))


def test_a_fault_is_found_and_the_package_as_it_is_passes() -> None:
    fault = next(each for each in FAULTS if "hour-after-the-question-is-passed" in each.name)
    passed = run(None, passes=TINY)
    assert passed.outcome == "survived", passed.by
    found = run(fault, passes=TINY)
    assert found.outcome == "killed", found.by
    assert found.by.startswith(NEXT_RUN)


def test_a_run_that_takes_too_long_is_ended_and_counts_as_a_find() -> None:
    found = run(None, passes=TINY, patience=1)
    assert (found.outcome, found.by) == ("killed", "no end after 1 s")


def test_what_does_not_import_is_an_error_and_no_find() -> None:
    broken = Fault("broken", "errors.py", "class ScheduleError(ValueError):", "class (:")
    result = run(broken, passes=TINY)
    assert result.outcome == "error"
    assert "not the copy was imported" in result.by


def results(**outcomes: str) -> list[Result]:
    return [Result(name, outcome, "", 1.0) for name, outcome in outcomes.items()]  # type: ignore[arg-type]  # one of three


def test_the_tally_counts_what_changes_something_and_wants_survivors_explained() -> None:
    tally = Tally(results(a="killed", b="survived", c="survived"), {"c": "same"}, {})
    assert str(tally) == "1 of 2 faults found (50.0%), 1 changes that change nothing"
    assert tally.faults == ["b came through, and nothing explains it", "under 95% were found"]
    many = results(**{f"k{n}": "killed" for n in range(19)}, b="survived")
    assert Tally(many, {}, {"b": "rare"}).faults == []
    assert Tally(results(a="killed"), {"a": "same"}, {}).faults == [
        "a is said to change nothing, and  found it"
    ]
    assert Tally(results(a="error"), {}, {}).faults[0] == "a: "


def test_a_log_that_knows_a_mutant_spares_its_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.jsonl"
    lines = [
        {"name": UNMUTATED, "outcome": "survived", "by": "", "seconds": 1.0},
        {"name": FAULTS[0].name, "outcome": "killed", "by": "a test", "seconds": 1.0},
    ]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    tally = judge(FAULTS[:1], jobs=1, log=log)
    assert (tally.killed, tally.faults) == (1, [])
    assert main(["--log", str(log), "--only", FAULTS[0].name]) == 0
    assert "1 of 1 faults found (100.0%)" in capsys.readouterr().out


def test_the_names_can_be_listed_and_others_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(all_mutants())
    assert main(["--only", "no-such"]) == 2


def test_the_page_on_mutants_names_each_that_comes_through() -> None:
    page = (mutants.ROOT / "docs" / "explanation" / "mutants.md").read_text("utf-8")
    listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert listed == {*EQUIVALENT, *EXPLAINED}
