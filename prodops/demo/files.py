"""Two files that were imported: what people wished before there was a hub, and support tickets."""

import csv
import io
import random
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from intake import services
from intake.models import Account, Import, ProductRequest, SupportTicket, Theme
from intake.services import tagging, tickets
from intake.services.imports import keeping, work
from prodops.demo import catalogue
from prodops.demo.wishes import WISHES
from prodops.demo.world import World

OLD_WISHES, TICKETS, WRONG = 36, 80, 5
HANDED_IN_DAYS_AGO, TICKETS_DAYS_AGO = 348, 2
RULES = {
    "export": ["export", "csv", "spreadsheet", "download"],
    "invoice": ["invoice", "invoices", "billing", "surcharge"],
    "mobile": ["app", "photo", "photos", "offline"],
    "sign-in": ["sign in", "password", "session", "single sign-on"],
    "tracking": ["tracking", "live map", "delay", "delays"],
}
STATES = ("Shipped", "Shipped", "Closed", "Declined", "Backlog")
WISH_HEAD = ["ID", "Wish", "Details", "Status", "Created", "Resolved"]
WISH_HEAD += ["Resolution", "Category", "Squad"]
WISH_FIELDS = ["external_id", "title", "body", "state", "submitted_at", "decided_at"]
WISH_FIELDS += ["decline_reason", "category", "team"]
TICKET_HEAD = ["Id", "Subject", "Description", "Requester", "Requester email", "Organization"]
TICKET_HEAD += ["Status", "Created at", "Solved at", "Tags", "URL"]
REASON = "Nobody asked again within a year."


def bring_in(world: World) -> None:
    """Import both files the way product ops does, and attach some of the tickets."""
    dice = random.Random(41)  # noqa: S311 - a story, not a secret
    wishes = [(squad, wish) for squad, wanted in WISHES.items() for wish in wanted]
    _import_wishes(world, dice, wishes)
    told = {"by": world.ops[0], "at": world.at(40)}
    for tag, words in RULES.items():
        tagging.set_rule(rule=None, tag=tag, words=words, **told)
    _import_tickets(world, dice, wishes)
    _use_tickets(world, dice)


def _import_wishes(world: World, dice: random.Random, wishes: list) -> None:
    numbers = range(1, OLD_WISHES + 1)
    rows = [_old_wish(world, dice, *dice.choice(wishes), number) for number in numbers]
    content = _table(WISH_HEAD, rows, delimiter=";")
    at = world.at(HANDED_IN_DAYS_AGO)
    name = "wishes-before-the-hub.csv"
    _take_in(world, name, content, "requests", at=at, columns=WISH_FIELDS)


def _old_wish(world: World, dice: random.Random, squad: str, wish: tuple, number: int) -> list:
    category, wordings, body, _ = wish
    asked = world.now - timedelta(days=dice.randint(400, 760), minutes=dice.randint(0, 500))
    state = dice.choice(STATES)
    return [
        f"OLD-{number}",
        dice.choice(wordings),
        body,
        state,
        f"{asked:%Y-%m-%d %H:%M}",
        f"{asked + timedelta(days=dice.randint(3, 40)):%Y-%m-%d}",
        REASON if state == "Declined" else "",
        catalogue.CATEGORIES[category],
        catalogue.SQUADS[squad][0],
    ]


def _import_tickets(world: World, dice: random.Random, wishes: list) -> None:
    """Import tickets of a year, with a few at the end that somebody filled in badly."""
    accounts = list(Account.objects.order_by("pk"))
    rows = [
        _ticket(world, dice, dice.choice(wishes)[1], dice.choice(accounts), number)
        for number in range(4001, 4001 + TICKETS)
    ]
    wrong = [list(row) for row in rows[:WRONG]]
    for place, row in enumerate(wrong):
        row[0], row[1 if place % 2 else 7] = 4900 + place, "" if place % 2 else "yesterday"
    name, at = "zendesk-tickets.csv", world.at(TICKETS_DAYS_AGO)
    _take_in(world, name, _table(TICKET_HEAD, rows + wrong), "tickets", at=at, source="zendesk")


def _ticket(world: World, dice: random.Random, wish: tuple, account: Account, number: int) -> list:
    _, wordings, body, _ = wish
    person, end = dice.choice(world.requesters), world.at(TICKETS_DAYS_AGO, 6)
    opened = min(world.now - timedelta(days=365 * (1 - dice.random() ** 0.7), minutes=7), end)
    solved = opened + timedelta(hours=dice.randint(3, 200))
    is_solved = dice.random() < 0.75 and solved < end
    return [
        number,
        dice.choice(wordings),
        f"Hello,\n\n{body}\n\nThank you, {person.name}",
        person.name,
        person.email,
        account.name,
        "solved" if is_solved else "open",
        opened.isoformat(timespec="seconds"),
        solved.isoformat(timespec="seconds") if is_solved else "",
        dice.choice(["", "", "vip", "renewal"]),
        f"https://support.example.com/tickets/{number}",
    ]


def _table(head: list, rows: list, delimiter: str = ",") -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=delimiter).writerows([head, *rows])
    return lines.getvalue().encode("cp1252" if delimiter == ";" else "utf-8")


def _take_in(
    world: World,
    name: str,
    content: bytes,
    subject: str,
    *,
    at: datetime,
    source: str = "csv",
    columns: list[str] | None = None,
) -> Import:
    by = world.ops[-1]
    file = ContentFile(content, name=name)
    options = {"time_zone": "Europe/Berlin", "dates": "", "source": source}
    importing = keeping.keep_file(file=file, subject=subject, by=by, at=at, **options)
    mapping = {**importing.mapping, **({"columns": columns} if columns else {})}
    keeping.start_check(importing=importing, mapping=mapping, by=by, at=at)
    work.run(import_id=importing.pk, clock=lambda: at)
    keeping.start_import(importing=importing, by=by, at=at, is_partial=True)
    work.run(import_id=importing.pk, clock=lambda: at)
    return importing


def _use_tickets(world: World, dice: random.Random) -> None:
    """Attach tickets to the request that asks for the same, and to the themes of that."""
    at = world.at(1)
    for ticket in SupportTicket.objects.select_related("thread", "account", "person").order_by(
        "pk"
    ):
        if dice.random() < 0.55:
            _attach(ticket, by=dice.choice(world.ops), at=at)


def _attach(ticket: SupportTicket, *, by, at: datetime) -> None:
    alike = ProductRequest.objects.filter(title__startswith=ticket.subject, imported=None)
    found = alike.exclude(state__in=["merged", "declined", "closed"]).order_by("pk").first()
    if found is None:
        return
    tickets.attach_tickets(tickets=[ticket], product_request=found, by=by, at=at)
    themes = Theme.objects.in_use().filter(links__product_request=found, links__removed_at=None)
    if themes:
        services.attach_ticket(ticket=ticket, themes=themes.distinct(), by=by, at=at)
