"""Windows: when they are open, what runs inside and outside of them, and what is refused."""

# ruff: noqa: E501 (a row of a table is a line)

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    cron,
    every,
    window,
)
from duetime.algebra.windows import Window
from duetime.testing import ScheduleLaws, crons, time_zones, windows
from tests.support import calendars as oracle
from tests.support.calendars import questions
from tests.support.dates import DAY, HOUR, MINUTE, PARIS, utc
from tests.support.effort import drawn, few
from tests.support.names import NAMES

START = utc(2026, 1, 5)
HOURLY = cron("0 * * * *")
NIGHT = window(cron("0 22 * * *"), until=cron("0 6 * * *"))
SHIFT = window(cron("0 8,12 * * *"), length=3 * HOUR)


def hours(schedule: Schedule, start: datetime = START) -> list[int]:
    runs = [run.hour for run in schedule.runs(start, start + DAY)]
    assert [run.hour for run in schedule.runs_back(start + DAY, start)] == runs[::-1]
    assert schedule.count(start, start + DAY) == len(runs)
    return runs


# What is inside.


def test_the_opening_is_inside_and_the_closing_is_not() -> None:
    assert hours(HOURLY.during(NIGHT)) == [*range(6), 22, 23]
    assert hours(HOURLY.outside(NIGHT)) == [*range(6, 22)]
    assert hours(HOURLY.during(SHIFT)) == [8, 9, 10, 12, 13, 14]
    assert not SHIFT.active(START + 8 * HOUR - timedelta(microseconds=1))
    assert SHIFT.active(START + 8 * HOUR)
    assert SHIFT.active(START + 11 * HOUR - timedelta(microseconds=1))
    assert not SHIFT.active(START + 11 * HOUR)


def test_windows_that_overlap_or_touch_are_one() -> None:
    overlapping = window(cron("0 8,10 * * *"), length=3 * HOUR)
    touching = window(cron("0 8,11 * * *"), length=3 * HOUR)
    assert hours(HOURLY.during(overlapping)) == [*range(8, 13)]
    assert overlapping.next_change(START + 9 * HOUR) == START + 13 * HOUR
    assert touching.next_change(START + 9 * HOUR) == START + 14 * HOUR
    assert hours(HOURLY.outside(touching)) == [*range(8), *range(14, 24)]
    # One schedule opens and closes at the same instants: it closes and opens at once.
    twice = window(cron("0 8,10 * * *"), until=cron("0 10,14 * * *"))
    assert twice.next_change(START + 8 * HOUR) == START + 14 * HOUR
    assert hours(HOURLY.outside(twice)) == [*range(8), *range(14, 24)]


def test_changes_follow_one_another() -> None:
    moment, changes = START, []
    for _ in range(5):
        change = SHIFT.next_change(moment)
        assert change is not None
        changes.append(change - START)
        moment = change
    assert changes == [8 * HOUR, 11 * HOUR, 12 * HOUR, 15 * HOUR, 32 * HOUR]


def test_a_length_is_elapsed_time_and_an_until_wall_time() -> None:
    # The night of 29 March has seven hours.
    opens, closes = cron("0 22 * * *", tz=PARIS), cron("0 6 * * *", tz=PARIS)
    evening = datetime(2026, 3, 28, 22, tzinfo=PARIS)
    by_length, by_clock = window(opens, length=8 * HOUR), window(opens, until=closes)
    assert by_length.next_change(evening) == datetime(2026, 3, 29, 7, tzinfo=PARIS)
    assert by_clock.next_change(evening) == datetime(2026, 3, 29, 6, tzinfo=PARIS)
    assert by_clock.tz is PARIS


