"""Other languages: only what was checked is said, and all else is refused with the way out.

These tests pass with version 1 of cron-descriptor and with version 2, whichever is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cron_descriptor
import pytest

from duetime import Schedule, ScheduleError, at, cron, every
from duetime.notation.translation import LOCALES, say

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


PACKAGE = Path(cron_descriptor.__file__).parent
INSTALLED = {file.stem for file in PACKAGE.glob("locale/*.mo")}
SINCE_2 = set("da_DK el_GR es_MX fi_FI he_IL hu_HU kk_KZ pl_PL ro_RO sl_SI zh_TW".split())
"""The languages that version 1 does not have."""

needs_2 = pytest.mark.skipif(not INSTALLED >= SINCE_2, reason="cron-descriptor 1 is installed")


def test_the_languages_of_each_version() -> None:
    version_1 = cron_descriptor.__version__.startswith("1.")
    assert set(LOCALES) & INSTALLED == set(LOCALES) - (SINCE_2 if version_1 else set())


def test_the_guide_lists_the_languages_of_each_version() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "words.md").read_text()
    rows = re.findall(r"^\| (versions? [12].*?) \| (.*) \|$", guide, re.MULTILINE)
    listed = {version: re.findall(r"`(\w+)`", languages) for version, languages in rows}
    assert listed == {
        "versions 1 and 2": [code for code in LOCALES if code not in SINCE_2],
        "version 2": [code for code in LOCALES if code in SINCE_2],
    }


@pytest.mark.parametrize("expression", SAID)
def test_what_is_translated_is_right_in_english(expression: str) -> None:
    assert say(expression, "en_US") == SAID[expression]


@pytest.mark.parametrize("locale", sorted(INSTALLED.intersection(LOCALES)))
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
        pytest.param("zh-TW", "在 09:30, 每月的 13 號 (Asia/Tokyo)", marks=needs_2),
        pytest.param("hu", "09:30, a hónap 13. napján (Asia/Tokyo)", marks=needs_2),
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
        cron("*/5 * * * * *", dialect="cronsim"),
        cron("30 0 9 * * *", dialect="cronsim"),
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


@pytest.mark.parametrize("locale", ["da", "zh-tw"])
def test_a_language_that_the_installed_version_lacks_is_not_said_in_english(
    locale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The installed package, without the languages that version 1 does not have either.
    shutil.copytree(
        PACKAGE,
        tmp_path / "cron_descriptor",
        ignore=shutil.ignore_patterns(*(f"{code}.mo" for code in SINCE_2), "__pycache__"),
    )
    monkeypatch.syspath_prepend(tmp_path)
    for module in [name for name in sys.modules if name.partition(".")[0] == "cron_descriptor"]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(ScheduleError, match=r'has no (da_DK|zh_TW): .* or use locale="en"$'):
        cron("0 9 * * *").describe(locale)
    assert cron("0 9 * * *").describe("fr") == "À 09:00 (UTC)"


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
