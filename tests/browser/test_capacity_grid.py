"""The allocation grid in a browser: written in like a spreadsheet, by keyboard alone."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from planning.models import Allocation
from tests.factories import planning
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planner():
    return UserFactory(name="Mira Chen")


@pytest.fixture
def teams(planner):
    made = [TeamFactory(name=name, slug=name.lower()) for name in ("Checkout", "Payments")]
    for team in made:
        MembershipFactory(team=team, user=planner, share=50)
    return made


@pytest.fixture
def cycle(teams):
    plan = [planning.initiative(title=title, teams=teams) for title in ("Alpha", "Beta")]
    return planning.cycle(plan=plan)


def cell(page, title, team):
    return page.get_by_label(f"{title}, {team}")


def weeks():
    rows = Allocation.objects.values_list("initiative__title", "team__name", "weeks")
    return {(title, team): value for title, team, value in rows}


def open_grid(page, cycle):
    page.goto(f"/planning/cycles/{cycle.pk}/capacity/")
    expect(page.get_by_role("table")).to_be_visible()


def test_weeks_are_written_by_keyboard_alone(sign_in, planner, cycle):
    page = sign_in(planner)
    open_grid(page, cycle)

    cell(page, "Alpha", "Checkout").focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(cell(page, "Beta", "Checkout")).to_be_focused()
    page.keyboard.type("2.5")
    page.keyboard.press("ArrowRight")
    expect(cell(page, "Beta", "Payments")).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    expect(cell(page, "Alpha", "Payments")).to_be_focused()
    page.keyboard.type("30")
    page.keyboard.press("Shift+Tab")
    expect(cell(page, "Alpha", "Checkout")).to_be_focused()
    page.keyboard.type("6")
    page.keyboard.press("Tab")

    expect(page.get_by_text("Payments is")).to_be_visible()
    expect(page.locator("td[data-state=saved]")).to_have_count(3)
    assert weeks() == {
        ("Alpha", "Checkout"): 6,
        ("Beta", "Checkout"): Decimal("2.5"),
        ("Alpha", "Payments"): 30,
    }
    page.reload()
    expect(cell(page, "Alpha", "Checkout")).to_have_value("6")
    expect(cell(page, "Beta", "Payments")).to_have_value("")


def test_what_two_people_write_is_kept_until_one_of_them_chooses(sign_in, planner, teams, cycle):
    page = sign_in(planner)
    open_grid(page, cycle)
    initiative = cycle.commitments.get(initiative__title="Alpha").initiative
    Allocation.objects.create(
        cycle=cycle,
        initiative=initiative,
        team=teams[0],
        weeks=4,
        by=UserFactory(name="Olga Ops"),
        at=planning.AT,
    )

    alpha = cell(page, "Alpha", "Checkout")
    alpha.fill("6")
    alpha.press("Enter")

    expect(page.get_by_text("Olga Ops wrote 4 on 2 Nov. You typed 6.")).to_be_visible()
    expect(alpha).to_have_value("6")
    assert weeks() == {("Alpha", "Checkout"): 4}
    page.get_by_role("button", name="Keep 6").click()
    expect(page.locator("td[data-state=saved]")).to_have_count(1)
    assert weeks() == {("Alpha", "Checkout"): 6}


def test_what_is_no_number_stays_typed_beside_its_refusal(sign_in, planner, cycle):
    page = sign_in(planner)
    open_grid(page, cycle)

    alpha = cell(page, "Alpha", "Checkout")
    alpha.fill("lots")
    alpha.press("Tab")

    expect(page.get_by_text("Write weeks as a number")).to_be_visible()
    expect(alpha).to_have_value("lots")
    alpha.fill("3")
    alpha.press("Tab")
    expect(page.get_by_text("Write weeks as a number")).to_have_count(0)
    assert weeks() == {("Alpha", "Checkout"): 3}


def test_without_scripts_the_page_is_saved_by_its_button(sign_in, planner, cycle):
    page = sign_in(planner, java_script_enabled=False)
    open_grid(page, cycle)

    cell(page, "Alpha", "Checkout").fill("4")
    cell(page, "Beta", "Payments").fill("1,5")
    page.get_by_role("button", name="Save the page").click()

    expect(page.get_by_text("2 cells saved.")).to_be_visible()
    assert weeks() == {("Alpha", "Checkout"): 4, ("Beta", "Payments"): Decimal("1.5")}
