"""Notice that somebody saved a record after a person opened its form."""

import hashlib
from collections.abc import Iterable

from django.db.models import Model, QuerySet

from planning.services.initiatives import ChangedMeanwhile
from prodops.audit.models import Event


def mark(record: Model, names: Iterable[str], *more: object) -> str:
    """Return what tells one state of a record from another: its fields `names`, and `more`."""
    said = [record.serializable_value(name) for name in names]
    return hashlib.sha256(repr([*said, *more]).encode()).hexdigest()[:32]


def refuse_changed(seen: str, stands: str, *, edits: QuerySet[Event]) -> None:
    """Raise ChangedMeanwhile unless what stands is what was `seen`; `edits` tell whose it is."""
    if seen == stands:
        return
    newest = edits.select_related("by").order_by("pk").last()
    told = f"{newest.by or 'The hub'} {newest.summary}" if newest else "Somebody changed it"
    raise ChangedMeanwhile(
        f"{told} while you were writing. Your text is still here: compare it with the record, "
        "then save again to replace what is there."
    )
