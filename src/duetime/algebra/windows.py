"""Windows: spans of time that one schedule opens, and a length or another schedule closes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from operator import and_, or_
from typing import Any, ClassVar, Final, cast

from duetime.algebra.sets import set_of_instants
from duetime.dates.bits import and_not
from duetime.dates.timeline import (
    Timeline,
    joined,
    joined_all,
    joined_known,
    kept_on,
    kept_until,
    whole_span,
)
from duetime.errors import InvalidValueError, SearchHorizonError, shorten
from duetime.kinds.interval import Grid
from duetime.questions import one_question
from duetime.schedules import Schedule, Stored, is_beyond
from duetime.search import YEAR, Budget, Restricted, Span
from duetime.zones import DAY, SECOND, Step, Zone, find_zone, to_instant

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
        with one_question:
            return self._is_open(to_instant(t, "t"))

    def next_change(self, t: datetime) -> datetime | None:
        """When the window next opens or closes, strictly after `t`.

        None when it stays as it is. Raises NaiveDatetimeError, and SearchHorizonError when it
        stays open through 5,000 openings in a row and nothing proves that it always will.
        """
        moment = to_instant(t, "t")
        with one_question:
            opening = self._opening(moment)
            if opening is None or not self._is_open(moment):
                change = self.opens._nearest(moment, 1)
            else:
                change = self._joined_end(opening)
        zone = self.opens._zone
        return zone.show(change) if change is not None and change <= zone.last else None

    @staticmethod
    def from_dict(document: dict[str, Any]) -> Window:
        """The window that `to_dict` wrote. Reading never executes anything.

        Raises ScheduleError for what it does not know.
        """
        return Window._from_document(document)

    # The same questions in instants.

    @property
    def _repeats(self) -> bool:
        """Whether it is known to repeat every 400 years, as a schedule is."""
        if self.length is not None:
            return self.opens._repeats and self.length < YEAR
        return self.opens._repeats and self._closes._repeats

    @property
    def _closes(self) -> Schedule:
        """What closes it; a window without a length has one."""
        return cast(Schedule, self.until)

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        """Every second of a range of days at which it is open; None when not known.

        With `exact=False` the timeline may have more, as that of a schedule may.
        """
        opens = self.opens._timeline(days, exact=exact)
        if opens is None:
            return None
        start = days.start * DAY
        if self.length is None:
            closes = self._closes._timeline(days)
            seen_open = whole_span(days, start, start + self._is_open(start * SECOND))
            if closes is None:
                return None
            return kept_until(joined(opens, seen_open, or_), closes)
        before = self._opening(start * SECOND)
        end = start if before is None else -(-(before + self.length) // SECOND)
        opened_before = whole_span(days, start, end)
        parts = opened_before, kept_on(opens, -(-self.length // SECOND))
        return joined_all(parts, or_)

    def _is_open(self, instant: int) -> bool:
        """Whether it is open at an instant."""
        opening = self._opening(instant)
        if opening is None:
            return False
        closing = self._closing(opening)
        return closing is None or instant < closing

    def _opening(self, instant: int) -> int | None:
        """The latest opening at or before an instant."""
        return self.opens._nearest(instant + 1, -1)

    def _closing(self, opening: int) -> int | None:
        """When what opens then closes if nothing keeps it open; None if it never does."""
        if self.length is not None:
            return opening + self.length
        return self._closes._nearest(opening, 1)

    def _joined_end(self, opening: int, bound: int | None = None) -> int | None:
        """When the window closes that is open from `opening` on, or before; None if never.

        None too where it opens again from `bound` on, which is as far as the question goes.
        """
        if self._never_closes:
            return None
        last, budget = self.opens._zone.last, self._search_for_closed(opening, 1)
        for _ in range(MOST_JOINED):
            closing = self._closing(opening)
            if closing is None or closing > last:
                return None
            later = self._opening(closing)
            if later is None or later <= opening:
                return closing
            beyond = budget.beyond(later)
            if beyond != later:
                # What opened last before a time at which it is closed, or may be.
                later = None if beyond is None else self._opening(beyond)
                if later is None:
                    return None
            opening = later
            if is_beyond(opening, 1, bound):
                return None
        raise self._always_open(opening)

    def _joined_start(self, opening: int, bound: int | None = None) -> int | None:
        """When the window opened that is open at `opening`; None if it always was.

        None too where it opened before `bound`, which is as far as the question goes.
        """
        if self._never_closes:
            return None
        budget = self._search_for_closed(opening, -1)
        for _ in range(MOST_JOINED):
            earlier = self.opens._nearest(self._reach(opening) - 1, 1)
            if earlier is None or earlier >= opening:
                return opening
            beyond = budget.beyond(earlier)
            if beyond != earlier:
                earlier = None if beyond is None else self.opens._nearest(beyond, 1)
                if earlier is None:
                    return None
            opening = earlier
            if is_beyond(opening, -1, bound):
                return None
        raise self._always_open(opening)

    def _search_for_closed(self, instant: int, step: Step) -> Budget:
        """What a search for a time at which it is closed may spend and pass over."""
        return Budget(instant, step, None, self._closed, repeats=self._repeats)

    def _closed(self, days: range) -> Timeline | None:
        """Every second of a range of days at which it is closed; None when not known."""
        if self.length is not None and self.length % SECOND:
            # It closes within a second.
            return None
        is_open = self._timeline(days)
        whole = whole_span(days, days.start * DAY, days.stop * DAY)
        return None if is_open is None else joined(whole, is_open, and_not)

    def _reach(self, opening: int) -> int:
        """How early a window may open that is still open at `opening`, or closes then."""
        if self.length is not None:
            return opening - self.length
        closing = self._closes._nearest(opening, -1)
        return self.opens._zone.first if closing is None else closing

    @property
    def _never_closes(self) -> bool:
        opens = self.opens
        return isinstance(opens, Grid) and self.length is not None and opens.step <= self.length

    def _always_open(self, opening: int) -> SearchHorizonError:
        zone = self.opens._zone
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
            raise InvalidValueError(
                f"a window opens and closes at runs of schedules, not {shorten(schedule)}"
            )
        set_of_instants(schedule)
    if (length is None) is (until is None):
        raise InvalidValueError("a window has a length or an until, one of the two")
    if length is None:
        return Window(opens, None, until)
    if not isinstance(length, timedelta) or length <= timedelta(0):
        raise InvalidValueError(
            f"length must be a timedelta longer than zero, not {shorten(length)}"
        )
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
        raise InvalidValueError(
            f"runs are inside or outside of a window(...), not of {shorten(window)}"
        )
    return InWindow(schedule, window, inside, schedule._zone)


@dataclass(frozen=True, slots=True, repr=False)
class InWindow(Restricted):
    """The runs of a schedule inside or outside of a window; made by `.during` and `.outside`."""

    # A span asks both schedules of the window as well.
    cost: ClassVar[int] = 5 * Restricted.cost

    schedule: Schedule
    window: Window
    inside: bool
    _zone: Zone = field()  # overrides the property of the base

    def __repr__(self) -> str:
        method = "during" if self.inside else "outside"
        return f"{self.schedule!r}.{method}({self.window!r})"

    @property
    def _repeats(self) -> bool:
        return self.schedule._repeats and self.window._repeats

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        schedule = self.schedule._timeline(days, exact=exact)
        # Of what is outside, only spans count that are certainly open.
        is_open = self.window._timeline(days, exact=exact or not self.inside)
        operate = and_ if self.inside else and_not
        if exact or schedule is None:
            return joined_all((schedule, is_open), operate)
        return joined_known((schedule, is_open), operate)

    def _span(self, instant: int, step: Step, bound: int | None) -> Span | None:
        opening = self.window._opening(instant)
        return (self._open if self.inside else self._closed)(instant, opening, step, bound)

    def _open(
        self, instant: int, opening: int | None, step: Step, bound: int | None
    ) -> Span | None:
        window = self.window
        if opening is None or (step == 1 and not window._is_open(instant)):
            opening = window.opens._nearest(instant, 1, bound) if step == 1 else None
        return None if opening is None else (opening, self._end(opening))

    def _closed(
        self, instant: int, opening: int | None, step: Step, bound: int | None
    ) -> Span | None:
        window, zone = self.window, self._zone
        if opening is not None and window._is_open(instant):
            joined_to = window._joined_end if step == 1 else window._joined_start
            change = joined_to(opening, bound)
            if change is None:
                return None
            instant = change if step == 1 else change - 1
            opening = window._opening(instant)
        start = zone.first if opening is None else self._end(opening)
        if step == -1:
            # A search backwards asks for no more than what is before.
            return start, instant + 1
        end = window.opens._nearest(instant, 1, bound)
        return start, zone.last + 1 if end is None else end

    def _end(self, opening: int) -> int:
        closing = self.window._closing(opening)
        return self._zone.last + 1 if closing is None else closing

    def in_zone(self, tz: tzinfo | str) -> InWindow:
        return replace(self, schedule=self.schedule.in_zone(tz), _zone=find_zone(tz))
