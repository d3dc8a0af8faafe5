"""Two people open one form: who saves second is told of the first, and nothing is lost."""

import pytest
from django.urls import reverse

from tests.factories import forums as forum_factory
from tests.factories import objectives
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def objective(user):
    made = objectives.objective(owner=user, title="Fewer returns", why="They cost.", weight=1)
    return made, "edit-objective", {"title": "Far fewer returns"}, {"why": "They cost, and annoy."}


def key_result(user):
    made = objectives.key_result(title="Returns", owner=user)
    theirs = {"target": "80", "reason": "Agreed with sales."}
    return made, "edit-key-result", {"title": "Returns by mail", "reason": "A slip"}, theirs


def action(user):
    made = forum_factory.action(owner=user, text="Send it")
    return made, "edit-action", {"text": "Send it today"}, {"due_on": "2026-12-24"}


def forum(user):
    made = forum_factory.forum(by=user, name="Weekly product", standing=[("Numbers", 5)])
    return made, "edit-forum", {"name": "Weekly"}, {"standing": "Numbers | 5\nRisks | 10"}


RECORDS = [objective, key_result, action, forum]


@pytest.fixture(params=RECORDS, ids=lambda each: each.__name__)
def opened(request, planner):
    """A record, the address of its form, and what two people change in it."""
    made, name, mine, theirs = request.param(planner)
    return made, reverse(f"planning:{name}", args=[made.pk]), mine, theirs


def shown(client, url):
    """Return what the form at an address would send as it stands."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    plain = {name: getattr(value, "pk", value) for name, value in values.items()}
    return {name: value for name, value in plain.items() if value is not None}


def saved_by_another(client, url, planner, theirs):
    """Save `theirs` as another person, after what this returns was shown to the planner."""
    mine = shown(client, url)
    client.force_login(UserFactory(name="Ada Quick"))
    assert client.post(url, shown(client, url) | theirs).status_code == 302
    client.force_login(planner)
    return mine


def test_who_saves_second_is_told_and_takes_nothing_away(client, planner, opened):
    made, url, mine, theirs = opened
    whole = saved_by_another(client, url, planner, theirs)

    answer = client.post(url, whole | mine)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ada Quick changed" in page
    assert "while you were writing" in page
    [(name, words)] = [pair for pair in mine.items() if pair[0] != "reason"]
    assert f'value="{words}"' in page
    stands = shown(client, url)
    assert str(stands[next(iter(theirs))]).startswith(next(iter(theirs.values())))
    assert stands[name] != words


def test_saving_once_more_replaces_what_stands(client, planner, opened):
    _, url, mine, theirs = opened
    whole = saved_by_another(client, url, planner, theirs)
    seen = client.post(url, whole | mine).context["form"]["seen"].value()

    assert client.post(url, whole | mine | {"seen": seen}).status_code == 302
    [(name, words)] = [pair for pair in mine.items() if pair[0] != "reason"]
    assert shown(client, url)[name] == words


def test_a_form_that_does_not_say_what_it_saw_is_refused(client, opened):
    _, url, mine, _ = opened
    whole = shown(client, url)
    del whole["seen"]

    assert client.post(url, whole | mine).status_code == 422


def test_another_key_result_of_the_same_objective_is_no_change_of_this(client, planner):
    one = objectives.key_result(owner=planner)
    other = objectives.key_result(of=one.objective)
    urls = [reverse("planning:edit-key-result", args=[each.pk]) for each in (one, other)]
    whole = shown(client, urls[0])
    client.post(urls[1], shown(client, urls[1]) | {"title": "Another"})

    assert client.post(urls[0], whole | {"title": "Mine"}).status_code == 302


def test_a_double_click_saves_once_and_is_no_change_meanwhile(client, planner, opened):
    made, url, mine, _ = opened
    whole = shown(client, url) | mine
    thread = getattr(made, "objective", made).thread

    assert [client.post(url, whole).status_code for _ in range(2)] == [302, 302]
    assert thread.events.filter(summary__startswith="changed").count() == 1
