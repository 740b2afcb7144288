"""`~` of OpenBSD and cronie: drawn from a seed, as crontab(5) describes it."""

from __future__ import annotations

import hashlib

import pytest

from duetime import CronSyntaxError, Schedule, convert, detect
from duetime.dates.bits import values_of
from tests.support.crontabs import cron


def drawn(seed: str, number: int, limit: int) -> int:
    """The published draw: the first 8 bytes of a SHA-256, as a part of all that they can be."""
    digest = hashlib.sha256(f"{number}:{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * limit // 2**64


@pytest.mark.parametrize("seed", ["", "backup", "host-7/nightly", "é"])
def test_the_draw_is_the_published_one(seed: str) -> None:
    fields = cron("~ 2~5 ~28 ~ ~", seed=seed).fields
    assert values_of(fields.minute) == [drawn(seed, 0, 60)]
    assert values_of(fields.hour) == [2 + drawn(seed, 1, 4)]
    assert values_of(fields.days.day_of_month) == [1 + drawn(seed, 2, 28)]
    assert values_of(fields.month) == [1 + drawn(seed, 3, 12)]
    assert values_of(fields.days.day_of_week) == [drawn(seed, 4, 7)]


@pytest.mark.parametrize(
    ("text", "first", "last", "step"),
    [("0~59/10", 0, 59, 10), ("~/30", 0, 59, 30), ("5~/20", 5, 59, 20), ("~9/20", 0, 9, 20)],
)
def test_a_step_starts_at_a_drawn_offset_below_it(
    text: str, first: int, last: int, step: int
) -> None:
    for seed in range(20):
        minutes = values_of(cron(f"{text} * * * *", seed=seed).fields.minute)
        start = first + drawn(str(seed), 0, min(step, last - first + 1))
        assert minutes == [*range(start, last + 1, step)]
        assert first <= start < first + step


def test_two_items_are_two_draws_and_one_seed_gives_one_crontab() -> None:
    minutes = values_of(cron("0~29,30~59 * * * *", seed="a").fields.minute)
    assert minutes == [drawn("a", 0, 30), 30 + drawn("a", 1, 30)]
    job = cron("~ ~ * jan~mar mon~fri", seed="a")
    assert job == cron("~ ~ * 1~3 1~5", seed="a") != cron("~ ~ * 1~3 1~5", seed="b")
    assert eval(repr(job), {"cron": cron}) == job
    assert Schedule.from_dict(job.to_dict()) == job
    assert cron(minute="~", hour=3, seed="a") == cron("~ 3 * * *", seed="a")


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("0 9~17 * * *", 2, "9~17 is drawn from a seed: give seed=, as a name of the job"),
        ("5,~/10 * * * *", 2, "~/10 is drawn from a seed"),
    ],
)
def test_without_a_seed_the_cure_is_told(text: str, position: int, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text)
    assert reason in caught.value.reason
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("30~10 * * * *", 0, "the range 30~10 runs backwards"),
        ("0~60 * * * *", 2, "'60' is not a minute: use 0-59"),
        ("a~5 * * * *", 0, "'a' is not a minute"),
        ("0~5/0 * * * *", 4, "a step is a number from 1 on"),
        ("0~5/ * * * *", 4, "a step is a number from 1 on, not nothing"),
        ("0~~5 * * * *", 0, "'0~~5' is not understood: write ~ or 0~29/10"),
        ("0 0 * * ~8", 9, "'8' is not a day of the week: use 0-7"),
    ],
)
def test_a_faulty_range_is_refused(text: str, position: int, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, seed="job")
    assert reason in caught.value.reason
    assert caught.value.position == position


def test_it_is_drawn_before_it_is_written_and_compared() -> None:
    minute = drawn("job", 0, 60)
    assert convert("~ 3 * * *", "vixie", "cronsim", seed="job") == f"{minute} 3 * * *"
    answer = detect("~ 3 * * *")
    assert answer.groups == (("vixie",),)
    assert answer.schedules["vixie"] == cron("~ 3 * * *", seed="job")
