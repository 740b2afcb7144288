"""Intervals: a grid of elapsed time, floating intervals, and steps of wall time."""

# ruff: noqa: E501 (a row of a table is a line)

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from duetime import (
    DstPolicy,
    DueState,
    FloatingScheduleError,
    InvalidTypeError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    UnknownTimeZoneError,
    calendar_interval,
    cron,
    every,
)
from tests.support.dates import DAY, HOUR, MINUTE, NEW_YORK, PARIS, utc
from tests.support.names import NAMES

NOON = utc(2026, 1, 5, 12)

# The period.


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (every(timedelta(minutes=5)), "every(minutes=5, tz='UTC')"),
        (every(300), "every(minutes=5, tz='UTC')"),
        (every(0.5), "every(milliseconds=500, tz='UTC')"),
        (every(hours=1, minutes=30), "every(minutes=90, tz='UTC')"),
        (every(timedelta(14)), "every(hours=336, tz='UTC')"),
        (every(timedelta(1.5)), "every(hours=36, tz='UTC')"),
        (every(seconds=61), "every(seconds=61, tz='UTC')"),
        (every(milliseconds=1), "every(milliseconds=1, tz='UTC')"),
        (every(1e-6), "every(datetime.timedelta(microseconds=1), tz='UTC')"),
        (every(hours=1, minutes=-30), "every(minutes=30, tz='UTC')"),
        (
            every(hours=1, anchor="epoch", tz="Europe/Paris"),
            "every(hours=1, anchor='epoch', tz='Europe/Paris')",
        ),
        (
            every(hours=1, anchor=utc(2026, 1, 1, 5, 7)),
            (
                "every(hours=1, anchor=datetime.datetime(1970, 1, 1, 0, 7,"
                " tzinfo=datetime.timezone.utc), tz='UTC')"
            ),
        ),
    ],
)
def test_the_repr_evaluates_back(schedule: Schedule, text: str) -> None:
    assert repr(schedule) == text
    assert eval(text, NAMES) == schedule


@pytest.mark.parametrize(
    "anchor", [utc(1969, 1, 1), datetime(2026, 1, 1, tzinfo=PARIS), utc(1, 1, 1), utc(9999, 12, 31)]
)
@pytest.mark.parametrize("period", [timedelta.max, timedelta(days=3_000_000), 400 * 366 * DAY])
def test_a_grid_wider_than_the_calendar_runs_at_its_anchor(
    period: timedelta, anchor: datetime
) -> None:
    schedule = every(period, anchor=anchor)
    assert schedule.matches(anchor)
    assert eval(repr(schedule), NAMES) == schedule
    assert Schedule.from_dict(schedule.to_dict()) == schedule


