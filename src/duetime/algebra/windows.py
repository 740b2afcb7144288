"""Windows: spans of time that one schedule opens, and a length or another schedule closes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from operator import and_, or_
from typing import Any, ClassVar, Final, cast

from duetime.algebra.sets import set_of_instants
from duetime.dates.bits import and_not, turned
from duetime.dates.timeline import (
    ALL_DAY,
    Timeline,
    joined,
    joined_all,
    kept_on,
    kept_until,
    whole_span,
)
from duetime.errors import ScheduleError, SearchHorizonError, shorten
from duetime.kinds.interval import Grid
from duetime.schedules import Schedule, Stored
from duetime.search import YEAR, Horizon, Restricted, Span, Step, any_time, is_beyond, neighbour
from duetime.zones import BLOCK, DAY, SECOND, Zone, find_zone, to_instant

MOST_JOINED: Final = 5_000
"""Openings in a row that keep a window open, at most, before SearchHorizonError is raised."""
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, repr=False)
class Window(Stored):
    """Spans of time, each from a run of `opens`; made by `window`.

    A window is half-open: its opening is inside, its closing is not. Overlapping spans are one,
    and so are two of which one opens as the other closes.
    """

    opens: Schedule
    length: int | None
    """Microseconds of elapsed time, or None."""
    until: Schedule | None
    """The schedule whose next run closes a window, or None."""

    _cure: ClassVar[str] = "a window is immutable: make a new one with duetime.window"

    def __repr__(self) -> str:
        if self.length is None:
            return f"window({self.opens!r}, until={self.until!r})"
        return f"window({self.opens!r}, length={timedelta(microseconds=self.length)!r})"

    @property
    def tz(self) -> tzinfo:
        """The zone that changes are expressed in: that of `opens`."""
        return self.opens.tz

    def active(self, t: datetime) -> bool:
        """Whether the window is open at an aware datetime.

        Raises NaiveDatetimeError.
        """
        return self.is_open(to_instant(t))

    def next_change(self, t: datetime) -> datetime | None:
        """When the window next opens or closes, strictly after `t`.

        None when it stays as it is. Raises NaiveDatetimeError, and SearchHorizonError when it
        stays open through 5,000 openings in a row and nothing proves that it always will.
        """
        moment = to_instant(t)
        opening = self.opening(moment)
        if opening is None or not self.is_open(moment):
            change = self.opens.following(moment)
        else:
            change = self.joined_end(opening)
        zone = self.opens.zone
        return zone.show(change) if change is not None and change <= zone.last else None

    @staticmethod
    def from_dict(document: dict[str, Any]) -> Window:
        """The window that `to_dict` wrote. Reading never executes anything.

        Raises ScheduleError for what it does not know.
        """
        return Window._from_document(document)

    # The same questions in instants.

    @property
    def repeats(self) -> bool:
        """Whether it is known to repeat every 400 years, as a schedule is."""
        if self.length is not None:
            return self.opens.repeats and self.length < YEAR
        return self.opens.repeats and self._closes.repeats

    @property
    def _closes(self) -> Schedule:
        """What closes it; a window without a length has one."""
        return cast(Schedule, self.until)

    def may_be_open(self, block: int) -> int | None:
        """The seconds of the UTC day at which it can be open in a block of days.

        Bit n is second n. None when all are possible, or nothing is known.
        """
        # What opened in the block before may be open still.
        opens = any_time(self.opens.may_run(n) for n in (block - 1, block))
        if opens is None:
            return None
        if self.length is not None:
            short = self.length <= BLOCK * SECOND
            return _kept_open(opens, -(-self.length // SECOND)) if short else None
        closes = self._closes.must_run(block - 1) & self._closes.must_run(block)
        return _open_until(opens, closes) if closes else None

    def must_be_open(self, block: int) -> int:
        """The seconds of the UTC day at which it is open on every day of a block; bits as above."""
        opens = self.opens.must_run(block - 1) & self.opens.must_run(block)
        if self.length is not None:
            return _kept_open(opens, self.length // SECOND)
        closes = any_time(self._closes.may_run(n) for n in (block - 1, block))
        return 0 if closes is None else _open_until(opens, closes)

    def timeline(self, days: range) -> Timeline | None:
        """Every second of a range of days at which it is open; None when not known."""
        opens = self.opens.timeline(days)
        if opens is None:
            return None
        start = days.start * DAY
        if self.length is None:
            closes = self._closes.timeline(days)
            seen_open = whole_span(days, start, start + self.is_open(start * SECOND))
            if closes is None:
                return None
            return kept_until(joined(opens, seen_open, or_), closes)
        before = self.opening(start * SECOND)
        end = start if before is None else -(-(before + self.length) // SECOND)
        opened_before = whole_span(days, start, end)
        parts = opened_before, kept_on(opens, -(-self.length // SECOND))
        return joined_all(parts, or_)

    def is_open(self, instant: int) -> bool:
        """Whether it is open at an instant."""
        opening = self.opening(instant)
        if opening is None:
            return False
        closing = self.closing(opening)
        return closing is None or instant < closing

    def opening(self, instant: int) -> int | None:
        """The latest opening at or before an instant."""
        return self.opens.preceding(instant + 1)

    def closing(self, opening: int) -> int | None:
        """When what opens then closes if nothing keeps it open; None if it never does."""
        if self.length is not None:
            return opening + self.length
        return self._closes.following(opening)

    def joined_end(self, opening: int, bound: int | None = None) -> int | None:
        """When the window closes that is open from `opening` on, or before; None if never.

        None too where it opens again from `bound` on, which is as far as the question goes.
        """
        if self._never_closes:
            return None
        last, horizon = self.opens.zone.last, self._search_for_closed(opening, 1)
        for _ in range(MOST_JOINED):
            closing = self.closing(opening)
            if closing is None or closing > last:
                return None
            later = self.opening(closing)
            if later is None or later <= opening:
                return closing
            beyond = horizon.beyond(later)
            if beyond != later:
                # What opened last before a time at which it is closed, or may be.
                later = None if beyond is None else self.opening(beyond)
                if later is None:
                    return None
            opening = later
            if is_beyond(opening, 1, bound):
                return None
        raise self._always_open(opening)

    def joined_start(self, opening: int, bound: int | None = None) -> int | None:
        """When the window opened that is open at `opening`; None if it always was.

        None too where it opened before `bound`, which is as far as the question goes.
        """
        if self._never_closes:
            return None
        horizon = self._search_for_closed(opening, -1)
        for _ in range(MOST_JOINED):
            earlier = self.opens.following(self._reach(opening) - 1)
            if earlier is None or earlier >= opening:
                return opening
            beyond = horizon.beyond(earlier)
            if beyond != earlier:
                earlier = None if beyond is None else self.opens.following(beyond)
                if earlier is None:
                    return None
            opening = earlier
            if is_beyond(opening, -1, bound):
                return None
        raise self._always_open(opening)

    def _search_for_closed(self, instant: int, step: Step) -> Horizon:
        """What a search for a time at which it is closed may pass over."""
        return Horizon(
            instant,
            step,
            None,
            self._is_always_open,
            repeats=self.repeats,
            timeline=self._closed,
        )

    def _is_always_open(self, block: int) -> bool:
        return self.must_be_open(block) == ALL_DAY

    def _closed(self, days: range) -> Timeline | None:
        """Every second of a range of days at which it is closed; None when not known."""
        if self.length is not None and self.length % SECOND:
            # It closes within a second.
            return None
        is_open = self.timeline(days)
        whole = whole_span(days, days.start * DAY, days.stop * DAY)
        return None if is_open is None else joined(whole, is_open, and_not)

    def _reach(self, opening: int) -> int:
        """How early a window may open that is still open at `opening`, or closes then."""
        if self.length is not None:
            return opening - self.length
        closing = self._closes.preceding(opening)
        return self.opens.zone.first if closing is None else closing

    @property
    def _never_closes(self) -> bool:
        opens = self.opens
        return isinstance(opens, Grid) and self.length is not None and opens.step <= self.length

    def _always_open(self, opening: int) -> SearchHorizonError:
        zone = self.opens.zone
        return SearchHorizonError(
            f"{shorten(repr(self))} is kept open by {MOST_JOINED:,} openings in a row, as far as"
            f" {zone.show(opening).isoformat()}, and nothing proves that it ever closes"
        )


def window(
    opens: Schedule, *, length: timedelta | None = None, until: Schedule | None = None
) -> Window:
    """The spans of time that begin at each run of a schedule, for `.during` and `.outside`.

    Give one of `length`, a timedelta of elapsed time, and `until`, a schedule at whose next run
    after the opening the window closes; where it has none, the window stays open.

    Raises ScheduleError, and FloatingScheduleError for an interval without an anchor.

    >>> from datetime import UTC
    >>> from duetime import cron
    >>> night = window(cron("0 22 * * *"), until=cron("0 6 * * *"))
    >>> night.active(datetime(2026, 1, 5, 23, tzinfo=UTC))
    True
    >>> night.next_change(datetime(2026, 1, 5, 23, tzinfo=UTC)).isoformat()
    '2026-01-06T06:00:00+00:00'
    """
    for schedule in (opens, *(() if until is None else (until,))):
        if not isinstance(schedule, Schedule):
            raise ScheduleError(f"a window opens and closes at runs of schedules, not {schedule!r}")
        set_of_instants(schedule)
    if (length is None) is (until is None):
        raise ScheduleError("a window has a length or an until, one of the two")
    if length is None:
        return Window(opens, None, until)
    if not isinstance(length, timedelta) or length <= timedelta(0):
        raise ScheduleError(f"length must be a timedelta longer than nothing, not {length!r}")
    return Window(opens, length // _MICROSECOND, None)


def during(schedule: Schedule, window: Window) -> InWindow:
    """The runs inside of a window."""
    return _in_window(schedule, window, inside=True)


def outside(schedule: Schedule, window: Window) -> InWindow:
    """The runs outside of a window."""
    return _in_window(schedule, window, inside=False)


def _in_window(schedule: Schedule, window: Window, *, inside: bool) -> InWindow:
    set_of_instants(schedule)
    if not isinstance(window, Window):
        raise ScheduleError(f"runs are inside or outside of a window(...), not of {window!r}")
    return InWindow(schedule, window, inside, schedule.zone)


@dataclass(frozen=True, slots=True, repr=False)
class InWindow(Restricted):
    """The runs of a schedule inside or outside of a window; made by `.during` and `.outside`."""

    # A span asks both schedules of the window as well.
    cost: ClassVar[int] = 5 * Restricted.cost

    schedule: Schedule
    window: Window
    inside: bool
    zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        method = "during" if self.inside else "outside"
        return f"{self.schedule!r}.{method}({self.window!r})"

    @property
    def repeats(self) -> bool:
        return self.schedule.repeats and self.window.repeats

    def may_run(self, block: int) -> int | None:
        times = self.schedule.may_run(block)
        if times is None:
            return None
        if not self.inside:
            return times & ~self.window.must_be_open(block)
        is_open = self.window.may_be_open(block)
        return times if is_open is None else times & is_open

    def timeline(self, days: range) -> Timeline | None:
        parts = (part(days) for part in (self.schedule.timeline, self.window.timeline))
        return joined_all(parts, and_ if self.inside else and_not)

    def span(self, instant: int, step: Step, bound: int | None) -> Span | None:
        opening = self.window.opening(instant)
        return (self._open if self.inside else self._closed)(instant, opening, step, bound)

    def _open(
        self, instant: int, opening: int | None, step: Step, bound: int | None
    ) -> Span | None:
        window = self.window
        if opening is None or (step == 1 and not window.is_open(instant)):
            opening = neighbour(window.opens, instant, 1, bound) if step == 1 else None
        return None if opening is None else (opening, self._end(opening))

    def _closed(
        self, instant: int, opening: int | None, step: Step, bound: int | None
    ) -> Span | None:
        window, zone = self.window, self.zone
        if opening is not None and window.is_open(instant):
            joined_to = window.joined_end if step == 1 else window.joined_start
            change = joined_to(opening, bound)
            if change is None:
                return None
            instant = change if step == 1 else change - 1
            opening = window.opening(instant)
        start = zone.first if opening is None else self._end(opening)
        if step == -1:
            # A search backwards asks for no more than what is before.
            return start, instant + 1
        end = neighbour(window.opens, instant, 1, bound)
        return start, zone.last + 1 if end is None else end

    def _end(self, opening: int) -> int:
        closing = self.window.closing(opening)
        return self.zone.last + 1 if closing is None else closing

    def in_zone(self, tz: tzinfo | str) -> InWindow:
        return replace(self, schedule=self.schedule.in_zone(tz), zone=find_zone(tz))


@lru_cache(maxsize=64)
def _kept_open(opens: int, length: int) -> int:
    """The seconds of the day that are open for so long from some seconds on, round the clock."""
    length = min(length, DAY)
    is_open, reached = (opens, 1) if length else (0, 0)
    while reached < length:
        further = min(reached, length - reached)
        is_open |= turned(is_open, further)
        reached += further
    return is_open


@lru_cache(maxsize=64)
def _open_until(opens: int, closes: int) -> int:
    """The seconds of the day that are open from some seconds up to the next one that closes."""
    is_open, passes = opens, ((1 << DAY) - 1) & ~closes
    reached = 1
    while reached < DAY:
        # A second passes on what the one before has, unless it closes; then two, four, and so on.
        is_open |= passes & turned(is_open, reached)
        passes &= turned(passes, reached)
        reached *= 2
    return is_open
