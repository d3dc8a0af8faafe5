"""An objective from its first line to its grade, in a real browser and by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from planning.models import KeyResult, Objective
from tests.factories import objectives, planning
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_objective_to_its_grade(sign_in):
    mira = UserFactory(name="Mira Chen")
    cycle = planning.quarter_of_today(name="This quarter")
    planning.cycle(
        name="Next quarter",
        starts_on=cycle.ends_on + timedelta(days=1),
        ends_on=cycle.ends_on + timedelta(days=90),
    )
    page = sign_in(mira)
    page.goto("/planning/objectives/")
    page.get_by_role("link", name="Set the first objective").click()
    page.get_by_label("Title").fill("Fewer returns")
    page.get_by_role("button", name="Set objective").click()
    page.get_by_role("link", name="Add key result").click()
    page.get_by_label("Title").fill("Returns of what was sold")
    page.get_by_label("Unit").fill("%")
    page.get_by_label("The value", exact=True).select_option("down")
    page.get_by_label("Baseline").fill("12")
    page.get_by_label("Target").fill("8")
    page.get_by_role("button", name="Add key result").click()
    page.get_by_role("button", name="Begin with it").click()
    expect(page.get_by_text("is active")).to_be_visible()

    made = Objective.objects.get()
    page.get_by_role("link", name="Check in on Returns").click()
    page.get_by_label("Value now, in %").fill("10")
    page.get_by_label("On track").check()
    page.get_by_label("Evidence").fill(made.get_absolute_url())
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("link", name="OBJ-")).not_to_have_count(0)
    expect(page.get_by_text("50 %").first).to_be_visible()

    page.goto(f"/planning/objectives/{made.pk}/closing/")
    expect(page.get_by_label("Grade")).to_have_value("0.50")
    page.get_by_label("What came of it").fill("Half of it, for the new ones only.")
    page.get_by_label("Carry forward into").select_option(label="Next quarter")
    page.get_by_role("button", name="Close objective").click()
    expect(page.get_by_text("It goes on as")).to_be_visible()
    carried = KeyResult.objects.get(objective__carried_from=made)
    assert (carried.baseline, carried.target) == (10, 8)


def test_the_wizard_goes_by_keyboard_and_without_scripts(sign_in):
    mira = UserFactory(name="Mira Chen")
    at = timezone.now() - timedelta(days=40)
    objectives.objective(
        cycle=planning.quarter_of_today(),
        owner=mira,
        state="active",
        at=at,
        results=[{"title": f"Result {number}"} for number in (1, 2, 3)],
    )
    page = sign_in(mira)
    page.goto("/planning/check-ins/")
    expect(page.get_by_text("3 to go")).to_be_visible()
    expect(page.get_by_label("Value now, in %")).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 to go")).to_be_visible()
    page.get_by_role("link", name="Skip", exact=True).press("Enter")
    expect(page.get_by_text("1 to go")).to_be_visible()

    plain = sign_in(mira, java_script_enabled=False)
    plain.goto(page.url)
    plain.get_by_label("Value now, in %").fill("30")
    plain.get_by_label("At risk").check()
    plain.get_by_role("button", name="Check in and go on").click()
    expect(plain.get_by_role("heading", name="1 skipped")).to_be_visible()
    assert KeyResult.objects.exclude(current=None).count() == 2
