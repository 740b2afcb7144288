"""RedBeat on a virtual clock, with a real Redis and keys of its own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from redbeat.schedulers import get_redis

from duetime.adapters.redbeat import Scheduler
from tests.support.services import REDIS_URL, need
from tests.support.virtual_beat import Recorder, VirtualCelery


class VirtualRedBeat(Recorder, Scheduler):
    """Ours, on a virtual clock."""


@contextmanager
def redis_app(start: datetime, **conf: Any) -> Iterator[VirtualCelery]:
    """An app whose entries are in Redis; they are gone afterwards."""
    prefix = f"duetime-{uuid.uuid4().hex}:"
    app = VirtualCelery(
        start,
        redbeat_redis_url=need(REDIS_URL),
        redbeat_key_prefix=prefix,
        redbeat_lock_key=None,
        redbeat_redis_options={},
        beat_max_loop_interval=60,
        **conf,
    )
    try:
        yield app
    finally:
        redis = get_redis(app)
        keys = list(redis.scan_iter(f"{prefix}*"))
        if keys:
            redis.delete(*keys)
        redis.close()
