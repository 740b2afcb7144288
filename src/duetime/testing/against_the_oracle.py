"""The laws of crontabs: every member answers as the oracle does.

The first three take anybody's `Subject`, or a `Schedule`. The others take a `Schedule`, and raise
TypeError for anything else. Each raises `LawBroken`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from duetime.schedules import Schedule
from duetime.testing.crontab_oracle import HORIZON, CrontabOracle
from duetime.testing.subjects import Subject, of_schedules, subject_of
from duetime.testing.utc import at_instant, elapsed, in_utc, same
from duetime.testing.verdicts import demand, demand_runs, demand_that, next_after, shown
from duetime.zones import SECOND, to_instant


def the_next_run_is_the_oracles(
    subject: Subject | Schedule, reference: CrontabOracle, moment: datetime
) -> None:
    """The next run is the oracle's instant; in the subject's zone it shows the wall time and fold.

    A subject may answer in another zone: then only the instant counts.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    _demand_next(subject, moment, run, reference.next_run(moment))
    if run is not None and run.tzinfo is subject.tz:
        local = in_utc(run).astimezone(subject.tz)
        demand(
            run.replace(tzinfo=None) == local.replace(tzinfo=None) and run.fold == local.fold,
            subject,
            moment,
            run,
            f"but it is shown as {run!r}",
        )


def runs_are_those_of_a_convention(
    subject: Subject | Schedule, references: Sequence[CrontabOracle], moment: datetime
) -> None:
    """The next run is a run of at least one of the oracles.

    `references` are the oracles of one crontab, one for each accepted convention for clock changes.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    demand(
        run is None or any(reference.matches(run) for reference in references),
        subject,
        moment,
        run,
        "whatever the convention for clock changes, that is no run",
    )


def no_run_is_passed_over(
    subject: Subject | Schedule, references: Sequence[CrontabOracle], moment: datetime
) -> None:
    """The next run is no later than that of at least one of the oracles.

    `references` are the oracles of one crontab, one for each accepted convention for clock changes.
    """
    subject = subject_of(subject)
    run = next_after(subject, moment)
    horizon = HORIZON if run is None else elapsed(moment, run)
    if horizon <= timedelta(0):
        return  # the run is not after the question: another law's concern
    expected = None
    for reference in references:
        expected = reference.next_run(moment, horizon)
        if expected is None or same(run, expected):
            return
    demand(
        expected is None,
        subject,
        moment,
        run,
        "whatever the convention for clock changes, there is an earlier run, such as"
        f" {shown(expected, subject.tz)}",
    )


@of_schedules
def the_previous_run_is_the_oracles(
    schedule: Schedule, reference: CrontabOracle, moment: datetime
) -> None:
    """The previous run is the oracle's."""
    run = schedule.prev_run(moment)
    _demand_prev(subject_of(schedule), moment, run, reference.prev_run(moment))


@of_schedules
def floor_and_ceil_are_the_oracles(
    schedule: Schedule, reference: CrontabOracle, moment: datetime
) -> None:
    """`floor` and `ceil` are the oracle's, and a run is its own."""
    subject = subject_of(schedule)
    floor = reference.floor(moment)
    _demand_prev(subject, moment, schedule.floor(moment), floor)
    _demand_next(subject, moment, schedule.ceil(moment), reference.ceil(moment))
    if floor is not None:
        _demand_prev(subject, floor, schedule.floor(floor), floor)
        _demand_next(subject, floor, schedule.ceil(floor), floor)


@of_schedules
def an_instant_matches_when_it_is_one_of_the_oracles(
    schedule: Schedule, reference: CrontabOracle, moment: datetime
) -> None:
    """`matches` is true of the oracle's runs alone."""
    is_run = reference.matches(moment)
    fault = f"matches says {not is_run}, the oracle {is_run}"
    demand_that(schedule.matches(moment) is is_run, subject_of(schedule), moment, fault)


@of_schedules
def the_runs_of_a_window_are_the_oracles(
    schedule: Schedule, reference: CrontabOracle, start: datetime, end: datetime
) -> None:
    """`runs` lists the oracle's runs in `[start, end)`."""
    found = schedule.runs(start, end)
    demand_runs(subject_of(schedule), "runs", start, found, reference.runs_between(start, end))


@of_schedules
def the_runs_backwards_are_the_oracles(
    schedule: Schedule, reference: CrontabOracle, start: datetime, end: datetime
) -> None:
    """`runs_back` lists the oracle's runs in `[start, end)`, latest first."""
    expected = reversed(reference.runs_between(start, end))
    found = schedule.runs_back(end, start)
    demand_runs(subject_of(schedule), "runs_back", start, found, expected)


@of_schedules
def the_count_of_a_window_is_the_oracles(
    schedule: Schedule, reference: CrontabOracle, start: datetime, end: datetime
) -> None:
    """`count` is the number of the oracle's runs in `[start, end)`."""
    found, expected = schedule.count(start, end), reference.count(start, end)
    fault = f"count to {shown(end, schedule.tz)} is {found}, not {expected}"
    demand_that(found == expected, subject_of(schedule), start, fault)


@of_schedules
def the_epochs_are_the_oracles(
    schedule: Schedule, reference: CrontabOracle, moment: datetime
) -> None:
    """`next_epoch` and `prev_epoch` are the oracle's."""
    seconds = to_instant(moment) // SECOND
    moment = at_instant(seconds * SECOND)
    later, earlier = (_of_epoch(ask(seconds)) for ask in (schedule.next_epoch, schedule.prev_epoch))
    subject = subject_of(schedule)
    _demand_next(subject, moment, later, reference.next_run(moment))
    _demand_prev(subject, moment, earlier, reference.prev_run(moment))


@of_schedules
def the_labels_that_clock_changes_touch_are_the_oracles(
    schedule: Schedule, reference: CrontabOracle, start: datetime, end: datetime
) -> None:
    """`clock_changes` has the oracle's labels, with their kind and instants.

    Labels are compared as wall times, instants as instants.
    """
    found = [
        (change.label, change.kind, tuple(map(in_utc, change.instants)))
        for change in schedule.clock_changes(start, end)
    ]
    expected = [
        (change.label, change.kind, change.instants)
        for change in reference.clock_changes(start, end)
    ]
    fault = f"clock_changes are {_only(found, expected)}, not {_only(expected, found)}"
    demand_that(found == expected, subject_of(schedule), start, fault)


def _demand_next(
    subject: Subject, moment: datetime, run: datetime | None, expected: datetime | None
) -> None:
    if expected is None:
        # A sparse crontab may have no run as far as the oracle looks.
        holds = run is None or elapsed(moment, run) > HORIZON
    else:
        holds = same(run, expected)
    demand(holds, subject, moment, run, f"the oracle says {shown(expected, subject.tz)}")


def _demand_prev(
    subject: Subject, moment: datetime, run: datetime | None, expected: datetime | None
) -> None:
    if expected is None:
        holds = run is None or elapsed(run, moment) > HORIZON
    else:
        holds = same(run, expected)
    found, wanted = shown(run, subject.tz), shown(expected, subject.tz)
    demand_that(holds, subject, moment, f"the run before is {found}, to the oracle {wanted}")


def _of_epoch(seconds: int | None) -> datetime | None:
    return None if seconds is None else at_instant(seconds * SECOND)


def _only(some: Iterable[object], others: Iterable[object]) -> list[object]:
    """The first three that are not among the others, so that a message stays short."""
    others = list(others)
    return [each for each in some if each not in others][:3]
