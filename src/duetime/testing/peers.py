"""The crontabs of other libraries as subjects, each asked for the next run as its users do.

Each function takes a crontab of five fields and its zone, and needs the library of its name. They
serve `duetime.testing.hunting`, and show how to make a `Subject` of other code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Final

from duetime.testing.subjects import Subject
from duetime.testing.utc import TICK, in_zone, plus


def apscheduler(expression: str, tz: tzinfo) -> Subject:
    """APScheduler's `CronTrigger`. Its weekday 0 is Monday: name the weekdays."""
    from apscheduler.triggers.cron import CronTrigger

    trigger = CronTrigger.from_crontab(expression, timezone=tz)

    def next_after(moment: datetime) -> datetime | None:
        # It answers with the first run at or after the moment.
        later = in_zone(plus(moment, TICK), tz)
        run: datetime | None = trigger.get_next_fire_time(None, later)
        return run

    return Subject(next_after, "APScheduler", tz)


def celery(expression: str, tz: tzinfo) -> Subject:
    """Celery's `crontab`: the moment plus the time that beat would sleep, right after a run."""
    from celery.schedules import crontab

    minute, hour, day_of_month, month_of_year, day_of_week = expression.split()
    schedule = crontab(minute, hour, day_of_week, day_of_month, month_of_year)
    schedule.tz = tz

    def next_after(moment: datetime) -> datetime:
        schedule.nowfun = lambda: in_zone(moment, tz)
        remaining: timedelta = schedule.remaining_estimate(in_zone(moment, tz))
        return in_zone(plus(moment, remaining), tz)

    return Subject(next_after, "Celery", tz)


def crondst(expression: str, tz: tzinfo) -> Subject:
    """crondst's `CronDst`."""
    from crondst import CronDst

    runs = CronDst(expression).iter

    def next_after(moment: datetime) -> datetime:
        run: datetime = next(runs(in_zone(moment, tz)))
        return run

    return Subject(next_after, "crondst", tz)


def croniter(expression: str, tz: tzinfo) -> Subject:
    """croniter, with its default settings."""
    from croniter import croniter

    def next_after(moment: datetime) -> datetime:
        run: datetime = croniter(expression, in_zone(moment, tz)).get_next(datetime)
        return run

    return Subject(next_after, "croniter", tz)


def cronsim(expression: str, tz: tzinfo) -> Subject:
    """cronsim's `CronSim`."""
    from cronsim import CronSim

    def next_after(moment: datetime) -> datetime:
        run: datetime = next(CronSim(expression, in_zone(moment, tz)))
        return run

    return Subject(next_after, "cronsim", tz)


PEERS: Final[dict[str, Callable[[str, tzinfo], Subject]]] = {
    peer.__name__: peer for peer in (apscheduler, celery, crondst, croniter, cronsim)
}
"""By the name of the distribution."""
