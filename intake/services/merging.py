"""Two requests that are one: merging them, and taking that back exactly."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from intake.models import ALLOWED, Merge, ProductRequest, TriageAct
from intake.services.clocks import skip
from intake.services.states import (
    CLOCK_FIELDS,
    OPEN,
    AlreadyDecided,
    Refusal,
    decider_of,
    lock,
    log_act,
    move,
    restore,
    settle,
    snapshot,
)
from intake.services.telling import tell_requesters
from intake.services.voices import carry_voices
from prodops.audit import services as audit
from prodops.people.models import User

State = ProductRequest.State
KEPT = (
    "state",
    "merged_into",
    "decided_at",
    "triaged_at",
    "snoozed_until",
    "paused_since",
    "decline_reason",
    *CLOCK_FIELDS,
)
ONE_MERGE_AT_A_TIME = 0x1A7A4E


class NotMerged(Refusal):
    """There is no merge to take back."""


@transaction.atomic
def merge(
    *,
    child: ProductRequest,
    parent: ProductRequest,
    by: User,
    at: datetime,
    reason: str = "",
    was_suggested: bool = False,
    batch: UUID | None = None,
    seen: str = "",
) -> TriageAct:
    """Fold `child` into `parent`, or into the request that `parent` itself was merged into.

    Merges made in one go share a `batch`. `seen` is the state of `child` that was shown to `by`.
    Raises AlreadyDecided when somebody settled `child` first, Refusal when both are the same and
    for a parent that is spam.
    """
    wanted, parent = parent, _hold(child, parent)
    if child.state == State.MERGED or _was_decided_since(child, seen):
        raise AlreadyDecided(decider_of(child))
    if parent.pk == child.pk:
        raise Refusal(_itself_words(child, wanted))
    if parent.is_spam:
        raise Refusal(_spam_words(parent))
    before, old_words = snapshot(child, KEPT), child.get_state_display()
    move(child, State.MERGED, by=by, at=at, reason=reason, merged_into=parent)
    Merge.objects.create(
        child=child,
        parent=parent,
        by=by,
        at=at,
        reason=reason,
        was_suggested=was_suggested,
        batch=batch,
    )
    child.merged_requests.update(merged_into=parent)
    carry_voices(parent)
    act = log_act(child, TriageAct.Verb.MERGE, before=before, by=by, at=at)
    _tell_merged(child, parent, old_words, act=act, reason=reason)
    return act


@transaction.atomic
def unmerge(*, child: ProductRequest, by: User, at: datetime) -> ProductRequest:
    """Take the merge of `child` back: both sides are as if it had not happened.

    Raises NotMerged when `child` is not merged now.
    """
    _hold(child, child)
    found = Merge.objects.filter(child=child, undone_at=None).select_related("parent").first()
    if not found:
        raise NotMerged(f"{child.key} is not merged into another request.")
    old_root, old_words = child.living, child.get_state_display()
    found.undone_at, found.undone_by = at, by
    found.save(update_fields=["undone_at", "undone_by"])
    _give_back(child, by=by, at=at)
    ProductRequest.objects.filter(pk__in=_family(child)).update(merged_into=child)
    carry_voices(found.parent)
    record = partial(audit.record, "request.unmerged", by=by, at=at, is_public=True)
    record(
        thread=child.thread,
        summary=f"took this out of {old_root.key} again",
        before=old_words,
        after=child.get_state_display(),
    )
    record(thread=old_root.thread, summary=f"took {child.key} out again")
    _tell_unmerged(child, old_root, found, by=by, at=at)
    return child


def obstacle(child: ProductRequest, parent: ProductRequest) -> str:
    """Say why `child` cannot be merged into the living request `parent` now, "" when it can."""
    if parent.is_spam:
        return _spam_words(parent)
    if child.pk == parent.pk:
        return "It is the request that the others go into."
    if child.state == State.MERGED:
        return f"It was merged into {child.living.key} already."
    if State.MERGED not in ALLOWED[State(child.state)]:
        return f"It is {child.get_state_display().lower()}, so it stays as it is."
    return ""


def _was_decided_since(child: ProductRequest, seen: str) -> bool:
    return bool(seen) and child.state != seen and child.state not in OPEN


def _itself_words(child: ProductRequest, wanted: ProductRequest) -> str:
    if wanted.pk == child.pk:
        return f"{child.key} cannot be merged into itself."
    return (
        f"{wanted.key} counts for {child.key} already, so {child.key} cannot go into it. "
        f"Unmerge {wanted.key} first to turn the two round."
    )


def _spam_words(parent: ProductRequest) -> str:
    return f"{parent.key} was closed as spam, so nothing is merged into it. Choose another one."


def queue_up() -> None:
    """Let acts that move voices between requests follow each other, until each has committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_MERGE_AT_A_TIME])


