"""Definitions: brought from the code, revised by people; every change is a new version."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from planning import services as planning
from planning.models import Decision
from prodops.people.models import User
from reporting import words
from reporting.definitions import DEFINITIONS, OWNED_BY_CODE
from reporting.models import MetricDefinition

TARGETS = ("target_low", "target_high")


@transaction.atomic
def load_definitions() -> dict[str, MetricDefinition]:
    """Bring the definitions of the code into the database; return the current ones by key.

    The code owns the formula, the organisation its targets and owners: a changed formula makes a
    new version that keeps them.
    """
    with connection.cursor() as cursor:  # the first two loads at once have no row to lock
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reporting.load_definitions'))")
    current = {one.key: one for one in MetricDefinition.objects.current().select_for_update()}
    blank = MetricDefinition()
    for position, definition in enumerate(DEFINITIONS):
        given = {"position": position, **definition}
        known = current.get(given["key"])
        if known is None:
            current[given["key"]] = MetricDefinition.objects.create(**given)
            continue
        wanted = {name: given.get(name, getattr(blank, name)) for name in OWNED_BY_CODE}
        if any(getattr(known, name) != value for name, value in wanted.items()):
            reason = "The formula as it ships changed."
            current[known.key] = _replace(known, change_reason=reason, **wanted)
    return current


@transaction.atomic
def revise_definition(
    *,
    definition: MetricDefinition,
    target_low: float | None,
    target_high: float | None,
    owner: str,
    reason: str,
    by: User,
    at: datetime,
) -> MetricDefinition:
    """Give a KPI another target or owner, as a new approved version; old values keep theirs."""
    # The first version's row is the lock: it never changes, so whoever waited sees the successor.
    of_this_key = MetricDefinition.objects.filter(key=definition.key)
    of_this_key.select_for_update().order_by("version").first()
    latest = of_this_key.get(is_current=True)
    revised = _replace(
        latest,
        target_low=target_low,
        target_high=target_high,
        owner=owner,
        change_reason=reason,
        approved_by=by,
        approved_at=at,
    )
    if any(getattr(latest, name) != getattr(revised, name) for name in TARGETS):
        _open_decision(latest, revised, by=by, at=at)
    return revised


def _open_decision(
    before: MetricDefinition, after: MetricDefinition, *, by: User, at: datetime
) -> None:
    """Open the decision a changed target calls for; it starts from the reason that was given."""
    was, now = words.target(before), words.target(after)
    planning.open_decision(
        title=f"Target of {after.key} {after.name}: {now}"[:200],
        context=f"The target was {was} and is {now} from version {after.version} on.",
        origin=f"A changed target of {after.key}",
        decider=by,
        event=Decision.Event.TARGET,
        cause=f"target:{after.pk}",
        draft=(f"The target of {after.key} is {now}.", after.change_reason),
        by=by,
        at=at,
    )


def _replace(known: MetricDefinition, **changes: Any) -> MetricDefinition:
    """Retire `known` and return its successor with `changes`."""
    kept = {
        field.attname: getattr(known, field.attname)
        for field in MetricDefinition._meta.concrete_fields
        if field.name not in {"id", "version", "is_current", "approved_by", "approved_at"}
    }
    MetricDefinition.objects.filter(pk=known.pk).update(is_current=False)
    return MetricDefinition.objects.create(**{**kept, **changes, "version": known.version + 1})
