"""The profile, and the directory of people and teams."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from prodops.people import services
from prodops.people.forms import ProfileForm
from prodops.people.models import Function, FunctionMember, Team, User
from prodops.people.permissions import is_insider, require
from prodops.ui import lists
from prodops.ui.toasts import toast

PEOPLE = lists.ListPage(
    slug="people",
    title="People",
    columns=(
        lists.Column("name", "Name", value=lambda user: user.name, order=("name",)),
        lists.Column("job", "Job", value=lambda user: user.job_title, order=("job_title",)),
        lists.Column("role", "Role", value=lambda user: user.get_role_display(), order=("role",)),
        lists.Column(
            "teams",
            "Teams",
            value=lambda user: ", ".join(str(each.team) for each in user.memberships.all()),
        ),
        lists.Column("email", "E-mail", value=lambda user: user.email, order=("email",)),
    ),
    filters=(
        lists.Filter(
            "role",
            "Role",
            lambda user: User.Role.choices,
            lambda people, value, user: people.filter(role=value),
        ),
        lists.Filter(
            "team",
            "Team",
            lambda user: list(Team.objects.order_by("name", "pk").values_list("pk", "name")),
            lambda people, value, user: people.filter(memberships__team=int(value)),
        ),
    ),
    search=("name__icontains", "email__icontains", "job_title__icontains"),
    order=("name", "pk"),
    row_template="people/_person_row.html",
    empty_title="Nobody is here yet",
    empty_text="An administrator adds people, or they arrive by single sign-on.",
    empty_icon="users",
    template="people/people.html",
    noun="person",
    nouns="people",
)


@require_http_methods(["GET", "POST"])
def profile(request):
    user = request.user
    initial = {"name": user.name, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, initial=initial, user=user)
    if form.is_valid():
        services.change_profile(user=user, **form.cleaned_data)
        toast(request, "Saved your profile.")
        return redirect("people:profile")
    memberships = user.memberships.select_related("team").order_by("team__name", "pk")
    context = {"form": form, "memberships": memberships}
    return render(request, "people/profile.html", context, status=422 if form.is_bound else 200)


@require_GET
@require(is_insider)
def people(request):
    return lists.respond(request, PEOPLE, User.objects.visible_to(request.user).in_directory())


@require_GET
@require(is_insider)
def person(request, pk):
    """One person: teams, functions, how to reach them."""
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    context = {
        "found": found,
        "memberships": found.memberships.select_related("team").order_by("team__name", "pk"),
        "rotas": found.function_memberships.select_related("function").order_by("function__name"),
    }
    return render(request, "people/person.html", context)


@require_GET
@require(is_insider)
def teams(request):
    members = FunctionMember.objects.select_related("user").order_by("position", "pk")
    rota = Prefetch("rota", members)
    context = {
        "teams": Team.objects.visible_to(request.user).for_display(),
        "functions": Function.objects.order_by("name", "pk").prefetch_related(rota),
    }
    return render(request, "people/teams.html", context)


@require_GET
@require(is_insider)
def team(request, slug):
    """One team: its people, its area and the calendar its clocks run by."""
    found = get_object_or_404(Team.objects.visible_to(request.user).for_display(), slug=slug)
    context = {"team": found, "days": found.working_day_names()}
    return render(request, "people/team.html", context)
