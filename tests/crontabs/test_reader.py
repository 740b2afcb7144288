"""The reader: what each spelling means, and where each fault is."""

# ruff: noqa: E501 (a row of a table is a line)

from collections.abc import Iterable

import pytest

from duetime import CronSyntaxError, DstPolicy, ScheduleError
from duetime.crontabs.dialects import DIALECTS, Dialect
from duetime.crontabs.fields import FROM_LAST, LAST_OF, NEAR_DAY, NEAR_LAST, NTH_OF, CronFields
from duetime.crontabs.reader import FieldValue, read_fields, split_fields
from tests.support.crontabs import cron

VIXIE_LAYOUTS = "vixie crontabs have 5 fields (minute hour day-of-month month-of-year day-of-week)"

NICKNAMES = "@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly"


def values(bits: int) -> set[int]:
    return {n for n in range(bits.bit_length()) if bits >> n & 1}


def fault(expression: str, dialect: str = "vixie") -> CronSyntaxError:
    with pytest.raises(CronSyntaxError) as caught:
        cron(expression, dialect=dialect)
    return caught.value


# What is read.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", range(60)),
        ("7", [7]),
        ("07", [7]),
        ("0000007", [7]),
        ("1,1,1", [1]),
        ("5-8", range(5, 9)),
        ("8-8", [8]),
        ("*/20", [0, 20, 40]),
        ("*/60", [0]),
        ("*/100000000", [0]),
        ("*/007", range(0, 60, 7)),
        ("10-30/7", [10, 17, 24]),
        ("10-30/21", [10]),
        ("50/4", [50, 54, 58]),
        ("59/1", [59]),
        ("3,50-52,*/30", [0, 3, 30, 50, 51, 52]),
        ("*,5", range(60)),
    ],
)
def test_a_number_field_of_vixie_cron(text: str, expected: Iterable[int]) -> None:
    assert values(cron(f"{text} * * * *").fields.minute) == set(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sun", [0]),
        ("SAT", [6]),
        ("Mon-Fri", [1, 2, 3, 4, 5]),
        ("0", [0]),
        ("7", [0]),
        ("5-7", [0, 5, 6]),
        ("0-7", range(7)),
        ("*/2", [0, 2, 4, 6]),
        ("1/2", [0, 1, 3, 5]),
        ("sun,wed", [0, 3]),
        ("mon#1", [NTH_OF + 8 + 1]),
        ("5#5", [NTH_OF + 40 + 5]),
        ("7#2", [NTH_OF + 16]),
        ("5L", [LAST_OF + 5]),
        ("7l", [LAST_OF]),
        ("monL", [LAST_OF + 1]),
        ("sun#1,3,friL", [3, NTH_OF + 8, LAST_OF + 5]),
    ],
)
def test_a_weekday_field_of_vixie_cron(text: str, expected: Iterable[int]) -> None:
    assert values(cron(f"0 0 * * {text}").fields.days.day_of_week) == set(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L", [FROM_LAST]),
        ("l", [FROM_LAST]),
        ("LW", [NEAR_LAST]),
        ("lw", [NEAR_LAST]),
        ("1,LW,L", [1, FROM_LAST, NEAR_LAST]),
        ("*/10", [1, 11, 21, 31]),
        ("25/3", [25, 28, 31]),
    ],
)
def test_a_day_field_of_vixie_cron(text: str, expected: Iterable[int]) -> None:
    assert values(cron(f"0 0 {text} * *").fields.days.day_of_month) == set(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("jan", [1]), ("DEC", [12]), ("Mar-may", [3, 4, 5]), ("jul,sep", [7, 9]), ("*/5", [1, 6, 11])],
)
def test_a_month_field_of_vixie_cron(text: str, expected: Iterable[int]) -> None:
    assert values(cron(f"0 0 1 {text} *").fields.month) == set(expected)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("minute", "50-10", [*range(50, 60), *range(11)]),
        ("minute", "50-10/7", [50, 57, 4]),
        ("minute", "5-5", [5]),
        ("hour", "22-2", [22, 23, 0, 1, 2]),
        ("hour", "*/7", [0, 7, 14, 21]),
        ("day_of_month", "30-2", [30, 31, 1, 2]),
        ("day_of_month", "*/2", range(1, 32, 2)),
        ("month_of_year", "nov-february", [11, 12, 1, 2]),
        ("month_of_year", "11-2/3", [11, 2]),
        ("month_of_year", "January,JUNE", [1, 6]),
        ("day_of_week", "fri-mon", [5, 6, 0, 1]),
        ("day_of_week", "6-0", [6, 0]),
        ("day_of_week", "sunday,Wednes,saturn", [0, 3, 6]),
    ],
)
def test_a_field_of_celery(name: str, text: str, expected: Iterable[int]) -> None:
    keywords: dict[str, FieldValue] = {name: text}
    fields = cron(dialect="celery", **keywords).fields
    bits = {
        "minute": fields.minute,
        "hour": fields.hour,
        "day_of_month": fields.days.day_of_month,
        "month_of_year": fields.month,
        "day_of_week": fields.days.day_of_week,
    }
    assert values(bits[name]) == set(expected)


