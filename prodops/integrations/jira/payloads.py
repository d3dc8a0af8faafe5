"""Keeping what Jira sent, to be mapped again later: JSON lines of a page, compressed together."""

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import psycopg
import zstandard
from django.db import connection as database

LEVEL = 1  # higher ones cost more time than they save space
KEEP = "INSERT INTO jira_jirapayload (connection_id, body, size, fetched_at) VALUES {} RETURNING id"


class Packed(NamedTuple):
    body: bytes
    size: int


def pack(lines: Iterable[bytes]) -> Packed | None:
    """Compress the lines of payloads together; nothing to keep is None."""
    body = b"\n".join(filter(None, lines))
    return Packed(zstandard.ZstdCompressor(LEVEL).compress(body), len(body)) if body else None


def keep(connection_id: int, bodies: Sequence[Packed | None], *, at: datetime) -> list[int | None]:
    """Store pages of payloads and return the rows' numbers in their order; None where is none."""
    packed = [body for body in bodies if body]
    if not packed:
        return [None] * len(bodies)
    database.ensure_connection()
    with psycopg.Cursor(database.connection) as cursor:  # Django's would spell the body out in hex
        values = ", ".join(["(%s, %b, %s, %s)"] * len(packed))
        rows = [(connection_id, one.body, one.size, at) for one in packed]
        cursor.execute(KEEP.format(values), list(itertools.chain.from_iterable(rows)))
        numbers = sorted(number for (number,) in cursor.fetchall())
    kept = iter(numbers)
    return [next(kept) if body else None for body in bodies]


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
