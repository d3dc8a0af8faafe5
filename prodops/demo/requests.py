"""Four hundred requests over a year: most answered in time, some late, many asked before."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from intake import services as intake
from intake.models import Account, Category, ProductRequest, RequestKind
from prodops.demo import catalogue, routing
from prodops.demo.questions import Answers
from prodops.demo.wishes import WISHES
from prodops.demo.world import World, working
from prodops.people.models import User

COUNT = 400
REASONS = [
    "We looked at the numbers: three accounts ask for it, and the work would take a squad most of "
    "a quarter. We will look again in spring.",
    "This is possible today: in the filter menu choose “All depots”, then “Save as default”. "
    "The help page shows it step by step.",
    "It would work against the access rules other customers rely on, so we will not build it.",
    "We decided for the wider solution instead, which covers this case too; it is on the roadmap.",
]
URGENCIES = list(zip(ProductRequest.Urgency.values, [2, 5, 3, 1], strict=True))
SOURCES = [("portal", 14), ("csv", 2), ("support", 4), ("slack", 3), ("api", 1), ("email", 3)]
ASKED_BY = "Asked in Slack by "
STRANGERS = ["Eve Stroud", "Kofi Mensah", "Lena Park", "Omar Said"]
QUESTIONS = [
    "Which depots does this concern, and since when?",
    "Could you send us an example file? A handful of rows is enough.",
    "How do you work around it today, and how long does that take?",
]


@dataclass
class Wish:
    """One thing people ask for, and the requests that ask for it."""

    squad: str
    place: int
    category: str
    wordings: list[str]
    body: str
    why: str
    live: list[ProductRequest] = field(default_factory=list)


def ask(
    world: World, shipped: dict[tuple[str, int], datetime]
) -> dict[tuple[str, int], list[ProductRequest]]:
    """Submit and work all requests; returns the accepted ones by squad and place of the wish.

    `shipped` says when a wish came true: nobody asks for it from three weeks before that on.
    """
    accounts = _accounts()
    categories = {
        slug: Category.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in catalogue.CATEGORIES.items()
    }
    wishes = [
        Wish(squad, place, *wish)
        for squad, wanted in WISHES.items()
        for place, wish in enumerate(wanted)
    ]
    kinds = list(RequestKind.objects.filter(is_active=True).order_by("position", "pk"))
    accepted: dict[tuple[str, int], list[ProductRequest]] = {}
    never = world.now + timedelta(days=365)
    rules, answers = routing.Rules(world), Answers()
    for at in _moments(world):
        rules.keep_up(at)
        soon = at + timedelta(days=21)
        open_wishes = [w for w in wishes if soon < shipped.get((w.squad, w.place), never)]
        wish = world.dice.choice(open_wishes or wishes)
        product_request = _submit(world, wish, kinds, accounts, answers, at)
        if _triage(world, wish, product_request, categories[wish.category], at):
            accepted.setdefault((wish.squad, wish.place), []).append(product_request)
    rules.end()
    intake.count_words()
    return accepted


def _accounts() -> list[Account]:
    return Account.objects.bulk_create(
        Account(
            name=name,
            segment=segment.lower().replace("-", "_").replace(" ", "_"),
            tier=tier,
            arr=Decimal(arr),
        )
        for name, segment, tier, arr in catalogue.ACCOUNTS
    )


def _moments(world: World) -> list[datetime]:
    """Return when the requests come in: slowly more each month, in working hours."""
    dice = world.dice
    days = [365 * (1 - dice.random() ** 0.8) for _ in range(COUNT)]
    moments = [
        working(
            world.now - timedelta(days=ago, hours=dice.randint(0, 8), minutes=dice.randint(1, 59))
        )
        for ago in days
    ]
    return sorted(at for at in moments if at < world.now) + [
        world.now - timedelta(hours=3, minutes=n) for n, at in enumerate(moments) if at >= world.now
    ]


def _submit(
    world: World, wish: Wish, kinds: list, accounts: list, answers: Answers, at: datetime
) -> ProductRequest:
    dice = world.dice
    asker = dice.choice(world.requesters if dice.random() < 0.75 else list(world.people.values()))
    account = dice.choice(accounts) if dice.random() < 0.8 else None
    title = _wording(world, wish, account)
    kind = dice.choice(kinds)
    urgency, source = (dice.choices(*zip(*each, strict=True))[0] for each in (URGENCIES, SOURCES))
    body, stranger = _told(wish.body, at), _stranger(source, at)
    if stranger:
        asker, body = world.ops[1], f"{body}\n\n{ASKED_BY}{stranger}.".strip()
    return intake.submit(
        kind=kind,
        title=title,
        body=body,
        why=wish.why,
        account=account,
        urgency=urgency,
        product_area=world.squads[wish.squad].product_area,
        is_shared=source == ProductRequest.Source.PORTAL,
        author=asker,
        by=asker,
        at=at,
        source=source,
        answers=answers.to(kind, at),
    )


def _wording(world: World, wish: Wish, account) -> str:
    title = world.dice.choice(wish.wordings)
    for_one = world.dice.random() < 0.35 and account
    return f"{title} for {account.name}" if for_one else title


def _stranger(source: str, at: datetime) -> str:
    """Return who asked in Slack without having an account; mostly nobody."""
    is_one = source == "slack" and at.minute % 3 == 0
    return STRANGERS[at.minute % len(STRANGERS)] if is_one else ""


def _told(body: str, at: datetime) -> str:
    """Return what one person wrote of a wish: all of it, its beginning, its end, or nothing."""
    sentences = body.split(". ")
    return random.Random(at.isoformat()).choice([body, sentences[0], sentences[-1], ""])


def _later(world: World, at: datetime, days: float) -> datetime | None:
    """Return a working moment about `days` after `at`, or None when that is yet to come."""
    moment = working(at + timedelta(days=world.dice.expovariate(1 / days), minutes=7))
    return moment if moment < world.now else None


def _triage(
    world: World, wish: Wish, product_request: ProductRequest, category: Category, at: datetime
) -> bool:
    """Work one request as far as time allows; says whether it was accepted."""
    triaged = _later(world, at, 1.1)
    triager = world.dice.choice(world.ops)
    if triaged is None or (world.dice.random() < 0.04 and world.now - at < timedelta(days=40)):
        return False
    lead = world.lead(wish.squad)
    intake.classify(
        product_request=product_request,
        category=category,
        team=world.squads[wish.squad],
        product_area=product_request.product_area,
        owner=lead,
        priority=world.dice.choices(["P0", "P1", "P2", "P3"], [1, 4, 8, 4])[0],
        by=triager,
        at=triaged,
    )
    decided = _later(world, triaged, 5)
    if decided is None:
        return False
    return _decide(world, wish, product_request, lead, decided)


def _decide(
    world: World, wish: Wish, product_request: ProductRequest, lead: User, at: datetime
) -> bool:
    dice, fate = world.dice, world.dice.random()
    if wish.live and fate < 0.33:
        _merge(world, wish, product_request, lead, at)
        return False
    fate = dice.random()
    if fate < 0.09:
        answered = _ask_back(world, product_request, lead, at)
        if answered is None:
            return False
        at = _later(world, answered, 3) or answered + timedelta(minutes=30)
    elif fate < 0.13:
        until = world.now + timedelta(days=dice.randint(5, 60))
        intake.snooze(product_request=product_request, until=until, by=lead, at=at)
        return False
    elif fate < 0.48:
        reason = dice.choice(REASONS)
        intake.decline(product_request=product_request, reason=reason, by=lead, at=at)
        return False
    intake.accept(product_request=product_request, by=lead, at=at)
    wish.live.append(product_request)
    return True


def _merge(
    world: World, wish: Wish, product_request: ProductRequest, lead: User, at: datetime
) -> None:
    intake.merge(
        child=product_request,
        parent=wish.live[-1],
        by=lead,
        at=at,
        reason="Asks for the same.",
        was_suggested=world.dice.random() < 0.7,
    )


def _ask_back(
    world: World, product_request: ProductRequest, lead: User, at: datetime
) -> datetime | None:
    """Ask the author; return when they answered, None when they have not."""
    question = world.dice.choice(QUESTIONS)
    intake.ask_requester(product_request=product_request, question=question, by=lead, at=at)
    answered = _later(world, at, 4)
    if answered is None or world.dice.random() < 0.2:
        return None
    intake.resume(product_request=product_request, by=product_request.author, at=answered)
    return answered
