"""`python -m duetime.adapters.celery health`: is beat alive, says its state file."""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime, timedelta

import click

from duetime.adapters.celery.state import read_heartbeat


@click.group()
def main() -> None:
    """Tools for duetime's beat."""


@main.command()
@click.option(
    "--schedule",
    "-s",
    "path",
    default="celerybeat-schedule",
    show_default=True,
    help="The state file: what `celery beat --schedule` was given.",
)
@click.option(
    "--tolerance",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds that beat may be late for its next look.",
)
def health(path: str, tolerance: float) -> None:
    """Say when beat last looked and what it does next; exit with 1 if it is late.

    It is ahead, and no healthier, when its clock and this one differ.
    """
    try:
        heartbeat = read_heartbeat(path)
    except (OSError, sqlite3.DatabaseError) as error:
        click.echo(f"unknown: {error}")
        sys.exit(1)
    if heartbeat is None:
        click.echo(f"unknown: no beat has written to {path} yet")
        sys.exit(1)
    now = datetime.now(UTC)
    is_healthy = heartbeat.is_healthy(now, timedelta(seconds=tolerance))
    age = (now - heartbeat.last_tick).total_seconds()
    state = "healthy" if is_healthy else "AHEAD" if age < 0 else "LATE"
    click.echo(f"{state}: last tick {age:.1f} s ago")
    click.echo(f"last tick   {heartbeat.last_tick.isoformat()}")
    click.echo(f"lag         {heartbeat.lag.total_seconds():.3f} s")
    click.echo(f"entries     {heartbeat.entries:,}")
    if heartbeat.next_run is None:
        click.echo("next run    none")
    else:
        click.echo(f"next run    {heartbeat.next_run.isoformat()}  {heartbeat.next_entry}")
    sys.exit(0 if is_healthy else 1)


if __name__ == "__main__":
    main(prog_name="python -m duetime.adapters.celery")
