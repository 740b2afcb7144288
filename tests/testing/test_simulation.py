"""Virtual time: what a loop would have run, and the table of what it got wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duetime import NaiveDatetimeError, Schedule, ScheduleError, at, cron, every
from duetime.testing import LawBroken, Subject, simulate
from tests.support.dates import NEW_YORK, TOKYO

START = datetime(2026, 10, 31, 22, tzinfo=NEW_YORK)
END = datetime(2026, 11, 1, 4, tzinfo=NEW_YORK)
HOURLY = cron("0 * * * *", tz=NEW_YORK)


def by_the_wall_clock(moment: datetime) -> datetime:
    wall = moment.astimezone(NEW_YORK).replace(minute=0, second=0, microsecond=0, fold=0)
    return wall + timedelta(hours=1)


def subject(next_after: Callable[[datetime], datetime | None]) -> Subject:
    return Subject(next_after, "mine", NEW_YORK)


@pytest.mark.parametrize(
    "schedule",
    [HOURLY, cron("*/7 * * * *", tz="Asia/Tokyo"), every(minutes=11, anchor="epoch"), at(START)],
)
def test_a_loop_around_a_schedule_runs_when_the_schedule_says(schedule: Schedule) -> None:
    simulation = simulate(schedule, START, END)
    assert list(simulation.runs) == list(schedule.runs(START, END))
    diff = simulation.diff(schedule)
    assert not diff
    assert len(diff) == 0
    assert str(diff) == "no difference"


def test_a_floating_interval_starts_to_count_at_the_start() -> None:
    hourly = every(hours=1)
    simulation = simulate(hourly, START, END)
    assert simulation.runs == tuple(hourly.runs(START, END))
    assert simulation.runs[0] == START.astimezone(UTC) + timedelta(hours=1)
    assert not simulation.diff(hourly)


def test_a_window_that_ends_before_it_starts_is_empty() -> None:
    assert simulate(HOURLY, END, START).runs == ()


def test_times_without_a_zone_are_refused() -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(NaiveDatetimeError, match="has no time zone"):
        simulate(HOURLY, naive, END)
    with pytest.raises(NaiveDatetimeError, match="has no time zone"):
        simulate(HOURLY, START, naive)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [(END.replace(tzinfo=None), "the answer has no time zone"), (5, "the answer is no datetime")],
)
def test_an_answer_that_is_no_aware_datetime_ends_the_loop(answer: Any, fault: str) -> None:
    with pytest.raises(LawBroken, match=fault):
        simulate(subject(lambda moment: answer), START, END)


def test_what_is_no_schedule_is_refused() -> None:
    with pytest.raises(TypeError, match="is neither a schedule of duetime nor"):
        simulate("0 * * * *", START, END)  # type: ignore[arg-type]  # a user's mistake


def test_in_a_table_of_many_runs_each_finds_its_own() -> None:
    """Every run of two days is off, so each looks for its own among all the others."""
    minutely = every(minutes=1, anchor="epoch")
    late = minutely.shifted(timedelta(seconds=20))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    diff = simulate(late, start, start + timedelta(days=2)).diff(minutely)
    assert {each.kind for each in diff.differences} == {"shifted"}
    assert len(diff) == 2 * 24 * 60


def test_the_hour_that_a_loop_loses_is_in_the_table() -> None:
    diff = simulate(subject(by_the_wall_clock), START, END).diff(HOURLY)
    assert str(diff).splitlines() == [
        "         expected                   actual  clock change",
        "missing  2026-11-01 01:00:00-05:00  -       -1:00:00 at 2026-11-01 06:00:00Z",
    ]
    (difference,) = diff.differences
    assert difference.kind == "missing"
    assert difference.clock_change == datetime(2026, 11, 1, 6, tzinfo=UTC)


def test_a_run_at_another_time_is_shifted_and_one_too_many_is_extra() -> None:
    nightly = cron("30 2 * * *", tz=NEW_YORK)
    late = cron("0 4 * * *", tz=NEW_YORK) | cron("0 12 * * *", tz=NEW_YORK)
    start, end = (datetime(2026, 6, day, tzinfo=NEW_YORK) for day in (1, 2))
    diff = simulate(late, start, end).diff(nightly)
    assert [each.kind for each in diff.differences] == ["shifted", "extra"]
    assert str(diff).splitlines()[1:] == [
        "shifted  2026-06-01 02:30:00-04:00  2026-06-01 04:00:00-04:00  -",
        "extra    -                          2026-06-01 12:00:00-04:00  -",
    ]


def test_a_run_in_a_gap_is_put_down_to_the_clock_change() -> None:
    nightly = cron("30 2 * * *", tz=NEW_YORK)
    shifted = cron("30 2 * * *", tz=NEW_YORK, dst="rfc5545")
    start, end = (datetime(2026, 3, day, tzinfo=NEW_YORK) for day in (8, 9))
    (difference,) = simulate(shifted, start, end).diff(nightly).differences
    assert difference.kind == "shifted"
    assert "+1:00:00 at 2026-03-08 07:00:00Z" in str(simulate(shifted, start, end).diff(nightly))


def test_a_loop_that_does_not_move_on_is_stopped() -> None:
    with pytest.raises(LawBroken, match=r"mine answers .* already"):
        simulate(subject(lambda moment: START - timedelta(days=1)), START, END)


def test_a_loop_of_too_many_runs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duetime.testing.simulation.MOST_RUNS", 3)
    with pytest.raises(LawBroken, match="mine has more than 3 runs"):
        simulate(subject(HOURLY.next_run), START, END)


def test_of_two_that_a_run_may_have_become_the_nearer_is_taken() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    end = start + timedelta(hours=4)
    expected = at(start + timedelta(hours=1), start + timedelta(hours=2))
    ran = at(start + timedelta(hours=1, minutes=50))
    diff = simulate(ran, start, end).diff(expected)
    assert [(each.kind, each.expected and each.expected.hour) for each in diff.differences] == [
        ("missing", 1),
        ("shifted", 2),
    ]


def test_a_clock_change_of_any_century_is_named() -> None:
    change = datetime(2150, 11, 1, 6, tzinfo=UTC)
    start, end = change - timedelta(hours=6), change + timedelta(hours=6)
    (difference,) = simulate(subject(by_the_wall_clock), start, end).diff(HOURLY).differences
    assert difference.clock_change == change


def test_a_diff_needs_a_schedule_that_is_right() -> None:
    with pytest.raises(TypeError, match="reference must be a schedule of duetime: Subject"):
        simulate(HOURLY, START, END).diff(subject(by_the_wall_clock))  # type: ignore[arg-type]  # a user's mistake


EDGES = pytest.mark.parametrize("zone", [UTC, TOKYO, NEW_YORK], ids=["UTC", "Tokyo", "New York"])
"""UTC cannot show the first hours of the calendar in Tokyo, nor the last hours in New York."""


@EDGES
def test_a_loop_runs_to_the_last_run_of_the_calendar(zone: Any) -> None:
    start = datetime(9999, 12, 30, 12, tzinfo=zone)
    end = datetime.max.replace(tzinfo=zone)
    for schedule in (cron("0 */6 * * *", tz=zone), every(hours=6, anchor=start)):
        simulation = simulate(schedule, start, end)
        assert list(simulation.runs) == list(schedule.runs(start, end))
        assert len(simulation.runs) > 5
        assert not simulation.diff(schedule)
        late = simulation.diff(schedule.shifted(timedelta(minutes=1)))
        assert len(late) == len(str(late).splitlines()) - 1 == len(simulation.runs)


@EDGES
def test_a_loop_starts_in_the_first_hours_of_the_calendar(zone: Any) -> None:
    first = datetime.min.replace(tzinfo=zone)
    end = first.replace(day=2, hour=12)
    schedule = cron("0 */6 * * *", tz=zone)
    start = first + timedelta(microseconds=1)
    simulation = simulate(schedule, start, end)
    assert list(simulation.runs) == list(schedule.runs(start, end))
    assert not simulation.diff(schedule)
    assert simulate(every(hours=6, tz=zone), first, end).runs


def test_a_loop_cannot_start_at_the_first_moment_of_the_calendar() -> None:
    for zone in (UTC, TOKYO):
        with pytest.raises(ScheduleError, match="the first moment of the calendar: start later"):
            simulate(HOURLY, datetime.min.replace(tzinfo=zone), END)


def test_a_simulation_of_too_many_runs_is_refused_before_it_begins() -> None:
    each_second = every(seconds=1, anchor="epoch")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ScheduleError, match="would have 31,536,000 runs, and 1,000,000 are"):
        simulate(each_second, start, start.replace(year=2027))
    assert len(simulate(each_second, start, start.replace(minute=1)).runs) == 60
