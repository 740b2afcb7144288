"""The dialects of cron: one row of data each. The reader has no branch that names a dialect.

A rule of one dialect alone is a function on its row: `notation`, `own_item`, `check_item`,
`own_days`, `draws`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple, Protocol

from duetime.crontabs import (
    apscheduler,
    croniter,
    cronos,
    jenkins,
    openbsd,
    quartz,
    spring,
    systemd,
)
from duetime.crontabs.fields import DayRule, Field
from duetime.crontabs.forms import Form, at_time, every_duration, rate
from duetime.crontabs.items import Item
from duetime.errors import InvalidValueError, shorten

MONTH_NAMES: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
WEEKDAY_NAMES: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

SECOND_FIELD: Final = Field("second", 0, 59)
MINUTE_FIELD: Final = Field("minute", 0, 59)
HOUR_FIELD: Final = Field("hour", 0, 23)
DAY_OF_MONTH_FIELD: Final = Field("day_of_month", 1, 31)
MONTH_FIELD: Final = Field("month_of_year", 1, 12, MONTH_NAMES)
YEAR_FIELD: Final = Field("year", 1, 9999)
SUNDAY_TO_SATURDAY: Final = Field("day_of_week", 0, 6, WEEKDAY_NAMES)
SUNDAY_TO_SUNDAY: Final = Field("day_of_week", 0, 7, WEEKDAY_NAMES)
SUNDAY_FROM_1: Final = Field("day_of_week", 1, 7, WEEKDAY_NAMES)
MONDAY_TO_SUNDAY: Final = Field(
    "day_of_week", 1, 7, (*WEEKDAY_NAMES[1:], "sun"), others=systemd.LONG_WEEKDAYS
)
MONDAY_FROM_0: Final = Field("day_of_week", 0, 6, (*WEEKDAY_NAMES[1:], "sun"))
MONDAY_TO_0: Final = Field("day_of_week", 1, 7, (*WEEKDAY_NAMES[1:], "sun"), others={"0": 7})
UNNAMED_MONTH: Final = Field("month_of_year", 1, 12)
UNNAMED_WEEKDAY: Final = Field("day_of_week", 0, 7)
LONG_NAMED_MONTH: Final = Field("month_of_year", 1, 12, MONTH_NAMES, longer_names=True)
LONG_NAMED_WEEKDAY: Final = Field("day_of_week", 0, 6, WEEKDAY_NAMES, longer_names=True)
YEAR_FROM_1970: Final = Field("year", 1970, 2199)
YEAR_TO_9999: Final = Field("year", 1970, 9999)
YEAR_TO_2099: Final = Field("year", 1970, 2099)
SHORT_YEAR_FROM_1970: Final = Field("year", 1970, 2199, others=systemd.SHORT_YEARS)

Modifier = Literal["L", "LW", "L-n", "L-nW", "nW", "dL", "Ld", "d#n", "d#L", "L for Saturday", "~n"]
"""What a day field may ask for beside plain days; n is a number, d a weekday.

Of the day of the month: `L` is the last day, `L-3` three days before it, `~3` the third day from
the end, `15W` the weekday (Monday to Friday) nearest to the 15th, `LW` and `L-3W` the one nearest
to `L` and `L-3`. Of the day of the week: `5L`, `L5` and `5#L` are the last Friday of the month,
`5#2` is the second. A sole `L` is Saturday.
"""

Join = Literal["and", "star", "first", "any", "one"]
"""How the day of the month and the day of the week combine, as in `0 0 13 * fri`.

