"""`Cron`: a crontab in a zone. Labels of the search become runs on the UTC line.

Far from a clock change (nearly always) wall time and UTC differ by one number, and the search
answers alone. Near one, `WallSchedule` settles what the labels mean.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import dropwhile, product
from typing import TYPE_CHECKING, Final, Literal, overload

from duetime.crontabs.dialects import find_dialect
from duetime.crontabs.fields import CronFields
from duetime.crontabs.reader import (
    FieldValue,
    Texts,
    complete,
    compose,
    form_of,
    keyword_text,
    own_zone,
    read_fields,
    resolve_policy,
    split_fields,
    without_zone,
)
from duetime.crontabs.timetable import NONE, Timetable, timetable
from duetime.dates.bits import seconds_of_clock, values_of
from duetime.dates.gregorian import (
    DAYS_BEFORE,
    FIRST_YEAR,
    LAST_YEAR,
    SHAPE,
    SHAPED_YEARS,
    YEAR_START,
    date_of,
    day_number,
    days_in_month,
)
from duetime.errors import (
    CronSyntaxError,
    InvalidValueError,
    checked_text,
    no_such_keyword,
    shorten,
)
from duetime.wall import WallSchedule
from duetime.zones import (
    BLOCK_BITS,
    DAY,
    EPOCH_ORDINAL,
    FIRST_LABEL,
    IN_BLOCK,
    LAST_LABEL,
    SECOND,
    DstPolicy,
    PolicyName,
    Step,
    Zone,
    find_zone,
    not_an_epoch,
    not_aware,
    to_instant,
)

if TYPE_CHECKING:
    from duetime.crontabs.dialects import Dialect
    from duetime.crontabs.forms import Form
    from duetime.dates.timeline import Kinds
    from duetime.schedules import Schedule


PlainField = Literal["second", "minute", "hour", "month_of_year"]
"""The names of the fields that hold plain numbers in each crontab."""
FieldName = PlainField | Literal["day_of_month", "day_of_week", "year"]


@dataclass(frozen=True, slots=True, repr=False)
class Cron(WallSchedule):
    """A crontab in a zone; made by `cron`.

    Two are equal when they run at the same wall times of the same zone under the same policy for
    clock changes, however they are written.
    """

    fields: CronFields
    _zone: Zone = field()  # overrides the property of the base
    expression: str = field(compare=False)
    """The fields as text, or a nickname."""
    extra: tuple[tuple[str, str], ...] = field(compare=False)
    """The texts of a second and a year that have no place in `expression`, and a seed."""
    dialect: str = field(compare=False)
    # Unset until the first search, so that a schedule that is only read or sent stays small.
    _forward: Timetable = field(init=False, compare=False)
    _backward: Timetable = field(init=False, compare=False)

    if not TYPE_CHECKING:  # lest a misspelt attribute should pass for a timetable

        def __getattr__(self, name: str) -> Timetable:
            if name == "_forward":
                table = timetable(self.fields, 1)
            elif name == "_backward":
                table = timetable(self.fields, -1)
            else:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            object.__setattr__(self, name, table)
            return table

    def __repr__(self) -> str:
        given = [repr(self.expression)]
        given += [f"{name}={text!r}" for name, text in self.extra]
        given.append(f"tz={self._zone.spelling}")
        if self.dialect != "vixie":
            given.append(f"dialect={self.dialect!r}")
        if not self.follows_dialect:
            given.append(f"dst={self.policy!r}")
        if self.fields.days.clamp:
            given.append("short_months='last'")
        return f"cron({', '.join(given)})"

    @property
    def _repeats(self) -> bool:
        return self.fields.year is None

    @property
    def _turn(self) -> int:
        # A crontab sees no more of a year than its shape.
        return SHAPED_YEARS * 366 * DAY

    @property
    def _every_year(self) -> Cron:
        if self._repeats:
            return self
        fields = self.fields._replace(year=None)
        return Cron(fields, self._zone, self.expression, self.extra, self.dialect)

    @property
    def policy(self) -> DstPolicy:
        return self.fields.policy

    @property
    def follows_dialect(self) -> bool:
        """Whether the policy for clock changes is the one its dialect gives this expression."""
        dialect = find_dialect(self.dialect)
        texts = {**split_fields(self.expression, dialect), **dict(self.extra)}
        return self.policy == resolve_policy(dialect.policy, texts)

    @overload
    def values(self, field: PlainField) -> tuple[int, ...]: ...

    @overload
    def values(self, field: Literal["day_of_month", "day_of_week"]) -> tuple[int | str, ...]: ...

    @overload
    def values(self, field: Literal["year"]) -> tuple[int, ...] | None: ...

    def values(self, field: FieldName) -> tuple[int | str, ...] | None:
        """The values of a field, ascending, as a form in a user interface shows them.

        `field` is a keyword of `cron`: `second`, `minute`, `hour`, `day_of_month`,
        `month_of_year`, `day_of_week` or `year`. Weekdays count from Sunday 0 to Saturday 6 in
        every dialect. What is no plain day is text behind the plain ones, as the vixie dialect
        writes it: `L`, `15W`, `5L`, `1#2`. Of `year` it is None if every year runs.

        Raises ScheduleError for another name, and for the two day fields where the days are a rule
        that no two fields write.

        >>> schedule = cron("*/20 9 L * mon-fri")
        >>> schedule.values("minute"), schedule.values("day_of_month")
        ((0, 20, 40), ('L',))
        """
        from duetime.crontabs.writer import field_values  # on demand: few ask

        return field_values(self.fields, field)

    def in_zone(self, tz: tzinfo | str) -> Cron:
        return Cron(self.fields, find_zone(tz), self.expression, self.extra, self.dialect)

    def next_run(self, after: datetime) -> datetime | None:
        # Nearly every question comes this way, and a call costs as much as five look-ups: so this
        # is `Timetable.nearest` once more, on datetimes, with hardly a call in it.
        zone = self._zone
        tz, quiet = zone.tzinfo, zone.quiet
        try:
            local = after if after.tzinfo is tz else zone.wall(after, "after")
            if local is None:
                return WallSchedule.next_run(self, after)
            number = local.toordinal()
        except AttributeError:
            if isinstance(after, datetime):
                raise
            raise not_aware(after, "after") from None
        if quiet[number >> BLOCK_BITS][number & IN_BLOCK] is None:
            return WallSchedule.next_run(self, after)
        table = self._forward
        year, month, day = local.year, local.month, local.day
        days = table.days[month][table.shapes[year][month]]
        if days[day] == day:
            hour = local.hour
            if table.hours[hour] == hour:
                minute = local.minute
                if table.within_minutes and table.minutes[minute] == minute:
                    second = table.seconds[local.second + 1]
                    if second != NONE:
                        return datetime(year, month, day, hour, minute, second, 0, tz)
                minute = table.minutes[minute + 1]
                if minute != NONE:
                    return datetime(year, month, day, hour, minute, table.edge_second, 0, tz)
            hour = table.hours[hour + 1]
            if hour != NONE:
                minute, second = table.edge_minute, table.edge_second
                return datetime(year, month, day, hour, minute, second, 0, tz)
        found = days[day + 1]
        if found != NONE:
            number += found - day
            day = found
        else:
            date = table.date_beyond(year, month)
            if date is None:
                return None
            year, month, day = date
            number = day_number(year, month, day) + EPOCH_ORDINAL
        hour, minute, second = table.edge
        run = datetime(year, month, day, hour, minute, second, 0, tz)
        if quiet[number >> BLOCK_BITS][number & IN_BLOCK] is None and not zone.is_untouched(run):
            return WallSchedule.next_run(self, after)
        return run

    def next_epoch(self, after: int) -> int | None:
        try:
            run = self._quiet_epoch(self._forward, after + 1)
        except TypeError:
            raise not_an_epoch(after, "after") from None
        return self._run_near(after + 1, 1) if run is None else run

    def prev_epoch(self, before: int) -> int | None:
        try:
            run = self._quiet_epoch(self._backward, before - 1)
        except TypeError:
            raise not_an_epoch(before, "before") from None
        return self._run_near(before - 1, -1) if run is None else run

    def _quiet_epoch(self, table: Timetable, second: int) -> int | None:
        """The nearest run at or beyond `second`; None where a clock change may be in reach."""
        quiet = self._zone.quiet
        day = second // DAY
        number = day + EPOCH_ORDINAL
        offset = quiet[number >> BLOCK_BITS][number & IN_BLOCK]
        if offset is None:
            return None
        second += offset - day * DAY
        if not 0 <= second < DAY:
            carry = second // DAY
            day += carry
            second -= carry * DAY
        label = table.nearest(day, second)
        if label is None:
            return None
        number = label // DAY + EPOCH_ORDINAL
        offset = quiet[number >> BLOCK_BITS][number & IN_BLOCK]
        if offset is None:
            offset = self._zone.untouched_offset(label)
        return None if offset is None else label - offset

    def _nearest(self, instant: int, step: Step, bound: int | None = None) -> int | None:
        # A label is always within years 1 to 9999, so the limits need no second look here.
        if step == 1:
            second = instant // SECOND + 1
            run = self._quiet_epoch(self._forward, second)
        else:
            second = (instant - 1) // SECOND
            run = self._quiet_epoch(self._backward, second)
        if run is None:
            run = self._run_near(second, step, None if bound is None else -(-bound // SECOND))
        return None if run is None else run * SECOND

    @property
    def _clock(self) -> tuple[int, int, int]:
        """The hours, minutes and seconds as sets: each time that they make up runs."""
        return self.fields.hour, self.fields.minute, self.fields.second

    def _labels_of(self, days: range) -> Kinds | None:
        on = self._days_among(days)
        return None if on is None else [(seconds_of_clock(self._clock, 0), on)]

    def _days_among(self, days: range) -> int | None:
        """The days of a range that run; bit n is day n of it. None beyond the calendar."""
        years = range(date_of(days.start)[0], date_of(days.stop)[0] + 1)
        if years[0] < FIRST_YEAR or years[-1] > LAST_YEAR:
            return None
        shapes = self._forward.shapes
        # A year in which it does not run at all has a shape of its own, but not its length.
        kinds = [(shapes[year][0], SHAPE[year][0]) for year in years]
        one_of_each = dict(zip(kinds, years, strict=True))
        texts = {kind: self._year_text(year) for kind, year in one_of_each.items()}
        bits = int("".join([texts[kind] for kind in reversed(kinds)]), 2)
        return bits >> days.start - day_number(years[0], 1, 1) & (1 << len(days)) - 1

    def _year_text(self, year: int) -> str:
        """The days of a year as binary digits, the last day first."""
        mask = self._forward.days_mask
        return "".join(
            f"{mask(year, month) >> 1:0{days_in_month(year, month)}b}" for month in range(12, 0, -1)
        )

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        if step == 1:
            if label > LAST_LABEL:
                return None
            return self._forward.nearest(*divmod(max(label, FIRST_LABEL), DAY))
        if label < FIRST_LABEL:
            return None
        return self._backward.nearest(*divmod(min(label, LAST_LABEL), DAY))

    def _label_count(self, start: int, end: int) -> int:
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

    def _runs(self, start: int, end: int, step: Step = 1) -> Iterator[datetime]:
        first, bound = (start - 1, end) if step == 1 else (end, start)
        run = self._nearest(first, step, bound)
        while run is not None and start <= run < end:
            shown = self._zone.show(run)
            yield shown
            last = yield from self._quiet_runs_beyond(shown, bound, step)
            run = self._nearest(to_instant(last), step, bound)

    def _quiet_runs_beyond(
        self, run: datetime, bound: int, step: Step
    ) -> Generator[datetime, None, datetime]:
        """The runs beyond `run`, up to `bound` or to a day in reach of a clock change.

        `bound` is excluded going forwards, included going backwards. Returns the last of the runs,
        `run` itself if there is none.
        """
        zone = self._zone
        tz, quiet = zone.tzinfo, zone.quiet
        ordinal = run.toordinal()
        if quiet[ordinal >> BLOCK_BITS][ordinal & IN_BLOCK] is None:
            return run
        shown = zone.show(bound) if zone.first <= bound <= zone.last else None
        table = self._forward if step == 1 else self._backward
        units = [values_of(bits)[::step] for bits in self._clock]
        daily = [table.edge] if len(units[0]) * len(units[1]) * len(units[2]) == 1 else None
        is_past = (run.hour, run.minute, run.second).__ge__
        if step == -1:
            is_past = (run.hour, run.minute, run.second).__le__
        times: Iterable[tuple[int, ...]] = dropwhile(is_past, product(*units))
        months_of, days_of = table.listed()
        year = run.year
        shapes = table.shapes[year]
        # In the year, the month and the day of `run`, what lies before it is left out.
        months = months_of[shapes[0]]
        months = months[months.index(run.month) :]
        skipped = days_of[shapes[run.month]].index(run.day)
        while True:
            start, lengths = YEAR_START[year] + EPOCH_ORDINAL, DAYS_BEFORE[year]
            # In the years before that of the bound, no run needs to be compared with it.
            limit = shown if shown and (year - shown.year) * step >= 0 else None
            for month in months:
                before = start + lengths[month]
                for day in days_of[shapes[month]][skipped:]:
                    ordinal = before + day
                    if quiet[ordinal >> BLOCK_BITS][ordinal & IN_BLOCK] is None and not (
                        daily
                        and zone.is_untouched(datetime(year, month, day, *daily[0], tzinfo=tz))
                    ):
                        return run
                    for hour, minute, second in times:
                        beyond = datetime(year, month, day, hour, minute, second, 0, tz)
                        # On quiet days, wall times of one zone are in the order of their instants.
                        if limit and (beyond >= limit if step == 1 else beyond < limit):
                            return run
                        run = beyond
                        yield run
                    times = daily or product(*units)
                skipped = 0
            busy = table.year_beyond(year)
            if busy is None:
                return run
            year = busy
            shapes = table.shapes[year]
            months = months_of[shapes[0]]


KEYWORDS: Final = (
    "second",
    "minute",
    "hour",
    "day_of_month",
    "month_of_year",
    "day_of_week",
    "year",
)


def _seed_text(seed: str | int) -> str:
    try:
        text = str(seed)
    except ValueError:
        # Python writes no int of over 4,300 digits.
        raise InvalidValueError(f"a seed is text or a number, not {shorten(seed)}") from None
    return checked_text(text, "a seed is text or a number")


_SETTINGS: Final = ("tz", "dialect", "dst", "seed", "short_months")
_MISTAKEN: Final = {
    "minutes": "minute=5 is once an hour; for each five minutes write minute='*/5', or use every()",
    "hours": "hour=2 is once a day; for each two hours write hour='*/2', or use every()",
    "seconds": "second=5 is once a minute; for each five seconds use every()",
    "days": "write day_of_month= or day_of_week=, or use calendar_interval()",
    "years": "write year=",
    **dict.fromkeys(("day", "dom", "monthday"), "write day_of_month="),
    **dict.fromkeys(("month", "months"), "write month_of_year="),
    **dict.fromkeys(("weekday", "weekdays", "dow"), "write day_of_week="),
    **dict.fromkeys(("timezone", "tzinfo", "zone", "time_zone"), "write tz="),
}
"""Keywords of other functions and libraries, and the cure."""

PureDialect = Literal[
    "vixie",
    "cronsim",
    "croniter",
    "croniter6",
    "croniter_and",
    "celery",
    "apscheduler",
    "ocps",
    "quartz",
    "spring",
    "cronos",
    "github",
    "jenkins",
    "systemd",
]
"""The dialects in which every text is a crontab."""
DialectName = PureDialect | Literal["robfig", "kubernetes", "aws"]
"""The dialects: those of the last part also write intervals and instants."""

# A checker knows that the text is a crontab where it knows the name of the dialect. One that is
# known only when the program runs is a `str`, and gives a `Schedule`.


@overload
def cron(
    expression: str,
    *,
    second: FieldValue | None = None,
    minute: FieldValue | None = None,
    hour: FieldValue | None = None,
    day_of_month: FieldValue | None = None,
    month_of_year: FieldValue | None = None,
    day_of_week: FieldValue | None = None,
    year: FieldValue | None = None,
    tz: tzinfo | str = "UTC",
    dialect: PureDialect = "vixie",
    dst: DstPolicy | PolicyName | None = None,
    seed: str | int | None = None,
    short_months: Literal["skip", "last"] = "skip",
) -> Cron: ...


@overload
def cron(
    expression: None = None,
    *,
    second: FieldValue | None = None,
    minute: FieldValue | None = None,
    hour: FieldValue | None = None,
    day_of_month: FieldValue | None = None,
    month_of_year: FieldValue | None = None,
    day_of_week: FieldValue | None = None,
    year: FieldValue | None = None,
    tz: tzinfo | str = "UTC",
    dialect: DialectName | str = "vixie",
    dst: DstPolicy | PolicyName | str | None = None,
    seed: str | int | None = None,
    short_months: Literal["skip", "last"] = "skip",
) -> Cron: ...


@overload
def cron(
    expression: str,
    *,
    second: FieldValue | None = None,
    minute: FieldValue | None = None,
    hour: FieldValue | None = None,
    day_of_month: FieldValue | None = None,
    month_of_year: FieldValue | None = None,
    day_of_week: FieldValue | None = None,
    year: FieldValue | None = None,
    tz: tzinfo | str = "UTC",
    dialect: DialectName | str = "vixie",
    dst: DstPolicy | PolicyName | str | None = None,
    seed: str | int | None = None,
    short_months: Literal["skip", "last"] = "skip",
) -> Schedule: ...


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
    dialect: DialectName | str = "vixie",
    dst: DstPolicy | PolicyName | str | None = None,
    seed: str | int | None = None,
    short_months: Literal["skip", "last"] = "skip",
    **other: object,
) -> Schedule:
    """The schedule of a crontab, as an expression or as keywords.

    `expression` is read as `dialect` reads it: `vixie` (Debian and ISC cron: five fields),
    `cronsim` (six fields too, the second first), `croniter` (six too, the second last; `croniter6`
    is it before release 7, `croniter_and` with `day_or=False`), `celery`, `apscheduler`, `ocps`,
    `quartz`, `spring`, `cronos`, `robfig`, `kubernetes`, `github`, `aws`, `jenkins` or `systemd`. A
    keyword takes text, an int or an iterable of them; one that is left out is `*` in the celery
    dialect, as in Celery, so that `hour=7` is every minute of that hour. In all others a field
    finer than the finest one given is at its minimum, so that `hour=7` is 7:00. `second` and `year`
    also complete an expression that has no place for them.

    `tz` is the zone of the wall times: an IANA key or a tzinfo; a zone that the expression names
    comes first. `dst` is the policy for clock changes: a `DstPolicy`, one of `vixie`, `wall`,
    `ocps`, `quartz`, `cronos`, `croniter`, `airflow`, `dagster`, `apscheduler`, `rfc5545`, or None
    for the dialect's own. `short_months="last"` lets day 29, 30 or 31 fall on the last day of a
    shorter month. `seed` is what `H`, `R` and `~` are drawn from: in the jenkins dialect the full
    name of a job gives the values that Jenkins gives it, in those of croniter the `hash_id` gives
    its `H`.

    What a dialect writes beside crontabs (`@every 1h30m`, `rate(5 minutes)`, `at(...)`) gives what
    `every` and `at` give: an interval or instants, and no `Cron`.

    Raises CronSyntaxError with a caret under the fault, UnknownTimeZoneError, or ScheduleError: for
    a wrong value, and where there is neither an expression nor a keyword for a field, since a
    setting that is missing must not become a job of every minute.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> new_york = ZoneInfo("America/New_York")
    >>> cron("30 2 * * *", tz=new_york).next_run(datetime(2026, 3, 8, tzinfo=new_york)).isoformat()
    '2026-03-08T03:00:00-04:00'
    """
    row = find_dialect(dialect)
    if other:
        raise no_such_keyword("cron", next(iter(other)), _MISTAKEN, [*KEYWORDS, *_SETTINGS])
    if short_months not in ("skip", "last"):
        raise InvalidValueError(f"short_months must be skip or last, not {shorten(short_months)}")
    if seed is not None and row.draws is None:
        raise InvalidValueError(f"{dialect} crontabs draw nothing from a seed: leave seed out")
    values = second, minute, hour, day_of_month, month_of_year, day_of_week, year
    given = {
        name: keyword_text(name, value)
        for name, value in zip(KEYWORDS, values, strict=True)
        if value is not None
    }
    if row.forms and isinstance(expression, str):
        form = form_of(expression, row)
        if form is not None:
            return _of_form(*form, own_zone(expression, row) or tz, given, dst)
    if seed is not None and row.drawn_nicknames and isinstance(expression, str):
        expression = row.drawn_nicknames.get(expression.strip().lower(), expression)
    source = expression
    if expression is None:
        if not given:
            raise InvalidValueError(
                "cron has neither an expression nor a keyword such as hour=7: give one, and for"
                ' every minute write cron("* * * * *"). A setting that is missing reads as None'
            )
        texts = complete(given, row)
        written = {field.name for field in row.layouts[min(row.layouts)]}
        texts = {name: text for name, text in texts.items() if name in written or name in given}
        extra = {name: text for name, text in given.items() if name not in written}
    else:
        try:
            texts = split_fields(expression, row)
        except CronSyntaxError as fault:
            raise _explained(fault, expression, row) from None
        if row.frame:
            tz = own_zone(expression, row) or tz
            expression = without_zone(expression, row)
        if given:
            twice = sorted(texts.keys() & given.keys())
            if twice:
                raise InvalidValueError(
                    f"{', '.join(twice)} is in the expression {expression!r} already"
                )
            texts |= given
        extra = given
    draws = None
    if seed is not None and row.draws is not None:
        extra["seed"] = _seed_text(seed)
        draws = row.draws(extra["seed"])
    clamp = short_months == "last"
    try:
        fields = read_fields(texts, row, dst, clamp=clamp, expression=source, draws=draws)
    except CronSyntaxError as fault:
        raise _explained(fault, source, row) from None
    if expression is None:
        expression = compose({name: texts[name] for name in texts.keys() - extra.keys()}, row)
    return Cron(fields, find_zone(tz), expression, tuple(extra.items()), row.name)


def _explained(fault: CronSyntaxError, text: str | None, row: Dialect) -> CronSyntaxError:
    """The error of the reader, or another where the text is of another kind altogether."""
    from duetime.crontabs.mistaken import meant_by  # on demand: most texts are crontabs

    meant = None if text is None else meant_by(text, row)
    if text is None or meant is None:
        return fault
    body = text.strip()
    return CronSyntaxError(meant, text, position=text.find(body), length=len(body))


def _of_form(
    form: Form, text: str, tz: tzinfo | str, given: Texts, dst: DstPolicy | str | None
) -> Schedule:
    """The schedule of a text that is no crontab."""
    if given or dst is not None:
        what = ", ".join(given) or "dst"
        raise InvalidValueError(f"{what} has no meaning for {text!r}, which is no crontab")
    return form.read(text, tz)
