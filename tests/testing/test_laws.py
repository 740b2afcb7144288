"""Each law lets a right schedule pass and catches the faults it is there for."""

# ruff: noqa: E501 (a row of a table is a line)

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from inspect import signature
from typing import Any
from unittest import SkipTest
from zoneinfo import ZoneInfo

import pytest
import pytz
from dateutil.tz import gettz
from hypothesis import strategies as st

from duetime import (
    NaiveDatetimeError,
    Schedule,
    ScheduleError,
    SearchHorizonError,
    at,
    cron,
    every,
    window,
)
from duetime.algebra.windows import Window
from duetime.answers import ClockChange
from duetime.testing import (
    CronCase,
    LawBroken,
    OracleLaws,
    ScheduleLaws,
    Subject,
    laws,
    subject_of,
)
from duetime.testing.verdicts import shown
from tests.support.dates import NEW_YORK, TOKYO

HOURLY = cron("0 * * * *", tz=NEW_YORK)
NIGHTLY = cron("30 1 * * *", tz=NEW_YORK)
MOMENT = datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK)
"""An hour and a half before the hour from one to two comes twice."""


def subject(next_after: Callable[[datetime], Any], **promises: Any) -> Subject:
    return Subject(next_after, tz=NEW_YORK, **promises)


def at_or_after(moment: datetime) -> Any:
    return HOURLY.ceil(moment)


def naive(moment: datetime) -> Any:
    run = HOURLY.next_run(moment)
    return None if run is None else run.replace(tzinfo=None)


def never(moment: datetime) -> Any:
    return None


def skips_what_is_near(moment: datetime) -> Any:
    return HOURLY.next_run(moment + timedelta(minutes=10))


def jumps_ahead(moment: datetime) -> Any:
    return HOURLY.next_run(moment + timedelta(hours=moment.minute < 40))


def by_the_wall_clock(moment: datetime) -> Any:
    """Adds an hour to the wall time, so that the hour that comes twice comes once."""
    wall = moment.astimezone(NEW_YORK).replace(minute=0, second=0, microsecond=0, fold=0)
    return wall + timedelta(hours=1)


def forgets_the_zone(moment: datetime) -> Any:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def keeps_the_seconds(moment: datetime) -> Any:
    return HOURLY.next_run(moment) + timedelta(seconds=7)  # type: ignore[operator]  # it has one


def half_an_hour_late(moment: datetime) -> Any:
    return HOURLY.next_run(moment - timedelta(minutes=30)) + timedelta(minutes=30)  # type: ignore[operator]  # it has one


def counting_down() -> Callable[[datetime], Any]:
    left = iter(range(3, 0, -1))

    def ask(moment: datetime) -> Any:
        return moment.astimezone(UTC) + timedelta(hours=next(left, 1))

    return ask


FAULTS: list[tuple[Callable[..., None], Subject, tuple[Any, ...], str]] = [
    (laws.runs_come_after_the_question, subject(at_or_after), (MOMENT.replace(minute=0),), "that is not after"),
    (laws.runs_come_after_the_question, subject(naive), (MOMENT,), "no time zone"),
    (laws.runs_come_after_the_question, subject(never), (MOMENT,), "promises to run for ever"),
    (laws.nothing_lies_between, subject(skips_what_is_near), (MOMENT,), "in between, it answers"),
    (laws.later_questions_get_later_answers, subject(jumps_ahead), (MOMENT, timedelta(minutes=15)), "to the later"),
    (laws.it_runs_when_its_reference_does, subject(by_the_wall_clock, reference=HOURLY), (MOMENT + timedelta(hours=1),), "runs at"),
    (laws.the_zone_of_the_question_does_not_matter, subject(forgets_the_zone), (MOMENT, ZoneInfo("Asia/Kolkata")), "told as"),
    (laws.asking_changes_nothing, subject(counting_down()), (MOMENT,), "the next time it is asked"),
    (laws.runs_keep_their_resolution, subject(keeps_the_seconds), (MOMENT,), "0:00:07 beyond"),
    (laws.it_runs_when_its_reference_does, subject(half_an_hour_late, reference=HOURLY), (MOMENT,), "runs at"),
]  # fmt: skip


