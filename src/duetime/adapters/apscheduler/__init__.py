"""APScheduler 3: a trigger for any schedule of duetime, and the way from its own triggers.

Needs the extra `apscheduler`. The trigger for APScheduler 4 is in `duetime.adapters.apscheduler4`.
"""

from duetime.errors import missing_extra

try:
    import apscheduler.triggers.base  # noqa: F401  # asked for here, to name what to install
except ModuleNotFoundError as error:
    raise missing_extra("duetime.adapters.apscheduler", "apscheduler", error) from None

from duetime.adapters.apscheduler.translation import from_trigger, upgrade
from duetime.adapters.apscheduler.trigger import ScheduleTrigger

__all__ = ["ScheduleTrigger", "from_trigger", "upgrade"]
