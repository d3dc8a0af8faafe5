"""Connections, their runs and what was set aside."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prodops.integrations import services
from prodops.integrations.errors import SourceError
from prodops.integrations.forms import ConnectionForm, ProjectTeamsForm
from prodops.integrations.models import Connection, SyncRun
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui import lists
from prodops.ui.toasts import toast

RUNS = lists.ListPage(
    slug="sync-runs",
    title="Runs",
    columns=(
        lists.Column("started", "Started", lambda run: run.started_at, ("started_at",)),
        lists.Column("status", "Status", lambda run: run.get_status_display(), ("status",)),
        lists.Column("mode", "Read", lambda run: run.get_mode_display(), ("mode",)),
        lists.Column("fetched", "Fetched", lambda run: run.fetched, ("fetched",), numeric=True),
        lists.Column("created", "New", lambda run: run.created, ("created",), numeric=True),
        lists.Column("updated", "Changed", lambda run: run.updated, ("updated",), numeric=True),
        lists.Column("deleted", "Removed", lambda run: run.deleted, ("deleted",), numeric=True),
        lists.Column("skipped", "Set aside", lambda run: run.skipped, ("skipped",), numeric=True),
        lists.Column("seconds", "Seconds", lambda run: run.seconds, ("seconds",), numeric=True),
    ),
    filters=(
        lists.Filter(
            "status",
            "Status",
            lambda user: SyncRun.Status.choices,
            lambda runs, value, user: runs.filter(status=value),
        ),
    ),
    search=("error__icontains",),
    order=("-started_at", "-pk"),
    row_template="integrations/_run_row.html",
    empty_title="No run yet",
    empty_text="The first run reads everything; later ones only what changed.",
    empty_icon="arrow-path",
    template="integrations/runs.html",
    noun="run",
    nouns="runs",
)


@require_GET
@require(can_run_operations)
def connections(request):
    found = Connection.objects.visible_to(request.user).for_display()
    return render(request, "integrations/connections.html", {"connections": found})


@require_GET
@require(can_run_operations)
def connection(request, slug):
    """State, projects and latest runs of one connection."""
    found = _find(request, slug)
    template = "_connection_state.html" if request.htmx else "connection.html"
    context = {"connection": found}
    if not request.htmx:
        context |= {
            "runs": found.runs.for_display()[:8],
            "skipped": found.skipped_records.unresolved().for_display()[:50],
            "projects": _projects(found),
        }
    return render(request, f"integrations/{template}", context)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def new_connection(request):
    form = ConnectionForm(request.POST or None)
    return _save(request, form, None)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def edit_connection(request, slug):
    found = _find(request, slug)
    names = [name for name in ConnectionForm.base_fields if name != "secret"]
    initial = {name: getattr(found, name) for name in names}
    initial["projects"] = ", ".join(found.projects)
    has_secret = services.has_secret(found)
    form = ConnectionForm(request.POST or None, initial=initial, has_secret=has_secret)
    return _save(request, form, found)


@require_POST
@require(can_run_operations)
def sync_now(request, slug):
    found = _find(request, slug)
    is_full = request.POST.get("full") == "1"
    try:
        services.want_sync(connection=found, is_full=is_full, by=request.user, at=now())
    except services.NotSyncable as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, "A worker is starting the sync.")
    return redirect(found)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def project_teams(request, slug):
    """Give each project of the connection to a team."""
    found = _find(request, slug)
    form = ProjectTeamsForm(request.POST or None, projects=_projects(found))
    if form.is_valid():
        changed = services.give_projects(connection=found, teams=form.choices())
        toast(request, f"{changed} project{'s' * (changed != 1)} changed.")
        return redirect(found)
    status = 422 if form.is_bound else 200
    context = {"connection": found, "form": form}
    return render(request, "integrations/project_teams.html", context, status=status)


@require_GET
@require(can_run_operations)
def connection_runs(request, slug):
    found = _find(request, slug)
    visible = SyncRun.objects.visible_to(request.user).filter(connection=found).for_display()
    return lists.respond(request, RUNS, visible, context={"connection": found})


@require_GET
@require(can_run_operations)
def run(request, pk):
    """One run; while it is open the page asks for its partial every two seconds."""
    found = get_object_or_404(SyncRun.objects.visible_to(request.user).for_display(), pk=pk)
    context = {"run": found, "skipped": found.skipped_records.for_display()[:200]}
    template = "_run.html" if request.htmx else "run.html"
    return render(request, f"integrations/{template}", context)


def _find(request, slug):
    return get_object_or_404(Connection.objects.visible_to(request.user).for_display(), slug=slug)


def _projects(found):
    alive = Count("issues", filter=Q(issues__deleted_at=None))
    projects = found.jira_projects.select_related("team").annotate(issue_count=alive)
    return projects.order_by("key", "pk")


def _save(request, form, found):
    """Test what was entered, or save it; the credential is never sent back."""
    tested = ""
    if form.is_valid():
        values = dict(form.cleaned_data)
        if "test" in request.POST:
            tested = _test(form, values, found)
        else:
            if found is None:
                values["slug"] = services.free_slug(slugify(values["name"]))
            saved = services.save_connection(connection=found, at=now(), **values)
            toast(request, f"Saved {saved}.")
            return redirect(saved)
    status = 422 if form.errors else 200
    context = {"form": form, "connection": found, "tested": tested}
    return render(request, "integrations/edit_connection.html", context, status=status)


def _test(form, values, found):
    """Return what the site said; a refusal becomes an error of the form."""
    names = ("kind", "base_url", "username", "projects")
    try:
        secret = values["secret"] or services.secret_of(found)
        return services.test_connection(secret=secret, **{name: values[name] for name in names})
    except SourceError as error:
        form.add_error(None, str(error))
        return ""
