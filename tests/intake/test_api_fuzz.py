"""Whatever is sent to the API, it answers in its own words and never fails."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.models import FormField
from prodops.people.models import ApiToken
from prodops.people.services import make_token
from tests.factories.intake import RequestKindFactory, product_request
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
TEXT = st.text(max_size=40) | st.sampled_from(["", "\x00", "x" * 400, "../..", "' OR 1=1", "🦆"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["kind", "title", "body", "why", "account", "urgency", "product_area", "is_shared"]
FIELDS += ["external_id", "answers", "importance", "note", "colour"]
BODIES = JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8)
GOOD = {"kind": "idea", "title": "Export", "body": "Words"}
NEARLY = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=2).map(lambda few: GOOD | few)
WRITES = [("post", ""), ("post", "{pk}/comments/"), ("put", "{pk}/backing/")]
READS = ["", "{pk}/", "{pk}/comments/"]
QUERY = ["state", "kind", "area", "updated_since", "external_id", "cursor", "limit", "x"]
quickly = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def program(monkeypatch):
    """A function that calls as an administrator's program and checks that the answer is one."""
    monkeypatch.setattr("prodops.people.api.limits.WRITES", 10**6)
    monkeypatch.setattr("prodops.people.api.limits.READS", 10**6)
    user, client = UserFactory(role="admin"), Client(raise_request_exception=False)
    asked = product_request(kind=RequestKindFactory())
    for kind in FormField.Type.values:
        options = ["a", "b"] if kind == "choice" else []
        FormField.objects.create(kind=asked.kind, label=kind, type=kind, options=options)
    _, secret = make_token(
        user=user, name="t", scopes=ApiToken.Scope.values, days=9, at=timezone.now()
    )

    def call(method, address, *args, **kwargs):
        kwargs["headers"] = {"Authorization": f"Bearer {secret}"}
        place = f"/api/v1/requests/{address.format(pk=asked.pk)}"
        answer = getattr(client, method)(place, *args, **kwargs)
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        return answer

    call.questions = [str(each.pk) for each in FormField.objects.all()]
    return call


@quickly
@given(data=st.data(), body=BODIES | NEARLY)
def test_no_json_breaks_a_write(program, data, body):
    method, address = data.draw(st.sampled_from(WRITES))

    program(method, address, json.dumps(body), content_type="application/json")


@quickly
@given(data=st.data(), values=st.lists(SCALARS, min_size=1, max_size=4))
def test_no_answer_breaks_the_form(program, data, values):
    answers = {data.draw(st.sampled_from(program.questions)): value for value in values}

    program("post", "", json.dumps(GOOD | {"answers": answers}), content_type="application/json")


@quickly
@given(body=st.binary(max_size=200))
def test_no_bytes_break_a_write(program, body):
    program("post", "", body, content_type="application/json")


@quickly
@given(
    address=st.sampled_from(READS),
    query=st.dictionaries(st.sampled_from(QUERY), TEXT | st.integers().map(str), max_size=4),
)
def test_no_question_breaks_a_read(program, address, query):
    program("get", address, query)
