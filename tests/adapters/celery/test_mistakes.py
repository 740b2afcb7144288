"""Mistakes in entries and settings: each is told with the entry's name and the cure."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from celery import Celery
from celery import schedules as stock

from duetime import ScheduleError, business_days, cron, every, window
from duetime.adapters.celery import Entry, Scheduler, beat, crontab, schedule
from duetime.adapters.celery.state import StateFile
from tests.support.virtual_beat import START, VirtualCelery, VirtualScheduler, run, scheduler


@pytest.fixture
def app() -> VirtualCelery:
    return VirtualCelery()


SCHEDULES = [
    # what stands in the entry, what the message says after "schedule of report "
    (
        "0 9 * * *",
        "is text.* beat.cron.'0 9 .*tz='UTC'.., or crontab.minute='0', hour='9'.*zone",
    ),
    ("* * * * *", r"beat.cron.'\* \* \* \* \*', tz='UTC'.., or crontab\(\)"),
    ("@daily", "is text.* beat.cron.'@daily', tz='UTC'.."),
    ("PT5M", "is text.* beat.every.*minutes=5"),
    ("30", "is text.* the number 30: leave out the quotes"),
    ("1.5", "the number 1.5: leave out the quotes"),
    ("whenever", "is text.* beat.cron......, or crontab.minute=..., hour=.*, or seconds"),
    (b"0 9 * * *", "is text"),
    (business_days(), r"a calendar, .*beat\(cron\('0 9 \* \* \*'\)\.on\(business_days\(.*\)\)\)"),
    (
        window(cron("0 9 * * *"), length=timedelta(hours=1)),
        "must be seconds, a timedelta or a schedule",
    ),
    (0, "more than zero, not 0"),
    (0.0, "more than zero, not 0.0"),
    (-5, "more than zero, not -5"),
    (timedelta(0), "more than zero, not datetime.timedelta"),
    (timedelta(minutes=-1), "more than zero"),
    (float("nan"), "more than zero, not nan"),
    (float("inf"), "more than zero, not inf"),
    (stock.schedule(0), "more than zero, not datetime.timedelta"),
    (schedule(-60), "more than zero, not datetime.timedelta"),
    (schedule(0, relative=True), "more than zero, not datetime.timedelta"),
    (True, "must be seconds, a timedelta or a schedule"),
    (crontab, "is the class .*: call it"),
    (datetime(2026, 1, 5, 9, tzinfo=UTC), r"one moment: .*beat\(at\("),
    ({"minute": 0}, "must be seconds, a timedelta or a schedule"),
    (None, "is missing: .* seconds, a timedelta or a schedule"),
]


@pytest.mark.parametrize(("given", "told"), SCHEDULES, ids=lambda each: repr(each)[:30])
def test_what_is_no_schedule_is_told_with_the_name_and_the_cure(
    app: VirtualCelery, given: Any, told: str
) -> None:
    with pytest.raises(ScheduleError, match=f"^schedule of report .*{told}"):
        scheduler(app).add(name="report", task="report", schedule=given)


ENTRIES = [
    # an entry of `beat_schedule`, what the log says of it
    ({"task": "x", "schedule": "0 9 * * *"}, "schedule of bad is text"),
    ({"task": "x", "schedule": business_days()}, "schedule of bad is a calendar"),
    ({"task": "x", "schedule": -1}, "schedule of bad must be .*not -1"),
    ({"task": "x"}, "schedule of bad is missing"),
    ({"schedule": 60}, "task of bad must be the name of a task, not None"),
    ({"task": len, "schedule": 60}, "task of bad must be the name of a task, not <built-in"),
    ({"task": "x", "schedul": 60}, "entry bad has no key 'schedul': did you mean schedule"),
    ({"task": "x", "schedule": 60, "queue": "a"}, "no key 'queue': it goes into options"),
    ({"task": "x", "schedule": 60, "zzz": 1}, "no key 'zzz': it has task, schedule, args"),
    ({"task": "x", "schedule": 60, "catchup": "all"}, "no key 'catchup': did you mean catch_up"),
    ({"task": "x", "schedule": 60, "deadline": 0}, "deadline of bad must be .*more than zero"),
    ({"task": "x", "schedule": 60, "catch_up": "al"}, "catch_up of bad must be one of"),
    ({"task": "x", "schedule": 60, "options": {"deadline": -1}}, "deadline of bad must be"),
    ({"task": "x", "schedule": 60, "options": ["queue"]}, "options of bad must be a dict"),
    ({"task": "x", "schedule": 60, "total_run_count": "many"}, "total_run_count of bad"),
    (crontab(minute=0), "entry bad must be a dict with task and schedule, not <crontab"),
    ("0 9 * * *", "entry bad must be a dict with task and schedule, not '0 9"),
    (None, "entry bad must be a dict with task and schedule, not None"),
]


@pytest.mark.parametrize(("given", "told"), ENTRIES, ids=lambda each: repr(each)[:60])
def test_one_bad_entry_is_left_out_and_the_others_run(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture, given: Any, told: str
) -> None:
    good = {"task": "good", "schedule": crontab()}
    app.conf.beat_schedule = {"a": good, "bad": given, "b": good}
    it = VirtualScheduler(app)
    assert it.schedule.keys() == {"a", "b"}
    assert len(run(it, START + timedelta(minutes=2))) == 2
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.exc_info is None
    assert re.search(f"^beat: entry 'bad' is left out: .*{told}", record.getMessage())


@pytest.mark.parametrize("name", [None, 1, (1,), b"x", "a\ud800"])
@pytest.mark.parametrize("how", ["merge_inplace", "update_from_dict"])
def test_a_bad_name_is_left_out_and_the_others_run(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture, how: str, name: Any
) -> None:
    it = scheduler(app)
    getattr(it, how)({name: {"task": "x", "schedule": 5}, "good": {"task": "good", "schedule": 5}})
    assert it.schedule.keys() == {"good"}
    (record,) = caplog.records
    assert "the name of an entry must be text" in record.getMessage()
    assert it.tick() == 5


def test_an_entry_whose_making_raises_is_left_out_with_a_traceback(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    class Picky(Entry):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.name == "bad":
                raise RuntimeError("no idea")

    kind = type("Picking", (VirtualScheduler,), {"Entry": Picky})
    app.conf.beat_schedule = {n: {"task": n, "schedule": crontab()} for n in ("bad", "good")}
    assert kind(app).schedule.keys() == {"good"}
    assert "beat: entry 'bad' is left out: it fails" in caplog.text
    assert "RuntimeError: no idea" in caplog.text


def test_an_entry_that_is_made_bad_stays_as_it_was(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, a=crontab(), b=crontab())
    it.merge_inplace({"a": {"task": "a", "schedule": "* * * * *"}})
    assert [message.task for message in run(it, START + timedelta(minutes=2))] == ["a"]
    assert "entry 'a' stays as it was: schedule of a is text" in caplog.text
    it.update_from_dict({"a": {"task": "a"}, "c": {"task": "c", "schedule": 30}})
    assert it.schedule.keys() == {"a", "c"}
    assert caplog.text.count("entry 'a' stays as it was: ") == 2


def test_what_an_entry_has_run_is_remembered_while_it_is_bad(
    app: VirtualCelery, tmp_path: Path
) -> None:
    path = tmp_path / "state"
    for given in (crontab(minute=0), "0 * * * *", crontab(minute=0)):
        it = scheduler(app, path, a=given, b=crontab(minute=30))
        sent = run(it, app.clock + timedelta(minutes=75))
        it.close()
    # What it missed while it was bad, and what was due since.
    hours = [m.scheduled_for.hour for m in sent if m.task == "a"]
    assert hours == [14, 15]
    file = StateFile(path)
    assert {row.name for row in file.rows()} == {"a", "b"}
    file.close()


# Settings.

NAMES = [
    ({"duetime_catchup": "all"}, "duetime_catchup: did you mean duetime_catch_up?"),
    ({"duetime_dead_line": 5}, "duetime_dead_line: did you mean duetime_deadline?"),
    ({"duetime_occurence_ids": True}, "did you mean duetime_occurrence_ids?"),
    ({"duetime_x": 1}, "duetime_x: it has duetime_catch_up, .*duetime_occurrence_ids"),
    ({"DUETIME_CATCH_UP": "all"}, "DUETIME_CATCH_UP: did you mean duetime_catch_up?"),
]


@pytest.mark.parametrize(("given", "told"), NAMES)
def test_an_unknown_setting_is_refused_with_the_nearest_name(
    given: dict[str, Any], told: str
) -> None:
    with pytest.raises(ScheduleError, match=f"^duetime's scheduler has no setting .*{told}"):
        scheduler(VirtualCelery(**given))


class Django:
    CELERY_DUETIME_DEADLINE = 60
    CELERY_DUETIME_CATCHUP = "all"


class Plain:
    DUETIME_CATCH_UP = "all"


@pytest.mark.parametrize(
    ("settings", "given", "meant"),
    [
        (Django, "CELERY_DUETIME_CATCHUP", "CELERY_DUETIME_CATCH_UP"),
        (Plain, "DUETIME_CATCH_UP", "CELERY_DUETIME_CATCH_UP"),
    ],
)
def test_settings_of_a_namespace_are_named_as_they_are_written(
    settings: Any, given: str, meant: str
) -> None:
    app = VirtualCelery()
    app.config_from_object(settings, namespace="CELERY")
    with pytest.raises(ScheduleError, match=f"no setting {given}: did you mean {meant}?"):
        VirtualScheduler(app)


def test_modules_and_functions_in_a_settings_file_are_no_settings() -> None:
    module = ModuleType("celeryconfig")
    vars(module).update(duetime_helpers=ModuleType("duetime_helpers"), duetime_now=len)
    app = Celery("configured", broker="memory://", set_as_current=False)
    app.config_from_object(module)
    app.conf.duetime_deadline = 60
    assert Scheduler(app, lazy=True)._deadline == timedelta(minutes=1)


@pytest.mark.parametrize("setting", ["duetime_deadline", "beat_cron_starting_deadline"])
def test_a_deadline_of_zero_that_sends_nothing_is_refused(setting: str) -> None:
    with pytest.raises(ScheduleError, match=f"^{setting} must be .*more than zero, not 0$"):
        scheduler(VirtualCelery(START, **{setting: 0}))


def test_schedules_that_are_right_are_taken(app: VirtualCelery) -> None:
    class Own(stock.BaseSchedule):  # type: ignore[misc]  # Celery is untyped
        def is_due(self, last_run_at: datetime) -> Any:
            return False, 5

    given = [1, 0.1, timedelta(1), stock.schedule(5), crontab(), beat(every(hours=1)), Own()]
    given += [cron("@daily"), stock.schedule(5, relative=True)]
    it = scheduler(app, **{f"entry-{n}": each for n, each in enumerate(given)})
    assert len(it.schedule) == len(given)
