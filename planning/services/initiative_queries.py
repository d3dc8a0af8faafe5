"""Follow Jira queries: the issues they find belong to an initiative as if they were linked."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from intake.services import Refusal
from planning.models import Initiative, InitiativeEpic, InitiativeQuery
from planning.services.jira_filter import QueryRefused, matching, parse
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.integrations.jira.models import JiraIssue
from prodops.people.models import User

MOST_FOUND = 500


def found_by(text: str) -> QuerySet[JiraIssue]:
    """Return the synced issues a query finds, without sub-tasks; raises Refusal with the place."""
    try:
        conditions = parse(text)
    except QueryRefused as refusal:
        raise Refusal(str(refusal)) from refusal
    return matching(conditions).filter(issue_type__level__gte=0)


@transaction.atomic
def follow_query(
    *, initiative: Initiative, text: str, by: User, at: datetime
) -> tuple[InitiativeQuery, int]:
    """Follow a Jira query from now on; returns it and how many issues it finds now.

    Raises Refusal for a query the hub does not read, one that finds more than 500 issues, and one
    that is followed already.
    """
    lock(initiative)
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    number = found_by(text).count()
    if number > MOST_FOUND:
        raise Refusal(
            f"It finds {number:,} issues; an initiative takes {MOST_FOUND} of a query at most. "
            "Narrow it down, by a version or a label."
        )
    try:
        with transaction.atomic():
            query = InitiativeQuery.objects.create(initiative=initiative, text=text, by=by, at=at)
    except IntegrityError as error:
        raise Refusal("This query is followed already.") from error
    refresh_query(query=query, at=at)
    _record(query, "followed", "follows a Jira query", by=by, at=at)
    return query, number


@transaction.atomic
def unfollow_query(*, query: InitiativeQuery, by: User, at: datetime) -> None:
    """Let a query go, with the issues only it had found."""
    initiative = lock(query.initiative)
    _record(query, "unfollowed", "no longer follows a Jira query", by=by, at=at)
    query.delete()
    for other in initiative.jira_queries.order_by("pk"):
        refresh_query(query=other, at=at)


@transaction.atomic
def refresh_query(*, query: InitiativeQuery, at: datetime) -> tuple[int, int]:
    """Bring the links of a query up to date; returns how many came and how many went.

    An issue that is linked by hand, or found by another query, stays with that.
    """
    lock(query.initiative)
    wanted = set(found_by(query.text).order_by("pk").values_list("pk", flat=True)[:MOST_FOUND])
    gone, _ = query.links.exclude(issue__in=wanted).delete()
    linked = InitiativeEpic.objects.filter(initiative=query.initiative, issue__in=wanted)
    missing = wanted.difference(linked.values_list("issue", flat=True))
    InitiativeEpic.objects.bulk_create(
        InitiativeEpic(initiative=query.initiative, issue_id=pk, query=query, by=query.by, at=at)
        for pk in sorted(missing)
    )
    return len(missing), gone


def refresh_queries(*, at: datetime) -> int:
    """Bring the links of all queries of initiatives under way up to date; returns the changes."""
    changes = 0
    for query in InitiativeQuery.objects.followed().select_related("initiative").order_by("pk"):
        changes += sum(refresh_query(query=query, at=at))
    return changes


def _record(query: InitiativeQuery, verb: str, summary: str, *, by: User, at: datetime) -> None:
    audit.record(
        f"jira_query.{verb}",
        thread=query.initiative.thread,
        summary=summary,
        detail=query.text,
        by=by,
        at=at,
    )
