"""`.rolled`: runs on days off moved to a business day, as one of four conventions says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import lru_cache, partial
from itertools import islice
from operator import or_
from re import finditer
from typing import Final, Literal

from duetime.algebra.on_days import OnDays
from duetime.algebra.sets import Intersection, Union, joined_changes, set_of_instants
from duetime.dates.bits import moved
from duetime.dates.days import FIRST_DAY, LAST_DAY, Days
from duetime.dates.gregorian import date_of, days_in_month
from duetime.dates.timeline import CALENDAR, Kinds, Timeline, joined_all, timeline_of
from duetime.dates.wall_timeline import label_timeline, labels_shown
from duetime.errors import InvalidValueError, shorten
from duetime.kinds.business import BusinessDays
from duetime.questions import spend
from duetime.schedules import ClockChange, Schedule, is_beyond, nearer
from duetime.search import Searching
from duetime.wall import WallSchedule
from duetime.zones import (
    DAY,
    FIRST_LABEL,
    LAST_LABEL,
    NAMED_POLICIES,
    SECOND,
    DstPolicy,
    Step,
    Zone,
    find_zone,
)

_COST: Final = 5
"""As how many searches one for a rolled run counts: it looks at each day around."""
_DAYS_A_SEARCH: Final = 40
"""So many days, of which it is found out where their runs are moved, cost as much as one search."""
_ROUND: Final = 1_024
"""Days; a multiple of them is where the days of a table begin and end."""
_FEW: Final = 200
"""Runs that are moved, at most, where all are counted one by one."""
_NEAR: Final = 5
"""Days beside a range from which runs may be moved into it by a clock change."""

Convention = Literal["following", "preceding", "modified_following", "modified_preceding"]

# The days off between two business days are split in two: the first ones roll back to
# the business day before, the others on to the one after.


def _all_following(before: int, after: int) -> int:
    return before + 1


def _all_preceding(before: int, after: int) -> int:
    return after


def _following_within_month(before: int, after: int) -> int:
    _, _, day = date_of(after)
    return max(before + 1, after - day + 1)


def _preceding_within_month(before: int, after: int) -> int:
    year, month, day = date_of(before)
    return min(after, before - day + 1 + days_in_month(year, month))


CONVENTIONS: Final[dict[str, Callable[[int, int], int]]] = {
    "following": _all_following,
    "preceding": _all_preceding,
    "modified_following": _following_within_month,
    "modified_preceding": _preceding_within_month,
}
"""By convention: the first of the days off between two business days that rolls forward."""


def rolled(schedule: Schedule, calendar: BusinessDays, convention: Convention) -> Rolled:
    """The runs on business days, and all others moved to one as a convention says."""
    set_of_instants(schedule)
    if not isinstance(calendar, BusinessDays):
        raise InvalidValueError(
            f"runs are rolled onto business_days(...), not onto {shorten(calendar)}: for holidays"
            " alone, business_days(weekend=(), holidays=...)"
        )
    if not isinstance(convention, str) or convention not in CONVENTIONS:
        raise InvalidValueError(
            f"convention must be one of {', '.join(CONVENTIONS)}, not {shorten(convention)}"
        )
    return Rolled(schedule, calendar.off, convention, schedule._zone)


@dataclass(frozen=True, slots=True, repr=False)
class Rolled(Searching):
    """The runs of a schedule, those on days off moved to a business day; made by `.rolled`."""

    schedule: Schedule
    off: Days
    convention: Convention
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.rolled({BusinessDays(self.off)!r}, {self.convention!r})"

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self.off._repeats

    @property
    def _kept(self) -> OnDays:
        return OnDays(self.schedule, self.off, False, self._zone)

    @property
    def _moved(self) -> _Moved:
        policy = policy_of(self.schedule)
        return _Moved(self.schedule, self.off, self.convention, self._zone, policy)

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        origin = _origin(self.off, None if bound is None else bound // SECOND, step)
        run: int | None = instant
        while True:
            spend(_COST)
            # A run tells how far to look: the searches for what is kept and for what is moved
            # would each go on to the end of the calendar where there is nothing.
            run = None if run is None else self.schedule._nearest(run, step, origin)
            limit = nearer(step, bound, None if run is None else self._target_end(run, step))
            kept = self._kept._nearest(instant, step, limit)
            moved = self._moved._nearest(instant, step, limit)
            found = nearer(step, kept, moved)
            if found is not None and not is_beyond(found, step, limit):
                return found
            if limit is None or limit == bound:
                return None
            # A clock change dropped what was moved, which does not happen many times in a row.
            run = instant = limit - step

    def _target_end(self, run: int, step: Step) -> int | None:
        """An instant beyond a run and beyond what it is moved to."""
        day = run // (DAY * SECOND)
        beside = self.off.nearest(day + step, step, inside=False)
        return None if beside is None else (beside + 3 * step) * DAY * SECOND

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        if self.off.held:
            return None
        before = self.off.nearest(days.start - _NEAR, -1, inside=False)
        after = self.off.nearest(days.stop + _NEAR, 1, inside=False)
        if before is None or after is None:
            return None
        near = range(before - _NEAR, after + _NEAR)
        if near.start < CALENDAR.start or near.stop > CALENDAR.stop:
            return None
        labels = self._labels_moved(near, exact)
        if labels is None:
            return None
        kinds = labels.kinds

        def labels_of(local: range) -> Kinds:
            return [(times, on >> local.start - near.start) for times, on in kinds]

        moved = label_timeline(labels_of, policy_of(self.schedule), self._zone, days)
        return joined_all((self._kept._timeline(days, exact=exact), moved), or_)

    def _labels_moved(self, days: range, exact: bool) -> Timeline | None:
        """What runs are moved to between the first and the last business day of a range."""
        runs = self.schedule._timeline(days, exact=exact)
        labels = None if runs is None else labels_shown(runs, self._zone)
        if labels is None:
            return None
        # Rounded up, so that what is rolled again and again has one answer for all of its levels.
        wide = range(days.start // _ROUND * _ROUND, -(-days.stop // _ROUND) * _ROUND)
        wide = range(max(wide.start, CALENDAR.start), min(wide.stop, CALENDAR.stop))
        moves = _moves(self.off, self.convention, wide)
        parts = (
            timeline_of(days, [(times, moved(on & sources >> days.start - wide.start, by))])
            for times, on in labels.kinds
            for by, sources in moves
        )
        return joined_all((Timeline(days, ()), *parts), or_)

    def _count_few(self, start: int, end: int) -> int | None:
        moved = list(islice(self._moved._instants(start, end), _FEW + 1))
        return self._counted(start, end, moved) if len(moved) <= _FEW else None

    def _count_each(self, start: int, end: int) -> int:
        return self._counted(start, end, self._moved._instants(start, end))

    def _counted(self, start: int, end: int, moved: Iterable[int]) -> int:
        """The number of runs, from those that are moved."""
        kept = self._kept
        return kept._count(start, end) + sum(not kept._runs_at(run) for run in moved)

    def in_zone(self, tz: tzinfo | str) -> Rolled:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        parts = self._kept, self._moved
        return joined_changes([part._changes(start, end) for part in parts])


@lru_cache(maxsize=32)
def _moves(off: Days, convention: Convention, days: range) -> list[tuple[int, int]]:
    """By how many days runs are moved, and from which days off that lie between business days."""
    spend(len(days) // _DAYS_A_SEARCH)
    flags = f"{off.among(days) or 0:0{len(days)}b}"[::-1]
    sources: dict[int, bytearray] = defaultdict(partial(bytearray, len(days) // 8 + 1))
    for match in finditer("(?<=0)1+(?=0)", flags):
        first, after = match.span()
        split = CONVENTIONS[convention](days[first - 1], days[after]) - days.start
        for place in range(first, after):
            by = (first - 1 if place < split else after) - place
            sources[by][place >> 3] |= 1 << (place & 7)
    return [(by, int.from_bytes(on, "little")) for by, on in sources.items()]


def _origin(off: Days, bound: int | None, step: Step) -> int | None:
    """An instant that bounds the runs which roll to what is up to `bound`, a second or a label."""
    if bound is None:
        return None
    beside = off.nearest(bound // DAY + 2 * step, step, inside=False)
    return None if beside is None else (beside + 2 * step) * DAY * SECOND


def policy_of(schedule: Schedule) -> DstPolicy:
    """The policy for clock changes of a schedule, or of what it is made of; else RFC 5545's."""
    policy = getattr(schedule, "policy", None)
    if isinstance(policy, DstPolicy):
        return policy
    if isinstance(schedule, Union | Intersection):
        policies = {policy_of(part) for part in schedule.parts}
        return policies.pop() if len(policies) == 1 else NAMED_POLICIES["rfc5545"]
    made_from = getattr(schedule, "schedule", None)
    if isinstance(made_from, Schedule):
        return policy_of(made_from)
    return NAMED_POLICIES["rfc5545"]


