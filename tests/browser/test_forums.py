"""Two people in one session, each in a browser of their own; and one without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from planning.models import Action, AgendaItem, Decision, Minutes
from prodops.notifications.models import Mail
from tests.factories import forums as factory
from tests.factories.people import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
WHY = "It is the cheapest of the three and it works everywhere."
NOTE = "Notes, written together"


@pytest.fixture
def mira():
    return UserFactory(name="Mira Chen", email="mira@example.com")


@pytest.fixture
def ola():
    return UserFactory(name="Ola Berg", email="ola@example.com")


@pytest.fixture
def session(mira, ola):
    made = factory.session(factory.forum(name="Weekly product", by=mira, members=[ola]))
    factory.item(made, "Which vendor?", minutes=10)
    factory.item(made, "Where do we meet?")
    return made


def note():
    return AgendaItem.objects.get(title="Which vendor?").note


def test_two_write_one_note_and_the_minutes_have_all_of_it(sign_in, session, mira, ola):
    first = sign_in(mira)
    first.goto(session.get_absolute_url())
    first.get_by_role("button", name="Begin the session").click()
    second = sign_in(ola)
    second.goto(session.get_absolute_url())
    second.get_by_role("link", name="Join the session").click()
    expect(first.locator("#live-people .live__here")).to_have_count(2)

    mine, theirs = first.get_by_label(NOTE), second.get_by_label(NOTE)
    mine.press_sequentially("Mira asked three vendors.", delay=20)
    theirs.press_sequentially("Ola met the first one.", delay=20)
    mine.press_sequentially(" Two answered.", delay=20)
    expect(first.locator("[id^=note-state]")).to_contain_text("Saved")
    expect(second.locator("[id^=note-state]")).to_contain_text("Saved")
    assert "Ola" not in mine.input_value()

    second.locator("h1").click()
    theirs.evaluate("field => field.blur()")
    mine.evaluate("field => field.blur()")
    both = ["Mira asked three vendors. Two answered.", "Ola met the first one."]
    for field in (mine, theirs):
        for words in both:
            expect(field).to_have_value(re.compile(re.escape(words)))
    assert sorted(note().split("\n")) == both

    first.get_by_text("Write down a decision").click()
    first.locator("#decision_title").fill("Which vendor?")
    first.locator("#decision_text").fill("The first.")
    first.locator("#decision_rationale").fill(WHY)
    first.get_by_role("button", name="Write down the decision").click()
    expect(first.locator("#live-item").get_by_text("DEC-")).to_be_visible()

    first.locator("#action_text").fill("Send the contract")
    first.locator("#action_owner").select_option(label="Ola Berg")
    first.locator("#action_due_on").fill("2036-01-04")
    first.get_by_role("button", name="Write down the action").click()
    expect(second.locator("#live-item").get_by_text("Send the contract")).to_be_visible()

    first.get_by_role("button", name="Next item").click()
    expect(second.locator("#item-title")).to_have_text("Where do we meet?")
    expect(second.locator("[data-countdown]")).to_contain_text("left")

    first.get_by_role("button", name="Write down who is there").click()
    first.get_by_role("link", name="Close the session…").click()
    first.get_by_role("button", name="Close and mail the minutes").click()
    expect(first.get_by_role("heading", name="Minutes")).to_be_visible()
    expect(second.get_by_role("link", name="Read the minutes")).to_be_visible()

    text = Minutes.objects.get().text
    for words in (*both, "The first.", "Send the contract", "Mira Chen", "Ola Berg"):
        assert words in text
    assert Decision.objects.get().state == "decided"
    assert Action.objects.get().owner == ola
    mails = Mail.objects.filter(body__subject__startswith="Minutes")
    assert sorted(mail.to for mail in mails) == ["mira@example.com", "ola@example.com"]
    assert "Ola met the first one." in mails[0].body.text


def test_the_same_line_is_kept_twice_and_settled(sign_in, session, mira, ola):
    first, second = sign_in(mira), sign_in(ola)
    first.goto(session.get_absolute_url())
    first.get_by_role("button", name="Begin the session").click()
    first.get_by_label(NOTE).fill("We ship in May")
    expect(first.locator("[id^=note-state]")).to_contain_text("Saved")
    second.goto(f"/planning/sessions/{session.pk}/live/")
    expect(second.get_by_label(NOTE)).to_have_value("We ship in May")

    second.get_by_label(NOTE).fill("We ship in June")
    first.get_by_label(NOTE).fill("We ship in July")

    conflict = first.get_by_role("group", name="Two versions of the same lines")
    expect(second.locator("[id^=note-state]")).to_contain_text("Saved")
    first.get_by_label(NOTE).evaluate("field => field.blur()")
    expect(conflict).to_be_visible()
    assert sorted(note().split("\n")) == ["We ship in July", "We ship in June"]
    conflict.get_by_role("button", name="Keep the second").click()
    expect(conflict).to_have_count(0)
    assert len(note().split("\n")) == 1


def test_a_note_goes_out_before_another_act_leaves_the_page(sign_in, session, mira):
    page = sign_in(mira)
    page.goto(session.get_absolute_url())
    page.get_by_role("button", name="Begin the session").click()
    page.get_by_label(NOTE).fill("Typed in the last moment")
    page.get_by_role("button", name="Next item").click()

    expect(page.locator("#item-title")).to_have_text("Where do we meet?")
    assert note() == "Typed in the last moment"


def test_it_all_works_without_javascript(sign_in, session, mira):
    page = sign_in(mira, java_script_enabled=False)
    page.goto(session.get_absolute_url())
    page.get_by_role("button", name="Begin the session").click()
    expect(page.locator("[data-countdown]")).to_contain_text("left")
    page.get_by_label(NOTE).fill("By hand")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_label(NOTE)).to_have_value("By hand")
    page.get_by_role("button", name="Next item").click()
    expect(page.locator("#item-title")).to_have_text("Where do we meet?")
    page.get_by_role("link", name="Close the session…").click()
    page.get_by_role("button", name="Close and mail the minutes").click()
    expect(page.get_by_text("By hand")).to_be_visible()
