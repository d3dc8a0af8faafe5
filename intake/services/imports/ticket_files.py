"""Exports of support tools as JSON: Zendesk's tickets, Intercom's conversations; one at a time.

Each becomes the same flat row, so that mapping, checks and undo are those of a CSV.
"""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

import nh3

from prodops.integrations.jira.files.json_rows import Text
from prodops.integrations.jira.files.reading import FileRefused as Unreadable

HEAD = (
    "External id",
    "Subject",
    "Text",
    "Requester email",
    "Requester name",
    "Organization",
    "Status",
    "Created at",
    "Solved at",
    "Tags",
    "URL",
    "Conversation",
)
LISTS = {"tickets", "conversations", "results", "data"}
NAMES = {"users", "organizations"}
BREAKS = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,200}>", re.IGNORECASE)
DONE = {"solved", "closed"}
LONGEST = 100_000
LAST_SECOND = 7_258_118_400  # of the year 2199


class Broken(Exception):
    """The JSON cannot be read from `line` on."""

    def __init__(self, line: int, what: str, cure: str):
        super().__init__(what)
        self.line, self.what, self.cure = line, what, cure


def shape_of(text: str) -> str:
    """Say whose JSON a file that begins so holds."""
    intercom = ('"conversations"', '"conversation_parts"', '"type":"conversation"', '"contacts"')
    plain = text.replace('": "', '":"')
    return "intercom" if any(sign in plain for sign in intercom) else "zendesk"


