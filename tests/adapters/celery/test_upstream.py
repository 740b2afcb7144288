"""Celery's own unit tests of schedules and of beat, with our classes in place of the stock ones.

The tests come from the source distribution of the release that is installed, fetched when they
are asked for. Those that must fail are listed with the reason; one that fails and is not listed,
or is listed and does not fail, is an error.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree

import celery
import pytest

ROOT: Final = Path(__file__).parents[3]
FETCH: Final = (
    *("-m", "pip", "download", "--disable-pip-version-check", "--retries", "1"),
    *("--no-deps", "--no-binary", "celery"),
)

SCHEDULES: Final = {
    "test_schedules.test_solar::test_dusk_horizons_are_negative": "reads ephem's observer",
    "test_schedules.test_solar::test_remaining_estimate_event_never_happens": "mocks it",
    "test_schedules.test_solar_without_ephem"
    "::test_raises_improperly_configured_when_ephem_is_missing": "ours needs no ephem",
    "test_schedules.test_solar::test_remaining_estimate_skips_days_without_event"
    "[sunrise-69.6492-18.9553-last_run_at2-expected2]": (
        "the first sunrise after a polar night, to ephem's minute: ours is 40 s later"
    ),
}
"""What our schedules do otherwise."""

_WHOLE_TICK: Final = "a tick returns 0 after each message; ours sends all and says when to wake"
_DRIFT: Final = "wakes 10 ms early; ours wakes on time"
_HEAP: Final = "sets or reads the stock heap"
_CLOCK: Final = "the schedule's clock stands apart from the app's, by which ours wakes"
_MIXED: Final = "the stock PersistentScheduler against the classes put in place of its bases"
_NAMELESS: Final = "puts an entry without a name into the schedule, which ours refuses"
_TASKLESS: Final = "puts an entry without a task into the schedule, which ours refuses"
_GOODBYE: Final = "an error in leaving the broker is raised; to ours it is the end all the same"
BEAT: Final = {
    "test_beat.test_ScheduleEntry::test_repr": "the name of the class in its repr",
    "test_beat.test_Scheduler::test_custom_schedule_dict": "ours has a dict of its own",
    "test_beat.test_Scheduler::test_due_tick": _WHOLE_TICK,
    "test_beat.test_Scheduler::test_due_tick_SchedulingError": _WHOLE_TICK,
    "test_beat.test_Scheduler::test_tick_survives_entry_failing_in_populate_heap": _WHOLE_TICK,
    "test_beat.test_Scheduler::test_tick_daily_relative_spring_forward": _WHOLE_TICK,
    "test_beat.test_Scheduler::test_pending_tick": _DRIFT,
    "test_beat.test_Scheduler::test_pending_left_10_milliseconds_tick": _DRIFT,
    "test_beat.test_Scheduler::test_ticks": _DRIFT,
    "test_beat.test_Scheduler::test_schedule_no_remain": _DRIFT,
    "test_beat.test_Scheduler::test_due_tick_returns_delay_when_heap_top_changed": _HEAP,
    "test_beat.test_Scheduler::test_tick_survives_entry_failing_when_due": _HEAP,
    "test_beat.test_Scheduler::test_ticks_microseconds": _HEAP,
    "test_beat.test_Scheduler::test_ticks_schedule_change": _HEAP,
    "test_beat.test_Scheduler::test_not_due_top_entry_is_rescheduled_behind_due_entry": _HEAP,
    "test_beat.test_Scheduler::test_reheap_skipped_when_is_due_mutates_heap": _HEAP,
    "test_beat.test_Scheduler::test_tick_uses_fresh_time_when_heap_top_changes[True]": _HEAP,
    "test_beat.test_Scheduler::test_tick_uses_fresh_time_when_heap_top_changes[False]": _HEAP,
    "test_beat.test_Scheduler::test_tick_solar_across_dst[spring-forward]": _CLOCK,
    "test_beat.test_Scheduler::test_tick_solar_across_dst[fall-back]": _CLOCK,
    "test_beat.test_Scheduler::test_apply_async_with_null_args": _NAMELESS,
    "test_beat.test_Scheduler::test_apply_async_uses_registered_task_instances": _NAMELESS,
    "test_beat.test_Scheduler::test_sync_task_counter_resets_on_do_sync": _NAMELESS,
    "test_beat.test_Scheduler::test_should_sync": _NAMELESS,
    "test_beat.test_Scheduler::test_should_sync_increments_sync_every_counter": _NAMELESS,
    "test_beat.test_Scheduler::test_honors_max_interval": _TASKLESS,
    "test_beat.test_Scheduler::test_merge_inplace": _TASKLESS,
    "test_beat.test_Scheduler::test_populate_heap": _TASKLESS,
    "test_beat.test_Scheduler::test_apply_entry_handles_empty_result": "mocks Celery's log",
    "test_beat.test_SchedulerShutdown"
    "::test_close_prioritizes_sync_over_unexpected_release_error[Scheduler-True]": _GOODBYE,
    "test_beat.test_SchedulerShutdown"
    "::test_close_prioritizes_sync_over_unexpected_release_error[Scheduler-False]": _GOODBYE,
    "test_beat.test_Service::test_start": _MIXED,
}
"""What our scheduler does otherwise."""

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(
        not celery.__version__.startswith("5.7."), reason="the tables are of Celery 5.7"
    ),
]


@pytest.fixture(scope="session")
def upstream(request: pytest.FixtureRequest) -> Path:
    """The folder with Celery's tests, fetched once and kept with pytest's cache."""
    cache: Path = request.config.cache.mkdir("celery-source")
    name = f"celery-{celery.__version__}"
    if not (cache / name).exists():
        with TemporaryDirectory(dir=cache) as folder:
            fetch(Path(folder))
            with tarfile.open(Path(folder, f"{name}.tar.gz")) as source:
                # Not the package itself, which would hide the one that is installed.
                wanted = (f"{name}/t/", f"{name}/pyproject.toml")
                members = [m for m in source.getmembers() if m.name.startswith(wanted)]
                source.extractall(folder, members, filter="data")
            # Another process may have been first.
            with suppress(OSError):
                Path(folder, name).rename(cache / name)
    return cache / name


def fetch(folder: Path) -> None:
    """Put the source distribution into `folder`; skip when it cannot be had, but fail in CI."""
    missing = pytest.fail if os.environ.get("CI") else pytest.skip
    if find_spec("freezegun") is None:
        missing("Celery's tests need freezegun, of the extra `dev`")
    done = subprocess.run(
        [sys.executable, *FETCH, "--dest", folder, f"celery=={celery.__version__}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        missing(f"Celery's source cannot be fetched: {done.stderr.strip()[-300:]}")


def failures(upstream: Path, report: Path) -> tuple[set[str], int]:
    """Which of Celery's tests fail with our classes, and how many tests there are."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--junitxml={report}"]
    for plugin in ("no:randomly", "no:xdist", "no:cacheprovider", "tests.support.upstream"):
        command += ["-p", plugin]
    done = subprocess.run(
        [*command, "t/unit/app/test_schedules.py", "t/unit/app/test_beat.py"],
        cwd=upstream,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTEST_ADDOPTS": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = {
        f"{case.get('classname', '').removeprefix('t.unit.app.')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    return failed, len(cases)


def test_celerys_own_tests_hold_but_for_what_is_listed(upstream: Path, tmp_path: Path) -> None:
    failed, total = failures(upstream, tmp_path / "report.xml")
    assert failed == SCHEDULES.keys() | BEAT.keys()
    assert total > 400
