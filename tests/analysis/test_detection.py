"""The table of the page "Which cron is this?": each cell is asked of the library."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from duetime import Schedule, ScheduleError, cron, detect
from duetime.crontabs.dialects import DIALECTS
from duetime.crontabs.schedule import Cron
from tests.support.dates import NEW_YORK

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "which-cron.md"
# Calendar events are no crontabs: they have a section of their own.
# Nor is there one for another edition of the same program.
COLUMNS = [name for name, row in DIALECTS.items() if name != "systemd" and not row.variant_of]


def read(fields: str, dialect: str) -> Schedule | None:
    """A crontab of five fields, with what else a dialect needs around it; None if refused."""
    if fields[0] not in "@T":
        seconds = f"0 {fields}"
        fields = {"quartz": seconds, "spring": seconds, "aws": f"{fields} *"}.get(dialect, fields)
    with suppress(ScheduleError):
        row = DIALECTS[dialect]
        seed = "job" if row.draws and fields not in row.drawn_nicknames else None
        return cron(fields, tz=NEW_YORK, dialect=dialect, seed=seed)
    return None


def of_week(fields: str, dialect: str) -> Schedule | None:
    """A crontab of a day of the week, the day of the month left open as the dialect has it."""
    return read(f"0 0 * * {fields}", dialect) or read(f"0 0 ? * {fields}", dialect)


def of_month(fields: str, dialect: str) -> Schedule | None:
    """A crontab of a day of the month, the day of the week left open as the dialect has it."""
    return read(f"0 0 {fields} * *", dialect) or read(f"0 0 {fields} * ?", dialect)


def daily(times: str, dialect: str) -> Schedule | None:
    return read(f"{times} * * *", dialect) or read(f"{times} * * ?", dialect)


def yes(schedule: Schedule | None) -> str:
    return "no" if schedule is None else "yes"


def both_days(dates: str) -> Callable[[str], str]:
    def cell(dialect: str) -> str:
        schedule = read(f"0 0 {dates}", dialect)
        if not isinstance(schedule, Cron):
            return "no"
        return {"or": "either", "and": "both"}[schedule.fields.days.join]

    return cell


def sunday(dialect: str) -> str:
    found = {n: of_week(str(n), dialect) for n in range(9)}
    return ", ".join(
        str(n) for n, each in found.items() if isinstance(each, Cron) and each.fields.days[1] == 1
    )


def wildcards(dialect: str) -> str:
    star, mark = read("0 0 * * *", dialect), read("0 0 * * ?", dialect)
    return {(True, False): "no", (True, True): "as `*`", (False, True): "needed"}[
        star is not None, mark is not None
    ]


def nickname(dialect: str) -> str:
    schedule = read("@daily", dialect)
    if schedule is None:
        return "no"
    return "midnight" if schedule == daily("0 0", dialect) else "drawn"


def seconds(dialect: str) -> str:
    places = [
        "first" if layout[0].name == "second" else "last of 6"
        for number, layout in DIALECTS[dialect].layouts.items()
        if number == 6 and "second" in [field.name for field in layout]
    ]
    return places[0] if places else "no"


def years(dialect: str) -> str:
    layout = max(DIALECTS[dialect].layouts.items())[1]
    year = layout[-1]
    return f"{year.first} to {year.last}" if year.name == "year" else "no"


def gap(dialect: str) -> str:
    schedule = daily("30 2", dialect)
    assert schedule is not None
    runs = [*schedule.runs(datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))]
    return f"runs at {runs[0]:%H:%M}" if runs else "is skipped"


def overlap(dialect: str) -> str:
    schedule = daily("30 1", dialect)
    assert schedule is not None
    runs = [*schedule.runs(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))]
    if len(runs) == 2:
        return "runs twice"
    return "runs the last time" if runs[0].fold else "runs the first time"


def zone_before(dialect: str) -> str:
    line, body = "TZ=Asia/Tokyo", "0 0 1 * *"
    return "on a line" if read(f"{line}\n{body}", dialect) else yes(read(f"{line} {body}", dialect))


ROWS: dict[str, Callable[[str], str]] = {
    "fields": lambda dialect: " or ".join(map(str, DIALECTS[dialect].layouts)),
    "seconds": seconds,
    "years": years,
    "Sunday is": sunday,
    "`mon`, `jan`": lambda dialect: yes(of_week("mon", dialect) and of_month("1", dialect)),
    "`0 0 13 * 5`": both_days("13 * 5"),
    "`0 0 */2 * 5`": both_days("*/2 * 5"),
    "`?`": wildcards,
    "`22-2` in the hour": lambda dialect: yes(daily("0 22-2", dialect)),
    "`5/15` in the minute": lambda dialect: yes(daily("5/15 0", dialect)),
    "`L`": lambda dialect: yes(of_month("L", dialect)),
    "`L-3`": lambda dialect: yes(of_month("L-3", dialect)),
    "`LW`": lambda dialect: yes(of_month("LW", dialect)),
    "`15W`": lambda dialect: yes(of_month("15W", dialect)),
    "`5L`": lambda dialect: yes(of_week("5L", dialect)),
    "`L5`": lambda dialect: yes(of_week("L5", dialect)),
    "`5#3`": lambda dialect: yes(of_week("5#3", dialect)),
    "`5#L`": lambda dialect: yes(of_week("5#L", dialect)),
    "`last fri`": lambda dialect: yes(of_month("last fri", dialect)),
    "`~`": lambda dialect: yes(daily("~ 0", dialect)),
    "`H`": lambda dialect: yes(daily("H 0", dialect)),
    "`@daily` is at": nickname,
    "`@every 1h`": lambda dialect: yes(read("@every 1h", dialect)),
    "`TZ=Asia/Tokyo` before it": zone_before,
    "02:30 on 8 March 2026": gap,
    "01:30 on 1 November 2026": overlap,
}


def table() -> list[list[str]]:
    """The cells of the table of the page, its heading first."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if set("".join(row)) != {"-"}]


