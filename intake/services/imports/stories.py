"""The story of imported requests: how they began, where they stand, who speaks for them."""

from dataclasses import dataclass
from datetime import datetime

from intake.models import Backing, FormAnswer, Merge, ProductRequest, RequestStateChange
from intake.services.imports.catalogue import Catalogue
from intake.services.imports.plan import Row
from intake.services.merging import queue_up
from intake.services.voices import carry_voices
from prodops.audit.models import Event, Thread
from prodops.people.models import User

State = ProductRequest.State


@dataclass
class Written:
    """A request made of a row, with its answers and voices."""

    row: Row
    product_request: ProductRequest
    answers: list[FormAnswer]
    voices: list[Backing]


def write_stories(written: list[Written], catalogue: Catalogue, *, at: datetime) -> None:
    """Write states, answers, voices, followers and timeline of requests that are saved."""
    RequestStateChange.objects.bulk_create(
        change for each in written for change in _changes(each.product_request)
    )
    FormAnswer.objects.bulk_create(answer for each in written for answer in each.answers)
    Backing.objects.bulk_create(voice for each in written for voice in each.voices)
    Event.objects.bulk_create(event for each in written for event in _events(each.product_request))
    follows = Thread.followers.through
    follows.objects.bulk_create(
        follows(thread_id=each.product_request.thread_id, user_id=person)
        for each in written
        for person in {voice.person_id for voice in each.voices}
    )
    by = catalogue.importing.by
    if by is not None:
        _write_merges([each.product_request for each in written], by=by)


def stands_since(product_request: ProductRequest) -> datetime:
    """Return when it came to the state it has, as far as its file says."""
    moments = (product_request.decided_at, product_request.paused_since, product_request.triaged_at)
    return next((each for each in moments if each), product_request.submitted_at)


def _changes(product_request: ProductRequest) -> list[RequestStateChange]:
    first = RequestStateChange(
        product_request=product_request,
        to_state=State.NEW,
        at=product_request.submitted_at,
        by=product_request.author,
    )
    if product_request.state == State.NEW:
        return [first]
    then = RequestStateChange(
        product_request=product_request,
        from_state=State.NEW,
        to_state=product_request.state,
        at=stands_since(product_request),
        reason=product_request.decline_reason,
    )
    return [first, then]


def _events(product_request: ProductRequest) -> list[Event]:
    asked = Event(
        thread=product_request.thread,
        verb="request.submitted",
        summary="asked for this",
        after=State.NEW.label,
        detail="Brought in from a file.",
        by=product_request.author,
        at=product_request.submitted_at,
        is_public=True,
    )
    if product_request.state == State.NEW:
        return [asked]
    stood = Event(
        thread=product_request.thread,
        verb="request.imported",
        summary="it stood like this where it came from",
        before=State.NEW.label,
        after=product_request.get_state_display(),
        detail=product_request.decline_reason,
        at=stands_since(product_request),
        is_public=True,
    )
    return [asked, stood]


def _write_merges(requests: list[ProductRequest], *, by: User) -> None:
    reason = "Merged where it came from."
    merges = [
        Merge(child=each, parent=each.merged_into, at=each.decided_at, by=by, reason=reason)
        for each in requests
        if each.merged_into and each.decided_at
    ]
    if not merges:
        return
    queue_up()
    Merge.objects.bulk_create(merges)
    for parent in {each.parent for each in merges}:
        carry_voices(parent)
