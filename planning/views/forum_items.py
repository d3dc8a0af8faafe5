"""The lines of an agenda: put on, put off, dismissed, placed, timed; and what came of them."""

import itertools
from functools import partial

from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from planning.forms.forums import ItemActForm, ItemForm
from planning.forms.live import ActionForm, ItemDecisionForm
from planning.models import AgendaItem
from planning.services import Refusal, agendas, conduct
from planning.views.acts import done
from planning.views.forum_pages import form_page
from planning.views.forum_sessions import find as find_session
from prodops.people.permissions import can_plan, require
from prodops.ui.toasts import toast

ACTS = {
    "put_off": lambda item, data: agendas.put_off(item=item, reason=data["reason"]),
    "dismiss": lambda item, data: agendas.dismiss(item=item, reason=data["reason"]),
    "put_back": lambda item, data: agendas.put_back(item=item),
    "up": lambda item, data: agendas.place_item(item=item, step=-1),
    "down": lambda item, data: agendas.place_item(item=item, step=1),
    "minutes": lambda item, data: agendas.give_minutes(item=item, minutes=data["minutes"]),
}


def find(request, pk):
    rows = AgendaItem.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("session__forum__thread"), pk=pk)


def back(item):
    """Return to where items are worked on: the live page while the session goes on."""
    if item.session.is_live:
        response = redirect("planning:live", item.session_id)
        response["Location"] += f"?item={item.pk}"
        return response
    response = redirect(item.session)
    response["Location"] += f"#item-{item.pk}"
    return response


@require_POST
@require(can_plan)
def new(request, pk):
    session = find_session(request, pk)
    form = ItemForm(request.POST)
    made = []
    if done(form, lambda: made.append(agendas.add_item(session=session, **form.cleaned_data))):
        return back(made[0])
    title = "Put on the agenda"
    return form_page(request, form, title=title, submit=title, about=session)


@require_POST
@require(can_plan)
def act(request, pk):
    item = find(request, pk)
    form = ItemActForm(request.POST)
    if not form.is_valid():
        toast(request, " ".join(itertools.chain(*form.errors.values())), tone="negative")
        return back(item)
    try:
        ACTS[form.cleaned_data["act"]](item, form.cleaned_data)
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return back(item)


@require_POST
@require(can_plan)
def decide(request, pk):
    item = find(request, pk)
    form = ItemDecisionForm(request.POST)
    told = {"item": item, "by": request.user, "at": timezone.now()}
    if done(form, lambda: conduct.decide_on_item(**told, **form.cleaned_data)):
        toast(request, "The decision is written down.")
        return back(item)
    title = f"Decision on {item}"
    return form_page(request, form, title=title, submit="Write it down", about=item.session)


@require_POST
@require(can_plan)
def promise(request, pk):
    item = find(request, pk)
    form = ActionForm(request.POST)
    act_on = partial(conduct.act_on_item, item=item, by=request.user, at=timezone.now())
    if done(form, lambda: act_on(**form.cleaned_data)):
        toast(request, "The action is written down, and its owner is told.")
        return back(item)
    title = f"Action on {item}"
    return form_page(request, form, title=title, submit="Write it down", about=item.session)
