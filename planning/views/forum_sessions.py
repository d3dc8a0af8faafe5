"""One session: its agenda before, its minutes after, and the acts on its time."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.forums import AddendumForm, GuestsForm, ItemForm, MoveForm, ReasonForm
from planning.models import Forum, ForumSession, Minutes
from planning.models.agenda_sources import label
from planning.services import Refusal, agendas, minutes, sessions
from planning.services.telling import invited
from planning.views.acts import done
from planning.views.forum_pages import form_page
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


def find(request, pk):
    rows = ForumSession.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("forum__thread", "cancelled_by"), pk=pk)


def holds(user, session):
    """May somebody move, begin and close it? A private forum's own people, not its guests."""
    if not can_plan(user):
        return False
    forum = session.forum
    return not forum.is_private or Forum.objects.of(user).filter(pk=forum.pk).exists()


def find_held(request, pk):
    session = find(request, pk)
    if not holds(request.user, session):
        raise PermissionDenied("Guests do not hold the sessions of a private forum.")
    return session


def refused(request, session, act):
    """Run an act on a session; say why where it is refused, and go back to its page."""
    try:
        act()
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect(session)


@require_GET
def session(request, pk):
    session = find(request, pk)
    items = list(session.items.in_order().prefetch_related("decisions__decision", "actions__owner"))
    for item in items:
        item.source_label = label(item.source)
    record = Minutes.objects.filter(session=session).select_related("by").first()
    context = {
        "session": session,
        "forum": session.forum,
        "items": [item for item in items if item.is_open],
        "set_aside": [item for item in items if not item.is_open],
        "planned_minutes": sum(item.minutes for item in items if item.is_open),
        "people": invited(session),
        "minutes": record,
        "addenda": list(record.addenda.select_related("by").order_by("at")) if record else [],
        "preread_moment": minutes.preread_moment(session) if session.is_planned else None,
        "may_plan": can_plan(request.user),
        "may_hold": holds(request.user, session),
        **{"form": ItemForm(), "addendum_form": AddendumForm()},
    }
    return render(request, "planning/forums/session.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def move(request, pk):
    session = find_held(request, pk)
    local = session.local_start
    initial = {"on": local.date(), "at": local.time(), "minutes": session.minutes}
    form = MoveForm(sent(request), zone=session.forum.time_zone, initial=initial)

    def act():
        sessions.move_session(
            session=session,
            starts_at=form.starts_at,
            minutes=form.cleaned_data["minutes"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    if request.method == "POST" and done(form, act):
        toast(request, "The session is moved, and everybody invited is told.")
        return redirect(session)
    return form_page(request, form, title="Move the session", submit="Move it", about=session)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def cancel(request, pk):
    session = find_held(request, pk)
    form = ReasonForm(sent(request))

    def act():
        sessions.cancel_session(
            session=session, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, "The session is cancelled, and everybody invited is told.")
        return redirect(session)
    title, submit = "Cancel the session", "Cancel the session"
    return form_page(request, form, title=title, submit=submit, about=session, tone="danger")


@require_POST
@require(can_plan)
def restore(request, pk):
    session = find_held(request, pk)
    told = {"session": session, "by": request.user, "at": timezone.now()}
    return refused(request, session, lambda: sessions.restore_session(**told))


@require_http_methods(["GET", "POST"])
@require(can_plan)
def guests(request, pk):
    session = find_held(request, pk)
    initial = {"people": list(session.invitations.values_list("user", flat=True))}
    form = GuestsForm(sent(request), forum=session.forum, initial=initial)

    def act():
        people = list(form.cleaned_data["people"])
        sessions.invite(session=session, people=people, by=request.user, at=timezone.now())

    if request.method == "POST" and done(form, act):
        toast(request, "The guests are invited.")
        return redirect(session)
    return form_page(request, form, title="Guests", submit="Invite", about=session)


@require_POST
@require(can_plan)
def update(request, pk):
    """Bring the agenda up to date now; the schedule does it every few minutes."""
    session = find(request, pk)
    agendas.fill_agenda(session=session)
    return redirect(session)


@require_POST
@require(is_insider)
def addendum(request, pk):
    session = find(request, pk)
    form = AddendumForm(request.POST)
    rows = Minutes.objects.select_related("session__forum__thread")
    record = get_object_or_404(rows, session=session)

    def act():
        told = {"by": request.user, "at": timezone.now(), **form.cleaned_data}
        minutes.add_addendum(minutes=record, **told)

    if done(form, act):
        toast(request, "The addendum stands below the minutes; everybody invited is told.")
        return redirect(session)
    title = "Correct the minutes"
    return form_page(request, form, title=title, submit="Add it", about=session)
