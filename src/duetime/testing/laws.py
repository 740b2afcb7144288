"""The laws of schedules: what holds of every one, whatever it runs.

Each law is a function. It raises `LawBroken` with the question, the answer and the fault. The
first seven ask for nothing but the next run: they take anybody's code as a `Subject`, or a
`Schedule`. The others take a `Schedule`, whose members must agree, and raise TypeError for anything
else.
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
from duetime.testing.subjects import Subject, of_schedules, subject_of
from duetime.testing.utc import (
    TICK,
    at_instant,
    check_order,
    elapsed,
    in_order,
    in_utc,
    in_zone,
    plus,
    same,
)
from duetime.testing.verdicts import (
    clock_changes_between,
    demand,
    demand_runs,
    demand_that,
    next_after,
    shown,
)
from duetime.zones import EPOCH, SECOND, to_instant

_MOST: Final = 12
"""A law looks at this many runs at most."""
_PROMPT: Final = timedelta(seconds=60)
"""With `catch_up="none"` a run may be this late, unless a deadline says otherwise."""
_WIDE: Final = timedelta(days=30)
_EDGES: Final = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""The first and the last moment that UTC can show."""
_CENTURIES: Final = 3_000, 20_000, 150_000
"""Days from the moment of a question: from each of them a proof of "never" is asked again."""
_MANY: Final = 2_000
"""A law counts this many runs one by one at most."""


def runs_come_after_the_question(subject: Subject | Schedule, moment: datetime) -> None:
    """The next run is strictly after the question, and aware."""
    subject = subject_of(subject)
    run = next_after(subject, moment)
    if run is None:
        demand(subject.finite, subject, moment, run, "it promises to run for ever")
        return
    holds = to_instant(run) > to_instant(moment)
    demand(holds, subject, moment, run, "that is not after the question")


def nothing_lies_between(subject: Subject | Schedule, moment: datetime, part: float = 0.5) -> None:
    """Asked again at a moment between the question and the run, it gives the same run.

    `part` says where that moment lies: 0 is the question, 1 the run. The law also asks just before
    the run, and around the clock changes in between.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    if run is None or subject.floating:
        return
    first, end = to_instant(moment), to_instant(run)
    changes = islice(clock_changes_between(subject.tz, first, end), _MOST)
    around = [change + aside for change in changes for aside in (-1, 0, 1)]
    for between in (first + round((end - first) * part), end - 1, *around):
        asked = in_zone(at_instant(max(first, min(between, end - 1))), subject.tz)
        again = next_after(subject, asked)
        demand(
            again is not None and same(again, run),
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
    later = in_zone(plus(moment, distance), subject.tz)
    first, second = next_after(subject, moment), next_after(subject, later)
    demand(
        second is None or (first is not None and to_instant(first) <= to_instant(second)),
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
    elsewhere = in_zone(moment, tz)
    first, second = next_after(subject, moment), next_after(subject, elsewhere)
    demand(
        same(first, second),
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
    next_after(subject, in_zone(plus(moment, timedelta(days=40)), subject.tz))
    second = next_after(subject, moment)
    demand(
        same(first, second),
        subject,
        moment,
        first,
        f"and the next time it is asked {shown(second, subject.tz)}",
    )


def runs_keep_their_resolution(subject: Subject | Schedule, moment: datetime) -> None:
    """Every run is a whole number of the promised steps of wall time: minutes, seconds.

    A run on the day after a clock change may be a whole number by the clock before the change.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    if run is None or subject.floating:
        return
    rest = _beyond_a_full_step(in_zone(run, subject.tz), subject.resolution)
    # A gap moves a run by its own length, which need not be a whole number of steps: in 1972
    # Monrovia's clocks went from midnight to 00:44:30. By the clock before the gap it is one.
    offset = in_zone(plus(run, -timedelta(days=1)), subject.tz).utcoffset()
    before = in_zone(run, timezone(offset or timedelta(0)))
    holds = not (rest and _beyond_a_full_step(before, subject.resolution))
    demand(holds, subject, moment, run, f"that is {rest} beyond the last full step")


