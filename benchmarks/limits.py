"""What must end soon, however long the text or far the run: each row has a limit in seconds.

The limits are some ten times what is usual, so that a slow machine keeps them, and a search or a
reader whose time grows with the square of its input does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from time import process_time
from typing import Any, Final

from benchmarks.table import Cell, Report
from benchmarks.timing import Effort
from duetime import (
    Schedule,
    ScheduleError,
    business_days,
    calendar_interval,
    cron,
    every,
    parse,
    rrule,
    stagger,
)
from duetime.crontabs.dialects import DIALECTS
from duetime.testing import simulate

NEW_YORK: Final = "America/New_York"
PARIS: Final = "Europe/Paris"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
LONG: Final = 100_000
"""Characters of a long text."""

Case = tuple[str, float, Callable[[], object]]
"""What is done, in how many seconds at most, and the call that does it."""


def _crontabs() -> Iterator[Case]:
    texts = {
        "digits": "1" * LONG + " * * * *",
        "a long step": "*/" + "9" * LONG + " * * * *",
        "commas": "," * LONG + " * * * *",
        "equal items": "1," * (LONG // 2) + "1 * * * *",
        "ranges": "0-59/1," * (LONG // 7) + "0 * * * *",
        "distinct steps": ",".join(f"*/{n}" for n in range(1, LONG // 7)) + " * * * *",
        "nths": "0 0 * * " + "mon#1," * (LONG // 6) + "sun",
        "lasts": "0 0 " + "LW," * (LONG // 3) + "L * *",
        "items and a fault": "1," * (LONG // 2) + "x * * * *",
        "fields": "* " * (LONG // 2),
        "spaces": " " * LONG,
        "spaces between": (" " * (LONG // 5)).join("*****"),
        "letters": "0 0 * * " + "L" * LONG,
        "days": "0 0 " + "1" * LONG + "W * *",
        "signs": "0 0 * * " + "#" * LONG,
        "a long nickname": "@" + "a" * LONG,
        "full-width stars": "\N{FULLWIDTH ASTERISK} " * (LONG // 2),
        "new lines": "\n" * LONG,
    }
    for words, text in texts.items():
        yield f"crontab of {words}, in each dialect", 1, partial(_in_each, text)


def _in_each(text: str) -> None:
    for dialect in DIALECTS:
        with suppress(ScheduleError):
            repr(cron(text, dialect=dialect))


def _rules() -> Iterator[Case]:
    start = "DTSTART:20260101T090000Z\n"
    days = [f"{START + 2 * n * DAY:%Y%m%d}T090000" for n in range(LONG // 2)]
    nonsense = {
        "letters": "x" * LONG,
        "digits": start + "RRULE:FREQ=DAILY;COUNT=" + "9" * LONG,
        "commas": start + "RRULE:FREQ=DAILY;BYHOUR=" + "," * LONG,
        "semicolons": start + "RRULE:FREQ=DAILY" + ";" * LONG + "x",
        "quotes": 'DTSTART;TZID="' * (LONG // 14),
        "folds": "DTSTART:2026\n " * (LONG // 14),
        "lines": start + "RRULE:FREQ=DAILY\n" * (LONG // 17),
        "parameters": "DTSTART" + ";X-A=1" * (LONG // 6) + "\n",
        "blanks": " \t\n" * (LONG // 3),
    }
    sense = {
        "hours": start + "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(["9"] * (LONG // 2)),
        "weekdays": start + "RRULE:FREQ=MONTHLY;BYDAY=" + ",".join(["-1MO", "2TU"] * (LONG // 4)),
        "days left out": start + "RRULE:FREQ=DAILY\nEXDATE:" + ",".join(days),
        "dates": start + f"RDATE;TZID={NEW_YORK}:" + ",".join(days),
        "times": start
        + "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1,1,366"
        + "".join(
            f";BY{name}={','.join(map(str, range(number)))}"
            for name, number in (("HOUR", 24), ("MINUTE", 60), ("SECOND", 60))
        ),
        "runs": start + "RRULE:FREQ=SECONDLY;INTERVAL=7;BYHOUR=9;COUNT=999999999",
    }
    for words, text in nonsense.items():
        yield f"rule of many {words}, refused", 1, partial(_refused, rrule, text)
    for words, text in sense.items():
        yield f"rule of many {words}, asked once", 4, partial(_asked, text)


def _refused(read: Callable[[Any], object], value: Any) -> None:
    with suppress(ScheduleError):
        read(value)
        raise AssertionError("what is no schedule was read")


def _asked(text: str) -> None:
    schedule = rrule(text)
    schedule.next_run(START)
    schedule.prev_run(START + 365 * DAY)


def _texts_and_documents() -> Iterator[Case]:
    for unit in "DMTS1P":
        text = "P" + unit * 1_000_000
        yield f"duration of many {unit}, refused", 2, partial(_refused, parse, text)
    instants = {"version": 1, "type": "at", "tz": "UTC"}
    crontab = {"version": 1, "type": "cron", "tz": "UTC"}
    documents: dict[str, Callable[[], dict[str, Any]]] = {
        "levels": _deep,
        "characters": lambda: crontab | {"expression": "x" * 10_000_000},
        "keys": lambda: {f"key number {n}": n for n in range(500_000)},
        "items": lambda: instants | {"instants": [0] * 10_000_000},
        "instants": lambda: instants | {"instants": ["2026-01-01T00:00:00Z"] * 500_000},
    }
    for words, document in documents.items():
        made = document()
        yield (
            f"document of many {words}, refused",
            1,
            partial(_refused, Schedule.from_dict, made),
        )


def _deep() -> dict[str, Any]:
    document: dict[str, Any] = {"type": "at", "instants": [], "tz": "UTC"}
    for _ in range(10_000):
        document = {"type": "shifted", "schedule": document}
    return {"version": 1, **document}


def _old_rules() -> Iterator[Case]:
    """A rule that began in 1601 is asked a thousand times; no question may walk from its start."""
    for parts in (
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=SECONDLY;INTERVAL=7",
        "FREQ=HOURLY;INTERVAL=36",
        "FREQ=DAILY;INTERVAL=2",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=DAILY;COUNT=1000000",
    ):
        rule = rrule(f"DTSTART;TZID={PARIS}:16010101T090000\nRRULE:{parts}")
        yield f"1,000 questions to {parts} of 1601", 0.5, partial(_questions, rule)
    for parts in (
        "FREQ=SECONDLY;INTERVAL=7;BYHOUR=9;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;INTERVAL=168;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYEASTER=0;BYMONTH=6",
    ):
        rule = rrule(f"DTSTART;TZID={PARIS}:20260106T090000\nRRULE:{parts}")
        rule.next_run(START)
        yield f"1,000 questions to {parts}, never", 2, partial(_questions, rule)


def _questions(schedule: Schedule) -> None:
    for n in range(1_000):
        schedule.next_run(START + n * timedelta(hours=7, minutes=11))


def _counts_and_proofs() -> Iterator[Case]:
    century = START.replace(year=2000), START.replace(year=2100)
    minutes, fives = cron("* * * * *", tz=NEW_YORK), cron("*/5 * * * *", tz=PARIS)
    for words, schedule in {
        "a union": minutes | cron("*/7 * * * *", tz=PARIS),
        "an intersection": minutes & fives,
        "a difference": minutes - fives,
        "business days": minutes.on(business_days()),
    }.items():
        yield (
            f"a century of minutes of {words}, counted",
            5,
            partial(schedule.count, *century),
        )
    even, odd = cron("*/2 * * * *", tz=NEW_YORK), cron("1-59/2 * * * *", tz=PARIS)
    for words, schedule in {
        "nine in two zones": cron("0 9 * * *", tz=NEW_YORK) & cron("0 9 * * *", tz=PARIS),
        "even and odd minutes": even & odd,
        "odd minutes every 36 hours": odd & every(hours=36, anchor="epoch"),
        "odd minutes every second day": odd & calendar_interval(days=2, anchor=START, tz=NEW_YORK),
        "labels of one gap": cron("15 2 1 * *", tz=NEW_YORK) & cron("45 2 2 * *", tz=NEW_YORK),
    }.items():
        yield f"no run of {words}, proven", 10, partial(schedule.next_run, START)
    rare = cron("* * * * * *", dialect="cronsim", tz=NEW_YORK).every_nth(10_000_000, START)
    yield (
        "every ten millionth second, both ways",
        10,
        lambda: (
            rare.next_run(START + DAY),
            rare.prev_run(START),
            rare.next_run(datetime(9999, 12, 1, tzinfo=UTC)),
        ),
    )


def _fleets() -> Iterator[Case]:
    texts = ("0 * * * *", "*/15 * * * *", "0 0 * * *", "30 3 * * *")
    fleet: dict[str, Schedule] = {f"{n}": cron(texts[n % 4]) for n in range(100_000)}
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    yield "100,000 entries, staggered", 30, lambda: stagger(fleet, START, START + hour, 5 * minute)
    minutely = every(minutes=1, anchor="epoch")
    late = minutely.shifted(minute / 3)
    yield (
        "20 days of minutes that are all late, compared",
        30,
        lambda: simulate(late, START, START + 20 * DAY).diff(minutely),
    )


def measure(effort: Effort) -> list[Report]:
    """Each row once, whatever the effort: a limit is kept or not."""
    rows: list[list[Cell]] = []
    for cases in (
        _crontabs,
        _rules,
        _texts_and_documents,
        _old_rules,
        _counts_and_proofs,
        _fleets,
    ):
        for words, limit, call in cases():
            begin = process_time()
            call()
            seconds = process_time() - begin
            rows.append([words, seconds, limit, seconds / limit])
    return [
        Report(
            "limits: what must end soon",
            ["what", "seconds", "limit", "share"],
            rows,
            figures={"limits.row": max(float(row[3] or 0) for row in rows)},
        )
    ]
