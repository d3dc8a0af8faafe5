"""How far a worker is with a file, and whether it is still the one that has it."""

from datetime import datetime, timedelta
from typing import Any

from intake.models import Import

LEASE = timedelta(minutes=10)


class Lost(Exception):
    """Another worker has this file now, or somebody stopped it."""


def keep_going(importing: Import, at: datetime, **progress: Any) -> None:
    """Show how far it is and keep the lease; raise Lost when the file is no longer ours."""
    ours = Import.objects.filter(pk=importing.pk, token=importing.token, state=importing.state)
    if not ours.update(lease_until=at + LEASE, attempts=0, **progress):
        raise Lost


def settle(importing: Import, state: str, at: datetime, **fields: Any) -> None:
    ours = Import.objects.filter(pk=importing.pk, token=importing.token)
    ours.update(state=state, finished_at=at, lease_until=None, token=None, **fields)
