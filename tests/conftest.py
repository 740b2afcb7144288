"""What every test stands on: one edition of the zone data, and the Hypothesis profiles."""

import os
import zoneinfo
from datetime import timedelta

import pytest
from hypothesis import Phase, settings

# What a helper asserts is shown as what a test asserts.
pytest.register_assert_rewrite("tests.support")

# The zone data of the machine differ from place to place; those of the tzdata package do not.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

# The deadline is there to catch a search that walks; it is wide because the first question about
# a zone reads its file, and other work may hold the machine.
settings.register_profile(
    "default", max_examples=120, deadline=timedelta(seconds=20), print_blob=True
)
# What fails there is due to the change and not to the draw: other runs look for what is new.
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
# A million examples in all.
settings.register_profile(
    "deep", settings.get_profile("default"), max_examples=45_000, deadline=None
)
# Whether a fault is found is all that counts there: not in which words, and not from memory.
settings.register_profile(
    "mutants",
    settings.get_profile("default"),
    phases=[Phase.explicit, Phase.generate],
    database=None,
)
settings.load_profile("default")
