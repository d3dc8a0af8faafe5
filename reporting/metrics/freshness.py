"""How fresh the copied data are, and what is wrong with the source."""

from dataclasses import dataclass
from datetime import datetime

from prodops.integrations.models import Connection


@dataclass(frozen=True)
class Freshness:
    """Up to when every Jira connection is copied; `broken` names one whose last sync failed."""

    as_of: datetime | None
    broken: str = ""
    broken_since: datetime | None = None


def jira_freshness() -> Freshness:
    """Return the state of the active Jira connections, or of all when none is: one query."""
    known = list(Connection.objects.jira().order_by("pk"))
    connections = [one for one in known if one.is_active] or known
    moments = [one.last_good_at for one in connections if one.last_good_at]
    broken = next((one for one in connections if one.broken_since), None)
    return Freshness(
        as_of=min(moments, default=None),
        broken=broken.name if broken else "",
        broken_since=broken.broken_since if broken else None,
    )
