"""An accepted request becomes part of an initiative in the current quarter."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from intake import services as intake
from intake.models import ProductRequest
from intake.services import Refusal
from planning.models import Commitment, Cycle, Initiative, InitiativeRequest
from planning.services.commitments import add_to_cycle
from planning.services.initiatives import create_initiative
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import User


class AlreadyAdopted(Refusal):
    """Another initiative, or another person, took the request first."""


@transaction.atomic
def adopt(
    *,
    product_request: ProductRequest,
    initiative: Initiative,
    by: User,
    at: datetime,
    kind: str | None = Commitment.Kind.COMMITTED,
    reason: str = "",
    note: str = "",
) -> InitiativeRequest:
    """Make an accepted request part of `initiative`, in the plan of the current quarter.

    `kind` None leaves the quarter's plan alone, and so does an initiative that stands in it.
    After the quarter's commit `reason` and `note` say why it comes in (ReasonNeeded). The people
    who asked hear that it is planned. Raises AlreadyAdopted when somebody was faster.
    """
    lock(product_request)
    _refuse(product_request, initiative)
    cycle = _plan(initiative, kind, reason, note, by, at) if kind else None
    link = InitiativeRequest.objects.create(
        initiative=initiative, product_request=product_request, by=by, at=at
    )
    _record(link)
    intake.mark_planned(
        product_request=product_request,
        by=by,
        at=at,
        reason=f"It is in the plan for {cycle}." if cycle else "",
    )
    return link


@transaction.atomic
def adopt_as_new(
    *,
    product_request: ProductRequest,
    title: str,
    owner: User,
    by: User,
    at: datetime,
    kind: str | None = Commitment.Kind.COMMITTED,
    reason: str = "",
    note: str = "",
) -> InitiativeRequest:
    """Begin an initiative from an accepted request and adopt the request into it."""
    lock(product_request)
    _refuse(product_request, None)
    initiative = create_initiative(
        title=title,
        problem=product_request.body,
        outcome=product_request.why,
        owner=owner,
        product_area=product_request.product_area,
        teams=[product_request.team] if product_request.team else [],
        by=by,
        at=at,
    )
    return adopt(
        product_request=product_request,
        initiative=initiative,
        kind=kind,
        reason=reason,
        note=note,
        by=by,
        at=at,
    )


@transaction.atomic
def release(*, link: InitiativeRequest, by: User, at: datetime) -> ProductRequest:
    """Take a request out of its initiative again: it is merely accepted, free for another."""
    product_request, initiative = lock(link.product_request), link.initiative
    deleted, _ = InitiativeRequest.objects.filter(pk=link.pk).delete()
    if not deleted:
        raise Refusal(f"{product_request.key} left {initiative.key} already.")
    intake.mark_unplanned(product_request=product_request, by=by, at=at)
    audit.record(
        "initiative.released",
        thread=initiative.thread,
        summary=f"released {product_request.key} {product_request.title}"[:500],
        by=by,
        at=at,
    )
    return product_request


def _record(link):
    """Tell the adoption on both timelines."""
    product_request, initiative = link.product_request, link.initiative
    audit.record(
        "request.adopted",
        thread=product_request.thread,
        summary=f"made it part of {initiative.key} {initiative.title}",
        by=link.by,
        at=link.at,
    )
    audit.record(
        "initiative.adopted",
        thread=initiative.thread,
        summary=f"adopted {product_request.key} {product_request.title}",
        by=link.by,
        at=link.at,
    )


def _refuse(product_request, initiative):
    link = InitiativeRequest.objects.filter(product_request=product_request)
    held = link.select_related("initiative", "by").first()
    if held:
        raise AlreadyAdopted(
            f"{held.by} has made {product_request.key} part of {held.initiative.key} "
            f"{held.initiative.title} already."
        )
    if product_request.state != ProductRequest.State.ACCEPTED:
        raise Refusal(
            f"{product_request.key} is {product_request.get_state_display().lower()}; "
            "only an accepted request can be planned."
        )
    if initiative and initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")


def _plan(initiative, kind, reason, note, by, at):
    cycle = Cycle.objects.current_quarter(timezone.localdate(at))
    if cycle is None:
        raise Refusal("No quarter is open for today. Product ops opens one under Planning, Cycles.")
    held = Commitment.objects.filter(cycle=cycle, initiative=initiative)
    if not held.standing().exists():
        add_to_cycle(
            cycle=cycle,
            initiative=initiative,
            kind=kind,
            reason=reason,
            note=note,
            by=by,
            at=at,
        )
    return cycle
