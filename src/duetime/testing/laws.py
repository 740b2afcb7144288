"""The laws of schedules: what holds of every one, whatever it runs.

Each law is a function that raises `LawBroken` with a message for a reader: what was asked, what
was answered, and what cannot be. The first half asks nothing but the next run, so it goes for
anybody's code, as a `Subject`; the second goes for a `Schedule`, whose members must agree.
"""

from __future__ import annotations

import datetime as datetime_module
import json
import pickle
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import islice, pairwise
from typing import Any, Final

import duetime
from duetime.algebra.windows import Window
from duetime.dates.days import Calendar
from duetime.errors import SearchHorizonError
from duetime.schedules import CatchUp, Schedule
from duetime.testing.subjects import Subject, subject_of
from duetime.testing.verdicts import (
    clock_changes_between,
    demand,
    demand_runs,
    demand_that,
    in_utc,
    in_zone,
    next_after,
    same,
    shown,
)

_TICK: Final = timedelta(microseconds=1)
_MOST: Final = 12
"""Runs that a law looks at, at most."""
_PROMPT: Final = timedelta(seconds=60)
"""How late a run may be where nothing is caught up, unless a deadline says otherwise."""
_WIDE: Final = timedelta(days=30)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EDGES: Final = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""The first and the last moment that UTC can show."""
_CENTURIES: Final = 3_000, 20_000, 150_000
"""Days from which it is asked whether there is a run after all."""
_MANY: Final = 2_000
"""Runs that are counted one by one, at most."""


def runs_come_after_the_question(subject: Subject | Schedule, moment: datetime) -> None:
    """The next run is strictly after the question, and aware."""
    subject = subject_of(subject)
    run = next_after(subject, moment)
    if run is None:
        demand(subject.finite, subject, moment, run, "it promises to run for ever")
        return
    demand(in_utc(run) > in_utc(moment), subject, moment, run, "that is not after the question")


def nothing_lies_between(subject: Subject | Schedule, moment: datetime, part: float = 0.5) -> None:
    """Asked again from between the question and the run, it gives the same run.

    `part` says from where: 0 is the question, 1 the run. It is asked just before the run, too, and
    around the clock changes in between.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    if run is None or subject.floating:
        return
    first, last = in_utc(moment), in_utc(run) - _TICK
    changes = islice(clock_changes_between(subject.tz, first, last), _MOST)
    around = [change + aside for change in changes for aside in (-_TICK, timedelta(0), _TICK)]
    for between in (first + (in_utc(run) - first) * part, last, *around):
        asked = in_zone(max(first, min(between, last)), subject.tz)
        again = next_after(subject, asked)
        demand(
            again is not None and in_utc(again) == in_utc(run),
            subject,
            moment,
            run,
            f"asked from {shown(asked, subject.tz)}, in between, it answers"
            f" {shown(again, subject.tz)}",
        )


def later_questions_get_later_answers(
    subject: Subject | Schedule, moment: datetime, distance: timedelta
) -> None:
    """A question asked later never gets an earlier answer. `distance` is not negative."""
    subject = subject_of(subject)
    if distance < timedelta(0):
        raise ValueError(f"distance must not be negative: {distance}")
    later = in_zone(in_utc(moment) + distance, subject.tz)
    first, second = next_after(subject, moment), next_after(subject, later)
    demand(
        second is None or (first is not None and in_utc(first) <= in_utc(second)),
        subject,
        moment,
        first,
        f"but to the later {shown(later, subject.tz)} it answers {shown(second, subject.tz)}",
    )


def the_zone_of_the_question_does_not_matter(
    subject: Subject | Schedule, moment: datetime, tz: tzinfo
) -> None:
    """The same instant, told in another zone, gets the same answer."""
    subject = subject_of(subject)
    elsewhere = in_utc(moment).astimezone(tz)
    first, second = next_after(subject, moment), next_after(subject, elsewhere)
    demand(
        (None if first is None else in_utc(first)) == (None if second is None else in_utc(second)),
        subject,
        moment,
        first,
        f"but to the same instant told as {elsewhere.isoformat()} it answers"
        f" {shown(second, subject.tz)}",
    )


