"""A cycle's scores: the ranking with all that goes into it, and rankings kept."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from planning.models import Cycle, Ranking
from planning.models.scores import placed
from planning.services.scoring import read_standing
from planning.views.score_rows import hidden_from, missing_in, rows_of
from prodops.people.permissions import can_plan, can_run_operations
from prodops.ui.lists.export import Echo, cell

KEPT_SHOWN = 6


def find_cycle(request, pk):
    rows = Cycle.objects.visible_to(request.user).select_related("thread")
    return get_object_or_404(rows, pk=pk)


@require_GET
def scores(request, pk):
    cycle = find_cycle(request, pk)
    standing = read_standing(cycle=cycle)
    kept = list(cycle.rankings.visible_to(request.user).for_display()[:KEPT_SHOWN])
    may_edit = can_plan(request.user) and not cycle.is_closed
    rows = []
    if standing:
        rows = rows_of(standing, request.user, kept=kept[0] if kept else None, may_edit=may_edit)
    if standing and request.GET.get("format") == "csv":
        return _csv(cycle, standing, rows)
    context = {
        **about(cycle, request.user),
        "standing": standing,
        "rows": rows,
        "missing": missing_in(rows),
        "kept": kept,
        "may_edit": may_edit,
        "sessions": list(cycle.scoring_sessions.visible_to(request.user).for_display()),
    }
    return render(request, "planning/scoring/scores.html", context)


def about(cycle, user):
    """Return what every page of a cycle's scores shows."""
    return {
        "cycle": cycle,
        "here": "scores",
        "here_label": "Scores",
        "may_plan": can_plan(user),
        "may_operate": can_run_operations(user),
    }


def _csv(cycle, standing, rows):
    """Answer with the ranking as it is shown, safe for a spreadsheet."""
    heads = ["Place", "Key", "Initiative", "Owner", "Score", "Why there is none", "Rank by score"]
    for criterion in standing.criteria:
        heads += [criterion.label, f"{criterion.label} is from"]

    def lines():
        yield heads
        for row in rows:
            initiative, line = row.initiative, row.line
            place = line.place if line.is_placed else None
            values = [place, initiative.key, initiative.title, initiative.owner.name]
            values += [row.score, row.gap, None if row.hides_score else line.rank]
            for one in row.cells:
                values += [one.given.value if one.given else "Hidden", one.source]
            yield [cell(value) for value in values]

    writer = csv.writer(Echo())
    name = f"scores-{cycle.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        (writer.writerow(line) for line in lines()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
def ranking(request, pk):
    """A ranking as it was kept: scores, places, and what went into them then."""
    kept = get_object_or_404(
        Ranking.objects.visible_to(request.user).for_display().select_related("cycle__thread"),
        pk=pk,
    )
    criteria = list(kept.version.criteria.order_by("position"))
    hidden = hidden_from(request.user, criteria)
    scores = list(kept.scores.select_related("initiative").order_by("place", "pk"))
    with_place = placed(scores)
    rows = [
        (one, one in with_place, [(each, *_kept(one, each, hidden)) for each in criteria])
        for one in scores
    ]
    context = {"ranking": kept, "criteria": criteria, "rows": rows, "hides_score": bool(hidden)}
    return render(
        request, "planning/scoring/ranking.html", {**about(kept.cycle, request.user), **context}
    )


def _kept(score, criterion, hidden):
    if criterion.name in hidden:
        return "Hidden", ""
    return score.inputs.get(criterion.name) or (None, "")
