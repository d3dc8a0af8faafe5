"""One round: a sync amid faults, kills and changes, then peace, one more pass, and the count."""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.db.models import Case, F, When
from django.utils import timezone

from prodops.integrations import runs, services
from prodops.integrations.jira import export
from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraLink
from prodops.integrations.models import Connection, SyncRun
from prodops.people.models import User
from tests.chaos.jira import TOKEN, USER, Jira
from tests.chaos.stage import Stage, insist

COPIES = 3  # connections
SECONDS_FOR_A_PASS = 180
LAG = 1.5  # seconds until Jira's search has seen the last change
PASSING_FIELDS = {"id", "connection", "synced_at", "seen_hash"}


class Lost(AssertionError):
    """The hub's copy is not what Jira has."""


def play(stage: Stage, sandbox: Path, folder: Path, *, seed: int, seconds: float, issues: int):
    """Play one round and return its figures. Raises Lost with what differs.

    Several connections copy one Jira at the same time: a run spends most of its time waiting. The
    first copy is whole before the storm, so that there are changes to be read in it.
    """
    chance = random.Random(seed)
    jira = Jira(sandbox, folder, issues=issues, seed=seed)
    try:
        stage.killed = dict.fromkeys(stage.killed, 0)
        connections = [connect(jira, f"chaos-{number}") for number in range(1, COPIES + 1)]
        stage.start_workers()
        whole_pass(jira, connections[0])
        jira.misbehave()
        stage.await_worker()
        changes = storm(stage, jira, connections, chance, seconds)
        jira.behave()
        stage.stop_workers()
        time.sleep(LAG)
        database.close()
        mended = sum(whole_pass(jira, one) for one in connections)
        for one in connections:
            same(jira.truth(), {row["id"]: told(row) for row in alive(one)}, "Jira's truth")
        if not jira.cuts_changelogs:
            for one in connections:
                whole_pass(jira, one, is_anew=True)
        compare(jira, connections)
        return figures(jira, connections, stage, changes, mended)
    finally:
        stage.stop_workers()
        jira.close()
        persist(clear)


def clear() -> None:
    with database.cursor() as cursor:
        cursor.execute("TRUNCATE integrations_connection CASCADE")


def connect(jira: Jira, slug: str) -> Connection:
    kinds = Connection.Kind
    is_cloud = jira.kind == "cloud"
    return services.save_connection(
        slug=slug,
        name=slug.title(),
        kind=kinds.JIRA_CLOUD if is_cloud else kinds.JIRA_DATACENTER,
        base_url=jira.url,
        username=USER if is_cloud else "",
        secret=TOKEN,
        at=timezone.now(),
    )


def storm(
    stage: Stage,
    jira: Jira,
    connections: list[Connection],
    chance: random.Random,
    seconds: float,
) -> int:
    """Ask for syncs, change Jira and kill processes until the time is over; count the changes."""
    changes, ends_at = 0, time.monotonic() + seconds
    while time.monotonic() < ends_at:
        deed = chance.random()
        if deed < 0.3:
            jira.change()
            changes += 1
        elif deed < 0.8:
            persist(partial(wish, chance.choice(connections), chance.random()))
        elif deed < 0.85:
            stage.kill(chance.choice(("worker", "worker", "postgres", "valkey")))
        time.sleep(chance.uniform(0.05, 0.4))
    return changes


def wish(connection: Connection, which: float) -> None:
    by = User.objects.filter(role=User.Role.ADMIN).order_by("pk")[0]
    asked: dict[str, Any] = {"connection": connection, "by": by, "at": timezone.now()}
    if which < 0.2:
        services.want_reconciliation(**asked)
    else:
        services.want_sync(is_full=which < 0.6, **asked)


def whole_pass(jira: Jira, connection: Connection, *, is_anew: bool = False) -> int:
    """Do a pass in peace, as soon as the runs of the killed have been given up.

    A full pass that was killed goes on where it stopped, unless it shall begin anew: what a fault
    made up without a sign, a changelog cut short or another text, stays until it is read again.
    Returns how many issues it wrote or marked.
    """

    def attempt() -> SyncRun:
        connection.refresh_from_db()
        return services.sync(
            connection=connection,
            trigger=SyncRun.Trigger.COMMAND,
            is_full=True,
            is_anew=is_anew or jira.cuts_changelogs,
        )

    run = insist(attempt, runs.AlreadyRunning, seconds=SECONDS_FOR_A_PASS)
    if run.status != SyncRun.Status.SUCCEEDED:
        raise Lost(f"A pass in peace {run.status}: {run.error}")
    return run.created + run.updated + run.deleted


