"""Decisions that acts of intake call for; intake stands below and cannot open them itself."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from intake.models import Backing, TriageAct
from planning.models import Decision
from planning.models.decision import HIGH_ARR
from planning.services.decisions import open_decision

LOOKS_BACK = timedelta(days=30)
MAY_BE_UNDONE = timedelta(minutes=10)
Verb = TriageAct.Verb


def open_owed(*, at: datetime) -> list[Decision]:
    """Open a decision for each declined request of high ARR and each escalation to P0.

    Acts count once ten minutes old, when nobody has taken them back; each has one decision,
    however often this runs. Returns those opened now.
    """
    acts = (
        TriageAct.objects.filter(
            verb__in=[Verb.DECLINE, Verb.ESCALATE],
            undone_at=None,
            at__gt=at - LOOKS_BACK,
            at__lte=at - MAY_BE_UNDONE,
        )
        .select_related("product_request__account", "product_request__team", "by")
        .order_by("at", "pk")
    )
    known = set(
        Decision.objects.filter(
            event__in=[Decision.Event.DECLINE, Decision.Event.ESCALATION]
        ).values_list("cause", flat=True)
    )
    new = [act for act in acts if _cause(act) not in known]
    worth = arr_behind([act.product_request for act in new])
    owed = [
        act for act in new if act.verb == Verb.ESCALATE or worth[act.product_request_id] >= HIGH_ARR
    ]
    return [_open(act, worth[act.product_request_id]) for act in owed]


def arr_behind(requests) -> dict[int, Decimal]:
    """Return request → yearly revenue of the accounts that asked for it, each counted once."""
    accounts: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for each in requests:
        if each.account:
            accounts[each.pk][each.account_id] = each.account.arr or Decimal(0)
    voices = Backing.objects.filter(
        product_request__in=[each.pk for each in requests], account__isnull=False
    )
    for request, account, arr in voices.values_list("product_request", "account", "account__arr"):
        accounts[request][account] = arr or Decimal(0)
    return defaultdict(
        Decimal, {pk: sum(held.values(), Decimal(0)) for pk, held in accounts.items()}
    )


def _cause(act: TriageAct) -> str:
    return f"{act.verb}:{act.pk}"


@transaction.atomic
def _open(act: TriageAct, worth: Decimal) -> Decision:
    product_request = act.product_request
    is_decline = act.verb == Verb.DECLINE
    word = "declined" if is_decline else "escalated to P0"
    told = (
        f"[{product_request.key}](/intake/requests/{product_request.pk}/) was {word} by {act.by}."
    )
    revenue = f" Accounts with {worth:,.0f} of yearly revenue asked for it." if worth else ""
    reason = product_request.decline_reason if is_decline else ""
    verb = "Decline" if is_decline else "Escalate"
    return open_decision(
        title=f"{verb} {product_request.key} {product_request.title}"[:200],
        context=f"{told}{revenue}",
        origin=f"{product_request.key} was {word}",
        team=product_request.team,
        decider=act.by,
        event=Decision.Event.DECLINE if is_decline else Decision.Event.ESCALATION,
        cause=_cause(act),
        draft=(f"{verb} it." if is_decline else "Handle it as P0.", reason),
        by=None,
        at=act.at,
    )
