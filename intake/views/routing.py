"""The routing rules as a whole: those that are live, the draft, a trial, the versions before."""

from datetime import timedelta

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms.rules import PublicationForm, RotaForm, TrialForm
from intake.models import RoutingRule, RoutingVersion, TriageTurn
from intake.models.turns import whose_turn
from prodops.people.models import Team
from prodops.people.permissions import can_run_operations, can_triage, is_insider, require
from prodops.ui import lists
from prodops.ui.toasts import toast

VERSIONS_SHOWN = 10
ROWS_SHOWN = 50
COUNTED_DAYS = 90


@require_GET
@require(is_insider)
def routing(request):
    """The live rules, who is on duty, and what was changed by whom."""
    known = RoutingVersion.objects.visible_to(request.user).for_display()
    versions, book = list(known[: VERSIONS_SHOWN + 2]), services.read_book()
    live = next((each for each in versions if each.state == RoutingVersion.State.LIVE), None)
    context = {
        "live": live,
        "draft": next((each for each in versions if each.is_draft), None),
        "rules": numbered(live, request.user, book) if live else [],
        "history": _history(versions, book)[:VERSIONS_SHOWN],
        "duties": _duties(),
        "days": COUNTED_DAYS,
        "may_change": can_run_operations(request.user),
        "may_try": can_triage(request.user),
    }
    return render(request, "intake/routing.html", context)


@require_GET
@require(can_triage)
def draft(request):
    """The rules as they will be, to change, try and put live."""
    found = RoutingVersion.objects.visible_to(request.user).for_display()
    version = found.filter(state=RoutingVersion.State.DRAFT).first()
    if version is None:
        toast(request, "There is no draft of the rules.", tone="neutral")
        return redirect("intake:routing")
    return render(request, "intake/routing_draft.html", draft_context(request, version))


def draft_context(request, version, **more):
    """What the draft's list shows, for the whole page and for its partial."""
    found = RoutingVersion.objects.visible_to(request.user).for_display()
    live = found.filter(state=RoutingVersion.State.LIVE).first()
    before, book = live.rules.all() if live else [], services.read_book()
    return {
        "version": version,
        "rules": numbered(version, request.user, book),
        "changes": services.differences(before, version.rules.all(), book),
        "may_change": can_run_operations(request.user),
        **more,
    }


@require_POST
@require(can_run_operations)
def begin(request):
    """Begin a draft as a copy of the live rules, or of the version that `number` names."""
    number = request.POST.get("number", "")
    source = None
    if number:
        versions = RoutingVersion.objects.visible_to(request.user)
        source = get_object_or_404(versions, number=lists.key_of(number) or 0)
    try:
        services.open_draft(by=request.user, at=timezone.now(), source=source)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:routing-draft")


@require_POST
@require(can_run_operations)
def discard(request):
    version = get_object_or_404(RoutingVersion, state=RoutingVersion.State.DRAFT)
    try:
        services.discard(version=version)
        toast(request, "The draft is gone; the live rules are as they were.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:routing")


@require_GET
@require(is_insider)
def version(request, number):
    """The rules as they stood in one version, and what it changed."""
    known = RoutingVersion.objects.visible_to(request.user).for_display()
    found = get_object_or_404(known, number=number)
    published = known.exclude(state=RoutingVersion.State.DRAFT)
    before, book = published.filter(number__lt=number).first(), services.read_book()
    earlier = before.rules.all() if before else []
    context = {
        "version": found,
        "rules": numbered(found, request.user, book),
        "before": before,
        "changes": services.differences(earlier, found.rules.all(), book),
        "may_change": can_run_operations(request.user),
    }
    return render(request, "intake/routing_version.html", context)


@require_GET
@require(can_triage)
def trial(request):
    """Try the draft, or the live rules when there is none, on past requests."""
    form = TrialForm(request.GET)
    size = form.cleaned_data["size"] if form.is_valid() else 100
    found = RoutingVersion.objects.visible_to(request.user).for_display()
    tried = found.exclude(state=RoutingVersion.State.RETIRED).first()
    rules = list(tried.rules.all()) if tried else []
    outcome = services.try_rules(rules, by=request.user, size=size)
    context = {
        "version": tried,
        "trial": outcome,
        "shares": [(rule, outcome.by_rule.get(rule.pk)) for rule in rules],
        "form": TrialForm(initial={"size": str(size)}),
        "rows_shown": ROWS_SHOWN,
        "publication_form": PublicationForm(),
        "may_change": can_run_operations(request.user),
    }
    return render(request, "intake/routing_trial.html", context)


@require_POST
@require(can_run_operations)
def publish(request):
    """Put the draft live."""
    version = get_object_or_404(RoutingVersion, state=RoutingVersion.State.DRAFT)
    form = PublicationForm(request.POST)
    if not form.is_valid():
        toast(request, "Keep the note under 300 characters.", tone="negative")
        return redirect("intake:routing-trial")
    try:
        services.publish(version=version, by=request.user, at=timezone.now(), **form.cleaned_data)
        toast(request, f"Version {version.number} of the rules sorts new requests from now on.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:routing")


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def rota(request, slug):
    """Who takes turns at what is sent to one team."""
    team = get_object_or_404(Team.objects.visible_to(request.user), slug=slug)
    turns = TriageTurn.objects.filter(team=team).for_display()
    initial = {"people": "\n".join(turn.user.email for turn in turns)}
    form = RotaForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.set_rota(team=team, **form.cleaned_data)
        toast(request, f"The triage rota of {team} is as you wrote it.")
        return redirect("intake:routing")
    context = {"team": team, "form": form}
    return render(request, "intake/rota.html", context, status=422 if form.errors else 200)


def numbered(version, user, book):
    """Return a version's rules in words, each with how many requests its line sorted lately."""
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    counts = RoutingRule.objects.visible_to(user).count_by_line(since=since)
    said = services.say_all(version.rules.all(), book)
    return [(each, counts.get(each.rule.line, 0)) for each in said]


def _history(versions, book):
    """Return (version, what it changed) for each that was put live, newest first."""
    published = [each for each in versions if not each.is_draft]
    older = [*published[1:], None]
    return [
        (each, services.differences(before.rules.all() if before else [], each.rules.all(), book))
        for each, before in zip(published, older, strict=False)
    ]


def _duties():
    """Return (team, who is on turn, who else takes turns) for every team, by name."""
    now, duties = timezone.now(), []
    turns = Prefetch("triage_turns", TriageTurn.objects.for_display())
    for team in Team.objects.prefetch_related(turns).order_by("name", "pk"):
        people = [turn.user for turn in team.triage_turns.all()]
        duties.append((team, whose_turn(people, team, now), people))
    return duties
