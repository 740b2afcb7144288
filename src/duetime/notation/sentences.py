"""`describe`: a schedule in exact English words.

Every type is one row of a table, from the type to the function that says it. The phrases of a
composition stand in parentheses in the sentence of the whole. A type without a row is shown as
its repr: no sentence is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

from duetime.algebra.on_days import OnDays
from duetime.algebra.rolling import Rolled, ShiftedDays
from duetime.algebra.selection import EarliestOfDay, EveryNth, First, LatestOfDay
from duetime.algebra.sets import Clip, Difference, Intersection, Shift, Union
from duetime.algebra.spreading import Jitter
from duetime.algebra.windows import InWindow
from duetime.crontabs.schedule import Cron
from duetime.dates.bits import bits_of
from duetime.dates.days import WHOLE_WEEK, Days, time_at
from duetime.dates.gregorian import date_of
from duetime.errors import InvalidValueError
from duetime.kinds.business import BusinessDays, NthBusinessDay
from duetime.kinds.daily import DailyGrid
from duetime.kinds.instants import Moments
from duetime.kinds.interval import CalendarInterval, Floating, Grid
from duetime.kinds.rules.rfc5545 import DAILY, HOURLY, MINUTELY, MONTHLY, SECONDLY, WEEKLY, Pattern
from duetime.kinds.rules.rule import Dates, Rule, Strand
from duetime.kinds.sun import EVENTS, Crossing, Solar, Transit
from duetime.notation.clock_changes import at_clock_changes, clock_changes_of
from duetime.notation.crontab_sentences import on_short_months, times_of_day, when
from duetime.notation.english import (
    ENGLISH_WEEKDAYS,
    calendar_date,
    counted,
    each,
    each_elapsed,
    elapsed,
    in_zone,
    listed,
    names_of_months,
    numbered,
    on_weekdays,
    ordinal,
    shown_in,
    time_of_day,
    wall_time,
    with_offset,
)
from duetime.schedules import Schedule
from duetime.search import Parts
from duetime.zones import DAY, FIRST_LABEL, SECOND, Zone

Say = Callable[[Any], str]
"""Takes a schedule of one type and returns its phrase, without a capital letter."""


def describe(schedule: Schedule, locale: str) -> str:
    """The sentence of a schedule in a language; see `Schedule.describe`."""
    if not _is_english(locale):
        from duetime.notation.translation import translate

        return translate(schedule, locale)
    if type(schedule) not in WORDS:
        return repr(schedule)
    try:
        said = phrase(schedule)
    except RecursionError:
        raise InvalidValueError("schedules nested so deep cannot be described") from None
    return said[0].upper() + said[1:]


def _is_english(locale: object) -> bool:
    return isinstance(locale, str) and locale.replace("-", "_").lower().partition("_")[0] == "en"


def phrase(schedule: Schedule) -> str:
    """A schedule as a part of a sentence; the repr of a schedule whose type has no words."""
    return WORDS.get(type(schedule), repr)(schedule)


# Crontabs and intervals.

_SHORTEST_MONTH: Final = 28


def _cron(schedule: Cron) -> str:
    fields, zone = schedule.fields, schedule._zone
    ever = schedule._label_near(FIRST_LABEL, 1) is not None
    rules = on_short_months(fields) + clock_changes_of(schedule)
    return f"{when(fields, ever=ever)}, {in_zone(zone)}{rules if ever else ''}"


def _grid(schedule: Grid) -> str:
    anchor = with_offset(schedule.anchor)
    return f"{each_elapsed(schedule.step)}, in step with {anchor}{shown_in(schedule._zone)}"


def _floating(schedule: Floating) -> str:
    return f"{each_elapsed(schedule.step)}, counted from the last run{shown_in(schedule._zone)}"


def _calendar_interval(schedule: CalendarInterval) -> str:
    years, months = divmod(schedule.months, 12)
    units = {"year": years, "month": months}
    if months:
        units = {"month": schedule.months}
    units["day"] = schedule.days
    counts = [(number, noun) for noun, number in units.items() if number]
    if len(counts) == 1:
        rate = each(*counts[0])
    else:
        rate = f"every {listed(counted(*count) for count in counts)}"
    anchor = wall_time(schedule.anchor, schedule.microsecond)
    _, _, day = date_of(schedule.anchor // DAY)
    clamped = ""
    if schedule.months and day > _SHORTEST_MONTH:
        clamped = f"; where a month is too short for day {day}, its last day is taken"
        clamped += " before the days are added" if schedule.days else ""
    clock = _clock_of([schedule.anchor % DAY])
    rules = clamped + at_clock_changes(clock, schedule.policy, schedule._zone)
    return f"{rate}, in step with {anchor} {in_zone(schedule._zone)}{rules}"


def _moments(schedule: Moments) -> str:
    times = [with_offset(schedule._zone.show(instant)) for instant in schedule.instants]
    if not times:
        return "never"
    number = "once" if len(times) == 1 else f"{len(times):,} times"
    return f"{number}, at {listed(times)}{shown_in(schedule._zone)}"


# The Sun.

_SUN: Final = {
    crossing: name.replace("_", " ")
    if isinstance(crossing, Transit)
    else " ".join(reversed(name.split("_")))
    for name, crossing in EVENTS.items()
}


def _solar(schedule: Solar) -> str:
    said = f"every {_event(schedule.crossing)}"
    seconds = schedule.offset.days * DAY + schedule.offset.seconds
    if seconds:
        length = elapsed(abs(seconds) * SECOND)
        said = f"{length} {'after' if seconds > 0 else 'before'} {said}"
    else:
        said = f"at {said}"
    # Both sides of the date line are one place.
    longitude = -180.0 if schedule.longitude == 180 else schedule.longitude
    place = f"{_angle(schedule.latitude, 'NS')}, {_angle(longitude, 'EW')}"
    return f"{said} at {place}{shown_in(schedule._zone)}"


def _event(crossing: Crossing | Transit) -> str:
    if isinstance(crossing, Transit) or crossing in _SUN:
        return _SUN[crossing]
    way = "rises" if crossing.rising else "sinks"
    side = "below" if crossing.degrees < 0 else "above"
    return f"time that the Sun {way} through {_degrees(crossing.degrees)} {side} the horizon"


def _angle(degrees: float, sides: str) -> str:
    return f"{_degrees(degrees)} {sides[degrees < 0]}"


def _degrees(degrees: float) -> str:
    return f"{repr(abs(degrees)).removesuffix('.0')}°"


# Recurrences of RFC 5545.

_PERIODS: Final = ("year", "month", "week", "day", "hour", "minute", "second")
_ALL: Final = {"hours": (1 << 24) - 1, "minutes": (1 << 60) - 1, "seconds": (1 << 60) - 1}


def _rule(schedule: Rule) -> str:
    exceptions = []
    if schedule.excluded:
        exceptions.append(f"at the runs of {_either(schedule.excluded)}")
    if schedule.excluded_days:
        exceptions.append(f"on {listed(map(calendar_date, sorted(schedule.excluded_days)))}")
    if exceptions or len(schedule.included) > 1:
        said = f"at every run of {_either(schedule.included)}"
    else:
        said = phrase(schedule.included[0])
    if exceptions:
        said += f", except {' and '.join(exceptions)}"
    return said + _shown_beside(schedule.included, schedule._zone)


def _strand(strand: Strand) -> str:
    source = strand.source
    if isinstance(source, Dates):
        said = f"at {listed(map(wall_time, source.labels))}"
        clock = _clock_of(label % DAY for label in source.labels)
    else:
        said = _pattern(source)
        hour, minute, second = (bits_of(getattr(source, name)) or _ALL[name] for name in _ALL)
        clock = hour, minute, second
    if strand.until is not None:
        said += f", until {wall_time(strand.until)} UTC inclusive"
    return f"{said}, {in_zone(strand._zone)}{at_clock_changes(clock, strand.policy, strand._zone)}"


def _pattern(pattern: Pattern) -> str:
    """A rule without its zone."""
    unit = _PERIODS[pattern.frequency]
    said = f"{each(pattern.interval, unit)}{_days_of_pattern(pattern)}{_times_of_pattern(pattern)}"
    if pattern.positions:
        first = [ordinal(n) for n in pattern.positions if n > 0]
        last = [ordinal(n) for n in reversed(pattern.positions) if n < 0]
        said += f", of which only the {listed(first + last)} of each {unit}"
        if pattern.frequency == WEEKLY:
            # As dateutil counts; of months and years it counts the first as a whole.
            said += f" (days before {calendar_date(pattern.start // DAY)} left aside)"
    if pattern.week_start or (pattern.frequency == WEEKLY and pattern.interval > 1):
        said += f", weeks beginning on {ENGLISH_WEEKDAYS[pattern.week_start]}"
    said += f", from {wall_time(pattern.start)} on"
    if pattern.count is not None:
        number = "time" if pattern.count == 1 else counted(pattern.count, "time")
        said += f", only the first {number}"
    if pattern.until is not None:
        said += f", until {wall_time(pattern.until)} inclusive"
    return said


_SKIPS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("on the last day of a shorter month",),
    ("on the day after a shorter month",),
)


def _days_of_pattern(pattern: Pattern) -> str:
    """The parts of a rule that pick days; a day must be in all of them."""
    said = ""
    if pattern.months:
        months = names_of_months(pattern.months)
        said += f" in {'the months from ' if ' to ' in months else ''}{months}"
    if pattern.week_numbers:
        said += f" {' or '.join(_numbered_of('in', 'week', pattern.week_numbers, 'year'))}"
    monthly = pattern.frequency == MONTHLY or bool(pattern.months)
    days = (
        _numbered_of("on", "day", pattern.year_days, "year"),
        [*_numbered_of("on", "day", pattern.month_days, "month"), *_SKIPS[pattern.skip]],
        _weekdays_of(pattern.weekdays, "month" if monthly else "year"),
        [_from_easter(distance) for distance in pattern.easter_days],
    )
    picks = [" or ".join(items) for items in days if items]
    if pattern.frequency < DAILY and not picks:
        picks = ["on every day"]
    return f"{said} {', but only '.join(picks)}" if picks else said


def _numbered_of(side: str, noun: str, numbers: Sequence[int], period: str) -> list[str]:
    """`on days 1 and 15 of the month`, and each that counts from the end by itself."""
    from_start = [number for number in numbers if number > 0]
    items = [f"{side} {numbered(noun, from_start)} of the {period}"] if from_start else []
    from_end = sorted((number for number in numbers if number < 0), reverse=True)
    return items + [f"{side} the {ordinal(number)} {noun} of the {period}" for number in from_end]


def _weekdays_of(weekdays: Sequence[tuple[int, int]], period: str) -> list[str]:
    plain = [weekday for weekday, which in weekdays if not which]
    items = [on_weekdays(plain)] if plain else []
    return items + [
        f"on the {ordinal(which)} {ENGLISH_WEEKDAYS[weekday]} of the {period}"
        for weekday, which in weekdays
        if which
    ]


def _from_easter(days: int) -> str:
    if not days:
        return "on Easter Sunday"
    return f"{counted(abs(days), 'day')} {'after' if days > 0 else 'before'} Easter Sunday"


def _times_of_pattern(pattern: Pattern) -> str:
    """The times on a day that is picked, or the parts of the day in which a rate goes on."""
    if pattern.frequency < HOURLY:
        times = times_of_day(pattern.seconds, pattern.minutes, pattern.hours)
        return f"{',' if times.startswith('every') else ''} {times}"
    parts = []
    if pattern.frequency < SECONDLY and pattern.seconds != (0,):
        parts.append(numbered("second", pattern.seconds))
    if pattern.frequency == HOURLY:
        parts.append(numbered("minute", pattern.minutes))
    said = f" at {' of '.join(parts)}" if parts else ""
    limits = {
        "second": pattern.seconds if pattern.frequency == SECONDLY else (),
        "minute": pattern.minutes if pattern.frequency >= MINUTELY else (),
        "hour": pattern.hours,
    }
    return said + "".join(
        f", only in {numbered(noun, numbers)}" for noun, numbers in limits.items() if numbers
    )


# Compositions.


def _union(schedule: Union) -> str:
    return _of_parts(schedule.parts, schedule._zone, "at every run of", "or")


def _intersection(schedule: Intersection) -> str:
    return _of_parts(schedule.parts, schedule._zone, "at every run shared by", "and")


def _of_parts(parts: Parts, zone: Zone, said: str, last: str) -> str:
    return f"{said} {_either(parts, last)}{_shown_beside(parts, zone)}"


def _either(parts: Iterable[Schedule], last: str = "or") -> str:
    """Phrases in parentheses, in an order of their own, as equal sets have theirs in any."""
    return listed((f"({said})" for said in sorted(map(phrase, parts))), last)


def _shown_beside(parts: Iterable[Schedule], zone: Zone) -> str:
    """The zone in which the runs are shown; nothing if all parts are in that zone."""
    return "" if all(part._zone == zone for part in parts) else f", shown {in_zone(zone)}"


def _difference(schedule: Difference) -> str:
    taken, kept = phrase(schedule.without), phrase(schedule.schedule)
    return f"at every run of ({kept}) that is no run of ({taken})"


def _clip(schedule: Clip) -> str:
    start, end = (
        None if instant is None else with_offset(schedule._zone.show(instant))
        for instant in (schedule.start, schedule.end)
    )
    bounds = f"at or after {start}" if start else ""
    if end:
        bounds += f"{' and ' if start else ''}before {end}"
    return f"at every run of ({phrase(schedule.schedule)}) that is {bounds}"


def _shift(schedule: Shift) -> str:
    side = "after" if schedule.delta > 0 else "before"
    said = f"exactly {elapsed(abs(schedule.delta))} {side} every run of"
    return _of_parts((schedule.schedule,), schedule._zone, said, "and")


# Selections and spreading.


def _every_nth(schedule: EveryNth) -> str:
    said = _of_one(schedule, f"at every {ordinal(schedule.n)} run of")
    anchor = with_offset(schedule._zone.show(schedule.anchor))
    return f"{said}, counted in both directions from the first at or after {anchor}"


def _first(schedule: First) -> str:
    number = "run" if schedule.n == 1 else counted(schedule.n, "run")
    said = _of_one(schedule, f"at the first {number} of")
    start = with_offset(schedule._zone.show(schedule.start))
    return f"{said}, counted from {start}"


def _earliest_of_day(schedule: EarliestOfDay) -> str:
    return _of_day(schedule, "earliest")


def _latest_of_day(schedule: LatestOfDay) -> str:
    return _of_day(schedule, "latest")


def _of_day(schedule: EarliestOfDay | LatestOfDay, which: str) -> str:
    said = f"at the {which} run of ({phrase(schedule.schedule)})"
    return f"{said} on each date that has any, {in_zone(schedule._zone)}"


def _jitter(schedule: Jitter) -> str:
    said = _of_one(schedule, "at every run of")
    return (
        f"{said}, each later by an offset of its own that the key {schedule.key!r} decides, below"
        f" {elapsed(schedule.window)} and before the next run"
    )


def _of_one(schedule: EveryNth | First | Jitter, said: str) -> str:
    return _of_parts((schedule.schedule,), schedule._zone, said, "and")


# Calendars and windows.

_ROLLED: Final = {
    "following": "on the next one",
    "preceding": "on the one before",
    "modified_following": "on the next one, or the one before where that is in another month",
    "modified_preceding": "on the one before, or the next one where that is in another month",
}


def _on_days(schedule: OnDays) -> str:
    calendar = schedule.calendar
    if isinstance(calendar, BusinessDays):
        days = _business_days(calendar.off)
    elif schedule.days.held:
        days = f"in {schedule.days.held[0]!r}"
    else:
        days = f"one of the days {_days_off(schedule.days) or 'of an empty list'}"
    verb = "is" if schedule.keeps else "is not"
    said = f"at every run of ({phrase(schedule.schedule)}) whose date {verb} {days}"
    return f"{said}, {in_zone(schedule._zone)}"


def _business_days(off: Days) -> str:
    """A business day, with the days that are none in parentheses."""
    weekend = [
        f"{ENGLISH_WEEKDAYS[n]}s" for n in range(len(ENGLISH_WEEKDAYS)) if off.weekdays >> n & 1
    ]
    others = _days_off(off)
    days = listed([*weekend, *([others] if others else [])]) if weekend or others else ""
    return f"a business day ({f'any but {days}' if days else 'any day'})"


def _days_off(days: Days) -> str:
    """The dates of a set of days, and the containers that are asked for more."""
    dates = [calendar_date(day) for day in sorted(days.dates)]
    return (
        listed([*dates, *(f"those in {held!r}" for held in days.held)])
        if dates or days.held
        else ""
    )


def _rolled(schedule: Rolled) -> str:
    said = f"at every run of ({phrase(schedule.schedule)}), those on a date that is not"
    days = f"{said} {_business_days(schedule.off)} at the same time {_ROLLED[schedule.convention]}"
    return f"{days}, {in_zone(schedule._zone)}"


def _shifted_days(schedule: ShiftedDays) -> str:
    number, days = abs(schedule.n), _business_days(schedule.off).removeprefix("a business day ")
    counted = "1 business day" if number == 1 else f"{number} business days"
    side = "after" if schedule.n > 0 else "before"
    said = f"{counted} {days} {side} the date of every run of ({phrase(schedule.schedule)})"
    return f"{said}, at the same time, {in_zone(schedule._zone)}"


def _nth_business_day(schedule: NthBusinessDay) -> str:
    day = _business_days(schedule.off).removeprefix("a ")
    said = f"at {_clock_time(schedule.second)} on the {ordinal(schedule.n)} {day}"
    clock = _clock_of([schedule.second])
    rules = at_clock_changes(clock, schedule.policy, schedule._zone)
    return f"{said} of every {schedule.per}, {in_zone(schedule._zone)}{rules}"


def _daily_grid(schedule: DailyGrid) -> str:
    said = f"at {_clock_time(schedule.start)}"
    if schedule.steps:
        steps = elapsed(schedule.step * SECOND)
        ends_next_day = schedule.start + schedule.steps * schedule.step >= DAY
        end = f"{_clock_time(schedule.end)}{' on the next day' if ends_next_day else ''}"
        said += f" and every {steps} of wall time from then until {end}"
    weekdays = [n for n in range(len(ENGLISH_WEEKDAYS)) if schedule.weekdays >> n & 1]
    days = "every day" if schedule.weekdays == WHOLE_WEEK else on_weekdays(weekdays)
    times = [(schedule.start + n * schedule.step) % DAY for n in range(schedule.steps + 1)]
    rules = at_clock_changes(_clock_of(times), schedule.policy, schedule._zone)
    return f"{said}, starting anew {days}, {in_zone(schedule._zone)}{rules}"


def _clock_time(second: int) -> str:
    at = time_at(second)
    return time_of_day(at.hour, at.minute, at.second)


def _clock_of(seconds: Iterable[int]) -> tuple[int, int, int]:
    """The hours, minutes and seconds of some times of day, as bits."""
    seconds = list(seconds)
    return (
        bits_of(second // 3600 for second in seconds),
        bits_of(second // 60 % 60 for second in seconds),
        bits_of(second % 60 for second in seconds),
    )


def _in_window(schedule: InWindow) -> str:
    window, side = schedule.window, "inside" if schedule.inside else "outside"
    if window.length is None:
        closes = f"closes at the next run of ({phrase(cast('Schedule', window.until))})"
    else:
        closes = f"closes {elapsed(window.length)} later"
    opens = f"opens at every run of ({phrase(window.opens)})"
    said = _of_parts((schedule.schedule,), schedule._zone, "at every run of", "and")
    return f"{said} that is {side} of the window that {opens} and {closes}"


WORDS: Final[dict[type[Schedule], Say]] = {
    CalendarInterval: _calendar_interval,
    Clip: _clip,
    Cron: _cron,
    DailyGrid: _daily_grid,
    Difference: _difference,
    EarliestOfDay: _earliest_of_day,
    EveryNth: _every_nth,
    First: _first,
    Floating: _floating,
    Grid: _grid,
    InWindow: _in_window,
    Intersection: _intersection,
    Jitter: _jitter,
    LatestOfDay: _latest_of_day,
    Moments: _moments,
    NthBusinessDay: _nth_business_day,
    OnDays: _on_days,
    Rolled: _rolled,
    Rule: _rule,
    Shift: _shift,
    ShiftedDays: _shifted_days,
    Solar: _solar,
    Strand: _strand,
    Union: _union,
}
"""By type of schedule, the function that says it. A new type adds its row here."""
