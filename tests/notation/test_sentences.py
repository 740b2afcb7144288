"""`describe`: the sentence of every type of schedule, and that no two of them share one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import islice
from typing import Any

import pytest
from dateutil.tz import tzrange
from hypothesis import given
from hypothesis import strategies as st

import duetime
from duetime import (
    DstPolicy,
    Schedule,
    ScheduleError,
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
from duetime.notation.sentences import WORDS
from duetime.testing import strategies
from tests.support.effort import few

PARIS = "Europe/Paris"
CORE_ONLY = ("adapters", "cli", "testing", "analysis", "__main__")
NINE = cron("0 9 * * *")
SEVENS = every(minutes=7, anchor="epoch")


def moment(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[arg-type, misc]  # the tzinfo is no field


LATER = moment(2060, 1, 1)


# Every type of the library has words.


def types_of_schedule() -> Iterator[type]:
    for module in pkgutil.walk_packages(duetime.__path__, "duetime."):
        if module.name.split(".")[1] in CORE_ONLY:
            continue
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if (
                found.__module__ == module.name
                and issubclass(found, Schedule)
                and not inspect.isabstract(found)
                and not found.__name__.startswith("_")
            ):
                yield found


@pytest.mark.parametrize("kind", sorted(types_of_schedule(), key=repr))
def test_every_type_of_schedule_has_words(kind: type) -> None:
    assert kind in WORDS


class Foreign(Schedule):
    """Somebody else's schedule, which runs once."""

    @property
    def tz(self) -> tzinfo:
        return UTC

    def next_run(self, after: datetime) -> datetime | None:
        return moment(2026, 1, 1) if after < moment(2026, 1, 1) else None

    def prev_run(self, before: datetime) -> datetime | None:
        return moment(2026, 1, 1) if before > moment(2026, 1, 1) else None

    def __repr__(self) -> str:
        return "a_foreign_schedule()"


def test_a_type_of_somebody_else_is_shown_as_its_repr() -> None:
    assert Foreign().describe() == "a_foreign_schedule()"
    assert (Foreign() | NINE).describe() == (
        "At every run of (a_foreign_schedule()) or (at 09:00 every day, in UTC)"
    )


# Zones and clock changes.


@pytest.mark.parametrize(
    ("tz", "zone"),
    [
        ("UTC", "in UTC"),
        ("Asia/Tokyo", "in Asia/Tokyo time"),
        (timezone(timedelta(hours=5, minutes=30)), "in UTC+05:30"),
        (timezone(-timedelta(hours=3)), "in UTC-03:00"),
    ],
)
def test_the_zone_is_said(tz: tzinfo | str, zone: str) -> None:
    assert cron("0 9 * * *", tz=tz).describe() == f"At 09:00 every day, {zone}"


def test_a_zone_without_a_name_is_shown_as_its_repr() -> None:
    somewhere = tzrange("SOME", 3600, "SUMMER")
    said = cron("0 9 * * *", tz=somewhere).describe()
    assert said == f"At 09:00 every day, in the time of {somewhere!r}"


@pytest.mark.parametrize(
    ("gap", "overlap", "said"),
    [
        ("skip", "first", ["do not run", "run only the first time"]),
        ("end", "last", ["run once when the gap ends", "run only the last time"]),
        ("shift", "both", ["run later by the length of the gap", "run both times"]),
    ],
)
def test_what_happens_at_clock_changes_is_said(gap: Any, overlap: Any, said: list[str]) -> None:
    nightly = cron("* 1-2 * * *", tz="America/New_York", dst=DstPolicy(gap, overlap))
    assert nightly.describe() == (
        "Every minute from 01:00 to 02:59, every day, in America/New_York time;"
        f" times that the clock skips {said[0]}, and times that the clock repeats {said[1]}"
    )


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        # New York: 02:00 to 03:00 do not exist in March, 01:00 to 02:00 exist twice in November.
        ("59 0 * * *", ""),
        ("59 1 * * *", "; times that the clock repeats run only the first time"),
        ("0 2 * * *", "; times that the clock skips run once when the gap ends"),
        ("0 3 * * *", ""),
    ],
)
def test_a_rule_for_clock_changes_that_touch_no_time_is_not_said(
    expression: str, rule: str
) -> None:
    assert cron(expression, tz="America/New_York").describe().partition(" time")[2] == rule


