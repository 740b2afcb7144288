"""django-celery-beat's scheduler and ours over the same tables, in SQLite.

Each scheduler of each size works in a process of its own. All rows are crontabs of which none is
due, but for one interval, which is.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.memory import ROOT
from benchmarks.table import Report
from benchmarks.timing import Effort

SIZES: Final = (100, 10_000, 100_000)
STOCK_MOST: Final = 10_000
"""The most rows that django-celery-beat's own scheduler is given."""
SCHEDULERS: Final = {
    "stock": "django_celery_beat.schedulers:DatabaseScheduler",
    "ours": "duetime.adapters.django_celery_beat:DatabaseScheduler",
}
TICKS: Final = 20


def measure(effort: Effort) -> list[Report]:
    rows: list[list[Any]] = []
    for size in [size for size in SIZES if size * 10 <= effort.schedules]:
        found = {
            kind: _apart(kind, size) if kind == "ours" or size <= STOCK_MOST else {}
            for kind in SCHEDULERS
        }
        rows.append(
            [
                f"{size:,}",
                *(
                    found[kind].get(what)
                    for what in ("first", "idle", "queries")
                    for kind in ("ours", "stock")
                ),
            ]
        )
    return [
        Report(
            "django-celery-beat's tables, SQLite",
            [
                "rows",
                *("ours first s", "stock first s", "ours idle ms", "stock idle ms"),
                *("ours queries", "stock queries"),
            ],
            rows,
            [
                "first: from the start to the first message, of processor time",
                "idle: the median of a tick with nothing due, its queries included",
                "the row that is due is the last to be read",
            ],
        )
    ]


def _apart(kind: str, size: int) -> dict[str, float]:
    code = f"from benchmarks.django_tables import trial; trial({kind!r}, {size})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def trial(kind: str, size: int) -> None:
    """Measure one scheduler, and print what was found."""
    import django
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder:
        settings.configure(
            DATABASES={
                "default": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": str(Path(folder) / "db"),
                    "CONN_MAX_AGE": None,
                }
            },
            INSTALLED_APPS=["django_celery_beat"],
            MIGRATION_MODULES={"django_celery_beat": None},
            USE_TZ=True,
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        )
        django.setup()
        print(json.dumps(_trial(kind, size, folder)))


def _trial(kind: str, size: int, folder: str) -> dict[str, float]:
    from celery import Celery
    from django.core.management import call_command
    from django.db import connection
    from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
    from kombu.utils import symbol_by_name

    call_command("migrate", run_syncdb=True, verbosity=0)
    now = datetime.now(UTC)
    # On a day that is not today, and at all hours: django-celery-beat looks at the hour alone.
    month = str((now.month + 5) % 12 + 1)
    CrontabSchedule.objects.bulk_create(
        CrontabSchedule(minute=str(minute), day_of_month="1", month_of_year=month)
        for minute in range(60)
    )
    crontabs = list(CrontabSchedule.objects.all())
    PeriodicTask.objects.bulk_create(
        (PeriodicTask(name=f"t{n}", task="t", crontab=crontabs[n % 60]) for n in range(size)),
        batch_size=1_000,
    )
    every = IntervalSchedule.objects.create(every=1, period="days")
    PeriodicTask.objects.create(
        name="due", task="due", interval=every, last_run_at=now - timedelta(days=1, hours=1)
    )
    app = Celery("trial", broker="memory://", set_as_current=False)
    app.conf.update(result_expires=None)
    sent: list[str] = []
    begin = time.process_time()
    make = symbol_by_name(SCHEDULERS[kind])  # type: ignore[no-untyped-call]
    scheduler = make(app, schedule_filename=str(Path(folder) / "state"), lazy=False)
    scheduler.send_task = lambda name, *args, **kwargs: sent.append(name)
    while not sent:
        scheduler.tick()
    first = time.process_time() - begin
    # What follows the start, with nothing of it left.
    while not scheduler.tick() > 0:
        pass
    connection.force_debug_cursor = True
    ticks, queries = [], []
    for _ in range(TICKS if size <= 1_000 else 4):
        time.sleep(1.01)
        connection.queries_log.clear()
        begin = time.process_time()
        scheduler.tick()
        ticks.append(1e3 * (time.process_time() - begin))
        queries.append(len(connection.queries_log))
    return {"first": first, "idle": median(ticks), "queries": median(queries)}