def _beyond_a_full_step(local: datetime, step: timedelta) -> timedelta:
    wall = local.replace(tzinfo=None)
    return (wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)) % step


def it_runs_when_its_reference_does(subject: Subject | Schedule, moment: datetime) -> None:
    """The next run is that of the declared `reference`; without one there is nothing to hold."""
    subject = subject_of(subject)
    if subject.reference is None:
        return
    run, expected = next_after(subject, moment), subject.reference.next_run(moment)
    demand(
        same(run, expected),
        subject,
        moment,
        run,
        f"but {subject.reference!r} runs at {shown(expected, subject.tz)}",
    )


@of_schedules
def looking_back_mirrors_looking_ahead(schedule: Schedule, moment: datetime) -> None:
    """Between a run and the one before it there is none, in both directions."""
    subject = subject_of(schedule)
    run = schedule.next_run(moment)
    if run is not None:
        earlier = schedule.prev_run(run)
        demand(
            earlier is None or to_instant(earlier) <= to_instant(moment),
            subject,
            moment,
            run,
            f"but the run before that is {shown(earlier, schedule.tz)}",
        )
    before = schedule.prev_run(moment)
    if before is not None:
        found = f"prev_run is {shown(before, schedule.tz)}"
        holds = to_instant(before) < to_instant(moment)
        demand_that(holds, subject, moment, f"{found}, which is not before it")
        later = schedule.next_run(before)
        holds = later is None or to_instant(later) >= to_instant(moment)
        fault = f"{found}, but the run after that is {shown(later, schedule.tz)}"
        demand_that(holds, subject, moment, fault)


@of_schedules
def order_is_kept_in_both_directions(
    schedule: Schedule, moment: datetime, distance: timedelta
) -> None:
    """A later question never gets an earlier answer from `ceil` or `prev_run`."""
    later = plus(moment, distance)
    first, second = schedule.ceil(moment), schedule.ceil(later)
    holds = second is None or (first is not None and to_instant(first) <= to_instant(second))
    _demand_order(holds, schedule, "ceil", (moment, first), (later, second))
    first, second = schedule.prev_run(moment), schedule.prev_run(later)
    holds = first is None or (second is not None and to_instant(first) <= to_instant(second))
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


@of_schedules
def membership_follows_from_the_neighbours(schedule: Schedule, moment: datetime) -> None:
    """`matches`, `floor`, `ceil` and `period` agree with `next_run` and `prev_run`.

    The law asks about the moment, and about the run that follows it.
    """
    subject = subject_of(schedule)
    for asked in (moment, schedule.next_run(moment)):
        if asked is None:
            continue
        following = schedule.next_run(plus(asked, -TICK))
        is_run = following is not None and same(following, asked)
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


@of_schedules
def every_member_takes_any_zone(schedule: Schedule, moment: datetime, tz: tzinfo) -> None:
    """The zone of the question changes no answer, nor the wall time and fold that it shows."""
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
            holds = _as_shown(first) == _as_shown(other)
            demand_that(holds, subject_of(schedule), moment, fault)
    found = {schedule.matches(asked) for asked in (moment, elsewhere, at_home)}
    demand_that(len(found) == 1, subject_of(schedule), moment, "matches depends on the zone")


@of_schedules
def runs_are_the_neighbours_in_order(schedule: Schedule, start: datetime, end: datetime) -> None:
    """`runs`, `runs_back` and `count` of a window find the runs that single steps find."""
    subject = subject_of(schedule)
    stepped, end = _stepped(schedule, start, end)
    demand_runs(subject, "runs", start, islice(schedule.runs(start, end), _MOST), stepped)
    back = islice(schedule.runs_back(end, start), _MOST)
    demand_runs(subject, "runs_back", start, back, reversed(stepped))
    number = schedule.count(start, end)
    fault = f"to {shown(end, schedule.tz)} count says {number}, not {len(stepped)}"
    demand_that(number == len(stepped), subject, start, fault)


