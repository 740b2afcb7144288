"""What many schedules do together, and questions about whole ones.

It knows the core; the core does not know it.
"""

from duetime.analysis.detection import Detection, detect
from duetime.analysis.difference import first_difference
from duetime.analysis.distance import MinGap, Overlap, min_gap, overlaps
from duetime.analysis.reconciliation import Pair, Reconciliation, reconcile
from duetime.analysis.staggering import Staggered, stagger
from duetime.analysis.worldwide import zones_due

__all__ = [
    "Detection",
    "MinGap",
    "Overlap",
    "Pair",
    "Reconciliation",
    "Staggered",
    "detect",
    "first_difference",
    "min_gap",
    "overlaps",
    "reconcile",
    "stagger",
    "zones_due",
]
