"""What a worker does with a message whose acknowledgement its broker did not take."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from kombu import Connection, Queue

from prodops.broker import Acknowledgements
from prodops.celery import app


@pytest.fixture
def prefix():
    return f"test-{uuid4()}:"


@pytest.fixture
def valkey(prefix):
    with redis.from_url(settings.REDIS_URL) as client:
        yield client
        for left in client.scan_iter(f"{prefix}*"):
            client.delete(left)


@pytest.fixture
def channel(prefix, valkey):
    options = app.conf.broker_transport_options | {"global_keyprefix": prefix}
    with Connection(app.conf.broker_url, transport_options=options) as connection:
        channel = connection.channel()
        Queue("letters", channel=channel).declare()
        channel.basic_qos(0, 1, False)
        yield channel


@pytest.fixture
def refusing(channel, valkey, prefix):
    """Let Valkey refuse to hear what became of messages, for a while."""

    @contextmanager
    def refuse():
        names = [prefix + channel.unacked_key, prefix + channel.unacked_index_key]
        for name in names:
            valkey.rename(name, f"{name}-aside")
            valkey.set(name, "of another type")
        with pytest.raises(channel.ResponseError):
            yield
        for name in names:
            valkey.rename(f"{name}-aside", name)

    return refuse


def send(channel, *words):
    for word in words:
        channel.basic_publish(channel.prepare_message(word), "", "letters")


def take(channel):
    return Queue("letters", channel=channel).get()


def test_a_failed_acknowledgement_costs_no_place_and_is_told_with_the_next(channel, refusing):
    send(channel, "first", "second")
    first = take(channel)
    assert isinstance(channel.qos, Acknowledgements)
    assert not channel.qos.can_consume()

    with refusing():
        first.ack()

    assert channel.qos.can_consume()
    assert channel.client.hlen(channel.unacked_key) == 1
    take(channel).ack()
    assert channel.client.hlen(channel.unacked_key) == 0
    assert channel.client.zcard(channel.unacked_index_key) == 0


@pytest.mark.parametrize("requeue", [True, False])
def test_a_failed_rejection_costs_no_place_either(channel, refusing, requeue):
    send(channel, "once")
    message = take(channel)

    with refusing():
        message.reject(requeue=requeue)

    assert channel.qos.can_consume()
