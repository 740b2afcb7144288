"""Faults of Celery by the number of the issue: which are still there, and what ours does.

Looked at on Celery 5.7.0, each with the zone and the crontab of its report where it has them:

| issue | still there | what it is |
| --- | --- | --- |
| celery #10107 | yes | an hourly crontab loses the repeated hour |
| celery #6438 | yes | so does every crontab of minutes, for the whole hour |
| celery #4806 | yes, as meant | an old last run is caught up with; the cure is a deadline |
| django-celery-beat #537 | yes, as meant | the same, for an entry that is enabled again |
| celery #9715 | no, mended in 5.7 (#10420) | a last run in another zone than the crontab's |
| celery #9653 | no | jobs an hour late on the day that summer time begins |
| celery #1604 | no | a weekly job sent twice on the day after summer time ends |
| django-celery-beat #134 | no | a job an hour late on the day that summer time begins |
| django-celery-beat #194 | no | the same, with a zone other than the app's |
| celery #7290, django-celery-beat #459 | not known | their text was not to be had |

Without a number: a job in a gap moves by the length of the gap or, where a whole day is lost,
vanishes, and a schedule cannot name its zone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from celery import Celery
from celery import schedules as stock

from duetime.adapters.celery.schedules import crontab


class Case(NamedTuple):
    """A crontab in an app's zone, from `start` to `end`, and when it is to be sent."""

    issue: str
    tz: str
    fields: dict[str, Any]
    start: str
    end: str
    sends: list[str]


def sends(kind: Any, case: Case, app_tz: str | None = None) -> list[str]:
    """When a beat that looks every minute sends it, in the wall time of the crontab's zone."""
    app = Celery(set_as_current=False)
    app.conf.timezone = app_tz or case.tz
    end = datetime.fromisoformat(case.end)
    now = last = datetime.fromisoformat(case.start)
    made = kind(**case.fields, app=app, nowfun=lambda: now.astimezone(app.timezone))
    if app_tz is not None:
        made.tz = ZoneInfo(case.tz)
    found = []
    while now < end:
        if made.is_due(last.astimezone(app.timezone)).is_due:
            found.append(f"{now.astimezone(ZoneInfo(case.tz)):%Y-%m-%dT%H:%M%z}")
            last = now
        now += timedelta(minutes=1)
    return found


STILL_THERE = [
    Case(
        issue="celery #10107",
        tz="US/Pacific",
        fields={"minute": "0"},
        start="2026-11-01T06:30Z",
        end="2026-11-01T10:30Z",
        sends=[
            "2026-11-01T00:00-0700",
            "2026-11-01T01:00-0700",
            "2026-11-01T01:00-0800",
            "2026-11-01T02:00-0800",
        ],
    ),
    Case(
        issue="celery #6438",
        tz="Europe/Paris",
        fields={"minute": "*/20"},
        start="2020-10-25T00:10Z",
        end="2020-10-25T02:10Z",
        sends=[
            "2020-10-25T02:20+0200",
            "2020-10-25T02:40+0200",
            "2020-10-25T02:00+0100",
            "2020-10-25T02:20+0100",
            "2020-10-25T02:40+0100",
            "2020-10-25T03:00+0100",
        ],
    ),
    Case(
        issue="half an hour repeated",
        tz="Australia/Lord_Howe",
        fields={"minute": "*/30"},
        start="2026-04-04T14:10Z",
        end="2026-04-04T16:10Z",
        sends=[
            "2026-04-05T01:30+1100",
            "2026-04-05T01:30+1030",
            "2026-04-05T02:00+1030",
            "2026-04-05T02:30+1030",
        ],
    ),
    Case(
        issue="moved by a gap",
        tz="America/New_York",
        fields={"minute": 30, "hour": 2},
        start="2026-03-07T12:00Z",
        end="2026-03-09T12:00Z",
        sends=["2026-03-08T03:00-0400", "2026-03-09T02:30-0400"],
    ),
    Case(
        issue="moved by a gap at midnight",
        tz="Africa/Cairo",
        fields={"minute": 30, "hour": 0},
        start="2024-04-25T12:00Z",
        end="2024-04-27T12:00Z",
        sends=["2024-04-26T01:00+0300", "2024-04-27T00:30+0300"],
    ),
    Case(
        issue="a lost day: the daily job",
        tz="Pacific/Apia",
        fields={"minute": 0, "hour": 9},
        start="2011-12-29T00:00Z",
        end="2011-12-31T12:00Z",
        sends=["2011-12-29T09:00-1000", "2011-12-31T00:00+1400", "2011-12-31T09:00+1400"],
    ),
    Case(
        issue="a lost day: the monthly job",
        tz="Pacific/Apia",
        fields={"minute": 0, "hour": 9, "day_of_month": 30},
        start="2011-12-29T00:00Z",
        end="2012-01-01T00:00Z",
        sends=["2011-12-31T00:00+1400"],
    ),
]

