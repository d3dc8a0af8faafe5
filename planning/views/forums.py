"""Forums: the list, one forum with its sessions, and the acts that change it."""

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.forums import ForumForm
from planning.models import Action, Forum, ForumSession, Minutes
from planning.models.agenda_sources import label
from planning.models.forum import participants
from planning.services import Refusal
from planning.services import forums as services
from planning.views.acts import done, saved
from planning.views.forum_lists import FORUMS, MINUTES
from planning.views.forum_pages import form_page
from prodops.audit import timeline
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

SHOWN = 8


def find(request, pk):
    rows = Forum.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("thread", "owner", "facilitator", "team"), pk=pk)


@require_GET
@require(is_insider)
def forums(request):
    coming = ForumSession.objects.ahead(timezone.now()).filter(forum=OuterRef("pk"))
    rows = Forum.objects.visible_to(request.user).for_display().annotate(
        next_at=Subquery(coming.order_by("starts_at").values("starts_at")[:1]),
        is_mine=Exists(Forum.objects.of(request.user).filter(pk=OuterRef("pk"))),
        open_actions=Count("sessions__actions", filter=Q(sessions__actions__state="open")),
    )  # fmt: skip
    return lists.respond(request, FORUMS, rows, context={"may_plan": can_plan(request.user)})


@require_GET
@require(is_insider)
def minutes(request):
    seen = ForumSession.objects.visible_to(request.user)
    rows = Minutes.objects.filter(session__in=seen).select_related("session__forum", "by")
    rows = rows.annotate(addenda_text=Min("addenda__text"))
    return lists.respond(request, MINUTES, rows)


@require_GET
def forum(request, pk):
    forum = find(request, pk)
    now, sessions = timezone.now(), forum.sessions.select_related("forum")
    coming = Q(state__in=["planned", "cancelled"], starts_at__gt=now)
    ahead = sessions.filter(Q(state="live") | coming)
    past = sessions.filter(Q(state="closed") | Q(starts_at__lte=now)).exclude(state="live")
    is_open = not forum.is_private
    context = {
        "forum": forum,
        "people": participants(forum),
        "standing": list(forum.standing_items.order_by("position", "pk")),
        "sources": [label(name) for name in forum.sources],
        "ahead": list(ahead.order_by("starts_at", "pk")[:SHOWN]),
        "past": list(past.annotate(**_counts()).order_by("-starts_at", "-pk")[:SHOWN]),
        "actions": _open_actions(request.user, forum),
        "may_plan": can_plan(request.user),
        "today": timezone.localdate(now),
        "thread": forum.thread if is_open else None,
        "timeline": is_open and timeline.build(forum.thread, request.user),
    }
    return render(request, "planning/forums/forum.html", context)


def _counts():
    """Return what a line of the past sessions tells."""
    return {
        "decision_count": Count("items__decisions", distinct=True),
        "action_count": Count("actions", distinct=True),
    }


def _open_actions(user, forum):
    rows = Action.objects.visible_to(user).open().filter(session__forum=forum)
    return list(rows.for_display()[:SHOWN])


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    initial = {
        "owner": request.user.pk,
        "time_zone": request.user.time_zone,
        "starts_on": timezone.localdate(),
        "holiday_calendar": settings.HOLIDAY_CALENDAR,
        "sources": [name for name, _ in ForumForm().fields["sources"].choices],
    }
    form = ForumForm(sent(request), initial=initial)
    made = []

    def act():
        made.append(services.create_forum(by=request.user, at=timezone.now(), **form.cleaned_data))

    if request.method == "POST" and done(form, act):
        toast(request, f"{made[0]} meets {made[0].rhythm_words()}.")
        return redirect(made[0])
    return form_page(request, form, title="New forum", submit="Open forum", about=None)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def edit(request, pk):
    forum = find(request, pk)
    form = ForumForm(sent(request), is_edit=True, initial=_initial(forum))

    def act():
        services.edit_forum(forum=forum, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and saved(form, act, lambda: services.edition(forum)):
        toast(request, f"{forum} is changed.")
        return redirect(forum)
    return form_page(request, form, title="Change the forum", submit="Save", about=forum)


def _initial(forum):
    """Return what the form of a forum begins with."""
    names = (*services.TIMES, *services.OTHERS)
    initial = {name: getattr(forum, name) for name in names}
    initial["seen"] = services.edition(forum)
    initial["members"] = list(forum.memberships.values_list("user", flat=True))
    standing = forum.standing_items.order_by("position", "pk")
    initial["standing"] = "\n".join(f"{each.title} | {each.minutes}" for each in standing)
    return initial


@require_POST
@require(can_plan)
def end(request, pk):
    forum = find(request, pk)
    now = timezone.now()
    try:
        services.end_forum(forum=forum, by=request.user, at=now, on=timezone.localdate(now))
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, f"{forum} has ended.")
    return redirect(forum)
