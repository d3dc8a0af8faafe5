"""Export files: hand one in, see what it would do, import it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prodops.integrations.jira.files import uploads as files
from prodops.integrations.jira.files.forms import UploadForm
from prodops.integrations.models import Upload
from prodops.people.permissions import can_run_operations, require
from prodops.ui import lists
from prodops.ui.toasts import toast

UPLOADS = lists.ListPage(
    slug="uploads",
    title="Export files",
    columns=(
        lists.Column("name", "File", lambda upload: upload.name, ("name",)),
        lists.Column("connection", "Connection", lambda upload: upload.connection.name),
        lists.Column("state", "State", lambda upload: upload.get_state_display(), ("state",)),
        lists.Column("uploaded", "Handed in", lambda upload: upload.uploaded_at, ("uploaded_at",)),
        lists.Column("by", "By", lambda upload: str(upload.uploaded_by)),
        lists.Column("read", "Issues", lambda upload: upload.read, ("read",), numeric=True),
        lists.Column("created", "New", lambda upload: upload.created, ("created",), numeric=True),
        lists.Column(
            "updated", "Changed", lambda upload: upload.updated, ("updated",), numeric=True
        ),
        lists.Column(
            "refused", "Refused", lambda upload: upload.refused, ("refused",), numeric=True
        ),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: Upload.State.choices,
            lambda uploads, value, user: uploads.filter(state=value),
        ),
    ),
    search=("name__icontains",),
    order=("-uploaded_at", "-pk"),
    row_template="integrations/_upload_row.html",
    empty_title="No file yet",
    empty_text="Where the hub cannot reach a Jira, its export files bring the same issues.",
    empty_icon="document-arrow-up",
    template="integrations/uploads.html",
    action=("Hand in a file", "integrations:new-upload"),
    noun="file",
    nouns="files",
)


@require_GET
@require(can_run_operations)
def uploads(request):
    return lists.respond(request, UPLOADS, Upload.objects.visible_to(request.user).for_display())


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new_upload(request):
    """Take a file and wake a worker for it."""
    started = {"time_zone": request.user.time_zone, "connection": request.GET.get("connection")}
    form = UploadForm(request.POST or None, request.FILES or None, initial=started)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        name, site = values.pop("name"), values.pop("site")
        if values["connection"] is None:
            values["connection"] = files.new_connection(name=name, site=site)
        return redirect("integrations:upload", files.keep(by=request.user, at=now(), **values).pk)
    status = 422 if form.errors else 200
    return render(request, "integrations/new_upload.html", {"form": form}, status=status)


@require_GET
@require(can_run_operations)
def upload(request, pk):
    """One file; while a worker reads it the page asks for its partial every two seconds."""
    template = "_upload.html" if request.htmx else "upload.html"
    return render(request, f"integrations/{template}", {"upload": _find(request, pk)})


@require_POST
@require(can_run_operations)
def upload_import(request, pk):
    found = _find(request, pk)
    if files.import_checked(upload=found, by=request.user, at=now()):
        toast(request, f"A worker imports {found}.")
    else:
        toast(request, f"{found} is {found.get_state_display().lower()}.", tone="negative")
    return redirect("integrations:upload", pk)


def _find(request, pk):
    return get_object_or_404(Upload.objects.visible_to(request.user).for_display(), pk=pk)