@pytest.mark.parametrize(("law", "faulty", "question", "message"), FAULTS)
def test_a_fault_breaks_its_law(
    law: Callable[..., None], faulty: Subject, question: tuple[Any, ...], message: str
) -> None:
    moment, *rest = question
    with pytest.raises(LawBroken, match=message):
        law(faulty, moment, *rest)


@pytest.mark.parametrize(("law", "faulty", "question", "message"), FAULTS)
def test_a_right_schedule_keeps_the_law(
    law: Callable[..., None], faulty: Subject, question: tuple[Any, ...], message: str
) -> None:
    moment, *rest = question
    law(subject(HOURLY.next_run, reference=HOURLY), moment, *rest)


def test_what_is_promised_decides_what_is_held_against_a_subject() -> None:
    laws.runs_come_after_the_question(subject(never, finite=True), MOMENT)
    laws.nothing_lies_between(subject(never, finite=True), MOMENT)
    laws.runs_keep_their_resolution(subject(never, finite=True), MOMENT)
    laws.it_runs_when_its_reference_does(subject(half_an_hour_late), MOMENT)
    seconds = subject(keeps_the_seconds, resolution=timedelta(seconds=1))
    laws.runs_keep_their_resolution(seconds, MOMENT)
    floating = subject_of(every(minutes=7))
    assert floating.floating
    laws.nothing_lies_between(floating, MOMENT)
    laws.runs_keep_their_resolution(floating, MOMENT)
    assert repr(floating) == "Subject(every(minutes=7, tz='UTC'))"


def keeps_the_fold(moment: datetime) -> Any:
    """Replaces the time of a datetime, and keeps its fold: so half past one comes twice."""
    local = moment.astimezone(NEW_YORK)
    run = local.replace(hour=1, minute=30, second=0, microsecond=0)
    return run if run > local else run + timedelta(days=1)


def test_a_subject_is_asked_around_the_clock_changes_before_its_run() -> None:
    run = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    with pytest.raises(LawBroken, match=r"asked from 2026-11-01 01:00:00\S*-05:00 EST"):
        laws.nothing_lies_between(subject(keeps_the_fold), run)


def test_a_subject_is_asked_at_its_runs() -> None:
    asked: list[datetime] = []

    def next_after(moment: datetime) -> datetime | None:
        asked.append(moment)
        return HOURLY.next_run(moment)

    class Suite(ScheduleLaws):
        examples = 50
        only_next_run = True

        def subjects(self) -> st.SearchStrategy[Subject]:
            return st.just(Subject(next_after, tz=NEW_YORK))

    Suite().test_runs_come_after_the_question()  # type: ignore[attr-defined]  # made by the base
    assert sum(HOURLY.matches(moment) for moment in asked) > len(asked) / 10


def test_a_run_that_a_gap_moved_keeps_the_resolution() -> None:
    """In 1972 Monrovia's clocks went from midnight to 00:44:30."""
    midnight = cron("0 0 * * *", tz="Africa/Monrovia")
    moment = datetime(1972, 1, 6, 12, tzinfo=UTC)
    minutely = subject_of(midnight, resolution=timedelta(minutes=1))
    assert str(midnight.next_run(moment)) == "1972-01-07 00:44:30+00:00"
    laws.runs_keep_their_resolution(minutely, moment)
    shifted = cron("20 0 * * *", tz="Africa/Monrovia", dst="rfc5545")
    laws.runs_keep_their_resolution(subject_of(shifted, resolution=timedelta(minutes=1)), moment)


@pytest.mark.parametrize(
    ("promise", "message"),
    [
        ({"next_after": 5}, "next_after must be a function"),
        ({"tz": "Europe/Pariss"}, "Europe/Paris"),
        ({"tz": 5}, "5"),
        ({"resolution": timedelta(0)}, "resolution must be a timedelta above 0"),
        ({"reference": "0 * * * *"}, "reference must be a schedule"),
    ],
)
def test_what_promises_nothing_is_refused(promise: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ScheduleError), match=message):
        Subject(**{"next_after": HOURLY.next_run, **promise})


