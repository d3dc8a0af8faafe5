"""Say which key result an initiative is to move."""

from datetime import datetime

from django.db import IntegrityError, transaction

from intake.services import Refusal
from planning.models import Initiative, InitiativeKeyResult, KeyResult
from prodops.audit import services as audit
from prodops.people.models import User


def link_key_result(
    *, initiative: Initiative, key_result: KeyResult, by: User, at: datetime
) -> InitiativeKeyResult:
    """Let the initiative be meant to move the key result; raises Refusal for a closed one."""
    if key_result.objective.is_closed or key_result.is_dropped:
        raise Refusal(f"{key_result.key} is closed; an initiative can only move one that is open.")
    try:
        with transaction.atomic():
            link = InitiativeKeyResult.objects.create(
                initiative=initiative, key_result=key_result, by=by, at=at
            )
            _record(link, "linked", "means to move", by=by, at=at)
    except IntegrityError as error:
        raise Refusal(f"{initiative.key} is meant to move {key_result.key} already.") from error
    return link


@transaction.atomic
def unlink_key_result(*, link: InitiativeKeyResult, by: User, at: datetime) -> None:
    """Take the link back; the timelines keep that it was there."""
    _record(link, "unlinked", "no longer means to move", by=by, at=at)
    link.delete()


def _record(link: InitiativeKeyResult, verb: str, words: str, *, by: User, at: datetime) -> None:
    initiative, key_result = link.initiative, link.key_result
    audit.record(
        f"key_result.{verb}",
        thread=initiative.thread,
        summary=f"{words} {key_result.key} {key_result.title}"[:500],
        by=by,
        at=at,
    )
    audit.record(
        f"key_result.{verb}",
        thread=key_result.objective.thread,
        summary=f"{words} {key_result.key} with {initiative.key} {initiative.title}"[:500],
        by=by,
        at=at,
    )