def compare(jira: Jira, connections: list[Connection]) -> None:
    """Raise Lost unless each store equals Jira's truth and the copy of an undisturbed one."""
    clean = connect(jira, "clean")
    services.sync(connection=clean, trigger=SyncRun.Trigger.COMMAND, is_full=True)
    truth, wanted = jira.truth(), picture(clean)
    for connection in connections:
        same(truth, {row["id"]: told(row) for row in alive(connection)}, "Jira's truth")
        same(wanted, picture(connection), "an undisturbed copy")
        if aside := connection.skipped_records.unresolved().count():
            raise Lost(f"{aside} records are still set aside.")
    if unfinished := SyncRun.objects.unfinished().count():
        raise Lost(f"{unfinished} runs are still open.")


def alive(connection: Connection) -> list[dict]:
    return [row for row in export.rows(connection) if not row["deleted_at"]]


def told(row: dict) -> tuple:
    moves = row["transitions"]
    names = [moves[0]["from"], *(move["to"] for move in moves)] if moves else [row["status"]]
    created, updated = (datetime.fromisoformat(row[name]) for name in ("created", "updated"))
    return (row["key"], created, updated, row["histories"], names)


def picture(connection: Connection) -> dict[str, Any]:
    """Return all that was copied, by names that two connections share.

    Left out are links that start at a deleted issue and parents that are deleted, which an
    undisturbed copy never met, and `seen_hash`: it is of the bytes a page brought and of the fields
    known then. An issue of equal content is not written again only because either has changed.
    """
    plain = [
        field.name
        for field in JiraIssue._meta.concrete_fields
        if not (field.name in PASSING_FIELDS or field.is_relation)
    ]
    names = ["project__key", "status__jira_id", "issue_type__jira_id"]
    people = ["assignee__jira_id", "reporter__jira_id"]
    living = Case(When(parent__deleted_at=None, then=F("parent__jira_id")))
    issues = JiraIssue.objects.filter(connection=connection).alive()
    changes = JiraChange.objects.filter(issue__in=issues).order_by("history_id", "position")
    links = JiraLink.objects.filter(connection=connection, source__deleted_at=None)
    ends = ["jira_id", "kind", "source_jira_id", "target_jira_id"]
    items = ["history_id", "position", "at", "field", "from_id", "from_text", "to_id", "to_text"]
    shown = {
        row["jira_id"]: row | {"content_hash": bytes(row["content_hash"])}
        for row in issues.values("jira_id", *plain, *names, *people, living_parent=living)
    }
    shown |= {f"link {row[0]}": row for row in links.values_list(*ends)}
    for issue, *item in changes.values_list("issue__jira_id", *items):
        shown[f"change {issue} {item[0]} {item[1]}"] = tuple(item)
    return shown


def same(wanted: dict, found: dict, what: str) -> None:
    odd = sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
    if odd:
        shown = [f"{key}: {unlike(wanted.get(key), found.get(key))}" for key in odd[:3]]
        raise Lost(f"{len(odd)} differ from {what}: " + "; ".join(shown)[:3000])


def unlike(wanted: Any, found: Any) -> str:
    """Tell two rows apart by their columns, other things as they are."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        columns = [name for name in wanted if wanted[name] != found.get(name)]
        wanted, found = ({name: row[name] for name in columns} for row in (wanted, found))
    return f"{wanted!r} ≠ {found!r}"


def figures(
    jira: Jira, connections: list[Connection], stage: Stage, changes: int, mended: int
) -> dict[str, Any]:
    found = SyncRun.objects.filter(connection__in=connections)
    ended = list(found.values_list("status", "retries", "requests"))
    in_peace = 1 + len(connections) * (1 if jira.cuts_changelogs else 2)
    return {
        "kind": jira.kind,
        "issues": len(jira.truth()),
        "copies": len(connections),
        "changes": changes,
        "runs": len(ended) - in_peace,
        "failed": sum(status == "failed" for status, *_ in ended),
        "abandoned": sum(status == "abandoned" for status, *_ in ended),
        "requests": sum(requests for *_, requests in ended),
        "retries": sum(retries for _, retries, _ in ended),
        "mended by the last pass": mended,
        **{f"{name} killed": count for name, count in stage.killed.items()},
    }


def persist(act: Callable[[], Any]) -> Any:
    """Do `act` on the database, again when it was killed under us."""

    def attempt() -> Any:
        try:
            return act()
        except (OperationalError, InterfaceError):
            database.close()
            raise

    return insist(attempt, OperationalError, InterfaceError, seconds=timedelta(minutes=1).seconds)
