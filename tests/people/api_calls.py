"""Calls of the API with a token, as a program makes them."""

import json

from django.utils import timezone

from prodops.people import services
from tests.factories.intake import RequestKindFactory

LIST = "/api/v1/requests/"
BOTH = ["requests:read", "requests:write"]


def key(user, scopes=BOTH, days=30, at=None):
    """Return the headers of a call with a new token."""
    at = at or timezone.now()
    _, secret = services.make_token(user=user, name="A test", scopes=scopes, days=days, at=at)
    return {"Authorization": f"Bearer {secret}"}


def wish(**fields):
    return {"kind": RequestKindFactory().slug, "title": "Export every invoice", **fields}


def post(client, headers, body=None, address=LIST):
    sent = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(address, sent, content_type="application/json", headers=headers)


def problem(response):
    """Return the body of an error, which every error has."""
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    assert set(told) == {"type", "title", "status", "detail", "errors"}
    return told