`and`: a day must be in both. `one`: one of the two must be `?`, so only the other counts. All
others mean OR, except that a day must be in both
- with `star`, if a field begins with `*`, so in `*/2` too;
- with `first`, if the first item of a field is `*` or `?`, or if `+` is before the day of the week;
- with `any`, if any item of a field is `*`, `?` or `*/1`.
"""

SPACES: Final = " \t\r\n"
_DAYS: Final = frozenset({"day_of_month", "day_of_week"})
_EXACT: Final = _DAYS | {"nickname"}


class Frame(NamedTuple):
    """The text around the fields of an expression: `CRON_TZ=Europe/Paris 0 9 * * *`."""

    pattern: str
    """Matches an expression: its fields are the group `body`, the zone it names is `zone`."""
    plain: str = "{body}"
    """How an expression is written without a zone."""
    zoned: str | None = None
    """How it is written with a zone, None if it cannot name one."""


class Notation(NamedTuple):
    """How an expression is taken apart and put together, if not at its spaces."""

    split: Callable[[str], Mapping[str, tuple[str, int]]]
    """From an expression to the text of each field and where it starts; raises CronSyntaxError."""
    compose: Callable[[Mapping[str, str]], str]
    """From the texts of the fields to an expression."""


class DaysOf(Protocol):
    """From the texts of all fields and the sets of the two day fields to their rule."""

    def __call__(
        self, texts: Mapping[str, str], dates: int, weekdays: int, *, clamp: bool
    ) -> DayRule: ...


class Dialect(NamedTuple):
    """What one family of crons accepts, and what it means by it."""

    name: str
    fields: tuple[Field, ...]
    """All fields, from the second to the year. Any dialect takes both of these as keywords."""
    layouts: Mapping[int, tuple[Field, ...]]
    """By number of fields, the fields in the order they are written: of six, the second first."""
    join: Join
    policy: str
    """The name of the clock-change policy if `dst=` asks for none, such as `vixie`."""
    modifiers: frozenset[Modifier] = frozenset()
    """The day modifiers that it knows: with `nW`, `15W` is read."""
    spelled: Mapping[Modifier, str] = {}
    """How it writes a modifier, if in another way: APScheduler writes `last` for `L`."""
    lone: frozenset[Modifier | Literal["?", "*"]] = frozenset()
    """Those of them, and `?` and `*`, that no list may hold: OCPS refuses `1,15W`."""
    question_marks: frozenset[str] = frozenset()
    """The names of the fields in which `?` is another `*`."""
    wraps: frozenset[str] = frozenset()
    """The names of the fields whose ranges go on past the end: hours `22-2` of Celery."""
    open_step: bool = False
    """Whether `5/10` runs from 5 to the end of the field. Elsewhere a step needs `*` or a range."""
    stepless: frozenset[str] = frozenset()
    """The names of the fields that take no step, and `*` or `?` if it takes none.

    AWS refuses `2-6/2` as a day of the week, systemd refuses `*/5` and writes `0/5`.
    """
    exact_case: frozenset[str] = frozenset()
    """The names of the fields in which `l` is refused, and `nickname` if `@Daily` is.

    Names of months and weekdays have any case.
    """
    omitted: Literal["lowest", "*"] = "lowest"
    """The value of a keyword that is left out if a coarser one is given; all others are `*`.

    `hour=7` is 7:00 with `lowest`, and every minute from 7:00 to 7:59 with `*`, as in Celery.
    """
    spaces: str = SPACES
    """The characters between fields, and the only ones beside printable ASCII."""
    dash: str = "-"
    """The middle of a range; `..` in systemd."""
    hyphened: frozenset[str] = frozenset()
    """The names of the fields in which `-` is a dash too: `Mon-Fri` beside `Mon..Fri`."""
    frame: Frame | None = None
    """The text around the fields, such as `cron(...)` of AWS. None if there is none."""
    nicknames: Mapping[str, str] = {}
    """By nickname in lower case, the expression that it stands for."""
    hints: Mapping[str, str] = {}
    """What the message says of a value that is out of range here and allowed elsewhere.

    The key is the field and the value, such as `day_of_week 7`; `zone` is for a zone in the text.
    """
    forms: Mapping[str, Form] = {}
    """What it writes beside crontabs, such as intervals, by how that begins: `@every`."""
    notation: Notation | None = None
    """How it writes the fields, if not in a row. systemd: `Mon *-*-* 09:00:00`."""
    own_item: Callable[[str, Field, Any], int | None] | None = None
    """Reads an item of a kind that it alone has, such as `H/15` of Jenkins, into bits.

    It takes the item, its field and the numbers of a seed, as `draws` makes them. It returns None
    for an item like those of other dialects, and raises ItemError.
    """
    own_mark: str = ""
    """What each of these items contains; the reader asks about no other."""
    check_item: Callable[[Item, Field], None] | None = None
    """Refuses, with an ItemError, an item that other dialects take, such as `mon/2` in Quartz."""
    own_days: DaysOf | None = None
    """Makes the rule of the two day fields, if none of `join` does; raises FieldError."""
    draws: Callable[[str], object] | None = None
    """From a seed to the numbers that `own_item` draws. None if it draws nothing."""
    drawn_nicknames: Mapping[str, str] = {}
    """The nicknames that stand for something else if there is a seed."""
    variant_of: str | None = None
    """The dialect that this one is another edition of; `detect` asks that one alone."""

    @property
    def five(self) -> tuple[Field, ...]:
        """The fields from the minute to the day of the week."""
        return self.fields[1:-1]

    @property
    def zone_hint(self) -> str:
        """What to do if the text cannot name a zone."""
        return self.hints.get("zone", "give the zone as tz=")


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
"""It is no time, so it stands for a date that no year has."""

_DATE: Final = (MINUTE_FIELD, HOUR_FIELD, DAY_OF_MONTH_FIELD, MONTH_FIELD)
_VIXIE: Final = (*_DATE, SUNDAY_TO_SUNDAY)
_UNIX: Final = (*_DATE, SUNDAY_TO_SATURDAY)
_QUARTZ: Final = (*_DATE, SUNDAY_FROM_1)
_JENKINS: Final = (*_DATE[:3], UNNAMED_MONTH, UNNAMED_WEEKDAY)
_SYSTEMD: Final = (*_DATE[:3], UNNAMED_MONTH, MONDAY_TO_SUNDAY)
_APSCHEDULER: Final = (*_DATE, MONDAY_FROM_0)
_SPRING: Final = (*_DATE, MONDAY_TO_0)
_CELERY: Final = (*_DATE[:3], LONG_NAMED_MONTH, LONG_NAMED_WEEKDAY)

_NAMED_ZONE: Final = Frame(
    r"\s*+(?:CRON_)?TZ=(?P<zone>\S++) (?P<body>.*)", zoned="CRON_TZ={zone} {body}"
)
_FROM_SUNDAY_AS_1: Final = "0 is not a weekday in {} crontabs: they count from 1 for Sunday"

_VIXIE_ROW: Final = Dialect(
    name="vixie",
    fields=(SECOND_FIELD, *_VIXIE, YEAR_FIELD),
    layouts={5: _VIXIE},
    join="star",
    policy="vixie",
    modifiers=frozenset({"L", "LW", "L-n", "nW", "dL", "d#n"}),
    open_step=True,
    nicknames=NICKNAMES,
    own_item=openbsd.random_bits,
    own_mark="~",
    draws=openbsd.Draws,
)
_CRONITER_ROW: Final = Dialect(
    name="croniter",
    fields=(SECOND_FIELD, *_VIXIE, YEAR_TO_2099),
    layouts={5: _VIXIE, 6: (*_VIXIE, SECOND_FIELD), 7: (*_VIXIE, SECOND_FIELD, YEAR_TO_2099)},
    join="any",
    policy="croniter",
    modifiers=frozenset({"L", "nW", "Ld", "d#n"}),
    lone=frozenset({"nW"}),
    question_marks=_DAYS,
    open_step=True,
    nicknames=NICKNAMES,
    own_item=croniter.item_bits,
    own_days=croniter.days_of,
    draws=croniter.Draws,
    drawn_nicknames={
        "@midnight": "H H(0-2) * * * H",
        "@hourly": "H * * * * H",
        "@daily": "H H * * * H",
        "@weekly": "H H * * H H",
        "@monthly": "H H H * * H",
        "@yearly": "H H H H * H",
        "@annually": "H H H H * H",
    },
)
_ROBFIG_ROW: Final = Dialect(
    name="robfig",
    fields=(SECOND_FIELD, *_UNIX, YEAR_FIELD),
    layouts={5: _UNIX, 6: (SECOND_FIELD, *_UNIX)},
    join="any",
    policy="wall",
    question_marks=frozenset(field.name for field in (SECOND_FIELD, *_UNIX)),
    open_step=True,
    exact_case=_EXACT,
    frame=_NAMED_ZONE,
    nicknames=NICKNAMES,
    hints={"day_of_week 7": "7 is not a weekday in robfig crontabs: use 0 for Sunday"},
    forms={"@every": every_duration},
)

DIALECTS: Final = {
    dialect.name: dialect
    for dialect in (
        _VIXIE_ROW,
        _VIXIE_ROW._replace(
            name="cronsim",
            layouts={5: _VIXIE, 6: (SECOND_FIELD, *_VIXIE)},
            modifiers=frozenset({"L", "LW", "dL", "d#n"}),
            own_item=None,
            draws=None,
        ),
        _CRONITER_ROW,
        _CRONITER_ROW._replace(
            name="croniter6",
            own_item=croniter.item_bits_of_6,
            own_days=croniter.days_of_6,
            variant_of="croniter",
        ),
        _CRONITER_ROW._replace(
            name="croniter_and",
            join="and",
            own_days=croniter.days_in_both,
            variant_of="croniter",
        ),
        Dialect(
            name="celery",
            fields=(SECOND_FIELD, *_CELERY, YEAR_FIELD),
            layouts={5: _CELERY},
            join="and",
            policy="vixie",
            wraps=frozenset(field.name for field in (SECOND_FIELD, *_CELERY, YEAR_FIELD)),
            omitted="*",
            hints={"day_of_week 7": "7 is not a weekday in Celery crontabs: use 0 for Sunday"},
        ),
        Dialect(
            name="apscheduler",
            fields=(SECOND_FIELD, *_APSCHEDULER, YEAR_TO_9999),
            layouts={5: _APSCHEDULER},
            join="and",
            policy="apscheduler",
            modifiers=frozenset({"L"}),
            spelled={"L": "last"},
            open_step=True,
            hints={"day_of_week 7": "7 is not a weekday in APScheduler: use 6 for Sunday"},
            notation=Notation(apscheduler.split, apscheduler.compose),
            own_item=apscheduler.item_bits,
            check_item=apscheduler.check_item,
            own_days=apscheduler.days_of,
        ),
        Dialect(
            name="ocps",
            fields=(SECOND_FIELD, *_VIXIE, YEAR_FROM_1970),
            layouts={
                5: _VIXIE,
                6: (SECOND_FIELD, *_VIXIE),
                7: (SECOND_FIELD, *_VIXIE, YEAR_FROM_1970),
            },
            join="first",
            policy="ocps",
            modifiers=frozenset({"L", "nW", "dL", "d#n", "d#L"}),
            lone=frozenset({"nW"}),
            question_marks=_DAYS,
            exact_case=_EXACT,
            spaces=" \t",
            nicknames=NICKNAMES | {REBOOT: "0 0 30 2 *"},
        ),
        Dialect(
            name="quartz",
            fields=(SECOND_FIELD, *_QUARTZ, YEAR_FROM_1970),
            layouts={6: (SECOND_FIELD, *_QUARTZ), 7: (SECOND_FIELD, *_QUARTZ, YEAR_FROM_1970)},
            join="one",
            policy="quartz",
            modifiers=frozenset({"L", "LW", "L-n", "L-nW", "nW", "dL", "d#n", "L for Saturday"}),
            lone=frozenset({"dL", "d#n", "L for Saturday", "?"}),
            question_marks=_DAYS,
            wraps=frozenset(field.name for field in (SECOND_FIELD, *_QUARTZ)),
            open_step=True,
            stepless=frozenset({"?"}),
            hints={"day_of_week 0": _FROM_SUNDAY_AS_1.format("Quartz")},
            own_item=quartz.item_bits,
            check_item=quartz.check_item,
        ),
        Dialect(
            name="spring",
            fields=(SECOND_FIELD, *_SPRING, YEAR_FIELD),
            layouts={6: (SECOND_FIELD, *_SPRING)},
            join="and",
            policy="wall",
            modifiers=frozenset({"L", "LW", "L-n", "nW", "dL", "d#n"}),
            lone=frozenset({"?"}),
            question_marks=_DAYS,
            open_step=True,
            stepless=frozenset({"?"}),
            exact_case=frozenset({"day_of_month"}),
            spaces=" ",
            nicknames={name: f"0 {text}" for name, text in NICKNAMES.items()},
            own_item=spring.item_bits,
            own_days=spring.days_of,
        ),
        Dialect(
            name="cronos",
            fields=(SECOND_FIELD, *_VIXIE, YEAR_FIELD),
            layouts={5: _VIXIE, 6: (SECOND_FIELD, *_VIXIE)},
            join="and",
            policy="cronos",
            modifiers=frozenset({"L", "LW", "L-n", "L-nW", "nW", "dL", "d#n"}),
            lone=frozenset({"L", "LW", "L-n", "L-nW", "nW", "dL", "d#n", "?", "*"}),
            question_marks=frozenset(field.name for field in (SECOND_FIELD, *_VIXIE)),
            wraps=frozenset(field.name for field in (SECOND_FIELD, *_VIXIE)),
            open_step=True,
            spaces=" \t",
            nicknames=NICKNAMES | {"@every_minute": "* * * * *", "@every_second": "* * * * * *"},
            hints={"H": ": only Cronos knows what it draws for H, so write the value"},
            check_item=cronos.check_item,
        ),
        _ROBFIG_ROW,
        _ROBFIG_ROW._replace(
            name="kubernetes",
            layouts={5: _UNIX},
            frame=None,
            hints={
                "day_of_week 7": "7 is not a weekday in Kubernetes crontabs: use 0 for Sunday",
                "zone": "set timeZone in the spec of the CronJob",
            },
        ),
        Dialect(
            name="github",
            fields=(SECOND_FIELD, *_UNIX, YEAR_FIELD),
            layouts={5: _UNIX},
            join="any",
            policy="vixie",
            open_step=True,
            hints={
                "day_of_week 7": "7 is not a weekday in GitHub Actions: use 0 for Sunday",
                "zone": "set timezone beside cron in the workflow",
            },
        ),
        Dialect(
            name="aws",
            fields=(SECOND_FIELD, *_QUARTZ, YEAR_FROM_1970),
            layouts={6: (*_QUARTZ, YEAR_FROM_1970)},
            join="one",
            policy="ocps",
            modifiers=frozenset({"L", "nW", "dL", "d#n", "L for Saturday"}),
            lone=frozenset({"d#n", "?"}),
            question_marks=_DAYS,
            wraps=frozenset({"hour"}),
            open_step=True,
            stepless=frozenset({"day_of_week", "?"}),
            frame=Frame(r"\s*+cron\((?P<body>[^()]*)\)\s*+", "cron({body})"),
            hints={"day_of_week 0": _FROM_SUNDAY_AS_1.format("AWS")},
            forms={"rate(": rate, "at(": at_time},
        ),
        Dialect(
            name="jenkins",
            fields=(SECOND_FIELD, *_JENKINS, YEAR_FIELD),
            layouts={5: _JENKINS},
            join="and",
            policy="wall",
            exact_case=_EXACT,
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
            own_item=jenkins.hashed_bits,
            draws=jenkins.Draws,
        ),
        Dialect(
            name="systemd",
            fields=(SECOND_FIELD, *_SYSTEMD, SHORT_YEAR_FROM_1970),
            layouts={7: (SECOND_FIELD, *_SYSTEMD, SHORT_YEAR_FROM_1970)},
            join="and",
            policy="ocps",
            modifiers=frozenset({"~n"}),
            open_step=True,
            stepless=frozenset({"day_of_week", "*"}),
            dash="..",
            hyphened=frozenset({"day_of_week"}),
            frame=Frame(r"(?P<body>.*\S)\s++(?P<zone>[A-Za-z][^\s:]*+)\s*+", zoned="{body} {zone}"),
            nicknames=systemd.NICKNAMES,
            notation=Notation(systemd.split, systemd.compose),
            check_item=systemd.check_item,
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
    raise InvalidValueError(f"{shorten(name)} is not a cron dialect: {known}")
