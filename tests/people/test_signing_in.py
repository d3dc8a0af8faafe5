"""Signing in by e-mail, the reset, and what an account is not."""

import re

import pytest
from django.db import IntegrityError
from django.utils import timezone

from prodops.people.models import User
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_the_address_is_the_login_in_any_case(client, change):
    user = UserFactory(email="mira.chen@example.com")
    sign_in(client, change(user.email))

    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(client):
    user = UserFactory()
    wrong = sign_in(client, user.email, "not-the-password")
    unknown = sign_in(client, "nobody@example.com", "not-the-password")

    errors = [response.context["form"].non_field_errors() for response in (wrong, unknown)]
    assert errors[0]
    assert errors[0] == errors[1]
    assert not is_signed_in(client)


def test_who_left_cannot_sign_in_and_an_open_session_ends(client):
    user = UserFactory()
    sign_in(client, user.email)
    assert client.get("/people/profile/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get("/people/profile/").status_code == 302
    sign_in(client, user.email)
    assert client.get("/people/profile/").status_code == 302


def test_nobody_signs_up_by_themselves(client):
    client.post(
        "/accounts/signup/",
        {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert not User.objects.filter(email="new@example.com").exists()


def test_a_forgotten_password_is_set_anew_by_mail_once(client, mailoutbox):
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]
    form = client.get(link, follow=True)
    chosen = {"password1": "a-new-and-better-one", "password2": "a-new-and-better-one"}
    client.post(form.redirect_chain[-1][0], chosen)
    client.logout()

    sign_in(client, user.email, "a-new-and-better-one")
    assert is_signed_in(client)
    client.logout()
    again = client.get(link, follow=True)
    assert "password1" not in again.content.decode()


def test_asking_for_a_reset_never_tells_whether_the_address_is_known(client, mailoutbox):
    UserFactory(email="known@example.com")
    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in ("known@example.com", "unknown@example.com")
    ]

    assert [(each.status_code, each["Location"]) for each in answers] == [
        (302, "/accounts/password/reset/done/")
    ] * 2


def test_a_mail_server_that_is_down_is_no_error_page(client, settings):
    settings.EMAIL_BACKEND = "prodops.notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    user = UserFactory()

    assert client.post("/accounts/password/reset/", {"email": user.email}).status_code == 302


def test_an_address_is_taken_in_every_case():
    UserFactory(email="mira@example.com")

    with pytest.raises(IntegrityError):
        UserFactory(email="Mira@Example.com")


def test_a_person_made_without_a_password_has_none():
    user = User.objects.create_user("New@Example.com", name="New")

    assert user.email == "new@example.com"
    assert not user.has_usable_password()


def test_signing_in_gives_the_session_a_new_name(client):
    user = UserFactory()
    client.get("/accounts/login/")
    session = client.session
    session["before"] = timezone.now().isoformat()
    session.save()
    before = session.session_key
    sign_in(client, user.email)

    assert client.session.session_key != before
