"""The hub's addresses and one list page more, small enough to test the kit on."""

from django.db.models import Q
from django.http import JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_GET, require_POST

from prodops.people.models import User
from prodops.ui import lists


def _mine(rows, value, user):
    return rows.filter(pk=user.pk) if value == "me" else rows.exclude(pk=user.pk)


PEOPLE = lists.ListPage(
    slug="colleagues",
    title="Colleagues",
    columns=(
        lists.Column("name", "Name", value=lambda user: user.name, order=("name",)),
        lists.Column("number", "Number", value=lambda user: user.pk, order=("pk",), numeric=True),
        lists.Column("job", "Job", value=lambda user: user.job_title),
    ),
    filters=(
        lists.Filter(
            "role",
            "Role",
            lambda user: User.Role.choices,
            lambda rows, value, user: rows.filter(role=value),
        ),
        lists.Filter("owner", "Owner", lambda user: [("me", "me"), ("others", "others")], _mine),
    ),
    search=("name__icontains", "email__icontains"),
    key_prefix="USR",
    order=("name", "pk"),
    row_template="tests/_colleague_row.html",
    empty_title="Nobody works here yet",
    empty_text="People are listed once they have an account.",
    action=("Invite somebody", "ui:styleguide"),
    bulk=(lists.BulkAct("greet", "Greet", "greet"),),
    per_page=10,
)


def _visible(request):
    return User.objects.filter(~Q(name="Hidden"))


@require_GET
def colleagues(request):
    return lists.respond(request, PEOPLE, _visible(request), context={"said": "by the view"})


@require_POST
def greet(request):
    chosen = lists.selected(request, PEOPLE, _visible(request))
    return JsonResponse({"names": sorted(user.name for user in chosen)})


urlpatterns = [
    path("colleagues/", colleagues, name="colleagues"),
    path("colleagues/greeting/", greet, name="greet"),
    path("", include("prodops.urls")),
]
