"""Errors: what they carry, how they read, and that they survive a process pool."""

import copy
import importlib
import pickle
import sys
from types import ModuleType

import pytest

import duetime
import duetime.adapters.apscheduler
import duetime.adapters.celery
import duetime.testing
from duetime import CronSyntaxError, ScheduleError, cron
from duetime.errors import shorten


def fault(expression: str) -> CronSyntaxError:
    with pytest.raises(CronSyntaxError) as caught:
        cron(expression)
    return caught.value


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("ScheduleError", Exception),
        ("CronSyntaxError", ValueError),
        ("ConversionError", ValueError),
        ("InvalidTypeError", TypeError),
        ("InvalidValueError", ValueError),
        ("NaiveDatetimeError", ValueError),
        ("UnknownTimeZoneError", ValueError),
        ("FloatingScheduleError", Exception),
        ("SearchHorizonError", Exception),
    ],
)
def test_every_error_is_a_schedule_error_and_what_hosts_catch(
    name: str, also: type[Exception]
) -> None:
    error = getattr(duetime, name)
    assert issubclass(error, ScheduleError)
    kinds = [kind for kind in (ValueError, TypeError) if issubclass(error, kind)]
    assert kinds == ([] if also is Exception else [also])


def test_a_syntax_error_prints_the_expression_with_a_caret_under_the_fault() -> None:
    assert str(fault("75 9 * * mon-fri")) == (
        "minute 75 is out of range 0-59\n    75 9 * * mon-fri\n    ^^"
    )


def test_a_syntax_error_carries_expression_field_and_position() -> None:
    error = fault("0 9 * * mon-fry")
    assert error.expression == "0 9 * * mon-fry"
    assert error.field == "day_of_week"
    assert error.position == 12
    assert error.length == 3
    assert error.reason == "'fry' is not a day of the week: use 0-7 or sun-sat"


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_a_syntax_error_survives_copies_and_processes(clone) -> None:  # type: ignore[no-untyped-def]  # any function of one argument
    error = fault("0 9 * * mon-fry")
    same = clone(error)
    assert type(same) is CronSyntaxError
    assert str(same) == str(error)
    assert (same.reason, same.expression, same.field, same.position, same.length) == (
        error.reason,
        error.expression,
        error.field,
        error.position,
        error.length,
    )


def test_the_fault_of_a_long_expression_is_shown_with_its_surroundings_only() -> None:
    minutes = ",".join(["30"] * 500)
    error = fault(f"{minutes},75,{minutes} * * * *")
    reason, shown, carets = str(error).split("\n")
    assert reason == "minute 75 is out of range 0-59"
    assert error.position == 1500
    assert shown == "    …" + "30," * 12 + "75," + "30," * 11 + "…"
    assert carets == "     " + " " * 36 + "^^"


def test_a_fault_longer_than_what_is_shown_is_underlined_as_far_as_it_is_shown() -> None:
    _, shown, carets = str(fault("9" * 1000 + " * * * *")).split("\n")
    assert shown == "    " + "9" * 36 + "…"
    assert carets == "    " + "^" * 36


def test_control_characters_do_not_break_the_line_of_the_caret() -> None:
    _, shown, carets = str(fault("0\t9 *\n* 9")).split("\n")
    assert shown == "    0 9 * * 9"
    assert carets == "            ^"


def test_a_fault_at_the_end_of_nothing_still_has_a_caret() -> None:
    assert str(fault("")).endswith("\n    \n    ^")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("short", "'short'"),
        (12, "12"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 29 + "…" + "x" * 14 + "'"),
        ("a" * 1000 + "b" * 1000, "'" + "a" * 29 + "…" + "b" * 14 + "'"),
        (["x" * 1000], "['" + "x" * 28 + "…" + "x" * 13 + "']"),
    ],
)
def test_a_value_in_a_message_is_shown_without_its_middle(value: object, shown: str) -> None:
    assert shorten(value) == shown


@pytest.mark.parametrize(
    ("module", "package", "message"),
    [
        (
            duetime.adapters.celery,
            "celery",
            'duetime.adapters.celery needs celery: pip install "duetime[celery]"',
        ),
        (
            duetime.adapters.apscheduler,
            "apscheduler.triggers.base",
            (
                "duetime.adapters.apscheduler needs apscheduler.triggers.base:"
                ' pip install "duetime[apscheduler]"'
            ),
        ),
        (
            duetime.testing,
            "hypothesis",
            'duetime.testing needs hypothesis: pip install "duetime[testing]"',
        ),
    ],
)
def test_a_missing_extra_is_named_with_its_command(
    module: ModuleType, package: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.reload(module)
    assert str(caught.value) == message
    assert caught.value.name == package


def test_a_missing_redis_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "celery\[redis\]"'):
        duetime.adapters.celery.run_once("redis://localhost")
