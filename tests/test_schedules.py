"""What every schedule can be asked, and what follows from `next_run` and `prev_run` alone."""

import pickle
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import islice, pairwise
from typing import Any

import pytest

from duetime import (
    ClockChange,
    DstPolicy,
    DueState,
    FloatingScheduleError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    at,
    calendar_interval,
    cron,
    every,
)
from tests.support.dates import DAY, HOUR, MINUTE, NEW_YORK, PARIS, read_utc, utc
from tests.support.tables import records


class Tides(Schedule):
    """Somebody else's schedule: it gives three members and nothing more."""

    def __init__(self, *times: datetime, tz: tzinfo = UTC) -> None:
        self.times = sorted(times)
        self.zone_of_results = tz

    @property
    def tz(self) -> tzinfo:
        return self.zone_of_results

    def next_run(self, after: datetime) -> datetime | None:
        index = bisect_right(self.times, after)
        return self.times[index] if index < len(self.times) else None

    def prev_run(self, before: datetime) -> datetime | None:
        index = bisect_left(self.times, before)
        return self.times[index - 1] if index else None


HIGH, LOW, LAST = utc(2026, 1, 1, 3), utc(2026, 1, 1, 9, 30), utc(2026, 1, 3)
TIDES = Tides(HIGH, LOW, LAST, tz=PARIS)
HOURLY = cron("0 * * * *")


# A schedule that implements tz, next_run and prev_run gets everything else.


def test_a_foreign_schedule_iterates_in_its_zone() -> None:
    assert list(TIDES.runs(utc(2026, 1, 1))) == [HIGH, LOW, LAST]
    assert list(TIDES.runs(HIGH, LAST)) == [HIGH, LOW]
    assert list(TIDES.runs_back(LAST)) == [LOW, HIGH]
    assert list(TIDES.runs_back(utc(2027, 1, 1), LOW)) == [LAST, LOW]
    assert {run.tzinfo for run in TIDES.runs(HIGH)} == {PARIS}
    assert {run.tzinfo for run in TIDES.runs_back(LAST)} == {PARIS}


def test_a_foreign_schedule_answers_what_follows_from_its_neighbours() -> None:
    between = utc(2026, 1, 1, 5)
    assert TIDES.matches(HIGH)
    assert not TIDES.matches(between)
    assert TIDES.count(HIGH, LAST) == 2
    assert TIDES.floor(HIGH) == TIDES.floor(between) == HIGH
    assert TIDES.ceil(LOW) == TIDES.ceil(between) == LOW
    assert TIDES.floor(HIGH - MINUTE) is TIDES.ceil(LAST + MINUTE) is None
    assert TIDES.period(between) == TIDES.period(HIGH) == (HIGH, LOW)
    assert TIDES.period(LOW) == (LOW, LAST)
    assert TIDES.is_due(between, LOW)
    assert not TIDES.is_due(LOW, LAST - MINUTE)
    assert TIDES.due_state(between, LOW + HOUR).scheduled_for == LOW
    assert list(TIDES.missed_runs(HIGH, LAST)) == [LOW, LAST]
    assert TIDES.next_epoch(0) == HIGH.timestamp()
    assert TIDES.prev_epoch(10**10) == LAST.timestamp()
    assert not list(TIDES.clock_changes(HIGH, LAST))
    assert not TIDES.floating
    assert not TIDES._repeats
    assert TIDES._timeline(range(1)) is None


def test_a_foreign_schedule_composes() -> None:
    nine_thirty = cron("30 9 * * *")
    assert list((TIDES | at(HIGH + HOUR)).runs(HIGH)) == [HIGH, HIGH + HOUR, LOW, LAST]
    assert (TIDES & nine_thirty).next_run(HIGH) == LOW
    assert list((TIDES - nine_thirty).runs(HIGH)) == [HIGH, LAST]
    assert list(TIDES.within(LOW, LAST).runs(HIGH)) == [LOW]
    assert list(TIDES.shifted(MINUTE).runs(LOW)) == [LOW + MINUTE, LAST + MINUTE]


