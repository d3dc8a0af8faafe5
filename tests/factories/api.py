"""A program that calls the API with a token of somebody."""

import json

from django.test import Client
from django.utils import timezone

from prodops.people.models import ApiToken
from prodops.people.services import make_token

ROOT = "/api/v1/requests/"


class Api:
    """A program with a token of somebody."""

    def __init__(self, user):
        self.client, self.user = Client(), user
        _, secret = make_token(
            user=user, name="t", scopes=ApiToken.Scope.values, days=9, at=timezone.now()
        )
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, address=ROOT, **query):
        return self.client.get(address, query, headers=self.headers)

    def send(self, method, address, body=None):
        return getattr(self.client, method)(
            address, json.dumps(body), content_type="application/json", headers=self.headers
        )

    def post(self, address=ROOT, body=None):
        return self.send("post", address, body)
