"""Series and events of an Amplitude project, written as a sync would leave them."""

from datetime import UTC, date, datetime, timedelta

from prodops.integrations.amplitude.models import Series, SeriesPoint, TrackedEvent
from prodops.integrations.models import Connection
from tests.factories import jira

BORN = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = date(2026, 6, 1)


def connection(slug="amplitude", **fields) -> Connection:
    """Get or make an Amplitude connection."""
    made = {"name": "Amplitude", "kind": Connection.Kind.AMPLITUDE}
    return jira.connection(slug, **{**made, "base_url": "https://amplitude.example.com", **fields})


def series(*, values=(), of=None, **fields) -> Series:
    """Make a series of daily totals; `values` are its points from 1 June 2026 on."""
    made = Series.objects.create(
        **{
            "connection": of or connection(),
            "kind": Series.Kind.SEGMENTATION,
            "title": "Log in",
            "definition": {"events": [{"event_type": "Log In"}], "measure": "totals"},
            "time_zone": "Europe/Berlin",
            "starts_on": FIRST,
            "created_at": BORN,
            **fields,
        }
    )
    SeriesPoint.objects.bulk_create(
        SeriesPoint(
            series=made,
            on=FIRST + timedelta(days=number),
            value=value,
            first_value=value,
            data_as_of=BORN,
        )
        for number, value in enumerate(values)
    )
    return made


def event(name="Log In", *, of=None, **fields) -> TrackedEvent:
    return TrackedEvent.objects.create(
        **{
            "connection": of or connection(),
            "name": name,
            "first_listed_at": BORN,
            "listed_on": FIRST,
            **fields,
        }
    )
