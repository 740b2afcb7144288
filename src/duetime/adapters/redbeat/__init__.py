"""RedBeat: several beats with one lock, and entries in Redis that keep zone, class and policy.

`beat_scheduler = "duetime.adapters.redbeat:Scheduler"` takes the place of
`redbeat.RedBeatScheduler`, and `Entry` that of `redbeat.RedBeatSchedulerEntry`. Needs the extra
`redbeat`.
"""

from duetime.errors import missing_extra

try:
    import redbeat  # noqa: F401  # asked for here, to name what to install
except ModuleNotFoundError as error:
    raise missing_extra("duetime.adapters.redbeat", "redbeat", error) from None

from duetime.adapters.redbeat.scheduler import Entry, Scheduler

__all__ = ["Entry", "Scheduler"]
