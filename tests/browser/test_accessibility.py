"""Every page, light and dark, wide and on a phone: axe, the console and the width."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.addresses import addresses
from tests.browser.conftest import PHONE, WIDE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
GRAVE = {"serious", "critical"}
MIDDLE = {"width": 1024, "height": 768}
VIOLATIONS = "(options) => axe.run(document, options).then((found) => found.violations)"
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return ""
    const beyond = (each) => each.getBoundingClientRect().right > width + 1
    const found = [...document.querySelectorAll("body *")].filter(beyond)
    return found.slice(0, 4).map((each) => `${each.tagName}.${each.className}`).join(" ") || "body"
}"""


def grave(page: Page, look: str, *, rule: str = "") -> list[str]:
    """Return what axe holds to be serious or critical, with the first element of each kind."""
    # Preloading would fetch the style sheets again, at wrong addresses.
    options = {"resultTypes": ["violations"], "preload": False}
    if rule:
        options["runOnly"] = {"type": "rule", "values": [rule]}
    return [
        f"{look}: {each['id']} × {len(each['nodes'])}: {each['nodes'][0]['html'][:160]}"
        for each in page.evaluate(VIOLATIONS, options)
        if each["impact"] in GRAVE
    ]


def wrongs(page: Page, theme: str) -> list[str]:
    """Return what is wrong with the page that is open, wide, in the middle and on a phone.

    Every rule runs on the light wide page and the dark small one, the contrast on all four.
    """
    found = []
    if page.get_by_role("heading", level=1).count() != 1:
        found.append("not exactly one h1")
    page.evaluate(AXE_SCRIPT)  # once a page: its half a million letters take a while
    found += grave(page, theme, rule="" if theme == "light" else "color-contrast")
    for size in (MIDDLE, PHONE):
        page.set_viewport_size(size)
        if wide := page.evaluate(TOO_WIDE):
            found.append(f"scrolls sideways at {size['width']}: {wide}")
    found += grave(page, f"{theme} phone", rule="" if theme == "dark" else "color-contrast")
    page.set_viewport_size(WIDE)
    return found


def visit(page: Page, paths: list[str], theme: str) -> list[str]:
    """Open each path and return what is wrong there."""
    found = []
    for path in paths:
        response = page.goto(path)
        if response.status != 200:
            found.append(f"{path}: {response.status}")
        found += [f"{path}: {wrong}" for wrong in wrongs(page, theme)]
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("who", "besides"), [("admin", ""), ("requester", ""), ("contributor", "admin")]
)
def test_nothing_serious_on_any_page(sign_in, world, who, besides, theme):
    page = sign_in(world.users[who], color_scheme=theme)

    found = visit(page, addresses(world, who, besides=besides), theme)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_before_signing_in(browse, world, theme):
    found = visit(browse(color_scheme=theme), addresses(world, "anonymous"), theme)
    assert not found, "\n".join(found)


def test_the_administration_opens_under_the_policy(sign_in, world):
    """The pages are Django's own; the fixture sees to it that the policy refused nothing."""
    page = sign_in(world.users["admin"])
    for model in admin.site._registry:
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert page.goto(reverse(f"{prefix}_changelist")).status == 200
        row = page.locator("#result_list th a").first
        if row.count():
            assert page.goto(row.get_attribute("href")).status == 200
