"""Every dialect against the oracle: the same fields, days, policy and runs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from duetime.crontabs.dialects import DIALECTS
from duetime.testing.crontab_oracle import POLICY_OF, oracle
from duetime.testing.strategies import SEED, cron_pools, cron_text
from tests.support.crontabs import cron
from tests.support.dates import NEW_YORK
from tests.support.effort import deep

COUNT = 5_000 if deep() else 60


def test_the_oracle_knows_every_dialect() -> None:
    assert {name: row.policy for name, row in DIALECTS.items()} == POLICY_OF


def bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_oracle_reads_the_same(dialect: str) -> None:
    chance = random.Random(f"oracle {dialect}")
    pools = cron_pools(dialect)
    for _ in range(COUNT):
        texts = {name: chance.choice(pool) for name, pool in pools.items()}
        expression = cron_text(texts, dialect)
        seed = SEED if dialect == "jenkins" else None
        schedule = cron(expression, tz=NEW_YORK, dialect=dialect, seed=seed)
        slow = oracle(expression, NEW_YORK, dialect=dialect, seed=SEED)
        fields = schedule.fields
        assert fields.second == bits(slow.seconds), expression
        assert fields.minute == bits(slow.minutes), expression
        assert fields.hour == bits(slow.hours), expression
        assert fields.month == bits(slow.months), expression
        assert fields.year is None or fields.year == bits(slow.years or ()), expression
        assert (fields.policy.gap, fields.policy.overlap) == (slow.policy.gap, slow.policy.overlap)
        year, month = chance.randint(1990, 2060), chance.randint(1, 12)
        first = date(year, month, 1)
        days = [first + timedelta(days=n) for n in range(31)]
        expected = bits(day.day for day in days if day.month == month and slow.runs_on(day))
        found = [
            day.day
            for day in days
            if day.month == month and schedule._label_count(*seconds_of(day)) > 0
        ]
        assert bits(found) == expected, (expression, year, month)


def seconds_of(day: date) -> tuple[int, int]:
    """A day as a range of seconds of wall time since 1970."""
    start = (day - date(1970, 1, 1)).days * 86_400
    return start, start + 86_400


# Both changes of a year, a day on each side.
WINDOWS = [
    (datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)),
    (datetime(2026, 10, 31, 12, tzinfo=UTC), datetime(2026, 11, 2, 12, tzinfo=UTC)),
]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_oracle_runs_the_same_at_clock_changes(dialect: str) -> None:
    chance = random.Random(f"runs {dialect}")
    pools = cron_pools(dialect)
    for _ in range(COUNT // 10):
        texts = {name: chance.choice(pool) for name, pool in pools.items()}
        # Every day, so that there is something to run.
        free = "?" if dialect in ("quartz", "aws") else "*"
        texts |= {"day_of_month": "*", "month_of_year": "*", "day_of_week": free}
        if "year" in texts:
            texts["year"] = "*"
        expression = cron_text(texts, dialect)
        seed = SEED if dialect == "jenkins" else None
        schedule = cron(expression, tz=NEW_YORK, dialect=dialect, seed=seed)
        slow = oracle(expression, NEW_YORK, dialect=dialect, seed=SEED)
        for start, end in WINDOWS:
            runs = [run.astimezone(UTC) for run in schedule.runs(start, end)]
            assert runs == slow.runs_between(start, end), expression