def rows(stream: TextIO, shape: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells in the order of HEAD) of each ticket.

    Takes a list, JSON lines, or an object with the list in it; people and organisations that
    stand before the tickets give their names. Raises Broken.
    """
    names: dict[str, dict[str, Any]] = {"users": {}, "organizations": {}}
    flatten = _conversation if shape == "intercom" else _ticket
    text = Text(stream)
    try:
        for line, payload in _payloads(text, names):
            if not isinstance(payload, dict):
                raise Broken(line, "It is no ticket but a bare value.", "Export it again.")
            yield line, [_clean(cell) for cell in flatten(payload, names)]
    except Unreadable as error:
        found = error.problem
        raise Broken(found.line, found.what, found.cure) from None


def _payloads(text: Text, names: dict[str, dict[str, Any]]) -> Iterator[tuple[int, Any]]:
    while start := text.peek():
        if start == "[":
            yield from _items(text)
        elif start == "{":
            yield from _object(text, names)
        else:
            text.take("{[")


def _items(text: Text) -> Iterator[tuple[int, Any]]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        text.peek()
        yield text.line, text.value()
        if text.take(",]") == "]":
            return


def _object(text: Text, names: dict[str, dict[str, Any]]) -> Iterator[tuple[int, Any]]:
    """Yield the tickets of an answer, or the object itself where it is one."""
    line, kept, is_answer = text.line, {}, False
    text.take("{")
    is_more = text.peek() != "}"
    while is_more:
        name = str(text.value())
        text.take(":")
        if name in LISTS and text.peek() == "[":
            is_answer = True
            yield from _items(text)
        else:
            value = text.value()
            if name in NAMES and isinstance(value, list):
                names[name] |= {str(each.get("id")): each for each in value if _is_object(each)}
            kept[name] = value
        is_more = text.take(",}") == ","
    if not is_answer:
        yield line, kept


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _ticket(ticket: dict[str, Any], names: dict[str, dict[str, Any]]) -> list[Any]:
    """Zendesk: requester and organisation stand in the ticket, or beside it under their ids."""
    requester = _part(ticket, "requester") or names["users"].get(str(ticket.get("requester_id")))
    company = _part(ticket, "organization")
    company = company or names["organizations"].get(str(ticket.get("organization_id")))
    status = ticket.get("status")
    metrics = _part(ticket, "metric_set") or ticket.get("metrics")
    solved = ticket.get("solved_at") or _part(metrics, "solved_at")
    if not solved and status in DONE:
        solved = ticket.get("updated_at")
    return [
        ticket.get("id"),
        ticket.get("subject") or ticket.get("raw_subject"),
        ticket.get("description"),
        _part(requester, "email"),
        _part(requester, "name"),
        _part(company, "name"),
        status,
        ticket.get("created_at"),
        solved,
        ticket.get("tags"),
        ticket.get("url"),
        _replies(ticket, names),
    ]


def _replies(ticket: dict[str, Any], names: dict[str, dict[str, Any]]) -> str:
    """Zendesk: the first comment of a ticket is its description."""
    comments = ticket.get("comments")
    said = [each for each in comments if _is_object(each)] if isinstance(comments, list) else []
    told = []
    for number, each in enumerate(said):
        words = prose(each.get("plain_body") or each.get("html_body") or each.get("body"))
        author = _part(each, "author") or names["users"].get(str(each.get("author_id")))
        if number or words != prose(ticket.get("description")):
            is_internal = each.get("public") is False
            told.append(_told(_part(author, "name"), each.get("created_at"), is_internal, words))
    return _joined(told)


def _conversation(talk: dict[str, Any], names: dict[str, dict[str, Any]]) -> list[Any]:
    """Intercom: who wrote first is the author of the source; a title may be missing."""
    source = _part(talk, "source")
    contacts = _part(talk.get("contacts"), "contacts") or []
    author = _part(source, "author") or (contacts[0] if contacts else None)
    company = _part(talk.get("company"), "name") or _part(author, "company_name")
    tags = _part(talk.get("tags"), "tags") or []
    said = prose(_part(source, "body"))
    title = talk.get("title") or prose(_part(source, "subject")) or said.partition("\n")[0][:120]
    closed = _part(talk.get("statistics"), "last_close_at")
    return [
        talk.get("id"),
        title or "Conversation",
        said,
        _part(author, "email"),
        _part(author, "name"),
        company,
        talk.get("state"),
        talk.get("created_at"),
        closed if talk.get("state") == "closed" else None,
        [_part(tag, "name") or tag for tag in tags],
        _part(source, "url"),
        _parts(talk),
    ]


def _parts(talk: dict[str, Any]) -> str:
    """Intercom: what came after the source; acts such as assignments have no words."""
    found = talk.get("conversation_parts")
    parts = _part(found, "conversation_parts") or (found if isinstance(found, list) else [])
    told = []
    for each in parts:
        author, is_internal = _part(each, "author"), _part(each, "part_type") == "note"
        words = prose(_part(each, "body"))
        told.append(_told(_part(author, "name"), _part(each, "created_at"), is_internal, words))
    return _joined(told)


def _told(name: Any, at: Any, is_internal: bool, words: str) -> str:
    """Return one message below a line of who said it and when; "" for one without words."""
    if isinstance(at, int) and not isinstance(at, bool) and 0 < at < LAST_SECOND:
        at = datetime.fromtimestamp(at, UTC).isoformat()
    day = str(at)[:16].replace("T", " ") if isinstance(at, str) else ""
    who = [name if isinstance(name, str) and name else "Somebody", day]
    line = ", ".join(each for each in (*who, "internal note" if is_internal else "") if each)
    return f"{line}:\n{words}" if words else ""


def _joined(told: list[str]) -> str:
    return "\n\n".join(each for each in told if each)[:LONGEST]


def prose(value: Any) -> str:
    """Return text without the HTML it may be written in; blank lines at most one at a time."""
    if not isinstance(value, str):
        return ""
    if "<" in value and ">" in value:
        broken = BREAKS.sub("\n", value[: 4 * LONGEST])
        value = html.unescape(nh3.clean(broken, tags=set()))
    value = value.replace("\r\n", "\n").replace("\xa0", " ").replace("\x00", "")
    return re.sub(r"\n[ \t]*\n\s*", "\n\n", value).strip()[:LONGEST]


def _clean(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        cell = ", ".join(str(each) for each in cell if isinstance(each, str | int))
    text = cell if isinstance(cell, str) else json.dumps(cell)
    return text.encode(errors="replace").decode()  # half of a surrogate pair is no text
