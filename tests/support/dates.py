"""Moments, zones and lengths of time, written in short."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NEW_YORK, PARIS, TOKYO = (
    ZoneInfo(key) for key in ("America/New_York", "Europe/Paris", "Asia/Tokyo")
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc(year: int, month: int, day: int, *time: int) -> datetime:
    """A moment of UTC, with as much of the time as matters: hour, minute, second, microsecond."""
    hour, minute, second, microsecond, *_ = (*time, 0, 0, 0, 0)
    return datetime(year, month, day, hour, minute, second, microsecond, UTC)


def read_utc(text: str) -> datetime:
    """The moment at which the clock of UTC shows a text, such as `2026-03-08T07:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
