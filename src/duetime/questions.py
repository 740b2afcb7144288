"""What one question may cost: all searches and tables that it causes share one budget.

An every_nth of an every_nth counts runs that were found by counting, so the work multiplies with
each level. Where the budget of the question is spent, SearchHorizonError ends it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import ClassVar, Final, TypeVar

from duetime.errors import SearchHorizonError

_T = TypeVar("_T")


class Question(threading.local):
    """The question that a thread is answering.

    A unit of its budget is one search of a composition, which takes some ten microseconds.
    """

    most: ClassVar[int] = 60_000
    """Units that a question may spend."""
    depth = 0
    """Searches that wait for another one; 0 when no question is open."""
    left = 0
    """Units that the open question may still spend."""


QUESTION: Final = Question()


class _OneQuestion:
    """All searches inside share one budget, as those of a single `next_run` do."""

    __slots__ = ()

    def __enter__(self) -> None:
        question = QUESTION
        if question.depth == 0:
            question.left = question.most
        question.depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        QUESTION.depth -= 1


one_question: Final = _OneQuestion()


def each_one_question(items: Iterator[_T]) -> Iterator[_T]:
    """The same items; the search for each is a question of its own."""
    while True:
        with one_question:
            found = next(items, None)
        if found is None:
            return
        yield found


def refunding(items: Iterable[_T], units: int = 20) -> Iterator[_T]:
    """The same items; for each, the open question gets back so many units that it has spent.

    So a list may be as long as it likes, if its items cost no more than ordinary ones do.
    """
    question = QUESTION
    for item in items:
        question.left = min(question.left + units, question.most)
        yield item


def spend(units: int) -> None:
    """Take units off the budget of the open question; raises SearchHorizonError without any."""
    question = QUESTION
    if question.depth:
        question.left -= units
        if question.left < 0:
            raise out_of_budget()


def out_of_budget() -> SearchHorizonError:
    """The error of a question that has spent all of its budget."""
    return SearchHorizonError(
        f"one answer took over {QUESTION.most:,} searches of the parts of this schedule: nest fewer"
        " of them in one another, or ask about a shorter range, for example of"
        " schedule.within(start, end)"
    )