def test_what_never_runs_needs_no_rule_for_clock_changes() -> None:
    never = cron("30 2 30 2 *", tz="America/New_York")
    assert never.describe() == (
        "Never: at 02:30 on day 30 of February, a date that does not exist,"
        " in America/New_York time"
    )


# The other types.


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (every(minutes=5), "Every 5 minutes, counted from the last run"),
        (
            every(hours=1, tz="Asia/Tokyo"),
            ("Every hour, counted from the last run, shown in Asia/Tokyo time"),
        ),
        (every(timedelta(1)), "Every 24 hours, counted from the last run"),
        (every(timedelta(7)), "Every 7 days of 24 hours, counted from the last run"),
        (every(minutes=90), "Every 1 hour and 30 minutes, counted from the last run"),
        (every(seconds=1.5), "Every 1 second and 500 milliseconds, counted from the last run"),
        (every(timedelta(microseconds=1)), "Every microsecond, counted from the last run"),
        (every(hours=51), "Every 51 hours, counted from the last run"),
        (SEVENS, "Every 7 minutes, in step with 1970-01-01 00:00 UTC"),
        (
            every(hours=2, anchor=moment(1970, 1, 1, 1, 30, 5), tz=PARIS),
            ("Every 2 hours, in step with 1970-01-01 01:30:05 UTC, shown in Europe/Paris time"),
        ),
    ],
)
def test_an_interval_is_said(schedule: Schedule, sentence: str) -> None:
    assert schedule.describe() == sentence


@pytest.mark.parametrize(
    ("period", "anchor", "sentence"),
    [
        ({"days": 1}, moment(2026, 1, 31, 9), "Every day, in step with 2026-01-31 09:00 in UTC"),
        (
            {"weeks": 2},
            moment(2026, 1, 5, 9),
            ("Every 14 days, in step with 2026-01-05 09:00 in UTC"),
        ),
        ({"months": 1}, moment(2026, 1, 28), "Every month, in step with 2026-01-28 00:00 in UTC"),
        (
            {"months": 3},
            moment(2026, 1, 31, 9),
            (
                "Every 3 months, in step with 2026-01-31 09:00 in UTC;"
                " where a month is too short for day 31, its last day is taken"
            ),
        ),
        ({"years": 1}, moment(2026, 3, 1), "Every year, in step with 2026-03-01 00:00 in UTC"),
        (
            {"years": 1, "months": 6},
            moment(2026, 3, 1),
            ("Every 18 months, in step with 2026-03-01 00:00 in UTC"),
        ),
        (
            {"years": 1, "days": 3},
            moment(2024, 2, 29, 9, 0, 0, 250_000),
            (
                "Every 1 year and 3 days, in step with 2024-02-29 09:00:00.250000 in UTC;"
                " where a month is too short for day 29, its last day is taken before the days are"
                " added"
            ),
        ),
    ],
)
def test_a_calendar_interval_is_said(
    period: dict[str, Any], anchor: datetime, sentence: str
) -> None:
    assert calendar_interval(**period, anchor=anchor).describe() == sentence


