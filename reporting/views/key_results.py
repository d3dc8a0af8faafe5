"""The metric a key result is measured by."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning.models import KeyResult
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast
from reporting.forms.key_result import MetricForm
from reporting.models import KeyResultMetric
from reporting.services.key_results import choose_metric


@require_http_methods(["GET", "POST"])
@require(can_plan)
def metric(request, pk):
    rows = KeyResult.objects.visible_to(request.user).select_related("objective__thread")
    key_result = get_object_or_404(rows, pk=pk)
    known = KeyResultMetric.objects.filter(key_result=key_result).first()
    initial = {"definition": known.definition_id, "team": known.team_id} if known else {}
    form = MetricForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        told = {"by": request.user, "at": timezone.now()}
        chosen = choose_metric(key_result=key_result, **form.cleaned_data, **told)
        toast(request, f"{key_result.key} is measured by {chosen}.")
        return redirect(key_result)
    context = {"form": form, "key_result": key_result}
    status = 422 if form.errors else 200
    return render(request, "reporting/key_result_metric.html", context, status=status)
