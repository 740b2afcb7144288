"""`Cron`: a crontab in a zone. Labels of the search become runs on the UTC line.

Far from a clock change (nearly always) wall time and UTC differ by one number, and the search
answers alone. Near one, `WallSchedule` settles what the labels mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import dropwhile, product
from typing import Literal

from duetime.civil import WallSchedule
from duetime.crontab.dialects import find_dialect
from duetime.crontab.fields import CronFields
from duetime.crontab import gregorian
from duetime.crontab.search import Timetable, timetable
from duetime.crontab.text import (
    FieldValue,
    complete,
    keyword_text,
    read_fields,
    resolve_policy,
    split_fields,
)
from duetime.errors import ScheduleError
from duetime.zones import (
    BLOCK_BITS,
    DAY,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    LAST_LABEL,
    SECOND,
    DstPolicy,
    Zone,
    find_zone,
    to_instant,
)


@dataclass(frozen=True, slots=True, repr=False)
class Cron(WallSchedule):
    """A crontab in a zone; made by `cron`.

    Two are equal when they run at the same wall times of the same zone under the same policy for
    clock changes, however they are written.
    """

    fields: CronFields
    zone: Zone = field()  # overrides the property of the base
    expression: str = field(compare=False)
    """The fields as text, or a nickname."""
    extra: tuple[tuple[str, str], ...] = field(compare=False)
    """The texts of a second and a year that have no place in `expression`."""
    dialect: str = field(compare=False)
    # Unset until the first search, so that a schedule that is only read or sent stays small.
    _forward: Timetable = field(init=False, compare=False)
    _backward: Timetable = field(init=False, compare=False)

    def __getattr__(self, name: str) -> Timetable:
        if name == "_forward":
            table = timetable(self.fields, 1)
        elif name == "_backward":
            table = timetable(self.fields, -1)
        else:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        object.__setattr__(self, name, table)
        return table

    def __reduce__(self) -> tuple[object, ...]:
        return Cron, (self.fields, self.zone, self.expression, self.extra, self.dialect)

    def __repr__(self) -> str:
        given = [repr(self.expression)]
        given += [f"{name}={text!r}" for name, text in self.extra]
        given.append(f"tz={self.zone.spelling}")
        if self.dialect != "vixie":
            given.append(f"dialect={self.dialect!r}")
        if not self.follows_dialect:
            given.append(f"dst={self.policy!r}")
        if self.fields.days.clamp:
            given.append("short_months='last'")
        return f"cron({', '.join(given)})"

    @property
    def policy(self) -> DstPolicy:
        return self.fields.policy

    @property
    def follows_dialect(self) -> bool:
        """Whether the policy for clock changes is the one its dialect gives this expression."""
        dialect = find_dialect(self.dialect)
        texts = {**split_fields(self.expression, dialect), **dict(self.extra)}
        return self.policy == resolve_policy(dialect.policy, texts)

    def in_zone(self, tz: tzinfo | str) -> Cron:
        return Cron(self.fields, find_zone(tz), self.expression, self.extra, self.dialect)

    def next_run(self, after: datetime) -> datetime | None:
        zone = self.zone
        tz = zone.tzinfo
        try:
            local = after if after.tzinfo is tz else zone.local(after)
        except OverflowError:
            return WallSchedule.next_run(self, after)
        quiet = zone.quiet
        if quiet[local.toordinal() >> BLOCK_BITS] is not None:
            label = self._forward.search(
                local.year * 12 + local.month - 1,
                local.day,
                local.hour,
                local.minute,
                local.second + 1,
            )
            if label is None:
                return None
            month, day, hour, minute, second = label
            year, index = divmod(month, 12)
            run = datetime(year, index + 1, day, hour, minute, second, 0, tz)
            if quiet[run.toordinal() >> BLOCK_BITS] is not None:
                return run
        return WallSchedule.next_run(self, after)

    def prev_run(self, before: datetime) -> datetime | None:
        zone = self.zone
        tz = zone.tzinfo
        try:
            local = before if before.tzinfo is tz else zone.local(before)
        except OverflowError:
            return WallSchedule.prev_run(self, before)
        quiet = zone.quiet
        if quiet[local.toordinal() >> BLOCK_BITS] is not None:
            label = self._backward.search(
                local.year * 12 + local.month - 1,
                local.day,
                local.hour,
                local.minute,
                local.second - (local.microsecond == 0),
            )
            if label is None:
                return None
            month, day, hour, minute, second = label
            year, index = divmod(month, 12)
            run = datetime(year, index + 1, day, hour, minute, second, 0, tz)
            if quiet[run.toordinal() >> BLOCK_BITS] is not None:
                return run
        return WallSchedule.prev_run(self, before)

    def next_epoch(self, after: int) -> int | None:
        quiet = self.zone.quiet
        offset = quiet[(after // DAY + EPOCH_ORDINAL) >> BLOCK_BITS]
        if offset is not None:
            label = self.label_from(after + offset + 1)
            if label is None:
                return None
            offset = quiet[(label // DAY + EPOCH_ORDINAL) >> BLOCK_BITS]
            if offset is not None:
                return label - offset
        return self.earliest(after + 1)

    def prev_epoch(self, before: int) -> int | None:
        quiet = self.zone.quiet
        offset = quiet[(before // DAY + EPOCH_ORDINAL) >> BLOCK_BITS]
        if offset is not None:
            label = self.label_upto(before + offset - 1)
            if label is None:
                return None
            offset = quiet[(label // DAY + EPOCH_ORDINAL) >> BLOCK_BITS]
            if offset is not None:
                return label - offset
        return self.latest(before - 1)

    def _after(self, instant: int) -> int | None:
        run = self.next_epoch(instant // SECOND)
        return None if run is None else run * SECOND

    def _before(self, instant: int) -> int | None:
        run = self.prev_epoch(-(-instant // SECOND))
        return None if run is None else run * SECOND

    def label_from(self, label: int) -> int | None:
        if label > LAST_LABEL:
            return None
        return _nearest(self._forward, max(label, FIRST_LABEL))

    def label_upto(self, label: int) -> int | None:
        if label < FIRST_LABEL:
            return None
        return _nearest(self._backward, min(label, LAST_LABEL))

    def label_count(self, start: int, end: int) -> int:
        start, end = max(start, FIRST_LABEL), min(end, LAST_LABEL + 1)
        if start >= end:
            return 0
        (first, from_second), (last, to_second) = divmod(start, DAY), divmod(end, DAY)
        number = self._day_count(first, last) * self._times_before(DAY)
        if self._day_count(first, first + 1):
            number -= self._times_before(from_second)
        if to_second and self._day_count(last, last + 1):
            number += self._times_before(to_second)
        return number

    def _day_count(self, first: int, end: int) -> int:
        """The number of days that run in `[first, end)`, counted from 1970-01-01."""
        month, day = gregorian.month_of_day(first)
        last_month, last_day = gregorian.month_of_day(end)
        if month == last_month:
            return (self._forward.days_mask(month) >> day & ((1 << (last_day - day)) - 1)).bit_count()
        number = (self._forward.days_mask(month) >> day).bit_count()
        for between in range(month + 1, last_month):
            number += self._forward.days_mask(between).bit_count()
        if last_day > 1:
            number += (self._forward.days_mask(last_month) & ((1 << last_day) - 1)).bit_count()
        return number

    def _times_before(self, second_of_day: int) -> int:
        """The number of runs of a day that runs, before `second_of_day`."""
        minute_of_day, second = divmod(second_of_day, 60)
        hour, minute = divmod(minute_of_day, 60)
        fields = self.fields
        seconds, minutes = fields.second.bit_count(), fields.minute.bit_count()
        number = (fields.hour & ((1 << hour) - 1)).bit_count() * minutes * seconds
        if fields.hour >> hour & 1:
            number += (fields.minute & ((1 << minute) - 1)).bit_count() * seconds
            if fields.minute >> minute & 1:
                number += (fields.second & ((1 << second) - 1)).bit_count()
        return number

    def _runs(self, start: int, stop: int | None) -> Iterator[datetime]:
        run = self.following(start - 1)
        while run is not None and (stop is None or run < stop):
            shown = self.zone.show(run)
            yield shown
            for shown in self._quiet_runs_after(shown, stop):
                yield shown
            run = self.following(to_instant(shown))

    def _quiet_runs_after(self, run: datetime, stop: int | None) -> Iterator[datetime]:
        """The runs after `run` and before `stop`, up to where a clock change is near."""
        zone = self.zone
        tz, quiet = zone.tzinfo, zone.quiet
        if quiet[run.toordinal() >> BLOCK_BITS] is None:
            return
        end = None if stop is None or stop > zone.last else zone.show(stop)
        search = self._forward.search
        hours, minutes, seconds = (
            [value for value in range(60) if bits >> value & 1]
            for bits in (self.fields.hour, self.fields.minute, self.fields.second)
        )
        label = search(
            run.year * 12 + run.month - 1, run.day, run.hour, run.minute, run.second + 1
        )
        while label is not None:
            month, day, *time = label
            year, index = divmod(month, 12)
            # Far from a clock change, wall times of one zone are in the order of their instants.
            run = datetime(year, index + 1, day, *time, 0, tz)
            if quiet[run.toordinal() >> BLOCK_BITS] is None or (end is not None and run >= end):
                return
            yield run
            times = product(hours, minutes, seconds)
            rest = dropwhile(tuple(time).__ge__, times)
            if end is None or run.toordinal() < end.toordinal():
                for hour, minute, second in rest:
                    yield datetime(year, index + 1, day, hour, minute, second, 0, tz)
            else:
                for hour, minute, second in rest:
                    run = datetime(year, index + 1, day, hour, minute, second, 0, tz)
                    if run >= end:
                        return
                    yield run
            label = search(month, day, 23, 59, 60)


def _nearest(table: Timetable, label: int) -> int | None:
    """The nearest label of the table at or beyond a label within years 1 to 9999."""
    day, second = divmod(label, DAY)
    month, day = gregorian.month_of_day(day)
    hour, second = divmod(second, 3600)
    minute, second = divmod(second, 60)
    found = table.search(month, day, hour, minute, second)
    if found is None:
        return None
    month, day, hour, minute, second = found
    return gregorian.day_of_month(month, day) * DAY + hour * 3600 + minute * 60 + second


def cron(
    expression: str | None = None,
    *,
    second: FieldValue | None = None,
    minute: FieldValue | None = None,
    hour: FieldValue | None = None,
    day_of_month: FieldValue | None = None,
    month_of_year: FieldValue | None = None,
    day_of_week: FieldValue | None = None,
    year: FieldValue | None = None,
    tz: tzinfo | str = "UTC",
    dialect: str = "vixie",
    dst: DstPolicy | str | None = None,
    seed: str | int | None = None,
    short_months: Literal["skip", "last"] = "skip",
) -> Cron:
    """The schedule of a crontab, as an expression or as keywords.

    `expression` is read as `dialect` reads it: `vixie` (Debian and ISC cron, as cronsim extends
    it: five fields, or six with seconds first) or `celery`. A keyword takes text, an int or an
    iterable of them; one that is left out is `*` in the celery dialect, as in Celery, so that
    `hour=7` is every minute of that hour. In all others a field finer than the finest one given
    is at its minimum, so that `hour=7` is 7:00. `second` and `year` also complete an expression
    that has no place for them.

    `tz` is the zone of the wall times: an IANA key or a tzinfo. `dst` is the policy for clock
    changes: a `DstPolicy`, one of `vixie`, `wall`, `ocps`, `quartz`, `cronos`, `rfc5545`, or None
    for the dialect's own. `short_months="last"` lets day 29, 30 or 31 fall on the last day of a
    shorter month. `seed` is for dialects that draw values from it; these two do not.

    Raises CronSyntaxError with a caret under the fault, UnknownTimeZoneError, or ScheduleError.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> new_york = ZoneInfo("America/New_York")
    >>> cron("30 2 * * *", tz=new_york).next_run(datetime(2026, 3, 8, tzinfo=new_york)).isoformat()
    '2026-03-08T03:00:00-04:00'
    """
    row = find_dialect(dialect)
    zone = find_zone(tz)
    if short_months not in ("skip", "last"):
        raise ScheduleError(f"short_months must be skip or last, not {short_months!r}")
    if seed is not None:
        raise ScheduleError(f"{dialect} crontabs draw nothing from a seed: leave seed out")
    given = {
        name: keyword_text(name, value)
        for name, value in (
            ("second", second),
            ("minute", minute),
            ("hour", hour),
            ("day_of_month", day_of_month),
            ("month_of_year", month_of_year),
            ("day_of_week", day_of_week),
            ("year", year),
        )
        if value is not None
    }
    if expression is None:
        texts = complete(given, row)
        expression = " ".join(texts[f.name] for f in row.layouts[5])
        extra = {name: texts[name] for name in ("second", "year") if name in given}
        source = None
    else:
        texts = split_fields(expression, row)
        twice = texts.keys() & given.keys()
        if twice:
            raise ScheduleError(
                f"{', '.join(sorted(twice))} is in the expression {expression!r} already"
            )
        texts |= given
        extra = given
        source = expression
    fields = read_fields(texts, row, dst, clamp=short_months == "last", expression=source)
    return Cron(fields, zone, expression, tuple(extra.items()), row.name)
