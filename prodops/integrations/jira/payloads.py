"""Keeping what Jira sent, to be mapped again later: JSON lines of a page, compressed together."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import psycopg
import zstandard
from django.db import connection as database

LEVEL = 1  # higher ones cost more time than they save space
KEEP = """
INSERT INTO jira_jirapayload (connection_id, body, size, fetched_at)
VALUES (%s, %b, %s, %s) RETURNING id
"""


class Packed(NamedTuple):
    body: bytes
    size: int


def pack(lines: Iterable[bytes]) -> Packed | None:
    """Compress the lines of payloads together; nothing to keep is None."""
    body = b"\n".join(filter(None, lines))
    return Packed(zstandard.ZstdCompressor(LEVEL).compress(body), len(body)) if body else None


def keep(connection_id: int, packed: Packed | None, *, at: datetime) -> int | None:
    """Store a page of payloads and return the row's number."""
    if packed is None:
        return None
    database.ensure_connection()
    with psycopg.Cursor(database.connection) as cursor:  # Django's would spell the body out in hex
        cursor.execute(KEEP, [connection_id, packed.body, packed.size, at])
        (number,) = cursor.fetchone() or (None,)
        return number


def line(payload: Any) -> bytes:
    """Return one payload as a line; one nested so deeply that it cannot be written is not kept."""
    try:
        return orjson.dumps(payload)
    except TypeError:
        pass  # lone surrogates, or deep nesting
    try:
        return json.dumps(payload).encode()
    except RecursionError:
        return b""


def read(body: bytes | memoryview) -> Iterator[Any]:
    """Yield the payloads of a row again."""
    for line in zstandard.ZstdDecompressor().decompress(bytes(body)).split(b"\n"):
        yield parsed(line)


def parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)


def forget_unused(connection_id: int) -> int:
    """Throw away pages whose issues have all been written anew since; return how many."""
    with database.cursor() as cursor:
        cursor.execute(
            "DELETE FROM jira_jirapayload AS payload WHERE connection_id = %s AND NOT EXISTS"
            " (SELECT FROM jira_jiraissue AS issue WHERE issue.payload_id = payload.id)",
            [connection_id],
        )
        return cursor.rowcount
