"""Connections: what state they are in, setting them up, syncing them."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from prodops.integrations import projects, rotation, services
from prodops.integrations.errors import SourceError
from prodops.integrations.forms import (
    KINDS,
    ConnectionForm,
    PointsFieldForm,
    ProjectTeamsForm,
    RunForm,
)
from prodops.integrations.models import Connection, SyncRun, Webhook
from prodops.integrations.secrets import SecretUnreadable
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui.toasts import toast

CALLS_SHOWN, RECORDS_SHOWN, RUNS_SHOWN = 5, 10, 8


@require_GET
@require(can_run_operations)
def connections(request):
    found = Connection.objects.visible_to(request.user).for_display()
    context = {"connections": found, "is_rotation_due": rotation.is_due()}
    return render(request, "integrations/connections.html", context)


@require_POST
@require(can_administer)
def seal_anew(request):
    """Seal every credential with the newest key."""
    try:
        count = rotation.rotate(at=now())
    except SecretUnreadable as error:
        toast(request, str(error), tone="negative")
    else:
        toast(request, f"{count} sealed with the newest key; older keys may be dropped.")
    return redirect("integrations:connections")


@require_GET
@require(can_run_operations)
def connection(request, slug):
    """State, projects and latest runs of one connection."""
    found = _find(request, slug)
    template = "_connection_state.html" if request.htmx else "connection.html"
    context = _state(found) if request.htmx else _page(found)
    response = render(request, f"integrations/{template}", context)
    if request.htmx and not (found.wanted_at or context["open_runs"]):
        response["HX-Refresh"] = "true"  # it has ended: runs, projects and counts are others now
    return response


def _state(found):
    return {"connection": found, "open_runs": found.runs.unfinished().for_display()}


def _page(found):
    """Return the state with what the page shows around it."""
    records = found.skipped_records.unresolved()
    return {
        **_state(found),
        "runs": found.runs.for_display()[:RUNS_SHOWN],
        "is_removable": not services.holds_data(found),
        "skipped": records.for_display()[:RECORDS_SHOWN],
        "skipped_count": records.count(),
        "projects": projects.counted_projects(found) if found.is_jira else [],
        "webhook": Webhook.objects.filter(connection=found).first(),
        "calls": found.deliveries.for_display()[:CALLS_SHOWN],
        "points_fields": projects.points_fields(found) if found.is_jira else [],
    }


@require_http_methods(["GET", "POST"])
@require(can_administer)
def new_connection(request):
    """Ask which system it is, then what that one needs."""
    kind = request.GET.get("kind")
    if request.method == "GET" and kind not in dict(KINDS):
        return render(request, "integrations/choose_system.html", {"kinds": KINDS})
    return _save(request, ConnectionForm(request.POST or None, initial={"kind": kind}), None)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def edit_connection(request, slug):
    found = get_object_or_404(Connection.objects.visible_to(request.user).fetched(), slug=slug)
    names = [name for name in ConnectionForm.base_fields if name != "secret"]
    initial = {name: getattr(found, name) for name in names}
    initial["projects"] = ", ".join(found.projects)
    known = {"has_secret": services.has_secret(found), "is_settled": services.holds_data(found)}
    form = ConnectionForm(request.POST or None, initial=initial, connection=found, **known)
    return _save(request, form, found)


@require_POST
@require(can_administer)
def connection_removal(request, slug):
    """Remove a connection nothing was ever copied through."""
    found = _find(request, slug)
    if services.remove_connection(connection=found):
        toast(request, f"Removed {found}.")
        return redirect("integrations:connections")
    toast(request, f"{found} has brought records; switch it off instead.", tone="negative")
    return redirect(found)


@require_POST
@require(can_run_operations)
def sync_now(request, slug):
    """Ask for a run: of changes, of everything, or a count against the source."""
    found = _find(request, slug)
    form = RunForm(request.POST, connection=found)
    if not form.is_valid():
        toast(request, form.errors["mode"][0], tone="negative")
        return render(request, "integrations/connection.html", _page(found), status=422)
    try:
        _want(found, form.cleaned_data["mode"], request.user)
    except services.NotSyncable as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, "A worker is starting the sync.")
    return redirect(found)


def _want(found, mode, user):
    told = {"connection": found, "by": user, "at": now()}
    if mode == SyncRun.Mode.RECONCILE:
        services.want_reconciliation(**told)
    else:
        services.want_sync(is_full=mode == SyncRun.Mode.FULL, **told)


@require_POST
@require(can_administer)
def switch(request, slug):
    """Switch a connection on or off; a run that goes on is not stopped."""
    found = _find(request, slug)
    is_on = request.POST.get("on") == "1"
    services.save_connection(connection=found, at=now(), is_active=is_on)
    toast(request, f"{found} is switched {'on' if is_on else 'off'}.")
    return redirect(found)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def project_teams(request, slug):
    """Give each project of the connection to a team."""
    found = _find(request, slug)
    form = ProjectTeamsForm(request.POST or None, projects=projects.counted_projects(found))
    if form.is_valid():
        changed = services.give_projects(connection=found, teams=form.choices())
        toast(request, f"{changed} project{'s' * (changed != 1)} changed.")
        return redirect(found)
    status = 422 if form.is_bound else 200
    context = {"connection": found, "form": form}
    return render(request, "integrations/project_teams.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def points_field(request, slug):
    """Say which of several fields holds the story points."""
    found = _find(request, slug)
    fields = projects.points_fields(found)
    form = PointsFieldForm(request.POST or None, fields=fields)
    if form.is_valid():
        projects.choose_points_field(connection=found, field=form.cleaned_data["field"])
        toast(request, "Chosen. Read everything again to give older issues their points.")
        return redirect(found)
    status = 422 if form.is_bound else 200
    context = {"connection": found, "form": form}
    return render(request, "integrations/points_field.html", context, status=status)


def _find(request, slug):
    return get_object_or_404(Connection.objects.visible_to(request.user).for_display(), slug=slug)


def _save(request, form, found):
    """Test what was entered, then save it unless only the test was wanted.

    The credential is never sent back; with htmx only the outcome is exchanged, so it stays typed.
    """
    tested, is_wrong = "", False
    is_test = "test" in request.POST
    if form.is_valid():
        if is_test or (form.needs_test and "untested" not in request.POST):
            tested = _test(form, form.cleaned_data, found)
            is_wrong = not tested
        if not is_test and not is_wrong:
            return _saved(request, form, found)
    status = 422 if form.errors else 200
    context = {"form": form, "connection": found, "tested": tested}
    context["offers_untested"] = is_wrong and not is_test
    return render(request, "integrations/edit_connection.html", context, status=status)


def _saved(request, form, found):
    values = dict(form.cleaned_data)
    if found is None:
        values["slug"] = services.free_slug(slugify(values["name"]))
    saved = services.save_connection(connection=found, at=now(), **values)
    toast(request, f"Saved {saved}.")
    page = saved.get_absolute_url()
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)


def _test(form, values, found):
    """Return what the site said; a refusal becomes an error of the form."""
    names = ("kind", "base_url", "username", "projects")
    try:
        secret = values["secret"] or services.secret_of(found)
        entered = {name: values.get(name, []) for name in names}
        return services.test_connection(secret=secret, **entered)
    except SourceError as error:
        form.add_error(None, str(error))
        return ""
