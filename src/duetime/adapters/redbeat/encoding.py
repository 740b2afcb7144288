"""Schedules in RedBeat's JSON: an object of its own type, with the wire document inside.

What RedBeat wrote is read as RedBeat reads it. What JSON cannot hold is refused: RedBeat would
write a crontab without its zone, and a subclass as the class that it comes from.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from celery import schedules as stock
from redbeat.decoder import RedBeatJSONDecoder, RedBeatJSONEncoder
from redbeat.schedules import rrule

from duetime.adapters.celery.memory import core_of
from duetime.adapters.celery.schedules import beat, crontab, schedule, solar
from duetime.adapters.celery.upgrading import upgrade
from duetime.errors import InvalidValueError
from duetime.schedules import Schedule

_TYPE: Final = "duetime"
_CLASSES: Final = {"crontab": crontab, "schedule": schedule, "solar": solar, "beat": beat}
_NAMES: Final = {kind: name for name, kind in _CLASSES.items()}
_RELATIVE: Final = "a relative interval has no zone of its own there"


class Encoder(RedBeatJSONEncoder):
    """Raises ScheduleError for a schedule that JSON cannot hold."""

    def default(self, obj: Any) -> Any:
        if not isinstance(obj, stock.BaseSchedule):
            return super().default(obj)
        if getattr(obj, "nowfun", None) is not None:
            raise InvalidValueError(f"RedBeat cannot hold {obj!r}: it has a nowfun")
        if type(obj) in (stock.crontab, stock.solar):
            twin = upgrade({"it": {"schedule": obj}})["it"]["schedule"]
            if type(obj) is stock.solar or twin.own_zone is not None:
                return _document(twin)
            # As RedBeat has it, so that it can read it too; a list becomes text.
            return super().default(twin)
        if type(obj) is rrule or (type(obj) is stock.schedule):
            return super().default(obj)
        if type(obj) is schedule and obj.relative:
            if obj.own_zone is not None:
                raise InvalidValueError(f"RedBeat cannot hold {obj!r}: {_RELATIVE}")
            return super().default(obj)
        if type(obj) not in _NAMES:
            kind = f"{type(obj).__module__}.{type(obj).__qualname__}"
            raise InvalidValueError(
                f"RedBeat cannot hold {obj!r}: {kind} is no schedule of Celery, RedBeat or duetime"
            )
        return _document(obj)


class Decoder(RedBeatJSONDecoder):
    """Reads what `Encoder` and RedBeat wrote. Raises ScheduleError for a bad document."""

    def dict_to_object(self, d: dict[str, Any]) -> Any:
        return _schedule(d) if d.get("__type__") == _TYPE else super().dict_to_object(d)


def _document(given: Any) -> dict[str, Any]:
    """What a schedule is made of: `own` names what it was given and does not go by the app's."""
    own = [] if given.own_zone is None else ["tz"]
    if getattr(given, "dst", None) is not None:
        own.append("dst")
    core = core_of(given)
    if core is None:
        raise InvalidValueError(f"RedBeat cannot hold {given!r}: its fields are those of no date")
    return {
        "__type__": _TYPE,
        "class": _NAMES[type(given)],
        "own": own,
        "schedule": core.to_dict(),
    }


def _schedule(document: dict[str, Any]) -> Any:
    try:
        name, own, wire = (document[key] for key in ("class", "own", "schedule"))
        core: Any = Schedule.from_dict(wire)
        if name == "beat":
            return beat(core)
        zone: dict[str, Any] = {"tz": core.tz} if "tz" in own else {}
        if name == "crontab":
            minute, hour, day, month, weekday = core.expression.split()
            policy = {"dst": core.policy} if "dst" in own else {}
            return crontab(minute, hour, weekday, day, month, **zone, **policy)
        if name == "schedule":
            return schedule(timedelta(microseconds=core.step), **zone)
        return solar(wire["event"], wire["latitude"], wire["longitude"], **zone)
    except (AttributeError, KeyError, TypeError) as error:
        raise InvalidValueError(f"no schedule of duetime: {document!r} ({error})") from error
