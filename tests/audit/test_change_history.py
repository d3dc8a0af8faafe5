"""Every change is recorded by the database itself, whoever makes it and however."""

import json

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from prodops import audit
from prodops.audit.models import Change
from prodops.integrations.models import Credential
from prodops.people.models import Team, User
from tests.factories import jira
from tests.factories.audit import CommentFactory
from tests.factories.people import PASSWORD, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def changes_of(record):
    return Change.objects.of_row(record._meta.db_table, record.pk).order_by("pk")


def actor_settings():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('hub.actor', true), current_setting('hub.via', 't')")
        return tuple(value or "" for value in cursor.fetchone())


def test_creating_changing_and_deleting_are_each_one_row():
    team = TeamFactory(name="Checkout")
    team.name = "Payments"
    team.save()
    key = team.pk
    team.delete()

    rows = Change.objects.of_row("people_team", key).order_by("pk")
    assert [row.operation for row in rows] == ["INSERT", "UPDATE", "DELETE"]
    assert [row.label for row in rows] == ["Checkout", "Payments", "Payments"]
    assert rows[0].changes["name"] == [None, "Checkout"]
    assert rows[1].changes == {"name": ["Checkout", "Payments"]}
    assert rows[2].changes["name"] == ["Payments", None]


def test_saving_without_a_change_leaves_no_row():
    team = TeamFactory()
    team.save()
    Team.objects.update(name=team.name)

    assert changes_of(team).count() == 1


def test_bulk_changes_are_recorded():
    Team.objects.bulk_create([Team(slug=f"t{n}", name=f"T{n}") for n in range(3)])
    Team.objects.filter(slug__startswith="t").update(time_zone="Asia/Tokyo")

    rows = Change.objects.filter(table="people_team", operation="UPDATE")
    assert rows.count() == 3
    assert rows[0].changes == {"time_zone": ["Europe/Berlin", "Asia/Tokyo"]}


def test_raw_sql_is_recorded():
    team = TeamFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_team SET name = 'By hand' WHERE id = %s", [team.pk])

    assert changes_of(team).last().changes["name"][1] == "By hand"


def test_what_is_rolled_back_never_happened():
    with transaction.atomic():
        TeamFactory(slug="ghost")
        transaction.set_rollback(True)

    assert not Change.objects.filter(label="ghost").exists()


def test_secrets_are_left_out():
    user = UserFactory()
    user.set_password("another-good-one")
    user.save()

    kept = json.dumps([row.changes for row in changes_of(user)])
    assert "md5$" not in kept
    assert "argon2" not in kept
    assert changes_of(user).last().changes == {"password": ["hidden", "changed"]}


@pytest.mark.parametrize("column", ["secret", "api_key", "sealed", "access_token"])
def test_columns_that_sound_secret_are_left_out(column):
    before, after = json.dumps({"id": 7, column: "one"}), json.dumps({"id": 7, column: "two"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_record('made_up', 'UPDATE', %s, %s)", [before, after])

    assert Change.objects.get(table="made_up").changes == {column: ["hidden", "changed"]}


def test_signing_in_is_no_change():
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())

    assert changes_of(user).count() == 1


@pytest.mark.parametrize("sql", ["UPDATE audit_change SET label = ''", "DELETE FROM audit_change"])
def test_the_history_cannot_be_rewritten(sql):
    TeamFactory()

    with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete"):
        cursor.execute(sql)


def test_acting_names_the_origin_and_takes_the_name_back():
    user = UserFactory()
    with audit.acting(by=user, via=Change.Via.COMMAND):
        with audit.acting(via=Change.Via.SYNC):
            inner = TeamFactory()
        outer = TeamFactory()
    after = TeamFactory()

    assert (changes_of(inner).get().actor, changes_of(inner).get().via) == (None, "sync")
    assert (changes_of(outer).get().actor, changes_of(outer).get().via) == (user, "command")
    assert (changes_of(after).get().actor, changes_of(after).get().via) == (None, "system")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("savepoint", [True, False])
def test_a_failed_transaction_leaves_no_name_behind(savepoint):
    user = UserFactory()
    TeamFactory(slug="same")

    @transaction.atomic
    def fail():
        with audit.acting(via="sync"), transaction.atomic(savepoint=savepoint):
            Team.objects.bulk_create([Team(slug="same", name="Twice")])

    with pytest.raises(Error), audit.acting(by=user, via="page"):
        fail()

    assert actor_settings() == ("", "")


def test_a_posting_person_is_the_actor_and_the_next_request_is_not(client):
    user = UserFactory()
    client.force_login(user)
    client.post("/people/profile/", {"name": "Mira Chen", "time_zone": "Europe/Paris"})

    change = changes_of(user).last()
    assert change.changes == {
        "name": [user.name, "Mira Chen"],
        "time_zone": ["Europe/Berlin", "Europe/Paris"],
    }
    assert (change.actor, change.via) == (user, "page")
    assert actor_settings() == ("", "")


def test_a_change_through_admin_says_so(client):
    admin = UserFactory(role="admin")
    team = TeamFactory()
    client.force_login(admin)
    page = f"/admin/people/productarea/{team.product_area_id}/change/"
    client.post(page, {"slug": "x", "name": "Y"})

    change = changes_of(team.product_area).last()
    assert (change.actor, change.via) == (admin, "admin")


def test_a_view_that_fails_leaves_no_name_behind(client, monkeypatch):
    def explode(**_):
        raise RuntimeError("on purpose")

    monkeypatch.setattr("prodops.people.services.change_profile", explode)
    client.force_login(UserFactory())
    with pytest.raises(RuntimeError):
        client.post("/people/profile/", {"name": "Mira", "time_zone": "Europe/Paris"})

    assert actor_settings() == ("", "")


def test_a_person_who_signs_in_is_not_yet_the_actor(client):
    user = UserFactory()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(user.pk)
    assert actor_settings() == ("", "")


def test_comments_are_part_of_the_history():
    comment = CommentFactory()

    assert changes_of(comment).get().changes["body"][1] == comment.body


def test_a_credential_tells_who_changed_it_and_never_what_it_is():
    user, connection_row = UserFactory(), jira.connection()
    Credential.objects.filter(connection=connection_row).delete()
    with audit.acting(by=user, via="page"):
        made = Credential.objects.create(
            connection=connection_row, sealed=b"open sesame", key_id="k1", changed_at=timezone.now()
        )

    row = changes_of(made).get()
    assert (row.actor, row.operation) == (user, "INSERT")
    assert row.changes["sealed"] == [None, "changed"]
    assert b"open sesame".hex() not in json.dumps(row.changes)