@pytest.mark.parametrize(
    ("period", "keywords", "message"),
    [
        (None, {}, "a period must be longer than zero, not 0:00:00"),
        (0, {}, "a period must be longer than zero, not 0:00:00"),
        (-5, {}, "a period must be longer than zero, not -0:00:05"),
        (1e-9, {}, "a period must be longer than zero, not 0:00:00"),
        (None, {"minutes": -1}, "a period must be longer than zero, not -0:01:00"),
        (5, {"hours": 1}, "give the period or its parts as keywords, not both"),
        (
            "5m",
            {},
            (
                "a period must be a timedelta or a number of seconds, not '5m': parse() reads texts"
                ' such as "PT5M"'
            ),
        ),
        (
            None,
            {"minutes": "5"},
            "minutes must be a number, not '5': parse() reads texts such as \"PT5M\"",
        ),
        (None, {"hours": 1, "seconds": None}, "seconds must be a number, not None"),
        (None, {"hours": True}, "hours must be a number, not True"),
        (True, {}, "a period must be a timedelta or a number of seconds, not True"),
        (float("nan"), {}, "a period must be a timedelta or a number of seconds, not nan"),
        (float("inf"), {}, "a period is longer than the calendar: inf"),
        (1e300, {}, "a period is longer than the calendar: 1e+300"),
        pytest.param(
            10**5000,
            {},
            "a period is longer than the calendar: an int of over 4,300 digits",
            id="huge",
        ),
        (
            None,
            {"hours": 10**5000},
            "hours is longer than the calendar: an int of over 4,300 digit",
        ),
        (None, {"hours": 2e10, "minutes": 1e12}, "the period is longer than the calendar"),
        (
            None,
            {"days": 1},
            (
                "every() has no keyword 'days': 24 hours are hours=24, and days of the calendar are"
                " calendar_interval(days=1, anchor=...) or a crontab"
            ),
        ),
        (
            None,
            {"weeks": 1},
            (
                "every() has no keyword 'weeks': 7 times 24 hours are hours=168, and weeks of the"
                " calendar are calendar_interval(weeks=1, anchor=...) or a crontab"
            ),
        ),
        (
            None,
            {"months": 1},
            (
                "every() has no keyword 'months': months of the calendar are"
                " calendar_interval(months=1, anchor=...)"
            ),
        ),
        (None, {"minute": 5}, "every() has no keyword 'minute': write minutes="),
        (5, {"timezone": "UTC"}, "every() has no keyword 'timezone': write tz="),
        (
            5,
            {"jitter": 1},
            (
                "every() has no keyword 'jitter': it has hours, minutes, seconds, milliseconds, anchor,"
                " tz"
            ),
        ),
    ],
)
def test_a_period_is_a_length_of_time(period: Any, keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        every(period, **keywords)
    assert str(caught.value).startswith(message)


def test_all_but_the_period_is_given_by_name() -> None:
    with pytest.raises(InvalidTypeError) as caught:
        every(5, "epoch")  # type: ignore[arg-type]  # refused
    assert str(caught.value) == (
        'every() takes one period, and all else by name, for example every(5, anchor="epoch")'
    )


@pytest.mark.parametrize(
    ("anchor", "error"),
    [
        (datetime(2026, 1, 1), NaiveDatetimeError),
        ("Epoch", ScheduleError),
        (0, ScheduleError),
    ],
)
def test_an_anchor_is_the_epoch_or_an_aware_datetime(
    anchor: Any, error: type[ScheduleError]
) -> None:
    with pytest.raises(error):
        every(hours=1, anchor=anchor)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownTimeZoneError):
        every(hours=1, tz="Europe/Pari")


# A grid.


def test_a_grid_goes_through_its_anchor_in_both_directions() -> None:
    grid = every(minutes=90, anchor=utc(2026, 1, 5, 12, 7))
    assert list(islice(grid.runs(NOON), 3)) == [
        utc(2026, 1, 5, 12, 7),
        utc(2026, 1, 5, 13, 37),
        utc(2026, 1, 5, 15, 7),
    ]
    assert list(islice(grid.runs_back(NOON), 2)) == [utc(2026, 1, 5, 10, 37), utc(2026, 1, 5, 9, 7)]
    assert grid.next_run(utc(2026, 1, 5, 12, 7)) == utc(2026, 1, 5, 13, 37)
    assert grid.prev_run(utc(2026, 1, 5, 12, 7)) == utc(2026, 1, 5, 10, 37)
    assert grid.prev_run(utc(1900, 1, 1)) == utc(1899, 12, 31, 22, 37)


def test_equal_grids_are_equal_whatever_their_anchor() -> None:
    a = every(hours=1, anchor=utc(2026, 1, 5, 12, 7))
    assert a == every(minutes=60, anchor=datetime(1950, 6, 1, 0, 7, tzinfo=PARIS))
    assert hash(a) == hash(every(minutes=60, anchor=utc(1950, 6, 1, 0, 7)))
    assert every(hours=1, anchor=utc(2026, 1, 5)) == every(hours=1, anchor="epoch")
    assert a != every(hours=1, anchor="epoch")
    assert a != every(hours=1)
    assert a != every(hours=1, anchor=utc(2026, 1, 5, 12, 7), tz="Europe/Paris")


