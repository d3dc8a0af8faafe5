"""Words selected in a request become a quote of a theme: by mouse, by keyboard, without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from intake.models import FormAnswer, FormField, ThemeQuote
from tests.factories import imports
from tests.factories.audit import CommentFactory
from tests.factories.intake import product_request
from tests.factories.people import UserFactory
from tests.factories.themes import theme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "Our planners key in **every shipment** by hand.\n\nThat takes two hours, every shipment."
SELECT = """([words, place, part = "body"]) => {
    const box = document.querySelector(`[data-quotable="${part}"]`)
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT)
    let found = null
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.data.indexOf(words)
        if (at >= 0) found = found && place === 0 ? found : [node, at]
    }
    const range = document.createRange()
    range.setStart(found[0], found[1])
    range.setEnd(found[0], found[1] + words.length)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
}"""


@pytest.fixture
def asked():
    return product_request(title="Bulk booking", body=BODY)


@pytest.fixture
def themes():
    return [theme("Bulk booking"), theme("Typing by hand"), theme("Something else")]


def test_selected_words_go_to_two_themes_and_back(sign_in, asked, themes):
    page = sign_in(UserFactory(name="Mira Chen"))
    page.goto(f"/intake/requests/{asked.pk}/")
    page.evaluate(SELECT, ["every shipment", 1])
    page.get_by_role("button", name="Attach to a theme").click()

    dialog = page.locator("#quoting")
    expect(dialog.get_by_label("Words of the request")).to_have_value("every shipment")
    dialog.get_by_placeholder("Find a theme").fill("by hand")
    expect(dialog.get_by_label("Something else")).to_be_hidden()
    dialog.get_by_label("Typing by hand").check()
    dialog.get_by_placeholder("Find a theme").fill("")
    dialog.get_by_label("Bulk booking").check()
    dialog.get_by_role("button", name="Attach").click()

    mark = page.locator('[data-quotable="body"] mark')
    expect(mark).to_have_text("every shipment")
    expect(mark).to_have_attribute("title", "Bulk booking, Typing by hand")
    link = ThemeQuote.objects.live().first()
    assert link.quote.start == page.evaluate(
        "() => document.querySelector('[data-quotable=body]').textContent.lastIndexOf('every')"
    )
    expect(dialog).to_be_hidden()

    page.get_by_role("button", name="Take away from Typing by hand").click()
    expect(mark).to_have_attribute("title", "Bulk booking")
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator("mark.quoted")).to_have_attribute("title", "Bulk booking, Typing by hand")


def test_the_cockpit_attaches_by_keyboard_alone(sign_in, asked, themes):
    page = sign_in(UserFactory(name="Mira Chen"))
    page.goto(f"/intake/triage/{asked.pk}/")
    expect(page.locator("[data-detail-title]")).to_have_text("Bulk booking")
    page.evaluate(SELECT, ["two hours", 0])

    page.keyboard.press("t")
    expect(page.locator("#quoting [data-narrow-by]")).to_be_focused()
    page.keyboard.type("typing")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")

    expect(page.locator("mark.quoted")).to_have_text("two hours")
    expect(page.locator("[data-quote]")).to_be_focused()
    assert ThemeQuote.objects.get().theme == themes[1]


def test_what_is_wrong_is_said_in_the_dialog_and_mended_there(sign_in, asked, themes):
    page = sign_in(UserFactory())
    page.goto(f"/intake/requests/{asked.pk}/")
    page.keyboard.press("t")
    words = page.get_by_label("Words of the request")
    words.fill("by foot")
    page.get_by_label("Or a new theme").fill("Walking")
    page.keyboard.press("Enter")
    expect(page.locator("#quoting")).to_contain_text("does not say that")
    words.fill("by hand")
    page.get_by_role("button", name="Attach").last.click()
    expect(page.locator("mark.quoted")).to_have_text("by hand")
    assert ThemeQuote.objects.get().theme.name == "Walking"


def test_without_scripts_a_form_takes_the_words(sign_in, asked, themes):
    page = sign_in(UserFactory(), java_script_enabled=False)
    page.goto(f"/intake/requests/{asked.pk}/")
    page.get_by_role("link", name="Attach to a theme").click()
    page.get_by_label("Words of the request").fill("planners key in every shipment")
    page.get_by_label("Bulk booking").check()
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("mark.quoted").first).to_be_visible()
    assert page.locator("mark.quoted").all_text_contents() == ["planners key in ", "every shipment"]


def test_words_of_a_comment_and_of_an_answer_are_quoted_where_they_stand(sign_in, asked, themes):
    question = FormField.objects.create(kind=asked.kind, label="Since when?", type="long")
    FormAnswer.objects.create(product_request=asked, field=question, value="May.\nOr since June.")
    said = CommentFactory(thread=asked.thread, body="They **lose a deal** each month.")
    page = sign_in(UserFactory(name="Mira Chen"))
    page.goto(f"/intake/requests/{asked.pk}/")

    page.evaluate(SELECT, ["lose a deal", 0, f"comment:{said.pk}"])
    page.get_by_role("button", name="Attach to a theme").click()
    dialog = page.locator("#quoting")
    expect(dialog.get_by_label("Words of the request")).to_have_value("lose a deal")
    dialog.get_by_label("Bulk booking").check()
    dialog.get_by_role("button", name="Attach").click()
    expect(page.locator(f"#said-{said.pk} mark")).to_have_text("lose a deal")
    expect(page.locator(".themed__item")).to_contain_text("Internal comment of")

    page.evaluate(SELECT, ["since June", 0, f"answer:{question.pk}"])
    page.keyboard.press("t")
    expect(dialog.get_by_label("Words of the request")).to_have_value("since June")
    dialog.get_by_label("Something else").check()
    dialog.get_by_role("button", name="Attach").click()
    expect(page.locator("dd mark")).to_have_text("since June")

    page.get_by_role("button", name="Take away from Bulk booking").click()
    expect(page.locator(f"#said-{said.pk} mark")).to_have_count(0)
    assert [link.quote.part for link in ThemeQuote.objects.live()] == ["answer"]


def test_words_of_a_ticket_are_quoted_on_its_page(sign_in, themes):
    ticket = imports.ticket(text="Hello,\n\nthe export stops.", at=timezone.now())
    page = sign_in(UserFactory(name="Mira Chen"))
    page.goto(ticket.get_absolute_url())
    page.evaluate(SELECT, ["export stops", 0, "body"])
    page.get_by_role("button", name="Attach to a theme").click()
    dialog = page.locator("#quoting")
    dialog.get_by_label("Typing by hand").check()
    dialog.get_by_role("button", name="Attach").click()
    expect(page.locator("mark.quoted")).to_have_text("export stops")
    page.get_by_role("button", name="Take away from Typing by hand").click()
    expect(page.locator("mark.quoted")).to_have_count(0)
