"""A disagreement corrected from Home, and the wizard through what is overdue, by clicking."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from planning import services
from tests.factories import planning, truth
from tests.factories.people import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def mira():
    return UserFactory(name="Mira Chen")


def disputed(owner):
    """An initiative reported on track that Jira sees two months late."""
    now = timezone.now()
    made = planning.initiative(
        title="Faster search",
        owner=owner,
        stage="delivery",
        target_on=timezone.localdate() + timedelta(days=20),
        at=now - timedelta(days=9),
    )
    before = {"by": owner, "at": now - timedelta(days=5)}
    services.report_status(initiative=made, status="on_track", text="All is well.", **before)
    truth.check(made, at=now - timedelta(days=2), days=90)
    return made


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_report_is_corrected_from_home(sign_in, mira, java_script_enabled):
    initiative = disputed(mira)
    page = sign_in(mira, java_script_enabled=java_script_enabled)

    page.goto("/")
    page.get_by_role("region", name="Reports to confirm or correct").or_(
        page.locator("section", has_text="Reports to confirm or correct")
    ).first.get_by_role("link", name="Faster search").click()
    expect(page.get_by_role("radio", name="Off track")).to_be_checked()
    page.get_by_label("Why, and what comes next").fill("The index takes two weeks more.")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("The report and Jira agree.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("Reports to confirm or correct")).to_have_count(0)
    assert initiative.truth_tasks.get().outcome == "corrected"


def test_the_wizard_leads_through_everything(sign_in, mira):
    disputed(mira)
    ago = timezone.now() - timedelta(days=60)
    for title in ("Invoices by mail", "Labels in colour"):
        planning.initiative(title=title, owner=mira, stage="delivery", at=ago)
    page = sign_in(mira)

    page.goto("/planning/overdue/")
    expect(page.get_by_text("1 of 3").first).to_be_visible()
    page.get_by_role("radio", name="On track").check()
    page.get_by_label("What happened, what comes next").fill("The pilot runs.")
    page.get_by_role("button", name="Report").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Labels in colour")
    expect(page.get_by_text("2 of 3").first).to_be_visible()
    page.get_by_role("link", name="Skip", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Faster search")
    expect(page.get_by_text("3 of 3").first).to_be_visible()
    page.get_by_role("button", name="Put off until tomorrow").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("That was all")
    expect(page.get_by_text("You skipped 1 thing")).to_be_visible()
