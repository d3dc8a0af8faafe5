"""What proves a check-in: kept as a row, looked at by a worker for as long as it matters."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from intake.services import Refusal
from planning import tasks
from planning.models import CheckIn, Evidence, EvidenceCheck, KeyResult
from planning.models.check_in import CONFIRMED_AFTER
from planning.services.records import lock
from prodops.audit.models import Thread
from prodops.integrations.errors import AddressRefused
from prodops.integrations.visiting import Visit, check_link, visit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify

State = Evidence.State
LEASE = timedelta(minutes=5)
AGAIN_AFTER = timedelta(days=7)
MATTERS_FOR = timedelta(days=62)
AT_ONCE = 50


def clean_link(text: str) -> str:
    """Return a link as it is kept: a path of the hub, or a public web address. Raises Refusal."""
    text = text.strip()
    own = urlsplit(settings.SITE_URL)
    if text.startswith("/"):
        return _path(text)
    try:
        link = check_link(text, allow_private=settings.ALLOW_PRIVATE_URLS or _is_own(text, own))
    except AddressRefused as refusal:
        raise Refusal(str(refusal)) from None
    parts = urlsplit(link)
    if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return _path(parts._replace(scheme="", netloc="").geturl() or "/")
    return link


def attach(check_in: CheckIn, link: str, *, at: datetime) -> Evidence:
    """Keep the evidence of a new check-in; a page of the hub is there, a link is to be visited."""
    link = clean_link(link)
    is_here = link.startswith("/")
    evidence = Evidence.objects.create(
        check_in=check_in,
        url=link,
        label=_label(link),
        state=State.GOOD if is_here else State.WAITING,
        checked_at=at if is_here else None,
        due_at=None if is_here else at,
    )
    if is_here:
        EvidenceCheck.objects.create(evidence=evidence, is_good=True, note="In the hub.", at=at)
    else:
        tasks.check_evidence.delay_on_commit(evidence.pk)
    return evidence


def check_evidence(*, evidence: Evidence, clock: Callable[[], datetime]) -> None:
    """Visit the link once, if it is due and no other worker is at it, and keep what came of it."""
    at = clock()
    claimed = Evidence.objects.filter(pk=evidence.pk).due(at).update(claimed_until=at + LEASE)
    if claimed:
        found = visit(evidence.url, allow_private=settings.ALLOW_PRIVATE_URLS)
        settle(evidence=evidence, found=found, at=clock())


@transaction.atomic
def settle(*, evidence: Evidence, found: Visit, at: datetime) -> Evidence:
    """Keep what a look brought: good, failed once, or broken when a day later it fails again."""
    lock(evidence)
    EvidenceCheck.objects.create(
        evidence=evidence, is_good=found.is_good, status=found.status, note=found.note, at=at
    )
    before = evidence.state
    if found.is_good:
        evidence.state, evidence.failed_since = State.GOOD, None
    else:
        evidence.failed_since = evidence.failed_since or at
        is_confirmed = at - evidence.failed_since >= CONFIRMED_AFTER
        evidence.state = State.BROKEN if is_confirmed else State.DOUBTFUL
    evidence.checked_at, evidence.claimed_until = at, None
    evidence.due_at = _due_after(evidence, at)
    evidence.save(update_fields=["state", "failed_since", "checked_at", "claimed_until", "due_at"])
    _show(evidence)
    if evidence.is_broken and before != State.BROKEN:
        _tell(evidence, at)
    return evidence


def sweep_evidence(*, at: datetime) -> None:
    """Wake a worker for each link whose turn it is, or whose worker died."""
    due = Evidence.objects.due(at).order_by("due_at", "pk").values_list("pk", flat=True)
    for pk in due[:AT_ONCE]:
        tasks.check_evidence.delay_on_commit(pk)


def _is_own(text: str, own) -> bool:
    return text == own.geturl() or text.startswith(f"{own.geturl()}/")


def _path(path: str) -> str:
    """Return a path of the hub with its ? and #; raises Refusal where no page is.

    What a browser would read as another site, such as "//site/" or one with a tab, is no page.
    """
    is_here = path.isprintable() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    try:
        resolve(urlsplit(path).path if is_here else "")
    except Resolver404:
        raise Refusal(f"The hub has no page {path!r}.") from None
    return path


def _label(link: str) -> str:
    """Return what a link is called: a record of the hub by key and title, else the host."""
    if not link.startswith("/"):
        return (urlsplit(link).hostname or link)[:200]
    thread = Thread.objects.filter(path=urlsplit(link).path).order_by("pk").first()
    return f"{thread.key} {thread.title}"[:200] if thread else "A page of the hub"


def _due_after(evidence: Evidence, at: datetime) -> datetime | None:
    """Return when to look again: a day after a first failure, else weekly while it matters."""
    if evidence.state == State.DOUBTFUL and evidence.failed_since:
        return evidence.failed_since + CONFIRMED_AFTER
    check_in = evidence.check_in
    is_over = check_in.key_result.objective.is_closed or at - check_in.at > MATTERS_FOR
    return None if is_over else at + AGAIN_AFTER


def _show(evidence: Evidence) -> None:
    """Put the state on the key result, when no later check-in brought other evidence."""
    of_this = Evidence.objects.filter(check_in__key_result=evidence.check_in.key_result_id)
    newest = of_this.order_by("-check_in__at", "-pk").values_list("pk", flat=True).first()
    if newest == evidence.pk:
        rows = KeyResult.objects.filter(pk=evidence.check_in.key_result_id)
        rows.update(evidence_state=evidence.state)


def _tell(evidence: Evidence, at: datetime) -> None:
    key_result = evidence.check_in.key_result
    if key_result.objective.is_closed or key_result.is_dropped:
        return
    notify(
        [key_result.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"evidence:{evidence.pk}:broken:{evidence.failed_since:%Y%m%d%H%M}",
        title=f"The evidence of {key_result.key} {key_result.title} is gone",
        body=f"{evidence.url} failed twice, a day apart. Check in again with a link that works.",
        path=key_result.get_absolute_url(),
        thread=key_result.objective.thread,
        action_label="Open the key result",
        at=at,
    )