@pytest.mark.parametrize("microseconds", [1, 7, 999_999, 1_000_000, 86_400_000_000])
def test_a_grid_is_counted_without_a_walk(microseconds: int) -> None:
    grid = every(timedelta(microseconds=microseconds), anchor=NOON)
    start, end = NOON - timedelta(microseconds=20), NOON + timedelta(microseconds=21)
    assert grid.count(start, end) == len(list(grid.runs(start, end)))
    assert grid.count(NOON, NOON) == 0
    assert grid.count(NOON, NOON + 1000 * timedelta(microseconds=microseconds)) == 1000


def test_a_grid_is_counted_within_the_calendar() -> None:
    first, last = utc(1, 1, 1), utc(9999, 12, 31, 23, 59, 59, 999_999)
    assert every(timedelta(1), anchor="epoch").count(first, last) == date.max.toordinal()
    edge = timezone(timedelta(hours=14))
    early = datetime(1, 1, 1, tzinfo=edge)
    assert every(hours=1, anchor="epoch").count(early, first) == 0
    assert every(hours=1, anchor="epoch", tz=edge).count(early, first) == 14
    west = timezone(timedelta(hours=-12))
    late = datetime(9999, 12, 31, 23, tzinfo=west)
    assert every(hours=1, anchor="epoch").count(last, late) == 0
    assert every(hours=1, anchor="epoch", tz=west).count(last, late) == 11


def test_elapsed_time_passes_clock_changes_untouched() -> None:
    grid = every(hours=6, anchor="epoch", tz="Europe/Paris")
    runs = list(grid.runs(utc(2026, 3, 28, 18), utc(2026, 3, 29, 12)))
    assert [run.hour for run in runs] == [19, 1, 8]
    assert [run.astimezone(UTC).hour for run in runs] == [18, 0, 6]
    assert not list(grid.clock_changes(utc(2026, 1, 1), utc(2027, 1, 1)))


def test_a_grid_in_another_zone_is_the_same_instants() -> None:
    moved = every(hours=6, anchor="epoch").in_zone("Europe/Paris")
    assert moved == every(hours=6, anchor="epoch", tz="Europe/Paris")
    run = moved.next_run(NOON)
    assert run == utc(2026, 1, 5, 18)
    assert run is not None
    assert run.tzinfo is PARIS


# Floating.


def test_a_floating_interval_counts_from_the_question() -> None:
    floating = every(timedelta(minutes=5), tz="Europe/Paris")
    assert floating.floating
    assert not every(minutes=5, anchor="epoch").floating
    assert floating.next_run(NOON) == NOON + 5 * MINUTE
    assert floating.next_run(NOON + MINUTE) == NOON + 6 * MINUTE
    assert list(islice(floating.runs(NOON), 2)) == [NOON + 5 * MINUTE, NOON + 10 * MINUTE]
    assert list(floating.runs(NOON, NOON + 10 * MINUTE)) == [NOON + 5 * MINUTE]
    assert floating.next_epoch(100) == 400
    assert floating.is_due(NOON, NOON + 5 * MINUTE)
    assert not floating.is_due(NOON, NOON + 4 * MINUTE)
    run = floating.next_run(NOON)
    assert run is not None
    assert run.tzinfo is PARIS
    assert floating.in_zone("UTC") == every(minutes=5)
    assert not list(floating.clock_changes(NOON, NOON + DAY))


