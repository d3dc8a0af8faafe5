"""Tags of support tickets: by rules of words, or by hand."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from intake.models import SupportTicket, TicketRule
from intake.models.facts import Operator, holds
from prodops.audit import services as audit
from prodops.people.models import User

AT_ONCE = 500
LONGEST_READ = 20_000


def tags_for(ticket: SupportTicket, rules: Iterable[TicketRule]) -> list[str]:
    """Return the tags of all rules of which a word or phrase stands in subject or text."""
    text = f"{ticket.subject}\n{ticket.text}"[:LONGEST_READ]
    return [rule.tag for rule in rules if holds(Operator.HAS, text, rule.words)]


@transaction.atomic
def set_rule(
    *,
    rule: TicketRule | None,
    tag: str,
    words: list[str],
    is_active: bool = True,
    by: User,
    at: datetime,
) -> TicketRule:
    """Add or change a rule; tickets that are here get the tag with `ask_for_tags` only."""
    rule = rule or TicketRule()
    rule.tag, rule.words, rule.is_active = tag, words, is_active
    rule.changed_by, rule.changed_at = by, at
    rule.save()
    return rule


@transaction.atomic
def remove_rule(*, rule: TicketRule) -> None:
    """Take a rule away; the tags it gave stay on their tickets."""
    rule.delete()


@transaction.atomic
def apply_rules(*, rules: Collection[TicketRule], tickets: QuerySet) -> int:
    """Give a batch of tickets the tags that rules say and they lack; return how many changed.

    All tickets are walked over by `tagging_runs`.
    """
    held = tickets.select_for_update(of=("self",), no_key=True).order_by("pk")
    changed: list[SupportTicket] = []
    for ticket in held.only("pk", "subject", "text", "tags"):
        missing = [tag for tag in tags_for(ticket, rules) if tag not in ticket.tags]
        if missing:
            ticket.tags = [*ticket.tags, *missing]
            changed.append(ticket)
    SupportTicket.objects.bulk_update(changed, ["tags"])
    return len(changed)


@transaction.atomic
def tag_tickets(
    *,
    tickets: Iterable[SupportTicket],
    add: Collection[str] = (),
    remove: Collection[str] = (),
    by: User,
    at: datetime,
) -> int:
    """Put tags on tickets and take others off, by hand; return how many changed."""
    held = SupportTicket.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    changed = 0
    keys = [ticket.pk for ticket in tickets]
    for ticket in held.filter(pk__in=keys).select_related("thread"):
        before = ticket.tags
        ticket.tags = [tag for tag in before if tag not in remove]
        ticket.tags += [tag for tag in add if tag not in ticket.tags]
        if ticket.tags == before:
            continue
        ticket.save(update_fields=["tags"])
        _record(ticket, before, by=by, at=at)
        changed += 1
    return changed


def _record(ticket: SupportTicket, before: list[str], *, by: User, at: datetime) -> None:
    audit.record(
        "ticket.tagged",
        thread=ticket.thread,
        summary="changed its tags",
        before=", ".join(before),
        after=", ".join(ticket.tags),
        by=by,
        at=at,
    )
