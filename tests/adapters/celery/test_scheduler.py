"""The scheduler, on a clock that the test moves."""

import copy
import pickle
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from celery import Celery
from celery import schedules as stock
from celery.beat import ScheduleEntry, Service
from celery.signals import before_task_publish
from kombu.exceptions import OperationalError

import duetime
from duetime import Schedule, ScheduleError, SearchHorizonError, cron, every, occurrence_id
from duetime.adapters.celery import (
    Entry,
    Scheduler,
    beat,
    crontab,
    from_celery,
    read_heartbeat,
    schedule,
    solar,
)
from duetime.adapters.celery import memory as module
from duetime.adapters.celery.entries import Entries
from duetime.adapters.celery.memory import core_of, fingerprint, spelling
from duetime.adapters.celery.state import Row, StateFile
from tests.support.dates import SECOND
from tests.support.virtual_beat import (
    START,
    VirtualCelery,
    VirtualScheduler,
    entries,
    flush,
    run,
    scheduler,
)

MINUTELY = {"minute": "*"}


@pytest.fixture
def app() -> VirtualCelery:
    return VirtualCelery()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "celerybeat-schedule"


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 1, 5, hour, minute, second, tzinfo=UTC)


def runs(sent: list[Any], task: str | None = None) -> list[datetime]:
    return [message.scheduled_for for message in sent if task in (None, message.task)]


def waits(it: VirtualScheduler, *pauses: float) -> list[float]:
    """What a tick says now, and after each pause of so many seconds."""
    found = [it.tick()]
    for pause in pauses:
        it.app.pass_time(seconds=pause)
        found.append(it.tick())
    return found


def rest(it: VirtualScheduler) -> float:
    """Tick until all entries are learned; the wait that the last tick says."""
    while not (wait := it.tick()):
        pass
    return wait


def rows(file: Path) -> dict[str, Row]:
    found = StateFile(file)
    by_name = {row.name: row for row in found.rows()}
    found.close()
    return by_name


# What a tick does.


def test_everything_that_is_due_leaves_in_one_tick(app: VirtualCelery) -> None:
    names = [f"entry-{n}" for n in range(300)]
    it = scheduler(app, **{name: crontab(minute=30) for name in names})
    assert it.tick() == 300
    app.clock = at(12, 30)
    assert it.tick() == 300
    assert sorted(message.task for message in it.sent) == sorted(names)
    assert {message.scheduled_for for message in it.sent} == {at(12, 30)}


def test_many_new_entries_are_learned_a_few_at_a_tick_and_miss_nothing(app: VirtualCelery) -> None:
    many: dict[str, Any] = {f"crontab-{n}": crontab(minute=5) for n in range(900)}
    many |= {f"interval-{n}": schedule(240) for n in range(300)}
    many["union"] = beat(cron("5 * * * *") | cron("6 * * * *"))
    many["relative"] = stock.schedule(timedelta(minutes=5), relative=True)
    many["clock"] = crontab(minute=5, nowfun=app.now)
    it = scheduler(app, **many)
    assert it.tick() == 0
    del it.schedule["crontab-7"]
    ticks = 0
    while it.tick() == 0:
        ticks += 1
    assert 0 < ticks < 5
    # Set once more, they are known and keep what is known of them.
    it.schedule.update(it.schedule)
    assert rest(it) == 240
    app.clock = at(12, 5)
    it.tick()
    names = sorted(message.task for message in it.sent)
    assert names == sorted(many.keys() - {"crontab-7"})
    assert set(runs(it.sent)) == {at(12, 5), at(12, 4)}


