"""Files of requests: kept before the form is through, attached, removed, swept away."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat

from intake.models import Attachment, ProductRequest
from intake.models.attachment import FOLDER, MOST_ON_A_REQUEST
from intake.services.states import Refusal, lock
from prodops.audit import services as audit
from prodops.audit.models import Comment
from prodops.integrations.mailbox.models import InboundMail
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User
from prodops.people.permissions import is_insider
from prodops.ui.files import FileRefused, safe_name, sort_of

KEPT_FOR = timedelta(days=1)


def check_file(file: File) -> None:
    """Raise FileRefused, with the reason in words, for a file that may not be attached."""
    if (file.size or 0) > settings.ATTACHMENT_BYTES:
        most = filesizeformat(settings.ATTACHMENT_BYTES).replace("\xa0", " ").replace(".0 ", " ")
        raise FileRefused(f"It is larger than {most}.")
    sort_of(file)


def keep_files(
    *, files: Iterable[File], by: User, at: datetime, mail: InboundMail | None = None
) -> list[Attachment]:
    """Keep uploaded files that belong to no request yet; a sweep forgets them after a day.

    They survive a form that comes back with an error. Raises FileRefused.
    """
    return [_keep(file, by=by, at=at, mail=mail) for file in files]


@transaction.atomic
def attach(
    *,
    product_request: ProductRequest,
    attachments: Sequence[Attachment],
    is_public: bool,
    by: User,
    at: datetime,
    comment: Comment | None = None,
) -> list[Attachment]:
    """Give kept files to a request and tell those who follow it; a requester's are always public.

    Raises Refusal when the request would have more than fifty.
    """
    lock(product_request)
    is_public = is_public or not is_insider(by)
    given = hand_over(
        product_request, attachments, is_public=is_public, by=by, at=at, comment=comment
    )
    if not given:
        return []
    names = f"attached {_listed(given)}"
    audit.record(
        "request.attached",
        thread=product_request.thread,
        summary=names if is_public else f"{names}, for the team only",
        by=by,
        at=at,
        is_public=is_public,
    )
    if comment is None:
        _tell(product_request, given, is_public=is_public, by=by, at=at)
    return given


def hand_over(
    product_request: ProductRequest,
    attachments: Sequence[Attachment],
    *,
    is_public: bool,
    by: User,
    at: datetime,
    comment: Comment | None = None,
) -> list[Attachment]:
    """Give kept files to a request that is locked or new, and say nothing of it."""
    present = product_request.attachments.present().count()
    if attachments and present + len(attachments) > MOST_ON_A_REQUEST:
        raise Refusal(f"A request holds {MOST_ON_A_REQUEST} files at most; it has {present}.")
    wanted = [each.pk for each in attachments]
    mine = Attachment.objects.select_for_update().unsent(by).filter(pk__in=wanted).order_by("pk")
    given = list(mine)
    for each in given:
        each.product_request, each.is_public, each.comment = product_request, is_public, comment
        each.at = at
        each.save(update_fields=["product_request", "is_public", "comment", "at"])
    return given


@transaction.atomic
def remove_attachment(*, attachment: Attachment, by: User, at: datetime) -> None:
    """Take a file off its request; for a day it can be put back, then its bytes are deleted."""
    held = _hold(attachment)
    if held.removed_at:
        raise Refusal(f"{held.name} was removed already.")
    held.removed_at, held.removed_by = at, by
    held.save(update_fields=["removed_at", "removed_by"])
    _note(held, "request.detached", f"removed the file {held.name}", by=by, at=at)


@transaction.atomic
def restore_attachment(*, attachment: Attachment, by: User, at: datetime) -> None:
    """Put a removed file back. Raises Refusal once its bytes are deleted."""
    held = _hold(attachment)
    if not held.file:
        raise Refusal(f"{held.name} was deleted for good.")
    if not held.removed_at:
        raise Refusal(f"{held.name} is there.")
    held.removed_at = held.removed_by = None
    held.save(update_fields=["removed_at", "removed_by"])
    _note(held, "request.attached", f"put the file {held.name} back", by=by, at=at)


def sweep_files(*, at: datetime) -> int:
    """Delete the bytes nobody needs any more and return how many files that were.

    What was removed or never sent a day ago, and what no row knows because its transaction was
    rolled back. Running it twice deletes nothing more.
    """
    old = at - KEPT_FOR
    dead = Q(removed_at__lt=old) | Q(product_request=None, at__lt=old)
    keys = Attachment.objects.filter(dead).exclude(file="").order_by("pk")
    swept = sum(_delete(pk, old) for pk in keys.values_list("pk", flat=True))
    for folder in _days_before(old.astimezone(UTC).date()):
        swept += _delete_strays(folder)
    return swept


def _keep(file: File, *, by: User, at: datetime, mail: InboundMail | None) -> Attachment:
    check_file(file)
    sort, digest = sort_of(file), hashlib.sha256()
    file.seek(0)
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    attachment = Attachment(
        name=safe_name(file.name or "file", sort),
        content_type=sort.content_type,
        size=file.size,
        digest=digest.hexdigest(),
        mail=mail,
        by=by,
        at=at,
    )
    attachment.file.save(attachment.name, file, save=False)
    attachment.save()
    return attachment


def _tell(
    product_request: ProductRequest,
    given: list[Attachment],
    *,
    is_public: bool,
    by: User,
    at: datetime,
) -> None:
    thread = product_request.thread
    readers = [user for user in thread.followers.all() if is_public or is_insider(user)]
    notify(
        readers,
        kind=Kind.COMMENT,
        cause=f"attached:{given[0].pk}",
        title=f"{by} attached {_listed(given)} to {thread}"[:300],
        path=thread.path,
        thread=thread,
        by=by,
        at=at,
    )


def _listed(given: list[Attachment]) -> str:
    names = ", ".join(each.name for each in given[:3])
    more = len(given) - 3
    return f"{names} and {more} more" if more > 0 else names


def _hold(attachment: Attachment) -> Attachment:
    held = Attachment.objects.select_for_update(of=("self",))
    return held.select_related("product_request__thread").get(pk=attachment.pk)


def _note(attachment: Attachment, verb: str, summary: str, *, by: User, at: datetime) -> None:
    """Write it on the timeline; what was not sent yet has none."""
    if attachment.product_request:
        thread = attachment.product_request.thread
        is_public = attachment.is_public
        audit.record(verb, thread=thread, summary=summary, by=by, at=at, is_public=is_public)


@transaction.atomic
def _delete(pk: int, old: datetime) -> int:
    """Delete the bytes of one row that is still dead; the row goes too if it was never sent."""
    dead = Q(removed_at__lt=old) | Q(product_request=None, at__lt=old)
    held = Attachment.objects.select_for_update().filter(dead, pk=pk).first()
    if held is None:
        return 0
    default_storage.delete(str(held.file.name))
    if held.product_request_id is None:
        held.delete()
    else:
        Attachment.objects.filter(pk=pk).update(file="")
    return 1


def _days_before(end: date) -> Iterator[str]:
    """Yield the folders of the days before `end`, as `place` makes them."""
    for year in _folders(FOLDER):
        for month in _folders(year):
            for day in _folders(month):
                if day.removeprefix(f"{FOLDER}/") < f"{end:%Y/%m/%d}":
                    yield day


def _folders(path: str) -> list[str]:
    try:
        return sorted(f"{path}/{name}" for name in default_storage.listdir(path)[0] if name)
    except FileNotFoundError:
        return []


def _delete_strays(folder: str) -> int:
    names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if name}
    known = Attachment.objects.filter(file__in=names).values_list("file", flat=True)
    strays = sorted(names - set(known))
    for name in strays:
        default_storage.delete(name)
    return len(strays)
