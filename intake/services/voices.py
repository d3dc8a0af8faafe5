"""Voices of merged requests count once on the request that lives on."""

from intake.models import Backing, Merge, ProductRequest
from prodops.audit import services as audit
from prodops.people.models import User


def carry_voices(parent: ProductRequest) -> None:
    """Make `parent` carry each voice of the requests merged into it once, and all above it too.

    A voice of its own comes first, then the earliest merge; running it twice changes nothing.
    A requester without a voice there, any more, no longer follows and reads its story.
    """
    carried = {(b.person_id, b.account_id): b for b in parent.backings.exclude(came_from=None)}
    own = set(parent.backings.filter(came_from=None).values_list("person_id", "account_id"))
    wanted: dict[tuple, Backing] = {}
    for found in parent.merges_received.filter(undone_at=None).order_by("at", "pk"):
        for voice in found.child.backings.order_by("pk"):
            wanted.setdefault((voice.person_id, voice.account_id), _copy(voice, parent))
    wanted = {key: copy for key, copy in wanted.items() if key not in own}
    stale = [b.pk for key, b in carried.items() if not _is_same(b, wanted.get(key))]
    kept = {key for key, b in carried.items() if b.pk not in stale}
    Backing.objects.filter(pk__in=stale).delete()
    Backing.objects.bulk_create(copy for key, copy in wanted.items() if key not in kept)
    parent.thread.followers.add(*(person_id for person_id, _ in wanted))
    let_go(parent)
    above = Merge.objects.filter(child=parent, undone_at=None).select_related("parent").first()
    if above:
        carry_voices(above.parent)


def let_go(product_request: ProductRequest) -> None:
    """Take requesters off the story who neither asked, nor back it, nor were let read along.

    What somebody shared ends with their own voice.
    """
    thread, shares = product_request.thread, product_request.shares
    shares.exclude(pk__in=shares.in_force().values("pk")).delete()
    outside = thread.followers.filter(role=User.Role.REQUESTER).exclude(
        pk=product_request.author_id
    )
    voices = product_request.backings.values("person")
    readers = shares.exclude(person=None).values("person")
    outside = outside.exclude(pk__in=voices).exclude(pk__in=readers)
    audit.unfollow(thread=thread, users=outside)


def _copy(voice: Backing, parent: ProductRequest) -> Backing:
    return Backing(
        product_request=parent,
        person_id=voice.person_id,
        account_id=voice.account_id,
        importance=voice.importance,
        note=voice.note,
        at=voice.at,
        opens=voice.opens,
        came_from_id=voice.product_request_id,
    )


def _is_same(carried: Backing, wanted: Backing | None) -> bool:
    if wanted is None:
        return False
    names = ("came_from_id", "importance", "note", "opens")
    return all(getattr(carried, name) == getattr(wanted, name) for name in names)
