"""A pytest plugin: our classes in place of Celery's, before Celery's own tests import them."""

from __future__ import annotations

import os
from typing import Final

from celery import beat, schedules

from duetime.adapters.celery import Entry, Scheduler, crontab, schedule, solar

SWITCH: Final = "DUETIME_UPSTREAM_SCHEDULER"
"""The environment variable that asks for our scheduler too."""


def pytest_configure() -> None:
    schedules.crontab = beat.crontab = crontab
    schedules.schedule = schedule
    schedules.solar = solar
    if os.environ.get(SWITCH):
        beat.Scheduler = Scheduler
        beat.ScheduleEntry = Entry
