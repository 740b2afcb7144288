"""The hunt: a crontab engine held to every law, and the smallest question that breaks each.

It asks only questions with one answer. The crontabs are plain ones, which every dialect reads
alike. Around a clock change any of the nine `CONVENTIONS` is right.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from itertools import product
from random import Random
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from duetime import cron
from duetime.errors import InvalidValueError
from duetime.schedules import Schedule
from duetime.testing import laws
from duetime.testing.against_the_oracle import no_run_is_passed_over, runs_are_those_of_a_convention
from duetime.testing.crontab_oracle import WEEKDAYS, CrontabOracle, Gap, Overlap, oracle
from duetime.testing.strategies import instants, plain_cron_expressions, time_zones
from duetime.testing.subjects import Subject, subject_of
from duetime.testing.utc import ByInstant
from duetime.testing.verdicts import LawBroken, next_after, shown

Engine: TypeAlias = Callable[[str, tzinfo], Subject | Schedule]
"""Makes a subject of a crontab of five fields and its zone."""

FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2036, 12, 31, tzinfo=UTC)
_GAPS: Final[tuple[Gap, ...]] = ("skip", "end", "shift")
_OVERLAPS: Final[tuple[Overlap, ...]] = ("first", "last", "both")
CONVENTIONS: Final = tuple(product(_GAPS, _OVERLAPS))
"""Pairs of what a scheduler may do with skipped wall times and with repeated ones."""
_PARTS: Final = (0, 0.25, 0.5, 0.75)
_DISTANCES: Final = tuple(timedelta(minutes=n) for n in (1, 15, 30, 60, 90, 1440))
_ZONES: Final = tuple(map(ZoneInfo, ("UTC", "Asia/Kathmandu", "America/New_York")))


_NUMBERS: Final = r"(\*|\d+(-\d+)?)(/\d+)?"
_WEEKDAY: Final = rf"(?i:{'|'.join(WEEKDAYS)})"
_PLAIN: Final = re.compile(
    rf"({_NUMBERS}(,{_NUMBERS})* ){{4}}(\*|{_WEEKDAY}(-{_WEEKDAY})?(,{_WEEKDAY}(-{_WEEKDAY})?)*)"
)
"""Crontabs that every dialect reads alike, once one of the day fields is a star."""


@dataclass(frozen=True, eq=False)
class Question(ByInstant):
    """The question for the next run of a crontab after a moment.

    Every dialect reads the crontab alike, and it runs for ever: five fields of numbers, ranges and
    steps, weekdays by name, and no day of the month beside them. Two questions are equal if their
    moments are the same instant. Raises ScheduleError, UnknownTimeZoneError and
    NaiveDatetimeError.
    """

    expression: str
    zone: str
    """The key of a zone of the tz database."""
    moment: datetime
    """Aware, in that zone."""

    def __post_init__(self) -> None:
        schedule = cron(self.expression, tz=self.zone)
        days = self.expression.split()[2::2]
        if not _PLAIN.fullmatch(self.expression) or (len(days) == 2 and "*" not in days):
            raise InvalidValueError(
                f"{self.expression!r} is not read alike by all engines: give five fields of"
                " numbers, ranges and steps, weekdays by name, a star in one of the day fields"
            )
        if schedule.next_run(self.moment) is None:
            raise InvalidValueError(f"{self.expression!r} never runs, so no engine need answer")

    def __str__(self) -> str:
        return f"'{self.expression}' {self.zone} {self.moment.isoformat()}"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def references(self) -> list[CrontabOracle]:
        """The oracle of the crontab, under each convention."""
        return [oracle(self.expression, self.tz, dst=convention) for convention in CONVENTIONS]


@dataclass(frozen=True)
class Fault:
    """A broken law, and the question that breaks it."""

    law: str
    question: Question
    message: str

    def __str__(self) -> str:
        return f"{self.question}\n{self.broken}"

    @property
    def broken(self) -> str:
        """The law and the message, without the line that asks the question again."""
        return f"{self.law.replace('_', ' ')}: {self.message}"


Law: TypeAlias = Callable[[Subject, Question], None]


def _answers(subject: Subject, question: Question) -> None:
    next_after(subject, question.moment)


def _with_each(law: Callable[..., None], *arguments: object) -> Law:
    """A law of subjects, asked once with each of the arguments."""

    def holds(subject: Subject, question: Question) -> None:
        for argument in arguments:
            law(subject, question.moment, argument)

    return holds


def _at_the_moment(law: Callable[..., None]) -> Law:
    """A law of subjects that takes no more than the moment."""
    return lambda subject, question: law(subject, question.moment)


def _under_all_conventions(law: Callable[..., None]) -> Law:
    """A law that compares with oracles."""
    return lambda subject, question: law(subject, question.references, question.moment)


_ANSWERS: Final = "every_question_is_answered"
LAWS: Final[dict[str, Law]] = {
    _ANSWERS: _answers,
    "runs_come_after_the_question": _at_the_moment(laws.runs_come_after_the_question),
    "nothing_lies_between": _with_each(laws.nothing_lies_between, *_PARTS),
    "later_questions_get_later_answers": _with_each(
        laws.later_questions_get_later_answers, *_DISTANCES
    ),
    "the_zone_of_the_question_does_not_matter": _with_each(
        laws.the_zone_of_the_question_does_not_matter, *_ZONES
    ),
    "asking_changes_nothing": _at_the_moment(laws.asking_changes_nothing),
    "runs_are_those_of_a_convention": _under_all_conventions(runs_are_those_of_a_convention),
    "no_run_is_passed_over": _under_all_conventions(no_run_is_passed_over),
}
"""The laws for an engine by name, in the order of the hunt."""


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Questions from 2020 to 2036; those around a clock change have an answer per convention."""
    tz = draw(time_zones())
    moment = draw(instants(tz, min_value=FIRST, max_value=LAST))
    return Question(draw(plain_cron_expressions()), tz.key, moment.astimezone(tz))


