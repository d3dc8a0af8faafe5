"""Finding records, pages and acts."""

import pytest

from tests.factories.audit import ThreadFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def threads(user):
    return [
        ThreadFactory(key="REQ-12", title="Bulk export of invoices", path="/intake/requests/12/"),
        ThreadFactory(kind="initiative", key="INI-3", title="Invoices that add up", path="/x/3/"),
    ]


def found(response):
    return [thread.key for thread in response.context["threads"]]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("req-12", ["REQ-12"]),
        ("invoices", ["INI-3", "REQ-12"]),
        ("invo bulk", ["REQ-12"]),
        ("%", []),
    ],
)
def test_records_are_found_by_key_and_words(signed_in, threads, words, keys):
    assert found(signed_in.get("/audit/search/", {"q": words}, headers=HTMX)) == keys


def test_a_requester_finds_only_the_requests_they_follow(client, threads):
    requester = UserFactory(role="requester")
    client.force_login(requester)
    assert found(client.get("/audit/search/", {"q": "invoices"}, headers=HTMX)) == []

    threads[0].followers.add(requester)
    threads[1].followers.add(requester)

    assert found(client.get("/audit/search/", {"q": "invoices"}, headers=HTMX)) == ["REQ-12"]


def test_the_choices_are_options_of_a_listbox(signed_in, threads):
    html = signed_in.get("/audit/search/", {"q": "bulk"}, headers=HTMX).content.decode()

    assert "<html" not in html
    assert 'role="listbox"' in html
    assert 'role="option"' in html
    assert 'href="/intake/requests/12/"' in html


def test_without_javascript_it_is_a_search_page(signed_in, threads):
    html = signed_in.get("/audit/search/", {"q": "bulk"}).content.decode()

    assert "<h1>Search</h1>" in html
    assert "Bulk export of invoices" in html


@pytest.mark.parametrize("q", ["", "\x00", "x" * 5000, "a " * 500, "%_\\", "zzz"])
def test_no_search_is_an_error(signed_in, threads, q):
    assert signed_in.get("/audit/search/", {"q": q}, headers=HTMX).status_code == 200
    assert signed_in.get("/audit/search/", {"q": q}).status_code == 200
