"""Acts on an item; each answers with the launch's readiness."""

from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from launches import services
from launches.forms.readiness import AssignForm, ItemForm, RequestForm
from launches.models import LaunchItem
from launches.views.acts import add_refusal
from launches.views.record import record_page
from prodops.people.permissions import can_launch, require
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_launch)
def item(request, pk):
    item = _item_for(request, pk)
    if request.method == "GET":
        return redirect(f"{item.launch.get_absolute_url()}?item={item.pk}#item-{item.pk}")
    form = ItemForm(request.POST, item=item)
    if form.is_valid():
        return _act(request, form, services.set_item_state, item, **form.cleaned_data)
    return _answer(request, form, item)


@require_POST
@require(can_launch)
def owner(request, pk):
    item = _item_for(request, pk)
    form = AssignForm(request.POST, item=item)
    if not form.is_valid():
        return _answer(request, _failed(item, form), item)
    due = form.cleaned_data["due"]
    # A due date that was not touched follows the calendar of the new owner.
    values = {"owner": form.cleaned_data["owner"], "due": due if due != item.due_on else None}
    return _act(request, form, services.assign_item, item, **values)


@require_POST
@require(can_launch)
def sign_off_request(request, pk):
    item = _item_for(request, pk)
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _answer(request, _failed(item, form), item)
    values = form.cleaned_data
    return _act(request, form, services.request_sign_off, item, **values)


def _act(request, form, service, item, **values):
    try:
        service(item=item, by=request.user, at=timezone.now(), **values)
    except services.Refusal as refusal:
        add_refusal(form, refusal)
        return _answer(request, _failed(item, form), item)
    if not request.htmx:
        toast(request, f"Saved “{item.title}”.")
    return _answer(request, None, item)


def _answer(request, form, item):
    """Show the readiness again, with the item open when something was wrong."""
    if form is not None:
        form.item = item
        return record_page(request, item.launch_id, item_form=form, status=422)
    if request.htmx:
        return record_page(request, item.launch_id)
    return redirect(f"{item.launch.get_absolute_url()}#item-{item.pk}")


def _failed(item, form):
    """Return the item's own form, carrying what was wrong with another one of its row."""
    if isinstance(form, ItemForm):
        return form
    link = form.data.get("evidence_url", item.evidence_url)
    shown = ItemForm({"state": item.state, "evidence_url": link}, item=item)
    shown.full_clean()
    for name, errors in form.errors.items():
        place = name if name in shown.fields else None
        for error in errors:
            if error not in shown.errors.get(name, []):
                shown.add_error(place, error)
    return shown


def _item_for(request, pk):
    items = LaunchItem.objects.visible_to(request.user).select_related("launch", "function")
    return get_object_or_404(items, pk=pk)
