"""Versions of readiness templates: a used one is never edited, a new version replaces it."""

from django.db import transaction
from django.db.models import Max

from launches.models import ReadinessTemplate, TemplateItem


def next_version(*, tier: int, kind: str) -> int:
    """Return the number that the next template of a tier and kind gets."""
    versions = ReadinessTemplate.objects.filter(tier=tier, kind=kind)
    return (versions.aggregate(last=Max("version"))["last"] or 0) + 1


@transaction.atomic
def make_new_version(*, template: ReadinessTemplate) -> ReadinessTemplate:
    """Copy a template with its items into the next version, not active yet."""
    items = list(template.items.order_by("position", "pk"))
    copy = ReadinessTemplate.objects.create(
        name=template.name,
        tier=template.tier,
        kind=template.kind,
        version=next_version(tier=template.tier, kind=template.kind),
    )
    for item in items:
        item.pk, item.template = None, copy
        item._state.adding = True
    TemplateItem.objects.bulk_create(items)
    return copy


@transaction.atomic
def activate(*, template: ReadinessTemplate) -> ReadinessTemplate:
    """Let new launches of the tier and kind take this version; running ones keep theirs."""
    same = ReadinessTemplate.objects.filter(tier=template.tier, kind=template.kind)
    list(same.select_for_update())
    same.exclude(pk=template.pk).filter(is_active=True).update(is_active=False)
    template.is_active = True
    template.save(update_fields=["is_active"])
    return template
