"""Reports held against Jira over some weeks: who agrees, who does not, how forecasts came out."""

from datetime import datetime, timedelta

from django.db import connection

from planning.models import Initiative
from planning.services import cadence, truth
from prodops.demo.plan import Planned
from prodops.demo.world import World
from reporting.services import flow, truth_checks, truth_facts

WEEKS = 4
# Filled in this very transaction, so nobody has looked at them yet.
TELL_PLANNER = "ANALYZE jira_jiraissue, jira_jirachange, planning_initiativeepic"
RESTING = 31


def look(world: World, plan: list[Planned]) -> None:
    """Look at the running quarter each week, at the last one before it ended, and ask owners."""
    flow.rebuild(at=world.now)
    with connection.cursor() as cursor:
        cursor.execute(TELL_PLANNER)
    records = {one.place: Initiative.objects.get(pk=one.record.pk) for one in plan}
    running = [records[one.place] for one in plan if one.quarter == 0]
    ended = [records[one.place] for one in plan if one.is_delivered and one.quarter == -1]
    for back in range(WEEKS, 0, -1):
        _look(running, world.now - timedelta(weeks=back))
    for back in (4, 2):
        _look(ended, _end_of(ended) - timedelta(weeks=back))
    _rest(world, records[RESTING])
    truth_checks.check([one for one in running if not one.is_over], at=world.now)


def _look(initiatives: list[Initiative], at: datetime) -> None:
    """Keep what a look would have found at a past moment, beside what was reported then."""
    begun = [one for one in initiatives if one.created_at < at]
    facts = truth_facts.gather(begun, at=at)
    for one in begun:
        update = one.updates.filter(at__lte=at).order_by("-at", "-pk").first()
        one.status = update.status if update else Initiative.Status.UNKNOWN
        one.status_at = update.at if update else None
        if one.finished_at is None or one.finished_at > at:
            truth.keep_look(initiative=one, facts=facts[one.pk], at=at)


def _end_of(initiatives: list[Initiative]) -> datetime:
    return max(one.finished_at for one in initiatives if one.finished_at)


def _rest(world: World, initiative: Initiative) -> None:
    """Let one wait for its partner."""
    if initiative.is_over:
        return
    at = world.now - timedelta(days=9)
    cadence.pause(
        initiative=initiative,
        from_on=at.date(),
        until_on=(world.now + timedelta(days=12)).date(),
        reason="The carrier tests its new interface until the end of the month.",
        by=initiative.owner,
        at=at,
    )
