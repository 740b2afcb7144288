"""What a crontab means once its text is forgotten: bit sets, a day rule, a clock-change policy.

Every dialect compiles to one `CronFields`. A field is one int whose bit n says that value n is in
the set; the two day fields keep their modifiers in higher bits of the same int.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

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


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dialect: its name, its range and the names of its values."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    """The names of `first`, `first + 1` and so on, in lower case."""
    every: int = field(init=False)
    """The bits of `*`."""
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", self.folded((2 << self.last) - (1 << self.first)))
        object.__setattr__(self, "size", self.last - self.first + 1)

    @property
    def title(self) -> str:
        """The name as the manuals write it."""
        return self.name.replace("_", "-")

    def folded(self, bits: int) -> int:
        """The bits with the second Sunday of a week from 0 to 7 on the first."""
        if self.name == "day_of_week" and self.last == 7:
            return (bits | bits >> 7 & 1) & ~(1 << 7)
        return bits


@dataclass(frozen=True, slots=True)
class DayRule:
    """Which days of a month run, whatever the month: it depends on its shape alone.

    `join` says whether a day must be in both sets or in either. With `clamp`, days 29 to 31 fall
    on the last day of a month that is too short for them.
    """

    day_of_month: int
    day_of_week: int
    join: Literal["and", "or"]
    clamp: bool = False
    also: DayRule | None = None
    """Another rule that must hold as well."""


@dataclass(frozen=True, slots=True)
class CronFields:
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
