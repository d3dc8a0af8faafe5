"""How a person hears of things, signed in or from the link of a mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from prodops.notifications import subscriptions
from prodops.notifications.forms import PreferencesForm
from prodops.notifications.models import Kind
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
def preferences(request):
    chosen = subscriptions.choices_of(request.user)
    form = PreferencesForm(request.POST or None, initial=chosen)
    if form.is_valid():
        subscriptions.choose(user=request.user, choices=form.cleaned_data)
        toast(request, "Saved how you hear of things.")
        return redirect("notifications:preferences")
    status = 422 if form.is_bound else 200
    return render(request, "notifications/preferences.html", {"form": form}, status=status)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def unsubscribe(request, token):
    """Turn one kind of mail off; mail programs post here by themselves (RFC 8058).

    The signed token is the permission: there is no session to protect, hence no CSRF check.
    """
    try:
        user, kind = subscriptions.read_link(token)
    except subscriptions.BadLink as error:
        raise Http404(str(error)) from error
    if request.method == "POST":
        subscriptions.turn_off(user=user, kind=kind)
    words = "the daily digest" if kind == subscriptions.DIGEST else f"“{Kind(kind).label}”"
    context = {"person": user, "words": words, "is_done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
