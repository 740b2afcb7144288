"""RFC 5545 recurrences: `rrule`, from the text of a calendar or a rule of dateutil.

A recurrence is made of strands: each rule is one, and so are the dates of each zone. A strand is
a schedule of wall labels; what is excluded is excluded as instants, so that all of it holds
through clock changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from heapq import merge
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, Final

from duetime.dates.bits import and_not, bits_of
from duetime.dates.gregorian import EVER
from duetime.dates.timeline import ALL_DAY, Kinds, Timeline, joined_all
from duetime.dates.wall_timeline import label_timeline
from duetime.errors import InvalidValueError, SearchHorizonError, shorten
from duetime.kinds.rules.labels import RuleLabels, label_beside
from duetime.kinds.rules.rfc5545 import (
    Pattern,
    Stamp,
    fold,
    read_block,
    write_date,
    write_line,
    write_pattern,
    write_time,
)
from duetime.questions import one_question
from duetime.schedules import InstantSchedule, is_beyond, nearer
from duetime.wall import WallSchedule
from duetime.zones import (
    CYCLE,
    DAY,
    EPOCH,
    FIRST_LABEL,
    LAST_LABEL,
    LISTED_UNTIL,
    SECOND,
    DstPolicy,
    Step,
    Stretch,
    Zone,
    edition,
    find_policy,
    find_zone,
    to_instant,
)

if TYPE_CHECKING:
    from dateutil.rrule import rrulebase

    from duetime.answers import ClockChange

_LOOKS: Final = frozenset(1 << power for power in range(4, 17))
"""Numbers of excluded runs in a row after which a search looks where others are."""
_FEW: Final = 500
"""Runs that are counted one by one, at most, where there are several rules."""
MOST_EXCLUDED: Final = 100_000
"""Excluded runs that a search passes in a row, at most, before it raises SearchHorizonError."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Wall labels listed one by one, ascending: the RDATE or EXDATE of one zone."""

    labels: tuple[int, ...]

    def near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        """The first label at or after `label`, or the last at or before it."""
        if step == 1:
            index = bisect_left(self.labels, label)
        else:
            index = bisect_right(self.labels, label) - 1
        return self.labels[index] if 0 <= index < len(self.labels) else None

    def labels_in(self, start: int, end: int) -> Iterator[int]:
        return iter(self.labels[bisect_left(self.labels, start) : bisect_left(self.labels, end)])

    @property
    def ends(self) -> tuple[int, int]:
        return self.labels[0], self.labels[-1]

    def kinds_in(self, days: range) -> Kinds:
        """The labels of a range of days: seconds of the day, and the days that have these."""
        by_day: dict[int, int] = {}
        for label in self.labels_in(days.start * DAY, days.stop * DAY):
            day, second = divmod(label, DAY)
            by_day[day] = by_day.get(day, 0) | 1 << second
        return [(times, 1 << day - days.start) for day, times in by_day.items()]

    def label_count(self, start: int, end: int) -> int:
        return max(0, bisect_left(self.labels, end) - bisect_left(self.labels, start))


