"""What comes with an answer of Jira: its JSON, its clock, and what a run counts of it."""

import email.utils
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from requests import Response

from prodops.integrations.errors import SourceUnavailable


@dataclass
class Tally:
    """What the clients of one run share: their counts, Jira's clock, and whether to go on."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    server_now: datetime | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *, requests: int = 0, retries: int = 0, size: int = 0) -> None:
        with self.lock:
            self.requests += requests
            self.retries += retries
            self.bytes += size


def parsed_body(response: Response) -> Any:
    """Return the JSON of an answer; a page of HTML or half a body is a passing failure."""
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(response.content)  # takes NaN and lone surrogates, as Jira may send
    except (ValueError, RecursionError):
        kind = response.headers.get("Content-Type", "nothing named")
        raise SourceUnavailable(f"Jira's answer is not whole JSON (it says {kind[:60]}).") from None


def parsed_date(text: str) -> datetime | None:
    """Read an HTTP date."""
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError):
        return None