@of_schedules
def due_states_follow_from_the_runs(
    schedule: Schedule, last_run: datetime, now: datetime, since: datetime, deadline: timedelta
) -> None:
    """`is_due`, `missed_runs` and `due_state` agree with the runs in `(last_run, now]`."""
    subject = subject_of(schedule)
    missed, end = _stepped(schedule, plus(last_run, TICK), plus(now, TICK))
    now = plus(end, -TICK)
    fault = f"is_due of {shown(now, schedule.tz)} says {not missed}, and the first run after it is"
    fault = f"{fault} {shown(schedule.next_run(last_run), schedule.tz)}"
    demand_that(schedule.is_due(last_run, now) is bool(missed), subject, last_run, fault)
    following = schedule.next_run(now)
    recent = [run for run in missed if to_instant(run) > to_instant(since)]
    timely = [run for run in missed if elapsed(run, now) <= deadline]
    prompt = [run for run in missed if elapsed(run, now) <= _PROMPT]
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
        wait = None if following is None else elapsed(now, following)
        holds = same(state.next_run, following) and state.wait == wait
        fault = f"{asked} waits {state.wait}, until {shown(state.next_run, schedule.tz)}"
        demand_that(holds, subject, now, fault)
        if catch_up != "none":
            found = schedule.missed_runs(last_run, now, **options)
            demand_runs(subject, f"missed_runs with {options}", last_run, found, runs)
    state = schedule.due_state(None, now)
    demand_that(not state, subject, now, f"nothing is due that never ran, but {state}")


@of_schedules
def epochs_are_the_same_search(schedule: Schedule, moment: datetime) -> None:
    """`next_epoch` and `prev_epoch` find what `next_run` and `prev_run` find.

    For schedules that run on whole seconds.
    """
    second = to_instant(moment) // SECOND
    whole = at_instant(second * SECOND)
    for name, answer, run in (
        ("next_epoch", schedule.next_epoch(second), schedule.next_run(whole)),
        ("prev_epoch", schedule.prev_epoch(second), schedule.prev_run(whole)),
    ):
        found = None if answer is None else answer * SECOND
        expected = None if run is None else to_instant(run)
        fault = f"{name} says {answer}, and the run is {shown(run, schedule.tz)}"
        demand_that(found == expected, subject_of(schedule), whole, fault)


@of_schedules
def clips_and_shifts_do_to_the_runs_what_they_say(
    schedule: Schedule, start: datetime, end: datetime, delta: timedelta
) -> None:
    """`within` keeps only the runs of a window; `shifted` moves each run by elapsed time."""
    runs, end = _bounded(schedule, start, end)
    clipped = schedule.within(start, end)
    subject = subject_of(clipped)
    wide = plus(start, -_WIDE), plus(end, _WIDE)
    demand_runs(subject, "runs", start, clipped.runs(*wide), runs)
    demand_runs(subject, "runs_back", start, clipped.runs_back(*reversed(wide)), reversed(runs))
    demand_that(clipped.count(*wide) == len(runs), subject, start, f"it has {len(runs)} runs")
    moved = schedule.shifted(delta)
    again = moved.shifted(-2 * delta).shifted(delta)
    demand_that(again == schedule, subject, start, f"shifted there and back it is {again!r}")
    if runs:
        # Its own bounds are runs: the start is inside, the end is not.
        clipped = schedule.within(runs[0], runs[-1]).within(wide[0], None)
        subject = subject_of(clipped)
        demand_runs(subject, "runs", start, clipped.runs(*wide), runs[:-1])
        demand_runs(subject, "runs_back", start, clipped.runs_back(*reversed(wide)), runs[-2::-1])
    low, high = plus(start, delta), plus(end, delta)
    expected = [plus(run, delta) for run in runs]
    demand_runs(subject_of(moved), "runs", low, moved.runs(low, high), expected)
    back = moved.runs_back(high, low)
    demand_runs(subject_of(moved), "runs_back", low, back, reversed(expected))


