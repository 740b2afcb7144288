"""Business calendars: what a run costs over a century, and what counting one costs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from time import process_time

from benchmarks.questions import KEY
from benchmarks.table import Cell, Report
from benchmarks.timing import SMOKE, Effort
from duetime import Schedule, business_days, cron

_FIXED = ((1, 1), (5, 1), (7, 14), (11, 11), (12, 25))
_HOLIDAYS = [date(year, *day) for year in range(2000, 2101) for day in _FIXED]
_CENTURY = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class _Held:
    """A container that is asked anew each time."""

    def __contains__(self, day: object) -> bool:
        return day in _DATES


_DATES = frozenset(_HOLIDAYS)


def _quarterly() -> dict[str, Schedule]:
    frozen, held = (business_days(holidays=days) for days in (_HOLIDAYS, _Held()))
    quarter_end = cron("0 9 L 3,6,9,12 *", tz=KEY)
    return {
        "last business day of a quarter": frozen.nth(-1, "quarter", at=time(9), tz=KEY),
        "the same, holidays in a container": held.nth(-1, "quarter", at=time(9), tz=KEY),
        "quarter end, rolled to the one before": quarter_end.rolled(frozen, "preceding"),
        "the same, holidays in a container ": quarter_end.rolled(held, "preceding"),
        "nine on every business day": cron("0 9 * * *", tz=KEY).on(frozen),
    }


def measure(effort: Effort) -> list[Report]:
    start, end = _CENTURY
    end = start.replace(year=2005) if effort == SMOKE else end
    rows: list[list[Cell]] = []
    for words, schedule in _quarterly().items():
        began = process_time()
        number = sum(1 for _ in schedule.runs(start, end))
        rows.append([words, number, (process_time() - began) / number * 1e3])
    began = process_time()
    minutes = cron("* * * * *", tz=KEY).on(business_days(holidays=_HOLIDAYS)).count(start, end)
    seconds = process_time() - began
    return [
        Report(
            f"calendars: a century of runs in {KEY}",
            ["schedule", "runs", "ms a run"],
            rows,
            [f"counting {minutes:,} minutes of business days took {seconds:.2f} s"],
            {"calendars.run": max(float(row[2] or 0) for row in rows), "calendars.count": seconds},
        )
    ]
