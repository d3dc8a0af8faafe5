"""The voice of customers in one week, as a page and as the mail its readers get."""

from datetime import timedelta

from csp.decorators import csp_update
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from intake import services
from prodops.people.permissions import (
    can_run_operations,
    can_see_revenue,
    is_insider,
    require,
)


@require_GET
@require(is_insider)
def week(request, slug=None):
    """The week that `slug` names, the last whole one without it."""
    week, today = _read(slug), timezone.localdate()
    following = services.Week(week.monday + timedelta(days=7))
    context = {
        "summary": services.summarise(week),
        "week": week,
        "before": services.Week(week.monday - timedelta(days=7)),
        "after": following if following.sunday < today else None,
        "sees_revenue": can_see_revenue(request.user),
        "may_preview": can_run_operations(request.user),
    }
    return render(request, "intake/themes/week.html", context)


@require_GET
@require(can_run_operations)
@csp_update({"style-src": ["'unsafe-inline'"]})
def mail(request, slug):
    """Show the HTML part as a reader gets it; mail carries its styles inline."""
    summary = services.summarise(_read(slug))
    return HttpResponse(services.mail_of(summary, request.user)["html"])


def _read(slug):
    last = services.Week.before(timezone.localdate())
    if slug is None:
        return last
    try:
        found = services.Week.parse(slug)
    except ValueError as error:
        raise Http404(str(error)) from error
    if found.monday > last.monday:
        raise Http404(f"{slug} is not over.")
    return found
