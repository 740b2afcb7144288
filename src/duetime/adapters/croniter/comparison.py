"""Where croniter itself and duetime would run differently, over the crontabs of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import NamedTuple

from duetime.crontabs.schedule import DialectName, cron
from duetime.errors import ScheduleError, missing_extra
from duetime.schedules import end_after, limited
from duetime.zones import find_zone, to_instant


class Difference(NamedTuple):
    """One line of the table."""

    expression: str
    zone: str
    at: datetime | None
    """The run that only one of the two has, in the zone; None if one refuses the expression."""
    only: str
    """Who has the run or takes the expression: `croniter` or `duetime`."""
    reason: str
    """Why the other one refuses the expression; empty for a run."""


def compare(
    expressions: Iterable[str],
    zones: Iterable[tzinfo | str],
    start: datetime,
    end: datetime,
    *,
    dialect: DialectName = "croniter",
    limit: int = 10,
) -> list[Difference]:
    """The runs in `[start, end)` that only one of the two has, for each crontab in each zone.

    `start` and `end` are aware. `dialect` is how duetime reads the crontabs. After `limit`
    differences of a crontab in a zone, the next one is looked at.

    Raises ModuleNotFoundError where croniter is not installed.

    >>> from datetime import datetime, UTC
    >>> compare(["0 9 * * mon"], ["Europe/Paris"],
    ...         datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    []
    """
    end_after(to_instant(start, "start"), start, end)
    limited(iter(()), limit)
    texts = list(expressions)
    return [
        difference
        for zone in map(find_zone, zones)
        for text in texts
        for difference in islice(_of_one(text, zone.tzinfo, start, end, dialect), limit)
    ]


def _of_one(
    text: str, zone: tzinfo, start: datetime, end: datetime, dialect: DialectName
) -> Iterator[Difference]:
    try:
        from croniter import CroniterBadDateError, CroniterError, croniter
    except ModuleNotFoundError as error:
        raise missing_extra("duetime.adapters.croniter.compare", "croniter", error) from None
    name = str(zone)
    theirs = ours = None
    reasons = {}
    before = start.astimezone(zone) - timedelta(microseconds=1)
    try:
        theirs = croniter(text, before)
    except CroniterError as error:
        reasons["duetime"] = str(error)
    try:
        ours = cron(text, tz=zone, dialect=dialect)
    except ScheduleError as error:
        reasons["croniter"] = str(error).partition("\n")[0]
    if theirs is None or ours is None:
        if len(reasons) == 1:
            [(only, reason)] = reasons.items()
            yield Difference(text, name, None, only, reason)
        return

    def runs_of_theirs() -> Iterator[float]:
        try:
            while (run := float(theirs.get_next(float))) < end.timestamp():
                yield run
        except CroniterBadDateError:
            return

    yield from _merged(
        text, zone, runs_of_theirs(), (run.timestamp() for run in ours.runs(start, end))
    )


def _merged(
    text: str, zone: tzinfo, theirs: Iterator[float], ours: Iterator[float]
) -> Iterator[Difference]:
    """What only one of two ascending sequences has."""
    one, other = next(theirs, None), next(ours, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(theirs, None), next(ours, None)
        elif other is None or (one is not None and one < other):
            assert one is not None
            yield Difference(text, str(zone), _at(one, zone), "croniter", "")
            one = next(theirs, None)
        else:
            yield Difference(text, str(zone), _at(other, zone), "duetime", "")
            other = next(ours, None)


def _at(timestamp: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC).astimezone(zone)
