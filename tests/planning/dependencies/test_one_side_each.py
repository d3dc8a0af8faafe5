"""Nobody answers for both sides of a dependency, by whatever initiative or team they name."""

from datetime import date

import pytest

from planning.models import Dependency
from planning.services import Refusal
from tests.factories import dependencies as make
from tests.factories import planning
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(planner):
    """Return what the form of an ask is filled with; the planner leads the asking team."""
    asking, giving = make.led_team(name="Booking")[0], make.led_team(name="Mobile")[0]
    MembershipFactory(team=asking, user=planner, role="lead")
    return {
        "title": "Rates by postcode",
        "why": "Shippers leave without them.",
        "needed_by_on": date(2030, 12, 15),
        "asking_team": asking.pk,
        "giving_team": giving.pk,
    }


def test_what_it_comes_out_of_is_work_of_the_giving_team(planner, wanted, post):
    own = planning.initiative(owner=planner, teams=[wanted["asking_team"]])

    response = post("new-dependency", **wanted, giving_initiative=own.pk)

    assert response.status_code == 422
    assert "Mobile does not work on it" in response.content.decode()
    assert not Dependency.objects.exists()


@pytest.mark.parametrize("is_theirs", [True, False])
def test_who_asks_promises_nothing_as_owner_of_what_it_comes_out_of(
    planner, wanted, post, is_theirs
):
    teams = [wanted["giving_team"], wanted["asking_team"]] if is_theirs else []
    own = planning.initiative(owner=planner, teams=teams)
    assert post("new-dependency", **wanted, giving_initiative=own.pk).status_code == 302
    made = Dependency.objects.get()

    for name in ("commitment", "counter-offer", "refusal"):
        assert post(f"dependency-{name}", made, seen=1, reason="No.").status_code == 403, name
    made.refresh_from_db()
    assert made.state == "proposed"


def test_nor_does_another_of_the_asking_team(client, wanted, post):
    colleague = UserFactory()
    MembershipFactory(team_id=wanted["asking_team"], user=colleague, role="lead")
    teams = [wanted["giving_team"], wanted["asking_team"]]
    source = planning.initiative(owner=colleague, teams=teams)
    post("new-dependency", **wanted, giving_initiative=source.pk)
    client.force_login(colleague)

    assert post("dependency-commitment", Dependency.objects.get(), seen=1).status_code == 403


def test_the_owner_at_the_giving_team_does(client, wanted, post):
    owner = UserFactory()
    source = planning.initiative(owner=owner, teams=[wanted["giving_team"]])
    post("new-dependency", **wanted, giving_initiative=source.pk)
    client.force_login(owner)

    assert post("dependency-commitment", Dependency.objects.get(), seen=1).status_code == 302


def test_an_owner_whose_initiative_left_the_team_answers_for_it_no_more(client, wanted, post):
    owner = UserFactory()
    source = planning.initiative(owner=owner, teams=[wanted["giving_team"]])
    post("new-dependency", **wanted, giving_initiative=source.pk)
    source.teams.set([wanted["asking_team"]])
    client.force_login(owner)

    assert post("dependency-commitment", Dependency.objects.get(), seen=1).status_code == 403


def test_who_leads_the_giver_confirms_nothing_as_the_one_who_asked(planner, wanted, post):
    wanted |= {"asking_team": wanted["giving_team"], "giving_team": wanted["asking_team"]}
    assert post("new-dependency", **wanted).status_code == 302
    made = Dependency.objects.get()
    assert post("dependency-commitment", made, seen=1).status_code == 302
    assert post("dependency-delivery", made, note="There.").status_code == 302

    assert post("dependency-confirmation", made).status_code == 403
    made.refresh_from_db()
    assert made.state == "delivered"


def test_who_leads_both_teams_speaks_for_both(planner, wanted, post):
    MembershipFactory(team_id=wanted["giving_team"], user=planner, role="lead")
    post("new-dependency", **wanted)
    made = Dependency.objects.get()

    assert post("dependency-commitment", made, seen=1).status_code == 302
    assert post("dependency-delivery", made, note="There.").status_code == 302
    assert post("dependency-confirmation", made).status_code == 302


def test_the_service_refuses_the_work_of_others_too(db):
    made = make.dependency()
    source = planning.initiative(teams=[made.asking_team])

    with pytest.raises(Refusal, match="does not work on"):
        make.dependency(giving_team=made.giving_team, giving_initiative=source)
