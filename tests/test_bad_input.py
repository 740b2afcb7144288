"""What is refused, and what the message says: nothing is misread, and each error names a cure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest

from duetime import (
    InvalidTypeError,
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    at,
    business_days,
    calendar_interval,
    convert,
    cron,
    detect,
    every,
    parse,
    reconcile,
    rrule,
    solar,
)
from duetime.errors import shorten

START, END = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC)
NIGHTLY = cron("0 3 * * *", tz="Europe/Paris")
HOURS = every(hours=1, anchor="epoch")
SCHEDULES: dict[str, Schedule] = {
    "cron": NIGHTLY,
    "grid": HOURS,
    "floating": every(hours=1),
    "at": at(START),
    "solar": solar("sunset", 48.86, 2.35),
    "rrule": rrule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY"),
    "union": NIGHTLY | HOURS,
    "nth": NIGHTLY.every_nth(2, START),
}


def refusal(call: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    """The message of the error that a call raises."""
    with pytest.raises(ScheduleError) as caught:
        call(*args, **kwargs)
    return str(caught.value)


# Nothing is every minute by default.

NO_CRONTAB = (
    "cron has neither an expression nor a keyword such as hour=7: give one, and for every minute"
    ' write cron("* * * * *"). A setting that is missing reads as None'
)


@pytest.mark.parametrize(
    "given", [{}, {"expression": None}, {"tz": "Europe/Paris"}, {"dst": "wall", "hour": None}]
)
@pytest.mark.parametrize("dialect", ["vixie", "celery", "quartz", "robfig", "aws", "systemd"])
def test_a_crontab_of_nothing_is_refused(dialect: Any, given: dict[str, Any]) -> None:
    assert refusal(cron, dialect=dialect, **given) == NO_CRONTAB


@pytest.mark.parametrize(
    ("call", "args", "message"),
    [
        (convert, (None, "vixie", "quartz"), "a crontab expression is text, not None"),
        (convert, (5, "aws", "quartz"), "a crontab expression is text, not 5"),
        (detect, (None,), "a crontab expression is text, not None"),
        (detect, (5,), "a crontab expression is text, not 5"),
        (cron, (5,), "a crontab expression is text, not 5"),
        (
            parse,
            (None,),
            "a schedule is text, a timedelta, a number of seconds or a wire dict, not None",
        ),
    ],
)
def test_what_is_no_text_is_refused(
    call: Callable[..., object], args: tuple[Any, ...], message: str
) -> None:
    assert refusal(call, *args) == message


@pytest.mark.parametrize(
    ("keyword", "cure"),
    [
        (
            "minutes",
            "minute=5 is once an hour; for each five minutes write minute='*/5', or use every()",
        ),
        (
            "hours",
            "hour=2 is once a day; for each two hours write hour='*/2', or use every()",
        ),
        ("weekday", "write day_of_week="),
        ("timezone", "write tz="),
        (
            "start",
            (
                "it has second, minute, hour, day_of_month, month_of_year, day_of_week, year, tz,"
                " dialect, dst, seed, short_months"
            ),
        ),
    ],
)
def test_a_keyword_that_cron_does_not_have_has_a_cure(keyword: str, cure: str) -> None:
    given: dict[str, Any] = {keyword: 5}
    assert refusal(cron, **given) == f"cron() has no keyword {keyword!r}: {cure}"
    with pytest.raises(TypeError):
        cron("0 9 * * *", **given)


# A moment that is none.

FROM_NUMBER = (
    ": of seconds since 1970 make one with datetime.fromtimestamp(seconds, UTC), or use next_epoch"
    " and prev_epoch"
)


def made_elsewhere(package: str, name: str, base: type = object, **members: object) -> Any:
    """A value of a type of that name, as a package has it."""
    return type(name, (base,), {"__module__": package, "__repr__": lambda _: name, **members})


class _Nothing:
    """pandas' NaT less a time is NaT, and each part of NaT is a float that is no number."""

    days = seconds = microseconds = float("nan")


