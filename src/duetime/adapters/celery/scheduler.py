"""The beat: due times in a heap, state in SQLite, and the core to say what is due.

A tick takes from the heap what is due, asks the entry's schedule for the runs since the last one
that left, sends them, and puts the entry back at its next run. Nothing looks at all entries, but
for the first tick.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import islice
from threading import Thread
from typing import Any, Final
from uuid import uuid4

from celery.beat import Scheduler as StockScheduler
from celery.utils.log import get_logger
from kombu.exceptions import OperationalError

from duetime.adapters.celery.entries import (
    Entries,
    Entry,
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
from duetime.hashing import occurrence_id
from duetime.kinds.interval import Floating
from duetime.schedules import Schedule
from duetime.zones import SECOND, find_zone, to_instant

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
_FIRST_RETRY: Final = SECOND
"""After this a message that could not be sent is tried again; each time the wait is doubled. So is
the broker that could not be reached."""
_ANSWER: Final = 10.0
"""Seconds that beat waits for the broker's answer to a message before it counts as not sent."""
_ANSWERED: Final[dict[str, dict[str, Any]]] = {
    "py-amqp": {"confirm_publish": True, "read_timeout": _ANSWER, "write_timeout": _ANSWER},
    "redis": {"socket_timeout": _ANSWER},
}
"""By driver of kombu: options with which it waits for an answer, but not for ever."""
_UNANSWERED: Final = {
    "librabbitmq": "Uninstall librabbitmq, or use a pyamqp:// URL",
    "confluentkafka": "Nothing that beat can set changes that",
    "pubsub_v1": "Nothing that beat can set changes that",
}
"""Drivers that do not wait for an answer, or do not tell of it, and what to do."""
_LONGEST_PAUSE: Final = 4 * SECOND
"""Beat tries at least this often to reach a broker that is away: an attempt costs little."""
_GOODBYE: Final = 2.0
"""Seconds that beat waits for the broker's answer when it ends."""
_SOME: Final = 500
"""More new entries than this are not learned at once, but so many in each tick."""


