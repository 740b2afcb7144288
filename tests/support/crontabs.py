"""Crontabs of which a test looks at the parts."""

from typing import Any

import duetime
from duetime.crontabs.schedule import Cron


def cron(*arguments: Any, **options: Any) -> Cron:
    """What `duetime.cron` makes of a text that is a crontab in its dialect."""
    schedule = duetime.cron(*arguments, **options)
    assert isinstance(schedule, Cron), f"{schedule!r} is no crontab"
    return schedule
