"""A request as the API shows it to the token's person."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from intake.models import ProductRequest
from prodops.people.models import User
from prodops.people.permissions import is_insider


def rows_for(user: User):
    """Return the requests a person may see, with everything `show` reads."""
    return ProductRequest.objects.visible_to(user).for_display().with_answers().with_updated_at()


def show(product_request: ProductRequest, user: User) -> dict[str, Any]:
    """Return it in the shape of `RequestShape`; how it was sorted is for insiders only."""
    inside = is_insider(user)
    names = ("id", "key", "title", "body", "why", "state", "urgency", "source", "external_id")
    names += ("is_shared", "decline_reason", "submitted_at", "acknowledge_due_at", "voices")
    names += ("answer_due_at", "decided_at", "updated_at")
    return {
        **{name: getattr(product_request, name) for name in names},
        "url": settings.SITE_URL + reverse("intake:request", args=[product_request.pk]),
        "kind": sluggish(product_request.kind),
        "account": named(product_request.account),
        "product_area": sluggish(product_request.product_area),
        "team": sluggish(product_request.team),
        "owner": named(product_request.owner),
        "author": named(product_request.author),
        "category": sluggish(product_request.category) if inside else None,
        "priority": product_request.priority if inside else "",
        "answers": [
            {"question": each.field_id, "label": each.field.label, "value": each.value}
            for each in product_request.answers.all()
        ],
        "next_step": product_request.next_step(),
        "merged_into": product_request.merged_into_id,
    }


def named(record) -> dict[str, Any] | None:
    return {"id": record.pk, "name": str(record)} if record else None


def sluggish(record) -> dict[str, Any] | None:
    return {"slug": record.slug, "name": record.name} if record else None
