"""Jira issues with their histories, written as a sync would leave them.

    issue(project=project("CORE", team=team), statuses=[(born, "To Do"), (at, "In Progress")])

The first pair is the status at creation; each later one becomes a history with one status item.
"""

import hashlib
import itertools
from datetime import UTC, datetime

from prodops.integrations import secrets
from prodops.integrations.jira.models import (
    JiraChange,
    JiraIssue,
    JiraIssueType,
    JiraProject,
    JiraStatus,
    JiraUser,
)
from prodops.integrations.models import Connection, SkippedRecord, Webhook

NUMBERS = itertools.count(10_001)
BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
Category, Step = JiraStatus.Category, JiraStatus.Step
STATUSES = {
    "Backlog": (Category.NEW, Step.QUEUE),
    "To Do": (Category.NEW, Step.QUEUE),
    "In Progress": (Category.ACTIVE, Step.ACTIVE),
    "In Review": (Category.ACTIVE, Step.ACTIVE),
    "Done": (Category.DONE, Step.FINISHED),
    "Won't Do": (Category.DONE, Step.ABANDONED),
}
LEVELS = {"Epic": 1, "Sub-task": -1}


def connection(slug="jira", **fields):
    """Get or make the connection `slug`."""
    defaults = {
        "name": "Jira",
        "kind": Connection.Kind.JIRA_CLOUD,
        "base_url": "https://jira.example.com",
        **fields,
    }
    return Connection.objects.get_or_create(slug=slug, defaults=defaults)[0]


def project(key="CORE", *, team=None, of=None, **fields):
    """Get or make a project, given to `team` when there is one."""
    of = of or connection()
    made = JiraProject.objects.get_or_create(
        connection=of,
        jira_id=f"project-{key}",
        defaults={"key": key, "name": key.title(), **fields},
    )[0]
    if team and made.team_id != team.pk:
        made.team = team
        made.save(update_fields=["team"])
    return made


def status(name="To Do", *, of=None):
    """Get or make a status; unknown names count as started."""
    category, step = STATUSES.get(name, (Category.ACTIVE, Step.ACTIVE))
    return JiraStatus.objects.get_or_create(
        connection=of or connection(),
        jira_id=f"status-{name}",
        defaults={"name": name, "category": category, "step": step},
    )[0]


def issue_type(name="Story", *, of=None):
    """Get or make an issue type; Epic is level 1, Sub-task -1, all else 0."""
    return JiraIssueType.objects.get_or_create(
        connection=of or connection(),
        jira_id=f"type-{name}",
        defaults={"name": name, "level": LEVELS.get(name, 0)},
    )[0]


def jira_user(name="Mira Chen", *, of=None, user=None):
    """Get or make a Jira account, the one of `user` when given."""
    return JiraUser.objects.get_or_create(
        connection=of or connection(),
        jira_id=f"user-{name}",
        defaults={"name": name, "email": user.email if user else "", "user": user},
    )[0]


def issue(*, project=None, statuses=None, type="Story", parent=None, **fields):  # noqa: A002
    """Make an issue with its status history; `fields` are columns of JiraIssue."""
    project = project or globals()["project"]()
    of, number = project.connection, next(NUMBERS)
    statuses = list(statuses or [(fields.get("created", BORN), "To Do")])
    last_at, last_name = statuses[-1]
    last = status(last_name, of=of)
    made = JiraIssue.objects.create(
        **{
            "connection": of,
            "jira_id": str(number),
            "key": f"{project.key}-{number}",
            "project": project,
            "issue_type": issue_type(type, of=of),
            "status": last,
            "summary": f"Work {number}",
            "parent": parent,
            "parent_key": parent.key if parent else "",
            "parent_jira_id": parent.jira_id if parent else "",
            "created": statuses[0][0],
            "updated": last_at,
            "resolved": last_at if last.category == Category.DONE else None,
            "change_count": len(statuses) - 1,
            "content_hash": hashlib.sha1(str(number).encode()).digest(),
            "synced_at": last_at,
            **fields,
        }
    )
    for (_, before), (at, after) in itertools.pairwise(statuses):
        change(made, at=at, before=status(before, of=of), after=status(after, of=of))
    return made


def epic(*, project=None, children=0, done=0, **fields):
    """Make an epic with `children` stories under it, `done` of them finished."""
    made = issue(project=project, type="Epic", **fields)
    for number in range(children):
        moves = [(BORN, "To Do")] + ([(BORN.replace(day=9), "Done")] if number < done else [])
        issue(project=made.project, parent=made, statuses=moves)
    return made


def change(issue, *, at, before, after, field="status", author=None):
    """Add a history of one item to `issue`; `before` and `after` are rows with a name, or text."""
    return JiraChange.objects.create(
        issue=issue,
        history_id=str(next(NUMBERS)),
        position=0,
        at=at,
        author=author,
        field=field,
        field_id=field,
        from_id=getattr(before, "jira_id", None),
        from_text=getattr(before, "name", before),
        to_id=getattr(after, "jira_id", None),
        to_text=getattr(after, "name", after),
    )


def webhook(of=None, *, secret="webhook-secret", **fields):
    """Make the webhook of a connection, signed with `secret`."""
    sealed = {"sealed": secrets.seal(secret), "key_id": secrets.key_id()}
    return Webhook.objects.create(
        connection=of or connection(), registered_at=BORN, **sealed, **fields
    )


def skipped(run=None, *, of=None, **fields):
    """Set a record aside; by default one without a number, as run 1 met it."""
    return SkippedRecord.objects.create(
        **{
            "connection": run.connection if run else of or connection(),
            "run": run,
            "source_id": "run 1, record 1",
            "reason": "id or key is missing.",
            "payload": "{}",
            "at": BORN,
            **fields,
        }
    )
