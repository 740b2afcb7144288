"""The Django snippets of a common guide to Celery Beat, word for word, under duetime's beat.

Where one is mended, the test says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from celery import Celery
from django.contrib import admin
from django.core.cache import cache
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask, PeriodicTasks

from tests.support.django_project import Project, database, empty
from tests.support.virtual_beat import run

START = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)

CREATING = """
from django_celery_beat.models import (
    PeriodicTask,
    IntervalSchedule,
    CrontabSchedule,
)
import json

# Create interval schedule (every 10 minutes)
schedule, created = IntervalSchedule.objects.get_or_create(
    every=10,
    period=IntervalSchedule.MINUTES,
)

# Create periodic task with interval
PeriodicTask.objects.create(
    interval=schedule,
    name='Sync Data Every 10 Minutes',
    task='myapp.tasks.sync_data',
    args=json.dumps([]),
    kwargs=json.dumps({}),
)

# Create crontab schedule (daily at 6am)
cron_schedule, _ = CrontabSchedule.objects.get_or_create(
    minute='0',
    hour='6',
    day_of_week='*',
    day_of_month='*',
    month_of_year='*',
)

# Create periodic task with crontab
PeriodicTask.objects.create(
    crontab=cron_schedule,
    name='Daily Report',
    task='myapp.tasks.generate_daily_report',
    args=json.dumps(['pdf']),
    kwargs=json.dumps({'include_charts': True}),
    enabled=True,
)
"""

DYNAMIC = """
from django_celery_beat.models import PeriodicTask, IntervalSchedule
import json

def create_user_notification_schedule(user_id, interval_minutes):
    '''Create a periodic task for user-specific notifications.'''
    schedule, _ = IntervalSchedule.objects.get_or_create(
        every=interval_minutes,
        period=IntervalSchedule.MINUTES,
    )

    task_name = f'notify-user-{user_id}'

    PeriodicTask.objects.update_or_create(
        name=task_name,
        defaults={
            'interval': schedule,
            'task': 'notifications.tasks.send_user_digest',
            'kwargs': json.dumps({'user_id': user_id}),
            'enabled': True,
        }
    )

def disable_user_notifications(user_id):
    '''Disable notifications for a user.'''
    task_name = f'notify-user-{user_id}'
    PeriodicTask.objects.filter(name=task_name).update(enabled=False)

def delete_user_notifications(user_id):
    '''Remove notification schedule for a user.'''
    task_name = f'notify-user-{user_id}'
    PeriodicTask.objects.filter(name=task_name).delete()
"""

ADMIN = """
from django.contrib import admin
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import PeriodicTask

class CustomPeriodicTaskAdmin(PeriodicTaskAdmin):
    list_display = ['name', 'task', 'enabled', 'last_run_at']
    list_filter = ['enabled', 'task']

admin.site.unregister(PeriodicTask)
admin.site.register(PeriodicTask, CustomPeriodicTaskAdmin)
"""

ZONE = """
import pytz
from django_celery_beat.models import CrontabSchedule

schedule = CrontabSchedule.objects.create(
    minute='0',
    hour='9',
    timezone=pytz.timezone('America/New_York'),
)
"""

LOCK = """
from django.core.cache import cache
from celery import shared_task
from contextlib import contextmanager

@contextmanager
def beat_lock(lock_id, timeout=60*60):
    '''Prevent duplicate periodic task execution.'''
    lock_acquired = cache.add(lock_id, 'locked', timeout)
    try:
        yield lock_acquired
    finally:
        if lock_acquired:
            cache.delete(lock_id)

@shared_task
def hourly_sync():
    with beat_lock('hourly-sync-lock') as acquired:
        if not acquired:
            return  # Another instance is running

        # Safe to execute
        perform_sync()
"""

HEALTH = """
@shared_task
def beat_health_check():
    '''Record that beat is running.'''
    cache.set('celery-beat-heartbeat', timezone.now(), timeout=None)

# Check beat health
def is_beat_healthy():
    last_heartbeat = cache.get('celery-beat-heartbeat')
    if not last_heartbeat:
        return False
    return (timezone.now() - last_heartbeat)%s < 120
"""
"""Its `.seconds` are those beyond whole days, and its timeout of two minutes hid that."""

CLEANUP = """
# Clean up task results periodically
@shared_task
def cleanup_task_results():
    '''Remove old task results from database.'''
    from django_celery_results.models import TaskResult

    cutoff = timezone.now() - timedelta(days=7)
    TaskResult.objects.filter(date_created__lt=cutoff).delete()
"""

CONDITION = """
@shared_task
def conditional_task():
    '''Only execute if conditions are met.'''
    if not should_run_today():
        return

    perform_task()

def should_run_today():
    # Skip weekends
    if timezone.now().weekday() >= 5:
        return False
    # Skip holidays
    if Holiday.objects.filter(date=timezone.now().date()).exists():
        return False
    return True