def test_a_foreign_schedule_says_what_it_cannot_do() -> None:
    with pytest.raises(ScheduleError, match="Tides does not say how to move to another zone"):
        TIDES.in_zone("UTC")
    with pytest.raises(ScheduleError, match="Tides is not a type that duetime can write"):
        TIDES.to_dict()


def test_a_foreign_schedule_is_asked_within_the_calendar() -> None:
    edge = timezone(timedelta(hours=14))
    assert TIDES.shifted(DAY).next_run(datetime(1, 1, 1, tzinfo=edge)) == HIGH + DAY
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))
    assert TIDES.shifted(-DAY).prev_run(last) == LAST - DAY
    assert (TIDES | TIDES.shifted(DAY)).ceil(datetime(1, 1, 1, tzinfo=edge)) == HIGH


def test_a_schedule_combines_with_schedules_only() -> None:
    for other in (None, 5, "0 9 * * *"):
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = HOURLY | other  # type: ignore[operator]  # refused
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = HOURLY & other  # type: ignore[operator]  # refused
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = HOURLY - other  # type: ignore[operator]  # refused


def test_a_schedule_without_its_primitives_cannot_be_made() -> None:
    class Half(Schedule):
        @property
        def tz(self) -> tzinfo:
            return UTC

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]  # refused


# Ranges are half-open, lazy, and the same in both directions.


def test_runs_are_lazy_and_need_no_end() -> None:
    seconds = cron("* * * * * *", dialect="cronsim").runs(utc(2026, 1, 1))
    assert list(islice(seconds, 3)) == [utc(2026, 1, 1) + timedelta(seconds=n) for n in range(3)]
    back = cron("* * * * * *", dialect="cronsim").runs_back(utc(2026, 1, 1))
    assert next(back) == utc(2025, 12, 31, 23, 59, 59)


@pytest.mark.parametrize(
    "schedule",
    [HOURLY, every(hours=1, anchor="epoch"), calendar_interval(days=1, anchor=utc(2026, 1, 1))],
)
def test_a_range_holds_its_start_and_not_its_end(schedule: Schedule) -> None:
    start, end = utc(2026, 1, 1), utc(2026, 1, 3)
    runs = list(schedule.runs(start, end))
    assert (runs[0], end in runs) == (start, False)
    assert list(schedule.runs_back(end, start)) == runs[::-1]
    assert schedule.count(start, end) == len(runs)
    assert list(schedule.runs(start, start)) == list(schedule.runs_back(start, start)) == []
    assert schedule.count(start, start) == 0
    tick = timedelta(microseconds=1)
    assert schedule.count(start + tick, end + tick) == len(runs)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (utc(2026, 1, 1, 5), (utc(2026, 1, 1, 5), utc(2026, 1, 1, 6))),
        (utc(2026, 1, 1, 5, 59, 59, 999_999), (utc(2026, 1, 1, 5), utc(2026, 1, 1, 6))),
        (utc(2026, 1, 1, 6), (utc(2026, 1, 1, 6), utc(2026, 1, 1, 7))),
    ],
)
def test_a_period_starts_at_a_run_and_ends_before_the_next(
    moment: datetime, expected: tuple[datetime, datetime]
) -> None:
    assert HOURLY.period(moment) == expected
    assert (HOURLY.floor(moment), HOURLY.next_run(moment)) == expected


def test_a_period_is_open_where_there_is_no_run() -> None:
    once = at(HIGH)
    assert once.period(HIGH - MINUTE) == (None, HIGH)
    assert once.period(HIGH) == (HIGH, None)
    assert at().period(HIGH) == (None, None)


