"""Reading single values of a payload, strictly where a wrong one would mislead."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import orjson

from prodops.integrations.jira import adf, wiki
from prodops.integrations.jira.shapes import Person

ACCOUNTS = {"app": "app", "customer": "customer"}
OLDEST, NEWEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Malformed(Exception):
    """This issue cannot be read; the text says which part of it and why."""


@contextmanager
def setting_aside(what: str) -> Iterator[None]:
    """Turn what nobody foresaw about one issue into a reason to set it aside, and go on."""
    try:
        yield
    except RecursionError:
        raise Malformed(f"{what} is nested too deeply.") from None
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise Malformed(f"{what} cannot be read: unexpected {type(error).__name__}.") from error


def read_person(value: Any, where: str) -> Person | None:
    """Read an account; Cloud names it by accountId, Data Center by key."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Malformed(f"{where} is not an account.")
    jira_id = value.get("accountId") or value.get("key") or value.get("name")
    if not jira_id:
        return None
    name = value.get("displayName") or value.get("name") or "Former user"
    email = str(value.get("emailAddress") or "")[:254]
    kind = ACCOUNTS.get(str(value.get("accountType")), "person")
    is_active = value.get("active") is not False
    return Person(str(jira_id)[:160], str(name)[:255], email, is_active, kind)


def read_moment(value: Any, where: str) -> datetime:
    """Read a time into UTC: ISO with an offset, or a number of seconds or milliseconds."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        else:
            moment = datetime.fromisoformat(value)
    except (ValueError, TypeError, OverflowError, OSError):
        raise Malformed(f"{where} is not a time: {str(value)[:60]!r}.") from None
    if moment.tzinfo is None:
        raise Malformed(f"{where} has no time zone: {str(value)[:60]!r}.")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise Malformed(f"{where} is out of range: {str(value)[:60]!r}.") from None
    if not OLDEST < moment < NEWEST:
        raise Malformed(f"{where} is out of range: {str(value)[:60]!r}.")
    return moment


def read_moment_or_none(value: Any, where: str) -> datetime | None:
    return None if value in (None, "") else read_moment(value, where)


def read_day(value: Any, where: str) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Malformed(f"{where} is not a day: {str(value)[:60]!r}.") from None


def read_string(value: Any, where: str) -> str:
    """Read text; none at all is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{where} is not text.")
    return value


def read_strings(value: Any, where: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise Malformed(f"{where} is not a list of texts.")
    return value


def read_name(value: Any, where: str) -> str:
    """Read the name of a priority, a resolution …"""
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise Malformed(f"{where} is not an object.")
    return str(value.get("name") or "")


def read_names(value: Any, where: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{where} is not a list.")
    return [read_name(part, where) for part in value]


def read_ids(value: Any, where: str) -> list[str]:
    """Read the ids of a list of versions …; one without an id has none to refer to."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{where} is not a list.")
    return [
        str(part["id"])[:40]
        for part in value
        if isinstance(part, dict) and isinstance(part.get("id"), str | int)
    ]


def read_prose(value: Any, where: str) -> str | dict[str, Any]:
    """Read a description, still as sent: wiki text, or an Atlassian document."""
    return value if isinstance(value, dict) else read_string(value, where)


def markdown(prose: str | dict[str, Any]) -> str:
    """Return a description as Markdown, whichever of the two it is."""
    with setting_aside("description"):
        return adf.to_markdown(prose) if isinstance(prose, dict) else wiki.to_markdown(prose)


def as_text(value: Any) -> str | None:
    """Keep null apart from empty; write anything else as text."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def storable(row: Any) -> Any:
    """Return `row` without what Postgres refuses in text (U+0000, lone surrogates)."""
    return cleaned(row)[0]


def cleaned(row: Any) -> tuple[Any, bytes]:
    """Return `row` as Postgres can hold it, and the bytes that stand for it."""
    try:
        packed = orjson.dumps(row, default=tuple)
        if b"\\u0000" not in packed:
            return row, packed
    except TypeError:
        pass
    try:
        row = _scrubbed(row)
        return row, orjson.dumps(row, default=tuple)
    except (TypeError, RecursionError):
        raise Malformed("It is nested too deeply, or a number in it is too large.") from None


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, tuple):
        return type(value)(*(_scrubbed(part) for part in value))
    if isinstance(value, dict):
        return {_scrubbed(name): _scrubbed(part) for name, part in value.items()}
    return [_scrubbed(part) for part in value] if isinstance(value, list) else value
