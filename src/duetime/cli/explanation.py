"""The answer of `duetime explain`: a sentence, and the fields of a crontab with what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from duetime import Schedule
from duetime.crontabs.dialects import (
    DAY_OF_MONTH_FIELD,
    MONTH_FIELD,
    SUNDAY_TO_SATURDAY,
    WEEKDAY_NAMES,
)
from duetime.crontabs.fields import EVERY_DAY_OF_MONTH, EVERY_DAY_OF_WEEK, EVERY_MONTH, DayItem
from duetime.crontabs.schedule import Cron
from duetime.dates.bits import values_of

Values = list[int | str]

_ALL = {
    "second": (1 << 60) - 1,
    "minute": (1 << 60) - 1,
    "hour": (1 << 24) - 1,
    DAY_OF_MONTH_FIELD.name: EVERY_DAY_OF_MONTH,
    MONTH_FIELD.name: EVERY_MONTH,
    SUNDAY_TO_SATURDAY.name: EVERY_DAY_OF_WEEK,
}
"""The bits of a field that leaves nothing out."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a schedule does: a sentence, and for a crontab the values of its fields."""

    schedule: Schedule
    sentence: str

    @property
    def fields(self) -> dict[str, Values | None]:
        """The values by field, None for every value; no field of what is not a crontab."""
        if not isinstance(self.schedule, Cron):
            return {}
        fields = self.schedule.fields
        days = fields.days
        bits = {
            "second": fields.second,
            "minute": fields.minute,
            "hour": fields.hour,
            DAY_OF_MONTH_FIELD.name: days.day_of_month,
            MONTH_FIELD.name: fields.month,
            SUNDAY_TO_SATURDAY.name: days.day_of_week,
        }
        items = {
            DAY_OF_MONTH_FIELD.name: days.date_items,
            SUNDAY_TO_SATURDAY.name: days.weekday_items,
        }
        values: dict[str, Values | None] = {}
        for name, field in bits.items():
            if field == _ALL[name]:
                values[name] = None
            elif name in items:
                values[name] = [*map(_written, items[name]())]
            else:
                values[name] = [*values_of(field)]
        return values if fields.year is None else {**values, "year": [*values_of(fields.year)]}

    def lines(self) -> Iterator[str]:
        """The explanation for people."""
        yield self.sentence
        titles = {name.replace("_", " "): values for name, values in self.fields.items()}
        for title, values in titles.items():
            shown = "every" if values is None else " ".join(map(str, values))
            yield f"  {title:{max(map(len, titles))}}  {shown}"

    def to_dict(self) -> dict[str, Any]:
        """The explanation for programs."""
        answer: dict[str, Any] = {"description": self.sentence}
        if isinstance(self.schedule, Cron):
            answer["fields"] = self.fields
        return {**answer, "schedule": self.schedule.to_dict()}


def _written(item: DayItem) -> int | str:
    """One item of the two day fields, as Quartz and cronsim write it."""
    kind, number, nth = item
    if kind == "day":
        return number
    if kind == "near_day":
        return f"{number}W"
    if kind in ("from_last", "near_last"):
        return f"L{-number or ''}{'W' if kind == 'near_last' else ''}"
    if kind == "nth_of":
        return f"{WEEKDAY_NAMES[number]}#{nth}"
    return f"{WEEKDAY_NAMES[number]}L" if kind == "last_of" else WEEKDAY_NAMES[number]
