"""Wire documents: every type there and back, what is refused, and the JSON Schema."""

# ruff: noqa: E501 (a row of a table is a line)

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from duetime import (
    Schedule,
    ScheduleError,
    UnknownTimeZoneError,
    at,
    calendar_interval,
    cron,
    every,
    window,
)
from duetime.algebra.windows import Window
from duetime.wire import MOST_LEVELS, json_schema
from tests.support.stored import INDIA, SCHEDULES, START, A, B, Foreign, NoKey, nested


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


# There and back.


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_comes_back_equal_through_json(schedule: Schedule) -> None:
    document = json.loads(json.dumps(schedule.to_dict()))
    same = Schedule.from_dict(document)
    assert same == schedule
    assert hash(same) == hash(schedule)
    assert same.tz == schedule.tz
    assert same.next_run(START) == schedule.next_run(START)
    assert same.to_dict() == document
    assert document["version"] == 1


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_what_is_written_follows_the_schema(
    schedule: Schedule, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(schedule.to_dict())


def test_a_document_is_not_changed_by_reading() -> None:
    document = SCHEDULES["nested"].to_dict()
    before = copy.deepcopy(document)
    Schedule.from_dict(document)
    assert document == before


@pytest.mark.parametrize(
    ("schedule", "document"),
    [
        (
            cron("30 9 * * mon-fri", tz="America/New_York"),
            {
                "version": 1,
                "type": "cron",
                "expression": "30 9 * * mon-fri",
                "tz": "America/New_York",
                "dialect": "vixie",
                "dst": {"gap": "end", "overlap": "first"},
            },
        ),
        (
            cron("*/5 * * * *", tz=INDIA, year=2027),
            {
                "version": 1,
                "type": "cron",
                "expression": "*/5 * * * *",
                "year": "2027",
                "tz": "+05:30",
                "dialect": "vixie",
                "dst": "wall",
            },
        ),
        (every(0.25), {"version": 1, "type": "every", "microseconds": 250_000, "tz": "UTC"}),
        (
            (at(START) - B).shifted(timedelta(seconds=1)),
            {
                "version": 1,
                "type": "shifted",
                "microseconds": 1_000_000,
                "schedule": {
                    "type": "difference",
                    "schedule": {
                        "type": "at",
                        "instants": ["2026-01-01T00:00:00+00:00"],
                        "tz": "UTC",
                    },
                    "without": {
                        "type": "every",
                        "microseconds": 3_600_000_000,
                        "phase": 0,
                        "tz": "UTC",
                    },
                },
            },
        ),
    ],
)
def test_documents_stay_as_they_are(schedule: Schedule, document: dict[str, Any]) -> None:
    # A document in somebody's database is read for ever: a change here needs a new version.
    assert schedule.to_dict() == document
    assert Schedule.from_dict(document) == schedule


def test_what_may_be_left_out_has_the_meaning_of_the_constructor() -> None:
    least = {"version": 1, "type": "cron", "expression": "*/5 9 * * *", "tz": "UTC"}
    assert Schedule.from_dict(least) == cron("*/5 9 * * *")


# What cannot be written.


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (cron("0 9 * * *", tz=NoKey()), "has no IANA key, so it cannot be written"),
        (Foreign(), "Foreign is not a type that duetime can write"),
        (A | Foreign(), "Foreign is not a type that duetime can write"),
    ],
)
def test_what_cannot_be_written_says_why(schedule: Schedule, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        schedule.to_dict()


def test_schedules_are_written_as_deep_as_they_are_read() -> None:
    deepest = nested(MOST_LEVELS)
    assert Schedule.from_dict(deepest.to_dict()) == deepest
    with pytest.raises(ScheduleError, match="schedules nested over 100 deep cannot be written"):
        nested(MOST_LEVELS + 1).to_dict()


# What is refused.

CRON = {"version": 1, "type": "cron", "expression": "0 9 * * *", "tz": "UTC"}
EVERY = {"version": 1, "type": "every", "microseconds": 5, "tz": "UTC"}
AT = {"version": 1, "type": "at", "instants": ["2026-01-01T00:00:00+00:00"], "tz": "UTC"}
STEPS = {
    "version": 1,
    "type": "calendar_interval",
    "months": 1,
    "days": 0,
    "anchor": "2026-01-01T09:00:00",
    "tz": "UTC",
    "dst": "rfc5545",
}
SUN = SCHEDULES["solar"].to_dict()
PART = {"type": "at", "instants": [], "tz": "UTC"}
UNION = {"version": 1, "type": "union", "schedules": [PART]}
CLIP = {"version": 1, "type": "within", "schedule": PART}
SHIFT = {"version": 1, "type": "shifted", "schedule": PART, "microseconds": 1}
JITTER = {**SHIFT, "type": "jittered", "key": "a"}
NTH = {
    "version": 1,
    "type": "every_nth",
    "schedule": PART,
    "n": 2,
    "anchor": "2026-01-01T00:00:00Z",
}
FIRST = {"version": 1, "type": "first", "schedule": PART, "n": 2, "start": "2026-01-01T00:00:00Z"}
EARLIEST = {"version": 1, "type": "earliest_of_day", "schedules": [PART]}
LATEST = {"version": 1, "type": "latest_of_day", "schedules": [PART]}

ON = {"version": 1, "type": "on", "schedule": PART, "calendar": {"dates": ["2026-05-01"]}}
WORK = {"weekend": ["sat", "sun"], "holidays": ["2026-05-01"]}
ROLLED = {
    "version": 1,
    "type": "rolled",
    "schedule": PART,
    "calendar": WORK,
    "convention": "following",
}
SHIFTED_DAYS = {"version": 1, "type": "shifted_days", "schedule": PART, "calendar": WORK, "n": 2}
NTH_DAY = {
    "version": 1,
    "type": "nth_business_day",
    "calendar": WORK,
    "n": 3,
    "per": "month",
    "at": "09:00:00",
    "tz": "UTC",
    "dst": "rfc5545",
}
GRID = {
    "version": 1,
    "type": "daily_grid",
    "seconds": 5400,
    "start": "08:15:00",
    "end": "20:00:00",
    "days": "mon,fri",
    "tz": "UTC",
    "dst": "rfc5545",
}
DURING = {
    "version": 1,
    "type": "during",
    "schedule": PART,
    "opens": PART,
    "microseconds": 1,
    "outside": False,
}
WINDOW = {"version": 1, "type": "window", "opens": PART, "until": PART}

# Refused by the shape alone, so by the schema too.
MISSHAPEN: list[tuple[Any, str]] = [
    (None, "a wire document is a dict, not NoneType"),
    ([], "a wire document is a dict, not list"),
    ("{}", "a wire document is a dict, not str"),
    ({}, "version None is not known: this duetime reads version 1"),
    ({"version": 2}, "version 2 is not known"),
    (CRON | {"version": "1"}, "version '1' is not known"),
    (CRON | {"version": True}, "version True is not known"),
    ({"version": 1}, "type None is not known: use one of cron, every,"),
    ({"version": 1, "type": "crom"}, "type 'crom' is not known: use one of cron, every,"),
    ({"version": 1, "type": ["cron"]}, r"type \['cron'\] is not known"),
    (CRON | {"extra": 1}, "a schedule of type cron has no key 'extra': it has expression, second,"),
    (CRON | {"minute": "5"}, "a schedule of type cron has no key 'minute'"),
    ({"version": 1, "type": "cron", "tz": "UTC"}, "a schedule of type cron needs the key 'expression'"),
    (CRON | {"expression": 5}, "'expression' of a schedule of type cron must be text, not 5"),
    (CRON | {"year": 2026}, "'year' of a schedule of type cron must be text, not 2026"),
    (CRON | {"tz": None}, "'tz' of a schedule of type cron must be text, not None"),
    (CRON | {"dst": 5}, "'dst' of a schedule of type cron must be the name of a policy or its gap"),
    (CRON | {"dst": {"gap": "skip"}}, "must be the name of a policy or its gap and overlap"),
    (CRON | {"dst": {"gap": "skip", "overlap": "both", "x": 1}}, "must be the name of a policy"),
    (CRON | {"dst": {"gap": "skp", "overlap": "both"}}, "gap must be one of skip, end, shift"),
    (EVERY | {"microseconds": "5"}, "'microseconds' of a schedule of type every must be a whole number"),
    (EVERY | {"microseconds": 5.5}, "must be a whole number, not 5.5"),
    (EVERY | {"microseconds": True}, "must be a whole number, not True"),
    (SUN | {"latitude": "5"}, "'latitude' of a schedule of type solar must be a number, not '5'"),
    (SUN | {"latitude": False}, "must be a number, not False"),
    (SUN | {"rising": 1}, "'rising' of a schedule of type solar must be true or false, not 1"),
    (AT | {"instants": "2026-01-01T00:00:00+00:00"}, "'instants' of a schedule of type at must be a list"),
    (AT | {"instants": [5]}, r"'instants' of a schedule of type at must be text, not \[5\]"),
    (UNION | {"schedules": []}, "'schedules' of a schedule of type union must be a list of one schedule or more"),
    (UNION | {"schedules": {}}, "must be a list of one schedule or more"),
    (UNION | {"schedules": PART}, "'schedules' of a schedule of type union must be a list"),
    (UNION | {"schedules": [5]}, "a schedule is a dict, not 5"),
    (UNION | {"schedules": [CRON]}, "a schedule of type cron has no key 'version'"),
    (CLIP | {"schedule": "cron"}, "a schedule is a dict, not 'cron'"),
    (JITTER | {"key": 5}, "'key' of a schedule of type jittered must be text, not 5"),
    (NTH | {"n": "2"}, "'n' of a schedule of type every_nth must be a whole number, not '2'"),
    (FIRST | {"start": None}, "'start' of a schedule of type first must be text, not None"),
    (LATEST | {"schedules": []}, "must be a list of one schedule or more"),
    (ON | {"calendar": ["2026-05-01"]}, "'calendar' of a schedule of type on must be a weekend and holidays"),
    (ON | {"calendar": {"dates": "2026-05-01"}}, "'calendar' of a schedule of type on must be a list"),
    (ON | {"calendar": {"dates": [5]}}, "'calendar' of a schedule of type on must be text"),
    (ON | {"excluded": 1}, "'excluded' of a schedule of type on must be true or false"),
    (ROLLED | {"calendar": {"dates": []}}, "must be a weekend and holidays"),
    (ROLLED | {"calendar": WORK | {"weekend": "sat"}}, "must be a list"),
    (ROLLED | {"calendar": WORK | {"weekend": ["5"]}}, "'5' is no weekday for weekend"),
    (SHIFTED_DAYS | {"n": "2"}, "'n' of a schedule of type shifted_days must be a whole number"),
    (NTH_DAY | {"n": "3"}, "'n' of a schedule of type nth_business_day must be a whole number"),
    (CLIP | {"start": 5}, "'start' of a schedule of type within must be text, not 5"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "message"), MISSHAPEN)
def test_a_misshapen_document_is_refused_by_reader_and_schema(
    document: Any, message: str, validator: jsonschema.Draft202012Validator
) -> None:
    with pytest.raises(ScheduleError, match=message):
        Schedule.from_dict(document)
    assert not validator.is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        *(CRON, EVERY, AT, STEPS, SUN, UNION, CLIP, SHIFT, JITTER, NTH, FIRST, EARLIEST, LATEST),
        *(ON, ROLLED, SHIFTED_DAYS, NTH_DAY, GRID, DURING),
    ],
)
def test_the_documents_that_these_are_made_of_are_good(
    document: dict[str, Any], validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(document)
    assert isinstance(Schedule.from_dict(document), Schedule)


WHOLES = [
    (EVERY | {"microseconds": 5.0}, every(5e-6)),
    (STEPS | {"months": 1.0}, calendar_interval(months=1, anchor=START.replace(hour=9))),
]


@pytest.mark.parametrize(("document", "expected"), WHOLES)
def test_a_whole_number_with_a_point_is_one_to_reader_and_schema(
    document: dict[str, Any], expected: Schedule, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(document)
    assert Schedule.from_dict(document) == expected


def test_a_window_has_a_document_of_its_own(validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(WINDOW)
    assert Window.from_dict(WINDOW) == window(at(), until=at())
    assert window(at(), until=at()).to_dict() == WINDOW
    for document, message in (
        (CRON, "type 'cron' is not that of a window: 'window'"),
        (WINDOW | {"until": 5}, "a schedule is a dict, not 5"),
        (WINDOW | {"version": 2}, "version 2 is not known"),
    ):
        with pytest.raises(ScheduleError, match=message):
            Window.from_dict(document)


# Of the right shape, but of no meaning.
MEANINGLESS: list[tuple[dict[str, Any], type[ScheduleError], str]] = [
    (CRON | {"expression": "75 9 * * *"}, ScheduleError, "minute 75 is out of range"),
    (CRON | {"second": "x"}, ScheduleError, "'x' is not a second"),
    (CRON | {"dialect": "sundial"}, ScheduleError, "'sundial' is not a cron dialect"),
    (CRON | {"dst": "sometimes"}, ScheduleError, "dst='sometimes' is not a policy"),
    (CRON | {"short_months": "first"}, ScheduleError, "short_months must be skip or last"),
    (CRON | {"tz": "Europe/Pari"}, UnknownTimeZoneError, "did you mean Europe/Paris"),
    (CRON | {"tz": "../../etc/passwd"}, UnknownTimeZoneError, "is not a key of the tz database"),
    (CRON | {"tz": "+25:00"}, ScheduleError, r"must be an IANA key or an offset such as \+05:30"),
    (CRON | {"tz": "+"}, ScheduleError, r"must be an IANA key or an offset such as \+05:30"),
    (CRON | {"tz": "-x"}, ScheduleError, r"must be an IANA key or an offset such as \+05:30"),
    (CRON | {"tz": "+01:00:00.5"}, ScheduleError, "a fixed offset must be whole seconds"),
    (EVERY | {"microseconds": 0}, ScheduleError, "a period must be longer than zero"),
    (EVERY | {"microseconds": 10**30}, ScheduleError, "microseconds are longer than the calendar"),
    (SHIFT | {"microseconds": 10**30}, ScheduleError, "microseconds are longer than the calendar"),
    (JITTER | {"microseconds": 10**30}, ScheduleError, "microseconds are longer than the calendar"),
    (JITTER | {"microseconds": 0}, ScheduleError, "window must be a timedelta longer than zero"),
    (JITTER | {"key": "\ud800"}, ScheduleError, "cannot be written as UTF-8"),
    (NTH | {"n": 0}, ScheduleError, "n must be an int from 1 to"),
    (FIRST | {"n": -1}, ScheduleError, "n must be an int from 1 to"),
    (NTH | {"anchor": "2026-01-01T00:00:00"}, ScheduleError, "time with its offset from UTC"),
    (SUN | {"seconds": 10**30}, ScheduleError, "seconds are longer than the calendar"),
    (STEPS | {"months": 0}, ScheduleError, "an interval must be longer than zero"),
    (STEPS | {"dst": "vixie"}, ScheduleError, "only cron.. takes it"),
    (STEPS | {"anchor": "yesterday"}, ScheduleError, "'anchor' of a .* must be an ISO 8601 time"),
    (STEPS | {"anchor": "2026-01-01T09:00:00Z"}, ScheduleError, "wall time without an offset"),
    (AT | {"instants": ["2026-01-01"]}, ScheduleError, "ISO 8601 time with its offset from UTC"),
    (AT | {"instants": ["now"]}, ScheduleError, "must be an ISO 8601 time"),
    (CLIP | {"end": "2026-01-01T00:00:00"}, ScheduleError, "time with its offset from UTC"),
    (UNION | {"schedules": [PART, EVERY_PART := {"type": "every", "microseconds": 5, "tz": "UTC"}]}, ScheduleError, "it is no set of instants to combine"),
    (SHIFT | {"schedule": EVERY_PART}, ScheduleError, "it is no set of instants to combine"),
    (ON | {"calendar": {"dates": ["2026-02-30"]}}, ScheduleError, "must be an ISO 8601 date"),
    (SHIFTED_DAYS | {"n": 0}, ScheduleError, "n must be an int from 1 to 366 business days"),
    (ROLLED | {"convention": "modified"}, ScheduleError, "convention must be one of following,"),
    (NTH_DAY | {"n": 0}, ScheduleError, "n must be an int from 1 to 31"),
    (NTH_DAY | {"per": "day"}, ScheduleError, "per must be one of week, month,"),
    (NTH_DAY | {"at": "nine"}, ScheduleError, "'at' of a .* must be an ISO 8601 time of day"),
    (NTH_DAY | {"at": "09:00+01:00"}, ScheduleError, "without a zone"),
    (GRID | {"seconds": 10**30}, ScheduleError, "seconds are longer than the calendar"),
    (GRID | {"days": "someday"}, ScheduleError, "'someday' is no weekday for days"),
    (DURING | {"microseconds": 10**30}, ScheduleError, "microseconds are longer than the calendar"),
    (DURING | {"until": PART}, ScheduleError, "a window has a length or an until, one of the two"),
    (WINDOW, ScheduleError, "type 'window' is not known: use one of cron,"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "error", "message"), MEANINGLESS)
def test_a_meaningless_document_is_refused(
    document: dict[str, Any], error: type[ScheduleError], message: str
) -> None:
    with pytest.raises(error, match=message):
        Schedule.from_dict(document)


def deep(levels: int, wrap: Callable[[Any], Any]) -> Any:
    inner: Any = PART
    for _ in range(levels):
        inner = wrap(inner)
    return {"version": 1, **inner} if isinstance(inner, dict) else {"version": 1, "type": inner}


HUGE = "x" * 4_000_001
OVERSIZED: dict[str, tuple[Callable[[], Any], str]] = {
    "deep dicts": (lambda: deep(10_000, lambda x: {"type": "shifted", "schedule": x}), "nested over 100 deep"),
    "deep lists": (lambda: deep(10_000, lambda x: [x]), "nested over 100 deep"),
    "deep unions": (lambda: deep(10_000, lambda x: {"type": "union", "schedules": [x]}), "nested over 100 deep"),
    "just too deep": (lambda: deep(103, lambda x: {"type": "shifted", "schedule": x}), "nested over 100 deep"),
    "a long text": (lambda: CRON | {"expression": HUGE}, "of over 4,000,000 characters"),
    "a long key": (lambda: CRON | {HUGE: 1}, "of over 4,000,000 characters"),
    "many keys": (lambda: {f"key number {n}": n for n in range(500_000)}, "of over 4,000,000 characters"),
    "many items": (lambda: AT | {"instants": [0] * 4_000_001}, "of over 4,000,000 characters"),
    "many texts": (lambda: AT | {"instants": ["2026-01-01T00:00:00Z"] * 500_000}, "of over 4,000,000 characters"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "message"), OVERSIZED.values(), ids=OVERSIZED)
def test_a_document_too_deep_or_too_long_is_refused(
    document: Callable[[], Any], message: str
) -> None:
    with pytest.raises(ScheduleError, match=message) as caught:
        Schedule.from_dict(document())
    assert len(str(caught.value)) < 200


def test_a_document_that_holds_itself_is_refused() -> None:
    document: dict[str, Any] = {"version": 1, "type": "union"}
    document["schedules"] = [document]
    with pytest.raises(ScheduleError, match="nested over 100 deep"):
        Schedule.from_dict(document)


def test_a_schedule_too_long_to_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = at(*(START + timedelta(seconds=n) for n in range(20)))
    monkeypatch.setattr("duetime.wire.MOST_CHARACTERS", 600)
    assert Schedule.from_dict(instants.to_dict()) == instants
    monkeypatch.setattr("duetime.wire.MOST_CHARACTERS", 500)
    with pytest.raises(ScheduleError, match="of over 500 characters is refused"):
        instants.to_dict()


def test_a_long_value_is_shortened_in_the_message() -> None:
    for document in (
        CRON | {"tz": "x" * 100_000},
        CRON | {"type": "x" * 100_000},
        CRON | {"x" * 100_000: 1},
    ):
        with pytest.raises(ScheduleError) as caught:
            Schedule.from_dict(document)
        assert len(str(caught.value)) < 400


def test_keys_that_are_not_text_are_refused() -> None:
    with pytest.raises(ScheduleError, match="has no key 5"):
        Schedule.from_dict({**CRON, 5: 1})  # type: ignore[dict-item]  # refused


def test_the_schema_is_a_new_dict_each_time() -> None:
    json_schema()["$defs"].clear()
    assert json_schema()["$defs"]
    assert json.loads(json.dumps(json_schema())) == json_schema()


def test_a_grid_whose_anchor_no_datetime_of_utc_can_show_is_written_and_read() -> None:
    first = datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
    grid = every(timedelta(days=999_999_999), anchor=first)
    assert Schedule.from_dict(grid.to_dict()) == grid


def test_a_grid_whose_days_are_numbers_of_crontabs_is_read_as_before() -> None:
    named = Schedule.from_dict(GRID | {"days": "sun,tue-wed"})
    assert Schedule.from_dict(GRID | {"days": "0,2-3"}) == named
    assert Schedule.from_dict(GRID | {"days": "7,2,3"}) == named
