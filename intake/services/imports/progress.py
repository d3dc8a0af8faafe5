"""How far a worker is with a file, and whether it is still the one that has it."""

from datetime import datetime, timedelta
from typing import Any

from intake.models import Import

LEASE = timedelta(minutes=10)


class Lost(Exception):
    """Another worker has this file now, or somebody stopped it."""


def keep_going(importing: Import, at: datetime, **progress: Any) -> None:
    """Show how far it is and keep the lease; raise Lost when the file is no longer ours.

    What goes on where it stopped may stop any number of times; a check begins anew each time.
    """
    ours = Import.objects.filter(pk=importing.pk, token=importing.token, state=importing.state)
    if goes_on(importing):
        progress["attempts"] = 0
    if not ours.update(lease_until=at + LEASE, **progress):
        raise Lost


def goes_on(importing: Import) -> bool:
    """Say whether the next worker goes on where this one stops."""
    return importing.state != Import.State.CHECKING


def settle(importing: Import, state: str, at: datetime, **fields: Any) -> None:
    ours = Import.objects.filter(pk=importing.pk, token=importing.token)
    ours.update(state=state, finished_at=at, lease_until=None, token=None, **fields)