@dataclass(frozen=True, slots=True)
class _Moved(WallSchedule):
    """The runs that a convention moves, as wall labels on the business days they are moved to."""

    schedule: Schedule
    off: Days
    convention: Convention
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        label = max(label, FIRST_LABEL) if step == 1 else min(label, LAST_LABEL)
        origin = _origin(self.off, bound, step)
        day, second = divmod(label, DAY)
        target = self.off.nearest(day, step, inside=False)
        while target is not None:
            edge = 0 if step == 1 else DAY - 1
            found = self._time(target, second if target == day else edge, step)
            if found is not None:
                return target * DAY + found
            target = self._target_beyond(target, step, origin)
        return None

    def _around(self, day: int) -> tuple[int, int, int]:
        """The business days before and after a day, and the day off from which runs roll on."""
        before = self.off.nearest(day - 1, -1, inside=False)
        after = self.off.nearest(day + 1, 1, inside=False)
        before = FIRST_DAY - 1 if before is None else before
        after = LAST_DAY + 1 if after is None else after
        return before, after, CONVENTIONS[self.convention](before, after)

    def _time(self, target: int, second: int, step: Step) -> int | None:
        """The nearest time of day at or beyond `second` that is moved to a business day."""
        split_before = self._split(target - 1, target)
        split_after = self._split(target + 1, target)
        sources = (*range(split_before, target), *range(target + 1, split_after))
        return nearer(step, *(self._time_on(day, second, step) for day in sources))

    def _split(self, day: int, target: int) -> int:
        """The first day that rolls on, of the days off around `day`, which is beside `target`."""
        return self._around(day)[2] if self._is_off(day) else target

    def _is_off(self, day: int) -> bool:
        return FIRST_DAY <= day <= LAST_DAY and self.off.holds(day)

    def _time_on(self, day: int, second: int, step: Step) -> int | None:
        """The nearest time of day at or beyond `second` at which the schedule runs on a day."""
        times = []
        for low, high, offset in _pieces(self._zone, day):
            moment = day * DAY + second - offset
            if step == 1:
                start = max(low, moment)
                run = self.schedule._nearest(start * SECOND - 1, 1, high * SECOND)
            else:
                start = min(high - 1, moment)
                run = self.schedule._nearest((start + 1) * SECOND, -1, low * SECOND)
            if run is not None and start < high and low * SECOND <= run < high * SECOND:
                times.append(self._whole(run) + offset - day * DAY)
        return nearer(step, *times)

    def _whole(self, run: int) -> int:
        second, rest = divmod(run, SECOND)
        if rest:
            raise InvalidValueError(
                f"the run at {self._zone.show(run).isoformat()} is not on a whole second: only"
                " runs on whole seconds can be rolled"
            )
        return second

    def _target_beyond(self, target: int, step: Step, origin: int | None) -> int | None:
        """The nearest business day beyond `target` that a run is moved to."""
        beside = target + step
        if self._is_off(beside):
            # Past the days off that roll to this one.
            split = self._around(beside)[2]
            beside = max(beside, split) if step == 1 else min(beside, split - 1)
        source = self._source(beside, step, origin)
        if source is None:
            return None
        before, after, split = self._around(source)
        found = before if source < split else after
        return found if FIRST_DAY <= found <= LAST_DAY else None

    def _source(self, day: int, step: Step, origin: int | None) -> int | None:
        """The nearest day off at or beyond `day` on which the schedule runs."""
        off = OnDays(self.schedule, self.off, True, self._zone)
        moment = (day - 1) * DAY if step == 1 else (day + 2) * DAY
        run = off._nearest(moment * SECOND - step, step, origin)
        while run is not None:
            second = run // SECOND
            stretch, start, end = self._zone.stretch_at(second)
            found = (second + stretch.offset) // DAY
            if (found - day) * step >= 0:
                return found
            midnight = (found + (step == 1)) * DAY - stretch.offset
            moment = min(end, midnight) if step == 1 else max(start, midnight)
            run = off._nearest(moment * SECOND - (step == 1), step, origin)
        return None


def _pieces(zone: Zone, day: int) -> Iterator[tuple[int, int, int]]:
    """The seconds of UTC `[low, high)` that are a day of wall time, each with its offset."""
    second, until = (day - 1) * DAY, (day + 2) * DAY
    while second < until:
        stretch, _, end = zone.stretch_at(second)
        low = max(second, day * DAY - stretch.offset)
        high = min(end, (day + 1) * DAY - stretch.offset)
        if low < high:
            yield low, high, stretch.offset
        second = end
