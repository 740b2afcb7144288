"""The oracle itself, held against facts worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from duetime.testing import time_zones
from duetime.testing.crontab_oracle import (
    DAY,
    HOUR,
    SECOND,
    Policy,
    changes,
    days_before_end,
    instants_of,
    named_policy,
    nearest_weekday,
    numbers,
    offset_of,
    offsets_within,
    oracle,
)
from duetime.testing.strategies import transitions_of
from tests.support.dates import NEW_YORK, read_utc


@pytest.mark.parametrize(
    ("item", "name", "dialect", "expected"),
    [
        ("*/20", "minute", "vixie", [0, 20, 40]),
        ("50/4", "minute", "vixie", [50, 54, 58]),
        ("3-3/2", "minute", "vixie", [3]),
        ("1-7/3", "day_of_month", "vixie", [1, 4, 7]),
        ("*/10", "day_of_month", "vixie", [1, 11, 21, 31]),
        ("JAN-mar", "month_of_year", "vixie", [1, 2, 3]),
        ("1/3", "day_of_week", "vixie", [1, 4, 7]),
        ("*/7", "day_of_week", "vixie", [0, 7]),
        ("22-2/2", "hour", "celery", [22, 0, 2]),
        ("fri-monday", "day_of_week", "celery", [5, 6, 0, 1]),
        ("*/3", "day_of_week", "celery", [0, 3, 6]),
    ],
)
def test_an_item_stands_for_these_numbers(
    item: str, name: str, dialect: str, expected: list[int]
) -> None:
    assert numbers(item, name, dialect) == expected


# As systemd-analyze has it.
@pytest.mark.parametrize(
    ("item", "expected"),
    [("3", [3]), ("1..3", [1, 2, 3]), ("10..20/4", [10, 14, 18]), ("7/3", [7, 4, 1])],
)
def test_days_count_back_from_the_last(item: str, expected: list[int]) -> None:
    assert days_before_end(item) == expected
    assert days_before_end("*") == [*range(1, 32)]


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (2026, 8, 1, 3),  # Saturday the 1st: Monday, and not July
        (2026, 8, 15, 14),  # Saturday
        (2026, 8, 16, 17),  # Sunday
        (2026, 8, 20, 20),  # Thursday
        (2026, 5, 31, 29),  # Sunday the last: Friday, and not June
        (2026, 2, 28, 27),  # Saturday the last
    ],
)
def test_the_nearest_weekday_stays_in_its_month(
    year: int, month: int, day: int, expected: int
) -> None:
    assert nearest_weekday(year, month, day) == expected


# August 2026 begins on a Saturday; February 2026 has four whole weeks from Sunday to Saturday.
@pytest.mark.parametrize(
    ("dates", "year", "month", "expected"),
    [
        ("L * *", 2026, 2, [28]),
        ("L-3 * *", 2026, 8, [28]),
        ("LW * *", 2026, 2, [27]),
        ("L-15W * *", 2026, 8, [17]),
        ("15W * *", 2026, 8, [14]),
        ("1W,31W * *", 2026, 8, [3, 31]),
        ("31W * *", 2026, 2, []),
        ("* * 6L", 2026, 8, [29]),
        ("* * 7L", 2026, 8, [30]),
        ("* * sat#5", 2026, 8, [29]),
        ("* * MON#5", 2026, 8, [31]),
        ("* * TUE#5", 2026, 8, []),
        ("* * 0,7", 2026, 8, [2, 9, 16, 23, 30]),
        ("13 * fri", 2026, 8, [7, 13, 14, 21, 28]),  # either day
        ("*/10 * sat", 2026, 8, [1]),  # a star at the head of either: both
        ("1-7 * */6", 2026, 8, [1, 2]),
        ("1-7 * sat", 2026, 8, [1, 2, 3, 4, 5, 6, 7, 8, 15, 22, 29]),
        ("30 2 *", 2026, 2, []),
        ("1 */5 *", 2026, 8, []),
        ("1 */7 *", 2026, 8, [1]),
    ],
)
def test_the_day_fields_name_these_days(
    dates: str, year: int, month: int, expected: list[int]
) -> None:
    crontab = oracle(f"0 0 {dates}")
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    assert [day.day for day in days if day.month == month and crontab.runs_on(day)] == expected


def test_celery_wants_both_days_to_match() -> None:
    crontab = oracle("0 0 13 * fri", dialect="celery")
    runs = crontab.runs_between(read_utc("2026-01-01"), read_utc("2027-01-01"))
    assert [str(run.date()) for run in runs] == [
        "2026-02-13",
        "2026-03-13",
        "2026-11-13",
    ]


def test_short_months_lend_their_last_day() -> None:
    crontab = oracle("0 0 30,31 2-5 *", short_months="last")
    runs = crontab.runs_between(read_utc("2026-01-01"), read_utc("2027-01-01"))
    assert [f"{run:%m-%d}" for run in runs] == [
        "02-28",
        "03-30",
        "03-31",
        "04-30",
        "05-30",
        "05-31",
    ]


@pytest.mark.parametrize(
    ("key", "label", "expected"),
    [
        ("America/New_York", "2026-03-08T01:59:59", ["2026-03-08T06:59:59"]),
        ("America/New_York", "2026-03-08T02:00:00", []),
        ("America/New_York", "2026-03-08T02:59:59", []),
        ("America/New_York", "2026-03-08T03:00:00", ["2026-03-08T07:00:00"]),
        ("America/New_York", "2026-11-01T00:59:59", ["2026-11-01T04:59:59"]),
        ("America/New_York", "2026-11-01T01:00:00", ["2026-11-01T05:00:00", "2026-11-01T06:00:00"]),
        ("America/New_York", "2026-11-01T02:00:00", ["2026-11-01T07:00:00"]),
        ("Pacific/Apia", "2011-12-30T00:00:00", []),
        ("Pacific/Apia", "2011-12-30T23:59:59", []),
        ("Pacific/Apia", "2011-12-31T00:00:00", ["2011-12-30T10:00:00"]),
        ("Kwajalein", "1969-09-30T12:00:00", ["1969-09-30T01:00:00", "1969-10-01T00:00:00"]),
        ("Africa/Monrovia", "1972-01-07T00:00:00", []),
        ("Africa/Monrovia", "1972-01-07T00:44:30", ["1972-01-07T00:44:30"]),
    ],
)
def test_a_label_has_these_instants(key: str, label: str, expected: list[str]) -> None:
    found = instants_of(datetime.fromisoformat(label), ZoneInfo(key))
    assert found == [datetime.fromisoformat(text) for text in expected]


def test_the_changes_of_a_year_are_found_to_the_second() -> None:
    found = changes(datetime(2026, 1, 1), datetime(2027, 1, 1), NEW_YORK)
    assert found == [datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)]
    # A window holds its start and not its end.
    assert changes(found[0], found[1], NEW_YORK) == found[:1]


@pytest.mark.parametrize(
    ("policy", "spring", "autumn"),
    [
        (Policy("skip", "both"), [], ["05:30", "06:30"]),
        (Policy("end", "first"), ["07:00"], ["05:30"]),
        (Policy("shift", "last"), ["07:30"], ["06:30"]),
    ],
)
def test_a_policy_moves_drops_and_doubles(
    policy: Policy, spring: list[str], autumn: list[str]
) -> None:
    in_gap = policy.instants(datetime(2026, 3, 8, 2, 30), NEW_YORK)
    in_overlap = policy.instants(datetime(2026, 11, 1, 1, 30), NEW_YORK)
    assert [f"{instant:%H:%M}" for instant in in_gap] == spring
    assert [f"{instant:%H:%M}" for instant in in_overlap] == autumn


def test_the_policies_that_read_fields_read_them() -> None:
    assert named_policy("vixie", "0", "30", "2-3") == Policy("end", "first")
    assert named_policy("vixie", "0", "*/5", "2") == Policy("skip", "both")
    assert named_policy("vixie", "*", "0", "2") == Policy("skip", "both")
    assert named_policy("cronos", "0", "30", "2") == Policy("end", "first")
    assert named_policy("cronos", "0", "30", "2-3") == Policy("end", "both")
    assert named_policy("cronos", "0", "5/5", "2") == Policy("end", "both")


@given(time_zones(), st.data())
def test_the_short_cut_for_quiet_hours_takes_no_turn(zone: ZoneInfo, data: st.DataObject) -> None:
    """Where one offset serves a whole span, every label of it has that offset and one instant."""
    changes = transitions_of(zone) or (read_utc("2026-01-01"),)
    change = data.draw(st.sampled_from(changes)).astimezone(zone)
    hour = change.replace(tzinfo=None, minute=0, second=0)
    hour += data.draw(st.integers(-30, 30)) * HOUR
    span = data.draw(st.sampled_from((HOUR, DAY)))
    least, greatest = offsets_within(hour, span, zone)
    for _ in range(5):
        label = hour + data.draw(st.integers(0, span // SECOND - 1)) * SECOND
        assert least <= offset_of(label, zone, 0) <= greatest
        assert least <= offset_of(label, zone, 1) <= greatest
        if least == greatest:
            assert instants_of(label, zone) == [label - least]


def test_every_question_gets_its_answer() -> None:
    crontab = oracle("30 2 * * *", NEW_YORK)
    day = timedelta(days=1)
    # The night of the gap: the run of 02:30 happens when the gap ends, at 07:00 UTC.
    moved = read_utc("2026-03-08T07:00")
    assert crontab.next_run(read_utc("2026-03-07T07:30"), day) == moved
    assert crontab.next_run(moved, 2 * day) == read_utc("2026-03-09T06:30")
    assert crontab.prev_run(moved, 2 * day) == read_utc("2026-03-07T07:30")
    assert crontab.next_run(moved, timedelta(hours=1)) is not None
    assert crontab.floor(moved, day) == crontab.ceil(moved, day) == moved
    assert crontab.matches(moved)
    assert not crontab.matches(moved + timedelta(microseconds=1))
    assert not crontab.matches(read_utc("2026-03-08T07:30"))
    assert crontab.count(read_utc("2026-03-01T00:00"), read_utc("2026-03-15T00:00")) == 14
    (change,) = crontab.clock_changes(read_utc("2026-01-01T00:00"), read_utc("2026-06-01T00:00"))
    assert (change.transition, change.kind, change.instants) == (moved, "moved", (moved,))
    assert change.label == datetime(2026, 3, 8, 2, 30)


def test_a_question_may_come_in_the_hour_that_comes_again() -> None:
    crontab = oracle("30 1 * * *", NEW_YORK, dst="wall")
    first, second = read_utc("2026-11-01T05:30"), read_utc("2026-11-01T06:30")
    for run in (first, second):
        local = run.astimezone(NEW_YORK)
        assert crontab.matches(local)
        day = timedelta(days=1)
        assert crontab.floor(local, day) == crontab.ceil(local, day) == run


def test_a_set_holds_an_instant_once() -> None:
    crontab = oracle("0,20,40 2,3 * * *", NEW_YORK, dst=("end", "first"))
    runs = crontab.runs_between(read_utc("2026-03-08T06:00"), read_utc("2026-03-08T08:00"))
    assert [f"{run:%H:%M}" for run in runs] == ["07:00", "07:20", "07:40"]
    assert len(crontab.clock_changes(read_utc("2026-03-08"), read_utc("2026-03-09"))) == 3


def test_a_search_ends_at_its_horizon() -> None:
    never = oracle("0 0 30 2 *")
    assert never.next_run(read_utc("2026-01-01"), timedelta(days=800)) is None
    assert never.prev_run(read_utc("2026-01-01"), timedelta(days=800)) is None


@pytest.mark.parametrize(
    ("expression", "dialect", "message"),
    [
        ("61 * * * *", "vixie", "minute '61' is not what vixie has there, from 0 to 59"),
        ("* 1,24 * * *", "vixie", "hour '1,24'"),
        ("* * 0 * *", "vixie", "day_of_month '0'"),
        ("* * 32W * ?", "quartz", "has 5 fields, and quartz wants 6 or 7"),
        ("* * * 13 *", "vixie", "month_of_year '13'"),
        ("* * * * 8", "vixie", "day_of_week '8'"),
        ("* * * * 7", "celery", "day_of_week '7' is not what celery has there, from 0 to 6"),
        ("* * * * MON#6", "vixie", "day_of_week 'MON#6'"),
        ("* * * * xyz#2", "vixie", "day_of_week 'xyz#2'"),
        ("0 0 * * +9", "ocps", "day_of_week"),
        ("*/0 * * * *", "vixie", r"minute '\*/0'"),
        ("5-1 * * * *", "vixie", "minute '5-1'"),
        ("@daily", "vixie", "has 1 fields, and vixie wants 5"),
        ("* * * *", "jenkins", "has 4 fields, and jenkins wants 5"),
        ("* * * * *", "fcron", "dialect must be one of vixie, cronsim, .*, not 'fcron'"),
    ],
)
def test_what_is_no_crontab_is_refused(expression: str, dialect: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        oracle(expression, dialect=dialect)


def test_a_zone_may_be_named_and_a_question_needs_one() -> None:
    crontab = oracle("30 2 * * *", "America/New_York")
    assert crontab == oracle("30 2 * * *", NEW_YORK)
    assert crontab.next_run(read_utc("2026-03-07T07:30")) == read_utc("2026-03-08T07:00")
    for ask in (crontab.next_run, crontab.floor, crontab.matches):
        with pytest.raises(ValueError, match="has no time zone"):
            ask(datetime(2026, 3, 7))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dst": "bogus"}, "dst must be one of vixie, .*, or a pair, not 'bogus'"),
        ({"dst": ("bogus", "first")}, "dst must be one of .* not [(]'bogus', 'first'[)]"),
        ({"short_months": "lasst"}, "short_months must be one of skip, last, not 'lasst'"),
        ({"tz": pytz.timezone("Europe/Paris")}, "tz must be a ZoneInfo, the key of one"),
    ],
)
def test_what_says_nothing_of_a_crontab_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        oracle("0 0 * * *", **options)


def test_a_step_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"minute '\*/-5'"):
        oracle("*/-5 0 * * *")


def test_the_31st_as_a_weekday_is_lost_in_spring_when_it_is_a_sunday() -> None:
    crontab = oracle("0 0 0 31W * ?", dialect="spring")
    runs = crontab.runs_between(read_utc("2026-01-01T00Z"), read_utc("2026-09-01T00Z"))
    # 31 May is a Sunday; 31 January a Saturday.
    assert [f"{run:%m-%d}" for run in runs] == ["01-30", "03-31", "07-31", "08-31"]
