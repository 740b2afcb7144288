"""The commands and their options: arguments in, library called, answer printed.

What the library refuses is the user's to mend, so every `ScheduleError` becomes its message and
exit code 2, as a wrong option does.
"""

import json
import os
from datetime import UTC, datetime

import click

import duetime
from duetime.cli.forecast import foresee
from duetime.crontab.dialects import DIALECTS
from duetime.zones import CRON_POLICIES, NAMED_POLICIES


class Refused(click.ClickException):
    """An expression, zone, dialect or policy that the library refused."""

    exit_code = 2


def iso_time(text: str) -> datetime:
    """An ISO 8601 date or time, with an offset or without."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not an ISO 8601 time, such as 2026-03-08, 2026-03-08T02:30 "
            "or 2026-03-08T07:30Z"
        ) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(duetime.__version__, prog_name="duetime", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """When does this schedule run?"""
    if os.environ.get("NO_COLOR"):
        ctx.color = False


@cli.command("next")
@click.argument("expression")
@click.option(
    "--tz",
    metavar="ZONE",
    default="UTC",
    show_default=True,
    help="The IANA zone whose clock the schedule follows.",
)
@click.option(
    "--after",
    metavar="TIME",
    type=iso_time,
    help="Show runs later than this ISO 8601 time. Without an offset it is wall time in ZONE; "
    "of a wall time that occurs twice, the first.  [default: now]",
)
@click.option(
    "-n",
    "--count",
    metavar="N",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many runs to show.",
)
@click.option(
    "--dialect",
    metavar="D",
    help=f"Read a crontab in this dialect: {', '.join(DIALECTS)}.  [default: vixie]",
)
@click.option(
    "--dst",
    metavar="P",
    help="What a crontab does at clock changes: "
    f"{', '.join((*CRON_POLICIES, *NAMED_POLICIES))}.  [default: the dialect's]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def next_runs(
    expression: str,
    tz: str,
    after: datetime | None,
    count: int,
    dialect: str | None,
    dst: str | None,
    as_json: bool,
) -> None:
    """Show the next runs of EXPRESSION.

    EXPRESSION is a crontab ("30 9 * * mon-fri"), a nickname ("@daily"), an ISO 8601 duration
    ("PT5M") or an RFC 5545 block ("DTSTART:20260113T090000Z RRULE:FREQ=DAILY", on two lines).
    With --dialect or --dst it is a crontab.

    Each run is a line of local time, UTC offset and UTC. A line that begins with # says where
    a clock change moved, dropped or doubled a run.
    """
    try:
        if dialect is None and dst is None:
            schedule = duetime.parse(expression, tz=tz)
        else:
            schedule = duetime.cron(expression, tz=tz, dialect=dialect or "vixie", dst=dst)
        forecast = foresee(schedule, start(after, schedule), count)
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
    if as_json:
        click.echo(json.dumps(forecast.to_dict(), indent=2))
    else:
        for line in forecast.lines():
            click.secho(line.text, **line.style)


def start(after: datetime | None, schedule: duetime.Schedule) -> datetime:
    """The aware time to search from."""
    if after is None:
        return datetime.now(UTC)
    return after if after.tzinfo else after.replace(tzinfo=schedule.tz)
