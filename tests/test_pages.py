"""Every address × every kind of person: generated from the URL resolver.

An address without a row in tests/page_matrix.py fails, and so does a row without an address.
"""

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse

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


@pytest.fixture(scope="module")
def visit(world, django_db_blocker):
    """Return a function that tells status, location and text of the answer to one person.

    What a visit changes is undone, so a page is read once, however many tests look at it.
    """
    with django_db_blocker.unblock():
        cookies = {who: _cookie(user) for who, user in world.users.items() if user}
    read = {}

    def answer(who, method, url, **client_options):
        asked = (who, method, url, str(client_options))
        if asked not in read:
            found = _visit(cookies.get(who), method, url, **client_options)
            if method != "get":
                return found
            read[asked] = found
        return read[asked]

    return answer


def _cookie(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _visit(cookie, method, url, **client_options):
    client = Client(raise_request_exception=False, **client_options)
    if cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    caches["sessions"].clear()  # what an earlier visit wrote into the session was undone
    with transaction.atomic():
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
def test_each_person_gets_what_the_matrix_says(world, visit, name, method):
    row = ROWS[name]
    url = reverse(name, kwargs=row.keys(world))
    signs = [outcome(*visit(who, method, url)[:2]) for who in worlds.PEOPLE]

    expected = getattr(row, method)
    assert "".join(signs) == expected, f"{method.upper()} {url} for {', '.join(worlds.PEOPLE)}"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize("name", sorted(NAMES & ROWS.keys()))
def test_a_stranger_reads_nothing_of_what_is_not_theirs(world, visit, name, headers):
    url = reverse(name, kwargs=ROWS[name].keys(world))
    for who in ("anonymous", "outsider"):
        text = visit(who, "get", url, headers=headers)[2]
        if name == "intake:new":  # whoever may ask may ask for any customer, and so is told names
            text = re.sub(r"<option[^>]*>[^<]*</option>", "", text)
        assert worlds.MARK not in text, f"{who} reads it at {url}"


def ways_on(text, url):
    """Yield method and path of what a page lets a person click: links, buttons and forms."""
    for tag in re.findall(r"<(?:a|button|form)\b[^>]*>", text):
        aim = re.search(r'\b(?:href|(?:form)?action)="(/[^"?#]*)', tag)
        is_post = not tag.startswith("<a") and (tag.startswith("<b") or 'method="post"' in tag)
        if aim or (is_post and tag.startswith("<form")):
            yield "post" if is_post else "get", unescape(aim[1]) if aim else url


def is_dead(who, method, path):
    """Tell whether the matrix says 403: this person may never do what was offered."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return not path.startswith(("/static/", "/media/"))
    if name.startswith("admin:"):
        return who != "admin"
    row = ROWS.get(name)
    return bool(row) and getattr(row, method)[worlds.PEOPLE.index(who)] == "3"


@pytest.mark.parametrize("name", sorted(NAMES & ROWS.keys()))
def test_nobody_is_offered_what_they_may_not_do(world, visit, name):
    url = reverse(name, kwargs=ROWS[name].keys(world))
    people = [who for who in worlds.ROLES if ROWS[name].get[worlds.PEOPLE.index(who)] == "+"]
    dead = [
        f"{who}: {method} {path}"
        for who in people
        for method, path in ways_on(visit(who, "get", url)[2], url)
        if is_dead(who, method, path)
    ]
    assert dead == [], url


@pytest.mark.parametrize("name", sorted(NAMES & ROWS.keys()))
def test_no_address_takes_a_post_without_the_token(world, visit, name):
    """Forged posts are refused; the link of a mail and a signed call bring their own proof."""
    url = reverse(name, kwargs=ROWS[name].keys(world))
    status = visit("admin", "post", url, enforce_csrf_checks=True)[0]

    own_proof = {"notifications:unsubscribe": 200, "integrations:delivery": 401}
    own_proof |= {"intake:slack": 401, "api-elsewhere": 401}
    assert status == (401 if name.startswith("api:") else own_proof.get(name, 403))


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label))
def test_only_administrators_enter_the_administration(world, visit, model, rf):
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for who in worlds.PEOPLE:
        status, location, _ = visit(who, "get", reverse(f"{prefix}_changelist"))
        assert (status == 200) == (who == "admin"), f"{who}: {status}"
        assert status == 200 or "/login/" in location
    request = rf.get("/")
    request.user = world.users["admin"]
    if admin.site._registry[model].has_add_permission(request):
        assert visit("admin", "get", reverse(f"{prefix}_add"))[0] == 200