def test_a_period_of_a_day_with_a_clock_change_is_23_or_25_hours() -> None:
    midnight = cron("0 0 * * *", tz="Europe/Paris")
    for day, hours in ((datetime(2026, 3, 29, 12), 23), (datetime(2026, 10, 25, 12), 25)):
        start, end = midnight.period(day.replace(tzinfo=PARIS))
        assert start is not None
        assert end is not None
        assert end.astimezone(UTC) - start.astimezone(UTC) == hours * HOUR


def test_a_fraction_of_a_second_is_no_run_of_a_crontab() -> None:
    moment = utc(2026, 1, 1, 5, 0, 0, 1)
    assert not HOURLY.matches(moment)
    assert HOURLY.floor(moment) == utc(2026, 1, 1, 5)
    assert HOURLY.prev_run(moment) == utc(2026, 1, 1, 5)
    assert HOURLY.ceil(moment) == utc(2026, 1, 1, 6)


def test_epoch_seconds_and_datetimes_are_the_same_search() -> None:
    moment = utc(2026, 1, 1, 5)
    seconds = int(moment.timestamp())
    for schedule in (HOURLY, every(hours=1, anchor="epoch"), at(moment), HOURLY | at(moment)):
        assert schedule.next_epoch(seconds - 1) == schedule.prev_epoch(seconds + 1) == seconds
        assert schedule.next_epoch(seconds) in (seconds + 3600, None)
        assert schedule.prev_epoch(seconds) in (seconds - 3600, None)


def test_epoch_seconds_refuse_a_run_between_two_of_them() -> None:
    for schedule in (
        every(milliseconds=400, anchor="epoch"),
        at(utc(1970, 1, 1, 0, 0, 0, 400_000)),
    ):
        with pytest.raises(ScheduleError) as caught:
            schedule.next_epoch(0)
        assert str(caught.value) == (
            "the run at 1970-01-01T00:00:00.400000+00:00 is not on a whole second:"
            " use next_run and prev_run"
        )
        with pytest.raises(ScheduleError, match="is not on a whole second"):
            schedule.prev_epoch(1)


# Due or not.

NOON = utc(2026, 1, 5, 12)
DUE_STATES = """
case                       last run   now              catch up  since      deadline  due    next
on time                    11:00      12:00            -         -          -         12:00  13:00
a moment early             11:00      11:59            -         -          -         -      12:00
late                       11:00      12:01            -         -          -         12:00  13:00
ran already                12:00      12:01            -         -          -         -      13:00
ran late                   12:01      12:02            -         -          -         -      13:00
newest of many             07:00      12:01            -         -          -         12:00  13:00
newest by name             07:00      12:00            latest    -          -         12:00  13:00
oldest of many             07:00      12:00            all       -          -         08:00  13:00
all, none missed           12:00      12:01            all       -          -         -      13:00
none, in time              07:00      12:01            none      -          -         12:00  13:00
none, too late             07:00      12:01:00.000001  none      -          -         -      13:00
none, own deadline         07:00      12:09            none      -          00:09     12:00  13:00
none, own deadline past    07:00      12:09            none      -          00:08     -      13:00
latest, deadline past      07:00      12:01            -         -          00:00     -      13:00
latest, at the deadline    07:00      12:00            -         -          00:00     12:00  13:00
all, deadline              07:00      12:00            all       -          02:00     10:00  13:00
deadline before last run   11:00      12:00            all       -          09:00     12:00  13:00
since cuts                 07:00      12:00            all       10:00      -         11:00  13:00
since cuts all             07:00      12:01            -         12:00      -         -      13:00
since before last run      11:00      12:00            -         03:00      -         12:00  13:00
never ran                  -          12:00            -         -          -         -      13:00
never ran since            -          12:00            -         10:00      -         12:00  13:00
never ran, oldest          -          12:00            all       10:00      -         11:00  13:00
never ran, since just now  -          12:00            -         12:00      -         -      13:00
since is to come           -          12:00            -         6th 12:00  -         -      13:00
the clock went back        6th 12:00  12:00            -         -          -         -      13:00
the clock went back, all   6th 12:00  12:00            all       -          -         -      13:00
"""
"""What is due of a job that runs at every full hour. Times are of the 5th if no day is named."""