"""


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    with database():
        yield


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    empty()
    cache.clear()
    yield Project(monkeypatch, START)
    cache.clear()


def names_of(code: str, **names: Any) -> dict[str, Any]:
    """What a snippet defines; its tasks belong to no app but one of their own."""
    app = Celery("snippet", broker="memory://", set_as_current=False)
    task = partial(app.task, shared=False)
    plain = code.replace("from celery import shared_task\n", "")
    names = {"__name__": "snippet", "shared_task": task, **names}
    exec(plain, names)
    return names


def tasks(sent: list[Any]) -> list[str]:
    return [f"{each.task} {each.scheduled_for.astimezone(UTC):%d %H:%M}" for each in sent]


def test_schedules_that_a_program_creates_are_sent(project: Project) -> None:
    names_of(CREATING)
    beat = project.beat()
    sent = tasks(run(beat, START + timedelta(minutes=25)))
    assert sent == ["myapp.tasks.sync_data 05 12:10", "myapp.tasks.sync_data 05 12:20"]
    sent = tasks(run(beat, START + timedelta(hours=18)))
    assert "myapp.tasks.generate_daily_report 06 06:00" in sent
    entry = beat.schedule["Daily Report"]
    assert (entry.args, entry.kwargs) == (["pdf"], {"include_charts": True})


def test_schedules_of_users_come_and_go_while_beat_runs(project: Project) -> None:
    manage = names_of(DYNAMIC)
    beat = project.beat(max_interval=5)
    manage["create_user_notification_schedule"](7, 10)
    assert tasks(run(beat, START + timedelta(minutes=11))) == [
        "notifications.tasks.send_user_digest 05 12:10"
    ]
    # Ten minutes become three: they count from the change.
    manage["create_user_notification_schedule"](7, 3)
    assert tasks(run(beat, START + timedelta(minutes=15))) == [
        "notifications.tasks.send_user_digest 05 12:14"
    ]
    # An update signals nothing: it is seen within five minutes.
    manage["disable_user_notifications"](7)
    run(beat, START + timedelta(minutes=20))
    assert run(beat, START + timedelta(minutes=40)) == []
    manage["create_user_notification_schedule"](7, 10)
    run(beat, START + timedelta(minutes=41))
    manage["delete_user_notifications"](7)
    assert run(beat, START + timedelta(hours=1)) == []


def test_an_update_with_a_signal_is_seen_at_once(project: Project) -> None:
    manage = names_of(DYNAMIC)
    beat = project.beat(max_interval=5)
    manage["create_user_notification_schedule"](7, 1)
    run(beat, START + timedelta(minutes=1, seconds=50))
    manage["disable_user_notifications"](7)
    PeriodicTasks.update_changed()
    assert run(beat, START + timedelta(minutes=10)) == []


def test_an_admin_of_ones_own_is_registered() -> None:
    before = admin.site._registry.get(PeriodicTask)
    try:
        names_of("import django_celery_beat.admin" + ADMIN)
        kind = type(admin.site._registry[PeriodicTask])
        assert kind.__name__ == "CustomPeriodicTaskAdmin"
    finally:
        admin.site.unregister(PeriodicTask)
        if before is not None:
            admin.site.register(PeriodicTask, type(before))


def test_a_crontab_takes_a_zone_of_pytz(project: Project) -> None:
    names_of(ZONE)
    row = CrontabSchedule.objects.get()
    PeriodicTask.objects.create(name="it", task="it", crontab=row)
    sent = tasks(run(project.beat(max_interval=60), START + timedelta(hours=5)))
    assert sent[:2] == ["it 05 14:00"]
    assert len(sent) == 1


def test_a_lock_in_the_cache_lets_one_run_at_a_time(project: Project) -> None:
    calls: list[Any] = []
    names: dict[str, Any] = names_of(
        LOCK, perform_sync=lambda: calls.append(names["hourly_sync"]())
    )
    names["hourly_sync"]()
    # The one within was turned away, and the lock is free again.
    assert calls == [None]
    names["hourly_sync"]()
    assert len(calls) == 2


@pytest.mark.parametrize(("seconds", "honest"), [(".seconds", False), (".total_seconds()", True)])
def test_a_beat_that_is_dead_for_a_day_is_not_healthy(
    project: Project, seconds: str, honest: bool
) -> None:
    names = names_of(HEALTH % seconds, cache=cache, timezone=timezone)
    healthy = names["is_beat_healthy"]
    assert not healthy()
    names["beat_health_check"]()
    assert healthy()
    project.app.pass_time(minutes=3)
    assert not healthy()
    project.app.pass_time(hours=24, minutes=-2)
    assert healthy() is not honest


def test_old_results_are_cleaned_up(project: Project) -> None:
    from django_celery_results.models import TaskResult

    for days in (8, 6):
        project.app.clock = START - timedelta(days=days)
        TaskResult.objects.create(task_id=str(days))
    project.app.clock = START
    names_of(CLEANUP, timezone=timezone, timedelta=timedelta)["cleanup_task_results"]()
    assert [result.task_id for result in TaskResult.objects.all()] == ["6"]
    TaskResult.objects.all().delete()


@pytest.mark.parametrize(("day", "holidays", "runs"), [(5, [], 1), (5, [5], 0), (10, [], 0)])
def test_a_task_decides_whether_to_run_today(
    project: Project, day: int, holidays: list[int], runs: int
) -> None:
    calls: list[int] = []

    class Holiday:
        class objects:  # noqa: N801
            @staticmethod
            def filter(date: Any) -> Any:
                return type("Found", (), {"exists": lambda self: date.day in holidays})()

    project.app.clock = START.replace(day=day)
    names = names_of(
        CONDITION, Holiday=Holiday, timezone=timezone, perform_task=lambda: calls.append(1)
    )
    names["conditional_task"]()
    assert len(calls) == runs
