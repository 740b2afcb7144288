"""Time zones: look-up, offsets along the UTC line, and the policies for clock changes.

A zone is read through `tzinfo.utcoffset` alone, so every kind of tzinfo works. Its offsets are
found lazily, a block of 32 days at a time. A day out of reach of any clock change is *quiet*:
there every label names one instant, and wall time and UTC differ by one known number.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar, Final, Literal, NamedTuple

from duetime.errors import (
    InvalidTypeError,
    InvalidValueError,
    NaiveDatetimeError,
    ScheduleError,
    UnknownTimeZoneError,
    shorten,
)
from duetime.immutable import Immutable
from duetime.zone_names import WINDOWS, cure_of, is_no_zone, offset_of

SECOND: Final = 1_000_000
"""Microseconds. An *instant* is an int: microseconds of UTC since 1970."""
DAY: Final = 86_400
"""Seconds."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL: Final = EPOCH.toordinal()
FIRST_LABEL: Final = (1 - EPOCH_ORDINAL) * DAY
"""0001-01-01T00:00:00. A *label* is an int: what a wall clock shows, in seconds since 1970."""
LAST_ORDINAL: Final = date.max.toordinal()
LAST_LABEL: Final = (LAST_ORDINAL + 1 - EPOCH_ORDINAL) * DAY - 1
"""9999-12-31T23:59:59."""