@pytest.mark.parametrize(
    ("nickname", "expression"),
    [
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
        (" @Hourly\t", "0 * * * *"),
    ],
)
def test_a_nickname_stands_for_an_expression(nickname: str, expression: str) -> None:
    assert cron(nickname) == cron(expression)
    assert eval(repr(cron(nickname)), {"cron": cron}) == cron(expression)


# Modifiers that no dialect here switches on, and what the reader makes of them.

MODIFIERS = Dialect(
    name="all",
    fields=DIALECTS["vixie"].fields,
    layouts=DIALECTS["vixie"].layouts,
    join="star",
    policy="wall",
    modifiers=frozenset({"L", "LW", "L-n", "L-nW", "nW", "dL", "d#n"}),
)


def read(expression: str, dialect: Dialect = MODIFIERS) -> CronFields:
    texts = split_fields(expression, dialect)
    return read_fields(texts, dialect, None, clamp=False, expression=expression)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L", FROM_LAST),
        ("L-0", FROM_LAST),
        ("L-3", FROM_LAST + 3),
        ("l-30", FROM_LAST + 30),
        ("L-00030", FROM_LAST + 30),
        ("LW", NEAR_LAST),
        ("L-3W", NEAR_LAST + 3),
        ("l-3w", NEAR_LAST + 3),
        ("15W", NEAR_DAY + 15),
        ("1w", NEAR_DAY + 1),
        ("031W", NEAR_DAY + 31),
    ],
)
def test_a_day_modifier_sets_its_bit(text: str, expected: int) -> None:
    assert read(f"0 0 {text} * *").days.day_of_month == 1 << expected


@pytest.mark.parametrize(
    ("text", "reason", "position", "length"),
    [
        ("L-31", "L-31 is before the month: use L-0 to L-30", 6, 2),
        ("L-9999999999W", "L-9999999999 is before the month: use L-0 to L-30", 6, 10),
        ("32W", "day-of-month 32 is out of range 1-31", 4, 2),
        ("0W", "day-of-month 0 is out of range 1-31", 4, 1),
        ("W", "'W' is not a day of the month: use 1-31", 4, 1),
        ("-5W", "a day of the month is missing here: use 1-31", 4, 1),
        ("L5", "'L5' is not a day of the month: use 1-31", 4, 2),
        ("L-", "'L' is not a day of the month: use 1-31", 4, 1),
        ("L-W", "'L' is not a day of the month: use 1-31", 4, 1),
        ("L3W", "'L3W' is not a day of the month: use 1-31", 4, 3),
        ("5L", "'5L' is not a day of the month: use 1-31", 4, 2),
        ("15W/2", "15W takes no step", 7, 2),
        ("1-15W", "'15W' is not a day of the month: use 1-31", 6, 3),
        ("5#1", "'5#1' is not a day of the month: use 1-31", 4, 3),
    ],
)
def test_a_faulty_day_modifier_is_refused(
    text: str, reason: str, position: int, length: int
) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        read(f"0 0 {text} * *")
    error = caught.value
    assert (error.reason, error.position, error.length) == (reason, position, length)
    assert error.field == "day_of_month"


