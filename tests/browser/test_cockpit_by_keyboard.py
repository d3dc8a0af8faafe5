"""A triager clears a queue of twenty with the keyboard alone, and never loses focus or words."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from intake.models import Category, ProductRequest
from tests.factories import routing
from tests.factories.intake import CategoryFactory, RequestKindFactory, product_request
from tests.factories.learning import training
from tests.factories.people import TeamFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
State = ProductRequest.State
MANY = 20
SHOWN = "title => document.querySelector('[data-detail-title]')?.textContent === title"
SAME = "Invoices with the wrong tax"


@pytest.fixture
def triager():
    return UserFactory(name="Mira Chen")


@pytest.fixture
def queue():
    """Twenty requests, oldest first: sorted ones, one for the rule, one the hub has learnt of."""
    billing, team = CategoryFactory(name="Billing"), TeamFactory(name="Payments")
    other, ops = CategoryFactory(name="Other"), UserFactory(role="ops")
    training(words={"invoices": billing.pk, "passkey": other.pk}, threshold=0.5)
    rule = routing.rule("VAT", asks=[("title", "has", "vat")], category=billing, team=team)
    routing.live(rule, by=ops, at=timezone.now() - timedelta(days=40))
    now, made = timezone.now(), []
    kind = RequestKindFactory(slug="swift", acknowledge_hours=8, answer_hours=8)
    for place in range(MANY):
        title = {3: "Wrong VAT on receipts", 4: "Invoices arrive twice", 9: SAME, 10: SAME}.get(
            place, f"Wish number {place} of many"
        )
        at = now - timedelta(days=30 - place)
        made.append(product_request(title=title, at=at, kind=kind))
    plain = [each.pk for place, each in enumerate(made) if place not in {3, 4}]
    ProductRequest.objects.filter(pk__in=plain).update(category=billing, team=team)
    return made


class Keyboard:
    """Presses keys and measures how long it takes until the next request is there."""

    def __init__(self, page, titles):
        self.page, self.titles, self.place, self.waits = page, titles, 0, []
        expect(page.locator("[data-detail-title]")).to_have_text(titles[0])

    def shows(self, place):
        expect(self.page.locator("[data-detail-title]")).to_have_text(self.titles[place])
        expect(self.page.locator("[data-cockpit].htmx-request")).to_have_count(0)
        assert self.page.evaluate("document.activeElement !== document.body"), "The focus was lost."
        self.place = place

    def press(self, *keys, typed="", then=None):
        """Press keys, type into what they opened, and see the request that follows."""
        *first, last = keys
        for key in first:
            self.page.keyboard.press(key)
        if typed:
            self.page.keyboard.type(typed)
        begun = time.perf_counter()
        self.page.keyboard.press(last)
        place = self.place + 1 if then is None else then
        self.page.wait_for_function(SHOWN, arg=self.titles[place], polling="raf")
        self.waits.append(time.perf_counter() - begun)
        self.shows(place)


def test_twenty_requests_are_cleared_by_keyboard_only(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")
    keys = Keyboard(page, [each.title for each in queue])

    keys.press("j")
    keys.press("k", then=0)
    keys.press("a")
    keys.press("d", "Control+Enter", typed="We leave this market.")
    keys.press("q", "Control+Enter", typed="Which release is this?", then=3)
    _confirm_what_the_rule_sorted(page, keys, queue[3])
    keys.press("a")
    _take_what_is_suggested(page, keys, queue[4])
    keys.press("a")
    keys.press("s", "Enter")
    _give_it_an_owner(page, keys, triager, queue[6])
    keys.press("a")
    keys.press("a")
    _decline_and_take_it_back(page, keys)
    keys.press("a")
    keys.press("a")
    page.keyboard.press("m")
    expect(page.locator("#act-merge").get_by_text(SAME).first).to_be_visible()
    keys.press("Enter", then=11)
    for _ in range(11, MANY - 1):
        keys.press("a")
    page.keyboard.press("a")
    expect(page.locator("[data-detail-title]")).to_have_text(queue[2].title)
    page.keyboard.press("d")
    page.keyboard.type("There was no answer.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing waits for triage")).to_be_visible()

    _everything_is_as_it_was_meant(queue, triager)
    waits = sorted(keys.waits)
    print(f"\nkey → next request: median {waits[len(waits) // 2]:.3f} s, worst {waits[-1]:.3f} s")
    assert len(waits) >= MANY


def _confirm_what_the_rule_sorted(page, keys, made):
    expect(page.get_by_role("button", name="Confirm the sorting")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_text(", confirmed")).to_be_visible()
    keys.shows(3)
    assert ProductRequest.objects.get(pk=made.pk).triaged_at


def _take_what_is_suggested(page, keys, made):
    expect(page.get_by_role("button", name="Use the suggestion")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#sorting_category")).to_have_value(
        str(Category.objects.get(name="Billing").pk)
    )
    keys.shows(4)
    assert made.taken_suggestions.count() == 1


def _give_it_an_owner(page, keys, triager, made):
    page.keyboard.press("r")
    expect(page.locator("#sorting_category")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    field = page.get_by_role("combobox", name="Owner").last
    field.focus()
    page.keyboard.type("Mira")
    page.keyboard.press("Tab")
    expect(page.locator("#toasts")).to_contain_text("by owner")
    page.keyboard.press("Escape")
    page.locator("[data-detail-title]").focus()
    assert ProductRequest.objects.get(pk=made.pk).owner == triager


def _decline_and_take_it_back(page, keys):
    keys.press("d", "Control+Enter", typed="A slip of the hand.")
    page.keyboard.press("z")
    keys.shows(keys.place - 1)


def _everything_is_as_it_was_meant(queue, triager):
    found = ProductRequest.objects.in_bulk([each.pk for each in queue])
    states = [found[each.pk].state for each in queue]
    wanted = [State.ACCEPTED] * MANY
    wanted[1] = wanted[2] = State.DECLINED
    wanted[5], wanted[10] = State.SNOOZED, State.MERGED
    assert states == wanted
    assert found[queue[1].pk].decline_reason == "We leave this market."
    assert found[queue[10].pk].merged_into_id == queue[9].pk


def test_keys_pressed_while_an_act_is_under_way_are_played_after_it(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")
    titles = [each.title for each in queue]
    expect(page.locator("[data-detail-title]")).to_have_text(titles[0])
    held = []
    page.route("**/acceptance/", lambda route: held.append(route))

    page.keyboard.press("a")
    page.keyboard.type("dNot this year")
    page.wait_for_timeout(100)
    held[0].continue_()

    expect(page.locator("#act-decline")).to_be_visible()
    expect(page.locator("#decline_reason")).to_have_value("Not this year")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-detail-title]")).to_have_text(titles[2])
    states = list(
        ProductRequest.objects.filter(pk__in=[each.pk for each in queue[:2]])
        .order_by("pk")
        .values_list("state", flat=True)
    )
    assert states == [State.ACCEPTED, State.DECLINED]


def test_what_was_refused_forgets_the_keys_meant_for_the_next(sign_in, triager, queue):
    ProductRequest.objects.filter(pk=queue[0].pk).update(category=None, team=None)
    page = sign_in(triager)
    page.goto("/intake/triage/")
    held = []
    page.route("**/acceptance/", lambda route: held.append(route))

    page.keyboard.press("a")
    page.keyboard.press("a")
    page.wait_for_timeout(100)
    held[0].continue_()

    expect(page.get_by_role("alert")).to_contain_text("Choose a category")
    page.wait_for_timeout(300)
    assert len(held) == 1
    assert not ProductRequest.objects.filter(state=State.ACCEPTED).exists()


def test_the_next_request_is_there_before_it_is_asked_for(sign_in, triager, queue):
    page = sign_in(triager)
    with page.expect_response("**/intake/triage/*/"):
        page.goto("/intake/triage/")
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.keyboard.press("j")

    expect(page.locator("[data-detail-title]")).to_have_text(queue[1].title)
    assert page.url.endswith(f"/intake/triage/{queue[1].pk}/")
    assert page.url not in asked
    page.go_back()
    expect(page.locator("[data-detail-title]")).to_have_text(queue[0].title)


def test_two_triagers_at_once_one_wins_and_the_other_loses_no_word(sign_in, triager, queue):
    olga = UserFactory(role="ops", name="Olga Ops")
    first, second = sign_in(olga), sign_in(triager)
    for page in (first, second):
        page.goto(f"/intake/triage/{queue[0].pk}/")
        expect(page.locator("[data-detail-title]")).to_have_text(queue[0].title)

    second.keyboard.press("d")
    second.keyboard.type("We looked into this for an hour, and it cannot be done.")
    first.keyboard.press("a")
    expect(first.locator("[data-detail-title]")).to_have_text(queue[1].title)
    second.keyboard.press("Control+Enter")

    expect(second.get_by_role("alert")).to_contain_text("Olga Ops already settled")
    kept = second.get_by_label(f"What you wrote about {queue[0].key} was not sent")
    expect(kept).to_have_value("We looked into this for an hour, and it cannot be done.")
    second.get_by_role("button", name="Keep it there as an internal note").click()
    expect(second.get_by_text("it cannot be done.")).to_be_visible()
    made = ProductRequest.objects.get(pk=queue[0].pk)
    assert (made.state, made.decline_reason) == (State.ACCEPTED, "")
    assert made.thread.comments.get().is_public is False


def test_control_and_enter_takes_the_day_that_has_the_focus(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto("/intake/triage/")
    keys = Keyboard(page, [each.title for each in queue])

    keys.press("s", "Control+Enter")

    assert ProductRequest.objects.get(pk=queue[0].pk).state == State.SNOOZED


def test_what_accepting_wants_first_is_suggested_under_the_next_key(sign_in, triager, queue):
    page = sign_in(triager)
    page.goto(f"/intake/triage/{queue[4].pk}/")

    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Use the suggestion")).to_be_focused()
    page.keyboard.press("u")

    expect(page.locator("#sorting_category")).not_to_have_value("")
