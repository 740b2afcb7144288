"""cronsim as a witness for the vixie dialect: where the two differ, a rule says why.

A crontab of five fields whose minute and hour do not begin with a star is a fixed job to cronsim,
which reads it on wall time and then mends what falls into a gap. All others follow the clock in
steps of elapsed hours, minutes and seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import given

from duetime import cron
from tests.support.oracle import DAY, HOUR, SECOND, changes, offset_at
from tests.support.strategies import Case, moments

WEEKDAYS = {name: str(n) for n, name in enumerate("SUN MON TUE WED THU FRI SAT".split())}
MONTHS = {
    name: str(n)
    for n, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)
}


@dataclass(frozen=True)
class Testimony:
    """What both say of one question."""

    expression: str
    zone: ZoneInfo
    moment: datetime
    forward: bool
    ours: datetime | None
    theirs: datetime | None

    @property
    def is_fixed_job(self) -> bool:
        minute, hour, *rest = self.expression.split()
        return len(rest) == 3 and not minute.startswith("*") and not hour.startswith("*")

    def touched_labels(self) -> list[tuple[datetime, datetime]]:
        """Return the wall times that changes around the question removed or repeated."""
        known = [t for t in (self.moment, self.ours, self.theirs) if t is not None]
        start, end = ((f(known)).replace(tzinfo=None) for f in (min, max))
        # Were an answer far off, every change on the way would do as an excuse.
        near = [(start - 2 * DAY, min(start + 3 * DAY, end + 2 * DAY))]
        near.append((max(end - 3 * DAY, near[0][1]), end + 2 * DAY))
        spans = []
        for low, high in near:
            for change in changes(low, high, self.zone):
                labels = [change + offset_at(t, self.zone) for t in (change - SECOND, change)]
                spans.append((min(labels), max(labels)))
        return spans


# --- why they differ -------------------------------------------------------------------------


def forgets_which_of_two_hours_it_is(said: Testimony) -> bool:
    """A fixed job drops the fold of the moment it is asked about."""
    return said.is_fixed_job and said.moment.astimezone(said.zone).fold == 1


def mends_gaps_in_whole_minutes(said: Testimony) -> bool:
    """A fixed job in a gap moves on by whole minutes, past the end of a gap that has seconds."""
    return said.is_fixed_job and any(high.second != 0 for _, high in said.touched_labels())


def steps_over_changes_of_part_of_an_hour(said: Testimony) -> bool:
    """Steps of an elapsed hour leave the grid of full hours where a change is not a whole one."""
    return not said.is_fixed_job and any(
        part.minute or part.second for span in said.touched_labels() for part in span
    )


def starts_days_at_midnights_that_do_not_exist(said: Testimony) -> bool:
    """A new day begins at 00:00 (backwards, at 23:59:59) of fold 0, even in a gap or overlap."""
    return not said.is_fixed_job and any(
        low.date() != high.date() or low.time() == datetime.min.time()
        for low, high in said.touched_labels()
    )


RULES: tuple[Callable[[Testimony], bool], ...] = (
    forgets_which_of_two_hours_it_is,
    mends_gaps_in_whole_minutes,
    steps_over_changes_of_part_of_an_hour,
    starts_days_at_midnights_that_do_not_exist,
)


def gives_up(said: Testimony) -> bool:
    """It answers nothing when there is none in 50 years; we go on to the proof."""
    if said.theirs is not None:
        return False
    return said.ours is None or abs(said.ours - said.moment) > 49 * 365 * DAY


def reads_a_range_of_one_as_an_open_range(expression: str) -> bool:
    """To cronsim 3-3/2 is 3/2, every second number from 3 on."""
    for text in expression.upper().split():
        for first, last in re.findall(r"(\w+)-(\w+)/", text):
            numbers = [{**WEEKDAYS, **MONTHS}.get(word, word) for word in (first, last)]
            if numbers[0] == numbers[1]:
                return True
    return False


# --- the hearing -----------------------------------------------------------------------------


def hear(expression: str, key: str, moment: datetime, *, forward: bool) -> Testimony:
    """Ask both the same question."""
    zone = ZoneInfo(key)
    # Without five fields cronsim follows the clock, whatever the fields are.
    dst = "vixie" if len(expression.split()) == 5 else "wall"
    schedule = cron(expression, tz=key, dst=dst)
    ours = schedule.next_run(moment) if forward else schedule.prev_run(moment)
    try:
        theirs = next(CronSim(expression, moment.astimezone(zone), reverse=not forward), None)
    except CronSimError:
        # It refuses dates that no month has, and only those: the expression is well formed.
        theirs = None
        assert ours is None
    return Testimony(
        expression,
        zone,
        moment,
        forward,
        ours and ours.astimezone(UTC),
        theirs and theirs.astimezone(UTC),
    )


def assert_explained(said: Testimony) -> None:
    assert said.ours == said.theirs or gives_up(said) or any(rule(said) for rule in RULES)


@given(moments())
def test_cronsim_names_the_same_next_run_or_a_rule_says_why_not(
    question: tuple[Case, datetime],
) -> None:
    case, moment = question
    if not reads_a_range_of_one_as_an_open_range(case.expression):
        assert isinstance(case.tz, str)
        assert_explained(hear(case.expression, case.tz, moment, forward=True))


@given(moments())
def test_cronsim_names_the_same_previous_run_or_a_rule_says_why_not(
    question: tuple[Case, datetime],
) -> None:
    case, moment = question
    if not reads_a_range_of_one_as_an_open_range(case.expression):
        assert isinstance(case.tz, str)
        assert_explained(hear(case.expression, case.tz, moment, forward=False))
