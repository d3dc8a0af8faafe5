"""What clocks look like on a Monday morning: one stands still, one nearly runs out, some have."""

from datetime import datetime, timedelta

from intake import services as intake
from intake.models import KindPromise, ProductRequest, RequestKind
from prodops.demo.world import World
from prodops.people.business_time import Calendar

HURRY = {"problem": (4, 16), "compliance": (4, 16), "escalation": (1, 4)}
NEARLY = [
    ("Depot staff cannot print labels since this morning", "problem", 0.5),
    ("Contract renewal needs our data retention terms", "question", 1.5),
]


def promise() -> None:
    """Promise to react sooner to what is most urgent."""
    for kind in RequestKind.objects.filter(slug__in=HURRY):
        acknowledge, answer = HURRY[kind.slug]
        KindPromise.objects.create(
            kind=kind, priority="P0", acknowledge_hours=acknowledge, answer_hours=answer
        )


def show(world: World) -> None:
    """File what nearly runs out, ask somebody, share one, and tell of what ran out."""
    for title, slug, left in NEARLY:
        kind = RequestKind.objects.get(slug=slug)
        at = _asked_at(world, kind, left)
        asker = world.requesters[len(title) % len(world.requesters)]
        intake.submit(kind=kind, title=title, author=asker, by=asker, at=at)
    waiting = ProductRequest.objects.filter(state=ProductRequest.State.TRIAGE, paused_since=None)
    made = waiting.order_by("-submitted_at", "-pk").first()
    at = world.now - timedelta(hours=2)
    if made and made.clock_at < at:
        question = "Does this concern every depot, or the one in Hamburg only?"
        intake.ask_requester(product_request=made, question=question, by=world.ops[0], at=at)
        _share(world, made, at)
    intake.tell_breaches(at=world.now)


def _share(world: World, made: ProductRequest, at: datetime) -> None:
    readers = [each for each in world.requesters if not _reads(each, made)]
    intake.share(product_request=made, person=readers[0], by=made.author, at=at)


def _reads(person, made: ProductRequest) -> bool:
    return ProductRequest.objects.visible_to(person).filter(pk=made.pk).exists()


def _asked_at(world: World, kind: RequestKind, left: float) -> datetime:
    """Return when one was asked whose first clock has `left` business hours to run now."""
    calendar: Calendar = ProductRequest(team=None).calendar()
    at = world.now - timedelta(hours=kind.acknowledge_hours)
    while calendar.hours_between(at, world.now) < kind.acknowledge_hours - left:
        at -= timedelta(minutes=10)
    return at
