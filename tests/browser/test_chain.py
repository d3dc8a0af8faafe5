"""One request from the portal to the people who asked, by clicking as the persons would."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from intake.models import ProductRequest
from launches.models import GoNoGo, Launch, LaunchItem, SignOff
from planning.models import Commitment, Initiative
from prodops.notifications import subscriptions
from prodops.notifications.models import Mail, Notification
from tests.factories import jira
from tests.factories.intake import AccountFactory, CategoryFactory, RequestKindFactory
from tests.factories.launches import function, template
from tests.factories.people import TeamFactory, UserFactory
from tests.factories.planning import quarter_of_today

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
WISH, SAME_WISH = "Export all invoices of a year at once", "Download every invoice of a year"
OUTCOME = "Press Export on the invoices page."


@pytest.fixture
def people():
    """Two people who ask and want to hear of it at once, and those who take it to them."""
    cast = SimpleNamespace(
        rosa=UserFactory(name="Rosa Diaz", role="requester"),
        ben=UserFactory(name="Ben Stone", role="requester"),
        mira=UserFactory(name="Mira Chen"),
        pia=UserFactory(name="Pia Manager"),
        sam=UserFactory(name="Sam Security"),
        olga=UserFactory(name="Olga Ops", role="ops"),
    )
    for asker in (cast.rosa, cast.ben):
        subscriptions.choose(user=asker, choices={"request": "instant"})
    return cast


@pytest.fixture
def organisation(people):
    """What is there before anybody asks: a team, a quarter, an epic in Jira, a readiness list."""
    team = TeamFactory(name="Billing")
    RequestKindFactory()
    CategoryFactory(name="Invoicing")
    AccountFactory(name="Globex")
    lines = (
        {"title": "Support articles", "function": function(people.mira, name="Support")},
        {
            "title": "Security review",
            "function": function(people.sam, name="Security"),
            "needs_sign_off": True,
        },
    )
    template(*lines, tier=2)
    return SimpleNamespace(
        team=team,
        cycle=quarter_of_today(name="This quarter", by=people.olga),
        epic=jira.epic(children=4, done=1, project=jira.project("BILL", team=team)),
    )


def heading(page: Page, text: str):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def go(page: Page, entry: str):
    """Open a page from the sidebar."""
    page.goto("/")
    page.get_by_role("navigation", name="Hub").get_by_role(
        "link", name=re.compile(f"^{entry}")
    ).click()
    page.wait_for_load_state()


def story(page: Page, *lines: str):
    """See each of `lines` in the record's timeline."""
    for line in lines:
        expect(page.locator(".timeline").get_by_text(line).first).to_be_visible()


def facts(page: Page):
    return page.get_by_role("complementary", name="Facts")


def test_a_request_walks_the_whole_chain(sign_in, people, organisation):
    pages = SimpleNamespace(**{name: sign_in(person) for name, person in vars(people).items()})

    ask(pages.rosa)
    ask_the_same(pages.ben)
    triage(pages.mira, organisation)
    adopt(pages.pia, organisation)
    follow_in_jira(pages.pia, organisation)
    plan_launch(pages.pia)
    get_ready(pages.pia, pages.sam)
    decide(pages.olga)
    ship(pages.pia)
    hear(pages.rosa, pages.ben, people)
    walk_back(pages.pia)


def ask(page: Page):
    go(page, "Portal")
    page.get_by_label("In one line").fill(WISH)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What should be possible?").fill("One file for the auditors.")
    page.get_by_label("For which customer?").select_option(label="Globex")
    page.get_by_role("button", name="Send request").click()
    heading(page, WISH)
    expect(page.get_by_text("We answer by").first).to_be_visible()


def ask_the_same(page: Page):
    """Rosa's request is shown while Ben types; he sends his own all the same."""
    page.goto("/intake/new/")
    page.get_by_label("What do you need, in one line?").press_sequentially(SAME_WISH)
    similar = page.get_by_role("complementary", name="Similar requests")
    expect(similar.get_by_text(WISH)).to_be_visible()
    page.get_by_role("button", name="Send request").click()
    anyway = page.get_by_role("button", name="Send anyway")
    expect(anyway.or_(page.get_by_role("heading", name=SAME_WISH))).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    heading(page, SAME_WISH)


def triage(page: Page, organisation):
    """Sort and accept the first request, merge the second one into it."""
    go(page, "Triage")
    queue = page.get_by_role("navigation", name="Triage queue")
    expect(queue.get_by_role("link")).to_have_count(2)
    expect(queue.get_by_role("link", name=WISH)).to_contain_text("Sorting due in")

    queue.get_by_role("link", name=SAME_WISH).click()
    expect(page.locator("[data-detail-title]")).to_have_text(SAME_WISH)
    key = ProductRequest.objects.get(title=WISH).key
    page.get_by_role("button", name=f"Merge into {key}").click()
    expect(page.locator("[data-detail-title]")).to_have_text(WISH)

    page.get_by_label("Category").select_option(label="Invoicing")
    expect(page.locator("#toasts").get_by_text("Sorted")).to_be_visible()
    page.locator("#sorting_team").select_option(label="Billing")
    expect(queue.get_by_role("link", name=WISH)).to_contain_text("Answer due in")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Nothing waits for triage")).to_be_visible()