def test_a_zone_of_another_library_becomes_the_one_of_its_key() -> None:
    for zone in (pytz.timezone("America/New_York"), gettz("America/New_York")):
        assert zone is not None
        assert Subject(HOURLY.next_run, tz=zone).tz is NEW_YORK


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be after"):
        laws.runs_are_the_neighbours_in_order(HOURLY, LATER, MOMENT)
    with pytest.raises(ValueError, match="must not be after"):
        laws.counts_add_up(HOURLY, MOMENT, LATER, MOMENT)
    with pytest.raises(ValueError, match="distance must not be negative"):
        laws.later_questions_get_later_answers(HOURLY, MOMENT, -timedelta(hours=1))
    with pytest.raises(NaiveDatetimeError):
        laws.epochs_are_the_same_search(HOURLY, MOMENT.replace(tzinfo=None))


def test_a_message_says_what_was_asked_and_answered() -> None:
    with pytest.raises(LawBroken) as broken:
        laws.runs_come_after_the_question(subject(at_or_after), MOMENT.replace(minute=0))
    assert str(broken.value) == (
        "the subject\n"
        "  asked for the run after 2026-11-01 00:00:00-04:00 EDT (2026-11-01 04:00:00Z)\n"
        "  answers 2026-11-01 00:00:00-04:00 EDT (2026-11-01 04:00:00Z):\n"
        "  that is not after the question"
    )


class Wrong(Schedule):
    """A schedule with one member that disagrees with the others."""

    __slots__ = ("answers",)

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    @property
    def tz(self) -> ZoneInfo:
        return NEW_YORK

    def next_run(self, after: datetime) -> datetime | None:
        return HOURLY.next_run(after)

    def prev_run(self, before: datetime) -> datetime | None:
        return self._of("prev_run", HOURLY.prev_run, before)  # type: ignore[no-any-return]  # a table's answer

    def _of(self, name: str, right: Callable[..., Any], *question: Any) -> Any:
        return self.answers[name](*question) if name in self.answers else right(*question)

    def matches(self, instant: datetime) -> bool:
        return bool(self._of("matches", super().matches, instant))

    def ceil(self, t: datetime) -> datetime | None:
        return self._of("ceil", super().ceil, t)  # type: ignore[no-any-return]  # a table's answer

    def floor(self, t: datetime) -> datetime | None:
        return self._of("floor", super().floor, t)  # type: ignore[no-any-return]  # a table's answer

    def count(self, start: datetime, end: datetime) -> int:
        return int(self._of("count", super().count, start, end))

    def is_due(self, last_run: datetime, now: datetime) -> bool:
        return bool(self._of("is_due", super().is_due, last_run, now))

    def next_epoch(self, after: int) -> int | None:
        return self._of("next_epoch", super().next_epoch, after)  # type: ignore[no-any-return]  # a table's answer

    def __eq__(self, other: object) -> bool:
        return bool(self._of("__eq__", lambda _: True, other))

    def __hash__(self) -> int:
        return 1

    def __reduce__(self) -> tuple[Any, ...]:
        return cron, ("0 * * * *",)


def gives_up(t: datetime) -> Any:
    raise SearchHorizonError("nothing proves that there is none")


LATER = MOMENT + timedelta(hours=5)
NIGHT = window(cron("0 0 * * *", tz=NEW_YORK), until=cron("0 3 * * *", tz=NEW_YORK))
NOT_YET = window(at(LATER), length=timedelta(minutes=45))
HALF_HOURS = window(NIGHTLY, length=timedelta(minutes=45))
MISSES = LATER, LATER - timedelta(hours=2), timedelta(hours=3)

