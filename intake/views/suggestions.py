"""What the hub learnt from how people sorted requests, and how often that is right."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from intake import tasks
from intake.models import LearnedModel
from intake.services.learning import FEWEST_EXAMPLES, WANTED_ACCURACY
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui.toasts import toast

TRAININGS_SHOWN = 60


@require_GET
@require(is_insider)
def suggestions(request):
    """The newest training of each target, and those before it."""
    trainings = list(LearnedModel.objects.visible_to(request.user).for_display()[:TRAININGS_SHOWN])
    newest = {}
    for each in trainings:
        newest.setdefault(each.target, each)
    context = {
        "newest": [(target.label, newest.get(target)) for target in LearnedModel.Target],
        "trainings": trainings,
        "fewest": FEWEST_EXAMPLES,
        "wanted": WANTED_ACCURACY,
        "may_train": can_run_operations(request.user),
    }
    return render(request, "intake/suggestions.html", context)


@require_POST
@require(can_run_operations)
def train(request):
    """Let a worker learn now; the schedule does it every night."""
    tasks.learn.delay_on_commit()
    toast(request, "A worker learns now. Look again in a minute.")
    return redirect("intake:suggestions")
