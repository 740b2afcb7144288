"""The runner of faults tells one that changes something from the package as it is."""

from __future__ import annotations

from tests.support.faults import FAULTS
from tests.support.mutants import all_mutants, complaints, report, run
from tests.support.toolmade import changes

NEXT_RUN = "TheOracles and the_next_run"


def test_a_fault_is_found_and_the_package_as_it_is_passes() -> None:
    fault = next(each for each in FAULTS if each.name == "a-run-follows-itself")
    change = changes()[0]
    results = {
        result.name: result
        for result in (
            run(None, passes=[NEXT_RUN]),
            run(fault, passes=["no_such_property", NEXT_RUN]),
            run(change, passes=["no_such_property"]),
        )
    }
    passed, found, unseen = results.values()
    assert passed.outcome == "survived", passed.by
    assert found.outcome == "killed", found.by
    assert unseen.outcome == "survived", unseen.by
    told = report([fault, change], results)
    assert "| all | 2 | 1 |" in told
    assert change.file in told
    assert complaints([fault], results) == []
    assert len(complaints([fault, change], results)) == 1


def test_mutants_have_names_of_their_own() -> None:
    mutants = all_mutants()
    assert len({mutant.name for mutant in mutants}) == len(mutants)
