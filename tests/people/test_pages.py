"""The profile, the directory, and people in the administration."""

import pytest

from prodops.people.models import User
from tests.factories.people import (
    PASSWORD,
    FunctionFactory,
    FunctionMemberFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(client):
    user = UserFactory(name="Mira Chen", email="mira@example.com")
    client.force_login(user)
    return user


def test_a_person_changes_name_and_zone_and_nothing_else(client, mira):
    client.post(
        "/people/profile/",
        {
            "name": "  Mira   Chen-Li ",
            "time_zone": "Asia/Tokyo",
            "role": "admin",
            "email": "x@example.com",
            "is_active": "",
        },
    )
    mira.refresh_from_db()

    assert (mira.name, mira.time_zone) == ("Mira Chen-Li", "Asia/Tokyo")
    assert (mira.role, mira.email, mira.is_active) == ("contributor", "mira@example.com", True)


def test_a_zone_that_does_not_exist_is_refused_with_its_name(client, mira):
    answer = client.post("/people/profile/", {"name": "Mira", "time_zone": "Europe/Atlantis"})

    assert answer.status_code == 422
    assert "“Europe/Atlantis” is not a time zone of the list." in answer.content.decode()


def test_people_are_found_by_name_role_and_team(client, mira):
    team = TeamFactory()
    UserFactory(name="Otto Ops", role="ops", teams=[team])
    UserFactory(name="Gone Girl", is_active=False)

    for query in ("q=otto", "role=ops", f"team={team.pk}"):
        page = client.get(f"/people/?{query}").content.decode()
        assert "Otto Ops" in page
        assert f"/people/{mira.pk}/" not in page
    assert "Gone Girl" not in client.get("/people/").content.decode()


def test_a_team_page_shows_people_and_calendar(client, mira):
    team = TeamFactory(name="Checkout", working_days=[1, 2, 7], holiday_calendar="DE-BE")
    MembershipFactory(team=team, user=mira, role="lead")
    page = client.get(f"/people/teams/{team.slug}/").content.decode()

    for words in (
        "Mira Chen",
        "Product manager",
        "Monday, Tuesday, Sunday",
        "Germany (Berlin)",
        "09:00",
    ):
        assert words in page


def test_a_person_page_shows_teams_and_functions(client, mira):
    FunctionMemberFactory(user=mira, function=FunctionFactory(name="Privacy"))
    page = client.get(f"/people/{mira.pk}/").content.decode()

    assert "Privacy" in page
    assert "@mira" in page


NO_TEAMS = {
    f"{rows}-{count}_FORMS": "0"
    for rows in ("memberships", "absences")
    for count in ("TOTAL", "INITIAL")
}


@pytest.fixture
def admin(client):
    user = UserFactory(role="admin")
    client.force_login(user)
    return user


def test_an_administrator_adds_a_person_who_comes_in_by_the_reset(client, admin):
    made = {"email": "New@Example.com", "name": "New One", "role": "ops"}
    answer = client.post(
        "/admin/people/user/add/", {**made, **NO_TEAMS, "usable_password": "false"}
    )

    assert answer.status_code == 302
    user = User.objects.get(email="new@example.com")
    assert (user.role, user.has_usable_password()) == ("ops", False)


def test_an_administrator_may_set_a_password(client, admin):
    made = {"email": "new@example.com", "name": "New", "role": "requester"}
    password = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/admin/people/user/add/", {**made, **NO_TEAMS, **password})

    assert User.objects.get(email="new@example.com").check_password(PASSWORD)


def test_the_same_address_twice_is_refused_in_words(client, admin):
    UserFactory(email="mira@example.com")
    made = {"email": "MIRA@example.com", "name": "Mira", "role": "ops", "usable_password": "false"}
    answer = client.post("/admin/people/user/add/", {**made, **NO_TEAMS})

    assert answer.status_code == 200
    assert "already" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("day_ends_at", "08:00", "The working day must end after it starts."),
        ("working_days", "1,9", "Working days are numbers from 1 (Monday) to 7 (Sunday)."),
        ("time_zone", "Mars/Olympus", "is not a time zone"),
        ("holiday_calendar", "XX", "No holidays are known for “XX”."),
        ("holiday_calendar", "utils", "No holidays are known for “utils”."),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_in_words(client, admin, field, value, words):
    made = {
        "slug": "checkout",
        "name": "Checkout",
        "time_zone": "Europe/Berlin",
        "working_days": "1,2,3,4,5",
        "day_starts_at": "09:00",
        "day_ends_at": "17:00",
        **NO_TEAMS,
        field: value,
    }
    page = client.post("/admin/people/team/add/", made).content.decode()

    assert words in page
