"""The beat: due times in a heap, state in SQLite, and the core to say what is due.

A tick takes from the heap what is due, asks the entry's schedule for the runs since the last one
that left, sends them, and puts the entry back at its next run. Nothing looks at all entries, but
for the first tick.
"""

from __future__ import annotations

import math
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from threading import Thread
from typing import Any, Final
from uuid import uuid4

from celery.beat import ScheduleEntry, SchedulingError
from celery.beat import Scheduler as StockScheduler
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError

from duetime.adapters.celery.entries import (
    Entries,
    Entry,
    check_entry,
    check_settings,
    copied,
    read_catch_up,
    read_duration,
    read_limit,
    read_seconds,
)
from duetime.adapters.celery.heap import DueHeap
from duetime.adapters.celery.memory import (
    SETBACK,
    Known,
    core_of,
    earliest,
    fingerprint,
    instant_of,
    is_ahead,
    like,
    moment,
    spelling,
)
from duetime.adapters.celery.state import Heartbeat, Row, StateFile
from duetime.adapters.celery.worker import ENTRY, MESSAGE, OCCURRENCE, SCHEDULED_FOR
from duetime.crontabs.schedule import Cron
from duetime.errors import InvalidTypeError, ScheduleError, SearchHorizonError, shorten
from duetime.hashing import occurrence_id
from duetime.kinds.interval import Floating
from duetime.schedules import DEFAULT_DEADLINE, CatchUp, Schedule
from duetime.zones import DAY, SECOND, find_zone, to_instant

logger = get_logger("celery.beat")

DEFAULT_LIMIT: Final = 1_000
"""Missed runs that `catch_up="all"` sends, at most, unless `duetime_catch_up_limit` is set."""
_BATCH: Final = 500
"""Messages after which state is written in the middle of a tick, unless `beat_sync_every` is
set."""
_HEARTBEAT: Final = SECOND
"""A beat that sends nothing writes its heartbeat no oftener than this, and one in the middle of a
tick no less often."""
_LOCKED: Final = 60 * SECOND
"""After this state that could not be written is written in the middle of a tick: waiting for
another process that has locked the file takes seconds."""
_TELLING: Final = 60 * SECOND
"""While state cannot be written, the log says so no oftener than this."""
_FIRST_RETRY: Final = SECOND
"""After this a message that could not be sent is tried again; each time the wait is doubled. So is
the broker that could not be reached."""
_ANSWER: Final = 10.0
"""Seconds that beat waits for the broker's answer to a message before it counts as not sent."""
_ANSWERED: Final[dict[str, dict[str, Any]]] = {
    "py-amqp": {"confirm_publish": True, "read_timeout": _ANSWER, "write_timeout": _ANSWER},
    "redis": {"socket_timeout": _ANSWER / 2},
}
"""By driver of kombu: options with which it waits for an answer, but not for ever."""
_UNANSWERED: Final = {
    "librabbitmq": "Uninstall librabbitmq, or use a pyamqp:// URL",
    "confluentkafka": "Nothing that beat can set changes that",
    "pubsub_v1": "Nothing that beat can set changes that",
}
"""Drivers that do not wait for an answer, or do not tell of it, and what to do."""
_LONGEST_TICK: Final = 10 * SECOND
"""A tick that sends for longer than this ends, and the next follows at once: it takes notice of
changed entries, and of a beat in a thread that is to stop."""
_FRESH: Final = 10
"""So many entries that have become due go before one that catches up on its runs."""
_LONGEST_PAUSE: Final = 4 * SECOND
"""Beat tries at least this often to reach a broker that is away: an attempt costs little."""
_GOODBYE: Final = 2.0
"""Seconds that beat waits for the broker's answer when it ends."""
_MICROSECOND: Final = timedelta(microseconds=1)
_SPARSE: Final = DAY * SECOND
"""After this a search that ended at its horizon is made again: it takes up to a second, and has
looked further ahead than this."""
_NEVER_CALLED: Final = ("populate_heap", "schedules_equal", "adjust", "_when")
"""Methods of Celery's scheduler for which this one has no use."""
_SOME: Final = 500
"""More new entries than this are not learned before the first tick, nor in one tick."""
_FEW: Final = 100
"""More new entries than this are not learned at once in a tick: that would delay what is due."""
_SLICE: Final = SECOND // 20
"""So long entries are learned while nothing is due; then what was learned is written."""