def test_the_table_has_every_dialect_and_every_row() -> None:
    heading, *rows = table()
    assert heading == ["", *(f"`{name}`" for name in COLUMNS)]
    assert [row[0] for row in rows] == [*ROWS]


@pytest.mark.parametrize("dialect", COLUMNS)
@pytest.mark.parametrize("row", ROWS)
def test_a_cell_is_what_the_library_does(row: str, dialect: str) -> None:
    heading, *rows = table()
    cells = next(cells for cells in rows if cells[0] == row)
    assert cells[heading.index(f"`{dialect}`")] == ROWS[row](dialect)


# The fifty commonest crontabs, from lists of examples such as those of crontab.guru: who agrees, a
# group after the other, and the first difference. All but APScheduler count weekdays from Sunday.
FIVE = "vixie cronsim croniter celery apscheduler ocps cronos robfig kubernetes github jenkins"
FROM_SUNDAY = "vixie cronsim croniter celery ocps cronos robfig kubernetes github jenkins"
NAMED = "vixie cronsim croniter celery apscheduler ocps cronos robfig kubernetes github"
NICKNAMED = "vixie cronsim croniter ocps spring cronos robfig kubernetes"
EITHER_DAY = "vixie cronsim croniter ocps robfig kubernetes github"
COMMON = {
    **dict.fromkeys(
        (
            *("* * * * *", "*/2 * * * *", "*/5 * * * *", "*/10 * * * *", "*/15 * * * *"),
            *("*/20 * * * *", "*/30 * * * *", "1-59/2 * * * *", "0 * * * *", "30 * * * *"),
            *("0,30 * * * *", "0 */2 * * *", "0 */3 * * *", "0 */4 * * *", "0 */6 * * *"),
            *("0 */8 * * *", "0 */12 * * *", "0 9-17 * * *", "0 0 * * *", "0 1 * * *"),
            *("30 3 * * *", "0 9 * * *", "0 12 * * *", "0 8,20 * * *", "23 0-20/2 * * *"),
            *("0 0 */2 * *", "0 0 1 * *", "0 0 1,15 * *", "0 0 15 * *", "0 0 1 */3 *"),
            *("0 0 1 1 *", "0 0 1 */2 *", "5 0 * 8 *", "0 4 8-14 * *"),
        ),
        (FIVE, None),
    ),
    **dict.fromkeys(("0 0 * * SUN", "0 0 * * MON-FRI", "5 4 * * sun"), (NAMED, None)),
    "*/10 9-17 * * 1-5": (f"{FROM_SUNDAY}, apscheduler", "2026-01-03 09:00"),
    "0 9-17 * * 1-5": (f"{FROM_SUNDAY}, apscheduler", "2026-01-03 09:00"),
    "0 9 * * 1-5": (f"{FROM_SUNDAY}, apscheduler", "2026-01-03 09:00"),
    "0 22 * * 1-5": (f"{FROM_SUNDAY}, apscheduler", "2026-01-03 22:00"),
    "0 0 * * 0": (f"{FROM_SUNDAY}, apscheduler", "2026-01-04 00:00"),
    "0 0 * * 1": (f"{FROM_SUNDAY}, apscheduler", "2026-01-05 00:00"),
    "0 0 * * 6,0": (f"{FROM_SUNDAY}, apscheduler", "2026-01-03 00:00"),
    "0 0 * * 7": ("vixie cronsim croniter ocps cronos jenkins", None),
    "0 0 1-7 * 1": (f"{EITHER_DAY}, celery cronos jenkins, apscheduler", "2026-01-01 00:00"),
    "0 0 13 * 5": (f"{EITHER_DAY}, celery cronos jenkins, apscheduler", "2026-01-02 00:00"),
    "@hourly": (f"{NICKNAMED}, jenkins", "2026-01-01 00:00"),
    "@daily": (f"{NICKNAMED}, jenkins", "2026-01-01 00:00"),
    "@weekly": (f"{NICKNAMED}, jenkins", "2026-01-04 00:00"),
    "@monthly": (f"{NICKNAMED}, jenkins", "2026-01-01 00:00"),
    "@yearly": (f"{NICKNAMED}, jenkins", "2026-01-01 00:00"),
    "@reboot": ("ocps", None),
    "0 0 12 * * ?": ("ocps quartz spring cronos robfig", None),
    "0 0/5 14 * * ?": ("quartz spring cronos robfig", None),
    "0 0 L * *": ("vixie cronsim croniter ocps cronos", None),
    "0 0 * * 5L": ("vixie cronsim ocps cronos", None),
    "0 0 * * 1#1": ("vixie cronsim croniter ocps cronos", None),
    "H H * * *": ("croniter, jenkins", "2026-01-01 12:24"),
    "rate(5 minutes)": ("aws", None),
    "@every 5m": ("robfig kubernetes", None),
}


def test_a_common_crontab_is_told_as_these_programs_run_it() -> None:
    for text, (groups, difference) in COMMON.items():
        answer = detect(text)
        assert answer.groups == tuple(tuple(group.split()) for group in groups.split(", ")), text
        found = answer.disagreement
        assert (found and f"{found:%Y-%m-%d %H:%M}") == difference, text


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (
            "0 9 * * 1-5",
            (
                "First difference at 2026-01-03 09:00:00+00:00, a Saturday:"
                " a run of apscheduler, none of vixie and the 9 that agree with it."
            ),
        ),
        (
            "0 0 13 * 5",
            (
                "First difference at 2026-01-02 00:00:00+00:00, a Friday:"
                " a run of vixie and the 6 that agree with it, none of apscheduler, celery,"
                " cronos, jenkins."
            ),
        ),
        ("0 0 * * 7", "All that accept it run at the same times in UTC."),
        ("rate(5 minutes)", "Only aws accepts it."),
        ("nonsense", "No dialect accepts it."),
    ],
)
def test_the_verdict_is_one_sentence(text: str, verdict: str) -> None:
    assert str(detect(text)).splitlines()[-1] == verdict
