"""The door of the API: a token is the only key; a session opens nothing here."""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from prodops.people.api.bodies import read_body
from prodops.people.api.limits import SAFE, count_bad_token, spend
from prodops.people.api.problems import CONTENT_TYPE, Problem
from prodops.people.api.repeats import once
from prodops.people.models import ApiToken

ROOT = "/api/v1/"
DOCUMENTS = {f"{ROOT}openapi.json", f"{ROOT}docs/"}
WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not know the method.",
    500: "The hub failed at this; it is in its log.",
}


def bearer(get_response):
    """Find whose token a call of the API carries; who signed in by a page is nobody here.

    The documents that describe the API may also be read with a session.
    """

    def middleware(request):
        if not request.path.startswith(ROOT):
            return get_response(request)
        if request.path in DOCUMENTS and "Authorization" not in request.headers:
            return get_response(request)
        request.user = AnonymousUser()
        try:
            request.api_token = _token_of(request)
            request.user = request.api_token.user
            headers = spend(request, timezone.now())
            request.api_body = None if request.method in SAFE else read_body(request)
        except Problem as problem:
            return problem.response()
        response = _as_problem(get_response(request))
        for name, value in headers.items():
            response.setdefault(name, value)
        return response

    return middleware


def repeatable(get_response):
    """Do a write with an Idempotency-Key once; stands behind who names the actor to the audit."""

    def middleware(request):
        key = request.headers.get("Idempotency-Key")
        is_write = hasattr(request, "api_token") and request.method not in SAFE
        if key is None or not is_write:
            return get_response(request)
        try:
            return once(request, lambda: get_response(request), key=key, at=timezone.now())
        except Problem as problem:
            return problem.response()

    return middleware


def _token_of(request) -> ApiToken:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    at = timezone.now()
    if scheme.lower() == "bearer" and secret.strip():
        if found := ApiToken.objects.of(secret.strip(), at):
            return found
        count_bad_token(request, at)
        words = "This token is unknown, has expired or was revoked."
    else:
        words = "Send a token: Authorization: Bearer hub_…"
    raise Problem(401, words, headers={"WWW-Authenticate": "Bearer"})


def _as_problem(response):
    """Say errors that came from elsewhere, such as an unknown address, in the API's own way."""
    if response.status_code < 400 or response.get("Content-Type", "") == CONTENT_TYPE:
        return response
    words = WORDS.get(response.status_code, response.reason_phrase)
    problem = Problem(response.status_code, words).response()
    if response.has_header("Allow"):
        problem["Allow"] = response["Allow"]
    return problem