@of_schedules
def windows_divide_the_runs(
    schedule: Schedule, window: Window, start: datetime, end: datetime
) -> None:
    """`during` keeps the runs for which a window is open, `outside` all others.

    The window is open from its latest opening, for its length or until the next run of `until`.
    """
    runs, end = _bounded(schedule, start, end)
    kept: list[datetime] = []
    others: list[datetime] = []
    for run in runs:
        opening = window.opens.floor(run)
        closing = None
        if opening is not None and window.length is not None:
            closing = plus(opening, timedelta(microseconds=window.length))
        elif opening is not None and window.until is not None:
            closing = window.until.next_run(opening)
        is_open = opening is not None and (closing is None or to_instant(run) < to_instant(closing))
        fault = f"{window!r} says of that run that it is {'outside' if is_open else 'inside'}"
        demand_that(window.active(run) is is_open, subject_of(schedule), run, fault)
        (kept if is_open else others).append(run)
    for divided, expected in (
        (schedule.during(window), kept),
        (schedule.outside(window), others),
    ):
        _demand_divided(divided, expected, start, end)
        if schedule._counts_at_once:
            # A long range is counted in another way than a short one.
            bounds = [plus(start, n * 2 * _WIDE / 3) for n in range(5)]
            number = sum(divided.count(*bounds) for bounds in pairwise(bounds))
            fault = f"count to {bounds[-1]} differs from {number} in parts"
            holds = divided.count(bounds[0], bounds[-1]) == number
            demand_that(holds, subject_of(divided), start, fault)


@of_schedules
def calendars_divide_the_runs(
    schedule: Schedule, calendar: Calendar, start: datetime, end: datetime
) -> None:
    """`on` keeps the runs on the dates of a calendar, `excluding` all others.

    The date of a run is the one that its zone shows.
    """
    runs, end = _bounded(schedule, start, end)
    kept: list[datetime] = []
    others: list[datetime] = []
    for run in runs:
        (kept if run.date() in calendar else others).append(run)
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
    """Turn a search that gives up into `LawBroken`: between the bounds there are few runs."""
    try:
        yield
    except SearchHorizonError as error:
        demand_that(False, subject, start, f"within {shown(end, UTC)} it raises {error}")


@of_schedules
def operators_are_those_of_sets(
    schedule: Schedule, other: Schedule, start: datetime, end: datetime
) -> None:
    """`|`, `&` and `-` of two schedules have the runs that `|`, `&` and `-` of sets leave."""
    _, end = _bounded(schedule, start, end)
    theirs, end = _bounded(other, start, end)
    ours, _ = _bounded(schedule, start, end)
    one, two = ({to_instant(run) for run in runs} for runs in (ours, theirs))
    for composed, instants in (
        (schedule | other, one | two),
        (schedule & other, one & two),
        (schedule - other, one - two),
    ):
        expected = [at_instant(instant) for instant in sorted(instants)]
        subject = subject_of(composed)
        with _few_runs_are_found(subject, start, end):
            _demand_inside(composed.within(start, end), expected, start, end)
        for run in expected:
            demand_that(composed.matches(run), subject, run, "matches says that it is no run")
        if expected:
            # Now without `within`: there is a run, so the search ends.
            first, last = composed.ceil(start), composed.prev_run(end)
            fault = f"ceil is {shown(first, UTC)}, not the first of its runs"
            demand_that(same(first, expected[0]), subject, start, fault)
            fault = f"prev_run is {shown(last, UTC)}, not the last of its runs"
            demand_that(same(last, expected[-1]), subject, end, fault)


