"""A proxy of the tests' own in front of a real service, which can fail in the ways networks do.

It listens on the loopback alone, takes no more connections than `LIMIT`, and ends with its block.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

LIMIT = 2_000
_HOST = "127.0.0.1"

Pass = Callable[[bytes], bytes | None]
"""What is to be passed on of some bytes; None cuts the connection."""


def _all(data: bytes) -> bytes:
    return data


@dataclass
class Proxy:
    """What stands between a client and a service; its switches may be turned at any time."""

    url: str
    """The URL of the service with the proxy's address in it."""
    service: str
    """The URL without the proxy."""
    is_hanging: bool = False
    """Take everything, pass nothing on, and drop what was taken so."""
    is_away: bool = False
    """Refuse connections: each is closed at once."""
    to_service: Pass = _all
    to_client: Pass = _all
    taken: int = 0
    """How many connections it was asked for."""
    _pairs: set[tuple[socket.socket, socket.socket]] = field(default_factory=set)

    def restore(self) -> None:
        """End what failed: connections that there are are cut, and new ones work."""
        self.is_hanging = self.is_away = False
        self.to_service = self.to_client = _all
        self.cut()

    def cut(self) -> None:
        """End all connections that there are."""
        for pair in list(self._pairs):
            _end(*pair)

    def _serve(self, listening: socket.socket, service: tuple[str, int]) -> None:
        while self.taken < LIMIT:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            self.taken += 1
            if self.is_away:
                client.close()
                continue
            try:
                pair = (client, socket.create_connection(service, timeout=5))
            except OSError:
                client.close()
                continue
            pair[1].settimeout(None)
            self._pairs.add(pair)
            for source, sink, name in ((*pair, "to_service"), (*pair[::-1], "to_client")):
                threading.Thread(
                    target=self._pump, args=(source, sink, name, pair), daemon=True
                ).start()

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        name: str,
        pair: tuple[socket.socket, socket.socket],
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self.is_hanging:
                    continue
                passed = getattr(self, name)(data)
                if passed is None:
                    break
                sink.sendall(passed)
        _end(*pair)
        self._pairs.discard(pair)


@contextmanager
def proxy(url: str) -> Iterator[Proxy]:
    """A proxy in front of the service at `url`."""
    parts = urlsplit(url)
    service = (parts.hostname or _HOST, parts.port or 0)
    with socket.create_server((_HOST, 0)) as listening:
        user = f"{parts.username}:{parts.password}@" if parts.username else ""
        place = f"{user}{_HOST}:{listening.getsockname()[1]}"
        made = Proxy(urlunsplit(parts._replace(netloc=place)), url)
        accepting = threading.Thread(target=made._serve, args=(listening, service), daemon=True)
        accepting.start()
        try:
            yield made
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            made.cut()
            accepting.join(5)


def _end(*ends: socket.socket) -> None:
    for each in ends:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
