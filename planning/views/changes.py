"""What became of a cycle's plan since its commit, or since a day: the review, and as CSV."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from planning.models import Commitment, Cycle
from planning.models.plan_diff import read_diff
from planning.views.since import since_asked
from prodops.ui.lists import export

COLUMNS = (
    "Initiative",
    "Title",
    "Change",
    "Before",
    "After",
    "Who",
    "When",
    "Reason",
    "What happened",
)


@require_GET
def changes(request, pk):
    rows = Cycle.objects.visible_to(request.user)
    cycle = get_object_or_404(rows.select_related("thread", "committed_by", "baseline"), pk=pk)
    since, shown = since_asked(request)
    diff = read_diff(cycle, since)
    if diff and request.GET.get("format") == "csv":
        return _csv(cycle, diff)
    context = {
        "cycle": cycle,
        "here": "changes",
        "here_label": "Changes",
        "side": "plan",
        "diff": diff,
        "start": diff,
        "predictability": Commitment.objects.predictability(cycle, timezone.now()),
        **shown,
    }
    status = 422 if shown["form"].errors else 200
    return render(request, "planning/changes/page.html", context, status=status)


def _csv(cycle, diff):
    writer = csv.writer(export.Echo())
    lines = [COLUMNS, *(row for one in diff.differences for row in _rows(one))]
    return StreamingHttpResponse(
        (writer.writerow([export.cell(value) for value in line]) for line in lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{cycle.slug}-changes.csv"'},
    )


def _rows(one):
    """Yield a row for each thing that differs, told by the act that did it last."""
    if one.added or one.is_added:
        yield _row(one, "Added", "", _words(one, one.added or one.after), one.added)
    if one.dropped and not one.after:
        yield _row(one, "Dropped", _words(one, one.before or one.dropped), "", one.dropped)
    for part in one.parts:
        yield _row(one, part.label, part.before, part.after, part.told[-1] if part.told else None)


def _row(one, change, before, after, told):
    act = [told.by, told.at, told.reason_words, told.note] if told else ["", "", "", ""]
    return [one.initiative.key, one.initiative.title, change, before, after, *act]


def _words(one, line):
    line = getattr(line, "line", line)
    kind = "Unplanned" if one.was_unplanned else Commitment.Kind(line.kind).label
    return f"{kind}, {line.target_words}"
