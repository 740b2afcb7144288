"""Celery's own crontab parser as a witness for the celery dialect, field by field."""

from __future__ import annotations

import pytest
from celery.schedules import ParseException, crontab_parser
from hypothesis import given
from hypothesis import strategies as st

from duetime import CronSyntaxError
from duetime.crontabs.dialects import MONTH_NAMES, WEEKDAY_NAMES
from tests.support.crontabs import cron

FIELDS = {
    # Name: how many values, the first one, names that Celery reads there.
    "minute": (60, 0, ()),
    "hour": (24, 0, ()),
    "day_of_month": (31, 1, ()),
    "month_of_year": (12, 1, (*MONTH_NAMES, "January", "SEPT", "july")),
    "day_of_week": (7, 0, (*WEEKDAY_NAMES, "Monday", "THURS", "fri")),
}


def values_of(name: str, text: str) -> set[int]:
    """The values that duetime reads from a field of the celery dialect."""
    fields = cron(**{name: text}, dialect="celery").fields
    bits = {
        "minute": fields.minute,
        "hour": fields.hour,
        "day_of_month": fields.days.day_of_month,
        "month_of_year": fields.month,
        "day_of_week": fields.days.day_of_week,
    }[name]
    return {value for value in range(bits.bit_length()) if bits >> value & 1}


@st.composite
def fields(draw: st.DrawFn) -> tuple[str, str]:
    """A field of the celery dialect: its name and its text."""
    name = draw(st.sampled_from(sorted(FIELDS)))
    size, first, names = FIELDS[name]
    numbers = st.integers(first, first + size - 1).map(str)
    value = numbers | st.sampled_from(names) if names else numbers
    span = st.just("*") | st.tuples(value, value).map("-".join)
    stepped = st.tuples(span, st.integers(1, 70).map(str)).map("/".join)
    items = st.lists(value | span | stepped, min_size=1, max_size=4)
    return name, ",".join(draw(items))


@given(fields())
def test_a_field_has_the_values_that_celery_gives_it(field: tuple[str, str]) -> None:
    name, text = field
    size, first, _ = FIELDS[name]
    assert values_of(name, text) == set(crontab_parser(size, first).parse(text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("minute", "5/2"),
        ("minute", "60"),
        ("minute", "*/"),
        ("minute", "1,,2"),
        ("minute", ""),
        ("hour", "24"),
        ("day_of_month", "0"),
        ("day_of_month", "32"),
        ("month_of_year", "13"),
        ("day_of_week", "7"),
        ("day_of_week", "xyz"),
        ("day_of_week", "-1"),
    ],
)
def test_what_celery_refuses_is_refused(name: str, text: str) -> None:
    size, first, _ = FIELDS[name]
    with pytest.raises((ParseException, ValueError, IndexError)):
        crontab_parser(size, first).parse(text)
    with pytest.raises(CronSyntaxError):
        cron(**{name: text}, dialect="celery")
