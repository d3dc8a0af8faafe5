"""Asking for something, and adding a voice to what somebody else asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from intake.models import (
    Account,
    Attachment,
    Backing,
    FormAnswer,
    FormField,
    ProductRequest,
    RequestKind,
    RequestStateChange,
)
from intake.services.attachments import hand_over
from intake.services.clocks import start_clocks
from intake.services.merging import queue_up
from intake.services.routing import (
    Routed,
    keep_routings,
    live_rules,
    route,
    tell_routed_owner,
)
from intake.services.states import Refusal, WrongState, lock
from intake.services.telling import tell
from intake.services.voices import carry_voices
from prodops.audit import services as audit
from prodops.people.models import ProductArea, User
from prodops.ui.words import one_line

State = ProductRequest.State


@transaction.atomic
def submit(
    *,
    kind: RequestKind,
    title: str,
    author: User,
    by: User,
    at: datetime,
    body: str = "",
    why: str = "",
    account: Account | None = None,
    urgency: str = ProductRequest.Urgency.NORMAL,
    product_area: ProductArea | None = None,
    is_shared: bool = False,
    source: str = ProductRequest.Source.PORTAL,
    external_id: str = "",
    answers: Mapping[FormField, str] | None = None,
    attachments: Sequence[Attachment] = (),
) -> ProductRequest:
    """File a request: a rule sorts it, its clocks start, its author is its first voice.

    `answers` are those to the questions of its kind, as `FormAnswer.value` holds them;
    `attachments` are files that `by` sent along.
    """
    product_request = ProductRequest(
        kind=kind,
        title=one_line(title) or "Without a title",
        body=body,
        why=why,
        account=account,
        urgency=urgency,
        product_area=product_area,
        is_shared=is_shared,
        source=source,
        external_id=external_id,
        author=author,
        submitted_at=at,
    )
    product_request.thread = audit.open_thread(
        kind="request", key="REQ", title=product_request.title, path="/"
    )
    given = _answers(product_request, answers or {})
    routed = route(product_request, rules=live_rules(), at=at, answers=given)
    start_clocks(product_request)
    product_request.save()
    FormAnswer.objects.bulk_create(given)
    _begin_story(product_request, attachments, by=by, at=at)
    _tell_of_rule(product_request, routed, at=at)
    return product_request


def _tell_of_rule(product_request: ProductRequest, routed: Routed | None, *, at: datetime) -> None:
    if routed:
        keep_routings([(product_request, routed)], at=at)
        tell_routed_owner(product_request, routed, at=at)


def _answers(product_request: ProductRequest, answers: Mapping[FormField, str]) -> list[FormAnswer]:
    return [
        FormAnswer(product_request=product_request, field=field, value=value)
        for field, value in answers.items()
    ]


def _name_thread(product_request: ProductRequest) -> None:
    """Give the thread the key and path that exist only now."""
    thread = product_request.thread
    thread.key = product_request.key
    thread.path = reverse("intake:request", args=[product_request.pk])
    thread.save(update_fields=["key", "path"])


def _begin_story(
    product_request: ProductRequest,
    attachments: Sequence[Attachment] = (),
    *,
    by: User,
    at: datetime,
) -> None:
    """Name the thread, write the first state, voice and line; the author follows it."""
    author = product_request.author
    _name_thread(product_request)
    hand_over(product_request, attachments, is_public=True, by=by, at=at)
    RequestStateChange.objects.create(
        product_request=product_request, to_state=State.NEW, at=at, by=by
    )
    Backing.objects.create(
        product_request=product_request,
        person=author,
        account=product_request.account,
        at=at,
        is_author=True,
    )
    audit.follow(thread=product_request.thread, users=[author])
    _announce(product_request, by=by, at=at)


def _announce(product_request: ProductRequest, *, by: User, at: datetime) -> None:
    audit.record(
        "request.submitted",
        thread=product_request.thread,
        summary="asked for this",
        by=by,
        at=at,
        after=product_request.get_state_display(),
        is_public=True,
    )
    title = f"{by} filed {product_request.key} for you: {product_request.title}"
    if by != product_request.author:
        tell(
            product_request, [product_request.author], cause="submitted", title=title, by=by, at=at
        )


@transaction.atomic
def back(
    *,
    product_request: ProductRequest,
    person: User,
    by: User,
    at: datetime,
    account: Account | None = None,
    importance: int = Backing.Importance.IMPORTANT,
    note: str = "",
) -> Backing:
    """Add one voice, to the request that lives on if this one was merged.

    Backing again changes importance and note. Raises WrongState when it is settled for good.
    """
    product_request = _lock_living(product_request)
    if not product_request.can_be_backed:
        words = product_request.get_state_display().lower()
        raise WrongState(f"{product_request.key} is {words}; send a new request instead.")
    backing, is_new = Backing.objects.update_or_create(
        product_request=product_request,
        person=person,
        account=account,
        defaults={"importance": importance, "note": note, "came_from": None},
        create_defaults={"importance": importance, "note": note, "at": at},
    )
    audit.follow(thread=product_request.thread, users=[person])
    if is_new:
        for_whom = f"backed this for {account}" if account else "backed this"
        audit.record(
            "request.backed",
            thread=product_request.thread,
            summary=for_whom,
            by=by,
            at=at,
            detail=note,
        )
    return backing


def _lock_living(product_request: ProductRequest) -> ProductRequest:
    """Hold the request that lives on, also when a merge was faster."""
    queue_up()
    product_request.refresh_from_db(fields=["merged_into"])
    return lock(product_request.living)


@transaction.atomic
def withdraw(*, backing: Backing, by: User, at: datetime) -> None:
    """Take a voice back. Raises Refusal for the author's own and for one carried by a merge."""
    if backing.is_author:
        raise Refusal("You asked for this, so your voice stays with it.")
    if backing.came_from_id:
        raise Refusal("This voice came with a merged request; unmerge that one instead.")
    queue_up()
    product_request = lock(backing.product_request)
    backing.delete()
    carry_voices(product_request)
    thread = product_request.thread
    audit.record("request.unbacked", thread=thread, summary="withdrew a voice", by=by, at=at)