DISAGREEMENTS: list[tuple[Callable[..., None], dict[str, Any], tuple[Any, ...], str]] = [
    (laws.looking_back_mirrors_looking_ahead, {"prev_run": lambda t: t}, (MOMENT,), "before"),
    (laws.looking_back_mirrors_looking_ahead, {"prev_run": lambda t: HOURLY.prev_run(t - timedelta(hours=2))}, (MOMENT,), "the run after that"),
    (laws.membership_follows_from_the_neighbours, {"matches": lambda t: True}, (MOMENT,), "matches says True, and the first run"),
    (laws.membership_follows_from_the_neighbours, {"floor": lambda t: None}, (MOMENT,), "floor is nothing, and should be"),
    (laws.runs_are_the_neighbours_in_order, {"count": lambda a, b: 3}, (MOMENT, LATER), "count says 3, not 6"),
    (laws.runs_are_the_neighbours_in_order, {"prev_run": NIGHTLY.prev_run}, (MOMENT, LATER), "runs_back has 2026-11-01 01:30.* as run 1, not"),
    (laws.due_states_follow_from_the_runs, {"is_due": lambda a, b: False}, (MOMENT, *MISSES), "is_due of"),
    (laws.due_states_follow_from_the_runs, {"prev_run": NIGHTLY.prev_run}, (MOMENT, *MISSES), "latest"),
    (laws.order_is_kept_in_both_directions, {"ceil": lambda t: LATER - (t - MOMENT)}, (MOMENT, timedelta(hours=1)), "ceil is .*, but of the later"),
    (laws.order_is_kept_in_both_directions, {"prev_run": lambda t: LATER - (t - MOMENT)}, (MOMENT, timedelta(hours=1)), "prev_run is .*, but of the later"),
    (laws.every_member_takes_any_zone, {"prev_run": lambda t: HOURLY.prev_run(t.replace(tzinfo=UTC))}, (MOMENT, TOKYO), "asked in another zone"),
    (laws.every_member_takes_any_zone, {"matches": lambda t: t.tzinfo is TOKYO}, (MOMENT, TOKYO), "matches depends"),
    (laws.clips_and_shifts_do_to_the_runs_what_they_say, {"prev_run": NIGHTLY.prev_run}, (MOMENT, LATER, timedelta(seconds=7)), "runs_back"),
    (laws.operators_are_those_of_sets, {"prev_run": NIGHTLY.prev_run}, (NIGHTLY, MOMENT, LATER), "runs_back"),
    (laws.windows_divide_the_runs, {"prev_run": NIGHTLY.prev_run}, (NIGHT, MOMENT, LATER), "runs_back"),
    (laws.windows_divide_the_runs, {"prev_run": NIGHTLY.prev_run}, (HALF_HOURS, MOMENT, LATER), "runs_back"),
    (laws.windows_divide_the_runs, {"prev_run": NIGHTLY.prev_run}, (NOT_YET, MOMENT, LATER), "runs_back"),
    (laws.calendars_divide_the_runs, {"prev_run": NIGHTLY.prev_run}, (frozenset({MOMENT.date()}), MOMENT, LATER), "runs_back"),
    (laws.calendars_divide_the_runs, {"prev_run": gives_up}, (frozenset({MOMENT.date()}), MOMENT, LATER), "it raises nothing proves"),
    (laws.operators_are_those_of_sets, {"prev_run": gives_up}, (NIGHTLY, MOMENT, LATER), "it raises nothing proves"),
    (laws.none_is_a_proof, {"prev_run": lambda t: None}, (MOMENT,), "looking back from"),
    (laws.the_calendar_has_ends, {"prev_run": NIGHTLY.prev_run}, (timedelta(hours=5),), "the run beside"),
    (laws.the_calendar_has_ends, {"count": lambda a, b: 99}, (timedelta(hours=5),), "to the edge is 99"),
    (laws.epochs_are_the_same_search, {"next_epoch": lambda t: t + 1}, (MOMENT,), "next_epoch says"),
    (laws.copies_are_equal, {"__eq__": lambda other: False}, (MOMENT,), "a copy by pickle is another"),
]  # fmt: skip


