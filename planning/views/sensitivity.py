"""How a cycle's ranking moves when a criterion counts more or less."""

from itertools import groupby

from django.shortcuts import render
from django.views.decorators.http import require_GET

from planning.forms.scoring import SensitivityForm
from planning.models.ranking import ranks
from planning.models.sensitivity import CHANGES, LEAST, MOST, moves, ranked_with, tipping_point
from planning.services.scoring import read_standing
from planning.views.score_rows import hidden_from
from planning.views.scores import about, find_cycle


@require_GET
def sensitivity(request, pk):
    cycle = find_cycle(request, pk)
    standing = read_standing(cycle=cycle)
    context = {**about(cycle, request.user), "standing": standing}
    context |= {"changes": CHANGES, "least": LEAST, "most": MOST}
    if standing and hidden_from(request.user, standing.criteria):
        context["is_hidden"] = True
    elif standing and len([one for one in standing.lines if one.value is not None]) > 1:
        tree, rows = standing.version.tree, standing.values
        context |= {"table": _table(standing, tree, rows), **_trial(request, standing, tree, rows)}
    fragment = request.htmx and "table" in context
    template = "_trial.html" if fragment else "sensitivity.html"
    return render(request, f"planning/scoring/{template}", context)


def _table(standing, tree, rows):
    """Return for each criterion its moves, and what would bring another to the first place."""
    labels = {one.name: one.label for one in standing.criteria}
    found = []
    for name, each in groupby(moves(tree, rows), key=lambda move: move.name):
        lines = [(move, standing.initiatives.get(move.farthest)) for move in each]
        weight = tipping_point(tree, rows, name)
        estimate = tipping_point(tree, rows, name, only_first=True)
        found.append((labels[name], lines, weight, estimate))
    return found


def _trial(request, standing, tree, rows):
    """Return the ranking beside the one with the change somebody asked for."""
    form = SensitivityForm(request.GET or None, criteria=standing.criteria)
    name, percent = standing.criteria[0].name, 25
    if form.is_valid():
        name = form.cleaned_data["criterion"] or name
        percent = form.cleaned_data["percent"] if "percent" in request.GET else percent
    before = ranks(ranked_with(tree, rows))
    after = ranked_with(tree, rows, name, percent or 0)
    now = ranks(after)
    order = sorted(now, key=lambda pk: (now[pk], before.get(pk, len(now)), pk))
    most = max((abs(after[pk]) for pk in order), default=0) or 1
    lines = [
        (standing.initiatives[pk], now[pk], before[pk] - now[pk], after[pk], abs(after[pk]) / most)
        for pk in order
        if pk in before
    ]
    shown = SensitivityForm(
        {"criterion": name, "percent": percent or 0}, criteria=standing.criteria
    )
    return {"form": shown, "lines": lines, "percent": percent or 0, "first": standing.lines[0]}
