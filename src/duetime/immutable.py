"""`Immutable`: the base of the frozen values, which say so when an attribute is set or deleted."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import ClassVar, NoReturn


class Immutable:
    """A base for frozen, slotted dataclasses. It changes nothing of other classes.

    `dataclass(frozen=True, slots=True)` makes a class, gives it methods that refuse, and then
    makes the class anew for its slots. The methods go on to speak of the first class, so for a
    name that is no field they fail with "obj must be an instance or subtype of type". They are
    replaced here when the class is made anew.
    """

    __slots__ = ()

    _cure: ClassVar[str] = (
        "a value is immutable: make a new one, for example with dataclasses.replace"
    )
    """The end of the message: what is immutable, and how to make another."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        # A class has these parameters of its own only when it is made anew.
        if getattr(vars(cls).get("__dataclass_params__"), "frozen", False):
            for name, refuse in _REFUSALS.items():
                setattr(cls, name, refuse)


def _refuse_to_set(self: Immutable, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot set {name!r}: {self._cure}")


def _refuse_to_delete(self: Immutable, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete {name!r}: {self._cure}")


_REFUSALS = {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
