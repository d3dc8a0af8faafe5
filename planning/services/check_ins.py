"""Report on a key result, by hand or from a source; what was reported is never rewritten."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from intake.services import Refusal
from planning.models import CheckIn, KeyResult
from planning.models.roll_up import WEAKNESS, Outlook, of_measure
from planning.models.truth import AT_RISK_GAP, ON_TRACK_GAP
from planning.services import evidence as proving
from planning.services.key_results import tell
from planning.services.records import lock
from planning.services.words import with_unit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

FOUR_PLACES = Decimal("0.0001")


class CheckedInMeanwhile(Refusal):
    """Somebody reported after this person opened the form."""


@transaction.atomic
def check_in(
    *,
    key_result: KeyResult,
    value: Decimal | None,
    confidence: str,
    comment: str,
    seen: int,
    by: User,
    at: datetime,
    evidence: str = "",
) -> CheckIn:
    """Report a value, how sure people are, and what proves it.

    Without a value there must be a comment. `evidence` is a public web address or a page of the
    hub. `seen` is the newest check-in the person knew, 0 for none; CheckedInMeanwhile when there
    is a later one. Followers hear of it when the outlook changed.
    """
    _hold(key_result)
    _refuse_unseen(key_result, seen)
    if value is None and not comment.strip():
        raise Refusal("Give a value, or say in the comment why there is none.")
    row = CheckIn.objects.create(
        key_result=key_result,
        value=value,
        confidence=confidence,
        comment=comment.strip(),
        source=KeyResult.Source.HAND,
        by=by,
        at=at,
    )
    before, outlook = key_result.current, key_result.outlook
    if evidence:
        key_result.evidence_state = proving.attach(row, evidence, at=at).state
    _show(key_result, row)
    moved = {"before": with_unit(before, key_result.unit)} if before is not None else {}
    if value is not None:
        moved["after"] = with_unit(value, key_result.unit)
    tell(key_result, "checked_in", "checked in", by=by, at=at, detail=row.comment, **moved)
    _tell_followers(row, outlook)
    return row


@transaction.atomic
def report_measured(
    *, key_result: KeyResult, value: Decimal | float, source: str, evidence: str, at: datetime
) -> CheckIn | None:
    """Report what a machine measured, as a machine: once a day at most, and only what is news.

    News is another value, or the same one once the cadence is over. Returns None otherwise, and
    for a key result that takes its values from elsewhere or is not reported on. The outlook
    follows the progress against the time used of the cycle.
    """
    lock(key_result.objective)
    lock(key_result)
    if not key_result.objective.is_active or key_result.is_dropped or key_result.source != source:
        return None
    value = Decimal(value).quantize(FOUR_PLACES)
    last = key_result.check_ins.filter(source=source).order_by("-at", "-pk").first()
    if last and _day(last.at) >= _day(at):
        return None
    if value == key_result.current and not key_result.is_stale(at):
        return None
    row = CheckIn.objects.create(
        key_result=key_result,
        value=value,
        confidence=_pace(key_result, value, at),
        source=source,
        at=at,
    )
    outlook = key_result.outlook
    key_result.evidence_state = proving.attach(row, evidence, at=at).state
    _show(key_result, row)
    _tell_followers(row, outlook)
    return row


def newest(key_result: KeyResult) -> int:
    """Return the number of its newest check-in, 0 for none: what a form starts from."""
    rows = key_result.check_ins.order_by("-at", "-pk")
    return rows.values_list("pk", flat=True).first() or 0


def _refuse_unseen(key_result: KeyResult, seen: int) -> None:
    last = key_result.check_ins.select_related("by").order_by("-at", "-pk").first()
    if last and last.pk != seen:
        raise CheckedInMeanwhile(
            f"{last.by or 'A machine'} reported {with_unit(last.value, key_result.unit)} while "
            "you were writing. Your text is still here; send it again to add to that."
        )


def _hold(key_result: KeyResult) -> None:
    lock(key_result.objective)
    lock(key_result)
    if key_result.is_dropped:
        raise Refusal(f"{key_result.key} was dropped; nobody reports on it any more.")
    if not key_result.objective.is_active:
        state = key_result.objective.get_state_display().lower()
        raise Refusal(f"{key_result.objective.key} is {state}; only active ones are reported on.")


def _show(key_result: KeyResult, row: CheckIn) -> None:
    """Let the key result stand where the check-in says."""
    if row.value is not None:
        key_result.current, key_result.current_at = row.value, row.at
    key_result.outlook, key_result.checked_in_at = row.confidence, row.at
    key_result.check_in_due_at = key_result.due_after(row.at)
    key_result.save(
        update_fields=[
            "current",
            "current_at",
            "outlook",
            "checked_in_at",
            "check_in_due_at",
            "evidence_state",
        ]
    )


def _pace(key_result: KeyResult, value: Decimal, at: datetime) -> str:
    """Return the outlook of a measured value: how far it is behind the time used."""
    progress = of_measure(
        baseline=_number(key_result.baseline),
        target=_number(key_result.target),
        current=float(value),
        outlook=Outlook.UNKNOWN,
    ).progress
    if progress is None:
        return Outlook.UNKNOWN
    behind = key_result.objective.cycle.elapsed_share(_day(at)) - progress
    if behind <= ON_TRACK_GAP:
        return Outlook.ON_TRACK
    return Outlook.AT_RISK if behind <= AT_RISK_GAP else Outlook.OFF_TRACK


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _day(at: datetime):
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _tell_followers(row: CheckIn, before: str) -> None:
    """News is what changed the outlook, and what was never reported and is not well."""
    is_first = before == Outlook.UNKNOWN
    is_well = WEAKNESS[row.confidence] <= WEAKNESS[Outlook.UNKNOWN]
    if row.confidence == before or (is_first and is_well):
        return
    key_result, objective = row.key_result, row.key_result.objective
    notify(
        objective.thread.followers.all(),
        kind=Kind.INITIATIVE,
        cause=f"check-in:{row.pk}",
        title=f"{key_result.key} {key_result.title}: {row.get_confidence_display().lower()}",
        body=row.comment,
        path=key_result.get_absolute_url(),
        thread=objective.thread,
        action_label="Open the key result",
        by=row.by,
        at=row.at,
    )
