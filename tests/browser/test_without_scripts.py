"""Every page opens and every main act works in a browser that runs no scripts."""

import pytest
from playwright.sync_api import Page, expect

from intake.models import ProductRequest
from planning.models import InitiativeRequest
from prodops.audit.models import Comment
from tests.browser.addresses import addresses
from tests.factories.intake import CategoryFactory
from tests.factories.people import PASSWORD
from tests.world import MARK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
State = ProductRequest.State


@pytest.fixture
def page_of(sign_in, world):
    """Return a function that gives a page without scripts of the person with that part."""

    def open_page(who: str) -> Page:
        return sign_in(world.users[who], java_script_enabled=False)

    return open_page


def bare(page: Page, path: str) -> list[str]:
    """Open a page and return what it lacks."""
    lacks = []
    if (status := page.goto(path).status) != 200:
        lacks.append(f"{path}: {status}")
    headings, contents = [page.locator(tag).all_inner_texts() for tag in ("h1", "main")]
    if len(headings) != 1 or not headings[0].strip():
        lacks.append(f"{path}: no heading")
    if len(contents) != 1 or len(contents[0].split()) < 4:
        lacks.append(f"{path}: no content")
    return lacks


@pytest.mark.parametrize(
    ("who", "besides"), [("admin", ""), ("requester", "admin"), ("contributor", "admin")]
)
def test_every_page_opens(page_of, world, who, besides):
    page = page_of(who)

    lacks = [bare(page, path) for path in addresses(world, who, besides=besides)]

    assert not sum(lacks, []), "\n".join(sum(lacks, []))


def test_signing_in_and_out(browse, world):
    page = browse(java_script_enabled=False)
    page.goto("/intake/requests/")
    page.get_by_label("Email").fill(world.users["ops"].email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests")

    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_asking_shows_what_is_similar_first(page_of, world):
    page = page_of("requester")
    page.goto("/intake/")
    page.get_by_label("In one line").fill(f"Export for the {MARK}")
    page.get_by_role("button", name="Go on").click()
    similar = page.get_by_role("complementary", name="Similar requests")
    expect(similar.get_by_text(world.request.title).first).to_be_visible()
    page.get_by_label("What do you need, in one line?").fill("Sign in with a key card")
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with a key card")


def test_sorting_accepting_and_adopting(page_of, world):
    CategoryFactory(name="Exports")
    page = page_of("ops")
    page.goto(f"/intake/triage/{world.request.pk}/")
    page.get_by_label("Category").select_option(label="Exports")
    page.locator("#sorting_team").select_option(label=world.team.name)
    page.get_by_role("button", name="Save the sorting").click()
    page.get_by_role("button", name="Accept").click()
    page.goto(world.request.thread.path)
    page.get_by_role("link", name="Adopt into an initiative").click()
    page.get_by_role("radio", name="An initiative we have").check()
    page.get_by_label("The initiative we have").select_option(label=str(world.initiative))
    page.get_by_role("radio", name="Committed").check()
    page.get_by_role("button", name="Adopt request").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(world.initiative.title)
    link = InitiativeRequest.objects.get(product_request=world.request)
    assert link.initiative == world.initiative
    assert link.product_request.state == State.PLANNED


def test_setting_the_state_of_an_item(page_of, world):
    page = page_of("ops")
    page.goto(world.launch.get_absolute_url())
    page.locator(f"#item-{world.item.pk}").get_by_role("link", name="Change").click()
    page.get_by_label("State").select_option(label="Waived")
    page.get_by_role("button", name="Save state").click()
    expect(page.locator(".field--wrong, .form__errors").first).to_be_visible()
    page.get_by_label("Reason").fill("The reviewer is away.")
    page.get_by_label("Waived until").fill("2099-01-31")
    page.get_by_role("button", name="Save state").click()

    expect(page.locator(f"#item-{world.item.pk}")).to_contain_text("The reviewer is away.")
    world.item.refresh_from_db()
    assert world.item.state == "waived"


def test_commenting(page_of, world):
    page = page_of("requester")
    page.goto(world.request.thread.path)
    page.get_by_label("Comment").fill("Any news?")
    page.get_by_role("button", name="Comment").click()

    expect(page.locator(".timeline").get_by_text("Any news?")).to_be_visible()
    assert Comment.objects.get(body="Any news?").is_public


def test_searching(page_of, world):
    page = page_of("ops")
    page.goto("/")
    page.get_by_role("link", name="Search or jump to").click()
    page.get_by_label("Search every record").fill(f"launch {MARK}")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=world.launch.title).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(world.launch.title)


def test_an_older_page_keeps_what_somebody_else_sorted_meanwhile(page_of, world):
    first, second = page_of("ops"), page_of("contributor")
    category = CategoryFactory(name="Sorted by the other")
    made = world.request
    for page in (first, second):
        page.goto(f"/intake/triage/{made.pk}/")
    first.get_by_label("Category", exact=True).select_option(label=category.name)
    first.get_by_role("button", name="Save the sorting").click()

    second.get_by_label("Priority", exact=True).select_option("P1")
    second.get_by_role("button", name="Save the sorting").click()

    made.refresh_from_db()
    assert (made.category, made.priority) == (category, "P1")
