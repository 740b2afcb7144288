"""Jenkins' reading of a spec, minute by minute: an oracle that shares no code with the library.

As `hudson.scheduler.CronTabList` does it: each line is a crontab, a run of any is a run of the job,
and one generator, seeded with the name of the job, serves all lines in their order.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import md5

BOUNDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
HASHED = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)]
TOKENS = {
    "@yearly": "H H H H *",
    "@monthly": "H H H * *",
    "@weekly": "H H * * H",
    "@daily": "H H * * *",
    "@midnight": "H H(0-2) * * *",
    "@hourly": "H * * * *",
}


def numbers(seed: str) -> Iterator[int]:
    """31 bits at a time, as `java.util.Random` makes them."""
    digest = md5(seed.encode()).hexdigest()
    state = (int(digest[:16], 16) ^ int(digest[16:], 16) ^ 0x5DEECE66D) % 2**48
    while True:
        state = (state * 0x5DEECE66D + 11) % 2**48
        yield state >> 17


def next_int(source: Iterator[int], limit: int) -> int:
    if limit & -limit == limit:
        return next(source) * limit >> 31
    while True:
        number = next(source)
        if number - number % limit + limit - 1 < 2**31:
            return number % limit


def values(text: str, place: int, source: Iterator[int]) -> set[int]:
    """The values of one field; draws what is `H` in it."""
    found: set[int] = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        if span[0] == "H":
            bounds = re.fullmatch(r"H\((\d+)-(\d+)\)", span)
            low, high = map(int, bounds.groups()) if bounds else HASHED[place]
            if int(step or 1) > 1:
                found |= set(range(low + next_int(source, int(step)), high + 1, int(step)))
            else:
                found.add(low + next_int(source, high - low + 1))
        elif span == "*":
            found |= set(range(BOUNDS[place][0], BOUNDS[place][1] + 1, int(step or 1)))
        else:
            low, _, high_text = span.partition("-")  # type: ignore[assignment]
            found |= set(range(int(low), int(high_text or low) + 1, int(step or 1)))
    return {value % 7 for value in found} if place == 4 else found


def runs(spec: str, seed: str, start: datetime, end: datetime) -> list[datetime]:
    """The minutes in `[start, end)` at which a job runs, on a clock that never changes."""
    source = numbers(seed)
    lines = [line.strip() for line in spec.splitlines()]
    tables = [
        [values(text, place, source) for place, text in enumerate(TOKENS.get(line, line).split())]
        for line in lines
        if line and not line.startswith(("#", "TZ="))
    ]
    found = []
    moment = start
    while moment < end:
        shown = moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7
        if any(all(v in on for v, on in zip(shown, table, strict=True)) for table in tables):
            found.append(moment)
        moment += timedelta(minutes=1)
    return found
