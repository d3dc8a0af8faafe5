"""Tables of planning that become cards where it is narrow hide nothing behind their edge."""

import pytest

from tests.browser.addresses import addresses

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
WIDTHS = (390, 1024, 1280, 1440)
BEHIND_THE_EDGE = """() => [...document.querySelectorAll(
        ".table-scroll:has(> :is(.table--list, .table--cards, .scores))")]
    .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.getAttribute("aria-label")}: ${each.scrollWidth} in ${each.clientWidth}`)
    .join(", ")"""


def test_no_table_hides_its_columns(sign_in, world):
    page = sign_in(world.users["admin"])
    paths = [each for each in addresses(world, "admin") if each.startswith("/planning/")]
    found = []

    for path in paths:
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if cut := page.evaluate(BEHIND_THE_EDGE):
                found.append(f"{path} at {width}: {cut}")

    assert paths
    assert not found, "\n".join(found)
