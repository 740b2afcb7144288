"""A Django project with django-celery-beat, set up once in a process, on a virtual clock.

`DUETIME_DATABASE` names its database: `sqlite` unless set, `postgresql` or `mysql`.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import django
from django.conf import settings

ENGINE = os.environ.get("DUETIME_DATABASE", "sqlite")
SCHEMA = f"duetime_{uuid.uuid4().hex[:12]}"
DATABASES: dict[str, dict[str, Any]] = {
    "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "postgresql": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": SCHEMA,
        "HOST": "127.0.0.1",
        "USER": "postgres",
        "CONN_MAX_AGE": None,
    },
    "mysql": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": SCHEMA,
        "HOST": "127.0.0.1",
        "USER": "root",
        "CONN_MAX_AGE": None,
    },
}

if ENGINE == "mysql":
    import pymysql

    # Django asks for a newer mysqlclient than PyMySQL says it is.
    pymysql.version_info = (2, 2, 7, "final", 0)
    pymysql.install_as_MySQLdb()

if not settings.configured:
    settings.configure(
        DATABASES={"default": DATABASES[ENGINE]},
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django_celery_beat",
            "django_celery_results",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="tests.support.django_urls",
        # From the models: migrations take seconds, and a project of its own makes them.
        MIGRATION_MODULES=dict.fromkeys(
            (
                *("admin", "auth", "contenttypes", "sessions"),
                *("django_celery_beat", "django_celery_results"),
            )
        ),
        ALLOWED_HOSTS=["testserver"],
        SECRET_KEY="for tests",
        USE_TZ=True,
        TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_celery_beat.models import (  # noqa: E402
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)

from duetime.adapters.django_celery_beat.scheduler import DatabaseScheduler  # noqa: E402
from tests.support.virtual_beat import Recorder, VirtualCelery  # noqa: E402

ALL = (
    PeriodicTask,
    PeriodicTasks,
    CrontabSchedule,
    IntervalSchedule,
    SolarSchedule,
    ClockedSchedule,
)


class VirtualDatabaseScheduler(Recorder, DatabaseScheduler):
    """Ours, on a virtual clock."""


@contextmanager
def database() -> Iterator[None]:
    """The tables; on a server in a database of their own."""
    with _server() as run:
        run(f"CREATE DATABASE {SCHEMA}")
        try:
            call_command("migrate", run_syncdb=True, verbosity=0)
            yield
        finally:
            connection.close()
            run(f"DROP DATABASE {SCHEMA}")


@contextmanager
def _server() -> Iterator[Any]:
    """A function that runs a statement on the server; SQLite has none."""
    if ENGINE == "sqlite":
        yield lambda statement: None
    elif ENGINE == "mysql":
        import pymysql

        with pymysql.connect(host="127.0.0.1", user="root") as mysql:
            yield mysql.cursor().execute
    else:
        import psycopg

        with psycopg.connect("host=127.0.0.1 user=postgres dbname=postgres", autocommit=True) as pg:
            yield pg.execute


def empty() -> None:
    """Remove all rows."""
    for model in ALL:
        # Without reading them first: some cannot be read.
        model.objects.all()._raw_delete(connection.alias)


class Project:
    """An app on a virtual clock that Django goes by too, and its beats."""

    def __init__(self, monkeypatch: Any, start: datetime, **conf: Any) -> None:
        self.app = VirtualCelery(start, **conf)
        monkeypatch.setattr(timezone, "now", self.now)

    def now(self) -> datetime:
        """What Django takes for the time."""
        if settings.USE_TZ:
            return self.app.clock
        local = self.app.clock.astimezone(timezone.get_default_timezone())
        return local.replace(tzinfo=None)

    def beat(
        self, file: Any = None, max_interval: float = 600, kind: Any = VirtualDatabaseScheduler
    ) -> Any:
        name = None if file is None else str(file)
        return kind(self.app, schedule_filename=name, max_interval=max_interval)

    def crontab(self, text: str, zone: str = "UTC") -> CrontabSchedule:
        names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
        fields: dict[str, Any] = dict(zip(names, text.split(), strict=True))
        return CrontabSchedule.objects.get_or_create(**fields, timezone=zone)[0]

    def task(self, name: str, schedule: Any = "0 * * * *", **fields: Any) -> PeriodicTask:
        """A row: its schedule is one, or the text of a crontab."""
        if isinstance(schedule, str):
            schedule = self.crontab(schedule, fields.pop("zone", "UTC"))
        kind = type(schedule).__name__.removesuffix("Schedule").lower()
        return PeriodicTask.objects.create(name=name, task=name, **{kind: schedule}, **fields)
