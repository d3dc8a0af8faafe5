"""List pages over HTTP: search, filters, order, pages; nothing in an address is an error."""

import pytest

from tests.factories.people import UserFactory
from tests.ui.conftest import names

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(user):
    return [
        UserFactory(name="Ada Okafor", role="ops", email="ada@north.example"),
        UserFactory(name="Ben Ito", role="ops"),
        UserFactory(name="Cleo Marsh", role="executive"),
    ]


def test_it_lists_the_rows_in_the_list_s_own_order(signed_in, colleagues, people):
    response = signed_in.get(colleagues)

    assert names(response) == ["Ada Okafor", "Ben Ito", "Cleo Marsh", "Mira Chen"]
    assert b"4 rows" in response.content
    assert response.context["said"] == "by the view"


def test_it_finds_rows_with_every_word_in_some_field(signed_in, colleagues, people):
    assert names(signed_in.get(colleagues, {"q": "ada north"})) == ["Ada Okafor"]
    assert names(signed_in.get(colleagues, {"q": "ada marsh"})) == []


def test_one_or_two_letters_are_found_where_a_word_begins(signed_in, colleagues, people):
    assert names(signed_in.get(colleagues, {"q": "ma"})) == ["Cleo Marsh"]
    assert names(signed_in.get(colleagues, {"q": "CL"})) == ["Cleo Marsh"]
    assert names(signed_in.get(colleagues, {"q": "rs"})) == []
    assert names(signed_in.get(colleagues, {"q": "ars"})) == ["Cleo Marsh"]

    UserFactory(name="王李明", role="ops")
    assert names(signed_in.get(colleagues, {"q": "李明"})) == ["王李明"]


def test_it_finds_a_row_by_its_key(signed_in, colleagues, people):
    ben = people[1]

    assert "Ben Ito" in names(signed_in.get(colleagues, {"q": f"usr-{ben.pk}"}))
    assert names(signed_in.get(colleagues, {"q": f"INI-{ben.pk}"})) == []


def test_a_filter_narrows_the_rows_and_shows_as_a_chip(signed_in, colleagues, people):
    response = signed_in.get(colleagues, {"role": "ops", "q": "ben"})

    assert names(response) == ["Ben Ito"]
    assert b"Role:" in response.content
    assert [each["without"] for each in response.context["chips"]] == ["q=ben"]


def test_a_filter_may_depend_on_who_looks(signed_in, colleagues, people):
    assert names(signed_in.get(colleagues, {"owner": "me"})) == ["Mira Chen"]


def test_an_unknown_choice_is_left_out_and_named(signed_in, colleagues, people):
    response = signed_in.get(colleagues, {"role": "king"})

    assert len(names(response)) == 4
    assert b"no such choice here: Role" in response.content


def test_the_filter_form_comes_when_asked_for(signed_in, colleagues, people):
    closed = signed_in.get(colleagues).content.decode()
    opened = signed_in.get(colleagues, {"filters": "open", "role": "ops"}).content.decode()

    assert 'name="role"' not in closed
    assert '<option value="ops" selected>Product ops</option>' in opened


@pytest.mark.parametrize(("sort", "first"), [("name", "Ada Okafor"), ("-name", "Mira Chen")])
def test_a_head_sorts_both_ways(signed_in, colleagues, people, sort, first):
    response = signed_in.get(colleagues, {"sort": sort})

    assert names(response)[0] == first
    assert f'aria-sort="{"de" if sort[0] == "-" else "a"}scending"'.encode() in response.content


def test_numbers_sort_from_the_largest_first(signed_in, colleagues, people):
    heads = {
        head["column"].key: head["query"] for head in signed_in.get(colleagues).context["heads"]
    }

    assert heads == {"name": "sort=name", "number": "sort=-number", "job": ""}


def test_pages_follow_each_other_without_gap_or_double(signed_in, colleagues, people):
    UserFactory.create_batch(22, name="Same Name")

    first = signed_in.get(colleagues, {"sort": "name"})
    second = signed_in.get(colleagues, {"sort": "name", "page": 2})
    third = signed_in.get(colleagues, {"sort": "name", "page": 3})

    keys = [user.pk for page in (first, second, third) for user in page.context["objects"]]
    assert len(keys) == len(set(keys)) == 26
    assert first.context["pager"]["next"] == "sort=name&page=2"
    assert second.context["pager"]["previous"] == "sort=name"
    assert third.context["pager"]["next"] is None


