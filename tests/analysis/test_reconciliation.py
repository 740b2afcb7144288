"""What really ran beside what should have, against every way to pair the two."""

# ruff: noqa: E501 (a row of a table is a line)

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    FloatingScheduleError,
    NaiveDatetimeError,
    Reconciliation,
    Schedule,
    ScheduleError,
    at,
    cron,
    every,
    reconcile,
)
from tests.support.dates import DAY, HOUR, MINUTE, SECOND
from tests.support.effort import few
from tests.support.sets import best_matching

HOURLY = cron("0 * * * *")
START = datetime(2026, 1, 5, tzinfo=UTC)


def clock(*times: str) -> list[datetime]:
    """Times of one day; one that begins with a sign is of the day before or after."""
    found = []
    for text in times:
        shift = {"-": -1, "+": 1}.get(text[0], 0)
        hour, minute, *second = map(int, text.lstrip("+-").split(":"))
        found.append(
            START + shift * DAY + timedelta(hours=hour, minutes=minute, seconds=sum(second))
        )
    return found


def shown(result: Reconciliation) -> list[str]:
    def short(moment: datetime | None) -> str:
        return "-" if moment is None else f"{moment:%H:%M}" + f":{moment:%S}" * (moment.second > 0)

    return [f"{short(p.run)} {short(p.observed)} {p.status}" for p in result.pairs]


@pytest.mark.parametrize(
    ("observed", "options", "expected"),
    [
        (["9:00", "10:00"], {}, ["09:00 09:00 on time", "10:00 10:00 on time"]),
        # The order in which they are given says nothing.
        (["10:00", "9:00"], {}, ["09:00 09:00 on time", "10:00 10:00 on time"]),
        (["9:00", "11:00"], {}, ["09:00 09:00 on time", "10:00 - missed", "11:00 11:00 on time"]),
        (["9:01", "10:01:01"], {}, ["09:00 09:01 on time", "10:00 10:01:01 late"]),
        (["9:00", "9:00", "9:30"], {}, ["09:00 09:00 on time", "- 09:00 extra", "- 09:30 extra"]),
        # Without `late`, a run is open until the next.
        (["9:59:59"], {}, ["09:00 09:59:59 late"]),
        (["9:59:59"], {"early": MINUTE}, ["10:00 09:59:59 on time"]),
        (["9:58"], {"early": 5 * MINUTE}, ["10:00 09:58 early"]),
        (["9:30"], {"late": 5 * MINUTE}, ["09:00 - missed", "- 09:30 extra"]),
        (["9:05", "10:06"], {"late": 5 * MINUTE}, ["09:00 09:05 late", "10:00 - missed", "- 10:06 extra"]),
        (["9:05"], {"tolerance": 5 * MINUTE}, ["09:00 09:05 on time"]),
        (["9:00:01"], {"tolerance": timedelta(0)}, ["09:00 09:00:01 late"]),
        # Of two runs that are open, the later gets it; of two observations, the earlier counts.
        (["10:01"], {"late": 2 * HOUR, "start": "9:00"}, ["09:00 - missed", "10:00 10:01 on time"]),
        (["10:01", "10:02"], {"late": 2 * HOUR, "start": "9:00", "end": "11:00"}, ["09:00 10:01 late", "10:00 10:02 late"]),
        # Runs outside of the range get what is theirs.
        (["8:59", "10:00"], {"start": "9:00", "end": "10:00"}, ["09:00 - missed"]),
        (["8:59", "9:58"], {"start": "9:00", "end": "10:00", "early": 5 * MINUTE}, ["09:00 08:59 on time"]),
        (["7:30", "9:00"], {"start": "9:00", "end": "10:00", "late": MINUTE}, ["09:00 09:00 on time"]),
        ([], {"start": "9:00", "end": "11:00"}, ["09:00 - missed", "10:00 - missed"]),
        ([], {"start": "9:00", "end": "9:00"}, []),
    ],
)  # fmt: skip
def test_what_ran_is_paired_with_what_should_have(
    observed: list[str], options: dict[str, Any], expected: list[str]
) -> None:
    given: dict[str, Any] = {
        k: clock(v)[0] if isinstance(v, str) else v for k, v in options.items()
    }
    assert shown(reconcile(HOURLY, clock(*observed), **given)) == expected


def test_before_the_first_run_and_after_the_last() -> None:
    twice = at(*clock("9:00", "12:00"))
    assert shown(reconcile(twice, clock("8:00", "9:00", "15:00"))) == [
        "- 08:00 extra",
        "09:00 09:00 on time",
        "12:00 15:00 late",
    ]
    assert shown(reconcile(at(), clock("8:00"))) == ["- 08:00 extra"]


