"""Saved views: a list's address under a name, personal or shared."""

import pytest

from prodops.ui.models import SavedView
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def save(client, **changes):
    posted = {"list": "colleagues", "name": "Ops", "query": "role=ops", "next": "/colleagues/"}
    return client.post("/views/", {**posted, **changes})


def test_saving_keeps_the_address_and_shows_it_as_a_tab(signed_in, colleagues, user):
    response = save(signed_in)

    assert response["Location"] == "/colleagues/?role=ops"
    page = signed_in.get("/colleagues/?role=ops")
    assert [each["view"].name for each in page.context["views"]] == ["Ops"]
    assert page.context["removable_view"].name == "Ops"
    assert page.context["can_save"] is False


def test_a_narrowed_list_offers_to_be_saved(signed_in, colleagues, user):
    assert signed_in.get("/colleagues/").context["can_save"] is False
    assert signed_in.get("/colleagues/?sort=-name").context["can_save"] is True


def test_saving_again_replaces_the_view_of_that_name(signed_in, colleagues, user):
    save(signed_in)
    save(signed_in, query="role=executive", is_shared="on")

    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("role=executive", True)


@pytest.mark.parametrize("is_shared", [True, False])
def test_others_see_only_shared_views_and_cannot_delete_them(client, user, colleagues, is_shared):
    view = SavedView.objects.create(
        owner=user, list="colleagues", name="Ops", query="role=ops", is_shared=is_shared
    )
    client.force_login(UserFactory())

    page = client.get("/colleagues/?role=ops")

    assert [each["view"] for each in page.context["views"]] == ([view] if is_shared else [])
    assert page.context["removable_view"] is None
    assert client.post(f"/views/{view.pk}/deletion/").status_code == 404


def test_the_owner_deletes_a_view(signed_in, colleagues, user):
    save(signed_in)

    response = signed_in.post(
        f"/views/{SavedView.objects.get().pk}/deletion/", {"next": "/colleagues/"}
    )

    assert response["Location"] == "/colleagues/"
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name(signed_in, colleagues, user):
    save(signed_in, name="  ")

    assert not SavedView.objects.exists()
    assert b"The view needs a name" in signed_in.get("/colleagues/").content


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:1", "\\\\evil", "/\\evil"]
)
def test_saving_never_leads_off_the_hub(signed_in, colleagues, user, address):
    assert save(signed_in, next=address)["Location"] == "/"


def test_it_rejects_get(signed_in, user):
    assert signed_in.get("/views/").status_code == 405


@pytest.mark.parametrize(("role", "is_shared"), [("requester", False), ("executive", True)])
def test_a_requester_keeps_views_to_themselves(client, colleagues, db, role, is_shared):
    client.force_login(UserFactory(role=role))

    page = client.get("/colleagues/?role=ops")
    save(client, is_shared="on")

    assert (b"Show it to everybody" in page.content) is is_shared
    assert SavedView.objects.get().is_shared is is_shared


@pytest.mark.parametrize(
    ("role", "is_shared", "status"),
    [("ops", True, 302), ("admin", True, 302), ("ops", False, 404), ("executive", True, 404)],
)
def test_operations_tidy_up_what_is_shared(client, user, colleagues, role, is_shared, status):
    view = SavedView.objects.create(
        owner=user, list="colleagues", name="Ops", query="role=ops", is_shared=is_shared
    )
    client.force_login(UserFactory(role=role))

    page = client.get("/colleagues/?role=ops")

    assert (b"Delete view" in page.content) is (status == 302)
    assert client.post(f"/views/{view.pk}/deletion/").status_code == status
    assert SavedView.objects.exists() is (status == 404)
