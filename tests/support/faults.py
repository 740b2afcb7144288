"""Faults of the kinds that scheduling code has, each a change of what the package does as it runs.

The laws and strategies of `duetime.testing` must find them: `tests.support.mutants` puts them in,
one to a process, and runs the properties. A fault is a function with the name of what is wrong; it
is put where `at` says and given first what was there. Without a place it changes tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from duetime import DstPolicy, Schedule
from duetime.algebra import selection, windows
from duetime.algebra.sets import Clip, Shift, Union, clip, difference, shift
from duetime.algebra.spreading import Jitter
from duetime.crontabs import shapes
from duetime.crontabs.dialects import DIALECTS
from duetime.crontabs.fields import EVERY_DAY_OF_MONTH, EVERY_DAY_OF_WEEK, FROM_LAST, LAST_OF
from duetime.crontabs.fields import NTH_OF as NTH
from duetime.crontabs.reader import read_fields, resolve_policy
from duetime.crontabs.schedule import Cron
from duetime.crontabs.shapes import month_masks
from duetime.crontabs.shared import all_of
from duetime.crontabs.timetable import Timetable
from duetime.dates import gregorian
from duetime.dates.timeline import Timeline, joined_all, zone_days
from duetime.dates.wall_timeline import label_timeline
from duetime.hashing import offset_drawn
from duetime.kinds import interval
from duetime.kinds.instants import Moments
from duetime.kinds.interval import CalendarInterval, Floating, Grid
from duetime.kinds.rules.rule import Rule, Strand
from duetime.schedules import InstantSchedule, is_beyond, nearer
from duetime.search import meet
from duetime.wall import WallSchedule
from duetime.wire import write
from duetime.zones import (
    CYCLE,
    DAY,
    LISTED_UNTIL,
    MARGIN,
    NAMED_POLICIES,
    SECOND,
    Overlap,
    Stretch,
    Zone,
    find_zone,
    to_instant,
)
from tests.support import seams
from tests.support.seams import Seam, every_type, of, set_wherever, wherever

CHANGES: Final = "clock changes"
ZONES: Final = "zones"
CALENDAR: Final = "the calendar"
FIELDS: Final = "fields and days of the month"
SEARCH: Final = "next and previous"
MEMBERS: Final = "what follows from the two"
COUNTS: Final = "counting"
TIMELINES: Final = "all runs at once"
SETS: Final = "sets"
MOVES: Final = "clips, shifts and windows"
INTERVALS: Final = "intervals, rules and selections"
LOOPS: Final = "scheduler loops"
COPIES: Final = "equality and copies"

TICK: Final = timedelta(microseconds=1)
Answer = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """One change of behaviour."""

    name: str
    kind: str
    at: tuple[Seam, ...]
    behaviour: Answer
    missed: str
    """Why a run may not find it; empty if it must."""

    def put_in(self) -> None:
        """Change the package in this process; raises LookupError if the place is gone."""
        seams.forget()
        for seam in self.at:
            seam.replace(self.behaviour)
        if not self.at:
            self.behaviour()
        seams.forget()


_FAULTS: list[Fault] = []


def fault(kind: str, *at: Seam, missed: str = "") -> Callable[[Answer], Answer]:
    """Note the function that follows as a fault."""

    def noted(behaviour: Answer) -> Answer:
        name = behaviour.__name__.replace("_", "-")
        _FAULTS.append(Fault(name, kind, at, behaviour, missed))
        return behaviour

    return noted


# Clock changes.


@fault(CHANGES, of(DstPolicy, "own_labels"))
def an_overlap_counts_twice_under_first(labels: Answer, policy: DstPolicy, near: Stretch) -> Any:
    low, high = labels(policy, near)
    return (near.start + near.offset, high) if policy.overlap == "first" else (low, high)


@fault(CHANGES, of(DstPolicy, "own_labels"))
def first_and_last_change_places(labels: Answer, policy: DstPolicy, near: Stretch) -> Any:
    other: dict[Overlap, Overlap] = {"first": "last", "last": "first", "both": "both"}
    return labels(replace(policy, overlap=other[policy.overlap]), near)


@fault(CHANGES, of(DstPolicy, "own_labels"))
def an_overlap_runs_once_under_both(labels: Answer, policy: DstPolicy, near: Stretch) -> Any:
    once = replace(policy, overlap="first") if policy.overlap == "both" else policy
    return labels(once, near)


@fault(CHANGES, of(DstPolicy, "own_labels"))
def the_label_at_the_end_of_a_stretch_is_its_own(
    labels: Answer, policy: DstPolicy, near: Stretch
) -> Any:
    low, high = labels(policy, near)
    return low, high + 1


@fault(CHANGES)
def quartz_takes_the_first_of_two() -> None:
    NAMED_POLICIES["quartz"] = DstPolicy("skip", "first")


@fault(CHANGES)
def icalendar_runs_at_the_end_of_the_gap() -> None:
    NAMED_POLICIES["rfc5545"] = DstPolicy("end", "first")


@fault(CHANGES, of(WallSchedule, seams.MOVED_BY_A_GAP))
def the_run_of_a_gap_is_lost(moved: Answer, *asked: Any) -> None:
    return None


@fault(CHANGES, of(WallSchedule, seams.MOVED_BY_A_GAP))
def what_a_gap_shifts_runs_as_it_ends(
    moved: Answer, schedule: WallSchedule, near: Stretch, *asked: Any
) -> Any:
    run = moved(schedule, near, *asked)
    return None if run is None else near.start


@fault(CHANGES, of(WallSchedule, seams.MOVED_BY_A_GAP))
def a_gap_moves_its_runs_twice_as_far(
    moved: Answer, schedule: WallSchedule, near: Stretch, *asked: Any
) -> Any:
    run = moved(schedule, near, *asked)
    return None if run is None else run + near.offset - near.before


@fault(CHANGES, of(Zone, seams.UNTOUCHED_OFFSET))
def near_a_change_the_offset_is_guessed(plain: Answer, zone: Zone, label: int) -> Any:
    return zone.offset_at(label - zone.offset_at(label))


@fault(CHANGES, of(Stretch, seams.CLEAR_FROM))
def a_day_is_quiet_too_soon_after_a_change(calm: Answer, near: Stretch) -> int:
    return near.start + max(0, near.offset)


@fault(CHANGES, of(Schedule, "clock_changes"))
def of_a_doubled_label_only_one_run_is_told(tell: Answer, *asked: Any) -> Iterator[Any]:
    return (replace(change, instants=change.instants[:1]) for change in tell(*asked))


@fault(CHANGES, of(Zone, "changes"))
def a_change_at_the_start_of_a_window_is_none(
    changes: Answer, zone: Zone, start: int, end: int, step: int = 1
) -> Any:
    return changes(zone, start + 1, end, step)


@fault(CHANGES, wherever(resolve_policy))
def a_starred_hour_does_not_follow_the_clock(resolve: Answer, dst: Any, texts: Any) -> Any:
    return resolve(dst, {**texts, "hour": "0"})


# Zones.


@fault(ZONES, of(Zone, "show"))
def the_fold_of_an_answer_is_ignored(show: Answer, zone: Zone, instant: int) -> Any:
    return show(zone, instant).replace(fold=0)


@fault(ZONES, wherever(to_instant))
def the_fold_of_a_question_is_ignored(convert: Answer, moment: datetime) -> Any:
    return convert(moment.replace(fold=0) if isinstance(moment, datetime) else moment)


@fault(ZONES, wherever(to_instant))
def microseconds_are_cut_off(convert: Answer, moment: datetime) -> int:
    return int(convert(moment)) // SECOND * SECOND


@fault(ZONES, of(Zone, "offset_at"))
def offsets_lose_their_sign(offset: Answer, zone: Zone, second: int) -> Any:
    return abs(offset(zone, second))


@fault(ZONES, of(Zone, "offset_at"))
def offsets_are_whole_minutes(offset: Answer, zone: Zone, second: int) -> int:
    return int(offset(zone, second)) // 60 * 60


@fault(ZONES, of(Zone, "offset_at"))
def clocks_have_never_changed(offset: Answer, zone: Zone, second: int) -> Any:
    return offset(zone, 0)


@fault(ZONES, of(Zone, "offset_at"))
def clocks_no_longer_change_after_2037(offset: Answer, zone: Zone, second: int) -> Any:
    return offset(zone, min(second, 2_145_916_800))


@fault(ZONES, of(Zone, "stretches"))
def a_change_comes_a_second_late(stretches: Answer, zone: Zone, block: int) -> Any:
    return tuple(
        near._replace(
            start=near.start + (near.before != near.offset),
            end=near.end + (near.after != near.offset),
        )
        for near in stretches(zone, block)
    )


@fault(ZONES, of(Zone, "wall"))
def wall_time_is_behind_where_it_is_ahead(wall: Answer, zone: Zone, moment: datetime) -> Any:
    shown = wall(zone, moment)
    return moment - (shown - moment) if shown is not None and moment.tzinfo is UTC else shown


@fault(
    ZONES,
    missed="It shows only beside two changes within forty days, which few zones ever had.",
)
def two_changes_within_a_month_cancel_out() -> None:
    set_wherever("PROBE", 40 * DAY)


@fault(ZONES, of(Zone, "__init__"))
def the_calendar_begins_and_ends_at_one_instant_everywhere(
    made: Answer, zone: Zone, *given: Any
) -> None:
    made(zone, *given)
    utc = Zone.__new__(Zone)
    made(utc, UTC)
    zone.first, zone.last = utc.first, utc.last


# The calendar.


def _february(year: int, *, leap: bool) -> None:
    kind = gregorian.SHAPE[year][0] // 2 * 2 + leap
    gregorian.SHAPE[year] = gregorian.YEAR_SHAPES[kind]
    gregorian.DAYS_BEFORE[year] = gregorian.DAYS_BEFORE[2000 if leap else 1900]


@fault(CALENDAR)
def every_century_has_a_leap_day() -> None:
    for year in range(100, 10_000, 100):
        if year % 400:
            _february(year, leap=True)


@fault(
    CALENDAR,
    missed="It shows in one year of the two hundred that are drawn, and there not before March.",
)
def the_year_2000_has_no_leap_day() -> None:
    _february(2000, leap=False)


@fault(CALENDAR)
def august_has_30_days() -> None:
    gregorian.SHAPE[:] = [
        bytes(shape - (month == 8) for month, shape in enumerate(year)) for year in gregorian.SHAPE
    ]


@fault(CALENDAR)
def years_begin_a_weekday_early() -> None:
    kinds = gregorian.YEAR_SHAPES
    gregorian.SHAPE[:] = [kinds[(year[0] - 2) % len(kinds)] for year in gregorian.SHAPE]


@fault(CALENDAR, wherever(gregorian.day_number))
def after_february_a_leap_year_is_a_day_behind(
    number: Answer, year: int, month: int, day: int
) -> int:
    is_leap = gregorian.days_in_month(year, 2) == 29
    return int(number(year, month, day)) - (is_leap and month > 2)


# Fields and days of the month.


@fault(FIELDS, wherever(month_masks))
def and_and_or_of_the_day_fields_are_swapped(masks: Answer, rule: Any) -> Any:
    return masks(rule._replace(join="or" if rule.join == "and" else "and"))


@fault(FIELDS, wherever(month_masks))
def weekdays_count_from_the_wrong_day(masks: Answer, rule: Any) -> Any:
    found = masks(rule)
    return found[4:] + found[:4]


@fault(FIELDS, wherever(month_masks))
def day_31_falls_on_the_30th(masks: Answer, rule: Any) -> Any:
    return masks(rule._replace(clamp=True))


@fault(FIELDS, wherever(month_masks))
def short_months_drop_what_their_last_day_stands_for(masks: Answer, rule: Any) -> Any:
    return masks(rule._replace(clamp=False))


@fault(FIELDS, wherever(month_masks))
def the_last_day_is_the_one_before(masks: Answer, rule: Any) -> Any:
    from_last = rule.day_of_month >> FROM_LAST & 0x7FFFFFFF
    changed = rule.day_of_month & ~(0x7FFFFFFF << FROM_LAST)
    return masks(rule._replace(day_of_month=changed | (from_last << 1 & 0x7FFFFFFF) << FROM_LAST))


@fault(FIELDS, wherever(month_masks))
def the_last_weekday_is_the_fourth(masks: Answer, rule: Any) -> Any:
    last = rule.day_of_week >> LAST_OF & 0x7F
    changed = rule.day_of_week & ~(0x7F << LAST_OF)
    return masks(rule._replace(day_of_week=changed | last << NTH + 8 * 4))


@fault(FIELDS, of(shapes, seams.NEAREST_WEEKDAY))
def the_nearest_weekday_leaves_the_month(
    nearest: Answer, day: int, first_weekday: int, length: int
) -> Any:
    inside = nearest(day, first_weekday, length)
    return {2: day - 1, -2: day + 1}.get(inside - day, inside)


def _texts_read(change: Callable[[str], str]) -> Answer:
    """A reader that takes the fields for other texts than those that are written."""

    def read(original: Answer, texts: Any, *given: Any, **more: Any) -> Any:
        changed = {name: text and change(text) for name, text in texts.items()}
        return original(changed, *given, **more)

    return read


_RANGE: Final = re.compile(r"(?<![\w#])(\d+)-(\d+)(?:/(\d+))?(?!\w)")


@fault(FIELDS, wherever(read_fields))
def a_range_ends_before_its_last_value(read: Answer, *given: Any, **more: Any) -> Any:
    def shorter(found: re.Match[str]) -> str:
        low, high, step = int(found[1]), int(found[2]), found[3]
        return f"{low}-{max(low, high - 1)}" + f"/{step}" * bool(step) if low < high else found[0]

    return _texts_read(lambda text: _RANGE.sub(shorter, text))(read, *given, **more)


@fault(FIELDS, wherever(read_fields))
def a_step_counts_from_zero_and_not_from_its_range(read: Answer, *given: Any, **more: Any) -> Any:
    def from_zero(found: re.Match[str]) -> str:
        low, high, step = int(found[1]), int(found[2]), int(found[3] or 1)
        return ",".join(str(n) for n in range(low, high + 1) if n % step == 0) or found[0]

    return _texts_read(lambda text: _RANGE.sub(from_zero, text))(read, *given, **more)


def _joined_by_or(fields: Any) -> Any:
    days = fields.days
    free = days.day_of_month == EVERY_DAY_OF_MONTH or days.day_of_week == EVERY_DAY_OF_WEEK
    return fields if free else fields._replace(days=days._replace(join="or"))


@fault(FIELDS, wherever(read_fields))
def a_stepped_star_restricts_the_days(
    read: Answer, texts: Any, dialect: Any, *given: Any, **more: Any
) -> Any:
    fields = read(texts, dialect, *given, **more)
    return _joined_by_or(fields) if dialect.join == "star" else fields


@fault(FIELDS, wherever(read_fields))
def celery_joins_the_days_by_or(
    read: Answer, texts: Any, dialect: Any, *given: Any, **more: Any
) -> Any:
    fields = read(texts, dialect, *given, **more)
    return _joined_by_or(fields) if dialect.name == "celery" else fields


@fault(FIELDS, wherever(read_fields))
def quartz_weekdays_count_from_0(
    read: Answer, texts: Any, dialect: Any, *given: Any, **more: Any
) -> Any:
    fields = read(texts, dialect, *given, **more)
    bits = fields.days.day_of_week
    if dialect.name != "quartz" or bits >= 1 << 7 or bits == EVERY_DAY_OF_WEEK:
        return fields
    turned = (bits << 1 | bits >> 6) & EVERY_DAY_OF_WEEK
    return fields._replace(days=fields.days._replace(day_of_week=turned))


@fault(FIELDS)
def weekday_7_is_no_day() -> None:
    for dialect in DIALECTS.values():
        for field in dialect.fields:
            if field.name == "day_of_week" and field.first == 0 and "7" in field.plain:
                field.plain["7"] = 1 << 6


@fault(FIELDS, of(Timetable, "__init__"))
def a_listed_year_is_every_year(made: Answer, table: Timetable, fields: Any, step: int) -> None:
    made(table, fields._replace(year=None), step)


# Next and previous.


@fault(SEARCH, every_type("next_run"))
def a_run_follows_itself(following: Answer, schedule: Schedule, after: datetime) -> Any:
    return following(schedule, after - TICK)


@fault(SEARCH, every_type("prev_run"))
def a_run_precedes_itself(preceding: Answer, schedule: Schedule, before: datetime) -> Any:
    return preceding(schedule, before + TICK)


@fault(SEARCH, of(Cron, "next_run"))
def a_question_between_seconds_skips_a_run(
    following: Answer, schedule: Schedule, after: datetime
) -> Any:
    return following(schedule, after + timedelta(microseconds=-after.microsecond % SECOND))


@fault(SEARCH, of(Cron, "next_run"))
def an_answer_is_in_the_zone_of_the_question(
    following: Answer, schedule: Schedule, after: datetime
) -> Any:
    run = following(schedule, after)
    return run and run.astimezone(after.tzinfo)


@fault(SEARCH, of(Cron, "next_run"))
def the_wall_time_of_the_question_is_taken_for_its_own(
    following: Answer, schedule: Schedule, after: datetime
) -> Any:
    return following(schedule, after.replace(tzinfo=schedule.tz))


@fault(SEARCH, every_type("next_run"))
def a_search_gives_up_after_four_years(
    following: Answer, schedule: Schedule, after: datetime
) -> Any:
    run = following(schedule, after)
    return None if run is not None and (run - after).days > 1461 else run


@fault(SEARCH, of(Timetable, "__init__"))
def a_backward_search_ends_a_month_on_the_30th(
    made: Answer, table: Timetable, fields: Any, step: int
) -> None:
    made(table, fields, step)
    if step == -1:
        table._edge_day = 30


@fault(SEARCH, of(Timetable, "date_beyond"))
def a_month_is_passed_over_at_the_turn_of_the_year(
    beyond: Answer, table: Timetable, year: int, month: int
) -> Any:
    date = beyond(table, year, month)
    return date if date is None or date[0] == year else beyond(table, date[0], date[1])


@fault(SEARCH, of(Timetable, "date_beyond"))
def a_search_ends_with_the_century(beyond: Answer, table: Timetable, year: int, month: int) -> Any:
    date = beyond(table, year, month)
    return date if date is not None and date[0] // 100 == year // 100 else None


@fault(SEARCH, wherever(is_beyond))
def a_bound_is_inside(beyond: Answer, instant: int, step: int, bound: int | None) -> bool:
    return bound is not None and (instant > bound if step == 1 else instant < bound)


@fault(SEARCH, wherever(is_beyond))
def a_bound_is_outside_backwards(
    beyond: Answer, instant: int, step: int, bound: int | None
) -> bool:
    return bound is not None and (instant >= bound if step == 1 else instant <= bound)


@fault(SEARCH, of(InstantSchedule, seams.NEAREST))
def a_run_that_cannot_be_shown_is_given(
    nearest: Answer, schedule: Any, instant: int, step: int, bound: int | None = None
) -> Any:
    return getattr(schedule, seams.SEARCH)(instant, step, bound)


# What follows from the two.


@fault(MEMBERS, of(Schedule, "runs"))
def runs_begin_after_their_start(
    runs: Answer, schedule: Schedule, start: datetime, end: datetime | None = None
) -> Any:
    return runs(schedule, start + TICK, end)


@fault(MEMBERS, of(Schedule, "runs"))
def runs_include_their_end(
    runs: Answer, schedule: Schedule, start: datetime, end: datetime | None = None
) -> Any:
    return runs(schedule, start, end and end + TICK)


@fault(MEMBERS, of(Schedule, "runs_back"))
def runs_backwards_stop_after_the_start(
    runs: Answer, schedule: Schedule, end: datetime, start: datetime | None = None
) -> Any:
    return runs(schedule, end, start and start + TICK)


@fault(MEMBERS, of(Schedule, "matches"))
def an_instant_matches_if_any_run_follows(
    matches: Answer, schedule: Schedule, instant: datetime
) -> bool:
    return schedule.next_run(instant - TICK) is not None


@fault(MEMBERS, of(Schedule, "matches"))
def an_instant_matches_anywhere_in_its_second(
    matches: Answer, schedule: Schedule, instant: datetime
) -> Any:
    return matches(schedule, instant.replace(microsecond=0))


@fault(MEMBERS, of(Schedule, "floor"))
def a_run_is_not_its_own_floor(floor: Answer, schedule: Schedule, t: datetime) -> Any:
    return schedule.prev_run(t)


@fault(MEMBERS, of(Schedule, "ceil"))
def a_run_is_not_its_own_ceil(ceil: Answer, schedule: Schedule, t: datetime) -> Any:
    return schedule.next_run(t)


@fault(MEMBERS, of(Schedule, "period"))
def a_period_ends_where_it_starts(period: Answer, schedule: Schedule, t: datetime) -> Any:
    return schedule.floor(t), schedule.ceil(t)


@fault(MEMBERS, of(Cron, "next_epoch"))
def an_epoch_follows_itself(following: Answer, schedule: Schedule, after: int) -> Any:
    return following(schedule, after - 1)


# Counting.


@fault(COUNTS, every_type(seams.COUNT))
def a_count_includes_its_end(count: Answer, schedule: Schedule, start: int, end: int) -> Any:
    return count(schedule, start, end + 1)


@fault(COUNTS, every_type(seams.COUNT))
def a_count_leaves_out_its_start(count: Answer, schedule: Schedule, start: int, end: int) -> Any:
    return count(schedule, start + 1, end)


@fault(COUNTS, of(WallSchedule, seams.COUNT))
def labels_are_counted_and_not_runs(count: Answer, schedule: Any, start: int, end: int) -> Any:
    zone = find_zone(schedule.tz)
    low, high = (-(-instant // SECOND) for instant in (start, end))
    labels = getattr(schedule, seams.LABEL_COUNT)
    return labels(low + zone.offset_at(low), high + zone.offset_at(high))


@fault(COUNTS, of(Cron, seams.LABEL_COUNT))
def the_day_at_the_end_is_counted_whole(count: Answer, schedule: Cron, start: int, end: int) -> Any:
    return count(schedule, start, -(-end // DAY) * DAY)


@fault(COUNTS)
def a_cycle_of_400_years_has_julian_length() -> None:
    set_wherever("CYCLE", CYCLE + 3 * DAY)


@fault(COUNTS)
def rules_of_zones_repeat_from_the_year_2000_on() -> None:
    set_wherever("LISTED_UNTIL", LISTED_UNTIL - 36_525 * DAY)


@fault(COUNTS, of(Union, seams.COUNT))
def a_union_counts_a_shared_run_twice(count: Answer, both: Any, start: int, end: int) -> int:
    return sum(getattr(part, seams.COUNT)(start, end) for part in both.parts)


@fault(COUNTS, of(Clip, seams.COUNT))
def a_clip_counts_beyond_its_bounds(count: Answer, part: Any, start: int, end: int) -> Any:
    return getattr(part.schedule, seams.COUNT)(start, end)


# All runs at once.


@fault(TIMELINES, wherever(label_timeline))
def a_timeline_is_of_wall_time(
    line: Answer, labels: Any, policy: DstPolicy, zone: Zone, days: range
) -> Any:
    return line(labels, policy, find_zone("UTC"), days)


@fault(TIMELINES, every_type(seams.TIMELINE))
def a_timeline_lacks_its_last_day(
    line: Answer, schedule: Schedule, days: range, **more: Any
) -> Any:
    found = line(schedule, days, **more)
    inside = (1 << len(days)) // 2 - 1
    return found and Timeline(days, tuple((s, on & inside) for s, on in found.kinds if on & inside))


@fault(TIMELINES, of(Moments, seams.TIMELINE), of(Grid, seams.TIMELINE))
def a_timeline_of_instants_is_a_day_late(
    line: Answer, schedule: Schedule, days: range, **more: Any
) -> Any:
    found = line(schedule, range(days.start - 1, days.stop - 1), **more)
    return found and Timeline(days, found.kinds)


@fault(TIMELINES, of(DstPolicy, "own_labels"))
def an_overlap_is_forgotten_on_the_days_around_it(
    labels: Answer, policy: DstPolicy, near: Stretch
) -> Any:
    # The stretches of a timeline are in seconds from a midnight, so they are short numbers.
    if abs(near.start) <= MARGIN:
        return near.start + near.offset, near.end + near.offset
    return labels(policy, near)


@fault(TIMELINES, wherever(zone_days))
def a_day_of_a_clock_change_has_no_runs(days_of: Answer, zone: Zone, days: range) -> Any:
    seen = days_of(zone, days)
    return seen and seen._replace(changing=())


@fault(TIMELINES, wherever(joined_all))
def of_many_timelines_the_last_is_left_out(join: Answer, lines: Any, operate: Any) -> Any:
    return join([*lines][:2], operate)


@fault(TIMELINES, of(Timeline, "within"))
def a_part_of_a_timeline_includes_its_end(
    within: Answer, line: Timeline, start: int, end: int
) -> Any:
    return within(line, start, end + 1)


# Sets.


@fault(SETS, wherever(nearer))
def a_union_looks_back_to_the_farther_run(pick: Answer, step: int, *instants: Any) -> Any:
    return pick(1, *instants)


@fault(SETS, wherever(meet))
def all_but_one_agree_where_parts_meet(meet: Answer, parts: Any, *asked: Any) -> Any:
    return meet(parts[:-1] if len(parts) > 1 else parts, *asked)


@fault(SETS, wherever(all_of))
def crontabs_meet_in_the_months_of_either(join: Answer, crons: Any) -> Any:
    both = join(crons)
    months = 0
    for cron in crons:
        months |= cron.fields.month
    return replace(both, fields=both.fields._replace(month=months))


@fault(SETS, wherever(all_of))
def crontabs_meet_in_the_years_of_one(join: Answer, crons: Any) -> Any:
    both = join(crons)
    return replace(both, fields=both.fields._replace(year=crons[0].fields.year))


@fault(SETS, wherever(difference))
def a_difference_takes_a_second_too_many(less: Answer, one: Schedule, other: Schedule) -> Any:
    return less(one, other | other.shifted(timedelta(seconds=1)))


@fault(SETS, of(Grid, "shared_with"))
def grids_meet_at_the_phase_of_one(shared: Answer, one: Grid, other: Grid) -> Any:
    both = shared(one, other)
    return both and replace(both, phase=one.phase % both.step)


@fault(SETS, every_type("clock_changes"))
def a_set_tells_of_the_runs_of_one_part(tell: Answer, schedule: Any, *asked: Any) -> Any:
    first = getattr(schedule, "parts", (None,))[0] or getattr(schedule, "schedule", None)
    return first.clock_changes(*asked) if isinstance(first, Schedule) else tell(schedule, *asked)


# Clips, shifts and windows.


@fault(MOVES, wherever(clip))
def the_start_of_a_clip_is_outside(cut: Answer, schedule: Any, start: Any, end: Any) -> Any:
    return cut(schedule, start and start + TICK, end)


@fault(MOVES, wherever(clip))
def the_end_of_a_clip_is_inside(cut: Answer, schedule: Any, start: Any, end: Any) -> Any:
    return cut(schedule, start, end and end + TICK)


@fault(MOVES, wherever(clip))
def a_clip_of_a_clip_forgets_the_first(cut: Answer, schedule: Any, start: Any, end: Any) -> Any:
    return cut(schedule.schedule if isinstance(schedule, Clip) else schedule, start, end)


@fault(MOVES, wherever(shift))
def a_shift_of_a_shift_goes_back(move: Answer, schedule: Any, delta: timedelta) -> Any:
    return move(schedule, -delta if isinstance(schedule, Shift) else delta)


@fault(MOVES, of(Shift, seams.SEARCH))
def a_shift_is_by_the_wall_clock(
    search: Answer, moved: Any, instant: int, step: int, bound: int | None
) -> Any:
    run = search(moved, instant, step, bound)
    if run is None:
        return None
    zone, delta = find_zone(moved.tz), moved.delta
    try:
        return to_instant(zone.show(run - delta) + delta * TICK)
    except OverflowError:
        return run


@fault(MOVES, every_type("on"), every_type("excluding"))
def a_date_is_that_of_utc(keep: Answer, schedule: Schedule, calendar: Any) -> Any:
    kept = keep(Union((schedule,), find_zone("UTC")), calendar)
    return Union((kept,), find_zone(schedule.tz))


@fault(MOVES, of(windows.Window, seams.CLOSING))
def a_window_is_open_when_it_closes(closing: Answer, window: Any, opening: int) -> Any:
    end = closing(window, opening)
    return end and end + 1


@fault(MOVES, of(windows.Window, seams.OPENING))
def what_opens_a_window_is_outside(opening: Answer, window: Any, instant: int) -> Any:
    return opening(window, instant - 1)


@fault(MOVES, of(windows.Window, seams.JOINED_END))
def a_window_that_is_opened_again_closes_for_good(
    end: Answer, window: Any, opening: int, bound: int | None = None
) -> Any:
    return None


@fault(MOVES, wherever(offset_drawn))
def a_jittered_run_may_pass_the_next(drawn: Answer, text: str, room: int) -> Any:
    return drawn(text, 3 * room)


@fault(MOVES, of(Jitter, seams.PENDING))
def a_run_that_jitter_moved_past_the_question_is_lost(pending: Answer, *asked: Any) -> None:
    return None


# Intervals, rules and selections.


@fault(INTERVALS, of(Grid, seams.SEARCH))
def a_grid_steps_by_the_wall_clock(
    search: Answer, grid: Any, instant: int, step: int, bound: int | None
) -> Any:
    run = search(grid, instant, step, bound)
    zone = find_zone(grid.tz)
    changed = zone.offset_at(run // SECOND) - zone.offset_at(instant // SECOND)
    return run - changed * SECOND if abs(changed) * SECOND < abs(run - instant) else run


@fault(INTERVALS, of(Grid, seams.COUNT))
def a_grid_is_counted_from_the_epoch(count: Answer, grid: Grid, start: int, end: int) -> Any:
    return count(replace(grid, phase=0), start, end)


@fault(INTERVALS, of(interval, "days_in_month"))
def month_ends_drift_to_the_28th(length: Answer, year: int, month: int) -> int:
    return 28


@fault(INTERVALS, of(CalendarInterval, seams.STEP_NUMBER))
def a_month_is_30_days(label: Answer, steps: Any, number: int) -> Any:
    return steps.anchor + number * (30 * steps.months + steps.days) * DAY


@fault(INTERVALS, of(CalendarInterval, "next_run"))
def a_step_loses_its_fraction_of_a_second(
    following: Answer, steps: Schedule, after: datetime
) -> Any:
    run = following(steps, after)
    return run and run.replace(microsecond=0)


@fault(INTERVALS, of(Floating, "next_run"))
def a_floating_interval_is_on_a_grid(following: Answer, steps: Any, after: datetime) -> Any:
    return Grid(steps.step, 0, find_zone(steps.tz)).next_run(after)


@fault(INTERVALS, of(Floating, "due_state"))
def a_floating_interval_is_due_a_tick_late(
    state: Answer, steps: Schedule, last_run: Any, now: datetime, **more: Any
) -> Any:
    return replace(
        state(steps, last_run, now, **more),
        is_due=state(steps, last_run, now - TICK, **more).is_due,
    )


@fault(INTERVALS, of(Strand, "holds"))
def an_excluded_date_of_a_rule_still_matches(holds: Answer, *asked: Any) -> bool:
    return False


@fault(INTERVALS, of(Rule, seams.SEARCH))
def the_last_run_of_a_rule_is_left_out(
    search: Answer, rule: Any, instant: int, step: int, bound: int | None
) -> Any:
    run = search(rule, instant, step, bound)
    return None if step == 1 and run and search(rule, run, 1, None) is None else run


@fault(INTERVALS, of(selection.EveryNth, seams.INDEX))
def every_nth_counts_the_wrong_way_before_its_anchor(
    index: Answer, chosen: Any, instant: int
) -> Any:
    return abs(index(chosen, instant))


@fault(INTERVALS, of(selection.First, seams.COUNT))
def the_first_few_are_counted_from_the_question(
    count: Answer, chosen: Any, start: int, end: int
) -> Any:
    return min(chosen.n, getattr(chosen.schedule, seams.COUNT)(max(start, chosen.start), end))


# Scheduler loops.


@fault(LOOPS, of(Schedule, "is_due"))
def a_run_now_is_not_due(due: Answer, schedule: Schedule, last: datetime, now: datetime) -> Any:
    return due(schedule, last, now - TICK)


@fault(LOOPS, of(Schedule, "is_due"))
def what_ran_is_due_again(due: Answer, schedule: Schedule, last: datetime, now: datetime) -> Any:
    return due(schedule, last - TICK, now)


@fault(LOOPS, of(Schedule, "due_state"))
def a_run_now_is_no_state(
    state: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    return state(schedule, last, now - TICK, **more)


@fault(LOOPS, of(Schedule, "due_state"))
def a_wait_is_subtracted_by_the_wall_clock(
    state: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    found = state(schedule, last, now, **more)
    if found.next_run is None:
        return found
    return replace(found, wait=found.next_run - now.astimezone(schedule.tz))


@fault(LOOPS, of(Schedule, "due_state"))
def since_is_not_heeded(
    state: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    return state(schedule, last, now, **{**more, "since": None})


@fault(LOOPS, of(Schedule, "due_state"))
def what_never_ran_is_due_at_once(
    state: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    return state(schedule, last or now - timedelta(days=1), now, **more)


@fault(LOOPS, of(Schedule, "due_state"), of(Schedule, "missed_runs"))
def a_run_as_old_as_the_deadline_is_dropped(
    ask: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    if more.get("deadline"):
        more["deadline"] -= TICK
    return ask(schedule, last, now, **more)


@fault(LOOPS)
def the_default_deadline_is_an_hour() -> None:
    set_wherever("DEFAULT_DEADLINE", timedelta(hours=1))


@fault(LOOPS, of(Schedule, "due_state"))
def the_newest_and_the_oldest_change_places(
    state: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    other = {"all": "latest", "latest": "all"}
    asked = more.get("catch_up", "latest")
    return state(schedule, last, now, **{**more, "catch_up": other.get(asked, asked)})


@fault(LOOPS, of(Schedule, "missed_runs"))
def the_last_run_is_missed_again(
    missed: Answer, schedule: Schedule, last: Any, now: datetime, **more: Any
) -> Any:
    return missed(schedule, last and last - TICK, now, **more)


# Equality and copies.


@fault(COPIES, of(Cron, "__eq__"))
def equality_is_of_spelling(equal: Answer, one: Any, other: Any) -> Any:
    return isinstance(other, Cron) and equal(one, other) and one.expression == other.expression


@fault(COPIES, of(Cron, "__hash__"))
def a_hash_is_of_spelling(made: Answer, one: Any) -> int:
    return hash(one.expression)


@fault(COPIES, of(Cron, "__eq__"))
def equality_forgets_the_policy(equal: Answer, one: Any, other: Any) -> Any:
    if not isinstance(other, Cron):
        return equal(one, other)
    return equal(one, replace(other, fields=other.fields._replace(policy=one.policy)))


@fault(COPIES, of(Cron, "__eq__"))
def equality_forgets_the_zone(equal: Answer, one: Any, other: Any) -> Any:
    return equal(one, other.in_zone(one.tz) if isinstance(other, Cron) else other)


@fault(COPIES, of(Union, "__eq__"))
def equality_of_unions_is_of_order(equal: Answer, one: Any, other: Any) -> Any:
    return equal(one, other) and one.parts == other.parts


@fault(COPIES, of(Cron, "__reduce_ex__"))
def pickling_loses_the_zone(reduced: Answer, one: Cron, protocol: int) -> Any:
    return reduced(one.in_zone("UTC"), protocol)


@fault(COPIES, of(Cron, "__reduce_ex__"))
def pickling_loses_the_policy(reduced: Answer, one: Cron, protocol: int) -> Any:
    fields = one.fields._replace(policy=NAMED_POLICIES["wall"])
    return reduced(replace(one, fields=fields), protocol)


@fault(COPIES, wherever(write))
def the_wire_loses_what_is_no_default(written: Answer, value: Any) -> Any:
    document = written(value)
    return {key: part for key, part in document.items() if key not in ("dst", "short_months")}


@fault(COPIES, of(Cron, "in_zone"))
def another_zone_only_shows_the_same_instants(moved: Answer, one: Any, tz: Any) -> Any:
    return Union((one,), find_zone(tz))


FAULTS: Final = tuple(_FAULTS)
