"""What of the last year speaks for no theme: requests, and tickets that stand for none of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Left

from intake.models import ProductRequest, SupportTicket, ThemeQuote, TicketLink
from intake.services.clustering import MOST_READ

LOOKED_BACK = timedelta(days=365)
LONGEST_READ = 10_000
Key = tuple[datetime, bool, int]


@dataclass(frozen=True)
class Said:
    """A request or a ticket, with its words."""

    is_ticket: bool
    pk: int
    title: str
    text: str

    @property
    def of(self) -> dict[str, int]:
        """Return it as fields of what points to one of the two."""
        return {"ticket_id" if self.is_ticket else "product_request_id": self.pk}


def read_unthemed(at: datetime) -> list[Said]:
    """Return the newest, the oldest of them first."""
    keys = keys_of(at)
    requests = ProductRequest.objects.filter(
        pk__in=[pk for _, is_ticket, pk in keys if not is_ticket]
    )
    tickets = SupportTicket.objects.filter(pk__in=[pk for _, is_ticket, pk in keys if is_ticket])
    words = {
        (False, pk): (title, f"{body}\n{why}")
        for pk, title, body, why in requests.values_list("pk", "title", "body", "why")
    }
    cut = tickets.values_list("pk", "subject", Left("text", LONGEST_READ))
    words |= {(True, pk): (subject, text) for pk, subject, text in cut}
    return [
        Said(is_ticket, pk, *words[is_ticket, pk])
        for _, is_ticket, pk in reversed(keys)
        if (is_ticket, pk) in words
    ]


def keys_of(at: datetime) -> list[Key]:
    """Return when each was said, whether it is a ticket, and its key; the newest first."""
    rows = (_requests(at), _tickets(at))
    newest = [key for found in rows for key in found.order_by("-said_at", "-pk")[:MOST_READ]]
    return sorted(newest, reverse=True)[:MOST_READ]


def _requests(at: datetime) -> QuerySet:
    """Genuine requests that live on."""
    recent = Q(submitted_at__gt=at - LOOKED_BACK, submitted_at__lte=at)
    themed = ThemeQuote.objects.live().of_requests().values("product_request")
    found = ProductRequest.objects.genuine().filter(recent, merged_into=None)
    return _keyed(found.exclude(pk__in=themed), "submitted_at", is_ticket=False)


def _tickets(at: datetime) -> QuerySet:
    """Tickets that are evidence for no request: such a request says it for them."""
    recent = Q(opened_at__gt=at - LOOKED_BACK, opened_at__lte=at)
    found = SupportTicket.objects.filter(recent).without_theme()
    attached = TicketLink.objects.values("ticket")
    return _keyed(found.exclude(pk__in=attached), "opened_at", is_ticket=True)


def _keyed(rows: QuerySet, moment: str, *, is_ticket: bool) -> QuerySet:
    keyed = rows.annotate(said_at=F(moment), is_ticket=Value(is_ticket))
    return keyed.values_list("said_at", "is_ticket", "pk")
