"""The audit log as a page and as CSV, and following a record."""

import csv
import io

import pytest
from django.urls import reverse

from prodops import audit
from prodops.audit.models import Change
from prodops.people.models import Team
from tests.factories.audit import ThreadFactory
from tests.factories.intake import product_request
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def oona(client):
    user = UserFactory(name="Oona Ops", role="ops")
    client.force_login(user)
    return user


def rows(client, query="", path="/audit/changes/"):
    answer = client.get(f"{path}?format=csv&{query}")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_every_filter_narrows_the_log(client, oona):
    with audit.acting(by=oona, via=Change.Via.COMMAND):
        team = TeamFactory(name="Checkout")
    Team.objects.filter(pk=team.pk).update(name="Payments")

    assert {row["What"] for row in rows(client, "table=people_team")} == {"Team"}
    assert {row["Who"] for row in rows(client, f"by={oona.pk}")} == {"Oona Ops"}
    assert {row["Who"] for row in rows(client, "by=nobody")} == {""}
    assert {row["Through"] for row in rows(client, "via=command")} == {"Command"}
    assert {row["Did"] for row in rows(client, "did=UPDATE")} == {"changed"}
    assert rows(client, "q=payments")[0]["From → to"] == "name: Checkout → Payments"
    Change.objects.bulk_create(
        [
            Change(
                at="2020-01-01T00:00Z",
                table="x",
                row="1",
                operation="INSERT",
                transaction=1,
                changes={},
            )
        ]
    )
    assert "x" not in {row["What"] for row in rows(client, "since=90")}
    assert "x" in {row["What"] for row in rows(client)}


def test_the_log_shows_a_page_of_changes_at_a_time(client, oona):
    TeamFactory.create_batch(60)

    page = client.get("/audit/changes/").content.decode()
    longer = client.get("/audit/changes/", {"rows": 50}).content.decode()

    assert [each.count("row__link") for each in (page, longer)] == [25, 50]


def test_the_export_holds_all_rows_and_no_formula(client, oona):
    TeamFactory(name="=HYPERLINK(1)")
    TeamFactory.create_batch(60)

    exported = rows(client, "table=people_team")
    assert len(exported) == 61
    assert exported[-1]["Called"] == "'=HYPERLINK(1)"


def test_a_record_leads_to_its_own_changes(client, oona):
    asked = product_request(title="Bulk export")
    product_request(title="Another wish")
    link = reverse("audit:thread-history", args=[asked.thread_id])
    assert link in client.get(asked.thread.path).content.decode()
    page = client.get(link, follow=True)

    assert page.redirect_chain[-1][0] == f"/audit/changes/intake_productrequest/{asked.pk}/"
    assert "Bulk export" in page.content.decode()
    assert "Another wish" not in page.content.decode()


NOWHERE = ["/audit/changes/no_such_table/1/", "/audit/threads/999999/changes/"]


@pytest.mark.parametrize("path", NOWHERE)
def test_what_does_not_exist_is_not_found(client, oona, path):
    assert client.get(path).status_code == 404


def test_nonsense_in_the_address_is_no_error(client, oona):
    for query in (
        "by=x",
        "by=99999999999999999999",
        "since=-1",
        "page=0",
        "sort=;",
        "q=%00",
        "did=",
    ):
        assert client.get(f"/audit/changes/?{query}").status_code == 200


def test_one_follows_and_stops_with_and_without_javascript(client, oona):
    thread = ThreadFactory()
    url = reverse("audit:following", args=[thread.pk])
    fragment = client.post(url, {"follow": "1"}, headers={"HX-Request": "true"})
    assert "Stop following" in fragment.content.decode()
    assert thread.followers.filter(pk=oona.pk).exists()

    assert client.post(url, {"follow": "0"})["Location"] == thread.path
    assert not thread.followers.exists()