def asking_changes_nothing(subject: Subject | Schedule, moment: datetime) -> None:
    """The same question gets the same answer, whatever was asked in between."""
    subject = subject_of(subject)
    first = next_after(subject, moment)
    next_after(subject, in_zone(in_utc(moment) + timedelta(days=40), subject.tz))
    second = next_after(subject, moment)
    demand(
        (None if first is None else in_utc(first)) == (None if second is None else in_utc(second)),
        subject,
        moment,
        first,
        f"and the next time it is asked {shown(second, subject.tz)}",
    )


def runs_keep_their_resolution(subject: Subject | Schedule, moment: datetime) -> None:
    """A run falls on a whole minute, second or what is promised, of wall time.

    One that a clock change of the day before moved may do so by the clock before the change.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    if run is None or subject.floating:
        return
    rest = _beyond_a_full_step(in_utc(run).astimezone(subject.tz), subject.resolution)
    # A run that a gap moves is as far from a full step of the clock as the gap is long, or from
    # one of the clock before.
    day_before = in_utc(run) - timedelta(days=1)
    offset = day_before.astimezone(subject.tz).utcoffset()
    before = in_utc(run).astimezone(timezone(offset or timedelta(0)))
    holds = not (rest and _beyond_a_full_step(before, subject.resolution))
    demand(holds, subject, moment, run, f"that is {rest} beyond the last full step")


def _beyond_a_full_step(local: datetime, step: timedelta) -> timedelta:
    wall = local.replace(tzinfo=None)
    return (wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)) % step


def it_runs_when_its_reference_does(subject: Subject | Schedule, moment: datetime) -> None:
    """The next run is that of the schedule it is meant to be."""
    subject = subject_of(subject)
    if subject.reference is None:
        return
    run, expected = next_after(subject, moment), subject.reference.next_run(moment)
    demand(
        (None if run is None else in_utc(run)) == (None if expected is None else in_utc(expected)),
        subject,
        moment,
        run,
        f"but {subject.reference!r} runs at {shown(expected, subject.tz)}",
    )


def looking_back_mirrors_looking_ahead(schedule: Schedule, moment: datetime) -> None:
    """Between a run and the one before it there is none, in both directions."""
    subject = subject_of(schedule)
    run = schedule.next_run(moment)
    if run is not None:
        earlier = schedule.prev_run(run)
        demand(
            earlier is None or in_utc(earlier) <= in_utc(moment),
            subject,
            moment,
            run,
            f"but the run before that is {shown(earlier, schedule.tz)}",
        )
    before = schedule.prev_run(moment)
    if before is not None:
        found = f"prev_run is {shown(before, schedule.tz)}"
        holds = in_utc(before) < in_utc(moment)
        demand_that(holds, subject, moment, f"{found}, which is not before it")
        later = schedule.next_run(before)
        holds = later is None or in_utc(later) >= in_utc(moment)
        fault = f"{found}, but the run after that is {shown(later, schedule.tz)}"
        demand_that(holds, subject, moment, fault)


def order_is_kept_in_both_directions(
    schedule: Schedule, moment: datetime, distance: timedelta
) -> None:
    """A later question never gets an earlier answer from `ceil` or `prev_run`."""
    later = in_utc(moment) + distance
    first, second = schedule.ceil(moment), schedule.ceil(later)
    holds = second is None or (first is not None and in_utc(first) <= in_utc(second))
    _demand_order(holds, schedule, "ceil", (moment, first), (later, second))
    first, second = schedule.prev_run(moment), schedule.prev_run(later)
    holds = first is None or (second is not None and in_utc(first) <= in_utc(second))
    _demand_order(holds, schedule, "prev_run", (moment, first), (later, second))


def _demand_order(
    holds: bool, schedule: Schedule, name: str, *answers: tuple[datetime, datetime | None]
) -> None:
    (moment, first), (later, second) = answers
    fault = (
        f"{name} is {shown(first, schedule.tz)}, but of the later {shown(later, schedule.tz)}"
        f" it is {shown(second, schedule.tz)}"
    )
    demand_that(holds, subject_of(schedule), moment, fault)


def membership_follows_from_the_neighbours(schedule: Schedule, moment: datetime) -> None:
    """`matches`, `floor`, `ceil` and `period` say what `next_run` and `prev_run` say.

    They are asked about the moment and about the run that follows it.
    """
    subject = subject_of(schedule)
    for asked in (moment, schedule.next_run(moment)):
        if asked is None:
            continue
        following = schedule.next_run(in_utc(asked) - _TICK)
        is_run = following is not None and in_utc(following) == in_utc(asked)
        fault = f"matches says {not is_run}, and the first run from there is at"
        fault = f"{fault} {shown(following, schedule.tz)}"
        demand_that(schedule.matches(asked) is is_run, subject, asked, fault)
        floor = asked if is_run else schedule.prev_run(asked)
        ceil = asked if is_run else schedule.next_run(asked)
        after = schedule.next_run(asked)
        for name, answer, expected in (
            ("floor", schedule.floor(asked), floor),
            ("ceil", schedule.ceil(asked), ceil),
            ("the start of period", schedule.period(asked)[0], floor),
            ("the end of period", schedule.period(asked)[1], after),
        ):
            found, wanted = shown(answer, schedule.tz), shown(expected, schedule.tz)
            fault = f"{name} is {found}, and should be {wanted}"
            demand_that(same(answer, expected), subject, asked, fault)


def every_member_takes_any_zone(schedule: Schedule, moment: datetime, tz: tzinfo) -> None:
    """The zone of the question changes no answer, and no answer's zone, label or fold."""
    elsewhere, at_home = in_zone(moment, tz), in_zone(moment, schedule.tz)
    for name, ask in (
        ("next_run", schedule.next_run),
        ("prev_run", schedule.prev_run),
        ("floor", schedule.floor),
        ("ceil", schedule.ceil),
    ):
        first, *others = (ask(asked) for asked in (moment, elsewhere, at_home))
        for other in others:
            fault = f"{name} is {first!r}, but when it is asked in another zone {other!r}"
            demand_that(_label(first) == _label(other), subject_of(schedule), moment, fault)
    found = {schedule.matches(asked) for asked in (moment, elsewhere, at_home)}
    demand_that(len(found) == 1, subject_of(schedule), moment, "matches depends on the zone")


