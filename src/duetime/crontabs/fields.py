"""The meaning of a crontab without its text: bit sets, a day rule, a clock-change policy.

Every dialect compiles to one `CronFields`. A field is one int whose bit n says that value n is in
the set; the two day fields keep their modifiers in higher bits of the same int.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from duetime.dates.bits import each_of
from duetime.zones import DstPolicy

# Bits of `DayRule.day_of_month`: 1-31 are days of the month.
FROM_LAST: Final = 32
"""Bit 32 + n: n days before the last day of the month (`L`, `L-n`)."""
NEAR_DAY: Final = 64
"""Bit 64 + n: the weekday nearest to day n, within the month (`nW`)."""
NEAR_LAST: Final = 96
"""Bit 96 + n: the weekday nearest to n days before the last, within the month (`LW`, `L-nW`)."""

# Bits of `DayRule.day_of_week`: 0-6 are Sunday to Saturday.
LAST_OF: Final = 8
"""Bit 8 + d: the last weekday d of the month (`dL`)."""
NTH_OF: Final = 16
"""Bit 16 + 8n + d: the nth weekday d of the month (`d#n`)."""

EVERY_DAY_OF_MONTH: Final = (1 << 32) - 2
EVERY_DAY_OF_WEEK: Final = (1 << 7) - 1
EVERY_MONTH: Final = (1 << 13) - 2
_CLAMPED: Final = 0b111 << 29 | 0b111 << NEAR_DAY + 29
"""The days that a month may be too short for."""
_NOUNS: Final = {
    "hour": "an hour",
    "day_of_month": "a day of the month",
    "month_of_year": "a month",
    "day_of_week": "a day of the week",
}


class Field:
    """A field of a dialect: its name, its range and the names of its values.

    `names` are those of `first`, `first + 1` and so on, in lower case; `others` are more spellings,
    and `numbers` has the values of both. With `longer_names` a longer name counts by its first
    three letters: `Wednes`. `span` has the bits of all numbers as they are written, `every` the
    bits that they mean: in a week from 0 to 7, 7 is 0 again. After `turn` values a range that goes
    on past the end meets its start. `plain` has the bits of the texts that most items are: `*`, a
    number, a name.
    """

    __slots__ = (
        "_folds",
        "_sunday",
        "every",
        "first",
        "last",
        "longer_names",
        "name",
        "names",
        "numbers",
        "plain",
        "size",
        "span",
        "turn",
    )

    def __init__(
        self,
        name: str,
        first: int,
        last: int,
        names: tuple[str, ...] = (),
        *,
        others: Mapping[str, int] = MappingProxyType({}),
        longer_names: bool = False,
    ) -> None:
        self.name: Final = name
        self.first: Final = first
        self.last: Final = last
        self.names: Final = names
        self.longer_names: Final = longer_names
        self.numbers: Final = {**others} | {text: value for value, text in enumerate(names, first)}
        self.size: Final = last - first + 1
        of_week = name == "day_of_week"
        self.turn: Final = 7 if of_week else self.size
        # The number of Sunday, and whether the numbers of other days count from another day too.
        self._sunday: Final = self.numbers.get("sun", 0)
        self._folds: Final = of_week and (self._sunday > 0 or last == 7)
        self.span: Final = (2 << last) - (1 << first)
        self.every: Final = self.folded(self.span)
        # Not all years: they are many, and few crontabs have one.
        digits = map(str, range(first, min(last, 59) + 1))
        self.plain: Final = {"*": self.every} | {
            text: self.folded(1 << value)
            for texts in (digits, names)
            for value, text in enumerate(texts, first)
        }

    @property
    def title(self) -> str:
        """The name as the manuals write it."""
        return self.name.replace("_", "-")

    @property
    def noun(self) -> str:
        """One value of it in a sentence: `a minute`, `a day of the week`."""
        return _NOUNS.get(self.name, f"a {self.name}")

    def folded(self, bits: int) -> int:
        """The bits that numbers mean: weekdays count from Sunday 0 to Saturday 6."""
        if self._folds:
            before = bits & (1 << self._sunday) - 1
            bits = bits >> self._sunday | before << 7 - self._sunday
            return (bits | bits >> 7 & 1) & ~(1 << 7)
        return bits

    def weekday(self, number: int) -> int:
        """The weekday of a number, 0 for Sunday to 6 for Saturday."""
        return (number - self._sunday) % 7

    def number(self, weekday: int) -> int:
        """The number of a weekday, Sunday 0. Of Sunday's two numbers it is the smaller one."""
        return self.first + (weekday + self._sunday - self.first) % 7


