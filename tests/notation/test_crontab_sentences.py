"""What crontabs are said to do: a table read by eye, and a reader that finds the runs again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import DstPolicy
from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    EVERY_MONTH,
    FROM_LAST,
    LAST_OF,
    NEAR_DAY,
    NEAR_LAST,
    NTH_OF,
    CronFields,
    DayRule,
)
from duetime.crontabs.schedule import Cron
from duetime.crontabs.shared import all_of
from duetime.testing import cron_expressions
from duetime.zones import find_zone
from tests.support.crontabs import cron
from tests.support.effort import few
from tests.support.sentences import Meaning, read_sentence

UTC_ZONE = find_zone("UTC")


def made_of(fields: CronFields) -> Cron:
    return Cron(fields, UTC_ZONE, "", (), "vixie")


# Whatever it says, a reader finds the same runs.

# An example is a thousand questions.
fewer = few(25)


@cache
def sample() -> tuple[date, ...]:
    """Every date of three years, which begin on a Saturday and a Friday."""
    years = (2000, 2022, 2027)
    return tuple(
        date(year, 1, 1) + timedelta(day)
        for year in years
        for day in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    )


def times_of(schedule: Cron) -> set[time]:
    hours, minutes, seconds = (
        [value for value in range(60) if bits >> value & 1] for bits in schedule._clock
    )
    return {time(h, m, s) for h in hours for m in minutes for s in seconds}


def assert_true(schedule: Cron) -> Meaning:
    """The sentence has exactly the times and dates of the schedule, on all of the sample."""
    meaning = read_sentence(schedule.describe())
    assert meaning.times == times_of(schedule)
    first = min(meaning.times)
    for day in sample():
        run = datetime.combine(day, first, UTC)
        assert meaning.on_date(day) == schedule.matches(run), day
    assert meaning.never == (schedule.next_run(datetime(1, 1, 1, tzinfo=UTC)) is None)
    return meaning


@fewer
@given(st.deferred(lambda: cron_expressions("vixie")), st.sampled_from(["skip", "last"]))
def test_a_sentence_of_a_crontab_is_true(
    expression: str, short_months: Literal["skip", "last"]
) -> None:
    assert_true(cron(expression, short_months=short_months))


@fewer
@given(st.deferred(lambda: cron_expressions("celery")))
def test_a_sentence_of_a_celery_crontab_is_true(expression: str) -> None:
    assert_true(cron(expression, dialect="celery"))


def bits(*numbers: int) -> st.SearchStrategy[int]:
    """One to four of some numbers, as bits."""
    chosen = st.sets(st.sampled_from(numbers), min_size=1, max_size=4)
    return chosen.map(lambda values: sum(1 << value for value in values))


MONTH_DAYS = st.just(EVERY_DAY_OF_MONTH) | bits(
    *range(1, 32), *range(FROM_LAST, FROM_LAST + 31), *range(NEAR_DAY + 1, NEAR_DAY + 32),
    *range(NEAR_LAST, NEAR_LAST + 31),
)  # fmt: skip
WEEKDAYS = st.just(EVERY_DAY_OF_WEEK) | bits(
    *range(7), *range(LAST_OF, LAST_OF + 7),
    *(NTH_OF + 8 * nth + day for nth in range(1, 6) for day in range(7)),
)  # fmt: skip
DAY_RULES = st.builds(
    DayRule.of, MONTH_DAYS, WEEKDAYS, st.sampled_from(["and", "or"]), clamp=st.booleans()
)
YEARS = st.none() | bits(*range(1995, 2030)) | st.sampled_from([
    sum(1 << year for year in range(1980, 2100, 4)),
    sum(1 << year for year in range(2000, 2027)),
])  # fmt: skip


@st.composite
def crontabs(draw: st.DrawFn) -> Cron:
    """Crontabs of every field, also of modifiers that a dialect here has no text for."""
    fields = CronFields(
        draw(st.just(1) | st.just((1 << 60) - 1) | bits(*range(60))),
        draw(st.just((1 << 60) - 1) | bits(*range(60))),
        draw(st.just((1 << 24) - 1) | bits(*range(24))),
        draw(st.just(EVERY_MONTH) | st.just(0b1111000) | bits(*range(1, 13))),
        draw(YEARS),
        draw(DAY_RULES),
        DstPolicy("skip", "both"),
    )
    return made_of(fields)


@fewer
@given(crontabs())
def test_a_sentence_of_any_fields_is_true(schedule: Cron) -> None:
    assert_true(schedule)


@fewer
@given(crontabs(), crontabs(), st.data())
def test_crontabs_that_read_alike_are_equal(one: Cron, other: Cron, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(CronFields._fields[:-1]))
    mutant = made_of(one.fields._replace(**{name: getattr(other.fields, name)}))
    assert (one.describe() == mutant.describe()) == (one == mutant)


def test_a_crontab_with_an_empty_field_never_runs() -> None:
    nowhere = all_of((cron("0 9 * * *"), cron("0 10 * * *")))
    assert nowhere.describe() == "Never, in UTC"


def test_the_dates_of_two_rules_at_once_are_said() -> None:
    friday_13th = all_of((cron("0 0 13 * *"), cron("0 0 * * fri")))
    assert friday_13th.describe() == (
        "At 00:00 on dates that match both (on Fridays) and (on day 13 of the month), in UTC"
    )


# A table read by eye: the dialect, the expression, and what it is said to do in UTC.

TABLE = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in Path(__file__).with_name("sentences.txt").read_text().splitlines()
]


@pytest.mark.parametrize(("dialect", "expression", "sentence"), TABLE)
def test_a_crontab_is_said_as_it_should_be(dialect: str, expression: str, sentence: str) -> None:
    schedule = cron(expression, dialect=dialect)
    assert schedule.describe() == f"{sentence}, in UTC"
    assert_true(schedule)


def made_of_days(**rule: int) -> str:
    days = DayRule.of(
        rule.get("day_of_month", EVERY_DAY_OF_MONTH),
        rule.get("day_of_week", EVERY_DAY_OF_WEEK),
        "and",
        clamp=False,
    )
    fields = CronFields(1, 1, 1, EVERY_MONTH, None, days, DstPolicy("skip", "both"))
    return made_of(fields).describe()


@pytest.mark.parametrize(
    ("day_of_month", "date_said"),
    [
        (FROM_LAST + 1, "day 1 day before the last day"),
        (FROM_LAST + 3, "day 3 days before the last day"),
        (NEAR_DAY + 15, "weekday (Monday to Friday) in the same month nearest to day 15"),
        (
            NEAR_LAST + 3,
            (
                "weekday (Monday to Friday) in the same month nearest to the day 3 days before"
                " the last day"
            ),
        ),
    ],
)
def test_modifiers_of_other_dialects_are_said(day_of_month: int, date_said: str) -> None:
    said = made_of_days(day_of_month=1 << day_of_month)
    assert said == f"At 00:00 on the {date_said} of the month, in UTC"


@pytest.mark.parametrize(
    ("expression", "given", "sentence"),
    [
        ("0 9 1 1 *", {"year": "2030"}, "At 09:00 on day 1 of January, in 2030"),
        ("0 9 * * *", {"year": "2026,2027"}, "At 09:00 every day, in the years 2026 and 2027"),
        ("0 9 * * 1", {"year": "2026-2030"}, "At 09:00 on Mondays, in the years 2026 to 2030"),
        (
            "* * * * *",
            {"year": "2000-2098/2"},
            "Every minute, in the years 2000, 2002, 2004 and so on to 2098",
        ),
        ("0 0 29 2 *", {"year": "2027"}, "Never: at 00:00 on day 29 of February, in 2027"),
        ("0 0 31 * *", {"short_months": "last"}, "At 00:00 on day 31 of the month"),
        ("30 9 * * *", {"second": "15"}, "At 09:30:15 every day"),
    ],
)
def test_what_an_expression_has_no_place_for_is_said(
    expression: str, given: dict[str, Any], sentence: str
) -> None:
    schedule = cron(expression, **given)
    if sentence.startswith("Never"):
        sentence += ", a date that does not exist"
    sentence += ", in UTC"
    if "short_months" in given:
        sentence += "; days 29 to 31 fall on the last day of a month that is too short for them"
    assert schedule.describe() == sentence
    assert_true(schedule)


# Equal crontabs read alike, however they are written.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0 9 * * 1-5", "0 9 * * mon,tue,wed,thu,fri"),
        ("0 0 * * 0", "0 0 * * 7"),
        ("*/15 * * * *", "0,15,30,45 0-23 * * *"),
        ("@daily", "0 0 1-31 * *"),
        ("@hourly", "0 0-23 * jan-dec *"),
        ("0 0 13 * *", "0 0 13 * 0-6"),
    ],
)
def test_equal_crontabs_read_alike(one: str, other: str) -> None:
    policy = DstPolicy("skip", "first")
    first, second = (cron(text, tz="Europe/Paris", dst=policy) for text in (one, other))
    assert (first == second) == (first.describe() == second.describe())