def test_a_count_stops_at_a_thousand(signed_in, colleagues, user, monkeypatch):
    monkeypatch.setattr("prodops.ui.lists.window.COUNT_UP_TO", 12)
    UserFactory.create_batch(30)

    response = signed_in.get(colleagues, {"page": 3})

    assert b"1,000+" in response.content
    assert len(names(response)) == 10


@pytest.mark.parametrize(
    "query",
    [
        "page=abc", "page=0", "page=-1", "page=99999999999999999999", "page=500", "page=²",
        "sort=evil", "sort=-", "sort=password", "sort=job", "role=%00", "q=%00", "q=%FF%FE",
        "q=" + "x" * 5000, "q=" + "a+" * 400, "role=ops&role=king", "owner=;drop", "format=xml",
        "filters=open&role=king", "q=USR-99999999999999999", "q=%25_%5C", "q=(((", "q='\"",
    ],
)  # fmt: skip
def test_no_address_is_an_error(signed_in, colleagues, people, query):
    assert signed_in.get(f"{colleagues}?{query}").status_code == 200
    assert signed_in.get(f"{colleagues}?{query}", headers=LIST_SWAP).status_code == 200


LIST_SWAP = {"HX-Request": "true", "HX-Target": "list"}


def test_htmx_gets_the_changing_part_and_a_clean_address(signed_in, colleagues, people):
    response = signed_in.get(f"{colleagues}?q=ada&sort=&role=&filters=open", headers=LIST_SWAP)

    assert b"<html" not in response.content
    assert b'id="list-views"' in response.content
    assert response["HX-Push-Url"] == "/colleagues/?q=ada"
    assert "HX-Request" in response["Vary"]


def test_an_empty_list_says_what_it_is_for_and_offers_the_first_step(signed_in, colleagues, user):
    type(user).objects.filter(pk=user.pk).update(name="Hidden")

    response = signed_in.get(colleagues)

    assert b"Nobody works here yet" in response.content
    assert b"Invite somebody" in response.content


def test_a_search_without_result_offers_the_way_back(signed_in, colleagues, people):
    assert b"Show all colleagues" in signed_in.get(colleagues, {"q": "zzz"}).content


@pytest.mark.parametrize("count", [1, 40])
def test_the_kit_asks_three_times_whatever_the_number_of_rows(
    signed_in, colleagues, people, count, django_assert_max_num_queries
):
    UserFactory.create_batch(count)
    address = f"{colleagues}?q=num&role=contributor&sort=name"
    signed_in.get(address)

    with django_assert_max_num_queries(12) as asked:
        signed_in.get(address)

    kit = [
        query["sql"] for query in asked if "colleagues" in query["sql"] or "%num%" in query["sql"]
    ]
    assert len(kit) == 3  # the count, the rows, the saved views


def test_rows_a_page_are_chosen_in_the_address(signed_in, colleagues, people):
    UserFactory.create_batch(40, name="Same Name")

    few = signed_in.get(colleagues)
    some = signed_in.get(colleagues, {"rows": "25", "sort": "name"})
    rest = signed_in.get(colleagues, {"rows": "25", "sort": "name", "page": "2"})

    assert len(few.context["objects"]) == 10
    assert [len(each.context["objects"]) for each in (some, rest)] == [25, 19]
    assert some.context["pager"]["next"] == "sort=name&rows=25&page=2"
    assert b'name="rows" value="25" form="list-search"' in some.content
    sizes = {each["size"]: each["query"] for each in some.context["pager"]["sizes"]}
    assert sizes == {
        10: "sort=name",
        25: "sort=name&rows=25",
        50: "sort=name&rows=50",
        100: "sort=name&rows=100",
    }


@pytest.mark.parametrize("rows", ["0", "10", "26", "9999", "-25", "x", "²5"])
def test_other_numbers_of_rows_are_not_heard(signed_in, colleagues, people, rows):
    UserFactory.create_batch(40)

    response = signed_in.get(colleagues, {"rows": rows})

    assert len(response.context["objects"]) == 10
    assert response.context["state"].size == 0
