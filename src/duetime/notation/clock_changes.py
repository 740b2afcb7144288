"""What a policy for clock changes does to the times of a schedule, in words."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from duetime.crontabs.fields import (
    EVERY_DAY_OF_MONTH,
    EVERY_DAY_OF_WEEK,
    EVERY_MONTH,
    CronFields,
    DayRule,
)
from duetime.crontabs.schedule import Cron
from duetime.zones import DAY, GAPS, LISTED_UNTIL, OVERLAPS, DstPolicy, Zone

_EVERY_DAY: Final = DayRule(EVERY_DAY_OF_MONTH, EVERY_DAY_OF_WEEK, "and")


def at_clock_changes(clock: tuple[int, int, int], policy: DstPolicy, zone: Zone) -> str:
    """What a policy does to times of day, as far as a clock change since 1970 touches them.

    `clock` has the hours, minutes and seconds as bits.
    """
    hour, minute, second = clock
    fields = CronFields(second, minute, hour, EVERY_MONTH, None, _EVERY_DAY, policy)
    daily = Cron(fields, zone, "", (), "vixie")
    rules: dict[bool, str] = {}
    for is_gap, low, high in _touched_by_clock_changes(zone, zone.key and zone.tzinfo):
        label = daily._label_near(low, 1)
        if label is not None and label < high:
            rules[is_gap] = GAPS[policy.gap] if is_gap else OVERLAPS[policy.overlap]
    said = [
        f"times that {name} {rules[is_gap]}"
        for is_gap, name in ((True, "the clock skips"), (False, "the clock repeats"))
        if is_gap in rules
    ]
    return f"; {', and '.join(said)}" if said else ""


@lru_cache(maxsize=1024)
def _touched_by_clock_changes(zone: Zone, _: object) -> tuple[tuple[bool, int, int], ...]:
    """Labels `[low, high)`, as on 1970-01-01, that a clock change since then skips or repeats.

    The first value of each is whether it skips them. The second argument tells one edition of
    the tz database from the next: a refresh gives a zone with a key another tzinfo.
    """
    # A zone of its own: the one that schedules share would remember every change found here.
    changes = Zone(zone.tzinfo, zone.key).changes(0, LISTED_UNTIL)
    found = set()
    for stretch in changes:
        low = (stretch.start + min(stretch.offset, stretch.before)) % DAY
        found.add((stretch.is_gap, low, low + abs(stretch.offset - stretch.before)))
    return tuple(found)


def clock_changes_of(schedule: Cron) -> str:
    """What the policy of a crontab does to its times; nothing where no clock change does."""
    return at_clock_changes(schedule._clock, schedule.policy, schedule._zone)
