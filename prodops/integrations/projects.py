"""The projects of a Jira connection as its page shows them, and the field of their points."""

from django.db import transaction
from django.db.models import Count, Q

from prodops.integrations.jira.models import JiraField, JiraProject
from prodops.integrations.models import Connection

Points = JiraField.Role.POINTS


def counted_projects(connection: Connection) -> list[JiraProject]:
    """Return the projects with `issue_count`, and with what the last count against Jira found.

    `in_jira` is None for one that was not counted; `in_hub` is what we had then, and
    `difference` that less Jira's.
    """
    alive = Count("issues", filter=Q(issues__deleted_at=None))
    projects = connection.jira_projects.select_related("team").annotate(issue_count=alive)
    counted = connection.runs.exclude(counts={}).order_by("-started_at", "-pk")
    counts = counted.values_list("counts", flat=True).first() or {}
    found: list[JiraProject] = list(projects.order_by("key", "pk"))
    for project in found:
        theirs, ours = counts.get(project.key) or (None, None)
        vars(project).update(in_jira=theirs, in_hub=ours)
        vars(project)["difference"] = None if theirs is None else ours - theirs
    return found


def points_fields(connection: Connection) -> list[JiraField]:
    """Return the fields that may hold story points, the chosen one first."""
    fields = JiraField.objects.filter(connection=connection, role=Points, gone_at=None)
    return list(fields.order_by("-is_chosen", "name", "jira_id"))


@transaction.atomic
def choose_points_field(*, connection: Connection, field: JiraField) -> None:
    """Read story points from this field where no board says which; the next full run does."""
    ours = JiraField.objects.filter(connection=connection, role=Points)
    ours.filter(is_chosen=True).update(is_chosen=False)
    ours.filter(pk=field.pk).update(is_chosen=True)
