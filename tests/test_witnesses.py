"""cronsim as a witness for its dialect: where the two differ, a rule says why.

A crontab of five fields whose minute and hour do not begin with a star is a fixed job to cronsim,
which reads it on wall time and then mends what falls into a gap. All others follow the clock in
steps of elapsed hours, minutes and seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import assume, given
from hypothesis import strategies as st

from duetime import cron
from duetime.testing import cron_cases, instants
from duetime.testing.crontab_oracle import DAY, HOUR, SECOND, changes, offset_at
from tests.support.dates import read_utc

WEEKDAYS = {name: str(n) for n, name in enumerate("SUN MON TUE WED THU FRI SAT".split())}
MONTHS = {
    name: str(n)
    for n, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)
}


@dataclass(frozen=True)
class Hearing:
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
        start, end = min(known).replace(tzinfo=None), max(known).replace(tzinfo=None)
        # Where an answer is far off, a change on the long way to it is no excuse.
        windows = [(start - HOUR, min(start + DAY, end + HOUR))]
        windows.append((max(end - DAY, windows[0][1]), end + HOUR))
        spans = []
        for window in windows:
            for change in changes(*window, self.zone):
                labels = [change + offset_at(t, self.zone) for t in (change - SECOND, change)]
                spans.append((min(labels), max(labels)))
        return spans


def forgets_which_of_two_hours_it_is(said: Hearing) -> bool:
    """A fixed job drops the fold of the moment it is asked about."""
    return said.is_fixed_job and said.moment.astimezone(said.zone).fold == 1


def mends_gaps_in_whole_minutes(said: Hearing) -> bool:
    """A fixed job in a gap moves on by whole minutes, past the end of a gap that has seconds."""
    return said.is_fixed_job and any(high.second != 0 for _, high in said.touched_labels())


def steps_over_changes_of_part_of_an_hour(said: Hearing) -> bool:
    """Steps of an elapsed hour leave the grid of full hours where a change is not a whole one."""
    return not said.is_fixed_job and any(
        part.minute or part.second for span in said.touched_labels() for part in span
    )


def starts_days_at_midnights_that_do_not_exist(said: Hearing) -> bool:
    """A new day begins at 00:00 (backwards, at 23:59:59) of fold 0, even in a gap or overlap."""
    return not said.is_fixed_job and any(
        low.date() != high.date() or low.time() == datetime.min.time()
        for low, high in said.touched_labels()
    )


RULES: tuple[Callable[[Hearing], bool], ...] = (
    forgets_which_of_two_hours_it_is,
    mends_gaps_in_whole_minutes,
    steps_over_changes_of_part_of_an_hour,
    starts_days_at_midnights_that_do_not_exist,
)


def gives_up(said: Hearing) -> bool:
    """It looks 50 years ahead and no further."""
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


class Dispute(NamedTuple):
    """A question on which cronsim differs for one reason alone: times are of UTC."""

    rule: Callable[[Hearing], bool]
    expression: str
    key: str
    moment: str
    ours: str
    theirs: str


# Each rule is needed: here is its dispute.
DISPUTES = [
    Dispute(
        rule=forgets_which_of_two_hours_it_is,
        expression="30 1 * * *",
        key="Europe/London",
        moment="2026-10-25T01:10:00",
        ours="2026-10-26T01:30:00",
        theirs="2026-10-25T00:30:00",  # before the question
    ),
    Dispute(
        rule=mends_gaps_in_whole_minutes,
        expression="10 0 * * *",
        key="Africa/Monrovia",
        moment="1972-01-06T12:00:00",
        ours="1972-01-07T00:44:30",
        theirs="1972-01-07T00:45:00",
    ),
    Dispute(
        rule=steps_over_changes_of_part_of_an_hour,
        expression="0 * 0 * * *",
        key="Australia/Lord_Howe",
        moment="2000-08-26T15:53:00",
        ours="2000-08-27T13:00:00",
        theirs="2000-08-27T13:30:00",
    ),
    Dispute(
        rule=starts_days_at_midnights_that_do_not_exist,
        expression="* 0 4 * *",
        key="America/Sao_Paulo",
        moment="2018-11-03T12:00:00",
        ours="2018-12-04T02:00:00",
        theirs="2018-11-04T03:00:00",  # 01:00 on the wall
    ),
]


@pytest.mark.parametrize("dispute", DISPUTES, ids=lambda dispute: dispute.rule.__name__)
def test_each_rule_has_its_case(dispute: Dispute) -> None:
    said = hear(dispute.expression, dispute.key, read_utc(dispute.moment), forward=True)
    assert (said.ours, said.theirs) == (read_utc(dispute.ours), read_utc(dispute.theirs))
    assert [each for each in RULES if each(said)] == [dispute.rule]


@pytest.mark.parametrize("expression", ["0 0 31 4,6 *", "0 0 */15 2 MON#5"])
def test_dates_that_never_come_have_no_next_run(expression: str) -> None:
    said = hear(expression, "Europe/London", read_utc("2026-01-01T00:00:00"), forward=True)
    assert said.ours is said.theirs is None


def test_a_fixed_job_of_six_fields_is_not_lost_in_a_gap() -> None:
    moment = read_utc("2026-03-08T05:00:00")
    schedule = cron("0 30 2 * * *", dialect="cronsim", tz="America/New_York")
    assert schedule.next_run(moment) == read_utc("2026-03-08T07:00:00")
    said = hear("0 30 2 * * *", "America/New_York", moment, forward=True)
    assert said.ours == said.theirs == read_utc("2026-03-09T06:30:00")


def test_a_range_of_one_number_is_that_number() -> None:
    said = hear("3-3/2 * * * *", "UTC", read_utc("2026-01-01T00:03:00"), forward=True)
    assert reads_a_range_of_one_as_an_open_range(said.expression)
    assert (said.ours, said.theirs) == (
        read_utc("2026-01-01T01:03:00"),
        read_utc("2026-01-01T00:05:00"),
    )


def hear(expression: str, key: str, moment: datetime, *, forward: bool) -> Hearing:
    """Ask both the same question."""
    zone = ZoneInfo(key)
    # Without five fields cronsim follows the clock, whatever the fields are.
    dst = "vixie" if len(expression.split()) == 5 else "wall"
    schedule = cron(expression, tz=key, dialect="cronsim", dst=dst)
    ours = schedule.next_run(moment) if forward else schedule.prev_run(moment)
    try:
        theirs = next(CronSim(expression, moment.astimezone(zone), reverse=not forward), None)
    except CronSimError:
        # It refuses dates that no month has, and only those: the expression is well formed.
        theirs = None
        assert ours is None
    return Hearing(
        expression,
        zone,
        moment,
        forward,
        ours and ours.astimezone(UTC),
        theirs and theirs.astimezone(UTC),
    )


def assert_explained(said: Hearing) -> None:
    assert said.ours == said.theirs or gives_up(said) or any(rule(said) for rule in RULES)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, str, datetime]:
    """A crontab that both read alike, its zone, and an instant to ask about."""
    case = draw(cron_cases())
    # What the default dialect has beyond cronsim.
    assume(not re.search(r"[Ll]-\d|\d[Ww]", case.expression))
    assume(not reads_a_range_of_one_as_an_open_range(case.expression))
    assert isinstance(case.tz, ZoneInfo)
    return case.expression, case.tz.key, draw(instants(case.tz))


@given(questions())
def test_cronsim_names_the_same_next_run_or_a_rule_says_why_not(
    question: tuple[str, str, datetime],
) -> None:
    assert_explained(hear(*question, forward=True))


@given(questions())
def test_cronsim_names_the_same_previous_run_or_a_rule_says_why_not(
    question: tuple[str, str, datetime],
) -> None:
    assert_explained(hear(*question, forward=False))
