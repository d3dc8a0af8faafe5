"""Signing in has one door with limits, and nobody gives themselves another address."""

import pytest
from django.urls import reverse

from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_guessing_at_admin_meets_the_limits_of_the_sign_in_page(client):
    admin = UserFactory(role="admin", email="root@example.com")
    for _ in range(6):
        client.post("/admin/login/", {"username": admin.email, "password": "wrong"})
    client.post("/admin/login/", {"username": admin.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_nobody_signs_in_to_admin_but_by_the_sign_in_page(client):
    response = client.get("/admin/")
    page = client.get(response.url)

    assert page.status_code == 302
    assert page.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("act", ["action_add", "action_primary"])
def test_a_person_cannot_take_another_address(client, act):
    user = UserFactory(role="requester", email="leo@example.com")
    client.force_login(user)
    response = client.post("/accounts/email/", {act: "", "email": "ceo@example.com"})

    assert response.status_code == 302
    assert response.url == reverse("people:profile")
    user.refresh_from_db()
    assert user.email == "leo@example.com"
    assert not user.emailaddress_set.filter(email="ceo@example.com").exists()


@pytest.mark.parametrize("name", ["scorecard", "dashboard"])
def test_a_nul_in_an_address_is_no_error(client, name):
    client.force_login(UserFactory(role="ops"))

    assert client.get(reverse(f"reporting:{name}"), {"team": "\0"}).status_code == 200