def test_a_window_that_nothing_closes_stays_open() -> None:
    for_ever = window(at(START), until=at(START - DAY))
    assert for_ever.next_change(START - DAY) == START
    assert for_ever.next_change(START) is None
    assert for_ever.active(utc(9000, 1, 1))
    assert HOURLY.during(for_ever).prev_run(START + DAY) == START + 23 * HOUR
    assert HOURLY.during(for_ever).prev_run(START) is None
    assert HOURLY.outside(for_ever).next_run(START) is None
    assert HOURLY.outside(for_ever).prev_run(utc(2030, 1, 1)) == START - HOUR
    assert HOURLY.outside(for_ever).count(START - HOUR, START + DAY) == 1
    assert window(at(START), length=timedelta.max).next_change(START) is None


def test_a_window_that_never_opens_changes_nothing() -> None:
    never = window(at(), length=HOUR)
    assert never.next_change(START) is None
    assert not never.active(START)
    assert HOURLY.during(never).next_run(START) is HOURLY.during(never).prev_run(START) is None
    assert hours(HOURLY.outside(never)) == [*range(24)]


def test_a_grid_that_is_always_open_is_known_to_be() -> None:
    always = window(every(minutes=5, anchor="epoch"), length=5 * MINUTE)
    assert always.active(START)
    assert always.next_change(START) is None
    assert HOURLY.outside(always).next_run(START) is HOURLY.outside(always).prev_run(START) is None


@pytest.mark.parametrize(
    "always",
    [
        window(cron("* * * * *"), length=2 * MINUTE),
        window(cron("0 9 * * *", tz="America/New_York"), length=timedelta(hours=25)),
        window(cron("0 9 * * *"), until=cron("0 9 * * *")),
        window(cron("*/5 * * * *"), until=cron("*/5 * * * *") - cron("0 * * * *")),
    ],
    ids=repr,
)
def test_a_window_that_never_closes_is_proven_not_to(always: Window) -> None:
    assert always.next_change(START) is None
    assert HOURLY.outside(always).next_run(START) is None
    assert HOURLY.outside(always).prev_run(START) is None


def test_a_window_kept_open_by_very_many_openings_closes_at_last() -> None:
    many = cron("*/5 * * * *").within(START, START + timedelta(days=3000))
    busy = window(many, length=timedelta(minutes=5))
    end = START + timedelta(days=3000)
    assert busy.next_change(START) == HOURLY.outside(busy).ceil(START) == end
    assert HOURLY.outside(busy).prev_run(end) == START - timedelta(hours=1)


