"""Close a cycle, and change what kind of promise an initiative of a plan is."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning import services
from planning.forms.closing import ClosingForm
from planning.forms.cycles import KindForm
from planning.models import Commitment, Cycle
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, can_run_operations, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def close(request, pk):
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    left = list(cycle.commitments.visible_to(request.user).unfinished().for_display())
    form = ClosingForm(sent(request), commitments=left, cycle=cycle, user=request.user)

    def act():
        services.close_cycle(cycle=cycle, fates=form.fates(), by=request.user, at=timezone.now())

    if request.method == "POST" and done(form, act):
        toast(request, f"{cycle} is closed.")
        return redirect("planning:changes", cycle.pk)
    context = {
        "cycle": cycle,
        "form": form,
        "is_early": timezone.now() < cycle.closes_at,
        "open_milestones": list(cycle.milestones.open().for_display()),
    }
    status = 422 if form.errors else 200
    return render(request, "planning/closing/page.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def kind(request, pk):
    rows = Commitment.objects.visible_to(request.user).with_records()
    commitment = get_object_or_404(rows, pk=pk)
    form = KindForm(sent(request), commitment=commitment)

    def act():
        services.change_kind(
            commitment=commitment, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        label = commitment.get_kind_display().lower()
        toast(request, f"{commitment.initiative.key} is {label} in {commitment.cycle}.")
        return redirect(commitment.cycle)
    initiative = commitment.initiative
    title = f"Committed or stretch: {initiative.key} {initiative.title}"
    return form_page(request, form, title=title, submit="Save", about=commitment.cycle)
