"""Draw the dashboards' charts into rows, from which the pages serve them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min

from prodops.people.models import Team
from reporting import tasks
from reporting.charts.catalogue import CHARTS
from reporting.metrics.freshness import jira_freshness
from reporting.models import Rendering

AT_LEAST_EVERY = timedelta(hours=6)
PATIENCE = timedelta(minutes=2)


def request_due(*, at: datetime, has_changed: bool) -> int:
    """Ask for the charts after a change, and every six hours, for work ages without one."""
    last = Rendering.objects.filter(slug__in=CHARTS).aggregate(at=Min("requested_at"))["at"]
    if has_changed or last is None or at - last >= AT_LEAST_EVERY:
        return request_all(at=at)
    return wake_forgotten(at=at)


def wake_forgotten(*, at: datetime) -> int:
    """Wake a worker for every drawing that was asked for and that nobody made."""
    forgotten = Rendering.objects.wanted().filter(requested_at__lt=at - PATIENCE)
    asked = list(forgotten.order_by("pk").values_list("pk", flat=True))
    for pk in asked:
        tasks.draw.delay_on_commit(pk)
    return len(asked)


def request_all(*, at: datetime) -> int:
    """Ask for every chart of the organisation and of each team with a Jira project."""
    teams = Team.objects.filter(jira_projects__isnull=False).distinct().order_by("pk")
    return sum(request(team=team, at=at) for team in (None, *teams))


@transaction.atomic
def request(*, team: Team | None, at: datetime, slugs: Iterable[str] = tuple(CHARTS)) -> int:
    """Ask a worker to draw charts of one scope; return how many were asked for."""
    scope = team.slug if team else "organisation"
    wanted = [
        Rendering(slug=slug, scope=scope, team=team, requested_at=at, attempts=0) for slug in slugs
    ]
    Rendering.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["slug", "scope"],
        update_fields=["requested_at", "attempts"],
    )
    asked = Rendering.objects.filter(scope=scope, slug__in=[one.slug for one in wanted])
    for pk in asked.order_by("pk").values_list("pk", flat=True):
        tasks.draw.delay_on_commit(pk)
    return len(wanted)


def draw(*, rendering_id: int, at: datetime) -> bool:
    """Draw one chart if it is still wanted; a failure is kept with its reason and the old picture.

    Returns whether it was drawn. After three failures it waits to be asked for again.
    """
    claimed = Rendering.objects.wanted().filter(pk=rendering_id)
    if not claimed.update(attempts=F("attempts") + 1):
        return False
    rendering = Rendering.objects.select_related("team").get(pk=rendering_id)
    try:
        drawing = CHARTS[rendering.slug].draw(rendering.team, at)
    except Exception as error:
        Rendering.objects.filter(pk=rendering_id).update(error=f"{type(error).__name__}: {error}")
        raise
    Rendering.objects.filter(pk=rendering_id).update(
        title=drawing.finding,
        figure=drawing.figure,
        table=drawing.table,
        data_as_of=jira_freshness().as_of,
        rendered_at=at,
        attempts=0,
        error="",
    )
    return True
