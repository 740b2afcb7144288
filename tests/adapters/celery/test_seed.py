"""The snippets of a common guide to Celery Beat, with one import line changed.

`SNIPPETS` are a user's words: Celery's types are named in them and duetime's are imported. What
needs Django is not here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytz
from celery import Celery, chain, schedules

from duetime import solar
from duetime.adapters.celery import Scheduler, from_celery
from tests.support.dates import read_utc

IMPORT = "from celery.schedules import crontab, solar"
OURS = "from duetime.adapters.celery import crontab, solar"

SNIPPETS = {
    "static schedule": """
CELERY_BEAT_SCHEDULE = {
    # Execute every 30 seconds
    'check-heartbeat': {
        'task': 'myapp.tasks.check_heartbeat',
        'schedule': 30.0,
    },
    # Execute every minute
    'process-queue': {
        'task': 'myapp.tasks.process_queue',
        'schedule': 60.0,
        'args': (),
    },
    # Execute at midnight every day
    'daily-cleanup': {
        'task': 'myapp.tasks.daily_cleanup',
        'schedule': crontab(hour=0, minute=0),
    },
    # Execute Monday at 7:30am
    'weekly-report': {
        'task': 'myapp.tasks.send_weekly_report',
        'schedule': crontab(hour=7, minute=30, day_of_week=1),
    },
    # Every hour on the hour
    'hourly-sync': {
        'task': 'myapp.tasks.sync_data',
        'schedule': crontab(minute=0),
    },
}
""",
    "schedule types": """
CELERY_BEAT_SCHEDULE = {
    'every-10-seconds': {
        'task': 'myapp.tasks.quick_check',
        'schedule': timedelta(seconds=10),
    },
    'every-5-minutes': {
        'task': 'myapp.tasks.periodic_check',
        'schedule': timedelta(minutes=5),
    },
    'weekday-mornings': {
        'task': 'myapp.tasks.morning_task',
        'schedule': crontab(hour=8, minute=0, day_of_week='mon-fri'),
    },
    'monthly-report': {
        'task': 'myapp.tasks.monthly_report',
        'schedule': crontab(day_of_month=1, hour=0, minute=0),
    },
    'quarterly-report': {
        'task': 'myapp.tasks.quarterly_report',
        'schedule': crontab(day_of_month=1, month_of_year='1,4,7,10', hour=0, minute=0),
    },
    'at-sunrise': {
        'task': 'myapp.tasks.sunrise_task',
        'schedule': solar('sunrise', -37.81753, 144.96715),  # Melbourne
    },
}
""",
    "time zone": """
CELERY_TIMEZONE = 'America/New_York'
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE = {
    # This runs at 9am in the configured CELERY_TIMEZONE
    'morning-email': {
        'task': 'myapp.tasks.send_morning_email',
        'schedule': crontab(hour=9, minute=0),
    },
}
""",
    "arguments": """
CELERY_BEAT_SCHEDULE = {
    'daily-report': {
        'task': 'myapp.tasks.generate_report',
        'schedule': crontab(hour=6, minute=0),
        'args': ('daily', 'pdf'),
        'kwargs': {'include_charts': True, 'recipients': ['admin@example.com']},
    },
}
""",
    "options": """
CELERY_BEAT_SCHEDULE = {
    'priority-task': {
        'task': 'myapp.tasks.important_task',
        'schedule': crontab(minute='*/5'),
        'options': {
            'queue': 'high-priority',
            'priority': 9,
            'expires': 300,  # Expire if not started in 5 min
        },
    },
}
""",
    "offsets": """
CELERY_BEAT_SCHEDULE = {
    'task-a': {'task': 'app.task_a', 'schedule': crontab(minute=0)},  # :00
    'task-b': {'task': 'app.task_b', 'schedule': crontab(minute=5)},  # :05
    'task-c': {'task': 'app.task_c', 'schedule': crontab(minute=10)}, # :10
}
""",
    "herd": """
