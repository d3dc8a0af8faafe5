"""Two people score together in two browsers: hidden, then revealed, then agreed on."""

import pytest
from playwright.sync_api import expect

from tests.factories import planning
from tests.factories import scoring as factory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cycle():
    found = planning.cycle(plan=[planning.initiative(title=each) for each in ("Export", "Search")])
    factory.sheet(found)
    return found


def test_two_people_vote_hidden_and_see_all_votes_at_once(sign_in, cycle):
    ola, ana = UserFactory(name="Ola Berg", role="ops"), UserFactory(name="Ana Ruiz")
    export = cycle.commitments.select_related("initiative").first().initiative
    session = factory.session(cycle, [export], members=[ola, ana], by=ola)
    asked = session.rounds.get()
    leads, votes = sign_in(ola), sign_in(ana)
    leads.goto(asked.get_absolute_url())
    votes.goto(asked.get_absolute_url())

    leads.get_by_label("3 massive").check()
    leads.get_by_role("button", name="Vote", exact=True).click()
    expect(leads.get_by_text("1 of 2 have voted")).to_be_visible()
    expect(votes.get_by_text("1 of 2 have voted")).to_be_visible()
    votes.get_by_label("0.25 minimal").check()
    votes.get_by_role("button", name="Vote", exact=True).click()
    expect(leads.get_by_text("2 of 2 have voted")).to_be_visible()
    expect(votes.locator("[name=secret_impact]:checked")).to_have_value("0.25")

    leads.get_by_role("button", name="Reveal all votes").click()
    expect(leads.get_by_text("From 0.25 to 3")).to_be_visible()
    expect(votes.get_by_text("From 0.25 to 3")).to_be_visible()
    expect(votes.get_by_text("Please say why")).to_have_count(2)
    leads.locator("#id_impact").select_option("1")
    leads.get_by_role("button", name="Agree on these").click()
    expect(leads.locator(".result").get_by_text("Agreed")).to_be_visible()

    leads.goto(f"/planning/cycles/{cycle.pk}/scores/")
    expect(leads.get_by_label(f"Impact of {export.key} Export")).to_have_value("1")


def test_values_are_saved_as_they_are_typed_and_the_places_move(sign_in, cycle):
    page = sign_in(UserFactory(name="Mira Chen"))
    initiatives = [one.initiative for one in cycle.commitments.order_by("pk")]
    for one, reach in zip(initiatives, (10, 20), strict=True):
        factory.say(cycle, one, reach=reach, impact=1, confidence=100, effort=1)
    first, second = initiatives
    page.goto(f"/planning/cycles/{cycle.pk}/scores/")
    expect(page.locator(f"#place-{second.pk}")).to_contain_text("1")

    page.get_by_label(f"Reach of {first.key} {first.title}").fill("55")
    page.keyboard.press("Tab")

    expect(page.locator(f"#score-{first.pk}")).to_contain_text("55")
    expect(page.locator(f"#place-{first.pk}")).to_contain_text("1")
    expect(page.locator(f"#place-{second.pk}")).to_contain_text("2")


def test_a_session_works_without_scripts(sign_in, cycle):
    ola = UserFactory(name="Ola Berg", role="ops")
    page = sign_in(ola, java_script_enabled=False)
    page.goto(f"/planning/cycles/{cycle.pk}/scores/sessions/new/")
    page.get_by_label("Title").fill("By hand")
    page.get_by_role("button", name="Open the session").click()
    page.get_by_role("link", name="Export").click()
    page.get_by_label("2 high").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    page.get_by_role("button", name="Reveal all votes").click()
    expect(page.get_by_text("From 2 to 2")).to_be_visible()
