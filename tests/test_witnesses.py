"""cronsim as a witness for the vixie dialect: where the two differ, a rule says why.

cronsim reads wall time in the zone of the datetime that it is given. Its habits at clock changes
are those of Debian cron for whole hours; each way in which it departs from a plain reading of
them is a predicate below, and what no predicate covers must agree.
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from hypothesis import assume, given
from hypothesis import strategies as st

from duetime import cron
from tests.support.oracle import DAY, changes, offset_at
from tests.support.strategies import Case, instants_around_changes, moments, vixie_expressions

SECOND = timedelta(seconds=1)
FAR = 40 * 365 * DAY


def parts_of(expression: str) -> list[str]:
    texts = expression.upper().split()
    return texts if len(texts) == 6 else ["0", *texts]
