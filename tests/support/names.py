"""The names that the `repr` of a schedule is made of, for tests that evaluate it."""

import datetime
import zoneinfo
from typing import Any

import duetime

NAMES: dict[str, Any] = {
    **{name: getattr(duetime, name) for name in duetime.__all__},
    "datetime": datetime,
    "zoneinfo": zoneinfo,
}
