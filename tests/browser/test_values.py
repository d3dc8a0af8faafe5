"""Business value typed into the plan of a cycle, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.factories import planning
from tests.factories.people import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def ops():
    return UserFactory(role="ops")


def plan(*titles, **fields):
    return planning.cycle(plan=[planning.initiative(title=each) for each in titles], **fields)


def test_values_are_planned_by_keyboard_and_a_wrong_one_is_named(sign_in, ops):
    cycle = plan("Export", "Search")
    page = sign_in(ops)
    page.goto(f"/planning/cycles/{cycle.pk}/planned-values/")
    rows = page.locator("table.values input:not([type=hidden])")
    expect(rows).to_have_count(2)

    rows.nth(0).fill("11")
    page.keyboard.press("Tab")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")

    if page.url.endswith("planned-values/"):  # the browser itself, or the form, holds it back
        assert not cycle.commitments.exclude(planned_value=None).exists()
        rows.nth(0).fill("8")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Planned business value of")).to_be_visible()
    found = cycle.commitments.order_by("initiative__title").values_list("planned_value", flat=True)
    assert sorted(found) == [3, 8]


def test_what_it_proved_to_be_worth_stands_beside_what_was_planned(sign_in, ops):
    cycle = plan("Export", phase="active")
    cycle.commitments.update(planned_value=5, value_reason="learnt", value_note="x")
    page = sign_in(ops, phone=True)
    page.goto(f"/planning/cycles/{cycle.pk}/actual-values/")

    box = page.locator("table.values input:not([type=hidden])").bounding_box()
    assert box["x"] + box["width"] <= 390
    page.locator("table.values input:not([type=hidden])").fill("4")
    page.get_by_role("button", name="Save the values").click()

    expect(page.get_by_text("Actual business value of")).to_be_visible()
    assert cycle.commitments.get().actual_value == 4