@pytest.mark.parametrize("how", ["at the start", "while it runs", "again"])
def test_learning_many_entries_delays_no_message_by_more_than_20_ms(
    app: VirtualCelery, file: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    learned: list[Any] = []

    def learn(given: Any) -> Any:
        app.pass_time(milliseconds=1)
        learned.append(given)
        return from_celery(given)

    many = {f"entry-{n}": crontab(n % 60, n // 60 % 24) for n in range(1_500)}
    many |= {f"beat-{n}": beat(cron(f"{n} * * * *")) for n in range(30)}
    # It ends so that the first entries that are yet to be learned come while others are due.
    app.clock = START + 59.4 * SECOND
    pulse = {f"pulse-{n}": schedule(0.1) for n in range(3)}
    it = scheduler(app, file, **(pulse | many if how == "at the start" else pulse))
    if how != "at the start":
        it.tick()
        it.update_from_dict(entries(**many))
    if how == "again":
        run(it, app.clock + 2 * SECOND)
        for entry in many.values():
            entry.app = app
        it.update_from_dict(entries(**many))
        it.sent.clear()
    monkeypatch.setattr(module, "from_celery", learn)
    start = app.clock
    while app.clock < start + 3 * SECOND:
        wait = it.tick()
        app.clock += max(timedelta(microseconds=1), timedelta(seconds=wait))
    # Nothing is learned twice.
    assert len(learned) == {"at the start": 1_533, "while it runs": 1_530, "again": 0}[how]
    late = [message.at - message.scheduled_for for message in it.sent if "pulse" in message.task]
    assert len(late) > 80
    assert max(late) <= timedelta(milliseconds=20)
    it.close()


def test_nothing_is_sent_before_it_is_due(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab(minute=1), b=schedule(60), c=stock.crontab(minute=1))
    app.clock = at(12, 1) - timedelta(microseconds=1)
    assert it.tick() == 1e-6
    assert it.sent == []
    app.clock = at(12, 1)
    it.tick()
    assert sorted(message.task for message in it.sent) == ["a", "b", "c"]


def test_it_wakes_exactly_when_the_next_entry_is_due(app: VirtualCelery) -> None:
    app.clock = START + timedelta(seconds=17.25)
    it = scheduler(app, minutely=crontab(), interval=schedule(50))
    assert waits(it, 42.75) == [42.75, 7.25]


def test_it_sleeps_no_longer_than_the_longest_it_may(app: VirtualCelery) -> None:
    assert scheduler(app).tick() == 300
    assert scheduler(app, daily=crontab(minute=0, hour=0)).tick() == 300
    never = scheduler(app, never=beat(duetime.at()))
    assert [never.tick(), len(never.sent)] == [300, 0]
    assert VirtualScheduler(VirtualCelery(beat_max_loop_interval=7)).tick() == 7


@pytest.mark.parametrize("period", [0.1, 0.333, 1.0])
def test_intervals_do_not_drift_however_late_the_ticks(app: VirtualCelery, period: float) -> None:
    it = scheduler(app, interval=period)
    while len(it.sent) < 1_000:
        app.pass_time(seconds=it.tick(), microseconds=1_017)
    step = timedelta(seconds=period)
    assert runs(it.sent[:1_000]) == [START + n * step for n in range(1, 1_001)]


def test_an_interval_that_missed_several_runs_runs_once_and_stays_on_its_grid(
    app: VirtualCelery,
) -> None:
    app.conf.duetime_catch_up = "all"
    it = scheduler(app, interval=timedelta(minutes=10))
    app.clock = at(12, 35)
    it.tick()
    assert runs(it.sent) == [at(12, 30)]
    assert runs(run(it, at(12, 55))) == [at(12, 40), at(12, 50)]


def test_two_entries_of_one_instant_both_run_whatever_their_names(app: VirtualCelery) -> None:
    it = scheduler(app, b=crontab(), a=crontab(), c=timedelta(minutes=1))
    sent = run(it, at(12, 3))
    assert [message.task for message in sent] == ["a", "b", "c"] * 2


def test_ticks_keep_to_the_app_that_the_scheduler_was_given(app: VirtualCelery) -> None:
    other = Celery("other", set_as_current=False)
    given = crontab(minute=0, app=other)
    app.conf.timezone = "Asia/Tokyo"
    it = scheduler(app, hourly=given)
    run(it, at(13, 30))
    assert it.schedule["hourly"].schedule.app is app
    assert it.sent[0].scheduled_for.utcoffset() == timedelta(hours=9)


# Entries that come, change and go.

HOUR = crontab(minute=0)


def _assign(it: Any) -> None:
    it.schedule["new"] = Entry("new", "new", schedule=SECOND, app=it.app)


CHANGES: dict[str, tuple[Callable[[Any], object], set[str]]] = {
    "assigned": (_assign, {"a", "b", "new"}),
    "added": (lambda it: it.add(name="new", task="new", schedule=SECOND), {"a", "b", "new"}),
    "updated from a dict": (lambda it: it.update_from_dict(entries(new=SECOND)), {"a", "b", "new"}),
    "replaced by an update": (lambda it: it.update_from_dict(entries(a=HOUR)), {"b"}),
    "merged": (lambda it: it.merge_inplace(entries(b=SECOND, new=SECOND)), {"b", "new"}),
    "changed by a merge": (lambda it: it.merge_inplace(entries(a=HOUR, b=SECOND)), {"b"}),
    "deleted": (lambda it: it.schedule.__delitem__("a"), {"b"}),
    "popped": (lambda it: it.schedule.pop("a"), {"b"}),
    "popped in vain": (lambda it: it.schedule.pop("x", None), {"a", "b"}),
    "popped from the end": (lambda it: it.schedule.popitem(), {"a"}),
    "cleared": (lambda it: it.schedule.clear(), set()),
    "set by default": (
        lambda it: it.schedule.setdefault("new", Entry("new", "new", schedule=1, app=it.app)),
        {"a", "b", "new"},
    ),
    "set by default in vain": (lambda it: it.schedule.setdefault("a"), {"a", "b"}),
    "joined": (
        lambda it: it.schedule.__ior__({"new": Entry("new", "new", schedule=1, app=it.app)}),
        {"a", "b", "new"},
    ),
    "exchanged": (
        lambda it: setattr(
            it, "schedule", {"new": ScheduleEntry("new", "new", schedule=SECOND, app=it.app)}
        ),
        {"new"},
    ),
    "removed and brought back": (
        lambda it: it.schedule.__setitem__("a", it.schedule.pop("a")),
        {"a", "b"},
    ),
}


@pytest.mark.parametrize("how", CHANGES)
def test_entries_that_come_change_and_go_are_seen_at_the_next_tick(
    app: VirtualCelery, file: Path, how: str
) -> None:
    change, expected = CHANGES[how]
    it = scheduler(app, file, a=SECOND, b=SECOND)
    run(it, START + 3 * SECOND)
    change(it)
    sent = run(it, START + 6 * SECOND)
    assert {message.task for message in sent} == expected
    names = set(it.schedule)
    it.close()
    assert rows(file).keys() == names


def test_an_entry_that_was_mutated_in_place_changes_when_it_is_next_due(
    app: VirtualCelery,
) -> None:
    it = scheduler(app, a=crontab(), b=timedelta(minutes=1), c=crontab())
    run(it, at(12, 1, 30))
    it.schedule["a"].schedule = crontab(minute="*/30")
    it.schedule["b"].schedule.run_every = timedelta(minutes=20)
    it.schedule["c"].task = "other"
    sent = run(it, at(12, 31))
    # It is due at 12:02, and what it has since then is looked at from there.
    assert runs(sent, "a") == [at(12, 30)]
    assert runs(sent, "b") == [at(12, 22)]
    assert runs(sent, "other") == [at(12, minute) for minute in range(2, 31)]


def test_a_change_of_anything_but_the_schedule_keeps_the_last_run(app: VirtualCelery) -> None:
    it = scheduler(app, a=schedule(60))
    run(it, at(12, 1, 30))
    it.add(name="a", task="renamed", schedule=schedule(60), args=(1,))
    assert it.tick() == 30
    assert it.schedule["a"].last_run_at == at(12, 1)
    assert it.schedule["a"].total_run_count == 1


def test_a_set_of_a_crontab_that_was_changed_in_place_is_seen(app: VirtualCelery) -> None:
    it = scheduler(app, a=stock.crontab(minute={0}))
    it.tick()
    it.schedule["a"].schedule.minute.clear()
    it.schedule["a"].schedule.minute.add(30)
    # It is due at 13:00, and is looked at from there.
    assert runs(run(it, at(15))) == [at(13, 30), at(14, 30)]


class Fresh(Entry):
    """An entry whose schedule is made anew whenever it is looked at."""

    make: Any = None

    @property
    def schedule(self) -> Any:
        return self.make()

    @schedule.setter
    def schedule(self, given: Any) -> None:
        pass


class Numbered(stock.BaseSchedule):  # type: ignore[misc]  # Celery is untyped
    """No two of it are equal."""

    number = 0

    def __init__(self) -> None:
        super().__init__()
        Numbered.number += 1
        self.own = Numbered.number

    def is_due(self, last_run_at: datetime) -> Any:
        return False, 0


class Slotted:
    """A schedule that shows nothing of itself."""

    __slots__ = ("app",)

    def now(self) -> datetime:
        return START

    def is_due(self, last_run_at: datetime) -> Any:
        return False, 0


@pytest.mark.parametrize(
    ("make", "number"),
    [(crontab, 3), (lambda: beat(cron("* * * * *")), 3), (Numbered, 0), (Slotted, 0)],
)
def test_a_schedule_that_is_made_anew_each_time_does_not_hold_the_tick(
    app: VirtualCelery, make: Any, number: int
) -> None:
    it = scheduler(app)
    own = type("Own", (Fresh,), {"make": staticmethod(make)})
    it.schedule["a"] = own("a", "a", last_run_at=START, app=app)
    for minute in range(4):
        app.clock = at(12, minute)
        it.tick()
    assert len(it.sent) == number


def test_entries_that_vanish_behind_the_back_of_the_mapping_do_no_harm(
    app: VirtualCelery,
) -> None:
    it = scheduler(app, **{f"entry-{n}": crontab() for n in range(1_200)})
    dict.clear(it.schedule)
    while it.tick() == 0:
        pass
    app.clock = at(12, 5)
    it.tick()
    assert it.sent == []


def _any(it: Any) -> Any:
    return Entry("x", "x", schedule=SECOND, app=it.app)


REFUSED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a number for a name": (lambda it: it.schedule.__setitem__(1, _any(it)), "not 1"),
    "bytes for a name": (lambda it: it.schedule.setdefault(b"x", _any(it)), "not b'x'"),
    "half a character": (lambda it: it.schedule.update({"a\ud800": _any(it)}), "'a.ud800'"),
    "a name in a new mapping": (lambda it: setattr(it, "schedule", {2: _any(it)}), "not 2"),
    "a count of 70 bits": (
        lambda it: it.add(name="big", task="x", schedule=1, total_run_count=2**70),
        "total_run_count of big",
    ),
    "a count that is none": (
        lambda it: it.add(name="a", task="x", schedule=1, total_run_count="many"),
        "total_run_count of a",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_entry_that_could_not_be_remembered_is_refused_and_others_stay(
    app: VirtualCelery, file: Path, what: str
) -> None:
    refused, message = REFUSED[what]
    it = scheduler(app, file, a=crontab(), b=crontab())
    with pytest.raises(ScheduleError, match=message):
        refused(it)
    assert it.schedule.keys() == {"a", "b"}
    assert [message.task for message in run(it, at(12, 2))] == ["a", "b"]
    it.close()
    assert rows(file).keys() == {"a", "b"}


@pytest.mark.parametrize("value", [-5, float("inf"), float("nan"), "5", timedelta(seconds=5)])
def test_a_longest_sleep_that_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(ScheduleError, match=r"^beat_max_loop_interval must be .*seconds"):
        scheduler(VirtualCelery(beat_max_loop_interval=value))


def test_a_schedule_of_duetime_may_stand_in_an_entry_as_it_is(app: VirtualCelery) -> None:
    tokyo = cron("30 21 * * *", tz="Asia/Tokyo")
    it = scheduler(app, a=tokyo)
    it.add(name="b", task="b", schedule=tokyo | cron("0 13 * * *"))
    assert it.schedule["a"].schedule == beat(tokyo)
    assert it.schedule["a"].schedule.app is app
    assert runs(run(it, at(14))) == [at(12, 30), at(12, 30), at(13)]


def test_an_entry_that_is_removed_while_others_are_sent_is_not_sent(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab(), b=crontab())
    send = it.send_task

    def remove(task: str, *args: Any, **options: Any) -> None:
        it.schedule.pop("b", None)
        send(task, *args, **options)

    it.send_task = remove  # type: ignore[method-assign]  # removes amid the tick
    assert {message.task for message in run(it, at(12, 5))} == {"a"}


# Catching up.

LATE = timedelta(minutes=3, seconds=20)
CATCH_UP = [
    # policy, deadline, minutes of the runs that are sent at 12:03:20 after a start at 12:00
    (None, None, [3]),
    ("latest", None, [3]),
    ("latest", 20, [3]),
    ("latest", 19, []),
    ("all", None, [1, 2, 3]),
    ("all", 80, [2, 3]),
    ("all", timedelta(seconds=79.999), [3]),
    ("all", 0.001, []),
    ("none", None, [3]),
    ("none", 19.999, []),
    ("none", 3_600, [3]),
]


@pytest.mark.parametrize(("policy", "deadline", "minutes"), CATCH_UP)
@pytest.mark.parametrize("where", ["globally", "of the entry"])
def test_missed_runs_are_caught_up_as_the_policy_says(
    where: str, policy: Any, deadline: Any, minutes: list[int]
) -> None:
    if where == "globally":
        app = VirtualCelery(duetime_catch_up=policy, duetime_deadline=deadline)
        own: dict[str, Any] = {}
    else:
        app = VirtualCelery(duetime_catch_up="latest", duetime_deadline=None)
        own = {"catch_up": policy, "deadline": deadline}
    it = scheduler(app)
    it.add(name="a", task="a", schedule=crontab(), **own)
    it.tick()
    app.pass_time(seconds=LATE.total_seconds())
    assert it.tick() == 40
    assert runs(it.sent) == [at(12, minute) for minute in minutes]
    # What was dropped stays so.
    app.clock = at(12, 4)
    it.tick()
    assert runs(it.sent) == [at(12, minute) for minute in [*minutes, 4]]


@pytest.mark.parametrize("policy", ["latest", "all", "none"])
def test_a_deadline_is_judged_when_the_message_would_leave(app: VirtualCelery, policy: str) -> None:
    it = scheduler(app)
    for name in ("a", "b", "c"):
        it.add(name=name, task=name, schedule=crontab(minute=0), catch_up=policy, deadline=60)
    it.add(name="d", task="d", schedule=crontab(minute=0))
    send = it.send_task

    def slow(*args: Any, **options: Any) -> None:
        app.pass_time(seconds=45)
        send(*args, **options)

    it.send_task = slow  # type: ignore[method-assign]  # of this one beat
    app.clock = at(13)
    flush(it)
    assert [(message.task, message.at) for message in it.sent] == [
        ("a", at(13, 0, 45)),
        ("b", at(13, 1, 30)),
        ("d", at(13, 2, 15)),
    ]
    # What was dropped stays so.
    app.clock = at(13, 4)
    it.tick()
    assert len(it.sent) == 3


def test_each_of_many_missed_runs_is_judged_when_it_would_leave(app: VirtualCelery) -> None:
    it = scheduler(app)
    it.add(name="a", task="a", schedule=crontab(), catch_up="all", deadline=200)
    send = it.send_task

    def slow(*args: Any, **options: Any) -> None:
        send(*args, **options)
        app.pass_time(seconds=100)

    it.send_task = slow  # type: ignore[method-assign]  # of this one beat
    app.clock = at(12, 5)
    for _ in range(3):
        it.tick()
    late = [(message.scheduled_for, message.at - message.scheduled_for) for message in it.sent]
    assert late == [
        (at(12, 2), 180 * SECOND),
        (at(12, 4), 160 * SECOND),
        (at(12, 5), 200 * SECOND),
    ]


def test_expires_counts_from_when_the_message_leaves(tmp_path: Path) -> None:
    app = VirtualCelery()
    stamps = []

    class Publishing(Scheduler):
        def send_task(self, *args: Any, **options: Any) -> None:
            app.send_task(*args, **options)
            app.pass_time(seconds=45)

    def stamp(headers: Any = None, **rest: Any) -> None:
        stamps.append(datetime.fromisoformat(headers["expires"]))

    before_task_publish.connect(stamp)
    try:
        it = Publishing(app)
        for name in ("a", "b"):
            it.add(name=name, task=name, schedule=crontab(), options={"expires": 60})
        app.clock = at(12, 1)
        it.tick()
        it.tick()
    finally:
        before_task_publish.disconnect(stamp)
    assert stamps == [at(12, 2), at(12, 2, 45)]


@pytest.mark.parametrize(
    ("deadline", "expected"), [(None, [at(13)]), (1_199, []), (1_200, [at(13)])]
)
def test_celerys_own_deadline_holds_for_crontabs_that_have_no_other(
    deadline: int | None, expected: list[datetime]
) -> None:
    app = VirtualCelery(beat_cron_starting_deadline=deadline)
    it = scheduler(app, ours=crontab(minute=0), stock=stock.crontab(minute=0), interval=3_600)
    it.add(name="own", task="own", schedule=crontab(minute=0), deadline=7_200)
    it.tick()
    app.clock = at(13, 20)
    it.tick()
    assert runs(it.sent, "ours") == runs(it.sent, "stock") == expected
    assert runs(it.sent, "interval") == runs(it.sent, "own") == [at(13)]


def test_catching_up_on_all_has_a_limit_and_the_log_says_what_was_dropped(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    app.conf.duetime_catch_up = "all"
    it = scheduler(app, minutely=crontab())
    it.tick()
    app.clock = at(12) + timedelta(minutes=1_000)
    it.tick()
    assert len(it.sent) == 1_000
    assert caplog.records == []
    app.pass_time(minutes=1_001)
    it.tick()
    assert runs(it.sent)[1_000:] == [START + timedelta(minutes=n) for n in range(1_002, 2_002)]
    assert (
        "minutely skips 1 of its runs, the first of 2026-01-06T04:41:00+00:00: its catch_up is all,"
        " its deadline None, and duetime_catch_up_limit 1,000"
    ) in caplog.text
    assert len(caplog.records) == 1


def test_the_limit_can_be_set(app: VirtualCelery) -> None:
    app.conf.update(duetime_catch_up="all", duetime_catch_up_limit=2)
    it = scheduler(app, minutely=crontab())
    app.clock = at(12, 30)
    it.tick()
    assert runs(it.sent) == [at(12, 29), at(12, 30)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("duetime_catch_up", "newest"),
        ("duetime_catch_up", ["all"]),
        ("duetime_deadline", "60"),
        ("duetime_deadline", -1),
        ("duetime_deadline", True),
        ("duetime_deadline", float("nan")),
        ("duetime_deadline", float("inf")),
        ("duetime_deadline", timedelta(-1)),
        ("beat_cron_starting_deadline", "60"),
        ("duetime_catch_up_limit", 0),
        ("duetime_catch_up_limit", True),
        ("duetime_catch_up_limit", "many"),
    ],
)
def test_a_setting_of_another_value_is_refused(setting: str, value: Any) -> None:
    with pytest.raises(ScheduleError, match=f"^{setting} must be "):
        scheduler(VirtualCelery(**{setting: value}))


@pytest.mark.parametrize("own", [{"catch_up": "newest"}, {"deadline": -1}])
def test_an_entry_with_another_policy_is_refused(app: VirtualCelery, own: dict[str, Any]) -> None:
    with pytest.raises(ScheduleError, match=f"^{next(iter(own))} of report must be "):
        scheduler(app).add(name="report", task="report", schedule=1, **own)


def test_a_periodic_task_is_added_with_a_policy_of_its_own(app: VirtualCelery) -> None:
    @app.task(name="tests.report", shared=False)  # type: ignore[untyped-decorator]  # Celery tells no types
    def report() -> None: ...

    signature = report.s()
    app.add_periodic_task(
        crontab(minute=0), signature, name="a", catch_up="all", deadline=60, queue="slow"
    )
    entry = VirtualScheduler(app).schedule["a"]
    assert (entry.catch_up, entry.deadline) == ("all", timedelta(minutes=1))
    assert entry.options == {"queue": "slow"}
    assert app.conf.beat_schedule["a"]["options"]["catch_up"] == "all"
    assert next(entry) == entry
    options = {"catch_up": "all", "deadline": 5}
    both = Entry("a", "a", schedule=1, options=options, deadline=7, app=app)
    assert (both.catch_up, both.deadline) == ("all", timedelta(seconds=7))
    assert (both.options, len(options)) == ({}, 2)


def test_the_log_says_once_that_a_policy_is_of_no_use(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, plain=Often(), interval=60)
    relative = schedule(60, relative=True)
    it.add(name="relative", task="x", schedule=relative, catch_up="all")
    it.add(name="wavering", task="x", schedule=Wavering(), deadline=1)
    it.add(name="own", task="x", schedule=crontab(nowfun=app.now), catch_up="none")
    it.add(name="known", task="x", schedule=crontab(), catch_up="all")
    run(it, START + timedelta(minutes=3))
    told = [record.getMessage() for record in caplog.records]
    assert sorted(line.split()[5] for line in told) == ["own", "relative", "wavering"]
    del it.schedule["relative"]
    it.tick()
    it.add(name="relative", task="x", schedule=relative, catch_up="all")
    it.tick()
    assert len(caplog.records) == 4


def test_settings_are_read_with_the_namespace_of_the_app() -> None:
    class Settings:
        CELERY_DUETIME_CATCH_UP = "all"
        CELERY_DUETIME_DEADLINE = 60
        CELERY_DUETIME_OCCURRENCE_IDS = True

    app = VirtualCelery()
    app.config_from_object(Settings, namespace="CELERY")
    it = VirtualScheduler(app)
    assert (it._catch_up, it._deadline) == ("all", timedelta(minutes=1))
    assert it._has_ids


# A backlog.


def slow(it: VirtualScheduler, seconds: float) -> None:
    """Let each message take so long."""
    send = it.send_task

    def take(*args: Any, **options: Any) -> None:
        it.app.pass_time(seconds=seconds)
        send(*args, **options)

    it.send_task = take  # type: ignore[method-assign]  # of this one beat


def lateness(sent: list[Any], task: str) -> timedelta:
    found: list[timedelta] = [m.at - m.scheduled_for for m in sent if m.task == task]
    return max(found)


def test_what_becomes_due_while_a_backlog_is_sent_is_on_time(app: VirtualCelery) -> None:
    it = scheduler(app, daily=crontab(hour=13, minute=1), often=schedule(10))
    for n in range(20):
        it.add(name=f"b{n:02}", task="backlog", schedule=crontab(), catch_up="all")
    it.tick()
    # An hour of twenty entries takes eighty seconds.
    app.clock = at(13)
    slow(it, 1 / 15)
    sent = run(it, at(13, 2))
    minutes = [START + n * 60 * SECOND for n in range(1, 62)]
    assert sorted(runs(sent, "backlog")) == sorted(20 * minutes)
    assert lateness(sent, "daily") < 2 * SECOND
    # It had missed an hour; from then on it misses nothing.
    assert runs(sent, "often") == [at(13) + n * 10 * SECOND for n in range(12)]
    assert lateness(sent, "often") < 2 * SECOND


def test_entries_that_catch_up_take_turns_each_with_its_oldest_run(app: VirtualCelery) -> None:
    app.conf.duetime_catch_up = "all"
    it = scheduler(app, a=crontab(minute="*/5"), b=crontab(minute="*/10"), c=crontab(minute=20))
    it.tick()
    app.clock = at(12, 20)
    it.tick()
    assert [(message.task, message.scheduled_for.minute) for message in it.sent] == [
        *(("a", 5), ("b", 10), ("c", 20)),
        *(("a", 10), ("b", 20)),
        *(("a", 15),),
        *(("a", 20),),
    ]


def test_an_entry_that_is_always_due_leaves_turns_to_one_that_catches_up(
    app: VirtualCelery,
) -> None:
    it = scheduler(app, greedy=0.05)
    it.add(name="all", task="all", schedule=crontab(), catch_up="all")
    it.tick()
    app.clock = at(12, 30)
    slow(it, 0.1)
    # Each tick ends, though there is always something due.
    for _ in range(5):
        began = app.clock
        assert it.tick() == 0
        assert app.clock - began < 11 * SECOND
    assert runs(it.sent, "all")[:30] == [at(12, minute) for minute in range(1, 31)]


def test_an_entry_that_changes_while_it_catches_up_goes_by_the_new_schedule(
    app: VirtualCelery,
) -> None:
    it = scheduler(app)
    for name in ("changed", "removed"):
        it.add(name=name, task=name, schedule=crontab(), catch_up="all")
    it.tick()
    app.clock = at(13)
    slow(it, 1)
    it.tick()
    assert [len(runs(it.sent, name)) for name in ("changed", "removed")] == [5, 5]
    it.add(name="changed", task="changed", schedule=crontab(minute=1), catch_up="all")
    del it.schedule["removed"]
    assert runs(run(it, at(13, 2))) == [at(13, 1)]


SKIPPED = [
    # policy, deadline, the number that the log tells of three minutes
    ("latest", None, 2),
    ("latest", 5, 3),
    ("all", None, None),
    ("all", 100, 1),
    ("none", None, 2),
]


@pytest.mark.parametrize(("policy", "deadline", "number"), SKIPPED)
def test_the_log_says_how_many_runs_are_skipped_once_an_entry(
    app: VirtualCelery,
    caplog: pytest.LogCaptureFixture,
    policy: Any,
    deadline: int | None,
    number: int | None,
) -> None:
    it = scheduler(app)
    it.add(name="a", task="a", schedule=crontab(), catch_up=policy, deadline=deadline)
    it.tick()
    app.clock = at(12, 3, 10)
    it.tick()
    told = [record.getMessage() for record in caplog.records]
    assert [line.split(",")[0] for line in told] == (
        [] if number is None else [f"beat: a skips {number} of its runs"]
    )
    assert all("the first of 2026-01-05T12:01:00+00:00" in line for line in told)
    app.clock = at(12, 4)
    it.tick()
    assert len(caplog.records) == len(told)


# From one life of beat to the next.


def test_what_was_missed_while_beat_was_away_is_caught_up(app: VirtualCelery, file: Path) -> None:
    app.conf.duetime_catch_up = "all"
    it = scheduler(app, file, a=crontab(minute="*/15"), b=timedelta(minutes=40))
    run(it, at(12, 50))
    it.close()
    app.clock = at(13, 50)
    again = scheduler(app, file, a=crontab(minute="*/15"), b=timedelta(minutes=40))
    assert again.schedule["a"].last_run_at == at(12, 45)
    again.tick()
    assert runs(again.sent, "a") == [at(13), at(13, 15), at(13, 30), at(13, 45)]
    assert runs(again.sent, "b") == [at(13, 20)]
    assert again.schedule["a"].total_run_count == 7


def many(minute: int, **others: Any) -> dict[str, Any]:
    found: dict[str, Any] = {f"crontab-{n}": crontab(minute=minute) for n in range(260)}
    found |= {f"interval-{n}": schedule(600 + n % 2) for n in range(260)}
    found |= {"sun": solar("sunset", 51.5, 0), "stock": stock.crontab("*/7", "*", "mon-fri")}
    found |= {
        "own zone": crontab(30, 21, tz="Asia/Tokyo"),
        "relative": schedule(900, relative=True),
    }
    found |= {"fixed": crontab(3, tz=timezone(timedelta(hours=1))), "list": stock.crontab([4, 5])}
    return {**found, "clock": crontab(minute=0, nowfun=lambda: START), **others}


@pytest.mark.parametrize("away", [0, 9, 800])
def test_many_remembered_entries_are_learned_a_few_at_a_tick_and_miss_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    learned: list[Any] = []

    def learn(given: Any) -> Any:
        learned.append(given)
        return from_celery(given)

    monkeypatch.setattr(module, "from_celery", learn)
    lives = []
    for restarts in (False, True):
        app = VirtualCelery(duetime_catch_up="all")
        it = scheduler(app, file, **many(5))
        sent = run(it, at(12, 30))
        it.sync()
        app.clock = at(12, 30) + timedelta(minutes=away)
        if restarts:
            shown = {name: (e.last_run_at, e.total_run_count) for name, e in it.schedule.items()}
            it.close()
            learned.clear()
            it = scheduler(app, file, **many(5))
            assert learned == []
            assert shown == {
                name: (e.last_run_at, e.total_run_count) for name, e in it.schedule.items()
            }
        sent += run(it, app.clock + timedelta(minutes=40))
        it.close()
        file.unlink()
        lives.append({(each.task, each.scheduled_for) for each in sent if each.task != "relative"})
    assert len(lives[0]) > 1_300
    assert lives[0] == lives[1]


def test_of_many_remembered_entries_those_that_changed_begin_anew(
    app: VirtualCelery, file: Path
) -> None:
    app.conf.duetime_catch_up = "all"
    it = scheduler(app, file, **many(5, same=crontab(minute=10), gone=crontab()))
    run(it, at(12, 1))
    it.close()
    app.clock = at(13, 30)
    again = scheduler(app, file, **many(20, same=crontab(minute=10)))
    sent = run(again, at(13, 31))
    assert runs(sent, "same") == [at(12, 10), at(13, 10)]
    assert not any(message.task.startswith("crontab-") for message in sent)
    again.close()
    assert rows(file).keys() == again.schedule.keys()


def test_nothing_is_missed_from_before_an_entry_was_first_seen(
    app: VirtualCelery, file: Path
) -> None:
    it = scheduler(app, file, a=crontab(minute=0))
    it.close()
    app.clock = at(12, 59)
    again = scheduler(app, file, a=crontab(minute=0), b=crontab(minute="*"))
    app.clock = at(13, 0, 30)
    again.tick()
    assert runs(again.sent, "a") == [at(13)]
    assert runs(again.sent, "b") == [at(13)]


def test_nothing_is_missed_from_before_a_schedule_changed(app: VirtualCelery, file: Path) -> None:
    it = scheduler(app, file, a=crontab(minute=0), b=crontab(minute=0), c=crontab(minute=0))
    it.tick()
    it.close()
    app.clock = at(15, 40)
    app.conf.duetime_catch_up = "all"
    again = scheduler(
        app, file, a=crontab(minute=30), b=crontab(minute=0, tz="Asia/Tokyo"), c=crontab(minute="0")
    )
    again.tick()
    assert {message.task for message in again.sent} == {"c"}
    assert runs(again.sent) == [at(13), at(14), at(15)]


def test_what_is_no_longer_an_entry_is_forgotten(app: VirtualCelery, file: Path) -> None:
    scheduler(app, file, a=crontab(minute=0), b=crontab(minute=0)).close()
    again = scheduler(app, file, b=crontab(minute=0))
    again.tick()
    again.close()
    assert rows(file).keys() == {"b"}


def test_an_entry_that_a_program_adds_before_the_first_tick_is_remembered(
    app: VirtualCelery, file: Path
) -> None:
    for hour, expected in ((12, []), (14, [at(14)])):
        app.clock = at(hour)
        it = scheduler(app, file)
        it.add(name="dynamic", task="dynamic", schedule=crontab(minute=0))
        it.tick()
        it.close()
        assert runs(it.sent) == expected


def test_an_entry_may_say_when_it_last_ran(app: VirtualCelery) -> None:
    it = scheduler(app)
    it.add(name="a", task="a", schedule=crontab(minute=0), last_run_at=at(11, 30))
    it.add(name="b", task="b", schedule=crontab(minute=0), last_run_at=at(13).replace(tzinfo=None))
    it.tick()
    assert [message.task for message in it.sent] == ["a"]
    assert runs(run(it, at(14, 30)), "b") == [at(14)]


def test_an_entry_that_cleans_up_results_is_there_when_results_stay(
    app: VirtualCelery, tmp_path: Path
) -> None:
    app.conf.update(result_backend=f"file://{tmp_path}", result_expires=3_600)
    it = scheduler(app, a=crontab(minute=0))
    assert it.schedule.keys() == {"a", "celery.backend_cleanup"}
    run(it, at(12) + timedelta(days=1))
    cleanup = it.schedule["celery.backend_cleanup"]
    assert cleanup.last_run_at == datetime(2026, 1, 6, 4, tzinfo=UTC)


def test_a_lazy_scheduler_opens_no_file(app: VirtualCelery, file: Path) -> None:
    it = VirtualScheduler(app, schedule_filename=str(file), lazy=True)
    assert it.info == f"    . db -> {file}"
    it.tick()
    it.close()
    assert list(file.parent.iterdir()) == []


FINGERPRINTS = {
    # They are stored: a change of one is a change of schedule to every state file there is.
    "crontab": (
        crontab(minute="*/15", hour="8-17", tz="Europe/Paris"),
        "c1b49f323b44a000f3f6078320645c6f",
    ),
    "stock crontab": (
        stock.crontab(minute="*/15", hour="8-17"),
        "058f9dc255975ec35a03cfec1501d8d7",
    ),
    "zone without a key": (
        crontab(tz=timezone(timedelta(hours=5))),
        "b9dc40eb2101bc68ee40d51af21b4c2a",
    ),
    "interval": (schedule(90), "b58762c723fad80d9b11a73e2b91eb5d"),
    "solar": (solar("sunset", -37.81753, 144.96715), "72dab32a307a3981957da3eeabf11d1f"),
    "union": (
        beat(cron("0 9 * * *") | cron("0 7 * * *", tz="Asia/Tokyo")),
        "a870c7d13454442b8fb099430a81da65",
    ),
    "relative": (schedule(90, relative=True), "50875cdbc0c95e2358c63952388e54f6"),
}


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_fingerprints_of_schedules_never_change(name: str) -> None:
    given, expected = FINGERPRINTS[name]
    given.app = VirtualCelery()
    assert fingerprint(core_of(given), given) == expected


SPELLINGS = [
    # They are stored too: a change of one costs the first tick of a beat all that it remembered.
    (
        crontab(minute="*/15", hour="8-17", tz="Europe/Paris"),
        (
            "duetime.adapters.celery.schedules.crontab"
            "('*/15', '8-17', '*', '*', '*', 'Europe/Paris', None)"
        ),
    ),
    (
        stock.crontab(minute="*/15"),
        "celery.schedules.crontab('*/15', '*', '*', '*', '*', 'UTC', None)",
    ),
    (
        schedule(90),
        "duetime.adapters.celery.schedules.schedule(datetime.timedelta(seconds=90),)",
    ),
    (
        solar("sunset", -37.81753, 144.96715),
        "duetime.adapters.celery.schedules.solar('sunset', -37.81753, 144.96715)",
    ),
    (beat(cron("0 9 * * *")), ""),
]


@pytest.mark.parametrize(("given", "expected"), SPELLINGS)
def test_spellings_of_schedules_never_change(given: Any, expected: str) -> None:
    given.app = VirtualCelery()
    assert spelling(given) == expected


def test_a_schedule_that_cannot_be_written_has_a_fingerprint_without_an_address() -> None:
    class Zone(tzinfo):
        def utcoffset(self, moment: datetime | None) -> timedelta:
            return timedelta(hours=1)

        def dst(self, moment: datetime | None) -> timedelta:
            return timedelta(0)

        def tzname(self, moment: datetime | None) -> str:
            return "own"

    one, other = (beat(every(hours=1, anchor="epoch", tz=Zone())) for _ in range(2))
    assert fingerprint(core_of(one), one) == fingerprint(core_of(other), other)


# Sending.


def test_a_message_says_for_which_run_it_was_sent(app: VirtualCelery) -> None:
    app.conf.timezone = "America/New_York"
    it = scheduler(app, report=crontab(minute=0))
    options = {"queue": "high", "headers": {"tenant": "x"}}
    it.schedule["report"].options = options
    (message,) = run(it, at(13, 1))
    assert UUID(message.options["headers"].pop("duetime_message")).version == 4
    assert message.options == {
        "queue": "high",
        "headers": {
            "tenant": "x",
            "celery_beat_task": True,
            "duetime_scheduled_for": "2026-01-05T08:00:00-05:00",
            "duetime_occurrence": str(occurrence_id("report", at(13))),
            "duetime_entry": "report",
        },
    }
    assert options == {"queue": "high", "headers": {"tenant": "x"}}


def test_task_ids_are_those_of_occurrences_when_asked_for() -> None:
    ids = []
    for _ in range(2):
        it = scheduler(VirtualCelery(duetime_occurrence_ids=True), report=crontab(minute=0))
        (message,) = run(it, at(13, 1))
        ids.append(message.options["task_id"])
    assert ids == [str(occurrence_id("report", at(13)))] * 2


def test_a_message_that_cannot_be_sent_is_tried_again_less_and_less_often(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, hourly=crontab(minute=0))
    app.clock = at(13)
    it.failures = 10
    said = []
    while not it.sent:
        said.append(it.tick())
        app.pass_time(seconds=said[-1])
    assert said[:-1] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert runs(it.sent) == [at(13)]
    # Why, the log says once, and then that it is so.
    assert caplog.text.count("Message Error: ") == 1
    assert caplog.text.count("hourly could still not be sent: ") == 9
    # The next trouble begins anew.
    it.failures = 1
    app.clock = at(14)
    assert it.tick() == 1


def test_a_message_is_tried_again_when_the_next_run_is_due_at_the_latest(
    app: VirtualCelery,
) -> None:
    it = scheduler(app, often=timedelta(seconds=5), very_often=0.1)
    it.schedule.pop("very_often")
    app.clock = START + timedelta(seconds=5)
    it.failures = 6
    said = []
    while not it.sent:
        said.append(it.tick())
        app.pass_time(seconds=said[-1])
    assert said[:-1] == [1, 2, 2, 5, 5, 5]


def test_the_last_run_of_all_is_tried_again(app: VirtualCelery) -> None:
    it = scheduler(app, once=beat(duetime.at(at(13))))
    app.clock = at(13)
    it.failures = 2
    assert waits(it, 1) == [1, 2]
    assert runs(run(it, at(14))) == [at(13)]


def test_a_failure_is_not_tried_again_more_than_once_a_second(app: VirtualCelery) -> None:
    it = scheduler(app, often=0.1)
    app.pass_time(seconds=0.1)
    it.failures = 3
    assert waits(it, 1) == [1, 1]


def test_of_several_missed_runs_those_that_were_not_sent_stay_due(app: VirtualCelery) -> None:
    app.conf.duetime_catch_up = "all"
    it = scheduler(app, minutely=crontab())
    send = it.send_task

    def limited(*args: Any, **options: Any) -> None:
        it.failures = len(it.sent) == 2 and app.clock == at(12, 5)
        send(*args, **options)

    it.send_task = limited  # type: ignore[method-assign]  # of this one beat
    app.clock = at(12, 5)
    it.tick()
    assert len(it.sent) == 2
    run(it, at(12, 6))
    assert runs(it.sent) == [at(12, minute) for minute in range(1, 6)]


def test_one_entry_that_cannot_be_sent_does_not_stop_the_others(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab(), b=crontab(), c=crontab())
    it.schedule["b"].args = Unreadable()
    assert [message.task for message in run(it, at(12, 3))] == ["a", "c"] * 2


class Unreadable:
    def __iter__(self) -> Any:
        raise RuntimeError("no arguments")


def test_without_a_connection_everything_stays_due(
    app: VirtualCelery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, a=crontab(), b=schedule(60))
    app.clock = at(12, 1)

    class Refused:
        def __get__(self, instance: object, owner: type) -> None:
            raise ConnectionRefusedError("nobody listens")

    with monkeypatch.context() as patched:
        patched.setattr(VirtualScheduler, "producer", Refused())
        assert waits(it, 1) == [1, 2]
    assert caplog.text.count("ConnectionRefusedError: nobody listens") == 1
    assert "could still not be sent: nobody listens" in caplog.text
    app.pass_time(seconds=2)
    it.tick()
    assert runs(it.sent) == [at(12, 1)] * 2


def cut_off(it: VirtualScheduler, until: datetime, seconds: float = 0) -> list[datetime]:
    """Let the broker be away until then, each attempt taking so long; when it was tried."""
    send, tried = it.send_task, []

    def tell(*args: Any, **options: Any) -> None:
        if it.app.clock < until:
            tried.append(it.app.clock)
            it.app.pass_time(seconds=seconds)
            raise OperationalError("connection refused")
        send(*args, **options)

    it.send_task = tell  # type: ignore[method-assign]  # of this one beat
    return tried


def test_an_outage_costs_two_attempts_then_one_a_tick_and_everything_stays_due(
    app: VirtualCelery, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, file, **{f"entry-{n:02}": crontab(minute=0) for n in range(30)})
    tried = cut_off(it, at(13, 2), seconds=4)
    app.clock = at(13)
    said = []
    while not it.sent:
        said.append(it.tick())
        found = read_heartbeat(file)
        assert found is not None
        app.pass_time(seconds=said[-1])
        assert found.is_healthy(app.clock, SECOND)
    # It is tried every few seconds, so that what is due leaves soon after the broker is back.
    assert said == [1, 2, *[4] * 14, 300]
    # The second attempt tells that it was not the fault of the first message.
    assert len(tried) == 17
    assert set(runs(it.sent)) == {at(13)}
    assert len(it.sent) == 30
    assert caplog.text.count("Message Error: ") == 2
    # After 1, 2, 4 and 8 attempts.
    assert caplog.text.count("could still not be sent: ") == 4
    assert caplog.text.count("the broker is back") == 1


def test_the_next_outage_begins_anew_and_a_tick_in_between_tries_nothing(
    app: VirtualCelery,
) -> None:
    it = scheduler(app, a=crontab())
    for hour in (13, 14):
        app.clock = at(hour)
        tried = cut_off(it, at(hour, 0, 2))
        assert waits(it, 0.25, 0.75, 1, 1) == [1, 0.75, 2, 1, 57]
        assert tried == [at(hour), at(hour, 0, 1)]
    assert len(it.sent) == 2


def test_one_message_that_the_broker_refuses_lets_the_others_pass(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab(), b=crontab(), c=crontab())
    send = it.send_task

    def refuse(task: str, *args: Any, **options: Any) -> None:
        if task == "a":
            raise OperationalError("no such exchange")
        send(task, *args, **options)

    it.send_task = refuse  # type: ignore[method-assign]  # of this one beat
    sent = run(it, at(12, 10))
    for task in ("b", "c"):
        assert runs(sent, task) == [at(12, minute) for minute in range(1, 10)]
    # Nor are they late.
    assert {message.at - message.scheduled_for for message in sent} == {timedelta(0)}


def test_waiting_for_the_broker_ends_when_the_clock_is_set_back(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab())
    cut_off(it, at(12, 30))
    run(it, at(12, 20))
    app.clock = at(10)
    it.send_task = VirtualScheduler.send_task.__get__(it)  # type: ignore[method-assign]  # of this one beat
    it.schedule["b"] = Entry("b", "b", schedule=SECOND, app=app)
    assert len(run(it, app.clock + 5 * SECOND)) == 4


def test_the_wait_for_a_message_counts_from_when_it_failed(app: VirtualCelery) -> None:
    it = scheduler(app, slow=crontab(minute=0))
    app.clock = at(13)

    def fail(*args: Any, **options: Any) -> None:
        app.pass_time(seconds=20)
        raise RuntimeError("no such thing")

    it.send_task = fail  # type: ignore[method-assign]  # of this one beat
    assert waits(it, 1) == [1, 2]
    assert app.clock == at(13, 0, 41)


# Schedules of others.


class Often(stock.BaseSchedule):  # type: ignore[misc]  # Celery is untyped
    """What any project may write: only `is_due`, and a second between its runs."""

    def is_due(self, last_run_at: datetime) -> Any:
        passed = (self.now() - last_run_at).total_seconds()
        return (True, 1.0) if passed >= 1 else (False, 1 - passed)


class Wavering(Often):
    """One that is never the same."""

    asked = 0

    def is_due(self, last_run_at: datetime) -> Any:
        self.asked += 1
        return super().is_due(last_run_at)


class Raising(stock.BaseSchedule):  # type: ignore[misc]  # Celery is untyped
    def is_due(self, last_run_at: datetime) -> Any:
        raise RuntimeError("no idea")


class Vague(stock.BaseSchedule):  # type: ignore[misc]  # Celery is untyped
    """One whose waiting times are no such thing."""

    def __init__(self, wait: Any) -> None:
        super().__init__()
        self.wait = wait

    def is_due(self, last_run_at: datetime) -> Any:
        return False, self.wait


class Always(stock.BaseSchedule):  # type: ignore[misc]  # Celery is untyped
    def is_due(self, last_run_at: datetime) -> Any:
        return True, 0


class Unlooked(crontab):
    """A crontab with an answer of its own."""

    def is_due(self, last_run_at: datetime) -> Any:
        return stock.schedstate(self.now() - last_run_at >= 2 * SECOND, 1)


@pytest.mark.parametrize("kind", [Often, Wavering])
def test_a_schedule_of_another_type_is_asked_whether_it_is_due(
    app: VirtualCelery, file: Path, kind: type
) -> None:
    it = scheduler(app, file, a=kind())
    assert runs(run(it, START + 4 * SECOND)) == [START + n * SECOND for n in (1, 2, 3)]
    it.close()
    app.pass_time(seconds=10)
    again = scheduler(app, file, a=kind())
    again.tick()
    assert runs(again.sent) == [app.clock]
    assert again.schedule["a"].total_run_count == 4


def test_a_subclass_with_an_answer_of_its_own_is_asked(app: VirtualCelery) -> None:
    it = scheduler(app, a=Unlooked())
    assert runs(run(it, START + 5 * SECOND)) == [START + n * SECOND for n in (2, 4)]


def test_a_relative_interval_is_asked_as_celery_asks_it(app: VirtualCelery) -> None:
    app.clock = at(12, 20)
    it = scheduler(app, a=schedule(timedelta(hours=1), relative=True))
    assert runs(run(it, at(14, 30))) == [at(13), at(14)]


@pytest.mark.parametrize("naive", [False, True])
def test_a_schedule_with_a_clock_of_its_own_keeps_to_it(
    app: VirtualCelery, file: Path, naive: bool
) -> None:
    def own_clock() -> datetime:
        shown = app.clock - timedelta(days=3_650)
        return shown.replace(tzinfo=None) if naive else shown

    start = START - timedelta(days=3_650)
    it = scheduler(app, file, a=Often(nowfun=own_clock), b=crontab(nowfun=own_clock))
    assert runs(run(it, START + 3 * SECOND), "a") == [start + n * SECOND for n in (1, 2)]
    it.close()
    app.clock = at(12, 1)
    again = scheduler(app, file, a=Often(nowfun=own_clock), b=crontab(nowfun=own_clock))
    again.tick()
    assert runs(again.sent, "a") == runs(again.sent, "b") == [at(12, 1) - timedelta(days=3_650)]


@pytest.mark.parametrize("wait", [None, "soon", float("inf"), float("nan")])
def test_a_wait_that_is_no_number_is_the_longest(app: VirtualCelery, wait: Any) -> None:
    assert scheduler(app, a=Vague(wait)).tick() == 300


@pytest.mark.parametrize("wait", [0, -5, 0.0])
def test_a_schedule_that_wants_to_be_asked_at_once_does_not_hold_the_tick(
    app: VirtualCelery, wait: float
) -> None:
    assert scheduler(app, a=Vague(wait)).tick() == 1e-6


def test_a_schedule_that_is_always_due_is_sent_once_a_tick(app: VirtualCelery) -> None:
    it = scheduler(app, a=Always())
    it.tick()
    assert len(it.sent) == 1


def test_a_failing_message_of_another_type_is_tried_again(app: VirtualCelery) -> None:
    it = scheduler(app, a=Often())
    app.pass_time(seconds=5)
    it.failures = 1
    assert [*waits(it, 1), len(it.sent)] == [1, 1, 1]


def test_a_schedule_that_raises_does_not_stop_the_others(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, a=crontab(), b=Raising(), c=crontab())
    assert [message.task for message in run(it, at(12, 3))] == ["a", "c"] * 2
    assert caplog.text.count("RuntimeError: no idea") == 1
    assert "the next run of 'b' cannot be found; beat tries again in 300 seconds" in caplog.text
    run(it, at(12, 6))
    assert caplog.text.count("RuntimeError: no idea") == 2


def test_a_schedule_that_breaks_and_heals_is_caught_up(
    app: VirtualCelery, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.conf.duetime_catch_up = "all"
    scheduler(app, file, a=crontab(minute="*/2")).close()
    with monkeypatch.context() as patched:
        patched.setattr(module, "from_celery", Raising().is_due)
        it = scheduler(app, file, a=crontab(minute="*/2"))
        run(it, at(12, 4))
        assert it.sent == []
    run(it, at(12, 6))
    assert runs(it.sent) == [at(12, 2), at(12, 4)]


class Calendar:
    """Days of which nobody knows whether there are more."""

    def __init__(self, *days: int) -> None:
        self.days = {date(2026, 1, day) for day in days}
        self.asked = 0

    def __contains__(self, day: object) -> bool:
        self.asked += 1
        return day in self.days


def test_a_search_that_ends_at_its_horizon_is_made_once_a_day_and_told_of_once(
    app: VirtualCelery, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    days = Calendar(5)
    known = beat(cron("0 13 * * *").on(days))
    it = scheduler(app, file, a=known, b=crontab(minute=30), c=beat(cron("@daily").on(Calendar())))
    sent = run(it, START + timedelta(days=2))
    # The run that is known is sent, though none that follows it is.
    assert runs(sent, "a") == [at(13)]
    assert len(runs(sent, "b")) == 48
    told = [record.getMessage() for record in caplog.records]
    assert [line.split(": no run up to")[0] for line in told] == [
        f"beat: the next run of {name} is not known, and beat searches again once a day"
        for name in ("c", "a")
    ]
    # A search asks about the days of a century.
    assert days.asked < 4 * 36_525
    days.days.add(date(2026, 1, 8))
    assert runs(run(it, START + timedelta(days=4)), "a") == [datetime(2026, 1, 8, 13, tzinfo=UTC)]
    assert len(caplog.records) == 3
    it.close()


@pytest.mark.parametrize("policy", ["latest", "all", "none"])
def test_what_was_missed_is_sent_though_no_run_is_known_to_follow(
    app: VirtualCelery, file: Path, policy: str
) -> None:
    days = Calendar(5, 6, 7)
    it = scheduler(app, file, a=beat(cron("0 13 * * *").on(days)))
    it.tick()
    it.close()
    app.conf.duetime_catch_up = policy
    app.clock = datetime(2026, 1, 7, 13, 0, 30, tzinfo=UTC)
    again = scheduler(app, file, a=beat(cron("0 13 * * *").on(days)))
    assert again.tick() == 300
    assert [run.day for run in runs(again.sent)] == ([5, 6, 7] if policy == "all" else [7])
    again.close()


def test_a_search_for_what_was_missed_may_end_at_its_horizon_too(
    app: VirtualCelery, file: Path
) -> None:
    class Forgetful(Schedule):
        """It knows its next runs, and of those before now only that it cannot tell."""

        tz = UTC

        def next_run(self, after: datetime) -> datetime | None:
            return cron("0 13 * * *").next_run(after)

        def prev_run(self, before: datetime) -> datetime | None:
            raise SearchHorizonError("no run is known")

    it = scheduler(app, file, a=beat(Forgetful()), b=crontab(minute=30))
    sent = run(it, START + timedelta(days=2))
    assert runs(sent, "a") == []
    assert len(runs(sent, "b")) == 48
    it.close()


def test_a_search_from_long_ago_that_ends_at_its_horizon_misses_nothing_since(
    app: VirtualCelery, file: Path
) -> None:
    days = Calendar()
    scheduler(app, file, a=beat(cron("0 13 * * *").on(days))).close()
    later = START + timedelta(days=365 * 120)
    days.days.add((later - timedelta(days=1)).date())
    app.clock = later
    again = scheduler(app, file, a=beat(cron("0 13 * * *").on(days)))
    again.tick()
    again.tick()
    assert len(again.sent) == 1
    again.close()


# The clock.


def test_a_clock_that_goes_back_sends_nothing_twice_and_intervals_go_on(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, cron=crontab(minute="*/10"), interval=timedelta(minutes=10))
    run(it, at(12, 45))
    app.clock = at(12, 5)
    sent = run(it, at(13, 1))
    assert "the clock was set back by 0:35:00: intervals count from now on" in caplog.text
    assert runs(sent, "cron") == [at(12, 50), at(13)]
    assert runs(sent, "interval") == [at(12, minute) for minute in (15, 25, 35, 45, 55)]


def test_a_clock_that_is_adjusted_by_less_than_a_second_is_no_news(
    app: VirtualCelery, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, interval=timedelta(seconds=10))
    run(it, START + timedelta(seconds=10))
    it.tick()
    app.pass_time(seconds=-0.9)
    assert runs(run(it, START + timedelta(seconds=21))) == [START + timedelta(seconds=20)]
    assert caplog.records == []


def test_a_clock_that_was_years_ahead_does_not_silence_beat_for_years(
    app: VirtualCelery, file: Path
) -> None:
    app.clock = START + timedelta(days=5_000)
    it = scheduler(app, file, a=crontab(minute=0), b=schedule(600))
    run(it, app.clock + timedelta(hours=2))
    it.close()
    app.clock = START
    again = scheduler(app, file, a=crontab(minute=0), b=schedule(600))
    sent = run(again, at(13, 1))
    assert runs(sent, "a") == [at(13)]
    assert len(runs(sent, "b")) == 6


@pytest.mark.parametrize(("back", "again"), [(23, 0), (30, 5)])
def test_a_clock_that_is_set_back_by_more_than_a_day_sends_with_the_same_ids(
    app: VirtualCelery, back: int, again: int
) -> None:
    it = scheduler(app, a=crontab(minute=0))
    for _ in range(48):
        app.pass_time(hours=1)
        it.tick()
    known = {message.occurrence for message in it.sent}
    assert len(known) == 48
    app.pass_time(hours=-back)
    it.tick()
    for _ in range(5):
        app.pass_time(hours=1)
        it.tick()
    assert len(it.sent) == 48 + again
    assert {message.occurrence for message in it.sent} == known


def test_a_clock_that_leaps_ahead_is_an_outage_like_any_other(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab(minute=0))
    it.tick()
    app.pass_time(days=400, minutes=7)
    it.tick()
    assert runs(it.sent) == [START + timedelta(days=400)]


# State.


def test_state_is_written_in_the_middle_of_a_long_tick(app: VirtualCelery, file: Path) -> None:
    it = scheduler(app, file, **{f"entry-{n}": crontab(minute=30) for n in range(600)})
    rest(it)
    app.clock = at(12, 30)
    send, written = it.send_task, []

    def look(*args: Any, **options: Any) -> None:
        send(*args, **options)
        if len(it.sent) in (500, 501):
            written.append(sum(row.last_run is not None for row in rows(file).values()))

    it.send_task = look  # type: ignore[method-assign]  # of this one beat
    it.tick()
    assert written == [0, 500]
    assert all(row.last_run is not None for row in rows(file).values())


@pytest.mark.parametrize("fails", [False, True])
def test_a_beat_that_sends_slowly_is_healthy_and_its_state_is_written(
    app: VirtualCelery, file: Path, fails: bool
) -> None:
    it = scheduler(app, file, **{f"entry-{n}": crontab(minute=0) for n in range(60)})
    app.clock = at(12, 59, 59)
    it.tick()
    app.clock = at(13)
    send = it.send_task

    unhealthy, unwritten = [], []

    def slow(*args: Any, **options: Any) -> None:
        app.pass_time(seconds=0.4)
        found = read_heartbeat(file)
        if found is None or not found.is_healthy(app.clock, 2 * SECOND):
            unhealthy.append(app.clock)
        unwritten.append(
            len(it.sent) - sum(row.last_run is not None for row in rows(file).values())
        )
        if fails:
            raise RuntimeError("no such thing")
        send(*args, **options)

    it.send_task = slow  # type: ignore[method-assign]  # of this one beat
    flush(it)
    assert unhealthy == []
    assert max(unwritten) <= 3
    assert len(it.sent) == (0 if fails else 60)


def test_how_often_state_is_written_can_be_set(app: VirtualCelery, file: Path) -> None:
    app.conf.beat_sync_every = 1
    it = scheduler(app, file, a=crontab(), b=crontab())
    app.clock = at(12, 1)
    send, written = it.send_task, []

    def look(*args: Any, **options: Any) -> None:
        written.append(sum(row.last_run is not None for row in rows(file).values()))
        send(*args, **options)

    it.send_task = look  # type: ignore[method-assign]  # of this one beat
    it.tick()
    assert written == [0, 1]


def test_a_beat_that_is_stopped_has_written_its_state(app: VirtualCelery, file: Path) -> None:
    it = scheduler(app, file, a=crontab())
    run(it, at(12, 2, 30))
    it.close()
    it.close()
    assert rows(file)["a"].last == it._known["a"].row.last == 1_767_614_520_000_000
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_signal_in_the_middle_of_a_tick_loses_and_repeats_nothing_that_left(
    app: VirtualCelery, file: Path
) -> None:
    app.conf.beat_schedule = entries(a=crontab(), b=crontab(), c=crontab())
    service = Service(app, schedule_filename=str(file), scheduler_cls=VirtualScheduler)
    it = service.scheduler
    app.clock = at(12, 1)
    send = it.send_task

    def stop(*args: Any, **options: Any) -> None:
        # As the handler of `celery beat` for SIGTERM does.
        if len(it.sent) == 1:
            service.sync()
            raise SystemExit
        send(*args, **options)

    it.send_task = stop
    service.start()
    assert [message.task for message in it.sent] == ["a"]
    again = scheduler(app, file, a=crontab(), b=crontab(), c=crontab())
    again.tick()
    assert [message.task for message in again.sent] == ["b", "c"]


def test_a_signal_that_the_client_of_the_broker_swallows_ends_beat_all_the_same(
    app: VirtualCelery, file: Path
) -> None:
    app.conf.beat_schedule = entries(a=crontab(), b=crontab(), c=crontab())
    service = Service(app, schedule_filename=str(file), scheduler_cls=VirtualScheduler)
    it = service.scheduler
    app.clock = at(12, 1)
    send = it.send_task

    def swallow(*args: Any, **options: Any) -> None:
        if len(it.sent) == 1:
            # Celery's handler raises SystemExit, and the client an error of its own.
            service.sync()
            raise ValueError("read of closed file")
        send(*args, **options)

    it.send_task = swallow
    service.start()
    assert [message.task for message in it.sent] == ["a"]
    again = scheduler(app, file, a=crontab(), b=crontab(), c=crontab())
    again.tick()
    assert [message.task for message in again.sent] == ["b", "c"]


def test_a_signal_that_is_swallowed_in_the_last_message_ends_beat_too(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab())
    app.clock = at(12, 1)
    send = it.send_task

    def swallow(*args: Any, **options: Any) -> None:
        it.close()
        send(*args, **options)

    it.send_task = swallow  # type: ignore[method-assign]  # of this one beat
    with pytest.raises(SystemExit):
        it.tick()
    assert len(it.sent) == it.schedule["a"].total_run_count == 1


def test_a_beat_that_is_killed_at_once_knows_since_when_it_has_its_entries(
    app: VirtualCelery, file: Path
) -> None:
    killed = scheduler(app, file, a=crontab())
    app.clock = at(12, 1, 30)
    again = scheduler(app, file, a=crontab())
    again.tick()
    assert runs(again.sent) == [at(12, 1)]
    assert killed.sent == []


def test_celerys_call_to_sync_writes_what_is_unwritten(
    app: VirtualCelery, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = scheduler(app, file, a=crontab())
    app.clock = at(12, 1)
    with monkeypatch.context() as patched:
        patched.setattr(it, "_write", lambda *args: True)
        it.tick()
    assert rows(file)["a"].count == 0
    it.sync()
    assert rows(file)["a"].count == 1


def test_beat_goes_on_when_its_state_cannot_be_written(
    app: VirtualCelery,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    it = scheduler(app, file, a=crontab())
    it.tick()

    def full(*args: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    app.clock = at(12, 1)
    with monkeypatch.context() as patched:
        patched.setattr(StateFile, "write", full)
        it.tick()
    assert runs(it.sent) == [at(12, 1)]
    assert f"{file} cannot be written (database or disk is full)" in caplog.text
    it.close()
    assert rows(file)["a"].count == 1


def test_a_file_that_cannot_be_written_does_not_hold_up_what_is_sent(
    app: VirtualCelery, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = scheduler(app, file, **{f"entry-{n}": crontab(minute=0) for n in range(50)})
    tried = []

    def locked(*args: Any) -> None:
        tried.append(app.clock)
        app.pass_time(seconds=5)
        raise sqlite3.OperationalError("database is locked")

    send = it.send_task

    def slow(*args: Any, **options: Any) -> None:
        app.pass_time(seconds=1)
        send(*args, **options)

    it.send_task = slow  # type: ignore[method-assign]  # of this one beat
    app.clock = at(13)
    with monkeypatch.context() as patched:
        patched.setattr(StateFile, "write", locked)
        flush(it)
    assert len(it.sent) == 50
    # After the first message, and at the end of the tick.
    assert tried == [at(13, 0, 1), at(13, 0, 55)]
    it.close()
    assert {row.last_run is None for row in rows(file).values()} == {False}


def test_a_lock_of_another_process_holds_up_no_tick_and_loses_nothing(
    app: VirtualCelery, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    it = scheduler(app, file, a=crontab())
    it.tick()
    assert it._state is not None
    # Milliseconds that SQLite waits for the lock.
    assert it._state._db.execute("PRAGMA busy_timeout").fetchone()[0] <= 20
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run(it, at(12, 10, 30))
        assert len(it.sent) == 10
        other.execute("ROLLBACK")
    # It says so once a minute, and when it is over.
    told = [record.getMessage() for record in caplog.records]
    assert all(f"{file} cannot be written (database is locked)" in line for line in told)
    assert 5 < len(told) < 12
    run(it, at(12, 11, 30))
    assert caplog.messages[-1] == f"beat: {file} is written again: nothing was lost"
    it.close()
    assert rows(file)["a"].count == 11


def test_the_last_write_waits_for_a_lock(app: VirtualCelery, file: Path) -> None:
    it = scheduler(app, file, a=crontab())
    app.clock = at(12, 1)
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    it.tick()
    release = threading.Timer(0.1, other.execute, ["ROLLBACK"])
    release.start()
    it.close()
    release.join()
    other.close()
    assert rows(file)["a"].count == 1


@pytest.mark.parametrize("replaced", [False, True])
def test_a_state_file_that_is_removed_under_beat_is_made_anew_with_all_it_had(
    app: VirtualCelery, file: Path, caplog: pytest.LogCaptureFixture, replaced: bool
) -> None:
    app.conf.duetime_catch_up = "all"
    known = {"a": crontab(), "b": crontab(minute=0), "c": beat(cron("30 * * * *"))}
    it = scheduler(app, file, **known)
    run(it, at(12, 2, 30))
    before = rows(file)
    for path in file.parent.iterdir():
        path.unlink()
    if replaced:
        StateFile(file).close()
    assert len(run(it, at(12, 3, 30))) == 1
    (record,) = caplog.records
    assert record.getMessage() == (
        f"beat: {file} was removed or replaced while beat runs: it is made anew, with all that"
        " beat remembers"
    )
    it.close()
    after = rows(file)
    assert after["a"].last_run == before["a"].last + 60 * 10**6
    assert {name: after[name] for name in "bc"} == {name: before[name] for name in "bc"}
    app.clock = at(13, 31)
    again = scheduler(app, file, **known)
    again.tick()
    assert runs(again.sent, "b") == [at(13)]
    assert runs(again.sent, "c") == [at(12, 30), at(13, 30)]
    again.close()


def test_beat_goes_on_without_the_folder_of_its_state_file(
    app: VirtualCelery, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "folder" / "state"
    file.parent.mkdir()
    it = scheduler(app, file, a=crontab())
    it.tick()
    for path in file.parent.iterdir():
        path.unlink()
    file.parent.rmdir()
    assert len(run(it, at(12, 2, 30))) == 2
    assert "cannot be written" in caplog.text
    # It may end so, and remembers what it can once there is a folder again.
    it.sync()
    file.parent.mkdir()
    assert len(run(it, at(12, 3, 30))) == 1
    it.close()
    assert rows(file)["a"].count == 3


def test_a_second_beat_on_the_same_file_is_told_of_and_forgets_nothing_of_the_first(
    app: VirtualCelery, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = scheduler(app, file, a=crontab(), b=crontab(minute=0))
    one.tick()
    assert caplog.records == []
    # It has an entry less, and forgets it.
    other = scheduler(app, file, a=crontab())
    for minute in range(1, 5):
        app.clock = at(12, minute)
        other.tick()
        app.pass_time(seconds=2)
        one.tick()
    for record in caplog.records:
        assert record.levelname == "ERROR"
        assert record.getMessage() == (
            f"beat: another beat writes to {file}: two beats send every message twice. Stop one of"
            " them, or give it a --schedule of its own"
        )
    # Each says so.
    assert len(caplog.records) == 2
    one.close()
    other.close()
    assert rows(file).keys() == {"a", "b"}


def test_a_beat_that_starts_again_at_once_is_no_second_one(
    app: VirtualCelery, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        it = scheduler(app, file, a=crontab())
        run(it, app.clock + 90 * SECOND)
        it.close()
    assert caplog.records == []


# Entries and their mapping as values.


def test_entries_are_compared_copied_and_pickled_with_their_policy(app: VirtualCelery) -> None:
    app.set_current()
    entry = Entry("a", "a", schedule=crontab(minute=0), catch_up="all", deadline=60, app=app)
    same = pickle.loads(pickle.dumps(entry))
    assert same == entry
    assert vars(same) == {**vars(entry), "app": None}
    for other in ({"catch_up": "none"}, {"deadline": 61}, {"task": "b"}):
        assert Entry(**{**dict(entry), **other}) != entry
    assert ScheduleEntry("a", "a", schedule=crontab(minute=0), app=app) != entry
    changed = Entry("a", "a", schedule=crontab(minute=0), app=app)
    changed.update(entry)
    assert changed == next(entry) == copy.copy(entry)


def test_entries_in_a_mapping_are_copied_and_pickled_as_in_a_dict() -> None:
    given = Entries({"a": 1, "b": 2})
    given.touched.clear()
    twin = pickle.loads(pickle.dumps(given))
    assert (twin, type(twin), type(given.copy())) == (given, Entries, dict)
    assert given.pop("a") == 1
    with pytest.raises(KeyError):
        given.pop("a")
    given.update(c=3)
    assert list(given.touched) == ["a", "c"]


def test_ids_of_all_messages_of_a_run_differ(app: VirtualCelery) -> None:
    it = scheduler(app, a=crontab(), b=schedule(7), c=Often())
    sent = run(it, at(12, 10))
    assert len({message.occurrence for message in sent}) == len(sent)
    assert all(one.at <= other.at for one, other in pairwise(sent))