def runs_are_the_neighbours_in_order(schedule: Schedule, start: datetime, end: datetime) -> None:
    """`runs`, `runs_back` and `count` of a window are what stepping through it finds."""
    subject = subject_of(schedule)
    stepped, end = _stepped(schedule, start, end)
    demand_runs(subject, "runs", start, islice(schedule.runs(start, end), _MOST), stepped)
    back = islice(schedule.runs_back(end, start), _MOST)
    demand_runs(subject, "runs_back", start, back, reversed(stepped))
    number = schedule.count(start, end)
    fault = f"to {shown(end, schedule.tz)} count says {number}, not {len(stepped)}"
    demand_that(number == len(stepped), subject, start, fault)


def due_states_follow_from_the_runs(
    schedule: Schedule, last_run: datetime, now: datetime, since: datetime, deadline: timedelta
) -> None:
    """`is_due`, `missed_runs` and `due_state` say what the runs in `(last_run, now]` say."""
    subject = subject_of(schedule)
    missed, end = _stepped(schedule, in_utc(last_run) + _TICK, in_utc(now) + _TICK)
    now = in_utc(end) - _TICK
    fault = f"is_due of {shown(now, schedule.tz)} says {not missed}, and the first run after it is"
    fault = f"{fault} {shown(schedule.next_run(last_run), schedule.tz)}"
    demand_that(schedule.is_due(last_run, now) is bool(missed), subject, last_run, fault)
    following = schedule.next_run(now)
    recent = [run for run in missed if in_utc(run) > in_utc(since)]
    timely = [run for run in missed if in_utc(run) >= now - deadline]
    prompt = [run for run in missed if in_utc(run) >= now - _PROMPT]
    questions: list[tuple[CatchUp, dict[str, Any], list[datetime], int]] = [
        ("all", {}, missed, 0),
        ("latest", {}, missed, -1),
        ("latest", {"since": since}, recent, -1),
        ("all", {"deadline": deadline}, timely, 0),
        ("none", {}, prompt, -1),
        ("none", {"deadline": deadline}, timely, -1),
    ]
    for catch_up, options, runs, which in questions:
        expected = runs[which] if runs else None
        state = schedule.due_state(last_run, now, catch_up=catch_up, **options)
        asked = f"due_state with catch_up={catch_up!r} and {options}"
        run = state.scheduled_for
        wanted = shown(expected, schedule.tz)
        fault = f"{asked} should name {wanted}, not {shown(run, schedule.tz)}"
        holds = same(run, expected) and bool(state) is state.is_due is bool(runs)
        demand_that(holds, subject, now, fault)
        wait = None if following is None else in_utc(following) - now
        holds = same(state.next_run, following) and state.wait == wait
        fault = f"{asked} waits {state.wait}, until {shown(state.next_run, schedule.tz)}"
        demand_that(holds, subject, now, fault)
        if catch_up != "none":
            found = schedule.missed_runs(last_run, now, **options)
            demand_runs(subject, f"missed_runs with {options}", last_run, found, runs)
    state = schedule.due_state(None, now)
    demand_that(not state, subject, now, f"nothing is due that never ran, but {state}")


