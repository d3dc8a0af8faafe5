"""Which key results an initiative is to move: a tab of its page."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning.forms.objectives import KeyResultLinkForm
from planning.models import Initiative, InitiativeKeyResult
from planning.services.key_result_links import link_key_result, unlink_key_result
from planning.views.acts import done
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
def key_results(request, pk):
    """The key results of an initiative; a post adds one."""
    initiative = get_object_or_404(Initiative.objects.visible_to(request.user), pk=pk)
    may_plan = can_plan(request.user)
    if request.method == "POST":
        return _add(request, initiative)
    form = KeyResultLinkForm(initiative=initiative, user=request.user)
    return _page(request, initiative, form, may_plan=may_plan)


@require(can_plan)
def _add(request, initiative):
    form = KeyResultLinkForm(sent(request), initiative=initiative, user=request.user)

    def act():
        told = {"by": request.user, "at": timezone.now()}
        link_key_result(initiative=initiative, **form.cleaned_data, **told)

    if done(form, act):
        toast(request, f"{initiative.key} is meant to move {form.cleaned_data['key_result']}.")
        return redirect("planning:initiative-key-results", initiative.pk)
    return _page(request, initiative, form, may_plan=True)


@require_POST
@require(can_plan)
def removal(request, pk):
    rows = InitiativeKeyResult.objects.select_related(
        "initiative__thread", "key_result__objective__thread"
    )
    seen = Initiative.objects.visible_to(request.user)
    link = get_object_or_404(rows.filter(initiative__in=seen), pk=pk)
    initiative = link.initiative
    unlink_key_result(link=link, by=request.user, at=timezone.now())
    toast(request, f"{initiative.key} no longer means to move {link.key_result}.")
    return redirect("planning:initiative-key-results", initiative.pk)


def _page(request, initiative, form, *, may_plan):
    links = initiative.key_result_links.select_related(
        "key_result__objective__cycle", "key_result__owner"
    )
    context = {
        "initiative": initiative,
        "here": "key-results",
        "links": links.order_by("key_result__title", "pk"),
        "form": form,
        "may_plan": may_plan,
        "at": timezone.now(),
    }
    template = "planning/objectives/initiative.html"
    return render(request, template, context, status=422 if form.errors else 200)