class Scheduler(StockScheduler):
    """Celery's beat with duetime's times: `--scheduler duetime.adapters.celery:Scheduler`.

    Everything that is due leaves in one tick; each message says for which run it was sent. Times
    of stock schedules are those of their exact twins; a schedule type it does not know is asked
    as Celery asks it, with `is_due`.

    Settings of the app: `duetime_catch_up` (`latest`), `duetime_deadline` (seconds or timedelta,
    None), `duetime_catch_up_limit` (1,000), `duetime_occurrence_ids` (False). Celery's
    `beat_cron_starting_deadline` is the deadline of crontabs that have no other.

    Raises ScheduleError for settings of other values.
    """

    Entry = Entry

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
        self._glanced: dict[str, None] = {}
        """Entries that stand in the heap no later than they are due, and are yet to be learned."""
        self._state: StateFile | None = None
        self._is_busy = False
        """In the midst of something that a signal must not take apart."""
        self._is_stopping = False
        """Beat was told to stop while it was busy."""
        self._failure: Exception | None = None
        self._pause = 0
        """How long beat waits for the broker at present; 0 when it can be reached."""
        self._attempts = 0
        """How often it has tried in vain to reach the broker."""
        self._resume = 0
        """Until then nothing is sent."""
        self._asked: set[str] = set()
        """Entries of which the log has said that their policy is of no use."""
        self._last_tick = self._last_heartbeat = 0
        self._next_write = 0
        """When state is to be written in the middle of a tick."""
        self._read_settings(app.conf)
        super().__init__(app, *args, **kwargs)

    def _read_settings(self, conf: Any) -> None:
        def given(name: str, read: Callable[[Any, str], Any]) -> Any:
            return read(conf.get(name), name)

        self._catch_up = given("duetime_catch_up", read_catch_up) or "latest"
        self._deadline = given("duetime_deadline", read_duration)
        self._cron_deadline = given("beat_cron_starting_deadline", read_duration)
        self._limit = given("duetime_catch_up_limit", read_limit) or DEFAULT_LIMIT
        self._has_ids = bool(conf.get("duetime_occurrence_ids"))

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
        """Make the entries those of `b`; what did not change keeps its last run."""
        made = Entries(
            {name: self.Entry(**dict(given, name=name, app=self.app)) for name, given in b.items()}
        )
        for name in [name for name in self._entries if name not in made]:
            del self._entries[name]
        for name, entry in made.items():
            if name in self._entries:
                self._entries[name].update(entry)
                self._entries.touch([name])
            else:
                self._entries[name] = entry

    def setup_schedule(self) -> None:
        read_seconds(self.max_interval, "beat_max_loop_interval")
        if self.schedule_filename is not None:
            self._state = StateFile(self.schedule_filename)
            self._remembered = {row.name: row for row in self._state.rows()}
        # Now, so that a warning comes at the start and not with the first message.
        self.connection  # noqa: B018
        # In this order: the merge removes what is not in the settings.
        self.merge_inplace(self.app.conf.beat_schedule)
        self.install_default_entries(self.data)
        self._settle(self._instant())
        # Killed at once, beat still knows since when it has the entries.
        self._write()

    def _settle(self, now: int) -> None:
        """Take notice of the entries that were set, changed or removed."""
        touched, self._entries.touched = self._entries.touched, {}
        step = self._learn if len(touched) <= _SOME else self._glance
        for name in touched:
            entry = self._entries.get(name)
            if entry is None:
                self._forget(name)
            else:
                self._guarded(step, name, entry, now)

    def _glance(self, name: str, entry: Any, now: int) -> int:
        """Put a new entry where it is due at the earliest: it is learned then, or in a tick soon.

        So the first tick, and what is due in it, need not wait for 100,000 crontabs. Of one that is
        remembered, and still written as it was, the state file has the next run.
        """
        row, place = self._remembered.get(name), None
        if row is None:
            place = earliest(entry.schedule, instant_of(entry.last_run_at))
        elif row.spelling and row.spelling == spelling(entry.schedule):
            place = row.next_run
            _show(entry, row)
        if place is None or name in self._known:
            return self._learn(name, entry, now)
        self._removed.discard(name)
        self._glanced[name] = None
        self._due.put(name, place)
        return 0

    def _learn_some(self, now: int) -> None:
        for _ in range(min(_SOME, len(self._glanced))):
            # One that raises is looked at again when its turn comes.
            name, _ = self._glanced.popitem()
            entry = self._entries.get(name)
            if entry is None:
                self._forget(name)
            else:
                self._guarded(self._learn, name, entry, now)

    def _forget(self, name: str) -> None:
        for known in (self._known, self._remembered, self._rows, self._waits, self._glanced):
            known.pop(name, None)
        self._asked.discard(name)
        self._removed.add(name)
        self._due.put(name, None)

    def _learn(self, name: str, entry: Any, now: int) -> int:
        """Find what an entry's schedule is, since when it has it, and when it is due."""
        self._glanced.pop(name, None)
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
            row = Row(name, times, clock, None, found.count)
        else:
            row = found
        self._removed.discard(name)
        known = self._known[name] = Known(entry.schedule, core, row)
        next_run = None if core is None else known.runs._nearest(row.last, 1)
        known.row = replace(row, next_run=next_run, spelling=spelling(entry.schedule))
        if known.row != found:
            self._rows[name] = known.row
        _show(entry, row)
        if core is None:
            self._tell_of_policy(name, entry)
        # A schedule that can only be asked whether it is due is asked at the next tick.
        self._due.put(name, now if core is None else next_run)
        return 0

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
        self, step: Callable[[str, Any, int], int], name: str, entry: Any, now: int
    ) -> int:
        """Do `step`; an entry whose schedule raises is looked at again after a while."""
        try:
            return step(name, entry, now)
        except Exception:
            logger.exception(
                "beat: the next run of %r cannot be found; beat tries again in %s seconds",
                name,
                self.max_interval,
            )
            self._due.put(name, now + self._microseconds(self.max_interval))
            return 0

    def _microseconds(self, seconds: Any) -> int:
        """A waiting time as Celery's schedules give it; anything but a number is `max_interval`."""
        if not isinstance(seconds, int | float) or not math.isfinite(seconds):
            seconds = self.max_interval
        return max(1, int(seconds * SECOND))

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send everything that is due; the seconds until the next entry is, or `max_interval`."""
        with self._busy():
            now, lag = self._instant(), 0
            self._next_write = now + _HEARTBEAT
            is_first = not self._last_tick
            self._watch_clock(now)
            self._settle(now)
            if is_first:
                # By now a program has added its entries; what else is remembered is gone.
                for gone in [name for name in self._remembered if name not in self._entries]:
                    self._forget(gone)
            self._learn_some(now)
            while now >= self._resume and (name := self._due.take(now)) is not None:
                entry = self._entries.get(name)
                # One that was removed since the tick began is forgotten at the next.
                if entry is not None:
                    lag = max(lag, self._guarded(self._serve, name, entry, now))
            self._check_stop()
            wait = self._wait()
            self._write(self._heartbeat(now, lag, wait))
        return wait

    def _wait(self) -> float:
        if self._glanced:
            return 0.0
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

    def _serve(self, name: str, entry: Any, now: int) -> int:
        """Send what is due of an entry and put it back; by how much the oldest run was late."""
        known = self._known.get(name)
        if known is None or not known.is_of(entry.schedule):
            # Set right, or mutated in place.
            self._learn(name, entry, now)
            known = self._known[name]
        if known.core is None:
            is_due, wait = self.is_due(entry)
            runs = [instant_of(entry.default_now())] if is_due else []
            following: int | None = now + self._microseconds(wait)
        else:
            runs = self._missed(name, entry, known, now)
            following = known.runs._nearest(max(now, known.row.last), 1)
        for run, then in zip(runs, [*runs[1:], following], strict=False):
            failure = self._dispatch(name, entry, known.core, run)
            if failure is None:
                self._advance(name, entry, known, run, then)
            self._write_some(0 if known.core is None else max(0, now - run))
            if failure is not None:
                self._retry(name, failure, following)
                break
        else:
            self._waits.pop(name, None)
            self._due.put(name, following)
        return now - runs[0] if runs and known.core is not None else 0

    def _missed(self, name: str, entry: Any, known: Known, now: int) -> list[int]:
        """The nominal runs to send, oldest first."""
        core, last = known.runs, known.row.last
        catch_up = getattr(entry, "catch_up", None) or self._catch_up
        deadline = getattr(entry, "deadline", None)
        if deadline is None:
            deadline = self._deadline
        if deadline is None and isinstance(core, Cron):
            deadline = self._cron_deadline
        if catch_up == "all" and not isinstance(known.core, Floating):
            return self._all_missed(name, core, last, now, deadline)
        # At most one run of a floating interval is ever missed.
        state = core.due_state(
            moment(last),
            moment(now),
            catch_up="none" if catch_up == "none" else "latest",
            deadline=deadline,
        )
        return [] if state.scheduled_for is None else [to_instant(state.scheduled_for)]

    def _all_missed(
        self, name: str, core: Schedule, last: int, now: int, deadline: timedelta | None
    ) -> list[int]:
        start = last + 1
        if deadline is not None:
            start = max(start, now - deadline // timedelta(microseconds=1))
        newest = core.runs_back(moment(now + 1), moment(start))
        runs = [to_instant(run) for run in islice(newest, self._limit)]
        if next(newest, None) is not None:
            logger.warning(
                "beat: %s has missed more than the %s runs that duetime_catch_up_limit allows:"
                " those before %s are dropped",
                name,
                f"{self._limit:,}",
                moment(runs[-1]).isoformat(),
            )
        return runs[::-1]

    def _dispatch(self, name: str, entry: Any, core: Schedule | None, run: int) -> Exception | None:
        """Send the message of one run; what prevented it, which the log has."""
        shown = (find_zone("UTC") if core is None else core._zone).show(run)
        identity = str(occurrence_id(name, shown))
        headers: dict[str, Any] = {
            SCHEDULED_FOR: shown.isoformat(),
            OCCURRENCE: identity,
            ENTRY: name,
            MESSAGE: str(uuid4()),
        }
        # Celery's own mark, which it sets from 5.6 on.
        headers["celery_beat_task"] = True
        options = dict(entry.options, headers={**(entry.options.get("headers") or {}), **headers})
        if self._has_ids:
            options["task_id"] = identity
        self._failure = None
        self._check_stop()
        try:
            self.apply_entry(copied(entry, options=options), producer=self.producer)
        except Exception as error:
            # There is no producer: `apply_entry` itself raises nothing.
            if self._is_news(name, error):
                logger.exception("beat: there is no connection to send %s with", name)
            self._failure = OperationalError(str(error))
        return self._failure

    def apply_async(
        self, entry: Any, producer: Any = None, advance: bool = True, **kwargs: Any
    ) -> Any:
        try:
            return super().apply_async(entry, producer=producer, advance=advance, **kwargs)
        except Exception as error:
            # The run stays due.
            self._failure = error
            if self._is_news(entry.name, error):
                # `apply_entry` logs it, with two tracebacks.
                raise
            return None

    def _is_news(self, name: str, error: Exception) -> bool:
        """Whether a failure is the first of its kind; a line in the log if it is not."""
        if name not in self._waits and not self._pause:
            return True
        # In an outage beat tries every few seconds: of 1, 2, 4, 8... attempts there is a line.
        if not self._attempts & (self._attempts - 1):
            logger.error("beat: %s could still not be sent: %s", name, error)
        return False

    def _advance(self, name: str, entry: Any, known: Known, run: int, then: int | None) -> None:
        """Note that a run was sent, and which is the next."""
        entry.last_run_at = like(run, entry.last_run_at)
        entry.total_run_count += 1
        row = known.row
        known.row = Row(
            name, row.schedule, row.since, run, entry.total_run_count, then, row.spelling
        )
        self._rows[name] = known.row
        self._unwritten += 1
        if self._pause:
            logger.warning("beat: the broker is back: what is due leaves, oldest first")
            self._pause = self._resume = self._attempts = 0

    def _write_some(self, lag: int) -> None:
        """Write in the middle of a tick: after a batch of messages, and every second."""
        now = self._instant()
        if now >= self._next_write or self._unwritten >= (self.sync_every_tasks or _BATCH):
            pause = _HEARTBEAT if self._write(self._heartbeat(now, lag, 0)) else _LOCKED
            self._next_write = self._instant() + pause

    def _retry(self, name: str, failure: Exception, following: int | None) -> None:
        """Try again soon, and then less and less often."""
        now, longest = self._instant(), self._microseconds(self.max_interval)
        # Others were sent since it failed: the broker is there, and does not take this one.
        is_own = name in self._waits and not self._pause
        wait = self._waits.get(name, _FIRST_RETRY)
        self._waits[name] = min(2 * wait, longest)
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

    def _instant(self) -> int:
        return instant_of(self.app.now())

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    def _heartbeat(self, now: int, lag: int, wait: float) -> Heartbeat | None:
        """What to say of this tick; None while others follow at once that say the same."""
        if self._state is None or not (
            lag or wait >= 1 or abs(now - self._last_heartbeat) >= _HEARTBEAT
        ):
            return None
        self._last_heartbeat = now
        next_run, next_entry = self._due.first() or (None, None)
        if next_run is not None:
            next_run = max(next_run, self._resume)
        return Heartbeat(
            moment(now),
            timedelta(microseconds=lag),
            None if next_run is None else moment(next_run),
            next_entry,
            len(self._entries),
            timedelta(seconds=self.max_interval),
        )

    def _write(self, heartbeat: Heartbeat | None = None) -> bool:
        """Write what is unwritten; False, and a line in the log, when it could not be."""
        self._unwritten = 0
        try:
            if self._state is not None and (self._rows or self._removed or heartbeat):
                self._state.write(self._rows.values(), self._removed, heartbeat)
        except sqlite3.Error as error:
            logger.error(
                "beat: %s cannot be written (%s). Beat goes on and tries again; if it is killed"
                " first, it sends again what it has sent since",
                self.schedule_filename,
                error,
            )
            return False
        self._rows, self._removed = {}, set()
        return True

    def sync(self) -> None:
        if not self._is_busy:
            with self._busy():
                self._write()

    def close(self) -> None:
        """Write the state, and leave the broker; in the midst of a tick, see that it ends.

        A signal that stops beat closes the scheduler wherever it is, and raises SystemExit: what
        the tick is using must stay as it is until that has left the tick. Beat closes once more
        then.
        """
        if self._is_busy:
            self._is_stopping = True
            return
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


def _show(entry: Any, row: Row) -> None:
    """Let the entry say what is remembered of it."""
    entry.last_run_at = like(row.last, entry.last_run_at)
    entry.total_run_count = row.count


def _is_outage(failure: Exception) -> bool:
    """Whether the broker could not be reached, which holds for other messages too."""
    # Celery raises an error of its own for that of the transport.
    return any(isinstance(error, OperationalError) for error in (failure, failure.__context__))
