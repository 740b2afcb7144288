"""Schedules on the wall clock: labels become instants under a policy for clock changes.

A subclass knows only labels, which are the same in every zone: "09:30 on the third". This
module walks the stretches of constant offset in which a label means `label - offset`, and settles
at their ends what the policy says of labels that a gap removes or an overlap repeats.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from duetime.schedules import InstantSchedule, is_beyond, nearer
from duetime.zones import (
    CYCLE,
    DAY,
    EPOCH,
    LISTED_FROM,
    LISTED_UNTIL,
    SECOND,
    DstPolicy,
    Step,
    Stretch,
)

if TYPE_CHECKING:
    from duetime.answers import ClockChange
    from duetime.dates.timeline import Kinds, Timeline


class WallSchedule(InstantSchedule):
    """A schedule whose runs are wall labels in a zone.

    Labels are ints: what the wall clock shows, in seconds since 1970-01-01T00:00:00.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def policy(self) -> DstPolicy:
        """What becomes of labels at clock changes."""

    @abstractmethod
    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        """The first label at or after `label` (step 1), or the last at or before it (step -1).

        `bound` is the far end of `[start, end)`, a label too: a search may stop there, with None
        or with a label beyond it. None when there is none, and None is no bound.
        """

    def _labels_in(self, start: int, end: int) -> Iterator[int]:
        """The labels in `[start, end)`, in order."""
        label = self._label_near(start, 1, end)
        while label is not None and label < end:
            yield label
            label = self._label_near(label + 1, 1, end)

    def _label_count(self, start: int, end: int) -> int:
        """The number of labels in `[start, end)`."""
        return sum(1 for _ in self._labels_in(start, end))

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        second = instant // SECOND + 1 if step == 1 else (instant - 1) // SECOND
        run = self._run_near(second, step, None if bound is None else -(-bound // SECOND))
        return None if run is None else run * SECOND

    def _run_near(self, second: int, step: Step, bound: int | None = None) -> int | None:
        """The first run at or after a second of UTC, or the last at or before it.

        Stretch by stretch: the labels of one are searched, and if none of them runs in it, the
        search goes on in the stretch where the next label is.
        """
        zone = self._zone
        last_label = None if bound is None else self._label_bound(bound, step)
        while True:
            stretch, start, end = zone.stretch_at(second)
            run = self._run_in(stretch, second, step, last_label)
            if run is not None and start <= run < end:
                return run
            # An offset is under a day, so no run is a day away from its label.
            edge = end if step == 1 else start - 1
            label = self._label_near(edge - step * DAY, step, last_label)
            if label is None:
                return None
            second = max(edge, label - DAY) if step == 1 else min(edge, label + DAY)
            if is_beyond(second, step, bound):
                return None
            # The label was in a gap, and so may be all that follow.
            last = None
            if bound is None or (step == 1 and bound > LISTED_UNTIL + self._turn):
                last = self._last_run
            if last is not None and second > last:
                if step == 1:
                    return None
                second = last

    @property
    def _turn(self) -> int:
        """Seconds in which everything is seen once that the years to come repeat."""
        return CYCLE

    @property
    def _every_year(self) -> WallSchedule | None:
        """The schedule without an end or a choice of years; None if it does not repeat."""
        return self if self._repeats else None

    @property
    def _last_run(self) -> int | None:
        """The second after which gaps take every label for ever; None when not proven.

        `30 2 * 3 0L` in Berlin has had no run since summer time begins on the last Sunday of March.
        """
        every_year = None if self._zone.key is None else self._every_year
        return None if every_year is None else _last_run_of(every_year)

    def _label_bound(self, bound: int, step: Step) -> int:
        """The label from which on no run is before a second of UTC; backwards, after it."""
        offset = self._zone.quiet_offset(bound)
        return bound + (step * DAY if offset is None else offset)

    def _run_in(self, stretch: Stretch, second: int, step: Step, bound: int | None) -> int | None:
        """The nearest run at or beyond a second, of labels that a stretch names or moves."""
        low, high = self.policy.own_labels(stretch)
        offset = stretch.offset
        label = second + offset
        label = max(low, label) if step == 1 else min(high - 1, label)
        found = self._label_near(label, step, bound)
        run = None if found is None or not low <= found < high else found - offset
        if not stretch.is_gap:
            return run
        return nearer(step, run, self._moved_near(stretch, second, step))

    def _moved_near(self, stretch: Stretch, second: int, step: Step) -> int | None:
        """The nearest run at or beyond a second, of labels in the gap that opened a stretch."""
        gap = self.policy.gap
        if not stretch.is_gap or gap == "skip":
            return None
        start, before = stretch.start, stretch.before
        low, high = start + before, start + stretch.offset
        if gap == "end":
            # All of them run at the instant the gap ends.
            is_ahead = (start - second) * step >= 0
            return start if is_ahead and any(True for _ in self._labels_in(low, high)) else None
        label = second + before
        label = max(low, label) if step == 1 else min(high - 1, label)
        found = self._label_near(label, step, high if step == 1 else low)
        return None if found is None or not low <= found < high else found - before

    @property
    def _counts_at_once(self) -> bool:
        # Of each stretch the labels are counted, not the runs.
        return True

    def _labels_of(self, days: range) -> Kinds | None:
        """The labels of a range of local days, counted from 1970-01-01; None when not known.

        They are pairs: seconds of the day, and the days that have these labels; bit n is second
        n, and day n of the range. A day may be in many.
        """
        return None

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        from duetime.dates.wall_timeline import label_timeline

        return label_timeline(self._labels_of, self.policy, self._zone, days)

    def _count(self, start: int, end: int) -> int:
        zone = self._zone
        first = max(-(-start // SECOND), -(-zone.first // SECOND))
        stop = min(-(-end // SECOND), zone.last // SECOND + 1)
        if not self._repeats or zone.key is None:
            return self._count_seconds(first, stop)
        number = 0
        listed = (second for second in (LISTED_FROM, LISTED_UNTIL) if first < second < stop)
        for low, high in pairwise((first, *listed, max(first, stop))):
            # Outside of the listed years, one cycle of the calendar is like another: those next to
            # them are known soonest.
            if low >= LISTED_UNTIL:
                moved = -((low - LISTED_UNTIL) // CYCLE * CYCLE)
            else:
                moved = max(0, (LISTED_FROM - high) // CYCLE * CYCLE)
            cycles, rest = divmod(high - low, CYCLE)
            start = low + moved
            number += self._count_seconds(start, start + rest)
            if cycles:
                number += self._count_seconds(start, start + CYCLE) * cycles
        return number

    def _count_seconds(self, first: int, stop: int) -> int:
        zone = self._zone
        number = 0
        while first < stop:
            stretch, _, until = zone.stretch_at(first)
            if until < stop:
                until = zone.stretch_end(first, stop)
                # Both ends of the stretch as far as they are seen from its first and last block.
                last, _, _ = zone.stretch_at(until - 1)
                stretch = stretch._replace(end=last.end, after=last.after)
            until = min(until, stop)
            number += self._count_in(stretch, first, until)
            first = until
        return number

    def _count_in(self, stretch: Stretch, first: int, stop: int) -> int:
        low, high = self.policy.own_labels(stretch)
        offset = stretch.offset
        number = self._label_count(max(low, first + offset), min(high, stop + offset))
        for moved in self._moved_in(stretch, first, stop):
            # A set holds an instant once, even when a label of its own names it too.
            number += self._label_near(moved + offset, 1) != moved + offset
        return number

    def _moved_in(self, stretch: Stretch, first: int, stop: int) -> Iterator[int]:
        """The runs in `[first, stop)` of labels in the gap that opened a stretch."""
        moved = self._moved_near(stretch, first, 1)
        if moved is None or moved >= stop:
            return
        yield moved
        if self.policy.gap == "shift":
            start, before = stretch.start, stretch.before
            last = min(start + stretch.offset, stop + before)
            for label in self._labels_in(moved + before + 1, last):
                yield label - before

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        for stretch in self._zone.changes(-(-start // SECOND), -(-end // SECOND)):
            begin, before, offset = stretch.start, stretch.before, stretch.offset
            if stretch.is_gap:
                for label in self._labels_in(begin + before, begin + offset):
                    yield self._gap_change(stretch, label)
            else:
                for label in self._labels_in(begin + offset, begin + before):
                    yield self._overlap_change(stretch, label)

    def _gap_change(self, stretch: Stretch, label: int) -> ClockChange:
        from duetime.answers import ClockChange

        if self.policy.gap == "skip":
            return ClockChange(_naive(label), "dropped", ())
        run = stretch.start if self.policy.gap == "end" else label - stretch.before
        return ClockChange(_naive(label), "moved", (self._zone.show(run * SECOND),))

    def _overlap_change(self, stretch: Stretch, label: int) -> ClockChange:
        from duetime.answers import ClockChange

        runs = {
            "first": (label - stretch.before,),
            "last": (label - stretch.offset,),
            "both": (label - stretch.before, label - stretch.offset),
        }[self.policy.overlap]
        return ClockChange(
            _naive(label), "doubled", tuple(self._zone.show(run * SECOND) for run in runs)
        )


def _naive(label: int) -> datetime:
    return (EPOCH + timedelta(seconds=label)).replace(tzinfo=None)


@lru_cache(maxsize=1024)
def _last_run_of(schedule: WallSchedule) -> int | None:
    """`_last_run` of a schedule that repeats: what holds for one turn holds for all."""
    # With such a bound, a search asks for no last run, so this one does not ask for itself.
    following = schedule._run_near(LISTED_UNTIL, 1, LISTED_UNTIL + schedule._turn)
    if following is not None and following < LISTED_UNTIL + schedule._turn:
        return None
    first = LISTED_FROM - schedule._turn
    last = schedule._run_near(LISTED_UNTIL, -1, first)
    return first if last is None else last
