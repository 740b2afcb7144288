"""Business days: which dates they are, the n-th of a period, and calendars without any."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    DstPolicy,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    business_days,
    calendar_interval,
    cron,
)
from duetime.algebra.rolling import CONVENTIONS, Convention
from duetime.kinds.business import Period
from duetime.testing import (
    ScheduleLaws,
    nth_business_days,
    policies,
)
from duetime.testing.crontab_oracle import Policy
from duetime.zones import CRON_POLICIES
from tests.support import calendars as oracle
from tests.support.business import (
    DAILY,
    END,
    JAPAN,
    START,
    Everything,
    assert_copies,
    dates,
    in_utc,
    some,
    weekends,
)
from tests.support.calendars import Growing, Listed, questions
from tests.support.dates import DAY, PARIS, TOKYO, utc
from tests.support.effort import drawn
from tests.support.names import NAMES

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# What is a business day.


@pytest.mark.parametrize(
    ("weekend", "off"),
    [
        (("sat", "sun"), {5, 6}),
        ("sat-sun", {5, 6}),
        ("Saturday, SUN", {5, 6}),
        ({"fri", "sat"}, {4, 5}),
        ("fri-mon", {4, 5, 6, 0}),
        ("sun", {6}),
        (["thu-fri", "sat"], {3, 4, 5}),
        ((), set()),
        ("*", set(range(7))),
    ],
)
def test_a_weekend_has_names(weekend: Any, off: set[int]) -> None:
    calendar = business_days(weekend=weekend)
    week = [date(2026, 1, 5) + DAY * n for n in range(7)]
    assert {day.weekday() for day in week if day not in calendar} == off
    assert calendar == business_days(weekend=[WEEKDAYS[day] for day in off])


@pytest.mark.parametrize(
    "weekend", ["", "sa", "5", "sat-", "someday", 7, 0, (5, 6), -1, True, None, [None], 1.5]
)
def test_what_is_no_weekend_is_refused(weekend: Any) -> None:
    with pytest.raises(ScheduleError, match="is no weekday for weekend: use names such as mon"):
        business_days(weekend=weekend)


def test_a_calendar_answers_for_dates_and_for_what_a_datetime_shows() -> None:
    calendar = business_days(holidays=[date(2026, 5, 1)])
    assert date(2026, 4, 30) in calendar
    assert date(2026, 5, 1) not in calendar
    assert datetime(2026, 5, 1, 9, tzinfo=PARIS) not in calendar
    with pytest.raises(ScheduleError, match="so ask it for one and not for '2026-05-01'"):
        assert "2026-05-01" in calendar


def test_calendars_are_equal_when_their_days_are() -> None:
    plain = business_days(holidays=[date(2026, 5, 1)])
    assert plain == business_days("sun,sat", {date(2026, 5, 1): "Labour Day"})
    # The second of May is a Saturday.
    assert plain == business_days(holidays={date(2026, 5, 1), date(2026, 5, 2)})
    assert plain == business_days(holidays=[[date(2026, 5, 1)], frozenset({date(2026, 5, 2)})])
    assert hash(plain) == hash(business_days(holidays=(date(2026, 5, 1),)))
    assert plain != business_days()
    assert eval(repr(plain), NAMES) == pickle.loads(pickle.dumps(plain)) == plain


# Containers of holidays.


def test_a_held_container_cannot_be_written() -> None:
    for schedule in (
        DAILY.on(Growing()),
        DAILY.on(business_days(holidays=Growing())),
        DAILY.rolled(business_days(holidays=Growing()), "following"),
        business_days(holidays=Growing()).nth(1),
    ):
        with pytest.raises(ScheduleError, match="cannot be written: list its dates"):
            schedule.to_dict()


@pytest.mark.parametrize(
    ("container", "message"),
    [
        (Listed([2025, 2026], expand=False), "make it with expand=True, or with all the years"),
        (Listed([2025], expand=True), "it begins in 1990 and ends in 2040"),
    ],
)
def test_silence_of_a_container_is_no_answer(container: Any, message: str) -> None:
    for schedule in (
        cron("0 9 4 7 *").on(business_days(holidays=container)),
        DAILY.on(container),
        DAILY.rolled(business_days(weekend=(), holidays=container), "following"),
        business_days(holidays=container).nth(1, "year"),
    ):
        with pytest.raises(SearchHorizonError, match=message):
            list(schedule.runs(START))
    inside = DAILY.on(business_days(holidays=container)).within(
        datetime(2025, 1, 1, tzinfo=PARIS), datetime(2027, 1, 1, tzinfo=PARIS)
    )
    assert len(dates(inside, utc(2000, 1, 1), utc(2060, 1, 1))) == 522 - 24


# The n-th business day.


@pytest.mark.parametrize(
    ("n", "per", "expected"),
    [
        (3, "month", "04-03 05-08"),
        (-1, "month", "04-30 05-29"),
        (1, "quarter", "04-01"),
        (-1, "quarter", ""),
        (-28, "quarter", "05-22"),
        (80, "year", "04-22"),
        # Golden Week leaves a week of two business days and one of four.
        (5, "week", "04-03 04-10 04-17 04-24 05-15 05-22 05-29"),
        (-5, "week", "04-06 04-13 04-20 05-11 05-18 05-25"),
    ],
)
def test_the_nth_business_day_of_a_period(n: int, per: Period, expected: str) -> None:
    schedule = JAPAN.nth(n, per=per, at=time(9), tz="Asia/Tokyo")
    spring = utc(2026, 4, 1), utc(2026, 6, 1)
    assert dates(schedule, *spring) == [f"2026-{day}" for day in expected.split()]
    assert schedule.tz is TOKYO


def test_nth_business_days_have_a_time_a_zone_and_an_end() -> None:
    first = business_days().nth(1, at=time(9))
    assert (first & cron("0 10 * * *")).next_run(START) is None
    assert first.in_zone(TOKYO) == business_days().nth(1, at=time(9), tz="Asia/Tokyo")
    assert first.prev_run(utc(1, 1, 1, 9)) is first.next_run(utc(9999, 12, 31)) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n": 0}, "n must be an int from 1 to 31 for a month, or from -1 down"),
        ({"n": 32}, "n must be an int"),
        ({"n": -8, "per": "week"}, "n must be an int from 1 to 7 for a week"),
        ({"n": True}, "n must be an int"),
        ({"n": 1.0}, "n must be an int"),
        ({"n": 1, "per": "day"}, "per must be one of week, month, quarter, year, not 'day'"),
        ({"n": 1, "per": ["day"]}, "per must be one of"),
        (
            {"n": 1, "at": "09:00"},
            "a time of day is a datetime.time of whole seconds without a zone",
        ),
        ({"n": 1, "at": time(9, tzinfo=UTC)}, "a time of day is"),
        ({"n": 1, "at": time(9, 0, 0, 1)}, "a time of day is"),
        ({"n": 1, "dst": "vixie"}, "only cron"),
    ],
)
def test_what_is_no_nth_business_day_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        business_days().nth(**given)


@pytest.mark.parametrize("weekend", [(), (5, 6), (4, 5), (0, 2, 4), range(6), range(7)], ids=str)
@pytest.mark.parametrize("per", ["week", "month", "quarter", "year"])
def test_a_number_no_period_has_days_for_is_known_at_once(weekend: Any, per: Period) -> None:
    names = [WEEKDAYS[day] for day in weekend]
    calendar = business_days(names)
    periods: Counter[object] = Counter()
    for n in range(30 * 366):
        day = date(2000, 1, 3) + n * DAY
        if day.weekday() not in weekend:
            year, week, _ = day.isocalendar()
            month = day.month - 1
            periods[{"week": (year, week), "month": (day.year, month), "year": day.year,
                     "quarter": (day.year, month // 3)}[per]] += 1  # fmt: skip
    most = max(periods.values(), default=0)
    if most:
        assert calendar.nth(most, per).next_run(START) is not None
    asked: list[date] = []

    class Asked:
        def __contains__(self, day: object) -> bool:
            asked.append(cast(date, day))
            return False

    if most < {"week": 7, "month": 31, "quarter": 92, "year": 366}[per]:
        beyond = business_days(names, holidays=Asked()).nth(most + 1, per)
        assert beyond.next_run(START) is beyond.prev_run(START) is None
    assert not asked


# Calendars without business days.


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_without_business_days_nothing_runs(convention: Convention) -> None:
    never = business_days(weekend="*")
    for schedule in (DAILY.on(never), DAILY.rolled(never, convention), never.nth(1)):
        assert schedule.next_run(START) is schedule.prev_run(START) is None
        assert schedule.count(START, END) == 0


def test_without_a_proof_a_search_ends_at_its_horizon() -> None:
    never = business_days(holidays=Everything())
    schedules = [
        DAILY.on(never),
        DAILY.excluding(Everything()),
        cron("0 9 * * sat").on(business_days(holidays=Growing())),
        DAILY.rolled(never, "following"),
        DAILY.rolled(never, "preceding"),
        never.nth(1),
    ]
    for schedule in schedules:
        for ask in (schedule.next_run, schedule.prev_run):
            with pytest.raises(SearchHorizonError, match="nothing proves that there is none"):
                ask(START)
    assert never.nth(1).count(START, END) == 0
    assert not list(never.nth(1).runs_back(END, START))
    assert not list(DAILY.on(never).runs(START, END))
    assert not list(DAILY.on(never).runs_back(END, START))


# Copies, and the oracle.


@pytest.mark.parametrize(
    "schedule",
    [
        JAPAN.nth(-2, per="quarter", at=time(9, 30, 5), tz="Asia/Tokyo"),
        JAPAN.nth(1, dst="wall"),
    ],
    ids=repr,
)
def test_a_copy_is_equal(schedule: Schedule) -> None:
    assert_copies(schedule)


@some
@given(
    questions(),
    st.sampled_from(get_args(Period)),
    st.integers(-23, 23).filter(bool),
    weekends,
    policies().filter(lambda dst: dst not in CRON_POLICIES),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
    st.booleans(),
)
def test_nth_business_days_are_the_oracles(
    question: Any, per: Period, n: int, weekend: Any, dst: Any, moment: time, grows: bool
) -> None:
    case, start, _ = question
    end = start + 200 * DAY
    n = max(-7, min(7, n)) if per == "week" else n
    named = dst if isinstance(dst, DstPolicy) else DstPolicy(**_pair(dst))
    more = Growing()
    calendar = business_days([WEEKDAYS[day] for day in weekend], more if grows else ())
    is_business = oracle.business(weekend, more if grows else ())
    policy = Policy(named.gap, named.overlap)
    expected = oracle.nth(n, per, moment, case.tz, is_business, policy, start, end)
    schedule = calendar.nth(n, per, at=moment, tz=case.tz, dst=named)
    assert in_utc(schedule.runs(start, end)) == expected
    assert in_utc(schedule.runs_back(end, start)) == expected[::-1]
    assert schedule.count(start, end) == len(expected)


def _pair(name: str) -> dict[str, Any]:
    policy = calendar_interval(days=1, anchor=START, dst=name).policy
    return {"gap": policy.gap, "overlap": policy.overlap}


class TestNthBusinessDays(ScheduleLaws):
    examples = drawn(4)
    deadline = None

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return nth_business_days()


def test_months_with_too_few_business_days_have_no_run_in_a_range() -> None:
    # In 2026 July and December alone have 23 business days.
    last = business_days().nth(23)
    assert last.count(utc(2026, 1, 1), utc(2027, 1, 1)) == 2
    both = last | business_days().nth(-23)
    assert both.count(utc(2026, 1, 1), utc(2027, 1, 1)) == 4
