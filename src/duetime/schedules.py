"""`Schedule`, the one abstraction: a set of instants on the UTC line, asked for its neighbours.

`next_run` and `prev_run` are the primitives; everything else follows from them and is written
once, here. Inside, instants are ints (microseconds of UTC since 1970), because two datetimes
that share a tzinfo are compared and subtracted by wall clock, and an int has no such trap.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, SupportsIndex

from duetime.errors import InvalidValueError, shorten
from duetime.immutable import Immutable
from duetime.zones import EPOCH, SECOND, Step, Zone, find_zone, second_to_instant, to_instant

if TYPE_CHECKING:
    from duetime.algebra.rolling import Convention
    from duetime.algebra.windows import Window
    from duetime.answers import ClockChange, DueState
    from duetime.dates.days import Calendar
    from duetime.dates.timeline import Timeline
    from duetime.kinds.business import BusinessDays

CatchUp = Literal["latest", "all", "none"]

DEFAULT_DEADLINE = timedelta(seconds=60)
"""How old a run may be under `catch_up="none"` when no deadline is given."""


class Pickled(Immutable):
    """A value whose pickle names no class and no field, so that both may change.

    A pickle of one of duetime's own types calls `duetime.wire.restore`. A type of anybody else is
    pickled as Python does it.
    """

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        from duetime.wire import reduced

        return reduced(self) or super().__reduce_ex__(protocol)


class Stored(Pickled):
    """A value that has a wire document: a `Schedule` or a `Window`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-safe dict from which `from_dict` makes an equal value.

        Raises ScheduleError for what cannot be written: a zone without a key, a foreign type.
        """
        from duetime.wire import write

        return write(self)

    @classmethod
    def _from_document(cls, document: dict[str, Any]) -> Self:
        """The value that `to_dict` wrote; a document of another kind raises ScheduleError."""
        from duetime.wire import read

        return read(document, cls)


class Schedule(Stored, ABC):
    """A set of instants that can be asked for its neighbours.

    Immutable, hashable and picklable. Times go in as aware datetimes of any zone and come out as
    aware datetimes in `tz`. A subclass gives `tz`, `next_run` and `prev_run`, and gets the rest.
    """

    __slots__ = ()

    _cure: ClassVar[str] = "a schedule is immutable: make a new one, for example with .in_zone(tz)"

    floating: ClassVar[bool] = False
    """True for an interval without an anchor, whose runs depend on where one starts to count."""

    @property
    @abstractmethod
    def tz(self) -> tzinfo:
        """The zone that results are expressed in."""

    @abstractmethod
    def next_run(self, after: datetime) -> datetime | None:
        """The earliest run strictly after `after`; None when it is proven that there is none.

        Raises NaiveDatetimeError, and SearchHorizonError where no proof is possible.
        """

    @abstractmethod
    def prev_run(self, before: datetime) -> datetime | None:
        """The latest run strictly before `before`; None when it is proven that there is none.

        Raises NaiveDatetimeError, and SearchHorizonError where no proof is possible.
        """

    # The same questions in instants.

    @property
    def _repeats(self) -> bool:
        """Whether the runs are known to repeat every 400 years, as the calendar does.

        Before the first clock change of their zones and after the last that is listed one by
        one. It lets a search prove that nothing will be found.
        """
        return False

    @property
    def _zone(self) -> Zone:
        """The zone of `tz`, as the searches see it."""
        return find_zone(self.tz)

    def _nearest(self, instant: int, step: Step, bound: int | None = None) -> int | None:
        """The nearest run strictly after `instant` (step 1) or strictly before it (step -1).

        `bound` is the far end of `[start, end)`: excluded going forwards, included going
        backwards. A search may stop there, with None or with a run beyond it; None is no bound.
        """
        moment = find_zone("UTC").show(_in_utc(instant))
        run = self.next_run(moment) if step == 1 else self.prev_run(moment)
        return None if run is None else to_instant(run)

    @property
    def _counts_at_once(self) -> bool:
        """Whether `count` takes no longer for many runs than for few.

        Where it does not, what depends on the place of a run among all counts one by one.
        """
        return False

    def _timeline(self, days: range, *, exact: bool = True) -> Timeline | None:
        """All runs of a range of days of UTC, counted from 1970-01-01, as bits.

        None when they are not known as such: the type does not say, or runs are not on whole
        seconds. The days are among those that every zone can show. With `exact=False` the
        timeline may have more: all seconds at which a run is possible. It lets a search pass over
        days without one, and prove that there is none.
        """
        return None

    def _shown(self, instant: int | None) -> datetime | None:
        return None if instant is None else self._zone.show(instant)

    # What follows from the two.

    def runs(
        self, start: datetime, end: datetime | None = None, *, limit: int | None = None
    ) -> Iterator[datetime]:
        """Every run in `[start, end)`, lazily and in order; without `end`, to the end of time.

        With `limit`, no more than so many. Raises ScheduleError for an `end` before `start`.
        """
        since = to_instant(start, "start")
        stop = self._zone.last + 1 if end is None else end_after(since, start, end)
        return limited(self._runs(since, stop), limit)

    def runs_back(
        self, end: datetime, start: datetime | None = None, *, limit: int | None = None
    ) -> Iterator[datetime]:
        """Every run in `[start, end)`, lazily and backwards; without `start`, to year 1.

        With `limit`, no more than so many. Raises ScheduleError for an `end` before `start`.
        """
        if start is None:
            since, stop = self._zone.first, to_instant(end, "end")
        else:
            since = to_instant(start, "start")
            stop = end_after(since, start, end)
        return limited(self._runs(since, stop, -1), limit)

    def _runs(self, start: int, end: int, step: Step = 1) -> Iterator[datetime]:
        """The runs in `[start, end)` as they are shown; backwards for step -1."""
        return map(self._zone.show, self._instants(start, end, step))

    def _instants(self, start: int, end: int, step: Step = 1) -> Iterator[int]:
        """The instants of the runs in `[start, end)`; backwards for step -1."""
        # Two plain loops: a call to compare costs as much as a tenth of most searches.
        if step == 1:
            run = self._nearest(start - 1, 1, end)
            while run is not None and run < end:
                yield run
                run = self._nearest(run, 1, end)
        else:
            run = self._nearest(end, -1, start)
            while run is not None and run >= start:
                yield run
                run = self._nearest(run, -1, start)

    def matches(self, instant: datetime) -> bool:
        """Whether `instant` is a run."""
        return self._runs_at(to_instant(instant, "instant"))

    def __contains__(self, instant: datetime) -> bool:
        """`matches`, as `instant in schedule`."""
        return self.matches(instant)

    def _runs_at(self, instant: int) -> bool:
        """`matches` on an instant."""
        return self._nearest(instant - 1, 1, instant + 1) == instant

    def count(self, start: datetime, end: datetime) -> int:
        """The number of runs in `[start, end)`.

        Raises ScheduleError for an `end` before `start`.
        """
        since = to_instant(start, "start")
        return self._count(since, end_after(since, start, end))

    def _count(self, start: int, end: int) -> int:
        """`count` on instants."""
        return sum(1 for _ in self._instants(start, end))

    def floor(self, t: datetime) -> datetime | None:
        """The latest run at or before `t`, None when there is none."""
        return self._shown(self._nearest(to_instant(t, "t") + 1, -1))

    def ceil(self, t: datetime) -> datetime | None:
        """The earliest run at or after `t`, None when there is none."""
        return self._shown(self._nearest(to_instant(t, "t") - 1, 1))

    def period(self, t: datetime) -> tuple[datetime | None, datetime | None]:
        """The neighbouring runs with `start <= t < end`: the interval that a run stands for.

        None stands where there is no run on that side.
        """
        moment = to_instant(t, "t")
        return self._shown(self._nearest(moment + 1, -1)), self._shown(self._nearest(moment, 1))

    def is_due(self, last_run: datetime, now: datetime) -> bool:
        """Whether there is a run in `(last_run, now]`.

        Raises ScheduleError for a `last_run` after `now`. Where the clocks of two machines may
        differ, ask `due_state`.
        """
        last, moment = to_instant(last_run, "last_run"), to_instant(now, "now")
        if last > moment:
            raise InvalidValueError(
                f"last_run={last_run} is after now={now}, so nothing would be due until then:"
                " the order is is_due(last_run, now); due_state takes it as it is"
            )
        run = self._nearest(last, 1, moment + 1)
        return run is not None and run <= moment

    def due_state(
        self,
        last_run: datetime | None,
        now: datetime,
        *,
        since: datetime | None = None,
        catch_up: CatchUp = "latest",
        deadline: timedelta | None = None,
    ) -> DueState:
        """Whether a run is due at `now`, which one, and when to ask again.

        `last_run` is the time of the last run, None if it never ran: then nothing counts from
        before `since`, or before `now` if that is None too. One after `now`, as when the clocks of
        two machines differ, means that nothing is due until then. `since` is the moment the entry
        was created, enabled or given this schedule: nothing is ever missed from before it.

        `catch_up` chooses among several missed runs: `"latest"` the newest; `"all"` the oldest,
        one call each, if the caller passes it as `last_run` to the next; `"none"` the newest, but
        only within `deadline` of `now` (60 seconds unless given). `deadline` under the other two
        drops runs older than that; None means that no run is too old.

        >>> from datetime import datetime, UTC
        >>> from duetime import cron
        >>> hourly = cron("0 * * * *")
        >>> state = hourly.due_state(datetime(2026, 1, 5, 8, tzinfo=UTC),
        ...                          datetime(2026, 1, 5, 10, 30, tzinfo=UTC))
        >>> print(bool(state), state.scheduled_for.time(), state.wait)
        True 10:00:00 0:30:00
        """
        moment = to_instant(now, "now")
        lower, oldest = missed_after(last_run, moment, since, deadline, catch_up)
        lower = max(lower, oldest - 1)
        due = self._nearest(lower, 1) if catch_up == "all" else self._nearest(moment + 1, -1)
        if due is not None and not lower < due <= moment:
            due = None
        return self._due_state(moment, due, self._nearest(moment, 1))

    def _due_state(self, moment: int, due: int | None, following: int | None) -> DueState:
        from duetime.answers import DueState

        wait = None if following is None else timedelta(microseconds=following - moment)
        return DueState(due is not None, self._shown(due), self._shown(following), wait)

    def missed_runs(
        self,
        last_run: datetime | None,
        now: datetime,
        *,
        since: datetime | None = None,
        deadline: timedelta | None = None,
    ) -> Iterator[datetime]:
        """The runs in `(max(last_run, since), now]` not older than `now - deadline`, lazily.

        The arguments mean what they mean to `due_state`.
        """
        moment = to_instant(now, "now")
        lower, oldest = missed_after(last_run, moment, since, deadline)
        return self._runs(max(lower + 1, oldest), moment + 1)

    def next_epoch(self, after: int) -> int | None:
        """`next_run` in whole seconds of UTC since 1970.

        Raises ScheduleError when the run is not on a whole second, and InvalidTypeError for what is
        no int.
        """
        return _whole_second(self._nearest(second_to_instant(after, "after"), 1))

    def prev_epoch(self, before: int) -> int | None:
        """`prev_run` in whole seconds of UTC since 1970.

        Raises ScheduleError when the run is not on a whole second, and InvalidTypeError for what is
        no int.
        """
        return _whole_second(self._nearest(second_to_instant(before, "before"), -1))

    def clock_changes(self, start: datetime, end: datetime) -> Iterator[ClockChange]:
        """Every label that a clock change in `[start, end)` moved, dropped or doubled, in order.

        Schedules that count elapsed time or follow the Sun have none. Raises ScheduleError for an
        `end` before `start`.
        """
        since = to_instant(start, "start")
        return self._changes(since, end_after(since, start, end))

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        """`clock_changes` on instants."""
        return iter(())

    # Composition. The types are imported when asked for: they are schedules themselves.

    def __or__(self, other: Schedule) -> Schedule:
        """The union: a run of either."""
        if not isinstance(other, Schedule):
            return NotImplemented
        from duetime.algebra.sets import union

        return union(self, other)

    def __and__(self, other: Schedule) -> Schedule:
        """The intersection: a run of both."""
        if not isinstance(other, Schedule):
            return NotImplemented
        from duetime.algebra.sets import intersection

        return intersection(self, other)

    def __sub__(self, other: Schedule) -> Schedule:
        """The difference: a run of this one that is no run of the other."""
        if not isinstance(other, Schedule):
            return NotImplemented
        from duetime.algebra.sets import difference

        return difference(self, other)

    def issubset(self, other: Schedule) -> bool:
        """Whether every run of this one is a run of the other, over all time.

        That is every instant from year 2 to year 9998; at the ends of the calendar, what a zone
        can show depends on its offset. Equality (`==`) is of what schedules mean and says more:
        equal ones have the same runs, but two with the same runs may be written in ways that
        differ in meaning, and are equal only if they are also shown in one zone.

        Raises SearchHorizonError where no proof is possible. There is no `<`: schedules have no
        order.

        >>> from duetime import cron
        >>> cron("0 9 * * mon").issubset(cron("0 9 * * *"))
        True
        """
        from duetime.algebra.comparison import is_subset

        return is_subset(self, other)

    def issuperset(self, other: Schedule) -> bool:
        """Whether every run of the other is a run of this one, as `issubset` the other way round.

        Raises SearchHorizonError where no proof is possible.
        """
        from duetime.algebra.comparison import is_subset

        return is_subset(other, self)

    def isdisjoint(self, other: Schedule) -> bool:
        """Whether no instant is a run of both, over all time as `issubset` means it.

        Raises SearchHorizonError where no proof is possible.

        >>> from duetime import cron
        >>> cron("0 9 * * *").isdisjoint(cron("30 * * * *"))
        True
        """
        from duetime.algebra.comparison import are_disjoint

        return are_disjoint(self, other)

    def within(self, start: datetime | None = None, end: datetime | None = None) -> Schedule:
        """The runs in `[start, end)`; None leaves that side open.

        Raises ScheduleError for an `end` before `start`.
        """
        if start is not None and end is not None:
            end_after(to_instant(start, "start"), start, end)
        from duetime.algebra.sets import clip

        return clip(self, start, end)

    def shifted(self, delta: timedelta) -> Schedule:
        """Every run moved by `delta` of elapsed time, so that clock changes do not touch it."""
        from duetime.algebra.sets import shift

        return shift(self, delta)

    def on(self, calendar: Calendar) -> Schedule:
        """The runs whose date in `tz` is in a calendar: anything with `date in calendar`.

        A list, tuple, set or dict of dates is copied. A container of another type, such as a
        calendar of the `holidays` package, is held as it is and asked anew each time; then a
        search that finds nothing in a century raises SearchHorizonError.

        Raises ScheduleError for what is no container of dates.
        """
        from duetime.algebra.on_days import on

        return on(self, calendar)

    def excluding(self, calendar: Calendar) -> Schedule:
        """The runs whose date in `tz` is not in a calendar; what `on` leaves out.

        Raises ScheduleError for what is no container of dates.
        """
        from duetime.algebra.on_days import excluding

        return excluding(self, calendar)

    def rolled(self, calendar: BusinessDays, convention: Convention) -> Schedule:
        """Every run on a day off moved to a business day, at the same wall time.

        `calendar` is one of `business_days`. `convention`: `"following"` moves to the next
        business day, `"preceding"` to the one before; `"modified_following"` and
        `"modified_preceding"` do too unless it lies in another month, and then move the other way.
        Runs that come to the same instant are one. A moved wall time follows this schedule's
        policy for clock changes; where it has none, or its parts differ, RFC 5545's. A run is
        dropped when there is no business day to move to.

        Raises ScheduleError; a search raises it too for a run to be moved that is not on a whole
        second, and SearchHorizonError where a held container has no business day in a century.

        Source: the business day conventions of the 2006 ISDA Definitions, section 4.12.
        """
        from duetime.algebra.rolling import rolled

        return rolled(self, calendar, convention)

    def shifted_days(self, n: int, calendar: BusinessDays) -> Schedule:
        """Every run moved by n business days, at the same wall time: T+2, two days before payday.

        `calendar` is one of `business_days`. Counting begins on the day after the run's date, or
        if `n` is negative on the day before, whether that date is a business day or not: of a run
        on Saturday, 1 is Monday and -1 is Friday. Zero is refused, as a run on a day off would
        have nowhere to go: `rolled` says where, and may come first. Runs that come to the same
        instant are one. Where the clocks change, a run follows the policy that `rolled` follows. A
        run is dropped when the calendar ends before.

        Raises ScheduleError for what is no such calendar, and for an `n` that is 0 or beyond 366
        either way; a search raises as with `rolled`.

        >>> from datetime import datetime, UTC
        >>> from duetime import business_days, cron
        >>> payday = cron("0 9 25 * *")
        >>> reminder = payday.shifted_days(-2, business_days())
        >>> print(reminder.next_run(datetime(2026, 5, 1, tzinfo=UTC)))
        2026-05-21 09:00:00+00:00
        """
        from duetime.algebra.rolling import shifted_days

        return shifted_days(self, n, calendar)

    def during(self, window: Window) -> Schedule:
        """The runs inside of a window: its opening is inside, its closing is not.

        Raises ScheduleError for what is no window. A search that meets 10,000 openings or runs
        in vain, without a proof that there is no run, raises SearchHorizonError.
        """
        from duetime.algebra.windows import during

        return during(self, window)

    def outside(self, window: Window) -> Schedule:
        """The runs that are not inside of a window.

        Raises ScheduleError for what is no window; a search raises as with `during`.
        """
        from duetime.algebra.windows import outside

        return outside(self, window)

    def in_zone(self, tz: tzinfo | str) -> Schedule:
        """The same wall times in another zone; for a schedule of instants, another display.

        Raises UnknownTimeZoneError, and ScheduleError for a type that does not say how.
        """
        raise InvalidValueError(f"{type(self).__name__} does not say how to move to another zone")

    def every_nth(self, n: int, anchor: datetime) -> Schedule:
        """Every n-th run: the first at or after `anchor`, and each n-th from it in both directions.

        `anchor` is an aware datetime and sets the phase for ever; clip with `.within` to start
        there. Where no run is at or after it, one is counted as if there were. The place of a run
        is counted from the anchor: at once for crontabs and intervals, rules that exclude nothing,
        and clips, shifts and selections of these; for all others run by run, and past 100,000 of
        them the search raises SearchHorizonError.

        Raises ScheduleError for an `n` below 1, NaiveDatetimeError, FloatingScheduleError.

        >>> from datetime import datetime, UTC
        >>> from duetime import cron
        >>> tuesdays = cron("0 9 * * tue")
        >>> every_other = tuesdays.every_nth(2, datetime(2026, 1, 6, tzinfo=UTC))
        >>> [f"{run:%d %b}" for run in every_other.runs(datetime(2026, 3, 1, tzinfo=UTC),
        ...                                             datetime(2026, 4, 1, tzinfo=UTC))]
        ['03 Mar', '17 Mar', '31 Mar']
        """
        from duetime.algebra.selection import every_nth

        return every_nth(self, n, anchor)

    def first(self, n: int, start: datetime) -> Schedule:
        """The first n runs at or after `start`, an aware datetime, and no others.

        Raises ScheduleError for an `n` below 1, NaiveDatetimeError, FloatingScheduleError.

        >>> from datetime import datetime, UTC
        >>> from duetime import cron
        >>> trial = cron("0 9 * * mon").first(3, datetime(2026, 1, 1, tzinfo=UTC))
        >>> [f"{run:%d %b}" for run in trial.runs(datetime(2020, 1, 1, tzinfo=UTC))]
        ['05 Jan', '12 Jan', '19 Jan']
        """
        from duetime.algebra.selection import first

        return first(self, n, start)

    def spread(self, window: timedelta, key: str) -> Schedule:
        """Every run moved by one whole-second offset in `[0, window)` that `key` decides.

        The same key gets the same offset in every process, on every machine and in every release:
        with h the first 8 bytes, as a big-endian number, of the SHA-256 of `spread:` and the key
        in UTF-8, it is `h * n >> 64` seconds, where n is the window in seconds, rounded up. So a
        window of a second or less moves nothing. What returns is `shifted` by the offset.

        Raises ScheduleError for a window that is not longer than zero and a key that is no
        text, FloatingScheduleError.

        >>> from datetime import datetime, timedelta, UTC
        >>> from duetime import cron
        >>> nightly = cron("0 3 * * *").spread(timedelta(hours=1), key="host-7")
        >>> print(nightly.next_run(datetime(2026, 1, 5, tzinfo=UTC)))
        2026-01-05 03:36:33+00:00
        """
        from duetime.algebra.spreading import spread

        return spread(self, window, key)

    def jittered(self, window: timedelta, key: str) -> Schedule:
        """Each run moved by an offset of its own that `key` and the run decide.

        The offset is whole seconds, not negative, and less than the window and than the time to
        the next run, so that the runs keep their order. It is the same in every process, on every
        machine and in every release: with h the first 8 bytes, as a big-endian number, of the
        SHA-256 of `jitter:`, the run in microseconds of UTC since 1970, `:` and the key in UTF-8,
        it is `h * n >> 64` seconds, where n is the lesser of the window and the time to the next
        run, in seconds and rounded up.

        Raises ScheduleError for a window that is not longer than zero and a key that is no
        text, FloatingScheduleError.

        >>> from datetime import datetime, timedelta, UTC
        >>> from duetime import cron
        >>> polled = cron("*/10 * * * *").jittered(timedelta(minutes=5), key="feed-42")
        >>> for run in polled.runs(datetime(2026, 1, 5, tzinfo=UTC),
        ...                        datetime(2026, 1, 5, 0, 30, tzinfo=UTC)):
        ...     print(run)
        2026-01-05 00:04:04+00:00
        2026-01-05 00:12:07+00:00
        2026-01-05 00:21:52+00:00
        """
        from duetime.algebra.spreading import jitter

        return jitter(self, window, key)

    # Words and wire.

    def describe(self, locale: str = "en") -> str:
        """What the schedule does, in a sentence. Two schedules that read alike have the same runs.

        English (`"en"`) has words for every type of duetime; a type of anybody else's is shown
        as its repr. What a policy does at clock changes is said where a change since 1970 touches
        the times of day. Other languages (`"de"`, `"pt_PT"`, ...) need the extra `words`, and
        have words for simple crontabs only.

        Raises ScheduleError for a language that is not known, for a schedule that it has no
        right words for, and for compositions nested too deep.

        >>> from duetime import cron
        >>> cron("30 9 13 * fri", tz="Europe/Paris").describe()
        'At 09:30 on day 13 of the month or on Fridays, in Europe/Paris time'
        """
        from duetime.notation.sentences import describe

        return describe(self, locale)

    def to_ical(self, start: datetime | None = None) -> str:
        """The runs from `start` on as lines of an iCalendar component, as RFC 5545 has them.

        They are DTSTART, which is the first run at or after `start`, and RRULE or RDATE, folded,
        each with CR LF at its end; `rrule` reads them. The VTIMEZONE of a zone is for the caller to
        add. `start` is an aware datetime. A rule has a start of its own and takes none, `at(...)`
        and what begins by `.within` need none.

        What can be written are rules; and crontabs, `calendar_interval`, `every` with an anchor,
        `at(...)` and `.within` of these four, if RFC 5545 has a rule with exactly the same runs. So
        the policy for clock changes must do to the times what `rfc5545` does to them.

        Raises ScheduleError that names what the standard cannot say, such as `15W`, a day of the
        month or else of the week, or fractions of a second; NaiveDatetimeError.

        >>> from datetime import datetime, UTC
        >>> from duetime import cron
        >>> last_friday = cron("30 17 * * 5L", tz="Europe/Paris")
        >>> last_friday.to_ical(datetime(2026, 1, 1, tzinfo=UTC)).splitlines()
        ['DTSTART;TZID=Europe/Paris:20260130T173000', 'RRULE:FREQ=MONTHLY;BYDAY=-1FR']
        """
        from duetime.notation.icalendar import to_ical

        return to_ical(self, start)

    @staticmethod
    def from_dict(document: dict[str, Any]) -> Schedule:
        """The schedule that `to_dict` wrote. Reading never executes anything.

        Raises ScheduleError for unknown versions, types and keys, and for documents that are
        nested too deep or too large.
        """
        return Schedule._from_document(document)


class InstantSchedule(Schedule):
    """A schedule that computes in instants: the base of the built-in types.

    A subclass has a `_zone` and gives `_search`, in microseconds of UTC since 1970. It need not
    look at the limits of the calendar: a run that its zone cannot show within years 1 to 9999 is
    dropped here.
    """

    __slots__ = ()

    @abstractmethod
    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        """What `_nearest` asks for, without regard to the limits of the calendar."""

    @property
    def tz(self) -> tzinfo:
        return self._zone.tzinfo

    def _nearest(self, instant: int, step: Step, bound: int | None = None) -> int | None:
        zone = self._zone
        if step == 1:
            run = self._search(max(instant, zone.first - 1), 1, bound)
            return run if run is not None and run <= zone.last else None
        run = self._search(min(instant, zone.last + 1), -1, bound)
        return run if run is not None and run >= zone.first else None

    def next_run(self, after: datetime) -> datetime | None:
        return self._shown(self._nearest(to_instant(after, "after"), 1))

    def prev_run(self, before: datetime) -> datetime | None:
        return self._shown(self._nearest(to_instant(before, "before"), -1))


def is_beyond(instant: int, step: Step, bound: int | None) -> bool:
    """Whether an instant is past the bound of a search: forwards the bound is past it itself."""
    return bound is not None and (instant >= bound if step == 1 else instant < bound)


def nearer(step: Step, *instants: int | None) -> int | None:
    """The instant that a search comes to first; None if all are None."""
    known = [instant for instant in instants if instant is not None]
    return min(known, default=None) if step == 1 else max(known, default=None)


def end_after(instant: int, start: datetime, end: datetime) -> int:
    """The instant of `end`; `instant` is that of `start`.

    Raises ScheduleError if it is the earlier one: between two bounds that were swapped there would
    never be a run.
    """
    stop = to_instant(end, "end")
    if stop < instant:
        raise InvalidValueError(f"end={end} is before start={start}: swap them")
    return stop


def limited(runs: Iterator[datetime], limit: int | None) -> Iterator[datetime]:
    """The first `limit` runs, all of them for None; raises ScheduleError for no such number."""
    if limit is None:
        return runs
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise InvalidValueError(f"limit must be an int of zero or more, not {shorten(limit)}")
    return islice(runs, min(limit, sys.maxsize))


def missed_after(
    last_run: datetime | None,
    now: int,
    since: datetime | None,
    deadline: timedelta | None,
    catch_up: CatchUp = "latest",
) -> tuple[int, int]:
    """What counts as missed at `now`: runs strictly after the first instant returned, and not
    before the second."""
    if catch_up not in ("latest", "all", "none"):
        raise InvalidValueError(f"catch_up must be latest, all or none, not {shorten(catch_up)}")
    if deadline is None and catch_up == "none":
        deadline = DEFAULT_DEADLINE
    given = {"last_run": last_run, "since": since}
    known = [to_instant(moment, name) for name, moment in given.items() if moment is not None]
    lower = max(known, default=now)
    if deadline is None:
        return lower, lower
    if not isinstance(deadline, timedelta) or deadline < timedelta(0):
        raise InvalidValueError(
            f"deadline must be a timedelta of zero or more, not {shorten(deadline)}"
        )
    return lower, now - deadline // timedelta(microseconds=1)


def _in_utc(instant: int) -> int:
    utc = find_zone("UTC")
    return min(max(instant, utc.first), utc.last)


def _whole_second(instant: int | None) -> int | None:
    if instant is None:
        return None
    second, rest = divmod(instant, SECOND)
    if rest:
        raise InvalidValueError(
            f"the run at {(EPOCH + timedelta(0, second, rest)).isoformat()} is not on a whole"
            " second: use next_run and prev_run"
        )
    return second
