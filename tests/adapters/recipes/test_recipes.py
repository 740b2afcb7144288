"""The recipes of the page on other schedulers, each in the host that it is for.

A recipe is taken from the page as it stands. Its test is skipped where the host is not installed;
see the page on contributing. Those that need a broker use Redis.
"""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from duetime import every, occurrence_id

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "other-schedulers.md"
RECIPES: dict[str, str] = dict(
    re.findall(r"```\{code-block\} python\n:name: (\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL)
)
# So late that no host sees them as past.
FRIDAY = datetime(2090, 3, 24, 12, tzinfo=UTC)
MONDAY = datetime(2090, 3, 27, 7, 30, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
NAME = str(occurrence_id("report", MONDAY))


@pytest.fixture
def recipe(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """The module of the recipe that the test is named after."""
    name = request.node.name.removeprefix("test_")
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed here")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = f"recipe_{name}_{uuid4().hex}"
    (tmp_path / f"{module}.py").write_text(RECIPES[name])
    if name == "django_q":
        set_django_up(tmp_path)
    monkeypatch.setitem(sys.modules, module, importlib.import_module(module))
    return sys.modules[module]


@pytest.fixture
def redis_url() -> Iterator[str]:
    """Where Redis is; the keys that the test leaves there are deleted."""
    import redis

    url = "redis://127.0.0.1:6379/9"
    database = redis.Redis.from_url(url)
    try:
        before = set(database.keys())
    except redis.ConnectionError:
        pytest.skip("no Redis answers at 127.0.0.1:6379")
    yield url
    left = set(database.keys()) - before
    if left:
        database.delete(*left)


def set_django_up(folder: Path) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        USE_TZ=True,
        SECRET_KEY="for tests",
        INSTALLED_APPS=["django_q"],
        Q_CLUSTER={"orm": "default", "sync": True},
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.db")}
        },
    )
    django.setup()
    call_command("migrate", verbosity=0)


def test_each_recipe_has_a_test() -> None:
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert RECIPES.keys() == here - {"each_recipe_has_a_test"}


def test_rq(recipe: Any, redis_url: str) -> None:
    from redis import Redis
    from rq import Queue, SimpleWorker

    connection = Redis.from_url(redis_url)
    queue = Queue(uuid4().hex, connection=connection)
    recipe.book(queue, FRIDAY)
    recipe.book(queue, FRIDAY)
    planned = queue.scheduled_job_registry
    assert planned.get_job_ids() == [NAME]
    assert planned.get_scheduled_time(NAME) == MONDAY
    queue.enqueue(recipe.report, MONDAY)
    SimpleWorker([queue], connection=connection).work(burst=True)
    assert set(planned.get_job_ids()) == {
        NAME,
        str(occurrence_id("report", TUESDAY)),
    }


def test_saq(recipe: Any, redis_url: str) -> None:
    from saq import Queue

    async def work() -> None:
        queue = Queue.from_url(redis_url, name=uuid4().hex)
        await queue.connect()
        await recipe.book(queue, FRIDAY)
        await recipe.book(queue, FRIDAY)
        job = await queue.job(NAME)
        assert job is not None
        assert job.scheduled == MONDAY.timestamp()
        assert await queue.count("incomplete") == 1

        class Worker:
            pass

        worker = Worker()
        worker.queue = queue  # type: ignore[attr-defined]
        await recipe.report({"worker": worker}, run=MONDAY.isoformat())
        assert await queue.count("incomplete") == 2
        await queue.disconnect()

    asyncio.run(work())


def test_arq(recipe: Any, redis_url: str) -> None:
    from arq.connections import RedisSettings, create_pool
    from arq.jobs import Job

    async def work() -> None:
        queue = uuid4().hex
        redis = await create_pool(RedisSettings.from_dsn(redis_url), default_queue_name=queue)
        await recipe.book(redis, FRIDAY)
        await recipe.book(redis, FRIDAY)
        await recipe.report({"redis": redis}, MONDAY)
        assert len(await redis.queued_jobs()) == 2
        info = await Job(NAME, redis, _queue_name=queue).info()
        assert info is not None
        assert info.score == MONDAY.timestamp() * 1000
        await redis.aclose()

    asyncio.run(work())


def test_procrastinate(recipe: Any) -> None:
    from procrastinate import App
    from procrastinate.testing import InMemoryConnector

    connector = InMemoryConnector()
    app = App(connector=connector)

    async def work() -> None:
        async with app.open_async():
            book = recipe.make(app)
            await book(FRIDAY)
            await book(FRIDAY)
            assert [job["scheduled_at"] for job in connector.jobs.values()] == [MONDAY]
            await app.tasks["report"](MONDAY.isoformat())
            assert len(connector.jobs) == 2

    asyncio.run(work())


def test_django_q(recipe: Any) -> None:
    from django_q.models import Schedule

    recipe.book(FRIDAY)
    recipe.book(FRIDAY)
    (planned,) = Schedule.objects.all()
    assert (planned.name, planned.next_run) == (NAME, MONDAY)
    # What a cluster does with a schedule that is due.
    from django_q.scheduler import scheduler

    Schedule.objects.update(next_run=datetime.now(UTC) - timedelta(seconds=1))
    scheduler()
    (following,) = Schedule.objects.all()
    assert following.next_run == TUESDAY


def test_taskiq(recipe: Any) -> None:
    from taskiq import InMemoryBroker, TaskiqScheduler
    from taskiq.cli.scheduler.run import SchedulerLoop

    broker = InMemoryBroker()
    ran: list[str] = []

    @broker.task(task_name="report")
    async def report(run: str) -> None:
        ran.append(run)

    async def work() -> None:
        recipe.SCHEDULES["report"] = every(seconds=1, anchor="epoch")
        source = recipe.DuetimeSource()
        loop = SchedulerLoop(TaskiqScheduler(broker, [source]))
        task = asyncio.create_task(
            loop.run(
                update_interval=timedelta(milliseconds=300),
                loop_interval=timedelta(milliseconds=100),
            )
        )
        await asyncio.sleep(3.5)
        task.cancel()

    asyncio.run(work())
    assert len(ran) >= 2
    assert len(ran) == len(set(ran))


def test_huey(recipe: Any) -> None:
    huey = recipe.huey
    start = datetime.now(UTC).replace(tzinfo=None)
    asked = [start + timedelta(minutes=minute, seconds=minute % 7) for minute in range(7 * 24 * 60)]
    assert sum(len(huey.read_periodic(moment)) for moment in asked) == 5


def test_dagster(recipe: Any) -> None:
    from dagster import DagsterInstance, build_sensor_context

    with DagsterInstance.ephemeral() as instance:
        first = recipe.report_sensor(build_sensor_context(instance))
        assert first.run_requests == []
        lately = datetime.now(UTC) - timedelta(days=7)
        later = recipe.report_sensor(build_sensor_context(instance, cursor=lately.isoformat()))
        assert len(later.run_requests) == 5
        assert len({request.run_key for request in later.run_requests}) == 5
        again = recipe.report_sensor(build_sensor_context(instance, cursor=later.cursor))
        assert again.run_requests == []
        assert recipe.report.execute_in_process().success


def test_prefect(recipe: Any) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.testing.utilities import prefect_test_harness

    @flow
    def report() -> None:
        pass

    async def work() -> None:
        async with get_client() as client:
            deployment = await client.create_deployment(
                await client.create_flow(report), name="daily"
            )
            for _ in range(2):
                await recipe.book("report/daily", FRIDAY, timedelta(days=3))
            runs = await client.read_flow_runs()
            assert {run.deployment_id for run in runs} == {deployment}
            assert [run.expected_start_time for run in runs] == [MONDAY]

    with prefect_test_harness(server_startup_timeout=120):
        asyncio.run(work())
