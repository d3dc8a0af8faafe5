"""Addresses outside people read the roadmap at: made, listed, revoked, and read."""

from datetime import datetime, time, timedelta

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from planning.forms.roadmap import ShareForm
from planning.models import RoadmapLink
from planning.services import roadmap as services
from planning.views.acts import done
from planning.views.shared_roadmap import shown_to
from prodops.notifications.letters import absolute
from prodops.people.api.limits import counted
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

READS, GUESSES = 60, 30  # a minute: of one link, of wrong addresses from one place


@never_cache
@require_http_methods(["GET", "POST"])
@require(is_insider)
def links(request):
    """All addresses; a post makes one, which is shown this once."""
    if request.method == "POST":
        return _share(request)
    return _page(request, ShareForm())


@require(can_plan)
def _share(request):
    form, made = ShareForm(sent(request)), {}

    def act():
        values = dict(form.cleaned_data)
        day = values.pop("ends_on") + timedelta(days=1)
        values["expires_at"] = timezone.make_aware(datetime.combine(day, time.min))
        told = {"by": request.user, "at": timezone.now()}
        made["link"], made["secret"] = services.share_roadmap(**values, **told)

    if not done(form, act):
        return _page(request, form, status=422)
    address = absolute(reverse("planning:shared-roadmap", args=[made["secret"]]))
    return _page(request, ShareForm(), address=address, made=made["link"])


@require_POST
@require(can_plan)
def revoke(request, pk):
    """End a link: whoever made it, or product ops."""
    rows = RoadmapLink.objects.visible_to(request.user)
    if not can_run_operations(request.user):
        rows = rows.filter(created_by=request.user)
    link = get_object_or_404(rows, pk=pk)
    services.revoke_roadmap_link(link=link, by=request.user, at=timezone.now())
    toast(request, f"The link for {link.name} opens nothing any more.")
    return redirect("planning:roadmap-links")


@login_not_required
@require_safe
def shared(request, secret):
    """What outside people read: the address is the permission."""
    now = timezone.now()
    link = RoadmapLink.objects.of(secret, now)
    place = get_adapter(request).get_client_ip(request)
    kept = f"roadmap:{link.pk}" if link else f"roadmap:guess:{place}"
    if counted(f"{kept}:{now:%d%H%M}") > (READS if link else GUESSES):
        answer = _unseen(render(request, "planning/roadmap/busy.html", status=429))
        answer["Retry-After"] = str(60 - now.second)
        return answer
    if link is None:
        return _unseen(render(request, "planning/roadmap/ended.html", status=404))
    services.count_opening(link=link, at=now)
    context = {"link": link, **shown_to(link.audience, link.product_area, now)}
    return _unseen(render(request, "planning/roadmap/shared.html", context))


def _unseen(answer):
    """Let nobody keep, index or pass on what stands at a secret address."""
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _page(request, form, *, status=200, address="", made=None):
    user, now = request.user, timezone.now()
    rows = list(RoadmapLink.objects.visible_to(user).for_display())
    context = {
        "form": form,
        "address": address,
        "made": made,
        "working": [(one, _may_end(user, one)) for one in rows if one.is_working(now)],
        "over": [one for one in rows if not one.is_working(now)],
        "may_plan": can_plan(user),
    }
    return render(request, "planning/roadmap/links.html", context, status=status)


def _may_end(user, link):
    return can_run_operations(user) or link.created_by_id == user.pk
