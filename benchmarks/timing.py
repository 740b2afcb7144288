"""Timing in rounds: every contestant answers the same fresh questions in turn.

What is compared is the ratio within a round, and of those the median, so that a machine with
other work to do slows both sides alike. The clock is the processor time of this process: time
spent waiting for a core is nobody's.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import fmean, median
from typing import Any, Final

Batch = Callable[[Any], object]
"""What is timed: one call that answers every question of a round."""

# Some platforms count processor time in ticks that are longer than a whole round.
_FINE: Final = time.get_clock_info("process_time").resolution < 1e-6
_clock: Final = time.process_time_ns if _FINE else time.perf_counter_ns


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of everything to do."""

    rounds: int
    """Timed rounds of a race; one more goes before them."""
    calls: int
    """Questions in a round."""
    schedules: int
    """How many schedules to hold in memory."""
    imports: int
    """How many interpreters to start."""


FULL: Final = Effort(rounds=15, calls=100, schedules=1_000_000, imports=15)
SMOKE: Final = Effort(rounds=2, calls=4, schedules=2_000, imports=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The seconds that each contestant took per question, round by round."""

    seconds: Mapping[str, Sequence[float]]
    failures: Mapping[str, str]
    """Contestants that raised instead of answering, and what."""

    def micros(self, name: str) -> float:
        """Microseconds per question in the median round."""
        return median(self.seconds[name]) * 1e6

    def ratio(self, slower: str, faster: str) -> float:
        """How many times the time of `faster` it was that `slower` took, in the median round."""
        pairs = zip(self.seconds[slower], self.seconds[faster], strict=True)
        return median(over / under for over, under in pairs)

    def fastest(self, names: Iterable[str], beside: str) -> str:
        """The quickest of those that finished, by the ratio to the contestant `beside`."""
        finished = [name for name in names if name in self.seconds]
        return min(finished, key=lambda name: self.ratio(name, beside))


def each(function: Callable[[Any], object]) -> Batch:
    """A batch that calls `function` with one question after another."""

    def batch(questions: Sequence[Any]) -> None:
        for question in questions:
            function(question)

    return batch


def race(contestants: Mapping[str, Batch], rounds: Sequence[Sized]) -> Outcome:
    """Time every contestant on every round but the first.

    Before a round each answers the round before once more, unwatched: its code is then at hand in
    the processor, whoever ran last. A contestant that raises is out of the race.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    failures: dict[str, str] = {}
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for number, (practice, questions) in enumerate(pairwise(rounds)):
            for name in _rotated(list(seconds), number):
                contestant = contestants[name]
                try:
                    contestant(practice)
                    begin = _clock()
                    contestant(questions)
                    end = _clock()
                except Exception as error:
                    failures[name] = f"{type(error).__name__}: {error}".rstrip(": ")
                    del seconds[name]
                else:
                    seconds[name].append(max(end - begin, 1) / len(questions) / 1e9)
    finally:
        if collecting:
            gc.enable()
    return Outcome(seconds, failures)


def _rotated(names: list[str], by: int) -> list[str]:
    # Nobody always runs first.
    start = by % len(names) if names else 0
    return names[start:] + names[:start]


def geometric_mean(values: Iterable[float]) -> float:
    """The mean for ratios: twice as fast and half as fast cancel out."""
    return exp(fmean(log(value) for value in values))
