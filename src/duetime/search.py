"""How a search for the next run looks at many candidates and still ends.

A search for a run that two schedules share, or that one has and another has not, may have to pass
many that do not count; it ends with a proof or at a horizon, and never guesses.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from duetime.dates.gregorian import EVER, SHAPED_YEARS
from duetime.errors import SearchHorizonError
from duetime.questions import (
    QUESTION,
    each_one_question,
    one_question,
    out_of_budget,
    spend,
)
from duetime.schedules import CatchUp, InstantSchedule, Schedule, is_beyond
from duetime.zones import (
    CYCLE,
    DAY,
    LISTED_FROM,
    LISTED_UNTIL,
    SECOND,
    Step,
    Zone,
    find_zone,
    to_instant,
)

if TYPE_CHECKING:
    from duetime.answers import ClockChange, DueState
    from duetime.dates.timeline import Timeline

YEAR = 366 * DAY * SECOND
FIRST_LISTED, LAST_LISTED = LISTED_FROM * SECOND, LISTED_UNTIL * SECOND
"""Between these instants the clock changes are listed; beyond, the years repeat."""
WHOLE_CYCLE = CYCLE * SECOND
YEARS_OF_ALL_SHAPES = SHAPED_YEARS * YEAR
_LOOK_AFTER = 64
"""Candidates after which a search looks at all days to come; and again each time they double."""
_LOOK = 64
"""Days that are looked at first; each time that nothing is found, four times as many."""
_COUNTED_AT_ONCE = 60
"""Days from which on a look at all of them takes less time than one at each run."""
_FEW = 500
"""Runs that are counted one by one, whatever the days."""
MOST_STEPS = 100_000
"""Candidates a search looks at, at most, before it raises SearchHorizonError."""

Parts = tuple[Schedule, ...]


class Searching(InstantSchedule):
    """A schedule whose searches may be long, and stop where a question ends."""

    __slots__ = ()

    def _nearest(self, instant: int, step: Step, bound: int | None = None) -> int | None:
        question = QUESTION
        depth = question.depth
        question.left = left = (question.left if depth else question.most) - 1
        if left < 0:
            raise out_of_budget()
        question.depth = depth + 1
        try:
            # Not super(): without arguments it fails in a class with slots made by dataclass.
            return InstantSchedule._nearest(self, instant, step, bound)
        finally:
            question.depth = depth

    # Each of these is one question, though it asks for several runs.

    def count(self, start: datetime, end: datetime) -> int:
        with one_question:
            return InstantSchedule.count(self, start, end)

    def period(self, t: datetime) -> tuple[datetime | None, datetime | None]:
        with one_question:
            return InstantSchedule.period(self, t)

    def due_state(
        self,
        last_run: datetime | None,
        now: datetime,
        *,
        since: datetime | None = None,
        catch_up: CatchUp = "latest",
        deadline: timedelta | None = None,
    ) -> DueState:
        with one_question:
            return InstantSchedule.due_state(
                self, last_run, now, since=since, catch_up=catch_up, deadline=deadline
            )

    def clock_changes(self, start: datetime, end: datetime) -> Iterator[ClockChange]:
        with one_question:
            changes = InstantSchedule.clock_changes(self, start, end)
        return each_one_question(changes)

    def _count(self, start: int, end: int) -> int:
        days = range(
            max(start // (DAY * SECOND), EVER.start), min(-(-end // (DAY * SECOND)), EVER.stop)
        )
        if len(days) <= _COUNTED_AT_ONCE:
            number = self._count_few(start, end)
            if number is not None:
                return number
        timeline = self._timeline(days) if days else None
        if timeline is None:
            return self._count_each(start, end)
        low, high = days.start * DAY * SECOND, days.stop * DAY * SECOND
        number = timeline.within(-(-start // SECOND), -(-end // SECOND)).count()
        edges = (start, low), (high, end)
        return number + sum(self._count_each(*edge) for edge in edges if edge[0] < edge[1])

    def _possible(self, days: range) -> Timeline | None:
        return self._timeline(days, exact=False)

    def _count_few(self, start: int, end: int) -> int | None:
        """`_count`; None where there are so many runs that a look at all days takes less time."""
        number = sum(1 for _ in islice(self._instants(start, end), _FEW + 1))
        return number if number <= _FEW else None

    def _count_each(self, start: int, end: int) -> int:
        """`_count` without a look at all days at once."""
        return InstantSchedule._count(self, start, end)


class Budget:
    """What a search in one direction may spend, and which days it may pass over.

    A search that has looked at 64 candidates in vain asks `possible`, a timeline that may have
    more than the runs, for the next second that is in it: what `0 9 * * *` and `30 * * * *` could
    share is nothing in any range of days, so the search ends at once. 100,000 candidates are all
    that it may spend.
    """

    __slots__ = (
        "_bound",
        "_cost",
        "_first",
        "_last",
        "_look_at",
        "_possible",
        "_repeats",
        "_step",
        "_steps",
    )

    def __init__(
        self,
        instant: int,
        step: Step,
        bound: int | None,
        possible: Callable[[range], Timeline | None],
        *,
        repeats: bool,
        cost: int = 1,
    ) -> None:
        self._repeats = repeats
        self._possible = possible
        self._cost = cost
        self._first = min(instant, FIRST_LISTED) - WHOLE_CYCLE
        self._last = max(instant, LAST_LISTED) + WHOLE_CYCLE
        self._step = step
        self._bound = bound
        self._steps = 0
        self._look_at = _LOOK_AFTER

    def beyond(self, instant: int) -> int | None:
        """Where a search that has come to `instant` without success goes on; None where it ends.

        A whole cycle of the calendar without a run proves that there is none. Raises
        SearchHorizonError after too many candidates; one counts for as many as `cost`.
        """
        self._steps += 1
        # Two candidates cost as much as one search of a composition.
        spend((self._cost + (self._steps & 1)) >> 1)
        if self._steps == self._look_at:
            self._look_at *= 2
            instant = self._past_impossible(instant)
        if is_beyond(instant, self._step, self._bound) or (
            self._repeats and not self._first <= instant <= self._last
        ):
            return None
        if self._steps * self._cost > MOST_STEPS:
            raise SearchHorizonError(
                f"no run among {MOST_STEPS // self._cost:,} candidates up to"
                f" {find_zone('UTC').show(instant).isoformat()}: it may have none,"
                " so ask within a range, for example schedule.within(start, end)"
            )
        return instant

    def _past_impossible(self, instant: int) -> int:
        """Where the next run is possible, or where the days end that show none."""
        step, days, width = self._step, self._days_ahead(instant), _LOOK
        while days:
            near = days[:width] if step == 1 else days[-width:]
            timeline = self._possible(near)
            if timeline is None:
                return instant
            if step == 1:
                found = timeline.within(-(-instant // SECOND), near.stop * DAY).first
            else:
                found = timeline.within(near.start * DAY, instant // SECOND + 1).last
            if found is not None:
                return found * SECOND
            days = days[width:] if step == 1 else days[:-width]
            instant = near.stop * DAY * SECOND if step == 1 else near.start * DAY * SECOND - 1
            width *= 4
        return instant

    def _days_ahead(self, instant: int) -> range:
        """The days of all time that a search has still to look at."""
        step, first = self._step, instant // (DAY * SECOND)
        if first not in EVER:
            return range(0)
        ends = [self._bound]
        if self._repeats:
            ends.append(self._last if step == 1 else self._first)
        days = [end // (DAY * SECOND) for end in ends if end is not None]
        if step == 1:
            return range(first, min([day + 1 for day in days] + [EVER.stop]))
        return range(max([*days, EVER.start]), first + 1)


def meet(parts: Parts, instant: int, step: Step, bound: int | None, budget: Budget) -> int | None:
    """The nearest instant after or before `instant`, not beyond `bound`, that is a run of all."""
    run, agreed = instant + step, 0
    while True:
        for part in parts:
            found = part._nearest(run - step, step, bound)
            if found is None or is_beyond(found, step, bound):
                return None
            agreed = agreed + 1 if found == run else 1
            if agreed >= len(parts):
                return found
            beyond = budget.beyond(found)
            if beyond is None:
                return None
            run, agreed = beyond, agreed if beyond == found else 0


Span = tuple[int, int]
"""Instants `[start, end)`."""


class Restricted(Searching):
    """The runs of a schedule inside of some spans of time, or outside of them.

    The spans a search comes to are asked for one by one, so a run outside costs a look at the
    next span and not at all the runs until there.
    """

    __slots__ = ()

    cost: ClassVar[int] = 2
    """As how many candidates a span counts that a search looks at in vain."""

    schedule: Schedule
    inside: bool

    @abstractmethod
    def _span(self, instant: int, step: Step, bound: int | None) -> Span | None:
        """A span in which runs are kept: one around `instant`, or else the nearest one beyond.

        It may be a part of a longer one. None when there is none, or none up to `bound`.
        """

    @property
    def _reach(self) -> int | None:
        """How far a search goes without a run before it raises SearchHorizonError."""
        return None

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        budget = Budget(instant, step, bound, self._possible, repeats=self._repeats, cost=self.cost)
        run = self.schedule._nearest(instant, step, bound)
        while run is not None and not is_beyond(run, step, bound):
            if self._reach is not None and abs(run - instant) > self._reach:
                raise too_far(self._zone, run)
            span = self._span(run, step, bound)
            if span is None:
                return None
            start, end = span
            if start <= run < end:
                return run
            beyond = budget.beyond(start if step == 1 else end - 1)
            if beyond is None:
                return None
            run = self.schedule._nearest(beyond - step, step, bound)
        return None

    def _count_few(self, start: int, end: int) -> int | None:
        return self._count_spans(start, end, _FEW)

    def _count_each(self, start: int, end: int) -> int:
        number = self._count_spans(start, end, None)
        assert number is not None  # of any number of spans
        return number

    def _count_spans(self, start: int, end: int, most: int | None) -> int | None:
        """The number of runs, counted at once in each span; None for more than `most` spans."""
        # Beyond what the zone can show there is no span to come to.
        start, end = max(start, self._zone.first), min(end, self._zone.last + 1)
        number = spans = 0
        low = high = start
        while (span := self._span(high, 1, end)) is not None and span[0] < end:
            spans += 1
            if most is not None and spans > most:
                return None
            if span[0] > high:
                number += self.schedule._count(low, high) if low < high else 0
                low = span[0]
            high = min(span[1], end)
            if high == end:
                break
        return number + (self.schedule._count(low, high) if low < high else 0)

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        for change in self.schedule._changes(start, end):
            instants = tuple(run for run in change.instants if self.matches(run))
            if instants or (not change.instants and self._holds_label(change.label)):
                yield replace(change, instants=instants)

    def _holds_label(self, label: datetime) -> bool:
        """Whether a run at a wall time that a gap removed would be one of the kept."""
        instant = to_instant(label.replace(tzinfo=self._zone.tzinfo))
        span = self._span(instant, 1, instant + 1)
        return span is not None and span[0] <= instant


def too_far(zone: Zone, instant: int) -> SearchHorizonError:
    """A search has come to `instant` without a run, and nothing proves that there is none."""
    shown = zone.show(min(max(instant, zone.first), zone.last)).date()
    return SearchHorizonError(
        f"no run up to {shown}, and nothing proves that there is none: a container that is held"
        " as it is may say anything of the days beyond, so ask within a range, for example"
        " schedule.within(start, end)"
    )
