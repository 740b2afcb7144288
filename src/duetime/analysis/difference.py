"""Where two schedules begin to differ."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest

from duetime.algebra.comparison import FIRST, first_of, walk, whole_timeline
from duetime.algebra.sets import difference, union
from duetime.dates.gregorian import EVER
from duetime.dates.timeline import CYCLES
from duetime.questions import one_question
from duetime.schedules import Schedule
from duetime.zones import DAY, LISTED_UNTIL, SECOND, to_instant


def first_difference(a: Schedule, b: Schedule, start: datetime | None = None) -> datetime | None:
    """The first instant at or after `start` at which one of two schedules runs and the other not.

    Without `start` that is over all time, from year 2 to year 9998. The result is in the zone of
    `a`; None says it is proven that there is no such instant. Differences of long ago are
    differences: before the 19th century the clocks of each place showed the time of its sun.

    Raises NaiveDatetimeError, FloatingScheduleError, and SearchHorizonError where no proof is
    possible.

    >>> from datetime import UTC
    >>> from duetime import cron
    >>> weekdays, daily = cron("0 9 * * mon-fri"), cron("0 9 * * *")
    >>> print(first_difference(weekdays, daily, datetime(2026, 1, 5, tzinfo=UTC)))
    2026-01-10 09:00:00+00:00
    """
    with one_question:
        return _first_difference(a, b, start)


def _first_difference(a: Schedule, b: Schedule, start: datetime | None) -> datetime | None:
    either = union(difference(a, b), difference(b, a))
    first = FIRST if start is None else max(FIRST, to_instant(start, "start"))
    timeline = whole_timeline(either)
    if timeline is None:
        found = _first_unlike(a, b, first)
    else:
        found = _first_of(either, first) if timeline.kinds else None
    return None if found is None else a._zone.show(found)


def _first_of(schedule: Schedule, first: int) -> int | None:
    """The first run at or after an instant, of a schedule of which the timeline is known."""
    stop = EVER.stop
    if schedule._repeats:
        # More than a cycle of the calendar in which nothing is listed shows all that is to come.
        unlisted = LISTED_UNTIL // DAY
        day = -(-first // SECOND) // DAY
        stop = min(stop, max(day, unlisted) + CYCLES.stop - unlisted)
    return first_of(schedule, first, stop)


def _first_unlike(a: Schedule, b: Schedule, first: int) -> int | None:
    for pair in zip_longest(walk(a, first), walk(b, first)):
        if pair[0] != pair[1]:
            return min(run for run in pair if run is not None)
    return None
