"""Files of a request: sent, shown, taken away and put back."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms import AttachForm
from intake.models import Attachment, ProductRequest
from prodops.people.permissions import can_submit, can_triage, require
from prodops.ui.downloads import handed_out
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_submit)
def attachments(request, pk):
    """Add files to a request; what is refused is said, and what was good stays chosen."""
    visible = ProductRequest.objects.visible_to(request.user).select_related("thread")
    product_request = get_object_or_404(visible, pk=pk)
    form = read_files(request, AttachForm)
    if form.is_bound and not form.errors:
        try:
            given = services.attach(
                product_request=product_request,
                attachments=form.attachments,
                is_public=form.cleaned_data["is_public"],
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            form.add_error("files", str(refusal))
        else:
            toast(request, f"Attached {len(given)} file{'s' * (len(given) != 1)}.")
            return redirect(f"{product_request.thread.path}#files")
    context = {"product_request": product_request, "files_form": form}
    status = 422 if form.is_bound else 200
    return render(request, "intake/attaching.html", context, status=status)


@require_GET
def attachment(request, pk):
    """The bytes of a file: pictures may be shown, everything else is downloaded.

    Whatever it holds, the browser runs nothing of it and guesses no other type.
    """
    visible = Attachment.objects.visible_to(request.user).present()
    found = get_object_or_404(visible, pk=pk)
    is_saved = not found.is_picture or "download" in request.GET
    kept = {"name": found.name, "content_type": found.content_type}
    return handed_out(found.file, **kept, is_saved=is_saved)


@require_POST
def remove(request, pk):
    """Take away a file: one's own, or any as a triager."""
    visible = Attachment.objects.visible_to(request.user).present()
    found = get_object_or_404(_removable(visible, request.user), pk=pk)
    return _change(
        request, found, services.remove_attachment, f"Removed {found}.", "attachment-restoration"
    )


@require_POST
def restore(request, pk):
    """Put a removed file back, as long as its bytes are there."""
    visible = Attachment.objects.visible_to(request.user)
    found = get_object_or_404(_removable(visible, request.user), pk=pk)
    return _change(request, found, services.restore_attachment, f"{found} is back.")


def read_files(request, form_class):
    """Bind a form of files to what was posted, and keep the good ones at once.

    So no error, of whatever field, makes people choose them again.
    """
    files = request.FILES if request.method == "POST" else None
    form = form_class(sent(request), files, user=request.user)
    if form.is_bound:
        form.full_clean()
        form.hold(services.keep_files(files=form.taken, by=request.user, at=timezone.now()))
    return form


def _removable(attachments, user):
    sent_along = attachments.filter(product_request__isnull=False)
    own = sent_along if can_triage(user) else sent_along.filter(by=user)
    return own.select_related("product_request__thread")


def _change(request, found, act, done, undo=""):
    try:
        act(attachment=found, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        undo_url = reverse(f"intake:{undo}", args=[found.pk]) if undo else None
        toast(request, done, undo_url=undo_url)
    return redirect(f"{found.product_request.thread.path}#files")
