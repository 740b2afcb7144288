"""Celery Beat: schedules that are right at clock changes, and a beat that keeps up.

Change `from celery.schedules import crontab, schedule, solar` to this package and keep the rest;
give beat `-S duetime.adapters.celery:Scheduler` for due times in a heap, state that survives a
kill, and messages that know the run they were sent for. Needs the extra `celery`.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from duetime.errors import missing_extra

if TYPE_CHECKING:
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

if find_spec("celery") is None:
    # Named now, and not when the first of the names below is asked for.
    missing = ModuleNotFoundError("No module named 'celery'", name="celery")
    raise missing_extra(__name__, "celery", missing)

# A liveness probe asks for beat's health every few seconds, and that needs no Celery.
_LOADED_ON_DEMAND = {
    "Entry": "entries",
    "Heartbeat": "state",
    "Scheduler": "scheduler",
    "beat": "schedules",
    "crontab": "schedules",
    "from_celery": "upgrading",
    "read_heartbeat": "state",
    "run_once": "worker",
    "schedule": "schedules",
    "scheduled_for": "worker",
    "solar": "schedules",
    "upgrade": "upgrading",
}


def __getattr__(name: str) -> Any:
    if name not in _LOADED_ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f"{__name__}.{_LOADED_ON_DEMAND[name]}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LOADED_ON_DEMAND})
