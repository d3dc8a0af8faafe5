"""What became of imported records since: who acted on them, and what stands on them now.

Reverse relations are followed by what the models declare, so that a table of an app above counts
without anybody here knowing of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from intake.models import Import, Imported, ProductRequest, SupportTicket
from prodops.audit.models import Change, Comment, Event, Thread

# Rows that an import writes itself, or that the hub writes about a record by itself. Quotes are
# among them: whoever makes one by hand writes a line into the story of what was quoted.
COME_ALONG = {
    "intake.Imported",
    "intake.RequestStateChange",
    "intake.FormAnswer",
    "intake.Backing",
    "intake.RequestRouting",
    "intake.SearchText",
    "intake.VoiceCount",
    "intake.ClockBreach",
    "intake.ClusterMember",
    "intake.Quote",
    "intake.ThemeQuote",
    "intake.TriageAct",
    "intake.Merge",
    "audit.Event",
    "audit.Comment",
    "notifications.Notification",
    "notifications.Mail",
}
OURS = {"intake", "audit", "notifications", "mailbox"}


def record_model(importing: Import) -> type[Any]:
    return SupportTicket if importing.is_of_tickets else ProductRequest


def with_standing(importing: Import) -> QuerySet:
    """Return the records of an import with what became of them.

    `was_changed` says that a person acted on it since, `is_held` that it cannot go because
    something else stands on it; `act_words`, `act_by` and `act_at` tell of the last act.
    """
    model = record_model(importing)
    acted = _acts().order_by("-pk")
    rows = model._default_manager.filter(imported__importing=importing).annotate(
        has_act=Exists(acted),
        has_comment=Exists(Comment.objects.filter(thread=OuterRef("thread"))),
        has_change=Exists(_changes(model)),
        has_more=_any(_relations(model, is_holding=False)),
        is_held=_any(_relations(model, is_holding=True)),
        act_words=Subquery(acted.values("summary")[:1]),
        act_by=Subquery(acted.values("by__name")[:1]),
        act_at=Subquery(acted.values("at")[:1]),
    )
    signs = Q(has_act=True) | Q(has_comment=True) | Q(has_change=True) | Q(has_more=True)
    return rows.annotate(was_changed=models.Case(models.When(signs, then=True), default=False))


def _acts() -> QuerySet:
    """Lines of a record's story that a person wrote after it came."""
    return Event.objects.filter(
        thread=OuterRef("thread"), by__isnull=False, pk__gt=OuterRef("imported__story_until")
    )


def _changes(model: type[Any]) -> QuerySet:
    """Changes a person made to the row itself; tags that rules gave to tickets do not count."""
    changes = Change.objects.filter(
        table=model._meta.db_table,
        row=Cast(OuterRef("pk"), CharField()),
        operation=Change.Operation.UPDATE,
        actor__isnull=False,
        pk__gt=OuterRef("imported__changes_until"),
    )
    return changes.exclude(changes__has_key="tags") if model is SupportTicket else changes


def unused(model: type[Any], importing: Import) -> QuerySet:
    """Return the accounts, people and the like an import made that nothing uses or changed."""
    rows = model._default_manager.filter(imported__importing=importing)
    rows = rows.filter(~_any(list(references(model))), ~Exists(_changes(model)))
    return rows.filter(last_login=None) if hasattr(model, "last_login") else rows


def references(model: type[Any]) -> Iterator[tuple[type[Any], str, str]]:
    """Yield (table, its field, the field it matches) for all that can point to a row."""
    for relation in model._meta.get_fields(include_hidden=True):
        is_reverse = relation.auto_created and not relation.concrete and not relation.many_to_many
        if not is_reverse or relation.related_model is Imported:
            continue
        if relation.on_delete is not models.DO_NOTHING:
            yield relation.related_model, relation.field.name, "pk"


def _relations(model: type[Any], *, is_holding: bool) -> list[tuple[type[Any], str, str]]:
    """Return what people hang on a record: what goes with it if chosen, or what holds it."""
    found = []
    owners: tuple[tuple[Any, str], ...] = ((model, "pk"), (Thread, "thread"))
    for owner, at in owners:
        relations: Iterable[Any] = owner._meta.get_fields(include_hidden=True)
        for relation in relations:
            if not _is_from_people(relation, model):
                continue
            table = relation.related_model
            holds = table._meta.app_label not in OURS or relation.on_delete is models.PROTECT
            if holds is is_holding:
                found.append((table, relation.field.name, at))
    return found


def _is_from_people(relation: Any, model: type[Any]) -> bool:
    is_reverse = relation.auto_created and not relation.concrete and not relation.many_to_many
    if not is_reverse or relation.related_model._meta.label in COME_ALONG:
        return False
    is_own = relation.related_model is model
    is_record = relation.model is Thread and relation.one_to_one
    is_follower = relation.related_model is Thread.followers.through
    return not (is_own or is_record or is_follower)


def _any(relations: list[tuple[type[Any], str, str]]) -> Any:
    """Return a condition: at least one of these tables points to the row."""
    condition = Q(pk__in=[])
    for table, field, at in relations:
        condition |= Q(Exists(table._base_manager.filter(**{field: OuterRef(at)})))
    return models.Case(
        models.When(condition, then=True), default=False, output_field=models.BooleanField()
    )