def epochs_are_the_same_search(schedule: Schedule, moment: datetime) -> None:
    """`next_epoch` and `prev_epoch` find what `next_run` and `prev_run` find.

    For schedules that run on whole seconds.
    """
    whole = in_utc(moment).replace(microsecond=0)
    second = round(whole.timestamp())
    for name, answer, run in (
        ("next_epoch", schedule.next_epoch(second), schedule.next_run(whole)),
        ("prev_epoch", schedule.prev_epoch(second), schedule.prev_run(whole)),
    ):
        expected = None if run is None else round(run.timestamp())
        fault = f"{name} says {answer}, not {expected}"
        demand_that(answer == expected, subject_of(schedule), whole, fault)


def clips_and_shifts_do_to_the_runs_what_they_say(
    schedule: Schedule, start: datetime, end: datetime, delta: timedelta
) -> None:
    """`within` keeps the runs of a window and no others; `shifted` moves each by elapsed time."""
    runs, end = _bounded(schedule, start, end)
    clipped = schedule.within(start, end)
    subject = subject_of(clipped)
    wide = in_utc(start) - _WIDE, in_utc(end) + _WIDE
    demand_runs(subject, "runs", start, clipped.runs(*wide), runs)
    demand_runs(subject, "runs_back", start, clipped.runs_back(*reversed(wide)), reversed(runs))
    demand_that(clipped.count(*wide) == len(runs), subject, start, f"it has {len(runs)} runs")
    moved = schedule.shifted(delta)
    again = moved.shifted(-2 * delta).shifted(delta)
    demand_that(again == schedule, subject, start, f"shifted there and back it is {again!r}")
    if runs:
        # Its own bounds are runs: the start is inside, the end is not.
        clipped = schedule.within(runs[0], runs[-1]).within(in_utc(start) - _WIDE, None)
        subject = subject_of(clipped)
        demand_runs(subject, "runs", start, clipped.runs(*wide), runs[:-1])
        demand_runs(subject, "runs_back", start, clipped.runs_back(*reversed(wide)), runs[-2::-1])
    low, high = in_utc(start) + delta, in_utc(end) + delta
    expected = [in_utc(run) + delta for run in runs]
    demand_runs(subject_of(moved), "runs", low, moved.runs(low, high), expected)
    back = moved.runs_back(high, low)
    demand_runs(subject_of(moved), "runs_back", low, back, reversed(expected))


