"""Errors as problem+json (RFC 9457): what is wrong, at which field, and why."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse
from ninja import Schema
from pydantic import Field

CONTENT_TYPE = "application/problem+json"


class WrongField(Schema):
    field: str = Field(description="Where in what was sent, such as `title` or `answers.12`.")
    reason: str = Field(description="What is wrong there.")


class ProblemShape(Schema):
    """Why something was not done."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[WrongField] = []


class Problem(Exception):
    """The API answers with this error; `errors` are (field, reason) pairs."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
    ):
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = list(errors), headers or {}

    def response(self) -> JsonResponse:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "errors": [{"field": field, "reason": reason} for field, reason in self.errors],
        }
        return JsonResponse(
            body, status=self.status, content_type=CONTENT_TYPE, headers=self.headers
        )


def of_form(form) -> Problem:
    """Say what a form found wrong, by the names of its fields."""
    errors = [
        ("" if name == "__all__" else _path(name), str(reason))
        for name, reasons in form.errors.items()
        for reason in reasons
    ]
    return Problem(422, "Some of what was sent cannot be taken.", errors=errors)


def _path(name: str) -> str:
    """Return where a form's field stands in the body: the answers have an object of their own."""
    head, _, number = name.rpartition("_")
    return f"answers.{number}" if head == "answer" and number.isdecimal() else name


def of_validation(error) -> Problem:
    """Say what does not have the shape the document asks for."""
    errors = [(_place(each["loc"]), each["msg"]) for each in error.errors]
    return Problem(422, "Some of what was sent does not have the right shape.", errors=errors)


def _place(loc: tuple) -> str:
    """Return the path without where it came from and, in a body, the name of our argument."""
    source, *path = [str(step) for step in loc]
    return ".".join(path[1:] if source == "body" and len(path) > 1 else path)
