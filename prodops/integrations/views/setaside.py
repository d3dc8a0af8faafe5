"""Records that could not be read: why, as they came, and reading them once more."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from prodops.integrations import setting_aside
from prodops.integrations.models import Connection, SkippedRecord
from prodops.people.permissions import can_run_operations, require
from prodops.ui import lists
from prodops.ui.toasts import toast


def _payload_address(record):
    """Return where the payload itself is; the CSV names the place, the page has a link."""
    return reverse("integrations:payload", args=[record.pk])


SET_ASIDE = lists.ListPage(
    slug="set-aside",
    title="Set aside",
    columns=(
        lists.Column("record", "Record", lambda record: record.name, ("key", "source_id")),
        lists.Column("reason", "Why", lambda record: record.reason, ("reason",)),
        lists.Column("at", "Tried last", lambda record: record.at, ("at",)),
        lists.Column("resolved", "Read since", lambda record: record.resolved_at, ("resolved_at",)),
        lists.Column("payload", "As it came", _payload_address),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: [("open", "Still set aside"), ("read", "Read since")],
            lambda records, value, user: records.filter(resolved_at__isnull=value == "open"),
        ),
    ),
    search=("key__icontains", "source_id__icontains", "reason__icontains"),
    order=("resolved_at", "-at", "-pk"),
    row_template="integrations/_skipped_row.html",
    empty_title="Nothing is set aside",
    empty_text="What a run cannot read is kept here with the reason, and tried again by each run.",
    empty_icon="check-circle",
    template="integrations/setaside.html",
    noun="record",
    nouns="records",
)


@require_GET
@require(can_run_operations)
def set_aside(request, slug):
    found = get_object_or_404(Connection.objects.visible_to(request.user), slug=slug)
    records = found.skipped_records.for_display().defer("payload")
    context = {"connection": found, "has_open": found.skipped_records.unresolved().exists()}
    return lists.respond(request, SET_ASIDE, records, context=context)


@require_GET
@require(can_run_operations)
def payload(request, pk):
    """Hand out a record as the source sent it, for a file, never as a page."""
    record = get_object_or_404(_visible(request), pk=pk)
    name = "".join(sign for sign in record.name if sign.isalnum() or sign in "-_") or "record"
    return HttpResponse(
        record.payload,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name[:60]}.json"'},
    )


@require_POST
@require(can_run_operations)
def try_again(request, slug):
    """Read what is set aside once more, without waiting for the next run."""
    found = get_object_or_404(Connection.objects.visible_to(request.user), slug=slug)
    record = request.POST.get("record", "")
    chosen = int(record) if record.isascii() and record.isdigit() and len(record) < 19 else None
    count = setting_aside.try_again(connection=found, record_id=chosen)
    many = f"{count:,} record{'s' * (count != 1)}"
    toast(request, f"A worker reads {many} again." if count else "Nothing is left to read again.")
    return redirect("integrations:set-aside", found.slug)


@require_POST
@require(can_run_operations)
def dismissal(request, pk):
    """Put a record away that has no number and so cannot be asked for again."""
    record = get_object_or_404(_visible(request).nameless().unresolved(), pk=pk)
    setting_aside.dismiss(record=record, at=now())
    toast(request, "Put away.")
    return redirect("integrations:set-aside", record.connection.slug)


def _visible(request):
    visible = Connection.objects.visible_to(request.user)
    return SkippedRecord.objects.filter(connection__in=visible).select_related("connection")
