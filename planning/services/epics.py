"""Say which Jira issues an initiative is built with."""

import re
from datetime import datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Initiative, InitiativeEpic
from prodops.audit import services as audit
from prodops.integrations.jira.models import JiraIssue
from prodops.people.models import User

KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+")


class UnknownIssue(Refusal):
    """No synced issue has that key."""


def resolve_issue(text: str) -> JiraIssue:
    """Return the synced issue a key or an issue's address names; keys it had before work too.

    Raises UnknownIssue, or Refusal when it is deleted, a sub-task, or on more than one site.
    """
    found = KEY.search(text.upper())
    if not found:
        raise UnknownIssue(f"“{text[:60]}” is not a Jira key such as PAY-123, nor its address.")
    key = found.group()
    issues = JiraIssue.objects.select_related("connection", "issue_type", "status", "parent")
    matching = list(issues.filter(key=key)) or list(issues.filter(old_keys__key=key).distinct())
    matching = [issue for issue in matching if not issue.deleted_at] or matching
    if len(matching) > 1:
        matching = [issue for issue in matching if _is_on(issue.connection, text)] or matching
    if not matching:
        raise UnknownIssue(
            f"No synced issue has the key {key}. Check it, or wait for the next Jira sync."
        )
    _refuse(matching, key)
    return matching[0]


@transaction.atomic
def link_epic(*, initiative: Initiative, key: str, by: User, at: datetime) -> InitiativeEpic:
    """Link a Jira issue by its key or address; issues below it count towards the progress."""
    issue = resolve_issue(key)
    link, is_new = InitiativeEpic.objects.get_or_create(
        initiative=initiative, issue=issue, defaults={"by": by, "at": at}
    )
    if not is_new:
        raise Refusal(f"{issue.key} is linked already.")
    record_link("linked", link, by=by, at=at)
    return link


@transaction.atomic
def unlink_epic(*, link: InitiativeEpic, by: User, at: datetime) -> None:
    """Take a Jira issue off an initiative."""
    deleted, _ = InitiativeEpic.objects.filter(pk=link.pk).delete()
    if deleted:
        record_link("unlinked", link, by=by, at=at)


def record_link(verb: str, link: InitiativeEpic, *, by: User, at: datetime) -> None:
    """Tell the initiative's story that a Jira issue was linked or unlinked."""
    audit.record(
        f"epic.{verb}",
        thread=link.initiative.thread,
        summary=f"{verb} Jira issue {link.issue.key}",
        detail=link.issue.summary,
        by=by,
        at=at,
    )


def _is_on(connection, address):
    sites = [site for site in (connection.site_url, connection.base_url) if site]
    return any(address.strip().startswith(site) for site in sites)


def _refuse(matching, key):
    issue = matching[0]
    if len(matching) > 1:
        sites = ", ".join(sorted(each.connection.name for each in matching))
        raise Refusal(f"{key} exists on {sites}: paste the issue's whole address instead.")
    if issue.deleted_at:
        raise Refusal(f"{issue.key} was deleted in Jira.")
    if issue.issue_type.level < 0:
        parent = issue.parent.key if issue.parent else issue.parent_key or "its parent"
        raise Refusal(f"{issue.key} is a sub-task; link {parent} instead.")
