"""One round of a scoring session: the hidden vote, the reveal, and what is agreed on.

Before the reveal a person gets their own votes from here, and of the others who has voted.
"""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from planning.forms.scoring_sessions import AgreementForm, VoteForm
from planning.models import Ballot, ScoreInput, ScoringRound
from planning.models.scoring import plain
from planning.models.spread import spread
from planning.services import Refusal, scoring_sessions
from planning.views.acts import done
from planning.views.scoring_sessions import led_by
from prodops.people.permissions import can_plan, require
from prodops.ui.toasts import toast

WIDTH, EDGE = 320, 12


def _find(request, pk):
    rows = ScoringRound.objects.visible_to(request.user).select_related(
        "initiative__thread",
        "revealed_by",
        "session__cycle__thread",
        "session__version__scoring_model",
        "session__facilitator",
        "session__closed_by",
        "session__thread",
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
def asked(request, pk):
    return _page(request, _find(request, pk))


@require_GET
def turnout(request, pk):
    """Who has voted, for the page to ask again and again; all the votes once they are revealed."""
    found = _find(request, pk)
    if not found.is_revealed:
        context = {"round": found, "present": _present(found), "session": found.session}
        return render(request, "planning/scoring/_turnout.html", context)
    response = _page(request, found, template="planning/scoring/_round.html")
    return retarget(reswap(response, "outerHTML"), "#round")


@sensitive_post_parameters()
@require_POST
@require(can_plan)
def ballot(request, pk):
    found = _find(request, pk)
    form = VoteForm(request.POST, criteria=_criteria(found.session))

    def act():
        scoring_sessions.cast(asked=found, secret_votes=form.secret_votes(), by=request.user)

    if done(form, act):
        toast(request, "Your votes are in; you can change them until they are revealed.")
        return redirect(found)
    return _page(request, found, vote_form=form, status=422)


@require_POST
@require(can_plan)
def reveal(request, pk):
    found = _find(request, pk)
    led_by(found.session, request.user)
    try:
        scoring_sessions.reveal(asked=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect(found)


@require_POST
@require(can_plan)
def again(request, pk):
    found = _find(request, pk)
    led_by(found.session, request.user)
    try:
        made = scoring_sessions.vote_again(asked=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
        made = found
    return redirect(made)


@require_POST
@require(can_plan)
def agreement(request, pk):
    found = _find(request, pk)
    led_by(found.session, request.user)
    form = AgreementForm(request.POST, criteria=_criteria(found.session))

    def act():
        for name, value in form.values().items():
            told = {"by": request.user, "at": timezone.now(), "name": name, "value": value}
            scoring_sessions.agree(asked=found, **told)

    if done(form, act):
        toast(request, f"Agreed on for {found.initiative.key}: it counts in the scores now.")
        return redirect(found)
    return _page(request, found, agreement_form=form, status=422)


def _page(request, found, *, template="planning/scoring/round.html", status=200, **forms):
    session = found.session
    criteria = _criteria(session)
    present = _present(found)
    context = {
        "round": found,
        "session": session,
        "criteria": criteria,
        "present": present,
        "rounds": list(session.rounds.for_display()),
        "is_member": any(user == request.user for user, _ in present),
        "may_plan": can_plan(request.user),
        "may_lead": session.may_be_led_by(request.user),
        **forms,
    }
    if found.is_revealed:
        context |= _results(found, criteria, forms)
    elif "vote_form" not in forms:
        secret_votes = scoring_sessions.own_votes(asked=found, user=request.user)
        form = VoteForm(criteria=criteria, secret_votes=secret_votes)
        context |= {"vote_form": form, "has_voted": bool(secret_votes)}
    return render(request, template, context, status=status)


def _criteria(session):
    kept = session.version.criteria.filter(name__in=session.asks)
    return list(kept.order_by("position"))


def _present(found):
    """Return the people in the session, each with whether they have voted."""
    members = found.session.members.filter(left_at=None).select_related("user")
    rows = found.votes if found.is_revealed else Ballot.objects.filter(round=found)
    voted = set(rows.values_list("user", flat=True))
    return [(one.user, one.user_id in voted) for one in members.order_by("user__name", "pk")]


def _results(found, criteria, forms):
    """Return the votes of each criterion with their spread, and what is agreed on so far."""
    votes = list(found.votes.select_related("user").order_by("user__name", "pk"))
    agreed = _agreed(found)
    told = [_result(one, votes, agreed.get(one.name)) for one in criteria]
    middle = {one["criterion"].name: one["proposed"] for one in told}
    return {
        "results": told,
        "agreement_form": forms.get("agreement_form")
        or AgreementForm(criteria=criteria, proposed=middle),
    }


def _agreed(found):
    session = found.session
    said = ScoreInput.objects.filter(
        session=session, initiative=found.initiative_id, name__in=session.asks
    )
    return {one.name: one for one in said.newest().for_display()}


def _result(criterion, votes, agreed):
    mine = [vote for vote in votes if vote.name == criterion.name]
    steps = [number for number, _ in criterion.steps]
    apart = spread([vote.value for vote in mine], steps)
    words = dict(criterion.steps)
    lines = [
        (vote.user, vote.value, words.get(vote.value, ""), apart and apart.speaks(vote.value))
        for vote in mine
    ]
    proposed = agreed.value if agreed else _nearest(apart.median, steps) if apart else None
    return {
        "criterion": criterion,
        "spread": apart,
        "votes": sorted(lines, key=lambda line: (line[1] is None, line[1] or 0, line[0].name)),
        "dots": _dots(apart, mine, steps) if apart else None,
        "agreed": agreed and plain(agreed.value),
        "proposed": proposed,
    }


def _nearest(value, steps):
    return min(steps, key=lambda step: (abs(step - value), step)) if steps else value


def _dots(apart, votes, steps):
    """Return where the votes stand on a line `WIDTH` wide: (x, y, words) each, and the box."""
    low, high = (min(steps), max(steps)) if steps else (apart.low, apart.high)
    span = (high - low) or 1

    def x(value):
        return round(EDGE + float((value - low) / span) * (WIDTH - 2 * EDGE), 1)

    stacked: dict[float, int] = {}
    dots = []
    for vote in votes:
        if vote.value is not None:
            place = x(vote.value)
            stacked[place] = stacked.get(place, 0) + 1
            height = 36 - 9 * min(stacked[place] - 1, 3)
            dots.append((place, height, f"{vote.user}: {plain(vote.value)}"))
    left, right = x(apart.first_quartile), x(apart.third_quartile)
    box = (left, round(max(right - left, 2), 1), x(apart.median))
    return {"dots": dots, "box": box, "low": plain(low), "high": plain(high)}
