"""Moments, written in short."""

from datetime import UTC, datetime


def utc(year: int, month: int, day: int, *time: int) -> datetime:
    """A moment of UTC, with as much of the time as matters: hour, minute, second, microsecond."""
    hour, minute, second, microsecond, *_ = (*time, 0, 0, 0, 0)
    return datetime(year, month, day, hour, minute, second, microsecond, UTC)
