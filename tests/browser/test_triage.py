"""The cockpit by keyboard alone, by mouse, and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from intake import services
from intake.models import ProductRequest
from tests.factories.intake import AccountFactory, CategoryFactory, product_request
from tests.factories.people import TeamFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
State = ProductRequest.State
TITLES = [
    "Bulk export of invoices",
    "Dark mode for the dashboard",
    "Single sign-on with Okta",
    "Export invoices in bulk as PDF",
    "Faster search",
]


@pytest.fixture
def triager():
    return UserFactory(name="Mira Chen")


@pytest.fixture
def queue():
    """Five requests, the first one oldest, each with a category."""
    now, category = timezone.now(), CategoryFactory(name="Billing")
    made = []
    for place, title in enumerate(TITLES):
        at = now - timedelta(days=20 - place)
        made.append(product_request(title=title, at=at, account=AccountFactory()))
    ProductRequest.objects.update(category=category)
    return made


def shown(page, title):
    expect(page.locator("[data-detail-title]")).to_have_text(title)
    expect(page.locator("[data-cockpit].htmx-request")).to_have_count(0)


def states(queue):
    found = ProductRequest.objects.in_bulk([each.pk for each in queue])
    return [found[each.pk].state for each in queue]


def test_a_queue_is_cleared_by_keyboard_alone(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")
    shown(page, TITLES[0])

    page.keyboard.press("j")
    shown(page, TITLES[1])
    page.keyboard.press("k")
    shown(page, TITLES[0])
    page.keyboard.press("a")
    shown(page, TITLES[1])

    page.keyboard.press("d")
    page.keyboard.type("We do not do colours this year.")
    page.keyboard.press("Control+Enter")
    shown(page, TITLES[2])

    page.keyboard.press("s")
    page.keyboard.press("Enter")
    shown(page, TITLES[3])

    page.keyboard.press("m")
    expect(page.locator("#act-merge").get_by_text(TITLES[0])).to_be_visible()
    page.keyboard.press("Enter")
    shown(page, TITLES[4])

    page.keyboard.press("e")
    expect(page.locator(".detail__line").get_by_text("P0")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits for triage")).to_be_visible()
    assert states(queue) == [
        State.ACCEPTED,
        State.DECLINED,
        State.SNOOZED,
        State.MERGED,
        State.ACCEPTED,
    ]

    page.keyboard.press("z")
    shown(page, TITLES[4])
    assert states(queue)[4] == State.NEW


def test_routing_by_keyboard_keeps_the_focus(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")

    page.keyboard.press("r")
    expect(page.locator("#sorting_category")).to_be_focused()
    page.locator("#sorting_priority").select_option("P1")

    expect(page.locator("#toasts").get_by_text("Sorted")).to_be_visible()
    shown(page, TITLES[0])
    assert ProductRequest.objects.get(pk=queue[0].pk).priority == "P1"


def test_two_choices_in_quick_succession_are_both_kept(sign_in, triager, queue):
    page = sign_in(triager)
    team = TeamFactory(name="Payments")
    page.goto("/intake/triage/")
    shown(page, TITLES[0])
    held = []
    page.route("**/sorting/", lambda route: held.append(route))

    page.locator("#sorting_team").select_option(str(team.pk))
    page.locator("#sorting_owner").select_option(str(triager.pk))
    page.locator("#sorting_priority").select_option("P2")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()

    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text(f"Sorted {queue[0].key}")
    page.wait_for_load_state("networkidle")
    sorted_now = ProductRequest.objects.get(pk=queue[0].pk)
    assert (sorted_now.team, sorted_now.owner, sorted_now.priority) == (team, triager, "P2")
    expect(page.locator("#sorting_team")).to_have_value(str(team.pk))
    expect(page.locator(".detail__line")).to_contain_text("In triage")


def test_an_empty_reason_keeps_the_dialog_open(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")

    page.get_by_role("link", name="Decline").click()
    page.locator("#decline_reason").fill("   ")
    page.get_by_role("button", name="Decline and tell them").click()

    expect(page.get_by_text("Say why; the requester will read it.").first).to_be_visible()
    expect(page.locator("#act-decline")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#act-decline")).to_be_hidden()


def test_the_second_triager_is_told_and_goes_on(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")
    shown(page, TITLES[0])
    other = UserFactory(role="ops", name="Olga Ops")
    services.decline(product_request=queue[0], reason="No.", by=other, at=timezone.now())

    page.keyboard.press("a")

    expect(page.get_by_role("alert")).to_contain_text("Olga Ops already settled")
    shown(page, TITLES[1])


def test_everything_works_without_javascript(sign_in, triager, queue):
    page = sign_in(triager, java_script_enabled=False)
    page.goto("/intake/triage/")

    page.get_by_role("button", name="Accept").click()
    expect(page.locator("[data-detail-title]")).to_have_text(TITLES[1])
    page.get_by_role("link", name="Decline").click()
    page.locator("#decline_reason").fill("Not this year.")
    page.get_by_role("button", name="Decline and tell them").click()
    expect(page.locator("[data-detail-title]")).to_have_text(TITLES[2])
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-detail-title]")).to_have_text(TITLES[1])
    page.get_by_role("link", name="Merge").click()
    page.get_by_label("Another request").fill(queue[0].key)
    page.get_by_role("button", name="Merge and carry the voices over").click()

    assert states(queue)[:2] == [State.ACCEPTED, State.MERGED]


def test_on_a_phone_the_queue_leads_to_one_request(sign_in, triager, queue):
    page = sign_in(triager, phone=True)
    page.goto("/intake/triage/")
    expect(page.locator(".cockpit__detail")).to_be_hidden()

    page.get_by_text(TITLES[2]).first.click()

    expect(page.locator("[data-detail-title]")).to_be_visible()
    page.get_by_role("link", name="Queue").click()
    expect(page.locator(".queue")).to_be_visible()


def test_similar_requests_appear_while_a_requester_types(sign_in, queue):
    page = sign_in(UserFactory(role="requester"))
    page.goto("/intake/")

    page.get_by_label("In one line").press_sequentially("export invoices", delay=20)
    page.get_by_role("link", name=f"Back this instead: {TITLES[0]}").click()
    page.get_by_role("button", name="Back this request").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[0])
    assert queue[0].backings.count() == 2


def test_a_long_list_of_people_is_searched_by_typing(sign_in, triager, queue):
    owner = UserFactory(role="contributor", name="Zoe Zimmer")
    UserFactory.create_batch(14, role="contributor")
    page = sign_in(triager)
    page.goto("/intake/triage/")
    field = page.get_by_role("combobox", name="Owner").last

    field.focus()
    page.keyboard.type("zimmer")
    page.keyboard.press("Tab")

    expect(field).to_have_value("Zoe Zimmer")
    expect(page.locator("#toasts")).to_contain_text("by owner")
    assert ProductRequest.objects.get(pk=queue[0].pk).owner == owner
    field.focus()
    page.keyboard.type("nobody like this")
    page.keyboard.press("Tab")
    assert field.evaluate("field => field.validationMessage") == "Choose one from the list."
    assert ProductRequest.objects.get(pk=queue[0].pk).owner == owner
