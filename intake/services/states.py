"""How a request goes from one state to another; every act of intake goes through `move`."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from django.db import models
from django.utils.dateparse import parse_datetime, parse_duration
from django.utils.duration import duration_iso_string

from intake.models import (
    ALLOWED,
    OPEN_STATES,
    WAY_OUT,
    ProductRequest,
    RequestStateChange,
    TriageAct,
)
from intake.services import clocks
from prodops.people.models import User

State = ProductRequest.State
OPEN = set(OPEN_STATES)
CLOCK_FIELDS = (
    "acknowledge_hours",
    "answer_hours",
    "clock_ran",
    "clock_at",
    "acknowledge_due_at",
    "answer_due_at",
)


class Refusal(Exception):
    """The hub will not do that; the message says why in words a person can act on."""


class AlreadyDecided(Refusal):
    """Somebody else decided this request first."""


class WrongState(Refusal):
    """The request is not at a point where this can be done."""


def lock(product_request: ProductRequest) -> ProductRequest:
    """Hold the row until the transaction ends, and bring the instance up to date."""
    held = ProductRequest.objects.select_for_update(of=("self",), no_key=True)
    product_request.refresh_from_db(from_queryset=held.select_related("kind", "team", "owner"))
    return product_request


def snapshot(product_request: ProductRequest, fields: Iterable[str]) -> dict:
    """Return the named fields as values JSON can hold."""
    attnames = {name: _field(name).attname for name in fields}
    values = {name: getattr(product_request, attname) for name, attname in attnames.items()}
    return {name: _plain(value) for name, value in values.items()}


def log_act(
    product_request: ProductRequest, verb: str, *, before: dict, by: User, at: datetime
) -> TriageAct:
    """Remember what an act changed: `before` is a snapshot taken ahead of it."""
    return TriageAct.objects.create(
        product_request=product_request,
        verb=verb,
        before=before,
        after=snapshot(product_request, before),
        by=by,
        at=at,
    )


def decider_of(product_request: ProductRequest) -> str:
    """Say who brought the request to its present state, and when."""
    change = product_request.state_changes.select_related("by").order_by("-at", "-pk").first()
    who = change.by if change and change.by else "Somebody"
    verb = product_request.get_state_display().lower()
    way_out = WAY_OUT[State(product_request.state)]
    return f"{who} already settled {product_request.key}: it is {verb}. {way_out}"


def refuse_unless_open(product_request: ProductRequest) -> None:
    """Raise AlreadyDecided, naming who did it, when the request is decided."""
    if product_request.state not in OPEN:
        raise AlreadyDecided(decider_of(product_request))


def refuse_unless(product_request: ProductRequest, states: Collection[str], act: str) -> None:
    """Raise WrongState where an act, as in "opened again", does not start from this state."""
    state = State(product_request.state)
    if state not in states:
        raise WrongState(
            f"{product_request.key} is {state.label.lower()}, so it cannot be {act}. "
            f"{WAY_OUT[state]}"
        )


def move(
    product_request: ProductRequest,
    to: str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    **fields,
) -> RequestStateChange:
    """Bring a locked request to the state `to`, writing `fields` with it; its clock is counted.

    Raises WrongState when the one does not follow from the other.
    """
    before = State(product_request.state)
    if to not in ALLOWED[before]:
        raise WrongState(
            f"{product_request.key} is {before.label.lower()}, so it cannot become "
            f"{State(to).label.lower()}. {WAY_OUT[before]}"
        )
    if before in OPEN:
        clocks.count(product_request, at)
    fields = {"paused_since": None, "snoozed_until": None, "decline_reason": "", **fields}
    return settle(product_request, to, by=by, at=at, reason=reason, **fields)


def settle(
    product_request: ProductRequest,
    to: str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    **fields,
) -> RequestStateChange:
    """Write state, `fields` and the row that tells of the change, without asking the rules."""
    before, product_request.state = product_request.state, to
    if to in OPEN:
        fields["decided_at"] = None
    elif "decided_at" not in fields:
        fields["decided_at"] = product_request.decided_at or at
    if by and to not in OPEN:
        fields.setdefault("triaged_at", product_request.triaged_at or at)
    for name, value in fields.items():
        setattr(product_request, name, value)
    product_request.save(update_fields={"state", *fields, *CLOCK_FIELDS})
    return RequestStateChange.objects.create(
        product_request=product_request, from_state=before, to_state=to, at=at, by=by, reason=reason
    )


def restore(
    product_request: ProductRequest, before: dict, *, by: User, at: datetime, reason: str
) -> None:
    """Write a snapshot back to the row, with a state change when the state is another one."""
    fields = {_field(name).attname: _value(name, value) for name, value in before.items()}
    to = fields.pop("state", product_request.state)
    if to != product_request.state:
        settle(product_request, to, by=by, at=at, reason=reason, **fields)
        return
    for name, value in fields.items():
        setattr(product_request, name, value)
    product_request.save(update_fields=list(fields))


def _field(name: str) -> models.Field:
    field = ProductRequest._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return duration_iso_string(value) if isinstance(value, timedelta) else value


def _value(name: str, value):
    read = {"DateTimeField": parse_datetime, "DurationField": parse_duration}
    parse = read.get(_field(name).get_internal_type())
    return parse(value) if parse and value else value
