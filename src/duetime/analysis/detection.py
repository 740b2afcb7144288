"""`detect`: which dialects accept an expression, and whether they would run it alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import combinations
from typing import Any, Final

from duetime.algebra.comparison import FIRST, STOP, first_of
from duetime.crontabs.dialects import DIALECTS, find_dialect
from duetime.crontabs.reader import check_text
from duetime.crontabs.schedule import Cron, cron
from duetime.errors import CronSyntaxError, InvalidValueError, UnknownTimeZoneError
from duetime.immutable import Immutable
from duetime.schedules import Schedule
from duetime.zones import DAY, SECOND, Zone, find_zone, to_instant

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""From when on `detect` compares, unless it is told."""
_COMPARED: Final = 30 * 366
"""Days that `detect` compares: in 30 years every date meets every weekday, leap days too."""
JOB: Final = "job"
"""The seed of `detect` for what Jenkins draws, unless it is told."""
_UTC: Final = Zone(UTC)
_FEW: Final = 3
"""So many dialects of a group are named in a sentence."""
_WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class Detection(Immutable):
    """Which dialects accept an expression, and what it means in each; made by `detect`.

    `schedules` has the schedule of each dialect that accepts it, `refusals` what each other says of
    it. `groups` are the dialects that agree, those that most agree on first. `start` is from when
    on they were compared, for 30 years.
    """

    expression: str
    start: datetime
    schedules: Mapping[str, Schedule] = field(hash=False)
    refusals: Mapping[str, str] = field(hash=False)
    groups: tuple[tuple[str, ...], ...]

    @property
    def dialects(self) -> tuple[str, ...]:
        """The dialects that accept the expression."""
        return tuple(self.schedules)

    @property
    def disagreement(self) -> datetime | None:
        """The first instant at which one of these dialects runs and another does not."""
        leaders = [group[0] for group in self.groups]
        found = [self.first_difference(a, b) for a, b in combinations(leaders, 2)]
        return min((each for each in found if each is not None), key=to_instant, default=None)

    def agree(self, *dialects: str) -> bool:
        """Whether all of these dialects accept the expression and run at the same instants."""
        return any(set(dialects) <= set(group) for group in self.groups)

    def first_difference(self, dialect: str, other: str) -> datetime | None:
        """The first instant at which only one of two dialects runs, None if there is none.

        Raises ScheduleError for a dialect that refuses the expression.
        """
        for name in (dialect, other):
            if name not in self.schedules:
                find_dialect(name)
                raise InvalidValueError(
                    f"{name} refuses {self.expression!r}: {self.refusals[name]}"
                )
        return _first_difference(self.schedules[dialect], self.schedules[other], self.start)

    def __str__(self) -> str:
        lines = [self.expression]
        for group in self.groups:
            run = _first_run(self.schedules[group[0]], self.start)
            lines.append(f"  {', '.join(group)}: {f'first at {run}' if run else 'no run'}")
        lines.append(f"  refused by {', '.join(self.refusals)}")
        return "\n".join([*lines, self._verdict()])

    def _verdict(self) -> str:
        if not self.groups:
            return "No dialect accepts it."
        instant = self.disagreement
        if instant is None:
            first, *others = self.schedules
            if not others:
                return f"Only {first} accepts it."
            return f"All that accept it run at the same times in {self.schedules[first].tz}."
        runs = [group for group in self.groups if self.schedules[group[0]].matches(instant)]
        rest = [group for group in self.groups if group not in runs]
        weekday = _WEEKDAYS[instant.weekday()]
        return (
            f"First difference at {instant}, a {weekday}:"
            f" a run of {_named(runs)}, none of {_named(rest)}."
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer for programs."""
        instant = self.disagreement
        return {
            "expression": self.expression,
            "start": self.start.isoformat(),
            "groups": [list(group) for group in self.groups],
            "refusals": dict(self.refusals),
            "disagreement": None if instant is None else instant.isoformat(),
        }


def detect(
    expression: str,
    *,
    tz: tzinfo | str = "UTC",
    start: datetime = START,
    seed: str | int = JOB,
) -> Detection:
    """Which dialects accept an expression, and whether they would run it at the same times.

    The runs are compared in the zone `tz`, from `start` on (2026-01-01 in UTC unless given) for 30
    years. `seed` is what Jenkins and croniter draw `H` from, and `vixie` its `~`. Editions of one
    program, such as `croniter6`, are left out. Where no dialect accepts the expression the
    answer says so.

    Raises ScheduleError for what is no text, NaiveDatetimeError or UnknownTimeZoneError.

    >>> answer = detect("0 0 13 * fri")
    >>> answer.agree("kubernetes", "celery")
    False
    >>> print(answer.first_difference("kubernetes", "celery"))
    2026-01-02 00:00:00+00:00
    """
    check_text(expression)
    zone = find_zone(tz)
    start = _UTC.show(to_instant(start, "start"))
    schedules: dict[str, Schedule] = {}
    refusals = {}
    for name, row in DIALECTS.items():
        if row.variant_of is not None:
            continue
        drawn = row.draws and expression.strip().lower() not in row.drawn_nicknames
        try:
            schedules[name] = cron(
                expression, tz=zone.tzinfo, dialect=name, seed=seed if drawn else None
            )
        except CronSyntaxError as error:
            refusals[name] = error.reason
        except UnknownTimeZoneError as error:
            # The last word of an event, or what stands after TZ=.
            refusals[name] = str(error)
    return Detection(expression, start, schedules, refusals, _groups(schedules, start))


def _named(groups: Sequence[Sequence[str]]) -> str:
    """Some groups of dialects in a sentence; the lines above it have all names."""
    return ", ".join(
        ", ".join(group)
        if len(group) <= _FEW
        else f"{group[0]} and the {len(group) - 1} that agree with it"
        for group in sorted(groups, key=len)
    )


def _groups(schedules: Mapping[str, Schedule], start: datetime) -> tuple[tuple[str, ...], ...]:
    groups: list[list[str]] = []
    for name, schedule in schedules.items():
        for group in groups:
            if _first_difference(schedules[group[0]], schedule, start) is None:
                group.append(name)
                break
        else:
            groups.append([name])
    return tuple(tuple(group) for group in sorted(groups, key=len, reverse=True))


def _first_run(schedule: Schedule, start: datetime) -> datetime | None:
    return schedule.next_run(start) if schedule.floating else schedule.ceil(start)


def _first_difference(one: Schedule, other: Schedule, start: datetime) -> datetime | None:
    """The first instant from `start` on that only one of two schedules has.

    Intervals from the last run are no sets of instants; those of two dialects are equal.
    """
    if one == other:
        return None
    first = max(to_instant(start), FIRST)
    last = min(first + _COMPARED * DAY * SECOND, STOP)
    end = _UTC.show(last)
    if isinstance(one, Cron) and isinstance(other, Cron) and _same_labels(one, other):
        return _first_at_clock_changes(one, other, start, end)
    found = first_of(
        ((one - other) | (other - one)).within(end=end), first, -(-last // (DAY * SECOND))
    )
    return None if found is None else one._zone.show(found)


def _same_labels(one: Cron, other: Cron) -> bool:
    return one._zone == other._zone and one.fields == other.fields._replace(policy=one.policy)


def _first_at_clock_changes(
    one: Cron, other: Cron, start: datetime, end: datetime
) -> datetime | None:
    """The first difference of two crontabs that differ in nothing but their policy."""
    changes = zip(one.clock_changes(start, end), other.clock_changes(start, end), strict=True)
    for mine, theirs in changes:
        # An instant of one may be that of another label of the other.
        instants = {*map(to_instant, mine.instants)} ^ {*map(to_instant, theirs.instants)}
        for instant in map(one._zone.show, sorted(instants)):
            if one.matches(instant) != other.matches(instant):
                return instant
    return None
