"""The spec of a job of Jenkins: several lines that are one schedule.

All lines draw from one generator, in their order: an `H` of the second line has another value than
it would have in the first. So each line is kept with the numbers that were drawn for it.

Source: Jenkins' `hudson.scheduler.CronTabList` and `BaseParser`.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Final

from duetime.algebra.sets import union
from duetime.crontabs.dialects import find_dialect
from duetime.crontabs.jenkins import Draws
from duetime.crontabs.reader import read_fields, split_fields
from duetime.crontabs.schedule import cron
from duetime.crontabs.writer import write_fields
from duetime.errors import CronSyntaxError, InvalidValueError
from duetime.schedules import Schedule
from duetime.zones import DstPolicy

_MOST_LINES: Final = 1_000
_DRAWN: Final = "H@"
"""Each drawn line has one of these: nicknames are drawn too."""


def read_spec(
    text: str, *, tz: tzinfo | str, dst: DstPolicy | str | None, seed: str | int | None
) -> Schedule:
    """The union of the lines of a spec.

    Raises CronSyntaxError for the first line with a fault, whose number is in the reason;
    UnknownTimeZoneError; and ScheduleError for a spec without a crontab, and for one of over 1,000.
    """
    first, *others = re.split(r"\r?\n", text)
    lines = dict(enumerate((first, *others), 1))
    if first.strip().startswith("TZ="):
        tz = lines.pop(1).strip().removeprefix("TZ=")
    lines = {number: line for number, line in lines.items() if line.strip()[:1] not in ("", "#")}
    if not lines:
        raise InvalidValueError(
            "a spec of Jenkins without a crontab never runs: write for one H H * * *"
        )
    if len(lines) > _MOST_LINES:
        raise InvalidValueError(f"a spec of Jenkins has at most {_MOST_LINES:,} crontabs")
    draws = None if seed is None else Draws(str(seed))
    schedules = []
    for number, line in lines.items():
        try:
            schedule = _line(line, tz, dst, seed, draws, alone=len(lines) == 1)
        except CronSyntaxError as error:
            raise CronSyntaxError(
                f"line {number}: {error.reason}",
                error.expression,
                field=error.field,
                position=error.position,
                length=error.length,
            ) from None
        schedules.append(schedule)
    return union(*schedules)


def _line(
    line: str,
    tz: tzinfo | str,
    dst: DstPolicy | str | None,
    seed: str | int | None,
    draws: Draws | None,
    *,
    alone: bool,
) -> Schedule:
    """The schedule of a line that draws its numbers where the line before has stopped."""
    schedule = cron(line, tz=tz, dialect="jenkins", dst=dst, seed=seed)
    if alone or not set(line) & set(_DRAWN):
        return schedule
    row = find_dialect("jenkins")
    texts = split_fields(line, row)
    fields = read_fields(texts, row, dst, clamp=False, expression=line, draws=draws)
    return cron(write_fields(fields, row), tz=tz, dialect="jenkins", dst=dst)
