"""A launch and the Jira versions it goes out with: link, create, release; the release note."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from launches import tasks
from launches.models import Launch, LaunchVersion, NewVersion
from launches.services.locking import lock
from launches.services.refusals import Refusal
from prodops.audit import services as audit
from prodops.integrations.jira.models import JiraIssue, JiraProject, JiraVersion
from prodops.integrations.jira.outward import asking, delivery
from prodops.integrations.models import OutwardWrite
from prodops.people.models import User

Kind = OutwardWrite.Kind


def versions_of(launch: Launch) -> list[JiraVersion]:
    """Return the linked versions with their counts of issues, each with its `link_pk`."""
    linked = JiraVersion.objects.filter(launch_links__launch=launch).with_issues()
    return list(linked.annotate(link_pk=F("launch_links__pk")).for_display())


@transaction.atomic
def link_version(*, launch: Launch, version: JiraVersion, by: User, at: datetime) -> LaunchVersion:
    """Say that a launch goes out with a version; nothing is written to Jira."""
    _refuse_cancelled(launch)
    link, is_new = LaunchVersion.objects.get_or_create(
        launch=launch, version=version, defaults={"by": by, "at": at}
    )
    if not is_new:
        raise Refusal(f"{version} is linked already.", field="version")
    _record("linked", link, by=by, at=at)
    return link


@transaction.atomic
def unlink_version(*, link: LaunchVersion, by: User, at: datetime) -> None:
    """Take a version off a launch; in Jira nothing changes."""
    deleted, _ = LaunchVersion.objects.filter(pk=link.pk).delete()
    if deleted:
        _record("unlinked", link, by=by, at=at)


@transaction.atomic
def create_version(
    *,
    launch: Launch,
    project: JiraProject,
    name: str,
    description: str,
    release_on: date | None,
    token: str,
    by: User,
    at: datetime,
) -> OutwardWrite:
    """Ask for a version in Jira; it is linked to the launch once it is there. Raises Refusal.

    `token` names the click: the same one again returns the same write.
    """
    _refuse_cancelled(launch)
    version = {"project": project.key, "name": name, "released": False}
    version |= {"description": description} if description else {}
    version |= {"releaseDate": release_on.isoformat()} if release_on else {}
    write, is_new = _ask(
        kind=Kind.VERSION,
        key=f"version:{token}",
        connection=project.connection,
        thread=launch.thread,
        target=project.key,
        title=f"The version “{name}” in project {project.key}",
        payload={"project": project.key, "version": version},
        by=by,
        at=at,
        wake=False,
    )
    if is_new:
        new_version = NewVersion.objects.create(launch=launch, write=write)
        tasks.write_version.delay_on_commit(new_version.pk)
    return write


@transaction.atomic
def release_version(
    *, link: LaunchVersion, release_on: date, by: User, at: datetime
) -> OutwardWrite:
    """Ask for a version to be marked as released in Jira; twice does no harm."""
    version = link.version
    if version.is_released:
        raise Refusal(f"{version} is released already.")
    return _ask_or_repeat(
        kind=Kind.RELEASE,
        key=f"release:{link.launch.key}:{version.pk}",
        connection=version.connection,
        thread=link.launch.thread,
        target=version.jira_id,
        title=f"Version {version.name} as released on {release_on:%-d %b %Y}",
        payload={
            "id": version.jira_id,
            "version": {"released": True, "releaseDate": release_on.isoformat()},
        },
        by=by,
        at=at,
    )


@transaction.atomic
def post_note(*, launch: Launch, by: User, at: datetime) -> list[OutwardWrite]:
    """Ask for a link to the release note on each epic of the launch; twice changes the links."""
    if not launch.release_note_url:
        raise Refusal("Give the address of the release note first, under Words.")
    issues = noted_issues(launch)
    if not issues:
        raise Refusal("No initiative of this launch has an epic the hub may write to.")
    return [
        _ask_or_repeat(
            kind=Kind.NOTE_LINK,
            key=f"note_link:{launch.key}:{issue.pk}",
            connection=issue.connection,
            thread=launch.thread,
            target=issue.key,
            title=f"A link to the release note on {issue.key}",
            payload={"link": note_of(launch)},
            by=by,
            at=at,
        )
        for issue in issues
    ]


def noted_issues(launch: Launch) -> list[JiraIssue]:
    """Return the epics behind the launch that the hub may write to, by key."""
    epics = JiraIssue.objects.alive().filter(
        initiative_links__initiative__launches=launch,
        connection__may_write=True,
        connection__is_active=True,
    )
    return list(epics.select_related("connection").distinct().order_by("key", "pk"))


def note_of(launch: Launch) -> dict[str, Any]:
    """Return the link as Jira takes it; `globalId` makes a second one impossible."""
    return {
        "globalId": f"prodops-hub:{launch.key}:release-note",
        "application": {"type": "prodops-hub", "name": "Prodops Hub"},
        "relationship": "is released in",
        "object": {
            "url": launch.release_note_url,
            "title": f"Release note: {launch.title}"[:255],
        },
    }


def deliver_version(*, new_version: NewVersion, clock: Callable[[], datetime]) -> None:
    """Write the version to Jira now, then link it; what cannot be done yet is for the sweeper."""
    delivery.deliver(write_id=new_version.write_id, clock=clock)
    _link_written(new_version, at=clock())


def link_written_versions(*, at: datetime) -> int:
    """Link versions that came to be in Jira since; return how many are linked now."""
    waiting = NewVersion.objects.to_link().order_by("pk")
    return sum(_link_written(each, at=at) for each in waiting[:200])


@transaction.atomic
def _link_written(new_version: NewVersion, *, at: datetime) -> bool:
    held = NewVersion.objects.select_for_update(of=["self"]).select_related(
        "write__requested_by", "launch__thread"
    )
    new_version = held.get(pk=new_version.pk)
    write = new_version.write
    version = JiraVersion.objects.filter(
        connection=write.connection_id, jira_id=write.answer.get("id", "")
    ).first()
    if new_version.linked_at or version is None:
        return False
    link, _ = LaunchVersion.objects.get_or_create(
        launch=new_version.launch,
        version=version,
        defaults={"by": write.requested_by, "at": at},
    )
    NewVersion.objects.filter(pk=new_version.pk).update(linked_at=at)
    _record("linked", link, by=write.requested_by, at=at)
    return True


def _ask(**asked: Any) -> tuple[OutwardWrite, bool]:
    try:
        return asking.ask(**asked)
    except asking.CannotWrite as refusal:
        raise Refusal(str(refusal)) from None


def _ask_or_repeat(**asked: Any) -> OutwardWrite:
    """Ask for something that may be written again and again with the same outcome."""
    try:
        return asking.ask_or_repeat(**asked)
    except asking.CannotWrite as refusal:
        raise Refusal(str(refusal)) from None


def _refuse_cancelled(launch: Launch) -> None:
    lock(launch)
    if launch.is_cancelled:
        raise Refusal(f"{launch.key} was cancelled: {launch.cancel_reason}")


def _record(verb: str, link: LaunchVersion, *, by: User, at: datetime) -> None:
    audit.record(
        f"version.{verb}",
        thread=link.launch.thread,
        summary=f"{verb} Jira version {link.version.name}",
        detail=link.version.description,
        by=by,
        at=at,
    )
