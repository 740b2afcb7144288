"""Real beats on real brokers that are stopped, killed and cut off: they end, and lose nothing."""

import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery

from duetime.adapters.celery import Scheduler, read_heartbeat
from tests.support.proxy import Proxy, proxy
from tests.support.real_beat import RealBeat
from tests.support.services import AMQP_URL, REDIS_URL, need

pytestmark = pytest.mark.services

SOON = 5.0
"""Seconds within which beat ends when it is told to, and sends when the broker is back."""
LIVES = int(os.environ.get("DUETIME_LIVES", "2"))
"""How often it is stopped or killed; hundreds are for a machine that has the time."""


@pytest.fixture(params=[REDIS_URL, AMQP_URL], ids=["redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    """A broker behind a proxy."""
    with proxy(need(request.param)) as it:
        yield it


@pytest.fixture
def real(broker: Proxy, tmp_path: Path) -> Iterator[RealBeat]:
    """A beat that sends to it all the time."""
    it = RealBeat(tmp_path, broker.url)
    try:
        yield it
    finally:
        broker.restore()
        it.remove()


# It is told to stop.


@pytest.mark.parametrize("hangs", [False, True])
def test_a_stop_in_the_midst_of_sending_ends_beat_and_loses_nothing(
    broker: Proxy, real: RealBeat, hangs: bool
) -> None:
    moments = random.Random(1)
    for _ in range(LIVES):
        with real.life() as life:
            real.wait_for(8)
            time.sleep(moments.uniform(0, 0.04))
            if hangs:
                broker.is_hanging = True
                time.sleep(moments.uniform(0, 0.1))
            assert life.end(signal.SIGTERM, SOON) == 0, real.log.read_text()
            broker.restore()
    # All that left is noted, but for what was being sent each time: that is due in the next life.
    assert real.check(real.received()) <= LIVES


def test_a_broker_that_does_not_answer_does_not_hold_up_the_end(broker: Proxy) -> None:
    it = Scheduler(Celery("idle", broker=broker.url, set_as_current=False))
    assert it.producer.channel is not None
    broker.is_hanging = True
    start = time.monotonic()
    it.close()
    assert time.monotonic() - start < SOON


# It is killed.


def test_a_kill_in_the_midst_of_sending_loses_nothing(real: RealBeat) -> None:
    moments = random.Random(2)
    for _ in range(LIVES):
        with real.life() as life:
            real.wait_for(8)
            time.sleep(moments.uniform(0, 0.04))
            assert life.end(signal.SIGKILL, SOON) == -signal.SIGKILL
    real.check(real.received())


# The broker fails.


def test_what_a_broker_took_and_never_had_is_sent_again(broker: Proxy, real: RealBeat) -> None:
    with real.life() as life:
        for _ in range(2):
            real.wait_for(8)
            broker.is_hanging = True
            time.sleep(0.3)
            broker.restore()
        real.wait_for(40)
        assert life.end(signal.SIGTERM, SOON) == 0
    real.check(real.received())


def test_a_broker_that_loses_its_answer_has_the_message_twice_with_one_id(
    broker: Proxy, real: RealBeat
) -> None:
    with real.life() as life:
        real.wait_for(8)
        # The message passes, and what the broker says of it does not.
        broker.to_client = lambda data: None
        time.sleep(0.1)
        broker.restore()
        real.wait_for(20)
        assert life.end(signal.SIGTERM, SOON) == 0
    # Their ids are looked at as they are taken.
    received = real.received()
    real.check(received)
    assert len(received) > len(set(received))


def test_a_beat_that_starts_without_a_broker_is_healthy_and_sends_soon_after_it_is_there(
    broker: Proxy, real: RealBeat
) -> None:
    broker.is_away = True
    with real.life() as life:
        real.wait_until(lambda: broker.taken > 0)
        time.sleep(1.5)
        heartbeat = read_heartbeat(real.state)
        assert heartbeat is not None
        assert heartbeat.is_healthy(datetime.now(UTC), timedelta(seconds=1))
        broker.restore()
        real.wait_for(100, SOON)
        assert life.end(signal.SIGTERM, SOON) == 0
    real.check(real.received())


def test_each_address_of_a_broker_is_tried_before_a_tick_gives_up() -> None:
    with proxy(need(AMQP_URL)) as away, proxy(need(AMQP_URL)) as there:
        away.is_away = True
        app = Celery("two", broker=f"{away.url};{there.url}", set_as_current=False)
        it = Scheduler(app)
        assert it.producer.channel is not None
        assert (away.taken, there.taken) == (1, 1)
        it.close()
