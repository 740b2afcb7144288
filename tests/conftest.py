"""What every test stands on: one edition of the zone data, and the Hypothesis profiles.

A plain run draws the same examples every time, so that what fails is due to the change. The
profiles `explore` and `deep` look for what is new.
"""

import os
import zoneinfo

import pytest
from hypothesis import Phase, is_hypothesis_test, settings

from tests.support.effort import USUAL

# The zone data of the machine differ from place to place; those of the tzdata package do not.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

# No deadline: how long an example takes depends on the machine, and the benchmarks watch the time.
settings.register_profile(
    "default", max_examples=USUAL, deadline=None, derandomize=True, database=None, print_blob=True
)
# Other examples each time. One that fails is kept and tried first the next time.
settings.register_profile(
    "explore", max_examples=1_000, deadline=None, derandomize=False, print_blob=True
)
# A million examples in all.
settings.register_profile("deep", settings.get_profile("explore"), max_examples=45_000)
# Whether a fault is found is all that counts there: not in which words, and not from memory.
settings.register_profile(
    "mutants",
    settings.get_profile("explore"),
    max_examples=120,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("default")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test whose examples Hypothesis draws."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.properties)
