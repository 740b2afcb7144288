"""Fields as bit sets, and when two crontabs mean the same."""

from typing import get_args

import pytest

from duetime import Cron, DstPolicy, InvalidValueError, ScheduleError
from duetime.crontabs.dialects import (
    DIALECTS,
    MONDAY_FROM_0,
    MONDAY_TO_0,
    SECOND_FIELD,
    SUNDAY_TO_SATURDAY,
    SUNDAY_TO_SUNDAY,
    YEAR_FIELD,
    find_dialect,
)
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
    DayItem,
    DayRule,
    Field,
)
from duetime.crontabs.schedule import DialectName, FieldName
from duetime.zones import CRON_POLICIES, NAMED_POLICIES, PolicyName
from tests.support.crontabs import cron


def bits(*values: int) -> int:
    return sum(1 << value for value in values)


def test_the_bits_of_a_star_are_all_values_of_the_field() -> None:
    assert Field("f", 3, 6).every == bits(3, 4, 5, 6)
    assert SECOND_FIELD.every == bits(*range(60))
    assert YEAR_FIELD.every == bits(*range(1, 10_000))
    assert Field("f", 3, 6).size == 4


def test_sunday_as_7_is_sunday_as_0() -> None:
    assert SUNDAY_TO_SUNDAY.every == SUNDAY_TO_SATURDAY.every == EVERY_DAY_OF_WEEK
    assert SUNDAY_TO_SUNDAY.folded(bits(7)) == bits(0)
    assert SUNDAY_TO_SUNDAY.folded(bits(1, 6, 7)) == bits(0, 1, 6)
    assert SUNDAY_TO_SUNDAY.folded(bits(LAST_OF, LAST_OF + 6)) == bits(LAST_OF, LAST_OF + 6)


def test_a_week_may_begin_with_monday() -> None:
    for field, monday, sunday in ((MONDAY_FROM_0, 0, 6), (MONDAY_TO_0, 1, 7)):
        assert field.every == EVERY_DAY_OF_WEEK
        assert field.folded(bits(monday)) == bits(1)
        assert field.folded(bits(sunday)) == bits(0)
        assert [field.weekday(monday), field.weekday(sunday)] == [1, 0]
        assert [field.number(1), field.number(0)] == [monday, sunday]
        assert field.plain["mon"] == bits(1)


def test_a_range_of_weekdays_comes_round_after_seven() -> None:
    assert [SUNDAY_TO_SUNDAY.turn, MONDAY_TO_0.turn, Field("hour", 0, 23).turn] == [7, 7, 24]


def test_only_a_week_of_eight_days_is_folded() -> None:
    assert Field("hour", 0, 7).folded(bits(7)) == bits(7)
    assert SUNDAY_TO_SATURDAY.folded(bits(7)) == bits(7)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_read_at_a_glance_means_the_same_spelt_otherwise(dialect: str) -> None:
    for field in DIALECTS[dialect].fields:
        for text in field.plain:
            other = f"0{text}" if text.isdigit() else text.upper()
            read, reread = ({field.name: spelt} for spelt in (text, other))
            assert cron(dialect=dialect, **read) == cron(dialect=dialect, **reread)


def test_modifiers_have_bits_of_their_own() -> None:
    days = {*range(1, 32)}
    from_last = {FROM_LAST + n for n in range(31)}
    near_day = {64 + n for n in range(1, 32)}
    near_last = {NEAR_LAST + n for n in range(31)}
    sets = [days, from_last, near_day, near_last]
    assert len(set.union(*sets)) == sum(map(len, sets))
    nth = {NTH_OF + 8 * n + day for n in range(1, 6) for day in range(7)}
    sets = [{*range(7)}, {LAST_OF + day for day in range(7)}, nth]
    assert len(set.union(*sets)) == sum(map(len, sets))


def items_of(day_of_month: str, day_of_week: str) -> list[DayItem]:
    """The items of two day fields, as cronsim or Quartz write them."""
    dialect = "quartz" if "?" in (day_of_month, day_of_week) else "vixie"
    texts = {"day_of_month": day_of_month, "day_of_week": day_of_week}
    return [*cron(dialect=dialect, **texts).fields.days.items()]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("1", DayItem("day", 1)),
        ("31", DayItem("day", 31)),
        ("L", DayItem("from_last", 0)),
        ("L-30", DayItem("from_last", 30)),
        ("1W", DayItem("near_day", 1)),
        ("31W", DayItem("near_day", 31)),
        ("LW", DayItem("near_last", 0)),
        ("L-30W", DayItem("near_last", 30)),
    ],
)
def test_a_day_of_the_month_is_decoded_into_its_item(text: str, item: DayItem) -> None:
    assert [each for each in items_of(text, "?") if each.kind != "weekday"] == [item]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("0", DayItem("weekday", 0)),
        ("6", DayItem("weekday", 6)),
        ("7", DayItem("weekday", 0)),
        ("sunL", DayItem("last_of", 0)),
        ("satL", DayItem("last_of", 6)),
        ("sun#1", DayItem("nth_of", 0, 1)),
        ("fri#2", DayItem("nth_of", 5, 2)),
        ("sat#5", DayItem("nth_of", 6, 5)),
    ],
)
def test_a_day_of_the_week_is_decoded_into_its_item(text: str, item: DayItem) -> None:
    assert [each for each in items_of("*", text) if each.kind != "day"] == [item]


