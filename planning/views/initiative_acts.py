"""Acts on an initiative: report, stage, target, plan, Jira links, requests."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning import services
from planning.forms.cycles import ScheduleForm
from planning.forms.initiatives import EpicForm, ReportForm, StageForm, TargetForm
from planning.models import Initiative, InitiativeEpic, InitiativeRequest
from planning.models.truth_check import with_last_look
from planning.views.acts import done, form_page
from planning.views.initiatives import epics_of, truth_of
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

Stage = Initiative.Stage


def _find(request, pk):
    return get_object_or_404(
        Initiative.objects.visible_to(request.user).select_related("thread", "owner"), pk=pk
    )


@require_http_methods(["GET", "POST"])
@require(can_plan)
def report(request, pk):
    initiative = _find(request, pk)
    form = ReportForm(sent(request), initial=initiative.last_report)

    def act():
        services.report_status(
            initiative=initiative, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"Reported {initiative.key}: {initiative.get_status_display().lower()}.")
        return redirect(initiative)
    return form_page(request, form, title="Report status", submit="Report", about=initiative)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def target(request, pk):
    initiative = _find(request, pk)
    form = TargetForm(
        sent(request),
        is_committed=initiative.commitments.binding().exists(),
        initial={"target_on": initiative.target_on, "precision": initiative.target_precision},
    )

    def act():
        services.move_target(
            initiative=initiative, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"The target of {initiative.key} is {initiative.target_words}.")
        return redirect(initiative)
    return form_page(request, form, title="Move target", submit="Move target", about=initiative)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def stage(request, pk):
    initiative = _find(request, pk)
    form = StageForm(sent(request), initiative=initiative)

    def act():
        _go(initiative, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{initiative.key} is in the stage {initiative.get_stage_display()}.")
        return redirect(initiative)
    return form_page(request, form, title="Move stage", submit="Move stage", about=initiative)


def _go(initiative, *, stage, reason, by, at):
    """Call the act that leads to `stage`."""
    if stage == Stage.DONE:
        return services.finish_initiative(initiative=initiative, by=by, at=at)
    if stage == Stage.CANCELLED:
        return services.cancel_initiative(initiative=initiative, reason=reason, by=by, at=at)
    if initiative.is_over:
        return services.reopen_initiative(initiative=initiative, reason=reason, by=by, at=at)
    return services.move_stage(initiative=initiative, stage=stage, by=by, at=at)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def schedule(request, pk):
    initiative = _find(request, pk)
    form = ScheduleForm(sent(request), initiative=initiative, user=request.user)

    def act():
        services.add_to_cycle(
            initiative=initiative, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"{initiative.key} is in the plan for {form.cleaned_data['cycle']}.")
        return redirect(initiative)
    return form_page(request, form, title="Add to a cycle", submit="Add to cycle", about=initiative)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def epics(request, pk):
    initiative = _find(request, pk)
    form = EpicForm(sent(request), auto_id="epic-%s")

    def act():
        services.link_epic(
            initiative=initiative, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"Linked {form.cleaned_data['key']}.")
        form = None
    if request.htmx:
        return _epics(request, initiative, form)
    if form is None:
        return redirect(initiative)
    return form_page(request, form, title="Link a Jira epic", submit="Link", about=initiative)


@require_POST
@require(can_plan)
def epic_removal(request, pk):
    links = InitiativeEpic.objects.by_hand().filter(
        initiative__in=Initiative.objects.visible_to(request.user)
    )
    link = get_object_or_404(links.select_related("initiative__thread", "issue"), pk=pk)
    services.unlink_epic(link=link, by=request.user, at=timezone.now())
    toast(request, f"Unlinked {link.issue.key}.")
    if request.htmx:
        return _epics(request, link.initiative, None)
    return redirect(link.initiative)


@require_POST
@require(can_plan)
def release(request, pk):
    links = InitiativeRequest.objects.filter(
        initiative__in=Initiative.objects.visible_to(request.user)
    )
    link = get_object_or_404(links.select_related("initiative__thread", "product_request"), pk=pk)
    try:
        services.release(link=link, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, f"{link.product_request.key} is free for another initiative.")
    return redirect(link.initiative)


def _epics(request, initiative, form):
    """Answer with the panel of links and the truth check, which follows from them."""
    wrong = form if form and form.errors else None
    rows = Initiative.objects.with_progress().for_display()
    initiative = with_last_look(rows).get(pk=initiative.pk)
    context = {"may_plan": True, **truth_of(initiative), **epics_of(initiative, wrong)}
    return render(request, "planning/_epics_swap.html", context, status=422 if wrong else 200)
