"""The list and the record of initiatives, the form that begins one and the one that edits it."""

from collections import Counter

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning import services
from planning.forms.initiatives import (
    EditInitiativeForm,
    EpicForm,
    NewInitiativeForm,
    ReportForm,
)
from planning.models import Initiative
from planning.models.truth_check import with_last_look
from planning.services.initiatives import edition
from planning.views.acts import done, form_page
from planning.views.lists import INITIATIVES
from prodops.audit import timeline
from prodops.integrations.jira.outward import asking
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_GET
@require(is_insider)
def initiatives(request):
    rows = Initiative.objects.visible_to(request.user).with_progress().for_display()
    return lists.respond(request, INITIATIVES, rows)


@require_GET
def initiative(request, pk):
    rows = Initiative.objects.visible_to(request.user).with_progress().with_kind().for_display()
    initiative = get_object_or_404(with_last_look(rows), pk=pk)
    context = {
        **truth_of(initiative),
        "commitments": list(initiative.commitments.for_display().order_by("-cycle__starts_on")),
        "requests": list(
            initiative.request_links.select_related(
                "product_request__thread", "product_request__account"
            ).order_by("at", "pk")
        ),
        "launches": list(initiative.launches.select_related("thread").order_by("launch_on", "pk")),
        "decisions": list(initiative.decisions.for_display()),
        "may_plan": can_plan(request.user),
        "may_write": can_plan(request.user),
        **epics_of(initiative),
        **asking.shown_on(initiative.thread, at=timezone.now()),
        "thread": initiative.thread,
        "timeline": timeline.build(initiative.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/initiative.html", context)


def truth_of(initiative):
    """Return what the truth check shows; the initiative comes with progress and last look."""
    return {
        "initiative": initiative,
        "truth": initiative.truth(timezone.localdate()),
        "update": initiative.updates.select_related("by").order_by("-at", "-pk").first(),
        "report_form": ReportForm(auto_id="report-%s", initial=initiative.last_report),
    }


def epics_of(initiative, form=None):
    """Return what the panel of Jira links shows; `as_of` is the oldest good sync of its sites."""
    links = list(initiative.epic_links.with_counts().for_display())
    sites = [link.issue.connection for link in links]
    synced = [site.last_good_at for site in sites]
    return {
        "epics": [link for link in links if link.query is None],
        "followed": Counter(link.query.text for link in links if link.query).items(),
        "epic_form": form or EpicForm(auto_id="epic-%s"),
        "as_of": min(synced) if synced and all(synced) else None,
        "failing": next((site for site in sites if site.is_broken), None),
        "unread": initiative.new_epics.to_link().select_related("write__connection"),
    }


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    started = {"owner": request.user.pk, "target_precision": Initiative.Precision.QUARTER}
    form = NewInitiativeForm(sent(request), initial=started)
    if request.method == "POST" and form.is_valid():
        initiative = services.create_initiative(
            by=request.user, at=timezone.now(), **form.cleaned_data
        )
        toast(request, f"{initiative.key} is there. Link its Jira epic next.")
        return redirect(initiative)
    title, submit, template = "New initiative", "Begin initiative", "planning/initiative_new.html"
    return form_page(request, form, title=title, submit=submit, about=None, template=template)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def edit(request, pk):
    initiative = get_object_or_404(Initiative.objects.visible_to(request.user), pk=pk)
    held = initiative.commitments.frozen()
    form = EditInitiativeForm(sent(request), is_committed=held.exists(), initial=_told(initiative))

    def act():
        try:
            services.edit_initiative(
                initiative=initiative, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.ChangedMeanwhile:
            form.data = form.data.copy()
            form.data["seen"] = edition(initiative)
            raise

    if request.method == "POST" and done(form, act):
        toast(request, f"Saved {initiative.key}.")
        return redirect(initiative)
    return form_page(request, form, title="Edit", submit="Save", about=initiative)


def _told(initiative):
    """Return what the form that edits an initiative starts from."""
    fields = ("title", "problem", "outcome", "metric", "owner", "product_area", "start_on")
    told = {name: getattr(initiative, name) for name in fields}
    return {**told, "teams": initiative.teams.all(), "seen": edition(initiative)}