BLOCK_BITS: Final = 5
BLOCK: Final = DAY << BLOCK_BITS
IN_BLOCK: Final = (1 << BLOCK_BITS) - 1
"""The bits of a day's ordinal that count it within its block."""
# An offset is under a day and a change of offset under two: three days from a change, no label is
# ambiguous or missing, and no run that a gap moved is still to come.
MARGIN: Final = 4 * DAY
# The tz database has no two changes within six days of each other, so probes four days apart
# cannot miss a pair that cancels out.
PROBE: Final = 4 * DAY
CYCLE: Final = 146_097 * DAY
"""The Gregorian calendar repeats after 400 years, in seconds."""
LISTED_FROM: Final = (date(1800, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY
"""Before then no zone had changed its clocks."""
LISTED_UNTIL: Final = (date(2100, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY
"""By then the changes that the tz database lists one by one are past, and rules repeat yearly."""
_REMEMBERED: Final = 50_000
"""Blocks of a zone, at most, that are kept once they are known."""
# On the first and last days of the calendar, datetimes can overflow.
_DAYS_WELL_WITHIN: Final = range(4, LAST_ORDINAL - 2)
_BLOCKS: Final = range((LAST_ORDINAL >> BLOCK_BITS) + 1)
# Platforms differ in what `datetime.fromtimestamp` takes outside these years.
_PORTABLE_SECONDS: Final = range(32_503_680_000)

Step = Literal[1, -1]
"""The direction of a search: forwards or backwards."""
Gap = Literal["skip", "end", "shift"]
Overlap = Literal["first", "last", "both"]
WallPolicyName = Literal["wall", "ocps", "quartz", "rfc5545"]
"""The policies that need to know nothing of the schedule they serve."""
PolicyName = (
    WallPolicyName | Literal["vixie", "cronos", "croniter", "airflow", "dagster", "apscheduler"]
)
"""These, and the policies that read cron fields."""
GAPS: Final[dict[Gap, str]] = {
    "skip": "do not run",
    "end": "run once when the gap ends",
    "shift": "run later by the length of the gap",
}
"""What becomes of the labels that a gap removes, in words."""
OVERLAPS: Final[dict[Overlap, str]] = {
    "first": "run only the first time",
    "last": "run only the last time",
    "both": "run both times",
}
"""What becomes of the labels that an overlap repeats, in words."""


@dataclass(frozen=True, slots=True)
class DstPolicy(Immutable):
    """What becomes of a wall label that a clock change removes or repeats.

    `gap`: a label that does not exist is left out (`"skip"`), runs once at the instant the gap
    ends (`"end"`), or runs as much later as the gap is long (`"shift"`). `overlap`: a label that
    exists twice runs at its `"first"` instant, its `"last"`, or `"both"`. The policy holds for
    changes of every size and direction.

    >>> DstPolicy("end", "first")
    DstPolicy(gap='end', overlap='first')
    """

    gap: Gap
    overlap: Overlap

    _cure: ClassVar[str] = "a policy is immutable: make a new one, DstPolicy(gap, overlap)"

    def __post_init__(self) -> None:
        if self.gap not in tuple(GAPS):
            raise InvalidValueError(f"gap must be one of {', '.join(GAPS)}, not {self.gap!r}")
        if self.overlap not in tuple(OVERLAPS):
            raise InvalidValueError(
                f"overlap must be one of {', '.join(OVERLAPS)}, not {self.overlap!r}"
            )

    @property
    def words(self) -> str:
        """The policy as the end of a sentence about some wall times."""
        return (
            f"times that the clock skips {GAPS[self.gap]},"
            f" and times that it repeats {OVERLAPS[self.overlap]}"
        )

    def own_labels(self, stretch: Stretch) -> tuple[int, int]:
        """The labels `[low, high)` that name instants of a stretch."""
        start, end, offset, before, after = stretch
        low, high = start + offset, end + offset
        if self.overlap == "first" and stretch.is_overlap:
            low = start + before
        elif self.overlap == "last" and after < offset:
            high = end + after
        return low, high


NAMED_POLICIES: Final[dict[str, DstPolicy]] = {
    "wall": DstPolicy("skip", "both"),
    "ocps": DstPolicy("skip", "first"),
    "quartz": DstPolicy("skip", "last"),
    "rfc5545": DstPolicy("shift", "first"),
}
"""The policies that need to know nothing of the schedule they serve."""
CRON_POLICIES: Final = ("vixie", "cronos", "croniter", "airflow", "dagster", "apscheduler")
"""The policies that read cron fields; `duetime.crontabs` resolves them."""


def find_policy(dst: DstPolicy | str) -> DstPolicy:
    """The policy of a name, for schedules that are not crontabs.

    Raises ScheduleError for an unknown name, and for those of `CRON_POLICIES`, which read cron
    fields.
    """
    if isinstance(dst, DstPolicy):
        return dst
    if dst in CRON_POLICIES:
        raise InvalidValueError(
            f"dst={shorten(dst)} reads cron fields, so only cron() takes it:"
            f" use one of {', '.join(NAMED_POLICIES)} or a DstPolicy"
        )
    try:
        return NAMED_POLICIES[dst]
    except (KeyError, TypeError):
        raise InvalidValueError(
            f"dst={shorten(dst)} is not a policy:"
            f" use one of {', '.join((*CRON_POLICIES, *NAMED_POLICIES))} or a DstPolicy"
        ) from None


def policy_name(policy: DstPolicy) -> str | None:
    """The name `find_policy` knows `policy` by, None when it has none."""
    return next((name for name, named in NAMED_POLICIES.items() if named == policy), None)


class Stretch(NamedTuple):
    """UTC seconds `[start, end)` in which the offset is constant.

    `before` and `after` are the offsets on the other side of its two ends; they equal `offset`
    where the end is the edge of what was looked at and not a clock change.
    """

    start: int
    end: int
    offset: int
    before: int
    after: int

    @property
    def is_gap(self) -> bool:
        """Whether the clock was put forward at its start, so that some labels do not exist."""
        return self.before < self.offset

    @property
    def is_overlap(self) -> bool:
        """Whether the clock was put back at its start, so that some labels exist twice."""
        return self.before > self.offset

    @property
    def clear_from(self) -> int:
        """From here on, UTC and wall time alike are out of reach of the change at its start."""
        return self.start + abs(self.offset - self.before) + max(0, self.offset)

    @property
    def clear_to(self) -> int:
        """Up to here, UTC and wall time alike are out of reach of the change at its end."""
        return self.end - abs(self.after - self.offset) + min(0, self.offset)


class Zone:
    """A time zone as the searches see it: offsets along the UTC line.

    `tzinfo` is what results carry: for a key the plain `ZoneInfo(key)` that everybody else gets.
    `key` is the IANA key or None. Two zones are equal when their key, their fixed offset or, for
    any other tzinfo, the object itself is the same.
    """

    __slots__ = ("_identity", "_stretches", "first", "is_fixed", "key", "last", "quiet", "tzinfo")

    def __init__(self, tz: tzinfo, key: str | None = None) -> None:
        self.tzinfo = tz
        self.key = key
        self._identity: object = key or _fixed_offset(tz) or id(tz)
        self._stretches: dict[int, tuple[Stretch, ...]] = {}
        self.quiet = QuietDays(self)
        """By block and day of the block, `quiet[day >> BLOCK_BITS][day & IN_BLOCK]` for the
        proleptic ordinal of a day, taken as a day of wall time or of UTC: the one offset of all
        its instants and labels, in seconds, or None where a clock change is in reach."""
        self._set_limits()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Zone) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    def __repr__(self) -> str:
        return f"find_zone({self.key or self.tzinfo!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return find_zone, (self.key or self.tzinfo,)

    @property
    def name(self) -> str:
        """How text names the zone: its key, or its offset as `+05:30`.

        Raises ScheduleError for a tzinfo that has neither.
        """
        if self.key is not None:
            return self.key
        offset = _fixed_offset(self.tzinfo)
        if offset is None:
            raise InvalidValueError(
                f"{self.tzinfo!r} has no IANA key, so it cannot be written:"
                " use zoneinfo.ZoneInfo(key) or a fixed offset"
            )
        return str(timezone(offset))[3:]

    @property
    def spelling(self) -> str:
        """The zone as an argument in a repr."""
        return repr(self.key or self.tzinfo)

    def local(self, moment: datetime, name: str = "the time") -> datetime:
        """An aware datetime of any zone in this one.

        Raises NaiveDatetimeError; OverflowError within a day of year 1 and 9999.
        """
        # astimezone takes a naive datetime for one of the system's zone.
        if moment.tzinfo is None or moment.utcoffset() is None:
            raise not_aware(moment, name)
        return moment.astimezone(self.tzinfo)

    def wall(self, moment: datetime, name: str = "the time") -> datetime | None:
        """A datetime whose fields are the wall time here; its tzinfo means nothing.

        None where the clock changes that day, or the calendar ends. Raises NaiveDatetimeError.
        """
        if moment.tzinfo is UTC:
            # The commonest of all, and the conversion without a call to the tzinfo.
            day = moment.toordinal()
            offset = self.quiet[day >> BLOCK_BITS][day & IN_BLOCK]
            return None if offset is None else moment + _elapsed(offset)
        try:
            return self.local(moment, name)
        except OverflowError:
            return None

    def offset_at(self, second: int) -> int:
        """Seconds that wall time is ahead of UTC at `second` of UTC."""
        try:
            if second in _PORTABLE_SECONDS:
                offset = datetime.fromtimestamp(second, self.tzinfo).utcoffset()
            else:
                within = min(max(second, FIRST_LABEL + 2 * DAY), LAST_LABEL - 2 * DAY)
                offset = (EPOCH + timedelta(seconds=within)).astimezone(self.tzinfo).utcoffset()
        except ValueError as error:
            raise InvalidValueError(f"{self.tzinfo!r} is no zone to compute in: {error}") from None
        if offset is None or offset.microseconds:
            raise InvalidValueError(f"{self.tzinfo!r} gives the offset {offset}, not whole seconds")
        return offset.days * DAY + offset.seconds

    def quiet_offset(self, second: int) -> int | None:
        """The one offset of the day of `second`, be it of UTC or of wall time; None on a day in
        reach of a clock change."""
        day = second // DAY + EPOCH_ORDINAL
        return self.quiet[day >> BLOCK_BITS][day & IN_BLOCK]

    def untouched_offset(self, label: int) -> int | None:
        """The offset of a label that no clock change touches or can move a run past; else None."""
        for start, end, offset, before, after in self.stretches(block_of(label)):
            reach = start + max(offset, before) + abs(offset - before)
            if reach <= label < end + min(offset, after):
                return offset
        return None

    def is_untouched(self, wall: datetime) -> bool:
        """Whether `untouched_offset` knows the offset of a wall time."""
        time = (wall.hour * 60 + wall.minute) * 60 + wall.second
        return self.untouched_offset((wall.toordinal() - EPOCH_ORDINAL) * DAY + time) is not None

    def stretches(self, block: int) -> tuple[Stretch, ...]:
        """The stretches that meet the block, in order, known to `MARGIN` beyond its ends."""
        found = self._stretches.get(block)
        if found is None:
            if len(self._stretches) >= _REMEMBERED:
                self._stretches.clear()
            start = block_start(block)
            found = self._stretches[block] = self._find(start - MARGIN, start + BLOCK + MARGIN)
        return found

    def stretch_at(self, second: int) -> tuple[Stretch, int, int]:
        """The stretch around `second`, and the UTC seconds `[start, end)` it is sure for."""
        block = block_of(second)
        start = block_start(block)
        stretch = next(s for s in self.stretches(block) if second < s.end)
        return stretch, max(start, stretch.start), min(start + BLOCK, stretch.end)

    def stretch_end(self, second: int, stop: int) -> int:
        """Where the stretch around `second` ends, at most `stop`."""
        if self.is_fixed:
            return stop
        stretch, _, end = self.stretch_at(second)
        while end < stop and end < stretch.end:
            # The stretch goes on beyond its block.
            stretch, _, end = self.stretch_at(end)
        return min(end, stop)

    def changes(self, start: int, end: int, step: Step = 1) -> Iterator[Stretch]:
        """The stretches that begin with a clock change in `[start, end)`; backwards for step -1."""
        for block in range(block_of(start), block_of(end - 1) + 1)[::step]:
            stretches = self.stretches(block)
            if len(stretches) == 1:
                continue
            opens = max(start, block_start(block))
            closes = min(end, block_start(block + 1))
            for stretch in stretches[::step]:
                if stretch.before != stretch.offset and opens <= stretch.start < closes:
                    yield stretch

    def show(self, instant: int) -> datetime:
        """`instant` as an aware datetime in this zone, with the right fold."""
        second, microsecond = divmod(instant, SECOND)
        if microsecond == 0 and second in _PORTABLE_SECONDS:
            return datetime.fromtimestamp(second, self.tzinfo)
        try:
            return (EPOCH + timedelta(0, second, microsecond)).astimezone(self.tzinfo)
        except (OverflowError, ValueError):
            # Within a day of year 1 or 9999 the instant has no UTC datetime, but it has this one.
            wall = timedelta(0, second + self.offset_at(second), microsecond)
            return (EPOCH + wall).replace(tzinfo=self.tzinfo)

    def refresh(self) -> None:
        """Forget every offset, and take the current `ZoneInfo` of the key."""
        if self.key is not None:
            self.tzinfo = zoneinfo.ZoneInfo(self.key)
        self._stretches.clear()
        self.quiet.clear()
        self._set_limits()

    def _set_limits(self) -> None:
        # A ZoneInfo knows an offset without a moment if it has no other, and so does a timezone.
        knows = self.key is not None or isinstance(self.tzinfo, timezone)
        self.is_fixed = knows and self.tzinfo.utcoffset(None) is not None
        """Whether it is known to have one offset and no other."""
        self.first = (FIRST_LABEL - self.offset_at(FIRST_LABEL)) * SECOND
        """The earliest instant that this zone can show: 0001-01-01T00:00:00."""
        self.last = (LAST_LABEL + 1 - self.offset_at(LAST_LABEL)) * SECOND - 1
        """The latest instant that this zone can show: 9999-12-31T23:59:59.999999."""

    def _find(self, start: int, end: int) -> tuple[Stretch, ...]:
        probes = (start,) if self.is_fixed else range(start, end + 1, PROBE)
        known = [self.offset_at(second) for second in probes]
        if known.count(known[0]) == len(known):
            return (Stretch(start, end, known[0], known[0], known[0]),)
        changes = [(start, known[0])]
        for (left, right), ends_in in zip(pairwise(probes), pairwise(known), strict=True):
            changes += self._between(left, ends_in[0], right, ends_in[1])
        ends = [second for second, _ in changes[1:]] + [end]
        offsets = [offset for _, offset in changes]
        return tuple(
            Stretch(second, stop, offset, before, after)
            for (second, offset), stop, before, after in zip(
                changes,
                ends,
                offsets[:1] + offsets[:-1],
                offsets[1:] + offsets[-1:],
                strict=True,
            )
        )

    def _between(
        self, left: int, left_offset: int, right: int, right_offset: int
    ) -> list[tuple[int, int]]:
        """The changes in `(left, right]`: the second each takes effect and its new offset."""
        if left_offset == right_offset:
            return []
        if right - left == 1:
            return [(right, right_offset)]
        middle = (left + right) // 2
        offset = self.offset_at(middle)
        return self._between(left, left_offset, middle, offset) + self._between(
            middle, offset, right, right_offset
        )


class QuietDays(dict[int, tuple[int | None, ...]]):
    """The offsets of quiet days, a block at a time, filled as they are asked for."""

    __slots__ = ("_zone",)

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def __missing__(self, block: int) -> tuple[int | None, ...]:
        if block not in _BLOCKS:
            return _all_days(None)
        if len(self) >= _REMEMBERED:
            self.clear()
        stretches = self._zone.stretches(block)
        days = range(block << BLOCK_BITS, (block + 1) << BLOCK_BITS)
        if len(stretches) == 1 and days[0] in _DAYS_WELL_WITHIN and days[-1] in _DAYS_WELL_WITHIN:
            # One tuple for all such blocks: what the common question touches stays small.
            found = _all_days(stretches[0].offset)
        else:
            found = tuple(_quiet_offset(day, stretches) for day in days)
        self[block] = found
        return found


def _quiet_offset(day: int, stretches: tuple[Stretch, ...]) -> int | None:
    start = (day - EPOCH_ORDINAL) * DAY
    for stretch in stretches:
        if stretch.clear_from <= start and start + DAY <= stretch.clear_to:
            return stretch.offset if day in _DAYS_WELL_WITHIN else None
    return None


@lru_cache(maxsize=1024)
def _all_days(offset: int | None) -> tuple[int | None, ...]:
    return (offset,) * (1 << BLOCK_BITS)


def find_zone(tz: Zone | tzinfo | str) -> Zone:
    """The zone of an IANA key, a ZoneInfo, a fixed offset, or any other tzinfo.

    Zones of pytz and dateutil become the zoneinfo of the same key, and UTC in every spelling
    becomes `ZoneInfo("UTC")`. Any other tzinfo is used as it is. Text may also be an offset such as
    `+05:30`, or what Windows calls a zone (`W. Europe Standard Time`, by CLDR's table).

    Raises UnknownTimeZoneError, with the nearest names or the cure, for any other text: for `local`
    and files of a machine that are no zones, which other machines would read in another way.
    """
    if isinstance(tz, Zone):
        return tz
    if isinstance(tz, str):
        return _zone_of_key(tz)
    if not isinstance(tz, tzinfo):
        raise UnknownTimeZoneError(
            f"tz must be an IANA key such as 'Europe/Paris' or a tzinfo, not {shorten(tz)}"
        )
    key = _key_of(tz)
    if key is not None:
        try:
            return _zone_of_key(key)
        except UnknownTimeZoneError:
            return Zone(tz)
    offset = _fixed_offset(tz)
    if offset is None:
        return Zone(tz)
    return _zone_of_key("UTC") if not offset else _zone_of_offset(offset)


def refresh_zones() -> None:
    """Forget what is known of every zone, for a process that outlives a tz database update.

    Schedules made before keep working and see the new rules from their next question on.
    """
    zoneinfo.ZoneInfo.clear_cache()
    _listed_keys.cache_clear()
    for zone in _keyed.values():
        zone.refresh()


def edition() -> object:
    """What stands for the zone data in use: another object as soon as they are refreshed."""
    return _zone_of_key("UTC").tzinfo


def block_of(second: int) -> int:
    """The number of the block that a second of UTC is in."""
    return (second // DAY + EPOCH_ORDINAL) >> BLOCK_BITS


def block_start(block: int) -> int:
    """The first second of UTC of a block."""
    return ((block << BLOCK_BITS) - EPOCH_ORDINAL) * DAY


def to_instant(moment: datetime, name: str = "the time") -> int:
    """Microseconds of UTC since 1970 of an aware datetime.

    Raises NaiveDatetimeError for one that is not aware, and InvalidTypeError for what is none;
    both call it by its `name`.
    """
    try:
        # Through the offset on both sides: exact, and without overflow at year 1 and 9999.
        elapsed = moment - EPOCH
        # Of pandas' NaT it would be a float, and a float has no `|`.
        return (elapsed.days * DAY + elapsed.seconds) * SECOND + elapsed.microseconds | 0
    except (TypeError, AttributeError):
        raise not_aware(moment, name) from None


def second_to_instant(second: int, name: str) -> int:
    """Whole seconds in microseconds; raises InvalidTypeError for what is no int."""
    try:
        # A float has no `|`.
        return (second | 0) * SECOND
    except TypeError:
        raise not_an_epoch(second, name) from None


def not_aware(moment: object, name: str) -> ScheduleError:
    """The error for what is no aware datetime, with the way from there to one."""
    kind = type(moment)
    if isinstance(moment, datetime) and kind.__name__ != "NaTType":
        return NaiveDatetimeError(
            f"{name}={moment.isoformat()} has no time zone, so it names no instant: add one,"
            " for example moment.replace(tzinfo=ZoneInfo('Europe/Paris')) or datetime.now(UTC)"
        )
    package = kind.__module__.partition(".")[0]
    known = _CURES.get(f"{package}.{kind.__name__}") or _CURES.get(package)
    cure = f": {known}" if known else ", for example datetime.now(UTC)"
    return InvalidTypeError(f"{name} must be an aware datetime, not {shorten(moment)}{cure}")


_NUMBER_CURE: Final = (
    "of seconds since 1970 make one with datetime.fromtimestamp(seconds, UTC),"
    " or use next_epoch and prev_epoch"
)
_CURES: Final = {
    "builtins.int": _NUMBER_CURE,
    "builtins.float": _NUMBER_CURE,
    "builtins.str": "read the text with datetime.fromisoformat, and give it a zone",
    "datetime.date": (
        "a date has no time of day: write datetime.combine(day, time(), tzinfo=ZoneInfo(key))"
    ),
    "datetime.time": (
        "a time of day has no date: write datetime.combine(day, time, tzinfo=ZoneInfo(key))"
    ),
    "numpy.datetime64": (
        "of a time in UTC write value.astype('datetime64[us]').item().replace(tzinfo=UTC)"
    ),
    "pandas": "NaT is no time: leave it out, for example by dropna()",
    "whenever": "write value.to_stdlib(), and in releases before 0.10 value.py_datetime()",
}
"""By the name or the package of a type: how to make an aware datetime of a value."""


def not_an_epoch(second: object, name: str) -> InvalidTypeError:
    """The error for what is no number of whole seconds, with the way from there to one."""
    if isinstance(second, float):
        cure = "cut it by int(), or use next_run and prev_run"
    elif isinstance(second, datetime):
        cure = "use next_run and prev_run for datetimes"
    else:
        cure = "for example int(time.time())"
    return InvalidTypeError(
        f"{name} is a whole number of seconds since 1970, an int, and not {shorten(second)}: {cure}"
    )


_keyed: dict[str, Zone] = {}
_LONGEST_KEY: Final = 64


def _zone_of_key(key: str) -> Zone:
    try:
        return _keyed[key]
    except KeyError:
        pass
    try:
        if is_no_zone(key) or (_disk_ignores_case() and key not in _listed_keys()):
            raise KeyError(key)
        # A key that is a folder, a path or no file name at all raises all of these.
        zone = Zone(zoneinfo.ZoneInfo(key), key)
    except (KeyError, ValueError, OSError):
        offset = offset_of(key)
        if offset is not None:
            return find_zone(offset)
        if key in WINDOWS:
            return _zone_of_key(WINDOWS[key])
        raise UnknownTimeZoneError(_unknown(key)) from None
    return _keyed.setdefault(key, zone)


@lru_cache(maxsize=1)
def _disk_ignores_case() -> bool:
    """Whether `europe/paris` opens the file of `Europe/Paris`, as on the disks of some machines."""
    try:
        zoneinfo.ZoneInfo.no_cache("uTC")
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=1)
def _listed_keys() -> frozenset[str]:
    return frozenset(zone_keys())


def zone_keys() -> list[str]:
    """The keys of all zones of the tz database, sorted; without files that are no zones."""
    return sorted(key for key in zoneinfo.available_timezones() if not is_no_zone(key))


def _unknown(key: str) -> str:
    from difflib import get_close_matches  # on demand: it takes its time to load

    message = f"{shorten(key)} is not a key of the tz database"
    cure = cure_of(key[:_LONGEST_KEY])
    if cure is not None:
        return f"{message}: {cure}"
    wanted = key[:_LONGEST_KEY].casefold().replace(" ", "_")
    keys = {name.casefold(): name for name in zone_keys()}
    cities = {_city(folded): name for folded, name in keys.items()}
    city = get_close_matches(_city(wanted), cities, 2, 0.8)
    # Keys of one region have much in common, so that the city must be near too.
    near = [folded for folded in get_close_matches(wanted, keys, 3, 0.75) if _city(folded) in city]
    names = list(dict.fromkeys([keys[folded] for folded in near] + [cities[c] for c in city]))[:3]
    return f"{message}: did you mean {' or '.join(names)}?" if names else message


def _city(key: str) -> str:
    return key.rpartition("/")[2]


@lru_cache(maxsize=1024)
def _elapsed(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


@lru_cache(maxsize=256)
def _zone_of_offset(offset: timedelta) -> Zone:
    if offset.microseconds:
        raise InvalidValueError(f"a fixed offset must be whole seconds, not {offset}")
    return Zone(timezone(offset))


def _key_of(tz: tzinfo) -> str | None:
    if tz is UTC:
        return "UTC"
    # zoneinfo calls it key, pytz zone; dateutil keeps the file it read.
    name = getattr(tz, "key", None) or getattr(tz, "zone", None)
    if name is None and type(tz).__module__.startswith("dateutil."):
        name = str(getattr(tz, "_filename", "")).rpartition("zoneinfo/")[2]
    return name if isinstance(name, str) and name else None


def _fixed_offset(tz: tzinfo) -> timedelta | None:
    if isinstance(tz, timezone) or type(tz).__module__.startswith(("pytz", "dateutil.")):
        return tz.utcoffset(None)
    return None
