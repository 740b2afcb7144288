"""Placeholder while the module is being written; its owner overwrites it."""

from __future__ import annotations

from datetime import tzinfo

from duetime.civil import WallSchedule
from duetime.errors import ScheduleError
from duetime.zones import DstPolicy


class Rule(WallSchedule):
    __slots__ = ()


def rrule(text: object, *, tz: tzinfo | str | None = None, dst: DstPolicy | str = "rfc5545") -> Rule:
    raise ScheduleError("recurrence rules are being written")
