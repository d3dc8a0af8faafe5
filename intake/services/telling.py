"""Who hears what about a request: its timeline, its requesters, the people who run triage."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from intake.models import ProductRequest
from intake.services.slack_news import tell_in_slack
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User


def requesters(product_request: ProductRequest) -> list[User]:
    """Return the author and everybody who backs the request, each once."""
    people = {product_request.author_id: product_request.author}
    for backing in product_request.backings.select_related("person").order_by("pk"):
        people.setdefault(backing.person_id, backing.person)
    return list(people.values())


def tell(
    product_request: ProductRequest,
    recipients: Iterable[User],
    *,
    cause: str,
    title: str,
    by: User | None,
    at: datetime,
    body: str = "",
    kind: Kind = Kind.REQUEST,
    path: str = "",
    action_label: str = "",
) -> None:
    """Notify people about a request; `cause` is unique for the request."""
    notify(
        recipients,
        kind=kind,
        cause=f"request:{product_request.pk}:{cause}",
        title=title,
        body=body,
        path=path or product_request.thread.path,
        thread=product_request.thread,
        action_label=action_label or "Open the request",
        by=by,
        at=at,
    )


def tell_requesters(
    product_request: ProductRequest,
    *,
    cause: str,
    title: str,
    by: User | None,
    at: datetime,
    body: str = "",
    path: str = "",
    action_label: str = "",
    but: Collection[User] = (),
) -> list[User]:
    """Tell everybody who asked, in Slack those without an account; return the people told here."""
    told = [user for user in requesters(product_request) if user not in but]
    tell(
        product_request,
        told,
        cause=cause,
        title=title,
        body=body,
        path=path,
        action_label=action_label,
        by=by,
        at=at,
    )
    tell_in_slack(product_request, cause=cause, title=title, body=body, at=at)
    return told


def record_change(
    product_request: ProductRequest,
    verb: str,
    summary: str,
    *,
    by: User | None,
    at: datetime,
    before: str = "",
    detail: str = "",
) -> None:
    """Write a change of state where the requester sees it, and mirror it on merged requests."""
    record = partial(
        audit.record,
        f"request.{verb}",
        by=by,
        at=at,
        before=before,
        after=product_request.get_state_display(),
        detail=detail,
        is_public=True,
    )
    record(thread=product_request.thread, summary=summary)
    mirrored = f"changed {product_request.key}, which this was merged into: {summary}"
    for child in product_request.merged_requests.select_related("thread").order_by("pk"):
        record(thread=child.thread, summary=mirrored)
