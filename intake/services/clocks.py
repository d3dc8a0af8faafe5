"""Until when we acknowledge and answer, in the business time of the team that owns the request."""

from datetime import datetime

from intake.models import ProductRequest
from prodops.people.business_time import Calendar

Pause = tuple[datetime, datetime]
State = ProductRequest.State


def due(calendar: Calendar, start: datetime, hours: float, pauses: list[Pause]) -> datetime:
    """Return when `hours` business hours have passed since `start`, pauses not counted.

    `pauses` come in order and do not overlap.
    """
    moment = calendar.add_hours(start, hours)
    for paused, resumed in pauses:
        if paused < moment:
            lost = calendar.hours_between(max(paused, start), max(resumed, start))
            moment = calendar.add_hours(moment, lost)
    return moment


def pauses_of(product_request: ProductRequest) -> list[Pause]:
    """Return the finished spells of waiting for the requester, oldest first."""
    pauses, since = [], None
    for change in product_request.state_changes.order_by("at", "pk"):
        if change.to_state == State.WAITING:
            since = since or change.at
        elif since:
            pauses.append((since, change.at))
            since = None
    return pauses


def set_clocks(product_request: ProductRequest) -> None:
    """Put both due moments on the instance (not saved)."""
    calendar, start = product_request.calendar(), product_request.submitted_at
    pauses = pauses_of(product_request) if product_request.pk else []
    kind = product_request.kind
    product_request.acknowledge_due_at = due(calendar, start, kind.acknowledge_hours, pauses)
    product_request.answer_due_at = due(calendar, start, kind.answer_hours, pauses)


def reset_clocks(product_request: ProductRequest) -> None:
    """Count both due moments again and save them."""
    set_clocks(product_request)
    product_request.save(update_fields=["acknowledge_due_at", "answer_due_at"])