def time_of_day(text: str) -> datetime | None:
    """A moment of January 2026: `12:00` of the 5th, or `6th 12:00`; None for a dash."""
    if text == "-":
        return None
    day, _, clock = text.rpartition(" ")
    return read_utc(f"2026-01-0{day.removesuffix('th') or 5}T{clock}")


def options_of(row: dict[str, str]) -> dict[str, Any]:
    """The arguments of `due_state` that a row gives."""
    options: dict[str, Any] = {}
    if row["catch up"] != "-":
        options["catch_up"] = row["catch up"]
    if row["since"] != "-":
        options["since"] = time_of_day(row["since"])
    if row["deadline"] != "-":
        hours, _, minutes = row["deadline"].partition(":")
        options["deadline"] = int(hours) * HOUR + int(minutes) * MINUTE
    return options


@pytest.mark.parametrize("row", records(DUE_STATES), ids=lambda row: row["case"])
def test_a_scheduler_loop_is_told_what_is_due(row: dict[str, str]) -> None:
    last_run, now = time_of_day(row["last run"]), time_of_day(row["now"])
    scheduled_for, next_run = time_of_day(row["due"]), time_of_day(row["next"])
    assert now is not None
    assert next_run is not None
    options = options_of(row)
    foreign = Tides(*HOURLY.runs(NOON - 2 * DAY, NOON + 2 * DAY))
    for schedule in (HOURLY, every(hours=1, anchor="epoch"), foreign, HOURLY | at(utc(1999, 1, 1))):
        assert schedule.due_state(last_run, now, **options) == DueState(
            is_due=scheduled_for is not None,
            scheduled_for=scheduled_for,
            next_run=next_run,
            wait=next_run - now,
        )


def test_a_due_state_is_true_when_it_is_due() -> None:
    assert HOURLY.due_state(NOON - HOUR, NOON)
    assert not HOURLY.due_state(NOON, NOON)
    assert not isinstance(HOURLY.due_state(NOON, NOON), tuple)
    with pytest.raises(AttributeError):
        HOURLY.due_state(NOON, NOON).is_due = True  # type: ignore[misc]  # frozen


def test_nothing_follows_the_last_run() -> None:
    assert at(NOON).due_state(NOON - HOUR, NOON) == DueState(True, NOON, None, None)
    assert at(NOON).due_state(NOON, NOON + DAY) == DueState(False, None, None, None)
    assert cron("0 0 30 2 *").due_state(NOON, NOON + DAY) == DueState(False, None, None, None)


def test_catching_up_on_all_takes_one_call_each() -> None:
    now, last_run = NOON + MINUTE, NOON - 4 * HOUR
    caught: list[datetime] = []
    while state := HOURLY.due_state(last_run, now, catch_up="all"):
        assert state.scheduled_for is not None
        last_run = state.scheduled_for
        caught.append(last_run)
    assert caught == list(HOURLY.missed_runs(NOON - 4 * HOUR, now))
    assert caught == [NOON - n * HOUR for n in (3, 2, 1, 0)]


def test_due_times_are_in_the_zone_of_the_schedule() -> None:
    state = cron("0 9 * * *", tz=NEW_YORK).due_state(utc(2026, 3, 7, 15), utc(2026, 3, 8, 13, 30))
    assert state.scheduled_for == datetime(2026, 3, 8, 9, tzinfo=NEW_YORK)
    assert state.scheduled_for is not None
    assert state.scheduled_for.tzinfo is NEW_YORK
    # Half an hour after nine; a day of elapsed time later, as the clocks changed before nine.
    assert state.wait == 23 * HOUR + 30 * MINUTE