@pytest.mark.parametrize("text", ["L-", "L-W", "L5", "LL", "WL"])
def test_vixie_reads_nothing_into_a_broken_modifier(text: str) -> None:
    assert fault(f"0 0 {text} * *").field == "day_of_month"


# What is refused: the whole message, the field, and the place of the caret.

FAULTS = [
    ("75 9 * * *", "minute", 0, 2, "minute 75 is out of range 0-59"),
    ("* 24 * * *", "hour", 2, 2, "hour 24 is out of range 0-23"),
    ("* * 0 * *", "day_of_month", 4, 1, "day-of-month 0 is out of range 1-31"),
    ("* * 32 * *", "day_of_month", 4, 2, "day-of-month 32 is out of range 1-31"),
    ("* * * 13 *", "month_of_year", 6, 2, "month-of-year 13 is out of range 1-12"),
    ("* * * * 8", "day_of_week", 8, 1, "day-of-week 8 is out of range 0-7"),
    ("  0   9  1,2,33 * *", "day_of_month", 13, 2, "day-of-month 33 is out of range 1-31"),
    ("0 9 1,2,33,44 * *", "day_of_month", 8, 2, "day-of-month 33 is out of range 1-31"),
    ("5-99 * * * *", "minute", 2, 2, "minute 99 is out of range 0-59"),
    ("0,5-99 * * * *", "minute", 4, 2, "minute 99 is out of range 0-59"),
    ("99-5 * * * *", "minute", 0, 2, "minute 99 is out of range 0-59"),
    ("foo * * * *", "minute", 0, 3, "'foo' is not a minute: use 0-59"),
    ("* * * foo *", "month_of_year", 6, 3, "'foo' is not a month: use 1-12 or jan-dec"),
    ("* * * january *", "month_of_year", 6, 7, "'january' is not a month: use 1-12 or jan-dec"),
    ("* * * * mon-xyz", "day_of_week", 12, 3, "'xyz' is not a day of the week: use 0-7 or sun-sat"),
    ("* * * * L", "day_of_week", 8, 1, "'L' is not a day of the week: use 0-7 or sun-sat"),
    ("* * * * 8L", "day_of_week", 8, 1, "day-of-week 8 is out of range 0-7"),
    ("* * * * 1-5L", "day_of_week", 10, 2, "'5L' is not a day of the week: use 0-7 or sun-sat"),
    ("* * * * xyzL", "day_of_week", 8, 4, "'xyzL' is not a day of the week: use 0-7 or sun-sat"),
    ("* * * * mon#6", "day_of_week", 12, 1, "a month has five of a weekday at most: # takes 1-5, not '6'"),
    ("* * * * mon#0", "day_of_week", 12, 1, "a month has five of a weekday at most: # takes 1-5, not '0'"),
    ("* * * * 1,mon#12", "day_of_week", 14, 2, "a month has five of a weekday at most: # takes 1-5, not '12'"),
    ("* * * * mon#", "day_of_week", 12, 1, "a month has five of a weekday at most: # takes 1-5, not ''"),
    ("* * * * #1", "day_of_week", 8, 1, "a day of the week is missing here: use 0-7 or sun-sat"),
    ("* * * * 9#1", "day_of_week", 8, 1, "day-of-week 9 is out of range 0-7"),
    ("* * * * mon#1/2", "day_of_week", 13, 2, "mon#1 takes no step"),
    ("* * L/3 * *", "day_of_month", 5, 2, "L takes no step"),
    ("* * L-3W * *", "day_of_month", 4, 4, "vixie crontabs have no L-nW"),
    ("30-10 * * * *", "minute", 0, 5, "the range 30-10 runs backwards"),
    ("* * * * fri-mon", "day_of_week", 8, 7, "the range fri-mon runs backwards"),
    ("* * * * fri-sun", "day_of_week", 8, 7, "the range fri-sun runs backwards: at the end of a range Sunday is 7"),
    ("0,30-10/5 * * * *", "minute", 2, 5, "the range 30-10 runs backwards"),
    ("*/0 * * * *", "minute", 2, 1, "a step is a number from 1 on, not '0'"),
    ("*/000 * * * *", "minute", 2, 3, "a step is a number from 1 on, not '000'"),
    ("*/ * * * *", "minute", 2, 1, "a step is a number from 1 on, not nothing"),
    ("*/x * * * *", "minute", 2, 1, "a step is a number from 1 on, not 'x'"),
    ("*/-5 * * * *", "minute", 2, 2, "a step is a number from 1 on, not '-5'"),
    ("*/5/5 * * * *", "minute", 2, 3, "a step is a number from 1 on, not '5/5'"),
    ("*/1.5 * * * *", "minute", 2, 3, "a step is a number from 1 on, not '1.5'"),
    (", * * * *", "minute", 0, 1, "a minute is missing here: use 0-59"),
    ("1, * * * *", "minute", 2, 1, "a minute is missing here: use 0-59"),
    ("1,,2 * * * *", "minute", 2, 1, "a minute is missing here: use 0-59"),
    ("-5 * * * *", "minute", 0, 1, "a minute is missing here: use 0-59"),
    ("5- * * * *", "minute", 2, 1, "a minute is missing here: use 0-59"),
    ("/5 * * * *", "minute", 0, 1, "a minute is missing here: use 0-59"),
    ("1-2-3 * * * *", "minute", 2, 3, "'2-3' is not a minute: use 0-59"),
    ("** * * * *", "minute", 0, 2, "'**' is not a minute: use 0-59"),
    ("*-5 * * * *", "minute", 0, 1, "'*' is not a minute: use 0-59"),
    ("? * * * *", "minute", 0, 1, "'?' is not a minute: use 0-59, or * for every value: ? is Quartz's"),
    ("H * * * *", "minute", 0, 1, "'H' is not a minute: use 0-59: H is Jenkins'"),
    ("+5 * * * *", "minute", 0, 2, "'+5' is not a minute: use 0-59"),
    ("1_0 * * * *", "minute", 0, 3, "'1_0' is not a minute: use 0-59"),
    ("0x1 * * * *", "minute", 0, 3, "'0x1' is not a minute: use 0-59"),
    ("1e1 * * * *", "minute", 0, 3, "'1e1' is not a minute: use 0-59"),
    ("9 * * *", None, 0, 7, f"{VIXIE_LAYOUTS}, not 4"),
    ("  9 * * *  ", None, 2, 7, f"{VIXIE_LAYOUTS}, not 4"),
    ("0 0 9 * * * 2026", None, 0, 16, f"{VIXIE_LAYOUTS}, not 7: the first of 7 is the second in ocps, quartz: name yours as dialect="),
    ("", None, 0, 0, "an empty text is not a crontab: every minute is written * * * * *"),
    ("daily", None, 0, 5, "'daily' is not a crontab: write @daily"),
    ("@every 5m", None, 0, 9, '\'@every 5m\' is robfig/cron\'s: dialect="robfig" reads it'),
    (" @dayly", None, 1, 6, f"'@dayly' is not a nickname: use one of {NICKNAMES}"),
    ("@", None, 0, 1, f"'@' is not a nickname: use one of {NICKNAMES}"),
    ("@reboot", None, 0, 7, "@reboot has no timed runs"),
    ("@ReBoot", None, 0, 7, "@reboot has no timed runs"),
    ("\N{FULLWIDTH ASTERISK} * * * *", None, 0, 1, "FULLWIDTH ASTERISK has no place in a crontab expression"),
    ("* * \N{ARABIC-INDIC DIGIT THREE} * *", None, 4, 1, "ARABIC-INDIC DIGIT THREE has no place in a crontab expression"),
    ("* * \N{SUPERSCRIPT TWO} * *", None, 4, 1, "SUPERSCRIPT TWO has no place in a crontab expression"),
    ("*\N{NO-BREAK SPACE}* * * *", None, 1, 1, "NO-BREAK SPACE has no place in a crontab expression"),
    ("* * * * *\0", None, 9, 1, "U+0000 has no place in a crontab expression"),
    ("* * *\x0b* *", None, 5, 1, "U+000B has no place in a crontab expression"),
    ("* * * * \x7f", None, 8, 1, "U+007F has no place in a crontab expression"),
    ("* * * * \ud800", None, 8, 1, "U+D800 has no place in a crontab expression"),
    ("* * * * \U0010ffff", None, 8, 1, "U+10FFFF has no place in a crontab expression"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "field", "position", "length", "reason"), FAULTS)
