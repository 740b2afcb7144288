"""Where a fault takes hold of the package as it runs: methods, functions and tables, by name.

`of(Grid, "next_run")` is one method, `every_type("count")` a method of every class that has its
own, and `wherever(to_instant)` a function under every name by which the core imported it. What
is put there is told the original first, so that a fault is a few words about an answer.
`duetime.testing`, which finds the faults, keeps the originals.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import duetime
import duetime.testing
from duetime import zones
from duetime.schedules import Schedule

# What is no public member, by the name it has today.
COUNT = "_count"
NEAREST = "_nearest"
SEARCH = "_search"
TIMELINE = "_timeline"
LABEL_COUNT = "_label_count"
MOVED_BY_A_GAP = "_moved_near"
STEP_NUMBER = "_label"
NEAREST_WEEKDAY = "_nearest_weekday"
PENDING = "_pending"
INDEX = "_index"
OPENING, CLOSING, JOINED_END = "_opening", "_closing", "_joined_end"
UNTOUCHED_OFFSET = "untouched_offset"
CLEAR_FROM = "clear_from"

Place = tuple[Any, str, Any]
"""A class or module, a name in it, and what is there."""
_OUTSIDE = ("duetime.testing", "duetime.adapters", "duetime.cli", "duetime.__main__")


class Seam(ABC):
    """Some places that hold the same thing."""

    @abstractmethod
    def places(self) -> Iterator[Place]: ...

    def found(self) -> list[Place]:
        """The places; raises LookupError if there is none, so that no fault gets lost."""
        places = list(self.places())
        if not places:
            raise LookupError(f"{self} is nowhere in the core")
        return places

    def replace(self, behaviour: Callable[..., Any]) -> None:
        """Put a behaviour in all places, which is given the original and then the arguments."""
        for owner, name, original in self.found():
            setattr(owner, name, _instead_of(original, behaviour))


def _instead_of(original: Any, behaviour: Callable[..., Any]) -> Any:
    if isinstance(original, property):
        return property(_instead_of(original.fget, behaviour))
    if isinstance(original, classmethod):
        return classmethod(_instead_of(original.__func__, behaviour))

    def faulty(*args: Any, **kwargs: Any) -> Any:
        return behaviour(original, *args, **kwargs)

    return faulty


@dataclass(frozen=True)
class of(Seam):  # noqa: N801 - it reads as a word: of(Grid, "count")
    """A member of a class or a module, its own or one that it inherits."""

    owner: Any
    name: str

    def places(self) -> Iterator[Place]:
        bases = getattr(self.owner, "__mro__", (self.owner,))
        for base in bases:
            # What every object has is no doing of the package's.
            if base is not object and self.name in vars(base):
                yield self.owner, self.name, vars(base)[self.name]
                return


@dataclass(frozen=True)
class every_type(Seam):  # noqa: N801 - as above
    """A method of every class of schedules that defines it itself."""

    name: str

    def places(self) -> Iterator[Place]:
        for kind in _with_heirs(Schedule):
            method = vars(kind).get(self.name)
            if method is not None and not getattr(method, "__isabstractmethod__", False):
                yield kind, self.name, method


@dataclass(frozen=True)
class wherever(Seam):  # noqa: N801 - as above
    """A function of the core, in each module that has it."""

    function: Callable[..., Any]

    def places(self) -> Iterator[Place]:
        for module in core():
            for name, value in list(vars(module).items()):
                if value is self.function:
                    yield module, name, value


def set_wherever(name: str, value: object) -> None:
    """Give a constant another value in each module of the core that has it."""
    homes = [module for module in core() if name in vars(module)]
    if not homes:
        raise LookupError(f"{name} is nowhere in the core")
    for module in homes:
        setattr(module, name, value)


def core() -> list[ModuleType]:
    """All modules of the package but those that test it and those that translate."""
    for found in pkgutil.walk_packages(duetime.__path__, "duetime."):
        if not found.name.startswith(_OUTSIDE):
            importlib.import_module(found.name)
    return [
        module
        for name, module in list(sys.modules.items())
        if (name == "duetime" or name.startswith("duetime.")) and not name.startswith(_OUTSIDE)
    ]


def forget() -> None:
    """Empty every cache of the core, and make the zones anew that it knows."""
    for module in core():
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    for zone in zones._keyed.values():
        zone.__init__(zone.tzinfo, zone.key)  # type: ignore[misc]  # its slots are set once more


def _with_heirs(kind: type[Any]) -> Iterator[type[Any]]:
    core()
    seen: dict[type[Any], None] = {}
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if one not in seen and not one.__module__.startswith(_OUTSIDE):
            seen[one] = None
            waiting += type.__subclasses__(one)
    yield from seen