def windows_divide_the_runs(
    schedule: Schedule, window: Window, start: datetime, end: datetime
) -> None:
    """`during` keeps the runs at which a window is open, `outside` all others.

    It is open from its last opening on, for its length or until the next run that closes it.
    """
    runs, end = _bounded(schedule, start, end)
    kept: list[datetime] = []
    others: list[datetime] = []
    for run in runs:
        opening = window.opens.floor(run)
        closing = None
        if opening is not None and window.length is not None:
            closing = in_utc(opening) + timedelta(microseconds=window.length)
        elif opening is not None and window.until is not None:
            closing = window.until.next_run(opening)
        is_open = opening is not None and (closing is None or in_utc(run) < in_utc(closing))
        fault = f"{window!r} says of that run that it is {'outside' if is_open else 'inside'}"
        demand_that(window.active(run) is is_open, subject_of(schedule), run, fault)
        (kept if is_open else others).append(run)
    for divided, expected in (
        (schedule.during(window), kept),
        (schedule.outside(window), others),
    ):
        _demand_divided(divided, expected, start, end)
        if schedule._counts_at_once:
            # Long windows are counted in another way than short ones.
            bounds = [in_utc(start) + n * 2 * _WIDE / 3 for n in range(5)]
            number = sum(divided.count(*bounds) for bounds in pairwise(bounds))
            fault = f"count to {bounds[-1]} differs from {number} in parts"
            holds = divided.count(bounds[0], bounds[-1]) == number
            demand_that(holds, subject_of(divided), start, fault)


def calendars_divide_the_runs(
    schedule: Schedule, calendar: Calendar, start: datetime, end: datetime
) -> None:
    """`on` keeps the runs on the dates of a calendar, `excluding` all others."""
    runs, end = _bounded(schedule, start, end)
    kept = [run for run in runs if run.date() in calendar]
    others = [run for run in runs if run not in kept]
    _demand_divided(schedule.on(calendar), kept, start, end)
    _demand_divided(schedule.excluding(calendar), others, start, end)


def _demand_divided(
    schedule: Schedule, runs: list[datetime], start: datetime, end: datetime
) -> None:
    subject = subject_of(schedule)
    with _few_runs_are_found(subject, start, end):
        demand_runs(subject, "runs", start, schedule.runs(start, end), runs)
        demand_runs(subject, "runs_back", start, schedule.runs_back(end, start), reversed(runs))
        demand_that(schedule.count(start, end) == len(runs), subject, start, "count differs")


@contextmanager
def _few_runs_are_found(subject: Subject, start: datetime, end: datetime) -> Iterator[None]:
    """Raises `LawBroken` for a search that gives up where there are few runs to look at."""
    try:
        yield
    except SearchHorizonError as error:
        demand_that(False, subject, start, f"within {shown(end, UTC)} it raises {error}")


def operators_are_those_of_sets(
    schedule: Schedule, other: Schedule, start: datetime, end: datetime
) -> None:
    """`|`, `&` and `-` of two schedules have the runs that the sets of their runs have."""
    _, end = _bounded(schedule, start, end)
    theirs, end = _bounded(other, start, end)
    ours, _ = _bounded(schedule, start, end)
    one, two = ({in_utc(run) for run in runs} for runs in (ours, theirs))
    for composed, expected in (
        (schedule | other, sorted(one | two)),
        (schedule & other, sorted(one & two)),
        (schedule - other, sorted(one - two)),
    ):
        subject = subject_of(composed)
        with _few_runs_are_found(subject, start, end):
            _demand_inside(composed.within(start, end), expected, start, end)
        for run in expected:
            demand_that(composed.matches(run), subject, run, "matches says that this run is none")
        if expected:
            # Without bounds too, now that the search is known to end.
            first, last = composed.ceil(start), composed.prev_run(end)
            fault = f"ceil is {shown(first, UTC)}, not the first of its runs"
            demand_that(same(first, expected[0]), subject, start, fault)
            fault = f"prev_run is {shown(last, UTC)}, not the last of its runs"
            demand_that(same(last, expected[-1]), subject, end, fault)


