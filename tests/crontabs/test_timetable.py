"""The search for the nearest label, and when it proves that there is none."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from duetime.crontabs.timetable import Timetable, timetable
from tests.support.crontabs import cron
from tests.support.dates import EPOCH
from tests.support.tables import records

Label = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute, second."""

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def forwards(expression: str, **keywords: str) -> Timetable:
    return Timetable(cron(expression, dialect="cronsim", **keywords).fields, 1)


def backwards(expression: str, **keywords: str) -> Timetable:
    return Timetable(cron(expression, dialect="cronsim", **keywords).fields, -1)


def label(text: str) -> Label:
    return datetime.fromisoformat(text).timetuple()[:6]


def nearest(table: Timetable, start: Label) -> Label | None:
    begin = datetime(*start, tzinfo=UTC)
    found = table.nearest(*divmod((begin - EPOCH) // timedelta(seconds=1), 86_400))
    return None if found is None else (EPOCH + timedelta(seconds=found)).timetuple()[:6]


# From the coarsest field to the finest: each row stops the search at another field.
NEAREST = """
expression              from                 forwards             backwards
30 15 10 * * *          2026-05-05 10:15:30  2026-05-05 10:15:30  2026-05-05 10:15:30
30 15 10 * * *          2026-05-05 10:15:29  2026-05-05 10:15:30  2026-05-04 10:15:30
30 15 10 * * *          2026-05-05 10:15:31  2026-05-06 10:15:30  2026-05-05 10:15:30
5,50 15,45 10 * * *     2026-05-05 10:15:20  2026-05-05 10:15:50  2026-05-05 10:15:05
5,50 15,45 10 * * *     2026-05-05 10:15:55  2026-05-05 10:45:05  2026-05-05 10:15:50
5,50 15,45 10 * * *     2026-05-05 10:30:55  2026-05-05 10:45:05  2026-05-05 10:15:50
5,50 15,45 10,20 * * *  2026-05-05 10:59:00  2026-05-05 20:15:05  2026-05-05 10:45:50
5,50 15,45 10,20 * * *  2026-05-05 20:00:00  2026-05-05 20:15:05  2026-05-05 10:45:50
0 0 10 * *              2026-05-05 00:00:00  2026-05-10 00:00:00  2026-04-10 00:00:00
59 23 31 * *            2026-04-15 12:00:00  2026-05-31 23:59:00  2026-03-31 23:59:00
0 0 1 1 *               2026-06-01 00:00:00  2027-01-01 00:00:00  2026-01-01 00:00:00
0 0 29 2 *              2026-01-01 00:00:00  2028-02-29 00:00:00  2024-02-29 00:00:00
0 0 29 2 *              2097-01-01 00:00:00  2104-02-29 00:00:00  2096-02-29 00:00:00
0 0 29 2 *              2397-01-01 00:00:00  2400-02-29 00:00:00  2396-02-29 00:00:00
0 0 L 12 *              2026-12-31 00:00:01  2027-12-31 00:00:00  2026-12-31 00:00:00
"""


@pytest.mark.parametrize(
    "row", records(NEAREST), ids=lambda row: f"{row['expression']} from {row['from']}"
)
def test_the_nearest_label_is_found_in_both_directions(row: dict[str, str]) -> None:
    start, after, before = (label(row[name]) for name in ("from", "forwards", "backwards"))
    assert nearest(forwards(row["expression"]), start) == after
    assert nearest(backwards(row["expression"]), start) == before


@pytest.mark.parametrize("month", range(1, 13))
def test_the_months_that_run_are_found_from_every_month(month: int) -> None:
    table, back = forwards("0 0 15 3,11 *"), backwards("0 0 15 3,11 *")
    days = [date(year, m, 15) for year, m in product((2025, 2026, 2027), (3, 11))]
    start = date(2026, month, 20)
    following = min(day for day in days if day >= start)
    preceding = max(day for day in days if day <= start)
    at = (2026, month, 20, 0, 0, 0)
    assert nearest(table, at) == (following.year, following.month, 15, 0, 0, 0)
    assert nearest(back, at) == (preceding.year, preceding.month, 15, 0, 0, 0)


IMPOSSIBLE = ["0 0 30 2 *", "0 0 31 4 *", "0 0 31 2,4,6,9,11 *", "0 0 31 9 *"]


@pytest.mark.parametrize("expression", IMPOSSIBLE)
def test_an_impossible_date_is_known_to_be_impossible(expression: str) -> None:
    schedule = cron(expression)
    for moment in (FIRST, datetime(2026, 1, 1, tzinfo=UTC), LAST):
        assert schedule.next_run(moment) is None
        assert schedule.prev_run(moment) is None


@pytest.mark.parametrize(
    ("expression", "year"),
    [("0 0 29 2 *", "2026"), ("0 0 29 2 *", "1900,2100"), ("0 0 29 2 fri", "2026-2031")],
)
def test_listed_years_without_such_a_day_have_no_run(expression: str, year: str) -> None:
    schedule = cron(expression, year=year, dialect="celery")
    assert schedule.next_run(FIRST) is None
    assert schedule.prev_run(LAST) is None


def test_a_rare_day_is_found_across_the_years_that_lack_it() -> None:
    # 29 February on a Sunday, once in 28 years, and once in 40 around a year such as 2100.
    rare = cron("0 0 29 2 sun", dialect="celery")
    expected = [
        day
        for year in range(1872, 2437, 4)
        if year % 100 or year % 400 == 0
        if (day := date(year, 2, 29)).weekday() == 6
    ]
    start = datetime(1872, 1, 1, tzinfo=UTC)
    end = datetime(2437, 1, 1, tzinfo=UTC)
    assert [run.date() for run in rare.runs(start, end)] == expected
    assert [run.date() for run in rare.runs_back(end, start)] == expected[::-1]


def test_listed_years_are_searched_in_both_directions() -> None:
    schedule = cron("0 0 1 1 *", year="1999,2005-2007,2030")
    start = datetime(1990, 1, 1, tzinfo=UTC)
    years = [1999, 2005, 2006, 2007, 2030]
    assert [run.year for run in schedule.runs(start)] == years
    assert [run.year for run in schedule.runs_back(LAST)] == years[::-1]
    assert schedule.next_run(datetime(2030, 1, 1, tzinfo=UTC)) is None
    assert schedule.prev_run(datetime(1999, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "Pacific/Honolulu"])
def test_the_calendar_ends_without_an_overflow(tz: str) -> None:
    zone = ZoneInfo(tz)
    daily, yearly = cron("0 0 * * *", tz=tz), cron("0 0 31 12 *", tz=tz)
    first = datetime(1, 1, 1, tzinfo=zone)
    last = datetime(9999, 12, 31, tzinfo=zone)
    assert daily.prev_run(first) is None
    assert daily.next_run(last) is None
    assert daily.next_run(first) == datetime(1, 1, 2, tzinfo=zone)
    assert daily.prev_run(last) == datetime(9999, 12, 30, tzinfo=zone)
    assert yearly.next_run(first) == datetime(1, 12, 31, tzinfo=zone)
    assert yearly.prev_run(last) == datetime(9998, 12, 31, tzinfo=zone)
    # These moments are within the calendar of UTC, and perhaps not within that of the zone.
    assert daily.prev_run(LAST) == last
    assert daily.next_run(FIRST) == (first if tz == "Pacific/Honolulu" else first + timedelta(1))
    assert daily.next_run(LAST) is None
    assert daily.prev_run(FIRST) == (first if tz == "Asia/Tokyo" else None)
    assert list(daily.runs(last - timedelta(days=2))) == [
        datetime(9999, 12, 29 + n, tzinfo=zone) for n in range(3)
    ]
    assert list(daily.runs_back(first + timedelta(days=2))) == [
        datetime(1, 1, 2, tzinfo=zone),
        first,
    ]


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "Pacific/Honolulu"])
def test_days_are_counted_to_both_ends_of_the_calendar(tz: str) -> None:
    # Noon of the first and of the last day is within the years 1 to 9999 of UTC in all of these.
    noon = cron("0 12 * * *", tz=tz)
    assert noon.count(FIRST, datetime(3, 1, 1, tzinfo=ZoneInfo(tz))) == 2 * 365
    assert noon.count(datetime(9998, 1, 1, tzinfo=ZoneInfo(tz)), LAST) == 2 * 365


