"""Converting between dialects, and asking which of them agree."""

from __future__ import annotations

import json
import pickle
import random
import warnings
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duetime import (
    ClockChangeWarning,
    ConversionError,
    CronSyntaxError,
    NaiveDatetimeError,
    ScheduleError,
    convert,
    detect,
)
from duetime.crontabs.dialects import DIALECTS
from duetime.crontabs.schedule import Cron
from duetime.crontabs.writer import write_fields
from duetime.testing.strategies import SEED, cron_expressions, cron_pools, cron_text, faulty_text
from tests.support.crontabs import cron
from tests.support.dates import NEW_YORK
from tests.support.effort import deep

CONVERSIONS = [
    ("30 9 * * mon-fri", "celery", "vixie", "30 9 * * 1-5"),
    ("30 9 * * mon-fri", "vixie", "celery", "30 9 * * 1-5"),
    ("0 0 12 ? * MON-FRI", "quartz", "ocps", "0 12 * * 1-5"),
    ("30 9 * * 0,6", "robfig", "kubernetes", "30 9 * * 0,6"),
    ("0 9 ? * MON-FRI *", "aws", "ocps", "0 9 * * 1-5"),
    ("0 9 * * 1-5", "ocps", "aws", "cron(0 9 ? * 2-6 *)"),
    ("0 9 1 * *", "ocps", "aws", "cron(0 9 1 * ? *)"),
    # AWS has no step in the day of the week.
    ("0 9 * * 1,3,5", "ocps", "aws", "cron(0 9 ? * 2,4,6 *)"),
    ("0 9 * * 1,3,5", "ocps", "quartz", "0 0 9 ? * 2-6/2"),
    ("30 0 9 L * *", "ocps", "ocps", "30 0 9 L * *"),
    ("0 0 0 1 1 * 2030", "ocps", "systemd", "2030-01-01 00:00:00"),
    ("Mon..Fri *-*-* 09:00:00", "systemd", "ocps", "0 9 * * 1-5"),
    ("Sat,Sun *:0/15", "systemd", "ocps", "*/15 * * * 0,6"),
    ("*/15 * * * 0,6", "ocps", "systemd", "Sat,Sun *-*-* *:00/15:00"),
    ("*-*~01..03", "systemd", "systemd", "*-*~01..03 00:00:00"),
    ("0 12 1 * +MON", "ocps", "systemd", "Mon *-*-01 12:00:00"),
    ("0 0 1-7 * mon", "celery", "vixie", "0 0 */31,1-7 * 1"),
    ("0 0 13 * sun", "celery", "vixie", "0 0 13 * */7,0"),
    ("0 0 */2 * mon", "celery", "vixie", "0 0 */2 * 1"),
    ("0 0 */2 * mon", "kubernetes", "robfig", "0 0 */2 * 1"),
    ("0 0 5,10,15,20,25,30 * 1", "kubernetes", "robfig", "0 0 5-30/5 * 1"),
    ("0 22-2 * * *", "celery", "vixie", "0 0-2,22,23 * * *"),
    ("0 0 * * 5L", "vixie", "vixie", "0 0 * * 5L"),
    ("0 0 0 ? * FRIL", "quartz", "quartz", "0 0 0 ? * 6L"),
    ("0 0 * * FRI#L", "ocps", "ocps", "0 0 * * 5#L"),
    ("0 0 0 ? * 6#3 2030", "quartz", "quartz", "0 0 0 ? * 6#3 2030"),
    ("0 0 0 L-3W * ?", "quartz", "quartz", "0 0 0 L-3W * ?"),
    ("0 0 0 LW * ?", "quartz", "quartz", "0 0 0 LW * ?"),
    ("0 0 0 L-3 * ?", "quartz", "quartz", "0 0 0 L-3 * ?"),
    ("0 0 0 15W * ?", "quartz", "quartz", "0 0 0 15W * ?"),
    ("@weekly", "vixie", "vixie", "0 0 * * 0"),
    ("@reboot", "ocps", "ocps", "@reboot"),
    ("@every 1h30m", "robfig", "kubernetes", "@every 1h30m"),
    ("@every 2h", "robfig", "aws", "rate(2 hours)"),
    ("rate(1 day)", "aws", "robfig", "@every 24h"),
    ("at(2026-11-20T13:00:00)", "aws", "aws", "at(2026-11-20T13:00:00)"),
    ("TZ=Asia/Tokyo 0 5 * * *", "robfig", "jenkins", "TZ=Asia/Tokyo\n0 5 * * *"),
    ("TZ=Asia/Tokyo\n0 5 * * *", "jenkins", "robfig", "CRON_TZ=Asia/Tokyo 0 5 * * *"),
    ("daily Asia/Tokyo", "systemd", "systemd", "*-*-* 00:00:00 Asia/Tokyo"),
]


