"""Acts on connections: create, change, test, give projects to teams, sync."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from prodops.integrations import runs, secrets, tasks
from prodops.integrations.addresses import check_url
from prodops.integrations.amplitude import access as amplitude
from prodops.integrations.amplitude import sync as amplitude_sync
from prodops.integrations.errors import SourceError
from prodops.integrations.jira import sync as jira_sync
from prodops.integrations.jira.client import Forbidden, JiraClient, Missing, QueryRefused
from prodops.integrations.jira.models import JiraIssue, JiraProject
from prodops.integrations.jira.pace import Pace
from prodops.integrations.models import Connection, Credential, SyncRun
from prodops.people.models import Team, User

Mode = SyncRun.Mode
TIME_FOR_A_RUN = timedelta(minutes=20)  # below the worker's limit; the rest is for the next run
PATIENCE = timedelta(minutes=10)  # with a limit of the source, of a person at a terminal
PATIENCE_OF_A_WORKER = timedelta(minutes=1)


class NotSyncable(Exception):
    """This connection has nothing a run could copy, or is switched off."""


@transaction.atomic
def save_connection(
    *, connection: Connection | None = None, secret: str = "", at: datetime, **fields: Any
) -> Connection:
    """Create or change a connection; an empty secret keeps the one there is.

    Raises AddressRefused when the hub may not call the address. Other projects or another site
    make the next run a full one.
    """
    for name in ("base_url", "site_url"):
        if fields.get(name):
            fields[name] = check_url(fields[name], allow_private=settings.ALLOW_PRIVATE_URLS)
    connection = connection or Connection()
    changed = [name for name, value in fields.items() if getattr(connection, name) != value]
    for name in changed:
        setattr(connection, name, fields[name])
    if connection.pk is None:
        connection.save()
    elif changed:
        connection.save(update_fields=changed)
    is_new_secret = _keep_secret(connection, secret, at=at)
    if is_new_secret or changed:
        again: dict[str, Any] = {"failures": 0, "not_before": None, "probe_at": None}
        if {"projects", "base_url"} & set(changed):
            again |= {"last_full_at": None, "field_map": {}}
            connection.project_passes.all().delete()
        Connection.objects.filter(pk=connection.pk).update(**again)
    connection.refresh_from_db()
    return connection


def test_connection(
    *, kind: str, base_url: str, username: str, secret: str, projects: list[str]
) -> str:
    """Sign in and look for the projects; return a sentence. Raises SourceError with the reason."""
    if kind == Connection.Kind.AMPLITUDE:
        return amplitude.check(base_url=base_url, api_key=username, secret_key=secret)
    url = check_url(base_url, allow_private=settings.ALLOW_PRIVATE_URLS)
    client = JiraClient(
        base_url=url,
        username=username,
        token=secret,
        is_cloud=kind == Connection.Kind.JIRA_CLOUD,
        allow_private=settings.ALLOW_PRIVATE_URLS,
        attempts=2,
    )
    account = _signed_in(client)
    visible = {str(project.get("key")) for project in client.projects()}
    unknown = sorted(set(projects) - visible)
    if unknown:
        raise SourceError(
            f"Signed in as {account.get('displayName')}, who cannot see {', '.join(unknown)}."
        )
    count = len(projects or visible)
    return (
        f"Signed in as {account.get('displayName')}; {count} project{'s' * (count != 1)} to read."
    )


def _signed_in(client: JiraClient) -> dict[str, Any]:
    """Return the account; raise SourceError when something else than that Jira answers."""
    kind = "Jira Cloud" if client.is_cloud else "Jira Data Center"
    elsewhere = SourceError(
        f"Something answers at this address, but it is no {kind}. Enter the address where Jira"
        " begins, without what follows it on its pages, and check the system chosen."
    )
    try:
        account = client.myself()
    except (Missing, Forbidden, QueryRefused):
        raise elsewhere from None
    if not isinstance(account, dict) or ("accountId" in account) > client.is_cloud:
        raise elsewhere
    return account


@transaction.atomic
def give_projects(*, connection: Connection, teams: dict[int, Team | None]) -> int:
    """Say which team each Jira project belongs to, by its number; return how many changed."""
    changed = 0
    for project in JiraProject.objects.filter(connection=connection, pk__in=teams):
        team = teams[project.pk]
        if project.team_id != (team.pk if team else None):
            project.team = team
            project.save(update_fields=["team"])
            changed += 1
    return changed


def want_sync(*, connection: Connection, is_full: bool, by: User, at: datetime) -> None:
    """Keep a person's wish for a run and wake a worker; the schedule finds it if no worker does."""
    is_full = is_full or connection.last_full_at is None
    _want(connection, Mode.FULL if is_full else Mode.INCREMENTAL, by=by, at=at)


def want_reconciliation(*, connection: Connection, by: User, at: datetime) -> None:
    """Keep a person's wish to look for what is gone or moved, and wake a worker."""
    _want(connection, Mode.RECONCILE if connection.last_full_at else Mode.FULL, by=by, at=at)


@transaction.atomic
def _want(connection: Connection, mode: str, *, by: User, at: datetime) -> None:
    if connection.is_fed_by_files:
        raise NotSyncable(f"{connection} is fed by files; there is nothing to ask.")
    if not connection.is_active:
        raise NotSyncable(f"{connection} is switched off.")
    wanted = Connection.objects.select_for_update(no_key=True).values_list(
        "wanted_modes", flat=True
    )
    modes = sorted({*wanted.get(pk=connection.pk), mode})
    Connection.objects.filter(pk=connection.pk).update(
        wanted_at=at, wanted_modes=modes, wanted_by=by, not_before=None
    )
    tasks.sync_connection.delay_on_commit(connection.pk, mode)


