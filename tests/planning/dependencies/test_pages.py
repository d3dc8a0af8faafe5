"""Dependencies in the browser's way: asked, answered, seen by both sides, counted by team."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.models import Dependency
from tests.factories import dependencies as make
from tests.factories import planning
from tests.factories.people import MembershipFactory, UserFactory

LATER = date(2030, 12, 15)
pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(planner):
    """Return what the form of an ask is filled with; the planner leads the asking team."""
    asking, giving = make.led_team(name="Booking")[0], make.led_team(name="Identity")[0]
    MembershipFactory(team=asking, user=planner, role="lead")
    return {
        "title": "Rates by postcode",
        "why": "Shippers leave without them.",
        "needed_by_on": LATER,
        "asking_team": asking.pk,
        "giving_team": giving.pk,
    }


def test_a_team_is_asked_from_an_initiative(planner, wanted, get, post):
    team = make.led_team()[0]
    initiative = planning.initiative(teams=[team])
    page = get("new-dependency", initiative=initiative.pk).content.decode()
    assert f'value="{initiative.pk}" selected' in page
    assert f'value="{team.pk}" selected' in page

    response = post("new-dependency", **wanted, initiative=initiative.pk)

    made = Dependency.objects.get()
    assert response.url == made.get_absolute_url()
    assert (made.asked_by, made.initiative) == (planner, initiative)
    tab = get("initiative-dependencies", initiative).content.decode()
    assert "Rates by postcode" in tab


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"giving_team": ""}, "Choose the team that gives it"),
        ({"outside_name": "Acme"}, "Either a team or somebody outside"),
        ({"giving_team": "", "outside_name": "Acme"}, "Name the person to talk to"),
        ({"why": ""}, "This field is required."),
        ({"needed_by_on": "soon"}, "Choose a day such as"),
        ({"giving_team": "999999"}, "Select a valid choice"),
        ({"title": "x" * 201}, "at most 200"),
    ],
)
def test_half_an_ask_is_sent_back(wanted, post, values, message):
    response = post("new-dependency", **{**wanted, **values})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Dependency.objects.exists()


def test_closing_a_loop_is_named_and_asked_for_again(wanted, post):
    first = planning.initiative(title="Checkout")
    second = planning.initiative(title="Billing")
    known = make.dependency(initiative=second, giving_initiative=first)
    wanted |= {"initiative": first.pk, "giving_initiative": second.pk}

    response = post("new-dependency", **wanted)

    words = f"Checkout ← Billing ← Checkout: this one, {known.key}"
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Dependency.objects.count() == 1
    assert post("new-dependency", **wanted, read_loop=words).status_code == 302
    assert Dependency.objects.count() == 2


def test_the_list_names_every_loop(planner, get):
    first, second = planning.initiative(title="Checkout"), planning.initiative(title="Billing")
    there = make.dependency(initiative=first, giving_initiative=second)
    back = make.dependency(initiative=second, giving_initiative=first)

    page = get("dependencies").content.decode()

    assert "Initiatives wait for each other" in page
    assert there.key in page
    assert back.key in page
    tab = get("initiative-dependencies", first).content.decode()
    assert "What is on a loop is left out." in tab


def test_the_list_finds_late_slipped_waiting_and_outside(planner, get):
    today = timezone.localdate()
    late = make.dependency(title="The late one", needed_by_on=today - timedelta(days=1))
    make.dependency(title="In time", needed_by_on=today + timedelta(days=30))
    outside = make.dependency(
        title="From outside", outside_name="Acme", outside_contact="Jo", by=planner,
        needed_by_on=today + timedelta(days=3),
    )  # fmt: skip

    def shown(**query):
        return {row.title for row in get("dependencies", **query).context["objects"]}

    assert shown(show="late") == {late.title}
    assert shown(show="outside") == shown(show="waiting") == {outside.title}
    assert shown(giving=late.giving_team.slug) == {late.title}
    assert shown(q="late one") == {late.title}
    assert shown(q=late.key) == {late.title}
    assert shown(show="slipped") == set()


def test_the_csv_has_both_dates(planner, get):
    make.committed(title="=Rates")

    text = b"".join(get("dependencies", format="csv").streaming_content).decode()

    assert "'=Rates" in text
    assert "First promised" in text
    assert "2026-12-01" in text


def test_the_giver_answers_on_the_page_and_the_asker_sees_it(client, wanted, post, get, planner):
    post("new-dependency", **wanted)
    made = Dependency.objects.get()
    page = get("dependency", made).content.decode()
    assert "Offer other terms" not in page
    giver = made.giving_team.memberships.get().user
    client.force_login(giver)
    assert "Offer other terms" in get("dependency", made).content.decode()
    assert made.title in client.get(reverse("reporting:home")).content.decode()

    offered = {"on": "2031-01-15", "scope": "Only Germany.", "note": "Two are ill."}
    assert post("dependency-counter-offer", made, seen=1, **offered).status_code == 302
    assert post("dependency-acceptance", made, seen=2).status_code == 403
    client.force_login(planner)
    assert made.title in client.get(reverse("reporting:home")).content.decode()
    assert "Two are ill." in get("dependency", made).content.decode()
    assert post("dependency-acceptance", made, seen=2).status_code == 302

    made.refresh_from_db()
    assert (made.state, made.committed_on) == ("committed", date(2031, 1, 15))


def test_an_answer_to_an_older_offer_comes_back_with_the_newer_one(planner, operator, post, get):
    made = make.dependency()
    post("dependency-counter-offer", made, seen=1, on="2030-12-15", note="Holidays.")
    post("dependency-other-terms", made, seen=2, on="2030-12-05", note="Sooner.")

    response = post("dependency-commitment", made, seen=1)

    assert response.status_code == 422
    page = response.content.decode()
    assert "offered other terms meanwhile: 5 Dec 2030" in page
    assert 'name="seen" value="3"' in page


def test_strangers_cannot_answer(client, post):
    made = make.dependency()
    client.force_login(UserFactory())

    for step, values in [
        ("commitment", {"seen": 1}),
        ("refusal", {"reason": "No."}),
        ("withdrawal", {"reason": "No."}),
    ]:
        assert post(f"dependency-{step}", made, **values).status_code == 403
    made.refresh_from_db()
    assert made.state == "proposed"


def test_the_matrix_counts_by_team_and_leads_to_the_list(planner, get):
    booking, identity = make.led_team(name="Booking")[0], make.led_team(name="Identity")[0]
    make.led_team(name="Bystanders")
    for state in ("dependency", "committed"):
        getattr(make, state)(asking_team=booking, giving_team=identity)
    make.delivered(asking_team=booking, giving_team=identity)

    page = get("dependency-matrix").content.decode()

    assert "1 asked, 1 committed" in page
    assert f"?asking={booking.slug}&amp;giving={identity.slug}&amp;show=open" in page
    assert "Bystanders" not in page
    assert get("dependency-matrix", show="all").context["total"] == 3
    assert get("dependency-matrix", show="rubbish").context["total"] == 2


def test_the_critical_chain_stands_on_the_initiative(planner, get):
    today = timezone.localdate()
    far = today + timedelta(days=60)
    checkout = planning.initiative(title="Checkout", target_on=far)
    billing = planning.initiative(title="Billing")
    near = make.dependency(
        initiative=checkout, giving_initiative=billing, needed_by_on=far - timedelta(days=7)
    )
    first = make.dependency(initiative=billing, needed_by_on=far)

    page = get("initiative-dependencies", checkout)

    assert [each.dependency for each in page.context["steps"]] == [first, near]
    assert "Too late" in page.content.decode()


def test_the_cycle_has_its_own(planner, get):
    plan = planning.initiative()
    cycle = planning.cycle(phase="committed", plan=[plan])
    mine = make.dependency(initiative=plan, title="In the plan")
    make.dependency(title="Of something else")

    page = get("cycle-dependencies", cycle)

    assert page.context["rows"] == [mine]
    listed = get("dependencies", cycle=cycle.slug).context["objects"]
    assert [row.pk for row in listed] == [mine.pk]
