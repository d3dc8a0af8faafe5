"""One round: a sync amid faults, kills and changes, then peace, one more pass, and the count."""

import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.db.models import BinaryField
from django.utils import timezone

from prodops.integrations import services
from prodops.integrations.jira import export
from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraLink
from prodops.integrations.models import Connection, SyncRun
from prodops.people.models import User
from tests.chaos.jira import TOKEN, USER, Jira
from tests.chaos.stage import Stage, insist

SECONDS_FOR_THE_LAST_PASS = 180
LAG = 1.5  # seconds until Jira's search has seen the last change
PASSING_FIELDS = {"id", "connection", "synced_at"}


class Lost(AssertionError):
    """The hub's copy is not what Jira has."""


def play(stage: Stage, sandbox: Path, folder: Path, *, seed: int, seconds: float, issues: int):
    """Play one round and return its figures. Raises Lost with what differs."""
    chance = random.Random(seed)
    jira = Jira(sandbox, folder, issues=issues, seed=seed)
    try:
        stage.killed = dict.fromkeys(stage.killed, 0)
        connection = connect(jira, "chaos")
        jira.misbehave()
        stage.start_worker()
        stage.await_worker()
        changes = storm(stage, jira, connection, chance, seconds)
        jira.behave()
        stage.stop_worker()
        time.sleep(LAG)
        final = last_pass(stage, jira)
        database.close()
        compare(jira, connection)
        return figures(jira, connection, stage, changes, final)
    finally:
        stage.stop_worker()
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
    stage: Stage, jira: Jira, connection: Connection, chance: random.Random, seconds: float
) -> int:
    """Ask for syncs, change Jira and kill processes until the time is over; count the changes."""
    changes, ends_at = 0, time.monotonic() + seconds
    while time.monotonic() < ends_at:
        deed = chance.random()
        if deed < 0.35:
            jira.change()
            changes += 1
        elif deed < 0.75:
            persist(lambda: wish(connection, is_full=chance.random() < 0.5))
        elif deed < 0.8:
            stage.kill(chance.choice(("worker", "worker", "postgres", "valkey")))
        time.sleep(chance.uniform(0.1, 0.6))
    return changes


def wish(connection: Connection, *, is_full: bool) -> None:
    by = User.objects.filter(role=User.Role.ADMIN).order_by("pk")[0]
    services.want_sync(connection=connection, is_full=is_full, by=by, at=timezone.now())


def last_pass(stage: Stage, jira: Jira) -> dict[str, Any]:
    """Do the one more pass, as soon as the runs of the killed have been given up.

    What was read of changelogs that were cut must be read again; otherwise a full pass that was
    killed goes on where it stopped.
    """
    final = "--anew" if jira.cuts_changelogs else "--full"
    out = insist(
        lambda: stage.manage("sync", "chaos", final),
        CalledProcessError,
        seconds=SECONDS_FOR_THE_LAST_PASS,
    )
    return json.loads(out.splitlines()[-1])


def compare(jira: Jira, connection: Connection) -> None:
    """Raise Lost unless the store equals Jira's truth and the copy of an undisturbed connection."""
    same(jira.truth(), {row["id"]: told(row) for row in alive(connection)}, "Jira's truth")
    clean = connect(jira, "clean")
    services.sync(connection=clean, trigger=SyncRun.Trigger.COMMAND, is_full=True)
    same(picture(clean), picture(connection), "an undisturbed copy")
    if unfinished := SyncRun.objects.unfinished().count():
        raise Lost(f"{unfinished} runs are still open.")
    if aside := connection.skipped_records.unresolved().count():
        raise Lost(f"{aside} records are still set aside.")


def alive(connection: Connection) -> list[dict]:
    return [row for row in export.rows(connection) if not row["deleted_at"]]


def told(row: dict) -> tuple:
    moves = row["transitions"]
    names = [moves[0]["from"], *(move["to"] for move in moves)] if moves else [row["status"]]
    created, updated = (datetime.fromisoformat(row[name]) for name in ("created", "updated"))
    return (row["key"], created, updated, row["histories"], names)


def picture(connection: Connection) -> dict[str, Any]:
    """Return all that was copied, by names that two connections share."""
    plain = [
        field.name
        for field in JiraIssue._meta.concrete_fields
        if not (field.name in PASSING_FIELDS or field.is_relation)
        and not isinstance(field, BinaryField)
    ]
    names = ["project__key", "status__jira_id", "issue_type__jira_id", "parent__jira_id"]
    people = ["assignee__jira_id", "reporter__jira_id"]
    issues = JiraIssue.objects.filter(connection=connection).alive()
    changes = JiraChange.objects.filter(issue__in=issues).order_by("history_id", "position")
    links = JiraLink.objects.filter(connection=connection, source__deleted_at=None)
    ends = ["jira_id", "kind", "source_jira_id", "target_jira_id"]
    items = ["history_id", "position", "at", "field", "from_id", "from_text", "to_id", "to_text"]
    shown = {row[0]: row for row in issues.values_list("jira_id", *plain, *names, *people)}
    shown |= {f"link {row[0]}": row for row in links.values_list(*ends)}
    for issue, *item in changes.values_list("issue__jira_id", *items):
        shown[f"change {issue} {item[0]} {item[1]}"] = tuple(item)
    return shown


def same(wanted: dict, found: dict, what: str) -> None:
    odd = sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
    if odd:
        shown = [f"{key}: {wanted.get(key)!r} ≠ {found.get(key)!r}" for key in odd[:3]]
        raise Lost(f"{len(odd)} differ from {what}: " + "; ".join(shown)[:3000])


def figures(jira: Jira, connection: Connection, stage: Stage, changes: int, final: dict) -> dict:
    runs = list(connection.runs.values_list("status", "retries"))
    return {
        "kind": jira.kind,
        "issues": len(jira.truth()),
        "changes": changes,
        "runs": len(runs),
        "failed": sum(status == "failed" for status, _ in runs),
        "abandoned": sum(status == "abandoned" for status, _ in runs),
        "retries": sum(retries for _, retries in runs),
        "mended by the last pass": final["created"] + final["updated"] + final["deleted"],
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
