"""Sorting a request: what it is about, whose it is, how much it matters."""

from datetime import datetime
from functools import partial

from django.db import transaction

from intake.models import ProductRequest, RequestRouting, TriageAct
from intake.services.clocks import reset_clocks
from intake.services.states import lock, log_act, move, refuse_unless_open, snapshot
from intake.services.telling import tell
from intake.services.triage import CLOCK_FIELDS, STATE_FIELDS
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.people.models import User

State = ProductRequest.State
Verb = TriageAct.Verb
SORTED_BY = ("category", "product_area", "team", "owner", "priority")
CONFIRMED_BY = frozenset({"category", "team", "owner"})


@transaction.atomic
def classify(*, product_request: ProductRequest, by: User, at: datetime, **sorting) -> TriageAct:
    """Sort a request by any of category, product_area, team, owner and priority.

    The first time it has a category and an owner or team, its acknowledgement clock stops. What a
    rule had set counts from when a person sends category, team or owner, changed or as they are.
    Another team means another calendar, so both clocks are counted again.
    """
    unknown = set(sorting) - set(SORTED_BY)
    if unknown:
        raise TypeError(f"A request is not sorted by {', '.join(sorted(unknown))}.")
    lock(product_request)
    before = snapshot(product_request, [*sorting, *STATE_FIELDS, *CLOCK_FIELDS])
    changes = _write_sorting(product_request, sorting)
    if product_request.state == State.NEW:
        move(product_request, State.TRIAGE, by=by, at=at)
    if not product_request.triaged_at and _is_sorted_by_people(product_request, sorting):
        product_request.triaged_at = at
        product_request.save(update_fields=["triaged_at"])
    if "team" in sorting:
        reset_clocks(product_request)
    line = partial(audit.record, "request.classified", thread=product_request.thread, by=by, at=at)
    for summary, is_public in changes:
        line(summary=summary, is_public=is_public)
    act = log_act(product_request, Verb.CLASSIFY, before=before, by=by, at=at)
    if before.get("owner", product_request.owner_id) != product_request.owner_id:
        _tell_owner(product_request, act)
    return act


@transaction.atomic
def escalate(*, product_request: ProductRequest, by: User, at: datetime) -> TriageAct:
    """Make it P0 and tell product operations."""
    lock(product_request)
    refuse_unless_open(product_request)
    before = snapshot(product_request, ["priority"])
    product_request.priority = ProductRequest.Priority.P0
    product_request.save(update_fields=["priority"])
    audit.record(
        "request.escalated",
        thread=product_request.thread,
        summary="escalated it",
        by=by,
        at=at,
        before=before["priority"],
        after=product_request.priority,
    )
    act = log_act(product_request, Verb.ESCALATE, before=before, by=by, at=at)
    tell(
        product_request,
        User.objects.with_role(User.Role.OPS),
        cause=f"escalated:{act.pk}",
        title=f"Escalated: {product_request.key} {product_request.title}"[:300],
        kind=Kind.TRIAGE,
        by=by,
        at=at,
    )
    return act


def _write_sorting(product_request: ProductRequest, sorting: dict) -> list[tuple[str, bool]]:
    """Write the fields that differ; return a line for each and whether a requester may see it."""
    lines = []
    for name, value in sorting.items():
        if getattr(product_request, name) == value:
            continue
        setattr(product_request, name, value)
        words = name.replace("_", " ")
        line = f"set the {words} to {value}" if value else f"took the {words} away"
        lines.append((line, name in {"owner", "team"}))
    product_request.save(update_fields=list(sorting))
    return lines


def _is_sorted_by_people(product_request: ProductRequest, sorting: dict) -> bool:
    has_owner = product_request.owner_id or product_request.team_id
    if not (product_request.category_id and has_owner):
        return False
    by_a_rule = RequestRouting.objects.filter(product_request=product_request)
    return bool(CONFIRMED_BY & sorting.keys()) or not by_a_rule.exists()


def _tell_owner(product_request: ProductRequest, act: TriageAct) -> None:
    if not product_request.owner:
        return
    tell(
        product_request,
        [product_request.owner],
        cause=f"owner:{act.pk}",
        title=f"{product_request.key} is yours: {product_request.title}"[:300],
        kind=Kind.ASSIGNMENT,
        by=act.by,
        at=act.at,
    )
