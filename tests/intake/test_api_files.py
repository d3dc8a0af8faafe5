"""Files of requests through the API: the same limits, the same readers as on the pages."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from intake.models import Attachment
from intake.models.attachment import MOST_ON_A_REQUEST
from prodops.audit.models import Change
from prodops.notifications.models import Notification
from tests.factories.api import ROOT, Api
from tests.factories.files import attachment, png
from tests.factories.intake import product_request
from tests.factories.people import UserFactory
from tests.people.api_calls import key, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(requester):
    return Api(requester)


@pytest.fixture
def mira(db):
    return Api(UserFactory(role="contributor", name="Mira Chen"))


def at_files(request, rest=""):
    return f"{ROOT}{request.pk}/attachments/{rest}"


def upload(name="error.png", content=None):
    return SimpleUploadedFile(name, png() if content is None else content)


def send(api, request, *files, headers=(), **fields):
    sent = {**fields, "files": list(files)} if files else fields
    headers = {**api.headers, **dict(headers)}
    return api.client.post(at_files(request), sent, headers=headers)


def reasons(answer):
    return [each["reason"] for each in problem(answer)["errors"]]


def test_files_are_attached_listed_and_downloaded(sam, mira, ask):
    asked = ask()

    answer = send(mira, asked, upload(), upload("Größe.csv", b"Depot;Hours\n"), is_public="true")

    assert answer.status_code == 201
    first, second = answer.json()
    assert (first["name"], first["content_type"], first["is_public"]) == (
        "error.png", "image/png", True,
    )  # fmt: skip
    assert (second["name"], second["size"], second["request"]) == ("Größe.csv", 12, asked.pk)
    assert first["by"]["name"] == "Mira Chen"
    listed = sam.get(at_files(asked)).json()
    assert listed == {"items": [second, first], "next": None}
    assert second["url"].endswith(at_files(asked, f"{second['id']}/"))
    got = sam.get(at_files(asked, f"{second['id']}/"))
    assert b"".join(got.streaming_content) == b"Depot;Hours\n"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    change = Change.objects.filter(table="intake_attachment", operation="INSERT").first()
    assert (change.actor, change.via) == (mira.user, "api")


def test_what_is_for_the_team_the_requester_never_sees(sam, mira, ask):
    asked = ask()

    (kept,) = send(mira, asked, upload("internal.png")).json()

    assert kept["is_public"] is False
    assert sam.get(at_files(asked)).json()["items"] == []
    assert sam.get(at_files(asked, f"{kept['id']}/")).status_code == 404
    assert not Notification.objects.filter(recipient=sam.user, title__contains="internal").exists()
    assert mira.get(at_files(asked, f"{kept['id']}/")).status_code == 200


def test_a_requester_attaches_nothing_in_secret(sam, ask):
    (kept,) = send(sam, ask(), upload(), is_public="false").json()

    assert kept["is_public"] is True


@pytest.mark.parametrize(
    ("role", "status"),
    [("requester", 404), ("contributor", 201), ("ops", 201), ("executive", 201), ("admin", 201)],
)
def test_each_role_does_what_the_pages_let_it(role, status, at):
    hidden = product_request(is_shared=False)
    kept = attachment(hidden, by=hidden.author, at=at)
    api = Api(UserFactory(role=role))
    seen = 200 if status == 201 else 404

    assert send(api, hidden, upload()).status_code == status
    assert api.get(at_files(hidden)).status_code == seen
    assert api.get(at_files(hidden, f"{kept.pk}/")).status_code == seen


def test_each_scope_opens_its_own(client, ask, requester, at):
    asked = ask()
    kept = attachment(asked, by=requester, at=at)
    reading, writing = key(requester, ["requests:read"]), key(requester, ["requests:write"])

    refused = client.post(at_files(asked), {"files": [upload()]}, headers=reading)
    assert (refused.status_code, "requests:write" in problem(refused)["detail"]) == (403, True)
    for address in (at_files(asked), at_files(asked, f"{kept.pk}/")):
        assert client.get(address, headers=reading).status_code == 200
        assert client.get(address, headers=writing).status_code == 403
    client.force_login(requester)
    assert client.post(at_files(asked), {"files": [upload()]}).status_code == 401
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tool.png", b"MZ\x90", "It is a program."),
        ("page.txt", b"<!doctype html><script>", "may carry scripts"),
        ("drawing.svg", b"<svg xmlns='x'>", "may carry scripts"),
        ("empty.txt", b"", "It is empty."),
        ("noise.png", bytes(range(256)), "none of the files the hub takes"),
    ],
)
def test_what_a_file_is_its_bytes_tell_and_all_or_none_are_kept(mira, ask, name, content, why):
    asked = ask()

    answer = send(mira, asked, upload(), upload(name, content))

    assert answer.status_code == 422
    assert name in reasons(answer)[0]
    assert why in reasons(answer)[0]
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_told_by_name(mira, ask, settings):
    settings.ATTACHMENT_BYTES = 100_000
    settings.UPLOAD_LIMITS = {"files": 100_000}

    answer = send(mira, ask(), upload("large.txt", b"x" * 100_001))

    assert answer.status_code == 413
    assert reasons(answer) == ["large.txt was not taken. It is larger than 97.7 KB."]
    assert not Attachment.objects.exists()


def test_too_large_a_body_is_refused_before_it_is_read(mira, ask, settings, monkeypatch):
    settings.ATTACHMENT_BYTES = 10
    monkeypatch.setattr("django.http.HttpRequest._load_post_and_files", None)

    answer = send(mira, ask(), upload("large.txt", b"x" * 260_000))

    assert answer.status_code == 413
    assert "256,100 bytes" in problem(answer)["detail"]


def test_too_many_at_once_are_refused(mira, ask):
    answer = send(mira, ask(), *(upload(f"{n}.png") for n in range(11)))

    assert answer.status_code == 422
    assert "10 files at once at most" in reasons(answer)[0]
    assert not Attachment.objects.exists()


def test_a_full_request_takes_no_more(mira, ask, at, monkeypatch):
    asked = ask()
    attachment(asked, by=mira.user, at=at)
    monkeypatch.setattr("intake.services.attachments.MOST_ON_A_REQUEST", 1)

    answer = send(mira, asked, upload())

    assert MOST_ON_A_REQUEST == 50
    assert (answer.status_code, problem(answer)["detail"]) == (
        409, "A request holds 1 files at most; it has 1.",
    )  # fmt: skip
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "files"),
        ({"files": "no file"}, "files"),
        ({"file": SimpleUploadedFile("a.txt", b"a")}, "files"),
        ({"files": SimpleUploadedFile("a.txt", b"a"), "public": "true"}, "public"),
        ({"files": SimpleUploadedFile("a.txt", b"a"), "more": upload()}, "more"),
        ({"files": SimpleUploadedFile("a.txt", b"a"), "is_public": "perhaps"}, "is_public"),
    ],
    ids=str,
)
def test_each_mistake_is_told_at_its_field(mira, ask, fields, field):
    answer = mira.client.post(at_files(ask()), fields, headers=mira.headers)

    assert answer.status_code == 422
    assert field in [each["field"] for each in problem(answer)["errors"]]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"files": []}', "application/json", 415),
        (b"", "text/plain", 415),
        (b"files=x", "application/x-www-form-urlencoded", 415),
        (b"--x", "multipart/form-data", 400),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 422),
        (b"--x\r\n", "multipart/form-data; boundary=\xff", 400),
    ],
    ids=str,
)
def test_what_is_no_form_of_files_is_told_so(mira, ask, body, content_type, status):
    answer = mira.client.post(
        at_files(ask()), body, content_type=content_type, headers=mira.headers
    )

    assert answer.status_code == status
    assert problem(answer)["detail"]


def test_files_are_taken_where_files_are_taken_only(mira, ask):
    address = f"{ROOT}{ask().pk}/comments/"

    answer = mira.client.post(address, {"files": [upload()]}, headers=mira.headers)

    assert (answer.status_code, "JSON" in problem(answer)["detail"]) == (415, True)


def test_files_of_what_was_merged_are_listed_too_page_by_page(sam, mira, ask, at):
    from intake import services

    child, parent = ask("Export"), ask("Bulk export")
    kept = [attachment(child, by=sam.user, at=at, name=f"{n}.txt") for n in range(3)]
    services.merge(child=child, parent=parent, by=mira.user, at=at)

    first = mira.get(at_files(parent), limit=2).json()
    rest = mira.get(at_files(parent), limit=2, cursor=first["next"]).json()

    assert [each["name"] for each in first["items"]] == ["2.txt", "1.txt"]
    assert [each["name"] for each in rest["items"]] == ["0.txt"]
    assert rest["items"][0]["request"] == child.pk
    assert mira.get(at_files(parent, f"{kept[0].pk}/")).status_code == 200
    assert mira.client.get(rest["items"][0]["url"], headers=mira.headers).status_code == 200


def test_what_is_not_there_is_not_found(mira, ask, at):
    asked, other = ask(), ask("Another")
    kept = attachment(asked, by=mira.user, at=at)

    assert mira.get(at_files(other, f"{kept.pk}/")).status_code == 404
    default_storage.delete(kept.file.name)
    assert problem(mira.get(at_files(asked, f"{kept.pk}/")))["status"] == 404
    assert mira.get(f"{ROOT}4000000/attachments/").status_code == 404
    assert mira.get(at_files(asked, f"{'9' * 40}/")).status_code == 404


def test_a_list_of_files_asks_as_much_for_many_as_for_one(
    mira, ask, at, django_assert_max_num_queries
):
    asked = ask()
    for number in range(30):
        attachment(asked, by=mira.user, at=at, name=f"{number}.txt")

    with django_assert_max_num_queries(6):
        assert len(mira.get(at_files(asked)).json()["items"]) == 30


def test_the_document_describes_files_as_files(mira):
    paths = mira.client.get("/api/v1/openapi.json", headers=mira.headers).json()["paths"]
    address = "/api/v1/requests/{pk}/attachments/"

    told = paths[address]["post"]
    schema = told["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == {"files", "is_public"}
    assert schema["required"] == ["files"]
    assert "Idempotency-Key" in [each["name"] for each in told["parameters"]]
    assert {"201", "409", "413", "415"} <= told["responses"].keys()
    got = paths[f"{address}{{file}}/"]["get"]["responses"]["200"]
    assert "application/octet-stream" in got["content"]
