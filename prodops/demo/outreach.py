"""Who speaks to which customer, who is left in peace, and what programs and Slack bring in."""

import random
from datetime import datetime, timedelta

from intake import services as intake
from intake.models import (
    Account,
    Contact,
    ContactPerson,
    ProductRequest,
    RequestStateChange,
    SlackAsker,
    SlackMessage,
)
from prodops.demo.requests import ASKED_BY, STRANGERS
from prodops.demo.world import World
from prodops.integrations.slack.models import Note, Workspace
from prodops.integrations.slack.services import save_workspace
from prodops.people.services import make_token, revoke_token

CONTACTS = 130
TOLD = ("accepted", "declined", "planned", "shipped")
LARGE = 300_000
NAMES = ["Ada Brandt", "Tom Reed", "Nora Quist", "Paul Ferrer", "Ines Duarte", "Karl Voigt"]
NAMES += ["Mona Lahti", "Greg Owusu", "Lia Costa", "Ravi Menon", "Eva Stroud", "Jan Bakker"]
JOBS = ["Head of logistics", "Depot manager", "IT lead", "Key user", "Buyer"]
ABOUT = [
    "How their depots plan the week",
    "Feedback on the new booking form",
    "Interview about exports",
    "Beta of the tracking page",
    "Renewal, and what is missing",
    "Why they stopped using reports",
    "Prototype of the dispatch board",
]
OVERRIDES = [
    "They asked us to call back.",
    "The outage could not wait.",
    "Their head of logistics invited us to a second session.",
]


def reach_out(world: World) -> None:
    """Tell a year of contacts, with dice of their own, so that the rest of the story stays."""
    dice = random.Random(7)  # noqa: S311 - a story, not a secret
    people = {account: _people(dice, account) for account in Account.objects.order_by("pk")}
    for days in sorted((dice.randint(2, 360) for _ in range(CONTACTS)), reverse=True):
        _speak(world, dice, people, world.at(days, 11))
    _leave_in_peace(world, list(people), people)
    _slack(world)
    _programs(world)


def _people(dice: random.Random, account: Account) -> list[ContactPerson]:
    domain = "".join(letter for letter in account.name.lower() if letter.isalpha())
    return [
        intake.add_contact_person(
            account=account,
            name=name,
            email=f"{name.lower().replace(' ', '.')}@{domain}.example",
            job_title=dice.choice(JOBS),
        )
        for name in dice.sample(NAMES, dice.randint(1, 3))
    ]


def _speak(world: World, dice: random.Random, people: dict, at: datetime) -> None:
    """Contact somebody; what the budget forbids is mostly left, sometimes done all the same."""
    weights = [5 if account.arr > LARGE else 1 for account in people]
    account = dice.choices(list(people), weights)[0]
    asked = account.product_requests.filter(submitted_at__lt=at).order_by("-pk")
    talk = {
        "account": account,
        "person": dice.choice([None, *people[account], *people[account]]),
        "channel": dice.choices(Contact.Channel.values, [4, 5, 4, 1, 1, 0])[0],
        "on": at.date(),
        "about": dice.choice(ABOUT),
        "product_request": asked.first() if dice.random() < 0.4 else None,
        "by": world.lead(dice.choice(list(world.squads))),
        "at": at,
    }
    try:
        intake.log_contact(**talk)
    except intake.OverBudget:
        if dice.random() < 0.4:
            intake.log_contact(**talk, override_reason=dice.choice(OVERRIDES))


def _leave_in_peace(world: World, accounts: list[Account], people: dict) -> None:
    ops = world.ops[0]
    intake.leave_in_peace(
        account=accounts[4],
        reason="Contract dispute; the key account manager speaks to them alone.",
        until_on=world.today + timedelta(days=40),
        by=ops,
        at=world.at(12),
    )
    intake.leave_in_peace(
        account=accounts[0],
        person=people[accounts[0]][0],
        reason="Asked not to be interviewed any more.",
        by=ops,
        at=world.at(80),
    )
    lifted = intake.leave_in_peace(
        account=accounts[8], reason="Year-end freeze.", by=ops, at=world.at(320)
    )
    intake.lift(silence=lifted, by=ops, at=world.at(290))


def _slack(world: World) -> None:
    """Connect a workspace and keep which messages requests came from."""
    workspace = save_workspace(
        name="Northwind",
        base_url="https://slack.com/api",
        unknown_people=Workspace.Unknown.STAND_IN,
        stand_in=world.ops[1],
        team_id="T0NORTHWIND",
        bot_token="xoxb-of-the-demo-organisation",  # noqa: S106 - opens nothing
        signing_secret="signing-secret-of-the-demo",  # noqa: S106
        at=world.at(200),
    )
    asked = ProductRequest.objects.filter(source=ProductRequest.Source.SLACK).order_by("pk")
    SlackMessage.objects.bulk_create(_message(workspace, each) for each in asked)
    strangers = asked.filter(author=workspace.stand_in, body__contains=ASKED_BY)
    SlackAsker.objects.bulk_create(_asker(workspace, each) for each in strangers)
    _tell_strangers(workspace)


def _message(workspace: Workspace, product_request: ProductRequest) -> SlackMessage:
    number = f"{product_request.submitted_at.timestamp():.6f}"
    link = f"https://northwind.slack.com/archives/C0PRODUCT/p{number.replace('.', '')}"
    return SlackMessage(
        product_request=product_request,
        workspace=workspace,
        channel="C0PRODUCT",
        message_id=number,
        permalink=link,
    )


def _asker(workspace: Workspace, product_request: ProductRequest) -> SlackAsker:
    name = product_request.body.rpartition(ASKED_BY)[2].removesuffix(".")
    user_id = f"U0STRANGER{STRANGERS.index(name)}"
    return SlackAsker(
        product_request=product_request, workspace=workspace, user_id=user_id, name=name
    )


def _tell_strangers(workspace: Workspace) -> None:
    """Have told them what became of it, as the workers would have; one left the workspace."""
    told = {state: words for state, words in ProductRequest.State.choices if state in TOLD}
    changes = RequestStateChange.objects.filter(
        product_request__slack_asker__workspace=workspace, to_state__in=told
    ).select_related("product_request__slack_asker")
    for place, each in enumerate(changes.order_by("-at", "-pk")):
        asked = each.product_request
        is_gone = place == 2
        Note.objects.create(
            workspace=workspace,
            user_id=asked.slack_asker.user_id,
            key=f"request:{asked.pk}:demo:{each.pk}",
            text=f"*{asked.key} was {told[each.to_state].lower()}: {asked.title}*\n{each.reason}",
            state=Note.State.FAILED if is_gone else Note.State.SENT,
            error="Slack refused chat.postMessage: user_not_found." if is_gone else "",
            attempts=1,
            next_attempt_at=each.at,
            queued_at=each.at,
            sent_at=None if is_gone else each.at,
        )


def _programs(world: World) -> None:
    """Tokens whose secrets nobody knows: they show, and open nothing."""
    owner, at = world.ops[0], world.at(60)
    scopes = ["requests:read", "requests:write"]
    make_token(user=owner, name="Support desk", scopes=scopes, days=365, at=at)
    old, _ = make_token(user=owner, name="Trial", scopes=scopes[:1], days=90, at=world.at(200))
    revoke_token(token=old, at=world.at(150))
