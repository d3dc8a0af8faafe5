"""The same files sent twice to the API: kept once, answered the same."""

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from prodops.people.models import StoredAnswer
from tests.factories.api import Api
from tests.factories.files import png
from tests.factories.people import UserFactory
from tests.intake.test_api_files import at_files, send, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(db):
    return Api(UserFactory(role="contributor", name="Mira Chen"))


def test_the_same_files_under_one_key_are_kept_once(mira, ask):
    asked, headers = ask(), {"Idempotency-Key": "crm-7"}
    first = send(mira, asked, upload(), headers=headers)
    body = encode_multipart("another-mark", {"files": [upload()]})
    again = mira.client.post(
        at_files(asked),
        body,
        content_type=MULTIPART_CONTENT.replace(BOUNDARY, "another-mark"),
        headers={**mira.headers, **headers},
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert asked.attachments.count() == 1
    for other in (upload("other.png"), upload(content=png(width=3))):
        assert send(mira, asked, other, headers=headers).status_code == 422
    assert send(mira, asked, upload(), is_public="true", headers=headers).status_code == 422
    assert asked.attachments.count() == 1


def test_a_refused_file_may_be_mended_under_its_key(mira, ask):
    asked, headers = ask(), {"Idempotency-Key": "crm-7"}

    assert send(mira, asked, upload("a.exe", b"MZ"), headers=headers).status_code == 422
    assert not StoredAnswer.objects.exists()
    assert send(mira, asked, upload(), headers=headers).status_code == 201
