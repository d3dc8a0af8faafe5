"""How fast a connection may be asked: one allowance for all its workers, kept in the cache."""

import logging
import threading
import time
from collections.abc import Callable

from django.core.cache import cache

logger = logging.getLogger(__name__)
WITHOUT_CACHE = 30  # seconds to count alone after the cache has failed


class Pace:
    """So many requests in each second; and none at all while the source asks everybody to wait.

    Without the cache each process counts for itself: then it may be too fast, never wrong.
    """

    def __init__(self, connection_id: int, a_second: int, *, now: Callable[[], float] = time.time):
        self.name, self.a_second, self.now = f"jira-pace:{connection_id}", a_second, now
        self._alone_until = self._held_until = 0.0
        self._second, self._taken, self._lock = 0, 0, threading.Lock()

    def wait(self) -> float:
        """Take one request of the allowance; return 0, or the seconds until asking again."""
        now = self.now()
        held = max(self._held_until, float(self._shared(self._held) or 0)) - now
        if held > 0:
            return held
        taken = self._shared(lambda: self._take_together(int(now)))
        taken = self._take_alone(int(now)) if taken is None else taken
        return 0.0 if taken <= self.a_second else int(now) + 1 - now

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long: the source said it is too much."""
        until = self.now() + seconds
        self._held_until = max(self._held_until, until)
        self._shared(lambda: cache.set(f"{self.name}:held", until, timeout=int(seconds) + 1))

    def _held(self) -> float:
        return cache.get(f"{self.name}:held") or 0.0

    def _take_together(self, second: int) -> int:
        key = f"{self.name}:{second}"
        cache.add(key, 0, timeout=5)
        return cache.incr(key)

    def _take_alone(self, second: int) -> int:
        with self._lock:
            if second != self._second:
                self._second, self._taken = second, 0
            self._taken += 1
            return self._taken

    def _shared(self, call: Callable[[], float | None]) -> float | None:
        """Make a call of the cache; None when it is away."""
        if self.now() < self._alone_until:
            return None
        try:
            return call()
        except Exception as error:  # whatever the cache's library raises
            logger.warning("The cache is away; counting alone. %s", type(error).__name__)
            self._alone_until = self.now() + WITHOUT_CACHE
            return None
