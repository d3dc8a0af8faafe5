"""Checking in: on one key result, or through all that wait for the person, one after another."""

from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning.forms.objectives import CheckInForm
from planning.models import KeyResult
from planning.services.check_ins import CheckedInMeanwhile, check_in, newest
from planning.views.acts import done
from planning.views.key_results import find, refuse_stranger
from prodops.people.permissions import is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

MOST_SKIPPED = 200


@require_http_methods(["GET", "POST"])
@require(is_insider)
def report(request, pk):
    """Check in on one key result; `?walk=1` goes on to the next that waits."""
    key_result = find(request, pk)
    refuse_stranger(key_result, request.user)
    form = form_of(key_result, sent(request))

    def act():
        take(key_result, form, by=request.user, at=timezone.now())

    if request.method == "POST" and done(form, act):
        toast(request, f"Checked in on {key_result.key} {key_result}.")
        return redirect(_next(request) if request.GET.get("walk") else key_result)
    return _page(request, form, key_result)


@require_GET
@require(is_insider)
def wizard(request):
    """Show the next key result that waits for this person, or that all is done."""
    at, skipped = timezone.now(), _skipped(request)
    waiting = KeyResult.objects.visible_to(request.user).waiting_for(request.user, at)
    left = list(waiting.for_display().order_by("check_in_due_at", "pk"))
    following = next((one for one in left if one.pk not in skipped), None)
    if following is None:
        context = {"done": _done(request), "skipped": [one for one in left if one.pk in skipped]}
        return render(request, "planning/objectives/wizard_over.html", context)
    return _page(request, form_of(following, None), following, left=left)


def form_of(key_result, data):
    """Return the form of a check-in, bound to what was sent or as it starts."""
    known = "" if key_result.outlook == "unknown" else key_result.outlook
    initial = {"confidence": known, "seen": newest(key_result)}
    return CheckInForm(data, key_result=key_result, initial=initial)


def take(key_result, form, *, by, at):
    """Check in; who hears of a newer check-in only now knows that one the next time."""
    try:
        check_in(key_result=key_result, **form.cleaned_data, by=by, at=at)
    except CheckedInMeanwhile:
        form.data = form.data.copy()
        form.data["seen"] = newest(key_result)
        raise


def last_of(key_result):
    """Return the last check-in with whoever made it and its evidence, or None."""
    rows = key_result.check_ins.select_related("by", "evidence")
    return rows.order_by("-at", "-pk").first()


def _page(request, form, key_result, left=()):
    walks = bool(left) or bool(request.GET.get("walk"))
    skipped = _skipped(request)
    form.fields["value"].widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "key_result": key_result,
        "objective": key_result.objective,
        "last": last_of(key_result),
        "action": f"{reverse('planning:check-in', args=[key_result.pk])}{_walk(request, walks)}",
        "skip": _address(_done(request), [*skipped, key_result.pk]) if walks else "",
        "done": _done(request),
        "left": len([one for one in left if one.pk not in skipped]),
        "walks": walks,
        "at": timezone.now(),
    }
    template = "planning/objectives/check_in.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _skipped(request):
    """Return the key results this person passed over, as the address says."""
    asked = request.GET.get("skipped", "").split(",")[:MOST_SKIPPED]
    return [int(one) for one in asked if one.isascii() and one.isdigit() and len(one) < 18]


def _done(request):
    count = request.GET.get("done", "")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 0


def _walk(request, walks):
    if not walks:
        return ""
    skipped = ",".join(str(one) for one in _skipped(request))
    return "?" + urlencode({"walk": 1, "done": _done(request), "skipped": skipped})


def _next(request):
    return _address(_done(request) + 1, _skipped(request))


def _address(count, skipped):
    asked = urlencode({"done": count, "skipped": ",".join(str(one) for one in skipped)})
    return f"{reverse('planning:check-ins')}?{asked}"
