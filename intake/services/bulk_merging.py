"""Merging many requests into one: what would become of each, then all of them or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from intake.models import Backing, Merge, ProductRequest
from intake.services.merging import NotMerged, merge, obstacle, queue_up, unmerge
from prodops.people.models import User


@dataclass(frozen=True)
class Prospect:
    """What a merge would do with one request; `obstacle` says why it cannot be, "" when it can.

    `moving` are the voices its parent gains, `known` those that speak for the parent already,
    `told` how many people hear of it.
    """

    child: ProductRequest
    obstacle: str
    moving: tuple[Backing, ...] = ()
    known: tuple[Backing, ...] = ()
    told: int = 0


@dataclass(frozen=True)
class Preview:
    """What merging some requests into `parent` would do, request by request."""

    parent: ProductRequest
    prospects: tuple[Prospect, ...]
    voices: int

    @property
    def ready(self) -> list[Prospect]:
        return [each for each in self.prospects if not each.obstacle]

    @property
    def left_out(self) -> list[Prospect]:
        return [each for each in self.prospects if each.obstacle]

    @property
    def voices_after(self) -> int:
        return self.voices + sum(len(each.moving) for each in self.prospects)


def preview_merges(
    *, children: Iterable[ProductRequest], parent: ProductRequest, by: User
) -> Preview:
    """Say what `merge_many` would do, without doing it; `parent` is one that lives on."""
    children = sorted(children, key=lambda each: each.pk)
    voices: dict[int, list[Backing]] = {each.pk: [] for each in [*children, parent]}
    backings = Backing.objects.filter(product_request__in=voices)
    for voice in backings.select_related("person", "account").order_by("pk"):
        voices[voice.product_request_id].append(voice)
    heard = {_who(voice) for voice in voices[parent.pk]}
    prospects = []
    for child in children:
        reason = obstacle(child, parent)
        prospect = Prospect(child, reason) if reason else _prospect(child, voices, heard, by)
        heard |= {_who(voice) for voice in prospect.moving}
        prospects.append(prospect)
    return Preview(parent, tuple(prospects), len(voices[parent.pk]))


def _prospect(child: ProductRequest, voices: dict, heard: set[tuple], by: User) -> Prospect:
    own = voices[child.pk]
    people = {child.author_id, *(voice.person_id for voice in own)} - {by.pk}
    return Prospect(
        child=child,
        obstacle="",
        moving=tuple(voice for voice in own if _who(voice) not in heard),
        known=tuple(voice for voice in own if _who(voice) in heard),
        told=len(people),
    )


def _who(voice: Backing) -> tuple[int, int | None]:
    return voice.person_id, voice.account_id


@transaction.atomic
def merge_many(
    *,
    children: Iterable[ProductRequest],
    parent: ProductRequest,
    by: User,
    at: datetime,
    reason: str = "",
    seen: Mapping[int, str] | None = None,
) -> UUID:
    """Merge every one of `children` into `parent`, or none; return the batch that undoes it.

    `seen` is key → the state that was shown to `by`. Raises the Refusal of the first one that
    cannot be merged.
    """
    batch = uuid4()
    queue_up()
    for child in sorted(children, key=lambda each: each.pk):
        shown = (seen or {}).get(child.pk, "")
        merge(child=child, parent=parent, by=by, at=at, reason=reason, batch=batch, seen=shown)
    return batch


@transaction.atomic
def unmerge_many(*, batch: UUID, by: User, at: datetime) -> list[ProductRequest]:
    """Take back what is left of a batch, the last merge first; return the freed requests.

    Raises NotMerged when all of it was taken back before.
    """
    queue_up()
    merges = Merge.objects.filter(batch=batch, undone_at=None).order_by("-pk")
    children = [each.child for each in merges.select_related("child")]
    if not children:
        raise NotMerged("These merges were taken back already.")
    for child in children:
        unmerge(child=child, by=by, at=at)
    return children