def test_vixie_says_what_is_wrong_and_where(
    expression: str, field: str | None, position: int, length: int, reason: str
) -> None:
    error = fault(expression)
    assert error.reason == reason
    assert (error.field, error.position, error.length) == (field, position, length)
    assert error.expression == expression
    carets = str(error).rpartition("\n")[2]
    assert carets == "    " + " " * position + "^" * max(1, length)


CELERY_FAULTS = [
    ("0 0 * * 7", "day_of_week", 8, 1, "7 is not a weekday in Celery crontabs: use 0 for Sunday"),
    ("0 0 * * 1-7", "day_of_week", 10, 1, "7 is not a weekday in Celery crontabs: use 0 for Sunday"),
    ("0 0 * * 8", "day_of_week", 8, 1, "day-of-week 8 is out of range 0-6"),
    ("0 7 * * * *", None, 0, 11, "celery crontabs have 5 fields (minute hour day-of-month month-of-year day-of-week), not 6: the first of 6 is the second in cronsim, ocps, quartz, spring, cronos, robfig; the last of 6 is the second in croniter: name yours as dialect="),
    ("5/2 * * * *", "minute", 0, 3, "celery has no 5/2: write 5-59/2"),
    ("0,jan/2 * * * *", "minute", 2, 3, "'jan' is not a minute: use 0-59"),
    ("0 0 1 jan/2 *", "month_of_year", 6, 5, "celery has no jan/2: write 1-12/2"),
    ("0 0 L * *", "day_of_month", 4, 1, "celery crontabs have no L"),
    ("0 0 LW * *", "day_of_month", 4, 2, "celery crontabs have no LW"),
    ("0 0 * * 5L", "day_of_week", 8, 2, "celery crontabs have no dL"),
    ("0 0 * * mon#1", "day_of_week", 8, 5, "celery crontabs have no d#n"),
    ("@daily", None, 0, 6, "celery crontabs have no nicknames"),
    ("@reboot", None, 0, 7, "@reboot has no timed runs"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "field", "position", "length", "reason"), CELERY_FAULTS)