def test_items_come_field_by_field_with_the_plain_ones_first() -> None:
    assert items_of("L,LW,15,3", "tue#3,monL,mon#1,5,1") == [
        DayItem("day", 3),
        DayItem("day", 15),
        DayItem("from_last", 0),
        DayItem("near_last", 0),
        DayItem("weekday", 1),
        DayItem("weekday", 5),
        DayItem("last_of", 1),
        DayItem("nth_of", 1, 1),
        DayItem("nth_of", 2, 3),
    ]


def test_every_bit_of_a_day_rule_has_an_item_of_its_own() -> None:
    dates = bits(
        *range(1, 32),
        *range(FROM_LAST, FROM_LAST + 31),
        *range(NEAR_DAY + 1, NEAR_DAY + 32),
        *range(NEAR_LAST, NEAR_LAST + 31),
    )
    weekdays = bits(
        *range(7),
        *(LAST_OF + day for day in range(7)),
        *(NTH_OF + 8 * n + day for n in range(1, 6) for day in range(7)),
    )
    rule = DayRule(dates, weekdays, "or")
    items = [*rule.items()]
    assert len({*items}) == len(items) == dates.bit_count() + weekdays.bit_count()
    assert items == [*rule.date_items(), *rule.weekday_items()]
    assert {item.kind for item in rule.date_items()} == {
        "day",
        "from_last",
        "near_day",
        "near_last",
    }
    assert {item.kind for item in rule.weekday_items()} == {"weekday", "last_of", "nth_of"}


def test_a_rule_without_days_has_no_items() -> None:
    assert not [*DayRule(0, 0, "and").items()]


def test_an_expression_becomes_bits() -> None:
    assert cron("5 0 9 LW,15 jan mon#2,friL,7", dialect="cronsim").fields == CronFields(
        second=bits(5),
        minute=bits(0),
        hour=bits(9),
        month=bits(1),
        year=None,
        days=DayRule(
            bits(15, NEAR_LAST),
            bits(0, NTH_OF + 8 * 2 + 1, LAST_OF + 5),
            "or",
        ),
        policy=DstPolicy("end", "first"),
    )


@pytest.mark.parametrize(
    ("expression", "dialect", "join"),
    [
        ("0 0 1 * mon", "vixie", "or"),
        ("0 0 * * mon", "vixie", "and"),
        ("0 0 */2 * mon", "vixie", "and"),
        ("0 0 *,5 * mon", "vixie", "and"),
        ("0 0 1 * */2", "vixie", "and"),
        ("0 0 5,*/7 * mon", "vixie", "or"),
        ("0 0 1 * mon", "celery", "and"),
        ("0 0 * * *", "celery", "and"),
    ],
)
def test_the_day_fields_join_as_the_dialect_says(expression: str, dialect: str, join: str) -> None:
    assert cron(expression, dialect=dialect).fields.days.join == join


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("0 9 * * 1-5", "0 9 * * mon-fri"),
        ("0 9 * * 0", "0 9 * * 7"),
        ("0 9 * * 0", "0 9 * * SUN"),
        ("0 9 * * 5-7", "0 9 * * 0,5,6"),
        ("0,15,30,45 * * * *", "*/15 * * * *"),
        ("5/20 1 * * *", "05,25,45 01 * * *"),
        ("@daily", "0 0 * * *"),
        ("@WEEKLY", "0 0 * * sun"),
        ("0 9 * * *", "0 0 9 * * *"),
        ("0 9 1,1,1 jan *", "0 9 1 1 *"),
        ("\t0  9\n* * *\r", "0 9 * * *"),
        ("0 0 LW * 1l", "0 0 lw * 1L"),
        ("0 0 1-31 * 0-6", "0 0 * * *"),
        ("0 0 1-31 * mon", "0 0 * * *"),
        ("0 0 13 * 0-6", "0 0 1-31 * *"),
        ("0 0 1-31,L * *", "0 0 * * *"),
        ("0 0 * * 0-6,5L", "0 0 * * *"),
    ],
)
def test_crontabs_are_equal_by_meaning_and_not_by_spelling(left: str, right: str) -> None:
    # The first two fields of */15 begin with a star, so only its policy differs without this.
    a, b = (cron(text, dialect="cronsim", dst="wall") for text in (left, right))
    assert a == b
    assert hash(a) == hash(b)
    assert len({a, b}) == 1


def test_a_step_beyond_the_end_of_the_years_leaves_the_first_alone() -> None:
    assert cron("0 9 * * *", year="1-9999/12345") == cron("0 9 * * *", year=1)


