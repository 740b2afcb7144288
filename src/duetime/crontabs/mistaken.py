"""Texts of another kind in the place of a crontab: what they are, and how they are written here.

Looked at only when the reader has refused a text, so that the message can say what was meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from duetime.crontabs.reader import Texts, complete, compose
from duetime.errors import shorten

if TYPE_CHECKING:
    from duetime.crontabs.dialects import Dialect

_CLOCK: Final = "each day at 9:00 is written {nine}"
_SPAN: Final = (
    "for elapsed time use every(minutes=5), and each five minutes of the clock are written {five}"
)
_KINDS: Final = (
    (r"", None, "an empty text is not a crontab: every minute is written {minutely}"),
    (r"\?", None, "a single ? is not a crontab: every minute is written {minutely}"),
    (r"cron\(.*", "aws", "{text} is EventBridge's"),
    (r"(rate|at)\(.*", "aws", "{text} is EventBridge's"),
    (r"@every\b.*", "robfig", "{text} is robfig/cron's"),
    (r"@every_(minute|second)", "cronos", "{text} is Cronos'"),
    (
        r"(?:\S+\s+){2}(?:\S+,)?(?:\d(?:st|nd|rd|th)|last)\s+(?:sun|mon|tue|wed|thu|fri|sat)\b.*",
        "apscheduler",
        "{text} has a weekday of the month as APScheduler writes it",
    ),
    (
        r"(?:DTSTART|RRULE|FREQ=|RDATE).*",
        None,
        "{text} is a rule of RFC 5545: use rrule(), with a DTSTART",
    ),
    (r"P(?=[\dT])[\dTYMWDHS.,]+", None, "{text} is an ISO 8601 duration: use parse()"),
    (r"(?:at\s+)?\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?", None, "{text} is a time of day: " + _CLOCK),
    (r"(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?", None, "{text} is a time of day: " + _CLOCK),
    (r"every\b.*", None, "{text} is not a crontab: " + _SPAN),
    (
        r"\d+\s*(?:s|m|h|d|sec|min|hr|second|minute|hour|day|week)s?",
        None,
        "{text} is not a crontab: " + _SPAN,
    ),
    (
        r"(?!(?:\S+\s+){4})(?=.*(?:[\d*]-[\d*]{1,2}-|\d:\d|[\d*]:[\d*]))[\w\s*.,:/~-]+",
        "systemd",
        "{text} is a calendar event of systemd",
    ),
)
"""A pattern of the whole text, the dialect that reads it, and what it is."""
_WORDS: Final[dict[str, Texts]] = {
    "minutely": {"minute": "*"},
    "hourly": {"minute": "0"},
    "daily": {"hour": "0"},
    "midnight": {"hour": "0"},
    "weekly": {"day_of_week": "SUN"},
    "monthly": {"day_of_month": "1"},
    "quarterly": {"day_of_month": "1", "month_of_year": "1,4,7,10"},
    "yearly": {"day_of_month": "1", "month_of_year": "1"},
    "annually": {"day_of_month": "1", "month_of_year": "1"},
}
_FIELDS: Final = 5
_LINE: Final = r"^[ \t]*+(?:@\w|(?!TZ=|#)\S++(?:[ \t]++\S++){4})"
"""The start of a line that may be a crontab: a nickname or five fields."""
_PATH: Final = r"[~.]?/[\w.]|\$"
_COMMAND: Final = rf"{_PATH}|(?!(?:sun|mon|tue|wed|thu|fri|sat|l|w)\w*\b)[a-z_]{{2}}"
_LONGEST: Final = 1_000
"""Characters: a longer text is looked at no further."""


def meant_by(expression: str, dialect: Dialect) -> str | None:
    """What a text that a dialect refused is, and the cure; None for what may be a crontab."""
    text = expression.strip()
    if len(text) > _LONGEST or (dialect.notation and re.fullmatch(r"[\d:]+", text)):
        return None
    texts = _WORDS.get(text.lower())
    if texts is not None:
        nickname = f"@{text.lower()}"
        cure = nickname if nickname in dialect.nicknames else _written(texts, dialect)
        return f"{shorten(text)} is not a crontab: write {cure}"
    for pattern, owner, told in _KINDS:
        if owner != dialect.name and re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL):
            what = told.format(
                text=shorten(text),
                minutely=_written({"minute": "*"}, dialect),
                five=_written({"minute": "*/5"}, dialect),
                nine=_written({"hour": "9"}, dialect),
            )
            return f'{what}: dialect="{owner}" reads it' if owner else what
    if len(re.findall(_LINE, text, re.MULTILINE)) > 1:
        return (
            "several lines are not a crontab: parse_crontab() reads a crontab file, and parse()"
            ' with dialect="jenkins" the lines of a job of Jenkins as one schedule'
        )
    words = text.split(maxsplit=_FIELDS)
    command = _PATH if len(text.split()) in dialect.layouts else _COMMAND
    if (
        len(words) > _FIELDS
        and not dialect.notation
        and re.match(command, words[-1], re.IGNORECASE)
    ):
        return (
            f"{shorten(words[-1])} is not a field: of a line of a crontab file give the five fields"
            " alone, without the command, or read the whole file with parse_crontab()"
        )
    return None


def _written(texts: Texts, dialect: Dialect) -> str:
    """The crontab of some fields in a dialect; those finer than the finest are at their lowest."""
    whole = {"minute": "0", **({"hour": "0"} if texts.keys() - {"minute", "hour"} else {}), **texts}
    layout = {field.name for field in dialect.layouts[min(dialect.layouts)]}
    completed = complete(whole, dialect)
    return compose({name: completed[name] for name in completed if name in layout}, dialect)
