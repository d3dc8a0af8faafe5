"""How often a person's programs may call, counted by the minute for all tokens together."""

import logging
from datetime import datetime

import redis
from allauth.account.adapter import get_adapter
from django.core.cache import cache

from prodops.people.api.problems import Problem

logger = logging.getLogger(__name__)
READS, WRITES, BAD_TOKENS = 600, 120, 30  # a minute
SAFE = {"GET", "HEAD", "OPTIONS"}


def spend(request, at: datetime) -> dict[str, str]:
    """Count one call of the token's person; return the headers that tell what is left.

    Raises Problem 429 past the limit. With the cache away each process counts for itself.
    """
    kind, most = ("reads", READS) if request.method in SAFE else ("writes", WRITES)
    count = counted(f"api:{kind}:{request.user.pk}:{at:%d%H%M}")
    seconds = 60 - at.second
    headers = {
        "RateLimit-Limit": str(most),
        "RateLimit-Remaining": str(max(0, most - count)),
        "RateLimit-Reset": str(seconds),
    }
    if count > most:
        words = f"More than {most} {kind} in a minute. Go on in {seconds} seconds."
        raise Problem(429, words, headers={**headers, "Retry-After": str(seconds)})
    return headers


def count_bad_token(request, at: datetime) -> None:
    """Count a wrong token of an address; raise Problem 429 when somebody seems to be guessing."""
    address = get_adapter(request).get_client_ip(request)
    if counted(f"api:bad:{address}:{at:%d%H%M}") > BAD_TOKENS:
        seconds = str(60 - at.second)
        raise Problem(429, "Too many wrong tokens from here.", headers={"Retry-After": seconds})


def so_far(key: str) -> int:
    """Return how many were counted under `key`; 0 while nobody can count."""
    try:
        return cache.get(key, 0)
    except redis.RedisError:
        return 0


def counted(key: str, *, seconds: int = 120) -> int:
    """Count one more under `key`, which is forgotten after so long; 0 while nobody can count."""
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key)
    except (redis.RedisError, ValueError) as error:
        logger.warning("Calls of the API are not counted: %s", type(error).__name__)
        return 0
