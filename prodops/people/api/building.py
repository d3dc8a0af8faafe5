"""How the API is put together: one document, one way to say what is wrong."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from prodops.people.api.problems import Problem, of_validation
from prodops.people.models import ApiToken

TITLE = "Prodops Hub"
ABOUT = (
    "Everything a person may do on the pages a program may do with that person's token: make one"
    " under *Your profile → API tokens* and send it as `Authorization: Bearer hub_…`. What the"
    " person may not see answers 404, what they may not do 403.\n\n"
    "Writes take an `Idempotency-Key`: the same key with the same body gives the same answer for 48"
    " hours and does nothing twice. Errors are `application/problem+json` (RFC 9457) and name the"
    " field and the reason. `RateLimit-*` headers say how many calls are left this minute."
)


class Token(HttpBearer):
    """Let tokens with a scope pass; whose token it is was found before (see `middleware`)."""

    def __init__(self, scope: str):
        super().__init__()
        self.scope = scope

    def authenticate(self, request, token):
        if self.scope not in request.api_token.scopes:
            label = ApiToken.Scope(self.scope).label.lower()
            raise Problem(403, f"This token lacks the scope {self.scope} ({label}).")
        return request.api_token


class ReadBody(Parser):
    """Hand on the body that the middleware has read and checked."""

    def parse_body(self, request) -> Any:
        return request.api_body


def needing(scope: str) -> dict[str, Any]:
    """Return what a call that needs a scope says of itself: `@router.get(…, **needing(scope))`."""
    return {"auth": Token(scope), "openapi_extra": {"x-scope": str(scope)}}


READS, WRITES = needing(ApiToken.Scope.READ), needing(ApiToken.Scope.WRITE)


def make_api() -> NinjaAPI:
    """Return the API without any resource yet."""
    api = NinjaAPI(
        title=TITLE,
        version="1",
        description=ABOUT,
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        parser=ReadBody(),
    )
    api.add_exception_handler(Problem, lambda request, error: error.response())
    api.add_exception_handler(
        ValidationError, lambda request, error: of_validation(error).response()
    )
    api.add_exception_handler(
        Http404, lambda request, error: Problem(404, "There is no such record.").response()
    )
    api.add_exception_handler(
        PermissionDenied,
        lambda request, error: Problem(403, "Your role does not let you do this.").response(),
    )
    api.add_exception_handler(
        HttpError, lambda request, error: Problem(error.status_code, error.message).response()
    )
    api.add_exception_handler(Exception, _broken)
    return api


def _broken(request, error):
    """Let Django log it and answer 500, with DEBUG on too."""
    raise error
