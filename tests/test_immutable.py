"""No attribute of a value can be set or deleted, and the message names the way to another value."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, is_dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import pytest

import duetime
from duetime import DstPolicy, Schedule, business_days, cron, window
from duetime.immutable import Immutable
from tests.support.stored import SCHEDULES, START, A, B

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
CHANGES = cron("30 2 * * *", tz="Europe/Paris").clock_changes(
    datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)
)
A_SCHEDULE = r"a schedule is immutable: make a new one, for example with \.in_zone\(tz\)"
VALUES: dict[str, tuple[Any, str]] = {
    **{name: (schedule, A_SCHEDULE) for name, schedule in SCHEDULES.items()},
    "window": (window(A, until=B), "a window is immutable: make a new one with duetime.window"),
    "business days": (
        business_days(holidays=[date(2026, 5, 1)]),
        "a business calendar is immutable: make a new one with business_days",
    ),
    "policy": (
        DstPolicy("end", "first"),
        r"a policy is immutable: make a new one, DstPolicy\(gap, overlap\)",
    ),
    "due state": (
        A.due_state(START, NOON),
        "a DueState is immutable: ask the schedule for its due_state anew",
    ),
    "clock change": (
        next(CHANGES),
        "a value is immutable: make a new one, for example with dataclasses.replace",
    ),
}


def names_of(value: Any) -> Iterator[str]:
    """A name that is none of its attributes, and all that it has: fields, properties, methods."""
    yield "nothing_like_it"
    yield from dir(value)


@pytest.mark.parametrize("name", VALUES)
def test_no_attribute_can_be_set_or_deleted(name: str) -> None:
    value, message = VALUES[name]
    before = repr(value)
    for attribute in names_of(value):
        with pytest.raises(FrozenInstanceError, match=f"^cannot set '{attribute}': {message}$"):
            setattr(value, attribute, None)
        with pytest.raises(FrozenInstanceError, match=f"^cannot delete '{attribute}': {message}$"):
            delattr(value, attribute)
    assert repr(value) == before
    assert not hasattr(value, "__dict__")


def test_the_error_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        A.tz = UTC  # type: ignore[misc]  # refused


def types_of_value() -> Iterator[type]:
    """Every frozen type of the core that a user can come to hold."""
    for module in pkgutil.walk_packages(duetime.__path__, "duetime."):
        if module.name.split(".")[1] in ("adapters", "cli", "testing", "__main__"):
            continue
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_public = issubclass(found, Schedule) or found.__name__ in duetime.__all__
            if found.__module__ == module.name and is_dataclass(found) and is_public:
                yield found


@pytest.mark.parametrize("kind", sorted(types_of_value(), key=repr))
def test_every_type_of_value_is_immutable_and_says_how_to_make_another(kind: Any) -> None:
    assert issubclass(kind, Immutable)
    blank = object.__new__(kind)
    for attribute in ("nothing_like_it", *kind.__dataclass_fields__):
        with pytest.raises(FrozenInstanceError, match=f"'{attribute}': a.* is immutable: "):
            setattr(blank, attribute, None)
        with pytest.raises(FrozenInstanceError, match=f"'{attribute}': a.* is immutable: "):
            delattr(blank, attribute)


class Own(Schedule):
    """Somebody else's type, which is as free as Python makes it."""

    def __init__(self, apart: timedelta) -> None:
        self.apart = apart

    @property
    def tz(self) -> tzinfo:
        return UTC

    def next_run(self, after: datetime) -> datetime | None:
        return after + self.apart

    def prev_run(self, before: datetime) -> datetime | None:
        return before - self.apart


@dataclass(frozen=True, slots=True)
class Frozen(Own):
    apart: timedelta
    __hash__ = Own.__hash__


@dataclass(frozen=True)
class Open(Own):
    apart: timedelta


def test_a_type_of_somebody_else_may_have_attributes() -> None:
    own = Own(timedelta(hours=1))
    own.apart = timedelta(hours=2)
    assert own.next_run(NOON) == NOON + timedelta(hours=2)
    del own.apart
    with pytest.raises(AttributeError, match="apart"):
        own.next_run(NOON)


@pytest.mark.parametrize("kind", [Frozen, Open])
def test_a_frozen_type_of_somebody_else_is_frozen(kind: Any) -> None:
    frozen = kind(timedelta(hours=1))
    for attribute in ("apart", "nothing_like_it"):
        with pytest.raises(FrozenInstanceError, match=attribute):
            setattr(frozen, attribute, None)
    assert frozen.next_run(NOON) == NOON + timedelta(hours=1)
