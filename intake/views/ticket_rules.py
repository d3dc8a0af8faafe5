"""Rules that tag support tickets by their words."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake.forms.tickets import TicketRuleForm
from intake.models import TicketRule
from intake.services import tagging
from prodops.people.permissions import can_run_operations, can_triage, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_GET
@require(can_triage)
def rules(request):
    found = TicketRule.objects.visible_to(request.user).for_display()
    context = {"rules": found, "may_change": can_run_operations(request.user)}
    return render(request, "intake/ticket_rules.html", context)


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
    changed = tagging.apply_rules(rules=list(TicketRule.objects.active()))
    toast(request, f"Tagged {changed} ticket{'' if changed == 1 else 's'}.")
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
