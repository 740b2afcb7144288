"""The dialects of cron: one row of data each. The reader has no branch that names a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from duetime.crontab.fields import Field
from duetime.errors import ScheduleError, shorten

MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

SECOND: Final = Field("second", 0, 59)
MINUTE: Final = Field("minute", 0, 59)
HOUR: Final = Field("hour", 0, 23)
DAY_OF_MONTH: Final = Field("day_of_month", 1, 31)
MONTH_OF_YEAR: Final = Field("month_of_year", 1, 12, MONTHS)
YEAR: Final = Field("year", 1, 9999)
SUNDAY_TO_SATURDAY: Final = Field("day_of_week", 0, 6, WEEKDAYS)
SUNDAY_TO_SUNDAY: Final = Field("day_of_week", 0, 7, WEEKDAYS)

Modifier = Literal["L", "LW", "L-n", "L-nW", "nW", "dL", "d#n"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one family of crons accepts, and what it means by it.

    `layouts`: the fields in the order they are written, by their number. `join`: how the two day
    fields combine; `"star"` is AND as soon as either begins with `*`, else OR. `policy`: the name
    of the clock-change policy when none is asked for. `modifiers`: the day modifiers it knows.
    `wraps`: a range may pass the end of its field. `open_step`: `N/step` runs from N to the end.
    `long_names`: a name counts by its first three letters. `omitted`: what a keyword left out
    means, None for "the minimum, if it is finer than the finest one given, else `*`".
    `hints`: what to say of a value that is out of range here and allowed elsewhere.
    """

    name: str
    layouts: Mapping[int, tuple[Field, ...]]
    join: Literal["and", "or", "star"]
    policy: str
    modifiers: frozenset[Modifier] = frozenset()
    wraps: bool = False
    open_step: bool = False
    long_names: bool = False
    omitted: str | None = None
    nicknames: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[tuple[str, int], str] = field(default_factory=dict)

    fields: tuple[Field, ...] = field(init=False)
    """Its fields, and the seconds and the year that every dialect takes as keywords."""

    def __post_init__(self) -> None:
        own = {field.name: field for layout in self.layouts.values() for field in layout}
        named = {"second": SECOND, **own, "year": own.get("year", YEAR)}
        object.__setattr__(self, "fields", tuple(named.values()))


NICKNAMES: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_VIXIE: Final = (MINUTE, HOUR, DAY_OF_MONTH, MONTH_OF_YEAR, SUNDAY_TO_SUNDAY)
_CELERY: Final = (MINUTE, HOUR, DAY_OF_MONTH, MONTH_OF_YEAR, SUNDAY_TO_SATURDAY)

DIALECTS: Final = {
    dialect.name: dialect
    for dialect in (
        Dialect(
            name="vixie",
            layouts={5: _VIXIE, 6: (SECOND, *_VIXIE)},
            join="star",
            policy="vixie",
            modifiers=frozenset({"L", "LW", "dL", "d#n"}),
            open_step=True,
            nicknames=NICKNAMES,
        ),
        Dialect(
            name="celery",
            layouts={5: _CELERY},
            join="and",
            policy="vixie",
            wraps=True,
            long_names=True,
            omitted="*",
            hints={
                ("day_of_week", 7): "7 is not a weekday in Celery crontabs: use 0 for Sunday",
            },
        ),
    )
}


def find_dialect(name: str) -> Dialect:
    """The dialect of that name; raises ScheduleError with the nearest names."""
    try:
        return DIALECTS[name]
    except (KeyError, TypeError):
        pass
    from difflib import get_close_matches  # on demand: it takes its time to load

    near = get_close_matches(name, DIALECTS, 1) if isinstance(name, str) else []
    known = f"did you mean {near[0]}?" if near else f"use one of {', '.join(DIALECTS)}"
    raise ScheduleError(f"{shorten(str(name))} is not a cron dialect: {known}")
