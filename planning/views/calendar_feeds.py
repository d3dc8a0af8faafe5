"""Calendars of forums: the addresses a person made, and what a calendar reads there."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from planning.forms.feeds import FeedForm
from planning.models import CalendarFeed
from planning.services import feeds as services
from prodops.notifications.letters import absolute
from prodops.people.api.limits import counted
from prodops.people.permissions import is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

READS, GUESSES = 30, 30  # a minute: of one calendar, of wrong addresses from one place


@never_cache
@require_http_methods(["GET", "POST"])
@require(is_insider)
def feeds(request):
    """One's own calendars; a new address is shown this once, on the answer that made it."""
    form, address = FeedForm(sent(request), user=request.user), ""
    now = timezone.now()
    if form.is_valid():
        _, secret = services.make_feed(user=request.user, at=now, **form.cleaned_data)
        address = absolute(reverse("planning:calendar", args=[secret]))
        form = FeedForm(user=request.user)
    mine = CalendarFeed.objects.visible_to(request.user).working().select_related("forum")
    context = {"form": form, "address": address, "feeds": list(mine.order_by("-created_at"))}
    status = 422 if form.is_bound else 200
    return render(request, "planning/forums/feeds.html", context, status=status)


@require_POST
@require(is_insider)
def revoke(request, pk):
    feed = get_object_or_404(CalendarFeed.objects.visible_to(request.user), pk=pk)
    services.revoke_feed(feed=feed, at=timezone.now())
    toast(request, "This address opens nothing any more.")
    return redirect("planning:calendar-feeds")


@login_not_required
@require_safe
def calendar(request, token):
    """What a calendar program reads: the address is the permission."""
    now = timezone.now()
    place = get_adapter(request).get_client_ip(request)
    feed = CalendarFeed.objects.of(token, now)
    kept = f"calendar:{feed.pk}" if feed else f"calendar:guess:{place}"
    if counted(f"{kept}:{now:%d%H%M}") > (READS if feed else GUESSES):
        answer = _plain("Too many calls. Wait a minute.", 429)
        answer["Retry-After"] = str(60 - now.second)
        return answer
    if feed is None:
        return _plain("There is no calendar at this address.", 404)
    answer = HttpResponse(services.calendar_text(feed, now), "text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="forums.ics"'
    return _unseen(answer)


def _plain(words, status):
    return _unseen(HttpResponse(f"{words}\n", "text/plain; charset=utf-8", status))


def _unseen(answer):
    """Let nobody keep, index or pass on what stands at a secret address."""
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