NAT = made_elsewhere(
    "pandas.api.typing", "NaTType", datetime, __sub__=lambda *_: _Nothing(), tzinfo=None
)(2026, 1, 1)
MOMENTS: dict[str, tuple[Any, str]] = {
    "None": (None, "None, for example datetime.now(UTC)"),
    "int": (1_767_571_200, f"1767571200{FROM_NUMBER}"),
    "float": (1.5, f"1.5{FROM_NUMBER}"),
    "nan": (float("nan"), f"nan{FROM_NUMBER}"),
    "huge": (10**5000, f"an int of over 4,300 digits{FROM_NUMBER}"),
    "text": (
        "2026-01-05",
        "'2026-01-05': read the text with datetime.fromisoformat, and give it a zone",
    ),
    "date": (
        date(2026, 1, 5),
        (
            "datetime.date(2026, 1, 5): a date has no time of day: write"
            " datetime.combine(day, time(), tzinfo=ZoneInfo(key))"
        ),
    ),
    "time": (
        time(9, tzinfo=UTC),
        (
            "datetime.time(9, 0, tzinfo=datetime.timezone.utc): a time of day has no date: write"
            " datetime.combine(day, time, tzinfo=ZoneInfo(key))"
        ),
    ),
    "timedelta": (timedelta(1), "datetime.timedelta(days=1), for example datetime.now(UTC)"),
    "datetime64": (
        made_elsewhere("numpy", "datetime64")(),
        (
            "datetime64: of a time in UTC write"
            " value.astype('datetime64[us]').item().replace(tzinfo=UTC)"
        ),
    ),
    "NaT": (NAT, "NaTType: NaT is no time: leave it out, for example by dropna()"),
    "Instant": (
        made_elsewhere("whenever", "Instant")(),
        "Instant: write value.to_stdlib(), and in releases before 0.10 value.py_datetime()",
    ),
    "ZonedDateTime": (
        made_elsewhere("whenever._pywhenever", "ZonedDateTime")(),
        "ZonedDateTime: write value.to_stdlib(), and in releases before 0.10 value.py_datetime()",
    ),
}
QUESTIONS: dict[str, tuple[Callable[[Schedule, Any], object], str]] = {
    "next_run": (lambda schedule, x: schedule.next_run(x), "after"),
    "prev_run": (lambda schedule, x: schedule.prev_run(x), "before"),
    "runs": (lambda schedule, x: schedule.runs(x), "start"),
    "runs to": (lambda schedule, x: schedule.runs(START, x), "end"),
    "runs_back": (lambda schedule, x: schedule.runs_back(x), "end"),
    "runs_back to": (lambda schedule, x: schedule.runs_back(END, x), "start"),
    "matches": (lambda schedule, x: schedule.matches(x), "instant"),
    "in": (lambda schedule, x: x in schedule, "instant"),
    "count": (lambda schedule, x: schedule.count(x, END), "start"),
    "count to": (lambda schedule, x: schedule.count(START, x), "end"),
    "floor": (lambda schedule, x: schedule.floor(x), "t"),
    "ceil": (lambda schedule, x: schedule.ceil(x), "t"),
    "period": (lambda schedule, x: schedule.period(x), "t"),
    "is_due": (lambda schedule, x: schedule.is_due(x, END), "last_run"),
    "is_due now": (lambda schedule, x: schedule.is_due(START, x), "now"),
    "due_state now": (lambda schedule, x: schedule.due_state(None, x), "now"),
    "missed_runs now": (lambda schedule, x: schedule.missed_runs(None, x), "now"),
    "clock_changes": (lambda schedule, x: schedule.clock_changes(x, END), "start"),
}
MAY_BE_NONE = {"runs to", "runs_back to"}
DUCK_LAST_RUN: dict[str, tuple[Callable[[Schedule, Any], object], str]] = {
    "due_state": (lambda schedule, x: schedule.due_state(x, END), "last_run"),
    "due_state since": (lambda schedule, x: schedule.due_state(None, END, since=x), "since"),
    "missed_runs": (lambda schedule, x: schedule.missed_runs(x, END), "last_run"),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("schedule", ["cron", "grid", "solar", "union"])
def test_a_moment_that_is_none_is_told_how_to_become_one(
    schedule: str, question: str, moment: str
) -> None:
    value, told = MOMENTS[moment]
    if value is None and question in MAY_BE_NONE:
        return
    ask, name = QUESTIONS[question]
    with pytest.raises(InvalidTypeError) as caught:
        ask(SCHEDULES[schedule], value)
    assert str(caught.value) == f"{name} must be an aware datetime, not {told}"
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("moment", [moment for moment in MOMENTS if moment != "None"])
@pytest.mark.parametrize("question", DUCK_LAST_RUN)
def test_of_the_times_of_a_loop_only_now_is_needed(question: str, moment: str) -> None:
    ask, name = DUCK_LAST_RUN[question]
    value, told = MOMENTS[moment]
    for schedule in SCHEDULES.values():
        assert refusal(ask, schedule, value) == f"{name} must be an aware datetime, not {told}"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_naive_moment_is_called_by_its_name(schedule: str, question: str) -> None:
    ask, name = QUESTIONS[question]
    with pytest.raises(ScheduleError) as caught:
        ask(SCHEDULES[schedule], datetime(2026, 1, 6))
    if isinstance(caught.value, NaiveDatetimeError):
        assert str(caught.value).startswith(f"{name}=2026-01-06T00:00:00 has no time zone")
    else:
        assert schedule == "floating"


def test_a_fault_of_a_time_zone_is_told_as_it_is() -> None:
    class Faulty(datetime):
        @property
        def tzinfo(self) -> None:
            raise AttributeError("a fault of its own")

    with pytest.raises(AttributeError, match="a fault of its own"):
        NIGHTLY.next_run(Faulty(2026, 1, 1))


EPOCHS: dict[str, tuple[Any, str]] = {
    "float": (1767571200.5, "1767571200.5: cut it by int(), or use next_run and prev_run"),
    "whole float": (1e9, "1000000000.0: cut it by int(), or use next_run and prev_run"),
    "nan": (float("nan"), "nan: cut it by int(), or use next_run and prev_run"),
    "None": (None, "None: for example int(time.time())"),
    "text": ("5", "'5': for example int(time.time())"),
    "date": (date(2026, 1, 5), "datetime.date(2026, 1, 5): for example int(time.time())"),
    "datetime": (
        datetime(2026, 1, 5, tzinfo=UTC),
        f"{shorten(START)}: use next_run and prev_run for datetimes",
    ),
}


@pytest.mark.parametrize("second", EPOCHS)
@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "floating"])
def test_what_is_no_number_of_seconds_is_refused(schedule: str, second: str) -> None:
    value, told = EPOCHS[second]
    message = f"is a whole number of seconds since 1970, an int, and not {told}"
    assert refusal(SCHEDULES[schedule].next_epoch, value) == f"after {message}"
    assert refusal(SCHEDULES[schedule].prev_epoch, value) == f"before {message}"


