"""The dialects of cron: one row of data each. The reader has no branch that names a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from duetime.crontabs import systemd
from duetime.crontabs.fields import Field
from duetime.crontabs.forms import at_time, every_duration, rate
from duetime.errors import ScheduleError, shorten

if TYPE_CHECKING:
    from duetime.crontabs.forms import Form
    from duetime.crontabs.systemd import Compose, Split

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
SUNDAY_FROM_1: Final = Field("day_of_week", 1, 7, WEEKDAYS)
MONDAY_TO_SUNDAY: Final = Field(
    "day_of_week", 1, 7, (*WEEKDAYS[1:], "sun"), others=systemd.WEEKDAY_NAMES
)
UNNAMED_MONTH: Final = Field("month_of_year", 1, 12)
UNNAMED_WEEKDAY: Final = Field("day_of_week", 0, 7)
YEAR_FROM_1970: Final = Field("year", 1970, 2199)
SHORT_YEAR_FROM_1970: Final = Field("year", 1970, 2199, others=systemd.SHORT_YEARS)

Modifier = Literal["L", "LW", "L-n", "L-nW", "nW", "dL", "d#n", "d#L", "L for Saturday", "~n"]
Join = Literal["and", "star", "first", "any", "one"]

_DAYS: Final = frozenset({"day_of_month", "day_of_week"})


class Frame(NamedTuple):
    """What may or must stand around the fields of an expression.

    `pattern` matches a whole expression, with its fields in the group `body` and the zone that it
    names for itself, if that can be, in `zone`. `plain` and `zoned` write it.
    """

    pattern: str
    plain: str = "{body}"
    zoned: str | None = None


class Dialect(NamedTuple):
    """What one family of crons accepts, and what it means by it.

    `fields`: all of them, in the order they are read; every dialect takes the seconds and the
    year as keywords. `layouts`: the fields in the order they are written, by their number. `join`:
    when the two day fields combine by AND: always, or if one begins with `*` (`star`), if the first
    item of one is `*` (`first`), if any item is (`any`); `one` wants `?` in one of the two.
    `policy`: the name of the clock-change policy when none is asked for. `modifiers`: the day
    modifiers it knows; `lone` are those that no list may hold. `unset`: the fields in which `?` is
    another `*`. `wraps`: the fields whose ranges may pass their end. `open_step`: `N/step` runs
    from N to the end. `reaching_step`: it has a second value there. `bounded_step`: no step is
    greater than its field. `stepless`: the fields that take no step. `plain_star`: `*` takes none.
    `long_names`: a name counts by its first three letters. `plain_names`: a name takes no step, and
    a range is of two names or of none. `exact_case`: case counts, but in the names of months and
    weekdays. `hashed`: `H` is drawn from a seed. `plus`: a `+` before the day of week asks for AND.
    `omitted`: what a keyword left out means, None for "the minimum, if it is finer than the finest
    one given, else `*`". `spaces`: what may stand between fields. `dash`: what a range has in its
    middle, and `hyphened` the fields that take a hyphen too. `frame`: what stands around the
    fields. `no_zone`: what to say
    of a zone there. `hints`: what to say of a value that is out of range here and allowed
    elsewhere. `forms`: how it writes what is no crontab, by how that begins. `split` and `compose`:
    how an expression falls into fields and is put together, if not at spaces.
    """

    name: str
    fields: tuple[Field, ...]
    layouts: Mapping[int, tuple[Field, ...]]
    join: Join
    policy: str
    modifiers: frozenset[Modifier] = frozenset()
    lone: frozenset[Modifier | Literal["?"]] = frozenset()
    unset: frozenset[str] = frozenset()
    wraps: frozenset[str] = frozenset()
    open_step: bool = False
    reaching_step: bool = False
    bounded_step: bool = False
    stepless: frozenset[str] = frozenset()
    plain_star: bool = False
    long_names: bool = False
    plain_names: bool = False
    exact_case: bool = False
    hashed: bool = False
    plus: bool = False
    omitted: str | None = None
    spaces: str = " \t\r\n"
    dash: str = "-"
    hyphened: frozenset[str] = frozenset()
    frame: Frame | None = None
    no_zone: str = "give the zone as tz="
    nicknames: Mapping[str, str] = {}
    hints: Mapping[tuple[str, int], str] = {}
    forms: Mapping[str, Form] = {}
    split: Split | None = None
    compose: Compose | None = None

    @property
    def five(self) -> tuple[Field, ...]:
        """The fields from the minute to the day of the week."""
        return self.fields[1:-1]


NICKNAMES: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

REBOOT: Final = "@reboot"
"""Not a time: it stands for a date that no year has."""

_DATE: Final = (MINUTE, HOUR, DAY_OF_MONTH, MONTH_OF_YEAR)
_VIXIE: Final = (*_DATE, SUNDAY_TO_SUNDAY)
_UNIX: Final = (*_DATE, SUNDAY_TO_SATURDAY)
_QUARTZ: Final = (*_DATE, SUNDAY_FROM_1)
_JENKINS: Final = (MINUTE, HOUR, DAY_OF_MONTH, UNNAMED_MONTH, UNNAMED_WEEKDAY)
_SYSTEMD: Final = (MINUTE, HOUR, DAY_OF_MONTH, UNNAMED_MONTH, MONDAY_TO_SUNDAY)

_NAMED_ZONE: Final = Frame(
    r"\s*+(?:CRON_)?TZ=(?P<zone>\S++) (?P<body>.*)", zoned="CRON_TZ={zone} {body}"
)
_FROM_SUNDAY_AS_1: Final = "0 is not a weekday in {} crontabs: they count from 1 for Sunday"

_VIXIE_ROW: Final = Dialect(
    name="vixie",
    fields=(SECOND, *_VIXIE, YEAR),
    layouts={5: _VIXIE, 6: (SECOND, *_VIXIE)},
    join="star",
    policy="vixie",
    modifiers=frozenset({"L", "LW", "dL", "d#n"}),
    open_step=True,
    nicknames=NICKNAMES,
)
_ROBFIG_ROW: Final = Dialect(
    name="robfig",
    fields=(SECOND, *_UNIX, YEAR),
    layouts={5: _UNIX, 6: (SECOND, *_UNIX)},
    join="any",
    policy="wall",
    unset=frozenset(field.name for field in (SECOND, *_UNIX)),
    open_step=True,
    exact_case=True,
    frame=_NAMED_ZONE,
    nicknames=NICKNAMES,
    hints={("day_of_week", 7): "7 is not a weekday in robfig crontabs: use 0 for Sunday"},
    forms={"@every": every_duration},
)

DIALECTS: Final = {
    dialect.name: dialect
    for dialect in (
        _VIXIE_ROW,
        Dialect(
            name="celery",
            fields=(SECOND, *_UNIX, YEAR),
            layouts={5: _UNIX},
            join="and",
            policy="vixie",
            wraps=frozenset(field.name for field in (SECOND, *_UNIX, YEAR)),
            long_names=True,
            omitted="*",
            hints={
                ("day_of_week", 7): "7 is not a weekday in Celery crontabs: use 0 for Sunday",
            },
        ),
        Dialect(
            name="ocps",
            fields=(SECOND, *_VIXIE, YEAR_FROM_1970),
            layouts={5: _VIXIE, 6: (SECOND, *_VIXIE), 7: (SECOND, *_VIXIE, YEAR_FROM_1970)},
            join="first",
            policy="ocps",
            modifiers=frozenset({"L", "nW", "dL", "d#n", "d#L"}),
            lone=frozenset({"nW"}),
            unset=_DAYS,
            exact_case=True,
            plus=True,
            spaces=" \t",
            nicknames=NICKNAMES | {REBOOT: "0 0 30 2 *"},
        ),
        Dialect(
            name="quartz",
            fields=(SECOND, *_QUARTZ, YEAR_FROM_1970),
            layouts={6: (SECOND, *_QUARTZ), 7: (SECOND, *_QUARTZ, YEAR_FROM_1970)},
            join="one",
            policy="quartz",
            modifiers=frozenset({"L", "LW", "L-n", "L-nW", "nW", "dL", "d#n", "L for Saturday"}),
            lone=frozenset({"L", "LW", "L-n", "L-nW", "nW", "dL", "d#n", "L for Saturday", "?"}),
            unset=_DAYS,
            wraps=frozenset(field.name for field in (SECOND, *_QUARTZ)),
            open_step=True,
            bounded_step=True,
            plain_names=True,
            hints={("day_of_week", 0): _FROM_SUNDAY_AS_1.format("Quartz")},
        ),
        _ROBFIG_ROW,
        _ROBFIG_ROW._replace(
            name="kubernetes",
            layouts={5: _UNIX},
            frame=None,
            no_zone="set timeZone in the spec of the CronJob",
            hints={
                ("day_of_week", 7): "7 is not a weekday in Kubernetes crontabs: use 0 for Sunday"
            },
        ),
        Dialect(
            name="aws",
            fields=(SECOND, *_QUARTZ, YEAR_FROM_1970),
            layouts={6: (*_QUARTZ, YEAR_FROM_1970)},
            join="one",
            policy="ocps",
            modifiers=frozenset({"L", "nW", "dL", "d#n", "L for Saturday"}),
            lone=frozenset({"d#n", "?"}),
            unset=_DAYS,
            wraps=frozenset({"hour"}),
            open_step=True,
            stepless=frozenset({"day_of_week"}),
            frame=Frame(r"\s*+cron\((?P<body>[^()]*)\)\s*+", "cron({body})"),
            hints={("day_of_week", 0): _FROM_SUNDAY_AS_1.format("AWS")},
            forms={"rate(": rate, "at(": at_time},
        ),
        Dialect(
            name="jenkins",
            fields=(SECOND, *_JENKINS, YEAR),
            layouts={5: _JENKINS},
            join="and",
            policy="wall",
            exact_case=True,
            hashed=True,
            frame=_NAMED_ZONE._replace(
                pattern=r"[ \t]*+TZ=(?P<zone>\S++)[ \t]*+\r?\n(?P<body>.*)",
                zoned="TZ={zone}\n{body}",
            ),
            nicknames={
                "@yearly": "H H H H *",
                "@annually": "H H H H *",
                "@monthly": "H H H * *",
                "@weekly": "H H * * H",
                "@daily": "H H * * *",
                "@midnight": "H H(0-2) * * *",
                "@hourly": "H * * * *",
            },
        ),
        Dialect(
            name="systemd",
            fields=(SECOND, *_SYSTEMD, SHORT_YEAR_FROM_1970),
            layouts={7: (SECOND, *_SYSTEMD, SHORT_YEAR_FROM_1970)},
            join="and",
            policy="ocps",
            modifiers=frozenset({"~n"}),
            open_step=True,
            reaching_step=True,
            stepless=frozenset({"day_of_week"}),
            plain_star=True,
            dash="..",
            hyphened=frozenset({"day_of_week"}),
            frame=Frame(r"(?P<body>.*\S)\s++(?P<zone>[A-Za-z][^\s:]*+)\s*+", zoned="{body} {zone}"),
            nicknames=systemd.NICKNAMES,
            split=systemd.split,
            compose=systemd.compose,
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
