"""The list of people who get the readout."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from prodops.people.permissions import can_run_operations, require
from prodops.ui.toasts import toast
from reporting.forms.readout import ReaderForm
from reporting.models import Reader
from reporting.services import readers as services


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def readers(request):
    form = ReaderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reader = services.add_reader(**form.cleaned_data)
        toast(request, f"{reader.name} gets the next readout.")
        return redirect("reporting:readers")
    people = Reader.objects.filter(is_active=True).for_display()
    context = {"form": form, "readers": people}
    status = 422 if form.errors else 200
    return render(request, "reporting/readouts/readers.html", context, status=status)


@require_POST
@require(can_run_operations)
def removal(request, pk):
    reader = get_object_or_404(Reader, pk=pk)
    services.remove_reader(reader=reader)
    toast(request, f"{reader.name} gets no more readouts.")
    return redirect("reporting:readers")
