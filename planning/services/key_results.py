"""Say how one sees that an objective is reached, change that with a reason, and drop it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from intake.services import Refusal
from planning.models import KeyResult, KeyResultChange, Objective
from planning.models.key_result import Direction
from planning.services.editions import mark, refuse_changed
from planning.services.records import lock
from planning.services.words import measured
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

MEASURE = ("unit", "direction", "baseline", "target")
LABELS = {
    "title": "the title",
    "unit": "the unit",
    "direction": "the direction",
    "baseline": "the baseline",
    "target": "the target",
    "weight": "the weight",
    "owner": "the owner",
    "cadence_days": "the cadence",
    "source": "where its values come from",
    "jira_query": "the Jira query",
    "jira_measure": "what is counted in Jira",
}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a key result says about itself; baseline and target may be unknown at first."""

    title: str
    owner: User
    unit: str = ""
    direction: str = Direction.UP
    baseline: Decimal | None = None
    target: Decimal | None = None
    weight: int = 1
    cadence_days: int = 14
    source: str = KeyResult.Source.HAND
    jira_query: str = ""
    jira_measure: str = ""

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("title", "owner", *LABELS)}


@transaction.atomic
def add_key_result(
    *,
    objective: Objective,
    measure: Measure,
    by: User,
    at: datetime,
    carried_from: KeyResult | None = None,
) -> KeyResult:
    """Add a key result; raises Refusal where the target lies on the wrong side of the baseline."""
    lock(objective)
    refuse_closed(objective)
    _refuse_way(measure)
    key_result = KeyResult(
        objective=objective,
        created_at=at,
        created_by=by,
        carried_from=carried_from,
        **measure.fields(),
    )
    if objective.is_active:
        key_result.check_in_due_at = key_result.due_after(at)
    key_result.save()
    _keep(key_result, "", by=by, at=at)
    tell(key_result, "added", "added", by=by, at=at, after=measured(key_result))
    _tell_owner(key_result, by=by, at=at)
    return key_result


@transaction.atomic
def edit_key_result(
    *, key_result: KeyResult, measure: Measure, seen: str, reason: str, by: User, at: datetime
) -> KeyResult:
    """Write a key result anew.

    Once its objective is active, another baseline, target, unit or direction needs a `reason`.
    `seen` is `edition(key_result)` as it was when the form was opened; raises ChangedMeanwhile
    when somebody saved since.
    """
    lock(key_result.objective)
    lock(key_result)
    refuse_closed(key_result.objective)
    _refuse_way(measure)
    wanted = measure.fields()
    changed = [name for name, value in wanted.items() if getattr(key_result, name) != value]
    if not changed:
        return key_result
    _refuse_changed(key_result, seen)
    is_other = any(name in MEASURE for name in changed)
    if is_other and key_result.objective.is_active and not reason:
        raise Refusal("People report against it already: say why it is measured otherwise.")
    before = measured(key_result)
    for name in changed:
        setattr(key_result, name, wanted[name])
    if "cadence_days" in changed and key_result.check_in_due_at:
        since = key_result.checked_in_at or key_result.objective.activated_at or at
        key_result.check_in_due_at = key_result.due_after(since)
    key_result.save(update_fields=[*changed, "check_in_due_at"])
    if is_other:
        _keep(key_result, reason, by=by, at=at)
    _tell_edit(key_result, changed, before, reason, by=by, at=at)
    return key_result


def edition(key_result: KeyResult) -> str:
    """Return what tells one state of a key result's measure from another."""
    return mark(key_result, LABELS)


@transaction.atomic
def drop_key_result(*, key_result: KeyResult, reason: str, by: User, at: datetime) -> KeyResult:
    """Take a key result out of its objective; it and its history stay to be read."""
    lock(key_result.objective)
    lock(key_result)
    refuse_closed(key_result.objective)
    if key_result.is_dropped:
        raise Refusal(f"{key_result.key} is dropped already.")
    key_result.dropped_at, key_result.dropped_by, key_result.drop_reason = at, by, reason
    key_result.check_in_due_at = None
    key_result.save(update_fields=["dropped_at", "dropped_by", "drop_reason", "check_in_due_at"])
    tell(key_result, "dropped", "dropped", by=by, at=at, detail=reason)
    return key_result


def refuse_closed(objective: Objective) -> None:
    if objective.is_deleted:
        raise Refusal(f"{objective.key} was deleted.")
    if objective.is_closed:
        raise Refusal(f"{objective.key} is closed; what it says stays as it was graded.")


def tell(
    key_result: KeyResult, verb: str, words: str, *, by: User | None, at: datetime, **more: Any
) -> None:
    """Tell it on the timeline of the objective."""
    audit.record(
        f"key_result.{verb}",
        thread=key_result.objective.thread,
        summary=f"{words} {key_result.key} {key_result.title}"[:500],
        by=by,
        at=at,
        **more,
    )


def _refuse_changed(key_result: KeyResult, seen: str) -> None:
    edits = key_result.objective.thread.events.filter(verb="key_result.edited")
    own = edits.filter(summary__contains=f" of {key_result.key} ")
    refuse_changed(seen, edition(key_result), edits=own)


def _tell_edit(
    key_result: KeyResult, changed: list[str], before: str, reason: str, *, by: User, at: datetime
) -> None:
    after = measured(key_result)
    moved = {"before": before, "after": after} if any(one in MEASURE for one in changed) else {}
    words = f"changed {', '.join(LABELS[name] for name in changed)} of"
    tell(key_result, "edited", words, by=by, at=at, detail=reason, **moved)
    if "owner" in changed:
        _tell_owner(key_result, by=by, at=at)


def _refuse_way(measure: Measure) -> None:
    baseline, target = measure.baseline, measure.target
    if baseline is None or target is None:
        return
    if baseline == target:
        raise Refusal("The target is the baseline: nothing would have to change to reach it.")
    if (target > baseline) != (measure.direction == Direction.UP):
        way = "above" if measure.direction == Direction.UP else "below"
        raise Refusal(f"The target must lie {way} the baseline, or choose the other direction.")


def _keep(key_result: KeyResult, reason: str, *, by: User, at: datetime) -> None:
    """Keep what it is measured by from now on."""
    fields = {name: getattr(key_result, name) for name in MEASURE}
    KeyResultChange.objects.create(key_result=key_result, reason=reason, by=by, at=at, **fields)


def _tell_owner(key_result: KeyResult, *, by: User, at: datetime) -> None:
    audit.follow(thread=key_result.objective.thread, users=[key_result.owner])
    notify(
        [key_result.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"key-result:{key_result.pk}:owner:{at.timestamp():.0f}",
        title=f"You own {key_result.key} {key_result.title}",
        body=f"Of {key_result.objective.key} {key_result.objective.title}.",
        path=key_result.get_absolute_url(),
        thread=key_result.objective.thread,
        action_label="Open the key result",
        by=by,
        at=at,
    )
