"""Jenkins: `H` has the values that Jenkins draws for a job of that name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from duetime import CronSyntaxError, ScheduleError
from duetime.crontabs.jenkins import Draws
from duetime.testing.crontab_oracle import JavaRandom
from tests.support.crontabs import cron

# From the tests of Jenkins itself: expression, seed, time asked and time it answers.
FACTS = [
    ("H 17 * * *", "stuff", "2013-03-21T16:21", "2013-03-21T17:56"),
    ("H * * * *", "stuff", "2013-03-21T16:21", "2013-03-21T16:56"),
    ("@hourly", "stuff", "2013-03-21T16:21", "2013-03-21T16:56"),
    ("@hourly", "junk", "2013-03-21T16:21", "2013-03-21T17:20"),
    ("H H(12-13) * * *", "stuff", "2013-03-21T16:21", "2013-03-22T13:56"),
    ("H/15 * * * *", "stuff", "2013-03-21T16:21", "2013-03-21T16:26"),
    ("H/15 * * * *", "stuff", "2013-03-21T16:31", "2013-03-21T16:41"),
    ("H/15 * * * *", "stuff", "2013-03-21T16:42", "2013-03-21T16:56"),
    ("H/15 * * * *", "stuff", "2013-03-21T16:59", "2013-03-21T17:11"),
    ("H(0-15)/3 * * * *", "junk", "2013-03-21T00:00", "2013-03-21T00:02"),
    ("H(0-3)/4 * * * *", "junk", "2013-03-21T00:00", "2013-03-21T00:02"),
    ("H(0-3)/4 * * * *", "junk", "2013-03-21T00:05", "2013-03-21T01:02"),
    ("0 0 1 * 0", "", "2010-01-01T15:55", "2010-08-01T00:00"),
    ("0 0 1 * 7", "", "2010-01-01T15:55", "2010-08-01T00:00"),
]


@pytest.mark.parametrize(("expression", "seed", "after", "expected"), FACTS)
def test_a_job_runs_when_jenkins_runs_it(
    expression: str, seed: str, after: str, expected: str
) -> None:
    schedule = cron(expression, dialect="jenkins", seed=seed)
    run = schedule.ceil(datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert run == datetime.fromisoformat(expected).replace(tzinfo=UTC)


# What each nickname draws for one job. These must never change.
GOLDEN = {
    "@yearly": "56 15 2 7 *",
    "@annually": "56 15 2 7 *",
    "@monthly": "56 15 2 * *",
    "@weekly": "56 15 * * 1",
    "@daily": "56 15 * * *",
    "@midnight": "56 0 * * *",
    "@hourly": "56 * * * *",
    "H/15 H(0-7) H H H": "11-56/15 4 2 7 1",
    "H(0-29)/10 * * * *": "6-26/10 * * * *",
    "H,H * * * *": "51,56 * * * *",
    "H/1 * * * *": "56 * * * *",
}


@pytest.mark.parametrize(("expression", "drawn"), GOLDEN.items())
def test_what_a_seed_gives_is_published(expression: str, drawn: str) -> None:
    assert cron(expression, dialect="jenkins", seed="stuff") == cron(drawn, dialect="jenkins")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 28, 32, 60, 1_500_000_000])
def test_numbers_are_drawn_as_java_draws_them(limit: int) -> None:
    for seed in ("", "stuff", "déjà vu"):
        draws, java = Draws(seed), JavaRandom(seed)
        for _ in range(50):
            assert draws.below(limit) == java.next_int(limit) < limit


def test_days_of_month_are_those_that_every_month_has() -> None:
    for number in range(100):
        bits = cron("0 0 H * *", dialect="jenkins", seed=number).fields.days.day_of_month
        assert 1 <= bits.bit_length() - 1 <= 28
        steps = cron("0 0 H/5 * *", dialect="jenkins", seed=number).fields.days.day_of_month
        assert steps < 1 << 29


def test_each_item_of_a_long_list_is_drawn() -> None:
    expression = f"H H * * {','.join('H' * 12)}"
    schedule = cron(expression, dialect="jenkins", seed="job")
    random = JavaRandom("job")
    minute, hour, *weekdays = (random.next_int(n) for n in (60, 24, *[7] * 12))
    assert (schedule.fields.minute, schedule.fields.hour) == (1 << minute, 1 << hour)
    assert schedule.fields.days.day_of_week == sum(1 << day for day in set(weekdays))


def test_a_schedule_keeps_its_seed() -> None:
    schedule = cron("H H * * *", dialect="jenkins", seed=7, tz="Europe/Paris")
    text = "cron('H H * * *', seed='7', tz='Europe/Paris', dialect='jenkins')"
    assert repr(schedule) == text
    assert eval(text, {"cron": cron}) == schedule
    assert schedule.to_dict()["seed"] == "7"
    assert type(schedule).from_dict(schedule.to_dict()) == schedule


def test_a_first_line_may_name_the_zone() -> None:
    schedule = cron("TZ=Europe/London\nH 9 * * *", dialect="jenkins", seed="job")
    assert schedule == cron("H 9 * * *", dialect="jenkins", seed="job", tz="Europe/London")


@pytest.mark.parametrize(
    ("expression", "position", "reason"),
    [
        ("H(0-3)/15 * * * *", 7, "a step is 4 at most here, not 15"),
        ("H/61 * * * *", 2, "a step is 60 at most here"),
        ("H/0 * * * *", 2, "a step is a number from 1 on"),
        ("H(5-70) * * * *", 4, "minute 70 is out of range 0-59"),
        (f"H({'1' * 5_000}-2) * * * *", 2, "1 is out of range 0-59"),
        ("0 0 H(0-5) * *", 6, "day-of-month 0 is out of range 1-31"),
        ("H(9-5) * * * *", 2, "the range 9-5 runs backwards"),
        ("H(5) * * * *", 0, "write H or H(0-29)/10"),
        ("h * * * *", 0, "is not a minute"),
        ("0 0 * * mon", 8, "jenkins crontabs have no names"),
        ("0 0 * jan *", 6, "jenkins crontabs have no names"),
        ("5/15 * * * *", 0, "write 5-59/15"),
        ("0 0 * * L", 8, "is not a day of the week"),
        ("@Daily", 0, "@Daily is written @daily here"),
        ("TZ=Asia/Tokyo 0 9 * * *", 0, r"write for example 'TZ=Europe/Paris\n0 9 * * *'"),
        ("TZ=\n0 9 * * *", 0, "jenkins names a zone in another way"),
        ("\nTZ=Asia/Tokyo\n0 9 * * *", 1, "jenkins names a zone in another way"),
    ],
)
def test_jenkins_says_what_is_wrong_and_where(expression: str, position: int, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as error:
        cron(expression, dialect="jenkins", seed="job")
    assert reason in error.value.reason
    assert error.value.position == position


def test_h_needs_a_seed_and_others_take_none() -> None:
    with pytest.raises(CronSyntaxError, match="H is drawn from a seed: give seed="):
        cron("0 H * * *", dialect="jenkins")
    with pytest.raises(ScheduleError, match="quartz crontabs draw nothing from a seed"):
        cron("0 0 12 * * ?", dialect="quartz", seed="job")
    assert cron("5 4 * * *", dialect="jenkins").expression == "5 4 * * *"
