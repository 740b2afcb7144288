"""From Celery's schedules to duetime's: one at a time, and a whole `beat_schedule`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytz
from celery import Celery
from celery import schedules as stock
from celery.beat import ScheduleEntry

import duetime
from duetime import Schedule, ScheduleError
from duetime.adapters.celery.schedules import beat, crontab, schedule, solar
from duetime.adapters.celery.upgrading import from_celery, upgrade
from tests.support.dates import PARIS

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

APP = Celery(set_as_current=False)
APP.conf.timezone = "Europe/Paris"


def at_noon() -> datetime:
    return NOON


def in_rome() -> stock.crontab:
    """A stock crontab whose zone was set, as many do for lack of an argument."""
    made = stock.crontab(0, 9, app=APP)
    made.tz = pytz.timezone("Europe/Rome")
    return made


def asked(made: Any) -> Any:
    """A schedule that knows its app's zone by now."""
    assert made.tz == PARIS
    return made


class OwnCrontab(stock.crontab):  # type: ignore[misc]  # Celery is untyped
    pass


@pytest.mark.parametrize(
    ("given", "core"),
    [
        (stock.crontab(0, 9, app=APP), duetime.cron("0 9 * * *", tz=PARIS)),
        (crontab(0, 9, app=APP), duetime.cron("0 9 * * *", tz=PARIS)),
        (OwnCrontab(0, 9, app=APP), duetime.cron("0 9 * * *", tz=PARIS)),
        (crontab(0, 9, app=APP, tz="Asia/Tokyo"), duetime.cron("0 9 * * *", tz="Asia/Tokyo")),
        (in_rome(), duetime.cron("0 9 * * *", tz="Europe/Rome")),
        (
            stock.crontab([0, 30], {22, 23}, app=APP),
            duetime.cron("0,30 22,23 * * *", tz=PARIS),
        ),
        (
            crontab("*/20", 2, app=APP, dst="ocps"),
            duetime.cron("*/20 2 * * *", tz=PARIS, dst="ocps"),
        ),
        (stock.crontab("*/20", 2, app=APP), duetime.cron("*/20 2 * * *", tz=PARIS)),
        (stock.schedule(30), duetime.every(30)),
        (schedule(30), duetime.every(30)),
        (timedelta(minutes=5), duetime.every(minutes=5)),
        (30, duetime.every(30)),
        (0.5, duetime.every(0.5)),
        (stock.solar("sunset", -37.8, 144.97), duetime.solar("sunset", -37.8, 144.97)),
        (solar("sunset", -37.8, 144.97), duetime.solar("sunset", -37.8, 144.97)),
        (beat(duetime.at(NOON)), duetime.at(NOON)),
    ],
    ids=lambda value: re.sub(" at 0x.*", ">", repr(value)),
)
def test_each_of_celerys_schedules_is_one_of_ours(given: Any, core: Schedule) -> None:
    assert from_celery(given) == core
    assert from_celery(given).tz == core.tz
    tokyo = from_celery(given, tz="Asia/Tokyo")
    assert tokyo == core.in_zone("Asia/Tokyo")
    assert tokyo.tz == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    "given",
    [
        stock.schedule(60, relative=True),
        schedule(60, relative=True),
        stock.schedule(0),
        stock.BaseSchedule(),
        duetime.at(NOON),
        "0 9 * * *",
        None,
        True,
    ],
    ids=lambda value: re.sub(" at 0x.*", ">", repr(value)),
)
def test_what_has_no_twin_is_refused(given: Any) -> None:
    with pytest.raises(ScheduleError):
        from_celery(given)