@pytest.mark.parametrize(("law", "answers", "question", "message"), DISAGREEMENTS)
def test_members_that_disagree_break_a_law(
    law: Callable[..., None], answers: dict[str, Any], question: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(LawBroken, match=message):
        law(Wrong(**answers), *question)
    law(HOURLY, *question)


class Counting(Wrong):
    """A schedule that says that it counts at once."""

    @property
    def _counts_at_once(self) -> bool:
        return True


def test_a_run_at_the_edge_of_the_calendar_that_has_no_next_breaks_a_law() -> None:
    class Ending(Wrong):
        def next_run(self, after: datetime) -> datetime | None:
            return None if HOURLY.matches(after) else HOURLY.next_run(after)

    with pytest.raises(LawBroken, match=r"should be .*, not None"):
        laws.the_calendar_has_ends(Ending(), timedelta(hours=5))


def test_counts_that_do_not_add_up_break_a_law() -> None:
    window = MOMENT, LATER, LATER + timedelta(days=1)
    with pytest.raises(LawBroken, match=r"it counts 3 to .*, and 3 \+ 3 by way of"):
        laws.counts_add_up(Counting(count=lambda start, end: 3), *window)
    laws.counts_add_up(Wrong(count=lambda start, end: 3), *window)
    laws.counts_add_up(HOURLY, *window)


def test_counts_of_years_that_are_not_those_of_sets_break_a_law() -> None:
    question = NIGHTLY, MOMENT, MOMENT + timedelta(days=99), timedelta(hours=7)
    with pytest.raises(LawBroken, match="it counts"):
        laws.counts_of_years_are_those_of_sets(Counting(count=lambda start, end: 5), *question)
    # So many are not counted one by one.
    short = NIGHTLY, MOMENT, MOMENT + timedelta(days=9), timedelta(hours=7)
    laws.counts_of_years_are_those_of_sets(Counting(count=lambda start, end: 9999), *short)
    laws.counts_of_years_are_those_of_sets(Wrong(count=lambda start, end: 5), *question)
    laws.counts_of_years_are_those_of_sets(HOURLY, *question)


def test_a_window_that_says_otherwise_than_its_schedules_breaks_a_law() -> None:
    class Shut(Window):
        def active(self, t: datetime) -> bool:
            return False

    shut = Shut(NIGHT.opens, NIGHT.length, NIGHT.until)
    with pytest.raises(LawBroken, match="says of that run that it is outside"):
        laws.windows_divide_the_runs(HOURLY, shut, MOMENT, LATER)


def test_a_clock_change_that_tells_of_no_run_breaks_a_law() -> None:
    class Telling(Wrong):
        def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
            return iter(self.answers["changes"])

    label = datetime(2026, 11, 1, 1, 30)
    no_run = ClockChange(label, "doubled", (MOMENT,))
    with pytest.raises(LawBroken, match="tells of that, no run"):
        laws.clock_changes_tell_of_runs(Telling(changes=[no_run]), MOMENT, LATER)
    run = MOMENT.replace(minute=0)
    twice = ClockChange(label, "doubled", (run, run))
    with pytest.raises(LawBroken, match="is in no order"):
        laws.clock_changes_tell_of_runs(Telling(changes=[twice]), MOMENT, LATER)
    laws.clock_changes_tell_of_runs(HOURLY, MOMENT, LATER)


def test_what_is_due_otherwise_than_once_breaks_the_law_of_floating_intervals() -> None:
    question = MOMENT, MOMENT - timedelta(hours=1), 7.5, timedelta(minutes=30)
    with pytest.raises(LawBroken, match="it should name"):
        laws.floating_is_due_once(HOURLY, *question)
    laws.floating_is_due_once(every(minutes=7), *question)
    laws.floating_is_due_once(at(), *question)


def test_a_message_can_show_the_last_moment_of_the_calendar() -> None:
    moment = datetime.max.replace(tzinfo=UTC)
    assert shown(moment, TOKYO) == "9999-12-31T23:59:59.999999+00:00"


def test_a_copy_that_answers_otherwise_breaks_a_law() -> None:
    class Liar(Wrong):
        def __hash__(self) -> int:
            return hash(cron("0 * * * *"))

        def next_run(self, after: datetime) -> datetime | None:
            return NIGHTLY.next_run(after)

    with pytest.raises(LawBroken, match="a copy by pickle"):
        laws.copies_are_equal(Liar(), MOMENT)


class TestAgainstAReference(ScheduleLaws):
    """A subject of one's own: an hour is sixty minutes, whatever the clocks do."""

    examples = 50
    only_next_run = True

    def subjects(self) -> st.SearchStrategy[Subject]:
        grid = every(hours=1, anchor="epoch", tz=NEW_YORK)
        return st.just(Subject(HOURLY.next_run, "hourly", NEW_YORK, reference=grid))


@pytest.mark.parametrize(
    ("kept", "broken", "law", "message"),
    [
        ({}, {"finite": False}, "runs_come_after_the_question", "promises to run for ever"),
        (
            {"resolution": timedelta(minutes=30)},
            {"resolution": timedelta(hours=2)},
            "runs_keep_their_resolution",
            "beyond the last full",
        ),
    ],
)
def test_what_a_suite_declares_of_schedules_is_held_against_them(
    kept: dict[str, Any], broken: dict[str, Any], law: str, message: str
) -> None:
    def suite(**declared: Any) -> Any:
        some = st.sampled_from([HOURLY, NIGHTLY.within(MOMENT, LATER)])
        body = {"examples": 30, "subjects": lambda self: some, **declared}
        return type("Suite", (ScheduleLaws,), body)()

    getattr(suite(**kept), f"test_{law}")()
    with pytest.raises(LawBroken, match=message):
        getattr(suite(**broken), f"test_{law}")()


def test_a_suite_without_subjects_says_so() -> None:
    with pytest.raises(NotImplementedError, match="ScheduleLaws gives no strategy"):
        ScheduleLaws().subjects()


class NoDay:
    """A container of dates that holds none, which nobody can know."""

    def __contains__(self, day: object) -> bool:
        return False


def test_a_search_without_a_proof_is_not_held_against_a_schedule() -> None:
    class Suite(ScheduleLaws):
        examples = 8

        def subjects(self) -> st.SearchStrategy[Schedule]:
            return st.sampled_from([HOURLY, NIGHTLY.on(NoDay())])

    class Lost(Wrong):
        def next_run(self, after: datetime) -> datetime | None:
            raise SearchHorizonError("nothing proves that there is none")

    class Proving(ScheduleLaws):
        examples = 8
        proves = True

        def subjects(self) -> st.SearchStrategy[Schedule]:
            return st.just(Lost())

    Suite().test_runs_come_after_the_question()  # type: ignore[attr-defined]  # made by the base
    with pytest.raises(SearchHorizonError):
        Proving().test_runs_come_after_the_question()  # type: ignore[attr-defined]  # made by the base


def test_a_search_that_gives_up_where_there_is_nothing_breaks_a_law() -> None:
    question = HOURLY, MOMENT, timedelta(hours=1)
    with pytest.raises(LawBroken, match="next_run gives up"):
        laws.what_never_runs_is_proven_to(NIGHTLY.on(NoDay()), *question)
    laws.what_never_runs_is_proven_to(NIGHTLY, *question)


def test_a_schedule_without_runs_promises_none() -> None:
    moment = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    laws.runs_come_after_the_question(subject_of(at(tz=TOKYO)), moment)


def test_a_subject_that_is_no_schedule_must_be_declared() -> None:
    class Suite(ScheduleLaws):
        def subjects(self) -> st.SearchStrategy[Subject]:
            return st.just(subject(HOURLY.next_run))

    Suite().test_runs_come_after_the_question()  # type: ignore[attr-defined]  # made by the base
    with pytest.raises(TypeError, match="only_next_run = True"):
        Suite().test_copies_are_equal()  # type: ignore[attr-defined]  # made by the base


SUBJECT_LAWS = [*ScheduleLaws._of_subjects, *OracleLaws._of_subjects]
SCHEDULE_LAWS = [*ScheduleLaws._of_schedules, *OracleLaws._of_schedules]


@pytest.mark.parametrize("law", SCHEDULE_LAWS)
def test_a_law_of_schedules_refuses_a_subject_by_name(law: Callable[..., None]) -> None:
    parameters = [*signature(law).parameters]
    given = {"schedule": HOURLY, "other": HOURLY}
    for name in {"schedule", "other"} & {*parameters}:
        question = {each: given.get(each) for each in parameters if each != "ways"}
        question[name] = subject(HOURLY.next_run)  # type: ignore[assignment]  # a user's mistake
        with pytest.raises(TypeError, match=r"Subject\(the subject\) is no Schedule"):
            law(**question)


@pytest.mark.parametrize("law", SUBJECT_LAWS)
def test_a_law_of_subjects_takes_a_schedule_and_nothing_else(law: Callable[..., None]) -> None:
    questions = {
        "moment": MOMENT,
        "part": 0.5,
        "distance": timedelta(hours=1),
        "tz": TOKYO,
        "reference": CronCase("0 * * * *", NEW_YORK).oracle,
    }
    given = {name: questions[name] for name in signature(law).parameters if name != "subject"}
    law(HOURLY, **given)
    law(subject(HOURLY.next_run), **given)
    with pytest.raises(TypeError, match="is neither a schedule of duetime nor a Subject"):
        law("0 * * * *", **given)


def test_a_law_with_nothing_to_test_is_not_collected() -> None:
    assert getattr(TestSomebodysOwnType, "test_it_runs_when_its_reference_does", 5) is None
    assert getattr(TestSomebodysOwnType, "test_runs_keep_their_resolution", 5) is None

    class Declared(TestSomebodysOwnType):
        resolution = timedelta(hours=12)

    class Floating(Declared):
        floating = True

    assert Declared.test_runs_keep_their_resolution is not None  # type: ignore[attr-defined]  # made by the base
    assert Floating.test_runs_keep_their_resolution is None  # type: ignore[attr-defined]  # made by the base


@pytest.mark.parametrize(
    ("law", "kept", "promise"),
    [
        ("it_runs_when_its_reference_does", {"reference": HOURLY}, "reference"),
        ("runs_keep_their_resolution", {"resolution": timedelta(hours=1)}, "resolution"),
    ],
)
def test_a_law_of_a_promise_that_no_subject_makes_is_skipped(
    law: str, kept: dict[str, Any], promise: str
) -> None:
    none = subject(HOURLY.next_run, resolution=timedelta(microseconds=1))
    some = subject(HOURLY.next_run, **{"resolution": timedelta(microseconds=1), **kept})

    def suite(*subjects: Subject) -> Any:
        drawn = st.sampled_from(subjects)
        body = {"examples": 10, "only_next_run": True, "subjects": lambda self: drawn}
        return getattr(type("Suite", (ScheduleLaws,), body)(), f"test_{law}")

    with pytest.raises(SkipTest, match=f"no subject declares a {promise}"):
        suite(none)()
    suite(none, some)()
    assert suite(none).hypothesis


def test_a_law_that_a_suite_tests_in_its_own_way_stays_its_own() -> None:
    class Mixin:
        def test_asking_changes_nothing(self) -> str:
            return "of a mixin"

    class Suite(ScheduleLaws):
        test_nothing_lies_between = None

        def test_copies_are_equal(self) -> str:
            return "mine"

    class Below(Mixin, Suite):
        examples = 3

    assert Suite().test_copies_are_equal() == "mine"
    assert Below().test_copies_are_equal() == "mine"
    assert Below().test_asking_changes_nothing() == "of a mixin"
    assert Below.test_nothing_lies_between is None
    # The others are made anew for each class, since each declares for itself.
    made = Below.test_none_is_a_proof  # type: ignore[attr-defined]  # made by the base
    assert made is not Suite.test_none_is_a_proof  # type: ignore[attr-defined]  # made by the base


class Daily(Schedule):
    """Somebody's own type: noon in UTC, with plain arithmetic, and no more than must be."""

    __slots__ = ()

    @property
    def tz(self) -> tzinfo:
        return UTC

    def next_run(self, after: datetime) -> datetime | None:
        after = after.astimezone(UTC)
        noon = after.replace(hour=12, minute=0, second=0, microsecond=0)
        return noon if noon > after else noon + timedelta(days=1)

    def prev_run(self, before: datetime) -> datetime | None:
        before = before.astimezone(UTC)
        noon = before.replace(hour=12, minute=0, second=0, microsecond=0)
        return noon if noon < before else noon - timedelta(days=1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Daily)

    def __hash__(self) -> int:
        return 12

    def __repr__(self) -> str:
        return "Daily()"


class TestSomebodysOwnType(ScheduleLaws):
    examples = 15
    whole_calendar = False
    copies = ("pickle", "repr")

    def subjects(self) -> st.SearchStrategy[Schedule]:
        return st.just(Daily())


def test_what_a_suite_declares_leaves_laws_out() -> None:
    class Floating(ScheduleLaws):
        floating = True
        only_next_run = True

    for suite, law in (
        (TestSomebodysOwnType, "the_calendar_has_ends"),
        (TestSomebodysOwnType, "floating_is_due_once"),
        (TestSomebodysOwnType, "what_never_runs_is_proven_to"),
        (Floating, "floating_is_due_once"),
        (Floating, "copies_are_equal"),
    ):
        assert getattr(suite, f"test_{law}") is None
