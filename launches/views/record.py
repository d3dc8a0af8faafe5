"""A launch as its page shows it; items and criteria are one fragment that every act returns."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from launches import services
from launches.forms.readiness import AssignForm, ItemForm
from launches.models import Launch
from launches.views.acts import may_decide
from prodops.audit import timeline
from prodops.integrations.jira.outward import asking
from prodops.people.permissions import can_launch


def record_page(request, pk, *, item_form=None, status=200):
    """Answer with the page of a launch, or with its readiness alone when htmx asks.

    `item_form` is a bound form of the item that is open for editing; without it `?item=12` opens
    item 12.
    """
    launches = Launch.objects.visible_to(request.user).with_told_count().for_display()
    launch = get_object_or_404(launches, pk=pk)
    context = readiness(request, launch, item_form)
    if request.htmx:
        return render(request, "launches/_readiness.html", context, status=status)
    return render(request, "launches/launch.html", context | story(request, launch), status=status)


def readiness(request, launch, item_form=None):
    """Return what `_readiness.html` shows: items by function, sign-offs, criteria."""
    items = list(launch.items.for_reader(request.user).for_display())
    today = timezone.localdate()
    may_launch = can_launch(request.user) and not launch.is_cancelled
    for item in items:
        item.is_late = launch.is_open and item.is_overdue(today)
    opened = _opened(request, items, item_form) if may_launch else None
    return {
        "launch": launch,
        "items": items,
        "progress": services.by_function(items),
        "criteria": services.criteria(launch, on=today, items=items),
        "opened": opened,
        "item_form": opened and (item_form or _item_form(opened)),
        "assign_form": opened and _assign_form(opened),
        "may_launch": may_launch,
    }


def story(request, launch):
    """Return what only the whole page shows: records on both sides, decisions, the timeline."""
    user = request.user
    return {
        "requests": list(services.requests_behind(launch).select_related("thread", "account")),
        "versions": services.versions_of(launch),
        **asking.shown_on(launch.thread, at=timezone.now()),
        "go_no_gos": list(launch.go_no_gos.for_display()),
        "may_decide": may_decide(user, launch) and can_launch(user),
        "answers": services.in_words(launch.answers),
        "thread": launch.thread,
        "timeline": timeline.build(launch.thread, user, story=request.GET.get("story")),
    }


def _opened(request, items, item_form):
    wanted = str(item_form.item.pk) if item_form else request.GET.get("item", "")
    return next((item for item in items if str(item.pk) == wanted), None)


def _item_form(item):
    started = {
        "state": item.state,
        "evidence_url": item.evidence_url,
        "reason": item.reason,
        "waived_until": item.waived_until,
    }
    return ItemForm(item=item, initial=started)


def _assign_form(item):
    return AssignForm(item=item, initial={"owner": item.owner_id, "due": item.due_on})
