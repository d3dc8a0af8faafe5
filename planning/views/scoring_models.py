"""Scoring models: the list, one with its versions, and building one with a live preview."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.scoring_models import FormulaForm, criteria_set, drafts_in
from planning.formula import FormulaError, names_in, parse
from planning.models import Criterion, Cycle, ScoringModel, running_for
from planning.services import Refusal, scoring_models
from planning.services.scoring import rank_lines, read_inputs
from planning.services.scoring_models import CriterionDraft
from planning.services.standard_models import STANDARD
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui import forms as ui_forms
from prodops.ui.forms import sent
from prodops.ui.lists import key_of
from prodops.ui.toasts import toast

PREVIEWED = 12


@require_GET
@require(is_insider)
def models(request):
    shown = ScoringModel.objects.visible_to(request.user).for_display()
    context = {"models": list(shown), "may_operate": can_run_operations(request.user)}
    return render(request, "planning/scoring/models.html", context)


@require_GET
def model(request, pk):
    found = _find(request, pk)
    versions = found.versions.select_related("by").prefetch_related("criteria").order_by("-number")
    context = {
        "model": found,
        "versions": list(versions),
        "may_operate": can_run_operations(request.user),
    }
    return render(request, "planning/scoring/model.html", context)


def _find(request, pk):
    rows = ScoringModel.objects.visible_to(request.user).select_related("current")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    """Build a model from nothing or from a standard one, `?from=RICE`."""
    start = next((one for one in STANDARD if one["name"] == request.GET.get("from")), {})
    drafts = [CriterionDraft(**one) for one in start.get("criteria", ())]
    initial = {name: start.get(name, "") for name in ("description", "formula")}
    form = FormulaForm(sent(request), initial=initial)
    del form.fields["note"]

    def act(criteria, name, formula, description, **_):
        told = {"by": request.user, "at": timezone.now(), "criteria": criteria}
        return scoring_models.create_model(
            name=name, formula=formula, description=description, **told
        )

    return _build(request, form, drafts, act, title="New scoring model", submit="Make the model")


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def edit(request, pk):
    found = _find(request, pk)
    current = scoring_models.current_of(found)
    initial = {"name": found.name, "description": found.description}
    initial |= {"formula": current.formula, "seen": current.number}
    form = FormulaForm(sent(request), initial=initial)

    def act(criteria, seen, **fields):
        told = {"by": request.user, "at": timezone.now(), "seen": seen or 0}
        return scoring_models.revise_model(model=found, criteria=criteria, **fields, **told)

    drafts = scoring_models.drafts_of(current)
    title = f"Edit {found}"
    return _build(request, form, drafts, act, title=title, submit="Save the model", model=found)


def _build(request, form, drafts, act, **context):
    """Answer the builder: one more row, the model made, or the form again."""
    more = "more" in request.POST
    rows = criteria_set(sent(request), drafts or [CriterionDraft(name="", question="")], more)
    if request.method == "POST" and not more and form.is_valid() and rows.is_valid():
        made = []

        def save():
            made.append(act(drafts_in(rows), **form.cleaned_data))

        if ui_forms.done(form, save, refusal=Refusal):
            toast(request, f"{made[0]} is saved.")
            return redirect(made[0])
    if more:
        form = FormulaForm(initial=request.POST.dict())
    is_wrong = request.method == "POST" and not more
    cycles = Cycle.objects.visible_to(request.user).order_by("-starts_on", "-pk")
    context |= {"form": form, "rows": rows, "templates": [one["name"] for one in STANDARD]}
    context |= {"preview": {}, "cycles": list(cycles[:8]), "is_wrong": is_wrong}
    status = 422 if is_wrong else 200
    return render(request, "planning/scoring/builder.html", context, status=status)


@require_POST
@require(can_run_operations)
def preview(request):
    """Say what is wrong with a formula and where, or how it would rank a cycle's initiatives."""
    rows = criteria_set(request.POST)
    drafts = [_draft(form) for form in rows if form.is_valid() and not _is_removed(form)]
    context = {"preview": {}}
    try:
        tree = parse(request.POST.get("formula", "")[:2001], [one.name for one in drafts])
    except FormulaError as error:
        context["preview"] = {"error": error}
    else:
        used = names_in(tree)
        idle = [one.name for one in drafts if one.name not in used]
        lines = _ranked(request, tree, drafts)
        context["preview"] = {"lines": lines, "criteria": drafts, "idle": idle}
    return render(request, "planning/scoring/_preview.html", context)


def _is_removed(form):
    return bool(form.cleaned_data.get("DELETE"))


def _draft(form):
    names = CriterionDraft.__dataclass_fields__
    return CriterionDraft(**{name: form.cleaned_data[name] for name in names})


def _ranked(request, tree, drafts):
    """Return the first initiatives of the chosen cycle as this formula would rank them."""
    cycles = Cycle.objects.visible_to(request.user)
    cycle = cycles.filter(pk=key_of(request.POST.get("cycle", ""))).first()
    if cycle is None:
        return []
    initiatives = running_for(cycle).in_bulk()
    criteria = [Criterion(**{"name": one.name, "source": one.source}) for one in drafts]
    inputs = read_inputs(
        cycle=cycle, scoring_model_id=None, criteria=criteria, initiatives=initiatives.values()
    )
    lines = rank_lines(tree=tree, inputs=inputs)[:PREVIEWED]
    return [(line, initiatives[line.initiative_id]) for line in lines]


@require_POST
@require(can_run_operations)
def archive(request, pk):
    """Offer a model no more, or again."""
    found = _find(request, pk)
    if found.archived_at:
        scoring_models.restore_model(model=found)
        toast(request, f"{found} is offered again.")
    else:
        scoring_models.archive_model(model=found, at=timezone.now())
        toast(request, f"{found} is archived; sheets that use it go on.")
    return redirect(found)
