"""Taking the last act of triage back."""

from datetime import datetime

from django.db import transaction

from intake.models import Merge, ProductRequest, TriageAct
from intake.services.bulk_merging import unmerge_many
from intake.services.merging import unmerge
from intake.services.states import Refusal, lock, restore, snapshot
from intake.services.telling import record_change, tell_requesters
from prodops.people.models import User


class TooLate(Refusal):
    """The request changed since, so the act cannot be taken back."""


@transaction.atomic
def undo(*, act: TriageAct, by: User, at: datetime) -> ProductRequest:
    """Put back what `act` changed, and the other merges of a batch with it.

    Raises TooLate when somebody acted on the request since.
    """
    product_request = act.product_request
    if act.verb == TriageAct.Verb.MERGE:
        return _unmerge(product_request, by=by, at=at)
    lock(product_request)
    act.refresh_from_db()
    if act.undone_at or snapshot(product_request, act.after) != act.after:
        raise TooLate(f"{product_request.key} has changed since; nothing was undone.")
    was = product_request.state
    words = product_request.get_state_display()
    restore(product_request, act.before, by=by, at=at, reason="Undone.")
    act.undone_at, act.undone_by = at, by
    act.save(update_fields=["undone_at", "undone_by"])
    record_change(
        product_request,
        "undone",
        "took the last step back",
        by=by,
        at=at,
        before=words if was != product_request.state else "",
    )
    if was != product_request.state:
        _tell_undone(product_request, act, by=by, at=at)
    return product_request


def _unmerge(product_request: ProductRequest, *, by: User, at: datetime) -> ProductRequest:
    found = Merge.objects.filter(child=product_request, undone_at=None).first()
    if found and found.batch:
        unmerge_many(batch=found.batch, by=by, at=at)
        product_request.refresh_from_db()
        return product_request
    return unmerge(child=product_request, by=by, at=at)


def _tell_undone(
    product_request: ProductRequest, act: TriageAct, *, by: User, at: datetime
) -> None:
    now = product_request.get_state_display().lower()
    tell_requesters(
        product_request,
        cause=f"undone:{act.pk}",
        title=f"{product_request.key} is {now} again: {product_request.title}",
        by=by,
        at=at,
    )