def sync(
    *,
    connection: Connection,
    trigger: str,
    is_full: bool = False,
    mode: str = "",
    by: User | None = None,
    clock: Callable[[], datetime] = timezone.now,
    report: Callable[[SyncRun], None] = lambda run: None,
    limit: timedelta | None = None,
    only_if_due: bool = False,
    is_anew: bool = False,
) -> SyncRun:
    """Do one run and return its row; raises AlreadyRunning or NotSyncable.

    Without a mode: everything when asked for or never done, else the changes since the last run.
    A full pass that was cut short goes on where it stopped, unless it `is_anew`.
    """
    if connection.is_fed_by_files:
        raise NotSyncable(f"{connection} is fed by files; there is nothing to ask.")
    at = clock()
    is_full = is_full or (connection.last_full_at is None and mode != Mode.INCREMENTAL)
    mode = Mode.FULL if is_full or connection.cursor is None else mode or Mode.INCREMENTAL
    with runs.open_run(
        connection=connection,
        trigger=trigger,
        mode=mode,
        clock=clock,
        by=by,
        only_if_due=only_if_due,
    ) as run:
        deadline = at + limit if limit else None
        if is_anew:
            connection.project_passes.all().delete()
        _copy(run, connection, clock=clock, report=report, deadline=deadline)
    run.refresh_from_db()
    return run


def _copy(
    run: SyncRun,
    connection: Connection,
    *,
    clock: Callable[[], datetime],
    report: Callable[[SyncRun], None],
    deadline: datetime | None,
) -> None:
    """Copy what the run is for; what was asked in vain counts too when the source fails."""
    is_patient = run.trigger == SyncRun.Trigger.COMMAND
    patience = PATIENCE if is_patient else PATIENCE_OF_A_WORKER
    client: Any = (
        jira_client(connection)
        if connection.is_jira
        else amplitude.client_for(connection, clock=clock, patience=patience)
    )
    copy = jira_sync.copy if connection.is_jira else amplitude_sync.copy
    try:
        copy(run, client=client, clock=clock, report=report, deadline=deadline)
    except SourceError:
        asked = {name: getattr(client, name) for name in ("requests", "retries", "bytes")}
        runs.save(run, at=clock(), **asked)
        raise


def sync_in_worker(*, connection: Connection, mode: str = "") -> None:
    """Do one run within a worker's time; wake the next worker when there is more to do.

    A message that names a mode and comes twice, from two beats, finds nothing due the second time.
    """
    by = connection.wanted_by if mode in connection.wanted_modes else None
    run = sync(
        connection=connection,
        trigger=SyncRun.Trigger.PERSON if by else SyncRun.Trigger.SCHEDULE,
        mode=mode,
        by=by,
        limit=TIME_FOR_A_RUN,
        only_if_due=bool(mode),
    )
    if run.status == SyncRun.Status.PAUSED and not run.connection.not_before:
        tasks.sync_connection.delay_on_commit(connection.pk, run.mode)


def jira_client(connection: Connection, *, attempts: int = 6) -> JiraClient:
    """Return a client that is signed in as the connection says.

    Raises AddressRefused for an address saved while private ones were allowed.
    """
    return JiraClient(
        base_url=check_url(connection.base_url, allow_private=settings.ALLOW_PRIVATE_URLS),
        username=connection.username,
        token=secret_of(connection),
        is_cloud=connection.is_cloud,
        allow_private=settings.ALLOW_PRIVATE_URLS,
        pace=Pace(connection.pk, connection.requests_a_second),
        attempts=attempts,
    )


def secret_of(connection: Connection) -> str:
    """Open the credential; empty when none was entered."""
    credential = Credential.objects.filter(connection=connection).first()
    return secrets.unseal(bytes(credential.sealed)) if credential else ""


def has_secret(connection: Connection) -> bool:
    return Credential.objects.filter(connection=connection).exists()


def holds_data(connection: Connection) -> bool:
    """Say whether anything was copied through it; then its system stays and it is not removed."""
    if connection.last_good_at or connection.runs.filter(created__gt=0).exists():
        return True
    return JiraIssue.objects.filter(connection=connection).exists()


@transaction.atomic
def remove_connection(*, connection: Connection) -> bool:
    """Remove a connection nothing came through, with its runs and files; say whether it was."""
    held = Connection.objects.select_for_update().get(pk=connection.pk)
    if holds_data(held) or held.runs.unfinished().exists():
        return False
    try:
        with transaction.atomic():
            held.delete()
    except ProtectedError:  # somebody leans on what it brought
        return False
    return True


def free_slug(wanted: str) -> str:
    """Return `wanted`, or with a number behind it when another connection has it already."""
    wanted = wanted[:40] or "jira"
    taken = {*Connection.objects.values_list("slug", flat=True), "new", "seal"}
    names = itertools.chain([wanted], (f"{wanted}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _keep_secret(connection: Connection, secret: str, *, at: datetime) -> bool:
    """Seal and store the secret when it is another one than before."""
    if not secret:
        return False
    try:
        if secret_of(connection) == secret:
            return False
    except secrets.SecretUnreadable:
        pass  # sealed with a key that is gone: this is the way out
    Credential.objects.update_or_create(
        connection=connection,
        defaults={"sealed": secrets.seal(secret), "key_id": secrets.key_id(), "changed_at": at},
    )
    return True