@pytest.mark.parametrize(("expression", "source", "target", "expected"), CONVERSIONS)
def test_a_conversion(expression: str, source: str, target: str, expected: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ClockChangeWarning)
        assert convert(expression, source, target) == expected


LACKING = [
    ("0 0 12 15W * ?", "quartz", "kubernetes", "15W has no equivalent in kubernetes"),
    ("0 0 L * *", "ocps", "celery", "L has no equivalent in celery"),
    ("0 0 0 LW * ?", "quartz", "ocps", "LW has no equivalent in ocps"),
    ("0 0 0 L-3W * ?", "quartz", "aws", "L-3W has no equivalent in aws"),
    ("0 0 0 ? * 6#3", "quartz", "robfig", "fri#3 has no equivalent in robfig"),
    ("0 0 * * 5L", "vixie", "jenkins", "friL has no equivalent in jenkins"),
    ("0 0 * * 1#1,5#2", "vixie", "quartz", "2#1 in a list has no equivalent in quartz"),
    ("0 0 * * 7,mon#3", "vixie", "croniter", "has no list of plain weekdays and weekdays of the"),
    ("0 0 13 * 5", "vixie", "celery", r"a day of week \(OR\) has no equivalent in celery"),
    ("0 0 13 * 5", "celery", "vixie", r"a day of week too \(AND\) has no equivalent in vixie"),
    ("0 0 13 * 5", "celery", "robfig", r"a day of week too \(AND\) has no equivalent in robfig"),
    ("0 0 13 * 5", "celery", "quartz", "a day of month beside a day of week has no equivalent"),
    ("30 0 9 * * *", "cronsim", "kubernetes", "the second 30 has no equivalent in kubernetes"),
    ("0 0 0 1 1 * 2030", "ocps", "vixie", "the year 2030 has no equivalent in vixie"),
    ("0 0 0 L-29 * ?", "quartz", "systemd", "L-29 has no equivalent in systemd"),
    ("0 0 0 15W * ?", "quartz", "systemd", "15W has no equivalent in systemd"),
    ("0 0 0 LW * ?", "quartz", "systemd", "LW has no equivalent in systemd"),
    ("@reboot", "ocps", "vixie", "@reboot has no equivalent in vixie"),
    ("@every 90s", "robfig", "aws", "@every 90s has no equivalent in aws"),
    ("rate(5 minutes)", "aws", "vixie", r"rate\(5 minutes\) has no equivalent in vixie"),
    ("at(2026-11-20T13:00:00)", "aws", "quartz", "at.* has no equivalent in quartz"),
    ("TZ=Asia/Tokyo 0 5 * * *", "robfig", "kubernetes", "set timeZone in the spec"),
]


@pytest.mark.parametrize(("expression", "source", "target", "reason"), LACKING)
def test_what_a_dialect_lacks_is_named(
    expression: str, source: str, target: str, reason: str
) -> None:
    with pytest.raises(ConversionError, match=reason):
        convert(expression, source, target)


def test_a_year_outside_a_dialect_is_named() -> None:
    fields = cron("0 0 1 1 *", year=1900).fields
    with pytest.raises(ConversionError, match="the year 1900 has no equivalent in ocps"):
        write_fields(fields, DIALECTS["ocps"])
    with pytest.raises(ConversionError, match="the last day of short months"):
        write_fields(cron("0 0 31 * *", short_months="last").fields, DIALECTS["vixie"])


def test_only_the_rule_for_clock_changes_makes_a_warning() -> None:
    with pytest.warns(ClockChangeWarning, match="kubernetes and celery treat clock changes"):
        assert convert("30 2 * * *", "kubernetes", "celery") == "30 2 * * *"
    # Both of the jobs are at set times, so it is not written 0 */12.
    assert convert("0 0,12 * * *", "vixie", "celery") == "0 0-23/12 * * *"
    assert convert("0 0,12 * * *", "kubernetes", "celery") == "0 */12 * * *"
    # With a star in a time field both follow the clock.
    assert convert("*/30 * * * *", "kubernetes", "celery") == "*/30 * * * *"


def test_h_is_drawn_before_it_is_written() -> None:
    with pytest.warns(ClockChangeWarning):
        assert convert("H H(0-7) * * *", "jenkins", "vixie", seed="stuff") == "56 4 * * *"
    with pytest.raises(CronSyntaxError, match="H is drawn from a seed"):
        convert("H H(0-7) * * *", "jenkins", "vixie")