def _hold(child: ProductRequest, parent: ProductRequest) -> ProductRequest:
    """Let merges queue up one by one, lock both rows in key order, return the living parent."""
    queue_up()
    parent.refresh_from_db(fields=["merged_into"])
    root = parent.merged_into or parent
    for product_request in sorted([child, root], key=lambda each: each.pk):
        lock(product_request)
    return root


def _family(child: ProductRequest) -> list[int]:
    """Return the keys of all requests merged into `child`, directly or through others."""
    family, level = [], [child.pk]
    while level:
        level = list(
            Merge.objects.filter(parent__in=level, undone_at=None).values_list("child", flat=True)
        )
        family += level
    return family


def _give_back(child: ProductRequest, *, by: User, at: datetime) -> None:
    """Bring `child` to the state it had before its merge."""
    acts = child.triage_acts.filter(verb=TriageAct.Verb.MERGE, undone_at=None)
    act = acts.order_by("-at", "-pk").first()
    if not act:
        settle(child, State.TRIAGE, by=by, at=at, merged_into=None)
        return
    restore(child, act.before, by=by, at=at, reason="The merge was undone.")
    if child.is_open:
        skip(child, act.at, at)
        child.save(update_fields=CLOCK_FIELDS)
    act.undone_at, act.undone_by = at, by
    act.save(update_fields=["undone_at", "undone_by"])


def _tell_merged(
    child: ProductRequest, parent: ProductRequest, old_words: str, *, act: TriageAct, reason: str
) -> None:
    record = partial(audit.record, by=act.by, at=act.at, detail=reason, is_public=True)
    record(
        "request.merged",
        thread=child.thread,
        summary=f"merged this into {parent.key}",
        before=old_words,
        after=child.get_state_display(),
    )
    record(
        "request.absorbed",
        thread=parent.thread,
        summary=f"merged {child.key} into this",
    )
    tell_requesters(
        child,
        cause=f"merged:{act.pk}",
        title=f"{child.key} was merged into {parent.key}: {parent.title}"[:300],
        body=_what_it_means(parent, reason),
        path=parent.thread.path,
        by=act.by,
        at=act.at,
    )


def _what_it_means(parent: ProductRequest, reason: str) -> str:
    """Say what becomes of their wish now: of what has shipped already nobody will hear again."""
    if parent.state != State.SHIPPED:
        return reason or f"Your voice counts for {parent.key} now, and you hear of it from here on."
    shipped = parent.state_changes.filter(to_state=State.SHIPPED).order_by("-at", "-pk").first()
    words = f"It has shipped already.\n\n{shipped.reason if shipped else ''}".strip()
    return f"{reason}\n\n{words}".strip()


def _tell_unmerged(
    child: ProductRequest, old_root: ProductRequest, undone: Merge, *, by: User, at: datetime
) -> None:
    tell_requesters(
        child,
        cause=f"unmerged:{undone.pk}",
        title=f"{child.key} stands on its own again: {child.title}"[:300],
        body=f"It is no longer part of {old_root.key}. You hear what becomes of it from here on.",
        by=by,
        at=at,
    )
