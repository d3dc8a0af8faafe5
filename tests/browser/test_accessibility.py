"""Every page, light and dark, wide and on a phone: axe, the console and the width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.addresses import addresses
from tests.browser.conftest import PHONE, WIDE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
GRAVE = {"serious", "critical"}
MIDDLE = {"width": 1024, "height": 768}
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def grave(page: Page, look: str, *, rule: str = "") -> list[str]:
    """Return what axe holds to be serious or critical, with the first element of each kind."""
    options = {"resultTypes": ["violations"]}
    if rule:
        options["runOnly"] = {"type": "rule", "values": [rule]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{look}: {each['id']} × {len(each['nodes'])}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
    ]


def wrongs(page: Page) -> list[str]:
    """Return what is wrong with the page that is open, in both themes and three widths."""
    found = []
    if page.get_by_role("heading", level=1).count() != 1:
        found.append("not exactly one h1")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found += grave(page, "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += grave(page, "dark", rule="color-contrast")
    for size in (MIDDLE, PHONE):
        page.set_viewport_size(size)
        if page.evaluate(IS_TOO_WIDE):
            found.append(f"scrolls sideways at {size['width']}")
    found += grave(page, "phone")
    page.set_viewport_size(WIDE)
    return found


def visit(page: Page, paths: list[str]) -> list[str]:
    """Open each path and return what is wrong there."""
    found = []
    for path in paths:
        response = page.goto(path)
        if response.status != 200:
            found.append(f"{path}: {response.status}")
        found += [f"{path}: {wrong}" for wrong in wrongs(page)]
    return found


@pytest.mark.parametrize(
    ("who", "besides"), [("admin", ""), ("requester", ""), ("contributor", "admin")]
)
def test_nothing_serious_on_any_page(sign_in, world, who, besides):
    page = sign_in(world.users[who])

    assert visit(page, addresses(world, who, besides=besides)) == []


def test_nothing_serious_before_signing_in(browse, world):
    assert visit(browse(), addresses(world, "anonymous")) == []


def test_the_administration_opens_under_the_policy(sign_in, world):
    """The pages are Django's own; the fixture sees to it that the policy refused nothing."""
    page = sign_in(world.users["admin"])
    for model in admin.site._registry:
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert page.goto(reverse(f"{prefix}_changelist")).status == 200
        row = page.locator("#result_list th a").first
        if row.count():
            assert page.goto(row.get_attribute("href")).status == 200