def faults(engine: Engine, question: Question) -> Iterator[Fault]:
    """The laws that an engine breaks at one question."""
    for law in LAWS:
        fault = _fault(engine, law, question)
        if fault is not None:
            yield fault


def _fault(engine: Engine, law: str, question: Question) -> Fault | None:
    if law != _ANSWERS and _fault(engine, _ANSWERS, question):
        return None  # an engine that gives no answer breaks one law, not all
    try:
        made = engine(question.expression, question.tz)
    except Exception as error:  # any error of the engine is a finding
        return Fault(law, question, f"{question.expression!r}\n  raises {error!r}")
    try:
        LAWS[law](_guarded(subject_of(made)), question)
    except LawBroken as broken:
        return Fault(law, question, str(broken))
    return None


def _guarded(subject: Subject) -> Subject:
    """The same subject, but its errors become `LawBroken`."""

    def ask(moment: datetime) -> datetime | None:
        try:
            return subject.next_after(moment)
        except Exception as error:
            asked = f"asked for the run after {shown(moment, subject.tz)}"
            raise LawBroken(f"{subject.name}\n  {asked}\n  raises {error!r}") from error

    return replace(subject, next_after=ask)


def hunt(
    engine: Engine, *, examples: int = 1_000, seconds: float = 30, seed: int = 0
) -> Iterator[Fault]:
    """For each law that an engine breaks, the smallest question found that breaks it.

    A law draws at most `examples` questions and takes at most `seconds`, the search for a smaller
    question included. The same `seed` draws the same questions.
    """
    for law in LAWS:
        fault = _smallest(engine, law, examples, seconds, seed)
        if fault is not None:
            yield fault


def _smallest(engine: Engine, law: str, examples: int, seconds: float, seed: int) -> Fault | None:
    known: dict[Question, Fault | None] = {}
    end = time.monotonic() + seconds

    def breaks(question: Question) -> bool:
        if question not in known:
            # After the end, known answers stay as they are and no other question is asked.
            known[question] = None if time.monotonic() > end else _fault(engine, law, question)
        return known[question] is not None

    options = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
    )
    try:
        return known[find(questions(), breaks, settings=options, random=Random(seed))]
    except NoSuchExample:
        return None
