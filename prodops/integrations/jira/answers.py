"""What comes with an answer of Jira: its JSON, its clock, and what a run counts of it."""

import email.utils
import json
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from requests import Response

from prodops.integrations.errors import SourceUnavailable

DEEPEST = 1000  # lists and objects within each other
OPENING, CLOSING = (b"[", b"{"), (b"]", b"}")
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]|-?Infinity|NaN', re.S)
ESCAPE = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..|\\.", re.S)
LENGTH_OF_ONE = 6  # of a surrogate's escape; a pair is twice as long and a letter


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
    """Return the JSON of an answer; a page of HTML or half a body is a passing failure.

    Issues that no strict reader takes (NaN, lone surrogates, nesting without end) spoil no page:
    what of them cannot be read is left for the mapping to refuse.
    """
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(response.content)  # takes NaN and lone surrogates, as Jira may send
    except (ValueError, RecursionError) as error:
        if isinstance(error, RecursionError):
            with suppress(orjson.JSONDecodeError):
                return orjson.loads(tamed(response.content))
        kind = response.headers.get("Content-Type", "nothing named")
        raise SourceUnavailable(f"Jira's answer is not whole JSON (it says {kind[:60]}).") from None


def tamed(body: bytes) -> bytes:
    """Return JSON without what a strict reader refuses: NaN, lone surrogates, nesting past DEEPEST.

    What is cut out becomes null. Slow, for the rare page that nothing else reads.
    """
    kept, depth, end = [], 0, 0
    for token in TOKEN.finditer(body):
        mark, is_cut = token[0], depth > DEEPEST
        depth += (mark in OPENING) - (mark in CLOSING)
        if not is_cut:
            kept += [body[end : token.start()], b"null" if depth > DEEPEST else _tame(mark)]
        end = token.end()
    return b"".join([*kept, body[end:]])


def _tame(mark: bytes) -> bytes:
    if mark.startswith(b'"'):
        return ESCAPE.sub(lambda one: b"" if len(one[0]) == LENGTH_OF_ONE else one[0], mark)
    return mark if mark in (*OPENING, *CLOSING) else b"null"


def parsed_date(text: str) -> datetime | None:
    """Read an HTTP date."""
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError):
        return None
