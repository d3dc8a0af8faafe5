"""A cycle from its kick-off over the commit to a drop, and what the review says of it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from planning.models import Cycle, Milestone, MilestoneTemplate
from tests.factories import planning
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_kick_off_to_the_review(sign_in):
    olga = UserFactory(name="Olga Ops", role="ops")
    template = MilestoneTemplate.objects.create(name="Ours")
    template.items.create(title="Plan agreed", offset_days=-2, owner_role="ops")
    template.items.create(title="Mid-cycle review", offset_days=20)
    today = timezone.localdate()
    cycle = planning.cycle(
        phase="draft", name="This quarter", slug="this",
        starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=60), by=olga,
    )  # fmt: skip
    for title in ("Faster search", "Bulk export"):
        planning.commitment(of=planning.initiative(title=title, owner=olga), to=cycle)
    page = sign_in(olga)

    page.goto(f"/planning/cycles/{cycle.pk}/")
    page.get_by_role("link", name="Kick off…").click()
    page.get_by_label("Make “Mid-cycle review”").uncheck()
    page.get_by_role("button", name="Kick off").click()
    expect(page.get_by_role("cell", name="Plan agreed", exact=True)).to_be_visible()
    assert Milestone.objects.get().owner == olga

    page.get_by_role("button", name="Reached").click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()

    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_role("link", name="Commit the plan…").click()
    page.get_by_role("button", name="Commit 2 initiatives").click()
    page.get_by_role("button", name="Start the cycle").click()
    expect(page.get_by_role("link", name="Close the cycle…")).to_be_visible()

    page.get_by_role("link", name="Drop Bulk export").click()
    page.get_by_label("Why it is dropped").select_option("priority")
    page.get_by_label("What happened").fill("The new rules come first.")
    page.get_by_role("button", name="Drop from plan").click()

    page.get_by_role("link", name="Changes", exact=True).click()
    dropped = page.get_by_role("deletion").filter(has_text="Bulk export")
    expect(dropped).to_be_visible()
    expect(page.get_by_text("Something else is more important.")).to_be_visible()
    expect(page.get_by_text("The new rules come first.")).to_be_visible()
    expect(page.locator("summary", has_text="1 unchanged")).to_be_visible()
    assert Cycle.objects.get().phase == "active"