def test_an_upgrade_replaces_stock_schedules_and_nothing_else() -> None:
    ours, subclass = crontab(0, 9, tz="Asia/Tokyo"), OwnCrontab(0, 9)
    given: dict[str, Any] = {
        "report": {
            "task": "tasks.report",
            "schedule": stock.crontab([0, 30], "7", nowfun=at_noon, app=APP),
            "args": (1, 2),
            "options": {"queue": "slow"},
        },
        "rome": {"task": "tasks.rome", "schedule": in_rome()},
        "poll": {"task": "tasks.poll", "schedule": stock.schedule(10, True, at_noon, APP)},
        "lights": {"task": "tasks.lights", "schedule": stock.solar("sunset", 10, 20, app=APP)},
        "entry": ScheduleEntry("entry", "tasks.entry", schedule=stock.crontab(), app=APP),
        "number": {"task": "tasks.number", "schedule": 30},
        "span": {"task": "tasks.span", "schedule": timedelta(minutes=1)},
        "ours": {"task": "tasks.ours", "schedule": ours},
        "subclass": {"task": "tasks.subclass", "schedule": subclass},
        "without": {"task": "tasks.without"},
    }
    before = {name: dict(entry) for name, entry in given.items()}
    upgraded = upgrade(given)

    assert list(upgraded) == list(given)
    assert {name: dict(entry) for name, entry in given.items()} == before
    report = upgraded["report"]
    assert {**report, "schedule": None} == {**given["report"], "schedule": None}
    assert type(report["schedule"]) is crontab
    assert report["schedule"] == stock.crontab("0,30", "7", nowfun=at_noon)
    assert report["schedule"].app is APP
    assert upgraded["rome"]["schedule"] == crontab(0, 9, tz="Europe/Rome")
    poll, lights = upgraded["poll"]["schedule"], upgraded["lights"]["schedule"]
    assert (type(poll), poll.run_every, poll.relative) == (schedule, timedelta(seconds=10), True)
    assert (poll.nowfun, poll.app, lights.app) == (at_noon, APP, APP)
    assert (type(lights), repr(lights)) == (solar, repr(given["lights"]["schedule"]))
    assert type(upgraded["entry"].schedule) is crontab
    assert type(given["entry"].schedule) is stock.crontab
    for name in ("number", "span", "ours", "subclass", "without"):
        assert upgraded[name] == given[name]
        assert upgraded[name].get("schedule") is given[name].get("schedule")


def test_an_upgrade_does_not_touch_an_entry_it_is_given() -> None:
    given = stock.crontab(0, 9)
    entry = ScheduleEntry("entry", "tasks.entry", schedule=given, app=APP)
    upgraded = upgrade({"entry": entry})["entry"]
    assert upgraded.app is upgraded.schedule._app is APP
    assert entry.schedule is given
    assert given._app is APP


def mutated() -> stock.crontab:
    made = stock.crontab(0, 9, app=APP)
    made.minute = {30}
    made.hour.add(10)
    return made


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (stock.crontab((n for n in (40, 20)), 9, app=APP), crontab("20,40", 9)),
        (stock.crontab(range(0, 60, 15), 9, app=APP), crontab("0,15,30,45", 9)),
        (mutated(), crontab("30", "9,10")),
        (stock.crontab(True, app=APP), crontab(1)),
        (stock.crontab("*/20", "8-17", "mon-fri", app=APP), crontab("*/20", "8-17", "mon-fri")),
    ],
    ids=["generator", "range", "mutated", "True", "text"],
)
def test_a_crontab_is_upgraded_by_its_values(given: Any, expected: crontab) -> None:
    made = upgrade({"a": {"schedule": given}})["a"]["schedule"]
    assert type(made) is crontab
    assert made == expected
    assert from_celery(made, PARIS) == from_celery(given, PARIS)


@pytest.mark.parametrize(
    "entry",
    [
        {"schedule": timedelta(days=1), "relative": True},
        {"schedule": 0},
        {"schedule": -5},
        {"schedule": timedelta(0)},
        {"schedule": stock.schedule(0)},
    ],
    ids=str,
)
def test_an_interval_that_has_no_grid_is_not_anchored(entry: dict[str, Any]) -> None:
    made = upgrade({"a": entry}, anchor_intervals=True)["a"]
    assert {**made, "schedule": None} == {**entry, "schedule": None}
    assert made["schedule"] == entry["schedule"]
    assert not isinstance(made["schedule"], beat)


def test_an_upgrade_keeps_the_zone_that_was_set_and_forgets_the_apps() -> None:
    entries = {"a": {"schedule": asked(stock.crontab(0, 9, app=APP))}}
    made = upgrade(entries)["a"]["schedule"]
    assert made == crontab(0, 9)
    made.app = Celery(set_as_current=False)
    assert made.tz == ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (30, beat(duetime.every(30, anchor="epoch"))),
        (timedelta(hours=1), beat(duetime.every(hours=1, anchor="epoch"))),
        (stock.schedule(30), beat(duetime.every(30, anchor="epoch"))),
        (schedule(30, nowfun=at_noon), beat(duetime.every(30, anchor="epoch"), nowfun=at_noon)),
        (
            schedule(30, tz="Asia/Tokyo"),
            beat(duetime.every(30, anchor="epoch", tz="Asia/Tokyo")),
        ),
        (stock.schedule(30, relative=True), schedule(30, relative=True)),
        (stock.crontab(0, 9), crontab(0, 9)),
        (True, True),
    ],
    ids=lambda value: re.sub(" at 0x.*", ">", repr(value)),
)
def test_intervals_can_be_anchored_so_that_a_restart_does_not_move_them(
    given: Any, expected: Any
) -> None:
    made = upgrade({"a": {"schedule": given}}, anchor_intervals=True)["a"]["schedule"]
    assert type(made) is type(expected)
    assert made == expected