@dataclass(frozen=True, slots=True)
class Strand(WallSchedule):
    """The runs of one rule, or of the dates of one zone."""

    source: Pattern | Dates
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy = field()
    until: int | None
    """The last second of UTC, where UNTIL is in UTC."""
    # Unset until the first search, so that a schedule that is only read or sent stays small.
    _labels: RuleLabels | Dates = field(init=False, compare=False, repr=False)

    def __getattr__(self, name: str) -> RuleLabels | Dates:
        if name != "_labels":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if isinstance(self.source, Dates):
            labels: RuleLabels | Dates = self.source
        else:
            # No label is two days from its run.
            labels = RuleLabels(self.source, None if self.until is None else self.until + 2 * DAY)
        object.__setattr__(self, name, labels)
        return labels

    def _label_near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        return self._labels.near(label, step, bound)

    def _labels_in(self, start: int, end: int) -> Iterator[int]:
        return self._labels.labels_in(start, end)

    def _label_count(self, start: int, end: int) -> int:
        return self._labels.label_count(start, end)

    @property
    def _turn(self) -> int:
        years = self._labels.turn_in_years if isinstance(self._labels, RuleLabels) else None
        return CYCLE if years is None else years * 366 * DAY

    @property
    def _every_year(self) -> Strand | None:
        labels = self._labels
        if not isinstance(labels, RuleLabels) or labels.turn_in_years is None:
            return None
        source = self.source
        if not isinstance(source, Pattern) or source.start > LISTED_UNTIL - 2 * DAY:
            return None
        endless = replace(source, until=None, count=None)
        if endless == source and self.until is None:
            return self
        return replace(self, source=endless, until=None)

    def _run_near(self, second: int, step: Step, bound: int | None = None) -> int | None:
        until = self.until
        if until is not None and step == -1:
            second = min(second, until)
        run = self._quiet_run_near(second, step, bound)
        return None if run is None or (until is not None and run > until) else run

    def _quiet_run_near(self, second: int, step: Step, bound: int | None) -> int | None:
        """The nearest run; at once if no clock change is in reach of the question and of it."""
        quiet_offset = self._zone.quiet_offset
        offset = quiet_offset(second)
        if offset is not None:
            # A day beyond the bound is beyond it in any offset.
            last_label = None if bound is None else bound + step * DAY
            label = self._labels.near(second + offset, step, last_label)
            if label is None:
                return None
            offset = quiet_offset(label)
            if offset is not None:
                return label - offset
        return WallSchedule._run_near(self, second, step, bound)

    def holds(self, second: int) -> bool:
        """Whether `second` of UTC is a run."""
        if self.until is not None and second > self.until:
            return False
        offset = self._zone.quiet_offset(second)
        if offset is not None:
            return self._label_near(second + offset, 1) == second + offset
        stretch, _, _ = self._zone.stretch_at(second)
        return self._run_in(stretch, second, 1, None) == second

    def _runs(self, start: int, end: int, step: Step = 1) -> Iterator[datetime]:
        return (
            self._forward_runs(start, end)
            if step == 1
            else WallSchedule._runs(self, start, end, step)
        )

    def _forward_runs(self, start: int, end: int) -> Iterator[datetime]:
        zone, until = self._zone, self.until
        if until is not None:
            end = min(end, (until + 1) * SECOND)
        wall_epoch = EPOCH.replace(tzinfo=zone.tzinfo)
        run = self._nearest(start - 1, 1, end)
        while run is not None and run < end:
            yield zone.show(run)
            offset = zone.quiet_offset(run // SECOND)
            if offset is not None:
                # On quiet days labels come in the order of their instants, so they are enough.
                for label in self._labels_in(run // SECOND + offset + 1, LAST_LABEL + 1):
                    offset = zone.quiet_offset(label)
                    if offset is None:
                        break
                    run = (label - offset) * SECOND
                    if run >= end:
                        return
                    yield wall_epoch + timedelta(seconds=label)
            run = self._nearest(run, 1, end)

    def _count(self, start: int, end: int) -> int:
        if self.until is not None:
            end = min(end, (self.until + 1) * SECOND)
        # No run is two days from its label.
        low, high = self._labels.ends
        start, end = max(start, (low - 2 * DAY) * SECOND), min(end, (high + 2 * DAY) * SECOND)
        first, stop = -(-start // SECOND), -(-end // SECOND)
        first, stop = -(-start // SECOND), -(-end // SECOND)
        # In the years that repeat, labels are counted at once, and clock changes one by one.
        low = max(first, LISTED_UNTIL)
        cycles = (stop - low) // CYCLE - 1
        if self._zone.key is None or cycles < 1:
            return WallSchedule._count(self, start, end)
        while (offset := self._zone.quiet_offset(low)) is None:
            low += DAY
        high = low + cycles * CYCLE
        number = self._label_count(low + offset, high + offset)
        for change in repeated_changes(self._zone, edition(), low):
            if self._may_touch(change):
                for cycle in range(cycles):
                    number += self._correction(moved_on(change, cycle * CYCLE))
        number += WallSchedule._count(self, start, low * SECOND)
        return number + WallSchedule._count(self, high * SECOND, end)

    def table(self, days: range) -> Timeline | None:
        """The runs of a range of days of UTC; None where kinds get too many."""
        line = label_timeline(self._labels.kinds_in, self.policy, self._zone, days)
        if line is None or self.until is None:
            return line
        return line.within(days.start * DAY, self.until + 1)

    def _may_touch(self, change: Stretch) -> bool:
        """Whether a label may be among those that a clock change removes or repeats."""
        low, high = sorted((change.start + change.before, change.start + change.offset))
        begin = low - low % DAY
        return (
            not isinstance(self._labels, RuleLabels)
            or high - begin > DAY
            or self._labels.has_times(low - begin, high - begin)
        )

    def _correction(self, change: Stretch) -> int:
        """How many runs more than labels there are because of a clock change."""
        start, before, offset = change.start, change.before, change.offset
        if change.is_overlap:
            twice = self.policy.overlap == "both"
            return self._label_count(start + offset, start + before) if twice else 0
        gone = self._label_count(start + before, start + offset)
        if not gone:
            return 0
        moved = self._moved_in(change, start, start + 2 * DAY)
        # A set holds an instant once, even when a label of its own names it too.
        new = sum(self._label_near(run + offset, 1) != run + offset for run in moved)
        return new - gone

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        last = LAST_LABEL if self.until is None else self.until
        last_label = last + self._zone.offset_at(last)
        for change in WallSchedule._changes(self, start, end):
            runs = tuple(run for run in change.instants if to_instant(run) // SECOND <= last)
            label = to_instant(change.label.replace(tzinfo=UTC)) // SECOND
            if runs or (not change.instants and label <= last_label):
                yield replace(change, instants=runs)

    def line(self, names: tuple[str, str]) -> str:
        """The content line, under the first name for a rule and the second for dates."""
        zone = self._zone.key
        if isinstance(self.source, Dates):
            times = (write_time(label, zone) for label in self.source.labels)
            return write_line(names[1], zone, times)
        until = None
        if self.until is not None:
            until = write_time(self.until, "UTC")
        elif self.source.until is not None:
            until = write_time(self.source.until, zone)
        return f"{names[0]}:{write_pattern(self.source, until)}"

    def moved_to(self, zone: Zone) -> Strand:
        """The same labels in another zone."""
        source = self.source
        if self.until is not None and isinstance(source, Pattern):
            # The last label stays the last, so UNTIL goes on as wall time.
            last = self.until + self._zone.offset_at(self.until)
            source = replace(source, until=min(max(last, FIRST_LABEL), LAST_LABEL))
        return Strand(source, zone, self.policy, None)


@lru_cache(maxsize=64)
def repeated_changes(zone: Zone, edition: object, start: int) -> tuple[Stretch, ...]:
    """The clock changes of 400 years; the edition of the zone data is for the cache alone."""
    return tuple(zone.changes(start, start + CYCLE))


def moved_on(change: Stretch, seconds: int) -> Stretch:
    """The same clock change, so many seconds later."""
    return change._replace(start=change.start + seconds, end=change.end + seconds)


@dataclass(frozen=True, slots=True, repr=False)
class Rule(InstantSchedule):
    """A recurrence of RFC 5545; made by `rrule`.

    Two are equal when their canonical text, their zone and their policy are.
    """

    text: str
    """The recurrence as an RFC 5545 block, in one canonical spelling."""
    _zone: Zone = field()  # overrides the property of the base
    policy: DstPolicy
    start: int = field(compare=False)
    """The label of DTSTART."""
    included: tuple[Strand, ...] = field(compare=False)
    excluded: tuple[Strand, ...] = field(compare=False)
    excluded_days: frozenset[int] = field(compare=False)
    """Days whose runs are left out, counted from 1970-01-01, in this zone."""

    def __repr__(self) -> str:
        given = [repr(self.text)]
        if self._zone.key is None:
            given.append(f"tz={self._zone.spelling}")
        if self.policy != find_policy("rfc5545"):
            given.append(f"dst={self.policy!r}")
        return f"rrule({', '.join(given)})"

    def in_zone(self, tz: tzinfo | str) -> Rule:
        zone = find_zone(tz)

        def moved(strands: tuple[Strand, ...]) -> list[Strand]:
            return [s.moved_to(zone) if s._zone == self._zone else s for s in strands]

        included, excluded = moved(self.included), moved(self.excluded)
        return _rule(zone, self.policy, self.start, included, excluded, self.excluded_days)

    def to_ical(self, start: datetime | None = None) -> str:
        """The recurrence as lines of an iCalendar component, as RFC 5545 has them.

        They are DTSTART, RRULE, RDATE and EXDATE, folded, each with CR LF at its end. DTSTART is
        the first label that the rule picks, since programs disagree about one that it does not,
        and UNTIL is in UTC. The VTIMEZONE of a zone is for the caller to add.

        `start` is for other types of schedules: a rule has its own.

        Raises ScheduleError that names what the standard cannot say: a policy for clock changes
        other than `rfc5545`, a zone without an IANA key, several rules, EXRULE, BYEASTER, an
        EXDATE of a whole day, an RDATE before DTSTART, or a rule that never runs.

        >>> rrule("DTSTART:20260101T090000Z\\nRRULE:FREQ=WEEKLY;BYDAY=MO").to_ical().splitlines()
        ['DTSTART:20260105T090000Z', 'RRULE:FREQ=WEEKLY']
        """
        if start is not None:
            raise InvalidValueError("a rule begins at its DTSTART: leave start out")
        rules = [strand for strand in self.included if isinstance(strand.source, Pattern)]
        patterns = [s.source for s in (*rules, *self.excluded) if isinstance(s.source, Pattern)]
        lacks = {
            "a policy for clock changes but rfc5545": self.policy != find_policy("rfc5545"),
            "a zone without an IANA key: name one with .in_zone(...)": self._zone.key is None,
            "several rules: make a schedule of each": len(rules) > 1,
            "EXRULE: list its runs as EXDATE": len(patterns) > len(rules),
            "BYEASTER: list its runs as RDATE": any(each.easter_days for each in patterns),
            "EXDATE of a whole day: list its times": bool(self.excluded_days),
        }
        _refuse(lacks)
        label, included = self.start, list(self.included)
        if rules:
            first = rules[0]._labels.near(self.start, 1)
            last = rules[0]._run_near(LAST_LABEL, -1)
            if first is None or last is None:
                raise InvalidValueError("RFC 5545 cannot say that a rule never runs")
            label, source = first, replace(patterns[0], start=first)
            # An UNTIL of wall time is for DTSTART without a zone.
            ends = source.until is not None or rules[0].until is not None
            source, until = replace(source, until=None), last if ends else None
            included.remove(rules[0])
            included.append(replace(rules[0], source=source, until=until))
        begin = Strand(Dates((label,)), self._zone, self.policy, None)._run_near(FIRST_LABEL, 1)
        earliest = self._listed(self.included, self._zone.first, self._zone.last)
        is_early = begin is not None and any(run < begin for run in earliest)
        _refuse({"an RDATE before DTSTART: begin with it": is_early})
        lines = _lines(self._zone, label, included, list(self.excluded))
        return "".join(f"{fold(line)}\r\n" for line in lines)

    @property
    def _live(self) -> tuple[Strand, ...]:
        """The strands that are not excluded as a whole."""
        if not self.excluded:
            return self.included
        return tuple(strand for strand in self.included if strand not in self.excluded)

    def _search(self, instant: int, step: Step, bound: int | None) -> int | None:
        strands = self._live
        second = instant // SECOND + 1 if step == 1 else (instant - 1) // SECOND
        bound = None if bound is None else -(-bound // SECOND)
        for number in range(MOST_EXCLUDED):
            if number in _LOOKS and self.excluded:
                beside, is_sure = self._beside(strands, second, step, bound)
                if beside is None or is_beyond(beside, step, bound):
                    return None
                if not is_sure:
                    break
                second = beside
            if len(strands) == 1:
                run = strands[0]._run_near(second, step, bound)
            else:
                run = nearer(step, *(strand._run_near(second, step, bound) for strand in strands))
            if run is None or is_beyond(run, step, bound):
                return None
            if self._is_on_excluded_day(run):
                start, end = self._day_around(run)
                second = end if step == 1 else start - 1
            elif self._is_excluded(run):
                second = run + step
            else:
                return run * SECOND
        raise self._horizon("after" if step == 1 else "before", instant)

    def _beside(
        self, strands: tuple[Strand, ...], second: int, step: Step, bound: int | None
    ) -> tuple[int | None, bool]:
        """Where a search goes on that met excluded runs only; None when all are, up to `bound`.

        Labels that a rule and EXRULE share are no runs, so the search goes to the first label that
        they do not share. With False, nobody knows whether there is one beyond that second.
        """
        every = (strand._labels for strand in self.excluded)
        others = tuple(labels for labels in every if isinstance(labels, RuleLabels))
        last_label = None if bound is None else bound + step * DAY
        nearest: list[tuple[int, bool]] = []
        for strand in strands:
            labels, zone = strand._labels, strand._zone
            start = second + _offset_near(zone, second, step)
            start = min(max(start, FIRST_LABEL), LAST_LABEL)
            if isinstance(labels, RuleLabels):
                label, is_sure = label_beside(labels, others, start, step, last_label)
            else:
                label, is_sure = labels.near(start, step), True
            if label is not None:
                nearest.append((label - _offset_near(zone, label, -step), is_sure))
        if not nearest:
            return None, True
        beside, is_sure = min(nearest, key=lambda each: each[0] * step)
        return (max(second, beside) if step == 1 else min(second, beside)), is_sure

    def _is_excluded(self, run: int) -> bool:
        return any(strand.holds(run) for strand in self.excluded)

    def _is_on_excluded_day(self, run: int) -> bool:
        days = self.excluded_days
        return bool(days) and self._day_of(run) in days

    def _day_around(self, run: int) -> tuple[int, int]:
        """Seconds of UTC `[start, end)` around `run` that are on the same day of wall time."""
        stretch, start, end = self._zone.stretch_at(run)
        midnight = (run + stretch.offset) // DAY * DAY - stretch.offset
        return max(start, midnight), min(end, midnight + DAY)

    def _horizon(self, side: str, instant: int) -> SearchHorizonError:
        moment = self._zone.show(min(max(instant, self._zone.first), self._zone.last))
        return SearchHorizonError(
            f"the runs next {side} {moment} are all excluded by EXRULE or EXDATE in"
            f" {shorten(self.text)}, and nothing proves that those beyond are too: ask within a"
            " range, for example of schedule.within(start, end)"
        )

    @property
    def _only(self) -> Strand | None:
        """The strand that is all of the recurrence, if one is."""
        if len(self.included) > 1 or self.excluded or self.excluded_days:
            return None
        return self.included[0]

    def _runs(self, start: int, end: int, step: Step = 1) -> Iterator[datetime]:
        only = self._only
        if only is None or only._zone != self._zone:
            return InstantSchedule._runs(self, start, end, step)
        return only._runs(start, end, step)

    @property
    def _counts_at_once(self) -> bool:
        return True

    def _count(self, start: int, end: int) -> int:
        rules = [strand for strand in self.included if isinstance(strand.source, Pattern)]
        if len(rules) > 1 or any(isinstance(s.source, Pattern) for s in self.excluded):
            with one_question:
                return self._count_by_table(start, end)
        number = sum(rule._count(start, end) for rule in rules)
        added = self._listed(self.included, start, end)
        gone = self._listed(self.excluded, start, end)
        for run in added | gone:
            if not self._is_on_excluded_day(run):
                is_ruled = any(rule.holds(run) for rule in rules)
                number += ((is_ruled or run in added) and run not in gone) - is_ruled
        for low, high in self._excluded_spans(start, end):
            number -= sum(rule._count(low, high) for rule in rules)
        return number

    def _count_by_table(self, start: int, end: int) -> int:
        """`_count` of several rules, whose times on a day are sets: none counts twice."""
        if self._zone.key is None and not self._zone.is_fixed:
            return InstantSchedule._count(self, start, end)
        few = list(islice(self._instants(start, end), _FEW + 1))
        if len(few) <= _FEW:
            return len(few)
        first, stop = few[-1] // SECOND, -(-end // SECOND)
        days = range(max(first // DAY, EVER.start), min(stop // DAY + 1, EVER.stop))
        number = len(few) - 1
        waiting = [days] if days else []
        while waiting:
            days = waiting.pop()
            line = self._table(days)
            if line is not None:
                number += line.within(first, stop).count()
            else:
                # Fewer days have fewer kinds, and a single one has few.
                waiting += days[: len(days) // 2], days[len(days) // 2 :]
        edges = (first, min(stop, EVER.start * DAY)), (max(first, EVER.stop * DAY), stop)
        for low, high in edges:
            if low < high:
                number += sum(1 for _ in self._instants(low * SECOND, high * SECOND))
        return number

    def _table(self, days: range) -> Timeline | None:
        """The runs of a range of days of UTC; None where kinds get too many."""
        runs = joined_all((strand.table(days) for strand in self.included), or_)
        gone = [strand.table(days) for strand in self.excluded]
        if self.excluded_days:
            kept = self.excluded_days

            def labels_of(local: range) -> Kinds:
                return [(ALL_DAY, bits_of(day - local.start for day in kept if day in local))]

            gone.append(label_timeline(labels_of, find_policy("wall"), self._zone, days))
        return joined_all((runs, *gone), and_not)

    def _listed(self, strands: tuple[Strand, ...], start: int, end: int) -> set[int]:
        """The seconds of UTC that RDATE or EXDATE list one by one, in `[start, end)`."""
        dates = (strand for strand in strands if isinstance(strand.source, Dates))
        return {run // SECOND for strand in dates for run in strand._instants(start, end)}

    def _excluded_spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The instants `[low, high)` of the excluded days, in `[start, end)`."""
        for day in self.excluded_days:
            second = max((day - 1) * DAY, start // SECOND)
            while second < min((day + 2) * DAY, -(-end // SECOND)):
                _, high = self._day_around(second)
                if self._day_of(second) == day:
                    low, until = max(start, second * SECOND), min(end, high * SECOND)
                    yield low, until
                second = high

    def _day_of(self, second: int) -> int:
        return (second + self._zone.offset_at(second)) // DAY

    def _changes(self, start: int, end: int) -> Iterator[ClockChange]:
        own = [strand for strand in self.included if strand._zone == self._zone]
        found = (strand._changes(start, end) for strand in own)
        last = None
        for change in merge(*found, key=lambda change: change.label):
            runs = tuple(run for run in change.instants if self.matches(run))
            if (runs or not change.instants) and change != last:
                yield replace(change, instants=runs)
            last = change


def _offset_near(zone: Zone, second: int, step: int) -> int:
    """The least offset near a second of UTC or of wall time, or for step -1 the greatest.

    So no label of a run after that second is before it and the offset; nor one after it, of a run
    before.
    """
    offset = zone.quiet_offset(second)
    if offset is not None:
        return offset
    stretch, _, _ = zone.stretch_at(second)
    offsets = stretch.offset, stretch.before, stretch.after
    return min(offsets) if step == 1 else max(offsets)


def rrule(
    text_or_dateutil_rule: str | rrulebase,
    *,
    tz: tzinfo | str | None = None,
    dst: DstPolicy | str = "rfc5545",
    start_counts: bool = False,
) -> Rule:
    """The schedule of a recurrence as RFC 5545 writes it, or of a rule or rule set of dateutil.

    Its `to_ical()` gives the lines for a calendar program, and its `text` the canonical block.

    A text has a line `DTSTART` and lines `RRULE`, `RDATE`, `EXDATE` and `EXRULE`, or is a VEVENT,
    VTODO or VJOURNAL that has them. Its wall times are in the zone of DTSTART; where DTSTART has
    none, in `tz`, or in UTC. RDATE and EXDATE may name a zone of their own. A date without a time
    is its midnight, and in EXDATE its whole day. UNTIL is inclusive: in UTC (with a Z) as an
    instant, otherwise as wall time.

    What the BYxxx parts pick is what RFC 5545 3.3.10 says, and where it leaves a choice what
    dateutil picks, BYEASTER included. Beside a rule, DTSTART itself is a run only if the rule picks
    it; without one it is the first of the dates. With `start_counts` it is a run in any case, and
    the first that COUNT counts, as in programs that read the standard so. COUNT counts wall times
    from DTSTART on. A naive DTSTART of a dateutil rule is in `tz` or UTC. `dst` is the policy for
    clock changes: a `DstPolicy`, or `rfc5545` (RFC 5545 section 3.3.5), `wall`, `ocps` or `quartz`.

    Raises ScheduleError for a text that is no recurrence, has no DTSTART, or whose zone `tz`
    contradicts; UnknownTimeZoneError. A search raises SearchHorizonError when EXRULE and EXDATE
    take away all runs of years, and nothing proves that they take all; None is always a proof.

    >>> from datetime import UTC, datetime
    >>> standup = rrule("DTSTART;TZID=Europe/Paris:20260113T090000\\nRRULE:FREQ=MONTHLY;BYDAY=2TU")
    >>> standup.next_run(datetime(2026, 4, 1, tzinfo=UTC)).isoformat()
    '2026-04-14T09:00:00+02:00'
    """
    policy = find_policy(dst)
    zone = None if tz is None else find_zone(tz)
    if isinstance(text_or_dateutil_rule, str):
        return _read(text_or_dateutil_rule, zone, policy, start_counts=start_counts)
    return _convert(text_or_dateutil_rule, zone, policy, start_counts=start_counts)


def _read(text: str, given: Zone | None, policy: DstPolicy, *, start_counts: bool) -> Rule:
    block = read_block(text)
    named = block.start.zone
    zone = _agreed(None if named is None else find_zone(named), given)
    if any(
        stamp.is_date and stamp.zone is not None and find_zone(stamp.zone) != zone
        for stamp in block.excluded_dates
    ):
        raise InvalidValueError(
            f"EXDATE in {shorten(text)} has a date with a TZID: leave the TZID out, the date is"
            " a day in the zone of DTSTART"
        )
    # All that begins on a date lasts all day, so a time in EXDATE, as Exchange writes it, is for
    # the day that it shows.
    all_day = block.start.is_date
    times = [stamp for stamp in block.excluded_dates if not (stamp.is_date or all_day)]
    days = (_day(stamp, zone) for stamp in block.excluded_dates if stamp.is_date or all_day)
    rules, dates = block.rules, block.dates
    if start_counts:
        rules = [rule for rule in map(_counted_from_start, rules) if rule is not None]
        if not any(_picks_start(pattern) and until is None for pattern, until in rules):
            dates = [*dates, block.start._replace(zone=None)]
    return _rule(
        zone,
        policy,
        block.start.label,
        _strands(rules, dates, zone, policy),
        _strands(block.excluded_rules, times, zone, policy),
        frozenset(days),
    )


def _counted_from_start(
    rule: tuple[Pattern, Stamp | None],
) -> tuple[Pattern, Stamp | None] | None:
    """A rule with one less to count where DTSTART is none of its own; None if that was all."""
    pattern, until = rule
    if pattern.count is None or _picks_start(pattern):
        return rule
    return None if pattern.count == 1 else (replace(pattern, count=pattern.count - 1), until)


def _picks_start(pattern: Pattern) -> bool:
    start = pattern.start
    return RuleLabels(replace(pattern, count=None)).near(start, 1, start) == start


def _day(stamp: Stamp, zone: Zone) -> int:
    """The day that a stamp shows, and one in UTC shows it in `zone`."""
    is_moment = stamp.zone == "UTC" and not stamp.is_date
    return (stamp.label + (zone.offset_at(stamp.label) if is_moment else 0)) // DAY


def _agreed(named: Zone | None, given: Zone | None) -> Zone:
    """The zone of a recurrence, from that of its DTSTART and that of `tz`."""
    if named is not None and given is not None and named != given:
        raise InvalidValueError(
            f"tz={given.spelling} contradicts DTSTART, which is in {named.spelling}: leave tz"
            " out, or use .in_zone(...) for the same wall times elsewhere"
        )
    return named or given or find_zone("UTC")


def _strands(
    rules: list[tuple[Pattern, Stamp | None]], stamps: list[Stamp], zone: Zone, policy: DstPolicy
) -> list[Strand]:
    strands = []
    for pattern, until in rules:
        if until is None:
            strands.append(Strand(pattern, zone, policy, None))
        elif until.zone is not None and zone.key != "UTC":
            strands.append(Strand(pattern, zone, policy, until.label))
        else:
            strands.append(Strand(replace(pattern, until=until.label), zone, policy, None))
    labels: dict[str | None, list[int]] = {}
    for stamp in stamps:
        labels.setdefault(stamp.zone, []).append(stamp.label)
    for name, found in labels.items():
        own = zone if name is None else find_zone(name)
        strands.append(Strand(Dates(tuple(found)), own, policy, None))
    return strands


def _rule(
    zone: Zone,
    policy: DstPolicy,
    start: int,
    included: list[Strand],
    excluded: list[Strand],
    excluded_days: frozenset[int],
) -> Rule:
    included, excluded = _merged(included), _merged(excluded)
    lines = _lines(zone, start, included, excluded)
    if excluded_days:
        lines.append(f"EXDATE;VALUE=DATE:{','.join(map(write_date, sorted(excluded_days)))}")
    return Rule(
        "\n".join(lines), zone, policy, start, tuple(included), tuple(excluded), excluded_days
    )


def _lines(zone: Zone, start: int, included: list[Strand], excluded: list[Strand]) -> list[str]:
    lines = [write_line("DTSTART", zone.key, [write_time(start, zone.key)])]
    lines += sorted((strand.line(("RRULE", "RDATE")) for strand in included), reverse=True)
    lines += sorted((strand.line(("EXRULE", "EXDATE")) for strand in excluded), reverse=True)
    return lines


def _refuse(lacks: dict[str, bool]) -> None:
    for name, is_given in lacks.items():
        if is_given:
            raise InvalidValueError(f"RFC 5545 cannot say {name}")


def _merged(strands: list[Strand]) -> list[Strand]:
    """The strands, each rule once, and the dates of each zone in one."""
    merged: dict[object, Strand] = {}
    for strand in strands:
        if isinstance(strand.source, Dates):
            known = merged.get(strand._zone)
            labels = set(strand.source.labels)
            if known is not None and isinstance(known.source, Dates):
                labels |= set(known.source.labels)
            merged[strand._zone] = replace(strand, source=Dates(tuple(sorted(labels))))
        else:
            merged[strand] = strand
    return list(merged.values())


# Rules of dateutil, which has no public names for what a rule and a set are made of.


def _convert(source: object, given: Zone | None, policy: DstPolicy, *, start_counts: bool) -> Rule:
    from dateutil.rrule import rrule as dateutil_rule
    from dateutil.rrule import rruleset

    if isinstance(source, dateutil_rule):
        rules, excluded_rules, dates, excluded_dates = [source], [], [], []
    elif isinstance(source, rruleset):
        names = ("_rrule", "_exrule", "_rdate", "_exdate")
        rules, excluded_rules, dates, excluded_dates = (vars(source)[name] for name in names)
    else:
        raise InvalidValueError(
            "a recurrence is the text of an RFC 5545 block, or a rule or rule set of dateutil,"
            f" not {shorten(source)}"
        )
    for rule in (*rules, *excluded_rules):
        if not isinstance(rule, dateutil_rule):
            raise InvalidValueError(
                f"a rule set of dateutil holds rules, not {shorten(repr(rule))}"
            )
    for moment in (*dates, *excluded_dates):
        if not isinstance(moment, datetime) or moment.microsecond:
            raise InvalidValueError(f"a recurrence runs on whole seconds, not at {moment!r}")
    starts = [vars(rule)["_dtstart"] for rule in (*rules, *excluded_rules)]
    if any(_spelled(start) != _spelled(starts[0]) for start in starts):
        raise InvalidValueError(
            "the rules of this set begin at different times, and an RFC 5545 block has one"
            " DTSTART: make a schedule of each rule and join them with |"
        )
    starts = starts or sorted(dates, key=_local)[:1]
    if not starts:
        raise InvalidValueError("this rule set has no rules and no dates, so it never runs")
    zone = _zone_of(starts[0], given)
    lines = [f"DTSTART:{_local(starts[0])}"]
    lines += [f"RRULE:{_parts(rule)}" for rule in rules]
    lines += [f"EXRULE:{_parts(rule)}" for rule in excluded_rules]
    lines += [f"RDATE:{_spelled(moment, zone)}" for moment in dates]
    lines += [f"EXDATE:{_spelled(moment, zone)}" for moment in excluded_dates]
    if (
        not rules
        and not start_counts
        and all(_local(starts[0]) != _local(moment) for moment in dates)
    ):
        # dateutil begins a set with no date that it does not list.
        lines.append(f"EXDATE:{_local(starts[0])}")
    return _read("\n".join(lines), zone, policy, start_counts=start_counts)


def _zone_of(start: datetime, given: Zone | None) -> Zone:
    return _agreed(None if start.tzinfo is None else find_zone(start.tzinfo), given)


def _parts(rule: object) -> str:
    """The parts of a rule; dateutil writes them all, but UNTIL without its zone."""
    *_, line = str(rule).splitlines()
    parts = line.removeprefix("RRULE:").split(";")
    until = vars(rule)["_until"]
    if until is not None:
        parts = [part for part in parts if not part.startswith("UNTIL=")]
        parts.append(f"UNTIL={_spelled(until)}")
    return ";".join(parts)


def _spelled(moment: datetime, zone: Zone | None = None) -> str:
    """A datetime as text: wall time if it is naive or in `zone`, and otherwise UTC."""
    if moment.tzinfo is None or (zone is not None and find_zone(moment.tzinfo) == zone):
        return _local(moment)
    return f"{_local(moment.astimezone(UTC))}Z"


def _local(moment: datetime) -> str:
    # strftime does not fill up the year on every platform.
    return moment.replace(tzinfo=None, microsecond=0).isoformat().replace("-", "").replace(":", "")
