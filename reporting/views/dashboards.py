"""The delivery dashboard, served from the last good rendering of each chart."""

import csv

from csp.decorators import csp_update
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_GET, require_POST

from prodops.people.permissions import can_read_reports, require
from prodops.ui.lists import export
from prodops.ui.toasts import toast
from reporting import scope
from reporting.charts import png
from reporting.charts.catalogue import CHARTS
from reporting.metrics.freshness import jira_freshness
from reporting.models import Rendering
from reporting.services import renderings


@require_GET
@require(can_read_reports)
@csp_update({"style-src": ["'unsafe-inline'"]})
def delivery(request):
    team = scope.asked_team(request)
    drawn = {one.slug: one for one in _renderings(team).defer("figure")}
    context = {
        "tiles": [(slug, chart, drawn.get(slug)) for slug, chart in CHARTS.items()],
        "missing": [slug for slug in CHARTS if not drawn.get(slug) or not drawn[slug].rendered_at],
        "team": team,
        "teams": scope.teams(),
        "freshness": jira_freshness(),
        "drawing_url": reverse("reporting:drawing"),
        "has_pictures": png.find_chromium() is not None,
    }
    return render(request, "reporting/dashboard.html", context)


@require_POST
@require(can_read_reports)
def redraw(request):
    team = scope.named_team(request.POST.get("team", ""))
    renderings.request(team=team, at=timezone.now())
    toast(request, "The charts are being drawn; reload the page in a moment.")
    address = reverse("reporting:dashboard")
    return redirect(f"{address}?team={team.slug}" if team else address)


def _version(request, slug):
    drawn = _renderings(scope.asked_team(request)).filter(slug=slug)
    moment = drawn.values_list("rendered_at", flat=True).first()
    return f'"{moment.timestamp()}"' if moment else None


@require_GET
@require(can_read_reports)
@condition(etag_func=_version)
def figure(request, slug):
    response = JsonResponse(_drawn(request, slug).figure)
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_GET
@require(can_read_reports)
def table(request, slug):
    rendering = _drawn(request, slug)
    name = f"{slug}-{rendering.scope}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(rendering.table["columns"])
    writer.writerows([export.cell(value) for value in row] for row in rendering.table["rows"])
    return response


@require_GET
@require(can_read_reports)
def picture(request, slug):
    rendering = _drawn(request, slug)
    try:
        drawn = png.png(rendering.figure)
    except png.NotDrawn as refusal:
        raise Http404(str(refusal)) from refusal
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{rendering.scope}.png"'
    return response


def _renderings(team):
    return Rendering.objects.filter(team=team, slug__in=CHARTS)


def _drawn(request, slug):
    drawn = _renderings(scope.asked_team(request)).drawn()
    return get_object_or_404(drawn, slug=slug)
