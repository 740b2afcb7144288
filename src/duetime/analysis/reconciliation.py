"""What should have run beside what did run.

General approach. Each nominal run is open to observations from a little before it until some time
after it. All of these windows begin and end in the order of their runs, so going once through
them from the end finds the latest runs that can all be had, going once through the observations
from the beginning finds the earliest that can all be had, and both together pair off in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from duetime.algebra.sets import union
from duetime.errors import InvalidTypeError, InvalidValueError, shorten
from duetime.immutable import Immutable
from duetime.kinds.interval import MICROSECOND
from duetime.questions import one_question, refunding
from duetime.schedules import Schedule, end_after
from duetime.search import YEAR
from duetime.zones import Zone, to_instant

Status = Literal["on time", "early", "late", "missed", "extra"]

MOST_RUNS: Final = 1_000_000
"""Runs that are paired at most."""
_NEVER: Final = 1 << 70
"""An instant after all others."""
STATUSES: Final[tuple[Status, ...]] = ("on time", "early", "late", "missed", "extra")

Window = tuple[int, int, int]
"""A run, and the instants `[opens, closes)` that count for it."""


@dataclass(frozen=True, slots=True)
class Pair(Immutable):
    """A nominal run and what was observed of it.

    `run` is None for an observation that belongs to no run (`extra`), `observed` for a run that
    was not observed (`missed`). `delay` is the elapsed time from one to the other, negative when
    it was early; None when one of the two is.
    """

    run: datetime | None
    observed: datetime | None
    delay: timedelta | None
    status: Status


@dataclass(frozen=True, slots=True)
class Reconciliation(Immutable):
    """Every nominal run and every observation of a range, in order; `str` shows them as a table."""

    pairs: tuple[Pair, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """How many pairs there are of each status."""
        counted = Counter(pair.status for pair in self.pairs)
        return {status: counted[status] for status in STATUSES}

    def of(self, *statuses: Status) -> tuple[Pair, ...]:
        """The pairs of some statuses; raises ScheduleError for a word that is none."""
        for status in statuses:
            if status not in STATUSES:
                raise InvalidValueError(
                    f"{shorten(status)} is no status: use {', '.join(map(repr, STATUSES))}"
                )
        return tuple(pair for pair in self.pairs if pair.status in statuses)

    def __bool__(self) -> bool:
        """Whether every run was observed on time, and nothing else was."""
        return all(pair.status == "on time" for pair in self.pairs)

    def __str__(self) -> str:
        rows = [("status", "run", "observed", "delay")]
        rows += [
            (pair.status, _text(pair.run), _text(pair.observed), _text(pair.delay))
            for pair in self.pairs
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        counts = ", ".join(f"{number} {status}" for status, number in self.counts.items())
        return "\n".join([*lines, counts])


def reconcile(
    schedule: Schedule,
    observed: Iterable[datetime],
    *,
    early: timedelta = timedelta(0),
    late: timedelta | None = None,
    tolerance: timedelta = timedelta(minutes=1),
    start: datetime | None = None,
    end: datetime | None = None,
) -> Reconciliation:
    """What really ran, paired with what should have run in `[start, end)`.

    `observed` are the aware times at which something ran, in any order, perhaps some twice. One
    can belong to a run if it is at most `early` before it and at most `late` after it; without
    `late`, up to the next run, or rather `early` before it. A pair is `on time` within `tolerance`
    of the nominal time, otherwise `early` or `late`; a run without an observation is `missed`, an
    observation without a run `extra`.

    As many pairs are made as can be. Where there is a choice, no pair crosses another, the latest
    runs get one, and the earliest observations: so the sum of all delays is the smallest. Of an
    observation made twice, the second is extra unless another run is open to it.

    Without `start`, the first run is the last at or before the first observation, or at most
    `early` after it; without `end`, the last run is found in the same way by the last observation.
    Runs just outside of the range take part, so that they get what is theirs, but are not listed,
    and an observation from outside is listed only with a run of the range.

    Raises ScheduleError for a negative length of time, and without an observation, `start` and
    `end`; NaiveDatetimeError and FloatingScheduleError.

    >>> from datetime import UTC
    >>> from duetime import cron
    >>> ran = [datetime(2026, 1, 5, hour, minute, tzinfo=UTC) for hour, minute in [(9, 0), (11, 7)]]
    >>> print(reconcile(cron("0 * * * *"), ran))
    status   run                        observed                   delay
    on time  2026-01-05 09:00:00+00:00  2026-01-05 09:00:00+00:00  0:00:00
    missed   2026-01-05 10:00:00+00:00  -                          -
    late     2026-01-05 11:00:00+00:00  2026-01-05 11:07:00+00:00  0:07:00
    1 on time, 0 early, 1 late, 1 missed, 0 extra
    """
    schedule = union(schedule)
    lengths = {"early": early, "late": timedelta(0) if late is None else late}
    for name, length in {**lengths, "tolerance": tolerance}.items():
        if not isinstance(length, timedelta) or length < timedelta(0):
            raise InvalidValueError(
                f"{name} must be a timedelta of zero or more, not {shorten(length)}"
            )
    if not isinstance(observed, Iterable):
        raise InvalidTypeError(f"observed must be aware datetimes, not {shorten(observed)}")
    ran = sorted(to_instant(moment, "what was observed") for moment in observed)
    if start is not None and end is not None:
        end_after(to_instant(start, "start"), start, end)
    before = early // MICROSECOND
    after = None if late is None else late // MICROSECOND
    with one_question:
        first, stop = _range(schedule, ran, start, end, before)
        reach = 0 if after is None else before + after + 1
        _demand_few(schedule, first - reach, stop + reach)
        windows = list(refunding(_windows(schedule, first, stop, before, after)))
    matched = list(zip(_latest(windows, ran), _earliest(windows, ran), strict=True))
    instants = _listed(windows, ran, matched, first, stop)
    return Reconciliation(
        tuple(_pair(schedule._zone, *each, tolerance // MICROSECOND) for each in instants)
    )


def _demand_few(schedule: Schedule, first: int, stop: int) -> None:
    """Refuse, before they are listed, more runs than memory should hold."""
    if not schedule._counts_at_once and stop - first < YEAR:
        return
    number = schedule._count(first, stop) if first < stop else 0
    if number > MOST_RUNS:
        raise InvalidValueError(
            f"{number:,} runs are to be paired, and {MOST_RUNS:,} are the most: give a start and an"
            " end that are nearer to each other, and a smaller early and late"
        )


def _range(
    schedule: Schedule, ran: list[int], start: datetime | None, end: datetime | None, early: int
) -> tuple[int, int]:
    """The instants `[first, stop)` of the runs that are asked about."""
    if not ran and (start is None or end is None):
        raise InvalidValueError(
            "nothing was observed, so nothing says which runs to look at: give start and end"
        )
    if start is not None:
        first = to_instant(start, "start")
    else:
        last = schedule._nearest(ran[0] + early + 1, -1)
        first = ran[0] if last is None else last
    return first, ran[-1] + early + 1 if end is None else to_instant(end, "end")


def _windows(
    schedule: Schedule, first: int, stop: int, early: int, late: int | None
) -> Iterator[Window]:
    """The runs of a range, and those outside of it that may take an observation from them."""
    if late is not None:
        reach = early + late + 1
        for run in schedule._instants(first - reach, stop + reach):
            yield run, run - early, run + late + 1
        return
    before, beyond = schedule._nearest(first, -1), schedule._nearest(max(first, stop) - 1, 1)
    runs: list[int | None] = [before, *refunding(schedule._instants(first, stop)), beyond]
    known = [run for run in runs if run is not None]
    last = None if beyond is None else schedule._nearest(beyond, 1)
    opens = [run - early for run in known]
    closes = [*opens[1:], _NEVER if last is None else last - early]
    yield from zip(known, opens, closes, strict=False)


def _latest(windows: Sequence[Window], ran: Sequence[int]) -> list[int]:
    """The latest runs that can all be paired, in order."""
    taken: list[int] = []
    last = len(ran) - 1
    for run, opens, closes in reversed(windows):
        while last >= 0 and ran[last] >= closes:
            last -= 1
        if last >= 0 and ran[last] >= opens:
            taken.append(run)
            last -= 1
    return taken[::-1]


def _earliest(windows: Sequence[Window], ran: Sequence[int]) -> list[int]:
    """The earliest observations that can all be paired, as places in `ran`, in order."""
    taken: list[int] = []
    first = 0
    for place, moment in enumerate(ran):
        while first < len(windows) and windows[first][2] <= moment:
            first += 1
        if first < len(windows) and windows[first][1] <= moment:
            taken.append(place)
            first += 1
    return taken


def _listed(
    windows: Sequence[Window],
    ran: Sequence[int],
    matched: Sequence[tuple[int, int]],
    first: int,
    stop: int,
) -> list[tuple[int | None, int | None]]:
    """The runs of the range and what was observed, in order, with None for what is not there."""
    by_run = {run: ran[place] for run, place in matched}
    paired = {place for _, place in matched}
    listed: list[tuple[int, int | None, int | None]] = [
        (run, run, by_run.get(run)) for run, _, _ in windows if first <= run < stop
    ]
    listed += [
        (moment, None, moment)
        for place, moment in enumerate(ran)
        if place not in paired and first <= moment < stop
    ]
    return [(run, seen) for _, run, seen in sorted(listed, key=lambda each: each[0])]


def _pair(zone: Zone, run: int | None, seen: int | None, tolerance: int) -> Pair:
    nominal, observed = (None if at is None else zone.show(at) for at in (run, seen))
    if run is None or seen is None:
        return Pair(nominal, observed, None, "missed" if seen is None else "extra")
    delay = seen - run
    status: Status = "on time" if abs(delay) <= tolerance else "late" if delay > 0 else "early"
    return Pair(nominal, observed, delay * MICROSECOND, status)


def _text(cell: datetime | timedelta | None) -> str:
    if isinstance(cell, timedelta) and cell < timedelta(0):
        # Python writes a second less than nothing as a day less and 23:59:59.
        return f"-{-cell}"
    return "-" if cell is None else str(cell)
