"""The class and functions of croniter: each fact holds of croniter itself too."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import croniter as theirs
import pytest
import pytz

from duetime import ScheduleError
from duetime.adapters import croniter as ours

START = datetime(2026, 3, 27, 10, 7, 30)
PARIS = ZoneInfo("Europe/Paris")

Call = Callable[[Any], Any]

CALLS: dict[str, Call] = {
    "seconds unless told": lambda c: c.croniter("*/5 * * * *", START).get_next(),
    "a float start": lambda c: c.croniter("*/5 * * * *", 1_774_605_600.5).get_next(datetime),
    "an aware start": lambda c: runs(c.croniter("30 * * * *", START.replace(tzinfo=PARIS))),
    "a night without 2:30": lambda c: runs(
        c.croniter("30 2 * * *", datetime(2026, 3, 28, tzinfo=PARIS))
    ),
    "a zone of pytz": lambda c: runs(
        c.croniter("30 2 * * *", pytz.timezone("Europe/Paris").localize(datetime(2026, 10, 23)))
    ),
    "a fixed return type": lambda c: c.croniter("0 9 * * *", START, datetime).get_next(),
    "backwards": lambda c: list(islice(c.croniter("0 9 * * *", START).all_prev(datetime), 3)),
    "forwards": lambda c: list(islice(c.croniter("0 9 * * *", START).all_next(datetime), 3)),
    "in a loop": lambda c: list(islice(c.croniter("0 9 * * *", START), 3)),
    "in a loop backwards": lambda c: list(islice(c.croniter("0 9 * * *", START, is_prev=True), 3)),
    "iter": lambda c: next(c.croniter("0 9 * * *", START).iter()(datetime)),
    "iter backwards": lambda c: next(c.croniter("0 9 * * *", START, is_prev=True).iter()(datetime)),
    "there and back": lambda c: there_and_back(c.croniter("0 9 * * *", START)),
    "a new position": lambda c: c.croniter("0 9 * * *", START).get_next(
        datetime, datetime(2030, 1, 1, tzinfo=PARIS)
    ),
    "a look ahead": lambda c: look_ahead(c.croniter("0 9 * * *", START)),
    "current": lambda c: c.croniter("0 9 * * *", START).get_current(datetime),
    "current in seconds": lambda c: c.croniter("0 9 * * *", START).get_current(),
    "either day": lambda c: runs(c.croniter("0 0 13 * fri", START)),
    "both days": lambda c: runs(c.croniter("0 0 13 * fri", START, day_or=False)),
    "the bug of cron": lambda c: runs(c.croniter("0 0 */7 * fri", START, implement_cron_bug=True)),
    "no bug": lambda c: runs(c.croniter("0 0 */7 * fri", START)),
    "second first": lambda c: runs(c.croniter("15 0 9 * * *", START, second_at_beginning=True)),
    "second last": lambda c: runs(c.croniter("0 9 * * * 15", START)),
    "a year": lambda c: runs(c.croniter("0 9 1 * * 15 2030-2040/5", START)),
    "hashed": lambda c: runs(c.croniter("H H * * *", START, hash_id="job")),
    "hashed from bytes": lambda c: runs(c.croniter("H/7 H(1-5) * * *", START, hash_id=b"\xff")),
    "hashed from a null": lambda c: runs(c.croniter("H/7 H(1-5) * * *", START, hash_id="\0ff")),
    "a hashed nickname": lambda c: runs(c.croniter("@daily", START, hash_id="job")),
    "from the start": lambda c: runs(
        c.croniter("*/15 10/4 * * *", START, expand_from_start_time=True)
    ),
    "a range": lambda c: list(
        c.croniter_range(datetime(2026, 1, 5), datetime(2026, 1, 8), "0 0 * * *")
    ),
    "a range backwards": lambda c: list(
        c.croniter_range(datetime(2026, 1, 8), datetime(2026, 1, 5), "0 0 * * *")
    ),
    "a range without ends": lambda c: list(
        c.croniter_range(datetime(2026, 1, 5), datetime(2026, 1, 8), "0 0 * * *", exclude_ends=True)
    ),
    "backwards without ends": lambda c: list(
        c.croniter_range(datetime(2026, 1, 8), datetime(2026, 1, 5), "0 0 * * *", exclude_ends=True)
    ),
    "no time at all": lambda c: list(
        c.croniter_range(datetime(2026, 1, 5), datetime(2026, 1, 5), "0 0 * * *")
    ),
    "no time without ends": lambda c: list(
        c.croniter_range(datetime(2026, 1, 5), datetime(2026, 1, 5), "0 0 * * *", exclude_ends=True)
    ),
    "a range of seconds": lambda c: list(c.croniter_range(0.0, 7200.0, "0 * * * *")),
    "seconds from datetimes": lambda c: list(
        c.croniter_range(START, START + timedelta(hours=2), "0 * * * *", ret_type=float)
    ),
    "match": lambda c: [
        c.croniter.match("7 10 * * *", START),
        c.croniter.match("8 10 * * *", START),
        c.croniter.match("7 10 * * * 30", START),
        c.croniter.match("7 10 * * * 29", START),
        c.croniter.match("5 10 * * *", START, precision_in_seconds=150),
        c.croniter.match("5 10 * * *", START, precision_in_seconds=151),
        c.croniter.match("30 2 29 3 *", datetime(2026, 3, 29, 3, 0, 10, tzinfo=PARIS)),
    ],
    "match a range": lambda c: [
        c.croniter.match_range("0 9 * * *", START - timedelta(hours=2), START),
        c.croniter.match_range("0 9 * * *", START, START + timedelta(hours=2)),
        c.croniter.match_range("0 9 * * *", START, START - timedelta(hours=2)),
        c.croniter.match_range("0 0 30 2 *", START, START + timedelta(hours=2)),
    ],
    "valid": lambda c: [
        c.croniter.is_valid(text)
        for text in ("* * * * *", "0 0 31 2 *", "61 * * * *", "H * * * *", "@daily", "a", "")
    ],
    "strictly valid": lambda c: [
        c.croniter.is_valid(text, strict=True)
        for text in ("0 0 31 2 *", "0 0 29 2 *", "0 0 29 2 * 0 2026", "0 0 L 2 *", "0 0 31 */2 *")
    ],
    "valid in a year": lambda c: [
        c.croniter.is_valid("0 0 29 2 *", strict=True, strict_year=years)
        for years in (2026, 2028, [2025, 2026], [2027, 2028])
    ],
    "expanded": lambda c: [
        c.croniter.expand(text)
        for text in (
            "* * * * *",
            "0-10/5 8,9 L jan,mar mon-fri",
            "0 0 15W * *",
            "0 0 * * 5#2,1#1",
            "0 0 * * 5#2,5#3",
            "0 0 13 * L5",
            "0 0 1-31 * mon",
            "0 0 ? * mon-sun",
            "0 0 1,L * * */20",
            "0 0 * * * 0 2026-2030/2",
            "@weekly",
        )
    ],
    "expanded from a hash": lambda c: c.croniter.expand("@monthly", hash_id=b"job"),
    "expanded from a moment": lambda c: c.croniter.expand(
        "*/7 3-20/5 1/10 sep/2 0-7/2", from_timestamp=START.replace(tzinfo=UTC).timestamp()
    ),
    "every shape from a moment": lambda c: [
        c.croniter.expand(
            text, hash_id=b"job", from_timestamp=START.replace(tzinfo=UTC).timestamp()
        )
        for text in (
            "59/15 22-4/3 1-L/4 dec-feb/2 6-1/2",
            "H/15 H(3-20)/5 */40 jan-jan/4 5-5/2",
            "50-51/15 8-9/3 31/3 * sun/2",
            "7-22/15 10 1 1 1 */50 2020-2040/3",
        )
    ],
    "what is no value from a moment": lambda c: [
        valid(c, text) for text in ("70/15 * * * *", "*/0 * * * *", "a/5 * * * *", "* * * foo/2 *")
    ],
    "valid with bytes": lambda c: c.croniter.is_valid("H * * * *", hash_id=b"job"),
    "seconds of a datetime": lambda c: [
        c.datetime_to_timestamp(moment) for moment in (START, START.replace(tzinfo=PARIS))
    ],
    "parts": lambda c: parts(c.croniter("0 0 15W * *", START)),
    "parts with weekdays": lambda c: parts(c.croniter("0 0 * * FRI#2", START)),
}


def valid(c: Any, text: str) -> bool:
    try:
        c.croniter.expand(text, from_timestamp=0.0)
    except c.CroniterBadCronError:
        return False
    return True


def runs(one: Any) -> list[datetime]:
    return [one.get_next(datetime) for _ in range(5)]


def there_and_back(one: Any) -> list[datetime]:
    return [one.get_next(datetime), one.get_next(datetime), one.get_prev(datetime)]


def look_ahead(one: Any) -> list[object]:
    return [one.get_next(datetime, update_current=False), one.get_next(datetime), one.cur]


def parts(one: Any) -> list[object]:
    return [one.expressions, one.expanded, one.nth_weekday_of_month, one.nearest_weekday]


def shown(value: Any) -> Any:
    """A value in which datetimes of two zones are told apart."""
    if isinstance(value, (list, tuple)):
        return [shown(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_it_answers_as_croniter_does(call: Call) -> None:
    assert shown(call(ours)) == shown(call(theirs))


ERRORS: dict[str, Call] = {
    "CroniterBadCronError": lambda c: c.croniter("* * * *"),
    "CroniterNotAlphaError": lambda c: c.croniter("* * * * foo"),
    "CroniterUnsupportedSyntaxError": lambda c: c.croniter("0 0 * * 1,5#2"),
    "CroniterBadDateError": lambda c: c.croniter("0 0 30 2 *").get_next(),
    "CroniterBadDateError of years": lambda c: c.croniter(
        "0 0 29 2 *", datetime(2026, 1, 1), max_years_between_matches=1
    ).get_next(),
    "CroniterBadDateError of all": lambda c: list(c.croniter("0 0 30 2 *").all_next()),
    "CroniterBadTypeRangeError": lambda c: list(c.croniter_range(0.0, START, "* * * * *")),
    "TypeError of a return type": lambda c: c.croniter("* * * * *").get_next(str),
    "TypeError of a hash": lambda c: c.croniter("* * * * *", hash_id=5),
    "TypeError of years": lambda c: c.croniter("* * * * *", max_years_between_matches=1.5),
    "ValueError of years": lambda c: c.croniter("* * * * *", max_years_between_matches=0),
    "ValueError of a start": lambda c: c.croniter(
        "* * * * *", expand_from_start_time=True
    ).get_next(start_time=START),
    "CroniterBadCronError of a date": lambda c: c.croniter.expand("0 0 31 2 *", strict=True),
}


@pytest.mark.parametrize("call", ERRORS.values(), ids=ERRORS)
def test_it_raises_what_croniter_raises_and_that_is_an_error_of_duetime(call: Call) -> None:
    with pytest.raises(Exception) as expected:  # noqa: PT011  # whichever it raises
        call(theirs)
    with pytest.raises(ScheduleError) as raised:
        call(ours)
    kind = type(expected.value)
    same = getattr(ours, kind.__name__, kind)
    assert issubclass(same, (ValueError, TypeError))
    assert type(raised.value) is same or (same is kind and isinstance(raised.value, kind))


def test_a_list_of_runs_ends_where_a_limit_of_years_was_given() -> None:
    leap_days = ours.croniter("0 0 29 2 *", datetime(2096, 1, 1), max_years_between_matches=5)
    assert [run.year for run in leap_days.all_next(datetime)] == [2096]


def test_random_values_are_drawn_once_for_each_iterator() -> None:
    one = ours.croniter("R R * * *", START)
    assert one.expanded == one.expanded
    assert one.get_next(datetime).minute == one.expanded[0][0]
    many = {ours.croniter("R R * * *", START).get_next() for _ in range(20)}
    assert len(many) > 1
    same = {ours.croniter("R R * * *", START, hash_id="job").get_next() for _ in range(5)}
    assert len(same) == 1


def test_the_edition_6_reads_what_7_changed() -> None:
    seven = ours.croniter("59/15 * * * *", START)
    six = ours.croniter6("59/15 * * * *", START)
    assert [run.minute for run in islice(seven.all_next(datetime), 3)] == [59, 59, 59]
    assert [run.minute for run in islice(six.all_next(datetime), 3)] == [15, 30, 45]
    with pytest.raises(ScheduleError, match="use croniter"):
        ours.croniter6("0 0 1 * fri", START, day_or=False)
    with pytest.raises(ScheduleError, match="use croniter"):
        ours.croniter6("0 0 */2 * fri", START, implement_cron_bug=True)


def test_a_start_is_a_datetime_or_seconds() -> None:
    for start in ("2026-01-01", START.date(), True):
        with pytest.raises(ScheduleError, match="start_time must be a datetime or seconds"):
            ours.croniter("* * * * *", start)  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match="strict_year must be a year or a list"):
        ours.croniter.expand("0 0 1 1 *", strict=True, strict_year="2026")  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match="expr_format must be text"):
        ours.croniter(None)  # type: ignore[arg-type]


def test_a_range_counts_steps_from_its_start_and_not_from_the_second_before() -> None:
    start, stop = datetime(2026, 1, 1, 10), datetime(2026, 1, 1, 10, 30)
    found = ours.croniter_range(start, stop, "*/7 * * * *", expand_from_start_time=True)
    assert [run.minute for run in found] == [0, 7, 14, 21, 28]


def test_an_iterator_keeps_its_place_in_a_pickle() -> None:
    one = ours.croniter("0 9 * * *", START.replace(tzinfo=PARIS))
    one.get_next()
    again = pickle.loads(pickle.dumps(one))
    assert again.get_next(datetime) == one.get_next(datetime)
    assert again.schedule == one.schedule


@pytest.mark.parametrize(
    "call",
    [
        lambda: ours.croniter("* * * * *", float("nan")),
        lambda: ours.croniter("* * * * *", 1e20),
        lambda: ours.croniter("* * * * *", START).get_next("float"),  # type: ignore[call-overload]
        lambda: ours.croniter.expand("*/5 * * * *", from_timestamp="x"),  # type: ignore[arg-type]
        lambda: ours.croniter("H * * * *", hash_id="\0\ud800"),
        lambda: list(ours.croniter_range(START, START.replace(tzinfo=UTC), "* * * * *")),
        lambda: ours.compare(["* * * * *"], ["UTC"], START, START),
        lambda: ours.compare(["* * * * *"], ["UTC"], *[START.replace(tzinfo=UTC)] * 2, limit=-1),
    ],
)
def test_what_has_no_meaning_raises_an_error_of_duetime(call: Callable[[], object]) -> None:
    with pytest.raises(ScheduleError):
        call()


def test_a_step_of_any_length_has_one_value_from_the_start() -> None:
    step = "9" * 5000
    one = ours.croniter(f"*/{step} * * * *", START, expand_from_start_time=True)
    assert one.expanded[0] == [START.minute]