class Scheduler(StockScheduler):
    """Celery's beat with duetime's times: `--scheduler duetime.adapters.celery:Scheduler`.

    Everything that is due leaves in one tick; each message says for which run it was sent. Times
    of stock schedules are those of their exact twins; a schedule type it does not know is asked
    as Celery asks it, with `is_due`.

    Settings of the app: `duetime_catch_up` (`latest`), `duetime_deadline` (seconds or timedelta,
    None), `duetime_catch_up_limit` (1,000), `duetime_occurrence_ids` (False). Celery's
    `beat_cron_starting_deadline` is the deadline of crontabs that have no other.

    An entry of `beat_schedule` that is bad is left out, and the log says why.

    Raises ScheduleError for settings of other values, and for other settings whose names begin
    with `duetime_`.
    """

    Entry: Any = Entry

    def __init__(
        self, app: Any, *args: Any, schedule_filename: str | None = None, **kwargs: Any
    ) -> None:
        self.schedule_filename = schedule_filename
        self._due = DueHeap()
        self._known: dict[str, Known] = {}
        self._remembered: dict[str, Row] = {}
        """What the state file knows of entries that nobody has set in this life."""
        self._rows: dict[str, Row] = {}
        self._removed: set[str] = set()
        self._unwritten = 0
        self._waits: dict[str, int] = {}
        self._new = DueHeap()
        """Entries that are yet to be learned, each no later than it is due."""
        self._state: StateFile | None = None
        self._is_busy = False
        """In the midst of something that a signal must not take apart."""
        self._is_stopping = False
        """Beat was told to stop while it was busy."""
        self._rest: dict[str, tuple[deque[int], int | None]] = {}
        """Of entries that are sending: the runs still to send, and when to look again."""
        self._turns: deque[str] = deque()
        """The entries of which that is so, in the order of their turns."""
        self._failure: Exception | None = None
        self._pause = 0
        """How long beat waits for the broker at present; 0 when it can be reached."""
        self._is_doubtful = False
        """A message could not be sent, and none that followed it in this tick has left."""
        self._attempts = 0
        """How often it has tried in vain to reach the broker."""
        self._resume = 0
        """Until then nothing is sent."""
        self._bad: set[Any] = set()
        """The names of entries that were left out: what is remembered of them is kept."""
        self._sparse: set[str] = set()
        """Entries whose search for the next run ended at its horizon."""
        self._asked: set[str] = set()
        """Entries of which the log has said that their policy is of no use."""
        self._last_tick = self._last_heartbeat = 0
        self._clock = 0
        """When this tick began, or its last message left: the moment of what it does next."""
        self._lag = 0
        """By how much the latest run of this tick was late when it left."""
        self._told_unwritten: int | None = None
        """When the log last said that state cannot be written; None while it can."""
        self._is_shared = False
        """The log has said that another beat writes to the state file."""
        self._next_write = 0
        """When state is to be written in the middle of a tick."""
        self._has_answer = _overrides(type(self), "is_due")
        self._has_reserve = _overrides(type(self), "reserve")
        self._read_settings(app.conf)
        super().__init__(app, *args, **kwargs)

    def _read_settings(self, conf: Any) -> None:
        def given(name: str, read: Callable[[Any, str], Any]) -> Any:
            return read(conf.get(name), name)

        self._catch_up: CatchUp = given("duetime_catch_up", read_catch_up) or "latest"
        self._deadline = given("duetime_deadline", read_duration)
        self._cron_deadline = given("beat_cron_starting_deadline", read_duration)
        self._limit = given("duetime_catch_up_limit", read_limit) or DEFAULT_LIMIT
        self._has_ids = bool(conf.get("duetime_occurrence_ids"))
        check_settings(conf)

    @property
    def data(self) -> Entries:
        return self._entries

    @data.setter
    def data(self, entries: Any) -> None:
        gone = getattr(self, "_entries", ())
        self._entries = entries if isinstance(entries, Entries) else Entries(entries)
        self._entries.touch((*gone, *self._entries))

    def get_schedule(self) -> Entries:
        return self.data

    def set_schedule(self, schedule: Any) -> None:
        self.data = schedule

    schedule = property(get_schedule, set_schedule)

    def merge_inplace(self, b: Any) -> None:
        """Make the entries those of `b`; what did not change keeps its last run.

        A bad entry is left out, or stays as it was, and the log says why.
        """
        made = self._made(b, lambda name, given: self.Entry(**dict(given, name=name, app=self.app)))
        for name in [name for name in self._entries if name not in b]:
            del self._entries[name]
        for name, entry in made.items():
            if name in self._entries:
                self._entries[name].update(entry)
                made[name] = self._entries[name]
        self._entries.join(made)

    def update_from_dict(self, dict_: Any) -> None:
        self._entries.join(self._made(dict_, self._maybe_entry))

    def _made(self, given: Mapping[Any, Any], make: Callable[[Any, Any], Any]) -> dict[str, Any]:
        """The entries that could be made: one that is bad stops no other."""
        made: dict[str, Any] = {}
        for name, fields in given.items():
            try:
                if not isinstance(fields, dict | Mapping | ScheduleEntry):
                    raise InvalidTypeError(
                        f"entry {name} must be a dict with task and schedule, not {shorten(fields)}"
                    )
                entry = make(name, fields)
                check_entry(name, entry)
            except ScheduleError as error:
                # A name may be half a character, which no log can write.
                told = str(error).encode(errors="backslashreplace").decode()
                logger.error("beat: entry %r %s: %s", name, self._outcome(name), told)
            except Exception:
                logger.exception("beat: entry %r %s: it fails", name, self._outcome(name))
            else:
                made[name] = entry
        self._bad = (self._bad | given.keys()) - made.keys()
        return made

    def _outcome(self, name: Any) -> str:
        return "stays as it was" if name in self._entries else "is left out"

    def _tell_of_overrides(self) -> None:
        """Name the methods of a subclass that Celery would call, and this scheduler does not."""
        own = [name for name in _NEVER_CALLED if _overrides(type(self), name)]
        if own:
            logger.warning(
                "beat: %s overrides %s, which duetime's scheduler never calls: see should_send,"
                " is_due and tick",
                type(self).__name__,
                " and ".join(own),
            )

    def setup_schedule(self) -> None:
        self._tell_of_overrides()
        read_seconds(self.max_interval, "beat_max_loop_interval")
        self._open_state()
        # Now, so that a warning comes at the start and not with the first message.
        self.connection  # noqa: B018
        # In this order: the merge removes what is not in the settings.
        self.merge_inplace(self.app.conf.beat_schedule)
        self.install_default_entries(self.data)
        self._take_over()
        self._settle(self._instant())
        # Killed at once, beat still knows since when it has the entries.
        self._write()

    def _open_state(self) -> None:
        if self.schedule_filename is not None:
            self._state = StateFile(self.schedule_filename)
            self._remembered = {row.name: row for row in self._state.rows()}

    def _take_over(self) -> None:
        """Let entries go on from where Celery's own beat stopped."""
        taken_over = {} if self._state is None else self._state.taken_over
        for name, last in taken_over.items():
            entry = self._entries.get(name)
            if entry is not None:
                entry.last_run_at = like(instant_of(last.last_run_at), entry.last_run_at)
                entry.total_run_count = last.count
                # Now, and not in idle time: this is in no file but the one that was set aside.
                self._guarded(self._learn, name, entry, self._instant())
        self._write()

    def _settle(self, now: int) -> None:
        """Take notice of the entries that were set, changed or removed."""
        touched, self._entries.touched = self._entries.touched, {}
        step = self._learn if len(touched) <= (_FEW if self._last_tick else _SOME) else self._glance
        for name in touched:
            entry = self._entries.get(name)
            if entry is None:
                self._forget(name)
            else:
                self._guarded(step, name, entry, now)

    def _glance(self, name: str, entry: Any, now: int) -> None:
        """Put an entry where it is due at the earliest: it is learned soon, in idle time.

        So the first tick, and what is due in it, need not wait for 100,000 crontabs. Of one that is
        remembered, and still written as it was, the state file has the next run.
        """
        known, row, place = self._known.get(name), self._remembered.get(name), None
        if known is not None:
            row = known.row
            if known.is_of(entry.schedule) and not is_ahead(row, known.core, now):
                _show(entry, row)
                return
        elif row is None:
            place = earliest(entry.schedule, instant_of(entry.last_run_at))
        elif row.spelling and row.spelling == spelling(entry.schedule):
            place = row.next_run
        if row is not None:
            _show(entry, row)
        self._removed.discard(name)
        self._due.put(name, None)
        self._new.put(name, now if place is None else place)

    def _learn_some(self) -> None:
        """Learn entries, those that may be due first, till another is due or a moment is over."""
        begin = now = self._clock = self._instant()
        for _ in range(min(_SOME, len(self._new))):
            first = self._due.first()
            # A clock may be set.
            if (
                self._turns
                or (first is not None and max(first[0], self._resume) <= now)
                or not (0 <= now - begin < _SLICE)
            ):
                return
            # One that raises is looked at again when its turn comes.
            name = self._new.pop()
            entry = self._entries.get(name)
            if entry is None:
                self._forget(name)
                continue
            self._guarded(self._learn, name, entry, now)
            if now >= self._resume and self._due.take(now) is not None:
                # Nothing else was due.
                self._guarded(self._serve, name, entry, now)
            now = self._clock = self._instant()

    def _forget(self, name: str) -> None:
        for known in (self._known, self._remembered, self._rows, self._waits, self._rest):
            known.pop(name, None)
        self._asked.discard(name)
        self._sparse.discard(name)
        self._removed.add(name)
        self._due.put(name, None)
        self._new.put(name, None)

    def _learn(self, name: str, entry: Any, now: int) -> None:
        """Find what an entry's schedule is, since when it has it, and when it is due."""
        self._new.put(name, None)
        self._rest.pop(name, None)
        core = core_of(entry.schedule)
        times = fingerprint(core, entry.schedule)
        clock = now if core is not None else instant_of(entry.default_now())
        before = self._known.get(name)
        found = before.row if before is not None else self._remembered.pop(name, None)
        if found is None:
            first_seen = instant_of(entry.last_run_at)
            row = Row(name, times, first_seen, None, entry.total_run_count)
        elif found.schedule != times or is_ahead(found, core, clock):
            # Nothing is missed from before a change.
            row = Row(name, times, self._changed_at(name, clock), None, found.count)
        else:
            row = found
        self._removed.discard(name)
        known = self._known[name] = Known(entry.schedule, core, row)
        next_run = None if core is None else self._next_run(name, known, row.last, now)
        known.row = replace(row, next_run=next_run, spelling=spelling(entry.schedule))
        if known.row != found:
            self._rows[name] = known.row
        _show(entry, row)
        if core is None:
            self._tell_of_policy(name, entry)
        # One that can only be asked whether it is due is asked at the next tick.
        self._due.put(name, now if core is None or self._is_asked(entry) else next_run)

    def _changed_at(self, name: str, clock: int) -> int:
        """When the schedule of an entry was changed, if it was."""
        return clock

    def _next_run(self, name: str, known: Known, after: int, now: int) -> int | None:
        """The first run after an instant, or when to look again if a search finds no end."""
        try:
            run = known.runs._nearest(after, 1)
        except SearchHorizonError as error:
            if name not in self._sparse:
                logger.warning(
                    "beat: the next run of %s is not known, and beat searches again once a day: %s",
                    name,
                    error,
                )
            self._sparse.add(name)
            # From long ago the search may not have come as far as now.
            return now if now - after > _SPARSE else now + _SPARSE
        self._sparse.discard(name)
        return run

    def _tell_of_policy(self, name: str, entry: Any) -> None:
        own = (getattr(entry, "catch_up", None), getattr(entry, "deadline", None))
        if own != (None, None) and name not in self._asked:
            self._asked.add(name)
            logger.warning(
                "beat: catch_up and deadline of %s have no effect: its schedule %r can only be"
                " asked whether it is due, and not which runs it missed",
                name,
                entry.schedule,
            )

    def _guarded(
        self, step: Callable[[str, Any, int], None], name: str, entry: Any, now: int
    ) -> None:
        """Do `step`; an entry whose schedule raises is looked at again after a while."""
        try:
            step(name, entry, now)
        except Exception:
            logger.exception(
                "beat: the next run of %r cannot be found; beat tries again in %s seconds",
                name,
                self.max_interval,
            )
            self._due.put(name, now + self._microseconds(self.max_interval))

    def _microseconds(self, seconds: Any) -> int:
        """A waiting time as Celery's schedules give it; anything but a number is `max_interval`."""
        if not isinstance(seconds, int | float) or not math.isfinite(seconds):
            seconds = self.max_interval
        return max(1, int(seconds * SECOND))

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send everything that is due; the seconds until the next entry is, or `max_interval`.

        After ten seconds of sending it returns 0: the next tick goes on.
        """
        # In this order and so plainly: a signal may come between any two calls.
        self._is_busy = True
        try:
            return self._tick()
        finally:
            self._is_busy = False

    def _tick(self) -> float:
        now = self._clock = self._instant()
        self._lag, self._is_doubtful = 0, False
        # A file that could not be written is left alone for a while, also in the next tick.
        self._next_write = min(max(self._next_write, now + _HEARTBEAT), now + _LOCKED)
        is_first = not self._last_tick
        self._watch_clock(now)
        self._settle(now)
        if is_first:
            self._forget_the_rest()
        # New entries are learned in between, while others catch up.
        self._send_due(now + (_SLICE if self._new else _LONGEST_TICK))
        self._check_stop()
        if self._new:
            self._learn_some()
        wait = self._wait()
        # If another tick follows at once, there may be more to write soon.
        if wait or self._instant() >= self._next_write:
            self._write(self._heartbeat(self._instant(), wait))
        return wait

    def _send_due(self, end: int) -> None:
        """Send what is due, and what becomes due meanwhile, until nothing is, or until `end`.

        An entry sends one run at a time. What has become due goes first, the oldest first; entries
        with more runs to send take turns, and have one turn in so many at least.
        """
        fresh = 0
        while self._resume <= self._clock < end:
            has_turn = bool(self._turns) and fresh >= _FRESH
            name = None if has_turn else self._due.take(self._clock)
            fresh += 1
            if name is None:
                if not self._turns:
                    break
                name, fresh = self._turns.popleft(), 0
                if name not in self._rest:
                    # It was changed, and is due anew, or was removed.
                    continue
            entry = self._entries.get(name)
            # One that was removed since the tick began is forgotten at the next.
            if entry is not None:
                self._guarded(self._serve, name, entry, self._clock)
                if name in self._rest:
                    # Due as it is, it would go before others.
                    self._due.put(name, None)
                    self._turns.append(name)

    def _forget_the_rest(self) -> None:
        """By now a program has added its entries: what else is remembered is gone."""
        kept = self._entries.keys() | self._bad
        for gone in [name for name in self._remembered if name not in kept]:
            self._forget(gone)

    def _wait(self) -> float:
        if self._new:
            return 0.0
        if self._turns:
            return max(0.0, (self._resume - self._instant()) / SECOND)
        first, longest = self._due.first(), float(self.max_interval)
        if first is None:
            return longest
        look = max(first[0], self._resume)
        return max(0.0, min((look - self._instant()) / SECOND, longest))

    def _watch_clock(self, now: int) -> None:
        back = self._last_tick - now
        self._last_tick = now
        if back > SETBACK:
            logger.warning(
                "beat: the clock was set back by %s: intervals count from now on. Other runs that"
                " were sent are not sent again, unless an entry's last run is now more than a day"
                " ahead: it starts anew, and its runs have the ids they had",
                timedelta(microseconds=back),
            )
            self._resume = 0
            self._entries.touch(self._entries)

    def _serve(self, name: str, entry: Any, now: int) -> None:
        """Send the oldest run that is due of an entry, and put it back."""
        rest = self._rest.pop(name, None)
        known = self._known.get(name)
        if known is None or not known.is_of(entry.schedule):
            # Set right, or mutated in place.
            self._learn(name, entry, now)
            known = self._known[name]
            rest = None
        runs, following = rest or self._due_runs(name, entry, known, now)
        deadline = self._deadline_of(entry, known)
        late = 0
        while runs and deadline is not None and self._clock - runs[0] > deadline:
            # It came too late, since those before it took long.
            runs.popleft()
            late += 1
        if late:
            self._tell_of_skipped(name, entry, late, known.row.next_run)
        if not runs:
            if known.core is not None and known.row.next_run != following:
                # What was skipped is told of once.
                known.row = self._rows[name] = replace(known.row, next_run=following)
            self._waits.pop(name, None)
            self._due.put(name, following)
            return
        run = runs.popleft()
        then = runs[0] if runs else following
        outcome = self._dispatch(name, entry, known.core, run)
        if outcome is True:
            entry = self._advance(name, entry, known, run, then)
        elif outcome is False:
            self._pass_over(name, entry, known, run, then)
        self._write_some(run if known.core is not None and outcome else None)
        if isinstance(outcome, Exception):
            self._retry(name, outcome, following)
        elif runs:
            self._rest[name] = runs, following
            self._due.put(name, runs[0])
        else:
            self._waits.pop(name, None)
            self._due.put(name, following)

    def _due_runs(
        self, name: str, entry: Any, known: Known, now: int
    ) -> tuple[deque[int], int | None]:
        """The nominal runs to send, oldest first, and when to look again."""
        if known.core is not None and not self._is_asked(entry):
            runs = self._missed(name, entry, known, now)
            return runs, self._next_run(name, known, max(now, known.row.last), now)
        is_due, wait = self.is_due(entry)
        look = now + self._microseconds(wait)
        if known.core is None:
            return deque([instant_of(entry.default_now())] if is_due else []), look
        following = self._next_run(name, known, max(now, known.row.last), now)
        look = look if following is None else min(look, following)
        if not is_due:
            return deque(), look
        if known.runs.is_due(moment(min(known.row.last, now)), moment(now)):
            return self._missed(name, entry, known, now), look
        # The answer is the project's own, and not that of the schedule.
        return deque([now]), look

    def _is_asked(self, entry: Any) -> bool:
        """Whether a project has an answer of its own to whether an entry is due."""
        return self._has_answer or type(entry).is_due is not ScheduleEntry.is_due

    def _deadline_of(self, entry: Any, known: Known) -> int | None:
        """By how much a run may be late, in microseconds; None for any lateness."""
        if known.core is None:
            return None
        deadline = getattr(entry, "deadline", None)
        if deadline is None:
            deadline = self._deadline
        if deadline is None and isinstance(known.core, Cron):
            deadline = self._cron_deadline
        if deadline is None and self._policy_of(entry) == "none":
            deadline = DEFAULT_DEADLINE
        return None if deadline is None else deadline // _MICROSECOND

    def _policy_of(self, entry: Any) -> CatchUp:
        own: CatchUp | None = getattr(entry, "catch_up", None)
        return own or self._catch_up

    def _missed(self, name: str, entry: Any, known: Known, now: int) -> deque[int]:
        """The nominal runs to send, oldest first."""
        start, deadline = known.row.last + 1, self._deadline_of(entry, known)
        if deadline is not None:
            start = max(start, now - deadline)
        if start > now:
            return deque()
        first = known.row.next_run
        try:
            runs = self._newest(known, entry, start, now)
            end = runs[0] if runs else now + 1
            # Of a floating interval at most one run is ever missed.
            if first is not None and first < end and not isinstance(known.core, Floating):
                skipped = known.runs.count(moment(first), moment(end))
                if skipped:
                    self._tell_of_skipped(name, entry, skipped, first)
        except SearchHorizonError:
            # `_next_run` tells of it.
            return deque()
        return runs

    def _newest(self, known: Known, entry: Any, start: int, now: int) -> deque[int]:
        newest = known.runs.runs_back(moment(now + 1), moment(start))
        # At most one run of a floating interval is ever missed.
        is_all = self._policy_of(entry) == "all" and not isinstance(known.core, Floating)
        newest = islice(newest, self._limit if is_all else 1)
        return deque(to_instant(run) for run in reversed([*newest]))

    def _tell_of_skipped(self, name: str, entry: Any, number: int, first: int | None) -> None:
        """Say that runs of an entry were missed and are not sent: once an entry and tick."""
        logger.warning(
            "beat: %s skips %s of its runs, the first of %s: its catch_up is %s, its deadline %s,"
            " and duetime_catch_up_limit %s",
            name,
            f"{number:,}",
            "an unknown time" if first is None else moment(first).isoformat(),
            self._policy_of(entry),
            getattr(entry, "deadline", None) or self._deadline,
            f"{self._limit:,}",
        )

    def should_send(self, entry: Any, scheduled_for: datetime) -> bool:
        """Whether to send a run that is due: a hook for subclasses, which says yes.

        Asked just before each message leaves; `scheduled_for` is the nominal run, aware, in the
        zone of the schedule. A run for which the answer is no is dropped for good: it counts as
        the last run, and not in `total_run_count`. When it raises, the run stays due, and is tried
        again as a message that could not be sent.
        """
        return True

    def _dispatch(self, name: str, entry: Any, core: Schedule | None, run: int) -> bool | Exception:
        """Send the message of one run: True; False if it is not wanted; or what prevented it."""
        shown = (find_zone("UTC") if core is None else core._zone).show(run)
        headers, identity = message_headers(name, shown)
        options = dict(entry.options, headers={**(entry.options.get("headers") or {}), **headers})
        if self._has_ids:
            options["task_id"] = identity
        self._failure = None
        self._check_stop()
        try:
            producer = self.producer
        except Exception as error:
            if self._is_news(name, error):
                logger.exception("beat: there is no connection to send %s with", name)
            return OperationalError(str(error))
        try:
            if not self.should_send(entry, shown):
                return False
            self.apply_entry(copied(entry, options=options), producer=producer)
        except Exception as error:
            # Of a subclass: the methods of this class raise nothing.
            if self._is_news(name, error):
                logger.exception("beat: %s could not be sent", name)
            return _OwnError(str(error))
        return self._failure or True

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        # As Celery's own, line for line of the log, but that a failure is kept: the run stays due.
        logger.info("Scheduler: Sending due task %s (%s)", entry.name, entry.task)
        try:
            result = self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:
            self._failure = error if isinstance(error, SchedulingError) else _OwnError(str(error))
            if self._is_news(entry.name, error):
                logger.exception("Message Error: %s", error)
        else:
            logger.debug("%s sent. id->%s", entry.task, getattr(result, "id", None))

    def _is_news(self, name: str, error: Exception) -> bool:
        """Whether a failure is the first of its kind; a line in the log if it is not."""
        if name not in self._waits and not self._pause:
            return True
        # In an outage beat tries every few seconds: of 1, 2, 4, 8... attempts there is a line.
        if not self._attempts & (self._attempts - 1):
            logger.error("beat: %s could still not be sent: %s", name, error)
        return False

    def _advance(self, name: str, entry: Any, known: Known, run: int, then: int | None) -> Any:
        """Note that a run was sent, and which is the next; the entry as it is from now on."""
        count = entry.total_run_count + 1
        if self._has_reserve or type(entry).__next__ is not ScheduleEntry.__next__:
            entry = self._reserved(entry)
        entry.last_run_at = like(run, entry.last_run_at)
        entry.total_run_count = count
        row = known.row
        known.row = Row(
            name, row.schedule, row.since, run, entry.total_run_count, then, row.spelling
        )
        self._rows[name] = known.row
        self._unwritten += 1
        self._is_doubtful = False
        if self._pause:
            logger.warning("beat: the broker is back: what is due leaves, oldest first")
            self._pause = self._resume = self._attempts = 0
        return entry

    def _reserved(self, entry: Any) -> Any:
        """What a project's own `reserve` makes of an entry whose message has left."""
        try:
            return self.reserve(entry) or entry
        except Exception:
            logger.exception(
                "beat: reserve of %s has failed: its message was sent, and beat goes on with the"
                " entry as it was",
                entry.name,
            )
            return entry

    def _pass_over(self, name: str, entry: Any, known: Known, run: int, then: int | None) -> None:
        """Note that a run is not wanted."""
        entry.last_run_at = like(run, entry.last_run_at)
        known.row = self._rows[name] = replace(known.row, last_run=run, next_run=then)

    def _write_some(self, run: int | None) -> None:
        """Write in the middle of a tick: after a batch of messages, and every second."""
        now = self._clock = self._instant()
        if run is not None:
            self._lag = max(self._lag, now - run)
        if now >= self._next_write or self._unwritten >= (self.sync_every_tasks or _BATCH):
            pause = _HEARTBEAT if self._write(self._heartbeat(now, 0)) else _LOCKED
            self._next_write = self._instant() + pause

    def _retry(self, name: str, failure: Exception, following: int | None) -> None:
        """Try again soon, and then less and less often."""
        now, longest = self._instant(), self._microseconds(self.max_interval)
        # Others were sent since it failed: the broker is there, and does not take this one.
        is_own = name in self._waits and not self._pause
        wait = self._waits.get(name, _FIRST_RETRY)
        self._waits[name] = min(2 * wait, longest)
        if _is_outage(failure) and not is_own and self._may_be_alone(failure):
            # It may be the entry's own: the message of another tells.
            self._due.put(name, now + wait)
            return
        if _is_outage(failure) and not is_own:
            # What else is due waits too, so that a tick tries no more than one message in vain.
            self._pause = min(max(2 * self._pause, _FIRST_RETRY), _LONGEST_PAUSE, longest)
            self._resume = now + self._pause
            self._attempts += 1
            self._due.put(name, self._resume)
            return
        if following is not None:
            # But not later than the next run.
            wait = min(wait, max(following - now, _FIRST_RETRY))
        self._due.put(name, now + wait)

    def _may_be_alone(self, failure: Exception) -> bool:
        """Whether it may fail alone: another message is due that can show the broker there."""
        first = self._due.first()
        # Without a connection there is no doubt.
        if self._pause or self._is_doubtful or not isinstance(failure, SchedulingError):
            return False
        if first is None or first[0] > self._clock:
            return False
        self._is_doubtful = True
        return True

    def _instant(self) -> int:
        return instant_of(self.app.now())

    def _heartbeat(self, now: int, wait: float) -> Heartbeat | None:
        """What to say of this tick; None while others follow at once that say the same."""
        if self._state is None or not (
            self._lag or wait >= 1 or abs(now - self._last_heartbeat) >= _HEARTBEAT
        ):
            return None
        self._last_heartbeat = now
        firsts = [first for first in (self._due.first(), self._new.first()) if first is not None]
        if self._turns:
            firsts.append((now, self._turns[0]))
        next_run, next_entry = min(firsts, default=(None, None))
        if next_run is not None:
            next_run = max(next_run, self._resume)
        return Heartbeat(
            moment(now),
            timedelta(microseconds=self._lag),
            None if next_run is None else moment(next_run),
            next_entry,
            len(self._entries),
            timedelta(seconds=self.max_interval),
        )

    def _write(self, heartbeat: Heartbeat | None = None) -> bool:
        """Write what is unwritten; False, and a line in the log, when it could not be."""
        self._unwritten = 0
        if self._state is None or not (self._rows or self._removed or heartbeat):
            return True
        try:
            if self._state.renew():
                logger.error(
                    "beat: %s was removed or replaced while beat runs: it is made anew, with all"
                    " that beat remembers",
                    self.schedule_filename,
                )
                self._rows = self._all_rows()
            is_shared = self._state.write(self._rows.values(), self._removed, heartbeat)
        except sqlite3.Error as error:
            self._tell_of_unwritten(error)
            return False
        self._rows, self._removed = {}, set()
        if self._told_unwritten is not None:
            self._told_unwritten = None
            logger.warning("beat: %s is written again: nothing was lost", self.schedule_filename)
        if is_shared:
            self._tell_of_another_beat()
        return True

    def _all_rows(self) -> dict[str, Row]:
        """All that is remembered, and not only what has changed."""
        return {**self._remembered, **{name: known.row for name, known in self._known.items()}}

    def _tell_of_unwritten(self, error: Exception) -> None:
        now = self._instant()
        told = self._told_unwritten
        if told is None or abs(now - told) >= _TELLING:
            self._told_unwritten = now
            logger.error(
                "beat: %s cannot be written (%s). Beat goes on and tries again; if it is killed"
                " first, it sends again what it has sent since",
                self.schedule_filename,
                error,
            )

    def _tell_of_another_beat(self) -> None:
        if not self._is_shared:
            self._is_shared = True
            logger.error(
                "beat: another beat writes to %s: two beats send every message twice. Stop one of"
                " them, or give it a --schedule of its own",
                self.schedule_filename,
            )
            # It may have forgotten what is no entry of its own.
            self._rows = self._all_rows()

    def sync(self) -> None:
        if not self._is_busy:
            self._is_busy = True
            try:
                self._write()
            finally:
                self._is_busy = False

    def close(self) -> None:
        """Write the state, and leave the broker; in the midst of a tick, see that it ends.

        A signal that stops beat closes the scheduler wherever it is, and raises SystemExit: what
        the tick is using must stay as it is until that has left the tick. Beat closes once more
        then.
        """
        if self._is_busy:
            self._is_stopping = True
            return
        if self._state is not None:
            self._state.last_write_is_next()
        # Celery's own way of leaving the broker waits for its answer, however long.
        self.__dict__.pop("producer", None)
        connection = self.__dict__.pop("connection", None)
        try:
            super().close()
            if self._state is not None:
                self._state.close()
                self._state = None
        finally:
            self._leave(connection)

    def _leave(self, connection: Any) -> None:
        """Close the connection; in good order, if nothing was broken off in it."""
        if connection is None:
            return
        # Half a message may be on the wire: nothing that follows it could be understood.
        leave = connection.collect if self._is_stopping else connection.release

        def leaving() -> None:
            with suppress(Exception):
                leave()

        # A broker that does not answer must not hold up the end, and the process may have little
        # time before it is killed. The thread ends with the process.
        thread = Thread(target=leaving, name="duetime-leaves-the-broker", daemon=True)
        thread.start()
        thread.join(_GOODBYE)

    def _check_stop(self) -> None:
        """Raise SystemExit if beat is to stop: what a signal raised may have been swallowed.

        A client's finalizer or error handling that it came upon loses it.
        """
        if self._is_stopping:
            raise SystemExit

    def _ensure_connected(self) -> Any:
        """Connect, trying each of the broker's addresses once: the next tick tries again.

        Celery's own tries a hundred times before it comes back, with pauses of up to 30 seconds.
        """

        def note(error: Exception, interval: float) -> None:
            logger.debug("beat: Connection error: %s", error)

        addresses = len(self.connection.alt or ())
        return self.connection.ensure_connection(note, max(0, addresses - 1))

    @cached_property
    def connection(self) -> Any:
        """The connection to the broker, on which a message counts as sent once the broker has it.

        Options of the app's own, in `broker_transport_options`, go before those of beat.
        """
        connection = self.app.connection_for_write()
        driver = str(getattr(connection.transport, "driver_name", None))
        options = connection.transport_options
        for name, value in _ANSWERED.get(driver, {}).items():
            options.setdefault(name, value)
        if driver in _UNANSWERED or options.get("confirm_publish") is False:
            logger.warning(
                "beat: %s counts a message as sent before the broker has it: when the broker or the"
                " network fails, runs that the state file has as sent may be lost. %s",
                driver,
                _UNANSWERED.get(
                    driver,
                    "Without confirm_publish=False in"
                    " broker_transport_options beat waits for the broker's answer",
                ),
            )
        return connection

    @property
    def info(self) -> str:
        return f"    . db -> {self.schedule_filename}"


def message_headers(name: str, run: datetime) -> tuple[dict[str, Any], str]:
    """The headers of the message for a nominal run, and the id of the occurrence."""
    identity = str(occurrence_id(name, run))
    headers: dict[str, Any] = {
        SCHEDULED_FOR: run.isoformat(),
        OCCURRENCE: identity,
        ENTRY: name,
        MESSAGE: str(uuid4()),
        # Celery's own mark, which it sets from 5.6 on.
        "celery_beat_task": True,
    }
    return headers, identity


def _show(entry: Any, row: Row) -> None:
    """Let the entry say what is remembered of it."""
    entry.last_run_at = like(row.last, entry.last_run_at)
    entry.total_run_count = row.count


def _overrides(kind: type[Scheduler], name: str) -> bool:
    return getattr(kind, name) is not getattr(Scheduler, name)


class _OwnError(Exception):
    """An error of a method that a project has overridden: it says nothing of the broker."""


def _is_outage(failure: Exception) -> bool:
    """Whether the broker could not be reached, which holds for other messages too."""
    # Celery raises an error of its own for that of the transport.
    return any(isinstance(error, OperationalError) for error in (failure, failure.__context__))
