"""The kinds of work: named, coloured, ordered and retired by product ops."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.investment import CategoriesForm, CategoryForm
from planning.models import Cycle, Initiative, InvestmentCategory
from planning.services import Refusal
from planning.services import investment_categories as service
from planning.services.investment import classify
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

FORM = "planning/investment/category.html"
SHOWN = ("name", "description", "colour", "takes_run_work")


@require_GET
@require(is_insider)
def categories(request):
    """All kinds of work in their order, and the cycles whose mix is still to be set."""
    planned = Cycle.objects.visible_to(request.user).exclude(phase=Cycle.Phase.CLOSED)
    context = {
        "categories": InvestmentCategory.objects.with_use().for_display(),
        "may_operate": can_run_operations(request.user),
        "cycles": planned.with_mix().order_by("starts_on", "pk"),
    }
    return render(request, "planning/investment/all.html", context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    form = CategoryForm(sent(request))
    if request.method == "POST" and done(
        form, lambda: service.create_category(**form.cleaned_data)
    ):
        toast(request, f"{form.cleaned_data['name']} is a kind of work now.")
        return redirect("planning:investment-categories")
    title = "New kind of work"
    return form_page(request, form, title=title, submit="Add it", about=None, template=FORM)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def category(request, pk):
    found = get_object_or_404(InvestmentCategory, pk=pk)
    form = CategoryForm(sent(request), initial={name: getattr(found, name) for name in SHOWN})

    def act():
        service.edit_category(category=found, **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"Saved {found}.")
        return redirect("planning:investment-categories")
    title = f"Edit {form.initial['name']}"
    return form_page(request, form, title=title, submit="Save", about=None, template=FORM)


@require_POST
@require(can_run_operations)
def move(request, pk):
    found = get_object_or_404(InvestmentCategory, pk=pk)
    is_up = request.POST.get("to") == "up"
    service.move_category(category=found, steps=-1 if is_up else 1)
    toast(request, f"{found} moved {'up' if is_up else 'down'}.")
    return redirect("planning:investment-categories")


@require_POST
@require(can_run_operations)
def retirement(request, pk):
    """Retire a kind of work, or bring it back."""
    found = get_object_or_404(InvestmentCategory, pk=pk)
    try:
        if found.is_active:
            service.retire_category(category=found)
        else:
            service.revive_category(category=found)
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, f"{found} is {'retired' if found.is_active else 'back'}.")
    return redirect("planning:investment-categories")


@require_http_methods(["GET", "POST"])
@require(can_plan)
def of_initiative(request, pk):
    """Which kind of work one initiative is."""
    rows = Initiative.objects.visible_to(request.user)
    initiative = get_object_or_404(rows.select_related("investment__category", "thread"), pk=pk)
    form = CategoriesForm(sent(request), initiatives=[initiative])
    told = {"by": request.user, "at": timezone.now()}
    if request.method == "POST" and done(form, lambda: classify(wishes=form.wishes(), **told)):
        toast(request, f"The kind of work of {initiative.key} is saved.")
        return redirect(reverse("planning:initiative", args=[pk]))
    title = "Which kind of work is it?"
    return form_page(request, form, title=title, submit="Save", about=initiative)