CELERY_BEAT_SCHEDULE = {
    'task-a': {'task': 'app.task_a', 'schedule': crontab(minute=0)},
    'task-b': {'task': 'app.task_b', 'schedule': crontab(minute=0)},
    'task-c': {'task': 'app.task_c', 'schedule': crontab(minute=0)},
}
""",
    "long task": """
CELERY_BEAT_SCHEDULE = {
    'daily-report': {
        'task': 'myapp.tasks.daily_report',
        'schedule': crontab(hour=2, minute=0),
        'options': {'expires': 3600 * 3},  # Expire if not started in 3 hours
    },
}
""",
    "health": """
CELERY_BEAT_SCHEDULE = {
    'beat-health-check': {
        'task': 'myapp.tasks.beat_health_check',
        'schedule': 60.0,  # Every minute
    },
}
""",
    "pipeline": """
CELERY_BEAT_SCHEDULE = {
    'daily-pipeline': {
        'task': 'myapp.tasks.start_daily_pipeline',
        'schedule': crontab(hour=6, minute=0),
    },
}
""",
}

REFERENCE = [
    ("crontab()", "2026-03-06 12:08"),
    ("crontab(minute=0)", "2026-03-06 13:00"),
    ("crontab(minute=0, hour=0)", "2026-03-07 00:00"),
    ("crontab(minute=0, hour=0, day_of_week=1)", "2026-03-09 00:00"),
    ("crontab(minute='*/15')", "2026-03-06 12:15"),
    ("crontab(minute=0, hour='9-17', day_of_week='mon-fri')", "2026-03-06 13:00"),
    ("crontab(minute=30, hour=12, day_of_month=15)", "2026-03-15 12:30"),
    ("crontab(minute=0, hour='0,12')", "2026-03-07 00:00"),
    ("crontab(day_of_week='mon,wed,fri')", "2026-03-06 12:08"),
]
"""Of the crontab reference: what it says, and its first run after Friday 6 March 2026, 12:07:30."""

NEXT = [
    ("static schedule", "daily-cleanup", "2026-03-06 12:07", "2026-03-07 00:00"),
    ("static schedule", "daily-cleanup", "2026-03-07 00:00", "2026-03-08 00:00"),
    ("static schedule", "weekly-report", "2026-03-06 12:07", "2026-03-09 07:30"),
    ("static schedule", "weekly-report", "2026-03-09 07:30", "2026-03-16 07:30"),
    ("static schedule", "hourly-sync", "2026-12-31 23:59", "2027-01-01 00:00"),
    ("schedule types", "weekday-mornings", "2026-03-06 12:07", "2026-03-09 08:00"),
    ("schedule types", "monthly-report", "2026-12-06 12:07", "2027-01-01 00:00"),
    ("schedule types", "quarterly-report", "2026-03-06 12:07", "2026-04-01 00:00"),
    ("schedule types", "quarterly-report", "2026-10-01 00:00", "2027-01-01 00:00"),
    ("time zone", "morning-email", "2026-03-06 15:00", "2026-03-07 14:00"),
    ("time zone", "morning-email", "2026-03-07 15:00", "2026-03-08 13:00"),
    ("options", "priority-task", "2026-03-06 12:07", "2026-03-06 12:10"),
    ("offsets", "task-b", "2026-03-06 12:07", "2026-03-06 13:05"),
    ("long task", "daily-report", "2026-03-06 12:07", "2026-03-07 02:00"),
]
"""Snippet, entry, and its first run after a moment; all in UTC."""


class Clocked(Celery):  # type: ignore[misc]  # Celery is untyped
    """An app whose clock a test sets."""

    moment = datetime(2026, 3, 6, 12, 7, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment.astimezone(self.timezone)


def settings(snippet: str) -> dict[str, Any]:
    """The names that a snippet defines, run with duetime's types."""
    namespace: dict[str, Any] = {}
    exec(f"from datetime import timedelta\n{OURS}\n{SNIPPETS[snippet]}", namespace)
    return namespace


