"""Occurrences at the worker: when a task was meant to run, and how to run it only once."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, ParamSpec, Protocol, TypeVar
from uuid import uuid4

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
MESSAGE: Final = "duetime_message"
"""The header with an id of the message: beat gives each a new one, also for an occurrence that it
sends again."""

_TRIES: Final = 5
_PAUSE: Final = 0.05
"""Seconds until a store that answers with neither yes nor a claim is asked again."""
_NAMELESS: Final = "1"
"""A claim of a release that did not note whose it was."""
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
    """Where an occurrence is claimed: something that adds a key which is not there, atomically.

    It answers with the value that the key has then: the new one, or that of an earlier claim.
    """

    def __call__(self, key: str, value: str, seconds: int) -> str: ...


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
    messages pass if the claim is that of their own message, and claim what is not claimed yet. A
    message that beat did not send passes.

    A client that loses the store's answer and asks again finds its own claim, and the task runs.

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
                # The message and, since it may be delivered again, this delivery of it.
                message = f"{request.id} {_header(request, MESSAGE) or ''}"
                own = f"{message} {uuid4()}"
                found = claim(f"duetime:{request.task}:{occurrence}", own, seconds)
                is_of_message = found.rpartition(" ")[0] == message or found == _NAMELESS
                if found != own and not (is_of_message and _is_again(request)):
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
        return _claiming(lambda *claim: _set_in_redis(store, *claim), store.get)
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
        return _claiming(store.add, store.get)
    raise InvalidValueError(
        f"run_once claims an occurrence in Redis or in a cache of Django, not in {store!r}:"
        " use a redis.Redis client, a redis:// URL, or django.core.cache.cache"
    )


def _claiming(add: Callable[[str, str, int], Any], get: Callable[[str], Any]) -> Claims:
    def claim(key: str, value: str, seconds: int) -> str:
        for _ in range(_TRIES):
            if add(key, value, seconds):
                return value
            # Whose is it? Perhaps ours: a client asks again by itself when it loses the answer.
            found = get(key)
            if found is not None:
                return found.decode() if isinstance(found, bytes) else str(found)
            # It has just been forgotten, or a replica that was asked does not have it yet.
            time.sleep(_PAUSE)
        raise TimeoutError(f"run_once: the store has {key}, and does not say whose it is")

    return claim


def _set_in_redis(store: Any, key: str, value: str, seconds: int) -> Any:
    return store.set(key, value, nx=True, ex=seconds)


def _kinds(store: Any) -> set[str]:
    """The full names of its type and of what that inherits from."""
    return {f"{kind.__module__}.{kind.__qualname__}" for kind in type(store).__mro__}