@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "floating"])
def test_beyond_the_calendar_there_is_no_second(schedule: str) -> None:
    asked = SCHEDULES[schedule]
    for huge in (10**20, 10**5000):
        assert asked.next_epoch(huge) is asked.prev_epoch(-huge) is None


# Swapped bounds.

SWAPPED: dict[str, Callable[[Schedule], object]] = {
    "runs": lambda schedule: schedule.runs(END, START),
    "runs_back": lambda schedule: schedule.runs_back(START, END),
    "count": lambda schedule: schedule.count(END, START),
    "within": lambda schedule: schedule.within(END, START),
    "clock_changes": lambda schedule: schedule.clock_changes(END, START),
}


@pytest.mark.parametrize("question", SWAPPED)
@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "floating"])
def test_swapped_bounds_are_told(schedule: str, question: str) -> None:
    assert refusal(SWAPPED[question], SCHEDULES[schedule]) == (
        "end=2026-01-05 00:00:00+00:00 is before start=2026-01-07 00:00:00+00:00: swap them"
    )


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_last_run_in_the_future_is_told(schedule: str) -> None:
    asked = SCHEDULES[schedule]
    assert refusal(asked.is_due, END, START) == (
        "last_run=2026-01-07 00:00:00+00:00 is after now=2026-01-05 00:00:00+00:00, so nothing"
        " would be due until then: the order is is_due(last_run, now); due_state takes it as it is"
    )
    assert not asked.is_due(START, START)
    # A loop goes on though the clocks of two machines differ.
    assert not asked.due_state(END, START)
    assert list(asked.missed_runs(END, START)) == []


