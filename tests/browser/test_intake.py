"""What a requester lives through, the first public words, and rules put in order by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from intake import services
from intake.models import ProductRequest
from tests.factories import routing
from tests.factories.intake import CategoryFactory, product_request
from tests.factories.people import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
SAME = "Invoices with the wrong tax"


@pytest.fixture
def triager():
    return UserFactory(name="Mira Chen")


@pytest.fixture
def asked():
    """A request that waits for triage."""
    made = product_request(title=SAME, at=timezone.now() - timedelta(minutes=5))
    ProductRequest.objects.filter(pk=made.pk).update(category=CategoryFactory())
    return made


def test_a_requester_files_is_shown_the_same_and_reads_what_became_of_it(sign_in, asked):
    author = UserFactory(role="requester", name="Sam Sales")
    page = sign_in(author)
    page.goto("/intake/new/")
    page.get_by_label("What do you need, in one line?").press_sequentially(SAME, delay=15)
    link = page.get_by_role("link", name=f"Back this instead: {SAME}").first
    expect(link).to_be_visible()
    link.click()
    page.get_by_role("button", name="Back this request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SAME)
    expect(page.locator("main")).to_contain_text("We answer by")

    backed = ProductRequest.objects.get(backings__person=author)
    ops, at = UserFactory(role="ops"), timezone.now()
    told = {"product_request": backed, "by": ops, "at": at}
    services.accept(**told)
    page.goto("/intake/mine/")
    expect(page.locator("tbody")).to_contain_text("Accepted")
    services.mark_planned(**told)
    services.mark_shipped(**told, summary="Tax is right since Monday.", path="/")
    page.goto("/notifications/")
    expect(page.locator("main")).to_contain_text(f"Shipped: {SAME}")
    expect(page.locator("main")).to_contain_text("Tax is right since Monday.")
    page.goto("/intake/mine/")
    expect(page.locator("tbody")).to_contain_text("Shipped")


def test_the_first_public_words_are_asked_about_in_place(sign_in, triager, asked):
    page = sign_in(triager)
    page.goto(f"/intake/requests/{asked.pk}/")

    page.get_by_label("Comment", exact=True).fill("It comes in spring.")
    expect(page.get_by_text("reads this, in the hub and by mail")).to_be_hidden()
    page.get_by_label("Visible to the requester").check()
    expect(page.get_by_text("reads this, in the hub and by mail")).to_be_visible()
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_role("alert")).to_contain_text("first comment that people outside")
    page.get_by_role("button", name="Show it to the requester").click()

    expect(page.locator(".timeline__comment--public")).to_contain_text("It comes in spring.")


def test_rules_are_put_in_order_by_keyboard(sign_in):
    ops = UserFactory(role="ops")
    routing.draft(
        routing.rule("First", asks=[("urgency", "is", "low")], priority="P1"),
        routing.rule("Second", asks=[("urgency", "is", "high")], priority="P2"),
        by=ops,
        at=timezone.now(),
    )
    page = sign_in(ops)
    page.goto("/intake/routing/draft/")
    down = page.get_by_role("button", name="Move down First")
    down.focus()

    page.keyboard.press("Enter")

    expect(page.locator(".rule__name").first).to_have_text("Second")
    expect(page.locator(".rule__name").nth(1)).to_have_text("First")
    assert page.evaluate("document.activeElement.closest('li, article') !== null")
