"""Series: the list, the page of one with chart and table, the form that adds or changes one."""

import csv

from csp.decorators import csp_update
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from prodops.integrations.amplitude import charts, definitions, services
from prodops.integrations.amplitude.access import zone_of
from prodops.integrations.amplitude.forms import KINDS, SeriesForm
from prodops.integrations.amplitude.models import Cohort, Series
from prodops.integrations.amplitude.views.lists import SERIES
from prodops.integrations.errors import SourceError
from prodops.integrations.models import Connection
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.lists import export
from prodops.ui.toasts import toast

ROWS_SHOWN = 30
POINTS_DRAWN = 20_000
KEPT = ("title", "connection", "owner", "time_zone", "is_active", "grain", "segment", "starts_on")


@require_GET
@require(is_insider)
def all_series(request):
    context = {"may_manage": can_run_operations(request.user), "projects": _projects()}
    found = Series.objects.visible_to(request.user).for_display()
    return lists.respond(request, SERIES, found, context=context)


@require_GET
@require(is_insider)
@csp_update({"style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def one_series(request, pk):
    series = _find(request, pk)
    newest = list(series.points.order_by("-on", "segment", "step", "pk")[:ROWS_SHOWN])
    restated = series.restatements.of_question(series).for_display()
    context = {
        "series": series,
        "asked": definitions.in_words(series),
        "rows": _parts(series, newest),
        "has_parts": any(row.segment or row.step for row in newest),
        "totals": _parts(series, series.totals.order_by("-value", "pk")[:20]),
        "restatements": _parts(series, restated[:30]),
        "may_manage": can_run_operations(request.user) and series.kind != Series.Kind.EXPORT,
    }
    return render(request, "amplitude/one_series.html", context)


@require_GET
@require(is_insider)
def figure(request, pk):
    series = _find(request, pk)
    newest = series.points.order_by("-on", "segment", "step", "pk")[:POINTS_DRAWN]
    points = sorted(newest, key=lambda point: (point.on, point.segment, point.step))
    response = JsonResponse(charts.figure(series, points))
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_GET
@require(is_insider)
def table(request, pk):
    series = _find(request, pk)
    name = f"series-{series.pk}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(["Day", "Segment", "Step", "Value", "First seen", "Partial", "Data from"])
    names = ("on", "segment", "step", "value", "first_value", "is_partial", "data_as_of")
    for row in series.points.for_display().values_list(*names).iterator():
        writer.writerow([export.cell(value) for value in row])
    return response


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new_series(request, kind):
    connection = _projects().first()
    today = timezone.localdate()
    initial = {
        "connection": connection,
        "owner": request.user,
        "time_zone": zone_of(connection).key
        if connection
        else timezone.get_default_timezone_name(),
        "starts_on": today.replace(year=today.year - 1, day=1),
        "grain": Series.Grain.DAY,
    }
    form = SeriesForm(sent(request), kind=kind, today=today, initial=initial)
    return _answer(request, form, title="New series", kinds=KINDS)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def edit_series(request, pk):
    asked = Series.objects.visible_to(request.user).exclude(kind=Series.Kind.EXPORT)
    series = get_object_or_404(asked.for_display(), pk=pk)
    form = SeriesForm(
        sent(request),
        kind=series.kind,
        today=timezone.localdate(),
        series=series,
        initial=_entered(series),
    )
    return _answer(request, form, title="Edit series", series=series)


def _entered(series):
    """Return a series as somebody would have typed it."""
    shown = {name: getattr(series, name) for name in KEPT} | definitions.as_entered(series)
    if series.kind == Series.Kind.COHORT:
        cohorts = Cohort.objects.filter(connection=series.connection)
        shown["cohort"] = cohorts.filter(cohort_id=series.definition["cohort"]).first()
    return shown


def _answer(request, form, **context):
    """Save what was entered, or show it with its price and, when asked for, its newest numbers."""
    if form.is_bound and form.is_valid():
        if "look" not in request.POST:
            series = services.save_series(
                series=form.series, by=request.user, at=timezone.now(), **form.saved()
            )
            toast(request, f"Saved {series}; its numbers come with the next sync.")
            return redirect(series)
        context |= _looked(form)
    status = 422 if form.errors else 200
    return render(request, "amplitude/edit_series.html", context | {"form": form}, status=status)


def _looked(form):
    """Return the price and the numbers of what was entered, or why there are none."""
    draft = form.draft()
    shown: dict[str, object] = {}
    try:
        shown["price"] = services.price(draft, today=form.today)
        if draft.kind != Series.Kind.COHORT:
            newest = services.look(draft, at=timezone.now())[-40:]
            shown["points"] = _parts(draft, newest)
    except SourceError as error:
        shown["trouble"] = str(error)
    return shown


def _parts(series, rows):
    """Return each row with the words for what part of the series it is of."""
    return [(row, series.part(row.segment, row.step)) for row in rows]


def _find(request, pk):
    return get_object_or_404(Series.objects.visible_to(request.user).for_display(), pk=pk)


def _projects():
    return Connection.objects.filter(kind=Connection.Kind.AMPLITUDE).order_by("name", "pk")
