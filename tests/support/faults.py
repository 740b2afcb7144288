"""Faults of the kinds that scheduling code has, each a change of one place in the package.

The laws and strategies of `duetime.testing` must find them: `tests.support.mutants` puts one after
another into a copy of the package and runs the properties on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Fault:
    """One change of one file."""

    name: str
    file: str
    """Relative to the package."""
    text: str
    """What is replaced; it stands in the file exactly once."""
    instead: str

    def applied(self, source: str) -> str:
        """The source with the fault in it; raises ValueError if its place is not there once."""
        if source.count(self.text) != 1:
            raise ValueError(f"{self.name}: its text is in {self.file} {source.count(self.text)}x")
        return source.replace(self.text, self.instead)


ZONES: Final = (
    Fault(
        "an-overlap-counts-twice-under-first",
        "zones.py",
        "            low = start + before\n",
        "            low = start + offset\n",
    ),
    Fault(
        "an-overlap-counts-twice-under-last",
        "zones.py",
        "            high = end + after\n",
        "            high = end + offset\n",
    ),
    Fault(
        "first-and-last-change-places",
        "zones.py",
        'if self.overlap == "first" and before > offset:\n            low = start + before\n'
        '        elif self.overlap == "last"',
        'if self.overlap == "last" and before > offset:\n            low = start + before\n'
        '        elif self.overlap == "first"',
    ),
    Fault(
        "quartz-takes-the-first-of-two",
        "zones.py",
        '"quartz": DstPolicy("skip", "last")',
        '"quartz": DstPolicy("skip", "first")',
    ),
    Fault(
        "icalendar-runs-at-the-end-of-the-gap",
        "zones.py",
        '"rfc5545": DstPolicy("shift", "first")',
        '"rfc5545": DstPolicy("end", "first")',
    ),
    Fault(
        "a-day-is-quiet-too-soon-after-a-change",
        "zones.py",
        "return self.start + abs(self.offset - self.before) + max(0, self.offset)",
        "return self.start + max(0, self.offset)",
    ),
    Fault(
        "a-day-is-quiet-too-long-before-a-change",
        "zones.py",
        "return self.end - abs(self.after - self.offset) + min(0, self.offset)",
        "return self.end + min(0, self.offset)",
    ),
    Fault(
        "a-day-is-quiet-whose-end-is-not",
        "zones.py",
        "stretch.calm_from <= start and start + DAY <= stretch.calm_to",
        "stretch.calm_from <= start and start <= stretch.calm_to",
    ),
    Fault(
        "changes-beside-a-block-go-unseen",
        "zones.py",
        "MARGIN: Final = 4 * DAY",
        "MARGIN: Final = 1 * DAY",
    ),
    Fault(
        "two-changes-within-a-month-cancel-out",
        "zones.py",
        "PROBE: Final = 4 * DAY",
        "PROBE: Final = 40 * DAY",
    ),
    Fault(
        "moved-runs-are-not-waited-for",
        "zones.py",
        "reach = start + max(offset, before) + abs(offset - before)",
        "reach = start + max(offset, before)",
    ),
    Fault(
        "the-hour-before-a-change-back-is-plain",
        "zones.py",
        "label < end + min(offset, after)",
        "label < end + max(offset, after)",
    ),
    Fault(
        "the-fold-of-an-answer-is-ignored",
        "zones.py",
        "            return datetime.fromtimestamp(second, self.tzinfo)\n",
        "            return datetime.fromtimestamp(second, self.tzinfo).replace(fold=0)\n",
    ),
    Fault(
        "the-fold-of-a-question-is-ignored",
        "zones.py",
        "elapsed = moment - EPOCH",
        "elapsed = moment.replace(fold=0) - EPOCH",
    ),
    Fault(
        "microseconds-are-cut-off",
        "zones.py",
        "elapsed.seconds) * SECOND + elapsed.microseconds",
        "elapsed.seconds) * SECOND",
    ),
    Fault(
        "offsets-lose-their-sign",
        "zones.py",
        "return offset.days * DAY + offset.seconds",
        "return abs(offset.days * DAY + offset.seconds)",
    ),
    Fault(
        "offsets-are-whole-minutes",
        "zones.py",
        "return offset.days * DAY + offset.seconds",
        "return offset.days * DAY + offset.seconds // 60 * 60",
    ),
    Fault(
        "a-change-comes-a-second-early",
        "zones.py",
        "return [(right, right_offset)]",
        "return [(left, right_offset)]",
    ),
    Fault(
        "a-change-at-the-start-of-a-window-is-none",
        "zones.py",
        "opens <= stretch.start < closes",
        "opens < stretch.start < closes",
    ),
    Fault(
        "the-first-days-of-the-calendar-are-like-others",
        "zones.py",
        "_SAFE_DAYS: Final = range(4, LAST_ORDINAL - 2)",
        "_SAFE_DAYS: Final = range(1, LAST_ORDINAL + 1)",
    ),
    Fault(
        "the-calendar-begins-at-one-instant-everywhere",
        "zones.py",
        "self.first = (FIRST_LABEL - self.offset_at(FIRST_LABEL)) * SECOND",
        "self.first = FIRST_LABEL * SECOND",
    ),
    Fault(
        "the-calendar-ends-at-one-instant-everywhere",
        "zones.py",
        "self.last = (LAST_LABEL + 1 - self.offset_at(LAST_LABEL)) * SECOND - 1",
        "self.last = (LAST_LABEL + 1) * SECOND - 1",
    ),
    Fault(
        "a-cycle-of-400-years-has-julian-length",
        "zones.py",
        "CYCLE: Final = 146_097 * DAY",
        "CYCLE: Final = 146_100 * DAY",
    ),
    Fault(
        "rules-repeat-from-the-year-2000-on",
        "zones.py",
        "LISTED_UNTIL: Final = (date(2100, 1, 1)",
        "LISTED_UNTIL: Final = (date(2000, 1, 1)",
    ),
    Fault(
        "wall-time-is-behind-where-it-is-ahead",
        "zones.py",
        "moment + _elapsed(offset)",
        "moment - _elapsed(offset)",
    ),
    Fault(
        "the-day-after-is-asked-for-the-offset",
        "zones.py",
        "        day = second // DAY + EPOCH_ORDINAL\n",
        "        day = second // DAY + EPOCH_ORDINAL + 1\n",
    ),
)

CRONTABS: Final = (
    Fault(
        "the-leap-rule-forgets-centuries",
        "dates/gregorian.py",
        "year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)",
        "year % 4 == 0",
    ),
    Fault(
        "the-leap-rule-forgets-the-year-2000",
        "dates/gregorian.py",
        "year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)",
        "year % 4 == 0 and year % 100 != 0",
    ),
    Fault(
        "august-has-30-days-and-september-31",
        "dates/gregorian.py",
        "30, 31, 30, 31, 31, 30, 31, 30, 31)",
        "30, 31, 30, 31, 30, 31, 31, 30, 31)",
    ),
    Fault(
        "years-begin-a-weekday-early",
        "dates/gregorian.py",
        "(YEAR_START[year] + 1 + _EPOCH.weekday()) % 7",
        "(YEAR_START[year] + _EPOCH.weekday()) % 7",
    ),
    Fault(
        "weekdays-count-from-monday-as-0",
        "crontabs/shapes.py",
        "cron from Sunday.\n        weekday = (first_weekday + day) % 7",
        "cron from Sunday.\n        weekday = (first_weekday + day - 1) % 7",
    ),
    Fault(
        "and-and-or-of-the-day-fields-are-swapped",
        "crontabs/shapes.py",
        'by_date & by_weekday if rule.join == "and" else by_date | by_weekday',
        'by_date | by_weekday if rule.join == "and" else by_date & by_weekday',
    ),
    Fault(
        "the-last-day-is-the-one-before",
        "crontabs/shapes.py",
        "mask |= 1 << (length - n)",
        "mask |= 1 << (length - n - 1)",
    ),
    Fault(
        "day-31-falls-on-the-30th",
        "crontabs/shapes.py",
        "if clamp and mask >> length > 1:",
        "if mask >> length > 1:",
    ),
    Fault(
        "the-nearest-weekday-leaves-the-month-at-its-start",
        "crontabs/shapes.py",
        "return day - 1 if day > 1 else day + 2",
        "return day - 1",
    ),
    Fault(
        "the-nearest-weekday-leaves-the-month-at-its-end",
        "crontabs/shapes.py",
        "return day + 1 if day < length else day - 2",
        "return day + 1",
    ),
    Fault(
        "the-nth-weekday-is-by-whole-weeks",
        "crontabs/shapes.py",
        "nth = (day - 1) // 7 + 1",
        "nth = day // 7 + 1",
    ),
    Fault(
        "the-last-weekday-comes-twice",
        "crontabs/shapes.py",
        "day + 7 > length and",
        "day + 7 >= length and",
    ),
    Fault(
        "weekday-7-is-no-day",
        "crontabs/fields.py",
        "return (bits | bits >> 7 & 1) & ~(1 << 7)",
        "return bits & ~(1 << 7)",
    ),
    Fault(
        "quartz-weekdays-count-from-0",
        "crontabs/fields.py",
        'first if names[:1] == ("sun",) else 0',
        "0",
    ),
    Fault(
        "a-star-restricts-under-or",
        "crontabs/fields.py",
        'if join == "or":\n                day_of_month',
        'if join == "and":\n                day_of_month',
    ),
    Fault(
        "day-29-is-dropped-from-short-months",
        "crontabs/fields.py",
        "0b111 << 29 | 0b111 << NEAR_DAY + 29",
        "0b11 << 30 | 0b111 << NEAR_DAY + 29",
    ),
    Fault(
        "both-day-fields-must-be-free-for-and",
        "crontabs/reader.py",
        "if free(day) or free(weekday) or",
        "if (free(day) and free(weekday)) or",
    ),
    Fault(
        "a-range-ends-before-its-last-value",
        "crontabs/reader.py",
        "number = (high - low) // step + 1",
        "number = max(1, (high - low) // step)",
    ),
    Fault(
        "a-range-that-wraps-is-one-short",
        "crontabs/reader.py",
        "        high += field.size\n",
        "        high += field.size - 1\n",
    ),
    Fault(
        "a-step-from-a-number-goes-nowhere",
        "crontabs/reader.py",
        "elif dialect.open_step:\n            high = field.last",
        "elif dialect.open_step:\n            high = low",
    ),
    Fault(
        "a-starred-hour-does-not-follow-the-clock",
        "crontabs/reader.py",
        '            or texts["hour"][0] == "*"\n',
        "",
    ),
    Fault(
        "a-stepped-star-restricts-the-days",
        "crontabs/dialects.py",
        'join="star"',
        'join="first"',
    ),
    Fault(
        "celery-joins-the-days-by-or",
        "crontabs/dialects.py",
        'join="and",\n            policy="vixie"',
        'join="star",\n            policy="vixie"',
    ),
    Fault(
        "a-backward-search-starts-a-month-on-the-30th",
        "crontabs/timetable.py",
        "(1, 1) if step == 1 else (12, 31)",
        "(1, 1) if step == 1 else (12, 30)",
    ),
    Fault(
        "a-backward-search-starts-before-the-last-second",
        "crontabs/timetable.py",
        "first = 0 if step == 1 else -2",
        "first = 0 if step == 1 else -3",
    ),
    Fault(
        "a-backward-search-turns-round-at-the-minute",
        "crontabs/timetable.py",
        "found = self.minutes[minute + self._step]",
        "found = self.minutes[minute + 1]",
    ),
    Fault(
        "the-shape-of-the-year-before-is-taken",
        "crontabs/timetable.py",
        "            year = beyond\n            shapes = SHAPE[year]\n",
        "            year = beyond\n",
    ),
    Fault(
        "a-listed-year-is-passed-over-backwards",
        "crontabs/timetable.py",
        "else bisect_left(busy, year) - 1",
        "else bisect_left(busy, year) - 2",
    ),
    Fault(
        "there-is-a-year-10000",
        "crontabs/timetable.py",
        "return year if distance and FIRST_YEAR <= year <= LAST_YEAR else None",
        "return year if distance else None",
    ),
    Fault(
        "days-count-in-months-left-out",
        "crontabs/timetable.py",
        "if shape == SHAPES or self.days[month] is _NO_MONTH:",
        "if shape == SHAPES:",
    ),
    Fault(
        "the-second-of-the-question-comes-again",
        "crontabs/schedule.py",
        "second = table.seconds[local.second + 1]",
        "second = table.seconds[local.second]",
    ),
    Fault(
        "the-minute-of-the-question-comes-again",
        "crontabs/schedule.py",
        "minute = table.minutes[minute + 1]",
        "minute = table.minutes[minute]",
    ),
    Fault(
        "the-hour-after-the-question-is-passed-over",
        "crontabs/schedule.py",
        "            hour = table.hours[hour + 1]\n",
        "            hour = table.hours[min(hour + 2, 24)]\n",
    ),
    Fault(
        "the-day-after-is-asked-whether-it-is-quiet",
        "crontabs/schedule.py",
        "            number += found - day\n",
        "            number += 1\n",
    ),
    Fault(
        "the-offset-of-the-question-is-that-of-the-answer",
        "crontabs/schedule.py",
        "        number = label // DAY + EPOCH_ORDINAL\n"
        "        offset = quiet[number >> BLOCK_BITS][number & IN_BLOCK]\n"
        "        if offset is None:\n"
        "            offset = self.zone.plain_offset(label)\n",
        "",
    ),
    Fault(
        "a-question-between-seconds-skips-a-run",
        "crontabs/schedule.py",
        "run = self.next_epoch(instant // SECOND)",
        "run = self.next_epoch(-(-instant // SECOND))",
    ),
    Fault(
        "a-question-between-seconds-skips-a-run-backwards",
        "crontabs/schedule.py",
        "run = self.prev_epoch(-(-instant // SECOND))",
        "run = self.prev_epoch(instant // SECOND)",
    ),
    Fault(
        "a-crontab-of-one-month-is-daily",
        "crontabs/schedule.py",
        "fields.year is None and fields.month == EVERY_MONTH and _every_day",
        "fields.year is None and _every_day",
    ),
    Fault(
        "busy-days-are-those-before",
        "crontabs/schedule.py",
        "return bits >> days.start - day_number(years[0], 1, 1)",
        "return bits >> days.start + 1 - day_number(years[0], 1, 1)",
    ),
    Fault(
        "a-run-at-the-start-is-not-counted",
        "crontabs/schedule.py",
        "number -= self._times_before(from_second)",
        "number -= self._times_before(from_second + 1)",
    ),
    Fault(
        "the-last-second-of-a-window-is-not-counted",
        "crontabs/schedule.py",
        "number += self._times_before(to_second + 1)",
        "number += self._times_before(to_second)",
    ),
    Fault(
        "the-day-at-the-end-is-counted-whole",
        "crontabs/schedule.py",
        "(mask(end_year, end_month) & ((1 << end_day) - 1))",
        "(mask(end_year, end_month) & ((2 << end_day) - 1))",
    ),
    Fault(
        "a-month-too-many-is-counted",
        "crontabs/schedule.py",
        "end_year * 12 + end_month - 1):",
        "end_year * 12 + end_month):",
    ),
    Fault(
        "minutes-are-counted-without-their-seconds",
        "crontabs/schedule.py",
        "((1 << minute) - 1)).bit_count() * seconds",
        "((1 << minute) - 1)).bit_count()",
    ),
    Fault(
        "runs-include-the-end",
        "crontabs/schedule.py",
        "end is not None and following >= end",
        "end is not None and following > end",
    ),
    Fault(
        "runs-give-the-first-twice",
        "crontabs/schedule.py",
        "(run.hour, run.minute, run.second).__ge__",
        "(run.hour, run.minute, run.second).__gt__",
    ),
    Fault(
        "runs-take-every-day-for-the-next",
        "crontabs/schedule.py",
        "ordinal += day - previous",
        "ordinal += 1",
    ),
    Fault(
        "crontabs-meet-in-the-months-of-either",
        "crontabs/schedule.py",
        "fields.month & other.month",
        "fields.month | other.month",
    ),
    Fault(
        "crontabs-meet-in-the-years-of-either",
        "crontabs/schedule.py",
        "else fields.year & other.year",
        "else fields.year | other.year",
    ),
)

WALL: Final = (
    Fault(
        "a-wall-run-follows-itself",
        "wall.py",
        "run = self.earliest(instant // SECOND + 1)",
        "run = self.earliest(instant // SECOND)",
    ),
    Fault(
        "a-wall-run-precedes-itself",
        "wall.py",
        "run = self.latest((instant - 1) // SECOND)",
        "run = self.latest(instant // SECOND)",
    ),
    Fault(
        "the-label-at-the-end-of-a-stretch-is-its-own",
        "wall.py",
        "label >= high else label - stretch.offset",
        "label > high else label - stretch.offset",
    ),
    Fault(
        "the-label-at-the-end-of-a-stretch-is-its-own-backwards",
        "wall.py",
        "min(high - 1, second + stretch.offset)",
        "min(high, second + stretch.offset)",
    ),
    Fault(
        "the-first-label-of-a-gap-is-not-moved",
        "wall.py",
        "self.labels_in(max(start, second) + before, start + offset)",
        "self.labels_in(max(start, second) + before + 1, start + offset)",
    ),
    Fault(
        "a-moved-run-has-the-offset-after-the-gap-backwards",
        "wall.py",
        "label < start + before else label - before",
        "label < start + before else label - offset",
    ),
    Fault(
        "the-run-at-the-end-of-a-gap-is-missed-from-there",
        "wall.py",
        "elif second <= start and any(",
        "elif second < start and any(",
    ),
    Fault(
        "labels-before-the-next-stretch-are-passed-over",
        "wall.py",
        "label = self.label_from(end - DAY)",
        "label = self.label_from(end)",
    ),
    Fault(
        "a-moved-run-on-another-counts-twice",
        "wall.py",
        "number += self.label_from(moved + offset) != moved + offset",
        "number += 1",
    ),
    Fault(
        "the-label-after-a-gap-is-in-it",
        "wall.py",
        "self.labels_in(begin + before, begin + offset)",
        "self.labels_in(begin + before, begin + offset + 1)",
    ),
    Fault(
        "the-label-before-an-overlap-ends-is-not-in-it",
        "wall.py",
        "self.labels_in(begin + offset, begin + before)",
        "self.labels_in(begin + offset + 1, begin + before)",
    ),
    Fault(
        "a-doubled-label-names-its-last-instant-as-first",
        "wall.py",
        '"first": (label - stretch.before,)',
        '"first": (label - stretch.offset,)',
    ),
    Fault(
        "a-moved-label-names-an-instant-before-the-gap",
        "wall.py",
        'if self.policy.gap == "end" else label - stretch.before',
        'if self.policy.gap == "end" else label - stretch.offset',
    ),
    Fault(
        "possible-times-take-the-offset-the-wrong-way",
        "wall.py",
        "times |= times_of_day(clock, -offset)",
        "times |= times_of_day(clock, offset)",
    ),
    Fault(
        "certain-times-forget-the-overlap",
        "wall.py",
        '        if len(stretches) > 1 and self.policy.overlap != "both":\n            return 0\n',
        "",
    ),
    Fault(
        "times-of-day-do-not-turn-over-midnight",
        "wall.py",
        "return (times << by | times >> (DAY - by)) & ((1 << DAY) - 1)",
        "return times << by & ((1 << DAY) - 1)",
    ),
    Fault(
        "one-cycle-too-few-is-counted",
        "wall.py",
        "self._count_seconds(low, low + CYCLE) * cycles",
        "self._count_seconds(low, low + CYCLE) * (cycles - 1)",
    ),
)

SETS: Final = (
    Fault(
        "a-union-looks-back-to-the-farther-run",
        "search.py",
        "min(known, default=None) if step == 1 else max(known, default=None)",
        "min(known, default=None)",
    ),
    Fault(
        "a-union-may-run-where-all-its-parts-may",
        "algebra/sets.py",
        "return any_time(part.may_run(block) for part in self.parts)",
        "return _shared_times(self.parts, block)",
    ),
    Fault(
        "a-union-must-run-where-all-its-parts-must-not",
        "algebra/sets.py",
        "return reduce(or_, (part.must_run(block) for part in self.parts))",
        "return reduce(or_, (part.may_run(block) or 0 for part in self.parts))",
    ),
    Fault(
        "an-intersection-is-drawn-as-a-union",
        "algebra/sets.py",
        "return joined_all((part.timeline(days) for part in self.parts), and_)",
        "return joined_all((part.timeline(days) for part in self.parts), or_)",
    ),
    Fault(
        "a-difference-keeps-what-it-takes-away",
        "algebra/sets.py",
        "while run is not None and _runs_at(self.without, run):",
        "while run is not None and not _runs_at(self.without, run):",
    ),
    Fault(
        "a-difference-takes-away-what-may-run",
        "algebra/sets.py",
        "possible & ~self.without.must_run(block)",
        "possible & ~(self.without.may_run(block) or 0)",
    ),
    Fault(
        "a-difference-must-run-where-it-is-taken-away",
        "algebra/sets.py",
        "self.schedule.must_run(block) & ~taken",
        "self.schedule.must_run(block)",
    ),
    Fault(
        "the-start-of-a-clip-is-outside",
        "algebra/sets.py",
        "max(instant, start - 1)",
        "max(instant, start)",
    ),
    Fault(
        "the-end-of-a-clip-is-inside-backwards",
        "algebra/sets.py",
        "min(instant, end)\n        bound",
        "min(instant, end + 1)\n        bound",
    ),
    Fault(
        "the-end-of-a-clip-is-inside",
        "search.py",
        "instant >= bound if step == 1 else instant < bound",
        "instant > bound if step == 1 else instant < bound",
    ),
    Fault(
        "a-clip-of-a-clip-is-the-wider",
        "algebra/sets.py",
        "low = max((i for i in (low, schedule.start)",
        "low = min((i for i in (low, schedule.start)",
    ),
    Fault(
        "a-clip-counts-from-before-its-start",
        "algebra/sets.py",
        "            start = max(start, self.start)\n",
        "            start = min(start, self.start)\n",
    ),
    Fault(
        "a-clip-cannot-run-where-it-does",
        "algebra/sets.py",
        "return 0 if self._is_listed and low >= high else",
        "return 0 if self._is_listed and low <= high else",
    ),
    Fault(
        "a-shift-asks-the-wrong-side",
        "algebra/sets.py",
        "neighbour(self.schedule, instant - self.delta, step, before)",
        "neighbour(self.schedule, instant + self.delta, step, before)",
    ),
    Fault(
        "a-shift-of-a-shift-goes-back",
        "algebra/sets.py",
        "length += schedule.delta",
        "length -= schedule.delta",
    ),
    Fault(
        "a-shift-may-run-where-it-came-from",
        "algebra/sets.py",
        "None if times is None else turned(times, self.delta // SECOND)",
        "times",
    ),
    Fault(
        "a-shift-is-drawn-a-day-late",
        "algebra/sets.py",
        "before = range(days.start - shift - 1, days.stop - shift)",
        "before = range(days.start - shift, days.stop - shift + 1)",
    ),
    Fault(
        "all-but-one-agree-where-parts-meet",
        "algebra/sets.py",
        "if agreed >= len(parts):",
        "if agreed >= len(parts) - 1:",
    ),
    Fault(
        "crontabs-meet-by-labels-in-half-of-an-overlap",
        "algebra/sets.py",
        "stretch.start - (0 if is_gap else size), stretch.start + size",
        "stretch.start, stretch.start + size",
    ),
    Fault(
        "runs-moved-by-a-gap-meet-nothing",
        "algebra/sets.py",
        'any(cron.policy.gap != "skip" for cron in self.crons)',
        'all(cron.policy.gap == "shift" for cron in self.crons)',
    ),
    Fault(
        "an-intersection-tells-of-runs-of-one-part",
        "algebra/sets.py",
        "for instant in sorted(runs) if self.matches(runs[instant]))",
        "for instant in sorted(runs))",
    ),
    Fault(
        "a-difference-tells-of-runs-it-has-not",
        "algebra/sets.py",
        "instants = tuple(instant for instant in change.instants if schedule.matches(instant))",
        "instants = change.instants",
    ),
    Fault(
        "a-shift-tells-of-clock-changes-backwards",
        "algebra/sets.py",
        "runs = (to_instant(instant) + self.delta for",
        "runs = (to_instant(instant) - self.delta for",
    ),
    Fault(
        "what-opens-a-span-is-outside",
        "search.py",
        "if start <= run < end:",
        "if start < run < end:",
    ),
    Fault(
        "a-span-is-counted-beyond-the-end",
        "search.py",
        "high = min(span[1], end)",
        "high = span[1]",
    ),
    Fault(
        "the-rest-after-the-last-whole-day-is-not-counted",
        "search.py",
        "timeline.count() + self._count(high, end)",
        "timeline.count()",
    ),
    Fault(
        "no-run-in-listed-years-proves-that-there-is-none",
        "search.py",
        "self._last = max(instant, LAST_LISTED) + WHOLE_CYCLE",
        "self._last = max(instant, LAST_LISTED)",
    ),
    Fault(
        "four-years-show-all-there-is",
        "search.py",
        "YEARS_OF_ALL_SHAPES = 41 * YEAR",
        "YEARS_OF_ALL_SHAPES = 4 * YEAR",
    ),
    Fault(
        "a-window-is-open-when-it-closes",
        "algebra/windows.py",
        "return closing is None or instant < closing",
        "return closing is None or instant <= closing",
    ),
    Fault(
        "a-day-of-utc-has-its-labels-the-wrong-way-round",
        "dates/wall_timeline.py",
        "before, after = times >> begin, times << (DAY - begin) & ALL_DAY",
        "after, before = times >> begin, times << (DAY - begin) & ALL_DAY",
    ),
    Fault(
        "idle-days-of-the-other-are-forgotten",
        "dates/timeline.py",
        "others = [*other.kinds, (0, ((1 << len(one.days)) - 1) ^ other.busy)]",
        "others = [*other.kinds]",
    ),
    Fault(
        "the-last-of-every-nth-is-lost",
        "dates/timeline.py",
        "number = max(0, -(-(size - first) // step))",
        "number = max(0, (size - first) // step)",
    ),
    Fault(
        "what-moves-over-midnight-stays-on-its-day",
        "dates/timeline.py",
        "later = [((times << seconds) & ALL_DAY, days >> 1)",
        "later = [((times << seconds) & ALL_DAY, days)",
    ),
    Fault(
        "a-day-of-a-clock-change-is-drawn-as-quiet",
        "dates/timeline.py",
        "first = max(done, -(-stretch.calm_from // DAY))",
        "first = max(done, stretch.calm_from // DAY)",
    ),
    Fault(
        "the-yearly-changes-come-a-day-late",
        "dates/timeline.py",
        "midnight = day_number(year, 1, 1) * DAY",
        "midnight = day_number(year, 1, 2) * DAY",
    ),
)

INTERVALS: Final = (
    Fault(
        "a-grid-has-its-phase-on-the-wrong-side",
        "kinds/interval.py",
        "return instant + self.step - (instant - self.phase) % self.step",
        "return instant + self.step - (instant + self.phase) % self.step",
    ),
    Fault(
        "a-run-of-a-grid-precedes-itself",
        "kinds/interval.py",
        "return instant - 1 - (instant - 1 - self.phase) % self.step",
        "return instant - (instant - self.phase) % self.step",
    ),
    Fault(
        "a-grid-does-not-count-its-start",
        "kinds/interval.py",
        "(start - 1 - self.phase) // self.step",
        "(start - self.phase) // self.step",
    ),
    Fault(
        "a-grid-may-run-as-if-it-began-at-midnight",
        "kinds/interval.py",
        "return _times_of_day(step, self.phase // SECOND % step)",
        "return _times_of_day(step, 0)",
    ),
    Fault(
        "a-grid-must-run-at-times-that-drift",
        "kinds/interval.py",
        "return 0 if DAY * SECOND % self.step else self.may_run(block) or 0",
        "return self.may_run(block) or 0",
    ),
    Fault(
        "a-grid-is-drawn-backwards",
        "kinds/interval.py",
        "(self.phase // SECOND - day * DAY) % step",
        "(self.phase // SECOND + day * DAY) % step",
    ),
    Fault(
        "grids-meet-at-the-phase-of-one",
        "kinds/interval.py",
        "(self.phase + steps * self.step) % step, self.zone",
        "self.phase, self.zone",
    ),
    Fault(
        "month-ends-drift-to-the-28th",
        "kinds/interval.py",
        "min(day_of_month, days_in_month(year, month))",
        "min(day_of_month, 28)",
    ),
    Fault(
        "a-step-on-the-day-asked-for-is-too-late",
        "kinds/interval.py",
        "while (found := self._label(number)) > label:",
        "while (found := self._label(number)) >= label:",
    ),
    Fault(
        "the-fraction-of-a-second-is-counted-the-wrong-way",
        "kinds/interval.py",
        "WallSchedule.count_between(self, start - self.microsecond, end - self.microsecond)",
        "WallSchedule.count_between(self, start + self.microsecond, end + self.microsecond)",
    ),
    Fault(
        "a-floating-interval-is-due-a-tick-late",
        "kinds/interval.py",
        "        if first > moment:\n",
        "        if first >= moment:\n",
    ),
    Fault(
        "a-floating-interval-catches-up-at-once",
        "kinds/interval.py",
        "newest = lower + (moment - lower) // self.step * self.step",
        "newest = moment",
    ),
    Fault(
        "a-floating-interval-is-next-when-it-was",
        "kinds/interval.py",
        "following = lower + (steps + 1) * self.step",
        "following = lower + steps * self.step",
    ),
    Fault(
        "a-moment-follows-itself",
        "kinds/instants.py",
        "index = bisect_right(self.instants, instant)",
        "index = bisect_left(self.instants, instant)",
    ),
    Fault(
        "a-moment-precedes-itself",
        "kinds/instants.py",
        "index = bisect_left(self.instants, instant)",
        "index = bisect_right(self.instants, instant)",
    ),
    Fault(
        "a-moment-at-the-end-is-counted",
        "kinds/instants.py",
        "bisect_left(self.instants, end) - bisect_left(self.instants, start)",
        "bisect_right(self.instants, end) - bisect_left(self.instants, start)",
    ),
    Fault(
        "a-moment-may-run-a-second-later",
        "kinds/instants.py",
        "sum({1 << run // SECOND % DAY for run in runs})",
        "sum({1 << (run // SECOND + 1) % DAY for run in runs})",
    ),
    Fault(
        "a-moment-is-drawn-a-day-late",
        "kinds/instants.py",
        "1 << day - days.start",
        "1 << day - days.start + 1",
    ),
)

MEMBERS: Final = (
    Fault(
        "a-wait-is-subtracted-by-the-wall-clock",
        "schedules.py",
        "timedelta(microseconds=following - moment)",
        "self.zone.show(following) - self.zone.show(moment)",
    ),
    Fault(
        "runs-of-a-window-begin-after-its-start",
        "schedules.py",
        "        run = self.following_until(start - 1, until)\n",
        "        run = self.following_until(start, until)\n",
    ),
    Fault(
        "runs-of-a-window-include-its-end",
        "schedules.py",
        "while run is not None and run < until:",
        "while run is not None and run <= until:",
    ),
    Fault(
        "runs-backwards-stop-after-the-start",
        "schedules.py",
        "while run is not None and run >= since:",
        "while run is not None and run > since:",
    ),
    Fault(
        "count-includes-the-end",
        "schedules.py",
        "while run is not None and run < end:\n            number += 1",
        "while run is not None and run <= end:\n            number += 1",
    ),
    Fault(
        "a-run-is-not-its-own-floor",
        "schedules.py",
        "self._shown(self.preceding(to_instant(t) + 1))",
        "self._shown(self.preceding(to_instant(t)))",
    ),
    Fault(
        "a-run-is-not-its-own-ceil",
        "schedules.py",
        "self._shown(self.following(to_instant(t) - 1))",
        "self._shown(self.following(to_instant(t)))",
    ),
    Fault(
        "a-period-ends-where-it-starts",
        "schedules.py",
        "self._shown(self.following(moment))\n\n    def is_due",
        "self._shown(self.following(moment - 1))\n\n    def is_due",
    ),
    Fault(
        "a-run-now-is-not-due",
        "schedules.py",
        "return run is not None and run <= to_instant(now)",
        "return run is not None and run < to_instant(now)",
    ),
    Fault(
        "a-run-now-is-no-state",
        "schedules.py",
        "not lower < due <= moment",
        "not lower < due < moment",
    ),
    Fault(
        "a-run-as-old-as-the-deadline-is-dropped",
        "schedules.py",
        "lower = max(lower, oldest - 1)",
        "lower = max(lower, oldest)",
    ),
    Fault(
        "the-last-run-is-missed-again",
        "schedules.py",
        "self._runs(max(lower + 1, oldest), moment + 1)",
        "self._runs(max(lower, oldest), moment + 1)",
    ),
    Fault(
        "since-is-not-heeded",
        "schedules.py",
        "lower = max(known, default=now)",
        "lower = min(known, default=now)",
    ),
    Fault(
        "the-default-deadline-is-an-hour",
        "schedules.py",
        "DEFAULT_DEADLINE = timedelta(seconds=60)",
        "DEFAULT_DEADLINE = timedelta(seconds=3600)",
    ),
    Fault(
        "the-newest-and-the-oldest-change-places",
        "schedules.py",
        'self.following(lower) if catch_up == "all"',
        'self.following(lower) if catch_up != "all"',
    ),
    Fault(
        "a-run-that-cannot-be-shown-is-given",
        "schedules.py",
        "run is not None and run <= zone.last else None\n\n    def preceding",
        "run is not None else None\n\n    def preceding",
    ),
    Fault(
        "a-run-before-the-calendar-is-given",
        "schedules.py",
        "return run if run is not None and run >= zone.first else None",
        "return run",
    ),
    Fault(
        "an-instant-matches-if-any-run-follows",
        "schedules.py",
        "return self.following_until(moment - 1, moment + 1) == moment",
        "return self.following_until(moment - 1, moment + 1) is not None",
    ),
)

FAULTS: Final = (*ZONES, *CRONTABS, *WALL, *SETS, *INTERVALS, *MEMBERS)

EQUIVALENT: Final[dict[str, str]] = {
    "searching-AddNot-00d05a": "After a thousand candidates a search looks at all days to come at"
    " once, and goes on from where the look ended: how far it went takes time and changes nothing.",
    "combine-NumberReplacer-019f5c": "Parts that meet are asked once more before it is believed.",
}
"""By name, why a change changes nothing that anybody could see; these are counted apart."""

EXPLAINED: Final[dict[str, str]] = {
    "moved-runs-are-not-waited-for": "It shows where the last run of a day comes less than the"
    " length of a gap after it, and a run that the gap moved is later still. As hours and minutes"
    " are drawn apart, that takes a gap of half an hour, the policy that moves runs, and two"
    " minutes of the one hour.",
    "combine-ReplaceBinaryOperator_Mod_Mul-004654": "Of blocks of days, what is shifted says that"
    " it may run at any time. A search that passes over blocks looks at more of them, or at all"
    " days at once, and comes to the same end later.",
    "combine-ReplaceComparisonOperator_Lt_Eq-020b09": "What is shifted is never said to repeat, so"
    " a proof takes the whole calendar instead of one cycle, and comes to the same end later.",
    "combine-NumberReplacer-029575": "Of blocks outside of its bounds, a clip says that it may run"
    " at any time: a search passes over fewer of them, and comes to the same end later.",
    "four-years-show-all-there-is": "It shows where two schedules never meet in four years after"
    " 2100 and do so later, and only after 64 vain candidates.",
    "interval-NumberReplacer-00e0af": "Steps of 11 months or a multiple are said to repeat after"
    " 400 years, which shows in counts over more than that.",
    "searching-ReplaceComparisonOperator_LtE_Lt-018f73": "It shows where something runs once in"
    " 400 years, and that very instant is asked for the run before.",
    "windows-NumberReplacer-019a9e": "It shows where the schedule that opens a window runs at a"
    " certain time on every day of 32 days and not in those before, and only in what a search may"
    " pass over.",
}
"""By name, why a fault may come through a run."""
