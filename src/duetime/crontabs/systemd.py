"""Calendar events of systemd: text with its fields in another order becomes the same fields.

`Mon..Fri *-*-* 09:00:00` has weekdays, a date and a time; each may be left out. Source:
systemd.time(7), and `systemd-analyze calendar` where that is silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from duetime.crontabs.fields import Field
from duetime.crontabs.items import TOO_FAR, Item, check_step
from duetime.errors import CronSyntaxError

NICKNAMES: Final = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "annually": "*-01-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
}
_VALUES: Final = r"[\d*.,/]+"
_WEEKDAYS: Final = r"(?P<day_of_week>[A-Za-z.\-]+(?:,[A-Za-z.\-]+)*),?"
_DATE: Final = (
    rf"(?:(?P<year>{_VALUES})-)?(?P<month_of_year>{_VALUES})"
    rf"(?:-(?P<day_of_month>{_VALUES})|(?P<last_days>~{_VALUES}))"
)
_TIME: Final = rf"(?P<hour>{_VALUES}):(?P<minute>{_VALUES})(?::(?P<second>{_VALUES}))?"
_EVENT: Final = rf"\s*+(?:{_WEEKDAYS}(?:\s++|$))?(?:{_DATE}(?:\s++|$))?(?:{_TIME})?\s*+"
_FORM: Final = "weekdays, a date and a time, such as Mon..Fri *-*-* 09:00:00, or a part of that"
_DEFAULTS: Final = {
    "second": "0",
    "minute": "0",
    "hour": "0",
    "day_of_month": "*",
    "month_of_year": "*",
    "day_of_week": "*",
    "year": "*",
}

_WRITTEN_WEEKDAYS: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_WEEKDAYS: Final = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1
    )
}
SHORT_YEARS: Final = {
    text: 1970 + (number - 70) % 100
    for number in range(100)
    for text in {f"{number}", f"{number:02}"}
}
"""Years of two digits go from 1970 to 2069."""


def split(expression: str) -> Mapping[str, tuple[str, int]]:
    """The text of each field of a calendar event, and where it starts."""
    match = re.fullmatch(_EVENT, expression)
    if match is None or not any(match.groups()):
        text = expression.strip()
        raise CronSyntaxError(
            f"systemd calendar events are {_FORM}",
            expression,
            position=expression.find(text),
            length=len(text),
        )
    fraction = re.search(r"\d(\.\d+)", match["second"] or "")
    if fraction:
        raise CronSyntaxError(
            "a fraction of a second has no place here: crontabs run on whole seconds",
            expression,
            field="second",
            position=match.start("second") + fraction.start(1),
            length=len(fraction[1]),
        )
    parts = {name: (text, 0) for name, text in _DEFAULTS.items()}
    for group, text in match.groupdict().items():
        if text is not None:
            name = "day_of_month" if group == "last_days" else group
            parts[name] = (text, match.start(group))
    return parts


def compose(texts: Mapping[str, str]) -> str:
    """A calendar event in the form that systemd calls normalized."""
    texts = _DEFAULTS | dict(texts)
    weekdays = re.sub(
        r"\d+", lambda match: _WRITTEN_WEEKDAYS[int(match[0])], texts.pop("day_of_week")
    )
    texts = {name: re.sub(r"(?<![\d/])\d(?!\d)", r"0\g<0>", text) for name, text in texts.items()}
    dash = "" if texts["day_of_month"][:1] == "~" else "-"
    date = f"{texts['year']}-{texts['month_of_year']}{dash}{texts['day_of_month']}"
    time = f"{texts['hour']}:{texts['minute']}:{texts['second']}"
    return f"{date} {time}" if weekdays == "*" else f"{weekdays} {date} {time}"


def check_item(item: Item, field: Field) -> None:
    """Refuse the step of a single value if it has no second value: `50/20` minutes."""
    if item.end is None and item.start != "*":
        check_step(item, item.high - item.low, TOO_FAR)
