"""What a connection's form asks, and what stands beside connections: files, writes, records."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from prodops.integrations.models import Connection, SkippedRecord, Upload
from prodops.ui.navigation import sections_for
from tests.factories import jira
from tests.integrations.test_setting_up import NEW, words

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "asked", "silent"),
    [
        ("jira_cloud", ["E-mail address", "API token", "Address for people"], ["time zone"]),
        ("jira_datacenter", ["Empty for a personal access token"], ["time zone", "API key"]),
        ("amplitude", ["API key", "The project&#x27;s time zone"], ["Projects", "write to Jira"]),
    ],
)
def test_a_system_is_asked_only_what_it_needs(client, admin, kind, asked, silent):
    chosen = client.get(NEW).content.decode()
    form = client.get(f"{NEW}?kind={kind}").content.decode()

    assert f'href="?kind={kind}"' in chosen
    assert [word for word in asked if word not in form] == []
    assert [word for word in silent if word in form] == []


def test_the_time_zone_of_amplitude_is_not_guessed(client, admin, entered):
    answer = client.post(NEW, entered | {"kind": "amplitude", "username": "key"})
    assert list(answer.context["form"].errors) == ["account_time_zone"]


def test_an_unknown_system_is_refused_with_the_choices(client, admin, entered):
    answer = client.post(NEW, entered | {"kind": "trello"})
    assert "trello" in words(answer)
    assert b"Jira Data Center" in answer.content


@pytest.mark.parametrize(
    "host", ['x"><script>', "https://exa\u3002mple\u3002com/", "https://a,b.com"]
)
def test_what_is_no_host_is_called_that(client, admin, entered, settings, host):
    settings.ALLOW_PRIVATE_URLS = False
    said = words(client.post(NEW, entered | {"base_url": host}))
    assert "is not a web address" in said


def test_a_second_try_with_a_file_makes_no_second_connection(client, admin):
    jira.connection(kind=Connection.Kind.JIRA_FILE, name="Old Jira")
    values = {"name": "old jira", "site": "https://old.example.com", "time_zone": "UTC"}
    url = reverse("integrations:new-upload")
    for name in ("first.csv", "second.csv"):
        client.post(url, values | {"file": SimpleUploadedFile(name, b"Summary\nx\n")})

    assert [str(one) for one in Connection.objects.all()] == ["Old Jira"]
    assert Upload.objects.count() == 2


def test_a_file_does_not_go_to_a_living_jira_by_its_name_alone(client, admin):
    jira.connection(name="Our Jira")
    values = {"name": "our jira", "site": "https://old.example.com", "time_zone": "UTC"}
    file = SimpleUploadedFile("a.csv", b"Summary\nx\n")

    answer = client.post(reverse("integrations:new-upload"), values | {"file": file})

    assert words(answer) == "A connection has this name; choose it above."


@pytest.mark.parametrize("name", ["uploads", "new-upload", "writes"])
def test_pages_beside_a_connection_are_marked_in_the_sidebar(client, admin, name):
    page = client.get(reverse(f"integrations:{name}"))
    current = [
        link["label"]
        for section in sections_for(page.wsgi_request, {})
        for link in section["links"]
        if link["is_current"]
    ]
    assert current == ["Connections"]


def test_the_csv_of_what_is_set_aside_says_where_each_record_is(client, admin):
    connection = jira.connection()
    record = SkippedRecord.objects.create(
        connection=connection, source_id="7", reason="No key", payload="{}", at=AT
    )
    url = reverse("integrations:set-aside", args=["jira"])
    lines = b"".join(client.get(f"{url}?format=csv").streaming_content).decode().splitlines()
    assert lines[1].endswith(reverse("integrations:payload", args=[record.pk]))