def test_celery_says_what_is_wrong_and_where(
    expression: str, field: str | None, position: int, length: int, reason: str
) -> None:
    error = fault(expression, "celery")
    assert error.reason == reason
    assert (error.field, error.position, error.length) == (field, position, length)


@pytest.mark.parametrize("expression", [5, b"* * * * *", ["* * * * *"]])
def test_an_expression_is_text(expression: str) -> None:
    with pytest.raises(ScheduleError, match="a crontab expression is text, not"):
        cron(expression)


# Keywords.


@pytest.mark.parametrize(
    ("keywords", "dialect", "expression"),
    [
        ({"hour": 7}, "vixie", "0 7 * * *"),
        ({"hour": 7}, "celery", "* 7 * * *"),
        ({"minute": 30, "hour": 7}, "vixie", "30 7 * * *"),
        ({"minute": 0, "hour": "*/2"}, "celery", "0 */2 * * *"),
        ({"day_of_week": "mon"}, "vixie", "0 0 * * mon"),
        ({"day_of_week": "mon"}, "celery", "* * * * mon"),
        ({"day_of_week": "mon", "month_of_year": 3}, "vixie", "0 0 * 3 mon"),
        ({"day_of_month": 15}, "vixie", "0 0 15 * *"),
        ({"month_of_year": "jun"}, "vixie", "0 0 1 jun *"),
        ({"minute": [0, 15]}, "celery", "0,15 * * * *"),
        ({"minute": (n * 15 for n in range(4))}, "celery", "0,15,30,45 * * * *"),
        ({"minute": {5}}, "celery", "5 * * * *"),
        ({"minute": ["1-3", 7, " 9 , 10 "]}, "celery", "1-3,7,9,10 * * * *"),
        ({"minute": " 1 , 2 "}, "celery", "1,2 * * * *"),
        ({"day_of_week": ["mon", "fri"]}, "celery", "* * * * mon,fri"),
    ],
)
def test_keywords_stand_for_fields(
    keywords: dict[str, FieldValue], dialect: str, expression: str
) -> None:
    schedule = cron(dialect=dialect, **keywords)
    assert schedule.expression == expression
    assert schedule == cron(expression, dialect=dialect)