def test_a_day_of_25_hours_closes_a_window_that_each_day_opens_for_24() -> None:
    daily = window(cron("0 0 * * *", tz="Europe/Paris"), length=timedelta(days=1))
    closing, opening = (
        datetime(2026, 10, 25, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    )
    assert daily.next_change(START) == closing
    assert daily.next_change(closing) == opening
    assert HOURLY.outside(daily).next_run(START) == closing
    assert HOURLY.outside(daily).prev_run(opening + timedelta(days=300)) == closing
    half_hours = cron("30 * * * *").outside(daily)
    assert half_hours.next_run(START) == closing + timedelta(minutes=30)


def test_a_window_kept_open_for_long_ends_a_search_at_its_horizon() -> None:
    # It closes within the second, of which nothing is known beforehand.
    daily = cron("0 9 * * *", tz="America/New_York")
    always = window(daily, length=timedelta(hours=25, seconds=0.5))
    for ask in (
        always.next_change,
        HOURLY.outside(always).next_run,
        HOURLY.outside(always).prev_run,
    ):
        with pytest.raises(SearchHorizonError, match="kept open by 5,000 openings in a row"):
            ask(START)


def test_a_question_with_an_end_ends_where_the_window_is_still_open() -> None:
    # Each opening keeps it open for half an hour more than to the next.
    always = window(HOURLY, length=1.5 * HOUR)
    for schedule in (HOURLY.outside(always), cron("30 * * * *").outside(always)):
        assert not list(schedule.runs(START, START + 5 * HOUR))
        assert not list(schedule.runs_back(START, START - 5 * HOUR))
        assert schedule.count(START, START + 5 * HOUR) == 0


def test_what_never_meets_is_known_never_to_meet() -> None:
    assert cron("0 12 * * *").during(NIGHT).next_run(START) is None
    assert cron("0 23 * * *").outside(NIGHT).prev_run(START) is None


def test_the_times_of_day_of_a_window_prove_that_nothing_is_inside() -> None:
    for hours_open in (2, 2 + 1 / 3600 / 10):
        morning = window(cron("0 8 * * *"), length=timedelta(hours=hours_open))
        assert cron("0 7 * * *").during(morning).next_run(START) is None
        assert cron("0 9 * * *").outside(morning).prev_run(START) is None
    brief = window(cron("0 8 * * *"), length=timedelta(microseconds=1))
    assert cron("0 8 * * *").outside(brief).during(brief).count(START, START + DAY) == 0
    # Nothing is known of windows that open between seconds.
    days = range(20_000, 20_010)
    halves = every(seconds=0.5, anchor="epoch")
    inside = HOURLY.during(window(halves, length=HOUR))
    assert inside._timeline(days) is None
    assert inside._timeline(days, exact=False) == HOURLY._timeline(days)
    assert halves.during(NIGHT)._timeline(days, exact=False) is None


def test_clock_changes_of_what_is_inside() -> None:
    schedule = cron("30 2 * * *", tz=PARIS, dst="ocps")
    night = window(cron("0 22 * * *", tz=PARIS), until=cron("0 6 * * *", tz=PARIS))
    spring = utc(2026, 3, 28), utc(2026, 3, 30)
    assert [c.kind for c in schedule.during(night).clock_changes(*spring)] == ["dropped"]
    assert not list(schedule.outside(night).clock_changes(*spring))


def test_a_window_stays_where_it_is_when_the_schedule_moves() -> None:
    moved = HOURLY.during(SHIFT).in_zone(PARIS)
    assert moved == cron("0 * * * *", tz=PARIS).during(SHIFT)


# What is refused.


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, ScheduleError, "a window has a length or an until, one of the two"),
        ({"length": HOUR, "until": HOURLY}, ScheduleError, "one of the two"),
        ({"length": timedelta(0)}, ScheduleError, r"length must be a timedelta longer than zero, not datetime.timedelta\(0\)"),
        ({"length": 60}, ScheduleError, "length must be a timedelta longer than zero, not 60"),
        ({"until": "0 6 * * *"}, ScheduleError, "a window opens and closes at runs of schedules, not '0 6"),
        ({"until": every(minutes=5)}, FloatingScheduleError, "no set of instants"),
    ],
)  # fmt: skip
def test_what_is_no_window_is_refused(
    given: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        window(HOURLY, **given)


def test_the_runs_outside_are_counted_to_the_end_of_the_calendar() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    evenings = window(cron("0 22 * * *", tz=tokyo), length=HOUR)
    mornings = cron("0 6 * * *", tz=tokyo).outside(evenings)
    # There the last day of the calendar ends at three in the afternoon of UTC.
    end = datetime.max.replace(tzinfo=UTC)
    assert mornings.count(end - 3 * DAY, end) == 2


def test_only_windows_hold_runs() -> None:
    for use in (HOURLY.during, HOURLY.outside):
        with pytest.raises(ScheduleError, match=r"inside or outside of a window\(...\), not of 7"):
            use(7)  # type: ignore[arg-type]  # refused
    with pytest.raises(FloatingScheduleError):
        every(minutes=5).during(NIGHT)
    with pytest.raises(FloatingScheduleError):
        window(every(minutes=5), length=HOUR)
    with pytest.raises(NaiveDatetimeError):
        NIGHT.active(datetime(2026, 1, 1))


# Copies.


@pytest.mark.parametrize("one", [NIGHT, SHIFT], ids=["until", "length"])
def test_a_window_is_a_value(one: Window) -> None:
    for copy in (
        eval(repr(one), NAMES),
        pickle.loads(pickle.dumps(one)),
        Window.from_dict(one.to_dict()),
    ):
        assert copy == one
        assert hash(copy) == hash(one)
    assert one.to_dict()["type"] == "window"
    assert one != window(HOURLY, length=3 * HOUR)


@pytest.mark.parametrize(
    "schedule", [HOURLY.during(NIGHT), HOURLY.outside(SHIFT)], ids=["during", "outside"]
)
def test_what_is_inside_of_a_window_is_a_value(schedule: Schedule) -> None:
    for copy in (
        eval(repr(schedule), NAMES),
        pickle.loads(pickle.dumps(schedule)),
        Schedule.from_dict(schedule.to_dict()),
    ):
        assert copy == schedule
        assert hash(copy) == hash(schedule)
        assert copy.next_run(START) == schedule.next_run(START)


class TestInWindows(ScheduleLaws):
    examples = drawn(5)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        inside = st.builds(Schedule.during, crons(), windows())
        return inside | st.builds(Schedule.outside, crons(), windows())


# Against the oracle.


@few(33)
@given(
    questions(),
    st.lists(st.integers(0, 1000), max_size=9),
    st.lists(st.integers(0, 1000), max_size=5),
    st.integers(1, 300),
    st.booleans(),
    time_zones(),
)
def test_what_is_inside_is_what_the_oracle_says(
    question: Any, opens: list[int], until: list[int], length: int, by_length: bool, zone: ZoneInfo
) -> None:
    case, start, end = question
    schedule = case.schedule
    runs = case.oracle.runs_between(start, end)
    part = (end - start) / 1000
    openings = sorted({start + part * n for n in opens})
    closings = sorted({start + part * n for n in until})
    width = part * length + timedelta(microseconds=1)
    if by_length:
        one = window(at(*openings, tz=zone), length=width)
        spans = oracle.spans(openings, width, [])
    else:
        one = window(at(*openings, tz=zone), until=at(*closings))
        spans = oracle.spans(openings, None, closings)
    inside = [*oracle.inside(runs, spans)]
    outside = [run for run in runs if run not in inside]
    for restricted, expected in ((schedule.during(one), inside), (schedule.outside(one), outside)):
        assert [run.astimezone(UTC) for run in restricted.runs(start, end)] == expected
        assert [run.astimezone(UTC) for run in restricted.runs_back(end, start)] == expected[::-1]
        assert restricted.count(start, end) == len(expected)
    changes = [moment for span in spans for moment in span if moment is not None]
    for moment in (start - DAY, *changes):
        assert one.active(moment) is any(True for _ in oracle.inside([moment], spans))
        later = [change for change in changes if change > moment]
        found = one.next_change(moment)
        assert (found and found.astimezone(UTC)) == (later[0] if later else None)


def test_a_question_with_an_end_asks_no_further_of_a_window_that_stays_open() -> None:
    """Nothing proves that a jittered schedule keeps it open for ever, and nothing need."""
    noons = cron("0 12 * * *").jittered(timedelta(hours=1), "key")
    open_until_morning = window(noons, until=cron("0 0 * * mon-fri"))
    outside = noons.outside(open_until_morning)
    start = datetime(2026, 11, 6, tzinfo=UTC)
    end = start + timedelta(days=11)
    assert list(outside.runs(start, end)) == []
    assert list(outside.runs_back(end, start)) == []
    assert outside.count(start, end) == 0
    with pytest.raises(SearchHorizonError):
        outside.next_run(start)


def test_windows_that_open_very_often_are_counted_by_a_look_at_all_days() -> None:
    minutely, half_hours = cron("* * * * *"), window(cron("*/5 * * * *"), length=2 * MINUTE)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    assert minutely.during(half_hours).count(start, start + 50 * DAY) == 50 * 24 * 12 * 2
