"""What became of the scores and the capacity of a committed plan: the review, and as CSV."""

import csv

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from planning.models import Cycle
from planning.models.scoring import plain
from planning.services.capacity_changes import capacity_told
from planning.services.since_commit import capacity_since, read_since, scores_since
from planning.views.since import since_asked
from prodops.ui.lists import export

SCORES = ("Initiative", "Title", "Score then", "Score now", "Then", "Now", "Plan")
WEEKS = ("Team", "Available then", "Available now", "Given away then", "Given away now", "Now")


def _committed(request, pk, since):
    """Return a cycle with a baseline, and since when it is compared; others have no such page."""
    rows = Cycle.objects.visible_to(request.user).with_day_kept(since)
    cycle = get_object_or_404(rows.select_related("baseline", "committed_by"), pk=pk)
    if not hasattr(cycle, "baseline"):
        raise Http404("This cycle has no baseline.")
    return cycle, read_since(cycle=cycle, since=since, kept_on=cycle.kept_on)


@require_GET
def scores(request, pk):
    asked, shown = since_asked(request)
    cycle, since = _committed(request, pk, asked)
    rows = scores_since(cycle=cycle, since=since)
    if request.GET.get("format") == "csv":
        return _csv(f"{cycle.slug}-scores.csv", SCORES, map(_score_cells, rows))
    changed = [one for one in rows if not one.is_same]
    context = {"scores": changed, "same": [one for one in rows if one.is_same], **shown}
    return _answer(request, cycle, since, "Scores since", "scores", context)


@require_GET
def capacity(request, pk):
    asked, shown = since_asked(request)
    cycle, since = _committed(request, pk, asked)
    rows = capacity_since(cycle=cycle, since=since)
    if request.GET.get("format") == "csv":
        return _csv(f"{cycle.slug}-capacity.csv", WEEKS, map(_week_cells, rows))
    changed = [one for one in rows if not one.is_same]
    shown["told"] = capacity_told(cycle=cycle, since=since.start)
    context = {"teams": changed, "same": [one for one in rows if one.is_same], **shown}
    return _answer(request, cycle, since, "Capacity since", "capacity", context)


def _answer(request, cycle, since, label, side, context):
    shared = {"cycle": cycle, "here": "changes", "here_label": label, "side": side, "start": since}
    status = 422 if context["form"].errors else 200
    template = f"planning/changes/{side}.html"
    return render(request, template, {**shared, **context}, status=status)


def _score_cells(one):
    values = [one.before, one.after]
    told = ["" if each is None else plain(each) for each in values]
    return [
        one.initiative.key, one.initiative.title, *told, one.then.words, one.now.words,
        one.came_or_went,
    ]  # fmt: skip


def _week_cells(one):
    before, after = one.before or ("", ""), one.after
    return [one.team.name, before[0], after[0], before[1], after[1], one.now.words]


def _csv(name, heads, rows):
    writer = csv.writer(export.Echo())
    lines = [heads, *rows]
    return StreamingHttpResponse(
        (writer.writerow([export.cell(value) for value in line]) for line in lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
