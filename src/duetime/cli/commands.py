"""The commands and their options: arguments in, library called, answer printed.

What the library refuses is the user's to mend, so every `ScheduleError` becomes its message and
exit code 2, as a wrong option does.
"""

import json
import os
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import click

import duetime
from duetime.cli.explanation import Explanation
from duetime.cli.forecast import Forecast, Line, foresee, recall
from duetime.cli.inputs import (
    DIALECT,
    POLICIES,
    POLICY,
    ZONE,
    Span,
    aware,
    gather,
    iso_time,
    now,
    refuse_unquoted,
    span,
)
from duetime.cli.presence import Presence, presence
from duetime.crontabs.dialects import DIALECTS
from duetime.zones import find_zone


class Refused(click.ClickException):
    """An expression, zone, dialect or policy that the library refused."""

    exit_code = 2


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
    type=ZONE,
    default="UTC",
    show_default=True,
    help="The IANA zone whose clock the schedule follows; local is this machine's.",
)
dialect_option = click.option(
    "--dialect",
    metavar="D",
    type=DIALECT,
    help=f"Read a crontab in this dialect: {_DIALECTS}.  [default: vixie]",
)
policy_option = click.option(
    "--dst",
    metavar="P",
    type=POLICY,
    help=f"What a crontab does at clock changes: {', '.join(POLICIES)}.  [default: the dialect's]",
)
seed_option = click.option(
    "--seed", metavar="TEXT", help="What H, R and ~ are drawn from: the name of the job."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class Question(NamedTuple):
    """What is asked of each schedule: which runs to show."""

    after: datetime | None
    until: datetime | None
    back: bool
    most: int
    at: Span | None

    def of(self, schedule: duetime.Schedule) -> Forecast | Presence:
        """The answer of a schedule."""
        if self.at is not None:
            return presence(schedule, self.at, self.most)
        after, until = (aware(time, schedule._zone) for time in (self.after, self.until))
        start = now() if after is None else after
        if until is not None and (until > start) == self.back:
            side = "earlier" if self.back else "later"
            raise click.UsageError(f"--until must be {side} than --after, which is {start}.")
        forecast = (recall if self.back else foresee)(schedule, start, self.most, until)
        return replace(forecast, distant=after is None)


def run_options(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The arguments of the commands that show runs, `count` of them unless told otherwise."""
    options = [
        click.argument("expressions", metavar="EXPRESSION...", nargs=-1),
        click.option(
            "-f",
            "--file",
            type=click.File(),
            metavar="FILE",
            help="Read expressions from a file, one a line.",
        ),
        zone_option,
        click.option(
            "--after",
            metavar="TIME",
            type=iso_time,
            help="Show runs later than this ISO 8601 time. Without an offset it is wall time in "
            "ZONE; of a wall time that occurs twice, the first.  [default: now]",
        ),
        click.option(
            "--until", metavar="TIME", type=iso_time, help="Show runs earlier than this time."
        ),
        click.option(
            "--prev", "back", is_flag=True, help="Show the last runs before --after instead."
        ),
        click.option(
            "--at",
            metavar="TIME",
            type=span,
            help="Tell whether it runs at this time, or on this date, with the runs before and "
            "after. The exit code is 1 if it does not.",
        ),
        click.option(
            "-n",
            "--count",
            "most",
            metavar="N",
            type=click.IntRange(min=1),
            default=count,
            show_default=True,
            help="How many runs to show.",
        ),
        dialect_option,
        policy_option,
        seed_option,
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@cli.command("next")
@run_options(10)
@json_option
def next_runs(as_json: bool, **given: Any) -> None:
    """Show the next runs of EXPRESSION.

    EXPRESSION is a crontab ("30 9 * * mon-fri"), a nickname ("@daily"), an ISO 8601 duration
    ("PT5M") or an RFC 5545 block ("DTSTART:20260113T090000Z RRULE:FREQ=DAILY", on two lines).
    With --dialect, --dst or --seed it is a crontab. `-` reads expressions from standard input,
    one a line.

    Each run is a line of local time, UTC offset and UTC, and how far it is from now. A line that
    begins with # says where a clock change moved, dropped or doubled a run.
    """
    answer(given, as_json, lambda schedule, runs: (runs.to_dict(), [*runs.lines()]))


@cli.command("explain")
@run_options(5)
@click.option(
    "--locale",
    metavar="L",
    default="en",
    show_default=True,
    help="The language of the sentence, such as de or pt_PT. Languages besides English need the "
    "words extra, and have words for simple crontabs only.",
)
@json_option
def explain(as_json: bool, locale: str, **given: Any) -> None:
    """Say in words what EXPRESSION does, and when it runs next.

    EXPRESSION is whatever `duetime next` takes. Of a crontab, a line for each field follows, with
    all its values resolved.
    """

    def explained(schedule: duetime.Schedule, runs: Forecast | Presence) -> Answer:
        explanation = Explanation(schedule, schedule.describe(locale))
        told = {**explanation.to_dict(), "next": runs.to_dict()}
        return told, [
            *(Line(text, {}) for text in explanation.lines()),
            Line("", {}),
            *runs.lines(),
        ]

    answer(given, as_json, explained)


Answer = tuple[dict[str, Any], list[Line]]
"""For programs, and for people."""


def answer(
    given: dict[str, Any],
    as_json: bool,
    tell: Callable[[duetime.Schedule, Forecast | Presence], Answer],
) -> None:
    """Answer for each expression; what is refused goes to standard error, and the rest goes on."""
    arguments, file = given["expressions"], given["file"]
    question = Question(*(given[name] for name in Question._fields))
    if question.at is not None and (question.after or question.until or question.back):
        raise click.UsageError("--at stands alone: it takes no --after, --until or --prev.")
    settings = {name: given[name] for name in ("tz", "dialect", "dst", "seed")}
    refuse_unquoted(arguments)
    texts = gather(arguments, file)
    answers, code = [], 0
    for text in texts:
        try:
            schedule = read(text, **settings)
            runs = question.of(schedule)
            told, lines = tell(schedule, runs)
        except duetime.ScheduleError as error:
            if len(texts) == 1:
                raise Refused(str(error)) from error
            Refused(str(error)).show()
            code = 2
            continue
        if isinstance(runs, Presence) and not runs.number:
            code = code or 1
        answers.append(told)
        if not as_json:
            show(lines if len(texts) == 1 else [Line(text, {"bold": True}), *lines, Line("", {})])
    if as_json:
        click.echo(
            json.dumps(answers[0] if len(texts) == 1 else answers, indent=2, ensure_ascii=False)
        )
    if code:
        click.get_current_context().exit(code)


def show(lines: list[Line]) -> None:
    """Print lines as they look on a terminal."""
    for line in lines:
        click.secho(line.text, **line.style)


@cli.command("convert")
@click.argument("expression")
@click.option(
    "--from", "source", metavar="D", type=DIALECT, required=True, help=f"Its dialect: {_DIALECTS}."
)
@click.option(
    "--to", "target", metavar="D", type=DIALECT, required=True, help="The dialect to write it in."
)
@click.option(
    "--tz",
    metavar="ZONE",
    type=ZONE,
    help="Warn only if the runs in this zone differ from now on, and say when they first do.",
)
@seed_option
@json_option
def convert(
    expression: str, source: str, target: str, tz: str | None, seed: str | None, as_json: bool
) -> None:
    """Write EXPRESSION in another dialect, with the same runs.

    Fails if that dialect cannot say it. A warning on standard error tells that only the rule for
    clock changes differs.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = duetime.convert(expression, source, target, seed=seed)
        notes = [str(each.message) for each in caught]
        if notes and tz is not None:
            old = duetime.cron(expression, tz=tz, dialect=source, seed=seed)
            new = duetime.cron(text, tz=tz, dialect=target, seed=seed)
            first = duetime.first_difference(old, new, start=now())
            notes = [] if first is None else [*notes, f"in {tz} they first differ at {first}"]
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
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
    """Tell which dialects accept EXPRESSION, and whether they run it at the same times.

    The exit code is 1 if none does.
    """
    try:
        start = aware(since, find_zone(tz))
        found = (
            duetime.detect(expression, tz=tz, seed=seed)
            if start is None
            else duetime.detect(expression, tz=tz, start=start, seed=seed)
        )
    except duetime.ScheduleError as error:
        raise Refused(str(error)) from error
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    else:
        click.echo(str(found))
        for line in reasons(found):
            click.echo(line)
    if not found.groups:
        click.get_current_context().exit(1)


def reasons(found: duetime.Detection) -> list[str]:
    """Why dialects refuse an expression, those with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for dialect, reason in found.refusals.items():
        # The first line is the fault, and the others show the place.
        by_reason.setdefault(reason.partition("\n")[0], []).append(dialect)
    lines = [f"  {', '.join(names)}: {reason}" for reason, names in by_reason.items()]
    return ["Refused, and why:", *lines] if lines else []


def read(
    expression: str, tz: str, dialect: str | None, dst: str | None, seed: str | None
) -> duetime.Schedule:
    """The schedule of an expression; a crontab if a dialect, a policy or a seed is named."""
    if dialect is None and dst is None and seed is None:
        return duetime.parse(expression, tz=tz)
    return duetime.cron(expression, tz=tz, dialect=dialect or "vixie", dst=dst, seed=seed)