MENDED = [
    Case(
        issue="celery #9653",
        tz="Europe/Zurich",
        fields={"minute": 0, "hour": "3,4"},
        start="2025-03-29T00:00Z",
        end="2025-03-31T01:30Z",
        sends=[
            "2025-03-29T03:00+0100",
            "2025-03-29T04:00+0100",
            "2025-03-30T03:00+0200",
            "2025-03-30T04:00+0200",
            "2025-03-31T03:00+0200",
        ],
    ),
    Case(
        issue="celery #1604",
        tz="Europe/Amsterdam",
        fields={"minute": 0, "hour": 12, "day_of_week": 1},
        start="2013-10-26T00:00Z",
        end="2013-10-28T23:00Z",
        sends=["2013-10-28T12:00+0100"],
    ),
    Case(
        issue="django-celery-beat #134",
        tz="America/New_York",
        fields={"minute": 4, "hour": 16},
        start="2025-03-08T12:00Z",
        end="2025-03-10T12:00Z",
        sends=["2025-03-08T16:04-0500", "2025-03-09T16:04-0400"],
    ),
]

ANOTHER_ZONE = [
    Case(
        issue="celery #9715",
        tz="UTC",
        fields={"minute": 40, "hour": 8},
        start="2025-05-20T06:26Z",
        end="2025-05-21T12:00Z",
        sends=["2025-05-20T08:40+0000", "2025-05-21T08:40+0000"],
    ),
    Case(
        issue="django-celery-beat #194",
        tz="US/Eastern",
        fields={"minute": 0, "hour": 9},
        start="2018-11-02T16:00Z",
        end="2018-11-05T16:00Z",
        sends=["2018-11-03T09:00-0400", "2018-11-04T09:00-0500", "2018-11-05T09:00-0500"],
    ),
]


@pytest.mark.parametrize("case", STILL_THERE, ids=lambda case: case.issue)
def test_what_celery_gets_wrong_is_right(case: Case) -> None:
    assert sends(stock.crontab, case) != case.sends
    assert sends(crontab, case) == case.sends


@pytest.mark.parametrize("case", MENDED, ids=lambda case: case.issue)
def test_what_celery_has_mended_is_right_with_both(case: Case) -> None:
    assert sends(stock.crontab, case) == case.sends
    assert sends(crontab, case) == case.sends


@pytest.mark.parametrize("case", ANOTHER_ZONE, ids=lambda case: case.issue)
@pytest.mark.parametrize("app_tz", ["Europe/Vilnius", "Asia/Tokyo"])
def test_a_zone_other_than_the_apps_is_right_with_both(case: Case, app_tz: str) -> None:
    assert sends(stock.crontab, case, app_tz) == case.sends
    assert sends(crontab, case, app_tz) == case.sends


@pytest.mark.parametrize("kind", [stock.crontab, crontab])
def test_an_old_run_is_caught_up_with_unless_there_is_a_deadline(kind: Any) -> None:
    """Celery #4806 and django-celery-beat #537."""
    app = Celery(set_as_current=False)
    now = datetime(2026, 1, 5, 1, 55, tzinfo=UTC)
    made = kind(minute=0, app=app, nowfun=lambda: now)
    assert made.is_due(now - timedelta(hours=1, minutes=55)) == (True, 300)
    app.conf.beat_cron_starting_deadline = 60
    assert made.is_due(now - timedelta(hours=1, minutes=55)) == (False, 300)


def test_a_schedule_names_its_zone() -> None:
    with pytest.raises(TypeError):
        stock.crontab(0, 9, tz="Asia/Tokyo")
    made = crontab(0, 9, tz="Asia/Tokyo")
    assert made.core.next_run(datetime(2026, 1, 5, tzinfo=UTC)).hour == 9  # type: ignore[union-attr]  # it has a run
