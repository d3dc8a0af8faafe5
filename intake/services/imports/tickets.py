"""Rows that become support tickets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from intake.models import Imported, RoutingRule, SupportTicket, TicketRule
from intake.services.imports.catalogue import Catalogue
from intake.services.imports.choices import New
from intake.services.imports.keys import next_keys
from intake.services.imports.plan import Plan, Row
from intake.services.imports.problems import Problem
from intake.services.imports.theming import attach_imported
from intake.services.imports.ticket_files import prose
from intake.services.tagging import tags_for
from prodops.audit.models import Thread
from prodops.people.models import User

PLAIN = ("external_id", "subject", "status", "url", "requester_name", "requester_email")


def settle(row: Row, plan: Plan, *, source: str) -> None:
    """Clean the text, and note what does not go together."""
    found = row.values
    found["source"] = source
    for name in ("text", "conversation"):
        found[name] = prose(found.get(name, ""))
    solved, opened = found.get("solved_at"), found.get("opened_at")
    if solved and opened and solved < opened:
        what = "It was solved before it was opened."
        row.problems.append(Problem(row.line, "Solved on", str(solved), what, "Mend one of them."))


def origin(row: Row) -> str:
    number = row.values.get("external_id")
    return f"ticket:{row.values['source']}:{number}" if number else ""


def known(rows: dict[str, Row]) -> set[str]:
    """Return which of these origins are here."""
    numbers = [row.values["external_id"] for row in rows.values()]
    here = SupportTicket.objects.filter(external_id__in=numbers)
    pairs = here.values_list("source", "external_id")
    return {f"ticket:{source}:{number}" for source, number in pairs} & rows.keys()


def names(rows: Iterable[Row]) -> tuple[set[str], set[str]]:
    """Return the accounts and addresses that rows name; addresses are found, never made."""
    found = list(rows)
    accounts = {each.values["account"].name for each in found if _names_account(each)}
    people = {
        each.values["requester_email"] for each in found if each.values.get("requester_email")
    }
    return accounts, people


def _names_account(row: Row) -> bool:
    return isinstance(row.values.get("account"), New)


def write(
    rows: dict[str, Row],
    plan: Plan,
    catalogue: Catalogue,
    *,
    rules: list[RoutingRule],
    at: datetime,
) -> int:
    """Write a batch of checked rows; who asked is matched by address. Return how many."""
    keys = next_keys(SupportTicket, len(rows))
    threads = Thread.objects.bulk_create(
        Thread(
            kind="ticket",
            key=f"TKT-{key}",
            title=row.values["subject"],
            path=reverse("intake:ticket", args=[key]),
        )
        for row, key in zip(rows.values(), keys, strict=True)
    )
    tagging = list(TicketRule.objects.active())
    made = [
        _ticket(row, thread, catalogue, tagging)
        for row, thread in zip(rows.values(), threads, strict=True)
    ]
    SupportTicket.objects.bulk_create(made)
    _theme(rows, made, by=catalogue.importing.by, at=at)
    catalogue.fresh += [
        Imported(importing=catalogue.importing, line=row.line, origin=key, ticket=ticket)
        for (key, row), ticket in zip(rows.items(), made, strict=True)
    ]
    return len(made)


def _theme(
    rows: dict[str, Row], made: list[SupportTicket], *, by: User | None, at: datetime
) -> None:
    themes = [row.values.get("themes", []) for row in rows.values()]
    attach_imported(list(zip(made, themes, strict=True)), by=by, at=at)


def _ticket(
    row: Row, thread: Thread, catalogue: Catalogue, tagging: list[TicketRule]
) -> SupportTicket:
    found = row.values
    person = catalogue.people.get(found.get("requester_email", ""))
    account = catalogue.account(found["account"].name, row.line) if _names_account(row) else None
    ticket = SupportTicket(
        pk=int(thread.key.removeprefix("TKT-")),
        source=found["source"],
        text=found["text"],
        conversation=found["conversation"],
        person=person,
        account=account,
        opened_at=found["opened_at"],
        solved_at=found.get("solved_at"),
        thread=thread,
        **{name: found[name] for name in PLAIN if name in found},
    )
    tags: list[Any] = [*found.get("tags", []), *tags_for(ticket, tagging)]
    ticket.tags = list(dict.fromkeys(tags))
    return ticket