@pytest.mark.parametrize(
    ("last_run", "options", "hours"),
    [
        (NOON - 3 * HOUR, {}, [2, 1, 0]),
        (NOON - 3 * HOUR, {"since": NOON - HOUR}, [0]),
        (NOON - 3 * HOUR, {"deadline": HOUR}, [1, 0]),
        (NOON - 3 * HOUR, {"deadline": HOUR - MINUTE}, [0]),
        (NOON - 3 * HOUR, {"deadline": DAY}, [2, 1, 0]),
        (None, {}, []),
        (None, {"since": NOON - 2 * HOUR}, [1, 0]),
        (NOON + DAY, {}, []),
    ],
)
def test_missed_runs(last_run: datetime | None, options: dict[str, Any], hours: list[int]) -> None:
    missed = HOURLY.missed_runs(last_run, NOON, **options)
    assert list(missed) == [NOON - n * HOUR for n in hours]
    assert list(TIDES.missed_runs(None, LAST, since=HIGH, deadline=40 * HOUR)) == [LOW, LAST]


def test_missed_runs_of_many_years_come_lazily() -> None:
    missed = cron("* * * * * *", dialect="cronsim").missed_runs(utc(1971, 1, 1), NOON)
    assert next(missed) == utc(1971, 1, 1, 0, 0, 1)


@pytest.mark.parametrize("catch_up", ["newest", None, "All", 1, ["all"]])
def test_a_way_to_catch_up_that_is_not_known_is_refused(catch_up: Any) -> None:
    for schedule in (HOURLY, every(hours=1)):
        with pytest.raises(ScheduleError) as caught:
            schedule.due_state(NOON, NOON, catch_up=catch_up)
        assert str(caught.value) == f"catch_up must be latest, all or none, not {catch_up!r}"


@pytest.mark.parametrize("deadline", [-MINUTE, 60, "60"])
def test_a_deadline_is_a_length_of_time(deadline: Any) -> None:
    for schedule in (HOURLY, every(hours=1)):
        for question in (schedule.due_state, schedule.missed_runs):
            with pytest.raises(ScheduleError, match="deadline must be a timedelta of zero or more"):
                question(NOON, NOON, deadline=deadline)


# Naive datetimes are refused everywhere, at once.

NAIVE = datetime(2026, 1, 5, 12)
MEMBERS: dict[str, Callable[[Schedule], object]] = {
    "next_run": lambda s: s.next_run(NAIVE),
    "prev_run": lambda s: s.prev_run(NAIVE),
    "runs start": lambda s: s.runs(NAIVE),
    "runs end": lambda s: s.runs(NOON, NAIVE),
    "runs_back end": lambda s: s.runs_back(NAIVE),
    "runs_back start": lambda s: s.runs_back(NOON, NAIVE),
    "matches": lambda s: s.matches(NAIVE),
    "count start": lambda s: s.count(NAIVE, NOON),
    "count end": lambda s: s.count(NOON, NAIVE),
    "floor": lambda s: s.floor(NAIVE),
    "ceil": lambda s: s.ceil(NAIVE),
    "period": lambda s: s.period(NAIVE),
    "is_due last_run": lambda s: s.is_due(NAIVE, NOON),
    "is_due now": lambda s: s.is_due(NOON - DAY, NAIVE),
    "due_state last_run": lambda s: s.due_state(NAIVE, NOON),
    "due_state now": lambda s: s.due_state(NOON, NAIVE),
    "due_state since": lambda s: s.due_state(NOON, NOON, since=NAIVE),
    "missed_runs last_run": lambda s: s.missed_runs(NAIVE, NOON),
    "missed_runs now": lambda s: s.missed_runs(NOON, NAIVE),
    "missed_runs since": lambda s: s.missed_runs(NOON, NOON, since=NAIVE),
    "clock_changes start": lambda s: s.clock_changes(NAIVE, NOON),
    "clock_changes end": lambda s: s.clock_changes(NOON, NAIVE),
    "within start": lambda s: s.within(NAIVE),
    "within end": lambda s: s.within(NOON, NAIVE),
}
SCHEDULES = {
    "cron": cron("0 * * * *", tz="Europe/Paris"),
    "grid": every(hours=1, anchor="epoch"),
    "calendar_interval": calendar_interval(days=1, anchor=NOON),
    "at": at(NOON),
    "union": HOURLY | at(NOON),
    "intersection": HOURLY & at(NOON),
    "difference": HOURLY - at(NOON),
    "clip": HOURLY.within(NOON),
    "shift": HOURLY.shifted(MINUTE),
}


