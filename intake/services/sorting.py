"""Sorting a request: what it is about, whose it is, how much it matters."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from intake.models import ProductRequest, RequestRouting, TriageAct
from intake.services import clocks
from intake.services.states import (
    CLOCK_FIELDS,
    Refusal,
    WrongState,
    lock,
    log_act,
    move,
    refuse_unless_open,
    snapshot,
)
from intake.services.telling import tell
from intake.services.triage import STATE_FIELDS
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.people.models import User

State = ProductRequest.State
Verb = TriageAct.Verb
SORTED_BY = ("kind", "category", "product_area", "team", "owner", "priority")
KEEP_CATEGORY = {State.ACCEPTED, State.PLANNED, State.SHIPPED}
CONFIRMED_BY = frozenset({"category", "team", "owner"})


@transaction.atomic
def classify(
    *,
    product_request: ProductRequest,
    by: User,
    at: datetime,
    shown: Mapping[str, str] | None = None,
    **sorting,
) -> TriageAct:
    """Sort a request by any of kind, category, product_area, team, owner and priority.

    The first time it has a category and an owner or team, its acknowledgement clock stops. What a
    rule had set counts from when a person sends category, team or owner, changed or as they are.
    The answer goes on by the calendar of the new team and the promise of the new kind or priority.
    `shown` is field → its value on the page that `by` saw: what they left alone stays as it is now.
    Raises Refusal where they and somebody else changed the same since,
    WrongState for a merged request, and for one that would lose what it was accepted with.
    """
    lock(product_request)
    sorting = _keep_newer(product_request, sorting, shown or {})
    _refuse_sorting(product_request, sorting)
    before = snapshot(product_request, {*sorting, *STATE_FIELDS})
    is_running = product_request.is_open
    if is_running:
        clocks.count(product_request, at)
    changes = _write_sorting(product_request, sorting)
    if product_request.state == State.NEW:
        move(product_request, State.TRIAGE, by=by, at=at)
    if not product_request.triaged_at and _is_sorted_by_people(product_request, sorting):
        product_request.triaged_at = at
    if is_running:
        _promise(product_request, changes)
    product_request.save(update_fields=["triaged_at", *CLOCK_FIELDS])
    _record(product_request, changes, by=by, at=at)
    act = log_act(product_request, Verb.CLASSIFY, before=before, by=by, at=at)
    if "owner" in changes:
        _tell_owner(product_request, act)
    return act


@transaction.atomic
def escalate(*, product_request: ProductRequest, by: User, at: datetime) -> TriageAct:
    """Make it P0, with what is promised for that, and tell product operations.

    Raises WrongState for one that is P0.
    """
    lock(product_request)
    refuse_unless_open(product_request)
    if product_request.priority == ProductRequest.Priority.P0:
        raise WrongState(f"{product_request.key} is P0 already; nothing changed.")
    before = snapshot(product_request, ["priority", *CLOCK_FIELDS])
    clocks.count(product_request, at)
    product_request.priority = ProductRequest.Priority.P0
    _promise(product_request, {"priority"})
    product_request.save(update_fields=["priority", *CLOCK_FIELDS])
    thread, summary = product_request.thread, "escalated it"
    was, now = before["priority"], product_request.priority
    record = partial(audit.record, "request.escalated", thread=thread, by=by, at=at)
    record(summary=summary, before=was, after=now)
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


def _keep_newer(product_request: ProductRequest, sorting: dict, shown: Mapping[str, str]) -> dict:
    """Leave out what was only shown and is another by now; refuse what two people changed."""
    stands = snapshot(product_request, shown)
    newer = {name for name, was in shown.items() if str(stands[name] or "") != was}
    for name in sorted(newer, key=SORTED_BY.index):
        now, wish = getattr(product_request, name), sorting[name]
        if wish != now and str(getattr(wish, "pk", wish) or "") != shown[name]:
            who = _who_sorted(product_request.pk, name) or "Somebody"
            field = name.replace("_", " ")
            raise Refusal(
                f"{who} has set the {field} to {now or 'nothing'} since you opened this. "
                "Nothing was saved; below is how it stands."
            )
    return {name: wish for name, wish in sorting.items() if name not in newer}


def _refuse_sorting(product_request: ProductRequest, sorting: dict) -> None:
    unknown = set(sorting) - set(SORTED_BY)
    if unknown:
        raise TypeError(f"A request is not sorted by {', '.join(sorted(unknown))}.")
    key, state = product_request.key, product_request.state
    if state == State.MERGED:
        living = product_request.living.key
        raise WrongState(f"{key} was merged into {living}. Sort {living}, or unmerge {key} first.")
    if "kind" in sorting and sorting["kind"] is None:
        raise WrongState(f"{key} needs a kind; choose one.")
    if state in KEEP_CATEGORY and "category" in sorting and sorting["category"] is None:
        words = State(state).label.lower()
        raise WrongState(f"{key} is {words}, so it keeps a category. Choose another one.")


def _write_sorting(product_request: ProductRequest, sorting: dict) -> dict[str, object]:
    """Write the fields that differ; return each with its new value."""
    changes = {
        name: value for name, value in sorting.items() if getattr(product_request, name) != value
    }
    for name, value in changes.items():
        setattr(product_request, name, value)
    product_request.save(update_fields=[*sorting])
    return changes


def _promise(product_request: ProductRequest, changes: Collection[str]) -> None:
    """Lay the clocks out anew, as the changed fields ask for it."""
    if {"kind", "priority"} & set(changes):
        clocks.set_promise(product_request)
    clocks.set_due(product_request)


def _record(product_request: ProductRequest, changes: dict, *, by: User, at: datetime) -> None:
    """Write a line for each change; its requester sees whose it is now."""
    line = partial(audit.record, "request.classified", thread=product_request.thread, by=by, at=at)
    for name, value in changes.items():
        words = name.replace("_", " ")
        summary = f"set the {words} to {value}" if value else f"took the {words} away"
        line(summary=summary, is_public=name in {"owner", "team", "kind"})


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


def overwritten(pk: int, field: str, *, was: str, by: User) -> str:
    """Say who had set `field` to what since somebody saw it as `was`; "" when nobody else had.

    Asked before the field is set again: the last word counts, but nobody's is lost unheard.
    """
    product_request = ProductRequest.objects.filter(pk=pk).first()
    if product_request is None or str(snapshot(product_request, [field])[field] or "") == was:
        return ""
    now = getattr(product_request, field)
    who = _who_sorted(pk, field)
    return "" if who in {None, by} else f" {who} had just set it to {now or 'nothing'}."


def _who_sorted(pk: int, field: str) -> User | None:
    acts = TriageAct.objects.filter(product_request=pk, verb=Verb.CLASSIFY, undone_at=None)
    last = acts.filter(after__has_key=field).select_related("by").order_by("-at", "-pk").first()
    return last.by if last else None
