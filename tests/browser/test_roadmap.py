"""The roadmap by hand: a card dragged, moved by buttons and by keys, worded, shared, ended."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from planning.models import RoadmapLink, RoadmapPlace
from tests.factories import roadmap
from tests.factories.people import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def mira():
    return UserFactory(name="Mira Chen")


def column(page, name):
    return page.get_by_role("region", name=name)


def in_order(horizon):
    rows = RoadmapPlace.objects.filter(horizon=horizon).order_by("position")
    return [row.initiative.title for row in rows.select_related("initiative")]


def place(mira, title, horizon="now"):
    return roadmap.place(horizon, title=title, owner=mira, at=timezone.now()).initiative


def test_a_card_is_dragged_above_another(sign_in, mira):
    first, second = place(mira, "Faster search"), place(mira, "Labels", "next")
    page = sign_in(mira)
    page.goto("/planning/roadmap/?audience=")

    page.locator(f"#card-{first.pk}").drag_to(
        page.locator(f"#card-{second.pk}"), target_position={"x": 40, "y": 3}
    )

    expect(column(page, "Next").locator(".board__card")).to_have_count(2)
    expect(page.locator("#toasts")).to_contain_text(f"{first.key} stands in Next, 1 of 2.")
    assert in_order("next") == ["Faster search", "Labels"]


def test_buttons_do_the_same_by_keys_and_keep_the_focus(sign_in, mira):
    first = place(mira, "Faster search")
    place(mira, "Labels")
    page = sign_in(mira)
    page.goto("/planning/roadmap/")

    menu = page.locator(f"#move-{first.pk}")
    menu.focus()
    page.keyboard.press("Enter")
    down = page.locator(f"#card-{first.pk}").get_by_role("button", name="Move down")
    down.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text(f"{first.key} stands in Now, 2 of 2.")
    expect(menu).to_be_focused()
    assert in_order("now") == ["Labels", "Faster search"]


def test_buttons_work_without_scripts(sign_in, mira):
    first = place(mira, "Faster search")
    page = sign_in(mira, java_script_enabled=False)
    page.goto("/planning/roadmap/")

    page.locator(f"#move-{first.pk}").click()
    page.locator(f"#card-{first.pk}").get_by_role("button", name="Move to Later").click()

    expect(column(page, "Later")).to_contain_text("Faster search")
    expect(page.get_by_text(f"{first.key} stands in Later, 1 of 1.")).to_be_visible()


def test_worded_shared_read_by_a_stranger_and_ended(sign_in, browse, mira):
    first = place(mira, "Codename Walrus")
    page, stranger = sign_in(mira), browse()
    page.goto(f"/planning/initiatives/{first.pk}/wording/")
    form = page.locator("form", has=page.get_by_role("button", name="Save words for customers"))
    form.get_by_label("Title").fill("Search that finds")
    form.get_by_role("button").click()
    expect(page.get_by_text("Saved the words for customers.")).to_be_visible()

    page.goto("/planning/roadmap/links/")
    page.get_by_label("Who is it for?").fill("Kestrel")
    page.get_by_role("button", name="Make a link").click()
    made = page.get_by_label("The address of the shared roadmap")
    path = "/planning/" + made.input_value().split("/planning/")[1]

    assert stranger.goto(path).status == 200
    expect(column(stranger, "Now")).to_contain_text("Search that finds")
    assert "Walrus" not in stranger.content()
    assert stranger.context.cookies() == []

    page.goto("/planning/roadmap/links/")
    expect(page.get_by_text("read 1 time")).to_be_visible()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    assert stranger.goto(path).status == 404
    assert RoadmapLink.objects.get().revoked_by == mira


def test_the_board_on_paper_has_cards_and_no_controls(sign_in, mira):
    place(mira, "Faster search")
    page = sign_in(mira)
    page.goto("/planning/roadmap/")
    page.emulate_media(media="print")

    expect(page.get_by_role("link", name="Faster search")).to_be_visible()
    for hidden in (".tabs", ".roadmap__filters", ".board .menu", ".sidebar"):
        expect(page.locator(hidden).first).to_be_hidden()
