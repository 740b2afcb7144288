"""Property tests for schedules: strategies, laws, virtual time, and a slow reference.

For duetime's own schedules and for anybody's: a crontab of another library, a scheduler's loop
of one's own. Needs the extra `testing`.
"""

from duetime.errors import missing_extra

try:
    import hypothesis  # noqa: F401  # asked for here, to name what to install
except ModuleNotFoundError as error:
    raise missing_extra("duetime.testing", "testing", error) from None

from duetime.testing.cases import CronCase, clock_change_cases, cron_cases, oracle_windows
from duetime.testing.crontab_oracle import oracle
from duetime.testing.simulation import Diff, Difference, Simulation, simulate
from duetime.testing.strategies import (
    beat_entries,
    business_calendars,
    calendar_intervals,
    calendars,
    compositions,
    cron_expressions,
    crons,
    daily_grids,
    instants,
    intervals,
    invalid_cron_expressions,
    moments,
    nth_business_days,
    plain_cron_expressions,
    policies,
    rrules,
    schedules,
    selections,
    sets_of_instants,
    solar_events,
    spreadings,
    time_zones,
    transitions,
    windows,
)
from duetime.testing.subjects import Subject, subject_of
from duetime.testing.suite import OracleLaws, ScheduleLaws
from duetime.testing.verdicts import LawBroken

__all__ = [
    "CronCase",
    "Diff",
    "Difference",
    "LawBroken",
    "OracleLaws",
    "ScheduleLaws",
    "Simulation",
    "Subject",
    "beat_entries",
    "business_calendars",
    "calendar_intervals",
    "calendars",
    "clock_change_cases",
    "compositions",
    "cron_cases",
    "cron_expressions",
    "crons",
    "daily_grids",
    "instants",
    "intervals",
    "invalid_cron_expressions",
    "moments",
    "nth_business_days",
    "oracle",
    "oracle_windows",
    "plain_cron_expressions",
    "policies",
    "rrules",
    "schedules",
    "selections",
    "sets_of_instants",
    "simulate",
    "solar_events",
    "spreadings",
    "subject_of",
    "time_zones",
    "transitions",
    "windows",
]