class DayItem(NamedTuple):
    """One thing that a day rule asks for, decoded from its bit.

    Of the day of the month: `DayItem("day", 13)`, the 13th; `DayItem("from_last", 0)`, `L`;
    `DayItem("near_day", 15)`, `15W`; `DayItem("near_last", 3)`, `L-3W`.
    Of the day of the week: `DayItem("weekday", 5)`, every Friday; `DayItem("last_of", 5)`, the last
    Friday of the month; `DayItem("nth_of", 5, 2)`, the second Friday.
    """

    kind: Literal["day", "from_last", "near_day", "near_last", "weekday", "last_of", "nth_of"]
    number: int
    """A day of the month, a number of days before the last one, or a weekday (Sunday is 0)."""
    nth: int = 0
    """Which one of the month, from 1 to 5; 0 for any other kind."""


class DayRule(NamedTuple):
    """The days of any month that run. Of `0 0 13 * fri`: `DayRule(1 << 13, 1 << 5, "or")`.

    `day_of_month` and `day_of_week` are sets of days, and `join` says whether a day must be in both
    or in either. With `clamp`, days 29 to 31 fall on the last day of a month that is too short.
    """

    day_of_month: int
    day_of_week: int
    join: Literal["and", "or"]
    clamp: bool = False
    also: DayRule | None = None
    """Another rule that must hold as well."""

    @classmethod
    def of(
        cls, day_of_month: int, day_of_week: int, join: Literal["and", "or"], *, clamp: bool
    ) -> DayRule:
        """The rule of two fields. `*` and a list of all days give the same rule."""
        if EVERY_DAY_OF_MONTH & ~day_of_month == 0:
            day_of_month = EVERY_DAY_OF_MONTH
        if EVERY_DAY_OF_WEEK & ~day_of_week == 0:
            day_of_week = EVERY_DAY_OF_WEEK
        if day_of_month == EVERY_DAY_OF_MONTH or day_of_week == EVERY_DAY_OF_WEEK:
            if join == "or":
                day_of_month, day_of_week = EVERY_DAY_OF_MONTH, EVERY_DAY_OF_WEEK
            join = "and"
        clamp = clamp and day_of_month != EVERY_DAY_OF_MONTH and bool(day_of_month & _CLAMPED)
        return cls(day_of_month, day_of_week, join, clamp)

    def items(self) -> Iterator[DayItem]:
        """The items of both fields; those of `also` are its own."""
        yield from self.date_items()
        yield from self.weekday_items()

    def date_items(self) -> Iterator[DayItem]:
        """The items of the day of the month: plain days first, each kind ascending."""
        for bit in each_of(self.day_of_month):
            if bit < FROM_LAST:
                yield DayItem("day", bit)
            elif bit < NEAR_DAY:
                yield DayItem("from_last", bit - FROM_LAST)
            elif bit < NEAR_LAST:
                yield DayItem("near_day", bit - NEAR_DAY)
            else:
                yield DayItem("near_last", bit - NEAR_LAST)

    def weekday_items(self) -> Iterator[DayItem]:
        """The items of the day of the week: plain weekdays first, then the last ones of a month."""
        for bit in each_of(self.day_of_week):
            if bit < LAST_OF:
                yield DayItem("weekday", bit)
            elif bit < NTH_OF:
                yield DayItem("last_of", bit - LAST_OF)
            else:
                nth, weekday = divmod(bit - NTH_OF, 8)
                yield DayItem("nth_of", weekday, nth)


class CronFields(NamedTuple):
    """The meaning of a crontab. Two crontabs with equal fields run at the same wall times.

    `year` is None when every year runs.
    """

    second: int
    minute: int
    hour: int
    month: int
    year: int | None
    days: DayRule
    policy: DstPolicy
