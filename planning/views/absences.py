"""Time away: a list by team, and the forms of those who keep it; a person's part in a team."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.absences import AbsenceForm, DaysForm, MembershipForm
from planning.services.absences import (
    add_absence,
    change_absence,
    change_membership,
    remove_absence,
)
from planning.views.acts import done, form_page
from prodops.people.models import Absence, Membership, Team, kept_by
from prodops.people.permissions import is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

WHEN = {
    "now": ("Away today", {"from_on__lte": 0, "until_on__gte": 0}),
    "ahead": ("Still to come", {"from_on__gt": 0}),
    "past": ("Past", {"until_on__lt": 0}),
}
FORM = "planning/capacity/absence.html"


def _teams(user):
    return [(team.slug, team.name) for team in Team.objects.order_by("name", "pk")]


def _of_team(absences, value, user):
    members = Membership.objects.filter(team__slug=value).values("user")
    return absences.filter(user__in=members)


def _when(absences, value, user):
    today = timezone.localdate()
    return absences.filter(**dict.fromkeys(WHEN[value][1], today))


ABSENCES = lists.ListPage(
    slug="absences",
    title="Time away",
    columns=(
        lists.Column("person", "Person", lambda each: each.user.name, order=("user__name",)),
        lists.Column(
            "teams",
            "Teams",
            lambda each: ", ".join(str(part.team) for part in each.user.memberships.all()),
        ),
        lists.Column("from_on", "First day", lambda each: each.from_on, order=("from_on",)),
        lists.Column("until_on", "Last day", lambda each: each.until_on, order=("until_on",)),
        lists.Column(
            "share", "Of their time", lambda each: each.share, order=("share",), numeric=True
        ),
    ),
    filters=(
        lists.Filter("team", "Team", _teams, _of_team),
        lists.Filter(
            "when",
            "When",
            lambda user: [(key, words) for key, (words, _) in WHEN.items()],
            _when,
        ),
    ),
    search=("user__name__icontains",),
    order=("-from_on", "-pk"),
    row_template="planning/capacity/_absence_row.html",
    empty_title="Nobody is away",
    empty_text="Days people are away, and how much of them; never why. Product ops see everybody's "
    "days, leads those of their teams, others their own. Capacity is counted from them.",
    empty_icon="calendar-days",
    action=("Add time away", "planning:new-absence"),
    noun="absence",
    nouns="absences",
)


@require_GET
@require(is_insider)
def absences(request):
    return lists.respond(request, ABSENCES, Absence.objects.visible_to(request.user).for_display())


@require_http_methods(["GET", "POST"])
@require(is_insider)
def new(request):
    """Add time away; `?user=` chooses the person."""
    asked = request.GET.get("user", "")
    initial = {"user": asked if asked.isdecimal() else request.user.pk, "share": 100}
    form = AbsenceForm(sent(request), people=kept_by(request.user), initial=initial)
    if request.method == "POST" and done(form, lambda: add_absence(**form.cleaned_data)):
        toast(request, f"{form.cleaned_data['user']}'s days are noted.")
        return redirect("planning:absences")
    title, submit = "Add time away", "Add the days"
    return form_page(request, form, title=title, submit=submit, about=None, template=FORM)


@require_http_methods(["GET", "POST"])
@require(is_insider)
def absence(request, pk):
    found = _find(request, pk)
    initial = {name: getattr(found, name) for name in ("from_on", "until_on", "share")}
    form = DaysForm(sent(request), initial=initial)
    if request.method == "POST" and done(
        form, lambda: change_absence(absence=found, **form.cleaned_data)
    ):
        toast(request, f"{found.user}'s days are changed.")
        return redirect("planning:absences")
    title = f"{found.user} is away"
    context = {"absence": found, "template": FORM}
    return form_page(request, form, title=title, submit="Save the days", about=None, **context)


@require_POST
@require(is_insider)
def removal(request, pk):
    found = _find(request, pk)
    remove_absence(absence=found)
    toast(request, f"{found.user} is there from {found.from_on:%-d %b} to {found.until_on:%-d %b}.")
    return redirect("planning:absences")


def _find(request, pk):
    rows = Absence.objects.visible_to(request.user).select_related("user")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@require(is_insider)
def membership(request, pk):
    """How much of a person's week a team has; leads say it of their teams."""
    rows = Membership.objects.kept_by(request.user).select_related("user", "team")
    found = get_object_or_404(rows, pk=pk)
    initial = {name: getattr(found, name) for name in ("share", "from_on", "until_on")}
    form = MembershipForm(sent(request), initial=initial)
    cycle, slug = request.GET.get("cycle", ""), found.team.slug
    back = reverse("people:team", args=[slug])
    if cycle.isdecimal() and len(cycle) < 10:
        back = reverse("planning:team-capacity", args=[cycle, slug])
    if request.method == "POST" and done(
        form, lambda: change_membership(membership=found, **form.cleaned_data)
    ):
        toast(request, f"{found.user} works {found.share} % of a week for {found.team}.")
        return redirect(back)
    context = {
        "form": form, "title": f"{found.user} in {found.team}", "submit": "Save", "back": back,
        "membership": found,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "planning/capacity/membership.html", context, status=status)
