"""croniter's own tests, with our class and functions in place of its own.

The tests come with the release that is installed. Those that must fail are listed with the
reason; one that fails and is not listed, or is listed and does not fail, is an error.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest

ROOT: Final = Path(__file__).parents[3]

_LIST: Final = "lists all seven weekdays beside `sat#3`, which are dropped there and refused here"
_OR: Final = "gives up where the days of one field never come; ours goes on to those of the other"
_PRIVATE: Final = "looks at a private helper"
LISTED: Final = {
    "CroniterTest::test_confirm_sort": _LIST,
    "CroniterTest::test_issue156": _LIST,
    "CroniterTest::test_optimize_cron_expressions": _LIST,
    "CroniterTest::test_nearest_weekday_with_restricted_day_of_week_still_raises": _OR,
    "CroniterTest::test_nth_weekday_with_restricted_day_of_month_still_raises": _OR,
    "CroniterTest::test_nth_as_last_wday_simple": _PRIVATE,
    "CroniterTest::test_nth_wday_simple": _PRIVATE,
    "CroniterTest::test_wdom_core_leap_year": _PRIVATE,
    "CroniterHashTest::test_hash_invalid_range": "compares the text of a message",
}
"""What ours does otherwise."""
_THEIRS: Final = "test_nth_out_of_range_without_asserts"
"""Starts a process of its own, with croniter's own code, so it says nothing of ours."""


@pytest.mark.services
@pytest.mark.skipif(version("croniter") != "7.0.0", reason="the table is of croniter 7.0.0")
def test_croniters_own_tests_hold_but_for_what_is_listed(tmp_path: Path) -> None:
    spec = find_spec("croniter.tests")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    report = tmp_path / "report.xml"
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--junitxml={report}"]
    for plugin in (
        "no:randomly",
        "no:xdist",
        "no:cacheprovider",
        "tests.support.upstream_croniter",
    ):
        command += ["-p", plugin]
    command += ["-k", f"not {_THEIRS}"]
    done = subprocess.run(
        [*command, "--import-mode=importlib", "-c", os.devnull, *spec.submodule_search_locations],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = {
        f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    assert failed == LISTED.keys()
    assert len(cases) > 260
