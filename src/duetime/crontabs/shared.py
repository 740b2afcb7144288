"""What crontabs of one zone share: their fields joined, but near clock changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from duetime.crontabs.fields import CronFields
from duetime.crontabs.schedule import Cron
from duetime.dates.bits import seconds_of_clock
from duetime.schedules import Schedule
from duetime.search import (
    FIRST_LISTED,
    LAST_LISTED,
    WHOLE_CYCLE,
    YEARS_OF_ALL_SHAPES,
    Budget,
    Searching,
    meet,
)
from duetime.zones import DAY, NAMED_POLICIES, SECOND, Step, Stretch, Zone


def shared_runs(crons: Sequence[Cron]) -> Schedule:
    """The intersection of crontabs of one zone."""
    if len(crons) == 1:
        return crons[0]
    return _SharedRuns(tuple(crons), all_of(crons), crons[0]._zone)


def all_of(crons: Sequence[Cron]) -> Cron:
    """The wall times that crontabs of one zone share, each label at every instant it has."""
    fields = crons[0].fields
    for cron_ in crons[1:]:
        other = cron_.fields
        year = fields.year if other.year is None else other.year
        fields = CronFields(
            fields.second & other.second,
            fields.minute & other.minute,
            fields.hour & other.hour,
            fields.month & other.month,
            year if fields.year is None or other.year is None else fields.year & other.year,
            other.days._replace(also=fields.days),
            NAMED_POLICIES["wall"],
        )
    return Cron(fields, crons[0]._zone, "", (), crons[0].dialect)


@dataclass(frozen=True, slots=True)
class _SharedRuns(Searching):
    """The intersection of crontabs of one zone.

    Where no clock change is near, wall labels are all there is to it, and the fields of all
    crontabs joined find the next one at once. Around a change, where a policy can bring two
    labels to one instant, the runs themselves are compared.
    """

    crons: tuple[Cron, ...]
    labels: Cron
    _zone: Zone = field()  # overrides the property of the base

    def _met(self, instant: int, step: Step, bound: int) -> int | None:
        """The nearest run that all have, of those near a clock change."""
        budget = Budget(instant, step, bound, self._possible, repeats=True)
        return meet(self.crons, instant, step, bound, budget)

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        start, end = instant, None
        while True:
            run = (
                self.labels._nearest(instant, 1) if step == 1 else self.labels._nearest(instant, -1)
            )
            last = run
            if last is None:
                last = end = end or self._last(start, step)
            if bound is not None:
                last = min(last, bound) if step == 1 else max(last, bound)
            if (instant + step - last) * step > 0:
                # The last window reached beyond the bound.
                return run
            window = next(self._windows(instant + step, last, step, run), None)
            if window is None:
                return run
            low, high = window
            if step == 1:
                met = self._met(max(instant, low - 1), 1, high)
            else:
                met = self._met(min(instant, high), -1, low)
            if met is not None:
                return met
            instant = high - 1 if step == 1 else low

    def _last(self, instant: int, step: Step) -> int:
        """How far a search goes that no shared label ends."""
        unlisted = max(instant, LAST_LISTED) if step == 1 else min(instant, FIRST_LISTED)
        sample = self._windows(unlisted, unlisted + step * YEARS_OF_ALL_SHAPES, step, None)
        return unlisted if next(sample, None) is None else unlisted + step * WHOLE_CYCLE

    def _windows(
        self, near: int, far: int, step: Step, run: int | None
    ) -> Iterator[tuple[int, int]]:
        """The instants `[low, high)` around clock changes at which labels are not all there is.

        Of interest are those between `near` and `far`; `run` is the next shared label.
        """
        moved = any(cron.policy.gap != "skip" for cron in self.crons)
        if run is None and not moved:
            return
        first, last = sorted((near, far))
        reach = 2 * DAY
        # Most gaps of a zone open at one time of day, and are asked about once.
        may_meet: dict[tuple[int, int, int], bool] = {}
        for stretch in self._zone.changes(first // SECOND - reach, last // SECOND + reach, step):
            size = abs(stretch.offset - stretch.before)
            low, high = stretch.start - (0 if stretch.is_gap else size), stretch.start + size
            low, high = low * SECOND, high * SECOND
            # At a gap, moved labels may meet; at an overlap, shared labels may not.
            if stretch.is_gap:
                gap = stretch.start % DAY, stretch.offset, stretch.before
                if gap not in may_meet:
                    may_meet[gap] = moved and self._may_meet(stretch)
                matters = may_meet[gap]
            else:
                matters = run is not None and low <= run < high
            if matters and low <= last and first < high:
                yield low, high

    def _may_meet(self, stretch: Stretch) -> bool:
        """Whether all crontabs can run where labels of the gap before a stretch are moved to."""
        start, _, offset, before, _ = stretch
        size = min(DAY, offset - before)
        gap = (1 << size) - 1
        shared = gap
        for cron in self.crons:
            # Seconds from the end of the gap on: what is shown there, and what is moved there.
            times = seconds_of_clock(cron._clock, -offset - start)
            moved = seconds_of_clock(cron._clock, -before - start) & gap
            if cron.policy.gap == "shift":
                times |= moved
            elif cron.policy.gap == "end" and moved:
                times |= 1
            shared &= times
        return bool(shared)