@pytest.mark.parametrize("ask", MEMBERS.values(), ids=MEMBERS)
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_naive_datetime_is_refused(schedule: Schedule, ask: Callable[[Schedule], object]) -> None:
    with pytest.raises(NaiveDatetimeError, match="has no time zone, so it names no instant"):
        ask(schedule)


@pytest.mark.parametrize("ask", MEMBERS.values(), ids=MEMBERS)
def test_a_floating_schedule_refuses_a_naive_datetime_or_the_question(
    ask: Callable[[Schedule], object],
) -> None:
    with pytest.raises((NaiveDatetimeError, FloatingScheduleError)):
        ask(every(hours=1))


# Values.


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_schedules_are_values(schedule: Schedule) -> None:
    same = pickle.loads(pickle.dumps(schedule))
    assert same == schedule
    assert hash(same) == hash(schedule)
    assert same.next_run(NOON - DAY) == schedule.next_run(NOON - DAY)
    assert schedule.tz is same.tz
    assert not hasattr(schedule, "__dict__")


@pytest.mark.parametrize("gap", ["skip", "end", "shift"])
@pytest.mark.parametrize("overlap", ["first", "last", "both"])
def test_counts_may_start_and_stop_within_a_clock_change(gap: Any, overlap: Any) -> None:
    schedule = cron("*/10 2 * * *", tz=PARIS, dst=DstPolicy(gap, overlap))
    for change in (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)):
        bounds = [change + n * 5 * MINUTE for n in range(-26, 27)]
        runs = list(schedule.runs(bounds[0], bounds[-1]))
        for first, start in enumerate(bounds):
            for end in bounds[first:]:
                inside = [run for run in runs if start <= run.astimezone(UTC) < end]
                assert schedule.count(start, end) == len(inside)


def test_a_clock_change_tells_what_became_of_a_label() -> None:
    half_past_two = cron("30 2 * * *", tz="Europe/Paris")
    assert list(half_past_two.clock_changes(utc(2026, 1, 1), utc(2027, 1, 1))) == [
        ClockChange(
            datetime(2026, 3, 29, 2, 30), "moved", (datetime(2026, 3, 29, 3, tzinfo=PARIS),)
        ),
        ClockChange(
            datetime(2026, 10, 25, 2, 30), "doubled", (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS),)
        ),
    ]


@pytest.mark.parametrize("tz", ["America/New_York", "UTC", timezone(5 * HOUR)])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (utc(1, 1, 1), utc(9999, 12, 31, 23)),
        (utc(1388, 2, 29, 3), utc(2600, 2, 28)),
        (utc(1799, 6, 1), utc(1800, 6, 1)),
        (utc(2099, 11, 1), utc(2950, 6, 1)),
    ],
)
def test_a_count_over_ages_is_that_of_its_parts(tz: Any, start: datetime, end: datetime) -> None:
    schedule = cron("*/30 1,2 * * sun", tz=tz)
    years = range(start.year + 1, end.year + 1, 1330)
    bounds = [start, *(utc(year, 1, 1) for year in years), end]
    parts = sum(schedule.count(low, high) for low, high in pairwise(bounds))
    assert schedule.count(start, end) == parts
