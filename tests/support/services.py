"""The services that tests marked `services` talk to, and what happens where there are none."""

import os
import socket
from urllib.parse import urlsplit

import pytest

REDIS_URL = os.environ.get("DUETIME_REDIS_URL", "redis://127.0.0.1:6379/0")
AMQP_URL = os.environ.get("DUETIME_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")


def need(url: str) -> str:
    """`url`, if somebody listens there; else the test is skipped, or fails where CI is true."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=2).close()
    except OSError as error:
        reason = f"nothing answers at {parts.scheme}://{parts.hostname}:{parts.port}: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return url
