"""Files of a request: refused in words, never lost, seen by whom they are for, swept away."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from intake import services
from intake.models import Attachment, ProductRequest
from intake.models.attachment import MOST_ON_A_REQUEST
from prodops.notifications.models import Notification
from tests.factories.files import attachment, png
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def upload(name="error.png", content=None):
    return SimpleUploadedFile(name, png() if content is None else content)


@pytest.fixture
def filed(client, requester):
    """Return a function that sends the portal's form with files."""
    client.force_login(requester)
    kind = RequestKindFactory()

    def send(*files, **typed):
        typed = {"title": "Export invoices", "kind": kind.pk, "urgency": "normal", **typed}
        return client.post(reverse("intake:new"), {**typed, "files": list(files)})

    return send


def test_a_request_is_sent_with_its_files(filed, requester):
    response = filed(upload(), upload("depots.csv", b"Depot;Hours\n"))

    made = ProductRequest.objects.get()
    assert response.status_code == 302
    assert [each.name for each in made.attachments.order_by("pk")] == ["error.png", "depots.csv"]
    assert {each.is_public for each in made.attachments.all()} == {True}
    assert {each.content_type for each in made.attachments.all()} == {"image/png", "text/plain"}


def test_a_refused_file_is_named_with_the_reason_and_nothing_typed_is_lost(filed):
    refused = filed(
        upload("tool.exe", b"MZ\x90"), upload("good.png"), title="Export invoices", why="Hours"
    )

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "tool.exe was not taken. It is a program." in page
    assert 'value="Export invoices"' in page
    assert "Hours" in page
    assert not ProductRequest.objects.exists()
    good = Attachment.objects.get()
    assert f'name="kept" value="{good.pk}"' in page

    filed(kept=[good.pk])

    assert list(ProductRequest.objects.get().attachments.all()) == [good]


def test_files_outlive_an_error_of_another_field_and_the_question_about_likeness(filed, ask):
    ask(title="Bulk export of invoices for all depots")
    filed(upload("one.png"), title="")
    one = Attachment.objects.get()
    doubtful = filed(title="Bulk export of invoices for all depots", kept=[one.pk])
    assert "Send anyway" in doubtful.content.decode()
    assert f'name="kept" value="{one.pk}"' in doubtful.content.decode()

    filed(title="Bulk export of invoices for all depots", kept=[one.pk], anyway="1")

    assert ProductRequest.objects.latest("pk").attachments.get() == one


def test_showing_the_questions_of_another_kind_keeps_the_files(filed):
    filed(upload("one.png"), choose="1")

    assert Attachment.objects.get().product_request is None


def test_nobody_sends_what_another_person_uploaded(filed, at):
    other = UserFactory(role="requester")
    (foreign,) = services.keep_files(files=[ContentFile(png(), "x.png")], by=other, at=at)

    refused = filed(kept=[foreign.pk])

    assert refused.status_code == 422
    foreign.refresh_from_db()
    assert foreign.product_request is None


def test_too_large_and_too_many_are_said(filed, settings):
    settings.ATTACHMENT_BYTES = 100_000
    settings.UPLOAD_LIMITS = {"files": 100_000}
    large = filed(upload("large.txt", b"x" * 400_000))
    assert "large.txt was not taken. It is larger than 97.7 KB." in large.content.decode()
    assert not Attachment.objects.exists()

    many = filed(*(upload(f"{n}.png") for n in range(12)))
    assert "11.png was not taken. 10 files at once at most." in many.content.decode()
    assert Attachment.objects.count() == 10


def test_nobody_piles_up_files_without_sending_them(filed, requester, at):
    files = [ContentFile(b"x", f"{n}.txt") for n in range(50)]
    services.keep_files(files=files, by=requester, at=at)

    refused = filed(upload())

    assert "50 files of yours wait for forms that were never sent." in refused.content.decode()
    assert Attachment.objects.count() == 50


def test_a_large_upload_is_cut_on_its_way_in(filed, settings, monkeypatch):
    settings.UPLOAD_LIMITS = {"files": 5_000_000}
    settings.ATTACHMENT_BYTES = 5_000_000
    sizes = []
    monkeypatch.setattr(
        "intake.forms.attachments.check_file", lambda file: sizes.append((file.size, file.name))
    )
    monkeypatch.setattr(services, "keep_files", lambda **_: [])

    filed(upload("huge.txt", b"x" * 8_000_000))

    assert sizes == [(5_000_001, "huge.txt")]


def test_a_stranger_uploads_nothing(client, monkeypatch):
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile.__init__", None)

    response = client.post(reverse("intake:new"), {"files": upload("x.txt", b"x" * 3_000_000)})

    assert response.status_code == 302


