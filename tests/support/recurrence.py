"""An oracle of RFC 5545 rules that walks period by period, day by day, and time by time.

It reads section 3.3.10 literally. A period of FREQ gives a set; each BYxxx part adds to it or takes
away, BYSETPOS picks from all of it, and only then DTSTART, COUNT and UNTIL cut. It takes no notice
of time zones: all is wall time.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tests.support.dates import DAY

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SECONDS = {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}


def week_of(day: date, week_start: int = 0) -> tuple[int, int, int]:
    """The year that a day's week belongs to, the week's number in it, and how many it has.

    Weeks begin on `week_start`, Monday 0, and week 1 is the first with four days in its year: the
    one that holds 4 January. With Monday this is `date.isocalendar`.
    """
    year = next(
        y for y in (day.year + 1, day.year, day.year - 1) if first_week(y, week_start) <= day
    )
    begin = first_week(year, week_start)
    weeks = (first_week(year + 1, week_start) - begin).days // 7
    return year, (day - begin).days // 7 + 1, weeks


def first_week(year: int, week_start: int) -> date:
    fourth = date(year, 1, 4)
    return fourth - (fourth.weekday() - week_start) % 7 * DAY


class Recurrence:
    """The rule of one RRULE, as the text after `RRULE:`, and its DTSTART."""

    def __init__(self, start: datetime, parts: str) -> None:
        self.start = start
        self.parts = dict(part.split("=") for part in parts.split(";"))
        self.frequency = self.parts["FREQ"]
        self.interval = int(self.parts.get("INTERVAL", "1"))
        self.week_start = WEEKDAYS.index(self.parts.get("WKST", "MO"))
        names_days = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
        if not any(name in self.parts for name in names_days):
            if self.frequency == "YEARLY":
                self.parts.setdefault("BYMONTH", str(start.month))
            if self.frequency in ("YEARLY", "MONTHLY"):
                self.parts["BYMONTHDAY"] = str(start.day)
            if self.frequency == "WEEKLY":
                self.parts["BYDAY"] = WEEKDAYS[start.weekday()]

    def numbers(self, name: str) -> list[int]:
        return [int(number) for number in self.parts.get(name, "").split(",") if number]

    def runs(self, limit: datetime) -> Iterator[datetime]:
        """The runs up to the first after `limit`."""
        count = int(self.parts.get("COUNT", "0"))
        number = 0
        for period in self.periods(limit):
            found = sorted(set(period))
            positions = self.numbers("BYSETPOS")
            if positions:
                chosen = {p - 1 if p > 0 else len(found) + p for p in positions}
                found = [run for index, run in enumerate(found) if index in chosen]
            for run in found:
                if run < self.start:
                    continue
                yield run
                number += 1
                if run > limit or number == count:
                    return

    def periods(self, limit: datetime) -> Iterator[Iterator[datetime]]:
        """The sets that INTERVAL reaches, before BYSETPOS."""
        start, interval = self.start, self.interval
        low = start.date()
        if self.frequency in SECONDS:
            width = SECONDS[self.frequency]
            midnight = datetime.combine(low, time())
            moment = midnight + timedelta(
                seconds=int((start - midnight).total_seconds()) // width * width
            )
            while moment <= limit + 400 * DAY:
                yield self.times_within(moment)
                moment += timedelta(seconds=width * interval)
            return
        if self.frequency == "WEEKLY":
            low -= (low.weekday() - self.week_start) % 7 * DAY
        month = low.year * 12 + low.month - 1
        if self.frequency == "YEARLY":
            month = low.year * 12
        while low <= limit.date() + 4 * 366 * DAY:
            if self.frequency in ("YEARLY", "MONTHLY"):
                months = 12 if self.frequency == "YEARLY" else 1
                low = date(month // 12, month % 12 + 1, 1)
                end = month + months
                yield self.times_on(low, date(end // 12, end % 12 + 1, 1))
                month += months * interval
            else:
                days = 7 if self.frequency == "WEEKLY" else 1
                yield self.times_on(low, low + days * DAY)
                low += days * interval * DAY

    def times_on(self, low: date, end: date) -> Iterator[datetime]:
        while low < end:
            if self.picks(low):
                for hour in self.numbers("BYHOUR") or [self.start.hour]:
                    for minute in self.numbers("BYMINUTE") or [self.start.minute]:
                        for second in self.numbers("BYSECOND") or [self.start.second]:
                            yield datetime.combine(low, time(hour, minute, min(second, 59)))
            low += DAY

    def times_within(self, moment: datetime) -> Iterator[datetime]:
        """The times in the hour, minute or second that begins at `moment`."""
        hours, minutes, seconds = map(self.numbers, ("BYHOUR", "BYMINUTE", "BYSECOND"))
        if hours and moment.hour not in hours:
            return
        if self.frequency != "HOURLY":
            if minutes and moment.minute not in minutes:
                return
            minutes = [moment.minute]
        if self.frequency == "SECONDLY":
            if seconds and moment.second not in seconds:
                return
            seconds = [moment.second]
        if not self.picks(moment.date()):
            return
        for minute in minutes or [self.start.minute]:
            for second in seconds or [self.start.second]:
                yield moment.replace(minute=minute, second=min(second, 59))

    def picks(self, day: date) -> bool:
        year_length = 366 if isleap(day.year) else 365
        month_length = monthrange(day.year, day.month)[1]
        _, week, weeks = week_of(day, self.week_start)
        year_day = day.timetuple().tm_yday
        kept = {
            "BYMONTH": {day.month},
            "BYWEEKNO": {week, week - weeks - 1},
            "BYYEARDAY": {year_day, year_day - year_length - 1},
            "BYMONTHDAY": {day.day, day.day - month_length - 1},
        }
        for name, own in kept.items():
            if name in self.parts and not own & set(self.numbers(name)):
                return False
        if "BYDAY" not in self.parts:
            return True
        if self.frequency == "MONTHLY" or (self.frequency == "YEARLY" and "BYMONTH" in self.parts):
            place, length = day.day, month_length
        else:
            place, length = year_day, year_length
        name = WEEKDAYS[day.weekday()]
        first, last = (place + 6) // 7, -((length - place) // 7 + 1)
        spelled = {item.lstrip("+") for item in self.parts["BYDAY"].split(",")}
        return bool(spelled & {name, f"{first}{name}", f"{last}{name}"})
