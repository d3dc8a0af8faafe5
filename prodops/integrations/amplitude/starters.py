"""The series a new connection begins with, so that its first sync already shows something."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from prodops.integrations.amplitude.access import zone_of
from prodops.integrations.amplitude.models import Series
from prodops.integrations.models import Connection

STARTERS = (
    ("Active users by day", "active", Series.Grain.DAY, 180),
    ("New users by day", "new", Series.Grain.DAY, 180),
    ("Active users by week", "active", Series.Grain.WEEK, 364),
)


def start_series(
    connection: Connection, *, at: datetime, today: Callable[[ZoneInfo], date]
) -> None:
    """Add the starters to a connection that has never had a series nor a good run."""
    if connection.last_good_at or connection.amplitude_series.exists():
        return
    zone = zone_of(connection)
    for title, measure, grain, days in STARTERS:
        Series.objects.create(
            connection=connection,
            kind=Series.Kind.USERS,
            title=title,
            definition={"measure": measure},
            grain=grain,
            time_zone=zone.key,
            starts_on=today(zone) - timedelta(days=days),
            created_at=at,
        )
