"""Whatever is given to whatever is public, nothing but a ScheduleError is raised, and soon.

Each argument of each public function and member is in turn each of a table of hostile values, while
the others are right. A keyword that does not exist is the caller's TypeError, and is not tried.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

import pytest

import duetime
from duetime import Schedule, ScheduleError, Window, at, business_days, cron, every, rrule, solar
from duetime.questions import QUESTION, Question
from tests.test_bad_input import NAT, made_elsewhere

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
END: Final = datetime(2026, 1, 7, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAILY: Final = cron("0 9 * * *", tz="Europe/Paris")
LONG: Final = 10_000


class _Faulty:
    """A value of somebody else, of which nothing but its repr works."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


HOSTILE: Final[dict[str, Any]] = {
    "None": None,
    "no text": "",
    "text": "x",
    "long text": "x" * LONG,
    "long number": "9" * LONG,
    "null": "\x00",
    "half a pair": "\ud800",
    "words": "* " * (LONG // 2),
    "bytes": b"0 9 * * *",
    "bool": True,
    "zero": 0,
    "negative": -1,
    "huge": 10**5000,
    "hugely negative": -(10**5000),
    "float": 1.5,
    "nan": float("nan"),
    "inf": float("inf"),
    "date": date(2026, 1, 5),
    "naive": datetime(2026, 1, 5),
    "first moment": datetime.min.replace(tzinfo=UTC),
    "last moment": datetime.max.replace(tzinfo=UTC),
    "NaT": NAT,
    "datetime64": made_elsewhere("numpy", "datetime64")(),
    "no length": timedelta(0),
    "longest": timedelta.max,
    "least": timedelta.min,
    "list": [],
    "nested": [[[[]]]],
    "of None": [None],
    "dict": {},
    "set": {1},
    "type": int,
    "object": _Faulty(),
    "schedule": DAILY,
    "floating": every(hours=1),
    "function": len,
}

RIGHT: Final[dict[str, tuple[Callable[..., Any], dict[str, Any]]]] = {
    "at": (lambda instant, tz: at(instant, tz=tz), {"instant": START, "tz": "UTC"}),
    "business_days": (business_days, {"weekend": ["sat"], "holidays": [START.date()]}),
    "calendar_interval": (
        duetime.calendar_interval,
        dict.fromkeys(["years", "months", "weeks"], 0)
        | {"days": 1, "anchor": START, "tz": "UTC", "dst": "wall"},
    ),
    "convert": (
        duetime.convert,
        {"expression": "0 9 * * *", "source": "vixie", "target": "cronsim"},
    ),
    "cron": (
        cron,
        {"expression": "0 9 * * *", "tz": "UTC", "dialect": "vixie", "dst": "vixie"}
        | {"seed": None, "short_months": "skip"},
    ),
    "cron by keywords": (
        cron,
        dict.fromkeys(
            ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"],
            1,
        )
        | {"second": 0, "dialect": "celery", "seed": None},
    ),
    "daily_grid": (
        duetime.daily_grid,
        {"every": HOUR, "start": START.time(), "end": time(18), "days": "mon-fri", "tz": "UTC"}
        | {"dst": "wall"},
    ),
    "detect": (duetime.detect, {"expression": "0 9 * * *", "tz": "UTC", "start": START, "seed": 1}),
    "earliest_of_day": (lambda one: duetime.earliest_of_day(DAILY, one), {"one": DAILY}),
    "every": (every, {"period": HOUR, "anchor": "epoch", "tz": "UTC"}),
    "every hours": (
        every,
        dict.fromkeys(["hours", "minutes", "seconds", "milliseconds"], 1),
    ),
    "first_difference": (duetime.first_difference, {"a": DAILY, "b": at(START), "start": START}),
    "from_dict": (Schedule.from_dict, {"document": DAILY.to_dict()}),
    "from_dict of a window": (
        Window.from_dict,
        {"document": duetime.window(DAILY, length=HOUR).to_dict()},
    ),
    "latest_of_day": (lambda one: duetime.latest_of_day(DAILY, one), {"one": DAILY}),
    "min_gap": (duetime.min_gap, {"schedule": DAILY}),
    "nth": (
        business_days().nth,
        {"n": 1, "per": "month", "at": START.time(), "tz": "UTC", "dst": "wall"},
    ),
    "occurrence_id": (duetime.occurrence_id, {"name": "job", "run": START}),
    "overlaps": (
        duetime.overlaps,
        {"schedule": DAILY, "duration": HOUR, "start": START, "end": END},
    ),
    "parse": (
        duetime.parse,
        {"value": "0 9 * * *", "tz": "UTC", "dialect": "vixie", "dst": None, "seed": None},
    ),
    "parse_crontab": (duetime.parse_crontab, {"text": "0 9 * * * true", "tz": "UTC"}),
    "reconcile": (
        duetime.reconcile,
        {"schedule": DAILY, "observed": [START], "early": HOUR, "late": HOUR, "tolerance": HOUR}
        | {"start": START, "end": END},
    ),
    "rrule": (
        rrule,
        {"text_or_dateutil_rule": "DTSTART:20260101T000000\nRRULE:FREQ=DAILY", "tz": "UTC"}
        | {"dst": "wall"},
    ),
    "shard_of": (duetime.shard_of, {"key": "job", "shards": 3}),
    "solar": (
        solar,
        {"event": "sunset", "latitude": 48.9, "longitude": 2.4, "offset": HOUR, "tz": "UTC"},
    ),
    "solar degrees": (
        lambda **given: solar(None, 48.9, 2.4, **given),
        {"degrees": 5, "rising": True},
    ),
    "stagger": (
        duetime.stagger,
        {"entries": {"a": DAILY}, "start": START, "end": END, "tolerance": HOUR}
        | {"resolution": HOUR},
    ),
    "window": (duetime.window, {"opens": DAILY, "length": HOUR}),
    "window until": (duetime.window, {"opens": DAILY, "until": DAILY}),
    "zones_due": (
        duetime.zones_due,
        {"schedule": DAILY, "last": START, "now": START + HOUR, "zones": ["Asia/Tokyo"]},
    ),
    "active": (duetime.window(DAILY, length=HOUR).active, {"t": START}),
    "next_change": (duetime.window(DAILY, length=HOUR).next_change, {"t": START}),
}
"""Each public function with arguments that are right."""

MEMBERS: Final[dict[str, dict[str, Any]]] = {
    "next_run": {"after": START},
    "prev_run": {"before": START},
    "runs": {"start": START, "end": END, "limit": 2},
    "runs_back": {"end": END, "start": START, "limit": 2},
    "matches": {"instant": START},
    "__contains__": {"instant": START},
    "count": {"start": START, "end": END},
    "floor": {"t": START},
    "ceil": {"t": START},
    "period": {"t": START},
    "is_due": {"last_run": START, "now": END},
    "due_state": {"last_run": START, "now": END, "since": START, "catch_up": "all"}
    | {"deadline": HOUR},
    "missed_runs": {"last_run": START, "now": END, "since": START, "deadline": HOUR},
    "next_epoch": {"after": 0},
    "prev_epoch": {"before": 0},
    "clock_changes": {"start": START, "end": END},
    "issubset": {"other": DAILY},
    "issuperset": {"other": DAILY},
    "isdisjoint": {"other": DAILY},
    "within": {"start": START, "end": END},
    "shifted": {"delta": HOUR},
    "in_zone": {"tz": "UTC"},
    "on": {"calendar": [START.date()]},
    "excluding": {"calendar": [START.date()]},
    "rolled": {"calendar": business_days(), "convention": "following"},
    "shifted_days": {"n": 2, "calendar": business_days()},
    "to_ical": {"start": START},
    "during": {"window": duetime.window(DAILY, length=HOUR)},
    "outside": {"window": duetime.window(DAILY, length=HOUR)},
    "spread": {"window": HOUR, "key": "job"},
    "jittered": {"window": HOUR, "key": "job"},
    "every_nth": {"n": 2, "anchor": START},
    "first": {"n": 2, "start": START},
    "describe": {"locale": "en"},
    "to_dict": {},
    "__eq__": {"other": DAILY},
}
SUBJECTS: Final[dict[str, Schedule]] = {
    "cron": DAILY,
    "grid": every(hours=1, anchor="epoch"),
    "floating": every(hours=1),
    "at": at(START),
    "solar": solar("sunset", 48.9, 2.4),
    "rrule": rrule("DTSTART:20260101T000000\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY"),
    "composed": (DAILY | at(START)).every_nth(2, START),
}

_OTHERS: Final = {"from_dict", "tz", "floating"}
"""Names on a schedule that ask nothing of it."""
_OF_ALL_TIME: Final = {"overlaps", "reconcile", "clock_changes", "count of solar"}
"""Lists and counts that go from run to run: they take as long as the range is."""


def _calls() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    for name, (function, right) in RIGHT.items():
        yield name, function, right
    for kind, subject in SUBJECTS.items():
        for name, right in MEMBERS.items():
            yield f"{name} of {kind}", getattr(subject, name), right


def _exhausted(answer: object) -> None:
    """What is made lazily, made; of a schedule, asked."""
    if isinstance(answer, Iterator):
        list(islice(answer, 3))
    elif isinstance(answer, Schedule):
        answer.next_run(START)
        repr(answer)
        hash(answer)


CALLS: Final = {name: (call, right) for name, call, right in _calls()}


@pytest.mark.parametrize("name", CALLS)
def test_nothing_but_a_schedule_error_is_raised(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is not settled by so little work is not settled here.
    monkeypatch.setattr(Question, "most", 500)
    call, right = CALLS[name]
    for argument in right:
        for words, value in HOSTILE.items():
            if "moment" in words and any(name.startswith(each) for each in _OF_ALL_TIME):
                continue
            given = right | {argument: value}
            try:
                _exhausted(call(*given.values()) if name.startswith("__") else call(**given))
            except ScheduleError as error:
                told = str(error)
            except Exception as error:
                raise AssertionError(f"{name}: {argument}={words} raises {error!r}") from error
            else:
                told = "an answer"
            assert 0 < len(told) < 1_000, f"{argument}={words}"
            assert QUESTION.depth == 0


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_taken(name: str) -> None:
    call, right = RIGHT[name]
    _exhausted(call(**right))


def test_no_public_name_is_left_out() -> None:
    tried = {name.split(" ")[0] for name in RIGHT}
    functions = {name for name in duetime.__all__ if inspect.isfunction(getattr(duetime, name))}
    assert functions <= tried
    members = {name for name in dir(Schedule) if not name.startswith("_")}
    assert members - _OTHERS <= MEMBERS.keys()