@of_schedules
def none_is_a_proof(schedule: Schedule, moment: datetime) -> None:
    """If `next_run` or `prev_run` is None, there is no run for centuries in that direction."""
    subject = subject_of(schedule)
    for name, ask, back, sign in (
        ("next_run", schedule.next_run, schedule.prev_run, 1),
        ("prev_run", schedule.prev_run, schedule.next_run, -1),
    ):
        if ask(moment) is not None:
            continue
        for days in _CENTURIES:
            beyond = plus(moment, sign * timedelta(days))
            run = ask(beyond)
            fault = f"{name} is None, but asked from {shown(beyond, UTC)} it answers {run!r}"
            demand_that(run is None, subject, moment, fault)
            run = back(beyond)
            holds = run is None or elapsed(moment, run) * sign <= timedelta(0)
            fault = f"{name} is None, but looking back from {shown(beyond, UTC)} there is {run!r}"
            demand_that(holds, subject, moment, fault)
        start, end = in_order(moment, plus(moment, sign * timedelta(_CENTURIES[0])))
        number = schedule.count(plus(start, TICK * (sign == 1)), end)
        fault = f"{name} is None, but count finds {number} runs there"
        demand_that(number == 0, subject, moment, fault)


@of_schedules
def what_never_runs_is_proven_to(
    schedule: Schedule, other: Schedule, moment: datetime, delta: timedelta
) -> None:
    """A schedule without its own runs never runs, and the search proves it: it does not give up.

    For schedules whose None is always a proof. `delta` moves the schedule first: a moved one has
    no run of its own left either.
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
                fault = f"{ask.__name__} is {run!r}, but there can be no run"
                demand_that(run is None, subject, moment, fault)


@of_schedules
def the_calendar_has_ends(schedule: Schedule, distance: timedelta) -> None:
    """On the first and last days of the calendar the members agree, and no question overflows.

    `distance`, some days at most, is how far from the edge the law asks too.
    """
    first, last = _EDGES
    for edge, near, list_runs, to_edge, ask in (
        (first, first + distance, schedule.runs_back, schedule.prev_run, schedule.next_run),
        (last, last - distance, schedule.runs, schedule.next_run, schedule.prev_run),
    ):
        for moment in (edge, near, near.replace(tzinfo=schedule.tz)):
            # `runs` begins with a run at the moment itself, `runs_back` does not.
            runs = [run for run in islice(list_runs(moment), _MOST) if not same(run, moment)]
            _demand_at_the_edge(schedule, [moment, *runs], to_edge, ask)
            if len(runs) < _MOST - 1 and moment.tzinfo is UTC:
                number = schedule.count(*in_order(edge, moment))
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
        demand_that(same(found, other), subject, runs[0], fault)
    for one, other in pairwise(runs[1:]):
        found = ask(other)
        fault = f"the run beside {other!r} should be {one!r}, not {found!r}"
        demand_that(same(found, one), subject, runs[0], fault)
    if len(runs) < _MOST:
        found = to_edge(runs[-1])
        fault = f"the run beside {runs[-1]!r} should be none, not {found!r}"
        demand_that(found is None, subject, runs[0], fault)


@of_schedules
def counts_add_up(schedule: Schedule, start: datetime, middle: datetime, end: datetime) -> None:
    """The counts of two windows side by side add up to the count of both together.

    For schedules that compute a count; those that count run by run add up by themselves.
    """
    check_order(start, middle, end)
    if not schedule._counts_at_once:
        return
    whole = schedule.count(start, end)
    parts = schedule.count(start, middle), schedule.count(middle, end)
    fault = f"it counts {whole} to {end}, and {parts[0]} + {parts[1]} by way of {middle}"
    demand_that(whole == sum(parts), subject_of(schedule), start, fault)


@of_schedules
def counts_of_years_are_those_of_sets(
    schedule: Schedule, other: Schedule, start: datetime, end: datetime, delta: timedelta
) -> None:
    """Over months and years, the counts of `|`, `&`, `-`, `within` and `shifted` are those of sets.

    For schedules that compute a count, which compositions are held against.
    """
    if not (schedule._counts_at_once and other._counts_at_once):
        return
    start, end = in_utc(start), in_utc(end)
    ours, theirs = schedule.count(start, end), other.count(start, end)
    both, either = schedule & other, schedule | other
    days = range((start - EPOCH).days, (end - EPOCH).days)
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
    # A union counts in another way than the schedule itself, even a union with nothing.
    wide = plus(start, -_WIDE), plus(end, _WIDE)
    for composed, window, expected in (
        (schedule.within(start, end) | duetime.at(), wide, ours),
        (schedule.shifted(delta) | duetime.at(), (plus(start, delta), plus(end, delta)), ours),
    ):
        number = composed.count(*window)
        fault = f"to {window[1]} it counts {number}, not {expected}"
        demand_that(number == expected, subject_of(composed), window[0], fault)


@of_schedules
def clock_changes_tell_of_runs(schedule: Schedule, start: datetime, end: datetime) -> None:
    """The instants that `clock_changes` gives for a label are runs, in order and each once."""
    subject = subject_of(schedule)
    for change in schedule.clock_changes(start, end):
        instants = [to_instant(run) for run in change.instants]
        demand_that(instants == sorted(set(instants)), subject, start, f"{change} is in no order")
        for run in change.instants:
            demand_that(schedule.matches(run), subject, run, f"{change} tells of that, no run")


@of_schedules
def floating_is_due_once(
    schedule: Schedule, last_run: datetime, since: datetime, steps: float, deadline: timedelta
) -> None:
    """A floating interval is due one period after the last run, once, however long ago that was.

    `steps` is the number of periods that went by. When the first of them is older than `deadline`,
    the newest counts.
    """
    subject = subject_of(schedule)
    first = schedule.next_run(last_run)
    if first is None:
        return
    period = elapsed(last_run, first)
    lower = in_utc(in_order(last_run, since)[-1])
    now = lower + period * steps
    for moment in (now, lower + period - TICK, lower + period, lower + 3 * period):
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
            demand_that(state.wait == elapsed(moment, following), subject, moment, fault)
            missed = schedule.missed_runs(last_run, moment, since=since, deadline=limit)
            demand_runs(subject, "missed_runs", moment, missed, [] if due is None else [due])
        is_due = to_instant(moment) >= to_instant(first)
        fault = f"is_due says {not is_due}, and the first run is {shown(first, schedule.tz)}"
        demand_that(schedule.is_due(last_run, moment) is is_due, subject, moment, fault)
    stepped = [plus(last_run, period * n) for n in (1, 2, 3)]
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


@of_schedules
def copies_are_equal(schedule: Schedule, moment: datetime, *ways: str) -> None:
    """A copy by pickle, by wire document or by evaluating `repr` is equal and answers alike.

    `ways` names some of `pickle`, `wire` and `repr`; without any, all three.
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
    """The runs in `[start, end)`, step by step, and `end`; the end is earlier if they are many."""
    check_order(start, end)
    runs: list[datetime] = []
    run = schedule.ceil(start)
    while run is not None and to_instant(run) < to_instant(end):
        if len(runs) == _MOST - 1:
            return runs, run
        runs.append(run)
        run = schedule.next_run(run)
    return runs, end


def _bounded(schedule: Schedule, start: datetime, end: datetime) -> tuple[list[datetime], datetime]:
    """The same, but no search looks outside of `[start, end)`."""
    return _stepped(schedule.within(start, end), start, end)


def _as_shown(run: datetime | None) -> tuple[int, datetime, int] | None:
    """The instant of a run, and the wall time and fold that it shows."""
    return None if run is None else (to_instant(run), run.replace(tzinfo=None), run.fold)
