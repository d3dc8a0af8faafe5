"""Acts on a cycle's scores: the model, the candidates, one value, another place."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning.forms.scoring import CandidatesForm, InputForm, OverrideForm, SheetForm
from planning.models import Initiative, Ranking, RankOverride, ScoreSheet, running_for
from planning.services import Refusal, score_sheets
from planning.services.scoring import keep_ranking, read_standing
from planning.views.acts import done, form_page
from planning.views.score_rows import Cell, hidden_from, rows_of
from planning.views.scores import about, find_cycle
from prodops.people.permissions import can_plan, can_run_operations, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


def _back(cycle):
    return redirect("planning:scores", cycle.pk)


def score_page(request, cycle, form, *, title, submit, **context):
    """Answer with one form that belongs to the scores of a cycle."""
    crumbs = {"cancel": reverse("planning:scores", args=[cycle.pk]), "cycle": cycle}
    context = {"template": "planning/scoring/form.html", **crumbs, **context}
    return form_page(request, form, title=title, submit=submit, about=cycle, **context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def sheet(request, pk):
    cycle = find_cycle(request, pk)
    held = ScoreSheet.objects.filter(cycle=cycle).first()
    asked = request.GET.get("version")
    initial = {"version": asked or (held.version_id if held else None)}
    form = SheetForm(sent(request), sheet=held, initial=initial)

    def act():
        version = form.cleaned_data["version"]
        score_sheets.choose_version(
            cycle=cycle, version=version, by=request.user, at=timezone.now()
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"{cycle} is scored by {form.cleaned_data['version']}.")
        return _back(cycle)
    return score_page(request, cycle, form, title="Choose a scoring model", submit="Score by it")


@require_http_methods(["GET", "POST"])
@require(can_plan)
def candidates(request, pk):
    cycle = find_cycle(request, pk)
    form = CandidatesForm(sent(request), cycle=cycle, user=request.user)

    def act():
        chosen = form.cleaned_data["initiatives"]
        score_sheets.add_candidates(
            cycle=cycle, initiatives=chosen, by=request.user, at=timezone.now()
        )

    if request.method == "POST" and done(form, act):
        count = len(form.cleaned_data["initiatives"])
        toast(request, f"{count} initiative{'s' * (count != 1)} in the running.")
        return _back(cycle)
    return score_page(request, cycle, form, title="Add candidates", submit="Add to the running")


@require_POST
@require(can_plan)
def removal(request, pk, initiative):
    cycle = find_cycle(request, pk)
    one = get_object_or_404(running_for(cycle).visible_to(request.user), pk=initiative)
    try:
        score_sheets.remove_candidate(
            cycle=cycle, initiative=one, by=request.user, at=timezone.now()
        )
        toast(request, f"{one.key} is not in the running any more.")
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return _back(cycle)


@require_POST
@require(can_plan)
def keeping(request, pk):
    cycle = find_cycle(request, pk)
    occasion = Ranking.Occasion.KEPT
    kept = keep_ranking(cycle=cycle, occasion=occasion, by=request.user, at=timezone.now())
    if kept:
        toast(request, "The ranking is kept as it stands.")
    else:
        toast(request, "There is nothing to keep yet.", tone="negative")
    return _back(cycle)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def value(request, pk, initiative, name):
    """One value of the sheet: a form of its own, which htmx exchanges in place."""
    cycle = find_cycle(request, pk)
    standing, line, criterion = _place(cycle, request.user, initiative, name)
    one, given = standing.initiatives[initiative], line.inputs[name]
    form = InputForm(sent(request), criterion=criterion, initiative=one, given=given)

    def act():
        told = {"by": request.user, "at": timezone.now(), **form.cleaned_data}
        score_sheets.set_input(cycle=cycle, initiative=one, name=name, **told)

    if request.method == "POST" and done(form, act):
        if request.htmx:
            return _saved(request, cycle, initiative, name)
        toast(request, f"{criterion.label} of {one.key} is saved.")
        return redirect(_origin(request, cycle, one))
    if request.htmx:
        return _refused(request, cycle, one, Cell(criterion=criterion, given=given, form=form))
    title = f"{criterion.label} of {one.key} {one.title}"
    context = {"criterion": criterion, "cancel": _origin(request, cycle, one)}
    return score_page(request, cycle, form, title=title, submit="Save", **context)


def _origin(request, cycle, initiative):
    """Return where the form of a value was opened: on the initiative, or among the scores."""
    if request.GET.get("from") == "initiative":
        query = {"cycle": cycle.slug}
        return reverse("planning:initiative-score", args=[initiative.pk], query=query)
    return reverse("planning:scores", args=[cycle.pk])


def _place(cycle, user, initiative, name):
    """Return the scores and the line and criterion of one value; 404 where there is none."""
    standing = read_standing(cycle=cycle)
    if standing is None or initiative not in standing.initiatives:
        raise Http404("This initiative is not in the running.")
    criterion = next((one for one in standing.criteria if one.name == name), None)
    if criterion is None:
        raise Http404("The model does not ask this.")
    if name in hidden_from(user, standing.criteria):
        raise PermissionDenied("The value is revenue.")
    line = next(one for one in standing.lines if one.initiative_id == initiative)
    return standing, line, criterion


def _saved(request, cycle, initiative, name):
    """Answer with the value as it is now, and every score and place, which may have moved."""
    standing = read_standing(cycle=cycle)
    kept = cycle.rankings.for_display().first()
    rows = rows_of(standing, request.user, kept=kept, may_edit=True)
    row = next(row for row in rows if row.initiative.pk == initiative)
    cell = next(each for each in row.cells if each.criterion.name == name)
    context = {**about(cycle, request.user), "cell": cell, "row": row, "rows": rows, "saved": True}
    return render(request, "planning/scoring/_saved.html", context)


def _refused(request, cycle, one, cell):
    """Answer with the form as it was typed; the next try replaces what stands there now."""
    data = cell.form.data.copy()
    data["seen"] = str(cell.given.said)
    cell.form.data = data
    context = {"cycle": cycle, "cell": cell, "row": {"initiative": one}}
    return render(request, "planning/scoring/_cell.html", context, status=422)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def override(request, pk, initiative):
    cycle = find_cycle(request, pk)
    one = get_object_or_404(running_for(cycle).visible_to(request.user), pk=initiative)
    form = OverrideForm(sent(request))
    made = []

    def act():
        told = {"by": request.user, "at": timezone.now(), **form.cleaned_data}
        made.append(score_sheets.override_rank(cycle=cycle, initiative=one, **told))

    if request.method == "POST" and done(form, act):
        toast(request, f"{one.key} has place {made[0].place}; {made[0].decision.key} is open.")
        return _back(cycle)
    title = f"Set the place of {one.key} {one.title}"
    return score_page(request, cycle, form, title=title, submit="Override the score")


@require_POST
@require(can_plan)
def override_end(request, pk):
    rows = RankOverride.objects.filter(initiative__in=Initiative.objects.visible_to(request.user))
    held = get_object_or_404(rows.select_related("cycle", "initiative__thread"), pk=pk)
    try:
        score_sheets.end_override(override=held, by=request.user, at=timezone.now())
        toast(request, f"The score decides the place of {held.initiative.key} again.")
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return _back(held.cycle)
