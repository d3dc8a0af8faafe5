"""A list of very many requests: the same rows as of a few, found another way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake import services
from intake.models import FormAnswer, FormField, ProductRequest
from intake.views.listing import REQUESTS
from prodops.ui.lists import state as states
from prodops.ui.lists import window
from tests.factories.intake import (
    SUBMITTED_AT,
    AccountFactory,
    CategoryFactory,
    RequestKindFactory,
    product_request,
)
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
FRUITS = ("plum", "pear", "fig", "lime")
SHORT = replace(REQUESTS, per_page=2)
ACTED_AT = SUBMITTED_AT + timedelta(days=1)
SORTS = [f"{turned}{column.key}" for column in REQUESTS.columns for turned in ("", "-")]


@pytest.fixture
def requests(triager):
    """Nine of them: with and without account, team and owner, decided and not, alike and not."""
    accounts = [AccountFactory(name="Beta", arr=10), AccountFactory(name="Alpha", arr=10), None]
    teams = [TeamFactory(name="Red"), None, TeamFactory(name="Blue")]
    for number in range(9):
        made = product_request(
            title=f"Wish {FRUITS[number % 4]}",
            account=accounts[number % 3],
            at=SUBMITTED_AT + timedelta(hours=number // 2),
        )
        if number % 2:
            sorting = {"category": CategoryFactory(), "owner": triager if number % 3 else None}
            sorting["team"] = teams[number // 3] or teams[0]
            services.classify(product_request=made, by=triager, at=ACTED_AT, **sorting)
        for _ in range(number % 3):
            person = UserFactory(role="requester")
            services.back(product_request=made, person=person, by=person, at=ACTED_AT)
        if number % 5 == 3:
            services.decline(product_request=made, reason="No.", by=triager, at=ACTED_AT)
    return ProductRequest.objects.for_rows()


@pytest.mark.parametrize("sort", ["", *SORTS])
def test_the_pages_of_a_long_list_are_those_of_a_short_one(requests, triager, monkeypatch, sort):
    monkeypatch.setattr(window, "COUNT_UP_TO", 4)
    shown, page = [], 1
    while page:
        state = states.read(QueryDict(f"sort={sort}&page={page}"), SHORT, triager)
        rows = states.narrow(requests, state, SHORT, triager)
        _, found, has_more = window.read(rows, state, SHORT, window.count(rows))
        shown += [each.pk for each in found]
        page = page + 1 if has_more else 0

    assert shown == [each.pk for each in rows]
    assert len(shown) == 9


@pytest.mark.parametrize("word", ["plum", "Alpha", "x-7", "REQ-{pk}", "nothing like it"])
def test_a_word_is_found_wherever_it_stands(client, triager, requests, word):
    one = ProductRequest.objects.filter(account__name="Alpha").latest("pk")
    ProductRequest.objects.filter(pk=one.pk).update(external_id="X-7")
    word = word.format(pk=one.pk)

    answer = client.get(reverse("intake:requests"), {"q": word})

    wanted = {
        each.pk
        for each in ProductRequest.objects.select_related("account")
        if word in each.title
        or (each.account and word in each.account.name)
        or word.upper() in (each.external_id, each.key)
    }
    assert {each.pk for each in answer.context["objects"]} == wanted


@pytest.mark.parametrize("most", [500, 1])
def test_words_are_found_beside_requests_however_many_have_them(
    client, triager, requests, monkeypatch, most
):
    monkeypatch.setattr("intake.views.list_search.MOST_LOOKED_UP", most)
    kind = RequestKindFactory()
    field = FormField.objects.create(kind=kind, label="Browser")
    answered = list(ProductRequest.objects.order_by("pk")[:3])
    for each in answered:
        FormAnswer.objects.create(product_request=each, field=field, value="Alphorn 7")
    for name in ("Alpha two", "Alpha three"):
        AccountFactory(name=name)
    customers = ProductRequest.objects.filter(account__name__startswith="Alpha")

    wanted = {each.pk for each in [*answered, *customers]}
    for words in ("alph", "ALPH alph"):
        answer = client.get(reverse("intake:requests"), {"q": words})
        assert {each.pk for each in answer.context["objects"]} == wanted


def test_a_search_asks_one_query_more_whatever_the_number_of_words(client, triager, requests):
    asked = []
    for words in ("wish", "wish plum pear fig lime grape melon kiwi"):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("intake:requests"), {"q": words})
        asked.append(sum("intake_account" in each["sql"] for each in queries))

    assert asked == [2, 1]  # the keys and the rows; of nothing found, no rows are read


def test_a_search_leaves_every_side_of_it_to_an_index(client, triager, requests):
    """Behind an OR, neither a join nor a subquery could be looked up."""
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("intake:requests"), {"q": "alpha"})

    searches = [each["sql"] for each in asked if "UPPER('%alpha%')" in each["sql"]]
    assert len(searches) == 3
    for sql in searches[1:]:
        matched = sql.partition("WHERE")[2]
        assert "UPPER" in matched
        assert "SELECT" not in matched
        assert "intake_account" not in matched.partition("ORDER BY")[0]


def test_what_a_requester_may_see_is_looked_up_too(requests):
    made = ProductRequest.objects.with_due().filter(voices__gt=1).first()
    reader, backer = UserFactory(role="requester"), made.backings.latest("pk").person
    services.share(product_request=made, person=reader, by=made.author, at=ACTED_AT)

    seen = [ProductRequest.objects.visible_to(person) for person in (made.author, backer, reader)]

    assert all(made in each for each in seen)
    assert seen[2].count() == 1
    assert not ProductRequest.objects.visible_to(UserFactory(role="requester")).exists()
    assert "= ANY (ARRAY(" in str(seen[0].query)
