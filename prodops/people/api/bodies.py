"""What may be sent: JSON of a size, depth and alphabet that everything behind it can bear."""

from typing import Any

import orjson

from prodops.people.api.problems import Problem

LARGEST = 256_000  # bytes
DEEPEST = 16
TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels."


def read_body(request) -> Any:
    """Return the body as JSON values, None of an empty one; raise Problem where it cannot be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        raise Problem(413, f"The body has more than {LARGEST:,} bytes.")
    body = request.body
    if not body:
        return None
    if request.content_type != "application/json":
        raise Problem(415, "Send JSON, with Content-Type: application/json.")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"The body is not JSON: {error}.") from None
    _check(value, 1)
    return value


def _check(value: Any, depth: int) -> None:
    """Refuse what nests too deep, and the one character that PostgreSQL takes in no text."""
    if depth > DEEPEST:
        raise Problem(400, TOO_DEEP)
    if isinstance(value, str) and "\x00" in value:
        raise Problem(400, "The body holds a NUL character (\\u0000), which no text may hold.")
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    if isinstance(inner, list):
        for each in inner:
            _check(each, depth + 1)
