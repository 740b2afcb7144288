"""The answer of `duetime explain`: a sentence, and the fields of a crontab with what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from duetime import Schedule
from duetime.crontabs.dialects import DAY_OF_MONTH, MONTH_OF_YEAR, SUNDAY_TO_SATURDAY, WEEKDAYS
from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    EVERY_MONTH,
    FROM_LAST,
    LAST_OF,
    NEAR_DAY,
    NEAR_LAST,
    NTH_OF,
)
from duetime.crontabs.schedule import Cron
from duetime.dates.bits import values_of

Values = list[int | str]

_ALL = {
    "second": (1 << 60) - 1,
    "minute": (1 << 60) - 1,
    "hour": (1 << 24) - 1,
    DAY_OF_MONTH.name: EVERY_DAY_OF_MONTH,
    MONTH_OF_YEAR.name: EVERY_MONTH,
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
        bits = {
            "second": fields.second,
            "minute": fields.minute,
            "hour": fields.hour,
            DAY_OF_MONTH.name: fields.days.day_of_month,
            MONTH_OF_YEAR.name: fields.month,
            SUNDAY_TO_SATURDAY.name: fields.days.day_of_week,
        }
        values = {
            name: None if field == _ALL[name] else _written(name, field)
            for name, field in bits.items()
        }
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


def _written(name: str, bits: int) -> Values:
    """The values of a field; days of the two day fields as Quartz and cronsim write them."""
    write = {DAY_OF_MONTH.name: _day_of_month, SUNDAY_TO_SATURDAY.name: _day_of_week}
    return [write[name](value) if name in write else value for value in values_of(bits)]


def _day_of_month(value: int) -> int | str:
    for first, suffix in ((NEAR_LAST, "W"), (FROM_LAST, "")):
        if first <= value < first + 31:
            return f"L{first - value or ''}{suffix}"
    return f"{value - NEAR_DAY}W" if value > NEAR_DAY else value


def _day_of_week(value: int) -> int | str:
    if value >= NTH_OF:
        nth, weekday = divmod(value - NTH_OF, 8)
        return f"{WEEKDAYS[weekday]}#{nth}"
    return f"{WEEKDAYS[value - LAST_OF]}L" if value >= LAST_OF else WEEKDAYS[value]