QUESTIONS: dict[str, Callable[[Schedule], object]] = {
    "prev_run": lambda s: s.prev_run(NOON),
    "prev_epoch": lambda s: s.prev_epoch(0),
    "runs_back": lambda s: s.runs_back(NOON),
    "matches": lambda s: s.matches(NOON),
    "count": lambda s: s.count(NOON, NOON + DAY),
    "floor": lambda s: s.floor(NOON),
    "ceil": lambda s: s.ceil(NOON),
    "period": lambda s: s.period(NOON),
    "left of |": lambda s: s | every(hours=1, anchor="epoch"),
    "right of |": lambda s: every(hours=1, anchor="epoch") | s,
    "left of &": lambda s: s & every(hours=1, anchor="epoch"),
    "right of &": lambda s: every(hours=1, anchor="epoch") & s,
    "left of -": lambda s: s - every(hours=1, anchor="epoch"),
    "right of -": lambda s: every(hours=1, anchor="epoch") - s,
    "within": lambda s: s.within(NOON),
    "shifted": lambda s: s.shifted(HOUR),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_a_floating_interval_is_no_set_of_instants(ask: Callable[[Schedule], object]) -> None:
    with pytest.raises(FloatingScheduleError) as caught:
        ask(every(minutes=5))
    message = str(caught.value)
    assert message.startswith("every(minutes=5, tz='UTC') counts from the last run")
    assert message.endswith('give it an anchor, for example every(..., anchor="epoch")')


FLOATING = [
    ("early", (NOON, NOON + 4 * MINUTE), {}, (None, NOON + 5 * MINUTE)),
    ("on time", (NOON, NOON + 5 * MINUTE), {}, (NOON + 5 * MINUTE, NOON + 10 * MINUTE)),
    ("late", (NOON, NOON + 7 * MINUTE), {}, (NOON + 5 * MINUTE, NOON + 12 * MINUTE)),
    ("very late", (NOON, NOON + DAY), {}, (NOON + 5 * MINUTE, NOON + DAY + 5 * MINUTE)),
    ("all is one", (NOON, NOON + DAY), {"catch_up": "all"}, (NOON + 5 * MINUTE, NOON + DAY + 5 * MINUTE)),
    ("none, in time", (NOON, NOON + 6 * MINUTE), {"catch_up": "none"}, (NOON + 5 * MINUTE, NOON + 11 * MINUTE)),
    ("none, too late", (NOON, NOON + 7 * MINUTE), {"catch_up": "none"}, (None, NOON + 10 * MINUTE)),
    ("none, a later step", (NOON, NOON + 21 * MINUTE), {"catch_up": "none"}, (NOON + 20 * MINUTE, NOON + 26 * MINUTE)),
    ("deadline", (NOON, NOON + 23 * MINUTE), {"deadline": 2 * MINUTE}, (None, NOON + 25 * MINUTE)),
    ("never ran", (None, NOON), {}, (None, NOON + 5 * MINUTE)),
    ("never ran since", (None, NOON), {"since": NOON - 6 * MINUTE}, (NOON - MINUTE, NOON + 5 * MINUTE)),
    ("since", (NOON - DAY, NOON), {"since": NOON - MINUTE}, (None, NOON + 4 * MINUTE)),
    ("the clock went back", (NOON + DAY, NOON), {}, (None, NOON + DAY + 5 * MINUTE)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("moments", "options", "expected"), [row[1:] for row in FLOATING], ids=[r[0] for r in FLOATING]
)
def test_at_most_one_run_of_a_floating_interval_is_due(
    moments: tuple[datetime | None, datetime],
    options: dict[str, Any],
    expected: tuple[datetime | None, datetime],
) -> None:
    floating = every(minutes=5)
    last_run, now = moments
    scheduled_for, next_run = expected
    assert floating.due_state(last_run, now, **options) == DueState(
        scheduled_for is not None, scheduled_for, next_run, next_run - now
    )
    if options.pop("catch_up", None) != "none":
        missed = list(floating.missed_runs(last_run, now, **options))
        assert missed == [scheduled_for] * (scheduled_for is not None)


def test_a_floating_interval_ends_with_the_calendar() -> None:
    last = utc(9999, 12, 31, 23, 58)
    floating = every(minutes=5)
    assert floating.next_run(last) is None
    assert list(floating.runs(last)) == []
    assert floating.due_state(last, last) == DueState(False, None, None, None)
    state = floating.due_state(last - 5 * MINUTE, last)
    assert (state.scheduled_for, state.next_run, state.wait) == (last, None, None)


# Steps of wall time.


def days(schedule: Schedule, start: datetime, number: int) -> list[str]:
    return [run.strftime("%Y-%m-%d") for run in islice(schedule.runs(start), number)]


@pytest.mark.parametrize(
    ("parts", "anchor", "expected"),
    [
        ({"months": 1}, utc(2026, 1, 31), ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        ({"months": 1}, utc(2027, 12, 30), ["01-30", "02-28", "03-30", "04-30", "05-30"]),
        ({"months": 2}, utc(2026, 1, 31), ["01-31", "03-31", "05-31", "07-31", "09-30"]),
        ({"weeks": 2}, utc(2026, 1, 15), ["01-01", "01-15", "01-29", "02-12", "02-26"]),
        ({"days": 100}, utc(2026, 4, 11), ["01-01", "04-11", "07-20", "10-28"]),
        ({"months": 1, "days": 1}, utc(2026, 1, 30), ["01-30", "03-01", "04-01", "05-03", "06-03"]),
        ({"weeks": 1, "days": 3}, utc(2026, 1, 1), ["01-01", "01-11", "01-21"]),
    ],
)
def test_steps_do_not_drift(parts: dict[str, Any], anchor: datetime, expected: list[str]) -> None:
    schedule = calendar_interval(anchor=anchor, **parts)
    runs = days(schedule, utc(2026, 1, 1), len(expected))
    assert [run[5:] for run in runs] == expected


def test_years_clamp_29_february() -> None:
    leaps = calendar_interval(years=1, anchor=utc(2024, 2, 29, 9))
    assert days(leaps, utc(2023, 1, 1), 6) == [
        "2023-02-28",
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]


def stepped(anchor: datetime, months: int, days: int, number: int) -> datetime:
    """Step `number` of an interval, written out from its description."""
    index = anchor.year * 12 + anchor.month - 1 + months * number
    year, month = index // 12, index % 12 + 1
    day = min(anchor.day, calendar.monthrange(year, month)[1])
    return anchor.replace(year=year, month=month, day=day) + timedelta(days=days * number)


@pytest.mark.parametrize("months", [0, 1, 5, 12, 40])
@pytest.mark.parametrize("days", [0, 1, 7, 45, 400])
def test_steps_lie_in_both_directions_as_described(months: int, days: int) -> None:
    if not months and not days:
        return
    anchor = utc(2023, 8, 31, 9, 30, 15, 250)
    schedule = calendar_interval(months=months, days=days, anchor=anchor)
    steps = [stepped(anchor, months, days, n) for n in range(-30, 31)]
    assert list(islice(schedule.runs(steps[0]), 61)) == steps
    assert list(islice(schedule.runs_back(steps[-1]), 60)) == steps[-2::-1]
    assert schedule.count(steps[0], steps[-1]) == 60
    assert all(schedule.matches(step) for step in steps)
    assert not any(schedule.matches(step + timedelta(microseconds=1)) for step in steps)


def test_the_largest_steps_run_at_their_anchor_and_nowhere_else() -> None:
    anchor = utc(2026, 1, 31, 9)
    largest: tuple[dict[str, Any], ...] = (
        {"years": 100_000},
        {"months": 100_000, "days": 100_000},
        {"weeks": 100_000},
    )
    for parts in largest:
        schedule = calendar_interval(anchor=anchor, **parts)
        assert schedule.matches(anchor)
        assert schedule.next_run(utc(8000, 1, 1)) is None or "weeks" in parts
    lonely = calendar_interval(years=100_000, anchor=anchor)
    assert lonely.next_run(anchor) is lonely.prev_run(anchor) is None


def test_the_wall_time_of_the_anchor_in_the_zone_is_what_repeats() -> None:
    daily = calendar_interval(days=1, anchor=utc(2026, 1, 1, 8), tz="Europe/Paris")
    runs = list(daily.runs(utc(2026, 3, 28), utc(2026, 3, 31)))
    assert [run.hour for run in runs] == [9, 9, 9]
    assert [run.astimezone(UTC).hour for run in runs] == [8, 7, 7]


@pytest.mark.parametrize(
    ("dst", "spring", "autumn"),
    [
        ("rfc5545", [(3, 30, 0)], [(2, 30, 0)]),
        ("wall", [], [(2, 30, 0), (2, 30, 1)]),
        ("quartz", [], [(2, 30, 1)]),
        (DstPolicy("end", "first"), [(3, 0, 0)], [(2, 30, 0)]),
    ],
)
def test_the_policy_settles_clock_changes(
    dst: DstPolicy | str, spring: list[tuple[int, ...]], autumn: list[tuple[int, ...]]
) -> None:
    anchor = datetime(2026, 1, 1, 2, 30, tzinfo=PARIS)
    daily = calendar_interval(days=1, anchor=anchor, tz=PARIS, dst=dst)
    for day, expected in ((datetime(2026, 3, 29), spring), (datetime(2026, 10, 25), autumn)):
        start, end = day.replace(tzinfo=PARIS), (day + DAY).replace(tzinfo=PARIS)
        runs = [(run.hour, run.minute, run.fold) for run in daily.runs(start, end)]
        assert runs == expected
        assert [(run.hour, run.minute, run.fold) for run in daily.runs_back(end, start)] == runs[
            ::-1
        ]
        assert daily.count(start, end) == len(expected)


def test_an_anchor_in_a_gap_keeps_its_label() -> None:
    anchor = datetime(2026, 3, 29, 2, 30, tzinfo=PARIS)
    daily = calendar_interval(days=1, anchor=anchor, tz="Europe/Paris")
    run = daily.next_run(utc(2026, 4, 1))
    assert run is not None
    assert (run.hour, run.minute) == (2, 30)
    assert daily == calendar_interval(days=1, anchor=anchor.replace(tzinfo=PARIS), tz=PARIS)


def test_the_same_wall_times_in_another_zone() -> None:
    paris = calendar_interval(days=1, anchor=datetime(2026, 1, 1, 9, tzinfo=PARIS), tz=PARIS)
    run = paris.in_zone("Asia/Tokyo").next_run(NOON)
    assert run == datetime(2026, 1, 6, 9, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (
            calendar_interval(years=1, weeks=1, anchor=utc(2026, 1, 31, 9)),
            (
                "calendar_interval(months=12, days=7, anchor=datetime.datetime(2026, 1, 31, 9, 0,"
                " tzinfo=zoneinfo.ZoneInfo(key='UTC')), tz='UTC')"
            ),
        ),
        (
            calendar_interval(days=2, anchor=utc(2026, 1, 31, 9, 0, 0, 5), tz=PARIS, dst="wall"),
            (
                "calendar_interval(days=2, anchor=datetime.datetime(2026, 1, 31, 10, 0, 0, 5,"
                " tzinfo=zoneinfo.ZoneInfo(key='Europe/Paris')), tz='Europe/Paris',"
                " dst=DstPolicy(gap='skip', overlap='both'))"
            ),
        ),
        (
            calendar_interval(months=2, anchor=utc(2026, 1, 31)),
            (
                "calendar_interval(months=2, anchor=datetime.datetime(2026, 1, 31, 0, 0,"
                " tzinfo=zoneinfo.ZoneInfo(key='UTC')), tz='UTC')"
            ),
        ),
    ],
)
def test_the_repr_of_steps_evaluates_back(schedule: Schedule, text: str) -> None:
    assert repr(schedule) == text
    assert eval(text, NAMES) == schedule


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "an interval must be longer than zero: give years, months, weeks or days"),
        ({"days": 0}, "an interval must be longer than zero: give years, months, weeks or days"),
        ({"days": -1}, "days must be an int from 0 to 100,000, not -1"),
        ({"months": 1.5}, "months must be an int from 0 to 100,000, not 1.5"),
        ({"weeks": True}, "weeks must be an int from 0 to 100,000, not True"),
        ({"years": 100_001}, "years must be an int from 0 to 100,000, not 100001"),
    ],
)
def test_a_step_is_a_whole_number_of_days_or_months(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        calendar_interval(anchor=NOON, **parts)
    assert str(caught.value) == message


def test_an_anchor_of_steps_is_aware() -> None:
    with pytest.raises(NaiveDatetimeError):
        calendar_interval(days=1, anchor=datetime(2026, 1, 1))
    with pytest.raises(ScheduleError, match="anchor must be an aware datetime"):
        calendar_interval(days=1, anchor="epoch")  # type: ignore[arg-type]  # refused


@pytest.mark.parametrize(
    ("schedule", "repeats"),
    [
        (every(timedelta(1), anchor="epoch"), True),
        (every(timedelta(7), anchor="epoch"), True),
        (every(timedelta(10), anchor="epoch"), False),
        (calendar_interval(days=1, anchor=NOON), True),
        (calendar_interval(days=10, anchor=NOON), False),
        (calendar_interval(months=1, anchor=NOON), True),
        (calendar_interval(months=7, anchor=NOON), False),
        (calendar_interval(months=1, days=1, anchor=NOON), False),
    ],
)
def test_it_is_known_which_intervals_repeat_with_the_calendar(
    schedule: Schedule, repeats: bool
) -> None:
    assert schedule._repeats is repeats
    # The runs of a year, and those of the year 400 years later, tell the same.
    start, end = utc(2200, 1, 1), utc(2201, 1, 1)
    later = start.replace(year=2600), end.replace(year=2601)
    shifted = [run.replace(year=run.year - 400) for run in schedule.runs(*later)]
    assert (list(schedule.runs(start, end)) == shifted) is repeats


@pytest.mark.parametrize("period", [timedelta(days=4_000_000), timedelta.max])
@pytest.mark.parametrize(
    "anchor",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_an_anchor_that_utc_cannot_show_is_written_in_a_zone_that_can(
    period: timedelta, anchor: datetime
) -> None:
    grid = every(period, anchor=anchor)
    assert eval(repr(grid), NAMES) == grid
    assert grid.in_zone(anchor.tzinfo or "UTC").matches(anchor)


def test_a_truth_value_is_no_period() -> None:
    with pytest.raises(ScheduleError, match="a period must be a timedelta or a number of seconds"):
        every(True)


def test_a_clock_change_of_steps_between_seconds_tells_of_their_runs() -> None:
    anchor = datetime(2026, 1, 1, 2, 30, 0, 5, tzinfo=NEW_YORK)
    schedule = calendar_interval(days=1, anchor=anchor, tz=NEW_YORK)
    start = datetime(2026, 1, 1, tzinfo=NEW_YORK)
    (gap,) = schedule.clock_changes(start, start.replace(month=6))
    assert gap.label == datetime(2026, 3, 8, 2, 30, 0, 5)
    assert [schedule.matches(run) for run in gap.instants] == [True]


def test_a_grid_of_many_kinds_of_days_is_proven_never_to_meet() -> None:
    # Every second minute, on days that begin anew after 727 of them.
    grid = every(minutes=1454, anchor="epoch")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert (grid & cron("1-59/2 * * * *")).next_run(start) is None
    assert (grid & cron("*/2 * * * *")).next_run(start) is not None
