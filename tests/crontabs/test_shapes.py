"""Day rules, for months of all 28 shapes, against a walk over real months."""

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    FROM_LAST,
    LAST_OF,
    NEAR_DAY,
    NEAR_LAST,
    NTH_OF,
    DayRule,
)
from duetime.crontabs.shapes import month_masks

NONE = 0


def _months() -> dict[int, tuple[int, int]]:
    """A real month of each shape: (weekday of the 1st, Monday 0) * 4 + days over 28."""
    found: dict[int, tuple[int, int]] = {}
    for year in range(1990, 2030):
        for month in range(1, 13):
            weekday, length = calendar.monthrange(year, month)
            found.setdefault(weekday * 4 + length - 28, (year, month))
    return found


MONTHS = _months()


def days_of(year: int, month: int) -> list[date]:
    return [date(year, month, n) for n in range(1, calendar.monthrange(year, month)[1] + 1)]


def assert_days(rule: DayRule, expected: Callable[[list[date]], Iterable[date]]) -> None:
    """The rule runs, in a month of every shape, on the days that `expected` picks of it."""
    masks = month_masks(rule)
    assert len(masks) == len(MONTHS) == 28
    for shape, (year, month) in MONTHS.items():
        days = days_of(year, month)
        wanted = {day.day for day in expected(days)}
        assert {n for n in range(64) if masks[shape] >> n & 1} == wanted, (year, month)


def cron_weekday(day: date) -> int:
    return day.isoweekday() % 7


def nearest_working_day(days: list[date], day: date) -> date:
    """By distance; a tie cannot be, as a weekend is two days long."""
    working = [each for each in days if each.weekday() < 5]
    return min(working, key=lambda each: abs(each - day))


def by_date(bits: int, *, clamp: bool = False) -> DayRule:
    return DayRule(bits, EVERY_DAY_OF_WEEK, "and", clamp)


def by_weekday(bits: int) -> DayRule:
    return DayRule(EVERY_DAY_OF_MONTH, bits, "and")


@pytest.mark.parametrize("n", range(1, 32))
def test_a_day_of_the_month_is_left_out_of_months_that_do_not_have_it(n: int) -> None:
    assert_days(by_date(1 << n), lambda days: days[n - 1 : n])


@pytest.mark.parametrize("n", range(1, 32))
def test_a_clamped_day_falls_on_the_last_of_a_shorter_month(n: int) -> None:
    assert_days(by_date(1 << n, clamp=True), lambda days: [days[min(n, len(days)) - 1]])


@pytest.mark.parametrize("n", range(31))
def test_days_are_counted_from_the_last(n: int) -> None:
    assert_days(by_date(1 << (FROM_LAST + n)), lambda days: days[::-1][n : n + 1])


@pytest.mark.parametrize("n", range(1, 32))
@pytest.mark.parametrize("clamp", [False, True])
def test_the_weekday_nearest_to_a_day_stays_in_the_month(n: int, *, clamp: bool) -> None:
    def expected(days: list[date]) -> list[date]:
        day = min(n, len(days)) if clamp else n
        return [nearest_working_day(days, days[day - 1])] if day <= len(days) else []

    assert_days(by_date(1 << (NEAR_DAY + n), clamp=clamp), expected)


@pytest.mark.parametrize("n", range(31))
def test_the_weekday_nearest_to_a_day_before_the_last_stays_in_the_month(n: int) -> None:
    assert_days(
        by_date(1 << (NEAR_LAST + n)),
        lambda days: [nearest_working_day(days, day) for day in days[::-1][n : n + 1]],
    )


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekday_is_every_one_of_the_month(weekday: int) -> None:
    assert_days(
        by_weekday(1 << weekday),
        lambda days: [day for day in days if cron_weekday(day) == weekday],
    )


@pytest.mark.parametrize("weekday", range(7))
def test_the_last_weekday_has_no_other_of_its_kind_after_it(weekday: int) -> None:
    assert_days(
        by_weekday(1 << (LAST_OF + weekday)),
        lambda days: [day for day in days if cron_weekday(day) == weekday][-1:],
    )


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("nth", range(1, 6))
def test_the_nth_weekday_is_counted_from_the_first_of_the_month(weekday: int, nth: int) -> None:
    assert_days(
        by_weekday(1 << (NTH_OF + 8 * nth + weekday)),
        lambda days: [day for day in days if cron_weekday(day) == weekday][nth - 1 : nth],
    )


def test_joined_by_and_a_day_must_be_in_both_sets() -> None:
    friday_13th = DayRule(1 << 13, 1 << 5, "and")
    assert_days(friday_13th, lambda days: [d for d in days if d.day == 13 and d.weekday() == 4])


def test_joined_by_or_a_day_may_be_in_either_set() -> None:
    rule = DayRule(1 << 13 | 1 << 31, 1 << 5, "or")
    assert_days(rule, lambda days: [d for d in days if d.day in (13, 31) or cron_weekday(d) == 5])


def test_several_modifiers_of_one_field_add_up() -> None:
    rule = by_date(1 << 1 | 1 << FROM_LAST | 1 << (FROM_LAST + 7) | 1 << (NEAR_DAY + 15))
    assert_days(
        rule,
        lambda days: [days[0], days[-1], days[-8], nearest_working_day(days, days[14])],
    )


def test_a_rule_with_another_needs_both() -> None:
    first_week = by_date(sum(1 << n for n in range(1, 8)))
    mondays = by_weekday(1 << 1)
    both = DayRule(first_week.day_of_month, first_week.day_of_week, "and", also=mondays)
    assert_days(both, lambda days: [d for d in days if d.day <= 7 and d.weekday() == 0])
    thrice = DayRule(EVERY_DAY_OF_MONTH, 1 << 1 | 1 << 3, "and", also=both)
    assert month_masks(thrice) == month_masks(both)


def test_no_days_are_no_days_and_all_days_are_all() -> None:
    assert_days(by_date(NONE), lambda days: [])
    assert_days(by_date(EVERY_DAY_OF_MONTH), lambda days: days)
    assert_days(by_date(EVERY_DAY_OF_MONTH, clamp=True), lambda days: days)


@pytest.mark.parametrize(
    ("bits", "month", "expected"),
    [
        # Saturday the 1st: Friday is in the month before, so Monday the 3rd.
        (1 << (NEAR_DAY + 1), (2026, 8), date(2026, 8, 3)),
        # Sunday the 31st: Monday is in the month after, so Friday the 29th.
        (1 << (NEAR_DAY + 31), (2026, 5), date(2026, 5, 29)),
        (1 << NEAR_LAST, (2026, 5), date(2026, 5, 29)),
        (1 << NEAR_LAST, (2026, 2), date(2026, 2, 27)),
        # Sunday the 15th moves on to Monday.
        (1 << (NEAR_DAY + 15), (2026, 3), date(2026, 3, 16)),
        # Three days before the last is Saturday the 28th.
        (1 << (NEAR_LAST + 3), (2026, 3), date(2026, 3, 28) - timedelta(days=1)),
    ],
)
def test_nearest_weekdays_one_by_one(bits: int, month: tuple[int, int], expected: date) -> None:
    weekday, length = calendar.monthrange(*month)
    mask = month_masks(by_date(bits))[weekday * 4 + length - 28]
    assert mask == 1 << expected.day
