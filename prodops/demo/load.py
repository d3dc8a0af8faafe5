"""Builds the demo organisation in one transaction: whole or not at all."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import F

from prodops.audit import acting
from prodops.demo import (
    clocks,
    cycles,
    decisions,
    dependencies,
    files,
    forums,
    jira_history,
    launch_story,
    letters,
    mornings,
    next_quarter,
    objectives,
    outreach,
    people,
    plan,
    product_use,
    readings,
    requests,
    risks,
    roadmap,
    scoring,
    themes,
    truth,
)
from prodops.demo.world import World
from prodops.integrations.models import Connection
from prodops.notifications.models import Mail, Notification
from prodops.people.models import User

Say = Callable[[str], None]


class NotEmpty(Exception):
    """There are people in the hub already; the demo goes into an empty one only."""


def is_loaded() -> bool:
    return Connection.objects.filter(slug=jira_history.SLUG).exists()


@transaction.atomic
def load(*, today: date, say: Say) -> bool:
    """Build the demo as of `today`; returns False when it is there already."""
    if is_loaded():
        return False
    if User.objects.exclude(role=User.Role.ADMIN).exists():
        raise NotEmpty(
            "The hub has people already. Load the demo into an empty database, "
            "or start with --no-demo."
        )
    world = World(today, random.Random(2026))  # noqa: S311 - a story, not a secret
    with acting(by=None, via="command"):
        _build(world, say)
    return True


def _build(world: World, say: Say) -> None:
    people.populate(world)
    drafts = plan.draft(world)
    stories = launch_story.draft(world, drafts)
    say("a year of Jira")
    spans = {one.title: (one.start, one.target) for one in drafts}
    epics = jira_history.fill(world, spans)
    say("400 requests")
    clocks.promise()
    accepted = requests.ask(world, launch_story.shipped(stories))
    say("three quarters of planning")
    plan.prepare(world, drafts, epics)
    plan.adopt(world, drafts, accepted)
    risks.tell(world, drafts)
    plan.report(world, drafts)
    dependencies.negotiate(world, drafts)
    roadmap.place(world, drafts)
    _count_rows()
    say("15 launches")
    launch_story.tell(world, stories)
    _close_quarters(world, drafts)
    _listen(world, say)
    _look_back(world, drafts, say)
    _settle_mail(world)


def _count_rows() -> None:
    """Let Postgres look how much there is: until the end of a transaction it would not by itself.

    Without that it takes every table for a small one, and looks through some of them row by row,
    for minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _close_quarters(world: World, drafts: list[plan.Planned]) -> None:
    """Let the quarters run to their ends, with their objectives, changes and decisions."""
    cycles.live_through(world)
    objectives.tell(world)
    plan.close(world, drafts)
    cycles.rethink(world)
    decisions.settle(world)
    roadmap.tell(world)


def _look_back(world: World, drafts: list[plan.Planned], say: Say) -> None:
    """Measure what became of it all, and let people meet over it."""
    say("five weeks of truth")
    truth.look(world, drafts)
    say("a year of product use")
    product_use.fill(world)
    say("figures and readouts")
    readings.fill(world)
    forums.meet(world)
    scoring.vote(world)
    objectives.feed(world)
    mornings.live(world)
    next_quarter.draft(world)


def _listen(world: World, say: Say) -> None:
    """Let customers be heard: what they keep saying, their files and letters, who spoke to whom."""
    clocks.show(world)
    say("what customers keep saying")
    themes.gather(world)
    files.bring_in(world)
    outreach.reach_out(world)
    letters.deliver(world)


def _settle_mail(world: World) -> None:
    """The people of the demo have no mailboxes: what the past would have mailed counts as sent."""
    Mail.objects.filter(state=Mail.State.QUEUED).update(
        state=Mail.State.SENT, sent_at=F("queued_at"), attempts=1
    )
    week_ago = world.now - timedelta(days=6)
    Notification.objects.update(in_digest_at=F("at"))
    Notification.objects.filter(at__lt=week_ago).update(read_at=F("at"))
    connection.run_on_commit.clear()
