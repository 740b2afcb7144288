"""The table of runs that only one of croniter and duetime has."""

import sys
from datetime import UTC, datetime

import pytest

from duetime.adapters.croniter import Difference, compare

START, END = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)


def test_nothing_differs_under_the_dialect_of_croniter() -> None:
    crontabs = ["30 2 * * *", "*/20 * * * *", "0 0 L * 5#2", "0 9 * * mon-fri 30"]
    assert compare(crontabs, ["Europe/Paris", "UTC"], START, END) == []


def test_a_run_that_only_one_of_the_two_has_is_a_line() -> None:
    # The 28th is a Saturday. Vixie cron joins a day field that begins with a star by AND.
    assert compare(["0 1,2 13 * */3"], ["UTC"], START, END, dialect="vixie", limit=2) == [
        Difference("0 1,2 13 * */3", "UTC", datetime(2026, 3, 28, 1, tzinfo=UTC), "croniter", ""),
        Difference("0 1,2 13 * */3", "UTC", datetime(2026, 3, 28, 2, tzinfo=UTC), "croniter", ""),
    ]
    # The clock goes from 2:00 to 3:00 on the 29th. Under `ocps` nothing runs then.
    (night,) = compare(["30 2 * * *"], ["Europe/Paris"], START, END, dialect="ocps")
    assert (night.zone, str(night.at), night.only) == (
        "Europe/Paris",
        "2026-03-29 03:00:00+02:00",
        "croniter",
    )
    # croniter 7 alone stops at a step that leads past the end of the hour.
    sixth = compare(["59/30 0 28 3 *"], ["UTC"], START, END, dialect="croniter6")
    assert [(line.at and line.at.minute, line.only) for line in sixth] == [
        (0, "duetime"),
        (30, "duetime"),
        (59, "croniter"),
    ]


def test_an_expression_that_one_refuses_is_a_line_and_one_that_both_refuse_is_none() -> None:
    lines = compare(["0 0 * * *,sat#3", "0 9 * * 5L", "61 * * * *"], ["UTC"], START, END)
    assert [(line.expression, line.only, line.at) for line in lines] == [
        ("0 0 * * *,sat#3", "croniter", None)
    ]
    assert "no list of plain weekdays" in lines[0].reason
    (line,) = compare(["0 9 * * 5L"], ["UTC"], START, END, dialect="vixie")
    assert (line.only, line.at) == ("duetime", None)


def test_without_croniter_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "croniter", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install \"duetime\[croniter\]\""):
        compare(["* * * * *"], ["UTC"], START, END)
