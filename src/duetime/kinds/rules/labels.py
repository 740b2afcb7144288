"""The wall labels of one RFC 5545 rule, as tables of days and of times of day.

The BYxxx parts say which days of a year a rule may pick. That is worked out once for each shape a
year can have, and the answer is a bit set; which of those days INTERVAL reaches is
arithmetic from DTSTART, and so are the times on a day. A search looks for the next bit, so it
costs the same however long ago DTSTART is, and the end of the calendar proves that there is none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import product
from math import gcd, lcm
from operator import and_
from typing import Final, NamedTuple

from duetime.dates.bits import bits_of, each_of, every_nth_bit, lowest
from duetime.dates.days import weekday_of
from duetime.dates.gregorian import (
    CYCLE_YEARS,
    DAYS_BEFORE,
    LAST_YEAR,
    SHAPED_YEARS,
    YEAR_START,
    date_of,
    days_in_month,
)
from duetime.dates.timeline import MOST_KINDS, joined, timeline_of, whole_span
from duetime.kinds.rules.rfc5545 import (
    BACKWARD,
    DAILY,
    HOURLY,
    MINUTELY,
    MONTHLY,
    SECONDLY,
    WEEKLY,
    YEARLY,
    Pattern,
)
from duetime.questions import spend
from duetime.zones import DAY, FIRST_LABEL, LAST_LABEL, Step

_SLOT: Final = {HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1}
_YEAR_BITS: Final = 366
_REMEMBERED_YEARS: Final = 1_024
_FIRST_DAY: Final = FIRST_LABEL // DAY
_CYCLE_DAYS: Final = 146_097
_MOST_LOOKS: Final = 20_000
"""Years, and kinds of days of a year, that a proof looks at, at most."""
_COST_OF_YEAR: Final = 2
"""As how many searches the days of a year count."""
_SPLIT_FROM: Final = 32 * 366
"""More days than these are looked at in halves."""
_MOST_DAYS: Final = 500
"""Days that a proof looks at one by one, at most."""
_LAST_DAY: Final = LAST_LABEL // DAY


class Page(NamedTuple):
    """The days of a year that the BYxxx parts pick, as bits from January 1."""

    days: int
    times: dict[int, tuple[int, ...]]
    """By day of the year: its times, where BYSETPOS makes them differ from day to day."""


class Cycle:
    """Days that come round: those whose number leaves one of some remainders after division."""

    __slots__ = ("_comb", "_length", "_remainders")

    def __init__(self, length: int, remainders: set[int]) -> None:
        self._length = length
        self._remainders = sorted(remainders)
        self._comb: int | None = None
        if length <= _YEAR_BITS:
            once = sum(1 << remainder for remainder in remainders)
            self._comb = sum(once << start for start in range(0, 2 * _YEAR_BITS, length))

    def bits(self, first: int) -> int:
        """The days from `first` on that belong, as bits: those of at least a year."""
        shift = first % self._length
        if self._comb is not None:
            return self._comb >> shift
        remainders = self._remainders
        bits = 0
        for low, base in ((shift, shift), (0, shift - self._length)):
            for index in range(bisect_left(remainders, low), len(remainders)):
                distance = remainders[index] - base
                if distance >= _YEAR_BITS:
                    break
                bits |= 1 << distance
        return bits


class RuleLabels:
    """The wall labels of a rule, from its DTSTART to `last` at most.

    A picked day has *slots*: its hours, minutes or seconds under the frequencies of those names,
    itself under the others. A slot has *times*, the same in each.
    """

    def __init__(self, pattern: Pattern, last: int | None = None) -> None:
        self._pattern = pattern
        self._first_day = pattern.start // DAY
        self._first_year = date_of(self._first_day)[0]
        self._bases: dict[tuple[int, ...], int] = {}
        self._pages: dict[int, Page] = {}
        self._pages_of_kinds: dict[tuple[int, ...], Page] = {}
        self._years: dict[int, int] = {}
        # No day is picked from here on. A search that comes to the end in vain brings it nearer.
        self._barren = _LAST_DAY + 1

        self._width = _SLOT.get(pattern.frequency, DAY)
        self._slots = DAY // self._width
        self._open = _open_slots(pattern)
        everything = len(self._open) == self._slots
        self._open_bits = (1 << self._slots) - 1 if everything else bits_of(self._open)
        self._times = _times(pattern)
        self._chooses_days = bool(pattern.positions) and pattern.frequency < DAILY
        if pattern.positions and not self._chooses_days:
            chosen = _choose(pattern.positions, len(self._times))
            self._times = tuple(self._times[index] for index in chosen)
        # INTERVAL counts slots from that of DTSTART; under the coarsest frequencies it counts
        # weeks, months or years, and every picked day has its slot.
        self._anchor = pattern.start // self._width
        self._steady = pattern.frequency <= DAILY or pattern.interval == 1
        self._comb = every_nth_bit(0, min(pattern.interval, self._slots), self._slots)
        self._cycle = self._day_cycle()
        self._tallies: list[tuple[int, Cycle]] | None = None
        self._period = _period(pattern, self._slots)
        self._seconds_by_slots: dict[int, int] = {}
        # By other labels: no day from here on has a label that none of them has.
        self._barren_beside: dict[tuple[RuleLabels, ...], int] = {}
        # Other labels, among which are all of these.
        self._covered_by: set[tuple[RuleLabels, ...]] = set()
        # By other labels and direction: days between which none has a label that none of them has,
        # and beyond which nobody has looked.
        self._given_up_beside: dict[tuple[tuple[RuleLabels, ...], Step], tuple[int, int]] = {}

        bounds = (last, pattern.until, LAST_LABEL)
        self._last = min(bound for bound in bounds if bound is not None)
        if pattern.count is not None:
            self._last = min(self._last, self._label_number(pattern.count))
        # An UNTIL in UTC may cut off labels of the days before `last`.
        self._sure_end = (self._last if last is None else min(self._last, last - 4 * DAY)) // DAY

    def near(self, label: int, step: Step, bound: int | None = None) -> int | None:
        """The first label at or after `label`, or the last at or before it; None if there is none.

        A search may stop at `bound`, as one of `WallSchedule` may.
        """
        first, last = self._pattern.start, self._last
        label = max(label, first) if step == 1 else min(label, last)
        if not first <= label <= last:
            return None
        day, second = divmod(label, DAY)
        picked = self._day_near(day, step, bound)
        while picked is not None:
            edge = 0 if step == 1 else DAY - 1
            found = self._time_near(picked, second if picked == day else edge, step)
            if found is not None:
                label = picked * DAY + found
                return label if first <= label <= last else None
            picked = self._day_near(picked + step, step, bound)
        return None

    def labels_in(self, start: int, end: int) -> Iterator[int]:
        """The labels in `[start, end)`, in order."""
        start, end = max(start, self._pattern.start), min(end, self._last + 1)
        if start >= end:
            return
        day = self._day_near(start // DAY, 1, end)
        while day is not None and day * DAY < end:
            times = self._times_on(day)
            passed = max(0, start - day * DAY) // self._width
            for slot in each_of(self._slots_on(day) >> passed):
                begin = day * DAY + (passed + slot) * self._width
                for time in times:
                    if begin + time >= end:
                        return
                    if begin + time >= start:
                        yield begin + time
            day = self._day_near(day + 1, 1, end)

    @property
    def ends(self) -> tuple[int, int]:
        """Labels before which and after which there is none."""
        return self._pattern.start, self._last

    def label_count(self, start: int, end: int) -> int:
        """The number of labels in `[start, end)`."""
        start, end = max(start, self._pattern.start), min(end, self._last + 1)
        return self._count(start, end) if start < end else 0

    # Days, counted from 1970-01-01.

    def _day_near(self, day: int, step: Step, bound: int | None = None) -> int | None:
        """The first picked day at or after `day`, or the last at or before it.

        None when there is none between DTSTART and the last label, or none up to the label
        `bound`.
        """
        if step == 1 and day >= self._barren:
            return None
        year = date_of(day)[0]
        place = day - YEAR_START[year] - 1
        bits = self._days(year)
        bits = bits >> place << place if step == 1 else bits & ((2 << place) - 1)
        if not bits:
            last_year = self._first_year if step == -1 else date_of(self._last // DAY)[0]
            until = last_year if bound is None else date_of(_in_calendar(bound // DAY))[0]
            if self._is_barren:
                return None
            if self._period is not None and step == 1:
                # After that many years without a day, all days have been looked at.
                last_year = min(last_year, year + self._period)
            while not bits and (last_year - year) * step > 0 and (until - year) * step > 0:
                year += step
                bits = self._days(year)
            if not bits:
                if step == 1 and year == last_year:
                    self._barren = min(self._barren, day)
                return None
        return YEAR_START[year] + (lowest(bits) + 1 if step == 1 else bits.bit_length())

    def _days(self, year: int) -> int:
        """The picked days of a year, as bits from January 1; regardless of DTSTART and the end."""
        bits = self._years.get(year)
        if bits is None:
            if len(self._years) >= _REMEMBERED_YEARS:
                self._years.clear()
            reached = self._reached(year)
            bits = self._years[year] = reached and self._page(year).days & reached
        return bits

    def _reached(self, year: int) -> int:
        """The days of a year that INTERVAL reaches, as bits."""
        frequency, interval = self._pattern.frequency, self._pattern.interval
        if frequency == YEARLY:
            return -1 if (year - self._first_year) % interval == 0 else 0
        if frequency == MONTHLY:
            month = self._first_year * 12 + date_of(self._first_day)[1] - 1
            first = (month - year * 12) % interval
            return sum(_month_bits(year, month) for month in range(first + 1, 13, interval))
        return -1 if self._cycle is None else self._cycle.bits(YEAR_START[year] + 1)

    def _day_cycle(self) -> Cycle | None:
        """The days that INTERVAL reaches, None for all; the cycles of months are uneven."""
        pattern = self._pattern
        if pattern.interval == 1 or pattern.frequency < WEEKLY:
            return None
        if pattern.frequency == WEEKLY:
            first = self._first_day - (weekday_of(self._first_day) - pattern.week_start) % 7
            length = 7 * pattern.interval
            return Cycle(length, {(first + day) % length for day in range(7)})
        if pattern.interval <= self._slots == len(self._open):
            return None
        length, slots = self._slots_by_day()
        return None if len(slots) == length else Cycle(length, set(slots))

    def _slots_by_day(self) -> tuple[int, Counter[int]]:
        """A cycle of days, and by the place of a day in it how many slots INTERVAL reaches."""
        # Slot s of day d is reached when d * slots + s and the anchor differ by a multiple of
        # interval: for each s, that holds of every length-th day.
        interval, slots = self._pattern.interval, self._slots
        common = gcd(interval, slots)
        length = interval // common
        inverse = pow(slots // common, -1, length)
        return length, Counter(
            (self._anchor - slot) // common * inverse % length
            for slot in self._open
            if (self._anchor - slot) % common == 0
        )

    # What the BYxxx parts pick.

    def _page(self, year: int) -> Page:
        if not self._chooses_days:
            return Page(self._candidates(year), {})
        page = self._pages.get(year)
        if page is None:
            if len(self._pages) >= _REMEMBERED_YEARS:
                self._pages.clear()
            page = self._pages[year] = self._page_of_kind(year)
        return page

    def _page_of_kind(self, year: int) -> Page:
        """The page of a year, which is that of each year with the same candidates."""
        first, end = YEAR_START[year] + 1, _year_end(year)
        kind: tuple[int, ...] = (weekday_of(first), end - first, self._candidates(year))
        if self._pattern.frequency == WEEKLY:
            # The days beside the year share weeks with it. The ends of the calendar cut these off.
            before, after = max(first - 6, _FIRST_DAY), min(end + 6, _LAST_DAY + 1)
            kind += self._candidates_in(before, first), self._candidates_in(end, after)
            kind += first - before, after - end
        page = self._pages_of_kinds.get(kind)
        if page is None:
            page = self._pages_of_kinds[kind] = self._chosen(year)
        return page

    def _chosen(self, year: int) -> Page:
        """What BYSETPOS leaves of the candidates of a year."""
        times: dict[int, list[int]] = {}
        first = YEAR_START[year] + 1
        for low, high in self._periods(year):
            days = [low + day for day in each_of(self._candidates_in(low, high))]
            for index in _choose(self._pattern.positions, len(days) * len(self._times)):
                day, time = divmod(index, len(self._times))
                times.setdefault(days[day] - first, []).append(self._times[time])
        own = {day: tuple(t) for day, t in times.items() if 0 <= day < _year_length(year)}
        return Page(sum(1 << day for day in own), own)

    def _periods(self, year: int) -> Iterator[tuple[int, int]]:
        """The days `[low, high)` of each year, month or week that has days in `year`."""
        first, end = YEAR_START[year] + 1, _year_end(year)
        if self._pattern.frequency == YEARLY:
            yield first, end
        elif self._pattern.frequency == MONTHLY:
            for month in range(1, 13):
                low = first + DAYS_BEFORE[year][month]
                yield low, low + days_in_month(year, month)
        else:
            week = first - (weekday_of(first) - self._pattern.week_start) % 7
            for low in range(week, end, 7):
                yield max(low, _FIRST_DAY), min(low + 7, _LAST_DAY + 1)

    def _candidates_in(self, low: int, high: int) -> int:
        """The candidates among the days `[low, high)`, which meet two years at most."""
        if low >= high:
            return 0
        year = date_of(low)[0]
        bits = self._candidates(year) >> (low - YEAR_START[year] - 1)
        end = _year_end(year)
        if high > end:
            bits |= self._candidates(year + 1) << (end - low)
        return bits & ((1 << (high - low)) - 1)

    def _candidates(self, year: int) -> int:
        """The days of a year that the BYxxx parts before BYSETPOS pick, as bits."""
        bits = self._base(year)
        if self._pattern.easter_days:
            bits &= _easter_days(year, self._pattern.easter_days)
        return bits

    def _base(self, year: int) -> int:
        """The days of a year that all BYxxx parts but Easter and set positions pick, as bits."""
        if not self._times:
            return 0
        shape = _shape(year)
        bits = self._bases.get(shape)
        if bits is None:
            # Any year of the shape will do, and this one has years on both sides.
            bits = self._bases[shape] = _days_of_year(self._pattern, 2000 + year % CYCLE_YEARS)
        return bits

    @cached_property
    def _is_barren(self) -> bool:
        """Whether Easter, on any day that it can have in years of any shape, picks no day."""
        pattern = self._pattern
        if not pattern.easter_days:
            return False
        most = 0
        for year in {_shape(year): year for year in range(1600, 1600 + CYCLE_YEARS)}.values():
            for sunday in each_of(_weekday_bits(year, 6) & _easter_range(year)):
                easter = sum(1 << sunday + distance for distance in pattern.easter_days)
                most = max(most, (self._base(year) & easter).bit_count())
        # A week may have days of two years.
        most *= 2 * len(self._times)
        return not most or all(abs(position) > most for position in pattern.positions or (0,))

    # Times on a picked day, in seconds of the day.

    def _time_near(self, day: int, second: int, step: Step) -> int | None:
        """The first time of a picked day at or after `second`, or the last at or before it."""
        times, slots = self._times_on(day), self._slots_on(day)
        slot, rest = divmod(second, self._width)
        if slots >> slot & 1:
            index = bisect_left(times, rest) if step == 1 else bisect_right(times, rest) - 1
            if 0 <= index < len(times):
                return second - rest + times[index]
        if step == 1:
            later = slots >> (slot + 1)
            return (slot + 1 + lowest(later)) * self._width + times[0] if later else None
        earlier = slots & ((1 << slot) - 1)
        return (earlier.bit_length() - 1) * self._width + times[-1] if earlier else None

    def _times_on(self, day: int) -> tuple[int, ...]:
        if not self._chooses_days:
            return self._times
        year = date_of(day)[0]
        return self._page(year).times[day - YEAR_START[year] - 1]

    def _slots_on(self, day: int) -> int:
        """The slots of a day that the rule picks, as bits."""
        if self._steady:
            return self._open_bits
        first = (self._anchor - day * self._slots) % self._pattern.interval
        return self._comb << first & self._open_bits if first < self._slots else 0

    def kinds(self, year: int) -> Kinds:
        """The days of a year and their times; regardless of DTSTART and the end."""
        days = self._days(year)
        if not days:
            return []
        first = YEAR_START[year] + 1
        if self.is_even:
            return [(self.seconds_on(first + lowest(days)), days)]
        found: dict[object, int] = {}
        times = self._times_on if self._chooses_days else self._slots_on
        for day in each_of(days):
            key = times(first + day)
            found[key] = found.get(key, 0) | 1 << day
        return [(self.seconds_on(first + lowest(days)), days) for days in found.values()]

    def kinds_in(self, days: range) -> Kinds | None:
        """The labels of a range of days, from DTSTART to the end; None if kinds get too many.

        Bit n of the days is day n of the range.
        """
        found = self._kinds_in(days)
        if found is None:
            return None
        start, end = self.ends
        line = timeline_of(days, found.items())
        return [*joined(line, whole_span(days, start, end + 1), and_).kinds]

    def _kinds_in(self, days: range) -> dict[int, int] | None:
        found: dict[int, int] = {}
        if len(days) > _SPLIT_FROM:
            # In halves, since a bit of a late day is as long as all days before it.
            middle = len(days) // 2
            for part, places in ((days[:middle], 0), (days[middle:], middle)):
                half = self._kinds_in(part)
                if half is None:
                    return None
                for seconds, on in half.items():
                    found[seconds] = found.get(seconds, 0) | on << places
        else:
            first = days.start
            while first < days.stop:
                year = date_of(first)[0]
                stop = min(_year_end(year), days.stop)
                bits = self._days(year) >> (first - YEAR_START[year] - 1)
                bits &= (1 << (stop - first)) - 1
                spend(_COST_OF_YEAR if self.is_even else bits.bit_count())
                if bits and self.is_even:
                    seconds = self.seconds_on(first + lowest(bits))
                    found[seconds] = found.get(seconds, 0) | bits << first - days.start
                elif bits:
                    for day in each_of(bits):
                        seconds = self.seconds_on(first + day)
                        found[seconds] = found.get(seconds, 0) | 1 << first + day - days.start
                first = stop
        return found if len(found) <= MOST_KINDS else None

    def sure_days(self, year: int) -> int:
        """The days of a year that the end of the rule does not cut, as bits."""
        sure = self._sure_end - YEAR_START[year] - 1
        sure = _YEAR_BITS if self._last == LAST_LABEL else min(max(0, sure), _YEAR_BITS)
        return (1 << sure) - 1

    @cached_property
    def is_even(self) -> bool:
        """Whether each picked day has the same times."""
        return not self._chooses_days and (
            self._steady or self._slots % self._pattern.interval == 0
        )

    @cached_property
    def turn_in_years(self) -> int | None:
        """The years in which it does all that it ever does; None with Easter."""
        pattern = self._pattern
        months = 12 if pattern.frequency == MONTHLY else 1
        goes_by_shape = (
            months % pattern.interval == 0
            and not (pattern.week_numbers or pattern.easter_days)
            and not (pattern.frequency == WEEKLY and pattern.positions)
        )
        return SHAPED_YEARS if goes_by_shape else self._period

    @property
    def is_listed(self) -> bool:
        """Whether the times of all days of a year are soon known."""
        return self.is_even or self._chooses_days

    @cached_property
    def turn(self) -> int | None:
        """The days after which its labels come again; None where the calendar says which days."""
        pattern = self._pattern
        if (
            pattern.frequency < WEEKLY
            or self._chooses_days
            or (pattern.months or pattern.month_days or pattern.week_numbers)
            or (pattern.year_days or pattern.easter_days)
        ):
            return None
        if pattern.frequency == WEEKLY:
            return 7 * pattern.interval
        days = pattern.interval // gcd(pattern.interval, self._slots)
        return lcm(days, 7) if pattern.weekdays else days

    def kinds_at_most(self, year: int) -> Kinds:
        """The days of a year, each with all the times that any of them may have."""
        if self.is_listed:
            return self.kinds(year)
        return [(self._seconds_of(self._open_bits), self._days(year))]

    def seconds_on(self, day: int) -> int:
        """The times of a picked day, as bits."""
        if self._chooses_days:
            return bits_of(self._times_on(day))
        return self._seconds_of(self._slots_on(day))

    def _seconds_of(self, slots: int) -> int:
        """The times of some slots of a day, as bits."""
        bits = self._seconds_by_slots.get(slots)
        if bits is None:
            if slots == (1 << self._slots) - 1:
                begins = every_nth_bit(0, self._width, DAY)
            elif self._width == 1:
                begins = slots
            else:
                begins = bits_of(slot * self._width for slot in each_of(slots))
            bits = 0
            for time in self._times:
                bits |= begins << time
            if slots == self._open_bits or self.is_even:
                # Other sets of slots are as many as there are days.
                self._seconds_by_slots[slots] = bits
        return bits

    def has_times(self, low: int, high: int) -> bool:
        """Whether a picked day may have a time in the seconds `[low, high)` of a day."""
        return bool(self._seconds_of(self._open_bits) >> low & ((1 << (high - low)) - 1))

    # Numbers of labels.

    def _count(self, start: int, end: int) -> int:
        """The number of labels in `[start, end)`; regardless of DTSTART and the end."""
        (first, from_second), (last, to_second) = divmod(start, DAY), divmod(end, DAY)
        number = self._count_days(first, last) - self._count_times(first, from_second)
        return number + (self._count_times(last, to_second) if to_second else 0)

    def _count_days(self, first: int, end: int) -> int:
        """The number of labels on the days `[first, end)`."""
        number = 0
        while first < end:
            year = date_of(first)[0]
            stop = min(end, _year_end(year))
            bits = self._days(year) >> (first - YEAR_START[year] - 1) & ((1 << (stop - first)) - 1)
            number += self._count_on(first, bits)
            first = stop
        return number

    def _count_on(self, first: int, days: int) -> int:
        """The number of labels on the days that are bits of `days`, counted from `first`."""
        if self._chooses_days:
            return sum(len(self._times_on(first + day)) for day in each_of(days))
        if self._steady:
            return days.bit_count() * len(self._open) * len(self._times)
        if self._tallies is None:
            length, slots = self._slots_by_day()
            self._tallies = [
                (number, Cycle(length, {place for place in slots if slots[place] == number}))
                for number in set(slots.values())
            ]
        reached = ((days & cycle.bits(first)).bit_count() * n for n, cycle in self._tallies)
        return sum(reached) * len(self._times)

    def _count_times(self, day: int, second: int) -> int:
        """The number of labels on a day, before `second` of it."""
        year = date_of(day)[0]
        if not self._days(year) >> (day - YEAR_START[year] - 1) & 1:
            return 0
        times, slots = self._times_on(day), self._slots_on(day)
        slot, rest = divmod(second, self._width)
        number = (slots & ((1 << slot) - 1)).bit_count() * len(times)
        return number + (bisect_left(times, rest) if slots >> slot & 1 else 0)

    def _label_number(self, number: int) -> int:
        """The label that has this number from DTSTART on, LAST_LABEL when there are fewer."""
        start = self._pattern.start
        if self._pattern.frequency >= DAILY:
            steps = (LAST_LABEL - start) // (self._width * self._pattern.interval) + 1
            if number > steps * len(self._times):
                return LAST_LABEL
        number += self._count_times(self._first_day, start % DAY)
        first = self._first_day
        for year in range(self._first_year, LAST_YEAR + 1):
            end = _year_end(year)
            in_year = self._count_days(first, end)
            if number <= in_year:
                break
            number -= in_year
            first = end
        else:
            return LAST_LABEL
        day = first + bisect_left(
            range(end - first), number, key=lambda days: self._count_days(first, first + days + 1)
        )
        number -= self._count_days(first, day)
        second = bisect_left(
            range(DAY), number, key=lambda second: self._count_times(day, second + 1)
        )
        return day * DAY + second


def _in_calendar(day: int) -> int:
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def _year_length(year: int) -> int:
    return DAYS_BEFORE[year][12] + 31


@lru_cache(maxsize=_REMEMBERED_YEARS)
def _shape(year: int) -> tuple[int, ...]:
    """What the calendar of a year and the numbers of its weeks follow from."""
    # The first and the last week may belong to the years beside it. There is no year 10000.
    around = (year - 1, year, (year + 1) % CYCLE_YEARS)
    return weekday_of(YEAR_START[year] + 1), *map(_year_length, around)


def _easter_range(year: int) -> int:
    """The days from 22 March to 25 April, between which Easter is, as bits."""
    return ((1 << 35) - 1) << DAYS_BEFORE[year][3] + 21


def _year_end(year: int) -> int:
    """The first day after a year, counted from 1970-01-01."""
    return YEAR_START[year] + _year_length(year) + 1


def _month_bits(year: int, month: int) -> int:
    return ((1 << days_in_month(year, month)) - 1) << DAYS_BEFORE[year][month]


def _times(pattern: Pattern) -> tuple[int, ...]:
    """The times in a slot, in seconds from its beginning."""
    hours = pattern.hours if pattern.frequency < HOURLY else (0,)
    minutes = pattern.minutes if pattern.frequency < MINUTELY else (0,)
    seconds = pattern.seconds if pattern.frequency < SECONDLY else (0,)
    return tuple((h * 60 + m) * 60 + s for h, m, s in product(hours, minutes, seconds))


def _open_slots(pattern: Pattern) -> Sequence[int]:
    """The slots of a day that BYHOUR, BYMINUTE and BYSECOND leave open."""
    if pattern.frequency < HOURLY:
        return (0,)
    hours = pattern.hours or range(24)
    minutes = pattern.minutes or range(60)
    seconds = pattern.seconds or range(60)
    if pattern.frequency == HOURLY:
        return hours
    if (
        not pattern.hours
        and not pattern.minutes
        and (pattern.frequency == MINUTELY or not pattern.seconds)
    ):
        return range(DAY // _SLOT[pattern.frequency])
    if pattern.frequency == MINUTELY:
        return [h * 60 + m for h, m in product(hours, minutes)]
    return [(h * 60 + m) * 60 + s for h, m, s in product(hours, minutes, seconds)]


def _choose(positions: tuple[int, ...], size: int) -> list[int]:
    """The indices that BYSETPOS chooses from a set of `size`, in order."""
    chosen = {position - 1 if position > 0 else size + position for position in positions}
    return sorted(index for index in chosen if 0 <= index < size)


def _days_of_year(pattern: Pattern, year: int) -> int:
    """The days of a year that all BYxxx parts but Easter and set positions pick, as bits."""
    length = _year_length(year)
    bits = (1 << length) - 1
    monthly = pattern.frequency == MONTHLY or bool(pattern.months)
    months = [_month_bits(year, month) for month in pattern.months or range(1, 13)]
    if pattern.months and not pattern.skip:
        bits &= sum(months)
    if pattern.week_numbers:
        bits &= _weeks(year, pattern.week_start, pattern.week_numbers)
    if pattern.year_days:
        bits &= _numbered((1 << length) - 1, pattern.year_days)
    if pattern.month_days:
        days = 0
        for month in months:
            days |= _numbered(month, pattern.month_days)
            if pattern.skip and month.bit_count() < max(pattern.month_days):
                last = 1 << month.bit_length() - 1
                days |= last if pattern.skip == BACKWARD else last << 1
        bits &= days
    if pattern.weekdays:
        # A list is for days that are any of its items, and each item is for its own weekday.
        periods = months if monthly else [(1 << length) - 1]
        named = 0
        for weekday, ordinal in pattern.weekdays:
            days = _weekday_bits(year, weekday)
            if ordinal:
                days = sum(_numbered(days & period, (ordinal,)) for period in periods)
            named |= days
        bits &= named
    return bits


def _numbered(days: int, numbers: tuple[int, ...]) -> int:
    """Those of some days, as bits, that have these numbers from 1 or from -1 backwards."""
    each = list(each_of(days))
    return sum(1 << each[index] for index in _choose(numbers, len(each)))


def _weekday_bits(year: int, weekday: int) -> int:
    """The days of a year that are this weekday, as bits."""
    first = (weekday - weekday_of(YEAR_START[year] + 1)) % 7
    return bits_of(range(first, _year_length(year), 7))


def _weeks(year: int, week_start: int, numbers: tuple[int, ...]) -> int:
    """The days of a year in the weeks of these numbers, as bits.

    A week belongs to the year that has its fourth day, as RFC 5545 and ISO 8601 number them: 1
    January 2011, a Saturday, is in week 52 of 2010.
    """
    bits = 0
    for own in (year - 1, year, year + 1):
        fourths = each_of(_weekday_bits(own, (week_start + 3) % 7))
        starts = [YEAR_START[own] - YEAR_START[year] + fourth - 3 for fourth in fourths]
        for index in _choose(numbers, len(starts)):
            first = starts[index]
            bits |= 0b1111111 << first if first >= 0 else 0b1111111 >> min(-first, 7)
    return bits & ((1 << _year_length(year)) - 1)


@lru_cache(maxsize=_REMEMBERED_YEARS)
def _easter_days(year: int, distances: tuple[int, ...]) -> int:
    from dateutil.easter import easter

    sunday = easter(year).timetuple().tm_yday - 1
    return sum(1 << sunday + distance for distance in distances)


def _period(pattern: Pattern, slots: int) -> int | None:
    """The years after which the days of a rule come again; None with Easter, which does not."""
    if pattern.easter_days:
        return None
    # 400 years are so many years, months, weeks or slots of a day.
    units = {YEARLY: CYCLE_YEARS, MONTHLY: 12 * CYCLE_YEARS, WEEKLY: _CYCLE_DAYS // 7}
    unit = units.get(pattern.frequency, _CYCLE_DAYS * slots)
    return CYCLE_YEARS * (lcm(unit, pattern.interval) // unit)


Kinds = list[tuple[int, int]]
"""Seconds of a day, and the days that have just these; both as bits, and each day in one pair."""


def _without(kinds: Kinds, others: Kinds, counted: int) -> Kinds:
    """What is left of some kinds of days beside those of `others` on the days `counted`."""
    left = kinds
    for seconds, days in others:
        shared = days & counted
        kinds, left = left, []
        for own, on in kinds:
            if on & ~shared:
                left.append((own, on & ~shared))
            if on & shared and own & ~seconds:
                left.append((own & ~seconds, on & shared))
    return left


def label_beside(
    labels: RuleLabels,
    others: tuple[RuleLabels, ...],
    label: int,
    step: Step,
    bound: int | None,
) -> tuple[int | None, bool]:
    """The first label at or after `label` that `labels` has and none of `others`; then True.

    For step -1 the last at or before it. None when it is proven that there is none, or none up to
    the label `bound`. With False, a proof would take too long: there is none before that label.
    """
    day, second = divmod(label, DAY)
    if others in labels._covered_by or (
        step == 1 and day >= labels._barren_beside.get(others, _LAST_DAY + 1)
    ):
        return None, True
    endless = all(other._last == LAST_LABEL for other in others)
    if endless and any(_has_all_of(other, labels) for other in others):
        labels._covered_by.add(others)
        return None, True
    turn = _least_common([each.turn for each in (labels, *others)]) if endless else None
    years = _least_common([each._period for each in (labels, *others)]) if endless else None
    if turn is not None:
        years = turn // 365 + 1
    first, given_up = labels._given_up_beside.get((others, step), (day, day))
    looks, start = 0, day
    if (day - first) * step >= 0 and (given_up - day) * step > 0:
        # Of the days from here on, nearly as many have been looked at as it looks at at all.
        looks, start = max(0, _MOST_DAYS - abs(day - first)), given_up
    for found, is_sure in _days_beside(labels, others, start, step, bound, years):
        if turn is not None and abs(found - day) > turn:
            labels._covered_by.add(others)
            return None, True
        looks += 1
        if not is_sure or looks > _MOST_DAYS:
            labels._given_up_beside[others, step] = day, found
            return found * DAY + (0 if step == 1 else DAY - 1), False
        left = _left_on(found, labels, others)
        if found == day:
            left = left >> second << second if step == 1 else left & ((2 << second) - 1)
        if left:
            return found * DAY + (lowest(left) if step == 1 else left.bit_length() - 1), True
    if bound is None:
        year = date_of(day)[0] + step * (years or CYCLE_YEARS * LAST_YEAR)
        if labels._first_year <= year <= date_of(labels._last // DAY)[0]:
            labels._covered_by.add(others)
        elif step == 1:
            labels._barren_beside[others] = min(day, labels._barren_beside.get(others, day))
    return None, True


def _days_beside(
    labels: RuleLabels,
    others: tuple[RuleLabels, ...],
    day: int,
    step: Step,
    bound: int | None,
    years: int | None,
) -> Iterator[tuple[int, bool]]:
    """The days at or beyond `day` on which `labels` may have a label that none of `others` has.

    Up to the label `bound`, and for so many `years`. With False, more would take too long.
    """
    year = asked = date_of(day)[0]
    last_year = date_of(labels._last // DAY)[0] if step == 1 else labels._first_year
    ends = [last_year]
    if bound is not None:
        ends.append(date_of(_in_calendar(bound // DAY))[0])
    if years is not None:
        ends.append(year + step * years)
    end = min(ends) if step == 1 else max(ends)
    listed = [other for other in others if other.is_listed]
    looks = 0
    while (end - year) * step >= 0:
        kinds = labels.kinds_at_most(year)
        for other in listed:
            kinds = _without(kinds, other.kinds(year), other.sure_days(year))
        looks += 1 + len(kinds)
        bits = 0
        for _, days in kinds:
            bits |= days
        first = YEAR_START[year] + 1
        if year == asked:
            place = day - first
            bits = bits >> place << place if step == 1 else bits & ((2 << place) - 1)
        while bits:
            place = lowest(bits) if step == 1 else bits.bit_length() - 1
            yield first + place, True
            bits ^= 1 << place
        if looks > _MOST_LOOKS:
            yield (first if step == 1 else _year_end(year) - 1), False
        year += step


def _left_on(day: int, labels: RuleLabels, others: tuple[RuleLabels, ...]) -> int:
    """The times of a picked day that none of `others` has, as bits."""
    year = date_of(day)[0]
    place = day - YEAR_START[year] - 1
    left = labels.seconds_on(day)
    for other in others:
        if (other._days(year) & other.sure_days(year)) >> place & 1:
            left &= ~other.seconds_on(day)
    return left


def _has_all_of(other: RuleLabels, labels: RuleLabels) -> bool:
    """Whether a rule without an end has every label of another, which may but count further."""
    mine, its = labels._pattern, other._pattern
    counted_alike = replace(mine, interval=its.interval, until=its.until, count=its.count)
    return counted_alike == its and mine.interval % its.interval == 0


def _least_common(numbers: Sequence[int | None]) -> int | None:
    """The least common multiple; None if one is not known."""
    known = [number for number in numbers if number is not None]
    return lcm(*known) if len(known) == len(numbers) else None
