"""A pytest plugin: our classes in place of Celery's, before Celery's own tests import them."""

from __future__ import annotations

from celery import beat, schedules

from duetime.adapters.celery import Entry, Scheduler, crontab, schedule, solar


def pytest_configure() -> None:
    schedules.crontab = beat.crontab = crontab
    schedules.schedule = schedule
    schedules.solar = solar
    beat.Scheduler = Scheduler
    beat.ScheduleEntry = Entry