def test_a_calendar_interval_says_its_rule_for_clock_changes() -> None:
    nightly = calendar_interval(days=1, anchor=moment(2026, 1, 5, 1, 30), tz=PARIS)
    assert nightly.describe() == (
        "Every day, in step with 2026-01-05 02:30 in Europe/Paris time;"
        " times that the clock skips run later by the length of the gap,"
        " and times that the clock repeats run only the first time"
    )


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (solar("sunrise", 51.48, 0), "At every sunrise at 51.48° N, 0° E"),
        (solar("solar_noon", -37.8, 144.96), "At every solar noon at 37.8° S, 144.96° E"),
        (solar("midnight", -37.8, 144.96), "At every solar midnight at 37.8° S, 144.96° E"),
        (
            solar("dusk_civil", 0, -77.5, tz="America/Lima"),
            ("At every civil dusk at 0° N, 77.5° W, shown in America/Lima time"),
        ),
        (solar("dawn_astronomical", 1, 1), "At every astronomical dawn at 1° N, 1° E"),
        (
            solar("sunset", 1, 1, offset=-timedelta(minutes=30)),
            ("30 minutes before every sunset at 1° N, 1° E"),
        ),
        (
            solar("sunset", 1, 1, offset=timedelta(hours=1, seconds=1)),
            ("1 hour and 1 second after every sunset at 1° N, 1° E"),
        ),
        (
            solar(None, 1, 1, degrees=6.5, rising=False),
            ("At every time that the Sun sinks through 6.5° above the horizon at 1° N, 1° E"),
        ),
        (
            solar(None, 1, 1, degrees=-4, rising=True),
            ("At every time that the Sun rises through 4° below the horizon at 1° N, 1° E"),
        ),
        (solar(None, 1, 180, degrees=-0.8333, rising=True), "At every sunrise at 1° N, 180° W"),
        (at(), "Never"),
        (at(tz=PARIS), "Never"),
        (at(moment(2027, 1, 1)), "Once, at 2027-01-01 00:00 UTC"),
        (
            at(moment(2027, 1, 1), tz="Asia/Tokyo"),
            ("Once, at 2027-01-01 09:00 +09:00, shown in Asia/Tokyo time"),
        ),
        (
            at(moment(2027, 1, 1), moment(2026, 1, 1, 0, 0, 1), moment(2028, 1, 1)),
            ("3 times, at 2026-01-01 00:00:01 UTC, 2027-01-01 00:00 UTC and 2028-01-01 00:00 UTC"),
        ),
    ],
)
def test_suns_and_single_times_are_said(schedule: Schedule, sentence: str) -> None:
    assert schedule.describe() == sentence


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=DAILY", "Every day at 09:00, from 2026-01-13 09:00 on"),
        ("FREQ=DAILY;COUNT=1", "Every day at 09:00, from 2026-01-13 09:00 on, only the first time"),
        (
            "FREQ=DAILY;COUNT=5",
            ("Every day at 09:00, from 2026-01-13 09:00 on, only the first 5 times"),
        ),
        (
            "FREQ=DAILY;UNTIL=20260630T090000",
            ("Every day at 09:00, from 2026-01-13 09:00 on, until 2026-06-30 09:00 inclusive"),
        ),
        (
            "FREQ=DAILY;UNTIL=20260630T070000Z",
            ("Every day at 09:00, from 2026-01-13 09:00 on, until 2026-06-30 07:00 UTC inclusive"),
        ),
        (
            "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30",
            ("Every day at 09:00, 09:30, 17:00 and 17:30, from 2026-01-13 09:00 on"),
        ),
        (
            "FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,15,30,45",
            ("Every day, every 15 minutes from 09:00 to 11:45, from 2026-01-13 09:00 on"),
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            ("Every week on Mondays, Wednesdays and Fridays at 09:00, from 2026-01-13 09:00 on"),
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
            (
                "Every 2 weeks on Sundays at 09:00, weeks beginning on Monday,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
            (
                "Every 2 weeks on Tuesdays at 09:00, weeks beginning on Sunday,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        ("FREQ=MONTHLY", ("Every month on day 13 of the month at 09:00, from 2026-01-13 09:00 on")),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,-1,-2",
            (
                "Every month on day 1 of the month or on the last day of the month"
                " or on the second last day of the month at 09:00, from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=MONTHLY;BYDAY=2TU",
            ("Every month on the second Tuesday of the month at 09:00, from 2026-01-13 09:00 on"),
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            (
                "Every month on day 13 of the month, but only on Fridays at 09:00,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1,2",
            (
                "Every month from Monday to Friday at 09:00,"
                " of which only the first, second and last of each month, from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1",
            (
                "Every week on Mondays and Fridays at 09:00, of which only the first of each week"
                " (days before 2026-01-13 left aside), from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=YEARLY",
            ("Every year in January on day 13 of the month at 09:00, from 2026-01-13 09:00 on"),
        ),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=4TH,FR",
            (
                "Every 4 years in November on Fridays or on the fourth Thursday of the month at"
                " 09:00, from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=YEARLY;BYDAY=20MO,-1SU",
            (
                "Every year on the 20th Monday of the year or on the last Sunday of the year at"
                " 09:00, from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=YEARLY;BYMONTH=5,6,7;BYDAY=MO",
            (
                "Every year in the months from May to July on Mondays at 09:00,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=YEARLY;BYYEARDAY=1,100,-1",
            (
                "Every year on days 1 and 100 of the year or on the last day of the year at 09:00,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=20,-1;WKST=SU",
            (
                "Every year in week 20 of the year or in the last week of the year on every day at"
                " 09:00, weeks beginning on Sunday, from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=YEARLY;BYEASTER=-2,0,1",
            (
                "Every year 2 days before Easter Sunday or on Easter Sunday"
                " or 1 day after Easter Sunday at 09:00, from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=HOURLY;INTERVAL=6;BYDAY=MO",
            ("Every 6 hours on Mondays at minute 0, from 2026-01-13 09:00 on"),
        ),
        (
            "FREQ=HOURLY;BYHOUR=9,10,11;BYMINUTE=5,10;BYSECOND=7",
            (
                "Every hour at second 7 of minutes 5 and 10, only in hours 9 to 11,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        (
            "FREQ=MINUTELY;INTERVAL=10;BYMINUTE=0,30;BYHOUR=9;BYSECOND=1,2",
            (
                "Every 10 minutes at seconds 1 and 2, only in minutes 0 and 30, only in hour 9,"
                " from 2026-01-13 09:00 on"
            ),
        ),
        ("FREQ=MINUTELY;BYHOUR=9", ("Every minute, only in hour 9, from 2026-01-13 09:00 on")),
        (
            "FREQ=SECONDLY;INTERVAL=5;BYSECOND=0,5;BYHOUR=22",
            ("Every 5 seconds, only in seconds 0 and 5, only in hour 22, from 2026-01-13 09:00 on"),
        ),
    ],
)
def test_a_recurrence_is_said(rule: str, sentence: str) -> None:
    schedule = rrule(f"DTSTART;TZID=Asia/Tokyo:20260113T090000\nRRULE:{rule}")
    assert schedule.describe() == f"{sentence}, in Asia/Tokyo time"


def test_a_recurrence_says_its_rule_for_clock_changes() -> None:
    nightly = rrule(f"DTSTART;TZID={PARIS}:20260113T023000\nRRULE:FREQ=DAILY")
    rules = (
        "; times that the clock skips run later by the length of the gap,"
        " and times that the clock repeats run only the first time"
    )
    assert nightly.describe().endswith(f"in Europe/Paris time{rules}")
    hourly = rrule(f"DTSTART;TZID={PARIS}:20260113T090000\nRRULE:FREQ=HOURLY")
    assert hourly.describe().endswith(f"in Europe/Paris time{rules}")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ("RDATE:20260701T120000,20260702T120000",),
            ("At 2026-01-13 09:00, 2026-07-01 12:00 and 2026-07-02 12:00, in Europe/Paris time"),
        ),
        (
            ("RRULE:FREQ=DAILY", "RDATE;TZID=Asia/Tokyo:20260701T120000"),
            (
                "At every run of (at 2026-07-01 12:00, in Asia/Tokyo time)"
                " or (every day at 09:00, from 2026-01-13 09:00 on, in Europe/Paris time),"
                " shown in Europe/Paris time"
            ),
        ),
        (
            ("RRULE:FREQ=DAILY", "EXDATE:20260701T090000"),
            (
                "At every run of"
                " (every day at 09:00, from 2026-01-13 09:00 on, in Europe/Paris time),"
                " except at the runs of (at 2026-07-01 09:00, in Europe/Paris time)"
            ),
        ),
        (
            ("RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261225,20260101"),
            (
                "At every run of"
                " (every day at 09:00, from 2026-01-13 09:00 on, in Europe/Paris time),"
                " except on 2026-01-01 and 2026-12-25"
            ),
        ),
        (
            (
                "RRULE:FREQ=DAILY",
                "EXRULE:FREQ=WEEKLY",
                "EXDATE:20260701T090000",
                "EXDATE;VALUE=DATE:20261225",
            ),
            (
                "At every run of"
                " (every day at 09:00, from 2026-01-13 09:00 on, in Europe/Paris time), except at"
                " the runs of (at 2026-07-01 09:00, in Europe/Paris time) or (every week on"
                " Tuesdays at 09:00, from 2026-01-13 09:00 on, in Europe/Paris time)"
                " and on 2026-12-25"
            ),
        ),
    ],
)
def test_dates_added_and_taken_away_are_said(lines: tuple[str, ...], sentence: str) -> None:
    schedule = rrule("\n".join((f"DTSTART;TZID={PARIS}:20260113T090000", *lines)))
    assert schedule.describe() == sentence


# Compositions.


class Held:
    """A container of dates that is held as it is."""

    def __contains__(self, day: object) -> bool:
        raise AssertionError("not to be asked")


HELD = Held()
MIXED: list[Any] = [HELD, date(2026, 12, 25)]
NINE_SAID = "at 09:00 every day, in UTC"
SEVENS_SAID = "every 7 minutes, in step with 1970-01-01 00:00 UTC"
TOKYO = cron("0 9 * * *", tz="Asia/Tokyo")
TOKYO_SAID = "at 09:00 every day, in Asia/Tokyo time"


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (NINE | SEVENS, f"At every run of ({NINE_SAID}) or ({SEVENS_SAID})"),
        (SEVENS | NINE, f"At every run of ({NINE_SAID}) or ({SEVENS_SAID})"),
        (NINE & SEVENS, f"At every run shared by ({NINE_SAID}) and ({SEVENS_SAID})"),
        (NINE - SEVENS, f"At every run of ({NINE_SAID}) that is no run of ({SEVENS_SAID})"),
        (NINE | TOKYO, f"At every run of ({TOKYO_SAID}) or ({NINE_SAID}), shown in UTC"),
        (
            TOKYO | NINE,
            (f"At every run of ({TOKYO_SAID}) or ({NINE_SAID}), shown in Asia/Tokyo time"),
        ),
        (
            TOKYO & NINE,
            (f"At every run shared by ({TOKYO_SAID}) and ({NINE_SAID}), shown in Asia/Tokyo time"),
        ),
        (
            NINE.shifted(timedelta(minutes=30)),
            (f"Exactly 30 minutes after every run of ({NINE_SAID})"),
        ),
        (NINE.shifted(timedelta(days=-1)), f"Exactly 24 hours before every run of ({NINE_SAID})"),
        (
            NINE.within(moment(2026, 1, 1)),
            (f"At every run of ({NINE_SAID}) that is at or after 2026-01-01 00:00 UTC"),
        ),
        (
            NINE.within(None, moment(2027, 1, 1)),
            (f"At every run of ({NINE_SAID}) that is before 2027-01-01 00:00 UTC"),
        ),
        (
            TOKYO.within(moment(2026, 1, 1), moment(2027, 1, 1)),
            (
                f"At every run of ({TOKYO_SAID}) that is at or after 2026-01-01 09:00 +09:00"
                " and before 2027-01-01 09:00 +09:00"
            ),
        ),
        (
            (NINE | SEVENS) - TOKYO.shifted(timedelta(hours=1)),
            (
                f"At every run of (at every run of ({NINE_SAID}) or ({SEVENS_SAID}))"
                f" that is no run of (exactly 1 hour after every run of ({TOKYO_SAID}))"
            ),
        ),
        (NINE.in_zone("Asia/Tokyo"), f"A{TOKYO_SAID[1:]}"),
        (
            NINE.every_nth(2, moment(2026, 1, 1)),
            (
                f"At every second run of ({NINE_SAID}), counted in both directions from the first"
                " at or after 2026-01-01 00:00 UTC"
            ),
        ),
        (
            NINE.first(1, moment(2026, 1, 1)),
            f"At the first run of ({NINE_SAID}), counted from 2026-01-01 00:00 UTC",
        ),
        (
            TOKYO.first(10, moment(2026, 1, 1)),
            f"At the first 10 runs of ({TOKYO_SAID}), counted from 2026-01-01 09:00 +09:00",
        ),
        (
            earliest_of_day(NINE, TOKYO),
            (
                f"At the earliest run of (at every run of ({TOKYO_SAID}) or ({NINE_SAID}), shown in"
                " UTC) on each date that has any, in UTC"
            ),
        ),
        (
            latest_of_day(TOKYO),
            f"At the latest run of ({TOKYO_SAID}) on each date that has any, in Asia/Tokyo time",
        ),
        (
            NINE.jittered(timedelta(minutes=5), "feed"),
            (
                f"At every run of ({NINE_SAID}), each later by an offset of its own that the key"
                " 'feed' decides, below 5 minutes and before the next run"
            ),
        ),
        (
            NINE.on(business_days(holidays=[date(2026, 12, 25)])),
            (
                f"At every run of ({NINE_SAID}) whose date is a business day (any but Saturdays,"
                " Sundays and 2026-12-25), in UTC"
            ),
        ),
        (
            NINE.excluding([date(2026, 12, 25), date(2026, 12, 26)]),
            (
                f"At every run of ({NINE_SAID}) whose date is not one of the days 2026-12-25 and"
                " 2026-12-26, in UTC"
            ),
        ),
        (
            NINE.on([]),
            f"At every run of ({NINE_SAID}) whose date is one of the days of an empty list, in UTC",
        ),
        (
            NINE.excluding(HELD),
            f"At every run of ({NINE_SAID}) whose date is not in {object.__repr__(HELD)}, in UTC",
        ),
        (
            NINE.on(MIXED),
            (
                f"At every run of ({NINE_SAID}) whose date is not a business day (any but"
                f" 2026-12-25 and those in {object.__repr__(HELD)}), in UTC"
            ),
        ),
        (
            NINE.rolled(business_days(), "modified_following"),
            (
                f"At every run of ({NINE_SAID}), those on a date that is not a business day (any"
                " but Saturdays and Sundays) at the same time on the next one, or the one before"
                " where that is in another month, in UTC"
            ),
        ),
        (
            NINE.shifted_days(-2, business_days(holidays=[date(2026, 12, 25)])),
            (
                "2 business days (any but Saturdays, Sundays and 2026-12-25) before the date of"
                f" every run of ({NINE_SAID}), at the same time, in UTC"
            ),
        ),
        (
            NINE.shifted_days(1, business_days(())),
            (
                f"1 business day (any day) after the date of every run of ({NINE_SAID}), at the"
                " same time, in UTC"
            ),
        ),
        (
            business_days(weekend=()).nth(-1, per="quarter", at=time(9, 0, 30)),
            "At 09:00:30 on the last business day (any day) of every quarter, in UTC",
        ),
        (
            daily_grid(timedelta(minutes=90), time(8, 15), time(20), days="mon-fri"),
            (
                "At 08:15 and every 1 hour and 30 minutes of wall time from then until 18:45,"
                " starting anew from Monday to Friday, in UTC"
            ),
        ),
        (
            daily_grid(timedelta(hours=2), time(22), time(2)),
            (
                "At 22:00 and every 2 hours of wall time from then until 02:00 on the next day,"
                " starting anew every day, in UTC"
            ),
        ),
        (
            daily_grid(timedelta(hours=2), time(22), time(22)),
            "At 22:00, starting anew every day, in UTC",
        ),
        (
            NINE.during(window(SEVENS, length=timedelta(hours=2))),
            (
                f"At every run of ({NINE_SAID}) that is inside of the window that opens at every"
                f" run of ({SEVENS_SAID}) and closes 2 hours later"
            ),
        ),
        (
            NINE.outside(window(TOKYO, until=NINE)),
            (
                f"At every run of ({NINE_SAID}) that is outside of the window that opens at every"
                f" run of ({TOKYO_SAID}) and closes at the next run of ({NINE_SAID})"
            ),
        ),
    ],
)
def test_a_composition_is_said(schedule: Schedule, sentence: str) -> None:
    assert schedule.describe() == sentence


def test_a_composition_nested_too_deep_is_refused() -> None:
    schedule: Schedule = NINE
    for days in range(2_000):
        schedule = schedule.shifted(timedelta(hours=1)).within(
            moment(2026, 1, 1), LATER - timedelta(days)
        )
    with pytest.raises(ScheduleError, match="nested so deep"):
        schedule.describe()


# Two that read alike run alike.


def agree(one: Schedule, other: Schedule) -> bool:
    start = moment(1970, 1, 3)
    if one.floating or other.floating:
        return one.floating == other.floating and one.next_run(start) == other.next_run(start)
    runs = (list(islice(each.runs(start, LATER), 5)) for each in (one, other))
    first, second = ([run.astimezone(UTC) for run in found] for found in runs)
    return first == second


@given(strategies.schedules(), strategies.schedules())
@few(35)
def test_schedules_that_read_alike_run_alike(one: Schedule, other: Schedule) -> None:
    assert one.describe() != other.describe() or agree(one, other)


EXPRESSIONS = ("30 2 * * *", "0 0 * * *", "*/15 1-3 * * sun", "59 23 * * *", "0 12 1 * *")


@given(
    st.sampled_from(EXPRESSIONS),
    strategies.time_zones(),
    strategies.policies(),
    strategies.policies(),
)
@few(35)
def test_crontabs_that_read_alike_do_the_same_at_clock_changes(
    expression: str, zone: tzinfo, policy: DstPolicy | str, other: DstPolicy | str
) -> None:
    schedules = [cron(expression, tz=zone, dst=dst) for dst in (policy, other)]
    if schedules[0].describe() == schedules[1].describe():
        one, two = (list(each.clock_changes(moment(1970, 1, 1), LATER)) for each in schedules)
        assert one == two


WALL_SCHEDULES = strategies.crons() | strategies.calendar_intervals() | strategies.rrules()


@given(WALL_SCHEDULES)
@few(35)
def test_no_clock_change_goes_unsaid(schedule: Schedule) -> None:
    sentence = schedule.describe()
    if sentence.startswith("Never"):
        return
    for change in islice(schedule.clock_changes(moment(1970, 1, 1), LATER), 500):
        name = "repeats" if change.kind == "doubled" else "skips"
        assert f"times that the clock {name} " in sentence


RULES = {
    "FREQ": ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"),
    "INTERVAL": ("1", "2", "3"),
    "BYMONTH": ("", "1", "5,6,7", "2,12"),
    "BYMONTHDAY": ("", "1", "13", "-1", "1,-2", "29"),
    "BYDAY": ("", "MO", "FR,SU", "MO,TU,WE,TH,FR"),
    "BYHOUR": ("", "9", "9,10,11", "0,23"),
    "BYMINUTE": ("", "0", "0,15,30,45", "59"),
    "BYSECOND": ("", "0", "5,6"),
    "BYSETPOS": ("", "1", "-1", "2,-2"),
    "WKST": ("MO", "SU"),
    "COUNT": ("", "3", "5"),
}


@st.composite
def pairs_of_rules(draw: st.DrawFn) -> tuple[Schedule, Schedule]:
    """Two recurrences of one DTSTART that differ in one part at most."""
    parts = {name: draw(st.sampled_from(values)) for name, values in RULES.items()}
    name = draw(st.sampled_from(sorted(RULES)))
    mutant = {**parts, name: draw(st.sampled_from(RULES[name]))}
    one, other = (
        rrule(
            "DTSTART:20260113T093000Z\nRRULE:"
            + ";".join(f"{part}={value}" for part, value in chosen.items() if value)
        )
        for chosen in (parts, mutant)
    )
    return one, other


@given(pairs_of_rules())
def test_rules_that_read_alike_are_equal(pair: tuple[Schedule, Schedule]) -> None:
    one, other = pair
    assert (one.describe() == other.describe()) == (one == other)


@given(strategies.schedules())
@few(35)
def test_a_schedule_and_its_copies_read_alike(schedule: Schedule) -> None:
    sentence = schedule.describe()
    assert Schedule.from_dict(schedule.to_dict()).describe() == sentence
    assert not sentence[0].islower()


VARIED: list[tuple[Schedule, Schedule]] = [
    (every(minutes=5), every(minutes=6)),
    (every(minutes=5), every(minutes=5, anchor="epoch")),
    (SEVENS, every(minutes=7, anchor=moment(1970, 1, 1, 0, 1))),
    *(
        (one, other)
        for one in (
            calendar_interval(months=1, anchor=moment(2026, 1, 31, 1, 30), tz=PARIS, dst="ocps"),
        )
        for other in (
            calendar_interval(months=1, anchor=moment(2026, 1, 31, 1, 30), tz=PARIS, dst="quartz"),
            calendar_interval(months=1, anchor=moment(2026, 1, 30, 1, 30), tz=PARIS, dst="ocps"),
            calendar_interval(months=2, anchor=moment(2026, 1, 31, 1, 30), tz=PARIS, dst="ocps"),
            calendar_interval(months=1, anchor=moment(2026, 1, 31, 1, 30), dst="ocps"),
        )
    ),
    (solar("sunset", 1, 1), solar("sunrise", 1, 1)),
    (solar("sunset", 1, 1), solar("sunset", -1, 1)),
    (solar("sunset", 1, 1), solar("sunset", 1, -1)),
    (solar("sunset", 1, 1), solar("sunset", 1, 1, offset=timedelta(seconds=1))),
    (NINE | SEVENS, NINE & SEVENS),
    (NINE - SEVENS, SEVENS - NINE),
    (NINE, NINE.shifted(timedelta(microseconds=1))),
]


@pytest.mark.parametrize(("one", "other"), VARIED)
def test_schedules_that_differ_read_differently(one: Schedule, other: Schedule) -> None:
    assert one.describe() != other.describe()
