"""Celery's schedule types and ours side by side: what is the same, and what is right instead."""

from __future__ import annotations

import copy
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytz
from celery import Celery
from celery import schedules as stock
from celery.utils.time import LocalTimezone
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

import duetime
from duetime import DstPolicy, ScheduleError, UnknownTimeZoneError
from duetime.adapters.celery.memory import spelling
from duetime.adapters.celery.schedules import NEVER, beat, crontab, schedule, solar
from duetime.testing import instants, policies, time_zones
from duetime.testing.strategies import cron_fields
from duetime.zones import find_zone
from tests.support.dates import PARIS, TOKYO
from tests.support.pickles import globals_of

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
SYDNEY_SUNRISE = ("sunrise", -33.8688, 151.2093)


def app_in(tz: str | tzinfo | None = "UTC", **conf: Any) -> Celery:
    app = Celery(set_as_current=False)
    app.conf.update(timezone=tz, **conf)
    return app


UTC_APP = app_in()


def at_noon() -> datetime:
    """A clock that pickle finds by its name."""
    return NOON


def clock(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


FIELDS = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")


def outcome(kind: Any, arguments: dict[str, Any]) -> Any:
    """The values of the fields, or the type of the error."""
    try:
        found = kind(
            **{name: value() if callable(value) else value for name, value in arguments.items()}
        )
    except Exception as error:
        return type(error)
    return [set(getattr(found, name)) for name in FIELDS]


@pytest.mark.parametrize(
    "arguments",
    [
        # Refused.
        {"minute": 60},
        {"minute": -1},
        {"minute": "60"},
        {"minute": "-1"},
        {"minute": ""},
        {"minute": ","},
        {"minute": "1,,2"},
        {"minute": "*/"},
        {"minute": "*/0"},
        {"minute": "*/x"},
        {"minute": "5/2"},
        {"minute": "1-"},
        {"minute": "1-60"},
        {"minute": "1-5/"},
        {"minute": "?"},
        {"minute": "@hourly"},
        {"minute": "H"},
        {"minute": None},
        {"minute": 1.5},
        {"minute": object()},
        {"minute": [60]},
        {"minute": {61}},
        {"minute": ["1"]},
        {"minute": {"1"}},
        {"minute": [None]},
        {"minute": lambda: iter([99])},
        {"hour": 24},
        {"hour": "24"},
        {"hour": [-1]},
        {"day_of_week": 7},
        {"day_of_week": "7"},
        {"day_of_week": "xyz"},
        {"day_of_week": "mon-xyz"},
        {"day_of_week": "5#2"},
        {"day_of_month": 0},
        {"day_of_month": 32},
        {"day_of_month": "L"},
        {"day_of_month": "15W"},
        {"day_of_month": 30, "month_of_year": 2},
        {"day_of_month": "31", "month_of_year": "4,6,9,11"},
        {"month_of_year": 13},
        {"month_of_year": "0"},
        {"month_of_year": "foo"},
        {"month_of_year": []},
        {"minutes": 5},
        # Taken, although few other crons would.
        {"minute": "jan"},
        {"hour": "mon-wed"},
        {"minute": "1-5-7"},
        {"minute": "*/70"},
        {"minute": " 5, 6"},
        {"minute": "\N{ARABIC-INDIC DIGIT THREE}"},
        {"minute": b"\x05\x06"},
        {"minute": range(0, 60, 7)},
        {"minute": {0, 30}},
        {"minute": frozenset({45, 15})},
        {"minute": (5, 10)},
        {"minute": lambda: iter([10, 20])},
        {"hour": "22-2"},
        {"day_of_week": "fri-monday"},
        {"day_of_week": "Sunday,WED"},
        {"month_of_year": "nov-february/2"},
        {"day_of_month": 29, "month_of_year": 2},
    ],
    ids=lambda value: re.sub(" at 0x.*", ">", repr(value)),
)
def test_a_crontab_takes_and_refuses_what_celery_does(arguments: dict[str, Any]) -> None:
    assert outcome(crontab, arguments) == outcome(stock.crontab, arguments)


@pytest.mark.parametrize("values", [[], set(), [1.5]], ids=repr)
def test_what_celery_takes_and_trips_over_later_is_refused_at_once(values: Any) -> None:
    stumbling = stock.crontab(minute=values, nowfun=at_noon, app=UTC_APP)
    with pytest.raises((ValueError, TypeError)):
        stumbling.remaining_estimate(NOON)
    with pytest.raises(ScheduleError):
        crontab(minute=values)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"tz": "Europe/Pariss"}, UnknownTimeZoneError),
        ({"tz": 3}, UnknownTimeZoneError),
        ({"dst": "summer"}, ScheduleError),
    ],
)
def test_a_wrong_zone_or_policy_is_refused_at_once(
    arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        crontab(**arguments)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("*/5", "*/5"),
        (7, 7),
        ([0, 30], "0,30"),
        ((30, 0), "30,0"),
        ({45, 15, 30}, "15,30,45"),
        (frozenset({2, 1}), "1,2"),
        (range(0, 60, 20), "0,20,40"),
        (iter([5, 10]), "5,10"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_iterables_are_kept_as_comma_text_for_those_who_store_it(given: Any, kept: Any) -> None:
    made = crontab(minute=given)
    assert made._orig_minute == kept
    assert made._orig_kwargs == {}
    assert crontab(minute=kept).minute == made.minute


@pytest.mark.parametrize(
    "text", ["* * * * *", "0 4 1 jan-mar mon", "*/7 22-2 * * sun", "* * * *", "*  * * * *", "x"]
)
def test_a_crontab_is_read_from_a_line_as_celery_reads_it(text: str) -> None:
    def read(kind: Any) -> Any:
        try:
            return [set(getattr(kind.from_string(text), name)) for name in FIELDS]
        except Exception as error:
            return type(error)

    assert read(crontab) == read(stock.crontab)


@pytest.mark.parametrize(
    ("ours", "kind"),
    [
        (crontab(), stock.crontab),
        (schedule(10), stock.schedule),
        (solar(*SYDNEY_SUNRISE), stock.solar),
        (beat(duetime.at()), stock.BaseSchedule),
    ],
)
def test_each_type_is_one_of_celerys(ours: Any, kind: Any) -> None:
    assert isinstance(ours, kind)
    assert not isinstance(beat(duetime.at()), stock.schedule)


def test_attributes_are_those_of_celery() -> None:
    app = app_in("Asia/Tokyo")
    for ours, theirs, names in (
        (crontab(nowfun=at_noon, app=app), stock.crontab(nowfun=at_noon, app=app), FIELDS),
        (
            schedule(10, True, at_noon, app),
            stock.schedule(10, True, at_noon, app),
            ("run_every", "relative", "seconds", "human_seconds"),
        ),
        (
            solar(*SYDNEY_SUNRISE, nowfun=at_noon, app=app),
            stock.solar(*SYDNEY_SUNRISE, nowfun=at_noon, app=app),
            ("event", "lat", "lon", "method", "use_center"),
        ),
    ):
        for name in (*names, "nowfun", "app", "tz", "utc_enabled"):
            assert getattr(ours, name) == getattr(theirs, name), name
        assert ours.now() == theirs.now()


SAME: list[tuple[Any, Any]] = [
    (crontab("*/15"), crontab([0, 15, 30, 45])),
    (crontab(hour="7,8"), crontab(hour="8,7")),
    (crontab("0", "4"), stock.crontab("0", "4")),
    (crontab([0, 30]), stock.crontab([30, 0])),
    (crontab(tz="Europe/Paris"), crontab(tz=PARIS)),
    (crontab(tz="Europe/Paris"), crontab(tz=pytz.timezone("Europe/Paris"))),
    (crontab(0, 2), crontab(0, 2, dst="vixie")),
    (crontab(0, 2, dst="ocps"), crontab(0, 2, dst=DstPolicy("skip", "first"))),
    (crontab(nowfun=at_noon), stock.crontab(nowfun=at_noon)),
    (schedule(10), schedule(timedelta(seconds=10))),
    (schedule(10), stock.schedule(10)),
    (schedule(10), timedelta(seconds=10)),
    (solar(*SYDNEY_SUNRISE), stock.solar(*SYDNEY_SUNRISE)),
    (beat(duetime.cron("0 9 * * *")), beat(duetime.cron("0 9 * * *"))),
]
DIFFERENT: list[tuple[Any, Any]] = [
    (crontab("*/15"), crontab("*/20")),
    (crontab("*/15"), stock.crontab("*/20")),
    (crontab("*/15", 2), crontab("0,15,30,45", 2)),  # the star decides about clock changes
    (crontab(tz="Europe/Paris"), crontab()),
    (crontab(tz="Europe/Paris"), stock.crontab()),
    (crontab(tz="Europe/Paris"), crontab(tz="Europe/Rome")),
    (crontab(0, 2, dst="wall"), crontab(0, 2)),
    (crontab(nowfun=at_noon), crontab()),
    (crontab(), schedule(60)),
    (crontab(), "* * * * *"),
    (schedule(10), schedule(12)),
    (schedule(10), stock.schedule(12)),
    (solar(*SYDNEY_SUNRISE), solar("sunset", *SYDNEY_SUNRISE[1:])),
    (solar(*SYDNEY_SUNRISE), stock.solar("sunset", *SYDNEY_SUNRISE[1:])),
    (beat(duetime.cron("0 9 * * *")), beat(duetime.cron("0 9 * * *"), nowfun=at_noon)),
    (beat(duetime.cron("0 9 * * *")), beat(duetime.at())),
    (beat(duetime.cron("0 9 * * *")), crontab(0, 9)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_schedules_are_equal_both_ways_round(one: Any, other: Any) -> None:
    assert one == other
    assert other == one


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_schedules_are_different_both_ways_round(one: Any, other: Any) -> None:
    assert one != other
    assert other != one


def test_schedules_that_can_be_changed_are_not_hashable_and_a_beat_is() -> None:
    for changeable in (crontab(), schedule(10), solar(*SYDNEY_SUNRISE)):
        with pytest.raises(TypeError, match="unhashable"):
            hash(changeable)
    assert len({beat(duetime.at()), beat(duetime.at())}) == 1


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (crontab([0, 30], 4), "<crontab: 0,30 4 * * * (m/h/dM/MY/d)>"),
        (crontab(0, tz="Asia/Tokyo"), "<crontab: 0 * * * * (m/h/dM/MY/d), Asia/Tokyo>"),
        (crontab(0, dst="wall"), "<crontab: 0 * * * * (m/h/dM/MY/d), dst='wall'>"),
        (crontab(tz=timezone(timedelta(hours=2))), "<crontab: * * * * * (m/h/dM/MY/d), UTC+02:00>"),
        (schedule(10), "<freq: 10.00 seconds>"),
        (solar("sunset", 10, 20), "<solar: sunset at latitude 10, longitude: 20>"),
        (beat(duetime.every(5)), "<beat: every(seconds=5, tz='UTC')>"),
    ],
)
def test_the_repr_is_celerys_with_what_is_our_own(shown: Any, text: str) -> None:
    assert repr(shown) == text


KEPT = {
    "crontab": crontab([0, 30], "22-2", "mon", tz="Asia/Tokyo", dst="wall", nowfun=at_noon),
    "crontab with a policy": crontab(0, dst=duetime.DstPolicy("end", "both")),
    "plain crontab": crontab(),
    "schedule": schedule(90, True, at_noon),
    "schedule with a zone": schedule(90, tz="Asia/Tokyo"),
    "solar": solar(*SYDNEY_SUNRISE),
    "solar with a zone": solar(*SYDNEY_SUNRISE, tz="Asia/Tokyo"),
    "beat": beat(duetime.cron("0 9 * * *", tz="Asia/Tokyo") | duetime.at(NOON), nowfun=at_noon),
}


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize(
    "copied", [lambda s: pickle.loads(pickle.dumps(s)), copy.copy, copy.deepcopy]
)
def test_a_copy_keeps_everything(copied: Callable[[Any], Any], name: str) -> None:
    given = KEPT[name]
    twin = copied(copied(given))
    assert twin == given
    assert twin._tz == given._tz
    assert twin.nowfun == given.nowfun
    assert repr(twin) == repr(given)
    assert getattr(twin, "dst", None) == getattr(given, "dst", None)
    assert getattr(twin, "relative", None) == getattr(given, "relative", None)


@pytest.mark.parametrize("name", KEPT)
def test_a_pickle_names_no_module_of_the_core_but_wire(name: str) -> None:
    own = type(KEPT[name])
    found = globals_of(pickle.dumps(KEPT[name]))
    assert f"{own.__module__}.{own.__name__}" in found
    ours = {each for each in found if each.startswith("duetime.")}
    assert ours <= {f"{own.__module__}.{own.__name__}", "duetime.wire.restore"}


LAST_RUNS = [
    datetime(2026, 1, 5, 11, 20),
    datetime(2026, 1, 5, 11, 20, tzinfo=UTC),
    datetime(2026, 1, 5, 6, 20, tzinfo=ZoneInfo("America/New_York")),
    pytz.timezone("Asia/Tokyo").localize(datetime(2026, 1, 5, 20, 20)),
]


@pytest.mark.parametrize("naive_now", [False, True])
@pytest.mark.parametrize("last_run_at", LAST_RUNS)
@pytest.mark.parametrize(
    ("made", "is_due", "wait"),
    [
        (crontab(0, 12), True, 86_400),
        (crontab(30, 12), False, 1_800),
        (crontab(0, 21, tz="Asia/Tokyo"), True, 86_400),
        (schedule(1_800), True, 1_800),
        (schedule(3_600), False, 1_200),
        (beat(duetime.cron("*/50 * * * *")), True, 3_000),
        (beat(duetime.every(minutes=50, anchor=NOON)), True, 3_000),
        (solar("solar_noon", 0, 0), False, 323),
    ],
)
def test_naive_means_utc_and_every_zone_names_the_same_instant(
    made: Any, is_due: bool, wait: float, last_run_at: datetime, naive_now: bool
) -> None:
    asked = copy.copy(made)
    asked.app, asked.nowfun = UTC_APP, clock(NOON.replace(tzinfo=None) if naive_now else NOON)
    state = asked.is_due(last_run_at)
    assert isinstance(state, stock.schedstate)
    assert state.is_due is is_due
    assert state.next == pytest.approx(wait, abs=15)
    estimate = asked.remaining_estimate(last_run_at).total_seconds()
    assert (estimate <= 0) is is_due


def test_a_last_run_in_the_future_is_waited_for() -> None:
    made = crontab(0, nowfun=at_noon, app=UTC_APP)
    assert made.is_due(NOON + timedelta(hours=2)) == (False, 3 * 3600)


def test_without_nowfun_the_clock_is_the_apps() -> None:
    app = app_in("Asia/Tokyo")
    app.now = clock(NOON)
    assert crontab(30, 21, app=app).is_due(NOON) == (False, 1_800)


# Runs at :00 and :45. Beat was down from 8:45 on.
@pytest.mark.parametrize(
    ("now", "deadline", "is_due"),
    [
        ("10:20", None, True),
        ("10:20", 1_800, True),
        ("10:30", 1_800, True),  # exactly at the deadline
        ("10:30:00.000001", 1_800, False),
        ("10:35", 1_800, False),
        ("10:45", 1_800, True),
        ("10:45", 0, True),
        ("10:45:01", 0, False),
        ("10:35", 2_100.5, True),
    ],
)
@pytest.mark.parametrize("tz", ["UTC", "America/St_Johns"])
def test_a_crontab_heeds_the_starting_deadline_as_celery_does(
    now: str, deadline: float | None, is_due: bool, tz: str
) -> None:
    app = app_in(tz, beat_cron_starting_deadline=deadline)
    last, moment_ = moment("2022-12-05T08:45Z"), moment(f"2022-12-05T{now}+00:00")
    if tz != "UTC":  # where the quarter hours are the half past ones
        last, moment_ = last + timedelta(minutes=30), moment_ + timedelta(minutes=30)
    arguments = {"minute": "0,45", "nowfun": clock(moment_), "app": app}
    state = crontab(**arguments).is_due(last)
    assert state == stock.crontab(**arguments).is_due(last)
    assert state.is_due is is_due
    cron = duetime.cron(minute="0,45", tz=tz, dialect="celery")
    assert beat(cron, nowfun=clock(moment_), app=app).is_due(last) == state


def test_the_starting_deadline_is_for_crontabs_only() -> None:
    app = app_in(beat_cron_starting_deadline=60)
    last = NOON - timedelta(hours=2, minutes=30)
    assert schedule(60, nowfun=at_noon, app=app).is_due(last).is_due
    assert beat(duetime.every(hours=5, anchor=last), at_noon, app).is_due(last) == (False, 9_000)
    assert beat(duetime.every(hours=2, anchor=last), at_noon, app).is_due(last) == (True, 5_400)


def test_an_app_set_later_gives_its_zone_and_clock() -> None:
    made = crontab(0, 12)
    assert made.tz == made.app.timezone
    tokyo = app_in("Asia/Tokyo")
    assert stock.maybe_schedule(made, app=tokyo) is made
    assert made.tz == ZoneInfo("Asia/Tokyo")
    made.app = app_in("Europe/Paris")
    assert made.tz == PARIS
    assert made.core == duetime.cron(minute=0, hour=12, tz=PARIS, dialect="celery")


@pytest.mark.parametrize(
    "tz",
    ["Europe/Paris", PARIS, pytz.timezone("Europe/Paris")],
    ids=["key", "zoneinfo", "pytz"],
)
def test_zones_of_every_make_do_for_the_app_and_for_the_schedule(tz: Any) -> None:
    # The day after the clocks went forward; pytz zones know no offset of their own.
    now = moment("2026-03-30T06:00Z")
    app = app_in(tz)
    for made in (
        crontab(0, 9, nowfun=clock(now), app=app),
        crontab(0, 9, nowfun=clock(now), app=UTC_APP, tz=tz),
    ):
        assert made.is_due(now - timedelta(hours=1)) == (False, 3_600)
        assert made.core.tz is PARIS


class Office(crontab):
    """What a project wrote for Celery's crontab: in a zone of pytz, which knows `normalize`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tz = pytz.timezone("Europe/Paris")

    def is_due(self, last_run_at: datetime) -> Any:
        tz: Any = self.tz
        local = tz.normalize(self.now().astimezone(tz))
        return super().is_due(last_run_at) if local.hour >= 9 else (False, 60)


@pytest.mark.parametrize("base", [crontab, schedule, beat])
def test_a_zone_that_was_set_is_given_back_as_it_was(base: Any) -> None:
    paris = pytz.timezone("Europe/Paris")
    made = beat(duetime.every(hours=1, anchor="epoch")) if base is beat else base()
    made.app = UTC_APP
    for zone in (paris, pytz.FixedOffset(90), PARIS, timezone(timedelta(hours=3)), UTC):
        made.tz = zone
        assert made.tz is zone
        for twin in (copy.copy(made), pickle.loads(pickle.dumps(made))):
            assert base is beat or twin.tz == zone
    if base is crontab:
        made.tz = paris
        assert made == base(tz=PARIS)
        assert repr(made).endswith("Europe/Paris>")
        # It says how an entry is spelled, so that beat need not learn it at its start.
        assert "'Europe/Paris'" in spelling(made)


def test_a_subclass_may_ask_its_zone_what_only_pytz_knows() -> None:
    for hour, due in (("07:30", (False, 60)), ("09:00", (True, 3_600))):
        now = moment(f"2026-01-05T{hour}Z")
        made = Office(0, nowfun=clock(now), app=UTC_APP)
        assert made.is_due(now - timedelta(hours=1)) == due
        # A naive moment means UTC, and not a local mean time of 1911.
        assert made.is_due((now - timedelta(hours=1)).replace(tzinfo=None)) == due


def test_a_zone_can_be_set_and_unset_as_an_attribute() -> None:
    made = crontab(0, 9, app=UTC_APP)
    made.tz = "Asia/Tokyo"
    assert made == crontab(0, 9, tz="Asia/Tokyo")
    assert pickle.loads(pickle.dumps(made.core)) == made.core
    assert copy.copy(made).tz == ZoneInfo("Asia/Tokyo")
    made.tz = None
    assert made.tz == UTC_APP.timezone


def test_intervals_and_suns_are_shown_in_their_zone() -> None:
    assert schedule(10).core.tz == solar("sunset", 0, 0).core.tz == ZoneInfo("UTC")
    assert schedule(10, tz="Asia/Tokyo").core.tz == ZoneInfo("Asia/Tokyo")
    assert solar("sunset", 0, 0, tz="Asia/Tokyo").core.tz == ZoneInfo("Asia/Tokyo")
    assert beat(duetime.at(tz="Asia/Tokyo")).tz == ZoneInfo("Asia/Tokyo")


@pytest.fixture
def new_york_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system's zone is that of New York."""
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the system's zone cannot be set here")
@pytest.mark.parametrize(
    ("last", "run"),
    [
        ("2026-01-05T00:00Z", "2026-01-05T14:00Z"),
        ("2026-07-05T00:00Z", "2026-07-05T13:00Z"),
        # In the hours before a change Celery's own class has the offset after it already.
        ("2026-03-08T05:00Z", "2026-03-08T13:00Z"),
        ("2026-11-01T03:00Z", "2026-11-01T14:00Z"),
    ],
)
def test_the_local_zone_of_celery_is_the_systems(new_york_clock: None, last: str, run: str) -> None:
    app = app_in(None, enable_utc=False)
    app.timezone = LocalTimezone()
    made = crontab(0, 9, app=app, nowfun=clock(moment(last)))
    assert made.remaining_estimate(moment(last)) == moment(run) - moment(last)
    assert crontab(0, 9, tz=LocalTimezone()).core.next_run(moment(last)) == moment(run)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the system's zone cannot be set here")
def test_the_local_zone_follows_the_clock_through_its_changes(new_york_clock: None) -> None:
    local, zone = LocalTimezone(), ZoneInfo("America/New_York")
    for expression in ("30 2 * * *", "30 1 * * *", "*/20 * * * *", "0 0 * * *"):
        minute, hour = expression.split()[:2]
        ours = crontab(minute, hour, tz=local).core
        exact = crontab(minute, hour, tz=zone).core
        for start in (moment("2026-03-07T12:00Z"), moment("2026-10-31T12:00Z")):
            end = start + timedelta(days=2)
            assert [r.astimezone(UTC) for r in ours.runs(start, end)] == [
                r.astimezone(UTC) for r in exact.runs(start, end)
            ]


@pytest.mark.parametrize("tz", [None, "Asia/Tokyo", PARIS])
def test_the_remaining_delta_leads_to_the_wall_time_of_the_next_run(tz: Any) -> None:
    made = crontab(30, 4, "mon", tz="America/New_York", nowfun=at_noon, app=UTC_APP)
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz or ZoneInfo("America/New_York")
    for kind in (None, relativedelta):
        arguments = {} if kind is None else {"ffwd": kind}
        last, delta, now = made.remaining_delta(datetime(2026, 1, 7, 3), tz, **arguments)
        assert (last, now) == (moment("2026-01-07T03:00Z"), NOON)
        assert last.tzinfo == now.tzinfo == zone
        assert last + delta == datetime(2026, 1, 12, 4, 30, tzinfo=zone)
        assert kind is None or isinstance(delta, kind)


def test_a_date_that_never_comes_raises_as_in_celery() -> None:
    made = crontab(day_of_month=30, month_of_year=4, nowfun=at_noon, app=UTC_APP)
    made.day_of_month = {31}  # past the constructor
    for question in (made.remaining_estimate, made.remaining_delta, made.is_due):
        with pytest.raises(RuntimeError, match="has no run after 2026-01-05"):
            question(NOON)


@pytest.mark.parametrize("value", [True, False, [True, 0], {False, 7}], ids=repr)
def test_a_truth_value_is_the_number_that_it_is_to_celery(value: Any) -> None:
    assert crontab(value, app=UTC_APP) == stock.crontab(value, app=UTC_APP)
    last = datetime(2026, 3, 6, 12, 30, tzinfo=UTC)
    clock = {"app": UTC_APP, "nowfun": lambda: last}
    ours, theirs = crontab(value, **clock), stock.crontab(value, **clock)
    assert ours.remaining_estimate(last) == theirs.remaining_estimate(last)


class ZoneFirst:
    """A zone that is set before the constructor of the type it goes with."""

    def __init__(self, *args: Any, tz: Any = None, **kwargs: Any) -> None:
        self.tz = tz
        super().__init__(*args, **kwargs)


class ZoneAsked:
    """A zone of the class."""

    @property
    def tz(self) -> ZoneInfo:
        return TOKYO


OF_OURS: list[tuple[type, tuple[Any, ...]]] = [
    (crontab, (0, 9)),
    (schedule, (30,)),
    (solar, ("sunrise", 10, 20)),
]


@pytest.mark.parametrize(("kind", "arguments"), OF_OURS)
@pytest.mark.parametrize("mixin", [ZoneFirst, ZoneAsked])
def test_a_subclass_keeps_the_zone_that_it_sets_for_itself(
    kind: Any, arguments: tuple[Any, ...], mixin: type
) -> None:
    own = type("Own", (mixin, kind), {})
    made = own(*arguments, app=UTC_APP, **({"tz": TOKYO} if mixin is ZoneFirst else {}))
    assert made.tz == made.core.tz == TOKYO
    assert made.own_zone == find_zone("Asia/Tokyo")
    if kind is crontab:
        assert made == crontab(0, 9, tz="Asia/Tokyo")
        assert made != crontab(0, 9)
        assert "Asia/Tokyo" in repr(made)


def test_fields_set_later_count() -> None:
    made = crontab(0, 9, tz="UTC", nowfun=at_noon, app=UTC_APP)
    made.hour = {13}
    assert made.is_due(NOON) == (False, 3_600)
    made.hour.add(12)
    assert made.remaining_estimate(NOON - timedelta(hours=1)) == timedelta(0)


def test_a_subclass_that_estimates_for_itself_is_asked() -> None:
    class Weekly(crontab):
        def remaining_estimate(self, last_run_at: datetime, ffwd: Any = None) -> timedelta:
            return timedelta(days=7)

    assert Weekly(app=UTC_APP).is_due(NOON) == (False, 7 * 86_400)


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("run_every", [-5, 0, 0.25, 7, 90, 5_400, timedelta(days=1)])
@pytest.mark.parametrize("ago", [0, 3, 100, 10_000, 100_000])
def test_an_interval_is_due_when_celerys_is(run_every: Any, relative: bool, ago: float) -> None:
    arguments = (run_every, relative, at_noon, UTC_APP)
    last = NOON - timedelta(seconds=ago)
    ours, theirs = schedule(*arguments), stock.schedule(*arguments)
    assert ours.is_due(last) == theirs.is_due(last)
    assert ours.remaining_estimate(last) == theirs.remaining_estimate(last)


def test_an_interval_that_is_no_schedule_of_ours_says_so() -> None:
    with pytest.raises(ScheduleError, match="relative"):
        _ = schedule(60, relative=True).core
    with pytest.raises(ScheduleError, match="longer than zero"):
        _ = schedule(0).core


def test_a_relative_day_begins_in_the_zone_of_its_own() -> None:
    made = schedule(timedelta(days=1), True, at_noon, UTC_APP, tz="Asia/Tokyo")
    # At noon UTC the next day is three hours away in Tokyo, whatever zone the last run is told in.
    for last in (datetime(2026, 1, 5, 11), moment("2026-01-05T11:00Z")):
        assert made.is_due(last) == (False, 3 * 3600)


def test_subclasses_with_a_constructor_of_their_own_work() -> None:
    class Often(schedule):
        def __init__(self) -> None:
            self.run_every = timedelta(seconds=5)
            self.nowfun = at_noon

    assert Often().core == duetime.every(5)
    assert Often().remaining_estimate(NOON - timedelta(seconds=2)) == timedelta(seconds=3)


@pytest.mark.parametrize(
    "arguments",
    [
        ("noon", 0, 0),
        ("sunset", -91, 0),
        ("sunset", 90.5, 0),
        ("sunset", 0, -181),
        ("sunset", 0, 181),
        ("sunset", "ten", 0),
        (None, 0, 0),
        ("sunset", 0),
    ],
)
def test_a_sun_refuses_what_celery_refuses(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((ValueError, TypeError)) as theirs:
        stock.solar(*arguments)
    with pytest.raises(theirs.type) as ours:
        solar(*arguments)
    if theirs.type is ValueError:
        assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("event", sorted(stock.solar._all_events))
@pytest.mark.parametrize(("lat", "lon"), [(-37.8, 144.97), (51.48, 0), (0, -78.5), (64.1, -21.9)])
def test_a_sun_is_within_seconds_of_ephem(event: str, lat: float, lon: float) -> None:
    # Sunrise by ephem has no parallax and another size of the Sun.
    for month in (1, 3, 10):
        last = datetime(2026, month, 5, tzinfo=UTC)
        arguments = {"nowfun": clock(last), "app": UTC_APP}
        ours = solar(event, lat, lon, **arguments).remaining_estimate(last)
        theirs = stock.solar(event, lat, lon, **arguments).remaining_estimate(last)
        assert abs(ours - theirs) < timedelta(seconds=15)


def test_a_sun_needs_no_ephem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ephem", None)
    made = solar("solar_noon", Decimal("10.5"), Decimal(0), nowfun=at_noon, app=UTC_APP)
    assert made.is_due(NOON).next == pytest.approx(323, abs=15)


@pytest.mark.parametrize(
    ("event", "last", "run"),
    [
        ("sunrise", "2026-12-15T00:00+00:00", "2027-01-15"),  # Tromso's polar night
        ("sunset", "2026-06-01T00:00+00:00", "2026-07-25"),  # and its polar day
        ("solar_noon", "2026-12-15T00:00+00:00", "2026-12-15"),
    ],
)
def test_near_the_pole_a_sun_waits_for_the_next_that_really_happens(
    event: str, last: str, run: str
) -> None:
    made = solar(event, 69.6492, 18.9553, nowfun=clock(moment(last)), app=UTC_APP)
    remaining = made.remaining_estimate(moment(last))
    assert (moment(last) + remaining).date().isoformat() == run
    assert made.is_due(moment(last)) == (False, remaining.total_seconds())


def test_a_finite_schedule_is_due_once_and_then_asked_once_a_day() -> None:
    made = beat(duetime.at(NOON), at_noon, UTC_APP)
    assert made.is_due(NOON - timedelta(hours=1)) == (True, NEVER.total_seconds())
    assert made.is_due(NOON) == (False, NEVER.total_seconds())
    assert beat(duetime.at(), at_noon, UTC_APP).remaining_estimate(NOON) == NEVER


def test_a_search_without_an_end_is_taken_up_again_the_next_day() -> None:
    # The Sun never stands that high over Oslo.
    made = beat(duetime.solar(None, 59.9, 10.75, degrees=80, rising=True), at_noon, UTC_APP)
    assert made.is_due(NOON) == (False, NEVER.total_seconds())


def test_a_union_is_due_for_each_of_its_members() -> None:
    nine = duetime.cron("0 9 * * *", tz="Asia/Tokyo") | duetime.cron("0 9 * * *", tz=PARIS)
    made = beat(nine, clock(moment("2026-01-05T00:00Z")), UTC_APP)
    assert made.is_due(moment("2026-01-04T12:00Z")) == (True, 8 * 3600)


def test_a_beat_takes_a_schedule_of_duetime_only() -> None:
    with pytest.raises(ScheduleError, match="beat\\(\\) takes a schedule of duetime"):
        beat(crontab())


_ARGUMENTS = st.deferred(lambda: st.fixed_dictionaries(cron_fields("celery")))
_INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))


@given(_ARGUMENTS, _INSTANTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_where_no_clock_changes_a_crontab_is_due_when_celerys_is(
    fields: dict[str, str], last: datetime, since: timedelta
) -> None:
    arguments = {**fields, "nowfun": clock(last + since), "app": UTC_APP}
    try:
        theirs = stock.crontab(**arguments)
        estimate, state = theirs.remaining_estimate(last), theirs.is_due(last)
    except (ValueError, RuntimeError):
        assume(False)  # a date that never comes, or that Celery gives up on
    ours = crontab(**arguments)
    assert ours == theirs
    assert ours.remaining_estimate(last) == estimate
    assert ours.is_due(last) == state


@st.composite
def _around_changes(draw: st.DrawFn) -> tuple[str, datetime, datetime]:
    zone = draw(time_zones())
    return zone.key, draw(instants(zone)), draw(instants(zone))


@given(_ARGUMENTS, _around_changes(), st.none() | policies())
def test_at_clock_changes_a_crontab_is_due_when_the_core_says(
    fields: dict[str, str], around: tuple[str, datetime, datetime], dst: Any
) -> None:
    key, last, now = around
    try:
        ours = crontab(**fields, tz=key, dst=dst, nowfun=clock(now), app=UTC_APP)
    except ValueError:
        assume(False)  # a date that never comes
    core = duetime.cron(**fields, tz=key, dst=dst, dialect="celery")  # type: ignore[call-overload]  # keywords by name
    due, following = core.next_run(last), core.next_run(now)
    assert due is not None
    assert following is not None
    assert ours.remaining_estimate(last) == due.astimezone(UTC) - now
    is_due = due.astimezone(UTC) <= now
    wait = (following if is_due else due).astimezone(UTC) - now
    assert ours.is_due(last) == (is_due, wait.total_seconds())
