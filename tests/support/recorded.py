"""A job that a scheduler can find by its name, and the times at which it was run."""

from __future__ import annotations

from datetime import UTC, datetime

TIMES: list[datetime] = []


def record() -> None:
    TIMES.append(datetime.now(UTC))
