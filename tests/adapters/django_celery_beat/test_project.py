"""A Django project of its own: `migrate`, and a real `celery beat` with this scheduler."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

SETTINGS = """
SECRET_KEY = "for tests"
USE_TZ = True
INSTALLED_APPS = ["django_celery_beat"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
CELERY_BEAT_SCHEDULER = "duetime.adapters.django_celery_beat:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BROKER_URL = "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": "queue",
    "data_folder_out": "queue",
    "control_folder": "control",
}
CELERY_RESULT_EXPIRES = None
"""

APP = """
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
app = Celery("project")
app.config_from_object("django.conf:settings", namespace="CELERY")
"""

CREATE = """
import django
django.setup()
import json
from django_celery_beat.models import IntervalSchedule, PeriodicTask

schedule, created = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
PeriodicTask.objects.create(
    interval=schedule,
    name="%s",
    task="myapp.tasks.sync_data",
    args=json.dumps(["pdf"]),
)
"""

STATE = """
import django
django.setup()
from django_celery_beat.models import PeriodicTask

for task in PeriodicTask.objects.all():
    print(task.name, task.total_run_count, task.last_run_at.isoformat())
"""


class Project:
    """A folder with a project in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "settings.py").write_text(SETTINGS)
        (folder / "project.py").write_text(APP)
        (folder / "queue").mkdir()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]),
        }

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def headers(self) -> list[dict[str, str]]:
        found = [json.loads(path.read_text()) for path in (self.folder / "queue").iterdir()]
        return [message["headers"] for message in found]

    def wait_for(self, name: str, count: int, beat: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 60
        while sum(each["periodic_task_name"] == name for each in self.headers()) < count:
            assert time.monotonic() < end, self.log()
            assert beat.poll() is None, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        return (self.folder / "beat.log").read_text()


def test_a_project_migrates_and_its_beat_sends_rows_that_are_made_while_it_runs(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    project.run("-m", "django", "migrate", "--verbosity", "0")
    project.run("-c", CREATE % "first")
    with (tmp_path / "beat.log").open("wb") as log:
        beat = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "project", "beat", "-l", "info"],
            cwd=tmp_path,
            env=project.environment,
            stdout=log,
            stderr=log,
        )
    try:
        project.wait_for("first", 2, beat)
        project.run("-c", CREATE % "second")
        project.wait_for("second", 1, beat)
    finally:
        beat.send_signal(signal.SIGTERM)
        assert beat.wait(30) == 0, project.log()
    headers = project.headers()
    rows = [line.split(" ") for line in project.run("-c", STATE).splitlines()]
    for name, count, last in rows:
        runs = sorted(
            datetime.fromisoformat(each["duetime_scheduled_for"])
            for each in headers
            if each["periodic_task_name"] == name
        )
        assert len(set(runs)) == len(runs) == int(count)
        assert datetime.fromisoformat(last) == runs[-1]
        assert all(
            (later - earlier) % timedelta(seconds=1) == timedelta(0)
            for earlier, later in pairwise(runs)
        )
    assert [name for name, _, _ in rows] == ["first", "second"]
    health = ["-m", "duetime.adapters.celery", "health", "--tolerance", "1000"]
    assert "healthy" in project.run(*health)


def test_the_scheduler_is_told_of_where_django_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "django_celery_beat", None)
    monkeypatch.delitem(sys.modules, "duetime.adapters.django_celery_beat")
    with pytest.raises(ModuleNotFoundError, match=r'needs .*: pip install "duetime\[django\]"'):
        import duetime.adapters.django_celery_beat  # noqa: F401
