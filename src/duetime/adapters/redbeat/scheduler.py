"""RedBeat's scheduler with duetime's times: its Redis, its lock and its loop, and nominal runs.

RedBeat asks each entry whether it is due and when to ask again. Here an entry answers by its
schedule's runs, and counts as run when its message has left.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from celery.utils.log import get_logger
from redbeat.schedulers import RedBeatScheduler, RedBeatSchedulerEntry, get_redis

import duetime
from duetime.adapters.celery.entries import (
    check_settings,
    copied,
    read_catch_up,
    read_duration,
    read_schedule,
)
from duetime.adapters.celery.memory import core_of, fingerprint
from duetime.adapters.celery.scheduler import message_headers
from duetime.adapters.redbeat.encoding import Decoder, Encoder
from duetime.answers import DueState
from duetime.errors import ScheduleError
from duetime.kinds.interval import Floating
from duetime.schedules import CatchUp, Schedule

logger = get_logger("celery.beat")

_RETRY: Final = 1.0
"""Seconds after which a message that could not be sent is tried again."""
_AT_ONCE: Final = 0.001
"""RedBeat takes zero for no answer."""


class Entry(RedBeatSchedulerEntry):
    """An entry in Redis, with a catch-up policy of its own.

    The arguments are RedBeat's, and `catch_up` and `deadline` as in `duetime.adapters.celery`.
    `schedule` may be a schedule of duetime. `last_run_at` is nominal.

    Raises ScheduleError for what is no schedule and no policy; `save` does for a schedule that
    Redis cannot hold.
    """

    def __init__(
        self,
        name: str | None = None,
        task: str | None = None,
        schedule: Any = None,
        *args: Any,
        catch_up: CatchUp | None = None,
        deadline: timedelta | float | None = None,
        **kwargs: Any,
    ) -> None:
        schedule = read_schedule(schedule, name)
        super().__init__(name, task, schedule, *args, **kwargs)
        self.catch_up = read_catch_up(catch_up, f"catch_up of {name}")
        self.deadline = read_duration(deadline, f"deadline of {name}")

    @staticmethod
    def decode_definition(definition: str) -> Any:
        return json.loads(definition, cls=Decoder)

    @staticmethod
    def load_definition(key: str, app: Any = None, definition: str | None = None) -> Any:
        found = definition or get_redis(app).hget(key, "definition")
        if not found:
            raise KeyError(key)
        return Entry.decode_definition(found)

    @classmethod
    def from_key(cls, key: str, app: Any = None) -> Any:
        """The entry of a key; one that cannot be read is disabled, and the log says why."""
        try:
            entry = super().from_key(key, app)
        except (ScheduleError, ValueError, TypeError) as error:
            logger.error("beat: entry %s cannot be read, and is not sent: %s", key, error)
            prefix = app.redbeat_conf.key_prefix
            return cls(key.removeprefix(prefix), schedule=1.0, enabled=False, app=app)
        if entry.last_run_at is None:
            # Nothing is due from before anyone knew of it.
            entry.reschedule()
        return entry

    def save(self) -> Any:
        """Write the entry. It keeps its last run in Redis; one with a new schedule counts from now.

        Raises ScheduleError for a schedule that Redis cannot hold.
        """
        names = ("name", "task", "args", "kwargs", "options", "schedule", "enabled")
        definition = {name: getattr(self, name) for name in names}
        # Only what is said, so that RedBeat can read the rest.
        if self.catch_up is not None:
            definition["catch_up"] = self.catch_up
        if self.deadline is not None:
            definition["deadline"] = self.deadline.total_seconds()
        try:
            text = json.dumps(definition, cls=Encoder)
        except ScheduleError as error:
            raise type(error)(f"entry {self.name}: {error}") from error
        redis = get_redis(self.app)
        before, known = redis.hmget(self.key, "definition", "meta")
        if before and _times_of(before) == _times(self.schedule):
            meta = Entry.decode_meta(known)
            self.last_run_at = meta["last_run_at"] or self.default_now()
            self.total_run_count = meta.get("total_run_count", 0)
        elif before:
            self.last_run_at = self.default_now()
        meta = {"last_run_at": self.last_run_at, "total_run_count": self.total_run_count}
        with redis.pipeline() as pipe:
            pipe.hset(self.key, "definition", text)
            pipe.hset(self.key, "meta", json.dumps(meta, cls=Encoder))
            pipe.zadd(self.app.redbeat_conf.schedule_key, {self.key: self.score})
            pipe.execute()
        return self

    def state(self) -> DueState | None:
        """What is due, and what comes next; None for a schedule that can only be asked."""
        core = core_of(self.schedule)
        if core is None:
            return None
        conf, last = self.app.conf, self._last()
        policy = self.catch_up or read_catch_up(conf.get("duetime_catch_up"), "duetime_catch_up")
        deadline = self.deadline or read_duration(conf.get("duetime_deadline"), "duetime_deadline")
        runs: Schedule = core
        if isinstance(core, Floating):
            # The grid from its last run on, as one missed run stands for all.
            period = timedelta(microseconds=core.step)
            runs, policy = duetime.every(period, anchor=last, tz=core.tz), "latest"
        return runs.due_state(last, self._now(), catch_up=policy or "latest", deadline=deadline)

    def _last(self) -> datetime:
        last: datetime = self.last_run_at
        return last.replace(tzinfo=UTC) if last.tzinfo is None else last.astimezone(UTC)

    def _now(self) -> datetime:
        now: datetime = self.app.now()
        return now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)

    def is_due(self) -> Any:
        state = self.state() if self.enabled else None
        if state is None:
            return super().is_due()
        return state.is_due, None if state.wait is None else state.wait.total_seconds()

    @property
    def due_at(self) -> datetime | None:
        """The next run, now if one is due; None after the last."""
        state = self.state()
        if state is None:
            found: datetime | None = super().due_at
            return found
        return self._now() if state.is_due else state.next_run


class Scheduler(RedBeatScheduler):
    """RedBeat's scheduler: `beat_scheduler = "duetime.adapters.redbeat:Scheduler"`.

    A message says for which run it was sent. It leaves before Redis says so: a beat that is killed
    in between sends it again, with the same occurrence. An entry of `beat_schedule` that is bad is
    left out, and the log says why. Settings are RedBeat's and those of `duetime.adapters.celery`.
    """

    Entry = Entry

    def __init__(self, app: Any, *args: Any, **kwargs: Any) -> None:
        check_settings(app.conf)
        super().__init__(app, *args, **kwargs)

    def update_from_dict(self, dict_: Any) -> None:
        for name, fields in dict_.items():
            try:
                entry = self._maybe_entry(name, fields)
                # What did not change keeps its last run.
                entry.save()
            except (ScheduleError, TypeError) as error:
                logger.error("beat: entry %s is left out: %s", name, error)

    def maybe_due(self, entry: Any, **kwargs: Any) -> Any:
        state = entry.state() if entry.enabled else None
        if state is None:
            return super().maybe_due(entry, **kwargs)
        wait = None if state.wait is None else state.wait.total_seconds()
        if not state.is_due:
            return wait
        run = state.scheduled_for
        core: Any = core_of(entry.schedule)
        shown = core._zone.local(run)
        options = dict(entry.options)
        headers, identity = message_headers(entry.name, shown)
        options["headers"] = {**(options.get("headers") or {}), **headers}
        if self.app.conf.get("duetime_occurrence_ids"):
            options["task_id"] = identity
        logger.info("Scheduler: Sending due task %s (%s)", entry.name, entry.task)
        try:
            self.apply_async(copied(entry, options=options), advance=False, **kwargs)
        except Exception as error:
            logger.exception("Scheduler: Message Error: %s", error)
            return _RETRY
        following = entry._next_instance(last_run_at=run.astimezone(UTC)).state()
        # Others may have been missed.
        return _AT_ONCE if following.is_due else wait


def _times(given: Any) -> str:
    return fingerprint(core_of(given), given)


def _times_of(definition: str) -> str:
    """The same of what is stored; empty when it cannot be read."""
    try:
        return _times(Entry.decode_definition(definition)["schedule"])
    except (ScheduleError, ValueError, TypeError, KeyError):
        return ""
