"""Texts of another kind in the place of a crontab: recognised, and told how they are written."""

from typing import Any

import pytest

from duetime import CronSyntaxError, ScheduleError, cron, detect, parse
from duetime.crontabs.dialects import DIALECTS

FIVE = "*/5 * * * *"
SPAN = "for elapsed time use every(minutes=5), and each five minutes of the clock are written "
AWS = 'is EventBridge\'s: dialect="aws" reads it'
APSCHEDULER = 'has a weekday of the month as APScheduler writes it: dialect="apscheduler" reads it'
SYSTEMD = 'is a calendar event of systemd: dialect="systemd" reads it'
RULE = "is a rule of RFC 5545: use rrule(), with a DTSTART"
LINE = (
    "is not a field: of a line of a crontab file give the five fields alone, without the command,"
    " or read the whole file with parse_crontab()"
)

MEANT = {
    "": "an empty text is not a crontab: every minute is written * * * * *",
    " \n": "an empty text is not a crontab: every minute is written * * * * *",
    "?": "a single ? is not a crontab: every minute is written * * * * *",
    "hourly": "'hourly' is not a crontab: write @hourly",
    "Daily": "'Daily' is not a crontab: write @daily",
    "quarterly": "'quarterly' is not a crontab: write 0 0 1 1,4,7,10 *",
    "minutely": "'minutely' is not a crontab: write * * * * *",
    "every 5 minutes": f"'every 5 minutes' is not a crontab: {SPAN}{FIVE}",
    "5m": f"'5m' is not a crontab: {SPAN}{FIVE}",
    "30 seconds": f"'30 seconds' is not a crontab: {SPAN}{FIVE}",
    "9am": "'9am' is a time of day: each day at 9:00 is written 0 9 * * *",
    "at 9:30 P.M.": "'at 9:30 P.M.' is a time of day: each day at 9:00 is written 0 9 * * *",
    "09:00": "'09:00' is a time of day: each day at 9:00 is written 0 9 * * *",
    "cron(0 9 ? * MON-FRI *)": f"'cron(0 9 ? * MON-FRI *)' {AWS}",
    "rate(5 minutes)": f"'rate(5 minutes)' {AWS}",
    "at(2026-11-20T13:00:00)": f"'at(2026-11-20T13:00:00)' {AWS}",
    "@every 5m": "'@every 5m' is robfig/cron's: dialect=\"robfig\" reads it",
    "@every_minute": "'@every_minute' is Cronos': dialect=\"cronos\" reads it",
    "0 9 last fri * *": f"'0 9 last fri * *' {APSCHEDULER}",
    "0 9 1st mon,3rd mon * *": f"'0 9 1st mon,3rd mon * *' {APSCHEDULER}",
    "Mon..Fri *-*-* 09:00:00": f"'Mon..Fri *-*-* 09:00:00' {SYSTEMD}",
    "*-*-* 4:00": f"'*-*-* 4:00' {SYSTEMD}",
    "Mon 09:00": f"'Mon 09:00' {SYSTEMD}",
    "FREQ=DAILY;COUNT=3": f"'FREQ=DAILY;COUNT=3' {RULE}",
    "PT5M": "'PT5M' is an ISO 8601 duration: use parse()",
    "*/5 * * * * /usr/bin/backup --all": f"'/usr/bin/backup --all' {LINE}",
    "0 5 * * * root run-parts /etc/cron.daily": f"'root run-parts /etc/cron.daily' {LINE}",
    "0 9 * * mon-fri $HOME/report": f"'$HOME/report' {LINE}",
}


@pytest.mark.parametrize("text", MEANT)
def test_a_text_of_another_kind_is_recognised(text: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text)
    fault = caught.value
    assert fault.reason == MEANT[text]
    assert (fault.expression, fault.field) == (text, None)
    assert text[fault.position :][: fault.length] == text.strip()


@pytest.mark.parametrize(
    ("text", "dialect", "reason"),
    [
        ("daily", "celery", "'daily' is not a crontab: write 0 0 * * *"),
        ("weekly", "quartz", "'weekly' is not a crontab: write 0 0 0 ? * SUN"),
        ("weekly", "jenkins", "'weekly' is not a crontab: write @weekly"),
        ("yearly", "aws", "'yearly' is not a crontab: write cron(0 0 1 1 ? *)"),
        ("", "quartz", "an empty text is not a crontab: every minute is written 0 * * * * ?"),
        ("9am", "systemd", "'9am' is a time of day: each day at 9:00 is written *-*-* 09:00:00"),
        (
            "every 5 minutes",
            "aws",
            f"'every 5 minutes' is not a crontab: {SPAN}cron({FIVE[:-1]}? *)",
        ),
    ],
)
def test_the_cure_is_written_in_the_dialect(text: str, dialect: Any, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, dialect=dialect)
    assert caught.value.reason == reason


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["daily", "weekly", "yearly", "quarterly", "", "9am"])
def test_a_cure_is_read(text: str, dialect: Any) -> None:
    try:
        cron(text, dialect=dialect)
    except CronSyntaxError as fault:
        if "writ" not in fault.reason:
            assert dialect == "systemd"
            return
        cure = fault.reason.rpartition("write " if "write " in fault.reason else "written ")[2]
        seed = "job" if dialect == "jenkins" and "@" in cure else None
        assert cron(cure, dialect=dialect, seed=seed).next_run is not None


@pytest.mark.parametrize(
    "text", ["75 9 * * *", "9 * * *", "* * * * mom", "0 0 12 * * noday", "every" * 1000, "5"]
)
def test_a_crontab_with_a_fault_has_the_reason_of_the_reader(text: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text)
    assert caught.value.reason not in MEANT.values()
    assert "is not a crontab" not in caught.value.reason


@pytest.mark.parametrize(
    ("text", "dialect", "reason"),
    [
        ("~ * * * *", "cronsim", 'use 0-59: dialect="vixie" draws ~ from a seed'),
        ("0 0 last * *", "vixie", "use 1-31: the last day of the month is written L"),
        ("0 0 last * *", "celery", "use 1-31"),
        ("0 0 * * last", "vixie", "use 0-7 or sun-sat"),
    ],
)
def test_an_item_of_another_dialect_is_told(text: str, dialect: Any, reason: str) -> None:
    with pytest.raises(CronSyntaxError) as caught:
        cron(text, dialect=dialect)
    assert caught.value.reason.endswith(reason)


def test_others_tell_it_too() -> None:
    with pytest.raises(ScheduleError, match="write @daily"):
        parse("daily")
    assert detect("9am").refusals["vixie"].startswith("'9am' is a time of day")
