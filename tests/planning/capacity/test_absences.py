"""Time away and part-time: who keeps whose, and what becomes of people-weeks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.services.capacity import team_weeks
from prodops.people.models import Absence, Membership
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

MONDAY, FRIDAY = date(2026, 2, 2), date(2026, 2, 6)


@pytest.fixture
def ada(team):
    return team.members.get(name="Ada Lang")


@pytest.fixture
def lead(team, client):
    user = UserFactory(name="Lea Lead")
    MembershipFactory(team=team, user=user, role="lead")
    client.force_login(user)
    return user


@pytest.fixture
def away(ada):
    return Absence.objects.create(user=ada, from_on=MONDAY, until_on=FRIDAY)


def absences(client, **query):
    page = client.get(reverse("planning:absences", query=query))
    return {each.user.name for each in page.context["objects"]}


def send(client, name, *args, **values):
    return client.post(reverse(f"planning:{name}", args=args), values)


def weeks(quarter, team):
    [row] = team_weeks(cycle=quarter, teams=[team])
    return row


def test_a_lead_adds_days_that_the_capacity_counts(client, lead, quarter, team, ada):
    before = weeks(quarter, team)
    days = {"from_on": MONDAY, "until_on": FRIDAY, "share": 50}

    done = send(client, "new-absence", user=ada.pk, **days)

    assert done.url == reverse("planning:absences")
    after = weeks(quarter, team)
    assert after.absences - before.absences == Decimal("0.5")
    assert after.available < before.available
    url = reverse("planning:team-capacity", args=[quarter.pk, team.slug])
    page = client.get(url).content.decode()
    assert "0.5 for absences" in page
    assert "−0.50" in page
    assert "50 % of it" in page


def test_days_are_changed_and_taken_back(client, lead, quarter, team, away):
    later = {"from_on": MONDAY, "until_on": MONDAY, "share": 100}
    send(client, "absence", away.pk, **later)
    assert weeks(quarter, team).absences == Decimal("0.2")

    send(client, "absence-removal", away.pk)

    assert weeks(quarter, team).absences == 0
    assert not Absence.objects.exists()


def test_the_same_days_are_not_told_twice(client, lead, ada, away):
    days = {"from_on": MONDAY, "until_on": FRIDAY, "share": 100}

    again = send(client, "new-absence", user=ada.pk, **days)
    backwards = send(client, "new-absence", user=ada.pk, from_on=FRIDAY, until_on=MONDAY, share=100)

    assert again.status_code == 422
    assert "is away on these days already" in again.content.decode()
    assert backwards.status_code == 422
    assert Absence.objects.count() == 1


def test_everybody_keeps_their_own_and_nobody_that_of_others(client, planner, team, away):
    days = {"from_on": MONDAY, "until_on": FRIDAY, "share": 100}

    assert absences(client) == set()
    assert client.get(reverse("planning:absence", args=[away.pk])).status_code == 404
    assert send(client, "absence-removal", away.pk).status_code == 404
    assert send(client, "new-absence", user=away.user_id, **days).status_code == 422
    send(client, "new-absence", user=planner.pk, **days)
    assert absences(client) == {"Mira Chen"}


def test_a_lead_sees_the_days_of_their_teams_only_and_product_ops_all(client, lead, away):
    other = UserFactory(name="Otto Other")
    MembershipFactory(team=TeamFactory(name="Search"), user=other)
    Absence.objects.create(user=other, from_on=MONDAY, until_on=FRIDAY)

    assert absences(client) == {"Ada Lang"}
    client.force_login(UserFactory(role="ops"))
    assert absences(client) == {"Ada Lang", "Otto Other"}
    assert absences(client, team="checkout") == {"Ada Lang"}


def test_the_list_tells_past_from_what_is_to_come(client, lead, ada):
    today = timezone.localdate()
    for name, shift in (("past", -9), ("now", 0), ("ahead", 9)):
        first = today + timedelta(days=shift)
        Absence.objects.create(user=ada, from_on=first, until_on=first, share=10 + shift)
        page = client.get(reverse("planning:absences", query={"when": name}))
        assert [each.from_on for each in page.context["objects"]] == [first]


def test_a_share_of_a_week_is_changed_by_the_lead_of_the_team(client, lead, quarter, team, ada):
    held = Membership.objects.get(team=team, user=ada)
    before = weeks(quarter, team).people
    url = reverse("planning:membership", args=[held.pk], query={"cycle": quarter.pk})

    refused = client.post(url, {"share": 0})
    done = client.post(url, {"share": 60, "from_on": "", "until_on": ""})

    assert refused.status_code == 422
    assert done.url == reverse("planning:team-capacity", args=[quarter.pk, team.slug])
    assert before - weeks(quarter, team).people == Decimal("0.4")
    client.force_login(ada)
    assert client.get(url).status_code == 404


def test_who_only_reads_sees_no_days_on_the_page_of_the_team(client, planner, quarter, team, away):
    url = reverse("planning:team-capacity", args=[quarter.pk, team.slug])

    page = client.get(url).content.decode()

    assert "1 for absences" in page
    assert "Who is away in this cycle" not in page
    assert reverse("planning:absence", args=[away.pk]) not in page
