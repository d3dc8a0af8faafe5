"""An initiative's words for each audience: a tab of its page."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning.forms.roadmap import WordingForm
from planning.models import Initiative
from planning.models.roadmap import Audience
from planning.services import ChangedMeanwhile
from planning.services.roadmap import word_initiative, wording_edition
from prodops.people.permissions import can_plan, require
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
def wording(request, pk):
    """How an initiative is told to each audience; a post says it anew for one of them."""
    initiative = get_object_or_404(
        Initiative.objects.visible_to(request.user).select_related("thread"), pk=pk
    )
    if request.method == "POST":
        return _save(request, initiative)
    return _page(request, initiative, {})


@require(can_plan)
def _save(request, initiative):
    audience = request.POST.get("audience", "")
    if audience not in Audience.values:
        toast(request, "Choose for whom these words are.", tone="negative")
        return _page(request, initiative, {audience: None})
    form = WordingForm(request.POST, auto_id=f"{audience}-%s")
    if form.is_valid():
        told = {"by": request.user, "at": timezone.now()}
        try:
            word_initiative(initiative=initiative, audience=audience, **form.cleaned_data, **told)
        except ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            form.data = form.data.copy()
            form.data["seen"] = wording_edition(
                initiative.wordings.filter(audience=audience).first()
            )
        else:
            toast(request, f"Saved the words for {Audience(audience).label.lower()}.")
            return redirect("planning:roadmap-wording", initiative.pk)
    return _page(request, initiative, {audience: form})


def _page(request, initiative, sent):
    told = {one.audience: one for one in initiative.wordings.select_related("by")}
    audiences = [
        {
            "value": value,
            "label": label,
            "wording": told.get(value),
            "form": sent.get(value) or _form(value, told.get(value)),
        }
        for value, label in Audience.choices
    ]
    context = {
        "initiative": initiative,
        "here": "roadmap",
        "audiences": audiences,
        "place": getattr(initiative, "roadmap_place", None),
        "may_plan": can_plan(request.user),
    }
    status = 422 if sent else 200
    return render(request, "planning/roadmap/wording.html", context, status=status)


def _form(audience, wording):
    said = {"title": wording.title, "text": wording.text} if wording else {}
    initial = {**said, "seen": wording_edition(wording)}
    return WordingForm(auto_id=f"{audience}-%s", initial=initial)
