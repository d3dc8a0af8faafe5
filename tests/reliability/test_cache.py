"""Check 7 by itself: what stands in for Valkey, and what a session is when it comes back."""

import pytest
from django.conf import settings
from django.core.cache.backends.redis import RedisCacheClient
from redis.exceptions import ConnectionError

from prodops.cache import LONGEST_COPY, SECONDS_ALONE, SessionCache, ValkeyCache


@pytest.fixture
def made(valkey, monkeypatch):
    """Return a function that makes a cache; its keys belong to this test."""
    monkeypatch.setattr(ValkeyCache, "alone_until", 0.0)
    monkeypatch.setattr(SessionCache, "outdated", set())
    return lambda kind: kind(settings.REDIS_URL, {"KEY_PREFIX": f"{settings.REDIS_PREFIX}cache"})


@pytest.fixture
def away(monkeypatch):
    """Return a function that takes Valkey away, and one that brings it back."""
    patch = pytest.MonkeyPatch()

    def refuse(self, *args, **options):
        raise ConnectionError("Connection refused.")

    def go():
        patch.setattr(RedisCacheClient, "get_client", refuse)

    def come():
        patch.undo()
        ValkeyCache.alone_until -= SECONDS_ALONE

    yield go, come
    patch.undo()


def test_limits_are_counted_in_the_process_while_it_is_away(made, away, caplog):
    cache, (go, come) = made(ValkeyCache), away
    cache.set("a", 1)
    go()
    assert cache.add("guesses", 0)
    assert [cache.incr("guesses") for _ in range(2)] == [1, 2]
    assert cache.get("a") is None
    assert caplog.text.count("The cache is away") == 1
    come()
    assert (cache.get("a"), cache.get("guesses")) == (1, None)


def test_a_session_that_ended_meanwhile_stays_ended(made, away):
    cache, (go, come) = made(SessionCache), away
    cache.set("signed-out", "alive")
    cache.set("other", "alive")
    go()
    cache.delete("signed-out")
    assert cache.get("other") is None
    come()
    assert (cache.get("signed-out"), cache.get("other")) == (None, "alive")


def test_a_copy_of_a_session_is_short_lived(made, valkey):
    cache = made(SessionCache)
    cache.set("one", "alive", timeout=14 * 24 * 3600)
    assert 0 < valkey.ttl(cache.make_key("one")) <= LONGEST_COPY