def seed_of(dialect: str) -> str | None:
    return SEED if dialect == "jenkins" else None


@given(st.sampled_from([*DIALECTS]), st.sampled_from([*DIALECTS]), st.data())
def test_a_conversion_has_equal_bits_and_equal_runs(
    source: str, target: str, data: st.DataObject
) -> None:
    expression = data.draw(cron_expressions(source))
    before = cron(expression, tz=NEW_YORK, dialect=source, seed=seed_of(source))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = convert(expression, source, target, seed=seed_of(source))
    except ConversionError:
        return
    after = cron(text, tz=NEW_YORK, dialect=target)
    assert after.fields._replace(policy=before.policy) == before.fields
    assert (after == before) is not bool(caught)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_generated_expressions_are_written_and_read_again(dialect: str) -> None:
    chance = random.Random(dialect)
    pools = cron_pools(dialect)
    for _ in range(20_000 if deep() else 150):
        texts = {name: chance.choice(pool) for name, pool in pools.items()}
        expression = cron_text(texts, dialect)
        schedule = cron(expression, dialect=dialect, seed=seed_of(dialect))
        try:
            text = write_fields(schedule.fields, DIALECTS[dialect])
        except ConversionError:
            # What only these two read is not written: `2nd mon` and `31W`.
            assert dialect in ("apscheduler", "spring"), expression
            continue
        again = cron(text, dialect=dialect, dst=schedule.policy)
        assert again.fields == schedule.fields, (expression, text)
        assert write_fields(again.fields, DIALECTS[dialect]) == text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_generated_faults_are_refused_where_they_are(dialect: str) -> None:
    chance = random.Random(dialect)
    pools = cron_pools(dialect)
    for _ in range(20_000 if deep() else 150):
        texts = {name: chance.choice(pool) for name, pool in pools.items()}
        expression, name = faulty_text(texts, dialect, chance.choice)
        with pytest.raises(CronSyntaxError) as error:
            cron(expression, dialect=dialect, seed=seed_of(dialect))
        fault = error.value
        assert fault.expression == expression
        assert 0 <= fault.position <= len(expression)
        # What is no event at all is no field of one.
        if dialect != "systemd" or fault.field is not None:
            assert fault.field == name, expression
        # A field of APScheduler may hold spaces.
        if name is not None and dialect not in ("systemd", "apscheduler"):
            start, stop = place(expression, dialect, name)
            assert start <= fault.position <= stop, expression


def place(expression: str, dialect: str, name: str) -> tuple[int, int]:
    """Where the word of a field stands, counted by hand."""
    names = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"]
    words = expression.removeprefix("cron(").split(" ")
    index = names.index(name) + (dialect in ("quartz", "spring"))
    start = (len("cron(") if dialect == "aws" else 0) + len(" ".join(words[:index])) + (index > 0)
    return start, start + len(words[index])


def test_whether_kubernetes_and_celery_run_it_together() -> None:
    answer = detect("0 0 13 * fri")
    most = ("vixie", "cronsim", "croniter", "ocps", "robfig", "kubernetes", "github")
    both = ("celery", "apscheduler", "cronos")
    assert set(answer.dialects) == {*most, *both}
    assert answer.groups == (most, both)
    assert not answer.agree("kubernetes", "celery")
    assert answer.agree("kubernetes", "vixie")
    friday = datetime(2026, 1, 2, tzinfo=UTC)
    assert answer.first_difference("kubernetes", "celery") == answer.disagreement == friday
    assert answer.first_difference("kubernetes", "robfig") is None
    assert str(answer) == (
        "0 0 13 * fri\n"
        f"  {', '.join(most)}: first at 2026-01-02 00:00:00+00:00\n"
        "  celery, apscheduler, cronos: first at 2026-02-13 00:00:00+00:00\n"
        "  refused by quartz, spring, aws, jenkins, systemd\n"
        "First difference at 2026-01-02 00:00:00+00:00, a Friday:"
        f" a run of vixie and the 6 that agree with it, none of {', '.join(both)}."
    )


def test_a_clock_change_can_be_the_first_difference() -> None:
    nightly = detect("30 2 * * *", tz=NEW_YORK)
    # The gap of 8 March: Celery's run moves to its end, Kubernetes has none.
    difference = nightly.first_difference("kubernetes", "celery")
    assert difference is not None
    assert difference.isoformat() == "2026-03-08T03:00:00-04:00"
    assert detect("30 2 * * *").agree("kubernetes", "celery", "jenkins")
    minutely = detect("* * * * *", tz=NEW_YORK, start=datetime(2026, 6, 1, tzinfo=UTC))
    # The overlap of 1 November: OCPS runs in the first of the two hours only.
    difference = minutely.first_difference("ocps", "vixie")
    assert difference is not None
    assert difference.isoformat() == "2026-11-01T01:00:00-05:00"
    # At that end of a gap the others run anyway.
    on_the_hour = detect("0 2,3 * * *", tz=NEW_YORK)
    assert on_the_hour.disagreement is None or on_the_hour.disagreement.month == 11
    assert detect("0 4 * * *", tz=NEW_YORK).disagreement is None


