"""Other languages: only what was checked is said, and all else is refused with the way out."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from cron_descriptor import Options, get_description

from duetime import Schedule, ScheduleError, at, cron, every
from duetime.notation.translation import LOCALES

ENGLISH = {
    "* * * * *": "Every minute",
    **{f"*/{n} * * * *": f"Every {n} minutes" for n in (2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    "0 * * * *": "Every hour",
    "0 0 * * *": "At 00:00",
    "30 9 * * *": "At 09:30",
    "59 23 * * *": "At 23:59",
    "5 9,17 * * *": "At 09:05 and 17:05",
    "30 6,14,16 * * *": "At 06:30, 14:30 and 16:30",
    "0 0,4,8,12,16,20 * * *": "At 00:00, 04:00, 08:00, 12:00, 16:00 and 20:00",
}
DAYS = {"*": "", "1": ", on day 1 of the month", "31": ", on day 31 of the month"}
SAID = {
    f"{expression.removesuffix('* * *')}{day} * *": said + when
    for expression, said in ENGLISH.items()
    for day, when in DAYS.items()
}
"""Of every shape that is translated, expressions and what they mean."""


@pytest.mark.parametrize("expression", SAID)
def test_what_is_translated_is_right_in_english(expression: str) -> None:
    options = Options(locale_code="en_US", use_24hour_time_format=True)
    assert get_description(expression, options) == SAID[expression]


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_says_the_same_numbers_in_words_of_its_own(locale: str) -> None:
    sentences = {expression: cron(expression).describe(locale) for expression in SAID}
    assert len(set(sentences.values())) == len(SAID)
    for expression, sentence in sentences.items():
        english = SAID[expression]
        assert re.findall(r"\d+", sentence) == re.findall(r"\d+", english)
        assert not {"every", "hour", "month", "on"} & set(re.findall(r"\w+", sentence.lower()))
        assert sentence.endswith(" (UTC)")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("de", "Um 09:30, am 13 Tag des Monats (Asia/Tokyo)"),
        ("de_DE", "Um 09:30, am 13 Tag des Monats (Asia/Tokyo)"),
        ("de-de", "Um 09:30, am 13 Tag des Monats (Asia/Tokyo)"),
        ("fr", "À 09:30, le 13 du mois (Asia/Tokyo)"),
        ("zh-TW", "在 09:30, 每月的 13 號 (Asia/Tokyo)"),
        ("hu", "09:30, a hónap 13. napján (Asia/Tokyo)"),
    ],
)
def test_a_language_has_a_name_with_or_without_its_country(locale: str, sentence: str) -> None:
    assert cron("30 9 13 * *", tz="Asia/Tokyo").describe(locale) == sentence


@pytest.mark.parametrize("locale", ["en", "en_US", "en-gb", "EN"])
def test_english_may_name_a_country_too(locale: str) -> None:
    assert cron("0 9 * * 1").describe(locale) == "At 09:00 on Mondays, in UTC"


def test_equal_crontabs_are_translated_alike() -> None:
    assert cron("@hourly").describe("nl") == cron("0 0-23 1-31 * *").describe("nl")


@pytest.mark.parametrize(
    "schedule",
    [
        cron("0 9 * * mon"),  # its weekdays stay in the language of the process
        cron("0 9 * 1 *"),
        cron("0 9 13 * fri"),
        cron("0 9 13 * fri", dialect="celery"),
        cron("0 9 1,15 * *"),
        cron("0 9 L * *"),
        cron("0 9 31 * *", short_months="last"),
        cron("*/25 * * * *"),
        cron("1-59/2 * * * *"),
        cron("5 * * * *"),
        cron("0 9-17 * * *"),
        cron("*/15 9 * * *"),
        cron("*/5 * * * * *"),
        cron("30 0 9 * * *"),
        cron("0 9 * * *", year=2030),
        cron("30 2 * * *", tz="Europe/Paris"),  # a clock change touches it
        every(minutes=5),
        cron("0 9 * * *") | cron("0 10 * * *"),
        at(datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_has_no_right_words_is_refused(schedule: Schedule) -> None:
    with pytest.raises(ScheduleError, match=r'^de has words only for .*: use locale="en"$'):
        schedule.describe("de")


def test_a_time_that_no_clock_change_touches_is_translated_in_any_zone() -> None:
    assert cron("30 9 * * *", tz="Europe/Paris").describe("fr") == "À 09:30 (Europe/Paris)"


@pytest.mark.parametrize("locale", ["xx", "th", "ta_IN", "de_AT", "", "eng", "e" * 500, None, 7])
def test_a_language_that_is_not_known_is_refused(locale: Any) -> None:
    with pytest.raises(ScheduleError, match=r"is not a language .* use en, cs_CZ, .*, zh_TW$"):
        cron("* * * * *").describe(locale)


def test_english_needs_no_extra_and_other_languages_name_theirs() -> None:
    code = (
        "import sys; sys.modules['cron_descriptor'] = None\n"
        "from duetime import ScheduleError, cron\n"
        "print(cron('* * * * *').describe())\n"
        "try: cron('* * * * *').describe('de')\n"
        "except ScheduleError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "Every minute, in UTC\n"
        'languages other than English need an extra: pip install "duetime[words]",'
        ' or use locale="en"\n'
    )


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cron_descriptor", None)
    with pytest.raises(ScheduleError, match=r"duetime\[words\]"):
        cron("* * * * *").describe("de")
