"""Creating an epic in Jira for an initiative, and pointing Jira's issues back at it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from intake.services import Refusal
from planning import tasks
from planning.models import Initiative, InitiativeEpic, NewEpic
from planning.services.epics import record_link
from prodops.integrations import services as integrations
from prodops.integrations.jira.models import JiraIssue, JiraProject
from prodops.integrations.jira.outward import asking, delivery
from prodops.integrations.models import OutwardWrite
from prodops.people.models import User

Kind = OutwardWrite.Kind


@transaction.atomic
def create_epic(
    *,
    initiative: Initiative,
    project: JiraProject,
    fields: dict[str, Any],
    names: dict[str, str],
    prose: list[str],
    takes_labels: bool,
    token: str,
    by: User,
    at: datetime,
) -> OutwardWrite:
    """Ask for an epic in Jira with these fields; it is linked to the initiative once it is there.

    `names` tells how Jira calls its custom fields, `prose` which of them hold whole texts.
    `token` names the click: the same one again returns the same write. Raises Refusal.
    """
    mark = mark_of(initiative, token) if takes_labels else ""
    fields = fields | ({"labels": [mark]} if mark else {})
    payload = {"project": project.key, "mark": mark, "fields": fields}
    payload |= {"names": names, "prose": prose}
    write, is_new = _ask_for_epic(initiative, project, payload, token=token, by=by, at=at)
    if is_new:
        new_epic = NewEpic.objects.create(initiative=initiative, write=write)
        tasks.write_epic.delay_on_commit(new_epic.pk)
    return write


def _ask_for_epic(
    initiative: Initiative, project: JiraProject, payload: dict[str, Any], **told: Any
) -> tuple[OutwardWrite, bool]:
    """Keep the write; planning's own task delivers it, so that it can link at once."""
    try:
        return asking.ask(
            kind=Kind.EPIC,
            key=f"epic:{told['token']}",
            connection=project.connection,
            thread=initiative.thread,
            target=project.key,
            title=title_of(payload["fields"], project),
            payload=payload,
            by=told["by"],
            at=told["at"],
            wake=False,
        )
    except asking.CannotWrite as refusal:
        raise Refusal(str(refusal)) from None


@transaction.atomic
def correct_epic(
    *, write: OutwardWrite, project: JiraProject, fields: dict[str, Any], by: User, at: datetime
) -> OutwardWrite:
    """Ask again for an epic that Jira refused, with other fields. Raises Refusal."""
    mark = write.payload.get("mark", "")
    labels = {"labels": [mark]} if mark else {}
    payload = write.payload | {"fields": fields | labels}
    changes = {"payload": payload, "title": title_of(fields, project)[:300]}
    try:
        asking.ask_again(write=write, by=by, at=at, changes=changes)
    except asking.CannotWrite as refusal:
        raise Refusal(str(refusal)) from None
    return write


def title_of(fields: dict[str, Any], project: JiraProject) -> str:
    return f"An epic “{fields['summary']}” in project {project.key}"


def mark_of(initiative: Initiative, token: str) -> str:
    """Return the label by which the epic of this click is found again, should an answer be lost."""
    return f"hub-{initiative.key.lower()}-{token.replace('-', '')[:8]}"


@transaction.atomic
def link_back(*, link: InitiativeEpic, by: User, at: datetime) -> OutwardWrite:
    """Put a link to the initiative on a Jira issue; twice changes it instead of adding one."""
    issue, initiative = link.issue, link.initiative
    try:
        return asking.ask_or_repeat(
            kind=Kind.RECORD_LINK,
            key=f"record_link:{initiative.key}:{issue.pk}",
            connection=issue.connection,
            thread=initiative.thread,
            target=issue.key,
            title=f"A link to {initiative.key} on {issue.key}",
            payload={"link": link_of(initiative)},
            by=by,
            at=at,
        )
    except asking.CannotWrite as refusal:
        raise Refusal(str(refusal)) from None


def link_of(initiative: Initiative) -> dict[str, Any]:
    """Return the link as Jira takes it; `globalId` makes a second one impossible."""
    url = settings.SITE_URL + initiative.get_absolute_url()
    return {
        "globalId": f"prodops-hub:{initiative.key}:{url}",
        "application": {"type": "prodops-hub", "name": "Prodops Hub"},
        "relationship": "is planned in",
        "object": {"url": url, "title": f"{initiative.key} {initiative.title}"[:255]},
    }


def deliver_epic(*, new_epic: NewEpic, clock: Callable[[], datetime]) -> None:
    """Write the epic to Jira now, then link it; what cannot be done yet is for the sweeper.

    Only who wrote it asks for a sync: another worker may see it written before it has been read.
    """
    is_ours = delivery.deliver(write_id=new_epic.write_id, clock=clock) is not None
    write = new_epic.write
    write.refresh_from_db()
    if write.state != OutwardWrite.State.DONE or link_written(new_epic=new_epic, at=clock()):
        return
    if not is_ours:
        return
    by = write.requested_by
    integrations.want_sync(connection=write.connection, is_full=False, by=by, at=clock())


@transaction.atomic
def link_written(*, new_epic: NewEpic, at: datetime) -> bool:
    """Link an epic that is in Jira to its initiative and back; False until a sync has read it."""
    new_epic = (
        NewEpic.objects.select_for_update(of=["self"]).select_related("write").get(pk=new_epic.pk)
    )
    if new_epic.linked_at:
        return True
    write = new_epic.write
    issue = (
        JiraIssue.objects.filter(connection=write.connection_id, jira_id=write.answer.get("id", ""))
        .select_related("connection")
        .first()
    )
    if issue is None:
        return False
    link, _ = InitiativeEpic.objects.get_or_create(
        initiative=new_epic.initiative, issue=issue, defaults={"by": write.requested_by, "at": at}
    )
    record_link("linked", link, by=write.requested_by, at=at)
    NewEpic.objects.filter(pk=new_epic.pk).update(linked_at=at)
    if issue.connection.may_write:
        link_back(link=link, by=write.requested_by, at=at)
    return True


def link_all_written(*, at: datetime) -> int:
    """Link what came to be in Jira since; return how many are linked now."""
    waiting = NewEpic.objects.to_link().order_by("pk")
    return sum(link_written(new_epic=each, at=at) for each in waiting[:200])
