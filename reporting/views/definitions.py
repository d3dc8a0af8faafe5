"""How each figure is defined, version by version."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from prodops.people.permissions import can_read_reports, can_run_operations, require
from prodops.ui.toasts import toast
from reporting.forms.definition import RevisionForm
from reporting.models import MetricDefinition
from reporting.services.definitions import revise_definition


@require_GET
@require(can_read_reports)
def definitions(request):
    found = MetricDefinition.objects.current().for_display()
    return render(request, "reporting/definitions.html", {"definitions": found})


@require_GET
@require(can_read_reports)
def definition(request, key):
    current = get_object_or_404(MetricDefinition.objects.current().for_display(), key=key)
    context = {
        "definition": current,
        "versions": MetricDefinition.objects.filter(key=key).for_display(),
        "may_revise": can_run_operations(request.user),
    }
    return render(request, "reporting/definition.html", context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def revision(request, key):
    current = get_object_or_404(MetricDefinition.objects.current(), key=key)
    kept = {name: getattr(current, name) for name in ("target_low", "target_high", "owner")}
    form = RevisionForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        new = revise_definition(
            definition=current, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        toast(request, f"{new.name} is now version {new.version}. Earlier values keep theirs.")
        return redirect("reporting:definition", key=key)
    context = {"form": form, "definition": current}
    return render(request, "reporting/revision.html", context, status=422 if form.errors else 200)