def test_the_last_midnight_of_the_calendar_is_counted() -> None:
    assert cron("0 0 * * *").count(datetime(9999, 12, 30, 1, tzinfo=UTC), LAST) == 1
    assert (
        cron("59 59 23 * * *", dialect="cronsim").count(datetime(9999, 12, 31, tzinfo=UTC), LAST)
        == 1
    )


def test_equal_fields_share_a_timetable() -> None:
    assert timetable(cron("0 9 * * 1-5").fields, 1) is timetable(cron("0 9 * * mon-fri").fields, 1)
    assert timetable(cron("0 9 * * 1-5").fields, 1) is not timetable(cron("0 9 * * 1").fields, 1)


def test_the_days_of_a_month_come_as_a_mask() -> None:
    table = forwards("0 0 31 * *")
    assert table.days_mask(2026, 1) == 1 << 31
    assert table.days_mask(2026, 4) == 0
    assert forwards("0 0 1 2 *").days_mask(2026, 1) == 0
    listed = forwards("0 0 1 * *", year="2026")
    assert (listed.days_mask(2026, 5), listed.days_mask(2027, 5)) == (2, 0)


def test_search_from_epoch_seconds_is_the_same_search() -> None:
    schedule = cron("*/7 3,22 * * *", tz="Asia/Kolkata")
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    run: int | None = start
    for expected in schedule.runs(
        datetime.fromtimestamp(start + 1, UTC), datetime(2026, 2, 1, tzinfo=UTC)
    ):
        assert run is not None
        run = schedule.next_epoch(run)
        assert run == expected.timestamp()
    for expected in schedule.runs_back(
        datetime.fromtimestamp(run or 0, UTC), datetime(2026, 1, 2, tzinfo=UTC)
    ):
        assert run is not None
        run = schedule.prev_epoch(run)
        assert run == expected.timestamp()


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "Pacific/Honolulu", "Europe/Paris"])
def test_epoch_seconds_far_outside_of_the_calendar_have_no_run_beyond_them(tz: str) -> None:
    schedule = cron("0 0 * * *", tz=tz)
    zone = ZoneInfo(tz)
    first, last = datetime(1, 1, 1, tzinfo=zone), datetime(9999, 12, 31, tzinfo=zone)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for far in (10**12, 10**18):
        assert schedule.next_epoch(far) is None
        assert schedule.prev_epoch(-far) is None
        assert schedule.next_epoch(-far) == (first - epoch) // timedelta(seconds=1)
        assert schedule.prev_epoch(far) == (last - epoch) // timedelta(seconds=1)
    assert cron("0 0 30 2 *", tz=tz).next_epoch(0) is None
    assert cron("0 0 30 2 *", tz=tz).prev_epoch(0) is None


def test_a_question_from_before_the_calendar_of_the_zone_has_its_first_run() -> None:
    new_york = ZoneInfo("America/New_York")
    before = datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert cron("0 0 * * *", tz=new_york).next_run(before) == datetime(1, 1, 1, tzinfo=new_york)
