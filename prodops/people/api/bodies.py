"""What may be sent: files, or JSON of a size, depth and alphabet that everything can bear."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from prodops.people.api.problems import Problem

LARGEST = 256_000  # bytes
DEEPEST = 16
FILES_END = "/attachments/"  # addresses that end so take files, all others JSON
FILES_AT_ONCE = 10
MULTIPART = "multipart/form-data"
TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels."


def read_body(request) -> Any:
    """Return the body as JSON values, None of an empty one or files; raise Problem of a bad one."""
    takes_files = request.path.endswith(FILES_END)
    most = LARGEST + FILES_AT_ONCE * settings.ATTACHMENT_BYTES * takes_files
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 12 or int(length) > most:
        raise Problem(413, f"The body has more than {most:,} bytes.")
    return _read_files(request) if takes_files else _read_json(request)


def pieces(request) -> Iterator[bytes]:
    """Yield what was sent; files without the marks that divide them, which differ every time."""
    if request.content_type != MULTIPART:
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield _exactly(name, *values)
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield _exactly(name, file.name, file.size)
            yield from file.chunks()


def _exactly(*values: Any) -> bytes:
    return f"{values!r}\n".encode("utf-8", "surrogatepass")


def _read_files(request) -> None:
    if request.content_type != MULTIPART:
        raise Problem(415, f"Send files, with Content-Type: {MULTIPART}.")
    try:
        request.FILES  # noqa: B018 - it is read only now
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        raise Problem(400, "The body is not what multipart/form-data is, or was cut off.") from None


def _read_json(request) -> Any:
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
