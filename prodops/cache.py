"""The cache in Valkey, and what stands in for it while Valkey is away.

No page fails because something could not be counted or kept: each process then counts and keeps
for itself. Sessions are in Postgres; Valkey only holds copies of them.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)
SECONDS_ALONE = 5
LONGEST_COPY = 300  # seconds
QUICKLY = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
# A connection of before a restart is worth one more try; silence is not.
ONCE_MORE = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
CALLS = ["add", "get", "set", "touch", "delete", "incr", "has_key", "clear"]
CALLS += ["get_many", "set_many", "delete_many"]


class ValkeyCache(RedisCache):
    """Valkey; for five seconds after it failed to answer, the memory of this process."""

    alone_until = 0.0  # for all threads of the process

    def __init__(self, server: str, params: dict[str, Any]):
        options = {**QUICKLY, "retry": ONCE_MORE, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self.stand_in = self._stand_in(params)

    def _stand_in(self, params: dict[str, Any]) -> BaseCache:
        return LocMemCache("while Valkey is away", params)

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Ask Valkey, or what stands in; while it is away one thread in five seconds tries it."""
        if time.monotonic() < ValkeyCache.alone_until:
            return self._do_without(name, *args, **kwargs)
        if ValkeyCache.alone_until:
            ValkeyCache.alone_until = time.monotonic() + SECONDS_ALONE
        try:
            self._return()
            answer = getattr(RedisCache, name)(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            ValkeyCache.alone_until = time.monotonic() + SECONDS_ALONE
            logger.warning("The cache is away (%s); this process does without.", error)
            return self._do_without(name, *args, **kwargs)
        ValkeyCache.alone_until = 0.0
        return answer

    def _do_without(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.stand_in, name)(*args, **kwargs)

    def _return(self) -> None:
        """Do what must come before the first call after an absence."""


class SessionCache(ValkeyCache):
    """Copies of sessions for five minutes; none at all while Valkey is away.

    A copy whose session has changed or ended meanwhile is dropped when Valkey returns.
    """

    outdated: set[tuple[str, int | None]] = set()  # for all threads of the process

    def _stand_in(self, params: dict[str, Any]) -> BaseCache:
        return DummyCache("nothing", params)

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> float:
        wanted = super().get_backend_timeout(timeout)
        return LONGEST_COPY if wanted is None else min(wanted, LONGEST_COPY)

    def _do_without(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if name in {"add", "set", "delete"}:
            self.outdated.add((args[0], kwargs.get("version")))
        return super()._do_without(name, *args, **kwargs)

    def _return(self) -> None:
        while self.outdated:
            key, version = next(iter(self.outdated))
            RedisCache.delete(self, key, version=version)
            self.outdated.discard((key, version))


def _asking(name: str) -> Callable[..., Any]:
    def method(self: ValkeyCache, *args: Any, **kwargs: Any) -> Any:
        return self._ask(name, *args, **kwargs)

    method.__name__ = name
    return method


for _name in CALLS:
    setattr(ValkeyCache, _name, _asking(_name))
