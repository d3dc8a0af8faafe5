"""What every record of planning shares: its thread, and holding its row."""

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from intake.services import Refusal
from planning.models import (
    Action,
    Cycle,
    Decision,
    Dependency,
    Forum,
    Initiative,
    Objective,
    ScoringSession,
)
from prodops.audit import services as audit
from prodops.people.models import User

Record = TypeVar(
    "Record", Action, Cycle, Decision, Dependency, Forum, Initiative, Objective, ScoringSession
)
Row = TypeVar("Row", bound=models.Model)


def open_record(record: Record, *, followers: list[User]) -> Record:
    """Save a new record together with the thread its story hangs on."""
    kind = record._meta.model_name or ""
    record.thread = audit.open_thread(kind=kind, key="", title=str(record), path="")
    record.save()
    record.thread.key = record.key
    record.thread.path = record.get_absolute_url()
    record.thread.save(update_fields=["key", "path"])
    audit.follow(thread=record.thread, users=followers)
    return record


def lock(row: Row) -> Row:
    """Hold the row until the transaction ends, and bring the instance up to date.

    Raises Refusal when somebody has removed it meanwhile.
    """
    held = type(row)._default_manager.select_for_update(no_key=True)
    try:
        row.refresh_from_db(from_queryset=held)
    except ObjectDoesNotExist:
        raise Refusal(f"Somebody removed this {row._meta.verbose_name} meanwhile.") from None
    return row
