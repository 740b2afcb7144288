"""What a schedule answers where a time is not enough: `DueState` and `ClockChange`.

Most programs ask for times alone, so this file is loaded with the first answer of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from duetime.immutable import Immutable


@dataclass(frozen=True, slots=True)
class DueState(Immutable):
    """What a scheduler loop needs to know of one schedule at one moment; true when it is due.

    `scheduled_for` is the nominal time of the run that is due, None when none is. `next_run` is
    the first run after the moment of the question, and `wait` the time until then; both are None
    when nothing follows.
    """

    is_due: bool
    scheduled_for: datetime | None
    next_run: datetime | None
    wait: timedelta | None

    _cure: ClassVar[str] = "a DueState is immutable: ask the schedule for its due_state anew"

    def __bool__(self) -> bool:
        return self.is_due


@dataclass(frozen=True, slots=True)
class ClockChange(Immutable):
    """One wall label of a schedule that a clock change touched.

    `label` is the naive wall time. `kind` is `"moved"` (the label does not exist and the run
    happens at another time), `"dropped"` (it does not exist and nothing runs) or `"doubled"` (it
    exists twice). `instants` are the aware times at which the schedule runs for it: none, one or
    two.
    """

    label: datetime
    kind: Literal["moved", "dropped", "doubled"]
    instants: tuple[datetime, ...]
