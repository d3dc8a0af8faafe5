"""The list, the record, and the form that opens a launch."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from launches import services
from launches.forms.launch import AnswersForm, LaunchForm
from launches.models import Launch
from launches.views.acts import add_refusal
from launches.views.lists import LAUNCHES
from launches.views.record import record_page
from planning.models import Initiative
from prodops.people.permissions import can_launch, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_GET
@require(is_insider)
def launches(request):
    rows = Launch.objects.visible_to(request.user).for_display()
    return lists.respond(request, LAUNCHES, rows)


@require_GET
def launch(request, pk):
    return record_page(request, pk)


@require_http_methods(["GET", "POST"])
@require(can_launch)
def new(request):
    if request.method == "GET" and request.htmx:
        return _tier(request)
    form = LaunchForm(sent(request), initial=_started(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            launch = services.create_launch(**form.values(), by=request.user, at=timezone.now())
        except services.Refusal as refusal:
            add_refusal(form, refusal)
        else:
            toast(request, f"{launch.key} is open with {launch.items.count()} items to get ready.")
            return redirect(launch)
    context = {"form": form, **_tier_of(request.POST)}
    return render(request, "launches/new.html", context, status=422 if form.errors else 200)


def _tier(request):
    return render(request, "launches/_tier.html", _tier_of(request.GET))


def _tier_of(answers):
    form = AnswersForm(answers)
    if not form.is_valid():
        return {}
    given = form.answers()
    return {"tier": services.tier_for(given), "score": services.score(given)}


def _started(request):
    """Begin with what the initiative the person came from says."""
    started = {"owner": request.user.pk}
    key = lists.key_of(request.GET.get("initiative", ""))
    initiatives = Initiative.objects.visible_to(request.user)
    initiative = initiatives.filter(pk=key).first()
    if initiative:
        started |= {
            "title": initiative.title,
            "initiatives": [initiative.pk],
            "launch_on": initiative.target_on,
            "date_precision": initiative.target_precision,
        }
    return started
