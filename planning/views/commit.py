"""The commit of a cycle: what it would freeze, what to mend first, and the act."""

from collections import defaultdict
from decimal import Decimal

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning import services
from planning.models import Allocation, Cycle
from planning.services.capacity import team_weeks
from planning.services.scoring import read_standing
from planning.views.score_rows import hidden_from
from prodops.people.permissions import can_run_operations, require
from prodops.ui.toasts import toast

NAMED = 12


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def commit(request, pk):
    rows = Cycle.objects.visible_to(request.user).select_related("thread", "committed_by")
    cycle = get_object_or_404(rows, pk=pk)
    error = ""
    if request.method == "POST":
        try:
            services.commit_cycle(cycle=cycle, by=request.user, at=timezone.now())
        except services.Refusal as refusal:
            error = str(refusal)
        else:
            toast(request, f"{cycle} is committed.")
            return redirect(cycle)
    plan = list(cycle.commitments.visible_to(request.user).for_display())
    context = {"cycle": cycle, "error": error, **_frozen(request.user, cycle, plan)}
    return render(request, "planning/commit.html", context, status=422 if error else 200)


def _frozen(user, cycle, plan):
    """Return what the commit would freeze, and what a careful person would mend first."""
    weeks, teams = _given(cycle)
    standing = read_standing(cycle=cycle)
    is_hidden = bool(standing and hidden_from(user, standing.criteria))
    lines = standing.lines if standing and not is_hidden else []
    scores = {line.initiative_id: line.value for line in lines}
    rows = [(one, weeks.get(one.initiative_id), scores.get(one.initiative_id)) for one in plan]
    return {
        "preview": rows,
        "teams": teams,
        "is_scored": standing is not None,
        "is_hidden": is_hidden,
        "warnings": [*_warnings(plan), *(f"{one.over_words}." for one in teams if one.is_over)],
    }


def _given(cycle):
    """Return the weeks each initiative is given, and the teams that give any."""
    weeks, given = defaultdict(Decimal), defaultdict(Decimal)
    teams = {}
    rows = Allocation.objects.counted(cycle).select_related("team")
    for one in rows.order_by("team__name", "pk"):
        weeks[one.initiative_id] += one.weeks
        given[one.team_id] += one.weeks
        teams[one.team_id] = one.team
    found = team_weeks(cycle=cycle, teams=teams.values(), given=given)
    return weeks, [one for one in found if one.allocated]


def _warnings(plan):
    undated = [each for each in plan if each.initiative.target_on is None]
    late = [each for each in plan if each.ends_after]
    if undated:
        yield f"Without a target date: {_named(undated)}."
    if late:
        yield f"Due only after the cycle ends: {_named(late)}."


def _named(commitments):
    """Name initiatives by their keys, the first of them only when there are many."""
    keys = [each.initiative.key for each in commitments[:NAMED]]
    more = len(commitments) - len(keys)
    return ", ".join(keys) + (f" and {more} more" if more else "")
