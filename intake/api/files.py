"""Files of a request: attached, listed, downloaded."""

from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from ninja import File, Form, Path, Query, Router
from ninja.files import UploadedFile
from ninja.responses import Status

from intake import services
from intake.api.finding import one_of
from intake.api.shapes import FilePage, FileShape, PageWanted
from intake.api.showing import named
from intake.forms import AttachForm
from intake.models import Attachment, ProductRequest
from prodops.people.api.building import READS, WRITES
from prodops.people.api.pages import page_of
from prodops.people.api.problems import Problem, of_form
from prodops.people.permissions import can_submit, require
from prodops.ui.downloads import handed_out

router = Router(tags=["Files"])
ADDRESS = "/requests/{int:pk}/attachments/"
FILE = {"type": "string", "format": "binary", "description": "As it was sent."}
BYTES = {"content": {"application/octet-stream": {"schema": FILE}}}
Files = Annotated[
    list[UploadedFile], File(description="Up to ten; what a file is, its bytes tell.")
]
IsPublic = Annotated[
    bool, Form(description="May the requester see them? What a requester sends is always public.")
]
READS_BYTES = {**READS, "openapi_extra": {**READS["openapi_extra"], "responses": {200: BYTES}}}


@router.get(ADDRESS, response=FilePage, summary="List files", **READS)
def list_files(request, pk: Path[int], wanted: Query[PageWanted]):
    """The files you may see of a request and of those merged into it, newest first."""
    product_request = one_of(ProductRequest.objects.visible_to(request.user), pk)
    files = Attachment.objects.visible_to(request.user).of(product_request)
    found, following = page_of(files, cursor=wanted.cursor, limit=wanted.limit)
    return {"items": [_show(each) for each in found], "next": following}


@router.post(ADDRESS, response={201: list[FileShape]}, summary="Attach files", **WRITES)
@require(can_submit)
def attach_files(
    request,
    pk: Path[int],
    files: Files,
    is_public: IsPublic = False,
):
    """Attach files, sent as multipart/form-data: all of them or none."""
    visible = ProductRequest.objects.visible_to(request.user).select_related("thread")
    product_request = one_of(visible, pk)
    taken = _taken(request, files)
    told = {"by": request.user, "at": timezone.now()}
    try:
        with transaction.atomic():
            kept = services.keep_files(files=taken, **told)
            words = {"product_request": product_request, "is_public": is_public}
            given = services.attach(attachments=kept, **words, **told)
    except services.Refusal as refusal:
        raise Problem(409, str(refusal)) from None
    return Status(201, [_show(each) for each in given])


@router.get(f"{ADDRESS}{{int:file}}/", summary="Download a file", **READS_BYTES)
def download_file(request, pk: Path[int], file: Path[int]):
    """The bytes of a file, to be saved."""
    product_request = one_of(ProductRequest.objects.visible_to(request.user), pk)
    found = one_of(Attachment.objects.visible_to(request.user).of(product_request), file)
    kept = {"name": found.name, "content_type": found.content_type}
    return handed_out(found.file, **kept, is_saved=True)


def _taken(request, files: list[UploadedFile]) -> list[UploadedFile]:
    """Return the files the page would take too; raise Problem with what is wrong about each."""
    unknown = {*request.POST} - {"is_public"} | {*request.FILES} - {"files"}
    if unknown:
        wrong = [(name[:100], "There is no such field.") for name in sorted(unknown)]
        raise Problem(422, "Some of what was sent cannot be taken.", errors=wrong)
    form = AttachForm({"audience": "public"}, MultiValueDict({"files": files}), user=request.user)
    if not form.is_valid():
        problem = of_form(form)
        if any((each.size or 0) > settings.ATTACHMENT_BYTES for each in files):
            problem.status = 413
        raise problem
    return form.taken


def _show(attachment: Attachment) -> dict[str, Any]:
    names = ("id", "name", "content_type", "size", "is_public", "at")
    path = reverse("api:download_file", args=[attachment.product_request_id, attachment.pk])
    return {
        **{name: getattr(attachment, name) for name in names},
        "request": attachment.product_request_id,
        "sha256": attachment.digest,
        "by": named(attachment.by),
        "url": settings.SITE_URL + path,
    }
