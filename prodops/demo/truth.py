"""Reports held against Jira over some weeks: who agrees, who does not, how forecasts came out."""

from datetime import datetime, timedelta

from django.db import connection

from planning import services as planning
from planning.models import Initiative, TruthCheck
from planning.services import cadence, truth
from prodops.demo.plan import REPORTS, Planned
from prodops.demo.world import World, working
from reporting.services import flow, truth_checks, truth_facts

WEEKS = 5
FORGETS, HOPES = 2, 5
# Filled in this very transaction, so nobody has looked at them yet.
TELL_PLANNER = "ANALYZE jira_jiraissue, jira_jirachange, planning_initiativeepic"
RESTING = 31


def look(world: World, plan: list[Planned]) -> None:
    """Look at the running quarter each week, at the last one before it ended, and ask owners."""
    flow.rebuild(at=world.now)
    with connection.cursor() as cursor:
        cursor.execute(TELL_PLANNER)
    records = {one.place: Initiative.objects.get(pk=one.record.pk) for one in plan}
    places = {one.pk: place for place, one in records.items()}
    running = [records[one.place] for one in plan if one.quarter == 0]
    ended = [records[one.place] for one in plan if one.is_delivered and one.quarter == -1]
    for back in range(WEEKS, 0, -1):
        for check in _look(running, world.now - timedelta(weeks=back)):
            _answer(world, check, places[check.initiative_id], is_first=back == WEEKS)
    for back in (8, 6):
        _look(ended, _end_of(ended) - timedelta(weeks=back))
    _rest(world, records[RESTING])
    truth_checks.check([one for one in running if not one.is_over], at=world.now)


def _look(initiatives: list[Initiative], at: datetime) -> list[TruthCheck]:
    """Keep what a look would have found at a past moment, beside what was reported then."""
    found = []
    begun = [one for one in initiatives if one.created_at < at]
    facts = truth_facts.gather(begun, at=at)
    for one in begun:
        update = one.updates.filter(at__lte=at).order_by("-at", "-pk").first()
        one.status = update.status if update else Initiative.Status.UNKNOWN
        one.status_at = update.at if update else None
        if one.finished_at is None or one.finished_at > at:
            found.append(truth.keep_look(initiative=one, facts=facts[one.pk], at=at))
    return found


def _answer(world: World, check: TruthCheck, place: int, *, is_first: bool) -> None:
    """Report the day after: most say what Jira says, some hope on, some forget to."""
    initiative = check.initiative
    at = working(check.checked_at + timedelta(days=1))
    habit = place % 7
    if initiative.is_over or (habit == FORGETS and not is_first):
        return
    status = check.derived if check.derived in REPORTS and habit != HOPES else "on_track"
    planning.report_status(
        initiative=initiative, status=status, text=world.dice.choice(REPORTS[status]),
        confidence="low" if status == "off_track" else "medium", by=initiative.owner, at=at,
    )  # fmt: skip


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
