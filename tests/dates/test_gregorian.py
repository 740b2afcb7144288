"""The tables of the calendar, against `datetime` and `calendar`."""

import calendar
from datetime import date, timedelta

import pytest

from duetime.dates.gregorian import (
    CYCLE_DAYS,
    CYCLE_YEARS,
    KINDS,
    SHAPE,
    SHAPES,
    cycle_of_months,
    date_of,
    day_number,
    days_in_month,
)

EPOCH = date(1970, 1, 1).toordinal()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(1, 1, 1), date(5, 1, 1)),
        (date(1599, 1, 1), date(1601, 12, 31)),
        (date(1895, 1, 1), date(2105, 1, 1)),
        (date(2369, 12, 1), date(2370, 2, 1)),
        (date(9996, 1, 1), date(9999, 12, 31)),
    ],
)
def test_days_and_dates_are_those_of_datetime(first: date, last: date) -> None:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        parts = (day.year, day.month, day.day)
        assert date_of(ordinal - EPOCH) == parts
        assert day_number(*parts) == ordinal - EPOCH


def test_the_first_and_last_day_of_every_month_of_the_calendar_are_known() -> None:
    for year in range(1, 10_000):
        for month in range(1, 13):
            length = 28 + SHAPE[year][month] % 4
            last = day_number(year, month, length)
            assert date.fromordinal(last + EPOCH) == date(year, month, length)
            assert date_of(last) == (year, month, length)
            assert last + 1 == (
                day_number(year, month + 1, 1)
                if month < 12
                else date(year, 12, 31).toordinal() - EPOCH + 1
            )


def test_the_shape_of_a_month_is_the_weekday_of_its_first_day_and_its_length() -> None:
    for year in [*range(1, 50), *range(1580, 2420), *range(9950, 10_000)]:
        for month in range(1, 13):
            weekday, length = calendar.monthrange(year, month)
            assert SHAPE[year][month] == weekday * 4 + length - 28
            assert days_in_month(year, month) == length


def test_months_have_all_28_shapes_and_no_other() -> None:
    assert {SHAPE[year][month] for year in range(400) for month in range(1, 13)} == set(range(28))
    assert SHAPES == 28


def test_the_calendar_repeats_after_400_years() -> None:
    assert date(1970 + CYCLE_YEARS, 1, 1) - date(1970, 1, 1) == timedelta(days=CYCLE_DAYS)
    assert CYCLE_DAYS % 7 == 0
    assert len(cycle_of_months()[1]) == CYCLE_DAYS
    assert SHAPE[1:401] == SHAPE[401:801]


def test_a_year_has_one_of_14_kinds() -> None:
    assert KINDS == 14
    for year in range(1, 401):
        kind = SHAPE[year][0]
        weekday, leap = date(year, 1, 1).weekday(), date(year, 12, 31).timetuple().tm_yday == 366
        assert kind == weekday * 2 + leap
