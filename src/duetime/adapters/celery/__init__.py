"""Celery Beat: schedules that are right at clock changes, and a beat that keeps up.

Change `from celery.schedules import crontab, schedule, solar` to this package and keep the rest;
give beat `-S duetime.adapters.celery:Scheduler` for due times in a heap, state that survives a
kill, and messages that know the run they were sent for. Needs the extra `celery`.
"""

from duetime.errors import missing_extra

try:
    import celery  # noqa: F401  # asked for here, to name what to install
except ModuleNotFoundError as error:
    raise missing_extra("duetime.adapters.celery", "celery", error) from None

from duetime.adapters.celery.entries import Entry
from duetime.adapters.celery.scheduler import Scheduler
from duetime.adapters.celery.schedules import beat, crontab, schedule, solar
from duetime.adapters.celery.state import Heartbeat, read_heartbeat
from duetime.adapters.celery.upgrading import from_celery, upgrade
from duetime.adapters.celery.worker import run_once, scheduled_for

__all__ = [
    "Entry",
    "Heartbeat",
    "Scheduler",
    "beat",
    "crontab",
    "from_celery",
    "read_heartbeat",
    "run_once",
    "schedule",
    "scheduled_for",
    "solar",
    "upgrade",
]
