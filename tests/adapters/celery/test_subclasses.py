"""Schedulers and entries that a project has made its own: what they override is called."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from duetime import cron, occurrence_id
from duetime.adapters.celery import Entry, beat, crontab, schedule
from tests.support.dates import MINUTE, SECOND
from tests.support.virtual_beat import START, VirtualCelery, VirtualScheduler, entries, run


def made(kind: type[VirtualScheduler], file: Path | None = None, **schedules: Any) -> Any:
    app = VirtualCelery(beat_schedule=entries(**schedules))
    return kind(app, schedule_filename=None if file is None else str(file))


def runs(it: Any, task: str) -> list[datetime]:
    return [message.scheduled_for for message in it.sent if message.task == task]


def at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 1, 5, 12, minute, second, tzinfo=UTC)


class Pausing(VirtualScheduler):
    """It is asked every five seconds whether an entry may go on."""

    paused: frozenset[str] = frozenset({"a"})

    def is_due(self, entry: Any) -> Any:
        if entry.name in self.paused:
            return False, 5.0
        return super().is_due(entry)


class PausingEntry(Entry):
    paused = True

    def is_due(self) -> Any:
        if self.paused and self.name == "a":
            return False, 5.0
        return super().is_due()


class OfPausingEntries(VirtualScheduler):
    Entry = PausingEntry


SCHEDULES = [crontab(), schedule(60), beat(cron("* * * * *"))]


@pytest.mark.parametrize("kind", [Pausing, OfPausingEntries])
@pytest.mark.parametrize("known", SCHEDULES, ids=["crontab", "interval", "beat"])
@pytest.mark.parametrize("policy", ["latest", "all", "none"])
def test_an_entry_that_is_due_says_no_is_paused_and_then_caught_up(
    kind: type[VirtualScheduler],
    known: Any,
    policy: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it = made(kind, a=known, b=known)
    it.schedule["a"].catch_up = policy
    run(it, at(4, 2))
    assert runs(it, "a") == []
    assert runs(it, "b") == [at(1), at(2), at(3), at(4)]
    monkeypatch.setattr(kind if kind is Pausing else PausingEntry, "paused", frozenset())
    run(it, at(6, 30))
    # Runs, and with them the ids of their messages, are still those of the schedule.
    missed = [at(1), at(2), at(3)] if policy == "all" and known is not SCHEDULES[1] else []
    assert runs(it, "a") == [*missed, at(4), at(5), at(6)]
    assert [m.at for m in it.sent if m.task == "a"][-3:] == [at(4, 5), at(5), at(6)]
    assert it.schedule["a"].total_run_count == len(runs(it, "a"))


def test_an_override_that_asks_the_schedule_heeds_deadlines(tmp_path: Path) -> None:
    class Plain(VirtualScheduler):
        def is_due(self, entry: Any) -> Any:
            return super().is_due(entry)

    it = made(Plain, a=crontab())
    it.schedule["a"].catch_up, it.schedule["a"].deadline = "none", 10 * SECOND
    it.app.clock = at(1, 30)
    it.tick()
    assert it.sent == []
    run(it, at(3, 1))
    assert runs(it, "a") == [at(2), at(3)]


def test_an_override_may_say_that_an_entry_is_due_before_its_schedule_does() -> None:
    class Prompt(VirtualScheduler):
        asked = False

        def is_due(self, entry: Any) -> Any:
            if self.asked:
                self.asked = False
                return True, 20.0
            return False, 1.0

    it = made(Prompt, hourly=crontab(minute=0))
    run(it, at(0, 10))
    it.asked = True
    run(it, at(1))
    (sent,) = it.sent
    assert sent.scheduled_for == sent.at == at(0, 10)
    assert sent.occurrence == str(occurrence_id("hourly", at(0, 10)))


class Reserving(VirtualScheduler):
    def reserve(self, entry: Any) -> Any:
        self.__dict__.setdefault("reserved", []).append((entry.name, self.app.clock))
        return super().reserve(entry)


class Counting(Entry):
    advanced: list[str] = []  # noqa: RUF012  # of the class, as a project may have it

    def __next__(self) -> Any:
        self.advanced.append(self.name)
        return super().__next__()


def test_reserve_is_called_once_for_each_message_that_left(tmp_path: Path) -> None:
    it = made(Reserving, tmp_path / "state", a=crontab(), b=beat(cron("*/2 * * * *")))
    it.failures = 1
    run(it, at(4, 30))
    assert len(it.sent) == len(it.reserved) == 6
    assert [m.scheduled_for for m in it.sent if m.task == "a"] == [at(n) for n in (1, 2, 3, 4)]
    entry = it.schedule["a"]
    assert (entry.last_run_at, entry.total_run_count) == (at(4), 4)
    it.close()
    it.app.clock = at(5, 30)
    again = made(Reserving, tmp_path / "state", a=crontab(), b=beat(cron("*/2 * * * *")))
    again.app.clock = at(5, 30)
    again.tick()
    assert runs(again, "a") == [at(5)]
    assert again.schedule["a"].total_run_count == 5


def test_the_next_of_an_entry_is_made_for_each_of_several_runs() -> None:
    it = made(type("Own", (VirtualScheduler,), {"Entry": Counting}), a=crontab())
    it.schedule["a"].catch_up = "all"
    Counting.advanced.clear()
    it.app.clock = at(3)
    it.tick()
    assert runs(it, "a") == [at(1), at(2), at(3)]
    assert Counting.advanced == ["a"] * 3
    assert it.schedule["a"].total_run_count == 3
    it.tick()
    assert len(it.sent) == 3


# The hook.


def test_should_send_drops_runs_and_nothing_of_them_is_caught_up(tmp_path: Path) -> None:
    asked = []

    class Choosing(VirtualScheduler):
        def should_send(self, entry: Any, scheduled_for: datetime) -> bool:
            asked.append((entry.name, scheduled_for))
            return entry.name != "a" or scheduled_for.minute % 2 == 0

    it = made(Choosing, tmp_path / "state", a=crontab(), b=crontab())
    it.schedule["a"].catch_up = "all"
    it.app.clock = at(3)
    it.tick()
    assert asked == [("a", at(1)), ("b", at(3)), ("a", at(2)), ("a", at(3))]
    assert runs(it, "a") == [at(2)]
    assert it.schedule["a"].total_run_count == 1
    assert it.schedule["a"].last_run_at == at(3)
    it.close()
    again = made(VirtualScheduler, tmp_path / "state", a=crontab(), b=crontab())
    again.schedule["a"].catch_up = "all"
    again.app.clock = at(4)
    again.tick()
    assert runs(again, "a") == [at(4)]


def test_should_send_sees_the_run_in_the_zone_of_its_schedule() -> None:
    seen = []

    class Looking(VirtualScheduler):
        def should_send(self, entry: Any, scheduled_for: datetime) -> bool:
            seen.append(scheduled_for.isoformat())
            return True

    it = made(Looking, a=crontab(tz="Asia/Tokyo"), b=schedule(60, relative=True))
    run(it, at(1, 1))
    assert seen == ["2026-01-05T21:01:00+09:00", "2026-01-05T12:01:00+00:00"]
    assert len(it.sent) == 2


def fail_in(name: str, error: Exception) -> type[VirtualScheduler]:
    """A scheduler whose own method fails for entry b."""

    def method(self: Any, entry: Any, *args: Any, **kwargs: Any) -> Any:
        if entry.name == "b":
            raise error
        return getattr(super(kind, self), name)(entry, *args, **kwargs)

    kind = type("Failing", (VirtualScheduler,), {name: method})
    return kind


@pytest.mark.parametrize("name", ["should_send", "apply_entry", "apply_async", "is_due"])
@pytest.mark.parametrize("error", [RuntimeError("no idea"), OperationalError("another broker")])
def test_an_error_of_what_was_overridden_delays_no_other_entry(
    name: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    it = made(fail_in(name, error), a=crontab(), b=crontab(), c=crontab())
    run(it, at(3, 30))
    for task in ("a", "c"):
        found = [m for m in it.sent if m.task == task]
        assert [m.at for m in found] == [m.scheduled_for for m in found] == [at(1), at(2), at(3)]
    assert runs(it, "b") == []
    assert str(error) in caplog.text


def test_an_error_in_reserve_sends_nothing_twice(caplog: pytest.LogCaptureFixture) -> None:
    it = made(fail_in("reserve", RuntimeError("no idea")), a=crontab(), b=crontab())
    run(it, at(3, 30))
    assert runs(it, "a") == runs(it, "b") == [at(1), at(2), at(3)]
    assert it.schedule["b"].total_run_count == 3
    assert "beat: reserve of b has failed" in caplog.text


# What is never called.


def test_the_log_names_overrides_that_are_never_called(caplog: pytest.LogCaptureFixture) -> None:
    class Heaping(VirtualScheduler):
        def populate_heap(self, *args: Any, **kwargs: Any) -> None: ...

        def schedules_equal(self, *args: Any) -> bool:
            return True

        def is_due(self, entry: Any) -> Any:
            return super().is_due(entry)

    made(Heaping, a=crontab())
    (record,) = caplog.records
    assert record.getMessage() == (
        "beat: Heaping overrides populate_heap and schedules_equal, which duetime's scheduler"
        " never calls: see should_send, is_due and tick"
    )


def test_a_subclass_without_such_overrides_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    made(Pausing, a=crontab())
    made(VirtualScheduler, a=crontab())
    assert caplog.records == []


def test_many_entries_of_a_subclass_are_asked() -> None:
    it = made(Pausing, **{f"a{n}": crontab() for n in range(600)}, a=crontab())
    run(it, START + MINUTE + timedelta(seconds=1))
    assert len(it.sent) == 600
