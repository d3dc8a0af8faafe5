"""The embedded Postgres and Valkey for `make run` and tests.

`join` starts them or joins those that run; they stop when the last process that joined has ended.
Knows nothing of Django, so that settings may ask it for addresses.
"""

from prodops.embedded.client import join, leave, serve_hub, watch
from prodops.embedded.places import (
    Unavailable,
    database_url,
    keep_address,
    last_address,
    local_secret,
    redis_url,
)

__all__ = [
    "Unavailable",
    "database_url",
    "join",
    "keep_address",
    "last_address",
    "leave",
    "local_secret",
    "redis_url",
    "serve_hub",
    "watch",
]