@pytest.mark.parametrize("dialect", ["vixie", "celery"])
def test_second_and_year_complete_any_expression(dialect: str) -> None:
    schedule = cron("0 9 * * *", second="*/20", year=[2027, 2028], dialect=dialect)
    assert values(schedule.fields.second) == {0, 20, 40}
    assert values(schedule.fields.year or 0) == {2027, 2028}
    assert eval(repr(schedule), {"cron": cron, "DstPolicy": DstPolicy}) == schedule
    assert cron("@daily", year=2027) == cron("0 0 * * *", year="2027")


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({"second": 5}, (1 << 5, (1 << 60) - 1, (1 << 24) - 1)),
        ({"year": 2027}, (1, 1, 1)),
        ({"year": 2027, "minute": 30}, (1, 1 << 30, (1 << 24) - 1)),
    ],
)
def test_a_field_finer_than_the_finest_keyword_is_at_its_minimum(
    keywords: dict[str, int], expected: tuple[int, int, int]
) -> None:
    fields = cron(**keywords).fields
    assert (fields.second, fields.minute, fields.hour) == expected


def test_a_year_alone_is_its_first_minute() -> None:
    fields = cron(year=2027).fields
    assert (fields.month, fields.days.day_of_month, fields.days.day_of_week) == (2, 2, 127)


class _Number:
    """An integer of another library."""

    def __index__(self) -> int:
        return 7


def test_any_integer_will_do() -> None:
    assert cron(hour=_Number()) == cron(hour=7)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "minute must be text, an int or an iterable of them, not True"),
        (1.5, "minute must be text, an int or an iterable of them, not 1.5"),
        (object, f"minute must be text, an int or an iterable of them, not {object!r}"),
        ([], "minute has no values: leave it out for every value"),
        ([1, [2.5]], "minute must be text, an int or an iterable of them, not 2.5"),
    ],
)
def test_a_keyword_of_another_type_is_refused(value: FieldValue, message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        cron(minute=value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "reason", "position"),
    [
        ("", "a minute is missing here: use 0-59", 0),
        ("1,75", "minute 75 is out of range 0-59", 2),
        (75, "minute 75 is out of range 0-59", 0),
        (-1, "a minute is missing here: use 0-59", 0),
        (10**30, "minute 1000000000000000000000000000000 is out of range 0-59", 0),
        ("1 2", "'1 2' is not a minute: use 0-59", 0),
        ("\N{SUPERSCRIPT TWO}", "SUPERSCRIPT TWO has no place in a crontab expression", 0),
        ("1\0", "U+0000 has no place in a crontab expression", 1),
    ],
)
def test_the_caret_of_a_keyword_is_in_its_own_text(
    value: FieldValue, reason: str, position: int
) -> None:
    for keywords in ({}, {"second": 5}):
        with pytest.raises(CronSyntaxError) as caught:
            cron(minute=value, **keywords)
        assert (caught.value.reason, caught.value.position) == (reason, position)


def test_the_caret_of_a_keyword_beside_an_expression_is_in_the_keyword() -> None:
    for expression in ("0 9 * * *", "@daily"):
        with pytest.raises(CronSyntaxError) as caught:
            cron(expression, year="2026,x")
        error = caught.value
        assert (error.expression, error.field, error.position) == ("2026,x", "year", 5)


