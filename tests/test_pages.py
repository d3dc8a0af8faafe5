"""Every address × every kind of person: generated from the URL resolver.

An address without a row in tests/page_matrix.py fails, and so does a row without an address.
"""

import re

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests import world as worlds
from tests.page_matrix import ROWS

pytestmark = pytest.mark.django_db
LET_IN = {200, 204, 302, 422}


def names_of(resolver, namespaces=()):
    """Yield the full name of every address below `resolver`; an unnamed one gives its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*namespaces, pattern.name or f"unnamed {pattern.pattern}"])
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from names_of(pattern, inner)


NAMES = {name for name in names_of(get_resolver()) if not name.startswith("admin:")}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world of tests/world.py, made once for this module and rolled back at its end."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
        with django_db_blocker.unblock(), transaction.atomic():
            yield worlds.build()
            transaction.set_rollback(True)


def visit(world, who, method, url, **client_options):
    """Return status, location and text of the answer to one person; what it changed is undone."""
    client = Client(raise_request_exception=False, **client_options)
    with transaction.atomic():
        if user := world.users[who]:
            client.force_login(user)
        response = getattr(client, method)(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, response.get("Location", ""), body.decode("utf-8", "replace")


def outcome(status, location):
    """Return the sign of page_matrix for an answer."""
    if status == 302 and location.startswith("/accounts/login/?next="):
        return ">"
    if status in LET_IN:
        return "+"
    return {401: "1", 403: "3", 404: "4", 405: "5"}.get(status, f"[{status}]")


def test_every_address_has_a_row_and_every_row_an_address():
    assert NAMES - ROWS.keys() == set(), "Add rows to tests/page_matrix.py."
    assert ROWS.keys() - NAMES == set(), "These addresses are gone; take their rows out."


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(NAMES & ROWS.keys()))
def test_each_person_gets_what_the_matrix_says(world, name, method):
    row = ROWS[name]
    url = reverse(name, kwargs=row.keys(world))
    signs = [outcome(*visit(world, who, method, url)[:2]) for who in worlds.PEOPLE]

    expected = getattr(row, method)
    assert "".join(signs) == expected, f"{method.upper()} {url} for {', '.join(worlds.PEOPLE)}"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize("name", sorted(NAMES & ROWS.keys()))
def test_a_stranger_reads_nothing_of_what_is_not_theirs(world, name, headers):
    url = reverse(name, kwargs=ROWS[name].keys(world))
    for who in ("anonymous", "outsider"):
        text = visit(world, who, "get", url, headers=headers)[2]
        if name == "intake:new":  # whoever may ask may ask for any customer, and so is told names
            text = re.sub(r"<option[^>]*>[^<]*</option>", "", text)
        assert worlds.MARK not in text, f"{who} reads it at {url}"


@pytest.mark.parametrize("name", sorted(NAMES & ROWS.keys()))
def test_no_address_takes_a_post_without_the_token(world, name):
    """Forged posts are refused; the link of a mail and a signed call bring their own proof."""
    url = reverse(name, kwargs=ROWS[name].keys(world))
    status = visit(world, "admin", "post", url, enforce_csrf_checks=True)[0]

    own_proof = {"notifications:unsubscribe": 200, "integrations:delivery": 401}
    own_proof |= {"intake:slack": 401, "api-elsewhere": 401}
    assert status == (401 if name.startswith("api:") else own_proof.get(name, 403))


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label))
def test_only_administrators_enter_the_administration(world, model, rf):
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for who in worlds.PEOPLE:
        status, location, _ = visit(world, who, "get", reverse(f"{prefix}_changelist"))
        assert (status == 200) == (who == "admin"), f"{who}: {status}"
        assert status == 200 or "/login/" in location
    request = rf.get("/")
    request.user = world.users["admin"]
    if admin.site._registry[model].has_add_permission(request):
        assert visit(world, "admin", "get", reverse(f"{prefix}_add"))[0] == 200
