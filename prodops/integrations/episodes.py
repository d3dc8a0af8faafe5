"""Failure episodes of a connection: told once when one begins, once when it ends."""

from datetime import datetime

from prodops.integrations import breaker
from prodops.integrations.models import Connection, SyncRun
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User


def succeeded(run: SyncRun, *, at: datetime) -> None:
    """The data is good again as of the run's start."""
    connection = Connection.objects.select_for_update(no_key=True).get(pk=run.connection_id)
    if run.mode == SyncRun.Mode.FILE and not connection.is_fed_by_files:
        return  # a file says nothing about the source
    if run.mode == SyncRun.Mode.REMAP:
        return  # nothing was asked
    broken_since = connection.broken_since
    fields = {"last_good_at": run.started_at, "not_before": None, **breaker.CLOSED}
    if run.mode == SyncRun.Mode.FULL:
        fields["last_full_at"] = run.started_at
    if run.mode in {SyncRun.Mode.FULL, SyncRun.Mode.RECONCILE}:
        fields["last_reconciled_at"] = run.started_at
    Connection.objects.filter(pk=connection.pk).update(
        broken_since=None, broken_reason="", **fields
    )
    if broken_since:
        notify(
            operators(),
            kind=Kind.SYNC,
            cause=f"sync-mended:{connection.pk}:{broken_since:%Y-%m-%dT%H:%M:%S}",
            title=f"{connection} works again",
            path=connection.get_absolute_url(),
            body=f"It had been failing since {broken_since:%-d %B %Y %H:%M} UTC.",
            at=at,
        )


def failed(connection: Connection, *, reason: str, at: datetime, is_final: bool = False) -> None:
    """Count the failure; the first of an episode is told to those who run operations.

    `is_final` says that trying again helps nobody before a person acts.
    """
    connection = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    counted = breaker.after_failure(connection, is_final=is_final, at=at)
    Connection.objects.filter(pk=connection.pk).update(broken_reason=reason, **counted)
    begun = Connection.objects.filter(pk=connection.pk, broken_since=None).update(broken_since=at)
    if not begun:
        return
    good = connection.last_good_at
    notify(
        operators(),
        kind=Kind.SYNC,
        cause=f"sync-broken:{connection.pk}:{at:%Y-%m-%dT%H:%M:%S}",
        title=f"{connection} cannot be synced",
        path=connection.get_absolute_url(),
        body=f"{reason} "
        + (f"Last good data is from {good:%-d %B %Y %H:%M} UTC." if good else "No data yet."),
        action_label="Look at the connection",
        at=at,
    )


def operators() -> list[User]:
    return list(User.objects.with_role(User.Role.OPS, User.Role.ADMIN))