def none_is_a_proof(schedule: Schedule, moment: datetime) -> None:
    """Where `next_run` or `prev_run` says that there is no run, there is none for centuries."""
    subject = subject_of(schedule)
    for name, ask, back, sign in (
        ("next_run", schedule.next_run, schedule.prev_run, 1),
        ("prev_run", schedule.prev_run, schedule.next_run, -1),
    ):
        if ask(moment) is not None:
            continue
        for days in _CENTURIES:
            beyond = in_utc(moment) + sign * timedelta(days)
            run = ask(beyond)
            fault = f"{name} is None, but asked from {shown(beyond, UTC)} it answers {run!r}"
            demand_that(run is None, subject, moment, fault)
            run = back(beyond)
            holds = run is None or (in_utc(run) - in_utc(moment)) * sign <= timedelta(0)
            fault = f"{name} is None, but looking back from {shown(beyond, UTC)} there is {run!r}"
            demand_that(holds, subject, moment, fault)
        start, end = sorted((in_utc(moment), in_utc(moment) + sign * timedelta(_CENTURIES[0])))
        number = schedule.count(start + _TICK * (sign == 1), end)
        fault = f"{name} is None, but count finds {number} runs there"
        demand_that(number == 0, subject, moment, fault)


def what_never_runs_is_proven_to(
    schedule: Schedule, other: Schedule, moment: datetime, delta: timedelta
) -> None:
    """What a set leaves of itself is nothing, and the search says so: it does not give up.

    For schedules of which `None` is always a proof, moved by `delta`, which changes nothing.
    """
    moved = schedule.shifted(delta)
    for composed in (moved - (moved | other), (moved - other) & (moved & other)):
        subject = subject_of(composed)
        for ask in (composed.next_run, composed.prev_run):
            try:
                run = ask(moment)
            except SearchHorizonError as error:
                demand_that(False, subject, moment, f"{ask.__name__} gives up: {error}")
            else:
                fault = f"{ask.__name__} is {run!r}, where there can be no run"
                demand_that(run is None, subject, moment, fault)


def the_calendar_has_ends(schedule: Schedule, distance: timedelta) -> None:
    """Near the first and the last day that a datetime can show, runs are as they are elsewhere.

    `distance` is from there, some days at most. No question overflows.
    """
    first, last = _EDGES
    for edge, near, list_runs, to_edge, ask in (
        (first, first + distance, schedule.runs_back, schedule.prev_run, schedule.next_run),
        (last, last - distance, schedule.runs, schedule.next_run, schedule.prev_run),
    ):
        for moment in (edge, near, near.replace(tzinfo=schedule.tz)):
            # A run at the moment itself is one of those from it on, and not of those before.
            runs = [run for run in islice(list_runs(moment), _MOST) if run - moment]
            _demand_at_the_edge(schedule, [moment, *runs], to_edge, ask)
            if len(runs) < _MOST - 1 and moment.tzinfo is UTC:
                number = schedule.count(*sorted((edge, moment), key=lambda bound: bound - _EPOCH))
                fault = f"count from {moment!r} to the edge is {number}, of {len(runs)} runs"
                demand_that(number <= len(runs) + 1, subject_of(schedule), edge, fault)


def _demand_at_the_edge(
    schedule: Schedule,
    runs: list[datetime],
    to_edge: Callable[[datetime], datetime | None],
    ask: Callable[[datetime], datetime | None],
) -> None:
    subject = subject_of(schedule)
    for one, other in pairwise(runs):
        found = to_edge(one)
        fault = f"the run beside {one!r} should be {other!r}, not {found!r}"
        demand_that(_same_everywhere(found, other), subject, runs[0], fault)
    for one, other in pairwise(runs[1:]):
        found = ask(other)
        fault = f"the run beside {other!r} should be {one!r}, not {found!r}"
        demand_that(_same_everywhere(found, one), subject, runs[0], fault)
    if len(runs) < _MOST:
        found = to_edge(runs[-1])
        fault = f"the run beside {runs[-1]!r} should be none, not {found!r}"
        demand_that(found is None, subject, runs[0], fault)


