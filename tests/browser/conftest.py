"""A real Chromium on a live server; `sign_in` gives a page of a signed-in person."""

import os

import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from prodops.people.models import User
from tests import world as worlds

# Playwright's own event loop makes Django think that the tests run asynchronously.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# What is meant to happen: an answer that says no, and a request a newer one has replaced.
EXPECTED = ("404", "422", "htmx:afterRequest", "htmx:sendAbort")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def browse(browser: Browser, live_server):
    """Return a function: `browse(phone=True, java_script_enabled=False)` gives a stranger's page.

    The page fails its test when the browser logged an error, a refused inline style above all.
    """
    contexts, complaints = [], []

    def listen(message: ConsoleMessage):
        if message.type == "error" and not any(word in message.text for word in EXPECTED):
            complaints.append(f"{message.page.url}: {message.text}")

    def open_page(*, phone=False, **options) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=PHONE if phone else WIDE, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(browse, live_server):
    """Return a function: `sign_in(user, phone=True, java_script_enabled=False)` gives a page."""

    def open_page(user: User, **options) -> Page:
        client = Client()
        client.force_login(user)
        page = browse(**options)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        return page

    return open_page


@pytest.fixture
def world(transactional_db, monkeypatch):
    """One record of each kind, see tests/world.py."""
    monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
    return worlds.build()
