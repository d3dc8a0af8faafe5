"""What was asked of Jira: on the page of a record, and all of it for product ops."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from prodops.audit.models import Thread
from prodops.integrations.jira.outward import asking
from prodops.integrations.models import OutwardWrite
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui import lists
from prodops.ui.toasts import toast

WRITES = lists.ListPage(
    slug="outward-writes",
    title="Outgoing writes",
    columns=(
        lists.Column("title", "What", lambda write: write.title, ("title",)),
        lists.Column("record", "For", lambda write: write.thread.key),
        lists.Column("state", "State", lambda write: write.get_state_display(), ("state",)),
        lists.Column("connection", "Connection", lambda write: write.connection.name),
        lists.Column("by", "Asked by", lambda write: str(write.requested_by)),
        lists.Column("requested", "Asked", lambda write: write.requested_at, ("requested_at",)),
        lists.Column(
            "attempts", "Attempts", lambda write: write.attempts, ("attempts",), numeric=True
        ),
        lists.Column("error", "What went wrong", lambda write: write.error),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: OutwardWrite.State.choices,
            lambda writes, value, user: writes.filter(state=value),
        ),
        lists.Filter(
            "kind",
            "Kind",
            lambda user: OutwardWrite.Kind.choices,
            lambda writes, value, user: writes.filter(kind=value),
        ),
    ),
    search=("title__icontains", "error__icontains", "thread__key__iexact"),
    order=("-requested_at", "-pk"),
    row_template="integrations/_write_row.html",
    empty_title="Nothing was written to Jira",
    empty_text="Epics, links and versions people ask for on an initiative or a launch stand here.",
    empty_icon="arrow-up-on-square",
    template="integrations/writes.html",
    noun="write",
    nouns="writes",
)


@require_GET
@require(can_run_operations)
def writes(request):
    return lists.respond(
        request, WRITES, OutwardWrite.objects.visible_to(request.user).for_display()
    )


@require_GET
@require(is_insider)
def record_writes(request, pk):
    """The panel of one record, asked for while something is under way; then the page is renewed."""
    visible = Thread.objects.visible_to(request.user)
    thread = get_object_or_404(visible.exclude(kind=Thread.REQUEST), pk=pk)
    if not request.htmx:
        return redirect(thread.path)
    shown = asking.shown_on(thread, at=now())
    if not shown["is_writing"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {**shown, "thread": thread, "may_write": can_plan(request.user)}
    return render(request, "integrations/_writes.html", context)


@require_POST
@require(can_plan)
def retry(request, pk):
    write = _find(request, pk)
    try:
        again = asking.ask_again(write=write, by=request.user, at=now())
    except asking.CannotWrite as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, "A worker tries it again." if again else "It is no longer failed.")
    return redirect(write.thread.path)


@require_POST
@require(can_plan)
def removal(request, pk):
    write = _find(request, pk)
    if asking.forget(write=write):
        toast(request, "Taken off the page. Nothing was changed in Jira.")
    return redirect(write.thread.path)


def _find(request, pk):
    visible = OutwardWrite.objects.visible_to(request.user).select_related("thread")
    return get_object_or_404(visible, pk=pk)
