"""Reading an HTTP answer of Amplitude: its status, its times, its body."""

import email.utils
import json
import re
from datetime import UTC, datetime
from typing import Any

import orjson
import requests

from prodops.integrations.errors import (
    AddressRefused,
    LoginRefused,
    SourceError,
    SourceUnavailable,
)

OTHER_REGION = (
    "Amplitude refuses the keys. They may be wrong, or the project lives in the other region:"
    " https://amplitude.com or https://analytics.eu.amplitude.com."
)


class QueryRefused(SourceError):
    """Amplitude understood the question and will not answer it (400, 413)."""


class Missing(SourceError):
    """There is none (404)."""


class TooMany(SourceUnavailable):
    """A limit of the project is used up (429), by us or by somebody else."""


class TimedOut(SourceUnavailable):
    """Amplitude gave up on a question that is too large (504)."""


def check(response: requests.Response, body: bytes) -> None:
    """Raise what a status stands for."""
    status = response.status_code
    if response.is_redirect or 300 <= status < 400:
        raise AddressRefused("Amplitude redirects elsewhere; enter the address it leads to.")
    if status < 300:
        return
    if status in {401, 403}:
        raise LoginRefused(OTHER_REGION)
    said = reason(body)
    if status == 404:
        raise Missing(f"Amplitude knows no such thing. {said}".strip())
    if status == 429:
        raise TooMany(f"Amplitude's limit is used up. {said}".strip())
    if status == 504:
        raise TimedOut("Amplitude took too long for this question.")
    if status in {408, 425} or status >= 500:
        raise SourceUnavailable(f"Amplitude answered {status}. {said}".strip())
    raise QueryRefused(f"Amplitude answered {status}. {said}".strip())


def reason(body: bytes) -> str:
    """Return what an error body says: Amplitude's message and details, or nothing for a page."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        text = " ".join(body[:300].decode("utf-8", "replace").split())
        return "" if text.startswith("<") else text
    error = found.get("error") if isinstance(found, dict) else None
    if not isinstance(error, dict):
        return str(error or "")[:300]
    metadata = error.get("metadata")
    details = metadata.get("details") if isinstance(metadata, dict) else None
    message = str(error.get("message") or "")
    return f"{message} ({details})"[:300] if details else message[:300]


def parsed(response: requests.Response, body: bytes) -> Any:
    """Return the JSON of an answer; a page of HTML or half a body is a passing failure."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)  # takes NaN, as Amplitude sends where nothing divides by nothing
    except (ValueError, RecursionError):
        kind = response.headers.get("Content-Type", "nothing named")
        raise SourceUnavailable(
            f"Amplitude's answer is not whole JSON (it says {kind[:60]})."
        ) from None


def csv_text(response: requests.Response, body: bytes) -> str:
    """Return the text of a CSV answer, taken out of its JSON wrapping if it has one."""
    kind = response.headers.get("Content-Type", "")
    if "html" in kind:
        raise SourceUnavailable("Amplitude's answer is a web page, not CSV.")
    if "json" in kind or body.lstrip()[:1] == b"{":
        wrapped = parsed(response, body)
        text = wrapped.get("data") if isinstance(wrapped, dict) else None
        if not isinstance(text, str):
            raise SourceUnavailable("Amplitude's answer holds no CSV.")
        return text
    return body.decode("utf-8-sig", "replace")


def sent_at(response: requests.Response) -> datetime | None:
    return read_http_date(response.headers.get("Date", ""))


def read_http_date(text: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError):
        return None


def wait_asked(response: requests.Response) -> float | None:
    """Return the seconds of `Retry-After`, given as seconds or as a date."""
    asked = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", asked):
        return max(float(asked), 0.05)
    until, now = read_http_date(asked) if asked else None, sent_at(response)
    return max((until - now).total_seconds(), 0.05) if until and now else None
