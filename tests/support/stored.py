"""A schedule of every type and of every kind of part, for all that is stored of schedules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from duetime import (
    DstPolicy,
    Schedule,
    at,
    business_days,
    calendar_interval,
    cron,
    daily_grid,
    earliest_of_day,
    every,
    latest_of_day,
    rrule,
    solar,
    window,
)

PARIS = ZoneInfo("Europe/Paris")
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
INDIA = timezone(timedelta(hours=5, minutes=30))
A, B = cron("0 9 * * *", tz="Europe/Paris"), every(hours=1, anchor="epoch")
RULE = "DTSTART;TZID=Europe/Paris:20260113T090000\nRRULE:FREQ=MONTHLY;BYDAY=2TU"

SCHEDULES: dict[str, Schedule] = {
    "cron": A,
    "cron of a fixed offset": cron("0 9 * * *", tz=INDIA),
    "cron of an odd offset": cron("0 9 * * *", tz=timezone(timedelta(seconds=-2670))),
    "cron with all": cron(
        "0 9 31 * *",
        second="*/20",
        year="2026-2030",
        tz=PARIS,
        dialect="celery",
        dst="quartz",
        short_months="last",
    ),
    "cron of no named policy": cron("0 9 * * *", dst=DstPolicy("shift", "both")),
    "nickname": cron("@daily"),
    "grid": every(minutes=5, anchor=datetime(2026, 1, 1, 0, 2, tzinfo=UTC)),
    "grid from the epoch": every(minutes=5, anchor="epoch", tz=PARIS),
    "floating": every(milliseconds=250, tz=PARIS),
    "calendar_interval": calendar_interval(
        months=1, days=2, anchor=datetime(2026, 3, 29, 2, 30, 0, 5, tzinfo=PARIS), tz=PARIS
    ),
    "calendar_interval by policy": calendar_interval(
        weeks=1, anchor=START, dst=DstPolicy("end", "last")
    ),
    "at": at(START, datetime(2026, 10, 25, 2, 30, 0, 5, tzinfo=PARIS, fold=1), tz=PARIS),
    "at never": at(),
    "solar": solar("sunset", -37.81753, 144.96715, offset=-timedelta(minutes=30)),
    "solar by degrees": solar(None, 10, 20.5, degrees=-4.5, rising=True, tz="Asia/Tokyo"),
    "rrule": rrule(RULE),
    "union": A | B,
    "union, the other zone first": B | A,
    "intersection": A & B & at(START),
    "intersection, the other zone first": B & A,
    "difference": A - B,
    "clip": A.within(START, END),
    "clip from": A.within(START),
    "clip to": A.within(end=END),
    "shift": A.shifted(-timedelta(hours=1, microseconds=1)),
    "jittered": A.jittered(timedelta(minutes=5), "host-7 \N{SNOWMAN}"),
    "spread": A.spread(timedelta(minutes=5), "host-7"),
    "every other": A.every_nth(2, START),
    "first": A.first(5, START),
    "earliest of day": earliest_of_day(A, B),
    "earliest of day, the other zone first": earliest_of_day(B, A),
    "latest of day": latest_of_day(A),
    "on business days": A.on(business_days("fri-sat", [date(2026, 5, 1)])),
    "on dates": A.on([date(2026, 5, 1), date(2026, 1, 1)]),
    "excluding business days": A.excluding(business_days()),
    "excluding no dates": A.excluding(()),
    "rolled": A.rolled(business_days((), [date(2026, 5, 1)]), "modified_preceding"),
    "shifted days": A.shifted_days(-2, business_days("fri-sat", [date(2026, 5, 4)])),
    "nth business day": business_days().nth(-1, "quarter", at=time(9, 30), tz=PARIS, dst="wall"),
    "daily grid": daily_grid(timedelta(minutes=90), time(22), time(2, 30), days="fri", tz=PARIS),
    "during a length": B.during(window(A, length=timedelta(hours=8))),
    "outside until": B.outside(window(A, until=A.shifted(timedelta(hours=1)))),
    "nested": ((A | B.shifted(timedelta(minutes=1))) - (A & at(START))).within(START, END),
}


class NoKey(tzinfo):
    def utcoffset(self, dt: datetime | None) -> timedelta:
        return timedelta(hours=1)

    def dst(self, dt: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> None:
        return None


class OddDays:
    """A container of somebody else, with all dates whose day of the month is odd."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day.day % 2 == 1


class Foreign(Schedule):
    @property
    def tz(self) -> tzinfo:
        return UTC

    def next_run(self, after: datetime) -> datetime | None:
        return None

    def prev_run(self, before: datetime) -> datetime | None:
        return None


def nested(levels: int) -> Schedule:
    schedule: Schedule = A
    for level in range(levels):
        schedule = schedule.within(START) if level % 2 else schedule.shifted(timedelta(1))
    return schedule
