"""What a column can mean: the fields of requests and tickets, and how they are guessed by name."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from intake.models import FormField, Import
from intake.services.imports import values
from intake.services.imports.values import Reading

Reader = Callable[[str, Reading], Any]
THEMES = "themes"


@dataclass(frozen=True)
class Field:
    """A place a column can go to; `choice` names the list its words are looked up in instead."""

    key: str
    label: str
    names: tuple[str, ...] = ()
    read: Reader | None = None
    choice: str = ""
    is_needed: bool = False


def _line(longest: int) -> Reader:
    return values.text(longest, is_line=True)


REQUEST_FIELDS = (
    Field("title", "Title", ("title", "subject", "summary", "name"), _line(300), is_needed=True),
    Field(
        "body",
        "What is asked",
        ("body", "description", "details", "text", "what is asked"),
        values.text(100_000),
    ),
    Field("why", "Why it matters", ("why", "reason why", "impact", "value"), values.text(100_000)),
    Field("kind", "Kind", ("kind", "type", "request type"), choice="kind"),
    Field("state", "State", ("state", "status"), choice="state"),
    Field(
        "submitted_at",
        "Asked on",
        ("submitted at", "created at", "created", "created on", "date", "asked"),
        values.past,
    ),
    Field(
        "external_id",
        "Number at its source",
        ("external id", "issue key", "id", "number", "nr", "no", "ticket"),
        _line(120),
    ),
    Field("key", "Key in a hub", ("key",), _line(120)),
    Field("source", "Source", ("source", "channel"), choice="source"),
    Field(
        "author_email",
        "Asked by, e-mail",
        ("author email", "requester email", "reporter email", "email", "author", "reporter"),
        values.address,
    ),
    Field("author_name", "Asked by, name", ("author name", "requester", "asked by"), _line(120)),
    Field(
        "account",
        "Account",
        ("account", "customer", "company", "organization", "organisation"),
        choice="account",
    ),
    Field("segment", "Segment of the account", ("segment",), choice="segment"),
    Field("tier", "Tier of the account", ("tier", "plan"), _line(20)),
    Field("arr", "ARR of the account", ("arr", "revenue", "mrr x 12"), values.money),
    Field("urgency", "Urgency", ("urgency", "severity"), choice="urgency"),
    Field("area", "Product area", ("area", "product area", "component"), choice="area"),
    Field("category", "Category", ("category",), choice="category"),
    Field("team", "Team", ("team", "squad"), choice="team"),
    Field("owner", "Owner", ("owner email", "owner", "assignee"), choice="owner"),
    Field("priority", "Priority", ("priority",), choice="priority"),
    Field("triaged_at", "Sorted on", ("sorted at", "triaged at"), values.past),
    Field("decided_at", "Decided on", ("decided at", "decided on", "resolved"), values.past),
    Field(
        "decline_reason",
        "Reason of the decision",
        ("decline reason", "decision reason", "reason", "reason given", "resolution", "why not"),
        values.text(100_000),
    ),
    Field("paused_since", "Waits for its requester since", ("waiting since",), values.past),
    Field("snoozed_until", "Put aside until", ("snoozed until",), values.moment),
    Field("merged_into", "Merged into (key or number)", ("merged into",), _line(120)),
    Field("is_shared", "Title may be shown", ("shared",), values.yes_no),
    Field("is_spam", "Spam or a test", ("spam",), values.yes_no),
    Field("backers", "Who stands behind it", ("backers", "voters", "voices by"), values.voices),
    Field(THEMES, "Themes", ("themes", "theme")),
)

TICKET_FIELDS = (
    Field(
        "external_id",
        "Number of the ticket",
        ("external id", "id", "ticket id", "ticket", "number", "nr", "no", "conversation id"),
        _line(120),
        is_needed=True,
    ),
    Field("subject", "Subject", ("subject", "title", "summary"), _line(300), is_needed=True),
    Field(
        "text",
        "Text",
        ("description", "text", "body", "message", "first message", "comment"),
        values.text(100_000),
    ),
    Field(
        "conversation",
        "What was said after it",
        ("conversation", "comments", "messages", "replies"),
        values.text(100_000),
    ),
    Field(
        "requester_email",
        "Asked by, e-mail",
        ("requester email", "email", "customer email", "contact email", "author email"),
        values.address,
    ),
    Field(
        "requester_name",
        "Asked by, name",
        ("requester name", "requester", "customer name", "contact", "name", "author name"),
        _line(120),
    ),
    Field(
        "account",
        "Account",
        ("account", "organization", "organisation", "company", "customer"),
        choice="account",
    ),
    Field("status", "Status", ("status", "state"), _line(40)),
    Field(
        "opened_at",
        "Opened on",
        ("opened at", "created at", "created", "requested", "date", "opened"),
        values.past,
        is_needed=True,
    ),
    Field("solved_at", "Solved on", ("solved at", "solved", "closed at", "closed"), values.past),
    Field("tags", "Tags", ("tags", "labels"), values.labels),
    Field("url", "Address", ("url", "link"), values.link),
    Field(THEMES, "Themes", ("themes", "theme")),
)
OF = {Import.Subject.REQUESTS: REQUEST_FIELDS, Import.Subject.TICKETS: TICKET_FIELDS}


def fields_of(subject: str, questions: Iterable[FormField] = ()) -> dict[str, Field]:
    """Return what columns of a file can mean, by key; the questions of kinds come last."""
    found = {field.key: field for field in OF[Import.Subject(subject)]}
    for question in questions:
        key = f"answer:{question.pk}"
        names = (f"{question.kind.name}: {question.label}".lower(), question.label.lower())
        found[key] = Field(key, f"{question.kind.name}: {question.label}", names)
    return found


def asked_questions() -> list[FormField]:
    """Return every question of a kind's form, those asked no more as well."""
    questions = FormField.objects.select_related("kind")
    return list(questions.order_by("kind__position", "kind", "position", "pk"))


def guess(
    head: list[str], fields: dict[str, Field], samples: Sequence[Sequence[str]] = ()
) -> list[str]:
    """Return for each column the key of the field its name speaks for, "" for none.

    A field takes the column whose name stands first among its names, and no second one. A column
    of names that holds addresses is the one of addresses, where there is no other.
    """
    plain = [_words(name) for name in head]
    chosen = [""] * len(head)
    for key, field in fields.items():
        for name in (key.replace("_", " "), *field.names, field.label.lower()):
            place = next(
                (n for n, each in enumerate(plain) if each == _words(name) and not chosen[n]), None
            )
            if place is not None:
                chosen[place] = key
                break
    return [_by_cells(place, chosen, samples) for place in range(len(chosen))]


def _by_cells(place: int, chosen: list[str], samples: Sequence[Sequence[str]]) -> str:
    key = chosen[place]
    addresses = f"{key.removesuffix('_name')}_email"
    cells = [row[place] for row in samples if place < len(row) and row[place].strip()]
    is_free = key.endswith("_name") and addresses not in chosen
    return addresses if is_free and cells and all("@" in cell for cell in cells) else key


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = re.sub(r"[^\w:?]+", " ", spaced.replace("_", " ")).strip().lower()
    return plain.replace("e mail", "email")
