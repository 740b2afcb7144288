"""`at`: a finite set of instants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from duetime import NaiveDatetimeError, ScheduleError, UnknownTimeZoneError, at
from tests.support.dates import PARIS
from tests.support.names import NAMES

FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)
SECOND = datetime(2026, 1, 1, 9, 0, 0, 5, tzinfo=UTC)
THIRD = datetime(2026, 7, 1, tzinfo=UTC)


def test_it_runs_at_each_of_its_instants_once_in_order() -> None:
    schedule = at(THIRD, FIRST, SECOND, FIRST.astimezone(PARIS))
    assert list(schedule.runs(FIRST)) == [FIRST, SECOND, THIRD]
    assert list(schedule.runs_back(THIRD)) == [SECOND, FIRST]
    assert schedule.next_run(FIRST) == SECOND
    assert schedule.prev_run(THIRD) == SECOND
    assert schedule.next_run(THIRD) is schedule.prev_run(FIRST) is None
    assert schedule.matches(SECOND)
    assert not schedule.matches(SECOND + timedelta(microseconds=1))


def test_it_counts_its_instants() -> None:
    schedule = at(FIRST, SECOND, THIRD)
    assert schedule.count(FIRST, THIRD) == 2
    assert schedule.count(SECOND, THIRD + timedelta(days=1)) == 2
    assert schedule.count(FIRST, FIRST) == 0


def test_nothing_never_runs() -> None:
    assert at().next_run(FIRST) is at().prev_run(FIRST) is None
    assert list(at().runs(FIRST)) == []
    assert repr(at()) == "at(tz='UTC')"
    assert at() == at()


def test_order_and_zone_of_the_arguments_do_not_matter() -> None:
    schedule = at(FIRST, THIRD)
    same = at(THIRD.astimezone(PARIS), FIRST.astimezone(timezone(timedelta(hours=-3))), FIRST)
    assert schedule == same
    assert hash(schedule) == hash(same)
    assert schedule != at(FIRST, THIRD, tz=PARIS)
    assert schedule != at(FIRST)


def test_results_are_in_its_zone() -> None:
    schedule = at(THIRD, tz="Europe/Paris")
    run = schedule.next_run(FIRST)
    assert run == THIRD
    assert run is not None
    assert (run.tzinfo, run.hour) == (PARIS, 2)
    assert schedule.in_zone("UTC") == at(THIRD)


def test_the_repr_evaluates_back() -> None:
    schedule = at(THIRD, SECOND, tz=PARIS)
    assert repr(schedule) == (
        "at(datetime.datetime(2026, 1, 1, 10, 0, 0, 5,"
        " tzinfo=zoneinfo.ZoneInfo(key='Europe/Paris')),"
        " datetime.datetime(2026, 7, 1, 2, 0, tzinfo=zoneinfo.ZoneInfo(key='Europe/Paris')),"
        " tz='Europe/Paris')"
    )
    assert eval(repr(schedule), NAMES) == schedule


def test_both_instants_of_a_label_that_occurs_twice_are_instants() -> None:
    once, again = (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1))
    schedule = at(again, once, tz=PARIS)
    assert [run.fold for run in schedule.runs(FIRST)] == [0, 1]
    assert eval(repr(schedule), NAMES) == schedule


def test_an_instant_that_the_zone_cannot_show_does_not_exist() -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    late = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))
    assert at(early, FIRST, late) == at(FIRST)
    tokyo = at(early + timedelta(hours=14), FIRST, tz="Asia/Tokyo")
    assert list(tokyo.runs(early)) == [early + timedelta(hours=14), FIRST]
    honolulu = tokyo.in_zone("Pacific/Honolulu")
    assert list(honolulu.runs(early)) == [FIRST]


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(NaiveDatetimeError):
        at(FIRST, datetime(2026, 1, 1))
    with pytest.raises(ScheduleError, match="an aware datetime, not '2026-01-01'"):
        at("2026-01-01")  # type: ignore[arg-type]  # refused
    with pytest.raises(UnknownTimeZoneError):
        at(FIRST, tz="Paris")


def test_instants_of_the_listed_years_leave_nothing_to_repeat_beyond_them() -> None:
    assert at()._repeats
    assert at(datetime(1800, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC))._repeats
    assert not at(datetime(1799, 12, 31, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))._repeats
    assert not at(datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))._repeats