def test_the_result_counts_and_prints_a_table() -> None:
    result = reconcile(
        cron("0 * * * *", tz="Europe/Paris"),
        clock("9:00", "9:59:50", "11:07", "11:08"),
        early=timedelta(seconds=30),
        tolerance=timedelta(seconds=5),
    )
    assert str(result) == (
        "status   run                        observed                   delay\n"
        "on time  2026-01-05 10:00:00+01:00  2026-01-05 10:00:00+01:00  0:00:00\n"
        "early    2026-01-05 11:00:00+01:00  2026-01-05 10:59:50+01:00  -0:00:10\n"
        "late     2026-01-05 12:00:00+01:00  2026-01-05 12:07:00+01:00  0:07:00\n"
        "extra    -                          2026-01-05 12:08:00+01:00  -\n"
        "1 on time, 1 early, 1 late, 0 missed, 1 extra"
    )
    assert result.counts == {"on time": 1, "early": 1, "late": 1, "missed": 0, "extra": 1}
    assert [pair.delay for pair in result.of("late", "early")] == [-10 * SECOND, 7 * MINUTE]
    assert not result
    assert reconcile(HOURLY, clock("9:00"))


def test_around_a_clock_change_instants_are_compared() -> None:
    nightly = cron("30 1 * * *", tz="America/New_York", dst="wall")
    ran = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6)]
    assert bool(reconcile(nightly, ran))


@pytest.mark.parametrize("name", ["early", "late", "tolerance"])
@pytest.mark.parametrize("length", [-SECOND, 5, "1h"])
def test_lengths_are_timedeltas_of_zero_or_more(name: str, length: Any) -> None:
    with pytest.raises(ScheduleError, match=f"{name} must be a timedelta of zero or more, not"):
        reconcile(HOURLY, clock("9:00"), **{name: length})


@pytest.mark.parametrize("options", [{}, {"start": START}, {"end": START}])
def test_without_an_observation_the_range_must_be_given(options: dict[str, Any]) -> None:
    with pytest.raises(ScheduleError, match="give start and end"):
        reconcile(HOURLY, [], **options)


def test_what_cannot_be_paired_is_refused() -> None:
    with pytest.raises(FloatingScheduleError):
        reconcile(every(5), clock("9:00"))
    with pytest.raises(NaiveDatetimeError):
        reconcile(HOURLY, [datetime(2026, 1, 1)])


SECONDS = st.lists(st.integers(0, 12), max_size=6)


@given(
    runs=st.sets(st.integers(0, 12), max_size=6),
    ran=SECONDS,
    early=st.integers(0, 3),
    late=st.integers(0, 8),
)
@few(100)
def test_no_other_pairing_is_larger_or_of_less_delay(
    runs: set[int], ran: list[int], early: int, late: int
) -> None:
    schedule: Schedule = at(*(START + second * SECOND for second in runs))
    result = reconcile(
        schedule,
        [START + second * SECOND for second in ran],
        early=early * SECOND,
        late=late * SECOND,
        start=START,
        end=START + MINUTE,
    )
    delays = [pair.delay // SECOND for pair in result.pairs if pair.delay is not None]
    assert (len(delays), sum(delays)) == best_matching(sorted(runs), sorted(ran), early, late)
    assert all(-early <= delay <= late for delay in delays)
    pairs = [(p.run, p.observed) for p in result.pairs if p.run and p.observed]
    assert sorted(seen for _, seen in pairs) == [seen for _, seen in sorted(pairs)]
    listed = (
        [pair.run for pair in result.pairs if pair.run],
        [p.observed for p in result.pairs if p.observed],
    )
    assert sorted(listed[0]) == [START + second * SECOND for second in sorted(runs)]
    assert sorted(listed[1]) == [START + second * SECOND for second in sorted(ran)]


def test_what_would_pair_over_a_million_runs_is_refused_at_once() -> None:
    minutes = cron("* * * * *")
    for schedule in (minutes, minutes | cron("30 * * * *", tz="Asia/Tokyo")):
        with pytest.raises(
            ScheduleError, match=r"1,577,\d+ runs are to be paired, and 1,000,000 are"
        ):
            reconcile(schedule, [], start=START, end=START + timedelta(days=1_095, hours=9))


@pytest.mark.parametrize("observed", [None, 5, START])
def test_what_was_observed_is_a_collection(observed: Any) -> None:
    with pytest.raises(ScheduleError, match="observed must be aware datetimes, not"):
        reconcile(HOURLY, observed)


def test_swapped_bounds_are_told() -> None:
    with pytest.raises(ScheduleError, match="swap them"):
        reconcile(HOURLY, [START], start=START, end=START - timedelta(hours=1))
