"""Signing in: a client for a connection, and the test of keys before they are saved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from prodops.integrations import secrets
from prodops.integrations.addresses import check_url
from prodops.integrations.amplitude.budget import NO_WAIT, Budget
from prodops.integrations.amplitude.client import AmplitudeClient
from prodops.integrations.amplitude.values import read_list, read_object
from prodops.integrations.models import Connection, Credential


def client_for(
    connection: Connection,
    *,
    clock: Callable[[], datetime] = timezone.now,
    patience: timedelta = NO_WAIT,
    attempts: int = 5,
) -> AmplitudeClient:
    """Return a client signed in as the connection says, spending the project's shared budget.

    `patience` is how long it may wait for room in the budget or for a limit to pass.
    """
    credential = Credential.objects.filter(connection=connection).first()
    return AmplitudeClient(
        base_url=connection.base_url,
        api_key=connection.username,
        secret_key=secrets.unseal(bytes(credential.sealed)) if credential else "",
        budget=Budget(connection, clock=clock, patience=patience),
        allow_private=settings.ALLOW_PRIVATE_URLS,
        attempts=attempts,
        patience=patience.total_seconds(),
    )


def check(*, base_url: str, api_key: str, secret_key: str) -> str:
    """Ask for the event list; return a sentence. Raises SourceError with the reason."""
    client = AmplitudeClient(
        base_url=check_url(base_url, allow_private=settings.ALLOW_PRIVATE_URLS),
        api_key=api_key,
        secret_key=secret_key,
        allow_private=settings.ALLOW_PRIVATE_URLS,
        attempts=2,
    )
    found = len(read_list(read_object(client.events(), "The answer").get("data"), "data"))
    return f"The keys work; the project has {found:,} event{'s' * (found != 1)}."


def zone_of(connection: Connection) -> ZoneInfo:
    """Return the project's time zone, the organisation's where none was entered."""
    return ZoneInfo(connection.account_time_zone or settings.TIME_ZONE)