def test_a_field_is_given_once() -> None:
    with pytest.raises(ScheduleError) as caught:
        cron("*/5 9 * * *", minute=3, hour=4, year=2027)
    assert str(caught.value) == "hour, minute is in the expression '*/5 9 * * *' already"
    with pytest.raises(ScheduleError, match="second is in the expression"):
        cron("0 0 9 * * *", dialect="cronsim", second=3)


@pytest.mark.parametrize("value", ["end", None, True, ["last"]])
def test_short_months_are_skipped_or_last(value: str) -> None:
    with pytest.raises(ScheduleError, match="short_months must be skip or last, not"):
        cron("0 0 31 * *", short_months=value)


@pytest.mark.parametrize("dialect", ["cronsim", "celery"])
def test_a_seed_is_refused_where_nothing_is_drawn_from_it(dialect: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        cron("* * * * *", seed="job", dialect=dialect)
    assert str(caught.value) == f"{dialect} crontabs draw nothing from a seed: leave seed out"


# Clock-change policies are chosen by how the time fields are written.

FOLLOWS, SET_TIMES = DstPolicy("skip", "both"), DstPolicy("end", "first")


@pytest.mark.parametrize(
    ("expression", "vixie", "cronos"),
    [
        ("0 9 * * *", SET_TIMES, DstPolicy("end", "first")),
        ("* 9 * * *", FOLLOWS, DstPolicy("end", "both")),
        ("*/5 9 * * *", FOLLOWS, DstPolicy("end", "both")),
        ("0 */2 * * *", FOLLOWS, DstPolicy("end", "both")),
        ("0 * * * *", FOLLOWS, DstPolicy("end", "both")),
        ("0-59 9 * * *", SET_TIMES, DstPolicy("end", "both")),
        ("0/5 9 * * *", SET_TIMES, DstPolicy("end", "both")),
        ("0 5,*/2 * * *", SET_TIMES, DstPolicy("end", "both")),
        ("0 1,2 * * *", SET_TIMES, DstPolicy("end", "first")),
        ("* 0 9 * * *", FOLLOWS, DstPolicy("end", "both")),
        ("5 0 9 * * *", SET_TIMES, DstPolicy("end", "first")),
        ("0 9 */2 * mon-fri", SET_TIMES, DstPolicy("end", "first")),
    ],
)
def test_policies_that_read_the_fields(
    expression: str, vixie: DstPolicy, cronos: DstPolicy
) -> None:
    def policy(dst: DstPolicy | str | None) -> DstPolicy:
        return cron(expression, dialect="cronsim", dst=dst).policy

    assert policy(None) == policy("vixie") == vixie
    assert policy("cronos") == cronos
    assert policy("quartz") == DstPolicy("skip", "last")
    assert policy(DstPolicy("shift", "last")) == DstPolicy("shift", "last")


@pytest.mark.parametrize("dst", ["", "Vixie", 5, ["wall"]])
def test_an_unknown_policy_is_refused(dst: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        cron("0 9 * * *", dst=dst)
    assert str(caught.value) == (
        f"dst={dst!r} is not a policy:"
        " use one of vixie, cronos, croniter, airflow, dagster, apscheduler, wall, ocps, quartz, rfc5545 or a DstPolicy"
    )


# A schedule can be written back as it was given.


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (cron("0 9 * * *"), "cron('0 9 * * *', tz='UTC')"),
        (
            cron("0 9 * * *", tz="Europe/Paris", dialect="celery"),
            "cron('0 9 * * *', tz='Europe/Paris', dialect='celery')",
        ),
        (
            cron("0 9 31 * *", dst="wall", short_months="last", year=2027),
            (
                "cron('0 9 31 * *', year='2027', tz='UTC',"
                " dst=DstPolicy(gap='skip', overlap='both'), short_months='last')"
            ),
        ),
        (cron("* 9 * * *", dst="wall"), "cron('* 9 * * *', tz='UTC')"),
        (cron("@daily"), "cron('@daily', tz='UTC')"),
    ],
)
def test_the_repr_evaluates_back(schedule: object, text: str) -> None:
    assert repr(schedule) == text
    assert eval(text, {"cron": cron, "DstPolicy": DstPolicy}) == schedule


