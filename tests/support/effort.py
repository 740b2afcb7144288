"""How much effort a run of the tests takes: a usual one, or the deep one."""

from hypothesis import settings

USUAL = 300
"""Examples of each law that the crontabs are held to in a usual run, at least."""


def thorough() -> int:
    """How many examples the laws of crontabs draw: more than other properties."""
    return max(USUAL, settings().max_examples)


def deep() -> bool:
    """Whether this run is the one that takes its time."""
    return settings().max_examples > 10_000
