"""Occurrences at the worker: what a task knows of its run, and how it runs only once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from celery import Celery
from celery.app.task import Context
from celery.app.trace import build_tracer
from redis import Redis
from redis import exceptions as redis_exceptions
from redis.asyncio import Redis as AsyncRedis
from redis.backoff import NoBackoff
from redis.retry import Retry

from duetime import ScheduleError
from duetime.adapters.celery import run_once, scheduled_for
from duetime.adapters.celery.worker import (
    MESSAGE,
    OCCURRENCE,
    SCHEDULED_FOR,
    _set_in_redis,
)
from tests.support.proxy import proxy
from tests.support.services import REDIS_URL, need

RUN = datetime(2026, 3, 8, 5, tzinfo=UTC)


class BaseCache:
    """What run_once sees of a cache of Django: the name of its base class, and `add`."""

    def __init__(self) -> None:
        self.kept: dict[str, int | None] = {}
        self.values: dict[str, Any] = {}

    def add(self, key: str, value: Any, timeout: int | None = None) -> bool:
        if key in self.kept:
            return False
        self.kept[key] = timeout
        self.values[key] = value
        return True

    def get(self, key: str) -> Any:
        return self.values.get(key)


BaseCache.__module__ = "django.core.cache.backends.base"


class MemoryCache(BaseCache):
    pass


@pytest.fixture
def app() -> Celery:
    return Celery(f"once-{uuid4()}", broker="memory://", set_as_current=False)


def counting(app: Celery, store: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
    """A task that runs once, and the list of its runs."""
    seen: list[Any] = []

    @app.task(name=f"{app.main}.task", bind=True, shared=False)  # type: ignore[untyped-decorator]  # Celery's
    @run_once(store, **kwargs)
    def task(self: Any, value: int = 0) -> int:
        seen.append(value)
        return value + 1

    return task, seen


def deliver(task: Any, value: int = 0, occurrence: str | None = "o-1", **request: Any) -> Any:
    """Run a task as a worker does that got such a message; the state, None if it succeeded."""
    headers = {OCCURRENCE: occurrence, SCHEDULED_FOR: RUN.isoformat()} if occurrence else {}
    trace = build_tracer(task.name, task, app=task.app)
    message = {
        "id": "m",
        "task": task.name,
        "retries": 0,
        "delivery_info": {},
        **headers,
        **request,
    }
    done = trace("m", (value,), {}, message)
    return done.info and done.info.state


# The nominal run.


@pytest.mark.parametrize(
    "run",
    [
        RUN,
        RUN.replace(microsecond=250_000),
        datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-4))),
        datetime(1970, 1, 1, tzinfo=timezone(-timedelta(minutes=44, seconds=30))),
    ],
)
@pytest.mark.parametrize("where", ["spread over the request", "kept apart"])
def test_a_task_knows_the_run_it_was_sent_for(run: datetime, where: str) -> None:
    headers = {SCHEDULED_FOR: run.isoformat()}
    request = Context(headers) if where == "spread over the request" else Context(headers=headers)
    found = scheduled_for(request)
    assert found == run
    assert found is not None
    assert found.utcoffset() == run.utcoffset()


@pytest.mark.parametrize("request_", [Context(), Context(headers={}), Context(headers={"a": "b"})])
def test_a_task_that_beat_did_not_send_has_no_such_run(request_: Any) -> None:
    assert scheduled_for(request_) is None


def test_an_eager_task_knows_the_run_too(app: Celery) -> None:
    @app.task(name=f"{app.main}.look", bind=True, shared=False)  # type: ignore[untyped-decorator]  # Celery's
    def task(self: Any) -> datetime | None:
        return scheduled_for(self.request)

    assert task.apply(headers={SCHEDULED_FOR: RUN.isoformat()}).get() == RUN
    assert task.apply().get() is None


# Once.


def test_the_second_message_of_an_occurrence_is_dropped(
    app: Celery, caplog: pytest.LogCaptureFixture
) -> None:
    task, seen = counting(app, MemoryCache())
    assert deliver(task, 1) is None
    assert deliver(task, 2) == "IGNORED"
    assert seen == [1]
    assert "occurrence o-1 of 2026-03-08T05:00:00+00:00 has run already" in caplog.text


def test_other_occurrences_and_other_tasks_are_not_dropped(app: Celery) -> None:
    store = MemoryCache()
    task, seen = counting(app, store)
    other, seen_by_other = counting(Celery("other", set_as_current=False), store)
    deliver(task, 1)
    deliver(task, 2, occurrence="o-2")
    deliver(other, 3)
    assert (seen, seen_by_other) == ([1, 2], [3])


AGAIN: dict[str, dict[str, Any]] = {
    "a retry": {"retries": 1},
    "a redelivered message": {"delivery_info": {"redelivered": True}},
}


@pytest.mark.parametrize("how", AGAIN)
def test_what_a_worker_does_again_passes(app: Celery, how: str) -> None:
    task, seen = counting(app, MemoryCache())
    deliver(task, 1)
    assert deliver(task, 2, **AGAIN[how]) is None
    assert deliver(task, 3) == "IGNORED"
    assert seen == [1, 2]


@pytest.mark.parametrize("how", AGAIN)
@pytest.mark.parametrize("other", [{"id": "other"}, {MESSAGE: "other"}])
def test_what_a_worker_does_again_is_dropped_if_another_message_has_the_claim(
    app: Celery, how: str, other: dict[str, str]
) -> None:
    # Two beats, and a worker that lost its connection: their messages may have one task id.
    task, seen = counting(app, MemoryCache())
    deliver(task, 1, **{MESSAGE: "own"})
    again = {MESSAGE: "own", **AGAIN[how]}
    assert deliver(task, 2, **{**again, **other}) == "IGNORED"
    assert deliver(task, 3, **again) is None
    assert seen == [1, 3]


@pytest.mark.parametrize("how", AGAIN)
def test_a_claim_of_an_earlier_release_may_be_that_of_any_message(app: Celery, how: str) -> None:
    store = MemoryCache()
    task, seen = counting(app, store)
    store.add(f"duetime:{task.name}:o-1", "1")
    assert deliver(task, 1) == "IGNORED"
    assert deliver(task, 2, **AGAIN[how]) is None
    assert seen == [2]


def test_a_store_that_forgets_a_claim_in_between_is_asked_again(app: Celery) -> None:
    class Forgetful(MemoryCache):
        def get(self, key: str) -> Any:
            self.kept.pop(key)

    task, seen = counting(app, Forgetful())
    deliver(task, 1)
    assert deliver(task, 2) is None
    assert seen == [1, 2]


def test_a_store_that_does_not_say_whose_a_claim_is_fails_the_task(app: Celery) -> None:
    class Secretive(MemoryCache):
        def get(self, key: str) -> Any:
            return None

    task, seen = counting(app, Secretive())
    deliver(task, 1)
    assert deliver(task, 2) == "FAILURE"
    assert seen == [1]


@pytest.mark.parametrize("how", AGAIN)
def test_what_a_worker_does_again_claims_what_nobody_had(app: Celery, how: str) -> None:
    # The worker that had it first was lost before it began.
    task, seen = counting(app, MemoryCache())
    assert deliver(task, 1, **AGAIN[how]) is None
    assert deliver(task, 2) == "IGNORED"
    assert seen == [1]


def test_redis_is_asked_to_set_what_is_not_there_and_to_forget_it() -> None:
    asked: list[Any] = []

    class Client:
        def set(self, *args: Any, **options: Any) -> bool:
            asked.append((args, options))
            return True

    assert _set_in_redis(Client(), "key", "value", 60) is True
    assert asked == [(("key", "value"), {"nx": True, "ex": 60})]


def test_a_store_that_cannot_be_asked_fails_the_task_and_a_retry_asks_anew(app: Celery) -> None:
    class Unreachable(MemoryCache):
        failures = 2

        def add(self, key: str, value: Any, timeout: int | None = None) -> bool:
            if self.failures:
                self.failures -= 1
                raise ConnectionError("no store")
            return super().add(key, value, timeout)

    store = Unreachable()
    task, seen = counting(app, store)
    assert deliver(task, 1) == "FAILURE"
    assert deliver(task, 2, retries=1) == "FAILURE"
    assert deliver(task, 3, retries=2) is None
    assert deliver(task, 4) == "IGNORED"
    assert seen == [3]


def test_a_message_without_news_of_its_delivery_is_claimed(app: Celery) -> None:
    task, seen = counting(app, MemoryCache())
    for value in (1, 2):
        deliver(task, value, delivery_info=None)
    assert seen == [1]


def test_an_eager_task_runs_once_too(app: Celery) -> None:
    task, seen = counting(app, MemoryCache())
    states = [task.apply((value,), headers={OCCURRENCE: "o-1"}).state for value in (1, 2)]
    assert (states, seen) == (["SUCCESS", "IGNORED"], [1])


def test_a_task_that_retries_itself_runs_again(app: Celery) -> None:
    seen: list[int] = []

    @app.task(name=f"{app.main}.retry", bind=True, shared=False)  # type: ignore[untyped-decorator]  # Celery's
    @run_once(MemoryCache())
    def task(self: Any) -> str:
        seen.append(self.request.retries)
        if self.request.retries < 2:
            raise self.retry(countdown=0)
        return "done"

    result = task.apply(headers={OCCURRENCE: "o-1"})
    assert result.get() == "done"
    assert seen == [0, 1, 2]


def test_what_beat_did_not_send_passes(app: Celery) -> None:
    task, seen = counting(app, MemoryCache())
    deliver(task, 1, occurrence=None)
    deliver(task, 2, occurrence=None)
    assert task(3) == 4
    assert seen == [1, 2, 3]


def test_a_function_that_is_called_outside_of_any_task_just_runs() -> None:
    @run_once(MemoryCache())
    def function(value: int) -> int:
        """What it does."""
        return value + 1

    assert [function(1), function(1)] == [2, 2]
    assert (function.__name__, function.__doc__) == ("function", "What it does.")


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [
        (timedelta(days=1), 86_400),
        (timedelta(minutes=5), 300),
        (timedelta(milliseconds=5), 1),
        (300, 300),
        (0.5, 1),
    ],
)
def test_claims_are_forgotten_after_a_while(
    app: Celery, expires: timedelta | float, seconds: int
) -> None:
    store = MemoryCache()
    task, _ = counting(app, store, expires=expires)
    deliver(task)
    assert store.kept == {f"duetime:{task.name}:o-1": seconds}


@pytest.mark.parametrize(
    "expires", [0, timedelta(0), -1, timedelta(-1), None, "60", True, float("inf")]
)
def test_an_expiry_that_is_no_positive_time_is_refused(expires: Any) -> None:
    with pytest.raises(ScheduleError, match=r"^expires of run_once must be "):
        run_once(MemoryCache(), expires=expires)


class Unpickled:
    """A store without an atomic add."""

    def set(self, *args: Any, **kwargs: Any) -> bool:
        return True


REFUSED: dict[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "a dict": dict,
    "a set method is not enough": Unpickled,
    "another URL": lambda: "memcached://127.0.0.1",
    "an asynchronous client": AsyncRedis,
    "a pipeline answers later": lambda: Redis().pipeline(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_store_that_cannot_claim_atomically_is_refused(what: str) -> None:
    with pytest.raises(ScheduleError, match="in Redis or in a cache of Django, not in"):
        run_once(REFUSED[what]())


class ConnectionProxy:
    """What stands for a cache of Django's settings."""

    def __init__(self, backend: BaseCache) -> None:
        self._connections = {"default": backend}
        self._alias = "default"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connections[self._alias], name)


