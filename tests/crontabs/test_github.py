"""GitHub Actions: what the page on `on.schedule` documents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from duetime import CronSyntaxError, DstPolicy
from tests.support.crontabs import cron


# The examples of the page, and each of its four operators.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 5,17 * * *", "01-01 05:30, 01-01 17:30"),
        ("30 5 * * 1,3", "01-05 05:30, 01-07 05:30"),
        ("15 * * * *", "01-01 00:15, 01-01 01:15"),
        ("2,10 4,5 * * *", "01-01 04:02, 01-01 04:10, 01-01 05:02"),
        ("30 4-6 * * *", "01-01 04:30, 01-01 05:30, 01-01 06:30"),
        ("20/15 * * * *", "01-01 00:20, 01-01 00:35, 01-01 00:50, 01-01 01:20"),
        ("0 0 * FEB SUN", "02-01 00:00, 02-08 00:00"),
        # POSIX: if both day fields are given, either will do.
        ("0 0 13 * FRI", "01-02 00:00, 01-09 00:00, 01-13 00:00"),
    ],
)
def test_an_example_runs_when_the_page_says(text: str, expected: str) -> None:
    wanted = expected.split(", ")
    runs = cron(text, dialect="github").runs(datetime(2026, 1, 1, tzinfo=UTC), limit=len(wanted))
    assert [f"{run:%m-%d %H:%M}" for run in runs] == wanted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((name, "github crontabs have no nicknames") for name in ("@daily", "@yearly", "@weekly")),
        ("@reboot", "@reboot has no timed runs"),
        ("0 0 * * 7", "7 is not a weekday in GitHub Actions: use 0 for Sunday"),
        ("0 0 ? * *", "? is Quartz's"),
        ("0 0 L * *", "github crontabs have no L"),
        ("0 0 * * MON#1", "github crontabs have no d#n"),
        ("0 22-2 * * *", "runs backwards"),
        ("0 0 0 * * *", "github crontabs have 5 fields"),
        ("TZ=Asia/Tokyo 0 0 * * *", "set timezone beside cron in the workflow"),
    ],
)
def test_what_the_page_does_not_have_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, dialect="github")
    assert reason in caught.value.reason


def test_a_job_in_a_gap_runs_at_its_end() -> None:
    # The page: in a zone of its own, a schedule at 2:30 in skipped hours advances to 3:00.
    schedule = cron("30 2 * * *", tz="America/New_York", dialect="github")
    run = schedule.next_run(datetime(2026, 3, 8, 5, tzinfo=UTC))
    assert run is not None
    assert run.isoformat() == "2026-03-08T03:00:00-04:00"
    assert schedule.policy == DstPolicy("end", "first")
