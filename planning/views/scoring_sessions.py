"""Scoring sessions: opening one, who votes in it, and ending it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.scoring_sessions import MemberForm, SessionForm
from planning.models import Criterion, ScoreSheet, ScoringSession, running_for
from planning.services import Refusal, scoring_sessions
from planning.views.acts import done, form_page
from planning.views.score_acts import score_page
from planning.views.scores import find_cycle
from prodops.audit import timeline
from prodops.people.models import User
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.lists import key_of
from prodops.ui.toasts import toast


def find_session(request, pk):
    rows = ScoringSession.objects.visible_to(request.user).select_related(
        "cycle__thread", "version__scoring_model", "facilitator", "thread", "closed_by"
    )
    return get_object_or_404(rows, pk=pk)


def led_by(session, user):
    """Let the facilitator and product ops pass; others get a 403."""
    if not session.may_be_led_by(user):
        raise PermissionDenied("The facilitator leads the session.")


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request, pk):
    cycle = find_cycle(request, pk)
    sheet = ScoreSheet.objects.filter(cycle=cycle).select_related("version").first()
    if sheet is None:
        toast(request, f"Choose first by which model {cycle} is scored.", tone="negative")
        return redirect("planning:scores", cycle.pk)
    criteria = list(sheet.version.criteria.order_by("position"))
    start = _start(cycle, criteria, request.user)
    form = SessionForm(sent(request), cycle=cycle, criteria=criteria, initial=start)
    made = []

    def act():
        told = {"by": request.user, "at": timezone.now(), **form.cleaned_data}
        made.append(scoring_sessions.open_session(cycle=cycle, version=sheet.version, **told))

    if request.method == "POST" and done(form, act):
        toast(request, f"{made[0].key} is open, and its members are asked.")
        return redirect(made[0])
    return score_page(request, cycle, form, title="New scoring session", submit="Open the session")


def _start(cycle, criteria, user):
    """Return what the form proposes."""
    asked = [one.name for one in criteria if one.source == Criterion.Source.SESSION]
    return {
        "title": f"Scoring of {cycle}",
        "asks": asked or [one.name for one in criteria],
        "initiatives": list(running_for(cycle).values_list("pk", flat=True)),
        "members": [user.pk],
        "facilitator": user.pk,
    }


@require_GET
def session(request, pk):
    found = find_session(request, pk)
    members = list(found.members.select_related("user").order_by("user__name", "pk"))
    rounds = list(found.rounds.with_turnout().for_display())
    newest = {one.initiative_id: one for one in rounds}
    context = {
        "session": found,
        "members": [one for one in members if one.left_at is None],
        "rounds": sorted(newest.values(), key=lambda one: (one.position, one.pk)),
        "agreed": _agreed(found),
        "criteria": list(found.version.criteria.order_by("position")),
        "is_member": any(one.user_id == request.user.pk and not one.left_at for one in members),
        "may_plan": can_plan(request.user),
        "may_lead": found.may_be_led_by(request.user),
        "thread": found.thread,
        "timeline": timeline.build(found.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/scoring/session.html", context)


def _agreed(session):
    """Return how many criteria the session agreed on, by initiative."""
    agreed: dict[int, set] = {}
    for initiative, name in session.agreed.values_list("initiative", "name"):
        agreed.setdefault(initiative, set()).add(name)
    return {pk: len(names) for pk, names in agreed.items()}


@require_POST
@require(can_plan)
def joining(request, pk):
    """Join the session oneself, late or again."""
    found = find_session(request, pk)
    _tried(request, lambda: _join(found, request.user, request.user), f"You vote in {found.key}.")
    return redirect(found)


def _join(session, user, by):
    scoring_sessions.join(session=session, user=user, by=by, at=timezone.now())


@require_http_methods(["GET", "POST"])
@require(can_plan)
def members(request, pk):
    """Bring somebody else into the session."""
    found = find_session(request, pk)
    led_by(found, request.user)
    form = MemberForm(sent(request), session=found)

    def act():
        _join(found, form.cleaned_data["user"], request.user)

    if request.method == "POST" and done(form, act):
        toast(request, f"{form.cleaned_data['user']} is asked to vote.")
        return redirect(found)
    return form_page(request, form, title="Add a member", submit="Ask to vote", about=found)


@require_POST
@require(can_plan)
def leaving(request, pk):
    """Leave the session; who leads it may take somebody else off it."""
    found = find_session(request, pk)
    named = request.POST.get("user", "")
    user = request.user
    if named and key_of(named) != user.pk:
        led_by(found, request.user)
        user = get_object_or_404(User, pk=key_of(named))

    def act():
        scoring_sessions.leave(session=found, user=user, by=request.user, at=timezone.now())

    who = "You are" if user == request.user else f"{user} is"
    _tried(request, act, f"{who} not in the session any more; hidden votes went along.")
    return redirect(found)


@require_POST
@require(can_plan)
def closing(request, pk):
    found = find_session(request, pk)
    led_by(found, request.user)

    def act():
        scoring_sessions.close_session(session=found, by=request.user, at=timezone.now())

    _tried(request, act, f"{found.key} is closed and the ranking kept.")
    return redirect(found)


def _tried(request, act, words):
    """Run an act and say that it is done, or why it is not."""
    try:
        act()
        toast(request, words)
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