ConnectionProxy.__module__ = "django.utils.connection"

LONE = {
    "dummy": ("DummyCache", "keeps nothing"),
    "locmem": ("LocMemCache", "is not shared between processes"),
    "filebased": ("FileBasedCache", "does not add atomically"),
}


@pytest.mark.parametrize("module", LONE)
@pytest.mark.parametrize("proxy", [None, ConnectionProxy])
def test_a_cache_in_which_two_can_claim_is_refused(module: str, proxy: Any) -> None:
    name, fault = LONE[module]
    theirs = type(name, (BaseCache,), {"__module__": f"django.core.cache.backends.{module}"})
    cache = type("Own", (theirs,), {})()
    with pytest.raises(ScheduleError, match=f"Django's {name}, which {fault}: use a cache in"):
        run_once(cache if proxy is None else proxy(cache))


def test_a_cache_of_djangos_settings_claims(app: Celery) -> None:
    task, seen = counting(app, ConnectionProxy(MemoryCache()))
    deliver(task, 1)
    deliver(task, 2)
    assert seen == [1]


def test_the_caches_of_django_bear_these_names(tmp_path: Path) -> None:
    def made(module: str, name: str, *arguments: Any) -> Any:
        path = f"django.core.cache.backends.{module}"
        backend = pytest.importorskip(path, reason="Django is not installed")
        return getattr(backend, name)(*arguments)

    for module, (name, fault) in LONE.items():
        with pytest.raises(ScheduleError, match=fault):
            run_once(made(module, name, str(tmp_path), {}))
    run_once(made("db", "DatabaseCache", "claims", {}))


