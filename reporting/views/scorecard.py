"""The scorecard, and one figure with everything behind it."""

import csv

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from prodops.people.permissions import can_read_reports, require
from prodops.ui.lists import export
from reporting import readings, scope, sparkline
from reporting.metrics.catalogue import METRICS
from reporting.metrics.freshness import jira_freshness
from reporting.models import MetricDefinition, Restatement

ROWS = 50


@require_GET
@require(can_read_reports)
def scorecard(request):
    months = scope.months()
    period, team = scope.asked_period(request, months), scope.asked_team(request)
    found = readings.read_all(period=period, team=team)
    context = {
        "tiles": [(reading, sparkline.spark(reading)) for reading in found],
        "judged": [one for one in found if one.status != "unknown"],
        "on_target": [one for one in found if one.status == "good"],
        "signals": [one for one in found if one.signal.is_signal],
        **_choice(period, team, months),
        "freshness": jira_freshness(),
        "is_partial": period.is_partial(timezone.now()),
        "has_figures": any(one.value for one in found),
    }
    template = "reporting/_scorecard.html" if request.htmx else "reporting/scorecard.html"
    return render(request, template, context)


@require_GET
@require(can_read_reports)
def figure(request, key):
    definition = get_object_or_404(MetricDefinition.objects.current(), key=key)
    months = scope.months()
    period, team = scope.asked_period(request, months), scope.asked_team(request)
    evidence = METRICS[key].evidence(period, timezone.now(), team)
    if request.GET.get("format") == "csv":
        return _download(evidence, f"{key}-{period.slug}.csv")
    reading = readings.read_one(definition=definition, period=period, team=team)
    context = {
        "reading": reading,
        "definition": reading.definition,
        "line": sparkline.chart(reading),
        **_rows(evidence, request.GET.get("page")),
        "restatements": _restatements(reading),
        **_choice(period, team, months),
        "freshness": jira_freshness() if METRICS[key].reads_jira else None,
    }
    template = "reporting/_figure.html" if request.htmx else "reporting/figure.html"
    return render(request, template, context)


def _choice(period, team, months):
    return {
        "period": period,
        "team": team,
        "months": scope.choices(months, period),
        "teams": scope.teams(),
    }


def _rows(evidence, number):
    page = Paginator(evidence.source, ROWS).get_page(number)
    rows = [zip(evidence.columns, evidence.cells(row), strict=True) for row in page]
    return {"evidence": evidence, "page": page, "rows": rows}


def _restatements(reading):
    if reading.value is None:
        return Restatement.objects.none()
    return Restatement.objects.filter(metric_value=reading.value).order_by("-at", "-pk")[:10]


def _download(evidence, name):
    return StreamingHttpResponse(
        _lines(evidence),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(evidence):
    """Yield every row as CSV; text that a spreadsheet would run is neutralised."""
    writer = csv.writer(_Echo())
    yield writer.writerow(evidence.columns)
    for row in evidence.source:
        yield writer.writerow([export.cell(value) for value in evidence.cells(row)])


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line):
        return line
