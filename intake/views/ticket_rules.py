"""Rules that tag support tickets by their words."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms.tickets import TicketRuleForm
from intake.models import TaggingRun, TicketRule
from intake.services import tagging
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_GET
@require(is_insider)
def rules(request):
    found = TicketRule.objects.visible_to(request.user).for_display()
    run = TaggingRun.objects.visible_to(request.user).for_display().first()
    context = {"rules": found, "run": run, "may_change": can_run_operations(request.user)}
    template = "_tagging_run" if request.htmx.target == "tagging" else "ticket_rules"
    return render(request, f"intake/{template}.html", context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def rule(request, pk):
    return _edit(request, get_object_or_404(TicketRule.objects.visible_to(request.user), pk=pk))


@require_POST
@require(can_run_operations)
def remove(request, pk):
    found = get_object_or_404(TicketRule.objects.visible_to(request.user), pk=pk)
    tagging.remove_rule(rule=found)
    toast(request, f"Took the rule for “{found}” away; tickets keep the tag.")
    return redirect("intake:ticket-rules")


@require_POST
@require(can_run_operations)
def apply(request):
    """Tag the tickets that are here by the rules that are on."""
    try:
        run = services.ask_for_tags(by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="neutral")
        return redirect("intake:ticket-rules")
    words = f"Tagged {run.changed} ticket{'' if run.changed == 1 else 's'}."
    toast(request, "A worker tags them now." if run.is_open else words)
    return redirect("intake:ticket-rules")


def _edit(request, found):
    started = {}
    if found:
        words = "\n".join(found.words)
        started = {"tag": found.tag, "words": words, "is_active": found.is_active}
    form = TicketRuleForm(sent(request), rule=found, initial=started)
    if form.is_valid():
        kept = tagging.set_rule(rule=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        toast(request, f"Saved the rule for “{kept}”. New tickets get it as they come in.")
        return redirect("intake:ticket-rules")
    context = {"form": form, "rule": found}
    status = 422 if form.errors else 200
    return render(request, "intake/ticket_rule.html", context, status=status)
