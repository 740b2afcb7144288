"""`Cron`: a crontab in a zone. Labels of the search become runs on the UTC line.

Far from a clock change (nearly always) wall time and UTC differ by one number, and the search
answers alone. Near one, `WallSchedule` settles what the labels mean.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import lru_cache, reduce
from itertools import dropwhile, product
from operator import and_
from typing import Final, Literal

from duetime.civil import WallSchedule
from duetime.crontab.dialects import find_dialect
from duetime.crontab.fields import EVERY_MONTH, CronFields
from duetime.crontab.gregorian import (
    CYCLE_DAYS,
    DAYS_BEFORE,
    MONTH_OF_DAY,
    YEAR_OF_DAY,
    YEAR_START,
    date_of,
)
from duetime.crontab.search import Timetable, timetable
from duetime.crontab.shapes import month_masks
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
    DAY,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    LAST_LABEL,
    LAST_ORDINAL,
    NAMED_POLICIES,
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
    def repeats(self) -> bool:
        return self.fields.year is None

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
        run = self._quiet_run(self._forward, after, 1)
        return WallSchedule.next_run(self, after) if run is None else run

    def prev_run(self, before: datetime) -> datetime | None:
        run = self._quiet_run(self._backward, before, -1)
        return WallSchedule.prev_run(self, before) if run is None else run

    def _quiet_run(
        self, table: Timetable, moment: datetime, step: Literal[1, -1]
    ) -> datetime | None:
        """The nearest run strictly beyond `moment`, if both are on quiet days; None if not sure."""
        zone = self.zone
        tz, quiet = zone.tzinfo, zone.quiet
        try:
            local = moment if moment.tzinfo is tz else zone.local(moment)
        except OverflowError:
            return None
        if quiet[local.toordinal()] is None:
            return None
        # The label itself is beyond a moment that lies within its second.
        second = local.second + 1 if step == 1 else local.second - (local.microsecond == 0)
        label = table.search(local.year, local.month, local.day, local.hour, local.minute, second)
        if label is None:
            return None
        year, month, day, hour, minute, second = label
        run = datetime(year, month, day, hour, minute, second, 0, tz)
        return None if quiet[run.toordinal()] is None else run

    def next_epoch(self, after: int) -> int | None:
        run = self._quiet_epoch(self._forward, after + 1)
        return self.earliest(after + 1) if run is None else run

    def prev_epoch(self, before: int) -> int | None:
        run = self._quiet_epoch(self._backward, before - 1)
        return self.latest(before - 1) if run is None else run

    def _quiet_epoch(self, table: Timetable, second: int) -> int | None:
        """The nearest run at or beyond `second`, if both are on quiet days; None if not sure."""
        day, of_day = divmod(second, DAY)
        quiet = self.zone.quiet
        offset = quiet[day + EPOCH_ORDINAL]
        if offset is None:
            return None
        of_day += offset
        if not 0 <= of_day < DAY:
            carry, of_day = divmod(of_day, DAY)
            day += carry
        label = _nearest(table, day, of_day)
        if label is None:
            return None
        day, of_day = label
        offset = quiet[day + EPOCH_ORDINAL]
        return None if offset is None else day * DAY + of_day - offset

    # A label is always within years 1 to 9999, so the limits need no second look here.

    def following(self, instant: int) -> int | None:
        run = self.next_epoch(instant // SECOND)
        return None if run is None else run * SECOND

    def preceding(self, instant: int) -> int | None:
        run = self.prev_epoch(-(-instant // SECOND))
        return None if run is None else run * SECOND

    def may_run(self, block: int) -> int:
        times = 0
        for stretch in self.zone.stretches(block):
            times |= _utc_times(self.fields, stretch.offset)
            if self.policy.gap == "end" and stretch.before < stretch.offset:
                times |= 1 << stretch.start % DAY
        return times

    def must_run(self, block: int) -> int:
        fields = self.fields
        daily = fields.year is None and fields.month == EVERY_MONTH
        if not daily or any(
            mask.bit_count() < 28 + shape % 4 for shape, mask in enumerate(month_masks(fields.days))
        ):
            return 0
        stretches = self.zone.stretches(block)
        if len(stretches) > 1 and self.policy.overlap != "both":
            return 0
        return reduce(and_, (_utc_times(fields, stretch.offset) for stretch in stretches))

    def label_from(self, label: int) -> int | None:
        if label > LAST_LABEL:
            return None
        found = _nearest(self._forward, *divmod(max(label, FIRST_LABEL), DAY))
        return None if found is None else found[0] * DAY + found[1]

    def label_upto(self, label: int) -> int | None:
        if label < FIRST_LABEL:
            return None
        found = _nearest(self._backward, *divmod(min(label, LAST_LABEL), DAY))
        return None if found is None else found[0] * DAY + found[1]

    def label_count(self, start: int, end: int) -> int:
        start, end = max(start, FIRST_LABEL), min(end, LAST_LABEL + 1)
        if start >= end:
            return 0
        # To the last label inclusive: what follows the last day of the calendar has no date.
        (first, from_second), (last, to_second) = divmod(start, DAY), divmod(end - 1, DAY)
        number = self._day_count(first, last) * self._times_before(DAY)
        if self._has_day(first):
            number -= self._times_before(from_second)
        if self._has_day(last):
            number += self._times_before(to_second + 1)
        return number

    def _has_day(self, day: int) -> bool:
        """Whether a day, counted from 1970-01-01, runs."""
        year, month, day_of_month = date_of(day)
        return bool(self._forward.days_mask(year, month) >> day_of_month & 1)

    def _day_count(self, first: int, end: int) -> int:
        """The number of days that run in `[first, end)`, counted from 1970-01-01."""
        mask = self._forward.days_mask
        year, month, day = date_of(first)
        end_year, end_month, end_day = date_of(end)
        # All of the months from the first to before the last, less what is before the first day,
        # plus what is before the last.
        number = (mask(end_year, end_month) & ((1 << end_day) - 1)).bit_count()
        number -= (mask(year, month) & ((1 << day) - 1)).bit_count()
        for index in range(year * 12 + month - 1, end_year * 12 + end_month - 1):
            number += mask(index // 12, index % 12 + 1).bit_count()
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
            last = yield from self._quiet_runs_after(shown, stop)
            run = self.following(to_instant(last))

    def _quiet_runs_after(
        self, run: datetime, stop: int | None
    ) -> Generator[datetime, None, datetime]:
        """The runs after `run` and before `stop`, up to a day in reach of a clock change.

        Returns the last of them, `run` itself if there is none.
        """
        zone = self.zone
        tz, quiet = zone.tzinfo, zone.quiet
        if quiet[run.toordinal()] is None:
            return run
        end = None if stop is None or stop > zone.last else zone.show(stop)
        last_day = LAST_ORDINAL if end is None else end.toordinal()
        search = self._forward.search
        hours, minutes, seconds = (
            [value for value in range(60) if bits >> value & 1]
            for bits in (self.fields.hour, self.fields.minute, self.fields.second)
        )
        daily = len(hours) * len(minutes) * len(seconds) == 1
        label = search(run.year, run.month, run.day, run.hour, run.minute, run.second + 1)
        while label is not None:
            year, month, day, hour, minute, second = label
            first = datetime(year, month, day, hour, minute, second, 0, tz)
            ordinal = first.toordinal()
            # On quiet days, wall times of one zone are in the order of their instants.
            if quiet[ordinal] is None or (ordinal >= last_day and end is not None and first >= end):
                return run
            run = first
            yield run
            if not daily:
                start = (hour, minute, second)
                for time in dropwhile(start.__ge__, product(hours, minutes, seconds)):
                    hour, minute, second = time
                    after = datetime(year, month, day, hour, minute, second, 0, tz)
                    if ordinal >= last_day and end is not None and after >= end:
                        return run
                    run = after
                    yield run
            label = search(year, month, day, 23, 59, 60)
        return run


def _nearest(table: Timetable, day: int, second: int) -> tuple[int, int] | None:
    """The nearest label at or beyond a label, both as day from 1970-01-01 and second of the day."""
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    if 0 <= day < CYCLE_DAYS:
        # `date_of`, without the call and for the one cycle of years that nearly all ask about.
        year = YEAR_OF_DAY[day]
        day -= YEAR_START[year]
        month = MONTH_OF_DAY[year][day]
        day -= DAYS_BEFORE[year][month]
        label = table.search(year, month, day, hour, minute, second)
    else:
        label = table.search(*date_of(day), hour, minute, second)
    if label is None:
        return None
    year, month, day, hour, minute, second = label
    return YEAR_START[year] + DAYS_BEFORE[year][month] + day, (hour * 60 + minute) * 60 + second


KEYWORDS: Final = (
    "second",
    "minute",
    "hour",
    "day_of_month",
    "month_of_year",
    "day_of_week",
    "year",
)


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
        for name, value in zip(
            KEYWORDS,
            (second, minute, hour, day_of_month, month_of_year, day_of_week, year),
            strict=True,
        )
        if value is not None
    }
    source = expression
    if expression is None:
        texts = complete(given, row)
        expression = " ".join(texts[f.name] for f in row.layouts[5])
        extra = {name: text for name, text in given.items() if name in ("second", "year")}
    else:
        texts = split_fields(expression, row)
        if given:
            twice = sorted(texts.keys() & given.keys())
            if twice:
                raise ScheduleError(
                    f"{', '.join(twice)} is in the expression {expression!r} already"
                )
            texts |= given
        extra = given
    fields = read_fields(texts, row, dst, clamp=short_months == "last", expression=source)
    return Cron(fields, zone, expression, tuple(extra.items()), row.name)


@lru_cache(maxsize=64)
def _utc_times(fields: CronFields, offset: int) -> int:
    """The seconds of the UTC day at which it runs while `offset` holds; bit n is second n."""
    hour = sum(fields.second << 60 * m for m in range(60) if fields.minute >> m & 1)
    day = sum(hour << 3600 * h for h in range(24) if fields.hour >> h & 1)
    turn = -offset % DAY
    return (day << turn | day >> (DAY - turn)) & ((1 << DAY) - 1)


def all_of(crons: Sequence[Cron]) -> Cron:
    """The wall times that crontabs of one zone share, each label at every instant it has."""
    fields = crons[0].fields
    for cron_ in crons[1:]:
        other = cron_.fields
        year = fields.year if other.year is None else other.year
        fields = CronFields(
            fields.second & other.second,
            fields.minute & other.minute,
            fields.hour & other.hour,
            fields.month & other.month,
            year if fields.year is None or other.year is None else fields.year & other.year,
            replace(other.days, also=fields.days),
            NAMED_POLICIES["wall"],
        )
    return Cron(fields, crons[0].zone, "", (), crons[0].dialect)
