"""Eight people attach, take away, merge and part the same themes at once: one truth is left."""

import random
from datetime import timedelta

import pytest

from intake import services
from intake.models import ProductRequest, SupportTicket, Theme, ThemeGroup, ThemeMerge, ThemeQuote
from tests.factories import imports
from tests.factories.intake import SUBMITTED_AT, AccountFactory, product_request
from tests.factories.people import UserFactory
from tests.factories.themes import cluster, group, theme
from tests.intake.test_theme_counts import AT, quickly, slowly
from tests.intake.threads import at_once

PEOPLE, REQUESTS, THEMES, STEPS = 8, 5, 5, 12
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(3))
def test_eight_at_once_leave_one_truth(seed):
    requests = [product_request(body="Late, late and late again").pk for _ in range(REQUESTS)]
    for number in range(REQUESTS):
        imports.ticket("Late again", number=str(number), account=AccountFactory(), at=AT)
    themes = [theme().pk for _ in range(THEMES)]
    people = [UserFactory(role="ops") for _ in range(PEOPLE)]

    refused = at_once(
        [lambda each=each: work(each, requests, themes, seed) for each in enumerate(people)]
    )

    assert refused == [None] * PEOPLE
    assert quickly(AT) == slowly(AT)
    merged = set(Theme.objects.filter(state="merged").values_list("pk", flat=True))
    assert merged == set(ThemeMerge.objects.filter(undone_at=None).values_list("child", flat=True))
    for one in Theme.objects.filter(state="merged").select_related("merged_into"):
        assert one.merged_into.state != "merged"
    for link in ThemeQuote.objects.select_related("attached_to__merged_into", "theme"):
        assert link.theme == link.attached_to.living
    live = list(ThemeQuote.objects.live().values_list("attached_to", "quote"))
    assert len(live) == len(set(live))


def work(person, requests, themes, seed):
    """Do a dozen acts drawn by lot; a refusal is an answer, not a failure."""
    number, by = person
    dice = random.Random(100 * seed + number)
    acts = [attach, attach, attach, write, write, take_off, merge, part, remove, restore]
    for step in range(STEPS):
        told = {"by": by, "at": SUBMITTED_AT + timedelta(minutes=step)}
        try:
            dice.choice(acts)(dice, requests, themes, told)
        except services.Refusal:
            continue


def attach(dice, requests, themes, told):
    one = product_request_of(dice, requests)
    chosen = Theme.objects.filter(pk__in=dice.sample(themes, 2))
    words = dice.choice(["late", "late again", ""])
    services.attach_quote(product_request=one, themes=chosen, words=words, **told)


def write(dice, requests, themes, told):
    ticket = SupportTicket.objects.order_by("pk")[dice.randrange(REQUESTS)]
    chosen = Theme.objects.filter(pk__in=dice.sample(themes, 2))
    words = dice.choice(["late again", ""])
    services.attach_ticket(ticket=ticket, themes=chosen, words=words, **told)


def take_off(dice, requests, themes, told):
    tickets = SupportTicket.objects.order_by("pk")[:3]
    chosen = Theme.objects.filter(pk__in=dice.sample(themes, 2))
    services.take_tickets_off(tickets=tickets, themes=chosen, **told)


def merge(dice, requests, themes, told):
    child, parent = (Theme.objects.get(pk=pk) for pk in dice.sample(themes, 2))
    services.merge_themes(child=child, parent=parent, **told)


def part(dice, requests, themes, told):
    services.unmerge_theme(child=Theme.objects.get(pk=dice.choice(themes)), **told)


def remove(dice, requests, themes, told):
    link = ThemeQuote.objects.live().order_by("?").first()
    if link:
        services.remove_quote(link=link, **told)


def restore(dice, requests, themes, told):
    link = ThemeQuote.objects.exclude(removed_at=None).order_by("?").first()
    if link:
        services.restore_quote(link=link, **told)


def product_request_of(dice, requests):
    return ProductRequest.objects.get(pk=dice.choice(requests))


def test_groups_moved_below_each_other_at_once_form_no_ring():
    one, two = group("One"), group("Two")
    moves = [
        lambda: services.change_group(group=one, name="One", parent=two),
        lambda: services.change_group(group=two, name="Two", parent=one),
    ]

    refused = at_once(moves)

    assert sum(each is not None for each in refused) == 1
    assert sorted(ThemeGroup.objects.values_list("level", flat=True)) == [1, 2]


def test_of_eight_who_decide_on_a_suggestion_one_makes_a_theme():
    found = cluster()
    members = [each.pk for each in found.members.all()]
    people = [UserFactory(role="ops") for _ in range(PEOPLE)]

    def decide(number, by):
        mine = type(found).objects.get(pk=found.pk)
        services.confirm_cluster(cluster=mine, name=f"Name {number}", members=members, by=by, at=AT)

    refused = at_once([lambda each=each: decide(*each) for each in enumerate(people)])

    assert sum(each is None for each in refused) == 1
    assert Theme.objects.count() == 1
    assert ThemeQuote.objects.count() == len(members)


def test_of_eight_who_ask_for_a_look_one_gets_it():
    people = [UserFactory(role="ops") for _ in range(PEOPLE)]

    refused = at_once([lambda by=by: services.ask_for_clusters(by=by, at=AT) for by in people])

    assert sum(each is None for each in refused) == 1
