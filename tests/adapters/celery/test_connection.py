"""Beat's connection to the broker: its options, what the log says of them, and a broker away.

No server is needed for any of this.
"""

import logging
from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from kombu.transport import memory

from duetime.adapters.celery import Scheduler, crontab
from tests.support.services import AMQP_URL, REDIS_URL


class Unanswered(memory.Transport):
    """By its name a driver that does not wait for the broker."""

    driver_name = "pubsub_v1"


ANSWERS = [
    # broker, options of the app, whether the log warns
    (AMQP_URL, {}, False),
    (AMQP_URL, {"confirm_publish": True}, False),
    (AMQP_URL, {"confirm_publish": False}, True),
    (REDIS_URL, {}, False),
    ("memory://", {}, False),
    ("unanswered", {}, True),
]


@pytest.mark.parametrize(("broker", "options", "warns"), ANSWERS)
def test_the_log_says_at_the_start_that_what_was_sent_may_be_lost(
    caplog: pytest.LogCaptureFixture, broker: str, options: dict[str, Any], warns: bool
) -> None:
    # Nobody need listen there yet.
    app = Celery("told", set_as_current=False)
    app.conf.update(broker_url=broker, broker_transport_options=options)
    if broker == "unanswered":
        app.conf.update(broker_url="memory://", broker_transport=Unanswered)
    app.conf.beat_schedule = {"a": {"task": "a", "schedule": crontab()}}
    Scheduler(app).close()
    assert ("counts a message as sent before the broker has it" in caplog.text) == warns


def test_options_of_the_app_go_before_those_of_beat() -> None:
    app = Celery("own", broker=AMQP_URL, set_as_current=False)
    app.conf.broker_transport_options = {"read_timeout": 99, "client_properties": {"a": "b"}}
    it = Scheduler(app)
    assert it.connection.transport_options == {
        "confirm_publish": True,
        "read_timeout": 99,
        "write_timeout": 10.0,
        "client_properties": {"a": "b"},
    }
    it.close()


def test_each_address_of_a_broker_that_is_away_is_tried_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Nobody listens at these ports.
    addresses = "amqp://127.0.0.1:1//;amqp://127.0.0.1:2//"
    app = Celery("away", broker=addresses, set_as_current=False)
    it = Scheduler(app)
    with caplog.at_level(logging.DEBUG, "celery.beat"), pytest.raises(OperationalError):
        it._ensure_connected()
    assert caplog.text.count("beat: Connection error: ") == 1
    it.close()


def test_what_swallowed_a_signal_does_not_keep_beat_alive() -> None:
    app = Celery("stopping", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {"a": {"task": "a", "schedule": crontab()}}

    class Stopped(Scheduler):
        """A signal comes in the midst of a tick, and what it raised is lost."""

        def _send_due(self, end: int) -> None:
            self.close()

    it = Stopped(app)
    with pytest.raises(SystemExit):
        it.tick()
    it.close()
