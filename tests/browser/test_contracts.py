"""A dependency from the ask to the delivery, and a decision from its stub to its replacement."""

from datetime import date

import pytest
from playwright.sync_api import expect

from planning.models import Decision, Dependency
from tests.factories import dependencies as make
from tests.factories import planning

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RATIONALE = "It costs half as much and the team knows it well."


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ask_counter_accept_deliver(sign_in, scripts):
    (booking, mira), (identity, isla) = (
        make.led_team(name="Booking"),
        make.led_team(name="Identity"),
    )
    initiative = planning.initiative(title="Bulk booking", teams=[booking], owner=mira)
    asker = sign_in(mira, java_script_enabled=scripts)
    giver = sign_in(isla, java_script_enabled=scripts)

    asker.goto(f"/planning/initiatives/{initiative.pk}/dependencies/")
    asker.get_by_role("link", name="Ask another team").first.click()
    asker.locator("[name=title]").fill("Roles of a depot")
    asker.locator("[name=why]").fill("Depots see each other.")
    asker.locator("[name=needed_by_on]").fill("2031-03-03")
    asker.locator("select[name=giving_team]").select_option(str(identity.pk), force=True)
    asker.get_by_role("button", name="Ask", exact=True).click()
    expect(asker.get_by_role("heading", name="Roles of a depot")).to_be_visible()

    giver.goto("/")
    giver.get_by_role("link", name="Roles of a depot").click()
    giver.get_by_role("link", name="Offer other terms").click()
    giver.get_by_label("By", exact=True).fill("2031-03-17")
    giver.get_by_label("Why these terms").fill("Two of us are on call.")
    giver.get_by_role("button", name="Offer other terms").click()

    asker.goto("/")
    asker.get_by_role("link", name="Roles of a depot").click()
    expect(asker.get_by_text("Two of us are on call.").first).to_be_visible()
    asker.get_by_role("button", name="Accept the offer").click()
    expect(asker.locator(".record-head__state").get_by_text("Committed")).to_be_visible()

    giver.reload()
    giver.get_by_role("link", name="Deliver", exact=True).click()
    giver.get_by_label("Where it is").fill("On staging.")
    giver.get_by_role("button", name="Deliver", exact=True).click()
    asker.reload()
    asker.get_by_role("button", name="Confirm the delivery").click()
    expect(asker.locator(".record-head__state").get_by_text("Delivered")).to_be_visible()

    made = Dependency.objects.get()
    assert (made.state, made.committed_on) == ("confirmed", date(2031, 3, 17))


def test_a_decision_from_stub_to_superseded(sign_in):
    user = planning.UserFactory(name="Mira Chen")
    older = planning.decision(title="Which maps vendor?", decider=user)
    page = sign_in(user)

    def decide(text, replaced=None):
        page.get_by_role("link", name="Decide", exact=True).click()
        page.locator("[name=text]").fill(text)
        page.locator("[name=rationale]").fill(RATIONALE)
        page.locator("[name=option_1]").fill(text)
        page.locator("[name=option_2]").fill("Build it")
        page.locator("[name=why_2]").fill("Two quarters of work.")
        if replaced:
            page.locator("select[name=supersedes]").select_option(str(replaced.pk), force=True)
        page.get_by_role("button", name="Record decision").click()
        expect(page.get_by_text(RATIONALE)).to_be_visible()

    page.goto("/")
    page.get_by_role("link", name="Which maps vendor?").click()
    decide("We take Acme.")
    page.goto("/planning/decisions/new/")
    page.get_by_label("Title").press_sequentially("A vendor for maps")
    expect(page.get_by_text("both speak of maps, vendor")).to_be_visible()
    page.get_by_role("button", name="Open decision").click()
    decide("We take Beta.", replaced=older)
    page.get_by_role("link", name="Which maps vendor?").first.click()

    expect(page.get_by_text("This no longer holds")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert download.value.suggested_filename == f"dec-{older.pk}-which-maps-vendor.md"
    older.refresh_from_db()
    assert older.state == Decision.State.SUPERSEDED
