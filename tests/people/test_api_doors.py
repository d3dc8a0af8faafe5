"""The door of the API: tokens, their limits, repeats, and what is refused before any resource."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from intake.models import ProductRequest
from prodops.audit.models import Change
from prodops.people import services
from prodops.people.api import limits
from prodops.people.models import ApiToken, StoredAnswer
from tests.factories.people import UserFactory
from tests.people.api_calls import BOTH, LIST, key, post, problem, wish


@pytest.fixture
def sam(db):
    return UserFactory(role="requester", name="Sam Sales")


def test_a_token_is_shown_once_and_opens_the_api(client, sam):
    client.force_login(sam)
    page = client.post(
        reverse("people:tokens"), {"name": "Nightly export", "scopes": BOTH, "days": 90}
    )
    secret = page.context["secret"]
    client.logout()

    assert page["Cache-Control"].startswith("max-age=0, no-cache")
    assert secret in page.content.decode()
    token = ApiToken.objects.get()
    assert secret not in [str(value) for value in vars(token).values()]
    assert client.get(LIST, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    client.force_login(sam)
    assert secret not in client.get(reverse("people:tokens")).content.decode()


def test_the_history_knows_of_tokens_but_not_their_digest(sam):
    token, secret = services.make_token(
        user=sam, name="Export", scopes=BOTH, days=30, at=timezone.now()
    )
    services.revoke_token(token=token, at=timezone.now())

    history = Change.objects.filter(table="people_apitoken").order_by("pk")
    assert [each.operation for each in history] == ["INSERT", "UPDATE"]
    assert "digest" not in json.dumps([each.changes for each in history])
    assert token.digest not in json.dumps([each.changes for each in history])


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["admin"]}, {"days": 9999}]
)
def test_a_token_needs_a_name_scopes_and_an_end(client, sam, wrong):
    client.force_login(sam)
    answer = client.post(
        reverse("people:tokens"), {"name": "Export", "scopes": BOTH, "days": 90, **wrong}
    )

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_session_opens_nothing_and_neither_does_a_wrong_token(client, sam):
    client.force_login(sam)
    right = key(sam)["Authorization"]

    for value in (None, "", "Bearer", "Bearer nonsense", f"Basic {right}", f"{right}x", "Bearer é"):
        headers = {} if value is None else {"Authorization": value}
        answer = client.get(LIST, headers=headers)
        assert answer.status_code == 401, value
        assert answer["WWW-Authenticate"] == "Bearer"
        assert "Bearer hub_" in problem(answer)["detail"] or "unknown" in problem(answer)["detail"]
    assert post(client, {}, wish()).status_code == 401
    assert not ProductRequest.objects.exists()


def test_a_token_that_ended_opens_nothing(client, sam):
    gone = UserFactory(is_active=False)
    old = key(sam, days=30, at=timezone.now() - timedelta(days=31))
    revoked = key(sam)
    services.revoke_token(token=ApiToken.objects.latest("pk"), at=timezone.now())

    for headers in (old, revoked, key(gone)):
        assert client.get(LIST, headers=headers).status_code == 401


def test_one_revokes_ones_own_tokens_only(client, sam):
    key(sam)
    token = ApiToken.objects.get()
    address = reverse("people:token-revocation", args=[token.pk])
    client.force_login(UserFactory(role="admin"))
    assert client.post(address).status_code == 404
    client.force_login(sam)
    client.post(address)

    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_scope_that_is_missing_is_named(client, sam):
    assert "requests:write" in problem(post(client, key(sam, ["requests:read"]), wish()))["detail"]
    answer = client.get(LIST, headers=key(sam, ["requests:write"]))
    assert (answer.status_code, "requests:read" in problem(answer)["detail"]) == (403, True)
    assert not ProductRequest.objects.exists()


def test_calls_are_counted_by_person_and_told_in_headers(client, sam, monkeypatch):
    monkeypatch.setattr(limits, "READS", 3)
    headers = key(sam)

    answers = [client.get(LIST, headers=headers) for _ in range(4)]

    left = [answer["RateLimit-Remaining"] for answer in answers]
    assert left == ["2", "1", "0", "0"]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3]["Retry-After"]) <= 60
    assert "More than 3 reads" in problem(answers[3])["detail"]
    assert client.get(LIST, headers=key(sam)).status_code == 429
    assert client.get(LIST, headers=key(UserFactory())).status_code == 200


def test_guessing_tokens_is_stopped(client, sam, monkeypatch):
    monkeypatch.setattr(limits, "BAD_TOKENS", 2)
    wrong = {"Authorization": "Bearer hub_wrong"}

    assert [client.get(LIST, headers=wrong).status_code for _ in range(3)] == [401, 401, 429]
    assert client.get(LIST, headers=key(sam)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"title": "\\ud800"}', 400),
        (b'{"title": "a\\u0000b"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 20 + b"1" + b"}" * 20, 400),
        (b'{"title": NaN}', 400),
        (b"x" * 256_001, 413),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_none_is_told_so(client, sam, body, status):
    answer = post(client, key(sam), body)

    assert answer.status_code == status
    assert problem(answer)["detail"]


def test_only_json_is_read(client, sam):
    answer = client.post(LIST, {"title": "Form"}, headers=key(sam))

    assert (answer.status_code, "JSON" in problem(answer)["detail"]) == (415, True)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nothing/", 404),
        ("delete", "/api/v1/requests", 404),
        ("get", "/api/v1/requests/null,null/", 404),
        ("get", "/api/v1/", 404),
        ("get", "/api/v1/requests/x/", 404),
        ("get", f"/api/v1/requests/{'9' * 40}/", 404),
        ("patch", LIST, 405),
        ("delete", "/api/v1/requests/1/", 405),
    ],
)
def test_what_is_not_there_is_a_problem_too(client, sam, method, address, status):
    answer = getattr(client, method)(address, headers=key(sam))

    assert answer.status_code == status
    problem(answer)


def test_a_failure_of_ours_is_a_problem_without_details(client, sam, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("intake.api.requests.show", fail)
    client.raise_request_exception = False

    answer = post(client, {**key(sam), "Idempotency-Key": "1"}, wish())

    assert answer.status_code == 500
    assert "secret" not in json.dumps(problem(answer))
    assert not ProductRequest.objects.exists()
    assert not StoredAnswer.objects.exists()


def test_the_document_and_its_page_are_for_those_who_signed_in(client, sam):
    document, page = reverse("api-document"), reverse("api-docs")
    for address in (document, page):
        assert client.get(address)["Location"].startswith("/accounts/login/")
    assert client.get(document, headers=key(sam)).status_code == 200
    client.force_login(sam)

    described = client.get(document).json()
    shown = client.get(page).content.decode()

    assert described["openapi"].startswith("3.1")
    assert all(path in shown for path in described["paths"])
    assert "https://" not in shown.partition("<main")[2].replace("https://localhost", "")
