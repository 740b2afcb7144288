"""A schedule made from a trigger fires when the trigger does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.combining import AndTrigger, OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from duetime import ScheduleError, cron
from duetime.adapters.apscheduler import ScheduleTrigger, from_trigger, upgrade
from tests.support.recorded import record

PARIS = "Europe/Paris"
START = datetime(2026, 1, 28, 12, 5, tzinfo=UTC)


def fired(trigger: Any, count: int) -> list[datetime]:
    """The first times of a trigger from `START` on."""
    times: list[datetime] = []
    time = trigger.get_next_fire_time(None, START)
    while time is not None and len(times) < count:
        times.append(time.astimezone(UTC))
        time = trigger.get_next_fire_time(time, time)
    return times


TRIGGERS = {
    "weekdays from Monday as 0": CronTrigger(day_of_week="0-4", hour=9, timezone=PARIS),
    "named weekdays": CronTrigger(day_of_week="fri-sun", minute="*/20", hour="2-3", timezone=PARIS),
    "a crontab": CronTrigger.from_crontab("30 2 * * *", timezone=PARIS),
    "the last Friday": CronTrigger(day="last fri", hour=9, timezone=PARIS),
    "the last day": CronTrigger(day="last", timezone=PARIS),
    "some days": CronTrigger(day="1-7/3,2nd tue", hour="*/6", timezone=PARIS),
    "both days": CronTrigger(day="1-7", day_of_week="mon", hour=8, timezone=PARIS),
    "named months": CronTrigger(month="feb,oct-dec", day=1, timezone="UTC"),
    "a step without an end": CronTrigger(minute="50/3", second="*/30", timezone=PARIS),
    "a year": CronTrigger(year="2027", month="*/4", timezone=PARIS),
    "ends": CronTrigger(
        minute="*/15",
        start_date=START + timedelta(minutes=10),
        end_date=START + timedelta(minutes=55),
        timezone=PARIS,
    ),
    "an interval": IntervalTrigger(hours=7, start_date="2026-01-01 00:30:00", timezone=PARIS),
    "an interval that ends": IntervalTrigger(
        minutes=20,
        start_date=START + timedelta(minutes=3),
        end_date=START + timedelta(minutes=43),
        timezone=PARIS,
    ),
    "a date": DateTrigger(datetime(2026, 2, 3, 4, 5, 6, 7), timezone=PARIS),
    "each week": CalendarIntervalTrigger(
        weeks=1, hour=2, minute=30, start_date="2026-02-01", timezone=PARIS
    ),
    "a day and a week": CalendarIntervalTrigger(
        weeks=1, days=1, hour=9, start_date="2026-02-01", timezone=PARIS
    ),
    "the 31st": CalendarIntervalTrigger(months=2, start_date="2026-01-31", timezone=PARIS),
    "a leap day": CalendarIntervalTrigger(years=1, start_date="2028-02-29", timezone=PARIS),
    "a calendar that ends": CalendarIntervalTrigger(
        days=2, hour=23, start_date="2026-02-01", end_date="2026-02-05", timezone=PARIS
    ),
    "or": OrTrigger(
        [CronTrigger(hour=9, timezone=PARIS), CronTrigger(hour=17, day=1, timezone="UTC")]
    ),
}


@pytest.mark.parametrize("trigger", TRIGGERS.values(), ids=TRIGGERS)
def test_the_schedule_has_the_times_of_the_trigger(trigger: BaseTrigger) -> None:
    schedule = from_trigger(trigger)
    # Not many: where the next run is beyond a clock change, APScheduler goes on an hour too far,
    # and passes over one at midnight.
    expected = fired(trigger, 30)
    assert expected
    assert [run.astimezone(UTC) for run in schedule.runs(START, limit=30)] == expected
    assert fired(ScheduleTrigger(schedule), 30) == expected


def test_both_of_two_triggers_are_their_intersection() -> None:
    both = AndTrigger(
        [
            CronTrigger(hour=9, timezone=PARIS),
            CronTrigger(day_of_week="mon,tue", hour="8-9", timezone=PARIS),
        ]
    )
    # Asked for the time after another, APScheduler never ends where the two disagree.
    expected, moment = [], START
    for _ in range(10):
        expected.append(both.get_next_fire_time(None, moment))
        moment = expected[-1] + timedelta(seconds=1)
    assert list(from_trigger(both).runs(START, limit=10)) == expected


REFUSED: dict[str, tuple[BaseTrigger, str]] = {
    "week": (CronTrigger(week="2-4", timezone="UTC"), "week of a CronTrigger.*BYWEEKNO"),
    "months and days": (
        CalendarIntervalTrigger(months=1, days=1, start_date="2026-01-01", timezone="UTC"),
        "months together with weeks or days",
    ),
    "nothing": (OrTrigger([]), "OrTrigger has no triggers"),
}


@pytest.mark.parametrize(("trigger", "message"), REFUSED.values(), ids=REFUSED)
def test_what_would_not_be_the_same_is_refused_by_name(trigger: BaseTrigger, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        from_trigger(trigger)


def test_a_trigger_of_another_kind_is_refused() -> None:
    class Mine(CronTrigger):
        pass

    with pytest.raises(ScheduleError, match="Mine is no trigger of APScheduler's own"):
        from_trigger(Mine(hour=9, timezone="UTC"))


def test_a_jitter_stays_and_keeps_the_order_of_the_runs() -> None:
    trigger = CronTrigger(minute="*/5", jitter=120, timezone=PARIS)
    moved = from_trigger(trigger, key="job")
    assert moved == from_trigger(trigger, key="job")
    assert moved != from_trigger(trigger)
    plain = from_trigger(CronTrigger(minute="*/5", timezone=PARIS))
    waits = [
        late - run
        for late, run in zip(moved.runs(START, limit=50), plain.runs(START, limit=50), strict=True)
    ]
    assert all(timedelta(0) <= wait < timedelta(seconds=120) for wait in waits)
    assert len(set(waits)) > 10


def test_the_jobs_of_a_scheduler_are_upgraded_where_they_stand() -> None:
    scheduler = BackgroundScheduler(timezone=PARIS)
    scheduler.add_job(record, CronTrigger(hour=9, jitter=60, timezone=PARIS), id="nine")
    scheduler.add_job(record, CronTrigger(week=5, timezone=PARIS), id="week")
    scheduler.start(paused=True)
    try:
        before = scheduler.get_job("nine").next_run_time
        refused = upgrade(scheduler)
        assert list(refused) == ["week"]
        assert "BYWEEKNO" in refused["week"]
        job = scheduler.get_job("nine")
        assert job.next_run_time == before
        assert job.trigger == ScheduleTrigger(
            cron("0 9 * * *", tz=PARIS, dialect="apscheduler"), jitter=60, key="nine"
        )
        assert upgrade(scheduler).keys() == {"week"}
        assert scheduler.get_job("nine").trigger == job.trigger
    finally:
        scheduler.shutdown()


def test_a_calendar_interval_starts_now_and_not_before() -> None:
    trigger = CalendarIntervalTrigger(days=1, hour=9, start_date=date(2020, 1, 1), timezone="UTC")
    (first,) = fired(ScheduleTrigger(from_trigger(trigger)), 1)
    assert first == datetime(2026, 1, 29, 9, tzinfo=UTC)
