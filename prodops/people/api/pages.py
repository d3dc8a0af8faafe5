"""Cursor pages: the next page begins where this one ended, whatever came in meanwhile."""

import base64
import binascii
from typing import Any

from django.db.models import QuerySet

from prodops.people.api.problems import Problem

MOST, USUAL = 100, 50


def page_of(rows: QuerySet, *, cursor: str, limit: int) -> tuple[list[Any], str | None]:
    """Return one page of rows, newest first by primary key, and the cursor of the next or None."""
    rows = rows.order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=_read(cursor))
    found = list(rows[: limit + 1])
    return found[:limit], _write(found[limit - 1].pk) if len(found) > limit else None


def _write(pk: int) -> str:
    return base64.urlsafe_b64encode(f"pk:{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        mark, _, number = text.partition(":")
        if mark == "pk" and number.isdecimal() and len(number) < 19:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    wrong = ("cursor", "Use the value of `next` as it was given.")
    raise Problem(422, "This is no cursor.", errors=[wrong])
