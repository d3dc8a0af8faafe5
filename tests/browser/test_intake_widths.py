"""The pages of intake fit the window they are in, and the titles of requests have room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from intake.models import ProductRequest
from tests.browser.addresses import addresses
from tests.browser.test_accessibility import TOO_WIDE
from tests.factories import intake
from tests.factories.people import TeamFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
OF_INTAKE = ("/intake/", "/integrations/slack/", "/integrations/mailboxes/")
WIDTHS = (390, 1024, 1280, 1366)
LONG = "Let the night dispatcher move all parcels of a cancelled tour to the tours that still leave"
# Tables inside a page: what does not fit into theirs is found by nobody who does not know of it.
CUT_OFF = """() => [...document.querySelectorAll(".table-scroll")]
    .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.getAttribute("aria-label")}: ${each.scrollWidth} in ${each.clientWidth}`)
    .join(", ")"""
TITLES = """() => {
    const share = (cell) => cell.offsetWidth / cell.closest("table").offsetWidth
    return Math.min(...[...document.querySelectorAll("td:has(> .row__link)")].map(share))
}"""


@pytest.fixture
def crowded(world):
    """The world, with a dozen requests of long titles, names and customers."""
    team = TeamFactory(name="Network planning and line-haul")
    owner = UserFactory(name="Maximiliane von Hohenberg")
    account = intake.AccountFactory(name="Northern Lights Cold Chain Logistics", arr=12_345_678)
    for number in range(12):
        made = intake.product_request(
            title=f"{LONG} {number}", account=account, at=timezone.now() - timedelta(days=number)
        )
        ProductRequest.objects.filter(pk=made.pk).update(team=team, owner=owner)
    return world


def looked_at(page, path):
    """Open a page and return what is wrong with its widths."""
    found = []
    page.goto(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if wide := page.evaluate(TOO_WIDE):
            found.append(f"{path} at {width}: {wide}")
        if width == WIDTHS[0] and (cut := page.evaluate(CUT_OFF)):
            found.append(f"{path} at {width}: {cut}")
    return found


@pytest.mark.parametrize("who", ["admin", "requester"])
def test_no_page_is_wider_than_its_window(sign_in, crowded, who):
    page = sign_in(crowded.users[who])
    paths = [each for each in addresses(crowded, who) if each.startswith(OF_INTAKE)]

    found = [wrong for path in paths for wrong in looked_at(page, path)]

    assert paths
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1024, 1280, 1366, 1440])
def test_titles_have_a_third_of_the_list(sign_in, crowded, width):
    page = sign_in(crowded.users["ops"])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/intake/requests/")

    assert page.evaluate(TITLES) >= 0.3
    assert page.evaluate(TOO_WIDE) == ""
