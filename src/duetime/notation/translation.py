"""Schedules in other languages, through cron-descriptor, if its sentence is right.

cron-descriptor joins a day of month and a day of week by "and" where cron means "or". It calls a
step that does not divide the hour a rate. It knows no zone and no clock change, and it names
weekdays and months in the language of the process. So it is asked only about crontabs that have
none of these, and the zone follows its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from inspect import signature
from typing import Final

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    EVERY_MONTH,
    CronFields,
    DayRule,
)
from duetime.crontabs.schedule import Cron
from duetime.dates.bits import values_of
from duetime.errors import InvalidValueError, shorten
from duetime.notation.clock_changes import clock_changes_of
from duetime.notation.crontab_sentences import MOST_TIMES
from duetime.schedules import Schedule

LOCALES: Final = (
    *("cs_CZ", "da_DK", "de_DE", "el_GR", "es_ES", "es_MX", "fa_IR", "fi_FI", "fr_FR", "he_IL"),
    *("hu_HU", "it_IT", "ja_JP", "kk_KZ", "ko_KR", "nb_NO", "nl_NL", "pl_PL", "pt_PT", "ro_RO"),
    *("ru_RU", "sk_SK", "sl_SI", "sv_SE", "tr_TR", "uk_UA", "vi_VN", "zh_CN", "zh_TW"),
)
"""The languages besides English whose sentences are right. cron-descriptor has two more: its Thai
leaves out half of a sentence, and its Tamil has words of another language. Version 1
has 18 of these, with the same sentences as version 2."""

_HOURS: Final = 24
_DAYS: Final = {1 << day: str(day) for day in range(1, 32)}
_RATES: Final = {
    (0,): "0 *",
    **{tuple(range(0, 60, step)): f"*/{step} *" for step in range(2, 31) if 60 % step == 0},
    tuple(range(60)): "* *",
}
"""By the minutes of every hour at which a crontab runs, the expression of that rate."""


def translate(schedule: Schedule, locale: str) -> str:
    """The sentence of a schedule in another language; see `Schedule.describe`."""
    code = find_locale(locale)
    expression = _plain_expression(schedule)
    if expression is None:
        raise InvalidValueError(
            f"{locale} has words only for crontabs that run every minute, every so many minutes,"
            " every hour or at some times of day, on every day or one day of the month, and that"
            f' no clock change touches, so not for {shorten(schedule)}: use locale="en"'
        )
    return f"{say(expression, code)} ({schedule._zone.name})"


def say(expression: str, code: str) -> str:
    """An expression of five fields in the words of cron-descriptor, version 1 or 2."""
    try:
        import cron_descriptor
    except ModuleNotFoundError:
        raise InvalidValueError(
            'languages other than English need an extra: pip install "duetime[words]",'
            ' or use locale="en"'
        ) from None
    # A language that it does not have, it says in English.
    if not files(cron_descriptor).joinpath("locale", f"{code}.mo").is_file():
        raise InvalidValueError(
            f"the cron-descriptor that is installed, {cron_descriptor.__version__}, has no {code}:"
            ' install "cron-descriptor>=2", or use locale="en"'
        )
    settings = {"locale_code": code, "use_24hour_time_format": True}
    # Version 2 takes settings as arguments, version 1 has none and takes them as attributes.
    arguments = settings.keys() & signature(cron_descriptor.Options).parameters.keys()
    options = cron_descriptor.Options(**{name: settings[name] for name in arguments})
    vars(options).update(settings)
    # Where a language has no word for "at", a blank is left.
    return " ".join(cron_descriptor.get_description(expression, options).split())


def find_locale(name: str) -> str:
    """The locale of a name such as `de`, `de_DE` or `de-de`; of a language alone, the first."""
    if isinstance(name, str):
        wanted = name.replace("-", "_").lower()
        for code in LOCALES:
            if wanted in (code.lower(), code.partition("_")[0]):
                return code
    raise InvalidValueError(
        f"{shorten(name)} is not a language that schedules are described in:"
        f" use en, {', '.join(LOCALES)}"
    )


def _plain_expression(schedule: Schedule) -> str | None:
    """The expression of a crontab whose sentence is right, None for any other schedule."""
    if not isinstance(schedule, Cron) or clock_changes_of(schedule):
        return None
    fields = schedule.fields
    month_days = fields.days.day_of_month
    day = "*" if month_days == EVERY_DAY_OF_MONTH else _DAYS.get(month_days)
    time = _plain_time(values_of(fields.minute), values_of(fields.hour))
    plain = CronFields(
        second=1,
        minute=fields.minute,
        hour=fields.hour,
        month=EVERY_MONTH,
        year=None,
        days=DayRule(month_days, EVERY_DAY_OF_WEEK, "and"),
        policy=fields.policy,
    )
    return f"{time} {day} * *" if time and day and fields == plain else None


def _plain_time(minutes: Sequence[int], hours: Sequence[int]) -> str | None:
    """The minute and the hour of an expression."""
    if len(minutes) == 1 and len(hours) <= MOST_TIMES:
        return f"{minutes[0]} {','.join(map(str, hours))}"
    if len(hours) < _HOURS:
        return None
    return _RATES.get(tuple(minutes))