def test_a_schedule_has_no_other_attributes() -> None:
    schedule = cron("* * * * *")
    with pytest.raises(AttributeError, match="'Cron' object has no attribute 'minutes'"):
        _ = schedule.minutes  # type: ignore[attr-defined]  # that is the point
    with pytest.raises(AttributeError):
        schedule.expression = "0 * * * *"  # type: ignore[misc]  # frozen


# Hostile text.

LONG = 20_000
"""Five times as many are timed in the benchmarks."""
HOSTILE = {
    "digits": "1" * LONG + " * * * *",
    "zeros": "0" * LONG + " * * * *",
    "step": "*/" + "9" * LONG + " * * * *",
    "commas": "," * LONG + " * * * *",
    "one item a comma": "1," * (LONG // 2) + "1 * * * *",
    "many ranges": "0-59/1," * (LONG // 7) + "0 * * * *",
    "many distinct steps": ",".join(f"*/{n}" for n in range(1, LONG // 7)) + " * * * *",
    "many nths": "0 0 * * " + "mon#1," * (LONG // 6) + "sun",
    "many lasts": "0 0 " + "LW," * (LONG // 3) + "L * *",
    "faults at the end": "1," * (LONG // 2) + "x * * * *",
    "dashes": "-" * LONG + " * * * *",
    "slashes": "/" * LONG + " * * * *",
    "stars": "*" * LONG + " * * * *",
    "fields": "* " * (LONG // 2),
    "spaces": " " * LONG,
    "spaces between": (" " * (LONG // 5)).join("*****"),
    "letters": "0 0 * * " + "L" * LONG,
    "day letters": "0 0 " + "L" * LONG + " * *",
    "day digits": "0 0 " + "1" * LONG + "W * *",
    "last digits": "0 0 L-" + "1" * LONG + " * *",
    "sharps": "0 0 * * " + "#" * LONG,
    "nickname": "@" + "a" * LONG,
    "at signs": "@" * LONG,
    "NUL": "\0" * LONG,
    "full-width stars": "\N{FULLWIDTH ASTERISK} " * (LONG // 2),
    "unicode digits": "\N{ARABIC-INDIC DIGIT THREE}" * LONG + " * * * *",
    "control characters": "\x1c" * LONG,
    "one at the end": "*" * LONG + "\N{ZERO WIDTH SPACE}",
    "surrogates": "\udcff" * LONG,
    "new lines": "\n" * LONG,
}


def outcome(expression: str | None, dialect: str, keywords: dict[str, str]) -> str:
    """What the reader says of hostile text: a schedule or an error that can be shown."""
    try:
        return repr(cron(expression, dialect=dialect, **keywords))
    except CronSyntaxError as error:
        return str(error)[:1000]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_a_schedule_or_a_syntax_error(text: str) -> None:
    for dialect in DIALECTS:
        said = outcome(text, dialect, {})
        assert said.startswith("cron(") or len(said) < 1000, dialect


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_keywords_are_a_schedule_or_a_syntax_error(text: str) -> None:
    for dialect in DIALECTS:
        for name in ("minute", "day_of_month", "day_of_week", "year"):
            said = outcome(None, dialect, {name: text})
            assert said.startswith("cron(") or len(said) < 1000, (dialect, name)


def test_a_list_of_more_items_than_a_field_can_mean_is_refused() -> None:
    # A year has as many values as there are, so a list of all of them is fine.
    assert cron("0 0 1 1 *", year=range(1, 10_000)) == cron("0 0 1 1 *")
    steps = ",".join(f"*/{step}" for step in range(1, 2_100))
    with pytest.raises(CronSyntaxError, match="2,099 items are more than a field can mean"):
        cron(f"{steps} * * * *")
