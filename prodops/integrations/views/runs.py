"""The runs of a connection, and one of them."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from prodops.integrations.models import Connection, SyncRun
from prodops.people.permissions import can_run_operations, require
from prodops.ui import lists

RUNS = lists.ListPage(
    slug="sync-runs",
    title="Runs",
    columns=(
        lists.Column("started", "Started", lambda run: run.started_at, ("started_at",)),
        lists.Column("status", "Status", lambda run: run.outcome, ("status",)),
        lists.Column("mode", "Read", lambda run: run.get_mode_display(), ("mode",)),
        lists.Column("fetched", "Fetched", lambda run: run.fetched, ("fetched",), numeric=True),
        lists.Column("created", "New", lambda run: run.created, ("created",), numeric=True),
        lists.Column("updated", "Changed", lambda run: run.updated, ("updated",), numeric=True),
        lists.Column("deleted", "Removed", lambda run: run.deleted, ("deleted",), numeric=True),
        lists.Column("skipped", "Set aside", lambda run: run.skipped, ("skipped",), numeric=True),
        lists.Column("seconds", "Seconds", lambda run: round(run.seconds, 1), ("seconds",), True),
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
def connection_runs(request, slug):
    found = get_object_or_404(Connection.objects.visible_to(request.user), slug=slug)
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
