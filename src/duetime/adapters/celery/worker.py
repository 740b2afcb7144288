"""Occurrences at the worker: when a task was meant to run, and how to run it only once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from celery import current_task
from celery.exceptions import Ignore
from celery.utils.log import get_logger

from duetime.adapters.celery.entries import read_duration
from duetime.errors import InvalidValueError

logger = get_logger("celery.task")

SCHEDULED_FOR: Final = "duetime_scheduled_for"
"""The header with the nominal run: ISO 8601, with the offset of the schedule's zone."""
OCCURRENCE: Final = "duetime_occurrence"
"""The header with the `occurrence_id`."""
ENTRY: Final = "duetime_entry"
"""The header with the name of the entry in `beat_schedule`."""

_REDIS_URLS: Final = ("redis://", "rediss://", "unix://")
# Known by name, so that neither has to be installed. A client of redis.asyncio is none of these.
_REDIS: Final = {"redis.client.Redis", "redis.cluster.RedisCluster"}
_PIPELINE: Final = "redis.client.Pipeline"
"""A Redis client by inheritance, but it answers later."""
_DJANGO: Final = "django.core.cache.backends.base.BaseCache"
_DJANGO_PROXY: Final = "django.utils.connection.ConnectionProxy"
_NOT_SHARED: Final = {
    "django.core.cache.backends.dummy.DummyCache": "keeps nothing",
    "django.core.cache.backends.locmem.LocMemCache": "is not shared between processes",
    "django.core.cache.backends.filebased.FileBasedCache": "does not add atomically",
}
"""Caches in which two workers can both claim an occurrence, and why."""

P = ParamSpec("P")
R = TypeVar("R")


class Claims(Protocol):
    """Where an occurrence is claimed: something that adds a key which is not there, atomically."""

    def __call__(self, key: str, seconds: int) -> bool: ...


def scheduled_for(request: Any) -> datetime | None:
    """The nominal run that a task was sent for, as an aware datetime.

    `request` is `self.request` of a bound task. None for a task that duetime's beat did not send.
    """
    text = _header(request, SCHEDULED_FOR)
    return None if text is None else datetime.fromisoformat(text)


def run_once(
    store: Any, *, expires: timedelta | float = timedelta(days=1)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run a task once for each occurrence, however often its message arrives.

    Goes under the task decorator. `store` is a Redis client, the URL of a Redis server, or a
    cache of Django; each worker claims the occurrence there and drops the message if another
    has. Claims are forgotten after `expires`, a timedelta or seconds. Retries and redelivered
    messages pass, and claim what is not claimed yet: a claim that they find may be their own. A
    message that beat did not send passes.

    When the store cannot be asked, the task fails with the store's error; a retry asks anew.

    Raises ScheduleError for any other store, since a claim must be atomic and seen by all workers,
    and for an `expires` that is not positive.
    """
    claim = _claims(store)
    duration = read_duration(expires, "expires of run_once")
    if not duration:
        raise InvalidValueError(f"expires of run_once must be more than nothing, not {expires!r}")
    seconds = max(1, int(duration.total_seconds()))

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def once(*args: P.args, **kwargs: P.kwargs) -> R:
            request: Any = current_task.request if current_task else None
            occurrence = _header(request, OCCURRENCE)
            if occurrence is not None:
                is_first = claim(f"duetime:{request.task}:{occurrence}", seconds)
                if not is_first and not _is_again(request):
                    logger.warning(
                        "%s[%s] is dropped: occurrence %s of %s has run already",
                        request.task,
                        request.id,
                        occurrence,
                        _header(request, SCHEDULED_FOR),
                    )
                    raise Ignore
            return function(*args, **kwargs)

        return once

    return decorate


def _is_again(request: Any) -> bool:
    info = request.delivery_info or {}
    return request.retries > 0 or bool(info.get("redelivered"))


def _header(request: Any, name: str) -> str | None:
    # Celery spreads the headers of a message over the request; eager tasks keep them apart.
    found = getattr(request, name, None)
    if found is None:
        found = (getattr(request, "headers", None) or {}).get(name)
    return None if found is None else str(found)


def _claims(store: Any) -> Claims:
    if isinstance(store, str) and store.startswith(_REDIS_URLS):
        try:
            from redis import Redis
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                'run_once needs redis for a redis:// URL: pip install "celery[redis]"',
                name=error.name,
            ) from None
        store = Redis.from_url(store)
    kinds = _kinds(store)
    if kinds & _REDIS and _PIPELINE not in kinds:
        return lambda key, seconds: bool(store.set(key, "1", nx=True, ex=seconds))
    if _DJANGO_PROXY in kinds:
        # `django.core.cache.cache`: a backend for each thread, looked up with every use.
        kinds = _kinds(store._connections[store._alias])
    if _DJANGO in kinds:
        for kind, fault in _NOT_SHARED.items():
            if kind in kinds:
                raise InvalidValueError(
                    f"run_once cannot claim in Django's {kind.rpartition('.')[2]}, which {fault}:"
                    " use a cache in Redis, Memcached or the database"
                )
        return lambda key, seconds: bool(store.add(key, "1", timeout=seconds))
    raise InvalidValueError(
        f"run_once claims an occurrence in Redis or in a cache of Django, not in {store!r}:"
        " use a redis.Redis client, a redis:// URL, or django.core.cache.cache"
    )


def _kinds(store: Any) -> set[str]:
    """The full names of its type and of what that inherits from."""
    return {f"{kind.__module__}.{kind.__qualname__}" for kind in type(store).__mro__}