def _same_everywhere(one: datetime | None, other: datetime | None) -> bool:
    """Whether two answers are the same instant, be it one that UTC cannot show."""
    if one is None or other is None:
        return one is other
    return one - _EPOCH == other - _EPOCH


def counts_add_up(schedule: Schedule, start: datetime, middle: datetime, end: datetime) -> None:
    """The runs of two windows, one after the other, are those of both as one.

    For schedules that count at once: others have nothing to add up.
    """
    _check_order(start, middle, end)
    if not schedule._counts_at_once:
        return
    whole = schedule.count(start, end)
    parts = schedule.count(start, middle), schedule.count(middle, end)
    fault = f"it counts {whole} to {end}, and {parts[0]} + {parts[1]} by way of {middle}"
    demand_that(whole == sum(parts), subject_of(schedule), start, fault)


def counts_of_years_are_those_of_sets(
    schedule: Schedule, other: Schedule, start: datetime, end: datetime, delta: timedelta
) -> None:
    """Over months and years, `|`, `&`, `-`, `within` and `shifted` count as sets do.

    For schedules that count at once, so that they are what compositions are held against.
    """
    if not (schedule._counts_at_once and other._counts_at_once):
        return
    start, end = in_utc(start), in_utc(end)
    ours, theirs = schedule.count(start, end), other.count(start, end)
    both, either = schedule & other, schedule | other
    days = range((start - _EPOCH).days, (end - _EPOCH).days)
    at_once = end - start > 3 * _WIDE and either._timeline(days) is not None
    if max(ours, theirs) > _MANY and not at_once:
        return  # the compositions count one by one
    shared = both.count(start, end)
    demand_that(shared <= min(ours, theirs), subject_of(both), start, f"count says {shared}")
    for composed, expected in (
        (either, ours + theirs - shared),
        (schedule - other, ours - shared),
        (other - schedule, theirs - shared),
    ):
        number = composed.count(start, end)
        fault = f"to {end} it counts {number}, not {expected}"
        demand_that(number == expected, subject_of(composed), start, fault)
    # A union with nothing counts by another way than the schedule itself.
    wide = start - _WIDE, end + _WIDE
    for composed, window, expected in (
        (schedule.within(start, end) | duetime.at(), wide, ours),
        (schedule.shifted(delta) | duetime.at(), (start + delta, end + delta), ours),
    ):
        number = composed.count(*window)
        fault = f"to {window[1]} it counts {number}, not {expected}"
        demand_that(number == expected, subject_of(composed), window[0], fault)


def clock_changes_tell_of_runs(schedule: Schedule, start: datetime, end: datetime) -> None:
    """What `clock_changes` says became of a label is what runs, in order and each once."""
    subject = subject_of(schedule)
    for change in schedule.clock_changes(start, end):
        instants = [in_utc(run) for run in change.instants]
        demand_that(instants == sorted(set(instants)), subject, start, f"{change} is in no order")
        for run in change.instants:
            demand_that(schedule.matches(run), subject, run, f"{change} tells of that, no run")