def app_of(snippet: str) -> Clocked:
    """An app that has the settings of a snippet, read as Django's are."""
    app = Clocked("myapp", broker="memory://", set_as_current=False)
    found = {k: v for k, v in settings(snippet).items() if k.startswith("CELERY_")}
    app.config_from_object(found, namespace="CELERY")
    return app


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The messages that schedulers hand to the app: task, and everything else by name."""
    messages: list[tuple[str, dict[str, Any]]] = []

    def note(self: Any, task: str, args: Any, kwargs: Any, producer: Any, **options: Any) -> None:
        messages.append((task, {"args": args, "kwargs": kwargs, **options}))

    monkeypatch.setattr(Scheduler, "send_task", note)
    return messages


def test_the_line_that_changes_names_the_same_types() -> None:
    theirs: dict[str, Any] = {}
    ours: dict[str, Any] = {}
    exec(IMPORT, theirs)
    exec(OURS, ours)
    for name in ("crontab", "solar"):
        assert issubclass(ours[name], theirs[name])
        assert ours[name].__module__.startswith("duetime.")


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_every_entry_loads_with_a_schedule_of_ours_and_nothing_else_changed(snippet: str) -> None:
    given = settings(snippet)["CELERY_BEAT_SCHEDULE"]
    scheduler = Scheduler(app_of(snippet))
    assert scheduler.schedule.keys() - {"celery.backend_cleanup"} == given.keys()
    for name, entry in given.items():
        loaded = scheduler.schedule[name]
        assert isinstance(loaded.schedule, schedules.BaseSchedule)
        if isinstance(entry["schedule"], schedules.BaseSchedule):
            assert loaded.schedule == entry["schedule"]
            assert type(loaded.schedule).__module__.startswith("duetime.")
        assert loaded.task == entry["task"]
        assert tuple(loaded.args) == tuple(entry.get("args", ()))
        assert loaded.kwargs == entry.get("kwargs", {})
        assert loaded.options == entry.get("options", {})


@pytest.mark.parametrize(("text", "expected"), REFERENCE)
def test_the_crontab_reference_means_what_it_says(text: str, expected: str) -> None:
    namespace: dict[str, Any] = {}
    exec(f"{OURS}\nfound = {text}", namespace)
    app = Clocked("reference", set_as_current=False)
    found = namespace["found"]
    found.app = app
    assert from_celery(found).next_run(app.moment) == read_utc(expected)
    assert app.now() + found.remaining_estimate(app.now()) == read_utc(expected)


@pytest.mark.parametrize(("snippet", "name", "after", "expected"), NEXT)
def test_an_entry_runs_next_when_the_guide_says(
    snippet: str, name: str, after: str, expected: str
) -> None:
    app = app_of(snippet)
    app.moment = read_utc(after)
    schedule = Scheduler(app).schedule[name].schedule
    assert from_celery(schedule).next_run(app.moment) == read_utc(expected)
    assert schedule.is_due(app.moment).next == (read_utc(expected) - app.moment).total_seconds()


@pytest.mark.parametrize(("snippet", "name", "after", "expected"), NEXT)
def test_beat_sends_it_then_and_not_before(
    snippet: str,
    name: str,
    after: str,
    expected: str,
    sent: list[tuple[str, dict[str, Any]]],
) -> None:
    app = app_of(snippet)
    app.moment = read_utc(after)
    scheduler = Scheduler(app)
    task = scheduler.schedule[name].task
    scheduler.tick()
    assert task not in [sent_task for sent_task, _ in sent]
    app.moment = read_utc(expected) - timedelta(milliseconds=1)
    scheduler.tick()
    assert task not in [sent_task for sent_task, _ in sent]
    app.moment = read_utc(expected)
    scheduler.tick()
    assert [sent_task for sent_task, _ in sent].count(task) == 1


@pytest.mark.parametrize(
    ("snippet", "name", "seconds"),
    [
        ("static schedule", "check-heartbeat", 30),
        ("static schedule", "process-queue", 60),
        ("schedule types", "every-10-seconds", 10),
        ("schedule types", "every-5-minutes", 300),
        ("health", "beat-health-check", 60),
    ],
)
def test_an_interval_runs_so_often_however_late_a_tick_is(
    snippet: str, name: str, seconds: int, sent: list[tuple[str, dict[str, Any]]]
) -> None:
    app = app_of(snippet)
    start = app.moment
    scheduler = Scheduler(app)
    task = scheduler.schedule[name].task
    for number in range(1, 20):
        app.moment = start + timedelta(seconds=seconds * number + number % 3 * 0.2)
        scheduler.tick()
    runs = [m["headers"]["duetime_scheduled_for"] for sent_task, m in sent if sent_task == task]
    expected = [start + timedelta(seconds=seconds * number) for number in range(1, 20)]
    assert [datetime.fromisoformat(run) for run in runs] == expected


def test_the_sun_rises_in_melbourne() -> None:
    schedule = Scheduler(app_of("schedule types")).schedule["at-sunrise"].schedule
    assert from_celery(schedule) == solar("sunrise", -37.81753, 144.96715)
    sunrise = from_celery(schedule, tz="Australia/Melbourne").next_run(read_utc("2026-03-06 12:07"))
    assert sunrise is not None
    assert f"{sunrise:%d %H}" == "07 07"


@pytest.mark.parametrize("zone", [pytz.timezone("America/New_York"), "America/New_York"])
def test_a_crontab_may_have_a_zone_of_its_own_also_one_of_pytz(zone: Any) -> None:
    namespace: dict[str, Any] = {"zone": zone}
    exec(f"{OURS}\nfound = crontab(minute='0', hour='9', tz=zone)", namespace)
    schedule = from_celery(namespace["found"])
    assert schedule.next_run(read_utc("2026-03-07 15:00")) == read_utc("2026-03-08 13:00")
    assert schedule.next_run(read_utc("2026-03-06 15:00")) == read_utc("2026-03-07 14:00")


def test_arguments_and_options_reach_the_message(sent: list[tuple[str, dict[str, Any]]]) -> None:
    for snippet in ("arguments", "options"):
        app = app_of(snippet)
        scheduler = Scheduler(app)
        app.moment = read_utc("2026-03-07 06:00")
        scheduler.tick()
    messages = dict(sent)
    report = messages["myapp.tasks.generate_report"]
    assert report["args"] == ["daily", "pdf"]
    assert report["kwargs"] == {"include_charts": True, "recipients": ["admin@example.com"]}
    important = messages["myapp.tasks.important_task"]
    assert important["queue"] == "high-priority"
    assert important["priority"] == 9
    assert important["expires"] == 300


@pytest.mark.parametrize(("snippet", "minutes"), [("offsets", (0, 5, 10)), ("herd", (0, 0, 0))])
def test_tasks_leave_in_minutes_of_their_own_or_all_in_one_tick(
    snippet: str, minutes: tuple[int, ...], sent: list[tuple[str, dict[str, Any]]]
) -> None:
    app = app_of(snippet)
    scheduler = Scheduler(app)
    left: dict[str, int] = {}
    for minute in range(15):
        app.moment = datetime(2026, 3, 6, 13, minute, tzinfo=UTC)
        sent.clear()
        scheduler.tick()
        left |= {task: minute for task, _ in sent}
    assert left == dict(zip(("app.task_a", "app.task_b", "app.task_c"), minutes, strict=True))


def test_time_limits_and_expiry_of_a_long_task_are_kept(
    sent: list[tuple[str, dict[str, Any]]],
) -> None:
    app = app_of("long task")

    @app.task(shared=False, name="myapp.tasks.daily_report", soft_time_limit=3600, time_limit=3660)  # type: ignore[untyped-decorator]  # Celery tells no types
    def daily_report() -> None:
        """Generate daily report - may take up to 1 hour."""

    options: list[dict[str, Any]] = []
    app.tasks["myapp.tasks.daily_report"].apply_async = lambda *args, **kw: options.append(kw)
    scheduler = Scheduler(app)
    app.moment = read_utc("2026-03-07 02:00")
    scheduler.tick()
    assert (daily_report.soft_time_limit, daily_report.time_limit) == (3600, 3660)
    assert [given["expires"] for given in options] == [3600 * 3]


def test_a_chain_started_by_beat_runs_to_its_end() -> None:
    app = app_of("pipeline")
    app.conf.task_always_eager = True
    done: list[str] = []

    @app.task(shared=False)  # type: ignore[untyped-decorator]  # Celery tells no types
    def fetch_data() -> list[int]:
        return [1, 2]

    @app.task(shared=False)  # type: ignore[untyped-decorator]  # Celery tells no types
    def process_data(rows: list[int]) -> int:
        return sum(rows)

    @app.task(shared=False)  # type: ignore[untyped-decorator]  # Celery tells no types
    def generate_report(total: int) -> None:
        done.append(f"total {total}")

    @app.task(shared=False, name="myapp.tasks.start_daily_pipeline")  # type: ignore[untyped-decorator]  # Celery tells no types
    def start_daily_pipeline() -> None:
        """Kick off daily processing pipeline."""
        chain(fetch_data.s(), process_data.s(), generate_report.s()).delay()

    scheduler = Scheduler(app)
    app.moment = read_utc("2026-03-07 06:00")
    scheduler.tick()
    assert done == ["total 3"]


def test_celery_once_keeps_a_second_message_from_the_queue(tmp_path: Path) -> None:
    once = pytest.importorskip("celery_once", reason="celery-once is not installed")
    app = Clocked("once", broker="memory://", set_as_current=False)
    app.conf.ONCE = {
        "backend": "celery_once.backends.File",
        "settings": {"location": str(tmp_path), "default_timeout": 3600},
    }

    @app.task(shared=False, base=once.QueueOnce, once={"graceful": True})  # type: ignore[untyped-decorator]  # Celery tells no types
    def slow_task() -> None: ...

    namespace: dict[str, Any] = {}
    exec(f"{OURS}\nevery_minute = crontab()", namespace)
    entry = {"task": slow_task.name, "schedule": namespace["every_minute"]}
    app.conf.beat_schedule = {"slow": entry}
    scheduler = Scheduler(app)
    queue = app.amqp.queues[app.conf.task_default_queue]
    with app.connection_for_write() as connection:
        bound = queue(connection.default_channel)
        bound.declare()
        bound.purge()
        for minute in (8, 9, 10):
            app.moment = datetime(2026, 3, 6, 12, minute, tzinfo=UTC)
            scheduler.tick()
        waiting = [message for message in iter(bound.get, None) if message is not None]
    assert len(waiting) == 1
    assert scheduler.schedule["slow"].total_run_count == 3
    scheduler.close()


TASKS = """
from celery import Celery
{ours}

app = Celery("tasks", broker="filesystem://")
app.conf.broker_transport_options = {{
    "data_folder_in": "broker", "data_folder_out": "broker", "control_folder": "broker"
}}
app.conf.beat_schedule = {{"check-heartbeat": {{"task": "tasks.check", "schedule": 0.5}}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tasks.py").write_text(TASKS.format(ours=OURS))
    (tmp_path / "broker").mkdir()
    return tmp_path


def test_beat_runs_with_the_options_of_the_guide(project: Path) -> None:
    command = "beat --loglevel=info --pidfile=beat.pid -S duetime.adapters.celery:Scheduler"
    beat = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tasks", *command.split()],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not list((project / "broker").glob("*.celery.msg")):
            assert beat.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert (project / "beat.pid").read_text().strip() == str(beat.pid)
    finally:
        beat.send_signal(signal.SIGTERM)
        log, _ = beat.communicate(timeout=30)
    assert "Sending due task check-heartbeat (tasks.check)" in log
    assert not (project / "beat.pid").exists()
    assert (project / "celerybeat-schedule").exists()