def test_the_full_request_takes_no_more(ask, requester, at):
    made = ask()
    kept = services.keep_files(
        files=[ContentFile(b"n", f"{n}.txt") for n in range(MOST_ON_A_REQUEST + 1)],
        by=requester,
        at=at,
    )
    attach = partial(services.attach, product_request=made, is_public=True, by=requester, at=at)
    attach(attachments=kept[:-1])

    with pytest.raises(services.Refusal, match="holds 50 files at most"):
        attach(attachments=kept[-1:])


def test_the_team_chooses_who_sees_a_file(client, triager, ask, requester):
    made = ask()
    url = reverse("intake:attachments", args=[made.pk])
    client.post(url, {"files": [upload("internal.png")], "audience": "internal"})
    client.post(url, {"files": [upload("answer.png")], "audience": "public"})

    told = Notification.objects.filter(recipient=requester).values_list("title", flat=True)
    assert [title for title in told if "internal.png" in title] == []
    assert [title for title in told if "answer.png" in title] != []
    internal = Attachment.objects.get(name="internal.png")
    client.force_login(requester)
    page = client.get(reverse("intake:request", args=[made.pk])).content.decode()
    assert "answer.png" in page
    assert "internal.png" not in page
    assert client.get(internal.get_absolute_url()).status_code == 404


def test_a_requester_can_attach_nothing_in_secret(client, ask, requester):
    made = ask()
    client.force_login(requester)
    url = reverse("intake:attachments", args=[made.pk])

    client.post(url, {"files": [upload()], "audience": "internal"})

    assert Attachment.objects.get().is_public


def test_the_form_has_a_page_of_its_own(client, triager, ask):
    page = client.get(reverse("intake:attachments", args=[ask().pk]))

    assert page.status_code == 200
    assert "Choose at least one file" not in page.content.decode()


def test_nothing_chosen_is_an_error(client, triager, ask):
    response = client.post(reverse("intake:attachments", args=[ask().pk]), {"audience": "public"})

    assert response.status_code == 422
    assert "Choose at least one file." in response.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [
        ("Größe.png", png(), "inline; filename*=utf-8''Gr%C3%B6%C3%9Fe.png"),
        ("plan.pdf", b"%PDF-1.7", 'attachment; filename="plan.pdf"'),
        ("page.txt", b"see <script>alert(1)</script>", 'attachment; filename="page.txt"'),
    ],
)
def test_a_file_is_served_harmlessly(client, ask, requester, at, name, content, disposition):
    kept = attachment(ask(), by=requester, at=at, name=name, content=content)
    client.force_login(requester)

    response = client.get(kept.get_absolute_url())

    assert response.streaming
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store, private"


def test_a_file_whose_bytes_are_missing_is_not_found(client, ask, requester, at):
    kept = attachment(ask(), by=requester, at=at)
    default_storage.delete(kept.file.name)
    client.force_login(requester)

    assert client.get(kept.get_absolute_url()).status_code == 404


def test_a_file_is_removed_and_put_back(client, triager, ask, requester, at):
    made = ask()
    kept = attachment(made, by=requester, at=at, name="error.png", content=png())

    client.post(reverse("intake:attachment-removal", args=[kept.pk]))
    assert client.get(kept.get_absolute_url()).status_code == 404
    assert made.thread.events.filter(summary="removed the file error.png").exists()

    client.post(reverse("intake:attachment-restoration", args=[kept.pk]))
    assert client.get(kept.get_absolute_url()).status_code == 200
    assert made.thread.events.filter(summary="put the file error.png back").exists()


def test_a_requester_removes_only_their_own(client, triager, ask, requester, at):
    made = ask()
    theirs = attachment(made, by=requester, at=at)
    ours = attachment(made, by=triager, at=at)
    client.force_login(requester)

    assert client.post(reverse("intake:attachment-removal", args=[ours.pk])).status_code == 404
    assert client.post(reverse("intake:attachment-removal", args=[theirs.pk])).status_code == 302


def test_a_merged_request_keeps_its_files_and_the_living_one_shows_them(
    client, triager, ask, requester, at
):
    child, parent = ask(title="Export"), ask(title="Bulk export")
    kept = attachment(child, by=requester, at=at, name="child.txt")

    services.merge(child=child, parent=parent, by=triager, at=at + DAY)

    kept.refresh_from_db()
    assert kept.product_request == child
    page = client.get(reverse("intake:request", args=[parent.pk])).content.decode()
    assert "child.txt" in page


def test_the_cockpit_shows_the_files(client, triager, ask, requester, at):
    made = ask()
    attachment(made, by=requester, at=at, name="evidence.txt")

    page = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()

    assert "evidence.txt" in page
