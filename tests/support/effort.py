"""How much effort a run of the tests takes: a usual one, an exploring one, or the deep one."""

from hypothesis import settings

USUAL = 50
"""Examples that a property draws in a usual run."""


def drawn(usual: int) -> int:
    """As many examples as `usual` of them are to the profile: other profiles draw more."""
    return max(1, usual * settings().max_examples // USUAL)


def few(usual: int) -> settings:
    """For a property whose examples are dear, or say little: `usual` of them in a usual run."""
    return settings(max_examples=drawn(usual))


def deep() -> bool:
    """Whether this run is the one that takes its time."""
    return settings().max_examples > 10_000
