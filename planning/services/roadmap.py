"""Put initiatives on the roadmap, word them for audiences, and let outside people read it."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, QuerySet

from intake.services import Refusal
from planning.models import Initiative, RoadmapLink, RoadmapPlace, RoadmapWording
from planning.models.calendar_feed import SHOWN, digest, new_secret
from planning.models.roadmap import LONGEST, Audience, Horizon
from planning.services.initiatives import ChangedMeanwhile
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import ProductArea, User

OFF = "Not on it"


@transaction.atomic
def place_on_roadmap(
    *, initiative: Initiative, horizon: str, by: User, at: datetime, before: int | None = None
) -> RoadmapPlace:
    """Put an initiative into a horizon, above the initiative `before`, else at the end.

    What stands there and below moves down by one. Raises Refusal of one that is out or cancelled.
    """
    _alone()
    initiative.refresh_from_db()
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is over: it does not stand on the roadmap any more.")
    place = RoadmapPlace.objects.filter(initiative=initiative).first()
    was = place.get_horizon_display() if place else OFF
    others = _order(horizon, without=initiative.pk)
    keys = [one.initiative_id for one in others]
    index = keys.index(before) if before in keys else len(others)
    if place and place.horizon == horizon and place.position == index + 1:
        return place
    place = place or RoadmapPlace(initiative=initiative)
    left = place.horizon
    place.horizon, place.position, place.at, place.by = horizon, index + 1, at, by
    others.insert(index, place)
    place.save()
    _renumber(others)
    if left and left != horizon:
        _renumber(_order(left, without=initiative.pk))
    _tell(initiative, was, Horizon(horizon).label, by=by, at=at)
    return place


@transaction.atomic
def move_on_roadmap(
    *, place: RoadmapPlace, down: bool, by: User, at: datetime, among: QuerySet | None = None
) -> RoadmapPlace:
    """Go past the next one above or below in the same horizon that is still ahead.

    `among` are the places somebody sees: the next one is the next of these.
    """
    _alone()
    lock(place)
    ahead = RoadmapPlace.objects.ahead().filter(horizon=place.horizon).order_by("position", "pk")
    ahead = ahead if among is None else ahead.filter(pk__in=among.values("pk"))
    keys = list(ahead.values_list("pk", flat=True))
    index = keys.index(place.pk) + (1 if down else -1) if place.pk in keys else -1
    if not 0 <= index < len(keys):
        return place
    others = _order(place.horizon, without=place.initiative_id)
    index = [one.pk for one in others].index(keys[index]) + (1 if down else 0)
    others.insert(index, place)
    place.position, place.at, place.by = index + 1, at, by
    place.save()
    _renumber(others)
    return place


@transaction.atomic
def take_off_roadmap(*, initiative: Initiative, by: User, at: datetime) -> None:
    """Take an initiative off the roadmap; one that is not on it stays so."""
    _alone()
    place = RoadmapPlace.objects.filter(initiative=initiative).first()
    if place is None:
        return
    place.delete()
    _renumber(_order(place.horizon))
    _tell(initiative, place.get_horizon_display(), OFF, by=by, at=at)


@transaction.atomic
def word_initiative(
    *,
    initiative: Initiative,
    audience: str,
    title: str,
    text: str,
    seen: str,
    by: User,
    at: datetime,
) -> RoadmapWording | None:
    """Say how an initiative is told to an audience; without a title nothing is told to it.

    `seen` is `wording_edition` of the wording the form was opened with; raises ChangedMeanwhile
    when somebody saved another since.
    """
    Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    wording = initiative.wordings.filter(audience=audience).first()
    if seen != wording_edition(wording):
        name = wording.by.name if wording else "Somebody"
        raise ChangedMeanwhile(f"{name} saved other words meanwhile. Yours are still here.")
    before = (wording.title, wording.text) if wording else ("", "")
    if (title, text) == before:
        return wording
    if wording and not title:
        wording.delete()
        wording = None
    if title:
        wording = wording or RoadmapWording(initiative=initiative, audience=audience)
        wording.title, wording.text, wording.at, wording.by = title, text, at, by
        wording.save()
    audit.record(
        "roadmap.worded",
        thread=initiative.thread,
        summary=f"worded it for {Audience(audience).label.lower()}",
        by=by,
        at=at,
        before=before[0],
        after=title,
    )
    return wording


def wording_edition(wording: RoadmapWording | None) -> str:
    """Return what tells one state of a wording from another, "" where there is none."""
    return f"{wording.at.timestamp()}" if wording else ""


@transaction.atomic
def share_roadmap(
    *,
    name: str,
    audience: str,
    product_area: ProductArea | None,
    expires_at: datetime,
    by: User,
    at: datetime,
) -> tuple[RoadmapLink, str]:
    """Make an address outside people read the roadmap at; return it and its secret, seen once.

    Raises Refusal when it would expire in the past or after more than a year.
    """
    if not at < expires_at <= at + LONGEST:
        raise Refusal("A link ends on a day to come, within a year.")
    secret = new_secret()
    link = RoadmapLink.objects.create(
        name=name,
        audience=audience,
        product_area=product_area,
        prefix=secret[:SHOWN],
        digest=digest(secret),
        created_at=at,
        created_by=by,
        expires_at=expires_at,
    )
    return link, secret


@transaction.atomic
def revoke_roadmap_link(*, link: RoadmapLink, by: User, at: datetime) -> None:
    """Let an address open nothing any more; doing it twice changes nothing."""
    RoadmapLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)


def count_opening(*, link: RoadmapLink, at: datetime) -> None:
    """Count that somebody read the roadmap at this address."""
    opened = RoadmapLink.objects.filter(pk=link.pk)
    opened.update(opened=F("opened") + 1, last_opened_at=at)


def _alone() -> None:
    """Let one order of the roadmap be written after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('planning.roadmap'))")


def _order(horizon: str, without: int | None = None) -> list[RoadmapPlace]:
    places = RoadmapPlace.objects.filter(horizon=horizon)
    return list(places.exclude(initiative=without).order_by("position", "pk"))


def _renumber(places: list[RoadmapPlace]) -> None:
    """Number the places of a horizon from 1 on; only what moved is written."""
    moved = [one for number, one in enumerate(places, 1) if one.position != number]
    for number, one in enumerate(places, 1):
        one.position = number
    RoadmapPlace.objects.bulk_update(moved, ["position"])


def _tell(initiative: Initiative, before: str, after: str, *, by: User, at: datetime) -> None:
    if before == after:
        return
    audit.record(
        "roadmap.moved",
        thread=initiative.thread,
        summary="moved it on the roadmap",
        by=by,
        at=at,
        before=before,
        after=after,
    )