def adopt(page: Page, organisation):
    go(page, "Requests")
    page.get_by_role("link", name=WISH).click()
    story(page, "accepted it", "merged")
    page.get_by_role("link", name="Adopt into an initiative").click()
    expect(page.get_by_label("Title of the new initiative")).to_have_value(WISH)
    page.get_by_role("radio", name="Committed").check()
    page.get_by_role("button", name="Adopt request").click()

    heading(page, WISH)
    expect(facts(page).get_by_role("link", name="This quarter")).to_be_visible()
    expect(
        page.get_by_role("link", name=ProductRequest.objects.get(title=WISH).key)
    ).to_be_visible()
    story(page, "adopted REQ-")
    assert Commitment.objects.get().cycle == organisation.cycle


def follow_in_jira(page: Page, organisation):
    page.locator("#epic-key").fill(organisation.epic.key)
    page.get_by_role("button", name="Link", exact=True).click()
    row = page.locator("#epics tbody tr")
    expect(row.get_by_role("link", name=organisation.epic.key)).to_be_visible()
    expect(row).to_contain_text("1 of 4")
    page.reload()
    expect(page.locator(".record-head__state")).to_contain_text("1 of 4")
    story(page, f"linked Jira issue {organisation.epic.key}")


def plan_launch(page: Page):
    page.get_by_role("link", name="Plan a launch").click()
    heading(page, "New launch")
    expect(page.get_by_label("Title")).to_have_value(WISH)
    initiative = Initiative.objects.get()
    expect(page.get_by_label("Initiatives")).to_have_values([str(initiative.pk)])
    day = timezone.localdate() + timedelta(days=45)
    page.get_by_label("Launch date").fill(f"{day:%Y-%m-%d}")
    page.get_by_label("The date names").select_option(label="A day")
    page.get_by_label("What those who asked are told").fill(OUTCOME)
    answers = ("All customers", "A part of the product", "Some contracts", "No personal data")
    for answer in answers:
        page.get_by_role("radio", name=answer).check()
    expect(page.locator("#tier")).to_contain_text("Tier 2")
    page.get_by_role("button", name="Open launch").click()

    heading(page, WISH)
    expect(page.locator(".record-head__state")).to_contain_text("0 of 2")
    expect(page.locator("#readiness").get_by_text("Pia Manager")).to_have_count(2)
    expect(page.get_by_role("link", name=initiative.key)).to_be_visible()
    expect(page.get_by_role("link", name="REQ-")).to_be_visible()
    story(page, "opened this tier 2 launch")


def get_ready(page: Page, approver: Page):
    """One item is done by its owner, the other one by its function's word."""
    page.get_by_role("button", name=re.compile("Done ?: Support articles")).click()
    expect(page.locator("#readiness")).to_contain_text("1 of 1")
    page.get_by_role("button", name="Request sign-off of Security review").click()
    expect(page.get_by_text("Waiting for Sam Security")).to_be_visible()

    approver.goto("/notifications/")
    approver.get_by_role("link", name="Security review").first.click()
    go(approver, "Sign-offs")
    approver.get_by_role("button", name="Approve Security review").click()
    expect(approver.get_by_text("Nothing waits for you")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Signed off by Sam Security")).to_be_visible()
    story(page, "asked Sam Security to sign off")
    assert SignOff.objects.get().verdict == SignOff.Verdict.APPROVED
    assert set(LaunchItem.objects.values_list("state", flat=True)) == {"done"}


def decide(page: Page):
    go(page, "Launches")
    page.get_by_role("link", name=WISH).click()
    page.get_by_role("link", name="Record go/no-go").click()
    page.get_by_role("radio", name="Go", exact=True).check()
    page.get_by_label("Conditions").fill("Support is on call.")
    page.get_by_role("button", name="Record decision").click()
    story(page, "recorded a go")
    assert not GoNoGo.objects.get().was_against_criteria


def ship(page: Page):
    page.reload()
    page.get_by_role("link", name="Launch", exact=True).click()
    expect(page.get_by_text(OUTCOME)).to_be_visible()
    page.get_by_role("button", name="Launch and tell 2 people").click()
    expect(facts(page)).to_contain_text("2 people who asked")
    story(page, "launched it and told 2 people")
    assert Launch.objects.get().is_shipped


def hear(rosa: Page, ben: Page, people):
    """Both find it in their inbox and got one mail; the one who was merged sees his request."""
    title = f"Shipped: {WISH}"
    for page, person in ((rosa, people.rosa), (ben, people.ben)):
        page.goto("/")
        page.get_by_role("link", name="Notifications").first.click()
        page.get_by_role("link", name=title).click()
        heading(page, WISH)
        story(page, "accepted it", "shipped it", OUTCOME)
        assert Notification.objects.filter(recipient=person, title=title).count() == 1
        assert Mail.objects.filter(recipient=person, body__subject__contains="Shipped").count() == 1
    go(ben, "My requests")
    expect(ben.get_by_role("row", name=SAME_WISH)).to_contain_text("Shipped")


def walk_back(page: Page):
    """Every record leads to the next one and back."""
    page.goto(ProductRequest.objects.get(title=WISH).thread.path)
    keys = [Initiative.objects.get().key, Launch.objects.get().key]
    for key in (*keys, *keys[:1], "REQ-"):
        page.get_by_role("main").get_by_role("link", name=re.compile(rf"^\s*{key}")).first.click()
        expect(page.locator(".record-head__key")).to_contain_text(key)
        heading(page, WISH)
    expect(page.get_by_role("link", name=SAME_WISH)).to_be_visible()
