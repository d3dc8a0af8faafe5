"""Requests as a file that can be imported again, with everything a request is."""

import csv
import io
from dataclasses import replace
from datetime import UTC

from django.db.models import Prefetch

from intake.models import Backing
from intake.services.imports.fields import asked_questions
from prodops.people.permissions import can_see_revenue
from prodops.ui.lists import Column, ListPage

LABELS = {
    "kind": "Kind",
    "body": "Description",
    "why": "Why",
    "external_id": "External id",
    "source": "Source",
    "urgency": "Urgency",
    "category": "Category",
    "product_area": "Product area",
    "priority": "Priority",
    "is_shared": "Shared",
    "is_spam": "Spam",
    "decline_reason": "Decline reason",
}
MOMENTS = {
    "submitted_at": "Submitted at",
    "triaged_at": "Triaged at",
    "decided_at": "Decided at",
    "paused_since": "Waiting since",
    "snoozed_until": "Snoozed until",
}
OTHERS = (
    Column("key", "Key", lambda each: each.key),
    Column("title_alone", "Title", lambda each: each.title),
    Column("author_email", "Author email", lambda each: each.author.email),
    Column("author_name", "Author name", lambda each: each.author.name),
    Column("owner_email", "Owner email", lambda each: each.owner.email if each.owner else ""),
    Column("segment", "Segment", lambda each: each.account.segment if each.account else ""),
    Column("tier", "Tier", lambda each: each.account.tier if each.account else ""),
    Column("merged_into", "Merged into", lambda each: _number(each.merged_into)),
    Column("backers", "Backers", lambda each: voices(each.backings.all())),
)


def complete(page: ListPage, rows, user):
    """Return list and rows for a CSV that holds all of a request; ARR only for who may see it."""
    columns = page.columns
    if not can_see_revenue(user):
        columns = tuple(column for column in columns if column.key != "arr")
    own = Backing.objects.filter(came_from=None).select_related("person", "account")
    voiced = Prefetch("backings", own.order_by("-is_author", "at", "pk"))
    rows = rows.for_display().with_answers().prefetch_related(voiced)
    return replace(page, columns=columns, exported=_exported()), rows


def _number(product_request):
    """What an import finds a request by: its number at its source, else its key."""
    return product_request.external_id or product_request.key if product_request else ""


def _exported() -> tuple[Column, ...]:
    plain = [Column(name, label, _plain(name)) for name, label in LABELS.items()]
    moments = [Column(name, label, _moment(name)) for name, label in MOMENTS.items()]
    questions = [
        Column(f"answer_{each.pk}", f"{each.kind.name}: {each.label}", _answer(each.pk))
        for each in asked_questions()
    ]
    return (*OTHERS, *plain, *moments, *questions)


def _plain(name):
    def value(product_request):
        found = getattr(product_request, name)
        return "" if found is None else found

    return value


def _moment(name):
    """Exact, unlike the moments of the list's own columns."""

    def value(product_request):
        found = getattr(product_request, name)
        return found.astimezone(UTC).isoformat() if found else ""

    return value


def _answer(question):
    def value(product_request):
        found = [each.value for each in product_request.answers.all() if each.field_id == question]
        return found[0] if found else ""

    return value


def voices(backings) -> str:
    """Return a line a voice: address|account|importance|since|note."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter="|")
    for voice in backings:
        writer.writerow(
            [
                voice.person.email,
                voice.account.name if voice.account else "",
                voice.importance,
                voice.at.astimezone(UTC).isoformat(),
                voice.note,
            ]
        )
    return lines.getvalue().rstrip("\r\n")
