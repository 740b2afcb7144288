"""The beat for django-celery-beat's tables: duetime's scheduler, with rows for entries.

`DatabaseScheduler` is duetime's own scheduler first, so that heap, memory and policies are those
of every other beat; it is also a subclass of django-celery-beat's, so that the admin of that
package and projects that set `Model`, `Changes` or `enabled_models_qs` find what they know.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

from celery.utils.log import get_logger
from django.db import Error as DatabaseError
from django.db import close_old_connections, transaction
from django.db.models import F
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler as StockScheduler

from duetime.adapters.celery.entries import Entry, read_duration
from duetime.adapters.celery.memory import Known, core_of, moment
from duetime.adapters.celery.scheduler import Scheduler
from duetime.adapters.celery.state import Heartbeat
from duetime.adapters.django_celery_beat.rows import (
    ModelEntry,
    TaskRow,
    instant,
    period_of,
    query,
    read_last_run,
    written_last_run,
)
from duetime.adapters.django_celery_beat.settings import EXTRAS, CannotStoreError, Stored, stored
from duetime.zones import SECOND

logger = get_logger("celery.beat")

_LOOK: Final = SECOND
"""Beat asks whether something has changed, and writes last runs, no oftener than this."""
_FULL_SYNC: Final = 300
"""Seconds after which all rows are compared, unless `duetime_full_sync` is set."""
_PAGE: Final = 5_000
"""Rows that one query reads."""
_SLICE: Final = 0.02
"""Seconds of a tick that go into comparing rows: what is due meanwhile leaves in between."""
_PATIENCE: Final = 1.0
"""Seconds that the start waits for the rows; ticks read the rest."""
_SKEW: Final = 5 * SECOND
"""By how much the clocks of other machines may be late."""
_BATCH: Final = 500
"""Last runs that are written in one go."""
_UNKNOWN: Final = object()


@dataclass(slots=True)
class Seen:
    """A row as it was when it was last read."""

    name: str
    mark: int
    has_run: bool
    """Whether its `last_run_at` was set: a person resets it to let the task start anew."""


@dataclass(slots=True)
class Unsaved:
    """A last run that the database does not know."""

    pk: Any
    run: int
    count: int
    """Runs since it was last written."""


class DatabaseScheduler(Scheduler, StockScheduler):
    """django-celery-beat's tables with duetime's times.

    `CELERY_BEAT_SCHEDULER = "duetime.adapters.django_celery_beat:DatabaseScheduler"`, or `-S`. It
    has the settings of duetime's `Scheduler` and `duetime_full_sync`: seconds or a timedelta after
    which changes are found that nobody signalled, 300 unless set, and at most that. Beat's state
    file is used where it can be written.

    Raises ScheduleError for settings of other values.
    """

    Entry: Any = ModelEntry
    max_interval = 5
    # django-celery-beat's own are of no use here: what calls them is not called.
    schedules_equal = Scheduler.schedules_equal

    def __init__(self, app: Any, *args: Any, **kwargs: Any) -> None:
        self._seen: dict[Any, Seen] = {}
        self._beside: set[str] = set()
        """Names of entries of `beat_schedule` that no row can hold."""
        self._unstored: dict[str, Stored] = {}
        self._unsaved: dict[str, Unsaved] = {}
        self._retired: dict[str, tuple[Any, bool]] = {}
        """Tasks that are to be disabled: their keys, and whether they were sent (or expired)."""
        self._changes: dict[str, int] = {}
        """When the rows that were read anew have changed."""
        self._reading: Iterator[None] | None = None
        self._is_loaded = False
        self._update: Any = _UNKNOWN
        """`PeriodicTasks.last_update`, as it was when the rows were last read."""
        self._tried = self._looked = self._full = self._saved = 0
        self._hurries = False
        """Beat is about to end: what is unwritten is written now."""
        self._hold = _LOOK
        """How long beat leaves the database alone; longer when that cannot be reached."""
        self._read_full_sync(app.conf)
        super().__init__(app, *args, **kwargs)
        self._has_reserve = type(self).reserve is not DatabaseScheduler.reserve

    def _read_full_sync(self, conf: Any) -> None:
        given = read_duration(conf.get("duetime_full_sync"), "duetime_full_sync")
        seconds = _FULL_SYNC if given is None else min(_FULL_SYNC, given.total_seconds())
        self._full_sync = int(seconds * SECOND)

    def setup_schedule(self) -> None:
        self._tell_of_overrides()
        try:
            self._open_state()
        except sqlite3.OperationalError as error:
            logger.warning(
                "beat: %s. Beat goes on with what the database remembers: it has no heartbeat, and"
                " forgets entries that no row can hold",
                error,
            )
        # Now, so that a warning comes at the start and not with the first message.
        self.connection  # noqa: B018
        # Each calls `update_from_dict`.
        self.install_default_entries(self.data)
        self.update_from_dict(self.app.conf.beat_schedule)
        self._look(self._instant())
        end = perf_counter() + _PATIENCE
        while self._reading is not None and perf_counter() < end:
            self._look(self._instant())

    def enabled_models_qs(self) -> Any:
        """The tasks that beat sends; a project may leave some out."""
        return self.Model._default_manager.filter(enabled=True)

    def reserve(self, entry: Any) -> Any:
        return entry

    # Entries of the settings

    def update_from_dict(self, dict_: Any) -> None:
        """Store entries in the models; one that they cannot hold is kept in memory."""
        given = {name: _without_extras(fields) for name, fields in dict_.items()}
        made = self._made(given, lambda name, fields: Entry(**fields, name=name, app=self.app))
        for name, entry in made.items():
            extras = {key: dict_[name][key] for key in EXTRAS if key in dict_[name]}
            try:
                self._unstored[name] = stored(entry, extras, self.app)
            except CannotStoreError as reason:
                logger.info(
                    "beat: entry %s of beat_schedule is kept beside the database, as %r: %s",
                    name,
                    entry.schedule,
                    reason,
                )
                self._beside.add(name)
                self._entries[name] = entry

    def _store(self) -> None:
        """Write the entries of the settings, where a row says something else."""
        names = list(self._unstored)
        for start in range(0, len(names), _BATCH):
            found = self.Model._default_manager.select_related(
                "interval", "crontab", "solar", "clocked"
            ).filter(name__in=names[start : start + _BATCH])
            rows = {model.name: model for model in found}
            for name in names[start : start + _BATCH]:
                try:
                    self._unstored[name].write(rows.get(name) or self.Model(name=name))
                except DatabaseError:
                    raise
                except Exception:
                    logger.exception("beat: entry %s of beat_schedule cannot be stored", name)
                del self._unstored[name]

    # Reading

    def _settle(self, now: int) -> None:
        self._look(now)
        super()._settle(now)

    def _look(self, now: int) -> None:
        """Ask whether rows have changed, and compare some of them if so."""
        if self._reading is None and 0 <= now - self._tried < self._hold:
            return
        try:
            if self._reading is None:
                self._tried = now
                self._ask(now)
            elif next(self._reading, _UNKNOWN) is _UNKNOWN:
                self._reading = None
        except DatabaseError as error:
            self._reading, self._update = None, _UNKNOWN
            self._tell_of_outage(error)

    def _ask(self, now: int) -> None:
        self._connect()
        if self._unstored:
            self._store()
        update = self.Changes.last_change()
        is_full = not 0 <= now - self._full < self._full_sync
        if is_full or update != self._update:
            changed = 0 if update is None or update == self._update else instant(update)
            self._full, self._update = now, update
            self._reading = self._read(now, self._looked, changed)
        self._looked = now
        self._tell_of_return()

    def _connect(self) -> None:
        """Let go of a connection that is broken or too old."""
        close_old_connections()
        # Where a project has switched autocommit off, a new transaction sees what is new.
        with suppress(transaction.TransactionManagementError):
            if not transaction.get_autocommit():
                transaction.commit()

    def _tell_of_outage(self, error: Exception) -> None:
        if self._hold == _LOOK:
            logger.error(
                "beat: the database cannot be used (%s). Beat goes on with the tasks it knows, and"
                " tries again",
                str(error).strip(),
            )
        self._hold = min(2 * self._hold, max(_LOOK + 1, self._microseconds(self.max_interval)))

    def _tell_of_return(self) -> None:
        if self._hold != _LOOK:
            logger.info("beat: the database is back")
        self._hold = _LOOK

    def _read(self, now: int, looked: int, changed: int) -> Iterator[None]:
        """Compare all rows with what they were, a slice at a time.

        `looked` is when nothing had changed yet, `changed` what `PeriodicTasks` says, 0 when it
        says nothing new.
        """
        found: dict[Any, Seen] = {}
        after, is_last = None, False
        while not is_last:
            rows = query(self.enabled_models_qs(), after, _PAGE)
            end = perf_counter() + _SLICE
            for row in rows:
                self._compare(row, found, now, looked, changed)
                if perf_counter() > end:
                    yield
                    end = perf_counter() + _SLICE
            is_last = len(rows) < _PAGE
            after = None if is_last else rows[-1].pk
            yield
        for pk, seen in self._seen.items():
            if pk not in found:
                self._drop(pk, seen.name)
        self._seen, is_first = found, not self._is_loaded
        self._is_loaded = True
        if is_first and self._last_tick:
            self._forget_the_rest()

    def _drop(self, pk: Any, name: str) -> None:
        """Forget the entry of a row, unless another row has its name by now."""
        if getattr(self._entries.get(name), "pk", None) == pk:
            del self._entries[name]

    def _forget_the_rest(self) -> None:
        # What is not read yet is not gone.
        if self._is_loaded:
            super()._forget_the_rest()

    def _compare(
        self, row: TaskRow, found: dict[Any, Seen], now: int, looked: int, changed: int
    ) -> None:
        seen, mark, has_run = self._seen.get(row.pk), row.mark, row.last_run_at is not None
        if seen is not None and seen.mark == mark and (has_run or not seen.has_run):
            found[row.pk] = seen
            seen.has_run = has_run
            return
        found[row.pk] = Seen(row.name, mark, has_run)
        try:
            self._take(row, seen, now, looked, changed)
        except Exception as error:
            logger.error(
                "beat: periodic task %s cannot be read, and is left out: %s", row.name, error
            )
            self._bad.add(row.name)
            self._drop(row.pk, row.name)
        if seen is not None and seen.name != row.name:
            self._drop(row.pk, seen.name)

    def _take(self, row: TaskRow, seen: Seen | None, now: int, looked: int, changed: int) -> None:
        """Make a row an entry, with what is remembered of it."""
        name = row.name
        if name in self._beside:
            logger.warning(
                "beat: the periodic task %s is not sent: beat_schedule has an entry of that name,"
                " which no row can hold",
                name,
            )
            return
        entry = self.Entry(row, app=self.app)
        start = None if row.start_time is None else instant(row.start_time)
        period = period_of(row)
        last = read_last_run(row.last_run_at)
        edited = min(instant(row.date_changed), now)
        if seen is not None and seen.name != name:
            self._rename(seen.name, name)
        if seen is not None and seen.has_run and last is None:
            # Somebody has reset it.
            self._known.pop(name, None)
            self._remembered.pop(name, None)
            self._unsaved.pop(name, None)
            seen = None
        since = self._since(row, entry, last, now, looked, changed)
        if row.one_off and self._has_run_once(row, last, edited):
            self._retire(entry, was_sent=True)
            self._drop(row.pk, name)
            return
        if not self._is_loaded:
            since = self._remember(row, last, since)
            memory = self._memory(name)
            # When it changed while beat was away, the row says only if the row was saved.
            is_edited = memory is not None and edited > memory.last
            self._changes[name] = edited if is_edited else now
        else:
            self._changes[name] = since
        memory = self._memory(name)
        is_new = memory is None
        self._changes[name] = _not_before(start, period, self._changes[name], is_new)
        if memory is not None:
            # A start that was put off holds for what is remembered too.
            begin = _not_before(start, period, memory.last, False)
            if begin > memory.last:
                self._known.pop(name, None)
                self._remembered[name] = replace(memory, since=begin, last_run=None, next_run=None)
        self._bad.discard(name)
        entry.last_run_at = moment(_not_before(start, period, since, last is None))
        self._entries[name] = entry

    def _memory(self, name: str) -> Any:
        known = self._known.get(name)
        return self._remembered.get(name) if known is None else known.row

    def _since(
        self, row: TaskRow, entry: Any, last: int | None, now: int, looked: int, changed: int
    ) -> int:
        """From when on runs of a row count, as far as the database can tell."""
        edited = min(instant(row.date_changed), now)
        if row.clocked__clocked_time is not None and last is None and not row.total_run_count:
            # A moment that is past already is meant to be at once, as in django-celery-beat.
            return min(now, instant(row.clocked__clocked_time) - 1)
        if not self._is_loaded:
            if last is None:
                # One that has run, and was reset or disabled since, was saved or signalled then.
                return max(edited, min(changed, now)) if row.total_run_count else edited
            if edited > last and not _is_run(entry, last):
                # The schedule is not the one that it last ran by.
                return edited
            return min(last, now)
        since = now
        if edited > looked - _SKEW:
            since = edited
        elif looked < changed < now:
            since = changed
        return since if last is None else max(since, min(last, now))

    def _remember(self, row: TaskRow, last: int | None, since: int) -> int:
        """Bring together what the state file and the database know of a task; since when it counts.

        Either may be behind: beat was killed before it wrote the second, or one was away.
        """
        found = self._remembered.get(row.name)
        if found is None:
            return since
        if last is not None and last > found.last:
            self._remembered[row.name] = replace(
                found, last_run=last, count=row.total_run_count, next_run=None
            )
        elif found.last_run is None or found.last_run == last:
            pass
        elif last is None and row.total_run_count:
            # It was reset.
            del self._remembered[row.name]
            return max(since, found.last_run)
        else:
            count = max(0, found.count - row.total_run_count)
            self._unsaved[row.name] = Unsaved(row.pk, found.last_run, count)
        return since

    def _has_run_once(self, row: TaskRow, last: int | None, edited: int) -> bool:
        """Whether a task that runs only once has run, and was not saved since."""
        if row.total_run_count:
            return True
        # Beat was killed, or the database away, before it was written.
        found = self._remembered.get(row.name)
        return (
            last is None
            and found is not None
            and found.last_run is not None
            and found.last_run > edited
        )

    def _rename(self, old: str, new: str) -> None:
        # An entry of the settings may have the old name.
        memory = None if old in self._beside else self._memory(old)
        unsaved = self._unsaved.pop(old, None)
        if memory is not None:
            self._remembered[new] = replace(memory, name=new)
        if unsaved is not None:
            self._unsaved[new] = unsaved

    def _changed_at(self, name: str, clock: int) -> int:
        return self._changes.get(name, clock)

    def _learn(self, name: str, entry: Any, now: int) -> None:
        super()._learn(name, entry, now)
        self._changes.pop(name, None)

    # Sending

    def _due_runs(
        self, name: str, entry: Any, known: Known, now: int
    ) -> tuple[deque[int], int | None]:
        if isinstance(entry, ModelEntry):
            if entry.expires is not None and now >= entry.expires:
                self._retire(entry, was_sent=False)
            if name in self._retired:
                return deque(), None
        runs, following = super()._due_runs(name, entry, known, now)
        if getattr(entry, "one_off", False):
            # It is the newest, whatever the policy.
            runs = deque(runs, maxlen=1)
        return runs, following

    def _serve(self, name: str, entry: Any, now: int) -> None:
        super()._serve(name, entry, now)
        if name in self._retired:
            self._rest.pop(name, None)
            self._due.put(name, None)

    def _advance(self, name: str, entry: Any, known: Known, run: int, then: int | None) -> Any:
        entry = super()._advance(name, entry, known, run, then)
        if isinstance(entry, ModelEntry):
            unsaved = self._unsaved.setdefault(name, Unsaved(entry.pk, run, 0))
            unsaved.run = run
            unsaved.count += 1
            if entry.one_off:
                self._retire(entry, was_sent=True)
        return entry

    def _retire(self, entry: ModelEntry, was_sent: bool) -> None:
        self._retired[entry.name] = (entry.pk, was_sent)

    def _tick(self) -> float:
        wait = super()._tick()
        # What has left is written before beat sleeps.
        self._save(is_urgent=wait >= 1)
        return wait

    def _wait(self) -> float:
        return 0.0 if self._reading is not None else super()._wait()

    # Writing

    def _write(self, heartbeat: Heartbeat | None = None) -> bool:
        is_written = super()._write(heartbeat)
        self._save(is_urgent=self._hurries)
        return is_written

    def sync(self) -> None:
        self._hurries = True
        try:
            super().sync()
        finally:
            self._hurries = False

    def _save(self, is_urgent: bool) -> None:
        """Write last runs, and disable what has run its course; try later if that fails."""
        if not (self._unsaved or self._retired):
            return
        now, is_out = self._instant(), self._hold != _LOOK
        is_early = 0 <= now - self._saved < self._hold
        is_urgent = is_urgent or len(self._unsaved) >= _BATCH
        if is_early and (is_out or not is_urgent) and not self._hurries:
            return
        self._saved = now
        try:
            self._connect()
            self._disable()
            self._save_runs()
        except DatabaseError as error:
            self._tell_of_outage(error)
        else:
            self._tell_of_return()

    def _disable(self) -> None:
        for was_sent in (True, False):
            pks = [pk for pk, sent in self._retired.values() if sent is was_sent]
            changes: dict[str, Any] = {"enabled": False, "last_run_at": None}
            if was_sent:
                changes["total_run_count"] = 0
            for start in range(0, len(pks), _BATCH):
                self.Model._default_manager.filter(
                    pk__in=pks[start : start + _BATCH], enabled=True
                ).update(date_changed=timezone.now(), **changes)
        retired, self._retired = self._retired, {}
        for name, (pk, _) in retired.items():
            self._unsaved.pop(name, None)
            self._seen.pop(pk, None)
            self._drop(pk, name)

    def _save_runs(self) -> None:
        """Add to what is there; a row that was disabled or reset meanwhile stays so."""
        for had_run in (True, False):
            group = {
                name: unsaved
                for name, unsaved in self._unsaved.items()
                if self._had_run(unsaved.pk) is had_run
            }
            rows = self.Model._default_manager.filter(enabled=True)
            if had_run:
                rows = rows.filter(last_run_at__isnull=False)
            rows.bulk_update(
                [
                    self.Model(
                        pk=unsaved.pk,
                        last_run_at=written_last_run(unsaved.run),
                        total_run_count=F("total_run_count") + unsaved.count,
                    )
                    for unsaved in group.values()
                ],
                ["last_run_at", "total_run_count"],
                batch_size=_BATCH,
            )
            for name, unsaved in group.items():
                del self._unsaved[name]
                if unsaved.pk in self._seen:
                    self._seen[unsaved.pk].has_run = True

    def _had_run(self, pk: Any) -> bool:
        seen = self._seen.get(pk)
        return seen is not None and seen.has_run


def _without_extras(fields: Any) -> Any:
    if not isinstance(fields, Mapping):
        return fields
    return {key: value for key, value in fields.items() if key not in EXTRAS}


def _is_run(entry: ModelEntry, last: int) -> bool:
    """Whether a last run is one that its schedule has; intervals have any."""
    core = core_of(entry.schedule)
    return core is None or core.floating or core.matches(moment(last))


def _not_before(start: int | None, period: int | None, since: int, is_new: bool) -> int:
    """`since`, or what lies so that the first run is not before the start.

    A new interval keeps step with its start: it runs then, and each period from then on.
    """
    if start is None:
        return since
    if period is None:
        return max(since, start - 1)
    if since < start:
        return start - period
    return since - (since - start) % period if is_new else since
