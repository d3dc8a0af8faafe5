"""The truth check of an initiative: what is reported, what Jira says, and the forecast."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning.forms.truth import TruthAnswerForm
from planning.models import Initiative
from planning.models.truth_check import with_last_look
from planning.services import truth as service
from planning.services import truth_answers
from planning.services.cadence import days_of_all
from planning.views.acts import done, form_page
from planning.views.initiatives import truth_of
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

WEEKS = 13


@require_GET
def truth(request, pk):
    rows = Initiative.objects.visible_to(request.user).with_progress().for_display()
    initiative = get_object_or_404(with_last_look(rows), pk=pk)
    today = timezone.localdate()
    check = service.latest(initiative, on=today)
    pause = initiative.pauses.open().select_related("by").first()
    cadence = initiative.cadences.first()
    context = {
        "here": "truth",
        "may_plan": can_plan(request.user),
        "today": today,
        **truth_of(initiative),
        "check": check,
        "task": initiative.truth_tasks.order_by("-opened_at", "-pk").first(),
        "weeks": list(initiative.truth_checks.weekly().for_display()[:WEEKS]),
        "pause": pause,
        "is_resting": bool(pause and pause.is_on(today)),
        "cadence": cadence.days if cadence else None,
        "cadence_of_all": days_of_all(),
    }
    return render(request, "planning/truth/truth.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def answer(request, pk):
    rows = Initiative.objects.visible_to(request.user).select_related("thread", "owner")
    initiative = get_object_or_404(rows, pk=pk)
    task = initiative.truth_tasks.open().first()
    if task is None:
        toast(request, f"Nobody asks about {initiative.key}: report and Jira were settled.")
        return redirect("planning:truth", pk=pk)
    task.initiative = initiative
    form = TruthAnswerForm(sent(request), reported=task.reported, initial=_started(request, task))

    def act():
        truth_answers.answer(task=task, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{task.get_outcome_display()}: {initiative.get_status_display().lower()}.")
        return redirect("planning:truth", pk=pk)
    check = initiative.truth_checks.for_display().first()
    return form_page(
        request, form, title="Confirm or correct", submit="Send", about=initiative,
        template="planning/truth/answer.html", task=task, check=check,
    )  # fmt: skip


def _started(request, task):
    """Return what the form begins with: what a link chose, else what Jira says."""
    choices = (Initiative.Status.ON_TRACK, Initiative.Status.AT_RISK, Initiative.Status.OFF_TRACK)
    asked = request.GET.get("status", task.derived)
    known = asked if asked in choices else task.reported
    return {"status": known, "confidence": task.initiative.confidence}
