"""The launch goes out, or is called off."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from intake import services as intake
from intake.models import ProductRequest
from launches.models import Launch, Told
from launches.services.go_no_go import missing_go
from launches.services.locking import lock, lock_open, move_stage
from launches.services.refusals import Refusal
from planning import services as planning
from planning.models import Initiative
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

WANTED = (ProductRequest.State.ACCEPTED, ProductRequest.State.PLANNED)


@dataclass(frozen=True)
class Asker:
    """A person who asked for what a launch brings, and the request through which they hear."""

    person: User
    product_request: ProductRequest


def requests_behind(launch: Launch):
    """Return the requests that led to the launch's initiatives; a merged one by its parent."""
    linked = ProductRequest.objects.filter(initiative_links__initiative__launches=launch)
    children = linked.filter(merged_into__isnull=False).values("merged_into")
    own = linked.filter(merged_into=None).values("pk")
    return ProductRequest.objects.filter(Q(pk__in=own) | Q(pk__in=children)).order_by("pk")


def people_to_tell(launch: Launch) -> list[Asker]:
    """Return who will be told when the launch ships, each once, in four queries."""
    found: dict[int, Asker] = {}
    wanted = requests_behind(launch).filter(state__in=WANTED).select_related("author", "thread")
    for product_request in wanted.prefetch_related("backings__person"):
        backers = sorted(product_request.backings.all(), key=lambda backing: backing.pk)
        for person in (product_request.author, *(backing.person for backing in backers)):
            found.setdefault(person.pk, Asker(person, product_request))
    return list(found.values())


def why_not(launch: Launch) -> Refusal | None:
    """Return what `ship` would refuse an open launch for, None when it may go out."""
    if refusal := missing_go(launch):
        return refusal
    if not launch.summary.strip() and requests_behind(launch).exists():
        return Refusal("Write what shipped first: those who asked will read it.", field="summary")
    return None


@transaction.atomic
def ship(*, launch: Launch, by: User, at: datetime) -> list[Told]:
    """Send a launch out: its initiatives are launched, everyone who asked is told exactly once.

    Returns who was told now; nobody when it had shipped before. Raises NotOpen when it was
    cancelled or its last go/no-go is not a go, Refusal when nothing says what shipped.
    """
    lock(launch)
    if launch.is_shipped:
        return []
    lock_open(launch)
    if refusal := why_not(launch):
        raise refusal
    before = launch.get_stage_display()
    launch.launched_at, launch.launched_by = at, by
    move_stage(launch, Launch.Stage.LAUNCHED, by=by, at=at)
    for initiative in Initiative.objects.filter(launches=launch).order_by("pk"):
        planning.mark_launched(initiative=initiative, by=by, at=at)
    told = _tell_everyone_who_asked(launch, by=by, at=at)
    audit.record(
        "launch.launched",
        thread=launch.thread,
        summary=f"launched it and told {_people(len(told))}",
        before=before,
        after=launch.get_stage_display(),
        detail=launch.summary,
        by=by,
        at=at,
    )
    _tell_followers(launch, "Launched", besides={each.person_id for each in told}, by=by, at=at)
    return told


@transaction.atomic
def cancel(*, launch: Launch, reason: str, by: User, at: datetime) -> Launch:
    """Call a launch off, saying why; its items and sign-offs stay as they are."""
    lock_open(launch)
    if not reason.strip():
        raise Refusal("Say why it is cancelled.", field="reason")
    before = launch.get_stage_display()
    launch.cancelled_at, launch.cancelled_by, launch.cancel_reason = at, by, reason
    move_stage(launch, Launch.Stage.CANCELLED, by=by, at=at, reason=reason)
    audit.record(
        "launch.cancelled",
        thread=launch.thread,
        summary="cancelled the launch",
        before=before,
        after=launch.get_stage_display(),
        detail=reason,
        by=by,
        at=at,
    )
    _tell_followers(launch, "Cancelled", by=by, at=at, body=reason)
    return launch


@transaction.atomic
def write_summary(
    *, launch: Launch, summary: str, release_note_url: str, by: User, at: datetime
) -> Launch:
    """Set the words that those who asked will read; refused once they have read them."""
    lock_open(launch)
    if (summary, release_note_url) == (launch.summary, launch.release_note_url):
        return launch
    launch.summary, launch.release_note_url = summary, release_note_url
    launch.save(update_fields=["summary", "release_note_url"])
    audit.record(
        "launch.worded",
        thread=launch.thread,
        summary="wrote what shipped",
        detail=summary,
        by=by,
        at=at,
    )
    return launch


def words_for(launch: Launch) -> str:
    """Return what those who asked read."""
    more = f"Read more: {launch.release_note_url}" if launch.release_note_url else ""
    return "\n\n".join(text for text in (launch.summary.strip(), more) if text)


def _tell_everyone_who_asked(launch: Launch, *, by: User, at: datetime) -> list[Told]:
    told: dict[int, Told] = {}
    people: list[User] = []
    for product_request in requests_behind(launch).filter(state__in=WANTED):
        heard = intake.mark_shipped(
            product_request=product_request,
            summary=words_for(launch),
            path=product_request.thread.path,
            told_already=people,
            by=by,
            at=at,
        )
        people += heard
        for person in heard:
            told[person.pk] = Told(
                launch=launch, product_request=product_request, person=person, at=at
            )
    return Told.objects.bulk_create(told.values())


def _tell_followers(
    launch: Launch, word: str, *, by: User, at: datetime, besides=frozenset(), body: str = ""
) -> None:
    notify(
        launch.thread.followers.exclude(pk__in=besides),
        kind=Kind.LAUNCH,
        cause=f"launch:{launch.pk}:{word.lower()}",
        title=f"{word}: {launch.title}"[:300],
        body=body or launch.summary,
        path=launch.thread.path,
        thread=launch.thread,
        action_label="Open the launch",
        by=by,
        at=at,
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
