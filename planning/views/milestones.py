"""The milestones of a cycle: their page, the kick-off, and the acts on one of them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning import services
from planning.forms.milestones import (
    CancelMilestoneForm,
    EditMilestoneForm,
    KickOffForm,
    MilestoneForm,
)
from planning.models import Cycle, Milestone, MilestoneTemplate
from planning.views.acts import done, form_page
from prodops.people.business_time import default_calendar
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


def _cycle(request, pk):
    rows = Cycle.objects.visible_to(request.user).select_related("thread", "kicked_off_by")
    return get_object_or_404(rows, pk=pk)


def _mine(request, pk):
    """Return a milestone the person may change: product ops any, others their own."""
    rows = Milestone.objects.visible_to(request.user)
    milestone = get_object_or_404(rows.for_display(), pk=pk)
    if not rows.kept_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("kept_by")
    return milestone


@require_GET
def milestones(request, pk):
    cycle = _cycle(request, pk)
    now = timezone.now()
    rows = list(cycle.milestones.visible_to(request.user).for_display())
    context = {
        "cycle": cycle,
        "here": "milestones",
        "here_label": "Milestones",
        "milestones": [_shown(request, one) for one in rows],
        "calendar": default_calendar(),
        "punctuality": Milestone.objects.punctuality(cycle, now),
        "may_operate": can_run_operations(request.user),
        "may_kick_off": _may_kick_off(request.user, cycle),
    }
    return render(request, "planning/milestones/page.html", context)


def _may_kick_off(user, cycle):
    is_early = cycle.phase in (Cycle.Phase.DRAFT, Cycle.Phase.PLANNING)
    return can_run_operations(user) and is_early and not cycle.kicked_off_at


def _shown(request, milestone):
    """Return a milestone with what its row shows to this person."""
    is_kept = can_run_operations(request.user) or milestone.owner_id == request.user.pk
    may_change = is_kept and not milestone.cycle.is_closed
    day_off = default_calendar().day_off(milestone.due_on) if milestone.is_open else ""
    return milestone, may_change, milestone.is_late(timezone.localdate()), day_off


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def kick_off(request, pk):
    cycle = _cycle(request, pk)
    templates = list(MilestoneTemplate.objects.offered_to(cycle))
    chosen = _template(request, templates)
    drafts = _drafts(chosen, cycle, request.user)
    form = KickOffForm(sent(request), drafts=drafts)

    def act():
        services.kick_off(cycle=cycle, drafts=form.chosen(), by=request.user, at=timezone.now())

    if request.method == "POST" and done(form, act):
        toast(request, f"{cycle} is kicked off.")
        return redirect("planning:milestones", cycle.pk)
    context = {"cycle": cycle, "templates": templates, "chosen": chosen, "form": form}
    context["calendar"] = default_calendar()
    status = 422 if form.errors else 200
    return render(request, "planning/milestones/kick_off.html", context, status=status)


def _template(request, templates):
    wanted = request.POST.get("template") or request.GET.get("template")
    named = {str(template.pk): template for template in templates}
    return named.get(wanted) or next(iter(templates), None)


def _drafts(template, cycle, user):
    if template is None:
        return []
    return services.draft_milestones(template=template, cycle=cycle, by=user)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request, pk):
    cycle = _cycle(request, pk)
    form = MilestoneForm(sent(request), initial={"owner": request.user.pk})

    def act():
        services.add_milestone(cycle=cycle, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        title, due_on = form.cleaned_data["title"], form.cleaned_data["due_on"]
        toast(request, f"“{title}” is a milestone of {cycle}.{_off(due_on)}")
        return redirect("planning:milestones", cycle.pk)
    return form_page(request, form, title="Add a milestone", submit="Add milestone", about=cycle)


@require_http_methods(["GET", "POST"])
@require(is_insider)
def milestone(request, pk):
    """Change a milestone in its row, or on a page of its own without JavaScript."""
    milestone = _mine(request, pk)
    names = ("title", "owner", "due_on")
    initial = {name: getattr(milestone, name) for name in names}
    form = EditMilestoneForm(sent(request), initial=initial, auto_id=f"m{pk}-%s")

    def act():
        services.edit_milestone(
            milestone=milestone, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"Saved “{milestone}”.{_off(milestone.due_on)}")
        return _answer(request, milestone)
    if request.htmx:
        return _row(request, milestone, form)
    about = milestone.cycle
    return form_page(request, form, title=f"Change “{milestone}”", submit="Save", about=about)


@require_POST
@require(is_insider)
def finish(request, pk):
    return _act(request, pk, services.finish_milestone, "Reached “{}”.")


@require_POST
@require(is_insider)
def reopen(request, pk):
    return _act(request, pk, services.reopen_milestone, "“{}” is open again.")


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def cancel(request, pk):
    milestone = _mine(request, pk)
    form = CancelMilestoneForm(sent(request))

    def act():
        services.cancel_milestone(
            milestone=milestone, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"“{milestone}” is cancelled.")
        return redirect("planning:milestones", milestone.cycle_id)
    title, about = f"Cancel “{milestone}”", milestone.cycle
    return form_page(request, form, title=title, submit=title, about=about, tone="danger")


def _off(due_on):
    """Return a sentence for a date on which nobody works."""
    why = default_calendar().day_off(due_on)
    return f" Nobody works on {due_on:%-d %b %Y}: it is {why}." if why else ""


def _act(request, pk, act, words):
    milestone = _mine(request, pk)
    try:
        act(milestone=milestone, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, words.format(milestone))
    return _answer(request, milestone)


def _answer(request, milestone):
    if not request.htmx:
        return redirect("planning:milestones", milestone.cycle_id)
    fresh = Milestone.objects.for_display().get(pk=milestone.pk)
    return _row(request, fresh, None)


def _row(request, milestone, form):
    shown, may_change, is_late, day_off = _shown(request, milestone)
    context = {
        "milestone": shown,
        "may_change": may_change,
        "is_late": is_late,
        "day_off": day_off,
        "form": form,
        "may_operate": can_run_operations(request.user),
    }
    template = "planning/milestones/_form.html" if form else "planning/milestones/_row.html"
    return render(request, template, context, status=422 if form and form.errors else 200)
