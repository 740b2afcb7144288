"""Selections against plain lists of runs, around clock changes, and far from where they count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    calendar_interval,
    cron,
    earliest_of_day,
    every,
    latest_of_day,
    rrule,
    solar,
)
from duetime.algebra.selection import MOST_COUNTED
from duetime.testing import ScheduleLaws, crons, instants, intervals, selections
from duetime.zones import refresh_zones
from tests.support.algebra import every_nth_of, one_a_day, runs_of
from tests.support.dates import DAY, HOUR, MICROSECOND, NEW_YORK, utc
from tests.support.effort import drawn, few
from tests.support.names import NAMES

TUESDAYS = cron("0 9 * * tue", tz=NEW_YORK)
HOURLY = every(hours=1, anchor="epoch")


START = utc(2026, 1, 1)


def dates(schedule: Schedule, start: datetime, end: datetime) -> list[str]:
    return [f"{run:%m-%d}" for run in schedule.runs(start, end)]


def assert_runs(
    schedule: Schedule, expected: list[datetime], start: datetime, end: datetime
) -> None:
    """All members that look for runs find these, and none else, in `[start, end)`."""
    assert [run.astimezone(UTC) for run in schedule.runs(start, end)] == expected
    assert [run.astimezone(UTC) for run in schedule.runs_back(end, start)] == expected[::-1]
    assert schedule.count(start, end) == len(expected)
    if expected:
        assert schedule.next_run(start - MICROSECOND) == expected[0].astimezone(schedule.tz)
        assert schedule.prev_run(end) == expected[-1].astimezone(schedule.tz)
        assert all(schedule.matches(run) for run in expected)


# Every n-th run.


def test_every_other_tuesday_keeps_its_phase_in_both_directions() -> None:
    every_other = TUESDAYS.every_nth(2, utc(2026, 1, 1))
    assert dates(every_other, START, utc(2026, 2, 10)) == ["01-06", "01-20", "02-03"]
    assert dates(every_other, utc(2025, 12, 1), START) == ["12-09", "12-23"]
    # Whatever is asked: a thousand years are whole weeks of Tuesdays.
    assert every_other.count(utc(1000, 1, 1), utc(3000, 1, 1)) in (52178, 52179)


PARTS: dict[str, Schedule] = {
    "weekly": TUESDAYS,
    "at a gap and an overlap": cron("30 1,2 * * *", tz=NEW_YORK),
    "each at a gap and an overlap": cron("*/20 * * * *", tz=NEW_YORK, dst="rfc5545"),
    "a grid": every(minutes=50, anchor=utc(2026, 3, 1, 0, 7)),
    "an interval": calendar_interval(days=1, anchor=utc(2026, 3, 1, 7), tz=NEW_YORK),
    "a rule": rrule("DTSTART;TZID=America/New_York:20200101T013000\nRRULE:FREQ=DAILY"),
    "a rule with exceptions": rrule(
        "DTSTART;TZID=America/New_York:20200101T013000\nRRULE:FREQ=DAILY\n"
        "EXDATE;TZID=America/New_York:20260308T013000"
    ),
    "the Sun": solar("sunset", 40.7, -74, tz=NEW_YORK),
    "a union": cron("30 1 * * *", tz=NEW_YORK) | HOURLY,
    "a difference": HOURLY - cron("0 */3 * * *", tz=NEW_YORK),
    "a clip": HOURLY.within(utc(2026, 3, 8), utc(2026, 3, 9)),
    "a shift": cron("0 * * * *", tz=NEW_YORK).shifted(timedelta(minutes=-7)),
    "instants": at(*(utc(2026, 3, 8, hour) for hour in (1, 2, 3, 5, 8, 13, 21))),
    "jitter": HOURLY.jittered(HOUR, "a"),
    "every third": HOURLY.every_nth(3, utc(2026, 3, 7, 20)),
    "the first": HOURLY.first(30, utc(2026, 3, 8)),
}
WINDOWS = [(utc(2026, 3, 6), utc(2026, 3, 11)), (utc(2026, 10, 30), utc(2026, 11, 3))]


@pytest.mark.parametrize("window", WINDOWS, ids=["spring", "autumn"])
@pytest.mark.parametrize("n", [2, 7])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_every_nth_run_is_what_a_list_of_runs_says(
    part: Schedule, n: int, window: tuple[datetime, datetime]
) -> None:
    start, end = window
    runs = runs_of(part, start, end)
    for anchor in (start, start + 50 * HOUR + MICROSECOND, end):
        assert_runs(part.every_nth(n, anchor), every_nth_of(runs, n, anchor), start, end)


@few(20)
@given(st.data())
def test_every_nth_run_is_what_a_list_says_in_any_zone(data: st.DataObject) -> None:
    part = data.draw(crons() | intervals(floating=False))
    start = data.draw(instants(part.tz))
    end = start + timedelta(seconds=data.draw(st.integers(0, 100_000)))
    assume(part.count(start, end) < 1000)
    runs = runs_of(part, start, end)
    anchor = start + (end - start) * data.draw(st.floats(0, 1))
    n = data.draw(st.integers(1, 20))
    assert_runs(part.every_nth(n, anchor), every_nth_of(runs, n, anchor), start, end)


@pytest.mark.parametrize("years", [-1500, -40, 40, 1500])
@pytest.mark.parametrize("n", [2, 5, 100])
def test_far_from_the_anchor_the_phase_is_still_that_of_the_count(n: int, years: int) -> None:
    part = cron("30 1 * * *", tz=NEW_YORK, dst="wall")
    chosen = part.every_nth(n, START)
    run = chosen.next_run(START.replace(year=2026 + years))
    assert run is not None
    low, high = sorted((START, run.astimezone(UTC)))
    assert part.count(low, high) % n == 0
    following = chosen.next_run(run)
    assert following is not None
    assert part.count(run, following) == n
    assert chosen.prev_run(following) == run


def test_where_no_run_follows_the_anchor_the_last_ones_count_from_its_end() -> None:
    hours = at(*(START + n * HOUR for n in range(10)))
    kept = [run.hour for run in hours.every_nth(4, START + DAY).runs(START)]
    assert kept == [2, 6]
    assert list(at().every_nth(4, START).runs(START)) == []


def test_an_anchor_that_the_zone_cannot_show_is_the_nearest_that_it_can() -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    west = cron("0 0 * * *", tz=timezone(timedelta(hours=-12)))
    assert west.every_nth(2, early) == west.every_nth(2, datetime(1, 1, 1, tzinfo=west.tz))
    moved = cron("0 0 * * *").every_nth(2, utc(1, 1, 1)).in_zone(west.tz)
    assert eval(repr(moved), NAMES) == moved


def test_every_run_is_the_schedule_itself() -> None:
    assert TUESDAYS.every_nth(1, START) is TUESDAYS


def test_between_a_start_and_itself_nothing_is_counted() -> None:
    for schedule in (TUESDAYS.every_nth(2, START), TUESDAYS.jittered(DAY, "a")):
        assert schedule.count(START, START) == 0


def test_runs_far_apart_are_reached_by_counting() -> None:
    # Walking would take minutes.
    seconds = cron("* * * * * *", dialect="cronsim", tz=NEW_YORK)
    rare = seconds.every_nth(10_000_000, START)
    run = rare.next_run(START + DAY)
    assert run is not None
    assert run.astimezone(UTC) == START + timedelta(seconds=10_000_000)
    before = rare.prev_run(START)
    assert before is not None
    assert before.astimezone(UTC) == START - timedelta(seconds=10_000_000)
    assert rare.next_run(utc(9999, 12, 1)) is None
    assert rare.prev_run(utc(1, 1, 20)) is None


def test_counting_finds_runs_that_come_in_clumps() -> None:
    clumps = cron("* * 1 jan *")
    for n in (1440, 14_400, 14_407, 144_001):
        chosen = clumps.every_nth(n, START)
        run = chosen.next_run(START)
        assert run is not None
        assert clumps.count(START, run) == n


@pytest.mark.parametrize(
    "part", [HOURLY | TUESDAYS, solar("sunset", 40.7, -74)], ids=["union", "Sun"]
)
def test_what_is_counted_one_by_one_is_counted_so_far(
    part: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_COUNTED == 100_000
    monkeypatch.setattr("duetime.algebra.selection.MOST_COUNTED", 50)
    chosen = part.every_nth(3, START)
    end = START + 51 * DAY
    near = [run.astimezone(UTC) for run in chosen.runs(START, START + DAY)]
    assert near == every_nth_of(runs_of(part, START, START + DAY), 3, START)
    for ask in (lambda: chosen.next_run(end + DAY), lambda: chosen.count(START - 51 * DAY, START)):
        with pytest.raises(SearchHorizonError, match="choose an anchor or a start that is nearer"):
            ask()
    with pytest.raises(SearchHorizonError, match="over 50 runs lie between"):
        part.every_nth(200, START).next_run(START + DAY)
    assert part.first(60, START).next_run(START - DAY) == part.next_run(START - MICROSECOND)
    with pytest.raises(SearchHorizonError, match="over 50 runs lie between"):
        part.first(60, START).next_run(START + 70 * DAY)


def test_new_zone_data_are_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    # The zones of other tests stay as they are.
    monkeypatch.setattr("duetime.zones._keyed", {})
    monkeypatch.setattr("duetime.zones.zoneinfo.ZoneInfo", type("Edition", (ZoneInfo,), {}))
    chosen = cron("0 9 * * tue", tz="Europe/Paris").every_nth(2, START)
    before = chosen.next_run(utc(2040, 1, 1))
    refresh_zones()
    assert chosen.next_run(utc(2040, 1, 1)) == before


# The first runs.


@pytest.mark.parametrize("window", WINDOWS, ids=["spring", "autumn"])
@pytest.mark.parametrize("n", [1, 40, 10_000])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_the_first_runs_are_those_of_a_list(
    part: Schedule, n: int, window: tuple[datetime, datetime]
) -> None:
    start, end = window
    for begin in (start, start + 30 * HOUR + MICROSECOND):
        runs = [run for run in runs_of(part, start, end) if run >= begin][:n]
        assert_runs(part.first(n, begin), runs, start, end)


def test_after_the_last_of_the_first_nothing_follows() -> None:
    trial = TUESDAYS.first(3, START)
    runs = [datetime(2026, 1, day, 9, tzinfo=NEW_YORK) for day in (6, 13, 20)]
    assert list(trial.runs(utc(1900, 1, 1))) == runs
    assert trial.next_run(runs[-1]) is trial.next_run(utc(9000, 1, 1)) is None
    assert trial.prev_run(utc(9000, 1, 1)) == runs[-1]
    assert trial.prev_run(runs[0]) is None
    assert trial.count(utc(1, 1, 2), utc(9999, 1, 1)) == 3
    assert (trial & HOURLY).next_run(START) == runs[0]
    assert (trial & HOURLY).next_run(runs[-1]) is None


def test_a_schedule_that_ends_before_has_fewer_runs() -> None:
    few = at(START, START + HOUR)
    assert list(few.first(5, START - DAY).runs(START - DAY)) == [START, START + HOUR]
    assert few.first(5, START + DAY).next_run(START) is None
    assert few.first(5, START + DAY).prev_run(START + 2 * DAY) is None


def test_a_search_for_the_first_ends_where_the_question_does() -> None:
    # Whether these two ever meet again cannot be proven.
    rare = (
        solar("sunset", 40.7, -74)
        & rrule("DTSTART:20200101T000000Z\nRRULE:FREQ=MINUTELY;INTERVAL=7", tz="UTC")
    ).first(3, START)
    assert list(rare.within(START, START + DAY).runs(START)) == []
    assert list(rare.within(START, START + DAY).runs_back(START + DAY)) == []


# One of each day.


@pytest.mark.parametrize("window", WINDOWS, ids=["spring", "autumn"])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_one_run_of_each_day_is_that_of_a_list(
    part: Schedule, window: tuple[datetime, datetime]
) -> None:
    # From midnight to midnight, so that no day is cut.
    start, end = (moment.replace(tzinfo=part.tz).astimezone(UTC) for moment in window)
    runs = runs_of(part, start, end)
    for choose, latest in ((earliest_of_day, False), (latest_of_day, True)):
        assert_runs(choose(part), one_a_day(runs, part.tz, latest=latest), start, end)


def test_sunset_but_no_later_than_eight() -> None:
    sunset = solar("sunset", 59.33, 18.07, tz="Europe/Stockholm")
    eight = cron("0 20 * * *", tz="Europe/Stockholm")
    lights_on = earliest_of_day(sunset, eight)
    for month in range(1, 13):
        noon = datetime(2026, month, 15, 12, tzinfo=sunset.tz)
        either = [sunset.next_run(noon), eight.next_run(noon)]
        assert lights_on.next_run(noon) == min(run for run in either if run is not None)


def test_a_day_on_which_one_alone_runs_has_that_run() -> None:
    monday, daily = cron("0 7 * * mon"), cron("0 9 * * *")
    early = earliest_of_day(monday, daily)
    late = latest_of_day(monday, cron("0 5 * * mon,tue"))
    assert [run.hour for run in early.runs(utc(2026, 1, 4), utc(2026, 1, 7))] == [9, 7, 9]
    assert [run.hour for run in late.runs(utc(2026, 1, 4), utc(2026, 1, 8))] == [7, 5]


def test_the_date_is_that_of_the_zone_of_the_first() -> None:
    tokyo, utc_evening = cron("0 9 * * *", tz="Asia/Tokyo"), cron("0 20 * * *")
    # Twenty hours of UTC are five in the morning of the next day in Tokyo.
    first = earliest_of_day(tokyo, utc_evening)
    assert [run.hour for run in first.runs(START, START + 2 * DAY)] == [5, 5]
    assert {
        run.hour for run in earliest_of_day(utc_evening, tokyo).runs(START + DAY, utc(2026, 2, 1))
    } == {0}


def test_of_one_schedule_it_is_one_run_a_day() -> None:
    quarter_hours = cron("*/15 9-17 * * mon-fri", tz=NEW_YORK)
    opening, closing = earliest_of_day(quarter_hours), latest_of_day(quarter_hours)
    for run in opening.runs(START, utc(2026, 12, 31)):
        assert (run.hour, run.minute) == (9, 0)
    for run in closing.runs(START, utc(2026, 12, 31)):
        assert (run.hour, run.minute) == (17, 45)
    assert opening.count(START, utc(2026, 12, 31)) == 260


def test_the_order_of_the_schedules_does_not_matter_in_one_zone() -> None:
    nine, ten = cron("0 9 * * *"), cron("0 10 * * *")
    assert earliest_of_day(nine, ten) == earliest_of_day(ten, nine, ten)
    assert hash(earliest_of_day(nine, ten)) == hash(earliest_of_day(ten, nine))
    assert earliest_of_day(nine, ten) == earliest_of_day(nine | ten)
    latest: Schedule = latest_of_day(nine, ten)
    assert earliest_of_day(nine, ten) != latest


MIDNIGHTS = [
    # The zone, and a moment around which its clocks were put back or forward over midnight.
    ("America/St_Johns", utc(2006, 10, 29, 2)),  # from 00:01 back to 23:01 of the day before
    ("America/Sao_Paulo", utc(2017, 10, 15, 3)),  # no midnight
    ("America/Sao_Paulo", utc(2018, 2, 18, 2)),  # from 24:00 back to 23:00
    ("Pacific/Apia", utc(2011, 12, 30, 10)),  # a day that never was
    ("Pacific/Kwajalein", utc(1969, 9, 30, 13)),  # a day that was twice
    ("Pacific/Kwajalein", utc(1993, 8, 21, 12)),
    ("Asia/Manila", utc(1844, 12, 30, 16)),
    ("America/Juneau", utc(1867, 10, 18, 0)),
    ("Africa/Cairo", utc(2026, 4, 23, 22)),
    ("Antarctica/Casey", utc(2020, 10, 3, 16, 1)),
]


@pytest.mark.parametrize("runs", ["*/7 23,0 * * *", "30 23 * * *", "0 0 * * *"])
@pytest.mark.parametrize(("key", "change"), MIDNIGHTS)
def test_a_date_cut_in_two_by_the_clock_is_one_date(key: str, change: datetime, runs: str) -> None:
    zone = ZoneInfo(key)
    part = cron(runs, tz=zone, dst="wall") | at(change - MICROSECOND, change, tz=zone)
    # Two days more on each side, so that the first and last date asked about are whole.
    around = runs_of(part, change - 6 * DAY, change + 6 * DAY)
    start, end = change - 3 * DAY, change + 3 * DAY
    for choose, latest in ((earliest_of_day, False), (latest_of_day, True)):
        expected = one_a_day(around, zone, latest=latest)
        assert_runs(choose(part), [r for r in expected if start <= r < end], start, end)


@few(20)
@given(st.data())
def test_one_run_of_each_day_is_that_of_a_list_in_any_zone(data: st.DataObject) -> None:
    parts = data.draw(st.lists(crons() | intervals(floating=False), min_size=1, max_size=2))
    moment = data.draw(instants(parts[0].tz))
    part = parts[0] | parts[-1]
    latest = data.draw(st.booleans())
    chosen = (latest_of_day if latest else earliest_of_day)(*parts)
    assume(sum(each.count(moment - 4 * DAY, moment + 4 * DAY) for each in parts) < 2000)
    around = runs_of(part, moment - 4 * DAY, moment + 4 * DAY)
    expected = one_a_day(around, parts[0].tz, latest=latest)
    start, end = moment - DAY, moment + DAY
    assert_runs(chosen, [run for run in expected if start <= run < end], start, end)


# Values, zones and clock changes.

SELECTIONS: dict[str, Schedule] = {
    "every other": TUESDAYS.every_nth(2, START),
    "first": TUESDAYS.first(5, START),
    "earliest": earliest_of_day(TUESDAYS, cron("0 * * * *", tz=NEW_YORK)),
    "latest": latest_of_day(TUESDAYS),
}


@pytest.mark.parametrize("schedule", SELECTIONS.values(), ids=SELECTIONS)
def test_the_repr_evaluates_back(schedule: Schedule) -> None:
    same = eval(repr(schedule), NAMES)
    assert same == schedule
    assert hash(same) == hash(schedule)
    assert same.tz is schedule.tz


@pytest.mark.parametrize("schedule", SELECTIONS.values(), ids=SELECTIONS)
def test_in_another_zone_the_parts_keep_their_wall_times(schedule: Schedule) -> None:
    moved = schedule.in_zone("Asia/Tokyo")
    assert moved.tz is ZoneInfo("Asia/Tokyo")
    run = moved.next_run(utc(2026, 1, 5, 20))
    assert run is not None
    assert run.tzinfo is moved.tz
    assert moved.in_zone(schedule.tz) == schedule


def test_a_selection_has_the_clock_changes_of_the_runs_it_keeps() -> None:
    nightly = cron("30 1 * * *", tz=NEW_YORK, dst="wall")
    overlap = utc(2026, 11, 1), utc(2026, 11, 2)
    both = [change.instants for change in nightly.clock_changes(*overlap)]
    assert len(both[0]) == 2
    for chosen, kept in (
        (nightly.every_nth(2, overlap[0]), both[0][:1]),
        (nightly.first(1, overlap[0]), both[0][:1]),
        (nightly.first(5, overlap[0]), both[0]),
        (earliest_of_day(nightly), both[0][:1]),
        (latest_of_day(nightly), both[0][1:]),
    ):
        assert [change.instants for change in chosen.clock_changes(*overlap)] == [kept]


def test_a_selection_that_never_meets_another_is_proven_never_to() -> None:
    nine, ten = cron("0 9 * * *"), cron("0 10 * * *")
    for chosen in (nine.every_nth(2, START), nine.first(99, START), earliest_of_day(nine, nine)):
        assert (chosen & ten).next_run(START) is None


# What is refused.


@pytest.mark.parametrize("n", [0, -1, 1.0, True, "2", None])
def test_a_number_of_runs_is_an_int_of_one_or_more(n: Any) -> None:
    for make in (TUESDAYS.every_nth, TUESDAYS.first):
        with pytest.raises(ScheduleError, match="n must be an int from 1 to"):
            make(n, START)


FLOATING = every(minutes=5)
REFUSED: list[Callable[[], object]] = [
    lambda: FLOATING.every_nth(2, START),
    lambda: FLOATING.first(2, START),
    lambda: earliest_of_day(TUESDAYS, FLOATING),
    lambda: latest_of_day(FLOATING),
]


@pytest.mark.parametrize("make", REFUSED)
def test_an_interval_without_an_anchor_has_no_runs_to_select(make: Callable[[], object]) -> None:
    with pytest.raises(FloatingScheduleError, match='anchor="epoch"'):
        make()


def test_what_names_no_instant_or_no_schedule_is_refused() -> None:
    for make in (TUESDAYS.every_nth, TUESDAYS.first):
        with pytest.raises(NaiveDatetimeError):
            make(2, datetime(2026, 1, 1))
    for choose in (earliest_of_day, latest_of_day):
        with pytest.raises(ScheduleError, match="give one schedule or more"):
            choose()


# Counting, which selections rest on.


@few(20)
@given(st.data())
def test_what_counts_at_once_counts_right(data: st.DataObject) -> None:
    schedule = data.draw(
        st.sampled_from([part for part in PARTS.values() if part._counts_at_once])
    ).shifted(timedelta(seconds=data.draw(st.integers(-10_000, 10_000))))
    start = data.draw(instants(NEW_YORK))
    end = start + timedelta(seconds=data.draw(st.integers(0, 300_000)))
    assert schedule.count(start, end) == len(runs_of(schedule, start, end))


def test_a_count_of_a_shift_ends_where_the_calendar_does() -> None:
    last = cron("0 0 * * *").shifted(timedelta(days=1))
    assert last.count(utc(9999, 12, 1), utc(9999, 12, 31, 23)) == 31
    assert cron("0 0 * * *").shifted(timedelta.max).count(utc(1, 1, 2), utc(9999, 1, 1)) == 0


@pytest.mark.parametrize("step", [{"months": 1, "days": 1}, {"days": 40}, {"years": 1}])
def test_steps_of_the_calendar_are_counted_without_walking(step: dict[str, Any]) -> None:
    steps = calendar_interval(**step, anchor=utc(2024, 2, 29, 12), tz=NEW_YORK)
    start, end = utc(1950, 1, 1), utc(2050, 1, 1)
    assert steps.count(start, end) == len(runs_of(steps, start, end))
    assert steps.count(end, end) == 0


class TestSelectionsAreSchedules(ScheduleLaws):
    whole_seconds = False
    examples = drawn(8)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return selections()