def test_what_only_some_accept() -> None:
    quartz = detect("0 0 12 ? * 2-6")
    assert quartz.dialects == ("ocps", "quartz", "spring", "cronos", "robfig")
    assert quartz.groups == (("ocps", "spring", "cronos", "robfig"), ("quartz",))
    assert "7 is not a weekday in Celery" in detect("0 12 * * 7").refusals["celery"]
    nothing = detect("hello")
    assert nothing.groups == ()
    assert str(nothing).endswith("No dialect accepts it.")
    assert not nothing.agree("vixie")
    # What may be the zone of an event is none.
    assert "'Fri' is not a key of the tz database" in detect("Mon Fri").refusals["systemd"]
    assert detect("TZ=Nowhere 0 12 * * *").dialects == ()
    assert detect("TZ=Asia/Tokyo 0 12 * * *").dialects == ("robfig",)
    assert detect("TZ=Asia/Tokyo\n0 12 * * *").dialects == ("jenkins",)
    never = detect("@reboot")
    assert never.dialects == ("ocps",)
    assert "ocps: no run" in str(never)
    assert detect("@every 1h").groups == (("robfig", "kubernetes"),)
    with pytest.raises(ScheduleError, match="vixie refuses '@every 1h'"):
        detect("@every 1h").first_difference("vixie", "robfig")
    with pytest.raises(ScheduleError, match="did you mean celery"):
        detect("@every 1h").first_difference("celry", "robfig")


def test_jenkins_draws_from_the_seed() -> None:
    daily = detect("@daily", seed="stuff")
    assert daily.groups == (
        ("vixie", "cronsim", "croniter", "ocps", "spring", "cronos", "robfig", "kubernetes"),
        ("jenkins",),
    )
    run = daily.schedules["jenkins"].next_run(daily.start)
    assert run == datetime(2026, 1, 1, 15, 56, tzinfo=UTC)


def test_an_answer_is_a_value() -> None:
    answer = detect("0 0 13 * fri", tz="Asia/Tokyo")
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert hash(answer) == hash(detect("0 0 13 * fri", tz="Asia/Tokyo"))
    document = json.loads(json.dumps(answer.to_dict()))
    assert document["disagreement"] == "2026-01-02T00:00:00+09:00"
    assert document["groups"] == [
        ["vixie", "cronsim", "croniter", "ocps", "robfig", "kubernetes", "github"],
        ["celery", "apscheduler", "cronos"],
    ]
    assert json.loads(json.dumps(detect("0 4 * * *").to_dict()))["disagreement"] is None


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Africa/Cairo"])
def test_one_that_runs_every_minute_is_compared_with_one_that_holds_it(zone: str) -> None:
    # The days of both fields are among those of either: half a million minutes are no difference.
    answer = detect("* 3,*/1 */2 5-12 0", tz=zone, start=datetime(2026, 1, 2, tzinfo=UTC))
    assert answer.agree("vixie", "celery")
    assert not answer.agree("vixie", "robfig")
    difference = answer.first_difference("vixie", "robfig")
    assert difference is not None
    assert difference.date() == date(2026, 5, 1)
    assert difference.time() == time(0)


@pytest.mark.parametrize("year", [1, 2, 9990, 9999])
def test_the_start_may_be_anywhere_in_the_calendar(year: int) -> None:
    start = datetime(year, 1, 1, tzinfo=UTC)
    assert detect("0 9 * * 1", tz=NEW_YORK, start=start).agree("vixie", "celery", "kubernetes")
    assert detect("0 9 13 * 1", start=start).agree("vixie", "celery") is (year == 9999)
    assert str(detect("0 9 13 * 1", start=start))


def test_the_start_is_an_instant() -> None:
    with pytest.raises(NaiveDatetimeError):
        detect("* * * * *", start=datetime(2026, 1, 1))
    late = detect("0 0 13 * fri", start=datetime(2026, 2, 13, tzinfo=UTC))
    # The 13th is a Friday, so the first difference comes a week later.
    assert late.disagreement == datetime(2026, 2, 13, tzinfo=UTC) + timedelta(days=7)
    assert isinstance(late.schedules["vixie"], Cron)
