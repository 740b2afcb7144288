"""What all adapters share."""

from datetime import UTC, datetime

from duetime import Schedule, cron, every
from duetime.adapters.common import run_from, title

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Mine(Schedule):
    tz = UTC

    def next_run(self, after: datetime) -> datetime | None:
        return None

    def prev_run(self, before: datetime) -> datetime | None:
        return None


class Wordless(Mine):
    def describe(self, locale: str = "en") -> str:
        return cron("0 9 * * *").describe("no such language")


def test_the_first_run_of_a_floating_interval_is_one_period_away() -> None:
    assert run_from(every(hours=1), START) == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert run_from(cron("0 9 * * *"), START) == START


def test_a_schedule_without_words_is_named_by_its_type() -> None:
    assert title(Wordless()) == "Wordless"
    assert title(cron("0 9 * * *", tz="Europe/Paris")) == "0 9 * * * Europe/Paris"