@pytest.mark.services
@pytest.mark.parametrize("given", ["a URL", "a client"])
def test_redis_claims(app: Celery, given: str) -> None:
    url = need(REDIS_URL)
    with Redis.from_url(url) as client:
        task, seen = counting(app, url if given == "a URL" else client, expires=timedelta(hours=1))
        deliver(task, 1)
        deliver(task, 2)
        key = f"duetime:{task.name}:o-1"
        try:
            assert seen == [1]
            assert 3_500 < int(client.ttl(key)) <= 3_600
        finally:
            client.delete(key)


@pytest.mark.services
@pytest.mark.parametrize("decodes", [False, True])
@pytest.mark.parametrize("slow", [False, True])
def test_a_client_that_loses_the_answer_of_redis_finds_its_own_claim(
    app: Celery, decodes: bool, slow: bool
) -> None:
    with proxy(need(REDIS_URL)) as broken:
        lost: list[bytes] = []

        def ask(data: bytes) -> bytes:
            if b"duetime:" in data and not lost:
                # Redis has it, and the answer is lost on its way back, or comes too late.
                lost.append(data)
                broken.to_client = lambda answer: b"" if slow else None
            else:
                broken.to_client = lambda answer: answer
            return data

        # It asks again by itself, as clients do by default from redis-py 6 on.
        port = urlsplit(broken.url).port or 0
        client = Redis(
            "127.0.0.1",
            port,
            decode_responses=decodes,
            socket_timeout=0.3,
            retry=Retry(NoBackoff(), 3),
            retry_on_error=[redis_exceptions.ConnectionError, redis_exceptions.TimeoutError],
        )
        task, seen = counting(app, client, expires=60)
        key = f"duetime:{task.name}:o-1"
        broken.to_service = ask
        try:
            assert deliver(task, 1) is None
            assert deliver(task, 2) == "IGNORED"
            assert (len(lost), seen) == (1, [1])
        finally:
            broken.restore()
            client.delete(key)
            client.close()
