"""The runner of faults has a name for each."""

from __future__ import annotations

from tests.support.mutants import all_mutants


def test_mutants_have_names_of_their_own() -> None:
    mutants = all_mutants()
    assert len({mutant.name for mutant in mutants}) == len(mutants)