# At most so many.


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_runs_end_at_a_limit(schedule: str) -> None:
    asked = SCHEDULES[schedule]
    whole = list(asked.runs(START, END))
    for limit in (0, 1, 2, 3):
        assert list(asked.runs(START, limit=limit)) == list(islice(asked.runs(START), limit))
        assert list(asked.runs(START, END, limit=limit)) == whole[:limit]
        if not asked.floating:
            assert list(asked.runs_back(END, START, limit=limit)) == whole[::-1][:limit]
    assert list(asked.runs(START, END, limit=10**30)) == whole
    for none in (-1, 1.5, True, "5", -(10**5000)):
        assert refusal(asked.runs, START, limit=none).startswith(
            "limit must be an int of zero or more, not "
        )


def test_membership_is_asked_by_in() -> None:
    assert datetime(2026, 1, 5, 2, tzinfo=UTC) in NIGHTLY
    assert START not in NIGHTLY


# Numbers that Python does not write.

HUGE = 10**5000
TOLD = "an int of over 4,300 digits"
DOCUMENTS: dict[str, dict[str, Any]] = {
    "interval": every(5).to_dict() | {"microseconds": HUGE},
    "nth": NIGHTLY.every_nth(2, START).to_dict() | {"n": HUGE},
    "first": NIGHTLY.first(2, START).to_dict() | {"n": HUGE},
    "version": NIGHTLY.to_dict() | {"version": HUGE},
    "text": NIGHTLY.to_dict() | {"expression": HUGE},
    "list": at(START).to_dict() | {"instants": [HUGE]},
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_with_a_number_of_many_digits_is_refused(document: str) -> None:
    assert refusal(Schedule.from_dict, DOCUMENTS[document])


@pytest.mark.parametrize(
    "call",
    [
        lambda: NIGHTLY.every_nth(HUGE, START),
        lambda: NIGHTLY.first(-HUGE, START),
        lambda: cron(minute=HUGE),
        lambda: cron(minute=[HUGE]),
        lambda: parse(HUGE),
        lambda: business_days().nth(HUGE),
        lambda: calendar_interval(days=HUGE, anchor=START),
    ],
)
def test_a_message_writes_no_number_of_many_digits(call: Callable[[], object]) -> None:
    assert TOLD in refusal(call)


# What parse passes on, and words that are none.


def test_parse_passes_on_a_policy_and_a_seed() -> None:
    wall = cron("30 2 * * *", tz="Europe/Paris", dst="wall")
    assert parse("30 2 * * *", tz="Europe/Paris", dst="wall") == wall
    drawn = cron("H H * * *", dialect="jenkins", seed="job")
    assert parse("H H * * *", dialect="jenkins", seed="job") == drawn
    rule = "DTSTART;TZID=Europe/Paris:20260113T023000\nRRULE:FREQ=DAILY"
    assert parse(rule, dst="wall") == rrule(rule, dst="wall")
    assert parse(rule) == rrule(rule)


def test_an_unknown_status_is_refused() -> None:
    observed = reconcile(NIGHTLY, [START])
    word: Any = "missing"
    assert refusal(observed.of, word) == (
        "'missing' is no status: use 'on time', 'early', 'late', 'missed', 'extra'"
    )
