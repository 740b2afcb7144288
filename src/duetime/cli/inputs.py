"""What people type: expressions, times, zones, and the names that a shell can complete.

The library has no time zone of the machine, and reads no clock and no file; the command does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TextIO

import click
from click.shell_completion import CompletionItem

import duetime
from duetime.crontabs.dialects import DIALECTS
from duetime.zones import CRON_POLICIES, NAMED_POLICIES, Zone, zone_keys

POLICIES = (*CRON_POLICIES, *NAMED_POLICIES)
_CLOCK = re.compile(r"[T ]([0-9:.,]+)")
"""The time of day of an ISO 8601 time."""


class Word(click.ParamType[str]):
    """A word that the library checks and a shell completes."""

    def __init__(self, name: str, words: Iterable[str]) -> None:
        self.name = name
        self.words = tuple(words)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        start = incomplete.casefold()
        return [CompletionItem(word) for word in self.words if word.casefold().startswith(start)]


class ZoneName(Word):
    """A zone; `local` is that of the machine."""

    def __init__(self) -> None:
        super().__init__("zone", ())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return local_zone() if value == "local" else str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        self.words = ("local", *zone_keys())
        return super().shell_complete(ctx, param, incomplete)


DIALECT = Word("dialect", DIALECTS)
POLICY = Word("policy", POLICIES)
ZONE = ZoneName()


def local_zone() -> str:
    """The IANA key of the machine's zone."""
    import tzlocal

    try:
        key = tzlocal.get_localzone_name()
    except Exception as error:  # It has errors of several packages.
        raise click.BadParameter(f"the zone of this machine cannot be told: {error}") from None
    if not key:
        raise click.BadParameter("the zone of this machine has no name: give one, such as UTC")
    return str(key)


def iso_time(text: str) -> datetime:
    """An ISO 8601 date or time, with an offset or without."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not an ISO 8601 time, such as 2026-03-08, 2026-03-08T02:30 "
            "or 2026-03-08T07:30Z"
        ) from None


@dataclass(frozen=True, slots=True)
class Span:
    """A time to ask about, as long as it was written: a day, a minute, or a second."""

    text: str
    start: datetime
    length: timedelta

    @property
    def is_day(self) -> bool:
        """Whether it is a day of the calendar."""
        return self.length == timedelta(days=1)

    def moments(self, zone: Zone) -> list[tuple[datetime, datetime]]:
        """Its start and end as aware times; both times of a wall time that occurs twice."""
        if self.start.tzinfo is not None:
            start = self.start.astimezone(UTC)
            return [(start, start + self.length)]
        if self.is_day:
            ends = self.start, self.start + self.length
            first, last = (end.replace(tzinfo=zone.tzinfo).astimezone(UTC) for end in ends)
            return [(first, last)]
        starts = {
            self.start.replace(tzinfo=zone.tzinfo, fold=fold).astimezone(UTC): None
            for fold in (0, 1)
        }
        # Of a wall time in a gap, neither reading shows itself again.
        real = [
            start
            for start in starts
            if start.astimezone(zone.tzinfo).replace(tzinfo=None) == self.start
        ]
        return [(start, start + self.length) for start in real]


def span(text: str) -> Span:
    """An ISO 8601 date, or a time to the minute, the second or less."""
    start = iso_time(text)
    with suppress(ValueError):
        date.fromisoformat(text)
        return Span(text, start, timedelta(days=1))
    clock = _CLOCK.search(text)
    digits = clock[1].replace(":", "") if clock else ""
    if len(digits) <= len("0230"):
        return Span(text, start, timedelta(minutes=1))
    unit = {"seconds": 1} if len(digits) == len("023000") else {"microseconds": 1}
    return Span(text, start, timedelta(**unit))


def aware(time: datetime | None, zone: Zone) -> datetime | None:
    """A time that was given, on the clock of the zone if it has no offset of its own."""
    if time is None or time.tzinfo is not None:
        return time
    return time.replace(tzinfo=zone.tzinfo)


def now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


def gather(arguments: Sequence[str], file: TextIO | None) -> list[str]:
    """The expressions of the arguments, of standard input for `-`, and of a file.

    Input has one a line; empty lines and those that begin with `#` are left out.
    """
    texts: list[str] = []
    for argument in arguments:
        texts += _lines(sys.stdin) if argument == "-" else [argument]
    if file is not None:
        texts += _lines(file)
    if not texts:
        ends = "there is none in the input" if file or "-" in arguments else "name one, or -f FILE"
        raise click.UsageError(f"Missing argument 'EXPRESSION': {ends}.")
    return texts


def _lines(stream: TextIO) -> list[str]:
    try:
        lines = [line.strip() for line in stream]
    except UnicodeDecodeError:
        raise click.BadParameter("the input is no text in UTF-8") from None
    return [line for line in lines if line and not line.startswith("#")]


def refuse_unquoted(arguments: Sequence[str]) -> None:
    """Tell whoever forgot the quotes, so that one expression came as many arguments."""
    if len(arguments) < 2 or any(len(each.split()) != 1 for each in arguments):
        return
    try:
        for argument in arguments:
            duetime.parse(argument)
    except duetime.ScheduleError:
        raise click.UsageError(
            f"The expression came as {len(arguments)} arguments, since the shell parts it at its"
            ' spaces and replaces * by the names of files: quote it, as in "30 9 * * mon-fri".'
        ) from None
