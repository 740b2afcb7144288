"""The commands and their options: arguments in, library called, answer printed.

What the library refuses is the user's to mend, so every `ScheduleError` becomes its message and
exit code 2, as a wrong option does.
"""

import json
import os
import warnings
from datetime import UTC, datetime

import click

import duetime
from duetime.cli.explanation import Explanation
from duetime.cli.forecast import foresee
from duetime.crontabs.dialects import DIALECTS
from duetime.zones import CRON_POLICIES, NAMED_POLICIES, find_zone


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


_DIALECTS = ", ".join(DIALECTS)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(duetime.__version__, prog_name="duetime", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """When does this schedule run?"""
    if os.environ.get("NO_COLOR"):
        ctx.color = False


zone_option = click.option(
    "--tz",
    metavar="ZONE",
    default="UTC",
    show_default=True,
    help="The IANA zone whose clock the schedule follows.",
)
dialect_option = click.option(
    "--dialect",
    metavar="D",
    help=f"Read a crontab in this dialect: {_DIALECTS}.  [default: vixie]",
)
policy_option = click.option(
    "--dst",
    metavar="P",
    help="What a crontab does at clock changes: "
    f"{', '.join((*CRON_POLICIES, *NAMED_POLICIES))}.  [default: the dialect's]",
)
seed_option = click.option(
    "--seed", metavar="TEXT", help="What H, R and ~ are drawn from: the name of the job."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@cli.command("next")
@click.argument("expression")
@zone_option
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
@dialect_option
@policy_option
@seed_option
@json_option
def next_runs(
    expression: str,
    tz: str,
    after: datetime | None,
    count: int,
    dialect: str | None,
    dst: str | None,
    seed: str | None,
    as_json: bool,
) -> None:
    """Show the next runs of EXPRESSION.

    EXPRESSION is a crontab ("30 9 * * mon-fri"), a nickname ("@daily"), an ISO 8601 duration
    ("PT5M") or an RFC 5545 block ("DTSTART:20260113T090000Z RRULE:FREQ=DAILY", on two lines).
    With --dialect, --dst or --seed it is a crontab.

    Each run is a line of local time, UTC offset and UTC. A line that begins with # says where
    a clock change moved, dropped or doubled a run.
    """
    try:
        schedule = read(expression, tz, dialect, dst, seed)
        forecast = foresee(schedule, start(after, schedule), count)
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
    if as_json:
        click.echo(json.dumps(forecast.to_dict(), indent=2))
    else:
        for line in forecast.lines():
            click.secho(line.text, **line.style)


@cli.command("explain")
@click.argument("expression")
@zone_option
@dialect_option
@policy_option
@click.option(
    "--locale",
    metavar="L",
    default="en",
    show_default=True,
    help="The language of the sentence, such as de or pt_PT. Languages besides English need the "
    "words extra, and have words for simple crontabs only.",
)
@seed_option
@json_option
def explain(
    expression: str,
    tz: str,
    dialect: str | None,
    dst: str | None,
    locale: str,
    seed: str | None,
    as_json: bool,
) -> None:
    """Say in words what EXPRESSION does.

    EXPRESSION is whatever `duetime next` takes. Of a crontab, a line for each field
    follows, with all its values resolved.
    """
    try:
        schedule = read(expression, tz, dialect, dst, seed)
        explanation = Explanation(schedule, schedule.describe(locale))
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
    if as_json:
        click.echo(json.dumps(explanation.to_dict(), indent=2, ensure_ascii=False))
    else:
        for line in explanation.lines():
            click.echo(line)


@cli.command("convert")
@click.argument("expression")
@click.option("--from", "source", metavar="D", required=True, help=f"Its dialect: {_DIALECTS}.")
@click.option("--to", "target", metavar="D", required=True, help="The dialect to write it in.")
@seed_option
@json_option
def convert(expression: str, source: str, target: str, seed: str | None, as_json: bool) -> None:
    """Write EXPRESSION in another dialect, with the same runs.

    Fails if that dialect cannot say it. A warning on standard error tells that only the rule for
    clock changes differs.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = duetime.convert(expression, source, target, seed=seed)
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
    notes = [str(each.message) for each in caught]
    if as_json:
        click.echo(json.dumps({"expression": text, "warnings": notes}, indent=2))
        return
    for note in notes:
        click.secho(f"Warning: {note}", err=True, fg="yellow")
    click.echo(text)


@cli.command("detect")
@click.argument("expression")
@zone_option
@click.option(
    "--start",
    "since",
    metavar="TIME",
    type=iso_time,
    help="Compare from this ISO 8601 time on.  [default: 2026-01-01T00:00Z]",
)
@click.option(
    "--seed",
    metavar="TEXT",
    default="job",
    show_default=True,
    help="What H, R and ~ are drawn from.",
)
@json_option
def detect(expression: str, tz: str, since: datetime | None, seed: str, as_json: bool) -> None:
    """Tell which dialects accept EXPRESSION, and whether they run it at the same times."""
    try:
        if since is None:
            found = duetime.detect(expression, tz=tz, seed=seed)
        else:
            since = since if since.tzinfo else since.replace(tzinfo=find_zone(tz).tzinfo)
            found = duetime.detect(expression, tz=tz, start=since, seed=seed)
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
    click.echo(json.dumps(found.to_dict(), indent=2) if as_json else str(found))


def read(
    expression: str, tz: str, dialect: str | None, dst: str | None, seed: str | None
) -> duetime.Schedule:
    """The schedule of an expression; a crontab if a dialect, a policy or a seed is named."""
    if dialect is None and dst is None and seed is None:
        return duetime.parse(expression, tz=tz)
    return duetime.cron(expression, tz=tz, dialect=dialect or "vixie", dst=dst, seed=seed)


def start(after: datetime | None, schedule: duetime.Schedule) -> datetime:
    """The aware time to search from."""
    if after is None:
        return datetime.now(UTC)
    return after if after.tzinfo else after.replace(tzinfo=schedule.tz)