def floating_is_due_once(
    schedule: Schedule, last_run: datetime, since: datetime, steps: float, deadline: timedelta
) -> None:
    """A floating interval is due one period after the last run, once, however long ago.

    `steps` are the periods that went by. With a deadline, the steps after the first count.
    """
    subject = subject_of(schedule)
    first = schedule.next_run(last_run)
    if first is None:
        return
    period = in_utc(first) - in_utc(last_run)
    lower = max(in_utc(last_run), in_utc(since))
    now = lower + period * steps
    for moment in (now, lower + period - _TICK, lower + period, lower + 3 * period):
        passed = (moment - lower) // period
        newest = lower + passed * period
        oldest = moment - deadline
        for limit in (None, deadline):
            due = lower + period if passed else None
            if limit is not None and due is not None and due < oldest:
                due = newest if newest >= oldest else None
            following = (newest if due is None else moment) + period
            state = schedule.due_state(last_run, moment, since=since, deadline=limit)
            fault = f"with deadline={limit!r} it should name {due}, then {following}, not {state}"
            holds = same(state.scheduled_for, due) and same(state.next_run, following)
            holds = holds and bool(state) is (due is not None)
            demand_that(holds, subject, moment, fault)
            demand_that(state.wait == following - moment, subject, moment, fault)
            missed = schedule.missed_runs(last_run, moment, since=since, deadline=limit)
            demand_runs(subject, "missed_runs", moment, missed, [] if due is None else [due])
        is_due = moment >= in_utc(first)
        fault = f"is_due says {not is_due}, and the first run is {shown(first, schedule.tz)}"
        demand_that(schedule.is_due(last_run, moment) is is_due, subject, moment, fault)
    stepped = [in_utc(last_run) + period * n for n in (1, 2, 3)]
    runs = islice(schedule.runs(last_run), 3)
    demand_runs(subject, "runs", last_run, runs, stepped)
    demand_that(not schedule.due_state(None, now), subject, now, "it never ran, and is due")


def _demand_inside(
    schedule: Schedule, expected: list[datetime], start: datetime, end: datetime
) -> None:
    subject = subject_of(schedule)
    demand_runs(subject, "runs", start, schedule.runs(start), expected)
    demand_runs(subject, "runs_back", start, schedule.runs_back(end), reversed(expected))
    demand_that(schedule.count(start, end) == len(expected), subject, start, "count differs")


def copies_are_equal(schedule: Schedule, moment: datetime, *ways: str) -> None:
    """A pickled copy, one that went over the wire, and what `repr` says, are equal and alike.

    `ways` says which: `pickle`, `wire`, `repr`; all of them unless given.
    """
    own_names = vars(sys.modules[type(schedule).__module__])
    names = {name: getattr(duetime, name) for name in duetime.__all__}
    names |= {"datetime": datetime_module, "zoneinfo": zoneinfo}
    copies: dict[str, Callable[[], Schedule]] = {
        "pickle": lambda: pickle.loads(pickle.dumps(schedule)),
        "wire": lambda: Schedule.from_dict(json.loads(json.dumps(schedule.to_dict()))),
        "repr": lambda: eval(repr(schedule), own_names | names),
    }
    subject = subject_of(schedule)
    for way in ways or copies:
        copy = copies[way]()
        holds = copy == schedule and hash(copy) == hash(schedule)
        demand_that(holds, subject, moment, f"a copy by {way} is another: {copy!r}")
        for name in ("next_run",) if schedule.floating else ("next_run", "prev_run"):
            answer, expected = getattr(copy, name)(moment), getattr(schedule, name)(moment)
            found, wanted = shown(answer, schedule.tz), shown(expected, schedule.tz)
            fault = f"{name} of a copy by {way} is {found}, not {wanted}"
            demand_that(same(answer, expected), subject, moment, fault)


def _stepped(schedule: Schedule, start: datetime, end: datetime) -> tuple[list[datetime], datetime]:
    """The runs in `[start, end)`, step by step; an earlier end when they are too many."""
    _check_order(start, end)
    runs: list[datetime] = []
    run = schedule.ceil(start)
    while run is not None and in_utc(run) < in_utc(end):
        if len(runs) == _MOST - 1:
            return runs, run
        runs.append(run)
        run = schedule.next_run(run)
    return runs, end


def _check_order(*moments: datetime) -> None:
    for one, other in pairwise(moments):
        if in_utc(one) > in_utc(other):
            raise ValueError(f"{one.isoformat()} must not be after {other.isoformat()}")


def _bounded(schedule: Schedule, start: datetime, end: datetime) -> tuple[list[datetime], datetime]:
    """The same, by searches that end where the question does."""
    return _stepped(schedule.within(start, end), start, end)


def _label(run: datetime | None) -> tuple[datetime, datetime, int] | None:
    return None if run is None else (in_utc(run), run.replace(tzinfo=None), run.fold)
