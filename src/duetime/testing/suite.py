"""`ScheduleLaws` and `OracleLaws`: name the schedules, and pytest runs every law on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ClassVar, Final
from unittest import SkipTest

from hypothesis import given, reject, settings
from hypothesis import strategies as st

import duetime
from duetime.errors import ScheduleError, SearchHorizonError
from duetime.schedules import Schedule
from duetime.testing import against_the_oracle, laws
from duetime.testing.cases import CronCase, cron_cases, oracle_windows
from duetime.testing.strategies import (
    calendars,
    evenly,
    instants,
    time_zones,
    transitions_of,
    windows,
)
from duetime.testing.subjects import Subject, only_schedule, subject_of
from duetime.testing.utc import TICK, elapsed, in_order, in_utc, in_zone, plus
from duetime.testing.verdicts import next_after
from duetime.zones import to_instant

Law = Callable[..., None]
Question = Callable[[Any, st.DataObject], tuple[Any, ...]]
"""Draws the arguments of a law, from the suite and Hypothesis's data."""

_DAY: Final = timedelta(days=1)


class _Suite:
    """The base of both suites: it makes a test of every law that applies."""

    examples: ClassVar[int | None] = None
    """The number of examples of each law; None for the number in the profile of Hypothesis."""
    deadline: ClassVar[timedelta | None] = timedelta(seconds=60)
    """The time that one example may take, whatever the profile says; None for no limit. The first
    question about a zone reads its file, which takes longer than Hypothesis allows by default."""
    proves: ClassVar[bool] = False
    """True if every search ends in an answer, which may be None, in compositions of the schedules
    too. If False, the laws pass over a question that raises `SearchHorizonError`."""
    only_next_run: ClassVar[bool] = False
    """True for a suite of `Subject`, which has nothing but a next run."""
    _of_subjects: ClassVar[Mapping[Law, Question]] = {}
    _of_schedules: ClassVar[Mapping[Law, Question]] = {}
    _costs: ClassVar[Mapping[Law, int]] = {}
    """By law, how many times longer an example takes than usual: so many fewer are drawn."""
    _promised: bool = False
    """Whether any subject so far promised something that the law at hand can test."""

    _made: ClassVar[set[str]] = set()
    """The names of the tests that this class made for itself, without those of its bases."""

    @classmethod
    def _is_written(cls, name: str) -> bool:
        """Whether somebody wrote a test of that name, in the class or in one of its bases."""
        owner = next((base for base in cls.__mro__ if name in vars(base)), None)
        return owner is not None and name not in vars(owner).get("_made", ())

    @classmethod
    def _omits(cls, law: Law) -> bool:
        """Whether a law does not apply, by what the suite declares."""
        return cls.only_next_run and law not in (
            *_LAWS_OF_SUBJECTS,
            against_the_oracle.the_next_run_is_the_oracles,
        )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._made = set()
        # Hypothesis keeps examples by test function, so each class makes its own functions.
        for law, question in {**cls._of_subjects, **cls._of_schedules}.items():
            name = f"test_{law.__name__}"
            if cls._is_written(name):
                continue
            cls._made.add(name)
            test = None if cls._omits(law) else _test(law, question)
            examples = settings().max_examples if cls.examples is None else cls.examples
            if test is not None:
                number = -(-examples // cls._costs.get(law, 1))
                test = settings(max_examples=number, deadline=cls.deadline)(test)
                if law in _PROMISES:
                    test = _skipped_without_promise(test, _PROMISES[law])
            setattr(cls, name, test)


def _test(law: Law, question: Question) -> Callable[..., None]:
    @given(data=st.data())
    def test(self: _Suite, data: st.DataObject) -> None:
        try:
            law(*question(self, data))
        except SearchHorizonError:
            # The search says that it cannot prove its answer.
            if self.proves:
                raise
            reject()

    test.__name__ = f"test_{law.__name__}"
    test.__doc__ = law.__doc__
    return test


def _skipped_without_promise(test: Callable[..., None], promise: str) -> Callable[..., None]:
    """A test that pytest shows as skipped if no subject made a promise that the law can test."""

    @wraps(test)
    def checked(self: _Suite) -> None:
        self._promised = False
        test(self)
        if not self._promised:
            raise SkipTest(f"no subject declares a {promise}")

    return checked


# The questions of `ScheduleLaws`.


def _subject(suite: ScheduleLaws, data: st.DataObject) -> tuple[Subject, datetime]:
    drawn: Any = data.draw(suite.subjects())
    subject = subject_of(drawn, resolution=suite.resolution, finite=suite.finite)
    moment = data.draw(instants(subject.tz))
    # A scheduler's loop asks at its runs.
    run = next_after(subject, in_zone(moment, subject.tz)) if data.draw(st.booleans()) else None
    return subject, in_zone(moment if run is None else run, subject.tz)


def _subject_with_reference(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    subject, moment = _subject(suite, data)
    suite._promised |= subject.reference is not None
    return subject, moment


def _subject_with_resolution(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    subject, moment = _subject(suite, data)
    suite._promised |= subject.resolution > TICK and not subject.floating
    return subject, moment


def _subject_and_part(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    return *_subject(suite, data), data.draw(st.floats(0, 1))


def _subject_and_distance(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    return *_subject(suite, data), _distance(suite, data)


def _subject_and_zone(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    return *_subject(suite, data), data.draw(time_zones())


def _schedule(suite: ScheduleLaws, data: st.DataObject) -> tuple[Schedule, datetime]:
    schedule = only_schedule(data.draw(suite.subjects()))
    return schedule, data.draw(instants(schedule.tz))


def _schedule_and_ways(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    return *_schedule(suite, data), *suite.copies


def _schedule_and_distance(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    return *_schedule(suite, data), _distance(suite, data)


def _schedule_and_zone(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    return *_schedule(suite, data), data.draw(time_zones())


def _schedule_and_window(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, start = _schedule(suite, data)
    start = _at_a_run(schedule, start, data)
    return schedule, start, _at_a_run(schedule, plus(start, _distance(suite, data)), data)


def _at_a_run(schedule: Schedule, moment: datetime, data: st.DataObject) -> datetime:
    """A moment, or half of the time the run after it: as a bound, a run shows whether it is inside.

    A run that is more than forty days away would make the window too wide.
    """
    run = schedule.next_run(moment) if data.draw(st.booleans()) else None
    return moment if run is None or elapsed(moment, run) > 40 * _DAY else in_utc(run)


def _schedule_and_misses(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, last_run, now = _schedule_and_window(suite, data)
    run: datetime | None = last_run
    for _ in range(data.draw(st.integers(0, 3))):
        run = None if run is None else schedule.next_run(run)
        # A run that is due now, and few before it.
        now = now if run is None else in_utc(run)
    since = plus(now, -timedelta(minutes=data.draw(st.integers(0, 400))))
    deadline = timedelta(seconds=data.draw(st.integers(0, 7200)))
    first = schedule.next_run(last_run) if data.draw(st.booleans()) else None
    if first is not None and to_instant(first) <= to_instant(now):
        # The first missed run is just not too old.
        deadline = elapsed(first, now)
    return schedule, last_run, now, since, deadline


def _schedule_and_days(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule = only_schedule(data.draw(suite.subjects()))
    return schedule, timedelta(microseconds=data.draw(evenly(0, 4 * _DAY // TICK)))


def _schedule_and_years(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule = only_schedule(data.draw(suite.subjects()))
    first = datetime(1, 1, 3, tzinfo=UTC)
    start = first + timedelta(days=data.draw(evenly(0, 9000 * 365)))
    lengths = (data.draw(evenly(0, years * 365)) for years in (450, 450))
    middle, end = (timedelta(days=days, seconds=start.day * 1000) for days in lengths)
    return schedule, start, start + middle, start + middle + end


def _two_schedules_and_years(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, other = (only_schedule(data.draw(suite.subjects())) for _ in range(2))
    if data.draw(st.booleans()):
        start = data.draw(instants(schedule.tz))
    else:
        start = datetime(2, 1, 1, tzinfo=UTC) + timedelta(days=data.draw(evenly(0, 9990 * 365)))
    end = start + timedelta(seconds=data.draw(evenly(91 * 86_400, 500 * 86_400)))
    changes = [
        change for change in transitions_of(schedule.tz) if 91 * _DAY < change - start < 500 * _DAY
    ]
    near = data.draw(st.booleans())
    if changes and near:
        aside = timedelta(seconds=data.draw(evenly(-2 * 86_400, 2 * 86_400)))
        end = data.draw(st.sampled_from(changes)) + aside
    return schedule, other, start, end, _delta(data)


def _delta(data: st.DataObject) -> timedelta:
    return timedelta(seconds=data.draw(st.integers(-86_400, 86_400)))


def _floating_and_misses(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, last_run = _schedule(suite, data)
    since = plus(last_run, timedelta(minutes=data.draw(st.integers(-400, 400))))
    deadline = timedelta(seconds=data.draw(st.integers(0, 7200) | evenly(0, 10**6)))
    return schedule, last_run, since, data.draw(st.floats(0, 20)), deadline


def _schedule_window_and_delta(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    question = _schedule_and_window(suite, data)
    return *question, _delta(data)


def _schedule_and_span(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, start, _ = _schedule_and_window(suite, data)
    span = data.draw(windows())
    kind = data.draw(st.integers(0, 3))
    # Half of the time the schedule itself opens or closes the window.
    if kind == 2:
        span = duetime.window(schedule, until=span.opens)
    elif kind == 3:
        span = duetime.window(span.opens, until=schedule)
    if data.draw(st.booleans()):
        # A range that begins as the window opens: the bound may be an opening and a run at once.
        start = span.opens.next_run(start) or start
    return schedule, span, start, plus(start, _distance(suite, data))


def _schedule_and_calendar(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, start, end = _schedule_and_window(suite, data)
    first, last = in_order(in_utc(start), in_utc(end))
    days = st.dates(first.date(), last.date())
    calendar = data.draw(calendars() | st.frozensets(days, min_size=1))
    return schedule, calendar, start, end


def _two_schedules(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, start, end = _schedule_and_window(suite, data)
    other = only_schedule(data.draw(suite.subjects()))
    if data.draw(st.booleans()):
        # Two schedules of one zone are searched in another way. Not every type can change its zone.
        with suppress(ScheduleError):
            other = other.in_zone(schedule.tz)
    return schedule, other, start, end


def _two_schedules_and_delta(suite: ScheduleLaws, data: st.DataObject) -> tuple[Any, ...]:
    schedule, other, moment, _ = _two_schedules(suite, data)
    return schedule, other, moment, _delta(data)


_usual = st.sampled_from((1, 15, 30, 60, 90, 1440)).map(lambda n: n * 60_000_000)
"""Lengths in microseconds by which clocks jump, or which lie between the runs of many jobs."""


def _distance(suite: ScheduleLaws, data: st.DataObject) -> timedelta:
    microseconds = suite.widest // TICK
    lengths = st.integers(0, microseconds) | evenly(0, microseconds) | _usual
    return timedelta(microseconds=min(data.draw(lengths), microseconds))


_LAWS_OF_SUBJECTS: Final[dict[Law, Question]] = {
    laws.runs_come_after_the_question: _subject,
    laws.nothing_lies_between: _subject_and_part,
    laws.later_questions_get_later_answers: _subject_and_distance,
    laws.the_zone_of_the_question_does_not_matter: _subject_and_zone,
    laws.asking_changes_nothing: _subject,
    laws.runs_keep_their_resolution: _subject_with_resolution,
    laws.it_runs_when_its_reference_does: _subject_with_reference,
}
_PROMISES: Final[dict[Law, str]] = {
    laws.runs_keep_their_resolution: "resolution",
    laws.it_runs_when_its_reference_does: "reference",
}
"""By law, the attribute of a `Subject` without which there is nothing to test."""
_LAWS_OF_SCHEDULES: Final[dict[Law, Question]] = {
    laws.looking_back_mirrors_looking_ahead: _schedule,
    laws.order_is_kept_in_both_directions: _schedule_and_distance,
    laws.membership_follows_from_the_neighbours: _schedule,
    laws.every_member_takes_any_zone: _schedule_and_zone,
    laws.runs_are_the_neighbours_in_order: _schedule_and_window,
    laws.due_states_follow_from_the_runs: _schedule_and_misses,
    laws.epochs_are_the_same_search: _schedule,
    laws.clips_and_shifts_do_to_the_runs_what_they_say: _schedule_window_and_delta,
    laws.windows_divide_the_runs: _schedule_and_span,
    laws.calendars_divide_the_runs: _schedule_and_calendar,
    laws.operators_are_those_of_sets: _two_schedules,
    laws.none_is_a_proof: _schedule,
    laws.what_never_runs_is_proven_to: _two_schedules_and_delta,
    laws.the_calendar_has_ends: _schedule_and_days,
    laws.counts_add_up: _schedule_and_years,
    laws.counts_of_years_are_those_of_sets: _two_schedules_and_years,
    laws.clock_changes_tell_of_runs: _schedule_and_window,
    laws.copies_are_equal: _schedule_and_ways,
    laws.floating_is_due_once: _floating_and_misses,
}


class ScheduleLaws(_Suite):
    """A base for a test class: every law becomes a test of the schedules that `subjects` draws.

    `subjects` returns a Hypothesis strategy of a `Subject`, for anybody's code, or of a `Schedule`,
    which has to keep the laws of its other members too. The attributes declare which laws apply.
    A law with nothing to test is left out, or skipped: a suite of schedules has no `reference`, and
    without `resolution` nothing to hold their runs to.
    """

    floating: ClassVar[bool] = False
    """True for intervals from the last run, which have no runs to look back on."""
    whole_seconds: ClassVar[bool] = True
    """False when runs may lie between seconds, where `next_epoch` and `prev_epoch` raise."""
    resolution: ClassVar[timedelta] = timedelta(microseconds=1)
    """For schedules, as `Subject.resolution`. A microsecond promises nothing: no law tests it."""
    finite: ClassVar[bool] = True
    """For schedules, as `Subject.finite`: False if there is always a next run."""
    whole_calendar: ClassVar[bool] = True
    """False to ask no questions about the first and the last days of the years 1 to 9999."""
    copies: ClassVar[tuple[str, ...]] = ("pickle", "wire", "repr")
    """The ways to copy a schedule. A type that is not duetime's own has no wire form."""
    widest: ClassVar[timedelta] = timedelta(days=40)
    """The two moments of a law are no further apart than this."""
    _of_subjects = _LAWS_OF_SUBJECTS
    _of_schedules = _LAWS_OF_SCHEDULES
    _costs: ClassVar[Mapping[Law, int]] = {
        laws.counts_add_up: 8,
        laws.counts_of_years_are_those_of_sets: 3,
        laws.the_calendar_has_ends: 2,
        laws.windows_divide_the_runs: 3,
        laws.what_never_runs_is_proven_to: 10,
        laws.calendars_divide_the_runs: 2,
    }

    def subjects(self) -> st.SearchStrategy[Any]:
        """The strategy of the schedules or subjects under test."""
        raise NotImplementedError(f"{type(self).__name__} gives no strategy of subjects")

    @classmethod
    def _omits(cls, law: Law) -> bool:
        if law is laws.epochs_are_the_same_search and not cls.whole_seconds:
            return True
        if law is laws.the_calendar_has_ends and not cls.whole_calendar:
            return True
        if law is laws.floating_is_due_once:
            return not cls.floating or cls.only_next_run
        if law is laws.what_never_runs_is_proven_to and not cls.proves:
            return True
        if law in _PROMISES and not cls.only_next_run:
            # Schedules have no reference, and the suite declares their resolution.
            unpromised = law is laws.it_runs_when_its_reference_does or cls.resolution <= TICK
            return unpromised or cls.floating
        return super()._omits(law) or (cls.floating and law in cls._of_schedules)


# The questions of `OracleLaws`.


def _case(suite: OracleLaws, data: st.DataObject) -> tuple[CronCase, Schedule]:
    case = data.draw(suite.cases())
    return case, only_schedule(suite.subject(case))


def _case_of_any_subject(suite: OracleLaws, data: st.DataObject) -> tuple[Any, ...]:
    case = data.draw(suite.cases())
    given = suite.subject(case)
    return subject_of(given), case.oracle, in_zone(_moment(case, data), case.tz)


def _case_and_moment(suite: OracleLaws, data: st.DataObject) -> tuple[Any, ...]:
    case, schedule = _case(suite, data)
    return schedule, case.oracle, _moment(case, data)


def _moment(case: CronCase, data: st.DataObject) -> datetime:
    """A moment near a clock change, or some days off, so that the next run may be near one."""
    moment: datetime = data.draw(instants(case.tz))
    days = data.draw(st.sampled_from((0, 0, 0, -3, -5, -12, 5, 12)))
    return plus(moment, timedelta(days=days))


def _case_and_window(suite: OracleLaws, data: st.DataObject) -> tuple[Any, ...]:
    case, schedule = _case(suite, data)
    return schedule, case.oracle, *data.draw(oracle_windows(case))


def _case_and_candidate(suite: OracleLaws, data: st.DataObject) -> tuple[Any, ...]:
    """A moment that is a run, or close to one."""
    case, schedule = _case(suite, data)
    start, end = data.draw(oracle_windows(case))
    candidates = [start, *case.oracle.runs_between(start, end)[:50]]
    aside = data.draw(st.sampled_from((0, 0, 0, 1, 500_000, 1_000_000, 60_000_000)))
    moment = plus(data.draw(st.sampled_from(candidates)), aside * TICK)
    return schedule, case.oracle, moment


_LAWS_OF_CRON_SUBJECTS: Final[dict[Law, Question]] = {
    against_the_oracle.the_next_run_is_the_oracles: _case_of_any_subject,
}
_LAWS_OF_CRON_SCHEDULES: Final[dict[Law, Question]] = {
    against_the_oracle.the_previous_run_is_the_oracles: _case_and_moment,
    against_the_oracle.floor_and_ceil_are_the_oracles: _case_and_moment,
    against_the_oracle.an_instant_matches_when_it_is_one_of_the_oracles: _case_and_candidate,
    against_the_oracle.the_runs_of_a_window_are_the_oracles: _case_and_window,
    against_the_oracle.the_runs_backwards_are_the_oracles: _case_and_window,
    against_the_oracle.the_count_of_a_window_is_the_oracles: _case_and_window,
    against_the_oracle.the_epochs_are_the_oracles: _case_and_moment,
    against_the_oracle.the_labels_that_clock_changes_touch_are_the_oracles: _case_and_window,
}


class OracleLaws(_Suite):
    """A base for a test class: it compares a crontab engine with the oracle, member by member.

    `subject` turns a drawn case into the engine's schedule: a `Subject` for anybody's code, or a
    `Schedule`, whose members are all compared. `cases` draws the crontabs, zones and policies.
    """

    dialect: ClassVar[str] = "vixie"
    """The dialect of the crontabs."""
    _of_subjects = _LAWS_OF_CRON_SUBJECTS
    _of_schedules = _LAWS_OF_CRON_SCHEDULES

    def cases(self) -> st.SearchStrategy[CronCase]:
        """The strategy of the crontabs."""
        return cron_cases(self.dialect)

    def subject(self, case: CronCase) -> Subject | Schedule:
        """The engine's schedule of one case."""
        raise NotImplementedError(f"{type(self).__name__} makes no subject of a case")
