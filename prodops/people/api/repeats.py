"""The same write sent twice: done once, answered the same both times.

The answer is stored in the transaction of the write itself, so neither exists without the other,
and a program that died or was cut off simply asks again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.http import HttpResponse

from prodops.people.api.bodies import pieces
from prodops.people.api.problems import Problem
from prodops.people.models import StoredAnswer

KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Content-Type", "Location")


def once(request, answer: Callable[[], HttpResponse], *, key: str, at: datetime) -> HttpResponse:
    """Return `answer()`, or what it was the first time this person sent `key`.

    Raises Problem: 400 for a key that is none, 409 while the first is under way, 422 when the key
    came with another request before. Errors are not stored: the request may be mended.
    """
    if not KEY.fullmatch(key):
        raise Problem(400, "An Idempotency-Key has 1 to 255 printable characters, no spaces.")
    with transaction.atomic():
        if not _lock(request.user.pk, key):
            words = "A request with this Idempotency-Key is under way. Ask again in a moment."
            raise Problem(409, words, headers={"Retry-After": "1"})
        stored = StoredAnswer.objects.filter(user=request.user, key=key).first()
        asked = _hash(request)
        if stored:
            return _again(stored, asked)
        response = answer()
        if response.status_code < 400:
            _store(response, request, key, asked, at)
        else:
            transaction.set_rollback(True)
        return response


def _lock(user_pk: int, key: str) -> bool:
    """Hold the key until the transaction ends; False when another one holds it."""
    number = hashlib.sha256(f"api:{user_pk}:{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(number, signed=True)]
        )
        return cursor.fetchone()[0]


def _hash(request) -> str:
    head = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogatepass")
    asked = hashlib.sha256(head)
    for piece in pieces(request):
        asked.update(piece)
    return asked.hexdigest()


def _again(stored: StoredAnswer, asked: str) -> HttpResponse:
    if stored.request_hash != asked:
        raise Problem(422, "This Idempotency-Key came with another request before. Use a new one.")
    headers = {**stored.headers, "Idempotent-Replayed": "true"}
    return HttpResponse(bytes(stored.body), status=stored.status, headers=headers)


def _store(response: HttpResponse, request, key: str, asked: str, at: datetime) -> None:
    StoredAnswer.objects.create(
        user=request.user,
        key=key,
        request_hash=asked,
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if response.has_header(name)},
        body=response.content,
        at=at,
    )
