"""Runs moved to business days: `.rolled` those on days off, `.shifted_days` all of them.

Of a run that moves, the date changes and the wall time stays. So what is moved is a set of wall
labels on business days, and becomes instants under a policy for clock changes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import lru_cache, partial
from itertools import islice, pairwise
from operator import or_
from re import finditer
from typing import Final, Literal

from duetime.algebra.on_days import OnDays
from duetime.algebra.sets import Intersection, Union, joined_changes, set_of_instants
from duetime.answers import ClockChange
from duetime.dates.bits import moved
from duetime.dates.days import FIRST_DAY, LAST_DAY, Days
from duetime.dates.gregorian import date_of, days_in_month
from duetime.dates.timeline import CALENDAR, Kinds, Timeline, joined_all, timeline_of
from duetime.dates.wall_timeline import label_timeline, labels_shown
from duetime.errors import InvalidValueError, shorten
from duetime.kinds.business import BusinessDays
from duetime.questions import spend
from duetime.schedules import Schedule, is_beyond, nearer
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

_MOST_DAYS: Final = 366
"""Business days, at most, by which a run is shifted. They are counted one by one."""

Moves = list[tuple[int, int]]
"""Pairs: by how many days runs are moved, and from which days of a range; bit n is day n of it."""

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
    _check_calendar(calendar, "rolled")
    if not isinstance(convention, str) or convention not in CONVENTIONS:
        raise InvalidValueError(
            f"convention must be one of {', '.join(CONVENTIONS)}, not {shorten(convention)}"
        )
    return Rolled(schedule, calendar.off, convention, schedule._zone)


def shifted_days(schedule: Schedule, n: int, calendar: BusinessDays) -> ShiftedDays:
    """Every run moved to the n-th business day after its date, or before it if n is negative."""
    set_of_instants(schedule)
    _check_calendar(calendar, "shifted")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= abs(n) <= _MOST_DAYS:
        cure = ": with 0 days, .rolled() says where runs on days off go" if n == 0 else ""
        raise InvalidValueError(
            f"n must be an int from 1 to {_MOST_DAYS} business days, or from -1 down to count"
            f" back, not {shorten(n)}{cure}"
        )
    return ShiftedDays(schedule, calendar.off, n, schedule._zone)


def _check_calendar(calendar: object, moved: str) -> None:
    if not isinstance(calendar, BusinessDays):
        raise InvalidValueError(
            f"runs are {moved} onto business_days(...), not onto {shorten(calendar)}: for holidays"
            " alone, business_days(weekend=(), holidays=...)"
        )


class _OntoBusinessDays(Searching):
    """What schedules whose runs move to business days have in common."""

    __slots__ = ()

    schedule: Schedule
    off: Days

    @property
    @abstractmethod
    def _moved(self) -> _Moved:
        """The runs that move, where they are moved to."""

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self.off._repeats

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        """All runs of a range of days; here those that were moved."""
        if self.off.held:
            return None
        moving = self._moved
        before = moving.reach(days.start - _NEAR, -1)
        after = moving.reach(days.stop + _NEAR, 1)
        if before is None or after is None:
            return None
        near = range(before - _NEAR, after + _NEAR)
        if near.start < CALENDAR.start or near.stop > CALENDAR.stop:
            return None
        # Rounded up, so that what is moved again and again has one answer for all of its levels.
        wide = range(near.start // _ROUND * _ROUND, -(-near.stop // _ROUND) * _ROUND)
        wide = range(max(wide.start, CALENDAR.start), min(wide.stop, CALENDAR.stop))
        moves = [(by, on >> near.start - wide.start) for by, on in moving.moves(wide)]
        labels = self._labels_moved(moves, near, exact)
        if labels is None:
            return None
        kinds = labels.kinds

        def labels_of(local: range) -> Kinds:
            return [(times, on >> local.start - near.start) for times, on in kinds]

        return label_timeline(labels_of, moving.policy, self._zone, days)

    def _labels_moved(self, moves: Moves, days: range, exact: bool) -> Timeline | None:
        """What runs are moved to between the first and the last business day of a range."""
        runs = self.schedule._timeline(days, exact=exact)
        labels = None if runs is None else labels_shown(runs, self._zone)
        if labels is None:
            return None
        parts = (
            timeline_of(days, [(times, moved(on & sources, by))])
            for times, on in labels.kinds
            for by, sources in moves
        )
        return joined_all((Timeline(days, ()), *parts), or_)


@dataclass(frozen=True, slots=True, repr=False)
class Rolled(_OntoBusinessDays):
    """The runs of a schedule, those on days off moved to a business day; made by `.rolled`."""

    schedule: Schedule
    off: Days
    convention: Convention
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.rolled({BusinessDays(self.off)!r}, {self.convention!r})"

    @property
    def _kept(self) -> OnDays:
        return OnDays(self.schedule, self.off, False, self._zone)

    @property
    def _moved(self) -> _RolledLabels:
        policy = policy_of(self.schedule)
        return _RolledLabels(self.schedule, self.off, self._zone, policy, self.convention)

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        origin = self._moved.origin(None if bound is None else bound // SECOND, step)
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
        moved = _OntoBusinessDays._timeline(self, days, exact=exact)
        kept = None if moved is None else self._kept._timeline(days, exact=exact)
        return joined_all((kept, moved), or_)

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


@dataclass(frozen=True, slots=True, repr=False)
class ShiftedDays(_OntoBusinessDays):
    """All runs of a schedule, moved by some business days; made by `.shifted_days`."""

    schedule: Schedule
    off: Days
    n: int
    """Of business days: later, or earlier if negative; not zero."""
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        return f"{self.schedule!r}.shifted_days({self.n}, {BusinessDays(self.off)!r})"

    @property
    def _moved(self) -> _ShiftedLabels:
        policy = policy_of(self.schedule)
        return _ShiftedLabels(self.schedule, self.off, self._zone, policy, self.n)

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        spend(_COST + abs(self.n) // 4)
        return self._moved._nearest(instant, step, bound)

    def in_zone(self, tz: tzinfo | str) -> ShiftedDays:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        return self._moved._changes(start, end)


@lru_cache(maxsize=32)
def _moves_rolled(off: Days, convention: Convention, days: range) -> Moves:
    """The moves of the days off that lie between business days of a range."""
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


@lru_cache(maxsize=32)
def _moves_shifted(off: Days, n: int, days: range) -> Moves:
    """The moves of the days of a range whose n-th business day is in it too."""
    spend(len(days) // _DAYS_A_SEARCH)
    flags = f"{off.among(days) or 0:0{len(days)}b}"[::-1]
    business = [match.start() for match in finditer("0", flags)]
    # Pairs of neighbours: all days from one up to the other, or down to it, go to one day.
    pairs = pairwise(business if n > 0 else business[-n - 1 :])
    after = 0 if n > 0 else 1
    sources: dict[int, bytearray] = defaultdict(partial(bytearray, len(days) // 8 + 1))
    for target, (low, high) in zip(business[max(n, 0) :], pairs, strict=False):
        for place in range(low + after, high + after):
            sources[target - place][place >> 3] |= 1 << (place & 7)
    return [(by, int.from_bytes(on, "little")) for by, on in sources.items()]


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


class _Moved(WallSchedule):
    """The runs that move, as wall labels on the business days they are moved to.

    The days whose runs go to one business day, its sources, stand together, and a later source
    never goes to an earlier business day.
    """

    __slots__ = ()

    schedule: Schedule
    off: Days

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self.off._repeats

    @abstractmethod
    def moves(self, days: range) -> Moves:
        """The moves within a range, of days that no container has to be asked about."""

    @abstractmethod
    def reach(self, day: int, step: Step) -> int | None:
        """A business day such that no run at or beyond it moves to before `day`.

        Backwards, that none at or before it moves to after `day`. None at the end of the calendar.
        """

    @abstractmethod
    def _sources(self, target: int) -> Iterable[int]:
        """The days whose runs go to a business day."""

    @abstractmethod
    def _target_beyond(self, target: int, step: Step, origin: int | None) -> int | None:
        """The nearest business day beyond `target` that a run is moved to."""

    def origin(self, bound: int | None, step: Step) -> int | None:
        """An instant that bounds the runs which move to what is up to `bound`.

        The bound is a second or a label: they differ by less than is allowed for.
        """
        if bound is None:
            return None
        beside = self.reach(bound // DAY + 2 * step, step)
        return None if beside is None else (beside + 2 * step) * DAY * SECOND

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        label = max(label, FIRST_LABEL) if step == 1 else min(label, LAST_LABEL)
        origin = self.origin(bound, step)
        day, second = divmod(label, DAY)
        target = self.off.nearest(day, step, inside=False)
        while target is not None:
            edge = 0 if step == 1 else DAY - 1
            found = self._time(target, second if target == day else edge, step)
            if found is not None:
                return target * DAY + found
            target = self._target_beyond(target, step, origin)
        return None

    def _time(self, target: int, second: int, step: Step) -> int | None:
        """The nearest time of day at or beyond `second` that is moved to a business day."""
        sources = self._sources(target)
        return nearer(step, *(self._time_on(day, second, step) for day in sources))

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
                " runs on whole seconds can be moved to a business day"
            )
        return second

    def _day_of_run(self, runs: Schedule, day: int, step: Step, origin: int | None) -> int | None:
        """The nearest local day at or beyond `day` with one of some runs."""
        moment = (day - 1) * DAY if step == 1 else (day + 2) * DAY
        run = runs._nearest(moment * SECOND - step, step, origin)
        while run is not None:
            second = run // SECOND
            stretch, start, end = self._zone.stretch_at(second)
            found = (second + stretch.offset) // DAY
            if (found - day) * step >= 0:
                return found
            midnight = (found + (step == 1)) * DAY - stretch.offset
            moment = min(end, midnight) if step == 1 else max(start, midnight)
            run = runs._nearest(moment * SECOND - (step == 1), step, origin)
        return None


@dataclass(frozen=True, slots=True)
class _RolledLabels(_Moved):
    """The runs on days off, where a convention moves them to."""

    schedule: Schedule
    off: Days
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()
    convention: Convention

    def moves(self, days: range) -> Moves:
        return _moves_rolled(self.off, self.convention, days)

    def reach(self, day: int, step: Step) -> int | None:
        return self.off.nearest(day, step, inside=False)

    def _around(self, day: int) -> tuple[int, int, int]:
        """The business days before and after a day, and the day off from which runs roll on."""
        before = self.off.nearest(day - 1, -1, inside=False)
        after = self.off.nearest(day + 1, 1, inside=False)
        before = FIRST_DAY - 1 if before is None else before
        after = LAST_DAY + 1 if after is None else after
        return before, after, CONVENTIONS[self.convention](before, after)

    def _sources(self, target: int) -> Iterable[int]:
        split_before = self._split(target - 1, target)
        split_after = self._split(target + 1, target)
        return (*range(split_before, target), *range(target + 1, split_after))

    def _split(self, day: int, target: int) -> int:
        """The first day that rolls on, of the days off around `day`, which is beside `target`."""
        return self._around(day)[2] if self._is_off(day) else target

    def _is_off(self, day: int) -> bool:
        return FIRST_DAY <= day <= LAST_DAY and self.off.holds(day)

    def _target_beyond(self, target: int, step: Step, origin: int | None) -> int | None:
        beside = target + step
        if self._is_off(beside):
            # Past the days off that roll to this one.
            split = self._around(beside)[2]
            beside = max(beside, split) if step == 1 else min(beside, split - 1)
        off = OnDays(self.schedule, self.off, True, self._zone)
        source = self._day_of_run(off, beside, step, origin)
        if source is None:
            return None
        before, after, split = self._around(source)
        found = before if source < split else after
        return found if FIRST_DAY <= found <= LAST_DAY else None


@dataclass(frozen=True, slots=True)
class _ShiftedLabels(_Moved):
    """All runs, moved by some business days."""

    schedule: Schedule
    off: Days
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()
    n: int

    def moves(self, days: range) -> Moves:
        return _moves_shifted(self.off, self.n, days)

    def reach(self, day: int, step: Step) -> int | None:
        # Runs come to a day from before it if they are shifted to later ones.
        return self._business_day(day - step, step * (1 + max(0, -step * self.n)))

    def _business_day(self, day: int, n: int) -> int | None:
        """The n-th business day after a day, or before it if n is negative; itself if n is 0."""
        step: Step = 1 if n > 0 else -1
        found: int | None = day
        for _ in range(abs(n)):
            if found is None:
                return None
            found = self.off.nearest(found + step, step, inside=False)
        return found

    def _sources(self, target: int) -> range:
        """From one business day up to the next one, or down to it: those between are off."""
        step = 1 if self.n > 0 else -1
        # One business day nearer than the first source, which may lie before the calendar.
        near = self._business_day(target, step - self.n)
        if near is None:
            # At an end of the calendar, from where no run comes so far.
            edge = FIRST_DAY if step == 1 else LAST_DAY + 1
            return range(edge, edge)
        first = self._business_day(near, -step)
        if step == 1:
            return range(FIRST_DAY if first is None else first, near)
        return range(near + 1, (LAST_DAY if first is None else first) + 1)

    def _target_beyond(self, target: int, step: Step, origin: int | None) -> int | None:
        sources = self._sources(target)
        beside = sources.stop if step == 1 else sources.start - 1
        source = self._day_of_run(self.schedule, beside, step, origin)
        return None if source is None else self._business_day(source, self.n)


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
