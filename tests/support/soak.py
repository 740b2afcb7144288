"""A beat under fire for as long as one likes: killed, stopped and cut off at random moments.

`python -m tests.support.soak redis MINUTES [SEED]`, or `rabbitmq`, prints how many runs were
nominal, sent and received. It fails if one is missing, if a beat that was told to stop goes on, or
if it sends nothing after the broker is back.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.proxy import Proxy, proxy
from tests.support.real_beat import Life, RealBeat
from tests.support.services import AMQP_URL, REDIS_URL

MILLISECONDS = 250
"""The period of an entry: little, so that the machine can do other things."""
SOON = 6.0
"""Seconds in which beat ends when it is told to, with some for a machine that is busy."""
BACK = 40.0
"""Seconds in which it sends again; a connection that hangs is given up after some."""


class Soak:
    """One beat and its broker, and what was done to them."""

    def __init__(self, real: RealBeat, broker: Proxy, seed: int) -> None:
        self.real, self.broker = real, broker
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.longest: dict[str, float] = {}
        self.events: dict[str, Callable[[Life], bool]] = {
            "stop": self.stop,
            "stop amid a hang": self.stop_amid_a_hang,
            "kill": self.kill,
            "hang": self.hang,
            "away": self.away,
            "cut": self.cut,
            "answer lost": self.lose_answers,
        }

    def run(self, minutes: float) -> None:
        """Fire for so long, and then look at what has arrived."""
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            with self.real.life() as life:
                self.real.wait_for(1, BACK)
                lives = True
                while lives and time.monotonic() < end:
                    time.sleep(self.random.expovariate(1 / 2))
                    name = self.random.choice(list(self.events))
                    self.done[name] += 1
                    lives = self.events[name](life)
        with self.real.life() as life:
            self.real.wait_for(40, BACK)
            self.stop(life)

    def stop(self, life: Life) -> bool:
        began = time.monotonic()
        status = life.end(signal.SIGTERM, SOON)
        assert status == 0, f"told to stop, beat answers {status}:\n{self.real.log.read_text()}"
        self._took("to stop", began)
        return False

    def stop_amid_a_hang(self, life: Life) -> bool:
        self.broker.is_hanging = True
        time.sleep(self.random.uniform(0, 2))
        self.stop(life)
        self.broker.restore()
        return False

    def kill(self, life: Life) -> bool:
        life.end(signal.SIGKILL, SOON)
        return False

    def hang(self, life: Life) -> bool:
        self.broker.is_hanging = True
        return self._outage("after a hang")

    def away(self, life: Life) -> bool:
        self.broker.is_away = True
        self.broker.cut()
        return self._outage("after the broker was away")

    def lose_answers(self, life: Life) -> bool:
        self.broker.to_client = lambda data: None
        return self._outage("after answers were lost")

    def cut(self, life: Life) -> bool:
        self.broker.cut()
        return True

    def _outage(self, name: str) -> bool:
        time.sleep(self.random.expovariate(1 / 3))
        self.broker.restore()
        began = time.monotonic()
        self.real.wait_for(1, BACK)
        self._took(name, began)
        return True

    def _took(self, name: str, began: float) -> None:
        self.longest[name] = max(self.longest.get(name, 0.0), time.monotonic() - began)

    def report(self) -> str:
        received = self.real.received()
        more = self.real.check(received)
        distinct = set(received)
        lines = [
            f"nominal   {self.real.nominal():,}, all of them received",
            f"sent      {self.real.count():,}, as beat believes",
            f"received  {len(received):,}, and of these {len(received) - len(distinct):,} again",
            f"unnoted   {more}: they left when beat was ended, and would leave again",
            "done      " + ", ".join(f"{n} {name}" for name, n in sorted(self.done.items())),
            *(f"longest   {s:.2f} s {name}" for name, s in sorted(self.longest.items())),
        ]
        return "\n".join(lines)


def main(name: str, minutes: str, seed: str = "1") -> None:
    url = {"redis": REDIS_URL, "rabbitmq": AMQP_URL}[name]
    with TemporaryDirectory() as folder, proxy(url) as broker:
        real = RealBeat(Path(folder), broker.url, MILLISECONDS)
        try:
            soak = Soak(real, broker, int(seed))
            soak.run(float(minutes))
            sys.stdout.write(f"{soak.report()}\n")
        finally:
            broker.restore()
            real.remove()


if __name__ == "__main__":
    main(*sys.argv[1:])
