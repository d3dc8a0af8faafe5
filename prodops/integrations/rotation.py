"""Sealing every stored secret anew, after a new key was put in front of CREDENTIALS_KEYS."""

from datetime import datetime
from typing import Any

from django.db import transaction

from prodops.integrations import secrets
from prodops.integrations.mailbox.models import Mailbox
from prodops.integrations.models import Credential, Webhook
from prodops.integrations.slack.models import WorkspaceSecret

AT_ONCE = 500
Sealed = type[Credential] | type[Webhook] | type[Mailbox] | type[WorkspaceSecret]
SEALED: tuple[Sealed, ...] = (Credential, Webhook, Mailbox, WorkspaceSecret)


def is_due() -> bool:
    """Say whether some secret is sealed with another key than the first."""
    newest = secrets.key_id()
    return any(model.objects.exclude(key_id=newest).exists() for model in SEALED)


def rotate(*, at: datetime) -> int:
    """Seal every secret with the first key; return how many changed.

    Those no key opens stay as they are; SecretUnreadable then tells how many, at the end.
    """
    rotated, unreadable = 0, 0
    for model in SEALED:
        after = 0
        while batch := _batch(model, after):
            done = _reseal(model, batch, at)
            rotated, unreadable, after = rotated + done, unreadable + len(batch) - done, batch[-1]
    if unreadable:
        raise secrets.SecretUnreadable(
            f"{rotated} sealed anew; {unreadable} cannot be opened: CREDENTIALS_KEYS lacks the key"
            " they were sealed with. Add that key back, or enter those credentials again."
        )
    return rotated


def _batch(model: Sealed, after: int) -> list[int]:
    older = model._default_manager.exclude(key_id=secrets.key_id()).filter(pk__gt=after)
    return list(older.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _reseal(model: Sealed, pks: list[int], at: datetime) -> int:
    """Seal these anew under a lock, so that a credential entered meanwhile is not put back."""
    rows = model._default_manager.select_for_update().filter(pk__in=pks)
    done: list[Any] = []
    for row in rows.exclude(key_id=secrets.key_id()):
        try:
            row.sealed = secrets.reseal(bytes(row.sealed))
        except secrets.SecretUnreadable:
            continue
        row.key_id = secrets.key_id()
        done.append(row)
    model._default_manager.bulk_update(done, ["sealed", "key_id"])
    return len(done)
