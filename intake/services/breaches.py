"""A clock ran out: whoever has the request in hand and product operations are told, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from intake.models import ClockBreach, ProductRequest, TriageTurn
from intake.models.turns import whose_turn
from intake.services.telling import tell
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.people.models import User

Phase = ClockBreach.Phase
MOST_AT_ONCE = 500
OLD_NEWS = timedelta(days=14)
WORDS = {Phase.ACKNOWLEDGE: "sorting", Phase.ANSWER: "answer"}


@dataclass(frozen=True)
class Late:
    """A promise that broke: of which request, which one, and until when it was to be kept."""

    product_request: ProductRequest
    phase: str
    due_at: datetime


@transaction.atomic
def tell_breaches(*, at: datetime) -> int:
    """Write down each clock that ran out since, tell of it, and return how many there were.

    Those that ran out more than a fortnight ago, as an import brings them, are only written down.
    """
    free = ProductRequest.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    found = [
        Late(product_request, phase, product_request.broken_at)
        for phase in Phase
        for product_request in free.select_related("team", "owner", "thread").broken(phase, at)[
            :MOST_AT_ONCE
        ]
    ]
    ClockBreach.objects.bulk_create(
        ClockBreach(
            product_request=each.product_request, phase=each.phase, due_at=each.due_at, at=at
        )
        for each in found
    )
    operations = list(User.objects.with_role(User.Role.OPS))
    for each in found:
        if at - each.due_at < OLD_NEWS:
            _escalate(each, operations, at)
    return len(found)


def _escalate(late: Late, operations: list[User], at: datetime) -> None:
    product_request, word = late.product_request, WORDS[Phase(late.phase)]
    due = _moment(product_request, late.due_at)
    audit.record(
        "request.late",
        thread=product_request.thread,
        summary=f"noticed that the {word} is late",
        detail=f"It was due {due}.",
        by=None,
        at=at,
    )
    tell(
        product_request,
        [*_in_charge(product_request, at), *operations],
        cause=f"late:{late.phase}:{late.due_at:%Y%m%d%H%M%S}",
        title=f"Late: the {word} of {product_request.key} {product_request.title}"[:300],
        body=f"It was due {due}.",
        kind=Kind.TRIAGE,
        action_label="Open it in triage",
        path=reverse("intake:triage-request", args=[product_request.pk]),
        by=None,
        at=at,
    )


def _in_charge(product_request: ProductRequest, at: datetime) -> list[User]:
    """Return the owner, or whose turn it is in the team; nobody where there is neither."""
    if product_request.owner or not product_request.team:
        return [product_request.owner] if product_request.owner else []
    turns = TriageTurn.objects.filter(team=product_request.team).for_display()
    found = whose_turn([turn.user for turn in turns], product_request.team, at)
    return [found] if found else []


def _moment(product_request: ProductRequest, due_at: datetime) -> str:
    zone = product_request.calendar().time_zone
    local = due_at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({zone})"
