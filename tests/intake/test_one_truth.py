"""Eight people merge, part, decide and back the same requests at once: one truth is left."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from intake import services
from intake.models import Backing, Merge, ProductRequest, TriageAct
from tests.factories.intake import SUBMITTED_AT, CategoryFactory, product_request
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

PEOPLE, REQUESTS, STEPS = 8, 6, 15
STATE = ProductRequest.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(3))
def test_eight_at_once_on_the_same_requests_leave_one_truth(seed):
    category, keys = CategoryFactory(), []
    for _ in range(REQUESTS):
        made = product_request()
        ops = UserFactory(role="ops")
        services.classify(product_request=made, category=category, by=ops, at=SUBMITTED_AT)
        keys.append(made.pk)
    people = [UserFactory(role="ops") for _ in range(PEOPLE)]

    at_once([lambda each=each: work(each, keys, seed) for each in enumerate(people)])

    for each in ProductRequest.objects.filter(pk__in=keys):
        is_one_family(each)
        is_one_story(each)
    open_merges = Merge.objects.filter(undone_at=None).values_list("child", flat=True)
    merged = ProductRequest.objects.filter(state=STATE.MERGED).values_list("pk", flat=True)
    assert sorted(open_merges) == sorted(merged)
    assert Merge.objects.count() > 0


def work(person, keys, seed):
    """Do a dozen acts drawn by lot; a refusal is an answer, not a failure."""
    number, by = person
    dice = random.Random(100 * seed + number)
    acts = [fold, fold, fold_many, part, decline, accept, back, withdraw, undo]
    acts += [question, answer, snooze, sort, reopen, share]
    for step in range(STEPS):
        at = SUBMITTED_AT + timedelta(minutes=step + 1)
        try:
            dice.choice(acts)(dice, keys, by, at)
        except services.Refusal:
            continue


def drawn(dice, keys):
    return ProductRequest.objects.get(pk=dice.choice(keys))


def fold(dice, keys, by, at):
    services.merge(child=drawn(dice, keys), parent=drawn(dice, keys), by=by, at=at)


def fold_many(dice, keys, by, at):
    chosen = ProductRequest.objects.filter(pk__in=dice.sample(keys, 3))
    services.merge_many(children=chosen, parent=drawn(dice, keys), by=by, at=at)


def part(dice, keys, by, at):
    services.unmerge(child=drawn(dice, keys), by=by, at=at)


def decline(dice, keys, by, at):
    services.decline(product_request=drawn(dice, keys), reason=f"{by}", by=by, at=at)


def accept(dice, keys, by, at):
    services.accept(product_request=drawn(dice, keys), by=by, at=at)


def back(dice, keys, by, at):
    services.back(product_request=drawn(dice, keys), person=by, by=by, at=at)


def withdraw(dice, keys, by, at):
    voice = Backing.objects.filter(person=by, came_from=None).first()
    if voice:
        services.withdraw(backing=voice, by=by, at=at)


def question(dice, keys, by, at):
    services.ask_requester(product_request=drawn(dice, keys), question="?", by=by, at=at)


def answer(dice, keys, by, at):
    services.resume(product_request=drawn(dice, keys), by=by, at=at)


def snooze(dice, keys, by, at):
    until = at + timedelta(days=1)
    services.snooze(product_request=drawn(dice, keys), until=until, by=by, at=at)


def sort(dice, keys, by, at):
    priority = dice.choice(["P0", "P1", ""])
    services.classify(product_request=drawn(dice, keys), priority=priority, by=by, at=at)


def reopen(dice, keys, by, at):
    services.reopen(product_request=drawn(dice, keys), reason="Again.", by=by, at=at)


def share(dice, keys, by, at):
    person = UserFactory(role="requester")
    services.share(product_request=drawn(dice, keys), person=person, by=by, at=at)


def undo(dice, keys, by, at):
    act = TriageAct.objects.filter(by=by, undone_at=None).order_by("-pk").first()
    if act:
        services.undo(act=act, by=by, at=at)


def is_one_family(root):
    """The request that lives on carries each voice of its family once, and no other."""
    if root.merged_into:
        assert root.state == STATE.MERGED
        assert root.merged_into.state != STATE.MERGED
        return
    family, level = {root.pk}, {root.pk}
    while level:
        merges = Merge.objects.filter(parent__in=level, undone_at=None)
        level = set(merges.values_list("child", flat=True)) - family
        family |= level
    assert set(root.merged_requests.values_list("pk", flat=True)) == family - {root.pk}
    own = Backing.objects.filter(product_request__in=family, came_from=None)
    heard = list(root.backings.values_list("person", "account"))
    assert len(heard) == len(set(heard))
    assert set(heard) == set(own.values_list("person", "account"))


def is_one_story(request):
    """Each change of state begins where the one before it ended, and the last is what it is now."""
    changes = list(request.state_changes.order_by("pk").values_list("from_state", "to_state"))
    assert all(before[1] == after[0] for before, after in pairwise(changes))
    assert changes[-1][1] == request.state
    assert request.answer_due_at >= request.submitted_at
    assert (request.state == STATE.WAITING) == bool(request.paused_since)