def test_short_months_make_no_difference_where_no_month_is_too_short() -> None:
    for expression in ("0 9 28 * *", "0 9 * * fri", "0 9 28,L * *", "0 9 * * *"):
        assert cron(expression, short_months="last") == cron(expression)


@pytest.mark.parametrize(
    "year", ["*", "1-9999", "*/1", range(1, 10_000)], ids=["star", "range", "step", "iterable"]
)
def test_a_year_field_that_leaves_no_year_out_is_no_year_field(year: str) -> None:
    assert cron("0 9 * * *", year=year) == cron("0 9 * * *")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (cron("0 9 * * *"), cron("1 9 * * *")),
        (cron("0 9 * * *"), cron("0 9 * * *", tz="Europe/Paris")),
        (cron("0 9 * * *"), cron("0 9 * * *", dst="wall")),
        (cron("0 9 * * *"), cron("0 9 * * *", year=2027)),
        (cron("0 9 * * *"), cron("0 9 * * *", second=1)),
        (cron("0 9 31 * *"), cron("0 9 31 * *", short_months="last")),
        (cron("0 9 1 * mon"), cron("0 9 1 * mon", dialect="celery")),
        # The job follows the clock because its minute is written with a star.
        (cron("*/30 9 * * *"), cron("0,30 9 * * *")),
    ],
)
def test_crontabs_that_run_at_other_times_are_unequal(left: object, right: object) -> None:
    assert left != right


@pytest.mark.parametrize(
    ("month", "expected"), [("*", EVERY_MONTH), ("2-12/2", bits(2, 4, 6, 8, 10, 12))]
)
def test_months_count_from_1(month: str, expected: int) -> None:
    assert cron(f"0 0 1 {month} *").fields.month == expected
    assert cron("0 0 * * *").fields.days.day_of_month == EVERY_DAY_OF_MONTH


def test_a_field_has_the_title_of_the_manuals() -> None:
    assert SUNDAY_TO_SUNDAY.title == "day-of-week"


def test_a_dialect_is_found_by_its_name() -> None:
    assert find_dialect("celery") is DIALECTS["celery"]


NAMES = (
    "vixie, cronsim, croniter, croniter6, croniter_and, celery, apscheduler, ocps, quartz,"
    " spring, cronos, robfig, kubernetes, github, aws, jenkins, systemd"
)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vixi", "'vixi' is not a cron dialect: did you mean vixie?"),
        ("sundial", f"'sundial' is not a cron dialect: use one of {NAMES}"),
        ("Celery", "'Celery' is not a cron dialect: did you mean celery?"),
        (None, f"None is not a cron dialect: use one of {NAMES}"),
        (["vixie"], f"['vixie'] is not a cron dialect: use one of {NAMES}"),
    ],
)
def test_an_unknown_dialect_is_refused_with_what_there_is(name: str, message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        cron("* * * * *", dialect=name)
    assert str(caught.value) == message


def names_in(form: object) -> set[object]:
    """The values of a Literal, or of a union of them."""
    parts = get_args(form)
    return set().union(*(names_in(part) for part in parts)) if parts else {form}


def test_types_name_each_dialect_and_each_policy() -> None:
    assert names_in(DialectName) == set(DIALECTS)
    assert names_in(PolicyName) == {*NAMED_POLICIES, *CRON_POLICIES}


@pytest.mark.parametrize(
    ("schedule", "field", "values"),
    [
        (cron("*/20 9 * * *"), "minute", (0, 20, 40)),
        (cron("*/20 9 * * *"), "hour", (9,)),
        (cron("*/20 9 * * *"), "second", (0,)),
        (cron("0 9 * feb,nov *"), "month_of_year", (2, 11)),
        (cron("0 9 1-3,L-2,15W,LW * *"), "day_of_month", (1, 2, 3, "L-2", "15W", "LW")),
        (cron("0 9 * * mon,5L,3#2"), "day_of_week", (1, "5L", "3#2")),
        (cron("0 9 * * mon,sun", dialect="apscheduler"), "day_of_week", (0, 1)),
        (cron("0 9 * * *"), "year", None),
        (cron("0 9 * * *", year="2026-2027"), "year", (2026, 2027)),
        (cron(hour=7, dialect="quartz"), "hour", (7,)),
    ],
)
def test_the_values_of_a_field_can_be_shown(
    schedule: Cron, field: FieldName, values: tuple[int | str, ...] | None
) -> None:
    assert schedule.values(field) == values


def test_a_field_that_has_no_values_of_its_own_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="field must be one of second, minute, hour"):
        cron("0 9 * * *").values("weekday")  # type: ignore[call-overload]
    both = cron("0 9 last,1 * 0", dialect="apscheduler")
    assert both.values("day_of_month") == (1, "L")
    with pytest.raises(InvalidValueError, match="one rule holds beside another"):
        cron("0 9 1,last fri * mon", dialect="apscheduler").values("day_of_month")
