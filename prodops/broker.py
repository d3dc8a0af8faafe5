"""Valkey as the broker: what it failed to hear costs no worker its place."""

from kombu.transport import redis, virtual


class Acknowledgements(redis.QoS):
    """What a worker has taken and not yet acknowledged, two messages at most a process of it.

    Kombu keeps the place of a message whose acknowledgement failed, so a Valkey that was silent
    for five seconds left the worker waiting for places that never came free, until the supervisor
    missed its heartbeat. Here the place is free at once. What Valkey was not told is told with the
    next one; should none come, the message comes back after the visibility timeout, and the task
    finds its row done.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._untold: set[str] = set()

    def ack(self, delivery_tag):
        virtual.QoS.ack(self, delivery_tag)
        self._untold.add(delivery_tag)
        told = tuple(self._untold)
        with self.pipe_or_acquire() as pipe:
            pipe.zrem(self.unacked_index_key, *told).hdel(self.unacked_key, *told).execute()
        self._untold.difference_update(told)

    def reject(self, delivery_tag, requeue=False):
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            virtual.QoS.ack(self, delivery_tag)


def give_places_back():
    """Let every connection to the broker keep its messages this way."""
    redis.Channel.QoS = Acknowledgements
