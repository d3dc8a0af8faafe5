"""Actions: the list, one action, and the acts that settle or change it."""

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.live import ActionForm, SettleForm
from planning.models import Action
from planning.services import Refusal
from planning.services import actions as services
from planning.views.acts import done, saved
from planning.views.forum_lists import ACTIONS
from planning.views.forum_pages import form_page
from prodops.audit import timeline
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

SHOWN = ("owner", "session__forum", "item", "decision", "initiative", "cycle")


def find(request, pk):
    rows = Action.objects.visible_to(request.user).for_display()
    rows = rows.select_related("thread", "opened_by", "settled_by", *SHOWN)
    return get_object_or_404(rows, pk=pk)


def _rows(request):
    settled = Case(When(state="open", then=Value(False)), default=True, output_field=BooleanField())
    return Action.objects.visible_to(request.user).for_display().annotate(is_settled=settled)


@require_GET
@require(is_insider)
def actions(request):
    return lists.respond(request, ACTIONS, _rows(request), context={"today": timezone.localdate()})


@require_GET
def action(request, pk):
    action = find(request, pk)
    is_open = not action.is_private
    context = {
        "action": action,
        "today": timezone.localdate(),
        "may_settle": may_settle(request.user, action),
        "thread": action.thread if is_open else None,
        "timeline": is_open and timeline.build(action.thread, request.user),
    }
    return render(request, "planning/forums/action.html", context)


def may_settle(user, action):
    """Its owner may, and everybody who plans."""
    return can_plan(user) or action.owner_id == user.pk


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    form = ActionForm(sent(request), initial={"owner": request.user.pk})
    made = []

    def act():
        made.append(services.open_action(by=request.user, at=timezone.now(), **form.cleaned_data))

    if request.method == "POST" and done(form, act):
        toast(request, f"{made[0].key} is open.")
        return redirect(made[0])
    return form_page(request, form, title="New action", submit="Open action", about=None)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def edit(request, pk):
    action = find(request, pk)
    initial = {"text": action.text, "owner": action.owner_id, "due_on": action.due_on}
    initial["seen"] = services.edition(action)
    form = ActionForm(sent(request), is_edit=True, initial=initial)

    def act():
        services.change_action(
            action=action, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and saved(form, act, lambda: services.edition(action)):
        toast(request, f"{action.key} is changed.")
        return redirect(action)
    return form_page(request, form, title="Change the action", submit="Save", about=action)


@require_http_methods(["GET", "POST"])
@require(is_insider)
def settle(request, pk):
    action = find(request, pk)
    if not may_settle(request.user, action):
        raise PermissionDenied("may_settle")
    form = SettleForm(sent(request), initial={"state": Action.State.DONE})

    def act():
        services.settle_action(
            action=action, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"{action.key} is {action.get_state_display().lower()}.")
        return redirect(action)
    return form_page(request, form, title="Settle the action", submit="Settle it", about=action)


@require_POST
@require(can_plan)
def reopen(request, pk):
    action = find(request, pk)
    try:
        services.reopen_action(action=action, by=request.user, at=timezone.now())
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect(action)


@require_POST
@require(can_plan)
def settle_many(request):
    """Mark the ticked actions that are open as done."""
    chosen = lists.selected(request, ACTIONS, _rows(request)).filter(state=Action.State.OPEN)
    chosen = list(chosen.select_related("thread", "opened_by", *SHOWN))
    told = {"state": Action.State.DONE, "by": request.user, "at": timezone.now()}
    for action in chosen:
        services.settle_action(action=action, **told)
    toast(request, f"{len(chosen)} {'action is' if len(chosen) == 1 else 'actions are'} done.")
    return redirect("planning:actions")
