"""The shell in a real Chromium: palette, dialog, toasts, drawer, lists; scripts on and off."""

import pytest
from playwright.sync_api import expect

from tests.factories.audit import ThreadFactory
from tests.factories.people import PASSWORD, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def admin():
    return UserFactory(name="Ada Okafor", email="ada@example.com", role="admin")


def test_signing_in_with_wrong_and_right_password(browser, live_server, admin):
    page = browser.new_page(base_url=live_server.url)
    page.goto("/people/")
    page.get_by_label("Email").fill(admin.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.close()


def test_the_palette_opens_any_record_by_keyboard(sign_in, admin):
    ThreadFactory(key="REQ-12", title="Bulk export of invoices", path="/people/profile/")
    page = sign_in(admin)
    page.goto("/people/")

    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("bulk exp")
    choice = page.get_by_role("option", name="Bulk export")
    expect(choice).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", choice.get_attribute("id"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/people/profile/")


def test_the_palette_walks_its_choices_and_leaves_with_escape(sign_in, admin):
    page = sign_in(admin)
    page.goto("/people/")
    page.get_by_role("link", name="Search or jump to").click()
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")

    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")

    expect(page.get_by_role("combobox")).to_be_hidden()


def test_without_scripts_the_palette_s_link_is_a_search_page(sign_in, admin):
    page = sign_in(admin, java_script_enabled=False)
    page.goto("/people/")

    page.get_by_role("link", name="Search or jump to").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


def test_a_dialog_gives_the_focus_back(sign_in, admin):
    page = sign_in(admin)
    page.goto("/styleguide/")
    opener = page.get_by_role("link", name="Open a dialog")

    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    opener.click()
    page.mouse.click(10, 10)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_toast_leaves_but_never_while_it_is_read(sign_in, admin):
    page = sign_in(admin)
    page.clock.install()
    page.goto("/styleguide/?toast=1")
    toast = page.locator("[data-toast]")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()

    toast.hover()
    page.clock.fast_forward(60_000)
    expect(toast).to_be_visible()
    page.mouse.move(5, 5)
    page.clock.fast_forward(7_000)

    expect(toast).to_have_count(0)


def test_a_toast_has_its_undo_without_scripts(sign_in, admin):
    page = sign_in(admin, java_script_enabled=False)
    page.goto("/styleguide/?toast=1")

    expect(page.locator("[data-toast]").get_by_role("button", name="Undo")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_phone_has_a_drawer(sign_in, admin, scripts):
    page = sign_in(admin, phone=True, java_script_enabled=scripts)
    page.goto("/people/")
    link = page.get_by_role("navigation", name="Hub").get_by_role("link", name="People")
    expect(link).to_be_hidden()

    page.get_by_role("button", name="Open navigation").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")

    expect(link).to_be_hidden()


def test_a_list_searches_while_typing_filters_and_goes_back(sign_in, admin):
    UserFactory(name="Ben Ito", role="ops")
    UserFactory(name="Ben Stone", role="executive")
    page = sign_in(admin)
    page.goto("/people/")

    page.keyboard.press("/")
    page.keyboard.type("ben")
    page.wait_for_url("**/people/?q=ben")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Role", exact=True).select_option("ops")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**/people/?role=ops&q=ben")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Remove this filter").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


CHOOSE_AT_ONCE = """
new MutationObserver((_, observer) => {
  const select = document.querySelector("#filter-role");
  if (!select) return;
  observer.disconnect();
  select.value = "ops";
  select.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.querySelector("#list"), { childList: true });
"""


def test_a_filter_hears_a_choice_in_the_moment_it_is_there(sign_in, admin):
    UserFactory(name="Ben Ito", role="ops")
    page = sign_in(admin)
    page.goto("/people/")

    page.evaluate(CHOOSE_AT_ONCE)
    page.get_by_role("link", name="Filter", exact=True).click()

    page.wait_for_url("**/people/?role=ops")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_last_click_on_a_list_wins_over_a_slower_one(sign_in, admin):
    UserFactory(name="Ben Ito", role="ops")
    UserFactory(name="Ben Stone", role="executive")
    page = sign_in(admin)
    page.goto("/people/?role=ops&q=ben&filters=open")

    def answer_late(route):
        page.get_by_role("link", name="Remove this filter").click()
        expect(page.locator("tbody tr")).to_have_count(2)
        route.continue_()

    page.route("**/people/?role=ops&q=ben", answer_late)
    page.get_by_role("link", name="Done").click()
    page.wait_for_url("**/people/?q=ben")

    page.wait_for_load_state("networkidle")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_list_works_without_scripts(sign_in, admin):
    UserFactory(name="Ben Ito", role="ops")
    page = sign_in(admin, java_script_enabled=False)
    page.goto("/people/?q=ben")

    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Role", exact=True).select_option("executive")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Show all people").click()

    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_click_anywhere_on_a_row_opens_it(sign_in, admin):
    page = sign_in(admin)
    page.goto("/people/")

    page.locator("tbody tr").first.click(position={"x": 900, "y": 10})

    page.wait_for_url(f"**/people/{admin.pk}/")


def test_shortcuts_are_explained_and_work(sign_in, admin):
    page = sign_in(admin)
    page.goto("/people/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    page.keyboard.press("t")

    page.wait_for_url("**/intake/triage/**")


def test_the_administration_works_under_the_policy(sign_in, admin):
    page = sign_in(admin)
    page.goto("/admin/people/user/")
    page.locator("#result_list th a").last.click()

    page.wait_for_url("**/change/")
